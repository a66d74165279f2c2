/* tensor.c - digest, save, load, dump and mutation from one list. */
#include "core/io/tensor.h"
#include <string.h>

static const char *const kind_names[MG_KIND_COUNT] = {
    [MG_KIND_POLICIES] = "policies",       [MG_KIND_CRITICS] = "critics",       [MG_KIND_INCENTIVES] = "incentives",
    [MG_KIND_MODELS] = "models",           [MG_KIND_OPTIMISERS] = "optimisers", [MG_KIND_RNG] = "rng",
    [MG_KIND_ENVIRONMENT] = "environment", [MG_KIND_REPLAY] = "replay",         [MG_KIND_STATE] = "state",
};

const char *mg_kind_name(mg_kind kind)
{
    return (unsigned)kind < MG_KIND_COUNT ? kind_names[kind] : "?";
}

bool mg_kind_read(const char *name, mg_kind *kind)
{
    for (int i = 0; i < MG_KIND_COUNT; i++) {
        if (!strcmp(name, kind_names[i])) {
            *kind = (mg_kind)i;
            return true;
        }
    }
    return false;
}

static size_t numbers(const mg_tensor *tensor)
{
    return (size_t)tensor->rows * (size_t)tensor->columns;
}

size_t mg_tensor_bytes(const mg_tensor *tensor)
{
    switch (tensor->type) {
    case MG_TYPE_FLOAT: return numbers(tensor) * sizeof(float);
    case MG_TYPE_DOUBLE: return numbers(tensor) * sizeof(double);
    case MG_TYPE_I32: return numbers(tensor) * sizeof(int32_t);
    case MG_TYPE_U64: return numbers(tensor) * sizeof(uint64_t);
    case MG_TYPE_U8: return numbers(tensor);
    }
    return 0;
}

void mg_hash_tensor(mg_hasher *hasher, const mg_tensor *tensor)
{
    const int32_t shape[2] = {tensor->rows, tensor->columns};
    mg_hash_text(hasher, "kind", mg_kind_name(tensor->kind));
    mg_hash_text(hasher, "name", tensor->name);
    mg_hash_i32(hasher, "shape", shape, 2);
    size_t n = numbers(tensor);
    switch (tensor->type) {
    case MG_TYPE_FLOAT: mg_hash_float(hasher, "numbers", tensor->data, n); break;
    case MG_TYPE_DOUBLE: mg_hash_double(hasher, "numbers", tensor->data, n); break;
    case MG_TYPE_I32: mg_hash_i32(hasher, "numbers", tensor->data, n); break;
    case MG_TYPE_U64: mg_hash_u64(hasher, "numbers", tensor->data, n); break;
    case MG_TYPE_U8: mg_hash_u8(hasher, "numbers", tensor->data, n); break;
    }
}

/* By the bits: a comparison such as x - x == 0 would be at the mercy of the compiler's flags. */
long mg_tensor_not_finite(const mg_tensor *tensor)
{
    size_t n = numbers(tensor);
    for (size_t i = 0; tensor->type == MG_TYPE_FLOAT && i < n; i++) {
        uint32_t bits;
        memcpy(&bits, (const float *)tensor->data + i, sizeof bits);
        if ((bits & 0x7f800000U) == 0x7f800000U)
            return (long)i;
    }
    for (size_t i = 0; tensor->type == MG_TYPE_DOUBLE && i < n; i++) {
        uint64_t bits;
        memcpy(&bits, (const double *)tensor->data + i, sizeof bits);
        if ((bits & 0x7ff0000000000000U) == 0x7ff0000000000000U)
            return (long)i;
    }
    return -1;
}
