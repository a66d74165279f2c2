/* sharing.c - episodes kept, critics, advantages, steps. */
#include "core/rl/sharing.h"
#include "core/rl/graph.h"

#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/num/scalar_math.h"
#include "core/rl/policy_team.h"
#include "core/rl/returns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mg_sharing_config mg_sharing_default(double actor_rate)
{
    return (mg_sharing_config){.discount = 0.99,
                               .lambda = 0.98,
                               .clip = 0.2,
                               .critic_rate = 1e-4,
                               .actor_rate = actor_rate,
                               .iterations = 3,
                               .hidden_1 = 128,
                               .hidden_2 = 64,
                               .normalise_advantages = false,
                               .refresh_before = false,
                               .sparse = false,
                               .skip = 0.0,
                               .reward_scale = 1.0};
}

static const mg_field field[] = {MG_SHARING_FIELDS};
const mg_fields mg_sharing_fields = {"proximal", sizeof field / sizeof *field, field, sizeof(mg_sharing_config)};

/* ---- making and ending ---- */

bool mg_sharing_describe(const mg_sharing_method *method, const mg_env_spec *environment, mg_learner_spec *spec,
                         mg_error *error)
{
    (void)environment, (void)error;
    static const mg_metric_spec metric[] = {{"training_return", "reward of all agents per training episode so far"}};
    *spec = (mg_learner_spec){.needs = MG_TEAM_NEEDS | MG_NEED_ONE_STAGE,
                              .uses = MG_NEED_GRAPH,
                              .agents_max = MG_SHARING_AGENTS_MAX,
                              .actions_max = MG_TEAM_ACTIONS,
                              .training_rows = 1,
                              .unit = "episode",
                              .metrics = 1,
                              .metric = metric,
                              .updates = method->update ? 3 : 2,
                              .update = {"critic", "actor", method->update}};
    return true;
}

static void take_memory(mg_sharing *core)
{
    size_t agents = (size_t)core->agents, steps = (size_t)core->steps_max, networks = (size_t)core->networks;
    size_t block = steps * (size_t)core->actor_network.outputs, inputs = (size_t)core->actor_network.inputs;
    core->beta_power = mg_allocate(2 * agents * (networks + 1), sizeof(double));
    core->optimiser_steps = mg_allocate(agents * (networks + 1), sizeof(uint64_t));
    core->talks = mg_allocate(steps * agents * agents, 1);
    core->value = mg_allocate(agents * (steps + 1), sizeof(float));
    core->advantage = mg_allocate(agents * steps, sizeof(float));
    core->used = mg_allocate(agents * steps, sizeof(float));
    core->returns = mg_allocate(agents * steps, sizeof(float));
    core->probability = mg_allocate(agents * networks * block, sizeof(float));
    core->before = mg_allocate(agents * steps, sizeof(float));
    core->reward = mg_allocate(steps, sizeof(float));
    core->last = mg_allocate(agents * inputs, sizeof(float));
    core->gradient = mg_allocate(networks * block, sizeof(float));
    core->term = mg_allocate(steps, sizeof(float));
    core->slope = mg_allocate(steps, sizeof(float));
    core->agreed_room = core->critic.count > core->actor.count ? core->critic.count : core->actor.count;
    core->agreed = mg_allocate(agents * core->agreed_room, sizeof(float));
    core->gathered = mg_allocate(steps * inputs, sizeof(float));
    core->cotangent = mg_allocate(block > steps ? block : steps, sizeof(float));
    float *reals = mg_allocate(mg_trajectory_reals(core->agents, (int)inputs, core->steps_max), sizeof(float));
    int32_t *actions = mg_allocate(agents * steps, sizeof(int32_t));
    core->episode = mg_trajectory_place(core->agents, (int)inputs, core->steps_max, reals, actions);
}

/* Agent i's networks are numbered i (agents + 1) for the critic, then one for each agent's actor: a method with fewer
 * starts from the same own policies as one with all of them. */
static void initialise(mg_sharing *core, int agent)
{
    uint32_t first = (uint32_t)agent * (uint32_t)(core->agents + 1);
    mg_model_initialise(&core->critic, agent, core->key, first);
    if (core->config.common_start && agent > 0) {
        memcpy(mg_model_parameters(&core->actor, agent * core->networks), core->actor.parameters,
               (size_t)core->networks * core->actor.count * sizeof(float));
        return;
    }
    for (int k = 0; k < core->networks; k++)
        mg_model_initialise(&core->actor, agent * core->networks + k, core->key,
                            first + 1 + (uint32_t)(core->networks == 1 ? agent : k));
}

/* Adam for all networks; one pair of arrays counts, agent by agent. */
static void make_models(mg_sharing *core)
{
    const mg_sharing_config *c = &core->config;
    int agents = core->agents, networks = core->networks, each = networks + 1;
    mg_optimiser_config critic = mg_adam_torch_default(c->critic_rate), actor = mg_adam_torch_default(c->actor_rate);
    critic.least = actor.least = 1e-30; /* many units die */
    mg_model_create(&core->critic, &core->critic_network, core->steps_max, agents, critic, 0);
    mg_model_create(&core->actor, &core->actor_network, core->steps_max, agents * networks, actor,
                    networks > 1 ? MG_MODEL_VALUES : 0);
    take_memory(core);
    for (int n = 0; n < 2 * agents * each; n++)
        core->beta_power[n] = 1.0;
    mg_stepper_share_counters(&core->critic.stepper, core->beta_power, core->optimiser_steps, 1, each, 0);
    mg_stepper_share_counters(&core->actor.stepper, core->beta_power, core->optimiser_steps, networks, each, 1);
}

void mg_sharing_create(mg_sharing *core, const mg_sharing_method *method, const mg_sharing_config *config,
                       const mg_env_spec *environment, mg_key key)
{
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    core->method = method;
    core->config = *config;
    core->key = key;
    core->agents = environment->agents;
    core->actions = agent->actions;
    core->steps_max = environment->longest_episode;
    core->neighbours_max = environment->neighbours_max;
    core->networks = method->network_each ? core->agents : 1;
    core->heads = method->head_each ? core->agents : 1;
    mg_network_hidden_two(&core->critic_network, agent->observation, config->hidden_1, config->hidden_2, 1,
                          MG_INITIALISE_FAN_IN_UNIFORM, MG_INITIALISE_FAN_IN_UNIFORM);
    mg_network_hidden_two(&core->actor_network, agent->observation, config->hidden_1, config->hidden_2,
                          core->heads * core->actions, MG_INITIALISE_FAN_IN_UNIFORM, MG_INITIALISE_FAN_IN_UNIFORM);
    make_models(core);
    for (int i = 0; i < core->agents; i++)
        initialise(core, i);
}

void mg_sharing_free(mg_sharing *core)
{
    void *const owned[] = {core->beta_power,    core->optimiser_steps,
                           core->talks,         core->value,
                           core->advantage,     core->used,
                           core->returns,       core->probability,
                           core->before,        core->reward,
                           core->last,          core->gradient,
                           core->term,          core->slope,
                           core->agreed,        core->gathered,
                           core->cotangent,     core->episode.observation,
                           core->episode.action};
    for (size_t n = 0; n < sizeof owned / sizeof *owned; n++)
        free(owned[n]);
    mg_model_destroy(&core->critic);
    mg_model_destroy(&core->actor);
}

void *mg_sharing_new(const mg_sharing_method *method, const void *config, const mg_env_spec *environment, mg_key key)
{
    mg_sharing *core = mg_allocate(1, sizeof *core);
    mg_sharing_create(core, method, config, environment, key);
    return core;
}

void mg_sharing_destroy(void *self)
{
    mg_sharing_free(self);
    free(self);
}

/* ---- acting ---- */

void mg_sharing_begin_episode(void *self, int row)
{
    (void)row;
    ((mg_sharing *)self)->episode.steps = 0;
}

static int own_network(const mg_sharing *core, int agent)
{
    return core->networks == 1 ? 0 : agent;
}

static int own_head(const mg_sharing *core, int agent)
{
    return core->heads == 1 ? 0 : agent;
}

/* Samples; the paper does not say that it evaluates otherwise than it trains. */
static void act_rows(mg_sharing *core, const mg_batch *batch, int agent, int first, int rows, int32_t *actions)
{
    const float *logits =
        mg_model_forward(&core->actor, agent * core->networks + own_network(core, agent), rows,
                         batch->observation[agent] + (size_t)first * (size_t)core->actor_network.inputs);
    mg_purpose purpose = batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    bool greedy = batch->mode == MG_EVALUATE && core->config.greedy_evaluation;
    for (int k = 0; k < rows; k++) {
        float p[MG_TEAM_ACTIONS];
        const float *own = logits + k * core->actor_network.outputs + own_head(core, agent) * core->actions;
        int entry = first + k;
        mg_kernels_current()->softmax(1, core->actions, own, p);
        mg_stream stream =
            mg_stream_at(core->key, purpose, batch->time[entry], (uint32_t)batch->row[entry], (uint32_t)agent);
        actions[entry] = greedy ? mg_argmax(core->actions, p) : mg_random_categorical(&stream, p, core->actions);
    }
}

void mg_sharing_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    mg_sharing *core = self;
    for (int agent = 0; agent < core->agents; agent++)
        for (int first = 0; first < batch->rows; first += core->steps_max) {
            int left = batch->rows - first;
            act_rows(core, batch, agent, first, left < core->steps_max ? left : core->steps_max, actions[agent]);
        }
}

void mg_sharing_observe(void *self, const mg_transition *transition)
{
    mg_sharing *core = self;
    mg_graph_of_neighbours(core->agents, core->neighbours_max, transition->before.neighbour,
                           mg_sharing_talks(core, core->episode.steps, 0));
    mg_policy_team_record(&core->episode, transition);
    for (int i = 0; i < core->agents; i++)
        core->return_sum += (double)transition->reward[i];
    core->time_up = transition->truncated || core->episode.steps == core->steps_max;
    memcpy(core->last, transition->after.observation,
           (size_t)(core->agents * core->actor_network.inputs) * sizeof(float));
}

/* ---- learning ---- */

static void normalise(int n, float *x)
{
    double mean = 0.0, square = 0.0;
    for (int t = 0; t < n; t++)
        mean += (double)x[t] / (double)n;
    for (int t = 0; t < n; t++)
        square += ((double)x[t] - mean) * ((double)x[t] - mean) / (double)n;
    double deviation = mg_sqrt(square) + 1e-8;
    for (int t = 0; t < n; t++)
        x[t] = (float)(((double)x[t] - mean) / deviation);
}

const float *mg_sharing_reward(mg_sharing *core, int agent)
{
    const float *reward = mg_trajectory_reward(&core->episode, agent);
    for (int t = 0; t < core->episode.steps; t++)
        core->reward[t] = (float)core->config.reward_scale * reward[t];
    return core->reward;
}

void mg_sharing_advantages(const mg_sharing *core, int agent, const float *reward, float *advantage)
{
    const float *value = core->value + (size_t)agent * (size_t)(core->steps_max + 1);
    mg_generalised_advantages(core->episode.steps, (float)core->config.discount, (float)core->config.lambda, reward,
                              value, advantage);
    if (core->config.normalise_advantages)
        normalise(core->episode.steps, advantage);
}

/* What comes after the last step: nothing, also where only the time is up (facts/as.md 3.2), unless the config has it
 * judged by the critic. */
static float value_after(mg_sharing *core, int agent)
{
    if (!core->config.bootstrap || !core->time_up)
        return 0.0f;
    return mg_model_forward(&core->critic, agent, 1, core->last + agent * core->critic_network.inputs)[0];
}

/* Equations 16 and 17: advantages and returns from the critic as it is, then its step on the mean of
 * (V - return)^2. */
static void learn_critic(mg_sharing *core, int agent)
{
    int steps = core->episode.steps;
    size_t at = (size_t)agent * (size_t)core->steps_max;
    float *value = core->value + (size_t)agent * (size_t)(core->steps_max + 1);
    const float *reward = mg_sharing_reward(core, agent), *seen = mg_trajectory_observation(&core->episode, agent);
    float after = value_after(core, agent);
    memcpy(value, mg_model_forward(&core->critic, agent, steps, seen), (size_t)steps * sizeof *value);
    value[steps] = after;
    mg_sharing_advantages(core, agent, reward, core->advantage + at);
    core->reward[steps - 1] += (float)core->config.discount * after;
    mg_discounted_returns(steps, (float)core->config.discount, reward, core->returns + at);
    mg_squared_error(steps, value, core->returns + at, core->cotangent);
    mg_model_backward(&core->critic, agent, steps, seen, core->cotangent, NULL);
    mg_model_step(&core->critic, agent);
}

float *mg_sharing_probability(const mg_sharing *core, int agent, int network)
{
    size_t block = (size_t)core->steps_max * (size_t)core->actor_network.outputs;
    return core->probability + (size_t)(agent * core->networks + network) * block;
}

/* What an agent saw at the steps row[0..rows-1], or from the first on. */
static const float *seen_at(mg_sharing *core, int agent, int rows, const int *row)
{
    size_t inputs = (size_t)core->actor_network.inputs;
    const float *observation = mg_trajectory_observation(&core->episode, agent);
    for (int k = 0; row && k < rows; k++)
        memcpy(core->gathered + (size_t)k * inputs, observation + (size_t)row[k] * inputs, inputs * sizeof(float));
    return row ? core->gathered : observation;
}

void mg_sharing_evaluate(mg_sharing *core, int agent, int network, int rows, const int *row)
{
    int outputs = core->actor_network.outputs;
    const float *logits =
        mg_model_forward(&core->actor, agent * core->networks + network, rows, seen_at(core, agent, rows, row));
    float *probability = mg_sharing_probability(core, agent, network);
    for (int k = 0; row && k < rows; k++)
        mg_kernels_current()->softmax(core->heads, core->actions, logits + k * outputs, probability + row[k] * outputs);
    if (!row)
        mg_kernels_current()->softmax(rows * core->heads, core->actions, logits, probability);
}

void mg_sharing_evaluate_own(mg_sharing *core, int agent)
{
    int steps = core->episode.steps, network = own_network(core, agent);
    const int32_t *action = mg_trajectory_action(&core->episode, agent);
    const float *own = mg_sharing_probability(core, agent, network) + own_head(core, agent) * core->actions;
    mg_sharing_evaluate(core, agent, network, steps, NULL);
    if (core->iteration > 0 && !core->config.refresh_before)
        return;
    for (int t = 0; t < steps; t++)
        core->before[agent * core->steps_max + t] = own[t * core->actor_network.outputs + action[t]];
}

void mg_sharing_climb(mg_sharing *core, int agent, int network, int rows, const int *row)
{
    int outputs = core->actor_network.outputs, copy = agent * core->networks + network;
    const float *gradient = core->gradient + (size_t)network * (size_t)core->steps_max * (size_t)outputs;
    for (int k = 0; k < rows; k++)
        for (int b = 0; b < outputs; b++)
            core->cotangent[k * outputs + b] = -gradient[(row ? row[k] : k) * outputs + b];
    mg_model_backward(&core->actor, copy, rows, seen_at(core, agent, rows, row), core->cotangent, NULL);
    mg_model_step(&core->actor, copy);
}

void mg_sharing_objective(mg_sharing *core, int agent)
{
    mg_clipped_batch batch = {.steps = core->episode.steps,
                              .actions = core->actions,
                              .stride = core->actor_network.outputs,
                              .before = core->before + agent * core->steps_max,
                              .action = mg_trajectory_action(&core->episode, agent),
                              .advantage = core->used + agent * core->steps_max,
                              .clip = (float)core->config.clip};
    batch.probability = mg_sharing_probability(core, agent, own_network(core, agent));
    batch.probability += own_head(core, agent) * core->actions;
    mg_clipped_objective(&batch, core->term, core->slope);
}

void mg_sharing_add_entropy(mg_sharing *core, int agent)
{
    int network = own_network(core, agent), head = own_head(core, agent) * core->actions;
    size_t block = (size_t)network * (size_t)core->steps_max * (size_t)core->actor_network.outputs;
    if (core->config.entropy > 0.0)
        mg_add_entropy_gradient(core->episode.steps, core->actions, core->actor_network.outputs,
                                mg_sharing_probability(core, agent, network) + head, (float)core->config.entropy,
                                core->gradient + block + head);
}

/* What a method does that is plain in this: every agent climbs the clipped objective of its own policy. */
static void learn_own(mg_sharing *core)
{
    for (int i = 0; i < core->agents; i++) {
        mg_sharing_evaluate_own(core, i);
        mg_sharing_objective(core, i);
        memset(core->gradient, 0, (size_t)(core->episode.steps * core->actor_network.outputs) * sizeof(float));
        mg_add_log_gradient(core->episode.steps, core->actions, core->actor_network.outputs,
                            mg_sharing_probability(core, i, 0), mg_trajectory_action(&core->episode, i), core->slope,
                            core->gradient);
        mg_sharing_add_entropy(core, i);
        mg_sharing_climb(core, i, 0, core->episode.steps, NULL);
    }
}

bool mg_sharing_end_episode(void *self, int row)
{
    (void)row;
    mg_sharing *core = self;
    const mg_sharing_method *method = core->method;
    size_t used = (size_t)core->agents * (size_t)core->steps_max;
    mg_sharing_draw_talks(core);
    for (core->iteration = 0; core->iteration < core->config.iterations; core->iteration++) {
        for (int i = 0; i < core->agents; i++)
            learn_critic(core, i);
        memcpy(core->used, core->advantage, used * sizeof(float));
        if (method->share)
            method->share(core);
        (method->learn ? method->learn : learn_own)(core);
        if (method->agree && !core->silent)
            method->agree(core);
        core->updates[0]++;
        core->updates[1]++;
        core->updates[2] += method->update && !core->silent;
    }
    core->episodes++;
    return true;
}

/* ---- what others see ---- */

void mg_sharing_metrics(const void *self, double *metric)
{
    const mg_sharing *core = self;
    metric[0] = core->episodes ? core->return_sum / (double)core->episodes : 0.0;
}

void mg_sharing_update_counts(const void *self, uint64_t *count)
{
    const mg_sharing *core = self;
    memcpy(count, core->updates, (core->method->update ? 3 : 2) * sizeof *count);
}

static int list_agent(mg_sharing *core, int agent, mg_tensor *tensor, int room, int count)
{
    int first = agent * core->networks;
    char name[40];
    snprintf(name, sizeof name, "agent %d critic", agent);
    count = mg_list_block(&core->critic_network.layout, mg_model_parameters(&core->critic, agent), MG_KIND_CRITICS,
                          name, tensor, room, count);
    for (int k = 0; k < core->networks; k++) {
        snprintf(name, sizeof name, core->networks == 1 ? "agent %d policy" : "agent %d policy of %d", agent, k);
        count = mg_list_block(&core->actor_network.layout, mg_model_parameters(&core->actor, first + k),
                              MG_KIND_POLICIES, name, tensor, room, count);
    }
    snprintf(name, sizeof name, "agent %d critic moments", agent);
    count = mg_list_array(MG_KIND_OPTIMISERS, name, MG_TYPE_FLOAT, 2 * core->critic.count,
                          mg_stepper_moments(&core->critic.stepper, agent), tensor, room, count);
    snprintf(name, sizeof name, "agent %d policy moments", agent);
    return mg_list_array(MG_KIND_OPTIMISERS, name, MG_TYPE_FLOAT, 2 * (size_t)core->networks * core->actor.count,
                         mg_stepper_moments(&core->actor.stepper, first), tensor, room, count);
}

int mg_sharing_tensors(void *self, mg_tensor *tensor, int room)
{
    mg_sharing *core = self;
    int count = 0;
    size_t networks = (size_t)core->agents * (size_t)(core->networks + 1);
    for (int i = 0; i < core->agents; i++)
        count = list_agent(core, i, tensor, room, count);
    count = mg_list_array(MG_KIND_OPTIMISERS, "beta powers", MG_TYPE_DOUBLE, 2 * networks, core->beta_power, tensor,
                          room, count);
    count = mg_list_array(MG_KIND_OPTIMISERS, "optimiser steps", MG_TYPE_U64, networks, core->optimiser_steps, tensor,
                          room, count);
    count = mg_list_array(MG_KIND_STATE, "return sum", MG_TYPE_DOUBLE, 1, &core->return_sum, tensor, room, count);
    count =
        mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, MG_SHARING_UPDATES, core->updates, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "episodes", MG_TYPE_U64, 1, &core->episodes, tensor, room, count);
}
