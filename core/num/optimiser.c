/* optimiser.c - SGD, Adam in two forms, RMSProp: constants in binary64, one rounding to mg_real, then a kernel. */
#include "core/num/optimiser.h"
#include "core/num/kernels.h"
#include "core/num/scalar_math.h"

#include <stdbool.h>

#ifndef MG_DOUBLE /* these hold no mg_real: one copy serves both forms */

mg_optimiser_config mg_adam_torch_default(double rate)
{
    return (mg_optimiser_config){MG_ADAM_TORCH, rate, 0.9, 0.999, 1e-8, 0.0};
}

mg_optimiser_config mg_adam_tensorflow_default(double rate)
{
    return (mg_optimiser_config){MG_ADAM_TENSORFLOW, rate, 0.9, 0.999, 1e-8, 0.0};
}

mg_optimiser_config mg_sgd_default(double rate)
{
    return (mg_optimiser_config){MG_SGD, rate, 0.0, 0.0, 0.0, 0.0};
}

mg_optimiser_config mg_rmsprop_default(double rate)
{
    return (mg_optimiser_config){MG_RMSPROP, rate, 0.0, 0.99, 1e-8, 0.0};
}

mg_optimiser_state mg_optimiser_start(void)
{
    return (mg_optimiser_state){.beta1_power = 1.0, .beta2_power = 1.0, .steps = 0};
}

#endif

size_t mg_optimiser_reals(const mg_optimiser_config *config, size_t parameters)
{
    return config->kind == MG_SGD ? 0 : 2 * parameters;
}

/* What differs between the forms of Adam is only where the bias corrections go; RMSProp is Adam without them whose
 * first moment is the gradient itself (beta1 = 0). */
static mg_adam_constants constants_of(const mg_optimiser_config *config, const mg_optimiser_state *state)
{
    double beta1 = config->kind == MG_RMSPROP ? 0.0 : config->beta1;
    double rate = config->rate, root_scale = 1.0;
    double correction1 = 1.0 - state->beta1_power;
    double root = mg_sqrt(1.0 - state->beta2_power);
    if (config->kind == MG_ADAM_TORCH) {
        rate = rate / correction1;
        root_scale = 1.0 / root;
    } else if (config->kind == MG_ADAM_TENSORFLOW) {
        rate = rate * root;
        rate = rate / correction1;
    }
    mg_adam_constants constants = {
        .beta1 = (mg_real)beta1,
        .one_minus_beta1 = (mg_real)(1.0 - beta1),
        .beta2 = (mg_real)config->beta2,
        .one_minus_beta2 = (mg_real)(1.0 - config->beta2),
        .rate = (mg_real)rate,
        .root_scale = (mg_real)root_scale,
        .epsilon = (mg_real)config->epsilon,
    };
    return constants;
}

void mg_optimiser_step(const mg_optimiser_config *config, mg_optimiser_state *state, size_t n, const mg_real *gradient,
                       mg_real *moments, mg_real *parameters)
{
    const mg_kernels *kernels = mg_kernels_current();
    state->steps++;
    if (config->kind == MG_SGD) {
        kernels->axpy(n, (mg_real)-config->rate, gradient, parameters);
        return;
    }
    state->beta1_power *= config->beta1;
    state->beta2_power *= config->beta2;
    mg_adam_constants constants = constants_of(config, state);
    kernels->adam(n, &constants, gradient, moments, moments + n, parameters);
    if (config->least > 0.0 && state->steps % 64 == 0)
        kernels->clear(2 * n, (mg_real)config->least, moments);
}

static mg_real root_of(mg_real x)
{
#ifdef MG_DOUBLE
    return mg_sqrt(x);
#else
    return mg_sqrt_float(x);
#endif
}

static bool is_finite(mg_real x)
{
    return x - x == 0;
}

void mg_optimiser_along(const mg_optimiser_config *config, const mg_optimiser_state *state, size_t n,
                        const mg_real *moments, const mg_real *more, mg_real *further)
{
    if (config->kind == MG_SGD) {
        for (size_t k = 0; k < n; k++)
            further[k] = (mg_real)config->rate * more[k];
        return;
    }
    const mg_adam_constants c = constants_of(config, state);
    const mg_real *second = moments + n, scale = c.rate * c.one_minus_beta1;
    for (size_t k = 0; k < n; k++)
        further[k] = scale * more[k] / (root_of(second[k]) * c.root_scale + c.epsilon);
}

mg_real mg_clip_gradient_norm(size_t n, mg_real limit, mg_real *gradient)
{
    const mg_kernels *kernels = mg_kernels_current();
    mg_real norm = root_of(kernels->sum_squares(n, gradient));
    if (norm > limit && is_finite(norm))
        kernels->affine(n, limit / norm, 0, gradient, gradient);
    return norm;
}

void mg_soft_update(size_t n, mg_real tau, const mg_real *online, mg_real *target)
{
    enum { PIECE = 512 };
    const mg_kernels *kernels = mg_kernels_current();
    mg_real difference[PIECE];
    for (size_t start = 0; start < n; start += PIECE) {
        size_t count = n - start < PIECE ? n - start : PIECE;
        kernels->combine(MG_COMBINE_SUBTRACT, count, online + start, target + start, difference);
        kernels->axpy(count, tau, difference, target + start);
    }
}
