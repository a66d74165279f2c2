/* greedy_score.c - the largest score, the lowest index on ties. */
#include "baselines/greedy_score.h"
#include "core/io/memory.h"

#include "core/rl/exploration.h"
#include "core/rl/model.h"

#include <stdlib.h>

static const mg_fields fields = {"greedy-score", 0, NULL, 0};

typedef struct greedy {
    int agents;
    struct {
        int observation, scores, actions; /* numbers, where its scores begin, choices */
    } * agent;
    uint64_t episodes;
} greedy;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)config;
    for (int g = 0; g < environment->groups; g++) {
        const mg_agent_spec *agent = &environment->group[g].agent;
        int offset;
        const mg_part *part = mg_part_find(agent->part, MG_GREEDY_SCORE_PART, &offset);
        if (agent->actions < 1 || !part || part->channels * part->height * part->width != agent->actions)
            return mg_fail(error, MG_EXIT_USAGE,
                           "greedy-score needs a part \"%s\" with a number per action in what agent %d of %s observes",
                           MG_GREEDY_SCORE_PART, environment->group[g].first, environment->name);
    }
    *spec = (mg_learner_spec){.training_rows = 1, .unit = "episode"};
    return true;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)config, (void)key, (void)error;
    greedy *learner = mg_allocate(1, sizeof *learner);
    learner->agents = environment->agents;
    learner->agent = mg_allocate((size_t)environment->agents, sizeof *learner->agent);
    for (int i = 0; i < environment->agents; i++) {
        const mg_agent_spec *agent = mg_env_agent(environment, i);
        learner->agent[i].observation = agent->observation;
        learner->agent[i].actions = agent->actions;
        (void)mg_part_find(agent->part, MG_GREEDY_SCORE_PART, &learner->agent[i].scores);
    }
    return learner;
}

static void destroy(void *self)
{
    free(((greedy *)self)->agent);
    free(self);
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    greedy *learner = self;
    for (int i = 0; i < learner->agents; i++)
        for (int entry = 0; entry < batch->rows; entry++) {
            const float *observation = batch->observation[i] + (size_t)entry * (size_t)learner->agent[i].observation;
            actions[i][entry] = mg_argmax(learner->agent[i].actions, observation + learner->agent[i].scores);
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
