/* digest.c - fields as little-endian bytes into XXH3. */
#include "core/io/digest.h"
#include "core/io/error.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct mg_hasher {
    XXH3_state_t state;
};

enum { BLOCK_BYTES = 4096 }; /* numbers are turned into little-endian bytes a block at a time */

static void put_u32(unsigned char *to, uint32_t x)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(x >> (8 * i));
}

static void put_u64(unsigned char *to, uint64_t x)
{
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char)(x >> (8 * i));
}

static void absorb(mg_hasher *hasher, const void *bytes, size_t length)
{
    if (length)
        (void)XXH3_128bits_update(&hasher->state, bytes, length);
}

mg_hasher *mg_hasher_create(void)
{
    mg_hasher *hasher = aligned_alloc(_Alignof(mg_hasher), sizeof *hasher); /* the state wants 64 */
    if (!hasher)
        mg_out_of_memory(sizeof *hasher);
    mg_hasher_restart(hasher);
    return hasher;
}

void mg_hasher_destroy(mg_hasher *hasher)
{
    free(hasher);
}

void mg_hasher_restart(mg_hasher *hasher)
{
    memset(&hasher->state, 0, sizeof hasher->state);
    (void)XXH3_128bits_reset(&hasher->state);
}

/* The end of the name is hashed too, and every count has 8 bytes: no two lists of fields give the same bytes. */
static void begin_field(mg_hasher *hasher, const char *name, char type, size_t count)
{
    unsigned char head[9];
    head[0] = (unsigned char)type;
    put_u64(head + 1, (uint64_t)count);
    absorb(hasher, name, strlen(name) + 1);
    absorb(hasher, head, sizeof head);
}

void mg_hash_u8(mg_hasher *hasher, const char *name, const uint8_t *x, size_t n)
{
    begin_field(hasher, name, 'b', n);
    absorb(hasher, x, n);
}

void mg_hash_i32(mg_hasher *hasher, const char *name, const int32_t *x, size_t n)
{
    unsigned char block[BLOCK_BYTES];
    begin_field(hasher, name, 'i', n);
    for (size_t done = 0; done < n;) {
        size_t now = n - done < BLOCK_BYTES / 4 ? n - done : BLOCK_BYTES / 4;
        for (size_t i = 0; i < now; i++)
            put_u32(block + 4 * i, (uint32_t)x[done + i]);
        absorb(hasher, block, 4 * now);
        done += now;
    }
}

void mg_hash_u64(mg_hasher *hasher, const char *name, const uint64_t *x, size_t n)
{
    unsigned char block[BLOCK_BYTES];
    begin_field(hasher, name, 'u', n);
    for (size_t done = 0; done < n;) {
        size_t now = n - done < BLOCK_BYTES / 8 ? n - done : BLOCK_BYTES / 8;
        for (size_t i = 0; i < now; i++)
            put_u64(block + 8 * i, x[done + i]);
        absorb(hasher, block, 8 * now);
        done += now;
    }
}

void mg_hash_float(mg_hasher *hasher, const char *name, const float *x, size_t n)
{
    unsigned char block[BLOCK_BYTES];
    begin_field(hasher, name, 'f', n);
    for (size_t done = 0; done < n;) {
        size_t now = n - done < BLOCK_BYTES / 4 ? n - done : BLOCK_BYTES / 4;
        for (size_t i = 0; i < now; i++) {
            uint32_t bits;
            memcpy(&bits, x + done + i, sizeof bits);
            bool nan = (bits & 0x7fffffffU) > 0x7f800000U;
            put_u32(block + 4 * i, nan ? 0x7fc00000U : bits);
        }
        absorb(hasher, block, 4 * now);
        done += now;
    }
}

void mg_hash_double(mg_hasher *hasher, const char *name, const double *x, size_t n)
{
    unsigned char block[BLOCK_BYTES];
    begin_field(hasher, name, 'd', n);
    for (size_t done = 0; done < n;) {
        size_t now = n - done < BLOCK_BYTES / 8 ? n - done : BLOCK_BYTES / 8;
        for (size_t i = 0; i < now; i++) {
            uint64_t bits;
            memcpy(&bits, x + done + i, sizeof bits);
            bool nan = (bits & 0x7fffffffffffffffU) > 0x7ff0000000000000U;
            put_u64(block + 8 * i, nan ? 0x7ff8000000000000U : bits);
        }
        absorb(hasher, block, 8 * now);
        done += now;
    }
}

void mg_hash_text(mg_hasher *hasher, const char *name, const char *text)
{
    size_t length = strlen(text);
    begin_field(hasher, name, 't', length);
    absorb(hasher, text, length);
}

void mg_hash_digest(mg_hasher *hasher, const mg_digest *previous)
{
    unsigned char bytes[16];
    begin_field(hasher, "previous", 'c', 1);
    put_u64(bytes, previous->low);
    put_u64(bytes + 8, previous->high);
    absorb(hasher, bytes, sizeof bytes);
}

mg_digest mg_hasher_finish(const mg_hasher *hasher)
{
    XXH128_hash_t hash = XXH3_128bits_digest(&hasher->state);
    return (mg_digest){.high = hash.high64, .low = hash.low64};
}

bool mg_digest_equal(mg_digest a, mg_digest b)
{
    return a.high == b.high && a.low == b.low;
}

const char *mg_digest_print(mg_digest digest, char text[MG_DIGEST_TEXT])
{
    for (int i = 0; i < 16; i++) {
        text[i] = "0123456789abcdef"[digest.high >> (60 - 4 * i) & 15];
        text[16 + i] = "0123456789abcdef"[digest.low >> (60 - 4 * i) & 15];
    }
    text[32] = '\0';
    return text;
}

bool mg_digest_read(const char *text, mg_digest *digest)
{
    uint64_t half[2] = {0, 0};
    for (int i = 0; i < 32; i++) {
        char c = text[i];
        unsigned value;
        if (c >= '0' && c <= '9')
            value = (unsigned)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = (unsigned)(c - 'a') + 10;
        else
            return false;
        half[i / 16] = half[i / 16] << 4 | value;
    }
    if (text[32])
        return false;
    *digest = (mg_digest){.high = half[0], .low = half[1]};
    return true;
}

mg_digest mg_digest_bytes(const void *bytes, size_t length)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, length);
    return (mg_digest){.high = hash.high64, .low = hash.low64};
}

bool mg_digest_file(const char *path, mg_digest *digest, struct mg_error *error)
{
    char *bytes;
    size_t length;
    if (!mg_file_read(path, &bytes, &length, error))
        return false;
    *digest = mg_digest_bytes(bytes, length);
    free(bytes);
    return true;
}
