/* The computed rows of ltos-table1: what boards are worth, and players that learn nothing, on boards set up by hand;
 * and what the film tells. */
#include "tests/direct_notes.h"

static const char *of_player_name = "random", *board_name = "n10";
static mg_csv_writer rows;

static const struct mg_row_name *some_name(const mg_direct *direct);
static mg_csv_writer *some_table(mg_direct *direct, const char *table)
{
    (void)direct, (void)table;
    return &rows;
}

static mg_profile quick_profile(const mg_direct *direct)
{
    (void)direct;
    return MG_PROFILE_QUICK;
}

#define mg_direct_name some_name
#define mg_direct_table some_table
#define mg_direct_profile quick_profile
#include "suite/shared/jungle_reference.c"
#undef main

static const mg_row_name *some_name(const mg_direct *direct)
{
    static mg_row_name name;
    (void)direct;
    name = (mg_row_name){of_player_name, board_name, 0};
    return &name;
}

enum { UP, LEFT, STAY, RIGHT, DOWN, HIT_UP, HIT_LEFT, HIT_RIGHT, HIT_DOWN };

/* Four agents, two foods, everybody where it is put. */
static void set_up_board(jungle *j, const mg_jungle_cell agent[4], const mg_jungle_cell food[2])
{
    mg_stream stream = mg_stream_at((mg_key){77, 0}, MG_PURPOSE_TEST, 0, 0, 0);
    j->config = mg_jungle_default(4);
    j->config.foods = 2;
    j->row = (mg_row){&j->config, NULL, j->state};
    mg_jungle.reset(&j->row, &stream);
    for (int i = 0; i < 4; i++)
        mg_jungle_place(&j->row, i, (mg_jungle_cell){1 + i, 28}); /* out of the way first */
    for (int f = 0; f < 2; f++)
        mg_jungle_place_food(&j->row, f, (mg_jungle_cell){10 + f, 28});
    for (int f = 0; f < 2; f++)
        mg_jungle_place_food(&j->row, f, food[f]);
    for (int i = 0; i < 4; i++)
        mg_jungle_place(&j->row, i, agent[i]);
}

static bool plays(const jungle *j, jungle_player player, int a, int b, int c, int d)
{
    int32_t action[4];
    jungle_play(&j->row, player, NULL, action);
    tap_note("%d %d %d %d", action[0], action[1], action[2], action[3]);
    return action[0] == a && action[1] == b && action[2] == c && action[3] == d;
}

static void test_players(void)
{
    static jungle j;
    const mg_jungle_cell food[2] = {{10, 10}, {20, 20}};
    set_up_board(&j, (const mg_jungle_cell[4]){{10, 11}, {11, 11}, {14, 12}, {20, 26}}, food);
    tap_ok(plays(&j, JUNGLE_SHARING, HIT_UP, UP, LEFT, UP),
           "who stands beside a food eats, others walk to a free place");
    tap_ok(plays(&j, JUNGLE_FIERCE, HIT_RIGHT, HIT_LEFT, LEFT, UP), "the fierce hit who stands beside them");
    set_up_board(&j, (const mg_jungle_cell[4]){{10, 11}, {11, 10}, {9, 10}, {10, 9}}, food);
    tap_ok(plays(&j, JUNGLE_SHARING, HIT_UP, HIT_LEFT, HIT_RIGHT, HIT_DOWN), "a food feeds four");
    set_up_board(&j, (const mg_jungle_cell[4]){{10, 11}, {11, 10}, {10, 12}, {10, 9}}, food);
    tap_ok(plays(&j, JUNGLE_SHARING, HIT_UP, HIT_LEFT, LEFT, HIT_DOWN),
           "the way goes round who stands in it: along x where y is taken");
    set_up_board(&j, (const mg_jungle_cell[4]){{1, 1}, {2, 1}, {1, 2}, {28, 1}},
                 (const mg_jungle_cell[2]){{5, 1}, {28, 28}});
    tap_ok(plays(&j, JUNGLE_SHARING, STAY, RIGHT, RIGHT, LEFT), "who is shut in stays");
    tap_ok(jungle_way(&j.row) == (4.0 + 3.0 + 5.0 + 23.0) / 4.0, "steps to the nearest food: %g", jungle_way(&j.row));
}

static void test_computed(void)
{
    notes = 0;
    run(jungle_bound);
    tap_ok(metric("bound_percent") == 93.0 && metric("bound") == 1.0 - metric("way") / 120.0, "ten agents: %g",
           metric("bound"));
    run(jungle_random);
    tap_ok(metric("squared_distance") < 16.0 && rows.length == 0, "random players are the other program's: %g",
           metric("squared_distance"));
    of_player_name = "sharing";
    run(jungle_random);
    tap_ok(metric("squared_distance") > 1000.0, "... and not its sharing ones: %g", metric("squared_distance"));
    run(jungle_sharing);
    tap_ok(metric("squared_distance") < 16.0 && metric("hits") == 0.0 && metric("eaten") > 100.0,
           "sharing players are: %g, %g eaten", metric("squared_distance"), metric("eaten"));
    of_player_name = "unheard-of";
    run(jungle_random);
    tap_ok(metric("squared_distance") == 1e9, "what nobody has measured is not near");
}

/* Twelve foods at the reset, twenty agents in each of 21 steps from the 40th on. */
static void test_film(void)
{
    of_player_name = "fierce";
    board_name = "n20";
    rows.length = 0;
    run(jungle_fierce);
    int written = 0, hits = 0;
    for (size_t k = 0; k < rows.length; k++) {
        written += rows.text[k] == '\n';
        hits += k + 3 < rows.length && rows.text[k + 1] == '1' && rows.text[k] == ',' && rows.text[k + 2] == '\n';
    }
    tap_ok(written == 12 + 21 * 20, "one episode is filmed: %d rows", written);
    tap_ok(hits > 20, "and shows who hit agents: %d", hits);
    tap_ok(metric("squared_distance") < 16.0, "fierce players are the other program's: %g", metric("squared_distance"));
    mg_csv_free(&rows);
}

int main(void)
{
    test_players();
    test_computed();
    test_film();
    return tap_done();
}
