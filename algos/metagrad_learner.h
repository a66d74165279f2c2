/* metagrad_learner.h - what the learner of metagrad.h holds. Of its two files metagrad.c plays and learns,
 * metagrad_create.c makes it and tells its state.
 */
#ifndef MG_METAGRAD_LEARNER_H
#define MG_METAGRAD_LEARNER_H

#include "algos/metagrad.h"
#include "core/rl/designer.h"

/* One episode as everybody saw it. Agents' arrays are [agent][step]. */
typedef struct mg_metagrad_episode {
    mg_designer_episode designer;
    float epsilon;                    /* with which it was played */
    float *observation, *sensitivity; /* sensitivity: [step][agent][number] */
    int32_t *action;
    uint8_t *allowed; /* NULL: no masks */
    float *values;    /* of the actors' networks that played it, [network] ... */
    bool known;       /* ... if they are still those */
} mg_metagrad_episode;

typedef struct mg_metagrad_learner {
    mg_metagrad_config config;
    void *agents; /* mg_proximal_policy's */
    mg_model *actor;
    int count, observations, actions, steps_max; /* of the agents */
    mg_designer designer;
    mg_metagrad_episode before, now; /* tau, tau^ */
    int32_t begun;                   /* there is a tau */
    float *theta;                    /* of all actors, before their step on tau */
    mg_model replica;                /* as_released: all actors after the replica of that step ... */
    mg_env_source source;            /* ... on rewards that this environment accounts for ... */
    float *ledger, *paid;            /* ... from [step, and one more][ledger]: [step][agent], of tau^ */
    int ledger_length;
    uint64_t steps;                 /* of the designer's function */
    mg_stepper cost;                /* its other Adam */
    float *cost_gradient, *by_cost; /* by_cost: [decision][number] */

    float *by_number, *by_reward; /* [decision][number], [agent][step] */
    float *batch_observation, *batch_advantage, *pure, *mixed, *logit_cotangent, *tangent, *along, *slope;
    int32_t *batch_action;
    uint8_t *batch_allowed;
} mg_metagrad_learner;

void mg_metagrad_begin_episode(void *self, int row);
void mg_metagrad_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real);
void mg_metagrad_give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers);
void mg_metagrad_observe(void *self, const mg_transition *transition);
bool mg_metagrad_end_episode(void *self, int row);

#endif
