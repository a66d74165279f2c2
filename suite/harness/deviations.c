#include "suite/harness/judge.h"
#include "suite/harness/result_files.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include <stdlib.h>
#include <string.h>

/* One method's comparison: a row is written per difference, or, without a writer, only the reasons are ticked off. */
typedef struct comparison {
    const mg_experiment *experiment;
    const mg_method *method;
    mg_profile profile;
    mg_csv_writer *writer; /* or NULL */
    bool *used;            /* [deviations] reasons that some difference needs */
    mg_error *error;
} comparison;

/* A field of a config has a dot; these three have none. Anything else is the name of what is no field. */
static bool is_field(const char *name)
{
    return strchr(name, '.') || !strcmp(name, "seeds") || !strcmp(name, "environment") || !strcmp(name, "learner");
}

static bool is_for_method(const mg_deviation *deviation, const mg_method *method)
{
    char text[MG_TASK_NAME];
    return !strcmp(deviation->method, "*") || !strcmp(deviation->method, method->name) ||
           !strcmp(deviation->method, mg_method_name(method, text));
}

static bool is_for_profile(const mg_deviation *deviation, mg_profile profile)
{
    return !strcmp(deviation->profile, "*") || !strcmp(deviation->profile, mg_profile_name(profile));
}

/* The reason said for exactly this method and profile goes before one for "*". */
static int closeness(const mg_deviation *deviation)
{
    int method = !strcmp(deviation->method, "*") ? 0 : strchr(deviation->method, '/') ? 2 : 1;
    return 2 * method + strcmp(deviation->profile, "*");
}

static const mg_deviation *find_reason(comparison *now, const char *field)
{
    const mg_deviation *best = NULL;
    for (int d = 0; d < now->experiment->deviations; d++) {
        const mg_deviation *candidate = &now->experiment->deviation[d];
        if (strcmp(candidate->field, field) || !is_for_method(candidate, now->method) ||
            !is_for_profile(candidate, now->profile))
            continue;
        now->used[d] = true;
        if (!best || closeness(candidate) > closeness(best))
            best = candidate;
    }
    return best;
}

static void put_row(mg_csv_writer *writer, const mg_method *method, const char *field, const char *paper,
                    const char *used, const char *reason)
{
    mg_csv_text(writer, method ? method->name : "*");
    mg_csv_text(writer, method ? method->variant : "");
    mg_csv_text(writer, field);
    mg_csv_text(writer, paper);
    mg_csv_text(writer, used);
    mg_csv_text(writer, reason);
    mg_csv_end_row(writer);
}

static void differs(comparison *now, const char *field, const char *paper, const char *used)
{
    char name[MG_TASK_NAME];
    const mg_deviation *reason = find_reason(now, field);
    if (!reason)
        mg_fail(now->error, MG_EXIT_INPUT,
                "%s: %s of %s is %s in the %s profile, %s in the paper, and no reason is given; "
                "add one to the experiment's deviations",
                now->experiment->name, field, mg_method_name(now->method, name), used, mg_profile_name(now->profile),
                paper);
    else if (now->writer)
        put_row(now->writer, now->method, field, paper, used, reason->reason);
}

static void found_field(void *context, const mg_fields *fields, const mg_field *field, const void *paper,
                        const void *used)
{
    char name[160], paper_text[40], used_text[40];
    snprintf(name, sizeof name, "%s.%s", fields->name, field->name);
    differs(context, name, mg_config_print(field, paper, paper_text), mg_config_print(field, used, used_text));
}

static void compare_setups(comparison *now)
{
    mg_setup *paper = mg_allocate(2, sizeof *paper), *used = paper + 1;
    if (!mg_method_setup(now->method, now->profile, true, paper) ||
        !mg_method_setup(now->method, now->profile, false, used)) {
        free(paper);
        return;
    }
    if (paper->environment != used->environment)
        differs(now, "environment", paper->environment->name, used->environment->name);
    else
        mg_config_compare(used->environment->fields, paper->environment_config, used->environment_config, found_field,
                          now);
    if (paper->learner != used->learner)
        differs(now, "learner", paper->learner->name, used->learner->name);
    else
        mg_config_compare(used->learner->fields, paper->learner_config, used->learner_config, found_field, now);
    mg_config_compare(&mg_budget_fields, &paper->budget, &used->budget, found_field, now);
    free(paper);
}

static void compare_method(comparison *now)
{
    int seeds = now->method->seeds[now->profile], paper_seeds = now->method->paper_seeds;
    if (!seeds)
        return;
    compare_setups(now);
    if (paper_seeds && paper_seeds != seeds) {
        char paper[16], used[16];
        snprintf(paper, sizeof paper, "%d", paper_seeds);
        snprintf(used, sizeof used, "%d", seeds);
        differs(now, "seeds", paper, used);
    }
    /* What deviates without being a field; what is said of all methods has rows of its own. */
    for (int d = 0; d < now->experiment->deviations; d++) {
        const mg_deviation *deviation = &now->experiment->deviation[d];
        if (is_field(deviation->field) || !strcmp(deviation->method, "*") || !is_for_method(deviation, now->method) ||
            !is_for_profile(deviation, now->profile))
            continue;
        now->used[d] = true;
        if (now->writer)
            put_row(now->writer, now->method, deviation->field, "", "", deviation->reason);
    }
}

static void compare_profile(comparison now, mg_profile profile)
{
    now.profile = profile;
    for (int d = 0; d < now.experiment->deviations; d++) {
        const mg_deviation *deviation = &now.experiment->deviation[d];
        if (is_field(deviation->field) || strcmp(deviation->method, "*") || !is_for_profile(deviation, profile))
            continue;
        now.used[d] = true;
        if (now.writer)
            put_row(now.writer, NULL, deviation->field, "", "", deviation->reason);
    }
    for (int m = 0; m < now.experiment->methods; m++) {
        now.method = &now.experiment->method[m];
        compare_method(&now);
    }
}

static bool has_reasons(const mg_experiment *experiment, mg_error *error)
{
    for (int d = 0; d < experiment->deviations; d++) {
        const mg_deviation *deviation = &experiment->deviation[d];
        if (!deviation->reason || !deviation->reason[0])
            return mg_fail(error, MG_EXIT_INPUT, "%s: deviation %d (%s of %s) has no reason", experiment->name, d + 1,
                           deviation->field, deviation->method);
        if (!deviation->field || !deviation->field[0])
            return mg_fail(error, MG_EXIT_INPUT,
                           "%s: deviation %d of %s has no name; wanted a field or a few words: %.60s", experiment->name,
                           d + 1, deviation->method, deviation->reason);
    }
    return true;
}

/* A reason that nothing needs misleads the reader: it is refused like a missing one. */
static bool check_reasons(const mg_experiment *experiment, const bool *used, mg_error *error)
{
    for (int d = 0; d < experiment->deviations; d++) {
        const mg_deviation *deviation = &experiment->deviation[d];
        if (!used[d])
            return mg_fail(error, MG_EXIT_INPUT,
                           "%s: a reason is given why %s of %s deviates in profile %s, but it does not; "
                           "remove it",
                           experiment->name, deviation->field, deviation->method,
                           deviation->profile);
    }
    return true;
}

bool mg_write_deviations(const mg_judge *judge, mg_error *error)
{
    mg_result_file file[MG_FILES_MAX];
    mg_csv_writer writer = {0};
    mg_error own = {0};
    char path[MG_JUDGE_PATH];
    const mg_experiment *experiment = judge->experiment;
    const mg_result_file *own_file =
        mg_result_file_named(file, mg_result_files(experiment, file), "deviations.csv");
    bool *used = mg_allocate((size_t)experiment->deviations + 1, sizeof *used);
    comparison now = {.experiment = experiment, .used = used, .error = &own};
    mg_csv_raw(&writer, own_file->header, strlen(own_file->header));
    mg_csv_raw(&writer, "\n", 1);
    for (mg_profile profile = 0; has_reasons(experiment, &own) && profile < MG_PROFILE_COUNT; profile++) {
        now.writer = profile == judge->profile ? &writer : NULL;
        compare_profile(now, profile);
    }
    bool good = own.status == MG_EXIT_OK && check_reasons(experiment, used, &own) &&
                mg_path_join(path, sizeof path, judge->folder, own_file->name, &own) &&
                mg_csv_save(&writer, path, &own);
    if (!good)
        mg_fail(error, own.status, "%s", own.text);
    mg_csv_free(&writer);
    free(used);
    return good;
}
