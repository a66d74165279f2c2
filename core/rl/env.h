/* env.h - what an environment is: a const table of functions over memory that the caller owns.
 *
 * An environment has a read-only world (built once, shared) and any number of rows (independent copies of the
 * episode's state). No global state, no allocation in a step, no automatic reset: the last observation stays
 * readable. Order of one step: for each stage: observe, mask, the learner acts; then, if there is a transfer
 * channel asked after the actions, the learner gives; then step. Noise comes only from the stream passed in.
 *
 * Flat buffers: agents in index order, each with its own length; mg_env_offsets says where agent i starts.
 * observe, mask and neighbours look at the row and change nothing. A row holds no pointers: it is saved as bytes.
 */
#ifndef MG_ENV_H
#define MG_ENV_H

#include "core/io/config.h"
#include "core/num/rng.h"
#include <stdbool.h>
#include <stdio.h>

#define MG_AGENTS_MAX 2048
#define MG_METRICS_MAX 48

typedef struct mg_agent_spec {
    int observation;   /* numbers */
    int actions;       /* discrete choices; 0: a real vector */
    int action_length; /* of the real vector; 1 for a discrete choice */
    bool masked;       /* some choices may be barred */
    int stage;         /* the stage of a step in which this agent acts, from 0 */
} mg_agent_spec;

typedef enum mg_transfer_time {
    MG_TRANSFER_NONE,
    MG_TRANSFER_BEFORE_ACTIONS,
    MG_TRANSFER_AFTER_ACTIONS
} mg_transfer_time;

/* Who may give how much to whom. An agent's numbers are one per agent in index order (its own entry is not used); a
 * designer (a giver that is no agent) has numbers_per_giver as its environment says. */
typedef struct mg_transfer_spec {
    mg_transfer_time time;
    int givers;
    bool designer;
    int numbers_per_giver;
    float low, high; /* bounds of each number */
    int observation; /* numbers a giver observes beside its own observation: the others' actions, one-hot, in index
                        order */
} mg_transfer_spec;

typedef struct mg_metric_spec {
    const char *name, *unit;
} mg_metric_spec;

#define MG_AGENT_KINDS_MAX 8
typedef struct mg_env_spec {
    const char *name;
    int agents;
    int kinds; /* agent i has the spec agent[i], or the last one from kinds on */
    mg_agent_spec agent[MG_AGENT_KINDS_MAX];
    int stages;
    int neighbours_max;  /* 0: no graph */
    int state_length;    /* of the vector for centralised critics */
    long states;         /* finite number of states; 0: not finite or not counted */
    bool one_hot;        /* every agent observes the state as a vector of `states` numbers, one of them 1 */
    int longest_episode; /* steps */
    int metrics;
    mg_metric_spec metric[MG_METRICS_MAX];
    mg_transfer_spec transfer;
    size_t world_bytes, row_bytes;
} mg_env_spec;

/* One row, as the functions of an environment are given it: its config, its world (NULL where it has none) and the
 * bytes of the episode's state. */
typedef struct mg_row {
    const void *config, *world;
    void *state;
} mg_row;

/* What everybody decided in one step of one row. action: [agents], not used for agents with real vectors; real: their
 * vectors, flat, NULL where no agent has one; transfer: givers x numbers_per_giver, NULL where there is no channel. */
typedef struct mg_joint {
    const int32_t *action;
    const float *real, *transfer;
} mg_joint;

/* What one row shows at one time, flat (mg_env_offsets). What the learner did not ask for is NULL. */
typedef struct mg_observed {
    const float *observation;
    const float *state;       /* [state_length], for centralised critics */
    const float *designer;    /* what the designer, a giver that is no agent, observes */
    const uint8_t *allowed;   /* one byte per choice */
    const int32_t *neighbour; /* agents x neighbours_max, as `neighbours` writes it */
} mg_observed;

/* What a step did. reward is extrinsic; transfers paid and received are never mixed into it. All [agents]. */
typedef struct mg_outcome {
    float *reward, *paid, *received;
    bool terminated, truncated;
} mg_outcome;

/* Functions marked optional may be NULL. `world` is NULL where world_bytes is 0. */
typedef struct mg_env_table {
    const char *name;
    const mg_fields *fields; /* of its config */
    void (*describe)(const void *config, mg_env_spec *spec);
    bool (*build_world)(const void *config, void *world, mg_error *error); /* optional */
    void (*reset)(const void *config, const void *world, void *row, mg_stream *stream);
    /* Observations of the agents of this stage, into the flat buffer at their offsets. */
    void (*observe)(const void *config, const void *world, const void *row, int stage, float *observation);
    /* optional: all allowed. Flat: agents in order, one byte per choice. */
    void (*mask)(const void *config, const void *world, const void *row, int stage, uint8_t *allowed);
    /* optional: no graph. agents x neighbours_max; without the agent itself, nearest first, ties to the lower
     * index, -1 for none. */
    void (*neighbours)(const void *config, const void *world, const void *row, int32_t *neighbour);
    /* optional; needed with several stages or transfers before the actions: what was decided so far in this step
     * becomes visible to the observations of the stages to come. after_stage -1: the transfers. */
    void (*disclose)(const void *config, const void *world, void *row, int after_stage, const int32_t *actions,
                     const float *real, const float *transfers);
    /* actions: one number per agent (discrete); real: flat real vectors or NULL; transfers: givers x
     * numbers_per_giver or NULL. A masked action in range is legal and does what the spec says. */
    void (*step)(const void *config, const void *world, void *row, const int32_t *actions, const float *real,
                 const float *transfers, mg_stream *stream, mg_outcome *outcome);
    /* optional: all zero. Derivative of the last step's extrinsic rewards by the transfers: agents x (givers *
     * numbers_per_giver). */
    void (*transfer_sensitivity)(const void *config, const void *world, const void *row, float *sensitivity);
    void (*metrics)(const void *config, const void *world, const void *row,
                    double *metric); /* of the episode so far, in spec order */
    void (*state)(const void *config, const void *world, const void *row, float *state); /* optional */
    void (*digest)(const void *config, const void *world, const void *row,
                   mg_hasher *hasher);                                                 /* every field of the row */
    void (*render)(const void *config, const void *world, const void *row, FILE *out); /* optional; text for people */
} mg_env_table;

const mg_agent_spec *mg_env_agent(const mg_env_spec *spec, int agent);

/* offset[agent] of its observation in the flat buffer (offset may be NULL); returns the buffer's length. */
int mg_env_offsets(const mg_env_spec *spec, int *offset);
/* The same for the flat masks (one byte per choice) and the flat real vectors (agents with real actions only). */
int mg_env_choice_offsets(const mg_env_spec *spec, int *offset);
int mg_env_real_offsets(const mg_env_spec *spec, int *offset);

/* The agents within `limit` of agent `self`, itself left out, as `neighbours` wants them: nearest first, ties to the
 * lower index, -1 up to neighbours_max. distance: [agents] from self; its own entry is not read. */
void mg_env_nearest(int agents, int self, const float *distance, float limit, int neighbours_max, int32_t *neighbour);

#endif
