/* real.h - the number type of the learning machinery, and the guard on the floating-point environment.
 *
 * Everything that learns is written once in terms of mg_real. It is compiled twice: as binary32, which is what
 * every result uses, and as binary64 (-DMG_DOUBLE) for gradient checks against central differences. In the second
 * form the public names below get the suffix _double, so that one program can hold both.
 */
#ifndef MG_REAL_H
#define MG_REAL_H

#include <stddef.h>
#include <stdint.h>

#ifndef MG_ALLOW_OTHER_BITS
#if defined(__FAST_MATH__)
#error "marlgold: -ffast-math / -Ofast changes bits; build without it (core/num/README.md 2, 3)"
#endif
#if defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(__NO_SIGNED_ZEROS__) || \
    (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "marlgold: a part of -ffast-math changes bits; build without it"
#endif
_Static_assert(sizeof 0.1 == sizeof(double), "marlgold: -fsingle-precision-constant changes bits; build without it");
#endif
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0 && __FLT_EVAL_METHOD__ != 16
#error "marlgold: excess precision changes bits; on i386 build with -msse2 -mfpmath=sse"
#endif

#ifdef MG_DOUBLE
typedef double mg_real;
/* Every public function of core/num that takes or returns mg_real (or a struct that holds one), by header. Headers of
 * higher floors do the same for theirs. */
#define mg_kernels_current mg_kernels_current_double
#define mg_kernels_reference mg_kernels_reference_double
#define mg_parameters_initialise mg_parameters_initialise_double
#define mg_optimiser_reals mg_optimiser_reals_double
#define mg_optimiser_step mg_optimiser_step_double
#define mg_optimiser_along mg_optimiser_along_double
#define mg_clip_gradient_norm mg_clip_gradient_norm_double
#define mg_soft_update mg_soft_update_double
#define mg_tape_forward mg_tape_forward_double
#define mg_tape_backward mg_tape_backward_double
#define mg_tape_tangent mg_tape_tangent_double
#define mg_tape_value mg_tape_value_double
#define mg_tape_move_samples mg_tape_move_samples_double
#else
typedef float mg_real;
#endif

#endif
