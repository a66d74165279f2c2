/* as_methods.h - what the results of Anticipation Sharing share: its method and the ones it is compared with, tables of
 * variants, and the length of a run. */
#ifndef MG_AS_METHODS_H
#define MG_AS_METHODS_H

#include "algos/anticipation.h"
#include "baselines/independent_proximal.h"
#include "baselines/policy_sharing.h"
#include "baselines/team_advantage.h"
#include "baselines/value_parameter_sharing.h"
#include "baselines/value_reward_sharing.h"
#include "baselines/value_sharing.h"
#include "core/io/error.h"
#include "suite/harness/experiment.h"

#include <stdlib.h>
#include <string.h>

/* In the order in which the paper names them. Ours are vps-reward, the consensus method as its source has it, and ind
 * and team: a floor and an upper reference. Sets are sums of these. */
typedef enum as_method {
    AS = 1,
    VS = 2,
    VPS = 4,
    VPS_REWARD = 8,
    PS = 16,
    IND = 32,
    TEAM = 64,
    PAPERS = AS | VS | VPS | PS,
    SHARING = PAPERS | VPS_REWARD,
    EVERY = SHARING | IND | TEAM
} as_method;

enum { AS_KINDS = 7, AS_CHANGES = 3, AS_RUNS_MAX = 160, AS_DEVIATIONS_MAX = 64, UNTRAINED = 0 /* episodes */ };
static const struct {
    const char *name, *summary;
    const mg_learner_table *learner;
} as_kind[AS_KINDS] = {
    {"as", "Anticipation Sharing", &mg_anticipation},
    {"vs", "value sharing", &mg_value_sharing},
    {"vps", "value-parameter sharing", &mg_value_parameter_sharing},
    {"vps-reward", "value-parameter sharing with the team's reward", &mg_value_reward_sharing},
    {"ps", "policy sharing", &mg_policy_sharing},
    {"ind", "independent learners", &mg_independent_proximal},
    {"team", "everybody uses the mean advantage", &mg_team_advantage},
};

/* A field of the environment's config or of Anticipation Sharing's (which has those of all methods), and its value. */
typedef struct as_change {
    const char *field;
    double value;
} as_change;

typedef struct as_variant {
    const char *name;
    unsigned methods;            /* a set of as_method */
    int seeds, episodes;         /* of the paper profile; a quick run has one seed of what trains */
    as_change paper[AS_CHANGES]; /* what the paper changes */
    as_change ours[AS_CHANGES];  /* what we change */
} as_variant;

/* One method of one variant: the setting of a set_up. */
typedef struct as_run {
    const as_variant *variant;
    int kind;
} as_run;

static void as_apply(const as_change *change, const mg_env_table *environment, void *game,
                     mg_anticipation_config *config)
{
    for (int c = 0; c < AS_CHANGES && change[c].field; c++) {
        if (mg_config_set(environment->fields, game, change[c].field, change[c].value) ||
            mg_config_set(mg_anticipation.fields, config, change[c].field, change[c].value))
            continue;
        fprintf(stderr, "%s: a variant sets %s, which is a field of neither %s nor anticipation\n", environment->name,
                change[c].field, environment->fields->name);
        exit(MG_EXIT_INPUT);
    }
}

/* Networks as they start: one episode with rates 0, so that nothing moves, and the final evaluation. */
static mg_budget as_untrained_budget(void)
{
    return (mg_budget){.units = 1,
                       .evaluate_every = 1,
                       .evaluation_episodes = 1,
                       .final_evaluations = 1,
                       .final_episodes = 200,
                       .checkpoints = 1,
                       .first_checkpoint = 0};
}

/* The last twentieth of training is the final evaluation's, which has 200 episodes. */
static mg_budget as_budget(int episodes)
{
    if (episodes == UNTRAINED)
        return as_untrained_budget();
    return (mg_budget){.units = episodes,
                       .evaluate_every = episodes / 20,
                       .evaluation_episodes = 50,
                       .final_evaluations = 1,
                       .final_episodes = 200,
                       .checkpoints = 5,
                       .first_checkpoint = 10};
}

/* Three iterations after every episode are three updates of each kind. */
static mg_budget as_quick_budget(int episodes)
{
    return (mg_budget){.units = episodes,
                       .evaluate_every = episodes,
                       .evaluation_episodes = 2,
                       .final_evaluations = 1,
                       .final_episodes = 4,
                       .checkpoints = episodes > 1 ? 2 : 1,
                       .first_checkpoint = 0};
}

/* The set-up of a run whose game and config are the variant's. The baselines are configured by what they share with
 * Anticipation Sharing. */
static void as_place(const as_run *run, const mg_env_table *environment, const void *game,
                     const mg_anticipation_config *config, mg_setup *setup)
{
    mg_value_reward_sharing_config with_reward = mg_value_reward_sharing_default(&config->proximal);
    bool whole = 1u << run->kind == AS, reward = 1u << run->kind == VPS_REWARD;
    setup->environment = environment;
    memcpy(setup->environment_config, game, environment->fields->size);
    setup->learner = as_kind[run->kind].learner;
    memcpy(setup->learner_config,
           whole    ? (const void *)config
           : reward ? (const void *)&with_reward
                    : (const void *)&config->proximal,
           setup->learner->fields->size);
}

/* ---- where all results deviate from the paper, or fill a gap of it ---- */

static const mg_deviation as_deviations[] = {
    {"*", "quick", "seeds", "quick runs one seed: it checks bits, not claims"},
    {"*", "quick", "budget.units", "quick: long enough for every kind of update, short enough for every build"},
    {"*", "quick", "budget.evaluate_every", "quick: shorter training"},
    {"*", "quick", "budget.evaluation_episodes", "quick: shorter training"},
    {"*", "quick", "budget.final_episodes", "quick: shorter training"},
    {"*", "quick", "budget.checkpoints", "quick: shorter training"},
    {"*", "quick", "budget.first_checkpoint", "quick: shorter training"},
    {"*", "*", "old policy",
     "ratios are taken against the policy that played the episode; Algorithm 1, line 17, taken literally, would set "
     "them to 1 (specs/as.md 2.2; as-sensitivity: refreshed)"},
    {"*", "*", "time limit",
     "nothing comes after an episode's last step, also where only its time is up; the paper does not say "
     "(as-sensitivity: bootstrap)"},
    {"*", "*", "advantages", "not normalised; the paper does not say (as-sensitivity: normalised)"},
    {"*", "*", "simultaneous updates",
     "in an iteration everybody learns from what all told before it; Algorithm 1 loops over the agents, so that later "
     "ones could hear from the updated earlier ones"},
    {"*", "*", "initialisation",
     "weights and biases uniform in +-1 / sqrt(inputs), no two networks alike; the paper does not say"},
};

/* ---- from tables of variants to an experiment ---- */

typedef struct as_table {
    int methods;
    mg_method method[AS_RUNS_MAX];
    as_run run[AS_RUNS_MAX];
} as_table;

/* Every method of every variant, method by method. Of what is ours the paper says nothing. */
static void as_add(as_table *table, int variants, const as_variant *variant,
                   void (*set_up)(const void *run, mg_profile profile, bool paper, mg_setup *setup))
{
    for (int kind = 0; kind < AS_KINDS; kind++)
        for (int v = 0; v < variants; v++) {
            if (!(variant[v].methods >> kind & 1u))
                continue;
            int n = table->methods++;
            table->run[n] = (as_run){&variant[v], kind};
            table->method[n] = (mg_method){.name = as_kind[kind].name,
                                           .variant = variant[v].name,
                                           .summary = as_kind[kind].summary,
                                           .setup_from = set_up,
                                           .setting = &table->run[n],
                                           .seeds = {variant[v].episodes != UNTRAINED, variant[v].seeds},
                                           .paper_seeds = (1u << kind & PAPERS) && !variant[v].ours[0].field ? 5 : 0};
        }
}

/* `experiment` with its direct computations and then the variants as methods, and with the deviations of all results
 * before its own. */
static int as_main(const mg_experiment *experiment, int variants, const as_variant *variant,
                   void (*set_up)(const void *run, mg_profile profile, bool paper, mg_setup *setup), int argc,
                   char **argv)
{
    as_table table = {0};
    mg_experiment whole = *experiment;
    for (; table.methods < experiment->methods; table.methods++)
        table.method[table.methods] = experiment->method[table.methods];
    as_add(&table, variants, variant, set_up);
    whole.methods = table.methods;
    whole.method = table.method;
    mg_deviation deviation[AS_DEVIATIONS_MAX];
    int common = sizeof as_deviations / sizeof *as_deviations;
    memcpy(deviation, as_deviations, sizeof as_deviations);
    memcpy(deviation + common, experiment->deviation, (size_t)experiment->deviations * sizeof *deviation);
    whole.deviations = common + experiment->deviations;
    whole.deviation = deviation;
    return mg_experiment_main(&whole, argc, argv);
}

#endif
