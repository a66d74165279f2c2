/* rollout_rows.h - the rows that a rollout steps together, and one step of them. Only rollout*.c needs it.
 *
 * A row is a parallel episode. What it shows and decides lies flat, one stretch per row; a batch is the rows that are
 * still live, agent-major: with one live row the flat stretch is the batch, else it is packed into copies.
 */
#ifndef MG_ROLLOUT_ROWS_H
#define MG_ROLLOUT_ROWS_H

#include "core/rl/rollout.h"

/* What all rows show at one time; NULL: nobody asked for it. */
typedef struct shown {
    float *observation, *state, *designer;
    uint8_t *allowed;
    int32_t *neighbour;
    uint8_t *record; /* of training rows, as the next */
    float *ledger;
} shown;

typedef struct lockstep {
    mg_mode mode;
    int rows;
    unsigned char *state, *memory;
    shown now, next; /* before and after a step; evaluation needs no next */
    int32_t *action;
    float *real, *transfer; /* NULL: no such numbers */
    int32_t *step;          /* within the episode; -1: over, or not begun */
    int live;               /* entries of the batch ... */
    int *row;               /* ... their rows ... */
    uint32_t *time;         /* ... and what names their streams */
    shown packed;           /* the batch, where it has several entries ... */
    int32_t *packed_action;
    float *packed_real;
    const float **observation_of; /* ... and pointers to each agent's part of it */
    const uint8_t **allowed_of;
    const int32_t **neighbour_of;
    int32_t **action_of;
    float **real_of, **transfer_of;
    float *unasked; /* for what is given by rows that are not asked */
    void **memory_of;
} lockstep;

/* Numbers of one row. */
typedef struct lengths {
    size_t observation, state, designer, choices, graph, record, ledger, reals, transfers;
    size_t state_bytes, memory_bytes; /* rounded up so that every row is aligned */
} lengths;

struct mg_rollout {
    const mg_env_table *env;
    const void *env_config;
    const mg_learner_table *learner;
    mg_key key;
    mg_env_spec spec;
    mg_learner_spec learner_spec;
    void *world, *self;
    int agents;
    int *observation_at, *choice_at, *real_at; /* offsets of agents in a row's flat stretches */
    lengths length;
    mg_outcome outcome;
    float *sensitivity; /* of the last step; NULL: nobody asked */
    double *of_episode; /* [metrics], scratch */
    lockstep train, evaluation;
    uint64_t *resets, *steps;                       /* [training rows] */
    uint64_t evaluation_episodes, evaluation_steps; /* of the task so far */
    uint64_t units, episodes;
    void **owned;
    int owned_count;
};

/* The row as the environment's functions want it, and its joint decision. */
mg_row mg_rows_row(const mg_rollout *rollout, const lockstep *rows, int row);
mg_joint mg_rows_joint(const mg_rollout *rollout, const lockstep *rows, int row);
/* A row's stretches of what all rows show. */
mg_observed mg_rows_observed(const mg_rollout *rollout, const shown *shown, int row);

/* Writes what a row shows to the agents of every stage. */
void mg_rows_look(const mg_rollout *rollout, const lockstep *rows, int row, const shown *to);
/* Resets the row from its stream and looks. */
void mg_rows_begin(mg_rollout *rollout, lockstep *rows, int row, mg_purpose purpose, uint64_t time);
/* Every agent of every live row decides, and the givers give. */
void mg_rows_decide(mg_rollout *rollout, lockstep *rows);
/* Steps the row of entry k; true: its episode is over. */
bool mg_rows_step(mg_rollout *rollout, lockstep *rows, int k, mg_purpose purpose);

#endif
