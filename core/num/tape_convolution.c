/* tape_convolution.c - convolutions of small images: a window slides over every pixel, zeros lie around the image.
 *
 * Two forms with the same bits (but for the sign of a zero). The dense one lays a frame of zeros around the image, so
 * that what the window's k-th number sees at all pixels is one stretch of it; these stretches are the rows of a matrix,
 * and a convolution is one product. A stretch runs over the frame between two rows of pixels too: what is computed
 * there is dropped. The sparse one adds, number by number of the image, what a number that is not 0 gives to the pixels
 * around it. Either way an output sums over its window in the order of the image, and a weight's gradient over samples,
 * then pixels. An image of one pixel is a linear layer, sparse if its input is.
 */
#include "core/num/tape_run.h"

typedef struct frame {
    int height, width, channels, rows, columns, filters; /* rows x columns: the window */
    int above, left;                                     /* of the window before its pixel */
    int row;                                             /* numbers from one row of pixels to the next in the frame */
    size_t pixels, plane, stretch, window;               /* plane: of a channel with its frame */
    size_t input, output;                                /* numbers of an image before and after */
} frame;

static frame frame_of(const mg_image *of, int outputs)
{
    frame f = {.height = of->height, .width = of->width, .channels = of->channels};
    f.rows = of->window_height;
    f.columns = of->window_width;
    f.above = (f.rows - 1) / 2;
    f.left = (f.columns - 1) / 2;
    f.row = f.width + f.columns - 1;
    f.pixels = (size_t)f.height * (size_t)f.width;
    f.plane = (size_t)(f.height + f.rows - 1) * (size_t)f.row;
    f.stretch = (size_t)(f.height - 1) * (size_t)f.row + (size_t)f.width;
    f.window = (size_t)f.channels * (size_t)f.rows * (size_t)f.columns;
    f.input = f.pixels * (size_t)f.channels;
    f.output = (size_t)outputs;
    f.filters = outputs / (int)f.pixels;
    return f;
}

/* The third scratch area: an image in its frame, results along stretches, turned weights, results by pixel. */
typedef struct room {
    mg_real *framed, *along, *turned, *by_pixel;
    size_t reals;
} room;

static room room_of(const frame *f, mg_real *at)
{
    size_t framed = (size_t)f->channels * f->plane, along = (size_t)f->filters * f->stretch;
    size_t turned = f->window * (size_t)f->filters;
    return (room){at, at + framed, at + framed + along, at + framed + along + turned,
                  framed + along + turned + f->output};
}

/* ---- dense ---- */

/* Where the k-th number of the window of the first pixel lies in the framed image. */
static size_t stretch_at(const frame *f, size_t k)
{
    size_t columns = (size_t)f->columns, rows = (size_t)f->rows;
    return k / columns / rows * f->plane + k / columns % rows * (size_t)f->row + k % columns;
}

static mg_real *row_in_frame(const frame *f, mg_real *framed, int channel, int y)
{
    return framed + (size_t)channel * f->plane + (size_t)(y + f->above) * (size_t)f->row + f->left;
}

/* The window's numbers at all pixels: a row each, of a stretch. */
static void unroll(const frame *f, const mg_real *image, mg_real *framed, mg_real *windows)
{
    memset(framed, 0, (size_t)f->channels * f->plane * sizeof *framed);
    for (int channel = 0; channel < f->channels; channel++) {
        for (int y = 0; y < f->height; y++, image += f->width) {
            memcpy(row_in_frame(f, framed, channel, y), image, (size_t)f->width * sizeof *image);
        }
    }
    for (size_t k = 0; k < f->window; k++) {
        memcpy(windows + k * f->stretch, framed + stretch_at(f, k), f->stretch * sizeof *windows);
    }
}

/* Between outputs by pixel and along stretches; what lies between rows of pixels is 0. */
static void stretch_out(const frame *f, const mg_real *plain, mg_real *along)
{
    memset(along, 0, (size_t)f->filters * f->stretch * sizeof *along);
    for (int filter = 0; filter < f->filters; filter++, along += f->stretch) {
        for (int y = 0; y < f->height; y++, plain += f->width) {
            memcpy(along + y * f->row, plain, (size_t)f->width * sizeof *plain);
        }
    }
}

static void draw_together(const frame *f, const mg_real *along, mg_real *plain)
{
    for (int filter = 0; filter < f->filters; filter++, along += f->stretch) {
        for (int y = 0; y < f->height; y++, plain += f->width) {
            memcpy(plain, along + y * f->row, (size_t)f->width * sizeof *plain);
        }
    }
}

/* y = bias + W^T windows, of all samples; `add`: plus what y holds, without a bias. */
static void convolve_densely(const mg_pass *pass, const mg_tape_node *node, const mg_real *x, const mg_real *weight,
                             const mg_real *bias, bool add, mg_real *y)
{
    frame f = frame_of(&node->image, node->columns);
    room r = room_of(&f, scratch_of(pass, 2));
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        unroll(&f, x + i * f.input, r.framed, scratch_of(pass, 0));
        if (add) {
            stretch_out(&f, y + i * f.output, r.along);
        } else if (bias != NULL) {
            spread(MG_BROADCAST_COLUMN, (size_t)f.filters, f.stretch, bias, r.along);
        }
        multiply(pass, (mg_gemm){.rows = f.filters,
                                 .columns = (int)f.stretch,
                                 .depth = (int)f.window,
                                 .a = weight,
                                 .a_row = 1,
                                 .a_column = f.filters,
                                 .b = scratch_of(pass, 0),
                                 .b_row = (ptrdiff_t)f.stretch,
                                 .b_column = 1,
                                 .c = r.along,
                                 .c_row = (ptrdiff_t)f.stretch,
                                 .start = add || bias != NULL ? MG_START_C : MG_START_ZERO});
        draw_together(&f, r.along, y + i * f.output);
    }
}

static void weight_gradient_densely(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    bool first;
    frame f = frame_of(&node->image, node->columns);
    room r = room_of(&f, scratch_of(pass, 2));
    mg_real *dw = receive_piece(pass, node->weight, &first);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        unroll(&f, value_of(pass, node, 0) + i * f.input, r.framed, scratch_of(pass, 0));
        stretch_out(&f, dz + i * f.output, r.along);
        multiply(pass, (mg_gemm){.rows = (int)f.window,
                                 .columns = f.filters,
                                 .depth = (int)f.stretch,
                                 .a = scratch_of(pass, 0),
                                 .a_row = (ptrdiff_t)f.stretch,
                                 .a_column = 1,
                                 .b = r.along,
                                 .b_row = 1,
                                 .b_column = (ptrdiff_t)f.stretch,
                                 .c = dw,
                                 .c_row = f.filters,
                                 .start = first && i == 0 ? MG_START_ZERO : MG_START_C});
    }
}

/* Adds the stretches to the framed image that they are of, in the window's order, and its pixels to the image. */
static void roll_up(const mg_pass *pass, const frame *f, const mg_real *windows, mg_real *framed, mg_real *image)
{
    memset(framed, 0, (size_t)f->channels * f->plane * sizeof *framed);
    for (size_t k = 0; k < f->window; k++) {
        mg_real *to = framed + stretch_at(f, k);
        pass->kernels->combine(MG_COMBINE_ADD, f->stretch, to, windows + k * f->stretch, to);
    }
    for (int channel = 0; channel < f->channels; channel++) {
        for (int y = 0; y < f->height; y++, image += f->width) {
            pass->kernels->combine(MG_COMBINE_ADD, (size_t)f->width, image, row_in_frame(f, framed, channel, y), image);
        }
    }
}

static void input_gradient(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    frame f = frame_of(&node->image, node->columns);
    room r = room_of(&f, scratch_of(pass, 2));
    mg_real *dx = receive_sum(pass, node, 0), *windows = scratch_of(pass, 0);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        stretch_out(&f, dz + i * f.output, r.along);
        multiply(pass, (mg_gemm){.rows = (int)f.window,
                                 .columns = (int)f.stretch,
                                 .depth = f.filters,
                                 .a = piece_of(pass, pass->replay->parameters, node->weight),
                                 .a_row = f.filters,
                                 .a_column = 1,
                                 .b = r.along,
                                 .b_row = (ptrdiff_t)f.stretch,
                                 .b_column = 1,
                                 .c = windows,
                                 .c_row = (ptrdiff_t)f.stretch});
        roll_up(pass, &f, windows, r.framed, dx + i * f.input);
    }
}

/* ---- sparse ---- */

/* Weights with the columns of the window from the last to the first, and so back: what one number of the image gives to
 * a row of pixels then lies in one piece. */
static void turn_weights(const frame *f, const mg_real *from, mg_real *to)
{
    size_t filters = (size_t)f->filters, columns = (size_t)f->columns;
    for (size_t k = 0; k < f->window; k++) {
        size_t turned = k - k % columns + columns - 1 - k % columns;
        memcpy(to + turned * filters, from + k * filters, filters * sizeof *to);
    }
}

/* [rows][columns] to [columns][rows] */
static void transpose(size_t rows, size_t columns, const mg_real *from, mg_real *to)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            to[j * rows + i] = from[i * columns + j];
        }
    }
}

/* What one number of the image and a row of the window have to do with each other: a run of pixels, by pixel, and as
 * many turned weights. Of one row after the other, `rows` of them: the pixels step back a row, the weights on. */
typedef struct runs {
    ptrdiff_t pixel, weight; /* of the first row */
    size_t count;            /* numbers of a run */
    int rows;
} runs;

static runs runs_of(const frame *f, size_t at)
{
    int channel = (int)(at / f->pixels), pixel = (int)(at % f->pixels), y = pixel / f->width, x = pixel % f->width;
    int first = x + f->left - f->columns + 1, from = first < 0 ? 0 : first;
    int last = x + f->left >= f->width ? f->width - 1 : x + f->left;
    int lowest = y + f->above, skipped = lowest >= f->height ? lowest - f->height + 1 : 0;
    runs r = {((ptrdiff_t)(lowest - skipped) * f->width + from) * f->filters,
              ((ptrdiff_t)(channel * f->rows + skipped) * f->columns + from - first) * f->filters, 0, 0};
    r.rows = f->rows < lowest + 1 ? f->rows - skipped : lowest + 1 - skipped;
    r.count = from <= last ? (size_t)(last - from + 1) * (size_t)f->filters : 0;
    return r;
}

/* Weights as runs want them: where a window has one column they are so already. */
static const mg_real *turned_weights(const frame *f, const mg_real *weight, const room *r)
{
    if (f->columns == 1) {
        return weight;
    }
    turn_weights(f, weight, r->turned);
    return r->turned;
}

static void convolve_sparsely(const mg_pass *pass, const mg_tape_node *node, const mg_real *x, const mg_real *weight,
                              const mg_real *bias, mg_real *y)
{
    frame f = frame_of(&node->image, node->columns);
    room r = room_of(&f, scratch_of(pass, 2));
    const mg_real *turned = turned_weights(&f, weight, &r);
    ptrdiff_t pixels = (ptrdiff_t)f.width * f.filters, weights = (ptrdiff_t)f.columns * f.filters; /* in a row */
    for (size_t i = 0; i < rows_of(pass, node); i++, x += f.input, y += f.output) {
        mg_real *by_pixel = f.pixels == 1 ? y : r.by_pixel;
        memset(by_pixel, 0, f.output * sizeof *by_pixel);
        if (bias != NULL) {
            spread(MG_BROADCAST_ROW, f.pixels, (size_t)f.filters, bias, by_pixel);
        }
        for (size_t at = 0; at < f.input; at++) {
            if (x[at] == 0) {
                continue;
            }
            runs to = runs_of(&f, at);
            for (int row = 0; row < to.rows; row++) {
                pass->kernels->axpy(to.count, x[at], turned + to.weight + row * weights,
                                    by_pixel + to.pixel - row * pixels);
            }
        }
        if (f.pixels > 1) {
            transpose(f.pixels, (size_t)f.filters, by_pixel, y);
        }
    }
}

static void weight_gradient_sparsely(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    frame f = frame_of(&node->image, node->columns);
    room r = room_of(&f, scratch_of(pass, 2));
    const mg_real *x = value_of(pass, node, 0);
    ptrdiff_t pixels = (ptrdiff_t)f.width * f.filters, weights = (ptrdiff_t)f.columns * f.filters; /* in a row */
    mg_real *dw = receive_piece_sum(pass, node->weight), *turned = f.columns == 1 ? dw : r.turned;
    if (turned != dw) {
        turn_weights(&f, dw, turned);
    }
    for (size_t i = 0; i < rows_of(pass, node); i++, x += f.input) {
        transpose((size_t)f.filters, f.pixels, dz + i * f.output, r.by_pixel);
        for (size_t at = 0; at < f.input; at++) {
            if (x[at] == 0) {
                continue;
            }
            runs from = runs_of(&f, at);
            for (int row = 0; row < from.rows; row++) {
                pass->kernels->axpy(from.count, x[at], r.by_pixel + from.pixel - row * pixels,
                                    turned + from.weight + row * weights);
            }
        }
    }
    if (turned != dw) {
        turn_weights(&f, turned, dw);
    }
}

/* ---- the rules ---- */

static void convolve(const mg_pass *pass, const mg_tape_node *node, const mg_real *block, mg_real *y)
{
    const mg_real *x = value_of(pass, node, 0), *weight = piece_of(pass, block, node->weight);
    const mg_real *bias = piece_of(pass, block, node->bias);
    if (node->image.sparse) {
        convolve_sparsely(pass, node, x, weight, bias, y);
    } else {
        convolve_densely(pass, node, x, weight, bias, false, y);
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

/* db += the sum over pixels of each sample's dz, pixels ascending */
static void bias_gradient(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    frame f = frame_of(&node->image, node->columns);
    room r = room_of(&f, scratch_of(pass, 2));
    mg_real *db = receive_piece_sum(pass, node->bias);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        transpose((size_t)f.filters, f.pixels, dz + i * f.output, r.by_pixel);
        pass->kernels->column_sum((int)f.pixels, f.filters, r.by_pixel, db);
    }
}

static void convolution_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    const mg_real *dz = dy;
    if (node->function != MG_NONE) {
        through_activation(pass, node->function, elements_of(pass, node), result_of(pass, node), dy,
                           scratch_of(pass, 1));
        dz = scratch_of(pass, 1);
    }
    if (pass->parameter_gradient != NULL) {
        (node->image.sparse ? weight_gradient_sparsely : weight_gradient_densely)(pass, node, dz);
        if (node->bias != MG_NONE) {
            bias_gradient(pass, node, dz);
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
        convolve_densely(pass, node, dx, piece_of(pass, pass->replay->parameters, node->weight), NULL, true, dz);
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
            image->channels, image->height, image->width, image->window_height, image->window_width, node.columns,
            w->name, w->rows);
    }
    node.image = *image;
    node.columns = pixels * w->columns;
    node.weight = mg_tape_piece(tape, w);
    node.bias = mg_tape_bias(tape, layout, weight, w->columns, __func__);
    node.function = mg_tape_activation(activation, __func__);
    frame f = frame_of(image, node.columns);
    mg_tape_need_shapes(tape, 2, &node);
    mg_tape_need_scratch(tape, 0, f.window * f.stretch);
    mg_tape_need_scratch(tape, 2, room_of(&f, NULL).reals);
    tape->needs_gemm = true;
    return mg_tape_record(tape, node, __func__);
}

#endif
