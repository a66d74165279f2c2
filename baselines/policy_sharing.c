/* policy_sharing.c - the gradient of all heads, and the average of networks. */
#include "baselines/policy_sharing.h"

#include <string.h>

static void learn(mg_proximal *core)
{
    int steps = core->episode.steps, stride = core->actor.outputs;
    for (int i = 0; i < core->agents; i++) {
        mg_proximal_evaluate_own(core, i);
        mg_proximal_objective(core, i);
        memset(core->gradient, 0, (size_t)(steps * stride) * sizeof(float));
        for (int j = 0; j < core->agents; j++)
            mg_add_log_gradient(steps, core->actions, stride, mg_proximal_probability(core, i, 0) + j * core->actions,
                                mg_trajectory_action(&core->episode, j), core->slope,
                                core->gradient + j * core->actions);
        mg_proximal_add_entropy(core, i);
        mg_proximal_climb(core, i, 0, steps, NULL);
    }
}

static void agree(mg_proximal *core)
{
    mg_proximal_average(core, core->actors, core->actor.layout.count);
}

static const mg_proximal_method method = {
    .name = "policy-sharing", .head_each = true, .update = "consensus", .learn = learn, .agree = agree};

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

const mg_learner_table mg_policy_sharing = {
    .name = "policy-sharing",
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
