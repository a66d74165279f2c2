/* tcc.h - what tcc 0.9.27 lacks of C11 and of gcc's builtins, for the cell of `make matrix` that builds the core with
 * it
 * (-include ci/tcc.h). The functions of math.h that stand in are exact by IEEE 754. */
#ifndef MG_TCC_H
#define MG_TCC_H

float sqrtf(float x);
double sqrt(double x);

#define _Static_assert(condition, text) extern int mg_asserted_[(condition) ? 1 : -1]
#define __builtin_sqrtf sqrtf
#define __builtin_sqrt sqrt
#define __builtin_inf() (1e308 * 10)
#define __builtin_nan(text) (0.0 / 0.0)
#define _Pragma(text)

#endif
