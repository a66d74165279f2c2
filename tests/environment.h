/* environment.h - plays one row of an environment by hand, for tests of environments. */
#ifndef TESTS_ENVIRONMENT_H
#define TESTS_ENVIRONMENT_H

#include "core/rl/env.h"

#include <stdlib.h>
#include <string.h>

enum { PLAY_AGENTS = 64, PLAY_NUMBERS = 4096, PLAY_BYTES = 8192, PLAY_METRICS = 80 };

typedef struct play {
    const mg_env_table *table;
    const void *config;
    mg_env_spec spec;
    _Alignas(16) unsigned char row[PLAY_BYTES];
    float reward[PLAY_AGENTS], paid[PLAY_AGENTS], received[PLAY_AGENTS], observation[PLAY_NUMBERS];
    int32_t neighbour[PLAY_NUMBERS];
    double metric[PLAY_METRICS];
    bool terminated, truncated;
} play;

static mg_row play_row(const play *p)
{
    mg_row row = {p->config, NULL, (void *)(uintptr_t)p->row};
    return row;
}

static void play_look(play *p)
{
    mg_row row = play_row(p);
    p->table->observe(&row, 0, p->observation);
    if (p->table->neighbours)
        p->table->neighbours(&row, p->neighbour);
    p->table->metrics(&row, p->metric);
}

static void play_start(play *p, const mg_env_table *table, const void *config, uint32_t episode)
{
    p->table = table;
    p->config = config;
    p->terminated = p->truncated = false;
    mg_env_spec spec;
    table->describe(config, NULL, &spec);
    p->spec = spec;
    p->spec.group = NULL; /* games are copied and left where they are */
    mg_env_spec_free(&spec);
    mg_row row = play_row(p);
    mg_stream stream = mg_stream_at((mg_key){9993, 0}, MG_PURPOSE_TEST, episode, 0, 0);
    table->reset(&row, &stream);
    play_look(p);
}

__attribute__((unused)) static void play_step(play *p, const int32_t *actions)
{
    mg_row row = play_row(p);
    mg_outcome outcome = {.reward = p->reward, .paid = p->paid, .received = p->received};
    p->table->step(&row, &(mg_joint){.action = actions}, NULL, &outcome);
    p->terminated = outcome.terminated;
    p->truncated = outcome.truncated;
    play_look(p);
}

__attribute__((unused)) static mg_digest play_digest(const play *p)
{
    mg_row row = play_row(p);
    mg_hasher *hasher = mg_hasher_create();
    p->table->digest(&row, hasher);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

__attribute__((unused)) static double play_total(const play *p)
{
    double total = 0.0;
    for (int i = 0; i < p->spec.agents; i++)
        total += (double)p->reward[i];
    return total;
}

/* Every agent's neighbours by the slow definition: j is one iff apart(i, j) <= range; nearest first, lower index first
 * on ties, then -1. */
__attribute__((unused)) static bool play_neighbours_right(const play *p, float (*apart)(const play *, int, int),
                                                          float range)
{
    int most = p->spec.neighbours_max;
    for (int i = 0; i < p->spec.agents; i++) {
        const int32_t *list = p->neighbour + i * most;
        int count = 0;
        for (int j = 0; j < p->spec.agents; j++) {
            bool wanted = j != i && apart(p, i, j) <= range, listed = false;
            for (int n = 0; n < most; n++)
                listed = listed || list[n] == j;
            if (wanted != listed)
                return false;
            count += wanted;
        }
        for (int n = 0; n < most; n++) {
            if ((n >= count) != (list[n] == -1))
                return false;
            if (n == 0 || n >= count)
                continue;
            float before = apart(p, i, list[n - 1]), here = apart(p, i, list[n]);
            if (before > here || (!(before < here) && list[n - 1] > list[n]))
                return false;
        }
    }
    return true;
}

#endif
