/* options.c - reads the command line. */
#include "suite/harness/options.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/pool.h"
#include "core/io/tensor.h"
#include "core/io/text.h"
#include "suite/harness/choice.h"
#include "suite/harness/judge.h"
#include "suite/harness/nearest.h"
#include "suite/harness/option_table.h"
#include "suite/harness/places.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS_MAX 100000
#define JOBS_MAX 4096

/* Of getopt's own: what an option returns. */
enum { FIRST = 256, MANUAL = FIRST + MG_OPTION_COUNT, KNOWN };

/* The table as getopt_long wants it, and what `make manual` asks for. */
static void list_options(struct option known[KNOWN - FIRST + 1])
{
    for (int i = 0; i < MG_OPTION_COUNT; i++) {
        const mg_manual_entry *entry = &mg_option_table[i];
        known[i] = (struct option){entry->name + 2, entry->value ? required_argument : no_argument, NULL, FIRST + i};
    }
    known[MG_OPTION_COUNT] = (struct option){"manual", no_argument, NULL, MANUAL};
    known[MG_OPTION_COUNT + 1] = (struct option){0};
}

/* ---- single values ---- */

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

static bool read_shard(const char *text, mg_choice *asked, mg_error *error)
{
    char part[32];
    size_t length = strcspn(text, "/");
    snprintf(part, sizeof part, "%.*s", (int)length, text);
    if (!text[length] || length >= sizeof part || !mg_read_long(text + length + 1, 1, SHARDS_MAX, &asked->shards) ||
        !mg_read_long(part, 1, asked->shards, &asked->shard))
        return mg_fail(error, MG_EXIT_USAGE, "--shard '%s': wanted I/N with 1 <= I <= N, such as 2/4", text);
    return true;
}

static bool read_mutation(const char *text, mg_options *options, mg_error *error)
{
    static const char last[] = "-last";
    char what[MG_TASK_NAME];
    mg_kind kind;
    if (!mg_read_at("--mutate", text, what, &options->mutate_checkpoint, error))
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

/* ---- the whole line ---- */

static bool read_option(int option, const char *value, mg_choice *asked, mg_options *options, mg_error *error)
{
    switch (option - FIRST) {
    case MG_OPTION_PROFILE: return read_profile(value, options, error);
    case MG_OPTION_METHODS: asked->methods = value; return true;
    case MG_OPTION_SEEDS: asked->seeds = value; return true;
    case MG_OPTION_SET: return mg_trial_read(value, &options->trial, error);
    case MG_OPTION_NETWORK: return mg_trial_read_network(value, &options->trial, error);
    case MG_OPTION_JOBS: return read_count("--jobs", value, JOBS_MAX, &options->jobs, error);
    case MG_OPTION_OUT: options->out = value; return true;
    case MG_OPTION_GOLDEN: options->golden = value; return true;
    case MG_OPTION_REPORTS: options->reports = value; return true;
    case MG_OPTION_CHECK: options->check = true; return true;
    case MG_OPTION_BLESS: options->bless = value; return true;
    case MG_OPTION_CHECK_GOLDEN: options->command = MG_COMMAND_CHECK_GOLDEN; return true;
    case MG_OPTION_REJUDGE:
        options->command = MG_COMMAND_REJUDGE;
        options->reason = value;
        return true;
    case MG_OPTION_STALE:
        options->command = MG_COMMAND_STALE;
        options->reason = value;
        return true;
    case MG_OPTION_NOT_RUN: options->not_run = value; return true;
    case MG_OPTION_RESUME: options->resume = true; return true;
    case MG_OPTION_ISA: options->isa = value; return true;
    case MG_OPTION_SHARD: return read_shard(value, asked, error);
    case MG_OPTION_WHOLE: asked->whole = true; return true;
    case MG_OPTION_LIST: options->command = MG_COMMAND_LIST; return true;
    case MG_OPTION_DESCRIBE: options->command = MG_COMMAND_DESCRIBE; return true;
    case MG_OPTION_SETTINGS: options->command = MG_COMMAND_SETTINGS; return true;
    case MG_OPTION_MERGE: options->command = MG_COMMAND_MERGE; return true;
    case MG_OPTION_UNTIL: return read_count("--until-checkpoint", value, 40, &options->until_checkpoint, error);
    case MG_OPTION_DUMP: asked->dump = value; return true;
    case MG_OPTION_MUTATE: return read_mutation(value, options, error);
    case MG_OPTION_WATCH: asked->watch = value; return true;
    case MG_OPTION_QUIET: options->quiet = true; return true;
    case MG_OPTION_HELP: options->command = MG_COMMAND_HELP; return true;
    case MG_OPTION_VERSION: options->command = MG_COMMAND_VERSION; return true;
    default: options->command = MG_COMMAND_MANUAL; return true;
    }
}

static const char *option_name(const void *context, int i)
{
    (void)context;
    return mg_option_table[i].name + 2;
}

/* The option that shares most letters at its beginning is what was probably meant, or else the nearest. */
static bool unknown_option(const char *found, mg_error *error)
{
    const char *meant = NULL;
    size_t most = 1;
    for (int i = 0; i < MG_OPTION_COUNT && strncmp(found, "--", 2) == 0; i++) {
        size_t same = 0;
        while (found[2 + same] && found[2 + same] == option_name(NULL, i)[same])
            same++;
        if (same > most) {
            most = same;
            meant = option_name(NULL, i);
        }
    }
    if (!meant && strncmp(found, "--", 2) == 0)
        meant = mg_nearest(found + 2, MG_OPTION_COUNT, option_name, NULL);
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
    bool compares = options->check || options->bless || options->command == MG_COMMAND_CHECK_GOLDEN ||
                    options->command == MG_COMMAND_REJUDGE || options->command == MG_COMMAND_STALE;
    if (mg_trial_asked(&options->trial) && (compares || options->mutate_checkpoint || options->dump_checkpoint))
        return mg_fail(
            error, MG_EXIT_USAGE,
            "--set or --network makes another experiment, which is never compared nor blessed: not with --check, "
            "--bless, --check-golden, --rejudge, --stale, --mutate or --dump");
    if (options->extras && (options->bless || options->command == MG_COMMAND_STALE))
        return mg_fail(error, MG_EXIT_USAGE,
                       "--seeds: golden holds the seeds of --list alone; %d tasks of the chosen are beyond them",
                       options->extras);
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

bool mg_options_read(const mg_experiment *experiment, int argc, char **argv, mg_options *options, mg_error *error)
{
    *options =
        (mg_options){.out = "out", .golden = mg_default_golden(), .reports = mg_default_reports(), .isa = "auto"};
    options->trial.on_network = experiment->on_network;
    mg_choice asked = {.shard = 1, .shards = 1};
    struct option known[KNOWN - FIRST + 1];
    list_options(known);
    opterr = 0;
    optind = 0; /* from the beginning, whatever was read before */
    for (;;) {
        int tried = optind > 0 ? optind : 1;
        int option = getopt_long(argc, argv, "+:", known, NULL);
        if (option == -1)
            break;
        if (option == '?')
            return unknown_option(argv[tried], error);
        if (option == ':')
            return mg_fail(error, MG_EXIT_USAGE, "%s wants a value; see --help", argv[tried]);
        if (!read_option(option, optarg, &asked, options, error))
            return false;
        if (options->command == MG_COMMAND_HELP || options->command == MG_COMMAND_MANUAL ||
            options->command == MG_COMMAND_VERSION)
            return true;
    }
    if (optind < argc)
        return mg_fail(error, MG_EXIT_USAGE, "'%s': not an option; methods are chosen with --methods, see --help",
                       argv[optind]);
    if (options->jobs == 0)
        options->jobs = mg_pool_cpus();
    return check_values(options, error) && check_reports(options, error) &&
           mg_choose_tasks(experiment, &asked, options, error) && check_combination(options, error);
}

void mg_options_free(mg_options *options)
{
    free(options->task);
    free(options->extra);
    options->task = options->extra = NULL;
}
