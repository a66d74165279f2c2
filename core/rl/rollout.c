/* rollout.c - training steps and evaluations. */
#include "core/rl/rollout_rows.h"

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

/* ---- training ---- */

static int finish_train_row(mg_rollout *r, int k, bool over)
{
    lockstep *l = &r->train;
    int row = l->row[k];
    mg_rows_look(r, l, row, &l->next);
    mg_transition transition = {.row = row,
                                .step = l->step[row],
                                .before = mg_rows_observed(r, &l->now, row),
                                .after = mg_rows_observed(r, &l->next, row),
                                .joint = mg_rows_joint(r, l, row),
                                .reward = r->outcome.reward,
                                .paid = r->outcome.paid,
                                .received = r->outcome.received,
                                .welfare = r->outcome.welfare,
                                .sensitivity = r->sensitivity,
                                .terminated = r->outcome.terminated,
                                .truncated = r->outcome.truncated};
    if (r->sensitivity && r->env->sensitivity) {
        mg_row of = mg_rows_row(r, l, row);
        r->env->sensitivity(&of, r->sensitivity);
    }
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
    lockstep *l = &r->train;
    l->live = l->rows;
    for (int row = 0; row < l->rows; row++) {
        l->row[row] = row;
        l->time[row] = (uint32_t)r->steps[row];
        if (l->step[row] >= 0)
            continue;
        mg_rows_begin(r, l, row, MG_PURPOSE_TRAIN_RESET, r->resets[row]++);
        if (r->learner->begin_episode)
            r->learner->begin_episode(r->self, row);
    }
    mg_rows_decide(r, l);
    int units = 0;
    for (int k = 0; k < l->rows; k++) {
        bool over = mg_rows_step(r, l, k, MG_PURPOSE_TRAIN_STEP);
        units += finish_train_row(r, k, over);
    }
    shown now = l->next;
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

/* Who watches the first row; frame NULL: nobody. */
typedef struct watcher {
    mg_rollout_frame frame;
    void *context;
} watcher;

static bool show(const mg_rollout *r, const watcher *who)
{
    mg_row first = mg_rows_row(r, &r->evaluation, 0);
    return !who->frame || who->frame(who->context, r->env, &first);
}

/* Plays `episodes` <= rows episodes side by side; rows that are over leave the batch. */
static void play(mg_rollout *r, int episodes, watcher who)
{
    lockstep *l = &r->evaluation;
    l->live = episodes;
    for (int row = 0; row < episodes; row++) {
        mg_rows_begin(r, l, row, MG_PURPOSE_EVALUATE_RESET, r->evaluation_episodes++);
        l->row[row] = row;
    }
    bool looking = show(r, &who);
    while (looking && l->live > 0) {
        for (int k = 0; k < l->live; k++)
            l->time[k] = (uint32_t)r->evaluation_steps;
        mg_rows_decide(r, l);
        int staying = 0;
        for (int k = 0; k < l->live; k++) {
            int row = l->row[k];
            if (mg_rows_step(r, l, k, MG_PURPOSE_EVALUATE_STEP)) {
                l->step[row] = -1;
                continue;
            }
            l->step[row]++;
            mg_rows_look(r, l, row, &l->now);
            l->row[staying++] = row;
        }
        l->live = staying;
        r->evaluation_steps++;
        looking = show(r, &who);
    }
}

void mg_rollout_evaluate(mg_rollout *r, int episodes, double *metric)
{
    lockstep *l = &r->evaluation;
    for (int m = 0; m < r->spec.metrics; m++)
        metric[m] = 0.0;
    for (int done = 0; done < episodes; done += l->rows) {
        int wave = episodes - done < l->rows ? episodes - done : l->rows;
        play(r, wave, (watcher){NULL, NULL});
        for (int row = 0; row < wave; row++) {
            mg_row of = mg_rows_row(r, l, row);
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

bool mg_rollout_watch(mg_rollout *r, mg_rollout_frame frame, void *context, double *metric, mg_error *error)
{
    if (!r->env->render)
        return mg_fail(error, MG_EXIT_INPUT, "environment %s shows nothing: it has no function for it", r->env->name);
    play(r, 1, (watcher){frame, context});
    mg_row first = mg_rows_row(r, &r->evaluation, 0);
    r->env->metrics(&first, metric);
    return true;
}

const void *mg_rollout_evaluation_memory(const mg_rollout *r)
{
    return r->evaluation.memory;
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
        mg_row of = mg_rows_row(r, &r->train, row);
        r->env->digest(&of, hasher);
    }
}

void mg_rollout_bytes(mg_rollout *r, void **rows, size_t *row_bytes, void **memory, size_t *memory_bytes)
{
    *rows = r->train.state;
    *row_bytes = (size_t)r->train.rows * r->length.state_bytes;
    *memory = r->train.memory;
    *memory_bytes = (size_t)r->train.rows * r->length.memory_bytes;
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
            mg_rows_look(r, &r->train, row, &r->train.now);
    return true;
}
