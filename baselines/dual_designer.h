/* dual_designer.h - dual-RL in the Escape Room and Cleanup: agents and a designer of incentives that learn side by
 * side, each by plain policy gradient of its own reward (thesis 6.3.2, C.2.2; facts/gtb.md 12).
 *
 * The agents are proximal policies (baselines/proximal_policy.h, `plain` in the thesis). The designer sees its
 * observation and what everybody does. dual-RL (d) chooses one of values^numbers assignments of a value to each number
 * that it gives, the first number in the lowest digit; dual-RL (c) draws each from a Gaussian of unit variance through
 * a sigmoid to the channel's range, its means from a network without a bias in the output. After every episode both
 * take a step, the designer one of Adam down
 *     - sum_t log p(given_t | seen_t) G_t - beta sum_t H(p(. | seen_t)),
 * G the discounted return of welfare less cost times what the agents received. A Gaussian's entropy is constant. With a
 * `designer_critic_rate` there is a critic of that welfare (core/rl/designer.h): advantages by GAE, of the critic as it
 * was, take the place of returns and a mean that of the sum, which is a step of proximal policy optimisation, whose
 * ratio is 1 where it is differentiated; then the critic takes its step.
 */
#ifndef MG_DUAL_DESIGNER_H
#define MG_DUAL_DESIGNER_H

#include "baselines/proximal_policy.h"

#define MG_DUAL_DESIGNER_VALUES 5    /* most values of a number */
#define MG_DUAL_DESIGNER_CHOICES 256 /* most assignments */

typedef struct mg_dual_designer_config {
    mg_proximal_policy_config agents;
    double designer_rate;                   /* Adam */
    double designer_entropy;                /* beta */
    double designer_critic_rate;            /* Adam; 0: there is no critic */
    double designer_follow, designer_trace; /* of its target network; lambda of the advantages */
    double cost;
    int designer_hidden_1, designer_hidden_2; /* ReLU */
    bool continuous;
    int values; /* of a number, not continuous: 0 and ... */
    double value_1, value_2, value_3, value_4;
} mg_dual_designer_config;

/* Thesis Tables C.1, for ER(5,2), and C.2, for ER(10,5), with so many values (2, 3 or 5). */
mg_dual_designer_config mg_dual_designer_discrete_paper(bool large, int values);
mg_dual_designer_config mg_dual_designer_continuous_paper(bool large);
/* Cleanup, thesis Table C.3: dual-RL (c) with a critic, whom giving costs nothing (facts/lio-cleanup.md 3.2). */
mg_dual_designer_config mg_dual_designer_cleanup_paper(void);
extern const mg_learner_table mg_dual_designer;

#endif
