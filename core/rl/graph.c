/* graph.c - links, distances, Metropolis weights, averages. */
#include "core/rl/graph.h"
#include "core/num/kernels.h"

#include <stdbool.h>
#include <string.h>

void mg_graph_of_neighbours(int agents, int neighbours_max, const int32_t *neighbour, uint8_t *link)
{
    for (int i = 0; i < agents; i++, link += agents) {
        for (int j = 0; j < agents; j++)
            link[j] = !neighbour && i != j;
        for (int n = 0; neighbour && n < neighbours_max; n++)
            if (neighbour[i * neighbours_max + n] >= 0)
                link[neighbour[i * neighbours_max + n]] = 1;
    }
}

static bool joined(int agents, const uint8_t *link, int i, int j)
{
    return link[i * agents + j] || link[j * agents + i];
}

void mg_graph_add_metropolis(int agents, const uint8_t *link, double *weight)
{
    int degree[MG_GRAPH_AGENTS_MAX] = {0};
    for (int i = 0; i < agents; i++)
        for (int j = 0; j < agents; j++)
            degree[i] += j != i && joined(agents, link, i, j);
    for (int i = 0; i < agents; i++) {
        double rest = 1.0;
        for (int j = 0; j < agents; j++) {
            if (j == i || !joined(agents, link, i, j))
                continue;
            double share = 1.0 / (1.0 + (double)(degree[i] > degree[j] ? degree[i] : degree[j]));
            weight[i * agents + j] += share;
            rest -= share;
        }
        weight[i * agents + i] += rest;
    }
}

/* Breadth first from one agent. */
static void fill_distances(int agents, const uint8_t *link, int from, int32_t *distance)
{
    int queue[MG_GRAPH_AGENTS_MAX], tail = 1;
    for (int j = 0; j < agents; j++)
        distance[j] = j == from ? 0 : -1;
    queue[0] = from;
    for (int head = 0; head < tail; head++)
        for (int j = 0; j < agents; j++)
            if (link[queue[head] * agents + j] && distance[j] < 0) {
                distance[j] = distance[queue[head]] + 1;
                queue[tail++] = j;
            }
}

void mg_graph_distances(int agents, const uint8_t *link, int32_t *distance)
{
    for (int i = 0; i < agents; i++)
        fill_distances(agents, link, i, distance + i * agents);
}

void mg_graph_spatial_rewards(int agents, const int32_t *distance, float alpha, const float *reward, float *shared)
{
    for (int i = 0; i < agents; i++, distance += agents) {
        float sum[MG_GRAPH_AGENTS_MAX] = {0.0f}, weight = 1.0f;
        int farthest = 0;
        for (int j = 0; j < agents; j++) {
            if (distance[j] < 0)
                continue;
            sum[distance[j]] += reward[j];
            farthest = distance[j] > farthest ? distance[j] : farthest;
        }
        shared[i] = 0.0f;
        for (int d = 0; d <= farthest; d++) {
            float part = weight * sum[d];
            shared[i] += part;
            weight *= alpha;
        }
    }
}

void mg_graph_add_means(int agents, const uint8_t *link, double *weight)
{
    for (int i = 0; i < agents; i++, link += agents, weight += agents) {
        double heard = 1.0;
        for (int j = 0; j < agents; j++)
            heard += j != i && link[j];
        for (int j = 0; j < agents; j++)
            weight[j] += j == i || link[j] ? 1.0 / heard : 0.0;
    }
}

/* Numbers block[j stride .. + piece) of every agent j. */
static void average_piece(int agents, const double *weight, double over, float *block, size_t stride, size_t piece,
                          float *scratch)
{
    memset(scratch, 0, (size_t)agents * piece * sizeof *scratch);
    for (int i = 0; i < agents; i++)
        for (int j = 0; j < agents; j++) {
            float share = (float)(weight[i * agents + j] / over);
            if (share != 0.0f)
                mg_kernels_current()->axpy(piece, share, block + (size_t)j * stride, scratch + (size_t)i * piece);
        }
    for (int i = 0; i < agents; i++)
        memcpy(block + (size_t)i * stride, scratch + (size_t)i * piece, piece * sizeof *block);
}

void mg_graph_average(int agents, const double *weight, double over, float *block, size_t stride, size_t count,
                      float *scratch, size_t room)
{
    for (size_t first = 0; first < count; first += room) {
        size_t left = count - first;
        average_piece(agents, weight, over, block + first, stride, left < room ? left : room, scratch);
    }
}
