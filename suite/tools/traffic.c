/* traffic - a traffic simulator that gives CityFlow's numbers to the last bit, as a tool of its own. */
#include "suite/tools/traffic_commands.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "traffic - a traffic simulator that gives CityFlow's numbers to the last bit\n"
    "\n"
    "traffic run --config config.json [--steps N]        runs a network (3600 steps)\n"
    "    --lights plan|FILE.csv|max-pressure|fixed:S     who sets the lights: the config's plan; rows of step and phase per\n"
    "                                                    signal; pressure, every 10 s; each phase in turn for S seconds\n"
    "    --steps-csv FILE                                counts, travel times and hashes after every step\n"
    "    --positions-csv FILE [--positions-steps N]      every vehicle after each of the first N steps\n"
    "    --geom-csv FILE                                 lengths, points and crosses of the network\n"
    "    --env-actions FILE.csv [--env-csv FILE]         decisions of 10 s for every signal instead (rows of decision and\n"
    "                                                    action 0 to 3 per signal)\n"
    "traffic generate grid --out DIR [--rows 3 --cols 3 --spacing 300 --width 30 --lanes 1,1,1 --lane-width 4 --speed 16.67]\n"
    "    [--flow straight|turns|peaks --every 8] [--lights plan|agents] [--seed 0]\n"
    "traffic generate ltos-6x6 --seed S --out DIR        the network and demand of LToS, Table 2\n"
    "    both write config.json, roadnet.json and flow.json, which CityFlow reads too\n"
    "traffic render --config config.json --at STEP --out picture.svg [--lights ...]\n"
    "\n"
    "Exit status: 0 done; 2 wrong usage; 3 bad input or I/O error.\n";

int main(int count, char **text)
{
    const char *command = count > 1 ? text[1] : "";
    if (strcmp(command, "run") == 0)
        return traffic_run(count - 2, text + 2);
    if (strcmp(command, "generate") == 0)
        return traffic_generate(count - 2, text + 2);
    if (strcmp(command, "render") == 0)
        return traffic_render(count - 2, text + 2);
    if (strcmp(command, "--help") == 0 || strcmp(command, "help") == 0) {
        fputs(help, stdout);
        return MG_EXIT_OK;
    }
    if (strcmp(command, "--version") == 0) {
        puts("traffic " MG_VERSION);
        return MG_EXIT_OK;
    }
    mg_error error = { 0 };
    mg_fail(&error, MG_EXIT_USAGE, "found '%.60s', wanted run, generate or render; see traffic --help", command);
    return mg_report_error("traffic", &error);
}
