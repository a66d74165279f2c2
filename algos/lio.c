/* lio.c - Algorithm 2 of Learning to Incentivize Others; its lines are those of the thesis's box. */
#include "algos/lio_learner.h"

#include <string.h>

/* ---- lines 4 and 6: an episode, tau or tau^ ---- */

void mg_lio_learner_begin_episode(void *self, int row)
{
    (void)row;
    mg_lio_learner *learner = self;
    (learner->second_episode ? &learner->tau_hat : &learner->tau)->steps = 0;
}

void mg_lio_learner_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    mg_lio_learner *learner = self;
    mg_policy_team_act(&learner->team, batch, learner->epsilon.value, actions);
}

/* Equation 5.1's incentives: after the actions are disclosed every giver looks at its own observation and the
 * others' actions. */
static void give_rows(mg_lio_learner *learner, const mg_batch *batch, const int32_t *const *actions,
                      float *const *transfers, int giver, int first, int rows)
{
    const mg_lio_program *program = &learner->program;
    const int32_t *neighbour = program->neighbours ? batch->neighbour[giver] + first * program->neighbours : NULL;
    int agents = program->agents;
    for (int k = 0; k < rows; k++) {
        int32_t joint[MG_TEAM_ACTIONS];
        for (int i = 0; i < agents; i++)
            joint[i] = actions[i][first + k];
        mg_lio_incentive_input(program, giver,
                               batch->observation[giver] + (size_t)(first + k) * (size_t)program->policy.observation,
                               neighbour ? neighbour + k * program->neighbours : NULL, joint, 1,
                               learner->input + (size_t)k * (size_t)program->input);
    }
    mg_lio_give(program, learner->scratch, giver, learner->agent[giver].eta, rows, learner->input, neighbour,
                learner->given);
    for (int k = 0; k < rows; k++)
        for (int i = 0; i < agents; i++)
            transfers[first + k][giver * agents + i] = learner->given[k * agents + i];
}

void mg_lio_learner_give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    mg_lio_learner *learner = self;
    int rows_max = learner->program.steps_max;
    for (int k = 0; k < batch->rows; k++)
        for (int n = 0; n < learner->transfers; n++)
            transfers[k][n] = 0.0f;
    for (int giver = 0; giver < learner->config.givers; giver++)
        for (int first = 0; first < batch->rows; first += rows_max) {
            int left = batch->rows - first;
            give_rows(learner, batch, actions, transfers, giver, first, left < rows_max ? left : rows_max);
        }
}

static void add_to_record(mg_lio_learner *learner, const mg_transition *transition)
{
    for (int i = 0; i < learner->program.agents; i++) {
        double *of = learner->record + i * MG_LIO_RECORD;
        of[0] += (double)transition->reward[i];
        of[1 + transition->joint.action[i]] += (double)transition->received[i];
    }
    learner->episodes += transition->step == 0;
}

/* For critics: what was seen at the end, so far. */
static void record_end(mg_lio_learner *learner, const mg_transition *transition)
{
    mg_trajectory *of = learner->second_episode ? &learner->tau_hat : &learner->tau;
    const size_t length = (size_t)of->observation_length;
    for (int i = 0; i < of->agents; i++)
        memcpy(mg_trajectory_observation(of, i) + (size_t)of->steps * length,
               transition->after.observation + (size_t)i * length, length * sizeof(float));
    learner->ended[learner->second_episode] = transition->terminated;
}

void mg_lio_learner_observe(void *self, const mg_transition *transition)
{
    mg_lio_learner *learner = self;
    if (learner->record)
        add_to_record(learner, transition);
    if (learner->models && !learner->second_episode)
        mg_lio_models_record(learner->models, transition->step, learner->config.givers, transition->joint.transfer);
    mg_policy_team_record(learner->second_episode ? &learner->tau_hat : &learner->tau, transition);
    if (learner->criticised)
        record_end(learner, transition);
}

/* ---- line 5: policies, after tau ---- */

/* Every critic takes its step on tau; what weighs the policies' steps are its values before it. */
static void update_critics(mg_lio_learner *learner)
{
    const mg_trajectory *tau = &learner->tau;
    for (int j = 0; j < learner->program.agents; j++) {
        for (int t = 0; t < tau->steps; t++)
            learner->total[t] = mg_trajectory_reward(tau, j)[t] + mg_trajectory_received(tau, j)[t];
        mg_team_critic_learn(&learner->critic, j, tau->steps, mg_trajectory_observation(tau, j), learner->ended[0],
                             learner->total, learner->value + j * tau->steps_max);
    }
    learner->updates[2]++;
}

static void update_policies(mg_lio_learner *learner)
{
    if (learner->models) {
        mg_lio_models_fit(learner->models, &learner->tau);
        learner->updates[2]++;
    }
    if (learner->criticised)
        update_critics(learner);
    for (int j = 0; j < learner->program.agents; j++)
        mg_lio_policy_step(&learner->program, learner->scratch, &learner->agent[j], j, &learner->tau,
                           learner->epsilon.value);
    if (learner->criticised)
        mg_team_critic_follow(&learner->critic);
    learner->updates[0]++;
}

/* ---- line 7: incentive functions, after tau^ ---- */

/* What givers expected on tau^, and the targets' second step. */
static void ask_critics(mg_lio_learner *learner)
{
    const mg_trajectory *tau = &learner->tau_hat;
    for (int i = 0; i < learner->config.givers; i++)
        mg_team_critic_values(&learner->critic, i, tau->steps, mg_trajectory_observation(tau, i), learner->ended[1],
                              learner->value + (learner->program.agents + i) * tau->steps_max);
    mg_team_critic_follow(&learner->critic);
}

static void step_incentive(mg_lio_learner *learner, int giver)
{
    mg_model *incentive = &learner->incentive;
    bool costs = learner->config.cost > 0.0, separate = costs && learner->config.cost_rate > 0.0;
    float *cost_gradient = costs ? learner->cost_gradient : NULL;
    if (learner->one_episode)
        mg_lio_one_episode_gradient(&learner->program, learner->scratch, learner->agent, giver, &learner->tau,
                                    learner->epsilon.value, incentive->gradient, cost_gradient);
    else if (learner->models)
        mg_lio_models_gradient(learner->models, learner->scratch, giver, learner->agent[giver].eta, &learner->tau,
                               &learner->tau_hat, learner->epsilon.value, incentive->gradient, cost_gradient);
    else
        mg_lio_incentive_gradient(&learner->program, learner->scratch, learner->agent, giver, &learner->tau,
                                  &learner->tau_hat, incentive->gradient, cost_gradient);
    float cost = (float)learner->config.cost;
    for (size_t k = 0; costs && k < incentive->count; k++) {
        learner->cost_gradient[k] = cost * learner->cost_gradient[k];
        incentive->gradient[k] += separate ? 0.0f : learner->cost_gradient[k];
    }
    mg_model_step(incentive, giver);
    if (separate)
        mg_stepper_step(&learner->cost, giver, learner->cost_gradient, mg_model_parameters(incentive, giver));
}

/* A giver's step touches its own eta only, so the order of givers changes nothing. */
static void update_incentives(mg_lio_learner *learner)
{
    if (learner->criticised)
        ask_critics(learner);
    for (int giver = 0; giver < learner->config.givers; giver++)
        step_incentive(learner, giver);
    learner->updates[1]++;
    if (learner->models) {
        mg_lio_models_fit(learner->models, &learner->tau_hat);
        learner->updates[2]++;
    }
}

/* ---- the iteration ---- */

static void explore_less(mg_lio_learner *learner)
{
    mg_epsilon *epsilon = &learner->epsilon;
    if (learner->form.epsilon_decay > 0.0)
        epsilon->value = mg_epsilon_times(epsilon->value, learner->form.epsilon_decay, learner->config.epsilon_end);
    else
        mg_epsilon_decay(epsilon);
}

bool mg_lio_learner_end_episode(void *self, int row)
{
    (void)row;
    mg_lio_learner *learner = self;
    if (!learner->second_episode)
        update_policies(learner);
    if (!learner->second_episode && !learner->one_episode) {
        learner->second_episode = 1;
        return false;
    }
    update_incentives(learner);
    explore_less(learner);
    learner->second_episode = 0;
    return true;
}
