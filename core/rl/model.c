/* model.c - memory, forward and backward, steps, lists. */
#include "core/rl/model.h"
#include "core/io/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- steppers ---- */

void mg_stepper_create(mg_stepper *stepper, mg_optimiser_config config, int blocks, size_t count)
{
    size_t moments = mg_optimiser_reals(&config, count), counters = (size_t)blocks;
    *stepper = (mg_stepper){.config = config, .count = count, .group = blocks, .stride = blocks};
    stepper->moments = mg_allocate_block(counters * moments, sizeof *stepper->moments);
    stepper->owned = mg_allocate(counters, 2 * sizeof *stepper->beta_power + sizeof *stepper->steps);
    stepper->beta_power = stepper->owned;
    stepper->steps = (uint64_t *)(stepper->beta_power + 2 * counters);
    for (size_t n = 0; n < 2 * counters; n++)
        stepper->beta_power[n] = 1.0;
}

void mg_stepper_destroy(mg_stepper *stepper)
{
    free(stepper->moments);
    free(stepper->owned);
}

void mg_stepper_share_counters(mg_stepper *stepper, double *beta_power, uint64_t *steps, int group, int stride,
                               int first)
{
    free(stepper->owned);
    stepper->owned = NULL;
    stepper->beta_power = beta_power;
    stepper->steps = steps;
    stepper->group = group;
    stepper->stride = stride;
    stepper->first = first;
}

float *mg_stepper_moments(const mg_stepper *stepper, int block)
{
    return stepper->moments + (size_t)block * mg_optimiser_reals(&stepper->config, stepper->count);
}

void mg_stepper_step(mg_stepper *stepper, int block, const float *gradient, float *parameters)
{
    int counter = block / stepper->group * stepper->stride + stepper->first + block % stepper->group;
    double *power = stepper->beta_power + 2 * counter;
    mg_optimiser_state state = {power[0], power[1], stepper->steps[counter]};
    mg_optimiser_step(&stepper->config, &state, stepper->count, gradient, mg_stepper_moments(stepper, block),
                      parameters);
    power[0] = state.beta1_power;
    power[1] = state.beta2_power;
    stepper->steps[counter] = state.steps;
}

/* ---- models ---- */

void mg_model_create_recorded(mg_model *model, const mg_layout *layout, mg_tape *tape, mg_node output, int copies,
                              mg_optimiser_config optimiser, unsigned has)
{
    size_t count = layout->count, all = (size_t)copies * count;
    *model = (mg_model){.layout = layout, .copies = copies, .count = count, .tape = tape, .output = output};
    model->parameters = mg_allocate_block(all, sizeof(float));
    model->gradient = mg_allocate_block(count, sizeof(float));
    if (has & MG_MODEL_TARGET)
        model->target = mg_allocate_block(all, sizeof(float));
    mg_stepper_create(&model->stepper, optimiser, copies, count);
    if (!tape)
        return;
    model->workspace = mg_allocate_block(mg_tape_workspace(tape), sizeof(float));
    if (has & MG_MODEL_VALUES)
        model->values = mg_allocate_block((size_t)copies * mg_tape_values(tape), sizeof(float));
}

void mg_model_create(mg_model *model, const mg_network *network, int rows, int copies, mg_optimiser_config optimiser,
                     unsigned has)
{
    mg_node output = 0;
    mg_tape *tape = rows ? mg_network_tape(network, rows, &output) : NULL;
    mg_model_create_recorded(model, &network->layout, tape, output, copies, optimiser, has);
}

void mg_model_destroy(mg_model *model)
{
    mg_stepper_destroy(&model->stepper);
    if (model->tape)
        mg_tape_destroy(model->tape);
    free(model->parameters);
    free(model->target);
    free(model->gradient);
    free(model->workspace);
    free(model->values);
}

float *mg_model_parameters(const mg_model *model, int copy)
{
    return model->parameters + (size_t)copy * model->count;
}

float *mg_model_target(const mg_model *model, int copy)
{
    return model->target + (size_t)copy * model->count;
}

void mg_model_initialise(mg_model *model, int copy, mg_key key, uint32_t number)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, number);
    mg_parameters_initialise(model->layout, &stream, mg_model_parameters(model, copy));
    if (model->target)
        mg_model_follow(model, copy, 1.0f);
}

void mg_model_spread(mg_model *model, int copy, double spread)
{
    float *parameters = mg_model_parameters(model, copy);
    for (size_t k = 0; k < model->count; k++)
        parameters[k] *= (float)spread;
    if (model->target)
        mg_model_follow(model, copy, 1.0f);
}

static void fill_in(const mg_model *model, int copy, const float *parameters, mg_tape_replay *replay)
{
    replay->parameters = parameters;
    replay->workspace = model->workspace;
    if (model->values)
        replay->values = model->values + (size_t)copy * mg_tape_values(model->tape);
}

const float *mg_model_replay_known(mg_model *model, int copy, const float *parameters, mg_tape_replay *replay)
{
    fill_in(model, copy, parameters, replay);
    return mg_tape_value(model->tape, replay, model->output);
}

const float *mg_model_replay(mg_model *model, int copy, const float *parameters, mg_tape_replay *replay)
{
    fill_in(model, copy, parameters, replay);
    mg_tape_forward(model->tape, replay);
    return mg_tape_value(model->tape, replay, model->output);
}

void mg_model_keep(const mg_model *model, int first, int count, float *values, int at)
{
    mg_tape_move_samples(model->tape, model->workspace, first, count, values, at);
}

void mg_model_replay_backward(mg_model *model, mg_tape_replay *replay, int count, const mg_cotangent *cotangent,
                              float *const *input_gradient)
{
    mg_tape_backward(model->tape, replay, count, cotangent, model->gradient, input_gradient);
}

const float *mg_model_forward(mg_model *model, int copy, int rows, const float *input)
{
    mg_tape_replay replay = {.rows = rows, .input = {input}};
    return mg_model_replay(model, copy, mg_model_parameters(model, copy), &replay);
}

const float *mg_model_forward_target(mg_model *model, int copy, int rows, const float *input)
{
    mg_tape_replay replay = {.rows = rows, .input = {input}};
    return mg_model_replay(model, copy, mg_model_target(model, copy), &replay);
}

void mg_model_backward(mg_model *model, int copy, int rows, const float *input, const float *cotangent,
                       float *input_gradient)
{
    mg_tape_replay replay = {.rows = rows, .input = {input}};
    fill_in(model, copy, mg_model_parameters(model, copy), &replay);
    mg_cotangent from = {model->output, cotangent};
    mg_tape_backward(model->tape, &replay, 1, &from, model->gradient, input_gradient ? &input_gradient : NULL);
}

void mg_model_step(mg_model *model, int copy)
{
    mg_stepper_step(&model->stepper, copy, model->gradient, mg_model_parameters(model, copy));
}

void mg_model_follow(mg_model *model, int copy, float tau)
{
    if (tau == 1.0f)
        memcpy(mg_model_target(model, copy), mg_model_parameters(model, copy), model->count * sizeof(float));
    else
        mg_soft_update(model->count, tau, mg_model_parameters(model, copy), mg_model_target(model, copy));
}

/* ---- lists ---- */

int mg_list_block(const mg_layout *layout, float *block, mg_kind kind, const char *prefix, mg_tensor *tensor, int room,
                  int count)
{
    for (int v = 0; v < layout->views; v++, count++) {
        const mg_view *view = &layout->view[v];
        if (count >= room)
            continue;
        tensor[count] = (mg_tensor){.kind = kind, .type = MG_TYPE_FLOAT, .rows = view->rows, .columns = view->columns};
        tensor[count].data = block + view->offset;
        snprintf(tensor[count].name, sizeof tensor[count].name, "%s %.24s", prefix, view->name);
    }
    return count;
}

int mg_list_array(mg_kind kind, const char *name, mg_type type, size_t n, void *data, mg_tensor *tensor, int room,
                  int count)
{
    if (count < room) {
        tensor[count] = (mg_tensor){.kind = kind, .type = type, .rows = 1, .columns = (int)n, .data = data};
        snprintf(tensor[count].name, sizeof tensor[count].name, "%s", name);
    }
    return count + 1;
}

static int list_stepper(const mg_stepper *stepper, size_t blocks, const char *of, mg_tensor *tensor, int room,
                        int count)
{
    const size_t moments = blocks * mg_optimiser_reals(&stepper->config, stepper->count);
    char name[3][32];
    snprintf(name[0], sizeof name[0], "%.16s moments", of);
    snprintf(name[1], sizeof name[1], "%.16s powers", of);
    snprintf(name[2], sizeof name[2], "%.16s steps", of);
    count = mg_list_array(MG_KIND_OPTIMISERS, name[0], MG_TYPE_FLOAT, moments, stepper->moments, tensor, room, count);
    count = mg_list_array(MG_KIND_OPTIMISERS, name[1], MG_TYPE_DOUBLE, 2 * blocks, stepper->beta_power, tensor, room,
                          count);
    return mg_list_array(MG_KIND_OPTIMISERS, name[2], MG_TYPE_U64, blocks, stepper->steps, tensor, room, count);
}

int mg_model_tensors(const mg_model *model, mg_kind kind, const char *name, mg_tensor *tensor, int room, int count)
{
    const mg_layout *layout = model->layout;
    for (int copy = 0; copy < model->copies; copy++) {
        char prefix[40];
        snprintf(prefix, sizeof prefix, "%.16s %d", name, copy);
        count = mg_list_block(layout, mg_model_parameters(model, copy), kind, prefix, tensor, room, count);
        snprintf(prefix, sizeof prefix, "%.16s %d target", name, copy);
        if (model->target)
            count = mg_list_block(layout, mg_model_target(model, copy), kind, prefix, tensor, room, count);
    }
    return list_stepper(&model->stepper, (size_t)model->copies, name, tensor, room, count);
}
