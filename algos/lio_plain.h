/* lio_plain.h - the two-step procedure of LIO written a second time, plainly: the oracle of lio_step.h.
 *
 * Loops over numbers in binary64, sums in the order of the equations, no tape, no kernel, no closed form and no call of
 * what it judges. What it shares with the learner are the containers (shape, trajectory) and the order of a parameter
 * block: weights inputs x outputs, then biases, layer by layer; an incentive function's last layer has no bias.
 *
 * Sizes are bounded, so that nothing is allocated: agents, actions and hidden layers as below.
 */
#ifndef MG_LIO_PLAIN_H
#define MG_LIO_PLAIN_H

#include "algos/lio_step.h"

enum { MG_LIO_PLAIN_AGENTS = 5, MG_LIO_PLAIN_STEPS = 16, MG_LIO_PLAIN_WIDTH = 160, MG_LIO_PLAIN_PARAMETERS = 4096 };

typedef struct mg_lio_plain {
    mg_lio_shape shape;
    const double *theta[MG_LIO_PLAIN_AGENTS]; /* before the policy step */
    const double *eta[MG_LIO_PLAIN_AGENTS];   /* NULL: this agent gives nothing */
    const double *rate[MG_LIO_PLAIN_AGENTS];  /* of the policy step, parameter by parameter; NULL: shape.policy_rate */
    const mg_trajectory *tau, *tau_hat;       /* received is not read: incentives are computed anew from eta */
    double epsilon;
} mg_lio_plain;

/* log(p(a|o) + guard), p = pi or the mixture (1 - epsilon) pi + epsilon / |A|; probability (or NULL): p of every
 * action. */
double mg_lio_plain_log_probability(const mg_lio_plain *plain, const double *theta, const double *observation,
                                    int action, mg_log_form form, double *probability);

/* What the giver pays agent k for these actions (one per agent) at its observation: R_max sigmoid, nothing to itself,
 * and, where it has neighbours [shape.neighbours] (else NULL), nothing to who is none. */
double mg_lio_plain_incentive(const mg_lio_plain *plain, int giver, int k, const double *observation,
                              const int32_t *neighbour, const int32_t *actions);

/* The policy step's loss on tau (Equations 5.1 to 5.4, and entropy), and its gradient by theta. */
double mg_lio_plain_policy_loss(const mg_lio_plain *plain, int j, const double *theta);
void mg_lio_plain_policy_gradient(const mg_lio_plain *plain, int j, double *gradient);

/* Equation 5.10 on tau^, after everybody's policy step on tau. */
double mg_lio_plain_incentive_loss(const mg_lio_plain *plain, int giver);
/* The same on tau itself, each log probability replaced by the ratio of the new policy to the mixture that played
 * (facts/lio-escape.md 2.3). */
double mg_lio_plain_one_episode_loss(const mg_lio_plain *plain, int giver);
/* Equation 5.6 on tau, not multiplied by R_max (facts/lio.md 4.1). */
double mg_lio_plain_cost(const mg_lio_plain *plain, int giver);

#endif
