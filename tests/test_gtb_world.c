/* The land of the gather-trade-build economy alone: map, walking, gathering, building, growth. */
#include "envs/gather_trade_build/world.h"
#include "tests/tap.h"

#include <string.h>

typedef struct scene {
    mg_gtb_world world;
    mg_gtb_endowment own[MG_GTB_AGENTS];
} scene;

static const uint32_t by_index[MG_GTB_AGENTS] = {0, 1, 2, 3};

/* Agent i has rank i: 0 top right, 1 bottom left, 2 top left, 3 bottom right. */
static void open_scene(scene *s)
{
    memset(s, 0xa5, sizeof *s);
    memset(s->own, 0, sizeof s->own);
    mg_gtb_world_open(&s->world, by_index);
}

static int at(int row, int column)
{
    return row * MG_GTB_SIZE + column;
}

static void put(scene *s, int agent, int row, int column)
{
    s->world.occupant[s->world.cell[agent]] = 0;
    s->world.cell[agent] = at(row, column);
    s->world.occupant[at(row, column)] = (uint8_t)(1 + agent);
}

static void go_in(scene *s, const uint32_t *order, mg_gtb_way a, mg_gtb_way b, mg_gtb_way c, mg_gtb_way d)
{
    const mg_gtb_way way[MG_GTB_AGENTS] = {a, b, c, d};
    mg_gtb_go(&s->world, s->own, order, way);
}

static void go(scene *s, int agent, mg_gtb_way direction)
{
    mg_gtb_way way[MG_GTB_AGENTS] = {MG_GTB_STAY, MG_GTB_STAY, MG_GTB_STAY, MG_GTB_STAY};
    way[agent] = direction;
    mg_gtb_go(&s->world, s->own, by_index, way);
}

static void test_map(void)
{
    scene s;
    int wood = 0, stone = 0, water = 0, ground = 0, units = 0;
    open_scene(&s);
    for (int cell = 0; cell < MG_GTB_CELLS; cell++) {
        char c = mg_gtb_map(cell);
        wood += c == 'W';
        stone += c == 'S';
        water += c == '@';
        ground += c == '.';
        units += s.world.unit[cell];
    }
    tap_ok(wood == 23 && stone == 12 && water == 21 && ground == 225 - 56, "%d wood, %d stone, %d water", wood, stone,
           water);
    tap_ok(units == 35, "a unit on every source");
    tap_ok(mg_gtb_map(at(0, 0)) == 'W' && mg_gtb_map(at(1, 1)) == 'S' && mg_gtb_map(at(7, 4)) == '.' &&
               mg_gtb_map(at(9, 12)) == 'S' && mg_gtb_map(at(0, 7)) == '@',
           "row 0 on top, column 0 on the left");
    const uint32_t rank[MG_GTB_AGENTS] = {2, 3, 1, 0};
    mg_gtb_world_open(&s.world, rank);
    tap_ok(s.world.cell[0] == at(0, 0) && s.world.cell[1] == at(14, 14) && s.world.cell[2] == at(14, 0) &&
               s.world.cell[3] == at(0, 14) && s.world.rank[1] == 3 && s.world.occupant[at(0, 14)] == 4,
           "a skill has a place to start from");
    int houses = 0;
    for (int cell = 0; cell < MG_GTB_CELLS; cell++)
        houses += s.world.house[cell];
    tap_ok(houses == 0 && s.world.gathered[0] == 0, "a new episode knows nothing of the last");
}

static void test_ways(void)
{
    scene s;
    open_scene(&s);
    tap_ok(!mg_gtb_may_go(&s.world, 2, MG_GTB_LEFT) && !mg_gtb_may_go(&s.world, 2, MG_GTB_UP) &&
               mg_gtb_may_go(&s.world, 2, MG_GTB_RIGHT) && mg_gtb_may_go(&s.world, 2, MG_GTB_DOWN),
           "the edge holds top left");
    tap_ok(!mg_gtb_may_go(&s.world, 3, MG_GTB_RIGHT) && !mg_gtb_may_go(&s.world, 3, MG_GTB_DOWN) &&
               mg_gtb_may_go(&s.world, 3, MG_GTB_LEFT) && mg_gtb_may_go(&s.world, 3, MG_GTB_UP),
           "and bottom right");
    put(&s, 0, 3, 0);
    put(&s, 1, 10, 14);
    tap_ok(!mg_gtb_may_go(&s.world, 0, MG_GTB_LEFT) && !mg_gtb_may_go(&s.world, 1, MG_GTB_RIGHT),
           "nobody walks over it from row to row");
    put(&s, 0, 6, 6);
    tap_ok(!mg_gtb_may_go(&s.world, 0, MG_GTB_RIGHT) && !mg_gtb_may_go(&s.world, 0, MG_GTB_DOWN),
           "water is in the way");
    put(&s, 1, 6, 5);
    tap_ok(!mg_gtb_may_go(&s.world, 0, MG_GTB_LEFT), "an agent is");
    s.world.house[at(5, 6)] = 1;
    tap_ok(mg_gtb_may_go(&s.world, 0, MG_GTB_UP), "one's own house is not");
    s.world.house[at(5, 6)] = 2;
    tap_ok(!mg_gtb_may_go(&s.world, 0, MG_GTB_UP), "somebody else's is");
    tap_ok(mg_gtb_may_go(&s.world, 0, MG_GTB_STAY), "one can always stay");
    go(&s, 0, MG_GTB_UP);
    tap_ok(s.world.cell[0] == at(6, 6) && s.own[0].labor == 0.0, "what cannot be done costs nothing");
    put(&s, 1, 12, 12);
    go(&s, 0, MG_GTB_LEFT);
    tap_ok(s.world.cell[0] == at(6, 5) && s.world.occupant[at(6, 6)] == 0 && s.world.occupant[at(6, 5)] == 1 &&
               s.own[0].labor == 1.0,
           "a step costs 1 labor");
}

static void test_order(void)
{
    static const uint32_t leader_first[] = {1, 0, 2, 3}, follower_first[] = {0, 1, 2, 3};
    scene s;
    open_scene(&s);
    put(&s, 0, 6, 3);
    put(&s, 1, 6, 4);
    go_in(&s, leader_first, MG_GTB_RIGHT, MG_GTB_RIGHT, MG_GTB_STAY, MG_GTB_STAY);
    tap_ok(s.world.cell[0] == at(6, 4) && s.world.cell[1] == at(6, 5), "who comes later finds the cell left");
    go_in(&s, follower_first, MG_GTB_RIGHT, MG_GTB_RIGHT, MG_GTB_STAY, MG_GTB_STAY);
    tap_ok(s.world.cell[0] == at(6, 4) && s.world.cell[1] == at(6, 6), "who comes first does not");
    open_scene(&s);
    put(&s, 0, 4, 3);
    put(&s, 1, 4, 1);
    s.world.unit[at(4, 1)] = 0;
    go_in(&s, follower_first, MG_GTB_LEFT, MG_GTB_RIGHT, MG_GTB_STAY, MG_GTB_STAY);
    tap_ok(s.own[0].unit[MG_GTB_STONE] == 1 && s.own[1].unit[MG_GTB_STONE] == 0 && s.world.cell[1] == at(4, 1),
           "the first takes the cell and what lies there");
}

static void test_gathering(void)
{
    scene s;
    open_scene(&s);
    go(&s, 2, MG_GTB_RIGHT);
    tap_ok(s.own[2].unit[MG_GTB_WOOD] == 1 && s.own[2].unit[MG_GTB_STONE] == 0 && s.own[2].labor == 2.0 &&
               !s.world.unit[at(0, 1)],
           "wood: a step and a unit, 2 labor");
    go(&s, 2, MG_GTB_DOWN);
    tap_ok(s.own[2].unit[MG_GTB_STONE] == 1 && s.world.gathered[2] == 2, "stone");
    go(&s, 2, MG_GTB_STAY);
    tap_ok(s.own[2].unit[MG_GTB_STONE] == 1 && s.own[2].labor == 4.0, "an empty source gives nothing");
    s.world.unit[at(1, 1)] = 1;
    go(&s, 0, MG_GTB_STAY);
    tap_ok(s.own[2].unit[MG_GTB_STONE] == 2 && s.own[2].labor == 5.0 && !s.world.unit[at(1, 1)],
           "who stands on a source takes what grows there");
}

static void test_building(void)
{
    scene s;
    for (int rank = 0; rank < MG_GTB_AGENTS; rank++) {
        static const double payment[] = {11.331640623590097, 13.267112338979295, 16.472372947006132,
                                         22.249614304395735};
        open_scene(&s);
        put(&s, rank, 4, 7);
        s.own[rank].unit[MG_GTB_STONE] = s.own[rank].unit[MG_GTB_WOOD] = 2;
        mg_gtb_build(&s.world, &s.own[rank], rank);
        tap_ok(s.own[rank].coin == payment[rank] && s.own[rank].labor == 10.0 && s.own[rank].unit[0] == 1 &&
                   s.own[rank].unit[1] == 1 && s.world.house[at(4, 7)] == 1 + rank && s.world.houses[rank] == 1,
               "a house of rank %d pays %.6f and takes one of each", rank, s.own[rank].coin);
    }
    tap_ok(!mg_gtb_may_build(&s.world, &s.own[3], 3), "no second one on its cell");
    mg_gtb_build(&s.world, &s.own[3], 3);
    tap_ok(s.world.houses[3] == 1 && s.own[3].labor == 10.0 && s.own[3].unit[0] == 1, "nor a try that costs");
    go(&s, 3, MG_GTB_RIGHT);
    tap_ok(mg_gtb_may_build(&s.world, &s.own[3], 3), "beside it");
    s.own[3].unit[MG_GTB_WOOD] = 0;
    s.own[3].escrow_unit[MG_GTB_WOOD] = 5;
    tap_ok(!mg_gtb_may_build(&s.world, &s.own[3], 3), "wood in escrow does not count");
    s.own[3].unit[MG_GTB_WOOD] = 1;
    s.own[3].unit[MG_GTB_STONE] = 0;
    tap_ok(!mg_gtb_may_build(&s.world, &s.own[3], 3), "stone is needed as well");
    s.own[3].unit[MG_GTB_STONE] = 1;
    put(&s, 3, 10, 13);
    s.world.unit[at(10, 13)] = 0;
    tap_ok(!mg_gtb_may_build(&s.world, &s.own[3], 3), "no house on a source, even an empty one");
    s.world.house[at(4, 8)] = 1;
    put(&s, 3, 4, 8);
    tap_ok(!mg_gtb_may_build(&s.world, &s.own[3], 3), "nor on somebody else's");
}

static void test_growth(void)
{
    scene s;
    int grown = 0, elsewhere = 0;
    mg_stream stream = mg_stream_at((mg_key){4722, 0}, MG_PURPOSE_TEST, 0, 0, 0);
    for (int k = 0; k < 4000; k++) {
        open_scene(&s);
        memset(s.world.unit, 0, sizeof s.world.unit);
        mg_gtb_grow(&s.world, 0.01f, &stream);
        for (int cell = 0; cell < MG_GTB_CELLS; cell++) {
            bool source = mg_gtb_map(cell) == 'W' || mg_gtb_map(cell) == 'S';
            grown += source && s.world.unit[cell];
            elsewhere += !source && s.world.unit[cell];
        }
    }
    /* 140000 draws of 0.01: 1400 with a deviation of 37 */
    tap_ok(grown > 1250 && grown < 1550 && elsewhere == 0,
           "an empty source grows a unit in 1 of 100 steps: %d of 140000", grown);
    open_scene(&s);
    mg_stream before = stream;
    mg_gtb_grow(&s.world, 1.0f, &stream);
    tap_ok(memcmp(&before, &stream, sizeof stream) == 0 && s.world.unit[at(0, 0)] == 1, "a full one holds one");
}

int main(void)
{
    test_map();
    test_ways();
    test_order();
    test_gathering();
    test_building();
    test_growth();
    return tap_done();
}
