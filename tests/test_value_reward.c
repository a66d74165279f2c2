/* Value-parameter sharing with the team's reward: what its models look at and how they are fitted, whose rewards the
 * policies learn from, consensus on critics and models by hand, one step of an actor by hand. */
#include "baselines/value_reward_sharing.h"
#include "core/io/config.h"
#include "core/num/isa.h"
#include "core/num/scalar_math.h"
#include "core/rl/rollout.h"
#include "envs/predation.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 5, STEPS = 30, INPUTS = AGENTS + 2 * AGENTS };

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static mg_value_reward_sharing_config small(int iterations)
{
    mg_sharing_config proximal = mg_sharing_default(1e-4);
    proximal.hidden_1 = 16;
    proximal.hidden_2 = 8;
    proximal.iterations = iterations;
    return mg_value_reward_sharing_default(&proximal);
}

static mg_predation_config game_of(double range)
{
    mg_predation_config game = mg_predation_default(AGENTS);
    game.range = range;
    return game;
}

static mg_rollout *start(const mg_value_reward_sharing_config *config, const mg_predation_config *game)
{
    mg_error error = {0};
    mg_rollout_config setup = {.environment = &mg_predation,
                               .environment_config = game,
                               .learner = &mg_value_reward_sharing,
                               .learner_config = config,
                               .key = {9984, 1},
                               .evaluation_rows = 3};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (!rollout)
        tap_ok(false, "%s", error.text);
    return rollout;
}

static mg_value_reward_learner *train(mg_rollout *rollout, uint64_t units)
{
    while (mg_rollout_count(rollout).units < units)
        mg_rollout_train_step(rollout);
    return mg_rollout_learner_self(rollout);
}

static float *copy(const float *from, size_t count)
{
    float *to = malloc(count * sizeof *to);
    memcpy(to, from, count * sizeof *to);
    return to;
}

/* What a network says on rows of input. */
static void outputs_of(const mg_model *network, const float *theta, const float *input, float *output)
{
    float *workspace = calloc(mg_tape_workspace(network->tape), sizeof *workspace);
    mg_tape_replay replay = {.rows = STEPS, .parameters = theta, .workspace = workspace, .input = {input}};
    mg_tape_forward(network->tape, &replay);
    memcpy(output, mg_tape_value(network->tape, &replay, network->output),
           (size_t)STEPS * (size_t)mg_tape_columns(network->tape, network->output) * sizeof *output);
    free(workspace);
}

/* The model's input by its definition: the observation, then for agents 0.. a pair of numbers, 1 for what was played.
 */
static void write_input(const mg_sharing *core, int agent, float *input)
{
    for (int t = 0; t < STEPS; t++)
        for (int k = 0; k < INPUTS; k++) {
            int other = (k - AGENTS) / 2, action = (k - AGENTS) % 2;
            input[t * INPUTS + k] = k < AGENTS ? mg_trajectory_observation(&core->episode, agent)[t * AGENTS + k]
                                    : mg_trajectory_action(&core->episode, other)[t] == action ? 1.0f
                                                                                               : 0.0f;
        }
}

/* ---- what is fitted, and what the policies learn from ---- */

/* used against sum_l (gamma lambda)^l (R_{t+l} + gamma V_{t+l+1} - V_{t+l}), R the model's or the own rewards. */
static double worst_used(const mg_sharing *core, int agent, const float *reward)
{
    double worst = 0.0;
    const float *value = core->value + agent * (STEPS + 1);
    for (int t = 0; t < STEPS; t++) {
        double sum = 0.0, weight = 1.0;
        for (int k = t; k < STEPS; k++, weight *= 0.99 * 0.98) {
            double after = k + 1 < STEPS ? (double)value[k + 1] : 0.0;
            sum += weight * ((double)reward[k] + 0.99 * after - (double)value[k]);
        }
        double off = size_of(sum - (double)core->used[agent * STEPS + t]);
        worst = off > worst ? off : worst;
    }
    return worst;
}

/* Adam's first step from zero moments: rate times gradient / (|gradient| + epsilon), so that the step's sign and size
 * are known where the gradient is known by a difference of the loss. */
static int wrong_steps(const mg_model *network, const float *before, const float *after, const float *input,
                       const float *target, double rate, int *tried)
{
    size_t count = network->count;
    float *theta = copy(before, count), value[STEPS];
    int wrong = 0;
    *tried = 0;
    for (size_t k = 0; k < count; k += 7) {
        double loss[2] = {0.0, 0.0}, moved = (double)after[k] - (double)before[k];
        for (int side = 0; side < 2; side++) {
            theta[k] = before[k] + (side ? 0.01f : -0.01f);
            outputs_of(network, theta, input, value);
            for (int t = 0; t < STEPS; t++)
                loss[side] += ((double)value[t] - (double)target[t]) * ((double)value[t] - (double)target[t]) / STEPS;
        }
        theta[k] = before[k];
        if (size_of(loss[1] - loss[0]) < 1e-3)
            continue; /* too flat to tell the sign */
        *tried += 1;
        wrong += size_of(moved + (loss[1] > loss[0] ? rate : -rate)) > 0.01 * rate;
    }
    free(theta);
    return wrong;
}

static void test_models(void)
{
    mg_value_reward_sharing_config config = small(1);
    config.reward_rate = 3e-3;
    mg_predation_config game = game_of(0.0); /* nobody talks: no consensus */
    mg_rollout *rollout = start(&config, &game);
    mg_value_reward_learner *learner = mg_rollout_learner_self(rollout);
    size_t count = learner->model.count;
    float *before = copy(learner->model.parameters, AGENTS * count), input[STEPS * INPUTS], modelled[STEPS];
    tap_ok(learner->network.inputs == INPUTS && learner->network.outputs == 1,
           "a model sees the state and who did what");
    train(rollout, 1);
    double worst = 0.0, of_own = 0.0;
    int wrong = 0, tried = 0, all = 0;
    for (int i = 0; i < AGENTS; i++) {
        const float *reward = mg_trajectory_reward(&learner->core.episode, i);
        write_input(&learner->core, i, input);
        outputs_of(&learner->model, before + (size_t)i * count, input, modelled);
        double off = worst_used(&learner->core, i, modelled), own = worst_used(&learner->core, i, reward);
        worst = off > worst ? off : worst;
        of_own = own > of_own ? own : of_own;
        wrong += wrong_steps(&learner->model, before + (size_t)i * count, learner->model.parameters + (size_t)i * count,
                             input, reward, 3e-3, &tried);
        all += tried;
    }
    tap_ok(worst < 1e-4, "policies use the advantages of the modelled rewards: %.1e off", worst);
    tap_ok(of_own > 1.0, "mutation: which are not those of the own rewards: %.1e", of_own);
    tap_ok(wrong == 0 && all > 100, "models go one step down their squared error from the own rewards: %d of %d wrong",
           wrong, all);
    free(before);
    before = copy(learner->model.parameters, AGENTS * count);
    train(rollout, 2);
    write_input(&learner->core, AGENTS - 1, input);
    outputs_of(&learner->model, before + (AGENTS - 1) * count, input, modelled);
    tap_ok(worst_used(&learner->core, AGENTS - 1, modelled) < 1e-4, "and in the next episode those of that one");
    free(before);
    mg_rollout_destroy(rollout);
}

/* Where rewards are scaled, it is the scaled ones that models come to tell. */
static void test_scaled_rewards(void)
{
    mg_value_reward_sharing_config config = small(3);
    config.reward_rate = 1e-2;
    config.proximal.actor_rate = 0.0;
    config.proximal.reward_scale = 0.25;
    mg_predation_config game = game_of(0.0); /* nobody talks: an agent's model is of its own reward */
    mg_rollout *rollout = start(&config, &game);
    mg_value_reward_learner *learner = train(rollout, 400);
    double scaled = 0.0, whole = 0.0;
    float input[STEPS * INPUTS], modelled[STEPS];
    write_input(&learner->core, 0, input);
    outputs_of(&learner->model, learner->model.parameters, input, modelled);
    for (int t = 0; t < STEPS; t++) {
        double own = (double)mg_trajectory_reward(&learner->core.episode, 0)[t], said = (double)modelled[t];
        scaled += (said - 0.25 * own) * (said - 0.25 * own) / STEPS;
        whole += (said - own) * (said - own) / STEPS;
    }
    tap_ok(scaled < 0.1 * whole, "models tell scaled rewards, %.3f off, not whole ones, %.3f", scaled, whole);
    mg_rollout_destroy(rollout);
}

static void test_fit(void)
{
    mg_value_reward_sharing_config config = small(3);
    config.reward_rate = 1e-2;
    config.proximal.actor_rate = 0.0; /* the policies stay: only the models learn */
    mg_predation_config game = game_of(1.0);
    mg_rollout *rollout = start(&config, &game);
    mg_value_reward_learner *learner = train(rollout, 400);
    double error = 0.0, team = 0.0;
    float input[STEPS * INPUTS], modelled[STEPS];
    write_input(&learner->core, 0, input);
    outputs_of(&learner->model, learner->model.parameters, input, modelled);
    for (int t = 0; t < STEPS; t++) {
        double wanted = 0.0, own = (double)mg_trajectory_reward(&learner->core.episode, 0)[t];
        for (int j = 0; j < AGENTS; j++)
            wanted += (double)mg_trajectory_reward(&learner->core.episode, j)[t] / AGENTS;
        team += ((double)modelled[t] - wanted) * ((double)modelled[t] - wanted) / STEPS;
        error += ((double)modelled[t] - own) * ((double)modelled[t] - own) / STEPS;
    }
    tap_ok(team < 0.3 * error, "agreed on by all, a model tells the team's mean reward, %.3f off, not its own, %.3f",
           team, error);
    mg_rollout_destroy(rollout);
}

/* ---- consensus ---- */

/* The mean over steps of each step's Metropolis matrix, from the environment's graph, which goes both ways. */
static void weights(const mg_sharing *core, double w[AGENTS][AGENTS])
{
    memset(w, 0, AGENTS * sizeof *w);
    for (int t = 0; t < STEPS; t++) {
        double degree[AGENTS] = {0};
        for (int i = 0; i < AGENTS; i++)
            for (int j = 0; j < AGENTS; j++)
                degree[i] += mg_sharing_talks(core, t, i)[j];
        for (int i = 0; i < AGENTS; i++)
            for (int j = 0; j < AGENTS; j++)
                if (mg_sharing_talks(core, t, i)[j])
                    w[i][j] += 1.0 / (1.0 + (degree[i] > degree[j] ? degree[i] : degree[j])) / STEPS;
    }
    for (int i = 0; i < AGENTS; i++) {
        w[i][i] = 1.0;
        for (int j = 0; j < AGENTS; j++)
            w[i][i] -= j == i ? 0.0 : w[i][j];
    }
}

static double worst_average(double w[AGENTS][AGENTS], const float *alone, const float *together, size_t count)
{
    double worst = 0.0;
    for (int i = 0; i < AGENTS; i++)
        for (size_t k = 0; k < count; k++) {
            double wanted = 0.0;
            for (int j = 0; j < AGENTS; j++)
                wanted += w[i][j] * (double)alone[(size_t)j * count + k];
            double off = size_of(wanted - (double)together[(size_t)i * count + k]);
            worst = off > worst ? off : worst;
        }
    return worst;
}

static void test_consensus(void)
{
    mg_value_reward_sharing_config config = small(1);
    mg_predation_config apart = game_of(0.0), near = game_of(0.3);
    mg_rollout *quiet = start(&config, &apart), *talking = start(&config, &near);
    mg_value_reward_learner *alone = train(quiet, 1), *together = train(talking, 1);
    size_t models = alone->model.count, critics = alone->core.critic.count;
    size_t actors = alone->core.actor.count * AGENTS;
    double w[AGENTS][AGENTS], one[AGENTS][AGENTS] = {{0}};
    weights(&together->core, w);
    for (int i = 0; i < AGENTS; i++)
        one[i][i] = 1.0;
    tap_ok(w[0][0] < 0.95, "agents hear from others");
    tap_ok(worst_average(w, alone->model.parameters, together->model.parameters, models) < 1e-6,
           "models are the Metropolis mean by hand");
    tap_ok(worst_average(w, alone->core.critic.parameters, together->core.critic.parameters, critics) < 1e-6,
           "critics too");
    tap_ok(worst_average(one, alone->model.parameters, together->model.parameters, models) > 1e-3,
           "mutation: which is not the own model");
    tap_ok(!memcmp(alone->core.actor.parameters, together->core.actor.parameters, actors * sizeof(float)),
           "no actor is averaged");
    mg_rollout_destroy(quiet);
    mg_rollout_destroy(talking);
}

/* ---- one step of an actor ---- */

static void test_actor(void)
{
    mg_value_reward_sharing_config config = small(1);
    mg_predation_config game = game_of(0.3);
    mg_rollout *rollout = start(&config, &game);
    mg_value_reward_learner *learner = mg_rollout_learner_self(rollout);
    mg_sharing *core = &learner->core;
    size_t count = core->actor.count, last = AGENTS - 1;
    float *before = copy(core->actor.parameters + last * count, count), *theta = copy(before, count), logit[2 * STEPS];
    train(rollout, 1);
    const float *after = core->actor.parameters + last * count, *used = core->used + last * STEPS;
    const float *seen = mg_trajectory_observation(&core->episode, (int)last);
    int wrong = 0, tried = 0;
    /* In the first iteration every ratio is 1, so that the objective's slope is that of mean(used log pi). */
    for (size_t k = 0; k < count; k += 2) {
        double objective[2] = {0.0, 0.0}, moved = (double)after[k] - (double)before[k];
        for (int side = 0; side < 2; side++) {
            theta[k] = before[k] + (side ? 0.01f : -0.01f);
            outputs_of(&core->actor, theta, seen, logit);
            for (int t = 0; t < STEPS; t++) {
                double x = (double)logit[2 * t], y = (double)logit[2 * t + 1];
                double chosen = mg_trajectory_action(&core->episode, (int)last)[t] ? y : x;
                objective[side] += (double)used[t] * (chosen - mg_log(mg_exp(x) + mg_exp(y))) / STEPS;
            }
        }
        theta[k] = before[k];
        if (size_of(objective[1] - objective[0]) < 1e-4)
            continue;
        tried++;
        wrong += size_of(moved - (objective[1] > objective[0] ? 1e-4 : -1e-4)) > 1e-6;
    }
    tap_ok(wrong == 0 && tried > 40, "an actor goes up the used advantages' objective: %d of %d wrong", wrong, tried);
    free(before);
    free(theta);
    mg_rollout_destroy(rollout);
}

static void test_config(void)
{
    mg_sharing_config proximal = mg_sharing_default(1e-4);
    proximal.critic_rate = 7e-4;
    mg_value_reward_sharing_config config = mg_value_reward_sharing_default(&proximal);
    mg_predation_config game = game_of(0.3);
    mg_rollout *rollout = start(&config, &game);
    mg_value_reward_learner *learner = train(rollout, 2);
    uint64_t count[MG_UPDATES_MAX] = {0};
    mg_value_reward_sharing.update_counts(learner, count);
    tap_ok(config.reward_rate == 7e-4, "models learn at the rate of the critics");
    tap_ok(count[0] == 6 && count[1] == 6 && count[2] == 6 && count[3] == 6, "two episodes: six updates of each kind");
    mg_rollout_destroy(rollout);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_models();
    test_scaled_rewards();
    test_fit();
    test_consensus();
    test_actor();
    test_config();
    return tap_done();
}
