/* network.c - layers of a description, and their recording. */
#include "core/num/network.h"

#include <stdio.h>
#include <stdlib.h>

void mg_network_describe(mg_network *network, int inputs, int layers, const mg_layer *layer)
{
    if (layers < 1 || layers > MG_NETWORK_LAYERS_MAX) {
        fprintf(stderr, "marlgold: a network of %d layers, wanted 1 to %d\n", layers, MG_NETWORK_LAYERS_MAX);
        exit(1);
    }
    network->inputs = network->outputs = inputs;
    network->layers = layers;
    mg_layout_clear(&network->layout);
    for (int l = 0; l < layers; l++) {
        network->weight[l] = mg_layout_add_linear(&network->layout, layer[l].name, network->outputs, layer[l].outputs,
                                                  layer[l].weight, layer[l].bias);
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

mg_node mg_network_record(mg_tape *tape, const mg_network *network, mg_node input)
{
    for (int l = 0; l < network->layers; l++)
        input = mg_tape_linear(tape, input, &network->layout, network->weight[l], network->activation[l]);
    return input;
}

mg_tape *mg_network_tape(const mg_network *network, int rows_max, mg_node *output)
{
    mg_tape *tape = mg_tape_create(rows_max);
    *output = mg_network_record(tape, network, mg_tape_input(tape, network->inputs));
    mg_tape_finish(tape);
    return tape;
}
