/* anticipation.h - Anticipation Sharing (Decentralized MARL via Anticipation Sharing, Section 4.3, Algorithm 1). A
 * later version of the paper calls the method Suggestion Sharing (Jin, Wei and Montana, Achieving Collective Welfare in
 * Multi-Agent Reinforcement Learning via Suggestion Sharing, arXiv:2412.12326); what is here follows the first.
 *
 * Every agent i has its own policy pi^ii and, for every other agent j, an anticipation pi^ij of j's policy: what i
 * would like j to do. After an episode neighbours tell each other their policies and anticipations, and each climbs
 * the dual-clipped objective of Equation 15 (anticipation_step.h) in all of them: so an agent learns what others
 * would like it to do, and nobody tells rewards, values or parameters. The rest is core/rl/sharing.h.
 */
#ifndef MG_ANTICIPATION_H
#define MG_ANTICIPATION_H

#include "core/rl/sharing.h"

typedef struct mg_anticipation_config {
    mg_sharing_config proximal;
    double penalty;   /* rho of Equation 15 */
    bool mutual;      /* an anticipation of me is heard only from whom I hear; matters with `sparse_one_way` alone */
    bool own_product; /* false: the own policy climbs without the product of Equation 12: penalties alone tell it what
                         others would like; anticipations climb as ever */
    /* Readings of Equations 13 to 15; their defaults change nothing. */
    bool pull_always;   /* penalties on every step, not only on those of Equation 13's sets */
    bool largest_kappa; /* kappa the largest |advantage| of the episode; false: the mean */
} mg_anticipation_config;

mg_anticipation_config mg_anticipation_continuous_paper(void); /* predation: Tables 1 and 2 */
mg_anticipation_config mg_anticipation_discrete_default(void); /* exchange, navigation: with rho 1 (see the source) */
extern const mg_learner_table mg_anticipation;

#endif
