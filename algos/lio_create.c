/* lio_create.c - what LIO's learner is made of: its settings, its memory, what it tells and what is saved. */
#include "algos/lio_learner.h"
#include "core/io/memory.h"

#include <stdio.h>
#include <stdlib.h>

mg_lio_config mg_lio_ipd_paper(void)
{
    return (mg_lio_config){
        .discount = 0.99,
        .entropy = 0.1,
        .log_of_mixture = false,
        .log_guard = 0.0,
        .epsilon_start = 1.0,
        .epsilon_end = 0.01,
        .epsilon_units = 5000,
        .policy_rate = 1e-3,
        .incentive_rate = 1e-3,
        .cost = 0.0,
        .cost_rate = 0.0,
        .reward_max = 3.0,
        .givers = 2,
        .policy_hidden_1 = 16,
        .policy_hidden_2 = 8,
        .incentive_hidden_1 = 16,
        .incentive_hidden_2 = 8,
    };
}

static mg_lio_config as_released(mg_lio_config config)
{
    config.log_of_mixture = true;
    config.log_guard = 1e-15;
    return config;
}

mg_lio_config mg_lio_ipd_released(void)
{
    return as_released(mg_lio_ipd_paper());
}

mg_lio_config mg_lio_escape_paper(int agents)
{
    mg_lio_config config = mg_lio_ipd_paper();
    config.entropy = 0.01;
    config.epsilon_start = 0.5;
    config.epsilon_end = agents == 2 ? 0.1 : 0.3;
    config.epsilon_units = 1000;
    config.policy_rate = 1e-4;
    config.cost = 1.0;
    config.cost_rate = 1e-4;
    config.reward_max = 2.0;
    config.givers = agents;
    config.policy_hidden_1 = 64;
    config.policy_hidden_2 = 32;
    config.incentive_hidden_1 = 64;
    config.incentive_hidden_2 = 16;
    return config;
}

mg_lio_config mg_lio_escape_released(int agents)
{
    return as_released(mg_lio_escape_paper(agents));
}

static const mg_field field[] = {MG_LIO_FIELDS};
static const mg_fields fields = {"lio", sizeof field / sizeof *field, field, sizeof(mg_lio_config)};

static const mg_metric_spec offer[] = {
    {"offer_0_for_0", "incentive, mean over all states"},
    {"offer_0_for_1", "incentive, mean over all states"},
    {"offer_1_for_0", "incentive, mean over all states"},
    {"offer_1_for_1", "incentive, mean over all states"},
};

/* clang-format off */
#define OF_AGENT(i) \
    {"training_return_" #i, "extrinsic reward of an episode, mean of all training"}, \
    {"got_" #i "_for_0", "incentives of an episode, mean of all training"}, \
    {"got_" #i "_for_1", "incentives of an episode, mean of all training"}, \
    {"got_" #i "_for_2", "incentives of an episode, mean of all training"}
static const mg_metric_spec record[MG_LIO_RECORD_AGENTS * MG_LIO_RECORD] = {
    OF_AGENT(0), OF_AGENT(1), OF_AGENT(2), OF_AGENT(3), OF_AGENT(4)};
/* clang-format on */

/* Whether the metrics are what two agents offer in each state, or else what all receive in training. */
static bool has_offers(const mg_env_spec *environment)
{
    return environment->one_hot && environment->agents == 2 && mg_env_agent(environment, 0)->actions == 2;
}

static bool has_record(const mg_env_spec *environment)
{
    return !has_offers(environment) && environment->agents <= MG_LIO_RECORD_AGENTS &&
           mg_env_agent(environment, 0)->actions <= MG_LIO_RECORD_ACTIONS;
}

bool mg_lio_learner_describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_lio_config *c = config;
    const mg_transfer_spec *transfer = &environment->transfer;
    if ((mg_needs_offered(environment) & MG_NEED_GIFTS) &&
        (c->givers > transfer->givers || transfer->low > 0.0f || (double)transfer->high < c->reward_max))
        return mg_fail(error, MG_EXIT_USAGE, "lio needs %d givers of 0 to %g, but %s lets %d agents give %g to %g",
                       c->givers, c->reward_max, environment->name, transfer->givers, (double)transfer->low,
                       (double)transfer->high);
    *spec = (mg_learner_spec){.needs = MG_TEAM_NEEDS | MG_NEED_GIFTS,
                              .agents_max = MG_TEAM_ACTIONS,
                              .actions_max = MG_TEAM_ACTIONS,
                              .training_rows = 1,
                              .unit = "iteration of two episodes",
                              .updates = 2,
                              .update = {"policy", "incentive"}};
    if (has_offers(environment)) {
        spec->metrics = 2 * c->givers;
        spec->metric = offer;
    } else if (has_record(environment)) {
        spec->metrics = environment->agents * MG_LIO_RECORD;
        spec->metric = record;
    }
    return true;
}

/* Steps of a trajectory, and one for what was seen at its end. */
static int slots_of(const mg_lio_learner *learner, const mg_env_spec *environment)
{
    return environment->longest_episode + (learner->criticised ? 1 : 0);
}

static void allocate(mg_lio_learner *learner, const mg_env_spec *environment)
{
    const int slots = slots_of(learner, environment);
    size_t agents = (size_t)environment->agents, steps = (size_t)slots;
    size_t policy = learner->program.policy.network.layout.count,
           incentive = learner->program.incentive_network.layout.count;
    int length = learner->program.policy.observation;
    size_t trajectory = mg_trajectory_reals(environment->agents, length, slots);
    size_t input = steps * (size_t)learner->program.input, given = steps * agents;
    size_t moments = learner->form.policy.kind == MG_SGD ? 0 : mg_optimiser_reals(&learner->form.policy, policy);
    learner->reals =
        mg_allocate(agents * (policy + moments) + incentive + input + given + 2 * trajectory, sizeof(float));
    size_t links = agents * steps * (size_t)learner->program.neighbours;
    learner->actions = mg_allocate(2 * agents * steps + links, sizeof(int32_t));
    learner->agent = mg_allocate(agents, sizeof *learner->agent);
    learner->scratch = mg_lio_scratch_create(&learner->program);
    float *theta_before = learner->reals;
    learner->cost_gradient = theta_before + agents * policy;
    learner->input = learner->cost_gradient + incentive;
    learner->given = learner->input + input;
    float *next = learner->given + given;
    learner->tau = mg_trajectory_place(environment->agents, length, slots, next, learner->actions);
    learner->tau_hat =
        mg_trajectory_place(environment->agents, length, slots, next + trajectory, learner->actions + agents * steps);
    learner->tau.neighbours = learner->program.neighbours;
    learner->tau.neighbour = links ? learner->actions + 2 * agents * steps : NULL;
    for (size_t i = 0; i < agents; i++) {
        learner->agent[i] = (mg_lio_agent){.theta = learner->team.theta + i * policy,
                                           .theta_before = theta_before + i * policy,
                                           .eta = mg_model_parameters(&learner->incentive, (int)i)};
        learner->agent[i].reinforce = mg_reinforce_create(&learner->program.policy);
        learner->agent[i].state = mg_optimiser_start();
        learner->agent[i].moments = moments ? next + 2 * trajectory + i * moments : NULL;
    }
}

static void create_critics(mg_lio_learner *learner, const mg_env_spec *environment, mg_key key)
{
    const int agents = environment->agents, steps = environment->longest_episode, slots = steps + 1;
    if (!learner->criticised)
        return;
    mg_team_critic_create(&learner->critic, &learner->form.critic, agents, learner->program.policy.observation, steps,
                          key, 2 * (uint32_t)agents);
    learner->value = mg_allocate((size_t)(2 * agents * slots + steps), sizeof(float));
    learner->total = learner->value + 2 * agents * slots;
    for (int i = 0; i < agents; i++) {
        learner->agent[i].value = learner->value + i * slots;
        learner->agent[i].value_hat = learner->value + (agents + i) * slots;
    }
}

void mg_lio_learner_destroy(void *self)
{
    mg_lio_learner *learner = self;
    for (int i = 0; learner->agent && i < learner->program.agents; i++)
        mg_reinforce_destroy(learner->agent[i].reinforce);
    mg_lio_models_destroy(learner->models);
    if (learner->criticised)
        mg_team_critic_destroy(&learner->critic);
    free(learner->value);
    mg_lio_scratch_destroy(learner->scratch);
    mg_policy_team_destroy(&learner->team);
    mg_lio_program_destroy(&learner->program);
    free(learner->agent);
    mg_model_destroy(&learner->incentive);
    mg_stepper_destroy(&learner->cost);
    free(learner->actions);
    free(learner->reals);
    free(learner->record);
    free(learner);
}

static bool describe_one_episode(const void *config, const mg_env_spec *environment, mg_learner_spec *spec,
                                 mg_error *error)
{
    if (!mg_lio_learner_describe(config, environment, spec, error))
        return false;
    spec->unit = "iteration of one episode";
    return true;
}

mg_lio_form mg_lio_form_default(const mg_lio_config *config)
{
    return (mg_lio_form){.incentive = mg_adam_tensorflow_default(config->incentive_rate)};
}

static mg_lio_shape shape_of(const mg_lio_config *c, const mg_lio_form *form, const mg_env_spec *environment)
{
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    return (mg_lio_shape){
        .agents = environment->agents,
        .observation = agent->observation,
        .actions = agent->actions,
        .steps_max = environment->longest_episode,
        .policy_hidden_1 = c->policy_hidden_1,
        .policy_hidden_2 = c->policy_hidden_2,
        .incentive_hidden_1 = c->incentive_hidden_1,
        .incentive_hidden_2 = c->incentive_hidden_2,
        .discount = c->discount,
        .entropy = c->entropy,
        .policy_rate = c->policy_rate,
        .reward_max = c->reward_max,
        .log_form = {c->log_of_mixture, c->log_guard},
        .neighbours = form->neighbours,
        .optimiser = form->policy,
        .orthogonal = form->orthogonal,
        .sparse = form->sparse,
        .picture = form->picture,
        .kinds = environment->transfer.kinds,
        .kind = environment->transfer.kind,
    };
}

mg_lio_learner *mg_lio_learner_create_form(const mg_lio_config *c, const mg_lio_form *form,
                                           const mg_env_spec *environment, mg_key key)
{
    mg_lio_learner *learner = mg_allocate(1, sizeof *learner);
    mg_optimiser_config cost = form->incentive;
    mg_lio_shape shape = shape_of(c, form, environment);
    learner->config = *c;
    learner->form = *form;
    learner->criticised = form->critic.rate > 0.0;
    cost.rate = c->cost_rate;
    mg_lio_program_create(&learner->program, &shape);
    mg_policy_team_create(&learner->team, &learner->program.policy, environment->agents, key);
    mg_policy_team_stages(&learner->team, environment);
    learner->team.greedy = form->greedy;
    mg_model_create(&learner->incentive, &learner->program.incentive_network, 0, environment->agents, form->incentive,
                    0);
    mg_stepper_create(&learner->cost, cost, environment->agents, learner->incentive.count);
    /* Networks 0..N-1 are the policies, N..2N-1 the incentive functions. */
    for (int i = 0; i < environment->agents; i++)
        mg_model_initialise(&learner->incentive, i, key, (uint32_t)(environment->agents + i));
    allocate(learner, environment);
    create_critics(learner, environment, key);
    learner->transfers = environment->transfer.givers * environment->transfer.numbers_per_giver;
    if (has_record(environment))
        learner->record = mg_allocate((size_t)environment->agents * MG_LIO_RECORD, sizeof *learner->record);
    learner->epsilon = mg_epsilon_start(c->epsilon_start, c->epsilon_end, (double)c->epsilon_units);
    return learner;
}

void *mg_lio_learner_create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_lio_form form = mg_lio_form_default(config);
    return mg_lio_learner_create_form(config, &form, environment, key);
}

static void *create_one_episode(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    mg_lio_learner *learner = mg_lio_learner_create(config, environment, key, error);
    learner->one_episode = true;
    return learner;
}

/* ---- what others see ---- */

/* What each giver would pay for each of the other's actions, in the order of `offer`; or the means of the record. */
void mg_lio_learner_metrics(const void *self, double *metric)
{
    const mg_lio_learner *learner = self;
    if (learner->record) {
        for (int n = 0; n < learner->program.agents * MG_LIO_RECORD; n++)
            metric[n] = learner->record[n] / (double)(learner->episodes ? learner->episodes : 1);
        return;
    }
    for (int giver = 0; giver < learner->config.givers; giver++)
        for (int action = 0; action < 2; action++)
            metric[2 * giver + action] = (double)mg_lio_mean_offer(&learner->program, learner->scratch, giver,
                                                                   learner->agent[giver].eta, action);
}

void mg_lio_learner_update_counts(const void *self, uint64_t *count)
{
    const mg_lio_learner *learner = self;
    for (int k = 0; k < (learner->models || learner->criticised ? 3 : 2); k++)
        count[k] = learner->updates[k];
}

static int list_steps(mg_stepper *stepper, int giver, const char *of, mg_tensor *tensor, int room, int count)
{
    char name[40];
    snprintf(name, sizeof name, "agent %d %s moments", giver, of);
    count = mg_list_array(MG_KIND_OPTIMISERS, name, MG_TYPE_FLOAT, 2 * stepper->count,
                          mg_stepper_moments(stepper, giver), tensor, room, count);
    snprintf(name, sizeof name, "agent %d %s beta powers", giver, of);
    count = mg_list_array(MG_KIND_OPTIMISERS, name, MG_TYPE_DOUBLE, 2, stepper->beta_power + 2 * giver, tensor, room,
                          count);
    snprintf(name, sizeof name, "agent %d %s steps", giver, of);
    return mg_list_array(MG_KIND_OPTIMISERS, name, MG_TYPE_U64, 1, stepper->steps + giver, tensor, room, count);
}

/* Of an optimiser that takes the policies' steps. */
static int list_policy_steps(mg_lio_learner *learner, int i, mg_tensor *tensor, int room, int count)
{
    mg_lio_agent *agent = &learner->agent[i];
    size_t moments = mg_optimiser_reals(&learner->form.policy, learner->program.policy.network.layout.count);
    char name[40];
    snprintf(name, sizeof name, "agent %d policy moments", i);
    count = mg_list_array(MG_KIND_OPTIMISERS, name, MG_TYPE_FLOAT, moments, agent->moments, tensor, room, count);
    snprintf(name, sizeof name, "agent %d policy powers", i);
    count = mg_list_array(MG_KIND_OPTIMISERS, name, MG_TYPE_DOUBLE, 2, &agent->state.beta1_power, tensor, room, count);
    snprintf(name, sizeof name, "agent %d policy steps", i);
    return mg_list_array(MG_KIND_OPTIMISERS, name, MG_TYPE_U64, 1, &agent->state.steps, tensor, room, count);
}

int mg_lio_learner_tensors(void *self, mg_tensor *tensor, int room)
{
    mg_lio_learner *learner = self;
    int agents = learner->program.agents, count = 0;
    char name[40];
    for (int i = 0; i < agents; i++) {
        snprintf(name, sizeof name, "agent %d", i);
        count = mg_list_block(&learner->program.policy.network.layout, learner->agent[i].theta, MG_KIND_POLICIES, name,
                              tensor, room, count);
    }
    for (int i = 0; i < agents && learner->agent[i].moments; i++)
        count = list_policy_steps(learner, i, tensor, room, count);
    for (int i = 0; i < learner->config.givers; i++) {
        snprintf(name, sizeof name, "agent %d", i);
        count = mg_list_block(&learner->program.incentive_network.layout, learner->agent[i].eta, MG_KIND_INCENTIVES,
                              name, tensor, room, count);
        count = list_steps(&learner->incentive.stepper, i, "incentive", tensor, room, count);
        if (learner->config.cost_rate > 0.0)
            count = list_steps(&learner->cost, i, "cost", tensor, room, count);
    }
    count = mg_list_array(MG_KIND_STATE, "epsilon", MG_TYPE_FLOAT, 1, &learner->epsilon.value, tensor, room, count);
    count =
        mg_list_array(MG_KIND_STATE, "second episode", MG_TYPE_I32, 1, &learner->second_episode, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, learner->models || learner->criticised ? 3 : 2,
                          learner->updates, tensor, room, count);
    if (learner->criticised)
        count = mg_team_critic_tensors(&learner->critic, tensor, room, count);
    if (learner->models)
        count = mg_lio_models_tensors(learner->models, tensor, room, count);
    if (!learner->record)
        return count;
    count = mg_list_array(MG_KIND_STATE, "training sums", MG_TYPE_DOUBLE, (size_t)agents * MG_LIO_RECORD,
                          learner->record, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "training episodes", MG_TYPE_U64, 1, &learner->episodes, tensor, room, count);
}

const mg_learner_table mg_lio = {
    .name = "lio",
    .fields = &fields,
    .describe = mg_lio_learner_describe,
    .create = mg_lio_learner_create,
    .destroy = mg_lio_learner_destroy,
    .begin_episode = mg_lio_learner_begin_episode,
    .act = mg_lio_learner_act,
    .give = mg_lio_learner_give,
    .observe = mg_lio_learner_observe,
    .end_episode = mg_lio_learner_end_episode,
    .metrics = mg_lio_learner_metrics,
    .update_counts = mg_lio_learner_update_counts,
    .tensors = mg_lio_learner_tensors,
};

const mg_learner_table mg_lio_one_episode = {
    .name = "lio-one-episode",
    .fields = &fields,
    .describe = describe_one_episode,
    .create = create_one_episode,
    .destroy = mg_lio_learner_destroy,
    .begin_episode = mg_lio_learner_begin_episode,
    .act = mg_lio_learner_act,
    .give = mg_lio_learner_give,
    .observe = mg_lio_learner_observe,
    .end_episode = mg_lio_learner_end_episode,
    .metrics = mg_lio_learner_metrics,
    .update_counts = mg_lio_learner_update_counts,
    .tensors = mg_lio_learner_tensors,
};
