/* Exchange: rewards and openings against a plain model, who may open what, what pays, the helpful policy, neighbours.
 */
#include "core/num/scalar_math.h"
#include "envs/exchange.h"
#include "tests/environment.h"
#include "tests/tap.h"

enum { AGENTS = 3 };

/* The state as observed: cells of agents and boxes, open or shut. */
typedef struct model {
    int x[AGENTS], y[AGENTS], box_x[AGENTS], box_y[AGENTS], open[AGENTS];
} model;

static int cell(float x, int size)
{
    return (int)(x * (float)(size - 1) + 0.5f);
}

static model seen(const play *p, int size)
{
    model m;
    for (int i = 0; i < AGENTS; i++) {
        m.x[i] = cell(p->observation[2 * i], size);
        m.y[i] = cell(p->observation[2 * i + 1], size);
        m.box_x[i] = cell(p->observation[6 + 2 * i], size);
        m.box_y[i] = cell(p->observation[6 + 2 * i + 1], size);
        m.open[i] = p->observation[12 + i] > 0.5f;
    }
    return m;
}

static int held(int x, int size)
{
    return x < 0 ? 0 : x >= size ? size - 1 : x;
}

/* What a step must do, in whole cents. */
static void expected(model *m, int size, const int32_t *action, int *cents)
{
    static const int dx[] = {0, 0, 0, -1, 1, 0}, dy[] = {0, -1, 1, 0, 0, 0};
    for (int i = 0; i < AGENTS; i++)
        cents[i] = -1;
    for (int i = 0; i < AGENTS; i++) {
        int owner = (i + AGENTS - 1) % AGENTS;
        m->x[i] = held(m->x[i] + dx[action[i]], size);
        m->y[i] = held(m->y[i] + dy[action[i]], size);
        if (action[i] != 5 || m->open[owner] || m->x[i] != m->box_x[owner] || m->y[i] != m->box_y[owner])
            continue;
        m->open[owner] = 1;
        cents[i] -= 500;
        cents[owner] += 1000;
    }
}

static int near_cents(float reward, int cents)
{
    float off = reward * 100.0f - (float)cents;
    return off < 0.01f && off > -0.01f;
}

static int wrong_steps(const mg_exchange_config *config, uint32_t episodes, int *opened)
{
    int wrong = 0;
    for (uint32_t episode = 0; episode < episodes; episode++) {
        play p;
        play_start(&p, &mg_exchange, config, episode);
        mg_stream stream = mg_stream_at((mg_key){9992, 0}, MG_PURPOSE_TEST, episode, 0, 0);
        for (int t = 1; !p.terminated; t++) {
            int32_t action[AGENTS];
            int cents[AGENTS], open = 0;
            model m = seen(&p, config->size), after;
            for (int i = 0; i < AGENTS; i++) /* helpful now and then, so that many boxes get opened */
                action[i] = mg_random_below(&stream, 8) ? (int32_t)mg_random_below(&stream, 6)
                                                        : mg_exchange_helpful_action(config, p.row, i);
            expected(&m, config->size, action, cents);
            play_step(&p, action);
            after = seen(&p, config->size);
            wrong += memcmp(&m, &after, sizeof m) != 0;
            for (int i = 0; i < AGENTS; i++) {
                wrong += !near_cents(p.reward[i], cents[i]);
                open += after.open[i];
            }
            wrong += p.terminated != (open == AGENTS || t == config->steps) || p.truncated;
            wrong += p.metric[2] != (double)open || p.metric[3] != (double)t;
        }
        *opened += (int)p.metric[2];
    }
    return wrong;
}

static void test_steps(void)
{
    mg_exchange_config config = mg_exchange_default();
    int opened = 0, ignored = 0;
    int wrong = wrong_steps(&config, 200, &opened);
    tap_ok(wrong == 0, "200 episodes on 3 x 3 step by step as the plain model: %d wrong", wrong);
    tap_ok(opened > 300 && opened < 550, "%d of 600 boxes opened on the way: with and without", opened);
    config.size = 5;
    config.steps = 50;
    wrong = wrong_steps(&config, 100, &ignored);
    tap_ok(wrong == 0, "100 episodes on 5 x 5: %d wrong", wrong);
    config.open_cost = 4.0;
    tap_ok(wrong_steps(&config, 10, &ignored) > 0, "mutation: another cost is noticed");
}

/* Opening costs the opener 5 at once and brings it nothing later: strictly dominated; the group gains 5. */
static void test_dilemma(void)
{
    mg_exchange_config config = mg_exchange_default();
    int openings = 0, wrong = 0;
    for (uint32_t episode = 0; episode < 100; episode++) {
        play p;
        play_start(&p, &mg_exchange, &config, episode);
        for (int t = 0; t < 8 && !p.terminated; t++) {
            int32_t action[AGENTS];
            for (int i = 0; i < AGENTS; i++)
                action[i] = mg_exchange_helpful_action(&config, p.row, i);
            for (int i = 0; i < AGENTS; i++) {
                play with = p, without = p;
                int32_t other[AGENTS];
                memcpy(other, action, sizeof other);
                other[i] = 0;
                play_step(&with, action);
                play_step(&without, other);
                if (action[i] != MG_EXCHANGE_OPEN)
                    continue;
                float own = with.reward[i] - without.reward[i];
                double all = play_total(&with) - play_total(&without);
                wrong += own > -4.999f || all < 4.999 || all > 5.001;
                openings++;
            }
            play_step(&p, action);
        }
    }
    tap_ok(openings == 300 && wrong == 0, "%d openings: each costs its agent 5 and brings the group 5", openings);
}

/* All open after tau steps: 15 - 0.03 tau; nothing opened: -0.9. */
static void test_references(void)
{
    mg_exchange_config config = mg_exchange_default();
    int wrong = 0, longest = 0;
    for (uint32_t episode = 0; episode < 100; episode++) {
        play p;
        int steps = 0;
        play_start(&p, &mg_exchange, &config, episode);
        while (!p.terminated) {
            int32_t action[AGENTS];
            for (int i = 0; i < AGENTS; i++)
                action[i] = mg_exchange_helpful_action(&config, p.row, i);
            play_step(&p, action);
            steps++;
        }
        double off = p.metric[0] - (15.0 - 0.03 * steps);
        wrong += off > 1e-9 || off < -1e-9;
        longest = steps > longest ? steps : longest;
    }
    tap_ok(wrong == 0 && longest <= 5, "helpful agents open all boxes within 5 steps for 15 - 0.03 steps");
    play p;
    const int32_t stay[AGENTS] = {0, 0, 0};
    play_start(&p, &mg_exchange, &config, 0);
    while (!p.terminated)
        play_step(&p, stay);
    tap_ok(p.metric[0] > -0.9001 && p.metric[0] < -0.8999 && p.metric[1] < 1e-9 && p.metric[1] > -1e-9,
           "nothing opened: -0.9, called 0");
}

static float apart(const play *p, int i, int j)
{
    model m = seen(p, 3);
    int x = m.x[i] - m.x[j], y = m.y[i] - m.y[j];
    return mg_sqrt_float((float)(x * x + y * y));
}

static void test_places(void)
{
    mg_exchange_config config = mg_exchange_default();
    int wrong = 0, over = 0, counts[9] = {0};
    for (uint32_t episode = 0; episode < 900; episode++) {
        play p;
        play_start(&p, &mg_exchange, &config, episode);
        model m = seen(&p, 3);
        for (int i = 0; i < AGENTS; i++)
            for (int j = 0; j < i; j++) {
                wrong += m.x[i] == m.x[j] && m.y[i] == m.y[j];
                wrong += m.box_x[i] == m.box_x[j] && m.box_y[i] == m.box_y[j];
            }
        for (int i = 0; i < AGENTS; i++)
            over += m.x[i] == m.box_x[i] && m.y[i] == m.box_y[i];
        counts[m.y[2] * 3 + m.x[2]]++;
        wrong += !play_neighbours_right(&p, apart, 1.5f);
        wrong += memcmp(p.observation, p.observation + 15, 15 * sizeof(float)) != 0;
    }
    int least = 900;
    for (int k = 0; k < 9; k++)
        least = counts[k] < least ? counts[k] : least;
    tap_ok(wrong == 0, "900 starts: distinct cells, one view, neighbours within 1.5: %d wrong", wrong);
    tap_ok(least > 60, "the last agent starts everywhere: at least %d times of about 100", least);
    tap_ok(over > 200 && over < 400, "an agent starts on its own box %d times of about 300", over);
    play p, again;
    play_start(&p, &mg_exchange, &config, 7);
    memset(&again, 0xff, sizeof again);
    play_start(&again, &mg_exchange, &config, 7);
    bool same = mg_digest_equal(play_digest(&p), play_digest(&again));
    play_step(&p, (int32_t[]){1, 1, 1});
    tap_ok(same && !mg_digest_equal(play_digest(&p), play_digest(&again)), "one start, one digest; then another");
}

int main(void)
{
    test_steps();
    test_dilemma();
    test_references();
    test_places();
    return tap_done();
}
