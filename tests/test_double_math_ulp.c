/* test_double_math_ulp.c - the binary64 functions against MPFR: random inputs over the whole domain, special values.
 *
 * `--full` draws 10^7 inputs a function instead of 200 000; a name after it leaves out the other functions.
 */
#include "core/num/double_tables.h"
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

static input every_positive(mg_stream *stream)
{
    return (input){log_uniform(stream, -1074, 1024), 0};
}
static input near(mg_stream *stream, double x)
{
    return (input){x + with_sign(stream, log_uniform(stream, -53, -1)), 0};
}

/* clang-format off */
static input near_one(mg_stream *stream) { return near(stream, 1.0); }
static input near_two(mg_stream *stream) { return near(stream, 2.0); }
static input to_forty(mg_stream *stream) { return (input){between(stream, 0.0, 40.0), 0}; }
static input every_exponent(mg_stream *stream) { return (input){between(stream, -745.2, 709.79), 0}; }
static input below_normal(mg_stream *stream) { return (input){between(stream, -745.2, -708.0), 0}; }
static input around_zero(mg_stream *stream) { return (input){with_sign(stream, log_uniform(stream, -60, 5)), 0}; }
static input to_8192(mg_stream *stream) { return (input){between(stream, -8192.0, 8192.0), 0}; }
/* clang-format on */

static input near_quarter_turns(mg_stream *stream)
{
    double turns = (double)mg_random_below(stream, 5200);
    double offset = with_sign(stream, log_uniform(stream, -50, -1));
    return (input){turns * 1.5707963267948966 + offset, 0};
}

static input every_power(mg_stream *stream)
{
    double x = log_uniform(stream, -1074, 1024), y = with_sign(stream, log_uniform(stream, -70, 70));
    return (input){x, y};
}

/* y such that y log x is anywhere between underflow and overflow */
static input power_in_range(mg_stream *stream)
{
    double x = log_uniform(stream, -1074, 1024);
    return (input){x, between(stream, -745.5, 710.0) / mg_log(x)};
}

static input power_near_one(mg_stream *stream)
{
    double x = 1.0 + with_sign(stream, log_uniform(stream, -52, -1));
    return (input){x, between(stream, -745.5, 710.0) / mg_log(x)};
}

static input power_subnormal(mg_stream *stream)
{
    double x = log_uniform(stream, -300, 300);
    return (input){x, between(stream, -745.2, -708.0) / mg_log(x)};
}

/* ---- functions ---- */

/* clang-format off */
static double our_exp(double x, double y) { (void)y; return mg_exp(x); }
static double our_log(double x, double y) { (void)y; return mg_log(x); }
static double our_log_gamma(double x, double y) { (void)y; return mg_log_gamma(x); }
static double our_tanh(double x, double y) { (void)y; return mg_tanh(x); }
static double our_sigmoid(double x, double y) { (void)y; return mg_sigmoid(x); }
static double our_sin(double x, double y) { (void)y; return mg_sin(x); }
static double our_cos(double x, double y) { (void)y; return mg_cos(x); }
/* clang-format on */

#define PRECISION 90

static void exact_unary(mpfr_t result, double x, int (*f)(mpfr_t, mpfr_srcptr, mpfr_rnd_t))
{
    mpfr_t argument;
    mpfr_init2(argument, 53);
    mpfr_set_d(argument, x, MPFR_RNDN);
    f(result, argument, MPFR_RNDN);
    mpfr_clear(argument);
}

/* clang-format off */
static void exact_exp(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_exp); }
static void exact_log(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_log); }
static void exact_tanh(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_tanh); }
static void exact_sin(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_sin); }
static void exact_cos(mpfr_t result, double x, double y) { (void)y; exact_unary(result, x, mpfr_cos); }
/* clang-format on */

/* MPFR's own log-gamma takes 35 us. This one, Stirling's series at 130 bits after the recurrence has brought x past 32,
 * takes a quarter of it; the two are compared below. */
#define GAMMA_PRECISION 130
#define GAMMA_TERMS 16
static mpfr_t gamma_series[GAMMA_TERMS], gamma_constant, gamma_scratch[5];

/* B(2k) / (2k (2k-1)) = (-1)^(k-1) 2 (2k-2)! zeta(2k) / (2 pi)^2k, and log(2 pi) / 2 */
static void start_log_gamma(void)
{
    mpfr_t circle, power;
    mpfr_inits2(GAMMA_PRECISION, circle, power, gamma_constant, (mpfr_ptr)0);
    for (int i = 0; i < 5; i++)
        mpfr_init2(gamma_scratch[i], GAMMA_PRECISION);
    mpfr_const_pi(circle, MPFR_RNDN);
    mpfr_mul_ui(circle, circle, 2, MPFR_RNDN);
    mpfr_log(gamma_constant, circle, MPFR_RNDN);
    mpfr_div_ui(gamma_constant, gamma_constant, 2, MPFR_RNDN);
    for (unsigned long k = 1; k <= GAMMA_TERMS; k++) {
        mpfr_init2(gamma_series[k - 1], GAMMA_PRECISION);
        mpfr_zeta_ui(gamma_series[k - 1], 2 * k, MPFR_RNDN);
        mpfr_fac_ui(power, 2 * k - 2, MPFR_RNDN);
        mpfr_mul(gamma_series[k - 1], gamma_series[k - 1], power, MPFR_RNDN);
        mpfr_pow_ui(power, circle, 2 * k, MPFR_RNDN);
        mpfr_div(gamma_series[k - 1], gamma_series[k - 1], power, MPFR_RNDN);
        mpfr_mul_si(gamma_series[k - 1], gamma_series[k - 1], k % 2 ? 2 : -2, MPFR_RNDN);
    }
    mpfr_clears(circle, power, (mpfr_ptr)0);
}

static void exact_log_gamma(mpfr_t result, double x, double y)
{
    mpfr_ptr z = gamma_scratch[0], product = gamma_scratch[1], sum = gamma_scratch[2], inverse = gamma_scratch[3];
    mpfr_ptr part = gamma_scratch[4];
    (void)y;
    mpfr_set_d(z, x, MPFR_RNDN);
    mpfr_set_ui(product, 1, MPFR_RNDN);
    for (; mpfr_cmp_ui(z, 32) < 0; mpfr_add_ui(z, z, 1, MPFR_RNDN))
        mpfr_mul(product, product, z, MPFR_RNDN);
    mpfr_ui_div(inverse, 1, z, MPFR_RNDN);
    mpfr_mul(part, inverse, inverse, MPFR_RNDN);
    mpfr_set(sum, gamma_series[GAMMA_TERMS - 1], MPFR_RNDN);
    for (int k = GAMMA_TERMS - 2; k >= 0; k--) {
        mpfr_mul(sum, sum, part, MPFR_RNDN);
        mpfr_add(sum, sum, gamma_series[k], MPFR_RNDN);
    }
    mpfr_mul(sum, sum, inverse, MPFR_RNDN);
    mpfr_add(sum, sum, gamma_constant, MPFR_RNDN);
    mpfr_sub(sum, sum, z, MPFR_RNDN);
    mpfr_log(part, z, MPFR_RNDN);
    mpfr_sub_d(z, z, 0.5, MPFR_RNDN);
    mpfr_mul(part, part, z, MPFR_RNDN);
    mpfr_add(sum, sum, part, MPFR_RNDN);
    mpfr_log(part, product, MPFR_RNDN);
    mpfr_sub(result, sum, part, MPFR_RNDN);
    if (x == 1.0 || x == 2.0)
        mpfr_set_zero(result, 1);
}

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
    {"exp", 1.0, our_exp, exact_exp, {every_exponent, around_zero, below_normal, every_exponent}},
    {"log", 1.0, our_log, exact_log, {every_positive, near_one, near_one, to_forty}},
    {"pow", 2.0, mg_pow, exact_pow, {every_power, power_in_range, power_near_one, power_subnormal}},
    {"log_gamma", 2.0, our_log_gamma, exact_log_gamma, {every_positive, to_forty, near_one, near_two}},
    {"tanh", 1.0, our_tanh, exact_tanh, {around_zero, around_zero, around_zero, around_zero}},
    {"sigmoid", 1.0, our_sigmoid, exact_sigmoid, {around_zero, every_exponent, around_zero, around_zero}},
    {"sin", 1.0, our_sin, exact_sin, {to_8192, around_zero, near_quarter_turns, near_quarter_turns}},
    {"cos", 1.0, our_cos, exact_cos, {to_8192, around_zero, near_quarter_turns, near_quarter_turns}},
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
    mg_stream stream = mg_stream_at((mg_key){0, 1}, MG_PURPOSE_TEST, (uint32_t)(f - functions), 0, (uint32_t)off);
    worst result = {0.0, {0, 0}};
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
            result = (worst){error, in};
    }
    mpfr_clear(exact);
    return result;
}

/* ---- special values: bits, not distances ---- */

#define INF __builtin_inf()
#define NAN_ __builtin_nan("")

static const struct {
    const char *name;
    double x, y, expected;
} special_values[] = {
    {"exp", 0.0, 0, 1.0},
    {"exp", -0.0, 0, 1.0},
    {"exp", INF, 0, INF},
    {"exp", -INF, 0, 0.0},
    {"exp", NAN_, 0, NAN_},
    {"exp", 0x1.62e42fefa39efp+9, 0, 0x1.fffffffffff2ap+1023},
    {"exp", 0x1.62e42fefa39fp+9, 0, INF},
    {"exp", -0x1.74910d52d3051p+9, 0, 0x1p-1074},
    {"exp", -0x1.74910d52d3052p+9, 0, 0.0},
    {"exp", 1e300, 0, INF},
    {"exp", -1e300, 0, 0.0},
    {"exp", 0x1p-1074, 0, 1.0},
    {"log", 1.0, 0, 0.0},
    {"log", 0.0, 0, -INF},
    {"log", -0.0, 0, -INF},
    {"log", -1.0, 0, NAN_},
    {"log", INF, 0, INF},
    {"log", -INF, 0, NAN_},
    {"log", NAN_, 0, NAN_},
    {"log", 0x1p-1074, 0, -0x1.74385446d71c3p+9},
    {"log", 0x1.fffffffffffffp+1023, 0, 0x1.62e42fefa39efp+9},
    {"log", -0x1p-1074, 0, NAN_},
    {"pow", 0.0, 0.0, 1.0},
    {"pow", NAN_, 0.0, 1.0},
    {"pow", 1.0, NAN_, 1.0},
    {"pow", NAN_, 1.0, NAN_},
    {"pow", 2.0, NAN_, NAN_},
    {"pow", 0.0, 3.0, 0.0},
    {"pow", -0.0, 3.0, -0.0},
    {"pow", -0.0, 2.0, 0.0},
    {"pow", 0.0, -2.0, INF},
    {"pow", -0.0, -3.0, -INF},
    {"pow", -0.0, -2.5, INF},
    {"pow", -0.0, 0.5, 0.0},
    {"pow", -1.0, INF, 1.0},
    {"pow", -1.0, -INF, 1.0},
    {"pow", 0.5, INF, 0.0},
    {"pow", 0.5, -INF, INF},
    {"pow", 2.0, INF, INF},
    {"pow", -2.0, INF, INF},
    {"pow", -0.5, -INF, INF},
    {"pow", 2.0, -INF, 0.0},
    {"pow", INF, 2.0, INF},
    {"pow", INF, -2.0, 0.0},
    {"pow", -INF, 3.0, -INF},
    {"pow", -INF, 2.0, INF},
    {"pow", -INF, -3.0, -0.0},
    {"pow", -INF, 0.5, INF},
    {"pow", -2.0, 0.5, NAN_},
    {"pow", -2.0, 3.0, -8.0},
    {"pow", -2.0, 10.0, 1024.0},
    {"pow", 2.0, -1074.0, 0x1p-1074},
    {"pow", 2.0, -1080.0, 0.0},
    {"pow", 2.0, 1023.0, 0x1p1023},
    {"pow", 2.0, 1024.0, INF},
    {"pow", -2.0, 1023.0, -0x1p1023},
    {"pow", -1.0, 0x1p53, 1.0},
    {"pow", -1.0, 0x1.fffffffffffffp+52, -1.0},
    {"pow", 10.0, 2.0, 100.0},
    {"pow", 0x1.fffffffffffffp-1, 1e300, 0.0},
    {"pow", 0x1.0000000000001p+0, 1e300, INF},
    {"pow", 3.0, 0x1p-1074, 1.0},
    {"pow", 0x1p-1074, 1.0, 0x1p-1074},
    {"pow", -3.0, 1e300, INF},
    {"log_gamma", 1.0, 0, 0.0},
    {"log_gamma", 2.0, 0, 0.0},
    {"log_gamma", 0.0, 0, INF},
    {"log_gamma", INF, 0, INF},
    {"log_gamma", NAN_, 0, NAN_},
    {"log_gamma", -0.5, 0, NAN_},
    {"log_gamma", 0x1p-1074, 0, 0x1.74385446d71c3p+9},
    {"log_gamma", 0x1.fffffffffffffp+1023, 0, INF},
    {"log_gamma", 3.0, 0, 0x1.62e42fefa39efp-1},
    {"tanh", 0.0, 0, 0.0},
    {"tanh", INF, 0, 1.0},
    {"tanh", -INF, 0, -1.0},
    {"tanh", NAN_, 0, NAN_},
    {"tanh", 0x1p-1074, 0, 0x1p-1074},
    {"tanh", 1e300, 0, 1.0},
    {"tanh", -0.0, 0, -0.0},
    {"sigmoid", 0.0, 0, 0.5},
    {"sigmoid", INF, 0, 1.0},
    {"sigmoid", -INF, 0, 0.0},
    {"sigmoid", NAN_, 0, NAN_},
    {"sin", 0.0, 0, 0.0},
    {"sin", NAN_, 0, NAN_},
    {"sin", INF, 0, NAN_},
    {"sin", 0x1p-1074, 0, 0x1p-1074},
    {"sin", -0.0, 0, -0.0},
    {"cos", 0.0, 0, 1.0},
    {"cos", NAN_, 0, NAN_},
    {"cos", -INF, 0, NAN_},
    {"cos", 0x1p-1074, 0, 1.0},
};
#define SPECIAL_VALUES (sizeof special_values / sizeof special_values[0])

static bool same(double a, double b)
{
    return a != a ? b != b : bits_of(a) == bits_of(b);
}

static void test_special_values(const function *f)
{
    int tested = 0, right = 0;
    for (size_t i = 0; i < SPECIAL_VALUES; i++) {
        if (strcmp(special_values[i].name, f->name) != 0)
            continue;
        double ours = f->ours(special_values[i].x, special_values[i].y);
        tested++;
        right += same(ours, special_values[i].expected);
        if (!same(ours, special_values[i].expected))
            tap_note("%s(%a, %a) is %a, not %a", f->name, special_values[i].x, special_values[i].y, ours,
                     special_values[i].expected);
    }
    tap_ok(tested > 3 && right == tested, "%s: %d special values", f->name, tested);
}

/* The quick log-gamma is MPFR's to far below a unit of binary64. */
static void test_oracle(void)
{
    mg_stream stream = mg_stream_at((mg_key){0, 2}, MG_PURPOSE_TEST, 0, 0, 0);
    double largest = 0.0;
    mpfr_t quick, exact;
    mpfr_inits2(PRECISION, quick, exact, (mpfr_ptr)0);
    for (int i = 0; i < 2000; i++) {
        generator *const generators[4] = {every_positive, to_forty, near_one, near_two};
        double x = generators[i & 3](&stream).x;
        exact_log_gamma(quick, x, 0.0);
        exact_unary(exact, x, mpfr_lngamma);
        mpfr_sub(quick, quick, exact, MPFR_RNDN);
        mpfr_div(quick, quick, exact, MPFR_RNDN);
        double error = mpfr_zero_p(exact) ? 0.0 : mpfr_get_d(quick, MPFR_RNDN);
        error = error < 0.0 ? -error : error;
        largest = error > largest ? error : largest;
    }
    tap_ok(largest < 0x1p-64, "log_gamma: two oracles agree (%.1e)", largest);
    mpfr_clears(quick, exact, (mpfr_ptr)0);
}

/* ---- tables and series: an error of one unit here is too small to be seen in most results ---- */

/* Whether the value is the nearest binary64 number; leaves what is left of the exact one. */
static bool nearest(mpfr_t exact, double value)
{
    bool right = mpfr_get_d(exact, MPFR_RNDN) == value;
    mpfr_sub_d(exact, exact, value, MPFR_RNDN);
    return right;
}

static void test_tables(void)
{
    const int logarithms = sizeof log_table / sizeof *log_table, powers = sizeof exp_table / sizeof *exp_table;
    int wrong = 0;
    mpfr_t exact;
    mpfr_init2(exact, 200);
    for (int i = 0; i < logarithms; i++) {
        mpfr_set_d(exact, log_table[i].reciprocal, MPFR_RNDN);
        mpfr_log(exact, exact, MPFR_RNDN);
        mpfr_neg(exact, exact, MPFR_RNDN);
        wrong += !nearest(exact, log_table[i].high);
        wrong += !nearest(exact, log_table[i].low);
    }
    tap_ok(wrong == 0, "%d logarithms of the table, each two nearest numbers", logarithms);
    wrong = 0;
    for (int i = 0; i < powers; i++) {
        mpfr_set_si_2exp(exact, i, -7, MPFR_RNDN);
        mpfr_exp2(exact, exact, MPFR_RNDN);
        wrong += !nearest(exact, exp_table[i].high);
        wrong += !nearest(exact, exp_table[i].low);
    }
    tap_ok(wrong == 0, "%d powers of two of the table, each two nearest numbers", powers);
    mpfr_clear(exact);
}

/* The coefficient of order k, without its sign. */
typedef void coefficient(mpfr_t result, unsigned long k);

static void one_by(mpfr_t result, unsigned long k)
{
    mpfr_set_ui(result, k, MPFR_RNDN);
    mpfr_ui_div(result, 1, result, MPFR_RNDN);
}
static void one_by_factorial(mpfr_t result, unsigned long k)
{
    mpfr_fac_ui(result, k, MPFR_RNDN);
    mpfr_ui_div(result, 1, result, MPFR_RNDN);
}
static void zeta_by(mpfr_t result, unsigned long k)
{
    mpfr_zeta_ui(result, k, MPFR_RNDN);
    mpfr_div_ui(result, result, k, MPFR_RNDN);
}
static void zeta_less_one_by(mpfr_t result, unsigned long k)
{
    mpfr_zeta_ui(result, k, MPFR_RNDN);
    mpfr_sub_ui(result, result, 1, MPFR_RNDN);
    mpfr_div_ui(result, result, k, MPFR_RNDN);
}
/* of x^(k-1), k even: 2 (2^k - 1) zeta(k) / pi^k */
static void of_tanh(mpfr_t result, unsigned long k)
{
    mpfr_t circle;
    mpfr_init2(circle, 200);
    mpfr_const_pi(circle, MPFR_RNDN);
    mpfr_pow_ui(circle, circle, k, MPFR_RNDN);
    mpfr_zeta_ui(result, k, MPFR_RNDN);
    mpfr_mul_ui(result, result, 2 * ((1ul << k) - 1), MPFR_RNDN);
    mpfr_div(result, result, circle, MPFR_RNDN);
    mpfr_clear(circle);
}
static void of_stirling(mpfr_t result, unsigned long k)
{
    mpfr_abs(result, gamma_series[k - 1], MPFR_RNDN);
}

#define SERIES(of) #of, of, (int)(sizeof of / sizeof *of)
static const struct {
    const char *name;
    const double *value;
    int n;
    coefficient *exact;
    int first, step; /* the order of the first coefficient, and how it falls */
    int sign;        /* of the last one */
    bool alternates;
} all_series[] = {
    {SERIES(log_series), one_by, 10, 1, 1, true},
    {SERIES(exp_series), one_by_factorial, 6, 1, 1, false},
    {SERIES(tanh_series), of_tanh, 14, 2, -1, true},
    {SERIES(log_gamma_one_series), zeta_by, 13, 1, 1, true},
    {SERIES(log_gamma_two_series), zeta_less_one_by, 13, 1, 1, true},
    {SERIES(stirling_series), of_stirling, 8, 1, 1, true},
    {SERIES(sine_series), one_by_factorial, 17, 2, -1, true},
    {SERIES(cosine_series), one_by_factorial, 18, 2, 1, true},
};

static void test_series(void)
{
    mpfr_t exact;
    mpfr_init2(exact, 200);
    for (size_t s = 0; s < sizeof all_series / sizeof *all_series; s++) {
        int wrong = 0, n = all_series[s].n;
        for (int i = 0; i < n; i++) {
            bool turned = all_series[s].alternates && (n - 1 - i) % 2 != 0;
            all_series[s].exact(exact, (unsigned long)(all_series[s].first - i * all_series[s].step));
            double sign = (double)(turned ? -all_series[s].sign : all_series[s].sign);
            wrong += !nearest(exact, sign * all_series[s].value[i]);
        }
        tap_ok(wrong == 0, "%s: %d coefficients, each the nearest number", all_series[s].name, n);
    }
    mpfr_clear(exact);
}

int main(int argc, char **argv)
{
    start_log_gamma();
    test_oracle();
    test_tables();
    test_series();
    bool full = argc > 1 && strcmp(argv[1], "--full") == 0;
    long n = full ? 10000000 : 200000;
    const char *only = argc > 2 ? argv[2] : NULL;
    for (size_t i = 0; i < FUNCTIONS; i++) {
        const function *f = &functions[i];
        if (only && strcmp(only, f->name) != 0)
            continue;
        test_special_values(f);
        worst w = largest_error(f, n, 0);
        tap_ok(w.error <= f->limit, "%s: at most %g ulp on %ld inputs (largest %.4f at x=%a y=%a)", f->name, f->limit,
               n, w.error, w.at.x, w.at.y);
        worst off = largest_error(f, 100, 3);
        tap_ok(off.error > f->limit, "%s: a result 3 ulp off is noticed", f->name);
    }
    for (int i = 0; i < GAMMA_TERMS; i++)
        mpfr_clear(gamma_series[i]);
    for (int i = 0; i < 5; i++)
        mpfr_clear(gamma_scratch[i]);
    mpfr_clear(gamma_constant);
    mpfr_free_cache();
    return tap_done();
}
