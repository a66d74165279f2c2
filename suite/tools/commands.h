/* commands.h - the subcommands of marlgold. Each gets its own argv (argv[0] is its name), prints errors itself and
 * returns the exit status. */
#ifndef MG_COMMANDS_H
#define MG_COMMANDS_H

#include "suite/tools/programs.h"

int mg_command_list(int argc, char **argv);
int mg_command_run(int argc, char **argv);
int mg_command_watch(int argc, char **argv);
int mg_command_check(int argc, char **argv);
int mg_command_diff(int argc, char **argv);
int mg_command_tasks(int argc, char **argv);
int mg_command_merge(int argc, char **argv);
int mg_command_check_golden(int argc, char **argv);
int mg_command_audit(int argc, char **argv);
int mg_command_rejudge(int argc, char **argv);

/* An option with a value ("--profile quick" or "--profile=quick") at argv[*i]: moves *i to its last word. */
typedef struct mg_flag {
    const char *name;   /* "--profile" */
    const char **value; /* NULL: it takes none, and sets *on */
    bool *on;
} mg_flag;

/* Takes the known options out of argv[1..]; what is left over is moved to the front of argv (argv[0] excepted) and
 * counted in *left. "--" ends the options. An unknown option, or one without its value, is an error with exit
 * status 2. */
bool mg_flags_read(int argc, char **argv, const mg_flag *flag, int *left, mg_error *error);

/* "quick" or "paper", else an error. */
bool mg_profile_check(const char *profile, mg_error *error);

/* Prints "marlgold NAME: text" and gives the exit status. */
int mg_command_failed(const char *name, const mg_error *error);

#endif
