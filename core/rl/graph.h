/* graph.h - who is linked to whom, and averages over links.
 *
 * Links are agents x agents bytes: link[i * agents + j] is 1 where i hears from j; its own entry is 0.
 */
#ifndef MG_GRAPH_H
#define MG_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#define MG_GRAPH_AGENTS_MAX 64

/* From lists of neighbours as an environment gives them (agents x neighbours_max, -1: none); NULL: everybody hears from
 * everybody. */
void mg_graph_of_neighbours(int agents, int neighbours_max, const int32_t *neighbour, uint8_t *link);

/* Adds Metropolis weights (agents x agents): two agents are joined where either hears from the other, and weigh each
 * other 1 / (1 + the larger of both degrees); the rest stays with oneself. Symmetric; every row and column sums to 1.
 * Agents are at most MG_GRAPH_AGENTS_MAX. */
void mg_graph_add_metropolis(int agents, const uint8_t *link, double *weight);

/* distance[i * agents + j]: how many links, each from the one who hears to the one heard, lead from i to j; 0 to
 * itself, -1 where none do. Agents are at most MG_GRAPH_AGENTS_MAX. */
void mg_graph_distances(int agents, const uint8_t *link, int32_t *distance);

/* shared[i] = sum over j that i reaches of alpha^distance(i, j) reward[j] (Chu et al. 2020): sums of equal distance
 * first, agents ascending, then nearest first. alpha 0: its own reward, 1: that of all it reaches. */
void mg_graph_spatial_rewards(int agents, const int32_t *distance, float alpha, const float *reward, float *shared);

/* Adds the weights of plain means (agents x agents): everybody weighs itself and those it hears from alike. Rows sum to
 * 1, columns need not. */
void mg_graph_add_means(int agents, const uint8_t *link, double *weight);

/* Every agent's `count` numbers, which start `stride` behind those of the agent before, become the mean over all by
 * weight / over, all from before. scratch has room for agents * room numbers; they go in pieces of `room`. */
void mg_graph_average(int agents, const double *weight, double over, float *block, size_t stride, size_t count,
                      float *scratch, size_t room);

#endif
