/* task.c - names of tasks, and their order. */
#include "suite/harness/task.h"

#include <string.h>

int mg_task_count(const mg_experiment *experiment, mg_profile profile)
{
    int count = 0;
    for (int m = 0; m < experiment->methods; m++)
        count += experiment->method[m].seeds[profile];
    return count;
}

mg_task mg_task_at(const mg_experiment *experiment, mg_profile profile, int i)
{
    mg_task task = {0, i};
    while (task.seed >= experiment->method[task.method].seeds[profile]) {
        task.seed -= experiment->method[task.method].seeds[profile];
        task.method++;
    }
    return task;
}

static const char *join(const mg_experiment *experiment, mg_task task, char separator, char text[MG_TASK_NAME])
{
    const mg_method *method = &experiment->method[task.method];
    if (method->variant[0])
        snprintf(text, MG_TASK_NAME, "%s%c%s%c%d", method->name, separator, method->variant, separator, task.seed);
    else
        snprintf(text, MG_TASK_NAME, "%s%c%d", method->name, separator, task.seed);
    return text;
}

const char *mg_task_name(const mg_experiment *experiment, mg_task task, char text[MG_TASK_NAME])
{
    return join(experiment, task, '/', text);
}

const char *mg_task_file_name(const mg_experiment *experiment, mg_task task, char text[MG_TASK_NAME])
{
    return join(experiment, task, '.', text);
}

bool mg_task_find(const mg_experiment *experiment, mg_profile profile, const char *name, mg_task *task)
{
    for (int i = 0; i < mg_task_count(experiment, profile); i++) {
        char text[MG_TASK_NAME];
        *task = mg_task_at(experiment, profile, i);
        if (strcmp(mg_task_name(experiment, *task, text), name) == 0)
            return true;
    }
    return false;
}
