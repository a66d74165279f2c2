/* roads_play.c - one row, played without anybody looking at it. */
#include "suite/shared/roads_play.h"
#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

typedef struct players {
    const mg_env_table *roads;
    mg_row row;
    int signals, actions;
    int32_t *action;
    float *reward; /* then paid, received */
    mg_key key;
} players;

static void play(const players *p, int episode, roads_played *played)
{
    mg_outcome outcome = {.reward = p->reward, .paid = p->reward + p->signals, .received = p->reward + 2 * p->signals};
    mg_stream stream = mg_stream_at(p->key, MG_PURPOSE_START_POINTS, (uint32_t)episode, 0, 0);
    double metric[ROADS_METRICS_MAX];
    p->roads->reset(&p->row, &stream);
    for (bool under_way = true; under_way; under_way = !outcome.terminated && !outcome.truncated) {
        for (int s = 0; s < p->signals; s++)
            p->action[s] = (int32_t)mg_random_below(&stream, (uint32_t)p->actions);
        p->roads->step(&p->row, &(mg_joint){.action = p->action}, &stream, &outcome);
        played->steps++;
    }
    p->roads->metrics(&p->row, metric);
    for (int m = 0; m < played->metrics; m++)
        played->mean[m] += metric[m] / (double)played->episodes;
}

bool roads_play_uniform(const mg_env_table *roads, const void *config, mg_key key, int episodes, roads_played *played,
                        mg_error *error)
{
    mg_env_spec spec;
    void *world = roads->open_world(config, key, error);
    if (!world)
        return false;
    roads->describe(config, world, &spec);
    if (spec.metrics > ROADS_METRICS_MAX) {
        (void)mg_fail(error, MG_EXIT_INPUT, "%s has %d metrics, room is for %d", spec.name, spec.metrics,
                      ROADS_METRICS_MAX);
        mg_env_spec_free(&spec);
        roads->close_world(world);
        return false;
    }
    *played = (roads_played){.episodes = episodes, .metrics = spec.metrics};
    for (int m = 0; m < played->metrics; m++)
        played->name[m] = spec.metric[m].name;
    players p = {.roads = roads,
                 .row = {config, world, mg_allocate_block(spec.row_bytes, 1)},
                 .signals = spec.agents,
                 .actions = mg_env_agent(&spec, 0)->actions,
                 .action = mg_allocate((size_t)spec.agents, sizeof *p.action),
                 .reward = mg_allocate(3 * (size_t)spec.agents, sizeof *p.reward),
                 .key = key};
    mg_env_spec_free(&spec);
    for (int e = 0; e < episodes; e++)
        play(&p, e, played);
    free(p.row.state);
    free(p.action);
    free(p.reward);
    roads->close_world(world);
    return true;
}

void roads_tell(const roads_played *played, const char *const *wanted, mg_direct *direct)
{
    double mean[ROADS_METRICS_MAX];
    mg_tensor tensor = {MG_KIND_STATE, "means", MG_TYPE_DOUBLE, 1, played->metrics, mean};
    memcpy(mean, played->mean, sizeof mean);
    for (; *wanted; wanted++)
        for (int m = 0; m < played->metrics; m++)
            if (!strcmp(played->name[m], *wanted))
                mg_direct_metric(direct, *wanted, mean[m]);
    mg_direct_count(direct, (double)played->episodes, (double)played->episodes, played->steps);
    mg_direct_checkpoint(direct, &tensor, 1);
}
