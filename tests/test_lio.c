/* LIO: the exact dynamics against their closed form, the meta-gradient against central differences, learning
 * something known. */
#include "algos/lio.h"
#include "algos/lio_exact.h"
#include "algos/lio_oracle.h"
#include "core/num/isa.h"
#include "core/rl/rollout.h"
#include "envs/matrix_game.h"
#include "tests/direct_notes.h"

#include <math.h>

static mg_profile quick_profile(const mg_direct *direct)
{
    (void)direct;
    return MG_PROFILE_QUICK;
}

/* The first batch of a row alone has a closed form that is NaN, as has the first flip. */
static int cases;
static double gradient_once_nan(const mg_lio_shape *shape, mg_stream *stream, double mutate)
{
    return mg_lio_gradient_error(shape, stream, cases++ == 0 ? (double)NAN : mutate);
}

static double flip_once_nan(const mg_lio_exact_config *config, double eta_c, double eta_d)
{
    return cases++ == 0 ? (double)NAN : mg_lio_exact_flip_step(config, eta_c, eta_d);
}

#define mg_direct_profile quick_profile
#define mg_lio_gradient_error gradient_once_nan
#define mg_lio_exact_flip_step flip_once_nan
#include "suite/lio_ipd.c"
#include "suite/shared/exact_lio.c"
#undef main
#undef mg_lio_gradient_error
#undef mg_lio_exact_flip_step

static void test_flip_step(void)
{
    mg_lio_exact_config config = mg_lio_exact_default();
    tap_ok(mg_lio_exact_increment(&config) > 1.9999e-4 && mg_lio_exact_increment(&config) < 2.0001e-4,
           "c is 2e-4 a step");
    /* by hand: difference grows by 4e-4 a step from 0 (both clamps far): above 1 after 2500 steps */
    double free_flip = mg_lio_exact_flip_step(&config, 1.5, 1.5);
    tap_ok(free_flip >= 2499.0 && free_flip <= 2502.0, "no clamp: flips at 2500, got %g", free_flip);
    double floor_flip = mg_lio_exact_flip_step(&config, 0.0, 0.0); /* eta_d is 0 already: 2e-4 a step */
    tap_ok(floor_flip >= 4999.0 && floor_flip <= 5002.0, "eta_d at 0: flips at 5000, got %g", floor_flip);
    double roof_flip = mg_lio_exact_flip_step(&config, 3.0, 3.0);
    tap_ok(roof_flip >= 4999.0 && roof_flip <= 5002.0, "eta_c at 3: flips at 5000, got %g", roof_flip);
    double mixed =
        mg_lio_exact_flip_step(&config, 0.2, 0.1); /* 500 steps to eta_d = 0 (difference 0.3), then 3500 more */
    tap_ok(mixed >= 3999.0 && mixed <= 4002.0, "eta_d reaches 0 on the way: flips at 4000, got %g", mixed);
    tap_ok(mg_lio_exact_flip_step(&config, 2.5, 0.5) == 0.0, "above 1 at the start: flips at 0");
}

static void test_proposition(void)
{
    mg_lio_exact_config config = mg_lio_exact_default();
    mg_lio_exact_state state = {{0.05, 0.95}, {0.0, 3.0}, {3.0, 1.0}};
    for (int k = 0; k < 40000; k++)
        mg_lio_exact_step(&config, &state);
    tap_ok(mg_lio_exact_converged(&config, &state), "a hard start ends in mutual cooperation");
    config.incentive_rate = -config.incentive_rate; /* mutation: incentives move the wrong way */
    for (int k = 0; k < 40000; k++)
        mg_lio_exact_step(&config, &state);
    tap_ok(!mg_lio_exact_converged(&config, &state), "mutation: reversed incentives do not converge");
}

/* ---- the exact step against differences of the values that Appendix B.2 defines ---- */

static const double payoff[2][2] = {{-1.0, -3.0}, {0.0, -2.0}}; /* thesis Table 5.1: own action, other's; C first */

/* Equations B.1 to B.3: agent i's value where `paid` is what it receives for C and D. */
static double value_of(int i, const double theta[2], const double paid[2], double discount)
{
    double sum = 0.0;
    for (int own = 0; own < 2; own++)
        for (int other = 0; other < 2; other++) {
            double p = (own ? 1.0 - theta[i] : theta[i]) * (other ? 1.0 - theta[1 - i] : theta[1 - i]);
            sum += p * (payoff[own][other] + paid[own]);
        }
    return sum / (1.0 - discount);
}

/* d V^i / d theta^i: V is linear in theta^i, so a difference over the whole interval is exact. */
static double policy_slope(int i, const double theta[2], const double paid[2], double discount)
{
    double up[2] = {theta[0], theta[1]}, down[2] = {theta[0], theta[1]};
    up[i] = 1.0;
    down[i] = 0.0;
    return value_of(i, up, paid, discount) - value_of(i, down, paid, discount);
}

/* The giver's value after both policy steps, as a function of what it pays (Equations B.4 to B.6). */
static double value_after(const mg_lio_exact_config *config, int giver, const mg_lio_exact_state *state,
                          const double pays[2])
{
    const double received[2] = {state->eta_c[1 - giver], state->eta_d[1 - giver]};
    double next[2];
    next[giver] =
        state->theta[giver] + config->policy_rate * policy_slope(giver, state->theta, received, config->discount);
    next[1 - giver] =
        state->theta[1 - giver] + config->policy_rate * policy_slope(1 - giver, state->theta, pays, config->discount);
    return value_of(giver, next, received, config->discount);
}

static double off(double found, double wanted)
{
    return found > wanted ? found - wanted : wanted - found;
}

/* Two agents that differ in everything, away from the clamps: what each ends with must come from the other's
 * incentives. B of Equation B.7, from the payoffs alone, is 2 wherever the agents are. */
static void test_exact_step(void)
{
    const mg_lio_exact_config config = mg_lio_exact_default();
    const double unit =
        config.policy_rate * config.incentive_rate / ((1.0 - config.discount) * (1.0 - config.discount));
    double worst_theta = 0.0, worst_eta = 0.0, worst_b = 0.0;
    for (int n = 0; n < 16; n++) {
        mg_stream stream = mg_stream_at((mg_key){9999, 8}, MG_PURPOSE_TEST, (uint32_t)n, 0, 0);
        mg_lio_exact_state state;
        for (int i = 0; i < 2; i++) {
            state.theta[i] = 0.2 + 0.6 * mg_random_double(&stream);
            state.eta_c[i] = 0.5 + 2.0 * mg_random_double(&stream);
            state.eta_d[i] = 0.5 + 2.0 * mg_random_double(&stream);
        }
        mg_lio_exact_state after = state;
        mg_lio_exact_step(&config, &after);
        for (int giver = 0; giver < 2; giver++) {
            int recipient = 1 - giver;
            double paid[2] = {state.eta_c[giver], state.eta_d[giver]}, slope[2];
            for (int k = 0; k < 2; k++) { /* linear in what it pays too */
                double more[2] = {paid[0], paid[1]}, less[2] = {paid[0], paid[1]};
                more[k] += 0.5;
                less[k] -= 0.5;
                slope[k] = value_after(&config, giver, &state, more) - value_after(&config, giver, &state, less);
            }
            double theta = state.theta[recipient] +
                           config.policy_rate * policy_slope(recipient, state.theta, paid, config.discount);
            double b[2] = {config.incentive_rate * slope[0] / unit, config.incentive_rate * slope[1] / unit};
            double error[3] = {off(after.theta[recipient], theta),
                               off(after.eta_c[giver], paid[0] + config.incentive_rate * slope[0]),
                               off(after.eta_d[giver], paid[1] + config.incentive_rate * slope[1])};
            worst_theta = error[0] > worst_theta ? error[0] : worst_theta;
            worst_eta = error[1] > worst_eta ? error[1] : worst_eta;
            worst_eta = error[2] > worst_eta ? error[2] : worst_eta;
            worst_b = off(b[0], 2.0) > worst_b ? off(b[0], 2.0) : worst_b;
            worst_b = off(b[1], -2.0) > worst_b ? off(b[1], -2.0) : worst_b;
        }
    }
    tap_ok(worst_theta < 1e-12, "theta^ follows the slope of the recipient's value: %.1e off", worst_theta);
    tap_ok(worst_eta < 1e-11, "incentives follow the slope of the giver's value after the steps: %.1e off", worst_eta);
    tap_ok(worst_b < 1e-7, "B is 2 for C and -2 for D, from the payoffs, wherever the agents are: %.1e off", worst_b);
}

static void test_converged(void)
{
    const mg_lio_exact_config config = mg_lio_exact_default();
    const mg_lio_exact_state end = {{0.9995, 1.0}, {3.0, 3.0}, {0.0, 0.0}};
    tap_ok(mg_lio_exact_converged(&config, &end), "theta above .999 and incentives at their ends: converged");
    for (int i = 0; i < 2; i++) {
        mg_lio_exact_state theta = end, eta_c = end, eta_d = end;
        theta.theta[i] = 0.9985;
        eta_c.eta_c[i] = 2.999;
        eta_d.eta_d[i] = 0.001;
        tap_ok(!mg_lio_exact_converged(&config, &theta) && !mg_lio_exact_converged(&config, &eta_c) &&
                   !mg_lio_exact_converged(&config, &eta_d),
               "agent %d at .9985, or paying 2.999 for C, or .001 for D: not converged", i);
    }
}

/* theta moves by 0.01 (eta_c - eta_d - 1) a step, the incentives by 2e-4 each. */
static void test_through_clamp(void)
{
    mg_lio_exact_config config = mg_lio_exact_default();
    config.through_clamp = true;
    mg_lio_exact_state state = {{0.0, 0.5}, {1.0, 1.5}, {1.0, 1.5}}; /* agent 0 defects already, and is paid 1.5, 1.5 */
    mg_lio_exact_step(&config, &state);
    tap_ok(state.eta_c[1] == 1.5 && state.eta_d[1] == 1.5, "the recipient's step is cut off: its giver learns nothing");
    tap_ok(off(state.eta_c[0], 1.0002) < 1e-12 && off(state.eta_d[0], 0.9998) < 1e-12,
           "the other's is not: %.6f for C, %.6f for D", state.eta_c[0], state.eta_d[0]);
    for (int k = 0; k < 200; k++)
        mg_lio_exact_step(&config, &state);
    tap_ok(state.theta[0] == 0.0 && state.theta[1] == 0.0 && mg_lio_exact_rests(&config, &state),
           "both end in defection for good");
    mg_lio_exact_state same = {
        {0.5, 0.5}, {2.0, 2.0}, {1.0, 1.0}}; /* eta_c - eta_d is 1: theta waits for the incentives */
    for (int k = 0; k < 40000 && !mg_lio_exact_rests(&config, &same); k++)
        mg_lio_exact_step(&config, &same);
    tap_ok(same.theta[0] == 1.0 && same.theta[1] == 1.0 && mg_lio_exact_rests(&config, &same),
           "where paying for C wins from the start, both end in cooperation");
    mg_lio_exact_state free = {{0.0, 0.0}, {1.5, 1.5}, {1.5, 1.5}};
    config.through_clamp = false;
    tap_ok(!mg_lio_exact_rests(&config, &free), "with the constant of Equation B.6 nothing rests");
    for (int k = 0; k < 40000; k++)
        mg_lio_exact_step(&config, &free);
    tap_ok(mg_lio_exact_converged(&config, &free), "... and the same start converges");
}

static void test_meta_gradient(void)
{
    mg_lio_shape shape = {.agents = 2,
                          .observation = 5,
                          .actions = 2,
                          .steps_max = 5,
                          .policy_hidden_1 = 16,
                          .policy_hidden_2 = 8,
                          .incentive_hidden_1 = 16,
                          .incentive_hidden_2 = 8,
                          .discount = 0.99,
                          .entropy = 0.1,
                          .policy_rate = 1e-3,
                          .reward_max = 3.0,
                          .log_form = {true, 1e-15}};
    for (uint32_t i = 0; i < 5; i++) {
        mg_key key = {9999, 7};
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, i, 0, 0), again = stream;
        double error = mg_lio_gradient_error(&shape, &stream, 1.0);
        tap_ok(error < 1e-5, "meta-gradient of batch %u: relative error %.2e", i, error);
        error = mg_lio_gradient_error(&shape, &again, 1.001);
        tap_ok(error > 1e-5, "mutation: a meta-gradient 0.1 %% too long is noticed: %.2e", error);
    }
}

/* What lio-ipd computes, where one number of many is NaN. */
static void test_nan_stays(void)
{
    cases = 0;
    run(run_meta_gradient);
    tap_ok(metric("relative_error") != metric("relative_error") && cases == 10,
           "mutation: one closed form of ten is NaN, and so is the error: %g", metric("relative_error"));
    mg_lio_exact_state state;
    starts_outcome outcome = {.path = mg_allocate(2, sizeof *outcome.path)};
    cases = 0;
    for (int n = 0; n < 2; n++) {
        grid_point(n, 0, &state);
        grid_point(n, 1, &state);
        run_start(NULL, false, &state, &outcome);
    }
    tap_ok(outcome.flip_error != outcome.flip_error && outcome.converged == 2,
           "mutation: one flip of four is NaN, and so is the error: %g", outcome.flip_error);
    free(outcome.path);
}

/* Trains so many iterations; true if every number of the learner is still finite. */
static bool stays_finite(const mg_lio_config *config, uint64_t units)
{
    static mg_tensor tensor[128];
    mg_matrix_game_config game = mg_matrix_game_default();
    mg_error error = {0};
    mg_rollout_config setup = {.environment = &mg_matrix_game,
                               .environment_config = &game,
                               .learner = &mg_lio,
                               .learner_config = config,
                               .key = {9999, 1},
                               .evaluation_rows = 1};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (!tap_ok(rollout != NULL, "a rollout%s", error.text))
        return false;
    while (mg_rollout_count(rollout).units < units)
        mg_rollout_train_step(rollout);
    int n = mg_lio.tensors(mg_rollout_learner_self(rollout), tensor, 128);
    bool finite = true;
    for (int i = 0; i < n; i++)
        finite = finite && mg_tensor_not_finite(&tensor[i]) < 0;
    mg_rollout_destroy(rollout);
    return finite;
}

/* The released form is the thesis's settings with another logarithm. */
static void test_released(void)
{
    mg_lio_config paper = mg_lio_ipd_paper(), released = mg_lio_ipd_released();
    tap_ok(!paper.log_of_mixture && paper.log_guard == 0.0, "the thesis: log pi");
    tap_ok(released.log_of_mixture && released.log_guard == 1e-15, "as released: log(pi~ + 1e-15)");
    paper.log_of_mixture = true;
    paper.log_guard = 1e-15;
    tap_ok(mg_config_compare(mg_lio.fields, &paper, &released, NULL, NULL) == 0, "... and nothing else");
}

/* Why lio/pure keeps the released guard (suite/lio_ipd.c). */
static void test_guard(void)
{
    mg_lio_config config = mg_lio_ipd_paper();
    tap_ok(!stays_finite(&config, 1000), "log pi without a guard: the policies leave the finite numbers");
    config.log_guard = 1e-15;
    tap_ok(stays_finite(&config, 1000), "log pi with it: they do not");
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_flip_step();
    test_proposition();
    test_exact_step();
    test_converged();
    test_through_clamp();
    test_meta_gradient();
    test_nan_stays();
    test_released();
    test_guard();
    return tap_done();
}
