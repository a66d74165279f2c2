/* traffic_raster.h - a picture as pixels with smoothed edges: drawn with four points to the pixel, whose mixture is
 * one of a fixed list of colours. No float of it depends on compiler or CPU. */
#ifndef MG_TOOL_TRAFFIC_RASTER_H
#define MG_TOOL_TRAFFIC_RASTER_H

#include "suite/tools/traffic_picture.h"

/* Each colour, and each two in the shares 1:3, 2:2 and 3:1. */
enum { TRAFFIC_MIXTURES = TRAFFIC_COLOURS + 3 * TRAFFIC_COLOURS * (TRAFFIC_COLOURS - 1) / 2 };

typedef struct traffic_raster {
    traffic_canvas canvas;
    int width, height; /* pixels */
    uint8_t *point;    /* [2 height, 2 width] colours */
    int pen[2];        /* where the next letter of each row of words begins */
} traffic_raster;

void traffic_raster_start(traffic_raster *raster, traffic_view view);
void traffic_raster_clear(traffic_raster *raster);
void traffic_raster_pixels(const traffic_raster *raster, uint8_t *pixel); /* [height, width] mixtures */
void traffic_raster_palette(uint8_t rgb[3 * TRAFFIC_MIXTURES]);
void traffic_raster_free(traffic_raster *raster);

#endif
