/* traffic - a traffic simulator that gives CityFlow's numbers to the last bit, as a tool of its own. */
#include "suite/tools/traffic_commands.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "traffic - a traffic simulator that gives CityFlow's numbers to the last bit\n"
    "\n"
    "traffic run --config config.json [--steps N]       runs a network (3600 steps)\n"
    "    --lights plan                                  the config's own plan (what happens without --lights)\n"
    "    --lights FILE.csv                              rows of step and a phase for every signal (the config must\n"
    "                                                   say rlTrafficLight true, as for CityFlow)\n"
    "    --lights max-pressure                          every 10 s the phase from long queues to short ones\n"
    "    --lights fixed:SECONDS                         each phase in turn\n"
    "    --steps-csv FILE                               counts, travel times and hashes after every step\n"
    "    --positions-csv FILE [--positions-steps N]     every vehicle after each of the first N steps\n"
    "    --geom-csv FILE                                lengths, points and crosses of the network\n"
    "    --env-actions FILE.csv [--env-csv FILE]        instead: decisions of 10 s for every signal (rows of\n"
    "                                                   decision and an action 0 to 3 for every signal)\n"
    "    --ignore-lane-change                           as if the config said laneChange false; noted beside each CSV\n"
    "                                                   (true runs as it is where no road in use has a second lane)\n"
    "traffic generate grid --out DIR [--rows 3 --cols 3 --spacing 300 --width 30 --lanes 1,1,1]\n"
    "    [--lane-width 4 --speed 16.67 --flow straight|turns|peaks --every 8 --lights plan|agents --seed 0]\n"
    "traffic generate ltos-6x6 --seed S --out DIR       network and demand of LToS, Table 2\n"
    "    both write config.json, roadnet.json and flow.json, which CityFlow reads too\n"
    "traffic render --config config.json [--at STEP] --out picture.svg [--lights ... --ignore-lane-change]\n"
    "                                                   the network after STEP steps (600)\n"
    "traffic render ... --animate --out movie.gif [--frames N --every STEPS]\n"
    "                                                   the steps up to STEP as a moving picture, a frame for every\n"
    "                                                   2 steps, 60 frames (fewer where STEP comes too early)\n"
    "\n"
    "Exit status: 0 done; 2 wrong usage; 3 bad input or I/O error.\n";

static const struct {
    const char *name;
    int (*run)(int count, char **text);
} commands[] = {{"run", traffic_run}, {"generate", traffic_generate}, {"render", traffic_render}};

static int print_help(void)
{
    fputs(help, stdout);
    return MG_EXIT_OK;
}

static int dispatch(int count, char **text)
{
    const char *command = count > 1 ? text[1] : "";
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
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
