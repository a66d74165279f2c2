/* direct.c - metrics, rows and checkpoints of a direct computation. */
#include "suite/harness/direct.h"

#include <stdlib.h>
#include <string.h>

struct mg_direct {
    const mg_run *run;
    mg_record *record;
    mg_error *error;
    bool stopped; /* a checkpoint failed, or was the last one wanted: later ones are not taken */
};

/* Names are the suite file's: a wrong one is a defect of the program. */
static void unknown_name(const mg_direct *direct, const char *what, const char *name)
{
    char task[MG_TASK_NAME];
    fprintf(stderr, "%s: %s: the experiment names no %s '%s'\n", direct->record->experiment->name,
            mg_task_name(direct->record->experiment, direct->record->task, task), what, name);
    exit(MG_EXIT_INPUT);
}

void mg_direct_metric(mg_direct *direct, const char *metric, double value)
{
    int i = mg_record_find_metric(direct->record, metric);
    if (i < 0)
        unknown_name(direct, "metric", metric);
    direct->record->metric[i] = value;
    direct->record->has_metric[i] = true;
}

mg_csv_writer *mg_direct_table(mg_direct *direct, const char *table)
{
    const mg_experiment *experiment = direct->record->experiment;
    for (int i = 0; i < experiment->tables; i++)
        if (strcmp(experiment->table[i].name, table) == 0)
            return &direct->record->table[i];
    unknown_name(direct, "table", table);
    return NULL;
}

void mg_direct_row(mg_direct *direct, const char *table)
{
    mg_put_row_name(mg_direct_table(direct, table), &direct->record->name);
}

const mg_row_name *mg_direct_name(const mg_direct *direct)
{
    return &direct->record->name;
}

void mg_direct_checkpoint(mg_direct *direct, const mg_tensor *tensor, int tensors)
{
    mg_record *record = direct->record;
    if (direct->stopped || strcmp(record->status, "ok") != 0)
        return;
    bool stop = false;
    uint64_t place = (uint64_t)record->trail.checkpoints + 1;
    if (!mg_run_checkpoint(direct->run, record, place, tensor, tensors, NULL, &stop, direct->error))
        stop = true;
    (void)mg_all_finite(tensor, tensors, ~0u, place, record->status, sizeof record->status);
    direct->stopped = stop;
}

void mg_direct_count(mg_direct *direct, double units, double episodes, double steps)
{
    direct->record->units = (uint64_t)units;
    direct->record->episodes = (uint64_t)episodes;
    direct->record->steps = (uint64_t)steps;
}

mg_key mg_direct_key(const mg_direct *direct)
{
    mg_key key = {direct->record->experiment->number, (uint32_t)direct->record->task.seed};
    return key;
}

mg_profile mg_direct_profile(const mg_direct *direct)
{
    return direct->run->place->profile;
}

/* A number that is not finite leaves no metrics behind, as in a training task. */
static void check_metrics(mg_record *record)
{
    for (int i = 0; i < record->metrics && strcmp(record->status, "ok") == 0; i++) {
        double zero_if_finite = record->metric[i] - record->metric[i];
        if (record->has_metric[i] && !(zero_if_finite >= 0.0))
            snprintf(record->status, sizeof record->status, "diverged: metric %s", record->experiment->metrics[i]);
    }
    if (strcmp(record->status, "ok") != 0)
        memset(record->has_metric, 0, (size_t)record->metrics * sizeof *record->has_metric);
}

int mg_run_direct(const mg_run *run, mg_record *record, mg_error *error)
{
    mg_direct direct = {.run = run, .record = record, .error = error};
    const mg_method *method = &record->experiment->method[run->task.method];
    if (!method->direct(&direct, error) || error->status != MG_EXIT_OK)
        return error->status ? (int)error->status : MG_EXIT_INPUT;
    check_metrics(record);
    return 0;
}
