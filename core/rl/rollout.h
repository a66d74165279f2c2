/* rollout.h - drives one learner through one environment: training and evaluation episodes, rows in lockstep.
 *
 * The rollout owns the environment's world and rows, the buffers of a step and the learner; all memory is taken in
 * create, none in a step. It asks for everything in one order (resets, then per stage observe, mask, act; give; then
 * per row step, observe, end_episode). Evaluation has rows of its own and changes nothing in training.
 *
 * Streams (core/num/rng.h), key (experiment, seed), row = row, agent 0: training reset: time = resets of the row;
 * training step: time = steps of the row; evaluation reset: time = evaluation episodes of the task so far; evaluation
 * step: time = lockstep evaluation steps of the task so far. The learner draws its actions itself, from the same
 * names with the purposes TRAIN_ACTION and EVALUATE_ACTION, (batch->time[k], batch->row[k], agent). None restarts;
 * methods of one seed share them.
 */
#ifndef MG_ROLLOUT_H
#define MG_ROLLOUT_H

#include "core/rl/learner.h"

typedef struct mg_rollout mg_rollout;

typedef struct mg_rollout_config {
    const mg_env_table *environment;
    const void *environment_config;
    const mg_learner_table *learner;
    const void *learner_config;
    mg_key key;
    int evaluation_rows; /* evaluation episodes side by side; part of the result, like a seed */
} mg_rollout_config;

/* Describes both, checks that they fit, opens the world and creates the learner. NULL with the reason in error: a
 * config out of range, a need of the learner that the environment lacks, a world that cannot be opened. The configs
 * must outlive it. */
mg_rollout *mg_rollout_create(const mg_rollout_config *config, mg_error *error);
void mg_rollout_destroy(mg_rollout *rollout);

const mg_env_spec *mg_rollout_environment(const mg_rollout *rollout);
const mg_learner_spec *mg_rollout_learner(const mg_rollout *rollout);
void *mg_rollout_learner_self(mg_rollout *rollout);

/* One step of every training row; returns how many units the learner completed in it. */
int mg_rollout_train_step(mg_rollout *rollout);

/* Training so far; steps and episodes of all rows together. */
typedef struct mg_rollout_counts {
    uint64_t units, episodes, steps;
} mg_rollout_counts;
mg_rollout_counts mg_rollout_count(const mg_rollout *rollout);

/* Plays `episodes` episodes from their beginning and writes the mean of each environment metric (double sums in
 * episode order), then the learner's metrics: metric has room for both counts. Changes nothing but the evaluation
 * counters. */
void mg_rollout_evaluate(mg_rollout *rollout, int episodes, double *metric);

/* Plays one episode as mg_rollout_evaluate does, for people: `frame` is called after the reset and after every step,
 * until it returns false or the episode is over; then metric holds the environment's, of the episode so far. False,
 * and nothing played, where the environment has no render. */
typedef bool (*mg_rollout_frame)(void *context, const mg_env_table *environment, const mg_row *row);
bool mg_rollout_watch(mg_rollout *rollout, mg_rollout_frame frame, void *context, double *metric, mg_error *error);
/* The learner's memory of the episode that is watched; NULL: it keeps none. */
const void *mg_rollout_evaluation_memory(const mg_rollout *rollout);

/* ---- state: what digest, save, load, dump and mutation need beside the learner's own tensors ---- */
/* The counters that name the streams, how far each training episode and the task are (kind rng); at most
 * MG_ROLLOUT_TENSORS. */
#define MG_ROLLOUT_TENSORS 8
int mg_rollout_tensors(mg_rollout *rollout, mg_tensor *tensor, int room);
void mg_rollout_hash_environment(const mg_rollout *rollout, mg_hasher *hasher); /* every training row */
/* Raw bytes of the training rows and of the learner's memory beside them: saved and loaded on one machine, never
 * hashed. *memory is NULL where the learner asked for none. */
void mg_rollout_bytes(mg_rollout *rollout, void **rows, size_t *row_bytes, void **memory, size_t *memory_bytes);
/* After everything above was loaded: what follows from it (observations of episodes under way) is made again. False,
 * and nothing done, where the counters contradict the environment or each other. */
bool mg_rollout_resume(mg_rollout *rollout);

#endif
