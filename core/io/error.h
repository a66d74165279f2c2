/* error.h - how input, output and usage errors travel: one line of text and the exit status it asks for. */
#ifndef MG_ERROR_H
#define MG_ERROR_H

#include <stdbool.h>

typedef enum mg_exit {
    MG_EXIT_OK = 0,
    MG_EXIT_DIFFERS = 1, /* a bit or a check differs */
    MG_EXIT_USAGE = 2,   /* wrong command line */
    MG_EXIT_INPUT = 3,   /* bad input, or an I/O error */
    MG_EXIT_SKIPPED = 77
} mg_exit;

typedef struct mg_error {
    mg_exit status; /* MG_EXIT_OK: no error */
    char text[700]; /* one line (of a very long one beginning and end), without program name: file:line: what was found,
                       what was wanted, a hint */
} mg_error;

/* Records an error (the first one stays) and returns false, so that `return mg_fail(error, ...)` reads well. */
__attribute__((format(printf, 3, 4))) bool mg_fail(mg_error *error, mg_exit status, const char *format, ...);

/* At the end of a program that prints: flushes stdout. If anything of it could not be written, now or before, a status
 * of MG_EXIT_OK becomes MG_EXIT_INPUT, with a line that says so. Returns the status. */
int mg_output_written(const char *program, int status);

/* Prints "program: text" on stderr and returns the exit status. */
int mg_report_error(const char *program, const mg_error *error);

#endif
