/* lio_exact.c - a step of the dynamics and its closed forms. */
#include "algos/lio_exact.h"

mg_lio_exact_config mg_lio_exact_default(void)
{
    return (mg_lio_exact_config){.discount = 0.99, .policy_rate = 1e-4, .incentive_rate = 1e-4, .eta_max = 3.0};
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

double mg_lio_exact_increment(const mg_lio_exact_config *config)
{
    double left = 1.0 - config->discount;
    return 2.0 * config->policy_rate * config->incentive_rate / (left * left);
}

double mg_lio_exact_policy_slope(const mg_lio_exact_config *config, double eta_c, double eta_d)
{
    return config->policy_rate / (1.0 - config->discount) * (eta_c - eta_d - 1.0);
}

bool mg_lio_exact_responds(const mg_lio_exact_config *config, double theta, double eta_c, double eta_d)
{
    double target = theta + mg_lio_exact_policy_slope(config, eta_c, eta_d);
    return target >= 0.0 && target <= 1.0;
}

void mg_lio_exact_step(const mg_lio_exact_config *config, mg_lio_exact_state *state)
{
    double increment = mg_lio_exact_increment(config);
    bool moves[2] = {true, true}; /* [giver] */
    for (int giver = 0; config->through_clamp && giver < 2; giver++)
        moves[giver] = mg_lio_exact_responds(config, state->theta[1 - giver], state->eta_c[giver], state->eta_d[giver]);
    for (int recipient = 0; recipient < 2; recipient++) {
        int giver = 1 - recipient;
        double slope = mg_lio_exact_policy_slope(config, state->eta_c[giver], state->eta_d[giver]);
        state->theta[recipient] = clamp(state->theta[recipient] + slope, 0.0, 1.0);
    }
    for (int giver = 0; giver < 2; giver++) { /* B = 2 whatever theta and the other's incentives are (Equation B.7) */
        if (!moves[giver])
            continue;
        state->eta_c[giver] = clamp(state->eta_c[giver] + increment, 0.0, config->eta_max);
        state->eta_d[giver] = clamp(state->eta_d[giver] - increment, 0.0, config->eta_max);
    }
}

bool mg_lio_exact_converged(const mg_lio_exact_config *config, const mg_lio_exact_state *state)
{
    for (int i = 0; i < 2; i++)
        if (!(state->theta[i] >= 0.999 && state->eta_c[i] >= config->eta_max && state->eta_d[i] <= 0.0))
            return false;
    return true;
}

bool mg_lio_exact_rests(const mg_lio_exact_config *config, const mg_lio_exact_state *state)
{
    for (int giver = 0; giver < 2; giver++) {
        double theta = state->theta[1 - giver];
        if (!config->through_clamp || (theta > 0.0 && theta < 1.0) ||
            mg_lio_exact_responds(config, theta, state->eta_c[giver], state->eta_d[giver]))
            return false;
    }
    return true;
}

/* Smallest whole k >= 0 with start + slope * k > 1. */
static double first_above_one(double start, double slope)
{
    double steps = (1.0 - start) / slope;
    return steps < 0.0 ? 0.0 : (double)(long)steps + 1.0;
}

double mg_lio_exact_flip_step(const mg_lio_exact_config *config, double eta_c, double eta_d)
{
    double c = mg_lio_exact_increment(config);
    double c_full = (config->eta_max - eta_c) / c, d_empty = eta_d / c; /* when each clamp starts to act */
    double first = c_full < d_empty ? c_full : d_empty;
    double k = first_above_one(eta_c - eta_d, 2.0 * c); /* both move */
    if (k <= first)
        return k;
    if (c_full < d_empty) /* eta_c stays at its bound, eta_d goes on falling */
        return first_above_one(config->eta_max - eta_d, c);
    return first_above_one(eta_c, c); /* eta_d is 0, eta_c goes on growing */
}
