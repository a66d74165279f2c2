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
    mg_csv_writer *text;
    int said;
} line;

static void put(mg_csv_writer *text, const char *words)
{
    mg_csv_raw(text, words, strlen(words));
}

static void put_field(void *context, const mg_fields *fields, const mg_field *field, const void *first,
                      const void *used)
{
    char text[40];
    line *now = context;
    (void)fields;
    (void)first;
    put(now->text, now->said++ ? ", " : ": ");
    put(now->text, field->name);
    put(now->text, " ");
    put(now->text, mg_config_print(field, used, text));
}

/* The fields that a variant sets otherwise than `first`; returns how many. */
static int put_difference(const mg_method *first, const mg_method *method, mg_csv_writer *text)
{
    mg_setup *setup = mg_allocate(2, sizeof *setup);
    line now = {.text = text};
    if (mg_method_setup(first, MG_PROFILE_PAPER, false, &setup[0]) &&
        mg_method_setup(method, MG_PROFILE_PAPER, false, &setup[1]) && setup[0].environment == setup[1].environment &&
        setup[0].learner == setup[1].learner) {
        mg_config_compare(setup[0].environment->fields, setup[0].environment_config, setup[1].environment_config,
                          put_field, &now);
        mg_config_compare(setup[0].learner->fields, setup[0].learner_config, setup[1].learner_config, put_field, &now);
        if (setup[0].budget.units != setup[1].budget.units) {
            char number[24];
            snprintf(number, sizeof number, "%d", setup[1].budget.units);
            put(text, now.said++ ? ", units " : ": units ");
            put(text, number);
        }
    }
    free(setup);
    return now.said;
}

/* One line, to be freed. *first: the method's first variant, known from the calls for those before it. */
static char *summary_of(const mg_method *method, const mg_method **first)
{
    mg_csv_writer text = {0};
    char seeds[40];
    put(&text, method->summary);
    if (!*first || strcmp((*first)->name, method->name) != 0) {
        *first = method;
    } else if (strcmp((*first)->summary, method->summary) == 0 && !put_difference(*first, method, &text)) {
        put(&text, ": ");
        put(&text, method->variant);
    }
    snprintf(seeds, sizeof seeds, " (%d, %d)", method->seeds[MG_PROFILE_QUICK], method->seeds[MG_PROFILE_PAPER]);
    mg_csv_raw(&text, seeds, strlen(seeds) + 1);
    return text.text;
}

void mg_print_methods(const mg_experiment *experiment, FILE *out)
{
    const mg_method *first = NULL;
    for (int m = 0; m < experiment->methods; m++) {
        char name[MG_TASK_NAME], *summary = summary_of(&experiment->method[m], &first);
        full_name(&experiment->method[m], name);
        fprintf(out, "  %-18s %s\n", name, summary);
        free(summary);
    }
}

void mg_manual_methods(const mg_experiment *experiment, FILE *out)
{
    const mg_method *first = NULL;
    for (int m = 0; m < experiment->methods; m++) {
        char name[MG_TASK_NAME], *summary = summary_of(&experiment->method[m], &first);
        full_name(&experiment->method[m], name);
        const mg_manual_entry entry[] = {{NULL, name, NULL, summary}, {0}};
        mg_manual_page_entries(entry, out);
        free(summary);
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
