/* report_page.h - the page itself, as HTML that is well-formed XML too. */
#ifndef MG_REPORT_PAGE_H
#define MG_REPORT_PAGE_H

#include "suite/tools/report_figures.h"

/* How the page begins: title, what this is, table of all results. `style` is the CSS, inlined. */
void mg_page_start(mg_text *page, const char *style);
void mg_page_overview(mg_text *page, const mg_report_result *result, int results);
/* The section of one result, with its figures. */
void mg_page_result(mg_text *page, const mg_report_result *result, const mg_report_figure *figure, int figures);
/* What may differ between machines, and how the page was made. gnuplot: name and version, or "" for a page
 * without figures. */
void mg_page_end(mg_text *page, const char *gnuplot);

/* ---- its parts ---- */
void mg_page_numbers(mg_text *page, const mg_report_result *result);
void mg_page_claims(mg_text *page, const mg_report_result *result);
void mg_page_deviations(mg_text *page, const mg_report_result *result);
void mg_page_failures(mg_text *page,
                      const mg_report_result *result); /* what diverged, is stale or was not run */
void mg_page_contradicted(mg_text *page, const mg_report_result *result, int results); /* claims, by which clause */
void mg_page_badge(mg_text *page, const char *verdict);
void mg_page_badge_saying(mg_text *page, const char *verdict, const char *words); /* the verdict's sign, other words */
void mg_page_element(mg_text *page, const char *open, const char *plain,
                     const char *close); /* only `plain` is escaped */

#endif
