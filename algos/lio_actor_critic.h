/* lio_actor_critic.h - LIO with actor-critic: what weighs an action is a critic's advantage, where lio.h has the return
 * that follows it (thesis B.4.2, Equations B.9 and B.10; facts/lio-cleanup.md 2.1). For pictures: networks with
 * filters.
 *
 * In an iteration every critic takes a step on tau, from the incentives received too, and the policies step by the
 * advantages of the values before it; a giver's incentive function is judged by its own advantage on tau^, of extrinsic
 * reward alone and by the critic after that step. All targets follow after either update.
 */
#ifndef MG_LIO_ACTOR_CRITIC_H
#define MG_LIO_ACTOR_CRITIC_H

#include "algos/lio.h"

typedef struct mg_lio_actor_critic_config {
    mg_lio_config lio;
    double critic_rate;  /* alpha_phi, Adam */
    double follow;       /* tau of the target networks */
    int filters, window; /* of the convolution where agents first observe a part of at least window x window; 0: none */
} mg_lio_actor_critic_config;

mg_lio_actor_critic_config mg_lio_cleanup_paper(bool large); /* thesis Table B.5, B.4.2; large: 10x10 */
mg_lio_actor_critic_config mg_lio_cleanup_released(bool large);
extern const mg_learner_table mg_lio_actor_critic;

#endif
