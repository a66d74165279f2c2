/* The elementary functions of binary32 a second time, plainly: one number at a time, the same formulas, and their
 * coefficients written down once more. Every bit must agree; a coefficient one unit off does not. */
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <stdint.h>
#include <string.h>

enum { COUNT = 1 << 21 };

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

/* Horner's scheme, from the highest coefficient down. */
static float polynomial(const float *coefficient, int count, float x)
{
    float p = coefficient[0];
    for (int k = 1; k < count; k++) {
        float part = p * x;
        p = part + coefficient[k];
    }
    return p;
}

/* a b + c, rounded twice. */
static float multiply_add(float a, float b, float c)
{
    float product = a * b;
    return product + c;
}

/* To the nearest whole number, ties to even, for moderate x. */
static float whole(float x)
{
    volatile float shifted = x + 12582912.0f;
    return shifted - 12582912.0f;
}

static float power_of_two(int n)
{
    return float_of((uint32_t)(n + 127) << 23);
}

static float plain_exp(float x)
{
    static const float c[] = {0x1.a2433cp-13f, 0x1.6d5286p-10f, 0x1.111004p-7f,
                              0x1.5554e4p-5f,  0x1.555556p-3f,  0x1.0p-1f};
    x = x < -104.0f ? -104.0f : x > 88.8125f ? 88.8125f : x;
    float n = whole(x * 0x1.715476p+0f);
    float r = multiply_add(n, 0x1.bd0106p-13f, multiply_add(n, -0.693359375f, x));
    float p = multiply_add(polynomial(c, 6, r), r * r, r) + 1.0f;
    int exponent = (int)n, half = (exponent - (exponent < 0)) / 2; /* rounded down */
    return p * power_of_two(half) * power_of_two(exponent - half);
}

/* x positive, normal and finite. */
static float plain_log(float x)
{
    static const float c[] = {0x1.1bd02cp-4f,  -0x1.e38514p-4f, 0x1.e661d6p-4f,  -0x1.fb2cbep-4f, 0x1.2330ccp-3f,
                              -0x1.556366p-3f, 0x1.99a556p-3f,  -0x1.ffffecp-3f, 0x1.555546p-2f};
    int32_t from_root_half = (int32_t)bits_of(x) - 0x3f3504f3; /* the bits of sqrt(1/2) */
    int e = from_root_half >= 0 ? from_root_half >> 23 : -((-from_root_half + 0x7fffff) >> 23); /* rounded down */
    float m = float_of(bits_of(x) - (uint32_t)e * (1u << 23)), f = m - 1.0f, square = f * f;
    float y = polynomial(c, 9, f) * f * square;
    y = multiply_add((float)e, -0x1.bd0106p-13f, y);
    y = multiply_add(square, -0.5f, y);
    return multiply_add((float)e, 0.693359375f, f + y);
}

static float plain_tanh(float x)
{
    static const float c[] = {-0x1.74d03cp-8f, 0x1.51ee5ap-6f, -0x1.b83490p-5f, 0x1.1106f2p-3f, -0x1.555532p-2f};
    float magnitude = x < 0.0f ? -x : x, square = x * x;
    if (magnitude < 0.625f)
        return multiply_add(polynomial(c, 5, square) * square, x, x);
    float held = magnitude < 10.0f ? magnitude : 10.0f;
    float large = 1.0f - 2.0f / (plain_exp(held + held) + 1.0f);
    return x < 0.0f ? -large : large;
}

static float plain_sigmoid(float x)
{
    float e = plain_exp(x < 0.0f ? x : -x);
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

/* The sine of x + quarters pi / 2. */
static float plain_sine(float x, int quarters)
{
    static const float s[] = {0x1.7bf1acp-19f, -0x1.a058e4p-13f, 0x1.111174p-7f, -0x1.555556p-3f};
    static const float c[] = {-0x1.35e346p-22f, 0x1.a07154p-16f, -0x1.6c175ep-10f, 0x1.555556p-5f};
    float n = whole(x * 0x1.45f306p-1f), r = x;
    int turn = ((int)n + quarters) & 3;
    r = multiply_add(n, -0x1.92p+0f, r);
    r = multiply_add(n, -0x1.fb4p-12f, r);
    r = multiply_add(n, -0x1.444p-24f, r);
    r = multiply_add(n, -0x1.68c234p-39f, r);
    float z = r * r, sine = multiply_add(polynomial(s, 4, z) * z, r, r);
    float high = z * -0.5f, cosine = high + polynomial(c, 4, z) * z * z + 1.0f;
    float y = turn % 2 ? cosine : sine;
    return turn >= 2 ? -y : y;
}

static float plain_sin(float x)
{
    return plain_sine(x, 0);
}

static float plain_cos(float x)
{
    return plain_sine(x, 1);
}

static const struct function {
    const char *name;
    float (*ours)(float x), (*plain)(float x);
    float low, high;
} functions[] = {
    {"exp", mg_exp_float, plain_exp, -90.0f, 88.0f},
    {"exp", mg_exp_float, plain_exp, -0.35f, 0.35f},
    {"log", mg_log_float, plain_log, 0.7f, 1.42f},
    {"log", mg_log_float, plain_log, 1e-6f, 1e6f},
    {"tanh", mg_tanh_float, plain_tanh, -0.63f, 0.63f},
    {"tanh", mg_tanh_float, plain_tanh, -12.0f, 12.0f},
    {"sigmoid", mg_sigmoid_float, plain_sigmoid, -20.0f, 20.0f},
    {"sin", mg_sin_float, plain_sin, -0.79f, 0.79f},
    {"sin", mg_sin_float, plain_sin, -8000.0f, 8000.0f},
    {"cos", mg_cos_float, plain_cos, -0.79f, 0.79f},
    {"cos", mg_cos_float, plain_cos, -8000.0f, 8000.0f},
};

int main(void)
{
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
        const struct function *f = &functions[k];
        int wrong = 0;
        float worst = 0.0f;
        for (int i = 0; i < COUNT; i++) {
            float x = f->low + (f->high - f->low) * ((float)i / (float)COUNT);
            if (bits_of(f->ours(x)) != bits_of(f->plain(x))) {
                wrong++;
                worst = x;
            }
        }
        tap_ok(wrong == 0, "%s from %g to %g: the same bits", f->name, (double)f->low, (double)f->high);
        if (wrong)
            tap_note("%d of %d differ, the last at %.9g", wrong, COUNT, (double)worst);
    }
    tap_ok(bits_of(plain_exp(1.0f)) != bits_of(plain_exp(1.0f + 0x1p-22f)), "mutation: another number is noticed");
    return tap_done();
}
