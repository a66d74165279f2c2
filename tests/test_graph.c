/* Links from neighbours, Metropolis weights and averages: small graphs by hand, and what holds for all. */
#include "core/num/rng.h"
#include "core/rl/graph.h"
#include "tests/tap.h"

#include <string.h>

enum { AGENTS = 7, NUMBERS = 37 };

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static void draw_links(uint32_t number, uint8_t *link)
{
    mg_stream stream = mg_stream_at((mg_key){31, 0}, MG_PURPOSE_TEST, number, 0, 0);
    for (int k = 0; k < AGENTS * AGENTS; k++)
        link[k] = k / AGENTS != k % AGENTS && mg_random_below(&stream, 4) == 0;
}

static void test_links(void)
{
    static const int32_t neighbour[3 * 2] = {1, -1, 2, 0, -1, -1};
    static const uint8_t wanted[9] = {0, 1, 0, 1, 0, 1, 0, 0, 0}, all[9] = {0, 1, 1, 1, 0, 1, 1, 1, 0};
    uint8_t link[9];
    memset(link, 7, sizeof link);
    mg_graph_of_neighbours(3, 2, neighbour, link);
    tap_ok(memcmp(link, wanted, 9) == 0, "one hears from its neighbours, and they need not hear back");
    mg_graph_of_neighbours(3, 2, NULL, link);
    tap_ok(memcmp(link, all, 9) == 0, "without a graph everybody hears from everybody else");
}

/* 0 - 1 - 2, and 3 alone; 1 hears from 0, 2 hears from 1. */
static void test_by_hand(void)
{
    uint8_t link[16] = {0};
    double weight[16] = {0};
    link[1 * 4 + 0] = link[2 * 4 + 1] = 1;
    mg_graph_add_metropolis(4, link, weight);
    static const double third = 1.0 / 3.0;
    const double wanted[16] = {2 * third, third, 0, 0, third, third, third, 0, 0, third, 2 * third, 0, 0, 0, 0, 1};
    double worst = 0.0;
    for (int k = 0; k < 16; k++)
        worst = size_of(weight[k] - wanted[k]) > worst ? size_of(weight[k] - wanted[k]) : worst;
    tap_ok(worst < 1e-15, "a chain of three and one alone: %.1e off", worst);
    mg_graph_add_metropolis(4, link, weight);
    tap_ok(size_of(weight[0] - 4 * third) < 1e-15 && weight[15] == 2.0, "weights are added to what is there");
    float block[8] = {3.0f, 1.0f, 0.0f, 2.0f, 6.0f, 3.0f, 9.0f, 8.0f}, scratch[8];
    mg_graph_average(4, weight, 2.0, block, 2, 2, scratch, 2);
    static const float mean[8] = {2.0f, 4.0f / 3.0f, 3.0f, 2.0f, 4.0f, 8.0f / 3.0f, 9.0f, 8.0f};
    double off = 0.0;
    for (int k = 0; k < 8; k++)
        off = size_of((double)block[k] - (double)mean[k]) > off ? size_of((double)block[k] - (double)mean[k]) : off;
    tap_ok(off < 1e-6, "two numbers of each, averaged over what was added twice: %.1e off", off);
}

/* 0 hears from 1 and 2, 1 from 2; the middle one of three numbers each, in pieces of one. */
static void test_means(void)
{
    static const uint8_t link[9] = {0, 1, 1, 0, 0, 1, 0, 0, 0};
    double weight[9] = {0};
    float block[9] = {1, 3, 1, 2, 6, 2, 4, 12, 4}, scratch[3];
    static const float wanted[9] = {1, 7, 1, 2, 9, 2, 4, 12, 4};
    mg_graph_add_means(3, link, weight);
    mg_graph_average(3, weight, 1.0, block + 1, 3, 1, scratch, 1);
    double off = 0.0;
    for (int k = 0; k < 9; k++)
        off = size_of((double)block[k] - (double)wanted[k]) > off ? size_of((double)block[k] - (double)wanted[k]) : off;
    tap_ok(off < 1e-6, "plain means over oneself and those one hears, by hand, the rest untouched: %.1e off", off);
}

/* A path 0 - 1 - 2 - 3, heard both ways, and 4, who hears from 0 and is heard by nobody. */
static void test_distances(void)
{
    enum { PATH = 5 };
    uint8_t link[PATH * PATH] = {0};
    int32_t distance[PATH * PATH];
    float shared[PATH];
    static const float reward[PATH] = {1.0f, 10.0f, 100.0f, 1000.0f, 10000.0f};
    static const int32_t wanted[PATH * PATH] = {0, 1,  2, 3, -1, 1, 0,  1, 2, -1, 2, 1, 0,
                                                1, -1, 3, 2, 1,  0, -1, 1, 2, 3,  4, 0};
    for (int i = 0; i + 1 < 4; i++)
        link[i * PATH + i + 1] = link[(i + 1) * PATH + i] = 1;
    link[4 * PATH + 0] = 1;
    mg_graph_distances(PATH, link, distance);
    tap_ok(memcmp(distance, wanted, sizeof wanted) == 0, "steps from one who hears to those heard");
    mg_graph_spatial_rewards(PATH, distance, 0.5f, reward, shared);
    static const float half[PATH] = {1.0f + 5.0f + 25.0f + 125.0f, 10.0f + 50.5f + 250.0f, 100.0f + 505.0f + 0.25f,
                                     1000.0f + 50.0f + 2.5f + 0.125f, 10000.0f + 0.5f + 2.5f + 12.5f + 62.5f};
    int wrong = 0;
    for (int i = 0; i < PATH; i++)
        wrong += shared[i] != half[i];
    tap_ok(wrong == 0, "rewards along a path, halved at every step (%d wrong)", wrong);
    mg_graph_spatial_rewards(PATH, distance, 0.0f, reward, shared);
    tap_ok(memcmp(shared, reward, sizeof reward) == 0, "alpha 0: everybody's own");
    mg_graph_spatial_rewards(PATH, distance, 1.0f, reward, shared);
    tap_ok(shared[0] == 1111.0f && shared[2] == 1111.0f && shared[4] == 11111.0f, "alpha 1: of all that are reached");
}

static void test_all(void)
{
    double asymmetric = 0.0, unlike_one = 0.0, negative = 0.0, drift = 0.0, permuted = 0.0;
    int pieces_differ = 0;
    for (uint32_t number = 0; number < 200; number++) {
        uint8_t link[AGENTS * AGENTS], moved[AGENTS * AGENTS];
        double weight[AGENTS * AGENTS] = {0}, other[AGENTS * AGENTS] = {0};
        draw_links(number, link);
        mg_graph_add_metropolis(AGENTS, link, weight);
        for (int i = 0; i < AGENTS; i++) {
            double row = 0.0;
            for (int j = 0; j < AGENTS; j++) {
                row += weight[i * AGENTS + j];
                asymmetric += size_of(weight[i * AGENTS + j] - weight[j * AGENTS + i]);
                negative += weight[i * AGENTS + j] < -1e-15;
                moved[(i + 2) % AGENTS * AGENTS + (j + 2) % AGENTS] = link[i * AGENTS + j];
            }
            unlike_one += size_of(row - 1.0) > 1e-12;
        }
        mg_graph_add_metropolis(AGENTS, moved, other);
        for (int k = 0; k < AGENTS * AGENTS; k++)
            permuted += size_of(weight[k] - other[(k / AGENTS + 2) % AGENTS * AGENTS + (k % AGENTS + 2) % AGENTS]);
        float block[AGENTS * NUMBERS], pieces[AGENTS * NUMBERS], scratch[AGENTS * NUMBERS];
        mg_stream stream = mg_stream_at((mg_key){32, 0}, MG_PURPOSE_TEST, number, 0, 0);
        double before[NUMBERS] = {0};
        for (int k = 0; k < AGENTS * NUMBERS; k++) {
            block[k] = pieces[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
            before[k % NUMBERS] += (double)block[k];
        }
        mg_graph_average(AGENTS, weight, 1.0, block, NUMBERS, NUMBERS, scratch, NUMBERS);
        mg_graph_average(AGENTS, weight, 1.0, pieces, NUMBERS, NUMBERS, scratch, 5);
        pieces_differ += memcmp(block, pieces, sizeof block) != 0;
        for (int k = 0; k < AGENTS * NUMBERS; k++)
            before[k % NUMBERS] -= (double)block[k];
        for (int k = 0; k < NUMBERS; k++)
            drift = size_of(before[k]) > drift ? size_of(before[k]) : drift;
    }
    tap_ok(asymmetric == 0.0, "weights are symmetric");
    tap_ok(unlike_one == 0.0 && negative == 0.0, "none is below 0, and rows sum to 1");
    tap_ok(permuted < 1e-12, "agents numbered otherwise, weights numbered otherwise");
    tap_ok(drift < 1e-5, "an average keeps the sum over agents: %.1e off", drift);
    tap_ok(pieces_differ == 0, "in pieces of five, the same bits");
}

int main(void)
{
    test_links();
    test_by_hand();
    test_means();
    test_distances();
    test_all();
    return tap_done();
}
