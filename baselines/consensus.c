/* consensus.c - memories agree. */
#include "baselines/consensus.h"

#include <string.h>

mg_recurrent_config mg_consensus_prisoner(void)
{
    mg_recurrent_config config = mg_recurrent_default();
    config.rate = 5e-3;
    config.hidden_1 = config.cells = 20;
    return config;
}

mg_recurrent_config mg_consensus_jungle(void)
{
    mg_recurrent_config config = mg_recurrent_default();
    config.rate = 5e-5;
    config.hidden_1 = config.cells = 512;
    config.hidden_2 = 128;
    return config;
}

mg_recurrent_config mg_consensus_traffic(void)
{
    mg_recurrent_config config = mg_recurrent_default();
    config.rate = 5e-4;
    config.hidden_1 = config.cells = 16;
    config.normaliser = 500.0;
    config.greedy = false;
    return config;
}

/* The gradient is used up by then: its memory holds the means while they are made. */
static void agree(mg_recurrent *core)
{
    const mg_view *view = core->shape.layout.view;
    const size_t first = view[core->shape.memory].offset, end = view[core->shape.actor].offset;
    double weight[MG_GRAPH_AGENTS_MAX * MG_GRAPH_AGENTS_MAX];
    memset(weight, 0, (size_t)(core->agents * core->agents) * sizeof *weight);
    mg_graph_add_means(core->agents, core->link, weight);
    mg_graph_average(core->agents, weight, 1.0, core->model.parameters + first, core->model.count, end - first,
                     core->gradient, core->model.count);
}

static const mg_recurrent_method method = {.name = "consensus", .update = "consensus", .agree = agree};

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    return mg_recurrent_describe(&method, config, environment, spec, error);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    return mg_recurrent_create(&method, config, environment, key);
}

const mg_learner_table mg_consensus = {
    .name = "consensus",
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
