/* optimiser.h - gradient steps on one flat parameter block. No exp or pow: beta^t are running binary64 products. */
#ifndef MG_OPTIMISER_H
#define MG_OPTIMISER_H

#include "core/num/real.h"

typedef enum mg_optimiser_kind { MG_SGD, MG_ADAM_TORCH, MG_ADAM_TENSORFLOW, MG_RMSPROP } mg_optimiser_kind;

typedef struct mg_optimiser_config {
    mg_optimiser_kind kind;
    double rate;
    double beta1, beta2; /* Adam; RMSProp: beta2 is the decay */
    double epsilon;
    double least; /* every 64 steps, moments smaller than this in size become 0; 0: none does (mg_optimiser_step) */
} mg_optimiser_config;

/* PyTorch form: p -= rate/(1-b1^t) * m / (sqrt(v/(1-b2^t)) + eps).
 * TensorFlow 1 form: p -= rate*sqrt(1-b2^t)/(1-b1^t) * m / (sqrt(v) + eps). beta1 .9, beta2 .999, epsilon 1e-8. */
mg_optimiser_config mg_adam_torch_default(double rate);
mg_optimiser_config mg_adam_tensorflow_default(double rate);
mg_optimiser_config mg_sgd_default(double rate);
/* decay .99, epsilon 1e-8 (PyTorch): p -= rate * g / (sqrt(v) + eps) */
mg_optimiser_config mg_rmsprop_default(double rate);

/* The state beside the block: counters here, moments in caller-owned memory of mg_optimiser_reals() numbers, zero at
 * first: the first moments of all parameters (RMSProp: the last gradient), then the second. */
typedef struct mg_optimiser_state {
    double beta1_power, beta2_power; /* 1 at the start */
    uint64_t steps;
} mg_optimiser_state;

mg_optimiser_state mg_optimiser_start(void);
size_t mg_optimiser_reals(const mg_optimiser_config *config, size_t parameters);

/* One descent step: parameters -= step(gradient). The first moment of a parameter whose gradient stays 0 (a unit that
 * died) sinks into the subnormals and stays there, where Adam takes five times as long; a `least` of 1e-30 ends that
 * and moves no parameter of ordinary size, since a step of 1e-26 is lost in it. */
void mg_optimiser_step(const mg_optimiser_config *config, mg_optimiser_state *state, size_t n, const mg_real *gradient,
                       mg_real *moments, mg_real *parameters);

/* After a step: how much further it would have gone with a gradient that is larger by `more`, with the second moment as
 * it is now: further[k] = that, elementwise; may be `more` itself. What differentiates through a step
 * (algos/metagrad.h) needs no more. */
void mg_optimiser_along(const mg_optimiser_config *config, const mg_optimiser_state *state, size_t n,
                        const mg_real *moments, const mg_real *more, mg_real *further);

/* Scales the gradient so that its Euclidean norm is at most `limit`; returns the norm before. A norm that is infinite
 * or NaN scales nothing: the caller sees it and ends the run as diverged. */
mg_real mg_clip_gradient_norm(size_t n, mg_real limit, mg_real *gradient);

/* target = target + tau * (online - target), elementwise. */
void mg_soft_update(size_t n, mg_real tau, const mg_real *online, mg_real *target);

#endif
