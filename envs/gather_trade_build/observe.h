/* observe.h - what agents and the tax designer see of the gather-trade-build economy (facts/gtb.md 8).
 *
 * An agent's window: 9 planes of 11 x 11 cells around it, 0 beyond the map: 0 units of stone, 1 of wood, 2 houses, 3
 * water, 4 sources of stone, 5 of wood, 6 the map itself, 7 whose house, 8 who stands there. Who is said by a code: 0
 * nobody, 1 itself, 2 + k agent k. Then 136 numbers:
 *
 *     0                payment / 10
 *     1                0
 *     2, 13            what others ask for stone, for wood: orders at each of the 11 prices
 *     24, 35           what others bid
 *     46, 47           mean price of stone, of wood
 *     48, 59, 70, 81   asks and bids of its own, as those of others
 *     92, 103          trades at each price / 100
 *     114              0
 *     115              the seven rates
 *     122, 123         it is the first, the last step of a tax period
 *     124              incomes of the period before / 10, ascending
 *     128              its marginal rate
 *     129              position in the period / 10
 *     130              time / length of an episode
 *     131, 132, 133    coin, stone, wood, / 100
 *     134, 135         column, row, / 15
 *
 * The designer's map: planes 0 to 5, 7 and 8 of the whole map (nobody is 1). Then 86 numbers of the economy, in the
 * same units, and 8 of each agent:
 *
 *     0, 11, 22, 33    asks, then bids, of all
 *     44, 46           mean prices, trades
 *     68, 75, 76       rates, first and last step of a period
 *     77, 81, 82       incomes, position, time
 *     83               three zeros
 *     86 + 8 k         agent k's marginal rate, income / 10 and marginal rate of the period before, coin, stone, wood,
 *                      column, row
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
