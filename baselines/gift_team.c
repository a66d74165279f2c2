/* gift_team.c - choices and gifts are drawn together, and wait in the row's memory until they are given. */
#include "baselines/gift_team.h"
#include "core/io/memory.h"
#include "core/num/scalar_math.h"
#include "core/rl/exploration.h"
#include "core/rl/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool mg_gift_team_fits(const char *learner, const mg_env_spec *environment, bool continuous, double gift,
                       mg_error *error)
{
    const mg_transfer_spec *transfer = &environment->transfer;
    const int actions = mg_env_agent(environment, 0)->actions;
    if (!(mg_needs_offered(environment) & MG_NEED_GIFTS))
        return true; /* the need will say so */
    if (transfer->low > 0.0f || (double)transfer->high < gift)
        return mg_fail(error, MG_EXIT_USAGE, "%s gives 0 to %g, but %s lets agents give %g to %g", learner, gift,
                       environment->name, (double)transfer->low, (double)transfer->high);
    if (environment->agents > MG_GIFT_AGENTS)
        return mg_fail(error, MG_EXIT_USAGE, "%s is for %d agents at most, but %s has %d", learner, MG_GIFT_AGENTS,
                       environment->name, environment->agents);
    if (!continuous && actions << (environment->agents - 1) > MG_GIFT_CHOICES)
        return mg_fail(error, MG_EXIT_USAGE,
                       "%s chooses among at most %d actions with gifts, but of %s it would have %d", learner,
                       MG_GIFT_CHOICES, environment->name, actions << (environment->agents - 1));
    return true;
}

/* Row memory: [agent] choices, then [giver][other] numbers u. */
static int32_t *choices_in(void *memory)
{
    return memory;
}

static float *drawn_in(void *memory, int agents)
{
    return (float *)((int32_t *)memory + agents);
}

size_t mg_gift_team_memory(const mg_env_spec *environment)
{
    const size_t agents = (size_t)environment->agents, givers = (size_t)environment->transfer.givers;
    return agents * sizeof(int32_t) + givers * (agents - 1) * sizeof(float);
}

static void initialise(mg_gift_team *team, int agent)
{
    const mg_gift_program *program = &team->program;
    const mg_layout *policy = &mg_gift_policy(program, agent)->network.layout;
    mg_stream stream = mg_stream_at(team->key, MG_PURPOSE_PARAMETERS, 0, 0, (uint32_t)agent);
    mg_parameters_initialise(policy, &stream, team->theta[agent]);
    if (!mg_gift_draws(program, agent))
        return;
    stream = mg_stream_at(team->key, MG_PURPOSE_PARAMETERS, 0, 0, (uint32_t)(program->shape.agents + agent));
    mg_parameters_initialise(&program->mean_network.layout, &stream, team->theta[agent] + policy->count);
}

void mg_gift_team_create(mg_gift_team *team, const mg_gift_shape *shape, double gift, const mg_env_spec *environment,
                         mg_key key)
{
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    mg_gift_shape whole = *shape;
    whole.agents = environment->agents;
    whole.givers = shape->plain ? 0 : environment->transfer.givers;
    whole.observation = agent->observation;
    whole.actions = agent->actions;
    mg_gift_program_create(&team->program, &whole);
    team->scratch = mg_gift_scratch_create(&team->program);
    team->key = key;
    team->gift = gift;
    team->transfers = environment->transfer.givers * environment->transfer.numbers_per_giver;
    for (int i = 0; i < whole.agents; i++)
        team->count += mg_gift_count(&team->program, i);
    float *next = mg_allocate(team->count, sizeof *next);
    for (int i = 0; i < whole.agents; i++) {
        team->theta[i] = next;
        next += mg_gift_count(&team->program, i);
        team->stage[i] = mg_env_agent(environment, i)->stage;
        initialise(team, i);
    }
    team->seen = whole.kind ? mg_allocate((size_t)whole.rows_max * (size_t)team->program.seen, sizeof(float)) : NULL;
    const size_t giver = mg_tape_workspace(team->program.giver.act),
                 receiver = mg_tape_workspace(team->program.receiver.act);
    team->workspace = mg_allocate(giver > receiver ? giver : receiver, sizeof(float));
}

void mg_gift_team_destroy(mg_gift_team *team)
{
    free(team->workspace);
    free(team->seen);
    free(team->theta[0]);
    mg_gift_scratch_destroy(team->scratch);
    mg_gift_program_destroy(&team->program);
}

/* ---- playing ---- */

static void draw_gifts(mg_gift_team *team, const mg_batch *batch, int agent, int entry, const float *mean,
                       mg_stream *stream)
{
    const int others = team->program.others;
    for (int k = 0; k < others; k++) {
        const float u = mean[k] + mg_random_normal(stream);
        drawn_in(batch->memory[entry], team->program.shape.agents)[agent * others + k] = u;
        if (batch->mode == MG_TRAIN)
            team->u[agent * others + k] = u;
    }
}

static mg_purpose purpose_of(const mg_batch *batch)
{
    return batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
}

/* One agent in one entry. */
static void draw(mg_gift_team *team, const mg_batch *batch, int agent, int entry, const float *probabilities,
                 float epsilon, const float *mean)
{
    const int choices = mg_gift_policy(&team->program, agent)->actions;
    mg_stream stream =
        mg_stream_at(team->key, purpose_of(batch), batch->time[entry], (uint32_t)batch->row[entry], (uint32_t)agent);
    float mixed[MG_GIFT_CHOICES];
    mg_mix_with_uniform(choices, batch->mode == MG_TRAIN ? epsilon : 0.0f, probabilities, mixed);
    const int32_t choice = mg_random_categorical(&stream, mixed, choices);
    choices_in(batch->memory[entry])[agent] = choice;
    if (batch->mode == MG_TRAIN)
        team->choice[agent] = choice;
    if (mean)
        draw_gifts(team, batch, agent, entry, mean, &stream);
}

static void act_rows(mg_gift_team *team, const mg_batch *batch, int agent, int first, int rows, float epsilon,
                     int32_t *actions)
{
    const mg_gift_program *program = &team->program;
    const mg_discrete_policy *policy = mg_gift_policy(program, agent);
    const float *observation = batch->observation[agent] + (size_t)first * (size_t)program->shape.observation;
    mg_tape_replay replay = {.rows = rows, .workspace = team->workspace, .parameters = team->theta[agent]};
    replay.input[0] = observation;
    mg_tape_forward(policy->act, &replay);
    const float *probabilities = mg_tape_value(policy->act, &replay, policy->probabilities), *mean = NULL;
    if (mg_gift_draws(program, agent) && !program->shape.kind)
        mean = mg_gift_means(program, team->scratch, rows, team->theta[agent], observation);
    for (int k = 0; k < rows; k++) {
        draw(team, batch, agent, first + k, probabilities + (size_t)k * (size_t)policy->actions, epsilon,
             mean ? mean + (size_t)k * (size_t)program->others : NULL);
        actions[first + k] = choices_in(batch->memory[first + k])[agent] % program->shape.actions;
    }
}

void mg_gift_team_act(mg_gift_team *team, const mg_batch *batch, float epsilon, int32_t *const *actions)
{
    const mg_gift_shape *shape = &team->program.shape;
    for (int agent = 0; agent < shape->agents; agent++)
        for (int first = 0; team->stage[agent] == batch->stage && first < batch->rows; first += shape->rows_max) {
            int left = batch->rows - first;
            act_rows(team, batch, agent, first, left < shape->rows_max ? left : shape->rows_max, epsilon,
                     actions[agent]);
        }
}

static void draw_rows(mg_gift_team *team, const mg_batch *batch, const int32_t *const *actions, int giver, int first,
                      int rows)
{
    const mg_gift_program *program = &team->program;
    const int agents = program->shape.agents;
    for (int k = 0; k < rows; k++) {
        int32_t joint[MG_GIFT_AGENTS];
        for (int i = 0; i < agents; i++)
            joint[i] = actions[i][first + k];
        mg_gift_seen(program, giver,
                     batch->observation[giver] + (size_t)(first + k) * (size_t)program->shape.observation, joint, 1,
                     team->seen + (size_t)k * (size_t)program->seen);
    }
    const float *mean = mg_gift_means(program, team->scratch, rows, team->theta[giver], team->seen);
    for (int k = 0; k < rows; k++) {
        const int entry = first + k;
        mg_stream stream = mg_stream_at(team->key, purpose_of(batch), batch->time[entry], (uint32_t)batch->row[entry],
                                        (uint32_t)(agents + giver));
        draw_gifts(team, batch, giver, entry, mean + (size_t)k * (size_t)program->others, &stream);
    }
}

void mg_gift_team_draw(mg_gift_team *team, const mg_batch *batch, const int32_t *const *actions)
{
    const mg_gift_shape *shape = &team->program.shape;
    for (int giver = 0; giver < shape->givers; giver++)
        for (int first = 0; first < batch->rows; first += shape->rows_max) {
            int left = batch->rows - first;
            draw_rows(team, batch, actions, giver, first, left < shape->rows_max ? left : shape->rows_max);
        }
}

void mg_gift_team_give(const mg_gift_team *team, const mg_batch *batch, float *const *transfers)
{
    const mg_gift_shape *shape = &team->program.shape;
    const int others = team->program.others;
    for (int entry = 0; entry < batch->rows; entry++) {
        const int32_t *choice = choices_in(batch->memory[entry]);
        const float *u = drawn_in(batch->memory[entry], shape->agents);
        memset(transfers[entry], 0, (size_t)team->transfers * sizeof(float));
        for (int giver = 0; giver < shape->givers; giver++)
            for (int k = 0; k < others; k++) {
                const int to = k < giver ? k : k + 1;
                const bool chosen = choice[giver] / shape->actions >> k & 1;
                transfers[entry][giver * shape->agents + to] =
                    (float)team->gift * (shape->continuous ? mg_sigmoid_float(u[giver * others + k])
                                         : chosen          ? 1.0f
                                                           : 0.0f);
            }
    }
}

/* ---- recording ---- */

void mg_gift_team_record(const mg_gift_team *team, const mg_transition *transition, double cost,
                         mg_trajectory *trajectory, float *u)
{
    const mg_gift_shape *shape = &team->program.shape;
    const size_t length = (size_t)shape->observation, others = (size_t)team->program.others;
    const size_t t = (size_t)trajectory->steps++, rows = (size_t)trajectory->steps_max;
    for (int i = 0; i < shape->agents; i++) {
        memcpy(mg_trajectory_observation(trajectory, i) + t * length,
               transition->before.observation + (size_t)i * length, length * sizeof(float));
        mg_trajectory_action(trajectory, i)[t] = team->choice[i];
        mg_trajectory_reward(trajectory, i)[t] =
            shape->plain ? transition->reward[i]
                         : transition->reward[i] + transition->received[i] - (float)cost * transition->paid[i];
        if (mg_gift_draws(&team->program, i))
            memcpy(u + ((size_t)i * rows + t) * others, team->u + (size_t)i * others, others * sizeof(float));
    }
}

mg_gift_rows mg_gift_team_rows(const mg_gift_team *team, int agent, const mg_trajectory *trajectory, const float *u)
{
    const bool draws = mg_gift_draws(&team->program, agent), aware = draws && team->program.shape.kind;
    for (int t = 0; aware && t < trajectory->steps; t++)
        mg_gift_seen(&team->program, agent,
                     mg_trajectory_observation(trajectory, agent) + (size_t)t * (size_t)trajectory->observation_length,
                     trajectory->action + t, trajectory->steps_max,
                     team->seen + (size_t)t * (size_t)team->program.seen);
    return (mg_gift_rows){.agent = agent,
                          .rows = trajectory->steps,
                          .theta = team->theta[agent],
                          .observation = mg_trajectory_observation(trajectory, agent),
                          .choice = mg_trajectory_action(trajectory, agent),
                          .seen = aware ? team->seen : NULL,
                          .u = draws ? u + (size_t)agent * (size_t)trajectory->steps_max * (size_t)team->program.others
                                     : NULL};
}

int mg_gift_team_tensors(mg_gift_team *team, mg_tensor *tensor, int room, int count)
{
    for (int i = 0; i < team->program.shape.agents; i++) {
        const mg_layout *policy = &mg_gift_policy(&team->program, i)->network.layout;
        char name[24];
        snprintf(name, sizeof name, "agent %d", i);
        count = mg_list_block(policy, team->theta[i], MG_KIND_POLICIES, name, tensor, room, count);
        snprintf(name, sizeof name, "agent %d gift", i);
        if (mg_gift_draws(&team->program, i))
            count = mg_list_block(&team->program.mean_network.layout, team->theta[i] + policy->count,
                                  MG_KIND_INCENTIVES, name, tensor, room, count);
    }
    return count;
}
