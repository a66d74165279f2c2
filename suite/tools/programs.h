/* programs.h - the result programs that stand beside marlgold, and what they say of themselves. */
#ifndef MG_PROGRAMS_H
#define MG_PROGRAMS_H

#include "core/io/file.h"
#include <stdbool.h>
#include <stddef.h>

enum { MG_PROGRAMS_MAX = 200, MG_TOOL_PATH = MG_PATH };

typedef struct mg_program {
    char path[MG_TOOL_PATH];
    char name[64];
    char broken[700]; /* "", or why it could not say all that, though it should */
} mg_program;

typedef struct mg_programs {
    int count;
    mg_program *program; /* by name */
} mg_programs;

/* Looks through marlgold's own folder. Only files that hold the harness's mark are ever started, so that it is safe
 * in a folder of many programs, like /usr/local/bin. */
bool mg_programs_find(mg_programs *programs, mg_error *error);
/* An error where one of them is broken: for commands that have nothing to say without it. */
bool mg_programs_usable(const mg_programs *programs, mg_error *error);
void mg_programs_free(mg_programs *programs);
/* NULL, with exit status 2 and the nearest name as a hint, where there is none. */
const mg_program *mg_programs_get(const mg_programs *programs, const char *name, mg_error *error);

/* The tasks of a profile: "lio/0", "exact/grid/0". */
typedef struct mg_task_list {
    int count;
    char **name;
    char *text; /* owned */
} mg_task_list;
bool mg_program_tasks(const mg_program *program, const char *profile, mg_task_list *tasks, mg_error *error);
void mg_task_list_free(mg_task_list *tasks);

/* method[/variant] and seed of a task's name. */
void mg_task_split(const char *task, char method[200], char seed[16]);
/* The same as --methods and --seeds want them for that task alone: "lio/" is not lio's variants too. */
void mg_task_choice(const char *task, char method[200], char seed[16]);

/* What golden has of a result and profile. has[i]: its runs.csv has task i; excused[i]: its not_run.csv names it. */
typedef struct mg_golden_state {
    bool present;            /* there is a runs.csv at all */
    int has, excused, stale; /* tasks; methods */
    bool *task_has, *task_excused;
} mg_golden_state;
bool mg_golden_look(const char *golden, const mg_program *program, const char *profile, const mg_task_list *tasks,
                    mg_golden_state *state, mg_error *error);
void mg_golden_free(mg_golden_state *state);

#endif
