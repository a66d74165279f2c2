/* team_critic.c - see team_critic.h. */
#include "core/rl/team_critic.h"
#include "core/io/memory.h"
#include "core/rl/proximal_step.h"

#include <stdlib.h>
#include <string.h>

mg_network_image mg_team_picture(const mg_part part[MG_PARTS_MAX], int filters, int window)
{
    const bool fits = part[0].height >= window && part[0].width >= window;
    return (mg_network_image){.channels = part[0].channels,
                              .height = part[0].height,
                              .width = part[0].width,
                              .filters = fits ? filters : 0,
                              .window = window,
                              .weight = MG_INITIALISE_GLOROT_UNIFORM,
                              .bias = MG_INITIALISE_ZERO,
                              .filters_bias = MG_INITIALISE_GLOROT_UNIFORM};
}

void mg_team_critic_create(mg_team_critic *critic, const mg_team_critic_config *config, int agents, int observation,
                           int steps_max, mg_key key, uint32_t first)
{
    const mg_layer output = {"output", 1, MG_ACTIVATION_NONE, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO};
    critic->config = *config;
    mg_network_pictured(&critic->network, &config->picture, observation, config->hidden_1, config->hidden_2, &output,
                        MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    mg_model_create(&critic->model, &critic->network, steps_max + 1, agents, mg_adam_tensorflow_default(config->rate),
                    MG_MODEL_TARGET);
    for (int i = 0; i < agents; i++)
        mg_model_initialise(&critic->model, i, key, first + (uint32_t)i);
    critic->target = mg_allocate(2 * ((size_t)steps_max + 1), sizeof(float));
    critic->cotangent = critic->target + steps_max + 1;
}

void mg_team_critic_destroy(mg_team_critic *critic)
{
    mg_model_destroy(&critic->model);
    free(critic->target);
}

void mg_team_critic_values(mg_team_critic *critic, int agent, int steps, const float *observation, bool terminated,
                           float *value)
{
    const float *found = mg_model_forward(&critic->model, agent, steps + 1, observation);
    memcpy(value, found, ((size_t)steps + 1) * sizeof *value);
    value[steps] = terminated ? 0.0f : value[steps];
}

void mg_team_critic_learn(mg_team_critic *critic, int agent, int steps, const float *observation, bool terminated,
                          const float *reward, float *value)
{
    const float discount = (float)critic->config.discount;
    const float *after = mg_model_forward_target(&critic->model, agent, steps + 1, observation);
    for (int t = 0; t < steps; t++)
        critic->target[t] = reward[t] + discount * (t + 1 == steps && terminated ? 0.0f : after[t + 1]);
    mg_team_critic_values(critic, agent, steps, observation, terminated, value);
    mg_squared_error(steps, value, critic->target, critic->cotangent);
    critic->cotangent[steps] = 0.0f; /* what was seen at the end is nobody's value to learn */
    mg_model_backward(&critic->model, agent, steps + 1, observation, critic->cotangent, NULL);
    mg_model_step(&critic->model, agent);
}

void mg_team_critic_follow(mg_team_critic *critic)
{
    for (int i = 0; i < critic->model.copies; i++)
        mg_model_follow(&critic->model, i, (float)critic->config.follow);
}

int mg_team_critic_tensors(mg_team_critic *critic, mg_tensor *tensor, int room, int count)
{
    return mg_model_tensors(&critic->model, MG_KIND_CRITICS, "critic", tensor, room, count);
}
