/* market.c - see market.h. */
#include "envs/gather_trade_build/market.h"

#include <string.h>

static const double order_labor = 0.25, memory = 0.995;

void mg_gtb_market_open(mg_gtb_market *market)
{
    memset(market, 0, sizeof *market);
}

bool mg_gtb_may_order(const mg_gtb_market *market, int agent, const mg_gtb_endowment *owner, const mg_gtb_wish *wish)
{
    if (wish->side == MG_GTB_NO_ORDER || market->book[wish->resource].open[agent] >= MG_GTB_ORDERS_OPEN)
        return false;
    return wish->side == MG_GTB_BUY ? owner->coin >= (double)wish->price : owner->unit[wish->resource] >= 1;
}

static void place(mg_gtb_market *market, int agent, mg_gtb_endowment *owner, const mg_gtb_wish *wish)
{
    mg_gtb_book *book = &market->book[wish->resource];
    const mg_gtb_order order = {agent, wish->price, 0};
    if (wish->side == MG_GTB_BUY) {
        owner->coin -= (double)wish->price;
        owner->escrow_coin += (double)wish->price;
        book->bid[book->bids++] = order;
    } else {
        owner->unit[wish->resource]--;
        owner->escrow_unit[wish->resource]++;
        book->ask[book->asks++] = order;
    }
    book->open[agent]++;
    owner->labor += order_labor;
}

/* Best price first, the older of two at one price, and otherwise as they stand. `better`: 1 where the higher price is,
 * -1 where the lower. */
static void sort(mg_gtb_order *order, int count, int better)
{
    for (int i = 1; i < count; i++) {
        const mg_gtb_order moved = order[i];
        int at = i;
        for (; at > 0; at--) {
            const mg_gtb_order *ahead = &order[at - 1];
            int gain = better * (moved.price - ahead->price);
            if (gain < 0 || (gain == 0 && moved.age <= ahead->age))
                break;
            order[at] = *ahead;
        }
        order[at] = moved;
    }
}

static void take_out(mg_gtb_order *order, int32_t *count, int at)
{
    --*count;
    memmove(order + at, order + at + 1, (size_t)(*count - at) * sizeof *order);
}

static void trade(mg_gtb_market *market, int resource, int b, int a, mg_gtb_endowment *endowment)
{
    mg_gtb_book *book = &market->book[resource];
    const mg_gtb_order bid = book->bid[b], ask = book->ask[a];
    const int32_t price = bid.age <= ask.age ? ask.price : bid.price;
    mg_gtb_endowment *buyer = &endowment[bid.agent], *seller = &endowment[ask.agent];
    buyer->escrow_coin -= (double)bid.price;
    buyer->coin += (double)(bid.price - price);
    buyer->unit[resource]++;
    seller->escrow_unit[resource]--;
    seller->coin += (double)price;
    market->income[bid.agent] -= (double)price;
    market->income[ask.agent] += (double)price;
    market->trades++;
    book->open[bid.agent]--;
    book->open[ask.agent]--;
    book->history[price] += 1.0;
    take_out(book->bid, &book->bids, b);
    take_out(book->ask, &book->asks, a);
}

/* Tries the best bid of somebody who has not failed yet: trades, or notes that its buyer fails. False where there is
 * none. */
static bool match_once(mg_gtb_market *market, int resource, bool *failed, mg_gtb_endowment *endowment)
{
    mg_gtb_book *book = &market->book[resource];
    int b = 0, a = 0;
    while (b < book->bids && failed[book->bid[b].agent])
        b++;
    if (b == book->bids)
        return false;
    while (a < book->asks && book->ask[a].agent == book->bid[b].agent)
        a++;
    if (a == book->asks || book->ask[a].price > book->bid[b].price)
        failed[book->bid[b].agent] = true; /* its other bids are no better */
    else
        trade(market, resource, b, a, endowment);
    return true;
}

static void grow_old(mg_gtb_book *book, int resource, mg_gtb_endowment *endowment)
{
    int bids = 0, asks = 0;
    for (int i = 0; i < book->bids; i++) {
        const mg_gtb_order bid = book->bid[i];
        if (bid.age < MG_GTB_ORDER_LIFE) {
            book->bid[bids++] = (mg_gtb_order){bid.agent, bid.price, bid.age + 1};
            continue;
        }
        endowment[bid.agent].coin += (double)bid.price;
        endowment[bid.agent].escrow_coin -= (double)bid.price;
        book->open[bid.agent]--;
    }
    for (int i = 0; i < book->asks; i++) {
        const mg_gtb_order ask = book->ask[i];
        if (ask.age < MG_GTB_ORDER_LIFE) {
            book->ask[asks++] = (mg_gtb_order){ask.agent, ask.price, ask.age + 1};
            continue;
        }
        endowment[ask.agent].unit[resource]++;
        endowment[ask.agent].escrow_unit[resource]--;
        book->open[ask.agent]--;
    }
    book->bids = bids;
    book->asks = asks;
}

void mg_gtb_market_step(mg_gtb_market *market, mg_gtb_endowment endowment[MG_GTB_AGENTS],
                        const mg_gtb_wish wish[MG_GTB_AGENTS])
{
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        if (mg_gtb_may_order(market, i, &endowment[i], &wish[i]))
            place(market, i, &endowment[i], &wish[i]);
    for (int r = 0; r < MG_GTB_RESOURCES; r++) {
        mg_gtb_book *book = &market->book[r];
        bool failed[MG_GTB_AGENTS] = {false};
        for (int p = 0; p < MG_GTB_PRICES; p++)
            book->history[p] *= memory;
        sort(book->bid, book->bids, 1);
        sort(book->ask, book->asks, -1);
        while (match_once(market, r, failed, endowment))
            ;
        grow_old(book, r, endowment);
    }
}

double mg_gtb_market_rate(const mg_gtb_book *book)
{
    double trades = 0.0, worth = 0.0;
    for (int p = 0; p < MG_GTB_PRICES; p++) {
        trades += book->history[p];
        worth += (double)p * book->history[p];
    }
    return worth / (trades > 0.001 ? trades : 0.001);
}
