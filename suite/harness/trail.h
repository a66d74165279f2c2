/* trail.h - the digests that say where two runs first differ: at every checkpoint one per kind of tensor, each
 * chained on the one before of the same kind and task. */
#ifndef MG_TRAIL_H
#define MG_TRAIL_H

#include "core/io/csv.h"
#include "core/io/tensor.h"
#include "core/rl/rollout.h"

typedef struct mg_trail {
    mg_hasher *hasher;
    int checkpoints;                 /* taken so far */
    mg_digest link[MG_KIND_COUNT];   /* the last digest of each kind ... */
    uint64_t rows_of[MG_KIND_COUNT]; /* ... and how many there are */
    mg_digest all;                   /* over all rows so far: the `trail` column of runs.csv */
    mg_csv_writer rows;              /* trail.csv without header */
} mg_trail;

/* The task's first three columns, which every row starts with. */
typedef struct mg_row_name {
    const char *method, *variant;
    int seed;
} mg_row_name;
void mg_put_row_name(mg_csv_writer *writer, const mg_row_name *name);

void mg_trail_start(mg_trail *trail);
void mg_trail_free(mg_trail *trail);

/* The next checkpoint: a row for every kind among the tensors and, with a rollout, one for its environment. falsify:
 * the first digest written is wrong by one bit (--mutate trail). */
void mg_trail_checkpoint(mg_trail *trail, const mg_row_name *name, uint64_t units, const mg_tensor *tensor, int tensors,
                         const mg_rollout *rollout, bool falsify);

/* One row further: the digest over all of a task's rows so far, and then this one. The first is chained on zeros. */
mg_digest mg_trail_chain(mg_hasher *hasher, mg_digest all, mg_kind kind, uint64_t checkpoint, uint64_t units,
                         mg_digest digest);

/* Flips the lowest (mantissa) bit of the first number of the first tensor of that kind, or of the last number of the
 * last one; false if there is none. */
bool mg_flip_tensor(mg_kind kind, bool last, const mg_tensor *tensor, int tensors);

/* kind,tensor,row,column,bits,value of every number. */
bool mg_dump_tensors(const mg_tensor *tensor, int tensors, const char *path, mg_error *error);

#endif
