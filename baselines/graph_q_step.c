/* graph_q_step.c - how far attention has moved from what it is a step later. */
#include "baselines/graph_q_step.h"
#include "core/rl/proximal_step.h"

mg_real mg_relation_error(int rows, int slots, mg_real weight, const mg_real *now, const mg_real *later,
                          mg_real *cotangent)
{
    const mg_real least = (mg_real)1e-30;
    mg_real sum = 0, share = weight / (mg_real)rows;
    for (int k = 0; k < rows * slots; k++) {
        mg_real is = now[k] < least ? least : now[k];
        cotangent[k] = 0;
        if (!(later[k] > 0))
            continue;
        mg_real ratio = later[k] / is;
        cotangent[k] = -share * ratio;
        mg_real part = later[k] * mg_log_real(ratio);
        sum += part;
    }
    return share * sum;
}
