/* isa.c - see isa.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/num/isa.h"
#include "core/num/kernels.h"
#include "core/num/self_test.h"

/* MG_ONLY_SCALAR: for compilers and machines without vectors, the Makefile builds one table. */
#if defined(MG_ONLY_SCALAR)
#define MG_X86 0
extern const mg_kernels mg_kernels_scalar;
#elif defined(__x86_64__) || defined(__i386__)
#define MG_X86 1
extern const mg_kernels mg_kernels_scalar, mg_kernels_sse2, mg_kernels_avx2, mg_kernels_avx512;
#else
#define MG_X86 0
extern const mg_kernels mg_kernels_scalar, mg_kernels_simd128;
#endif

/* The only state of core/num: written once, before anything computes. */
static const mg_kernels *current = &mg_kernels_reference;

const mg_kernels *mg_kernels_current(void)
{
    return current;
}

const char *mg_isa_name(void)
{
    return current->name;
}

static bool always(void)
{
    return true;
}

#if MG_X86
static bool has_sse2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse2");
}

static bool has_avx2(void) /* its table is compiled with -mavx2 -mfma, though it never fuses */
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void) /* x86-64-v4 */
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}
#endif

/* Compiled-in tables, the better later; automatic: taken without being asked for, or measured. */
static const struct {
    const mg_kernels *kernels;
    bool (*runs_here)(void);
    bool automatic;
} tables[] = {
    {&mg_kernels_reference, always, false}, {&mg_kernels_scalar, always, true},
#if MG_X86
    {&mg_kernels_sse2, has_sse2, true},     {&mg_kernels_avx2, has_avx2, true}, {&mg_kernels_avx512, has_avx512, false},
#elif !defined(MG_ONLY_SCALAR)
    { &mg_kernels_simd128, always, true },
#endif
};
#define TABLES (int)(sizeof tables / sizeof tables[0])

const char *mg_isa_available(int i)
{
    for (int table = 0; table < TABLES; table++) {
        if (tables[table].runs_here() && i-- == 0)
            return tables[table].kernels->name;
    }
    return NULL;
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* What a compiler does that was told it may: NULL, or what. The values come through volatile, the arithmetic does not.
 */
static const char *liberties_taken(void)
{
    volatile double above = 1 + 0x1p-30, below = 1 - 0x1p-30, five = 5, large = 0x1p53, minus_zero = -0.0;
    volatile float above_float = 1 + 0x1p-13f, below_float = 1 - 0x1p-13f;
    volatile double not_a_number = __builtin_nan("");
    double a = above, b = below, large_sum = large;
    float a_float = above_float, b_float = below_float;
    if (bits_of(0.1) != UINT64_C(0x3fb999999999999a))
        return "constants are rounded to binary32";
    if (bits_of(a * b - 1) != 0 || bits_of((double)(a_float * b_float - 1)) != 0)
        return "products and sums are fused";
    if (bits_of(large_sum + 1 - large_sum) != 0)
        return "sums are reordered";
    if (bits_of(five / 3) != UINT64_C(0x3ffaaaaaaaaaaaab))
        return "divisions are done by reciprocals";
    double number = not_a_number;
    if (number == number)
        return "NaN is taken for a number";
    if (bits_of(minus_zero + 0.0) != 0)
        return "the sign of zero is lost";
    return NULL;
}

/* By arithmetic on values the compiler cannot see through, so on every CPU alike: NULL, or what is wrong. */
static const char *wrong_arithmetic(void)
{
    volatile float one = 1.0f, step = 0x1p-23f, half_step = 0x1p-24f, smallest = 0x1p-126f, half = 0.5f;
    volatile float tie_to_even = one + half_step;                    /* 1; 1 + 2^-23 if rounding is upwards */
    volatile float odd = one + step, tie_from_odd = odd + half_step; /* 1 + 2^-22; less if downwards or to zero */
    volatile float subnormal = smallest * half;                      /* 0 under flush-to-zero */
    volatile float restored = subnormal + subnormal;                 /* 0 under denormals-are-zero */
    volatile double double_one = 1.0, double_tie = double_one + 0x1p-53;
    if (tie_to_even != one || -tie_to_even != -one || tie_from_odd != 1.0f + 0x1p-22f || double_tie != double_one)
        return "the rounding mode is not to-nearest";
    if (restored != smallest)
        return "denormals are flushed to zero";
    return liberties_taken();
}

static int find_table(const char *name)
{
    int best = -1;
    bool automatic = !name || strcmp(name, "auto") == 0;
    for (int table = 0; table < TABLES; table++) {
        if (automatic ? tables[table].automatic && tables[table].runs_here()
                      : strcmp(name, tables[table].kernels->name) == 0)
            best = table;
    }
    return best;
}

/* ---- a wider table than the automatic one: a CPU that has it need not be faster with it ---- */

bool mg_isa_wider_is_faster(int runs, const double *narrow, const double *wide)
{
    double least_narrow = narrow[0], least_wide = wide[0];
    for (int i = 1; i < runs; i++) {
        least_narrow = narrow[i] < least_narrow ? narrow[i] : least_narrow;
        least_wide = wide[i] < least_wide ? wide[i] : least_wide;
    }
    return least_wide < 0.95 * least_narrow;
}

/* A matrix product of the size of a hidden layer. */
static double seconds_of(const mg_kernels *kernels, const mg_gemm *product)
{
    struct timespec before, after;
    (void)clock_gettime(CLOCK_MONOTONIC, &before);
    kernels->gemm(product);
    (void)clock_gettime(CLOCK_MONOTONIC, &after);
    return (double)(after.tv_sec - before.tv_sec) + 1e-9 * (double)(after.tv_nsec - before.tv_nsec);
}

static bool is_faster(const mg_kernels *wide, const mg_kernels *narrow)
{
    enum { ROWS = 32, DEPTH = 128, COLUMNS = 64, RUNS = 8, A = ROWS * DEPTH, B = DEPTH * COLUMNS, C = ROWS * COLUMNS };
    double seconds[2][RUNS];
    float *memory = calloc(A + B + C + MG_GEMM_SCRATCH, sizeof *memory);
    if (!memory)
        return false;
    mg_gemm product = {.rows = ROWS,
                       .columns = COLUMNS,
                       .depth = DEPTH,
                       .a = memory,
                       .a_row = DEPTH,
                       .a_column = 1,
                       .b = memory + A,
                       .b_row = COLUMNS,
                       .b_column = 1,
                       .c = memory + A + B,
                       .c_row = COLUMNS,
                       .start = MG_START_ZERO,
                       .scratch = memory + A + B + C};
    for (int i = 0; i < RUNS; i++) {
        seconds[0][i] = seconds_of(narrow, &product);
        seconds[1][i] = seconds_of(wide, &product);
    }
    free(memory);
    return mg_isa_wider_is_faster(RUNS, seconds[0], seconds[1]);
}

static int widened(int table)
{
    int best = table;
    for (int wide = table + 1; wide < TABLES; wide++) {
        if (tables[wide].runs_here() && is_faster(tables[wide].kernels, tables[best].kernels))
            best = wide;
    }
    return best;
}

static void list_tables(char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; mg_isa_available(i) && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, ", %s", mg_isa_available(i));
}

bool mg_isa_choose(const char *name, char *message, size_t message_size)
{
    char known[128];
    int table = find_table(name);
    if (!name || strcmp(name, "auto") == 0)
        table = widened(table);
    if (table < 0 || !tables[table].runs_here()) {
        list_tables(known, sizeof known);
        snprintf(message, message_size, "isa '%s' %s; this CPU and program run: auto%s", name,
                 table < 0 ? "is not in this program" : "cannot run on this CPU", known);
        return false;
    }
#ifdef MG_UNCHECKED_START /* a negative control of make matrix: let it run, and be caught by its digests */
    current = tables[table].kernels;
    return true;
#endif
    const char *wrong = wrong_arithmetic();
    if (wrong) {
        snprintf(message, message_size,
                 "floating point: %s, so bits would differ; was this built, linked or "
                 "preloaded with fast-math or flags like it?",
                 wrong);
        return false;
    }
    uint64_t doubles = mg_self_test_double_digest();
    if (doubles != MG_SELF_TEST_DOUBLE_DIGEST) {
        snprintf(message, message_size,
                 "the self-test of the functions in binary64 gave %016" PRIx64 ", expected %016" PRIx64
                 " (other bits than promised: was it built with flags of its own?)",
                 doubles, MG_SELF_TEST_DOUBLE_DIGEST);
        return false;
    }
    if (!mg_self_test(tables[table].kernels, MG_SELF_TEST_DIGEST, message, message_size))
        return false;
    current = tables[table].kernels;
    return true;
}
