/* endowment.h - what an agent of the gather-trade-build economy (GTB) owns, and what it is worth to the agent and to
 * all (facts/gtb.md 5).
 *
 * Coin is real, stone and wood come in whole units. What an open order promises lies in escrow: nobody can spend, build
 * with or tax it, but it is still owned. Everything here is in binary64, as in the released program.
 */
#ifndef MG_GTB_ENDOWMENT_H
#define MG_GTB_ENDOWMENT_H

#include <stdbool.h>
#include <stdint.h>

enum { MG_GTB_AGENTS = 4 };
enum { MG_GTB_STONE, MG_GTB_WOOD, MG_GTB_RESOURCES };

typedef struct mg_gtb_endowment {
    double coin, escrow_coin; /* >= 0 */
    double labor;             /* spent so far, >= 0 */
    int32_t unit[MG_GTB_RESOURCES], escrow_unit[MG_GTB_RESOURCES];
} mg_gtb_endowment;

double mg_gtb_coin(const mg_gtb_endowment *endowment); /* escrow too */

/* (coin^(1 - 0.23) - 1) / (1 - 0.23) - 0.21 labor, with coin >= 0; and its derivative by coin, taken at 0.01 below
 * that. */
double mg_gtb_utility(double coin, double labor);
double mg_gtb_utility_slope(double coin);

/* Of all agents' coin: its sum; 1 where all own the same, 0 where one owns everything. */
double mg_gtb_productivity(const mg_gtb_endowment endowment[MG_GTB_AGENTS]);
double mg_gtb_equality(const mg_gtb_endowment endowment[MG_GTB_AGENTS]);

#endif
