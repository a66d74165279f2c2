/* lola.c - a batch of episodes, then a step of everybody. */
#include "baselines/lola.h"
#include "baselines/gift_team.h"
#include "baselines/lola_step.h"
#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/rl/model.h"

#include <stdlib.h>
#include <string.h>

mg_lola_config mg_lola_discrete_paper(void)
{
    return (mg_lola_config){.discount = 0.99,
                            .episodes = 50,
                            .rate = 0.1,
                            .value_rate = 0.1,
                            .bootstrap = true,
                            .gift = 2.0,
                            .cost = 1.0,
                            .hidden_1 = 64,
                            .hidden_2 = 32,
                            .gift_hidden_1 = 64,
                            .gift_hidden_2 = 16};
}

mg_lola_config mg_lola_continuous_paper(void)
{
    mg_lola_config config = mg_lola_discrete_paper();
    config.continuous = true;
    return config;
}

mg_lola_config mg_lola_discrete_released(void)
{
    mg_lola_config config = mg_lola_discrete_paper();
    config.mean_log = true;
    return config;
}

#define AT(member) offsetof(mg_lola_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1, "thesis B.4.2"},
    {"episodes", MG_FIELD_INT, AT(episodes), 1, 4096, "released program: 50"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "thesis B.4.2: 0.1"},
    {"value_rate", MG_FIELD_DOUBLE, AT(value_rate), 0, 10, "released program: as the policies'"},
    {"bootstrap", MG_FIELD_BOOL, AT(bootstrap), 0, 1, "released program: yes"},
    {"shapers", MG_FIELD_INT, AT(shapers), 0, MG_LOLA_AGENTS, "thesis 5.3.2: all; B.5.1: A1"},
    {"mean_log", MG_FIELD_BOOL, AT(mean_log), 0, 1, "Foerster et al. 2018: no; the released program: yes"},
    {"continuous", MG_FIELD_BOOL, AT(continuous), 0, 1, "thesis 5.3.2: LOLA-c"},
    {"gift", MG_FIELD_DOUBLE, AT(gift), 0, 100, "thesis B.4.2: R_a = 2, R_max = 2"},
    {"cost", MG_FIELD_DOUBLE, AT(cost), 0, 100, "thesis 5.3.2: an equivalent cost"},
    {"hidden_1", MG_FIELD_INT, AT(hidden_1), 1, 4096, "thesis B.4.2: 64"},
    {"hidden_2", MG_FIELD_INT, AT(hidden_2), 1, 4096, "thesis B.4.2: 32"},
    {"gift_hidden_1", MG_FIELD_INT, AT(gift_hidden_1), 1, 4096, "as PG-c's (facts/lio-escape.md 2.6): 64"},
    {"gift_hidden_2", MG_FIELD_INT, AT(gift_hidden_2), 1, 4096, "as PG-c's: 16"},
};
static const mg_fields fields = {"lola", sizeof field / sizeof *field, field, sizeof(mg_lola_config)};

typedef struct lola_learner {
    mg_lola_config config;
    mg_gift_team team;
    mg_network value_network;
    mg_model value;
    mg_trajectory trajectory; /* of the whole batch; rewards are what agents learn from */
    int episodes;             /* of it, done */
    int32_t *first;           /* [episode, and one more] */
    float *reals;             /* what follows, one after the other: */
    float *u;                 /* [giver][decision][other] */
    float *last;              /* [agent][episode]: observations */
    float *values, *targets;  /* [agent][decision] */
    float *error;             /* [decision] */
    float *gradient;          /* of all agents */
    mg_lola_work *work;
    uint64_t updates;
} lola_learner;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_lola_config *c = config;
    if (!mg_gift_team_fits("lola", environment, c->continuous, c->gift, error))
        return false;
    *spec = (mg_learner_spec){.needs = MG_GIFT_NEEDS,
                              .training_rows = 1,
                              .memory_per_row = mg_gift_team_memory(environment),
                              .unit = "update of several episodes",
                              .updates = 2,
                              .update = {"policy", "value"}};
    return true;
}

/* ---- memory ---- */

static void create_values(lola_learner *learner, int observation, int rows, mg_key key)
{
    const mg_layer line = {"value", 1, MG_ACTIVATION_NONE, MG_INITIALISE_NORMAL, MG_NO_BIAS};
    const int agents = learner->trajectory.agents;
    mg_network_describe(&learner->value_network, observation, 1, &line);
    mg_model_create(&learner->value, &learner->value_network, rows, agents, mg_sgd_default(learner->config.value_rate),
                    0);
    for (int i = 0; i < agents; i++) /* the team has two networks an agent, at most */
        mg_model_initialise(&learner->value, i, key, (uint32_t)(2 * agents + i));
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_lola_config *c = config;
    const int agents = environment->agents, rows = c->episodes * environment->longest_episode;
    const int observation = mg_env_agent(environment, 0)->observation;
    const mg_gift_shape shape = {.rows_max = rows,
                                 .continuous = c->continuous,
                                 .hidden_1 = c->hidden_1,
                                 .hidden_2 = c->hidden_2,
                                 .gift_hidden_1 = c->gift_hidden_1,
                                 .gift_hidden_2 = c->gift_hidden_2};
    lola_learner *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    mg_gift_team_create(&learner->team, &shape, c->gift, environment, key);
    learner->work = mg_lola_work_create(&learner->team.program);
    const size_t cells = (size_t)agents * (size_t)rows, trajectory = mg_trajectory_reals(agents, observation, rows);
    const size_t drawn = (size_t)environment->transfer.givers * (size_t)rows * (size_t)(agents - 1);
    const size_t last = (size_t)agents * (size_t)c->episodes * (size_t)observation;
    learner->reals =
        mg_allocate(trajectory + drawn + last + 2 * cells + (size_t)rows + learner->team.count, sizeof(float));
    learner->first = mg_allocate(cells + (size_t)c->episodes + 1, sizeof(int32_t));
    learner->trajectory =
        mg_trajectory_place(agents, observation, rows, learner->reals, learner->first + c->episodes + 1);
    learner->u = learner->reals + trajectory;
    learner->last = learner->u + drawn;
    learner->values = learner->last + last;
    learner->targets = learner->values + cells;
    learner->error = learner->targets + cells;
    learner->gradient = learner->error + rows;
    create_values(learner, observation, rows, key);
    return learner;
}

static void destroy(void *self)
{
    lola_learner *learner = self;
    mg_model_destroy(&learner->value);
    mg_lola_work_destroy(learner->work);
    mg_gift_team_destroy(&learner->team);
    free(learner->first);
    free(learner->reals);
    free(learner);
}

/* ---- playing ---- */

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    mg_gift_team_act(&((lola_learner *)self)->team, batch, 0.0f, actions);
}

static void give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    (void)actions;
    mg_gift_team_give(&((lola_learner *)self)->team, batch, transfers);
}

static float *last_of(const lola_learner *learner, int agent, int episode)
{
    const size_t length = (size_t)learner->trajectory.observation_length;
    return learner->last + ((size_t)agent * (size_t)learner->config.episodes + (size_t)episode) * length;
}

static void observe(void *self, const mg_transition *transition)
{
    lola_learner *learner = self;
    const size_t length = (size_t)learner->trajectory.observation_length;
    mg_gift_team_record(&learner->team, transition, learner->config.cost, &learner->trajectory, learner->u);
    for (int i = 0; i < learner->trajectory.agents; i++)
        memcpy(last_of(learner, i, learner->episodes), transition->after.observation + (size_t)i * length,
               length * sizeof(float));
}

/* ---- learning ---- */

/* Its value function judges an agent's decisions, and steps. */
static void step_value(lola_learner *learner, mg_lola_batch *batch, int agent)
{
    const mg_trajectory *tau = &learner->trajectory;
    const size_t at = (size_t)agent * (size_t)tau->steps_max;
    float *value = learner->values + at, *target = learner->targets + at, *last = learner->error;
    const float *observation = mg_trajectory_observation(tau, agent);
    batch->reward[agent] = mg_trajectory_reward(tau, agent);
    batch->value[agent] = value;
    batch->target[agent] = target;
    memcpy(last, mg_model_forward(&learner->value, agent, batch->episodes, last_of(learner, agent, 0)),
           (size_t)batch->episodes * sizeof *last);
    if (!learner->config.bootstrap)
        memset(last, 0, (size_t)batch->episodes * sizeof *last);
    mg_lola_targets(batch, batch->reward[agent], last, target);
    memcpy(value, mg_model_forward(&learner->value, agent, tau->steps, observation),
           (size_t)tau->steps * sizeof *value);
    for (int t = 0; t < tau->steps; t++)
        learner->error[t] = (value[t] - target[t]) / (float)tau->steps;
    mg_model_backward(&learner->value, agent, tau->steps, observation, learner->error, NULL);
    mg_model_step(&learner->value, agent);
}

static float share_of(const lola_learner *learner, int agent)
{
    const bool divided = learner->config.mean_log && !learner->config.continuous;
    return divided ? 1.0f / (float)mg_gift_policy(&learner->team.program, agent)->actions : 1.0f;
}

static void learn(lola_learner *learner)
{
    const mg_lola_config *c = &learner->config;
    const mg_trajectory *tau = &learner->trajectory;
    mg_gift_team *team = &learner->team;
    mg_lola_batch batch = {.episodes = c->episodes, .first = learner->first, .discount = (float)c->discount};
    for (int i = 0; i < tau->agents; i++) {
        batch.of[i] = mg_gift_team_rows(team, i, tau, learner->u);
        batch.share[i] = share_of(learner, i);
        step_value(learner, &batch, i);
    }
    float *gradient = learner->gradient;
    for (int i = 0; i < tau->agents; gradient += mg_gift_count(&team->program, i), i++)
        mg_lola_gradient(&team->program, team->scratch, learner->work, &batch, i, c->shapers == 0 || i < c->shapers,
                         gradient);
    mg_kernels_current()->axpy(team->count, -(float)c->rate, learner->gradient, team->theta[0]);
    learner->updates++;
}

static bool end_episode(void *self, int row)
{
    (void)row;
    lola_learner *learner = self;
    learner->first[++learner->episodes] = learner->trajectory.steps;
    if (learner->episodes < learner->config.episodes)
        return false;
    learn(learner);
    learner->episodes = learner->trajectory.steps = 0;
    return true;
}

static void update_counts(const void *self, uint64_t *count)
{
    count[0] = count[1] = ((const lola_learner *)self)->updates;
}

/* A unit ends with an empty batch. */
static int tensors(void *self, mg_tensor *tensor, int room)
{
    lola_learner *learner = self;
    int count = mg_gift_team_tensors(&learner->team, tensor, room, 0);
    count = mg_model_tensors(&learner->value, MG_KIND_CRITICS, "value", tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, count);
}

const mg_learner_table mg_lola = {
    .name = "lola",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .act = act,
    .give = give,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
};
