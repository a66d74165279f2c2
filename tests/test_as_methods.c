/* The tables of Anticipation Sharing's results: every method of every variant becomes the run that its row says. */
#include "suite/as_predation_game.h"
#include "tests/tap.h"

#include <sys/wait.h>
#include <unistd.h>

static const as_variant variants[] = {
    {"plain", EVERY, 10, 3000, .paper = {{"agents", 6}}},
    {"changed", AS | VS | VPS_REWARD, 7, 1500, .paper = {{"agents", 12}, {"range", 0.3}},
     .ours = {{"clip", 0.3}, {"greedy_evaluation", 1}, {"penalty", 7}}},
    {"untrained", PS, 3, UNTRAINED, .ours = {{"actor_rate", 0}}},
};

static const mg_method *find(const as_table *table, const char *name, const char *variant)
{
    for (int m = 0; m < table->methods; m++)
        if (!strcmp(table->method[m].name, name) && !strcmp(table->method[m].variant, variant))
            return &table->method[m];
    tap_ok(false, "there is a row %s/%s", name, variant);
    return &table->method[0];
}

static void test_rows(const as_table *table)
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
    tap_ok(table->methods == 7 + 3 + 1, "eleven rows, %d found", table->methods);
    for (int k = 0; k < 7; k++) {
        mg_setup setup = {0};
        const mg_method *method = find(table, wanted[k].name, "plain");
        bool good = mg_method_setup(method, MG_PROFILE_PAPER, false, &setup);
        tap_ok(good && setup.learner == wanted[k].learner && setup.environment == &mg_predation, "%s is %s",
               wanted[k].name, wanted[k].learner->name);
        tap_ok(method->paper_seeds == (strstr("as vs vps ps", wanted[k].name) ? 5 : 0), "%s: seeds of the paper",
               wanted[k].name);
    }
    const mg_method *changed = find(table, "as", "changed"), *untrained = find(table, "ps", "untrained");
    tap_ok(changed->seeds[MG_PROFILE_QUICK] == 1 && changed->seeds[MG_PROFILE_PAPER] == 7 && !changed->paper_seeds,
           "seeds: one in a quick run, the row's else; of what is ours the paper says nothing");
    tap_ok(untrained->seeds[MG_PROFILE_QUICK] == 0 && untrained->seeds[MG_PROFILE_PAPER] == 3,
           "untrained networks have no quick run");
}

static void test_changes(const as_table *table)
{
    mg_setup used = {0}, paper = {0}, quick = {0}, reward = {0}, untrained = {0};
    const mg_method *method = find(table, "as", "changed");
    (void)mg_method_setup(method, MG_PROFILE_PAPER, false, &used);
    (void)mg_method_setup(method, MG_PROFILE_PAPER, true, &paper);
    (void)mg_method_setup(method, MG_PROFILE_QUICK, false, &quick);
    (void)mg_method_setup(find(table, "vps-reward", "changed"), MG_PROFILE_PAPER, false, &reward);
    (void)mg_method_setup(find(table, "ps", "untrained"), MG_PROFILE_PAPER, false, &untrained);
    const mg_anticipation_config *a = (const void *)used.learner_config, *b = (const void *)paper.learner_config;
    const mg_predation_config *game = (const void *)used.environment_config;
    const mg_predation_config *small = (const void *)quick.environment_config;
    const mg_value_reward_sharing_config *with = (const void *)reward.learner_config;
    const mg_proximal_config *still = (const void *)untrained.learner_config;
    tap_ok(game->agents == 12 && game->range == 0.3 && a->proximal.clip == 0.3 && a->penalty == 7.0 &&
               a->proximal.greedy_evaluation,
           "what the paper changes and what we change");
    tap_ok(b->proximal.clip == 0.2 && b->penalty == 0.1 && !b->proximal.greedy_evaluation &&
               ((const mg_predation_config *)(const void *)paper.environment_config)->agents == 12,
           "the paper's form has the first alone");
    tap_ok(small->agents == 6 && small->range == 1.0 && quick.budget.units == 2, "a quick run is six neighbours");
    tap_ok(with->proximal.clip == 0.3 && with->reward_rate == with->proximal.critic_rate, "vps-reward has them too");
    tap_ok(used.budget.units == 1500 && used.budget.evaluate_every == 75 && used.budget.final_episodes == 200 &&
               paper.budget.units == 1500,
           "budgets are the row's");
    tap_ok(still->actor_rate == 0.0 && untrained.budget.units == 1, "untrained: one episode, nothing moves");
}

/* A variant that sets what is no field ends the program before anything runs. */
static void test_unknown_field(void)
{
    static const as_change wrong[AS_CHANGES] = {{"clip", 0.3}, {"clips", 0.3}};
    mg_predation_config game = mg_predation_default(6);
    mg_anticipation_config config = mg_anticipation_continuous_paper();
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        as_apply(wrong, &mg_predation, &game, &config);
        _exit(0);
    }
    bool waited = child > 0 && waitpid(child, &status, 0) == child;
    tap_ok(waited && WIFEXITED(status) && WEXITSTATUS(status) == MG_EXIT_INPUT,
           "a field that neither config has: exit %d, wanted %d", WEXITSTATUS(status), MG_EXIT_INPUT);
}

static void test_config_set(void)
{
    mg_proximal_config config = mg_proximal_default(1e-4);
    bool set = mg_config_set(&mg_proximal_fields, &config, "clip", 0.125) &&
               mg_config_set(&mg_proximal_fields, &config, "iterations", 7) &&
               mg_config_set(&mg_proximal_fields, &config, "sparse", 1);
    tap_ok(set && config.clip == 0.125 && config.iterations == 7 && config.sparse, "a number, a count, a switch");
    mg_proximal_config kept = config;
    tap_ok(!mg_config_set(&mg_proximal_fields, &config, "clips", 1) && !memcmp(&kept, &config, sizeof kept),
           "a name that is no field's changes nothing");
}

int main(void)
{
    static as_table table;
    as_add(&table, sizeof variants / sizeof *variants, variants, as_predation_set_up);
    test_rows(&table);
    test_changes(&table);
    test_config_set();
    test_unknown_field();
    (void)as_main;
    return tap_done();
}
