/* two_timescale.c - a table that learns in every step, a policy that learns once an epoch. */
#include "baselines/two_timescale.h"
#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/num/scalar_math.h"
#include "core/rl/exploration.h"
#include "core/rl/model.h"
#include "core/rl/reinforce.h"

#include <stdlib.h>
#include <string.h>

enum { GIVER, LEARNER, AGENTS, CHOICES_MAX = 64 };

mg_two_timescale_config mg_two_timescale_paper(void)
{
    return (mg_two_timescale_config){.learning = 100,
                                     .tests = 10,
                                     .rate = 1e-3,
                                     .entropy = 0.01,
                                     .gift = 2.0,
                                     .hidden_1 = 64,
                                     .hidden_2 = 32,
                                     .discount = 0.99,
                                     .table_rate = 0.1,
                                     .epsilon = 0.1};
}

#define AT(member) offsetof(mg_two_timescale_config, member)
static const mg_field field[] = {
    {"learning", MG_FIELD_INT, AT(learning), 1, 4096, "ours: 100; thesis B.5.1: several"},
    {"tests", MG_FIELD_INT, AT(tests), 1, 4096, "ours: 10"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "ours: 1e-3"},
    {"entropy", MG_FIELD_DOUBLE, AT(entropy), 0, 10, "as PG-d, thesis Table B.4: 0.01"},
    {"gift", MG_FIELD_DOUBLE, AT(gift), 0, 100, "thesis B.4.2: R_a = 2"},
    {"hidden_1", MG_FIELD_INT, AT(hidden_1), 1, 4096, "thesis B.4.2: 64"},
    {"hidden_2", MG_FIELD_INT, AT(hidden_2), 1, 4096, "thesis B.4.2: 32"},
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1, "thesis B.4.2"},
    {"table_rate", MG_FIELD_DOUBLE, AT(table_rate), 0, 1, "ours: 0.1"},
    {"epsilon", MG_FIELD_DOUBLE, AT(epsilon), 0, 1, "ours: 0.1"},
};
static const mg_fields fields = {"two-timescale", sizeof field / sizeof *field, field, sizeof(mg_two_timescale_config)};

/* Of a row: what was chosen last, and how far its episode is. */
typedef struct row_memory {
    int32_t choice, step;
} row_memory;

typedef struct two_learner {
    mg_two_timescale_config config;
    mg_key key;
    mg_discrete_policy policy;
    mg_reinforce *reinforce;
    int observation, actions, stage[AGENTS]; /* of either agent; actions without gifts */
    int transfers;                           /* numbers given in a step */
    int states, steps_max;                   /* the table: steps_max x states x actions */
    float *table;
    float *theta, *gradient, *weight; /* weight: [choice] of the epoch */
    float *seen;                      /* [choice][observation] */
    int32_t *choice;
    float *workspace;
    int chosen;          /* choices of the epoch so far */
    int episodes;        /* of the epoch, done */
    int32_t last_choice; /* of the last training decision */
    float tested;        /* extrinsic rewards of the epoch's tests */
    uint64_t steps, updates;
} two_learner;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_two_timescale_config *c = config;
    const mg_transfer_spec *transfer = &environment->transfer;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    *spec = (mg_learner_spec){.needs = MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_GIFTS,
                              .agents_max = AGENTS,
                              .training_rows = 1,
                              .memory_per_row = sizeof(row_memory),
                              .unit = "epoch of learning and test episodes",
                              .updates = 2,
                              .update = {"table", "policy"}};
    if (!(mg_needs_offered(environment) & MG_NEED_GIFTS) || environment->agents > AGENTS)
        return true; /* the need will say so */
    if (transfer->low > 0.0f || (double)transfer->high < c->gift)
        return mg_fail(error, MG_EXIT_USAGE, "two-timescale gives 0 or %g, but %s lets agents give %g to %g", c->gift,
                       environment->name, (double)transfer->low, (double)transfer->high);
    if (2 * agent->actions > CHOICES_MAX)
        return mg_fail(error, MG_EXIT_USAGE, "two-timescale is for %d actions at most, but %s has %d", CHOICES_MAX / 2,
                       environment->name, agent->actions);
    return true;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    two_learner *learner = mg_allocate(1, sizeof *learner);
    const mg_two_timescale_config *c = &learner->config;
    learner->config = *(const mg_two_timescale_config *)config;
    learner->key = key;
    learner->observation = agent->observation;
    learner->actions = agent->actions;
    learner->steps_max = environment->longest_episode;
    learner->transfers = environment->transfer.givers * environment->transfer.numbers_per_giver;
    learner->states = agent->part[0].channels * agent->part[0].height * agent->part[0].width;
    for (int i = 0; i < AGENTS; i++)
        learner->stage[i] = mg_env_agent(environment, i)->stage;
    const int rows = (c->learning + c->tests) * learner->steps_max;
    mg_discrete_policy_create(&learner->policy, learner->observation, c->hidden_1, c->hidden_2, 2 * learner->actions,
                              rows, (mg_log_form){false, 0.0});
    learner->reinforce = mg_reinforce_create(&learner->policy);
    const size_t count = learner->policy.network.layout.count;
    learner->table =
        mg_allocate((size_t)learner->steps_max * (size_t)learner->states * (size_t)learner->actions, sizeof(float));
    learner->theta = mg_allocate(2 * count, sizeof(float));
    learner->gradient = learner->theta + count;
    learner->weight = mg_allocate((size_t)rows, sizeof(float));
    learner->seen = mg_allocate((size_t)rows * (size_t)learner->observation, sizeof(float));
    learner->choice = mg_allocate((size_t)rows, sizeof(int32_t));
    learner->workspace = mg_allocate(mg_tape_workspace(learner->policy.act), sizeof(float));
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, GIVER);
    mg_parameters_initialise(&learner->policy.network.layout, &stream, learner->theta);
    return learner;
}

static void destroy(void *self)
{
    two_learner *learner = self;
    mg_reinforce_destroy(learner->reinforce);
    mg_discrete_policy_destroy(&learner->policy);
    free(learner->table);
    free(learner->theta);
    free(learner->weight);
    free(learner->seen);
    free(learner->choice);
    free(learner->workspace);
    free(learner);
}

/* ---- playing ---- */

static bool testing(const two_learner *learner)
{
    return learner->episodes >= learner->config.learning;
}

/* Values of the learner's choices where it sees this, in that step of an episode. */
static float *values_at(const two_learner *learner, const float *observation, int step)
{
    const int state = mg_argmax(learner->states, observation);
    return learner->table + ((size_t)step * (size_t)learner->states + (size_t)state) * (size_t)learner->actions;
}

static void act_giver(two_learner *learner, const mg_batch *batch, int entry, int32_t *action)
{
    const mg_purpose purpose = batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    mg_stream stream = mg_stream_at(learner->key, purpose, batch->time[entry], (uint32_t)batch->row[entry], GIVER);
    row_memory *memory = batch->memory[entry];
    mg_tape_replay replay = {.rows = 1, .workspace = learner->workspace, .parameters = learner->theta};
    replay.input[0] = batch->observation[GIVER] + (size_t)entry * (size_t)learner->observation;
    mg_tape_forward(learner->policy.act, &replay);
    memory->choice = mg_random_categorical(
        &stream, mg_tape_value(learner->policy.act, &replay, learner->policy.probabilities), 2 * learner->actions);
    *action = memory->choice % learner->actions;
    if (batch->mode == MG_TRAIN)
        learner->last_choice = memory->choice;
}

static void act_learner(two_learner *learner, const mg_batch *batch, int entry, int32_t *action)
{
    const row_memory *memory = batch->memory[entry];
    const float *observation = batch->observation[LEARNER] + (size_t)entry * (size_t)learner->observation;
    const float epsilon = testing(learner) ? 0.0f : (float)learner->config.epsilon;
    *action = mg_choose_by_value(batch, learner->key, epsilon, LEARNER, entry, learner->actions,
                                 values_at(learner, observation, memory->step));
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    two_learner *learner = self;
    for (int entry = 0; entry < batch->rows; entry++) {
        if (learner->stage[LEARNER] == batch->stage)
            act_learner(learner, batch, entry, &actions[LEARNER][entry]);
        if (learner->stage[GIVER] == batch->stage)
            act_giver(learner, batch, entry, &actions[GIVER][entry]);
    }
}

/* Asked once a step, after everybody has acted. */
static void give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    (void)actions;
    const two_learner *learner = self;
    for (int entry = 0; entry < batch->rows; entry++) {
        row_memory *memory = batch->memory[entry];
        memset(transfers[entry], 0, (size_t)learner->transfers * sizeof(float));
        transfers[entry][LEARNER] = memory->choice >= learner->actions ? (float)learner->config.gift : 0.0f;
        memory->step++;
    }
}

/* ---- learning ---- */

static void learn_value(two_learner *learner, const mg_transition *transition)
{
    const mg_two_timescale_config *c = &learner->config;
    const float *before = transition->before.observation + learner->observation,
                *after = transition->after.observation + learner->observation;
    float *value = &values_at(learner, before, transition->step)[transition->joint.action[LEARNER]];
    float target = transition->reward[LEARNER] + transition->received[LEARNER];
    if (!transition->terminated && !transition->truncated) { /* the step is part of the state: a last one is an end */
        const float *next = values_at(learner, after, transition->step + 1);
        target += (float)c->discount * next[mg_argmax(learner->actions, next)];
    }
    *value += (float)c->table_rate * (target - *value);
    learner->steps++;
}

static void observe(void *self, const mg_transition *transition)
{
    two_learner *learner = self;
    const size_t length = (size_t)learner->observation;
    memcpy(learner->seen + (size_t)learner->chosen * length, transition->before.observation, length * sizeof(float));
    learner->choice[learner->chosen++] = learner->last_choice;
    if (testing(learner))
        learner->tested += transition->reward[GIVER];
    else
        learn_value(learner, transition);
}

static void step_policy(two_learner *learner)
{
    const mg_two_timescale_config *c = &learner->config;
    for (int t = 0; t < learner->chosen; t++)
        learner->weight[t] = learner->tested / (float)c->tests;
    mg_reinforce_gradient(learner->reinforce, learner->chosen, learner->theta, learner->seen, learner->choice,
                          learner->weight, 0.0f, (float)c->entropy, learner->gradient);
    mg_kernels_current()->axpy(learner->policy.network.layout.count, -(float)c->rate, learner->gradient,
                               learner->theta);
    learner->updates++;
}

static bool end_episode(void *self, int row)
{
    (void)row;
    two_learner *learner = self;
    if (++learner->episodes < learner->config.learning + learner->config.tests)
        return false;
    step_policy(learner);
    learner->episodes = learner->chosen = 0;
    learner->tested = 0.0f;
    return true;
}

static void update_counts(const void *self, uint64_t *count)
{
    const two_learner *learner = self;
    count[0] = learner->steps;
    count[1] = learner->updates;
}

/* A unit ends with no epoch begun. */
static int tensors(void *self, mg_tensor *tensor, int room)
{
    two_learner *learner = self;
    const size_t cells = (size_t)learner->steps_max * (size_t)learner->states * (size_t)learner->actions;
    int count =
        mg_list_block(&learner->policy.network.layout, learner->theta, MG_KIND_POLICIES, "agent 0", tensor, room, 0);
    count = mg_list_array(MG_KIND_CRITICS, "agent 1 values", MG_TYPE_FLOAT, cells, learner->table, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "steps", MG_TYPE_U64, 1, &learner->steps, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, count);
}

const mg_learner_table mg_two_timescale = {
    .name = "two-timescale",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .act = act,
    .give = give,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
};
