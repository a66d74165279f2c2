/* coco_q.h - Coco-Q (Sodomka, Hilliard, Littman, Greenwald 2013): tabular Q-learning of two agents who may pay each
 * other, a baseline of Learning to Share, Section 5.1; its appendix gives the step size (facts/ltos.md 9).
 *
 * Both agents have a table of the values of joint actions (2 * first + second) in every state. After a step each table
 * moves by `step_size` toward the own reward plus the discounted coco value of the state that came: half of the largest
 * sum of both, plus for the first and minus for the second agent the zero-sum value of half their difference
 * (mg_coco_values, exact for two choices each). A terminated step has no future, a truncated one has. They play the
 * joint action of the largest sum, the lowest of equals, and while training explore together: with probability epsilon
 * any joint action. Tables are in double precision and start at 0.
 *
 * Needs an environment that says how many states it has, with a state vector in which two equal ones are one state, two
 * agents and two choices each. A state gets its row of the tables when training first meets it; a state that was never
 * met is worth 0. Ignores transfers. A unit is an episode.
 */
#ifndef MG_COCO_Q_H
#define MG_COCO_Q_H

#include "core/rl/learner.h"

typedef struct mg_coco_q_config {
    double discount;
    double step_size;
    double epsilon_start, epsilon_decay, epsilon_end; /* multiplied after every episode, down to the end */
} mg_coco_q_config;

mg_coco_q_config mg_coco_q_prisoner(void); /* Learning to Share, Table 4 and appendix */
extern const mg_learner_table mg_coco_q;

#endif
