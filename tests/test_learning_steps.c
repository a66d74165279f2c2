/* One episode of proximal learning against a second, plain version of it in binary64: networks of nested loops,
 * losses as sums, gradients by central differences, Adam as in its paper. What it does not use is the code under
 * test. */
#include "algos/anticipation.h"
#include "baselines/independent_proximal.h"
#include "baselines/policy_sharing.h"
#include "baselines/team_advantage.h"
#include "baselines/value_parameter_sharing.h"
#include "baselines/value_sharing.h"
#include "core/num/isa.h"
#include "core/num/scalar_math.h"
#include "core/rl/rollout.h"
#include "envs/predation.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 5, STEPS = 30, HIDDEN_1 = 6, HIDDEN_2 = 4, PARAMETERS = 300 };

static const mg_predation_config game = {.agents = AGENTS,
                                         .steps = STEPS,
                                         .width = 30.0,
                                         .range = 0.3,
                                         .scale = 1.0 / 30.0,
                                         .near = 2.0,
                                         .reward_all = -1.0,
                                         .reward_none = -3.0,
                                         .reward_cooperate = -4.0,
                                         .reward_defect = 0.0};

/* Rates so large that in a second iteration some ratios are clipped. */
static mg_anticipation_config settings(int iterations)
{
    mg_anticipation_config config = mg_anticipation_continuous_paper();
    config.proximal.hidden_1 = HIDDEN_1;
    config.proximal.hidden_2 = HIDDEN_2;
    config.proximal.iterations = iterations;
    config.proximal.critic_rate = 0.01;
    config.proximal.actor_rate = 0.1;
    return config;
}

/* All agents of predation observe the same numbers: here they remember different ones. */
static bool end_blurred(void *self, int row)
{
    mg_sharing *core = self;
    for (int i = 0; i < AGENTS; i++)
        for (int n = 0; n < STEPS * AGENTS; n++)
            mg_trajectory_observation(&core->episode, i)[n] += 0.125f * (float)(i - 2);
    return mg_sharing_end_episode(self, row);
}

/* A learner after so many episodes: two of one seed play the same first one. */
static mg_rollout *after_as_seen(const mg_learner_table *learner, const mg_anticipation_config *config,
                                 uint64_t episodes)
{
    mg_error error = {0};
    mg_rollout_config setup = {.environment = &mg_predation,
                               .environment_config = &game,
                               .learner = learner,
                               .learner_config = config,
                               .key = {9986, 4},
                               .evaluation_rows = 2};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (!rollout) {
        tap_ok(false, "%s: %s", learner->name, error.text);
        exit(tap_done());
    }
    while (mg_rollout_count(rollout).units < episodes)
        mg_rollout_train_step(rollout);
    return rollout;
}

static mg_rollout *after(const mg_learner_table *learner, const mg_anticipation_config *config, uint64_t episodes)
{
    enum { MOST = 100 };
    static mg_learner_table blurred[MOST]; /* they must outlive their rollouts */
    static int used;
    if (used == MOST)
        exit(3);
    blurred[used] = *learner;
    blurred[used].end_episode = end_blurred;
    return after_as_seen(&blurred[used++], config, episodes);
}

static mg_sharing *core_of(mg_rollout *rollout)
{
    return mg_rollout_learner_self(rollout);
}

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* ---- the second version ---- */

static void layer(const double *theta, int inputs, int outputs, const double *x, bool relu, double *y)
{
    for (int o = 0; o < outputs; o++) {
        y[o] = theta[inputs * outputs + o];
        for (int i = 0; i < inputs; i++)
            y[o] += x[i] * theta[i * outputs + o];
        if (relu && y[o] < 0.0)
            y[o] = 0.0;
    }
}

static void network(const double *theta, int outputs, const float *observation, double *y)
{
    double x[AGENTS], first[HIDDEN_1], second[HIDDEN_2];
    for (int i = 0; i < AGENTS; i++)
        x[i] = (double)observation[i];
    layer(theta, AGENTS, HIDDEN_1, x, true, first);
    theta += (AGENTS + 1) * HIDDEN_1;
    layer(theta, HIDDEN_1, HIDDEN_2, first, true, second);
    theta += (HIDDEN_1 + 1) * HIDDEN_2;
    layer(theta, HIDDEN_2, outputs, second, false, y);
}

/* Probability of the action that the agent played at step t, under a network of one head of two actions. */
static double chance(const double *theta, const mg_trajectory *episode, int agent, int t)
{
    double logit[2];
    network(theta, 2, mg_trajectory_observation(episode, agent) + t * AGENTS, logit);
    int action = mg_trajectory_action(episode, agent)[t];
    return 1.0 / (1.0 + mg_exp(logit[1 - action] - logit[action]));
}

/* What a loss or an objective is about. */
typedef struct question {
    const mg_sharing *core;
    int agent;
    const double *played; /* policy: the parameters that played */
    const float *advantage;
} question;
typedef double answer(const question *about, const double *theta);

/* Equation 17: the mean of (V - return)^2. */
static double critic_loss(const question *about, const double *theta)
{
    const mg_trajectory *episode = &about->core->episode;
    const float *reward = mg_trajectory_reward(episode, about->agent);
    double sum = 0.0, discounted = 0.0;
    for (int t = STEPS - 1; t >= 0; t--) {
        double value;
        discounted = (double)reward[t] + 0.99 * discounted;
        network(theta, 1, mg_trajectory_observation(episode, about->agent) + t * AGENTS, &value);
        sum += (value - discounted) * (value - discounted);
    }
    return sum / STEPS;
}

/* The clipped objective, descended. */
static double policy_loss(const question *about, const double *theta)
{
    double sum = 0.0;
    for (int t = 0; t < STEPS; t++) {
        double ratio = chance(theta, &about->core->episode, about->agent, t) /
                       chance(about->played, &about->core->episode, about->agent, t);
        double held = ratio < 0.8 ? 0.8 : ratio > 1.2 ? 1.2 : ratio, weight = (double)about->advantage[t];
        sum += ratio * weight < held * weight ? ratio * weight : held * weight;
    }
    return -sum / STEPS;
}

static void widen(const float *from, size_t count, double *to)
{
    for (size_t k = 0; k < count; k++)
        to[k] = (double)from[k];
}

static void slopes(answer *loss, const question *about, const double *theta, size_t count, double *gradient)
{
    double moved[PARAMETERS];
    memcpy(moved, theta, count * sizeof *moved);
    for (size_t k = 0; k < count; k++) {
        moved[k] = theta[k] + 1e-6;
        double up = loss(about, moved);
        moved[k] = theta[k] - 1e-6;
        gradient[k] = (up - loss(about, moved)) / 2e-6;
        moved[k] = theta[k];
    }
}

/* How far first moments are from keep * before + 0.1 * gradient, by the largest gradient. */
static double moment_error(const float *moments, const float *before, const double *gradient, size_t count)
{
    double worst = 0.0, largest = 0.0;
    for (size_t k = 0; k < count; k++) {
        double wanted = 0.1 * gradient[k] + (before ? 0.9 * (double)before[k] : 0.0);
        worst = larger(worst, size_of((double)moments[k] - wanted));
        largest = larger(largest, size_of(gradient[k]));
    }
    return worst / largest;
}

/* How far a first step of Adam, by these gradients, is from the one taken; by the rate. */
static double step_error(const double *from, const float *to, const double *gradient, size_t count, double rate)
{
    double worst = 0.0;
    for (size_t k = 0; k < count; k++) {
        if (size_of(gradient[k]) < 1e-4)
            continue; /* a step of the rate's size in a direction that rounding decides */
        double wanted = from[k] - rate * gradient[k] / (size_of(gradient[k]) + 1e-8);
        worst = larger(worst, size_of((double)to[k] - wanted));
    }
    return worst / rate;
}

/* ---- critic ---- */

static void test_critic(const mg_learner_table *learner, bool agrees)
{
    mg_anticipation_config once = settings(1), twice = settings(2);
    mg_rollout *start = after(learner, &once, 0), *one = after(learner, &once, 1), *two = after(learner, &twice, 1);
    size_t count = core_of(one)->critic.count;
    double theta[PARAMETERS], gradient[PARAMETERS], first = 0.0, step = 0.0, second = 0.0, value_off = 0.0;
    for (int i = 0; i < AGENTS; i++) {
        question about = {.core = core_of(one), .agent = i};
        const float *moments = mg_stepper_moments(&core_of(one)->critic.stepper, i);
        const float *now = core_of(one)->critic.parameters + (size_t)i * count;
        widen(core_of(start)->critic.parameters + (size_t)i * count, count, theta);
        slopes(critic_loss, &about, theta, count, gradient);
        first = larger(first, moment_error(moments, NULL, gradient, count));
        step = larger(step, step_error(theta, now, gradient, count, 0.01));
        for (int t = 0; t < STEPS; t++) {
            double value;
            network(theta, 1, mg_trajectory_observation(&about.core->episode, i) + t * AGENTS, &value);
            value_off = larger(value_off, size_of(value - (double)about.core->value[i * (STEPS + 1) + t]));
        }
        widen(now, count, theta);
        slopes(critic_loss, &about, theta, count, gradient);
        second = larger(second,
                        moment_error(mg_stepper_moments(&core_of(two)->critic.stepper, i), moments, gradient, count));
    }
    tap_ok(first < 1e-5, "%s: a critic descends the mean of (V - return)^2: %.1e off", learner->name, first);
    tap_ok(agrees ? step > 0.1 : step < 1e-4, "%s: its first step is Adam's%s: %.1e off", learner->name,
           agrees ? ", and then it is averaged" : "", step);
    tap_ok(second < 1e-5, "%s: the second iteration too: %.1e off", learner->name, second);
    tap_ok(value_off < 1e-5, "%s: values, and so advantages, are from before the step: %.1e off", learner->name,
           value_off);
    mg_rollout_destroy(start);
    mg_rollout_destroy(one);
    mg_rollout_destroy(two);
}

/* ---- actor ---- */

static void test_actor(const mg_learner_table *learner)
{
    mg_anticipation_config once = settings(1), twice = settings(2);
    mg_rollout *start = after(learner, &once, 0), *one = after(learner, &once, 1), *two = after(learner, &twice, 1);
    size_t count = core_of(one)->actor.count;
    double played[PARAMETERS], theta[PARAMETERS], gradient[PARAMETERS], first = 0.0, step = 0.0, second = 0.0;
    for (int i = 0; i < AGENTS; i++) {
        question about = {
            .core = core_of(one), .agent = i, .played = played, .advantage = core_of(one)->used + i * STEPS};
        const float *moments = mg_stepper_moments(&core_of(one)->actor.stepper, i);
        const float *now = core_of(one)->actor.parameters + (size_t)i * count;
        widen(core_of(start)->actor.parameters + (size_t)i * count, count, played);
        slopes(policy_loss, &about, played, count, gradient);
        first = larger(first, moment_error(moments, NULL, gradient, count));
        step = larger(step, step_error(played, now, gradient, count, 0.1));
        about.advantage = core_of(two)->used + i * STEPS;
        widen(now, count, theta);
        slopes(policy_loss, &about, theta, count, gradient);
        second =
            larger(second, moment_error(mg_stepper_moments(&core_of(two)->actor.stepper, i), moments, gradient, count));
    }
    tap_ok(first < 1e-5, "%s: a policy climbs the clipped objective: %.1e off", learner->name, first);
    tap_ok(step < 1e-4, "%s: its first step is Adam's: %.1e off", learner->name, step);
    tap_ok(second < 1e-5, "%s: the second iteration too, by ratios to what played: %.1e off", learner->name, second);
    mg_rollout_destroy(start);
    mg_rollout_destroy(one);
    mg_rollout_destroy(two);
}

/* The policy of the ratios is the one that played; with refresh_before, the last iteration's. */
static void test_before(void)
{
    mg_anticipation_config thrice = settings(3), refreshed = settings(3);
    refreshed.proximal.refresh_before = true;
    mg_rollout *start = after(&mg_independent_proximal, &thrice, 0), *end = after(&mg_independent_proximal, &thrice, 1);
    mg_rollout *renewed = after(&mg_independent_proximal, &refreshed, 1);
    double theta[PARAMETERS], off = 0.0, ratio = 0.0, renewed_ratio = 0.0;
    size_t count = core_of(end)->actor.count;
    for (int i = 0; i < AGENTS; i++) {
        widen(core_of(start)->actor.parameters + (size_t)i * count, count, theta);
        for (int t = 0; t < STEPS; t++) {
            const mg_sharing *core = core_of(end), *other = core_of(renewed);
            int action = mg_trajectory_action(&core->episode, i)[t];
            double before = (double)core->before[i * STEPS + t];
            off = larger(off, size_of(before - chance(theta, &core->episode, i, t)));
            ratio = larger(ratio, size_of((double)mg_sharing_probability(core, i, 0)[2 * t + action] / before - 1.0));
            action = mg_trajectory_action(&other->episode, i)[t];
            renewed_ratio = larger(renewed_ratio, size_of((double)(mg_sharing_probability(other, i, 0)[2 * t + action] -
                                                                   other->before[i * STEPS + t])));
        }
    }
    tap_ok(off < 1e-6, "after three iterations the old policy is the one that played: %.1e off", off);
    tap_ok(ratio > 0.2, "and ratios have left 1, by up to %.2f, more than the clip", ratio);
    tap_ok(renewed_ratio == 0.0, "with refresh_before they never do");
    mg_rollout_destroy(start);
    mg_rollout_destroy(end);
    mg_rollout_destroy(renewed);
}

static void test_normalised(void)
{
    mg_anticipation_config config = settings(1);
    config.proximal.normalise_advantages = true;
    mg_rollout *rollout = after(&mg_independent_proximal, &config, 1);
    double worst_mean = 0.0, worst_square = 0.0;
    for (int i = 0; i < AGENTS; i++) {
        double mean = 0.0, square = 0.0;
        for (int t = 0; t < STEPS; t++)
            mean += (double)core_of(rollout)->used[i * STEPS + t] / STEPS;
        for (int t = 0; t < STEPS; t++)
            square +=
                (double)core_of(rollout)->used[i * STEPS + t] * (double)core_of(rollout)->used[i * STEPS + t] / STEPS;
        worst_mean = larger(worst_mean, size_of(mean));
        worst_square = larger(worst_square, size_of(square - 1.0));
    }
    tap_ok(worst_mean < 1e-6 && worst_square < 1e-5,
           "normalised advantages: mean 0, mean square over all steps 1: %.1e, "
           "%.1e off",
           worst_mean, worst_square);
    mg_rollout_destroy(rollout);
}

/* Every network has its own optimiser, and every iteration is one step of each. */
static void test_optimisers(const mg_learner_table *learner)
{
    mg_anticipation_config config = settings(2);
    mg_rollout *rollout = after(learner, &config, 3);
    const mg_sharing *core = core_of(rollout);
    int wrong = 0, optimisers = AGENTS * (core->networks + 1);
    double power_1 = 1.0, power_2 = 1.0;
    for (int n = 0; n < 6; n++) {
        power_1 *= 0.9;
        power_2 *= 0.999;
    }
    for (int n = 0; n < optimisers; n++)
        wrong += core->optimiser_steps[n] != 6 || core->beta_power[2 * n] != power_1 ||
                 core->beta_power[2 * n + 1] != power_2;
    tap_ok(wrong == 0, "%s: three episodes of two iterations are six steps of each of %d optimisers", learner->name,
           optimisers);
    mg_rollout_destroy(rollout);
}

/* ---- what is remembered of an episode ---- */

/* Rewards as predation gives them for what was observed and done: cooperating is to walk towards the prey. */
static void test_record(void)
{
    mg_anticipation_config config = settings(1);
    mg_rollout *rollout = after_as_seen(&mg_independent_proximal, &config, 1);
    const mg_sharing *core = core_of(rollout);
    int wrong = 0, moved = 0;
    double total = 0.0, metric;
    for (int t = 0; t < STEPS; t++) {
        bool does[AGENTS];
        int count = 0;
        for (int i = 0; i < AGENTS; i++) {
            const float *seen = mg_trajectory_observation(&core->episode, i) + t * AGENTS;
            int right = mg_trajectory_action(&core->episode, i)[t];
            does[i] = right ? seen[i] <= 0.0f : seen[i] >= 0.0f;
            count += does[i];
            double step = t + 1 < STEPS ? 30.0 * ((double)seen[AGENTS + i] - (double)seen[i]) : 0.0;
            moved += size_of(step) > 0.5;
            wrong += t + 1 < STEPS && size_of(step) > 0.5 && (step > 0.0) != right;
        }
        for (int i = 0; i < AGENTS; i++) {
            double wanted = count == AGENTS ? -1.0 : count == 0 ? -3.0 : does[i] ? -4.0 : 0.0;
            wrong += (double)mg_trajectory_reward(&core->episode, i)[t] != wanted;
            total += wanted;
        }
    }
    mg_sharing_metrics(core, &metric);
    tap_ok(wrong == 0 && moved > STEPS, "observations, actions and rewards belong together: %d do not", wrong);
    tap_ok(metric == total && core->return_sum == total, "the training return is the reward of all agents: %g", metric);
    mg_rollout_destroy(rollout);
}

/* ---- what agreeing touches ---- */

static void test_agreement(void)
{
    mg_anticipation_config config = settings(1);
    mg_rollout *alone = after(&mg_independent_proximal, &config, 1),
               *shared = after(&mg_value_parameter_sharing, &config, 1);
    mg_sharing *ind = core_of(alone), *vps = core_of(shared);
    size_t critics = AGENTS * ind->critic.count, actors = AGENTS * ind->actor.count;
    tap_ok(memcmp(ind->actor.parameters, vps->actor.parameters, actors * sizeof(float)) == 0,
           "value-parameter sharing: actors are those of independent agents");
    mg_sharing_average(ind, ind->critic.parameters, ind->critic.count);
    tap_ok(memcmp(ind->critic.parameters, vps->critic.parameters, critics * sizeof(float)) == 0,
           "... and critics their average");
    mg_rollout_destroy(alone);
    mg_rollout_destroy(shared);
    shared = after(&mg_policy_sharing, &config, 1);
    config.proximal.skip = 1.0; /* policies learn, and nobody agrees */
    alone = after(&mg_policy_sharing, &config, 1);
    mg_sharing *apart = core_of(alone), *together = core_of(shared);
    size_t count = together->actor.count;
    memcpy(apart->talks, together->talks, STEPS * AGENTS * AGENTS);
    mg_sharing_average(apart, apart->actor.parameters, count);
    tap_ok(memcmp(apart->actor.parameters, together->actor.parameters, AGENTS * count * sizeof(float)) == 0,
           "policy sharing: actors are averaged after their steps");
    tap_ok(memcmp(apart->critic.parameters, together->critic.parameters, critics * sizeof(float)) == 0,
           "... and critics are not");
    mg_rollout_destroy(alone);
    mg_rollout_destroy(shared);
}

/* ---- a method that notes when it is asked ---- */

static char calls[64];

static void note(char call)
{
    size_t length = strlen(calls);
    calls[length] = call;
    calls[length + 1] = '\0';
}

static void note_share(mg_sharing *core)
{
    (void)core;
    note('s');
}

static void note_learn(mg_sharing *core)
{
    note((char)('0' + core->iteration));
}

static void note_agree(mg_sharing *core)
{
    (void)core;
    note('a');
}

static const mg_sharing_method noting = {
    .update = "agreements", .share = note_share, .learn = note_learn, .agree = note_agree};

static bool noting_describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)config;
    return mg_sharing_describe(&noting, environment, spec, error);
}

static void *noting_create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    return mg_sharing_new(&noting, config, environment, key);
}

static void test_silence(void)
{
    mg_learner_table table = mg_value_sharing;
    table.describe = noting_describe;
    table.create = noting_create;
    mg_anticipation_config config = settings(3);
    mg_rollout *rollout = after(&table, &config, 1);
    tap_ok(strcmp(calls, "s0as1as2a") == 0 && core_of(rollout)->updates[2] == 3,
           "each iteration shares, learns, agrees: %s", calls);
    mg_rollout_destroy(rollout);
    calls[0] = '\0';
    config.proximal.skip = 1.0;
    rollout = after(&table, &config, 1);
    int heard = 0;
    for (int k = 0; k < STEPS * AGENTS * AGENTS; k++)
        heard += core_of(rollout)->talks[k];
    tap_ok(strcmp(calls, "s0s1s2") == 0 && core_of(rollout)->updates[2] == 0 && heard == 0,
           "in a silent episode nobody agrees and nobody hears: %s", calls);
    mg_rollout_destroy(rollout);
}

/* ---- who hears whom ---- */

static void test_neighbours(void)
{
    mg_anticipation_config config = settings(1);
    mg_rollout *rollout = after_as_seen(&mg_value_sharing, &config, 2);
    const mg_sharing *core = core_of(rollout);
    int wrong = 0, pairs = 0;
    for (int t = 0; t < STEPS; t++) {
        const float *place =
            mg_trajectory_observation(&core->episode, 0) + t * AGENTS; /* less the prey's; by the width */
        for (int i = 0; i < AGENTS; i++)
            for (int j = 0; j < AGENTS; j++) {
                bool near = i != j && size_of((double)place[i] - (double)place[j]) <= 0.3;
                wrong += near != (mg_sharing_talks(core, t, i)[j] != 0);
                pairs += near;
            }
    }
    tap_ok(wrong == 0 && pairs > 50 && pairs < STEPS * 20,
           "neighbours are those within 0.3 at each step: %d of %d pairs", pairs, STEPS * 20);
    mg_rollout_destroy(rollout);
}

/* ---- acting ---- */

enum { ENTRIES = 70 }; /* more than steps_max, so that batches go in pieces */

/* Entries first..first+rows-1 of a batch: all in one, or each alone. Observations are 0 unless `varied`. */
static void act_on(const mg_learner_table *learner, void *self, mg_mode mode, bool varied, int first, int rows,
                   int32_t action[AGENTS][ENTRIES])
{
    static float number[ENTRIES * AGENTS];
    int row[ENTRIES];
    uint32_t time[ENTRIES];
    const float *observation[AGENTS];
    int32_t *actions[AGENTS], neighbour[ENTRIES * AGENTS];
    const int32_t *neighbours[AGENTS];
    for (int k = 0; k < ENTRIES; k++) {
        row[k] = k % 4;
        time[k] = (uint32_t)(1000 + k / 4);
    }
    for (int n = 0; n < ENTRIES * AGENTS; n++) {
        neighbour[n] = -1;
        number[n] = varied ? (float)(n * 37 % 64 - 32) : 0.0f;
    }
    for (int i = 0; i < AGENTS; i++) {
        observation[i] = number + first * AGENTS;
        actions[i] = action[i] + first;
        neighbours[i] = neighbour;
    }
    const mg_batch batch = {.mode = mode,
                            .rows = rows,
                            .row = row + first,
                            .time = time + first,
                            .observation = observation,
                            .neighbour = neighbours};
    learner->act(self, &batch, actions, NULL);
}

static void act(const mg_learner_table *learner, void *self, mg_mode mode, int32_t action[AGENTS][ENTRIES])
{
    act_on(learner, self, mode, false, 0, ENTRIES, action);
}

/* Own policies of odd agents choose 1 for certain, those of even agents 0; all others of an agent the opposite. */
static void make_constant(mg_sharing *core)
{
    size_t count = core->actor.count;
    memset(core->actor.parameters, 0, (size_t)(AGENTS * core->networks) * count * sizeof(float));
    for (int i = 0; i < AGENTS; i++)
        for (int network = 0; network < core->networks; network++) {
            float *bias = core->actor.parameters + (size_t)(i * core->networks + network + 1) * count - core->heads * 2;
            for (int head = 0; head < core->heads; head++) {
                bool own = (core->networks == 1 || network == i) && (core->heads == 1 || head == i);
                bias[2 * head + (own ? i % 2 : 1 - i % 2)] = 60.0f;
            }
        }
}

static void test_acting(const mg_learner_table *learner)
{
    static int32_t action[AGENTS][ENTRIES], evaluated[AGENTS][ENTRIES];
    mg_anticipation_config config = settings(1);
    mg_rollout *rollout = after(learner, &config, 0);
    mg_sharing *core = core_of(rollout);
    act_on(learner, core, MG_EVALUATE, true, 0, ENTRIES, action);
    for (int k = 0; k < ENTRIES; k++)
        act_on(learner, core, MG_EVALUATE, true, k, 1, evaluated);
    tap_ok(memcmp(action, evaluated, sizeof action) == 0, "%s: a batch acts as its entries alone", learner->name);
    make_constant(core);
    for (mg_mode mode = MG_TRAIN; mode <= MG_EVALUATE; mode++) {
        int wrong = 0;
        act(learner, core, mode, action);
        for (int i = 0; i < AGENTS; i++)
            for (int k = 0; k < ENTRIES; k++)
                wrong += action[i][k] != i % 2;
        tap_ok(wrong == 0, "%s: each agent acts by its own policy in %s", learner->name,
               mode == MG_TRAIN ? "training" : "evaluation");
    }
    memset(core->actor.parameters, 0, (size_t)(AGENTS * core->networks) * core->actor.count * sizeof(float));
    act(learner, core, MG_TRAIN, action);
    act(learner, core, MG_EVALUATE, evaluated);
    int same_agents = 0, same_modes = 0, same_rows = 0, same_times = 0;
    for (int i = 0; i < AGENTS; i++) {
        same_agents += i > 0 && memcmp(action[0], action[i], sizeof action[0]) == 0;
        same_modes += memcmp(action[i], evaluated[i], sizeof action[0]) == 0;
    }
    for (int k = 4; k < ENTRIES; k++) {
        same_rows += action[0][k] == action[0][k - k % 4];
        same_times += action[0][k] == action[0][k % 4];
    }
    tap_ok(same_agents + same_modes == 0, "%s: agents and modes draw noise of their own", learner->name);
    tap_ok(same_rows < ENTRIES - 10 && same_times < ENTRIES - 10, "%s: and so do rows and times", learner->name);
    mg_rollout_destroy(rollout);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_critic(&mg_independent_proximal, false);
    test_critic(&mg_value_sharing, false);
    test_critic(&mg_value_parameter_sharing, true);
    test_critic(&mg_policy_sharing, false);
    test_critic(&mg_anticipation, false);
    test_actor(&mg_independent_proximal);
    test_actor(&mg_value_sharing);
    test_actor(&mg_team_advantage);
    test_actor(&mg_value_parameter_sharing);
    test_before();
    test_normalised();
    test_optimisers(&mg_independent_proximal);
    test_optimisers(&mg_policy_sharing);
    test_record();
    test_agreement();
    test_silence();
    test_neighbours();
    test_acting(&mg_independent_proximal);
    test_acting(&mg_policy_sharing);
    test_acting(&mg_anticipation);
    return tap_done();
}
