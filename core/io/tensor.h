/* tensor.h - the named arrays that make up a state. Who lists them gets digest, save, load, dump and mutation. */
#ifndef MG_TENSOR_H
#define MG_TENSOR_H

#include "core/io/digest.h"
#include "core/io/error.h"

typedef enum mg_type { MG_TYPE_FLOAT, MG_TYPE_DOUBLE, MG_TYPE_I32, MG_TYPE_U64, MG_TYPE_U8 } mg_type;

/* What a tensor is for: the rows of a trail. Append only. A network of action values that agents act by is one of
 * their policies; a target network has the kind of the network it follows. */
typedef enum mg_kind {
    MG_KIND_POLICIES,
    MG_KIND_CRITICS,
    MG_KIND_INCENTIVES,
    MG_KIND_MODELS,
    MG_KIND_OPTIMISERS,
    MG_KIND_RNG,
    MG_KIND_ENVIRONMENT,
    MG_KIND_REPLAY,
    MG_KIND_STATE,
    MG_KIND_COUNT
} mg_kind;

const char *mg_kind_name(mg_kind kind); /* "policies", "critics", ...: the words above in lower case */
bool mg_kind_read(const char *name, mg_kind *kind);

typedef struct mg_tensor {
    mg_kind kind;
    char name[48]; /* "agent 0 policy first.weight" */
    mg_type type;
    int rows, columns;
    void *data; /* rows * columns numbers, row-major */
} mg_tensor;

size_t mg_tensor_bytes(const mg_tensor *tensor);
void mg_hash_tensor(mg_hasher *hasher, const mg_tensor *tensor); /* kind, name, shape and numbers */
/* Index of the first number that is NaN or infinite, or -1. */
long mg_tensor_not_finite(const mg_tensor *tensor);

#endif
