/* result_files.c - the list of files, and their rows by task. */
#include "suite/harness/result_files.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names are the suite file's: too many of them are a defect of the program. */
_Noreturn static void no_room(const char *what, int most)
{
    fprintf(stderr, "marlgold: %s: longer than the %d that suite/harness/result_files.h has room for\n", what, most);
    exit(MG_EXIT_INPUT);
}

static mg_result_file file_of_tasks(const char *name, const char *columns)
{
    mg_result_file file = {.of_tasks = true};
    snprintf(file.name, sizeof file.name, "%s.csv", name);
    if ((size_t)snprintf(file.header, sizeof file.header, "method,variant,seed,%s", columns) >= sizeof file.header)
        no_room(columns, MG_HEADER);
    return file;
}

static mg_result_file file_of_all(const char *name, const char *header)
{
    mg_result_file file = {.of_tasks = false};
    snprintf(file.name, sizeof file.name, "%s", name);
    snprintf(file.header, sizeof file.header, "%s", header);
    return file;
}

static mg_result_file runs_file(const mg_experiment *experiment)
{
    mg_result_file file = file_of_tasks("runs", "semantics,units,episodes,steps,updates,status");
    size_t length = strlen(file.header);
    for (int m = 0; experiment->metrics[m] && length < sizeof file.header; m++)
        length += (size_t)snprintf(file.header + length, sizeof file.header - length, ",%s", experiment->metrics[m]);
    if (length + sizeof ",trail" > sizeof file.header)
        no_room("the metrics", MG_HEADER);
    snprintf(file.header + length, sizeof file.header - length, ",trail");
    return file;
}

enum { FILES_OF_EVERY_RESULT = 7 }; /* beside the experiment's tables */

int mg_result_files(const mg_experiment *experiment, mg_result_file file[MG_FILES_MAX])
{
    int count = 0;
    file[count] = file_of_tasks("trail", "checkpoint,units,kind,digest");
    file[count].key[0] = "checkpoint";
    file[count++].key[1] = "kind";
    if (experiment->tables > MG_FILES_MAX - FILES_OF_EVERY_RESULT)
        no_room("the tables", MG_FILES_MAX - FILES_OF_EVERY_RESULT);
    for (int t = 0; t < experiment->tables; t++)
        file[count++] = file_of_tasks(experiment->table[t].name, experiment->table[t].columns);
    file[count] = file_of_tasks("curve", "units,episodes,steps,metric,value");
    file[count].key[0] = "units";
    file[count++].key[1] = "metric";
    file[count++] = runs_file(experiment);
    file[count] = file_of_all("deviations.csv", "method,variant,field,paper,used,reason");
    file[count].key[0] = "method";
    file[count].key[1] = "variant";
    file[count++].key[2] = "field";
    file[count] =
        file_of_all("summary.csv", "method,variant,metric,n,mean,min,max,std,iqm,low,high,paper,paper_source");
    file[count].key[0] = "method";
    file[count].key[1] = "variant";
    file[count++].key[2] = "metric";
    file[count] = file_of_all("clauses.csv", MG_CLAUSES_HEADER);
    file[count].key[0] = "id";
    file[count++].key[1] = "clause";
    file[count] = file_of_all("claims.csv", MG_CLAIMS_HEADER);
    file[count++].key[0] = "id";
    return count;
}

const mg_result_file *mg_result_file_named(const mg_result_file *file, int files, const char *name)
{
    for (int f = 0; f < files; f++)
        if (!strcmp(file[f].name, name))
            return &file[f];
    fprintf(stderr, "result files: no %s among them\n", name); /* a defect of the program */
    exit(MG_EXIT_INPUT);
}

bool mg_result_folder(char path[MG_JUDGE_PATH], const char *root, const mg_experiment *experiment, mg_profile profile,
                      mg_error *error)
{
    char below[MG_JUDGE_PATH];
    return mg_path_join(below, sizeof below, root, experiment->name, error) &&
           mg_path_join(path, MG_JUDGE_PATH, below, mg_profile_name(profile), error);
}

static bool check_header(const mg_csv *csv, const char *wanted, mg_error *error)
{
    for (int i = 0;; i++) {
        size_t length = strcspn(wanted, ",");
        if (i >= csv->columns)
            return mg_fail(error, MG_EXIT_INPUT,
                           "%s:1: has %d columns, wanted '%.*s' as the next; another format, or cut off?", csv->path,
                           csv->columns, (int)length, wanted);
        if (strlen(csv->header[i]) != length || strncmp(csv->header[i], wanted, length) != 0)
            return mg_fail(error, MG_EXIT_INPUT, "%s:1: column %d is '%.60s', wanted '%.*s'; another format?",
                           csv->path, i + 1, csv->header[i], (int)length, wanted);
        if (wanted[length])
            wanted += length + 1;
        else if (i + 1 < csv->columns)
            return mg_fail(error, MG_EXIT_INPUT, "%s:1: has a column '%.60s' too many; another format?", csv->path,
                           csv->header[i + 1]);
        else
            return true;
    }
}

bool mg_result_read(const char *folder, const char *name, const char *header, mg_csv *csv, mg_error *error)
{
    char path[MG_JUDGE_PATH];
    *csv = (mg_csv){0};
    if (!mg_path_join(path, sizeof path, folder, name, error) || !mg_csv_read(path, NULL, csv, error))
        return false;
    if (check_header(csv, header, error))
        return true;
    mg_csv_close(csv);
    return false;
}

int mg_row_method(const mg_csv *csv, size_t row, const mg_experiment *experiment)
{
    for (int m = 0; m < experiment->methods; m++) {
        const mg_method *method = &experiment->method[m];
        if (!strcmp(mg_csv_cell(csv, row, 0), method->name) &&
            !strcmp(mg_csv_cell(csv, row, 1), mg_method_label(method)))
            return m;
    }
    return -1;
}

const char *mg_method_name(const mg_method *method, char text[MG_TASK_NAME])
{
    snprintf(text, MG_TASK_NAME, "%s%s%s", method->name, method->variant[0] ? "/" : "", method->variant);
    return text;
}

int mg_row_task(const mg_csv *csv, size_t row, const mg_experiment *experiment, mg_profile profile)
{
    long seed;
    int method = mg_row_method(csv, row, experiment), before = 0;
    if (method < 0 || !mg_read_long(mg_csv_cell(csv, row, 2), 0, experiment->method[method].seeds[profile] - 1, &seed))
        return -1;
    for (int m = 0; m < method; m++)
        before += experiment->method[m].seeds[profile];
    return before + (int)seed;
}

mg_task_rows mg_rows_by_task(const mg_csv *csv, const mg_experiment *experiment, mg_profile profile)
{
    int tasks = mg_task_count(experiment, profile), last = 0;
    mg_task_rows rows = {.wrong_row = csv->rows, .wrong_task = -1};
    rows.first = mg_allocate((size_t)tasks + 1, sizeof *rows.first);
    for (size_t row = 0; row < csv->rows; row++) {
        int task = mg_row_task(csv, row, experiment, profile);
        if (task < last) {
            rows.wrong_row = row;
            rows.wrong_task = task;
            break;
        }
        while (last < task)
            rows.first[++last] = row;
    }
    while (last < tasks)
        rows.first[++last] = rows.wrong_row;
    return rows;
}

void mg_task_rows_free(mg_task_rows *rows)
{
    free(rows->first);
    *rows = (mg_task_rows){0};
}
