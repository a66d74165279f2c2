/* central.c - many agents shown to a learner as one. */
#include "baselines/central.h"
#include "core/io/memory.h"
#include "core/rl/policy_team.h"

#include <stdlib.h>

mg_central_config mg_central_cleanup_released(void)
{
    mg_central_config config = {.agent = mg_actor_critic_released(mg_actor_critic_cleanup_paper(false))};
    config.agent.epsilon_units = 1000;
    return config;
}

static const mg_field field[] = {MG_ACTOR_CRITIC_FIELDS};
static const mg_fields fields = {"central", sizeof field / sizeof *field, field, sizeof(mg_central_config)};

typedef struct central_learner {
    void *one; /* mg_actor_critic's */
    int agents, actions;
} central_learner;

/* Joint actions, or more than fit. */
static int joint_actions(const mg_env_spec *environment)
{
    int joint = 1;
    for (int i = 0; i < environment->agents && joint <= MG_TEAM_ACTIONS; i++)
        joint *= mg_env_agent(environment, 0)->actions;
    return joint;
}

/* The environment as one agent has it. */
static void describe_one(const mg_env_spec *environment, mg_env_spec *one)
{
    mg_agent_spec agent = {.part = {environment->state_image}, .actions = joint_actions(environment)};
    if (!agent.part[0].name)
        agent.part[0] = (mg_part){"state", 1, 1, environment->state_length};
    *one = (mg_env_spec){.name = environment->name, .stages = 1, .longest_episode = environment->longest_episode};
    mg_env_add_agents(one, 1, &agent);
}

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_actor_critic_config *c = &((const mg_central_config *)config)->agent;
    mg_env_spec one;
    if (c->gives || c->envy > 0.0 || c->guilt > 0.0)
        return mg_fail(error, MG_EXIT_INPUT,
                       "config central: gives %d, envy %g, guilt %g: wanted 0, 0, 0: one agent gives and envies nobody",
                       c->gives, c->envy, c->guilt);
    if (joint_actions(environment) > MG_TEAM_ACTIONS)
        return mg_fail(error, MG_EXIT_USAGE, "central needs at most %d joint actions, but %s has more", MG_TEAM_ACTIONS,
                       environment->name);
    describe_one(environment, &one);
    bool fits = mg_actor_critic.describe(c, &one, spec, error);
    mg_env_spec_free(&one);
    spec->needs = MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_ONE_STAGE | MG_NEED_STATE;
    spec->agents_max = spec->actions_max = 0;
    return fits;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    mg_env_spec one;
    central_learner *learner = mg_allocate(1, sizeof *learner);
    learner->agents = environment->agents;
    learner->actions = mg_env_agent(environment, 0)->actions;
    describe_one(environment, &one);
    learner->one = mg_actor_critic.create(&((const mg_central_config *)config)->agent, &one, key, error);
    mg_env_spec_free(&one);
    return learner;
}

static void destroy(void *self)
{
    central_learner *learner = self;
    mg_actor_critic.destroy(learner->one);
    free(learner);
}

static void begin_episode(void *self, int row)
{
    mg_actor_critic.begin_episode(((central_learner *)self)->one, row);
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    const central_learner *learner = self;
    mg_batch one = *batch;
    one.observation = &batch->state;
    mg_actor_critic.act(learner->one, &one, actions, real); /* the joint action takes agent 0's place */
    for (int k = 0; k < batch->rows; k++) {
        int joint = actions[0][k];
        for (int i = 0; i < learner->agents; i++, joint /= learner->actions)
            actions[i][k] = joint % learner->actions;
    }
}

static void observe(void *self, const mg_transition *transition)
{
    const central_learner *learner = self;
    mg_transition one = *transition;
    float sum = 0.0f;
    for (int i = 0; i < learner->agents; i++)
        sum += transition->reward[i];
    one.before.observation = transition->before.state;
    one.after.observation = transition->after.state;
    one.reward = &sum;
    mg_actor_critic.observe(learner->one, &one);
}

static bool end_episode(void *self, int row)
{
    return mg_actor_critic.end_episode(((central_learner *)self)->one, row);
}

static void update_counts(const void *self, uint64_t *count)
{
    mg_actor_critic.update_counts(((const central_learner *)self)->one, count);
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    return mg_actor_critic.tensors(((central_learner *)self)->one, tensor, room);
}

const mg_learner_table mg_central = {
    .name = "central",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .begin_episode = begin_episode,
    .act = act,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
};
