/* checkpoint.h - a state on disk from which a task goes on bit for bit: named sections in one checksummed, atomic file. */
#ifndef MG_CHECKPOINT_H
#define MG_CHECKPOINT_H

#include "core/io/digest.h"
#include "core/io/error.h"
#include "core/io/tensor.h"

/* Written: a magic line with the format version, the config digest, then sections (name, length, bytes, little-endian
 * numbers), then XXH3-128 of everything before. */
typedef struct mg_checkpoint_writer { char *bytes; size_t length, capacity; } mg_checkpoint_writer;
void mg_checkpoint_start(mg_checkpoint_writer *writer, mg_digest config);
void mg_checkpoint_put(mg_checkpoint_writer *writer, const char *name, const void *bytes, size_t length);
void mg_checkpoint_put_tensor(mg_checkpoint_writer *writer, const mg_tensor *tensor); /* section "<kind>/<name>" */
bool mg_checkpoint_save(mg_checkpoint_writer *writer, const char *path, mg_error *error);
void mg_checkpoint_free(mg_checkpoint_writer *writer);

typedef struct mg_checkpoint { char path[512]; char *bytes; size_t length; } mg_checkpoint;
/* Refuses: not a checkpoint, another format version, another config, a wrong checksum, truncation. */
bool mg_checkpoint_open(const char *path, mg_digest config, mg_checkpoint *checkpoint, mg_error *error);
bool mg_checkpoint_get(const mg_checkpoint *checkpoint, const char *name, const void **bytes, size_t *length, mg_error *error);
bool mg_checkpoint_get_tensor(const mg_checkpoint *checkpoint, const mg_tensor *tensor, mg_error *error); /* fills tensor->data */
void mg_checkpoint_close(mg_checkpoint *checkpoint);

#endif
