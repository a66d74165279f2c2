/* proximal_step.c - the clipped objective and its slope. */
#include "core/rl/proximal_step.h"

#include "core/num/scalar_math.h"

mg_real mg_ratio(mg_real a, mg_real b)
{
    const mg_real least = (mg_real)1e-8;
    return a / (b > least ? b : least);
}

mg_real mg_clipped_objective(const mg_clipped_batch *batch, mg_real *term, mg_real *slope)
{
    mg_real low = (mg_real)1 - batch->clip, high = (mg_real)1 + batch->clip, sum = 0;
    for (int t = 0; t < batch->steps; t++) {
        mg_real chosen = batch->probability[(size_t)t * (size_t)batch->stride + (size_t)batch->action[t]];
        mg_real ratio = mg_ratio(chosen, batch->before[t]);
        mg_real weight = batch->product ? batch->product[t] * batch->advantage[t] : batch->advantage[t];
        mg_real held = weight > 0 && ratio > high ? high : weight < 0 && ratio < low ? low : ratio;
        term[t] = held * weight;
        slope[t] = held == ratio ? term[t] : (mg_real)0;
        sum += term[t];
    }
    return sum / (mg_real)batch->steps;
}

void mg_add_log_gradient(int steps, int actions, int stride, const mg_real *probability, const int32_t *action,
                         const mg_real *slope, mg_real *gradient)
{
    for (int t = 0; t < steps; t++) {
        mg_real scaled = slope[t] / (mg_real)steps;
        const mg_real *p = probability + (size_t)t * (size_t)stride;
        mg_real *g = gradient + (size_t)t * (size_t)stride;
        for (int b = 0; b < actions; b++) {
            mg_real along = (b == action[t] ? (mg_real)1 : (mg_real)0) - p[b];
            g[b] += scaled * along;
        }
    }
}

mg_real mg_log_real(mg_real x)
{
#ifdef MG_DOUBLE
    return mg_log(x);
#else
    return mg_log_float(x);
#endif
}

void mg_add_entropy_gradient(int steps, int actions, int stride, const mg_real *probability, mg_real weight,
                             mg_real *gradient)
{
    for (int t = 0; t < steps; t++) {
        const mg_real *p = probability + (size_t)t * (size_t)stride;
        mg_real *g = gradient + (size_t)t * (size_t)stride, entropy = 0;
        for (int b = 0; b < actions; b++)
            entropy -= p[b] > 0 ? p[b] * mg_log_real(p[b]) : (mg_real)0;
        for (int b = 0; b < actions; b++)
            if (p[b] > 0)
                g[b] -= weight / (mg_real)steps * (p[b] * (mg_log_real(p[b]) + entropy));
    }
}

mg_real mg_squared_error(int n, const mg_real *value, const mg_real *target, mg_real *cotangent)
{
    mg_real sum = 0;
    for (int k = 0; k < n; k++) {
        mg_real off = value[k] - target[k];
        cotangent[k] = 2 * off / (mg_real)n;
        sum += off * off;
    }
    return sum / (mg_real)n;
}
