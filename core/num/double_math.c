/* double_math.c - elementary functions in binary64, of +, -, *, / and sqrt only.
 *
 * One logarithm and one exponential are computed as unevaluated sums of two numbers (about 2^-65 of relative error)
 * and everything else is built on them. Products are split after Veltkamp and Dekker: no fma, hence the same bits
 * everywhere.
 */
#include "core/num/double_tables.h"
#include "core/num/real.h"
#include "core/num/scalar_math.h"

#include <stdbool.h>
#include <string.h>

/* An unevaluated sum: |low| is at most half a unit in the last place of high after pair_of_sum or pair_of_product. */
typedef struct pair {
    double high, low;
} pair;

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

static const double integer_magic = 0x1.8p52; /* adding and subtracting it rounds to an integer */
static const double infinity = __builtin_inf();

static bool is_nan(double x)
{
    return x != x;
}

/* Exactly a + b (Knuth). */
static pair pair_of_sum(double a, double b)
{
    double sum = a + b;
    double b_part = sum - a;
    double a_part = sum - b_part;
    double b_error = b - b_part;
    double a_error = a - a_part;
    return (pair){sum, a_error + b_error};
}

/* The 26 leading bits of x and the rest; |x| < 2^996 (Veltkamp). */
static pair halves_of(double x)
{
    double spread = x * 0x1.0000002p27;
    double rest = spread - x;
    double high = spread - rest;
    return (pair){high, x - high};
}

/* Exactly a * b where the product is at least 2^-969 or zero (Dekker). */
static pair pair_of_product(double a, double b)
{
    double product = a * b;
    pair x = halves_of(a), y = halves_of(b);
    double error = x.high * y.high - product;
    error = error + x.high * y.low;
    error = error + x.low * y.high;
    error = error + x.low * y.low;
    return (pair){product, error};
}

static pair add_pairs(pair a, pair b)
{
    pair sum = pair_of_sum(a.high, b.high);
    double low = sum.low + (a.low + b.low);
    return pair_of_sum(sum.high, low);
}

static pair multiply_pairs(pair a, pair b)
{
    pair product = pair_of_product(a.high, b.high);
    double cross = a.high * b.low + a.low * b.high;
    return pair_of_sum(product.high, product.low + cross);
}

static double polynomial(double x, const double *coefficients, int n)
{
    double p = coefficients[0];
    for (int i = 1; i < n; i++)
        p = p * x + coefficients[i];
    return p;
}

/* x * 2^n for n in -1100..1024, rounded once where the result is subnormal. */
static double scale_by_power(double x, int n)
{
    if (n > 1023)
        return x * 2.0 * double_of((uint64_t)(n - 1 + 1023) << 52);
    if (n < -1022)
        return x * double_of((uint64_t)(n + 200 + 1023) << 52) * 0x1p-200;
    return x * double_of((uint64_t)(n + 1023) << 52);
}

/* ---- logarithm ---- */

/* log(1 + r): r - r^2/2 as pairs, the rest (|r| < 2^-7) by its series in plain arithmetic. */
static pair log_near_one(pair r)
{
    pair square = pair_of_product(r.high, r.high);
    square.low = square.low + 2.0 * r.high * r.low;
    double cube = r.high * square.high;
    double rest = cube * polynomial(r.high, log_series, 8);
    pair sum = pair_of_sum(r.high, -0.5 * square.high);
    double low = sum.low + (r.low - 0.5 * square.low);
    return pair_of_sum(sum.high, low + rest);
}

/* log(x) of a positive finite number. x = 2^e m with m in [0.7, 1.42), m * reciprocal = 1 + r exactly. */
static pair log_pair(double x)
{
    int e = 0;
    if (x < 0x1p-1022) {
        x = x * 0x1p54;
        e = -54;
    }
    uint64_t offset = bits_of(x) - 0x3fe6a09e00000000u; /* 0.70710... */
    e += (int)((offset >> 52) ^ 0x800) - 0x800;
    double m = double_of((offset & 0x000fffffffffffffu) + 0x3fe6a09e00000000u);
    int j = (int)(m * 128.0 + 0.5) - MG_LOG_TABLE_FIRST;
    pair half = halves_of(m);
    double reciprocal = log_table[j].reciprocal;
    pair r = pair_of_sum(half.high * reciprocal - 1.0, half.low * reciprocal);
    pair result = log_near_one(r);
    result = add_pairs((pair){log_table[j].high, log_table[j].low}, result);
    if (e == 0)
        return result;
    pair power = {e * 0x1.62e42fefa38p-1, e * 0x1.ef35793c7673p-45}; /* e ln 2; the first product is exact */
    return add_pairs(pair_of_sum(power.high, power.low), result);
}

double mg_log(double x)
{
    if (is_nan(x) || x < 0.0)
        return double_of(0x7ff8000000000000u);
    if (x == 0.0)
        return -infinity;
    if (x == infinity)
        return x;
    pair result = log_pair(x);
    return result.high + result.low;
}

/* ---- exponential ---- */

typedef struct scaled_pair {
    double high, low;
    int power;
} scaled_pair; /* (high + low) * 2^power, high in [1, 2) and low not yet absorbed */

/* exp(x.high + x.low) for |x| <= 800: 2^(n/128) from the table times the series of the rest, below 2^-8.5. */
static scaled_pair exp_pair(pair x)
{
    double shifted = x.high * 0x1.71547652b82fep+7 + integer_magic;
    double n = shifted - integer_magic;
    int64_t index = (int64_t)n;
    double r = x.high - n * 0x1.62e42fefcp-8; /* exact */
    double r_low = x.low - n * -0x1.c610ca86c3899p-44;
    double whole = r + r_low;
    double p = r_low + whole * whole * polynomial(whole, exp_series, 5);
    p = r + p;
    int j = (int)((uint64_t)index & 127);
    double high = exp_table[j].high;
    double low = exp_table[j].low + high * p;
    return (scaled_pair){high, low, (int)((index - j) / 128)};
}

static double exp_of_pair(pair x)
{
    if (x.high > 710.0)
        return infinity;
    if (x.high < -746.0)
        return 0.0;
    scaled_pair e = exp_pair(x);
    return scale_by_power(e.high + e.low, e.power);
}

double mg_exp(double x)
{
    if (is_nan(x))
        return x;
    return exp_of_pair((pair){x, 0.0});
}

/* numerator / denominator, within a few hundredths of a unit of the rounded quotient: one Newton correction. */
static double quotient(pair numerator, pair denominator)
{
    double q = numerator.high / denominator.high;
    pair product = pair_of_product(q, denominator.high);
    double rest = (numerator.high - product.high) - product.low;
    rest = rest + (numerator.low - q * denominator.low);
    return q + rest / denominator.high;
}

/* exp(x) for |x| <= 700, both numbers scaled */
static pair unscaled_exp(double x)
{
    scaled_pair e = exp_pair((pair){x, 0.0});
    double factor = scale_by_power(1.0, e.power);
    return pair_of_sum(e.high * factor, e.low * factor);
}

static pair add_number(pair a, double b)
{
    pair sum = pair_of_sum(a.high, b);
    return pair_of_sum(sum.high, sum.low + a.low);
}

double mg_sigmoid(double x)
{
    if (is_nan(x) || x > 40.0)
        return is_nan(x) ? x : 1.0;
    if (x < -40.0) /* 1 + e^x rounds to 1 */
        return mg_exp(x);
    pair e = unscaled_exp(x < 0.0 ? x : -x);
    pair numerator = x < 0.0 ? e : (pair){1.0, 0.0};
    return quotient(numerator, add_number(e, 1.0));
}

/* (e^2a - 1) / (e^2a + 1), or the Taylor series where the difference would lose digits. */
double mg_tanh(double x)
{
    double a = x < 0.0 ? -x : x;
    if (is_nan(x) || x == 0.0)
        return x;
    if (a < 0.0625) {
        double z = x * x;
        double p = x * z * polynomial(z, tanh_series, 6);
        return x + p;
    }
    double result = 1.0;
    if (a < 22.0) {
        pair e = unscaled_exp(a + a);
        result = quotient(add_number(e, -1.0), add_number(e, 1.0));
    }
    return x < 0.0 ? -result : result;
}

/* ---- power ---- */

static bool is_integer(double y)
{
    double magnitude = y < 0.0 ? -y : y;
    if (magnitude >= 0x1p52)
        return magnitude < infinity;
    double rounded = (magnitude + 0x1p52) - 0x1p52;
    return rounded == magnitude;
}

static bool is_odd_integer(double y)
{
    double magnitude = y < 0.0 ? -y : y;
    if (!is_integer(y) || magnitude >= 0x1p53)
        return false;
    return ((uint64_t)magnitude & 1) != 0;
}

/* x >= 0, and one of: x is 0 or infinite, y is infinite. x = 1 and y = 0 are settled before. */
static double power_of_extreme(double x, double y)
{
    bool grows = (x > 1.0) == (y > 0.0);
    return grows ? infinity : 0.0;
}

static double power_of_positive(double x, double y)
{
    double magnitude = y < 0.0 ? -y : y;
    if (x == 1.0)
        return 1.0;
    if (x == 0.0 || x == infinity || magnitude == infinity)
        return power_of_extreme(x, y);
    if (magnitude < 0x1p-65) /* below half a unit of 1 */
        return 1.0;
    if (magnitude > 0x1p65) /* |log x| is at least 2^-53 */
        return power_of_extreme(x, y);
    pair logarithm = log_pair(x);
    pair product = pair_of_product(logarithm.high, y);
    product.low = product.low + logarithm.low * y;
    return exp_of_pair(pair_of_sum(product.high, product.low));
}

double mg_pow(double x, double y)
{
    if (x == 1.0 || y == 0.0)
        return 1.0;
    if (is_nan(x) || is_nan(y))
        return double_of(0x7ff8000000000000u);
    bool negative = (bits_of(x) >> 63) != 0;
    if (!negative)
        return power_of_positive(x, y);
    if (x == -1.0 && (y == infinity || y == -infinity))
        return 1.0;
    if (x != 0.0 && x != -infinity && y != infinity && y != -infinity && !is_integer(y))
        return double_of(0x7ff8000000000000u);
    double result = power_of_positive(-x, y);
    return is_odd_integer(y) ? -result : result;
}

/* ---- log-gamma ---- */

/* log gamma(1 + d) for |d| <= 1/16: -gamma d + zeta(2)/2 d^2 - zeta(3)/3 d^3 + ..., relative to the zero at d = 0. */
static double log_gamma_near_one(double d)
{
    pair first = pair_of_product(d, -0x1.2788cfc6fb619p-1);
    double low = first.low + d * 0x1.6cb90701fbfabp-58;
    double rest = d * d * polynomial(d, log_gamma_one_series, 12);
    return first.high + (low + rest);
}

/* log gamma(2 + d) = log gamma(1 + d) + log(1 + d): the same series with zeta(k) - 1. */
static double log_gamma_near_two(double d)
{
    pair first = pair_of_product(d, 0x1.b0ee6072093cep-2);
    double low = first.low + d * 0x1.6cb90701fbfabp-58;
    double rest = d * d * polynomial(d, log_gamma_two_series, 12);
    return first.high + (low + rest);
}

/* Stirling: (x - 1/2) log x - x + log(2 pi)/2 + 1/(12x) - ..., for 16 <= x < 2^60. x is a pair. */
static pair log_gamma_large(pair x)
{
    pair logarithm = log_pair(x.high);
    logarithm = add_pairs(logarithm, (pair){x.low / x.high, 0.0});
    pair result = multiply_pairs(add_pairs(x, (pair){-0.5, 0.0}), logarithm);
    result = add_pairs(result, (pair){-x.high, -x.low});
    result = add_pairs(result, (pair){0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55});
    double inverse = 1.0 / x.high;
    double rest = inverse * polynomial(inverse * inverse, stirling_series, 8);
    return add_pairs(result, (pair){rest, 0.0});
}

/* x log x - x; what is left out is below 2^-60 of it. Scaled so that nothing overflows before the result does. */
static double log_gamma_huge(double x)
{
    pair logarithm = add_pairs(log_pair(x), (pair){-1.0, 0.0});
    double scaled = x * 0x1p-64;
    pair product = pair_of_product(scaled, logarithm.high);
    double result = product.high + (product.low + scaled * logarithm.low);
    return result * 0x1p64;
}

/* log gamma(x) = log gamma(x + n) - log(x (x+1) ... (x+n-1)) with x + n >= 16. */
static double log_gamma_small(double x)
{
    pair product = {x, 0.0}, shifted = pair_of_sum(x, 1.0);
    for (int i = 2; shifted.high < 16.0; i++) {
        product = multiply_pairs(product, shifted);
        shifted = pair_of_sum(x, i);
    }
    pair logarithm = log_pair(product.high);
    logarithm = add_pairs(logarithm, (pair){product.low / product.high, 0.0});
    pair result = add_pairs(log_gamma_large(shifted), (pair){-logarithm.high, -logarithm.low});
    return result.high + result.low;
}

double mg_log_gamma(double x)
{
    if (is_nan(x) || x < 0.0)
        return double_of(0x7ff8000000000000u);
    if (x == 0.0)
        return infinity;
    if (x < 0x1p-70)
        return -mg_log(x);
    if (x >= 0x1p60)
        return x == infinity ? x : log_gamma_huge(x);
    if (x >= 0.9375 && x <= 1.0625)
        return log_gamma_near_one(x - 1.0);
    if (x >= 1.9375 && x <= 2.0625)
        return log_gamma_near_two(x - 2.0);
    if (x < 16.0)
        return log_gamma_small(x);
    pair result = log_gamma_large((pair){x, 0.0});
    return result.high + result.low;
}

/* ---- sine and cosine ---- */

static double sine_near_zero(pair r)
{
    double z = r.high * r.high;
    double p = r.high * z * polynomial(z, sine_series, 8);
    double slope = r.low * (1.0 - 0.5 * z);
    return r.high + (p + slope);
}

static double cosine_near_zero(pair r)
{
    double z = r.high * r.high;
    double half = 0.5 * z;
    double first = 1.0 - half;
    double error = (1.0 - first) - half;
    double rest = z * z * polynomial(z, cosine_series, 8) - r.high * r.low;
    return first + (error + rest);
}

/* x - n pi/2 with pi/2 in three parts, the first two of at most 38 bits: n < 2^15 times them is exact. */
static double sine_of_quarter(double x, unsigned quarters)
{
    double shifted = x * 0x1.45f306dc9c883p-1 + integer_magic;
    double n = shifted - integer_magic;
    if (!(n <= 16384.0 && n >= -16384.0))
        return double_of(0x7ff8000000000000u);
    pair r = pair_of_sum(x - n * 0x1.921fb5444p+0, -(n * 0x1.68c234c4c8p-39));
    r = pair_of_sum(r.high, r.low - n * -0x1.9d747f23e32edp-79);
    unsigned turn = (unsigned)(int)n + quarters;
    double result = (turn & 1) == 0 ? sine_near_zero(r) : cosine_near_zero(r);
    return (turn & 2) == 0 ? result : -result;
}

double mg_sin(double x)
{
    return x == 0.0 ? x : sine_of_quarter(x, 0);
}

double mg_cos(double x)
{
    return sine_of_quarter(x, 1);
}

double mg_sqrt(double x)
{
    return __builtin_sqrt(x);
}
