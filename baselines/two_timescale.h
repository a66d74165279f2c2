/* two_timescale.h - 2-TS: a giver that keeps its policy while the other learns, and is paid by what the other has
 * learnt (thesis B.5.1; facts/lio-escape.md 2.8).
 *
 * Two agents, of which the first alone gives. The second is a tabular Q-learner: it tells states apart by the first
 * part of what it observes, which is one-hot, and by the step of the episode; while it learns it explores by epsilon,
 * else it takes the lowest of the best. Its reward is extrinsic + received. The first chooses an action and whether it
 * gives, as in baselines/gift_gradient.h, without exploration beyond its policy. An epoch is `learning` episodes of the
 * second agent and then `tests` in which it does not learn; then the first takes one step of plain gradient descent
 * down
 *     - R sum_t log pi(choice_t | o_t) - beta sum_t H(pi(.|o_t)),
 * sums over its choices in the epoch, R the mean over the tests of its extrinsic rewards of an episode: what it did in
 * the tests themselves counts among what brought them about. A unit is an epoch.
 */
#ifndef MG_TWO_TIMESCALE_H
#define MG_TWO_TIMESCALE_H

#include "core/rl/learner.h"

typedef struct mg_two_timescale_config {
    int learning, tests;  /* episodes of an epoch */
    double rate, entropy; /* of the giver */
    double gift;
    int hidden_1, hidden_2;
    double discount, table_rate, epsilon; /* of the Q-learner */
} mg_two_timescale_config;

mg_two_timescale_config mg_two_timescale_paper(void); /* thesis B.5.1 gives no numbers: ours, but for R_a */
extern const mg_learner_table mg_two_timescale;

#endif
