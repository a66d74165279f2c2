/* jungle.h - agents that eat from foods on a square and may hit each other: the moral dilemma of Learning to Share.
 *
 * Source: Learning to Share, Section 5.2 and its appendix; the rules that the paper leaves open are those of the
 * released game that it took (a 30 x 30 board of a public engine). The outer ring is wall; agents, then foods, start on
 * distinct free cells drawn uniformly. Actions: 0 up (y - 1), 1 left, 2 stay, 3 right, 4 down; 5 to 8 hit the cell
 * above, left, right, below.
 *
 * One step: all hits look at the board before anybody moves. A hit on a food earns 1, on an agent 2 and takes 4 from
 * the victim; each hit also costs 0.01 (`hit_cost_always`; without it only a hit on nothing does, as the paper has it).
 * Then agents move in index order; a move into a wall, a food or an agent stays. Foods neither move nor end; nobody
 * dies (an agent has 400 lives, a food 500: the metric most_hits tells how near one came). After `steps` steps the
 * episode is truncated: no state is an end.
 *
 * Observation of an agent: 121 numbers of an 11 x 11 window around it, row by row from y - 5, where an agent is +1, a
 * food -1, and what is nothing, wall, off the board or farther than 5 (Euclid) is 0; then y / 30 and x / 30. Graph: the
 * nearest `neighbours` agents by Euclidean distance of cells, ties to the lower index; not symmetric. State: the
 * observations of all. Transfers: as in prisoner.h.
 */
#ifndef MG_JUNGLE_H
#define MG_JUNGLE_H

#include "core/rl/env.h"

enum {
    MG_JUNGLE_AGENTS_MAX = 50,
    MG_JUNGLE_SIZE = 30,
    MG_JUNGLE_SEEN = 123, /* numbers that an agent observes */
    MG_JUNGLE_ACTIONS = 9,
    MG_JUNGLE_STAY = 2,
    MG_JUNGLE_HIT = 5 /* the first of four, in the order up, left, right, down */
};

typedef struct mg_jungle_config {
    int agents, foods;
    int steps;
    int neighbours;       /* of each agent */
    bool hit_cost_always; /* a hit that meets something costs too */
    double hit_cost, eat, attack, attacked;
    double transfer_max; /* bound of an incentive */
} mg_jungle_config;

mg_jungle_config mg_jungle_default(int agents); /* the paper's: three foods for five agents, three neighbours */
extern const mg_env_table mg_jungle;

/* ---- for scripted play and pictures ---- */
typedef struct mg_jungle_cell {
    int x, y;
} mg_jungle_cell;
mg_jungle_cell mg_jungle_agent(const mg_row *row, int agent);
mg_jungle_cell mg_jungle_food(const mg_row *row, int food);
/* An agent's action of the last step (-1 before the first), and what that hit: 1 an agent, -1 a food, 0 nothing. */
int mg_jungle_action(const mg_row *row, int agent);
int mg_jungle_met(const mg_row *row, int agent);
/* What stands there: 0 nothing, 1 an agent, -1 a food, 2 wall. */
int mg_jungle_at(const mg_row *row, mg_jungle_cell cell);
void mg_jungle_place(const mg_row *row, int agent, mg_jungle_cell cell); /* moves it to a free cell */
void mg_jungle_place_food(const mg_row *row, int food, mg_jungle_cell cell);

#endif
