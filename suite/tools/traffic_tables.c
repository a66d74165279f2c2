/* traffic_tables.c - rows of steps and positions, with their hashes. */
#include "suite/tools/traffic_tables.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- hashes ---- */
uint64_t traffic_hash_start(void)
{
    return UINT64_C(14695981039346656037);
}

uint64_t traffic_hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t hash_bits(uint64_t hash, uint64_t bits, int bytes)
{
    for (int i = 0; i < bytes; i++)
        hash = (hash ^ (bits >> (8 * i) & 0xff)) * UINT64_C(1099511628211);
    return hash;
}

uint64_t traffic_hash_i32(uint64_t hash, int32_t x)
{
    return hash_bits(hash, (uint32_t)x, 4);
}

uint64_t traffic_hash_double(uint64_t hash, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return hash_bits(hash, bits, 8);
}

void traffic_row(mg_csv_writer *table, const char *format, ...)
{
    char row[6000];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(row, sizeof row - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof row - 2)
        length = (int)sizeof row - 2;
    row[length] = '\n';
    mg_csv_raw(table, row, (size_t)length + 1);
}

/* ---- steps ---- */
static uint64_t state_hash(const mg_traffic_network *n, const mg_traffic *t)
{
    uint64_t hash = traffic_hash_start();
    (void)n;
    for (int32_t d = mg_traffic_next_busy(t, 0); d >= 0; d = mg_traffic_next_busy(t, d + 1)) {
        for (int32_t slot = mg_traffic_first(t, d); slot >= 0; slot = mg_traffic_behind(t, slot)) {
            mg_vehicle_view v = mg_traffic_vehicle(t, slot);
            char id[40];
            int length = snprintf(id, sizeof id, "flow_%d_%d", v.flow, v.number);
            hash = traffic_hash_i32(hash, d);
            hash = traffic_hash_bytes(hash, id, (size_t)length);
            hash = traffic_hash_double(hash, v.distance);
            hash = traffic_hash_double(hash, v.speed);
        }
    }
    return hash;
}

void traffic_start_steps(mg_csv_writer *table)
{
    traffic_row(table, "step,time,running,pool,finished,cum_travel_time,avg_travel_time,lane_count_sum,lane_wait_sum,"
                       "lane_count_hash,lane_wait_hash,phase_hash,state_hash");
}

void traffic_add_step(mg_csv_writer *table, const mg_traffic_network *n, const mg_traffic *t)
{
    const int32_t *count = mg_traffic_counts(t), *waiting = mg_traffic_waiting(t);
    uint64_t counts = traffic_hash_start(), waits = counts, phases = counts;
    long count_sum = 0, wait_sum = 0;
    for (int32_t lane = 0; lane < n->lanes; lane++) {
        counts = traffic_hash_i32(counts, count[lane]);
        waits = traffic_hash_i32(waits, waiting[lane]);
        count_sum += count[lane];
        wait_sum += waiting[lane];
    }
    for (int32_t signal = 0; signal < n->signals; signal++)
        phases = traffic_hash_i32(phases, mg_traffic_phase(t, signal));
    traffic_row(table, "%ld,%.17g,%ld,%ld,%ld,%.17g,%.17g,%ld,%ld,%016llx,%016llx,%016llx,%016llx", mg_traffic_steps(t),
                mg_traffic_time(t), mg_traffic_running(t), mg_traffic_alive(t), mg_traffic_finished(t),
                mg_traffic_cumulative_travel_time(t), mg_traffic_average_travel_time(t), count_sum, wait_sum,
                (unsigned long long)counts, (unsigned long long)waits, (unsigned long long)phases,
                (unsigned long long)state_hash(n, t));
}

/* ---- positions ---- */
void traffic_start_positions(mg_csv_writer *table)
{
    traffic_row(table, "step,vehicle,drivable,distance,speed,leader,gap,priority");
}

static void add_running(mg_csv_writer *table, const mg_traffic *t, const char *drivable, int32_t slot)
{
    mg_vehicle_view v = mg_traffic_vehicle(t, slot);
    char leader[100] = ",";
    if (v.leader >= 0) {
        mg_vehicle_view ahead = mg_traffic_vehicle(t, v.leader);
        snprintf(leader, sizeof leader, "flow_%d_%d,%.17g", ahead.flow, ahead.number, v.gap);
    }
    traffic_row(table, "%ld,flow_%d_%d,%s,%.17g,%.17g,%s,%d", mg_traffic_steps(t), v.flow, v.number, drivable,
                v.distance, v.speed, leader, v.priority);
}

void traffic_add_positions(mg_csv_writer *table, const mg_traffic_network *n, const mg_traffic *t)
{
    char name[MG_TRAFFIC_NAME];
    for (int32_t d = mg_traffic_next_busy(t, 0); d >= 0; d = mg_traffic_next_busy(t, d + 1)) {
        mg_traffic_drivable_name(n, d, name);
        for (int32_t slot = mg_traffic_first(t, d); slot >= 0; slot = mg_traffic_behind(t, slot))
            add_running(table, t, name, slot);
    }
    for (int32_t lane = 0; lane < n->lanes; lane++) {
        for (int32_t slot = mg_traffic_first_entering(t, lane); slot >= 0; slot = mg_traffic_next_entering(t, slot)) {
            mg_vehicle_view v = mg_traffic_vehicle(t, slot);
            traffic_row(table, "%ld,flow_%d_%d,%s,,,,,%d", mg_traffic_steps(t), v.flow, v.number,
                        mg_traffic_drivable_name(n, lane, name), v.priority);
        }
    }
}

/* ---- geometry ---- */
static void add_order(mg_csv_writer *table, const mg_traffic_network *n, int32_t link)
{
    char text[40];
    int length = snprintf(text, sizeof text, "order,%d", n->lanes + link);
    mg_csv_raw(table, text, (size_t)length);
    for (int32_t i = n->conflict_first[link]; i < n->conflict_first[link + 1]; i++) {
        length = snprintf(text, sizeof text, ",%d", n->conflict[i].cross);
        mg_csv_raw(table, text, (size_t)length);
    }
    mg_csv_raw(table, "\n", 1);
}

void traffic_write_geometry(mg_csv_writer *table, const mg_traffic_network *n)
{
    char name[MG_TRAFFIC_NAME];
    traffic_row(table, "# drivable,index,id,length,n_points,points_hash");
    for (int32_t d = 0; d < n->drivables; d++) {
        uint64_t hash = traffic_hash_start();
        for (int32_t i = n->point_first[d]; i < n->point_first[d + 1]; i++)
            hash = traffic_hash_double(traffic_hash_double(hash, n->point[i].x), n->point[i].y);
        traffic_row(table, "drivable,%d,%s,%.17g,%d,%016llx", d, mg_traffic_drivable_name(n, d, name), n->length[d],
                    n->point_first[d + 1] - n->point_first[d], (unsigned long long)hash);
    }
    traffic_row(table, "# cross,intersection,index,lanelinkA_index,lanelinkB_index,distA,distB");
    for (int32_t s = 0; s < n->signals; s++) {
        for (int32_t c = n->signal_cross_first[s]; c < n->signal_cross_first[s + 1]; c++)
            traffic_row(table, "cross,%s,%d,%d,%d,%.17g,%.17g", n->intersection_id[n->signal_intersection[s]],
                        c - n->signal_cross_first[s], n->cross[c].a, n->cross[c].b, n->cross[c].distance_a,
                        n->cross[c].distance_b);
    }
    traffic_row(table, "# order,lanelink_index,cross indices (within the intersection) in sorted order");
    for (int32_t link = 0; link < n->links; link++)
        add_order(table, n, link);
}
