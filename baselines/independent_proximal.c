/* independent_proximal.c - the core of sharing.h with nothing added. */
#include "baselines/independent_proximal.h"

static const mg_sharing_method method = {.name = "independent-proximal"};

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

const mg_learner_table mg_independent_proximal = {
    .name = "independent-proximal",
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
