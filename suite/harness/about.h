/* about.h - what a result is, in words for people: reports/<result>/about.csv, which is the only place that says it.
 *
 *     title,source,about      one row: a line, the paper and its sections, a paragraph
 */
#ifndef MG_ABOUT_H
#define MG_ABOUT_H

#include "core/io/csv.h"

typedef struct mg_about {
    const char *title, *source, *about; /* the result's name and "" where there is no such file */
    mg_csv csv;
} mg_about;

/* `result` outlives what is read. Refuses a file of another shape or with another number of rows. */
bool mg_about_read(const char *reports, const char *result, mg_about *about, mg_error *error);
void mg_about_close(mg_about *about);

#endif
