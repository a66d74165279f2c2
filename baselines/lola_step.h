/* lola_step.h - the step of agents that look through each other's step: LOLA (Foerster et al. 2018) by policy gradient,
 * for agents whose actions include gifts (gift_step.h; thesis 5.3.2; facts/lio-escape.md 2.7). Compiled in binary32 and
 * binary64 (core/num/real.h).
 *
 * Of a batch of B episodes, with l_t^i = log p(choice_t^i, gifts_t^i | o_t^i):
 *     V_i(j) = 2/B sum_t discount^t (G_t^i + discount^(T - t) v_i(o_T) - v_i(o_t)) l_t^j       first order
 *     W_j(i) = 2/B sum_t discount^t (r_t^j - mean r^j) (sum_{s <= t} l_s^i) (sum_{s <= t} l_s^j)    second order
 * agent i goes up grad_i V_i(i) + sum over j of grad_i [ grad_j V_i(j) . grad_j W_j(i) ], the first factor of the
 * product held constant: V_i after a step of j, as far as that step depends on i. With d = grad_j V_i(j) and
 * s_t = d . grad_j l_t^j in forward mode this is the gradient of a weighted sum of log-likelihoods of i alone, whose
 * weight of decision u is that of V_i(i) plus 2/B sum over t >= u of discount^t (r_t^j - mean r^j) sum_{s <= t} s_s.
 */
#ifndef MG_LOLA_STEP_H
#define MG_LOLA_STEP_H

#include "baselines/gift_step.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_lola_work_create mg_lola_work_create_double
#define mg_lola_work_destroy mg_lola_work_destroy_double
#define mg_lola_targets mg_lola_targets_double
#define mg_lola_gradient mg_lola_gradient_double
#endif

#define MG_LOLA_AGENTS (MG_GIFT_OTHERS + 1)

/* Episodes one after the other: decisions first[e] .. first[e + 1] - 1 of every agent are those of episode e. */
typedef struct mg_lola_batch {
    int episodes;
    const int32_t *first; /* [episodes + 1] */
    mg_real discount;
    mg_gift_rows of[MG_LOLA_AGENTS];       /* [agent]: its decisions */
    const mg_real *reward[MG_LOLA_AGENTS]; /* [agent][decision]: what it learns from */
    const mg_real *value[MG_LOLA_AGENTS];  /* the same: v_i(o_t) */
    const mg_real *target[MG_LOLA_AGENTS]; /* the same: of mg_lola_targets */
    mg_real share[MG_LOLA_AGENTS];         /* l_t^i is this times the log-likelihood: 1, or by facts/lio-escape.md 2.7
                                              one by the number of choices */
} mg_lola_batch;

/* target_t = G_t + discount^(T - t) last: discounted rewards, and what the episode's last observation is worth, however
 * it ended. last: [episode]. */
void mg_lola_targets(const mg_lola_batch *batch, const mg_real *reward, const mg_real *last, mg_real *target);

typedef struct mg_lola_work mg_lola_work;
mg_lola_work *mg_lola_work_create(const mg_gift_program *program);
void mg_lola_work_destroy(mg_lola_work *work);

/* Down this gradient agent i goes (overwritten); `shapes`: with the second order, else V_i(i) alone. */
void mg_lola_gradient(const mg_gift_program *program, mg_gift_scratch *scratch, mg_lola_work *work,
                      const mg_lola_batch *batch, int i, bool shapes, mg_real *gradient);

#endif
