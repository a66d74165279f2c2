/* grid.c - methods x variants: tables into the methods of an experiment. */
#include "suite/harness/grid.h"
#include "core/io/memory.h"
#include "suite/harness/nearest.h"

#include <stdlib.h>
#include <string.h>

/* ---- names in lists ---- */

static bool is_named(const char *list, const char *name)
{
    size_t length = strlen(name);
    if (!length)
        return !list[0];
    for (const char *at = list; *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word == length && !strncmp(at, name, length))
            return true;
        at += word;
    }
    return false;
}

bool mg_grid_seeds(const mg_grid *grid, const mg_grid_row *row, int seeds[MG_PROFILE_COUNT])
{
    for (int i = grid->lines - 1; i >= 0; i--) {
        const mg_grid_line *line = &grid->line[i];
        if (!is_named(line->methods, row->method->name) || !is_named(line->variants, row->variant->name))
            continue;
        memcpy(seeds, line->seeds, sizeof line->seeds);
        return true;
    }
    return false;
}

/* ---- one row ---- */

static bool apply(const mg_change *change, const mg_grid_row *row, mg_setup *setup, mg_error *error)
{
    for (int c = 0; c < MG_CHANGES_MAX && change[c].field; c++) {
        if (change[c].only && strcmp(change[c].only, row->method->name) != 0)
            continue;
        if (!mg_config_set(setup->environment->fields, setup->environment_config, change[c].field, change[c].value) &&
            !mg_config_set(setup->learner->fields, setup->learner_config, change[c].field, change[c].value))
            return mg_fail(error, MG_EXIT_INPUT, "%s/%s sets %s, which is a field of neither %s nor %s",
                           row->method->name, row->variant->name, change[c].field, setup->environment->fields->name,
                           setup->learner->fields->name);
    }
    return true;
}

bool mg_grid_set_up(const mg_grid *grid, const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup,
                    mg_error *error)
{
    grid->set_up(row, profile, paper, setup);
    return apply(row->method->paper, row, setup, error) && apply(row->variant->paper, row, setup, error) &&
           (paper || apply(row->variant->ours, row, setup, error)) &&
           (paper || profile != MG_PROFILE_QUICK || apply(grid->quick, row, setup, error)) &&
           mg_config_check(setup->environment->fields, setup->environment_config, error) &&
           mg_config_check(setup->learner->fields, setup->learner_config, error) &&
           mg_config_check(&mg_budget_fields, &setup->budget, error);
}

/* ---- the tables ---- */

static const char *method_name(const void *grid, int i)
{
    return ((const mg_grid *)grid)->method[i].name;
}

static const char *variant_name(const void *grid, int i)
{
    return ((const mg_grid *)grid)->variant[i].name;
}

typedef const char *(*name_at)(const void *grid, int i);

static bool check_words(const mg_grid *grid, const char *list, const char *what, int names, name_at name,
                        mg_error *error)
{
    for (const char *at = list; *at; at += strspn(at, " ")) {
        char word[64];
        size_t length = strcspn(at, " ");
        bool known = false;
        snprintf(word, sizeof word, "%.*s", (int)length, at);
        for (int i = 0; i < names; i++)
            known = known || !strcmp(word, name(grid, i));
        if (!known) {
            const char *near = mg_nearest(word, names, name, grid);
            return mg_fail(error, MG_EXIT_INPUT, "a line of the grid names the %s '%s'%s%s%s", what, word,
                           near ? "; did you mean '" : ", which its table does not have", near ? near : "",
                           near ? "'?" : "");
        }
        at += length;
    }
    return true;
}

static bool check_twice(const mg_grid *grid, const char *what, int names, name_at name, mg_error *error)
{
    for (int i = 0; i < names; i++)
        for (int other = 0; other < i; other++)
            if (!strcmp(name(grid, i), name(grid, other)))
                return mg_fail(error, MG_EXIT_INPUT, "the grid has the %s '%s' twice", what, name(grid, i));
    return true;
}

/* Several results may share a table of methods; variants are one result's. */
static bool check_used(const mg_grid *grid, mg_error *error)
{
    for (int v = 0; v < grid->variants; v++) {
        bool used = false;
        for (int line = 0; line < grid->lines; line++)
            used = used || is_named(grid->line[line].variants, grid->variant[v].name);
        if (!used)
            return mg_fail(error, MG_EXIT_INPUT, "no line of the grid names the variant '%s'", grid->variant[v].name);
    }
    return true;
}

static bool check_row(const mg_grid *grid, const mg_grid_row *row, mg_error *error)
{
    int seeds[MG_PROFILE_COUNT];
    bool good = true;
    if (!mg_grid_seeds(grid, row, seeds))
        return true;
    mg_setup *setup = mg_allocate(1, sizeof *setup);
    for (mg_profile profile = 0; profile < MG_PROFILE_COUNT && good; profile++)
        for (int paper = 0; paper < 2 && good; paper++) {
            memset(setup, 0, sizeof *setup);
            good = mg_grid_set_up(grid, row, profile, paper, setup, error);
        }
    free(setup);
    return good;
}

bool mg_grid_check(const mg_grid *grid, mg_error *error)
{
    if (!check_twice(grid, "method", grid->methods, method_name, error) ||
        !check_twice(grid, "variant", grid->variants, variant_name, error))
        return false;
    for (int i = 0; i < grid->lines; i++)
        if (!check_words(grid, grid->line[i].methods, "method", grid->methods, method_name, error) ||
            !check_words(grid, grid->line[i].variants, "variant", grid->variants, variant_name, error))
            return false;
    if (!check_used(grid, error))
        return false;
    for (int m = 0; m < grid->methods; m++)
        for (int v = 0; v < grid->variants; v++)
            if (!check_row(grid, &(mg_grid_row){&grid->method[m], &grid->variant[v]}, error))
                return false;
    return true;
}
