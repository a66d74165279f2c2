/* lio_models.h - what decentralised LIO agents make of each other (thesis 5.3, LIO-dec; facts/lio-escape.md 2.4).
 *
 * Every agent keeps a model of every other one's policy, of the same architecture, fitted to what it sees the other do:
 * one Adam step an episode down the mean of - log pi(a_t | o_t). A giver's update (lio_step.h) then goes through the
 * model's fictitious policy step, in which the other earns its own rewards and what this giver alone has paid it.
 */
#ifndef MG_LIO_MODELS_H
#define MG_LIO_MODELS_H

#include "algos/lio_step.h"
#include "core/rl/model.h"

typedef struct mg_lio_models {
    const mg_lio_program *program;
    mg_model model;        /* a copy for each agent and other */
    mg_lio_agent *as_seen; /* [agents]: of the others, as the giver at work sees them */
    float *paid;           /* [giver][agent][step] on tau */
    float *even;           /* [step]: the weight of a step in the mean */
    float *reals;          /* theta of as_seen, and the two above */
} mg_lio_models;

/* Models of all agents of the program, which must outlive them; their networks have the numbers `first` and up. */
mg_lio_models *mg_lio_models_create(const mg_lio_program *program, double rate, mg_key key, uint32_t first);
void mg_lio_models_destroy(mg_lio_models *models);

/* Parameters of agent's model of `other`. */
float *mg_lio_model_of(const mg_lio_models *models, int agent, int other);

/* What `givers` givers paid in step t of tau: transfer, [giver][agent]. */
void mg_lio_models_record(mg_lio_models *models, int t, int givers, const float *transfer);

/* One step of every model on what was done in an episode. */
void mg_lio_models_fit(mg_lio_models *models, const mg_trajectory *tau);

/* mg_lio_incentive_gradient of a giver with eta, which knows no policy but its models. */
void mg_lio_models_gradient(mg_lio_models *models, mg_lio_scratch *scratch, int giver, float *eta,
                            const mg_trajectory *tau, const mg_trajectory *tau_hat, float epsilon, float *gradient,
                            float *cost_gradient);

/* "model I of J <view>", kind models, then their optimiser. */
int mg_lio_models_tensors(mg_lio_models *models, mg_tensor *tensor, int room, int count);

#endif
