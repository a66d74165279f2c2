/* test_double_math_ulp.c - the binary64 functions against MPFR: random inputs over the whole domain, special values.
 *
 * `--full` draws 10^7 inputs a function instead of 200 000 and prints the largest error of each.
 */
#include "core/num/rng.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <mpfr.h>
#include <stdlib.h>
#include <string.h>

typedef struct input {
    double x, y;
} input;

typedef input generator(mg_stream *stream);

typedef struct function {
    const char *name;
    double limit; /* ulp */
    double (*ours)(double x, double y);
    void (*exact)(mpfr_t result, double x, double y);
    generator *generators[4]; /* taken in turn */
} function;

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ---- inputs ---- */

static double between(mg_stream *stream, double low, double high)
{
    return low + (high - low) * mg_random_double(stream);
}

/* 53 random bits in [2^low, 2^high), the exponent uniform */
static double log_uniform(mg_stream *stream, int low, int high)
{
    int exponent = low + (int)mg_random_below(stream, (uint32_t)(high - low));
    mpfr_t power;
    mpfr_init2(power, 53);
    mpfr_set_d(power, 1.0 + mg_random_double(stream), MPFR_RNDN);
    mpfr_mul_2si(power, power, exponent, MPFR_RNDN);
    double result = mpfr_get_d(power, MPFR_RNDN);
    mpfr_clear(power);
    return result;
}

static double with_sign(mg_stream *stream, double x)
{
    return mg_random_u32(stream) & 1 ? -x : x;
}

static input every_positive(mg_stream *stream) { return (input){ log_uniform(stream, -1074, 1024), 0 }; }
static input near_one(mg_stream *stream) { return (input){ 1.0 + with_sign(stream, log_uniform(stream, -53, -1)), 0 }; }
static input near_two(mg_stream *stream) { return (input){ 2.0 + with_sign(stream, log_uniform(stream, -52, -1)), 0 }; }
static input to_forty(mg_stream *stream) { return (input){ between(stream, 0.0, 40.0), 0 }; }
static input every_exponent(mg_stream *stream) { return (input){ between(stream, -745.2, 709.79), 0 }; }
static input below_normal(mg_stream *stream) { return (input){ between(stream, -745.2, -708.0), 0 }; }
static input around_zero(mg_stream *stream) { return (input){ with_sign(stream, log_uniform(stream, -60, 5)), 0 }; }
static input to_8192(mg_stream *stream) { return (input){ between(stream, -8192.0, 8192.0), 0 }; }

static input near_quarter_turns(mg_stream *stream)
{
    double turns = (double)mg_random_below(stream, 5200);
    double offset = with_sign(stream, log_uniform(stream, -50, -1));
    return (input){ turns * 1.5707963267948966 + offset, 0 };
}

static input every_power(mg_stream *stream)
{
    double x = log_uniform(stream, -1074, 1024), y = with_sign(stream, log_uniform(stream, -70, 70));
    return (input){ x, y };
}

/* y such that y log x is anywhere between underflow and overflow */
static input power_in_range(mg_stream *stream)
{
    double x = log_uniform(stream, -1074, 1024);
    return (input){ x, between(stream, -745.5, 710.0) / mg_log(x) };
}

static input power_near_one(mg_stream *stream)
{
    double x = 1.0 + with_sign(stream, log_uniform(stream, -52, -1));
    return (input){ x, between(stream, -745.5, 710.0) / mg_log(x) };
}

static input power_subnormal(mg_stream *stream)
{
    double x = log_uniform(stream, -300, 300);
    return (input){ x, between(stream, -745.2, -708.0) / mg_log(x) };
}

/* ---- functions ---- */

static double our_exp(double x, double y) { (void)y; return mg_exp(x); }
static double our_log(double x, double y) { (void)y; return mg_log(x); }
static double our_log_gamma(double x, double y) { (void)y; return mg_log_gamma(x); }
static double our_tanh(double x, double y) { (void)y; return mg_tanh(x); }
static double our_sigmoid(double x, double y) { (void)y; return mg_sigmoid(x); }
static double our_sin(double x, double y) { (void)y; return mg_sin(x); }
static double our_cos(double x, double y) { (void)y; return mg_cos(x); }

#define PRECISION 90

static void exact_unary(mpfr_t result, double x, int (*f)(mpfr_t, mpfr_srcptr, mpfr_rnd_t))
{
    mpfr_t argument;
    mpfr_init2(argument, 53);
    mpfr_set_d(argument, x, MPFR_RNDN);
    f(result, argument, MPFR_RNDN);
    mpfr_clear(argument);
}

static void exact_exp(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_exp); }
static void exact_log(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_log); }
static void exact_log_gamma(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_lngamma); }
static void exact_tanh(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_tanh); }
static void exact_sin(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_sin); }
static void exact_cos(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_cos); }

static void exact_sigmoid(mpfr_t result, double x, double y)
{
    (void)y;
    exact_unary(result, -x, mpfr_exp);
    mpfr_add_ui(result, result, 1, MPFR_RNDN);
    mpfr_ui_div(result, 1, result, MPFR_RNDN);
}

static void exact_pow(mpfr_t result, double x, double y)
{
    mpfr_t base, exponent;
    mpfr_inits2(53, base, exponent, (mpfr_ptr)0);
    mpfr_set_d(base, x, MPFR_RNDN);
    mpfr_set_d(exponent, y, MPFR_RNDN);
    mpfr_pow(result, base, exponent, MPFR_RNDN);
    mpfr_clears(base, exponent, (mpfr_ptr)0);
}

static const function functions[] = {
    { "exp", 1.0, our_exp, exact_exp, { every_exponent, around_zero, below_normal, every_exponent } },
    { "log", 1.0, our_log, exact_log, { every_positive, near_one, near_one, to_forty } },
    { "pow", 2.0, mg_pow, exact_pow, { every_power, power_in_range, power_near_one, power_subnormal } },
    { "log_gamma", 2.0, our_log_gamma, exact_log_gamma, { every_positive, to_forty, near_one, near_two } },
    { "tanh", 2.0, our_tanh, exact_tanh, { around_zero, around_zero, around_zero, around_zero } },
    { "sigmoid", 2.0, our_sigmoid, exact_sigmoid, { around_zero, every_exponent, around_zero, around_zero } },
    { "sin", 2.0, our_sin, exact_sin, { to_8192, around_zero, near_quarter_turns, near_quarter_turns } },
    { "cos", 2.0, our_cos, exact_cos, { to_8192, around_zero, near_quarter_turns, near_quarter_turns } },
};
#define FUNCTIONS (sizeof functions / sizeof functions[0])

/* ---- the error in units of the last place of the exact value ---- */

static double ulp_error(double ours, mpfr_t exact)
{
    if (mpfr_nan_p(exact) || ours != ours)
        return mpfr_nan_p(exact) && ours != ours ? 0.0 : 1e300;
    if (ours == mpfr_get_d(exact, MPFR_RNDN))
        return 0.5; /* correctly rounded: all that is left is at most half a unit */
    mpfr_t difference;
    mpfr_init2(difference, 200);
    if (ours - ours != 0.0) { /* one past the largest number stands for infinity */
        mpfr_set_si_2exp(difference, ours > 0.0 ? 1 : -1, 1024, MPFR_RNDN);
        mpfr_sub(difference, difference, exact, MPFR_RNDN);
    } else {
        mpfr_d_sub(difference, ours, exact, MPFR_RNDN);
    }
    long exponent = mpfr_zero_p(exact) ? -1021 : mpfr_get_exp(exact);
    exponent = exponent < -1021 ? -1021 : exponent;
    mpfr_div_2si(difference, difference, exponent - 53, MPFR_RNDN);
    double error = mpfr_get_d(difference, MPFR_RNDN);
    mpfr_clear(difference);
    return error < 0.0 ? -error : error;
}

typedef struct worst {
    double error;
    input at;
} worst;

/* off: units of the last place added to every result, to see that the test notices */
static worst largest_error(const function *f, long n, long off)
{
    mg_stream stream = mg_stream_at((mg_key){ 0, 1 }, MG_PURPOSE_TEST, (uint32_t)(f - functions), 0, (uint32_t)off);
    worst result = { 0.0, { 0, 0 } };
    mpfr_t exact;
    mpfr_init2(exact, PRECISION);
    for (long i = 0; i < n; i++) {
        input in = f->generators[i & 3](&stream);
        f->exact(exact, in.x, in.y);
        double ours = f->ours(in.x, in.y);
        if (off != 0 && ours != 0.0)
            ours = double_of(bits_of(ours) + (uint64_t)off);
        double error = ulp_error(ours, exact);
        if (error > result.error)
            result = (worst){ error, in };
    }
    mpfr_clear(exact);
    return result;
}

int main(int argc, char **argv)
{
    bool full = argc > 1 && strcmp(argv[1], "--full") == 0;
    long n = full ? 10000000 : 200000;
    const char *only = argc > 2 ? argv[2] : NULL;
    for (size_t i = 0; i < FUNCTIONS; i++) {
        const function *f = &functions[i];
        if (only && strcmp(only, f->name) != 0)
            continue;
        worst w = largest_error(f, n, 0);
        tap_ok(w.error <= f->limit, "%s: at most %g ulp on %ld inputs (largest %.4f at x=%a y=%a)", f->name, f->limit, n,
               w.error, w.at.x, w.at.y);
        worst off = largest_error(f, 100, 3);
        tap_ok(off.error > f->limit, "%s: a result 3 ulp off is noticed (%.2f)", f->name, off.error);
    }
    mpfr_free_cache();
    return tap_done();
}
