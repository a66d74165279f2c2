/* policy_gradient.h - independent policy gradient (REINFORCE) agents: the baseline PG of the thesis, Section 5.3.2.
 *
 * "The same architecture as the policy part of LIO": steps 1 and 2 of facts/lio.md 4.1 with extrinsic rewards only.
 * A unit is an iteration of one episode and one gradient step of every agent. Ignores transfers.
 */
#ifndef MG_POLICY_GRADIENT_H
#define MG_POLICY_GRADIENT_H

#include "core/rl/learner.h"

typedef struct mg_policy_gradient_config {
    double discount;
    double entropy;      /* beta */
    bool log_of_mixture; /* the gradient goes through log pi~, else log pi (core/rl/discrete_policy.h) */
    double log_guard;    /* added to the probability whose logarithm it takes */
    double epsilon_start, epsilon_end;
    int epsilon_units; /* iterations of linear decay */
    double rate;       /* plain gradient descent */
    int hidden_1, hidden_2;
} mg_policy_gradient_config;

mg_policy_gradient_config mg_policy_gradient_ipd_paper(void);       /* thesis Table B.3, Equation 5.4 */
mg_policy_gradient_config mg_policy_gradient_ipd_released(void);    /* the same, as the released program does it */
mg_policy_gradient_config mg_policy_gradient_escape_paper(void);    /* thesis Table B.4, column PG, and B.4.2 */
mg_policy_gradient_config mg_policy_gradient_escape_released(void); /* the same, as the released program does it */
extern const mg_learner_table mg_policy_gradient;

#endif
