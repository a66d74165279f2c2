/* independent_proximal.c - the core of proximal.h with nothing added. */
#include "baselines/independent_proximal.h"

static const mg_proximal_method method = {.name = "independent-proximal"};

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

const mg_learner_table mg_independent_proximal = {
    .name = "independent-proximal",
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
