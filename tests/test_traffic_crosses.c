/* Who is notified at a cross: the simulator asks one cross at a time, the reference walks all of them with one
 * pointer (traffic/README.md 4.4). Here is that walk, word for word, against the simulator, in traffic with queues
 * and turns. */
#include "envs/traffic/state.h"
#include "tests/traffic_networks.h"

typedef struct walk {
    int32_t *slot;    /* [conflicts]: the notified vehicle, or MG_NONE */
    double *distance; /* [conflicts] */
} walk;

static double length_of(const mg_traffic *t, int32_t slot)
{
    return t->network->kind[t->vehicle[slot].kind].length;
}

static void note(walk *w, int32_t conflict, int32_t slot, double distance)
{
    w->slot[conflict] = slot;
    w->distance[conflict] = distance;
}

/* leave: the distance behind a cross at which a vehicle has left it; the reference's is 0. */
static void walk_link(mg_traffic *t, int32_t link, double leave, walk *w)
{
    const mg_traffic_network *n = t->network;
    int32_t index = link - n->lanes, first = n->conflict_first[index], p = n->conflict_first[index + 1] - 1;
    int32_t slot = t->last[n->link_end[index]];
    if (slot >= 0 && t->vehicle[slot].previous == link) {
        double rear = t->vehicle[slot].distance - length_of(t, slot);
        for (; p >= first; p--) {
            double c = n->length[link] - n->conflict[p].distance;
            if (!(c + rear < leave))
                break;
            note(w, p, slot, -(t->vehicle[slot].distance + c));
        }
    }
    for (slot = t->first[link]; slot >= 0; slot = t->vehicle[slot].behind) {
        for (; p >= first; p--) {
            double d = n->conflict[p].distance, at = t->vehicle[slot].distance;
            if (at > d && !(at - d - length_of(t, slot) <= leave))
                break;
            note(w, p, slot, d - at);
        }
    }
    int32_t start = n->link_start[index];
    slot = t->first[start];
    if (slot >= 0 && n->plan[t->vehicle[slot].plan].link == link && t->green[index]) {
        for (; p >= first; p--)
            note(w, p, slot, (n->length[start] - t->vehicle[slot].distance) + n->conflict[p].distance);
    }
}

/* Differences between the walk and the simulator; notes: vehicles notified in all. */
static long compare(mg_traffic *t, double leave, walk *w, long *notes)
{
    const mg_traffic_network *n = t->network;
    long differences = 0;
    mg_traffic_find_active_links(t);
    for (int32_t link = n->lanes; link < n->drivables; link++) {
        int32_t index = link - n->lanes;
        for (int32_t c = n->conflict_first[index]; c < n->conflict_first[index + 1]; c++)
            w->slot[c] = MG_NONE;
        walk_link(t, link, leave, w);
        for (int32_t c = n->conflict_first[index]; c < n->conflict_first[index + 1]; c++) {
            double distance = 0.0;
            int32_t slot = mg_traffic_notified(t, link, n->conflict[c].distance, &distance);
            bool active = t->active_step[index] == t->head->step + 1;
            differences += slot != w->slot[c] || (slot >= 0 && (!active || distance != w->distance[c]));
            *notes += slot >= 0;
        }
    }
    return differences;
}

static long run(const texts *text, double leave, long *notes)
{
    mg_traffic_network *network = load(text);
    mg_traffic *traffic = mg_traffic_create(network);
    size_t conflicts = (size_t)network->conflict_first[network->links];
    walk w = {calloc(conflicts, sizeof *w.slot), calloc(conflicts, sizeof *w.distance)};
    long differences = 0;
    for (int i = 0; i < 300; i++) {
        differences += compare(traffic, leave, &w, notes);
        mg_traffic_step(traffic);
    }
    free(w.slot);
    free(w.distance);
    mg_traffic_destroy(traffic);
    mg_traffic_free(network);
    return differences;
}

int main(void)
{
    long notes = 0, others = 0;
    texts small = small_texts();
    long differences = run(&small, 0.0, &notes);
    tap_ok(differences == 0 && notes > 10000, "a grid with turns: %ld notifications, %ld differ", notes, differences);
    mg_traffic_grid grid = mg_traffic_grid_default();
    grid.rows = grid.columns = 2;
    grid.left = 2;
    grid.spacing = 100.0;
    grid.width = 20.0;
    texts wide = texts_of(&grid, MG_DEMAND_TURNS, 2.0, 0.5);
    notes = 0;
    differences = run(&wide, 0.0, &notes);
    tap_ok(differences == 0 && notes > 10000, "four lanes, dt 0.5: %ld notifications, %ld differ", notes, differences);
    tap_ok(run(&small, 0.5, &others) > 0, "a walk that leaves crosses half a metre later is noticed");
    texts_free(&small);
    texts_free(&wide);
    return tap_done();
}
