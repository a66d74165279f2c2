/* traffic_stream.h - a table that goes to disk as it comes, so that a long one takes no memory, and that nobody sees
 * before it is whole: rows go to PATH.tmp-..., which becomes PATH at the end.
 *
 * Beside the table lies PATH.notes.txt where its numbers are not CityFlow's, or where something was taken silently
 * there: the notes of the network, a line each. An old one is removed where there is nothing to say. */
#ifndef MG_TOOL_TRAFFIC_STREAM_H
#define MG_TOOL_TRAFFIC_STREAM_H

#include "core/io/csv.h"
#include "envs/traffic/network.h"
#include <stdio.h>

typedef struct traffic_stream {
    const char *path; /* NULL: no table is wanted, rows are dropped */
    char *temporary;
    FILE *file;
    mg_csv_writer table; /* rows that are not written yet */
} traffic_stream;

bool traffic_stream_open(traffic_stream *stream, const char *path, mg_error *error);
/* After rows were added to stream->table: writes them once they are many. */
bool traffic_stream_flush(traffic_stream *stream, mg_error *error);
/* good: false drops what was written. Returns good, or false where writing failed. Always to be called. */
bool traffic_stream_close(traffic_stream *stream, bool good, const mg_traffic_network *network, mg_error *error);

bool traffic_write_notes(const char *path, const mg_traffic_network *network, mg_error *error);

#endif
