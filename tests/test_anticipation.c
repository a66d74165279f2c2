/* Anticipation Sharing: the gradient of Equation 15 against central differences, on every branch of the clip and of
 * both penalties; what happens where nobody talks. */
#include "algos/anticipation.h"
#include "algos/anticipation_oracle.h"
#include "algos/anticipation_step.h"
#include "baselines/independent_proximal.h"
#include "core/num/isa.h"
#include "core/rl/rollout.h"
#include "envs/predation.h"
#include "tests/tap.h"

#include <string.h>

static double error_of(uint32_t draw, const mg_anticipation_mutation *mutation, mg_anticipation_branches *branches)
{
    double objective;
    mg_stream stream = mg_stream_at((mg_key){9996, 0}, MG_PURPOSE_TEST, draw, 0, 0);
    double error = mg_anticipation_gradient_error(&stream, mutation, branches, &objective);
    if (mutation->penalty == 1.0 && mutation->clip == 1.0 && !(objective < 1e-12))
        tap_ok(false, "draw %u: the objective is %g off its plain form", draw, objective);
    return error;
}

static void test_gradient(void)
{
    const mg_anticipation_mutation right = {1.0, 1.0, 1.0};
    const struct {
        const char *what;
        mg_anticipation_mutation mutation;
    } wrong[] = {{"a gradient 0.1 % too long", {1.001, 1.0, 1.0}},
                 {"penalties left out of the gradient", {1.0, 0.0, 1.0}},
                 {"penalties 1 % too strong in the gradient", {1.0, 1.01, 1.0}},
                 {"a clip that never holds", {1.0, 1.0, 100.0}}};
    mg_anticipation_branches branches = {0};
    for (uint32_t draw = 0; draw < 8; draw++) {
        double error = error_of(draw, &right, &branches);
        tap_ok(error < 1e-5, "gradient of draw %u through the networks: relative error %.2e", draw, error);
        for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
            mg_anticipation_branches of_draw = {0};
            error = error_of(draw, &wrong[k].mutation, &of_draw);
            if (wrong[k].mutation.clip > 1.0 && of_draw.held_high + of_draw.held_low == 0)
                continue; /* this draw has nothing to clip */
            tap_ok(error > 1e-5, "mutation: %s is noticed: %.2e", wrong[k].what, error);
        }
    }
    tap_ok(branches.free > 9 && branches.held_high > 9 && branches.held_low > 9,
           "own ratios free %d, held above %d, held below %d times", branches.free, branches.held_high,
           branches.held_low);
    tap_ok(branches.other_on > 9 && branches.other_off > 9 && branches.self_on > 9 && branches.self_off > 9,
           "penalties on anticipations on %d, off %d; on the own policy on %d, off %d", branches.other_on,
           branches.other_off, branches.self_on, branches.self_off);
}

/* ---- by hand: two agents, one step ---- */

static void test_by_hand(void)
{
    uint8_t talks[4] = {0, 1, 1, 0};
    int32_t action[2] = {0, 1};
    float before[2] = {0.5f, 0.5f}, advantage[1] = {2.0f};
    float probability[4] = {0.55f, 0.45f, 0.25f, 0.75f};                /* own, anticipation of 1 */
    float told[8] = {0.5f, 0.5f, 0.25f, 0.75f, 0.5f, 0.5f, 0.5f, 0.5f}; /* pi^00, pi^01, pi^10, pi^11 */
    float gradient[4], scratch[3];
    mg_anticipation_batch batch = {.agents = 2,
                                   .actions = 2,
                                   .steps_max = 1,
                                   .steps = 1,
                                   .talks = talks,
                                   .mutual = true,
                                   .own_product = true,
                                   .action = action,
                                   .before = before,
                                   .advantage = advantage,
                                   .probability = probability,
                                   .told = told,
                                   .clip = 0.2f,
                                   .penalty = 0.5f};
    float value = mg_anticipation_objective(&batch, gradient, scratch);
    /* x = 1.1, X = 1.5, A = 2: 3.3; kappa rho = 1; both indicators on: 0.125 + 0.005 */
    tap_ok(value > 3.1699f && value < 3.1701f, "objective by hand 3.3 - 0.13: %g", (double)value);
    advantage[0] = -2.0f; /* 1.1 * -2 > -2 is false, 1.5 * -2 > -2 too: no penalty */
    value = mg_anticipation_objective(&batch, gradient, scratch);
    tap_ok(value > -3.3001f && value < -3.2999f, "negative advantage: -3.3, penalties off: %g", (double)value);
    batch.pull_always = true;
    value = mg_anticipation_objective(&batch, gradient, scratch);
    tap_ok(value > -3.4301f && value < -3.4299f, "unless they always hold: -3.3 - 0.13: %g", (double)value);
    batch.own_product = false;
    value = mg_anticipation_objective(&batch, gradient, scratch);
    tap_ok(value > -2.3301f && value < -2.3299f, "without the ratios of others: -2.2 - 0.13: %g", (double)value);
    batch.penalty = 0.0f;
    value = mg_anticipation_objective(&batch, gradient, scratch);
    /* own: 1.1 * -2 * (1 - 0.55); anticipation: 1.1 * 1.5 * -2 * (1 - 0.75) */
    tap_ok(gradient[0] < -0.9899f && gradient[0] > -0.9901f && gradient[3] < -0.8249f && gradient[3] > -0.8251f,
           "and without penalties the own policy learns alone, the anticipation as ever: %g, %g", (double)gradient[0],
           (double)gradient[3]);
    batch.pull_always = false, batch.own_product = true, batch.penalty = 0.5f;
    advantage[0] = 2.0f;
    probability[0] = 0.75f, probability[1] = 0.25f; /* x = 1.5: held at 1.2 */
    batch.penalty = 0.0f;
    value = mg_anticipation_objective(&batch, gradient, scratch);
    tap_ok(value > 3.5999f && value < 3.6001f && gradient[0] == 0.0f && gradient[3] != 0.0f,
           "held at 1.2: 3.6; the own policy rests, the anticipation still learns");
    memset(talks, 0, sizeof talks);
    value = mg_anticipation_objective(&batch, gradient, scratch);
    tap_ok(value > 2.3999f && value < 2.4001f && gradient[3] == 0.0f, "nobody talks: X = 1, no anticipation learns");
}

/* Two steps with advantages 2 and -4, ratios 1: kappa is 3, or 4 where it is the largest. */
static void test_kappa(void)
{
    uint8_t talks[8] = {0, 1, 1, 0, 0, 1, 1, 0};
    int32_t action[4] = {0, 0, 0, 0};
    float before[4] = {0.5f, 0.5f, 0.5f, 0.5f}, advantage[2] = {2.0f, -4.0f};
    float probability[8] = {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f}; /* own, anticipation of 1 */
    float told[16], gradient[8], scratch[6];
    for (int k = 0; k < 16; k++)
        told[k] = k % 2 ? 0.75f : 0.25f;
    mg_anticipation_batch batch = {.agents = 2,
                                   .actions = 2,
                                   .steps_max = 2,
                                   .steps = 2,
                                   .talks = talks,
                                   .mutual = true,
                                   .own_product = true,
                                   .action = action,
                                   .before = before,
                                   .advantage = advantage,
                                   .probability = probability,
                                   .told = told,
                                   .clip = 0.2f,
                                   .penalty = 1.0f};
    /* mean A: -1; on at the first step alone, own and other 0.125 each, over two steps: 0.125 kappa */
    float mean = mg_anticipation_objective(&batch, gradient, scratch);
    batch.largest_kappa = true;
    float largest = mg_anticipation_objective(&batch, gradient, scratch);
    tap_ok(mean == -1.0f - 0.125f * 3.0f, "kappa is the mean size of the advantage: %g", (double)mean);
    tap_ok(largest == -1.0f - 0.125f * 4.0f, "or the largest: %g", (double)largest);
}

/* ---- nobody in reach: the method is independent learning, to the bit ---- */

static int policies_of(const mg_learner_table *learner, const void *config, const mg_predation_config *game,
                       float *policy, int room)
{
    mg_error error = {0};
    mg_rollout_config setup = {.environment = &mg_predation,
                               .environment_config = game,
                               .learner = learner,
                               .learner_config = config,
                               .key = {9995, 1},
                               .evaluation_rows = 2};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    while (mg_rollout_count(rollout).units < 3)
        mg_rollout_train_step(rollout);
    mg_sharing *core = mg_rollout_learner_self(rollout);
    int count = (int)core->actor.count;
    for (int i = 0; i < game->agents && count <= room; i++) /* the own networks */
        memcpy(policy + i * 8,
               core->actor.parameters + (size_t)(i * core->networks + (core->networks > 1 ? i : 0)) * (size_t)count,
               8 * sizeof *policy);
    mg_rollout_destroy(rollout);
    return count;
}

static void test_alone(void)
{
    mg_predation_config game = mg_predation_default(4);
    mg_anticipation_config anticipation = mg_anticipation_continuous_paper();
    float with[32], without[32];
    game.range = 0.0;
    game.width = 1000.0; /* nobody meets at an end of the line */
    policies_of(&mg_anticipation, &anticipation, &game, with, 100000);
    policies_of(&mg_independent_proximal, &anticipation.proximal, &game, without, 100000);
    tap_ok(memcmp(with, without, sizeof with) == 0, "no neighbours: the own policies are those of independent agents");
    game.range = 1.0;
    policies_of(&mg_anticipation, &anticipation, &game, with, 100000);
    tap_ok(memcmp(with, without, sizeof with) != 0, "mutation: with neighbours they are not");
    anticipation.proximal.skip = 1.0;
    policies_of(&mg_anticipation, &anticipation, &game, with, 100000);
    tap_ok(memcmp(with, without, sizeof with) == 0, "always silent: independent agents again");
    anticipation.proximal.skip = 0.0;
    anticipation.proximal.sparse = true;
    game.range = 0.0;
    policies_of(&mg_anticipation, &anticipation, &game, with, 100000);
    tap_ok(memcmp(with, without, sizeof with) != 0, "sparse: a partner drawn, whatever the distance");
}

/* Every switch of the config reaches the objective: other policies are learnt. Asymmetric talk, without which `mutual`
 * is no choice. */
static void test_switches(void)
{
    static const char *const changed[] = {"own_product", "pull_always", "largest_kappa", "mutual"};
    mg_predation_config game = mg_predation_default(4);
    mg_anticipation_config plain = mg_anticipation_continuous_paper();
    float with[32], without[32];
    plain.proximal.sparse = plain.proximal.sparse_one_way = true;
    policies_of(&mg_anticipation, &plain, &game, without, 100000);
    for (int k = 0; k < 4; k++) {
        mg_anticipation_config config = plain;
        config.own_product = k != 0;
        config.pull_always = k == 1;
        config.largest_kappa = k == 2;
        config.mutual = k != 3;
        policies_of(&mg_anticipation, &config, &game, with, 100000);
        tap_ok(memcmp(with, without, sizeof with) != 0, "%s is handed on to the objective", changed[k]);
    }
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_gradient();
    test_by_hand();
    test_kappa();
    test_alone();
    test_switches();
    return tap_done();
}
