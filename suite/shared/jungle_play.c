/* jungle_play.c - see jungle_play.h. */
#include "suite/shared/jungle_play.h"

enum { AGENT = 1, FOOD = -1, FREE = 0, DIRECTIONS = 4 };

static const int toward_x[DIRECTIONS] = {0, -1, 1, 0}, toward_y[DIRECTIONS] = {-1, 0, 0, 1}; /* up, left, right, down */
static const int32_t walk[DIRECTIONS] = {0, 1, 3, 4};                                        /* 2 is staying */

static mg_jungle_cell beside(mg_jungle_cell cell, int direction)
{
    return (mg_jungle_cell){cell.x + toward_x[direction], cell.y + toward_y[direction]};
}

static int steps_between(mg_jungle_cell a, mg_jungle_cell b)
{
    int x = a.x > b.x ? a.x - b.x : b.x - a.x, y = a.y > b.y ? a.y - b.y : b.y - a.y;
    return x + y;
}

/* The first direction in which that stands, or -1. */
static int direction_of(const mg_row *row, mg_jungle_cell here, int what)
{
    for (int d = 0; d < DIRECTIONS; d++)
        if (mg_jungle_at(row, beside(here, d)) == what)
            return d;
    return -1;
}

/* The free cell beside a food that is nearest; false where there is none. */
static bool nearest_place(const mg_row *row, mg_jungle_cell here, mg_jungle_cell *place)
{
    const mg_jungle_config *c = row->config;
    int best = 1000000; /* by steps, then y, then x */
    for (int f = 0; f < c->foods; f++)
        for (int d = 0; d < DIRECTIONS; d++) {
            mg_jungle_cell cell = beside(mg_jungle_food(row, f), d);
            int key = (steps_between(here, cell) * MG_JUNGLE_SIZE + cell.y) * MG_JUNGLE_SIZE + cell.x;
            if (key < best && mg_jungle_at(row, cell) == FREE) {
                best = key;
                *place = cell;
            }
        }
    return best < 1000000;
}

static int32_t step_toward(const mg_row *row, mg_jungle_cell here, mg_jungle_cell place)
{
    int x = place.x - here.x, y = place.y - here.y;
    int along_x = x < 0 ? 1 : 2, along_y = y < 0 ? 0 : 3;
    bool x_first = (x < 0 ? -x : x) >= (y < 0 ? -y : y);
    int first = x_first ? along_x : along_y, second = x_first ? along_y : along_x;
    if (mg_jungle_at(row, beside(here, first)) == FREE)
        return walk[first];
    bool other = x_first ? y != 0 : x != 0;
    return other && mg_jungle_at(row, beside(here, second)) == FREE ? walk[second] : MG_JUNGLE_STAY;
}

static int32_t decide(const mg_row *row, mg_jungle_cell here, bool fierce)
{
    mg_jungle_cell place;
    int direction = fierce ? direction_of(row, here, AGENT) : -1;
    if (direction < 0)
        direction = direction_of(row, here, FOOD);
    if (direction >= 0)
        return MG_JUNGLE_HIT + direction;
    return nearest_place(row, here, &place) ? step_toward(row, here, place) : MG_JUNGLE_STAY;
}

void jungle_play(const mg_row *row, jungle_player player, mg_stream *stream, int32_t *action)
{
    const mg_jungle_config *c = row->config;
    for (int i = 0; i < c->agents; i++)
        action[i] = player == JUNGLE_RANDOM ? (int32_t)mg_random_below(stream, MG_JUNGLE_ACTIONS)
                                            : decide(row, mg_jungle_agent(row, i), player == JUNGLE_FIERCE);
}

double jungle_way(const mg_row *row)
{
    const mg_jungle_config *c = row->config;
    int sum = 0;
    for (int i = 0; i < c->agents; i++) {
        int nearest = 2 * MG_JUNGLE_SIZE;
        for (int f = 0; f < c->foods; f++) {
            int steps = steps_between(mg_jungle_agent(row, i), mg_jungle_food(row, f));
            nearest = steps < nearest ? steps : nearest;
        }
        sum += nearest;
    }
    return (double)sum / (double)c->agents;
}
