/* tape_cases_convolution.h - cases for the tests of the tape, in either precision: convolutions, dense and sparse. */
#ifndef TAPE_CASES_CONVOLUTION_H
#define TAPE_CASES_CONVOLUTION_H

#include "tests/tape_cases_groups.h"

typedef struct convolution_shape {
    mg_image image;
    int filters;
    bool bias;
    mg_activation activation;
} convolution_shape;

/* Windows of odd and even sides, taller or wider than the image, and a single pixel. */
static const convolution_shape convolution_shapes[] = {
    {{2, 5, 4, 3, 3, false}, 3, true, MG_ACTIVATION_TANH},    {{2, 5, 4, 3, 3, true}, 3, true, MG_ACTIVATION_TANH},
    {{1, 3, 5, 2, 4, false}, 2, false, MG_ACTIVATION_NONE},   {{1, 3, 5, 2, 4, true}, 2, false, MG_ACTIVATION_NONE},
    {{3, 2, 3, 5, 7, false}, 4, true, MG_ACTIVATION_SIGMOID}, {{3, 2, 3, 5, 7, true}, 4, true, MG_ACTIVATION_SIGMOID},
    {{2, 3, 1, 3, 1, true}, 2, true, MG_ACTIVATION_TANH},     {{4, 1, 1, 1, 1, true}, 9, true, MG_ACTIVATION_RELU},
};

/* The wrong form has windows and weights of the same size, but turned by a quarter where that is possible, else
 * another activation. */
static inline mg_node build_convolution(world *w, int variant, bool wrong)
{
    const convolution_shape *of = &convolution_shapes[variant];
    mg_image image = of->image;
    int pixels = image.height * image.width, window = image.window_height * image.window_width * image.channels;
    w->zeros[0] = image.sparse ? 0.7 : 0.0;
    mg_node x = batch(w, pixels * image.channels);
    int weight = fresh_weight(w, window, of->filters, of->bias);
    if (wrong && variant == 7) {
        x = mg_tape_affine(w->tape, x, 1.1, 0);
    } else if (wrong) {
        int height = image.height;
        image.height = image.width;
        image.width = height;
    }
    return mg_tape_convolution(w->tape, x, &image, &w->layout, weight, of->activation);
}

/* One output; the block holds nothing before the weight here. */
static inline mg_real plain_pixel(const convolution_shape *of, const mg_real *weight, const mg_real *x, int y,
                                  int across, int filter)
{
    const mg_image *image = &of->image;
    int window = image->window_height * image->window_width * image->channels;
    mg_real sum = of->bias ? weight[window * of->filters + filter] : 0;
    for (int k = 0; k < window; k++) {
        int column = k % image->window_width, row = k / image->window_width % image->window_height;
        int channel = k / image->window_width / image->window_height;
        int at_y = y + row - (image->window_height - 1) / 2, at_x = across + column - (image->window_width - 1) / 2;
        bool inside = at_y >= 0 && at_y < image->height && at_x >= 0 && at_x < image->width;
        mg_real number = inside ? x[(channel * image->height + at_y) * image->width + at_x] : 0;
        sum = plain_add(sum, number, weight[k * of->filters + filter]);
    }
    return sum;
}

static inline void plain_convolution(const world *w, int variant, mg_real *y)
{
    const convolution_shape *of = &convolution_shapes[variant];
    int pixels = of->image.height * of->image.width, outputs = pixels * of->filters;
    for (int row = 0; row < w->rows; row++) {
        for (int i = 0; i < outputs; i++) {
            int pixel = i % pixels;
            mg_real z = plain_pixel(of, w->parameters, w->input[0] + row * pixels * of->image.channels,
                                    pixel / of->image.width, pixel % of->image.width, i / pixels);
            bool tanh = of->activation == MG_ACTIVATION_TANH, relu = of->activation == MG_ACTIVATION_RELU;
            y[row * outputs + i] = of->activation == MG_ACTIVATION_NONE ? z
                                   : tanh                               ? plain_map(MG_MAP_TANH, z)
                                   : relu                               ? plain_map(MG_MAP_RELU, z)
                                                                        : plain_map(MG_MAP_SIGMOID, z);
        }
    }
}

/* Two layers and a weight used twice: an agent's image, as in gathering and cleaning. */
static inline mg_node build_two_convolutions(world *w, int variant, bool wrong)
{
    mg_image image = {2, 4, 4, 3, 3, variant == 1}, after = {2, 4, 4, 3, 3, false};
    w->zeros[0] = w->zeros[1] = 0.7;
    mg_node x = fresh_input(w, 32), other = fresh_input(w, 32);
    int first = fresh_weight(w, 18, 2, true);
    mg_node a = mg_tape_convolution(w->tape, x, &image, &w->layout, first, MG_ACTIVATION_TANH);
    mg_node b = mg_tape_convolution(w->tape, other, &image, &w->layout, first, MG_ACTIVATION_TANH);
    mg_node c = mg_tape_convolution(w->tape, a, &after, &w->layout, first, MG_ACTIVATION_SIGMOID);
    return mg_tape_multiply(w->tape, wrong ? mg_tape_stop_gradient(w->tape, b) : b, c);
}

/* ---- a linear layer whose input is mostly 0: with and without bias, wide enough for several blocks of registers ----
 */

static const int sparse_columns[] = {3, 17, 300, 40};

static inline mg_node build_sparse_linear(world *w, int variant, bool wrong)
{
    mg_node x = batch_rows(w, 2, 11);
    w->zeros[0] = variant == 3 ? 1.0 : 0.7;
    int weight = fresh_weight(w, 11, sparse_columns[variant], variant % 2 == 0);
    mg_activation activation = variant ? MG_ACTIVATION_TANH : MG_ACTIVATION_NONE;
    return wrong ? mg_tape_linear(w->tape, x, &w->layout, weight, MG_ACTIVATION_SIGMOID)
                 : mg_tape_sparse_linear(w->tape, x, &w->layout, weight, activation);
}

static inline void plain_sparse_linear(const world *w, int variant, mg_real *y)
{
    int columns = sparse_columns[variant];
    const mg_real *bias = variant % 2 == 0 ? w->parameters + 11 * columns : NULL;
    for (int k = 0; k < w->rows * 2 * columns; k++) {
        mg_real sum = bias ? bias[k % columns] : 0;
        for (int d = 0; d < 11; d++) {
            sum = plain_add(sum, w->input[0][k / columns * 11 + d], w->parameters[d * columns + k % columns]);
        }
        y[k] = variant ? plain_map(MG_MAP_TANH, sum) : sum;
    }
}

static const tape_case convolution_cases[] = {
    {"convolution", build_convolution, 8, false, plain_convolution},
    {"sparse linear", build_sparse_linear, 4, false, plain_sparse_linear},
    {"two convolutions", build_two_convolutions, 2, false, NULL},
};

#endif
