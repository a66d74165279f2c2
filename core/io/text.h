/* text.h - numbers as text, the same on every libc and locale. */
#ifndef MG_TEXT_H
#define MG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define MG_NUMBER_TEXT 40

/* Shortest %.Ng (N <= 17) that reads back equal; nan, inf, -inf for the rest. Returns text. */
const char *mg_print_double(double x, char text[MG_NUMBER_TEXT]);
const char *mg_print_float(float x, char text[MG_NUMBER_TEXT]); /* N <= 9 */

/* The whole of text is one number (decimal, or nan / inf / -inf as printed above). '.' is the decimal point in any locale. */
bool mg_read_double(const char *text, double *x);
bool mg_read_long(const char *text, long low, long high, long *x);

#endif
