/* anticipation_sharing.c - the methods, their lengths, predation as two results play it, and common deviations. */
#include "suite/shared/anticipation_sharing.h"
#include "baselines/independent_proximal.h"
#include "baselines/policy_sharing.h"
#include "baselines/team_advantage.h"
#include "baselines/value_parameter_sharing.h"
#include "baselines/value_reward_sharing.h"
#include "baselines/value_sharing.h"
#include "envs/predation.h"

/* In the order in which the paper names them. It ran five seeds. */
const mg_grid_method as_method[AS_METHODS] = {
    {"as", "Anticipation Sharing", &mg_anticipation, .paper_seeds = 5},
    {"vs", "value sharing", &mg_value_sharing, .paper_seeds = 5},
    {"vps", "value-parameter sharing", &mg_value_parameter_sharing, .paper_seeds = 5},
    {"vps-reward", "value-parameter sharing with the team's reward", &mg_value_reward_sharing, .paper_seeds = 0},
    {"ps", "policy sharing", &mg_policy_sharing, .paper_seeds = 5},
    {"ind", "independent learners", &mg_independent_proximal, .paper_seeds = 0},
    {"team", "everybody uses the mean advantage", &mg_team_advantage, .paper_seeds = 0},
};

void as_learner(mg_setup *setup, const mg_grid_row *row, const mg_anticipation_config *config)
{
    const mg_learner_table *learner = row->method->learner;
    if (learner == &mg_anticipation) {
        mg_setup_learner(setup, learner, config, sizeof *config);
    } else if (learner == &mg_value_reward_sharing) {
        mg_value_reward_sharing_config with_reward = mg_value_reward_sharing_default(&config->proximal);
        mg_setup_learner(setup, learner, &with_reward, sizeof with_reward);
    } else {
        mg_setup_learner(setup, learner, &config->proximal, sizeof config->proximal);
    }
}

/* Three iterations after every episode of a quick run are three updates of each kind. */
mg_budget as_budget(const mg_grid_row *row, mg_profile profile, bool paper)
{
    bool quick = profile == MG_PROFILE_QUICK && !paper;
    int units = row->variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER];
    bool trained = units != UNTRAINED;
    return (mg_budget){.units = units,
                       .evaluate_every = quick || !trained ? units : units / 20,
                       .evaluation_episodes = quick     ? 2
                                              : trained ? 50
                                                        : 1,
                       .final_evaluations = 1,
                       .final_episodes = quick ? 4 : 200,
                       .checkpoints = !trained ? 1
                                      : quick  ? 2
                                               : 5,
                       .first_checkpoint = quick || !trained ? 0 : 10};
}

void as_set_up_predation(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    mg_predation_config game = mg_predation_default(6);
    mg_anticipation_config config = mg_anticipation_continuous_paper();
    mg_setup_environment(setup, &mg_predation, &game, sizeof game);
    as_learner(setup, row, &config);
    setup->budget = as_budget(row, profile, paper);
}

void as_set_up_cells(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup,
                     const mg_env_table *environment, const void *game, size_t size)
{
    mg_anticipation_config config = mg_anticipation_discrete_default();
    config.penalty = paper ? 1e4 : config.penalty;
    mg_setup_environment(setup, environment, game, size);
    as_learner(setup, row, &config);
    setup->budget = as_budget(row, profile, paper);
}

/* ---- where all results deviate from the paper, or fill a gap of it ---- */

static const mg_deviation of_all[] = {
    {"*", "*", "old policy",
     "ratios are taken against the policy that played the episode; Algorithm 1, line 17, taken literally, would set "
     "them to 1 (facts/as.md 3.2; as-sensitivity: refreshed)"},
    {"*", "*", "time limit",
     "nothing comes after an episode's last step, also where only its time is up; the paper does not say "
     "(as-sensitivity: bootstrap)"},
    {"*", "*", "advantages", "not normalised; the paper does not say (as-sensitivity: normalised)"},
    {"*", "*", "simultaneous updates",
     "in an iteration everybody learns from what all told before it; Algorithm 1 loops over the agents, so that later "
     "ones could hear from the updated earlier ones"},
    {"*", "*", "initialisation",
     "weights and biases uniform in +-1 / sqrt(inputs), no two networks alike; the paper does not say"},
    {"*", "*", "ratio floor", "a ratio of probabilities divides by at least 1e-8; the paper does not say"},
    {"*", "*", "small moments",
     "Adam's moments below 1e-30 become 0 every 64 steps: units that died would else slow everything down with numbers "
     "too small to matter"},
};
const mg_deviations as_deviations = {sizeof of_all / sizeof *of_all, of_all};

static const mg_deviation of_compared[] = {
    {"vs", "*", "advantage of value sharing",
     "the mean advantage of an agent and its neighbours, from the paper's one sentence; what it cites sums values over "
     "a neighbourhood and normalises them otherwise (facts/as.md 4)"},
    {"vps", "*", "consensus weights", "Metropolis weights; the paper does not say which (facts/as.md 4)"},
    {"ps", "*", "consensus weights", "Metropolis weights; the paper does not say which (facts/as.md 4)"},
    {"ps", "*", "gradient of policy sharing",
     "all heads of an agent's policy climb by the ratio of its own head, clipped; the paper does not say how a policy "
     "of all is learnt from one reward (facts/as.md 4)"},
    {"vps-reward", "*", "vps-reward",
     "vps as its source has it: a model of the reward is agreed on too and drives the policy (Zhang et al. 2018, "
     "Algorithm 2); the paper says neither which algorithm it ran nor with what networks"},
    {"ind", "*", "not in the paper", "not in the paper: the floor, Anticipation Sharing where nobody has a neighbour"},
    {"team", "*", "not in the paper", "not in the paper: an upper reference"},
    {"*", "*", "*.actor_rate", "untrained: nothing moves"},
    {"*", "*", "*.critic_rate", "untrained: nothing moves"},
    {"ps/*untrained", "*", "proximal.skip", "untrained: nothing is averaged either"},
};
const mg_deviations as_compared_deviations = {sizeof of_compared / sizeof *of_compared, of_compared};

static const mg_deviation of_cells[] = {
    {"as", "*", "anticipation.penalty",
     "Table 2's discrete weight is damaged in print and reads 1e4, with which the policies hardly move from where they "
     "start: that is the variant rho1e4. 1 is our choice (facts/as.md 1)"},
    {"as/rho01", "*", "anticipation.penalty", "the weight of the continuous domain, to see how much it matters"},
};
const mg_deviations as_cells_deviations = {sizeof of_cells / sizeof *of_cells, of_cells};
