/* choice.c - methods, seeds and shards of a command line as a list of tasks. */
#include "suite/harness/choice.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include "suite/harness/method_list.h"
#include "suite/harness/parent.h"

#include <stdlib.h>
#include <string.h>

#define SEEDS_MAX 10000

/* The part of a list up to the next comma, copied into text; NULL at the end. */
static const char *next_item(const char *list, char *text, size_t size)
{
    size_t length = strcspn(list, ",");
    snprintf(text, size, "%.*s", (int)length, list);
    return list[length] ? list + length + 1 : NULL;
}

bool mg_read_at(const char *option, const char *text, char what[MG_TASK_NAME], int *checkpoint, mg_error *error)
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

/* ---- methods ---- */

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

/* ---- seeds ---- */

/* One item of the list: a seed, or first-last. */
static bool choose_range(const char *text, bool *chosen, mg_error *error)
{
    char first_text[32];
    const char *dash = strchr(text, '-');
    long first, last;
    snprintf(first_text, sizeof first_text, "%.*s", (int)(dash ? (size_t)(dash - text) : strlen(text)), text);
    if (!mg_read_long(first_text, 0, SEEDS_MAX - 1, &first) ||
        !mg_read_long(dash ? dash + 1 : first_text, 0, SEEDS_MAX - 1, &last))
        return mg_fail(error, MG_EXIT_USAGE,
                       "--seeds: '%s' is neither a seed nor a range; wanted a list such as 0-4 or 0,3,7-9, from 0 to "
                       "%d",
                       text, SEEDS_MAX - 1);
    if (first > last)
        return mg_fail(error, MG_EXIT_USAGE, "--seeds: the range '%s' runs backwards; wanted %ld-%ld", text, last,
                       first);
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
        if (!choose_range(text, chosen, error))
            return false;
    }
    return true;
}

/* ---- tasks ---- */

/* A computation keeps to its list: with another seed most are the same once more. */
static bool takes_extra_seeds(const mg_method *method, mg_profile profile)
{
    return !method->direct && method->seeds[profile] > 0;
}

typedef struct selection {
    const mg_experiment *experiment;
    const mg_choice *choice;
    mg_options *options;
    const bool *method, *seed; /* chosen */
    bool *mine;                /* [methods][SEEDS_MAX] of this shard */
} selection;

/* A child stops where a run with --until-checkpoint stops its parent too early. */
static bool has_time(const selection *now, int m)
{
    int until = now->options->until_checkpoint;
    return !until || now->experiment->method[m].parent.checkpoint <= until;
}

/* A parent is chosen with any of its children. */
static bool is_chosen(const selection *now, int m, int seed)
{
    bool chosen = now->method[m] && now->seed[seed];
    for (int child = m + 1; child < now->experiment->methods && !chosen; child++)
        chosen = now->experiment->method[child].parent.checkpoint && mg_parent_of(now->experiment, child) == m &&
                 is_chosen(now, child, seed);
    return chosen && has_time(now, m);
}

/* --shard deals out the tasks without parents, listed or not; children go where their parent goes. */
static bool is_mine(selection *now, int m, int seed, long *place)
{
    int parent = mg_parent_of(now->experiment, m);
    bool *mine = &now->mine[(size_t)m * SEEDS_MAX + (size_t)seed];
    *mine = parent >= 0 ? now->mine[(size_t)parent * SEEDS_MAX + (size_t)seed]
                        : (*place)++ % now->choice->shards == now->choice->shard - 1;
    return *mine;
}

static void list_tasks(selection *now)
{
    const mg_experiment *experiment = now->experiment;
    mg_options *options = now->options;
    size_t most = 0;
    long place = 0;
    bool extras = now->choice->seeds != NULL; /* only what was asked for by number */
    for (int s = 0; s < SEEDS_MAX; s++)
        most += now->seed[s] ? (size_t)experiment->methods : 0;
    options->task = mg_allocate(most + 1, sizeof *options->task);
    options->extra = mg_allocate(most + 1, sizeof *options->extra);
    now->mine = mg_allocate((size_t)experiment->methods * SEEDS_MAX, sizeof *now->mine);
    for (int m = 0; m < experiment->methods; m++) {
        int seeds = experiment->method[m].seeds[options->profile];
        int end = extras && takes_extra_seeds(&experiment->method[m], options->profile) ? SEEDS_MAX : seeds;
        for (int s = 0; s < end; s++) {
            if (!now->seed[s] || !is_chosen(now, m, s) || !is_mine(now, m, s, &place))
                continue;
            if (s < seeds)
                options->task[options->tasks++] = (mg_task){m, s};
            else
                options->extra[options->extras++] = (mg_task){m, s};
        }
    }
    free(now->mine);
}

/* --whole stands for the methods and seeds that the experiment names. */
static bool choose_whole(const mg_experiment *experiment, mg_choice *choice, const mg_options *options, mg_error *error)
{
    if (!choice->whole)
        return true;
    if (choice->methods || choice->seeds || options->profile != MG_PROFILE_PAPER)
        return mg_fail(error, MG_EXIT_USAGE,
                       "--whole runs the tasks that the result names for it: with --profile paper, without --methods "
                       "and --seeds");
    if (!experiment->whole_seeds)
        return mg_fail(error, MG_EXIT_INPUT, "--whole: %s names no task for it (.whole_seeds of the experiment)",
                       experiment->name);
    choice->methods = experiment->whole_methods;
    choice->seeds = experiment->whole_seeds;
    return true;
}

static bool choose_dump(const mg_experiment *experiment, const mg_choice *choice, mg_options *options, mg_error *error)
{
    char name[MG_TASK_NAME];
    if (!choice->dump)
        return true;
    if (!mg_read_at("--dump", choice->dump, name, &options->dump_checkpoint, error))
        return false;
    if (!mg_task_find(experiment, options->profile, name, &options->dump_task))
        return mg_fail(error, MG_EXIT_USAGE, "--dump: no task '%s' in profile %s; --list shows them", name,
                       mg_profile_name(options->profile));
    return true;
}

/* TASK, or TASK@CHECKPOINT with 0 for before training. */
static bool choose_watch(const mg_experiment *experiment, const mg_choice *choice, mg_options *options, mg_error *error)
{
    char name[MG_TASK_NAME];
    const char *text = choice->watch, *at = text ? strrchr(text, '@') : NULL;
    long checkpoint = -1;
    if (!text)
        return true;
    size_t length = at ? (size_t)(at - text) : strlen(text);
    if (at && !mg_read_long(at + 1, 0, 40, &checkpoint))
        return mg_fail(error, MG_EXIT_USAGE,
                       "--watch '%s': wanted TASK or TASK@CHECKPOINT with a checkpoint from 0 (untrained) to 40", text);
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    if (length >= sizeof name || !mg_task_find(experiment, options->profile, name, &options->watch_task))
        return mg_fail(error, MG_EXIT_USAGE, "--watch: no task '%s' in profile %s; --list shows them", name,
                       mg_profile_name(options->profile));
    if (experiment->method[options->watch_task.method].direct)
        return mg_fail(error, MG_EXIT_USAGE, "--watch: task %s is computed, not trained: there is nothing to watch",
                       name);
    options->watch = true;
    options->watch_checkpoint = (int)checkpoint;
    return true;
}

bool mg_choose_tasks(const mg_experiment *experiment, mg_choice *choice, mg_options *options, mg_error *error)
{
    bool *method = mg_allocate((size_t)experiment->methods + 1, sizeof *method);
    bool *seed = mg_allocate(SEEDS_MAX, sizeof *seed);
    int seeds = 0;
    bool good = choose_whole(experiment, choice, options, error) && choose_dump(experiment, choice, options, error) &&
                choose_watch(experiment, choice, options, error) &&
                choose_methods(experiment, choice->methods, method, error);
    for (int m = 0; m < experiment->methods; m++)
        if (method[m] && experiment->method[m].seeds[options->profile] > seeds)
            seeds = experiment->method[m].seeds[options->profile];
    if (good && seeds == 0)
        good = mg_fail(error, MG_EXIT_USAGE, "the chosen methods have no tasks in profile %s",
                       mg_profile_name(options->profile));
    if (good && choose_seeds(choice->seeds, seeds, seed, error)) {
        selection now = {experiment, choice, options, method, seed, NULL};
        list_tasks(&now);
        bool none = choice->shards == 1 && options->tasks + options->extras == 0;
        if (none && options->until_checkpoint)
            (void)mg_fail(error, MG_EXIT_SKIPPED,
                          "--until-checkpoint %d: the chosen tasks go on from later checkpoints of their parents",
                          options->until_checkpoint);
        else if (none)
            (void)mg_fail(error, MG_EXIT_USAGE,
                          "--seeds: the chosen methods are computed, not trained, and have the seeds 0-%d in this "
                          "profile",
                          seeds - 1);
    }
    free(method);
    free(seed);
    return error->status == MG_EXIT_OK;
}
