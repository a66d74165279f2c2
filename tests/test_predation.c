/* Predation: every payoff by enumeration, what pays (specs/as.md 1.1), positions, neighbours, reference returns. */
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
    tap_ok(wrong == 0, "20 states x 64 joint choices: rewards, totals and counts of specs/as.md 1.1: %d wrong", wrong);
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

/* Scripted episodes: -3 N T, -N T, -4 T (specs/as.md 1.1). Odd positions never land on the prey exactly. */
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
    test_digest();
    return tap_done();
}
