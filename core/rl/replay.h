/* replay.h - what agents did, kept to be learned from again: the newest so many transitions, or whole episodes.
 *
 * A replay buffer copies transitions (core/rl/learner.h) of parallel training rows. Every observation is stored once:
 * what a step saw afterwards is what the next one sees before it, and the true last observation of an episode is kept.
 * It takes its memory in create and none afterwards; the oldest unit makes room for the newest. A unit is a transition,
 * or an episode, which counts once it has ended. All agents of a unit are kept together, so that one list of indices
 * is the same minibatch for every agent. For environments whose agents all act at once: what agents of a later stage
 * see before they act is no earlier step's `after`.
 *
 *     mg_replay_buffer *buffer = mg_replay_buffer_create(&spec, environment, error);
 *     mg_replay_buffer_add(buffer, transition, NULL);                               in the learner's observe
 *     mg_stream stream = mg_stream_at(key, MG_PURPOSE_REPLAY, updates, 0, 0);
 *     mg_replay_buffer_draw(buffer, &stream, 32, index);
 *     mg_replay_buffer_gather(buffer, first, agents, 32, index, 1, &batch);
 */
#ifndef MG_REPLAY_H
#define MG_REPLAY_H

#include "core/rl/learner.h"

typedef struct mg_replay_buffer mg_replay_buffer;

typedef struct mg_replay_spec {
    int capacity;   /* units, 1 or more */
    bool episodes;  /* a unit is an episode, else a transition */
    int rows;       /* parallel training rows */
    unsigned keeps; /* of views, beside observations: MG_NEED_STATE, MG_NEED_GRAPH, MG_NEED_MASKS (core/rl/learner.h);
                       MG_NEED_RECORD: the environment's record instead, from which all of it is shown again when it
                       is gathered: some tens of bytes a view, the same bits */
    int extra;      /* numbers of the learner's own for each agent and step: probabilities, weights, shaped rewards */
} mg_replay_spec;

/* Sizes come from the environment; what it does not have is not kept. NULL with the reason in error: a capacity whose
 * views no int can count. */
mg_replay_buffer *mg_replay_buffer_create(const mg_replay_spec *spec, const mg_env_spec *environment, mg_error *error);
void mg_replay_buffer_destroy(mg_replay_buffer *buffer);

/* Steps of a row come in order, episode after episode. extra: agents x spec.extra, or NULL where there are none. A
 * kept part that is NULL in the transition's views ends the program: the learner did not ask for it. */
void mg_replay_buffer_add(mg_replay_buffer *buffer, const mg_transition *transition, const float *extra);
int mg_replay_buffer_units(const mg_replay_buffer *buffer);                 /* kept now: at most the capacity */
uint64_t mg_replay_buffer_added(const mg_replay_buffer *buffer);            /* ever completed */
int mg_replay_buffer_steps(const mg_replay_buffer *buffer, uint32_t index); /* of that unit */

int mg_replay_buffer_views(const mg_replay_buffer *buffer); /* stored now, each once */

/* ---- minibatches: indices of units, 0 the oldest kept ---- */
/* n independent draws, mg_random_below each. There must be a unit. */
void mg_replay_buffer_draw(const mg_replay_buffer *buffer, mg_stream *stream, int n, uint32_t *index);
/* n different ones of the `newest` last units (0: of all), n no more than those: draw i swaps i with i +
 * mg_random_below(count - i) in the list of them, oldest first, and takes place i. */
void mg_replay_buffer_draw_distinct(mg_replay_buffer *buffer, mg_stream *stream, int newest, int n, uint32_t *index);

/* Where a gathered batch goes; NULL: left out. Agents a = 0 .. agents - 1 are `first` + a, alike; s is the sample, t
 * its step; [a][s][t] are dense, so that a shared network sees all agents as one matrix and an agent's own network its
 * rows of it; with `by_sample` they are [s][t][a] instead, moments excepted. Steps after the end of a short episode are
 * zeros, neighbours -1, and live is 0 there. */
typedef struct mg_replay_batch {
    bool by_sample;
    float *observation, *next_observation; /* [a][s][t][length] */
    float *moments;                        /* [a][s][steps + 1][length]: an episode's observations one after another,
                                              the last one (after the end) included */
    int32_t *action;                       /* [a][s][t] */
    float *reward, *extra;                 /* [a][s][t], [a][s][t][spec.extra] */
    uint8_t *allowed, *next_allowed;       /* [a][s][t][actions] */
    int32_t *neighbour, *next_neighbour;   /* [a][s][t][neighbours_max] */
    float *state, *next_state;             /* [s][t][state_length] */
    float *terminated, *live;              /* [s][t]: 1 or 0. A truncated step has a future: it is not terminated */
} mg_replay_batch;

/* steps: how many of each unit, 1 for transitions; at most the longest episode. */
void mg_replay_buffer_gather(const mg_replay_buffer *buffer, int first, int agents, int n, const uint32_t *index,
                             int steps, const mg_replay_batch *to);

/* ---- state ---- */
/* Kind replay: digests of all that was ever added, in order, each chained on the one before, counts, and the newest
 * step. For the learner's own list of tensors, MG_REPLAY_TENSORS of them called "<name> ..."; count: of those before.
 * What the buffer holds is saved by the harness in files of its own (below). */
#define MG_REPLAY_TENSORS 4
int mg_replay_buffer_tensors(mg_replay_buffer *buffer, const char *name, mg_tensor *tensor, int room, int count);

/* Units completed since `since` (counted as mg_replay_buffer_added does) that are still kept, and with under_way the
 * episodes that have not ended, as little-endian bytes, appended to *bytes (mg_reserve). */
void mg_replay_buffer_write(const mg_replay_buffer *buffer, uint64_t since, bool under_way, char **bytes,
                            size_t *length, size_t *capacity);
/* Adds what such bytes hold, oldest first; nothing that they do not hold is hashed or counted again: the tensors come
 * from the checkpoint. False where they are not of a buffer of this shape. */
bool mg_replay_buffer_read(mg_replay_buffer *buffer, const void *bytes, size_t length);
/* After all was read: false where it is not as much as the counts of the tensors say. */
bool mg_replay_buffer_complete(const mg_replay_buffer *buffer);

#endif
