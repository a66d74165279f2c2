/* lola.h - agents that look through each other's policy step, and shape it: LOLA (Foerster et al. 2018) as the thesis
 * compares with it in the Escape Room (5.3.2, B.4.2, B.5.1; facts/lio-escape.md 2.7), with gifts among their actions as
 * those of gift_gradient.h have them.
 *
 * A unit is an update from `episodes` episodes: of every agent a step of its linear value function down the mean of
 * half the squared error to discounted rewards and, with `bootstrap`, what the last observation is worth, and a step of
 * plain gradient ascent of its policy (lola_step.h), all from what was before. Nobody explores beyond its policy.
 * Reward: extrinsic + received - cost * paid.
 */
#ifndef MG_LOLA_H
#define MG_LOLA_H

#include "core/rl/learner.h"

typedef struct mg_lola_config {
    double discount;
    int episodes;      /* of an update */
    double rate;       /* of the policies */
    double value_rate; /* of the value functions */
    bool bootstrap;    /* returns go on with what an episode's last observation is worth, however it ended */
    int shapers;       /* agents 0 .. shapers - 1 shape the others, who are plain policy gradient; 0: all shape */
    bool mean_log;     /* log-likelihoods are divided by the number of choices; not of LOLA-c */
    bool continuous;   /* LOLA-c, else LOLA-d */
    double gift;       /* R_a, the value of a gift; continuous: R_max, its bound */
    double cost;       /* what giving 1 costs */
    int hidden_1, hidden_2;
    int gift_hidden_1, gift_hidden_2; /* of the gifts' means */
} mg_lola_config;

mg_lola_config mg_lola_discrete_paper(void); /* thesis B.4.2 */
mg_lola_config mg_lola_continuous_paper(void);
mg_lola_config mg_lola_discrete_released(void); /* the same with the logarithm as the released program has it */
extern const mg_learner_table mg_lola;

#endif
