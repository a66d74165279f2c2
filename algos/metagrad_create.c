/* metagrad_create.c - what MetaGrad's learner is made of: its settings, its memory, what it tells and what is saved. */
#include "algos/metagrad_learner.h"
#include "core/io/memory.h"

#include <stdlib.h>

mg_metagrad_config mg_metagrad_gtb_paper(void)
{
    mg_metagrad_config config = {.agents = mg_proximal_policy_gtb_paper(),
                                 .designer_rate = 1.82e-5,
                                 .designer_critic_rate = 8.64e-4,
                                 .designer_follow = 0.0158,
                                 .designer_trace = 0.98,
                                 .designer_hidden_1 = 256,
                                 .designer_hidden_2 = 256};
    config.agents.entropy = 0.184;
    config.agents.actor_rate = 3.3e-4; /* the thesis prints ten times that (facts/gtb.md 11) */
    config.agents.critic_rate = 1.67e-5;
    config.agents.clip = 0.01;
    config.agents.follow = 0.0126;
    config.agents.gradient_limit = 0.0;
    return config;
}

mg_metagrad_config mg_metagrad_gtb_curriculum(void)
{
    mg_metagrad_config config = mg_metagrad_gtb_paper();
    config.agents.entropy = 0.0316;
    config.agents.actor_rate = 1.09e-5;
    config.agents.critic_rate = 1.14e-5;
    config.agents.clip = 0.0308;
    config.designer_rate = 2.03e-4;
    config.designer_critic_rate = 1e-5;
    config.designer_follow = 0.0573;
    config.designer_memory = 128;
    return config;
}

mg_metagrad_config mg_metagrad_escape_paper(void)
{
    return (mg_metagrad_config){.agents = {.discount = 0.99,
                                           .clip = 0.2, /* of no effect */
                                           .entropy = 0.0166,
                                           .episodes = 1,
                                           .epochs = 1,
                                           .minibatches = 1,
                                           .epsilon_units = 1,
                                           .actor_rate = 9.56e-5,
                                           .tensorflow = true,
                                           .plain = true,
                                           .window = 5,
                                           .hidden_1 = 64,
                                           .hidden_2 = 64},
                                .designer_rate = 7.93e-4,
                                .designer_hidden_1 = 64,
                                .designer_hidden_2 = 32,
                                .cost_rate = 6.03e-5,
                                .returns = true};
}

mg_metagrad_config mg_metagrad_cleanup_paper(void)
{
    return (mg_metagrad_config){.agents = mg_proximal_policy_cleanup_paper(false),
                                .designer_rate = 1.24e-5,
                                .designer_critic_rate = 2.4e-5,
                                .designer_follow = 0.114,
                                .designer_trace = 0.99,
                                .designer_hidden_1 = 64,
                                .designer_hidden_2 = 64};
}

#define AT(member) offsetof(mg_metagrad_config, member)
static const mg_field field[] = {
    MG_PROXIMAL_POLICY_FIELDS,
    {"designer_rate", MG_FIELD_DOUBLE, AT(designer_rate), 0, 10, "thesis Table C.4: alpha_ID"},
    {"designer_critic_rate", MG_FIELD_DOUBLE, AT(designer_critic_rate), 0, 10, "thesis Table C.4: alpha_v,ID"},
    {"designer_follow", MG_FIELD_DOUBLE, AT(designer_follow), 0, 1, "thesis Table C.4: designer c_v"},
    {"designer_trace", MG_FIELD_DOUBLE, AT(designer_trace), 0, 1, "thesis C.2.3: lambda, 0.98; in Cleanup 0.99"},
    {"designer_hidden_1", MG_FIELD_INT, AT(designer_hidden_1), 1, 4096, "thesis C.2.2: 256"},
    {"designer_hidden_2", MG_FIELD_INT, AT(designer_hidden_2), 1, 4096, "thesis C.2.2: 256"},
    {"designer_memory", MG_FIELD_INT, AT(designer_memory), 0, 4096, "thesis C.2.2: 128 with a curriculum"},
    {"cost_rate", MG_FIELD_DOUBLE, AT(cost_rate), 0, 10, "thesis Table C.1: alpha_cost"},
    {"returns", MG_FIELD_BOOL, AT(returns), 0, 1, "thesis Equation 6.5: no; in Escape Room and Equation 6.4: yes"},
    {"as_released", MG_FIELD_BOOL, AT(as_released), 0, 1, "thesis Equation 6.4: no; the program: facts/gtb.md 11"},
};
static const mg_fields fields = {"metagrad", sizeof field / sizeof *field, field, sizeof(mg_metagrad_config)};

/* ---- description ---- */

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_metagrad_config *all = config;
    const mg_proximal_policy_config *c = &all->agents;
    if (c->episodes != 1 || c->epochs != 1 || c->minibatches != 1 || c->normalise || c->gradient_limit > 0.0)
        return mg_fail(
            error, MG_EXIT_INPUT,
            "config metagrad: episodes %d, epochs %d, minibatches %d, normalise %d, gradient_limit %g: wanted "
            "1, 1, 1, 0, 0: the agents' step that it differentiates is one, as it is",
            c->episodes, c->epochs, c->minibatches, c->normalise, c->gradient_limit);
    if (all->as_released && all->designer_memory > 0)
        return mg_fail(error, MG_EXIT_INPUT,
                       "config metagrad: as_released with designer_memory %d: wanted 0: the released program runs its "
                       "memory through all steps, and its decisions are not what was given",
                       all->designer_memory);
    if (!mg_proximal_policy.describe(c, environment, spec, error))
        return false;
    spec->needs |= MG_NEED_DESIGNER | MG_NEED_SENSITIVITY | (all->as_released ? (unsigned)MG_NEED_LEDGER : 0u);
    spec->memory_per_row = mg_designer_memory(all->designer_memory);
    spec->unit = "iteration of one episode";
    spec->update[spec->updates++] = "incentive";
    if (!all->returns)
        spec->update[spec->updates++] = "designer's critic";
    return true;
}

/* ---- memory ---- */

static void create_designer(mg_metagrad_learner *learner, const mg_env_spec *environment, mg_key key)
{
    const mg_metagrad_config *c = &learner->config;
    const mg_designer_config config = {.rate = c->designer_rate,
                                       .critic_rate = c->designer_critic_rate,
                                       .follow = c->designer_follow,
                                       .discount = c->agents.discount,
                                       .trace = c->designer_trace,
                                       .bootstrap_terminated = c->agents.bootstrap_terminated,
                                       .tensorflow = c->agents.tensorflow,
                                       .filters = c->agents.filters,
                                       .window = c->agents.window,
                                       .hidden_1 = c->designer_hidden_1,
                                       .hidden_2 = c->designer_hidden_2,
                                       .memory = c->designer_memory,
                                       .outputs =
                                           environment->transfer.givers * environment->transfer.numbers_per_giver,
                                       .activation = MG_ACTIVATION_SIGMOID,
                                       .critic = !c->returns};
    /* The networks of the agents are numbered so far: actors, then critics. */
    mg_designer_create(&learner->designer, &config, environment, key, 2 * (uint32_t)learner->actor->copies);
    mg_stepper_create(&learner->cost, mg_adam_tensorflow_default(c->cost_rate), 1, learner->designer.model.count);
}

static float *reals(size_t count)
{
    return mg_allocate(count, sizeof(float));
}

static void create_episode(const mg_metagrad_learner *learner, bool masked, mg_metagrad_episode *e)
{
    const size_t cells = (size_t)learner->count * (size_t)learner->steps_max;
    mg_designer_episode_create(&learner->designer, &e->designer);
    e->observation = reals(cells * (size_t)learner->observations);
    e->sensitivity = reals(cells * (size_t)learner->designer.numbers);
    e->action = mg_allocate(cells, sizeof *e->action);
    e->allowed = masked ? mg_allocate(cells, (size_t)learner->actions) : NULL;
    e->values = mg_allocate_block((size_t)learner->actor->copies * mg_tape_values(learner->actor->tape), sizeof(float));
}

static void create_scratch(mg_metagrad_learner *learner, bool masked)
{
    const size_t cells = (size_t)learner->count * (size_t)learner->steps_max;
    const size_t choices = cells * (size_t)learner->actions;
    learner->theta = reals((size_t)learner->actor->copies * learner->actor->count);
    learner->along = reals(learner->actor->count);
    learner->cost_gradient = reals(learner->designer.model.count);
    learner->by_cost = reals((size_t)learner->designer.decisions_max * (size_t)learner->designer.numbers);
    learner->by_number = reals((size_t)learner->designer.decisions_max * (size_t)learner->designer.numbers);
    learner->by_reward = reals(cells);
    learner->batch_observation = reals(cells * (size_t)learner->observations);
    learner->batch_advantage = reals(cells);
    learner->pure = reals(choices);
    learner->mixed = reals(choices);
    learner->logit_cotangent = reals(choices);
    learner->tangent = reals(choices);
    learner->slope = reals(cells);
    learner->batch_action = mg_allocate(cells, sizeof *learner->batch_action);
    learner->batch_allowed = masked ? mg_allocate(choices, 1) : NULL;
}

static void create_replica(mg_metagrad_learner *learner, const mg_env_spec *environment)
{
    const mg_model *actor = learner->actor;
    learner->source = environment->source;
    learner->ledger_length = environment->transfer.ledger;
    learner->ledger = reals((size_t)(learner->steps_max + 1) * (size_t)learner->ledger_length);
    learner->paid = reals((size_t)learner->count * (size_t)learner->steps_max);
    mg_model_create_recorded(&learner->replica, actor->layout, NULL, 0, actor->copies, actor->stepper.config, 0);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    mg_metagrad_learner *learner = mg_allocate(1, sizeof *learner);
    learner->config = *(const mg_metagrad_config *)config;
    learner->agents = mg_proximal_policy.create(&learner->config.agents, environment, key, error);
    learner->actor = mg_proximal_policy_actor(learner->agents);
    learner->count = environment->agents;
    learner->observations = agent->observation;
    learner->actions = agent->actions;
    learner->steps_max = environment->longest_episode;
    bool masked = (mg_needs_offered(environment) & MG_NEED_MASKS) != 0;
    create_designer(learner, environment, key);
    create_episode(learner, masked, &learner->before);
    create_episode(learner, masked, &learner->now);
    create_scratch(learner, masked);
    if (learner->config.as_released)
        create_replica(learner, environment);
    return learner;
}

static void destroy_episode(mg_metagrad_episode *e)
{
    mg_designer_episode_destroy(&e->designer);
    free(e->observation);
    free(e->sensitivity);
    free(e->action);
    free(e->allowed);
    free(e->values);
}

static void destroy(void *self)
{
    mg_metagrad_learner *learner = self;
    void *const block[] = {learner->ledger,          learner->paid,         learner->cost_gradient,
                           learner->by_cost,         learner->theta,        learner->along,
                           learner->by_number,       learner->by_reward,    learner->batch_observation,
                           learner->batch_advantage, learner->pure,         learner->mixed,
                           learner->logit_cotangent, learner->tangent,      learner->slope,
                           learner->batch_action,    learner->batch_allowed};
    for (size_t i = 0; i < sizeof block / sizeof *block; i++)
        free(block[i]);
    destroy_episode(&learner->before);
    destroy_episode(&learner->now);
    mg_stepper_destroy(&learner->cost);
    if (learner->config.as_released)
        mg_model_destroy(&learner->replica);
    mg_designer_destroy(&learner->designer);
    mg_proximal_policy.destroy(learner->agents);
    free(learner);
}

/* ---- what others see ---- */

static void update_counts(const void *self, uint64_t *count)
{
    const mg_metagrad_learner *learner = self;
    int n = learner->config.agents.plain ? 1 : 2;
    mg_proximal_policy.update_counts(learner->agents, count);
    count[n++] = learner->steps;
    if (!learner->config.returns)
        count[n] = learner->designer.critic_steps;
}

/* ---- state ---- */

/* tau, which the next designer's step goes back to. */
static int list_episode(mg_metagrad_learner *learner, mg_tensor *tensor, int room, int count)
{
    mg_metagrad_episode *e = &learner->before;
    const size_t cells = (size_t)learner->count * (size_t)learner->steps_max;
    const struct {
        const char *name;
        mg_type type;
        size_t n;
        void *data;
    } array[] = {
        {"episode's observations", MG_TYPE_FLOAT, cells * (size_t)learner->observations, e->observation},
        {"episode's sensitivity", MG_TYPE_FLOAT, cells * (size_t)learner->designer.numbers, e->sensitivity},
        {"episode's actions", MG_TYPE_I32, cells, e->action},
        {"episode's masks", MG_TYPE_U8, e->allowed ? cells * (size_t)learner->actions : 0, e->allowed},
        {"episode's epsilon", MG_TYPE_FLOAT, 1, &e->epsilon},
    };
    for (size_t k = 0; k < sizeof array / sizeof *array; k++)
        if (array[k].n > 0)
            count = mg_list_array(MG_KIND_STATE, array[k].name, array[k].type, array[k].n, array[k].data, tensor, room,
                                  count);
    return mg_designer_episode_tensors(&learner->designer, &e->designer, tensor, room, count);
}

static int list_cost(const mg_stepper *cost, mg_tensor *tensor, int room, int count)
{
    const size_t moments = mg_optimiser_reals(&cost->config, cost->count);
    count =
        mg_list_array(MG_KIND_OPTIMISERS, "cost moments", MG_TYPE_FLOAT, moments, cost->moments, tensor, room, count);
    count = mg_list_array(MG_KIND_OPTIMISERS, "cost powers", MG_TYPE_DOUBLE, 2, cost->beta_power, tensor, room, count);
    return mg_list_array(MG_KIND_OPTIMISERS, "cost steps", MG_TYPE_U64, 1, cost->steps, tensor, room, count);
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    mg_metagrad_learner *learner = self;
    learner->before.known = false; /* who lists them may change them */
    int count = mg_proximal_policy.tensors(learner->agents, tensor, room);
    count = mg_designer_tensors(&learner->designer, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "policies before", MG_TYPE_FLOAT,
                          (size_t)learner->actor->copies * learner->actor->count, learner->theta, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "begun", MG_TYPE_I32, 1, &learner->begun, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "designer's updates", MG_TYPE_U64, 1, &learner->steps, tensor, room, count);
    if (learner->config.cost_rate > 0.0)
        count = list_cost(&learner->cost, tensor, room, count);
    if (learner->config.as_released)
        count = mg_model_tensors(&learner->replica, MG_KIND_STATE, "replica", tensor, room, count);
    return list_episode(learner, tensor, room, count);
}

const mg_learner_table mg_metagrad = {
    .name = "metagrad",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .begin_episode = mg_metagrad_begin_episode,
    .act = mg_metagrad_act,
    .give = mg_metagrad_give,
    .observe = mg_metagrad_observe,
    .end_episode = mg_metagrad_end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
};
