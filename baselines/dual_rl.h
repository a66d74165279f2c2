/* dual_rl.h - dual-RL: agents and a designer that learn side by side, each by its own reward, neither aware that the
 * other learns (Zheng et al. 2020's "AI economist", as thesis Section 6.3.2 compares with it; facts/gtb.md 12).
 *
 * The agents are proximal policies (baselines/proximal_policy.h). Of each number that it gives the designer chooses one
 * of `levels` values from the least to the most, or to keep the value before (at an episode's beginning the least): a
 * softmax a number, whose logarithms add up. After every episode it takes one step of proximal policy optimisation on
 * all its decisions, with advantages by its critic as it was, then a step of the critic; then the agents take theirs.
 * It explores as the agents do. Annealing: values above a cap are barred, and cut where exploration chooses them; the
 * cap rises linearly from `anneal_start` of the range to all of it in `anneal_units` episodes of training.
 */
#ifndef MG_DUAL_RL_H
#define MG_DUAL_RL_H

#include "baselines/proximal_policy.h"

#define MG_DUAL_RL_LEVELS_MAX 63

typedef struct mg_dual_rl_config {
    mg_proximal_policy_config agents;
    double designer_rate, designer_critic_rate; /* Adam */
    double designer_follow;                     /* of the critic's target network */
    double designer_limit;                      /* largest norm of a gradient, by weight and by bias; 0: none */
    int designer_hidden_1, designer_hidden_2;   /* ReLU, of policy and critic ... */
    int designer_memory;                        /* ... with an LSTM of so many units before their outputs; 0: none */
    int levels;
    bool growth;         /* its reward is what welfare grew by in a step (0 in the first), else welfare ... */
    double reward_scale; /* ... times this ... */
    double cost;         /* ... less this times what the agents received */
    int anneal_units;    /* 0: no cap */
    double anneal_start;
} mg_dual_rl_config;

mg_dual_rl_config mg_dual_rl_gtb_paper(void); /* thesis Table C.4: without a curriculum */
/* Table C.5: after the agents have learnt in a free market (mg_proximal_policy_gtb_free_market). */
mg_dual_rl_config mg_dual_rl_gtb_curriculum(void);
extern const mg_learner_table mg_dual_rl;

#endif
