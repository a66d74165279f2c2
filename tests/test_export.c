/* marlgold export on a small result made up here: the same numbers in CSV, JSON and LaTeX, who made them, signs that a
 * format takes for its own, and what is refused. */
#include "core/io/csv.h"
#include "core/io/json.h"
#include "core/io/process.h"
#include "suite/harness/changes.h"
#include "tests/scratch.h"
#include "tests/tap.h"
#include <string.h>

static const char *marlgold(void)
{
    static char path[300];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof path, "%.200s/bin/marlgold", build && *build ? build : "build");
    return path;
}

/* ---- the result: two methods, one stale, one with a seed that diverged; all signs in a claim ---- */

static const char signs[] = "50 % of $5 & {x}_y ~ ^ # \\ < > | \"q\"";

static void write_file(const char *name, const char *text)
{
    mg_error error = {0};
    char folder[600];
    snprintf(folder, sizeof folder, "%s", scratch(name));
    *strrchr(folder, '/') = '\0';
    if (mg_folder_create(folder, &error) && mg_file_write(scratch(name), text, strlen(text), &error))
        return;
    printf("Bail out! %s\n", error.text);
    exit(1);
}

static void make_runs(const char *root)
{
    static const char summary[] =
        "method,variant,metric,n,mean,min,max,std,iqm,low,high,paper,paper_source\n"
        "a,,coin_sum,4,-0.7123456789012345,-1,-0.5,0.25,-0.6714285714285715,-0.93333,0.00005,-2.5,Table 1\n"
        "a,,steps,4,123456,1,2,3,123456,123455,123457,,\n"
        "b,wide,coin_sum,3,-0.5,-0.6,-0.4,0.2,-0.49,-0.66,-0.41,,\n"
        "b,wide,step,1,7,7,7,0,7,7,7,,\n";
    char name[100], runs[2000];
    int length = snprintf(runs, sizeof runs, "method,variant,seed,semantics,status,coin_sum,steps,step,trail\n");
    for (int m = 0; m < 2; m++)
        for (int s = 0; s < 4; s++)
            length += snprintf(runs + length, sizeof runs - (size_t)length, "%s,%d,1,%s,1,2,3,%032d\n",
                               m ? "b,wide" : "a,", s, m && s == 2 ? "diverged: weights" : "ok", m);
    snprintf(name, sizeof name, "%s/toy/paper/runs.csv", root), write_file(name, runs);
    snprintf(name, sizeof name, "%s/toy/paper/summary.csv", root), write_file(name, summary);
    snprintf(name, sizeof name, "%s/toy/paper/trail.csv", root);
    write_file(name, "method,variant,seed\na,,0\n");
    snprintf(name, sizeof name, "%s/toy/paper/stale.csv", root);
    write_file(name, "method,variant,reason\nb,wide,an older program\n");
    snprintf(name, sizeof name, "%s/toy/paper/clauses.csv", root);
    write_file(name, "id,clause,text,paper,n,measured,low,high,threshold,ours,state\n"
                     "T2,1,coin_sum: b/wide > a,,4,1,1,1,0,,holds\n");
    snprintf(name, sizeof name, "%s/toy/paper/claims.csv", root);
    write_file(name, "id,claim,criterion,verdict,decided_by,deviations\n"
                     "T1,whatever,max(a.coin_sum) <= 0,reproduced,,\n"
                     "T2,b,coin_sum: b/wide > a,reproduced,,\n");
}

static void make_reports(void)
{
    char claims[600];
    snprintf(
        claims, sizeof claims,
        "id,kind,claim,source,for,clause,paper,note\nT1,hard,\"50 %% of $5 & {x}_y ~ ^ # \\ < > | \"\"q\"\"\",Table "
        "1,,max(a.coin_sum) <= 0,,\nT2,soft,two,Table 2,,coin_sum: b/wide > a,,\n");
    write_file("reports/toy/claims.csv", claims);
    write_file("reports/toy/about.csv", "title,source,about\nA toy,\"Nobody, Table 1\",Coins.\n");
    write_file("reports/toy/paper.csv", "method,variant,metric,value,unit,source,printed,note\n"
                                        "a,,coin_sum,-2.75,coins,\"Table 1, row a\",yes,\n"
                                        "b,wide,coin_sum,9,coins,their files,no,\n");
}

/* A golden of it whose CHANGES.csv tells the truth. */
static void make_golden(void)
{
    mg_error error = {0};
    mg_csv none = {0};
    mg_csv_writer writer = {0};
    char digest[MG_DIGEST_TEXT];
    make_runs("golden");
    if (!mg_folder_digest(scratch("golden/toy/paper"), digest, &error))
        exit(1);
    const char *const cell[MG_CHANGE_CHAIN] = {"0.9.7", "abcdef012345", "toy",  "paper", "new", "a/0",
                                               "",      digest,         "first"};
    mg_changes_append(&none, cell, &writer);
    if (!mg_csv_save(&writer, scratch("golden/CHANGES.csv"), &error))
        exit(1);
    mg_csv_free(&writer);
}

/* ---- running it ---- */

/* What `marlgold export WORD...` prints on stdout, with both streams if `errors`; to be freed. */
static char *export(const char *const *word, bool errors, int *status)
{
    const char *argument[24] = {marlgold(), "export"};
    int count = 2;
    mg_error error = {0};
    char *text;
    char reports[600], golden[600];
    snprintf(reports, sizeof reports, "%s", scratch("reports"));
    snprintf(golden, sizeof golden, "%s", scratch("golden"));
    const char *const places[] = {"--reports", reports, "--golden", golden};
    for (int i = 0; i < 4; i++)
        argument[count++] = places[i];
    for (; *word; word++)
        argument[count++] = *word;
    if (mg_process_capture(argument, errors, &text, status, &error))
        return text;
    printf("Bail out! %s\n", error.text);
    exit(1);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Exit status, one line on stderr that says so, nothing on stdout. */
static void refused(const char *name, int wanted, const char *says, const char *const *word)
{
    int status, again;
    char *both = export(word, true, &status), *out = export(word, false, &again);
    size_t length = strlen(both);
    bool one_line = length && both[length - 1] == '\n' && strchr(both, '\n') == both + length - 1;
    if (!tap_ok(status == wanted && again == wanted && strstr(both, says) && one_line && !*out, "refused: %s", name))
        tap_note("exit status %d: %s", status, both);
    free(both);
    free(out);
}

/* ---- CSV ---- */

static const char csv_header[] = "row,name,variant,metric,seeds,tasks,mean,iqm,low,high,paper,source,verdict,text";

static bool row_is(const mg_csv *csv, size_t row, const char *const *wanted)
{
    for (int column = 0; row < csv->rows && column < csv->columns; column++)
        if (strcmp(mg_csv_cell(csv, row, column), wanted[column]) != 0) {
            tap_note("row %zu, %s: '%s', wanted '%s'", row, csv->header[column], mg_csv_cell(csv, row, column),
                     wanted[column]);
            return false;
        }
    return row < csv->rows;
}

static void test_csv(void)
{
    static const char *const rows[][14] = {
        {"number", "a", "", "coin_sum", "4", "4", "-0.7123456789012345", "-0.6714285714285715", "-0.93333", "0.00005",
         "-2.75", "Table 1, row a", "", ""},
        {"number", "a", "", "steps", "4", "4", "123456", "123456", "123455", "123457", "", "", "", ""},
        {"number", "b", "wide", "coin_sum", "3", "4", "-0.5", "-0.49", "-0.66", "-0.41", "", "", "stale", ""},
        {"number", "b", "wide", "step", "1", "4", "7", "7", "", "", "", "", "stale", ""},
        {"claim", "T1", "", "", "", "", "", "", "", "", "", "Table 1", "reproduced", signs},
        {"claim", "T2", "", "", "", "", "", "", "", "", "", "Table 2", "stale", "two"},
    };
    mg_error error = {0};
    mg_csv csv = {0};
    int status;
    char *text = export(WORDS("toy"), false, &status);
    write_file("export.csv", text);
    tap_ok(status == 0 && mg_csv_read(scratch("export.csv"), csv_header, &csv, &error), "csv is what libcsv reads");
    tap_ok(csv.rows == 7, "a row per number, per claim, and the line to cite");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        tap_ok(row_is(&csv, i, rows[i]), "csv: row %zu, every digit", i + 1);
    tap_ok(csv.rows == 7 && !strcmp(mg_csv_cell(&csv, 6, 0), "cite") &&
               !strncmp(mg_csv_cell(&csv, 6, 13), "marlgold 0.9.7, toy (paper profile), digest ", 44) &&
               strstr(mg_csv_cell(&csv, 6, 13), ", commit abcdef012345"),
           "the line to cite names version, result, profile and commit of golden's last change");
    mg_digest trail;
    char digest[MG_DIGEST_TEXT];
    tap_ok(mg_digest_file(scratch("golden/toy/paper/trail.csv"), &trail, &error) &&
               strstr(text, mg_digest_print(trail, digest)),
           "and the digest of trail.csv");
    mg_csv_close(&csv);
    free(text);
}

static void test_choice(void)
{
    mg_error error = {0};
    mg_csv csv = {0};
    int status;
    char *text = export(WORDS("toy", "--metrics=steps,coin_sum"), false, &status);
    write_file("export.csv", text);
    tap_ok(status == 0 && mg_csv_read(scratch("export.csv"), csv_header, &csv, &error) && csv.rows == 6 &&
               !strcmp(mg_csv_cell(&csv, 1, 3), "steps") && !strcmp(mg_csv_cell(&csv, 2, 3), "coin_sum"),
           "--metrics takes those and no other, claims stay");
    mg_csv_close(&csv);
    free(text);
}

/* ---- JSON ---- */

static bool json_is(const mg_json *json, const char *path, mg_json_type type, const char *text)
{
    const mg_json_value *value = mg_json_find(json, path);
    bool good = value && value->type == type && (!text || !strcmp(value->text, text));
    if (!good)
        tap_note("%s is '%s', wanted '%s'", path, value ? value->text : "nowhere", text ? text : "null");
    return good;
}

static void test_json(void)
{
    mg_error error = {0};
    mg_json json = {0};
    int status;
    char *text = export(WORDS("toy", "--format", "json"), false, &status);
    write_file("export.json", text);
    if (!tap_ok(status == 0 && mg_json_read(scratch("export.json"), &json, &error), "json is what yajl reads"))
        return;
    tap_ok(json_is(&json, "result", MG_JSON_STRING, "toy") && json_is(&json, "title", MG_JSON_STRING, "A toy") &&
               json_is(&json, "version", MG_JSON_STRING, "0.9.7") && json_is(&json, "profile", MG_JSON_STRING, "paper"),
           "json: what it is");
    tap_ok(json_is(&json, "numbers[0].mean", MG_JSON_NUMBER, "-0.7123456789012345") &&
               json_is(&json, "numbers[0].paper", MG_JSON_NUMBER, "-2.75") &&
               json_is(&json, "numbers[0].stale", MG_JSON_BOOL, "false"),
           "json: every digit, and the paper's number");
    tap_ok(json_is(&json, "numbers[1].paper", MG_JSON_NULL, NULL) &&
               json_is(&json, "numbers[3].low", MG_JSON_NULL, NULL) &&
               json_is(&json, "numbers[2].paper", MG_JSON_NULL, NULL),
           "json: null where there is none, where the paper does not print it, and for one seed's interval");
    tap_ok(json_is(&json, "numbers[2].stale", MG_JSON_BOOL, "true") &&
               json_is(&json, "numbers[2].seeds", MG_JSON_NUMBER, "3") &&
               json_is(&json, "numbers[2].tasks", MG_JSON_NUMBER, "4"),
           "json: stale, and the seeds of the tasks");
    tap_ok(json_is(&json, "claims[0].claim", MG_JSON_STRING, signs) &&
               json_is(&json, "claims[1].verdict", MG_JSON_STRING, "stale"),
           "json: claims, sign by sign, and verdicts");
    mg_json_close(&json);
    free(text);
}

/* ---- LaTeX ---- */

/* Every row of every table has as many cells as its head. */
static bool rows_fit(const char *text)
{
    int wanted = -1, rows = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t length = strcspn(line, "\n");
        int cells = 1;
        for (size_t i = 0; i < length; i++)
            cells += line[i] == '&' && line[i - 1] != '\\';
        if (!strncmp(line, "\\begin{tabular}", 15))
            wanted = -1;
        if (length < 3 || strncmp(line + length - 2, "\\\\", 2) != 0)
            continue;
        if (wanted >= 0 && cells != wanted)
            return false;
        wanted = cells;
        rows++;
    }
    return rows > 2;
}

static void test_latex(void)
{
    int status;
    char *text = export(WORDS("toy", "--format", "latex"), false, &status);
    tap_ok(status == 0 && strstr(text, "Method & coin\\_sum & steps & step \\\\\n"), "latex: a column per metric");
    tap_ok(strstr(text, "\na & $-0.6714$ [$-0.9333$, $5 \\cdot 10^{-5}$] & $123456$ [$123455$, $123457$] &  \\\\\n"
                        "\\quad mean & $-0.7123$ & $123456$ &  \\\\\n\\quad seeds & 4 & 4 &  \\\\\n"
                        "\\quad paper & $-2.75$ &  &  \\\\\n") != NULL,
           "latex: four digits, whole numbers in full, the paper's number");
    tap_ok(strstr(text, "\nb/wide (stale) & $-0.49$ [$-0.66$, $-0.41$] &  & $7$ \\\\\n") &&
               strstr(text, "\\quad seeds & 3 of 4 &  & 1 of 4 \\\\\n\\hline"),
           "latex: stale, no interval of one seed, seeds of tasks, no line for a paper that prints nothing");
    tap_ok(strstr(text, "50 \\% of \\$5 \\& \\{x\\}\\_y \\textasciitilde{} \\textasciicircum{} \\# \\textbackslash{} "
                        "\\textless{} \\textgreater{} \\textbar{} ''q''") != NULL,
           "latex: every sign that it takes for its own");
    tap_ok(rows_fit(text), "latex: as many cells in each row as in the head");
    tap_ok(strstr(text, "\n\\noindent marlgold 0.9.7, toy") != NULL, "latex: the line to cite");
    free(text);
}

/* ---- one's own runs, and what is refused ---- */

static void test_own(void)
{
    int status;
    char own[600];
    make_runs("own");
    snprintf(own, sizeof own, "%s", scratch("own"));
    refused("own runs without machine.json", 3, "machine.json: no such file", WORDS("toy", "--results", own));
    write_file("own/toy/paper/machine.json", "{\"version\": \"1.2.3\", \"commit\": \"fedcba\"}\n");
    char *text = export(WORDS("toy", "--results", own), false, &status);
    tap_ok(status == 0 && strstr(text, "marlgold 1.2.3, toy (paper profile, own run)") && strstr(text, "commit fedcba"),
           "--results: own runs, said to be so");
    free(text);
    (void)remove(scratch("own/toy/paper/summary.csv"));
    refused("a result that ran in part", 3, "no summary.csv", WORDS("toy", "--results", own));
    refused("a result that is nowhere", 3, "no paper result there; run `lio-ipd --profile paper`",
            WORDS("lio-ipd", "--profile", "paper"));
}

static void test_wrong_use(void)
{
    refused("no name", 2, "wanted one result", WORDS("--format", "csv"));
    refused("two names", 2, "2 names, wanted one result", WORDS("toy", "toy"));
    refused("a format", 2, "--format 'xml': wanted csv, json or latex", WORDS("toy", "--format", "xml"));
    refused("a profile", 2, "wanted quick or paper", WORDS("toy", "--profile", "big"));
    refused("a metric, with the nearest", 2, "no metric 'coin_sun'", WORDS("toy", "--metrics", "coin_sun"));
    refused("an empty metric", 2, "no metric ''", WORDS("toy", "--metrics", "step,"));
    refused("a misspelt result, with the nearest", 2, "did you mean 'lio-ipd'", WORDS("lio-idp"));
    refused("a path for a name", 2, "wanted the name of a result", WORDS("../toy"));
    refused("the other profile", 2, "no result 'toy'", WORDS("toy", "--profile", "quick"));
}

static void test_edited_golden(void)
{
    write_file("golden/toy/paper/stale.csv", "method,variant,reason\n");
    refused("golden edited by hand", 3, "not the folder that its last row in CHANGES.csv left", WORDS("toy"));
    write_file("golden/CHANGES.csv", MG_CHANGES_HEADER "\n");
    refused("golden that no row is about", 3, "no row of CHANGES.csv is about this folder", WORDS("toy"));
    write_file("golden/toy/paper/summary.csv", "method,variant\n");
    refused("a file that lacks a column", 3, "summary.csv:1: no column \"metric\"", WORDS("toy"));
}

int main(void)
{
    make_reports();
    make_golden();
    test_csv();
    test_choice();
    test_json();
    test_latex();
    test_own();
    test_wrong_use();
    test_edited_golden();
    scratch_remove();
    return tap_done();
}
