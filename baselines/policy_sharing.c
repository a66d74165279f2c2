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

static const mg_sharing_method method = {.head_each = true, .update = "consensus", .learn = learn, .agree = agree};

MG_SHARING_LEARNER(mg_policy_sharing, "policy-sharing", method);
