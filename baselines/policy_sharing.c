/* policy_sharing.c - the gradient of all heads, and the average of networks. */
#include "baselines/policy_sharing.h"

#include <string.h>

static void learn(mg_sharing *core)
{
    int steps = core->episode.steps, stride = core->actor_network.outputs;
    for (int i = 0; i < core->agents; i++) {
        mg_sharing_evaluate_own(core, i);
        mg_sharing_objective(core, i);
        memset(core->gradient, 0, (size_t)(steps * stride) * sizeof(float));
        for (int j = 0; j < core->agents; j++)
            mg_add_log_gradient(steps, core->actions, stride, mg_sharing_probability(core, i, 0) + j * core->actions,
                                mg_trajectory_action(&core->episode, j), core->slope,
                                core->gradient + j * core->actions);
        mg_sharing_add_entropy(core, i);
        mg_sharing_climb(core, i, 0, steps, NULL);
    }
}

static void agree(mg_sharing *core)
{
    mg_sharing_average(core, core->actor.parameters, core->actor.count);
}

static const mg_sharing_method method = {
    .name = "policy-sharing", .head_each = true, .update = "consensus", .learn = learn, .agree = agree};

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

const mg_learner_table mg_policy_sharing = {
    .name = "policy-sharing",
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
