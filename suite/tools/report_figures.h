/* report_figures.h - data for gnuplot from a result's CSV files, and gnuplot's pictures made fit for one page.
 */
#ifndef MG_REPORT_FIGURES_H
#define MG_REPORT_FIGURES_H

#include "suite/tools/report_result.h"
#include "suite/tools/report_text.h"

#define MG_FIGURES_MAX 24

typedef struct mg_report_figure {
    char name[96]; /* of the SVG file, without .svg; also the prefix of the ids in it */
    char title[300], caption[1500];
    int place; /* from 1, MG_FIGURES_MAX + 1 where the script says none */
    char *svg; /* the file's text */
    size_t length;
} mg_report_figure;

/* Writes the files that reports/figures/style.gp describes into the folder, which exists. */
bool mg_report_prepare(const mg_report_result *result, const char *folder, mg_error *error);

/* Runs every script of the result (reports/<result>/<name>.gp, which makes <result>-<name>.svg; without any,
 * reports/figures/default-curves.gp once per metric with a curve) on the data in the folder. In the order of the
 * places that scripts name ("# place: 1"), then of their names. */
bool mg_report_draw(const mg_report_result *result, const char *reports, const char *folder, mg_report_figure *figure,
                    int *figures, mg_error *error);
void mg_report_figure_free(mg_report_figure *figure);

/* gnuplot's name and version, "gnuplot 5.4 patchlevel 4"; an error where it is not installed. */
bool mg_report_gnuplot(char version[100], mg_error *error);

/* The figure's <svg> element for the page: named for people who do not see it, ids unique on the page. */
void mg_report_inline(mg_text *page, const mg_report_figure *figure);

#endif
