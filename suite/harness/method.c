/* method.c - what a method of an experiment runs, its name in files, and whom it goes on from. */
#include "suite/harness/experiment.h"
#include "suite/harness/trial.h"

#include <string.h>

bool mg_method_setup(const mg_method *method, mg_profile profile, bool paper, mg_setup *setup)
{
    mg_error refused = {0}; /* mg_grid_check has looked at every row */
    if (method->setup)
        method->setup(profile, paper, setup);
    else if (method->grid)
        (void)mg_grid_set_up(method->grid, &method->row, profile, paper, setup, &refused);
    if (method->trial && !paper && (method->setup || method->grid))
        mg_trial_apply(method->trial, setup);
    return method->setup || method->grid;
}

const char *mg_method_label(const mg_method *method)
{
    return method->label ? method->label : method->variant;
}

int mg_parent_of(const mg_experiment *experiment, int method)
{
    const mg_parent *parent = &experiment->method[method].parent;
    for (int m = 0; parent->checkpoint && m < experiment->methods; m++)
        if (!strcmp(experiment->method[m].name, parent->method) &&
            !strcmp(experiment->method[m].variant, parent->variant))
            return m;
    return -1;
}
