/* checkpoint.h - a state on disk from which a task goes on bit for bit: named sections in one checksummed file.
 *
 * The file: the line "marlgold checkpoint 001" (24 bytes with its end), the config digest (16 bytes), then sections,
 * then XXH3-128 of everything before (16 bytes). A section: length of the name, length of the bytes (8 bytes each),
 * name, bytes, both filled with zeros to a multiple of 8. Digests are in the order they print in, other numbers
 * little-endian.
 */
#ifndef MG_CHECKPOINT_H
#define MG_CHECKPOINT_H

#include "core/io/digest.h"
#include "core/io/error.h"
#include "core/io/file.h"
#include "core/io/tensor.h"

typedef struct mg_checkpoint_writer {
    char *bytes;
    size_t length, capacity;
} mg_checkpoint_writer;
void mg_checkpoint_start(mg_checkpoint_writer *writer, mg_digest config);
/* Bytes as they are; numbers wider than a byte are portable as tensors only. */
void mg_checkpoint_put(mg_checkpoint_writer *writer, const char *name, const void *bytes, size_t length);
void mg_checkpoint_put_tensor(mg_checkpoint_writer *writer, const mg_tensor *tensor); /* section "<kind>/<name>" */
/* Refuses two sections of one name: only one of them could come back. */
bool mg_checkpoint_save(mg_checkpoint_writer *writer, const char *path, mg_error *error);
void mg_checkpoint_free(mg_checkpoint_writer *writer);

typedef struct mg_checkpoint {
    char path[MG_PATH];
    char *bytes;
    size_t length;
    bool other_config; /* set where mg_checkpoint_open refused it for that alone: the file is whole */
} mg_checkpoint;
/* Refuses: not a checkpoint, another format version, another config, a wrong checksum, truncation. */
bool mg_checkpoint_open(const char *path, mg_digest config, mg_checkpoint *checkpoint, mg_error *error);
/* *bytes lies in the checkpoint, aligned to 8, until it is closed. */
bool mg_checkpoint_get(const mg_checkpoint *checkpoint, const char *name, const void **bytes, size_t *length,
                       mg_error *error);
/* Fills tensor->data; refuses another type or shape. */
bool mg_checkpoint_get_tensor(const mg_checkpoint *checkpoint, const mg_tensor *tensor, mg_error *error);
void mg_checkpoint_close(mg_checkpoint *checkpoint);

#endif
