/* marlgold - the program that ties the results together: lists, runs, checks, compares, merges and reports them. */
#include "suite/harness/nearest.h"
#include "suite/tools/command_table.h"
#include "suite/tools/commands.h"
#include <stdio.h>
#include <string.h>

static const mg_manual_entry exit_status[] = {
    {"EXIT STATUS", "0", NULL, "all well"},
    {NULL, "1", NULL, "a bit or a check differs"},
    {NULL, "2", NULL, "wrong usage"},
    {NULL, "3", NULL, "bad input, or a file could not be read or written"},
    {NULL, "77", NULL, "nothing to compare: skipped"},
    {0},
};

static const char summary[] = "results of multi-agent learning papers, re-run bit by bit";
static const char examples[] = "marlgold check\n"
                               "  marlgold run lio-ipd --profile paper --jobs 2\n"
                               "  marlgold diff out/lio-ipd/quick golden/lio-ipd/quick";

static void print_help(FILE *out)
{
    fprintf(out, "marlgold - %s\n\nUSAGE\n  marlgold COMMAND [ARGUMENT]...\n\nCOMMANDS\n", summary);
    for (const mg_tool_command *of = mg_tool_commands; of->name; of++)
        fprintf(out, "  %-12s %-24s %s\n", of->name, of->arguments, of->summary);
    fputs("\n  marlgold COMMAND --help says more; --version names the version.\n", out);
    mg_manual_help(exit_status, 7, out);
    fprintf(out, "\nEXAMPLES\n  %s\n", examples);
}

static void print_command_help(const mg_tool_command *of)
{
    printf("marlgold %s - %s\n\nUSAGE\n  marlgold %s %s\n\n", of->name, of->summary, of->name, of->arguments);
    mg_manual_help_text(of->help, stdout);
    mg_manual_help(of->options, 25, stdout);
    if (of->example)
        printf("\nEXAMPLE\n  %s\n", of->example);
}

/* The page for man(1): every command with its options. */
static void print_manual(FILE *out)
{
    mg_manual_page_start("marlgold", summary, out);
    mg_manual_page_section("SYNOPSIS", out);
    mg_manual_page_text("marlgold COMMAND [ARGUMENT]...", out);
    mg_manual_page_section("COMMANDS", out);
    for (const mg_tool_command *of = mg_tool_commands; of->name; of++) {
        char title[120];
        snprintf(title, sizeof title, "%s %s", of->name, of->arguments);
        mg_manual_page_subsection(title, out);
        mg_manual_page_text(of->help, out);
        mg_manual_page_entries(of->options, out);
        if (of->example)
            mg_manual_page_verbatim(of->example, false, out);
    }
    mg_manual_page_entries(exit_status, out);
    mg_manual_page_section("EXAMPLES", out);
    mg_manual_page_verbatim(examples, true, out);
}

static const char *command_name(const void *context, int i)
{
    (void)context;
    return mg_tool_commands[i].name;
}

static const mg_tool_command *find_command(const char *name)
{
    const mg_tool_command *found = mg_tool_command_find(name);
    if (found)
        return found;
    const char *nearest = mg_nearest(name, mg_tool_command_count(), command_name, NULL);
    fprintf(stderr, "marlgold: no command '%s'%s%s%s; see marlgold --help\n", name, nearest ? "; did you mean '" : "",
            nearest ? nearest : "", nearest ? "'?" : "");
    return NULL;
}

/* `run` hands --help on to the result, if one is named. */
static bool asks_for_help(const mg_tool_command *of, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
            return i == 1 || of->run != mg_command_run;
    }
    return false;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "marlgold: no command; see marlgold --help\n");
        return MG_EXIT_USAGE;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || (!strcmp(argv[1], "help") && argc == 2)) {
        print_help(stdout);
        return MG_EXIT_OK;
    }
    if (!strcmp(argv[1], "--manual")) {
        print_manual(stdout);
        return MG_EXIT_OK;
    }
    if (!strcmp(argv[1], "--complete"))
        return mg_tool_complete(argc, argv);
    if (!strcmp(argv[1], "--version")) {
        printf("marlgold %s\n", MG_VERSION);
        return MG_EXIT_OK;
    }
    bool help = !strcmp(argv[1], "help");
    const mg_tool_command *of = find_command(argv[1 + help]);
    if (!of)
        return MG_EXIT_USAGE;
    if (help || asks_for_help(of, argc - 1, argv + 1)) {
        print_command_help(of);
        return MG_EXIT_OK;
    }
    return of->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    return mg_output_written("marlgold", dispatch(argc, argv));
}
