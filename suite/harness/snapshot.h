/* snapshot.h - what a run of a task is asked for, and what it does at a checkpoint: falsify, dump, write the trail. */
#ifndef MG_SNAPSHOT_H
#define MG_SNAPSHOT_H

#include "suite/harness/results.h"

typedef struct mg_run {
    const mg_place *place;
    mg_task task;
    bool resume;          /* go on from its checkpoint, if there is one */
    int until_checkpoint; /* stop after it; 0: to the end */
    int dump_checkpoint;  /* write this checkpoint's tensors to dump_path, then stop, leaving no other file; 0: no */
    const char *dump_path;
    bool watch; /* play an episode on stdout after dump_checkpoint (0: before training; with resume: from what is
                   saved), then stop, leaving no file */
    int mutate_checkpoint; /* falsify mutate_kind just before it (MG_KIND_COUNT: the trail itself); 0: no */
    int mutate_kind;
    bool mutate_last;                             /* the kind's last tensor instead of its first */
    void (*progress)(void *context, double part); /* 0..1 of the task; may be NULL */
    void *context;
} mg_run;

/* Does what the run asks of a checkpoint that is about to be taken: mutation, dump, trail rows. *stop: the task ends
 * here (dumped, or the last one wanted). */
bool mg_run_checkpoint(const mg_run *run, mg_record *record, uint64_t units, const mg_tensor *tensor, int tensors,
                       mg_rollout *rollout, bool *stop, mg_error *error);

/* "ok", or "diverged: ..." if some number is not finite; kinds: bits of the kinds to look at. */
bool mg_all_finite(const mg_tensor *tensor, int tensors, unsigned kinds, uint64_t units, char *status, size_t size);

#endif
