/* tape_convolution.c - convolutions of small images: a window slides over every pixel, zeros lie around the image.
 *
 * Two forms with the same bits (but for the sign of a zero): the dense one copies each pixel's window into a row and
 * multiplies; the sparse one adds, number by number of the image, what a number that is not 0 gives to the pixels
 * around it. Either way an output sums over its window in row-major order, and a weight's gradient over samples, then
 * pixels.
 */
#include "core/num/tape_run.h"

typedef struct frame {
    int height, width, channels, rows, columns, filters; /* rows x columns: the window */
    int above, left;                                     /* of the window before its pixel */
    size_t pixels, window, input, output;                /* numbers in a window, of an image before and after */
} frame;

static frame frame_of(const mg_tape_node *node)
{
    const mg_image *of = &node->image;
    frame f = {of->height, of->width, of->channels, of->window_height, of->window_width, 0, 0, 0, 0, 0, 0, 0};
    f.pixels = (size_t)of->height * (size_t)of->width;
    f.filters = node->columns / (int)f.pixels;
    f.above = (of->window_height - 1) / 2;
    f.left = (of->window_width - 1) / 2;
    f.window = (size_t)of->window_height * (size_t)of->window_width * (size_t)of->channels;
    f.input = f.pixels * (size_t)of->channels;
    f.output = (size_t)node->columns;
    return f;
}

/* A row of the window of a pixel, as far as it lies within the image. */
typedef struct strip {
    size_t in_image, in_window; /* offsets of its first number */
    size_t count;               /* numbers; 0: none */
} strip;

static strip strip_of(const frame *f, int y, int x, int row)
{
    int image_y = y + row - f->above, first = x - f->left, last = first + f->columns;
    int from = first < 0 ? 0 : first, to = last > f->width ? f->width : last;
    if (image_y < 0 || image_y >= f->height || from >= to) {
        return (strip){0, 0, 0};
    }
    return (strip){((size_t)image_y * (size_t)f->width + (size_t)from) * (size_t)f->channels,
                   ((size_t)row * (size_t)f->columns + (size_t)(from - first)) * (size_t)f->channels,
                   (size_t)(to - from) * (size_t)f->channels};
}

/* ---- dense ---- */

/* The windows of all pixels of an image, a row each. */
static void unroll(const frame *f, const mg_real *image, mg_real *windows)
{
    memset(windows, 0, f->pixels * f->window * sizeof *windows);
    for (int y = 0; y < f->height; y++) {
        for (int x = 0; x < f->width; x++, windows += f->window) {
            for (int row = 0; row < f->rows; row++) {
                strip s = strip_of(f, y, x, row);
                memcpy(windows + s.in_window, image + s.in_image, s.count * sizeof *windows);
            }
        }
    }
}

/* Adds rows of all pixels' windows to the image they are of, pixels ascending. */
static void roll_up(const mg_pass *pass, const frame *f, const mg_real *windows, mg_real *image)
{
    for (int y = 0; y < f->height; y++) {
        for (int x = 0; x < f->width; x++, windows += f->window) {
            for (int row = 0; row < f->rows; row++) {
                strip s = strip_of(f, y, x, row);
                mg_real *to = image + s.in_image;
                pass->kernels->combine(MG_COMBINE_ADD, s.count, to, windows + s.in_window, to);
            }
        }
    }
}

/* y = start + windows W, of all samples; a bias, if there is one, is the start. */
static void convolve_densely(const mg_pass *pass, const mg_tape_node *node, const mg_real *x, const mg_real *weight,
                             mg_gemm_start start, const mg_real *bias, mg_real *y)
{
    frame f = frame_of(node);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        unroll(&f, x + i * f.input, scratch_of(pass, 0));
        multiply(pass, (mg_gemm){.rows = (int)f.pixels,
                                 .columns = f.filters,
                                 .depth = (int)f.window,
                                 .a = scratch_of(pass, 0),
                                 .a_row = (ptrdiff_t)f.window,
                                 .a_column = 1,
                                 .b = weight,
                                 .b_row = f.filters,
                                 .b_column = 1,
                                 .c = y + i * f.output,
                                 .c_row = f.filters,
                                 .start = bias != NULL ? MG_START_BIAS : start,
                                 .bias = bias});
    }
}

static void weight_gradient_densely(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    bool first;
    frame f = frame_of(node);
    mg_real *dw = receive_piece(pass, node->weight, &first);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        unroll(&f, value_of(pass, node, 0) + i * f.input, scratch_of(pass, 0));
        multiply(pass, (mg_gemm){.rows = (int)f.window,
                                 .columns = f.filters,
                                 .depth = (int)f.pixels,
                                 .a = scratch_of(pass, 0),
                                 .a_row = 1,
                                 .a_column = (ptrdiff_t)f.window,
                                 .b = dz + i * f.output,
                                 .b_row = f.filters,
                                 .b_column = 1,
                                 .c = dw,
                                 .c_row = f.filters,
                                 .start = first && i == 0 ? MG_START_ZERO : MG_START_C});
    }
}

static void input_gradient(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    frame f = frame_of(node);
    mg_real *dx = receive_sum(pass, node, 0), *windows = scratch_of(pass, 0);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        multiply(pass, (mg_gemm){.rows = (int)f.pixels,
                                 .columns = (int)f.window,
                                 .depth = f.filters,
                                 .a = dz + i * f.output,
                                 .a_row = f.filters,
                                 .a_column = 1,
                                 .b = piece_of(pass, pass->replay->parameters, node->weight),
                                 .b_row = 1,
                                 .b_column = f.filters,
                                 .c = windows,
                                 .c_row = (ptrdiff_t)f.window});
        roll_up(pass, &f, windows, dx + i * f.input);
    }
}

/* ---- sparse ---- */

/* Weights [row][column][channel][filter] as [row][channel][column from the last][filter], or back: what one number of
 * the image gives to a row of pixels then lies in one piece. */
static void turn_weights(const frame *f, const mg_real *from, bool back, mg_real *to)
{
    size_t filters = (size_t)f->filters;
    for (int row = 0; row < f->rows; row++) {
        for (int column = 0; column < f->columns; column++) {
            for (int channel = 0; channel < f->channels; channel++) {
                size_t plain = (size_t)((row * f->columns + column) * f->channels + channel) * filters;
                size_t turned =
                    (size_t)((row * f->channels + channel) * f->columns + f->columns - 1 - column) * filters;
                memcpy(to + (back ? plain : turned), from + (back ? turned : plain), filters * sizeof *to);
            }
        }
    }
}

/* For one number of the image: adds number * turned weights to the pixels around it, or number * pixels to the
 * weights. */
static void scatter(const mg_pass *pass, const frame *f, size_t at, mg_real number, mg_real *turned, mg_real *pixels,
                    bool to_weights)
{
    int channel = (int)(at % (size_t)f->channels), x = (int)(at / (size_t)f->channels) % f->width;
    int y = (int)(at / (size_t)f->channels) / f->width;
    int first = x + f->left - f->columns + 1, from = first < 0 ? 0 : first;
    int last = x + f->left >= f->width ? f->width - 1 : x + f->left;
    size_t filters = (size_t)f->filters;
    for (int row = 0; row < f->rows && from <= last; row++) {
        int pixel_y = y + f->above - row;
        if (pixel_y < 0 || pixel_y >= f->height) {
            continue;
        }
        mg_real *pixel = pixels + (size_t)(pixel_y * f->width + from) * filters;
        mg_real *weight = turned + (size_t)((row * f->channels + channel) * f->columns + from - first) * filters;
        size_t n = (size_t)(last - from + 1) * filters;
        pass->kernels->axpy(n, number, to_weights ? pixel : weight, to_weights ? weight : pixel);
    }
}

static void scatter_image(const mg_pass *pass, const frame *f, const mg_real *image, mg_real *turned, mg_real *pixels,
                          bool to_weights)
{
    for (size_t at = 0; at < f->input; at++) {
        if (image[at] != 0) {
            scatter(pass, f, at, image[at], turned, pixels, to_weights);
        }
    }
}

static void convolve_sparsely(const mg_pass *pass, const mg_tape_node *node, const mg_real *x, const mg_real *weight,
                              const mg_real *bias, mg_real *y)
{
    frame f = frame_of(node);
    mg_real *turned = scratch_of(pass, 2);
    turn_weights(&f, weight, false, turned);
    memset(y, 0, elements_of(pass, node) * sizeof *y);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        mg_real *pixels = y + i * f.output;
        if (bias != NULL) {
            spread(MG_BROADCAST_ROW, f.pixels, (size_t)f.filters, bias, pixels);
        }
        scatter_image(pass, &f, x + i * f.input, turned, pixels, false);
    }
}

static void weight_gradient_sparsely(const mg_pass *pass, const mg_tape_node *node, mg_real *dz)
{
    frame f = frame_of(node);
    mg_real *dw = receive_piece_sum(pass, node->weight), *turned = scratch_of(pass, 2);
    turn_weights(&f, dw, false, turned);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        scatter_image(pass, &f, value_of(pass, node, 0) + i * f.input, turned, dz + i * f.output, true);
    }
    turn_weights(&f, turned, true, dw);
}

/* ---- the rules ---- */

static void convolve(const mg_pass *pass, const mg_tape_node *node, const mg_real *block, mg_real *y)
{
    const mg_real *x = value_of(pass, node, 0), *weight = piece_of(pass, block, node->weight);
    const mg_real *bias = piece_of(pass, block, node->bias);
    if (node->image.sparse) {
        convolve_sparsely(pass, node, x, weight, bias, y);
    } else {
        convolve_densely(pass, node, x, weight, MG_START_ZERO, bias, y);
    }
}

static void convolution_forward(const mg_pass *pass, const mg_tape_node *node)
{
    mg_real *y = result_of(pass, node);
    convolve(pass, node, pass->replay->parameters, y);
    if (node->function != MG_NONE) {
        pass->kernels->map((mg_map)node->function, elements_of(pass, node), y, y);
    }
}

static void convolution_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    frame f = frame_of(node);
    size_t n = elements_of(pass, node);
    mg_real *dz = scratch_of(pass, 1);
    if (node->function != MG_NONE) {
        through_activation(pass, node->function, n, result_of(pass, node), dy, dz);
    } else {
        memcpy(dz, dy, n * sizeof *dz);
    }
    if (pass->parameter_gradient != NULL) {
        if (node->image.sparse) {
            weight_gradient_sparsely(pass, node, dz);
        } else {
            weight_gradient_densely(pass, node, dz);
        }
        if (node->bias != MG_NONE) {
            pass->kernels->column_sum((int)(n / (size_t)f.filters), f.filters, dz, receive_piece_sum(pass, node->bias));
        }
    }
    if (wanted(pass, node, 0)) {
        input_gradient(pass, node, dz);
    }
}

/* dy = (x * dW + db + dx * W) f'(z) */
static void convolution_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    const mg_real *dx = tangent_of(pass, node, 0);
    mg_real *dz = node->function != MG_NONE ? scratch_of(pass, 1) : tangent;
    convolve(pass, node, pass->direction, dz);
    if (dx != NULL) {
        convolve_densely(pass, node, dx, piece_of(pass, pass->replay->parameters, node->weight), MG_START_C, NULL, dz);
    }
    if (node->function != MG_NONE) {
        through_activation(pass, node->function, elements_of(pass, node), result_of(pass, node), dz, tangent);
    }
}

MG_RULES(convolution) = {"convolution", convolution_forward, convolution_backward, convolution_tangent, NULL};

/* ---- recording ---- */
#ifndef MG_DOUBLE

mg_node mg_tape_convolution(mg_tape *tape, mg_node x, const mg_image *image, const mg_layout *layout, int weight,
                            mg_activation activation)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(convolution), x, __func__);
    const mg_view *w = mg_tape_view(layout, weight, __func__);
    int pixels = image->height * image->width, window = image->window_height * image->window_width * image->channels;
    if (image->height < 1 || image->width < 1 || image->channels < 1 || image->window_height < 1 ||
        image->window_width < 1 || node.columns != pixels * image->channels || w->rows != window) {
        mg_tape_defect(
            "mg_tape_convolution: an image of %d x %d x %d and a window of %d x %d, x has %d columns, weight "
            "\"%s\" has %d rows",
            image->height, image->width, image->channels, image->window_height, image->window_width, node.columns,
            w->name, w->rows);
    }
    node.image = *image;
    node.columns = pixels * w->columns;
    node.weight = mg_tape_piece(tape, w);
    node.bias = mg_tape_bias(tape, layout, weight, w->columns, __func__);
    node.function = mg_tape_activation(activation, __func__);
    mg_tape_need_shapes(tape, 2, &node);
    mg_tape_need_scratch(tape, 0, (size_t)pixels * (size_t)window);
    mg_tape_need_scratch(tape, 2, (size_t)window * (size_t)w->columns);
    tape->needs_gemm = true;
    return mg_tape_record(tape, node, __func__);
}

#endif
