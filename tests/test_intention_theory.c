/* Claim MF: a hundred random fields of 2 to 8 agents, enumerated: the joint policy is a Markov random field,
 * propagation by Equation 4 leads to its mean field; and that the check can fail. */
#include "algos/intention_theory.h"
#include "tests/tap.h"

#include <math.h>

static mg_mean_field_theory look_at(uint32_t fields, double strength, double damping)
{
    mg_mean_field_theory theory = {0};
    for (uint32_t n = 0; n < fields; n++) {
        mg_stream stream = mg_stream_at((mg_key){9968, 0}, MG_PURPOSE_TEST, n, 0, 0);
        mg_mean_field_add(&theory, &stream, strength, damping);
    }
    return theory;
}

int main(void)
{
    mg_mean_field_theory theory = look_at(100, 1.0, 1.0), half = look_at(20, 1.0, 0.5), over = look_at(20, 1.0, 3.0);
    tap_ok(theory.fields == 100 && theory.updates > 3000, "%ld fields, %ld updates", theory.fields, theory.updates);
    tap_ok(theory.field_error < 1e-12,
           "an agent's choice, given all others', depends on its neighbours' alone: %.1e off", theory.field_error);
    tap_ok(theory.converged == theory.fields, "updates of one agent after another come to an end in %ld of them",
           theory.converged);
    tap_ok(theory.largest_rise < 1e-13 && theory.largest_fall > 1.0,
           "KL(q || pi) never rises, by %.1e at most, and falls by up to %.2f", theory.largest_rise,
           theory.largest_fall);
    tap_ok(theory.fixed_point_error < 1e-9, "the end is a fixed point of Equation 4: %.1e off",
           theory.fixed_point_error);
    tap_ok(theory.general_error < 1e-11, "... and of Equation 3, over all joint choices: %.1e off",
           theory.general_error);
    tap_ok(theory.gap > 1e-6, "no field is a product: KL stays above %.1e", theory.gap);
    tap_ok(half.converged == 20 && half.largest_rise < 1e-13 && half.updates > 2 * look_at(20, 1.0, 1.0).updates,
           "updates half done come to the same end, later: %ld", half.updates);
    tap_ok(over.largest_rise > 1e-3, "mutation: updates overdone raise it, by %.1e", over.largest_rise);
    mg_mean_field_theory bad = look_at(1, (double)NAN, 1.0);
    mg_stream stream = mg_stream_at((mg_key){9968, 0}, MG_PURPOSE_TEST, 1, 0, 0);
    mg_mean_field_add(&bad, &stream, 1.0, 1.0);
    tap_ok(bad.converged == 1 && bad.field_error != bad.field_error && bad.largest_rise != bad.largest_rise &&
               bad.fixed_point_error != bad.fixed_point_error && bad.general_error != bad.general_error,
           "mutation: a field that is NaN is noticed, whatever comes after it");
    return tap_done();
}
