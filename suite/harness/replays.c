/* replays.c - segments of replay buffers: written, chained, named by a checkpoint, read, removed. */
#include "suite/harness/replays.h"
#include "core/io/file.h"
#include "core/io/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST, NEXT, WRITTEN, HIGH, LOW, STATE };
enum { LINK_HIGH, LINK_LOW, NUMBER, END, SEGMENT };
#define PREFIX "replay-"

void mg_replays_find(mg_replays *replays, const mg_learner_table *learner, void *self)
{
    *replays = (mg_replays){0};
    if (learner->replays)
        replays->count = learner->replays(self, replays->buffer, MG_REPLAYS_MAX);
    if (replays->count > MG_REPLAYS_MAX) {
        fprintf(stderr, "%s: has %d replay buffers, at most %d are saved\n", learner->name, replays->count,
                MG_REPLAYS_MAX);
        abort();
    }
}

void mg_replays_free(mg_replays *replays)
{
    for (int i = 0; i < replays->count; i++)
        free(replays->end[i]);
    replays->count = 0;
}

static bool segment_path(const mg_place *place, mg_task task, int buffer, uint64_t number, char path[MG_PATH],
                         mg_error *error)
{
    char name[48];
    snprintf(name, sizeof name, PREFIX "%d-%" PRIu64, buffer, number);
    return mg_place_task_file(place, task, name, path, error);
}

/* Of this segment, whose link is the one before it. */
static mg_digest chain_of(const uint64_t segment[SEGMENT], const void *bytes, size_t length)
{
    mg_hasher *hasher = mg_hasher_create();
    mg_hash_u64(hasher, "segment", segment, SEGMENT);
    mg_hash_u8(hasher, "units", bytes, length);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

static mg_tensor segment_tensor(uint64_t segment[SEGMENT])
{
    return (mg_tensor){MG_KIND_REPLAY, "segment", MG_TYPE_U64, 1, SEGMENT, segment};
}

static mg_tensor state_tensor(mg_replays *replays)
{
    return (mg_tensor){MG_KIND_STATE, "harness: replays", MG_TYPE_U64, replays->count, STATE, replays->state};
}

static void note_end(mg_replays *replays, int i, uint64_t end)
{
    uint64_t *state = replays->state[i], segments = state[NEXT] - state[FIRST];
    replays->end[i] = mg_reallocate(replays->end[i], (size_t)(segments + 1) * sizeof *replays->end[i]);
    replays->end[i][segments] = end;
    state[NEXT]++;
    state[WRITTEN] = end;
}

/* ---- writing ---- */

/* What was completed since the last segment becomes one more; nothing, none. */
static bool write_segment(mg_replays *replays, int i, const mg_place *place, mg_task task, mg_error *error)
{
    uint64_t *state = replays->state[i], end = mg_replay_buffer_added(replays->buffer[i]);
    if (end == state[WRITTEN])
        return true;
    char path[MG_PATH], *bytes = NULL;
    size_t length = 0, capacity = 0;
    uint64_t segment[SEGMENT] = {state[HIGH], state[LOW], state[NEXT], end};
    mg_replay_buffer_write(replays->buffer[i], state[WRITTEN], false, &bytes, &length, &capacity);
    mg_digest chain = chain_of(segment, bytes, length);
    mg_tensor head = segment_tensor(segment);
    mg_checkpoint_writer writer;
    mg_checkpoint_start(&writer, mg_task_config(place->experiment, place->profile, task));
    mg_checkpoint_put_tensor(&writer, &head);
    mg_checkpoint_put(&writer, "units", bytes, length);
    bool good = segment_path(place, task, i, state[NEXT], path, error) && mg_checkpoint_save(&writer, path, error);
    mg_checkpoint_free(&writer);
    free(bytes);
    if (!good)
        return false;
    note_end(replays, i, end);
    state[HIGH] = chain.high;
    state[LOW] = chain.low;
    return true;
}

/* Segments of which the buffer holds nothing any more are not named again. The last one is: it links the next. */
static void drop_segments(mg_replays *replays, int i)
{
    uint64_t *state = replays->state[i], dropped = 0;
    uint64_t gone = mg_replay_buffer_added(replays->buffer[i]) - (uint64_t)mg_replay_buffer_units(replays->buffer[i]);
    while (state[FIRST] + dropped + 1 < state[NEXT] && replays->end[i][dropped] <= gone)
        dropped++;
    state[FIRST] += dropped;
    if (dropped)
        memmove(replays->end[i], replays->end[i] + dropped,
                (size_t)(state[NEXT] - state[FIRST]) * sizeof *replays->end[i]);
}

bool mg_replays_write(mg_replays *replays, const mg_place *place, mg_task task, mg_error *error)
{
    for (int i = 0; i < replays->count; i++) {
        if (!write_segment(replays, i, place, task, error))
            return false;
        drop_segments(replays, i);
    }
    return true;
}

void mg_replays_put(mg_replays *replays, mg_checkpoint_writer *writer)
{
    mg_tensor state = state_tensor(replays);
    if (replays->count)
        mg_checkpoint_put_tensor(writer, &state);
    for (int i = 0; i < replays->count; i++) {
        char name[32], *bytes = NULL;
        size_t length = 0, capacity = 0;
        snprintf(name, sizeof name, "episodes under way %d", i);
        mg_replay_buffer_write(replays->buffer[i], mg_replay_buffer_added(replays->buffer[i]), true, &bytes, &length,
                               &capacity);
        mg_checkpoint_put(writer, name, bytes, length);
        free(bytes);
    }
}

/* Failures are no matter: what stays goes with the task's end. */
void mg_replays_tidy(mg_replays *replays, const mg_place *place, mg_task task)
{
    for (int i = 0; i < replays->count; i++)
        for (; replays->stale[i] < replays->state[i][FIRST]; replays->stale[i]++) {
            char path[MG_PATH];
            mg_error ignored = {0};
            if (segment_path(place, task, i, replays->stale[i], path, &ignored))
                (void)unlink(path);
        }
}

void mg_replays_remove(const mg_place *place, mg_task task)
{
    char folder[MG_PATH], path[MG_PATH];
    mg_folder_names names = {0};
    mg_error ignored = {0};
    if (!mg_place_task_folder(place, task, folder, &ignored) || !mg_folder_list(folder, &names, &ignored))
        return;
    for (size_t i = 0; i < names.count; i++)
        if (!strncmp(names.name[i], PREFIX, sizeof PREFIX - 1) &&
            mg_path_join(path, sizeof path, folder, names.name[i], &ignored))
            (void)unlink(path);
    mg_folder_names_free(&names);
}

/* ---- reading ---- */

static bool wrong(const char *path, const char *what, mg_error *error)
{
    return mg_fail(error, MG_EXIT_INPUT, "%s: %s; run the task afresh, without --resume", path, what);
}

/* link: the chain so far, or NULL for the first segment, whose predecessor is gone; becomes this segment's. */
static bool read_segment(mg_replays *replays, int i, const mg_place *place, mg_task task, mg_digest *link, bool first,
                         mg_error *error)
{
    char path[MG_PATH];
    uint64_t segment[SEGMENT], number = replays->state[i][NEXT];
    mg_tensor head = segment_tensor(segment);
    mg_checkpoint file;
    const void *bytes;
    size_t length;
    if (!segment_path(place, task, i, number, path, error) ||
        !mg_checkpoint_open(path, mg_task_config(place->experiment, place->profile, task), &file, error))
        return false;
    bool good =
        mg_checkpoint_get_tensor(&file, &head, error) && mg_checkpoint_get(&file, "units", &bytes, &length, error);
    if (good && !first && !mg_digest_equal(*link, (mg_digest){segment[LINK_HIGH], segment[LINK_LOW]}))
        good = wrong(path, "does not follow on the segment before it", error);
    if (good && !mg_replay_buffer_read(replays->buffer[i], bytes, length))
        good = wrong(path, "holds other units than this learner's replay", error);
    if (good) {
        *link = chain_of(segment, bytes, length);
        note_end(replays, i, segment[END]);
    }
    mg_checkpoint_close(&file);
    return good;
}

static bool read_buffer(mg_replays *replays, int i, const mg_place *place, mg_task task,
                        const mg_checkpoint *checkpoint, mg_error *error)
{
    uint64_t *state = replays->state[i], next = state[NEXT], written = state[WRITTEN];
    mg_digest link = {0, 0}, last = {state[HIGH], state[LOW]};
    char name[32];
    const void *bytes;
    size_t length;
    if (next < state[FIRST] || written != mg_replay_buffer_added(replays->buffer[i]))
        return wrong(checkpoint->path, "its replay's segments do not belong to its counts", error);
    replays->stale[i] = state[NEXT] = state[FIRST];
    while (state[NEXT] < next)
        if (!read_segment(replays, i, place, task, &link, state[NEXT] == state[FIRST], error))
            return false;
    if (state[WRITTEN] != written || !mg_digest_equal(link, last))
        return wrong(checkpoint->path, "its replay's segments are others than those it was written with", error);
    snprintf(name, sizeof name, "episodes under way %d", i);
    if (!mg_checkpoint_get(checkpoint, name, &bytes, &length, error))
        return false;
    if (!mg_replay_buffer_read(replays->buffer[i], bytes, length) || !mg_replay_buffer_complete(replays->buffer[i]))
        return wrong(checkpoint->path, "its replay is not whole", error);
    return true;
}

bool mg_replays_read(mg_replays *replays, const mg_place *place, mg_task task, const mg_checkpoint *checkpoint,
                     mg_error *error)
{
    mg_tensor state = state_tensor(replays);
    if (replays->count && !mg_checkpoint_get_tensor(checkpoint, &state, error))
        return false;
    for (int i = 0; i < replays->count; i++)
        if (!read_buffer(replays, i, place, task, checkpoint, error))
            return false;
    return true;
}
