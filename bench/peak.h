/* peak.h - the most additions and multiplications a second that this core can do, by loops on registers alone.
 *
 * `mul+add` rounds after the product and after the sum, in two instructions, as everything in this project does; `fma`
 * rounds once, in one (bench/README.md).
 */
#ifndef MG_BENCH_PEAK_H
#define MG_BENCH_PEAK_H

#include "bench/turns.h"
#include "core/num/kernels.h"

enum { PEAK_SUMS = 12, PEAK_STEPS = 2000 };

#if defined(__x86_64__)
#define TARGET(features) __attribute__((target(features), noinline, unused))
#define VECTOR_REGISTER "x"
#elif defined(__aarch64__)
#define TARGET(features) __attribute__((noinline, unused))
#define VECTOR_REGISTER "w"
#else
#define TARGET(features) __attribute__((noinline, unused))
#define VECTOR_REGISTER "m" /* a peak too low, but it runs */
#endif

#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 12")
#endif

/* The empty asm makes x a new unknown each time, so that no product is taken out of the loop. */
#define PEAK(name, features, lanes, step) \
    typedef float name##_vector __attribute__((vector_size(4 * lanes))); \
    TARGET(features) static float name(void) \
    { \
        name##_vector sum[PEAK_SUMS], x = {0}, y = {1e-9f}; \
        for (int i = 0; i < PEAK_SUMS; i++) \
            sum[i] = x; \
        for (int n = 0; n < PEAK_STEPS; n++) { \
            UNROLLED for (int i = 0; i < PEAK_SUMS; i++) \
            { \
                __asm__("" : "+" VECTOR_REGISTER(x)); \
                sum[i] = step; \
            } \
        } \
        for (int i = 1; i < PEAK_SUMS; i++) \
            sum[0] += sum[i]; \
        return sum[0][0]; \
    }

PEAK(peak_4, "sse2", 4, sum[i] + x * y)
#if defined(__x86_64__)
PEAK(peak_8, "avx2,fma", 8, sum[i] + x * y)
PEAK(peak_16, "avx512f", 16, sum[i] + x * y)
PEAK(peak_fma, "avx2,fma", 8, __builtin_ia32_vfmaddps256(x, y, sum[i]))
#endif

typedef float peak_function(void);

/* As wide as the table's vectors, of scalar code the peak of 4 lanes: the compiler may turn it into vectors. */
static inline peak_function *peak_of(const mg_kernels *table)
{
#if defined(__x86_64__)
    if (table->lanes == 16)
        return peak_16;
    if (table->lanes == 8)
        return peak_8;
#endif
    (void)table;
    return peak_4;
}

static volatile float sink;

static inline void run_peak(void *context)
{
    sink = (*(peak_function **)context)();
}

static inline contender peak_contender(peak_function **peak, int lanes)
{
    return (contender){
        .run = run_peak, .context = peak, .operations = 2.0 * (lanes < 4 ? 4 : lanes) * PEAK_SUMS * PEAK_STEPS};
}

#endif
