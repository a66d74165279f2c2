/* two_player_exact.h - exact values of a finite game of two agents with two actions each, by iteration: what learners
 * of that game are compared with.
 *
 * A joint action is 2 * (agent 0's) + (agent 1's). Values are iterated from `start` until no number moves by more than
 * 1e-14 (or 100 000 times, which no game with a discount below 1 or a sure end needs); double precision.
 */
#ifndef MG_TWO_PLAYER_EXACT_H
#define MG_TWO_PLAYER_EXACT_H

#include <stdbool.h>

enum { MG_TWO_PLAYER_STATES_MAX = 64, MG_TWO_PLAYER_OUTCOMES = 2 };

typedef struct mg_two_player_outcome {
    double probability; /* 0: there is no such outcome */
    int next;           /* state, or -1: the game has ended */
    double reward[2];
} mg_two_player_outcome;

typedef struct mg_two_player_game {
    int states;
    mg_two_player_outcome outcome[MG_TWO_PLAYER_STATES_MAX][4][MG_TWO_PLAYER_OUTCOMES];
} mg_two_player_game;

/* The largest mean of both agents' returns from each state, by joint decisions. */
void mg_two_player_optimum(const mg_two_player_game *game, double discount, double *value);

/* Both agents play each action with probability 1/2: the mean of both agents' returns and the steps to the end. */
void mg_two_player_random(const mg_two_player_game *game, double discount, double *value, double *length);

/* Value to the first player, who maximises, of the zero-sum game with rows and columns [[a, b], [c, d]]. */
double mg_zero_sum_value(double a, double b, double c, double d);

/* Coco values of a state to both agents, from their values of the four joint actions: half of the largest sum, plus
 * and minus the zero-sum value of half the difference (Sodomka, Hilliard, Littman, Greenwald 2013, "Coco-Q"). */
void mg_coco_values(const double q0[4], const double q1[4], double value[2]);

/* The fixed point of Coco-Q: q[state][agent][joint action]. */
void mg_two_player_coco(const mg_two_player_game *game, double discount, double (*q)[2][4]);

/* The fixed point of two independent Q-learners who share rewards: agent i is given share * r_i + (1 - share) * r_j and
 * takes the other for greedy with probability 1 - epsilon, random otherwise (ties to action 0).
 * q[state][agent][action]. There can be several fixed points; which one is reached depends on `start`, the value of
 * everything at first. */
void mg_two_player_independent(const mg_two_player_game *game, double discount, double share, double epsilon,
                               double start, double (*q)[2][2]);

#endif
