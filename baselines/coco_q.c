/* coco_q.c - look the state up, act, move both tables toward the coco values. */
#include "baselines/coco_q.h"
#include "baselines/two_player_exact.h"
#include "core/io/memory.h"
#include "core/rl/exploration.h"
#include "core/rl/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOINT = 4 };

mg_coco_q_config mg_coco_q_prisoner(void)
{
    return (mg_coco_q_config){
        .discount = 0.99, .step_size = 0.5, .epsilon_start = 0.8, .epsilon_decay = 1.0, .epsilon_end = 0.8};
}

#define AT(member) offsetof(mg_coco_q_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1, "Learning to Share, Table 4: gamma"},
    {"step_size", MG_FIELD_DOUBLE, AT(step_size), 0, 1, "Learning to Share, appendix: 0.5"},
    {"epsilon_start", MG_FIELD_DOUBLE, AT(epsilon_start), 0, 1, "ours (facts/ltos.md 9): as DQN in Table 4"},
    {"epsilon_decay", MG_FIELD_DOUBLE, AT(epsilon_decay), 0, 1, "ours (facts/ltos.md 9): as DQN in Table 4"},
    {"epsilon_end", MG_FIELD_DOUBLE, AT(epsilon_end), 0, 1, "ours (facts/ltos.md 9): as DQN in Table 4"},
};
static const mg_fields fields = {"coco-q", sizeof field / sizeof *field, field, sizeof(mg_coco_q_config)};

typedef struct coco_q {
    mg_coco_q_config config;
    mg_key key;
    int states, state_length;
    int32_t met;           /* states that have a row */
    float *state;          /* [states][state_length] */
    double (*q)[2][JOINT]; /* [states] */
    float epsilon;
    uint64_t updates;
} coco_q;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)config;
    const mg_need needs = MG_NEED_STATE | MG_NEED_FINITE | MG_NEED_CHOICES | MG_NEED_ONE_STAGE;
    *spec = (mg_learner_spec){
        .needs = needs, .actions_max = 2, .training_rows = 1, .unit = "episode", .updates = 1, .update = {"tables"}};
    if (environment->agents != 2)
        return mg_fail(error, MG_EXIT_USAGE, "coco-q needs two agents, but %s has %d", environment->name,
                       environment->agents);
    return true;
}

static void destroy(void *self)
{
    coco_q *learner = self;
    free(learner->state);
    free(learner->q);
    free(learner);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_coco_q_config *c = config;
    coco_q *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    learner->key = key;
    learner->states = environment->states;
    learner->state_length = environment->state_length;
    learner->state = mg_allocate((size_t)learner->states * (size_t)learner->state_length, sizeof *learner->state);
    learner->q = mg_allocate((size_t)learner->states, sizeof *learner->q);
    learner->epsilon = (float)c->epsilon_start;
    return learner;
}

/* ---- states ---- */

/* Its row, or -1 where it was never met. */
static int row_of(const coco_q *learner, const float *state)
{
    size_t length = (size_t)learner->state_length;
    for (int s = 0; s < learner->met; s++)
        if (!memcmp(learner->state + (size_t)s * length, state, length * sizeof *state))
            return s;
    return -1;
}

/* A row for a state that was never met. More than the environment says there are is a defect of the environment. */
static int new_row(coco_q *learner, const float *state)
{
    size_t length = (size_t)learner->state_length;
    if (learner->met == learner->states) {
        fprintf(stderr, "coco-q: more than the %d states that the environment says it has\n", learner->states);
        abort();
    }
    memcpy(learner->state + (size_t)learner->met * length, state, length * sizeof *state);
    return learner->met++;
}

/* ---- playing ---- */

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    coco_q *learner = self;
    for (int k = 0; k < batch->rows; k++) {
        float sum[JOINT] = {0.0f};
        int row = row_of(learner, batch->state + (size_t)k * (size_t)learner->state_length);
        for (int joint = 0; row >= 0 && joint < JOINT; joint++)
            sum[joint] = (float)(learner->q[row][0][joint] + learner->q[row][1][joint]);
        int32_t joint = mg_choose_by_value(batch, learner->key, learner->epsilon, 0, k, JOINT, sum);
        actions[0][k] = joint / 2;
        actions[1][k] = joint % 2;
    }
}

/* ---- learning ---- */

static void observe(void *self, const mg_transition *x)
{
    coco_q *learner = self;
    double value[2] = {0.0, 0.0};
    int row = row_of(learner, x->before.state), joint = 2 * x->joint.action[0] + x->joint.action[1];
    if (row < 0)
        row = new_row(learner, x->before.state);
    int next = x->terminated ? -1 : row_of(learner, x->after.state);
    if (next >= 0)
        mg_coco_values(learner->q[next][0], learner->q[next][1], value);
    for (int i = 0; i < 2; i++) {
        double *q = &learner->q[row][i][joint];
        double target = (double)x->reward[i] + learner->config.discount * value[i];
        *q = (1.0 - learner->config.step_size) * *q + learner->config.step_size * target;
    }
    learner->updates++;
}

static bool end_episode(void *self, int row)
{
    (void)row;
    coco_q *learner = self;
    const mg_coco_q_config *c = &learner->config;
    learner->epsilon = mg_epsilon_times(learner->epsilon, c->epsilon_decay, c->epsilon_end);
    return true;
}

/* ---- state ---- */

static void update_counts(const void *self, uint64_t *count)
{
    count[0] = ((const coco_q *)self)->updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    coco_q *learner = self;
    size_t states = (size_t)learner->states, numbers = states * (size_t)learner->state_length;
    int count =
        mg_list_array(MG_KIND_POLICIES, "tables", MG_TYPE_DOUBLE, states * 2 * JOINT, learner->q, tensor, room, 0);
    count = mg_list_array(MG_KIND_STATE, "states", MG_TYPE_FLOAT, numbers, learner->state, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "states met", MG_TYPE_I32, 1, &learner->met, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "epsilon", MG_TYPE_FLOAT, 1, &learner->epsilon, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, count);
}

const mg_learner_table mg_coco_q = {
    .name = "coco-q",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .act = act,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
};
