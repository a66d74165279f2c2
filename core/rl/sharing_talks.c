/* sharing_talks.c - who talks to whom in an episode, and what they agree on. */
#include "core/rl/graph.h"
#include "core/rl/sharing.h"

#include <string.h>

uint8_t *mg_sharing_talks(const mg_sharing *core, int step, int agent)
{
    return core->talks + (size_t)(step * core->agents + agent) * (size_t)core->agents;
}

static void hush(mg_sharing *core, int first, int steps)
{
    memset(mg_sharing_talks(core, first, 0), 0, (size_t)(steps * core->agents) * (size_t)core->agents);
}

/* Streams: (LEARNER, episode, row 0, agent) draws an agent's partners. */
static void draw_partners(mg_sharing *core)
{
    hush(core, 0, core->episode.steps);
    for (int i = 0; core->agents > 1 && i < core->agents; i++) {
        mg_stream stream = mg_stream_at(core->key, MG_PURPOSE_LEARNER, (uint32_t)core->episodes, 0, (uint32_t)i);
        for (int t = 0; t < core->episode.steps; t++) {
            int partner = (int)mg_random_below(&stream, (uint32_t)(core->agents - 1));
            partner += partner >= i;
            mg_sharing_talks(core, t, i)[partner] = 1;
            if (!core->config.sparse_one_way)
                mg_sharing_talks(core, t, partner)[i] = 1;
        }
    }
}

/* Stream: (LEARNER, episode, row 1), one draw for the episode or one for every step. */
static void draw_silence(mg_sharing *core)
{
    mg_stream stream = mg_stream_at(core->key, MG_PURPOSE_LEARNER, (uint32_t)core->episodes, 1, 0);
    int steps = core->episode.steps, together = core->config.skip_steps ? 1 : steps, heard = 0;
    for (int t = 0; t < steps; t += together) {
        bool quiet = mg_random_double(&stream) < core->config.skip;
        if (quiet)
            hush(core, t, together);
        heard += !quiet;
    }
    core->silent = heard == 0;
}

void mg_sharing_draw_talks(mg_sharing *core)
{
    core->silent = 0;
    if (core->config.sparse)
        draw_partners(core);
    if (core->config.skip > 0.0)
        draw_silence(core);
}

void mg_sharing_average(mg_sharing *core, float *block, size_t count)
{
    double weight[MG_SHARING_AGENTS_MAX * MG_SHARING_AGENTS_MAX];
    int agents = core->agents, steps = core->episode.steps;
    memset(weight, 0, (size_t)(agents * agents) * sizeof *weight);
    for (int t = 0; t < steps; t++)
        mg_graph_add_metropolis(agents, mg_sharing_talks(core, t, 0), weight);
    mg_graph_average(agents, weight, (double)steps, block, count, count, core->agreed, core->agreed_room);
}
