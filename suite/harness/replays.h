/* replays.h - what a learner's replay buffers hold, in files of their own beside the checkpoint, so that a checkpoint
 * costs what is new.
 *
 * A save writes the units that were completed since the last one into a new file of the task's folder,
 * `replay-<buffer>-<number>`: a segment, a checkpoint file (core/io/checkpoint.h: made aside, flushed, renamed into
 * place, checksummed, of this config). Then the checkpoint is written, which names the segments that belong to it: a
 * segment that was written when the program was killed belongs to none and is written again. Each segment carries a
 * digest chained on the one before, the checkpoint the last of them. A segment whose units have all been overwritten
 * in the buffer is removed once the checkpoint that no longer names it is in place: on disk lie at most the units that
 * the buffer holds and those of one save more.
 */
#ifndef MG_REPLAYS_H
#define MG_REPLAYS_H

#include "core/rl/replay.h"
#include "suite/harness/results.h"

#define MG_REPLAYS_MAX 8 /* buffers of a learner */

typedef struct mg_replays {
    int count;
    mg_replay_buffer *buffer[MG_REPLAYS_MAX];
    uint64_t state[MG_REPLAYS_MAX]
                  [5];              /* first segment, next one, units written so far, digest of the last (high, low) */
    uint64_t *end[MG_REPLAYS_MAX];  /* [next - first]: units written when that segment was */
    uint64_t stale[MG_REPLAYS_MAX]; /* the first segment that is still there, though no checkpoint may name it */
} mg_replays;

void mg_replays_find(mg_replays *replays, const mg_learner_table *learner, void *self);
void mg_replays_free(mg_replays *replays);

/* In this order: segments, the state in the checkpoint about to be written, and when that is in place what it no longer
 * names is removed. */
bool mg_replays_write(mg_replays *replays, const mg_place *place, mg_task task, mg_error *error);
void mg_replays_put(mg_replays *replays, mg_checkpoint_writer *writer);
void mg_replays_tidy(mg_replays *replays, const mg_place *place, mg_task task);

/* Fills the buffers, whose tensors are loaded already. */
bool mg_replays_read(mg_replays *replays, const mg_place *place, mg_task task, const mg_checkpoint *checkpoint,
                     mg_error *error);

/* Removes all segments of a finished task. */
void mg_replays_remove(const mg_place *place, mg_task task);

#endif
