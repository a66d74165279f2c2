/* The learners of lio.h and policy_gradient.h driven by hand through whole episodes, against the same steps written
 * plainly (lio_plain.h) and by hand: what they play, when they update, from whose rewards, and what they report. */
#define MG_DOUBLE
#include "baselines/policy_gradient.h"
#include "core/num/isa.h"
#include "envs/escape_room.h"
#include "tests/driven_lio.h"

/* ---- LIO ---- */

static double incentive_loss(const made_up *m, int giver)
{
    return mg_lio_plain_incentive_loss(&m->plain, giver);
}

static double one_episode_loss(const made_up *m, int giver)
{
    return mg_lio_plain_one_episode_loss(&m->plain, giver);
}

static double cost(const made_up *m, int giver)
{
    return mg_lio_plain_cost(&m->plain, giver);
}

static void check_giver(const driven *d, made_up *m, const mg_lio_config *c, int giver,
                        double (*loss)(const made_up *m, int giver))
{
    double gradient[MG_LIO_PLAIN_PARAMETERS], costs[MG_LIO_PLAIN_PARAMETERS];
    char incentive_moments[40], cost_moments[40], steps[40];
    snprintf(incentive_moments, sizeof incentive_moments, "agent %d incentive moments", giver);
    snprintf(cost_moments, sizeof cost_moments, "agent %d cost moments", giver);
    snprintf(steps, sizeof steps, "agent %d incentive steps", giver);
    size_t n = block_of(d, MG_KIND_INCENTIVES, giver, gradient);
    bool separate = c->cost_rate > 0.0;
    differences(loss, m, giver, m->eta[giver], n, gradient);
    differences(cost, m, giver, m->eta[giver], n, costs);
    for (size_t k = 0; k < n; k++) {
        costs[k] *= c->cost;
        gradient[k] += separate ? 0.0 : costs[k];
    }
    double error = moment_error(d, incentive_moments, n, gradient);
    tap_ok(error < 1e-3, "giver %d descends %s: %.1e", giver,
           separate ? "its loss" : "its loss plus the cost of giving", error);
    if (separate) {
        error = moment_error(d, cost_moments, n, costs);
        tap_ok(error < 1e-3, "giver %d descends the cost with an optimiser of its own: %.1e", giver, error);
    }
    error = first_step_error(d, m, giver, n, gradient, c->incentive_rate, separate ? costs : NULL, c->cost_rate);
    tap_ok(error < 1e-2, "giver %d steps against its gradient at its rate: %.1e", giver, error);
    tap_ok(*(uint64_t *)tensor_of(d, MG_KIND_OPTIMISERS, steps).data == 1, "giver %d's optimiser made one step", giver);
}

static void test_iteration(const char *name, mg_lio_config c, uint32_t n)
{
    static made_up m;
    driven d;
    tap_note("%s", name);
    start(&d, &mg_lio, &c);
    mg_lio_shape shape = shape_of(&c);
    made_up_episodes(&m, &shape, &d, c.givers, n);
    float epsilon = epsilon_of(&d);
    tap_ok(!play(&d, &m.tau, 0.0f), "after the first episode the iteration is not complete");
    double error = step_error(&d, &m);
    tap_ok(error < 1e-4, "every policy has stepped with its own rewards and the other's incentives: %.1e", error);
    tap_ok(epsilon_of(&d) == epsilon, "epsilon waits for the second episode");
    tap_ok(play(&d, &m.tau_hat, 0.0f), "after the second episode it is");
    for (int giver = 0; giver < c.givers; giver++)
        check_giver(&d, &m, &c, giver, incentive_loss);
    error = step_error(&d, &m);
    tap_ok(error < 1e-4, "no policy steps after the second episode: %.1e", error);
    double decrement = (c.epsilon_start - c.epsilon_end) / (double)c.epsilon_units;
    tap_ok(absolute((double)epsilon - (double)epsilon_of(&d) - decrement) < 1e-6, "epsilon falls by %g once",
           decrement);
    end(&d);
}

/* The same episode teaches policies and incentives. */
static void test_one_episode(mg_lio_config c)
{
    static made_up m;
    driven d;
    start(&d, &mg_lio_one_episode, &c);
    mg_lio_shape shape = shape_of(&c);
    made_up_episodes(&m, &shape, &d, c.givers, 24);
    tap_ok(play(&d, &m.tau, 0.0f), "one episode: it is an iteration");
    double error = step_error(&d, &m);
    tap_ok(error < 1e-4, "... every policy has stepped: %.1e", error);
    for (int giver = 0; giver < c.givers; giver++)
        check_giver(&d, &m, &c, giver, one_episode_loss);
    tap_ok(epsilon_of(&d) < (float)c.epsilon_start, "... and epsilon falls");
    end(&d);
}

/* Where agents do not see the state one-hot: means of what they earned and received, by action, over all episodes. */
static void test_record_of(const float reward[2][2], const float received[2][2])
{
    const mg_escape_room_config room = mg_escape_room_default(2, 1);
    const mg_lio_config config = mg_lio_escape_released(2);
    mg_env_spec environment;
    mg_learner_spec spec;
    mg_error error = {0};
    double metric[8];
    float nothing[14] = {0};
    mg_escape_room.describe(&room, NULL, &environment);
    mg_lio.describe(&config, &environment, &spec, &error);
    void *self = mg_lio.create(&config, &environment, (mg_key){9999, 4}, &error);
    mg_lio.metrics(self, metric);
    bool zero = spec.metrics == 8 && metric[0] == 0.0 && metric[7] == 0.0;
    for (int episode = 0; episode < 2; episode++) {
        mg_lio.begin_episode(self, 0);
        for (int t = 0; t < 2; t++) {
            const int32_t action[2] = {episode == 0 ? 2 : t, 1};
            const mg_transition transition = {.step = t,
                                              .before = {.observation = nothing},
                                              .joint = {.action = action},
                                              .reward = reward[t],
                                              .received = received[t]};
            mg_lio.observe(self, &transition);
        }
        mg_lio.end_episode(self, 0);
    }
    mg_lio.metrics(self, metric);
    tap_ok(zero && metric[0] == 4.0 && metric[1] == 0.25 && metric[2] == 0.5 && metric[3] == 0.75,
           "agent 0 earned 4 an episode and received by action %g, %g, %g", metric[1], metric[2], metric[3]);
    tap_ok(metric[4] == -2.0 && metric[5] == 0.0 && metric[6] == 3.0 && metric[7] == 0.0,
           "agent 1 received for its only action %g", metric[6]);
    mg_lio.destroy(self);
    mg_env_spec_free(&environment);
}

static void test_record(void)
{
    static const float reward[2][2] = {{1.0f, -1.0f}, {3.0f, -1.0f}}, received[2][2] = {{0.5f, 1.0f}, {1.0f, 2.0f}};
    test_record_of(reward, received);
}

/* What the learner says it offers is the mean over the five states, one-hot. */
static void test_offers(void)
{
    mg_lio_config c = mg_lio_ipd_released();
    driven d;
    static made_up m;
    start(&d, &mg_lio, &c);
    mg_lio_shape shape = shape_of(&c);
    made_up_episodes(&m, &shape, &d, 2, 30);
    double metric[4], worst = 0.0;
    d.table->metrics(d.self, metric);
    for (int giver = 0; giver < 2; giver++)
        for (int action = 0; action < 2; action++) {
            double sum = 0.0;
            for (int state = 0; state < LENGTH; state++) {
                double observation[LENGTH] = {0};
                int32_t actions[2] = {action, action};
                actions[giver] = 1 - action; /* its own action is not what it pays for */
                observation[state] = 1.0;
                sum += mg_lio_plain_incentive(&m.plain, giver, 1 - giver, observation, NULL, actions);
            }
            double off = absolute(metric[2 * giver + action] - sum / LENGTH);
            worst = off > worst ? off : worst;
        }
    tap_ok(worst < 1e-5 && metric[0] != metric[1] && metric[0] != metric[2],
           "offers are means over the states, by giver and action: %.1e off", worst);
    end(&d);
}

/* ---- first values, sizes, and many rows ---- */

/* Every network has a stream and sizes of its own. */
static void test_networks(void)
{
    mg_lio_config c = mg_lio_ipd_released();
    const float *weight[4];
    int shared = 0;
    driven d;
    c.policy_hidden_1 = 9;
    c.policy_hidden_2 = 8;
    c.incentive_hidden_1 = 7;
    c.incentive_hidden_2 = 6;
    start(&d, &mg_lio, &c);
    mg_tensor policy = tensor_of(&d, MG_KIND_POLICIES, "agent 1 second.weight"),
              incentive = tensor_of(&d, MG_KIND_INCENTIVES, "agent 1 second.weight");
    tap_ok(policy.rows == 9 && policy.columns == 8 && incentive.rows == 7 && incentive.columns == 6,
           "policies of %d and %d, incentive functions of %d and %d", policy.rows, policy.columns, incentive.rows,
           incentive.columns);
    for (int k = 0; k < 4; k++)
        weight[k] = tensor_of(&d, k / 2 ? MG_KIND_INCENTIVES : MG_KIND_POLICIES,
                              k % 2 ? "agent 1 first.weight" : "agent 0 first.weight")
                        .data;
    for (int k = 0; k < 4; k++)
        for (int n = 0; n < k; n++)
            shared += of_one_stream(weight[k], weight[n]);
    tap_ok(shared == 0, "no two networks begin with the same draws: %d pairs do", shared);
    end(&d);
}

enum { MANY = 13, ROOM_LENGTH = 11, ROOM_TRANSFERS = 9 };

/* Rows first .. first + rows - 1 of the same made-up room of three, of whom two may give. */
static void give_in_room(void *self, int first, int rows, float given[MANY][ROOM_TRANSFERS])
{
    static float seen[3][MANY * ROOM_LENGTH];
    static int32_t action[3][MANY];
    const float *observation[3];
    const int32_t *actions[3];
    float *transfers[MANY];
    for (int i = 0; i < 3; i++) {
        for (int n = 0; n < MANY * ROOM_LENGTH; n++)
            seen[i][n] = (float)((n * 29 + i * 11) % 32 - 16) / 8.0f;
        for (int k = 0; k < MANY; k++)
            action[i][k] = (k / (i + 1)) % 3;
        observation[i] = seen[i] + first * ROOM_LENGTH;
        actions[i] = action[i] + first;
    }
    for (int k = 0; k < rows; k++) {
        transfers[k] = given[first + k];
        for (int n = 0; n < ROOM_TRANSFERS; n++)
            transfers[k][n] = 99.0f; /* what was there before */
    }
    const mg_batch batch = {.mode = MG_EVALUATE, .rows = rows, .observation = observation};
    mg_lio.give(self, &batch, actions, transfers);
}

/* Evaluation asks for more rows at once than an episode has steps. */
static void test_many_rows(void)
{
    static float all[MANY][ROOM_TRANSFERS], alone[MANY][ROOM_TRANSFERS];
    const mg_escape_room_config room = mg_escape_room_default(3, 2);
    mg_lio_config config = mg_lio_escape_released(3);
    mg_env_spec environment;
    mg_error error = {0};
    int nothing = 0, differ = 0;
    config.givers = 2;
    mg_escape_room.describe(&room, NULL, &environment);
    void *self = mg_lio.create(&config, &environment, (mg_key){9999, 4}, &error);
    give_in_room(self, 0, MANY, all);
    for (int k = 0; k < MANY; k++) {
        give_in_room(self, k, 1, alone);
        for (int n = 6; n < ROOM_TRANSFERS; n++)
            nothing += all[k][n] == 0.0f;
        differ += k > 0 && memcmp(all[k], all[k - 1], sizeof all[k]) != 0;
    }
    tap_ok(memcmp(all, alone, sizeof all) == 0 && differ == MANY - 1, "%d rows are paid as each of them alone", MANY);
    tap_ok(nothing == 3 * MANY, "who may not give gives 0");
    mg_lio.destroy(self);
    mg_env_spec_free(&environment);
}

/* ---- policy gradient ---- */

static void test_policy_gradient(bool mixture)
{
    static made_up m;
    driven d;
    mg_policy_gradient_config c = mg_policy_gradient_ipd_released();
    c.log_of_mixture = mixture;
    c.discount = 0.7;
    c.rate = 0.05;
    c.entropy = 0.3;
    c.epsilon_start = 0.5;
    start(&d, &mg_policy_gradient, &c);
    mg_lio_shape shape = {.agents = 2,
                          .observation = LENGTH,
                          .actions = 2,
                          .steps_max = STEPS,
                          .policy_hidden_1 = c.hidden_1,
                          .policy_hidden_2 = c.hidden_2,
                          .discount = c.discount,
                          .entropy = c.entropy,
                          .policy_rate = c.rate,
                          .log_form = {mixture, c.log_guard}};
    made_up_episodes(&m, &shape, &d, 0, 40);
    tap_ok(play(&d, &m.tau, 0.75f), "an episode is an iteration of policy gradient (%s)", mixture ? "pi~" : "pi");
    double error = step_error(&d, &m);
    tap_ok(error < 1e-4, "both step with their own discounted rewards, whatever they are paid: %.1e", error);
    double decrement = (c.epsilon_start - c.epsilon_end) / (double)c.epsilon_units;
    tap_ok(absolute(0.5 - (double)epsilon_of(&d) - decrement) < 1e-6, "epsilon falls by %g", decrement);
    end(&d);
}

/* All weights zero: pi is one half in every state, and only the last biases have a slope: for each action
 * sum_t (1[a_t = action] - 1/2) G_t. */
static void test_by_hand(void)
{
    static made_up m;
    driven d;
    mg_policy_gradient_config c = mg_policy_gradient_ipd_released();
    c.discount = 0.5;
    c.rate = 1.0;
    c.entropy = 0.0;
    c.epsilon_start = c.epsilon_end = 1e-6;
    start(&d, &mg_policy_gradient, &c);
    mg_lio_shape shape = {.agents = 2, .observation = LENGTH, .actions = 2, .steps_max = STEPS};
    made_up_episodes(&m, &shape, &d, 0, 41);
    m.tau.steps = 3;
    const double reward[2][3] = {{1.0, 0.0, 2.0}, {0.0, 4.0, 0.0}}; /* returns 1.5, 1, 2 and 2, 4, 0 */
    const int32_t action[2][3] = {{0, 1, 0}, {1, 1, 0}};
    const float wanted[2] = {1.25f, -3.0f}; /* (1.5 - 1 + 2) / 2 and (-2 - 4 + 0) / 2 */
    for (int i = 0; i < 2; i++) {
        set_block(&d, MG_KIND_POLICIES, i, 0.0f);
        for (int t = 0; t < 3; t++) {
            mg_trajectory_reward(&m.tau, i)[t] = reward[i][t];
            mg_trajectory_action(&m.tau, i)[t] = action[i][t];
        }
    }
    play(&d, &m.tau, 0.0f);
    for (int i = 0; i < 2; i++) {
        const float *bias = tensor_of(&d, MG_KIND_POLICIES, i ? "agent 1 output.bias" : "agent 0 output.bias").data;
        const float *weight = tensor_of(&d, MG_KIND_POLICIES, i ? "agent 1 first.weight" : "agent 0 first.weight").data;
        tap_ok(absolute((double)(bias[0] - wanted[i])) < 1e-4 && absolute((double)(bias[1] + wanted[i])) < 1e-4 &&
                   weight[0] == 0.0f,
               "one REINFORCE step of agent %d by hand: %g, got %g and %g", i, (double)wanted[i], (double)bias[0],
               (double)bias[1]);
    }
    end(&d);
}

/* ---- acting ---- */

enum { PLAYS = 400 };

/* How often each agent of the learner plays action 1 in PLAYS decisions; the first number that each sees is its own. */
static void count_plays(const driven *d, mg_mode mode, const float seen[2], int count[2])
{
    static float observation[2][PLAYS * LENGTH];
    static int32_t action[2][PLAYS];
    static int row[PLAYS];
    static uint32_t time[PLAYS];
    for (int k = 0; k < PLAYS; k++) {
        time[k] = (uint32_t)k;
        for (int i = 0; i < 2; i++)
            observation[i][k * LENGTH] = seen[i];
    }
    const float *of_agent[2] = {observation[0], observation[1]};
    int32_t *actions[2] = {action[0], action[1]};
    const mg_batch batch = {.mode = mode, .rows = PLAYS, .row = row, .time = time, .observation = of_agent};
    d->table->act(d->self, &batch, actions, NULL);
    for (int i = 0; i < 2; i++) {
        count[i] = 0;
        for (int k = 0; k < PLAYS; k++)
            count[i] += action[i][k] == 1;
    }
}

/* Agent 0 always plays 0 and agent 1 always 1, but for what exploration adds in training. */
static void test_acting(const mg_learner_table *table, const void *config)
{
    const float same[2] = {0.0f, 0.0f}, own[2] = {0.0f, 1.0f};
    driven d;
    int count[2];
    start(&d, table, config);
    for (int i = 0; i < 2; i++) {
        set_block(&d, MG_KIND_POLICIES, i, 0.0f);
        ((float *)tensor_of(&d, MG_KIND_POLICIES, i ? "agent 1 output.bias" : "agent 0 output.bias").data)[i] = 60.0f;
    }
    tap_ok(epsilon_of(&d) == 1.0f, "%s begins by exploring", table->name);
    count_plays(&d, MG_EVALUATE, same, count);
    tap_ok(count[0] == 0 && count[1] == PLAYS, "evaluation: each its own policy, nothing explored: %d, %d", count[0],
           count[1]);
    count_plays(&d, MG_TRAIN, same, count);
    tap_ok(count[0] > 150 && count[0] < 250 && count[1] > 150 && count[1] < 250,
           "training at epsilon 1: half of the plays each way: %d, %d of %d", count[0], count[1], PLAYS);
    float *epsilon = tensor_of(&d, MG_KIND_STATE, "epsilon").data;
    *epsilon = 0.2f;
    count_plays(&d, MG_TRAIN, same, count);
    tap_ok(count[0] > 20 && count[0] < 65 && count[1] > 335 && count[1] < 380,
           "training at epsilon .2: a tenth against each one's policy: %d, %d of %d", count[0], count[1], PLAYS);
    for (int i = 0; i < 2; i++) { /* now alike: 1 where the first number seen is 1, else 0 */
        set_block(&d, MG_KIND_POLICIES, i, 0.0f);
        const char *const one[] = {"first.weight", "second.weight", "output.weight", "output.bias"};
        for (int v = 0; v < 4; v++) {
            char name[48];
            snprintf(name, sizeof name, "agent %d %s", i, one[v]);
            float *number = tensor_of(&d, MG_KIND_POLICIES, name).data;
            number[v == 2] = v == 3 ? 60.0f : v == 2 ? 120.0f : 1.0f;
        }
    }
    count_plays(&d, MG_EVALUATE, own, count);
    tap_ok(count[0] == 0 && count[1] == PLAYS, "each acts on what it sees itself: %d, %d", count[0], count[1]);
    end(&d);
}

/* A channel that is too narrow for what the config gives. */
static void test_channel(void)
{
    const mg_matrix_game_config game = mg_matrix_game_default();
    const mg_lio_config fits = mg_lio_ipd_released();
    for (int k = 0; k < 4; k++) {
        mg_env_spec environment;
        mg_learner_spec spec;
        mg_error error = {0};
        mg_lio_config config = fits;
        mg_matrix_game.describe(&game, NULL, &environment);
        config.givers = k == 1 ? 3 : fits.givers;
        environment.transfer.low = k == 2 ? 0.5f : 0.0f;
        environment.transfer.high = k == 3 ? (float)fits.reward_max - 0.5f : (float)fits.reward_max;
        bool good = mg_lio.describe(&config, &environment, &spec, &error);
        tap_ok(good == (k == 0) && (good || strstr(error.text, "needs")), "a channel that %s %s",
               k == 0 ? "suits" : "does not:", error.text);
        mg_env_spec_free(&environment);
    }
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    mg_lio_config c = mg_lio_ipd_released();
    c.policy_rate = 0.05; /* steps that binary32 measures well, and incentives that matter */
    c.epsilon_start = 0.5;
    c.discount = 0.8;
    test_iteration("as released", c, 20);
    c.cost = 0.7;
    test_iteration("with a cost", c, 21);
    c.cost_rate = 1e-4;
    test_iteration("with an optimiser of its own for the cost", c, 22);
    c.givers = 1;
    c.log_of_mixture = false;
    test_iteration("one giver, log pi", c, 23);
    test_one_episode(c);
    test_offers();
    test_record();
    test_networks();
    test_many_rows();
    test_policy_gradient(true);
    test_policy_gradient(false);
    test_by_hand();
    const mg_lio_config lio = mg_lio_ipd_released();
    const mg_policy_gradient_config gradient = mg_policy_gradient_ipd_released();
    test_acting(&mg_lio, &lio);
    test_acting(&mg_policy_gradient, &gradient);
    test_channel();
    return tap_done();
}
