/* command_table.c - the commands of marlgold, and their options: --help, the manual page and completion say what stands
 * here. (What reads an option is in the command's own file; tests/test_manual.sh holds both against each other.) */
#include "suite/tools/command_table.h"
#include "suite/tools/commands.h"
#include "suite/tools/export.h"
#include "suite/tools/report.h"

static const mg_manual_entry no_options[] = {

    {0},
};
static const mg_manual_entry list_options[] = {
    {NULL, "--golden", "DIR", "committed results (default golden)"},
    {NULL, "--reports", "DIR", "where the titles are (default reports)"},
    {0},
};
static const mg_manual_entry watch_options[] = {
    {NULL, "--profile", "quick|paper", "whose task it is (default quick)"},
    {0},
};
static const mg_manual_entry check_options[] = {
    {NULL, "--profile", "quick|paper", "what to run (default quick)"},
    {NULL, "--first-checkpoint", NULL,
     "instead: of every method with a committed paper result, one paper task to its first checkpoint"},
    {NULL, "--golden", "DIR", "committed results (default golden)"},
    {NULL, "--reports", "DIR", "claims and papers' numbers (default reports)"},
    {NULL, "--out", "DIR", "keep what is run in DIR (default: a temporary folder, removed)"},
    {NULL, "--jobs", "N", "tasks at once"},
    {NULL, "--isa", "NAME", "instruction set, as in `RESULT --help`"},
    {0},
};
static const mg_manual_entry check_golden_options[] = {
    {NULL, "--profile", "quick|paper", "(default both)"},
    {NULL, "--golden", "DIR", "committed results (default golden)"},
    {NULL, "--reports", "DIR", "claims and papers' numbers (default reports)"},
    {0},
};
static const mg_manual_entry audit_options[] = {
    {NULL, "--tasks", "N", "how many (default 1)"},
    {NULL, "--seconds", "N", "only of methods known to take at most so long"},
    {NULL, "--times", "FILE", "where that is known (default ci/task-seconds.csv; ci/record-seconds writes it)"},
    {NULL, "--commit", "TEXT", "draw by this instead of HEAD's name"},
    {NULL, "--draw", NULL, "say which, run nothing"},
    {NULL, "--golden", "DIR", "committed results (default golden)"},
    {NULL, "--reports", "DIR", "claims and papers' numbers (default reports)"},
    {0},
};
static const mg_manual_entry rejudge_options[] = {
    {NULL, "--reason", "WHY", "which goes into CHANGES.csv"},
    {NULL, "--profile", "quick|paper", "(default both)"},
    {NULL, "--golden", "DIR", "committed results (default golden)"},
    {NULL, "--reports", "DIR", "claims and papers' numbers (default reports)"},
    {0},
};
static const mg_manual_entry report_options[] = {
    {NULL, "--out", "DIR", "where the page goes (default out/report)"},
    {NULL, "--golden", "DIR", "committed results (default golden)"},
    {NULL, "--results", "DIR",
     "what was run here (default out): compared with golden, and shown where golden has nothing"},
    {NULL, "--reports", "DIR", "a folder per result: claims, the paper's numbers, figure scripts (default reports)"},
    {NULL, "--data", "DIR", "keep the data files of the figures there, in a folder per result"},
    {NULL, "--no-figures", NULL, "a page without figures, for which gnuplot is not needed"},
    {0},
};
static const mg_manual_entry export_options[] = {
    {NULL, "--format", "csv|json|latex", "(default csv); latex has four significant digits and needs no package"},
    {NULL, "--metrics", "a,b", "only these metrics"},
    {NULL, "--profile", "quick|paper", "(default paper where it is there)"},
    {NULL, "--golden", "DIR", "committed results (default golden)"},
    {NULL, "--results", "DIR", "your own runs there instead, such as out"},
    {NULL, "--reports", "DIR", "claims and papers' numbers (default reports)"},
    {0},
};
static const mg_manual_entry tasks_options[] = {
    {NULL, "--profile", "quick|paper", "(default paper)"},
    {NULL, "--missing", NULL, "only tasks that golden lacks"},
    {NULL, "--golden", "DIR", "committed results (default golden)"},
    {NULL, "--out", "DIR", "where the tasks write (default out)"},
    {NULL, "--slurm", NULL, "one batch script instead, with an array of a task each: `| sbatch`"},
    {0},
};
static const mg_manual_entry merge_options[] = {
    {NULL, "--out", "DIR", "where they are put together"},
    {0},
};

const mg_tool_command mg_tool_commands[] = {
    {"list", "[OPTION]...", "the results, their tasks and what golden has of them", mg_command_list, list_options,
     "Lists every result program beside marlgold: name, tasks of the quick and the paper profile, how many of them "
     "golden has, and the title.",
     NULL},
    {"run", "RESULT [OPTION]...", "run a result; its options follow, see `RESULT --help`", mg_command_run, no_options,
     "Starts the program of that name beside marlgold with the options that follow.",
     "marlgold run lio-ipd --profile paper --check"},
    {"watch", "RESULT TASK[@CHECKPOINT] [OPTION]...", "play one episode of a task in the terminal", mg_command_watch,
     watch_options,
     "Plays an episode of a task under way in --out, or one trained up to that checkpoint first (0: untrained), frame "
     "by frame on a terminal, else one frame after the other. Options are those of the result.",
     "marlgold watch as-predation as/n6/0@0"},
    {"check", "[RESULT]... [OPTION]...", "compare results with golden, bit by bit", mg_command_check, check_options,
     "Runs each result (default: all) in a folder of its own and compares it with golden: a line each.", NULL},
    {"check-golden", "[RESULT]... [OPTION]...", "whether golden agrees with itself, without a run",
     mg_command_check_golden, check_golden_options,
     "Of each result (default: all): are its committed files those of its last row in CHANGES.csv, do runs, trail, "
     "curve and tasks agree, and do deviations, summary and claims follow from them? And does everything in golden "
     "belong there?",
     NULL},
    {"audit", "[RESULT]... [OPTION]...", "run whole paper tasks again, drawn by the commit, and compare them",
     mg_command_audit, audit_options,
     "Draws tasks of golden's paper results (default: of all) by the commit's name, so that nobody chooses and "
     "everybody can draw the same; says which, runs them from their start and compares every row with golden.",
     NULL},
    {"rejudge", "[RESULT]... --reason WHY", "make golden's deviations, summary and claims again from its rows",
     mg_command_rejudge, rejudge_options,
     "For when claims, the papers' numbers or reasons of deviations are stated anew: what follows from the rows of "
     "tasks is made again in golden, with a row of class `format` in CHANGES.csv. Rows of tasks stay byte by byte.",
     NULL},
    {"diff", "A B", "where two result folders, or two dumps of a checkpoint, first differ", mg_command_diff, no_options,
     "A and B are two result folders, like out/lio-ipd/quick and golden/lio-ipd/quick, or two CSV files of `RESULT "
     "--dump`. Names, per file, the first row that differs, with both digests or both numbers and their distance in "
     "ulps.",
     NULL},
    {"report", "[OPTION]...", "the page of all results with figures, verdicts and digests", mg_report_main,
     report_options, "Makes one HTML page (DIR/index.html) and its figures (SVG) of every result's CSV files.", NULL},
    {"export", "RESULT [OPTION]...", "a result's table for a paper or a program", mg_command_export, export_options,
     "Prints methods x metrics with seeds, mean, interquartile mean and its 95 % interval, the paper's number, the "
     "verdict on every claim, and a line to cite: version, digest (xxh128sum of trail.csv) and commit.",
     "marlgold export ltos-table2 --format latex --metrics red_lights_waiting"},
    {"tasks", "[RESULT]... [OPTION]...", "one command line per task, for GNU parallel or a Slurm array",
     mg_command_tasks, tasks_options,
     "Prints a command per task of each result (default: all), which resumes what an earlier try left. Afterwards "
     "`marlgold run lio-ipd --profile paper --merge --check` puts them together.",
     "marlgold tasks lio-ipd | parallel\n"
     "  marlgold tasks lio-ipd --slurm | sbatch"},
    {"merge", "--out DIR A B...", "put the tasks of several output folders together", mg_command_merge, merge_options,
     "Copies the finished tasks of the output folders A, B, ... (as given to --out) into DIR and writes DIR's "
     "results from them. A task that two folders have must be the same in both.",
     NULL},
    {0},
};
