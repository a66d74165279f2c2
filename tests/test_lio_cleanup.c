/* What lio-cleanup says of itself: its computed rows, which notice a wrong closed form; its probes, by numbers of which
 * the answer is known and by a learner that has learned nothing; what counts of a task of them; seeds. */
#include "core/num/isa.h"
#include "suite/harness/trail.h"
#include "tests/direct_notes.h"

static const char *which = "7x7";
static double falsified = 1.0;

static const struct mg_row_name *name_of_row(const mg_direct *direct);
static mg_profile quick_profile(const mg_direct *direct)
{
    (void)direct;
    return MG_PROFILE_QUICK;
}

#define mg_direct_name name_of_row
#define mg_direct_profile quick_profile
#include "suite/shared/cleanup_play.h"
static double falsified_error(const mg_cleanup_config *config, const mg_lio_shape *settings, int components,
                              mg_stream *stream, double mutate)
{
    return cleanup_gradient_error(config, settings, components, stream, falsified * mutate);
}
#define cleanup_gradient_error falsified_error
#include "suite/lio_cleanup.c"
#undef main

static const struct mg_row_name *name_of_row(const mg_direct *direct)
{
    (void)direct;
    static mg_row_name name;
    name.variant = which;
    return &name;
}

/* ---- what is computed ---- */

static void test_play(void)
{
    which = "7x7";
    run(run_play);
    const double small = metric("divided_return"), random = metric("random_return");
    tap_ok(small > 37.0 && small < 41.0 && random > 0.9 && random < 1.9, "7x7: divided %g, random %g", small, random);
    which = "10x10";
    run(run_play);
    tap_ok(metric("divided_return") > 16.0 && metric("divided_return") < 20.0 && metric("random_washed") > 9.0,
           "10x10: divided %g, random washes %g away", metric("divided_return"), metric("random_washed"));
}

static void test_meta_gradient(const char *map)
{
    which = map;
    falsified = 1.0;
    run(run_meta_gradient);
    tap_ok(metric("relative_error") < 1e-5 && metric("components") == 40.0, "%s: the closed form holds: %.1e", map,
           metric("relative_error"));
    falsified = 1.001;
    run(run_meta_gradient);
    tap_ok(metric("relative_error") > 1e-5, "twin, %s: one that is wrong by a thousandth does not: %.1e", map,
           metric("relative_error"));
}

/* ---- which of two is paid more ---- */

static cleanup_probe probe_of(double to_cleaner, double to_misser, double error)
{
    cleanup_probe probe = {.episodes = 20};
    for (int giver = 0; giver < 2; giver++) {
        probe.paid[giver][0] = (cleanup_mean){100.0, error}; /* whoever only moves is nobody's business */
        probe.paid[giver][1] = (cleanup_mean){giver == 0 ? to_cleaner : 7.0, error};
        probe.paid[giver][2] = (cleanup_mean){giver == 0 ? to_misser : 7.0, error};
    }
    return probe;
}

static void test_lead(void)
{
    cleanup_probe probe = probe_of(20.0, 9.5, 0.0);
    tap_ok(cleanup_probe_lead(&probe, 0) == 10.5 && cleanup_probe_lead(&probe, 1) == 0.0, "a lead of %g",
           cleanup_probe_lead(&probe, 0));
    probe.paid[0][1].error = 3.0;
    probe.paid[0][2].error = 4.0;
    tap_ok(cleanup_probe_tells(&probe, 0) == 1, "more than twice the error of the difference, 5, is certain");
    probe.paid[0][1].mean = 19.0;
    tap_ok(cleanup_probe_tells(&probe, 0) == 0, "less is not");
    probe.paid[0][1].mean = 20.0;
    probe.paid[0][2].error = 4.5;
    tap_ok(cleanup_probe_tells(&probe, 0) == 0, "nor is as much with an error of 5.4");
    const cleanup_probe more = probe_of(100.0, 95.0, 0.0), less = probe_of(95.0, 100.0, 0.0);
    tap_ok(cleanup_probe_tells(&more, 0) == 1 && cleanup_probe_tells(&less, 0) == -1 &&
               cleanup_probe_tells(&less, 1) == 0,
           "without any error five more are more, and five less are less");
    const cleanup_probe beams = probe_of(100.0, 98.0, 0.0), hardly = probe_of(95.0, 99.9, 0.0);
    tap_ok(cleanup_probe_tells(&beams, 0) == 0 && cleanup_probe_tells(&hardly, 0) == 0,
           "who pays for beams, of which one has 50 and the other 49, tells nobody apart");
}

static void test_leads(void)
{
    cleanup_probe probe[6] = {probe_of(90.0, 0.0, 1.0), probe_of(1.0, 0.0, 1.0), probe_of(6.0, 0.0, 1.0),
                              probe_of(5.5, 0.0, 1.0),  probe_of(0.0, 5.0, 1.0), probe_of(80.0, 0.0, 1.0)};
    cleanup_leads found = cleanup_probe_leads(probe, 1, 4, 0);
    tap_ok(found.leads == 2 && found.lags == 1, "of four probes it leads in %d and lags in %d", found.leads,
           found.lags);
    tap_ok(found.at == 2 && found.largest == 6.0, "... by %g at most, in probe %d", found.largest, found.at);
    found = cleanup_probe_leads(probe, 4, 4, 0);
    tap_ok(found.leads == 0 && found.lags == 1 && found.at == 4 && found.largest < 0.0, "one that lags never leads");
    found = cleanup_probe_leads(probe, 0, 5, 1);
    tap_ok(found.leads == 0 && found.lags == 0 && found.largest == 0.0, "the other giver pays them alike");
}

/* ---- what a task of probes concludes ---- */

static mg_rollout *open_rollout(void)
{
    static mg_cleanup_config river;
    static mg_lio_actor_critic_config lio;
    mg_error error = {0};
    river = mg_cleanup_default(false);
    lio = mg_lio_cleanup_released(false);
    const mg_rollout_config config = {&mg_cleanup, &river, &mg_lio_actor_critic, &lio, {9984, 3}, 10};
    mg_rollout *rollout = mg_rollout_create(&config, &error);
    if (!rollout)
        tap_ok(false, "%s", error.text);
    return rollout;
}

static void test_conclusion(void)
{
    mg_rollout *rollout = open_rollout();
    cleanup_probe probe[11];
    double value[40];
    for (int n = 0; n < 11; n++) /* from 40 000 episodes on and at first it pays the cleaner, in between the other */
        for (int giver = 0; giver < 2; giver++) {
            const bool leads = n == 0 || n >= 8 || n == 2;
            probe[n] = probe_of(leads ? (n == 2 ? 10.0 : 9.0) : 0.0, leads ? 0.0 : 9.0, 0.5);
            memcpy(probe[n].paid[1], probe[n].paid[0], sizeof probe[n].paid[1]);
        }
    probing p = {.rollout = rollout, .quick = true, .every = 5000, .times = 10, .probe = probe};
    notes = 0;
    conclude(&p);
    tap_ok(metric("leads") == 1.0 && metric("lags") == 6.0, "of probes after 5000 to 35 000 episodes %g lead, %g lag",
           metric("leads"), metric("lags"));
    tap_ok(metric("lead_untrained") == 9.0 && metric("lead") == 10.0 && metric("lead_at") == 10000.0,
           "... the first is told apart from them");
    tap_ok(metric("paid_to_r") == 100.0 && metric("paid_to_c") == 10.0 && metric("paid_to_m") == 0.0,
           "... and pay is that of the largest lead");
    mg_rollout *alike = open_rollout();
    mg_rollout_evaluate(alike, 20, value);
    mg_rollout_destroy(alike);
    mg_rollout_destroy(rollout);
    tap_ok(metric("return_sum") == value[0], "the return is that of an evaluation: %g", value[0]);
}

/* Whoever eats more is the harvester. */
static void test_harvester(mg_rollout *rollout)
{
    double value[40];
    cleanup_probe probe[2] = {probe_of(0.0, 0.0, 1.0), probe_of(9.0, 0.0, 0.5)}; /* agent 1 pays alike */
    probing p = {.rollout = rollout, .quick = true, .every = 5000, .times = 1, .probe = probe};
    notes = 0;
    conclude(&p);
    mg_rollout_evaluate(rollout, 20, value);
    const bool second = value[RETURN_1] > value[RETURN_0];
    tap_ok(value[RETURN_0] != value[RETURN_1] && (metric("leads") > 0.0) == !second,
           "agent %d eats more, and its pay counts", second);
}

/* Of all that the learner is. */
static uint64_t sum_of(mg_rollout *rollout)
{
    static mg_tensor tensor[200];
    uint64_t sum = 0;
    const int tensors = mg_lio_actor_critic.tensors(mg_rollout_learner_self(rollout), tensor, 200);
    for (int k = 0; k < tensors; k++)
        for (size_t b = 0; b < mg_tensor_bytes(&tensor[k]); b++)
            sum = 31 * sum + ((const unsigned char *)tensor[k].data)[b];
    return sum;
}

static void test_probe(mg_rollout *rollout)
{
    const mg_cleanup_config river = mg_cleanup_default(false);
    cleanup_probe one = {.episodes = 5}, again = {.episodes = 5}, other = {.episodes = 5};
    const uint64_t before = sum_of(rollout);
    cleanup_probe_run(&one, &river, rollout, 1, (mg_key){9984, 3});
    cleanup_probe_run(&again, &river, rollout, 1, (mg_key){9984, 3});
    cleanup_probe_run(&other, &river, rollout, 2, (mg_key){9984, 3});
    tap_ok(sum_of(rollout) == before, "a probe changes nothing in who is probed");
    tap_ok(!memcmp(one.paid, again.paid, sizeof one.paid) && memcmp(one.paid, other.paid, sizeof one.paid),
           "its number names its episodes");
    bool within = true;
    for (int giver = 0; giver < 2; giver++)
        for (int k = 0; k < CLEANUP_PROBED; k++)
            within = within && one.paid[giver][k].mean > 20.0 && one.paid[giver][k].mean < 80.0 &&
                     one.paid[giver][k].error > 0.0 && one.paid[giver][k].error < 10.0;
    tap_ok(within, "untrained, each pays about half of 2 in each of 50 steps: %g, %g, %g", one.paid[0][0].mean,
           one.paid[0][1].mean, one.paid[0][2].mean);
}

/* Functions of which agent 0's pays 2 in a step for a beam and 1 for anything else, agent 1's nothing for a beam. */
static void rig_functions(mg_rollout *rollout)
{
    static mg_tensor tensor[200];
    const int tensors = mg_lio_actor_critic.tensors(mg_rollout_learner_self(rollout), tensor, 200);
    for (int k = 0; k < tensors; k++) {
        const int agent = tensor[k].name[6] - '0', columns = tensor[k].columns;
        if (tensor[k].kind != MG_KIND_INCENTIVES)
            continue;
        float *number = tensor[k].data;
        memset(number, 0, mg_tensor_bytes(&tensor[k]));
        if (strstr(tensor[k].name, "second.weight")) /* behind the picture's units: does not fire, fires */
            number[(tensor[k].rows - 1) * columns] = 1.0f;
        if (strstr(tensor[k].name, "output.weight"))
            number[1 - agent] = agent == 0 ? 30.0f : -30.0f;
    }
}

/* Whoever is scripted is paid for what the script does, by the giver's function. */
static void test_scripted(void)
{
    mg_rollout *rollout = open_rollout();
    const mg_cleanup_config river = mg_cleanup_default(false);
    cleanup_probe probe = {.episodes = 5};
    rig_functions(rollout);
    cleanup_probe_run(&probe, &river, rollout, 0, (mg_key){9984, 3});
    const cleanup_mean *by_0 = probe.paid[0], *by_1 = probe.paid[1];
    tap_ok(by_0[0].mean == 50.0 && by_0[0].error == 0.0 && by_1[0].mean == 50.0, "R never fires: %g, %g", by_0[0].mean,
           by_1[0].mean);
    tap_ok(by_0[1].mean > 90.0 && by_0[1].mean <= 98.0 && by_1[1].mean < 5.0,
           "C goes to the river and fires from there on: %g, %g", by_0[1].mean, by_1[1].mean);
    tap_ok(by_0[2].mean > 90.0 && by_0[2].mean <= 99.0 && by_1[2].mean > 0.9 && by_1[2].mean < 8.0,
           "M goes to the middle and fires from there on: %g, %g", by_0[2].mean, by_1[2].mean);
    mg_rollout_destroy(rollout);
}

/* ---- what is trained ---- */

static int seeds_of(const char *method, const char *variant)
{
    int seeds[MG_PROFILE_COUNT] = {0};
    mg_grid_row row = {NULL, NULL};
    for (int m = 0; m < grid.methods; m++)
        if (!strcmp(trained[m].name, method))
            row.method = &trained[m];
    for (int v = 0; v < grid.variants; v++)
        if (!strcmp(variants[v].name, variant))
            row.variant = &variants[v];
    return mg_grid_seeds(&grid, &row, seeds) ? seeds[MG_PROFILE_PAPER] : -1;
}

static void test_seeds(void)
{
    bool small = true, large = true;
    for (int m = 0; m < grid.methods; m++) {
        const char *name = trained[m].name;
        const bool gives = !strcmp(name, "ac-d") || !strcmp(name, "ac-c");
        small = small && seeds_of(name, "7x7") == 5;
        large = large && seeds_of(name, "10x10") == (gives ? 0 : 5);
    }
    tap_ok(small, "five seeds of every method on 7x7");
    tap_ok(large, "five on 10x10, of those that do not choose gifts");
    int probed = 0;
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
        if (!strcmp(methods[m].name, "probe"))
            probed += methods[m].seeds[MG_PROFILE_PAPER];
    tap_ok(probed == 7, "seven tasks of probes");
}

static void test_metrics(void)
{
    mg_env_spec spec;
    const mg_cleanup_config river = mg_cleanup_default(false);
    mg_cleanup.describe(&river, NULL, &spec);
    tap_ok(!strcmp(spec.metric[0].name, "return_sum") && !strcmp(spec.metric[RETURN_0].name, "return_0") &&
               !strcmp(spec.metric[RETURN_1].name, "return_1"),
           "the environment's metrics lie where they are looked for");
    mg_env_spec_free(&spec);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_play();
    test_meta_gradient("7x7");
    test_meta_gradient("10x10");
    test_lead();
    test_leads();
    test_metrics();
    test_seeds();
    mg_rollout *rollout = open_rollout();
    test_probe(rollout);
    test_scripted();
    test_harvester(rollout);
    test_conclusion();
    mg_rollout_destroy(rollout);
    return tap_done();
}
