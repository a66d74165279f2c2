/* sort.c - introsort and heap with the library's ties. */
#include "envs/traffic/sort.h"

#include <stdbool.h>
#include <string.h>

enum { SMALL = 16 }; /* ranges up to this are left to the insertion sort */

typedef mg_traffic_item item;

static bool less(item a, item b)
{
    return a.key < b.key;
}

static void swap(item *a, item *b)
{
    item kept = *a;
    *a = *b;
    *b = kept;
}

static void median_to_front(item *front, item *a, item *b, item *c)
{
    if (less(*a, *b))
        swap(front, less(*b, *c) ? b : less(*a, *c) ? c : a);
    else
        swap(front, less(*a, *c) ? a : less(*b, *c) ? c : b);
}

static item *partition(item *first, item *last)
{
    item *i = first + 1, *j = last;
    for (;;) {
        while (less(*i, *first))
            i++;
        j--;
        while (less(*first, *j))
            j--;
        if (!(i < j))
            return i;
        swap(i, j);
        i++;
    }
}

/* ---- heaps; `greatest`: largest key on top (the fallback of the sort), else the smallest ---- */
static bool below(item a, item b, bool greatest)
{
    return greatest ? a.key < b.key : a.key > b.key;
}

static void sift_up(item *heap, int hole, int top, item x, bool greatest)
{
    while (hole > top && below(heap[(hole - 1) / 2], x, greatest)) {
        heap[hole] = heap[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    heap[hole] = x;
}

/* The hole goes all the way down, then x climbs. */
static void sift_down(item *heap, int hole, int count, item x, bool greatest)
{
    int top = hole, child = hole;
    while (child < (count - 1) / 2) {
        child = 2 * (child + 1);
        if (below(heap[child], heap[child - 1], greatest))
            child--;
        heap[hole] = heap[child];
        hole = child;
    }
    if (count % 2 == 0 && child == (count - 2) / 2) {
        child = 2 * child + 1;
        heap[hole] = heap[child];
        hole = child;
    }
    sift_up(heap, hole, top, x, greatest);
}

static void heap_sort(item *items, int count)
{
    for (int parent = (count - 2) / 2; parent >= 0; parent--)
        sift_down(items, parent, count, items[parent], true);
    for (int left = count - 1; left > 0; left--) {
        item x = items[left];
        items[left] = items[0];
        sift_down(items, 0, left, x, true);
    }
}

void mg_traffic_heap_push(mg_traffic_item *heap, int *count, mg_traffic_item x)
{
    sift_up(heap, (*count)++, 0, x, false);
}

mg_traffic_item mg_traffic_heap_pop(mg_traffic_item *heap, int *count)
{
    item top = heap[0], x = heap[--*count];
    if (*count > 0)
        sift_down(heap, 0, *count, x, false);
    return top;
}

/* ---- the sort ---- */
static void split(item *first, item *last, int depth)
{
    while (last - first > SMALL) {
        if (depth-- == 0) {
            heap_sort(first, (int)(last - first));
            return;
        }
        median_to_front(first, first + 1, first + (last - first) / 2, last - 1);
        item *cut = partition(first, last);
        split(cut, last, depth);
        last = cut;
    }
}

static void insert_unguarded(item *at)
{
    item x = *at;
    for (; less(x, at[-1]); at--)
        *at = at[-1];
    *at = x;
}

static void insertion_sort(item *first, item *last)
{
    for (item *i = first + 1; i < last; i++) {
        if (less(*i, *first)) {
            item x = *i;
            memmove(first + 1, first, (size_t)(i - first) * sizeof *first);
            *first = x;
        } else {
            insert_unguarded(i);
        }
    }
}

void mg_traffic_sort(mg_traffic_item *items, int count)
{
    if (count < 2)
        return;
    int depth = 0;
    for (int n = count; n > 1; n /= 2)
        depth += 2;
    split(items, items + count, depth);
    if (count <= SMALL) {
        insertion_sort(items, items + count);
        return;
    }
    insertion_sort(items, items + SMALL);
    for (item *i = items + SMALL; i < items + count; i++)
        insert_unguarded(i);
}
