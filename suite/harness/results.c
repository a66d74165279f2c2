/* results.c - files of a task, and the merge into those of a result. */
#include "suite/harness/results.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include "suite/harness/result_files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- places ---- */

bool mg_place_open(mg_place *place, const mg_experiment *experiment, mg_profile profile, const char *out,
                   const char *suffix, mg_error *error)
{
    place->experiment = experiment;
    place->profile = profile;
    int n = snprintf(place->folder, sizeof place->folder, "%s/%s/%s%s", out, experiment->name, mg_profile_name(profile),
                     suffix);
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

/* A direct computation has no set-up. */
static void hash_setup(mg_hasher *hasher, const mg_method *method, mg_profile profile)
{
    mg_setup setup;
    memset(&setup, 0, sizeof setup);
    if (!mg_method_setup(method, profile, false, &setup))
        return;
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
    for (int i = 0; i < experiment->milestones; i++) {
        mg_hash_text(hasher, "milestone", experiment->milestone[i].name);
        mg_hash_text(hasher, "of", experiment->milestone[i].metric);
        mg_hash_double(hasher, "level", &experiment->milestone[i].level, 1);
        mg_hash_u64(hasher, "times", &(uint64_t){(uint64_t)experiment->milestone[i].times}, 1);
    }
    if (experiment->film.table)
        mg_hash_text(hasher, "film", experiment->film.variant);
    hash_setup(hasher, method, profile);
    int parent = mg_parent_of(experiment, task.method);
    if (parent >= 0) {
        mg_digest before = mg_task_config(experiment, profile, (mg_task){parent, task.seed});
        uint64_t checkpoint = (uint64_t)method->parent.checkpoint;
        mg_hash_u64(hasher, "parent", &checkpoint, 1);
        mg_hash_digest(hasher, &before);
    }
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

/* The program file itself; where the system does not show it, all programs look alike and only configs are told
 * apart. */
static bool print_program_digest(char text[MG_DIGEST_TEXT], mg_error *error)
{
    static const char self[] = "/proc/self/exe";
    mg_digest digest = {0, 1};
    bool exists;
    if (!mg_file_exists(self, &exists, error) || (exists && !mg_digest_file(self, &digest, error)))
        return false;
    mg_digest_print(digest, text);
    return true;
}

bool mg_task_begin(const mg_place *place, mg_task task, mg_error *error)
{
    char folder[MG_PATH];
    return mg_place_task_folder(place, task, folder, error) && mg_folder_remove(folder, error) &&
           mg_folder_create(folder, error);
}

/* ---- records ---- */

void mg_record_start(mg_record *record, const mg_experiment *experiment, mg_task task)
{
    const mg_method *method = &experiment->method[task.method];
    memset(record, 0, sizeof *record);
    record->experiment = experiment;
    record->task = task;
    record->name = (mg_row_name){method->name, mg_method_label(method), task.seed};
    snprintf(record->status, sizeof record->status, "ok");
    while (experiment->metrics[record->metrics])
        record->metrics++;
    record->metric = mg_allocate((size_t)record->metrics, sizeof *record->metric);
    record->has_metric = mg_allocate((size_t)record->metrics, sizeof *record->has_metric);
    mg_csv_start(&record->curve);
    record->table = mg_allocate((size_t)experiment->tables + 1, sizeof *record->table);
    mg_trail_start(&record->trail);
}

void mg_record_free(mg_record *record)
{
    for (int i = 0; i < record->experiment->tables; i++)
        mg_csv_free(&record->table[i]);
    free(record->table);
    free(record->metric);
    free(record->has_metric);
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

/* Sections of a result beside the rows of its files. */
static const char program_section[] = "program", doubt_section[] = "doubt", seconds_section[] = "seconds";

void mg_put_seconds(mg_checkpoint_writer *writer, double wall, double cpu)
{
    char text[2 * MG_NUMBER_TEXT], number[2][MG_NUMBER_TEXT];
    snprintf(text, sizeof text, "%s %s", mg_print_double(wall, number[0]), mg_print_double(cpu, number[1]));
    mg_checkpoint_put(writer, seconds_section, text, strlen(text));
}

void mg_get_seconds(const mg_checkpoint *checkpoint, double *wall, double *cpu)
{
    const void *bytes;
    size_t length;
    char text[2 * MG_NUMBER_TEXT];
    mg_error ignored = {MG_EXIT_OK, ""};
    *wall = *cpu = 0.0;
    if (!mg_checkpoint_get(checkpoint, seconds_section, &bytes, &length, &ignored) || length >= sizeof text)
        return;
    snprintf(text, sizeof text, "%.*s", (int)length, (const char *)bytes);
    char *blank = strchr(text, ' ');
    if (!blank)
        return;
    *blank = '\0';
    (void)mg_read_double(text, wall);
    (void)mg_read_double(blank + 1, cpu);
}

static void put_rows(mg_checkpoint_writer *writer, const char *file, const mg_csv_writer *rows)
{
    mg_checkpoint_put(writer, file, rows->text, rows->length);
}

static void put_record(const mg_record *record, const char *program, mg_checkpoint_writer *writer)
{
    const mg_experiment *experiment = record->experiment;
    mg_csv_writer run;
    mg_csv_start(&run);
    put_run(record, &run);
    put_rows(writer, "trail.csv", &record->trail.rows);
    put_rows(writer, "curve.csv", &record->curve);
    put_rows(writer, "runs.csv", &run);
    for (int i = 0; i < experiment->tables; i++) {
        char file[128];
        snprintf(file, sizeof file, "%s.csv", experiment->table[i].name);
        put_rows(writer, file, &record->table[i]);
    }
    mg_csv_free(&run);
    mg_checkpoint_put(writer, program_section, program, strlen(program));
    mg_checkpoint_put(writer, doubt_section, record->doubt, strlen(record->doubt));
    mg_put_seconds(writer, record->wall, record->cpu);
}

bool mg_record_save(const mg_record *record, const mg_place *place, mg_error *error)
{
    char result[MG_PATH], checkpoint[MG_PATH], program[MG_DIGEST_TEXT];
    mg_checkpoint_writer writer;
    if (!print_program_digest(program, error) || !mg_place_task_file(place, record->task, "result", result, error) ||
        !mg_place_task_file(place, record->task, "checkpoint", checkpoint, error))
        return false;
    mg_checkpoint_start(&writer, mg_task_config(place->experiment, place->profile, record->task));
    put_record(record, program, &writer);
    bool good = mg_checkpoint_save(&writer, result, error);
    mg_checkpoint_free(&writer);
    if (good)
        (void)unlink(checkpoint); /* no longer needed; harmless if it stays */
    return good;
}

bool mg_result_open(const mg_place *place, mg_task task, mg_checkpoint *result, bool *finished, mg_error *error)
{
    char path[MG_PATH];
    if (!mg_place_task_file(place, task, "result", path, error) || !mg_file_exists(path, finished, error))
        return false;
    return !*finished ||
           mg_checkpoint_open(path, mg_task_config(place->experiment, place->profile, task), result, error);
}

bool mg_result_is_ours(const mg_checkpoint *result, bool *ours, mg_error *error)
{
    const void *bytes;
    size_t length;
    char program[MG_DIGEST_TEXT];
    if (!print_program_digest(program, error) || !mg_checkpoint_get(result, program_section, &bytes, &length, error))
        return false;
    *ours = length == strlen(program) && memcmp(bytes, program, length) == 0;
    return true;
}

bool mg_result_doubt(const mg_checkpoint *result, char *text, size_t size, mg_error *error)
{
    const void *bytes;
    size_t length;
    text[0] = '\0';
    if (!mg_checkpoint_get(result, doubt_section, &bytes, &length, error))
        return false;
    snprintf(text, size, "%.*s", (int)length, (const char *)bytes);
    return true;
}

/* ---- merging ---- */

static bool is_chosen(mg_task task, int chosen, const mg_task *among)
{
    for (int i = 0; i < chosen; i++)
        if (among[i].method == task.method && among[i].seed == task.seed)
            return true;
    return false;
}

/* Opens the results to merge, in the experiment's order. One of another config, which nobody asked for, is passed over;
 * one that cannot be read is not: without it the files would be other ones. *count: how many, also when one cannot be
 * opened. */
static bool open_results(const mg_place *place, mg_merge what, int chosen, const mg_task *among, mg_checkpoint *result,
                         int *count, mg_error *error)
{
    for (int i = 0; i < mg_task_count(place->experiment, place->profile); i++) {
        mg_task task = mg_task_at(place->experiment, place->profile, i);
        bool wanted = what == MG_MERGE_ALL || is_chosen(task, chosen, among), finished, ours = wanted;
        mg_error found = {MG_EXIT_OK, ""};
        if (!wanted && what == MG_MERGE_CHOSEN)
            continue;
        bool good = mg_result_open(place, task, &result[*count], &finished, &found);
        if (!good && (wanted || !result[*count].other_config)) {
            *error = found;
            return false;
        }
        if (!good || !finished)
            continue;
        good = wanted || mg_result_is_ours(&result[*count], &ours, error);
        if (ours && good)
            (*count)++;
        else
            mg_checkpoint_close(&result[*count]);
        if (!good)
            return false;
    }
    return true;
}

static bool merge_file(const mg_place *place, int count, const mg_checkpoint *result, const mg_result_file *file,
                       mg_error *error)
{
    char path[MG_PATH];
    mg_csv_writer all;
    mg_csv_start(&all);
    mg_csv_raw(&all, file->header, strlen(file->header));
    mg_csv_raw(&all, "\n", 1);
    bool good = mg_path_join(path, sizeof path, place->folder, file->name, error);
    for (int i = 0; i < count && good; i++) {
        const void *rows;
        size_t length;
        good = mg_checkpoint_get(&result[i], file->name, &rows, &length, error);
        if (good && length)
            mg_csv_raw(&all, rows, length);
    }
    good = good && mg_csv_save(&all, path, error);
    mg_csv_free(&all);
    return good;
}

bool mg_merge_tasks(const mg_place *place, mg_merge what, bool trail_only, int chosen, const mg_task *task, int *merged,
                    mg_error *error)
{
    mg_result_file file[MG_FILES_MAX];
    int files = mg_result_files(place->experiment, file);
    size_t all = (size_t)mg_task_count(place->experiment, place->profile);
    mg_checkpoint *result = mg_allocate(all + 1, sizeof *result);
    *merged = 0;
    bool good = open_results(place, what, chosen, task, result, merged, error);
    for (int i = 0; i < files && good; i++)
        if (file[i].of_tasks && (!trail_only || strcmp(file[i].name, "trail.csv") == 0))
            good = merge_file(place, *merged, result, &file[i], error);
    for (int i = 0; i < *merged; i++)
        mg_checkpoint_close(&result[i]);
    free(result);
    return good;
}
