#include "baselines/greedy_score.h"
#include "core/io/memory.h"

#include "core/rl/policy_team.h"

#include <stdlib.h>

static const mg_field field[] = {
    {"scores_observed", MG_FIELD_BOOL, offsetof(mg_greedy_score_config, scores_observed), 0, 1, "our choice"},
};
static const mg_fields fields = {"greedy-score", sizeof field / sizeof *field, field, sizeof(mg_greedy_score_config)};

typedef struct greedy {
    int agents;
    int observation[MG_AGENTS_MAX], actions[MG_AGENTS_MAX];
    uint64_t episodes;
} greedy;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_greedy_score_config *c = config;
    for (int i = 0; i < environment->agents; i++) {
        const mg_agent_spec *agent = mg_env_agent(environment, i);
        if (!c->scores_observed || agent->actions < 1 || agent->observation < agent->actions)
            return mg_fail(error, MG_EXIT_USAGE,
                           "greedy-score needs a score per action at the end of what agent %d of %s observes", i,
                           environment->name);
    }
    *spec = (mg_learner_spec){.training_rows = 1, .unit = "episode"};
    return true;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)config, (void)key, (void)error;
    greedy *learner = mg_allocate(1, sizeof *learner);
    learner->agents = environment->agents;
    for (int i = 0; i < environment->agents; i++) {
        learner->observation[i] = mg_env_agent(environment, i)->observation;
        learner->actions[i] = mg_env_agent(environment, i)->actions;
    }
    return learner;
}

static void destroy(void *self)
{
    free(self);
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    greedy *learner = self;
    for (int agent = 0; agent < learner->agents; agent++)
        for (int entry = 0; entry < batch->rows; entry++) {
            const float *end = batch->observation[agent] + (size_t)(entry + 1) * (size_t)learner->observation[agent];
            actions[agent][entry] = mg_argmax(learner->actions[agent], end - learner->actions[agent]);
        }
}

static bool end_episode(void *self, int row)
{
    (void)row;
    ((greedy *)self)->episodes++;
    return true;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    greedy *learner = self;
    return mg_list_array(MG_KIND_STATE, "episodes", MG_TYPE_U64, 1, &learner->episodes, tensor, room, 0);
}

const mg_learner_table mg_greedy_score = {
    .name = "greedy-score",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .act = act,
    .end_episode = end_episode,
    .tensors = tensors,
};
