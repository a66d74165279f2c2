/* exchange.h - boxes with food that only somebody else can open, at a cost.
 *
 * Source: Anticipation Sharing, Appendix B; facts/as.md 2.2. n agents and n boxes on a grid, placed anew each episode
 * (agents on distinct cells, boxes on distinct cells). The food in box b is agent b's; only agent (b + 1) mod n can
 * open it, so for n > 2 nobody can repay directly. Actions: 0 stay, 1 up, 2 down, 3 left, 4 right, 5 open: opens a box
 * on the agent's own cell, if it may. Agents act in index order and do not block each other; an open that fails does
 * nothing. Rewards of a step: every agent -step_cost; for a box that opens, its opener -open_cost, its owner +food.
 * Observation, the same for all: agents' cells, boxes' cells, each / (size - 1), and which boxes are open. An episode
 * terminates when all boxes are open or after `steps` steps. The paper leaves open the grid, who may open what, what
 * aligned means and how long an episode lasts.
 */
#ifndef MG_EXCHANGE_H
#define MG_EXCHANGE_H

#include "envs/grid.h"

enum { MG_EXCHANGE_OPEN = 5, MG_EXCHANGE_ACTIONS };

typedef struct mg_exchange_config {
    int agents, size, steps;
    double range; /* cells; agents at most so far apart are neighbours */
    double food, open_cost, step_cost;
    bool observe_open; /* which boxes are open is observed: without it the state is not Markov */
} mg_exchange_config;

mg_exchange_config mg_exchange_default(void);
extern const mg_env_table mg_exchange;

/* What a perfectly helpful agent does: walks to the box that it may open, x first, opens it and stays. The
 * reference policy of tests and of the highest return. */
int32_t mg_exchange_helpful_action(const mg_exchange_config *config, const void *row, int agent);

#endif
