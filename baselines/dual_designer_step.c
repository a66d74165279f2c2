/* dual_designer_step.c - see dual_designer_step.h. */
#include "baselines/dual_designer_step.h"
#include "core/num/kernels.h"
#include "core/rl/proximal_step.h"

/* d log p(a) / d logit_b = 1{b = a} - p_b, dH / d logit_b = - p_b (log p_b + H). */
static void slope_of_choice(const mg_dual_decisions *d, int row, const mg_real *p, mg_real *cotangent)
{
    mg_real entropy = 0;
    for (int b = 0; b < d->wide; b++)
        entropy -= p[b] > 0 ? p[b] * mg_log_real(p[b]) : (mg_real)0;
    for (int b = 0; b < d->wide; b++) {
        const mg_real taken = b == d->choice[row] ? (mg_real)1 : (mg_real)0;
        const mg_real evenness = p[b] > 0 ? p[b] * (mg_log_real(p[b]) + entropy) : (mg_real)0;
        cotangent[b] = d->worth[row] * (p[b] - taken) + d->entropy * evenness;
    }
}

void mg_dual_designer_cotangent(const mg_dual_decisions *d, const mg_real *output, mg_real *probability,
                                mg_real *cotangent)
{
    if (!d->continuous)
        mg_kernels_current()->softmax(d->rows, d->wide, output, probability);
    for (int row = 0; row < d->rows; row++) {
        const size_t at = (size_t)row * (size_t)d->wide;
        if (!d->continuous)
            slope_of_choice(d, row, probability + at, cotangent + at);
        for (int n = 0; n < d->wide && d->continuous; n++) /* d log N(u; m, 1) / d m = u - m */
            cotangent[at + (size_t)n] = d->worth[row] * (output[at + (size_t)n] - d->u[at + (size_t)n]);
    }
}
