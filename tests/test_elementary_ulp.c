/* test_elementary_ulp.c - errors of the elementary functions in units in the last place, against MPFR.
 *
 *     test_elementary_ulp                            one input of each run of 4096 binary32 numbers
 *     test_elementary_ulp --full [FUNCTION...]       all binary32 inputs (many minutes; prints the published table)
 *
 * Every input is first compared with libm in binary64, whose own error is below 1e-8 of an ulp here. MPFR (100 bits)
 * decides wherever that says a new maximum or comes within 1 % of the bound, and on every 61st input, where it also
 * checks libm. The unit is that of the exact value, at least 2^-149.
 */
#include <math.h>
#include <mpfr.h>
#include <string.h>
#include <time.h>

#include "core/num/isa.h"
#include "core/num/kernels.h"
#include "tests/tap.h"

#define BLOCK 4096

typedef struct function {
    const char *name;
    mg_map map;
    double bound;  /* ulp, as numerics 2.5 prints it: to three digits */
    float largest; /* inputs beyond +-largest are left out */
    bool positive_only;
    double (*in_double)(double x);
    int (*in_mpfr)(mpfr_ptr to, mpfr_srcptr x, mpfr_rnd_t rounding);
} function;

typedef struct measurement {
    double max_ulp, libm_error;
    float worst_input;
    unsigned long inputs, exact; /* exact: correctly rounded */
    double seconds;
} measurement;

static double sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static int mpfr_sigmoid(mpfr_ptr to, mpfr_srcptr x, mpfr_rnd_t rounding)
{
    mpfr_neg(to, x, rounding);
    mpfr_exp(to, to, rounding);
    mpfr_add_ui(to, to, 1, rounding);
    return mpfr_ui_div(to, 1, to, rounding);
}

static const function functions[] = {
    {"exp", MG_MAP_EXP, 0.955, INFINITY, false, exp, mpfr_exp},
    {"log", MG_MAP_LOG, 0.800, INFINITY, true, log, mpfr_log},
    {"tanh", MG_MAP_TANH, 1.33, INFINITY, false, tanh, mpfr_tanh},
    {"sigmoid", MG_MAP_SIGMOID, 2.40, INFINITY, false, sigmoid, mpfr_sigmoid},
    {"sin", MG_MAP_SIN, 2.34, 8192.0f, false, sin, mpfr_sin},
    {"cos", MG_MAP_COS, 2.32, 8192.0f, false, cos, mpfr_cos},
};
#define FUNCTIONS (int)(sizeof functions / sizeof functions[0])

static double unit_of(double exact)
{
    int exponent;
    frexp(exact, &exponent); /* 2^(exponent-1) <= |exact| */
    return ldexp(1.0, exponent < -125 ? -149 : exponent - 24);
}

/* A result of infinity counts as the number it was rounded from: 2^128. */
static double as_double(float result)
{
    return isinf(result) ? copysign(0x1p128, (double)result) : (double)result;
}

static double error_by_libm(const function *f, float x, float result)
{
    double exact = f->in_double((double)x);
    return fabs(exact) >= 0x1p128 && isinf(result) ? 0.0 : fabs(as_double(result) - exact) / unit_of(exact);
}

static double error_by_mpfr(const function *f, float x, float result)
{
    static mpfr_t exact, difference;
    static bool ready;
    if (!ready) {
        mpfr_inits2(100, exact, difference, (mpfr_ptr)0);
        ready = true;
    }
    mpfr_set_d(exact, (double)x, MPFR_RNDN);
    f->in_mpfr(exact, exact, MPFR_RNDN);
    if (isinf(result) && mpfr_cmpabs_ui(exact, 1) > 0 && fabs(mpfr_get_d(exact, MPFR_RNDZ)) >= 0x1p128)
        return 0.0;
    double unit = unit_of(mpfr_get_d(exact, MPFR_RNDZ));
    mpfr_d_sub(difference, as_double(result), exact, MPFR_RNDN);
    return fabs(mpfr_get_d(difference, MPFR_RNDN)) / unit;
}

static bool in_domain(const function *f, float x)
{
    return x == x && !isinf(x) && fabsf(x) <= f->largest && (!f->positive_only || x > 0.0f);
}

static void measure_one(const function *f, float x, float result, measurement *m)
{
    double error = error_by_libm(f, x, result);
    if (m->inputs % 61 == 0 || error > m->max_ulp || error > 0.99 * f->bound) {
        double decided = error_by_mpfr(f, x, result);
        double difference = fabs(decided - error);
        m->libm_error = difference > m->libm_error ? difference : m->libm_error;
        error = decided;
    }
    m->inputs++;
    m->exact += error <= 0.5;
    if (error > m->max_ulp) {
        m->max_ulp = error;
        m->worst_input = x;
    }
}

/* One input of each run of `run` numbers; the result of the `spoiled`-th block's first gets `spoil` units added. */
static measurement measure(const function *f, uint32_t run, uint64_t spoiled, uint32_t spoil)
{
    measurement m = {0.0, 0.0, 0.0f, 0, 0, 0.0};
    static float x[BLOCK], y[BLOCK];
    clock_t begin = clock();
    uint64_t count = (UINT64_C(1) << 32) / run;
    for (uint64_t block = 0; block < count; block += BLOCK) {
        for (uint64_t i = 0; i < BLOCK; i++) {
            uint32_t bits = (uint32_t)((block + i) * run);
            bits += (uint32_t)((block + i) * 2654435761u) % run; /* not always the same low bits */
            memcpy(&x[i], &bits, sizeof bits);
        }
        mg_kernels_current()->map(f->map, BLOCK, x, y);
        if (block / BLOCK == spoiled) {
            uint32_t bits;
            memcpy(&bits, &y[0], sizeof bits);
            bits += spoil;
            memcpy(&y[0], &bits, sizeof bits);
        }
        for (int i = 0; i < BLOCK; i++) {
            if (in_domain(f, x[i]))
                measure_one(f, x[i], y[i], &m);
        }
    }
    m.seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    return m;
}

static float value(mg_map map, float x)
{
    mg_kernels_current()->map(map, 1, &x, &x);
    return x;
}

static void test_special_values(void)
{
    float infinity = INFINITY, nan = NAN;
    tap_ok(value(MG_MAP_EXP, -infinity) == 0.0f && value(MG_MAP_EXP, infinity) == infinity &&
               value(MG_MAP_EXP, 0.0f) == 1.0f,
           "exp of 0 and infinities");
    tap_ok(value(MG_MAP_LOG, 0.0f) == -infinity && value(MG_MAP_LOG, -1.0f) == -infinity &&
               value(MG_MAP_LOG, infinity) == infinity && value(MG_MAP_LOG, 1.0f) == 0.0f,
           "log of 0, -1, 1 and infinity");
    tap_ok(value(MG_MAP_TANH, infinity) == 1.0f && value(MG_MAP_TANH, -infinity) == -1.0f &&
               signbit(value(MG_MAP_TANH, -0.0f)),
           "tanh of infinities and -0");
    tap_ok(value(MG_MAP_SIGMOID, infinity) == 1.0f && value(MG_MAP_SIGMOID, -infinity) == 0.0f &&
               value(MG_MAP_SIGMOID, 0.0f) == 0.5f,
           "sigmoid of 0 and infinities");
    bool all = true;
    for (int i = 0; i < FUNCTIONS; i++)
        all = all && isnan(value(functions[i].map, nan));
    tap_ok(all, "NaN stays NaN");
}

static bool wanted(const char *name, int argc, char **argv)
{
    bool found = argc <= 2;
    for (int i = 2; i < argc; i++)
        found = found || strcmp(argv[i], name) == 0;
    return found;
}

int main(int argc, char **argv)
{
    char message[512];
    bool exhaustive = argc > 1 && (strcmp(argv[1], "--full") == 0 || strcmp(argv[1], "--exhaustive") == 0);
    if (!mg_isa_choose("auto", message, sizeof message)) {
        tap_ok(false, "%s", message);
        return tap_done();
    }
    test_special_values();
    tap_note("function    max ulp   bound   at input        correctly rounded   inputs      libm off   s");
    for (int i = 0; i < FUNCTIONS; i++) {
        const function *f = &functions[i];
        if (!wanted(f->name, argc, argv))
            continue;
        measurement m = measure(f, exhaustive ? 1 : 4096, UINT64_MAX, 0);
        double percent = 100.0 * (double)m.exact / (double)m.inputs;
        tap_note("%-10s %8.4f %7.3f   %-14.8g %14.3f %% %12lu   %8.1e %5.2f", f->name, m.max_ulp, f->bound,
                 (double)m.worst_input, percent, m.inputs, m.libm_error, m.seconds);
        bool good = m.max_ulp <= f->bound + 0.0005 && m.inputs > 500000; /* the half of the last digit */
        tap_ok(good, "%s: %.4f ulp, at most %.3f", f->name, m.max_ulp, f->bound);
        tap_ok(m.libm_error < 1e-6, "%s: libm and MPFR agree", f->name);
    }
    /* Block 3 of every 65536th input begins near 2^-31; spoiled by 3 units, that result must exceed every bound. */
    for (int i = 0; i < FUNCTIONS && !exhaustive; i++) {
        measurement m = measure(&functions[i], 1 << 16, 3, 3);
        tap_ok(m.max_ulp > functions[i].bound, "%s: one result off by 3 units is noticed", functions[i].name);
    }
    return tap_done();
}
