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

static const mg_sharing_method method = {.name = "value-sharing", .share = share};

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)config;
    return mg_sharing_describe(&method, environment, spec, error);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    return mg_sharing_new(&method, config, environment, key);
}

const mg_learner_table mg_value_sharing = {
    .name = "value-sharing",
    .fields = &mg_sharing_fields,
    .describe = describe,
    .create = create,
    .destroy = mg_sharing_destroy,
    .begin_episode = mg_sharing_begin_episode,
    .act = mg_sharing_act,
    .observe = mg_sharing_observe,
    .end_episode = mg_sharing_end_episode,
    .metrics = mg_sharing_metrics,
    .update_counts = mg_sharing_update_counts,
    .tensors = mg_sharing_tensors,
};
