/* Cleanup: moves of all pairs of cells, beams from everywhere, spawning by its tables, pictures pixel by pixel, each
 * against a second and plainer way to the same; what is handed over; and what random and scripted play earn, against
 * numbers that were found apart from this program (facts/lio-cleanup.md 1.4). */
#include "suite/shared/cleanup_play.h"
#include "tests/tap.h"

#include <math.h>
#include <string.h>

enum { SIDE_MAX = MG_CLEANUP_SIZE_MAX, ROOM = 4096 };

/* A row, and what a step of it did. */
typedef struct game {
    mg_cleanup_config config;
    _Alignas(16) unsigned char state[ROOM];
    float reward[2], paid[2], received[2], welfare;
    bool truncated;
} game;

static mg_row row_of(game *g)
{
    return (mg_row){&g->config, NULL, g->state};
}

static mg_stream stream_of(uint32_t time)
{
    return mg_stream_at((mg_key){9995, 0}, MG_PURPOSE_TEST, time, 0, 0);
}

static mg_row start(game *g, const mg_cleanup_config *config)
{
    g->config = *config;
    g->truncated = false;
    mg_row row = row_of(g);
    mg_stream stream = stream_of(0);
    mg_cleanup.reset(&row, &stream);
    return row;
}

static void step(game *g, int a, int b, const float *transfer, uint32_t time)
{
    const int32_t action[2] = {a, b};
    mg_row row = row_of(g);
    mg_stream stream = stream_of(time);
    mg_outcome outcome = {.reward = g->reward, .paid = g->paid, .received = g->received};
    mg_cleanup.step(&row, &(mg_joint){.action = action, .transfer = transfer}, &stream, &outcome);
    g->welfare = outcome.welfare;
    g->truncated = outcome.truncated;
}

static bool at(const mg_row *row, int agent, int line, int column)
{
    mg_cleanup_place place = mg_cleanup_at(row, agent);
    return place.row == line && place.column == column;
}

static bool is_wall(const mg_row *row, mg_cleanup_place place)
{
    return mg_cleanup_lies(row, place) == MG_CLEANUP_WALL;
}

/* Nothing spawns, so that what a step did can be seen. */
static mg_cleanup_config barren(bool large)
{
    mg_cleanup_config config = mg_cleanup_default(large);
    config.apple_rate = config.waste_rate = 0.0;
    return config;
}

/* ---- moves ---- */

static mg_cleanup_place moved(mg_cleanup_place from, int action)
{
    static const int down[6] = {0, 0, -1, 1, 0, 0}, right[6] = {-1, 1, 0, 0, 0, 0};
    return (mg_cleanup_place){from.row + down[action], from.column + right[action]};
}

static bool same_place(mg_cleanup_place a, mg_cleanup_place b)
{
    return a.row == b.row && a.column == b.column;
}

/* The other way: moves that nothing is in the way of are carried out one by one, until none is left; `first` goes
 * first. What is left then stays. */
static void resolve(const mg_row *row, const mg_cleanup_place *from, const int *action, int first, mg_cleanup_place *to)
{
    bool open[2] = {true, true};
    to[0] = from[0];
    to[1] = from[1];
    for (int pass = 0; pass < 2; pass++)
        for (int n = 0; n < 2; n++) {
            const int i = n == 0 ? first : 1 - first;
            const mg_cleanup_place goal = moved(from[i], action[i]);
            if (!open[i] || is_wall(row, goal) || same_place(goal, to[1 - i]))
                continue;
            to[i] = goal;
            open[i] = false;
        }
}

typedef struct tally {
    int cases, wrong, contested, won;
} tally;

static void try_moves(game *g, const mg_cleanup_place *from, const int *action, tally *t)
{
    mg_cleanup_place to[2], other[2];
    mg_row row = row_of(g);
    mg_cleanup_put(&row, 0, from[0]);
    mg_cleanup_put(&row, 1, from[1]);
    resolve(&row, from, action, 0, to);
    resolve(&row, from, action, 1, other);
    step(g, action[0], action[1], NULL, (uint32_t)t->cases++);
    const bool first = at(&row, 0, to[0].row, to[0].column) && at(&row, 1, to[1].row, to[1].column);
    const bool second = at(&row, 0, other[0].row, other[0].column) && at(&row, 1, other[1].row, other[1].column);
    const bool contested = !same_place(to[0], other[0]) || !same_place(to[1], other[1]);
    t->wrong += !first && !second;
    t->contested += contested;
    t->won += contested && first;
}

static void test_moves(bool large)
{
    const mg_cleanup_config config = barren(large);
    const int size = mg_cleanup_size(&config);
    game g;
    tally t = {0};
    mg_row row = start(&g, &config);
    for (int n = 0; n < size * size * size * size; n++) {
        const int one = n / (size * size), two = n % (size * size);
        const mg_cleanup_place from[2] = {{one / size, one % size}, {two / size, two % size}};
        if (one == two || is_wall(&row, from[0]) || is_wall(&row, from[1]))
            continue;
        for (int joint = 0; joint < 36; joint++)
            try_moves(&g, from, (int[]){joint % 6, joint / 6}, &t);
    }
    const double share = (double)t.won / (double)t.contested;
    tap_ok(t.wrong == 0 && t.cases == (large ? 64 * 63 : 25 * 24) * 36, "%d joint moves, %d of them wrong", t.cases,
           t.wrong);
    tap_ok(t.contested > 100 && share > 0.44 && share < 0.56,
           "of %d cells that both wanted agent 0 got %g: either of them, by chance", t.contested, share);
}

static void test_move_cases(void)
{
    static const struct {
        mg_cleanup_place from[2];
        int action[2];
        mg_cleanup_place to[2];
        const char *says;
    } rule[] = {
        {{{3, 2}, {3, 3}}, {1, 0}, {{3, 2}, {3, 3}}, "nobody swaps"},
        {{{3, 2}, {3, 3}}, {1, 1}, {{3, 3}, {3, 4}}, "who follows enters the cell that is left"},
        {{{3, 2}, {3, 3}}, {1, 4}, {{3, 2}, {3, 3}}, "who stays is in the way"},
        {{{3, 2}, {3, 3}}, {1, 5}, {{3, 2}, {3, 3}}, "who cleans is in the way"},
        {{{3, 4}, {3, 5}}, {1, 1}, {{3, 4}, {3, 5}}, "who runs against the wall is in the way"},
        {{{1, 1}, {5, 5}}, {2, 3}, {{1, 1}, {5, 5}}, "walls stop"},
    };
    const mg_cleanup_config config = barren(false);
    for (size_t k = 0; k < sizeof rule / sizeof *rule; k++) {
        game g;
        mg_row row = start(&g, &config);
        mg_cleanup_put(&row, 1, (mg_cleanup_place){2, 4});
        mg_cleanup_put(&row, 0, rule[k].from[0]);
        mg_cleanup_put(&row, 1, rule[k].from[1]);
        step(&g, rule[k].action[0], rule[k].action[1], NULL, 1);
        tap_ok(at(&row, 0, rule[k].to[0].row, rule[k].to[0].column) &&
                   at(&row, 1, rule[k].to[1].row, rule[k].to[1].column),
               "%s", rule[k].says);
    }
}

/* ---- beams ---- */

/* The other way: a cell shows the beam where it is in reach and nothing before it in its column stops the beam. */
static bool stops(const mg_row *before, const mg_cleanup_place *agent, mg_cleanup_place place)
{
    return mg_cleanup_lies(before, place) == MG_CLEANUP_WASTE || same_place(place, agent[0]) ||
           same_place(place, agent[1]);
}

static bool is_lit(const mg_row *before, const mg_cleanup_place *agent, mg_cleanup_place place)
{
    const int aside = place.column - agent[0].column, up = agent[0].row - place.row;
    const int nearest = aside == 0 ? 1 : 0;
    if (aside < -1 || aside > 1 || up < nearest || up > nearest + 4)
        return false;
    for (int n = nearest; n <= up; n++) {
        const mg_cleanup_place cell = {agent[0].row - n, place.column};
        if (cell.row < 0 || is_wall(before, cell) || (n < up && stops(before, agent, cell)))
            return false;
    }
    return true;
}

/* Agent 0 fires, agent 1 stays. */
static bool fires_right(const mg_cleanup_config *config, const mg_cleanup_place *agent, int *washed)
{
    const int size = mg_cleanup_size(config);
    game before, g;
    mg_row old = start(&before, config), row = start(&g, config);
    for (int i = 0; i < 2; i++) { /* by a cell that is nobody's */
        mg_cleanup_put(&old, 1 - i, (mg_cleanup_place){size - 2, 2 + i});
        mg_cleanup_put(&row, 1 - i, (mg_cleanup_place){size - 2, 2 + i});
    }
    for (int i = 0; i < 2; i++) {
        mg_cleanup_put(&old, i, agent[i]);
        mg_cleanup_put(&row, i, agent[i]);
    }
    step(&g, MG_CLEANUP_CLEAN, MG_CLEANUP_STAY, NULL, 1);
    bool right = true;
    *washed = 0;
    for (int n = 0; n < size * size; n++) {
        const mg_cleanup_place place = {n / size, n % size};
        const bool lit = is_lit(&old, agent, place);
        const bool dirty = mg_cleanup_lies(&old, place) == MG_CLEANUP_WASTE;
        const mg_cleanup_cell wanted = dirty && lit ? MG_CLEANUP_RIVER : mg_cleanup_lies(&old, place);
        right =
            right && lit == (mg_cleanup_seen(&row, place) == MG_CLEANUP_BEAM) && mg_cleanup_lies(&row, place) == wanted;
        *washed += dirty && lit;
    }
    return right && mg_cleanup_washed(&row, 0) == *washed;
}

static void test_beams(bool large)
{
    const mg_cleanup_config config = barren(large);
    const int size = mg_cleanup_size(&config);
    int most[SIDE_MAX] = {0}, cases = 0, wrong = 0, washed;
    game g;
    mg_row row = start(&g, &config);
    for (int n = 0; n < size * size * size * size; n++) {
        const mg_cleanup_place agent[2] = {{n / (size * size) / size, n / (size * size) % size},
                                           {n % (size * size) / size, n % (size * size) % size}};
        if (same_place(agent[0], agent[1]) || is_wall(&row, agent[0]) || is_wall(&row, agent[1]))
            continue;
        wrong += !fires_right(&config, agent, &washed);
        cases++;
        most[agent[0].column] = washed > most[agent[0].column] ? washed : most[agent[0].column];
    }
    tap_ok(wrong == 0 && cases == (large ? 64 * 63 : 25 * 24), "%d beams, %d of them wrong", cases, wrong);
    static const int small_most[] = {0, 1, 1, 0, 0, 0}, large_most[] = {0, 2, 2, 1, 0, 0, 0, 0, 0};
    tap_ok(!memcmp(most, large ? large_most : small_most, (size_t)(size - 1) * sizeof *most),
           "waste that a beam washes away, by column: %d %d %d %d", most[1], most[2], most[3], most[4]);
}

/* The second beam meets what the first one left. */
static void test_two_beams(void)
{
    const mg_cleanup_config config = barren(false);
    game g;
    mg_row row = start(&g, &config);
    mg_cleanup_put(&row, 1, (mg_cleanup_place){4, 2});
    step(&g, MG_CLEANUP_CLEAN, MG_CLEANUP_CLEAN, NULL, 1);
    tap_ok(mg_cleanup_washed(&row, 0) == 1 && mg_cleanup_washed(&row, 1) == 1,
           "two beams of one step wash away one each: %d and %d", mg_cleanup_washed(&row, 0),
           mg_cleanup_washed(&row, 1));
    tap_ok(mg_cleanup_seen(&row, (mg_cleanup_place){4, 2}) == MG_CLEANUP_BEAM, "a beam hides whom it hits");
    row = start(&g, &config);
    mg_cleanup_put(&row, 1, (mg_cleanup_place){4, 2});
    mg_cleanup_lay(&row, (mg_cleanup_place){1, 1}, MG_CLEANUP_RIVER);
    step(&g, MG_CLEANUP_CLEAN, MG_CLEANUP_CLEAN, NULL, 1);
    tap_ok(mg_cleanup_washed(&row, 0) == 1 && mg_cleanup_washed(&row, 1) == 0, "... and agent 0 fires first");
}

/* ---- spawning ---- */

/* Shares of sites that got an apple and of steps in which waste came, with so many dirty cells of the river. */
static void spawn_shares(bool large, int dirty, double *apples, double *waste)
{
    const mg_cleanup_config config = mg_cleanup_default(large);
    const int size = mg_cleanup_size(&config);
    int sites = 0, grown = 0, spawned = 0;
    enum { TRIES = 4000 };
    for (uint32_t n = 0; n < TRIES; n++) {
        game g;
        mg_row row = start(&g, &config);
        int left = dirty, before = 0, after = 0;
        for (int pass = 0; pass < 2; pass++) /* agents stand where nothing grows */
            mg_cleanup_put(&row, pass, (mg_cleanup_place){size - 2, 3 + pass});
        for (int k = 0; k < size * size; k++) {
            const mg_cleanup_place place = {k / size, k % size};
            const mg_cleanup_cell cell = mg_cleanup_lies(&row, place);
            if (cell == MG_CLEANUP_WASTE || cell == MG_CLEANUP_RIVER)
                mg_cleanup_lay(&row, place, left-- > 0 ? MG_CLEANUP_WASTE : MG_CLEANUP_RIVER);
        }
        step(&g, MG_CLEANUP_STAY, MG_CLEANUP_STAY, NULL, 100 + n);
        for (int k = 0; k < size * size; k++) {
            const mg_cleanup_place place = {k / size, k % size};
            sites += mg_cleanup_is_site(&config, place);
            grown += mg_cleanup_lies(&row, place) == MG_CLEANUP_APPLE;
            after += mg_cleanup_lies(&row, place) == MG_CLEANUP_WASTE;
        }
        before = dirty;
        spawned += after - before;
    }
    *apples = (double)grown / (double)sites;
    *waste = (double)spawned / (double)TRIES;
}

static void test_spawning(bool large)
{
    /* facts/lio-cleanup.md 1.3 */
    static const double small_apples[] = {0.5, 0.5 * (1.0 - 0.5 / 0.6), 0.0}, small_waste[] = {0.75, 0.5, 0.0};
    const int river = large ? 16 : 2;
    for (int dirty = 0; dirty <= river; dirty += large ? 2 : 1) {
        double apples, waste, wanted = 0.0, comes = 0.0;
        spawn_shares(large, dirty, &apples, &waste);
        if (!large) {
            wanted = small_apples[dirty];
            comes = small_waste[dirty];
        } else if (dirty <= 6) {
            wanted = 0.3 * (1.0 - (double)dirty / 16.0 / 0.4);
            comes = 1.0;
            for (int k = 0; k < river - dirty; k++)
                comes *= 0.5;
            comes = 1.0 - comes;
        }
        const double off = apples - wanted, by = waste - comes; /* 4000 steps, 5 or 12 sites: 4 standard errors */
        tap_ok(off < 0.0145 && off > -0.0145 && by < 0.032 && by > -0.032 && (wanted > 0.0 || apples <= 0.0),
               "%s, %d dirty: an apple on %.4f of the sites (%.4f), waste in %.4f of the steps (%.4f)",
               large ? "10x10" : "7x7", dirty, apples, wanted, waste, comes);
    }
}

/* No apple where an agent stands; waste comes there too. Each clean cell is as likely as the others. */
static void test_where_it_spawns(void)
{
    mg_cleanup_config config = mg_cleanup_default(true);
    int count[SIDE_MAX][SIDE_MAX] = {{0}}, least = 1000000, most = 0, under = 0;
    config.apple_rate = config.waste_rate = 1.0;
    for (uint32_t n = 0; n < 8000; n++) {
        game g;
        mg_row row = start(&g, &config);
        for (int k = 0; k < 100; k++)
            if (mg_cleanup_lies(&row, (mg_cleanup_place){k / 10, k % 10}) == MG_CLEANUP_WASTE)
                mg_cleanup_lay(&row, (mg_cleanup_place){k / 10, k % 10}, MG_CLEANUP_RIVER);
        mg_cleanup_put(&row, 0, (mg_cleanup_place){1, 8});
        mg_cleanup_put(&row, 1, (mg_cleanup_place){1, 1});
        step(&g, MG_CLEANUP_STAY, MG_CLEANUP_STAY, NULL, 10000 + n);
        under += mg_cleanup_lies(&row, (mg_cleanup_place){1, 8}) == MG_CLEANUP_APPLE;
        for (int k = 0; k < 100; k++)
            count[k / 10][k % 10] += mg_cleanup_lies(&row, (mg_cleanup_place){k / 10, k % 10}) == MG_CLEANUP_WASTE;
    }
    for (int line = 1; line < 9; line++)
        for (int column = 1; column < 3; column++) {
            least = count[line][column] < least ? count[line][column] : least;
            most = count[line][column] > most ? count[line][column] : most;
        }
    tap_ok(under == 0, "no apple grows under an agent");
    tap_ok(least > 400 && most < 600, "waste comes to every cell of the river alike: %d to %d of 8000", least, most);
}

/* ---- pictures ---- */

static unsigned char channel_of(const mg_row *row, int line, int column, int channel)
{
    const int size = mg_cleanup_size(row->config);
    if (line < 0 || column < 0 || line >= size || column >= size)
        return 0;
    return mg_cleanup_colour(mg_cleanup_seen(row, (mg_cleanup_place){line, column}))[channel];
}

/* Pixels of a picture around that cell that are not what the map says. */
static int wrong_pixels(const mg_row *row, const float *picture, int line, int column, int radius)
{
    const int side = 2 * radius + 1;
    int wrong = 0;
    for (int n = 0; n < 3 * side * side; n++) {
        const int channel = n / (side * side), y = n / side % side - radius, x = n % side - radius;
        wrong += picture[n] != (float)channel_of(row, line + y, column + x, channel) / 256.0f;
    }
    return wrong;
}

static void test_pictures(bool large)
{
    const mg_cleanup_config config = mg_cleanup_default(large);
    const int radius = large ? 7 : 4, side = 2 * radius + 1, middle = large ? 4 : 3;
    static float seen[2 * 3 * 15 * 15], state[3 * 15 * 15];
    game g;
    int wrong = 0;
    mg_row row = start(&g, &config);
    for (uint32_t t = 0; t < 50; t++) {
        mg_stream draws = stream_of(500 + t);
        step(&g, (int)mg_random_below(&draws, 6), (int)mg_random_below(&draws, 6), NULL, 600 + t);
        mg_cleanup.observe(&row, 0, seen);
        mg_cleanup.state(&row, state);
        for (int i = 0; i < 2; i++)
            wrong += wrong_pixels(&row, seen + i * 3 * side * side, mg_cleanup_at(&row, i).row,
                                  mg_cleanup_at(&row, i).column, radius);
        wrong += wrong_pixels(&row, state, middle, middle, radius);
    }
    tap_ok(wrong == 0 && g.truncated, "%s: pictures of an episode: %d pixels wrong", large ? "10x10" : "7x7", wrong);
    tap_ok(radius >= mg_cleanup_size(&config) - 3, "... from any cell all within the walls is in it");
}

static void test_colours(void)
{
    static const unsigned char wanted[MG_CLEANUP_CELLS][3] = {
        {0, 0, 0},      {0, 0, 0},       {180, 180, 180}, {0, 255, 0},  {113, 75, 24},
        {99, 156, 194}, {100, 255, 255}, {159, 67, 255},  {2, 81, 154},
    };
    bool right = true;
    for (int cell = 0; cell < MG_CLEANUP_CELLS; cell++)
        right = right && !memcmp(mg_cleanup_colour((mg_cleanup_cell)cell), wanted[cell], 3);
    tap_ok(right, "colours are those of facts/lio-cleanup.md 1.2");
}

/* ---- an episode: start, eating, what is handed over ---- */

static void test_start(void)
{
    game g;
    const mg_cleanup_config config[2] = {mg_cleanup_default(false), mg_cleanup_default(true)};
    mg_row row = start(&g, &config[0]);
    tap_ok(at(&row, 0, 5, 2) && at(&row, 1, 1, 4) && mg_cleanup_action(&row, 0) == -1, "7x7: where agents start");
    row = start(&g, &config[1]);
    tap_ok(at(&row, 0, 8, 3) && at(&row, 1, 5, 4), "10x10: where agents start");
}

static void test_eating(void)
{
    const mg_cleanup_config config = barren(false);
    const float given[4] = {9.0f, 0.5f, 0.25f, 9.0f};
    double metric[32];
    game g;
    mg_row row = start(&g, &config);
    mg_cleanup_lay(&row, (mg_cleanup_place){1, 5}, MG_CLEANUP_APPLE);
    step(&g, MG_CLEANUP_CLEAN, MG_CLEANUP_RIGHT, given, 1);
    tap_ok(g.reward[0] == 0.0f && g.reward[1] == 1.0f && g.welfare == 1.0f &&
               mg_cleanup_lies(&row, (mg_cleanup_place){1, 5}) == MG_CLEANUP_FLOOR,
           "who steps onto an apple eats it, once");
    tap_ok(g.paid[0] == 0.5f && g.received[1] == 0.5f && g.paid[1] == 0.25f && g.received[0] == 0.25f,
           "incentives go to the other agent");
    step(&g, MG_CLEANUP_CLEAN, MG_CLEANUP_CLEAN, given, 2);
    step(&g, MG_CLEANUP_UP, MG_CLEANUP_STAY, given, 3);
    mg_cleanup.metrics(&row, metric);
    /* return_sum, washed, paid, net_return; return, washed, fired, paid, received, in river, for firing, for washing */
    static const double wanted[20] = {1,   2,   2.25, -1.25, 0, 2,    2,   1.5, 0.75, 0.75,
                                      0.5, 0.5, 1,    0,     1, 0.75, 1.5, 0,   0.5,  0};
    bool right = true;
    for (int m = 0; m < 20; m++)
        right = right && metric[m] <= wanted[m] && metric[m] >= wanted[m];
    tap_ok(right, "metrics count apples, waste, beams and what was received for them");
    tap_ok(g.reward[1] == 0.0f && !g.truncated, "an apple is eaten once");
    bool early = false;
    for (uint32_t t = 3; t < 50; t++) {
        early = early || g.truncated;
        step(&g, MG_CLEANUP_STAY, MG_CLEANUP_STAY, NULL, t);
    }
    tap_ok(g.truncated && !early, "an episode is cut off after 50 steps");
}

/* Metrics per agent, from its return on. */
enum { OF_AGENTS = 4, OF_AGENT = 8, RECEIVED = 4, IN_RIVER = 5, FOR_FIRING = 6, FOR_WASHING = 7 };

static void test_in_river(bool large)
{
    const mg_cleanup_config config = barren(large);
    const int boundary = large ? 3 : 2;
    const float given[4] = {0.0f, 0.0f, 1.0f, 0.0f};
    double metric[32], at_step[3];
    game g;
    mg_row row = start(&g, &config);
    mg_cleanup_put(&row, 0, (mg_cleanup_place){3, boundary + 1});
    for (uint32_t t = 0; t < 3; t++) {
        step(&g, t == 1 ? MG_CLEANUP_RIGHT : MG_CLEANUP_LEFT, MG_CLEANUP_STAY, given, 1 + t);
        mg_cleanup.metrics(&row, metric);
        at_step[t] = metric[OF_AGENTS + IN_RIVER];
    }
    tap_ok(at_step[0] == 0.0 && at_step[1] == 1.0 && at_step[2] == 1.0,
           "%s: in the river is who acts from there, not who enters it", large ? "10x10" : "7x7");
}

static void test_smoothed_rewards(void)
{
    mg_cleanup_config config = barren(false);
    static float seen[2 * (3 * 81 + 2)];
    config.smoothing = 0.5;
    game g;
    mg_row row = start(&g, &config);
    mg_cleanup_lay(&row, (mg_cleanup_place){1, 5}, MG_CLEANUP_APPLE);
    step(&g, MG_CLEANUP_STAY, MG_CLEANUP_RIGHT, NULL, 1);
    step(&g, MG_CLEANUP_STAY, MG_CLEANUP_STAY, NULL, 2);
    mg_cleanup.observe(&row, 0, seen);
    tap_ok(seen[243] == 0.0f && seen[244] == 0.5f && seen[245 + 243] == 0.0f && seen[245 + 244] == 0.5f,
           "all see everybody's smoothed rewards");
}

static void test_designer(void)
{
    mg_cleanup_config config = barren(false);
    const float given[3] = {1.5f, 0.5f, 0.25f};
    float sensitivity[6];
    config.designer = true;
    game g;
    mg_row row = start(&g, &config);
    mg_cleanup_lay(&row, (mg_cleanup_place){1, 5}, MG_CLEANUP_APPLE);
    step(&g, MG_CLEANUP_CLEAN, MG_CLEANUP_RIGHT, given, 1);
    mg_cleanup.sensitivity(&row, sensitivity);
    static const float moved_by[6] = {1, 0, 0, 0, 1, 0}, then[6] = {0, 0, 1, 1, 0, 0};
    tap_ok(g.received[0] == 1.5f && g.received[1] == 0.5f && g.paid[0] == 0.0f, "a designer pays for beams and apples");
    tap_ok(!memcmp(sensitivity, moved_by, sizeof sensitivity), "... and sensitivity says which number did it");
    step(&g, MG_CLEANUP_STAY, MG_CLEANUP_CLEAN, given, 2);
    mg_cleanup.sensitivity(&row, sensitivity);
    tap_ok(g.received[0] == 0.25f && g.received[1] == 1.5f && !memcmp(sensitivity, then, sizeof then),
           "... and for anything else");
    double metric[32];
    const double *first = metric + OF_AGENTS, *second = first + OF_AGENT;
    mg_cleanup.metrics(&row, metric);
    tap_ok(metric[2] == 3.75 && first[RECEIVED] == 1.75 && first[FOR_FIRING] == 1.5 && first[FOR_WASHING] == 1.5 &&
               first[IN_RIVER] == 1.75 && second[RECEIVED] == 2.0 && second[FOR_FIRING] == 1.5 &&
               second[FOR_WASHING] == 0.0 && second[IN_RIVER] == 0.0,
           "... and metrics count what it paid for what");
}

/* ---- scripts ---- */

/* What a script does in every column of the middle row, a letter each; ? where it does one thing or the other. */
static const char *script_says(cleanup_script script, bool large, char text[SIDE_MAX])
{
    static const char letter[MG_CLEANUP_ACTIONS + 1] = "lrudsC";
    const mg_cleanup_config config = barren(large);
    const int inner = mg_cleanup_size(&config) - 2;
    game g;
    mg_row row = start(&g, &config);
    for (int column = 1; column <= inner; column++) {
        char *found = &text[column - 1];
        mg_cleanup_put(&row, 0, (mg_cleanup_place){3, column});
        *found = 0;
        for (uint32_t n = 0; n < 64; n++) {
            mg_stream draws = stream_of(4000 + n);
            const char now = letter[cleanup_script_action(script, &row, 0, &draws)];
            *found = *found == 0 || *found == now ? now : '?';
        }
    }
    text[inner] = 0;
    return text;
}

static void test_scripts(void)
{
    static const struct {
        cleanup_script script;
        const char *small, *large, *says;
    } known[] = {{CLEANUP_RIVER, "??lll", "???lllll", "R moves in the river"},
                 {CLEANUP_CLEANER, "CClll", "CCClllll", "C cleans in the river"},
                 {CLEANUP_MISSER, "rrCll", "rrrCllll", "M fires in the middle"},
                 {CLEANUP_KEEPER, "CClll", "CCllllll", "a keeper stands in the second column"}};
    char small[SIDE_MAX], large[SIDE_MAX];
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        (void)script_says(known[k].script, false, small);
        (void)script_says(known[k].script, true, large);
        tap_ok(!strcmp(small, known[k].small) && !strcmp(large, known[k].large), "%s: %s, %s", known[k].says, small,
               large);
    }
}

/* ---- what play earns ---- */

static void check_worth(const char *says, cleanup_mean found, double wanted, double error)
{
    const double off = found.mean - wanted, squared = found.error * found.error + error * error;
    tap_ok(off * off <= 16.0 * squared, "%s: %.2f +- %.2f, found apart %.2f +- %.2f", says, found.mean, found.error,
           wanted, error);
}

static void test_worth(void)
{
    const mg_cleanup_config small = mg_cleanup_default(false), large = mg_cleanup_default(true);
    const cleanup_script random[2] = {CLEANUP_RANDOM, CLEANUP_RANDOM};
    const cleanup_script divided[2] = {CLEANUP_KEEPER, CLEANUP_HARVESTER};
    const cleanup_script stuck[2] = {CLEANUP_CLEANER, CLEANUP_HARVESTER};
    enum { EPISODES = 1000 };
    const mg_key key = {9995, 1};
    cleanup_worth worth = cleanup_worth_of(&small, random, EPISODES, key);
    check_worth("7x7, random: apples", worth.apples, 1.40, 0.08);
    check_worth("7x7, random: waste", worth.washed, 5.74, 0.20);
    worth = cleanup_worth_of(&large, random, EPISODES, key);
    check_worth("10x10, random: apples", worth.apples, 0.38, 0.05);
    check_worth("10x10, random: waste", worth.washed, 10.6, 0.4);
    worth = cleanup_worth_of(&small, divided, EPISODES, key);
    check_worth("7x7, divided labour: apples", worth.apples, 39.2, 0.16); /* 2.3 of an episode, 200 of them */
    check_worth("7x7, divided labour: waste", worth.washed, 38.3, 0.2);
    worth = cleanup_worth_of(&large, divided, EPISODES, key);
    check_worth("10x10, divided labour: apples", worth.apples, 18.35, 0.38); /* 18.0 to 18.7, 5.4 of an episode */
    check_worth("10x10, divided labour: waste", worth.washed, 51.0, 0.5);
    worth = cleanup_worth_of(&large, stuck, EPISODES, key);
    check_worth("10x10, a cleaner who stays at its start", worth.apples, 0.4, 0.1);
}

/* ---- bits, bad configs, the strip ---- */

static void test_digest(bool large, const char *wanted)
{
    mg_cleanup_config config = mg_cleanup_default(large);
    config.smoothing = 0.9405;
    const float given[4] = {0.0f, 0.7f, 0.3f, 0.0f};
    char text[40];
    game g;
    mg_row row = start(&g, &config);
    for (uint32_t t = 0; t < 50; t++) {
        mg_stream draws = stream_of(2000 + t);
        step(&g, (int)mg_random_below(&draws, 6), (int)mg_random_below(&draws, 6), given, 3000 + t);
    }
    mg_hasher *hasher = mg_hasher_create();
    mg_cleanup.digest(&row, hasher);
    mg_digest_print(mg_hasher_finish(hasher), text);
    mg_hasher_destroy(hasher);
    tap_ok(!strcmp(text, wanted), "%s: an episode of random play ends as %s", large ? "10x10" : "7x7", text);
}

static bool is_refused(const char *field, double value)
{
    mg_cleanup_config config = mg_cleanup_default(false);
    mg_error error = {MG_EXIT_OK, ""};
    return mg_config_check(mg_cleanup.fields, &config, &error) &&
           mg_config_set(mg_cleanup.fields, &config, field, value) &&
           !mg_config_check(mg_cleanup.fields, &config, &error) && strstr(error.text, field);
}

static void test_configs(void)
{
    tap_ok(is_refused("apple_rate", 1.5) && is_refused("waste_rate", -0.1) && is_refused("smoothing", 2.0),
           "probabilities out of range are refused");
    tap_ok(is_refused("depletion", 0.0) && is_refused("restoration", 1.5), "so are thresholds ...");
    tap_ok(is_refused("steps", 0.0) && is_refused("transfer_max", -1.0), "... and episodes without steps");
    tap_ok(is_refused("apple_rate", (double)NAN), "... and what is no number");
}

static void test_film(void)
{
    const mg_cleanup_config config = barren(false);
    char text[CLEANUP_PICTURE];
    game g;
    mg_row row = start(&g, &config);
    mg_cleanup_lay(&row, (mg_cleanup_place){3, 5}, MG_CLEANUP_APPLE);
    tap_ok(!strcmp(cleanup_picture(&row, text), "@@@@@@@@H..1.@@H....@@....o@@.....@@.0...@@@@@@@@"),
           "a film shows what is seen: %s", text);
    step(&g, MG_CLEANUP_CLEAN, MG_CLEANUP_STAY, NULL, 1);
    tap_ok(!strcmp(cleanup_picture(&row, text), "@@@@@@@@H**1.@@***..@@***.o@@***..@@*0*..@@@@@@@@"),
           "... and beams: %s", text);
    const mg_cleanup_config large = barren(true);
    row = start(&g, &large);
    tap_ok(!strcmp(cleanup_picture(&row, text), "@@@@@@@@@@@HH......@@~~......@@HH......@@~~......@"
                                                "@HH.1....@@~~......@@HH......@@~~0.....@@@@@@@@@@@"),
           "the map of 10x10 at first: %s", text);
}

int main(void)
{
    for (int large = 0; large < 2; large++) {
        test_moves(large);
        test_beams(large);
        test_spawning(large);
        test_pictures(large);
        test_in_river(large);
    }
    test_move_cases();
    test_two_beams();
    test_where_it_spawns();
    test_colours();
    test_start();
    test_eating();
    test_smoothed_rewards();
    test_designer();
    test_scripts();
    test_worth();
    test_digest(false, "eb443e9e4cd12e003fe10523200226d3");
    test_digest(true, "7f0760cf16f10c101962ff1955d03331");
    test_configs();
    test_film();
    return tap_done();
}
