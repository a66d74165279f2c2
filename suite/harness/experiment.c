/* experiment.c - the whole of an experiment: its own methods, then the rows of its grid. */
#include "suite/harness/experiment.h"
#include "core/io/memory.h"

#include <stdlib.h>

static const mg_deviation of_quick[] = {
    {"*", "quick", "seeds", "quick runs one seed: it checks bits, not claims"},
    {"*", "quick", "budget.units", "quick: long enough for every kind of update, short enough for every build"},
    {"*", "quick", "budget.*", "quick: shorter training"},
};
const mg_deviations mg_quick_deviations = {sizeof of_quick / sizeof *of_quick, of_quick};

/* Appends the grid's rows, method by method. Of what is ours the paper says nothing. */
static void add_rows(const mg_grid *grid, mg_method *method, int *methods)
{
    for (int m = 0; m < grid->methods; m++)
        for (int v = 0; v < grid->variants; v++) {
            mg_grid_row row = {&grid->method[m], &grid->variant[v]};
            mg_method *next = &method[*methods];
            if (!mg_grid_seeds(grid, &row, next->seeds))
                continue;
            next->name = row.method->name;
            next->variant = row.variant->name;
            next->summary = row.variant->summary ? row.variant->summary : row.method->summary;
            next->paper_seeds = row.variant->ours[0].field ? 0 : row.method->paper_seeds;
            next->parent = row.variant->parent;
            if (!next->parent.method)
                next->parent.method = next->name;
            next->grid = grid;
            next->row = row;
            ++*methods;
        }
}

bool mg_experiment_whole(const mg_experiment *experiment, mg_experiment *whole, mg_error *error)
{
    const mg_grid *grid = experiment->grid;
    int shared = 0;
    *whole = *experiment;
    if (grid && !mg_grid_check(grid, error))
        return false;
    size_t rows = (size_t)experiment->methods + (grid ? (size_t)grid->methods * (size_t)grid->variants : 0);
    mg_method *method = mg_allocate(rows + 1, sizeof *method);
    for (int m = 0; m < experiment->methods; m++)
        method[m] = experiment->method[m];
    if (grid)
        add_rows(grid, method, &whole->methods);
    for (int list = 0; list < MG_SHARED_MAX && experiment->shared[list]; list++)
        shared += experiment->shared[list]->count;
    mg_deviation *deviation = mg_allocate((size_t)(shared + experiment->deviations) + 1, sizeof *deviation), *next;
    next = deviation;
    for (int list = 0; list < MG_SHARED_MAX && experiment->shared[list]; list++)
        for (int d = 0; d < experiment->shared[list]->count; d++)
            *next++ = experiment->shared[list]->deviation[d];
    for (int d = 0; d < experiment->deviations; d++)
        *next++ = experiment->deviation[d];
    whole->method = method;
    whole->deviation = deviation;
    whole->deviations += shared;
    return true;
}

void mg_experiment_free(mg_experiment *whole)
{
    free((void *)whole->method);
    free((void *)whole->deviation);
    whole->method = NULL;
    whole->deviation = NULL;
}
