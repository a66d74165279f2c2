/* grid.h - what the small square grids share: cells, moves, distinct random cells, Euclidean neighbours.
 *
 * Cell (x, y) with x, y in 0..size-1. Moves: 0 stay, 1 up (y - 1), 2 down (y + 1), 3 left (x - 1), 4 right (x + 1); a
 * move off the grid stays (facts/as.md 2.2, 2.3).
 */
#ifndef MG_GRID_H
#define MG_GRID_H

#include "core/rl/env.h"

#define MG_GRID_AGENTS_MAX 32

typedef enum mg_grid_move { MG_GRID_STAY, MG_GRID_UP, MG_GRID_DOWN, MG_GRID_LEFT, MG_GRID_RIGHT } mg_grid_move;

typedef struct mg_cell {
    int32_t x, y;
} mg_cell;

mg_cell mg_grid_moved(int size, mg_cell from, int32_t move);
/* n distinct cells, in index order; a cell that is taken is drawn again. n <= size * size. */
void mg_grid_draw_distinct(int size, int n, mg_stream *stream, mg_cell *cell);
float mg_grid_distance(mg_cell a, mg_cell b);
/* agents x (agents - 1), as mg_env_table's neighbours wants it. */
void mg_grid_neighbours(int agents, const mg_cell *cell, float range, int32_t *neighbour);
/* Coordinates / (size - 1): 2 n numbers. */
void mg_grid_write(int size, int n, const mg_cell *cell, float *out);
bool mg_grid_same(mg_cell a, mg_cell b);

#endif
