/* run.c - the loop of a task. */
#include "suite/harness/run.h"
#include "core/io/checkpoint.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/pool.h"
#include "core/io/progress.h"
#include "suite/harness/direct.h"
#include "suite/harness/epilogue.h"
#include "suite/harness/parent.h"
#include "suite/harness/replays.h"
#include "suite/harness/runs_table.h"
#include "suite/harness/watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVALUATION_ROWS_MAX 64 /* part of every result with more evaluation episodes: never changed */
#define SAVE_SHARE 100.0       /* a save comes after so many times the cost of the last: well under 2 % of the run */
#define QUICK_UPDATES_LEAST 3
#define WATCH_PAUSE 120 /* ms a frame */
#define MOVING_KINDS (1u << MG_KIND_POLICIES | 1u << MG_KIND_CRITICS | 1u << MG_KIND_INCENTIVES | 1u << MG_KIND_MODELS)

typedef struct training {
    const mg_run *run;
    mg_record *record;
    mg_setup setup;
    mg_rollout *rollout;
    const mg_env_spec *environment;
    const mg_learner_spec *learner;
    int learner_tensors, tensors; /* the learner's, then the rollout's */
    mg_tensor *tensor;
    mg_replays replays;
    uint64_t *first_digest; /* [tensors] before training: what never moves was not trained */
    int *source;            /* of the experiment's metrics in `metric`, or -1 */
    double *metric;         /* of an evaluation: the environment's, then the learner's */
    double *final_sum;
    uint64_t evaluations;         /* done so far */
    double wall_start, cpu_start; /* of this process's share of the task */
    double saved_at, save_cost;
    uint64_t report_at;
} training;

/* ---- when ---- */

static bool check_budget(const training *t, mg_error *error)
{
    const mg_budget *budget = &t->setup.budget;
    if (!mg_config_check(&mg_budget_fields, &t->setup.budget, error))
        return false;
    for (int i = 2; i <= budget->checkpoints; i++)
        if (mg_budget_checkpoint_at(budget, i) <= mg_budget_checkpoint_at(budget, i - 1))
            return mg_fail(error, MG_EXIT_INPUT,
                           "config budget: checkpoint %d falls at unit %" PRIu64 ", not before checkpoint %d at "
                           "unit %" PRIu64 "; fewer checkpoints, more units or an earlier first_checkpoint",
                           i - 1, mg_budget_checkpoint_at(budget, i - 1), i, mg_budget_checkpoint_at(budget, i));
    if (mg_budget_checkpoint_at(budget, budget->checkpoints) != (uint64_t)budget->units)
        return mg_fail(error, MG_EXIT_INPUT,
                       "config budget: first_checkpoint is %d, but with one checkpoint it falls at the end, unit "
                       "%d",
                       budget->first_checkpoint, budget->units);
    return true;
}

/* ---- making ---- */

/* Lists are asked for anew each time: a learner may keep its state in memory that moves. */
static void list_tensors(training *t)
{
    void *self = mg_rollout_learner_self(t->rollout);
    (void)t->setup.learner->tensors(self, t->tensor, t->learner_tensors);
    (void)mg_rollout_tensors(t->rollout, t->tensor + t->learner_tensors, MG_ROLLOUT_TENSORS);
}

static uint64_t digest_of(const training *t, int i)
{
    mg_hasher *hasher = t->record->trail.hasher;
    mg_hasher_restart(hasher);
    mg_hash_tensor(hasher, &t->tensor[i]);
    return mg_hasher_finish(hasher).low;
}

static void find_metrics(training *t)
{
    const mg_env_spec *e = t->environment;
    const mg_learner_spec *l = t->learner;
    for (int i = 0; i < t->record->metrics; i++) {
        const char *name = t->record->experiment->metrics[i];
        t->source[i] = -1;
        for (int m = 0; m < e->metrics && t->source[i] < 0; m++)
            if (strcmp(e->metric[m].name, name) == 0)
                t->source[i] = m;
        for (int m = 0; m < l->metrics && t->source[i] < 0; m++)
            if (strcmp(l->metric[m].name, name) == 0)
                t->source[i] = e->metrics + m;
    }
}

static void note_beginning(training *t)
{
    list_tensors(t);
    for (int i = 0; i < t->tensors; i++)
        t->first_digest[i] = digest_of(t, i);
}

static bool make_training(training *t, mg_error *error)
{
    const mg_run *run = t->run;
    const mg_experiment *experiment = run->place->experiment;
    (void)mg_method_setup(&experiment->method[run->task.method], run->place->profile, false, &t->setup);
    const mg_budget *budget = &t->setup.budget;
    int most =
        budget->evaluation_episodes > budget->final_episodes ? budget->evaluation_episodes : budget->final_episodes;
    mg_rollout_config config = {
        .environment = t->setup.environment,
        .environment_config = t->setup.environment_config,
        .learner = t->setup.learner,
        .learner_config = t->setup.learner_config,
        .key = {experiment->number, (uint32_t)run->task.seed},
        .evaluation_rows = most < EVALUATION_ROWS_MAX ? most : EVALUATION_ROWS_MAX,
    };
    if (!check_budget(t, error))
        return false;
    t->rollout = mg_rollout_create(&config, error);
    if (!t->rollout)
        return false;
    t->environment = mg_rollout_environment(t->rollout);
    t->learner = mg_rollout_learner(t->rollout);
    mg_tensor none;
    t->learner_tensors = t->setup.learner->tensors(mg_rollout_learner_self(t->rollout), &none, 0);
    t->tensors = t->learner_tensors + mg_rollout_tensors(t->rollout, &none, 0);
    t->tensor = mg_allocate((size_t)t->tensors, sizeof *t->tensor);
    t->metric = mg_allocate((size_t)(t->environment->metrics + t->learner->metrics), sizeof *t->metric);
    t->source = mg_allocate((size_t)t->record->metrics, sizeof *t->source);
    t->final_sum = mg_allocate((size_t)t->record->metrics, sizeof *t->final_sum);
    t->first_digest = mg_allocate((size_t)t->tensors, sizeof *t->first_digest);
    note_beginning(t);
    find_metrics(t);
    mg_replays_find(&t->replays, t->setup.learner, mg_rollout_learner_self(t->rollout));
    return true;
}

static void end_training(training *t)
{
    mg_replays_free(&t->replays);
    mg_rollout_destroy(t->rollout);
    free(t->tensor);
    free(t->metric);
    free(t->source);
    free(t->final_sum);
    free(t->first_digest);
}

/* ---- saving and going on ---- */

#define HARNESS_TENSORS 4
/* The harness's own state beside the learner's and the rollout's. */
static void list_harness(training *t, uint64_t progress[2], uint64_t links[2 * (MG_KIND_COUNT + 1)],
                         mg_tensor tensor[HARNESS_TENSORS])
{
    const mg_tensor all[HARNESS_TENSORS] = {
        {MG_KIND_STATE, "harness: evaluations, checkpoints", MG_TYPE_U64, 1, 2, progress},
        {MG_KIND_STATE, "harness: last digests", MG_TYPE_U64, MG_KIND_COUNT + 1, 2, links},
        {MG_KIND_STATE, "harness: final sums", MG_TYPE_DOUBLE, 1, t->record->metrics, t->final_sum},
        {MG_KIND_STATE, "harness: first digests", MG_TYPE_U64, 1, t->tensors, t->first_digest},
    };
    memcpy(tensor, all, sizeof all);
}

static void clock_up(training *t)
{
    double wall = mg_seconds(), cpu = mg_cpu_seconds();
    t->record->wall += wall - t->wall_start;
    t->record->cpu += cpu - t->cpu_start;
    t->wall_start = wall;
    t->cpu_start = cpu;
}

static void put_state(training *t, mg_checkpoint_writer *writer)
{
    mg_trail *trail = &t->record->trail;
    uint64_t progress[2] = {t->evaluations, (uint64_t)trail->checkpoints}, links[2 * (MG_KIND_COUNT + 1)];
    for (int kind = 0; kind <= MG_KIND_COUNT; kind++) {
        mg_digest link = kind < MG_KIND_COUNT ? trail->link[kind] : trail->all;
        links[2 * kind] = link.high;
        links[2 * kind + 1] = link.low;
    }
    mg_tensor own[HARNESS_TENSORS];
    list_harness(t, progress, links, own);
    list_tensors(t);
    for (int i = 0; i < HARNESS_TENSORS; i++)
        mg_checkpoint_put_tensor(writer, &own[i]);
    for (int i = 0; i < t->tensors; i++)
        mg_checkpoint_put_tensor(writer, &t->tensor[i]);
    void *rows, *memory;
    size_t row_bytes, memory_bytes;
    mg_rollout_bytes(t->rollout, &rows, &row_bytes, &memory, &memory_bytes);
    mg_checkpoint_put(writer, "environment rows", rows, row_bytes);
    mg_checkpoint_put(writer, "learner memory", memory, memory_bytes);
    mg_replays_put(&t->replays, writer);
    mg_checkpoint_put(writer, "curve", t->record->curve.text, t->record->curve.length);
    mg_checkpoint_put(writer, "trail", trail->rows.text, trail->rows.length);
    mg_put_seconds(writer, t->record->wall, t->record->cpu);
}

static bool save_state(training *t, mg_error *error)
{
    const mg_run *run = t->run;
    char path[MG_PATH];
    double started = mg_seconds();
    clock_up(t);
    if (!mg_replays_write(&t->replays, run->place, run->task, error))
        return false;
    mg_checkpoint_writer writer;
    mg_checkpoint_start(&writer, mg_task_config(run->place->experiment, run->place->profile, run->task));
    put_state(t, &writer);
    bool good = mg_place_task_file(run->place, run->task, "checkpoint", path, error) &&
                mg_checkpoint_save(&writer, path, error);
    mg_checkpoint_free(&writer);
    if (good)
        mg_replays_tidy(&t->replays, run->place, run->task);
    t->saved_at = mg_seconds();
    t->save_cost = t->saved_at - started;
    return good;
}

static bool get_bytes(const mg_checkpoint *checkpoint, const char *name, void *to, size_t wanted, mg_error *error)
{
    const void *bytes;
    size_t length;
    if (!mg_checkpoint_get(checkpoint, name, &bytes, &length, error))
        return false;
    if (length != wanted)
        return mg_fail(error, MG_EXIT_INPUT,
                       "%s: section %s has %zu bytes, wanted %zu; run the task afresh, without --resume",
                       checkpoint->path, name, length, wanted);
    if (length)
        memcpy(to, bytes, length);
    return true;
}

static bool get_rows(const mg_checkpoint *checkpoint, const char *name, mg_csv_writer *writer, mg_error *error)
{
    const void *bytes;
    size_t length;
    if (!mg_checkpoint_get(checkpoint, name, &bytes, &length, error))
        return false;
    if (length)
        mg_csv_raw(writer, bytes, length);
    return true;
}

static bool has_curve(const mg_record *record, int metric)
{
    return mg_metric_has_curve(record->experiment, record->name.method, record->name.variant,
                               record->experiment->metrics[metric]);
}

static uint64_t count_lines(const mg_csv_writer *rows)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < rows->length; i++)
        lines += rows->text[i] == '\n';
    return lines;
}

/* A checksum says that a file is whole, not that it is true: counts that did not come from a run would have loops and
 * arrays go beyond their ends. Restores what follows from the state. */
static bool counts_agree(training *t, const uint64_t progress[2])
{
    const mg_budget *budget = &t->setup.budget;
    uint64_t units = mg_rollout_count(t->rollout).units, due = 0, checkpoints = progress[1], rows = 0;
    while (due < mg_budget_evaluations(budget) && mg_budget_evaluation_at(budget, due) <= units)
        due++;
    for (int i = 0; i < t->record->metrics; i++)
        rows += t->source[i] >= 0 && has_curve(t->record, i);
    bool counted = progress[0] == due && count_lines(&t->record->curve) == due * rows;
    bool taken = checkpoints < (uint64_t)budget->checkpoints &&
                 (!checkpoints || mg_budget_checkpoint_at(budget, (int)checkpoints) <= units) &&
                 (checkpoints ? count_lines(&t->record->trail.rows) % checkpoints == 0 : !t->record->trail.rows.length);
    return counted && taken && mg_rollout_resume(t->rollout);
}

static bool get_state(training *t, const mg_checkpoint *checkpoint, mg_error *error)
{
    mg_trail *trail = &t->record->trail;
    uint64_t progress[2], links[2 * (MG_KIND_COUNT + 1)];
    mg_tensor own[HARNESS_TENSORS];
    list_harness(t, progress, links, own);
    for (int i = 0; i < HARNESS_TENSORS; i++)
        if (!mg_checkpoint_get_tensor(checkpoint, &own[i], error))
            return false;
    for (int i = 0; i < t->tensors; i++)
        if (!mg_checkpoint_get_tensor(checkpoint, &t->tensor[i], error))
            return false;
    void *rows, *memory;
    size_t row_bytes, memory_bytes;
    mg_rollout_bytes(t->rollout, &rows, &row_bytes, &memory, &memory_bytes);
    if (!get_bytes(checkpoint, "environment rows", rows, row_bytes, error) ||
        !get_bytes(checkpoint, "learner memory", memory, memory_bytes, error) ||
        !get_rows(checkpoint, "curve", &t->record->curve, error) || !get_rows(checkpoint, "trail", &trail->rows, error))
        return false;
    if (!counts_agree(t, progress))
        return mg_fail(error, MG_EXIT_INPUT,
                       "%s: %" PRIu64 " evaluations and %" PRIu64 " checkpoints do not belong to its %" PRIu64
                       " units, rows and episodes; run the task afresh, without --resume",
                       checkpoint->path, progress[0], progress[1], mg_rollout_count(t->rollout).units);
    t->evaluations = progress[0];
    trail->checkpoints = (int)progress[1];
    for (int kind = 0; kind < MG_KIND_COUNT; kind++)
        trail->link[kind] = (mg_digest){links[2 * kind], links[2 * kind + 1]};
    trail->all = (mg_digest){links[2 * MG_KIND_COUNT], links[2 * MG_KIND_COUNT + 1]};
    mg_get_seconds(checkpoint, &t->record->wall, &t->record->cpu);
    return true;
}

/* The beginning of a task without a checkpoint: its parent's, if it has one. */
static bool begin_training(training *t, mg_error *error)
{
    const mg_run *run = t->run;
    const mg_experiment *experiment = run->place->experiment;
    bool diverged = false;
    char name[MG_TASK_NAME];
    int parent = mg_parent_of(experiment, run->task.method);
    if (parent < 0)
        return true;
    if (!mg_parent_take(run->place, run->task, &t->record->trail, t->tensor, t->learner_tensors, &diverged, error))
        return false;
    note_beginning(t);
    if (diverged)
        snprintf(t->record->status, sizeof t->record->status, "diverged: its parent %s before checkpoint %d",
                 mg_task_name(experiment, (mg_task){parent, run->task.seed}, name),
                 experiment->method[run->task.method].parent.checkpoint);
    return true;
}

/* Where there is no checkpoint yet, the task starts from its beginning. */
static bool go_on(training *t, mg_error *error)
{
    const mg_run *run = t->run;
    char path[MG_PATH];
    bool exists = false;
    if (run->resume && (!mg_place_task_file(run->place, run->task, "checkpoint", path, error) ||
                        !mg_file_exists(path, &exists, error)))
        return false;
    if (!exists)
        return begin_training(t, error);
    mg_checkpoint checkpoint;
    if (!mg_checkpoint_open(path, mg_task_config(run->place->experiment, run->place->profile, run->task), &checkpoint,
                            error))
        return false;
    bool good =
        get_state(t, &checkpoint, error) && mg_replays_read(&t->replays, run->place, run->task, &checkpoint, error);
    mg_checkpoint_close(&checkpoint);
    return good;
}

/* ---- the task ---- */

static bool evaluate(training *t)
{
    const mg_budget *budget = &t->setup.budget;
    mg_record *record = t->record;
    uint64_t all = mg_budget_evaluations(budget), finals = (uint64_t)budget->final_evaluations;
    bool final = t->evaluations + finals >= all;
    mg_rollout_counts count = mg_rollout_count(t->rollout);
    mg_rollout_evaluate(t->rollout, final ? budget->final_episodes : budget->evaluation_episodes, t->metric);
    t->evaluations++;
    for (int i = 0; i < record->metrics; i++) {
        if (t->source[i] < 0)
            continue;
        double value = t->metric[t->source[i]];
        double zero_if_finite = value - value;
        if (!(zero_if_finite >= 0.0)) {
            snprintf(record->status, sizeof record->status, "diverged: metric %s at unit %" PRIu64,
                     record->experiment->metrics[i], count.units);
            return false;
        }
        if (final)
            t->final_sum[i] += value;
        if (!has_curve(record, i))
            continue;
        mg_put_row_name(&record->curve, &record->name);
        mg_csv_integer(&record->curve, (int64_t)count.units);
        mg_csv_integer(&record->curve, (int64_t)count.episodes);
        mg_csv_integer(&record->curve, (int64_t)count.steps);
        mg_csv_text(&record->curve, record->experiment->metrics[i]);
        mg_csv_double(&record->curve, value);
        mg_csv_end_row(&record->curve);
    }
    return true;
}

static bool finite_now(training *t, unsigned kinds, uint64_t units)
{
    list_tensors(t);
    return mg_all_finite(t->tensor, t->tensors, kinds, units, t->record->status, sizeof t->record->status);
}

static bool leave_for_children(training *t, mg_error *error)
{
    const mg_run *run = t->run;
    const mg_trail *trail = &t->record->trail;
    if (strcmp(t->record->status, "ok") != 0 ||
        !mg_parent_is_wanted(run->place->experiment, run->task.method, trail->checkpoints))
        return true;
    return mg_parent_save(run->place, run->task, trail, t->tensor, t->learner_tensors, error);
}

/* Evaluations and checkpoints that fall on this unit. *over: the task ends here. */
static bool do_what_is_due(training *t, bool *over, mg_error *error)
{
    const mg_budget *budget = &t->setup.budget;
    mg_trail *trail = &t->record->trail;
    uint64_t units = mg_rollout_count(t->rollout).units, all = mg_budget_evaluations(budget);
    bool finite = strcmp(t->record->status, "ok") == 0; /* a parent may have diverged */
    while (finite && t->evaluations < all && mg_budget_evaluation_at(budget, t->evaluations) <= units)
        finite = finite_now(t, ~(1u << MG_KIND_REPLAY), units) && evaluate(t);
    bool due = !finite || mg_budget_checkpoint_at(budget, trail->checkpoints + 1) <= units;
    for (; due && !*over; due = trail->checkpoints < budget->checkpoints &&
                                mg_budget_checkpoint_at(budget, trail->checkpoints + 1) <= units) {
        list_tensors(t);
        if (!mg_run_checkpoint(t->run, t->record, units, t->tensor, t->tensors, t->rollout, over, error))
            return false;
        *over = *over || !finite || !finite_now(t, ~0u, units) || trail->checkpoints >= budget->checkpoints;
        if (!t->run->dump_checkpoint && !leave_for_children(t, error))
            return false;
        bool first = trail->checkpoints == 1, cheap = mg_seconds() - t->saved_at >= SAVE_SHARE * t->save_cost;
        if (!*over && !t->run->dump_checkpoint && (first || cheap) && !save_state(t, error))
            return false;
    }
    return true;
}

static void show_progress(training *t)
{
    uint64_t units = mg_rollout_count(t->rollout).units, all = (uint64_t)t->setup.budget.units;
    if (units < t->report_at || !t->run->progress)
        return;
    t->report_at = units + all / 256 + 1;
    t->run->progress(t->run->context, (double)units / (double)all);
}

static int train(training *t, mg_error *error)
{
    bool over = false;
    while (do_what_is_due(t, &over, error) && !over) {
        int signal = mg_signal_seen();
        if (signal)
            return t->run->dump_checkpoint || save_state(t, error) ? 128 + signal : (int)error->status;
        show_progress(t);
        while (mg_rollout_train_step(t->rollout) == 0)
            continue;
    }
    return (int)error->status;
}

static void put_doubt(mg_record *record, const char *what, const char *name, const char *found)
{
    size_t length = strlen(record->doubt);
    snprintf(record->doubt + length, sizeof record->doubt - length, "%s%s '%s' %s", length ? "; " : "", what, name,
             found);
}

static void finish(training *t)
{
    mg_record *record = t->record;
    mg_rollout_counts count = mg_rollout_count(t->rollout);
    uint64_t updates[MG_UPDATES_MAX] = {0};
    bool ok = strcmp(record->status, "ok") == 0, quick = t->run->place->profile == MG_PROFILE_QUICK;
    record->units = count.units;
    record->episodes = count.episodes;
    record->steps = count.steps;
    if (t->learner->updates)
        t->setup.learner->update_counts(mg_rollout_learner_self(t->rollout), updates);
    for (int i = 0; i < t->learner->updates; i++) {
        size_t length = strlen(record->updates);
        snprintf(record->updates + length, sizeof record->updates - length, "%s%s=%" PRIu64, i ? ";" : "",
                 t->learner->update[i], updates[i]);
        if (ok && quick && updates[i] < QUICK_UPDATES_LEAST)
            put_doubt(record, "update", t->learner->update[i], "was made less than 3 times");
    }
    list_tensors(t);
    for (int i = 0; i < t->learner_tensors && ok && quick; i++)
        if (MOVING_KINDS >> t->tensor[i].kind & 1u && digest_of(t, i) == t->first_digest[i])
            put_doubt(record, "network", t->tensor[i].name, "never changed");
    uint64_t all = mg_budget_evaluations(&t->setup.budget), finals = (uint64_t)t->setup.budget.final_evaluations;
    for (int i = 0; i < record->metrics; i++) {
        record->has_metric[i] = ok && t->source[i] >= 0;
        record->metric[i] = t->final_sum[i] / (double)(finals < all ? finals : all);
    }
    mg_put_milestones(record, t->setup.budget.evaluate_every);
    clock_up(t);
}

/* Only of a whole task: one that stops at a checkpoint leaves no rows. */
static bool film(training *t, mg_error *error)
{
    const mg_record *record = t->record;
    bool whole = record->trail.checkpoints == t->setup.budget.checkpoints && !t->run->dump_checkpoint;
    return !whole || strcmp(record->status, "ok") != 0 || mg_film_episode(t->record, t->rollout, error);
}

static int watch(training *t, mg_error *error)
{
    int status = t->run->dump_checkpoint ? train(t, error) : 0;
    if (status == 0 && t->record->trail.checkpoints >= t->run->dump_checkpoint)
        status = mg_watch(t->rollout, stdout, isatty(STDOUT_FILENO), WATCH_PAUSE, error);
    return status;
}

static int run_training(const mg_run *run, mg_record *record, mg_error *error)
{
    training *t = mg_allocate(1, sizeof *t); /* holds the configs, too large for a stack frame in a musl thread */
    t->run = run;
    t->record = record;
    t->wall_start = t->saved_at = mg_seconds();
    t->cpu_start = mg_cpu_seconds();
    bool ready = make_training(t, error) && go_on(t, error);
    int status = !ready ? (int)error->status : run->watch ? watch(t, error) : train(t, error);
    if (status == 0 && !run->watch) {
        finish(t);
        status = film(t, error) ? 0 : (int)error->status;
    }
    end_training(t);
    free(t);
    return status;
}

/* Without a checkpoint to go on from, the task starts in an empty folder. */
static bool begin(const mg_run *run, mg_error *error)
{
    char checkpoint[MG_PATH];
    bool exists;
    if (run->dump_checkpoint || run->watch)
        return true;
    if (!mg_place_task_file(run->place, run->task, "checkpoint", checkpoint, error) ||
        !mg_file_exists(checkpoint, &exists, error))
        return false;
    return (run->resume && exists) || mg_task_begin(run->place, run->task, error);
}

/* A checkpoint that the task does not have would otherwise be a check that cannot fail. */
static bool reached(const mg_run *run, const mg_record *record, mg_error *error)
{
    char name[MG_TASK_NAME];
    int wanted = run->dump_checkpoint ? run->dump_checkpoint : run->mutate_checkpoint;
    if (wanted <= record->trail.checkpoints)
        return true;
    return mg_fail(error, MG_EXIT_USAGE, "%s: task %s has %d checkpoints, wanted checkpoint %d",
                   run->watch             ? "--watch"
                   : run->dump_checkpoint ? "--dump"
                                          : "--mutate",
                   mg_task_name(record->experiment, record->task, name), record->trail.checkpoints, wanted);
}

int mg_run_task(const mg_run *run, mg_error *error)
{
    const mg_experiment *experiment = run->place->experiment;
    if (!begin(run, error))
        return (int)error->status;
    mg_record record;
    mg_record_start(&record, experiment, run->task);
    mg_streams_forget(); /* methods of one seed share names on purpose: the same noise; within a task none repeats */
    double wall = mg_seconds(), cpu = mg_cpu_seconds();
    bool direct = experiment->method[run->task.method].direct != NULL;
    int status = direct ? mg_run_direct(run, &record, error) : run_training(run, &record, error);
    if (direct) {
        record.wall = mg_seconds() - wall;
        record.cpu = mg_cpu_seconds() - cpu;
    }
    if (status == 0 && !reached(run, &record, error))
        status = (int)error->status;
    if (status == 0 && !run->dump_checkpoint && !run->watch) {
        if (mg_record_save(&record, run->place, error))
            mg_replays_remove(run->place, run->task);
        else
            status = (int)error->status;
    }
    mg_record_free(&record);
    return status;
}
