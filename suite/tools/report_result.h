/* report_result.h - one result as the page shows it: its CSV files, opened and cross-referenced. */
#ifndef MG_REPORT_RESULT_H
#define MG_REPORT_RESULT_H

#include "core/io/csv.h"
#include "core/io/digest.h"
#include "suite/harness/about.h"

#define MG_REPORT_METHODS_MAX 128
#define MG_REPORT_METRICS_MAX 64

/* Where things are: folders of the command line. */
typedef struct mg_report_places {
    const char *golden, *results, *reports;
    const char *profile; /* only this one; NULL: the first that there is */
} mg_report_places;

/* A method of runs.csv with its tasks by status. */
typedef struct mg_report_method {
    const char *method, *variant;
    char name[128]; /* method, or method/variant */
    char key[128];  /* name as an identifier */
    int tasks, ok, diverged, not_run;
    bool stale;
} mg_report_method;

typedef enum mg_report_source { MG_FROM_NOWHERE, MG_FROM_GOLDEN, MG_FROM_OUT } mg_report_source;

/* Files that do not exist have columns 0 and rows 0; of a result from nowhere only `asked` and `papers` can be
 * there. */
typedef struct mg_report_result {
    char name[64];
    mg_about about;
    mg_report_source from;
    char profile[16], folder[MG_PATH];
    mg_csv runs, curve, summary, claims, clauses, deviations, not_run, stale;
    mg_csv extra;   /* summary.csv of OUT's seeds beyond the profile's list, never compared */
    mg_csv asked;   /* reports/<result>/claims.csv */
    mg_csv papers;  /* reports/<result>/paper.csv */
    mg_csv changes; /* golden/CHANGES.csv */
    int methods;
    mg_report_method method[MG_REPORT_METHODS_MAX];
    int metrics;
    const char *metric[MG_REPORT_METRICS_MAX]; /* the columns of runs.csv between status and trail */
    char trail_digest[MG_DIGEST_TEXT];         /* of trail.csv; "" if there is none */
    bool checked;                              /* shown from golden, and OUT holds this profile too ... */
    int same_files;                            /* ... with so many files equal to golden's bit for bit */
    size_t tasks_here;                         /* ... of so many tasks */
    char difference[700];                      /* ... and the first difference, or "" */
    char machine[400];                         /* of OUT's machine.json: "37.2 s on ..., gcc 12.2, avx2", or "" */
} mg_report_result;

/* Opens what there is of the result `name`. A file that cannot be read, lacks a column or is cut off is an error that
 * names it. */
bool mg_report_load(mg_report_result *result, const char *name, const mg_report_places *places, mg_error *error);
void mg_report_close(mg_report_result *result);

/* The text of a column by its name; "" where the file lacks the column. */
const char *mg_report_cell(const mg_csv *csv, size_t row, const char *column);
/* Row whose cells equal (method, variant, metric), or -1. */
long mg_report_find(const mg_csv *csv, const char *method, const char *variant, const char *metric);
/* The paper's value for a row of summary.csv, if the paper prints it: of its paper.csv, else of the row itself; ""
 * where there is none. */
const char *mg_report_paper(const mg_report_result *result, size_t summary_row);
const mg_report_method *mg_report_method_of(const mg_report_result *result, const char *method, const char *variant);

/* Whether a row of the claims file is the first of its claim; the rows behind it only add clauses. */
bool mg_report_is_claim(const mg_report_result *result, size_t asked_row);

/* What a claim of the claims file came to. The verdict of claims.csv, or "not run" where that has none, or "stale"
 * where claims.csv judged another criterion, or where a method that a clause names is stale. */
typedef struct mg_report_claim {
    const char *id, *verdict, *decided_by, *deviations;
    const char *why; /* "" or why it is stale or was not run */
} mg_report_claim;
mg_report_claim mg_report_judged(const mg_report_result *result, size_t asked_row);

/* Verdicts in the order of the page: reproduced, direction only, unresolved, not reproduced, contradicted, diverged,
 * not run, stale. */
#define MG_VERDICTS 8
extern const char *const mg_report_verdicts[MG_VERDICTS];
int mg_report_verdict(const char *verdict); /* index; unknown texts count as not run */

#endif
