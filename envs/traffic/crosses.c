/* Where the links of an intersection touch (traffic/README.md 2.4), and the tables by which a vehicle finds its
 * foes. */
#include "core/io/memory.h"
#include "core/num/scalar_math.h"
#include "envs/traffic/build.h"
#include "envs/traffic/sort.h"

#include <float.h>
#include <stdlib.h>

enum { LINKS_MAX = 8192 }; /* of one intersection: their table has LINKS_MAX^2 entries */

typedef struct box {
    double left, right, bottom, top;
} box;

typedef struct cross_list {
    mg_cross *cross;
    size_t count, capacity;
} cross_list;

static mg_point subtract(mg_point a, mg_point b)
{
    return (mg_point){a.x - b.x, a.y - b.y};
}

static double length_of(mg_point p)
{
    return mg_sqrt((p.x * p.x) + (p.y * p.y));
}

static double cross_product(mg_point a, mg_point b)
{
    return (a.x * b.y) - (a.y * b.x);
}

static int sign(double x)
{
    return ((x + 1e-8) > 0.0) - (x < 1e-8);
}

static bool on_segment(mg_point a, mg_point b, mg_point p)
{
    mg_point pa = subtract(p, a), pb = subtract(p, b);
    return sign(cross_product(subtract(b, a), pa)) == 0 && sign((pa.x * pb.x) + (pa.y * pb.y)) <= 0;
}

/* The first touching pair of segments. A parallel pair leaves distance_b behind, as in the reference (2.4). */
static bool touch(const mg_point *a, int32_t a_count, const mg_point *b, int32_t b_count, mg_cross *cross)
{
    double distance_a = 0.0;
    for (int32_t i = 0; i + 1 < a_count; i++) {
        mg_point u = subtract(a[i + 1], a[i]);
        double distance_b = 0.0;
        for (int32_t j = 0; j + 1 < b_count; j++) {
            mg_point v = subtract(b[j + 1], b[j]);
            double den = cross_product(u, v);
            if (sign(den) == 0)
                continue;
            double k = cross_product(subtract(b[j], a[i]), v) / den;
            mg_point p = {a[i].x + (u.x * k), a[i].y + (u.y * k)};
            if (on_segment(a[i], a[i + 1], p) && on_segment(b[j], b[j + 1], p)) {
                cross->distance_a = distance_a + length_of(subtract(p, a[i]));
                cross->distance_b = distance_b + length_of(subtract(p, b[j]));
                return true;
            }
            distance_b += length_of(v);
        }
        distance_a += length_of(u);
    }
    return false;
}

static double magnitude(double x)
{
    return x < 0.0 ? -x : x;
}

static double larger(double x, double y)
{
    return x > y ? x : y;
}

/* Half a metre wider than the line: far more than the tolerances above reach. */
static box bound(const mg_point *point, int32_t count)
{
    box b = {DBL_MAX, -DBL_MAX, DBL_MAX, -DBL_MAX};
    double largest = 0.0;
    for (int32_t i = 0; i < count; i++) {
        b.left = point[i].x < b.left ? point[i].x : b.left;
        b.right = point[i].x > b.right ? point[i].x : b.right;
        b.bottom = point[i].y < b.bottom ? point[i].y : b.bottom;
        b.top = point[i].y > b.top ? point[i].y : b.top;
        largest = larger(largest, larger(magnitude(point[i].x), magnitude(point[i].y)));
    }
    double margin = 0.5 + 1e-6 * largest;
    return (box){b.left - margin, b.right + margin, b.bottom - margin, b.top + margin};
}

static bool apart(const box *a, const box *b)
{
    return a->right < b->left || b->right < a->left || a->top < b->bottom || b->top < a->bottom;
}

static void append(cross_list *list, mg_cross cross)
{
    if (list->count == list->capacity) {
        size_t wanted = list->capacity ? 2 * list->capacity : 1024;
        mg_cross *grown = mg_allocate(wanted, sizeof *grown);
        for (size_t i = 0; i < list->count; i++)
            grown[i] = list->cross[i];
        free(list->cross);
        list->cross = grown;
        list->capacity = wanted;
    }
    list->cross[list->count++] = cross;
}

static void find_in_signal(const mg_traffic_network *n, int32_t signal, box *bounds, cross_list *list)
{
    int32_t first = n->lanes + n->signal_link_first[signal], end = n->lanes + n->signal_link_first[signal + 1];
    for (int32_t i = first; i < end; i++)
        bounds[i - first] = bound(n->point + n->point_first[i], n->point_first[i + 1] - n->point_first[i]);
    for (int32_t i = first; i < end; i++) {
        for (int32_t j = i + 1; j < end; j++) {
            mg_cross cross = {.a = i, .b = j};
            if (!apart(&bounds[i - first], &bounds[j - first]) &&
                touch(n->point + n->point_first[i], n->point_first[i + 1] - n->point_first[i],
                      n->point + n->point_first[j], n->point_first[j + 1] - n->point_first[j], &cross))
                append(list, cross);
        }
    }
}

/* ---- every link's own list, sorted by its own distance ---- */
static void count_conflicts(mg_traffic_network *n)
{
    int32_t *first = mg_traffic_keep(n, (size_t)n->links + 1, sizeof *first);
    int32_t crosses = n->signal_cross_first[n->signals], most = 0;
    for (int32_t c = 0; c < crosses; c++) {
        first[n->cross[c].a - n->lanes + 1]++;
        first[n->cross[c].b - n->lanes + 1]++;
    }
    for (int32_t link = 0; link < n->links; link++) {
        most = first[link + 1] > most ? first[link + 1] : most;
        first[link + 1] += first[link];
    }
    n->conflict_first = first;
    n->mask_words = most / 64 + 1;
}

/* Crosses of one signal into the lists of its links; filled[link]: how many so far. */
static void sort_signal(mg_traffic_network *n, int32_t signal, mg_traffic_item *items, int32_t *filled)
{
    int32_t begin = n->signal_cross_first[signal], end = n->signal_cross_first[signal + 1];
    for (int32_t c = begin; c < end; c++) {
        for (int side = 0; side < 2; side++) {
            int32_t link = (side ? n->cross[c].b : n->cross[c].a) - n->lanes;
            items[n->conflict_first[link] + filled[link]++] =
                (mg_traffic_item){side ? n->cross[c].distance_b : n->cross[c].distance_a, c};
        }
    }
    for (int32_t link = n->signal_link_first[signal]; link < n->signal_link_first[signal + 1]; link++)
        mg_traffic_sort(items + n->conflict_first[link], n->conflict_first[link + 1] - n->conflict_first[link]);
}

static void fill_conflicts(mg_traffic_network *n, int32_t signal, const mg_traffic_item *items)
{
    int32_t first = n->signal_link_first[signal], count = n->signal_link_first[signal + 1] - first;
    uint16_t *table = n->conflict_table + n->conflict_table_first[signal];
    for (int64_t i = 0; i < (int64_t)count * count; i++)
        table[i] = MG_NO_CONFLICT;
    for (int32_t link = first; link < first + count; link++) {
        for (int32_t i = n->conflict_first[link]; i < n->conflict_first[link + 1]; i++) {
            const mg_cross *cross = &n->cross[items[i].index];
            int32_t foe = cross->a == n->lanes + link ? cross->b : cross->a;
            n->conflict[i] = (mg_conflict){
                .distance = items[i].key, .cross = items[i].index - n->signal_cross_first[signal], .foe = foe};
            table[(int64_t)(link - first) * count + (foe - n->lanes - first)] = (uint16_t)(i - n->conflict_first[link]);
        }
    }
    for (int32_t link = first; link < first + count; link++) {
        for (int32_t i = n->conflict_first[link]; i < n->conflict_first[link + 1]; i++) {
            int64_t foe = n->conflict[i].foe - n->lanes - first;
            n->conflict[i].place = table[foe * count + (link - first)];
        }
    }
}

static void make_tables(mg_traffic_network *n)
{
    size_t conflicts = 2 * (size_t)n->signal_cross_first[n->signals];
    count_conflicts(n);
    n->conflict = mg_traffic_keep(n, conflicts, sizeof *n->conflict);
    n->conflict_table_first = mg_traffic_keep(n, (size_t)n->signals + 1, sizeof *n->conflict_table_first);
    for (int32_t s = 0; s < n->signals; s++) {
        int64_t count = n->signal_link_first[s + 1] - n->signal_link_first[s];
        n->conflict_table_first[s + 1] = n->conflict_table_first[s] + count * count;
    }
    n->conflict_table = mg_traffic_keep(n, (size_t)n->conflict_table_first[n->signals], sizeof *n->conflict_table);
    mg_traffic_item *items = mg_allocate(conflicts, sizeof *items);
    int32_t *filled = mg_allocate((size_t)n->links, sizeof *filled);
    for (int32_t s = 0; s < n->signals; s++) {
        sort_signal(n, s, items, filled);
        fill_conflicts(n, s, items);
    }
    free(filled);
    free(items);
}

bool mg_traffic_find_crosses(mg_traffic_network *n, mg_error *error)
{
    int32_t most = 0;
    for (int32_t s = 0; s < n->signals; s++) {
        int32_t count = n->signal_link_first[s + 1] - n->signal_link_first[s];
        most = count > most ? count : most;
        if (count > LINKS_MAX)
            return mg_fail(error, MG_EXIT_INPUT, "intersection '%.100s' has %d lane links, at most %d are supported",
                           n->intersection_id[n->signal_intersection[s]], count, LINKS_MAX);
    }
    cross_list list = {0};
    box *bounds = mg_allocate((size_t)most, sizeof *bounds);
    n->signal_cross_first = mg_traffic_keep(n, (size_t)n->signals + 1, sizeof *n->signal_cross_first);
    for (int32_t s = 0; s < n->signals; s++) {
        find_in_signal(n, s, bounds, &list);
        n->signal_cross_first[s + 1] = (int32_t)list.count;
    }
    free(bounds);
    n->cross = mg_traffic_keep(n, list.count, sizeof *n->cross);
    for (size_t i = 0; i < list.count; i++)
        n->cross[i] = list.cross[i];
    free(list.cross);
    make_tables(n);
    return true;
}
