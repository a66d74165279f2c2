/* Every method must first learn something known: at least 90 % of the way from random play to the optimum, 3 of 3
 * seeds, within seconds. `not reproduced` may be printed only for a method that passes here. */
#include "algos/anticipation.h"
#include "algos/lio.h"
#include "baselines/independent_proximal.h"
#include "baselines/policy_gradient.h"
#include "baselines/policy_sharing.h"
#include "baselines/team_advantage.h"
#include "baselines/value_parameter_sharing.h"
#include "baselines/value_reward_sharing.h"
#include "baselines/value_sharing.h"
#include "core/num/isa.h"
#include "core/rl/rollout.h"
#include "envs/matrix_game.h"
#include "tests/tap.h"

/* A donation game: cooperating costs the donor `cost` and brings the other `benefit`. Nobody cooperates unless it
 * is paid for (cost > 0); where cooperating pays by itself (cost < 0) it is what independent learners must find. */
static mg_matrix_game_config donation(double benefit, double cost)
{
    mg_matrix_game_config game = mg_matrix_game_default();
    game.reward_cc = benefit - cost;
    game.reward_cd = -cost;
    game.reward_dc = benefit;
    game.reward_dd = 0.0;
    return game;
}

static double score(const mg_learner_table *learner, const void *config, const mg_matrix_game_config *game,
                    uint32_t seed, uint64_t units)
{
    mg_error error = {0};
    mg_rollout_config setup = {.environment = &mg_matrix_game,
                               .environment_config = game,
                               .learner = learner,
                               .learner_config = config,
                               .key = {9998, seed},
                               .evaluation_rows = 100};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (!tap_ok(rollout != NULL, "%s starts%s%s", learner->name, rollout ? "" : ": ", error.text))
        return 0.0;
    while (mg_rollout_count(rollout).units < units)
        mg_rollout_train_step(rollout);
    double metric[32];
    mg_rollout_evaluate(rollout, 100, metric);
    mg_rollout_destroy(rollout);
    return metric[0]; /* reward_sum per round */
}

/* Small networks and fast rates: seconds instead of the papers' hours. */
static mg_anticipation_config small_anticipation(void)
{
    mg_anticipation_config config = mg_anticipation_continuous_paper();
    config.proximal.hidden_1 = 32;
    config.proximal.hidden_2 = 16;
    config.proximal.actor_rate = 3e-4;
    config.proximal.critic_rate = 3e-3;
    config.penalty = 10.0;
    return config;
}

/* Anticipation Sharing and what it is compared with. Those that share what others gain must learn to cooperate in the
 * donation game, where it pays nobody; the others where it pays by itself, and only there. */
static void test_sharing(void)
{
    mg_anticipation_config config = small_anticipation(); /* begins with what the others are configured by */
    mg_value_reward_sharing_config with_reward = mg_value_reward_sharing_default(&config.proximal);
    const struct {
        const mg_learner_table *learner;
        const void *config;
        bool shares;
    } method[] = {{&mg_anticipation, &config, true},
                  {&mg_value_sharing, &config, true},
                  {&mg_team_advantage, &config, true},
                  {&mg_policy_sharing, &config, true},
                  {&mg_value_reward_sharing, &with_reward, true},
                  {&mg_independent_proximal, &config, false},
                  {&mg_value_parameter_sharing, &config, false}};
    mg_matrix_game_config costly = donation(3.0, 0.5), harmony = donation(2.0, -1.0);
    costly.memory = harmony.memory = false;
    for (size_t m = 0; m < sizeof method / sizeof *method; m++) {
        const char *name = method[m].learner->name;
        for (uint32_t seed = 0; seed < 3; seed++) {
            double start = method[m].shares ? 2.5 : 3.0, best = 2.0 * start; /* random play, optimum */
            double reached =
                score(method[m].learner, method[m].config, method[m].shares ? &costly : &harmony, seed, 2000);
            tap_ok(reached >= start + 0.9 * (best - start), "%s, seed %u: cooperates %s: %.3f of %g", name, seed,
                   method[m].shares ? "in the donation game" : "where it pays by itself", reached, best);
        }
        if (!method[m].shares) {
            double reached = score(method[m].learner, method[m].config, &costly, 0, 2000);
            tap_ok(reached < 2.5 + 0.9 * 2.5, "mutation: %s does not cooperate where it costs: %.3f", name, reached);
        }
    }
    config.penalty = 0.0; /* what others would like is not listened to */
    double reached = score(&mg_anticipation, &config, &costly, 0, 2000);
    tap_ok(reached < 2.5 + 0.9 * 2.5, "mutation: anticipation without penalties does not either: %.3f", reached);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    mg_lio_config lio = mg_lio_ipd_released();
    mg_policy_gradient_config gradient = mg_policy_gradient_ipd_released();
    mg_matrix_game_config paid = donation(3.0, 0.5), harmony = donation(2.0, -1.0);
    for (uint32_t seed = 0; seed < 3; seed++) {
        double reached = score(&mg_lio, &lio, &paid, seed, 12000); /* random 2.5, optimum 5 */
        tap_ok(reached >= 2.5 + 0.9 * 2.5, "lio, seed %u: pays for cooperation in the donation game: %.3f of 5", seed,
               reached);
        reached = score(&mg_policy_gradient, &gradient, &harmony, seed, 12000); /* random 3, optimum 6 */
        tap_ok(reached >= 3.0 + 0.9 * 3.0, "policy gradient, seed %u: cooperates where it pays by itself: %.3f of 6",
               seed, reached);
    }
    /* mutation twins: a learner that cannot do it stays near random or below, so the bound above can fail */
    double reached = score(&mg_policy_gradient, &gradient, &paid, 0, 12000);
    tap_ok(reached < 2.5 + 0.9 * 2.5, "mutation: without incentives nobody cooperates: %.3f", reached);
    lio.incentive_rate = 0.0;
    lio.reward_max = 0.0;
    reached = score(&mg_lio, &lio, &paid, 0, 12000);
    tap_ok(reached < 2.5 + 0.9 * 2.5, "mutation: incentives switched off: %.3f", reached);
    test_sharing();
    return tap_done();
}
