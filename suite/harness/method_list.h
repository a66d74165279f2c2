/* method_list.h - the methods of a result as its help lists them, and as a mistyped name finds them. */
#ifndef MG_METHOD_LIST_H
#define MG_METHOD_LIST_H

#include "suite/harness/task.h"

#include <stdio.h>

/* A line per method: name, summary, seeds. A variant whose summary is that of its method's first variant says what it
 * sets otherwise in the paper profile, field by field. */
void mg_print_methods(const mg_experiment *experiment, FILE *out);

void mg_manual_methods(const mg_experiment *experiment, FILE *out); /* the same for a manual page */

/* The name, or name/variant, that is nearest to what was typed; false where none is near. */
bool mg_nearest_method(const mg_experiment *experiment, const char *typed, char nearest[MG_TASK_NAME]);

#endif
