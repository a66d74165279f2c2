/* self_test.h - known answers of a kernel table: one digest that every table on every machine must give.
 *
 * Covers every kernel on fixed inputs of sizes that end inside a vector, in well under a millisecond. mg_isa_choose
 * (isa.h) runs it at every program start; only tests call it otherwise.
 */
#ifndef MG_SELF_TEST_H
#define MG_SELF_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/num/kernels.h"

/* The known answer. It changes only when a kernel's definition does, and then every golden file with it. */
#define MG_SELF_TEST_DIGEST UINT64_C(0xd02dd6f82b1bc916)

/* The known answer of the functions in binary64 (scalar_math.h), which no table holds. */
#define MG_SELF_TEST_DOUBLE_DIGEST UINT64_C(0x208e1369aad88e8e)

/* Digest (64-bit FNV-1a over the bytes of the results, low byte first) of all kernels of the table. */
uint64_t mg_self_test_digest(const mg_kernels *kernels);

/* The same of the functions in binary64, whose splittings and constants need all 53 bits. */
uint64_t mg_self_test_double_digest(void);

/* True if the table gives `expected`; else false and one line in message, which names the first kernel that differs
 * from the reference in plain C. */
bool mg_self_test(const mg_kernels *kernels, uint64_t expected, char *message, size_t message_size);

#endif
