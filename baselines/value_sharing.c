/* value_sharing.c - the mean advantage of an agent and its neighbours. */
#include "baselines/value_sharing.h"

/* Mean over {i} and its neighbours of this step, in agent order. */
static void share(mg_sharing *core)
{
    for (int i = 0; i < core->agents; i++)
        for (int t = 0; t < core->episode.steps; t++) {
            const uint8_t *talks = mg_sharing_talks(core, t, i);
            float sum = 0.0f;
            int heard = 0;
            for (int j = 0; j < core->agents; j++)
                if (j == i || talks[j]) {
                    sum += core->advantage[j * core->steps_max + t];
                    heard++;
                }
            core->used[i * core->steps_max + t] = sum / (float)heard;
        }
}

static const mg_sharing_method method = {.share = share};

MG_SHARING_LEARNER(mg_value_sharing, "value-sharing", method);
