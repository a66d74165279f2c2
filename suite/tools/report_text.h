/* report_text.h - text that grows: what the page is written into. */
#ifndef MG_REPORT_TEXT_H
#define MG_REPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct mg_text {
    char *bytes; /* ends with a NUL; NULL while empty */
    size_t length, capacity;
} mg_text;

void mg_text_put(mg_text *text, const char *raw);
void mg_text_put_bytes(mg_text *text, const char *raw, size_t length);
__attribute__((format(printf, 2, 3))) void mg_text_format(mg_text *text, const char *format,
                                                          ...); /* raw, up to 2000 bytes */
void mg_text_html(mg_text *text, const char *plain);            /* & < > " ' as entities */
/* A cell of a CSV file as <data value="all its digits">four significant digits</data>, whole numbers in full;
 * text that is not a number as it is; a dash where it is empty. */
void mg_text_number(mg_text *text, const char *cell);
void mg_text_free(mg_text *text);

/* An identifier: letters and digits stay, everything else becomes _. */
void mg_text_key(char *key, size_t size, const char *name);

#endif
