/* replay_views.h - what rows of a replay showed at one time. Only replay.c needs it.
 *
 * A view is stored as it was shown, or as the record that its environment makes of a row (core/rl/env.h) and shown
 * again when it is looked at: some tens of bytes instead of thousands, with the same bits. Views come from a stack,
 * lowest first, so that memory which is never needed is never touched.
 */
#ifndef MG_REPLAY_VIEWS_H
#define MG_REPLAY_VIEWS_H

#include "core/rl/learner.h"

typedef struct mg_views {
    int observations, state, choices, neighbours; /* numbers of a view; 0: not kept */
    int record;                                   /* bytes of a view; 0: it is stored as it was shown */
    int count, free_count;
    int32_t *free_view;
    float *observation, *state_numbers; /* [view], or of one that is shown again */
    uint8_t *allowed;
    int32_t *neighbour;
    uint8_t *records; /* [view] */
    mg_row row;       /* the environment's, to show views again */
    const mg_env_table *environment;
} mg_views;

/* keeps: bits of mg_need. Memory for so many views. */
void mg_views_create(mg_views *views, const mg_env_spec *environment, unsigned keeps, int count);
void mg_views_destroy(mg_views *views);

/* Stores what is seen and returns the view's number. What is kept and missing ends the program. */
int32_t mg_views_put(mg_views *views, const mg_observed *seen);
void mg_views_drop(mg_views *views, int32_t view);
/* What was kept of it, valid until the next look. */
mg_observed mg_views_look(const mg_views *views, int32_t view);
/* What was kept of what is seen, into a hash. */
void mg_views_hash(const mg_views *views, mg_hasher *hasher, const mg_observed *seen);

/* ---- words of 4 bytes, little-endian ---- */
typedef struct mg_words {
    char **bytes;
    size_t *length, *capacity;
} mg_words;
void mg_words_put(const mg_words *to, const void *numbers, size_t n);
void mg_words_put_one(const mg_words *to, uint32_t word);
typedef struct mg_reading {
    const unsigned char *at;
    size_t left; /* words */
} mg_reading;
bool mg_words_get(mg_reading *from, void *numbers, size_t n);

/* A view as words; a mask's byte is a word, a record's bytes are four to a word. */
void mg_views_write(const mg_views *views, const mg_words *to, int32_t view);
/* Reads one into the numbers at `into`, which are the caller's (mg_views_room), and points `seen` to them. */
typedef struct mg_view_room {
    float *observation, *state;
    uint8_t *allowed, *record;
    int32_t *neighbour;
    void *owned;
} mg_view_room;
mg_view_room mg_views_room(const mg_views *views);
bool mg_views_read(const mg_views *views, mg_reading *from, const mg_view_room *into, mg_observed *seen);

#endif
