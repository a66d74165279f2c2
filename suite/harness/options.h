/* options.h - the command line that all results share. */
#ifndef MG_OPTIONS_H
#define MG_OPTIONS_H

#include "suite/harness/command.h"

/* False with exit status 2 and one line that says what was found, what is wanted, and where help is. */
bool mg_options_read(const mg_experiment *experiment, int argc, char **argv, mg_options *options, mg_error *error);
void mg_options_free(mg_options *options);

void mg_print_help(const mg_experiment *experiment, const char *reports, FILE *out);
void mg_print_manual(const mg_experiment *experiment, const char *reports, FILE *out); /* for man(1) */
/* Candidates for the last of the words behind the program's name (suite/harness/manual.h). */
void mg_complete_options(const mg_experiment *experiment, int words, char *const *word, FILE *out);

#endif
