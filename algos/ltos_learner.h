/* ltos_learner.h - what a learner of ltos.h holds, for its two files: ltos.c plays and learns, ltos_create.c makes it
 * and tells its state.
 */
#ifndef MG_LTOS_LEARNER_H
#define MG_LTOS_LEARNER_H

#include "algos/ltos.h"
#include "algos/ltos_step.h"
#include "core/rl/model.h"
#include "core/rl/replay.h"

#define MG_LTOS_ACT_SAMPLES 32
#define MG_LTOS_LOW 0 /* models, as numbers of streams */
#define MG_LTOS_HIGH 1
#define MG_LTOS_WINDOWS 6 /* of an episode, for what agents keep in each */

typedef struct mg_ltos_learner {
    mg_ltos_config config;
    mg_rounds rounds; /* episodes 0: none */
    int sharing_epochs;
    bool sharing_falls;
    mg_key key;
    mg_ltos_network network;
    mg_model low, high; /* mu and theta; no high one if it is fixed */
    mg_ltos_scratch *scratch;
    mg_replay_buffer *replay;
    float epsilon;
    uint64_t steps, episodes, waited, updates, sharing_passes, sharing_updates;
    double value_loss_sum, conservation_error, simplex_error;
    uint64_t value_losses;

    mg_stream *stream;  /* [agents]: of the training row's decision */
    float *first_theta; /* as created */
    /* Samples [sample][agent] of a decision or a minibatch; between act and observe the first one is what was played.
     */
    float *observation, *next_observation, *out, *in, *noise, *extra, *reward, *target, *terminated;
    int32_t *slot, *next_slot, *weighed, *action, *neighbour, *next_neighbour;
    uint32_t *index;
    float *round_target; /* of a round's sample [sample][agent] */
    /* Where the newest training episode began. */
    float *start_observation;
    int32_t *start_slot;
    /* In rounds: own weights of the newest training episode, mean over agents, summed by sixths of the longest one. */
    int longest_episode;
    double own_sum[MG_LTOS_WINDOWS];
    uint64_t own_steps[MG_LTOS_WINDOWS];
} mg_ltos_learner;

/* Weights of a sample. */
size_t mg_ltos_pairs(const mg_ltos_learner *learner);
/* theta; NULL where weights are fixed. */
const float *mg_ltos_theta(const mg_ltos_learner *learner);
/* Bytes of a row's memory for so many weights: those that are held, and the noise that walks. */
size_t mg_ltos_decision_bytes(size_t pairs);

void mg_ltos_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real);
void mg_ltos_observe(void *self, const mg_transition *transition);
bool mg_ltos_end_episode(void *self, int row);

#endif
