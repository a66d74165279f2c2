/* lio_models.c - fitting the models, and the gradient through their fictitious steps. */
#include "algos/lio_models.h"
#include "core/io/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies lie agent by agent, without a model of oneself. */
static int copy_of(const mg_lio_models *models, int agent, int other)
{
    return agent * (models->program->agents - 1) + (other < agent ? other : other - 1);
}

float *mg_lio_model_of(const mg_lio_models *models, int agent, int other)
{
    return mg_model_parameters(&models->model, copy_of(models, agent, other));
}

mg_lio_models *mg_lio_models_create(const mg_lio_program *program, double rate, mg_key key, uint32_t first)
{
    mg_lio_models *models = mg_allocate(1, sizeof *models);
    size_t agents = (size_t)program->agents, steps = (size_t)program->steps_max;
    size_t policy = program->policy.network.layout.count;
    int pairs = program->agents * (program->agents - 1);
    models->program = program;
    mg_model_create(&models->model, &program->policy.network, 0, pairs, mg_adam_tensorflow_default(rate), 0);
    for (int k = 0; k < pairs; k++)
        mg_model_initialise(&models->model, k, key, first + (uint32_t)k);
    models->as_seen = mg_allocate(agents, sizeof *models->as_seen);
    models->reals = mg_allocate(2 * agents * policy + agents * agents * steps + steps, sizeof(float));
    for (size_t j = 0; j < agents; j++) {
        models->as_seen[j].theta = models->reals + 2 * j * policy;
        models->as_seen[j].theta_before = models->as_seen[j].theta + policy;
        models->as_seen[j].reinforce = mg_reinforce_create(&program->policy);
    }
    models->paid = models->reals + 2 * agents * policy;
    models->even = models->paid + agents * agents * steps;
    return models;
}

void mg_lio_models_destroy(mg_lio_models *models)
{
    if (!models)
        return;
    for (int j = 0; j < models->program->agents; j++)
        mg_reinforce_destroy(models->as_seen[j].reinforce);
    mg_model_destroy(&models->model);
    free(models->as_seen);
    free(models->reals);
    free(models);
}

/* [agent][step] of one giver, as a trajectory holds what is received. */
static float *paid_by(const mg_lio_models *models, int giver)
{
    const mg_lio_program *program = models->program;
    return models->paid + (size_t)giver * (size_t)program->agents * (size_t)program->steps_max;
}

void mg_lio_models_record(mg_lio_models *models, int t, int givers, const float *transfer)
{
    int agents = models->program->agents;
    for (int giver = 0; giver < givers; giver++)
        for (int k = 0; k < agents; k++)
            paid_by(models, giver)[k * models->program->steps_max + t] =
                k == giver ? 0.0f : transfer[giver * agents + k];
}

void mg_lio_models_fit(mg_lio_models *models, const mg_trajectory *tau)
{
    int agents = models->program->agents;
    for (int t = 0; t < tau->steps; t++)
        models->even[t] = 1.0f / (float)tau->steps;
    for (int agent = 0; agent < agents; agent++)
        for (int other = 0; other < agents; other++) {
            mg_reinforce *reinforce = models->as_seen[other].reinforce;
            if (other == agent)
                continue;
            mg_reinforce_judge(reinforce, tau->steps, mg_lio_model_of(models, agent, other),
                               mg_trajectory_observation(tau, other), mg_trajectory_action(tau, other));
            mg_reinforce_judge_gradient(reinforce, models->even, models->model.gradient);
            mg_model_step(&models->model, copy_of(models, agent, other));
        }
}

void mg_lio_models_gradient(mg_lio_models *models, mg_lio_scratch *scratch, int giver, float *eta,
                            const mg_trajectory *tau, const mg_trajectory *tau_hat, float epsilon, float *gradient,
                            float *cost_gradient)
{
    const mg_lio_program *program = models->program;
    mg_trajectory seen = *tau;
    seen.received = paid_by(models, giver);
    for (int j = 0; j < program->agents; j++) {
        mg_lio_agent *other = &models->as_seen[j];
        if (j == giver)
            continue;
        memcpy(other->theta, mg_lio_model_of(models, giver, j), models->model.count * sizeof(float));
        mg_lio_policy_step(program, scratch, other, j, &seen, epsilon);
    }
    models->as_seen[giver].eta = eta;
    mg_lio_incentive_gradient(program, scratch, models->as_seen, giver, tau, tau_hat, gradient, cost_gradient);
}

int mg_lio_models_tensors(mg_lio_models *models, mg_tensor *tensor, int room, int count)
{
    int agents = models->program->agents;
    mg_stepper *stepper = &models->model.stepper;
    size_t pairs = (size_t)models->model.copies;
    for (int agent = 0; agent < agents; agent++)
        for (int other = 0; other < agents; other++) {
            char name[40];
            if (other == agent)
                continue;
            snprintf(name, sizeof name, "model %d of %d", agent, other);
            count = mg_list_block(&models->program->policy.network.layout, mg_lio_model_of(models, agent, other),
                                  MG_KIND_MODELS, name, tensor, room, count);
        }
    count = mg_list_array(MG_KIND_OPTIMISERS, "model moments", MG_TYPE_FLOAT, 2 * pairs * stepper->count,
                          stepper->moments, tensor, room, count);
    count = mg_list_array(MG_KIND_OPTIMISERS, "model beta powers", MG_TYPE_DOUBLE, 2 * pairs, stepper->beta_power,
                          tensor, room, count);
    return mg_list_array(MG_KIND_OPTIMISERS, "model steps", MG_TYPE_U64, pairs, stepper->steps, tensor, room, count);
}
