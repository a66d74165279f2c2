#include "core/rl/rollout.h"
#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

/* Rows that go in lockstep: the training rows, or the evaluation rows. Flat arrays hold one stretch per row. */
typedef struct lane {
    mg_mode mode;
    int rows;
    unsigned char *state, *memory;
    float *now, *next;  /* observations; evaluation needs no next */
    uint8_t *allowed;   /* NULL: no masks */
    int32_t *neighbour; /* NULL: no graph */
    int32_t *action;
    float *real, *transfer;   /* NULL: no such numbers */
    int32_t *step;            /* within the episode; -1: over, or not begun */
    int live;                 /* entries of the batch ... */
    int *row;                 /* ... their rows ... */
    uint32_t *time;           /* ... and what names their streams */
    float *batch_observation; /* agent-major copies, and pointers to them or, for one entry, into the flat arrays */
    uint8_t *batch_allowed;
    int32_t *batch_neighbour, *batch_action;
    float *batch_real;
    const float **observation_of;
    const uint8_t **allowed_of;
    const int32_t **neighbour_of;
    int32_t **action_of;
    float **real_of, **transfer_of;
    void **memory_of;
} lane;

#define OWNED_MAX 64

struct mg_rollout {
    const mg_env_table *env;
    const void *env_config;
    const mg_learner_table *learner;
    mg_key key;
    mg_env_spec spec;
    mg_learner_spec learner_spec;
    void *world, *self;
    int agents, neighbours;
    int *observation_at, *choice_at, *real_at; /* offsets of agents in a row's flat arrays */
    size_t observation_length, choices, reals, transfers;
    size_t state_bytes, memory_bytes; /* of a row, rounded up so that every row is aligned */
    mg_outcome outcome;
    double *of_episode; /* [metrics], scratch */
    lane train, evaluation;
    uint64_t *resets, *steps;                       /* [training rows] */
    uint64_t evaluation_episodes, evaluation_steps; /* of the task so far */
    uint64_t units, episodes;
    void *owned[OWNED_MAX];
    int owned_count;
};

/* ---- making and ending ---- */

static void *take(mg_rollout *rollout, size_t count, size_t size)
{
    if (count == 0)
        return NULL;
    void *memory = mg_allocate(count, size);
    rollout->owned[rollout->owned_count++] = memory;
    return memory;
}

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static void make_batch(mg_rollout *r, lane *l, bool copies)
{
    size_t rows = (size_t)l->rows, agents = (size_t)r->agents;
    l->row = take(r, rows, sizeof *l->row);
    l->time = take(r, rows, sizeof *l->time);
    l->observation_of = take(r, agents, sizeof *l->observation_of);
    l->action_of = take(r, agents, sizeof *l->action_of);
    l->allowed_of = take(r, l->allowed ? agents : 0, sizeof *l->allowed_of);
    l->neighbour_of = take(r, l->neighbour ? agents : 0, sizeof *l->neighbour_of);
    l->real_of = take(r, l->real ? agents : 0, sizeof *l->real_of);
    l->transfer_of = take(r, l->transfer ? rows : 0, sizeof *l->transfer_of);
    l->memory_of = take(r, l->memory ? rows : 0, sizeof *l->memory_of);
    if (!copies)
        return;
    l->batch_observation = take(r, rows * r->observation_length, sizeof *l->batch_observation);
    l->batch_action = take(r, rows * agents, sizeof *l->batch_action);
    l->batch_allowed = take(r, l->allowed ? rows * r->choices : 0, 1);
    l->batch_neighbour = take(r, l->neighbour ? rows * agents * (size_t)r->neighbours : 0, sizeof *l->batch_neighbour);
    l->batch_real = take(r, rows * r->reals, sizeof *l->batch_real);
}

static bool is_masked(const mg_env_spec *spec)
{
    bool masked = false;
    for (int g = 0; g < spec->groups; g++)
        masked = masked || spec->group[g].agent.masked;
    return masked;
}

static void make_lane(mg_rollout *r, lane *l, mg_mode mode, int rows_wanted)
{
    bool masked = is_masked(&r->spec);
    size_t rows = (size_t)rows_wanted, agents = (size_t)r->agents;
    l->mode = mode;
    l->rows = rows_wanted;
    l->state = take(r, rows * r->state_bytes, 1);
    l->memory = take(r, rows * r->memory_bytes, 1);
    l->now = take(r, rows * r->observation_length, sizeof *l->now);
    l->next = mode == MG_TRAIN ? take(r, rows * r->observation_length, sizeof *l->next) : l->now;
    l->allowed = take(r, masked ? rows * r->choices : 0, 1);
    if (l->allowed)
        memset(l->allowed, 1, rows * r->choices);
    l->neighbour = take(r, r->env->neighbours ? rows * agents * (size_t)r->neighbours : 0, sizeof *l->neighbour);
    l->action = take(r, rows * agents, sizeof *l->action);
    l->real = take(r, rows * r->reals, sizeof *l->real);
    l->transfer = take(r, rows * r->transfers, sizeof *l->transfer);
    l->step = take(r, rows, sizeof *l->step);
    for (int row = 0; row < rows_wanted; row++)
        l->step[row] = -1;
    make_batch(r, l, rows_wanted > 1);
}

static bool check_specs(const mg_rollout *r, int evaluation_rows, mg_error *error)
{
    const mg_env_spec *e = &r->spec;
    const mg_learner_spec *l = &r->learner_spec;
    if (e->agents < 1 || e->agents > MG_AGENTS_MAX || e->stages < 1 || e->metrics < 0)
        return mg_fail(error, MG_EXIT_INPUT,
                       "environment %s: its description has %d agents, %d stages, %d metrics: out of range",
                       r->env->name, e->agents, e->stages, e->metrics);
    if ((is_masked(e) && !r->env->mask) || (e->neighbours_max > 0 && !r->env->neighbours) ||
        (e->stages > 1 && !r->env->disclose))
        return mg_fail(error, MG_EXIT_INPUT,
                       "environment %s: promises masks, neighbours or stages but has no function for them",
                       r->env->name);
    if (l->training_rows < 1 || l->training_rows > 65535 || l->metrics < 0 || l->updates < 0 ||
        l->updates > MG_UPDATES_MAX)
        return mg_fail(error, MG_EXIT_INPUT,
                       "learner %s: its description has %d training rows, %d metrics, %d kinds of update: "
                       "out of range",
                       r->learner->name, l->training_rows, l->metrics, l->updates);
    if (evaluation_rows < 1 || evaluation_rows > 65535)
        return mg_fail(error, MG_EXIT_INPUT, "%d evaluation rows, wanted 1 to 65535", evaluation_rows);
    return true;
}

static void make_buffers(mg_rollout *r, int evaluation_rows)
{
    const mg_env_spec *spec = &r->spec;
    size_t agents = (size_t)spec->agents;
    r->agents = spec->agents;
    r->neighbours = spec->neighbours_max;
    r->observation_at = take(r, agents, sizeof *r->observation_at);
    r->choice_at = take(r, agents, sizeof *r->choice_at);
    r->real_at = take(r, agents, sizeof *r->real_at);
    r->observation_length = (size_t)mg_env_offsets(spec, r->observation_at);
    r->choices = (size_t)mg_env_choice_offsets(spec, r->choice_at);
    r->reals = (size_t)mg_env_real_offsets(spec, r->real_at);
    if (spec->transfer.time != MG_TRANSFER_NONE)
        r->transfers = (size_t)spec->transfer.givers * (size_t)spec->transfer.numbers_per_giver;
    r->state_bytes = aligned(spec->row_bytes);
    r->memory_bytes = aligned(r->learner_spec.memory_per_row);
    r->outcome.reward = take(r, agents, sizeof *r->outcome.reward);
    r->outcome.paid = take(r, agents, sizeof *r->outcome.paid);
    r->outcome.received = take(r, agents, sizeof *r->outcome.received);
    r->of_episode = take(r, (size_t)spec->metrics, sizeof *r->of_episode);
    r->resets = take(r, (size_t)r->learner_spec.training_rows, sizeof *r->resets);
    r->steps = take(r, (size_t)r->learner_spec.training_rows, sizeof *r->steps);
    make_lane(r, &r->train, MG_TRAIN, r->learner_spec.training_rows);
    make_lane(r, &r->evaluation, MG_EVALUATE, evaluation_rows);
}

mg_rollout *mg_rollout_create(const mg_rollout_config *config, mg_error *error)
{
    const mg_env_table *env = config->environment;
    const mg_learner_table *learner = config->learner;
    if (!mg_config_check(env->fields, config->environment_config, error) ||
        !mg_config_check(learner->fields, config->learner_config, error))
        return NULL;
    mg_rollout *r = mg_allocate(1, sizeof *r);
    r->env = env;
    r->env_config = config->environment_config;
    r->learner = learner;
    r->key = config->key;
    bool good = true;
    if (env->open_world) {
        r->world = env->open_world(config->environment_config, config->key, error);
        good = r->world != NULL;
    }
    if (good) {
        env->describe(config->environment_config, r->world, &r->spec);
        good = learner->describe(config->learner_config, &r->spec, &r->learner_spec, error) &&
               check_specs(r, config->evaluation_rows, error);
    }
    if (good) {
        make_buffers(r, config->evaluation_rows);
        r->self = learner->create(config->learner_config, &r->spec, config->key, error);
    }
    if (r->self)
        return r;
    mg_rollout_destroy(r);
    return NULL;
}

void mg_rollout_destroy(mg_rollout *rollout)
{
    if (!rollout)
        return;
    if (rollout->self)
        rollout->learner->destroy(rollout->self);
    for (int i = 0; i < rollout->owned_count; i++)
        free(rollout->owned[i]);
    mg_env_spec_free(&rollout->spec);
    if (rollout->world)
        rollout->env->close_world(rollout->world);
    free(rollout);
}

const mg_env_spec *mg_rollout_environment(const mg_rollout *rollout)
{
    return &rollout->spec;
}

const mg_learner_spec *mg_rollout_learner(const mg_rollout *rollout)
{
    return &rollout->learner_spec;
}

void *mg_rollout_learner_self(mg_rollout *rollout)
{
    return rollout->self;
}

/* ---- one step of a lane ---- */

static mg_row row_of(const mg_rollout *r, const lane *l, int row)
{
    mg_row of = {r->env_config, r->world, l->state + (size_t)row * r->state_bytes};
    return of;
}

static void observe_all(const mg_rollout *r, const lane *l, int row, float *flat)
{
    float *observation = flat + (size_t)row * r->observation_length;
    mg_row of = row_of(r, l, row);
    for (int stage = 0; stage < r->spec.stages; stage++)
        r->env->observe(&of, stage, observation);
}

static void begin_row(mg_rollout *r, lane *l, int row, mg_purpose purpose, uint64_t time)
{
    mg_stream stream = mg_stream_at(r->key, purpose, (uint32_t)time, (uint32_t)row, 0);
    mg_row of = row_of(r, l, row);
    r->env->reset(&of, &stream);
    if (l->memory)
        memset(l->memory + (size_t)row * r->memory_bytes, 0, r->memory_bytes);
    l->step[row] = 0;
    observe_all(r, l, row, l->now);
}

/* One entry: the flat arrays already are the batch. */
static void point_at_row(const mg_rollout *r, lane *l)
{
    size_t row = (size_t)l->row[0], agents = (size_t)r->agents;
    for (size_t i = 0; i < agents; i++) {
        l->observation_of[i] = l->now + row * r->observation_length + r->observation_at[i];
        l->action_of[i] = l->action + row * agents + i;
        if (l->allowed)
            l->allowed_of[i] = l->allowed + row * r->choices + r->choice_at[i];
        if (l->neighbour)
            l->neighbour_of[i] = l->neighbour + (row * agents + i) * (size_t)r->neighbours;
        if (l->real)
            l->real_of[i] = l->real + row * r->reals + r->real_at[i];
    }
}

static void point_at_copies(const mg_rollout *r, lane *l)
{
    size_t rows = (size_t)l->rows, agents = (size_t)r->agents;
    for (size_t i = 0; i < agents; i++) {
        l->observation_of[i] = l->batch_observation + rows * (size_t)r->observation_at[i];
        l->action_of[i] = l->batch_action + rows * i;
        if (l->allowed)
            l->allowed_of[i] = l->batch_allowed + rows * (size_t)r->choice_at[i];
        if (l->neighbour)
            l->neighbour_of[i] = l->batch_neighbour + rows * i * (size_t)r->neighbours;
        if (l->real)
            l->real_of[i] = l->batch_real + rows * (size_t)r->real_at[i];
    }
}

static void point_batch(const mg_rollout *r, lane *l)
{
    if (l->live == 1)
        point_at_row(r, l);
    else
        point_at_copies(r, l);
    for (int k = 0; k < l->live && l->memory; k++)
        l->memory_of[k] = l->memory + (size_t)l->row[k] * r->memory_bytes;
    for (int k = 0; k < l->live && l->transfer; k++)
        l->transfer_of[k] = l->transfer + (size_t)l->row[k] * r->transfers;
}

static void copy_entry(const mg_rollout *r, lane *l, int k)
{
    size_t row = (size_t)l->row[k], rows = (size_t)l->rows, agents = (size_t)r->agents, entry = (size_t)k;
    for (size_t i = 0; i < agents; i++) {
        const mg_agent_spec *agent = mg_env_agent(&r->spec, (int)i);
        size_t length = (size_t)agent->observation, choices = (size_t)agent->actions, graph = (size_t)r->neighbours;
        memcpy(l->batch_observation + rows * (size_t)r->observation_at[i] + entry * length,
               l->now + row * r->observation_length + r->observation_at[i], length * sizeof *l->now);
        if (l->allowed)
            memcpy(l->batch_allowed + rows * (size_t)r->choice_at[i] + entry * choices,
                   l->allowed + row * r->choices + r->choice_at[i], choices);
        if (l->neighbour)
            memcpy(l->batch_neighbour + (rows * i + entry) * graph, l->neighbour + (row * agents + i) * graph,
                   graph * sizeof *l->neighbour);
    }
}

/* Masks and neighbours of the observation, and the dense matrices where there are several entries. */
static void fill_batch(const mg_rollout *r, lane *l, int stage)
{
    for (int k = 0; k < l->live; k++) {
        size_t row = (size_t)l->row[k];
        mg_row of = row_of(r, l, l->row[k]);
        if (stage > 0 || r->spec.transfer.time == MG_TRANSFER_BEFORE_ACTIONS)
            r->env->observe(&of, stage, l->now + row * r->observation_length);
        if (l->allowed)
            r->env->mask(&of, stage, l->allowed + row * r->choices);
        if (l->neighbour)
            r->env->neighbours(&of, l->neighbour + row * (size_t)r->agents * (size_t)r->neighbours);
        if (l->live > 1)
            copy_entry(r, l, k);
    }
}

static mg_batch batch_of(const lane *l, int stage)
{
    mg_batch batch = {.mode = l->mode,
                      .rows = l->live,
                      .row = l->row,
                      .time = l->time,
                      .observation = l->observation_of,
                      .allowed = l->allowed_of,
                      .neighbour = l->neighbour_of,
                      .memory = l->memory_of,
                      .stage = stage};
    return batch;
}

static void scatter_actions(const mg_rollout *r, lane *l, int stage)
{
    for (int i = 0; i < r->agents; i++) {
        const mg_agent_spec *agent = mg_env_agent(&r->spec, i);
        if (agent->stage != stage)
            continue;
        size_t length = agent->actions ? 0 : (size_t)agent->real_length;
        for (int k = 0; k < l->live; k++) {
            size_t row = (size_t)l->row[k];
            l->action[row * (size_t)r->agents + (size_t)i] = l->action_of[i][k];
            if (length)
                memcpy(l->real + row * r->reals + r->real_at[i], l->real_of[i] + (size_t)k * length,
                       length * sizeof *l->real);
        }
    }
}

static const float *reals_of(const mg_rollout *r, const lane *l, int row)
{
    return l->real ? l->real + (size_t)row * r->reals : NULL;
}

static const float *transfers_of(const mg_rollout *r, const lane *l, int row)
{
    return l->transfer ? l->transfer + (size_t)row * r->transfers : NULL;
}

static mg_joint joint_of(const mg_rollout *r, const lane *l, int row)
{
    mg_joint joint = {l->action + (size_t)row * (size_t)r->agents, reals_of(r, l, row), transfers_of(r, l, row)};
    return joint;
}

static void disclose(const mg_rollout *r, lane *l, int after_stage)
{
    for (int k = 0; k < l->live && r->env->disclose; k++) {
        mg_row of = row_of(r, l, l->row[k]);
        mg_joint joint = joint_of(r, l, l->row[k]);
        r->env->disclose(&of, after_stage, &joint);
    }
}

static void give(mg_rollout *r, lane *l, int stage, bool acted)
{
    for (int k = 0; k < l->live; k++)
        memset(l->transfer_of[k], 0, r->transfers * sizeof *l->transfer);
    if (!r->learner->give)
        return;
    mg_batch batch = batch_of(l, stage);
    r->learner->give(r->self, &batch, acted ? (const int32_t *const *)l->action_of : NULL, l->transfer_of);
}

/* Every agent of every live row decides, and the givers give. */
static void decide(mg_rollout *r, lane *l)
{
    int last = r->spec.stages - 1;
    point_batch(r, l);
    if (r->transfers && r->spec.transfer.time == MG_TRANSFER_BEFORE_ACTIONS) {
        fill_batch(r, l, 0);
        give(r, l, 0, false);
        disclose(r, l, -1);
    }
    for (int stage = 0; stage <= last; stage++) {
        fill_batch(r, l, stage);
        mg_batch batch = batch_of(l, stage);
        r->learner->act(r->self, &batch, l->action_of, l->real_of);
        if (l->live > 1)
            scatter_actions(r, l, stage);
        if (stage < last)
            disclose(r, l, stage);
    }
    if (r->transfers && r->spec.transfer.time == MG_TRANSFER_AFTER_ACTIONS)
        give(r, l, last, true);
}

static bool step_row(mg_rollout *r, lane *l, int k, mg_purpose purpose)
{
    int row = l->row[k];
    mg_stream stream = mg_stream_at(r->key, purpose, l->time[k], (uint32_t)row, 0);
    r->outcome.terminated = false;
    r->outcome.truncated = false;
    mg_row of = row_of(r, l, row);
    mg_joint joint = joint_of(r, l, row);
    r->env->step(&of, &joint, &stream, &r->outcome);
    return r->outcome.terminated || r->outcome.truncated;
}

/* ---- training ---- */

static int finish_train_row(mg_rollout *r, int k, bool over)
{
    lane *l = &r->train;
    int row = l->row[k];
    size_t at = (size_t)row * r->observation_length;
    observe_all(r, l, row, l->next);
    mg_transition transition = {.row = row,
                                .step = l->step[row],
                                .before = {.observation = l->now + at},
                                .after = {.observation = l->next + at},
                                .joint = joint_of(r, l, row),
                                .reward = r->outcome.reward,
                                .paid = r->outcome.paid,
                                .received = r->outcome.received,
                                .terminated = r->outcome.terminated,
                                .truncated = r->outcome.truncated};
    if (r->learner->observe)
        r->learner->observe(r->self, &transition);
    r->steps[row]++;
    l->step[row]++;
    if (!over)
        return 0;
    l->step[row] = -1;
    r->episodes++;
    return r->learner->end_episode(r->self, row) ? 1 : 0;
}

int mg_rollout_train_step(mg_rollout *r)
{
    lane *l = &r->train;
    l->live = l->rows;
    for (int row = 0; row < l->rows; row++) {
        l->row[row] = row;
        l->time[row] = (uint32_t)r->steps[row];
        if (l->step[row] >= 0)
            continue;
        begin_row(r, l, row, MG_PURPOSE_TRAIN_RESET, r->resets[row]++);
        if (r->learner->begin_episode)
            r->learner->begin_episode(r->self, row);
    }
    decide(r, l);
    int units = 0;
    for (int k = 0; k < l->rows; k++) {
        bool over = step_row(r, l, k, MG_PURPOSE_TRAIN_STEP);
        units += finish_train_row(r, k, over);
    }
    float *now = l->next;
    l->next = l->now;
    l->now = now;
    r->units += (uint64_t)units;
    return units;
}

mg_rollout_counts mg_rollout_count(const mg_rollout *r)
{
    mg_rollout_counts counts = {r->units, r->episodes, 0};
    for (int row = 0; row < r->train.rows; row++)
        counts.steps += r->steps[row];
    return counts;
}

/* ---- evaluation ---- */

/* Plays `episodes` <= rows episodes side by side; rows that are over leave the batch. */
static void play(mg_rollout *r, int episodes)
{
    lane *l = &r->evaluation;
    l->live = episodes;
    for (int row = 0; row < episodes; row++) {
        begin_row(r, l, row, MG_PURPOSE_EVALUATE_RESET, r->evaluation_episodes++);
        l->row[row] = row;
    }
    while (l->live > 0) {
        for (int k = 0; k < l->live; k++)
            l->time[k] = (uint32_t)r->evaluation_steps;
        decide(r, l);
        int staying = 0;
        for (int k = 0; k < l->live; k++) {
            int row = l->row[k];
            if (step_row(r, l, k, MG_PURPOSE_EVALUATE_STEP)) {
                l->step[row] = -1;
                continue;
            }
            l->step[row]++;
            observe_all(r, l, row, l->now);
            l->row[staying++] = row;
        }
        l->live = staying;
        r->evaluation_steps++;
    }
}

void mg_rollout_evaluate(mg_rollout *r, int episodes, double *metric)
{
    lane *l = &r->evaluation;
    for (int m = 0; m < r->spec.metrics; m++)
        metric[m] = 0.0;
    for (int done = 0; done < episodes; done += l->rows) {
        int wave = episodes - done < l->rows ? episodes - done : l->rows;
        play(r, wave);
        for (int row = 0; row < wave; row++) {
            mg_row of = row_of(r, l, row);
            r->env->metrics(&of, r->of_episode);
            for (int m = 0; m < r->spec.metrics; m++)
                metric[m] += r->of_episode[m];
        }
    }
    for (int m = 0; m < r->spec.metrics; m++)
        metric[m] /= (double)episodes;
    if (r->learner_spec.metrics)
        r->learner->metrics(r->self, metric + r->spec.metrics);
}

/* ---- state ---- */

int mg_rollout_tensors(mg_rollout *r, mg_tensor *tensor, int room)
{
    int rows = r->train.rows;
    const mg_tensor all[] = {
        {MG_KIND_RNG, "training resets", MG_TYPE_U64, rows, 1, r->resets},
        {MG_KIND_RNG, "training steps", MG_TYPE_U64, rows, 1, r->steps},
        {MG_KIND_RNG, "step within the episode", MG_TYPE_I32, rows, 1, r->train.step},
        {MG_KIND_RNG, "evaluation episodes", MG_TYPE_U64, 1, 1, &r->evaluation_episodes},
        {MG_KIND_RNG, "evaluation steps", MG_TYPE_U64, 1, 1, &r->evaluation_steps},
        {MG_KIND_RNG, "units", MG_TYPE_U64, 1, 1, &r->units},
        {MG_KIND_RNG, "training episodes", MG_TYPE_U64, 1, 1, &r->episodes},
    };
    int count = (int)(sizeof all / sizeof all[0]);
    for (int i = 0; i < count && i < room; i++)
        tensor[i] = all[i];
    return count;
}

void mg_rollout_hash_environment(const mg_rollout *r, mg_hasher *hasher)
{
    for (int row = 0; row < r->train.rows; row++) {
        mg_row of = row_of(r, &r->train, row);
        r->env->digest(&of, hasher);
    }
}

void mg_rollout_bytes(mg_rollout *r, void **rows, size_t *row_bytes, void **memory, size_t *memory_bytes)
{
    *rows = r->train.state;
    *row_bytes = (size_t)r->train.rows * r->state_bytes;
    *memory = r->train.memory;
    *memory_bytes = (size_t)r->train.rows * r->memory_bytes;
}

bool mg_rollout_resume(mg_rollout *r)
{
    uint64_t episodes = 0;
    for (int row = 0; row < r->train.rows; row++) {
        if (r->train.step[row] < -1 || r->train.step[row] >= r->spec.longest_episode)
            return false;
        episodes += r->resets[row];
    }
    if (r->episodes > episodes) /* none ends that was not begun */
        return false;
    for (int row = 0; row < r->train.rows; row++)
        if (r->train.step[row] >= 0)
            observe_all(r, &r->train, row, r->train.now);
    return true;
}
