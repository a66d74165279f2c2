/* The memory of a simulation: carved from two blocks, grown by doubling the vehicles' one. */
#include "envs/traffic/state.h"
#include "core/io/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Hands out pieces of a block, each aligned to 64 bytes; without a block it only counts. */
typedef struct carver {
    unsigned char *base;
    size_t used;
} carver;

static void *carve(carver *c, size_t count, size_t size)
{
    void *piece = c->base ? c->base + c->used : NULL;
    c->used += (count * size + 63) / 64 * 64;
    return piece;
}

static int32_t *carve_i32(carver *c, int32_t count)
{
    return carve(c, (size_t)count, sizeof(int32_t));
}

static uint64_t *carve_bits(carver *c, int32_t count)
{
    return carve(c, (size_t)count / 64 + 1, sizeof(uint64_t));
}

static size_t carve_network(mg_traffic *t, void *base)
{
    const mg_traffic_network *n = t->network;
    carver c = {base, 0};
    t->head = carve(&c, 1, sizeof *t->head);
    t->first = carve_i32(&c, n->drivables);
    t->last = carve_i32(&c, n->drivables);
    t->count = carve_i32(&c, n->drivables);
    t->busy = carve_bits(&c, n->drivables);
    t->slow = carve_i32(&c, n->lanes);
    t->entry_first = carve_i32(&c, n->lanes);
    t->entry_last = carve_i32(&c, n->lanes);
    t->entry_busy = carve_bits(&c, n->lanes);
    t->link_load = carve_i32(&c, n->lanes);
    t->route_first = carve_i32(&c, n->roads);
    t->route_last = carve_i32(&c, n->roads);
    t->route_busy = carve_bits(&c, n->roads);
    t->green = carve(&c, (size_t)n->links, 1);
    t->active_step = carve(&c, (size_t)n->links, sizeof(int64_t));
    t->foes_step = carve(&c, (size_t)n->links, sizeof(int64_t));
    t->foes = carve(&c, (size_t)n->links * (size_t)n->mask_words, sizeof(uint64_t));
    t->phase = carve_i32(&c, n->signals);
    t->remain = carve(&c, (size_t)n->signals, sizeof(double));
    t->active_list_step = carve(&c, (size_t)n->signals, sizeof(int64_t));
    t->active_count = carve_i32(&c, n->signals);
    t->active = carve_i32(&c, n->links);
    t->flow_time = carve(&c, (size_t)n->flows, sizeof(double));
    t->flow_created = carve_i32(&c, n->flows);
    t->flow_active = carve_i32(&c, n->flows);
    t->flow_dead = carve(&c, (size_t)n->flows, 1);
    return c.used;
}

static size_t carve_vehicles(mg_traffic *t, void *base, int32_t capacity)
{
    carver c = {base, 0};
    size_t all = (size_t)capacity;
    t->capacity = capacity;
    t->priority_slots = 16;
    while (t->priority_slots < 2 * (uint32_t)capacity)
        t->priority_slots *= 2;
    t->vehicle = carve(&c, all, sizeof(mg_vehicle));
    t->next = carve_i32(&c, capacity);
    t->created = carve(&c, all, sizeof(int64_t));
    t->moved = carve_i32(&c, capacity);
    t->ended = carve_i32(&c, capacity);
    t->order = carve(&c, all, sizeof(mg_traffic_item));
    t->priority_slot = carve(&c, t->priority_slots, sizeof(int32_t));
    t->memo_of = carve_i32(&c, t->network->memo ? capacity : 0);
    return c.used;
}

static size_t carve_memos(mg_traffic *t, void *base, int32_t capacity)
{
    carver c = {base, 0};
    t->memo_capacity = t->network->memo ? capacity : 0;
    t->memo = carve(&c, (size_t)t->memo_capacity, sizeof(mg_memo));
    t->memo_list = carve(&c, (size_t)t->memo_capacity * (size_t)t->network->memo, sizeof(int32_t));
    return c.used;
}

/* ---- priorities of the alive ---- */
static uint32_t priority_place(const mg_traffic *t, int32_t priority)
{
    return ((uint32_t)priority * UINT32_C(2654435769)) & (t->priority_slots - 1);
}

bool mg_traffic_priority_taken(const mg_traffic *t, int32_t priority)
{
    uint32_t mask = t->priority_slots - 1;
    for (uint32_t at = priority_place(t, priority); t->priority_slot[at] != 0; at = (at + 1) & mask) {
        if (t->vehicle[t->priority_slot[at] - 1].priority == priority)
            return true;
    }
    return false;
}

static void note_priority(mg_traffic *t, int32_t slot)
{
    uint32_t at = priority_place(t, t->vehicle[slot].priority);
    while (t->priority_slot[at] != 0)
        at = (at + 1) & (t->priority_slots - 1);
    t->priority_slot[at] = slot + 1;
}

void mg_traffic_note_priorities(mg_traffic *t)
{
    memset(t->priority_slot, 0, t->priority_slots * sizeof *t->priority_slot);
    for (int32_t slot = 0; slot < t->head->slots; slot++) {
        if (t->created[slot] >= 0)
            note_priority(t, slot);
    }
}

/* Closes the gap: what a search would reach through it moves up. */
static void forget_priority(mg_traffic *t, int32_t slot)
{
    uint32_t mask = t->priority_slots - 1, hole = priority_place(t, t->vehicle[slot].priority);
    while (t->priority_slot[hole] != slot + 1)
        hole = (hole + 1) & mask;
    for (uint32_t at = (hole + 1) & mask; t->priority_slot[at] != 0; at = (at + 1) & mask) {
        uint32_t home = priority_place(t, t->vehicle[t->priority_slot[at] - 1].priority);
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            t->priority_slot[hole] = t->priority_slot[at];
            hole = at;
        }
    }
    t->priority_slot[hole] = 0;
}

/* ---- slots ---- */
static void fill(int32_t *x, int32_t count, int32_t value)
{
    for (int32_t i = 0; i < count; i++)
        x[i] = value;
}

static void *aligned_block(size_t bytes)
{
    void *block = NULL;
    if (posix_memalign(&block, 64, bytes) != 0)
        mg_out_of_memory(bytes);
    memset(block, 0, bytes);
    return block;
}

/* The vehicles' block anew; `room` is the network's memo as it was. */
static void widen(mg_traffic *t, int32_t capacity, int32_t room)
{
    mg_traffic old = *t;
    size_t used = (size_t)t->head->slots;
    size_t bytes = carve_vehicles(t, NULL, capacity);
    void *block = aligned_block(bytes);
    carve_vehicles(t, block, capacity);
    t->memory[1] = block;
    memcpy(t->vehicle, old.vehicle, used * sizeof *t->vehicle);
    memcpy(t->next, old.next, used * sizeof *t->next);
    memcpy(t->created, old.created, used * sizeof *t->created);
    if (t->network->memo && room)
        memcpy(t->memo_of, old.memo_of, used * sizeof *t->memo_of);
    else if (t->network->memo)
        fill(t->memo_of, t->head->slots, MG_NONE);
    mg_traffic_note_priorities(t);
    free(old.memory[1]);
    if (t->wish) {
        t->memory[3] = t->wish = mg_allocate((size_t)capacity, sizeof *t->wish);
        memcpy(t->wish, old.wish, used * sizeof *t->wish);
        free(old.memory[3]);
    }
}

static void grow(mg_traffic *t)
{
    if (!t->memory[0] || t->capacity > 1000000000) {
        fprintf(stderr, "traffic: more than %d vehicles at once, which is all there is room for\n", t->capacity);
        exit(MG_EXIT_INPUT);
    }
    widen(t, 2 * t->capacity, t->network->memo);
}

int32_t mg_traffic_new_slot(mg_traffic *t, int32_t priority)
{
    mg_traffic_head *head = t->head;
    int32_t slot = head->free_slot;
    if (slot >= 0) {
        head->free_slot = t->next[slot];
    } else {
        if (head->slots == t->capacity)
            grow(t);
        slot = head->slots++;
    }
    memset(&t->vehicle[slot], 0, sizeof t->vehicle[slot]);
    t->vehicle[slot].priority = priority;
    t->created[slot] = head->step;
    t->next[slot] = MG_NONE;
    head->alive++;
    head->entered_sum += head->step;
    if (t->network->memo)
        t->memo_of[slot] = MG_NONE;
    note_priority(t, slot);
    return slot;
}

/* The memos' block anew, with lists that begin at their first element. */
static void widen_memos(mg_traffic *t, int32_t capacity, int32_t room)
{
    mg_traffic old = *t;
    void *block = aligned_block(carve_memos(t, NULL, capacity));
    carve_memos(t, block, capacity);
    for (int32_t m = 0; m < t->head->memos; m++) {
        t->memo[m] = old.memo[m];
        t->memo[m].first = 0;
        for (int32_t i = 0; i < old.memo[m].count; i++)
            t->memo_list[(int64_t)m * t->network->memo + i] =
                old.memo_list[(int64_t)m * room + (old.memo[m].first + i) % room];
    }
    t->memory[2] = block;
    free(old.memory[2]);
}

void mg_traffic_more_memos(mg_traffic *t)
{
    widen_memos(t, 2 * t->memo_capacity, t->network->memo);
}

void mg_traffic_make_room(mg_traffic *t, int32_t vehicles, int32_t room)
{
    enum { MEMOS = 64 };
    if (vehicles > t->capacity || t->network->memo != room)
        widen(t, vehicles > t->capacity ? vehicles : t->capacity, room);
    if (t->network->memo != room)
        widen_memos(t, t->memo_capacity > 0 ? t->memo_capacity : MEMOS, room);
}

void mg_traffic_take_memo(mg_traffic *t, int32_t slot)
{
    mg_traffic_head *head = t->head;
    int32_t memo = head->free_memo;
    if (memo >= 0) {
        head->free_memo = t->memo[memo].cursor;
    } else {
        if (head->memos == t->memo_capacity)
            mg_traffic_more_memos(t); /* not in the caller's memory: a memo for every vehicle is there */
        memo = head->memos++;
    }
    t->memo[memo] = (mg_memo){0};
    t->memo_of[slot] = memo;
}

void mg_traffic_return_memo(mg_traffic *t, int32_t slot)
{
    int32_t memo = t->network->memo ? t->memo_of[slot] : MG_NONE;
    if (memo < 0)
        return;
    t->memo[memo].cursor = t->head->free_memo;
    t->head->free_memo = memo;
    t->memo_of[slot] = MG_NONE;
}

void mg_traffic_free_slot(mg_traffic *t, int32_t slot)
{
    forget_priority(t, slot);
    if (t->network->memo)
        mg_traffic_return_memo(t, slot);
    if (t->wishes)
        mg_traffic_end_wish(t, slot);
    t->head->alive--;
    t->head->entered_sum -= t->created[slot];
    t->created[slot] = -1;
    t->next[slot] = t->head->free_slot;
    t->head->free_slot = slot;
}

/* ---- wishes ---- */
void mg_traffic_wish(mg_traffic *t, int32_t slot, double speed)
{
    if (!t->wish)
        t->memory[3] = t->wish = mg_allocate((size_t)t->capacity, sizeof *t->wish);
    t->wishes += !t->wish[slot].is;
    t->wish[slot] = (mg_wish){speed, 1};
}

void mg_traffic_end_wish(mg_traffic *t, int32_t slot)
{
    t->wishes -= t->wish[slot].is;
    t->wish[slot] = (mg_wish){0};
}

void mg_traffic_end_wishes(mg_traffic *t)
{
    for (int32_t slot = 0; t->wishes && slot < t->head->slots; slot++) {
        if (t->wish[slot].is && mg_on_road(t, slot))
            mg_traffic_end_wish(t, slot);
    }
}

/* ---- lights ---- */
void mg_traffic_show_phase(mg_traffic *t, int32_t signal)
{
    const mg_traffic_network *n = t->network;
    int32_t first = n->signal_link_first[signal], end = n->signal_link_first[signal + 1];
    memset(t->green + first, 0, (size_t)(end - first));
    int32_t phase = n->signal_phase_first[signal] + t->phase[signal];
    if (phase >= n->signal_phase_first[signal + 1])
        return;
    for (int32_t i = n->phase_movement_first[phase]; i < n->phase_movement_first[phase + 1]; i++) {
        int32_t movement = n->phase_movement[i], link = n->movement_link_first[movement];
        memset(t->green + link, 1, (size_t)(n->movement_link_first[movement + 1] - link));
    }
}

bool mg_traffic_set_phase(mg_traffic *t, int32_t signal, int32_t phase)
{
    const mg_traffic_network *n = t->network;
    if (n->plan_lights || signal < 0 || signal >= n->signals || phase < 0 ||
        phase >= n->signal_phase_first[signal + 1] - n->signal_phase_first[signal])
        return false;
    if (t->phase[signal] == phase)
        return true;
    t->phase[signal] = phase;
    mg_traffic_show_phase(t, signal);
    return true;
}

/* ---- beginning ---- */
static void clear_lists(mg_traffic *t)
{
    const mg_traffic_network *n = t->network;
    fill(t->first, n->drivables, MG_NONE);
    fill(t->last, n->drivables, MG_NONE);
    fill(t->count, n->drivables, 0);
    memset(t->busy, 0, ((size_t)n->drivables / 64 + 1) * sizeof *t->busy);
    fill(t->slow, n->lanes, 0);
    fill(t->link_load, n->lanes, 0);
    fill(t->entry_first, n->lanes, MG_NONE);
    fill(t->entry_last, n->lanes, MG_NONE);
    memset(t->entry_busy, 0, ((size_t)n->lanes / 64 + 1) * sizeof *t->entry_busy);
    fill(t->route_first, n->roads, MG_NONE);
    fill(t->route_last, n->roads, MG_NONE);
    memset(t->route_busy, 0, ((size_t)n->roads / 64 + 1) * sizeof *t->route_busy);
    memset(t->active_step, 0, (size_t)n->links * sizeof *t->active_step);
    memset(t->foes_step, 0, (size_t)n->links * sizeof *t->foes_step);
    memset(t->active_list_step, 0, (size_t)n->signals * sizeof *t->active_list_step);
    memset(t->priority_slot, 0, t->priority_slots * sizeof *t->priority_slot);
}

void mg_traffic_reset(mg_traffic *t, mg_traffic_restart restart)
{
    const mg_traffic_network *n = t->network;
    mg_traffic_random random = t->head->random;
    memset(t->head, 0, sizeof *t->head);
    t->head->random = random;
    t->head->free_slot = t->head->free_memo = MG_NONE;
    if (restart != MG_RESTART_GOING_ON)
        mg_traffic_random_seed(&t->head->random, (uint32_t)n->seed);
    if (restart == MG_RESTART_NEW)
        memset(t->flow_dead, 0, (size_t)n->flows);
    clear_lists(t);
    t->wishes = 0;
    if (t->wish)
        memset(t->wish, 0, (size_t)t->capacity * sizeof *t->wish);
    for (int32_t s = 0; s < n->signals; s++) {
        t->phase[s] = 0;
        int32_t phase = n->signal_phase_first[s];
        t->remain[s] = phase < n->signal_phase_first[s + 1] ? n->phase_time[phase] : 0.0;
        mg_traffic_show_phase(t, s);
    }
    for (int32_t f = 0; f < n->flows; f++) {
        t->flow_time[f] = n->flow[f].interval;
        t->flow_created[f] = 0;
    }
}

void mg_traffic_seed(mg_traffic *t, uint32_t seed)
{
    mg_traffic_random_seed(&t->head->random, seed);
}

size_t mg_traffic_network_bytes(const mg_traffic *t)
{
    mg_traffic other = {.network = t->network};
    return carve_network(&other, NULL);
}

size_t mg_traffic_bytes(const mg_traffic_network *network, long vehicles)
{
    mg_traffic t = {.network = network};
    return carve_network(&t, NULL) + carve_vehicles(&t, NULL, (int32_t)vehicles) +
           carve_memos(&t, NULL, (int32_t)vehicles);
}

size_t mg_traffic_handle_bytes(void)
{
    return sizeof(mg_traffic);
}

mg_traffic *mg_traffic_attach(const mg_traffic_network *network, void *memory, long vehicles, bool start, void *handle)
{
    mg_traffic *t = handle;
    *t = (mg_traffic){.network = network};
    size_t used = carve_network(t, memory);
    used += carve_vehicles(t, (unsigned char *)memory + used, (int32_t)vehicles);
    carve_memos(t, (unsigned char *)memory + used, (int32_t)vehicles);
    if (start) {
        memset(memory, 0, mg_traffic_bytes(network, vehicles));
        mg_traffic_reset(t, MG_RESTART_NEW);
    }
    return t;
}

mg_traffic *mg_traffic_create(const mg_traffic_network *network)
{
    enum { CAPACITY = 1024, MEMOS = 64 };
    mg_traffic *t = mg_allocate(1, sizeof *t);
    t->network = network;
    t->memory[0] = aligned_block(carve_network(t, NULL));
    t->memory[1] = aligned_block(carve_vehicles(t, NULL, CAPACITY));
    t->memory[2] = aligned_block(carve_memos(t, NULL, MEMOS));
    carve_network(t, t->memory[0]);
    carve_vehicles(t, t->memory[1], CAPACITY);
    carve_memos(t, t->memory[2], MEMOS);
    mg_traffic_reset(t, MG_RESTART_NEW);
    return t;
}

void mg_traffic_destroy(mg_traffic *t)
{
    if (!t)
        return;
    free(t->memory[0]);
    free(t->memory[1]);
    free(t->memory[2]);
    free(t->memory[3]);
    free(t);
}
