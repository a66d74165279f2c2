/* rows.h - two lists of CSV rows side by side: where they first differ, and one line that says so to a person. */
#ifndef MG_ROWS_H
#define MG_ROWS_H

#include "core/io/csv.h"
#include <stdio.h>

/* Rows first .. end-1 of one of two files of the same header. */
typedef struct mg_rows {
    const mg_csv *csv;
    size_t first, end;
    const char *owner; /* "golden", "this run": how messages call it */
} mg_rows;

typedef enum mg_difference_kind {
    MG_DIFFERENCE_NONE,
    MG_DIFFERENCE_CELL,   /* rows a and b differ in column */
    MG_DIFFERENCE_ONLY_A, /* b has no row like a */
    MG_DIFFERENCE_ONLY_B,
    MG_DIFFERENCE_ORDER /* both have row a, at another place */
} mg_difference_kind;

typedef struct mg_difference {
    mg_difference_kind kind;
    size_t a, b;
    int column;
} mg_difference;

/* The columns that name a row: bit c is set for column c. Without any the place in the list names it. */
typedef unsigned long long mg_key_columns;
mg_key_columns mg_key_columns_of(const mg_csv *csv,
                                 const char *const *name); /* NULL-terminated; unknown names are passed over */

/* Every cell counts, as text. */
mg_difference mg_rows_compare(const mg_rows *a, const mg_rows *b, mg_key_columns key);

/* "lio/3, checkpoint 2, incentives": the row's task or method, then its key columns, each with its name where it is a
 * number. */
const char *mg_row_label(const mg_csv *csv, size_t row, mg_key_columns key, char *text, size_t size);

/* One line: label, column, both values, their distance where they are numbers, and the place of both. */
void mg_difference_print(const mg_difference *difference, const mg_rows *a, const mg_rows *b, mg_key_columns key,
                         FILE *out);

/* How many representable numbers lie between the two (binary32 or binary64); UINT64_MAX where one of them is NaN. */
uint64_t mg_ulps_apart(double a, double b, bool binary32);

#endif
