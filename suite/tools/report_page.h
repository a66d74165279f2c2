/* report_page.h - the page itself, as HTML that is well-formed XML too. */
#ifndef MG_REPORT_PAGE_H
#define MG_REPORT_PAGE_H

#include "suite/tools/report_figures.h"

/* How the page begins: title, what this is, the menu, table of all results. `style` is the CSS, inlined. */
void mg_page_start(mg_text *page, const char *style, const mg_report_result *result, int results);
void mg_page_overview(mg_text *page, const mg_report_result *result, int results);
/* The section of one result, with its figures. references: reports/references.csv. */
void mg_page_result(mg_text *page, const mg_report_result *result, const mg_csv *references,
                    const mg_report_figure *figure, int figures);
/* Every paper in full: those whose results are here, then those to come. Nothing where there is no such file. */
void mg_page_references(mg_text *page, const mg_csv *references);
void mg_page_papers(mg_text *page, const mg_csv *references, const char *result); /* a result's, linked to them */
/* What may differ between machines, and how the page was made. gnuplot: name and version, or "" for a page
 * without figures. */
void mg_page_end(mg_text *page, const char *gnuplot);

/* ---- its parts ---- */
typedef enum mg_page_part {
    MG_PART_FIGURES,
    MG_PART_NUMBERS,
    MG_PART_CLAIMS,
    MG_PART_DEVIATIONS,
    MG_PART_FAILURES,
    MG_PART_REPRODUCE,
    MG_PARTS
} mg_page_part;
/* The heading of a part of a result: where its menu leads, an id of its own on the page. */
void mg_page_heading(mg_text *page, const mg_report_result *result, mg_page_part part);
/* Begins a table in a region that scrolls by itself and can be reached by keyboard; its caption names both, so no two
 * are the same: what, of a result, is unique there. `table`: a name that no other table of the result has. Ends with
 * "</table></div>". */
void mg_page_table(mg_text *page, const char *css_class, const char *result, const char *table, const char *what);
void mg_page_numbers(mg_text *page, const mg_report_result *result);
void mg_page_claims(mg_text *page, const mg_report_result *result);
void mg_page_deviations(mg_text *page, const mg_report_result *result);
void mg_page_failures(mg_text *page, const mg_report_result *result); /* what diverged, is stale or was not run */
void mg_page_contradicted(mg_text *page, const mg_report_result *result, int results); /* claims, by which clause */
void mg_page_badge(mg_text *page, const char *verdict);
void mg_page_badge_saying(mg_text *page, const char *verdict, const char *words); /* the verdict's sign, other words */
void mg_page_element(mg_text *page, const char *open, const char *plain,
                     const char *close); /* only `plain` is escaped */

#endif
