/* ltos_exchange_step.h - who gets which part of whose reward: the weights of Learning to Share, their exchange between
 * neighbours, and the way of their gradients back. Compiled in binary32 and binary64 (core/num/real.h).
 *
 * A sample is all agents at one time. slot: [agent][slots] numbers of agents, itself first, then its neighbours, -1
 * where there is none; that somebody is my neighbour does not make me his. Of agent i:
 *
 *     w_i^out, `slots` numbers: w_ij for the j of its slots, 0 where there is none; they sum to 1.
 *     w_i^in, slots + 1 numbers: w_ii, then w_ji for the neighbours j of its slots in their order (0 where i is not
 *     among j's), and last the sum of the w_ji of all others who have i among their neighbours.
 *
 * Who counts is everybody who weighs an agent, so nothing of a reward is lost (Equation 2, for a directed graph).
 */
#ifndef MG_LTOS_EXCHANGE_STEP_H
#define MG_LTOS_EXCHANGE_STEP_H

#include "core/num/real.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_ltos_selfish mg_ltos_selfish_double
#define mg_ltos_softmax mg_ltos_softmax_double
#define mg_ltos_softmax_back mg_ltos_softmax_back_double
#define mg_ltos_exchange mg_ltos_exchange_double
#define mg_ltos_exchange_back mg_ltos_exchange_back_double
#define mg_ltos_share mg_ltos_share_double
#endif

/* The selfishness initialiser: what is added to an agent's own logit so that logits of 0 keep `selfishness` of its
 * reward and give each neighbour as much of the rest, with n = 1 .. slots agents to share among: bias[n] =
 * ln(s / (1 - s) * (n - 1)), 0 for itself alone. bias: slots + 1 numbers. */
void mg_ltos_selfish(int slots, double selfishness, mg_real *bias);

/* w^out of `rows` agents from logits (NULL: 0), by softmax over the slots that are there, with the bias. */
void mg_ltos_softmax(int rows, int slots, const int32_t *slot, const mg_real *bias, const mg_real *logits,
                     mg_real *out);
/* By the logits, from by_out, the derivatives by w^out; 0 where nobody is. by_logits is overwritten. */
void mg_ltos_softmax_back(int rows, int slots, const mg_real *out, const mg_real *by_out, mg_real *by_logits);

/* Each agent tells its neighbours what it gives them: w^out to w^in; and back: what the receivers' derivatives by w^in
 * are by w^out, 0 where nobody is. The second is the adjoint of the first. */
void mg_ltos_exchange(int samples, int agents, int slots, const int32_t *slot, const mg_real *out, mg_real *in);
void mg_ltos_exchange_back(int samples, int agents, int slots, const int32_t *slot, const mg_real *by_in,
                           mg_real *by_out);

/* Equation 2: shaped_i = the sum over all j who have i among their slots of w_ji reward_j, j ascending. */
void mg_ltos_share(int agents, int slots, const int32_t *slot, const mg_real *out, const mg_real *reward,
                   mg_real *shaped);

#endif
