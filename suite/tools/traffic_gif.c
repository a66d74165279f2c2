/* traffic_gif.c - GIF89a: frames, palette, LZW. */
#include "suite/tools/traffic_gif.h"

#include "core/io/file.h"
#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

/* Codes below 256 are pixels. */
enum { UNCHANGED = 255, CLEAR = 256, END = 257, FIRST = 258, CODES = 4096 };

/* ---- bytes, and codes of 9 to 12 bits ---- */
static void put(traffic_gif *g, const void *bytes, size_t length)
{
    mg_reserve(&g->bytes, g->length, &g->capacity, length);
    memcpy(g->bytes + g->length, bytes, length);
    g->length += length;
}

static void put_byte(traffic_gif *g, int byte)
{
    put(g, &(uint8_t){(uint8_t)byte}, 1);
}

static void put_short(traffic_gif *g, int number)
{
    put_byte(g, number & 255);
    put_byte(g, number >> 8);
}

static void put_block(traffic_gif *g)
{
    if (g->filled) {
        put_byte(g, g->filled);
        put(g, g->block, (size_t)g->filled);
    }
    g->filled = 0;
}

static void put_code(traffic_gif *g, int code, int bits)
{
    g->waiting |= (uint32_t)code << g->bits;
    for (g->bits += bits; g->bits >= 8; g->bits -= 8, g->waiting >>= 8) {
        g->block[g->filled++] = (uint8_t)g->waiting;
        if (g->filled == (int)sizeof g->block)
            put_block(g);
    }
}

/* ---- frames ---- */
typedef struct area {
    int left, top, right, bottom;
} area; /* without right and bottom */

/* The smallest rectangle that holds every change; one pixel where there is none. */
static area changed(const traffic_gif *g, const uint8_t *pixel)
{
    area a = {g->width, g->height, 0, 0};
    if (g->frames == 0)
        return (area){0, 0, g->width, g->height};
    for (int y = 0; y < g->height; y++) {
        for (int x = 0; x < g->width; x++) {
            size_t i = (size_t)y * (size_t)g->width + (size_t)x;
            if (pixel[i] == g->shown[i])
                continue;
            a.left = x < a.left ? x : a.left;
            a.right = x + 1 > a.right ? x + 1 : a.right;
            a.top = y < a.top ? y : a.top;
            a.bottom = y + 1;
        }
    }
    return a.right ? a : (area){0, 0, 1, 1};
}

/* Lempel, Ziv and Welch: each code is the longest string known, and it with the next pixel becomes known. */
static void compress(traffic_gif *g, const uint8_t *pixel, area a)
{
    int known = FIRST, bits = 9, code = -1;
    memset(g->next, 0, CODES * sizeof *g->next);
    put_code(g, CLEAR, bits);
    for (int y = a.top; y < a.bottom; y++) {
        for (int x = a.left; x < a.right; x++) {
            size_t i = (size_t)y * (size_t)g->width + (size_t)x;
            int colour = g->frames && pixel[i] == g->shown[i] ? UNCHANGED : pixel[i];
            if (code < 0 || g->next[code][colour]) {
                code = code < 0 ? colour : g->next[code][colour];
                continue;
            }
            put_code(g, code, bits);
            if (known < CODES) {
                g->next[code][colour] = (uint16_t)known;
                bits += known == 1 << bits; /* the reader knows this string one code later */
                known++;
            } else {
                put_code(g, CLEAR, bits);
                memset(g->next, 0, CODES * sizeof *g->next);
                known = FIRST;
                bits = 9;
            }
            code = colour;
        }
    }
    put_code(g, code, bits);
    put_code(g, END, bits + (known == 1 << bits && known < CODES));
    put_code(g, 0, 7); /* the last byte, whole */
    put_block(g);
    g->bits = 0;
    g->waiting = 0;
}

void traffic_gif_add(traffic_gif *g, const uint8_t *pixel, int hundredths)
{
    area a = changed(g, pixel);
    put(g, "\x21\xf9\x04\x05", 4); /* graphic control: leave the frame there, one colour is transparent */
    put_short(g, hundredths);
    put_byte(g, UNCHANGED);
    put_byte(g, 0);
    put_byte(g, ',');
    put_short(g, a.left);
    put_short(g, a.top);
    put_short(g, a.right - a.left);
    put_short(g, a.bottom - a.top);
    put_byte(g, 0);
    put_byte(g, 8); /* bits to a pixel */
    compress(g, pixel, a);
    put_byte(g, 0);
    memcpy(g->shown, pixel, (size_t)g->width * (size_t)g->height);
    g->frames++;
}

/* ---- files ---- */
void traffic_gif_start(traffic_gif *g, int width, int height, const uint8_t *rgb, int colours)
{
    static const uint8_t black[3 * 256];
    *g = (traffic_gif){.width = width, .height = height};
    g->shown = mg_allocate((size_t)width * (size_t)height, 1);
    g->next = mg_allocate(CODES, sizeof *g->next);
    put(g, "GIF89a", 6);
    put_short(g, width);
    put_short(g, height);
    put(g, "\xf7\0\0", 3); /* 256 colours for all frames */
    put(g, rgb, 3 * (size_t)colours);
    put(g, black, 3 * (size_t)(256 - colours));
    put(g, "\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0", 19); /* again and again */
}

bool traffic_gif_save(traffic_gif *g, const char *path, mg_error *error)
{
    put_byte(g, ';');
    return mg_file_write(path, g->bytes, g->length, error);
}

void traffic_gif_free(traffic_gif *g)
{
    free(g->bytes);
    free(g->shown);
    free(g->next);
}
