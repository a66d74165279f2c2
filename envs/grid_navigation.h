/* grid_navigation.h - every agent walks to a landmark of its own and pays for sharing a cell.
 *
 * Source: Anticipation Sharing, Appendix B, after cooperative navigation as in Zhang et al. 2018; facts/as.md 2.3.
 * Agents on distinct cells, landmarks on distinct cells, drawn anew each episode; landmark i is agent i's. Actions:
 * 0 stay, 1 up, 2 down, 3 left, 4 right, all at once. Reward: minus the Euclidean distance to the own landmark /
 * size, minus 1 for every other agent on the same cell, both after the move. Observation, the same for all: agents'
 * cells, landmarks' cells, each / (size - 1). An episode is `steps` steps and then terminates. The paper leaves open
 * the grid, its size, and the reward's scale.
 */
#ifndef MG_GRID_NAVIGATION_H
#define MG_GRID_NAVIGATION_H

#include "envs/grid.h"

typedef struct mg_grid_navigation_config {
    int agents, size, steps;
    double range; /* cells; agents at most so far apart are neighbours */
    double collision_cost;
    double random_return, reference_return; /* totals that normalised_return calls 0 and 1 */
} mg_grid_navigation_config;

mg_grid_navigation_config mg_grid_navigation_default(void);
extern const mg_env_table mg_grid_navigation;

/* The reference policy: straight to the landmark, along the axis with the larger distance left (x on ties), whoever is
 * in the way. */
int32_t mg_grid_navigation_reference_action(const mg_grid_navigation_config *config, const void *row, int agent);

#endif
