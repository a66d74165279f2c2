/* proximal_policy.c - keeping episodes, advantages, the two losses. */
#include "baselines/proximal_policy.h"
#include "core/io/memory.h"
#include "core/num/scalar_math.h"
#include "core/rl/exploration.h"
#include "core/rl/model.h"
#include "core/rl/policy_step.h"
#include "core/rl/proximal_step.h"
#include "core/rl/returns.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const mg_field field[] = {MG_PROXIMAL_POLICY_FIELDS};
static const mg_fields fields = {"proximal-policy", sizeof field / sizeof *field, field,
                                 sizeof(mg_proximal_policy_config)};

/* What an update learns from lies in cells [agent][episode][slot], a slot for each observation of an episode: one more
 * than it has steps. A network has the cells of its `team` of agents, one after the other. */
typedef struct policy_learner {
    mg_proximal_policy_config config;
    mg_key key;
    int agents, observations, actions, slots;
    int networks, team;
    int *together; /* mg_env_blocks */
    mg_network actor_network, critic_network;
    mg_model actor, critic;
    int actor_rows, critic_rows; /* most of one forward */
    mg_epsilon epsilon;
    uint64_t steps[2]; /* of Adam: policy, critic */

    int episode;
    int *length;      /* [episode]: steps so far */
    bool *terminated; /* [episode] */
    float *observation, *reward, *value, *target_value, *advantage, *target, *before;
    int32_t *action;
    uint8_t *allowed; /* NULL: no masks */

    uint32_t *order; /* of cells, or of sequences */
    float *batch_observation, *batch_advantage, *batch_before, *cotangent;
    float *pure, *mixed, *term, *slope, *packed;
    float *played;       /* [network]: values of the actors' forwards of this episode, or NULL: they are not kept */
    float *own;          /* ... where they lie unless the caller says where */
    int kept;            /* ... of its first so many steps */
    bool drawn_together; /* ... and these of each agent behind those of the one before */
    int32_t *batch_action;
    uint8_t *batch_allowed;
} policy_learner;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_proximal_policy_config *c = config;
    int64_t slots = (int64_t)environment->longest_episode + 1;
    if (c->episodes * slots > INT_MAX / environment->agents)
        return mg_fail(error, MG_EXIT_INPUT,
                       "config proximal-policy: episodes %d of %d steps and one, of %d agents: wanted a product of at "
                       "most %d; fewer episodes would do",
                       c->episodes, environment->longest_episode, environment->agents, INT_MAX);
    *spec = (mg_learner_spec){.needs = MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_ONE_STAGE,
                              .uses = MG_NEED_MASKS,
                              .training_rows = 1,
                              .unit = "update",
                              .updates = c->plain ? 1 : 2,
                              .update = {"policy", "critic"}};
    return true;
}

/* One step on all samples: the first, before which the policy is still what it was when it played. */
static bool one_step(const mg_proximal_policy_config *c)
{
    return c->epochs == 1 && c->minibatches == 1;
}

/* ---- memory ---- */

/* Whether an agent first observes an image that filters fit, and whether it observes anything else. */
static bool find_image(const mg_proximal_policy_config *c, const mg_agent_spec *agent, mg_initialiser weight,
                       mg_initialiser bias, mg_network_image *image, bool *alone)
{
    const mg_part *part = &agent->part[0];
    *image = (mg_network_image){.channels = part->channels,
                                .height = part->height,
                                .width = part->width,
                                .filters = c->filters,
                                .window = c->window,
                                .sparse = true,
                                .weight = weight,
                                .bias = bias,
                                .filters_bias = weight};
    *alone = agent->observation == part->channels * part->height * part->width;
    return c->filters > 0 && part->height >= c->window && part->width >= c->window;
}

static void describe_networks(policy_learner *learner, const mg_agent_spec *agent)
{
    const mg_proximal_policy_config *c = &learner->config;
    const mg_initialiser first = c->tensorflow ? MG_INITIALISE_GLOROT_UNIFORM : MG_INITIALISE_FAN_IN_UNIFORM;
    const mg_initialiser bias = c->tensorflow ? MG_INITIALISE_ZERO : first;
    const mg_layer hidden_1 = {"first", c->hidden_1, MG_ACTIVATION_RELU, first, bias};
    const mg_layer hidden_2 = {"second", c->hidden_2, MG_ACTIVATION_RELU, first, bias};
    const mg_layer value = {"output", 1, MG_ACTIVATION_NONE, first, bias};
    const mg_layer choice = {"output", learner->actions, MG_ACTIVATION_NONE, first, bias};
    const mg_layer remembering[] = {hidden_1, hidden_2, {"memory", c->memory, MG_ACTIVATION_NONE, first, bias}, value};
    const mg_layer valuing[] = {hidden_1, hidden_2, value}, choosing[] = {hidden_1, hidden_2, choice};
    const int inputs = learner->observations;
    mg_network_image image;
    bool alone;
    const bool fits = find_image(c, agent, first, bias, &image, &alone);
    const mg_network_image *seen = fits && !alone ? &image : NULL;
    if (fits && alone && c->memory == 0) {
        mg_network_pictured(&learner->actor_network, &image, inputs, c->hidden_1, c->hidden_2, &choice, first,
                            (int)bias);
        mg_network_pictured(&learner->critic_network, &image, inputs, c->hidden_1, c->hidden_2, &value, first,
                            (int)bias);
        return;
    }
    mg_network_describe_image(&learner->actor_network, seen, inputs, 1, -1, 3, choosing);
    if (c->memory > 0)
        mg_network_describe_image(&learner->critic_network, seen, inputs, learner->slots, 2, 4, remembering);
    else
        mg_network_describe_image(&learner->critic_network, seen, inputs, 1, -1, 3, valuing);
    learner->critic_network.forget = c->tensorflow ? 1.0 : 0.0;
}

static mg_optimiser_config adam(const mg_proximal_policy_config *config, double rate)
{
    return config->tensorflow ? mg_adam_tensorflow_default(rate) : mg_adam_torch_default(rate);
}

static void create_models(policy_learner *learner)
{
    const mg_proximal_policy_config *c = &learner->config;
    int sequences = learner->team * c->episodes, samples = sequences * (learner->slots - 1);
    learner->actor_rows = (samples + c->minibatches - 1) / c->minibatches;
    learner->critic_rows = c->memory > 0 ? (sequences + c->minibatches - 1) / c->minibatches : learner->actor_rows;
    mg_model_create(&learner->actor, &learner->actor_network, learner->actor_rows, learner->networks,
                    c->plain || c->descent ? mg_sgd_default(c->actor_rate) : adam(c, c->actor_rate), 0);
    mg_model_create(&learner->critic, &learner->critic_network, learner->critic_rows, learner->networks,
                    adam(c, c->critic_rate), c->follow > 0.0 ? MG_MODEL_TARGET : 0u);
    for (int n = 0; n < learner->networks; n++) {
        mg_model_initialise(&learner->actor, n, learner->key, (uint32_t)n);
        mg_model_initialise(&learner->critic, n, learner->key, (uint32_t)(learner->networks + n));
    }
}

static float *reals(size_t count)
{
    return mg_allocate(count, sizeof(float));
}

static void create_cells(policy_learner *learner, bool masked)
{
    size_t episodes = (size_t)learner->config.episodes, slots = (size_t)learner->slots;
    size_t cells = (size_t)learner->agents * episodes * slots, actions = (size_t)learner->actions;
    size_t rows = (size_t)learner->actor_rows, width = (size_t)learner->critic_network.steps;
    size_t critic_cells = (size_t)learner->critic_rows * width, most = rows > critic_cells ? rows : critic_cells;
    learner->length = mg_allocate(episodes, sizeof *learner->length);
    learner->terminated = mg_allocate(episodes, sizeof *learner->terminated);
    learner->observation = reals(cells * (size_t)learner->observations);
    learner->reward = reals(cells);
    learner->value = reals(cells);
    learner->target_value = reals(cells);
    learner->advantage = reals(cells);
    learner->target = reals(cells);
    learner->before = reals(cells);
    learner->action = mg_allocate(cells, sizeof *learner->action);
    learner->allowed = masked ? mg_allocate(cells, actions) : NULL;
    learner->order = mg_allocate(cells, sizeof *learner->order);
    learner->batch_observation = reals(most * (size_t)learner->observations);
    learner->batch_advantage = reals(rows);
    learner->batch_before = reals(rows);
    learner->packed = reals(2 * most);
    learner->cotangent = reals(most > rows * actions ? most : rows * actions);
    learner->pure = reals(rows * actions);
    learner->mixed = reals(rows * actions);
    learner->term = reals(rows);
    learner->slope = reals(rows);
    learner->batch_action = mg_allocate(rows, sizeof *learner->batch_action);
    learner->batch_allowed = masked ? mg_allocate(rows, actions) : NULL;
    if (learner->config.episodes == 1 && one_step(&learner->config))
        learner->own =
            mg_allocate_block((size_t)learner->networks * mg_tape_values(learner->actor.tape), sizeof(float));
    learner->played = learner->own;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    policy_learner *learner = mg_allocate(1, sizeof *learner);
    learner->config = *(const mg_proximal_policy_config *)config;
    const mg_proximal_policy_config *c = &learner->config;
    bool masked = (mg_needs_offered(environment) & MG_NEED_MASKS) != 0;
    learner->key = key;
    learner->agents = environment->agents;
    learner->observations = agent->observation;
    learner->actions = agent->actions;
    learner->slots = environment->longest_episode + 1;
    learner->networks = c->shared ? 1 : learner->agents;
    learner->team = c->shared ? learner->agents : 1;
    learner->together = mg_env_blocks(environment, c->shared);
    describe_networks(learner, agent);
    create_models(learner);
    create_cells(learner, masked);
    learner->epsilon = mg_epsilon_start(c->epsilon_start, c->epsilon_end, (double)c->epsilon_units);
    return learner;
}

static void destroy(void *self)
{
    policy_learner *learner = self;
    void *const block[] = {learner->together,
                           learner->length,
                           learner->terminated,
                           learner->observation,
                           learner->reward,
                           learner->value,
                           learner->target_value,
                           learner->advantage,
                           learner->target,
                           learner->before,
                           learner->action,
                           learner->allowed,
                           learner->order,
                           learner->own,
                           learner->batch_observation,
                           learner->batch_advantage,
                           learner->packed,
                           learner->cotangent,
                           learner->batch_before,
                           learner->pure,
                           learner->mixed,
                           learner->term,
                           learner->slope,
                           learner->batch_action,
                           learner->batch_allowed};
    for (size_t i = 0; i < sizeof block / sizeof *block; i++)
        free(block[i]);
    mg_model_destroy(&learner->actor);
    mg_model_destroy(&learner->critic);
    free(learner);
}

/* ---- acting ---- */

static mg_policy_form form_of(const policy_learner *learner, mg_mode mode)
{
    return (mg_policy_form){.actions = learner->actions,
                            .epsilon = mode == MG_TRAIN ? learner->epsilon.value : 0.0f,
                            .explore_barred = learner->config.explore_barred};
}

static float *played_by(const policy_learner *learner, int network)
{
    return learner->played + (size_t)network * mg_tape_values(learner->actor.tape);
}

/* Of agents from that one on, one row each, whose forward was the last; their steps lie as if episodes were whole. */
static void keep_rows(policy_learner *learner, int agent, int rows)
{
    const int step = learner->length[0], steps = learner->slots - 1;
    for (int k = 0; k < rows && step < steps; k++) {
        const int i = agent + k;
        mg_model_keep(&learner->actor, k, 1, played_by(learner, i / learner->team), i % learner->team * steps + step);
    }
    if (agent + rows == learner->agents && learner->kept == step)
        learner->kept++;
}

/* Decisions first .. first + rows - 1 of agents that are one matrix, agent by agent. */
static void act_rows(policy_learner *learner, const mg_batch *batch, int agent, int first, int rows,
                     int32_t *const *actions)
{
    const mg_policy_form form = form_of(learner, batch->mode);
    const mg_purpose purpose = batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    const size_t at = (size_t)first, wide = (size_t)learner->actions;
    const float *logits = mg_model_forward(&learner->actor, learner->config.shared ? 0 : agent, rows,
                                           batch->observation[agent] + at * (size_t)learner->observations);
    mg_policy_probabilities(&form, rows, logits, learner->allowed ? batch->allowed[agent] + at * wide : NULL,
                            learner->pure, learner->mixed);
    if (learner->played && batch->mode == MG_TRAIN && batch->rows == 1)
        keep_rows(learner, agent + first, rows);
    for (int k = 0; k < rows; k++) {
        int i = agent + (first + k) / batch->rows, entry = (first + k) % batch->rows;
        mg_stream stream =
            mg_stream_at(learner->key, purpose, batch->time[entry], (uint32_t)batch->row[entry], (uint32_t)i);
        actions[i][entry] = mg_random_categorical(&stream, learner->mixed + (size_t)k * wide, learner->actions);
    }
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    policy_learner *learner = self;
    for (int agent = 0; agent < learner->agents; agent += learner->together[agent]) {
        int all = learner->together[agent] * batch->rows;
        for (int first = 0; first < all; first += learner->actor_rows)
            act_rows(learner, batch, agent, first,
                     all - first < learner->actor_rows ? all - first : learner->actor_rows, actions);
    }
}

/* ---- keeping ---- */

static size_t cell_of(const policy_learner *learner, int agent, int episode, int slot)
{
    return (size_t)((agent * learner->config.episodes + episode) * learner->slots + slot);
}

static void begin_episode(void *self, int row)
{
    (void)row;
    policy_learner *learner = self;
    learner->length[learner->episode] = 0;
    learner->kept = 0;
    learner->drawn_together = false;
    learner->terminated[learner->episode] = false;
}

static void observe(void *self, const mg_transition *transition)
{
    policy_learner *learner = self;
    const size_t wide = (size_t)learner->observations, choices = (size_t)learner->actions;
    int slot = learner->length[learner->episode]++;
    learner->terminated[learner->episode] = transition->terminated;
    for (int i = 0; i < learner->agents; i++) {
        size_t cell = cell_of(learner, i, learner->episode, slot), agent = (size_t)i;
        float *observation = learner->observation + cell * wide;
        memcpy(observation, transition->before.observation + agent * wide, wide * sizeof(float));
        if (transition->terminated || transition->truncated) /* else the next step's, which comes as its `before` */
            memcpy(observation + wide, transition->after.observation + agent * wide, wide * sizeof(float));
        if (learner->allowed)
            memcpy(learner->allowed + cell * choices, transition->before.allowed + agent * choices, choices);
        learner->action[cell] = transition->joint.action[i];
        learner->reward[cell] = transition->reward[i];
    }
}

/* ---- advantages and targets ---- */

/* Values of all cells of one critic. */
static void evaluate(policy_learner *learner, int network, bool target, float *value)
{
    size_t first = cell_of(learner, network * learner->team, 0, 0), width = (size_t)learner->critic_network.steps;
    int samples = learner->team * learner->config.episodes * learner->slots / learner->critic_network.steps;
    for (int s = 0; s < samples; s += learner->critic_rows) {
        int rows = samples - s < learner->critic_rows ? samples - s : learner->critic_rows;
        size_t cell = first + (size_t)s * width;
        const float *input = learner->observation + cell * (size_t)learner->observations;
        const float *found = target ? mg_model_forward_target(&learner->critic, network, rows, input)
                                    : mg_model_forward(&learner->critic, network, rows, input);
        memcpy(value + cell, found, (size_t)rows * width * sizeof *value);
    }
}

/* Of one agent's episode. */
static void judge(policy_learner *learner, int agent, int episode)
{
    const mg_proximal_policy_config *c = &learner->config;
    size_t first = cell_of(learner, agent, episode, 0), steps = (size_t)learner->length[episode];
    float *value = learner->value + first, *after = learner->target_value + first;
    float *advantage = learner->advantage + first, *target = learner->target + first;
    const float *reward = learner->reward + first, gamma = (float)c->discount;
    if (c->plain) {
        mg_discounted_returns((int)steps, gamma, reward, advantage);
        return;
    }
    if (learner->terminated[episode] && !c->bootstrap_terminated)
        value[steps] = after[steps] = 0.0f;
    mg_generalised_advantages((int)steps, gamma, (float)c->trace, reward, value, advantage);
    for (size_t t = 0; t < steps; t++) {
        float next = gamma * after[t + 1];
        target[t] = c->follow > 0.0 ? reward[t] + next : advantage[t] + value[t];
    }
}

/* The cells of one network in which something was done; returns how many. */
static int list_cells(policy_learner *learner, int network)
{
    int count = 0;
    for (int i = network * learner->team; i < (network + 1) * learner->team; i++)
        for (int e = 0; e < learner->config.episodes; e++)
            for (int t = 0; t < learner->length[e]; t++)
                learner->order[count++] = (uint32_t)cell_of(learner, i, e, t);
    return count;
}

static void normalise(policy_learner *learner, int network)
{
    int count = list_cells(learner, network);
    double sum = 0.0, squares = 0.0;
    for (int k = 0; k < count; k++)
        sum += (double)learner->advantage[learner->order[k]];
    double mean = sum / count;
    for (int k = 0; k < count; k++) {
        double off = (double)learner->advantage[learner->order[k]] - mean;
        squares += off * off;
    }
    double deviation = mg_sqrt(squares / count) + 1e-8;
    for (int k = 0; k < count; k++) {
        float *advantage = &learner->advantage[learner->order[k]];
        *advantage = (float)(((double)*advantage - mean) / deviation);
    }
}

/* The probability of what was played, as the policy was when it was played. (Where there is one step, it does so
 * itself: its logits are the same.) */
static void remember(policy_learner *learner, int network)
{
    const mg_policy_form form = form_of(learner, MG_TRAIN);
    const size_t choices = (size_t)learner->actions, first = cell_of(learner, network * learner->team, 0, 0);
    int cells = learner->team * learner->config.episodes * learner->slots;
    for (int s = 0; s < cells; s += learner->actor_rows) {
        int rows = cells - s < learner->actor_rows ? cells - s : learner->actor_rows;
        size_t cell = first + (size_t)s;
        const float *logits = mg_model_forward(&learner->actor, network, rows,
                                               learner->observation + cell * (size_t)learner->observations);
        mg_policy_probabilities(&form, rows, logits, learner->allowed ? learner->allowed + cell * choices : NULL,
                                learner->pure, learner->mixed);
        for (size_t k = 0; k < (size_t)rows; k++)
            learner->before[cell + k] = learner->mixed[k * choices + (size_t)learner->action[cell + k]];
    }
}

/* ---- the steps ---- */

static void step(const policy_learner *learner, mg_model *model, int network)
{
    const mg_layout *layout = model->layout;
    for (int v = 0; v < layout->views && learner->config.gradient_limit > 0.0; v++)
        mg_clip_gradient_norm((size_t)layout->view[v].rows * (size_t)layout->view[v].columns,
                              (float)learner->config.gradient_limit, model->gradient + layout->view[v].offset);
    mg_model_step(model, network);
}

/* actor.gradient, of the loss at these parameters of one network, whose policy has this form. */
static void find_gradient(policy_learner *learner, int network, mg_policy_form form, const float *parameters,
                          const uint32_t *cell, int rows)
{
    const size_t wide = (size_t)learner->observations, choices = (size_t)learner->actions;
    for (size_t k = 0; k < (size_t)rows; k++) {
        memcpy(learner->batch_observation + k * wide, learner->observation + cell[k] * wide, wide * sizeof(float));
        if (learner->allowed)
            memcpy(learner->batch_allowed + k * choices, learner->allowed + cell[k] * choices, choices);
        learner->batch_action[k] = learner->action[cell[k]];
        learner->batch_advantage[k] = learner->advantage[cell[k]];
        learner->batch_before[k] = learner->before[cell[k]];
    }
    const mg_policy_batch batch = {.rows = rows,
                                   .allowed = learner->batch_allowed,
                                   .action = learner->batch_action,
                                   .before = learner->batch_before,
                                   .advantage = learner->batch_advantage,
                                   .clip = (float)learner->config.clip,
                                   .entropy = (float)learner->config.entropy,
                                   .pure = learner->pure,
                                   .mixed = learner->mixed,
                                   .term = learner->term,
                                   .slope = learner->slope};
    mg_model *actor = &learner->actor;
    const bool kept = mg_proximal_policy_kept(learner);
    mg_tape_replay replay = {.rows = rows, .input = {learner->batch_observation}};
    if (kept)
        replay.values = played_by(learner, network);
    const float *logits = (kept ? mg_model_replay_known : mg_model_replay)(actor, network, parameters, &replay);
    if (one_step(&learner->config)) {
        mg_policy_probabilities(&form, rows, logits, learner->batch_allowed, learner->pure, learner->mixed);
        for (size_t k = 0; k < (size_t)rows; k++)
            learner->batch_before[k] = learner->mixed[k * choices + (size_t)learner->batch_action[k]];
    }
    mg_policy_loss(&form, &batch, logits, learner->cotangent);
    for (size_t k = 0; k < (size_t)rows * choices && (learner->config.plain || learner->config.sums); k++)
        learner->cotangent[k] *= (float)rows; /* a sum, not a mean */
    mg_model_replay_backward(actor, &replay, 1, &(mg_cotangent){actor->output, learner->cotangent}, NULL);
}

static void step_actor(policy_learner *learner, int network, const uint32_t *cell, int rows)
{
    const float *parameters = mg_model_parameters(&learner->actor, network);
    find_gradient(learner, network, form_of(learner, MG_TRAIN), parameters, cell, rows);
    step(learner, &learner->actor, network);
    learner->steps[0]++;
}

/* The cell of number k of these samples, which are cells or whole sequences; *live: something was done in it. */
static size_t cell_of_batch(const policy_learner *learner, const uint32_t *sample, size_t k, bool *live)
{
    const size_t width = (size_t)learner->critic_network.steps, slots = (size_t)learner->slots;
    size_t cell = sample[k / width] * width + k % width;
    *live = (int)(cell % slots) < learner->length[cell / slots % (size_t)learner->config.episodes];
    return cell;
}

/* Of the mean squared error over the cells of `rows` samples in which something was done. */
static void critic_cotangent(policy_learner *learner, const uint32_t *sample, int rows, const float *value)
{
    const size_t cells = (size_t)rows * (size_t)learner->critic_network.steps;
    float *packed = learner->packed, *target = packed + cells;
    int count = 0, n = 0;
    bool live;
    for (size_t k = 0; k < cells; k++) {
        size_t cell = cell_of_batch(learner, sample, k, &live);
        if (live) {
            packed[count] = value[k];
            target[count++] = learner->target[cell];
        }
    }
    mg_squared_error(count, packed, target, packed);
    for (size_t k = 0; k < cells; k++) {
        (void)cell_of_batch(learner, sample, k, &live);
        learner->cotangent[k] = live ? packed[n++] : 0.0f;
    }
}

static void step_critic(policy_learner *learner, int network, const uint32_t *sample, int rows)
{
    const size_t length = (size_t)learner->critic_network.steps * (size_t)learner->observations;
    /* The values of whole sequences, one behind the other, all in one forward, are still those of `evaluate`. */
    const bool known = learner->config.memory > 0 && one_step(&learner->config);
    const float *input = known ? learner->observation + sample[0] * length : learner->batch_observation;
    for (size_t k = 0; k < (size_t)rows && !known; k++)
        memcpy(learner->batch_observation + k * length, learner->observation + sample[k] * length,
               length * sizeof(float));
    const float *value = known ? learner->value + sample[0] * (size_t)learner->critic_network.steps
                               : mg_model_forward(&learner->critic, network, rows, input);
    critic_cotangent(learner, sample, rows, value);
    mg_model_backward(&learner->critic, network, rows, input, learner->cotangent, NULL);
    step(learner, &learner->critic, network);
    if (learner->config.follow > 0.0)
        mg_model_follow(&learner->critic, network, (float)learner->config.follow);
    learner->steps[1]++;
}

typedef void step_function(policy_learner *learner, int network, const uint32_t *sample, int rows);

/* Once over `count` samples, in parts; which: 0 the actor's, 1 the critic's. */
static void pass(policy_learner *learner, int network, int which, int count, step_function *take)
{
    const int parts = learner->config.minibatches;
    const mg_stepper *stepper = which == 0 ? &learner->actor.stepper : &learner->critic.stepper;
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)stepper->steps[network], (uint32_t)which,
                                    (uint32_t)network);
    if (parts > 1)
        mg_random_shuffle(&stream, learner->order, (uint32_t)count);
    for (int part = 0; part < parts; part++) {
        int first = (int)((int64_t)count * part / parts), end = (int)((int64_t)count * (part + 1) / parts);
        if (end > first)
            take(learner, network, learner->order + first, end - first);
    }
}

static int list_sequences(policy_learner *learner, int network)
{
    int count = learner->team * learner->config.episodes;
    for (int k = 0; k < count; k++)
        learner->order[k] = (uint32_t)(network * count + k);
    return count;
}

/* By the critic, and by its target. */
static void value_samples(policy_learner *learner, int network)
{
    const mg_proximal_policy_config *c = &learner->config;
    if (c->follow > 0.0)
        evaluate(learner, network, true, learner->target_value);
    evaluate(learner, network, false, learner->value); /* last: its forward is gone back through */
}

static void update(policy_learner *learner, int network)
{
    const mg_proximal_policy_config *c = &learner->config;
    if (!c->plain)
        value_samples(learner, network);
    for (int i = network * learner->team; i < (network + 1) * learner->team; i++)
        for (int e = 0; e < c->episodes; e++)
            judge(learner, i, e);
    if (c->normalise)
        normalise(learner, network);
    if (!one_step(c))
        remember(learner, network);
    for (int epoch = 0; epoch < c->epochs; epoch++) {
        pass(learner, network, 0, list_cells(learner, network), step_actor);
        if (c->plain)
            continue;
        pass(learner, network, 1, c->memory > 0 ? list_sequences(learner, network) : list_cells(learner, network),
             step_critic);
    }
}

static bool end_episode(void *self, int row)
{
    (void)row;
    policy_learner *learner = self;
    if (++learner->episode < learner->config.episodes)
        return false;
    for (int network = 0; network < learner->networks; network++)
        update(learner, network);
    learner->episode = 0;
    mg_epsilon_decay(&learner->epsilon);
    return true;
}

static void update_counts(const void *self, uint64_t *count)
{
    const policy_learner *learner = self;
    count[0] = learner->steps[0];
    if (!learner->config.plain)
        count[1] = learner->steps[1];
}

/* ---- state ---- */

/* A unit ends with no episode begun: cells are no state. */
static int tensors(void *self, mg_tensor *tensor, int room)
{
    policy_learner *learner = self;
    int count = mg_model_tensors(&learner->actor, MG_KIND_POLICIES, "policy", tensor, room, 0);
    if (!learner->config.plain)
        count = mg_model_tensors(&learner->critic, MG_KIND_CRITICS, "critic", tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "epsilon", MG_TYPE_FLOAT, 1, &learner->epsilon.value, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, 2, learner->steps, tensor, room, count);
}

mg_model *mg_proximal_policy_actor(void *self)
{
    return &((policy_learner *)self)->actor;
}

void mg_proximal_policy_keep(void *self, float *values)
{
    ((policy_learner *)self)->played = values;
}

bool mg_proximal_policy_kept(void *self)
{
    policy_learner *learner = self;
    const int steps = learner->length[0], most = learner->slots - 1;
    if (!learner->played || learner->kept != steps)
        return false;
    for (int i = 0; i < learner->agents && !learner->drawn_together; i++) /* of an episode that was shorter */
        mg_tape_move_samples(learner->actor.tape, played_by(learner, i / learner->team), i % learner->team * most,
                             steps, played_by(learner, i / learner->team), i % learner->team * steps);
    learner->drawn_together = true;
    return true;
}

float mg_proximal_policy_epsilon(const void *self)
{
    return ((const policy_learner *)self)->epsilon.value;
}

void mg_proximal_policy_again(void *self, float epsilon, const float *reward, mg_model *actors)
{
    policy_learner *learner = self;
    mg_policy_form form = form_of(learner, MG_TRAIN);
    form.epsilon = epsilon;
    for (int t = 0; t < learner->length[0]; t++)
        for (int i = 0; i < learner->agents; i++)
            learner->reward[cell_of(learner, i, 0, t)] = *reward++;
    for (int network = 0; network < learner->networks; network++) {
        float *parameters = mg_model_parameters(actors, network);
        if (!learner->config.plain)
            evaluate(learner, network, false, learner->value);
        for (int i = network * learner->team; i < (network + 1) * learner->team; i++)
            judge(learner, i, 0);
        find_gradient(learner, network, form, parameters, learner->order, list_cells(learner, network));
        mg_stepper_step(&actors->stepper, network, learner->actor.gradient, parameters);
    }
}

const mg_learner_table mg_proximal_policy = {
    .name = "proximal-policy",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .begin_episode = begin_episode,
    .act = act,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
};
