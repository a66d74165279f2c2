/* elementary.h - exp, log, tanh, sigmoid, sin and cos on the vectors of simd.h: one fixed operation tree each.
 *
 * Only operations of simd.h, so every width and target has the same bits. Largest error over all binary32 inputs in
 * units in the last place, against MPFR: exp 0.955, log 0.800, tanh 1.33, sigmoid 2.40, sin 2.34, cos 2.32. NaN
 * stays NaN. The polynomials are least-maximum fits of our own, each coefficient rounded to binary32 before the next
 * was fitted.
 */
#ifndef MG_ELEMENTARY_H
#define MG_ELEMENTARY_H

#include "core/num/simd.h"

/* 1.5*2^23: adding it rounds to the nearest integer (ties to even) and leaves that integer in the low bits. */
#define MG_ROUNDING 12582912.0f
#define MG_ROUNDING_BITS 0x4b400000

/* One Horner step: p*x + coefficient. */
MG_INLINE mg_v mg_v_horner(mg_v p, mg_v x, float coefficient)
{
    return mg_v_add(mg_v_mul(p, x), mg_v_set(coefficient));
}

MG_INLINE mg_v mg_v_absolute(mg_v x)
{
    return mg_vi_float(mg_vi_and(mg_v_bits(x), mg_vi_set(0x7fffffff)));
}

/* magnitude (>= 0) with the sign of x */
MG_INLINE mg_v mg_v_copy_sign(mg_v magnitude, mg_v x)
{
    mg_vi sign = mg_vi_and(mg_v_bits(x), mg_vi_set(MG_SIGN_BIT));
    return mg_vi_float(mg_vi_or(mg_v_bits(magnitude), sign));
}

/* 2^n for -126 <= n <= 127 */
MG_INLINE mg_v mg_v_power_of_two(mg_vi n)
{
    return mg_vi_float(mg_vi_left_23(mg_vi_add(n, mg_vi_set(127))));
}

/* x = n ln 2 + r with |r| <= ln 2 / 2; returns e^r = 1 + r + r^2 p(r), and n. */
MG_INLINE mg_v mg_v_exp_reduced(mg_v x, mg_vi *n)
{
    mg_v rounded = mg_v_add(mg_v_mul(x, mg_v_set(0x1.715476p+0f)), mg_v_set(MG_ROUNDING));
    *n = mg_vi_sub(mg_v_bits(rounded), mg_vi_set(MG_ROUNDING_BITS));
    mg_v n_float = mg_v_sub(rounded, mg_v_set(MG_ROUNDING));
    mg_v r = mg_v_multiply_add(n_float, mg_v_set(-0.693359375f), x); /* ln 2 = 0.693359375 - 2.12194440e-4 */
    r = mg_v_multiply_add(n_float, mg_v_set(0x1.bd0106p-13f), r);
    mg_v p = mg_v_set(0x1.a2433cp-13f);
    p = mg_v_horner(p, r, 0x1.6d5286p-10f);
    p = mg_v_horner(p, r, 0x1.111004p-7f);
    p = mg_v_horner(p, r, 0x1.5554e4p-5f);
    p = mg_v_horner(p, r, 0x1.555556p-3f);
    p = mg_v_horner(p, r, 0.5f);
    p = mg_v_multiply_add(p, mg_v_mul(r, r), r);
    return mg_v_add(p, mg_v_set(1.0f));
}

/* e^x. Inputs are clamped to [-104, 88.8]: below the result is 0, above +infinity. */
MG_INLINE mg_v mg_v_exp(mg_v x)
{
    mg_vi n;
    /* the constant first: min and max return their second operand for NaN */
    mg_v p = mg_v_exp_reduced(mg_v_min(mg_v_set(0x1.634p+6f), mg_v_max(mg_v_set(-104.0f), x)), &n);
    mg_vi half = mg_vi_right_1(n); /* 2^n in two halves does not overflow before the result does */
    return mg_v_mul(mg_v_mul(p, mg_v_power_of_two(half)), mg_v_power_of_two(mg_vi_sub(n, half)));
}

/* The same bits for |x| <= 80, with less to do. */
MG_INLINE mg_v mg_v_exp_bounded(mg_v x)
{
    mg_vi n;
    mg_v p = mg_v_exp_reduced(x, &n);
    return mg_v_mul(p, mg_v_power_of_two(n));
}

/* ln(x / 2^shift) for positive normal finite x.
 * x = 2^e m with m in [sqrt(1/2), sqrt(2)); ln m = f - f^2/2 + f^3 p(f) with f = m - 1. */
MG_INLINE mg_v mg_v_log_of_normal(mg_v x, mg_v shift)
{
    mg_vi from_root_half = mg_vi_sub(mg_v_bits(x), mg_vi_set(0x3f3504f3)); /* the bits of sqrt(1/2) */
    mg_vi exponent = mg_vi_right_23(from_root_half);
    mg_vi mantissa = mg_vi_and(from_root_half, mg_vi_set(0x007fffff));
    mg_v m = mg_vi_float(mg_vi_add(mantissa, mg_vi_set(0x3f3504f3)));
    mg_v e = mg_v_sub(mg_vi_float(mg_vi_add(exponent, mg_vi_set(MG_ROUNDING_BITS))), mg_v_set(MG_ROUNDING));
    e = mg_v_sub(e, shift);
    mg_v f = mg_v_sub(m, mg_v_set(1.0f));
    mg_v square = mg_v_mul(f, f);
    mg_v p = mg_v_set(0x1.1bd02cp-4f);
    p = mg_v_horner(p, f, -0x1.e38514p-4f);
    p = mg_v_horner(p, f, 0x1.e661d6p-4f);
    p = mg_v_horner(p, f, -0x1.fb2cbep-4f);
    p = mg_v_horner(p, f, 0x1.2330ccp-3f);
    p = mg_v_horner(p, f, -0x1.556366p-3f);
    p = mg_v_horner(p, f, 0x1.99a556p-3f);
    p = mg_v_horner(p, f, -0x1.ffffecp-3f);
    p = mg_v_horner(p, f, 0x1.555546p-2f);
    mg_v y = mg_v_mul(mg_v_mul(p, f), square);
    y = mg_v_multiply_add(e, mg_v_set(-0x1.bd0106p-13f), y);
    y = mg_v_multiply_add(square, mg_v_set(-0.5f), y);
    mg_v result = mg_v_add(f, y);
    return mg_v_multiply_add(e, mg_v_set(0.693359375f), result);
}

/* ln x, subnormals included; -infinity for x <= 0. */
MG_INLINE mg_v mg_v_log(mg_v x)
{
    mg_vmask subnormal = mg_v_less(x, mg_v_set(0x1p-126f));
    mg_v scaled = mg_v_select(subnormal, mg_v_mul(x, mg_v_set(0x1p23f)), x);
    mg_v shift = mg_v_select(subnormal, mg_v_set(23.0f), mg_v_set(0.0f));
    mg_v result = mg_v_log_of_normal(scaled, shift);
    mg_v infinity = mg_v_set(mg_float_of_bits(0x7f800000u));
    result = mg_v_select(mg_v_less(x, infinity), result, x); /* +infinity and NaN are their own logarithms */
    return mg_v_select(mg_v_less_equal(x, mg_v_set(0.0f)), mg_v_set(mg_float_of_bits(0xff800000u)), result);
}

/* 1/(1 + e^-x), from e^-|x|, which never overflows; e/(1+e) for x < 0 keeps subnormal results right. */
MG_INLINE mg_v mg_v_sigmoid(mg_v x)
{
    mg_v e = mg_v_exp(mg_vi_float(mg_vi_or(mg_v_bits(x), mg_vi_set(MG_SIGN_BIT))));
    mg_v numerator = mg_v_select(mg_v_less(x, mg_v_set(0.0f)), e, mg_v_set(1.0f));
    return mg_v_div(numerator, mg_v_add(mg_v_set(1.0f), e));
}

/* An odd polynomial below 0.625, else 1 - 2/(e^2|x| + 1). */
MG_INLINE mg_v mg_v_tanh(mg_v x)
{
    mg_v magnitude = mg_v_absolute(x), square = mg_v_mul(x, x);
    mg_v p = mg_v_set(-0x1.74d03cp-8f);
    p = mg_v_horner(p, square, 0x1.51ee5ap-6f);
    p = mg_v_horner(p, square, -0x1.b83490p-5f);
    p = mg_v_horner(p, square, 0x1.1106f2p-3f);
    p = mg_v_horner(p, square, -0x1.555532p-2f);
    mg_v small = mg_v_multiply_add(mg_v_mul(p, square), x, x);
    mg_v clamped = mg_v_min(mg_v_set(10.0f), magnitude);
    mg_v e = mg_v_exp_bounded(mg_v_add(clamped, clamped));
    mg_v large = mg_v_sub(mg_v_set(1.0f), mg_v_div(mg_v_set(2.0f), mg_v_add(e, mg_v_set(1.0f))));
    mg_vmask is_small = mg_v_less(magnitude, mg_v_set(0.625f));
    return mg_v_copy_sign(mg_v_select(is_small, mg_v_absolute(small), large), x);
}

/* sin (quarter_turns 0) and cos (1) for |x| <= 8192: x = n pi/2 + r, pi/2 subtracted in four parts. */
MG_INLINE mg_v mg_v_sine_after(mg_v x, int quarter_turns)
{
    mg_v rounded = mg_v_add(mg_v_mul(x, mg_v_set(0x1.45f306p-1f)), mg_v_set(MG_ROUNDING));
    mg_v n_float = mg_v_sub(rounded, mg_v_set(MG_ROUNDING));
    mg_vi n = mg_vi_add(mg_v_bits(rounded), mg_vi_set(quarter_turns));
    mg_v r = mg_v_multiply_add(n_float, mg_v_set(-0x1.92p+0f), x);
    r = mg_v_multiply_add(n_float, mg_v_set(-0x1.fb4p-12f), r);
    r = mg_v_multiply_add(n_float, mg_v_set(-0x1.444p-24f), r);
    r = mg_v_multiply_add(n_float, mg_v_set(-0x1.68c234p-39f), r);
    mg_v z = mg_v_mul(r, r);
    mg_v s = mg_v_set(0x1.7bf1acp-19f);
    s = mg_v_horner(s, z, -0x1.a058e4p-13f);
    s = mg_v_horner(s, z, 0x1.111174p-7f);
    s = mg_v_horner(s, z, -0x1.555556p-3f);
    s = mg_v_multiply_add(mg_v_mul(s, z), r, r);
    mg_v c = mg_v_set(-0x1.35e346p-22f);
    c = mg_v_horner(c, z, 0x1.a07154p-16f);
    c = mg_v_horner(c, z, -0x1.6c175ep-10f);
    c = mg_v_horner(c, z, 0x1.555556p-5f);
    mg_v high = mg_v_add(mg_v_mul(z, mg_v_set(-0.5f)), mg_v_mul(mg_v_mul(c, z), z));
    c = mg_v_add(high, mg_v_set(1.0f));
    mg_vmask even = mg_vi_equal(mg_vi_and(n, mg_vi_set(1)), mg_vi_set(0));
    mg_vi y = mg_v_bits(mg_v_select(even, s, c));
    return mg_vi_float(mg_vi_xor(y, mg_vi_left_30(mg_vi_and(n, mg_vi_set(2)))));
}

MG_INLINE mg_v mg_v_sin(mg_v x)
{
    return mg_v_sine_after(x, 0);
}
MG_INLINE mg_v mg_v_cos(mg_v x)
{
    return mg_v_sine_after(x, 1);
}

#endif
