/* Grid navigation: rewards and moves against a plain model, the reference policy, the two measured returns. */
#include "core/num/scalar_math.h"
#include "envs/grid_navigation.h"
#include "tests/environment.h"
#include "tests/tap.h"

enum { AGENTS = 3, SIZE = 5 };

typedef struct model {
    int x[2 * AGENTS], y[2 * AGENTS]; /* agents, then landmarks */
} model;

static model seen(const play *p)
{
    model m;
    for (int i = 0; i < 2 * AGENTS; i++) {
        m.x[i] = (int)(p->observation[2 * i] * (SIZE - 1) + 0.5f);
        m.y[i] = (int)(p->observation[2 * i + 1] * (SIZE - 1) + 0.5f);
    }
    return m;
}

static int held(int x)
{
    return x < 0 ? 0 : x >= SIZE ? SIZE - 1 : x;
}

static double distance(const model *m, int a, int b)
{
    double x = m->x[a] - m->x[b], y = m->y[a] - m->y[b];
    return mg_sqrt(x * x + y * y);
}

static int wrong_steps(const mg_grid_navigation_config *config, int *meetings)
{
    static const int dx[] = {0, 0, 0, -1, 1}, dy[] = {0, -1, 1, 0, 0};
    int wrong = 0;
    for (uint32_t episode = 0; episode < 100; episode++) {
        play p;
        play_start(&p, &mg_grid_navigation, config, episode);
        mg_stream stream = mg_stream_at((mg_key){9991, 0}, MG_PURPOSE_TEST, episode, 0, 0);
        int pairs = 0, arrived = 0;
        for (int t = 1; !p.terminated; t++) {
            int32_t action[AGENTS];
            model m = seen(&p), after;
            for (int i = 0; i < AGENTS; i++) {
                action[i] = (int32_t)mg_random_below(&stream, 5);
                m.x[i] = held(m.x[i] + dx[action[i]]);
                m.y[i] = held(m.y[i] + dy[action[i]]);
            }
            play_step(&p, action);
            after = seen(&p);
            wrong += memcmp(&m, &after, sizeof m) != 0 || p.terminated != (t == 25) || p.truncated;
            for (int i = 0; i < AGENTS; i++) {
                int others = -1;
                for (int j = 0; j < AGENTS; j++)
                    others += m.x[i] == m.x[j] && m.y[i] == m.y[j];
                double off = (double)p.reward[i] + distance(&m, i, AGENTS + i) / SIZE + others;
                wrong += off > 1e-6 || off < -1e-6;
                *meetings += others;
                pairs += others; /* twice */
                arrived += distance(&m, i, AGENTS + i) < 0.5;
            }
            double of_reference = (p.metric[0] + 44.0) / (44.0 - 3.27), off = p.metric[1] - of_reference;
            wrong += p.metric[2] != (double)(pairs / 2) / t || p.metric[3] != (double)arrived / t;
            wrong += off > 1e-9 || off < -1e-9;
        }
    }
    return wrong;
}

static void test_steps(void)
{
    mg_grid_navigation_config config = mg_grid_navigation_default();
    int meetings = 0, ignored = 0, wrong = wrong_steps(&config, &meetings);
    tap_ok(wrong == 0, "100 episodes step by step as the plain model: %d wrong", wrong);
    tap_ok(meetings > 300, "%d meetings on the way", meetings);
    config.collision_cost = 0.9;
    tap_ok(wrong_steps(&config, &ignored) > 0, "mutation: another cost is noticed");
}

/* Mean return of `episodes` episodes of uniform play, or of the reference policy. */
static double mean_return(const mg_grid_navigation_config *config, bool reference, uint32_t episodes, int *late)
{
    double sum = 0.0;
    for (uint32_t episode = 0; episode < episodes; episode++) {
        play p;
        play_start(&p, &mg_grid_navigation, config, episode);
        mg_stream stream = mg_stream_at((mg_key){9990, 0}, MG_PURPOSE_TEST, episode, 0, 0);
        model m = seen(&p);
        int longest = 0, steps = 0;
        for (int i = 0; i < AGENTS; i++) {
            int x = m.x[i] - m.x[AGENTS + i], y = m.y[i] - m.y[AGENTS + i];
            int way = (x < 0 ? -x : x) + (y < 0 ? -y : y);
            longest = way > longest ? way : longest;
        }
        while (!p.terminated) {
            int32_t action[AGENTS];
            for (int i = 0; i < AGENTS; i++)
                action[i] = reference ? mg_grid_navigation_reference_action(config, p.row, i)
                                      : (int32_t)mg_random_below(&stream, 5);
            play_step(&p, action);
            m = seen(&p);
            bool there = true;
            for (int i = 0; i < AGENTS; i++)
                there = there && m.x[i] == m.x[AGENTS + i] && m.y[i] == m.y[AGENTS + i];
            *late += ++steps >= longest && !there;
        }
        sum += p.metric[0];
    }
    return sum / episodes;
}

static void test_references(void)
{
    mg_grid_navigation_config config = mg_grid_navigation_default();
    int late = 0, ignored = 0;
    double reference = mean_return(&config, true, 4000, &late), uniform = mean_return(&config, false, 4000, &ignored);
    tap_ok(late == 0, "the reference policy arrives by a shortest path and stays");
    tap_ok(reference > config.reference_return - 0.15 && reference < config.reference_return + 0.15,
           "reference return %.3f, the config says %g", reference, config.reference_return);
    tap_ok(uniform > config.random_return - 0.6 && uniform < config.random_return + 0.6,
           "return of uniform play %.3f, the config says %g", uniform, config.random_return);
    tap_ok(ignored > 0, "mutation: uniform play does not arrive");
}

static float apart(const play *p, int i, int j)
{
    model m = seen(p);
    return (float)distance(&m, i, j);
}

static void test_places(void)
{
    mg_grid_navigation_config config = mg_grid_navigation_default();
    int wrong = 0;
    for (uint32_t episode = 0; episode < 300; episode++) {
        play p;
        play_start(&p, &mg_grid_navigation, &config, episode);
        model m = seen(&p);
        for (int i = 0; i < AGENTS; i++)
            for (int j = 0; j < i; j++)
                wrong += distance(&m, i, j) < 0.5 || distance(&m, AGENTS + i, AGENTS + j) < 0.5;
        wrong += !play_neighbours_right(&p, apart, 1.5f);
        wrong += memcmp(p.observation, p.observation + 12, 12 * sizeof(float)) != 0;
    }
    tap_ok(wrong == 0, "300 starts: distinct cells, one view, neighbours within 1.5: %d wrong", wrong);
    play p, again;
    play_start(&p, &mg_grid_navigation, &config, 7);
    memset(&again, 0xff, sizeof again);
    play_start(&again, &mg_grid_navigation, &config, 7);
    bool same = mg_digest_equal(play_digest(&p), play_digest(&again));
    play_step(&p, (int32_t[]){1, 1, 1});
    tap_ok(same && !mg_digest_equal(play_digest(&p), play_digest(&again)), "one start, one digest; then another");
}

int main(void)
{
    test_steps();
    test_references();
    test_places();
    return tap_done();
}
