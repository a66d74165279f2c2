/* traffic_gif.h - moving pictures as GIF (the 89a specification of CompuServe), written without a library. */
#ifndef MG_TOOL_TRAFFIC_GIF_H
#define MG_TOOL_TRAFFIC_GIF_H

#include "core/io/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct traffic_gif {
    char *bytes;
    size_t length, capacity;
    int width, height;
    uint8_t *shown;        /* [height, width]: the frame before */
    uint16_t (*next)[256]; /* [4096]: the code of a known string with one more pixel, or 0 */
    long frames;
    /* Codes on their way into blocks of at most 255 bytes. */
    uint8_t block[255];
    int filled, bits;
    uint32_t waiting;
} traffic_gif;

/* Shown over and over. rgb: [colours, 3], at most 255 colours. width, height: at most 65535. */
void traffic_gif_start(traffic_gif *gif, int width, int height, const uint8_t *rgb, int colours);
/* pixel: [height, width] colours, seen for so many hundredths of a second. Only what changed is written. */
void traffic_gif_add(traffic_gif *gif, const uint8_t *pixel, int hundredths);
bool traffic_gif_save(traffic_gif *gif, const char *path, mg_error *error); /* ends the file */
void traffic_gif_free(traffic_gif *gif);

#endif
