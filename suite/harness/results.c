#include "suite/harness/results.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "suite/harness/result_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char times_header[] = "method,variant,seed,wall_seconds,cpu_seconds";

/* ---- places ---- */

bool mg_place_open(mg_place *place, const mg_experiment *experiment, mg_profile profile, const char *out,
                   const char *suffix, mg_error *error)
{
    place->experiment = experiment;
    place->profile = profile;
    int n = snprintf(place->folder, sizeof place->folder, "%s/%s/%s%s", out, experiment->name,
                     mg_profile_name(profile), suffix);
    if (n < 0 || (size_t)n + 2 * MG_TASK_NAME > sizeof place->folder)
        return mg_fail(error, MG_EXIT_INPUT, "--out %.60s...: the path is too long", out);
    return mg_folder_create(place->folder, error);
}

bool mg_place_task_folder(const mg_place *place, mg_task task, char folder[MG_PATH], mg_error *error)
{
    char name[MG_TASK_NAME], tasks[MG_PATH];
    return mg_path_join(tasks, sizeof tasks, place->folder, "tasks", error) &&
           mg_path_join(folder, MG_PATH, tasks, mg_task_file_name(place->experiment, task, name), error);
}

bool mg_place_task_file(const mg_place *place, mg_task task, const char *file, char path[MG_PATH], mg_error *error)
{
    char folder[MG_PATH];
    return mg_place_task_folder(place, task, folder, error) && mg_path_join(path, MG_PATH, folder, file, error);
}

/* ---- which config, which program ---- */

static void hash_setup(mg_hasher *hasher, const mg_method *method, mg_profile profile)
{
    mg_setup setup;
    memset(&setup, 0, sizeof setup);
    method->setup(profile, false, &setup);
    mg_hash_text(hasher, "environment", setup.environment->name);
    mg_config_hash(hasher, setup.environment->fields, setup.environment_config);
    mg_hash_text(hasher, "learner", setup.learner->name);
    mg_config_hash(hasher, setup.learner->fields, setup.learner_config);
    mg_config_hash(hasher, &mg_budget_fields, &setup.budget);
}

mg_digest mg_task_config(const mg_experiment *experiment, mg_profile profile, mg_task task)
{
    const mg_method *method = &experiment->method[task.method];
    const uint32_t order = 1;
    unsigned char first_byte;
    memcpy(&first_byte, &order, 1);
    uint64_t number[] = {MG_FORMAT,           experiment->number, (uint64_t)experiment->semantics,
                         (uint64_t)task.seed, sizeof(void *),     first_byte};
    mg_hasher *hasher = mg_hasher_create();
    mg_hash_text(hasher, "experiment", experiment->name);
    mg_hash_text(hasher, "profile", mg_profile_name(profile));
    mg_hash_text(hasher, "method", method->name);
    mg_hash_text(hasher, "variant", method->variant);
    mg_hash_u64(hasher, "numbers", number, sizeof number / sizeof number[0]);
    for (int i = 0; experiment->metrics[i]; i++)
        mg_hash_text(hasher, "metric", experiment->metrics[i]);
    for (int i = 0; i < experiment->tables; i++) {
        mg_hash_text(hasher, "table", experiment->table[i].name);
        mg_hash_text(hasher, "columns", experiment->table[i].columns);
    }
    if (method->setup)
        hash_setup(hasher, method, profile);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

/* The program file itself; where the system does not show it, all programs look alike and only configs are told
 * apart. */
static mg_digest program_digest(void)
{
    mg_digest digest = {0, 0};
    mg_error ignored = {MG_EXIT_OK, ""};
    if (!mg_digest_file("/proc/self/exe", &digest, &ignored))
        digest.low = 1;
    return digest;
}

static void print_stamp(const mg_place *place, mg_task task, char text[2 * MG_DIGEST_TEXT + 1])
{
    char config[MG_DIGEST_TEXT], program[MG_DIGEST_TEXT];
    mg_digest_print(mg_task_config(place->experiment, place->profile, task), config);
    mg_digest_print(program_digest(), program);
    snprintf(text, 2 * MG_DIGEST_TEXT + 1, "%s\n%s\n", config, program);
}

bool mg_task_begin(const mg_place *place, mg_task task, mg_error *error)
{
    char folder[MG_PATH], path[MG_PATH], stamp[2 * MG_DIGEST_TEXT + 1];
    if (!mg_place_task_folder(place, task, folder, error) || !mg_place_task_file(place, task, "stamp", path, error))
        return false;
    if (mg_file_exists(folder) && !mg_folder_remove(folder, error))
        return false;
    print_stamp(place, task, stamp);
    return mg_folder_create(folder, error) && mg_file_write(path, stamp, strlen(stamp), error);
}

bool mg_task_look(const mg_place *place, mg_task task, mg_task_state *state, bool *ours, mg_error *error)
{
    char stamp_path[MG_PATH], runs_path[MG_PATH], wanted[2 * MG_DIGEST_TEXT + 1];
    *state = MG_TASK_ABSENT;
    if (ours)
        *ours = false;
    if (!mg_place_task_file(place, task, "stamp", stamp_path, error) ||
        !mg_place_task_file(place, task, "runs.csv", runs_path, error))
        return false;
    if (!mg_file_exists(stamp_path))
        return true;
    char *found;
    size_t length;
    if (!mg_file_read(stamp_path, &found, &length, error))
        return false;
    print_stamp(place, task, wanted);
    bool same_config = length == strlen(wanted) && memcmp(found, wanted, MG_DIGEST_TEXT) == 0;
    if (ours)
        *ours = same_config && memcmp(found, wanted, length) == 0;
    if (same_config)
        *state = mg_file_exists(runs_path) ? MG_TASK_FINISHED : MG_TASK_BEGUN;
    else
        mg_fail(error, MG_EXIT_INPUT,
                "%s: of another config (found %.32s, wanted %.32s); run the task afresh, without --resume, "
                "or remove its folder",
                stamp_path, found, wanted);
    free(found);
    return same_config;
}

/* ---- records ---- */

void mg_record_start(mg_record *record, const mg_experiment *experiment, mg_task task)
{
    const mg_method *method = &experiment->method[task.method];
    memset(record, 0, sizeof *record);
    record->experiment = experiment;
    record->task = task;
    record->name = (mg_row_name){method->name, method->variant, task.seed};
    snprintf(record->status, sizeof record->status, "ok");
    while (record->metrics < MG_METRICS_MAX && experiment->metrics[record->metrics])
        record->metrics++;
    mg_csv_start(&record->curve);
    record->table = mg_allocate((size_t)experiment->tables + 1, sizeof *record->table);
    mg_trail_start(&record->trail);
}

void mg_record_free(mg_record *record)
{
    for (int i = 0; i < record->experiment->tables; i++)
        mg_csv_free(&record->table[i]);
    free(record->table);
    mg_csv_free(&record->curve);
    mg_trail_free(&record->trail);
}

int mg_record_find_metric(const mg_record *record, const char *name)
{
    for (int i = 0; i < record->metrics; i++)
        if (strcmp(record->experiment->metrics[i], name) == 0)
            return i;
    return -1;
}

/* A header given as comma-separated names, then rows. */
static bool save_rows(const char *header, const char *rows, size_t length, const char *path, mg_error *error)
{
    mg_csv_writer writer;
    mg_csv_start(&writer);
    mg_csv_raw(&writer, header, strlen(header));
    mg_csv_raw(&writer, "\n", 1);
    mg_csv_raw(&writer, rows, length);
    bool good = mg_csv_save(&writer, path, error);
    mg_csv_free(&writer);
    return good;
}

/* Header of one of the result's files. */
static void header_of(const mg_experiment *experiment, const char *name, char header[MG_HEADER])
{
    mg_result_file file[MG_FILES_MAX];
    int files = mg_result_files(experiment, file);
    for (int i = 0; i < files; i++)
        if (strcmp(file[i].name, name) == 0)
            memcpy(header, file[i].header, MG_HEADER);
}

static bool save_task_file(const mg_record *record, const mg_place *place, const char *file, const char *header,
                           const mg_csv_writer *rows, mg_error *error)
{
    char path[MG_PATH];
    return mg_place_task_file(place, record->task, file, path, error) &&
           save_rows(header, rows->text, rows->length, path, error);
}

/* Writes a file of the result, with this task's rows only. */
static bool save_result_file(const mg_record *record, const mg_place *place, const char *name,
                             const mg_csv_writer *rows, mg_error *error)
{
    char header[MG_HEADER];
    header_of(record->experiment, name, header);
    return save_task_file(record, place, name, header, rows, error);
}

bool mg_record_save_trail(const mg_record *record, const mg_place *place, mg_error *error)
{
    return save_result_file(record, place, "trail.csv", &record->trail.rows, error);
}

static void put_run(const mg_record *record, mg_csv_writer *writer)
{
    char digest[MG_DIGEST_TEXT];
    mg_put_row_name(writer, &record->name);
    mg_csv_integer(writer, record->experiment->semantics);
    mg_csv_integer(writer, (int64_t)record->units);
    mg_csv_integer(writer, (int64_t)record->episodes);
    mg_csv_integer(writer, (int64_t)record->steps);
    mg_csv_text(writer, record->updates);
    mg_csv_text(writer, record->status);
    for (int i = 0; i < record->metrics; i++) {
        if (record->has_metric[i])
            mg_csv_double(writer, record->metric[i]);
        else
            mg_csv_text(writer, "");
    }
    mg_csv_text(writer, mg_digest_print(record->trail.all, digest));
    mg_csv_end_row(writer);
}

static bool save_tables(const mg_record *record, const mg_place *place, mg_error *error)
{
    for (int i = 0; i < record->experiment->tables; i++) {
        char file[128];
        snprintf(file, sizeof file, "%s.csv", record->experiment->table[i].name);
        if (record->table[i].length && !save_result_file(record, place, file, &record->table[i], error))
            return false;
    }
    return true;
}

static bool save_times(const mg_record *record, const mg_place *place, mg_error *error)
{
    mg_csv_writer writer;
    mg_csv_start(&writer);
    mg_put_row_name(&writer, &record->name);
    mg_csv_double(&writer, record->wall);
    mg_csv_double(&writer, record->cpu);
    mg_csv_end_row(&writer);
    bool good = save_task_file(record, place, "times.csv", times_header, &writer, error);
    mg_csv_free(&writer);
    return good;
}

static bool save_doubt(const mg_record *record, const mg_place *place, mg_error *error)
{
    char path[MG_PATH];
    return record->doubt[0] == '\0' || (mg_place_task_file(place, record->task, "doubt", path, error) &&
                                        mg_file_write(path, record->doubt, strlen(record->doubt), error));
}

bool mg_record_save(const mg_record *record, const mg_place *place, mg_error *error)
{
    char checkpoint[MG_PATH];
    mg_csv_writer run;
    mg_csv_start(&run);
    put_run(record, &run);
    bool good = mg_record_save_trail(record, place, error) &&
                save_result_file(record, place, "curve.csv", &record->curve, error) &&
                save_tables(record, place, error) && save_times(record, place, error) &&
                save_doubt(record, place, error) && save_result_file(record, place, "runs.csv", &run, error) &&
                mg_place_task_file(place, record->task, "checkpoint", checkpoint, error);
    mg_csv_free(&run);
    if (good)
        (void)unlink(checkpoint); /* no longer needed; harmless if it stays */
    return good;
}

/* ---- merging ---- */

/* Appends the rows of a task's file to those of the result. */
static bool append_file(const mg_place *place, mg_task task, const char *file, const char *header,
                        mg_csv_writer *rows, mg_error *error)
{
    char path[MG_PATH], *text;
    size_t length, head = strlen(header);
    if (!mg_place_task_file(place, task, file, path, error))
        return false;
    if (!mg_file_exists(path))
        return true; /* a table to which this task adds nothing */
    if (!mg_file_read(path, &text, &length, error))
        return false;
    bool good = length > head && memcmp(text, header, head) == 0 && text[head] == '\n' && text[length - 1] == '\n';
    if (good)
        mg_csv_raw(rows, text + head + 1, length - head - 1);
    else
        mg_fail(error, MG_EXIT_INPUT,
                "%s: damaged or of another format, wanted the header %.60s...; run the task afresh, without "
                "--resume",
                path, header);
    free(text);
    return good;
}

static bool merge_file(const mg_place *place, int tasks, const mg_task *task, const char *file, const char *header,
                       mg_error *error)
{
    char path[MG_PATH];
    mg_csv_writer rows;
    mg_csv_start(&rows);
    bool good = mg_path_join(path, sizeof path, place->folder, file, error);
    for (int i = 0; i < tasks && good; i++)
        good = append_file(place, task[i], file, header, &rows, error);
    good = good && save_rows(header, rows.text, rows.length, path, error);
    mg_csv_free(&rows);
    return good;
}

static bool is_chosen(mg_task task, int chosen, const mg_task *among)
{
    for (int i = 0; i < chosen; i++)
        if (among[i].method == task.method && among[i].seed == task.seed)
            return true;
    return false;
}

static bool is_wanted(mg_merge what, bool chosen, bool ours, mg_task_state state)
{
    if (what == MG_MERGE_TRAILS)
        return chosen && state != MG_TASK_ABSENT;
    return state == MG_TASK_FINISHED && (chosen || what == MG_MERGE_ALL || (ours && what == MG_MERGE_OURS));
}

/* Which tasks go into the result, in the experiment's order; -1 on error. */
static int choose_tasks(const mg_place *place, mg_merge what, int chosen, const mg_task *among, mg_task *merge,
                        mg_error *error)
{
    int count = 0;
    for (int i = 0; i < mg_task_count(place->experiment, place->profile); i++) {
        mg_task task = mg_task_at(place->experiment, place->profile, i);
        bool in = is_chosen(task, chosen, among), ours;
        mg_task_state state;
        mg_error found = {MG_EXIT_OK, ""};
        bool known = mg_task_look(place, task, &state, &ours, &found);
        if (!known && (in || what == MG_MERGE_ALL)) {
            *error = found;
            return -1;
        }
        if (known && is_wanted(what, in, ours, state))
            merge[count++] = task;
    }
    return count;
}

bool mg_merge_tasks(const mg_place *place, mg_merge what, int chosen, const mg_task *task, int *merged,
                    mg_error *error)
{
    mg_result_file file[MG_FILES_MAX];
    int files = mg_result_files(place->experiment, file);
    int all = mg_task_count(place->experiment, place->profile);
    mg_task *merge = mg_allocate((size_t)all + 1, sizeof *merge);
    *merged = choose_tasks(place, what, chosen, task, merge, error);
    bool good = *merged >= 0;
    for (int i = 0; i < files && good; i++)
        if (file[i].of_tasks && (what != MG_MERGE_TRAILS || strcmp(file[i].name, "trail.csv") == 0))
            good = merge_file(place, *merged, merge, file[i].name, file[i].header, error);
    free(merge);
    return good;
}
