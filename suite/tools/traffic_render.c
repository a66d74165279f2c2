/* The network at one moment as SVG, or the way there as GIF. */
#include "suite/tools/traffic_commands.h"
#include "suite/tools/traffic_gif.h"
#include "suite/tools/traffic_raster.h"
#include "suite/tools/traffic_svg.h"

#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

static traffic_option option[] = {
    {.name = "config"},
    {.name = "at"},
    {.name = "lights"},
    {.name = "out"},
    {.name = "frames"},
    {.name = "every"},
    {.name = "animate", .flag = true},
    {.name = "ignore-lane-change", .flag = true},
};
enum { OPTIONS = sizeof option / sizeof *option };

static const char *given(const char *name)
{
    return traffic_option_text(option, OPTIONS, name);
}

typedef struct scene {
    mg_traffic_network *network;
    mg_traffic *traffic;
    traffic_lights lights;
    long at, frames, every; /* steps up to the last frame, and between frames */
} scene;

/* Another ending would promise another kind of picture. */
static bool check_name(mg_error *error)
{
    const char *out = given("out"), *dot = strrchr(out, '.'), *wanted = given("animate") ? ".gif" : ".svg";
    return (dot && strcmp(dot, wanted) == 0) ||
           mg_fail(error, MG_EXIT_USAGE, "--out %.300s: wanted a name that ends in %s, which is what this writes%s",
                   out, wanted, given("animate") ? "" : " (a GIF with --animate)");
}

static bool read_options(scene *s, mg_error *error)
{
    s->at = 600;
    s->every = 2;
    if (!given("config") || !given("out"))
        return mg_fail(error, MG_EXIT_USAGE, "render wants --config config.json, --at STEP and --out FILE");
    if (!check_name(error))
        return false;
    if (!given("animate") && (given("frames") || given("every")))
        return mg_fail(error, MG_EXIT_USAGE, "--%s is for --animate", given("frames") ? "frames" : "every");
    if (!traffic_option_integer(option, OPTIONS, "at", 0, 2000000000, &s->at, error) ||
        !traffic_option_integer(option, OPTIONS, "every", 1, 1000000, &s->every, error))
        return false;
    long most = s->at / s->every + 1;
    s->frames = most < 60 ? most : 60;
    if (!traffic_option_integer(option, OPTIONS, "frames", 1, 10000, &s->frames, error))
        return false;
    return s->frames <= most || mg_fail(error, MG_EXIT_USAGE,
                                        "--frames %ld --every %ld --at %ld would begin before step 0: at most %ld "
                                        "frames, or a later STEP",
                                        s->frames, s->every, s->at, most);
}

static bool go_to(scene *s, long step, mg_error *error)
{
    while (mg_traffic_steps(s->traffic) < step) {
        if (!traffic_lights_set(&s->lights, s->traffic, s->network, error))
            return false;
        mg_traffic_step(s->traffic);
    }
    return true;
}

static bool draw_svg(scene *s, mg_error *error)
{
    if (!go_to(s, s->at, error))
        return false;
    traffic_svg svg;
    traffic_svg_start(&svg, traffic_view_of(s->network, 1200.0));
    traffic_draw(&svg.canvas, s->network, s->traffic);
    bool good = traffic_svg_save(&svg, given("out"), error);
    traffic_svg_free(&svg);
    return good;
}

static bool draw_gif(scene *s, mg_error *error)
{
    traffic_raster raster;
    traffic_gif gif;
    uint8_t palette[3 * TRAFFIC_MIXTURES];
    traffic_raster_palette(palette);
    traffic_raster_start(&raster, traffic_view_of(s->network, 900.0));
    traffic_gif_start(&gif, raster.width, raster.height, palette, TRAFFIC_MIXTURES);
    uint8_t *pixel = mg_allocate((size_t)raster.width * (size_t)raster.height, 1);
    bool good = true;
    for (long left = s->frames - 1; good && left >= 0; left--) {
        good = go_to(s, s->at - left * s->every, error);
        traffic_raster_clear(&raster);
        traffic_draw(&raster.canvas, s->network, s->traffic);
        traffic_raster_pixels(&raster, pixel);
        traffic_gif_add(&gif, pixel, left ? 10 : 150); /* rests on the last one */
    }
    good = good && traffic_gif_save(&gif, given("out"), error);
    free(pixel);
    traffic_gif_free(&gif);
    traffic_raster_free(&raster);
    return good;
}

static bool render(mg_error *error)
{
    scene s = {0};
    if (!read_options(&s, error) || !traffic_open(given("config"), given("ignore-lane-change"), &s.network, error))
        return false;
    bool good = traffic_lights_open(given("lights"), s.network, &s.lights, error);
    s.traffic = mg_traffic_create(s.network);
    good = good && (given("animate") ? draw_gif : draw_svg)(&s, error);
    mg_traffic_destroy(s.traffic);
    traffic_lights_close(&s.lights);
    mg_traffic_free(s.network);
    return good;
}

int traffic_render(int count, char **text)
{
    mg_error error = {0};
    if (traffic_read_options(count, text, option, OPTIONS, &error) && render(&error))
        return MG_EXIT_OK;
    return mg_report_error("traffic", &error);
}
