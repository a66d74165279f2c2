/* value_reward_sharing.c - the reward models, and advantages from what they say. */
#include "baselines/value_reward_sharing.h"

#include "core/io/memory.h"
#include "core/rl/policy_team.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mg_value_reward_sharing_config mg_value_reward_sharing_default(const mg_sharing_config *proximal)
{
    return (mg_value_reward_sharing_config){.proximal = *proximal, .reward_rate = proximal->critic_rate};
}

static const mg_field field[] = {
    MG_SHARING_FIELDS,
    {"reward_rate", MG_FIELD_DOUBLE, offsetof(mg_value_reward_sharing_config, reward_rate), 0, 10,
     "our choice: that of the critics, as in Zhang et al. 2018, Algorithm 2"},
};
static const mg_fields fields = {"value-reward-sharing", sizeof field / sizeof *field, field,
                                 sizeof(mg_value_reward_sharing_config)};

typedef mg_value_reward_learner team_learner;

/* ---- one iteration ---- */

/* What an agent's model looks at: the observation, and who did what. */
static void write_input(team_learner *learner, int agent)
{
    const mg_sharing *core = &learner->core;
    int width = learner->network.inputs, seen = core->actor_network.inputs;
    memset(learner->input, 0, (size_t)(core->episode.steps * width) * sizeof(float));
    for (int t = 0; t < core->episode.steps; t++) {
        float *row = learner->input + t * width;
        memcpy(row, mg_trajectory_observation(&core->episode, agent) + t * seen, (size_t)seen * sizeof(float));
        for (int j = 0; j < core->agents; j++)
            row[seen + j * core->actions + mg_trajectory_action(&core->episode, j)[t]] = 1.0f;
    }
}

/* An agent's advantages are those of what its model says that the team earns; then the model takes a step on its mean
 * squared error from the rewards as they are learnt from. */
static void share(mg_sharing *core)
{
    team_learner *learner = (team_learner *)core;
    int steps = core->episode.steps;
    for (int i = 0; i < core->agents; i++) {
        write_input(learner, i);
        memcpy(learner->modelled, mg_model_forward(&learner->model, i, steps, learner->input),
               (size_t)steps * sizeof(float));
        mg_sharing_advantages(core, i, learner->modelled, core->used + i * core->steps_max);
        mg_squared_error(steps, learner->modelled, mg_sharing_reward(core, i), learner->cotangent);
        mg_model_backward(&learner->model, i, steps, learner->input, learner->cotangent, NULL);
        mg_model_step(&learner->model, i);
    }
    learner->updates++;
}

static void agree(mg_sharing *core)
{
    team_learner *learner = (team_learner *)core;
    mg_sharing_average(core, core->critic.parameters, core->critic.count);
    mg_sharing_average(core, learner->model.parameters, learner->model.count);
}

static const mg_sharing_method method = {.update = "consensus", .share = share, .agree = agree};

/* ---- the learner ---- */

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)config;
    if (!mg_sharing_describe(&method, environment, spec, error))
        return false;
    spec->update[spec->updates++] = "reward model";
    return true;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_value_reward_sharing_config *c = config;
    team_learner *learner = mg_allocate(1, sizeof *learner);
    mg_sharing *core = &learner->core;
    mg_sharing_create(core, &method, &c->proximal, environment, key);
    int agents = core->agents, inputs = core->actor_network.inputs + agents * core->actions;
    mg_optimiser_config optimiser = mg_adam_torch_default(c->reward_rate);
    optimiser.least = core->critic.stepper.config.least;
    mg_network_hidden_two(&learner->network, inputs, c->proximal.hidden_1, c->proximal.hidden_2, 1,
                          MG_INITIALISE_FAN_IN_UNIFORM, MG_INITIALISE_FAN_IN_UNIFORM);
    mg_model_create(&learner->model, &learner->network, core->steps_max, agents, optimiser, 0);
    for (int i = 0; i < agents; i++) /* agents' other networks have the streams below agents * (agents + 1) */
        mg_model_initialise(&learner->model, i, key, (uint32_t)(agents * (agents + 1) + i));
    size_t steps = (size_t)core->steps_max;
    learner->input = mg_allocate(steps * (size_t)inputs, sizeof(float));
    learner->modelled = mg_allocate(steps, sizeof(float));
    learner->cotangent = mg_allocate(steps, sizeof(float));
    return learner;
}

static void destroy(void *self)
{
    team_learner *learner = self;
    free(learner->input);
    free(learner->modelled);
    free(learner->cotangent);
    mg_model_destroy(&learner->model);
    mg_sharing_destroy(self);
}

static void update_counts(const void *self, uint64_t *count)
{
    const team_learner *learner = self;
    mg_sharing_update_counts(self, count);
    count[MG_SHARING_UPDATES] = learner->updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    team_learner *learner = self;
    mg_stepper *stepper = &learner->model.stepper;
    size_t agents = (size_t)learner->core.agents;
    int listed = mg_sharing_tensors(self, tensor, room);
    for (int i = 0; i < learner->core.agents; i++) {
        char name[40];
        snprintf(name, sizeof name, "agent %d reward", i);
        listed = mg_list_block(&learner->network.layout, mg_model_parameters(&learner->model, i), MG_KIND_MODELS, name,
                               tensor, room, listed);
    }
    listed = mg_list_array(MG_KIND_OPTIMISERS, "reward moments", MG_TYPE_FLOAT, 2 * agents * stepper->count,
                           stepper->moments, tensor, room, listed);
    listed = mg_list_array(MG_KIND_OPTIMISERS, "reward beta powers", MG_TYPE_DOUBLE, 2 * agents, stepper->beta_power,
                           tensor, room, listed);
    listed =
        mg_list_array(MG_KIND_OPTIMISERS, "reward steps", MG_TYPE_U64, agents, stepper->steps, tensor, room, listed);
    return mg_list_array(MG_KIND_STATE, "reward updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, listed);
}

const mg_learner_table mg_value_reward_sharing = {
    .name = "value-reward-sharing",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .begin_episode = mg_sharing_begin_episode,
    .act = mg_sharing_act,
    .observe = mg_sharing_observe,
    .end_episode = mg_sharing_end_episode,
    .metrics = mg_sharing_metrics,
    .update_counts = update_counts,
    .tensors = tensors,
};
