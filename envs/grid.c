/* grid.c - moves, distinct cells, neighbours. */
#include "envs/grid.h"

#include "core/num/scalar_math.h"

bool mg_grid_same(mg_cell a, mg_cell b)
{
    return a.x == b.x && a.y == b.y;
}

mg_cell mg_grid_moved(int size, mg_cell from, int32_t move)
{
    static const mg_cell by[] = {{0, 0}, {0, -1}, {0, 1}, {-1, 0}, {1, 0}};
    mg_cell to = {from.x + by[move].x, from.y + by[move].y};
    return to.x < 0 || to.x >= size || to.y < 0 || to.y >= size ? from : to;
}

static bool taken(int n, const mg_cell *cell, mg_cell wanted)
{
    for (int k = 0; k < n; k++)
        if (mg_grid_same(cell[k], wanted))
            return true;
    return false;
}

void mg_grid_draw_distinct(int size, int n, mg_stream *stream, mg_cell *cell)
{
    for (int k = 0; k < n; k++)
        do {
            int32_t at = (int32_t)mg_random_below(stream, (uint32_t)(size * size));
            cell[k] = (mg_cell){at % size, at / size};
        } while (taken(k, cell, cell[k]));
}

float mg_grid_distance(mg_cell a, mg_cell b)
{
    int32_t x = a.x - b.x, y = a.y - b.y;
    return mg_sqrt_float((float)(x * x + y * y));
}

void mg_grid_neighbours(int agents, const mg_cell *cell, float range, int32_t *neighbour)
{
    float apart[MG_GRID_AGENTS_MAX];
    for (int i = 0; i < agents; i++) {
        for (int j = 0; j < agents; j++)
            apart[j] = mg_grid_distance(cell[i], cell[j]);
        mg_env_nearest(agents, i, apart, range, agents - 1, neighbour + i * (agents - 1));
    }
}

void mg_grid_write(int size, int n, const mg_cell *cell, float *out)
{
    float largest = (float)(size - 1);
    for (int k = 0; k < n; k++) {
        out[2 * k] = (float)cell[k].x / largest;
        out[2 * k + 1] = (float)cell[k].y / largest;
    }
}
