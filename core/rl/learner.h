/* learner.h - what a learner is: it acts for all agents (and the designer, where the method has one) and learns
 * when it likes.
 *
 * The harness drives: begin_episode, then per step act, give (only with a transfer channel), observe, and
 * end_episode. Rows are parallel episodes. Batches are agent-major: observation[agent] is rows x length, and agents
 * alike lie one after the other, so that a network of one agent sees one dense matrix, and a network that a group
 * shares sees another, of group count * rows rows. A learner allocates in create only. Evaluation changes nothing in
 * it.
 */
#ifndef MG_LEARNER_H
#define MG_LEARNER_H

#include "core/io/tensor.h"
#include "core/rl/env.h"

typedef enum mg_mode { MG_TRAIN, MG_EVALUATE } mg_mode;

/* What a learner can ask of an environment. The first ones are also what the rollout fills, in batches and transitions:
 * it makes no buffer and no call for what the learner did not ask for. */
typedef enum mg_need {
    MG_NEED_STATE = 1 << 0,       /* the state vector */
    MG_NEED_GRAPH = 1 << 1,       /* neighbours */
    MG_NEED_MASKS = 1 << 2,       /* allowed choices; who does not use them is refused where there are masks */
    MG_NEED_SENSITIVITY = 1 << 3, /* of rewards to transfers; zero where they do not depend on them */
    MG_NEED_DESIGNER = 1 << 4,    /* a giver that is no agent, and what it observes */
    MG_NEED_GIFTS = 1 << 5,       /* a transfer channel from agent to agent, asked after the actions */
    MG_NEED_CHOICES = 1 << 6,     /* all agents have discrete actions, two or more */
    MG_NEED_ALIKE = 1 << 7,       /* all agents have the same observations and actions */
    MG_NEED_ONE_STAGE = 1 << 8,   /* all agents act at once */
    MG_NEED_FINITE = 1 << 9,      /* so many states (mg_env_spec) */
    MG_NEED_RECORD = 1 << 10,     /* records of rows, in transitions alone: for a replay that shows them again */
    MG_NEED_LEDGER = 1 << 11      /* what a designer's released program writes down, in transitions alone */
} mg_need;

#define MG_UPDATES_MAX 8
typedef struct mg_learner_spec {
    unsigned needs;              /* bits of mg_need that the environment must have, or is refused ... */
    unsigned uses;               /* ... and those that are filled where it has them */
    int agents_max, actions_max; /* most agents, most choices of an agent; 0: any number */
    int training_rows;           /* parallel episodes while training */
    size_t memory_per_row;       /* bytes of per-episode memory (hidden states, messages), caller-owned, zeroed at
                                    begin_episode */
    const char *unit;            /* what budgets, evaluations and checkpoints count: "iteration of two episodes" */
    int metrics;
    const mg_metric_spec *metric;       /* static */
    int updates;                        /* kinds of update, each a counter in runs.csv */
    const char *update[MG_UPDATES_MAX]; /* "policy", "incentive" */
} mg_learner_spec;

/* Which of the bits that the rollout fills the environment has; the first that is needed and missing is named in error.
 * learner: its name. */
unsigned mg_needs_offered(const mg_env_spec *environment);
bool mg_needs_met(const char *learner, const mg_learner_spec *spec, const mg_env_spec *environment, mg_error *error);

/* A batch of decisions. Entry k belongs to row[k]; (row[k], time[k]) name its random stream. [agent] arrays of a group
 * (mg_agent_group) are one block: observation[first + 1] is observation[first] + rows * length, and so on. NULL: not
 * asked for, or the environment has none. */
typedef struct mg_batch {
    mg_mode mode;
    int rows;
    const int *row;
    const uint32_t *time;            /* training steps of the row so far, or evaluation steps of the task so far */
    const float *const *observation; /* [agent]: rows x observation length */
    const uint8_t *const *allowed;   /* [agent]: rows x actions */
    const int32_t *const *neighbour; /* [agent]: rows x neighbours_max */
    const float *state, *designer;   /* rows x length */
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
    float welfare;                         /* what the designer is after, in this step */
    const float *sensitivity; /* of these rewards to the transfers: agents x (givers * numbers_per_giver); NULL unless
                                 the learner asked for it */
    bool terminated, truncated;
} mg_transition;

struct mg_replay_buffer;

typedef struct mg_learner_table {
    const char *name;
    const mg_fields *fields; /* of its config */
    /* What it would be on this environment. What it needs of it is in the spec; false, with the reason, for what its
     * own config wants beyond that. */
    bool (*describe)(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error);
    void *(*create)(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error);
    void (*destroy)(void *self);
    void (*begin_episode)(void *self, int row); /* optional; training rows only */
    /* actions[agent][entry]; real[agent]: rows x real_length (only for agents with real actions; real may be
     * NULL) */
    void (*act)(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real);
    /* Optional: the method gives nothing and the harness passes zeros. transfers[entry]: givers x numbers_per_giver.
     * Not called where nobody is asked in this step; what is given for a row that is not asked is not looked at. */
    void (*give)(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers);
    void (*observe)(void *self, const mg_transition *transition); /* optional; training only */
    /* true: a unit is complete; budgets, evaluations and checkpoints fall only here. */
    bool (*end_episode)(void *self, int row);
    void (*metrics)(const void *self, double *metric);        /* [metrics]; NULL where there are none */
    void (*update_counts)(const void *self, uint64_t *count); /* [updates]; NULL where there are none */
    /* Every array of the learner's state (parameters, moments, counters, schedules): writes at most `room`, returns
     * how many there are. Digest, save, load, dump and mutation all come from this list: what is not in it is not
     * resumed. */
    int (*tensors)(void *self, mg_tensor *tensor, int room);
    /* Optional: none. Its replay buffers (core/rl/replay.h), whose units are saved in files of their own; their
     * tensors are in the list above. Writes at most `room`, returns how many there are. */
    int (*replays)(void *self, struct mg_replay_buffer **replay, int room);
} mg_learner_table;

#endif
