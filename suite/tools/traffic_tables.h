/* traffic_tables.h - the files by which two traffic simulators are compared with cmp: what a simulation looks like
 * after each step, as text and as FNV-1a hashes over little-endian bytes. */
#ifndef MG_TOOL_TRAFFIC_TABLES_H
#define MG_TOOL_TRAFFIC_TABLES_H

#include "core/io/csv.h"
#include "envs/traffic/traffic.h"

/* FNV-1a, 64 bit. */
uint64_t traffic_hash_start(void);
uint64_t traffic_hash_bytes(uint64_t hash, const void *bytes, size_t length);
uint64_t traffic_hash_i32(uint64_t hash, int32_t x);
uint64_t traffic_hash_double(uint64_t hash, double x);

__attribute__((format(printf, 2, 3))) void traffic_row(mg_csv_writer *table, const char *format, ...);

void traffic_start_steps(mg_csv_writer *table);
void traffic_add_step(mg_csv_writer *table, const mg_traffic_network *network, const mg_traffic *traffic);
void traffic_start_positions(mg_csv_writer *table);
void traffic_add_positions(mg_csv_writer *table, const mg_traffic_network *network, const mg_traffic *traffic);
void traffic_write_geometry(mg_csv_writer *table, const mg_traffic_network *network);

#endif
