/* gift_step.c - a softmax, and beside it a Gaussian of unit variance. */
#include "baselines/gift_step.h"
#include "core/io/memory.h"

#include <stdlib.h>

#ifndef MG_DOUBLE /* the program holds no mg_real: recorded once, replayed in both forms */

void mg_gift_program_create(mg_gift_program *program, const mg_gift_shape *shape)
{
    const int others = shape->agents - 1;
    program->shape = *shape;
    program->others = others;
    mg_discrete_policy_create(&program->giver, shape->observation, shape->hidden_1, shape->hidden_2,
                              shape->continuous ? shape->actions : shape->actions << others, shape->rows_max,
                              shape->log_form);
    mg_discrete_policy_create(&program->receiver, shape->observation, shape->hidden_1, shape->hidden_2, shape->actions,
                              shape->rows_max, shape->log_form);
    mg_network_hidden_two(&program->mean_network, shape->observation, shape->gift_hidden_1, shape->gift_hidden_2,
                          others, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    program->mean_tape = mg_network_tape(&program->mean_network, shape->rows_max, &program->mean);
}

void mg_gift_program_destroy(mg_gift_program *program)
{
    mg_discrete_policy_destroy(&program->giver);
    mg_discrete_policy_destroy(&program->receiver);
    mg_tape_destroy(program->mean_tape);
}

size_t mg_gift_count(const mg_gift_program *program, int agent)
{
    return mg_gift_policy(program, agent)->network.layout.count +
           (mg_gift_draws(program, agent) ? program->mean_network.layout.count : 0);
}

#endif

struct mg_gift_scratch {
    mg_reinforce *giver, *receiver;
    mg_tape_replay mean;
    mg_real *cotangent, *tangent; /* rows_max x others */
    mg_real *memory;
};

mg_gift_scratch *mg_gift_scratch_create(const mg_gift_program *program)
{
    mg_gift_scratch *scratch = mg_allocate(1, sizeof *scratch);
    const size_t cells = (size_t)program->shape.rows_max * (size_t)program->others;
    scratch->giver = mg_reinforce_create(&program->giver);
    scratch->receiver = mg_reinforce_create(&program->receiver);
    scratch->memory = mg_allocate(2 * cells + mg_tape_workspace(program->mean_tape), sizeof(mg_real));
    scratch->cotangent = scratch->memory;
    scratch->tangent = scratch->cotangent + cells;
    scratch->mean.workspace = scratch->tangent + cells;
    return scratch;
}

void mg_gift_scratch_destroy(mg_gift_scratch *scratch)
{
    if (!scratch)
        return;
    mg_reinforce_destroy(scratch->giver);
    mg_reinforce_destroy(scratch->receiver);
    free(scratch->memory);
    free(scratch);
}

const mg_real *mg_gift_means(const mg_gift_program *program, mg_gift_scratch *scratch, int rows, const mg_real *theta,
                             const mg_real *observation)
{
    scratch->mean.rows = rows;
    scratch->mean.parameters = theta + program->giver.network.layout.count;
    scratch->mean.input[0] = observation;
    mg_tape_forward(program->mean_tape, &scratch->mean);
    return mg_tape_value(program->mean_tape, &scratch->mean, program->mean);
}

static mg_reinforce *reinforce_of(const mg_gift_program *program, const mg_gift_scratch *scratch, int agent)
{
    return agent < program->shape.givers ? scratch->giver : scratch->receiver;
}

void mg_gift_loss_gradient(const mg_gift_program *program, mg_gift_scratch *scratch, const mg_gift_rows *rows,
                           const mg_real *weight, mg_real epsilon, mg_real entropy, mg_real *gradient)
{
    const int others = program->others;
    mg_reinforce_gradient(reinforce_of(program, scratch, rows->agent), rows->rows, rows->theta, rows->observation,
                          rows->choice, weight, epsilon, entropy, gradient);
    if (!mg_gift_draws(program, rows->agent))
        return;
    /* d log N(u; m, 1) / d m = u - m */
    const mg_real *mean = mg_gift_means(program, scratch, rows->rows, rows->theta, rows->observation);
    for (int n = 0; n < rows->rows * others; n++)
        scratch->cotangent[n] = -weight[n / others] * (rows->u[n] - mean[n]);
    const mg_cotangent cotangent = {program->mean, scratch->cotangent};
    mg_tape_backward(program->mean_tape, &scratch->mean, 1, &cotangent, gradient + program->giver.network.layout.count,
                     NULL);
}

void mg_gift_slope(const mg_gift_program *program, mg_gift_scratch *scratch, const mg_gift_rows *rows,
                   const mg_real *direction, mg_real *slope)
{
    const int others = program->others;
    mg_reinforce_slope(reinforce_of(program, scratch, rows->agent), direction, slope);
    if (!mg_gift_draws(program, rows->agent))
        return;
    const mg_real *mean = mg_tape_value(program->mean_tape, &scratch->mean, program->mean);
    mg_tape_tangent(program->mean_tape, &scratch->mean, direction + program->giver.network.layout.count, program->mean,
                    scratch->tangent);
    for (int n = 0; n < rows->rows * others; n++)
        slope[n / others] += (rows->u[n] - mean[n]) * scratch->tangent[n];
}
