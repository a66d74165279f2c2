/* isa.h - which kernel table runs: chosen once, at program start, by the CPU or by --isa, and then self-tested. */
#ifndef MG_ISA_H
#define MG_ISA_H

#include <stdbool.h>
#include <stddef.h>

/* name: "auto" or NULL (best for this CPU: avx2, else sse2; avx512 where it is measured to be faster than avx2, which
 * takes half a millisecond and changes no bit; simd128 off x86), or one of scalar, simd128, sse2, avx2, avx512,
 * reference. Checks the rounding mode and that denormals are kept, then runs the known-answer self-test of the table.
 * Returns true, or false with one line in message (unknown name, CPU cannot run it, flush-to-zero is on, a known answer
 * differs). Call before anything computes; not thread-safe. */
bool mg_isa_choose(const char *name, char *message, size_t message_size);

/* Whether the wider of two tables is worth taking: its best time is below 0.95 of the other's best. Times of several
 * runs in turn, in seconds, all above 0. */
bool mg_isa_wider_is_faster(int runs, const double *narrow, const double *wide);

/* Name of the table in use. */
const char *mg_isa_name(void);

/* The i-th table of this program that this CPU can run, or NULL past the last: for tests and benchmarks. */
const char *mg_isa_available(int i);

#endif
