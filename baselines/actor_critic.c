/* actor_critic.c - a step of every critic and policy at the end of each episode. */
#include "baselines/actor_critic.h"
#include "baselines/gift_team.h"
#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/rl/exploration.h"
#include "core/rl/policy_team.h"
#include "core/rl/returns.h"
#include "core/rl/team_critic.h"

#include <stdlib.h>
#include <string.h>

mg_actor_critic_config mg_actor_critic_cleanup_paper(bool large)
{
    return (mg_actor_critic_config){.discount = 0.99,
                                    .entropy = 0.1,
                                    .epsilon_start = 0.5,
                                    .epsilon_end = 0.05,
                                    .epsilon_units = large ? 5000 : 100,
                                    .rate = 1e-3,
                                    .critic_rate = 1e-3,
                                    .follow = 0.01,
                                    .gift = 2.0,
                                    .cost = 1.0,
                                    .filters = 6,
                                    .window = 3,
                                    .hidden_1 = 64,
                                    .hidden_2 = 64};
}

mg_actor_critic_config mg_actor_critic_cleanup_discrete_paper(bool large)
{
    mg_actor_critic_config config = mg_actor_critic_cleanup_paper(large);
    config.gives = true;
    config.epsilon_units = large ? 1000 : 100;
    config.rate = large ? 1e-3 : 1e-4;
    return config;
}

mg_actor_critic_config mg_actor_critic_cleanup_continuous_paper(bool large)
{
    mg_actor_critic_config config = mg_actor_critic_cleanup_discrete_paper(large);
    config.continuous = true;
    return config;
}

mg_actor_critic_config mg_actor_critic_cleanup_inequity_paper(bool large)
{
    mg_actor_critic_config config = mg_actor_critic_cleanup_paper(large);
    config.epsilon_units = large ? 5000 : 1000;
    config.guilt = 0.05;
    return config;
}

mg_actor_critic_config mg_actor_critic_released(mg_actor_critic_config config)
{
    config.log_of_mixture = true;
    config.log_guard = 1e-15;
    return config;
}

static const mg_field field[] = {MG_ACTOR_CRITIC_FIELDS};
static const mg_fields fields = {"actor-critic", sizeof field / sizeof *field, field, sizeof(mg_actor_critic_config)};

typedef struct critic_learner {
    mg_actor_critic_config config;
    mg_gift_team team;
    mg_team_critic critic;
    mg_trajectory trajectory; /* what was seen at the end lies behind the last step */
    bool terminated;
    int smoothed; /* where all agents' smoothed rewards lie in an observation */
    float *reals; /* trajectory, gifts, values, advantages, gradient */
    int32_t *choices;
    float *u, *value, *advantage, *gradient;
    mg_epsilon epsilon;
    uint64_t updates[2]; /* policy, critic */
} critic_learner;

static const char smoothed_rewards[] = "smoothed rewards";

static bool is_averse(const mg_actor_critic_config *c)
{
    return c->envy > 0.0 || c->guilt > 0.0;
}

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_actor_critic_config *c = config;
    int at;
    const mg_part *part = mg_part_find(mg_env_agent(environment, 0)->part, smoothed_rewards, &at);
    if (c->gives && !mg_gift_team_fits("actor-critic", environment, c->continuous, c->gift, error))
        return false;
    if (is_averse(c) && !(part && part->channels * part->height * part->width == environment->agents))
        return mg_fail(
            error, MG_EXIT_USAGE,
            "actor-critic averse to inequity needs a part \"%s\" of %d numbers in what agents observe, but %s "
            "has none: its config may turn it on",
            smoothed_rewards, environment->agents, environment->name);
    *spec = (mg_learner_spec){.needs = MG_NEED_CHOICES | MG_NEED_ALIKE | (c->gives ? MG_NEED_GIFTS : 0u),
                              .agents_max = MG_GIFT_AGENTS,
                              .actions_max = MG_TEAM_ACTIONS,
                              .training_rows = 1,
                              .memory_per_row = mg_gift_team_memory(environment),
                              .unit = "iteration of one episode",
                              .updates = 2,
                              .update = {"policy", "critic"}};
    return true;
}

/* ---- memory ---- */

static void create_team(critic_learner *learner, const mg_env_spec *environment, mg_key key)
{
    const mg_actor_critic_config *c = &learner->config;
    const int agents = environment->agents;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    const mg_network_image picture = mg_team_picture(agent->part, c->filters, c->window);
    const bool aware = c->gives && c->continuous && environment->transfer.kind;
    const mg_gift_shape shape = {.rows_max = environment->longest_episode,
                                 .continuous = c->continuous,
                                 .hidden_1 = c->hidden_1,
                                 .hidden_2 = c->hidden_2,
                                 .gift_hidden_1 = c->hidden_1,
                                 .gift_hidden_2 = c->hidden_2,
                                 .log_form = {c->log_of_mixture, c->log_guard},
                                 .picture = picture,
                                 .kinds = environment->transfer.kinds,
                                 .kind = aware ? environment->transfer.kind : NULL,
                                 .plain = !c->gives};
    const mg_team_critic_config critic = {c->critic_rate, c->follow, c->discount, picture, c->hidden_1, c->hidden_2};
    mg_gift_team_create(&learner->team, &shape, c->gift, environment, key);
    mg_team_critic_create(&learner->critic, &critic, agents, agent->observation, environment->longest_episode, key,
                          2 * (uint32_t)agents);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_actor_critic_config *c = config;
    const int agents = environment->agents, slots = environment->longest_episode + 1;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    const size_t trajectory = mg_trajectory_reals(agents, agent->observation, slots);
    critic_learner *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    create_team(learner, environment, key);
    (void)mg_part_find(agent->part, smoothed_rewards, &learner->smoothed);
    const size_t drawn = (size_t)learner->team.program.shape.givers * (size_t)slots * (size_t)(agents - 1);
    learner->reals = mg_allocate(trajectory + drawn + 2 * (size_t)slots + learner->team.count, sizeof(float));
    learner->choices = mg_allocate((size_t)agents * (size_t)slots, sizeof(int32_t));
    learner->trajectory = mg_trajectory_place(agents, agent->observation, slots, learner->reals, learner->choices);
    learner->u = learner->reals + trajectory;
    learner->value = learner->u + drawn;
    learner->advantage = learner->value + slots;
    learner->gradient = learner->advantage + slots; /* room for any agent's */
    learner->epsilon = mg_epsilon_start(c->epsilon_start, c->epsilon_end, (double)c->epsilon_units);
    return learner;
}

static void destroy(void *self)
{
    critic_learner *learner = self;
    mg_gift_team_destroy(&learner->team);
    mg_team_critic_destroy(&learner->critic);
    free(learner->choices);
    free(learner->reals);
    free(learner);
}

/* ---- playing ---- */

static void begin_episode(void *self, int row)
{
    (void)row;
    ((critic_learner *)self)->trajectory.steps = 0;
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    critic_learner *learner = self;
    mg_gift_team_act(&learner->team, batch, learner->epsilon.value, actions);
}

static void give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    mg_gift_team *team = &((critic_learner *)self)->team;
    if (team->program.shape.kind)
        mg_gift_team_draw(team, batch, actions);
    mg_gift_team_give(team, batch, transfers);
}

/* How much agent k minds that smoothed rewards are not equal. */
static float aversion(const mg_actor_critic_config *c, int agents, int k, const float *smoothed)
{
    float envied = 0.0f, guilty = 0.0f;
    for (int m = 0; m < agents; m++) {
        const float ahead = smoothed[k] - smoothed[m];
        envied += ahead < 0.0f ? -ahead : 0.0f;
        guilty += ahead > 0.0f ? ahead : 0.0f;
    }
    return ((float)c->envy * envied + (float)c->guilt * guilty) / (float)(agents - 1);
}

static void observe(void *self, const mg_transition *transition)
{
    critic_learner *learner = self;
    const mg_actor_critic_config *c = &learner->config;
    mg_trajectory *tau = &learner->trajectory;
    const size_t length = (size_t)tau->observation_length;
    mg_gift_team_record(&learner->team, transition, c->cost, tau, learner->u);
    for (int i = 0; i < tau->agents; i++) {
        const float *after = transition->after.observation + (size_t)i * length;
        float *reward = &mg_trajectory_reward(tau, i)[tau->steps - 1];
        memcpy(mg_trajectory_observation(tau, i) + (size_t)tau->steps * length, after, length * sizeof(float));
        if (is_averse(c))
            *reward -= aversion(c, tau->agents, i, after + learner->smoothed);
    }
    learner->terminated = transition->terminated;
}

static void step_agent(critic_learner *learner, int i)
{
    const mg_actor_critic_config *c = &learner->config;
    const mg_trajectory *tau = &learner->trajectory;
    const mg_gift_rows rows = mg_gift_team_rows(&learner->team, i, tau, learner->u);
    mg_team_critic_learn(&learner->critic, i, tau->steps, rows.observation, learner->terminated,
                         mg_trajectory_reward(tau, i), learner->value);
    mg_generalised_advantages(tau->steps, (float)c->discount, 0.0f, mg_trajectory_reward(tau, i), learner->value,
                              learner->advantage);
    mg_gift_loss_gradient(&learner->team.program, learner->team.scratch, &rows, learner->advantage,
                          learner->epsilon.value, (float)c->entropy, learner->gradient);
    mg_kernels_current()->axpy(mg_gift_count(&learner->team.program, i), -(float)c->rate, learner->gradient,
                               learner->team.theta[i]);
}

static bool end_episode(void *self, int row)
{
    (void)row;
    critic_learner *learner = self;
    for (int i = 0; i < learner->trajectory.agents; i++)
        step_agent(learner, i);
    mg_team_critic_follow(&learner->critic);
    learner->updates[0]++;
    learner->updates[1]++;
    mg_epsilon_decay(&learner->epsilon);
    return true;
}

static void update_counts(const void *self, uint64_t *count)
{
    memcpy(count, ((const critic_learner *)self)->updates, 2 * sizeof *count);
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    critic_learner *learner = self;
    int count = mg_gift_team_tensors(&learner->team, tensor, room, 0);
    count = mg_team_critic_tensors(&learner->critic, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "epsilon", MG_TYPE_FLOAT, 1, &learner->epsilon.value, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, 2, learner->updates, tensor, room, count);
}

const mg_learner_table mg_actor_critic = {
    .name = "actor-critic",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .begin_episode = begin_episode,
    .act = act,
    .give = give,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
};
