/* market.h - the market of the gather-trade-build economy: a continuous double auction for each resource (facts/gtb.md
 * 6).
 *
 * One step: wishes become orders in agent order, what they promise goes into escrow, each costs 0.25 labor. Then the
 * best bid meets the best ask of somebody else until none covers the other. A trade is at the price of the older order,
 * of the same age at the ask's. What stays grows older by a step and is taken back once it is older than 50.
 */
#ifndef MG_GTB_MARKET_H
#define MG_GTB_MARKET_H

#include "envs/gather_trade_build/endowment.h"

enum {
    MG_GTB_PRICES = 11,     /* 0 to 10 coin */
    MG_GTB_ORDERS_OPEN = 5, /* most of an agent and resource, bids and asks together */
    MG_GTB_ORDER_LIFE = 50, /* steps */
    MG_GTB_ORDERS_MAX = MG_GTB_AGENTS * MG_GTB_ORDERS_OPEN
};

typedef struct mg_gtb_order {
    int32_t agent, price, age;
} mg_gtb_order;

/* Orders in the order of their precedence at the last matching, then those that came after it. */
typedef struct mg_gtb_book {
    mg_gtb_order bid[MG_GTB_ORDERS_MAX], ask[MG_GTB_ORDERS_MAX];
    int32_t bids, asks;
    int32_t open[MG_GTB_AGENTS];   /* orders of each agent */
    double history[MG_GTB_PRICES]; /* trades at each price, each worth 0.995 of itself a step later */
} mg_gtb_book;

typedef struct mg_gtb_market {
    mg_gtb_book book[MG_GTB_RESOURCES];
    int32_t trades;               /* so far */
    double income[MG_GTB_AGENTS]; /* coin received less coin paid for goods, so far */
} mg_gtb_market;

typedef enum mg_gtb_side { MG_GTB_NO_ORDER, MG_GTB_BUY, MG_GTB_SELL } mg_gtb_side;

typedef struct mg_gtb_wish {
    mg_gtb_side side;
    int32_t resource, price;
} mg_gtb_wish;

void mg_gtb_market_open(mg_gtb_market *market); /* empty, nothing remembered */

/* Would this order be accepted now? (A wish that would not is without effect.) */
bool mg_gtb_may_order(const mg_gtb_market *market, int agent, const mg_gtb_endowment *owner, const mg_gtb_wish *wish);

void mg_gtb_market_step(mg_gtb_market *market, mg_gtb_endowment endowment[MG_GTB_AGENTS],
                        const mg_gtb_wish wish[MG_GTB_AGENTS]);

/* Mean price of the trades remembered; near 0 where hardly any is. */
double mg_gtb_market_rate(const mg_gtb_book *book);

#endif
