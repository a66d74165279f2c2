/* central_critic_step.c - decide, and the losses of critic and actor. */
#include "baselines/central_critic_step.h"
#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

struct mg_central_scratch {
    const mg_central_network *network;
    mg_real *memory; /* all of the below */
    mg_real *actor_workspace, *critic_workspace;
    mg_real *nothing;              /* [sample][agent][actions]: no noise */
    mg_real *done, *slope, *along; /* the same: what Q is told, and derivatives */
    mg_real *target, *cotangent;   /* [sample] */
};

mg_central_scratch *mg_central_scratch_create(const mg_central_network *network)
{
    const mg_central_shape *s = &network->shape;
    const size_t samples = (size_t)s->samples, choices = samples * (size_t)s->agents * (size_t)s->actions;
    const size_t actor = mg_tape_workspace(network->actor_tape), critic = mg_tape_workspace(network->critic_tape);
    mg_central_scratch *scratch = mg_allocate(1, sizeof *scratch);
    mg_real *at = mg_allocate_block(actor + critic + 4 * choices + 2 * samples, sizeof *at);
    *scratch = (mg_central_scratch){.network = network, .memory = at, .actor_workspace = at};
    scratch->critic_workspace = at += actor;
    scratch->nothing = at += critic;
    scratch->done = at += choices;
    scratch->slope = at += choices;
    scratch->along = at += choices;
    scratch->target = at += choices;
    scratch->cotangent = at + samples;
    memset(scratch->nothing, 0, choices * sizeof *at);
    return scratch;
}

void mg_central_scratch_destroy(mg_central_scratch *scratch)
{
    free(scratch->memory);
    free(scratch);
}

/* ---- forwards ---- */

static mg_tape_replay actor_forward(const mg_central_scratch *scratch, int samples, const mg_real *observation,
                                    const mg_real *noise, const mg_real *theta)
{
    mg_tape_replay replay = {
        .rows = samples, .parameters = theta, .input = {observation, noise}, .workspace = scratch->actor_workspace};
    mg_tape_forward(scratch->network->actor_tape, &replay);
    return replay;
}

static mg_tape_replay critic_forward(const mg_central_scratch *scratch, int samples, const mg_real *observation,
                                     const mg_real *done, const mg_real *kappa)
{
    mg_tape_replay replay = {
        .rows = samples, .parameters = kappa, .input = {observation, done}, .workspace = scratch->critic_workspace};
    mg_tape_forward(scratch->network->critic_tape, &replay);
    return replay;
}

void mg_central_decide(mg_central_scratch *scratch, int samples, const mg_real *observation, const mg_real *noise,
                       const mg_real *theta, int32_t *choice)
{
    const mg_central_network *network = scratch->network;
    mg_tape_replay replay = actor_forward(scratch, samples, observation, noise, theta);
    const mg_real *chosen = mg_tape_value(network->actor_tape, &replay, network->choice);
    for (int k = 0; k < samples * network->shape.agents; k++)
        choice[k] = (int32_t)chosen[k];
}

/* ---- the critic ---- */

static mg_real team_reward(const mg_central_scratch *scratch, const mg_central_batch *batch, int sample)
{
    const int agents = scratch->network->shape.agents;
    mg_real sum = 0;
    for (int i = 0; i < agents; i++)
        sum += batch->reward[sample * agents + i];
    return sum / (mg_real)agents;
}

static void fill_targets(mg_central_scratch *scratch, const mg_central_batch *batch, mg_real discount,
                         const mg_real *theta, const mg_real *kappa_target)
{
    const mg_central_network *network = scratch->network;
    mg_tape_replay actor = actor_forward(scratch, batch->samples, batch->next_observation, scratch->nothing, theta);
    const mg_real *next = mg_tape_value(network->actor_tape, &actor, network->probability);
    mg_tape_replay critic = critic_forward(scratch, batch->samples, batch->next_observation, next, kappa_target);
    const mg_real *value = mg_tape_value(network->critic_tape, &critic, network->value);
    for (int s = 0; s < batch->samples; s++) {
        mg_real later = discount * value[s];
        scratch->target[s] = team_reward(scratch, batch, s);
        if (batch->terminated[s] == 0)
            scratch->target[s] += later;
    }
}

mg_real mg_central_critic_gradient(mg_central_scratch *scratch, const mg_central_batch *batch, mg_real discount,
                                   const mg_real *theta, const mg_real *kappa, const mg_real *kappa_target,
                                   mg_real *gradient)
{
    const mg_central_network *network = scratch->network;
    const size_t rows = (size_t)batch->samples * (size_t)network->shape.agents;
    const size_t actions = (size_t)network->shape.actions;
    fill_targets(scratch, batch, discount, theta, kappa_target);
    memset(scratch->done, 0, rows * actions * sizeof *scratch->done);
    for (size_t k = 0; k < rows; k++)
        scratch->done[k * actions + (size_t)batch->action[k]] = 1;
    mg_tape_replay replay = critic_forward(scratch, batch->samples, batch->observation, scratch->done, kappa);
    const mg_real *value = mg_tape_value(network->critic_tape, &replay, network->value);
    mg_real sum = 0;
    for (int s = 0; s < batch->samples; s++) {
        mg_real off = value[s] - scratch->target[s];
        scratch->cotangent[s] = 2 * off / (mg_real)batch->samples;
        sum += off * off;
    }
    const mg_cotangent from = {network->value, scratch->cotangent};
    mg_tape_backward(network->critic_tape, &replay, 1, &from, gradient, NULL);
    return sum / (mg_real)batch->samples;
}

/* ---- the actor ---- */

mg_real mg_central_actor_gradient(mg_central_scratch *scratch, const mg_central_batch *batch, mg_real penalty,
                                  const mg_real *theta, const mg_real *kappa, mg_real *gradient)
{
    const mg_central_network *network = scratch->network;
    const int samples = batch->samples;
    const size_t numbers = (size_t)samples * (size_t)network->shape.agents * (size_t)network->shape.actions;
    mg_tape_replay actor = actor_forward(scratch, samples, batch->observation, scratch->nothing, theta);
    const mg_real *probability = mg_tape_value(network->actor_tape, &actor, network->probability);
    const mg_real *logit = mg_tape_value(network->actor_tape, &actor, network->logits);
    mg_tape_replay critic = critic_forward(scratch, samples, batch->observation, probability, kappa);
    const mg_real *value = mg_tape_value(network->critic_tape, &critic, network->value);
    mg_real worth = 0, squares = 0;
    for (int s = 0; s < samples; s++) {
        scratch->cotangent[s] = (mg_real)-1 / (mg_real)samples;
        worth += value[s];
    }
    const mg_cotangent of_value = {network->value, scratch->cotangent};
    mg_real *const to[2] = {NULL, scratch->along};
    mg_tape_backward(network->critic_tape, &critic, 1, &of_value, NULL, to);
    for (size_t k = 0; k < numbers; k++) {
        scratch->slope[k] = 2 * penalty * logit[k] / (mg_real)numbers;
        squares += logit[k] * logit[k];
    }
    const mg_cotangent from[2] = {{network->probability, scratch->along}, {network->logits, scratch->slope}};
    mg_tape_backward(network->actor_tape, &actor, 2, from, gradient, NULL);
    return penalty * (squares / (mg_real)numbers) - worth / (mg_real)samples;
}
