/* toy_experiment.h - a result in miniature: an environment, a learner and an experiment that take milliseconds, so
 * that the harness can be tested by itself.
 *
 * The environment: two agents on a line, each steps left or right, noise pushes both; an episode ends at an edge or
 * after nine steps. The learner: a weight per agent and observation, moved after every episode; with several training
 * rows it keeps each row's running sums, so that a checkpoint falls into the middle of other rows' episodes. With a
 * memory it also learns from transitions and episodes of before, of two replay buffers.
 */
#ifndef TOY_EXPERIMENT_H
#define TOY_EXPERIMENT_H

#include "core/io/memory.h"
#include "core/rl/replay.h"
#include "suite/harness/experiment.h"
#include <stdlib.h>
#include <string.h>

/* ---- environment ---- */

typedef struct toy_line_config {
    int longest;
    double push; /* chance that noise pushes an agent */
} toy_line_config;

typedef struct toy_line_row {
    int32_t place[2], step;
    float reward[2];
} toy_line_row;

static const mg_field toy_line_field[] = {
    {"longest", MG_FIELD_INT, offsetof(toy_line_config, longest), 1, 1000, "ours"},
    {"push", MG_FIELD_DOUBLE, offsetof(toy_line_config, push), 0, 1, "ours"},
};
static const mg_fields toy_line_fields = {"toy-line", 2, toy_line_field, sizeof(toy_line_config)};

static void toy_line_describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    static const mg_metric_spec metric[] = {{"reward", "per episode"}, {"length", "steps"}};
    const toy_line_config *c = config;
    *spec = (mg_env_spec){.name = "toy-line",
                          .stages = 1,
                          .longest_episode = c->longest,
                          .metrics = 2,
                          .metric = metric,
                          .row_bytes = sizeof(toy_line_row)};
    mg_env_add_agents(spec, 1, &(mg_agent_spec){.part = {{"places", 1, 1, 2}}, .actions = 2});
    mg_env_add_agents(spec, 1, &(mg_agent_spec){.part = {{"places", 1, 1, 2}, {"time", 1, 1, 1}}, .actions = 2});
}

static void toy_line_reset(const mg_row *row, mg_stream *stream)
{
    toy_line_row *r = row->state;
    memset(r, 0, sizeof *r);
    for (int i = 0; i < 2; i++)
        r->place[i] = (int32_t)mg_random_below(stream, 3) - 1;
}

static void toy_line_observe(const mg_row *row, int stage, float *observation)
{
    (void)stage;
    const toy_line_row *r = row->state;
    observation[0] = (float)r->place[0];
    observation[1] = (float)r->place[1];
    observation[2] = (float)r->place[1];
    observation[3] = (float)r->place[0];
    observation[4] = 0.125f * (float)r->step;
}

static void toy_line_step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    const toy_line_config *c = row->config;
    toy_line_row *r = row->state;
    r->step++;
    for (int i = 0; i < 2; i++) {
        bool pushed = mg_random_float(stream) < (float)c->push;
        r->place[i] += joint->action[i] ? 1 : -1;
        r->place[i] += pushed ? 1 : 0;
        outcome->reward[i] = r->place[i] > 0 ? 1.0f : -0.25f;
        r->reward[i] += outcome->reward[i];
        outcome->terminated = outcome->terminated || r->place[i] > 4 || r->place[i] < -4;
    }
    outcome->truncated = !outcome->terminated && r->step >= c->longest;
}

static void toy_line_metrics(const mg_row *row, double *metric)
{
    const toy_line_row *r = row->state;
    metric[0] = (double)r->reward[0] + (double)r->reward[1];
    metric[1] = (double)r->step;
}

static void toy_line_digest(const mg_row *row, mg_hasher *hasher)
{
    const toy_line_row *r = row->state;
    mg_hash_i32(hasher, "place", r->place, 2);
    mg_hash_i32(hasher, "step", &r->step, 1);
    mg_hash_float(hasher, "reward", r->reward, 2);
}

static void toy_line_render(const mg_row *row, FILE *out)
{
    const toy_line_row *r = row->state;
    fprintf(out, "step %d: agents at %d and %d\n", r->step, r->place[0], r->place[1]);
}

static const mg_env_table toy_line = {
    .name = "toy-line",
    .fields = &toy_line_fields,
    .describe = toy_line_describe,
    .reset = toy_line_reset,
    .observe = toy_line_observe,
    .step = toy_line_step,
    .metrics = toy_line_metrics,
    .digest = toy_line_digest,
    .render = toy_line_render,
};

/* ---- learner ---- */

typedef struct toy_learner_config {
    double rate;
    int rows;
    int explode_at; /* episode after which a weight is infinite; 0: never */
    int freeze;     /* 1: never learns, which --check must not accept */
    int work;       /* idle rounds a step, so that a test can interrupt */
    int memory;     /* transitions that it remembers, and 15 episodes; 0: none */
} toy_learner_config;

#define TOY_ROWS_MAX 8
typedef struct toy_learner {
    toy_learner_config config;
    mg_key key;
    int length[2];
    float weight[2][4], momentum[2][4];
    float sum[TOY_ROWS_MAX][2][4], gain[TOY_ROWS_MAX][2]; /* of episodes under way */
    uint64_t updates, episodes;
    float idle;
    mg_replay_buffer *steps, *whole;
} toy_learner;

/* Lies in the harness's memory beside each row. */
typedef struct toy_memory {
    float habit[2];
} toy_memory;

#define TOY_FIELD(field, type, high) \
    { \
#field, type, offsetof(toy_learner_config, field), 0, high, "ours" \
    }
static const mg_field toy_learner_field[] = {
    TOY_FIELD(rate, MG_FIELD_DOUBLE, 1),      TOY_FIELD(rows, MG_FIELD_INT, TOY_ROWS_MAX),
    TOY_FIELD(explode_at, MG_FIELD_INT, 1e9), TOY_FIELD(freeze, MG_FIELD_INT, 1),
    TOY_FIELD(work, MG_FIELD_INT, 1e9),       TOY_FIELD(memory, MG_FIELD_INT, 1e6),
};
static const mg_fields toy_learner_fields = {"toy-learner", 6, toy_learner_field, sizeof(toy_learner_config)};

static bool toy_learner_describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec,
                                 mg_error *error)
{
    const toy_learner_config *c = config;
    if (environment->agents != 2)
        return mg_fail(error, MG_EXIT_INPUT, "toy-learner needs 2 agents, the environment %s has %d", environment->name,
                       environment->agents);
    for (int i = 0; i < 2; i++)
        if (mg_env_agent(environment, i)->observation > 4)
            return mg_fail(error, MG_EXIT_INPUT,
                           "toy-learner needs at most 4 observations, the environment %s has more", environment->name);
    *spec = (mg_learner_spec){
        .training_rows = c->rows, .memory_per_row = sizeof(toy_memory), .unit = "episode", .metrics = 1, .updates = 1};
    static const mg_metric_spec metric[] = {{"weight", "1"}};
    spec->metric = metric;
    spec->update[0] = "weights";
    return true;
}

static void toy_learner_destroy(void *self)
{
    toy_learner *learner = self;
    mg_replay_buffer_destroy(learner->steps);
    mg_replay_buffer_destroy(learner->whole);
    free(learner);
}

static void *toy_learner_create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    toy_learner *learner = mg_allocate(1, sizeof *learner);
    learner->config = *(const toy_learner_config *)config;
    learner->key = key;
    mg_replay_spec spec = {.capacity = learner->config.memory, .rows = learner->config.rows};
    if (spec.capacity) {
        learner->steps = mg_replay_buffer_create(&spec, environment, error);
        spec.capacity = 15;
        spec.episodes = true;
        learner->whole = mg_replay_buffer_create(&spec, environment, error);
    }
    for (int i = 0; i < 2; i++) {
        learner->length[i] = mg_env_agent(environment, i)->observation;
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, (uint32_t)i);
        for (int k = 0; k < learner->length[i]; k++)
            learner->weight[i][k] = mg_random_uniform(&stream, -0.1f, 0.1f);
    }
    return learner;
}

static void toy_learner_begin(void *self, int row)
{
    toy_learner *learner = self;
    memset(learner->sum[row], 0, sizeof learner->sum[row]);
    memset(learner->gain[row], 0, sizeof learner->gain[row]);
}

static void toy_learner_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    toy_learner *learner = self;
    mg_purpose purpose = batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    for (int k = 0; k < batch->rows; k++) {
        toy_memory *memory = batch->memory[k];
        for (int i = 0; i < 2; i++) {
            mg_stream stream =
                mg_stream_at(learner->key, purpose, batch->time[k], (uint32_t)batch->row[k], (uint32_t)i);
            float preference = memory->habit[i];
            for (int o = 0; o < learner->length[i]; o++) {
                float part = learner->weight[i][o] * batch->observation[i][k * learner->length[i] + o];
                preference += part;
            }
            actions[i][k] = mg_random_float(&stream) < 0.5f + 0.25f * preference;
            memory->habit[i] = 0.5f * memory->habit[i] + (actions[i][k] ? 0.125f : -0.125f);
        }
    }
    if (batch->mode == MG_TRAIN)
        for (int i = 0; i < learner->config.work; i++)
            learner->idle = learner->idle * 0.5f + 1.0f;
}

static void toy_learner_observe(void *self, const mg_transition *transition)
{
    toy_learner *learner = self;
    const float *observation = transition->before.observation;
    for (int i = 0; i < 2; i++) {
        float sign = transition->joint.action[i] ? 1.0f : -1.0f;
        for (int o = 0; o < learner->length[i]; o++)
            learner->sum[transition->row][i][o] += sign * *observation++;
        learner->gain[transition->row][i] += transition->reward[i];
    }
    if (learner->config.memory) {
        mg_replay_buffer_add(learner->steps, transition, NULL);
        mg_replay_buffer_add(learner->whole, transition, NULL);
    }
}

/* What two remembered units saw and earned moves the weights a little. */
static void toy_learner_remember(toy_learner *learner, mg_replay_buffer *buffer, int steps, uint32_t row)
{
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)learner->episodes, row, 0);
    uint32_t index[2];
    float seen[2 * 9 * 4], reward[2 * 9];
    mg_replay_buffer_draw(buffer, &stream, 2, index);
    for (int i = 0; i < 2; i++) {
        mg_replay_batch to = {.observation = seen, .reward = reward};
        mg_replay_buffer_gather(buffer, i, 1, 2, index, steps, &to);
        for (int k = 0; k < 2 * steps; k++)
            for (int o = 0; o < learner->length[i]; o++)
                learner->weight[i][o] += 0.00001f * reward[k] * seen[k * learner->length[i] + o];
    }
}

static bool toy_learner_end(void *self, int row)
{
    toy_learner *learner = self;
    learner->episodes++;
    if (learner->config.memory && !learner->config.freeze) {
        toy_learner_remember(learner, learner->steps, 1, 0);
        toy_learner_remember(learner, learner->whole, 9, 1);
    }
    for (int i = 0; i < 2 && !learner->config.freeze; i++) {
        float scale = (float)learner->config.rate * learner->gain[row][i];
        for (int o = 0; o < learner->length[i]; o++) {
            float gradient = scale * learner->sum[row][i][o];
            float kept = 0.75f * learner->momentum[i][o];
            learner->momentum[i][o] = kept + gradient;
            learner->weight[i][o] += learner->momentum[i][o];
            if (learner->weight[i][o] > 1.0f)
                learner->weight[i][o] = 1.0f;
            if (learner->weight[i][o] < -1.0f)
                learner->weight[i][o] = -1.0f;
        }
    }
    learner->updates += !learner->config.freeze;
    if (learner->config.explode_at && learner->episodes >= (uint64_t)learner->config.explode_at)
        learner->weight[1][0] = 1e30f * 1e30f;
    return true;
}

static void toy_learner_metrics(const void *self, double *metric)
{
    metric[0] = (double)((const toy_learner *)self)->weight[0][0];
}

static void toy_learner_counts(const void *self, uint64_t *count)
{
    count[0] = ((const toy_learner *)self)->updates;
}

static int toy_learner_tensors(void *self, mg_tensor *tensor, int room)
{
    toy_learner *learner = self;
    const mg_tensor all[] = {
        {MG_KIND_POLICIES, "agent 0 weight", MG_TYPE_FLOAT, 1, 4, learner->weight[0]},
        {MG_KIND_POLICIES, "agent 1 weight", MG_TYPE_FLOAT, 1, 4, learner->weight[1]},
        {MG_KIND_OPTIMISERS, "momentum", MG_TYPE_FLOAT, 2, 4, learner->momentum},
        {MG_KIND_STATE, "sum", MG_TYPE_FLOAT, TOY_ROWS_MAX, 8, learner->sum},
        {MG_KIND_STATE, "gain", MG_TYPE_FLOAT, TOY_ROWS_MAX, 2, learner->gain},
        {MG_KIND_STATE, "updates", MG_TYPE_U64, 1, 1, &learner->updates},
        {MG_KIND_STATE, "episodes", MG_TYPE_U64, 1, 1, &learner->episodes},
    };
    int count = (int)(sizeof all / sizeof all[0]);
    for (int i = 0; i < count && i < room; i++)
        tensor[i] = all[i];
    if (!learner->config.memory)
        return count;
    count = mg_replay_buffer_tensors(learner->steps, "steps", tensor, room, count);
    return mg_replay_buffer_tensors(learner->whole, "episodes", tensor, room, count);
}

static int toy_learner_replays(void *self, mg_replay_buffer **replay, int room)
{
    toy_learner *learner = self;
    if (room >= 2) {
        replay[0] = learner->steps;
        replay[1] = learner->whole;
    }
    return learner->config.memory ? 2 : 0;
}

static const mg_learner_table toy_learner_table = {
    .name = "toy-learner",
    .fields = &toy_learner_fields,
    .describe = toy_learner_describe,
    .create = toy_learner_create,
    .destroy = toy_learner_destroy,
    .begin_episode = toy_learner_begin,
    .act = toy_learner_act,
    .observe = toy_learner_observe,
    .end_episode = toy_learner_end,
    .metrics = toy_learner_metrics,
    .update_counts = toy_learner_counts,
    .tensors = toy_learner_tensors,
    .replays = toy_learner_replays,
};

/* ---- experiment ---- */

static void toy_set(mg_setup *setup, const toy_learner_config *learner, const mg_budget *budget)
{
    const toy_line_config line = {.longest = 9, .push = 0.25};
    mg_setup_environment(setup, &toy_line, &line, sizeof line);
    mg_setup_learner(setup, &toy_learner_table, learner, sizeof *learner);
    setup->budget = *budget;
}

static const mg_budget toy_quick = {.units = 400,
                                    .evaluate_every = 90,
                                    .evaluation_episodes = 5,
                                    .final_evaluations = 2,
                                    .final_episodes = 70,
                                    .checkpoints = 6,
                                    .first_checkpoint = 20};
/* Long enough to be interrupted: some tenths of a second a task. */
static const mg_budget toy_paper = {.units = 3000,
                                    .evaluate_every = 250,
                                    .evaluation_episodes = 3,
                                    .final_evaluations = 2,
                                    .final_episodes = 8,
                                    .checkpoints = 40};

static void toy_setup(mg_profile profile, bool paper, mg_setup *setup)
{
    bool quick = profile == MG_PROFILE_QUICK && !paper;
    const toy_learner_config learner = {.rate = 0.0005, .rows = 1, .work = quick ? 0 : 3000};
    toy_set(setup, &learner, quick ? &toy_quick : &toy_paper);
}

static void toy_setup_wide(mg_profile profile, bool paper, mg_setup *setup)
{
    toy_setup(profile, paper, setup);
    const toy_learner_config learner = {
        .rate = 0.0005, .rows = 3, .memory = 8000, .work = profile == MG_PROFILE_QUICK && !paper ? 0 : 3000};
    mg_setup_learner(setup, &toy_learner_table, &learner, sizeof learner);
}

static void toy_setup_explode(mg_profile profile, bool paper, mg_setup *setup)
{
    (void)profile, (void)paper;
    const toy_learner_config learner = {.rate = 0.0005, .rows = 1, .explode_at = 100};
    toy_set(setup, &learner, &toy_quick);
}

/* Halves a number until it is small: a metric, a table of the way, a checkpoint a step. */
static bool toy_exact(mg_direct *direct, mg_error *error)
{
    (void)error;
    mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, 0, 0, 0);
    double x = 1.0 + mg_random_double(&stream);
    int steps = 0;
    for (; x > 0.1; steps++) {
        mg_direct_row(direct, "path");
        mg_csv_writer *path = mg_direct_table(direct, "path");
        mg_csv_integer(path, steps);
        mg_csv_double(path, x);
        mg_csv_end_row(path);
        x *= 0.5;
        mg_tensor tensor = {MG_KIND_STATE, "x", MG_TYPE_DOUBLE, 1, 1, &x};
        mg_direct_checkpoint(direct, &tensor, 1);
    }
    mg_direct_metric(direct, "halvings", (double)steps);
    mg_direct_count(direct, (double)steps, 0, 0);
    return true;
}

static const mg_method toy_method[] = {
    {.name = "exact",
     .variant = "",
     .summary = "halves a number",
     .direct = toy_exact,
     .seeds = {1, 1},
     .paper_seeds = 1,
     .gives = "halvings"},
    {.name = "walk",
     .variant = "",
     .summary = "one training row",
     .setup = toy_setup,
     .seeds = {3, 2},
     .paper_seeds = 2},
    {.name = "walk",
     .variant = "wide",
     .summary = "three training rows, and a memory",
     .setup = toy_setup_wide,
     .seeds = {2, 2},
     .paper_seeds = 2},
    {.name = "explode",
     .variant = "",
     .summary = "a weight becomes infinite",
     .setup = toy_setup_explode,
     .seeds = {1, 0}},
};
static const char *const toy_metrics[] = {"reward", "length", "weight", "halvings", NULL};
static const char *const toy_ends_only[] = {"length", NULL};
static const mg_table toy_table[] = {{"path", "step,x"}};
static const mg_deviation toy_deviation[] = {
    {"walk", "quick", "budget.units", "milliseconds"},
    {"walk", "quick", "budget.evaluate_every", "milliseconds"},
    {"walk", "quick", "budget.evaluation_episodes", "milliseconds"},
    {"walk", "quick", "budget.final_episodes", "milliseconds"},
    {"walk", "quick", "budget.checkpoints", "milliseconds"},
    {"walk", "quick", "budget.first_checkpoint", "milliseconds"},
    {"walk", "quick", "toy-learner.work", "milliseconds"},
    {"walk", "quick", "seeds", "milliseconds"},
};

static const mg_experiment toy = {
    .name = "toy",
    .number = 65001,
    .semantics = 1,
    .whole_methods = "walk/wide",
    .whole_seeds = "1",
    .methods = 4,
    .method = toy_method,
    .deviations = 8,
    .deviation = toy_deviation,
    .tables = 1,
    .table = toy_table,
    .metrics = toy_metrics,
    .ends_only = toy_ends_only,
};

#endif
