/* metagrad_step.c - see metagrad_step.h. */
#include "algos/metagrad_step.h"

#include <string.h>

void mg_metagrad_objective(int rows, int actions, const mg_real *pure, const uint8_t *allowed, const int32_t *action,
                           const mg_real *advantage, mg_real scale, mg_real *cotangent)
{
    for (int row = 0; row < rows; row++) {
        const size_t at = (size_t)row * (size_t)actions;
        const bool barred = allowed && !allowed[at + (size_t)action[row]];
        const mg_real worth = barred ? (mg_real)0 : scale * advantage[row];
        for (int b = 0; b < actions; b++) {
            mg_real taken = b == action[row] ? (mg_real)1 : (mg_real)0;
            cotangent[at + (size_t)b] = worth * (pure[at + (size_t)b] - taken);
        }
    }
}

/* d log pi~(a) / d logit_b = (1 - epsilon) pi(a) (1{b = a} - pi(b)) / pi~(a) */
void mg_metagrad_slopes(const mg_policy_form *form, int rows, const mg_real *pure, const mg_real *mixed,
                        const int32_t *action, const mg_real *tangent, mg_real *slope)
{
    for (int row = 0; row < rows; row++) {
        const size_t at = (size_t)row * (size_t)form->actions, taken = at + (size_t)action[row];
        mg_real mean = 0;
        for (int b = 0; b < form->actions; b++)
            mean += pure[at + (size_t)b] * tangent[at + (size_t)b];
        mg_real part = ((mg_real)1 - form->epsilon) * pure[taken];
        slope[row] = mixed[taken] > 0 ? part * (tangent[taken] - mean) / mixed[taken] : (mg_real)0;
    }
}

void mg_metagrad_by_reward(int steps, mg_real decay, mg_real weight, const mg_real *slope, mg_real *by_reward)
{
    mg_real running = 0;
    for (int t = 0; t < steps; t++) {
        running = decay * running + slope[t];
        by_reward[t] = weight * running;
    }
}

int mg_metagrad_by_numbers(const mg_metagrad_chain *chain, const mg_real *by_reward, const mg_real *sensitivity,
                           mg_real *cotangent)
{
    const size_t numbers = (size_t)chain->numbers;
    const int decisions = (chain->steps + chain->period - 1) / chain->period;
    memset(cotangent, 0, (size_t)decisions * numbers * sizeof *cotangent);
    for (int t = 0; t < chain->steps; t++)
        for (int i = 0; i < chain->agents; i++, sensitivity += numbers) {
            mg_real *of = cotangent + (size_t)(t / chain->period) * numbers;
            mg_real worth = chain->range * by_reward[(size_t)i * (size_t)chain->steps_max + (size_t)t];
            for (size_t n = 0; n < numbers; n++)
                of[n] += worth * sensitivity[n];
        }
    return decisions;
}
