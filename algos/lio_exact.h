/* lio_exact.h - exact LIO in the stateless prisoner's dilemma: closed-form gradient ascent (thesis B.2, Proposition
 * 3).
 *
 * theta_i is agent i's probability of cooperation; eta_i = (eta_c, eta_d) what agent i gives the other for C and D.
 * Binary64.
 */
#ifndef MG_LIO_EXACT_H
#define MG_LIO_EXACT_H

#include <stdbool.h>

typedef struct mg_lio_exact_config {
    double discount;       /* gamma */
    double policy_rate;    /* alpha */
    double incentive_rate; /* beta */
    double eta_max;        /* R_max: eta is clamped to [0, eta_max], theta to [0, 1] (facts/lio.md 2.2) */
    bool through_clamp;    /* the giver's gradient goes through the clamp of theta^: no incentive moves where the
                              recipient's step is cut off. false: the constant of Equation B.6 wherever theta is, as
                              the proof of Proposition 3 has it, which knows no clamp */
} mg_lio_exact_config;

mg_lio_exact_config mg_lio_exact_default(void); /* .99, 1e-4, 1e-4, 3 */

typedef struct mg_lio_exact_state {
    double theta[2];
    double eta_c[2], eta_d[2];
} mg_lio_exact_state;

/* c = 2 alpha beta / (1 - gamma)^2, of eta per step. */
double mg_lio_exact_increment(const mg_lio_exact_config *config);

/* d theta of the recipient: alpha / (1 - gamma) * (eta_c - eta_d - 1), Equations B.4, B.5. */
double mg_lio_exact_policy_slope(const mg_lio_exact_config *config, double eta_c, double eta_d);

/* Whether the recipient's step from theta ends inside [0, 1], where the clamp has the derivative 1. */
bool mg_lio_exact_responds(const mg_lio_exact_config *config, double theta, double eta_c, double eta_d);

/* One synchronous step of both agents with the old eta (Equations B.4-B.8), then the clamps. */
void mg_lio_exact_step(const mg_lio_exact_config *config, mg_lio_exact_state *state);

/* theta >= 0.999, eta_c = eta_max and eta_d = 0 for both. */
bool mg_lio_exact_converged(const mg_lio_exact_config *config, const mg_lio_exact_state *state);

/* With through_clamp: nothing moves any more, since both recipients' steps are cut off. */
bool mg_lio_exact_rests(const mg_lio_exact_config *config, const mg_lio_exact_state *state);

/* First step k at which eta_c(k) - eta_d(k) > 1, so that the recipient's cooperation starts to grow, in closed
 * form: eta_c(k) = min(eta_max, eta_c + c k), eta_d(k) = max(0, eta_d - c k). */
double mg_lio_exact_flip_step(const mg_lio_exact_config *config, double eta_c, double eta_d);

#endif
