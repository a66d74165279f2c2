/* team_advantage.c - everybody uses the mean advantage. */
#include "baselines/team_advantage.h"

/* Everybody uses the mean over all agents. */
static void share(mg_proximal *core)
{
    for (int t = 0; t < core->episode.steps; t++) {
        float sum = 0.0f;
        for (int i = 0; i < core->agents; i++)
            sum += core->advantage[i * core->steps_max + t];
        for (int i = 0; i < core->agents; i++)
            core->used[i * core->steps_max + t] = sum / (float)core->agents;
    }
}

static const mg_proximal_method method = {.name = "team-advantage", .share = share};

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)config;
    return mg_proximal_describe(&method, environment, spec, error);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    return mg_proximal_new(&method, config, environment, key);
}

const mg_learner_table mg_team_advantage = {
    .name = "team-advantage",
    .fields = &mg_proximal_fields,
    .describe = describe,
    .create = create,
    .destroy = mg_proximal_destroy,
    .begin_episode = mg_proximal_begin_episode,
    .act = mg_proximal_act,
    .observe = mg_proximal_observe,
    .end_episode = mg_proximal_end_episode,
    .metrics = mg_proximal_metrics,
    .update_counts = mg_proximal_update_counts,
    .tensors = mg_proximal_tensors,
};
