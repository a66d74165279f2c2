/* team_advantage.c - everybody uses the mean advantage. */
#include "baselines/team_advantage.h"

/* Everybody uses the mean over all agents. */
static void share(mg_sharing *core)
{
    for (int t = 0; t < core->episode.steps; t++) {
        float sum = 0.0f;
        for (int i = 0; i < core->agents; i++)
            sum += core->advantage[i * core->steps_max + t];
        for (int i = 0; i < core->agents; i++)
            core->used[i * core->steps_max + t] = sum / (float)core->agents;
    }
}

static const mg_sharing_method method = {.share = share};

MG_SHARING_LEARNER(mg_team_advantage, "team-advantage", method);
