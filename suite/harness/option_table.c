/* option_table.c - the options that all results share. */
#include "suite/harness/option_table.h"

const mg_manual_entry mg_option_table[MG_OPTION_COUNT + 1] = {
    /* ---- what to run ---- */
    [MG_OPTION_PROFILE] = {"WHAT TO RUN", "--profile", "quick|paper", "seconds, or the paper's scale (default quick)"},
    [MG_OPTION_METHODS] = {NULL, "--methods", "a,b", "only these methods; name, or name/variant"},
    [MG_OPTION_SEEDS] = {NULL, "--seeds", "0-4 | 0,3,7-9",
                         "only these seeds; what is trained takes any: those beyond the list below go to "
                         "<profile>-extra/, with a summary of their own, and are never compared"},
    [MG_OPTION_SET] = {NULL, "--set", "FIELD=VALUE",
                       "another value of a field of --settings (learner, environment, budget; repeatable): the files "
                       "say that they are not the paper's, have a folder of their own and are never compared"},
    [MG_OPTION_NETWORK] = {NULL, "--network", "DIR",
                           "on the roads of DIR/roadnet.json with the vehicles of DIR/flow.json, both CityFlow's, "
                           "instead of a town of ours (ltos-table3: --methods ltos/town,...): kept apart as with "
                           "--set"},
    [MG_OPTION_WHOLE] = {NULL, "--whole", NULL,
                         "the paper tasks that `make check` runs to their end, in place of --methods and --seeds"},
    [MG_OPTION_SHARD] = {NULL, "--shard", "I/N", "every N-th of the chosen tasks, from the I-th: for N machines"},
    [MG_OPTION_JOBS] = {NULL, "--jobs", "N",
                        "tasks at once (default: the CPUs available; on Windows one); changes no result"},
    [MG_OPTION_ISA] = {NULL, "--isa", "NAME", "auto, scalar, simd128, sse2, avx2 or avx512; changes no result"},
    [MG_OPTION_RESUME] = {NULL, "--resume", NULL,
                          "keep finished tasks (to --check or --bless: this build's), go on with the others"},
    [MG_OPTION_UNTIL] = {NULL, "--until-checkpoint", "N",
                         "stop each task after that checkpoint; files go to <profile>-until-N/"},
    [MG_OPTION_MERGE] = {NULL, "--merge", NULL, "run nothing: put a folder's finished tasks together (after shards)"},
    /* ---- where ---- */
    [MG_OPTION_OUT] = {"WHERE", "--out", "DIR", "results, in DIR/<result>/<profile>/ (default out)"},
    [MG_OPTION_GOLDEN] = {NULL, "--golden", "DIR", "committed results (default golden here, else the installed one)"},
    [MG_OPTION_REPORTS] = {NULL, "--reports", "DIR",
                           "the papers' numbers and claims (default reports here, else the installed)"},
    /* ---- is it the same ---- */
    [MG_OPTION_CHECK] = {"IS IT THE SAME", "--check", NULL,
                         "compare with golden; name the first method, seed, checkpoint and kind that differ"},
    [MG_OPTION_CHECK_GOLDEN] = {NULL, "--check-golden", NULL,
                                "run nothing: does golden agree with itself, its CHANGES.csv and this program"},
    [MG_OPTION_BLESS] = {NULL, "--bless", "REASON",
                         "replace golden by what ran; REASON starts with 'semantics: ', 'bug fix: ', 'format: ' or "
                         "'new: '"},
    [MG_OPTION_NOT_RUN] = {NULL, "--not-run", "REASON",
                           "to --bless: why golden goes without the tasks that it still lacks"},
    [MG_OPTION_REJUDGE] = {NULL, "--rejudge", "REASON",
                           "run nothing: make deviations, summary and claims of golden again from its rows"},
    [MG_OPTION_STALE] = {NULL, "--stale", "REASON",
                         "run nothing: mark golden's rows of these methods as an older program's"},
    [MG_OPTION_DUMP] = {NULL, "--dump", "TASK@CHECKPOINT",
                        "write every number of a task's state to a CSV file, for `marlgold diff`"},
    [MG_OPTION_WATCH] = {NULL, "--watch", "TASK[@CHECKPOINT]",
                         "play one episode in the terminal: of what --out holds of a task under way, or trained up to "
                         "that checkpoint first (0: not at all)"},
    [MG_OPTION_MUTATE] = {NULL, "--mutate", "WHAT@CHECKPOINT",
                          "flip one bit of a kind of tensor (or of the trail) in the first task, to see --check fail; "
                          "with -last (policies-last@2) in the kind's last tensor; files go to <profile>-mutated/"},
    /* ---- other ---- */
    [MG_OPTION_LIST] = {"OTHER", "--list", NULL, "the tasks, one per line"},
    [MG_OPTION_SETTINGS] = {NULL, "--settings", NULL,
                            "every setting of every method: as in the paper, and in both profiles (CSV)"},
    [MG_OPTION_DESCRIBE] = {NULL, "--describe", NULL, "a line by which `marlgold` knows a result's program"},
    [MG_OPTION_QUIET] = {NULL, "--quiet", NULL, "no progress, no summary; errors and differences only"},
    [MG_OPTION_HELP] = {NULL, "--help", NULL, "this"},
    [MG_OPTION_VERSION] = {NULL, "--version", NULL,
                           "version, semantics, compiler, flags and instruction sets of this program"},
};
