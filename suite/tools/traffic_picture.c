/* traffic_picture.c - roads, vehicles, queues and lights on any canvas. */
#include "suite/tools/traffic_picture.h"

#include "core/num/scalar_math.h"

#include <stdio.h>

const uint32_t traffic_rgb[TRAFFIC_COLOURS] = {
    [TRAFFIC_WHITE] = 0xffffff,       [TRAFFIC_LINK] = 0xeceff1,         [TRAFFIC_LANE] = 0xd5d8dc,
    [TRAFFIC_QUEUE_SHORT] = 0xfcf3cf, [TRAFFIC_QUEUE_MIDDLE] = 0xfad7a0, [TRAFFIC_QUEUE_LONG] = 0xf0b27a,
    [TRAFFIC_QUEUE_FULL] = 0xec9084,  [TRAFFIC_GREEN] = 0x27ae60,        [TRAFFIC_RED] = 0x922b21,
    [TRAFFIC_MOVING] = 0x2471a3,      [TRAFFIC_WAITING] = 0xc0392b,      [TRAFFIC_TEXT] = 0x333333,
};

static double larger(double a, double b)
{
    return a > b ? a : b;
}

traffic_view traffic_view_of(const mg_traffic_network *n, double pixels)
{
    enum { WORDS_WIDE = 720, WORDS_HIGH = 44 };
    double left = 1e300, right = -1e300, bottom = 1e300, top = -1e300;
    for (int32_t i = 0; i < n->point_first[n->drivables]; i++) {
        left = n->point[i].x < left ? n->point[i].x : left;
        right = larger(n->point[i].x, right);
        bottom = n->point[i].y < bottom ? n->point[i].y : bottom;
        top = larger(n->point[i].y, top);
    }
    double margin = 0.02 * larger(right - left, top - bottom) + 5.0;
    double width = right - left + 2.0 * margin, height = top - bottom + 2.0 * margin;
    double scale = pixels / larger(width, height);
    double beside = larger(0.0, WORDS_WIDE - width * scale); /* pixels, where the words are the wider part */
    return (traffic_view){.left = left - margin - beside / 2.0 / scale,
                          .top = top + margin,
                          .scale = scale,
                          .width = width * scale + beside,
                          .height = height * scale + WORDS_HIGH,
                          .words = height * scale};
}

mg_point traffic_pixel(const traffic_view *view, mg_point at)
{
    /* y points up in the network, down in the picture */
    return (mg_point){(at.x - view->left) * view->scale, (view->top - at.y) * view->scale};
}

static void draw_line(traffic_canvas *c, const mg_traffic_network *n, int32_t drivable, traffic_colour colour,
                      double width)
{
    int32_t first = n->point_first[drivable];
    c->line(c, &n->point[first], n->point_first[drivable + 1] - first, colour, width * c->view.scale);
}

/* Where on the line, and which way it goes there (a unit vector). */
static mg_point place_on(const mg_traffic_network *n, int32_t drivable, double distance, mg_point *direction)
{
    mg_point at = n->point[n->point_first[drivable]];
    double rest = distance;
    *direction = (mg_point){1.0, 0.0};
    for (int32_t i = n->point_first[drivable]; i + 1 < n->point_first[drivable + 1]; i++) {
        double dx = n->point[i + 1].x - n->point[i].x, dy = n->point[i + 1].y - n->point[i].y;
        double length = mg_sqrt((dx * dx) + (dy * dy));
        if (!(length > 0.0))
            continue;
        double part = rest < length ? rest / length : 1.0;
        *direction = (mg_point){dx / length, dy / length};
        at = (mg_point){n->point[i].x + dx * part, n->point[i].y + dy * part};
        if (rest <= length)
            break;
        rest -= length;
    }
    return at;
}

static void draw_vehicles(traffic_canvas *c, const mg_traffic_network *n, const mg_traffic *t, int32_t drivable)
{
    for (int32_t slot = mg_traffic_first(t, drivable); slot >= 0; slot = mg_traffic_behind(t, slot)) {
        mg_vehicle_view v = mg_traffic_vehicle(t, slot);
        double length = n->kind[n->flow[v.flow].kind].length;
        mg_point direction, front = place_on(n, drivable, v.distance, &direction);
        mg_point rear = {front.x - direction.x * length, front.y - direction.y * length};
        c->line(c, (mg_point[]){rear, front}, 2, v.speed < 0.1 ? TRAFFIC_WAITING : TRAFFIC_MOVING,
                larger(2.4 * c->view.scale, 1.5));
    }
}

/* From yellow to red, by how much of the lane its waiting vehicles fill. */
static void draw_queue(traffic_canvas *c, const mg_traffic_network *n, const mg_traffic *t, int32_t lane)
{
    int32_t waiting = mg_traffic_waiting(t)[lane];
    if (waiting == 0)
        return;
    double share = waiting * 7.5 / n->length[lane];
    traffic_colour colour = share < 0.15   ? TRAFFIC_QUEUE_SHORT
                            : share < 0.35 ? TRAFFIC_QUEUE_MIDDLE
                            : share < 0.65 ? TRAFFIC_QUEUE_LONG
                                           : TRAFFIC_QUEUE_FULL;
    draw_line(c, n, lane, colour, n->lane_width[lane] * 0.95);
}

/* A bar across the end of a lane: green if one of its links is. */
static void draw_light(traffic_canvas *c, const mg_traffic_network *n, const mg_traffic *t, int32_t lane)
{
    bool green = false, any = n->lane_link_first[lane + 1] > n->lane_link_first[lane];
    for (int32_t i = n->lane_link_first[lane]; i < n->lane_link_first[lane + 1]; i++)
        green = green || mg_traffic_is_green(t, n->lane_link[i]);
    if (!any)
        return;
    mg_point direction, end = place_on(n, lane, n->length[lane], &direction);
    double half = n->lane_width[lane] * 0.45;
    mg_point a = {end.x - direction.y * half, end.y + direction.x * half};
    mg_point b = {end.x + direction.y * half, end.y - direction.x * half};
    c->line(c, (mg_point[]){a, b}, 2, green ? TRAFFIC_GREEN : TRAFFIC_RED, larger(2.5 * c->view.scale, 1.2));
}

void traffic_draw(traffic_canvas *c, const mg_traffic_network *n, const mg_traffic *t)
{
    for (int32_t link = n->lanes; link < n->drivables; link++)
        draw_line(c, n, link, TRAFFIC_LINK, 2.0);
    for (int32_t lane = 0; lane < n->lanes; lane++)
        draw_line(c, n, lane, TRAFFIC_LANE, n->lane_width[lane] * 0.9);
    for (int32_t lane = 0; lane < n->lanes; lane++)
        draw_queue(c, n, t, lane);
    for (int32_t lane = 0; lane < n->lanes; lane++)
        draw_light(c, n, t, lane);
    for (int32_t d = mg_traffic_next_busy(t, 0); d >= 0; d = mg_traffic_next_busy(t, d + 1))
        draw_vehicles(c, n, t, d);
    char words[200];
    snprintf(words, sizeof words, "%.6g s: %ld vehicles on the road, %ld finished, mean travel time %.1f s",
             mg_traffic_time(t), mg_traffic_running(t), mg_traffic_finished(t), mg_traffic_average_travel_time(t));
    c->words(c, 0, words, TRAFFIC_TEXT);
    c->words(c, 1, "vehicles: ", TRAFFIC_TEXT);
    c->words(c, 1, "moving", TRAFFIC_MOVING);
    c->words(c, 1, ", ", TRAFFIC_TEXT);
    c->words(c, 1, "waiting", TRAFFIC_WAITING);
    c->words(c, 1, "   lanes: yellow to red as queues fill them", TRAFFIC_TEXT);
}
