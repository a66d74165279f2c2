/* lio_dec.c - LIO's learner with models of the others. */
#include "algos/lio_dec.h"

#include "algos/lio_learner.h"

mg_lio_dec_config mg_lio_dec_escape_paper(int agents)
{
    return (mg_lio_dec_config){.lio = mg_lio_escape_paper(agents), .model_rate = 1e-3};
}

mg_lio_dec_config mg_lio_dec_escape_released(int agents)
{
    return (mg_lio_dec_config){.lio = mg_lio_escape_released(agents), .model_rate = 1e-3};
}

static const mg_field field[] = {
    MG_LIO_FIELDS,
    {"model_rate", MG_FIELD_DOUBLE, offsetof(mg_lio_dec_config, model_rate), 0, 10,
     "released program: 1e-3; the thesis says nothing"},
};
static const mg_fields fields = {"lio-dec", sizeof field / sizeof *field, field, sizeof(mg_lio_dec_config)};

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    if (!mg_lio_learner_describe(config, environment, spec, error))
        return false;
    spec->update[spec->updates++] = "model";
    return true;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    const mg_lio_dec_config *c = config;
    mg_lio_learner *learner = mg_lio_learner_create(config, environment, key, error);
    /* behind the policies and the incentive functions */
    learner->models = mg_lio_models_create(&learner->program, c->model_rate, key, (uint32_t)(2 * environment->agents));
    return learner;
}

const mg_learner_table mg_lio_dec = {
    .name = "lio-dec",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = mg_lio_learner_destroy,
    .begin_episode = mg_lio_learner_begin_episode,
    .act = mg_lio_learner_act,
    .give = mg_lio_learner_give,
    .observe = mg_lio_learner_observe,
    .end_episode = mg_lio_learner_end_episode,
    .metrics = mg_lio_learner_metrics,
    .update_counts = mg_lio_learner_update_counts,
    .tensors = mg_lio_learner_tensors,
};
