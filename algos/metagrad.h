/* metagrad.h - meta-gradient incentive design (thesis Chapter 6, Algorithm 3): a designer whose incentives are improved
 * through what they teach the agents.
 *
 * The agents are proximal policies (baselines/proximal_policy.h) that take one step an episode. An iteration,
 * pipelined: an episode tau^ is played; the designer's critic learns from the episode before, tau; the designer's
 * incentive function takes a step of Adam down L, whose gradient goes back from tau^ through the agents' step on tau to
 * what the designer gave on tau (metagrad_step.h); then the agents take their step on tau^, which is the next tau.
 *
 *     L = - mean over steps of A_t sum_i log pi_theta^(a_t^i | o_t^i)
 *
 * (Equation 6.5, whose ratio is 1 where it is differentiated, so that its clip never binds) with A_t the advantage of
 * the designer's welfare by its critic (GAE), or, with `returns`, L = - sum over steps of the discounted return of
 * welfare times the same, which is plain policy gradient and has no critic. With `cost_rate` a second Adam goes down
 * what giving costs, the sum over decisions of discount^step times all outputs, given or not.
 *
 * Runs where a designer gives to agents alike, before their actions (it sees its observation) or after them (it sees
 * their actions too, or of what kind they are: core/rl/designer.h). Its network has the filters of the agents' and an
 * output of sigmoids without a bias, scaled to the channel's bounds. Evaluation gives the same numbers and samples the
 * agents' policies.
 *
 * The agents' step that L is differentiated through is theirs, as it was. `as_released` puts in its place the replica
 * of it that the released program has (facts/gtb.md 11): from the agents' parameters, moments and counters of before
 * their step on tau, once more, but with the rewards that the program makes of its ledger (env.h: account) and of what
 * the designer says now to what it saw then, and with advantages by their critic of after its step on tau. L is then
 * that of the replica's theta^, which did not play tau^; its D has the replica's second moments; and what the designer
 * gave counts through the account. What the agents themselves learn is the same. Needs an environment with a ledger,
 * and a designer without memory, which the program runs through all steps, not through its decisions alone. The step is
 * Adam's or plain.
 */
#ifndef MG_METAGRAD_H
#define MG_METAGRAD_H

#include "baselines/proximal_policy.h"

typedef struct mg_metagrad_config {
    /* One episode, one epoch of one part, nothing normalised, no limit of gradients. */
    mg_proximal_policy_config agents;
    double designer_rate;                     /* Adam */
    double designer_critic_rate;              /* Adam */
    double designer_follow;                   /* of the critic's target network */
    double designer_trace;                    /* lambda of the designer's advantages */
    int designer_hidden_1, designer_hidden_2; /* ReLU, of incentive function and critic ... */
    int designer_memory;                      /* ... with an LSTM of so many units before their outputs; 0: none */
    double cost_rate;                         /* Adam of what giving costs; 0: it costs nothing */
    bool returns;                             /* the objective of plain policy gradient */
    bool as_released;                         /* what is differentiated is the released program's replica of the step */
} mg_metagrad_config;

/* Escape Room, thesis Table C.1: agents of plain policy gradient, a network each (facts/gtb.md 11). */
mg_metagrad_config mg_metagrad_escape_paper(void);
/* Cleanup, thesis Table C.3: agents of actor-critic (facts/lio-cleanup.md 3). */
mg_metagrad_config mg_metagrad_cleanup_paper(void);
/* The gather-trade-build economy without a curriculum, thesis Table C.4 (facts/gtb.md 11). */
mg_metagrad_config mg_metagrad_gtb_paper(void);
/* With one, Table C.5: after the agents have learnt in a free market (mg_proximal_policy_gtb_free_market). */
mg_metagrad_config mg_metagrad_gtb_curriculum(void);
extern const mg_learner_table mg_metagrad;

#endif
