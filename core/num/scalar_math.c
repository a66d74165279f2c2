/* scalar_math.c - binary32 elementary functions of one number, in the operation order of the vector kernels. */
#include "core/num/scalar_math.h"
#include "core/num/real.h"

#include <stdbool.h>
#include <string.h>

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

static const float magic = 12582912.0f; /* 1.5*2^23: adding and subtracting it rounds to an integer */

/* a*b + c in two roundings */
static float multiply_add(float a, float b, float c)
{
    float product = a * b;
    return product + c;
}

static float polynomial(float x, const float *coefficients, int n)
{
    float p = coefficients[0];
    for (int i = 1; i < n; i++)
        p = multiply_add(p, x, coefficients[i]);
    return p;
}

static float power_of_two(int32_t n)
{
    return float_of((uint32_t)(n + 127) << 23);
}

static int32_t halve(int32_t n)
{
    return n >= 0 ? n >> 1 : -((1 - n) >> 1);
}

float mg_exp_float(float x)
{
    static const float c[] = { 0x1.a2433cp-13f, 0x1.6d5286p-10f, 0x1.111004p-7f, 0x1.5554e4p-5f, 0x1.555556p-3f, 0.5f };
    float low = -104.0f, high = 0x1.634p+6f;
    x = x > low ? x : low;
    x = x < high ? x : high;
    float t = multiply_add(x, 0x1.715476p+0f, magic);
    int32_t n = (int32_t)(bits_of(t) - 0x4b400000u);
    float whole = t - magic;
    float r = multiply_add(whole, -0.693359375f, x);
    r = multiply_add(whole, 0x1.bd0106p-13f, r);
    float p = polynomial(r, c, 6);
    float square = r * r;
    p = multiply_add(p, square, r);
    p = p + 1.0f;
    int32_t half = halve(n);
    float scaled = p * power_of_two(half);
    return scaled * power_of_two(n - half);
}

float mg_log_float(float x)
{
    static const float c[] = { 0x1.1bd02cp-4f, -0x1.e38514p-4f, 0x1.e661d6p-4f, -0x1.fb2cbep-4f, 0x1.2330ccp-3f,
                               -0x1.556366p-3f, 0x1.99a556p-3f, -0x1.ffffecp-3f, 0x1.555546p-2f };
    if (!(x > 0.0f))
        return float_of(0xff800000u);
    bool subnormal = x < 0x1p-126f;
    uint32_t bits = bits_of(subnormal ? x * 0x1p23f : x) - 0x3f3504f3u;
    int32_t exponent = (int32_t)(bits >> 23);
    exponent = exponent >= 256 ? exponent - 512 : exponent;
    float m = float_of((bits & 0x007fffffu) + 0x3f3504f3u);
    float e = (float)(subnormal ? exponent - 23 : exponent);
    float f = m - 1.0f, z = f * f;
    float p = polynomial(f, c, 9) * f;
    float y = p * z;
    y = multiply_add(e, -0x1.bd0106p-13f, y);
    y = multiply_add(z, -0.5f, y);
    float r = f + y;
    return multiply_add(e, 0.693359375f, r);
}

float mg_sigmoid_float(float x)
{
    float e = mg_exp_float(float_of(bits_of(x) | 0x80000000u));
    float numerator = x < 0.0f ? e : 1.0f;
    float denominator = 1.0f + e;
    return numerator / denominator;
}

float mg_tanh_float(float x)
{
    static const float c[] = { -0x1.74d03cp-8f, 0x1.51ee5ap-6f, -0x1.b83490p-5f, 0x1.1106f2p-3f, -0x1.555532p-2f };
    float a = float_of(bits_of(x) & 0x7fffffffu), result;
    if (a < 0.625f) {
        float z = x * x;
        float p = polynomial(z, c, 5) * z;
        result = multiply_add(p, x, x);
    } else {
        float clamped = a < 10.0f ? a : 10.0f;
        float e = mg_exp_float(clamped + clamped);
        result = 1.0f - 2.0f / (e + 1.0f);
    }
    return float_of((bits_of(result) & 0x7fffffffu) | (bits_of(x) & 0x80000000u));
}

static float sine_of_quarter(float x, uint32_t quarters)
{
    static const float sine[] = { 0x1.7bf1acp-19f, -0x1.a058e4p-13f, 0x1.111174p-7f, -0x1.555556p-3f };
    static const float cosine[] = { -0x1.35e346p-22f, 0x1.a07154p-16f, -0x1.6c175ep-10f, 0x1.555556p-5f };
    float t = multiply_add(x, 0x1.45f306p-1f, magic);
    float whole = t - magic;
    uint32_t n = bits_of(t) + quarters;
    float r = multiply_add(whole, -0x1.92p+0f, x);
    r = multiply_add(whole, -0x1.fb4p-12f, r);
    r = multiply_add(whole, -0x1.444p-24f, r);
    r = multiply_add(whole, -0x1.68c234p-39f, r);
    float z = r * r, y;
    if ((n & 1) == 0) {
        float s = polynomial(z, sine, 4) * z;
        y = multiply_add(s, r, r);
    } else {
        float p = polynomial(z, cosine, 4) * z;
        p = p * z;
        p = multiply_add(z, -0.5f, p);
        y = p + 1.0f;
    }
    return float_of(bits_of(y) ^ ((n & 2) << 30));
}

float mg_sin_float(float x)
{
    return sine_of_quarter(x, 0);
}

float mg_cos_float(float x)
{
    return sine_of_quarter(x, 1);
}

float mg_sqrt_float(float x)
{
    return __builtin_sqrtf(x);
}
