/* as_methods.h - what the three results of Anticipation Sharing share: its method and the ones it is compared with,
 * the length of a quick run. */
#ifndef MG_AS_METHODS_H
#define MG_AS_METHODS_H

#include "algos/anticipation.h"
#include "baselines/independent_proximal.h"
#include "baselines/policy_sharing.h"
#include "baselines/team_advantage.h"
#include "baselines/value_parameter_sharing.h"
#include "baselines/value_sharing.h"
#include "suite/harness/experiment.h"

#include <string.h>

/* In the order in which the paper names them; the last two are ours: a floor and an upper reference. */
typedef enum as_method { AS, VS, VPS, PS, IND, TEAM } as_method;

/* The baselines are configured by what they share with Anticipation Sharing. */
static void as_place_learner(as_method method, const mg_anticipation_config *config, mg_setup *setup)
{
    static const mg_learner_table *const learner[] = {
        &mg_anticipation,   &mg_value_sharing,        &mg_value_parameter_sharing,
        &mg_policy_sharing, &mg_independent_proximal, &mg_team_advantage};
    setup->learner = learner[method];
    if (method == AS)
        memcpy(setup->learner_config, config, sizeof *config);
    else
        memcpy(setup->learner_config, &config->proximal, sizeof config->proximal);
}

/* The final value is that of the last twentieth of training, in 200 episodes. */
static mg_budget as_budget(int episodes)
{
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

#endif
