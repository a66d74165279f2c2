/* progress.h - one line on stderr that says how far, how fast and how long still; only where stderr is a terminal. */
#ifndef MG_PROGRESS_H
#define MG_PROGRESS_H

#include <stdbool.h>

typedef struct mg_progress {
    bool on, colour;
    double started, shown;
    double total;
    char label[64];
} mg_progress;

/* Off when quiet, when stderr is not a terminal or TERM=dumb; NO_COLOR (any non-empty value) turns colour off. */
mg_progress mg_progress_start(const char *label, double total, bool quiet);
void mg_progress_show(mg_progress *progress, double done, const char *unit); /* at most five times a second */
void mg_progress_end(mg_progress *progress);                                 /* clears the line */

double mg_seconds(void);     /* monotonic clock; never hashed */
double mg_cpu_seconds(void); /* of this process */

#endif
