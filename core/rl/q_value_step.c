/* q_value_step.c - one step of looking ahead, and the squared error of the values of what was done. */
#include "core/rl/q_value_step.h"

#include <string.h>

int mg_q_best(int actions, const mg_real *value, const uint8_t *allowed)
{
    int best = -1;
    for (int b = 0; b < actions; b++)
        if ((!allowed || allowed[b]) && (best < 0 || value[b] > value[best]))
            best = b;
    return best;
}

void mg_q_targets(int rows, int actions, int samples, mg_real discount, const mg_real *next, const uint8_t *allowed,
                  const mg_real *reward, const mg_real *terminated, mg_real *target)
{
    for (int k = 0; k < rows; k++) {
        const mg_real *value = next + (size_t)k * (size_t)actions;
        int best = mg_q_best(actions, value, allowed ? allowed + (size_t)k * (size_t)actions : NULL);
        target[k] = reward[k];
        if (best >= 0 && terminated[k % samples] == 0) {
            mg_real later = discount * value[best];
            target[k] += later;
        }
    }
}

mg_real mg_q_error(int rows, int actions, mg_real over, const mg_real *value, const int32_t *action,
                   const mg_real *target, mg_real *cotangent)
{
    mg_real sum = 0;
    memset(cotangent, 0, (size_t)rows * (size_t)actions * sizeof *cotangent);
    for (int k = 0; k < rows; k++) {
        size_t at = (size_t)k * (size_t)actions + (size_t)action[k];
        mg_real off = value[at] - target[k];
        cotangent[at] = 2 * off / over;
        sum += off * off;
    }
    return sum / over;
}
