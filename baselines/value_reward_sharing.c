/* value_reward_sharing.c - the reward models, and advantages from what they say. */
#include "baselines/value_reward_sharing.h"

#include "core/io/memory.h"
#include "core/rl/policy_team.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mg_value_reward_sharing_config mg_value_reward_sharing_default(const mg_proximal_config *proximal)
{
    return (mg_value_reward_sharing_config){.proximal = *proximal, .reward_rate = proximal->critic_rate};
}

static const mg_field field[] = {
    MG_PROXIMAL_FIELDS,
    {"reward_rate", MG_FIELD_DOUBLE, offsetof(mg_value_reward_sharing_config, reward_rate), 0, 10,
     "our choice: that of the critics, as in Zhang et al. 2018, Algorithm 2"},
};
static const mg_fields fields = {"value-reward-sharing", sizeof field / sizeof *field, field,
                                 sizeof(mg_value_reward_sharing_config)};

typedef mg_value_reward_learner team_learner;

/* ---- one iteration ---- */

static float *model_of(const team_learner *learner, int agent)
{
    return learner->models + (size_t)agent * learner->model.layout.count;
}

/* What an agent's model looks at: the observation, and who did what. */
static void write_input(team_learner *learner, int agent)
{
    const mg_proximal *core = &learner->core;
    int width = learner->model.inputs, seen = core->actor.inputs;
    memset(learner->input, 0, (size_t)(core->episode.steps * width) * sizeof(float));
    for (int t = 0; t < core->episode.steps; t++) {
        float *row = learner->input + t * width;
        memcpy(row, mg_trajectory_observation(&core->episode, agent) + t * seen, (size_t)seen * sizeof(float));
        for (int j = 0; j < core->agents; j++)
            row[seen + j * core->actions + mg_trajectory_action(&core->episode, j)[t]] = 1.0f;
    }
}

/* After the model was evaluated: one step on its mean squared error from the rewards as they are learnt from. */
static void fit(team_learner *learner, int agent, mg_replay *replay)
{
    mg_proximal *core = &learner->core;
    size_t count = learner->model.layout.count;
    double *power = learner->beta_power + 2 * agent;
    mg_optimiser_state state = {power[0], power[1], learner->optimiser_steps[agent]};
    mg_cotangent cotangent = {learner->model.output, learner->cotangent};
    mg_squared_error(core->episode.steps, learner->modelled, mg_proximal_reward(core, agent), learner->cotangent);
    mg_tape_backward(learner->model.tape, replay, 1, &cotangent, learner->gradient, NULL);
    mg_optimiser_step(&learner->optimiser, &state, count, learner->gradient,
                      learner->moments + 2 * (size_t)agent * count, model_of(learner, agent));
    power[0] = state.beta1_power;
    power[1] = state.beta2_power;
    learner->optimiser_steps[agent] = state.steps;
}

/* An agent's advantages are those of what its model says that the team earns. */
static void share(mg_proximal *core)
{
    team_learner *learner = (team_learner *)core;
    for (int i = 0; i < core->agents; i++) {
        mg_replay replay = {.rows = core->episode.steps, .workspace = learner->workspace};
        write_input(learner, i);
        replay.parameters = model_of(learner, i);
        replay.input[0] = learner->input;
        mg_tape_forward(learner->model.tape, &replay);
        memcpy(learner->modelled, mg_tape_value(learner->model.tape, &replay, learner->model.output),
               (size_t)core->episode.steps * sizeof(float));
        mg_proximal_advantages(core, i, learner->modelled, core->used + i * core->steps_max);
        fit(learner, i, &replay);
    }
    learner->updates++;
}

static void agree(mg_proximal *core)
{
    team_learner *learner = (team_learner *)core;
    mg_proximal_average(core, core->critics, core->critic.layout.count);
    mg_proximal_average(core, learner->models, learner->model.layout.count);
}

static const mg_proximal_method method = {
    .name = "value-reward-sharing", .update = "consensus", .share = share, .agree = agree};

/* ---- the learner ---- */

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)config;
    if (!mg_proximal_describe(&method, environment, spec, error))
        return false;
    spec->update[spec->updates++] = "reward model";
    return true;
}

/* Agents' other networks have the streams below agents * (agents + 1). */
static void initialise(team_learner *learner, mg_key key)
{
    int agents = learner->core.agents;
    for (int i = 0; i < agents; i++) {
        uint32_t number = (uint32_t)(agents * (agents + 1) + i);
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, number);
        mg_parameters_initialise(&learner->model.layout, &stream, model_of(learner, i));
        learner->beta_power[2 * i] = learner->beta_power[2 * i + 1] = 1.0;
    }
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_value_reward_sharing_config *c = config;
    team_learner *learner = mg_allocate(1, sizeof *learner);
    mg_proximal *core = &learner->core;
    mg_proximal_create(core, &method, &c->proximal, environment, key);
    int inputs = core->actor.inputs + core->agents * core->actions;
    mg_hidden_network_create(&learner->model, inputs, c->proximal.hidden_1, c->proximal.hidden_2, 1, core->steps_max);
    learner->optimiser = mg_adam_torch_default(c->reward_rate);
    learner->optimiser.least = core->critic_optimiser.least;
    size_t agents = (size_t)core->agents, steps = (size_t)core->steps_max, count = learner->model.layout.count;
    learner->models = mg_allocate(agents * count, sizeof(float));
    learner->moments = mg_allocate(2 * agents * count, sizeof(float));
    learner->beta_power = mg_allocate(2 * agents, sizeof(double));
    learner->optimiser_steps = mg_allocate(agents, sizeof(uint64_t));
    learner->input = mg_allocate(steps * (size_t)inputs, sizeof(float));
    learner->modelled = mg_allocate(steps, sizeof(float));
    learner->cotangent = mg_allocate(steps, sizeof(float));
    learner->gradient = mg_allocate(count, sizeof(float));
    learner->workspace = mg_allocate(mg_tape_workspace(learner->model.tape), sizeof(float));
    initialise(learner, key);
    return learner;
}

static void destroy(void *self)
{
    team_learner *learner = self;
    void *const owned[] = {learner->models,          learner->moments,  learner->beta_power,
                           learner->optimiser_steps, learner->input,    learner->modelled,
                           learner->cotangent,       learner->gradient, learner->workspace};
    for (size_t n = 0; n < sizeof owned / sizeof *owned; n++)
        free(owned[n]);
    mg_hidden_network_destroy(&learner->model);
    mg_proximal_destroy(self);
}

static void update_counts(const void *self, uint64_t *count)
{
    const team_learner *learner = self;
    mg_proximal_update_counts(self, count);
    count[MG_PROXIMAL_UPDATES] = learner->updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    team_learner *learner = self;
    size_t agents = (size_t)learner->core.agents, count = learner->model.layout.count;
    int listed = mg_proximal_tensors(self, tensor, room);
    for (int i = 0; i < learner->core.agents; i++) {
        char name[40];
        snprintf(name, sizeof name, "agent %d reward", i);
        listed =
            mg_list_block(&learner->model.layout, model_of(learner, i), MG_KIND_MODELS, name, tensor, room, listed);
    }
    listed = mg_list_array(MG_KIND_OPTIMISERS, "reward moments", MG_TYPE_FLOAT, 2 * agents * count, learner->moments,
                           tensor, room, listed);
    listed = mg_list_array(MG_KIND_OPTIMISERS, "reward beta powers", MG_TYPE_DOUBLE, 2 * agents, learner->beta_power,
                           tensor, room, listed);
    listed = mg_list_array(MG_KIND_OPTIMISERS, "reward steps", MG_TYPE_U64, agents, learner->optimiser_steps, tensor,
                           room, listed);
    return mg_list_array(MG_KIND_STATE, "reward updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, listed);
}

const mg_learner_table mg_value_reward_sharing = {
    .name = "value-reward-sharing",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .begin_episode = mg_proximal_begin_episode,
    .act = mg_proximal_act,
    .observe = mg_proximal_observe,
    .end_episode = mg_proximal_end_episode,
    .metrics = mg_proximal_metrics,
    .update_counts = update_counts,
    .tensors = tensors,
};
