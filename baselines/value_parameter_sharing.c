/* value_parameter_sharing.c - the average of critics. */
#include "baselines/value_parameter_sharing.h"

static void agree(mg_proximal *core)
{
    mg_proximal_average(core, core->critics, core->critic.layout.count);
}

static const mg_proximal_method method = {.name = "value-parameter-sharing", .update = "consensus", .agree = agree};

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

const mg_learner_table mg_value_parameter_sharing = {
    .name = "value-parameter-sharing",
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
