/* trail.c - chained digests by kind. */
#include "suite/harness/trail.h"
#include "core/io/text.h"

#include <inttypes.h>
#include <string.h>

void mg_put_row_name(mg_csv_writer *writer, const mg_row_name *name)
{
    mg_csv_text(writer, name->method);
    mg_csv_text(writer, name->variant);
    mg_csv_integer(writer, name->seed);
}

void mg_trail_start(mg_trail *trail)
{
    memset(trail, 0, sizeof *trail);
    trail->hasher = mg_hasher_create();
    mg_csv_start(&trail->rows);
}

void mg_trail_free(mg_trail *trail)
{
    if (trail->hasher)
        mg_hasher_destroy(trail->hasher);
    mg_csv_free(&trail->rows);
    memset(trail, 0, sizeof *trail);
}

mg_digest mg_trail_chain(mg_hasher *hasher, mg_digest all, mg_kind kind, uint64_t checkpoint, uint64_t units,
                         mg_digest digest)
{
    uint64_t place[2] = {checkpoint, units};
    mg_hasher_restart(hasher);
    mg_hash_digest(hasher, &all);
    mg_hash_u64(hasher, mg_kind_name(kind), place, 2);
    mg_hash_digest(hasher, &digest);
    return mg_hasher_finish(hasher);
}

static void put_row(mg_trail *trail, const mg_row_name *name, uint64_t units, mg_kind kind, mg_digest digest)
{
    char text[MG_DIGEST_TEXT];
    mg_put_row_name(&trail->rows, name);
    mg_csv_integer(&trail->rows, trail->checkpoints);
    mg_csv_integer(&trail->rows, (int64_t)units);
    mg_csv_text(&trail->rows, mg_kind_name(kind));
    mg_csv_text(&trail->rows, mg_digest_print(digest, text));
    mg_csv_end_row(&trail->rows);
    trail->all = mg_trail_chain(trail->hasher, trail->all, kind, (uint64_t)trail->checkpoints, units, digest);
}

/* Digest of this kind's tensors now, chained; false if there are none. */
static bool link_kind(mg_trail *trail, mg_kind kind, const mg_tensor *tensor, int tensors, const mg_rollout *rollout)
{
    bool any = kind == MG_KIND_ENVIRONMENT && rollout;
    mg_hasher_restart(trail->hasher);
    mg_hash_digest(trail->hasher, &trail->link[kind]);
    for (int i = 0; i < tensors; i++) {
        if (tensor[i].kind != kind)
            continue;
        mg_hash_tensor(trail->hasher, &tensor[i]);
        any = true;
    }
    if (kind == MG_KIND_ENVIRONMENT && rollout)
        mg_rollout_hash_environment(rollout, trail->hasher);
    if (any)
        trail->link[kind] = mg_hasher_finish(trail->hasher);
    return any;
}

void mg_trail_checkpoint(mg_trail *trail, const mg_row_name *name, uint64_t units, const mg_tensor *tensor, int tensors,
                         const mg_rollout *rollout, bool falsify)
{
    trail->checkpoints++;
    for (int kind = 0; kind < MG_KIND_COUNT; kind++) {
        if (!link_kind(trail, (mg_kind)kind, tensor, tensors, rollout))
            continue;
        if (falsify)
            trail->link[kind].low ^= 1;
        falsify = false;
        put_row(trail, name, units, (mg_kind)kind, trail->link[kind]);
    }
}

static void flip_number(const mg_tensor *tensor, size_t at, size_t size)
{
    uint64_t wide = 0;
    uint32_t narrow = 0;
    void *number = size == 8 ? (void *)&wide : (void *)&narrow;
    unsigned char *place = (unsigned char *)tensor->data + at * size;
    if (size == 1) {
        *place ^= 1u;
        return;
    }
    memcpy(number, place, size);
    wide ^= 1u;
    narrow ^= 1u;
    memcpy(place, number, size);
}

bool mg_flip_tensor(mg_kind kind, bool last, const mg_tensor *tensor, int tensors)
{
    for (int i = 0; i < tensors; i++) {
        const mg_tensor *candidate = &tensor[last ? tensors - 1 - i : i];
        if (candidate->kind != kind || candidate->rows < 1 || candidate->columns < 1)
            continue;
        size_t numbers = (size_t)candidate->rows * (size_t)candidate->columns;
        flip_number(candidate, last ? numbers - 1 : 0, mg_tensor_bytes(candidate) / numbers);
        return true;
    }
    return false;
}

/* The number's bits in hexadecimal and its value as text. */
static void print_number(const mg_tensor *tensor, size_t at, char bits[20], char value[MG_NUMBER_TEXT])
{
    uint32_t narrow = 0;
    uint64_t wide = 0;
    int64_t whole = 0;
    const void *data = tensor->data;
    switch (tensor->type) {
    case MG_TYPE_FLOAT:
        memcpy(&narrow, (const float *)data + at, sizeof narrow);
        mg_print_float(((const float *)data)[at], value);
        break;
    case MG_TYPE_DOUBLE:
        memcpy(&wide, (const double *)data + at, sizeof wide);
        mg_print_double(((const double *)data)[at], value);
        break;
    case MG_TYPE_I32:
        whole = ((const int32_t *)data)[at];
        narrow = (uint32_t)whole;
        snprintf(value, MG_NUMBER_TEXT, "%" PRId64, whole);
        break;
    case MG_TYPE_U64:
        wide = ((const uint64_t *)data)[at];
        snprintf(value, MG_NUMBER_TEXT, "%" PRIu64, wide);
        break;
    case MG_TYPE_U8:
        narrow = ((const uint8_t *)data)[at];
        snprintf(value, MG_NUMBER_TEXT, "%" PRIu32, narrow);
        break;
    }
    if (tensor->type == MG_TYPE_DOUBLE || tensor->type == MG_TYPE_U64)
        snprintf(bits, 20, "%016" PRIx64, wide);
    else
        snprintf(bits, 20, tensor->type == MG_TYPE_U8 ? "%02" PRIx32 : "%08" PRIx32, narrow);
}

static void dump_tensor(mg_csv_writer *writer, const mg_tensor *tensor)
{
    for (int row = 0; row < tensor->rows; row++) {
        for (int column = 0; column < tensor->columns; column++) {
            char bits[20], value[MG_NUMBER_TEXT];
            print_number(tensor, (size_t)row * (size_t)tensor->columns + (size_t)column, bits, value);
            mg_csv_text(writer, mg_kind_name(tensor->kind));
            mg_csv_text(writer, tensor->name);
            mg_csv_integer(writer, row);
            mg_csv_integer(writer, column);
            mg_csv_text(writer, bits);
            mg_csv_text(writer, value);
            mg_csv_end_row(writer);
        }
    }
}

bool mg_dump_tensors(const mg_tensor *tensor, int tensors, const char *path, mg_error *error)
{
    static const char *const header[] = {"kind", "tensor", "row", "column", "bits", "value"};
    mg_csv_writer writer;
    mg_csv_start(&writer);
    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++)
        mg_csv_text(&writer, header[i]);
    mg_csv_end_row(&writer);
    for (int i = 0; i < tensors; i++)
        dump_tensor(&writer, &tensor[i]);
    bool good = mg_csv_save(&writer, path, error);
    mg_csv_free(&writer);
    return good;
}
