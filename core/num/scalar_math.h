/* scalar_math.h - elementary functions of one number: our own, so that no libc or CPU changes a bit.
 *
 * The binary32 ones have the bits of the vector kernels (kernels.h). All are plain +, -, *, /, sqrt and integer
 * operations in a fixed order. NaN gives NaN. Largest error of the binary64 ones on 10^7 random inputs each, against
 * MPFR, in units in the last place (subnormal results included): exp 0.751, log 0.501, pow 0.751, log-gamma 0.951, tanh
 * 0.524, sigmoid 0.750, sin 0.782, cos 0.766 (tests/test_double_math_ulp.c).
 */
#ifndef MG_SCALAR_MATH_H
#define MG_SCALAR_MATH_H

float mg_exp_float(float x);     /* clamped to [-104, 88.8]; max 0.955 ulp */
float mg_log_float(float x);     /* x > 0, subnormals included; max 0.800 ulp; -infinity for x <= 0; +infinity stays */
float mg_tanh_float(float x);    /* max 1.33 ulp */
float mg_sigmoid_float(float x); /* max 2.40 ulp */
float mg_sin_float(float x);     /* |x| <= 8192; max 2.34 ulp */
float mg_cos_float(float x);     /* |x| <= 8192; max 2.32 ulp */
float mg_sqrt_float(float x);    /* correctly rounded instruction */

double mg_exp(double x);           /* 0 below -745.2, +infinity above 709.79 */
double mg_log(double x);           /* -infinity at 0, NaN below */
double mg_pow(double x, double y); /* x >= 0, or x < 0 with an integer y; the C standard's special cases */
double mg_log_gamma(double x);     /* +infinity at 0, NaN below; relative to the result, also near its zeros 1, 2 */
double mg_sqrt(double x);          /* correctly rounded instruction */
double mg_tanh(double x);          /* this and the others for the double form of the tape */
double mg_sigmoid(double x);
double mg_sin(double x); /* |x| <= 8192; NaN for |x| > 25700 */
double mg_cos(double x); /* the same */

#endif
