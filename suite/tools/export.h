/* export.h - `marlgold export`: a result's table as people paste it into a paper or read it into a program.
 *
 *     marlgold export RESULT [--format csv|json|latex] [--metrics a,b] [--profile quick|paper]
 *                            [--golden DIR | --results DIR] [--reports DIR]
 *
 * Methods x metrics with the number of seeds, mean, interquartile mean and its 95 % interval, the paper's number where
 * it prints one, and the verdict on every claim; and a line to cite, which names version, result, profile, the
 * XXH3-128 of trail.csv (what xxh128sum prints) and the commit that made the numbers. csv and json hold every digit,
 * latex four significant ones.
 */
#ifndef MG_EXPORT_H
#define MG_EXPORT_H

#include "suite/tools/report_result.h"
#include "suite/tools/report_text.h"

typedef struct mg_export {
    mg_report_result result;
    char version[32], commit[64], cite[300];
    const char *metrics; /* "a,b", or NULL: all */
} mg_export;

/* One number of the table: a row of summary.csv. Texts as they stand in the file. */
typedef struct mg_export_number {
    const char *method, *variant, *metric;
    const char *seeds, *mean, *iqm, *low, *high; /* one seed has no interval: low and high are "" */
    const char *paper, *source;                  /* "" where the paper prints none */
    int tasks;                                   /* of the method, those that diverged or were not run too */
    bool stale;
} mg_export_number;

/* False where --metrics leaves the row out. */
bool mg_export_number_at(const mg_export *export, size_t row, mg_export_number *number);
bool mg_export_takes(const mg_export *export, const char *metric);

void mg_export_csv(const mg_export *export, mg_text *text);
bool mg_export_json(const mg_export *export, mg_text *text, mg_error *error);
void mg_export_latex(const mg_export *export, mg_text *text);

/* argv[0] is "export". Exit status: 0; 2 wrong usage; 3 bad input or I/O error, with nothing printed. */
int mg_command_export(int argc, char **argv);

#endif
