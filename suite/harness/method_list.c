/* method_list.c - one line a method; what a name may mean. */
#include "suite/harness/method_list.h"
#include "core/io/memory.h"
#include "suite/harness/manual.h"
#include "suite/harness/nearest.h"

#include <stdlib.h>
#include <string.h>

static void full_name(const mg_method *method, char name[MG_TASK_NAME])
{
    snprintf(name, MG_TASK_NAME, "%s%s%s", method->name, method->variant[0] ? "/" : "", method->variant);
}

/* ---- the list of --help ---- */

typedef struct line {
    FILE *out;
    int said;
} line;

static void print_field(void *context, const mg_fields *fields, const mg_field *field, const void *first,
                        const void *used)
{
    char text[40];
    line *now = context;
    (void)fields;
    (void)first;
    fprintf(now->out, "%s%s %s", now->said++ ? ", " : ": ", field->name, mg_config_print(field, used, text));
}

/* The fields that a variant sets otherwise than `first`; returns how many. */
static int print_difference(const mg_method *first, const mg_method *method, FILE *out)
{
    mg_setup *setup = mg_allocate(2, sizeof *setup);
    line now = {.out = out};
    if (mg_method_setup(first, MG_PROFILE_PAPER, false, &setup[0]) &&
        mg_method_setup(method, MG_PROFILE_PAPER, false, &setup[1]) && setup[0].environment == setup[1].environment &&
        setup[0].learner == setup[1].learner) {
        mg_config_compare(setup[0].environment->fields, setup[0].environment_config, setup[1].environment_config,
                          print_field, &now);
        mg_config_compare(setup[0].learner->fields, setup[0].learner_config, setup[1].learner_config, print_field,
                          &now);
        if (setup[0].budget.units != setup[1].budget.units)
            fprintf(out, "%sunits %d", now.said++ ? ", " : ": ", setup[1].budget.units);
    }
    free(setup);
    return now.said;
}

/* *first: the method's first variant, known from the calls for those before it. */
static void print_summary(const mg_method *method, const mg_method **first, FILE *out)
{
    fputs(method->summary, out);
    if (!*first || strcmp((*first)->name, method->name) != 0)
        *first = method;
    else if (strcmp((*first)->summary, method->summary) == 0 && !print_difference(*first, method, out))
        fprintf(out, ": %s", method->variant);
    fprintf(out, " (%d, %d)", method->seeds[MG_PROFILE_QUICK], method->seeds[MG_PROFILE_PAPER]);
}

void mg_print_methods(const mg_experiment *experiment, FILE *out)
{
    const mg_method *first = NULL;
    for (int m = 0; m < experiment->methods; m++) {
        char name[MG_TASK_NAME];
        full_name(&experiment->method[m], name);
        fprintf(out, "  %-18s ", name);
        print_summary(&experiment->method[m], &first, out);
        fputc('\n', out);
    }
}

void mg_manual_methods(const mg_experiment *experiment, FILE *out)
{
    const mg_method *first = NULL;
    for (int m = 0; m < experiment->methods; m++) {
        char name[MG_TASK_NAME], *text = NULL;
        size_t length;
        FILE *summary = open_memstream(&text, &length);
        if (!summary)
            mg_out_of_memory(1);
        print_summary(&experiment->method[m], &first, summary);
        if (fclose(summary))
            mg_out_of_memory(length);
        full_name(&experiment->method[m], name);
        const mg_manual_entry entry[] = {{NULL, name, NULL, text}, {0}};
        mg_manual_page_entries(entry, out);
        free(text);
    }
}

/* ---- a mistyped name ---- */

typedef struct names {
    int count;
    char (*name)[MG_TASK_NAME];
} names;

static const char *name_at(const void *context, int i)
{
    return ((const names *)context)->name[i];
}

bool mg_nearest_method(const mg_experiment *experiment, const char *typed, char nearest[MG_TASK_NAME])
{
    names known = {.name = mg_allocate(2 * (size_t)experiment->methods + 1, sizeof *known.name)};
    for (int m = 0; m < experiment->methods; m++) {
        full_name(&experiment->method[m], known.name[known.count++]);
        snprintf(known.name[known.count++], MG_TASK_NAME, "%s", experiment->method[m].name);
    }
    const char *found = mg_nearest(typed, known.count, name_at, &known);
    if (found)
        memcpy(nearest, found, MG_TASK_NAME);
    free(known.name);
    return found != NULL;
}
