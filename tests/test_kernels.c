/* test_kernels.c - every kernel table that runs here against the plain reference, bit for bit.
 *
 * Each operand lies in memory of its own, between poisoned guards (NaN), at any offset or right before an unreadable
 * page. So a lane that is read past the end either crashes or, if it reached a result, makes it NaN; and a lane that
 * is written past the end changes a guard. Any NaN equals any NaN: their sign and payload are not promised.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/num/isa.h"
#include "core/num/kernels.h"
#include "tests/tap.h"

#define OPERANDS 4
#define GUARD 64           /* poisoned numbers before and after */
#define CAPACITY (1 << 13) /* numbers an operand can hold, guards included */
#define POISON UINT32_C(0x7fc0dead)

/* ---- random numbers of the test's own ---- */

static uint64_t random_state = 1;

static uint32_t random_bits(void)
{
    random_state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = random_state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(z >> 32);
}

static int random_below(int n)
{
    return (int)(random_bits() % (uint32_t)n);
}

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

typedef enum value_kind { ORDINARY, SPECIAL, ANY_BITS, VALUE_KINDS } value_kind;

static float random_value(value_kind kind)
{
    static const uint32_t special[] = {
        0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x00400000, 0x7f800000, 0xff800000,
        0x7fc00000, 0x7f7fffff, 0xff7fffff, 0x3f800000, 0xbf800000, 0x42b0c0a5, 0xc2cf0000, 0x3f200000, 0x46000000,
    };
    if (kind == ANY_BITS)
        return float_of(random_bits());
    if (kind == SPECIAL && random_below(3) == 0)
        return float_of(special[random_below((int)(sizeof special / sizeof special[0]))]);
    float x = (float)((int32_t)(random_bits() >> 8) - (1 << 23));
    return x * 0x1p-21f; /* (-4, 4) */
}

/* ---- operands in guarded memory ---- */

typedef struct operand {
    float *memory; /* CAPACITY numbers, then an unreadable page */
    float *live;
    size_t count;
} operand;

static float *guarded_memory(size_t count)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = (count * sizeof(float) + page - 1) / page * page;
    int zero = open("/dev/zero", O_RDWR);
    char *memory = mmap(NULL, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
    if (zero < 0 || memory == MAP_FAILED || mprotect(memory + bytes, page, PROT_NONE) != 0) {
        printf("Bail out! no guarded memory\n");
        exit(99);
    }
    close(zero);
    return (float *)(void *)(memory + bytes) - count;
}

/* Poison everywhere, then `count` live numbers: right before the unreadable page, or at any offset. */
static void place(operand *o, size_t count, bool at_page)
{
    size_t offset = at_page ? CAPACITY - count : (size_t)GUARD + (size_t)random_below(16);
    o->live = o->memory + offset;
    o->count = count;
    size_t end = at_page ? CAPACITY : offset + count + GUARD;
    for (size_t i = offset - GUARD; i < end; i++)
        o->memory[i] = float_of(POISON);
}

static void fill(operand *o, value_kind kind)
{
    for (size_t i = 0; i < o->count; i++)
        o->live[i] = random_value(kind);
}

static bool guards_whole(const operand *o)
{
    const float *end = o->live + o->count;
    size_t after = (size_t)(o->memory + CAPACITY - end);
    for (size_t i = 1; i <= GUARD; i++) {
        if (bits_of(o->live[-(ptrdiff_t)i]) != POISON || (i <= after && bits_of(end[i - 1]) != POISON))
            return false;
    }
    return true;
}

static bool same_number(float a, float b)
{
    return bits_of(a) == bits_of(b) || (a != a && b != b);
}

static bool same_numbers(const float *a, const float *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!same_number(a[i], b[i]))
            return false;
    }
    return true;
}

/* ---- all kernels but gemm behind one call ---- */

typedef enum kernel {
    MAP,
    MAP_BACKWARD = MAP + MG_MAP_COUNT,
    COMBINE = MAP_BACKWARD + MG_MAP_COUNT,
    MULTIPLY_ADD = COMBINE + MG_COMBINE_COUNT,
    AXPY,
    ADD_ROWS,
    LISTED_GEMM,
    LISTED_SUM,
    ADD_BLOCKS,
    AFFINE,
    CLIP,
    CLEAR,
    SOFTMAX,
    LOG_SOFTMAX,
    SOFTMAX_BACKWARD,
    LOG_SOFTMAX_BACKWARD,
    COLUMN_SUM,
    ROW_SUM,
    SUM,
    SUM_SQUARES,
    DOT,
    ADAM,
    KERNELS
} kernel;

static const char *kernel_name(int which)
{
    static const char *const names[] = {"multiply_add",
                                        "axpy",
                                        "add_rows",
                                        "listed_gemm",
                                        "listed_sum",
                                        "add_blocks",
                                        "affine",
                                        "clip",
                                        "clear",
                                        "softmax",
                                        "log_softmax",
                                        "softmax_backward",
                                        "log_softmax_backward",
                                        "column_sum",
                                        "row_sum",
                                        "sum",
                                        "sum_squares",
                                        "dot",
                                        "adam"};
    return which < MAP_BACKWARD   ? "map"
           : which < COMBINE      ? "map_backward"
           : which < MULTIPLY_ADD ? "combine"
                                  : names[which - MULTIPLY_ADD];
}

/* As deep as columns are many, its result about half as wide, rows of B all over a. */
static void run_listed(const mg_kernels *k, int rows, int columns, const float *a, const float *b, float *c)
{
    static int32_t at[1000];
    const int wide = rows > 0 && columns > 0 ? columns / 2 + 1 : 0;
    for (int i = 0; i < columns; i++)
        at[i] = rows > 0 ? (i * 7 + 3) % (rows * columns - wide + 1) : 0;
    k->listed_gemm(&(mg_listed_gemm){
        .rows = rows, .columns = wide, .depth = columns, .a = b, .b = a, .at = at, .c = c, .c_row = columns});
}

/* Products as deep as two, about half as many as columns and their results half as wide, rows of B all over b. */
static void run_sum(const mg_kernels *k, int rows, int columns, const float *a, const float *b, float *c)
{
    static int32_t at[1000];
    const int depth = columns > 1 ? 2 : 1, count = columns / depth, wide = rows > 0 ? (columns + 1) / 2 : 0;
    for (int i = 0; i < count && wide > 0; i++)
        at[i] = (i * 7 + 3) % (rows * columns - wide - depth + 2);
    k->listed_sum(&(mg_listed_sum){.rows = rows,
                                   .columns = wide,
                                   .count = count,
                                   .depth = depth,
                                   .a = a,
                                   .b = b,
                                   .b_row = 1,
                                   .at = at,
                                   .c = c,
                                   .c_row = columns});
}

/* As many blocks as rows, of one to three rows about half as wide, back and forth in a; some of them overlap in c. */
static void run_blocks(const mg_kernels *k, int rows, int columns, const float *a, const float *b, float *c)
{
    static int32_t from[64], to[64];
    const int n = rows * columns, high = rows < 3 ? rows : 3, wide = columns / 2 + 1;
    const int left = n - (high - 1) * columns - wide + 1; /* places for a block */
    for (int i = 0; i < rows && n > 0; i++) {
        from[i] = (high - 1) * columns + (i * 7 + 3) % left; /* from below */
        to[i] = (i * 5 + 1) % left;
    }
    k->add_blocks(&(mg_block_sum){.count = n > 0 ? rows : 0,
                                  .rows = high,
                                  .columns = wide,
                                  .scale = b,
                                  .from = from,
                                  .to = to,
                                  .x = a,
                                  .x_row = -columns,
                                  .y = c,
                                  .y_row = columns});
}

/* The kernel on rows*columns numbers of each operand; results land in o[2] (adam: o[1], o[2], o[3]). */
static void run(const mg_kernels *k, int which, int rows, int columns, operand o[OPERANDS])
{
    static const mg_adam_constants constants = {0.9f, 0.1f, 0.999f, 0.001f, 0.003f, 0.25f, 1e-8f};
    static int32_t turned[64];
    float *a = o[0].live, *b = o[1].live, *c = o[2].live, *d = o[3].live;
    size_t n = (size_t)rows * (size_t)columns;
    if (which < MAP_BACKWARD) {
        k->map((mg_map)which, n, a, c);
    } else if (which < COMBINE) {
        k->map_backward((mg_map)(which - MAP_BACKWARD), n, a, b, d, c);
    } else if (which < MULTIPLY_ADD) {
        k->combine((mg_combine)(which - COMBINE), n, a, b, c);
    } else
        switch (which) {
        case MULTIPLY_ADD: k->multiply_add(n, a, b, c); break;
        case AXPY: k->axpy(n, 0.7f, a, c); break;
        case ADD_ROWS: /* rows in another order; of seven one, seven times */
            for (int i = 0; i < rows; i++)
                turned[i] = (i * 7 + 3) % rows;
            k->add_rows((size_t)columns, columns ? rows : 0, b, turned, a, (size_t)columns, c);
            break;
        case LISTED_GEMM: run_listed(k, rows, columns, a, b, c); break;
        case LISTED_SUM: run_sum(k, rows, columns, a, b, c); break;
        case ADD_BLOCKS: run_blocks(k, rows, columns, a, b, c); break;
        case AFFINE: k->affine(n, -1.3f, 0.7f, a, c); break;
        case CLIP: k->clip(n, -0.5f, 2.5f, a, c); break;
        case CLEAR:
            memcpy(c, a, n * sizeof *c);
            k->clear(n, 0.5f, c);
            break;
        case SOFTMAX: k->softmax(rows, columns, a, c); break;
        case LOG_SOFTMAX: k->log_softmax(rows, columns, a, c); break;
        case SOFTMAX_BACKWARD: k->softmax_backward(rows, columns, a, b, c); break;
        case LOG_SOFTMAX_BACKWARD: k->log_softmax_backward(rows, columns, a, b, c); break;
        case COLUMN_SUM: k->column_sum(rows, columns, a, c); break;
        case ROW_SUM: k->row_sum(rows, columns, a, c); break;
        case SUM: c[0] = k->sum(n, a); break;
        case SUM_SQUARES: c[0] = k->sum_squares(n, a); break;
        case DOT: c[0] = k->dot(n, a, b); break;
        case ADAM: k->adam(n, &constants, a, b, d, c); break;
        }
}

static size_t result_count(int which, int rows, int columns)
{
    return which == COLUMN_SUM || which == ADD_ROWS               ? (size_t)columns
           : which == ROW_SUM                                     ? (size_t)rows
           : which == SUM || which == SUM_SQUARES || which == DOT ? 1
                                                                  : (size_t)rows * (size_t)columns;
}

static operand ours[OPERANDS], reference[OPERANDS]; /* the table's, and the reference's with the same numbers */

static void prepare(int which, int rows, int columns, value_kind kind)
{
    bool at_page = random_below(2);
    for (int i = 0; i < OPERANDS; i++) {
        size_t count = i == 2 ? result_count(which, rows, columns) : (size_t)rows * (size_t)columns;
        place(&ours[i], count, at_page);
        place(&reference[i], count, false);
        fill(&reference[i], kind);
        if (which == ADAM && i == 3) { /* the second moment is not negative */
            for (size_t j = 0; j < count; j++)
                reference[i].live[j] = float_of(bits_of(reference[i].live[j]) & 0x7fffffff);
        }
        memcpy(ours[i].live, reference[i].live, count * sizeof(float));
    }
}

/* NULL, or what differs after the table ran on ours[] and the reference on reference[]. */
static const char *compare(const mg_kernels *table, int which, int rows, int columns)
{
    run(&mg_kernels_reference, which, rows, columns, reference);
    run(table, which, rows, columns, ours);
    for (int i = 0; i < OPERANDS; i++) {
        if (!same_numbers(ours[i].live, reference[i].live, ours[i].count))
            return "results";
        if (!guards_whole(&ours[i]))
            return "guards";
    }
    return NULL;
}

static void test_kernel(const mg_kernels *table, int which)
{
    static const int sizes[][2] = {
        {1, 63}, {1, 64}, {1, 65}, {1, 100}, {1, 257}, {1, 1000}, {2, 1}, {5, 2},
        {33, 3}, {7, 8},  {3, 17}, {4, 33},  {3, 62},  {20, 130}, {3, 0}, {0, 3},
    };
    const char *wrong = NULL;
    int runs = 0;
    for (int kind = 0; kind < VALUE_KINDS && !wrong; kind++) {
        for (int n = 0; n <= 33 && !wrong; n++, runs++) {
            prepare(which, 1, n, (value_kind)kind);
            wrong = compare(table, which, 1, n);
        }
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] && !wrong; i++, runs++) {
            prepare(which, sizes[i][0], sizes[i][1], (value_kind)kind);
            wrong = compare(table, which, sizes[i][0], sizes[i][1]);
        }
    }
    int variant = which < MAP_BACKWARD   ? which
                  : which < COMBINE      ? which - MAP_BACKWARD
                  : which < MULTIPLY_ADD ? which - COMBINE
                                         : 0;
    tap_ok(!wrong, "%s %s[%d]: bits of the reference in %d runs%s%s", table->name, kernel_name(which), variant, runs,
           wrong ? "; wrong: " : "", wrong ? wrong : "");
}

/* A row alone, a row in a lane or rows side by side: which of them depends on both sizes. */
static void test_softmax_shapes(const mg_kernels *table)
{
    static const int rows[] = {1, 2, 3, 5, 6, 7, 8, 9, 15, 16, 17, 33}, wide[] = {63, 64, 65, 130};
    const int counts = (int)(sizeof rows / sizeof rows[0]), wides = (int)(sizeof wide / sizeof wide[0]);
    const char *wrong = NULL;
    int runs = 0, row = 0, column = 0;
    for (int which = SOFTMAX; which <= LOG_SOFTMAX_BACKWARD; which++) {
        for (int j = 1; j <= 33 + wides && !wrong; j++) {
            for (int i = 0; i < counts && !wrong; i++, runs++) {
                row = rows[i];
                column = j <= 33 ? j : wide[j - 34];
                prepare(which, row, column, (value_kind)(runs % VALUE_KINDS));
                wrong = compare(table, which, row, column);
            }
        }
    }
    tap_ok(!wrong, "%s softmaxes: %d shapes of rows and columns (last %dx%d)%s%s", table->name, runs, row, column,
           wrong ? "; wrong: " : "", wrong ? wrong : "");
}

/* y may be x. */
static void test_in_place(const mg_kernels *table)
{
    bool good = true;
    for (int n = 0; n <= 70; n++) {
        for (int which = 0; which < MG_MAP_COUNT; which++) {
            prepare(MAP, 1, n, SPECIAL);
            mg_kernels_reference.map((mg_map)which, (size_t)n, reference[0].live, reference[2].live);
            table->map((mg_map)which, (size_t)n, ours[0].live, ours[0].live);
            good = good && same_numbers(ours[0].live, reference[2].live, (size_t)n) && guards_whole(&ours[0]);
        }
        for (int rows = 2; rows <= 18; rows += 8) {
            size_t count = (size_t)rows * (size_t)n;
            prepare(SOFTMAX, rows, n, ORDINARY);
            mg_kernels_reference.log_softmax(rows, n, reference[0].live, reference[2].live);
            table->log_softmax(rows, n, ours[0].live, ours[0].live);
            good = good && same_numbers(ours[0].live, reference[2].live, count);
            mg_kernels_reference.softmax(rows, n, reference[2].live, reference[2].live);
            table->softmax(rows, n, ours[0].live, ours[0].live);
            good = good && same_numbers(ours[0].live, reference[2].live, count) && guards_whole(&ours[0]);
        }
    }
    tap_ok(good, "%s: maps and softmaxes in place", table->name);
}

/* ---- gemm ---- */

typedef struct matrix {
    operand *in;
    ptrdiff_t row, column;
} matrix;

/* A rows x columns matrix in `to`, perhaps transposed, with poisoned gaps between its lines. */
static matrix place_matrix(operand *to, int rows, int columns, bool transposed, int gap, bool at_page, value_kind kind)
{
    int lines = transposed ? columns : rows, length = transposed ? rows : columns;
    ptrdiff_t stride = length + gap;
    matrix m = {to, transposed ? 1 : stride, transposed ? stride : 1};
    bool empty = lines == 0 || length == 0;
    place(to, empty ? 0 : (size_t)((lines - 1) * stride + length), at_page);
    for (size_t i = 0; i < to->count; i++)
        to->live[i] = float_of(POISON);
    for (int line = 0; line < lines; line++) {
        for (int i = 0; i < length; i++)
            to->live[line * stride + i] = random_value(kind);
    }
    return m;
}

typedef struct gemm_case {
    int rows, columns, depth, a_transposed, b_transposed, start, gap;
} gemm_case;

static float *scratch; /* before an unreadable page */

static mg_gemm random_gemm(const gemm_case *g, value_kind kind)
{
    bool at_page = random_below(2);
    matrix a = place_matrix(&ours[0], g->rows, g->depth, g->a_transposed, g->gap, at_page, kind);
    matrix b = place_matrix(&ours[1], g->depth, g->columns, g->b_transposed, g->gap, at_page, kind);
    matrix c = place_matrix(&ours[2], g->rows, g->columns, false, g->gap, at_page, kind);
    place_matrix(&ours[3], 1, g->columns, false, 0, at_page, kind);
    for (int i = 0; i < MG_GEMM_SCRATCH; i++)
        scratch[i] = float_of(POISON);
    mg_gemm call = {
        .rows = g->rows,
        .columns = g->columns,
        .depth = g->depth,
        .a = ours[0].live,
        .a_row = a.row,
        .a_column = a.column,
        .b = ours[1].live,
        .b_row = b.row,
        .b_column = b.column,
        .c = ours[2].live,
        .c_row = c.row,
        .start = (mg_gemm_start)g->start,
        .bias = ours[3].live,
        .scratch = scratch,
    };
    return call;
}

/* Also compares the gaps: C's must keep their poison. */
static bool gemm_agrees(const mg_kernels *table, const mg_gemm *call)
{
    mg_gemm plain = *call;
    place(&reference[2], ours[2].count, false);
    memcpy(reference[2].live, ours[2].live, ours[2].count * sizeof(float));
    plain.c = reference[2].live;
    mg_kernels_reference.gemm(&plain);
    table->gemm(call);
    for (size_t i = 0; i < ours[2].count; i++) {
        bool poison = bits_of(reference[2].live[i]) == POISON;
        if (poison ? bits_of(ours[2].live[i]) != POISON : !same_number(ours[2].live[i], reference[2].live[i]))
            return false;
    }
    return guards_whole(&ours[2]);
}

static void test_gemm_shapes(const mg_kernels *table)
{
    static const int edges[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 24, 25, 31, 32, 33, 40};
    const int count = (int)(sizeof edges / sizeof edges[0]);
    bool good = true;
    gemm_case g = {0, 0, 0, 0, 0, 0, 0};
    for (int trial = 0; trial < 1500 && good; trial++) {
        g = (gemm_case){edges[random_below(count)],
                        edges[random_below(count)],
                        edges[random_below(count)],
                        trial & 1,
                        trial >> 1 & 1,
                        (trial >> 2) % 3,
                        random_below(3)};
        mg_gemm call = random_gemm(&g, trial % 5 == 0 ? SPECIAL : ORDINARY);
        good = gemm_agrees(table, &call);
    }
    tap_ok(good, "%s gemm: 1500 shapes, strides and starts (last %dx%dx%d, A%s B%s start %d)", table->name, g.rows,
           g.columns, g.depth, g.a_transposed ? "'" : "", g.b_transposed ? "'" : "", g.start);
}

/* Depths around the blocks of k, where partial sums wait in C, with and without packing. */
static void test_gemm_blocks(const mg_kernels *table)
{
    static const int depths[] = {127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 1300};
    bool good = true;
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        for (int variant = 0; variant < 12; variant++) {
            gemm_case g = {variant & 1 ? 3 : 5, variant & 2 ? 5 : 3, depths[i], variant & 1,
                           variant >> 1 & 1,    variant % 3,         0};
            mg_gemm call = random_gemm(&g, ORDINARY);
            good = good && gemm_agrees(table, &call);
        }
    }
    tap_ok(good, "%s gemm: depths around the blocks", table->name);
}

/* A convolution's weight gradient has depths like this; operands too large for the guarded ones. */
static void test_gemm_deep(const mg_kernels *table)
{
    enum { ROWS = 26, COLUMNS = 5, DEPTH = 100000 };
    static float a[ROWS * DEPTH], b[COLUMNS * DEPTH];
    float expected[ROWS * COLUMNS], found[ROWS * COLUMNS];
    for (size_t i = 0; i < (size_t)ROWS * DEPTH && (i > 0 || a[0] == 0.0f); i++)
        a[i] = random_value(ORDINARY);
    for (size_t i = 0; i < (size_t)COLUMNS * DEPTH && (i > 0 || b[0] == 0.0f); i++)
        b[i] = random_value(ORDINARY);
    mg_gemm call = {.rows = ROWS,
                    .columns = COLUMNS,
                    .depth = DEPTH,
                    .a = a,
                    .a_row = 1,
                    .a_column = ROWS,
                    .b = b,
                    .b_row = COLUMNS,
                    .b_column = 1,
                    .c = expected,
                    .c_row = COLUMNS,
                    .scratch = scratch};
    mg_kernels_reference.gemm(&call);
    call.c = found;
    table->gemm(&call);
    bool good = memcmp(expected, found, sizeof found) == 0;
    call.b_row = 1;
    call.b_column = DEPTH;
    call.rows = 2;
    table->gemm(&call);
    call.c = expected;
    mg_kernels_reference.gemm(&call);
    tap_ok(good && memcmp(expected, found, sizeof(float) * 2 * COLUMNS) == 0, "%s gemm: depth 100000", table->name);
}

/* ---- the checks must be able to fail ---- */

/* One bit of one input number differs for the table: for some element the comparison must see it. */
static void test_flipped_input(const mg_kernels *table)
{
    int missed = 0;
    for (int which = 0; which < KERNELS; which++) {
        bool seen = false;
        for (int i = 0; i < 33 && !seen; i++) {
            prepare(which, 1, 33, ORDINARY);
            ours[0].live[i] = float_of(bits_of(ours[0].live[i]) ^ 0x00400000);
            run(&mg_kernels_reference, which, 1, 33, reference);
            run(table, which, 1, 33, ours);
            seen = !same_numbers(ours[2].live, reference[2].live, ours[2].count);
            if (which >= MAP_BACKWARD && which < COMBINE && which - MAP_BACKWARD != MG_MAP_LOG) { /* reads y, not x */
                prepare(which, 1, 33, ORDINARY);
                ours[1].live[i] = float_of(bits_of(ours[1].live[i]) ^ 0x00400000);
                seen = seen || compare(table, which, 1, 33) != NULL;
            }
        }
        missed += which - MAP_BACKWARD == MG_MAP_RELU ? 0 : !seen; /* relu's slope sees only the sign */
    }
    gemm_case g = {5, 17, 9, 0, 1, MG_START_BIAS, 1};
    mg_gemm call = random_gemm(&g, ORDINARY);
    mg_kernels_reference.gemm(&call);
    float before = ours[2].live[16];
    ours[1].live[0] = float_of(bits_of(ours[1].live[0]) ^ 1);
    ours[3].live[16] = float_of(bits_of(ours[3].live[16]) ^ 0x400);
    table->gemm(&call);
    missed += same_number(before, ours[2].live[16]);
    tap_ok(missed == 0, "%s: a flipped input bit is seen by every comparison (missed %d)", table->name, missed);
}

static const mg_kernels *honest;

static void map_with_wrong_last_bit(mg_map which, size_t n, const float *x, float *y)
{
    honest->map(which, n, x, y);
    if (n > 0)
        y[n - 1] = float_of(bits_of(y[n - 1]) ^ 1);
}

static void axpy_past_the_end(size_t n, float scale, const float *x, float *y)
{
    honest->axpy(n, scale, x, y);
    y[n] = 0.0f;
}

static float sum_past_the_end(size_t n, const float *x)
{
    return honest->sum(n + 1, x);
}

static void test_wrong_tables(const mg_kernels *table)
{
    mg_kernels wrong = *table;
    honest = table;
    wrong.map = map_with_wrong_last_bit;
    wrong.axpy = axpy_past_the_end;
    wrong.sum = sum_past_the_end;
    prepare(MAP + MG_MAP_TANH, 1, 19, ORDINARY);
    const char *map_found = compare(&wrong, MAP + MG_MAP_TANH, 1, 19);
    do
        prepare(AXPY, 1, 19, ORDINARY);
    while (ours[2].live + 19 == ours[2].memory + CAPACITY); /* it would crash there, which is a way to be seen too */
    const char *axpy_found = compare(&wrong, AXPY, 1, 19);
    do
        prepare(SUM, 1, 19, ORDINARY);
    while (ours[0].live + 19 == ours[0].memory + CAPACITY);
    const char *sum_found = compare(&wrong, SUM, 1, 19);
    tap_ok(map_found && axpy_found && strcmp(axpy_found, "guards") == 0 && sum_found,
           "%s: a wrong last bit, a write and a read past the end are seen", table->name);
}

int main(void)
{
    for (int i = 0; i < OPERANDS; i++) {
        ours[i].memory = guarded_memory(CAPACITY);
        reference[i].memory = guarded_memory(CAPACITY);
    }
    scratch = guarded_memory(MG_GEMM_SCRATCH);
    for (int i = 0; mg_isa_available(i); i++) {
        char message[512] = "";
        bool chosen = mg_isa_choose(mg_isa_available(i), message, sizeof message);
        if (!tap_ok(chosen, "%s gives the known answer %s", mg_isa_available(i), message))
            continue;
        const mg_kernels *table = mg_kernels_current();
        for (int which = 0; which < KERNELS; which++)
            test_kernel(table, which);
        test_softmax_shapes(table);
        test_in_place(table);
        test_gemm_shapes(table);
        test_gemm_blocks(table);
        test_gemm_deep(table);
        test_flipped_input(table);
        test_wrong_tables(table);
    }
    return tap_done();
}
