/* observe.c - see observe.h. */
#include "envs/gather_trade_build/observe.h"

#include <string.h>

enum { WINDOW_CELLS = MG_GTB_WINDOW * MG_GTB_WINDOW, MINE = 1, OTHERS = 2 };
enum { STONE_UNITS, WOOD_UNITS, HOUSES, WATER, STONE_SOURCES, WOOD_SOURCES }; /* the planes that both maps begin with */

static const float hundredth = 0.01f;

/* ---- maps ---- */

/* What lies at `cell` into the first six planes, one number each; planes are `stride` apart and start at 0. */
static void see_cell(const mg_gtb_world *world, int cell, int stride, float *plane)
{
    switch (mg_gtb_map(cell)) {
    case 'S':
        plane[STONE_SOURCES * stride] = 1.0f;
        plane[STONE_UNITS * stride] = (float)world->unit[cell];
        break;
    case 'W':
        plane[WOOD_SOURCES * stride] = 1.0f;
        plane[WOOD_UNITS * stride] = (float)world->unit[cell];
        break;
    case '@': plane[WATER * stride] = 1.0f; break;
    default: plane[HOUSES * stride] = world->house[cell] ? 1.0f : 0.0f; break;
    }
}

/* who: 0 nobody, 1 + agent. */
static float code(int who, int self)
{
    return who == 0 ? 0.0f : who == 1 + self ? (float)MINE : (float)(OTHERS + who - 1);
}

static void see_window(const mg_gtb_world *world, int self, float *window)
{
    int top = world->cell[self] / MG_GTB_SIZE - MG_GTB_SIGHT, left = world->cell[self] % MG_GTB_SIZE - MG_GTB_SIGHT;
    memset(window, 0, MG_GTB_PLANES * WINDOW_CELLS * sizeof *window);
    for (int y = 0; y < MG_GTB_WINDOW; y++)
        for (int x = 0; x < MG_GTB_WINDOW; x++) {
            int row = top + y, column = left + x, cell = row * MG_GTB_SIZE + column;
            float *plane = window + y * MG_GTB_WINDOW + x;
            if (row < 0 || row >= MG_GTB_SIZE || column < 0 || column >= MG_GTB_SIZE)
                continue;
            see_cell(world, cell, WINDOW_CELLS, plane);
            plane[6 * WINDOW_CELLS] = 1.0f;
            plane[7 * WINDOW_CELLS] = code(world->house[cell], self);
            plane[8 * WINDOW_CELLS] = code(world->occupant[cell], self);
        }
}

static void see_map(const mg_gtb_world *world, float *map)
{
    memset(map, 0, MG_GTB_MAP_PLANES * MG_GTB_CELLS * sizeof *map);
    for (int cell = 0; cell < MG_GTB_CELLS; cell++) {
        see_cell(world, cell, MG_GTB_CELLS, map + cell);
        map[6 * MG_GTB_CELLS + cell] = code(world->house[cell], -1);
        map[7 * MG_GTB_CELLS + cell] = code(world->occupant[cell], -1);
    }
}

/* ---- numbers that all see; computed once a step ---- */

typedef struct shared {
    float rate[MG_GTB_RESOURCES], history[MG_GTB_RESOURCES * MG_GTB_PRICES];
    float tax[MG_GTB_BRACKETS], first, last, income[MG_GTB_AGENTS], position, time;
} shared;

static void sort(float *x, int count)
{
    for (int i = 1; i < count; i++) {
        float moved = x[i];
        int at = i;
        for (; at > 0 && x[at - 1] > moved; at--)
            x[at] = x[at - 1];
        x[at] = moved;
    }
}

static shared look(const mg_gtb_view *view)
{
    shared s;
    for (int r = 0; r < MG_GTB_RESOURCES; r++) {
        const mg_gtb_book *book = &view->market->book[r];
        s.rate[r] = (float)mg_gtb_market_rate(book);
        for (int p = 0; p < MG_GTB_PRICES; p++)
            s.history[r * MG_GTB_PRICES + p] = (float)book->history[p] * hundredth;
    }
    for (int b = 0; b < MG_GTB_BRACKETS; b++)
        s.tax[b] = (float)view->tax->rate[b];
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        s.income[i] = (float)(view->tax->last_income[i] / (double)MG_GTB_PERIOD);
    sort(s.income, MG_GTB_AGENTS);
    s.first = view->tax->position == 1 ? 1.0f : 0.0f;
    s.last = view->tax->position >= MG_GTB_PERIOD ? 1.0f : 0.0f;
    s.position = (float)view->tax->position / (float)MG_GTB_PERIOD;
    s.time = (float)view->time;
    return s;
}

/* ---- agents ---- */

enum {
    PAYMENT = 0,
    ASKS_OF_OTHERS = 2,
    BIDS_OF_OTHERS = 24,
    MARKET_RATES = 46,
    OWN_ASKS = 48,
    OWN_BIDS = 70,
    TRADES = 92,
    RATES = 115,
    FIRST_STEP = 122,
    LAST_STEP = 123,
    INCOMES = 124,
    MARGINAL_RATE = 128,
    POSITION = 129,
    TIME = 130,
    OWNED = 131,
    PLACE = 134
};

static void count_orders(const mg_gtb_order *order, int count, int self, float *own, float *of_others)
{
    for (int i = 0; i < count; i++)
        (order[i].agent == self ? own : of_others)[order[i].price] += 1.0f;
}

/* Coin, stone and wood at hand. */
static void see_owned(const mg_gtb_endowment *owner, float *seen)
{
    seen[0] = (float)owner->coin * hundredth;
    seen[1] = (float)owner->unit[MG_GTB_STONE] * hundredth;
    seen[2] = (float)owner->unit[MG_GTB_WOOD] * hundredth;
}

static void see_place(int cell, float *seen)
{
    seen[0] = (float)(cell % MG_GTB_SIZE) / (float)MG_GTB_SIZE;
    seen[1] = (float)(cell / MG_GTB_SIZE) / (float)MG_GTB_SIZE;
}

static void see_economy(const mg_gtb_view *view, const shared *s, int self, float *seen)
{
    memset(seen, 0, MG_GTB_SEEN * sizeof *seen);
    seen[PAYMENT] = (float)(mg_gtb_payment[view->world->rank[self]] / 10.0);
    for (int r = 0; r < MG_GTB_RESOURCES; r++) {
        const mg_gtb_book *book = &view->market->book[r];
        int at = r * MG_GTB_PRICES;
        count_orders(book->ask, book->asks, self, seen + OWN_ASKS + at, seen + ASKS_OF_OTHERS + at);
        count_orders(book->bid, book->bids, self, seen + OWN_BIDS + at, seen + BIDS_OF_OTHERS + at);
    }
    memcpy(seen + MARKET_RATES, s->rate, sizeof s->rate);
    memcpy(seen + TRADES, s->history, sizeof s->history);
    memcpy(seen + RATES, s->tax, sizeof s->tax);
    seen[FIRST_STEP] = s->first;
    seen[LAST_STEP] = s->last;
    memcpy(seen + INCOMES, s->income, sizeof s->income);
    seen[MARGINAL_RATE] = (float)mg_gtb_marginal_rate(view->tax->rate, mg_gtb_income(view->tax, view->endowment, self));
    seen[POSITION] = s->position;
    seen[TIME] = s->time;
    see_owned(&view->endowment[self], seen + OWNED);
    see_place(view->world->cell[self], seen + PLACE);
}

void mg_gtb_observe_agents(const mg_gtb_view *view, float *observation)
{
    const shared s = look(view);
    for (int i = 0; i < MG_GTB_AGENTS; i++, observation += MG_GTB_AGENT_NUMBERS) {
        see_window(view->world, i, observation);
        see_economy(view, &s, i, observation + MG_GTB_PLANES * WINDOW_CELLS);
    }
}

/* ---- the designer ---- */

enum {
    ALL_ASKS = 0,
    ALL_BIDS = 22,
    ALL_MARKET_RATES = 44,
    ALL_TRADES = 46,
    ALL_RATES = 68,
    ALL_FIRST = 75,
    ALL_LAST = 76,
    ALL_INCOMES = 77,
    ALL_POSITION = 81,
    ALL_TIME = 82
};

static void see_all(const mg_gtb_view *view, float *seen)
{
    const shared s = look(view);
    memset(seen, 0, MG_GTB_SHARED * sizeof *seen);
    for (int r = 0; r < MG_GTB_RESOURCES; r++) {
        const mg_gtb_book *book = &view->market->book[r];
        float *asks = seen + ALL_ASKS + r * MG_GTB_PRICES, *bids = seen + ALL_BIDS + r * MG_GTB_PRICES;
        count_orders(book->ask, book->asks, -1, asks, asks);
        count_orders(book->bid, book->bids, -1, bids, bids);
    }
    memcpy(seen + ALL_MARKET_RATES, s.rate, sizeof s.rate);
    memcpy(seen + ALL_TRADES, s.history, sizeof s.history);
    memcpy(seen + ALL_RATES, s.tax, sizeof s.tax);
    seen[ALL_FIRST] = s.first;
    seen[ALL_LAST] = s.last;
    memcpy(seen + ALL_INCOMES, s.income, sizeof s.income);
    seen[ALL_POSITION] = s.position;
    seen[ALL_TIME] = s.time;
}

void mg_gtb_observe_designer(const mg_gtb_view *view, float *observation)
{
    float *seen = observation + MG_GTB_MAP_PLANES * MG_GTB_CELLS;
    see_map(view->world, observation);
    see_all(view, seen);
    seen += MG_GTB_SHARED;
    for (int i = 0; i < MG_GTB_AGENTS; i++, seen += MG_GTB_PERSONAL) {
        seen[0] = (float)mg_gtb_marginal_rate(view->tax->rate, mg_gtb_income(view->tax, view->endowment, i));
        seen[1] = (float)(view->tax->last_income[i] / (double)MG_GTB_PERIOD);
        seen[2] = (float)view->tax->last_rate[i];
        see_owned(&view->endowment[i], seen + 3);
        see_place(view->world->cell[i], seen + 6);
    }
}
