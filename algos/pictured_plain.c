/* pictured_plain.c - see pictured_plain.h. */
#include "algos/pictured_plain.h"

#include <string.h>

static int pixels_of(const mg_pictured_plain *net)
{
    return net->height * net->width;
}

static int window_of(const mg_pictured_plain *net)
{
    return net->channels * net->window * net->window;
}

static int beside_of(const mg_pictured_plain *net)
{
    return net->inputs - net->channels * pixels_of(net);
}

/* Where layers begin in a block. */
typedef struct places {
    size_t image, second, output, end;
} places;

static places places_of(const mg_pictured_plain *net)
{
    places at;
    at.image = (size_t)(window_of(net) + 1) * (size_t)net->filters;
    at.second = at.image + (size_t)(net->filters * pixels_of(net) + 1) * (size_t)net->hidden_1;
    at.output = at.second + (size_t)(net->hidden_1 + beside_of(net) + 1) * (size_t)net->hidden_2;
    at.end = at.output + (size_t)(net->hidden_2 + (net->output_bias ? 1 : 0)) * (size_t)net->outputs;
    return at;
}

size_t mg_pictured_plain_count(const mg_pictured_plain *net)
{
    return places_of(net).end;
}

/* Memory: what the filters see, [filter][pixel]; the first hidden layer, then what lies beside the picture; the second
 * hidden layer. */
static size_t first_in_memory(const mg_pictured_plain *net)
{
    return (size_t)(net->filters * pixels_of(net));
}

static size_t second_in_memory(const mg_pictured_plain *net)
{
    return first_in_memory(net) + (size_t)(net->hidden_1 + beside_of(net));
}

size_t mg_pictured_plain_memory(const mg_pictured_plain *net)
{
    return second_in_memory(net) + (size_t)net->hidden_2;
}

/* The number under the window's k-th place at a pixel; 0 outside. */
static double seen(const mg_pictured_plain *net, const double *input, int k, int pixel)
{
    const int reach = (net->window - 1) / 2, channel = k / (net->window * net->window);
    const int y = pixel / net->width + k / net->window % net->window - reach;
    const int x = pixel % net->width + k % net->window - reach;
    if (y < 0 || x < 0 || y >= net->height || x >= net->width)
        return 0.0;
    return input[(channel * net->height + y) * net->width + x];
}

static double rectified(double z)
{
    return z > 0.0 ? z : 0.0;
}

static void layer(int inputs, int outputs, const double *parameters, bool bias, const double *x, double *z)
{
    for (int c = 0; c < outputs; c++) {
        z[c] = bias ? parameters[inputs * outputs + c] : 0.0;
        for (int r = 0; r < inputs; r++)
            z[c] += x[r] * parameters[r * outputs + c];
    }
}

void mg_pictured_plain_forward(const mg_pictured_plain *net, const double *parameters, const double *input,
                               double *memory, double *out)
{
    const places at = places_of(net);
    const int pixels = pixels_of(net), window = window_of(net), beside = beside_of(net);
    double *first = memory + first_in_memory(net), *second = memory + second_in_memory(net);
    for (int f = 0; f < net->filters; f++)
        for (int pixel = 0; pixel < pixels; pixel++) {
            double z = parameters[window * net->filters + f];
            for (int k = 0; k < window; k++)
                z += seen(net, input, k, pixel) * parameters[k * net->filters + f];
            memory[f * pixels + pixel] = rectified(z);
        }
    layer(net->filters * pixels, net->hidden_1, parameters + at.image, true, memory, first);
    for (int h = 0; h < net->hidden_1; h++)
        first[h] = rectified(first[h]);
    memcpy(first + net->hidden_1, input + net->channels * pixels, (size_t)beside * sizeof *first);
    layer(net->hidden_1 + beside, net->hidden_2, parameters + at.second, true, first, second);
    for (int h = 0; h < net->hidden_2; h++)
        second[h] = rectified(second[h]);
    layer(net->hidden_2, net->outputs, parameters + at.output, net->output_bias, second, out);
}

/* d loss / d x of a layer's inputs, `active` where they are of a ReLU that is on; gradient: the layer's own. */
static void layer_back(int inputs, int outputs, const double *parameters, bool bias, const double *x,
                       const double *slope, double *gradient, double *below)
{
    for (int r = 0; r < inputs; r++) {
        below[r] = 0.0;
        for (int c = 0; c < outputs; c++) {
            gradient[r * outputs + c] += slope[c] * x[r];
            below[r] += x[r] > 0.0 ? slope[c] * parameters[r * outputs + c] : 0.0;
        }
    }
    for (int c = 0; c < outputs && bias; c++)
        gradient[inputs * outputs + c] += slope[c];
}

void mg_pictured_plain_backward(const mg_pictured_plain *net, const double *parameters, const double *input,
                                const double *memory, const double *slope, double *gradient)
{
    enum { WIDE = 4096 };
    double above[WIDE], below[WIDE];
    const places at = places_of(net);
    const int pixels = pixels_of(net), window = window_of(net), beside = beside_of(net);
    layer_back(net->hidden_2, net->outputs, parameters + at.output, net->output_bias, memory + second_in_memory(net),
               slope, gradient + at.output, above);
    layer_back(net->hidden_1 + beside, net->hidden_2, parameters + at.second, true, memory + first_in_memory(net),
               above, gradient + at.second, below);
    layer_back(net->filters * pixels, net->hidden_1, parameters + at.image, true, memory, below, gradient + at.image,
               above);
    for (int f = 0; f < net->filters; f++)
        for (int pixel = 0; pixel < pixels; pixel++) {
            const double worth = above[f * pixels + pixel];
            for (int k = 0; k < window; k++)
                gradient[k * net->filters + f] += worth * seen(net, input, k, pixel);
            gradient[window * net->filters + f] += worth;
        }
}
