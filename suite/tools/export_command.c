/* export_command.c - command line of `marlgold export`, where its numbers come from, and how they are cited. */
#include "core/io/file.h"
#include "core/io/json.h"
#include "core/io/text.h"
#include "suite/harness/changes.h"
#include "suite/harness/nearest.h"
#include "suite/harness/places.h"
#include "suite/tools/commands.h"
#include "suite/tools/export.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct request {
    const char *format, *metrics, *profile, *golden, *results, *reports;
} request;

/* ---- rows ---- */

static bool is_listed(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (; *list; list += strcspn(list, ","), list += *list == ',')
        if (strcspn(list, ",") == length && !strncmp(list, name, length))
            return true;
    return false;
}

bool mg_export_takes(const mg_export *export, const char *metric)
{
    return !export->metrics || is_listed(export->metrics, metric);
}

bool mg_export_number_at(const mg_export *export, size_t row, mg_export_number *number)
{
    const mg_report_result *result = &export->result;
    const mg_csv *summary = &result->summary;
    const char *method = mg_report_cell(summary, row, "method"), *variant = mg_report_cell(summary, row, "variant");
    const char *metric = mg_report_cell(summary, row, "metric"), *paper = mg_report_paper(result, row);
    const mg_report_method *of = mg_report_method_of(result, method, variant);
    bool alone = !strcmp(mg_report_cell(summary, row, "n"), "1");
    long printed = mg_report_find(&result->papers, method, variant, metric);
    *number = (mg_export_number){
        .method = method,
        .variant = variant,
        .metric = metric,
        .seeds = mg_report_cell(summary, row, "n"),
        .mean = mg_report_cell(summary, row, "mean"),
        .iqm = mg_report_cell(summary, row, "iqm"),
        .low = alone ? "" : mg_report_cell(summary, row, "low"),
        .high = alone ? "" : mg_report_cell(summary, row, "high"),
        .paper = paper,
        .source = !*paper       ? ""
                  : printed < 0 ? mg_report_cell(summary, row, "paper_source")
                                : mg_report_cell(&result->papers, (size_t)printed, "source"),
        .tasks = of ? of->tasks : 0,
        .stale = of && of->stale,
    };
    return mg_export_takes(export, metric);
}

static const char *metric_name(const void *context, int i)
{
    return ((const mg_report_result *)context)->metric[i];
}

/* Every name of --metrics is a metric of the result. */
static bool check_metrics(const mg_export *export, mg_error *error)
{
    const mg_report_result *result = &export->result;
    char name[80];
    for (const char *at = export->metrics; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        bool known = false;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, ","), at);
        for (int i = 0; i < result->metrics; i++)
            known = known || !strcmp(result->metric[i], name);
        if (known)
            continue;
        const char *nearest = mg_nearest(name, result->metrics, metric_name, result);
        return mg_fail(error, MG_EXIT_USAGE, "--metrics: no metric '%s' in %s%s%s%s", name, result->runs.path,
                       nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    }
    return true;
}

/* ---- who made them ---- */

/* Of golden: the last row of CHANGES.csv, as long as the folder is still the one which that row left. */
static bool made_by_change(mg_export *export, const char *golden, mg_error *error)
{
    const mg_report_result *result = &export->result;
    mg_csv changes = {0};
    char digest[MG_DIGEST_TEXT];
    if (!mg_folder_digest(result->folder, digest, error) || !mg_changes_read(golden, &changes, error))
        return false;
    long row = mg_changes_last(&changes, result->name, result->profile);
    bool good = row >= 0 && !strcmp(mg_csv_cell(&changes, (size_t)row, MG_CHANGE_NEW), digest);
    if (good) {
        snprintf(export->version, sizeof export->version, "%s", mg_csv_cell(&changes, (size_t)row, MG_CHANGE_VERSION));
        snprintf(export->commit, sizeof export->commit, "%s", mg_csv_cell(&changes, (size_t)row, MG_CHANGE_COMMIT));
    } else {
        mg_fail(error, MG_EXIT_INPUT,
                "%s: %s; nobody can say which commit made it. `marlgold check-golden` says more; your own runs are "
                "exported with --results DIR",
                result->folder,
                row < 0 ? "no row of CHANGES.csv is about this folder"
                        : "not the folder that its last row in CHANGES.csv left");
    }
    mg_csv_close(&changes);
    return good;
}

static void copy(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text && *text ? text : "unknown");
}

/* Of one's own runs: machine.json. */
static bool made_here(mg_export *export, mg_error *error)
{
    char path[MG_PATH];
    mg_json json;
    if (!mg_path_join(path, sizeof path, export->result.folder, "machine.json", error) ||
        !mg_json_read(path, &json, error))
        return false;
    copy(export->version, sizeof export->version, mg_json_text(&json, "version"));
    copy(export->commit, sizeof export->commit, mg_json_text(&json, "commit"));
    mg_json_close(&json);
    return true;
}

static void cite(mg_export *export, bool own)
{
    const mg_report_result *result = &export->result;
    snprintf(export->cite, sizeof export->cite, "marlgold %.20s, %s (%s profile%s), digest %s, commit %.40s",
             export->version, result->name, result->profile, own ? ", own run" : "", result->trail_digest,
             export->commit);
}

/* ---- the whole ---- */

/* There is nothing to export: of a result that exists, or of a misspelt one? */
static bool refuse_missing(const request *asked, const char *name, mg_error *error)
{
    mg_programs programs = {0};
    const mg_program *program = mg_programs_find(&programs, error) ? mg_programs_get(&programs, name, error) : NULL;
    if (program)
        mg_fail(error, MG_EXIT_INPUT, "%s/%s: no %s result there; run `%s --profile %s`, then say --results out",
                asked->results ? asked->results : asked->golden, name, asked->profile ? asked->profile : "finished",
                name, asked->profile ? asked->profile : "paper");
    mg_programs_free(&programs);
    return false;
}

static bool load(const request *asked, const char *name, mg_export *export, mg_error *error)
{
    const char *from = asked->results ? asked->results : asked->golden;
    const mg_report_places places = {from, from, asked->reports, asked->profile};
    if (!mg_is_name(name) || strchr(name, '/') || strlen(name) >= sizeof export->result.name)
        return mg_fail(error, MG_EXIT_USAGE, "'%.60s': wanted the name of a result; `marlgold list` shows them", name);
    export->metrics = asked->metrics;
    if (!mg_report_load(&export->result, name, &places, error))
        return false;
    if (export->result.from == MG_FROM_NOWHERE)
        return refuse_missing(asked, name, error);
    if (!export->result.summary.columns)
        return mg_fail(error, MG_EXIT_INPUT,
                       "%s: no summary.csv, which is written once every task has run; go on with `%s --profile %s "
                       "--resume`",
                       export->result.folder, name, export->result.profile);
    return check_metrics(export, error);
}

static bool print(const mg_export *export, const char *format, mg_error *error)
{
    mg_text text = {0};
    bool good = true;
    if (!strcmp(format, "csv"))
        mg_export_csv(export, &text);
    else if (!strcmp(format, "json"))
        good = mg_export_json(export, &text, error);
    else
        mg_export_latex(export, &text);
    if (good)
        (void)fwrite(text.bytes, 1, text.length, stdout);
    mg_text_free(&text);
    return good;
}

static bool check_request(const request *asked, int names, mg_error *error)
{
    if (names != 1)
        return mg_fail(error, MG_EXIT_USAGE, "%d names, wanted one result; `marlgold list` shows them", names);
    if (asked->profile && !mg_profile_check(asked->profile, error))
        return false;
    return !strcmp(asked->format, "csv") || !strcmp(asked->format, "json") || !strcmp(asked->format, "latex") ||
           mg_fail(error, MG_EXIT_USAGE, "--format '%.60s': wanted csv, json or latex", asked->format);
}

int mg_command_export(int argc, char **argv)
{
    request asked = {.format = "csv", .golden = mg_default_golden(), .reports = mg_default_reports()};
    const mg_flag flags[] = {{"--format", &asked.format, NULL},
                             {"--metrics", &asked.metrics, NULL},
                             {"--profile", &asked.profile, NULL},
                             {"--golden", &asked.golden, NULL},
                             {"--results", &asked.results, NULL},
                             {"--reports", &asked.reports, NULL},
                             {NULL, NULL, NULL}};
    mg_error error = {0};
    mg_export export = {0};
    int names;
    bool good = mg_flags_read(argc, argv, flags, &names, &error) && check_request(&asked, names, &error) &&
                load(&asked, argv[1], &export, &error) &&
                (asked.results ? made_here(&export, &error) : made_by_change(&export, asked.golden, &error));
    if (good) {
        cite(&export, asked.results != NULL);
        good = print(&export, asked.format, &error);
    }
    mg_report_close(&export.result);
    return good ? MG_EXIT_OK : mg_command_failed("export", &error);
}
