/* observe.h - what agents and the tax designer see of the gather-trade-build economy (facts/gtb.md 8).
 *
 * An agent's window: 9 planes of 11 x 11 cells around it, 0 beyond the map: 0 units of stone, 1 of wood, 2 houses, 3
 * water, 4 sources of stone, 5 of wood, 6 the map itself, 7 whose house, 8 who stands there. Who is said by a code: 0
 * nobody, 1 itself, 2 + k agent k. Then 136 numbers:
 *
 *     0 payment / 10     1 always 0     2, 13 asks of others for stone, wood, by price     24, 35 their bids
 *     46, 47 mean prices     48, 59, 70, 81 the same of its own orders     92, 103 trades by price / 100     114 always
 * 0 115 rates     122 first step of a period     123 last one     124 incomes of the period before / 10, ascending 128
 * its marginal rate     129 position / 10     130 time / length     131 coin, 132 stone, 133 wood, / 100 134 column /
 * 15     135 row / 15
 *
 * The designer's map: planes 0 to 5, 7 and 8 of the whole map (nobody is 1). Then 86 numbers of the economy: 0, 11
 * asks, 22, 33 bids, 44 mean prices, 46 trades, 68 rates, 75, 76 first and last step, 77 incomes, 81 position, 82 time,
 * 83 three zeros; then 8 of each agent: marginal rate, income / 10 and marginal rate of the period before, coin, stone,
 * wood, column, row.
 */
#ifndef MG_GTB_OBSERVE_H
#define MG_GTB_OBSERVE_H

#include "envs/gather_trade_build/market.h"
#include "envs/gather_trade_build/tax.h"
#include "envs/gather_trade_build/world.h"

enum {
    MG_GTB_SIGHT = 5,
    MG_GTB_WINDOW = 2 * MG_GTB_SIGHT + 1,
    MG_GTB_PLANES = 9,
    MG_GTB_SEEN = 136,
    MG_GTB_AGENT_NUMBERS = MG_GTB_PLANES * MG_GTB_WINDOW * MG_GTB_WINDOW + MG_GTB_SEEN,
    MG_GTB_MAP_PLANES = 8,
    MG_GTB_SHARED = 86,
    MG_GTB_PERSONAL = 8,
    MG_GTB_DESIGNER_NUMBERS = MG_GTB_MAP_PLANES * MG_GTB_CELLS + MG_GTB_SHARED + MG_GTB_PERSONAL * MG_GTB_AGENTS
};

typedef struct mg_gtb_view {
    const mg_gtb_world *world;
    const mg_gtb_market *market;
    const mg_gtb_tax *tax;
    const mg_gtb_endowment *endowment; /* [MG_GTB_AGENTS] */
    double time;                       /* steps done / length of the episode */
} mg_gtb_view;

void mg_gtb_observe_agents(const mg_gtb_view *view, float *observation);   /* MG_GTB_AGENT_NUMBERS each */
void mg_gtb_observe_designer(const mg_gtb_view *view, float *observation); /* MG_GTB_DESIGNER_NUMBERS */

#endif
