/* gift_gradient.c - a policy step at the end of each episode. */
#include "baselines/gift_gradient.h"
#include "baselines/gift_team.h"
#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/rl/exploration.h"
#include "core/rl/model.h"
#include "core/rl/returns.h"

#include <stdlib.h>

mg_gift_gradient_config mg_gift_gradient_discrete_paper(void)
{
    return (mg_gift_gradient_config){.discount = 0.99,
                                     .entropy = 0.01,
                                     .epsilon_start = 0.5,
                                     .epsilon_end = 0.05,
                                     .epsilon_units = 100,
                                     .rate = 1e-4,
                                     .gift = 2.0,
                                     .cost = 1.0,
                                     .hidden_1 = 64,
                                     .hidden_2 = 32,
                                     .gift_hidden_1 = 64,
                                     .gift_hidden_2 = 16};
}

mg_gift_gradient_config mg_gift_gradient_continuous_paper(void)
{
    mg_gift_gradient_config config = mg_gift_gradient_discrete_paper();
    config.continuous = true;
    config.entropy = 0.1;
    config.epsilon_start = 1.0;
    config.epsilon_end = 0.1;
    config.epsilon_units = 1000;
    config.rate = 1e-3;
    return config;
}

static mg_gift_gradient_config as_released(mg_gift_gradient_config config)
{
    config.log_of_mixture = true;
    config.log_guard = 1e-15;
    return config;
}

mg_gift_gradient_config mg_gift_gradient_discrete_released(void)
{
    return as_released(mg_gift_gradient_discrete_paper());
}

mg_gift_gradient_config mg_gift_gradient_continuous_released(void)
{
    return as_released(mg_gift_gradient_continuous_paper());
}

#define AT(member) offsetof(mg_gift_gradient_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1, "thesis B.4.2"},
    {"entropy", MG_FIELD_DOUBLE, AT(entropy), 0, 10, "thesis Table B.4: beta"},
    {"log_of_mixture", MG_FIELD_BOOL, AT(log_of_mixture), 0, 1, "thesis Equation 5.4: no; the released program: yes"},
    {"log_guard", MG_FIELD_DOUBLE, AT(log_guard), 0, 1, "thesis Equation 5.4: none; the released program: 1e-15"},
    {"epsilon_start", MG_FIELD_DOUBLE, AT(epsilon_start), 0, 1, "thesis Table B.4"},
    {"epsilon_end", MG_FIELD_DOUBLE, AT(epsilon_end), 1e-6, 1, "thesis Table B.4"},
    {"epsilon_units", MG_FIELD_INT, AT(epsilon_units), 1, 1000000000, "thesis Table B.4: epsilon_div"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "thesis Table B.4: alpha_theta"},
    {"continuous", MG_FIELD_BOOL, AT(continuous), 0, 1, "thesis 5.3.2: PG-c"},
    {"gift", MG_FIELD_DOUBLE, AT(gift), 0, 100, "thesis B.4.2: R_a = 2, R_max = 2"},
    {"cost", MG_FIELD_DOUBLE, AT(cost), 0, 100, "thesis 5.3.2: an equivalent cost; the released program: 1e-4"},
    {"hidden_1", MG_FIELD_INT, AT(hidden_1), 1, 4096, "thesis B.4.2: 64"},
    {"hidden_2", MG_FIELD_INT, AT(hidden_2), 1, 4096, "thesis B.4.2: 32"},
    {"gift_hidden_1", MG_FIELD_INT, AT(gift_hidden_1), 1, 4096, "released program: 64, as the incentive function"},
    {"gift_hidden_2", MG_FIELD_INT, AT(gift_hidden_2), 1, 4096, "released program: 16"},
};
static const mg_fields fields = {"gift-gradient", sizeof field / sizeof *field, field, sizeof(mg_gift_gradient_config)};

typedef struct gift_learner {
    mg_gift_gradient_config config;
    mg_gift_team team;
    mg_trajectory trajectory; /* rewards are what agents learn from */
    float *reals;             /* trajectory, u, returns, gradient */
    float *u, *returns, *gradient;
    int32_t *choices;
    mg_epsilon epsilon;
    uint64_t updates;
} gift_learner;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_gift_gradient_config *c = config;
    if (!mg_gift_team_fits("gift-gradient", environment, c->continuous, c->gift, error))
        return false;
    *spec = (mg_learner_spec){.needs = MG_GIFT_NEEDS,
                              .training_rows = 1,
                              .memory_per_row = mg_gift_team_memory(environment),
                              .unit = "iteration of one episode",
                              .updates = 1,
                              .update = {"policy"}};
    return true;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_gift_gradient_config *c = config;
    const int agents = environment->agents, steps = environment->longest_episode;
    const int observation = mg_env_agent(environment, 0)->observation;
    const mg_gift_shape shape = {.rows_max = steps,
                                 .continuous = c->continuous,
                                 .hidden_1 = c->hidden_1,
                                 .hidden_2 = c->hidden_2,
                                 .gift_hidden_1 = c->gift_hidden_1,
                                 .gift_hidden_2 = c->gift_hidden_2,
                                 .log_form = {c->log_of_mixture, c->log_guard}};
    gift_learner *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    mg_gift_team_create(&learner->team, &shape, c->gift, environment, key);
    const size_t trajectory = mg_trajectory_reals(agents, observation, steps);
    const size_t drawn = (size_t)environment->transfer.givers * (size_t)steps * (size_t)(agents - 1);
    learner->reals = mg_allocate(trajectory + drawn + (size_t)steps + learner->team.count, sizeof(float));
    learner->choices = mg_allocate((size_t)agents * (size_t)steps, sizeof(int32_t));
    learner->trajectory = mg_trajectory_place(agents, observation, steps, learner->reals, learner->choices);
    learner->u = learner->reals + trajectory;
    learner->returns = learner->u + drawn;
    learner->gradient = learner->returns + steps; /* room for any agent's */
    learner->epsilon = mg_epsilon_start(c->epsilon_start, c->epsilon_end, (double)c->epsilon_units);
    return learner;
}

static void destroy(void *self)
{
    gift_learner *learner = self;
    mg_gift_team_destroy(&learner->team);
    free(learner->choices);
    free(learner->reals);
    free(learner);
}

static void begin_episode(void *self, int row)
{
    (void)row;
    ((gift_learner *)self)->trajectory.steps = 0;
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    gift_learner *learner = self;
    mg_gift_team_act(&learner->team, batch, learner->epsilon.value, actions);
}

static void give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    (void)actions;
    mg_gift_team_give(&((gift_learner *)self)->team, batch, transfers);
}

static void observe(void *self, const mg_transition *transition)
{
    gift_learner *learner = self;
    mg_gift_team_record(&learner->team, transition, learner->config.cost, &learner->trajectory, learner->u);
}

static bool end_episode(void *self, int row)
{
    (void)row;
    gift_learner *learner = self;
    const mg_gift_gradient_config *c = &learner->config;
    const mg_trajectory *tau = &learner->trajectory;
    for (int i = 0; i < tau->agents; i++) {
        const mg_gift_rows rows = mg_gift_team_rows(&learner->team, i, tau, learner->u);
        mg_discounted_returns(tau->steps, (float)c->discount, mg_trajectory_reward(tau, i), learner->returns);
        mg_gift_loss_gradient(&learner->team.program, learner->team.scratch, &rows, learner->returns,
                              learner->epsilon.value, (float)c->entropy, learner->gradient);
        mg_kernels_current()->axpy(mg_gift_count(&learner->team.program, i), -(float)c->rate, learner->gradient,
                                   learner->team.theta[i]);
    }
    learner->updates++;
    mg_epsilon_decay(&learner->epsilon);
    return true;
}

static void update_counts(const void *self, uint64_t *count)
{
    count[0] = ((const gift_learner *)self)->updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    gift_learner *learner = self;
    int count = mg_gift_team_tensors(&learner->team, tensor, room, 0);
    count = mg_list_array(MG_KIND_STATE, "epsilon", MG_TYPE_FLOAT, 1, &learner->epsilon.value, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, count);
}

const mg_learner_table mg_gift_gradient = {
    .name = "gift-gradient",
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
