/* test_parameters.c - layouts, the bounds and distributions of first values, and how many words they take; in binary32
 * and binary64. */
#include "core/num/parameters.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The second form of the same source (core/num/real.h). */
void mg_parameters_initialise_double(const mg_layout *layout, mg_stream *stream, double *block);

enum { COUNT = 6000 };

static mg_stream open_stream(void)
{
    return mg_stream_at((mg_key){3, 1}, MG_PURPOSE_PARAMETERS, 0, 0, 0);
}

static uint32_t words_used(const mg_stream *stream)
{
    return 4 * stream->counter[0] - stream->left;
}

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* ---- layout ---- */

static bool view_is(const mg_view *view, const char *name, int rows, int columns, size_t offset)
{
    return strcmp(view->name, name) == 0 && view->rows == rows && view->columns == columns && view->offset == offset;
}

static void test_layout(void)
{
    static mg_layout layout;
    memset(&layout, 0xff, sizeof layout);
    mg_layout_clear(&layout);
    tap_ok(layout.views == 0 && layout.count == 0, "layout: clear");
    int first = mg_layout_add_linear(&layout, "hidden", 5, 16, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    int second = mg_layout_add_linear(&layout, "output", 16, 2, MG_INITIALISE_FAN_IN_UNIFORM, -1);
    int third = mg_layout_add(&layout, "scale", 3, 4, MG_INITIALISE_NORMAL, 7, 9);
    tap_ok(first == 0 && second == 2 && third == 3 && layout.views == 4, "layout: indices, with and without a bias");
    tap_ok(view_is(&layout.view[0], "hidden.weight", 5, 16, 0), "layout: a weight is inputs x outputs");
    tap_ok(view_is(&layout.view[1], "hidden.bias", 1, 16, 80), "layout: its bias follows");
    tap_ok(view_is(&layout.view[2], "output.weight", 16, 2, 96), "layout: the next weight");
    tap_ok(view_is(&layout.view[3], "scale", 3, 4, 128) && layout.count == 140, "layout: views are dense");
    tap_ok(layout.view[0].fan_in == 5 && layout.view[0].fan_out == 16 && layout.view[1].fan_in == 5 &&
               layout.view[3].fan_in == 7 && layout.view[3].fan_out == 9,
           "layout: fans of weight, bias and others");
}

/* Whether the program ends with status 1 and one line that holds the text. */
static bool refused(void (*program)(void), const char *text)
{
    int ends[2], status = 0;
    char said[512] = "";
    size_t length = 0;
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        program();
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t got = 1; got > 0 && length + 1 < sizeof said; length += got > 0 ? (size_t)got : 0)
        got = read(ends[0], said + length, sizeof said - 1 - length);
    close(ends[0]);
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 1 && strstr(said, text) &&
           strchr(said, '\n') == said + length - 1;
}

static void add_views(int views)
{
    static mg_layout layout;
    mg_layout_clear(&layout);
    for (int i = 0; i < views; i++)
        mg_layout_add(&layout, "view", 1, 1, MG_INITIALISE_ZERO, 1, 1);
}

static void add_one_too_many(void)
{
    add_views(MG_VIEWS_MAX + 1);
}
static void add_all_that_fit(void)
{
    add_views(MG_VIEWS_MAX);
}

static void add_long_name(void)
{
    static mg_layout layout;
    mg_layout_add_linear(&layout, "a name of one character too many.", 1, 1, MG_INITIALISE_ZERO, -1);
}

static void add_no_columns(void)
{
    static mg_layout layout;
    mg_layout_add(&layout, "nothing", 3, 0, MG_INITIALISE_ZERO, 1, 1);
}

static void test_refusals(void)
{
    tap_ok(refused(add_one_too_many, "layout is full"), "layout: one view too many ends the program");
    tap_ok(!refused(add_all_that_fit, ""), "layout: as many as fit do not");
    tap_ok(refused(add_long_name, "longer than 31"), "layout: a name that does not fit ends the program");
    tap_ok(refused(add_no_columns, "at least 1"), "layout: a view without columns ends the program");
}

/* ---- first values ---- */

static const struct {
    const char *name;
    mg_initialiser initialiser;
    int fan_in, fan_out;
    double bound_squared;
} uniforms[] = {
    {"Glorot", MG_INITIALISE_GLOROT_UNIFORM, 30, 20, 6.0 / 50},
    {"fan-in", MG_INITIALISE_FAN_IN_UNIFORM, 30, 20, 1.0 / 30},
    {"He", MG_INITIALISE_HE_UNIFORM, 30, 20, 6.0 / 30},
};

static void layout_of_one(mg_layout *layout, mg_initialiser initialiser, int fan_in, int fan_out)
{
    mg_layout_clear(layout);
    mg_layout_add(layout, "view", 60, COUNT / 60, initialiser, fan_in, fan_out);
}

/* Whether a variance is that of the uniform distribution in +-bound, and no number is outside; both within 5 sigma. */
static bool fits_uniform(const double *x, double bound_squared)
{
    double squares = 0.0, largest = 0.0;
    for (int i = 0; i < COUNT; i++) {
        double square = x[i] * x[i];
        squares += square;
        largest = square > largest ? square : largest;
    }
    double off = squares / COUNT / (bound_squared / 3.0) - 1.0;
    double tolerance = 5.0 * 0.8944 / 77.46; /* sigma of u^2 is 2/sqrt(5) of its mean */
    return off < tolerance && off > -tolerance && largest <= bound_squared * (1.0 + 1e-6) &&
           largest > bound_squared * 0.99;
}

static void test_uniforms(void)
{
    static float block[COUNT];
    static double wide[COUNT], widened[COUNT];
    static mg_layout layout;
    for (size_t k = 0; k < sizeof uniforms / sizeof uniforms[0]; k++) {
        mg_stream stream = open_stream(), stream_double = stream;
        layout_of_one(&layout, uniforms[k].initialiser, uniforms[k].fan_in, uniforms[k].fan_out);
        mg_parameters_initialise(&layout, &stream, block);
        mg_parameters_initialise_double(&layout, &stream_double, wide);
        double farthest = 0.0;
        for (int i = 0; i < COUNT; i++) {
            widened[i] = (double)block[i];
            double off = wide[i] - widened[i];
            off = off < 0.0 ? -off : off;
            farthest = off > farthest ? off : farthest;
        }
        const char *name = uniforms[k].name;
        tap_ok(fits_uniform(widened, uniforms[k].bound_squared), "%s: the bound and the variance are right", name);
        tap_ok(!fits_uniform(widened, uniforms[k].bound_squared * 1.1), "%s: a bound 5 %% off is noticed", name);
        tap_ok(words_used(&stream) == COUNT, "%s: one word a number", name);
        tap_ok(words_used(&stream_double) == COUNT, "%s in double: one word a number", name);
        tap_ok(farthest > 0.0 && farthest < 1e-7, "%s in double: the same numbers, finer", name);
    }
}

static void test_words_of_zero_and_normal(void)
{
    static float block[COUNT];
    static mg_layout layout;
    mg_stream stream = open_stream(), again = stream;
    for (int i = 0; i < COUNT; i++)
        block[i] = 1.0f;
    layout_of_one(&layout, MG_INITIALISE_ZERO, 1, 1);
    mg_parameters_initialise(&layout, &stream, block);
    int zeros = 0, different = 0;
    for (int i = 0; i < COUNT; i++)
        zeros += bits_of(block[i]) == 0;
    tap_ok(zeros == COUNT && words_used(&stream) == 0, "zeros: all zero, and no word taken");
    layout_of_one(&layout, MG_INITIALISE_NORMAL, 1, 1);
    mg_parameters_initialise(&layout, &stream, block);
    for (int i = 0; i < COUNT; i++)
        different += block[i] != mg_random_normal(&again);
    tap_ok(different == 0 && words_used(&stream) == 2 * COUNT, "normals: those of the stream, two words each");
}

/* ---- orthogonal ---- */

/* Number j of vector i: vectors are the rows where there are no more of them than columns, else the columns. */
static double entry(const float *matrix, int rows, int columns, int i, int j)
{
    return (double)(rows <= columns ? matrix[i * columns + j] : matrix[j * columns + i]);
}

/* Gram-Schmidt in double, number by number. */
static void plain_orthogonal(int rows, int columns, const float *drawn, double *vector)
{
    int vectors = rows <= columns ? rows : columns, length = rows <= columns ? columns : rows;
    for (int i = 0; i < vectors; i++) {
        double *own = vector + i * length, squares = 0.0;
        for (int k = 0; k < length; k++)
            own[k] = entry(drawn, rows, columns, i, k);
        for (int pass = 0; pass < 2; pass++)
            for (int j = 0; j < i; j++) {
                double along = 0.0;
                for (int k = 0; k < length; k++)
                    along += vector[j * length + k] * own[k];
                for (int k = 0; k < length; k++)
                    own[k] -= along * vector[j * length + k];
            }
        for (int k = 0; k < length; k++)
            squares += own[k] * own[k];
        for (int k = 0; k < length; k++)
            own[k] /= mg_sqrt(squares);
    }
}

static void test_orthogonal_of(int rows, int columns)
{
    enum { MOST = 8192 };
    static float block[MOST], drawn[MOST];
    static double plain[MOST], twice[MOST];
    static mg_layout layout;
    int vectors = rows <= columns ? rows : columns, length = rows <= columns ? columns : rows;
    mg_stream stream = open_stream(), stream_double = stream, again = stream;
    mg_layout_clear(&layout);
    mg_layout_add(&layout, "view", rows, columns, MG_INITIALISE_ORTHOGONAL, rows, columns);
    mg_parameters_initialise(&layout, &stream, block);
    mg_parameters_initialise_double(&layout, &stream_double, twice);
    for (int k = 0; k < rows * columns; k++)
        drawn[k] = mg_random_normal(&again);
    plain_orthogonal(rows, columns, drawn, plain);
    double off = 0.0, product = 0.0, off_double = 0.0;
    for (int i = 0; i < vectors; i++)
        for (int j = 0; j <= i; j++) {
            double dot = i == j ? -1.0 : 0.0;
            for (int k = 0; k < length; k++)
                dot += entry(block, rows, columns, i, k) * entry(block, rows, columns, j, k);
            product = dot > product ? dot : -dot > product ? -dot : product;
        }
    for (int i = 0; i < vectors; i++)
        for (int k = 0; k < length; k++) {
            double wide = rows <= columns ? twice[i * columns + k] : twice[k * columns + i];
            double by = plain[i * length + k] - entry(block, rows, columns, i, k),
                   wide_by = plain[i * length + k] - wide;
            off = by > off ? by : -by > off ? -by : off;
            off_double = wide_by > off_double ? wide_by : -wide_by > off_double ? -wide_by : off_double;
        }
    tap_ok(product < 3e-6, "orthogonal, %d x %d: products of vectors %.1e off", rows, columns, product);
    tap_ok(off < 2e-4 && off_double < 1e-11, "... those of the process in double: %.1e off, in double %.1e", off,
           off_double);
    tap_ok(words_used(&stream) == (uint32_t)(2 * rows * columns), "... two words a number");
}

static void test_orthogonal(void)
{
    static const int shape[][2] = {{1, 7}, {9, 1}, {20, 80}, {80, 20}, {33, 33}, {70, 64}, {40, 100}};
    for (size_t k = 0; k < sizeof shape / sizeof shape[0]; k++)
        test_orthogonal_of(shape[k][0], shape[k][1]);
}

/* ---- pinned: a change of these changes every golden file ---- */

static void test_pinned(void)
{
    static mg_layout layout;
    float block[64];
    mg_layout_clear(&layout);
    mg_layout_add_linear(&layout, "hidden", 5, 8, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    mg_layout_add_linear(&layout, "output", 8, 1, MG_INITIALISE_HE_UNIFORM, MG_INITIALISE_FAN_IN_UNIFORM);
    mg_layout_add(&layout, "last", 1, 2, MG_INITIALISE_NORMAL, 1, 1);
    mg_stream stream = open_stream();
    mg_parameters_initialise(&layout, &stream, block);
    static const struct {
        int index;
        uint32_t bits;
    } pinned[] = {
        {0, 0x3e8f1de4},  {1, 0x3dc81e28},  {39, 0x3e802e3c}, {40, 0},          {47, 0},
        {48, 0xbcc7aee0}, {55, 0x3f236597}, {56, 0x3e0f8934}, {57, 0x3f2ab620}, {58, 0x3f4e9e8e},
    };
    tap_ok(layout.count == 59, "pinned: %zu numbers", layout.count);
    for (size_t i = 0; i < sizeof pinned / sizeof pinned[0]; i++)
        tap_ok(bits_of(block[pinned[i].index]) == pinned[i].bits, "pinned: number %d is %08x", pinned[i].index,
               bits_of(block[pinned[i].index]));
    tap_ok(words_used(&stream) == 40 + 8 + 1 + 4, "pinned: words taken");
}

int main(void)
{
    test_layout();
    test_refusals();
    test_uniforms();
    test_words_of_zero_and_normal();
    test_orthogonal();
    test_pinned();
    return tap_done();
}
