/* process.h - other programs, run without a shell. */
#ifndef MG_PROCESS_H
#define MG_PROCESS_H

#include "core/io/error.h"

/* Runs argument[0] (found on PATH unless it holds a '/') with LC_ALL=C, waits, and gives what it wrote on stdout,
 * ended by a NUL, to be freed; with errors_too also what it wrote on stderr. *status: its exit status, or 128 + the
 * signal that ended it. False, with *text NULL, where it could not be started, read from or waited for.
 * SIGINT, SIGTERM and SIGHUP that this process gets (mg_signals_install) are passed on; on Linux a killed process
 * takes the program with it. SIGCHLD is set to its default, for else nobody could be waited for. */
bool mg_process_capture(const char *const *argument, bool errors_too, char **text, int *status, mg_error *error);

#endif
