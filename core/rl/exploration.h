/* exploration.h - epsilon schedules and the mixed policies that methods sample from. */
#ifndef MG_EXPLORATION_H
#define MG_EXPLORATION_H

#include "core/rl/learner.h"

/* Linear decay by subtraction: after each unit, while epsilon > end, epsilon -= (start - end) / units, then clamped to
 * end (facts/lio.md 1.1). binary32, one subtraction a unit. */
typedef struct mg_epsilon {
    float value, end, decrement;
} mg_epsilon;

mg_epsilon mg_epsilon_start(double start, double end, double units);
void mg_epsilon_decay(mg_epsilon *epsilon);

/* The other decay, of a plain number: epsilon * decay after each unit, no further than `end`. */
float mg_epsilon_times(float epsilon, double decay, double end);

/* What an agent does in entry `entry` of a batch, by the values of its `actions` choices: the lowest of the best that
 * are allowed; while training, with probability epsilon any of those that are allowed, by the entry's and agent's own
 * stream of training actions. 0 where none is allowed. */
int32_t mg_choose_by_value(const mg_batch *batch, mg_key key, float epsilon, int agent, int entry, int actions,
                           const float *value);

/* n standard Gumbel numbers, -ln(-ln u), a word each: where logits plus these are largest is distributed as the softmax
 * of the logits. */
void mg_draw_gumbel(mg_stream *stream, size_t n, float *noise);

/* mixed_k = (1 - epsilon) * p_k + epsilon / n. In place allowed. */
void mg_mix_with_uniform(int n, float epsilon, const float *p, float *mixed);

/* Lowest index of the largest number. */
int mg_argmax(int n, const float *x);

#endif
