/* handle.h - what is behind a marlgold (marlgold.h). */
#ifndef MG_LIBRARY_HANDLE_H
#define MG_LIBRARY_HANDLE_H

#include "core/rl/env.h"
#include "suite/library/marlgold.h"

/* How far a row's streams are, and whether its episode goes on. */
typedef struct marlgold_row {
    uint64_t resets, steps;
    uint8_t begun, terminated, truncated;
} marlgold_row;

struct marlgold {
    const mg_env_table *env;
    void *config, *world;
    mg_env_spec spec;
    marlgold_spec lengths;
    marlgold_agent *agent; /* [agents] */
    mg_key key;
    int rows;
    marlgold_row *row;
    size_t stride;                   /* bytes of one row's state, with what aligns the next */
    unsigned char *state;            /* [rows][stride] */
    float *reward, *paid, *received; /* [agents] of the row that is stepped */
    float *welfare;                  /* [rows] of each one's last step */
    int32_t *no_action;              /* [agents] zeros, where all have vectors */
    float *no_gift;                  /* zeros */
    mg_hasher *hasher;
    mg_digest configuration; /* of name, settings, experiment and seed, and the bytes of this kind of machine */
};

/* Copies the line to the caller's text, if it has one; returns false. */
bool mg_library_error(const mg_error *found, char *error);
/* Does work that may ask for memory; false where there was none, and then it was left in the middle. */
bool mg_library_try(void (*work)(void *context), void *context);
/* Bytes of a saved row. */
size_t mg_library_row_bytes(const mg_env_spec *spec);

#endif
