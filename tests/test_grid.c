/* An experiment as a grid: every method of every variant that a line names becomes the run that the tables say, in the
 * order of the tables; what is surely not meant is refused by name. On the tables of Anticipation Sharing. */
#include "algos/anticipation.h"
#include "baselines/independent_proximal.h"
#include "baselines/policy_sharing.h"
#include "baselines/team_advantage.h"
#include "baselines/value_parameter_sharing.h"
#include "baselines/value_reward_sharing.h"
#include "baselines/value_sharing.h"
#include "envs/exchange.h"
#include "envs/predation.h"
#include "suite/shared/anticipation_sharing.h"
#include "tests/tap.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const mg_grid_variant variants[] = {
    {"plain", {2, 3000}, .paper = {{"agents", 6}}},
    {"changed",
     {2, 1500},
     .paper = {{"agents", 12}, {"range", 0.3}},
     .ours = {{"clip", 0.3}, {"greedy_evaluation", 1}, {"penalty", 7, "as"}}},
    {"untrained", {2, UNTRAINED}, .summary = "as it starts", .ours = {AS_STILL}},
};
static const mg_grid_line lines[] = {
    {"ps as", "untrained", {0, 3}},
    {"as vs vps vps-reward ps ind team", "plain", {1, 10}},
    {"as vs vps-reward", "changed", {1, 7}},
    {"vps  ind", "plain", {1, 4}},
};
static const mg_grid grid = {.methods = AS_METHODS,
                             .method = as_method,
                             .variants = 3,
                             .variant = variants,
                             .lines = 4,
                             .line = lines,
                             .set_up = as_set_up_predation,
                             .quick = {{"agents", 6}, {"range", 1}}};

static const mg_method *find(const mg_experiment *whole, const char *name, const char *variant)
{
    for (int m = 0; m < whole->methods; m++)
        if (!strcmp(whole->method[m].name, name) && !strcmp(whole->method[m].variant, variant))
            return &whole->method[m];
    tap_ok(false, "there is a row %s/%s", name, variant);
    return &whole->method[0];
}

/* ---- the product ---- */

static void test_order(const mg_experiment *whole)
{
    static const char *const wanted[] = {
        "own/",         "as/plain",  "as/changed",       "as/untrained",       "vs/plain",
        "vs/changed",   "vps/plain", "vps-reward/plain", "vps-reward/changed", "ps/plain",
        "ps/untrained", "ind/plain", "team/plain"};
    int wrong = whole->methods != 13;
    for (int m = 0; m < 13 && m < whole->methods; m++) {
        char name[80];
        snprintf(name, sizeof name, "%s/%s", whole->method[m].name, whole->method[m].variant);
        wrong += strcmp(name, wanted[m]) != 0;
    }
    tap_ok(wrong == 0, "rows in the order of the tables, after those of the experiment's own");
    tap_ok(find(whole, "vps", "plain")->seeds[MG_PROFILE_PAPER] == 4 &&
               find(whole, "ind", "plain")->seeds[MG_PROFILE_PAPER] == 4 &&
               find(whole, "vps-reward", "plain")->seeds[MG_PROFILE_PAPER] == 10,
           "of two lines for a row the later says how many seeds, and for no other method");
    tap_ok(whole->deviations == 3 && !strcmp(whole->deviation[0].field, "first") &&
               !strcmp(whole->deviation[1].field, "second") && !strcmp(whole->deviation[2].field, "third"),
           "shared deviations, list by list, before the experiment's own");
}

static void test_rows(const mg_experiment *whole)
{
    static const struct {
        const char *name;
        const mg_learner_table *learner;
    } wanted[] = {{"as", &mg_anticipation},
                  {"vs", &mg_value_sharing},
                  {"vps", &mg_value_parameter_sharing},
                  {"vps-reward", &mg_value_reward_sharing},
                  {"ps", &mg_policy_sharing},
                  {"ind", &mg_independent_proximal},
                  {"team", &mg_team_advantage}};
    for (int k = 0; k < 7; k++) {
        mg_setup setup = {0};
        const mg_method *method = find(whole, wanted[k].name, "plain");
        bool good = mg_method_setup(method, MG_PROFILE_PAPER, false, &setup);
        tap_ok(good && setup.learner == wanted[k].learner && setup.environment == &mg_predation, "%s is %s",
               wanted[k].name, wanted[k].learner->name);
        tap_ok(method->paper_seeds == (strstr("as vs vps ps", wanted[k].name) ? 5 : 0), "%s: seeds of the paper",
               wanted[k].name);
    }
    const mg_method *changed = find(whole, "as", "changed"), *untrained = find(whole, "ps", "untrained");
    tap_ok(changed->seeds[MG_PROFILE_QUICK] == 1 && changed->seeds[MG_PROFILE_PAPER] == 7 && !changed->paper_seeds,
           "seeds: one in a quick run, the line's else; of what is ours the paper says nothing");
    tap_ok(untrained->seeds[MG_PROFILE_QUICK] == 0 && untrained->seeds[MG_PROFILE_PAPER] == 3,
           "untrained networks have no quick run");
    tap_ok(!strcmp(changed->summary, "Anticipation Sharing") && !strcmp(untrained->summary, "as it starts"),
           "a variant's summary, where it has one");
}

static void test_changes(const mg_experiment *whole)
{
    mg_setup used = {0}, paper = {0}, quick = {0}, reward = {0}, untrained = {0}, first = {0};
    const mg_method *method = find(whole, "as", "changed");
    (void)mg_method_setup(method, MG_PROFILE_PAPER, false, &used);
    (void)mg_method_setup(method, MG_PROFILE_PAPER, true, &paper);
    (void)mg_method_setup(method, MG_PROFILE_QUICK, false, &quick);
    (void)mg_method_setup(find(whole, "vps-reward", "changed"), MG_PROFILE_PAPER, false, &reward);
    (void)mg_method_setup(find(whole, "ps", "untrained"), MG_PROFILE_PAPER, false, &untrained);
    (void)mg_method_setup(find(whole, "as", "untrained"), MG_PROFILE_PAPER, false, &first);
    const mg_anticipation_config *a = (const void *)used.learner_config, *b = (const void *)paper.learner_config;
    const mg_anticipation_config *talks = (const void *)first.learner_config;
    const mg_predation_config *game = (const void *)used.environment_config;
    const mg_predation_config *small = (const void *)quick.environment_config;
    const mg_value_reward_sharing_config *with = (const void *)reward.learner_config;
    const mg_sharing_config *still = (const void *)untrained.learner_config;
    tap_ok(game->agents == 12 && game->range == 0.3 && a->proximal.clip == 0.3 && a->penalty == 7.0 &&
               a->proximal.greedy_evaluation,
           "what the paper changes and what we change");
    tap_ok(b->proximal.clip == 0.2 && b->penalty == 0.1 && !b->proximal.greedy_evaluation &&
               ((const mg_predation_config *)(const void *)paper.environment_config)->agents == 12,
           "the paper's form has the first alone");
    tap_ok(small->agents == 6 && small->range == 1.0 && quick.budget.units == 2, "a quick run is six neighbours");
    tap_ok(with->proximal.clip == 0.3 && with->reward_rate == with->proximal.critic_rate, "vps-reward has them too");
    tap_ok(used.budget.units == 1500 && used.budget.evaluate_every == 75 && used.budget.final_episodes == 200 &&
               used.budget.evaluation_episodes == 50 && paper.budget.units == 1500,
           "budgets are the row's");
    tap_ok(still->actor_rate == 0.0 && still->skip == 1.0 && untrained.budget.units == 1 &&
               untrained.budget.checkpoints == 1,
           "untrained: one episode, nothing moves");
    tap_ok(talks->proximal.actor_rate == 0.0 && talks->proximal.skip == 0.0, "a change may be one method's alone");
}

/* ---- what is refused ---- */

static void refuses(const mg_grid *wrong, const char *says)
{
    mg_error error = {0};
    mg_experiment experiment = {.grid = wrong}, whole;
    bool good = mg_experiment_whole(&experiment, &whole, &error);
    tap_ok(!good && error.status == MG_EXIT_INPUT && strstr(error.text, says) && !strchr(error.text, '\n'),
           "refused: %s, wanted %s", good ? "nothing" : error.text, says);
    mg_experiment_free(&whole);
}

static void test_refusals(void)
{
    mg_grid wrong = grid;
    mg_grid_line line[4];
    mg_grid_variant variant[3];
    memcpy(line, lines, sizeof line);
    wrong.line = line;
    line[1].methods = "as vsp ind";
    refuses(&wrong, "the method 'vsp'; did you mean 'vs'?");
    line[1] = lines[1];
    line[2].variants = "plain chanced";
    refuses(&wrong, "the variant 'chanced'; did you mean 'changed'?");
    line[2].variants = "something-else";
    refuses(&wrong, "the variant 'something-else', which its table does not have");
    line[2] = lines[1];
    refuses(&wrong, "no line of the grid names the variant 'changed'");
    wrong = grid;
    memcpy(variant, variants, sizeof variant);
    wrong.variant = variant;
    variant[2].name = "plain";
    refuses(&wrong, "the variant 'plain' twice");
    variant[2] = variants[2];
    variant[1].ours[0].field = "clips";
    refuses(&wrong, "as/changed sets clips, which is a field of neither predation nor anticipation");
    variant[1] = variants[1];
    variant[1].ours[2].only = NULL;
    refuses(&wrong, "vs/changed sets penalty, which is a field of neither predation nor proximal");
    variant[1] = variants[1];
    variant[1].paper[0].value = -1;
    refuses(&wrong, "config predation.agents is -1");
}

static bool ends(void (*mistake)(mg_setup *setup))
{
    mg_setup setup = {0};
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        mistake(&setup);
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == MG_EXIT_INPUT;
}

static void another_environment(mg_setup *setup)
{
    mg_exchange_config config = mg_exchange_default();
    mg_setup_environment(setup, &mg_predation, &config, sizeof config);
}

static void another_learner(mg_setup *setup)
{
    mg_anticipation_config config = mg_anticipation_continuous_paper();
    mg_setup_learner(setup, &mg_value_sharing, &config, sizeof config);
}

static void test_copies(void)
{
    tap_ok(ends(another_environment), "the config of another environment ends the program");
    tap_ok(ends(another_learner), "and so does that of another learner");
}

static void test_config_set(void)
{
    mg_sharing_config config = mg_sharing_default(1e-4);
    bool set = mg_config_set(&mg_sharing_fields, &config, "clip", 0.125) &&
               mg_config_set(&mg_sharing_fields, &config, "iterations", 7) &&
               mg_config_set(&mg_sharing_fields, &config, "sparse", 1);
    tap_ok(set && config.clip == 0.125 && config.iterations == 7 && config.sparse, "a number, a count, a switch");
    mg_sharing_config kept = config;
    tap_ok(!mg_config_set(&mg_sharing_fields, &config, "clips", 1) && !memcmp(&kept, &config, sizeof kept),
           "a name that is no field's changes nothing");
}

int main(void)
{
    static const mg_method own[] = {{.name = "own", .variant = ""}};
    static const mg_deviation deviation[] = {
        {"*", "*", "first", "x"}, {"*", "*", "second", "x"}, {"*", "*", "third", "x"}};
    static const mg_deviations a = {1, deviation}, b = {1, deviation + 1};
    mg_experiment experiment = {
        .methods = 1, .method = own, .grid = &grid, .shared = {&a, &b}, .deviations = 1, .deviation = deviation + 2};
    mg_experiment whole;
    mg_error error = {0};
    if (!tap_ok(mg_experiment_whole(&experiment, &whole, &error), "the grid is good%s", error.text))
        return tap_done();
    test_order(&whole);
    test_rows(&whole);
    test_changes(&whole);
    test_refusals();
    test_copies();
    test_config_set();
    mg_experiment_free(&whole);
    return tap_done();
}
