/* The market of the gather-trade-build economy alone: the cases that its released program was run on, what escrow and
 * books promise on random orders, and that no pair that could trade is left. */
#include "core/num/rng.h"
#include "envs/gather_trade_build/market.h"
#include "tests/tap.h"

#include <string.h>

typedef struct scene {
    mg_gtb_market market;
    mg_gtb_endowment own[MG_GTB_AGENTS];
} scene;

/* Everybody with 10 coin, 5 stone and 5 wood. */
static void open_scene(scene *s)
{
    memset(s, 0xa5, sizeof *s);
    mg_gtb_market_open(&s->market);
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        s->own[i] = (mg_gtb_endowment){.coin = 10.0, .unit = {5, 5}};
}

static const mg_gtb_wish none = {MG_GTB_NO_ORDER, 0, 0};

/* One step in which one agent at most wants something. */
static void one(scene *s, int agent, mg_gtb_side side, int resource, int price)
{
    mg_gtb_wish wish[MG_GTB_AGENTS] = {none, none, none, none};
    if (side != MG_GTB_NO_ORDER)
        wish[agent] = (mg_gtb_wish){side, resource, price};
    mg_gtb_market_step(&s->market, s->own, wish);
}

static bool owns(const scene *s, int agent, double coin, double escrow, int stone, int stone_escrow)
{
    const mg_gtb_endowment *own = &s->own[agent];
    return own->coin == coin && own->escrow_coin == escrow && own->unit[MG_GTB_STONE] == stone &&
           own->escrow_unit[MG_GTB_STONE] == stone_escrow;
}

static bool is(mg_gtb_order order, int agent, int price, int age)
{
    return order.agent == agent && order.price == price && order.age == age;
}

static void test_prices(void)
{
    scene s;
    open_scene(&s);
    const mg_gtb_wish both[MG_GTB_AGENTS] = {{MG_GTB_BUY, MG_GTB_STONE, 7}, {MG_GTB_SELL, MG_GTB_STONE, 4}, none, none};
    mg_gtb_market_step(&s.market, s.own, both);
    tap_ok(owns(&s, 0, 6.0, 0.0, 6, 0) && owns(&s, 1, 14.0, 0.0, 4, 0), "in one step: the ask's price");
    tap_ok(s.own[0].labor == 0.25 && s.own[1].labor == 0.25 && s.own[2].labor == 0.0, "an order costs 0.25 labor");
    tap_ok(s.market.trades == 1 && s.market.income[0] == -4.0 && s.market.income[1] == 4.0, "counted as income");
    open_scene(&s);
    one(&s, 0, MG_GTB_BUY, MG_GTB_STONE, 7);
    tap_ok(owns(&s, 0, 3.0, 7.0, 5, 0) && s.market.book[MG_GTB_STONE].bids == 1, "a bid waits, its coin in escrow");
    one(&s, 1, MG_GTB_SELL, MG_GTB_STONE, 4);
    tap_ok(owns(&s, 0, 3.0, 0.0, 6, 0) && owns(&s, 1, 17.0, 0.0, 4, 0), "a bid that waited: its price");
    open_scene(&s);
    one(&s, 1, MG_GTB_SELL, MG_GTB_WOOD, 4);
    tap_ok(s.own[1].unit[MG_GTB_WOOD] == 4 && s.own[1].escrow_unit[MG_GTB_WOOD] == 1, "an ask waits, in escrow");
    one(&s, 0, MG_GTB_BUY, MG_GTB_WOOD, 7);
    tap_ok(s.own[0].coin == 6.0 && s.own[0].escrow_coin == 0.0 && s.own[0].unit[MG_GTB_WOOD] == 6 &&
               s.own[1].coin == 14.0 && s.own[1].escrow_unit[MG_GTB_WOOD] == 0,
           "an ask that waited: its price, the rest comes back");
}

static void test_precedence(void)
{
    scene s;
    open_scene(&s);
    one(&s, 0, MG_GTB_BUY, MG_GTB_STONE, 7);
    one(&s, 0, MG_GTB_SELL, MG_GTB_STONE, 4);
    tap_ok(s.market.trades == 0, "nobody trades with itself");
    one(&s, 1, MG_GTB_SELL, MG_GTB_STONE, 6);
    tap_ok(s.market.trades == 1 && s.own[1].coin == 17.0 && s.own[0].unit[MG_GTB_STONE] == 5,
           "its bid skips its own better ask");
    one(&s, 2, MG_GTB_BUY, MG_GTB_STONE, 5);
    tap_ok(s.market.trades == 2 && s.own[0].coin == 7.0 && s.own[2].coin == 6.0, "which another one takes, at 4");
    open_scene(&s);
    one(&s, 1, MG_GTB_SELL, MG_GTB_STONE, 5);
    one(&s, 2, MG_GTB_SELL, MG_GTB_STONE, 4);
    one(&s, 3, MG_GTB_SELL, MG_GTB_STONE, 4);
    one(&s, 0, MG_GTB_BUY, MG_GTB_STONE, 6);
    const mg_gtb_book *book = &s.market.book[MG_GTB_STONE];
    tap_ok(s.own[2].coin == 14.0 && s.own[0].coin == 6.0, "the lowest ask, of two the older");
    tap_ok(book->asks == 2 && is(book->ask[0], 3, 4, 2) && is(book->ask[1], 1, 5, 4), "the others stay, sorted");
    open_scene(&s);
    one(&s, 0, MG_GTB_BUY, MG_GTB_STONE, 5);
    one(&s, 1, MG_GTB_BUY, MG_GTB_STONE, 5);
    one(&s, 2, MG_GTB_SELL, MG_GTB_STONE, 3);
    tap_ok(s.own[2].coin == 15.0 && s.own[0].unit[MG_GTB_STONE] == 6 && s.own[1].unit[MG_GTB_STONE] == 5,
           "the older of two bids");
    one(&s, 3, MG_GTB_BUY, MG_GTB_STONE, 6);
    one(&s, 2, MG_GTB_SELL, MG_GTB_STONE, 1);
    tap_ok(s.own[3].unit[MG_GTB_STONE] == 6 && s.own[2].coin == 21.0, "the higher before the older");
}

/* Orders of one step, agents in index order: of equals the one that was first in the book. */
static void test_ties(void)
{
    scene s;
    open_scene(&s);
    const mg_gtb_wish bids[MG_GTB_AGENTS] = {none, {MG_GTB_BUY, MG_GTB_STONE, 3}, {MG_GTB_BUY, MG_GTB_STONE, 3}, none};
    mg_gtb_market_step(&s.market, s.own, bids);
    one(&s, 0, MG_GTB_SELL, MG_GTB_STONE, 2);
    tap_ok(s.own[1].unit[MG_GTB_STONE] == 6 && s.own[2].unit[MG_GTB_STONE] == 5, "equal bids: the lower index");
    open_scene(&s);
    const mg_gtb_wish two[MG_GTB_AGENTS] = {
        {MG_GTB_BUY, MG_GTB_STONE, 1}, {MG_GTB_BUY, MG_GTB_WOOD, 9}, {MG_GTB_SELL, MG_GTB_WOOD, 3}, none};
    mg_gtb_market_step(&s.market, s.own, two);
    tap_ok(s.market.trades == 1 && s.own[1].unit[MG_GTB_WOOD] == 6 && s.market.book[MG_GTB_STONE].bids == 1,
           "stone and wood do not meet");
}

static void test_limits(void)
{
    scene s;
    open_scene(&s);
    for (int k = 0; k < 7; k++)
        one(&s, 0, MG_GTB_BUY, MG_GTB_STONE, 1);
    const mg_gtb_book *book = &s.market.book[MG_GTB_STONE];
    bool oldest_first = book->bids == 5;
    for (int k = 0; k < 5; k++)
        oldest_first = oldest_first && is(book->bid[k], 0, 1, 7 - k);
    tap_ok(oldest_first && s.own[0].labor == 1.25 && s.own[0].coin == 5.0, "five orders, not seven, oldest first");
    mg_gtb_wish sell = {MG_GTB_SELL, MG_GTB_STONE, 9}, wood = {MG_GTB_SELL, MG_GTB_WOOD, 9};
    tap_ok(!mg_gtb_may_order(&s.market, 0, &s.own[0], &sell) && mg_gtb_may_order(&s.market, 0, &s.own[0], &wood) &&
               mg_gtb_may_order(&s.market, 1, &s.own[1], &sell),
           "asks count too, of each resource and agent apart");
    open_scene(&s);
    one(&s, 0, MG_GTB_BUY, MG_GTB_STONE, 7);
    one(&s, 0, MG_GTB_BUY, MG_GTB_WOOD, 4);
    tap_ok(s.own[0].coin == 3.0 && s.own[0].labor == 0.25 && s.market.book[MG_GTB_WOOD].bids == 0,
           "a bid beyond the coin at hand is without effect");
    one(&s, 0, MG_GTB_BUY, MG_GTB_WOOD, 3);
    tap_ok(s.own[0].coin == 0.0 && s.market.book[MG_GTB_WOOD].bids == 1, "all of it may be bid");
    s.own[1].unit[MG_GTB_STONE] = 0;
    one(&s, 1, MG_GTB_SELL, MG_GTB_STONE, 1);
    tap_ok(s.own[1].labor == 0.0 && s.market.trades == 0, "nothing to sell, no ask");
}

static void test_life(void)
{
    scene s;
    open_scene(&s);
    one(&s, 0, MG_GTB_BUY, MG_GTB_STONE, 3);
    one(&s, 1, MG_GTB_SELL, MG_GTB_WOOD, 8);
    for (int k = 2; k < 50; k++)
        one(&s, 0, MG_GTB_NO_ORDER, 0, 0);
    tap_ok(is(s.market.book[MG_GTB_STONE].bid[0], 0, 3, 50) && owns(&s, 0, 7.0, 3.0, 5, 0), "open after 50 steps");
    one(&s, 0, MG_GTB_NO_ORDER, 0, 0);
    tap_ok(s.market.book[MG_GTB_STONE].bids == 0 && owns(&s, 0, 10.0, 0.0, 5, 0) &&
               s.market.book[MG_GTB_STONE].open[0] == 0 && s.market.book[MG_GTB_WOOD].asks == 1,
           "taken back in the 51st");
    one(&s, 0, MG_GTB_NO_ORDER, 0, 0);
    tap_ok(s.market.book[MG_GTB_WOOD].asks == 0 && s.own[1].unit[MG_GTB_WOOD] == 5 &&
               s.own[1].escrow_unit[MG_GTB_WOOD] == 0 && s.market.book[MG_GTB_WOOD].open[1] == 0,
           "an ask too");
    open_scene(&s);
    one(&s, 0, MG_GTB_BUY, MG_GTB_STONE, 3);
    for (int k = 1; k < 50; k++)
        one(&s, 0, MG_GTB_NO_ORDER, 0, 0);
    one(&s, 1, MG_GTB_SELL, MG_GTB_STONE, 0);
    tap_ok(s.market.trades == 1 && s.own[1].coin == 13.0, "in its last step an order still trades");
}

static bool near(double a, double b)
{
    return a - b < 1e-12 && b - a < 1e-12;
}

static void test_history(void)
{
    scene s;
    open_scene(&s);
    const mg_gtb_book *book = &s.market.book[MG_GTB_STONE];
    tap_ok(mg_gtb_market_rate(book) == 0.0, "no trade, no price");
    one(&s, 1, MG_GTB_SELL, MG_GTB_STONE, 4);
    one(&s, 0, MG_GTB_BUY, MG_GTB_STONE, 7);
    tap_ok(book->history[4] == 1.0 && mg_gtb_market_rate(book) == 4.0, "a trade is remembered at its price");
    one(&s, 0, MG_GTB_BUY, MG_GTB_STONE, 6);
    one(&s, 1, MG_GTB_SELL, MG_GTB_STONE, 2);
    tap_ok(near(book->history[4], 0.995 * 0.995) && book->history[6] == 1.0, "and is worth 0.995 of itself a step on");
    tap_ok(near(mg_gtb_market_rate(book), (4.0 * 0.995 * 0.995 + 6.0) / (0.995 * 0.995 + 1.0)), "mean price");
    tap_ok(s.market.book[MG_GTB_WOOD].history[4] == 0.0, "of each resource apart");
}

/* ---- random orders ---- */

static bool escrow_is_in_the_books(const scene *s)
{
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        double coin = 0.0;
        for (int r = 0; r < MG_GTB_RESOURCES; r++) {
            const mg_gtb_book *book = &s->market.book[r];
            int open = 0, units = 0;
            for (int k = 0; k < book->bids; k++) {
                open += book->bid[k].agent == i;
                coin += book->bid[k].agent == i ? (double)book->bid[k].price : 0.0;
            }
            for (int k = 0; k < book->asks; k++)
                units += book->ask[k].agent == i;
            if (book->open[i] != open + units || open + units > 5 || s->own[i].escrow_unit[r] != units)
                return false;
        }
        if (s->own[i].escrow_coin != coin)
            return false;
    }
    return true;
}

static bool could_still_trade(const mg_gtb_book *book)
{
    for (int b = 0; b < book->bids; b++)
        for (int a = 0; a < book->asks; a++)
            if (book->bid[b].agent != book->ask[a].agent && book->bid[b].price >= book->ask[a].price)
                return true;
    return false;
}

static void test_random(void)
{
    scene s;
    int wrong = 0, crossed = 0, lost = 0, trades = 0;
    for (uint32_t episode = 0; episode < 200; episode++) {
        mg_stream stream = mg_stream_at((mg_key){4720, 0}, MG_PURPOSE_TEST, episode, 0, 0);
        open_scene(&s);
        for (int t = 0; t < 100; t++) {
            mg_gtb_wish wish[MG_GTB_AGENTS];
            double coin = 0.0;
            int units = 0;
            for (int i = 0; i < MG_GTB_AGENTS; i++)
                wish[i] = (mg_gtb_wish){(mg_gtb_side)mg_random_below(&stream, 3), (int32_t)mg_random_below(&stream, 2),
                                        (int32_t)mg_random_below(&stream, 11)};
            mg_gtb_market_step(&s.market, s.own, wish);
            for (int i = 0; i < MG_GTB_AGENTS; i++) {
                coin += mg_gtb_coin(&s.own[i]);
                for (int r = 0; r < MG_GTB_RESOURCES; r++)
                    units += s.own[i].unit[r] + s.own[i].escrow_unit[r];
                lost += s.own[i].coin < 0.0 || s.own[i].unit[0] < 0 || s.own[i].unit[1] < 0;
            }
            lost += coin != 40.0 || units != 40;
            wrong += !escrow_is_in_the_books(&s);
            crossed += could_still_trade(&s.market.book[0]) || could_still_trade(&s.market.book[1]);
        }
        trades += s.market.trades;
    }
    tap_ok(trades > 5000, "%d trades in 200 episodes of random orders", trades);
    tap_ok(lost == 0, "no coin and no unit is lost or made, nobody owes: %d wrong", lost);
    tap_ok(wrong == 0, "escrow is what the books say, at most five orders: %d wrong", wrong);
    tap_ok(crossed == 0, "nobody is left who could trade: %d", crossed);
}

int main(void)
{
    test_prices();
    test_precedence();
    test_ties();
    test_limits();
    test_life();
    test_history();
    test_random();
    return tap_done();
}
