/* traffic_svg.h - a picture as SVG. */
#ifndef MG_TOOL_TRAFFIC_SVG_H
#define MG_TOOL_TRAFFIC_SVG_H

#include "suite/tools/traffic_picture.h"

typedef struct traffic_svg {
    traffic_canvas canvas;
    char *bytes;
    size_t length, capacity;
    int row; /* of words that is open, or -1 */
} traffic_svg;

void traffic_svg_start(traffic_svg *svg, traffic_view view);
bool traffic_svg_save(traffic_svg *svg, const char *path, mg_error *error); /* ends the picture */
void traffic_svg_free(traffic_svg *svg);

#endif
