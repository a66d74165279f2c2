/* A picture of the network at one moment: lanes grey, queues red, moving vehicles blue. */
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/num/scalar_math.h"
#include "suite/tools/traffic_commands.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static traffic_option option[] = {
    { .name = "config" }, { .name = "at" }, { .name = "lights" }, { .name = "out" }
};
enum { OPTIONS = sizeof option / sizeof *option };

static const char *given(const char *name)
{
    return traffic_option_text(option, OPTIONS, name);
}

typedef struct picture {
    char *bytes;
    size_t length, capacity;
    double left, top, scale, height; /* of the network, in m; pixels per m */
} picture;

__attribute__((format(printf, 2, 3))) static void draw(picture *p, const char *format, ...)
{
    enum { PIECE = 600 };
    mg_reserve(&p->bytes, p->length, &p->capacity, PIECE);
    va_list arguments;
    va_start(arguments, format);
    p->length += (size_t)vsnprintf(p->bytes + p->length, PIECE, format, arguments);
    va_end(arguments);
}

static double pixel_x(const picture *p, mg_point at)
{
    return (at.x - p->left) * p->scale;
}

static double pixel_y(const picture *p, mg_point at)
{
    return (p->top - at.y) * p->scale; /* y points up in the network, down in the picture */
}

static double frame(picture *p, const mg_traffic_network *n)
{
    double right = -1e300, bottom = 1e300;
    p->left = 1e300;
    p->top = -1e300;
    for (int32_t i = 0; i < n->point_first[n->drivables]; i++) {
        p->left = n->point[i].x < p->left ? n->point[i].x : p->left;
        right = n->point[i].x > right ? n->point[i].x : right;
        bottom = n->point[i].y < bottom ? n->point[i].y : bottom;
        p->top = n->point[i].y > p->top ? n->point[i].y : p->top;
    }
    double margin = 0.02 * (right - p->left > p->top - bottom ? right - p->left : p->top - bottom) + 5.0;
    p->left -= margin;
    p->top += margin;
    double width = right + margin - p->left, height = p->top - bottom + margin;
    p->scale = 1200.0 / (width > height ? width : height);
    p->height = height * p->scale;
    return width * p->scale;
}

static void draw_line(picture *p, const mg_traffic_network *n, int32_t drivable, const char *colour, double width)
{
    draw(p, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%.2f\" points=\"", colour, width);
    for (int32_t i = n->point_first[drivable]; i < n->point_first[drivable + 1]; i++)
        draw(p, "%.1f,%.1f ", pixel_x(p, n->point[i]), pixel_y(p, n->point[i]));
    draw(p, "\"/>\n");
}

/* Where on the line, and which way it goes there (a unit vector). */
static mg_point place_on(const mg_traffic_network *n, int32_t drivable, double distance, mg_point *direction)
{
    mg_point at = n->point[n->point_first[drivable]];
    double rest = distance;
    *direction = (mg_point){ 1.0, 0.0 };
    for (int32_t i = n->point_first[drivable]; i + 1 < n->point_first[drivable + 1]; i++) {
        double dx = n->point[i + 1].x - n->point[i].x, dy = n->point[i + 1].y - n->point[i].y;
        double length = mg_sqrt((dx * dx) + (dy * dy));
        if (!(length > 0.0))
            continue;
        double part = rest < length ? rest / length : 1.0;
        *direction = (mg_point){ dx / length, dy / length };
        at = (mg_point){ n->point[i].x + dx * part, n->point[i].y + dy * part };
        if (rest <= length)
            break;
        rest -= length;
    }
    return at;
}

static void draw_vehicles(picture *p, const mg_traffic_network *n, const mg_traffic *t, int32_t drivable)
{
    for (int32_t slot = mg_traffic_first(t, drivable); slot >= 0; slot = mg_traffic_behind(t, slot)) {
        mg_vehicle_view v = mg_traffic_vehicle(t, slot);
        double length = n->kind[n->flow[v.flow].kind].length;
        mg_point direction, front = place_on(n, drivable, v.distance, &direction);
        mg_point rear = { front.x - direction.x * length, front.y - direction.y * length };
        double width = 2.4 * p->scale > 1.5 ? 2.4 * p->scale : 1.5;
        draw(p, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.2f\"/>\n",
             pixel_x(p, rear), pixel_y(p, rear), pixel_x(p, front), pixel_y(p, front),
             v.speed < 0.1 ? "#c0392b" : "#2471a3", width);
    }
}

/* From yellow to red, by how much of the lane its waiting vehicles fill. */
static void draw_queue(picture *p, const mg_traffic_network *n, const mg_traffic *t, int32_t lane)
{
    int32_t waiting = mg_traffic_waiting(t)[lane];
    if (waiting == 0)
        return;
    double share = waiting * 7.5 / n->length[lane];
    const char *colour = share < 0.15 ? "#fcf3cf" : share < 0.35 ? "#fad7a0" : share < 0.65 ? "#f0b27a" : "#ec9084";
    draw_line(p, n, lane, colour, n->lane_width[lane] * p->scale * 0.95);
}

/* A bar across the end of a lane: green if one of its links is. */
static void draw_light(picture *p, const mg_traffic_network *n, const mg_traffic *t, int32_t lane)
{
    bool green = false, any = n->lane_link_first[lane + 1] > n->lane_link_first[lane];
    for (int32_t i = n->lane_link_first[lane]; i < n->lane_link_first[lane + 1]; i++)
        green = green || mg_traffic_is_green(t, n->lane_link[i]);
    if (!any)
        return;
    mg_point direction, end = place_on(n, lane, n->length[lane], &direction);
    double half = n->lane_width[lane] * 0.45;
    mg_point a = { end.x - direction.y * half, end.y + direction.x * half };
    mg_point b = { end.x + direction.y * half, end.y - direction.x * half };
    draw(p, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.2f\"/>\n",
         pixel_x(p, a), pixel_y(p, a), pixel_x(p, b), pixel_y(p, b), green ? "#27ae60" : "#922b21",
         2.5 * p->scale > 1.2 ? 2.5 * p->scale : 1.2);
}

static void draw_network(picture *p, const mg_traffic_network *n, const mg_traffic *t)
{
    double width = frame(p, n);
    draw(p,
         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" font-family=\"sans-serif\">\n",
         width, p->height + 34.0);
    draw(p, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n");
    for (int32_t link = n->lanes; link < n->drivables; link++)
        draw_line(p, n, link, "#eceff1", 2.0 * p->scale);
    for (int32_t lane = 0; lane < n->lanes; lane++)
        draw_line(p, n, lane, "#d5d8dc", n->lane_width[lane] * p->scale * 0.9);
    for (int32_t lane = 0; lane < n->lanes; lane++)
        draw_queue(p, n, t, lane);
    for (int32_t lane = 0; lane < n->lanes; lane++)
        draw_light(p, n, t, lane);
    for (int32_t d = mg_traffic_next_busy(t, 0); d >= 0; d = mg_traffic_next_busy(t, d + 1))
        draw_vehicles(p, n, t, d);
    draw(p,
         "<text x=\"10\" y=\"%.0f\" font-size=\"14\" fill=\"#333\">%.0f s: %ld vehicles on the road, %ld finished, "
         "mean "
         "travel time %.1f s. Vehicles: <tspan fill=\"#2471a3\">moving</tspan>, <tspan "
         "fill=\"#c0392b\">waiting</tspan>; "
         "lanes: yellow to red as queues fill them</text>\n</svg>\n",
         p->height + 20.0, mg_traffic_time(t), mg_traffic_running(t), mg_traffic_finished(t),
         mg_traffic_average_travel_time(t));
}

static bool render(mg_error *error)
{
    long at = 600;
    traffic_lights lights;
    mg_traffic_network *network;
    if (!given("config") || !given("out"))
        return mg_fail(error, MG_EXIT_USAGE, "render wants --config config.json, --at STEP and --out picture.svg");
    if (!traffic_option_integer(option, OPTIONS, "at", 0, 2000000000, &at, error) ||
        !mg_traffic_load(given("config"), &network, error))
        return false;
    bool good = traffic_lights_open(given("lights"), network, &lights, error);
    mg_traffic *traffic = mg_traffic_create(network);
    for (long i = 0; good && i < at; i++) {
        good = traffic_lights_set(&lights, traffic, network, error);
        mg_traffic_step(traffic);
    }
    picture p = { 0 };
    if (good) {
        draw_network(&p, network, traffic);
        good = mg_file_write(given("out"), p.bytes, p.length, error);
    }
    free(p.bytes);
    mg_traffic_destroy(traffic);
    traffic_lights_close(&lights);
    mg_traffic_free(network);
    return good;
}

int traffic_render(int count, char **text)
{
    mg_error error = { 0 };
    if (traffic_read_options(count, text, option, OPTIONS, &error) && render(&error))
        return MG_EXIT_OK;
    return mg_report_error("traffic", &error);
}
