/* gather_trade_build.h - the gather-trade-build economy (GTB): four agents of different skill gather wood and stone,
 * trade them and build houses for coin, which is taxed.
 *
 * Source: J. Yang's thesis, Chapter 6 and Appendix C, and the economy that it took (facts/gtb.md 4 to 8). Its parts
 * stand alone in gather_trade_build/: world.h, market.h, tax.h, observe.h, which lists every number of an observation,
 * and ledger.h.
 *
 * Actions: 0 nothing, 1 build, 2 to 12 bid for stone at 0 to 10 coin, 13 to 23 ask, 24 to 34 bid for wood, 35 to 45
 * ask, 46 left, 47 right, 48 up, 49 down. Masked; what is barred has no effect and costs nothing. One step: build,
 * market, walk and gather in an order drawn anew, tax, resources grow. Reward: the gain of utility. After `steps` steps
 * the episode is truncated.
 *
 * Tax: MG_GTB_DESIGNER: the transfer channel gives seven rates before the actions of the first step of a period of ten
 * (clipped to 0 .. 1), and agents see them at once. Rewards depend on them where a period ends: that is the
 * sensitivity. The designer's welfare is 0.01 times productivity times equality. MG_GTB_US_FEDERAL, MG_GTB_FREE_MARKET:
 * fixed rates, no channel.
 */
#ifndef MG_GATHER_TRADE_BUILD_H
#define MG_GATHER_TRADE_BUILD_H

#include "core/rl/env.h"
#include "envs/gather_trade_build/market.h"
#include "envs/gather_trade_build/tax.h"
#include "envs/gather_trade_build/world.h"

enum {
    MG_GTB_NOTHING = 0,
    MG_GTB_BUILD = 1,
    MG_GTB_BUY_STONE = 2, /* the first of MG_GTB_PRICES, as the next three */
    MG_GTB_SELL_STONE = MG_GTB_BUY_STONE + MG_GTB_PRICES,
    MG_GTB_BUY_WOOD = MG_GTB_SELL_STONE + MG_GTB_PRICES,
    MG_GTB_SELL_WOOD = MG_GTB_BUY_WOOD + MG_GTB_PRICES,
    MG_GTB_WALK = MG_GTB_SELL_WOOD + MG_GTB_PRICES, /* the first of four, as mg_gtb_way */
    MG_GTB_ACTIONS = MG_GTB_WALK + 4
};
typedef enum mg_gtb_tax_form { MG_GTB_DESIGNER, MG_GTB_US_FEDERAL, MG_GTB_FREE_MARKET } mg_gtb_tax_form;

typedef struct mg_gather_trade_build_config {
    int steps;
    int tax; /* mg_gtb_tax_form */
    double start_coin;
    double growth; /* probability that an empty source has a unit again, each step */
} mg_gather_trade_build_config;

mg_gather_trade_build_config mg_gather_trade_build_default(mg_gtb_tax_form tax); /* the thesis's */
extern const mg_env_table mg_gather_trade_build;

/* A row's state. Tests and pictures may read all of it, and set it up. */
typedef struct mg_gtb_economy {
    mg_gtb_endowment endowment[MG_GTB_AGENTS];
    mg_gtb_world world;
    mg_gtb_market market;
    mg_gtb_tax tax;
    double utility[MG_GTB_AGENTS], first_utility[MG_GTB_AGENTS]; /* now, at the start */
    double welfare;                                              /* sum over steps of productivity * equality */
    int32_t step;
} mg_gtb_economy;

/* Begins an episode in which agent i has skill rank[i]. */
void mg_gtb_begin(const mg_gather_trade_build_config *config, mg_gtb_economy *economy,
                  const uint32_t rank[MG_GTB_AGENTS]);

#endif
