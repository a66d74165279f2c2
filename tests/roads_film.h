/* roads_film.h - decision after decision of four busy signals, and what a result's film shows of each. */
#ifndef MG_ROADS_FILM_H
#define MG_ROADS_FILM_H

#include "envs/traffic_control.h"
#include "suite/harness/trail.h"

#include <stdlib.h>
#include <string.h>

enum { FILM_SIGNALS = 4 };

/* Rows of the frame: columns step and, where it is there, what; then signal and value. */
typedef struct film_seen {
    int rows, step[FILM_SIGNALS], signal[FILM_SIGNALS];
    char what[FILM_SIGNALS][20];
    double value[FILM_SIGNALS], most; /* most: of all frames */
    float reward[FILM_SIGNALS];       /* of the decision before the frame */
    mg_traffic_control_config config;
    void *world;
    mg_row row;
} film_seen;

static void film_begin(film_seen *seen)
{
    mg_error error = {0};
    mg_env_spec spec;
    memset(seen, 0, sizeof *seen);
    seen->config = mg_traffic_control_default();
    seen->config.grid.rows = seen->config.grid.columns = 2;
    seen->row.config = &seen->config;
    seen->row.world = seen->world = mg_traffic_control.open_world(&seen->config, (mg_key){9951, 0}, &error);
    mg_traffic_control.describe(&seen->config, seen->row.world, &spec);
    seen->row.state = malloc(spec.row_bytes);
    mg_env_spec_free(&spec);
    mg_traffic_control.reset(&seen->row, NULL);
}

static void film_read(film_seen *seen, const mg_csv_writer *table)
{
    char *text = calloc(table->length + 1, 1), *line = text;
    memcpy(text, table->text, table->length);
    for (seen->rows = 0; *line && seen->rows < FILM_SIGNALS; seen->rows++) {
        char *field[8] = {line};
        int fields = 1;
        for (; *line && *line != '\n'; line++)
            if (*line == ',' && fields < 8) {
                *line = '\0';
                field[fields++] = line + 1;
            }
        *line++ = '\0';
        int k = seen->rows;
        seen->step[k] = atoi(field[3]);
        snprintf(seen->what[k], sizeof seen->what[k], "%s", fields > 6 ? field[4] : "");
        seen->signal[k] = atoi(field[fields - 2]);
        seen->value[k] = strtod(field[fields - 1], NULL);
        seen->most = seen->value[k] > seen->most ? seen->value[k] : seen->most;
    }
    free(text);
}

/* The frame before the first decision (step 0, which begins the film), or after one more of lights that stay. */
static void film_look(film_seen *seen, void (*frame)(const mg_row *, int, mg_csv_writer *, const mg_row_name *),
                      int step, const mg_row_name *name)
{
    static const int32_t action[FILM_SIGNALS] = {0};
    float other[2 * FILM_SIGNALS];
    mg_outcome outcome = {.paid = other, .received = other + FILM_SIGNALS};
    mg_csv_writer table = {0};
    if (step == 0)
        film_begin(seen);
    outcome.reward = seen->reward;
    if (step > 0)
        mg_traffic_control.step(&seen->row, &(mg_joint){.action = action}, NULL, &outcome);
    frame(&seen->row, step, &table, name);
    film_read(seen, &table);
    mg_csv_free(&table);
}

/* A quarter of those who wait is what was paid, which is a float. */
static bool film_is_paid(const film_seen *seen, int row)
{
    double off = seen->value[row] + 4.0 * (double)seen->reward[row];
    return off < 1e-5 && off > -1e-5;
}

static void film_end(film_seen *seen)
{
    free(seen->row.state);
    mg_traffic_control.close_world(seen->world);
}

#endif
