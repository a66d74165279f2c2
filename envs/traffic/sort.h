/* sort.h - sorting by a key with many ties in the order that CityFlow's library leaves (traffic/README.md 9.1). */
#ifndef MG_TRAFFIC_SORT_H
#define MG_TRAFFIC_SORT_H

#include <stdint.h>

typedef struct mg_traffic_item {
    double key;
    int32_t index;
} mg_traffic_item;

/* Ascending by key. Not stable: equal keys end up where the library's unstable sort puts them. */
void mg_traffic_sort(mg_traffic_item *items, int count);

/* A priority queue, smallest key on top, with the library's order among equal keys (9.2). The caller keeps the
 * count and the room. */
void mg_traffic_heap_push(mg_traffic_item *heap, int *count, mg_traffic_item item);
mg_traffic_item mg_traffic_heap_pop(mg_traffic_item *heap, int *count);

#endif
