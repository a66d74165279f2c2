/* proximal.c - episodes kept, who talks, critics, advantages, steps. */
#include "core/rl/proximal.h"

#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/num/scalar_math.h"
#include "core/rl/policy_team.h"
#include "core/rl/returns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mg_proximal_config mg_proximal_default(double actor_rate)
{
    return (mg_proximal_config){.discount = 0.99,
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

static const mg_field field[] = {MG_PROXIMAL_FIELDS};
const mg_fields mg_proximal_fields = {"proximal", sizeof field / sizeof *field, field, sizeof(mg_proximal_config)};

/* ---- making and ending ---- */

bool mg_proximal_describe(const mg_proximal_method *method, const mg_env_spec *environment, mg_learner_spec *spec,
                          mg_error *error)
{
    (void)environment, (void)error;
    static const mg_metric_spec metric[] = {{"training_return", "reward of all agents per training episode so far"}};
    *spec = (mg_learner_spec){.needs = MG_TEAM_NEEDS,
                              .uses = MG_NEED_GRAPH,
                              .agents_max = MG_PROXIMAL_AGENTS_MAX,
                              .actions_max = MG_TEAM_ACTIONS,
                              .training_rows = 1,
                              .unit = "episode",
                              .metrics = 1,
                              .metric = metric,
                              .updates = method->update ? 3 : 2,
                              .update = {"critic", "actor", method->update}};
    return true;
}

static void take_memory(mg_proximal *core)
{
    size_t agents = (size_t)core->agents, steps = (size_t)core->steps_max, networks = (size_t)core->networks;
    size_t critics = agents * core->critic.layout.count, actors = agents * networks * core->actor.layout.count;
    size_t block = steps * (size_t)core->actor.outputs, inputs = (size_t)core->actor.inputs;
    size_t largest =
        core->critic.layout.count > core->actor.layout.count ? core->critic.layout.count : core->actor.layout.count;
    core->critics = mg_allocate(critics, sizeof(float));
    core->critic_moments = mg_allocate(2 * critics, sizeof(float));
    core->actors = mg_allocate(actors, sizeof(float));
    core->actor_moments = mg_allocate(2 * actors, sizeof(float));
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
    core->agreed_room = largest;
    core->agreed = mg_allocate(agents * largest, sizeof(float));
    core->parameter_gradient = mg_allocate(largest, sizeof(float));
    core->critic_workspace = mg_allocate(mg_tape_workspace(core->critic.tape), sizeof(float));
    core->actor_workspace = mg_allocate(mg_tape_workspace(core->actor.tape), sizeof(float));
    if (networks > 1)
        core->kept = mg_allocate(agents * networks * mg_tape_values(core->actor.tape), sizeof(float));
    core->gathered = mg_allocate(steps * inputs, sizeof(float));
    core->cotangent = mg_allocate(block > steps ? block : steps, sizeof(float));
    float *reals = mg_allocate(mg_trajectory_reals(core->agents, core->actor.inputs, core->steps_max), sizeof(float));
    int32_t *actions = mg_allocate(agents * steps, sizeof(int32_t));
    core->episode = mg_trajectory_place(core->agents, core->actor.inputs, core->steps_max, reals, actions);
}

static float *actor_of(const mg_proximal *core, int agent, int network)
{
    return core->actors + (size_t)(agent * core->networks + network) * core->actor.layout.count;
}

/* Agent i's networks are numbered i (agents + 1) for the critic, then one for each agent's actor: a method with fewer
 * starts from the same own policies as one with all of them. */
static void initialise(mg_proximal *core, int agent)
{
    uint32_t first = (uint32_t)agent * (uint32_t)(core->agents + 1);
    mg_stream stream = mg_stream_at(core->key, MG_PURPOSE_PARAMETERS, 0, 0, first);
    mg_parameters_initialise(&core->critic.layout, &stream, core->critics + (size_t)agent * core->critic.layout.count);
    if (core->config.common_start && agent > 0) {
        memcpy(actor_of(core, agent, 0), core->actors,
               (size_t)core->networks * core->actor.layout.count * sizeof(float));
        return;
    }
    for (int k = 0; k < core->networks; k++) {
        uint32_t number = first + 1 + (uint32_t)(core->networks == 1 ? agent : k);
        stream = mg_stream_at(core->key, MG_PURPOSE_PARAMETERS, 0, 0, number);
        mg_parameters_initialise(&core->actor.layout, &stream, actor_of(core, agent, k));
    }
}

void mg_proximal_create(mg_proximal *core, const mg_proximal_method *method, const mg_proximal_config *config,
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
    core->critic_optimiser = mg_adam_torch_default(config->critic_rate);
    core->actor_optimiser = mg_adam_torch_default(config->actor_rate);
    core->critic_optimiser.least = core->actor_optimiser.least = 1e-30; /* many units die */
    mg_hidden_network_create(&core->critic, agent->observation, config->hidden_1, config->hidden_2, 1, core->steps_max);
    mg_hidden_network_create(&core->actor, agent->observation, config->hidden_1, config->hidden_2,
                             core->heads * core->actions, core->steps_max);
    take_memory(core);
    for (int i = 0; i < core->agents; i++)
        initialise(core, i);
    for (int n = 0; n < 2 * core->agents * (core->networks + 1); n++)
        core->beta_power[n] = 1.0;
}

void mg_proximal_free(mg_proximal *core)
{
    void *const owned[] = {core->critics,
                           core->critic_moments,
                           core->actors,
                           core->actor_moments,
                           core->beta_power,
                           core->optimiser_steps,
                           core->talks,
                           core->value,
                           core->advantage,
                           core->used,
                           core->returns,
                           core->probability,
                           core->before,
                           core->reward,
                           core->last,
                           core->gradient,
                           core->term,
                           core->slope,
                           core->agreed,
                           core->parameter_gradient,
                           core->critic_workspace,
                           core->actor_workspace,
                           core->gathered,
                           core->cotangent,
                           core->episode.observation,
                           core->episode.action,
                           core->kept};
    for (size_t n = 0; n < sizeof owned / sizeof *owned; n++)
        free(owned[n]);
    mg_hidden_network_destroy(&core->critic);
    mg_hidden_network_destroy(&core->actor);
}

void *mg_proximal_new(const mg_proximal_method *method, const void *config, const mg_env_spec *environment, mg_key key)
{
    mg_proximal *core = mg_allocate(1, sizeof *core);
    mg_proximal_create(core, method, config, environment, key);
    return core;
}

void mg_proximal_destroy(void *self)
{
    mg_proximal_free(self);
    free(self);
}

/* ---- acting ---- */

void mg_proximal_begin_episode(void *self, int row)
{
    (void)row;
    ((mg_proximal *)self)->episode.steps = 0;
}

static int own_network(const mg_proximal *core, int agent)
{
    return core->networks == 1 ? 0 : agent;
}

static int own_head(const mg_proximal *core, int agent)
{
    return core->heads == 1 ? 0 : agent;
}

/* Ties go to the lowest. */
static int32_t likeliest(int actions, const float *p)
{
    int best = 0;
    for (int b = 1; b < actions; b++)
        best = p[b] > p[best] ? b : best;
    return best;
}

/* Samples; the paper does not say that it evaluates otherwise than it trains. */
static void act_rows(mg_proximal *core, const mg_batch *batch, int agent, int first, int rows, int32_t *actions)
{
    mg_replay replay = {.rows = rows, .workspace = core->actor_workspace};
    replay.parameters = actor_of(core, agent, own_network(core, agent));
    replay.input[0] = batch->observation[agent] + (size_t)first * (size_t)core->actor.inputs;
    mg_tape_forward(core->actor.tape, &replay);
    const float *logits = mg_tape_value(core->actor.tape, &replay, core->actor.output);
    mg_purpose purpose = batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    bool greedy = batch->mode == MG_EVALUATE && core->config.greedy_evaluation;
    for (int k = 0; k < rows; k++) {
        float p[MG_TEAM_ACTIONS];
        const float *own = logits + k * core->actor.outputs + own_head(core, agent) * core->actions;
        int entry = first + k;
        mg_kernels_current()->softmax(1, core->actions, own, p);
        mg_stream stream =
            mg_stream_at(core->key, purpose, batch->time[entry], (uint32_t)batch->row[entry], (uint32_t)agent);
        actions[entry] = greedy ? likeliest(core->actions, p) : mg_random_categorical(&stream, p, core->actions);
    }
}

uint8_t *mg_proximal_talks(const mg_proximal *core, int step, int agent)
{
    return core->talks + (size_t)(step * core->agents + agent) * (size_t)core->agents;
}

/* Who is whose neighbour before a step. */
static void note_neighbours(mg_proximal *core, const int32_t *neighbour)
{
    for (int i = 0; i < core->agents; i++) {
        uint8_t *talks = mg_proximal_talks(core, core->episode.steps, i);
        for (int j = 0; j < core->agents; j++)
            talks[j] = !neighbour && i != j;
        for (int n = 0; neighbour && n < core->neighbours_max; n++)
            if (neighbour[i * core->neighbours_max + n] >= 0)
                talks[neighbour[i * core->neighbours_max + n]] = 1;
    }
}

void mg_proximal_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    mg_proximal *core = self;
    for (int agent = 0; agent < core->agents; agent++)
        for (int first = 0; first < batch->rows; first += core->steps_max) {
            int left = batch->rows - first;
            act_rows(core, batch, agent, first, left < core->steps_max ? left : core->steps_max, actions[agent]);
        }
}

void mg_proximal_observe(void *self, const mg_transition *transition)
{
    mg_proximal *core = self;
    note_neighbours(core, transition->before.neighbour);
    mg_policy_team_record(&core->episode, transition);
    for (int i = 0; i < core->agents; i++)
        core->return_sum += (double)transition->reward[i];
    core->time_up = transition->truncated || core->episode.steps == core->steps_max;
    memcpy(core->last, transition->after.observation, (size_t)(core->agents * core->actor.inputs) * sizeof(float));
}

/* ---- learning ---- */

static void take_step(mg_proximal *core, const mg_optimiser_config *optimiser, int number, size_t count, float *moments,
                      float *parameters)
{
    double *power = core->beta_power + 2 * number;
    mg_optimiser_state state = {power[0], power[1], core->optimiser_steps[number]};
    mg_optimiser_step(optimiser, &state, count, core->parameter_gradient, moments, parameters);
    power[0] = state.beta1_power;
    power[1] = state.beta2_power;
    core->optimiser_steps[number] = state.steps;
}

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

const float *mg_proximal_reward(mg_proximal *core, int agent)
{
    const float *reward = mg_trajectory_reward(&core->episode, agent);
    for (int t = 0; t < core->episode.steps; t++)
        core->reward[t] = (float)core->config.reward_scale * reward[t];
    return core->reward;
}

void mg_proximal_advantages(const mg_proximal *core, int agent, const float *reward, float *advantage)
{
    const float *value = core->value + (size_t)agent * (size_t)(core->steps_max + 1);
    mg_generalised_advantages(core->episode.steps, (float)core->config.discount, (float)core->config.lambda, reward,
                              value, advantage);
    if (core->config.normalise_advantages)
        normalise(core->episode.steps, advantage);
}

/* What comes after the last step: nothing, also where only the time is up (facts/as.md 3.2), unless the config has it
 * judged by the critic. */
static float value_after(mg_proximal *core, int agent)
{
    if (!core->config.bootstrap || !core->time_up)
        return 0.0f;
    mg_replay replay = {.rows = 1, .workspace = core->critic_workspace};
    replay.parameters = core->critics + (size_t)agent * core->critic.layout.count;
    replay.input[0] = core->last + (size_t)agent * (size_t)core->critic.inputs;
    mg_tape_forward(core->critic.tape, &replay);
    return mg_tape_value(core->critic.tape, &replay, core->critic.output)[0];
}

/* Equations 16 and 17: advantages and returns from the critic as it is, then its step on the mean of
 * (V - return)^2. */
static void learn_critic(mg_proximal *core, int agent)
{
    int steps = core->episode.steps;
    size_t count = core->critic.layout.count, at = (size_t)agent * (size_t)core->steps_max;
    float *value = core->value + (size_t)agent * (size_t)(core->steps_max + 1);
    const float *reward = mg_proximal_reward(core, agent);
    float after = value_after(core, agent);
    mg_replay replay = {.rows = steps, .workspace = core->critic_workspace};
    replay.parameters = core->critics + (size_t)agent * count;
    replay.input[0] = mg_trajectory_observation(&core->episode, agent);
    mg_tape_forward(core->critic.tape, &replay);
    memcpy(value, mg_tape_value(core->critic.tape, &replay, core->critic.output), (size_t)steps * sizeof *value);
    value[steps] = after;
    mg_proximal_advantages(core, agent, reward, core->advantage + at);
    core->reward[steps - 1] += (float)core->config.discount * after;
    mg_discounted_returns(steps, (float)core->config.discount, reward, core->returns + at);
    mg_squared_error(steps, value, core->returns + at, core->cotangent);
    mg_cotangent cotangent = {core->critic.output, core->cotangent};
    mg_tape_backward(core->critic.tape, &replay, 1, &cotangent, core->parameter_gradient, NULL);
    take_step(core, &core->critic_optimiser, agent * (core->networks + 1), count,
              core->critic_moments + 2 * (size_t)agent * count, core->critics + (size_t)agent * count);
}

float *mg_proximal_probability(const mg_proximal *core, int agent, int network)
{
    size_t block = (size_t)core->steps_max * (size_t)core->actor.outputs;
    return core->probability + (size_t)(agent * core->networks + network) * block;
}

static mg_replay replay_of(mg_proximal *core, int agent, int network, int rows, const int *row)
{
    size_t inputs = (size_t)core->actor.inputs;
    const float *observation = mg_trajectory_observation(&core->episode, agent);
    mg_replay replay = {.rows = rows, .workspace = core->actor_workspace};
    replay.parameters = actor_of(core, agent, network);
    if (core->kept)
        replay.values = core->kept + (size_t)(agent * core->networks + network) * mg_tape_values(core->actor.tape);
    replay.input[0] = row ? core->gathered : observation;
    for (int k = 0; row && k < rows; k++)
        memcpy(core->gathered + (size_t)k * inputs, observation + (size_t)row[k] * inputs, inputs * sizeof(float));
    return replay;
}

void mg_proximal_evaluate(mg_proximal *core, int agent, int network, int rows, const int *row)
{
    mg_replay replay = replay_of(core, agent, network, rows, row);
    mg_tape_forward(core->actor.tape, &replay);
    const float *logits = mg_tape_value(core->actor.tape, &replay, core->actor.output);
    float *probability = mg_proximal_probability(core, agent, network);
    int outputs = core->actor.outputs;
    for (int k = 0; row && k < rows; k++)
        mg_kernels_current()->softmax(core->heads, core->actions, logits + k * outputs, probability + row[k] * outputs);
    if (!row)
        mg_kernels_current()->softmax(rows * core->heads, core->actions, logits, probability);
}

void mg_proximal_evaluate_own(mg_proximal *core, int agent)
{
    int steps = core->episode.steps, network = own_network(core, agent);
    const int32_t *action = mg_trajectory_action(&core->episode, agent);
    const float *own = mg_proximal_probability(core, agent, network) + own_head(core, agent) * core->actions;
    mg_proximal_evaluate(core, agent, network, steps, NULL);
    if (core->iteration > 0 && !core->config.refresh_before)
        return;
    for (int t = 0; t < steps; t++)
        core->before[agent * core->steps_max + t] = own[t * core->actor.outputs + action[t]];
}

void mg_proximal_climb(mg_proximal *core, int agent, int network, int rows, const int *row)
{
    size_t count = core->actor.layout.count, number = (size_t)(agent * core->networks + network);
    int outputs = core->actor.outputs;
    mg_replay replay = replay_of(core, agent, network, rows, row);
    const float *gradient = core->gradient + (size_t)network * (size_t)core->steps_max * (size_t)outputs;
    for (int k = 0; k < rows; k++)
        for (int b = 0; b < outputs; b++)
            core->cotangent[k * outputs + b] = -gradient[(row ? row[k] : k) * outputs + b];
    mg_cotangent cotangent = {core->actor.output, core->cotangent};
    mg_tape_backward(core->actor.tape, &replay, 1, &cotangent, core->parameter_gradient, NULL);
    take_step(core, &core->actor_optimiser, agent * (core->networks + 1) + 1 + network, count,
              core->actor_moments + 2 * number * count, core->actors + number * count);
}

void mg_proximal_objective(mg_proximal *core, int agent)
{
    mg_clipped_batch batch = {.steps = core->episode.steps,
                              .actions = core->actions,
                              .stride = core->actor.outputs,
                              .before = core->before + agent * core->steps_max,
                              .action = mg_trajectory_action(&core->episode, agent),
                              .advantage = core->used + agent * core->steps_max,
                              .clip = (float)core->config.clip};
    batch.probability = mg_proximal_probability(core, agent, own_network(core, agent));
    batch.probability += own_head(core, agent) * core->actions;
    mg_clipped_objective(&batch, core->term, core->slope);
}

void mg_proximal_add_entropy(mg_proximal *core, int agent)
{
    int network = own_network(core, agent), head = own_head(core, agent) * core->actions;
    size_t block = (size_t)network * (size_t)core->steps_max * (size_t)core->actor.outputs;
    if (core->config.entropy > 0.0)
        mg_add_entropy_gradient(core->episode.steps, core->actions, core->actor.outputs,
                                mg_proximal_probability(core, agent, network) + head, (float)core->config.entropy,
                                core->gradient + block + head);
}

/* What a method does that is plain in this: every agent climbs the clipped objective of its own policy. */
static void learn_own(mg_proximal *core)
{
    for (int i = 0; i < core->agents; i++) {
        mg_proximal_evaluate_own(core, i);
        mg_proximal_objective(core, i);
        memset(core->gradient, 0, (size_t)(core->episode.steps * core->actor.outputs) * sizeof(float));
        mg_add_log_gradient(core->episode.steps, core->actions, core->actor.outputs,
                            mg_proximal_probability(core, i, 0), mg_trajectory_action(&core->episode, i), core->slope,
                            core->gradient);
        mg_proximal_add_entropy(core, i);
        mg_proximal_climb(core, i, 0, core->episode.steps, NULL);
    }
}

static void hush(mg_proximal *core, int first, int steps)
{
    memset(mg_proximal_talks(core, first, 0), 0, (size_t)(steps * core->agents) * (size_t)core->agents);
}

/* Streams: (LEARNER, episode, row 0, agent) draws an agent's partners. */
static void draw_partners(mg_proximal *core)
{
    hush(core, 0, core->episode.steps);
    for (int i = 0; core->agents > 1 && i < core->agents; i++) {
        mg_stream stream = mg_stream_at(core->key, MG_PURPOSE_LEARNER, (uint32_t)core->episodes, 0, (uint32_t)i);
        for (int t = 0; t < core->episode.steps; t++) {
            int partner = (int)mg_random_below(&stream, (uint32_t)(core->agents - 1));
            partner += partner >= i;
            mg_proximal_talks(core, t, i)[partner] = 1;
            if (!core->config.sparse_one_way)
                mg_proximal_talks(core, t, partner)[i] = 1;
        }
    }
}

/* Stream: (LEARNER, episode, row 1), one draw for the episode or one for every step. */
static void draw_silence(mg_proximal *core)
{
    mg_stream stream = mg_stream_at(core->key, MG_PURPOSE_LEARNER, (uint32_t)core->episodes, 1, 0);
    int steps = core->episode.steps, together = core->config.skip_steps ? 1 : steps, heard = 0;
    for (int t = 0; t < steps; t += together) {
        bool quiet = mg_random_double(&stream) < core->config.skip;
        if (quiet)
            hush(core, t, together);
        heard += !quiet;
    }
    core->silent = heard == 0;
}

/* Who talks in this episode, where that is not the environment's graph. */
static void draw_talks(mg_proximal *core)
{
    core->silent = 0;
    if (core->config.sparse)
        draw_partners(core);
    if (core->config.skip > 0.0)
        draw_silence(core);
}

bool mg_proximal_end_episode(void *self, int row)
{
    (void)row;
    mg_proximal *core = self;
    const mg_proximal_method *method = core->method;
    size_t used = (size_t)core->agents * (size_t)core->steps_max;
    draw_talks(core);
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

/* ---- consensus ---- */

static bool linked(const mg_proximal *core, int step, int i, int j)
{
    return mg_proximal_talks(core, step, i)[j] || mg_proximal_talks(core, step, j)[i];
}

static void add_metropolis_weights(const mg_proximal *core, int step, double *weight)
{
    int degree[MG_PROXIMAL_AGENTS_MAX] = {0}, agents = core->agents;
    for (int i = 0; i < agents; i++)
        for (int j = 0; j < agents; j++)
            degree[i] += j != i && linked(core, step, i, j);
    for (int i = 0; i < agents; i++) {
        double rest = 1.0;
        for (int j = 0; j < agents; j++) {
            if (j == i || !linked(core, step, i, j))
                continue;
            double share = 1.0 / (1.0 + (double)(degree[i] > degree[j] ? degree[i] : degree[j]));
            weight[i * agents + j] += share;
            rest -= share;
        }
        weight[i * agents + i] += rest;
    }
}

/* Numbers block[j stride .. + piece) of every agent j. */
static void average_piece(mg_proximal *core, const double *weight, float *block, size_t stride, size_t piece)
{
    int agents = core->agents;
    memset(core->agreed, 0, (size_t)agents * piece * sizeof(float));
    for (int i = 0; i < agents; i++)
        for (int j = 0; j < agents; j++) {
            float share = (float)(weight[i * agents + j] / (double)core->episode.steps);
            if (share != 0.0f)
                mg_kernels_current()->axpy(piece, share, block + (size_t)j * stride, core->agreed + (size_t)i * piece);
        }
    for (int i = 0; i < agents; i++)
        memcpy(block + (size_t)i * stride, core->agreed + (size_t)i * piece, piece * sizeof(float));
}

void mg_proximal_average(mg_proximal *core, float *block, size_t count)
{
    double weight[MG_PROXIMAL_AGENTS_MAX * MG_PROXIMAL_AGENTS_MAX];
    int agents = core->agents;
    memset(weight, 0, (size_t)(agents * agents) * sizeof *weight);
    for (int t = 0; t < core->episode.steps; t++)
        add_metropolis_weights(core, t, weight);
    for (size_t first = 0; first < count; first += core->agreed_room) {
        size_t left = count - first, piece = left < core->agreed_room ? left : core->agreed_room;
        average_piece(core, weight, block + first, count, piece);
    }
}

/* ---- what others see ---- */

void mg_proximal_metrics(const void *self, double *metric)
{
    const mg_proximal *core = self;
    metric[0] = core->episodes ? core->return_sum / (double)core->episodes : 0.0;
}

void mg_proximal_update_counts(const void *self, uint64_t *count)
{
    const mg_proximal *core = self;
    memcpy(count, core->updates, (core->method->update ? 3 : 2) * sizeof *count);
}

static int list_agent(mg_proximal *core, int agent, mg_tensor *tensor, int room, int count)
{
    size_t critic = core->critic.layout.count, actors = (size_t)core->networks * core->actor.layout.count;
    char name[40];
    snprintf(name, sizeof name, "agent %d critic", agent);
    count = mg_list_block(&core->critic.layout, core->critics + (size_t)agent * critic, MG_KIND_CRITICS, name, tensor,
                          room, count);
    for (int k = 0; k < core->networks; k++) {
        snprintf(name, sizeof name, core->networks == 1 ? "agent %d policy" : "agent %d policy of %d", agent, k);
        count =
            mg_list_block(&core->actor.layout, actor_of(core, agent, k), MG_KIND_POLICIES, name, tensor, room, count);
    }
    snprintf(name, sizeof name, "agent %d critic moments", agent);
    count = mg_list_array(MG_KIND_OPTIMISERS, name, MG_TYPE_FLOAT, 2 * critic,
                          core->critic_moments + 2 * (size_t)agent * critic, tensor, room, count);
    snprintf(name, sizeof name, "agent %d policy moments", agent);
    return mg_list_array(MG_KIND_OPTIMISERS, name, MG_TYPE_FLOAT, 2 * actors,
                         core->actor_moments + 2 * (size_t)agent * actors, tensor, room, count);
}

int mg_proximal_tensors(void *self, mg_tensor *tensor, int room)
{
    mg_proximal *core = self;
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
        mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, MG_PROXIMAL_UPDATES, core->updates, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "episodes", MG_TYPE_U64, 1, &core->episodes, tensor, room, count);
}
