/* learner.h - what a learner is: it acts for all agents (and the designer, where the method has one) and learns
 * when it likes.
 *
 * The harness drives: begin_episode, then per step act, give (only with a transfer channel), observe, and
 * end_episode. Rows are parallel episodes. Batches are agent-major: observation[agent] is rows x length, so that
 * each network sees one dense matrix. A learner allocates in create only. Evaluation changes nothing in it.
 */
#ifndef MG_LEARNER_H
#define MG_LEARNER_H

#include "core/io/tensor.h"
#include "core/rl/env.h"

typedef enum mg_mode { MG_TRAIN, MG_EVALUATE } mg_mode;

#define MG_UPDATES_MAX 8
typedef struct mg_learner_spec {
    int training_rows;     /* parallel episodes while training */
    size_t memory_per_row; /* bytes of per-episode memory (hidden states, messages), caller-owned, zeroed at
                              begin_episode */
    const char *unit;      /* what budgets, evaluations and checkpoints count: "iteration of two episodes" */
    int metrics;
    const mg_metric_spec *metric;       /* static */
    int updates;                        /* kinds of update, each a counter in runs.csv */
    const char *update[MG_UPDATES_MAX]; /* "policy", "incentive" */
} mg_learner_spec;

/* A batch of decisions. Entry k belongs to row[k]; (row[k], time[k]) name its random stream. */
typedef struct mg_batch {
    mg_mode mode;
    int rows;
    const int *row;
    const uint32_t *time;            /* training steps of the row so far, or evaluation steps of the task so far */
    const float *const *observation; /* [agent]: rows x observation length */
    const uint8_t *const *allowed;   /* [agent]: rows x actions; NULL: no masks */
    const int32_t *const *neighbour; /* [agent]: rows x neighbours_max; NULL: no graph */
    void *const *memory;             /* [entry]: memory_per_row bytes; NULL: none asked for */
    int stage;
} mg_batch;

/* What one step of one row did. All of it is the harness's and valid during the call only: a learner that keeps
 * something copies it. `before` is what the agents saw when they acted, `after` what they see now, at the end of an
 * episode too; so graph, masks and state of both belong to the same step and no learner has to remember them. */
typedef struct mg_transition {
    int row;
    int step; /* within the episode, from 0 */
    mg_observed before, after;
    mg_joint joint;
    const float *reward, *paid, *received; /* [agents] */
    const float *sensitivity; /* of these rewards to the transfers: agents x (givers * numbers_per_giver); NULL unless
                                 the learner asked for it */
    bool terminated, truncated;
} mg_transition;

typedef struct mg_learner_table {
    const char *name;
    const mg_fields *fields; /* of its config */
    /* What it would be on this environment; false, with the need that is missing, where it cannot run. */
    bool (*describe)(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error);
    void *(*create)(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error);
    void (*destroy)(void *self);
    void (*begin_episode)(void *self, int row); /* optional; training rows only */
    /* actions[agent][entry]; real[agent]: rows x real_length (only for agents with real actions; real may be
     * NULL) */
    void (*act)(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real);
    /* Optional: the method gives nothing and the harness passes zeros. transfers[entry]: givers x
     * numbers_per_giver. */
    void (*give)(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers);
    void (*observe)(void *self, const mg_transition *transition); /* optional; training only */
    bool (*end_episode)(void *self,
                        int row); /* true: a unit is complete; budgets, evaluations and checkpoints fall only here */
    void (*metrics)(const void *self, double *metric);        /* [metrics]; NULL where there are none */
    void (*update_counts)(const void *self, uint64_t *count); /* [updates]; NULL where there are none */
    /* Every array of the learner's state (parameters, moments, counters, schedules): writes at most `room`, returns
     * how many there are. Digest, save, load, dump and mutation all come from this list: what is not in it is not
     * resumed. */
    int (*tensors)(void *self, mg_tensor *tensor, int room);
} mg_learner_table;

#endif
