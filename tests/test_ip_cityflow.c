/* The computed rows of ip-cityflow: signals that choose at random, on an environment made up for it; the mean field, and
 * that it can fail; sizes of networks, counted by hand. */
#include "tests/direct_notes.h"

static const char *variant_name = "n16";

static mg_profile quick_profile(const mg_direct *direct)
{
    (void)direct;
    return MG_PROFILE_QUICK;
}

static const struct mg_row_name *some_name(const mg_direct *direct);

#define mg_direct_profile quick_profile
#define mg_direct_name some_name
#include "algos/intention_theory.h"
static double damping = 1.0;
static void add_damped(mg_mean_field_theory *theory, mg_stream *stream, double strength, double asked)
{
    mg_mean_field_add(theory, stream, strength, asked * damping);
}
#define mg_mean_field_add add_damped
#include "suite/ip_cityflow.c"
#include "suite/shared/roads_play.c"
#undef main

static const mg_row_name *some_name(const mg_direct *direct)
{
    static mg_row_name name;
    (void)direct;
    name = (mg_row_name){"computed", variant_name, 0};
    return &name;
}

/* ---- three agents, five choices, four steps; its metrics say what they did ---- */

enum { AGENTS = 3, CHOICES = 5, STEPS = 4, EPISODES = 40 };

typedef struct seen {
    int episodes, steps, choice[AGENTS][CHOICES], alike, opened;
    int32_t first[EPISODES]; /* what agent 0 did first */
} seen;
static seen saw;

typedef struct count_row {
    int step, sum; /* of what agent 0 did */
} count_row;

static void *open_count(const void *config, mg_key key, mg_error *error)
{
    (void)config, (void)key, (void)error;
    saw.opened++;
    return &saw;
}

static void *open_nothing(const void *config, mg_key key, mg_error *error)
{
    (void)config, (void)key;
    (void)mg_fail(error, MG_EXIT_INPUT, "no such world");
    return NULL;
}

static void close_count(void *world)
{
    saw.opened -= world == &saw;
}

static void describe_count(const void *config, const void *world, mg_env_spec *spec)
{
    static const mg_metric_spec metric[] = {{"episode", "counted"}, {"sum", "of what agent 0 did"}, {"one", "is 1"}};
    (void)config, (void)world;
    *spec = (mg_env_spec){.name = "count",
                          .stages = 1,
                          .longest_episode = STEPS,
                          .metrics = 3,
                          .metric = metric,
                          .row_bytes = sizeof(count_row)};
    mg_env_add_agents(spec, AGENTS, &(mg_agent_spec){.part = {{"nothing", 1, 1, 1}}, .actions = CHOICES});
}

static void describe_too_much(const void *config, const void *world, mg_env_spec *spec)
{
    describe_count(config, world, spec);
    spec->metrics = ROADS_METRICS_MAX + 1;
}

static void reset_count(const mg_row *row, mg_stream *stream)
{
    (void)stream;
    *(count_row *)row->state = (count_row){0};
    saw.episodes++;
}

static void step_count(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    (void)stream;
    count_row *r = row->state;
    if (r->step == 0 && saw.episodes <= EPISODES)
        saw.first[saw.episodes - 1] = joint->action[0];
    for (int i = 0; i < AGENTS; i++)
        saw.choice[i][joint->action[i]]++;
    saw.alike += joint->action[0] == joint->action[1];
    saw.steps++;
    r->sum += joint->action[0];
    outcome->terminated = false;
    outcome->truncated = ++r->step == STEPS;
}

static void metrics_count(const mg_row *row, double *metric)
{
    metric[0] = (double)saw.episodes;
    metric[1] = (double)((const count_row *)row->state)->sum;
    metric[2] = 1.0;
}

static void test_uniform(void)
{
    const mg_env_table count = {.name = "count",
                                .open_world = open_count,
                                .close_world = close_count,
                                .describe = describe_count,
                                .reset = reset_count,
                                .step = step_count,
                                .metrics = metrics_count};
    mg_env_table nothing = count;
    mg_error error = {0};
    roads_played played;
    bool good = roads_play_uniform(&count, NULL, (mg_key){9984, 0}, EPISODES, &played, &error);
    int least = STEPS * EPISODES, first_alike = 0;
    for (int i = 0; i < AGENTS; i++)
        for (int c = 0; c < CHOICES; c++)
            least = saw.choice[i][c] < least ? saw.choice[i][c] : least;
    for (int e = 1; e < EPISODES; e++)
        first_alike += saw.first[e] == saw.first[0];
    tap_ok(good && saw.episodes == EPISODES && saw.steps == STEPS * EPISODES && saw.opened == 0,
           "%d episodes of %d steps, and the world is closed", saw.episodes, STEPS);
    tap_ok(least > STEPS * EPISODES / CHOICES / 2, "every agent does everything, %d times of %d at least", least,
           STEPS * EPISODES);
    tap_ok(saw.alike < STEPS * EPISODES / 2 && saw.alike > 0, "each for itself: two do the same %d times", saw.alike);
    tap_ok(first_alike < EPISODES / 2, "no episode is like the first: %d begin alike", first_alike);
    double sum = 0.0;
    for (int c = 0; c < CHOICES; c++)
        sum += (double)(c * saw.choice[0][c]);
    double off = played.mean[1] - sum / EPISODES;
    tap_ok(played.mean[0] > 20.49 && played.mean[0] < 20.51 && off < 1e-9 && off > -1e-9,
           "metrics are means over episodes: %g of 1 to 40", played.mean[0]);
    notes = 0;
    roads_tell(&played, (const char *const[]){"one", "sum", NULL}, NULL);
    tap_ok(notes == 2 && metric("one") > 0.99 && metric("one") < 1.01 && metric("sum") > 1.5,
           "what is wanted of them is told, by name");
    nothing.open_world = open_nothing;
    tap_ok(!roads_play_uniform(&nothing, NULL, (mg_key){9984, 0}, 1, &played, &error) && error.status != MG_EXIT_OK,
           "without a world: %s", error.text);
    mg_env_table more = count;
    mg_error too_many = {0};
    more.describe = describe_too_much;
    tap_ok(!roads_play_uniform(&more, NULL, (mg_key){9984, 0}, 1, &played, &too_many) &&
               strstr(too_many.text, "17 metrics") && saw.opened == 0,
           "with more metrics than there is room for: %s", too_many.text);
}

static void test_roads(void)
{
    variant_name = "n16";
    run(run_uniform);
    tap_ok(notes == 6 && metric("average_travel_time") > 20.0 && metric("average_travel_time") < 200.0 &&
               metric("finished") > 10.0 && metric("red_lights_waiting") > 0.0,
           "on four signals for 200 s: %g s, %g arrive", metric("average_travel_time"), metric("finished"));
}

static void test_mean_field(void)
{
    run(run_mean_field);
    tap_ok(metric("fields") > 49.0 && metric("fields") < 51.0 && metric("not_converged") < 0.5 &&
               metric("not_converged") > -0.5,
           "fifty fields come to an end");
    tap_ok(metric("largest_rise") < 1e-12 && metric("largest_fall") > 1.0 && metric("fixed_point_error") < 1e-9 &&
               metric("general_error") < 1e-10 && metric("field_error") < 1e-11 && metric("gap") > 1e-9,
           "... at mean fields, by way of updates that lower the divergence");
    double gap = metric("gap"), fall = metric("largest_fall");
    tap_ok(gap < 0.1 && fall > 3.0, "of fifty different ones: one is nearly a product, %.2g, one far off, %.2f", gap,
           fall);
    damping = 3.0;
    run(run_mean_field);
    tap_ok(metric("largest_rise") > 1e-3, "mutation: updates overdone raise it, by %.1e", metric("largest_rise"));
    damping = 1.0;
}

static void test_sizes(void)
{
    enum { SEEN = 20, ACTIONS = 4, UNITS = 128, SQUARE = UNITS * UNITS };
    const int first = (SEEN + 1) * UNITS, hops = 2 * (4 * SQUARE + UNITS), top = (2 * UNITS + 1) * UNITS;
    const int body = first + hops + top, one = UNITS + 1;
    const int ip = body + ACTIONS * one + body + one + 2 * (body + ACTIONS * UNITS + one);
    const int actor = first + SQUARE + UNITS + ACTIONS * one;
    static const char *const variant[] = {"n16", "n225", "n1225"};
    static const int signals[] = {16, 225, 1225};
    double pic = 0.0;
    for (int k = 0; k < 3; k++) {
        variant_name = variant[k];
        run(run_sizes);
        int maddpg = actor + (signals[k] * (SEEN + ACTIONS) + 1) * UNITS + SQUARE + UNITS + one;
        tap_ok((int)metric("size_ip") == ip && (int)metric("size_maddpg") == maddpg, "%s: %g and %g", variant[k],
               metric("size_ip"), metric("size_maddpg"));
        tap_ok(metric("size_pic") > (double)actor && (k == 0 || (int)metric("size_pic") == (int)pic), "... and %g",
               metric("size_pic"));
        pic = metric("size_pic");
    }
}

int main(void)
{
    test_uniform();
    test_roads();
    test_mean_field();
    test_sizes();
    return tap_done();
}
