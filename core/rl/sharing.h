/* sharing.h - agents that learn on their own by proximal policy optimisation, an episode at a time, and may tell their
 * neighbours something: the part that Anticipation Sharing and the methods it is compared with have in common
 * (facts/as.md 3, 4).
 *
 * A unit is an episode. After it, `iterations` times: every critic is evaluated, giving advantages and returns, and
 * takes a step; the method turns own advantages into those it uses (share), takes a step of every actor (learn) and
 * lets agents agree on parameters (agree). Everything that agents tell each other in an iteration is from before its
 * steps. An agent has one actor network, or one for every agent, of which network i is agent i's own.
 *
 * Runs where all agents are alike with discrete actions. Who talks to whom is the environment's graph, everybody with
 * everybody where there is none.
 */
#ifndef MG_SHARING_H
#define MG_SHARING_H

#include "core/rl/graph.h"
#include "core/rl/learner.h"
#include "core/rl/model.h"
#include "core/rl/proximal_step.h"
#include "core/rl/trajectory.h"

#define MG_SHARING_AGENTS_MAX MG_GRAPH_AGENTS_MAX

typedef struct mg_sharing_config {
    double discount, lambda; /* of generalised advantage estimates */
    double clip;
    double critic_rate, actor_rate; /* Adam */
    int iterations;                 /* after each episode */
    int hidden_1, hidden_2;
    bool normalise_advantages; /* to mean 0, deviation 1 over the episode */
    bool refresh_before;       /* ratios against the last iteration's policy; false: against the policy that played */
    bool sparse;               /* talk to one agent drawn anew each step, instead of the environment's graph */
    bool sparse_one_way;       /* it is heard, not answered; false: two agents talk where either drew the other */
    double skip;               /* chance that nobody talks after an episode ... */
    bool skip_steps;           /* ... or, drawn for each step, about that step */
    /* Readings of what the paper leaves open; their defaults change nothing. */
    double entropy;         /* weight of the own policy's entropy in what an actor climbs */
    double reward_scale;    /* rewards as learnt from; those reported are the environment's */
    bool bootstrap;         /* an episode whose time is up goes on in the value of its last observation; false: 0 */
    bool greedy_evaluation; /* the likeliest action in evaluation; false: sampled as in training */
    bool common_start;      /* the actor networks of all agents start equal */
} mg_sharing_config;

mg_sharing_config mg_sharing_default(double actor_rate);

/* The fields of a mg_sharing_config that is the first member of a config, as a list of initialisers. */
#define MG_SHARING_AT(member) offsetof(mg_sharing_config, member)
/* clang-format off */
#define MG_SHARING_FIELDS \
    {"discount", MG_FIELD_DOUBLE, MG_SHARING_AT(discount), 0, 1, "paper Table 1"}, \
    {"lambda", MG_FIELD_DOUBLE, MG_SHARING_AT(lambda), 0, 1, "paper Table 1"}, \
    {"clip", MG_FIELD_DOUBLE, MG_SHARING_AT(clip), 0, 1, "paper Table 1"}, \
    {"critic_rate", MG_FIELD_DOUBLE, MG_SHARING_AT(critic_rate), 0, 10, "paper Table 1"}, \
    {"actor_rate", MG_FIELD_DOUBLE, MG_SHARING_AT(actor_rate), 0, 10, "paper Table 2"}, \
    {"iterations", MG_FIELD_INT, MG_SHARING_AT(iterations), 1, 1000, "paper Table 1: K"}, \
    {"hidden_1", MG_FIELD_INT, MG_SHARING_AT(hidden_1), 1, 4096, "paper Table 1"}, \
    {"hidden_2", MG_FIELD_INT, MG_SHARING_AT(hidden_2), 1, 4096, "paper Table 1"}, \
    {"normalise_advantages", MG_FIELD_BOOL, MG_SHARING_AT(normalise_advantages), 0, 1, \
     "our choice: no, the paper is silent (facts/as.md 3.2)"}, \
    {"refresh_before", MG_FIELD_BOOL, MG_SHARING_AT(refresh_before), 0, 1, \
     "our choice: no; Algorithm 1 line 17, taken literally, would disable the clip (facts/as.md 3.2)"}, \
    {"sparse", MG_FIELD_BOOL, MG_SHARING_AT(sparse), 0, 1, "paper Appendix D, version 1"}, \
    {"sparse_one_way", MG_FIELD_BOOL, MG_SHARING_AT(sparse_one_way), 0, 1, \
     "our choice: no; agents exchange, which takes two"}, \
    {"skip", MG_FIELD_DOUBLE, MG_SHARING_AT(skip), 0, 1, "paper Appendix D, version 2: 0.5"}, \
    {"skip_steps", MG_FIELD_BOOL, MG_SHARING_AT(skip_steps), 0, 1, \
     "our choice: no; between steps, as the paper has it, can mean either"}, \
    {"entropy", MG_FIELD_DOUBLE, MG_SHARING_AT(entropy), 0, 100, "our choice: 0, the paper has no such term"}, \
    {"reward_scale", MG_FIELD_DOUBLE, MG_SHARING_AT(reward_scale), 1e-6, 1e6, "our choice: 1, the paper is silent"}, \
    {"bootstrap", MG_FIELD_BOOL, MG_SHARING_AT(bootstrap), 0, 1, \
     "our choice: no, the paper is silent (facts/as.md 3.2)"}, \
    {"greedy_evaluation", MG_FIELD_BOOL, MG_SHARING_AT(greedy_evaluation), 0, 1, \
     "our choice: no, the paper is silent"}, \
    {"common_start", MG_FIELD_BOOL, MG_SHARING_AT(common_start), 0, 1, "our choice: no, the paper is silent"}
/* clang-format on */
extern const mg_fields mg_sharing_fields; /* of the config alone */

typedef struct mg_sharing mg_sharing;

#define MG_SHARING_UPDATES 3 /* kinds: critic, actor, and one of the method's own */
typedef struct mg_sharing_method {
    bool network_each;               /* every agent has an actor network for every agent */
    bool head_each;                  /* every actor network has a head (a distribution) for every agent */
    const char *update;              /* the third kind of update; NULL: none */
    void (*share)(mg_sharing *core); /* from advantage to used; NULL: the own advantage */
    void (*learn)(mg_sharing *core); /* NULL: the clipped objective of the own policy */
    void (*agree)(mg_sharing *core); /* NULL: nothing; not called while nobody talks */
} mg_sharing_method;

/* Arrays by agent have steps_max steps per agent. */
struct mg_sharing {
    const mg_sharing_method *method;
    mg_sharing_config config;
    mg_key key;
    int agents, actions, steps_max;
    int networks, heads; /* actor networks of an agent, heads of a network: 1 or agents */
    mg_network critic_network, actor_network;
    mg_model critic, actor;    /* copies: [agent], [agent][network] */
    double *beta_power;        /* [agent][critic, networks][2] */
    uint64_t *optimiser_steps; /* [agent][critic, networks] */
    mg_trajectory episode;
    int neighbours_max;                        /* of the environment; 0: no graph */
    uint8_t *talks;                            /* [step][i][j]: agent i hears from j */
    int32_t silent;                            /* nobody talks after this episode */
    bool time_up;                              /* the episode ended because it may last no longer */
    int iteration;                             /* of the updates after this episode, from 0 */
    float *value, *advantage, *used, *returns; /* [agent][step]; value has one step more */
    float *probability;           /* [agent][network][step][head][action]; only steps that were evaluated */
    float *before;                /* [agent][step]: probability of the action played, as the policy was then */
    float *reward;                /* [step], scratch: see mg_sharing_reward */
    float *last;                  /* [agent][input]: what was seen after the last step */
    float *gradient;              /* [network][step][head][action]: by logits, of one agent's objective */
    float *term, *slope, *agreed; /* [step], [step], [agent][agreed_room] */
    size_t agreed_room;
    float *gathered, *cotangent;
    double return_sum; /* rewards of all agents over all training episodes */
    uint64_t updates[MG_SHARING_UPDATES], episodes;
};

/* ---- for the tables of methods: self is a mg_sharing, or begins with one ---- */
bool mg_sharing_describe(const mg_sharing_method *method, const mg_env_spec *environment, mg_learner_spec *spec,
                         mg_error *error);
void mg_sharing_create(mg_sharing *core, const mg_sharing_method *method, const mg_sharing_config *config,
                       const mg_env_spec *environment, mg_key key);
void mg_sharing_free(mg_sharing *core); /* what is inside, not core itself */
/* A learner that is nothing but the core: what the table below makes. */
void *mg_sharing_new(const mg_sharing_method *method, const void *config, const mg_env_spec *environment, mg_key key);
void mg_sharing_destroy(void *self);
void mg_sharing_begin_episode(void *self, int row);
void mg_sharing_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real);
void mg_sharing_observe(void *self, const mg_transition *transition);
bool mg_sharing_end_episode(void *self, int row);
void mg_sharing_metrics(const void *self, double *metric);
void mg_sharing_update_counts(const void *self, uint64_t *count);
int mg_sharing_tensors(void *self, mg_tensor *tensor, int room);

/* Defines `learner`, the table of a learner that is nothing but the core with this method; its config is a
 * mg_sharing_config. */
/* clang-format off */
#define MG_SHARING_LEARNER(learner, title, method) \
    static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error) \
    { \
        (void)config; \
        return mg_sharing_describe(&(method), environment, spec, error); \
    } \
    static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error) \
    { \
        (void)error; \
        return mg_sharing_new(&(method), config, environment, key); \
    } \
    const mg_learner_table learner = {.name = title, \
                                      .fields = &mg_sharing_fields, \
                                      .describe = describe, \
                                      .create = create, \
                                      .destroy = mg_sharing_destroy, \
                                      .begin_episode = mg_sharing_begin_episode, \
                                      .act = mg_sharing_act, \
                                      .observe = mg_sharing_observe, \
                                      .end_episode = mg_sharing_end_episode, \
                                      .metrics = mg_sharing_metrics, \
                                      .update_counts = mg_sharing_update_counts, \
                                      .tensors = mg_sharing_tensors}
/* clang-format on */

/* ---- for share, learn, agree ---- */
float *mg_sharing_probability(const mg_sharing *core, int agent, int network); /* [step][head][action] */
uint8_t *mg_sharing_talks(const mg_sharing *core, int step, int agent);        /* [agents] */
/* Who talks in the episode that has ended, where that is not the environment's graph. */
void mg_sharing_draw_talks(mg_sharing *core);
/* Rewards of one agent as they are learnt from, until the next call. */
const float *mg_sharing_reward(mg_sharing *core, int agent);
/* Generalised advantages of rewards [steps] with the values of the agent's critic, normalised if the config says so. */
void mg_sharing_advantages(const mg_sharing *core, int agent, const float *reward, float *advantage);
/* Network of an agent on the steps row[0..rows-1] of the episode (row NULL: on all): fills their probabilities. */
void mg_sharing_evaluate(mg_sharing *core, int agent, int network, int rows, const int *row);
/* The own network on all steps, which in the first iteration is the policy that played: fills `before` then. */
void mg_sharing_evaluate_own(mg_sharing *core, int agent);
/* After mg_sharing_evaluate of the same network and steps: one step up core->gradient's block of this network. */
void mg_sharing_climb(mg_sharing *core, int agent, int network, int rows, const int *row);
/* Adds the entropy of the own policy, as far as the config wants it, to core->gradient's block of the own network. */
void mg_sharing_add_entropy(mg_sharing *core, int agent);
/* The clipped objective of the own policy with the used advantages: fills term and slope. */
void mg_sharing_objective(mg_sharing *core, int agent);
/* Consensus: block_i <- sum_j W_ij block_j, W the mean over the steps of the Metropolis weights of who talks (either
 * way): w_ij = 1/(1 + max(degree_i, degree_j)), w_ii the rest (facts/as.md 4). [agent] blocks of count numbers. */
void mg_sharing_average(mg_sharing *core, float *block, size_t count);

#endif
