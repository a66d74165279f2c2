/* lio.h - Learning to Incentivize Others (Yang 2020; thesis ch. 5, Algorithm 2), policy-gradient form.
 *
 * A unit is an iteration of two episodes: tau, after which every policy takes a gradient step with the incentives
 * it received, and tau^, with which every giver's incentive function takes a step through the recipients' policy
 * steps (lio_step.h). Runs where all agents are alike with discrete actions and each may give the others incentives
 * after the actions.
 *
 * Where an agent's observation is the state, one-hot, and two agents choose between two actions, its metrics are
 * what it offers: offer_I_for_A, the mean over all states of what giver I would pay for the other's action A. Elsewhere
 * (at most five agents of at most three actions) they are means over all episodes of training so far:
 * training_return_I, the extrinsic reward of agent I, and got_I_for_A, the incentives that it received for action A.
 */
#ifndef MG_LIO_H
#define MG_LIO_H

#include "core/rl/learner.h"

typedef struct mg_lio_config {
    double discount;
    double entropy;      /* beta */
    bool log_of_mixture; /* the policy step differentiates log pi~, else log pi (core/rl/discrete_policy.h) */
    double log_guard;    /* added to the probability whose logarithm it takes */
    double epsilon_start, epsilon_end;
    int epsilon_units;     /* iterations of linear decay */
    double policy_rate;    /* alpha_theta, plain gradient descent */
    double incentive_rate; /* alpha_eta, Adam in TensorFlow form */
    double cost;           /* alpha of Equation 5.5; 0: no cost */
    double cost_rate;      /* > 0: the cost has an Adam of its own at this rate; 0: one Adam on the sum */
    double reward_max;     /* R_max */
    int givers;            /* agents 0..givers-1 give; the others are plain policy gradient */
    int policy_hidden_1, policy_hidden_2;
    int incentive_hidden_1, incentive_hidden_2;
} mg_lio_config;

/* The fields of a mg_lio_config that is the first member of a config, as a list of initialisers. */
#define MG_LIO_AT(member) offsetof(mg_lio_config, member)
/* clang-format off */
#define MG_LIO_FIELDS \
    {"discount", MG_FIELD_DOUBLE, MG_LIO_AT(discount), 0, 1, "thesis B.4.2; Learning to Share, Table 4"}, \
    {"entropy", MG_FIELD_DOUBLE, MG_LIO_AT(entropy), 0, 10, "thesis Tables B.3, B.4; in Cleanup B.4.2: beta"}, \
    {"log_of_mixture", MG_FIELD_BOOL, MG_LIO_AT(log_of_mixture), 0, 1, "thesis Equation 5.4: no; the released program: yes"}, \
    {"log_guard", MG_FIELD_DOUBLE, MG_LIO_AT(log_guard), 0, 1, "thesis Equation 5.4: none; the released program: 1e-15"}, \
    {"epsilon_start", MG_FIELD_DOUBLE, MG_LIO_AT(epsilon_start), 0, 1, \
     "thesis Tables B.3 to B.5; Learning to Share, Table 6"}, \
    {"epsilon_end", MG_FIELD_DOUBLE, MG_LIO_AT(epsilon_end), 1e-6, 1, \
     "thesis Tables B.3 to B.5; Learning to Share, Table 6"}, \
    {"epsilon_units", MG_FIELD_INT, MG_LIO_AT(epsilon_units), 1, 1000000000, "thesis Tables B.3 to B.5: epsilon_div"}, \
    {"policy_rate", MG_FIELD_DOUBLE, MG_LIO_AT(policy_rate), 0, 10, \
     "thesis Tables B.3 to B.5: alpha_theta; Learning to Share, Table 6"}, \
    {"incentive_rate", MG_FIELD_DOUBLE, MG_LIO_AT(incentive_rate), 0, 10, \
     "thesis Tables B.3, B.4; in Cleanup B.4.2: alpha_eta; Learning to Share, Table 6"}, \
    {"cost", MG_FIELD_DOUBLE, MG_LIO_AT(cost), 0, 1000, "thesis Table B.3, B.4.2: alpha; Learning to Share, Table 6"}, \
    {"cost_rate", MG_FIELD_DOUBLE, MG_LIO_AT(cost_rate), 0, 10, "thesis B.4.2: separate optimiser in Escape Room only"}, \
    {"reward_max", MG_FIELD_DOUBLE, MG_LIO_AT(reward_max), 0, 100, \
     "thesis Table B.3, B.4.2: R_max; Learning to Share, Table 6"}, \
    {"givers", MG_FIELD_INT, MG_LIO_AT(givers), 1, 1000, "thesis 5.4: both in LIO, one in LIO-asym"}, \
    {"policy_hidden_1", MG_FIELD_INT, MG_LIO_AT(policy_hidden_1), 1, 4096, \
     "thesis B.4.2; Learning to Share, Table 6"}, \
    {"policy_hidden_2", MG_FIELD_INT, MG_LIO_AT(policy_hidden_2), 1, 4096, \
     "thesis B.4.2; Learning to Share, Table 6"}, \
    {"incentive_hidden_1", MG_FIELD_INT, MG_LIO_AT(incentive_hidden_1), 1, 4096, \
     "thesis B.4.2; Learning to Share, Table 6"}, \
    {"incentive_hidden_2", MG_FIELD_INT, MG_LIO_AT(incentive_hidden_2), 1, 4096, \
     "thesis B.4.2; Learning to Share, Table 6"}
/* clang-format on */

mg_lio_config mg_lio_ipd_paper(void);    /* thesis Table B.3, Section B.4.2 and Equation 5.4 */
mg_lio_config mg_lio_ipd_released(void); /* as the released program: log(pi~ + 1e-15) */
/* Thesis Table B.4 and Section B.4.2; for more than three agents, of which nothing is said, as for three. All give;
 * asymmetric (B.5.1): givers = 1. */
mg_lio_config mg_lio_escape_paper(int agents);
mg_lio_config mg_lio_escape_released(int agents);
extern const mg_learner_table mg_lio;
/* The variant of one episode an iteration (thesis B.5.1; facts/lio-escape.md 2.3): the episode that the policies learn
 * from judges the incentives too, each decision weighed by the ratio of the new policy to the mixture that played. */
extern const mg_learner_table mg_lio_one_episode;

#endif
