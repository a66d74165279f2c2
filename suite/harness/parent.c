/* parent.c - what a parent leaves, and what its children take. */
#include "suite/harness/parent.h"
#include "core/io/memory.h"
#include "suite/harness/result_files.h"

#include <stdlib.h>
#include <string.h>

#define NETWORKS (1u << MG_KIND_POLICIES | 1u << MG_KIND_CRITICS | 1u << MG_KIND_INCENTIVES | 1u << MG_KIND_MODELS)
#define TAKEN (NETWORKS | 1u << MG_KIND_OPTIMISERS)

/* ---- who ---- */

int mg_parent_depth(const mg_experiment *experiment, int method)
{
    int depth = 0;
    while ((method = mg_parent_of(experiment, method)) >= 0 && depth < experiment->methods)
        depth++;
    return depth;
}

bool mg_parent_is_wanted(const mg_experiment *experiment, int method, int checkpoint)
{
    for (int m = 0; m < experiment->methods; m++)
        if (experiment->method[m].parent.checkpoint == checkpoint && mg_parent_of(experiment, m) == method)
            return true;
    return false;
}

static const char *what_is_wrong(const mg_experiment *experiment, int m, mg_setup *setup)
{
    const mg_method *child = &experiment->method[m];
    int at = mg_parent_of(experiment, m);
    const mg_method *parent = &experiment->method[at < 0 ? 0 : at];
    if (at < 0)
        return "there is no such method";
    if (at >= m)
        return "a parent stands before its children";
    if (parent->direct || child->direct)
        return "both must be trained";
    for (mg_profile profile = 0; profile < MG_PROFILE_COUNT; profile++) {
        memset(setup, 0, sizeof *setup);
        if (child->seeds[profile] != parent->seeds[profile])
            return "the two have other seeds";
        if (child->seeds[profile] && mg_method_setup(parent, profile, false, setup) &&
            child->parent.checkpoint > setup->budget.checkpoints)
            return "it has fewer checkpoints";
    }
    return NULL;
}

int mg_parent_problems(const mg_experiment *experiment, FILE *out)
{
    mg_setup *setup = mg_allocate(1, sizeof *setup);
    int problems = 0;
    for (int m = 0; m < experiment->methods; m++) {
        const mg_parent *parent = &experiment->method[m].parent;
        const char *wrong = parent->checkpoint ? what_is_wrong(experiment, m, setup) : NULL;
        char name[MG_TASK_NAME];
        if (!wrong)
            continue;
        fprintf(out, "%s: %s goes on from checkpoint %d of %s%s%s, but %s\n", experiment->name,
                mg_method_name(&experiment->method[m], name), parent->checkpoint, parent->method,
                parent->variant[0] ? "/" : "", parent->variant, wrong);
        problems++;
    }
    free(setup);
    return problems;
}

/* ---- what the parent leaves ---- */

static bool path_of(const mg_place *place, mg_task task, int checkpoint, char path[MG_PATH], mg_error *error)
{
    char file[32];
    snprintf(file, sizeof file, "parent-%d", checkpoint);
    return mg_place_task_file(place, task, file, path, error);
}

static mg_tensor tensor_of_links(uint64_t links[2 * MG_KIND_COUNT])
{
    return (mg_tensor){MG_KIND_STATE, "harness: parent's digests", MG_TYPE_U64, MG_KIND_COUNT, 2, links};
}

bool mg_parent_save(const mg_place *place, mg_task task, const mg_trail *trail, const mg_tensor *tensor, int tensors,
                    mg_error *error)
{
    char path[MG_PATH];
    uint64_t links[2 * MG_KIND_COUNT];
    mg_tensor of_links = tensor_of_links(links);
    mg_checkpoint_writer writer;
    for (int kind = 0; kind < MG_KIND_COUNT; kind++) {
        links[2 * kind] = trail->link[kind].high;
        links[2 * kind + 1] = trail->link[kind].low;
    }
    mg_checkpoint_start(&writer, mg_task_config(place->experiment, place->profile, task));
    mg_checkpoint_put_tensor(&writer, &of_links);
    for (int i = 0; i < tensors; i++)
        if (TAKEN >> tensor[i].kind & 1u)
            mg_checkpoint_put_tensor(&writer, &tensor[i]);
    bool good = path_of(place, task, trail->checkpoints, path, error) && mg_checkpoint_save(&writer, path, error);
    mg_checkpoint_free(&writer);
    return good;
}

/* ---- what the child takes ---- */

static bool has(const mg_checkpoint *checkpoint, const mg_tensor *tensor)
{
    char name[256];
    const void *bytes;
    size_t length;
    mg_error ignored = {MG_EXIT_OK, ""};
    snprintf(name, sizeof name, "%s/%s", mg_kind_name(tensor->kind), tensor->name);
    return mg_checkpoint_get(checkpoint, name, &bytes, &length, &ignored);
}

static bool take(const mg_checkpoint *checkpoint, mg_trail *trail, const mg_tensor *tensor, int tensors,
                 mg_error *error)
{
    uint64_t links[2 * MG_KIND_COUNT];
    mg_tensor of_links = tensor_of_links(links);
    int networks = 0;
    if (!mg_checkpoint_get_tensor(checkpoint, &of_links, error))
        return false;
    for (int i = 0; i < tensors; i++) {
        if (!(TAKEN >> tensor[i].kind & 1u) || !has(checkpoint, &tensor[i]))
            continue;
        if (!mg_checkpoint_get_tensor(checkpoint, &tensor[i], error))
            return false;
        networks += NETWORKS >> tensor[i].kind & 1u;
    }
    for (int kind = 0; kind < MG_KIND_COUNT; kind++)
        trail->link[kind] = (mg_digest){links[2 * kind], links[2 * kind + 1]};
    return networks ||
           mg_fail(error, MG_EXIT_INPUT, "%s: the parent has no network that its child has", checkpoint->path);
}

bool mg_parent_take(const mg_place *place, mg_task child, mg_trail *trail, const mg_tensor *tensor, int tensors,
                    bool *diverged, mg_error *error)
{
    const mg_experiment *experiment = place->experiment;
    mg_task task = {mg_parent_of(experiment, child.method), child.seed};
    int checkpoint = experiment->method[child.method].parent.checkpoint;
    char path[MG_PATH], result[MG_PATH], name[MG_TASK_NAME];
    bool left, ended;
    mg_checkpoint file;
    if (!path_of(place, task, checkpoint, path, error) || !mg_place_task_file(place, task, "result", result, error) ||
        !mg_file_exists(path, &left, error) || !mg_file_exists(result, &ended, error))
        return false;
    *diverged = ended && !left;
    if (*diverged)
        return true;
    if (!left)
        return mg_fail(error, MG_EXIT_INPUT, "%s: no such file; run its parent %s first, up to its checkpoint %d", path,
                       mg_task_name(experiment, task, name), checkpoint);
    if (!mg_checkpoint_open(path, mg_task_config(experiment, place->profile, task), &file, error))
        return false;
    bool good = take(&file, trail, tensor, tensors, error);
    mg_checkpoint_close(&file);
    return good;
}
