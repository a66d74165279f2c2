/* bench_kernels.c - speed of the kernels against what this core can do: CSV on stdout.
 *
 *     build/bench/kernels [--rounds N]      (default 15)
 *
 * Columns: benchmark,shape,isa,value,unit,ratio,against. All contenders of one row take turns inside one round, in
 * windows of some 0.3 ms of thread CPU time; value is the median over rounds and ratio the median of the rounds'
 * ratios, so that clock changes and neighbours cancel. A ratio above 1 means faster than what it is against. The
 * peaks are loops on registers only: mul+add is two instructions (what this project allows itself), fma one.
 */
#include <dlfcn.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/num/isa.h"
#include "core/num/kernels.h"

#define ROUNDS_MAX 101
#define CONTENDERS_MAX 10
#define TABLES_MAX 6

static int rounds = 15;

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the peaks ---- */

#define ACCUMULATORS 12
#define PEAK_STEPS 2000

#if defined(__x86_64__)
#define TARGET(isa) __attribute__((target(isa), noinline))
#else
#define TARGET(isa) __attribute__((noinline))
#endif

/* The empty asm makes x a new unknown each time, so that no product is taken out of the loop. */
#define PEAK(name, isa, lanes, step) \
    typedef float name##_vector __attribute__((vector_size(4 * lanes))); \
    TARGET(isa) static float name(void) \
    { \
        name##_vector sum[ACCUMULATORS], x = {0}, y = {1e-9f}; \
        for (int i = 0; i < ACCUMULATORS; i++) \
            sum[i] = x; \
        for (int n = 0; n < PEAK_STEPS; n++) { \
            UNROLLED for (int i = 0; i < ACCUMULATORS; i++) \
            { \
                __asm__("" : "+" VECTOR_REGISTER(x)); \
                sum[i] = step; \
            } \
        } \
        for (int i = 1; i < ACCUMULATORS; i++) \
            sum[0] += sum[i]; \
        return sum[0][0]; \
    }

#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 12")
#endif
#if defined(__x86_64__)
#define VECTOR_REGISTER "x"
#else
#define VECTOR_REGISTER "w"
#endif

PEAK(peak_4, "sse2", 4, sum[i] + x * y)
#if defined(__x86_64__)
PEAK(peak_8, "avx2,fma", 8, sum[i] + x * y)
PEAK(peak_16, "avx512f", 16, sum[i] + x * y)
PEAK(peak_fma, "avx2,fma", 8, __builtin_ia32_vfmaddps256(x, y, sum[i]))
#endif

static volatile float sink;

/* ---- contenders: one thing to time, in a window of several calls ---- */

typedef struct contender {
    void (*run)(void *context);
    void *context;
    double operations;       /* per call; the unit is the caller's */
    int calls;               /* per window */
    double rate[ROUNDS_MAX]; /* operations per second */
} contender;

static double window(const contender *c)
{
    double begin = cpu_seconds();
    for (int i = 0; i < c->calls; i++)
        c->run(c->context);
    return cpu_seconds() - begin;
}

static void calibrate(contender *c)
{
    c->calls = 1;
    while (window(c) < 3e-4)
        c->calls *= 2;
}

static void take_turns(contender *contenders, int count)
{
    for (int i = 0; i < count; i++)
        calibrate(&contenders[i]);
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < count; i++)
            contenders[i].rate[round] = contenders[i].operations * contenders[i].calls / window(&contenders[i]);
    }
}

static double median(const double *values)
{
    double sorted[ROUNDS_MAX];
    for (int i = 0; i < rounds; i++) {
        int at = i;
        for (; at > 0 && sorted[at - 1] > values[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = values[i];
    }
    return sorted[rounds / 2];
}

static double median_ratio(const contender *a, const contender *b)
{
    double ratios[ROUNDS_MAX];
    for (int i = 0; i < rounds; i++)
        ratios[i] = a->rate[i] / b->rate[i];
    return median(ratios);
}

static void row(const char *benchmark, const char *shape, const char *isa, double value, const char *unit, double ratio,
                const char *against)
{
    printf("%s,%s,%s,%.4g,%s,", benchmark, shape, isa, value, unit);
    if (against)
        printf("%.3f,%s\n", ratio, against);
    else
        printf(",\n");
    fflush(stdout);
}

/* ---- what runs here ---- */

static const mg_kernels *tables[TABLES_MAX];
static int table_count;

static void find_tables(void)
{
    for (int i = 0; mg_isa_available(i) && table_count < TABLES_MAX; i++) {
        char message[512];
        if (!mg_isa_choose(mg_isa_available(i), message, sizeof message)) {
            fprintf(stderr, "bench_kernels: %s\n", message);
            exit(1);
        }
        if (strcmp(mg_isa_name(), "reference") != 0)
            tables[table_count++] = mg_kernels_current();
    }
}

typedef float peak_function(void);

static peak_function *peak_of(const mg_kernels *table)
{
#if defined(__x86_64__)
    if (table->lanes == 16)
        return peak_16;
    if (table->lanes == 8)
        return peak_8;
#endif
    return table->lanes == 4 ? peak_4 : NULL; /* none for scalar code, which the compiler may turn into vectors */
}

static void run_peak(void *context)
{
    sink = (*(peak_function **)context)();
}

static contender peak_contender(peak_function **peak, int lanes)
{
    return (contender){.run = run_peak, .context = peak, .operations = 2.0 * lanes * ACCUMULATORS * PEAK_STEPS};
}

static void bench_peaks(void)
{
    contender all[TABLES_MAX + 1];
    peak_function *peaks[TABLES_MAX + 1];
    const char *names[TABLES_MAX + 1], *kinds[TABLES_MAX + 1];
    int count = 0;
    for (int i = 0; i < table_count; i++) {
        if (!(peaks[count] = peak_of(tables[i])))
            continue;
        all[count] = peak_contender(&peaks[count], tables[i]->lanes);
        kinds[count] = "peak mul+add";
        names[count++] = tables[i]->name;
#if defined(__x86_64__)
        if (tables[i]->lanes == 8) {
            peaks[count] = peak_fma;
            all[count] = peak_contender(&peaks[count], 8);
            kinds[count] = "peak fma";
            names[count++] = tables[i]->name;
        }
#endif
    }
    take_turns(all, count);
    for (int i = 0; i < count; i++)
        row(kinds[i], "registers", names[i], 1e-9 * median(all[i].rate), "GFLOP/s", 0, NULL);
}

/* ---- gemm ---- */

typedef void sgemm_function(int order, int a_transposed, int b_transposed, int m, int n, int k, float alpha,
                            const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
static sgemm_function *openblas; /* NULL if not installed */

static char openblas_name[64] = "OpenBLAS";

static void *openblas_symbol(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);
    if (symbol)
        memcpy(function, &symbol, size); /* ISO C has no cast from object to function */
    return symbol;
}

/* One thread, and the kernel for the instruction set that runs here by default: OpenBLAS takes its slowest one for a
 * CPU it does not know. OPENBLAS_CORETYPE in the environment overrides that. */
static void find_openblas(void)
{
    void (*set_threads)(int);
    char *(*core_name)(void);
    for (int i = 0; i < table_count; i++) {
        if (strcmp(tables[i]->name, "avx2") == 0)
            setenv("OPENBLAS_CORETYPE", "Haswell", 0);
    }
    void *library = dlopen("libopenblas.so.0", RTLD_NOW);
    if (!library || !openblas_symbol(library, "cblas_sgemm", &openblas, sizeof openblas))
        return;
    if (openblas_symbol(library, "openblas_set_num_threads", &set_threads, sizeof set_threads))
        set_threads(1);
    if (openblas_symbol(library, "openblas_get_corename", &core_name, sizeof core_name))
        snprintf(openblas_name, sizeof openblas_name, "OpenBLAS %s one thread", core_name());
}

typedef struct gemm_context {
    const mg_kernels *table;
    mg_gemm gemm;
    bool a_transposed, b_transposed;
} gemm_context;

static void run_gemm(void *context)
{
    gemm_context *g = context;
    g->table->gemm(&g->gemm);
}

static void run_openblas(void *context)
{
    enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112 };
    const gemm_context *c = context;
    const mg_gemm *g = &c->gemm;
    int a_order = c->a_transposed ? TRANSPOSED : PLAIN, b_order = c->b_transposed ? TRANSPOSED : PLAIN;
    int lda = (int)(c->a_transposed ? g->a_column : g->a_row), ldb = (int)(c->b_transposed ? g->b_column : g->b_row);
    openblas(ROW_MAJOR, a_order, b_order, g->rows, g->columns, g->depth, 1.0f, g->a, lda, g->b, ldb, 0.0f, g->c,
             (int)g->c_row);
}

static float *numbers(size_t count)
{
    float *x = malloc((count + 1) * sizeof(float));
    if (!x) {
        fprintf(stderr, "bench_kernels: out of memory\n");
        exit(3);
    }
    uint32_t state = 12345;
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        x[i] = (float)(state >> 8) * 0x1p-24f - 0.5f;
    }
    return x;
}

typedef struct gemm_shape {
    int rows, columns, depth;
    bool a_transposed, b_transposed;
} gemm_shape;

static gemm_context make_gemm(const gemm_shape *s)
{
    gemm_context g = {.a_transposed = s->a_transposed, .b_transposed = s->b_transposed};
    g.gemm = (mg_gemm){
        .rows = s->rows,
        .columns = s->columns,
        .depth = s->depth,
        .start = MG_START_ZERO,
        .c_row = s->columns,
        .a = numbers((size_t)s->rows * (size_t)s->depth),
        .b = numbers((size_t)s->depth * (size_t)s->columns),
        .c = numbers((size_t)s->rows * (size_t)s->columns),
        .scratch = numbers(MG_GEMM_SCRATCH),
        .a_row = s->a_transposed ? 1 : s->depth,
        .a_column = s->a_transposed ? s->rows : 1,
        .b_row = s->b_transposed ? 1 : s->columns,
        .b_column = s->b_transposed ? s->depth : 1,
    };
    return g;
}

static void free_gemm(gemm_context *g)
{
    free((void *)(uintptr_t)g->gemm.a);
    free((void *)(uintptr_t)g->gemm.b);
    free(g->gemm.c);
    free(g->gemm.scratch);
}

/* GFLOP/s of every table against its own peak, and of the wide ones against OpenBLAS; ns per call if `tiny`. */
static void bench_gemm(const gemm_shape *s, bool tiny)
{
    gemm_context contexts[TABLES_MAX + 1];
    contender all[2 * TABLES_MAX + 1];
    peak_function *peaks[TABLES_MAX];
    char shape[64];
    double operations = 2.0 * s->rows * s->columns * s->depth;
    snprintf(shape, sizeof shape, "%dx%dx%d%s%s", s->rows, s->columns, s->depth, s->a_transposed ? " A'" : "",
             s->b_transposed ? " B'" : "");
    gemm_context common = make_gemm(s);
    int count = 0;
    for (int i = 0; i < table_count; i++) {
        contexts[i] = common;
        contexts[i].table = tables[i];
        all[count++] = (contender){.run = run_gemm, .context = &contexts[i], .operations = operations};
    }
    for (int i = 0; i < table_count && !tiny; i++) {
        peaks[i] = peak_of(tables[i]) ? peak_of(tables[i]) : peak_4;
        all[count++] = peak_contender(&peaks[i], peak_of(tables[i]) ? tables[i]->lanes : 4);
    }
    if (openblas)
        all[count++] = (contender){.run = run_openblas, .context = &common, .operations = operations};
    take_turns(all, count);
    for (int i = 0; i < table_count; i++) {
        const char *peak = peak_of(tables[i]) ? "peak mul+add" : "peak mul+add of 4 lanes";
        if (tiny)
            row("gemm", shape, tables[i]->name, 1e9 * operations / median(all[i].rate), "ns", 0, NULL);
        else
            row("gemm", shape, tables[i]->name, 1e-9 * median(all[i].rate), "GFLOP/s",
                median_ratio(&all[i], &all[table_count + i]), peak);
        if (openblas && tables[i]->lanes >= 8)
            row("gemm", shape, tables[i]->name, 1e-9 * median(all[i].rate), "GFLOP/s",
                median_ratio(&all[i], &all[count - 1]), openblas_name);
    }
    if (!openblas)
        printf("gemm,%s,openblas,skipped,not installed,,\n", shape);
    free_gemm(&common);
}

/* ---- the other kernels ---- */

typedef struct vector_context {
    const mg_kernels *table;
    int which, rows, columns;
    float *x, *y, *z, *w;
} vector_context;

static void run_map(void *context)
{
    const vector_context *v = context;
    v->table->map((mg_map)v->which, (size_t)v->columns, v->x, v->y);
}

static void run_softmax(void *context)
{
    const vector_context *v = context;
    v->table->softmax(v->rows, v->columns, v->x, v->y);
}

static void run_log_softmax(void *context)
{
    const vector_context *v = context;
    v->table->log_softmax(v->rows, v->columns, v->x, v->y);
}

static void run_sum(void *context)
{
    const vector_context *v = context;
    sink = v->table->sum((size_t)v->columns, v->x);
}

static void run_adam(void *context)
{
    static const mg_adam_constants constants = {0.9f, 0.1f, 0.999f, 0.001f, 1e-5f, 1.0f, 1e-8f};
    const vector_context *v = context;
    v->table->adam((size_t)v->columns, &constants, v->x, v->y, v->z, v->w);
}

static void bench_vector(const char *name, void (*run)(void *context), int which, int rows, int columns, bool per_call)
{
    contender all[TABLES_MAX];
    vector_context contexts[TABLES_MAX];
    char shape[64];
    size_t size = (size_t)rows * (size_t)columns;
    float *x = numbers(size), *y = numbers(size), *z = numbers(size), *w = numbers(size);
    for (size_t i = 0; i < size; i++)
        z[i] = z[i] * z[i];
    snprintf(shape, sizeof shape, "%dx%d", rows, columns);
    for (int i = 0; i < table_count; i++) {
        contexts[i] = (vector_context){tables[i], which, rows, columns, which == MG_MAP_LOG ? z : x, y, z, w};
        all[i] = (contender){.run = run, .context = &contexts[i], .operations = per_call ? 1.0 : (double)size};
    }
    take_turns(all, table_count);
    for (int i = 0; i < table_count; i++)
        row(name, shape, tables[i]->name, 1e9 / median(all[i].rate), per_call ? "ns" : "ns/element",
            median_ratio(&all[i], &all[0]), tables[0]->name);
    free(x);
    free(y);
    free(z);
    free(w);
}

static void bench_vectors(void)
{
    static const char *const names[] = {"exp", "log", "tanh", "sigmoid", "sin", "cos"};
    for (int map = MG_MAP_EXP; map <= MG_MAP_COS; map++)
        bench_vector(names[map], run_map, map, 1, 4096, false);
    bench_vector("sum", run_sum, 0, 1, 4096, false);
    bench_vector("adam", run_adam, 0, 1, 4096, false);
    bench_vector("softmax", run_softmax, 0, 64, 64, false);
    bench_vector("relu", run_map, MG_MAP_RELU, 1, 16, true);
    bench_vector("tanh", run_map, MG_MAP_TANH, 1, 5, true);
    bench_vector("sigmoid", run_map, MG_MAP_SIGMOID, 1, 16, true);
    bench_vector("softmax", run_softmax, 0, 1, 2, true);
    bench_vector("softmax", run_softmax, 0, 5, 2, true);
    bench_vector("log_softmax", run_log_softmax, 0, 1, 2, true);
    bench_vector("sum", run_sum, 0, 1, 5, true);
    bench_vector("adam", run_adam, 0, 1, 20, true);
}

int main(int argc, char **argv)
{
    static const gemm_shape large[] = {
        {10, 64, 64, 0, 0},    {10, 128, 512, 0, 0},  {32, 32, 64, 0, 0},    {32, 64, 64, 0, 0},
        {32, 512, 130, 0, 0},  {64, 128, 512, 0, 0},  {128, 128, 128, 0, 0}, {256, 512, 130, 0, 0},
        {256, 128, 512, 0, 0}, {256, 512, 512, 0, 0}, {64, 64, 32, 1, 0},    {130, 512, 256, 1, 0},
        {32, 64, 64, 0, 1},    {256, 512, 128, 0, 1},
    };
    static const gemm_shape tiny[] = {
        {1, 16, 5, 0, 0}, {1, 8, 16, 0, 0}, {1, 2, 8, 0, 0},   {5, 16, 5, 0, 0}, {5, 8, 16, 0, 0},
        {5, 2, 8, 0, 0},  {5, 16, 5, 1, 0}, {16, 8, 5, 1, 0},  {8, 2, 5, 1, 0},  {5, 8, 2, 0, 1},
        {5, 16, 8, 0, 1}, {5, 5, 16, 0, 1}, {1, 64, 64, 0, 0},
    };
    if (argc == 3 && strcmp(argv[1], "--rounds") == 0 && atoi(argv[2]) > 0 && atoi(argv[2]) <= ROUNDS_MAX) {
        rounds = atoi(argv[2]);
    } else if (argc != 1) {
        fprintf(stderr, "usage: %s [--rounds 1..%d]\n", argv[0], ROUNDS_MAX);
        return 2;
    }
    find_tables();
    find_openblas();
    printf("benchmark,shape,isa,value,unit,ratio,against\n");
    bench_peaks();
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++)
        bench_gemm(&large[i], false);
    for (size_t i = 0; i < sizeof tiny / sizeof tiny[0]; i++)
        bench_gemm(&tiny[i], true);
    bench_vectors();
    return 0;
}
