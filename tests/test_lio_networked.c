/* LIO on a graph (algos/lio_networked.h): the meta-gradient in prisoner and jungle, on episodes that the games have
 * played, against differences of the whole two-step procedure; the learner driven by hand through an iteration; its
 * settings. The updates themselves are held against plain loops in test_lio_plain. */
#define MG_DOUBLE
#include "algos/lio_networked.h"
#include "algos/lio_oracle.h"
#include "core/num/isa.h"
#include "envs/jungle.h"
#include "envs/prisoner.h"
#include "tests/driven_lio.h"

/* ---- claim L3 in both games ---- */

enum { AGENTS = 5, NUMBERS = AGENTS * MG_JUNGLE_SEEN, BYTES = 8192 };

typedef struct board {
    const mg_env_table *table;
    const void *config;
    mg_env_spec spec;
    _Alignas(16) unsigned char state[BYTES];
} board;

/* Everybody does anything. */
static bool move(void *context, bool first, mg_stream *stream, double *observation, int32_t *neighbour, int32_t *action,
                 double *reward)
{
    board *b = context;
    const mg_row row = {b->config, NULL, b->state};
    float seen[NUMBERS], earned[AGENTS], paid[AGENTS], received[AGENTS];
    mg_outcome outcome = {.reward = earned, .paid = paid, .received = received};
    if (first)
        b->table->reset(&row, stream);
    b->table->observe(&row, 0, seen);
    b->table->neighbours(&row, neighbour);
    for (int i = 0; i < b->spec.agents; i++)
        action[i] = (int32_t)mg_random_below(stream, (uint32_t)mg_env_agent(&b->spec, i)->actions);
    b->table->step(&row, &(mg_joint){.action = action}, stream, &outcome);
    for (int k = 0; k < mg_env_offsets(&b->spec, NULL); k++)
        observation[k] = (double)seen[k];
    for (int i = 0; i < b->spec.agents; i++)
        reward[i] = (double)earned[i];
    return outcome.terminated || outcome.truncated;
}

static void test_game(const char *name, const mg_env_table *table, const void *config, const mg_lio_networked_config *c,
                      int hidden_1, int hidden_2, uint32_t n)
{
    static board b;
    b = (board){.table = table, .config = config};
    table->describe(config, NULL, &b.spec);
    const mg_agent_spec *agent = mg_env_agent(&b.spec, 0);
    const mg_lio_shape shape = {.agents = b.spec.agents,
                                .observation = agent->observation,
                                .actions = agent->actions,
                                .steps_max = b.spec.longest_episode,
                                .policy_hidden_1 = hidden_1,
                                .policy_hidden_2 = hidden_2,
                                .incentive_hidden_1 = hidden_1,
                                .incentive_hidden_2 = hidden_2,
                                .discount = c->lio.discount,
                                .entropy = c->lio.entropy,
                                .policy_rate = 0.05, /* steps that differences can measure */
                                .reward_max = c->lio.reward_max,
                                .log_form = {c->lio.log_of_mixture, c->lio.log_guard},
                                .neighbours = b.spec.neighbours_max,
                                .orthogonal = true,
                                .sparse = c->sparse};
    const mg_lio_game game = {move, &b};
    mg_stream stream = mg_stream_at((mg_key){9999, 12}, MG_PURPOSE_TEST, n, 0, 0), again = stream;
    double error = mg_lio_gradient_error_in(&shape, &game, false, &stream, 1.0);
    tap_ok(error < 1e-5, "%s: relative error of the meta-gradient %.2e", name, error);
    error = mg_lio_gradient_error_in(&shape, &game, false, &again, 1.001);
    tap_ok(error > 1e-5, "mutation: 0.1 %% too long is noticed: %.2e", error);
    mg_env_spec_free(&b.spec);
}

static void test_games(void)
{
    const mg_lio_networked_config walk = mg_lio_prisoner(), hunt = mg_lio_jungle(AGENTS);
    mg_prisoner_config prisoner = mg_prisoner_default();
    mg_jungle_config jungle = mg_jungle_default(AGENTS);
    prisoner.steps = 12;
    jungle.steps = 5;
    test_game("prisoner, the paper's networks", &mg_prisoner, &prisoner, &walk, 20, 20, 0);
    test_game("prisoner, another episode", &mg_prisoner, &prisoner, &walk, 20, 20, 1);
    test_game("jungle, five agents with three neighbours each", &mg_jungle, &jungle, &hunt, 6, 5, 2);
}

/* ---- the learner driven by hand ---- */

static double incentive_loss(const made_up *m, int giver)
{
    return mg_lio_plain_incentive_loss(&m->plain, giver);
}

static double cost(const made_up *m, int giver)
{
    return mg_lio_plain_cost(&m->plain, giver);
}

/* The gradient that RMSProp was last given: its first moments. */
static double gradient_error(const driven *d, const char *name, size_t n, const double *wanted)
{
    double found[MG_LIO_PLAIN_PARAMETERS];
    mg_tensor tensor = tensor_of(d, MG_KIND_OPTIMISERS, name);
    for (size_t k = 0; k < n; k++)
        found[k] = (double)((float *)tensor.data)[k];
    return relative_error(n, found, wanted);
}

/* The first step of RMSProp: its mean square is a share of this square alone. */
static double first_step(const mg_lio_networked_config *c, double rate, double gradient)
{
    return rate * gradient / (mg_sqrt(1.0 - c->rms_decay) * absolute(gradient) + c->rms_epsilon);
}

static void check_giver(const driven *d, made_up *m, const mg_lio_networked_config *c, int giver)
{
    double gradient[MG_LIO_PLAIN_PARAMETERS], costs[MG_LIO_PLAIN_PARAMETERS], now[MG_LIO_PLAIN_PARAMETERS];
    char name[40];
    bool separate = c->lio.cost_rate > 0.0;
    double worst = 0.0;
    size_t n = block_of(d, MG_KIND_INCENTIVES, giver, now);
    differences(incentive_loss, m, giver, m->eta[giver], n, gradient);
    differences(cost, m, giver, m->eta[giver], n, costs);
    for (size_t k = 0; k < n; k++) {
        costs[k] *= c->lio.cost;
        gradient[k] += separate ? 0.0 : costs[k];
    }
    snprintf(name, sizeof name, "agent %d incentive moments", giver);
    double error = gradient_error(d, name, n, gradient);
    tap_ok(error < 1e-3, "giver %d: the gradient of its loss%s: %.1e", giver, separate ? "" : " and the cost", error);
    if (separate) {
        snprintf(name, sizeof name, "agent %d cost moments", giver);
        error = gradient_error(d, name, n, costs);
        tap_ok(error < 1e-3, "giver %d: that of the cost: %.1e", giver, error);
    }
    for (size_t k = 0; k < n; k++) {
        double wanted = first_step(c, c->lio.incentive_rate, gradient[k]) +
                        (separate ? first_step(c, c->lio.cost_rate, costs[k]) : 0.0);
        double off = absolute(m->eta[giver][k] - now[k] - wanted);
        if (absolute(gradient[k]) > 1e-3 && (!separate || absolute(costs[k]) > 1e-3))
            worst = off > worst ? off : worst;
    }
    tap_ok(worst < 1e-2 * c->lio.incentive_rate, "giver %d: a step of RMSProp: %.1e", giver, worst);
}

/* Policies by RMSProp: their step, and what the givers' differences have to go through. */
static double rmsprop_error(const driven *d, made_up *m, const mg_lio_networked_config *c,
                            double rate[2][MG_LIO_PLAIN_PARAMETERS])
{
    double worst = 0.0;
    for (int j = 0; j < 2; j++) {
        double gradient[MG_LIO_PLAIN_PARAMETERS], now[MG_LIO_PLAIN_PARAMETERS];
        mg_lio_plain_policy_gradient(&m->plain, j, gradient);
        size_t n = block_of(d, MG_KIND_POLICIES, j, now);
        for (size_t k = 0; k < n; k++) {
            double off = absolute(m->theta[j][k] - now[k] - first_step(c, c->lio.policy_rate, gradient[k]));
            if (absolute(gradient[k]) > 1e-3)
                worst = off > worst ? off : worst;
            rate[j][k] = c->lio.policy_rate / (mg_sqrt(1.0 - c->rms_decay) * absolute(gradient[k]) + c->rms_epsilon);
        }
        m->plain.rate[j] = rate[j];
    }
    return worst / c->lio.policy_rate;
}

static void test_iteration(const char *name, const mg_lio_networked_config *c, uint32_t n)
{
    static made_up m;
    static double rate[2][MG_LIO_PLAIN_PARAMETERS];
    driven d;
    tap_note("%s", name);
    start(&d, &mg_lio_networked, c);
    mg_lio_shape shape = shape_of(&c->lio);
    shape.neighbours = c->neighbours ? 1 : 0;
    made_up_episodes(&m, &shape, &d, 2, n);
    float epsilon = epsilon_of(&d);
    tap_ok(!play(&d, &m.tau, 0.0f), "after the first episode the iteration is not complete");
    double error = c->policy_rmsprop ? rmsprop_error(&d, &m, c, rate) : step_error(&d, &m);
    tap_ok(error < (c->policy_rmsprop ? 1e-2 : 1e-4),
           "policies step by what they earned and what neighbours paid: %.1e", error);
    tap_ok(play(&d, &m.tau_hat, 0.0f), "after the second episode it is");
    for (int giver = 0; giver < 2; giver++)
        check_giver(&d, &m, c, giver);
    double wanted = c->epsilon_decay > 0.0
                        ? (double)epsilon * c->epsilon_decay
                        : (double)epsilon - (c->lio.epsilon_start - c->lio.epsilon_end) / (double)c->lio.epsilon_units;
    wanted = wanted < c->lio.epsilon_end ? c->lio.epsilon_end : wanted;
    tap_ok(absolute((double)epsilon_of(&d) - wanted) < 1e-6, "epsilon falls to %g", wanted);
    end(&d);
}

static void test_iterations(void)
{
    mg_lio_networked_config c = mg_lio_prisoner();
    c.lio.discount = 0.8;
    c.lio.policy_rate = 0.05; /* steps that binary32 measures well */
    c.lio.epsilon_start = 0.5;
    c.rms_decay = 0.9;
    test_iteration("on a graph, the cost with an optimiser of its own", &c, 60);
    c.lio.cost_rate = 0.0;
    c.lio.cost = 0.3;
    c.epsilon_decay = 0.0;
    c.lio.epsilon_units = 100;
    test_iteration("one optimiser for both, exploration falls linearly", &c, 61);
    c.policy_rmsprop = true;
    c.rms_epsilon = 1e-2; /* so that the slope is nowhere too large for differences */
    test_iteration("policies by RMSProp", &c, 62);
    c.neighbours = c.policy_rmsprop = false;
    c.epsilon_decay = 0.5;
    c.lio.epsilon_end = 0.4;
    test_iteration("to all, by index, exploration at its end", &c, 63);
}

/* ---- giving and first weights ---- */

/* Two rows with graphs of their own; and what the learner says that it offers, the mean over the five states. */
static void test_giving(void)
{
    static made_up m;
    const mg_lio_networked_config c = mg_lio_prisoner();
    driven d;
    double wanted[4] = {0.0}, metric[4], worst = 0.0;
    float seen[2][2 * LENGTH] = {{0}}, transfer[2][4];
    const int32_t action[2][2] = {{0, 1}, {1, 0}}, neighbour[2][2] = {{-1, 1}, {0, 0}}; /* [agent][row] */
    start(&d, &mg_lio_networked, &c);
    mg_lio_shape shape = shape_of(&c.lio);
    shape.neighbours = 1;
    made_up_episodes(&m, &shape, &d, 2, 64);
    seen[0][3] = seen[0][LENGTH + 1] = seen[1][0] = seen[1][LENGTH + 2] = 1.0f;
    const float *of_agent[2] = {seen[0], seen[1]};
    const int32_t *chosen[2] = {action[0], action[1]}, *beside[2] = {neighbour[0], neighbour[1]};
    float *transfers[2] = {transfer[0], transfer[1]};
    const mg_batch batch = {.mode = MG_EVALUATE, .rows = 2, .observation = of_agent, .neighbour = beside};
    mg_lio_networked.give(d.self, &batch, chosen, transfers);
    for (int row = 0; row < 2; row++)
        for (int giver = 0; giver < 2; giver++)
            for (int k = 0; k < 2; k++) {
                double observation[LENGTH];
                const int32_t joint[2] = {action[0][row], action[1][row]};
                for (int n = 0; n < LENGTH; n++)
                    observation[n] = (double)seen[giver][row * LENGTH + n];
                double off =
                    absolute((double)transfer[row][giver * 2 + k] -
                             mg_lio_plain_incentive(&m.plain, giver, k, observation, &neighbour[giver][row], joint));
                worst = off > worst ? off : worst;
            }
    tap_ok(worst < 1e-5 && transfer[0][1] == 0.0f && transfer[1][1] > 0.0f && transfer[1][2] > 0.0f,
           "each row is paid by its own graph: %.1e off", worst);
    for (int giver = 0; giver < 2; giver++)
        for (int a = 0; a < 2; a++)
            for (int state = 0; state < LENGTH; state++) {
                double observation[LENGTH] = {0};
                const int32_t joint[2] = {a, a}, other = 1 - giver;
                observation[state] = 1.0;
                wanted[2 * giver + a] +=
                    mg_lio_plain_incentive(&m.plain, giver, other, observation, &other, joint) / LENGTH;
            }
    mg_lio_networked.metrics(d.self, metric);
    tap_ok(relative_error(4, metric, wanted) < 1e-5, "offers are those of the neighbour: %.1e off",
           relative_error(4, metric, wanted));
    end(&d);
}

enum { MANY = 13 }; /* rows */

/* Rows first .. first + rows - 1 of many, each with a graph of its own. */
static void give_rows(const driven *d, int first, int rows, float given[][4])
{
    static float seen[2][MANY * LENGTH];
    static int32_t action[2][MANY], neighbour[2][MANY];
    const float *observation[2];
    const int32_t *actions[2], *beside[2];
    float *transfers[MANY];
    for (int i = 0; i < 2; i++) {
        for (int n = 0; n < MANY * LENGTH; n++)
            seen[i][n] = (float)((n * 29 + i * 11) % 32 - 16) / 8.0f;
        for (int k = 0; k < MANY; k++) {
            action[i][k] = k / (i + 1) % 2;
            neighbour[i][k] = (k + i) % 3 == 0 ? -1 : 1 - i;
        }
        observation[i] = seen[i] + first * LENGTH;
        actions[i] = action[i] + first;
        beside[i] = neighbour[i] + first;
    }
    for (int k = 0; k < rows; k++)
        transfers[k] = given[first + k];
    const mg_batch batch = {.mode = MG_EVALUATE, .rows = rows, .observation = observation, .neighbour = beside};
    mg_lio_networked.give(d->self, &batch, actions, transfers);
}

/* Evaluation asks for more rows at once than an episode has steps. */
static void test_many_rows(void)
{
    static float all[MANY][4], alone[MANY][4];
    const mg_lio_networked_config c = mg_lio_prisoner();
    driven d;
    int nobody = 0;
    start(&d, &mg_lio_networked, &c);
    give_rows(&d, 0, MANY, all);
    for (int k = 0; k < MANY; k++) {
        give_rows(&d, k, 1, alone);
        nobody += all[k][1] == 0.0f;
    }
    tap_ok(memcmp(all, alone, sizeof all) == 0, "%d rows are paid as each of them alone", MANY);
    tap_ok(nobody == 5, "each by its own graph: agent 0 has nobody in %d of them", nobody);
    end(&d);
}

/* Rows of the second layer, as wide as it is high, are orthonormal: of a policy and of an incentive function. */
static void test_first_weights(void)
{
    const mg_lio_networked_config c = mg_lio_prisoner();
    driven d;
    double worst = 0.0;
    start(&d, &mg_lio_networked, &c);
    for (int k = 0; k < 2; k++) {
        mg_tensor weight = tensor_of(&d, k ? MG_KIND_INCENTIVES : MG_KIND_POLICIES, "agent 1 second.weight");
        const float *w = weight.data;
        for (int a = 0; a < weight.rows; a++)
            for (int b = 0; b < weight.rows; b++) {
                double product = 0.0;
                for (int n = 0; n < weight.columns; n++)
                    product += (double)w[a * weight.columns + n] * (double)w[b * weight.columns + n];
                double off = absolute(product - (a == b ? 1.0 : 0.0));
                worst = off > worst ? off : worst;
            }
    }
    tap_ok(worst < 1e-5, "first weights are orthogonal: %.1e off", worst);
    end(&d);
}

/* ---- acting ---- */

/* How often agent 0, whose policy plays 1 with 0.73, does in 200 decisions. */
static int plays_of(const mg_lio_networked_config *c, mg_mode mode)
{
    enum { PLAYS = 200 };
    static float observation[PLAYS * LENGTH];
    static int32_t action[2][PLAYS];
    static int row[PLAYS];
    static uint32_t time[PLAYS];
    driven d;
    int count = 0;
    start(&d, &mg_lio_networked, c);
    set_block(&d, MG_KIND_POLICIES, 0, 0.0f);
    ((float *)tensor_of(&d, MG_KIND_POLICIES, "agent 0 output.bias").data)[1] = 1.0f;
    for (int k = 0; k < PLAYS; k++)
        time[k] = (uint32_t)k;
    const float *of_agent[2] = {observation, observation};
    int32_t *actions[2] = {action[0], action[1]};
    const mg_batch batch = {.mode = mode, .rows = PLAYS, .row = row, .time = time, .observation = of_agent};
    mg_lio_networked.act(d.self, &batch, actions, NULL);
    for (int k = 0; k < PLAYS; k++)
        count += action[0][k] == 1;
    end(&d);
    return count;
}

static void test_acting(void)
{
    mg_lio_networked_config c = mg_lio_prisoner();
    c.lio.epsilon_start = 0.01;
    int found = plays_of(&c, MG_EVALUATE);
    tap_ok(found == 200, "evaluation takes the likelier action: %d of 200", found);
    found = plays_of(&c, MG_TRAIN);
    tap_ok(found > 115 && found < 175, "training draws: %d of 200", found);
    c.greedy = false;
    found = plays_of(&c, MG_EVALUATE);
    tap_ok(found > 115 && found < 175, "and so does evaluation that is not greedy: %d of 200", found);
}

/* ---- what it wants, and its settings ---- */

static void test_needs(void)
{
    const mg_prisoner_config game = mg_prisoner_default();
    mg_lio_networked_config c = mg_lio_prisoner();
    mg_env_spec environment;
    mg_learner_spec spec;
    mg_error error = {0};
    mg_prisoner.describe(&game, NULL, &environment);
    bool good = mg_lio_networked.describe(&c, &environment, &spec, &error);
    tap_ok(good && (spec.needs & MG_NEED_GRAPH), "who pays neighbours needs a graph");
    c.neighbours = false;
    good = mg_lio_networked.describe(&c, &environment, &spec, &error);
    tap_ok(good && !(spec.needs & MG_NEED_GRAPH), "who pays all does not");
    c.lio.reward_max = 2.5;
    tap_ok(!mg_lio_networked.describe(&c, &environment, &spec, &error), "a channel that is too narrow: %s", error.text);
    mg_env_spec_free(&environment);
}

/* Learning to Share, Tables 4 and 6. */
static void test_settings(const char *name, const mg_lio_networked_config *c, const double number[7], int hidden_1,
                          int hidden_2, int givers)
{
    const mg_lio_config *l = &c->lio;
    tap_ok(l->discount == number[0] && l->policy_rate == number[1] && l->incentive_rate == number[1] &&
               l->epsilon_start == number[2] && c->epsilon_decay == number[3] && l->epsilon_end == number[4] &&
               l->cost == number[5] && l->reward_max == number[6],
           "%s: discount, rate, exploration, cost and bound", name);
    tap_ok(l->policy_hidden_1 == hidden_1 && l->policy_hidden_2 == hidden_2 && l->incentive_hidden_1 == hidden_1 &&
               l->incentive_hidden_2 == hidden_2 && l->givers == givers && c->neighbours && !c->policy_rmsprop,
           "%s: sizes and givers", name);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_games();
    test_iterations();
    test_giving();
    test_many_rows();
    test_first_weights();
    test_acting();
    test_needs();
    const mg_lio_networked_config prisoner = mg_lio_prisoner(), jungle = mg_lio_jungle(20);
    test_settings("prisoner", &prisoner, (double[]){0.99, 5e-3, 0.8, 0.99, 0.01, 1.0, 2.0}, 20, 20, 2);
    test_settings("jungle", &jungle, (double[]){0.96, 5e-5, 0.6, 0.996, 0.01, 1e-4, 3.0}, 512, 128, 20);
    return tap_done();
}
