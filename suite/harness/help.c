/* help.c - what --help and the manual page of a result say, and what a shell completes. */
#include "core/io/memory.h"
#include "suite/harness/about.h"
#include "suite/harness/method_list.h"
#include "suite/harness/option_table.h"
#include "suite/harness/options.h"
#include "suite/harness/settings.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMN = 28 };

static const char purpose[] =
    "Runs every task (method, seed) of the result and writes CSV files that are the same on every machine.";

static const mg_manual_entry files[] = {
    {"FILES in DIR/<result>/<profile>/", "runs.csv", NULL,
     "a row per task: final metrics, counts, status, digest of its trail"},
    {NULL, "curve.csv", NULL, "a row per evaluation and metric"},
    {NULL, "trail.csv", NULL, "a row per checkpoint and kind of state: chained XXH3-128 digests"},
    {NULL, "summary.csv clauses.csv claims.csv", NULL,
     "over the seeds, beside the paper's numbers; once every task is there"},
    {NULL, "deviations.csv", NULL, "what is not as in the paper, and why"},
    {NULL, "machine.json", NULL, "compiler, CPU, times (not compared)"},
    {NULL, "tasks/", NULL, "what each task left; a killed run goes on from there with --resume"},
    {0},
};

static const mg_manual_entry exit_status[] = {
    {"EXIT STATUS", "0", NULL, "all well"},
    {NULL, "1", NULL, "a bit or a check differs"},
    {NULL, "2", NULL, "wrong usage"},
    {NULL, "3", NULL, "bad input, or a file could not be read or written"},
    {NULL, "77", NULL, "nothing to compare: skipped"},
    {NULL, "130", NULL,
     "interrupted (SIGINT); 143 terminated (SIGTERM); 129 hung up (SIGHUP): files are whole, --resume goes on"},
    {0},
};

void mg_print_help(const mg_experiment *experiment, const char *reports, FILE *out)
{
    mg_about about;
    mg_error ignored = {0}; /* help is there to be read whatever is wrong with the reports */
    if (mg_about_read(reports, experiment->name, &about, &ignored) && about.source[0])
        fprintf(out, "%s - %s\n%s\n", experiment->name, about.title, about.source);
    else
        fprintf(out, "%s\n", experiment->name);
    mg_about_close(&about);
    fprintf(out, "\nUSAGE\n  %s [OPTION]...\n\n%s\n", experiment->name, purpose);
    mg_manual_help(mg_option_table, COLUMN, out);
    mg_manual_help(files, COLUMN, out);
    fprintf(out, "\nMETHODS (seeds: quick, paper)\n");
    mg_print_methods(experiment, out);
    mg_manual_help(exit_status, 7, out);
    fprintf(out, "\nEXAMPLE\n  %s --profile paper --resume --check\n", experiment->name);
}

void mg_print_manual(const mg_experiment *experiment, const char *reports, FILE *out)
{
    mg_about about;
    mg_error ignored = {0};
    char example[200];
    bool told = mg_about_read(reports, experiment->name, &about, &ignored) && about.source[0];
    mg_manual_page_start(experiment->name, told ? about.title : "a result, re-run bit by bit", out);
    mg_manual_page_section("SYNOPSIS", out);
    snprintf(example, sizeof example, "%s [OPTION]...", experiment->name);
    mg_manual_page_text(example, out);
    mg_manual_page_section("DESCRIPTION", out);
    mg_manual_page_text(purpose, out);
    if (told) {
        mg_manual_page_paragraph(about.source, out);
        mg_manual_page_paragraph(about.about, out);
    }
    mg_about_close(&about);
    mg_manual_page_entries(mg_option_table, out);
    mg_manual_page_section("METHODS (seeds: quick, paper)", out);
    mg_manual_methods(experiment, out);
    mg_manual_page_entries(files, out);
    mg_manual_page_entries(exit_status, out);
    mg_manual_page_section("EXAMPLE", out);
    snprintf(example, sizeof example, "%s --profile paper --resume --check", experiment->name);
    mg_manual_page_text(example, out);
    mg_manual_page_section("SEE ALSO", out);
    mg_manual_page_text("marlgold(1)", out);
}

/* ---- completion ---- */

typedef struct field_names {
    const char *before, *typed;
    FILE *out;
    char *seen; /* a line each, after a first line end */
    size_t length, capacity;
} field_names;

static bool print_field(void *to, const char *field, const char *value)
{
    field_names *names = to;
    char line[2 * MG_SET_FIELD];
    (void)value;
    int length = snprintf(line, sizeof line, "\n%.*s\n", MG_SET_FIELD, field);
    if (!strchr(field, '.') || strstr(names->seen, line)) /* without: the names of environment and learner */
        return true;
    mg_reserve(&names->seen, names->length, &names->capacity, (size_t)length);
    memcpy(names->seen + names->length, line + 1, (size_t)length);
    names->length += (size_t)length - 1;
    mg_candidate(names->before, field, "=", names->typed, names->out);
    return true;
}

static void complete_fields(const mg_experiment *experiment, const char *before, const char *typed, FILE *out)
{
    field_names names = {.before = before, .typed = typed, .out = out, .length = 1};
    mg_reserve(&names.seen, 0, &names.capacity, 2);
    memcpy(names.seen, "\n", 2);
    for (int m = 0; m < experiment->methods; m++)
        (void)mg_each_setting(&experiment->method[m], MG_PROFILE_PAPER, print_field, &names);
    free(names.seen);
}

/* Of a list a,b the last: the others stand before it. */
static void complete_methods(const mg_experiment *experiment, const char *before, const char *typed, FILE *out)
{
    char name[MG_TASK_NAME], front[600];
    const char *comma = strrchr(typed, ','), *last = comma ? comma + 1 : typed;
    snprintf(front, sizeof front, "%.64s%.*s", before, (int)(last - typed), typed);
    for (int m = 0; m < experiment->methods; m++) {
        const mg_method *method = &experiment->method[m];
        bool first = !m || strcmp(method->name, experiment->method[m - 1].name) != 0;
        if (first)
            mg_candidate(front, method->name, "", last, out);
        snprintf(name, sizeof name, "%s/%s", method->name, method->variant);
        if (method->variant[0])
            mg_candidate(front, name, "", last, out);
    }
}

static void complete_tasks(const mg_experiment *experiment, const char *before, const char *typed, FILE *out)
{
    char name[MG_TASK_NAME];
    for (int i = 0; i < mg_task_count(experiment, MG_PROFILE_QUICK); i++)
        mg_candidate(before, mg_task_name(experiment, mg_task_at(experiment, MG_PROFILE_QUICK, i), name), "@", typed,
                     out);
}

static bool complete_value(void *context, const char *option, const char *before, const char *typed, FILE *out)
{
    const mg_experiment *experiment = context;
    if (!option)
        return false;
    if (!strcmp(option, mg_option_table[MG_OPTION_METHODS].name))
        complete_methods(experiment, before, typed, out);
    else if (!strcmp(option, mg_option_table[MG_OPTION_SET].name))
        complete_fields(experiment, before, typed, out);
    else if (!strcmp(option, mg_option_table[MG_OPTION_DUMP].name) ||
             !strcmp(option, mg_option_table[MG_OPTION_WATCH].name))
        complete_tasks(experiment, before, typed, out);
    else if (!strcmp(option, mg_option_table[MG_OPTION_ISA].name))
        mg_candidates(before, MG_ISA_CHOICE, typed, out);
    else
        return false;
    return true;
}

void mg_complete_options(const mg_experiment *experiment, int words, char *const *word, FILE *out)
{
    mg_completion completion = {mg_option_table, complete_value, (void *)experiment};
    mg_complete(&completion, words, word, out);
}
