/* The gather-trade-build economy as an environment: an episode that its released program played, coin that only houses
 * make, masks against what actions do, what is seen against its list, sensitivities through steps, and what random play
 * is worth there and here. */
#include "envs/gather_trade_build.h"
#include "envs/gather_trade_build/ledger.h"
#include "envs/gather_trade_build/observe.h"
#include "tests/tap.h"

#include <string.h>

enum { LEFT = MG_GTB_WALK, RIGHT, UP, DOWN, METRICS = 40, CELLS = MG_GTB_WINDOW * MG_GTB_WINDOW };

typedef struct game {
    mg_gather_trade_build_config config;
    mg_gtb_economy e;
    mg_row row;
    float reward[MG_GTB_AGENTS], paid[MG_GTB_AGENTS], received[MG_GTB_AGENTS];
    mg_outcome outcome;
    mg_stream stream;
} game;

static void open_game(game *g, mg_gtb_tax_form tax, double growth, uint32_t episode)
{
    memset(&g->e, 0xa5, sizeof g->e); /* what a reset must overwrite */
    g->config = mg_gather_trade_build_default(tax);
    g->config.growth = growth;
    g->row = (mg_row){&g->config, NULL, &g->e};
    g->outcome = (mg_outcome){.reward = g->reward, .paid = g->paid, .received = g->received};
    g->stream = mg_stream_at((mg_key){4723, 0}, MG_PURPOSE_TEST, episode, 0, 0);
    mg_gather_trade_build.reset(&g->row, &g->stream);
}

static void act(game *g, const int32_t *action, const float *rates)
{
    const mg_joint joint = {action, NULL, rates};
    mg_gather_trade_build.step(&g->row, &joint, &g->stream, &g->outcome);
}

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static bool near(double a, double b, double by)
{
    return size_of(a - b) < by;
}

static int at(int row, int column)
{
    return row * MG_GTB_SIZE + column;
}

/* ---- the released program's episode ---- */

static void test_episode(void)
{
    static const uint32_t rank[MG_GTB_AGENTS] = {0, 1, 2, 3};
    static const int32_t action[10][MG_GTB_AGENTS] = {
        {LEFT, 0, RIGHT, UP}, {LEFT, 0, DOWN, UP}, {0, 0, RIGHT, UP}, {0, 0, RIGHT, LEFT}, {0, 0, MG_GTB_BUILD, LEFT},
        {0, 0, DOWN, 1},      {0, 0, 0, 0},        {0, 0, 0, 0},      {0, 0, 0, 0},        {0, 0, 0, 0}};
    game g;
    open_game(&g, MG_GTB_US_FEDERAL, 0.0, 0);
    mg_gtb_begin(&g.config, &g.e, rank);
    double level = mg_gtb_productivity(g.e.endowment) * mg_gtb_equality(g.e.endowment) / 4.0, early = 0.0;
    int off = 0;
    for (int t = 0; t < 10; t++) {
        act(&g, action[t], NULL);
        off = size_of((double)g.outcome.welfare -
                      0.01 * mg_gtb_productivity(g.e.endowment) * mg_gtb_equality(g.e.endowment)) < 1e-6
                  ? off
                  : 1;
        double now = mg_gtb_productivity(g.e.endowment) * mg_gtb_equality(g.e.endowment) / 4.0;
        early = t < 9 && size_of(now - level) > early ? size_of(now - level) : early;
        if (t == 4) {
            tap_ok(g.e.world.house[at(1, 3)] == 3 && near(g.e.endowment[2].coin, 26.472372947006132, 1e-9),
                   "a house at 1, 3 in step 5: coin %.6f", g.e.endowment[2].coin);
            tap_ok(near((double)g.reward[2], 6.435708, 1e-6), "its reward %.6f", (double)g.reward[2]);
        }
        if (t == 9)
            tap_ok(near(now - level, 0.445671, 1e-6), "the planner gains %.6f in step 10", now - level);
    }
    tap_ok(near(early, 0.0, 1e-9), "and nothing before: one gain alone leaves equality times mean coin as it is");
    tap_ok(off == 0, "welfare is 0.01 times productivity times equality, in every step");
    tap_ok(g.e.endowment[2].labor == 18.0 && g.e.world.cell[2] == at(2, 3), "labor 18");
    tap_ok(!g.e.world.unit[at(0, 1)] && !g.e.world.unit[at(1, 1)] && !g.e.world.unit[at(1, 2)] &&
               g.e.endowment[2].unit[MG_GTB_STONE] == 1,
           "a wood and two stones were there");
    tap_ok(g.e.endowment[3].unit[MG_GTB_STONE] == 2 && g.e.endowment[3].labor == 7.0 &&
               g.e.world.cell[3] == at(11, 12) && g.e.world.houses[3] == 0 && !g.e.world.unit[at(11, 14)] &&
               !g.e.world.unit[at(11, 13)],
           "two stones, labor 7, and a try to build that changes nothing");
    static const double coin[] = {10.4456712, 10.4456712, 25.1353594, 10.4456712};
    static const double reward[] = {0.261110, 0.261110, -0.633085, 0.261110};
    bool paid = near(g.e.tax.paid[2], 1.7826848, 1e-7) && near(g.e.tax.share, 0.4456712, 1e-7), gained = true;
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        paid = paid && near(g.e.endowment[i].coin, coin[i], 1e-7);
        gained = gained && near((double)g.reward[i], reward[i], 1e-6) && g.outcome.paid[i] == 0.0f &&
                 g.outcome.received[i] == 0.0f;
    }
    tap_ok(paid, "taxes of step 10");
    tap_ok(gained, "and its rewards, in which they are");
}

/* Build, market, walk and gather, tax: what is gathered in a step cannot be sold in it, what is built in one is taxed
 * in it. */
static void test_order(void)
{
    static const uint32_t rank[MG_GTB_AGENTS] = {0, 1, 2, 3};
    game g;
    open_game(&g, MG_GTB_US_FEDERAL, 0.0, 0);
    mg_gtb_begin(&g.config, &g.e, rank); /* agent 2 stands on wood */
    act(&g, (const int32_t[]){0, 0, MG_GTB_SELL_WOOD + 3, 0}, NULL);
    tap_ok(g.e.endowment[2].unit[MG_GTB_WOOD] == 1 && g.e.market.book[MG_GTB_WOOD].asks == 0,
           "the market is before the gathering");
    g.e.endowment[0].unit[MG_GTB_WOOD] = g.e.endowment[0].unit[MG_GTB_STONE] = 1;
    while (g.e.step < 9)
        act(&g, (const int32_t[]){0, 0, 0, 0}, NULL);
    g.e.endowment[1].unit[MG_GTB_STONE] = 1;
    act(&g, (const int32_t[]){MG_GTB_BUILD, MG_GTB_SELL_STONE + 3, 0, MG_GTB_BUY_STONE + 3}, NULL);
    tap_ok(near(g.e.tax.last_income[0], mg_gtb_payment[0], 1e-12), "the tax after the building");
    tap_ok(near(g.e.tax.last_income[1], 3.0, 1e-12) && near(g.e.tax.last_income[3], -3.0, 1e-12),
           "and after the market");
}

/* Every number that means an order is that order. */
static void test_actions(void)
{
    int wrong = 0;
    for (int32_t kind = 0; kind < 4; kind++)
        for (int32_t price = 0; price < MG_GTB_PRICES; price++) {
            static const int32_t first[] = {2, 13, 24, 35};
            game g;
            open_game(&g, MG_GTB_FREE_MARKET, 0.0, 0);
            g.e.endowment[1].unit[MG_GTB_STONE] = g.e.endowment[1].unit[MG_GTB_WOOD] = 1;
            act(&g, (const int32_t[]){0, first[kind] + price, 0, 0}, NULL);
            const mg_gtb_book *book = &g.e.market.book[kind < 2 ? MG_GTB_STONE : MG_GTB_WOOD];
            const mg_gtb_book *other = &g.e.market.book[kind < 2 ? MG_GTB_WOOD : MG_GTB_STONE];
            const mg_gtb_order *order = kind % 2 ? &book->ask[0] : &book->bid[0];
            wrong += (kind % 2 ? book->asks : book->bids) != 1 ||
                     book->bids + book->asks + other->bids + other->asks != 1 || order->agent != 1 ||
                     order->price != price;
        }
    tap_ok(wrong == 0, "bids and asks for stone, then for wood, by price: %d wrong", wrong);
}

/* ---- random play ---- */

/* Each agent draws among what is allowed; `builds`: builds where it may, else walks. */
static void draw(game *g, bool builds, int32_t *action)
{
    uint8_t allowed[MG_GTB_AGENTS * MG_GTB_ACTIONS];
    mg_gather_trade_build.mask(&g->row, 0, allowed);
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        uint8_t *mine = allowed + i * MG_GTB_ACTIONS;
        uint32_t choices = 0;
        bool stuck = !mine[LEFT] && !mine[RIGHT] && !mine[UP] && !mine[DOWN];
        if (builds && !stuck)
            mine[0] = 0;
        if (builds)
            memset(mine + MG_GTB_BUY_STONE, 0, MG_GTB_WALK - MG_GTB_BUY_STONE);
        for (int a = 0; a < MG_GTB_ACTIONS; a++)
            choices += mine[a];
        int32_t left = (int32_t)mg_random_below(&g->stream, choices), chosen = 0;
        for (; left > 0 || !mine[chosen]; chosen++)
            left -= mine[chosen];
        action[i] = builds && mine[MG_GTB_BUILD] ? MG_GTB_BUILD : chosen;
    }
}

/* Every step of 1000 episodes of anything at all, barred or not. */
static void test_coin(void)
{
    int wrong = 0, owing = 0, houses = 0, steps = 0;
    for (uint32_t episode = 0; episode < 1000; episode++) {
        game g;
        open_game(&g, episode % 2 ? MG_GTB_US_FEDERAL : MG_GTB_DESIGNER, 0.05, episode);
        double paid = 0.0;
        int built[MG_GTB_AGENTS] = {0};
        while (g.e.step < g.config.steps) {
            int32_t action[MG_GTB_AGENTS];
            float rates[MG_GTB_BRACKETS];
            mg_random_fill_float(&g.stream, rates, MG_GTB_BRACKETS);
            draw(&g, episode % 3 == 0, action);
            if (episode % 4 == 3)
                action[episode % MG_GTB_AGENTS] = (int32_t)mg_random_below(&g.stream, MG_GTB_ACTIONS);
            act(&g, action, episode % 2 ? NULL : rates);
            for (int i = 0; i < MG_GTB_AGENTS; i++) {
                paid += (double)(g.e.world.houses[i] - built[i]) * mg_gtb_payment[g.e.world.rank[i]];
                houses += g.e.world.houses[i] - built[i];
                built[i] = g.e.world.houses[i];
                owing += g.e.endowment[i].coin < 0.0;
            }
            wrong += !near(mg_gtb_productivity(g.e.endowment), 40.0 + paid, 1e-9);
            steps++;
        }
    }
    tap_ok(wrong == 0 && houses > 1000 && steps == 100000, "only houses make coin: %d of %d steps wrong, %d houses",
           wrong, steps, houses);
    tap_ok(owing == 0, "nobody owes any");
}

static double root(double x)
{
    double r = x > 1.0 ? x : 1.0;
    for (int k = 0; k < 60; k++)
        r = 0.5 * (r + x / r);
    return r;
}

enum { PRODUCTIVITY, EQUALITY, PLANNER, RETURN, HOUSES, TRADES, GATHERED, LABOR, MEASURES };
static const char *const measure[] = {"productivity", "equality", "planner's return", "return",
                                      "houses",       "trades",   "gathered",         "labor"};

/* Means of 200 episodes there, of 400 here. Their own standard errors, where they are known; else as ours would be. */
static void compare(bool builds, const double *mean, const double *known)
{
    enum { THERE = 200, HERE = 400 };
    double sum[MEASURES] = {0}, squares[MEASURES] = {0};
    for (uint32_t episode = 0; episode < HERE; episode++) {
        game g;
        double metric[METRICS], one[MEASURES];
        open_game(&g, MG_GTB_US_FEDERAL, 0.01, 5000 + episode);
        do {
            int32_t action[MG_GTB_AGENTS];
            draw(&g, builds, action);
            act(&g, action, NULL);
        } while (!g.outcome.truncated);
        mg_gather_trade_build.metrics(&g.row, metric);
        one[PRODUCTIVITY] = metric[0];
        one[EQUALITY] = metric[1];
        one[PLANNER] = metric[2] / 4.0 - 10.0;
        one[RETURN] = metric[4];
        one[HOUSES] = metric[5];
        one[TRADES] = metric[6];
        one[GATHERED] = metric[7];
        one[LABOR] = metric[8];
        for (int m = 0; m < MEASURES; m++) {
            sum[m] += one[m];
            squares[m] += one[m] * one[m];
        }
    }
    for (int m = 0; m < MEASURES; m++) {
        double here = sum[m] / HERE, variance = squares[m] / HERE - here * here;
        double theirs = known[m] > 0.0 ? known[m] * known[m] : variance / THERE;
        double error = root(variance / HERE + theirs);
        if (mean[m] != -1.0)
            tap_ok(size_of(here - mean[m]) < 4.0 * error, "%s: %s %.4g, there %.4g, standard error %.2g",
                   builds ? "builds where it may" : "any allowed action", measure[m], here, mean[m], error);
    }
}

static void test_random(void)
{
    static const double any[] = {67.2, 0.612, 0.047, -11.5, 1.62, 23.6, 23.8, 70.6}, any_known[MEASURES] = {1.5, 0.010};
    static const double builds[] = {116.9, 0.468, -1.0, -16.2, 4.68, -1.0, 29.9, 117.9}; /* -1: not known */
    static const double builds_known[MEASURES] = {2.3, 0.008};
    compare(false, any, any_known);
    compare(true, builds, builds_known);
    game g;
    double metric[METRICS];
    open_game(&g, MG_GTB_US_FEDERAL, 0.01, 1);
    int steps = 0;
    do {
        act(&g, (const int32_t[]){0, 0, 0, 0}, NULL);
        steps++;
    } while (!g.outcome.truncated && !g.outcome.terminated && steps < 1000);
    mg_gather_trade_build.metrics(&g.row, metric);
    tap_ok(steps == 100 && !g.outcome.terminated && metric[0] == 40.0 && metric[1] == 1.0 && metric[3] == 4000.0,
           "nobody does anything: 40 coin, equal, for 100 steps");
}

/* ---- masks ---- */

/* The next step as it would be if one agent acted alone. */
static void try_alone(const game *g, game *tried, int agent, int32_t what)
{
    int32_t action[MG_GTB_AGENTS] = {0};
    *tried = *g;
    tried->row = (mg_row){&tried->config, NULL, &tried->e};
    tried->outcome = (mg_outcome){.reward = tried->reward, .paid = tried->paid, .received = tried->received};
    action[agent] = what;
    act(tried, action, NULL);
}

/* What is barred costs no labor and what is allowed does, beyond what lies under an agent's feet at the start. */
static void test_masks(void)
{
    int barred = 0, allowed_changes = 0, wrong = 0;
    for (uint32_t episode = 0; episode < 12; episode++) {
        game g;
        open_game(&g, MG_GTB_FREE_MARKET, 0.0, 300 + episode);
        while (g.e.step < g.config.steps) {
            uint8_t allowed[MG_GTB_AGENTS * MG_GTB_ACTIONS];
            int32_t action[MG_GTB_AGENTS];
            game idle, tried;
            try_alone(&g, &idle, 0, MG_GTB_NOTHING);
            mg_gather_trade_build.mask(&g.row, 0, allowed);
            for (int i = 0; i < MG_GTB_AGENTS && g.e.step % 5 == 0; i++)
                for (int32_t a = 1; a < MG_GTB_ACTIONS; a++) {
                    try_alone(&g, &tried, i, a);
                    bool changed = tried.e.endowment[i].labor != idle.e.endowment[i].labor;
                    wrong += changed != allowed[i * MG_GTB_ACTIONS + a];
                    barred += !changed;
                    allowed_changes += changed;
                }
            draw(&g, episode % 4 == 3, action);
            act(&g, action, NULL);
        }
    }
    tap_ok(wrong == 0 && barred > 1000 && allowed_changes > 1000,
           "exactly what is allowed has an effect, and costs labor: %d wrong of %d and %d", wrong, barred,
           allowed_changes);
}

/* ---- what is seen ---- */

/* The number at one plane and place of an agent's window by its definition. */
static float plane(const game *g, int self, int channel, int row, int column)
{
    if (row < 0 || row > 14 || column < 0 || column > 14)
        return 0.0f;
    int cell = at(row, column), who = channel == 7 ? g->e.world.house[cell] : g->e.world.occupant[cell];
    char ground = mg_gtb_map(cell);
    switch (channel) {
    case 0: return ground == 'S' && g->e.world.unit[cell] ? 1.0f : 0.0f;
    case 1: return ground == 'W' && g->e.world.unit[cell] ? 1.0f : 0.0f;
    case 2: return g->e.world.house[cell] ? 1.0f : 0.0f;
    case 3: return ground == '@' ? 1.0f : 0.0f;
    case 4: return ground == 'S' ? 1.0f : 0.0f;
    case 5: return ground == 'W' ? 1.0f : 0.0f;
    case 6: return 1.0f;
    default: return who == 0 ? 0.0f : who - 1 == self ? 1.0f : (float)(who - 1 + 2);
    }
}

static int wrong_windows(const game *g, const float *seen)
{
    int wrong = 0;
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        for (int c = 0; c < MG_GTB_PLANES; c++)
            for (int k = 0; k < CELLS; k++)
                wrong += seen[i * MG_GTB_AGENT_NUMBERS + c * CELLS + k] !=
                         plane(g, i, c, g->e.world.cell[i] / 15 + k / 11 - 5, g->e.world.cell[i] % 15 + k % 11 - 5);
    return wrong;
}

static int wrong_maps(const game *g, const float *seen)
{
    static const int channel[] = {0, 1, 2, 3, 4, 5, 7, 8};
    int wrong = 0;
    for (int c = 0; c < 8; c++)
        for (int cell = 0; cell < MG_GTB_CELLS; cell++)
            wrong += seen[c * MG_GTB_CELLS + cell] != plane(g, -1, channel[c], cell / 15, cell % 15);
    return wrong;
}

/* Orders of one side at a price: of `agent`, or of all others. */
static float orders(const game *g, int resource, bool bids, int price, int agent, bool own)
{
    const mg_gtb_book *book = &g->e.market.book[resource];
    float count = 0.0f;
    for (int k = 0; k < (bids ? book->bids : book->asks); k++) {
        const mg_gtb_order *order = bids ? &book->bid[k] : &book->ask[k];
        count += order->price == price && (order->agent == agent) == own ? 1.0f : 0.0f;
    }
    return count;
}

static int wrong_markets(const game *g, const float *seen, const float *designer)
{
    int wrong = 0;
    for (int r = 0; r < 2; r++)
        for (int p = 0; p < 11; p++) {
            float history = (float)g->e.market.book[r].history[p] * 0.01f;
            for (int i = 0; i < MG_GTB_AGENTS; i++) {
                const float *own = seen + i * MG_GTB_AGENT_NUMBERS + 9 * CELLS;
                wrong += own[2 + 11 * r + p] != orders(g, r, false, p, i, false) ||
                         own[24 + 11 * r + p] != orders(g, r, true, p, i, false) ||
                         own[48 + 11 * r + p] != orders(g, r, false, p, i, true) ||
                         own[70 + 11 * r + p] != orders(g, r, true, p, i, true) || own[92 + 11 * r + p] != history ||
                         own[46 + r] != (float)mg_gtb_market_rate(&g->e.market.book[r]);
            }
            wrong += designer[11 * r + p] != orders(g, r, false, p, -1, false) ||
                     designer[22 + 11 * r + p] != orders(g, r, true, p, -1, false) ||
                     designer[46 + 11 * r + p] != history ||
                     designer[44 + r] != (float)mg_gtb_market_rate(&g->e.market.book[r]);
        }
    return wrong;
}

/* Taxes, time and possessions; rates of a period are seen from its first step on. */
static int wrong_numbers(const game *g, const float *seen, const float *designer)
{
    int wrong = 0, day = g->e.step % 10 + 1;
    float before = -1e30f;
    for (int k = 0; k < 4; k++) {
        int lower = 0;
        for (int i = 0; i < MG_GTB_AGENTS; i++)
            lower += (float)(g->e.tax.last_income[i] / 10.0) <= seen[9 * CELLS + 124 + k];
        wrong += lower < k + 1 || seen[9 * CELLS + 124 + k] < before || designer[77 + k] != seen[9 * CELLS + 124 + k];
        before = seen[9 * CELLS + 124 + k];
    }
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        const float *own = seen + i * MG_GTB_AGENT_NUMBERS + 9 * CELLS, *of = designer + 86 + 8 * i;
        const mg_gtb_endowment *has = &g->e.endowment[i];
        const int cell = g->e.world.cell[i];
        double income = has->coin + has->escrow_coin - g->e.tax.reference[i];
        wrong += own[0] != (float)(mg_gtb_payment[g->e.world.rank[i]] / 10.0) || own[1] != 0.0f || own[114] != 0.0f;
        wrong += own[122] != (day == 1 ? 1.0f : 0.0f) || own[123] != (day == 10 ? 1.0f : 0.0f);
        wrong += own[129] != (float)day / 10.0f || !near((double)own[130], 0.01 * (double)g->e.step, 1e-7);
        wrong += own[128] != (float)mg_gtb_marginal_rate(g->e.tax.rate, income) || own[128] != of[0];
        wrong += own[131] != (float)has->coin * 0.01f || own[132] != (float)has->unit[0] * 0.01f ||
                 own[133] != (float)has->unit[1] * 0.01f;
        wrong += own[134] != (float)(cell % 15) / 15.0f || own[135] != (float)(cell / 15) / 15.0f;
        wrong += memcmp(own + 131, of + 3, 5 * sizeof *own) != 0;
        wrong += of[1] != (float)(g->e.tax.last_income[i] / 10.0) || of[2] != (float)g->e.tax.last_rate[i];
        for (int b = 0; b < MG_GTB_BRACKETS; b++)
            wrong += own[115 + b] != (float)g->e.tax.rate[b] || own[115 + b] != designer[68 + b];
        wrong += designer[75] != own[122] || designer[76] != own[123] || designer[81] != own[129] ||
                 designer[82] != own[130];
    }
    return wrong + (designer[83] != 0.0f || designer[84] != 0.0f || designer[85] != 0.0f);
}

static void test_seen(void)
{
    static float seen[MG_GTB_AGENTS * MG_GTB_AGENT_NUMBERS], designer[MG_GTB_DESIGNER_NUMBERS];
    int windows = 0, maps = 0, markets = 0, numbers = 0, houses = 0, trades = 0;
    for (uint32_t episode = 0; episode < 20; episode++) {
        game g;
        open_game(&g, MG_GTB_DESIGNER, 0.05, 700 + episode);
        do {
            int32_t action[MG_GTB_AGENTS];
            float rates[MG_GTB_BRACKETS];
            mg_random_fill_float(&g.stream, rates, MG_GTB_BRACKETS);
            mg_gather_trade_build.disclose(&g.row, -1, &(mg_joint){.transfer = rates});
            memset(seen, 0xa5, sizeof seen);
            memset(designer, 0xa5, sizeof designer);
            mg_gather_trade_build.observe(&g.row, 0, seen);
            mg_gather_trade_build.designer(&g.row, designer);
            windows += wrong_windows(&g, seen);
            maps += wrong_maps(&g, designer);
            markets += wrong_markets(&g, seen, designer + 8 * MG_GTB_CELLS);
            numbers += wrong_numbers(&g, seen, designer + 8 * MG_GTB_CELLS);
            trades += g.e.market.book[0].bids + g.e.market.book[1].asks;
            draw(&g, episode % 2, action);
            act(&g, action, rates);
        } while (!g.outcome.truncated);
        for (int i = 0; i < MG_GTB_AGENTS; i++)
            houses += g.e.world.houses[i];
    }
    tap_ok(windows == 0 && houses > 20, "windows of 9 planes: %d numbers wrong", windows);
    tap_ok(maps == 0, "the designer's map of 8 planes: %d wrong", maps);
    tap_ok(markets == 0 && trades > 1000, "orders, trades and prices of the market: %d wrong", markets);
    tap_ok(numbers == 0, "skill, taxes, time, possessions: %d wrong", numbers);
}

/* ---- rates ---- */

static void test_rates(void)
{
    static const float high[] = {0.5f, 0.25f, 1.5f, -1.0f, 0.0f, 1.0f, 0.125f}, low[MG_GTB_BRACKETS] = {0.0f};
    game g;
    open_game(&g, MG_GTB_DESIGNER, 0.01, 0);
    static const int32_t still[MG_GTB_AGENTS] = {0};
    mg_gather_trade_build.disclose(&g.row, -1, &(mg_joint){.transfer = high});
    tap_ok(g.e.tax.rate[0] == 0.5 && g.e.tax.rate[1] == 0.25 && g.e.tax.rate[2] == 1.0 && g.e.tax.rate[3] == 0.0 &&
               g.e.tax.rate[6] == 0.125,
           "rates are disclosed, within 0 and 1");
    act(&g, still, high);
    for (int t = 1; t < 10; t++) {
        mg_gather_trade_build.disclose(&g.row, -1, &(mg_joint){.transfer = low});
        act(&g, still, low);
    }
    tap_ok(g.e.tax.rate[0] == 0.5 && g.e.tax.periods == 1, "and hold for a period, whatever is given meanwhile");
    float sensitivity[MG_GTB_AGENTS * MG_GTB_BRACKETS] = {0.0f};
    g.e.tax.slope[0][0] = 1.0;
    mg_gather_trade_build.sensitivity(&g.row, sensitivity);
    float then = sensitivity[0];
    act(&g, still, low);
    tap_ok(g.e.tax.rate[0] == 0.0, "then come those of the next");
    mg_gather_trade_build.sensitivity(&g.row, sensitivity);
    tap_ok(then > 0.0f && sensitivity[0] == 0.0f, "the step after a collection does not depend on them");
    for (int t = 1; t < 10; t++)
        act(&g, still, low);
    tap_ok(g.e.tax.periods == 2 && g.e.tax.rates[0] == 0.5 && g.e.tax.rates[2] == 1.0, "those of both are counted");
    open_game(&g, MG_GTB_US_FEDERAL, 0.01, 0);
    act(&g, still, low);
    tap_ok(g.e.tax.rate[6] == 0.37, "US federal rates are nobody's to give");
    open_game(&g, MG_GTB_FREE_MARKET, 0.01, 0);
    act(&g, still, high);
    tap_ok(g.e.tax.rate[0] == 0.0, "nor those of a free market");
    mg_env_spec spec;
    mg_gather_trade_build.describe(&g.config, NULL, &spec);
    tap_ok(spec.transfer.time == MG_TRANSFER_NONE && spec.metrics == METRICS, "which has no channel");
    mg_env_spec_free(&spec);
    open_game(&g, MG_GTB_DESIGNER, 0.01, 0);
    mg_gather_trade_build.describe(&g.config, NULL, &spec);
    tap_ok(spec.transfer.period == 10 && spec.transfer.numbers_per_giver == 7 && spec.transfer.designer &&
               mg_part_numbers(spec.transfer.part) == 8 * 225 + 86 + 32,
           "a designer has one, of seven numbers in every tenth step");
    mg_env_spec_free(&spec);
}

/* The rewards of a whole period as the rates give them, with the same actions and noise. */
static bool play_period(uint32_t episode, const float *rates, float *reward, float *sensitivity)
{
    game g;
    open_game(&g, MG_GTB_DESIGNER, 0.2, episode);
    for (int t = 0; t < 10; t++) {
        int32_t action[MG_GTB_AGENTS] = {0};
        for (int i = 0; i < MG_GTB_AGENTS; i++)
            g.e.endowment[i].unit[0] = g.e.endowment[i].unit[1] = 1;
        draw(&g, true, action);
        if (t == 9 && episode % 2) { /* every other episode somebody has its coin in escrow */
            g.e.endowment[1].escrow_coin = g.e.endowment[1].coin + 20.0;
            g.e.endowment[1].coin = 0.25;
            action[1] = MG_GTB_NOTHING;
        }
        act(&g, action, rates);
        mg_gather_trade_build.sensitivity(&g.row, sensitivity);
        for (int k = 0; k < MG_GTB_AGENTS * MG_GTB_BRACKETS && t < 9; k++)
            if (sensitivity[k] != 0.0f)
                sensitivity[0] = 1e9f; /* before the collection there is none */
    }
    memcpy(reward, g.reward, sizeof g.reward);
    return g.e.tax.paid[1] == 0.25;
}

static void test_sensitivity(void)
{
    double worst = 0.0, moves = 0.0;
    int limited = 0;
    for (uint32_t episode = 0; episode < 40; episode++) {
        mg_stream stream = mg_stream_at((mg_key){4724, 0}, MG_PURPOSE_TEST, episode, 0, 0);
        float rates[MG_GTB_BRACKETS], reward[3][MG_GTB_AGENTS], sensitivity[MG_GTB_AGENTS * MG_GTB_BRACKETS],
            ignored[MG_GTB_AGENTS * MG_GTB_BRACKETS];
        for (int b = 0; b < MG_GTB_BRACKETS; b++)
            rates[b] = mg_random_uniform(&stream, 0.25f, 0.875f);
        limited += play_period(episode, rates, reward[0], sensitivity);
        for (int b = 0; b < MG_GTB_BRACKETS; b++) {
            const float kept = rates[b], h = 1.0f / 128.0f;
            rates[b] = kept + h;
            play_period(episode, rates, reward[1], ignored);
            float up = rates[b];
            rates[b] = kept - h;
            play_period(episode, rates, reward[2], ignored);
            double width = (double)up - (double)rates[b];
            rates[b] = kept;
            for (int i = 0; i < MG_GTB_AGENTS; i++) {
                double slope = ((double)reward[1][i] - (double)reward[2][i]) / width;
                double told = (double)sensitivity[i * MG_GTB_BRACKETS + b];
                worst = size_of(slope - told) > worst ? size_of(slope - told) : worst;
                moves += size_of(told);
            }
        }
    }
    tap_ok(worst < 2e-3 && moves > 100.0, "rewards by rates, through a period's steps: off by %.2g (sum %.4g)", worst,
           moves);
    tap_ok(limited == 20, "where somebody pays all that it has at hand, too: %d times of 40", limited);
}

/* ---- the released program's account ---- */

enum { NOTED = 35, NOTES = MG_GTB_AGENTS * MG_GTB_ENTRIES };

/* An episode by chance, cut off within a period, in which one agent has nearly nothing at times and one nearly all in
 * escrow, until it has lost it. ledger as the environment writes it; coin: what each has, at hand and in all, before
 * each step and at the end; returns in `end` what each had after the last collection. */
static void play_noted(uint32_t episode, const float *rates, float ledger[NOTED + 1][NOTES],
                       double coin[NOTED + 1][MG_GTB_AGENTS][2], double end[MG_GTB_AGENTS])
{
    game g;
    int32_t action[MG_GTB_AGENTS];
    open_game(&g, MG_GTB_DESIGNER, 0.1, episode);
    for (int t = 0; t <= NOTED; t++) {
        mg_gtb_endowment *own = g.e.endowment;
        if (t % MG_GTB_PERIOD == 8) {
            own[0].coin = 0.001 * (double)episode;
            own[0].escrow_coin = 0.0;
            own[1].coin += 60.0;
            own[2].escrow_coin = t < 20 ? own[2].escrow_coin + own[2].coin - 0.25 : 1.0;
            own[2].coin = 0.25;
        }
        mg_gather_trade_build.ledger(&g.row, ledger[t]);
        for (int i = 0; i < MG_GTB_AGENTS; i++) {
            coin[t][i][0] = own[i].coin;
            coin[t][i][1] = own[i].coin + own[i].escrow_coin;
        }
        if (t == NOTED)
            break;
        draw(&g, episode % 2 == 1, action);
        act(&g, action, rates + t / MG_GTB_PERIOD * MG_GTB_BRACKETS);
        for (int i = 0; i < MG_GTB_AGENTS && g.e.tax.collected; i++)
            end[i] = own[i].coin + own[i].escrow_coin;
    }
}

/* What is paid of a step that collects, and how that moves with each rate. */
static double pays(const double coin[2], double end, const float *rate, double slope[MG_GTB_BRACKETS])
{
    static const double cut[MG_GTB_BRACKETS + 1] = {0.0, 9.7, 39.475, 84.2, 160.725, 204.1, 510.3, 1e300};
    double due = 0.0, income = coin[1] - end;
    for (int b = 0; b < MG_GTB_BRACKETS; b++) {
        slope[b] = income < cut[b] ? 0.0 : income < cut[b + 1] ? income - cut[b] : cut[b + 1] - cut[b];
        due += (double)rate[b] * slope[b];
    }
    for (int b = 0; b < MG_GTB_BRACKETS && due > coin[0]; b++)
        slope[b] = 0.0;
    return due > coin[0] ? coin[0] : due;
}

static double worth(double coin)
{
    return mg_gtb_utility(coin, 0.0);
}

/* Errors of one step's rewards and slopes; rate NULL: it collects nothing. */
static void check_step(const double coin[MG_GTB_AGENTS][2], const double end[MG_GTB_AGENTS], const float *rate,
                       const float *reward, const float *sensitivity, double off[2], int seen[3])
{
    double paid[MG_GTB_AGENTS] = {0.0}, slope[MG_GTB_AGENTS][MG_GTB_BRACKETS] = {{0.0}}, share = 0.0;
    for (int i = 0; i < MG_GTB_AGENTS && rate; i++) {
        paid[i] = pays(coin[i], end[i], rate, slope[i]);
        share += paid[i] / 4.0;
    }
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        const double now = coin[i][1] + share - paid[i];
        const double wrong = size_of((double)reward[i] - (worth(now < 0.01 ? 0.01 : now) - worth(coin[i][1])));
        off[0] = wrong > off[0] ? wrong : off[0];
        seen[0] += !rate && reward[i] != 0.0f;
        seen[1] += rate && paid[i] == coin[i][0] && paid[i] > 0.0;
        for (int b = 0; b < MG_GTB_BRACKETS; b++) {
            double all = slope[0][b] + slope[1][b] + slope[2][b] + slope[3][b];
            double moves = now < 0.01 ? 0.0 : mg_gtb_utility_slope(now) * (all / 4.0 - slope[i][b]);
            double apart = size_of((double)sensitivity[i * MG_GTB_BRACKETS + b] - moves);
            off[1] = apart > off[1] ? apart : off[1];
            seen[2] += rate && moves != 0.0;
        }
    }
}

/* One pays a thousandth of coin: nobody has 0.01 after it. */
static void test_poor(void)
{
    float ledger[MG_GTB_PERIOD + 1][NOTES] = {{0.0f}}, rates[MG_GTB_BRACKETS] = {0.5f};
    float reward[MG_GTB_PERIOD][MG_GTB_AGENTS], sensitivity[MG_GTB_PERIOD][MG_GTB_AGENTS * MG_GTB_BRACKETS];
    bool moves = false;
    ledger[MG_GTB_PERIOD - 1][MG_GTB_AT_HAND] = 0.002f;
    mg_gather_trade_build.account(NULL, MG_GTB_PERIOD, ledger[0], rates, reward[0], sensitivity[0]);
    for (int k = 0; k < MG_GTB_AGENTS * MG_GTB_BRACKETS; k++)
        moves = moves || sensitivity[MG_GTB_PERIOD - 1][k] != 0.0f;
    ledger[MG_GTB_PERIOD - 1][MG_GTB_AT_HAND] = 0.2f;
    mg_gather_trade_build.account(NULL, MG_GTB_PERIOD, ledger[0], rates, reward[0], sensitivity[0]);
    tap_ok(!moves && sensitivity[MG_GTB_PERIOD - 1][0] < 0.0f && sensitivity[MG_GTB_PERIOD - 1][MG_GTB_BRACKETS] > 0.0f,
           "who has less than 0.01 after it does not see the rates move");
}

static void test_ledger(void)
{
    static float ledger[NOTED + 1][NOTES], reward[NOTED][MG_GTB_AGENTS],
        sensitivity[NOTED][MG_GTB_AGENTS * MG_GTB_BRACKETS];
    static double coin[NOTED + 1][MG_GTB_AGENTS][2];
    double off[2] = {0.0}, end[MG_GTB_AGENTS];
    int seen[3] = {0};
    for (uint32_t episode = 0; episode < 20; episode++) {
        mg_stream stream = mg_stream_at((mg_key){4725, 0}, MG_PURPOSE_TEST, episode, 0, 0);
        float rates[4 * MG_GTB_BRACKETS];
        for (int b = 0; b < 4 * MG_GTB_BRACKETS; b++)
            rates[b] = mg_random_uniform(&stream, 0.1f, 0.9f);
        play_noted(episode, rates, ledger, coin, end);
        mg_gather_trade_build.account(NULL, NOTED, ledger[0], rates, reward[0], sensitivity[0]);
        for (int t = 0; t < NOTED; t++)
            check_step(coin[t], end, t % 10 == 9 ? rates + t / 10 * MG_GTB_BRACKETS : NULL, reward[t], sensitivity[t],
                       off, seen);
    }
    tap_ok(off[0] < 1e-5, "the account's rewards: off by %.2g", off[0]);
    tap_ok(off[1] < 1e-4 && seen[2] > 100, "... and their slopes by the rates: %d, off by %.2g", seen[2], off[1]);
    tap_ok(seen[0] > 5 && seen[1] > 10, "... also where somebody owns less than 0.01 (%d) or pays all it has (%d)",
           seen[0], seen[1]);
}

int main(void)
{
    test_episode();
    test_order();
    test_actions();
    test_coin();
    test_random();
    test_masks();
    test_seen();
    test_rates();
    test_sensitivity();
    test_ledger();
    test_poor();
    return tap_done();
}
