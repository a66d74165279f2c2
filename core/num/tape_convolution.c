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
    int row;                                             /* pixels from one row to the next in the frame */
    size_t pixels, plane, stretch, window;               /* plane: of a channel with its frame */
    size_t input, output;                                /* numbers of an image before and after */
    size_t run, results; /* sparse: filters of a row of the window, and all results with their frame */
} frame;

#define RUN_UNIT 16 /* runs are that much longer than they need to be at the most: whole vectors */

static frame frame_of(const mg_image *of, int outputs)
{
    frame f = {.height = of->height, .width = of->width, .channels = of->channels};
    f.rows = of->window_height;
    f.columns = of->window_width;
    f.above = (f.rows - 1) / 2;
    f.left = (f.columns - 1) / 2;
    f.row = f.width + f.columns / 2; /* what lies right of a row lies left of the next one too */
    f.pixels = (size_t)f.height * (size_t)f.width;
    f.plane = (size_t)(f.height + f.rows - 2) * (size_t)f.row + (size_t)(f.width + f.columns - 1);
    f.stretch = (size_t)(f.height - 1) * (size_t)f.row + (size_t)f.width;
    f.window = (size_t)f.channels * (size_t)f.rows * (size_t)f.columns;
    f.input = f.pixels * (size_t)f.channels;
    f.output = (size_t)outputs;
    f.filters = outputs / (int)f.pixels;
    f.run = ((size_t)(f.columns * f.filters) + RUN_UNIT - 1) / RUN_UNIT * RUN_UNIT;
    f.results = (size_t)((f.height + f.rows - 2) * f.row + f.width - 1) * (size_t)f.filters + f.run;
    return f;
}

/* The third scratch area. Dense: an image, or results, in a frame; results, or an image, along stretches; results as
 * they begin, and weights in another order; sparse: turned weights, results by pixel in their frame, and these as they
 * begin. */
typedef struct room {
    mg_real *framed, *along, *start, *turned;
    size_t reals;
} room;

static room room_of(const frame *f, mg_real *at)
{
    size_t deep = (size_t)(f->channels > f->filters ? f->channels : f->filters);
    size_t framed = deep * f->plane, along = deep * f->stretch, turned = f->window * (size_t)f->filters;
    return (room){at, at + framed, at + framed + along, at + framed + 2 * along, framed + 2 * along + turned};
}

static room sparse_room_of(const frame *f, mg_real *at)
{
    size_t turned = (size_t)(f->channels * f->rows) * f->run;
    return (room){at, at + turned, at + turned + f->results, at, turned + 2 * f->results};
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

/* As memcpy, of a row of pixels: pieces of a known length are moved at once. */
static inline void copy_row(int n, const mg_real *from, mg_real *to)
{
    enum { PIECE = 8 };
    if (n < PIECE) {
        for (int x = 0; x < n; x++) {
            to[x] = from[x];
        }
        return;
    }
    for (int x = 0; x + PIECE < n; x += PIECE) {
        memcpy(to + x, from + x, PIECE * sizeof *to);
    }
    memcpy(to + n - PIECE, from + n - PIECE, PIECE * sizeof *to);
}

/* An image in a frame that is clear but for images before. */
static void lay_in_frame(const frame *f, const mg_real *image, mg_real *framed)
{
    for (int channel = 0; channel < f->channels; channel++) {
        for (int y = 0; y < f->height; y++, image += f->width) {
            copy_row(f->width, image, row_in_frame(f, framed, channel, y));
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
            copy_row(f->width, plain, along + y * f->row);
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
            copy_row(f->width, along + y * f->row, plain);
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
    clear_along(&f, r.start);
    if (bias != NULL) {
        spread(MG_BROADCAST_COLUMN, (size_t)f.filters, f.stretch, bias, r.start);
    }
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        lay_in_frame(&f, x + i * f.input, r.framed);
        memcpy(r.along, r.start, (size_t)f.filters * f.stretch * sizeof *r.along);
        if (add) {
            stretch_out(&f, y + i * f.output, r.along);
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

/* Results in a frame that is as wide on the other sides: a window turned round sees there what goes back to a pixel. */
static void lay_results(const frame *f, const mg_real *dz, mg_real *framed)
{
    framed += (f->rows - 1 - f->above) * f->row + f->columns - 1 - f->left;
    for (int filter = 0; filter < f->filters; filter++, framed += f->plane) {
        for (int y = 0; y < f->height; y++, dz += f->width) {
            copy_row(f->width, dz, framed + y * f->row);
        }
    }
}

static void add_stretches(const frame *f, const mg_real *along, mg_real *image)
{
    for (int channel = 0; channel < f->channels; channel++, along += f->stretch) {
        for (int y = 0; y < f->height; y++, image += f->width) {
            for (int x = 0; x < f->width; x++) {
                image[x] += along[y * f->row + x];
            }
        }
    }
}

static void input_gradient(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    frame f = frame_of(&node->image, node->columns);
    room r = room_of(&f, scratch_of(pass, 2));
    const int of_channel = f.rows * f.columns;
    int32_t *at = (int32_t *)(void *)scratch_of(pass, 0);
    mg_real *dx = receive_sum(pass, node, 0);
    for (int k = 0; k < of_channel; k++) {
        at[k] = (f.rows - 1 - k / f.columns) * f.row + f.columns - 1 - k % f.columns;
    }
    memset(r.framed, 0, (size_t)f.filters * f.plane * sizeof *r.framed);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        lay_results(&f, dz + i * f.output, r.framed);
        pass->kernels->listed_sum(&(mg_listed_sum){.rows = f.channels,
                                                   .columns = (int)f.stretch,
                                                   .count = of_channel,
                                                   .depth = f.filters,
                                                   .a = piece_of(pass, pass->replay->parameters, node->weight),
                                                   .b = r.framed,
                                                   .b_row = (ptrdiff_t)f.plane,
                                                   .at = at,
                                                   .c = r.along,
                                                   .c_row = (ptrdiff_t)f.stretch});
        add_stretches(&f, r.along, dx + i * f.input);
    }
}

/* ---- sparse ---- */

/* Weights with the columns of the window from the last to the first, and so back: what one number of the image gives to
 * a row of pixels then lies in one run. What a run holds behind that are zeros. */
static void turn_weights(const frame *f, const mg_real *weight, mg_real *turned)
{
    size_t filters = (size_t)f->filters, columns = (size_t)f->columns;
    memset(turned, 0, (size_t)(f->channels * f->rows) * f->run * sizeof *turned);
    for (size_t k = 0; k < f->window; k++) {
        memcpy(turned + k / columns * f->run + (columns - 1 - k % columns) * filters, weight + k * filters,
               filters * sizeof *turned);
    }
}

static void turn_back(const frame *f, const mg_real *turned, mg_real *weight)
{
    size_t filters = (size_t)f->filters, columns = (size_t)f->columns;
    for (size_t k = 0; k < f->window; k++) {
        memcpy(weight + k * filters, turned + k / columns * f->run + (columns - 1 - k % columns) * filters,
               filters * sizeof *turned);
    }
}

/* Between results by pixel, in a frame that takes what a window gives to pixels outside, and filter by filter. */
static void draw_filters(const frame *f, const mg_real *by_pixel, mg_real *plain)
{
    const int filters = f->filters;
    by_pixel += ((f->rows - 1 - f->above) * f->row + f->columns - 1 - f->left) * filters;
    for (int y = 0; y < f->height; y++, by_pixel += f->row * filters, plain += f->width) {
        for (int filter = 0; filter < filters; filter++) {
            for (int x = 0; x < f->width; x++) {
                plain[(size_t)filter * f->pixels + (size_t)x] = by_pixel[x * filters + filter];
            }
        }
    }
}

static void lay_filters(const frame *f, const mg_real *plain, mg_real *by_pixel)
{
    const int filters = f->filters;
    by_pixel += ((f->rows - 1 - f->above) * f->row + f->columns - 1 - f->left) * filters;
    for (int y = 0; y < f->height; y++, by_pixel += f->row * filters, plain += f->width) {
        for (int filter = 0; filter < filters; filter++) {
            for (int x = 0; x < f->width; x++) {
                by_pixel[x * filters + filter] = plain[(size_t)filter * f->pixels + (size_t)x];
            }
        }
    }
}

/* Of every number of an image: the result, in its frame, that the last row of the window begins to give it to, and its
 * weights, at the window's first row. Each row of the window further on is a row of results further up. Of the numbers
 * that are not 0: what they are, and the same two of them. */
typedef struct places {
    int32_t *result, *weight, *to, *from;
    mg_real *number;
    size_t reals;
} places;

static places places_of(const frame *f, mg_real *at)
{
    int32_t *list = (int32_t *)(void *)(at + f->input);
    return (places){list, list + f->input, list + 2 * f->input, list + 3 * f->input, at, 5 * f->input};
}

static void find_places(const frame *f, const places *p)
{
    size_t k = 0;
    for (int channel = 0; channel < f->channels; channel++) {
        for (int y = 0; y < f->height; y++) {
            for (int x = 0; x < f->width; x++, k++) {
                p->result[k] = ((y + f->rows - 1) * f->row + x) * f->filters;
                p->weight[k] = channel * f->rows * (int32_t)f->run;
            }
        }
    }
}

/* Whether a few numbers are all 0, by their bits: none of which, but for a sign, is set. */
static inline bool all_zero(const mg_real *x)
{
    uint64_t word[sizeof(mg_real)], any = 0; /* of eight numbers */
    memcpy(word, x, sizeof word);
    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        any |= word[i];
    }
    return any == 0;
}

/* Lists the numbers that are not 0, in the image's order; returns how many. */
static int list_places(const frame *f, const mg_real *x, const places *p)
{
    enum { PIECE = 8 };
    int count = 0;
    for (size_t k = 0; k < f->input; k += PIECE) {
        size_t end = k + PIECE < f->input ? k + PIECE : f->input;
        if (end == k + PIECE && all_zero(x + k)) {
            continue;
        }
        for (size_t i = k; i < end; i++) { /* without a branch */
            p->number[count] = x[i];
            p->to[count] = p->result[i];
            p->from[count] = p->weight[i];
            count += x[i] != 0;
        }
    }
    return count;
}

static void convolve_sparsely(const mg_pass *pass, const mg_tape_node *node, const mg_real *x, const mg_real *weight,
                              const mg_real *bias, mg_real *y)
{
    frame f = frame_of(&node->image, node->columns);
    room r = sparse_room_of(&f, scratch_of(pass, 2));
    places p = places_of(&f, scratch_of(pass, 0));
    find_places(&f, &p);
    turn_weights(&f, weight, r.turned);
    memset(r.start, 0, f.results * sizeof *r.start);
    if (bias != NULL) {
        spread(MG_BROADCAST_ROW, f.results / (size_t)f.filters, (size_t)f.filters, bias, r.start);
    }
    for (size_t i = 0; i < rows_of(pass, node); i++, x += f.input) {
        memcpy(r.along, r.start, f.results * sizeof *r.along);
        pass->kernels->add_blocks(&(mg_block_sum){.count = list_places(&f, x, &p),
                                                  .rows = f.rows,
                                                  .columns = (int)f.run,
                                                  .scale = p.number,
                                                  .from = p.from,
                                                  .to = p.to,
                                                  .x = r.turned,
                                                  .x_row = (ptrdiff_t)f.run,
                                                  .y = r.along,
                                                  .y_row = -(ptrdiff_t)f.row * f.filters});
        draw_filters(&f, r.along, y + i * f.output);
    }
}

static void weight_gradient_sparsely(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    frame f = frame_of(&node->image, node->columns);
    room r = sparse_room_of(&f, scratch_of(pass, 2));
    places p = places_of(&f, scratch_of(pass, 0));
    const mg_real *x = value_of(pass, node, 0);
    mg_real *dw = receive_piece_sum(pass, node->weight);
    find_places(&f, &p);
    turn_weights(&f, dw, r.turned);
    memset(r.along, 0, f.results * sizeof *r.along);
    for (size_t i = 0; i < rows_of(pass, node); i++, x += f.input) {
        lay_filters(&f, dz + i * f.output, r.along);
        pass->kernels->add_blocks(&(mg_block_sum){.count = list_places(&f, x, &p),
                                                  .rows = f.rows,
                                                  .columns = (int)f.run,
                                                  .scale = p.number,
                                                  .from = p.to,
                                                  .to = p.from,
                                                  .x = r.along,
                                                  .x_row = -(ptrdiff_t)f.row * f.filters,
                                                  .y = r.turned,
                                                  .y_row = (ptrdiff_t)f.run});
    }
    turn_back(&f, r.turned, dw);
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

/* sum[i] += row i, pixels ascending; rows: a constant, at most 6 */
static inline __attribute__((always_inline)) void add_pixels(int rows, size_t pixels, const mg_real *row, mg_real *sum)
{
    mg_real held[6];
    for (int i = 0; i < rows; i++) {
        held[i] = sum[i];
    }
    for (size_t p = 0; p < pixels; p++) {
        for (int i = 0; i < rows; i++) {
            held[i] += row[(size_t)i * pixels + p];
        }
    }
    for (int i = 0; i < rows; i++) {
        sum[i] = held[i];
    }
}

/* db += the sum over pixels of each sample's dz, pixels ascending; filters side by side, whose sums wait for
 * themselves alone */
static void bias_gradient(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    enum { SIDE_BY_SIDE = 6 };
    frame f = frame_of(&node->image, node->columns);
    mg_real *db = receive_piece_sum(pass, node->bias);
    for (size_t i = 0; i < rows_of(pass, node); i++, dz += f.output) {
        int filter = 0;
        for (; filter + SIDE_BY_SIDE <= f.filters; filter += SIDE_BY_SIDE) {
            add_pixels(SIDE_BY_SIDE, f.pixels, dz + (size_t)filter * f.pixels, db + filter);
        }
        for (; filter < f.filters; filter++) {
            add_pixels(1, f.pixels, dz + (size_t)filter * f.pixels, db + filter);
        }
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

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The first scratch area: where stretches begin, or places. */
static size_t list_reals(const frame *f)
{
    return larger(f->window, places_of(f, NULL).reals);
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
    mg_tape_need_scratch(tape, 2, larger(room_of(&f, NULL).reals, sparse_room_of(&f, NULL).reals));
    tape->needs_gemm = true;
    return mg_tape_record(tape, node, __func__);
}

#endif
