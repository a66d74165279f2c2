/* tape_convolution.c - convolutions of small images: a window slides over every pixel, zeros lie around the image.
 *
 * Two forms with the same bits (but for the sign of a zero). The dense one lays a frame of zeros around the image, so
 * that what the window's k-th number sees at all pixels is one stretch of it: these stretches are the rows of a matrix,
 * listed by where they begin, and a convolution is one product. A stretch runs over the frame between two rows of
 * pixels too: what is computed there is dropped. For the gradient of the weights the frame holds pixel after pixel, so
 * that the numbers under one row of a window lie together. The sparse form adds, number by number of the image, what a
 * number that is not 0 gives to the pixels around it. Either way an output sums over its window in the order of the
 * image, and a weight's gradient over samples, then pixels. An image of one pixel is a linear layer, sparse if its
 * input is.
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

/* The third scratch area: an image in its frame, results along stretches, turned weights, results by pixel, and these
 * as they begin. */
typedef struct room {
    mg_real *framed, *along, *turned, *by_pixel, *start;
    size_t reals;
} room;

static room room_of(const frame *f, mg_real *at)
{
    size_t framed = (size_t)f->channels * f->plane, along = (size_t)f->filters * f->stretch;
    size_t turned = f->window * (size_t)f->filters, before = framed + along + turned;
    return (room){at, at + framed, at + framed + along, at + before, at + before + f->output, before + 2 * f->output};
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

static void clear_frame(const frame *f, mg_real *framed)
{
    memset(framed, 0, (size_t)f->channels * f->plane * sizeof *framed);
}

/* An image in a frame that is clear but for images before. */
static void lay_in_frame(const frame *f, const mg_real *image, mg_real *framed)
{
    for (int channel = 0; channel < f->channels; channel++) {
        for (int y = 0; y < f->height; y++, image += f->width) {
            memcpy(row_in_frame(f, framed, channel, y), image, (size_t)f->width * sizeof *image);
        }
    }
}

/* The same pixel by pixel: [row of the frame][column][channel]. */
static void lay_by_pixel(const frame *f, const mg_real *image, mg_real *framed)
{
    for (int channel = 0; channel < f->channels; channel++) {
        for (int y = 0; y < f->height; y++, image += f->width) {
            mg_real *to = framed + ((y + f->above) * f->row + f->left) * f->channels + channel;
            for (int x = 0; x < f->width; x++) {
                to[x * f->channels] = image[x];
            }
        }
    }
}

/* Between outputs by pixel and along stretches, where what lies between rows of pixels is left as it is. */
static void stretch_out(const frame *f, const mg_real *plain, mg_real *along)
{
    for (int filter = 0; filter < f->filters; filter++, along += f->stretch) {
        for (int y = 0; y < f->height; y++, plain += f->width) {
            memcpy(along + y * f->row, plain, (size_t)f->width * sizeof *plain);
        }
    }
}

static void clear_along(const frame *f, mg_real *along)
{
    memset(along, 0, (size_t)f->filters * f->stretch * sizeof *along);
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
    int32_t *at = (int32_t *)(void *)scratch_of(pass, 0);
    for (size_t k = 0; k < f.window; k++) {
        at[k] = (int32_t)stretch_at(&f, k);
    }
    clear_frame(&f, r.framed);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        lay_in_frame(&f, x + i * f.input, r.framed);
        clear_along(&f, r.along);
        if (add) {
            stretch_out(&f, y + i * f.output, r.along);
        } else if (bias != NULL) {
            spread(MG_BROADCAST_COLUMN, (size_t)f.filters, f.stretch, bias, r.along);
        }
        pass->kernels->listed_gemm(&(mg_listed_gemm){.rows = f.filters,
                                                     .columns = (int)f.stretch,
                                                     .depth = (int)f.window,
                                                     .a = weight,
                                                     .b = r.framed,
                                                     .at = at,
                                                     .c = r.along,
                                                     .c_row = (ptrdiff_t)f.stretch});
        draw_together(&f, r.along, y + i * f.output);
    }
}

/* Weights' gradients by row of the window, filter, column and channel, and as they lie in the block. */
static void order_by_row(const frame *f, const mg_real *dw, mg_real *by_row)
{
    for (size_t k = 0; k < f->window; k++) {
        size_t column = k % (size_t)f->columns, rest = k / (size_t)f->columns;
        size_t row = rest % (size_t)f->rows, channel = rest / (size_t)f->rows;
        for (size_t filter = 0; filter < (size_t)f->filters; filter++) {
            size_t at = (row * (size_t)f->filters + filter) * (size_t)f->columns + column;
            by_row[at * (size_t)f->channels + channel] = dw[k * (size_t)f->filters + filter];
        }
    }
}

static void order_by_window(const frame *f, const mg_real *by_row, mg_real *dw)
{
    for (size_t k = 0; k < f->window; k++) {
        size_t column = k % (size_t)f->columns, rest = k / (size_t)f->columns;
        size_t row = rest % (size_t)f->rows, channel = rest / (size_t)f->rows;
        for (size_t filter = 0; filter < (size_t)f->filters; filter++) {
            size_t at = (row * (size_t)f->filters + filter) * (size_t)f->columns + column;
            dw[k * (size_t)f->filters + filter] = by_row[at * (size_t)f->channels + channel];
        }
    }
}

/* What one row of the window gets from a sample: under it the numbers of all channels lie together. */
static void add_row_of_window(const mg_pass *pass, const frame *f, const room *r, int row)
{
    const int under = f->columns * f->channels;
    multiply(pass, (mg_gemm){.rows = f->filters,
                             .columns = under,
                             .depth = (int)f->stretch,
                             .a = r->along,
                             .a_row = (ptrdiff_t)f->stretch,
                             .a_column = 1,
                             .b = r->framed + row * f->row * f->channels,
                             .b_row = f->channels,
                             .b_column = 1,
                             .c = r->turned + row * f->filters * under,
                             .c_row = under,
                             .start = MG_START_C});
}

static void weight_gradient_densely(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    frame f = frame_of(&node->image, node->columns);
    room r = room_of(&f, scratch_of(pass, 2));
    mg_real *dw = receive_piece_sum(pass, node->weight);
    order_by_row(&f, dw, r.turned);
    clear_frame(&f, r.framed);
    clear_along(&f, r.along);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        lay_by_pixel(&f, value_of(pass, node, 0) + i * f.input, r.framed);
        stretch_out(&f, dz + i * f.output, r.along);
        for (int row = 0; row < f.rows; row++) {
            add_row_of_window(pass, &f, &r, row);
        }
    }
    order_by_window(&f, r.turned, dw);
}

/* Of one channel: adds its stretches to its plane of the frame, in the window's order, and that to its image. */
static void roll_up(const mg_pass *pass, const frame *f, int channel, const mg_real *windows, mg_real *framed,
                    mg_real *image)
{
    const size_t of_channel = (size_t)(f->rows * f->columns);
    memset(framed, 0, f->plane * sizeof *framed);
    for (size_t k = 0; k < of_channel; k++) {
        mg_real *to = framed + stretch_at(f, k);
        pass->kernels->combine(MG_COMBINE_ADD, f->stretch, to, windows + k * f->stretch, to);
    }
    image += (size_t)channel * f->pixels;
    for (int y = 0; y < f->height; y++, image += f->width) {
        pass->kernels->combine(MG_COMBINE_ADD, (size_t)f->width, image, row_in_frame(f, framed, 0, y), image);
    }
}

static void input_gradient(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    frame f = frame_of(&node->image, node->columns);
    room r = room_of(&f, scratch_of(pass, 2));
    const int of_channel = f.rows * f.columns;
    mg_real *dx = receive_sum(pass, node, 0), *windows = scratch_of(pass, 0);
    clear_along(&f, r.along);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        stretch_out(&f, dz + i * f.output, r.along);
        for (int channel = 0; channel < f.channels; channel++) {
            multiply(pass, (mg_gemm){.rows = of_channel,
                                     .columns = (int)f.stretch,
                                     .depth = f.filters,
                                     .a = piece_of(pass, pass->replay->parameters, node->weight) +
                                          channel * of_channel * f.filters,
                                     .a_row = f.filters,
                                     .a_column = 1,
                                     .b = r.along,
                                     .b_row = (ptrdiff_t)f.stretch,
                                     .b_column = 1,
                                     .c = windows,
                                     .c_row = (ptrdiff_t)f.stretch});
            roll_up(pass, &f, channel, windows, r.framed, dx + i * f.input);
        }
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

/* What all numbers of a row of the image have in common. */
static runs runs_of_row(const frame *f, int channel, int y)
{
    int lowest = y + f->above, skipped = lowest >= f->height ? lowest - f->height + 1 : 0;
    runs r = {(ptrdiff_t)(lowest - skipped) * f->width * f->filters,
              (ptrdiff_t)(channel * f->rows + skipped) * f->columns * f->filters, 0, 0};
    r.rows = f->rows < lowest + 1 ? f->rows - skipped : lowest + 1 - skipped;
    return r;
}

static runs runs_of(const frame *f, const runs *row, int x)
{
    int first = x + f->left - f->columns + 1, from = first < 0 ? 0 : first;
    int last = x + f->left >= f->width ? f->width - 1 : x + f->left;
    runs r = *row;
    r.pixel += from * f->filters;
    r.weight += (from - first) * f->filters;
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

/* What an image gives: to by_pixel, from turned weights. */
static void scatter(const mg_pass *pass, const frame *f, const mg_real *x, const mg_real *turned, mg_real *by_pixel)
{
    ptrdiff_t pixels = (ptrdiff_t)f->width * f->filters, weights = (ptrdiff_t)f->columns * f->filters; /* in a row */
    for (int line = 0; line < f->channels * f->height; line++, x += f->width) {
        const runs of_row = runs_of_row(f, line / f->height, line % f->height);
        for (int at = 0; at < f->width; at++) {
            if (x[at] == 0) {
                continue;
            }
            runs to = runs_of(f, &of_row, at);
            for (int row = 0; row < to.rows; row++) {
                pass->kernels->axpy(to.count, x[at], turned + to.weight + row * weights,
                                    by_pixel + to.pixel - row * pixels);
            }
        }
    }
}

/* And what by_pixel gives to turned weights. */
static void collect(const mg_pass *pass, const frame *f, const mg_real *x, const mg_real *by_pixel, mg_real *turned)
{
    ptrdiff_t pixels = (ptrdiff_t)f->width * f->filters, weights = (ptrdiff_t)f->columns * f->filters; /* in a row */
    for (int line = 0; line < f->channels * f->height; line++, x += f->width) {
        const runs of_row = runs_of_row(f, line / f->height, line % f->height);
        for (int at = 0; at < f->width; at++) {
            if (x[at] == 0) {
                continue;
            }
            runs from = runs_of(f, &of_row, at);
            for (int row = 0; row < from.rows; row++) {
                pass->kernels->axpy(from.count, x[at], by_pixel + from.pixel - row * pixels,
                                    turned + from.weight + row * weights);
            }
        }
    }
}

static void convolve_sparsely(const mg_pass *pass, const mg_tape_node *node, const mg_real *x, const mg_real *weight,
                              const mg_real *bias, mg_real *y)
{
    frame f = frame_of(&node->image, node->columns);
    room r = room_of(&f, scratch_of(pass, 2));
    const mg_real *turned = turned_weights(&f, weight, &r);
    memset(r.start, 0, f.output * sizeof *r.start);
    if (bias != NULL) {
        spread(MG_BROADCAST_ROW, f.pixels, (size_t)f.filters, bias, r.start);
    }
    for (size_t i = 0; i < rows_of(pass, node); i++, x += f.input, y += f.output) {
        mg_real *by_pixel = f.pixels == 1 ? y : r.by_pixel;
        memcpy(by_pixel, r.start, f.output * sizeof *by_pixel);
        scatter(pass, &f, x, turned, by_pixel);
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
    mg_real *dw = receive_piece_sum(pass, node->weight), *turned = f.columns == 1 ? dw : r.turned;
    if (turned != dw) {
        turn_weights(&f, dw, turned);
    }
    for (size_t i = 0; i < rows_of(pass, node); i++, x += f.input) {
        transpose((size_t)f.filters, f.pixels, dz + i * f.output, r.by_pixel);
        collect(pass, &f, x, r.by_pixel, turned);
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

/* The first scratch area: where stretches begin, or what one channel's window gets at all pixels. */
static size_t list_reals(const frame *f)
{
    size_t of_channel = (size_t)f->rows * (size_t)f->columns * f->stretch;
    return of_channel > f->window ? of_channel : f->window;
}

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
    mg_tape_need_scratch(tape, 0, list_reals(&f));
    mg_tape_need_scratch(tape, 2, room_of(&f, NULL).reals);
    tape->needs_gemm = true;
    return mg_tape_record(tape, node, __func__);
}

#endif
