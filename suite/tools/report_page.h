/* report_page.h - the page itself, as HTML that is well-formed XML too. */
#ifndef MG_REPORT_PAGE_H
#define MG_REPORT_PAGE_H

#include "suite/tools/report_figures.h"

/* How the page begins: title, what this is, the menu, table of all results. `style` is the CSS, inlined. machines:
 * the page has the table of machines. */
void mg_page_start(mg_text *page, const char *style, const mg_report_result *result, int results, bool machines);
void mg_page_overview(mg_text *page, const mg_report_result *result, int results);
/* The section of one result, with its figures. references: reports/references.csv. */
void mg_page_result(mg_text *page, const mg_report_result *result, const mg_csv *references,
                    const mg_report_figure *figure, int figures);
/* What may differ between machines, and how the page was made. gnuplot: name and version, or "" for a page
 * without figures. */
void mg_page_end(mg_text *page, const char *gnuplot);

#endif
