/* Returns, advantages and exploration against sums written out. */
#include "core/rl/exploration.h"
#include "core/rl/returns.h"
#include "tests/tap.h"

#include <stdint.h>
#include <string.h>

static uint32_t bits(float x)
{
    uint32_t word;
    memcpy(&word, &x, sizeof word);
    return word;
}

/* The definition, by powers instead of by recursion, in double. */
static double return_by_definition(int steps, double gamma, const float *reward, int t)
{
    double sum = 0.0, weight = 1.0;
    for (int l = t; l < steps; l++) {
        sum += weight * (double)reward[l];
        weight *= gamma;
    }
    return sum;
}

static double distance(double a, double b)
{
    return a > b ? a - b : b - a;
}

static void fill(int n, float *x, uint32_t start)
{
    for (int i = 0; i < n; i++) {
        start = start * 1664525u + 1013904223u;
        x[i] = (float)(start >> 16) / 32768.0f - 1.0f;
    }
}

static double worst_return(float gamma_used)
{
    float reward[33], value[33];
    double worst = 0.0;
    for (int steps = 0; steps <= 33; steps++) {
        fill(steps, reward, (uint32_t)steps);
        mg_discounted_returns(steps, gamma_used, reward, value);
        for (int t = 0; t < steps; t++) {
            double error = distance((double)value[t], return_by_definition(steps, 0.99, reward, t));
            worst = error > worst ? error : worst;
        }
    }
    return worst;
}

static void test_returns(void)
{
    const float reward[3] = {1.0f, 2.0f, 4.0f};
    float value[3];
    mg_discounted_returns(3, 0.5f, reward, value);
    tap_ok(value[0] == 3.0f && value[1] == 4.0f && value[2] == 4.0f, "returns of 1, 2, 4 with discount 1/2");
    float same[3] = {1.0f, 2.0f, 4.0f};
    mg_discounted_returns(3, 0.5f, same, same);
    tap_ok(memcmp(same, value, sizeof same) == 0, "in place");
    tap_ok(worst_return(0.99f) < 1e-5, "lengths 0-33 against the definition: %g", worst_return(0.99f));
    tap_ok(!(worst_return(0.98f) < 1e-5), "another discount is not within that bound");

    /* Pinned: every rounding as in G = r + (gamma G). */
    const float third[4] = {0.1f, -0.3f, 0.7f, 1.1f};
    float pinned[4];
    mg_discounted_returns(4, 0.99f, third, pinned);
    float g = 1.1f, p = 0.99f * g;
    g = 0.7f + p;
    tap_ok(bits(pinned[3]) == bits(1.1f) && bits(pinned[2]) == bits(g), "product and sum are rounded separately");
}

static void test_advantages(void)
{
    /* lambda 1: A_t = G_t + gamma^(T-t) V_T - V_t; lambda 0: the one-step error. */
    float reward[33], value[34], advantage[33];
    double worst = 0.0, worst_step = 0.0;
    for (int steps = 1; steps <= 33; steps++) {
        fill(steps, reward, (uint32_t)steps);
        fill(steps + 1, value, (uint32_t)steps + 77u);
        mg_generalised_advantages(steps, 0.9f, 1.0f, reward, value, advantage);
        for (int t = 0; t < steps; t++) {
            double weight = 1.0;
            for (int l = t; l < steps; l++)
                weight *= 0.9;
            double wanted =
                return_by_definition(steps, 0.9, reward, t) + weight * (double)value[steps] - (double)value[t];
            double error = distance((double)advantage[t], wanted);
            worst = error > worst ? error : worst;
        }
        mg_generalised_advantages(steps, 0.9f, 0.0f, reward, value, advantage);
        for (int t = 0; t < steps; t++) {
            double wanted = (double)reward[t] + 0.9 * (double)value[t + 1] - (double)value[t];
            double error = distance((double)advantage[t], wanted);
            worst_step = error > worst_step ? error : worst_step;
        }
    }
    tap_ok(worst < 1e-5, "lambda 1 is the return minus the value: %g", worst);
    tap_ok(worst_step < 1e-6, "lambda 0 is the one-step error: %g", worst_step);
    const float one[2] = {1.0f, 1.0f}, flat[3] = {2.0f, 2.0f, 2.0f};
    mg_generalised_advantages(2, 0.5f, 0.5f, one, flat, advantage);
    tap_ok(advantage[1] == 0.0f && advantage[0] == 0.0f, "a value that is exact leaves no advantage");
    const float off[3] = {2.0f, 2.0f, 4.0f};
    mg_generalised_advantages(2, 0.5f, 0.5f, one, off, advantage);
    tap_ok(advantage[1] == 1.0f && advantage[0] == 0.25f, "a surprise is carried back with gamma lambda");
}

static void test_epsilon(void)
{
    mg_epsilon epsilon = mg_epsilon_start(1.0, 0.01, 5000);
    int units = 0;
    for (; epsilon.value > 0.01f && units < 6000; units++)
        mg_epsilon_decay(&epsilon);
    tap_ok(units >= 5000 && units <= 5001 && bits(epsilon.value) == bits(0.01f),
           "1 to 0.01 in 5000 units (%d), then exactly the end", units);
    mg_epsilon_decay(&epsilon);
    tap_ok(bits(epsilon.value) == bits(0.01f), "and it stays there");
    epsilon = mg_epsilon_start(0.5, 0.5, 10);
    mg_epsilon_decay(&epsilon);
    tap_ok(epsilon.value == 0.5f, "a constant schedule is constant");
}

static void test_mixture(void)
{
    const float p[4] = {0.5f, 0.25f, 0.25f, 0.0f};
    float mixed[4] = {0.5f, 0.25f, 0.25f, 0.0f};
    mg_mix_with_uniform(4, 0.5f, mixed, mixed);
    tap_ok(mixed[0] == 0.375f && mixed[1] == 0.25f && mixed[2] == 0.25f && mixed[3] == 0.125f, "half uniform, in "
                                                                                               "place");
    mg_mix_with_uniform(4, 0.0f, p, mixed);
    tap_ok(memcmp(p, mixed, sizeof p) == 0, "epsilon 0 changes no bit");
    const float ties[5] = {1.0f, 3.0f, 3.0f, -2.0f, 3.0f};
    tap_ok(mg_argmax(5, ties) == 1 && mg_argmax(1, ties) == 0 && mg_argmax(2, ties + 3) == 1, "argmax: ties to the "
                                                                                              "lowest index");
}

int main(void)
{
    test_returns();
    test_advantages();
    test_epsilon();
    test_mixture();
    return tap_done();
}
