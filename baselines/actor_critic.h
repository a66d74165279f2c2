/* actor_critic.h - independent actor-critic agents: the baselines AC, AC-d, AC-c and IA of the thesis in Cleanup
 * (5.3.2, B.4.2; facts/lio-cleanup.md 2.2).
 *
 * A unit is an iteration of one episode: every critic takes a step of Adam by temporal differences (team_critic.h),
 * every policy one of plain descent, down - sum_t log p(choice_t, gifts_t | o_t) A_t - beta sum_t H(pi~), with
 * advantages A_t = r_t + gamma V(o_{t+1}) - V(o_t) by the critic as it was; then targets follow.
 *
 * With `gives` actions include gifts (gift_step.h), of one value (AC-d) or drawn from a Gaussian through a sigmoid when
 * the others' actions are shown (AC-c), and r is extrinsic + received - cost * paid; else what is received is nobody's
 * business (AC). Inequity aversion (IA; Hughes et al. 2018): where agents observe "smoothed rewards" e of all, agent
 * k's r is less `envy` times the mean over the others of max(e_m - e_k, 0) and less `guilt` times that of max(e_k -
 * e_m, 0).
 */
#ifndef MG_ACTOR_CRITIC_H
#define MG_ACTOR_CRITIC_H

#include "core/rl/learner.h"

typedef struct mg_actor_critic_config {
    double discount;
    double entropy;      /* beta, of the choice */
    bool log_of_mixture; /* the gradient goes through log pi~, else log pi (core/rl/discrete_policy.h) */
    double log_guard;    /* added to the probability whose logarithm it takes */
    double epsilon_start, epsilon_end;
    int epsilon_units;        /* iterations of linear decay */
    double rate, critic_rate; /* of policies, plain gradient descent; of critics, Adam */
    double follow;            /* of the critics' targets */
    bool gives, continuous;   /* AC-d, and AC-c */
    double gift;              /* R_a, the value of a gift; continuous: R_max, its bound */
    double cost;              /* what giving 1 costs */
    double envy, guilt;       /* weights of disadvantageous and advantageous inequity */
    int filters, window;      /* of the convolution where agents first observe a part of at least window x window */
    int hidden_1, hidden_2;   /* of policies, critics and gifts' means */
} mg_actor_critic_config;

/* Thesis Table B.5 and B.4.2; large: 10x10. */
mg_actor_critic_config mg_actor_critic_cleanup_paper(bool large);            /* AC */
mg_actor_critic_config mg_actor_critic_cleanup_discrete_paper(bool large);   /* AC-d */
mg_actor_critic_config mg_actor_critic_cleanup_continuous_paper(bool large); /* AC-c */
mg_actor_critic_config mg_actor_critic_cleanup_inequity_paper(bool large);   /* IA */
/* Any of them with the logarithm as the released program has it. */
mg_actor_critic_config mg_actor_critic_released(mg_actor_critic_config config);
extern const mg_learner_table mg_actor_critic;

/* clang-format off */
#define MG_ACTOR_CRITIC_AT(member) offsetof(mg_actor_critic_config, member)
/* For the table of a config whose first member this one is. */
#define MG_ACTOR_CRITIC_FIELDS \
    {"discount", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(discount), 0, 1, "thesis B.4.2"}, \
    {"entropy", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(entropy), 0, 10, "thesis B.4.2: beta 0.1"}, \
    {"log_of_mixture", MG_FIELD_BOOL, MG_ACTOR_CRITIC_AT(log_of_mixture), 0, 1, "thesis Equation B.9: no; the released program: yes"}, \
    {"log_guard", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(log_guard), 0, 1, "thesis Equation B.9: none; the released program: 1e-15"}, \
    {"epsilon_start", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(epsilon_start), 0, 1, "thesis Table B.5"}, \
    {"epsilon_end", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(epsilon_end), 1e-6, 1, "thesis Table B.5"}, \
    {"epsilon_units", MG_FIELD_INT, MG_ACTOR_CRITIC_AT(epsilon_units), 1, 1000000000, "thesis Table B.5: epsilon_div; Cen: the released program"}, \
    {"rate", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(rate), 0, 10, "thesis Table B.5: alpha_theta; Cen: the released program"}, \
    {"critic_rate", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(critic_rate), 1e-9, 10, "thesis B.4.2: alpha_phi"}, \
    {"follow", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(follow), 0, 1, "thesis B.4.2: tau"}, \
    {"gives", MG_FIELD_BOOL, MG_ACTOR_CRITIC_AT(gives), 0, 1, "thesis 5.3.2: AC-d and AC-c"}, \
    {"continuous", MG_FIELD_BOOL, MG_ACTOR_CRITIC_AT(continuous), 0, 1, "thesis 5.3.2: AC-c"}, \
    {"gift", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(gift), 0, 100, "thesis B.4.2: R_a, R_max"}, \
    {"cost", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(cost), 0, 100, "thesis 5.3.2: an equivalent cost; the released program: 1e-4"}, \
    {"envy", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(envy), 0, 100, "thesis B.4.2: disadvantageous aversion 0"}, \
    {"guilt", MG_FIELD_DOUBLE, MG_ACTOR_CRITIC_AT(guilt), 0, 100, "thesis B.4.2: advantageous aversion 0.05"}, \
    {"filters", MG_FIELD_INT, MG_ACTOR_CRITIC_AT(filters), 0, 4096, "thesis B.4.2: 6"}, \
    {"window", MG_FIELD_INT, MG_ACTOR_CRITIC_AT(window), 1, 255, "thesis B.4.2: 3"}, \
    {"hidden_1", MG_FIELD_INT, MG_ACTOR_CRITIC_AT(hidden_1), 1, 4096, "thesis B.4.2"}, \
    {"hidden_2", MG_FIELD_INT, MG_ACTOR_CRITIC_AT(hidden_2), 1, 4096, "thesis B.4.2"}
/* clang-format on */

#endif
