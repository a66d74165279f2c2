/* Moving pictures: every pixel that is written is read back by a reader of our own, and lines have their areas. */
#include "suite/tools/traffic_gif.c" /* the tool's own files are in no library */
#include "suite/tools/traffic_picture.c"
#include "suite/tools/traffic_raster.c"

#include "envs/traffic/random.h"
#include "tests/tap.h"

/* ---- a reader of GIF, after its specification ---- */
typedef struct reader {
    const uint8_t *at, *end;
    int block, bits; /* bytes left of the block; bits at hand */
    uint32_t waiting;
} reader;

static int byte(reader *r)
{
    return r->at < r->end ? *r->at++ : -1;
}

static int two(reader *r)
{
    int low = byte(r);
    return low + 256 * byte(r);
}

static int code(reader *r, int bits)
{
    for (; r->bits < bits; r->bits += 8) {
        if (r->block == 0 && (r->block = byte(r)) <= 0)
            return END;
        r->waiting |= (uint32_t)byte(r) << r->bits;
        r->block--;
    }
    int read = (int)(r->waiting & ((1u << bits) - 1));
    r->waiting >>= bits;
    r->bits -= bits;
    return read;
}

/* Gives the pixels of one image; their number, or -1. */
static long expand(reader *r, uint8_t *pixel, long room)
{
    static long start[CODES];
    static int length[CODES];
    int known = FIRST, bits = 9, before = -1, now;
    long written = 0;
    r->block = r->bits = 0;
    r->waiting = 0;
    while ((now = code(r, bits)) != END) {
        if (now == CLEAR) {
            known = FIRST;
            bits = 9;
            before = -1;
            continue;
        }
        if (now > known || (now == known && before < 0) || (now >= FIRST && known == FIRST && before < 0))
            return -1;
        if (before >= 0 && known < CODES) { /* the string before, and the first pixel of this one */
            start[known] = written - (before < 256 ? 1 : length[before]);
            length[known] = (before < 256 ? 1 : length[before]) + 1;
            known++;
        } else if (now >= known) {
            return -1;
        }
        int count = now < 256 ? 1 : length[now];
        if (written + count > room)
            return -1;
        for (int i = 0; i < count; i++)
            pixel[written + i] = now < 256 ? (uint8_t)now : pixel[start[now] + i];
        written += count;
        before = now;
        bits += known == 1 << bits && bits < 12;
    }
    return r->block == 0 && byte(r) == 0 ? written : -1;
}

/* Shows the next frame; false where there is none or it is none. */
static bool show(reader *r, uint8_t *screen, int width, int height)
{
    static uint8_t pixel[1 << 16];
    if (byte(r) != 0x21 || byte(r) != 0xf9 || byte(r) != 4 || byte(r) != 5 || two(r) != 7)
        return false;
    int unchanged = byte(r);
    if (byte(r) != 0 || byte(r) != ',')
        return false;
    int left = two(r), top = two(r), wide = two(r), high = two(r);
    if (byte(r) != 0 || byte(r) != 8 || left + wide > width || top + high > height)
        return false;
    if (expand(r, pixel, sizeof pixel) != (long)wide * high)
        return false;
    for (int i = 0; i < wide * high; i++) {
        if (pixel[i] != unchanged)
            screen[(top + i / wide) * width + left + i % wide] = pixel[i];
    }
    return true;
}

static bool reads_back(const traffic_gif *g, const uint8_t *frame, int frames)
{
    static uint8_t screen[1 << 16];
    size_t size = (size_t)g->width * (size_t)g->height;
    reader r = {(const uint8_t *)g->bytes + 13 + 768 + 19, (const uint8_t *)g->bytes + g->length, 0, 0, 0};
    for (int i = 0; i < frames; i++) {
        if (!show(&r, screen, g->width, g->height) || memcmp(screen, frame + (size_t)i * size, size) != 0)
            return false;
    }
    return r.at == r.end;
}

/* ---- files ---- */
static void there_and_back(const char *name, int width, int height, uint32_t colours, uint32_t changes)
{
    enum { FRAMES = 4 };
    const uint8_t rgb[3 * 255] = {0};
    size_t size = (size_t)width * (size_t)height;
    uint8_t *frame = mg_allocate(FRAMES, size);
    mg_traffic_random random;
    mg_traffic_random_seed(&random, 5);
    traffic_gif g;
    traffic_gif_start(&g, width, height, rgb, 255);
    for (size_t i = 0; i < FRAMES * size; i++) {
        bool anew = i < size || (i >= 2 * size && mg_traffic_random_next(&random) % 100 < changes);
        frame[i] = anew ? (uint8_t)(mg_traffic_random_next(&random) % colours) : frame[i - size];
    }
    for (size_t i = 0; i < FRAMES; i++)
        traffic_gif_add(&g, frame + i * size, 7);
    tap_ok(reads_back(&g, frame, FRAMES), "%s, %d x %d, %zu bytes: reads back", name, width, height, g.length);
    frame[3 * size - 1] ^= 1;
    tap_ok(!reads_back(&g, frame, FRAMES), "%s: a changed pixel is noticed", name);
    frame[3 * size - 1] ^= 1;
    g.bytes[13 + 768 + 19 + 8 + 10 + 3] ^= 4;
    tap_ok(!reads_back(&g, frame, FRAMES), "%s: a changed bit of the file is noticed", name);
    traffic_gif_free(&g);
    free(frame);
}

static void all_sizes(void)
{
    bool good = true;
    for (int n = 1; n < 300; n++) {
        uint8_t rgb[3] = {0}, pixel[300] = {0};
        traffic_gif g;
        for (int i = 0; i < n; i++)
            pixel[i] = (uint8_t)(i * i / 7 % 5);
        traffic_gif_start(&g, n, 1, rgb, 1);
        traffic_gif_add(&g, pixel, 7);
        good = reads_back(&g, pixel, 1) && good;
        traffic_gif_free(&g);
    }
    tap_ok(good, "rows of 1 to 299 pixels read back");
}

/* ---- lines ---- */
static double covered(const mg_point *at, int32_t points, double width)
{
    uint8_t pixel[101 * 101], rgb[3 * TRAFFIC_MIXTURES];
    traffic_raster r;
    double sum = 0.0;
    traffic_raster_palette(rgb);
    traffic_raster_start(&r, (traffic_view){.top = 100.0, .scale = 1.0, .width = 100.0, .height = 100.0});
    r.canvas.line(&r.canvas, at, points, TRAFFIC_GREEN, width);
    traffic_raster_pixels(&r, pixel);
    for (int i = 0; i < 101 * 101; i++)
        sum += (255 - rgb[3 * pixel[i]]) / (255.0 - 0x27);
    traffic_raster_free(&r);
    return sum;
}

static void lines(void)
{
    double zero = 0.0, nan = zero / zero;
    double straight = covered((mg_point[]){{10, 50}, {60, 50}}, 2, 4.0);
    tap_ok(straight == 200.0, "50 by 4 pixels are 200 (%g)", straight);
    double oblique = covered((mg_point[]){{10, 10}, {40, 50}}, 2, 4.0);
    tap_ok(oblique > 195.0 && oblique < 205.0, "as many at an angle (%g)", oblique);
    double bent = covered((mg_point[]){{10, 50}, {50, 50}, {50, 90}}, 3, 10.0);
    tap_ok(bent > 785.0 && bent < 790.0, "a bend is closed at its outer side (%g)", bent);
    double outside = covered((mg_point[]){{-1e9, 50}, {1e9, 50}}, 2, 4.0);
    tap_ok(outside == 404.0, "a line is cut at the border (%g)", outside);
    double thin = covered((mg_point[]){{10, 50.1}, {60, 50.1}}, 2, 0.01);
    tap_ok(thin == 25.0, "the thinnest line is half a pixel wide (%g)", thin);
    tap_ok(covered((mg_point[]){{nan, 50}, {60, nan}}, 2, 4.0) == 0.0, "a line nowhere is not there");
}

int main(void)
{
    there_and_back("noise", 200, 150, 255, 50);
    there_and_back("few colours", 255, 255, 3, 1);
    there_and_back("one colour to the next", 255, 255, 2, 0);
    there_and_back("a dot", 1, 1, 2, 100);
    all_sizes();
    lines();
    return tap_done();
}
