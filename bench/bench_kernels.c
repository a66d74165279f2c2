/* bench_kernels.c - speed of the kernels against what this core can do: CSV on stdout.
 *
 *     build/bench/kernels [--rounds N]      (default 15)
 *
 * A product of matrices is printed against the peak of its instruction set, as this project may use it and, where there
 * is one, fused, and against OpenBLAS. `gemm goal` rows count the shapes of 32 rows and more that miss a goal (below 80
 * % of the peak, slower than OpenBLAS), with the least ratio: bench/README.md says which of them can be reached.
 */
#include <dlfcn.h>
#include <stdbool.h>

#include "bench/peak.h"

enum { CONTENDERS_MAX = 3 * 6 + 1, TABLES_MAX = 6 };

/* ---- what runs here ---- */

static const mg_kernels *tables[TABLES_MAX];
static int table_count;

static void find_tables(void)
{
    for (int i = 0; mg_isa_available(i) && table_count < TABLES_MAX; i++) {
        choose_isa(mg_isa_available(i));
        if (strcmp(mg_isa_name(), "reference") != 0)
            tables[table_count++] = mg_kernels_current();
    }
}

/* The peak of the table's instruction set where a product and a sum are one instruction, or NULL. */
static peak_function *fused_peak_of(const mg_kernels *table)
{
#if defined(__x86_64__)
    if (table->lanes == 8)
        return peak_fma;
#endif
    (void)table;
    return NULL;
}

/* Ours and the fused peak, if there is one, of every table; returns how many. */
static int peaks_of_all(peak_function *peak[2 * TABLES_MAX], const mg_kernels *of[2 * TABLES_MAX])
{
    int count = 0;
    for (int i = 0; i < table_count; i++) {
        of[count] = tables[i];
        peak[count++] = peak_of(tables[i]);
        of[count] = tables[i];
        peak[count] = fused_peak_of(tables[i]);
        count += peak[count] != NULL;
    }
    return count;
}

static const char *kind_of(peak_function *peak, const mg_kernels *table)
{
    return peak != peak_of(table) ? "peak fma" : table->lanes < 4 ? "peak mul+add of 4 lanes" : "peak mul+add";
}

static void bench_peaks(void)
{
    contender all[2 * TABLES_MAX];
    peak_function *peak[2 * TABLES_MAX];
    const mg_kernels *of[2 * TABLES_MAX];
    int count = peaks_of_all(peak, of);
    for (int i = 0; i < count; i++)
        all[i] = peak_contender(&peak[i], of[i]->lanes);
    take_turns(all, count);
    for (int i = 0; i < count; i++)
        row(kind_of(peak[i], of[i]), "registers", of[i]->name, 1e-9 * median_rate(&all[i]), "GFLOP/s", 0, NULL);
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
        fprintf(stderr, "bench: out of memory\n");
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

/* ---- goals: at least so much of the peak, and at least as fast as OpenBLAS ---- */

enum { GOAL_ROWS = 32 };
static const double goal_of_peak = 0.8;

typedef struct goal {
    int shapes, missed;
    double least;
} goal;
static goal peak_goal[TABLES_MAX], openblas_goal[TABLES_MAX];

static void count_in(goal *g, double ratio, double wanted)
{
    g->least = g->shapes == 0 || ratio < g->least ? ratio : g->least;
    g->shapes++;
    g->missed += ratio < wanted;
}

static void print_goal(const goal *g, const mg_kernels *table, const char *below, const char *against)
{
    char unit[64];
    if (g->shapes == 0)
        return;
    snprintf(unit, sizeof unit, "of %d shapes %s", g->shapes, below);
    row("gemm goal", "32 rows or more", table->name, g->missed, unit, g->least, against);
}

static void print_goals(void)
{
    for (int i = 0; i < table_count; i++) {
        print_goal(&peak_goal[i], tables[i], "below 80 % of the peak", "peak mul+add");
        print_goal(&openblas_goal[i], tables[i], "slower than OpenBLAS", openblas_name);
    }
}

static char shape_name[64];

static void print_shape(const gemm_shape *s)
{
    snprintf(shape_name, sizeof shape_name, "%dx%dx%d%s%s", s->rows, s->columns, s->depth, s->a_transposed ? " A'" : "",
             s->b_transposed ? " B'" : "");
}

/* GFLOP/s of every table against its peaks, and of the wide ones against OpenBLAS. */
static void bench_gemm(const gemm_shape *s)
{
    gemm_context contexts[TABLES_MAX];
    contender all[CONTENDERS_MAX];
    peak_function *peak[2 * TABLES_MAX];
    const mg_kernels *of[2 * TABLES_MAX];
    double operations = 2.0 * s->rows * s->columns * s->depth;
    gemm_context common = make_gemm(s);
    int peaks = peaks_of_all(peak, of), count = 0;
    for (int i = 0; i < table_count; i++) {
        contexts[i] = common;
        contexts[i].table = tables[i];
        all[count++] = (contender){.run = run_gemm, .context = &contexts[i], .operations = operations};
    }
    for (int i = 0; i < peaks; i++)
        all[count++] = peak_contender(&peak[i], of[i]->lanes);
    if (openblas)
        all[count++] = (contender){.run = run_openblas, .context = &common, .operations = operations};
    take_turns(all, count);
    print_shape(s);
    for (int i = 0; i < table_count; i++) {
        const char *isa = tables[i]->name;
        double rate = 1e-9 * median_rate(&all[i]);
        for (int p = 0; p < peaks; p++) {
            double ratio = median_ratio(&all[i], &all[table_count + p]);
            if (of[p] != tables[i])
                continue;
            row("gemm", shape_name, isa, rate, "GFLOP/s", ratio, kind_of(peak[p], of[p]));
            if (peak[p] == peak_of(tables[i]) && tables[i]->lanes >= 4 && s->rows >= GOAL_ROWS)
                count_in(&peak_goal[i], ratio, goal_of_peak);
        }
        if (!openblas || tables[i]->lanes < 8)
            continue;
        double ratio = median_ratio(&all[i], &all[count - 1]);
        row("gemm", shape_name, isa, rate, "GFLOP/s", ratio, openblas_name);
        if (s->rows >= GOAL_ROWS)
            count_in(&openblas_goal[i], ratio, 1.0);
    }
    if (!openblas)
        printf("gemm,%s,openblas,skipped,not installed,,\n", shape_name);
    free_gemm(&common);
}

/* Nanoseconds a call of what is too small for a peak to mean anything. */
static void bench_tiny(const gemm_shape *s)
{
    gemm_context contexts[TABLES_MAX];
    contender all[TABLES_MAX + 1];
    gemm_context common = make_gemm(s);
    for (int i = 0; i < table_count; i++) {
        contexts[i] = common;
        contexts[i].table = tables[i];
        all[i] = (contender){.run = run_gemm, .context = &contexts[i], .operations = 1.0};
    }
    all[table_count] = (contender){.run = run_openblas, .context = &common, .operations = 1.0};
    take_turns(all, table_count + (openblas != NULL));
    print_shape(s);
    for (int i = 0; i < table_count; i++)
        row("gemm", shape_name, tables[i]->name, 1e9 / median_rate(&all[i]), "ns",
            openblas ? median_ratio(&all[i], &all[table_count]) : 0.0, openblas ? openblas_name : NULL);
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
    read_rounds(argc, argv, 15);
    find_tables();
    find_openblas();
    header();
    bench_peaks();
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++)
        bench_gemm(&large[i]);
    print_goals();
    for (size_t i = 0; i < sizeof tiny / sizeof tiny[0]; i++)
        bench_tiny(&tiny[i]);
    bench_vectors();
    return 0;
}
