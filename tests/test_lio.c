/* LIO: the exact dynamics against their closed form, the meta-gradient against central differences, learning
 * something known. */
#include "algos/lio.h"
#include "algos/lio_exact.h"
#include "algos/lio_oracle.h"
#include "core/num/isa.h"
#include "tests/tap.h"

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
    mg_lio_exact_state state = { { 0.05, 0.95 }, { 0.0, 3.0 }, { 3.0, 1.0 } };
    for (int k = 0; k < 40000; k++)
        mg_lio_exact_step(&config, &state);
    tap_ok(mg_lio_exact_converged(&config, &state), "a hard start ends in mutual cooperation");
    config.incentive_rate = -config.incentive_rate; /* mutation: incentives move the wrong way */
    for (int k = 0; k < 40000; k++)
        mg_lio_exact_step(&config, &state);
    tap_ok(!mg_lio_exact_converged(&config, &state), "mutation: reversed incentives do not converge");
}

static void test_meta_gradient(void)
{
    mg_lio_shape shape = { .agents = 2,
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
                           .reward_max = 3.0 };
    for (uint32_t i = 0; i < 5; i++) {
        mg_key key = { 9999, 7 };
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, i, 0, 0), again = stream;
        double error = mg_lio_gradient_error(&shape, &stream, 1.0);
        tap_ok(error < 1e-5, "meta-gradient of batch %u: relative error %.2e", i, error);
        error = mg_lio_gradient_error(&shape, &again, 1.001);
        tap_ok(error > 1e-5, "mutation: a meta-gradient 0.1 %% too long is noticed: %.2e", error);
    }
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_flip_step();
    test_proposition();
    test_meta_gradient();
    return tap_done();
}
