/* diff.h - where two result folders, or two dumps of a checkpoint, first differ. */
#ifndef MG_DIFF_H
#define MG_DIFF_H

#include "core/io/error.h"
#include <stdio.h>

/* a and b: two result folders (with runs.csv or trail.csv in them) or two CSV files of one header. Prints on `out`,
 * per file, the first row that differs: for a trail the task, checkpoint, kind and both digests; for numbers both
 * values and their distance in units in the last place (of binary32 where `bits` has 8 digits). Returns
 * MG_EXIT_OK (same), MG_EXIT_DIFFERS, or MG_EXIT_USAGE / MG_EXIT_INPUT with *error set. */
int mg_diff(const char *a, const char *b, FILE *out, mg_error *error);

#endif
