/* network.h - a multilayer network said once: sizes, activations, first values, names of its parameters.
 *
 *     mg_network network;
 *     mg_network_hidden_two(&network, inputs, 128, 64, outputs, MG_INITIALISE_HE_UNIFORM, MG_INITIALISE_ZERO);
 *     mg_node logits = mg_network_record(tape, &network, mg_tape_input(tape, inputs));
 *
 * The description holds no parameters: any number of tapes record it and any number of blocks of layout.count reals are
 * it. Heads are columns of the last layer, or layers recorded behind it. Holds no mg_real: binary32 and binary64 share
 * it.
 */
#ifndef MG_NETWORK_H
#define MG_NETWORK_H

#include "core/num/tape.h"

#define MG_NETWORK_LAYERS_MAX 8
#define MG_NO_BIAS (-1)

typedef struct mg_layer {
    const char *name; /* its parameters are "<name>.weight" and "<name>.bias" */
    int outputs;
    mg_activation activation;
    mg_initialiser weight;
    int bias; /* an mg_initialiser, or MG_NO_BIAS */
} mg_layer;

/* What comes before the layers where the first numbers of the input are an image (as mg_image has it) and the others
 * lie beside it: "filters_1" and, unless it is `single`, "filters_2" are convolutions by a square window (ReLU), then
 * "image" is a layer (ReLU), `hidden` wide, or as wide as what lies beside, which follows it into the first of the
 * layers.
 */
typedef struct mg_network_image {
    int channels, height, width;
    int filters, window; /* of the convolutions */
    bool single;         /* there is but one */
    int hidden;          /* width of the layer; 0: as wide as what lies beside the image, of which there is some then */
    bool sparse;         /* of the image itself, as in mg_image */
    mg_initialiser weight;
    int bias;         /* of the layer, as in mg_layer */
    int filters_bias; /* of the convolutions; a filter's bias has a fan in of 1 and a fan out of all filters */
} mg_network_image;

typedef struct mg_network {
    int inputs, outputs, layers;
    int steps, lstm;        /* rows of a sample; the layer that remembers, or -1 */
    double forget;          /* of an LSTM, added to its forget gate; 0 unless set before recording */
    mg_network_image image; /* no filters: there is none */
    bool sparse;            /* most inputs are 0: the first layer is faster, with the same bits; set before recording */
    mg_layout layout;       /* in the order of the layers, weight before bias; an image's come first */
    int image_weight[3];    /* views of the layout */
    int weight[MG_NETWORK_LAYERS_MAX];
    mg_activation activation[MG_NETWORK_LAYERS_MAX];
} mg_network;

/* Linear layers one after another, 1 to MG_NETWORK_LAYERS_MAX of them: else the program ends. */
void mg_network_describe(mg_network *network, int inputs, int layers, const mg_layer *layer);

/* The same over sequences and images: a sample is `steps` consecutive rows, and layer number `lstm` remembers the rows
 * before, from zeros on. It is an LSTM (core/num/tape.h) of `outputs` units, its gates have the layer's first values
 * and their own activations: "<name>.weight" takes what comes in, "<name>.recurrent.weight" and "<name>.recurrent.bias"
 * what was before.
 *
 * image: NULL where there is none. lstm: -1 for none. */
void mg_network_describe_image(mg_network *network, const mg_network_image *image, int inputs, int steps, int lstm,
                               int layers, const mg_layer *layer);

/* Hidden ReLU layers "first" and "second", then "output" without activation. */
void mg_network_hidden_two(mg_network *network, int inputs, int hidden_1, int hidden_2, int outputs,
                           mg_initialiser weight, int bias);

/* The same over an image, which may be all there is: one convolution, a hidden layer "image" of hidden_1 over what it
 * says, beside which the rest of the input goes into the hidden layer "second", then `output`. image: `single` and
 * `hidden` are not looked at; without filters or NULL: there is none, and the first hidden layer is "first". */
void mg_network_pictured(mg_network *network, const mg_network_image *image, int inputs, int hidden_1, int hidden_2,
                         const mg_layer *output, mg_initialiser weight, int bias);

/* Records it on rows x inputs (of `steps` rows a sample) and returns rows x outputs. The network must outlive the
 * recording only. */
mg_node mg_network_record(mg_tape *tape, const mg_network *network, mg_node input);

/* One step of a network that remembers, on rows x inputs: `start` is what it remembers before it, a row each of as many
 * columns as mg_network_state says, *state the same after it. */
mg_node mg_network_record_step(mg_tape *tape, const mg_network *network, mg_node input, mg_node start, mg_node *state);
int mg_network_state(const mg_network *network); /* 0: it remembers nothing */

/* A finished tape that is nothing but the network: input 0 to *output, both of network->steps rows a
 * sample. mg_tape_destroy ends it. */
mg_tape *mg_network_tape(const mg_network *network, int rows_max, mg_node *output);

#endif
