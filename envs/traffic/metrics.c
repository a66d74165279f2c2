/* What can be seen of a simulation (specs/traffic.md 9). */
#include "core/io/memory.h"
#include "envs/traffic/state.h"

#include <stdlib.h>

long mg_traffic_steps(const mg_traffic *t)
{
    return (long)t->head->step;
}

double mg_traffic_time(const mg_traffic *t)
{
    return (double)t->head->step * t->network->dt;
}

long mg_traffic_running(const mg_traffic *t)
{
    return t->head->running;
}

long mg_traffic_alive(const mg_traffic *t)
{
    return t->head->alive;
}

long mg_traffic_finished(const mg_traffic *t)
{
    return (long)t->head->finished;
}

double mg_traffic_cumulative_travel_time(const mg_traffic *t)
{
    return t->head->travel_time;
}

/* In order of priority, which is the reference's order of adding. */
static double add_alive_in_order(const mg_traffic *t)
{
    const mg_traffic_head *head = t->head;
    mg_traffic_item *alive = mg_allocate((size_t)head->alive, sizeof *alive);
    int count = 0;
    for (int32_t slot = 0; slot < head->slots; slot++) {
        if (t->created[slot] >= 0)
            alive[count++] = (mg_traffic_item){ (double)t->vehicle[slot].priority, slot };
    }
    mg_traffic_sort(alive, count);
    double sum = head->travel_time, now = mg_traffic_time(t);
    for (int i = 0; i < count; i++)
        sum = sum + (now - (double)t->created[alive[i].index] * t->network->dt);
    free(alive);
    return sum;
}

double mg_traffic_average_travel_time(const mg_traffic *t)
{
    const mg_traffic_head *head = t->head;
    int64_t vehicles = head->finished + head->alive;
    if (vehicles == 0)
        return 0.0;
    double steps = (double)(head->step * head->alive - head->entered_sum);
    double sum;
    if (t->network->exact_time && (steps + head->travel_time) * 1048576.0 * t->network->dt < 4503599627370496.0)
        sum = head->travel_time + steps * t->network->dt; /* every addition is exact: any order will do */
    else
        sum = add_alive_in_order(t);
    return sum / (double)vehicles;
}

const int32_t *mg_traffic_counts(const mg_traffic *t)
{
    return t->count;
}

const int32_t *mg_traffic_waiting(const mg_traffic *t)
{
    return t->slow;
}

long mg_traffic_updates(const mg_traffic *t)
{
    return (long)t->head->updates;
}

long mg_traffic_ties(const mg_traffic *t)
{
    return (long)t->head->ties;
}

int32_t mg_traffic_phase(const mg_traffic *t, int32_t signal)
{
    return t->phase[signal];
}

int32_t mg_traffic_first(const mg_traffic *t, int32_t drivable)
{
    return t->first[drivable];
}

int32_t mg_traffic_behind(const mg_traffic *t, int32_t slot)
{
    return t->vehicle[slot].behind;
}

int32_t mg_traffic_next_busy(const mg_traffic *t, int32_t drivable)
{
    return mg_next_bit(t->busy, drivable, t->network->drivables);
}

int32_t mg_traffic_first_entering(const mg_traffic *t, int32_t lane)
{
    return t->entry_first[lane];
}

int32_t mg_traffic_next_entering(const mg_traffic *t, int32_t slot)
{
    return t->next[slot];
}

mg_vehicle_view mg_traffic_vehicle(const mg_traffic *t, int32_t slot)
{
    const mg_vehicle *v = &t->vehicle[slot];
    return (mg_vehicle_view){ .distance = v->distance,
                              .speed = v->speed,
                              .gap = v->gap,
                              .drivable = v->drivable,
                              .leader = v->leader,
                              .flow = v->flow,
                              .number = v->number,
                              .priority = v->priority,
                              .running = v->behind >= 0 || t->last[v->drivable] == slot };
}
