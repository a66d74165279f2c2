/* traffic_raster.c - a canvas of pixels. */
#include "suite/tools/traffic_raster.h"

#include "core/io/memory.h"
#include "core/num/scalar_math.h"

#include <stdlib.h>
#include <string.h>

/* ---- mixtures ---- */
static int mixture(int low, int high, int quarters) /* low < high; 1 to 3 quarters of high */
{
    return TRAFFIC_COLOURS + 3 * (high * (high - 1) / 2 + low) + quarters - 1;
}

void traffic_raster_palette(uint8_t rgb[3 * TRAFFIC_MIXTURES])
{
    for (int channel = 0; channel < 3; channel++) {
        int shift = 16 - 8 * channel;
        for (int high = 0; high < TRAFFIC_COLOURS; high++) {
            int b = traffic_rgb[high] >> shift & 255;
            rgb[3 * high + channel] = (uint8_t)b;
            for (int low = 0; low < high; low++) {
                int a = traffic_rgb[low] >> shift & 255;
                for (int k = 1; k < 4; k++)
                    rgb[3 * mixture(low, high, k) + channel] = (uint8_t)((a * (4 - k) + b * k + 2) / 4);
            }
        }
    }
}

/* The uppermost colour of four, and of those below it the uppermost. */
static uint8_t mix(const uint8_t *upper, const uint8_t *lower)
{
    const int point[4] = {upper[0], upper[1], lower[0], lower[1]};
    int high = 0, low = -1, quarters = 0;
    for (int i = 0; i < 4; i++)
        high = point[i] > high ? point[i] : high;
    for (int i = 0; i < 4; i++) {
        quarters += point[i] == high;
        low = point[i] < high && point[i] > low ? point[i] : low;
    }
    return (uint8_t)(low < 0 ? high : mixture(low, high, quarters));
}

void traffic_raster_pixels(const traffic_raster *r, uint8_t *pixel)
{
    size_t wide = 2 * (size_t)r->width;
    for (int y = 0; y < r->height; y++) {
        const uint8_t *row = r->point + 2 * (size_t)y * wide;
        for (int x = 0; x < r->width; x++)
            *pixel++ = mix(row + 2 * x, row + wide + 2 * x);
    }
}

/* ---- lines ---- */
static int within(double x, int limit) /* NaN: 0 */
{
    return x > 0.0 ? x < limit ? (int)x : limit : 0;
}

/* A convex polygon: the points whose middle is inside. */
static void fill(traffic_raster *r, const mg_point *corner, int corners, uint8_t colour)
{
    double top = corner[0].y, bottom = corner[0].y;
    for (int i = 1; i < corners; i++) {
        top = corner[i].y < top ? corner[i].y : top;
        bottom = corner[i].y > bottom ? corner[i].y : bottom;
    }
    int end = within(bottom + 0.5, 2 * r->height);
    for (int row = within(top + 0.5, 2 * r->height); row < end; row++) {
        double y = row + 0.5, left = 1e300, right = -1e300;
        for (int i = 0; i < corners; i++) {
            mg_point a = corner[i], b = corner[(i + 1) % corners];
            if ((a.y <= y) == (b.y <= y))
                continue;
            double x = a.x + (y - a.y) * ((b.x - a.x) / (b.y - a.y));
            left = x < left ? x : left;
            right = x > right ? x : right;
        }
        int first = within(left + 0.5, 2 * r->width), last = within(right + 0.5, 2 * r->width);
        if (last > first)
            memset(r->point + (size_t)row * 2 * (size_t)r->width + first, colour, (size_t)(last - first));
    }
}

static mg_point place(const traffic_raster *r, mg_point at)
{
    mg_point pixel = traffic_pixel(&r->canvas.view, at);
    return (mg_point){2.0 * pixel.x, 2.0 * pixel.y};
}

/* Each piece a rectangle; where two meet, the gap outside the bend is closed by a triangle on either side. */
static void line(traffic_canvas *canvas, const mg_point *at, int32_t points, traffic_colour colour, double width)
{
    traffic_raster *r = (traffic_raster *)canvas;
    double half = width > 0.5 ? width : 0.5; /* of the width in points; never thinner than one */
    mg_point before = {0.0, 0.0};            /* half the width, across the piece before */
    for (int32_t i = 0; i + 1 < points; i++) {
        mg_point a = place(r, at[i]), b = place(r, at[i + 1]);
        double dx = b.x - a.x, dy = b.y - a.y, length = mg_sqrt((dx * dx) + (dy * dy));
        if (!(length > 0.0))
            continue;
        mg_point across = {-dy / length * half, dx / length * half};
        fill(r,
             (mg_point[]){{a.x + across.x, a.y + across.y},
                          {b.x + across.x, b.y + across.y},
                          {b.x - across.x, b.y - across.y},
                          {a.x - across.x, a.y - across.y}},
             4, (uint8_t)colour);
        for (int side = -1; side < 2; side += 2)
            fill(r,
                 (mg_point[]){
                     a, {a.x + side * across.x, a.y + side * across.y}, {a.x + side * before.x, a.y + side * before.y}},
                 3, (uint8_t)colour);
        before = across;
    }
}

/* ---- words ---- */
enum { DOT = 3, ADVANCE = 6, ROWS = 8 }; /* points to a dot of a letter; dots to a letter */

/* Rows from the top, the eighth below the line; bit 4 is the left one of five. */
static const struct {
    char letter;
    uint8_t row[ROWS];
} letters[] = {
    {'0', {14, 17, 17, 17, 17, 17, 14}}, {'1', {4, 12, 20, 4, 4, 4, 31}},       {'2', {14, 17, 1, 2, 4, 8, 31}},
    {'3', {14, 17, 1, 6, 1, 17, 14}},    {'4', {2, 6, 10, 18, 31, 2, 2}},       {'5', {31, 16, 30, 1, 1, 17, 14}},
    {'6', {14, 16, 16, 30, 17, 17, 14}}, {'7', {31, 1, 2, 2, 4, 4, 4}},         {'8', {14, 17, 17, 14, 17, 17, 14}},
    {'9', {14, 17, 17, 15, 1, 1, 14}},   {'.', {0, 0, 0, 0, 0, 0, 4}},          {',', {0, 0, 0, 0, 0, 0, 4, 8}},
    {':', {0, 0, 4, 0, 0, 0, 4}},        {'a', {0, 0, 14, 1, 15, 17, 15}},      {'b', {16, 16, 30, 17, 17, 17, 30}},
    {'c', {0, 0, 15, 16, 16, 16, 15}},   {'d', {1, 1, 15, 17, 17, 17, 15}},     {'e', {0, 0, 14, 17, 31, 16, 15}},
    {'f', {3, 4, 14, 4, 4, 4, 4}},       {'g', {0, 0, 15, 17, 17, 15, 1, 14}},  {'h', {16, 16, 30, 17, 17, 17, 17}},
    {'i', {4, 0, 12, 4, 4, 4, 14}},      {'j', {2, 0, 6, 2, 2, 2, 2, 12}},      {'k', {16, 16, 18, 20, 24, 20, 18}},
    {'l', {12, 4, 4, 4, 4, 4, 6}},       {'m', {0, 0, 26, 21, 21, 21, 21}},     {'n', {0, 0, 30, 17, 17, 17, 17}},
    {'o', {0, 0, 14, 17, 17, 17, 14}},   {'p', {0, 0, 30, 17, 17, 30, 16, 16}}, {'q', {0, 0, 15, 17, 17, 15, 1, 1}},
    {'r', {0, 0, 11, 12, 8, 8, 8}},      {'s', {0, 0, 15, 16, 14, 1, 30}},      {'t', {4, 4, 14, 4, 4, 4, 3}},
    {'u', {0, 0, 17, 17, 17, 17, 15}},   {'v', {0, 0, 17, 17, 10, 10, 4}},      {'w', {0, 0, 21, 21, 21, 21, 10}},
    {'x', {0, 0, 17, 10, 4, 10, 17}},    {'y', {0, 0, 17, 17, 17, 15, 1, 14}},  {'z', {0, 0, 31, 2, 4, 8, 31}},
};

static void write_letter(traffic_raster *r, const uint8_t *rows, double x, double y, traffic_colour colour)
{
    for (int row = 0; row < ROWS; row++) {
        for (int dot = 0; dot < 5; dot++) {
            double left = x + dot * DOT, top = y + row * DOT;
            mg_point square[4] = {{left, top}, {left + DOT, top}, {left + DOT, top + DOT}, {left, top + DOT}};
            if (rows[row] >> (4 - dot) & 1)
                fill(r, square, 4, (uint8_t)colour);
        }
    }
}

static void words(traffic_canvas *canvas, int row, const char *text, traffic_colour colour)
{
    traffic_raster *r = (traffic_raster *)canvas;
    int y = 2 * ((int)canvas->view.words + 5 + 20 * row);
    for (; *text; text++, r->pen[row] += ADVANCE * DOT) {
        for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
            if (letters[i].letter == *text)
                write_letter(r, letters[i].row, r->pen[row], y, colour);
        }
    }
}

/* ---- pictures ---- */
void traffic_raster_clear(traffic_raster *r)
{
    memset(r->point, TRAFFIC_WHITE, 4 * (size_t)r->width * (size_t)r->height);
    r->pen[0] = r->pen[1] = 20;
}

void traffic_raster_start(traffic_raster *r, traffic_view view)
{
    enum { MOST = 10000 };
    *r = (traffic_raster){.canvas = {view, line, words}};
    r->width = 1 + within(view.width, MOST);
    r->height = 1 + within(view.height, MOST);
    r->point = mg_allocate(4 * (size_t)r->width * (size_t)r->height, 1);
    traffic_raster_clear(r);
}

void traffic_raster_free(traffic_raster *r)
{
    free(r->point);
}
