/* session.c - the tasks of a command line: planned, run in processes of their own, put together, judged. */
#include "suite/harness/session.h"
#include "core/io/file.h"
#include "core/io/lock.h"
#include "core/io/memory.h"
#include "core/io/pool.h"
#include "core/io/progress.h"
#include "core/io/text.h"
#include "suite/harness/machine.h"
#include "suite/harness/parent.h"
#include "suite/harness/run.h"
#include "suite/harness/sources.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a failed job tells the others, which are other processes. */
typedef struct failure {
    uint64_t what; /* digest of the first error, without the place; 0: none */
    bool stop;     /* it came twice, so that it is no matter of one task: no further one begins */
} failure;

enum { NOT_BEGUN = 254 };          /* status of a job after `stop` */
#define PLACE_OF_FILES 1000000000L /* in the lock, behind every task: who puts the files together */

/* Tasks that run into one folder. */
typedef struct session {
    const mg_experiment *experiment;
    const mg_options *options;
    mg_place place;
    int tasks; /* chosen */
    const mg_task *chosen;
    bool apart;    /* never judged, and summarised of whatever there is: extra seeds, --set */
    int jobs;      /* tasks that run now: not those that --resume found finished */
    mg_task *task; /* [jobs], parents before their children */
    int first;     /* job of the generation that runs */
    int *status;   /* [jobs] exit status; -1: not run */
    double *part;  /* [jobs] of the task that is done; shared with the jobs' processes, like failure */
    failure *failure;
    size_t shared_bytes;
    mg_lock lock; /* of the folder: each task that runs here, and the files */
    mg_progress progress;
} session;

/* ---- progress ---- */

static void show(session *s)
{
    double done = 0.0;
    for (int i = 0; i < s->jobs; i++)
        done += s->status[i] >= 0 ? 1.0 : s->part[i];
    mg_progress_show(&s->progress, done, "tasks");
}

typedef struct job_progress {
    session *session;
    int job;
} job_progress;

static void job_part(void *context, double part)
{
    job_progress *now = context;
    now->session->part[now->job] = part;
    if (now->session->options->jobs == 1)
        show(now->session); /* in this process: nobody else does */
}

static void job_ended(void *context, int of_generation, int status)
{
    session *s = context;
    int job = of_generation < 0 ? of_generation : s->first + of_generation;
    char name[MG_TASK_NAME];
    if (job >= 0) {
        s->status[job] = status == NOT_BEGUN ? -1 : status;
        if (status == 255)
            fprintf(stderr, "%s: task %s could not be waited for; --resume goes on from its last checkpoint\n",
                    s->experiment->name, mg_task_name(s->experiment, s->task[job], name));
        else if (status > 128 && status != NOT_BEGUN && !mg_signal_seen())
            fprintf(stderr, "%s: task %s was ended by signal %d; --resume goes on from its last checkpoint\n",
                    s->experiment->name, mg_task_name(s->experiment, s->task[job], name), status - 128);
    }
    show(s);
}

/* Memory that child processes write and the parent reads. */
static bool share_memory(session *s, mg_error *error)
{
    s->shared_bytes = sizeof *s->failure + (size_t)s->jobs * sizeof *s->part;
    s->failure = mg_pool_share(s->shared_bytes);
    if (!s->failure)
        return mg_fail(error, MG_EXIT_INPUT, "/dev/zero: cannot be mapped, wanted for the progress of %d tasks",
                       s->jobs);
    s->part = (double *)(void *)(s->failure + 1);
    return true;
}

/* ---- tasks ---- */

/* A full disk stops every task in the same way, and is told once. */
static int report_failure(session *s, const mg_error *error)
{
    const char *what = strstr(error->text, ": ");
    what = what ? what : error->text;
    uint64_t digest = mg_digest_bytes(what, strlen(what)).low | 1u;
    if (s->failure->what == digest) {
        s->failure->stop = true;
        return (int)error->status;
    }
    if (!s->failure->what)
        s->failure->what = digest;
    return mg_report_error(s->experiment->name, error);
}

static int run_job(void *context, int of_generation)
{
    session *s = context;
    int job = s->first + of_generation;
    const mg_options *options = s->options;
    mg_error error = {MG_EXIT_OK, ""};
    if (s->failure->stop)
        return NOT_BEGUN;
    job_progress now = {s, job};
    mg_run run = {.place = &s->place,
                  .task = s->task[job],
                  .resume = options->resume,
                  .until_checkpoint = options->until_checkpoint,
                  .progress = job_part,
                  .context = &now};
    if (job == 0) {
        run.mutate_checkpoint = options->mutate_checkpoint;
        run.mutate_kind = options->mutate_kind;
        run.mutate_last = options->mutate_last;
    }
    int status = mg_run_task(&run, &error);
    return error.status ? report_failure(s, &error) : status;
}

static bool open_lock(session *s, mg_error *error)
{
    char path[MG_PATH];
    return mg_path_join(path, sizeof path, s->place.folder, "lock", error) && mg_lock_open(&s->lock, path, error);
}

/* A task that another process is at must not be begun, nor removed, under its hands. `among`: of all tasks of the
 * profile. */
static bool lock_task(session *s, mg_task task, mg_error *error)
{
    long among = task.seed;
    bool taken;
    char name[MG_TASK_NAME];
    for (int m = 0; m < task.method; m++)
        among += s->experiment->method[m].seeds[s->place.profile];
    return mg_lock_take(&s->lock, among, false, &taken, error) &&
           (taken ||
            mg_fail(error, MG_EXIT_INPUT,
                    "%s: another process runs task %s there; wait for it, share the tasks out with --shard, or "
                    "choose another --out",
                    s->place.folder, mg_task_name(s->experiment, task, name)));
}

/* Two runs with parts of the tasks may share a folder; the files of all tasks are put together by one at a time, the
 * later with the tasks of both. */
static bool lock_files(session *s, mg_error *error)
{
    bool taken;
    if (!mg_lock_take(&s->lock, PLACE_OF_FILES, false, &taken, error))
        return false;
    if (!taken)
        fprintf(stderr, "%s: waits for another process, which is writing the files in %s\n", s->experiment->name,
                s->place.folder);
    while (!taken && !mg_signal_seen()) {
        if (!mg_lock_take(&s->lock, PLACE_OF_FILES, true, &taken, error))
            return false;
    }
    return taken; /* false: a signal ended the wait */
}

/* What killed runs left half-written; only the task's own lock makes its folder ours. */
static bool tidy(session *s, mg_task task, mg_error *error)
{
    char folder[MG_PATH];
    return mg_place_task_folder(&s->place, task, folder, error) && mg_folder_tidy(folder, error);
}

/* Parents first; among tasks of one generation the experiment's order stays. */
static void sort_generations(session *s)
{
    mg_task *sorted = mg_allocate((size_t)s->jobs + 1, sizeof *sorted);
    int jobs = 0;
    for (int depth = 0; jobs < s->jobs; depth++)
        for (int i = 0; i < s->jobs; i++)
            if (mg_parent_depth(s->experiment, s->task[i].method) == depth)
                sorted[jobs++] = s->task[i];
    free(s->task);
    s->task = sorted;
}

/* Which tasks have to run. What is begun afresh loses its old files now, so that an interrupted run cannot pass them
 * off as its own. Finished tasks of another build are kept, but prove nothing about this one: --check and --bless run
 * them again. */
static bool plan(session *s, mg_error *error)
{
    const mg_options *options = s->options;
    bool proving = options->check || options->bless;
    s->task = mg_allocate((size_t)s->tasks + 1, sizeof *s->task);
    s->status = mg_allocate((size_t)s->tasks + 1, sizeof *s->status);
    int foreign = 0;
    if (!mg_folder_tidy(s->place.folder, error))
        return false;
    for (int i = 0; i < s->tasks; i++) {
        mg_checkpoint result;
        bool finished = false, ours = true;
        if (options->resume && !mg_result_open(&s->place, s->chosen[i], &result, &finished, error))
            return false;
        if (finished) {
            bool known = mg_result_is_ours(&result, &ours, error);
            foreign += !ours;
            mg_checkpoint_close(&result);
            if (!known)
                return false;
            if (ours || !proving)
                continue;
        }
        if (!lock_task(s, s->chosen[i], error) || !tidy(s, s->chosen[i], error))
            return false;
        if ((!options->resume || !ours) && !mg_task_begin(&s->place, s->chosen[i], error))
            return false;
        s->status[s->jobs] = -1;
        s->task[s->jobs++] = s->chosen[i];
    }
    sort_generations(s);
    if (foreign)
        fprintf(stderr, "%s: %d finished tasks in %s were made by another build; %s\n", s->experiment->name, foreign,
                s->place.folder, proving ? "they run again" : "without --resume they run again");
    return true;
}

/* Status of the first task that failed, or 0. */
static int first_failure(const session *s)
{
    for (int i = 0; i < s->jobs; i++)
        if (s->status[i] > 128)
            return MG_EXIT_INPUT;
        else if (s->status[i] > 0)
            return s->status[i];
    return 0;
}

/* 0, 128 + signal, or the status of the first task that failed. Children begin when all parents have ended. */
static int run_tasks(session *s)
{
    int interrupted = 0, failed = 0;
    s->progress = mg_progress_start(s->experiment->name, s->jobs, s->options->quiet);
    for (int end = 0; s->first < s->jobs && !interrupted && !failed; s->first = end) {
        int depth = mg_parent_depth(s->experiment, s->task[s->first].method);
        while (end < s->jobs && mg_parent_depth(s->experiment, s->task[end].method) == depth)
            end++;
        interrupted = mg_pool_run(end - s->first, s->options->jobs, run_job, job_ended, s);
        failed = first_failure(s);
    }
    mg_progress_end(&s->progress);
    return interrupted ? interrupted : failed;
}

/* ---- after the tasks ---- */

static void remove_file(const session *s, const char *file)
{
    char path[MG_PATH];
    mg_error ignored = {MG_EXIT_OK, ""};
    if (mg_path_join(path, sizeof path, s->place.folder, file, &ignored))
        (void)unlink(path);
}

mg_judge mg_judge_of(const mg_place *place, const mg_options *options)
{
    return (mg_judge){.experiment = place->experiment,
                      .profile = place->profile,
                      .folder = place->folder,
                      .golden = options->golden,
                      .reports = options->reports,
                      .not_run = options->not_run,
                      .built_from = mg_built_sources};
}

/* The result's files from the tasks' files. Summary and claims are of all tasks: of fewer, there are none. */
static bool put_together(const session *s, int *merged, mg_error *error)
{
    const mg_options *options = s->options;
    mg_merge what = MG_MERGE_OURS;
    if (options->command == MG_COMMAND_MERGE)
        what = MG_MERGE_ALL;
    else if (options->mutate_checkpoint || options->bless)
        what = MG_MERGE_CHOSEN; /* what an earlier mutation left is not ours; what was not named is not blessed */
    bool trail_only = options->until_checkpoint > 0;
    mg_judge judge = mg_judge_of(&s->place, s->options);
    remove_file(s, "summary.csv");
    remove_file(s, "clauses.csv");
    remove_file(s, "claims.csv");
    if (!mg_merge_tasks(&s->place, what, trail_only, s->tasks, s->chosen, merged, error))
        return false;
    if (trail_only)
        return true;
    if (s->apart)
        return mg_write_summary(&judge, error);
    return *merged < mg_task_count(s->experiment, s->place.profile) ||
           (mg_write_summary(&judge, error) && mg_write_claims(&judge, error));
}

static bool print_claims(const session *s, mg_error *error)
{
    char path[MG_PATH];
    mg_csv claims;
    bool exists;
    if (!mg_path_join(path, sizeof path, s->place.folder, "claims.csv", error) || !mg_file_exists(path, &exists, error))
        return false;
    if (!exists) /* not all tasks have been run */
        return true;
    if (!mg_csv_read(path, NULL, &claims, error))
        return false;
    int id = mg_csv_column(&claims, "id"), claim = mg_csv_column(&claims, "claim"),
        verdict = mg_csv_column(&claims, "verdict");
    for (size_t row = 0; row < claims.rows && id >= 0 && claim >= 0 && verdict >= 0; row++)
        printf("  %-4s %-15s %s\n", mg_csv_cell(&claims, row, id), mg_csv_cell(&claims, row, verdict),
               mg_csv_cell(&claims, row, claim));
    mg_csv_close(&claims);
    return true;
}

/* What no golden may hold and no check may pass: a method of the quick profile that did not really train. */
static bool count_doubts(const session *s, int *doubts, mg_error *error)
{
    *doubts = 0;
    for (int i = 0; i < s->tasks; i++) {
        char name[MG_TASK_NAME], text[600];
        mg_checkpoint result;
        bool finished;
        if (!mg_result_open(&s->place, s->chosen[i], &result, &finished, error))
            return false;
        if (!finished)
            continue;
        bool good = mg_result_doubt(&result, text, sizeof text, error);
        if (good && text[0]) {
            fprintf(stderr, "%s: task %s: %s\n", s->experiment->name, mg_task_name(s->experiment, s->chosen[i], name),
                    text);
            ++*doubts;
        }
        mg_checkpoint_close(&result);
        if (!good)
            return false;
    }
    return true;
}

static int judge_result(const session *s, mg_error *error)
{
    mg_judge judge = mg_judge_of(&s->place, s->options);
    if (s->apart || (!s->options->check && !s->options->bless))
        return 0;
    int doubts;
    if (!count_doubts(s, &doubts, error))
        return (int)error->status;
    if (s->options->bless) {
        if (doubts)
            return MG_EXIT_DIFFERS;
        return mg_bless(&judge, s->options->bless, error) ? 0 : (int)error->status;
    }
    int status = mg_check(&judge, s->options->until_checkpoint > 0, stdout, error);
    return doubts && (status == MG_EXIT_OK || status == MG_EXIT_SKIPPED) ? MG_EXIT_DIFFERS : status;
}

static void say_interrupted(const session *s)
{
    int finished = 0;
    for (int i = 0; i < s->jobs; i++)
        finished += s->status[i] == 0;
    fprintf(stderr, "%s: interrupted: %d of %d tasks finished, files are whole in %s; --resume goes on\n",
            s->experiment->name, finished, s->jobs, s->place.folder);
}

/* What ran must be what is put together: a task whose result is not there any more is no smaller result. */
static bool all_are_there(const session *s, mg_error *error)
{
    for (int i = 0; i < s->tasks; i++) {
        char path[MG_PATH];
        bool exists;
        if (!mg_place_task_file(&s->place, s->chosen[i], "result", path, error) ||
            !mg_file_exists(path, &exists, error))
            return false;
        if (!exists)
            return mg_fail(error, MG_EXIT_INPUT, "%s: is gone, though its task ended well; what removes files there?",
                           path);
    }
    return true;
}

static int finish(session *s, int status, double started, mg_error *error)
{
    int merged = 0;
    bool merging = s->options->command == MG_COMMAND_MERGE;
    mg_error second = {MG_EXIT_OK, ""}; /* after a failed task there is one line, the task's */
    if (!lock_files(s, error))
        return error->status ? (int)error->status : 128 + mg_signal_seen();
    if (!merging && status == 0 && !all_are_there(s, error))
        return (int)error->status;
    if (!put_together(s, &merged, status ? &second : error))
        return status ? status : (int)error->status;
    if (!merging && !s->options->until_checkpoint &&
        !mg_write_machine(&s->place, mg_seconds() - started, status ? &second : error))
        return status ? status : (int)error->status;
    if (status > 128)
        say_interrupted(s);
    if (status)
        return status;
    if (!s->options->quiet) {
        printf("%s: %d of %d tasks of profile %s in %s", s->experiment->name, merged,
               mg_task_count(s->experiment, s->place.profile), mg_profile_name(s->place.profile), s->place.folder);
        if (merging)
            printf("\n");
        else
            printf(", %d run now in %.1f s\n", s->jobs, mg_seconds() - started);
        if (!print_claims(s, error))
            return (int)error->status;
        fflush(stdout);
    }
    return judge_result(s, error);
}

static int run_session(session *s, mg_error *error)
{
    const mg_options *options = s->options;
    double started = mg_seconds();
    mg_judge judge = mg_judge_of(&s->place, s->options);
    if (!open_lock(s, error))
        return (int)error->status;
    if (!mg_check_experiment(&judge, stderr, error) || /* before hours of work, not after */
        (!options->until_checkpoint && !mg_write_deviations(&judge, error)))
        return (int)error->status;
    if (options->command == MG_COMMAND_MERGE)
        return finish(s, 0, started, error);
    if (options->bless && !mg_bless_allowed(&judge, options->bless, s->tasks, s->chosen, error))
        return (int)error->status;
    if (!plan(s, error) || !share_memory(s, error))
        return (int)error->status;
    int status = run_tasks(s);
    return finish(s, status, started, error);
}

/* ---- folders ---- */

/* Runs that are not what they look like stay out of the way of those that are. */
static bool open_place(mg_place *place, const mg_experiment *experiment, const mg_options *options, bool extra,
                       mg_error *error)
{
    char suffix[300], sets[200] = "";
    size_t length = 0;
    suffix[0] = '\0';
    if (mg_trial_asked(&options->trial)) {
        if (!mg_trial_print(&options->trial, sets, sizeof sets))
            return mg_fail(error, MG_EXIT_USAGE, "--set: too many fields for the name of a folder: %.60s...", sets);
        length += (size_t)snprintf(suffix, sizeof suffix, "-set-%s", sets);
    }
    if (extra)
        length += (size_t)snprintf(suffix + length, sizeof suffix - length, "-extra");
    if (options->until_checkpoint)
        length += (size_t)snprintf(suffix + length, sizeof suffix - length, "-until-%d", options->until_checkpoint);
    if (options->mutate_checkpoint)
        snprintf(suffix + length, sizeof suffix - length, "-mutated");
    return mg_place_open(place, experiment, options->profile, options->out, suffix, error);
}

static void close_session(session *s)
{
    mg_pool_unshare(s->failure, s->shared_bytes);
    mg_lock_close(&s->lock);
    free(s->task);
    free(s->status);
}

static int run_listed(const mg_experiment *experiment, const mg_options *options, mg_error *error)
{
    session s = {.experiment = experiment,
                 .options = options,
                 .tasks = options->tasks,
                 .chosen = options->task,
                 .apart = mg_trial_asked(&options->trial)};
    int status = open_place(&s.place, experiment, options, false, error) ? run_session(&s, error) : (int)error->status;
    close_session(&s);
    return status;
}

/* Raises *highest to the highest seed that an earlier run left in the folder. */
static bool find_highest(const mg_place *place, int *highest, mg_error *error)
{
    char tasks[MG_PATH];
    mg_folder_names names = {0};
    bool exists;
    if (!mg_path_join(tasks, sizeof tasks, place->folder, "tasks", error) || !mg_folder_exists(tasks, &exists, error) ||
        (exists && !mg_folder_list(tasks, &names, error)))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        const char *dot = strrchr(names.name[i], '.');
        long seed;
        if (dot && mg_read_long(dot + 1, 0, 1000000, &seed) && seed > *highest)
            *highest = (int)seed;
    }
    mg_folder_names_free(&names);
    return true;
}

/* Seeds beyond the profile's list: the same experiment, whose methods have as many seeds as any in the folder. */
static int run_extra(const mg_experiment *experiment, const mg_options *options, mg_error *error)
{
    mg_experiment wide = *experiment;
    mg_method *method = mg_allocate((size_t)experiment->methods, sizeof *method);
    session s = {
        .experiment = &wide, .options = options, .tasks = options->extras, .chosen = options->extra, .apart = true};
    int highest = -1, status;
    wide.method = method;
    bool good = open_place(&s.place, &wide, options, true, error) && find_highest(&s.place, &highest, error);
    for (int i = 0; i < options->extras && good; i++)
        highest = options->extra[i].seed > highest ? options->extra[i].seed : highest;
    for (int m = 0; m < experiment->methods; m++) {
        method[m] = experiment->method[m];
        int *seeds = &method[m].seeds[options->profile];
        if (good && *seeds && !method[m].direct) {
            method[m].listed[options->profile] = *seeds;
            *seeds = highest + 1;
        }
    }
    status = good ? run_session(&s, error) : (int)error->status;
    close_session(&s);
    free(method);
    return status;
}

int mg_run_tasks(const mg_experiment *experiment, const mg_options *options, mg_error *error)
{
    bool only_extra = options->extras && !options->tasks;
    int status = only_extra ? 0 : run_listed(experiment, options, error);
    if (!options->extras || status > 1)
        return status;
    int extra = run_extra(experiment, options, error);
    if (extra)
        return extra;
    if (only_extra && options->check) {
        printf("%s: seeds beyond the profile's list are never compared; nothing else was run\n", experiment->name);
        return MG_EXIT_SKIPPED;
    }
    return status;
}

int mg_dump_task(const mg_experiment *experiment, const mg_options *options, mg_error *error)
{
    mg_place place;
    char name[MG_TASK_NAME], path[MG_PATH];
    if (!open_place(&place, experiment, options, false, error))
        return (int)error->status;
    mg_task_file_name(experiment, options->dump_task, name);
    int length = snprintf(path, sizeof path, "%s/dump-%s-%d.csv", place.folder, name, options->dump_checkpoint);
    if (length < 0 || (size_t)length >= sizeof path)
        return mg_fail(error, MG_EXIT_INPUT, "%s: the path of the dump is too long", place.folder), (int)error->status;
    mg_run run = {.place = &place,
                  .task = options->dump_task,
                  .dump_checkpoint = options->dump_checkpoint,
                  .dump_path = path,
                  .mutate_checkpoint = options->mutate_checkpoint,
                  .mutate_kind = options->mutate_kind,
                  .mutate_last = options->mutate_last};
    int status = mg_run_task(&run, error);
    if (status == 0)
        printf("%s\n", path);
    return status;
}

int mg_watch_task(const mg_experiment *experiment, const mg_options *options, mg_error *error)
{
    mg_place place;
    char name[MG_TASK_NAME], path[MG_PATH];
    bool saved = options->watch_checkpoint < 0, exists;
    mg_run run = {.place = &place,
                  .task = options->watch_task,
                  .resume = saved,
                  .dump_checkpoint = saved ? 0 : options->watch_checkpoint,
                  .watch = true};
    if (!open_place(&place, experiment, options, false, error) ||
        !mg_place_task_file(&place, run.task, "checkpoint", path, error) || !mg_file_exists(path, &exists, error))
        return (int)error->status;
    if (saved && !exists)
        return mg_fail(error, MG_EXIT_INPUT,
                       "%s: no such file: the task is not under way; --watch %s@1 trains it up to its first checkpoint "
                       "and plays then, @0 plays untrained",
                       path, mg_task_name(experiment, run.task, name)),
               (int)error->status;
    int status = mg_run_task(&run, error);
    const mg_trial *trial = experiment->method[run.task.method].trial;
    char sets[MG_PATH];
    if (status == 0 && trial && mg_trial_print(trial, sets, sizeof sets))
        printf("not the paper's: %s\n", sets);
    return status;
}
