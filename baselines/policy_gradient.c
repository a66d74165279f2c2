/* policy_gradient.c - a policy step at the end of each episode. */
#include "baselines/policy_gradient.h"
#include "core/io/memory.h"

#include "core/num/kernels.h"
#include "core/rl/policy_team.h"
#include "core/rl/reinforce.h"
#include "core/rl/returns.h"

#include <stdio.h>
#include <stdlib.h>

mg_policy_gradient_config mg_policy_gradient_ipd_paper(void)
{
    return (mg_policy_gradient_config){.discount = 0.99,
                                       .entropy = 0.1,
                                       .log_of_mixture = false,
                                       .log_guard = 0.0,
                                       .epsilon_start = 1.0,
                                       .epsilon_end = 0.01,
                                       .epsilon_units = 5000,
                                       .rate = 1e-3,
                                       .hidden_1 = 16,
                                       .hidden_2 = 8};
}

static mg_policy_gradient_config as_released(mg_policy_gradient_config config)
{
    config.log_of_mixture = true;
    config.log_guard = 1e-15;
    return config;
}

mg_policy_gradient_config mg_policy_gradient_ipd_released(void)
{
    return as_released(mg_policy_gradient_ipd_paper());
}

mg_policy_gradient_config mg_policy_gradient_escape_paper(void)
{
    mg_policy_gradient_config config = mg_policy_gradient_ipd_paper();
    config.entropy = 0.01;
    config.epsilon_start = 0.5;
    config.epsilon_end = 0.05;
    config.epsilon_units = 100;
    config.rate = 1e-4;
    config.hidden_1 = 64;
    config.hidden_2 = 32;
    return config;
}

mg_policy_gradient_config mg_policy_gradient_escape_released(void)
{
    return as_released(mg_policy_gradient_escape_paper());
}

#define AT(member) offsetof(mg_policy_gradient_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1, "thesis B.4.2"},
    {"entropy", MG_FIELD_DOUBLE, AT(entropy), 0, 10, "thesis Tables B.3, B.4: beta"},
    {"log_of_mixture", MG_FIELD_BOOL, AT(log_of_mixture), 0, 1, "thesis Equation 5.4: no; the released program: yes"},
    {"log_guard", MG_FIELD_DOUBLE, AT(log_guard), 0, 1, "thesis Equation 5.4: none; the released program: 1e-15"},
    {"epsilon_start", MG_FIELD_DOUBLE, AT(epsilon_start), 0, 1, "thesis Tables B.3, B.4"},
    {"epsilon_end", MG_FIELD_DOUBLE, AT(epsilon_end), 1e-6, 1, "thesis Tables B.3, B.4"},
    {"epsilon_units", MG_FIELD_INT, AT(epsilon_units), 1, 1000000000, "thesis Tables B.3, B.4: epsilon_div"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "thesis Tables B.3, B.4: alpha_theta"},
    {"hidden_1", MG_FIELD_INT, AT(hidden_1), 1, 4096, "thesis B.4.2"},
    {"hidden_2", MG_FIELD_INT, AT(hidden_2), 1, 4096, "thesis B.4.2"},
};
static const mg_fields fields = {"policy-gradient", sizeof field / sizeof *field, field,
                                 sizeof(mg_policy_gradient_config)};

typedef struct gradient_learner {
    mg_policy_gradient_config config;
    mg_discrete_policy policy;
    mg_policy_team team;
    mg_reinforce *reinforce;
    mg_trajectory trajectory;
    float *reals; /* trajectory, returns, gradient */
    float *returns, *gradient;
    int32_t *actions;
    mg_epsilon epsilon;
    uint64_t updates;
} gradient_learner;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)config, (void)environment, (void)error;
    *spec = (mg_learner_spec){.needs = MG_TEAM_NEEDS,
                              .actions_max = MG_TEAM_ACTIONS,
                              .training_rows = 1,
                              .unit = "iteration of one episode",
                              .updates = 1,
                              .update = {"policy"}};
    return true;
}

static void destroy(void *self)
{
    gradient_learner *learner = self;
    mg_reinforce_destroy(learner->reinforce);
    mg_policy_team_destroy(&learner->team);
    mg_discrete_policy_destroy(&learner->policy);
    free(learner->actions);
    free(learner->reals);
    free(learner);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_policy_gradient_config *c = config;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    gradient_learner *learner = mg_allocate(1, sizeof *learner);
    int agents = environment->agents, steps = environment->longest_episode;
    learner->config = *c;
    mg_discrete_policy_create(&learner->policy, agent->observation, c->hidden_1, c->hidden_2, agent->actions, steps,
                              (mg_log_form){c->log_of_mixture, c->log_guard});
    size_t trajectory = mg_trajectory_reals(agents, agent->observation, steps);
    learner->reals = mg_allocate(trajectory + (size_t)steps + learner->policy.network.layout.count, sizeof(float));
    learner->actions = mg_allocate((size_t)agents * (size_t)steps, sizeof(int32_t));
    learner->reinforce = mg_reinforce_create(&learner->policy);
    mg_policy_team_create(&learner->team, &learner->policy, agents, key);
    mg_policy_team_stages(&learner->team, environment);
    learner->trajectory = mg_trajectory_place(agents, agent->observation, steps, learner->reals, learner->actions);
    learner->returns = learner->reals + trajectory;
    learner->gradient = learner->returns + steps;
    learner->epsilon = mg_epsilon_start(c->epsilon_start, c->epsilon_end, (double)c->epsilon_units);
    return learner;
}

static void begin_episode(void *self, int row)
{
    (void)row;
    ((gradient_learner *)self)->trajectory.steps = 0;
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    gradient_learner *learner = self;
    mg_policy_team_act(&learner->team, batch, learner->epsilon.value, actions);
}

static void observe(void *self, const mg_transition *transition)
{
    mg_policy_team_record(&((gradient_learner *)self)->trajectory, transition);
}

/* theta <- theta + rate * sum_t (grad log pi~(a_t|o_t) G_t + beta grad H(pi~)), or of pi (core/rl/reinforce.h). */
static bool end_episode(void *self, int row)
{
    (void)row;
    gradient_learner *learner = self;
    const mg_trajectory *tau = &learner->trajectory;
    const mg_policy_gradient_config *c = &learner->config;
    size_t count = learner->policy.network.layout.count;
    for (int j = 0; j < learner->team.agents; j++) {
        float *theta = learner->team.theta + (size_t)j * count;
        mg_discounted_returns(tau->steps, (float)c->discount, mg_trajectory_reward(tau, j), learner->returns);
        mg_reinforce_gradient(learner->reinforce, tau->steps, theta, mg_trajectory_observation(tau, j),
                              mg_trajectory_action(tau, j), learner->returns, learner->epsilon.value, (float)c->entropy,
                              learner->gradient);
        mg_kernels_current()->axpy(count, -(float)c->rate, learner->gradient, theta);
    }
    learner->updates++;
    mg_epsilon_decay(&learner->epsilon);
    return true;
}

static void update_counts(const void *self, uint64_t *count)
{
    count[0] = ((const gradient_learner *)self)->updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    gradient_learner *learner = self;
    int count = 0;
    for (int i = 0; i < learner->team.agents; i++) {
        char name[24];
        snprintf(name, sizeof name, "agent %d", i);
        float *theta = learner->team.theta + (size_t)i * learner->policy.network.layout.count;
        count = mg_list_block(&learner->policy.network.layout, theta, MG_KIND_POLICIES, name, tensor, room, count);
    }
    count = mg_list_array(MG_KIND_STATE, "epsilon", MG_TYPE_FLOAT, 1, &learner->epsilon.value, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, count);
}

const mg_learner_table mg_policy_gradient = {
    .name = "policy-gradient",
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
