/* snapshot.c - mutations, dumps and the trail's rows of one checkpoint. */
#include "suite/harness/snapshot.h"

#include <inttypes.h>
#include <string.h>

bool mg_all_finite(const mg_tensor *tensor, int tensors, unsigned kinds, uint64_t units, char *status, size_t size)
{
    for (int i = 0; i < tensors; i++) {
        if (!(kinds >> tensor[i].kind & 1u) || mg_tensor_not_finite(&tensor[i]) < 0)
            continue;
        snprintf(status, size, "diverged: %s %s at unit %" PRIu64, mg_kind_name(tensor[i].kind), tensor[i].name, units);
        return false;
    }
    return true;
}

static mg_digest environment_digest(const mg_rollout *rollout, mg_hasher *hasher)
{
    mg_hasher_restart(hasher);
    mg_rollout_hash_environment(rollout, hasher);
    return mg_hasher_finish(hasher);
}

/* Flips the first bit of the training rows that its digest sees. */
static bool flip_environment(mg_rollout *rollout, mg_hasher *hasher)
{
    void *rows, *memory;
    size_t row_bytes, memory_bytes;
    mg_digest before = environment_digest(rollout, hasher);
    mg_rollout_bytes(rollout, &rows, &row_bytes, &memory, &memory_bytes);
    for (size_t i = 0; i < row_bytes; i++) {
        ((unsigned char *)rows)[i] ^= 1u;
        if (!mg_digest_equal(before, environment_digest(rollout, hasher)))
            return true;
        ((unsigned char *)rows)[i] ^= 1u;
    }
    return false;
}

static bool mutate(const mg_run *run, mg_record *record, const mg_tensor *tensor, int tensors, mg_rollout *rollout,
                   mg_error *error)
{
    mg_kind kind = (mg_kind)run->mutate_kind;
    bool done = kind == MG_KIND_ENVIRONMENT && rollout ? flip_environment(rollout, record->trail.hasher)
                                                       : mg_flip_tensor(kind, run->mutate_last, tensor, tensors);
    char name[MG_TASK_NAME];
    if (!done)
        return mg_fail(error, MG_EXIT_USAGE,
                       "--mutate %s@%d: task %s has no tensor of that kind; choose another kind or another "
                       "first task with --methods",
                       mg_kind_name(kind), run->mutate_checkpoint,
                       mg_task_name(record->experiment, record->task, name));
    return true;
}

bool mg_run_checkpoint(const mg_run *run, mg_record *record, uint64_t units, const mg_tensor *tensor, int tensors,
                       mg_rollout *rollout, bool *stop, mg_error *error)
{
    int next = record->trail.checkpoints + 1;
    bool falsify = false;
    if (next == run->mutate_checkpoint) {
        falsify = run->mutate_kind == MG_KIND_COUNT;
        if (!falsify && !mutate(run, record, tensor, tensors, rollout, error))
            return false;
    }
    if (next == run->dump_checkpoint) {
        *stop = true;
        record->trail.checkpoints = next;
        return run->watch || mg_dump_tensors(tensor, tensors, run->dump_path, error);
    }
    mg_trail_checkpoint(&record->trail, &record->name, units, tensor, tensors, rollout, falsify);
    *stop = next == run->until_checkpoint;
    return true;
}
