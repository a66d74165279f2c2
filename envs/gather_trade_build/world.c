/* world.c - see world.h. */
#include "envs/gather_trade_build/world.h"

#include <string.h>

static const double walk_labor = 1.0, gather_labor = 1.0, build_labor = 10.0;

/* Means, of 100000 draws, of the four values min(3, 1 + 2 x), x Pareto(4) from 0 on, in order, times 10. */
const double mg_gtb_payment[MG_GTB_AGENTS] = {11.331640623590097, 13.267112338979295, 16.472372947006132,
                                              22.249614304395735};

// clang-format off
static const char map[MG_GTB_SIZE][MG_GTB_SIZE + 1] = {
    "WWW....@.......",
    "WSS....@.......",
    "WWW....@.......",
    "WWW....@.......",
    "WSS............",
    "SWS............",
    ".......@.......",
    "@@@@..@@@@..@@@",
    ".......@.......",
    "WWW....@....S..",
    ".WW.........SS.",
    "WWW..........SS",
    "W.W....@.......",
    "W......@.......",
    ".......@.....S.",
};
// clang-format on

/* Where each rank starts: top right, bottom left, top left, bottom right. */
static const int32_t start[MG_GTB_AGENTS] = {MG_GTB_SIZE - 1, MG_GTB_CELLS - MG_GTB_SIZE, 0, MG_GTB_CELLS - 1};

char mg_gtb_map(int cell)
{
    return map[cell / MG_GTB_SIZE][cell % MG_GTB_SIZE];
}

static bool is_source(int cell)
{
    return mg_gtb_map(cell) == 'W' || mg_gtb_map(cell) == 'S';
}

static void stand(mg_gtb_world *world, int agent, int cell)
{
    world->cell[agent] = cell;
    world->occupant[cell] = (uint8_t)(1 + agent);
}

void mg_gtb_world_open(mg_gtb_world *world, const uint32_t rank[MG_GTB_AGENTS])
{
    memset(world, 0, sizeof *world);
    for (int cell = 0; cell < MG_GTB_CELLS; cell++)
        world->unit[cell] = is_source(cell);
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        world->rank[i] = (int32_t)rank[i];
        stand(world, i, start[rank[i]]);
    }
}

/* The cell on that side, or -1 beyond the edge. */
static int beside(int cell, mg_gtb_way way)
{
    int row = cell / MG_GTB_SIZE, column = cell % MG_GTB_SIZE;
    switch (way) {
    case MG_GTB_LEFT: column--; break;
    case MG_GTB_RIGHT: column++; break;
    case MG_GTB_UP: row--; break;
    case MG_GTB_DOWN: row++; break;
    case MG_GTB_STAY: break;
    }
    bool inside = row >= 0 && row < MG_GTB_SIZE && column >= 0 && column < MG_GTB_SIZE;
    return inside ? row * MG_GTB_SIZE + column : -1;
}

bool mg_gtb_may_go(const mg_gtb_world *world, int agent, mg_gtb_way way)
{
    if (way == MG_GTB_STAY)
        return true;
    int to = beside(world->cell[agent], way);
    return to >= 0 && mg_gtb_map(to) != '@' && !world->occupant[to] &&
           (!world->house[to] || world->house[to] == 1 + agent);
}

bool mg_gtb_may_build(const mg_gtb_world *world, const mg_gtb_endowment *owner, int agent)
{
    int cell = world->cell[agent];
    return owner->unit[MG_GTB_STONE] >= 1 && owner->unit[MG_GTB_WOOD] >= 1 && !world->house[cell] &&
           mg_gtb_map(cell) == '.';
}

void mg_gtb_build(mg_gtb_world *world, mg_gtb_endowment *owner, int agent)
{
    if (!mg_gtb_may_build(world, owner, agent))
        return;
    owner->unit[MG_GTB_STONE]--;
    owner->unit[MG_GTB_WOOD]--;
    owner->coin += mg_gtb_payment[world->rank[agent]];
    owner->labor += build_labor;
    world->house[world->cell[agent]] = (uint8_t)(1 + agent);
    world->houses[agent]++;
}

static void gather(mg_gtb_world *world, mg_gtb_endowment *owner, int agent)
{
    int cell = world->cell[agent];
    if (!world->unit[cell])
        return;
    world->unit[cell] = 0;
    owner->unit[mg_gtb_map(cell) == 'S' ? MG_GTB_STONE : MG_GTB_WOOD]++;
    owner->labor += gather_labor;
    world->gathered[agent]++;
}

void mg_gtb_go(mg_gtb_world *world, mg_gtb_endowment endowment[MG_GTB_AGENTS], const uint32_t order[MG_GTB_AGENTS],
               const mg_gtb_way way[MG_GTB_AGENTS])
{
    for (int k = 0; k < MG_GTB_AGENTS; k++) {
        int i = (int)order[k];
        if (way[i] != MG_GTB_STAY && mg_gtb_may_go(world, i, way[i])) {
            world->occupant[world->cell[i]] = 0;
            stand(world, i, beside(world->cell[i], way[i]));
            endowment[i].labor += walk_labor;
        }
        gather(world, &endowment[i], i);
    }
}

void mg_gtb_grow(mg_gtb_world *world, float probability, mg_stream *stream)
{
    for (int cell = 0; cell < MG_GTB_CELLS; cell++)
        if (!world->unit[cell] && is_source(cell))
            world->unit[cell] = mg_random_float(stream) < probability;
}
