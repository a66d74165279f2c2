/* report_parts.h - the parts of a result's section, and the lists of papers. */
#ifndef MG_REPORT_PARTS_H
#define MG_REPORT_PARTS_H

#include "suite/tools/report_elements.h"

/* report_numbers.c */
void mg_page_numbers(mg_text *page, const mg_report_result *result);

/* report_claims.c */
void mg_page_claims(mg_text *page, const mg_report_result *result);
void mg_page_deviations(mg_text *page, const mg_report_result *result);
void mg_page_failures(mg_text *page, const mg_report_result *result); /* what diverged, is stale or was not run */
void mg_page_contradicted(mg_text *page, const mg_report_result *result, int results); /* claims, by which clause */

/* report_references.c; references: reports/references.csv. Every paper in full: those whose results are here, then
 * those to come. Nothing where there is no such file. */
void mg_page_references(mg_text *page, const mg_csv *references);
void mg_page_papers(mg_text *page, const mg_csv *references, const char *result); /* a result's, linked to them */

/* report_matrix.c; matrix: matrix.csv as `make matrix` writes it. Nothing where it has no rows. */
void mg_page_matrix(mg_text *page, const mg_csv *matrix);

#endif
