/* two_player_exact.c - see two_player_exact.h. */
#include "baselines/two_player_exact.h"

#include <string.h>

enum { ITERATIONS = 100000 };
static const double still = 1e-14;

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static bool moved(double before, double now)
{
    double by = now - before;
    return by > still || by < -still;
}

/* Expected own_weight * r_agent + (1 - own_weight) * r_other + discount * value[next] of one joint action. */
static double expected(const mg_two_player_game *game, int state, int joint, int agent, double own_weight,
                       double discount, const double *value)
{
    double sum = 0.0;
    for (int o = 0; o < MG_TWO_PLAYER_OUTCOMES; o++) {
        const mg_two_player_outcome *outcome = &game->outcome[state][joint][o];
        if (outcome->probability <= 0.0)
            continue;
        double reward = own_weight * outcome->reward[agent] + (1.0 - own_weight) * outcome->reward[1 - agent];
        sum += outcome->probability * (reward + (outcome->next < 0 ? 0.0 : discount * value[outcome->next]));
    }
    return sum;
}

void mg_two_player_optimum(const mg_two_player_game *game, double discount, double *value)
{
    double now[MG_TWO_PLAYER_STATES_MAX];
    memset(value, 0, (size_t)game->states * sizeof *value);
    bool going = true;
    for (int k = 0; going && k < ITERATIONS; k++) {
        going = false;
        for (int s = 0; s < game->states; s++) {
            now[s] = expected(game, s, 0, 0, 0.5, discount, value);
            for (int joint = 1; joint < 4; joint++)
                now[s] = larger(now[s], expected(game, s, joint, 0, 0.5, discount, value));
            going = going || moved(value[s], now[s]);
        }
        memcpy(value, now, (size_t)game->states * sizeof *value);
    }
}

/* Probability, summed, that the game goes on after a joint action, each state weighted by `value`. */
static double steps_left(const mg_two_player_game *game, int state, int joint, const double *value)
{
    double sum = 1.0;
    for (int o = 0; o < MG_TWO_PLAYER_OUTCOMES; o++) {
        const mg_two_player_outcome *outcome = &game->outcome[state][joint][o];
        if (outcome->probability > 0.0 && outcome->next >= 0)
            sum += outcome->probability * value[outcome->next];
    }
    return sum;
}

void mg_two_player_random(const mg_two_player_game *game, double discount, double *value, double *length)
{
    double now[MG_TWO_PLAYER_STATES_MAX], longer[MG_TWO_PLAYER_STATES_MAX];
    memset(value, 0, (size_t)game->states * sizeof *value);
    memset(length, 0, (size_t)game->states * sizeof *length);
    bool going = true;
    for (int k = 0; going && k < ITERATIONS; k++) {
        going = false;
        for (int s = 0; s < game->states; s++) {
            now[s] = longer[s] = 0.0;
            for (int joint = 0; joint < 4; joint++) {
                now[s] += 0.25 * expected(game, s, joint, 0, 0.5, discount, value);
                longer[s] += 0.25 * steps_left(game, s, joint, length);
            }
            going = going || moved(value[s], now[s]) || moved(length[s], longer[s]);
        }
        memcpy(value, now, (size_t)game->states * sizeof *value);
        memcpy(length, longer, (size_t)game->states * sizeof *length);
    }
}

double mg_zero_sum_value(double a, double b, double c, double d)
{
    double lower = larger(smaller(a, b), smaller(c, d)), upper = smaller(larger(a, c), larger(b, d));
    return lower >= upper ? lower : (a * d - b * c) / (a + d - b - c);
}

void mg_coco_values(const double q0[4], const double q1[4], double value[2])
{
    double most = q0[0] + q1[0], half[4];
    for (int joint = 0; joint < 4; joint++) {
        most = larger(most, q0[joint] + q1[joint]);
        half[joint] = (q0[joint] - q1[joint]) / 2.0;
    }
    double advantage = mg_zero_sum_value(half[0], half[1], half[2], half[3]);
    value[0] = most / 2.0 + advantage;
    value[1] = most / 2.0 - advantage;
}

void mg_two_player_coco(const mg_two_player_game *game, double discount, double (*q)[2][4])
{
    double value[2][MG_TWO_PLAYER_STATES_MAX] = {{0}};
    memset(q, 0, (size_t)game->states * sizeof *q);
    bool going = true;
    for (int k = 0; going && k < ITERATIONS; k++) {
        going = false;
        for (int s = 0; s < game->states; s++)
            for (int agent = 0; agent < 2; agent++)
                for (int joint = 0; joint < 4; joint++) {
                    double now = expected(game, s, joint, agent, 1.0, discount, value[agent]);
                    going = going || moved(q[s][agent][joint], now);
                    q[s][agent][joint] = now;
                }
        for (int s = 0; s < game->states; s++) {
            double both[2];
            mg_coco_values(q[s][0], q[s][1], both);
            value[0][s] = both[0];
            value[1][s] = both[1];
        }
    }
}

void mg_two_player_independent(const mg_two_player_game *game, double discount, double share, double epsilon,
                               double start, double (*q)[2][2])
{
    double value[2][MG_TWO_PLAYER_STATES_MAX];
    int greedy[2][MG_TWO_PLAYER_STATES_MAX];
    for (int s = 0; s < game->states; s++)
        for (int agent = 0; agent < 2; agent++)
            q[s][agent][0] = q[s][agent][1] = start;
    bool going = true;
    for (int k = 0; going && k < ITERATIONS; k++) {
        going = false;
        for (int s = 0; s < game->states; s++)
            for (int agent = 0; agent < 2; agent++) {
                greedy[agent][s] = q[s][agent][1] > q[s][agent][0];
                value[agent][s] = q[s][agent][greedy[agent][s]];
            }
        for (int s = 0; s < game->states; s++)
            for (int agent = 0; agent < 2; agent++)
                for (int own = 0; own < 2; own++) {
                    double now = 0.0;
                    for (int other = 0; other < 2; other++) {
                        double chance = epsilon / 2.0 + (other == greedy[1 - agent][s] ? 1.0 - epsilon : 0.0);
                        int joint = agent == 0 ? 2 * own + other : 2 * other + own;
                        now += chance * expected(game, s, joint, agent, share, discount, value[agent]);
                    }
                    going = going || moved(q[s][agent][own], now);
                    q[s][agent][own] = now;
                }
    }
}
