/* exploration.h - epsilon schedules and the mixed policies that methods sample from. */
#ifndef MG_EXPLORATION_H
#define MG_EXPLORATION_H

/* Linear decay by subtraction: after each unit, while epsilon > end, epsilon -= (start - end) / units, then clamped to
 * end (facts/lio.md 1.1). binary32, one subtraction a unit. */
typedef struct mg_epsilon {
    float value, end, decrement;
} mg_epsilon;

mg_epsilon mg_epsilon_start(double start, double end, double units);
void mg_epsilon_decay(mg_epsilon *epsilon);

/* mixed_k = (1 - epsilon) * p_k + epsilon / n. In place allowed. */
void mg_mix_with_uniform(int n, float epsilon, const float *p, float *mixed);

/* Lowest index of the largest number. */
int mg_argmax(int n, const float *x);

#endif
