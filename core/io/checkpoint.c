/* checkpoint.c - sections, their checksum, and reading them back. */
#include "core/io/checkpoint.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "marlgold checkpoint "
#define VERSION "001\n"
enum {
    MAGIC_BYTES = 20,
    VERSION_BYTES = 4,
    DIGEST_BYTES = 16,
    HEAD_BYTES = MAGIC_BYTES + VERSION_BYTES + DIGEST_BYTES,
    TENSOR_HEAD_BYTES = 24 /* type, rows, columns */
};

static size_t filled(size_t length)
{
    return (length + 7) / 8 * 8;
}

static void put_number(unsigned char *to, uint64_t x, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(x >> (8 * i));
}

static uint64_t get_number(const unsigned char *from, int bytes)
{
    uint64_t x = 0;
    for (int i = 0; i < bytes; i++)
        x |= (uint64_t)from[i] << (8 * i);
    return x;
}

static void put_digest(unsigned char *to, mg_digest digest)
{
    for (int i = 0; i < 8; i++) {
        to[i] = (unsigned char)(digest.high >> (56 - 8 * i));
        to[8 + i] = (unsigned char)(digest.low >> (56 - 8 * i));
    }
}

static mg_digest get_digest(const unsigned char *from)
{
    mg_digest digest = {0, 0};
    for (int i = 0; i < 8; i++) {
        digest.high = digest.high << 8 | from[i];
        digest.low = digest.low << 8 | from[8 + i];
    }
    return digest;
}

/* ---- numbers of a tensor, little-endian in the file ---- */

static int number_bytes(mg_type type)
{
    switch (type) {
    case MG_TYPE_FLOAT:
    case MG_TYPE_I32: return 4;
    case MG_TYPE_DOUBLE:
    case MG_TYPE_U64: return 8;
    case MG_TYPE_U8: return 1;
    }
    return 1;
}

static void put_numbers(unsigned char *to, const void *numbers, size_t length, int bytes)
{
    const unsigned char *from = numbers;
    for (size_t i = 0; i < length; i += (size_t)bytes) {
        uint64_t wide;
        uint32_t narrow;
        if (bytes == 8) {
            memcpy(&wide, from + i, sizeof wide);
            put_number(to + i, wide, 8);
        } else if (bytes == 4) {
            memcpy(&narrow, from + i, sizeof narrow);
            put_number(to + i, narrow, 4);
        } else {
            to[i] = from[i];
        }
    }
}

static void get_numbers(void *numbers, const unsigned char *from, size_t length, int bytes)
{
    unsigned char *to = numbers;
    for (size_t i = 0; i < length; i += (size_t)bytes) {
        uint64_t wide = get_number(from + i, bytes);
        uint32_t narrow = (uint32_t)wide;
        if (bytes == 8)
            memcpy(to + i, &wide, sizeof wide);
        else if (bytes == 4)
            memcpy(to + i, &narrow, sizeof narrow);
        else
            to[i] = from[i];
    }
}

/* ---- writing ---- */

void mg_checkpoint_start(mg_checkpoint_writer *writer, mg_digest config)
{
    *writer = (mg_checkpoint_writer){0};
    mg_reserve(&writer->bytes, 0, &writer->capacity, HEAD_BYTES);
    memcpy(writer->bytes, MAGIC VERSION, MAGIC_BYTES + VERSION_BYTES);
    put_digest((unsigned char *)writer->bytes + MAGIC_BYTES + VERSION_BYTES, config);
    writer->length = HEAD_BYTES;
}

/* Adds a section of zeros and returns where its bytes go. */
static unsigned char *add_section(mg_checkpoint_writer *writer, const char *name, size_t length)
{
    size_t name_length = strlen(name);
    size_t more = 16 + filled(name_length) + filled(length);
    mg_reserve(&writer->bytes, writer->length, &writer->capacity, more);
    unsigned char *to = (unsigned char *)writer->bytes + writer->length;
    memset(to, 0, more);
    put_number(to, name_length, 8);
    put_number(to + 8, length, 8);
    memcpy(to + 16, name, name_length);
    writer->length += more;
    return to + 16 + filled(name_length);
}

void mg_checkpoint_put(mg_checkpoint_writer *writer, const char *name, const void *bytes, size_t length)
{
    unsigned char *to = add_section(writer, name, length);
    if (length)
        memcpy(to, bytes, length);
}

static void name_section(const mg_tensor *tensor, char name[96])
{
    snprintf(name, 96, "%s/%s", mg_kind_name(tensor->kind), tensor->name);
}

void mg_checkpoint_put_tensor(mg_checkpoint_writer *writer, const mg_tensor *tensor)
{
    char name[96];
    name_section(tensor, name);
    size_t length = mg_tensor_bytes(tensor);
    unsigned char *to = add_section(writer, name, TENSOR_HEAD_BYTES + length);
    put_number(to, (uint64_t)tensor->type, 8);
    put_number(to + 8, (uint64_t)tensor->rows, 8);
    put_number(to + 16, (uint64_t)tensor->columns, 8);
    put_numbers(to + TENSOR_HEAD_BYTES, tensor->data, length, number_bytes(tensor->type));
}

/* ---- sections of a file or of a writer ---- */

typedef struct section {
    const char *name;
    size_t name_length;
    const unsigned char *bytes;
    size_t length;
} section;

/* Reads the section at *at and moves there past it. False at the end, or where lengths leave the file. */
static bool next_section(const char *bytes, size_t end, size_t *at, section *found)
{
    if (end - *at < 16)
        return false;
    const unsigned char *from = (const unsigned char *)bytes + *at;
    uint64_t name_length = get_number(from, 8), length = get_number(from + 8, 8);
    size_t left = end - *at - 16;
    if (name_length > left || filled((size_t)name_length) > left)
        return false;
    left -= filled((size_t)name_length);
    if (length > left || filled((size_t)length) > left)
        return false;
    const unsigned char *data = from + 16 + filled((size_t)name_length);
    *found = (section){bytes + *at + 16, (size_t)name_length, data, (size_t)length};
    *at += 16 + filled((size_t)name_length) + filled((size_t)length);
    return true;
}

/* Names are compared by digest first: a state has hundreds of them. */
static bool check_names(const mg_checkpoint_writer *writer, const char *path, mg_error *error)
{
    section *all = mg_allocate(writer->length / 16, sizeof *all);
    uint64_t *digest = mg_allocate(writer->length / 16, sizeof *digest);
    size_t count = 0, at = HEAD_BYTES;
    bool good = true;
    while (good && next_section(writer->bytes, writer->length, &at, &all[count])) {
        const section *now = &all[count];
        digest[count] = mg_digest_bytes(now->name, now->name_length).low;
        for (size_t i = 0; good && i < count; i++) {
            if (digest[i] == digest[count] && all[i].name_length == now->name_length &&
                !memcmp(all[i].name, now->name, now->name_length))
                good = mg_fail(error, MG_EXIT_INPUT, "%s: not saved: two sections are called '%.*s'", path,
                               (int)now->name_length, now->name);
        }
        count++;
    }
    free(all);
    free(digest);
    return good;
}

bool mg_checkpoint_save(mg_checkpoint_writer *writer, const char *path, mg_error *error)
{
    if (!check_names(writer, path, error))
        return false;
    mg_reserve(&writer->bytes, writer->length, &writer->capacity, DIGEST_BYTES);
    mg_digest checksum = mg_digest_bytes(writer->bytes, writer->length);
    put_digest((unsigned char *)writer->bytes + writer->length, checksum);
    return mg_file_write(path, writer->bytes, writer->length + DIGEST_BYTES, error);
}

void mg_checkpoint_free(mg_checkpoint_writer *writer)
{
    free(writer->bytes);
    *writer = (mg_checkpoint_writer){0};
}

/* ---- reading ---- */

static bool check_head(const mg_checkpoint *checkpoint, mg_error *error)
{
    const char *path = checkpoint->path;
    size_t known = checkpoint->length < MAGIC_BYTES ? checkpoint->length : MAGIC_BYTES;
    if (memcmp(checkpoint->bytes, MAGIC, known) != 0)
        return mg_fail(error, MG_EXIT_INPUT, "%s: not a checkpoint, wanted one that begins with '%s'", path, MAGIC);
    if (checkpoint->length < HEAD_BYTES + DIGEST_BYTES)
        return mg_fail(error, MG_EXIT_INPUT, "%s: cut off after %zu bytes; remove it and run again", path,
                       checkpoint->length);
    if (memcmp(checkpoint->bytes + MAGIC_BYTES, VERSION, VERSION_BYTES) != 0)
        return mg_fail(error, MG_EXIT_INPUT, "%s: checkpoint format '%.3s', this program reads '%.3s'; remove it", path,
                       checkpoint->bytes + MAGIC_BYTES, VERSION);
    return true;
}

static bool check_digests(mg_checkpoint *checkpoint, mg_digest config, mg_error *error)
{
    char found[MG_DIGEST_TEXT], wanted[MG_DIGEST_TEXT];
    const unsigned char *bytes = (const unsigned char *)checkpoint->bytes;
    mg_digest written = get_digest(bytes + checkpoint->length - DIGEST_BYTES);
    mg_digest checksum = mg_digest_bytes(bytes, checkpoint->length - DIGEST_BYTES);
    if (!mg_digest_equal(written, checksum))
        return mg_fail(error, MG_EXIT_INPUT,
                       "%s: damaged or cut off: its checksum says %s, its bytes give %s; remove it and run again",
                       checkpoint->path, mg_digest_print(written, found), mg_digest_print(checksum, wanted));
    mg_digest of = get_digest(bytes + MAGIC_BYTES + VERSION_BYTES);
    checkpoint->other_config = !mg_digest_equal(of, config);
    if (checkpoint->other_config)
        return mg_fail(error, MG_EXIT_INPUT,
                       "%s: a checkpoint of another configuration: %s, wanted %s; use its options or another --out",
                       checkpoint->path, mg_digest_print(of, found), mg_digest_print(config, wanted));
    return true;
}

bool mg_checkpoint_open(const char *path, mg_digest config, mg_checkpoint *checkpoint, mg_error *error)
{
    *checkpoint = (mg_checkpoint){0};
    snprintf(checkpoint->path, sizeof checkpoint->path, "%s", path);
    if (!mg_file_read(path, &checkpoint->bytes, &checkpoint->length, error))
        return false;
    section found;
    size_t at = HEAD_BYTES;
    bool good = check_head(checkpoint, error) && check_digests(checkpoint, config, error);
    size_t end = good ? checkpoint->length - DIGEST_BYTES : 0;
    while (good && next_section(checkpoint->bytes, end, &at, &found))
        continue;
    if (good && at != end)
        good = mg_fail(error, MG_EXIT_INPUT, "%s: the section at byte %zu is longer than the file", path, at);
    bool other_config = checkpoint->other_config;
    if (!good)
        mg_checkpoint_close(checkpoint);
    checkpoint->other_config = other_config;
    return good;
}

bool mg_checkpoint_get(const mg_checkpoint *checkpoint, const char *name, const void **bytes, size_t *length,
                       mg_error *error)
{
    size_t name_length = strlen(name), at = HEAD_BYTES;
    section found;
    *bytes = NULL;
    *length = 0;
    while (next_section(checkpoint->bytes, checkpoint->length - DIGEST_BYTES, &at, &found)) {
        if (found.name_length == name_length && !memcmp(found.name, name, name_length)) {
            *bytes = found.bytes;
            *length = found.length;
            return true;
        }
    }
    return mg_fail(error, MG_EXIT_INPUT, "%s: has no section '%s'; was it written by another version?",
                   checkpoint->path, name);
}

bool mg_checkpoint_get_tensor(const mg_checkpoint *checkpoint, const mg_tensor *tensor, mg_error *error)
{
    char name[96];
    const void *bytes;
    size_t length;
    name_section(tensor, name);
    if (!mg_checkpoint_get(checkpoint, name, &bytes, &length, error))
        return false;
    static const char *const types[] = {"float", "double", "i32", "u64", "u8"};
    const unsigned char *from = bytes;
    uint64_t head[3] = {99, 0, 0};
    for (int i = 0; i < 3 && length >= TENSOR_HEAD_BYTES; i++)
        head[i] = get_number(from + 8 * i, 8);
    const uint64_t wanted[3] = {(uint64_t)tensor->type, (uint64_t)tensor->rows, (uint64_t)tensor->columns};
    if (memcmp(head, wanted, sizeof head) != 0 || length != TENSOR_HEAD_BYTES + mg_tensor_bytes(tensor))
        return mg_fail(error, MG_EXIT_INPUT, "%s: section '%s' is %s[%llu][%llu], wanted %s[%d][%d]", checkpoint->path,
                       name, head[0] < 5 ? types[head[0]] : "no tensor", (unsigned long long)head[1],
                       (unsigned long long)head[2], types[tensor->type], tensor->rows, tensor->columns);
    get_numbers(tensor->data, from + TENSOR_HEAD_BYTES, length - TENSOR_HEAD_BYTES, number_bytes(tensor->type));
    return true;
}

void mg_checkpoint_close(mg_checkpoint *checkpoint)
{
    free(checkpoint->bytes);
    *checkpoint = (mg_checkpoint){0};
}
