/* policy_team.c - all agents' policies, one after another. */
#include "core/rl/policy_team.h"
#include "core/io/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mg_policy_team_create(mg_policy_team *team, const mg_discrete_policy *policy, int agents, mg_key key)
{
    size_t count = policy->network.layout.count;
    team->policy = policy;
    team->agents = agents;
    team->key = key;
    team->theta = mg_allocate((size_t)agents * count, sizeof(float));
    team->workspace = mg_allocate(mg_tape_workspace(policy->act), sizeof(float));
    for (int i = 0; i < agents; i++) {
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, (uint32_t)i);
        mg_parameters_initialise(&policy->network.layout, &stream, team->theta + (size_t)i * count);
    }
}

void mg_policy_team_destroy(mg_policy_team *team)
{
    free(team->theta);
    free(team->workspace);
    free(team->stage);
}

void mg_policy_team_stages(mg_policy_team *team, const mg_env_spec *environment)
{
    team->stage = mg_allocate((size_t)team->agents, sizeof *team->stage);
    for (int i = 0; i < team->agents; i++)
        team->stage[i] = mg_env_agent(environment, i)->stage;
}

static void act_rows(mg_policy_team *team, const mg_batch *batch, int agent, int first, int rows, float epsilon,
                     int32_t *actions)
{
    const mg_discrete_policy *policy = team->policy;
    mg_tape_replay replay = {.rows = rows, .workspace = team->workspace};
    replay.parameters = team->theta + (size_t)agent * policy->network.layout.count;
    replay.input[0] = batch->observation[agent] + (size_t)first * (size_t)policy->observation;
    mg_tape_forward(policy->act, &replay);
    const float *probabilities = mg_tape_value(policy->act, &replay, policy->probabilities);
    mg_purpose purpose = batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    for (int k = 0; k < rows; k++) {
        float mixed[MG_TEAM_ACTIONS];
        const float *p = probabilities + (size_t)k * (size_t)policy->actions;
        int entry = first + k;
        if (batch->mode == MG_TRAIN) {
            mg_mix_with_uniform(policy->actions, epsilon, p, mixed);
            p = mixed;
        }
        mg_stream stream =
            mg_stream_at(team->key, purpose, batch->time[entry], (uint32_t)batch->row[entry], (uint32_t)agent);
        actions[entry] = team->greedy && batch->mode == MG_EVALUATE
                             ? mg_argmax(policy->actions, p)
                             : mg_random_categorical(&stream, p, policy->actions);
    }
}

void mg_policy_team_act(mg_policy_team *team, const mg_batch *batch, float epsilon, int32_t *const *actions)
{
    for (int agent = 0; agent < team->agents; agent++) {
        bool acts = !team->stage || team->stage[agent] == batch->stage;
        for (int first = 0; acts && first < batch->rows; first += team->policy->rows_max) {
            int left = batch->rows - first;
            int rows = left < team->policy->rows_max ? left : team->policy->rows_max;
            act_rows(team, batch, agent, first, rows, epsilon, actions[agent]);
        }
    }
}

void mg_policy_team_record(mg_trajectory *trajectory, const mg_transition *transition)
{
    int t = trajectory->steps++, length = trajectory->observation_length;
    size_t neighbours = (size_t)trajectory->neighbours;
    for (int i = 0; i < trajectory->agents; i++) {
        memcpy(mg_trajectory_observation(trajectory, i) + (size_t)t * (size_t)length,
               transition->before.observation + (size_t)i * (size_t)length, (size_t)length * sizeof(float));
        mg_trajectory_action(trajectory, i)[t] = transition->joint.action[i];
        mg_trajectory_reward(trajectory, i)[t] = transition->reward[i];
        mg_trajectory_received(trajectory, i)[t] = transition->received ? transition->received[i] : 0.0f;
        if (trajectory->neighbour)
            memcpy(mg_trajectory_neighbour(trajectory, i) + (size_t)t * neighbours,
                   transition->before.neighbour + (size_t)i * neighbours, neighbours * sizeof(int32_t));
    }
}
