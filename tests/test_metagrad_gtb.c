/* The computed rows of metagrad-gtb: players that learn nothing beside those of the released program, and coin that
 * comes from nowhere; the meta-gradient, and a wrong one; what the film tells of an economy set up by hand; and what is
 * trained: from where a task goes on, how long, and networks of what shape. */
#include "envs/gather_trade_build/observe.h"
#include "suite/shared/economy_gradient.h"
#include "tests/direct_notes.h"

#include <math.h>

/* What the program under test forgets of the limit of taxes. */
static double forgotten = 0.0;

static economy_gradient check_falsified(const economy_gradient_settings *settings, mg_stream *stream)
{
    economy_gradient_settings other = *settings;
    other.forgets = forgotten;
    other.components -= forgotten > 0.0; /* the last one is then of an input that is 0 */
    return economy_gradient_check(&other, stream);
}

static mg_profile quick_profile(const mg_direct *direct)
{
    (void)direct;
    return MG_PROFILE_QUICK;
}

#define mg_direct_profile quick_profile
#define economy_gradient_check check_falsified
#include "suite/metagrad_gtb.c"
#include "suite/shared/economy_play.c"
#undef main
#undef economy_gradient_check

static void test_players(void)
{
    notes = 0;
    run(economy_random);
    tap_ok(metric("squared_distance") < 16.0 && metric("strange_coin") < 1e-9, "any allowed action: %g, coin off by %g",
           metric("squared_distance"), metric("strange_coin"));
    tap_ok(metric("productivity") > 60.0 && metric("productivity") < 75.0 && metric("labor") < 90.0 &&
               metric("trades") > 10.0,
           "... %g coin, %g labor", metric("productivity"), metric("labor"));
    run(economy_builder);
    tap_ok(metric("squared_distance") < 16.0 && metric("strange_coin") < 1e-9, "who builds: %g, coin off by %g",
           metric("squared_distance"), metric("strange_coin"));
    tap_ok(metric("trades") == 0.0 && metric("houses") > 4.0, "... never trades, and builds %g houses",
           metric("houses"));
}

/* The other player's numbers, one at a time. */
static void test_distance(void)
{
    static const int compared[] = {PRODUCTIVITY, EQUALITY, RETURN, HOUSES, GATHERED, LABOR};
    int near = 0;
    for (size_t k = 0; k < sizeof compared / sizeof *compared; k++) {
        player other = players[0];
        other.mean[compared[k]] = players[1].mean[compared[k]];
        notes = 0;
        run_player(NULL, &other);
        near += metric("squared_distance") <= 16.0;
    }
    tap_ok(near == 0, "each measure of another player is too far: %d are not", near);
    player unknown = players[0];
    unknown.mean[TRADES] = 1000.0;
    unknown.known[TRADES] = false;
    notes = 0;
    run_player(NULL, &unknown);
    tap_ok(metric("squared_distance") <= 16.0, "what is not known is not compared");
}

static void test_gradient(void)
{
    run(run_meta_gradient);
    tap_ok(metric("relative_error") < 1e-4 && metric("components") == 40.0, "closed form and differences: %g apart",
           metric("relative_error"));
    tap_ok(metric("short_of") >= 1.0, "... where %g times somebody has less than is due", metric("short_of"));
    forgotten = 1.0;
    run(run_meta_gradient);
    tap_ok(metric("relative_error") > 1e-3, "twin: whose tax moves with the rates though all is paid: %g apart",
           metric("relative_error"));
    forgotten = (double)NAN;
    run(run_meta_gradient);
    tap_ok(metric("relative_error") != metric("relative_error"), "twin: a closed form that is NaN: %g apart",
           metric("relative_error"));
    forgotten = 0.0;
    economy_gradient_settings with_image = {.game = mg_gather_trade_build_default(MG_GTB_DESIGNER),
                                            .filters = 1,
                                            .hidden = 4,
                                            .rate = 0.3,
                                            .discount = 0.99,
                                            .trace = 0.98,
                                            .epsilon = 0.1,
                                            .entropy = 0.1,
                                            .components = 12};
    with_image.game.steps = 10;
    mg_stream stream = mg_stream_at((mg_key){9984, 1}, MG_PURPOSE_TEST, 0, 0, 0);
    const economy_gradient found = economy_gradient_check(&with_image, &stream);
    tap_ok(found.error < 1e-4 && found.short_of > 0, "networks with filters over the image: %g apart", found.error);
}

static void open_economy(economy *g)
{
    g->config = mg_gather_trade_build_default(MG_GTB_US_FEDERAL);
    g->row = (mg_row){&g->config, NULL, &g->state};
    mg_gtb_begin(&g->config, &g->state, (const uint32_t[]){3, 1, 0, 2});
}

static void test_coin(void)
{
    static economy g;
    open_economy(&g);
    tap_ok(strange_coin(&g) == 0.0, "forty coin at the start");
    g.state.endowment[2].escrow_coin += 0.5;
    tap_ok(strange_coin(&g) == 0.5, "half a coin too many");
    g.state.endowment[2].escrow_coin -= 1.0;
    tap_ok(strange_coin(&g) == 0.5, "half a coin too few");
    g.state.endowment[2].escrow_coin += 0.5;
    g.state.world.houses[0] = 2;
    tap_ok(strange_coin(&g) == 2.0 * mg_gtb_payment[3], "two houses that nobody was paid for");
}

static int count(const mg_csv_writer *rows, const char *what)
{
    int found = 0;
    for (size_t k = 0; k + strlen(what) <= rows->length; k++)
        found += memcmp(rows->text + k, what, strlen(what)) == 0;
    return found;
}

static void test_film(void)
{
    static economy g;
    static mg_csv_writer rows;
    const mg_row_name name = {"metagrad", "", 0};
    open_economy(&g);
    economy_film_frame(&g.row, 0, &rows, &name);
    tap_ok(count(&rows, ",water,0,") == 21 && count(&rows, ",wood,1,") == 23 && count(&rows, ",stone,1,") == 12 &&
               count(&rows, ",agent,") == 4 && count(&rows, "\n") == 60,
           "at the start: water, sources and agents, %d things", count(&rows, "\n"));
    tap_ok(count(&rows, ",0,agent,1,0,14\n") == 1 && count(&rows, ",0,agent,4,14,14\n") == 1,
           "agents by skill, where they begin");
    rows.length = 0;
    g.state.world.house[5 * MG_GTB_SIZE + 9] = 1 + 2;
    g.state.world.unit[0] = 0;
    economy_film_frame(&g.row, 50, &rows, &name);
    tap_ok(count(&rows, ",50,house,1,5,9\n") == 1 && count(&rows, ",50,wood,0,0,0\n") == 1,
           "a house by its owner's skill, and a source that is empty");
    rows.length = 0;
    economy_film_frame(&g.row, 51, &rows, &name);
    tap_ok(rows.length == 0, "between quarters of an episode: nothing");
    mg_csv_free(&rows);
}

/* ---- what is trained ---- */

static const mg_grid_variant *variant_named(const char *name)
{
    for (int v = 0; v < grid.variants; v++)
        if (!strcmp(variants[v].name, name))
            return &variants[v];
    return NULL;
}

/* Who goes on from another task does so from the end of it. */
static void test_parents(void)
{
    static const char *const expected[][3] = {{"curriculum", "free-market", "phase-1"},
                                              {"moving", NULL, "warm"},
                                              {"frozen", NULL, "warm"},
                                              {"curriculum-untrained", "free-market", "phase-1"}};
    int children = 0;
    for (int v = 0; v < grid.variants; v++)
        children += variants[v].parent.checkpoint > 0;
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        const mg_parent *from = &variant_named(expected[k][0])->parent;
        const mg_grid_variant *parent = variant_named(expected[k][2]);
        const char *method = from->method ? from->method : "itself";
        bool end = true;
        for (int profile = 0; profile < MG_PROFILE_COUNT; profile++) {
            const mg_budget b = budget(parent->units[profile], profile == MG_PROFILE_QUICK);
            end = end && from->checkpoint == b.checkpoints &&
                  mg_budget_checkpoint_at(&b, from->checkpoint) == (uint64_t)b.units;
        }
        tap_ok(end && !strcmp(from->variant, expected[k][2]) &&
                   !strcmp(method, expected[k][1] ? expected[k][1] : "itself"),
               "%s goes on from the end of %s", expected[k][0], expected[k][2]);
    }
    tap_ok(children == sizeof expected / sizeof *expected, "nobody else goes on from anything");
}

static void test_budgets(void)
{
    static const int units[] = {10000, 5000, 2000, 1000, UNTRAINED}, every[] = {200, 100, 100, 100, UNTRAINED};
    for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
        const mg_budget b = budget(units[k], false);
        tap_ok(b.units == units[k] && b.evaluate_every == every[k] && b.evaluation_episodes == 10 &&
                   b.final_evaluations == (units[k] == UNTRAINED ? 1 : 5) && b.final_episodes == 100,
               "%d episodes: 10 every %d, and at the end %d times 100", units[k], every[k], b.final_evaluations);
    }
}

/* ---- networks, as thesis C.2.2 has them ---- */

enum { SEEN = 136, SHARED = 118, HIDDEN = 128, WIDE = 256, MEMORY = 128 };

static int numbers_of(const mg_tensor *tensor, int count, const char *network, const char *name)
{
    char full[80];
    snprintf(full, sizeof full, "%s 0 %s", network, name);
    for (int i = 0; i < count; i++)
        if (!strcmp(tensor[i].name, full))
            return tensor[i].rows * tensor[i].columns;
    return 0;
}

/* Two convolutions of 6 filters, as many numbers from them as lie beside the image, two layers, a memory, the output.
 */
static bool has_shape(const mg_tensor *tensor, int count, const char *network, int planes, int cells, int beside,
                      int hidden, int memory, int outputs, bool bias)
{
    const int last = memory ? memory : hidden;
    const struct {
        const char *name;
        int numbers;
    } expected[] = {{"filters_1.weight", planes * 25 * 6},
                    {"filters_1.bias", 6},
                    {"filters_2.weight", 6 * 25 * 6},
                    {"filters_2.bias", 6},
                    {"image.weight", 6 * cells * beside},
                    {"image.bias", beside},
                    {"first.weight", 2 * beside * hidden},
                    {"first.bias", hidden},
                    {"second.weight", hidden * hidden},
                    {"second.bias", hidden},
                    {"memory.weight", memory ? hidden * 4 * memory : 0},
                    {"memory.recurrent.weight", memory * 4 * memory},
                    {"memory.recurrent.bias", 4 * memory},
                    {"output.weight", last * outputs},
                    {"output.bias", bias ? outputs : 0}};
    int wrong = 0;
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        const int found = numbers_of(tensor, count, network, expected[k].name);
        if (found != expected[k].numbers)
            tap_note("%s %s has %d numbers, wanted %d", network, expected[k].name, found, expected[k].numbers);
        wrong += found != expected[k].numbers;
    }
    return wrong == 0;
}

static void test_networks(int method, const char *variant, int outputs)
{
    static mg_setup setup;
    static mg_tensor tensor[300];
    const mg_grid_row row = {&trained[method], variant_named(variant)};
    const bool curriculum = !strcmp(variant, "curriculum"), linear = !strcmp(row.method->name, "dual-rl");
    mg_env_spec spec;
    mg_error error = {0};
    bool good = mg_grid_set_up(&grid, &row, MG_PROFILE_PAPER, false, &setup, &error);
    setup.environment->describe(setup.environment_config, NULL, &spec);
    void *self = good ? setup.learner->create(setup.learner_config, &spec, (mg_key){9984, 2}, &error) : NULL;
    if (!tap_ok(self != NULL, "%s/%s starts%s", row.method->name, variant, error.text))
        return;
    const int count = setup.learner->tensors(self, tensor, 300), window = MG_GTB_WINDOW * MG_GTB_WINDOW;
    tap_ok(has_shape(tensor, count, "policy", MG_GTB_PLANES, window, SEEN, HIDDEN, 0, MG_GTB_ACTIONS, true) &&
               has_shape(tensor, count, "critic", MG_GTB_PLANES, window, SEEN, HIDDEN, MEMORY, 1, true) &&
               numbers_of(tensor, count, "policy", "memory.weight") == 0,
           "... agents share a policy, and a critic with a memory");
    const int memory = curriculum ? MEMORY : 0;
    tap_ok(outputs == 0 || (has_shape(tensor, count, "designer", MG_GTB_MAP_PLANES, MG_GTB_CELLS, SHARED, WIDE, memory,
                                      outputs, linear) &&
                            has_shape(tensor, count, "designer critic", MG_GTB_MAP_PLANES, MG_GTB_CELLS, SHARED, WIDE,
                                      memory, 1, true)),
           "... and its designer %s", memory ? "remembers" : "does not");
    setup.learner->destroy(self);
    mg_env_spec_free(&spec);
}

int main(void)
{
    test_players();
    test_distance();
    test_gradient();
    test_coin();
    test_film();
    test_parents();
    test_budgets();
    for (int curriculum = 0; curriculum < 2; curriculum++) {
        test_networks(1, curriculum ? "curriculum" : "", 0);
        test_networks(2, curriculum ? "curriculum" : "", MG_GTB_BRACKETS * 22);
        test_networks(3, curriculum ? "curriculum" : "", MG_GTB_BRACKETS);
    }
    return tap_done();
}
