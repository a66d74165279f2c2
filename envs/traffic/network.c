/* network.c - the memory of a network, and what is noted about it. */
#include "envs/traffic/network.h"
#include "core/io/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *mg_traffic_keep(mg_traffic_network *n, size_t count, size_t size)
{
    if (n->kept_count == n->kept_capacity) {
        int wanted = n->kept_capacity ? 2 * n->kept_capacity : 64;
        void **grown = mg_allocate((size_t)wanted, sizeof *grown);
        if (n->kept)
            memcpy(grown, n->kept, (size_t)n->kept_count * sizeof *grown);
        free(n->kept);
        n->kept = grown;
        n->kept_capacity = wanted;
    }
    void *memory = mg_allocate(count, size);
    n->kept[n->kept_count++] = memory;
    return memory;
}

void *mg_traffic_widen(mg_traffic_network *n, void *old, size_t used, size_t needed, int32_t *room, size_t size)
{
    if (needed <= (size_t)*room)
        return old;
    *room = (int32_t)(2 * needed + 16);
    void *wide = mg_traffic_keep(n, (size_t)*room, size);
    if (used)
        memcpy(wide, old, used * size);
    return wide;
}

void mg_traffic_note(mg_traffic_network *n, const char *format, ...)
{
    enum { LENGTH = 700 };
    if (n->notes == (int32_t)(sizeof n->note / sizeof *n->note))
        return;
    char *text = mg_traffic_keep(n, LENGTH, 1);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, LENGTH, format, arguments);
    va_end(arguments);
    for (char *at = text; *at; at++)
        *at = (unsigned char)*at < 0x20 ? '?' : *at;
    n->note[n->notes++] = text;
}

void mg_traffic_free(mg_traffic_network *network)
{
    if (!network)
        return;
    for (int i = 0; i < network->kept_count; i++)
        free(network->kept[i]);
    free(network->kept);
    free(network);
}
