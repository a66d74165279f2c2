/* recurrent_step.h - actor and critic with a memory, a network for each agent, that may tell each other their memories:
 * forward, loss and gradient of a batch of consecutive steps. Compiled in binary32 and binary64 (core/num/real.h).
 *
 * Source: Chu et al. 2020 and its program (facts/ltos.md, NeurComm). An encoder takes what an agent and its neighbours
 * see; in a team that talks two more take the policies that the neighbours had in the step before and their hidden
 * states after it. What they give goes into an LSTM (gates i, f, o, u), whose hidden state goes into a softmax policy
 * and, with the neighbours' actions one-hot, into a value. Neighbours are slots: a slot without one holds zeros.
 * Gradients go through time and through hidden states into whoever they came from; what was before the first step of
 * the batch, and the policies, are data.
 */
#ifndef MG_RECURRENT_STEP_H
#define MG_RECURRENT_STEP_H

#include "core/num/parameters.h"
#include "core/num/real.h"
#include <stdbool.h>

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_recurrent_place mg_recurrent_place_double
#define mg_recurrent_at mg_recurrent_at_double
#define mg_recurrent_place_back mg_recurrent_place_back_double
#define mg_recurrent_forward mg_recurrent_forward_double
#define mg_recurrent_values mg_recurrent_values_double
#define mg_recurrent_loss mg_recurrent_loss_double
#define mg_recurrent_gradient mg_recurrent_gradient_double
#endif

/* Encoders: of observations, own and then slot by slot; of policies; of hidden states. */
enum { MG_RECURRENT_SEEN, MG_RECURRENT_POLICIES, MG_RECURRENT_STATES, MG_RECURRENT_ENCODERS };
#define MG_RECURRENT_NOBODY (-1) /* an empty slot */

typedef struct mg_recurrent_shape {
    int observation, actions, neighbours; /* slots */
    bool talks; /* with it, all three encoders; without, one, which takes the own observation alone */
    int hidden_1, hidden_2, cells;

    int encoders, inputs[MG_RECURRENT_ENCODERS], encoded;            /* numbers into and out of an encoder */
    int first[MG_RECURRENT_ENCODERS], second[MG_RECURRENT_ENCODERS]; /* weights of their layers; second: -1 for none */
    int memory, recurrent, actor, critic;                            /* weights */
    mg_layout layout; /* the memory's views, memory to the bias of recurrent, follow each other */
} mg_recurrent_shape;

/* hidden_2 0: encoders of one layer. Weights are orthogonal, biases start at 0. A team talks only where there are
 * slots. */
void mg_recurrent_set_shape(mg_recurrent_shape *shape, int observation, int actions, int neighbours, bool talks,
                            int hidden_1, int hidden_2, int cells);

/* What a network computes for rows (steps of a batch, or decisions), and on the way back; matrices are dense. States
 * are hidden, then cell. */
typedef struct mg_recurrent_trace {
    mg_real *input[MG_RECURRENT_ENCODERS];  /* rows x inputs: the caller's */
    mg_real *before;                        /* rows x 2 cells: the caller's */
    mg_real *hidden[MG_RECURRENT_ENCODERS]; /* rows x hidden_1, of two layers */
    mg_real *encoded[MG_RECURRENT_ENCODERS];
    mg_real *gate;     /* rows x 4 cells: i, f, o, u */
    mg_real *after;    /* rows x 2 cells */
    mg_real *squashed; /* rows x cells: tanh of the cell */
    mg_real *logit;    /* rows x actions */
} mg_recurrent_trace;

/* Lays them out in memory of the caller; returns how many reals that takes (reals NULL: only that). */
size_t mg_recurrent_place(const mg_recurrent_shape *shape, int rows, mg_real *reals, mg_recurrent_trace *trace);
/* The trace from that row on. */
mg_recurrent_trace mg_recurrent_at(const mg_recurrent_shape *shape, const mg_recurrent_trace *trace, int row);

/* From inputs and states before to everything else. scratch: MG_GEMM_SCRATCH reals (core/num/kernels.h). One row takes
 * as long as reading the weights that meet a number other than 0. */
void mg_recurrent_forward(const mg_recurrent_shape *shape, const mg_real *parameters, int rows,
                          const mg_recurrent_trace *trace, mg_real *scratch);

/* value[row] from hidden states and what the slots did: others: rows x neighbours x actions, one-hot actions, or
 * probabilities for the expected value. */
void mg_recurrent_values(const mg_recurrent_shape *shape, const mg_real *parameters, int rows, const mg_real *after,
                         const mg_real *others, mg_real *value);

/* A batch of all agents. [agent] arrays of steps are agent after agent, `steps_max` apart. */
typedef struct mg_recurrent_batch {
    int agents, steps, steps_max;
    const mg_real *parameters;       /* [agent][layout.count] */
    const mg_recurrent_trace *trace; /* [agent]: of all steps, after forward */
    const int32_t *neighbour;        /* [step][agent][slot], MG_RECURRENT_NOBODY for none */
    const int32_t *action;           /* [agent][step] */
    const mg_real *probability;      /* [agent][step][action]: of the policy that played, barred ones 0 */
    const mg_real *others;           /* [agent][step][slot][action]: what the slots did, one-hot */
    const mg_real *returns;          /* [agent][step]: what values are to become */
    const mg_real *advantage;        /* [agent][step]: a constant of the loss */
    mg_real value_weight, entropy;
} mg_recurrent_batch;

/* Memory of the way back. */
typedef struct mg_recurrent_back {
    mg_real *by_logit, *by_value;          /* [agent][step]([action]): filled by mg_recurrent_loss */
    mg_real *by_hidden;                    /* [agent][step][cells] */
    mg_real *by_gate;                      /* [agent][step][4 cells], before activation */
    mg_real *by_first, *by_encoded;        /* [agent][step][hidden_1], [encoded]: of the states' encoder */
    mg_real *encoder_first, *encoder_last; /* [step][hidden_1], [encoded]: of another one */
    mg_real *carry, *earlier;              /* [agent][2 cells] */
    mg_real *row, *scratch;                /* [4 cells], MG_GEMM_SCRATCH */
} mg_recurrent_back;

size_t mg_recurrent_place_back(const mg_recurrent_shape *shape, int agents, int steps_max, mg_real *reals,
                               mg_recurrent_back *back);

/* Sum over agents of the mean over steps of - advantage log pi(action) - entropy H(pi) + value_weight / 2 (returns -
 * value)^2; logarithms of at least 1e-10. value: [agent][step]. */
mg_real mg_recurrent_loss(const mg_recurrent_shape *shape, const mg_recurrent_batch *batch, const mg_real *value,
                          const mg_recurrent_back *back);
/* After it: the loss by all parameters, [agent][layout.count], overwritten. */
void mg_recurrent_gradient(const mg_recurrent_shape *shape, const mg_recurrent_batch *batch,
                           const mg_recurrent_back *back, mg_real *gradient);

#endif
