/* Predation: every payoff by enumeration, what pays (facts/as.md 2.1), positions, neighbours, reference returns. */
#include "envs/predation.h"
#include "tests/environment.h"
#include "tests/tap.h"

enum { AGENTS = 6 };

static float size_of(float x)
{
    return x < 0.0f ? -x : x;
}

/* The action that points at the prey, or away from it. An agent on the prey cooperates with either. */
static int32_t toward(const play *p, int agent, bool cooperate)
{
    return (p->observation[agent] < 0.0f) == cooperate;
}

static void play_mask(play *p, unsigned mask)
{
    int32_t action[PLAY_AGENTS];
    for (int i = 0; i < p->spec.agents; i++)
        action[i] = toward(p, i, mask >> i & 1);
    play_step(p, action);
}

static int bits(unsigned mask)
{
    return mask ? (int)(mask & 1) + bits(mask >> 1) : 0;
}

/* Rewards of one step for all 2^6 joint choices, from the start of an episode. */
static int wrong_payoffs(const mg_predation_config *config, uint32_t episode)
{
    int wrong = 0;
    for (unsigned mask = 0; mask < 1u << AGENTS; mask++) {
        play p;
        play_start(&p, &mg_predation, config, episode);
        play_mask(&p, mask);
        int k = bits(mask);
        for (int i = 0; i < AGENTS; i++) {
            float expected = k == AGENTS ? -1.0f : k == 0 ? -3.0f : mask >> i & 1 ? -4.0f : 0.0f;
            wrong += p.reward[i] != expected;
        }
        wrong += p.metric[2] != (double)k || p.metric[0] != play_total(&p);
        wrong += play_total(&p) != (k == AGENTS ? -6.0 : k == 0 ? -18.0 : -4.0 * k);
    }
    return wrong;
}

static void test_payoffs(void)
{
    mg_predation_config config = mg_predation_default(AGENTS);
    int wrong = 0;
    for (uint32_t episode = 0; episode < 20; episode++)
        wrong += wrong_payoffs(&config, episode);
    tap_ok(wrong == 0, "20 states x 64 joint choices: rewards, totals and counts of facts/as.md 2.1: %d wrong", wrong);
    config.reward_cooperate = -3.5;
    tap_ok(wrong_payoffs(&config, 0) > 0, "mutation: another payoff is noticed");
}

/* Defecting pays an agent more, whatever the others do; one volunteer is the best total for N > 4. */
static void test_dilemma(void)
{
    static const int sizes[] = {3, 4, 6, 8};
    for (int n = 0; n < 4; n++) {
        mg_predation_config config = mg_predation_default(sizes[n]);
        float total[PLAY_AGENTS + 1] = {0};
        int better = 0, pairs = 0;
        for (unsigned mask = 0; mask < 1u << sizes[n]; mask++) {
            play with, without;
            play_start(&with, &mg_predation, &config, 5);
            without = with;
            play_mask(&with, mask | 1u);
            play_mask(&without, mask & ~1u);
            better += without.reward[0] > with.reward[0];
            pairs++;
            total[bits(mask | 1u)] = (float)play_total(&with);
            total[bits(mask & ~1u)] = (float)play_total(&without);
        }
        int best = 0;
        for (int k = 1; k <= sizes[n]; k++)
            best = total[k] > total[best] ? k : best;
        tap_ok(better == pairs, "N = %d: defecting pays more in all %d situations", sizes[n], pairs);
        tap_ok(sizes[n] > 4 ? best == 1 && total[1] == -4.0f
                            : total[sizes[n]] >= total[1] && total[sizes[n]] == -(float)sizes[n],
               "N = %d: the best total has %s cooperators", sizes[n], sizes[n] > 4 ? "one" : "as many as there are");
    }
}

/* Scripted episodes: -3 N T, -N T, -4 T (facts/as.md 2.1). Odd positions never land on the prey exactly. */
static double episode_return(int agents, unsigned mask, double *normalised)
{
    mg_predation_config config = mg_predation_default(agents);
    play p;
    play_start(&p, &mg_predation, &config, 3);
    for (int t = 1; !p.terminated; t++) {
        play_mask(&p, mask);
        if (p.truncated || p.terminated != (t == 30))
            return 0.0;
    }
    *normalised = p.metric[1];
    return p.metric[0];
}

static void test_references(void)
{
    double normalised;
    tap_ok(episode_return(6, 0u, &normalised) == -540.0 && normalised == 0.0, "nobody cooperates: -540, called 0");
    tap_ok(episode_return(6, 63u, &normalised) == -180.0, "all cooperate: -180");
    tap_ok(episode_return(6, 4u, &normalised) == -120.0 && normalised == 1.0, "one volunteer: -120, called 1");
    tap_ok(episode_return(12, 0u, &normalised) == -1080.0 && normalised == 0.0, "N = 12, nobody: -1080");
    tap_ok(episode_return(3, 7u, &normalised) == -90.0 && normalised == 1.0, "N = 3, all: -90, called 1");
}

static float apart(const play *p, int i, int j)
{
    return size_of(p->observation[i] - p->observation[j]) / 30.0f;
}

/* Moves, walls, the identical view of all agents, neighbours as of the observation; captures. */
static void test_moves(void)
{
    mg_predation_config config = mg_predation_default(AGENTS);
    int wrong = 0, held = 0, captured = 0;
    config.range = 0.1;
    for (uint32_t episode = 0; episode < 50; episode++) {
        play p, before;
        play_start(&p, &mg_predation, &config, episode);
        for (unsigned t = 0; t < 30; t++) {
            before = p;
            unsigned mask = episode % 2 ? 63u : (episode * 31 + t * 7) % 64;
            play_mask(&p, mask);
            bool all_near = true;
            for (int i = 0; i < AGENTS; i++) {
                float step = p.observation[i] - before.observation[i];
                bool whole = size_of(size_of(step) - 1.0f) < 1e-4f;
                wrong += !whole && size_of(step) > 1.0f;
                held += !whole;
                wrong += memcmp(p.observation, p.observation + i * AGENTS, AGENTS * sizeof(float)) != 0;
                all_near = all_near && size_of(p.observation[i]) <= 1.0f;
            }
            captured += all_near;
            wrong += (p.metric[3] > before.metric[3] * t / (t + 1.0) + 1e-9) != all_near;
        }
        wrong += !play_neighbours_right(&p, apart, 0.1f - 1e-5f) && !play_neighbours_right(&p, apart, 0.1f + 1e-5f);
    }
    tap_ok(wrong == 0, "moves of one, views, captures and neighbours in 50 episodes: %d wrong", wrong);
    tap_ok(held > 0 && captured > 0, "of them %d moves held at an end of the line, %d captures", held, captured);
    play p;
    play_start(&p, &mg_predation, &config, 1);
    p.neighbour[0] = p.neighbour[0] == 1 ? 2 : 1;
    p.neighbour[1] = -1;
    tap_ok(!play_neighbours_right(&p, apart, 1.0f), "mutation: a wrong neighbour is noticed");
}

static void test_nearness(void)
{
    mg_predation_config config = mg_predation_default(AGENTS);
    config.cooperate_by_nearness = true;
    int wrong = 0;
    for (uint32_t episode = 0; episode < 50; episode++) {
        play p;
        play_start(&p, &mg_predation, &config, episode);
        for (unsigned t = 0; t < 30; t++) {
            play_mask(&p, (episode * 17 + t * 5) % 64);
            int near = 0;
            for (int i = 0; i < AGENTS; i++)
                near += size_of(p.observation[i]) <= 2.0f;
            double expected = near == AGENTS ? -6.0 : near == 0 ? -18.0 : -4.0 * near;
            wrong += play_total(&p) != expected;
        }
    }
    tap_ok(wrong == 0, "by nearness, who is within 2 after the move cooperates: %d steps wrong", wrong);
}

/* ---- chosen places ---- */

/* The number `from`, which stands once in the row, becomes `to`. */
static void put(play *p, float from, float to)
{
    int found = 0;
    for (size_t at = 0; at + sizeof from <= p->spec.row_bytes; at += sizeof from)
        if (memcmp(p->row + at, &from, sizeof from) == 0) {
            memcpy(p->row + at, &to, sizeof to);
            found++;
        }
    if (found != 1)
        tap_ok(false, "the row holds %g %d times", (double)from, found);
}

/* What a reset draws, in its order: the prey's place, then the agents'. */
static void drawn(uint32_t episode, float *prey, float *place)
{
    mg_stream stream = mg_stream_at((mg_key){9993, 0}, MG_PURPOSE_TEST, episode, 0, 0);
    *prey = mg_random_uniform(&stream, 0.0f, 30.0f);
    for (int i = 0; i < AGENTS; i++)
        place[i] = mg_random_uniform(&stream, 0.0f, 30.0f);
}

/* An episode with these numbers in the place of those drawn. */
static void place_all(play *p, const mg_predation_config *config, float prey, const float *place)
{
    float old_prey, old[AGENTS];
    play_start(p, &mg_predation, config, 11);
    drawn(11, &old_prey, old);
    for (int i = 0; i < AGENTS; i++)
        put(p, old[i], place[i]);
    put(p, old_prey, prey);
    play_look(p);
}

static void test_start(void)
{
    mg_predation_config config = mg_predation_default(AGENTS);
    int wrong = 0;
    for (uint32_t episode = 0; episode < 20; episode++) {
        play p, scaled;
        float prey, place[AGENTS];
        play_start(&p, &mg_predation, &config, episode);
        config.scale = 0.25;
        play_start(&scaled, &mg_predation, &config, episode);
        config.scale = 1.0;
        drawn(episode, &prey, place);
        for (int i = 0; i < AGENTS; i++) {
            wrong += p.observation[i] != place[i] - prey;
            wrong += scaled.observation[i] != 0.25f * (place[i] - prey);
        }
    }
    tap_ok(wrong == 0, "prey first, then agents in order, seen from the prey, scaled: %d wrong", wrong);
    const mg_predation_config paper = mg_predation_default(8);
    tap_ok(paper.agents == 8 && paper.steps == 30 && paper.width == 30.0 && paper.range == 0.1 && paper.scale == 1.0 &&
               !paper.cooperate_by_nearness && paper.near == 2.0,
           "the paper's game by default");
}

/* Moves at and near both ends of the line, to the last bit. */
static void test_walls(void)
{
    static const float from[AGENTS] = {0.0f, 0.5f, 1.25f, 30.0f, 29.5f, 28.75f};
    static const float left[AGENTS] = {0.0f, 0.0f, 0.25f, 29.0f, 28.5f, 27.75f};
    static const float right[AGENTS] = {1.0f, 1.5f, 2.25f, 30.0f, 30.0f, 29.75f};
    static const int32_t go[2][AGENTS] = {{0, 0, 0, 0, 0, 0}, {1, 1, 1, 1, 1, 1}};
    mg_predation_config config = mg_predation_default(AGENTS);
    for (int side = 0; side < 2; side++) {
        play p;
        int wrong = 0;
        place_all(&p, &config, 16.0f, from);
        play_step(&p, go[side]);
        for (int i = 0; i < AGENTS; i++)
            wrong += p.observation[i] != (side ? right : left)[i] - 16.0f;
        tap_ok(wrong == 0, "steps to the %s end at the wall: %d wrong", side ? "right" : "left", wrong);
    }
}

/* Who stands on the prey cooperates with either action; a walk is judged by where it began. */
static void test_on_the_prey(void)
{
    static const float on[AGENTS] = {7.0f, 7.0f, 7.5f, 6.5f, 7.5f, 6.5f};
    static const int32_t go[AGENTS] = {0, 1, 0, 1, 1, 0};
    static const bool does[AGENTS] = {true, true, true, true, false, false};
    mg_predation_config config = mg_predation_default(AGENTS);
    play p;
    int wrong = 0;
    place_all(&p, &config, 7.0f, on);
    play_step(&p, go);
    for (int i = 0; i < AGENTS; i++)
        wrong += p.reward[i] != (does[i] ? -4.0f : 0.0f);
    tap_ok(wrong == 0 && p.metric[2] == 4.0, "on the prey either way is towards it: %d wrong", wrong);
    play_step(&p, go);
    play_step(&p, go);
    tap_ok(p.metric[2] * 3.0 < 12.0 + 1e-9 && p.metric[2] * 3.0 > 4.0 - 1e-9 && p.metric[2] < 4.0,
           "cooperators are a mean over steps: %g", p.metric[2]);
}

/* All at distance `off` after the move, one by each way; captures of that one step. */
static bool captured(float off)
{
    float place[AGENTS];
    int32_t go[AGENTS];
    mg_predation_config config = mg_predation_default(AGENTS);
    play p;
    for (int i = 0; i < AGENTS; i++) {
        place[i] = 8.0f + (i % 2 ? off - 1.0f : 1.0f - off);
        go[i] = i % 2;
    }
    place_all(&p, &config, 8.0f, place);
    play_step(&p, go);
    return p.metric[3] == 1.0;
}

static void test_limits(void)
{
    tap_ok(captured(1.0f) && captured(0.995f), "the prey is captured within 1 of it");
    tap_ok(!captured(1.00001f) && !captured(1.005f), "... and not beyond");
    mg_predation_config config = mg_predation_default(AGENTS);
    static const float near[AGENTS] = {11.0f, 10.5f, 8.0f, 7.0f, 20.0f, 25.0f};
    static const int32_t go[AGENTS] = {0, 1, 1, 0, 0, 1};
    static const float reward[AGENTS] = {-4.0f, -4.0f, -4.0f, 0.0f, 0.0f, 0.0f}; /* 1, 2.5, 0, 3 apart */
    play p;
    int wrong = 0;
    config.cooperate_by_nearness = true;
    config.near = 2.5;
    place_all(&p, &config, 9.0f, near);
    play_step(&p, go);
    for (int i = 0; i < AGENTS; i++)
        wrong += p.reward[i] != reward[i];
    tap_ok(wrong == 0, "by nearness: within the limit after the move, the limit included: %d wrong", wrong);
    static const float line[AGENTS] = {0.0f, 3.0f, 6.015625f, 9.0f, 12.0625f, 30.0f};
    static const int32_t wanted[AGENTS][2] = {{1, -1}, {0, -1}, {3, -1}, {2, -1}, {-1, -1}, {-1, -1}};
    mg_predation_config plain = mg_predation_default(AGENTS);
    wrong = 0;
    place_all(&p, &plain, 20.0f, line);
    for (int i = 0; i < AGENTS; i++)
        wrong += p.neighbour[i * 5] != wanted[i][0] || p.neighbour[i * 5 + 1] != wanted[i][1];
    tap_ok(wrong == 0, "neighbours: within 3 of 30, 3 included, 3.015 not: %d wrong", wrong);
}

/* ---- digest ---- */

/* Every number of the row is in the digest. */
static void test_digest_places(void)
{
    mg_predation_config config = mg_predation_default(AGENTS);
    float prey, place[AGENTS];
    play start;
    int missed = 0;
    drawn(1, &prey, place);
    play_start(&start, &mg_predation, &config, 1);
    for (int i = -1; i < AGENTS; i++) {
        play other = start;
        put(&other, i < 0 ? prey : place[i], 12.5f);
        missed += mg_digest_equal(play_digest(&start), play_digest(&other));
    }
    tap_ok(missed == 0, "the digest sees the prey's place and every agent's: %d missed", missed);
}

static void test_digest(void)
{
    mg_predation_config config = mg_predation_default(AGENTS);
    play p, again;
    memset(&again, 0xff, sizeof again);
    play_start(&p, &mg_predation, &config, 1);
    play_start(&again, &mg_predation, &config, 1);
    tap_ok(mg_digest_equal(play_digest(&p), play_digest(&again)), "one start, one digest");
    play_mask(&p, 1);
    play_mask(&again, 2);
    tap_ok(!mg_digest_equal(play_digest(&p), play_digest(&again)), "other play, other digest");
}

int main(void)
{
    test_payoffs();
    test_dilemma();
    test_references();
    test_moves();
    test_nearness();
    test_start();
    test_walls();
    test_on_the_prey();
    test_limits();
    test_digest_places();
    test_digest();
    return tap_done();
}
