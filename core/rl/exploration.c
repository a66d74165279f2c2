/* exploration.c - a subtraction a unit; mixtures. */
#include "core/rl/exploration.h"

mg_epsilon mg_epsilon_start(double start, double end, double units)
{
    mg_epsilon epsilon = {(float)start, (float)end, (float)((start - end) / units)};
    return epsilon;
}

void mg_epsilon_decay(mg_epsilon *epsilon)
{
    if (!(epsilon->value > epsilon->end))
        return;
    epsilon->value -= epsilon->decrement;
    if (epsilon->value < epsilon->end)
        epsilon->value = epsilon->end;
}

void mg_mix_with_uniform(int n, float epsilon, const float *p, float *mixed)
{
    float rest = 1.0f - epsilon;
    float uniform = epsilon / (float)n;
    for (int k = 0; k < n; k++) {
        float kept = rest * p[k];
        mixed[k] = kept + uniform;
    }
}

int mg_argmax(int n, const float *x)
{
    int best = 0;
    for (int k = 1; k < n; k++)
        if (x[k] > x[best])
            best = k;
    return best;
}
