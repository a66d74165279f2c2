/* gift_gradient.h - independent policy gradient agents whose actions include gifts: the baselines PG-d and PG-c of the
 * thesis (5.3.2, B.4.2; facts/lio-escape.md 2.6).
 *
 * PG-d chooses an action and, of each other agent, whether it receives the value; PG-c chooses an action and draws the
 * gifts from a Gaussian through a sigmoid (gift_step.h). Reward is extrinsic + received - cost * paid. A unit is an
 * iteration of one episode and one gradient step of every agent, down
 *     - sum_t log p(choice_t, gifts_t | o_t) G_t - beta sum_t H(pi~).
 * Where only the first agents may give, the others are plain policy gradient.
 */
#ifndef MG_GIFT_GRADIENT_H
#define MG_GIFT_GRADIENT_H

#include "core/rl/learner.h"

typedef struct mg_gift_gradient_config {
    double discount;
    double entropy;      /* beta, of the choice */
    bool log_of_mixture; /* the gradient goes through log pi~, else log pi (core/rl/discrete_policy.h) */
    double log_guard;    /* added to the probability whose logarithm it takes */
    double epsilon_start, epsilon_end;
    int epsilon_units; /* iterations of linear decay */
    double rate;       /* plain gradient descent */
    bool continuous;   /* PG-c, else PG-d */
    double gift;       /* R_a, the value of a gift; continuous: R_max, its bound */
    double cost;       /* what giving 1 costs */
    int hidden_1, hidden_2;
    int gift_hidden_1, gift_hidden_2; /* of the gifts' means */
} mg_gift_gradient_config;

mg_gift_gradient_config mg_gift_gradient_discrete_paper(void);   /* thesis Table B.4, column PG-d, and B.4.2 */
mg_gift_gradient_config mg_gift_gradient_continuous_paper(void); /* column PG-c */
/* The same with the logarithm as the released program has it; giving costs what it gives, as the thesis says. */
mg_gift_gradient_config mg_gift_gradient_discrete_released(void);
mg_gift_gradient_config mg_gift_gradient_continuous_released(void);
extern const mg_learner_table mg_gift_gradient;

#endif
