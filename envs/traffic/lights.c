/* lights.c - pressure of phases. */
#include "envs/traffic/lights.h"
#include "envs/traffic/state.h"

static int64_t pressure(const mg_traffic *t, int32_t phase)
{
    const mg_traffic_network *n = t->network;
    int64_t sum = 0;
    for (int32_t i = n->phase_movement_first[phase]; i < n->phase_movement_first[phase + 1]; i++) {
        int32_t movement = n->phase_movement[i];
        for (int32_t l = n->movement_link_first[movement]; l < n->movement_link_first[movement + 1]; l++)
            sum += t->count[n->link_start[l]] - t->count[n->link_end[l]];
    }
    return sum;
}

int64_t mg_traffic_pressure(const mg_traffic *t, int32_t signal, int32_t phase)
{
    return pressure(t, t->network->signal_phase_first[signal] + phase);
}

int32_t mg_traffic_max_pressure(const mg_traffic *t, int32_t signal)
{
    const mg_traffic_network *n = t->network;
    int32_t first = n->signal_phase_first[signal], phases = n->signal_phase_first[signal + 1] - first, best = 0;
    int64_t largest = 0;
    for (int32_t phase = 0; phase < phases; phase++) {
        int64_t p = pressure(t, first + phase);
        if (phase == 0 || p > largest) {
            largest = p;
            best = phase;
        }
    }
    return best;
}
