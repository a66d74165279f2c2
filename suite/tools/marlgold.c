/* marlgold - the program that ties the results together: lists, runs, checks, compares, merges and reports them. */
#include "suite/harness/nearest.h"
#include "suite/tools/commands.h"
#include "suite/tools/export.h"
#include "suite/tools/report.h"
#include <stdio.h>
#include <string.h>

typedef struct command {
    const char *name, *arguments, *summary;
    int (*run)(int argc, char **argv);
    const char *help; /* after the usage line */
} command;

static const command commands[] = {
    {"list", "[--golden DIR] [--reports DIR]", "the results, their tasks and what golden has of them", mg_command_list,
     "Lists every result program beside marlgold: name, tasks of the quick and the paper profile, how many of them\n"
     "golden has, and the title.\n"
     "  --golden DIR         committed results (default golden)\n"
     "  --reports DIR        where the titles are (default reports)\n"},
    {"run", "RESULT [OPTION]...", "run a result; its options follow, see `RESULT --help`", mg_command_run,
     "Starts the program of that name beside marlgold with the options that follow.\n"
     "Example: marlgold run lio-ipd --profile paper --check\n"},
    {"watch", "RESULT TASK[@CHECKPOINT] [OPTION]...", "play one episode of a task in the terminal", mg_command_watch,
     "Plays an episode of a task under way in --out, or one trained up to that checkpoint first (0: untrained), frame "
     "by "
     "frame\non a terminal, else one frame after the other. Options are those of the result.\n"
     "  --profile quick|paper  whose task it is (default quick)\n"
     "Example: marlgold watch as-predation as/n6/0@0\n"},
    {"check", "[RESULT]... [OPTION]...", "compare results with golden, bit by bit", mg_command_check,
     "Runs each result (default: all) in a folder of its own and compares it with golden: a line each.\n"
     "  --profile quick|paper  what to run (default quick)\n"
     "  --first-checkpoint   instead: of every method with a committed paper result, one paper task to its first "
     "checkpoint\n"
     "  --golden DIR         committed results (default golden)\n"
     "  --reports DIR        claims and papers' numbers (default reports)\n"
     "  --out DIR            keep what is run in DIR (default: a temporary folder, removed)\n"
     "  --jobs N             tasks at once\n"
     "  --isa NAME           instruction set, as in `RESULT --help`\n"},
    {"check-golden", "[RESULT]... [OPTION]...", "whether golden agrees with itself, without a run",
     mg_command_check_golden,
     "Of each result (default: all): are its committed files those of its last row in CHANGES.csv, do runs, trail, "
     "curve\n"
     "and tasks agree, and do deviations, summary and claims follow from them? And does everything in golden belong "
     "there?\n"
     "  --profile quick|paper  (default both)\n"
     "  --golden DIR         committed results (default golden)\n"
     "  --reports DIR        claims and papers' numbers (default reports)\n"},
    {"audit", "[RESULT]... [OPTION]...", "run whole paper tasks again, drawn by the commit, and compare them",
     mg_command_audit,
     "Draws tasks of golden's paper results (default: of all) by the commit's name, so that nobody chooses and "
     "everybody\n"
     "can draw the same; says which, runs them from their start and compares every row with golden.\n"
     "  --tasks N            how many (default 1)\n"
     "  --seconds N          only of methods known to take at most so long\n"
     "  --times FILE         where that is known (default ci/task-seconds.csv; ci/record-seconds writes it)\n"
     "  --commit TEXT        draw by this instead of HEAD's name\n"
     "  --draw               say which, run nothing\n"
     "  --golden DIR         committed results (default golden)\n"
     "  --reports DIR        claims and papers' numbers (default reports)\n"},
    {"rejudge", "[RESULT]... --reason WHY", "make golden's deviations, summary and claims again from its rows",
     mg_command_rejudge,
     "For when claims, the papers' numbers or reasons of deviations are stated anew: what follows from the rows of "
     "tasks is\n"
     "made again in golden, with a row of class `format` in CHANGES.csv. Rows of tasks stay byte by byte.\n"
     "  --profile quick|paper  (default both)\n"
     "  --golden DIR         committed results (default golden)\n"
     "  --reports DIR        claims and papers' numbers (default reports)\n"},
    {"diff", "A B", "where two result folders, or two dumps of a checkpoint, first differ", mg_command_diff,
     "A and B are two result folders, like out/lio-ipd/quick and golden/lio-ipd/quick, or two CSV files of `RESULT "
     "--dump`.\n"
     "Names, per file, the first row that differs, with both digests or both numbers and their distance in ulps.\n"},
    {"report", "[OPTION]...", "the page of all results with figures, verdicts and digests", mg_report_main, NULL},
    {"export", "RESULT [OPTION]...", "a result's table for a paper or a program", mg_command_export,
     "Prints methods x metrics with seeds, mean, interquartile mean and its 95 % interval, the paper's number, the\n"
     "verdict on every claim, and a line to cite: version, digest (xxh128sum of trail.csv) and commit.\n"
     "  --format csv|json|latex  (default csv); latex has four significant digits and needs no package\n"
     "  --metrics a,b        only these metrics\n"
     "  --profile quick|paper  (default paper where it is there)\n"
     "  --golden DIR         committed results (default golden)\n"
     "  --results DIR        your own runs there instead, such as out\n"
     "  --reports DIR        claims and papers' numbers (default reports)\n"
     "Example: marlgold export ltos-table2 --format latex --metrics red_lights_waiting\n"},
    {"tasks", "[RESULT]... [OPTION]...", "one command line per task, for GNU parallel or a Slurm array",
     mg_command_tasks,
     "Prints a command per task of each result (default: all), which resumes what an earlier try left.\n"
     "  --profile quick|paper  (default paper)\n"
     "  --missing            only tasks that golden lacks\n"
     "  --golden DIR         committed results (default golden)\n"
     "  --out DIR            where the tasks write (default out)\n"
     "Examples:\n"
     "  marlgold tasks lio-ipd | parallel\n"
     "  sbatch --array=1-64 --wrap 'eval \"$(marlgold tasks lio-ipd | sed -n ${SLURM_ARRAY_TASK_ID}p)\"'\n"
     "Afterwards `marlgold run lio-ipd --profile paper --merge --check` puts them together.\n"},
    {"merge", "--out DIR A B...", "put the tasks of several output folders together", mg_command_merge,
     "Copies the finished tasks of the output folders A, B, ... (as given to --out) into DIR and writes DIR's "
     "results from them.\n"
     "A task that two folders have must be the same in both.\n"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *out)
{
    fputs("marlgold - results of multi-agent learning papers, re-run bit by bit\n\nUSAGE\n  marlgold COMMAND "
          "[ARGUMENT]...\n\n"
          "COMMANDS\n",
          out);
    for (int c = 0; c < COMMANDS; c++)
        fprintf(out, "  %-12s %-24s %s\n", commands[c].name, commands[c].arguments, commands[c].summary);
    fputs("\n  marlgold COMMAND --help says more; --version names the version.\n"
          "\nEXIT STATUS\n"
          "  0    all well\n"
          "  1    a bit or a check differs\n"
          "  2    wrong usage\n"
          "  3    bad input, or a file could not be read or written\n"
          "  77   nothing to compare: skipped\n"
          "\nEXAMPLES\n"
          "  marlgold check\n"
          "  marlgold run lio-ipd --profile paper --jobs 2\n"
          "  marlgold diff out/lio-ipd/quick golden/lio-ipd/quick\n",
          out);
}

static void print_command_help(const command *of)
{
    printf("marlgold %s - %s\n\nUSAGE\n  marlgold %s %s\n\n%s", of->name, of->summary, of->name, of->arguments,
           of->help);
}

static const char *command_name(const void *context, int i)
{
    (void)context;
    return commands[i].name;
}

static const command *find_command(const char *name)
{
    for (int c = 0; c < COMMANDS; c++) {
        if (!strcmp(commands[c].name, name))
            return &commands[c];
    }
    const char *nearest = mg_nearest(name, COMMANDS, command_name, NULL);
    fprintf(stderr, "marlgold: no command '%s'%s%s%s; see marlgold --help\n", name, nearest ? "; did you mean '" : "",
            nearest ? nearest : "", nearest ? "'?" : "");
    return NULL;
}

/* `run` hands --help on to the result, if one is named. */
static bool asks_for_help(const command *of, int argc, char **argv)
{
    if (!of->help)
        return false;
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
    if (!strcmp(argv[1], "--version")) {
        printf("marlgold %s\n", MG_VERSION);
        return MG_EXIT_OK;
    }
    bool help = !strcmp(argv[1], "help");
    const command *of = find_command(argv[1 + help]);
    if (!of)
        return MG_EXIT_USAGE;
    if (of->help && (help || asks_for_help(of, argc - 1, argv + 1))) {
        print_command_help(of);
        return MG_EXIT_OK;
    }
    return of->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    return mg_output_written("marlgold", dispatch(argc, argv));
}
