/* options.c - reads the command line, and help. */
#include "suite/harness/options.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/pool.h"
#include "core/io/tensor.h"
#include "core/io/text.h"
#include "suite/harness/about.h"
#include "suite/harness/judge.h"
#include "suite/harness/method_list.h"
#include "suite/harness/nearest.h"
#include "suite/harness/places.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS_MAX 100000
#define JOBS_MAX 4096

enum {
    PROFILE = 256,
    METHODS,
    SEEDS,
    JOBS,
    OUT,
    GOLDEN,
    REPORTS,
    CHECK,
    BLESS,
    CHECK_GOLDEN,
    REJUDGE,
    STALE,
    NOT_RUN,
    RESUME,
    ISA,
    SHARD,
    WHOLE,
    LIST,
    DESCRIBE,
    SETTINGS,
    MERGE,
    UNTIL,
    DUMP,
    MUTATE,
    WATCH,
    QUIET,
    HELP,
    VERSION
};

static const struct option known_options[] = {
    {"profile", required_argument, NULL, PROFILE},
    {"methods", required_argument, NULL, METHODS},
    {"seeds", required_argument, NULL, SEEDS},
    {"jobs", required_argument, NULL, JOBS},
    {"out", required_argument, NULL, OUT},
    {"golden", required_argument, NULL, GOLDEN},
    {"reports", required_argument, NULL, REPORTS},
    {"check", no_argument, NULL, CHECK},
    {"bless", required_argument, NULL, BLESS},
    {"check-golden", no_argument, NULL, CHECK_GOLDEN},
    {"rejudge", required_argument, NULL, REJUDGE},
    {"stale", required_argument, NULL, STALE},
    {"not-run", required_argument, NULL, NOT_RUN},
    {"resume", no_argument, NULL, RESUME},
    {"isa", required_argument, NULL, ISA},
    {"shard", required_argument, NULL, SHARD},
    {"whole", no_argument, NULL, WHOLE},
    {"list", no_argument, NULL, LIST},
    {"describe", no_argument, NULL, DESCRIBE},
    {"settings", no_argument, NULL, SETTINGS},
    {"merge", no_argument, NULL, MERGE},
    {"until-checkpoint", required_argument, NULL, UNTIL},
    {"dump", required_argument, NULL, DUMP},
    {"mutate", required_argument, NULL, MUTATE},
    {"watch", required_argument, NULL, WATCH},
    {"quiet", no_argument, NULL, QUIET},
    {"help", no_argument, NULL, HELP},
    {"version", no_argument, NULL, VERSION},
    {NULL, 0, NULL, 0},
};

/* What the options say before methods and seeds are put together. */
typedef struct request {
    const mg_experiment *experiment;
    mg_options *options;
    const char *methods, *seeds, *dump, *watch;
    bool whole;
    long shard, shards;
} request;

/* ---- single values ---- */

/* The part of a list up to the next comma, copied into text; NULL at the end. */
static const char *next_item(const char *list, char *text, size_t size)
{
    size_t length = strcspn(list, ",");
    snprintf(text, size, "%.*s", (int)length, list);
    return list[length] ? list + length + 1 : NULL;
}

static const char *profile_name(const void *context, int i)
{
    (void)context;
    return mg_profile_name((mg_profile)i);
}

static bool read_profile(const char *text, mg_options *options, mg_error *error)
{
    for (int p = 0; p < MG_PROFILE_COUNT; p++) {
        if (strcmp(text, mg_profile_name((mg_profile)p)) == 0) {
            options->profile = (mg_profile)p;
            return true;
        }
    }
    const char *nearest = mg_nearest(text, MG_PROFILE_COUNT, profile_name, NULL);
    return mg_fail(error, MG_EXIT_USAGE, "--profile '%s': wanted quick or paper%s%s%s", text,
                   nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static bool read_count(const char *option, const char *text, long high, int *count, mg_error *error)
{
    long x;
    if (!mg_read_long(text, 1, high, &x))
        return mg_fail(error, MG_EXIT_USAGE, "%s '%s': wanted a whole number from 1 to %ld", option, text, high);
    *count = (int)x;
    return true;
}

static bool read_shard(const char *text, request *asked, mg_error *error)
{
    char part[32];
    size_t length = strcspn(text, "/");
    snprintf(part, sizeof part, "%.*s", (int)length, text);
    if (!text[length] || length >= sizeof part || !mg_read_long(text + length + 1, 1, SEEDS_MAX, &asked->shards) ||
        !mg_read_long(part, 1, asked->shards, &asked->shard))
        return mg_fail(error, MG_EXIT_USAGE, "--shard '%s': wanted I/N with 1 <= I <= N, such as 2/4", text);
    return true;
}

/* WHAT@CHECKPOINT: copies WHAT, reads CHECKPOINT. */
static bool read_at(const char *option, const char *text, char what[MG_TASK_NAME], int *checkpoint, mg_error *error)
{
    const char *at = strrchr(text, '@');
    long x;
    if (!at || at == text || (size_t)(at - text) >= MG_TASK_NAME || !mg_read_long(at + 1, 1, 40, &x))
        return mg_fail(error, MG_EXIT_USAGE, "%s '%s': wanted %s with a checkpoint from 1 to 40", option, text,
                       strcmp(option, "--dump") == 0 ? "TASK@CHECKPOINT (tasks: --list)" : "KIND@CHECKPOINT");
    snprintf(what, MG_TASK_NAME, "%.*s", (int)(at - text), text);
    *checkpoint = (int)x;
    return true;
}

static bool read_mutation(const char *text, mg_options *options, mg_error *error)
{
    static const char last[] = "-last";
    char what[MG_TASK_NAME];
    mg_kind kind;
    if (!read_at("--mutate", text, what, &options->mutate_checkpoint, error))
        return false;
    size_t length = strlen(what), tail = sizeof last - 1;
    options->mutate_last = length > tail && strcmp(what + length - tail, last) == 0;
    if (options->mutate_last)
        what[length - tail] = '\0';
    if (strcmp(what, "trail") == 0)
        options->mutate_kind = MG_KIND_COUNT;
    else if (mg_kind_read(what, &kind))
        options->mutate_kind = (int)kind;
    else
        return mg_fail(error, MG_EXIT_USAGE,
                       "--mutate '%s': no kind of tensor; wanted trail, policies, critics, incentives, models, "
                       "optimisers, rng, environment, replay or state, or one of these with -last",
                       what);
    return true;
}

/* ---- methods and seeds ---- */

/* "walk": all its variants; "walk/": the one without a name; "walk/wide". */
static bool names_method(const char *text, const mg_method *method)
{
    size_t length = strlen(method->name);
    if (strncmp(text, method->name, length) != 0)
        return false;
    return text[length] == '\0' || (text[length] == '/' && strcmp(text + length + 1, method->variant) == 0);
}

static bool unknown_method(const mg_experiment *experiment, const char *text, mg_error *error)
{
    char known[400] = "", nearest[MG_TASK_NAME];
    size_t length = 0;
    for (int m = 0; m < experiment->methods && length < sizeof known; m++) {
        const char *name = experiment->method[m].name;
        if (m == 0 || strcmp(name, experiment->method[m - 1].name) != 0)
            length += (size_t)snprintf(known + length, sizeof known - length, "%s%s", m ? ", " : "", name);
    }
    bool near = mg_nearest_method(experiment, text, nearest);
    return mg_fail(error, MG_EXIT_USAGE, "--methods: no method '%s'; %s%s%sthere are %s (their variants: --help)", text,
                   near ? "did you mean '" : "", near ? nearest : "", near ? "'? " : "", known);
}

static bool choose_methods(const mg_experiment *experiment, const char *list, bool *chosen, mg_error *error)
{
    for (int m = 0; m < experiment->methods; m++)
        chosen[m] = list == NULL;
    while (list) {
        char text[MG_TASK_NAME];
        bool found = false;
        list = next_item(list, text, sizeof text);
        for (int m = 0; m < experiment->methods; m++) {
            if (names_method(text, &experiment->method[m]))
                chosen[m] = found = true;
        }
        if (!found)
            return unknown_method(experiment, text, error);
    }
    return true;
}

/* One item of the list: a seed, or first-last. */
static bool choose_range(const char *text, int seeds, bool *chosen, mg_error *error)
{
    char first_text[32];
    const char *dash = strchr(text, '-');
    long first, last;
    snprintf(first_text, sizeof first_text, "%.*s", (int)(dash ? (size_t)(dash - text) : strlen(text)), text);
    if (!mg_read_long(first_text, 0, SEEDS_MAX, &first) ||
        !mg_read_long(dash ? dash + 1 : first_text, 0, SEEDS_MAX, &last))
        return mg_fail(error, MG_EXIT_USAGE,
                       "--seeds: '%s' is neither a seed nor a range; wanted a list such as 0-4 or 0,3,7-9", text);
    if (first > last)
        return mg_fail(error, MG_EXIT_USAGE, "--seeds: the range '%s' runs backwards; wanted %ld-%ld", text, last,
                       first);
    if (last >= seeds)
        return mg_fail(error, MG_EXIT_USAGE,
                       "--seeds: seed %ld is out of range; the chosen methods have the seeds 0-%d in this "
                       "profile",
                       last, seeds - 1);
    for (long seed = first; seed <= last; seed++)
        chosen[seed] = true;
    return true;
}

static bool choose_seeds(const char *list, int seeds, bool *chosen, mg_error *error)
{
    for (int seed = 0; seed < seeds; seed++)
        chosen[seed] = list == NULL;
    while (list) {
        char text[64];
        list = next_item(list, text, sizeof text);
        if (!choose_range(text, seeds, chosen, error))
            return false;
    }
    return true;
}

static void list_tasks(const request *asked, const bool *method, const bool *seed)
{
    mg_options *options = asked->options;
    int all = mg_task_count(asked->experiment, options->profile);
    long place = 0;
    options->task = mg_allocate((size_t)all + 1, sizeof *options->task);
    for (int i = 0; i < all; i++) {
        mg_task task = mg_task_at(asked->experiment, options->profile, i);
        if (method[task.method] && seed[task.seed] && place++ % asked->shards == asked->shard - 1)
            options->task[options->tasks++] = task;
    }
}

/* --whole stands for the methods and seeds that the experiment names. */
static bool choose_whole(request *asked, mg_error *error)
{
    if (!asked->whole)
        return true;
    if (asked->methods || asked->seeds || asked->options->profile != MG_PROFILE_PAPER)
        return mg_fail(error, MG_EXIT_USAGE,
                       "--whole runs the tasks that the result names for it: with --profile paper, without --methods "
                       "and --seeds");
    if (!asked->experiment->whole_seeds)
        return mg_fail(error, MG_EXIT_INPUT, "--whole: %s names no task for it (.whole_seeds of the experiment)",
                       asked->experiment->name);
    asked->methods = asked->experiment->whole_methods;
    asked->seeds = asked->experiment->whole_seeds;
    return true;
}

static bool choose_tasks(const request *asked, mg_error *error)
{
    const mg_experiment *experiment = asked->experiment;
    mg_profile profile = asked->options->profile;
    bool *method = mg_allocate((size_t)experiment->methods + 1, sizeof *method);
    bool *seed = NULL;
    int seeds = 0;
    bool good = choose_methods(experiment, asked->methods, method, error);
    for (int m = 0; m < experiment->methods; m++)
        if (method[m] && experiment->method[m].seeds[profile] > seeds)
            seeds = experiment->method[m].seeds[profile];
    if (good && seeds == 0)
        good =
            mg_fail(error, MG_EXIT_USAGE, "the chosen methods have no tasks in profile %s", mg_profile_name(profile));
    if (good) {
        seed = mg_allocate((size_t)seeds, sizeof *seed);
        good = choose_seeds(asked->seeds, seeds, seed, error);
    }
    if (good)
        list_tasks(asked, method, seed);
    free(method);
    free(seed);
    return good;
}

/* ---- the whole line ---- */

static bool read_option(int option, const char *value, request *asked, mg_error *error)
{
    mg_options *options = asked->options;
    switch (option) {
    case PROFILE: return read_profile(value, options, error);
    case METHODS: asked->methods = value; return true;
    case SEEDS: asked->seeds = value; return true;
    case JOBS: return read_count("--jobs", value, JOBS_MAX, &options->jobs, error);
    case OUT: options->out = value; return true;
    case GOLDEN: options->golden = value; return true;
    case REPORTS: options->reports = value; return true;
    case CHECK: options->check = true; return true;
    case BLESS: options->bless = value; return true;
    case CHECK_GOLDEN: options->command = MG_COMMAND_CHECK_GOLDEN; return true;
    case REJUDGE:
        options->command = MG_COMMAND_REJUDGE;
        options->reason = value;
        return true;
    case STALE:
        options->command = MG_COMMAND_STALE;
        options->reason = value;
        return true;
    case NOT_RUN: options->not_run = value; return true;
    case RESUME: options->resume = true; return true;
    case ISA: options->isa = value; return true;
    case SHARD: return read_shard(value, asked, error);
    case WHOLE: asked->whole = true; return true;
    case LIST: options->command = MG_COMMAND_LIST; return true;
    case DESCRIBE: options->command = MG_COMMAND_DESCRIBE; return true;
    case SETTINGS: options->command = MG_COMMAND_SETTINGS; return true;
    case MERGE: options->command = MG_COMMAND_MERGE; return true;
    case UNTIL: return read_count("--until-checkpoint", value, 40, &options->until_checkpoint, error);
    case DUMP: asked->dump = value; return true;
    case MUTATE: return read_mutation(value, options, error);
    case WATCH: asked->watch = value; return true;
    case QUIET: options->quiet = true; return true;
    case HELP: options->command = MG_COMMAND_HELP; return true;
    default: options->command = MG_COMMAND_VERSION; return true;
    }
}

static const char *option_name(const void *context, int i)
{
    (void)context;
    return known_options[i].name;
}

/* The option that shares most letters at its beginning is what was probably meant, or else the nearest. */
static bool unknown_option(const char *found, mg_error *error)
{
    const char *meant = NULL;
    size_t most = 1;
    for (int i = 0; known_options[i].name && strncmp(found, "--", 2) == 0; i++) {
        size_t same = 0;
        while (found[2 + same] && found[2 + same] == known_options[i].name[same])
            same++;
        if (same > most) {
            most = same;
            meant = known_options[i].name;
        }
    }
    int options = sizeof known_options / sizeof *known_options - 1;
    if (!meant && strncmp(found, "--", 2) == 0)
        meant = mg_nearest(found + 2, options, option_name, NULL);
    if (meant && found[2 + most] == '=')
        return mg_fail(error, MG_EXIT_USAGE, "'%s': --%s takes no value; see --help", found, meant);
    if (meant)
        return mg_fail(error, MG_EXIT_USAGE, "no option '%s'; did you mean --%s? see --help", found, meant);
    return mg_fail(error, MG_EXIT_USAGE, "no option '%s'; see --help", found);
}

static bool is_one_of(const char *text, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(text, *names) == 0)
            return true;
    return false;
}

static bool check_values(const mg_options *options, mg_error *error)
{
    static const char *const isas[] = {"auto", "scalar", "simd128", "sse2", "avx2", "avx512", "reference", NULL};
    if (!is_one_of(options->isa, isas))
        return mg_fail(error, MG_EXIT_USAGE, "--isa '%s': wanted auto, scalar, simd128, sse2, avx2 or avx512",
                       options->isa);
    if (!options->out[0] || !options->golden[0] || !options->reports[0])
        return mg_fail(error, MG_EXIT_USAGE, "%s '': wanted a folder",
                       !options->out[0]      ? "--out"
                       : !options->golden[0] ? "--golden"
                                             : "--reports");
    if (options->reason && !options->reason[strspn(options->reason, " \t")])
        return mg_fail(error, MG_EXIT_USAGE, "%s '': wanted the reason why the golden changes",
                       options->command == MG_COMMAND_REJUDGE ? "--rejudge" : "--stale");
    return !options->bless || mg_bless_reason(options->bless, error);
}

/* A folder that was named has to be there, and any where claims are compared. */
static bool check_reports(const mg_options *options, mg_error *error)
{
    bool exists, judges = options->check || options->bless || options->command == MG_COMMAND_REJUDGE ||
                          options->command == MG_COMMAND_CHECK_GOLDEN;
    if (!judges && options->reports == mg_default_reports())
        return true;
    if (!mg_folder_exists(options->reports, &exists, error))
        return false;
    return exists || mg_fail(error, MG_EXIT_INPUT,
                             "%s: no such folder; wanted the papers' numbers and claims: run this in a checkout of "
                             "marlgold, or say --reports DIR",
                             options->reports);
}

static bool check_combination(const mg_options *options, mg_error *error)
{
    bool merge = options->command == MG_COMMAND_MERGE;
    if (options->check && options->bless)
        return mg_fail(error, MG_EXIT_USAGE, "--check and --bless exclude each other: look first, then bless");
    if (options->bless && (options->mutate_checkpoint || options->until_checkpoint || options->dump_checkpoint))
        return mg_fail(error, MG_EXIT_USAGE,
                       "--bless takes whole runs: not with --mutate, --until-checkpoint or --dump");
    if (options->dump_checkpoint && (options->check || options->until_checkpoint || options->resume))
        return mg_fail(error, MG_EXIT_USAGE,
                       "--dump runs one task from its start to that checkpoint: not with --check, "
                       "--until-checkpoint or --resume");
    if (options->watch && (options->check || options->bless || options->dump_checkpoint || options->mutate_checkpoint ||
                           options->until_checkpoint || options->resume || options->command != MG_COMMAND_RUN))
        return mg_fail(error, MG_EXIT_USAGE, "--watch plays one episode and runs nothing else");
    if (options->mutate_checkpoint && options->resume)
        return mg_fail(error, MG_EXIT_USAGE, "--mutate runs its tasks afresh: not with --resume");
    if (merge &&
        (options->dump_checkpoint || options->mutate_checkpoint || options->until_checkpoint || options->resume))
        return mg_fail(error, MG_EXIT_USAGE,
                       "--merge runs no task: not with --dump, --mutate, --until-checkpoint or --resume");
    return true;
}

static bool choose_dump(const request *asked, mg_error *error)
{
    char name[MG_TASK_NAME];
    mg_options *options = asked->options;
    if (!asked->dump)
        return true;
    if (!read_at("--dump", asked->dump, name, &options->dump_checkpoint, error))
        return false;
    if (!mg_task_find(asked->experiment, options->profile, name, &options->dump_task))
        return mg_fail(error, MG_EXIT_USAGE, "--dump: no task '%s' in profile %s; --list shows them", name,
                       mg_profile_name(options->profile));
    return true;
}

/* TASK, or TASK@CHECKPOINT with 0 for before training. */
static bool choose_watch(const request *asked, mg_error *error)
{
    char name[MG_TASK_NAME];
    mg_options *options = asked->options;
    const char *text = asked->watch, *at = text ? strrchr(text, '@') : NULL;
    long checkpoint = -1;
    if (!text)
        return true;
    size_t length = at ? (size_t)(at - text) : strlen(text);
    if (at && !mg_read_long(at + 1, 0, 40, &checkpoint))
        return mg_fail(error, MG_EXIT_USAGE,
                       "--watch '%s': wanted TASK or TASK@CHECKPOINT with a checkpoint from 0 (untrained) to 40", text);
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    if (length >= sizeof name || !mg_task_find(asked->experiment, options->profile, name, &options->watch_task))
        return mg_fail(error, MG_EXIT_USAGE, "--watch: no task '%s' in profile %s; --list shows them", name,
                       mg_profile_name(options->profile));
    if (asked->experiment->method[options->watch_task.method].direct)
        return mg_fail(error, MG_EXIT_USAGE, "--watch: task %s is computed, not trained: there is nothing to watch",
                       name);
    options->watch = true;
    options->watch_checkpoint = (int)checkpoint;
    return true;
}

bool mg_options_read(const mg_experiment *experiment, int argc, char **argv, mg_options *options, mg_error *error)
{
    *options =
        (mg_options){.out = "out", .golden = mg_default_golden(), .reports = mg_default_reports(), .isa = "auto"};
    request asked = {.experiment = experiment, .options = options, .shard = 1, .shards = 1};
    opterr = 0;
    optind = 0; /* from the beginning, whatever was read before */
    for (;;) {
        int tried = optind > 0 ? optind : 1;
        int option = getopt_long(argc, argv, "+:", known_options, NULL);
        if (option == -1)
            break;
        if (option == '?')
            return unknown_option(argv[tried], error);
        if (option == ':')
            return mg_fail(error, MG_EXIT_USAGE, "%s wants a value; see --help", argv[tried]);
        if (!read_option(option, optarg, &asked, error))
            return false;
        if (options->command == MG_COMMAND_HELP || options->command == MG_COMMAND_VERSION)
            return true;
    }
    if (optind < argc)
        return mg_fail(error, MG_EXIT_USAGE, "'%s': not an option; methods are chosen with --methods, see --help",
                       argv[optind]);
    if (options->jobs == 0)
        options->jobs = mg_pool_cpus();
    return check_values(options, error) && check_reports(options, error) && choose_whole(&asked, error) &&
           choose_dump(&asked, error) && choose_watch(&asked, error) && check_combination(options, error) &&
           choose_tasks(&asked, error);
}

void mg_options_free(mg_options *options)
{
    free(options->task);
    options->task = NULL;
}

/* ---- help ---- */

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
        "  --seeds 0-4 | 0,3,7-9     only these seeds\n"
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
        "  --describe                name, title and source, tab-separated\n"
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
