/* network.c - layers of a description, and their recording. */
#include "core/num/network.h"

#include <stdio.h>
#include <stdlib.h>

static int add_lstm(mg_layout *layout, const mg_layer *layer, int inputs)
{
    char recurrent[sizeof layout->view[0].name];
    int weight = mg_layout_add_linear(layout, layer->name, inputs, 4 * layer->outputs, layer->weight, MG_NO_BIAS);
    snprintf(recurrent, sizeof recurrent, "%s.recurrent", layer->name);
    mg_layout_add_linear(layout, recurrent, layer->outputs, 4 * layer->outputs, layer->weight, layer->bias);
    return weight;
}

void mg_network_describe(mg_network *network, int inputs, int layers, const mg_layer *layer)
{
    mg_network_describe_image(network, NULL, inputs, 1, -1, layers, layer);
}

static int add_filters(mg_layout *layout, const char *name, const mg_network_image *image, int channels)
{
    char full[sizeof layout->view[0].name];
    const int window = image->window * image->window;
    snprintf(full, sizeof full, "%s.weight", name);
    int weight = mg_layout_add(layout, full, channels * window, image->filters, image->weight, channels * window,
                               image->filters * window);
    snprintf(full, sizeof full, "%s.bias", name);
    mg_layout_add(layout, full, 1, image->filters, (mg_initialiser)image->filters_bias, 1, image->filters);
    return weight;
}

/* Numbers of the input that are its image, and of it after a convolution. */
static int image_numbers(const mg_network_image *image)
{
    return image->channels * image->height * image->width;
}

static int filtered_numbers(const mg_network_image *image)
{
    return image->filters * image->height * image->width;
}

/* Its layers in the layout; returns how many numbers go into the next one. */
static int add_image(mg_network *network, const mg_network_image *image)
{
    const int beside = network->inputs - image_numbers(image), width = image->hidden > 0 ? image->hidden : beside;
    if (beside < 0 || width < 1) {
        fprintf(stderr, "marlgold: a network of %d inputs, wanted more than its image of %d x %d x %d\n",
                network->inputs, image->channels, image->height, image->width);
        exit(1);
    }
    network->image = *image;
    network->image_weight[0] = add_filters(&network->layout, "filters_1", image, image->channels);
    if (!image->single)
        network->image_weight[1] = add_filters(&network->layout, "filters_2", image, image->filters);
    network->image_weight[2] =
        mg_layout_add_linear(&network->layout, "image", filtered_numbers(image), width, image->weight, image->bias);
    return width + beside;
}

void mg_network_describe_image(mg_network *network, const mg_network_image *image, int inputs, int steps, int lstm,
                               int layers, const mg_layer *layer)
{
    if (layers < 1 || layers > MG_NETWORK_LAYERS_MAX) {
        fprintf(stderr, "marlgold: a network of %d layers, wanted 1 to %d\n", layers, MG_NETWORK_LAYERS_MAX);
        exit(1);
    }
    network->inputs = network->outputs = inputs;
    network->layers = layers;
    network->steps = steps;
    network->lstm = lstm;
    network->forget = 0.0;
    network->sparse = false;
    mg_layout_clear(&network->layout);
    network->image.filters = 0;
    if (image)
        network->outputs = add_image(network, image);
    for (int l = 0; l < layers; l++) {
        network->weight[l] = l == lstm ? add_lstm(&network->layout, &layer[l], network->outputs)
                                       : mg_layout_add_linear(&network->layout, layer[l].name, network->outputs,
                                                              layer[l].outputs, layer[l].weight, layer[l].bias);
        network->activation[l] = layer[l].activation;
        network->outputs = layer[l].outputs;
    }
}

void mg_network_hidden_two(mg_network *network, int inputs, int hidden_1, int hidden_2, int outputs,
                           mg_initialiser weight, int bias)
{
    const mg_layer layer[] = {{"first", hidden_1, MG_ACTIVATION_RELU, weight, bias},
                              {"second", hidden_2, MG_ACTIVATION_RELU, weight, bias},
                              {"output", outputs, MG_ACTIVATION_NONE, weight, bias}};
    mg_network_describe(network, inputs, 3, layer);
}

void mg_network_pictured(mg_network *network, const mg_network_image *image, int inputs, int hidden_1, int hidden_2,
                         const mg_layer *output, mg_initialiser weight, int bias)
{
    const mg_layer layer[] = {{"first", hidden_1, MG_ACTIVATION_RELU, weight, bias},
                              {"second", hidden_2, MG_ACTIVATION_RELU, weight, bias},
                              *output};
    mg_network_image seen = image ? *image : (mg_network_image){.filters = 0};
    seen.single = true;
    seen.hidden = hidden_1;
    if (seen.filters > 0)
        mg_network_describe_image(network, &seen, inputs, 1, -1, 2, layer + 1);
    else
        mg_network_describe(network, inputs, 3, layer);
}

/* *state: what it remembers after every step. */
static mg_node record_lstm(mg_tape *tape, const mg_network *network, mg_node input, int steps, mg_node start,
                           mg_node *state)
{
    int weight = network->weight[network->lstm];
    const mg_recurrence of = {.x = mg_tape_linear(tape, input, &network->layout, weight, MG_ACTIVATION_NONE),
                              .start = start,
                              .steps = steps,
                              .layout = &network->layout,
                              .weight = weight + 1,
                              .reset_slot = -1};
    *state = mg_tape_lstm(tape, &of, network->forget);
    return mg_tape_slice(tape, *state, 0, network->layout.view[weight + 1].rows);
}

static mg_node record_image(mg_tape *tape, const mg_network *network, mg_node input)
{
    const mg_network_image *image = &network->image;
    const int *weight = network->image_weight, numbers = image_numbers(image);
    mg_image seen = {image->channels, image->height, image->width, image->window, image->window, image->sparse};
    const int beside = network->inputs - numbers;
    mg_node rest = beside > 0 ? mg_tape_slice(tape, input, numbers, beside) : -1;
    mg_node x = beside > 0 ? mg_tape_slice(tape, input, 0, numbers) : input;
    x = mg_tape_convolution(tape, x, &seen, &network->layout, weight[0], MG_ACTIVATION_RELU);
    seen.channels = image->filters;
    seen.sparse = false;
    if (!image->single)
        x = mg_tape_convolution(tape, x, &seen, &network->layout, weight[1], MG_ACTIVATION_RELU);
    x = mg_tape_linear(tape, x, &network->layout, weight[2], MG_ACTIVATION_RELU);
    return beside > 0 ? mg_tape_concat(tape, x, rest) : x;
}

static mg_node record_layer(mg_tape *tape, const mg_network *network, int l, mg_node input)
{
    bool sparse = network->sparse && l == 0 && network->image.filters == 0;
    return (sparse ? mg_tape_sparse_linear : mg_tape_linear)(tape, input, &network->layout, network->weight[l],
                                                             network->activation[l]);
}

/* start: -1 for zeros. */
static mg_node record(mg_tape *tape, const mg_network *network, mg_node input, int steps, mg_node start, mg_node *state)
{
    if (network->image.filters > 0)
        input = record_image(tape, network, input);
    for (int l = 0; l < network->layers; l++)
        input = l == network->lstm ? record_lstm(tape, network, input, steps, start, state)
                                   : record_layer(tape, network, l, input);
    return input;
}

mg_node mg_network_record(mg_tape *tape, const mg_network *network, mg_node input)
{
    mg_node state;
    return record(tape, network, input, network->steps, -1, &state);
}

mg_node mg_network_record_step(mg_tape *tape, const mg_network *network, mg_node input, mg_node start, mg_node *state)
{
    return record(tape, network, input, 1, start, state);
}

int mg_network_state(const mg_network *network)
{
    return network->lstm < 0 ? 0 : 2 * network->layout.view[network->weight[network->lstm] + 1].rows;
}

mg_tape *mg_network_tape(const mg_network *network, int rows_max, mg_node *output)
{
    mg_tape *tape = mg_tape_create(rows_max);
    *output = mg_network_record(tape, network, mg_tape_input_rows(tape, network->steps, network->inputs));
    mg_tape_finish(tape);
    return tape;
}
