/* traffic - a traffic simulator that gives CityFlow's numbers to the last bit, as a tool of its own. */
#include "suite/harness/manual.h"
#include "suite/tools/traffic_commands.h"

#include <stdio.h>
#include <string.h>

static const char summary[] = "a traffic simulator that gives CityFlow's numbers to the last bit";

static const mg_manual_entry run_options[] = {
    {NULL, "--config", "FILE", "config.json, which names the road network and the flow; needed"},
    {NULL, "--steps", "N", "how many (default 3600)"},
    {NULL, "--lights", "HOW",
     "plan: the config's own plan (what happens without --lights)\n"
     "FILE.csv: rows of step and a phase for every signal (the config must say rlTrafficLight true, as for CityFlow)\n"
     "max-pressure: every 10 s the phase from long queues to short ones\n"
     "fixed:SECONDS: each phase in turn"},
    {NULL, "--steps-csv", "FILE", "counts, travel times and hashes after every step"},
    {NULL, "--positions-csv", "FILE", "every vehicle after each of the first steps"},
    {NULL, "--positions-steps", "N", "so many of them"},
    {NULL, "--geom-csv", "FILE", "lengths, points and crosses of the network"},
    {NULL, "--env-actions", "FILE",
     "instead: decisions of 10 s for every signal (rows of decision and an action 0 to 3 for every signal)"},
    {NULL, "--env-csv", "FILE", "what they led to, a row per decision"},
    {NULL, "--ignore-lane-change", NULL,
     "as if the config said laneChange false; noted beside each CSV (true runs as it is where no road in use has a "
     "second lane)"},
    {0},
};

static const mg_manual_entry generate_options[] = {
    {NULL, "--out", "DIR", "for config.json, roadnet.json and flow.json, which CityFlow reads too; needed"},
    {NULL, "--seed", "N", "of what is drawn (default 0)"},
    {NULL, "--lights", "plan|agents",
     "a plan in the config, or phases that somebody sets (default plan; ltos-6x6: agents)"},
    {NULL, "--rows", "N", "of a grid (default 3), as all that follow"},
    {NULL, "--cols", "N", "(default 3)"},
    {NULL, "--spacing", "METRES", "between intersections (default 300)"},
    {NULL, "--width", "METRES", "of an intersection (default 30)"},
    {NULL, "--lanes", "LEFT,STRAIGHT,RIGHT", "how many of each (default 1,1,1)"},
    {NULL, "--lane-width", "METRES", "(default 4)"},
    {NULL, "--speed", "METRES/SECOND", "at most (default 16.67)"},
    {NULL, "--flow", "straight|turns|peaks", "the demand (default turns)"},
    {NULL, "--every", "SECONDS", "a vehicle (default 8)"},
    {0},
};

static const mg_manual_entry render_options[] = {
    {NULL, "--config", "FILE", "config.json; needed"},
    {NULL, "--out", "FILE", "picture.svg, or movie.gif with --animate; needed"},
    {NULL, "--at", "STEP", "after so many steps (default 600)"},
    {NULL, "--lights", "HOW", "as for run"},
    {NULL, "--ignore-lane-change", NULL, "as for run"},
    {NULL, "--animate", NULL, "the steps up to STEP as a moving picture"},
    {NULL, "--every", "STEPS", "a frame for so many (default 2)"},
    {NULL, "--frames", "N", "(default 60, fewer where STEP comes too early)"},
    {0},
};

static const mg_manual_entry exit_status[] = {
    {"EXIT STATUS", "0", NULL, "done"},
    {NULL, "2", NULL, "wrong usage"},
    {NULL, "3", NULL, "bad input or I/O error"},
    {0},
};

static const struct {
    const char *name, *usage, *about;
    int (*run)(int count, char **text);
    const mg_manual_entry *options;
} commands[] = {
    {"run", "run --config FILE [OPTION]...", "Runs a network.", traffic_run, run_options},
    {"generate", "generate grid|ltos-6x6 --out DIR [OPTION]...",
     "Makes a grid and its demand, or network and demand of LToS, Table 2.", traffic_generate, generate_options},
    {"render", "render --config FILE --out FILE [OPTION]...", "Draws a network after some steps, or the way there.",
     traffic_render, render_options},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int print_help(void)
{
    printf("traffic - %s\n", summary);
    for (int c = 0; c < COMMANDS; c++) {
        printf("\ntraffic %s\n  %s\n", commands[c].usage, commands[c].about);
        mg_manual_help(commands[c].options, 28, stdout);
    }
    mg_manual_help(exit_status, 7, stdout);
    return MG_EXIT_OK;
}

static int print_manual(void)
{
    mg_manual_page_start("traffic", summary, stdout);
    mg_manual_page_section("SYNOPSIS", stdout);
    mg_manual_page_text("traffic COMMAND [OPTION]...", stdout);
    mg_manual_page_section("COMMANDS", stdout);
    for (int c = 0; c < COMMANDS; c++) {
        mg_manual_page_subsection(commands[c].usage, stdout);
        mg_manual_page_text(commands[c].about, stdout);
        mg_manual_page_entries(commands[c].options, stdout);
    }
    mg_manual_page_entries(exit_status, stdout);
    return MG_EXIT_OK;
}

static bool complete_more(void *context, const char *option, const char *before, const char *typed, FILE *out)
{
    bool generates = *(const int *)context == 1;
    if (!option && generates)
        mg_candidates(before, "grid|ltos-6x6", typed, out);
    if (!option)
        return true;
    if (strcmp(option, "--lights") != 0 || generates)
        return false;
    mg_candidates(before, "plan|max-pressure|fixed:", typed, out);
    fputs("@file\n", out);
    return true;
}

static int complete(int words, char **word)
{
    int c = 0;
    if (words < 2) {
        mg_candidates("", "run|generate|render|--help|--version", words ? word[0] : "", stdout);
        return MG_EXIT_OK;
    }
    while (c < COMMANDS && strcmp(word[0], commands[c].name) != 0)
        c++;
    if (c == COMMANDS)
        return MG_EXIT_USAGE;
    const mg_completion completion = {commands[c].options, complete_more, &c};
    mg_complete(&completion, words - 1, word + 1, stdout);
    return MG_EXIT_OK;
}

static int dispatch(int count, char **text)
{
    const char *command = count > 1 ? text[1] : "";
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(command, commands[i].name) != 0)
            continue;
        for (int k = 2; k < count; k++) {
            if (strcmp(text[k], "--help") == 0)
                return print_help();
        }
        return commands[i].run(count - 2, text + 2);
    }
    if (strcmp(command, "--help") == 0 || strcmp(command, "help") == 0)
        return print_help();
    if (strcmp(command, "--manual") == 0)
        return print_manual();
    if (strcmp(command, "--complete") == 0)
        return complete(count - 2, text + 2);
    if (strcmp(command, "--version") == 0) {
        puts("traffic " MG_VERSION);
        return MG_EXIT_OK;
    }
    mg_error error = {0};
    mg_fail(&error, MG_EXIT_USAGE, "found '%.60s', wanted run, generate or render; see traffic --help", command);
    return mg_report_error("traffic", &error);
}

int main(int count, char **text)
{
    return mg_output_written("traffic", dispatch(count, text));
}
