/* qmix_step.c - see qmix_step.h. */
#include "baselines/qmix_step.h"
#include "core/rl/q_value_step.h"

#include <stdbool.h>

void mg_qmix_choices(int sequences, int steps, int actions, const mg_real *value, const uint8_t *allowed,
                     int32_t *choice)
{
    for (int q = 0; q < sequences; q++) {
        *choice++ = 0;
        value += actions;
        for (int t = 0; t < steps; t++, value += actions) {
            int best = mg_q_best(actions, value, allowed);
            *choice++ = best < 0 ? 0 : best;
            if (allowed)
                allowed += actions;
        }
    }
}

mg_real mg_qmix_error(int episodes, int steps, mg_real discount, mg_real over, const mg_real *total,
                      const mg_real *later, const mg_real *reward, const mg_real *terminated, const mg_real *live,
                      mg_real *cotangent)
{
    mg_real sum = 0;
    for (int e = 0; e < episodes; e++) {
        for (int t = 0; t < steps; t++, total++, later++, reward++, terminated++, live++) {
            mg_real target = *reward, off;
            bool alive = *live > 0;
            if (!(*terminated > 0)) {
                mg_real after = discount * later[1];
                target += after;
            }
            off = alive ? *total - target : 0;
            *cotangent++ = 2 * off / over;
            sum += off * off;
        }
        *cotangent++ = 0;
        total++;
        later++;
    }
    return sum / over;
}
