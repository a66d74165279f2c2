/* Parts of the harness that need no process of their own. With arguments this program is a result: the first names
 * the experiment (toy; frozen: a learner that never learns; changed: other hyper-parameters under the same name;
 * other-settings: the same beside the toy's other methods; all-curves: curve.csv has all metrics), the others are its
 * command line. The tests/test_*.sh run it so. */
#include "suite/harness/judge.h"
#include "suite/harness/options.h"
#include "suite/harness/results.h"
#include "suite/harness/sources.h"
#include "tests/scratch.h"
#include "tests/tap.h"
#include <signal.h>
#include "tests/toy_experiment.h"

/* ---- other experiments ---- */

/* What the miniature says it was built from: one empty file, as git names it. */
const char *const mg_built_sources[] = {"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 suite/toy.c", NULL};

static void setup_frozen(mg_profile profile, bool paper, mg_setup *setup)
{
    (void)profile, (void)paper;
    const toy_learner_config learner = {.rate = 0.0005, .rows = 1, .freeze = 1};
    toy_set(setup, &learner, &toy_quick);
}

static void setup_changed(mg_profile profile, bool paper, mg_setup *setup)
{
    toy_setup(profile, paper, setup);
    toy_learner_config learner;
    memcpy(&learner, setup->learner_config, sizeof learner);
    learner.rate = 0.0006;
    memcpy(setup->learner_config, &learner, sizeof learner);
}

static void setup_lone(mg_profile profile, bool paper, mg_setup *setup)
{
    setup_frozen(profile, paper, setup);
    setup->budget.first_checkpoint = 399; /* after the next one */
}

static const mg_method frozen_method[] = {{.name = "walk",
                                           .variant = "",
                                           .summary = "never learns",
                                           .setup = setup_frozen,
                                           .seeds = {1, 1},
                                           .paper_seeds = 1}};
static const mg_method changed_method[] = {{.name = "walk",
                                            .variant = "",
                                            .summary = "other rate",
                                            .setup = setup_changed,
                                            .seeds = {3, 2},
                                            .paper_seeds = 2}};
static const mg_method lone_method[] = {{.name = "walk",
                                         .variant = "",
                                         .summary = "impossible budget",
                                         .setup = setup_lone,
                                         .seeds = {1, 1},
                                         .paper_seeds = 1}};

/* Slow, so that it has not arrived where its children begin. */
static void setup_first(mg_profile profile, bool paper, mg_setup *setup)
{
    toy_setup(profile, paper, setup);
    const toy_learner_config learner = {
        .rate = 0.00002, .rows = 1, .work = profile == MG_PROFILE_QUICK && !paper ? 0 : 3000};
    mg_setup_learner(setup, &toy_learner_table, &learner, sizeof learner);
}

static void setup_second(mg_profile profile, bool paper, mg_setup *setup)
{
    toy_setup(profile, paper, setup);
    const toy_learner_config learner = {.rate = 0.00003, .rows = 3};
    mg_setup_learner(setup, &toy_learner_table, &learner, sizeof learner);
}

/* What never learns shows what it began with. */
static void setup_still(mg_profile profile, bool paper, mg_setup *setup)
{
    toy_setup(profile, paper, setup);
    const toy_learner_config learner = {.rate = 0.0005, .rows = 1, .freeze = 1};
    mg_setup_learner(setup, &toy_learner_table, &learner, sizeof learner);
}

/* Phases of a curriculum. */
static const mg_method phases_method[] = {
    {.name = "first", .variant = "", .summary = "a parent", .setup = setup_first, .seeds = {3, 2}},
    {.name = "explode", .variant = "", .summary = "diverges", .setup = toy_setup_explode, .seeds = {1, 0}},
    {.name = "second",
     .variant = "a",
     .summary = "its child",
     .setup = setup_second,
     .seeds = {3, 2},
     .parent = {"first", "", 3}},
    {.name = "still",
     .variant = "",
     .summary = "another child",
     .setup = setup_still,
     .seeds = {3, 2},
     .parent = {"first", "", 3}},
    {.name = "third",
     .variant = "",
     .summary = "a grandchild",
     .setup = setup_first,
     .seeds = {3, 2},
     .parent = {"second", "a", 2}},
    {.name = "orphan",
     .variant = "",
     .summary = "of what diverges",
     .setup = toy_setup,
     .seeds = {1, 0},
     .parent = {"explode", "", 6}},
};

static const mg_deviation phases_deviation[] = {{"*", "*", "budget.*", "milliseconds"},
                                                {"*", "*", "toy-learner.work", "milliseconds"}};

static mg_experiment phases(void)
{
    static const char *const of_phases[] = {"reward", "length", "weight", NULL};
    mg_experiment experiment = toy;
    experiment.methods = sizeof phases_method / sizeof *phases_method;
    experiment.method = phases_method;
    experiment.metrics = of_phases;
    experiment.deviations = 2;
    experiment.deviation = phases_deviation;
    return experiment;
}

static int run_other(const mg_method *method, int deviations, int argc, char **argv)
{
    static const char *const of_walk[] = {"reward", "length", "weight", NULL};
    mg_experiment other = toy;
    other.methods = 1;
    other.method = method;
    other.metrics = of_walk;
    other.deviations = deviations;
    return mg_experiment_main(&other, argc, argv);
}

static int run_other_settings(int argc, char **argv)
{
    mg_experiment other = toy;
    mg_method method[sizeof toy_method / sizeof *toy_method];
    memcpy(method, toy_method, sizeof method);
    method[1].setup = setup_changed;
    other.method = method;
    return mg_experiment_main(&other, argc, argv);
}

/* forge FILE SECTION PLACE NUMBER: another number at the PLACE-th 8 bytes of a tensor's section of a checkpoint, and a
 * checksum that is right again (core/io/checkpoint.h). */
static int forge(char **argv)
{
    char *bytes;
    size_t length, name = strlen(argv[3]), at = 0;
    unsigned long long number = strtoull(argv[5], NULL, 10), place = strtoull(argv[4], NULL, 10);
    mg_error error = {0};
    if (!mg_file_read(argv[2], &bytes, &length, &error))
        return mg_report_error("forge", &error);
    while (at + name < length && memcmp(bytes + at, argv[3], name))
        at++;
    at += (name + 7) / 8 * 8 + 24 + 8 * (size_t)place;
    if (at + 24 > length)
        return 1;
    for (int i = 0; i < 8; i++)
        bytes[at + (size_t)i] = (char)(number >> (8 * i));
    mg_digest digest = mg_digest_bytes(bytes, length - 16);
    for (int i = 0; i < 8; i++) {
        bytes[length - 16 + (size_t)i] = (char)(digest.high >> (56 - 8 * i));
        bytes[length - 8 + (size_t)i] = (char)(digest.low >> (56 - 8 * i));
    }
    bool good = mg_file_write(argv[2], bytes, length, &error);
    free(bytes);
    return good ? 0 : mg_report_error("forge", &error);
}

static int run_program(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "forge") == 0)
        return forge(argv);
    if (argc > 2 && strcmp(argv[1], "heeding") == 0) { /* a shell starts `program &` with SIGINT ignored */
        (void)signal(SIGINT, SIG_DFL);
        return run_program(argc - 1, argv + 1);
    }
    if (strcmp(argv[1], "frozen") == 0)
        return run_other(frozen_method, 0, argc - 1, argv + 1);
    if (strcmp(argv[1], "changed") == 0)
        return run_other(changed_method, toy.deviations, argc - 1, argv + 1);
    if (strcmp(argv[1], "other-settings") == 0)
        return run_other_settings(argc - 1, argv + 1);
    if (strcmp(argv[1], "all-curves") == 0) {
        mg_experiment experiment = toy;
        experiment.ends_only = NULL;
        return mg_experiment_main(&experiment, argc - 1, argv + 1);
    }
    if (strcmp(argv[1], "phases") == 0) {
        mg_experiment experiment = phases();
        return mg_experiment_main(&experiment, argc - 1, argv + 1);
    }
    if (strcmp(argv[1], "lone") == 0)
        return run_other(lone_method, 0, argc - 1, argv + 1);
    return mg_experiment_main(&toy, argc - 1, argv + 1);
}

/* ---- tasks ---- */

static void test_tasks(void)
{
    static const char *const names[] = {"exact/0",     "walk/0",      "walk/1",   "walk/2",
                                        "walk/wide/0", "walk/wide/1", "explode/0"};
    char text[MG_TASK_NAME];
    int wrong = mg_task_count(&toy, MG_PROFILE_QUICK) != 7 || mg_task_count(&toy, MG_PROFILE_PAPER) != 5;
    for (int i = 0; i < 7; i++) {
        mg_task task = mg_task_at(&toy, MG_PROFILE_QUICK, i), found;
        wrong += strcmp(mg_task_name(&toy, task, text), names[i]) != 0;
        wrong += !mg_task_find(&toy, MG_PROFILE_QUICK, names[i], &found) || found.method != task.method ||
                 found.seed != task.seed;
    }
    mg_task task;
    tap_ok(wrong == 0, "tasks in order, by name and back");
    tap_ok(!mg_task_find(&toy, MG_PROFILE_PAPER, "explode/0", &task) &&
               !mg_task_find(&toy, MG_PROFILE_QUICK, "walk/3", &task),
           "no task of another profile or beyond the seeds");
    tap_ok(strcmp(mg_task_file_name(&toy, mg_task_at(&toy, MG_PROFILE_QUICK, 5), text), "walk.wide.1") == 0,
           "a file name: %s", text);
}

/* ---- command lines ---- */

typedef struct line {
    const char *arguments; /* separated by '|' */
    int tasks;             /* chosen; -1: refused */
    const char *says;      /* in the refusal */
} line;

static const line lines[] = {
    {"--seeds|0", 4, ""},
    {"--seeds|0-1", 6, ""},
    {"--seeds|2,0,0-1", 7, ""},
    {"--seeds|1-1", 2, ""},
    {"--profile|paper|--whole", 1, ""},
    {"--methods|walk", 5, ""},
    {"--methods|walk/wide,walk/wide", 2, ""},
    {"--methods|walk/", 3, ""},
    {"--methods|exact,explode", 2, ""},
    {"--methods=walk|--seeds=2", 1, ""},
    {"--shard|1/2", 4, ""},
    {"--shard|2/2", 3, ""},
    {"--shard|7/7", 1, ""},
    {"--shard|8/8", 0, ""},
    {"--profile|paper", 5, ""},
    {"--whole", -1, "--profile paper"},
    {"--profile|paper|--whole|--seeds|0", -1, "without --methods"},
    {"--seeds|3-x", -1, "'3-x'"},
    {"--seeds|x", -1, "'x'"},
    {"--seeds|", -1, "''"},
    {"--seeds|0,", -1, "''"},
    {"--seeds|1-0", -1, "backwards"},
    {"--seeds|-1", -1, "'-1'"},
    {"--seeds|0-", -1, "'0-'"},
    {"--seeds|3", 0, ""},
    {"--seeds|0-3", 7, ""},
    {"--seeds|10000", -1, "from 0 to 9999"},
    {"--seeds|3|--bless|new: x", -1, "3 tasks of the chosen are beyond"},
    {"--seeds|0-3|--stale|old", -1, "seeds of --list alone"},
    {"--set|rate=0.001|--list", 7, ""},
    {"--set|rate", -1, "FIELD=VALUE"},
    {"--set|=1", -1, "FIELD=VALUE"},
    {"--set|rate=fast", -1, "FIELD=VALUE"},
    {"--set|rate=1|--check", -1, "never compared"},
    {"--set|rate=1|--bless|new: x", -1, "never compared"},
    {"--set|rate=1|--check-golden", -1, "never compared"},
    {"--set|rate=1|--rejudge|x", -1, "never compared"},
    {"--set|rate=1|--stale|x", -1, "never compared"},
    {"--set|rate=1|--mutate|policies@1", -1, "never compared"},
    {"--seeds|1.0", -1, "'1.0'"},
    {"--seeds|0x1", -1, "'0x1'"},
    {"--seeds| 1", -1, "' 1'"},
    {"--seeds|99999999999999999999", -1, "99999"},
    {"--methods|exact|--seeds|1", -1, "computed, not trained, and have the seeds 0-0"},
    {"--methods|lio", -1, "no method 'lio'; there are exact, walk, explode (their variants: --help)"},
    {"--methods|walk/narrow", -1, "'walk/narrow'"},
    {"--methods|wal", -1, "no method 'wal'; did you mean 'walk'? there are exact"},
    {"--methods|walk/wdie", -1, "did you mean 'walk/wide'?"},
    {"--methods|xyz", -1, "no method 'xyz'; there are"},
    {"--methods|", -1, "''"},
    {"--methods|walk,,exact", -1, "''"},
    {"--profile|fast", -1, "quick or paper"},
    {"--profile|papre", -1, "did you mean 'paper'?"},
    {"--profile|paper|--methods|explode", -1, "no tasks"},
    {"--jobs|0", -1, "--jobs '0'"},
    {"--jobs|2x", -1, "--jobs '2x'"},
    {"--shard|0/2", -1, "I/N"},
    {"--shard|3/2", -1, "I/N"},
    {"--shard|1", -1, "I/N"},
    {"--shard|/2", -1, "I/N"},
    {"--shard|1/", -1, "I/N"},
    {"--isa|mmx", -1, "--isa 'mmx'"},
    {"--out|", -1, "--out ''"},
    {"--bless|", -1, "reason"},
    {"--bless|  ", -1, "reason"},
    {"--check|--bless|new: x", -1, "exclude each other"},
    {"--dump|walk/0", -1, "TASK@CHECKPOINT"},
    {"--dump|walk/0@0", -1, "from 1 to 40"},
    {"--dump|walk/9@1", -1, "no task 'walk/9'"},
    {"--dump|walk/0@1|--check", -1, "--dump"},
    {"--mutate|policies", -1, "KIND@CHECKPOINT"},
    {"--mutate|weights@1", -1, "policies, critics"},
    {"--mutate|policies@41", -1, "from 1 to 40"},
    {"--mutate|policies@1|--resume", -1, "--resume"},
    {"--mutate|policies@1|--bless|new: x", -1, "whole runs"},
    {"--until-checkpoint|0", -1, "from 1 to 40"},
    {"--merge|--resume", -1, "--merge"},
    {"--no-such-option", -1, "'--no-such-option'"},
    {"-x", -1, "'-x'"},
    {"--chekc", -1, "did you mean --check?"},
    {"--rpofile", -1, "did you mean --profile?"},
    {"--check=yes", -1, "--check takes no value"},
    {"--seeds", -1, "wants a value"},
    {"quick", -1, "'quick'"},
};

/* Reads a command line given as one text. */
static bool read_line(const char *arguments, mg_options *options, mg_error *error)
{
    static char text[256];
    char *argv[16] = {"toy"};
    int argc = 1;
    snprintf(text, sizeof text, "%s", arguments);
    for (char *at = text; at && argc < 15; argc++) {
        argv[argc] = at;
        at = strchr(at, '|');
        if (at)
            *at++ = '\0';
    }
    *error = (mg_error){MG_EXIT_OK, ""};
    return mg_options_read(&toy, argc, argv, options, error);
}

static void test_command_lines(void)
{
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        mg_options options;
        mg_error error;
        bool good = read_line(lines[i].arguments, &options, &error);
        bool one_line = !strchr(error.text, '\n');
        if (lines[i].tasks >= 0)
            tap_ok(good && options.tasks == lines[i].tasks, "%s: %d tasks%s", lines[i].arguments, options.tasks,
                   error.text);
        else
            tap_ok(!good && error.status == MG_EXIT_USAGE && strstr(error.text, lines[i].says) && one_line, "%s: %s",
                   lines[i].arguments, error.text);
        mg_options_free(&options);
    }
    mg_options options;
    mg_error error;
    bool read = read_line("--seeds|1,3-4,977", &options, &error);
    int walks = 0;
    for (int i = 0; i < options.extras && read; i++)
        walks += options.extra[i].method == 1 && options.extra[i].seed >= 3;
    tap_ok(read && options.tasks == 2 && options.extras == 10 && walks == 3,
           "seeds beyond the list are extra, of what is trained: %d and %d tasks, %d of walk", options.tasks,
           options.extras, walks);
    mg_options_free(&options);
    tap_ok(read_line("--seeds|0-3|--shard|2/2", &options, &error) && options.tasks + options.extras == 6,
           "... and are dealt out with the others: %d", options.tasks + options.extras);
    mg_options_free(&options);
    tap_ok(read_line("--whole|--profile|paper", &options, &error) && !options.extras, "--whole has none");
    mg_options_free(&options);
    tap_ok(read_line("--mutate|critics-last@2", &options, &error) && options.mutate_kind == MG_KIND_CRITICS &&
               options.mutate_last,
           "--mutate critics-last");
    mg_options_free(&options);
    tap_ok(read_line("--mutate|trail@3", &options, &error) && options.mutate_kind == MG_KIND_COUNT &&
               options.mutate_checkpoint == 3 && options.jobs >= 1 && strcmp(options.out, "out") == 0 &&
               strcmp(options.golden, "golden") == 0,
           "defaults, and a mutation");
    mg_options_free(&options);
}

/* ---- what makes a config another one ---- */

static mg_digest digest_of(const mg_experiment *experiment, mg_profile profile, int method, int seed)
{
    mg_task task = {method, seed};
    return mg_task_config(experiment, profile, task);
}

static void test_config_digest(void)
{
    mg_digest base = digest_of(&toy, MG_PROFILE_QUICK, 1, 0);
    mg_experiment other = toy;
    tap_ok(mg_digest_equal(base, digest_of(&other, MG_PROFILE_QUICK, 1, 0)), "the same config has the same digest");
    tap_ok(!mg_digest_equal(base, digest_of(&toy, MG_PROFILE_QUICK, 1, 1)), "another seed");
    tap_ok(!mg_digest_equal(base, digest_of(&toy, MG_PROFILE_QUICK, 2, 0)), "another variant");
    tap_ok(!mg_digest_equal(base, digest_of(&toy, MG_PROFILE_PAPER, 1, 0)), "another profile");
    other.semantics++;
    tap_ok(!mg_digest_equal(base, digest_of(&other, MG_PROFILE_QUICK, 1, 0)), "other semantics");
    other = toy;
    other.number++;
    tap_ok(!mg_digest_equal(base, digest_of(&other, MG_PROFILE_QUICK, 1, 0)), "another number");
    other = toy;
    mg_method changed[2] = {toy_method[0], changed_method[0]};
    other.method = changed;
    tap_ok(!mg_digest_equal(base, digest_of(&other, MG_PROFILE_QUICK, 1, 0)), "another field of a config");
}

/* ---- one bit ---- */

static void test_flip(void)
{
    float f[2] = {1.5f, 2.0f}, second[1] = {2.0f};
    double d[1] = {-0.75};
    int32_t i[1] = {-2};
    uint64_t u[1] = {7};
    uint8_t b[3] = {4, 5, 6};
    const mg_tensor tensor[] = {
        {MG_KIND_POLICIES, "f", MG_TYPE_FLOAT, 1, 2, f}, {MG_KIND_CRITICS, "d", MG_TYPE_DOUBLE, 1, 1, d},
        {MG_KIND_RNG, "u", MG_TYPE_U64, 1, 1, u},        {MG_KIND_STATE, "i", MG_TYPE_I32, 1, 1, i},
        {MG_KIND_REPLAY, "b", MG_TYPE_U8, 3, 1, b},      {MG_KIND_POLICIES, "second", MG_TYPE_FLOAT, 1, 1, second},
    };
    bool flipped = mg_flip_tensor(MG_KIND_POLICIES, false, tensor, 6) &&
                   mg_flip_tensor(MG_KIND_CRITICS, false, tensor, 6) && mg_flip_tensor(MG_KIND_RNG, false, tensor, 6) &&
                   mg_flip_tensor(MG_KIND_STATE, false, tensor, 6) && mg_flip_tensor(MG_KIND_REPLAY, false, tensor, 6);
    tap_ok(flipped && f[0] == 1.5f + 0x1p-23f && f[1] == 2.0f && second[0] == 2.0f,
           "the lowest bit of the first binary32 number, no "
           "other");
    tap_ok(d[0] == -0.75 - 0x1p-53 && i[0] == -1 && u[0] == 6 && b[0] == 5 && b[1] == 5, "of the other types");
    tap_ok(!mg_flip_tensor(MG_KIND_INCENTIVES, false, tensor, 6), "no tensor of that kind");
    f[0] = 1.5f;
    flipped = mg_flip_tensor(MG_KIND_POLICIES, true, tensor, 6) && mg_flip_tensor(MG_KIND_REPLAY, true, tensor, 6);
    tap_ok(flipped && f[0] == 1.5f && f[1] == 2.0f && second[0] == 2.0f + 0x1p-22f && b[0] == 5 && b[1] == 5 &&
               b[2] == 7,
           "the last number of the last tensor, no other");
    tap_ok(!mg_flip_tensor(MG_KIND_INCENTIVES, true, tensor, 6), "nor a last one");
}

static void test_dump(void)
{
    float f[2] = {0.1f, -0.0f};
    uint64_t u[1] = {18446744073709551615u};
    const mg_tensor tensor[] = {{MG_KIND_POLICIES, "a, b", MG_TYPE_FLOAT, 1, 2, f},
                                {MG_KIND_RNG, "u", MG_TYPE_U64, 1, 1, u}};
    mg_error error = {MG_EXIT_OK, ""};
    mg_csv csv;
    bool good = mg_dump_tensors(tensor, 2, scratch("dump.csv"), &error) &&
                mg_csv_read(scratch("dump.csv"), "kind,tensor,row,column,bits,value", &csv, &error);
    tap_ok(good && csv.rows == 3 && strcmp(mg_csv_cell(&csv, 0, 1), "a, b") == 0 &&
               strcmp(mg_csv_cell(&csv, 0, 4), "3dcccccd") == 0 && strcmp(mg_csv_cell(&csv, 0, 5), "0.1") == 0 &&
               strcmp(mg_csv_cell(&csv, 1, 4), "80000000") == 0 &&
               strcmp(mg_csv_cell(&csv, 2, 5), "18446744073709551615") == 0,
           "a dump holds bits and values%s", error.text);
    if (good)
        mg_csv_close(&csv);
}

/* ---- the trail ---- */

static void take(mg_trail *trail, float *x, bool falsify)
{
    const mg_row_name name = {"m", "", 0};
    const mg_tensor tensor = {MG_KIND_POLICIES, "x", MG_TYPE_FLOAT, 1, 1, x};
    mg_trail_checkpoint(trail, &name, 1, &tensor, 1, NULL, falsify);
}

static mg_digest chain(float first, float second, bool falsify)
{
    mg_trail trail;
    mg_trail_start(&trail);
    take(&trail, &first, false);
    take(&trail, &second, falsify);
    mg_digest link = trail.link[MG_KIND_POLICIES];
    mg_trail_free(&trail);
    return link;
}

static void test_trail(void)
{
    tap_ok(mg_digest_equal(chain(1, 2, false), chain(1, 2, false)), "the same numbers, the same trail");
    tap_ok(!mg_digest_equal(chain(1, 2, false), chain(3, 2, false)), "a digest holds on to what came before");
    tap_ok(!mg_digest_equal(chain(1, 2, false), chain(1, 2, true)), "a falsified row differs");
}

/* ---- what is wrong with an experiment, all at once ---- */

static char told[8000];

/* What mg_check_experiment says of it, into told; true if it lets it start. */
static bool starts(const mg_experiment *experiment, const char *numbers)
{
    mg_error error = {0};
    mg_judge judge = {.experiment = experiment, .reports = scratch("numbers")};
    FILE *out = tmpfile();
    if (!mg_folder_create(scratch("numbers"), &error) ||
        !mg_file_write(scratch("numbers/numbers.csv"), numbers, strlen(numbers), &error))
        tap_note("%s", error.text);
    bool good = mg_check_experiment(&judge, out, &error);
    rewind(out);
    size_t length = fread(told, 1, sizeof told - 1000, out);
    snprintf(told + length, 1000, "%s", error.text);
    fclose(out);
    return good;
}

static void tells(const char *words)
{
    if (!tap_ok(strstr(told, words) != NULL, "it says: %s", words))
        tap_note("%s", told);
}

static void test_start(void)
{
    static const char *const misspelt[] = {"reward", "lenght", "weight", "halvings", "wieght", NULL};
    static const mg_deviation few[] = {
        {"walk", "quick", "budget.units", "milliseconds"},
        {"walk", "quick", "seeds", "milliseconds"},
        {"walk", "paper", "toy-learner.rate", "not needed"},
        {"walk", "*", "", "no name"},
        {"walk", "*", "ties", ""},
    };
    tap_ok(starts(&toy, "number,result\n1,other\n65001,toy\n"), "an experiment as it should be starts (%s)", told);
    tap_ok(told[0] == '\0', "and nothing is said of it");
    mg_experiment wrong = toy;
    wrong.metrics = misspelt;
    wrong.deviations = sizeof few / sizeof *few;
    wrong.deviation = few;
    tap_ok(!starts(&wrong, "number,result\n65001,other\n65000,toy\n"), "one with much wrong does not");
    tells("toy: no environment, learner or direct computation (.gives) has a metric 'lenght'\n");
    tells("has a metric 'wieght'\n");
    tells("toy: ends_only has 'length', which is none of its metrics\n");
    tells("budget.evaluate_every of walk is 90 in the quick profile, 250 in the paper, and no reason is given");
    tells("budget.evaluate_every of walk/wide is 90");
    tells("budget.checkpoints of walk/wide is 6 in the quick profile");
    tells("toy-learner.work of walk is 0");
    tells("why toy-learner.rate of walk deviates in profile paper, but it does not");
    tells("deviation 4 of walk has no name");
    tells("deviation 5 (ties of walk) has no reason");
    tells("toy: number 65001 is other's");
    tells("toy: number 65000 is toy's");
    tells("number 65001 is in no row of");
    tells("21 things that the experiment says of itself are wrong");
    wrong = toy;
    mg_method given[4];
    memcpy(given, toy_method, sizeof given);
    given[0].gives = "halvings,doublings";
    wrong.method = given;
    tap_ok(!starts(&wrong, "number,result\n65001,toy\n"), "a direct computation gives what is no metric");
    tells("toy: exact gives 'doublings', which is none of the experiment's metrics");
    given[0].gives = NULL;
    tap_ok(!starts(&wrong, "number,result\n65001,toy\n") && strstr(told, "has a metric 'halvings'"),
           "... or does not say what it gives");
    tap_ok(!starts(&toy, "number,result\nsix,toy\n") && strstr(told, "'six' is no number"), "no number");
    tap_ok(!starts(&toy, "number,result\n1,other\n") && strstr(told, "add '65001,toy'"), "no row");
}

/* ---- parents ---- */

static void parent_is_wrong(int method, mg_parent parent, const char *says)
{
    mg_experiment wrong = phases();
    mg_method changed[6];
    memcpy(changed, phases_method, sizeof changed);
    changed[method].parent = parent;
    wrong.method = changed;
    tap_ok(!starts(&wrong, "number,result\n65001,toy\n"), "refused: %s", says);
    tells(says);
}

static void test_parents(void)
{
    mg_experiment good = phases();
    tap_ok(starts(&good, "number,result\n65001,toy\n"), "phases start (%s)", told);
    parent_is_wrong(2, (mg_parent){"frist", "", 3},
                    "second/a goes on from checkpoint 3 of frist, but there is no such");
    parent_is_wrong(2, (mg_parent){"third", "", 3}, "of third, but a parent stands before its children");
    parent_is_wrong(2, (mg_parent){"first", "", 7}, "checkpoint 7 of first, but it has fewer checkpoints");
    parent_is_wrong(4, (mg_parent){"explode", "", 1}, "of explode, but the two have other seeds");
    mg_digest base = digest_of(&good, MG_PROFILE_QUICK, 4, 0);
    mg_method changed[6];
    memcpy(changed, phases_method, sizeof changed);
    changed[4].parent.checkpoint = 3;
    good.method = changed;
    tap_ok(!mg_digest_equal(base, digest_of(&good, MG_PROFILE_QUICK, 4, 0)), "another checkpoint, another config");
    changed[4].parent.checkpoint = 2;
    changed[0].setup = setup_changed;
    tap_ok(!mg_digest_equal(base, digest_of(&good, MG_PROFILE_QUICK, 4, 0)), "another grandparent, another config");
}

/* The reason that deviations.csv gives for a field of a method of the quick profile. */
static const char *reason_of(const mg_csv *csv, const char *variant, const char *field)
{
    for (size_t row = 0; row < csv->rows; row++)
        if (!strcmp(mg_csv_cell(csv, row, 0), "walk") && !strcmp(mg_csv_cell(csv, row, 1), variant) &&
            !strcmp(mg_csv_cell(csv, row, 2), field))
            return mg_csv_cell(csv, row, 5);
    return "no such row";
}

/* One reason for a group of fields or of methods. */
static void test_groups(void)
{
    static const mg_deviation groups[] = {
        {"walk/wide", "quick", "budget.*", "of the wide one"},
        {"*", "quick", "budget.*", "of all"},
        {"*", "*", "budget.units", "of one field"},
        {"w*k", "quick", "*.work", "of the walks"},
        {"walk/*de", "quick", "toy-learner.w*k", "of one walk"},
        {"walk", "quick", "seeds", "of the walk"},
    };
    mg_experiment grouped = toy;
    mg_error error = {0};
    mg_csv csv;
    grouped.deviations = sizeof groups / sizeof *groups;
    grouped.deviation = groups;
    char folder[MG_PATH];
    snprintf(folder, sizeof folder, "%s", scratch("groups"));
    const mg_judge judge = {.experiment = &grouped, .profile = MG_PROFILE_QUICK, .folder = folder};
    bool good = mg_folder_create(folder, &error) && mg_write_deviations(&judge, &error) &&
                mg_csv_read(scratch("groups/deviations.csv"), NULL, &csv, &error);
    if (!tap_ok(good, "groups of fields are explained%s", error.text))
        return;
    tap_ok(!strcmp(reason_of(&csv, "", "budget.units"), "of one field") &&
               !strcmp(reason_of(&csv, "wide", "budget.units"), "of one field"),
           "the reason of the field itself goes before that of a group");
    tap_ok(!strcmp(reason_of(&csv, "", "budget.checkpoints"), "of all") &&
               !strcmp(reason_of(&csv, "wide", "budget.checkpoints"), "of the wide one"),
           "then that of the method itself");
    tap_ok(!strcmp(reason_of(&csv, "", "toy-learner.work"), "of the walks") &&
               !strcmp(reason_of(&csv, "wide", "toy-learner.work"), "of one walk"),
           "a * in the middle and at the beginning, in fields and in methods");
    mg_csv_close(&csv);
    static const mg_deviation narrow[] = {{"*", "quick", "budget.*k", "too narrow"}};
    grouped.deviations = 1;
    grouped.deviation = narrow;
    tap_ok(!starts(&grouped, "number,result\n65001,toy\n"), "a group without these fields explains nothing");
    tells("why budget.*k of * deviates in profile quick, but it does not");
    tells("budget.units of walk is 400");
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return run_program(argc, argv);
    test_tasks();
    test_command_lines();
    test_config_digest();
    test_flip();
    test_dump();
    test_trail();
    test_start();
    test_groups();
    test_parents();
    scratch_remove();
    return tap_done();
}
