/* designer.h - what learners share that give as a designer (env.h's transfer channel): what it sees when it is asked,
 * its network, and a critic of its welfare.
 *
 * The network reads what the designer observes, of a channel after the actions also what the agents do, one-hot, or of
 * what kind it is where the channel says so (transfer.kind); where the first part of its observation is an image it has
 * filters (core/num/network.h): two convolutions, or, where it observes nothing else, one, and what the agents do comes
 * in behind hidden_1. The critic reads the observation of every step and learns the mean squared error from welfare +
 * discount V'(next), V' of a target network. With a memory the network remembers the decisions of an episode, the
 * critic its steps, both from zeros on.
 */
#ifndef MG_DESIGNER_H
#define MG_DESIGNER_H

#include "core/rl/learner.h"
#include "core/rl/model.h"

typedef struct mg_designer_config {
    double rate, critic_rate;  /* Adam */
    double follow;             /* of the critic's target network */
    double discount, trace;    /* of its advantages */
    double gradient_limit;     /* largest norm of a gradient, by weight and by bias; 0: none */
    bool bootstrap_terminated; /* what came after a terminated episode is valued, else it is 0 */
    bool tensorflow;           /* TensorFlow's forms (facts/gtb.md 3); else PyTorch's */
    int filters, window;       /* of the convolutions over an image; 0 filters: there are none */
    int hidden_1, hidden_2;    /* ReLU, of network and critic */
    int memory;                /* units of an LSTM before both outputs; 0: there is none */
    int outputs;               /* of the network */
    mg_activation activation;  /* of the outputs */
    bool bias;                 /* of the outputs */
    bool critic;               /* there is one: what is not trained has no place in a learner's state */
} mg_designer_config;

/* One episode as the designer saw it. */
typedef struct mg_designer_episode {
    int32_t steps, terminated;
    float *welfare; /* [step] */
    float *view;    /* [step, and one more][views] */
    float *asked;   /* [decision][input]: what its network saw */
} mg_designer_episode;

typedef struct mg_designer {
    mg_designer_config config;
    int agents, kinds, steps_max; /* kinds: of actions, that it tells apart ... */
    const uint8_t *kind;          /* ... [action]; NULL: all of them. The environment's */
    int views, input;             /* numbers that it observes; that its network reads */
    int numbers;                  /* that it gives at once */
    int period, decisions_max;
    bool after_actions;
    float low, range; /* of a number */
    mg_network network, critic_network;
    mg_model model, critic;
    mg_tape *asking; /* one decision of a network that remembers, or NULL: input 1 is its memory before */
    mg_node asked, remembered;
    float *asking_workspace;
    float *gain;      /* [agent]: of the last mg_designer_gains */
    float *pending;   /* [input]: what the network saw last */
    float *value;     /* [steps_max + 1]: scratch */
    float *target;    /* [steps_max]: scratch */
    float *advantage; /* [steps_max]: of the last mg_designer_advantages */
    uint64_t critic_steps;
} mg_designer;

/* networks: number of its network's first stream of parameters; the critic's is the next. */
void mg_designer_create(mg_designer *designer, const mg_designer_config *config, const mg_env_spec *environment,
                        mg_key key, uint32_t networks);
void mg_designer_destroy(mg_designer *designer);
void mg_designer_episode_create(const mg_designer *designer, mg_designer_episode *episode);
void mg_designer_episode_destroy(mg_designer_episode *episode);

/* Bytes of the memory that a network of so many units has of an episode, for mg_learner_spec's memory_per_row. */
size_t mg_designer_memory(int units);

/* Output of the network for entry k of a batch of `give`; what it read stays in `pending`. memory: of that row's
 * episode, which goes on; not looked at where there is none. */
const float *mg_designer_ask(mg_designer *designer, const mg_batch *batch, const int32_t *const *actions, int k,
                             float *memory);
/* The next step of the episode; the last answer of mg_designer_ask was given in it, if it was asked. */
void mg_designer_observe(const mg_designer *designer, mg_designer_episode *episode, const mg_transition *transition);
/* What each agent gained in that step: its reward and what the designer gave. */
const float *mg_designer_gains(mg_designer *designer, const mg_transition *transition);
int mg_designer_decisions(const mg_designer *designer, const mg_designer_episode *episode); /* made in it */

/* What the network says to all that it was asked in an episode, [decision][output]; and after that, from the cotangent
 * of it, model.gradient. cotangent: [decisions_max][output], of which what lies behind the last decision becomes 0. */
const float *mg_designer_answers(mg_designer *designer, const mg_designer_episode *episode);
void mg_designer_back(mg_designer *designer, const mg_designer_episode *episode, float *cotangent);

/* A step of the network down model.gradient. */
void mg_designer_step(mg_designer *designer);
void mg_designer_step_critic(mg_designer *designer, const mg_designer_episode *episode);
/* designer->advantage by GAE. */
void mg_designer_advantages(mg_designer *designer, const mg_designer_episode *episode);

/* Network, critic and counter; an episode, as "episode's ...". As mg_model_tensors. */
int mg_designer_tensors(mg_designer *designer, mg_tensor *tensor, int room, int count);
int mg_designer_episode_tensors(const mg_designer *designer, mg_designer_episode *episode, mg_tensor *tensor, int room,
                                int count);

#endif
