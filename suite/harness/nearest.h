/* nearest.h - what was probably meant: the known name that is nearest to a mistyped one. */
#ifndef MG_NEAREST_H
#define MG_NEAREST_H

/* The name among n that takes the fewest edits (letters put in, left out, replaced) to become what was typed, or NULL
 * where none is near: a third of the letters and one may be wrong. name(context, i). */
const char *mg_nearest(const char *typed, int n, const char *(*name)(const void *context, int i), const void *context);

#endif
