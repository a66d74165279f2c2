/* metagrad_step.h - how a designer's objective depends on the rewards that agents learnt from, in closed form (thesis
 * Equation 6.4; facts/gtb.md 11). Compiled in binary32 and binary64 (core/num/real.h).
 *
 * Agents step from theta to theta^ = theta - D grad l on episode tau, where
 *
 *     l = - weight sum_i sum_t A_t^i log pi~(a_t^i | o_t^i) + what does not depend on rewards
 *     A_t^i = sum over u >= t of decay^(u - t) r_u^i + what does not depend on rewards
 *
 * decay is discount times trace, or the discount alone where A is a return; D is what mg_optimiser_along
 * (core/num/optimiser.h) multiplies by. The designer's objective on the next episode, tau^, is L(theta^). With
 *
 *     p = D dL/dtheta^
 *     s_t^i = p . grad log pi~(a_t^i | o_t^i)      at theta, in forward mode
 *     dL/dr_u^i = weight sum over t <= u of decay^(u - t) s_t^i
 *
 * and from there the chain goes through the sensitivity of rewards to what the designer gave.
 */
#ifndef MG_METAGRAD_STEP_H
#define MG_METAGRAD_STEP_H

#include "core/rl/policy_step.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_metagrad_objective mg_metagrad_objective_double
#define mg_metagrad_slopes mg_metagrad_slopes_double
#define mg_metagrad_by_reward mg_metagrad_by_reward_double
#define mg_metagrad_by_numbers mg_metagrad_by_numbers_double
#endif

/* cotangent: rows x actions, the derivative by the logits of L = - scale * sum over rows of advantage * log pi(action),
 * pi the pure policy; a row whose action is barred has none. allowed: as in policy_step.h. */
void mg_metagrad_objective(int rows, int actions, const mg_real *pure, const uint8_t *allowed, const int32_t *action,
                           const mg_real *advantage, mg_real scale, mg_real *cotangent);

/* slope[row] = d log pi~(action) in a direction in which the logits have this tangent (rows x actions). */
void mg_metagrad_slopes(const mg_policy_form *form, int rows, const mg_real *pure, const mg_real *mixed,
                        const int32_t *action, const mg_real *tangent, mg_real *slope);

/* Of one agent's episode; slope and by_reward: [steps], may be the same array. */
void mg_metagrad_by_reward(int steps, mg_real decay, mg_real weight, const mg_real *slope, mg_real *by_reward);

/* The decisions of one episode: d holds in steps d * period to (d + 1) * period - 1. by_reward: [agent][steps_max];
 * sensitivity: [step][agent][numbers]. cotangent: [decision][numbers], of the decisions that were made, overwritten:
 * range times dL by the number. Returns how many there are. */
typedef struct mg_metagrad_chain {
    int agents, steps, steps_max, period, numbers;
    mg_real range; /* of a number, by the output that gives it */
} mg_metagrad_chain;
int mg_metagrad_by_numbers(const mg_metagrad_chain *chain, const mg_real *by_reward, const mg_real *sensitivity,
                           mg_real *cotangent);

#endif
