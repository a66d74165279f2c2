/* pictured_plain.h - the networks of core/num/network.h mg_network_pictured written a second time, plainly: loops over
 * numbers in binary64, no tape, no kernel. For oracles of what has such networks.
 *
 * The order of a parameter block is the layout's: the convolution's weights (channel, row, column of the window, then
 * filter) and biases, "image", "second", "output", weights inputs x outputs before biases.
 */
#ifndef MG_PICTURED_PLAIN_H
#define MG_PICTURED_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct mg_pictured_plain {
    int channels, height, width, filters, window; /* of the picture, which comes first in the input */
    int inputs, hidden_1, hidden_2, outputs;
    bool output_bias;
} mg_pictured_plain;

size_t mg_pictured_plain_count(const mg_pictured_plain *net);
/* Numbers of memory that a forward keeps for its backward. */
size_t mg_pictured_plain_memory(const mg_pictured_plain *net);

/* out: [outputs]. */
void mg_pictured_plain_forward(const mg_pictured_plain *net, const double *parameters, const double *input,
                               double *memory, double *out);
/* After a forward with the same memory: adds to gradient what slope, [outputs], gives. */
void mg_pictured_plain_backward(const mg_pictured_plain *net, const double *parameters, const double *input,
                                const double *memory, const double *slope, double *gradient);

#endif
