/* env.h - what an environment is: a const table of functions over memory that the caller owns.
 *
 * An environment has a read-only world (opened once, shared by all rows; it may depend on the key, as traffic demand
 * does) and any number of rows: parallel, independent episodes. No global state, no allocation in a step, no automatic
 * reset: the last observation stays readable. Order of one step: for each stage: observe, mask, neighbours, the learner
 * acts, and what was decided is disclosed to the stages to come; then, if there is a transfer channel asked after the
 * actions, the learner gives; then step. Noise comes only from the stream passed in.
 *
 * Flat buffers: agents in index order, each with its own length; mg_env_offsets says where agent i starts. What looks
 * at a row changes nothing in it. A row's state holds no pointers: it is saved as bytes.
 */
#ifndef MG_ENV_H
#define MG_ENV_H

#include "core/io/config.h"
#include "core/num/rng.h"
#include <stdbool.h>
#include <stdio.h>

#define MG_AGENTS_MAX 65535 /* a stream is named by row * 65536 + agent */
#define MG_PARTS_MAX 16     /* of one observation */

/* A stretch of an observation: channels * height * width numbers, channel-major, row-major. A vector is 1 x 1 x n. */
typedef struct mg_part {
    const char *name; /* "lanes", "map" */
    int channels, height, width;
} mg_part;

typedef struct mg_agent_spec {
    mg_part part[MG_PARTS_MAX]; /* what it observes, in this order; one without a name ends the list */
    int observation;            /* numbers of all parts together: mg_env_add_agents fills it in */
    int actions;                /* discrete choices; 0: a real vector */
    int real_length;            /* of the real vector; not used with discrete choices */
    bool masked;                /* some choices may be barred */
    int stage;                  /* the stage of a step in which this agent acts, from 0 */
} mg_agent_spec;

/* Agents first .. first + count - 1 are alike. */
typedef struct mg_agent_group {
    int first, count;
    mg_agent_spec agent;
} mg_agent_group;

typedef enum mg_transfer_time {
    MG_TRANSFER_NONE,
    MG_TRANSFER_BEFORE_ACTIONS,
    MG_TRANSFER_AFTER_ACTIONS
} mg_transfer_time;

/* Who may give how much to whom. An agent's numbers are one per agent in index order (its own entry is not used); a
 * designer (a giver that is no agent) has numbers_per_giver as its environment says and observations of its own. */
typedef struct mg_transfer_spec {
    mg_transfer_time time;
    int givers;
    bool designer;
    int numbers_per_giver;
    float low, high;            /* bounds of each number */
    int period;                 /* > 1: asked in the first of so many steps of an episode; what is given then holds */
    mg_part part[MG_PARTS_MAX]; /* what the designer observes, as an agent's */
    int kinds;                  /* after the actions: givers are shown the kind of an action, of so many ... */
    const uint8_t *kind;        /* ... [action], static; NULL: the action itself */
    int ledger;                 /* numbers that `ledger` writes; 0: it has none */
} mg_transfer_spec;

typedef struct mg_metric_spec {
    const char *name, *unit;
} mg_metric_spec;

struct mg_env_table;

/* What an environment was opened with. */
typedef struct mg_env_source {
    const struct mg_env_table *table;
    const void *config, *world;
} mg_env_source;

typedef struct mg_env_spec {
    const char *name;
    int agents, groups;
    mg_agent_group *group; /* of mg_env_add_agents, for mg_env_spec_free */
    int stages;
    int neighbours_max;           /* 0: no graph */
    int state_length;             /* of the vector for centralised critics; 0: none */
    mg_part state_image;          /* the image that the whole state is; no name: it is none */
    int states;                   /* different state vectors in which agents act; 0: nobody counted them */
    bool one_hot;                 /* every agent observes the whole state, as a vector of which one number is 1 */
    int longest_episode;          /* steps */
    int metrics;                  /* of an episode */
    const mg_metric_spec *metric; /* static, or of the world */
    mg_transfer_spec transfer;
    size_t row_bytes;
    int record_bytes;     /* of what `record` writes, a multiple of 4; 0: it has none */
    mg_env_source source; /* filled in by the rollout: to show records again */
} mg_env_spec;

/* Appends `count` agents alike. */
void mg_env_add_agents(mg_env_spec *spec, int count, const mg_agent_spec *agent);
/* [agents], allocated here: how many agents from each on, itself too, are one block of mg_batch, which a network that
 * they share can take as one matrix; all 1 where they do not share. */
int *mg_env_blocks(const mg_env_spec *spec, bool shared);
void mg_env_spec_free(mg_env_spec *spec); /* what describe took, not spec itself */

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
    const uint8_t *record;    /* [record_bytes] */
    const float *ledger;      /* [transfer.ledger] */
} mg_observed;

/* What a step did. reward is extrinsic; transfers paid and received are never mixed into it. All [agents]. welfare:
 * what the designer is after; comes in as 0. */
typedef struct mg_outcome {
    float *reward, *paid, *received;
    float welfare;
    bool terminated, truncated;
} mg_outcome;

/* Functions marked optional may be NULL. */
typedef struct mg_env_table {
    const char *name;
    const mg_fields *fields; /* of its config */
    /* optional: no world. NULL with the reason in error. */
    void *(*open_world)(const void *config, mg_key key, mg_error *error);
    void (*close_world)(void *world);
    void (*describe)(const void *config, const void *world, mg_env_spec *spec);
    void (*reset)(const mg_row *row, mg_stream *stream);
    /* Observations of the agents of this stage, into the flat buffer at their offsets. */
    void (*observe)(const mg_row *row, int stage, float *observation);
    /* optional: all allowed. Flat: the agents of this stage at their offsets, one byte per choice. */
    void (*mask)(const mg_row *row, int stage, uint8_t *allowed);
    /* optional: no graph. agents x neighbours_max; without the agent itself, nearest first, ties to the lower
     * index, -1 for none. */
    void (*neighbours)(const mg_row *row, int32_t *neighbour);
    /* optional; needed with several stages or transfers before the actions: what was decided so far in this step
     * becomes visible to the observations of the stages to come. after_stage -1: the transfers. */
    void (*disclose)(const mg_row *row, int after_stage, const mg_joint *joint);
    /* A masked action in range is legal and does what the spec says. Flags come in cleared. */
    void (*step)(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome);
    /* optional: rewards do not depend on transfers. Derivative of the last step's extrinsic rewards by the transfers
     * that hold, of a designer's channel that of rewards and what is received together: agents x (givers *
     * numbers_per_giver). */
    void (*sensitivity)(const mg_row *row, float *sensitivity);
    /* optional; of a designer's channel: what the designer's released program writes down of a row before each step and
     * at the end, and, of an episode written down so, the rewards that it makes of it, [step][agent], and how they
     * depend on what is given, [step][agent][number]. ledger: [step, and one more]; given: [decision][number], one
     * every `period` steps. */
    void (*ledger)(const mg_row *row, float *ledger);
    void (*account)(const void *config, int steps, const float *ledger, const float *given, float *reward,
                    float *sensitivity);
    void (*metrics)(const mg_row *row, double *metric); /* of the episode so far, in spec order */
    void (*state)(const mg_row *row, float *state);     /* optional */
    /* optional; of environments of one stage: all that observations, masks, neighbours and state depend on, in few
     * bytes, and a row, whatever it holds, in which they are again what they were. A row that was recalled shows; it is
     * not stepped. */
    void (*record)(const mg_row *row, uint8_t *record);
    void (*recall)(const mg_row *row, const uint8_t *record);
    void (*designer)(const mg_row *row, float *observation); /* optional: no designer */
    void (*digest)(const mg_row *row, mg_hasher *hasher);    /* every field of the state */
    void (*render)(const mg_row *row, FILE *out);            /* optional; text for people */
} mg_env_table;

const mg_agent_spec *mg_env_agent(const mg_env_spec *spec, int agent);

/* The part of that name and where it starts in its observation, or NULL. */
const mg_part *mg_part_find(const mg_part part[MG_PARTS_MAX], const char *name, int *offset);
/* Numbers of all parts. */
int mg_part_numbers(const mg_part part[MG_PARTS_MAX]);

/* offset[agent] of its observation in the flat buffer (offset may be NULL); returns the buffer's length. */
int mg_env_offsets(const mg_env_spec *spec, int *offset);
/* The same for the flat masks (one byte per choice) and the flat real vectors (agents with real actions only). */
int mg_env_choice_offsets(const mg_env_spec *spec, int *offset);
int mg_env_real_offsets(const mg_env_spec *spec, int *offset);

/* The agents within `limit` of agent `self`, itself left out, as `neighbours` wants them: nearest first, ties to the
 * lower index, -1 up to neighbours_max. distance: [agents] from self; its own entry is not read. */
void mg_env_nearest(int agents, int self, const float *distance, float limit, int neighbours_max, int32_t *neighbour);
/* The same for all agents at once where each has a place on a line and distance is |place - place| / width, each
 * operation rounded: sorts the line and walks outwards from each agent. neighbour: [agents][agents - 1]; at most
 * MG_LINE_MAX agents, width > 0. */
#define MG_LINE_MAX 64
void mg_env_nearest_on_line(int agents, const float *place, float width, float limit, int32_t *neighbour);

#endif
