/* What the gather-trade-build economy counts of each skill, against an episode made up by hand: claims about skills
 * hang on it. And what it draws: who has which skill, who walks first, and when resources grow. */
#include "envs/gather_trade_build.h"
#include "tests/tap.h"

enum { LEFT = MG_GTB_WALK, RIGHT, METRICS = 40 };

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
    g->config = mg_gather_trade_build_default(tax);
    g->config.growth = growth;
    g->row = (mg_row){&g->config, NULL, &g->e};
    g->outcome = (mg_outcome){.reward = g->reward, .paid = g->paid, .received = g->received};
    g->stream = mg_stream_at((mg_key){4725, 0}, MG_PURPOSE_TEST, episode, 0, 0);
    mg_gather_trade_build.reset(&g->row, &g->stream);
}

static void act(game *g, const int32_t *action)
{
    const mg_joint joint = {.action = action};
    mg_gather_trade_build.step(&g->row, &joint, &g->stream, &g->outcome);
}

static bool near(double a, double b, double by)
{
    return a - b < by && b - a < by;
}

static int at(int row, int column)
{
    return row * MG_GTB_SIZE + column;
}

/* The metrics of the four skills, lowest first, from that one on. */
static bool are(const double *metric, int first, double a, double b, double c, double d)
{
    return near(metric[first], a, 1e-9) && near(metric[first + 1], b, 1e-9) && near(metric[first + 2], c, 1e-9) &&
           near(metric[first + 3], d, 1e-9);
}

/* Agents 0 to 3 have skills 2, 0, 3 and 1: the first gathers, the second sells to the last, the third builds. */
static void test_by_skill(void)
{
    static const uint32_t rank[MG_GTB_AGENTS] = {2, 0, 3, 1};
    static const int32_t first[MG_GTB_AGENTS] = {0, MG_GTB_SELL_STONE + 3, MG_GTB_BUILD, MG_GTB_BUY_STONE + 5};
    const double house = mg_gtb_payment[3], due_1 = 0.3, due_4 = 0.97 + 0.12 * (house - 9.7);
    const double share = (due_1 + due_4) / 4.0;
    double metric[METRICS];
    game g;
    open_game(&g, MG_GTB_US_FEDERAL, 0.0, 0);
    mg_gtb_begin(&g.config, &g.e, rank);
    g.e.endowment[1].unit[MG_GTB_STONE] = g.e.endowment[2].unit[MG_GTB_STONE] = g.e.endowment[2].unit[MG_GTB_WOOD] = 1;
    act(&g, first);
    while (g.e.step < 20) /* a second period in which nobody gains */
        act(&g, (const int32_t[]){0, 0, 0, 0});
    mg_gather_trade_build.metrics(&g.row, metric);
    tap_ok(are(metric, 16, 0.0, 0.0, 1.0, 0.0), "units by skill, not by agent: %g of skill 3", metric[18]);
    tap_ok(are(metric, 20, 0.0, 0.0, 0.0, house), "coin for houses at the builder's pay: %g", metric[23]);
    tap_ok(are(metric, 24, 3.0, -3.0, 0.0, 0.0), "coin from trade, of the seller and of the buyer: %g and %g",
           metric[24], metric[25]);
    tap_ok(are(metric, 28, 3.0, -3.0, 0.0, house) && are(metric, 32, due_1, 0.0, 0.0, due_4),
           "income before tax, and the tax: %g of %g", metric[35], metric[31]);
    tap_ok(are(metric, 36, 3.0 - due_1 + share, -3.0 + share, share, house - due_4 + share),
           "what is left of it, with a quarter of all taxes: %g", metric[39]);
    tap_ok(near(metric[8], (1.0 + 0.25 + 10.0 + 0.25) / 4.0, 1e-12) && near(metric[0], 40.0 + house, 1e-9) &&
               near(metric[4] * 4.0, g.e.utility[0] + g.e.utility[1] + g.e.utility[2] + g.e.utility[3] - 4.0 * 6.348619,
                    1e-5),
           "labor and utility gained, of an agent");
}

static void test_drawn(void)
{
    enum { EPISODES = 60 };
    int has[MG_GTB_AGENTS][MG_GTB_AGENTS] = {{0}}, never = 0, first = 0, both = 0;
    for (uint32_t episode = 0; episode < EPISODES; episode++) {
        game g;
        open_game(&g, MG_GTB_FREE_MARKET, 0.0, 900 + episode);
        for (int i = 0; i < MG_GTB_AGENTS; i++)
            has[i][g.e.world.rank[i]]++;
        const int32_t from[2] = {at(13, 3), at(13, 5)}; /* both go to 13, 4 */
        for (int i = 0; i < 2; i++) {
            g.e.world.occupant[g.e.world.cell[i]] = 0;
            g.e.world.cell[i] = from[i];
            g.e.world.occupant[from[i]] = (uint8_t)(1 + i);
        }
        act(&g, (const int32_t[]){RIGHT, LEFT, 0, 0});
        first += g.e.world.cell[0] == at(13, 4);
        both += (g.e.world.cell[0] == at(13, 4)) == (g.e.world.cell[1] == at(13, 4));
    }
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        for (int rank = 0; rank < MG_GTB_AGENTS; rank++)
            never += has[i][rank] == 0 || has[i][rank] > EPISODES / 2;
    tap_ok(never == 0, "skills are drawn for each episode: %d of 16 never, or nearly always", never);
    tap_ok(both == 0 && first > EPISODES / 4 && first < 3 * EPISODES / 4,
           "who walks first is drawn in each step: agent 0 in %d of %d", first, EPISODES);
    game g;
    open_game(&g, MG_GTB_FREE_MARKET, 1.0, 0);
    mg_gtb_begin(&g.config, &g.e, (const uint32_t[]){0, 1, 2, 3}); /* agent 2 stands on wood */
    act(&g, (const int32_t[]){0, 0, 0, 0});
    tap_ok(g.e.endowment[2].unit[MG_GTB_WOOD] == 1 && g.e.world.unit[0] == 1, "resources grow after the gathering");
}

int main(void)
{
    test_by_skill();
    test_drawn();
    return tap_done();
}
