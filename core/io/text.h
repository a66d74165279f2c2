/* text.h - numbers as text, the same on every libc and locale. */
#ifndef MG_TEXT_H
#define MG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define MG_NUMBER_TEXT 40

/* The shortest of the texts %.1g to %.17g that read back equal (of two as long, the one without exponent: 60000);
 * nan, inf, -inf for the rest. Returns text. */
const char *mg_print_double(double x, char text[MG_NUMBER_TEXT]);
const char *mg_print_float(float x, char text[MG_NUMBER_TEXT]); /* to %.9g */

/* The whole of text is one number: -12.5e-3, or nan / inf / -inf as printed above; '.' is the decimal point in any
 * locale. No blanks, no leading + or ., no hexadecimal, nothing too large, at most 400 characters; else false and *x
 * is left alone. */
bool mg_read_double(const char *text, double *x);
/* Names of results, methods, metrics and tables: 1 to 60 letters, digits, '.', '_', '-' and '/', and no blank, quote or
 * other sign that a page, a shell or a plotting program could take for its own. */
bool mg_is_name(const char *text);
/* Sorts by compare, which is as strcmp's result and tells all of them apart, or the order of equal ones is any. */
void mg_sort_texts(const char **text, size_t count, int (*compare)(const char *a, const char *b));
bool mg_read_long(const char *text, long low, long high, long *x);

#endif
