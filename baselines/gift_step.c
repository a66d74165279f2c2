/* gift_step.c - a softmax, and beside it a Gaussian of unit variance. */
#include "baselines/gift_step.h"
#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

#ifndef MG_DOUBLE /* the program holds no mg_real: recorded once, replayed in both forms */

static void create_policy(mg_discrete_policy *policy, const mg_gift_shape *shape, int choices)
{
    const mg_layer logits = {"output", choices, MG_ACTIVATION_NONE, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO};
    mg_network network;
    mg_network_pictured(&network, &shape->picture, shape->observation, shape->hidden_1, shape->hidden_2, &logits,
                        MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    mg_discrete_policy_create_of(policy, &network, shape->rows_max, shape->log_form);
}

void mg_gift_program_create(mg_gift_program *program, const mg_gift_shape *shape)
{
    const int others = shape->agents - 1;
    const mg_layer means = {"output", others, MG_ACTIVATION_NONE, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO};
    program->shape = *shape;
    program->others = others;
    program->seen = shape->observation + (shape->kind ? others * shape->kinds : 0);
    create_policy(&program->giver, shape,
                  shape->continuous || shape->plain ? shape->actions : shape->actions << others);
    create_policy(&program->receiver, shape, shape->actions);
    program->mean_tape = NULL;
    if (!shape->continuous || shape->plain)
        return;
    mg_network_pictured(&program->mean_network, &shape->picture, program->seen, shape->gift_hidden_1,
                        shape->gift_hidden_2, &means, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    program->mean_tape = mg_network_tape(&program->mean_network, shape->rows_max, &program->mean);
}

void mg_gift_program_destroy(mg_gift_program *program)
{
    mg_discrete_policy_destroy(&program->giver);
    mg_discrete_policy_destroy(&program->receiver);
    if (program->mean_tape)
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
    const size_t workspace = program->mean_tape ? mg_tape_workspace(program->mean_tape) : 0;
    scratch->memory = mg_allocate(2 * cells + workspace + 1, sizeof(mg_real));
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
                             const mg_real *seen)
{
    scratch->mean.rows = rows;
    scratch->mean.parameters = theta + program->giver.network.layout.count;
    scratch->mean.input[0] = seen;
    mg_tape_forward(program->mean_tape, &scratch->mean);
    return mg_tape_value(program->mean_tape, &scratch->mean, program->mean);
}

void mg_gift_seen(const mg_gift_program *program, int giver, const mg_real *observation, const int32_t *action,
                  int stride, mg_real *seen)
{
    const mg_gift_shape *shape = &program->shape;
    memcpy(seen, observation, (size_t)shape->observation * sizeof *seen);
    seen += shape->observation;
    for (int k = 0; shape->kind && k < shape->agents; k++) {
        if (k == giver)
            continue;
        const int shown = shape->kind[action[(size_t)k * (size_t)stride] % shape->actions];
        for (int kind = 0; kind < shape->kinds; kind++)
            *seen++ = kind == shown ? (mg_real)1 : (mg_real)0;
    }
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
    const mg_real *mean =
        mg_gift_means(program, scratch, rows->rows, rows->theta, rows->seen ? rows->seen : rows->observation);
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
