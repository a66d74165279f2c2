/* metagrad.c - Algorithm 3 of the thesis, pipelined: the designer's step goes back through the agents' step before. */
#include "algos/metagrad_learner.h"
#include "algos/metagrad_step.h"
#include "core/rl/returns.h"

#include <string.h>

/* ---- line 6: an episode, tau^ ---- */

void mg_metagrad_begin_episode(void *self, int row)
{
    mg_metagrad_learner *learner = self;
    learner->now.designer.steps = 0;
    learner->now.designer.terminated = 0;
    learner->now.known = false;
    mg_proximal_policy_keep(learner->agents, learner->now.values);
    learner->now.epsilon = mg_proximal_policy_epsilon(learner->agents);
    mg_proximal_policy.begin_episode(learner->agents, row);
}

void mg_metagrad_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    mg_proximal_policy.act(((mg_metagrad_learner *)self)->agents, batch, actions, real);
}

void mg_metagrad_give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    mg_metagrad_learner *learner = self;
    const mg_designer *designer = &learner->designer;
    for (int k = 0; k < batch->rows; k++) {
        const float *y =
            mg_designer_ask(&learner->designer, batch, actions, k, batch->memory ? batch->memory[k] : NULL);
        for (int n = 0; n < designer->numbers; n++)
            transfers[k][n] = designer->low + designer->range * y[n];
    }
}

void mg_metagrad_observe(void *self, const mg_transition *transition)
{
    mg_metagrad_learner *learner = self;
    mg_metagrad_episode *e = &learner->now;
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
static void judge(mg_metagrad_learner *learner)
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

/* ---- line 7: back through the agents' step ---- */

static mg_policy_form form_of(const mg_metagrad_learner *learner, const mg_metagrad_episode *e)
{
    return (mg_policy_form){
        .actions = learner->actions, .epsilon = e->epsilon, .explore_barred = learner->config.agents.explore_barred};
}

/* The steps of agents first .. first + agents - 1, one after the other; returns how many. */
static int pack(mg_metagrad_learner *learner, const mg_metagrad_episode *e, int first, int agents)
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
static const float *look(mg_metagrad_learner *learner, const mg_metagrad_episode *e, int network,
                         const float *parameters, int rows, bool played, mg_tape_replay *replay)
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
static void go_along(mg_metagrad_learner *learner, int network, int first, int agents)
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
static void find_by_reward(mg_metagrad_learner *learner, int network, int first, int agents)
{
    const mg_proximal_policy_config *c = &learner->config.agents;
    mg_model *actor = learner->actor;
    const mg_metagrad_episode *e = &learner->before;
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
static void find_cost(mg_metagrad_learner *learner, int decisions)
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

static void step_function(mg_metagrad_learner *learner)
{
    const mg_metagrad_episode *e = &learner->before;
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
static void begin_replica(mg_metagrad_learner *learner)
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
static void step_replica(mg_metagrad_learner *learner)
{
    const mg_designer *designer = &learner->designer;
    mg_metagrad_episode *e = &learner->now;
    const float *y = mg_designer_answers(&learner->designer, &e->designer);
    const int given = mg_designer_decisions(designer, &e->designer) * designer->numbers;
    for (int n = 0; n < given; n++)
        learner->by_number[n] = designer->low + designer->range * y[n];
    learner->source.table->account(learner->source.config, e->designer.steps, learner->ledger, learner->by_number,
                                   learner->paid, e->sensitivity);
    mg_proximal_policy_again(learner->agents, e->epsilon, learner->paid, &learner->replica);
}

/* ---- the iteration ---- */

/* Line 7, then, pipelined, line 5 of the next iteration, and line 8: tau^ becomes tau. */
bool mg_metagrad_end_episode(void *self, int row)
{
    mg_metagrad_learner *learner = self;
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
    const mg_metagrad_episode played = learner->now;
    learner->now = learner->before;
    learner->before = played;
    learner->begun = 1;
    return true;
}
