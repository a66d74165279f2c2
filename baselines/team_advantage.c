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

static const mg_sharing_method method = {.name = "team-advantage", .share = share};

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

const mg_learner_table mg_team_advantage = {
    .name = "team-advantage",
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
