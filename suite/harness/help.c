/* help.c - what --help says. */
#include "suite/harness/about.h"
#include "suite/harness/method_list.h"
#include "suite/harness/options.h"

void mg_print_help(const mg_experiment *experiment, const char *reports, FILE *out)
{
    mg_about about;
    mg_error ignored = {0}; /* help is there to be read whatever is wrong with the reports */
    if (mg_about_read(reports, experiment->name, &about, &ignored) && about.source[0])
        fprintf(out, "%s - %s\n%s\n", experiment->name, about.title, about.source);
    else
        fprintf(out, "%s\n", experiment->name);
    mg_about_close(&about);
    fprintf(out, "\nUSAGE\n  %s [OPTION]...\n", experiment->name);
    fputs(
        "\n"
        "Runs every task (method, seed) of the result and writes CSV files that are the same on every machine.\n"
        "\n"
        "WHAT TO RUN\n"
        "  --profile quick|paper     seconds, or the paper's scale (default quick)\n"
        "  --methods a,b             only these methods; name, or name/variant\n"
        "  --seeds 0-4 | 0,3,7-9     only these seeds; what is trained takes any: those beyond the list below go to\n"
        "                            <profile>-extra/, with a summary of their own, and are never compared\n"
        "  --set FIELD=VALUE         another value of a field of --settings (learner, environment, budget; "
        "repeatable):\n"
        "                            no run of the paper's, which all its files say; in a folder of its own, never\n"
        "                            compared\n"
        "  --whole                   the paper tasks that `make check` runs to their end, instead of these two\n"
        "  --shard I/N               every N-th of the chosen tasks, from the I-th: for N machines\n"
        "  --jobs N                  tasks at once (default: the CPUs available); changes no result\n"
        "  --isa NAME                auto, scalar, simd128, sse2, avx2 or avx512; changes no result\n"
        "  --resume                  keep finished tasks (to --check or --bless: this build's), go on with the others\n"
        "  --until-checkpoint N      stop each task after that checkpoint; files go to <profile>-until-N/\n"
        "  --merge                   run nothing: put a folder's finished tasks together (after shards)\n"
        "\n"
        "WHERE\n"
        "  --out DIR                 results, in DIR/<result>/<profile>/ (default out)\n"
        "  --golden DIR              committed results (default golden here, else the installed one)\n"
        "  --reports DIR             the papers' numbers and claims (default reports here, else the installed)\n"
        "\n"
        "IS IT THE SAME\n"
        "  --check                   compare with golden; name the first method, seed, checkpoint and kind that "
        "differ\n"
        "  --check-golden            run nothing: does golden agree with itself, its CHANGES.csv and this program\n"
        "  --bless REASON            replace golden by what ran; REASON starts with 'semantics: ', 'bug fix: ',\n"
        "                            'format: ' or 'new: '\n"
        "  --not-run REASON          to --bless: why golden goes without the tasks that it still lacks\n"
        "  --rejudge REASON          run nothing: make deviations, summary and claims of golden again from its rows\n"
        "  --stale REASON            run nothing: mark golden's rows of these methods as an older program's\n"
        "  --dump TASK@CHECKPOINT    write every number of a task's state to a CSV file, for `marlgold diff`\n"
        "  --watch TASK[@CHECKPOINT] play one episode in the terminal: of what --out holds of a task under way, or\n"
        "                            trained up to that checkpoint first (0: not at all)\n"
        "  --mutate WHAT@CHECKPOINT  flip one bit of a kind of tensor (or of the trail) in the first task, to see\n"
        "                            --check fail; with -last (policies-last@2) in the kind's last tensor; files go\n"
        "                            to <profile>-mutated/\n"
        "\n"
        "OTHER\n"
        "  --list                    the tasks, one per line\n"
        "  --settings                every setting of every method: as in the paper, and in both profiles (CSV)\n"
        "  --describe                name and what marlgold knows it by, tab-separated\n"
        "  --quiet                   no progress, no summary; errors and differences only\n"
        "  --help, --version\n"
        "\n"
        "FILES in DIR/<result>/<profile>/\n"
        "  runs.csv                  a row per task: final metrics, counts, status, digest of its trail\n"
        "  curve.csv                 a row per evaluation and metric\n"
        "  trail.csv                 a row per checkpoint and kind of state: chained XXH3-128 digests\n"
        "  summary.csv clauses.csv claims.csv\n"
        "                            over the seeds, beside the paper's numbers; once every task is there\n"
        "  deviations.csv            what is not as in the paper, and why\n"
        "  machine.json              compiler, CPU, times (not compared)\n"
        "  tasks/                    what each task left; a killed run goes on from there with --resume\n",
        out);
    fprintf(out, "\nMETHODS (seeds: quick, paper)\n");
    mg_print_methods(experiment, out);
    fputs("\nEXIT STATUS\n"
          "  0    all well\n"
          "  1    a bit or a check differs\n"
          "  2    wrong usage\n"
          "  3    bad input, or a file could not be read or written\n"
          "  77   nothing to compare: skipped\n"
          "  130  interrupted (SIGINT); 143 terminated (SIGTERM); 129 hung up (SIGHUP): files are whole, --resume goes "
          "on\n"
          "\nEXAMPLE\n",
          out);
    fprintf(out, "  %s --profile paper --resume --check\n", experiment->name);
}
