/* The training loop of every method allocates nothing: not while acting, giving, learning or being evaluated. */
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
#include "tests/counting_allocator.h"
#include "tests/tap.h"

/* Allocations of 200 units of training and an evaluation, after the first unit. */
static long allocations_of(const mg_learner_table *learner, const void *config, bool leak)
{
    mg_error error = {0};
    mg_matrix_game_config game = mg_matrix_game_default();
    mg_rollout_config setup = {.environment = &mg_matrix_game,
                               .environment_config = &game,
                               .learner = learner,
                               .learner_config = config,
                               .key = {9997, 0},
                               .evaluation_rows = 10};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (!tap_ok(rollout != NULL, "%s is created", learner->name))
        return -1;
    while (mg_rollout_count(rollout).units < 1)
        mg_rollout_train_step(rollout);
    double metric[32];
    long before = allocations;
    while (mg_rollout_count(rollout).units < 201)
        mg_rollout_train_step(rollout);
    mg_rollout_evaluate(rollout, 10, metric);
    if (leak) {
        void *volatile lost = malloc(8);
        (void)lost;
    }
    long during = allocations - before;
    mg_rollout_destroy(rollout);
    return during;
}

int main(void)
{
    char message[200];
    if (!COUNTING) {
        tap_skip("allocations cannot be counted under a sanitizer");
        return tap_done();
    }
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    tap_ok(chosen && allocations >= 0, "kernels: %s", chosen ? mg_isa_name() : message);
    mg_lio_config lio = mg_lio_ipd_released();
    mg_policy_gradient_config gradient = mg_policy_gradient_ipd_released();
    tap_ok(allocations_of(&mg_lio, &lio, false) == 0, "lio: none in 200 iterations and an evaluation");
    tap_ok(allocations_of(&mg_policy_gradient, &gradient, false) == 0, "policy gradient: none either");
    mg_anticipation_config anticipation = mg_anticipation_continuous_paper();
    anticipation.proximal.hidden_1 = anticipation.proximal.hidden_2 = 16;
    anticipation.proximal.sparse = true;
    anticipation.proximal.skip = 0.5;
    const mg_learner_table *const proximal[] = {&mg_anticipation,   &mg_independent_proximal,
                                                &mg_team_advantage, &mg_value_sharing,
                                                &mg_policy_sharing, &mg_value_parameter_sharing};
    for (size_t k = 0; k < sizeof proximal / sizeof *proximal; k++) /* its config begins with that of the others */
        tap_ok(allocations_of(proximal[k], &anticipation, false) == 0, "%s: none either", proximal[k]->name);
    mg_value_reward_sharing_config reward = mg_value_reward_sharing_default(&anticipation.proximal);
    tap_ok(allocations_of(&mg_value_reward_sharing, &reward, false) == 0, "value-reward-sharing: none either");
    tap_ok(allocations_of(&mg_lio, &lio, true) == 1, "mutation: a deliberate allocation is counted");
    return tap_done();
}
