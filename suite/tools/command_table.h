/* command_table.h - the commands of marlgold, what they do and which options they have. */
#ifndef MG_COMMAND_TABLE_H
#define MG_COMMAND_TABLE_H

#include "suite/harness/manual.h"

typedef struct mg_tool_command {
    const char *name, *arguments, *summary;
    int (*run)(int argc, char **argv);
    const mg_manual_entry *options;
    const char *help;    /* a paragraph */
    const char *example; /* lines, or NULL */
} mg_tool_command;

extern const mg_tool_command mg_tool_commands[]; /* ended by a zeroed one */
int mg_tool_command_count(void);
const mg_tool_command *mg_tool_command_find(const char *name); /* or NULL */

/* Prints candidates for the last of the words behind "marlgold --complete" (argv[0], argv[1]); may become the program
 * of a result. */
int mg_tool_complete(int argc, char **argv);

#endif
