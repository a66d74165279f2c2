/* recurrent.h - agents with a memory that learn by advantage actor-critic, a network each: the part that NeurComm and
 * ConseNet have in common (facts/ltos.md, NeurComm).
 *
 * A batch is `batch` consecutive steps of one episode, or as many as it still has: it ends with the episode, and the
 * memory starts from zeros with it. After the last step all networks take one step of RMSProp together, down
 *     sum over agents of the mean over steps of
 *         - (R - V) log pi(a) - entropy H(pi) + value_weight / 2 (R - V)^2,
 * the gradient of all agents limited as one. R is the discounted sum of an agent's rewards and, weighed by
 * spatial^distance on the graph of each step, of those of all agents that it reaches; behind the last step it goes on
 * in the value of what is seen then, unless the episode terminated, with the neighbours' actions expected from their
 * policies (the critic is linear in them). Actions are sampled; in evaluation the likeliest is taken, or not, as the
 * config says. A unit is an episode.
 *
 * Runs where all agents are alike with discrete actions and act at once. Neighbours are the environment's, in its
 * order; everybody in order of number where it has no graph.
 */
#ifndef MG_RECURRENT_H
#define MG_RECURRENT_H

#include "core/rl/graph.h"
#include "core/rl/learner.h"
#include "core/rl/model.h"
#include "core/rl/recurrent_step.h"

typedef struct mg_recurrent_config {
    double discount;
    double spatial;               /* alpha: weight of the rewards of who is one link farther away */
    double rate, decay, epsilon;  /* RMSProp */
    double gradient_limit;        /* of the norm of all agents' gradients together */
    double value_weight, entropy; /* in the loss */
    double normaliser;            /* rewards are divided by it */
    double scale;                 /* of the first weights, which are orthogonal */
    int hidden_1, hidden_2;       /* of each encoder; hidden_2 0: one layer */
    int cells;                    /* of the LSTM */
    int batch;                    /* most steps between updates */
    bool greedy;                  /* the likeliest action in evaluation; false: sampled as in training */
} mg_recurrent_config;

mg_recurrent_config mg_recurrent_default(void); /* as the program of Chu et al. 2020, sizes of its grid */
extern const mg_fields mg_recurrent_fields;

typedef struct mg_recurrent mg_recurrent;

#define MG_RECURRENT_UPDATES 2 /* kinds: networks, and one of the method's own */
typedef struct mg_recurrent_method {
    const char *name;
    bool talks;                        /* agents tell their neighbours observation, policy and hidden state */
    const char *update;                /* the second kind of update; NULL: none */
    void (*agree)(mg_recurrent *core); /* after every update; NULL: nothing */
} mg_recurrent_method;

struct mg_recurrent {
    const mg_recurrent_method *method;
    mg_recurrent_config config;
    mg_key key;
    int agents, steps_max;
    mg_recurrent_shape shape;
    mg_network network; /* its layout alone, for the model */
    mg_model model;     /* a copy an agent */

    /* what acting takes: a trace of so many decisions of one agent, and what comes after, [entry][agent] of memory */
    mg_recurrent_trace decisions;
    float *acting, *next, *pure, *scratch;
    float *doing;       /* [agent][action], then [slot][action], for a call */
    int32_t *everybody; /* [agent][slot]: neighbours where there is no graph */

    /* the batch: steps so far, [agent] traces, and arrays as in mg_recurrent_batch */
    int steps;
    mg_recurrent_trace *trace;
    mg_recurrent_back back;
    float *traces, *going_back, *gradient;
    float *reward, *value, *returns, *advantage, *probability, *others; /* [agent][step]... */
    int32_t *action, *neighbour;
    uint8_t *link; /* of the last step: link[i * agents + j]: i hears from j */
    int32_t *distance;
    float *shared;
    uint64_t updates[MG_RECURRENT_UPDATES];
};

/* ---- for the tables of methods ---- */
bool mg_recurrent_describe(const mg_recurrent_method *method, const void *config, const mg_env_spec *environment,
                           mg_learner_spec *spec, mg_error *error);
void *mg_recurrent_create(const mg_recurrent_method *method, const void *config, const mg_env_spec *environment,
                          mg_key key);
void mg_recurrent_destroy(void *self);
void mg_recurrent_begin_episode(void *self, int row);
void mg_recurrent_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real);
void mg_recurrent_observe(void *self, const mg_transition *transition);
bool mg_recurrent_end_episode(void *self, int row);
void mg_recurrent_update_counts(const void *self, uint64_t *count);
int mg_recurrent_tensors(void *self, mg_tensor *tensor, int room);

#endif
