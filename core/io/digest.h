/* digest.h - XXH3-128 over canonical little-endian fields: the same on every byte order and never of padded structs.
 *
 * A field is hashed as: its name with its NUL, a type letter (b u8, i i32, u u64, f float, d double, t text, c link),
 * its count in 8 bytes, then the numbers as little-endian bytes built by shifts. A chain link is low half, then high.
 * Every NaN is written as one pattern (0x7fc00000; binary64 0x7ff8000000000000), since payloads differ by machine.
 */
#ifndef MG_DIGEST_H
#define MG_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mg_digest {
    uint64_t high, low;
} mg_digest;
#define MG_DIGEST_TEXT 33 /* 32 hex digits and the end */

typedef struct mg_hasher mg_hasher; /* a stream of fields */

mg_hasher *mg_hasher_create(void);
void mg_hasher_destroy(mg_hasher *hasher);
void mg_hasher_restart(mg_hasher *hasher);
void mg_hash_u8(mg_hasher *hasher, const char *name, const uint8_t *x, size_t n);
void mg_hash_i32(mg_hasher *hasher, const char *name, const int32_t *x, size_t n);
void mg_hash_u64(mg_hasher *hasher, const char *name, const uint64_t *x, size_t n);
void mg_hash_float(mg_hasher *hasher, const char *name, const float *x, size_t n);
void mg_hash_double(mg_hasher *hasher, const char *name, const double *x, size_t n);
void mg_hash_text(mg_hasher *hasher, const char *name, const char *text);
void mg_hash_digest(mg_hasher *hasher, const mg_digest *previous); /* a link of a chain */
mg_digest mg_hasher_finish(const mg_hasher *hasher);               /* may go on afterwards */

bool mg_digest_equal(mg_digest a, mg_digest b);
const char *mg_digest_print(mg_digest digest, char text[MG_DIGEST_TEXT]); /* canonical order, lower case */
bool mg_digest_read(const char *text, mg_digest *digest);

/* XXH3-128 of plain bytes, and of a file's: what xxh128sum prints. */
mg_digest mg_digest_bytes(const void *bytes, size_t length);
struct mg_error;
bool mg_digest_file(const char *path, mg_digest *digest, struct mg_error *error);

#endif
