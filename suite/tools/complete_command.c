/* complete_command.c - what a shell completes on the command line of marlgold. */
#include "suite/harness/option_table.h"
#include "suite/tools/command_table.h"
#include "suite/tools/commands.h"
#include <string.h>
#include <unistd.h>

int mg_tool_command_count(void)
{
    int count = 0;
    while (mg_tool_commands[count].name)
        count++;
    return count;
}

const mg_tool_command *mg_tool_command_find(const char *name)
{
    for (const mg_tool_command *of = mg_tool_commands; of->name; of++)
        if (!strcmp(of->name, name))
            return of;
    return NULL;
}

static void complete_commands(const char *typed)
{
    for (const mg_tool_command *of = mg_tool_commands; of->name; of++)
        mg_candidate("", of->name, "", typed, stdout);
    mg_candidate("", "help", "", typed, stdout);
    mg_candidate("", "--help", "", typed, stdout);
    mg_candidate("", "--version", "", typed, stdout);
}

static void complete_results(const char *typed)
{
    mg_programs programs = {0};
    mg_error ignored = {0}; /* nobody reads an error behind a Tab */
    if (mg_programs_find(&programs, &ignored))
        for (int i = 0; i < programs.count; i++)
            mg_candidate("", programs.program[i].name, "", typed, stdout);
    mg_programs_free(&programs);
}

/* Becomes the result's program: word[0] is its name, and what it is asked follows. */
static int ask_result(char **word)
{
    mg_programs programs = {0};
    mg_error ignored = {0};
    const mg_program *program =
        mg_programs_find(&programs, &ignored) ? mg_programs_get(&programs, word[0], &ignored) : NULL;
    if (program && !program->broken[0])
        execv(program->path, word);
    mg_programs_free(&programs);
    return MG_EXIT_USAGE;
}

/* `run` and `watch` hand what follows the result's name on to it; the word after `watch RESULT` is a task. */
static int complete_of_result(bool watch, int words, char **word)
{
    static char complete[] = "--complete", task[] = "--watch";
    if (watch && words == 3) {
        char *asked[] = {word[1], complete, task, word[2], NULL};
        return ask_result(asked);
    }
    word[0] = word[1];
    word[1] = complete;
    return ask_result(word);
}

static bool complete_more(void *context, const char *option, const char *before, const char *typed, FILE *out)
{
    const mg_tool_command *of = context;
    if (option && strcmp(option, mg_option_table[MG_OPTION_ISA].name) != 0)
        return false;
    if (option)
        mg_candidates(before, MG_ISA_CHOICE, typed, out);
    else if (strstr(of->arguments, "RESULT"))
        complete_results(typed);
    else if (strstr(of->arguments, "A B"))
        fputs("@file\n", out);
    return true;
}

int mg_tool_complete(int argc, char **argv)
{
    int words = argc - 2;
    char **word = argv + 2;
    if (words < 2) {
        complete_commands(words ? word[0] : "");
        return MG_EXIT_OK;
    }
    bool help = !strcmp(word[0], "help");
    if (help) {
        complete_commands(word[1]);
        return MG_EXIT_OK;
    }
    const mg_tool_command *of = mg_tool_command_find(word[0]);
    if (!of)
        return MG_EXIT_USAGE;
    if ((of->run == mg_command_run || of->run == mg_command_watch) && words > 2)
        return complete_of_result(of->run == mg_command_watch, words, word);
    const mg_completion completion = {of->options, complete_more, (void *)of};
    mg_complete(&completion, words - 1, word + 1, stdout);
    return MG_EXIT_OK;
}
