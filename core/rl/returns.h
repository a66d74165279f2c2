/* returns.h - discounted returns and advantages of finite trajectories, by backward recursion. */
#ifndef MG_RETURNS_H
#define MG_RETURNS_H

/* G_t = r_t + gamma * G_{t+1}, G_T = 0 (facts/lio.md 1.2). reward and value have `steps` numbers and may be the same
 * array. */
void mg_discounted_returns(int steps, float gamma, const float *reward, float *value);

/* Generalised advantage estimates (Schulman et al. 2016): delta_t = r_t + gamma V_{t+1} - V_t, A_t = delta_t +
 * gamma lambda A_{t+1}. value holds steps + 1 numbers, the last being the bootstrap value (0 after a termination).
 */
void mg_generalised_advantages(int steps, float gamma, float lambda, const float *reward, const float *value,
                               float *advantage);

#endif
