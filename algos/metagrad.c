/* metagrad.c - two episodes side by side, the designer's networks, and the way back through the agents' step. */
#include "algos/metagrad.h"
#include "algos/metagrad_step.h"
#include "core/io/memory.h"
#include "core/rl/designer.h"
#include "core/rl/returns.h"

#include <stdlib.h>
#include <string.h>

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

/* One episode as everybody saw it. Agents' arrays are [agent][step]. */
typedef struct episode {
    mg_designer_episode designer;
    float epsilon;                    /* with which it was played */
    float *observation, *sensitivity; /* sensitivity: [step][agent][number] */
    int32_t *action;
    uint8_t *allowed; /* NULL: no masks */
    float *values;    /* of the actors' networks that played it, [network] ... */
    bool known;       /* ... if they are still those */
} episode;

typedef struct metagrad_learner {
    mg_metagrad_config config;
    void *agents; /* mg_proximal_policy's */
    mg_model *actor;
    int count, observations, actions, steps_max; /* of the agents */
    mg_designer designer;
    episode before, now;  /* tau, tau^ */
    int32_t begun;        /* there is a tau */
    float *theta;         /* of all actors, before their step on tau */
    mg_model replica;     /* as_released: all actors after the replica of that step ... */
    mg_env_source source; /* ... on rewards that this environment accounts for ... */
    float *ledger, *paid; /* ... from [step, and one more][ledger]: [step][agent], of tau^ */
    int ledger_length;
    uint64_t steps;                 /* of the designer's function */
    mg_stepper cost;                /* its other Adam */
    float *cost_gradient, *by_cost; /* by_cost: [decision][number] */

    float *by_number, *by_reward; /* [decision][number], [agent][step] */
    float *batch_observation, *batch_advantage, *pure, *mixed, *logit_cotangent, *tangent, *along, *slope;
    int32_t *batch_action;
    uint8_t *batch_allowed;
} metagrad_learner;

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

static void create_designer(metagrad_learner *learner, const mg_env_spec *environment, mg_key key)
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

static void create_episode(const metagrad_learner *learner, bool masked, episode *e)
{
    const size_t cells = (size_t)learner->count * (size_t)learner->steps_max;
    mg_designer_episode_create(&learner->designer, &e->designer);
    e->observation = reals(cells * (size_t)learner->observations);
    e->sensitivity = reals(cells * (size_t)learner->designer.numbers);
    e->action = mg_allocate(cells, sizeof *e->action);
    e->allowed = masked ? mg_allocate(cells, (size_t)learner->actions) : NULL;
    e->values = mg_allocate_block((size_t)learner->actor->copies * mg_tape_values(learner->actor->tape), sizeof(float));
}

static void create_scratch(metagrad_learner *learner, bool masked)
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

static void create_replica(metagrad_learner *learner, const mg_env_spec *environment)
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
    metagrad_learner *learner = mg_allocate(1, sizeof *learner);
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

static void destroy_episode(episode *e)
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
    metagrad_learner *learner = self;
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

/* ---- playing ---- */

static void begin_episode(void *self, int row)
{
    metagrad_learner *learner = self;
    learner->now.designer.steps = 0;
    learner->now.designer.terminated = 0;
    learner->now.known = false;
    mg_proximal_policy_keep(learner->agents, learner->now.values);
    learner->now.epsilon = mg_proximal_policy_epsilon(learner->agents);
    mg_proximal_policy.begin_episode(learner->agents, row);
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    mg_proximal_policy.act(((metagrad_learner *)self)->agents, batch, actions, real);
}

static void give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    metagrad_learner *learner = self;
    const mg_designer *designer = &learner->designer;
    for (int k = 0; k < batch->rows; k++) {
        const float *y =
            mg_designer_ask(&learner->designer, batch, actions, k, batch->memory ? batch->memory[k] : NULL);
        for (int n = 0; n < designer->numbers; n++)
            transfers[k][n] = designer->low + designer->range * y[n];
    }
}

static void observe(void *self, const mg_transition *transition)
{
    metagrad_learner *learner = self;
    episode *e = &learner->now;
    const size_t wide = (size_t)learner->observations, choices = (size_t)learner->actions;
    const size_t steps = (size_t)learner->steps_max, t = (size_t)e->designer.steps;
    const size_t moved = (size_t)learner->count * (size_t)learner->designer.numbers;
    mg_transition gained = *transition; /* from which agents learn */
    gained.reward = mg_designer_gains(&learner->designer, transition);
    mg_proximal_policy.observe(learner->agents, &gained);
    mg_designer_observe(&learner->designer, &e->designer, transition);
    for (size_t i = 0; i < (size_t)learner->count; i++) {
        size_t cell = i * steps + t;
        memcpy(e->observation + cell * wide, transition->before.observation + i * wide, wide * sizeof(float));
        if (e->allowed)
            memcpy(e->allowed + cell * choices, transition->before.allowed + i * choices, choices);
        e->action[cell] = transition->joint.action[i];
    }
    memcpy(e->sensitivity + t * moved, transition->sensitivity, moved * sizeof(float));
    const size_t entry = (size_t)learner->ledger_length;
    if (learner->config.as_released) { /* each step's is written over by what it was before the next */
        memcpy(learner->ledger + t * entry, transition->before.ledger, entry * sizeof(float));
        memcpy(learner->ledger + (t + 1) * entry, transition->after.ledger, entry * sizeof(float));
    }
}

/* What each step of tau^ is worth to the designer. */
static void judge(metagrad_learner *learner)
{
    const mg_designer_episode *e = &learner->now.designer;
    if (learner->config.returns) {
        mg_discounted_returns(e->steps, (float)learner->config.agents.discount, e->welfare,
                              learner->designer.advantage);
        return;
    }
    mg_designer_step_critic(&learner->designer, &learner->before.designer);
    mg_designer_advantages(&learner->designer, e);
}

/* ---- back through the agents' step ---- */

static mg_policy_form form_of(const metagrad_learner *learner, const episode *e)
{
    return (mg_policy_form){
        .actions = learner->actions, .epsilon = e->epsilon, .explore_barred = learner->config.agents.explore_barred};
}

/* The steps of agents first .. first + agents - 1, one after the other; returns how many. */
static int pack(metagrad_learner *learner, const episode *e, int first, int agents)
{
    const size_t wide = (size_t)learner->observations, choices = (size_t)learner->actions,
                 steps = (size_t)e->designer.steps;
    for (size_t i = 0; i < (size_t)agents; i++) {
        const size_t cell = ((size_t)first + i) * (size_t)learner->steps_max, at = i * steps;
        if (steps < (size_t)learner->steps_max)
            memcpy(learner->batch_observation + at * wide, e->observation + cell * wide, steps * wide * sizeof(float));
        memcpy(learner->batch_action + at, e->action + cell, steps * sizeof(int32_t));
        memcpy(learner->batch_advantage + at, learner->designer.advantage, steps * sizeof(float));
        if (e->allowed)
            memcpy(learner->batch_allowed + at * choices, e->allowed + cell * choices, steps * choices);
    }
    return agents * e->designer.steps;
}

/* Of one network on an episode, whose rows are packed: its logits, forward where they are not known. What is known is
 * of the networks that played. */
static const float *look(metagrad_learner *learner, const episode *e, int network, const float *parameters, int rows,
                         bool played, mg_tape_replay *replay)
{
    mg_model *actor = learner->actor;
    const size_t whole = (size_t)(network * (learner->count / actor->copies) * learner->steps_max);
    *replay = (mg_tape_replay){.rows = rows, .input = {learner->batch_observation}};
    if (e->designer.steps == learner->steps_max) /* agents' steps lie one behind the other as they are */
        replay->input[0] = e->observation + whole * (size_t)learner->observations;
    if (!played)
        return mg_model_replay(actor, network, parameters, replay);
    replay->values = e->values + (size_t)network * mg_tape_values(actor->tape);
    return (e->known ? mg_model_replay_known : mg_model_replay)(actor, network, parameters, replay);
}

/* learner->along = D dL/dtheta^, of one network. */
static void go_along(metagrad_learner *learner, int network, int first, int agents)
{
    mg_model *actor = learner->actor;
    const bool played = !learner->config.as_released; /* theta^ did */
    const mg_model *after = played ? actor : &learner->replica;
    const mg_stepper *stepper = &after->stepper;
    const mg_policy_form form = form_of(learner, &learner->now);
    const int rows = pack(learner, &learner->now, first, agents);
    const float scale = learner->config.returns ? 1.0f : 1.0f / (float)learner->now.designer.steps;
    mg_tape_replay replay;
    const float *logits =
        look(learner, &learner->now, network, mg_model_parameters(after, network), rows, played, &replay);
    mg_policy_probabilities(&form, rows, logits, learner->batch_allowed, learner->pure, learner->mixed);
    mg_metagrad_objective(rows, learner->actions, learner->pure, learner->batch_allowed, learner->batch_action,
                          learner->batch_advantage, scale, learner->logit_cotangent);
    mg_model_replay_backward(actor, &replay, 1, &(mg_cotangent){actor->output, learner->logit_cotangent}, NULL);
    const mg_optimiser_state state = {stepper->beta_power[2 * network], stepper->beta_power[2 * network + 1],
                                      stepper->steps[network]};
    mg_optimiser_along(&stepper->config, &state, actor->count, mg_stepper_moments(stepper, network), actor->gradient,
                       learner->along);
}

/* learner->by_reward of the agents of one network, on tau, at theta. */
static void find_by_reward(metagrad_learner *learner, int network, int first, int agents)
{
    const mg_proximal_policy_config *c = &learner->config.agents;
    mg_model *actor = learner->actor;
    const episode *e = &learner->before;
    const mg_policy_form form = form_of(learner, e);
    const int rows = pack(learner, e, first, agents), steps = e->designer.steps;
    mg_tape_replay replay;
    const float *logits =
        look(learner, e, network, learner->theta + (size_t)network * actor->count, rows, true, &replay);
    mg_policy_probabilities(&form, rows, logits, learner->batch_allowed, learner->pure, learner->mixed);
    mg_tape_tangent(actor->tape, &replay, learner->along, actor->output, learner->tangent);
    mg_metagrad_slopes(&form, rows, learner->pure, learner->mixed, learner->batch_action, learner->tangent,
                       learner->slope);
    const float decay = (float)(c->plain ? c->discount : c->discount * c->trace);
    const float weight = c->plain || c->sums ? 1.0f : 1.0f / (float)rows;
    for (int i = 0; i < agents; i++)
        mg_metagrad_by_reward(steps, decay, weight, learner->slope + (size_t)(i * steps),
                              learner->by_reward + (size_t)(first + i) * (size_t)learner->steps_max);
}

/* learner->cost_gradient, after a forward of what was asked. */
static void find_cost(metagrad_learner *learner, int decisions)
{
    const mg_designer *designer = &learner->designer;
    float *cotangent = learner->by_cost, discounted = 1.0f;
    for (int d = 0; d < decisions; d++) {
        for (int n = 0; n < designer->numbers; n++)
            *cotangent++ = discounted;
        for (int t = 0; t < designer->period; t++)
            discounted *= (float)learner->config.agents.discount;
    }
    mg_designer_back(&learner->designer, &learner->before.designer, learner->by_cost);
    memcpy(learner->cost_gradient, designer->model.gradient, designer->model.count * sizeof(float));
}

static void step_function(metagrad_learner *learner)
{
    const episode *e = &learner->before;
    mg_designer *designer = &learner->designer;
    const int networks = learner->actor->copies, team = learner->count / networks;
    for (int n = 0; n < networks; n++) {
        go_along(learner, n, n * team, team);
        find_by_reward(learner, n, n * team, team);
    }
    const mg_metagrad_chain chain = {learner->count,   e->designer.steps, learner->steps_max,
                                     designer->period, designer->numbers, designer->range};
    int decisions = mg_metagrad_by_numbers(&chain, learner->by_reward, e->sensitivity, learner->by_number);
    mg_designer_answers(designer, &e->designer);
    if (learner->config.cost_rate > 0.0)
        find_cost(learner, decisions);
    mg_designer_back(designer, &e->designer, learner->by_number);
    mg_designer_step(designer);
    if (learner->config.cost_rate > 0.0)
        mg_stepper_step(&learner->cost, 0, learner->cost_gradient, mg_model_parameters(&designer->model, 0));
    learner->steps++;
}

/* ---- the released program's replica of the agents' step ---- */

/* The agents as they are before it. */
static void begin_replica(metagrad_learner *learner)
{
    const mg_model *from = learner->actor;
    mg_model *to = &learner->replica;
    const size_t copies = (size_t)from->copies,
                 moments = copies * mg_optimiser_reals(&from->stepper.config, from->count);
    memcpy(to->parameters, from->parameters, copies * from->count * sizeof(float));
    if (moments > 0)
        memcpy(to->stepper.moments, from->stepper.moments, moments * sizeof(float));
    memcpy(to->stepper.beta_power, from->stepper.beta_power, 2 * copies * sizeof(double));
    memcpy(to->stepper.steps, from->stepper.steps, copies * sizeof(uint64_t));
}

/* After the agents' step: the account of the episode that they took it on, with what the designer says now; its slopes
 * take the place of those of what was paid. */
static void step_replica(metagrad_learner *learner)
{
    const mg_designer *designer = &learner->designer;
    episode *e = &learner->now;
    const float *y = mg_designer_answers(&learner->designer, &e->designer);
    const int given = mg_designer_decisions(designer, &e->designer) * designer->numbers;
    for (int n = 0; n < given; n++)
        learner->by_number[n] = designer->low + designer->range * y[n];
    learner->source.table->account(learner->source.config, e->designer.steps, learner->ledger, learner->by_number,
                                   learner->paid, e->sensitivity);
    mg_proximal_policy_again(learner->agents, e->epsilon, learner->paid, &learner->replica);
}

static bool end_episode(void *self, int row)
{
    metagrad_learner *learner = self;
    learner->now.known = mg_proximal_policy_kept(learner->agents);
    if (learner->begun) {
        judge(learner);
        step_function(learner);
    }
    memcpy(learner->theta, learner->actor->parameters,
           (size_t)learner->actor->copies * learner->actor->count * sizeof(float));
    if (learner->config.as_released)
        begin_replica(learner);
    (void)mg_proximal_policy.end_episode(learner->agents, row);
    if (learner->config.as_released)
        step_replica(learner);
    const episode played = learner->now;
    learner->now = learner->before;
    learner->before = played;
    learner->begun = 1;
    return true;
}

static void update_counts(const void *self, uint64_t *count)
{
    const metagrad_learner *learner = self;
    int n = learner->config.agents.plain ? 1 : 2;
    mg_proximal_policy.update_counts(learner->agents, count);
    count[n++] = learner->steps;
    if (!learner->config.returns)
        count[n] = learner->designer.critic_steps;
}

/* ---- state ---- */

/* tau, which the next designer's step goes back to. */
static int list_episode(metagrad_learner *learner, mg_tensor *tensor, int room, int count)
{
    episode *e = &learner->before;
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
    metagrad_learner *learner = self;
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
    .begin_episode = begin_episode,
    .act = act,
    .give = give,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
};
