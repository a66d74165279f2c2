/* state.h - the memory of one simulation, for the parts of the simulator. Flat and without pointers (indices only),
 * so that it can be copied as bytes; struct mg_traffic is the handle that knows where each array starts.
 *
 * A vehicle is 128 bytes: what others read of it in the first 64, what it decides and how it is linked in the
 * second. Beside the reference's state there is what follows from it alone and would be computed again and again
 * with the same bits: braking distances, list lengths, green flags, the number of vehicles on a lane's links.
 */
#ifndef MG_TRAFFIC_STATE_H
#define MG_TRAFFIC_STATE_H

#include "envs/traffic/random.h"
#include "envs/traffic/sort.h"
#include "envs/traffic/traffic.h"

#define MG_NONE (-1)
#define MG_NEVER INT32_MAX /* time of entering a link, for a vehicle on none */

typedef struct mg_vehicle {
    double distance, speed, gap; /* gap means something with a leader only */
    double stop, usual_stop;     /* ((0.5 * speed) * speed) / deceleration, maximal and usual */
    double after, usual_after;   /* (2 * speed) - deceleration * dt */
    int32_t leader;              /* slot */
    int32_t drivable;
    /* what only it needs */
    double new_distance, new_speed;
    int32_t behind; /* next of its list, towards the rear */
    int32_t kind;
    int32_t plan; /* entry of its lane, or of the lane its link leads to; MG_NONE: see mg_memo */
    int32_t new_plan, new_drivable;
    int32_t previous; /* drivable before this one */
    int32_t blocker, new_blocker;
    int32_t entered_link; /* step, or MG_NEVER */
    int32_t priority;
    int32_t flow, number;
} mg_vehicle;

/* The plan of a running vehicle on a route that repeats a road, made on the way (3). Those still outside have none:
 * there may be a million of them. */
typedef struct mg_memo {
    int32_t cursor; /* place in the route; of a free memo, the next free one */
    int32_t first, count;
} mg_memo;

typedef struct mg_wish {
    double speed;
    int32_t is; /* 1: there is one */
} mg_wish;

typedef struct mg_traffic_head {
    mg_traffic_random random;
    int64_t step, finished, updates, ties;
    int64_t entered_sum; /* over all alive: step of creation */
    double clock;        /* the flows' own time, a sum of dt */
    double travel_time;  /* of the finished */
    int32_t running, alive;
    int32_t slots, free_slot; /* slots ever used; first of the free ones */
    int32_t memos, free_memo; /* memos likewise */
    int32_t flows_begun, flows_active;
    int32_t moved, ended;
} mg_traffic_head;

struct mg_traffic {
    const mg_traffic_network *network;
    mg_traffic_head *head;
    /* of the network's size; of the vehicles' number; of the memos'; of wishes: NULL without, or if the caller's */
    void *memory[4];
    int32_t capacity, memo_capacity;
    /* per drivable */
    int32_t *first, *last, *count;
    uint64_t *busy; /* bit per drivable with vehicles */
    /* per lane */
    int32_t *slow;                     /* vehicles under 0.1 m/s */
    int32_t *entry_first, *entry_last; /* created, not yet let in */
    uint64_t *entry_busy;
    int32_t *link_load; /* vehicles on the links that start here */
    /* per road */
    int32_t *route_first, *route_last; /* created in this step */
    uint64_t *route_busy;
    /* per link */
    uint8_t *green;
    int64_t *active_step; /* step in which it may notify crosses, + 1 */
    int64_t *foes_step;   /* step of `foes`, + 1 */
    uint64_t *foes;       /* [links * mask_words] conflicts whose foe may be notified */
    /* per signal */
    int32_t *phase;
    double *remain;
    int64_t *active_list_step;
    int32_t *active_count, *active; /* links that may notify; at signal_link_first */
    /* per flow */
    double *flow_time;
    int32_t *flow_created, *flow_active;
    uint8_t *flow_dead;
    /* per vehicle */
    mg_vehicle *vehicle;
    int32_t *next;          /* in an entry or route list, or among the free slots */
    int64_t *created;       /* step; -1: a free slot */
    int32_t *moved, *ended; /* of this step */
    mg_traffic_item *order;
    int32_t *priority_slot; /* hash table: slot + 1 */
    uint32_t priority_slots;
    int32_t *memo_of; /* index of a vehicle's memo, or MG_NONE; only where a route repeats a road */
    /* per memo */
    mg_memo *memo;
    int32_t *memo_list; /* [memo_capacity * network->memo] */
    /* per vehicle: a speed wished for from outside (4.10); only where there ever was one */
    mg_wish *wish;
    int32_t wishes; /* how many there are */
};

/* state.c */
/* For a vehicle of this priority, which must be free. */
int32_t mg_traffic_new_slot(mg_traffic *t, int32_t priority);
void mg_traffic_free_slot(mg_traffic *t, int32_t slot);
/* A memo for a vehicle that enters; mg_traffic_free_slot gives it back. */
void mg_traffic_take_memo(mg_traffic *t, int32_t slot);
bool mg_traffic_priority_taken(const mg_traffic *t, int32_t priority);
void mg_traffic_return_memo(mg_traffic *t, int32_t slot);  /* if it has one */
void mg_traffic_show_phase(mg_traffic *t, int32_t signal); /* green flags after a change */
/* Room for so many vehicles, and for memos of the network's size, which was `room` when there was room last. */
void mg_traffic_make_room(mg_traffic *t, int32_t vehicles, int32_t room);
void mg_traffic_more_memos(mg_traffic *t); /* twice as many */
void mg_traffic_end_wish(mg_traffic *t, int32_t slot);
/* After a step: those of who is on the road are fulfilled. */
void mg_traffic_end_wishes(mg_traffic *t);

size_t mg_traffic_network_bytes(const mg_traffic *t); /* of the first block, which begins at head */
void mg_traffic_note_priorities(mg_traffic *t);       /* of all alive, into an empty table */

/* demand.c: 4.1 to 4.3 */
void mg_traffic_create_vehicles(mg_traffic *t);
/* At its first road, to be given a lane in the next step; returns its slot. */
int32_t mg_traffic_create_vehicle(mg_traffic *t, int32_t flow, int32_t number);
void mg_traffic_let_in(mg_traffic *t);

/* speed.c: 4.5 with 5 and 6: new speed, distance and drivable of every vehicle, and who blocks it */
void mg_traffic_decide(mg_traffic *t);
/* 4.4: the links that may notify a cross in this step. */
void mg_traffic_find_active_links(mg_traffic *t);
/* The vehicle of `link` that is notified at its cross at `at` m, and how far it has to go; MG_NONE: none. */
int32_t mg_traffic_notified(mg_traffic *t, int32_t link, double at, double *distance);

/* plan.c: 3. A place ahead of a vehicle. */
typedef struct mg_ahead {
    int32_t drivable, plan;
    int32_t index; /* how many drivables ahead, for the memo */
} mg_ahead;
int32_t mg_traffic_remembered(mg_traffic *t, int32_t slot, int32_t index); /* the memo's element, or MG_NONE */
void mg_traffic_commit_plan(mg_traffic *t, int32_t slot);

/* leaders.c: 4.8 for the first of a list, and of every list: who is on the drivables ahead */
void mg_traffic_seek_leader(mg_traffic *t, int32_t slot);
void mg_traffic_seek_leaders(mg_traffic *t);

static inline void mg_set_bit(uint64_t *bits, int32_t i)
{
    bits[i >> 6] |= UINT64_C(1) << (i & 63);
}

static inline void mg_clear_bit(uint64_t *bits, int32_t i)
{
    bits[i >> 6] &= ~(UINT64_C(1) << (i & 63));
}

/* To the rear of a drivable's list. */
static inline void mg_append_vehicle(mg_traffic *t, int32_t drivable, int32_t slot)
{
    if (t->last[drivable] >= 0)
        t->vehicle[t->last[drivable]].behind = slot;
    else
        t->first[drivable] = slot;
    t->last[drivable] = slot;
    t->vehicle[slot].behind = MG_NONE;
    if (t->count[drivable]++ == 0)
        mg_set_bit(t->busy, drivable);
    if (drivable >= t->network->lanes)
        t->link_load[t->network->link_start[drivable - t->network->lanes]]++;
}

/* First set bit at or after i; MG_NONE: no more below count. */
static inline int32_t mg_next_bit(const uint64_t *bits, int32_t i, int32_t count)
{
    if (i >= count)
        return MG_NONE;
    int32_t word = i >> 6, words = (count + 63) >> 6;
    uint64_t rest = bits[word] & (~UINT64_C(0) << (i & 63));
    while (rest == 0) {
        if (++word == words)
            return MG_NONE;
        rest = bits[word];
    }
    return word * 64 + (int32_t)__builtin_ctzll(rest);
}

/* Moves the place to the next drivable of the vehicle's way; false: the route ends. */
static inline bool mg_look_ahead(mg_traffic *t, int32_t slot, mg_ahead *place)
{
    const mg_traffic_network *n = t->network;
    if (place->plan < 0) {
        place->drivable = mg_traffic_remembered(t, slot, place->index++);
    } else if (place->drivable >= n->lanes) {
        place->drivable = n->link_end[place->drivable - n->lanes];
    } else {
        const mg_plan *plan = &n->plan[place->plan];
        place->drivable = plan->link;
        place->plan = plan->link < 0 ? place->plan : plan->next;
    }
    return place->drivable >= 0;
}

/* What follows from a speed alone. */
static inline void mg_set_speed(mg_vehicle *v, const mg_vehicle_kind *kind, double s)
{
    double energy = (0.5 * s) * s;
    v->speed = s;
    v->stop = energy / kind->max.rate;
    v->usual_stop = energy / kind->usual.rate;
    v->after = (2.0 * s) - kind->max.loss;
    v->usual_after = (2.0 * s) - kind->usual.loss;
}

/* The flow a vehicle is from, or MG_PUSHED; its number there names it. */
static inline int32_t mg_flow_of(const mg_traffic_network *n, const mg_vehicle *v)
{
    return v->flow < n->flows ? v->flow : n->trip_of[v->flow - n->flows];
}

static inline bool mg_on_road(const mg_traffic *t, int32_t slot)
{
    const mg_vehicle *v = &t->vehicle[slot];
    return v->behind >= 0 || (v->drivable >= 0 && t->last[v->drivable] == slot);
}

static inline double mg_per_dt(const mg_traffic_network *n, double x)
{
    return n->inverse_exact ? x * n->inverse_dt : x / n->dt;
}

#endif
