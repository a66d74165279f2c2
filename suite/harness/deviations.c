/* deviations.c - the paper's settings against a profile's, field by field, each with its reason. */
#include "suite/harness/judge.h"
#include "suite/harness/result_files.h"
#include "suite/harness/trial.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* One method's comparison: a row is written per difference, or, without a writer, only the reasons are ticked off. */
typedef struct comparison {
    const mg_experiment *experiment;
    const mg_method *method;
    mg_profile profile;
    mg_csv_writer *writer; /* or NULL */
    bool *used;            /* [deviations] reasons that some difference needs */
    FILE *out;             /* every problem, a line each; or NULL */
    int *problems;
    mg_error *error; /* the first */
} comparison;

__attribute__((format(printf, 2, 3))) static void problem(comparison *now, const char *format, ...)
{
    mg_error one = {0};
    char text[sizeof one.text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (now->out)
        fprintf(now->out, "%s: %s\n", now->experiment->name, text);
    ++*now->problems;
    mg_fail(now->error, MG_EXIT_INPUT, "%s: %s", now->experiment->name, text);
}

/* A field of a config has a dot; these three have none. Anything else is the name of what is no field. */
static bool is_field(const char *name)
{
    return strchr(name, '.') || !strcmp(name, "seeds") || !strcmp(name, "environment") || !strcmp(name, "learner");
}

/* One * stands for any letters. */
static bool fits(const char *pattern, const char *text)
{
    const char *star = strchr(pattern, '*');
    if (!star)
        return !strcmp(pattern, text);
    size_t head = (size_t)(star - pattern), tail = strlen(star + 1), length = strlen(text);
    return length >= head + tail && !strncmp(pattern, text, head) && !strcmp(star + 1, text + length - tail);
}

static bool is_for_method(const mg_deviation *deviation, const mg_method *method)
{
    char text[MG_TASK_NAME];
    return fits(deviation->method, method->name) || fits(deviation->method, mg_method_name(method, text));
}

static bool is_for_profile(const mg_deviation *deviation, mg_profile profile)
{
    return !strcmp(deviation->profile, "*") || !strcmp(deviation->profile, mg_profile_name(profile));
}

/* The reason said for exactly this field goes before one for a group of fields; that for this method and profile before
 * one for all. */
static int closeness(const mg_deviation *deviation)
{
    int field = !strchr(deviation->field, '*');
    int method = !strcmp(deviation->method, "*") ? 0 : strchr(deviation->method, '/') ? 2 : 1;
    return 6 * field + 2 * method + (strcmp(deviation->profile, "*") != 0);
}

static const mg_deviation *find_reason(comparison *now, const char *field)
{
    const mg_deviation *best = NULL;
    for (int d = 0; d < now->experiment->deviations; d++) {
        const mg_deviation *candidate = &now->experiment->deviation[d];
        if (!is_field(candidate->field) || !fits(candidate->field, field) || !is_for_method(candidate, now->method) ||
            !is_for_profile(candidate, now->profile))
            continue;
        now->used[d] = true;
        if (!best || closeness(candidate) > closeness(best))
            best = candidate;
    }
    return best;
}

/* method NULL: of all, `first` of the experiment's among them. */
static void put_row(mg_csv_writer *writer, const mg_method *first, const mg_method *method, const char *field,
                    const char *paper, const char *used, const char *reason)
{
    mg_csv_text(writer, method ? method->name : "*");
    mg_csv_text(writer, method ? mg_method_label(method) : first->trial ? "not the paper's" : "");
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
    if (now->method->trial && mg_trial_sets(now->method->trial, field)) {
        if (now->writer)
            put_row(now->writer, NULL, now->method, field, paper, used, "--set: not the paper's");
    } else if (!reason)
        problem(now,
                "%s of %s is %s in the %s profile, %s in the paper, and no reason is given; add one to the "
                "experiment's deviations",
                field, mg_method_name(now->method, name), used, mg_profile_name(now->profile), paper);
    else if (now->writer)
        put_row(now->writer, NULL, now->method, field, paper, used, reason->reason);
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
    int listed = now->method->listed[now->profile], paper_seeds = now->method->paper_seeds;
    int seeds = listed ? listed : now->method->seeds[now->profile];
    if (!seeds)
        return;
    compare_setups(now);
    if (paper_seeds && paper_seeds != seeds) {
        char paper[16], used[16];
        snprintf(paper, sizeof paper, "%d", paper_seeds);
        snprintf(used, sizeof used, "%d", seeds);
        differs(now, "seeds", paper, used);
    }
    if (now->method->trial && now->method->trial->network && now->writer)
        put_row(now->writer, NULL, now->method, "network", "", now->method->trial->network,
                "--network: not the paper's");
    /* What deviates without being a field; what is said of all methods has rows of its own. */
    for (int d = 0; d < now->experiment->deviations; d++) {
        const mg_deviation *deviation = &now->experiment->deviation[d];
        if (is_field(deviation->field) || !strcmp(deviation->method, "*") || !is_for_method(deviation, now->method) ||
            !is_for_profile(deviation, now->profile))
            continue;
        now->used[d] = true;
        if (now->writer)
            put_row(now->writer, NULL, now->method, deviation->field, "", "", deviation->reason);
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
            put_row(now.writer, now.experiment->method, NULL, deviation->field, "", "", deviation->reason);
    }
    for (int m = 0; m < now.experiment->methods; m++) {
        now.method = &now.experiment->method[m];
        compare_method(&now);
    }
}

static void check_words(comparison *now)
{
    for (int d = 0; d < now->experiment->deviations; d++) {
        const mg_deviation *deviation = &now->experiment->deviation[d];
        if (!deviation->field[0])
            problem(now, "deviation %d of %s has no name; wanted a field or a few words: %.60s", d + 1,
                    deviation->method, deviation->reason ? deviation->reason : "");
        else if (!deviation->reason || !deviation->reason[0])
            problem(now, "deviation %d (%s of %s) has no reason", d + 1, deviation->field, deviation->method);
    }
}

/* A reason that nothing needs misleads the reader: it is refused like a missing one. */
static void check_needed(comparison *now)
{
    for (int d = 0; d < now->experiment->deviations; d++) {
        const mg_deviation *deviation = &now->experiment->deviation[d];
        if (!now->used[d] && deviation->field[0])
            problem(now, "a reason is given why %s of %s deviates in profile %s, but it does not; remove it",
                    deviation->field, deviation->method, deviation->profile);
    }
}

/* Both profiles, so that every reason is looked at; the rows of one, or of none, go to the writer. */
static void compare_all(comparison *now, mg_csv_writer *writer, mg_profile written)
{
    now->used = mg_allocate((size_t)now->experiment->deviations + 1, sizeof *now->used);
    check_words(now);
    for (mg_profile profile = 0; profile < MG_PROFILE_COUNT; profile++) {
        now->writer = profile == written ? writer : NULL;
        compare_profile(*now, profile);
    }
    if (!now->experiment->method[0].trial) /* --set may have undone a deviation */
        check_needed(now);
    free(now->used);
}

int mg_deviation_problems(const mg_experiment *experiment, FILE *out)
{
    mg_error first = {0};
    int problems = 0;
    comparison now = {.experiment = experiment, .out = out, .problems = &problems, .error = &first};
    compare_all(&now, NULL, MG_PROFILE_COUNT);
    return problems;
}

bool mg_write_deviations(const mg_judge *judge, mg_error *error)
{
    mg_result_file file[MG_FILES_MAX];
    mg_csv_writer writer = {0};
    mg_error own = {0};
    char path[MG_JUDGE_PATH];
    int problems = 0;
    const mg_result_file *own_file =
        mg_result_file_named(file, mg_result_files(judge->experiment, file), "deviations.csv");
    comparison now = {.experiment = judge->experiment, .problems = &problems, .error = &own};
    mg_csv_raw(&writer, own_file->header, strlen(own_file->header));
    mg_csv_raw(&writer, "\n", 1);
    compare_all(&now, &writer, judge->profile);
    bool good = own.status == MG_EXIT_OK && mg_path_join(path, sizeof path, judge->folder, own_file->name, &own) &&
                mg_csv_save(&writer, path, &own);
    if (!good)
        mg_fail(error, own.status, "%s", own.text);
    mg_csv_free(&writer);
    return good;
}
