/* report_result.c - opens a result's files and refuses what is wrong with them. */
#include "suite/tools/report_result.h"
#include "core/io/file.h"
#include "core/io/json.h"
#include "core/io/text.h"
#include "suite/harness/claims.h"
#include "suite/harness/diff.h"
#include "suite/tools/report_text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_RUN = 6 }; /* place of that verdict */
const char *const mg_report_verdicts[MG_VERDICTS] = {
    "reproduced",   "direction only", "unresolved",          "not reproduced",
    "contradicted", "diverged",       [NOT_RUN] = "not run", "stale"};

int mg_report_verdict(const char *verdict)
{
    for (int i = 0; i < MG_VERDICTS; i++)
        if (!strcmp(verdict, mg_report_verdicts[i]))
            return i;
    return NOT_RUN;
}

const char *mg_report_cell(const mg_csv *csv, size_t row, const char *column)
{
    int found = mg_csv_column(csv, column);
    return found < 0 ? "" : mg_csv_cell(csv, row, found);
}

long mg_report_find(const mg_csv *csv, const char *method, const char *variant, const char *metric)
{
    for (size_t row = 0; row < csv->rows; row++)
        if (!strcmp(mg_report_cell(csv, row, "method"), method) &&
            !strcmp(mg_report_cell(csv, row, "variant"), variant) &&
            !strcmp(mg_report_cell(csv, row, "metric"), metric))
            return (long)row;
    return -1;
}

const char *mg_report_paper(const mg_report_result *result, size_t summary_row)
{
    const mg_csv *summary = &result->summary;
    long row =
        mg_report_find(&result->papers, mg_report_cell(summary, summary_row, "method"),
                       mg_report_cell(summary, summary_row, "variant"), mg_report_cell(summary, summary_row, "metric"));
    if (row < 0)
        return mg_report_cell(summary, summary_row, "paper");
    bool printed = !strcmp(mg_report_cell(&result->papers, (size_t)row, "printed"), "yes");
    return printed ? mg_report_cell(&result->papers, (size_t)row, "value") : "";
}

const mg_report_method *mg_report_method_of(const mg_report_result *result, const char *method, const char *variant)
{
    for (int i = 0; i < result->methods; i++)
        if (!strcmp(result->method[i].method, method) && !strcmp(result->method[i].variant, variant))
            return &result->method[i];
    return NULL;
}

/* ---- opening ---- */

static bool check_name(const mg_csv *csv, size_t line, const char *column, const char *name, mg_error *error)
{
    return mg_is_name(name) ||
           mg_fail(error, MG_EXIT_INPUT,
                   "%s:%zu: %s is '%.80s', wanted a name of at most 60 letters, digits, '.', '_', '-' and '/'",
                   csv->path, line, column, name);
}

/* The cells of a file that are names, which go into file names, the page and the figures' programs. May be empty: the
 * variant; the paper's files also say "*" for every method. */
static bool check_names(const mg_csv *csv, mg_error *error)
{
    static const char *const columns[] = {"method", "variant", "seed", "metric"};
    for (int c = 0; c < 4; c++) {
        int column = mg_csv_column(csv, columns[c]);
        for (size_t row = 0; column >= 0 && row < csv->rows; row++) {
            const char *cell = mg_csv_cell(csv, row, column);
            bool empty = !*cell && c, every = !strcmp(cell, "*");
            if (!empty && !every && !check_name(csv, csv->line[row], columns[c], cell, error))
                return false;
        }
    }
    return true;
}

/* Opens folder/file; one that does not exist stays empty. The columns asked for must be there, in any order and
 * among others. */
static bool open_csv(const char *folder, const char *file, const char *columns, mg_csv *csv, mg_error *error)
{
    char path[MG_PATH], name[64];
    bool exists;
    if (!mg_path_join(path, sizeof path, folder, file, error) || !mg_file_exists(path, &exists, error))
        return false;
    if (!exists)
        return true;
    if (!mg_csv_read(path, NULL, csv, error) || !check_names(csv, error))
        return false;
    while (*columns) {
        size_t length = strcspn(columns, ",");
        snprintf(name, sizeof name, "%.*s", (int)length, columns);
        if (mg_csv_column(csv, name) < 0)
            return mg_fail(error, MG_EXIT_INPUT, "%s:1: no column \"%s\", wanted at least: %s", path, name, columns);
        columns += length + (columns[length] == ',');
    }
    return true;
}

static bool has_file(const char *root, const char *name, const char *profile, const char *file, char folder[MG_PATH],
                     bool *has, mg_error *error)
{
    char below[MG_PATH], path[MG_PATH];
    return mg_path_join(below, sizeof below, root, name, error) &&
           mg_path_join(folder, MG_PATH, below, profile, error) &&
           mg_path_join(path, sizeof path, folder, file, error) && mg_file_exists(path, has, error);
}

/* The paper profile before the quick one, and golden before what was run here; what was run in part comes last.
 */
static bool find_folder(mg_report_result *result, const mg_report_places *places, mg_error *error)
{
    static const struct {
        const char *profile;
        bool golden;
        const char *file;
    } order[] = {{"paper", true, "runs.csv"},     {"paper", false, "summary.csv"}, {"quick", true, "runs.csv"},
                 {"quick", false, "summary.csv"}, {"paper", false, "runs.csv"},    {"quick", false, "runs.csv"}};
    for (size_t i = 0; i < sizeof order / sizeof *order && result->from == MG_FROM_NOWHERE; i++) {
        const char *root = order[i].golden ? places->golden : places->results;
        bool has;
        if (places->profile && strcmp(places->profile, order[i].profile) != 0)
            continue;
        if (!has_file(root, result->name, order[i].profile, order[i].file, result->folder, &has, error))
            return false;
        if (!has)
            continue;
        result->from = order[i].golden ? MG_FROM_GOLDEN : MG_FROM_OUT;
        snprintf(result->profile, sizeof result->profile, "%s", order[i].profile);
    }
    return true;
}

static bool open_folder(mg_report_result *result, mg_error *error)
{
    const char *folder = result->folder;
    char trail[MG_PATH];
    mg_digest digest;
    bool exists;
    if (!mg_path_join(trail, sizeof trail, folder, "trail.csv", error) || !mg_file_exists(trail, &exists, error) ||
        (exists && !mg_digest_file(trail, &digest, error)))
        return false;
    if (exists)
        mg_digest_print(digest, result->trail_digest);
    return open_csv(folder, "runs.csv", "method,variant,seed,semantics,status,trail", &result->runs, error) &&
           open_csv(folder, "curve.csv", "method,variant,seed,units,episodes,metric,value", &result->curve, error) &&
           open_csv(folder, "summary.csv", "method,variant,metric,n,mean,min,max,iqm,low,high,paper", &result->summary,
                    error) &&
           open_csv(folder, "claims.csv", "id,criterion,verdict,decided_by", &result->claims, error) &&
           open_csv(folder, "clauses.csv", "id,clause,text,paper,n,measured,low,high,threshold,ours,state",
                    &result->clauses, error) &&
           open_csv(folder, "deviations.csv", "method,variant,field,paper,used,reason", &result->deviations, error) &&
           open_csv(folder, "not_run.csv", "method,variant,seed,reason", &result->not_run, error) &&
           open_csv(folder, "stale.csv", "method,variant,reason", &result->stale, error);
}

/* What this machine ran with seeds beyond the profile's list (--seeds). */
static bool open_extra(mg_report_result *result, const mg_report_places *places, mg_error *error)
{
    char below[MG_PATH], folder[MG_PATH], name[32];
    snprintf(name, sizeof name, "%s-extra", result->profile);
    return mg_path_join(below, sizeof below, places->results, result->name, error) &&
           mg_path_join(folder, sizeof folder, below, name, error) &&
           open_csv(folder, "summary.csv", "method,variant,metric,n,iqm,low,high", &result->extra, error);
}

/* ---- methods and metrics ---- */

static bool starts_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

static mg_report_method *method_for(mg_report_result *result, const char *method, const char *variant)
{
    mg_report_method *known = (mg_report_method *)mg_report_method_of(result, method, variant);
    if (known || result->methods == MG_REPORT_METHODS_MAX)
        return known;
    known = &result->method[result->methods++];
    *known = (mg_report_method){.method = method, .variant = variant};
    snprintf(known->name, sizeof known->name, "%.60s%s%.60s", method, *variant ? "/" : "", variant);
    mg_text_key(known->key, sizeof known->key, known->name);
    return known;
}

/* Two names of one key would be one file for two curves. */
static bool check_keys(const mg_report_result *result, mg_error *error)
{
    char a[128], b[128];
    for (int i = 0; i < result->methods; i++) {
        for (int j = 0; j < i; j++) {
            if (!strcmp(result->method[i].key, result->method[j].key))
                return mg_fail(error, MG_EXIT_INPUT,
                               "%s: methods %s and %s differ only in punctuation; wanted names that "
                               "letters and digits tell apart",
                               result->runs.path, result->method[j].name, result->method[i].name);
        }
    }
    for (int i = 0; i < result->metrics; i++) {
        for (int j = 0; j < i; j++) {
            mg_text_key(a, sizeof a, result->metric[i]);
            mg_text_key(b, sizeof b, result->metric[j]);
            if (!strcmp(a, b))
                return mg_fail(error, MG_EXIT_INPUT,
                               "%s:1: metrics %s and %s differ only in punctuation; wanted names that "
                               "letters and digits tell apart",
                               result->runs.path, result->metric[j], result->metric[i]);
        }
    }
    return true;
}

/* A curve of a method without a run would be drawn by nobody. */
static bool check_curve(const mg_report_result *result, mg_error *error)
{
    const mg_csv *curve = &result->curve;
    for (size_t row = 0; row < curve->rows; row++) {
        const char *method = mg_report_cell(curve, row, "method"), *variant = mg_report_cell(curve, row, "variant");
        if (!mg_report_method_of(result, method, variant))
            return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: method %s%s%s has no row in runs.csv", curve->path,
                           curve->line[row], method, *variant ? "/" : "", variant);
    }
    return true;
}

static bool count_tasks(mg_report_result *result, const mg_csv *csv, bool ran, mg_error *error)
{
    for (size_t row = 0; row < csv->rows; row++) {
        mg_report_method *method =
            method_for(result, mg_report_cell(csv, row, "method"), mg_report_cell(csv, row, "variant"));
        if (!method)
            return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: more than %d methods", csv->path, csv->line[row],
                           MG_REPORT_METHODS_MAX);
        const char *status = ran ? mg_report_cell(csv, row, "status") : "";
        method->tasks++;
        method->ok += !strcmp(status, "ok");
        method->diverged += starts_with(status, "diverged");
        method->not_run += !ran;
    }
    return true;
}

static void mark_stale(mg_report_result *result)
{
    for (size_t row = 0; row < result->stale.rows; row++) {
        const char *variant = mg_report_cell(&result->stale, row, "variant");
        for (int i = 0; i < result->methods; i++)
            if (!strcmp(result->method[i].method, mg_report_cell(&result->stale, row, "method")) &&
                (!*variant || !strcmp(result->method[i].variant, variant)))
                result->method[i].stale = true;
    }
}

static bool list_metrics(mg_report_result *result, mg_error *error)
{
    int first = mg_csv_column(&result->runs, "status") + 1, end = mg_csv_column(&result->runs, "trail");
    if (end - first > MG_REPORT_METRICS_MAX)
        return mg_fail(error, MG_EXIT_INPUT, "%s:1: more than %d metrics", result->runs.path, MG_REPORT_METRICS_MAX);
    for (int column = first; column < end; column++) {
        if (!check_name(&result->runs, 1, "a metric", result->runs.header[column], error))
            return false;
        result->metric[result->metrics++] = result->runs.header[column];
    }
    return true;
}

/* ---- is it what was run here? ---- */

/* *same: whether folder `here` has the file with the same bytes. */
static bool same_file(const char *golden, const char *here, const char *name, bool *same, mg_error *error)
{
    char a[MG_PATH], b[MG_PATH];
    mg_digest first, second;
    bool exists;
    *same = false;
    if (!mg_path_join(a, sizeof a, golden, name, error) || !mg_path_join(b, sizeof b, here, name, error) ||
        !mg_file_exists(b, &exists, error))
        return false;
    if (!exists)
        return true;
    if (!mg_digest_file(a, &first, error) || !mg_digest_file(b, &second, error))
        return false;
    *same = mg_digest_equal(first, second);
    return true;
}

/* The first line that diff says. */
static bool first_difference(mg_report_result *result, const char *here, mg_error *error)
{
    FILE *said = tmpfile();
    if (!said)
        return mg_fail(error, MG_EXIT_INPUT, "no temporary file for the comparison of %s: %s", here, strerror(errno));
    mg_error problem = {0}; /* a broken run of this machine is told on the page and stops nothing */
    int status = mg_diff(result->folder, here, said, &problem);
    rewind(said);
    if (status != MG_EXIT_DIFFERS || !fgets(result->difference, sizeof result->difference, said))
        snprintf(result->difference, sizeof result->difference, "%s",
                 status > MG_EXIT_DIFFERS ? problem.text : "other files than golden has");
    result->difference[strcspn(result->difference, "\n")] = '\0';
    fclose(said);
    return true;
}

static void count_tasks_here(mg_report_result *result, const char *here)
{
    char path[MG_PATH];
    mg_csv runs = {0};
    mg_error ignored = {0}; /* it is told as the difference */
    if (!mg_path_join(path, sizeof path, here, "runs.csv", &ignored) || !mg_csv_read(path, NULL, &runs, &ignored))
        return;
    result->tasks_here = runs.rows;
    mg_csv_close(&runs);
}

static bool compare_files(mg_report_result *result, const char *here, mg_error *error)
{
    mg_folder_names names;
    if (!mg_folder_list(result->folder, &names, error))
        return false;
    bool all = true, good = true;
    for (size_t i = 0; good && i < names.count; i++) {
        const char *name = names.name[i];
        size_t length = strlen(name);
        bool same, notes = !strcmp(name, "not_run.csv") || !strcmp(name, "stale.csv");
        if (length < 5 || strcmp(name + length - 4, ".csv") != 0 || notes)
            continue;
        good = same_file(result->folder, here, name, &same, error);
        result->same_files += same;
        all &= same;
    }
    mg_folder_names_free(&names);
    return good && (all || first_difference(result, here, error));
}

/* How long and on what; machine.json is for people, so one that cannot be read is not an error. */
static bool read_machine(mg_report_result *result, const char *here, mg_error *error)
{
    static const char *const path[] = {"wall_seconds", "cpu", "compiler", "isa"};
    const char *text[4];
    char file[MG_PATH];
    mg_json json;
    mg_error ignored = {0};
    double seconds;
    bool exists;
    if (!mg_path_join(file, sizeof file, here, "machine.json", error) || !mg_file_exists(file, &exists, error))
        return false;
    if (!exists || !mg_json_read(file, &json, &ignored))
        return true;
    for (int i = 0; i < 4; i++)
        text[i] = mg_json_text(&json, path[i]);
    if (text[0] && text[1] && text[2] && text[3] && mg_read_double(text[0], &seconds))
        snprintf(result->machine, sizeof result->machine, "%.1f s on %.120s, %.120s, %.40s", seconds, text[1], text[2],
                 text[3]);
    mg_json_close(&json);
    return true;
}

static bool look_at_out(mg_report_result *result, const mg_report_places *places, mg_error *error)
{
    char here[MG_PATH];
    bool has;
    if (!has_file(places->results, result->name, result->profile, "runs.csv", here, &has, error))
        return false;
    if (!has)
        return true;
    if (!read_machine(result, here, error))
        return false;
    if (result->from != MG_FROM_GOLDEN)
        return true;
    result->checked = true;
    count_tasks_here(result, here);
    return compare_files(result, here, error);
}

/* ---- claims ---- */

bool mg_report_is_claim(const mg_report_result *result, size_t asked_row)
{
    return *mg_report_cell(&result->asked, asked_row, "kind") != '\0';
}

/* Whether `name`, a method or method/variant, occurs in a clause: not inside a longer name. */
static bool names_method(const char *clause, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = clause; (at = strstr(at, name)); at++) {
        bool begins = at == clause || strchr(" (", at[-1]);
        if (begins && (!at[length] || strchr(" .,)", at[length])))
            return true;
    }
    return false;
}

static bool rests_on_stale(const mg_report_result *result, const char *id)
{
    for (size_t row = 0; row < result->clauses.rows; row++) {
        const char *text = mg_report_cell(&result->clauses, row, "text");
        for (int i = 0; i < result->methods && !strcmp(mg_report_cell(&result->clauses, row, "id"), id); i++) {
            const mg_report_method *method = &result->method[i];
            if (method->stale && (names_method(text, method->name) || names_method(text, method->method)))
                return true;
        }
    }
    return false;
}

mg_report_claim mg_report_judged(const mg_report_result *result, size_t asked_row)
{
    mg_report_claim claim = {mg_report_cell(&result->asked, asked_row, "id"), "not run", "", "", ""};
    if (result->from == MG_FROM_NOWHERE)
        claim.why = "the result has not been run";
    else if (!result->claims.columns)
        claim.why = "only a part of the result has been run";
    else
        claim.why = "not judged yet: the claim is newer than the result";
    char *criterion = mg_claims_criterion(&result->asked, asked_row);
    for (size_t row = 0; row < result->claims.rows; row++) {
        if (strcmp(mg_report_cell(&result->claims, row, "id"), claim.id) != 0)
            continue;
        claim.verdict = mg_report_cell(&result->claims, row, "verdict");
        claim.decided_by = mg_report_cell(&result->claims, row, "decided_by");
        claim.deviations = mg_report_cell(&result->claims, row, "deviations");
        claim.why = "";
        if (strcmp(mg_report_cell(&result->claims, row, "criterion"), criterion) != 0) {
            claim.verdict = "stale";
            claim.why = "judged by an earlier wording of the criterion";
        }
    }
    free(criterion);
    if (rests_on_stale(result, claim.id)) {
        claim.verdict = "stale";
        claim.why = "rests on runs of an older version of the program";
    }
    return claim;
}

/* ---- the whole ---- */

bool mg_report_load(mg_report_result *result, const char *name, const mg_report_places *places, mg_error *error)
{
    char folder[MG_PATH];
    *result = (mg_report_result){0};
    snprintf(result->name, sizeof result->name, "%s", name);
    if (!mg_about_read(places->reports, result->name, &result->about, error) ||
        !mg_path_join(folder, sizeof folder, places->reports, name, error) ||
        !open_csv(folder, "claims.csv", "id,kind,claim,source,for,clause,note", &result->asked, error) ||
        !open_csv(folder, "paper.csv", "method,variant,metric,value,unit,source,printed", &result->papers, error))
        return false;
    if (!open_csv(places->golden, "CHANGES.csv", "version,result,profile,class,reason", &result->changes, error))
        return false;
    if (!find_folder(result, places, error))
        return false;
    if (result->from == MG_FROM_NOWHERE)
        return true;
    if (!open_folder(result, error) || !open_extra(result, places, error) || !list_metrics(result, error) ||
        !count_tasks(result, &result->runs, true, error) || !count_tasks(result, &result->not_run, false, error) ||
        !check_keys(result, error) || !check_curve(result, error))
        return false;
    mark_stale(result);
    return look_at_out(result, places, error);
}

void mg_report_close(mg_report_result *result)
{
    mg_csv *all[] = {&result->runs,       &result->curve,   &result->summary, &result->claims,
                     &result->clauses,    &result->not_run, &result->stale,   &result->asked,
                     &result->deviations, &result->papers,  &result->changes, &result->extra};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i]->columns)
            mg_csv_close(all[i]);
    mg_about_close(&result->about);
}
