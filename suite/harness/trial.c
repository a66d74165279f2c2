/* trial.c - settings of one's own: read, checked against the fields, applied. */
#include "suite/harness/trial.h"
#include "core/io/digest.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include "suite/harness/nearest.h"
#include "suite/harness/result_files.h"
#include "suite/harness/task.h"

#include <stdlib.h>
#include <string.h>

static const char not_the_papers[] = "not the paper's";

bool mg_trial_read(const char *text, mg_trial *trial, mg_error *error)
{
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : 0;
    double value = 0.0;
    bool truth = equals && !strcmp(equals + 1, "true"), untruth = equals && !strcmp(equals + 1, "false");
    if (!length || length >= MG_SET_FIELD || !(truth || untruth || mg_read_double(equals + 1, &value)))
        return mg_fail(error, MG_EXIT_USAGE,
                       "--set '%.60s': wanted FIELD=VALUE with a number, true or false, such as budget.units=100",
                       text);
    if (trial->sets == MG_SETS_MAX)
        return mg_fail(error, MG_EXIT_USAGE, "--set '%.60s': %d fields are set already, which is the most", text,
                       MG_SETS_MAX);
    for (int k = 0; k < trial->sets; k++)
        if (strlen(trial->set[k].field) == length && !strncmp(trial->set[k].field, text, length))
            return mg_fail(error, MG_EXIT_USAGE, "--set '%.60s': %s is set already; once is enough", text,
                           trial->set[k].field);
    snprintf(trial->set[trial->sets].field, MG_SET_FIELD, "%.*s", (int)length, text);
    trial->set[trial->sets++].value = truth ? 1.0 : value;
    return true;
}

bool mg_trial_asked(const mg_trial *trial)
{
    return trial->sets > 0 || trial->network;
}

bool mg_trial_read_network(const char *folder, mg_trial *trial, mg_error *error)
{
    static const char *const name[] = {"roadnet.json", "flow.json"};
    char path[MG_PATH], text[2][MG_DIGEST_TEXT];
    if (trial->network)
        return mg_fail(error, MG_EXIT_USAGE, "--network '%.60s': there is one already; once is enough", folder);
    for (int f = 0; f < 2; f++) {
        mg_digest digest;
        if (!mg_path_join(path, sizeof path, folder, name[f], error) || !mg_digest_file(path, &digest, error))
            return false;
        (void)mg_digest_print(digest, text[f]);
    }
    snprintf(trial->contents, sizeof trial->contents, "%.4s%.4s", text[0], text[1]);
    trial->network = folder;
    return true;
}

/* ---- which fields ---- */

static bool is_meant(const char *typed, const char *config, const char *field)
{
    size_t length = strlen(config);
    return !strcmp(typed, field) ||
           (!strncmp(typed, config, length) && typed[length] == '.' && !strcmp(typed + length + 1, field));
}

bool mg_trial_sets(const mg_trial *trial, const char *field)
{
    const char *dot = strchr(field, '.');
    for (int i = 0; i < trial->sets; i++)
        if (!strcmp(trial->set[i].field, field) || (dot && !strcmp(trial->set[i].field, dot + 1)))
            return true;
    return false;
}

enum { CONFIGS = 3 };
typedef struct config {
    const mg_fields *fields;
    void *values;
} config;

static void list_configs(mg_setup *setup, config list[CONFIGS])
{
    list[0] = (config){setup->environment->fields, setup->environment_config};
    list[1] = (config){setup->learner->fields, setup->learner_config};
    list[2] = (config){&mg_budget_fields, &setup->budget};
}

void mg_trial_apply(const mg_trial *trial, mg_setup *setup)
{
    config list[CONFIGS];
    list_configs(setup, list);
    for (int s = 0; s < trial->sets; s++)
        for (int c = 0; c < CONFIGS; c++)
            for (int f = 0; f < list[c].fields->count; f++)
                if (is_meant(trial->set[s].field, list[c].fields->name, list[c].fields->field[f].name))
                    (void)mg_config_set(list[c].fields, list[c].values, list[c].fields->field[f].name,
                                        trial->set[s].value);
    if (trial->network && trial->on_network)
        (void)trial->on_network(setup, trial->network);
}

/* ---- is it one of theirs, and in its range ---- */

typedef struct names {
    int count;
    char name[513][MG_SET_FIELD];
} names;

static const char *name_at(const void *context, int i)
{
    return ((const names *)context)->name[i];
}

/* Both forms, once; 512 names are more than any result has. */
static void add_name(names *known, const char *prefix, const char *field)
{
    for (int form = 0; form < 2 && known->count < 512; form++) {
        char *next = known->name[known->count];
        int same = 0;
        snprintf(next, MG_SET_FIELD, "%s%s%s", form ? prefix : "", form ? "." : "", field);
        while (strcmp(known->name[same], next) != 0)
            same++;
        known->count += same == known->count;
    }
}

static bool check_value(const mg_fields *fields, const mg_field *field, double value, mg_error *error)
{
    char found[MG_NUMBER_TEXT], low[MG_NUMBER_TEXT], high[MG_NUMBER_TEXT];
    bool whole = value >= -1e9 && value <= 2e9 && value == (double)(long)value;
    bool fits = field->type == MG_FIELD_BOOL  ? value == 0.0 || value == 1.0
                : field->type == MG_FIELD_INT ? whole && value >= field->low && value <= field->high
                                              : value >= field->low && value <= field->high;
    if (fits)
        return true;
    if (field->type == MG_FIELD_BOOL)
        return mg_fail(error, MG_EXIT_USAGE, "--set %s.%s=%s: wanted true or false", fields->name, field->name,
                       mg_print_double(value, found));
    return mg_fail(error, MG_EXIT_USAGE, "--set %s.%s=%s: wanted a %snumber from %s to %s", fields->name, field->name,
                   mg_print_double(value, found), field->type == MG_FIELD_INT ? "whole " : "",
                   mg_print_double(field->low, low), mg_print_double(field->high, high));
}

/* Looks a set up among the fields of one method; all that it has are remembered for a suggestion. */
static bool look_up(const mg_method *method, mg_profile profile, const char *typed, double value, bool *known,
                    names *all, mg_setup *setup, mg_error *error)
{
    config list[CONFIGS];
    memset(setup, 0, sizeof *setup);
    if (!mg_method_setup(method, profile, false, setup))
        return true;
    list_configs(setup, list);
    for (int c = 0; c < CONFIGS; c++)
        for (int f = 0; f < list[c].fields->count; f++) {
            const mg_field *field = &list[c].fields->field[f];
            bool meant = is_meant(typed, list[c].fields->name, field->name);
            add_name(all, list[c].fields->name, field->name);
            *known = *known || meant;
            if (meant && !check_value(list[c].fields, field, value, error))
                return false;
        }
    return true;
}

static bool check_set(const mg_experiment *experiment, const bool *chosen, const char *typed, double value,
                      mg_error *error)
{
    names *all = mg_allocate(1, sizeof *all);
    mg_setup *setup = mg_allocate(1, sizeof *setup);
    bool known = false, good = true;
    for (int m = 0; m < experiment->methods && good; m++)
        if (chosen[m])
            good = look_up(&experiment->method[m], MG_PROFILE_PAPER, typed, value, &known, all, setup, error);
    const char *near = mg_nearest(typed, all->count, name_at, all);
    if (good && !known)
        good = mg_fail(error, MG_EXIT_USAGE, "--set: no field '%s' of the chosen methods%s%s%s; --settings lists them",
                       typed, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    free(all);
    free(setup);
    return good;
}

/* Every chosen method has to run on it: what goes on as it was would pass for a result of the network. */
static bool check_network(const mg_experiment *experiment, const bool *chosen, const mg_trial *trial, mg_error *error)
{
    mg_setup *setup = mg_allocate(1, sizeof *setup);
    char own[MG_TASK_NAME] = "", other[MG_TASK_NAME] = "";
    for (int m = 0; m < experiment->methods; m++) {
        const mg_method *method = &experiment->method[m];
        memset(setup, 0, sizeof *setup);
        bool takes = trial->on_network && mg_method_setup(method, MG_PROFILE_PAPER, false, setup) &&
                     trial->on_network(setup, trial->network);
        if (takes && !other[0])
            (void)mg_method_name(method, other);
        else if (!takes && chosen[m] && !own[0])
            (void)mg_method_name(method, own);
    }
    free(setup);
    if (!other[0])
        return mg_fail(error, MG_EXIT_USAGE,
                       "--network: nothing in %s runs on road networks of others; ltos-table3 does", experiment->name);
    return !own[0] || mg_fail(error, MG_EXIT_USAGE,
                              "--network: %s keeps to what it runs on; choose those that take another, such as "
                              "--methods %s",
                              own, other);
}

/* ---- the experiment with other settings ---- */

bool mg_trial_begin(const mg_experiment *experiment, const bool *chosen, const mg_trial *trial, mg_experiment *tried,
                    mg_error *error)
{
    for (int s = 0; s < trial->sets; s++)
        if (!check_set(experiment, chosen, trial->set[s].field, trial->set[s].value, error))
            return false;
    if (trial->network && !check_network(experiment, chosen, trial, error))
        return false;
    mg_method *method = mg_allocate((size_t)experiment->methods + 1, sizeof *method);
    char(*label)[MG_TASK_NAME] = mg_allocate((size_t)experiment->methods + 1, sizeof *label);
    for (int m = 0; m < experiment->methods; m++) {
        method[m] = experiment->method[m];
        bool named = method[m].variant[0] != '\0';
        snprintf(label[m], sizeof label[m], "%s%s%s%s", method[m].variant, named ? " (" : "", not_the_papers,
                 named ? ")" : "");
        method[m].trial = trial;
        method[m].label = label[m];
    }
    *tried = *experiment;
    tried->method = method;
    return true;
}

void mg_trial_end(mg_experiment *tried)
{
    if (tried->method)
        free((void *)tried->method[0].label);
    free((void *)tried->method);
    tried->method = NULL;
}

bool mg_trial_print(const mg_trial *trial, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    if (trial->network)
        length = (size_t)snprintf(text, size, "network=%s", trial->contents);
    for (int s = 0; s < trial->sets && length < size; s++) {
        char value[MG_NUMBER_TEXT];
        length += (size_t)snprintf(text + length, size - length, "%s%s=%s", length ? "+" : "", trial->set[s].field,
                                   mg_print_double(trial->set[s].value, value));
    }
    return length < size;
}
