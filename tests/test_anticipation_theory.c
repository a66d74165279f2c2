/* Theorems 1 to 3 of Anticipation Sharing on ten thousand random games, and that the check can fail. */
#include "algos/anticipation_theory.h"
#include "tests/tap.h"

#include <math.h>

static mg_anticipation_theory look_at(uint32_t games, double allowance)
{
    mg_anticipation_theory theory = {0};
    for (uint32_t g = 0; g < games; g++) {
        mg_stream stream = mg_stream_at((mg_key){9994, 0}, MG_PURPOSE_TEST, g, 0, 0);
        mg_anticipation_theory_add(&theory, &stream, allowance);
    }
    return theory;
}

int main(void)
{
    static const char *const name[] = {"Theorem 1", "Theorem 2", "Theorem 3", "the sum of KL divergences"};
    /* What these games use of their allowances: an allowance twice as wide would halve it. */
    static const double used[] = {0.00350499173, 0.0400765162, 0.039789646, 1};
    mg_anticipation_theory theory = look_at(10000, 1.0), none = look_at(1000, 0.0);
    tap_ok(theory.games == 10000, "%ld games", theory.games);
    tap_ok(theory.identity_error < 1e-9, "KL of a product is the sum, Lemma 1 holds: error %.1e",
           theory.identity_error);
    for (int k = 0; k < MG_THEORY_INEQUALITIES; k++) {
        tap_ok(theory.violations[k] == 0 && theory.tightest[k] <= 1.0 + 1e-9,
               "%s holds in all of them, using at most %.3f of its allowance", name[k], theory.tightest[k]);
        tap_ok(none.violations[k] > 100, "mutation: with no allowance %s fails in %ld of 1000", name[k],
               none.violations[k]);
        double off = theory.tightest[k] / used[k] - 1.0;
        tap_ok(off < 1e-6 && off > -1e-6, "... which is %.9g of it", theory.tightest[k]);
        mg_anticipation_theory tight = look_at(10000, 0.99 * theory.tightest[k]);
        tap_ok(tight.violations[k] > 0, "mutation: 1 %% under the tightest it fails in %ld", tight.violations[k]);
    }
    mg_anticipation_theory bad = {.identity_error = (double)NAN};
    mg_stream stream = mg_stream_at((mg_key){9994, 0}, MG_PURPOSE_TEST, 0, 0, 0);
    mg_anticipation_theory_add(&bad, &stream, 1.0);
    tap_ok(bad.identity_error != bad.identity_error, "mutation: an identity that was NaN once stays so");
    return tap_done();
}
