/* neurcomm.c - everything is told. */
#include "baselines/neurcomm.h"

mg_recurrent_config mg_neurcomm_prisoner(void)
{
    mg_recurrent_config config = mg_recurrent_default();
    config.spatial = 1.0;
    config.rate = 5e-3;
    config.hidden_1 = config.cells = 20;
    return config;
}

mg_recurrent_config mg_neurcomm_jungle(void)
{
    mg_recurrent_config config = mg_recurrent_default();
    config.spatial = 0.33;
    config.rate = 5e-5;
    config.hidden_1 = config.cells = 512;
    config.hidden_2 = 128;
    return config;
}

mg_recurrent_config mg_neurcomm_traffic(void)
{
    mg_recurrent_config config = mg_recurrent_default();
    config.spatial = 0.1;
    config.rate = 5e-4;
    config.hidden_1 = config.cells = 16;
    config.normaliser = 500.0;
    config.greedy = false;
    return config;
}

static const mg_recurrent_method method = {.name = "neurcomm", .talks = true};

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    return mg_recurrent_describe(&method, config, environment, spec, error);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    return mg_recurrent_create(&method, config, environment, key);
}

const mg_learner_table mg_neurcomm = {
    .name = "neurcomm",
    .fields = &mg_recurrent_fields,
    .describe = describe,
    .create = create,
    .destroy = mg_recurrent_destroy,
    .begin_episode = mg_recurrent_begin_episode,
    .act = mg_recurrent_act,
    .observe = mg_recurrent_observe,
    .end_episode = mg_recurrent_end_episode,
    .update_counts = mg_recurrent_update_counts,
    .tensors = mg_recurrent_tensors,
};
