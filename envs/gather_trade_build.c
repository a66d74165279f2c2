/* gather_trade_build.c - see gather_trade_build.h. */
#include "envs/gather_trade_build.h"
#include "envs/gather_trade_build/ledger.h"
#include "envs/gather_trade_build/observe.h"

#include <string.h>

mg_gather_trade_build_config mg_gather_trade_build_default(mg_gtb_tax_form tax)
{
    return (mg_gather_trade_build_config){.steps = 100, .tax = (int)tax, .start_coin = 10.0, .growth = 0.01};
}

#define AT(member) offsetof(mg_gather_trade_build_config, member)
static const mg_field field[] = {
    {"steps", MG_FIELD_INT, AT(steps), 1, 10000, "thesis Section 6.3.1: 100"},
    {"tax", MG_FIELD_INT, AT(tax), MG_GTB_DESIGNER, MG_GTB_FREE_MARKET, "thesis Section 6.3.2: one of three"},
    {"start_coin", MG_FIELD_DOUBLE, AT(start_coin), 0, 1e6, "facts/gtb.md 4: 10"},
    {"growth", MG_FIELD_DOUBLE, AT(growth), 0, 1, "facts/gtb.md 4: 0.01"},
};
static const mg_fields fields = {"gather-trade-build", sizeof field / sizeof *field, field,
                                 sizeof(mg_gather_trade_build_config)};

// clang-format off
static const mg_metric_spec metric_list[] = {
    {"productivity", "coin of all at the end"},
    {"equality", "0: one owns all coin, 1: all own the same, at the end"},
    {"welfare", "productivity times equality at the end"},
    {"welfare_sum", "productivity times equality, sum over the steps"},
    {"return", "utility that an agent gained"},
    {"houses", "built by all"},
    {"trades", "of all"},
    {"gathered", "units, by all"},
    {"labor", "of an agent"},
    {"rate_1", "mean over the periods, lowest bracket"}, {"rate_2", "mean over the periods"},
    {"rate_3", "mean over the periods"}, {"rate_4", "mean over the periods"}, {"rate_5", "mean over the periods"},
    {"rate_6", "mean over the periods"}, {"rate_7", "mean over the periods, highest bracket"},
    {"gathered_1", "units, lowest skill"}, {"gathered_2", "units, second lowest skill"},
    {"gathered_3", "units, second highest skill"}, {"gathered_4", "units, highest skill"},
    {"building_1", "coin for houses, lowest skill"}, {"building_2", "coin for houses, second lowest skill"},
    {"building_3", "coin for houses, second highest skill"}, {"building_4", "coin for houses, highest skill"},
    {"trading_1", "coin from trade, net, lowest skill"}, {"trading_2", "coin from trade, net, second lowest skill"},
    {"trading_3", "coin from trade, net, second highest skill"}, {"trading_4", "coin from trade, net, highest skill"},
    {"income_1", "coin before tax, lowest skill"}, {"income_2", "coin before tax, second lowest skill"},
    {"income_3", "coin before tax, second highest skill"}, {"income_4", "coin before tax, highest skill"},
    {"tax_1", "coin paid, lowest skill"}, {"tax_2", "coin paid, second lowest skill"},
    {"tax_3", "coin paid, second highest skill"}, {"tax_4", "coin paid, highest skill"},
    {"net_1", "coin after tax and share, lowest skill"}, {"net_2", "coin after tax and share, second lowest skill"},
    {"net_3", "coin after tax and share, second highest skill"}, {"net_4", "coin after tax and share, highest skill"},
};
// clang-format on

static void describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    const mg_gather_trade_build_config *c = config;
    *spec = (mg_env_spec){.name = "gather-trade-build",
                          .stages = 1,
                          .longest_episode = c->steps,
                          .metrics = sizeof metric_list / sizeof *metric_list,
                          .metric = metric_list,
                          .row_bytes = sizeof(mg_gtb_economy)};
    mg_env_add_agents(spec, MG_GTB_AGENTS,
                      &(mg_agent_spec){.part = {{"window", MG_GTB_PLANES, MG_GTB_WINDOW, MG_GTB_WINDOW},
                                                {"economy", 1, 1, MG_GTB_SEEN}},
                                       .actions = MG_GTB_ACTIONS,
                                       .masked = true});
    if (c->tax == MG_GTB_DESIGNER)
        spec->transfer = (mg_transfer_spec){.time = MG_TRANSFER_BEFORE_ACTIONS,
                                            .givers = 1,
                                            .designer = true,
                                            .numbers_per_giver = MG_GTB_BRACKETS,
                                            .low = 0.0f,
                                            .high = 1.0f,
                                            .period = MG_GTB_PERIOD,
                                            .part = {{"map", MG_GTB_MAP_PLANES, MG_GTB_SIZE, MG_GTB_SIZE},
                                                     {"economy", 1, 1, MG_GTB_SHARED},
                                                     {"agents", 1, 1, MG_GTB_PERSONAL * MG_GTB_AGENTS}},
                                            .ledger = MG_GTB_AGENTS * MG_GTB_ENTRIES};
}

void mg_gtb_begin(const mg_gather_trade_build_config *config, mg_gtb_economy *economy,
                  const uint32_t rank[MG_GTB_AGENTS])
{
    memset(economy, 0, sizeof *economy);
    mg_gtb_world_open(&economy->world, rank);
    mg_gtb_market_open(&economy->market);
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        economy->endowment[i].coin = config->start_coin;
        economy->utility[i] = economy->first_utility[i] = mg_gtb_utility(config->start_coin, 0.0);
    }
    mg_gtb_tax_open(&economy->tax, economy->endowment);
    if (config->tax == MG_GTB_US_FEDERAL)
        memcpy(economy->tax.rate, mg_gtb_us_federal, sizeof mg_gtb_us_federal);
}

static void shuffle(mg_stream *stream, uint32_t order[MG_GTB_AGENTS])
{
    for (uint32_t i = 0; i < MG_GTB_AGENTS; i++)
        order[i] = i;
    mg_random_shuffle(stream, order, MG_GTB_AGENTS);
}

static void reset(const mg_row *row, mg_stream *stream)
{
    uint32_t rank[MG_GTB_AGENTS];
    shuffle(stream, rank);
    mg_gtb_begin(row->config, row->state, rank);
}

/* ---- what is seen ---- */

static mg_gtb_view view_of(const mg_row *row)
{
    const mg_gather_trade_build_config *c = row->config;
    const mg_gtb_economy *e = row->state;
    return (mg_gtb_view){&e->world, &e->market, &e->tax, e->endowment, (double)e->step / (double)c->steps};
}

static void observe(const mg_row *row, int stage, float *observation)
{
    (void)stage;
    const mg_gtb_view view = view_of(row);
    mg_gtb_observe_agents(&view, observation);
}

static bool has_designer(const mg_row *row)
{
    return ((const mg_gather_trade_build_config *)row->config)->tax == MG_GTB_DESIGNER;
}

static void designer(const mg_row *row, float *observation)
{
    if (!has_designer(row))
        return;
    const mg_gtb_view view = view_of(row);
    mg_gtb_observe_designer(&view, observation);
}

static mg_gtb_wish wish_of(int32_t action)
{
    if (action < MG_GTB_BUY_STONE || action >= MG_GTB_WALK)
        return (mg_gtb_wish){MG_GTB_NO_ORDER, 0, 0};
    int kind = (action - MG_GTB_BUY_STONE) / MG_GTB_PRICES;
    return (mg_gtb_wish){kind % 2 ? MG_GTB_SELL : MG_GTB_BUY, kind < 2 ? MG_GTB_STONE : MG_GTB_WOOD,
                         (action - MG_GTB_BUY_STONE) % MG_GTB_PRICES};
}

static mg_gtb_way way_of(int32_t action)
{
    return action < MG_GTB_WALK ? MG_GTB_STAY : (mg_gtb_way)(action - MG_GTB_WALK);
}

static void mask(const mg_row *row, int stage, uint8_t *allowed)
{
    (void)stage;
    const mg_gtb_economy *e = row->state;
    for (int i = 0; i < MG_GTB_AGENTS; i++, allowed += MG_GTB_ACTIONS) {
        allowed[MG_GTB_NOTHING] = 1;
        allowed[MG_GTB_BUILD] = mg_gtb_may_build(&e->world, &e->endowment[i], i);
        for (int32_t a = MG_GTB_BUY_STONE; a < MG_GTB_WALK; a++) {
            const mg_gtb_wish wish = wish_of(a);
            allowed[a] = mg_gtb_may_order(&e->market, i, &e->endowment[i], &wish);
        }
        for (int32_t a = MG_GTB_WALK; a < MG_GTB_ACTIONS; a++)
            allowed[a] = mg_gtb_may_go(&e->world, i, way_of(a));
    }
}

/* ---- a step ---- */

/* The rates of a period are those given at its first step. */
static void adopt(const mg_row *row, const float *given)
{
    mg_gtb_tax *tax = &((mg_gtb_economy *)row->state)->tax;
    if (!has_designer(row) || !given || tax->position != 1)
        return;
    for (int b = 0; b < MG_GTB_BRACKETS; b++)
        tax->rate[b] = given[b] < 0.0f ? 0.0 : given[b] > 1.0f ? 1.0 : (double)given[b];
}

static void disclose(const mg_row *row, int after_stage, const mg_joint *joint)
{
    (void)after_stage;
    adopt(row, joint->transfer);
}

static void act(const mg_gather_trade_build_config *config, mg_gtb_economy *e, const int32_t *action, mg_stream *stream)
{
    mg_gtb_wish wish[MG_GTB_AGENTS];
    mg_gtb_way way[MG_GTB_AGENTS];
    uint32_t order[MG_GTB_AGENTS];
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        wish[i] = wish_of(action[i]);
        way[i] = way_of(action[i]);
        if (action[i] == MG_GTB_BUILD) /* in any order: everybody builds where it stands */
            mg_gtb_build(&e->world, &e->endowment[i], i);
    }
    mg_gtb_market_step(&e->market, e->endowment, wish);
    shuffle(stream, order);
    mg_gtb_go(&e->world, e->endowment, order, way);
    mg_gtb_tax_step(&e->tax, e->endowment);
    mg_gtb_grow(&e->world, (float)config->growth, stream);
}

static void step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    const mg_gather_trade_build_config *c = row->config;
    mg_gtb_economy *e = row->state;
    adopt(row, joint->transfer);
    act(c, e, joint->action, stream);
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        double utility = mg_gtb_utility(mg_gtb_coin(&e->endowment[i]), e->endowment[i].labor);
        outcome->reward[i] = (float)(utility - e->utility[i]);
        outcome->paid[i] = outcome->received[i] = 0.0f; /* taxes are in the reward */
        e->utility[i] = utility;
    }
    double welfare = mg_gtb_productivity(e->endowment) * mg_gtb_equality(e->endowment);
    outcome->welfare = (float)(0.01 * welfare);
    e->welfare += welfare;
    e->step++;
    outcome->terminated = false;
    outcome->truncated = e->step >= c->steps;
}

/* Only the step that collects depends on the rates. */
static void sensitivity(const mg_row *row, float *sensitivity)
{
    const mg_gtb_economy *e = row->state;
    for (int i = 0; i < MG_GTB_AGENTS && has_designer(row); i++) {
        double worth = e->tax.collected ? mg_gtb_utility_slope(mg_gtb_coin(&e->endowment[i])) : 0.0;
        for (int b = 0; b < MG_GTB_BRACKETS; b++)
            sensitivity[i * MG_GTB_BRACKETS + b] = (float)(worth * e->tax.slope[i][b]);
    }
}

static void ledger(const mg_row *row, float *numbers)
{
    const mg_gtb_economy *e = row->state;
    mg_gtb_ledger_write(&e->tax, e->endowment, numbers);
}

static void account(const void *config, int steps, const float *numbers, const float *given, float *reward,
                    float *sensitivity)
{
    (void)config;
    mg_gtb_ledger_account(steps, numbers, given, reward, sensitivity);
}

/* ---- what is counted ---- */

static void count_by_rank(const mg_gtb_economy *e, double *metric)
{
    enum { KINDS = 6 };
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        int rank = e->world.rank[i];
        const double counted[KINDS] = {(double)e->world.gathered[i],
                                       (double)e->world.houses[i] * mg_gtb_payment[rank],
                                       e->market.income[i],
                                       e->tax.income[i],
                                       e->tax.paid[i],
                                       e->tax.income[i] - e->tax.paid[i] + e->tax.share};
        for (int k = 0; k < KINDS; k++)
            metric[k * MG_GTB_AGENTS + rank] = counted[k];
    }
}

static void metrics(const mg_row *row, double *metric)
{
    const mg_gtb_economy *e = row->state;
    double gained = 0.0, houses = 0.0, gathered = 0.0, labor = 0.0;
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        gained += e->utility[i] - e->first_utility[i];
        houses += (double)e->world.houses[i];
        gathered += (double)e->world.gathered[i];
        labor += e->endowment[i].labor;
    }
    metric[0] = mg_gtb_productivity(e->endowment);
    metric[1] = mg_gtb_equality(e->endowment);
    metric[2] = metric[0] * metric[1];
    metric[3] = e->welfare;
    metric[4] = gained / (double)MG_GTB_AGENTS;
    metric[5] = houses;
    metric[6] = (double)e->market.trades;
    metric[7] = gathered;
    metric[8] = labor / (double)MG_GTB_AGENTS;
    for (int b = 0; b < MG_GTB_BRACKETS; b++)
        metric[9 + b] = e->tax.rates[b] / (e->tax.periods ? (double)e->tax.periods : 1.0);
    count_by_rank(e, metric + 9 + MG_GTB_BRACKETS);
}

static void digest_book(const mg_gtb_book *book, mg_hasher *hasher)
{
    const int32_t count[2] = {book->bids, book->asks};
    mg_hash_i32(hasher, "bids, asks", count, 2);
    for (int i = 0; i < book->bids; i++)
        mg_hash_i32(hasher, "bid", (const int32_t[]){book->bid[i].agent, book->bid[i].price, book->bid[i].age}, 3);
    for (int i = 0; i < book->asks; i++)
        mg_hash_i32(hasher, "ask", (const int32_t[]){book->ask[i].agent, book->ask[i].price, book->ask[i].age}, 3);
    mg_hash_i32(hasher, "open", book->open, MG_GTB_AGENTS);
    mg_hash_double(hasher, "history", book->history, MG_GTB_PRICES);
}

static void digest_tax(const mg_gtb_tax *tax, mg_hasher *hasher)
{
    const int32_t count[3] = {tax->position, tax->periods, tax->collected};
    mg_hash_i32(hasher, "position, periods, collected", count, 3);
    mg_hash_double(hasher, "rate", tax->rate, MG_GTB_BRACKETS);
    mg_hash_double(hasher, "reference", tax->reference, MG_GTB_AGENTS);
    mg_hash_double(hasher, "last income", tax->last_income, MG_GTB_AGENTS);
    mg_hash_double(hasher, "last rate", tax->last_rate, MG_GTB_AGENTS);
    mg_hash_double(hasher, "slope", tax->slope[0], (size_t)MG_GTB_AGENTS * MG_GTB_BRACKETS);
    mg_hash_double(hasher, "rates", tax->rates, MG_GTB_BRACKETS);
    mg_hash_double(hasher, "income", tax->income, MG_GTB_AGENTS);
    mg_hash_double(hasher, "paid", tax->paid, MG_GTB_AGENTS);
    mg_hash_double(hasher, "share", &tax->share, 1);
}

static void digest(const mg_row *row, mg_hasher *hasher)
{
    const mg_gtb_economy *e = row->state;
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        const mg_gtb_endowment *own = &e->endowment[i];
        const int32_t unit[4] = {own->unit[0], own->unit[1], own->escrow_unit[0], own->escrow_unit[1]};
        const double coin[5] = {own->coin, own->escrow_coin, own->labor, e->utility[i], e->first_utility[i]};
        mg_hash_i32(hasher, "units", unit, 4);
        mg_hash_double(hasher, "coin, escrow, labor, utility now, at first", coin, 5);
    }
    mg_hash_i32(hasher, "cell", e->world.cell, MG_GTB_AGENTS);
    mg_hash_i32(hasher, "rank", e->world.rank, MG_GTB_AGENTS);
    mg_hash_i32(hasher, "gathered", e->world.gathered, MG_GTB_AGENTS);
    mg_hash_i32(hasher, "houses", e->world.houses, MG_GTB_AGENTS);
    for (int cell = 0; cell < MG_GTB_CELLS; cell++)
        mg_hash_i32(hasher, "unit, house, occupant",
                    (const int32_t[]){e->world.unit[cell], e->world.house[cell], e->world.occupant[cell]}, 3);
    for (int r = 0; r < MG_GTB_RESOURCES; r++)
        digest_book(&e->market.book[r], hasher);
    mg_hash_i32(hasher, "trades", &e->market.trades, 1);
    mg_hash_double(hasher, "trade income", e->market.income, MG_GTB_AGENTS);
    digest_tax(&e->tax, hasher);
    mg_hash_double(hasher, "welfare", &e->welfare, 1);
    mg_hash_i32(hasher, "step", &e->step, 1);
}

/* Agents are A to D, their houses a to d; an empty source is w or s. */
static void render(const mg_row *row, FILE *out)
{
    const mg_gtb_economy *e = row->state;
    for (int cell = 0; cell < MG_GTB_CELLS; cell++) {
        char ground = mg_gtb_map(cell);
        int shown = e->world.occupant[cell] ? 'A' + e->world.occupant[cell] - 1
                    : e->world.house[cell]  ? 'a' + e->world.house[cell] - 1
                    : e->world.unit[cell]   ? ground
                    : ground == 'W'         ? 'w'
                    : ground == 'S'         ? 's'
                                            : ground;
        fputc(shown, out);
        if (cell % MG_GTB_SIZE == MG_GTB_SIZE - 1)
            fputc('\n', out);
    }
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        fprintf(out, "%c: skill %d, coin %.2f, stone %d, wood %d, labor %g\n", 'A' + i, (int)e->world.rank[i],
                mg_gtb_coin(&e->endowment[i]), (int)e->endowment[i].unit[MG_GTB_STONE],
                (int)e->endowment[i].unit[MG_GTB_WOOD], e->endowment[i].labor);
    fprintf(out, "step %d, %d trades, equality %.3f\n", (int)e->step, (int)e->market.trades,
            mg_gtb_equality(e->endowment));
}

const mg_env_table mg_gather_trade_build = {
    .name = "gather-trade-build",
    .fields = &fields,
    .describe = describe,
    .reset = reset,
    .observe = observe,
    .mask = mask,
    .disclose = disclose,
    .step = step,
    .sensitivity = sensitivity,
    .ledger = ledger,
    .account = account,
    .metrics = metrics,
    .designer = designer,
    .digest = digest,
    .render = render,
};
