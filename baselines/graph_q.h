/* graph_q.h - DGN, graph convolutional reinforcement learning (Jiang et al. 2020): deep Q-learning whose network lets
 * every agent attend to its neighbours. The strongest baseline of Learning to Share and the body of its own method
 * (facts/ltos.md 10).
 *
 * All agents share one network (core/rl/graph_network.h), which is given all of them at once. Epsilon-greedy play; a
 * replay of joint transitions, of which a minibatch holds each once at most; the error is summed over agents and
 * averaged over the minibatch and the actions; a target network that follows softly after each update. What comes next
 * is looked at over the graph of then, or over that of now (`same_graph`, as the released program does). `relation`
 * weighs how far attention is from what the target network's will be a step later, over the graph of now: the paper's
 * regulariser, off in the jungle. A truncated episode has a future. Ignores transfers. A unit is an episode.
 *
 * mg_graph_q_rounds learns in rounds (core/rl/rounds.h), after the last episode of each: by RMSProp, against targets
 * that are worked out once; the target network follows once a round, and exploration falls once a round. Its
 * adam_epsilon, idle_episodes and update_every are not looked at. Without layers of attention it is deep Q-learning
 * whose network all agents share.
 */
#ifndef MG_GRAPH_Q_H
#define MG_GRAPH_Q_H

#include "core/rl/rounds.h"

typedef struct mg_graph_q_config {
    double discount;
    double rate;         /* Adam */
    double adam_epsilon; /* its epsilon, in TensorFlow's form */
    double follow;       /* tau: how far the target goes toward the network after an update */
    double epsilon_start, epsilon_decay, epsilon_end; /* multiplied after every episode, down to the end */
    double spread;                                    /* standard deviation of the first weights; biases start at 0 */
    double relation;                                  /* weight of the regulariser; 0: none */
    int hidden_1, hidden_2;
    int layers, heads; /* of attention */
    int capacity;      /* joint transitions in the replay */
    int batch;         /* of them in a minibatch */
    int idle_episodes; /* at first, when nothing is learned */
    int update_every;  /* steps */
    bool same_graph;
    bool sparse; /* most numbers that agents observe are 0: faster, with the same bits */
} mg_graph_q_config;

mg_graph_q_config mg_graph_q_prisoner(void); /* Learning to Share, Tables 4 to 6, column prisoner */
mg_graph_q_config mg_graph_q_jungle(void);   /* the same, column jungle, with the released program's schedule */
extern const mg_learner_table mg_graph_q;

typedef struct mg_graph_q_rounds_config {
    mg_graph_q_config graph_q;
    mg_rounds rounds;
} mg_graph_q_rounds_config;

mg_graph_q_rounds_config mg_graph_q_traffic(void); /* Learning to Share, Table 4, column traffic 6x6 */
extern const mg_learner_table mg_graph_q_rounds;

#endif
