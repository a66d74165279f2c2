/* traffic_svg.c - a canvas of SVG. */
#include "suite/tools/traffic_svg.h"

#include "core/io/file.h"
#include "core/io/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((format(printf, 2, 3))) static void print(traffic_svg *svg, const char *format, ...)
{
    enum { PIECE = 1000 };
    mg_reserve(&svg->bytes, svg->length, &svg->capacity, PIECE);
    va_list arguments;
    va_start(arguments, format);
    svg->length += (size_t)vsnprintf(svg->bytes + svg->length, PIECE, format, arguments);
    va_end(arguments);
}

static void line(traffic_canvas *canvas, const mg_point *at, int32_t points, traffic_colour colour, double width)
{
    traffic_svg *svg = (traffic_svg *)canvas;
    print(svg, "<polyline stroke=\"#%06x\" stroke-width=\"%.2f\" points=\"", (unsigned)traffic_rgb[colour], width);
    for (int32_t i = 0; i < points; i++) {
        mg_point pixel = traffic_pixel(&canvas->view, at[i]);
        print(svg, "%.1f,%.1f ", pixel.x, pixel.y);
    }
    print(svg, "\"/>\n");
}

static void words(traffic_canvas *canvas, int row, const char *text, traffic_colour colour)
{
    traffic_svg *svg = (traffic_svg *)canvas;
    if (svg->row >= 0 && row != svg->row)
        print(svg, "</text>\n");
    if (row != svg->row)
        print(svg, "<text x=\"10\" y=\"%.0f\" font-size=\"14\" fill=\"none\" xml:space=\"preserve\">",
              canvas->view.words + 16.0 + 20.0 * row);
    svg->row = row;
    print(svg, "<tspan fill=\"#%06x\">%s</tspan>", (unsigned)traffic_rgb[colour], text);
}

void traffic_svg_start(traffic_svg *svg, traffic_view view)
{
    *svg = (traffic_svg){.canvas = {view, line, words}, .row = -1};
    print(svg,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" font-family=\"sans-serif\" "
          "fill=\"none\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
          view.width, view.height);
}

bool traffic_svg_save(traffic_svg *svg, const char *path, mg_error *error)
{
    print(svg, "%s</svg>\n", svg->row >= 0 ? "</text>\n" : "");
    return mg_file_write(path, svg->bytes, svg->length, error);
}

void traffic_svg_free(traffic_svg *svg)
{
    free(svg->bytes);
}
