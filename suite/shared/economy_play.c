/* economy_play.c - episodes of players that learn nothing, their measures beside others', and what a film tells. */
#include "suite/shared/economy_play.h"
#include "envs/gather_trade_build.h"
#include "suite/harness/trail.h"

#include <string.h>

/* ---- a film: the land at the reset and after each quarter of an episode, whoever it is by skill, 1 the lowest ---- */

static void film_thing(const char *what, int number, int cell, int step, mg_csv_writer *table,
                       const struct mg_row_name *name)
{
    const int field[] = {number, cell / MG_GTB_SIZE, cell % MG_GTB_SIZE};
    mg_put_row_name(table, name);
    mg_csv_integer(table, step);
    mg_csv_text(table, what);
    for (int f = 0; f < 3; f++)
        mg_csv_integer(table, field[f]);
    mg_csv_end_row(table);
}

void economy_film_frame(const mg_row *row, int step, mg_csv_writer *table, const struct mg_row_name *name)
{
    const mg_gather_trade_build_config *c = row->config;
    const mg_gtb_economy *e = row->state;
    const int quarter = c->steps / 4 > 0 ? c->steps / 4 : 1;
    for (int cell = 0; cell < MG_GTB_CELLS && step % quarter == 0; cell++) {
        const char ground = mg_gtb_map(cell);
        if (ground == '@')
            film_thing("water", 0, cell, step, table, name);
        if (ground == 'W' || ground == 'S')
            film_thing(ground == 'W' ? "wood" : "stone", e->world.unit[cell], cell, step, table, name);
        if (e->world.house[cell])
            film_thing("house", 1 + e->world.rank[e->world.house[cell] - 1], cell, step, table, name);
        if (e->world.occupant[cell])
            film_thing("agent", 1 + e->world.rank[e->world.occupant[cell] - 1], cell, step, table, name);
    }
}

/* ---- computed: players that learn nothing, under US federal taxes ---- */

enum { PRODUCTIVITY, EQUALITY, WELFARE, RETURN, HOUSES, TRADES, GATHERED, LABOR, MEASURES };
static const char *const measure[MEASURES] = {"productivity", "equality", "welfare",  "return",
                                              "houses",       "trades",   "gathered", "labor"};
static const int metric_of[MEASURES] = {0, 1, 2, 4, 5, 6, 7, 8}; /* among the environment's */

/* What 200 episodes of the released program gave, and the standard errors that are known of it (facts/gtb.md 9); what
 * is not known is not compared. Welfare: four times the planner's return and forty. */
typedef struct player {
    const char *name;
    bool builds; /* where it may, and else walks; or does any allowed thing */
    double mean[MEASURES], error[MEASURES];
    bool known[MEASURES];
} player;
static const player players[] = {
    {"random",
     false,
     {67.2, 0.612, 40.188, -11.5, 1.62, 23.6, 23.8, 70.6},
     {1.5, 0.010},
     {true, true, true, true, true, true, true, true}},
    {"builder",
     true,
     {116.9, 0.468, 0.0, -16.2, 4.68, 0.0, 29.9, 117.9},
     {2.3, 0.008},
     {true, true, false, true, true, false, true, true}},
};
enum { THERE = 200, METRICS_MAX = 64 };

typedef struct economy {
    mg_gather_trade_build_config config;
    mg_gtb_economy state;
    mg_row row;
    mg_stream stream;
} economy;

/* One of what the mask allows, each as likely. */
static int32_t choose(mg_stream *stream, const uint8_t *allowed)
{
    uint32_t choices = 0;
    for (int a = 0; a < MG_GTB_ACTIONS; a++)
        choices += allowed[a];
    uint32_t left = mg_random_below(stream, choices);
    int32_t chosen = 0;
    for (; left > 0 || !allowed[chosen]; chosen++)
        left -= allowed[chosen];
    return chosen;
}

static void play(economy *g, bool builds, int32_t *action)
{
    uint8_t allowed[MG_GTB_AGENTS * MG_GTB_ACTIONS];
    mg_gather_trade_build.mask(&g->row, 0, allowed);
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        uint8_t *mine = allowed + i * MG_GTB_ACTIONS;
        const uint8_t *way = mine + MG_GTB_WALK;
        if (builds) {
            memset(mine + MG_GTB_BUY_STONE, 0, MG_GTB_WALK - MG_GTB_BUY_STONE);
            mine[MG_GTB_NOTHING] = !way[0] && !way[1] && !way[2] && !way[3];
        }
        action[i] = builds && mine[MG_GTB_BUILD] ? MG_GTB_BUILD : choose(&g->stream, mine);
    }
}

/* Coin that nobody was paid for a house. */
static double strange_coin(const economy *g)
{
    double known = (double)MG_GTB_AGENTS * g->config.start_coin;
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        known += (double)g->state.world.houses[i] * mg_gtb_payment[g->state.world.rank[i]];
    double off = mg_gtb_productivity(g->state.endowment) - known;
    return off < 0.0 ? -off : off;
}

/* An episode; returns the most strange coin after any step. */
static double play_episode(economy *g, mg_key key, uint32_t episode, bool builds, double *metric)
{
    float reward[MG_GTB_AGENTS], paid[MG_GTB_AGENTS], received[MG_GTB_AGENTS];
    mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
    double strange = 0.0;
    g->config = mg_gather_trade_build_default(MG_GTB_US_FEDERAL);
    g->row = (mg_row){&g->config, NULL, &g->state};
    g->stream = mg_stream_at(key, MG_PURPOSE_START_POINTS, episode, 0, 0);
    mg_gather_trade_build.reset(&g->row, &g->stream);
    while (!outcome.truncated) {
        int32_t action[MG_GTB_AGENTS];
        play(g, builds, action);
        mg_gather_trade_build.step(&g->row, &(mg_joint){.action = action}, &g->stream, &outcome);
        strange = strange_coin(g) > strange ? strange_coin(g) : strange;
    }
    mg_gather_trade_build.metrics(&g->row, metric);
    return strange;
}

static bool run_player(mg_direct *direct, const player *who)
{
    static economy g;
    const uint32_t episodes = mg_direct_profile(direct) == MG_PROFILE_PAPER ? 1000 : 200;
    double sum[MEASURES] = {0.0}, squares[MEASURES] = {0.0}, strange = 0.0, farthest = 0.0;
    for (uint32_t episode = 0; episode < episodes; episode++) {
        double metric[METRICS_MAX];
        double found = play_episode(&g, mg_direct_key(direct), episode, who->builds, metric);
        strange = found > strange ? found : strange;
        for (int m = 0; m < MEASURES; m++) {
            sum[m] += metric[metric_of[m]];
            squares[m] += metric[metric_of[m]] * metric[metric_of[m]];
        }
    }
    for (int m = 0; m < MEASURES; m++) {
        double here = sum[m] / (double)episodes, variance = squares[m] / (double)episodes - here * here;
        double there = who->error[m] > 0.0 ? who->error[m] * who->error[m] : variance / (double)THERE;
        double off = here - who->mean[m], distance = off * off / (variance / (double)episodes + there);
        farthest = who->known[m] && distance > farthest ? distance : farthest;
        mg_direct_metric(direct, measure[m], here);
    }
    mg_direct_metric(direct, "squared_distance", farthest);
    mg_direct_metric(direct, "strange_coin", strange);
    mg_tensor tensor = {MG_KIND_STATE, "sums", MG_TYPE_DOUBLE, 1, MEASURES, sum};
    mg_direct_count(direct, (double)episodes, (double)episodes, (double)episodes * (double)g.config.steps);
    mg_direct_checkpoint(direct, &tensor, 1);
    return true;
}

bool economy_random(mg_direct *direct, mg_error *error)
{
    (void)error;
    return run_player(direct, &players[0]);
}

bool economy_builder(mg_direct *direct, mg_error *error)
{
    (void)error;
    return run_player(direct, &players[1]);
}
