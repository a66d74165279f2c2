/* reinforce.c - the loss of a trajectory, its gradient, its slope along a direction. */
#include "core/rl/reinforce.h"
#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

struct mg_reinforce {
    const mg_discrete_policy *policy;
    mg_tape_replay learn, judge;
    mg_real *keep, *floor, *log_cotangent, *entropy_cotangent; /* a column of rows_max each */
    mg_real *memory;
};

mg_reinforce *mg_reinforce_create(const mg_discrete_policy *policy)
{
    mg_reinforce *reinforce = mg_allocate(1, sizeof *reinforce);
    size_t rows = (size_t)policy->rows_max;
    size_t learn = mg_tape_workspace(policy->learn), judge = mg_tape_workspace(policy->judge);
    reinforce->memory = mg_allocate(learn + judge + 4 * rows, sizeof(mg_real));
    reinforce->policy = policy;
    reinforce->learn.workspace = reinforce->memory;
    reinforce->judge.workspace = reinforce->learn.workspace + learn;
    reinforce->keep = reinforce->judge.workspace + judge;
    reinforce->floor = reinforce->keep + rows;
    reinforce->log_cotangent = reinforce->floor + rows;
    reinforce->entropy_cotangent = reinforce->log_cotangent + rows;
    return reinforce;
}

void mg_reinforce_destroy(mg_reinforce *reinforce)
{
    if (reinforce)
        free(reinforce->memory);
    free(reinforce);
}

void mg_reinforce_gradient(mg_reinforce *reinforce, int steps, const mg_real *theta, const mg_real *observation,
                           const int32_t *action, const mg_real *returns, mg_real epsilon, mg_real entropy,
                           mg_real *gradient)
{
    const mg_discrete_policy *policy = reinforce->policy;
    mg_tape_replay *learn = &reinforce->learn;
    for (int t = 0; t < steps; t++) {
        reinforce->keep[t] = (mg_real)1 - epsilon;
        reinforce->floor[t] = epsilon / (mg_real)policy->actions;
        reinforce->log_cotangent[t] = -returns[t];
        reinforce->entropy_cotangent[t] = -entropy;
    }
    learn->rows = steps;
    learn->parameters = theta;
    learn->input[0] = observation;
    learn->input[1] = reinforce->keep;
    learn->input[2] = reinforce->floor;
    learn->index[0] = action;
    mg_tape_forward(policy->learn, learn);
    mg_cotangent cotangent[2] = {{policy->log_taken, reinforce->log_cotangent},
                                 {policy->entropy, reinforce->entropy_cotangent}};
    mg_tape_backward(policy->learn, learn, 2, cotangent, gradient, NULL);
}

void mg_reinforce_slope(mg_reinforce *reinforce, const mg_real *direction, mg_real *slope)
{
    mg_tape_tangent(reinforce->policy->learn, &reinforce->learn, direction, reinforce->policy->log_taken, slope);
}

const mg_real *mg_reinforce_judge(mg_reinforce *reinforce, int steps, const mg_real *theta, const mg_real *observation,
                                  const int32_t *action)
{
    mg_tape_replay *judge = &reinforce->judge;
    judge->rows = steps;
    judge->parameters = theta;
    judge->input[0] = observation;
    judge->index[0] = action;
    mg_tape_forward(reinforce->policy->judge, judge);
    return mg_tape_value(reinforce->policy->judge, judge, reinforce->policy->log_pure);
}

void mg_reinforce_judge_gradient(mg_reinforce *reinforce, const mg_real *weight, mg_real *gradient)
{
    for (int t = 0; t < reinforce->judge.rows; t++)
        reinforce->log_cotangent[t] = -weight[t];
    mg_cotangent cotangent = {reinforce->policy->log_pure, reinforce->log_cotangent};
    mg_tape_backward(reinforce->policy->judge, &reinforce->judge, 1, &cotangent, gradient, NULL);
}
