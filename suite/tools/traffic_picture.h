/* traffic_picture.h - what a picture of the network at one moment shows, and where; whatever it is drawn on. */
#ifndef MG_TOOL_TRAFFIC_PICTURE_H
#define MG_TOOL_TRAFFIC_PICTURE_H

#include "envs/traffic/traffic.h"

/* Later ones lie above earlier ones. */
typedef enum traffic_colour {
    TRAFFIC_WHITE,
    TRAFFIC_LINK,
    TRAFFIC_LANE,
    TRAFFIC_QUEUE_SHORT,
    TRAFFIC_QUEUE_MIDDLE,
    TRAFFIC_QUEUE_LONG,
    TRAFFIC_QUEUE_FULL,
    TRAFFIC_GREEN,
    TRAFFIC_RED,
    TRAFFIC_MOVING,
    TRAFFIC_WAITING,
    TRAFFIC_TEXT,
    TRAFFIC_COLOURS
} traffic_colour;
extern const uint32_t traffic_rgb[TRAFFIC_COLOURS]; /* 0xrrggbb */

/* The part of the plane that is seen: all of the network with a margin, and below it two rows of words. */
typedef struct traffic_view {
    double left, top;     /* m */
    double scale;         /* pixels per m */
    double width, height; /* pixels */
    double words;         /* pixels from the top to the first row of words */
} traffic_view;
traffic_view traffic_view_of(const mg_traffic_network *network, double pixels); /* of the network's longer side */
mg_point traffic_pixel(const traffic_view *view, mg_point at);

/* What pictures are drawn on: the first member of the one who draws. */
typedef struct traffic_canvas {
    traffic_view view;
    /* A line through points of the network (m), its width in pixels; ends are cut square. */
    void (*line)(struct traffic_canvas *canvas, const mg_point *at, int32_t points, traffic_colour colour,
                 double width);
    /* Words beside those before them in the row, 0 or 1. Letters are a to z, digits and . , : */
    void (*words)(struct traffic_canvas *canvas, int row, const char *words, traffic_colour colour);
} traffic_canvas;

/* Lanes grey, queues yellow to red, lights green or red, vehicles blue or, waiting, red. */
void traffic_draw(traffic_canvas *canvas, const mg_traffic_network *network, const mg_traffic *traffic);

#endif
