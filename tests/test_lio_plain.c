/* The updates of lio_step.h and reinforce.h in binary64 against the same procedure written plainly (lio_plain.h), whose
 * own gradient is held against central differences of its own loss. Two, three and four agents, every form of the
 * logarithm; all pay all, or their neighbours on a graph that changes; plain policy steps, or RMSProp's. */
#define MG_DOUBLE
#include "core/num/isa.h"
#include "tests/plain_episodes.h"

typedef struct under_test {
    mg_lio_program program;
    mg_lio_scratch *scratch;
    mg_lio_agent agent[MG_LIO_PLAIN_AGENTS];
    double theta[MG_LIO_PLAIN_AGENTS][MG_LIO_PLAIN_PARAMETERS], before[MG_LIO_PLAIN_AGENTS][MG_LIO_PLAIN_PARAMETERS];
    double moments[MG_LIO_PLAIN_AGENTS][2 * MG_LIO_PLAIN_PARAMETERS]; /* of RMSProp */
    double rate[MG_LIO_PLAIN_AGENTS][MG_LIO_PLAIN_PARAMETERS];        /* what it made of each parameter's gradient */
} under_test;

static double policy_loss(const made_up *m, int j)
{
    return mg_lio_plain_policy_loss(&m->plain, j, m->plain.theta[j]);
}

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

static void make(under_test *u, const mg_lio_shape *shape)
{
    mg_lio_program_create(&u->program, shape);
    u->scratch = mg_lio_scratch_create(&u->program);
    for (int i = 0; i < shape->agents; i++)
        u->agent[i] = (mg_lio_agent){.theta = u->theta[i], .theta_before = u->before[i]};
    for (int i = 0; i < shape->agents; i++) {
        u->agent[i].reinforce = mg_reinforce_create(&u->program.policy);
        u->agent[i].state = mg_optimiser_start();
        u->agent[i].moments = shape->optimiser.kind == MG_SGD ? NULL : u->moments[i];
    }
}

/* Second moments from earlier steps; and the step of RMSProp by them, worked out here. */
static void remember_steps(under_test *u, made_up *m, int j, const double *gradient, size_t count)
{
    const mg_optimiser_config *c = &m->plain.shape.optimiser;
    mg_stream stream = made_up_stream(70 + (uint32_t)j);
    m->plain.rate[j] = u->rate[j];
    for (size_t k = 0; k < count; k++) {
        double *second = &u->moments[j][count + k];
        *second = between(&stream, 0.0, 2.0) * gradient[k] * gradient[k] + 1e-4;
        u->rate[j][k] =
            c->rate / (mg_sqrt(c->beta2 * *second + (1.0 - c->beta2) * gradient[k] * gradient[k]) + c->epsilon);
    }
}

static void release(under_test *u)
{
    for (int i = 0; i < u->program.agents; i++)
        mg_reinforce_destroy(u->agent[i].reinforce);
    mg_lio_scratch_destroy(u->scratch);
    mg_lio_program_destroy(&u->program);
}

/* NULL where everybody is paid by index. */
static const int32_t *neighbours_at(const mg_trajectory *tau, int giver, int t)
{
    const int32_t *all = mg_trajectory_neighbour(tau, giver);
    return all ? all + t * tau->neighbours : NULL;
}

/* What every giver pays everybody on tau, by the code under test; adds it to tau->received. */
static double pay(under_test *u, made_up *m)
{
    const mg_lio_shape *s = &m->plain.shape;
    double input[MG_LIO_PLAIN_STEPS * MG_LIO_PLAIN_WIDTH], given[MG_LIO_PLAIN_STEPS * MG_LIO_PLAIN_AGENTS], worst = 0.0;
    for (int giver = 0; giver < s->agents; giver++) {
        for (int t = 0; t < m->tau.steps; t++)
            mg_lio_incentive_input(&u->program, giver, mg_trajectory_observation(&m->tau, giver) + t * s->observation,
                                   neighbours_at(&m->tau, giver, t), m->tau.action + t, m->tau.steps_max,
                                   input + t * u->program.input);
        mg_lio_give(&u->program, u->scratch, giver, m->eta[giver], m->tau.steps, input,
                    neighbours_at(&m->tau, giver, 0), given);
        for (int t = 0; t < m->tau.steps; t++)
            for (int k = 0; k < s->agents; k++) {
                int32_t joint[MG_LIO_PLAIN_AGENTS];
                for (int i = 0; i < s->agents; i++)
                    joint[i] = mg_trajectory_action(&m->tau, i)[t];
                double wanted = mg_lio_plain_incentive(&m->plain, giver, k,
                                                       mg_trajectory_observation(&m->tau, giver) + t * s->observation,
                                                       neighbours_at(&m->tau, giver, t), joint);
                double off = absolute(given[t * s->agents + k] - wanted);
                worst = off > worst ? off : worst;
                mg_trajectory_received(&m->tau, k)[t] += given[t * s->agents + k];
            }
    }
    return worst;
}

/* Policy steps of all agents; the largest relative error of a step, and of the plain gradient against differences. */
static double step_policies(under_test *u, made_up *m, double *plain_error)
{
    double gradient[MG_LIO_PLAIN_PARAMETERS], slope[MG_LIO_PLAIN_PARAMETERS], moved[MG_LIO_PLAIN_PARAMETERS],
        worst = 0.0;
    size_t count = u->program.policy.network.layout.count;
    for (int j = 0; j < m->plain.shape.agents; j++) {
        mg_lio_plain_policy_gradient(&m->plain, j, gradient);
        differences(policy_loss, m, j, m->theta[j], count, slope);
        double error = relative_error(count, gradient, slope);
        *plain_error = error > *plain_error ? error : *plain_error;
        memcpy(u->theta[j], m->theta[j], sizeof u->theta[j]);
        u->agent[j].eta = m->eta[j];
        if (u->agent[j].moments)
            remember_steps(u, m, j, gradient, count);
        mg_lio_policy_step(&u->program, u->scratch, &u->agent[j], j, &m->tau, m->plain.epsilon);
        for (size_t k = 0; k < count; k++)
            moved[k] =
                (m->theta[j][k] - u->theta[j][k]) / (m->plain.rate[j] ? u->rate[j][k] : m->plain.shape.policy_rate);
        error = relative_error(count, moved, gradient);
        worst = error > worst ? error : worst;
    }
    return worst;
}

static void test_iteration(const char *name, const mg_lio_shape *shape, double epsilon, int steps, int steps_hat,
                           uint32_t n)
{
    static made_up m;
    static under_test u;
    double gradient[MG_LIO_PLAIN_PARAMETERS], cost_gradient[MG_LIO_PLAIN_PARAMETERS], slope[MG_LIO_PLAIN_PARAMETERS];
    double plain_error = 0.0;
    mg_stream stream = made_up_stream(n);
    make(&u, shape);
    draw_everything(&m, shape, &u.program, epsilon, steps, steps_hat, &stream);
    double paid = pay(&u, &m);
    tap_ok(paid < 1e-12, "%s: incentives are as plainly computed, nothing to oneself: %.1e", name, paid);
    double stepped = step_policies(&u, &m, &plain_error);
    tap_ok(plain_error < 1e-6, "%s: the plain policy gradient is the slope of its loss: %.1e", name, plain_error);
    tap_ok(stepped < 1e-9, "%s: policy steps follow the plain gradient: %.1e", name, stepped);
    size_t count = u.program.incentive_network.layout.count;
    for (int giver = 0; giver < shape->agents; giver++) {
        mg_lio_incentive_gradient(&u.program, u.scratch, u.agent, giver, &m.tau, &m.tau_hat, gradient, cost_gradient);
        differences(incentive_loss, &m, giver, m.eta[giver], count, slope);
        double error = relative_error(count, gradient, slope);
        tap_ok(error < 1e-6, "%s: giver %d's gradient is the slope of the plain two-step loss: %.1e", name, giver,
               error);
        mg_lio_one_episode_gradient(&u.program, u.scratch, u.agent, giver, &m.tau, epsilon, gradient, cost_gradient);
        differences(one_episode_loss, &m, giver, m.eta[giver], count, slope);
        error = relative_error(count, gradient, slope);
        tap_ok(error < 1e-6, "%s: of one episode too: %.1e", name, error);
        differences(cost, &m, giver, m.eta[giver], count, slope);
        error = relative_error(count, cost_gradient, slope);
        tap_ok(error < 1e-6, "%s: giver %d's cost has the slope of the discounted sum: %.1e", name, giver, error);
    }
    release(&u);
}

/* Where pi~ of an action is far below the guard its log has next to no slope; without the guard it has all of it. */
static void test_guard(void)
{
    mg_lio_shape shape = {.agents = 2,
                          .observation = 3,
                          .actions = 2,
                          .steps_max = 4,
                          .policy_hidden_1 = 4,
                          .policy_hidden_2 = 3,
                          .incentive_hidden_1 = 4,
                          .incentive_hidden_2 = 3,
                          .discount = 0.9,
                          .entropy = 0.0,
                          .policy_rate = 1.0,
                          .reward_max = 1.0};
    const mg_log_form form[] = {{true, 1e-15}, {false, 1e-15}, {false, 0.0}};
    static made_up m;
    static under_test u;
    double length[3] = {0.0, 0.0, 0.0};
    for (int f = 0; f < 3; f++) {
        double gradient[MG_LIO_PLAIN_PARAMETERS], moved[MG_LIO_PLAIN_PARAMETERS];
        mg_stream stream = made_up_stream(50);
        shape.log_form = form[f];
        make(&u, &shape);
        size_t count = u.program.policy.network.layout.count;
        draw_everything(&m, &shape, &u.program, 0.0, 4, 4, &stream);
        m.theta[0][count - 1] += 46.0; /* the last bias: action 0 is played once in 1e20 */
        for (int t = 0; t < 4; t++)
            mg_trajectory_action(&m.tau, 0)[t] = 0;
        pay(&u, &m);
        mg_lio_plain_policy_gradient(&m.plain, 0, gradient);
        memcpy(u.theta[0], m.theta[0], sizeof u.theta[0]);
        mg_lio_policy_step(&u.program, u.scratch, &u.agent[0], 0, &m.tau, 0.0);
        for (size_t k = 0; k < count; k++) {
            moved[k] = m.theta[0][k] - u.theta[0][k];
            length[f] += gradient[k] * gradient[k];
        }
        /* the difference of two numbers of size 46 cannot hold the guarded slope: compare where it can */
        double error = relative_error(count - 1, moved, gradient);
        tap_ok(error < 1e-6, "guard %g on %s, probability 1e-20: %.1e", form[f].guard,
               form[f].of_mixture ? "pi~" : "pi", error);
        release(&u);
    }
    tap_ok(length[0] < 1e-8 * length[2] && length[1] < 1e-8 * length[2], "the guard all but ends that slope");
}

/* A graph of all others in index order is no graph: the same networks, less the number for oneself, pay and learn the
 * same. */
static void test_everybody_a_neighbour(void)
{
    mg_lio_shape all = {.agents = 3,
                        .observation = 4,
                        .actions = 3,
                        .steps_max = 7,
                        .policy_hidden_1 = 7,
                        .policy_hidden_2 = 5,
                        .incentive_hidden_1 = 6,
                        .incentive_hidden_2 = 4,
                        .discount = 0.8,
                        .entropy = 0.4,
                        .policy_rate = 0.05,
                        .reward_max = 2.0,
                        .log_form = {true, 1e-15}};
    mg_lio_shape graph = all;
    static made_up m;
    static under_test u, v;
    static double eta[MG_LIO_PLAIN_AGENTS][MG_LIO_PLAIN_PARAMETERS];
    double by_index[MG_LIO_PLAIN_PARAMETERS], by_graph[MG_LIO_PLAIN_PARAMETERS], cost[2][MG_LIO_PLAIN_PARAMETERS],
        plain_error = 0.0, worst = 0.0, paid = 0.0;
    mg_stream stream = made_up_stream(7);
    graph.neighbours = 2;
    make(&u, &all);
    make(&v, &graph);
    draw_everything(&m, &all, &u.program, 0.3, 6, 5, &stream);
    pay(&u, &m);
    step_policies(&u, &m, &plain_error);
    m.tau.neighbours = 2;
    m.tau.neighbour = m.links;
    size_t n = v.program.incentive_network.layout.count, start = n - 4 * 2; /* the last layer: 4 x 2, else 4 x 3 */
    for (int i = 0; i < 3; i++) {
        memcpy(v.theta[i], u.theta[i], sizeof v.theta[i]);
        memcpy(v.before[i], m.theta[i], sizeof v.before[i]);
        v.agent[i].eta = eta[i];
        memcpy(eta[i], m.eta[i], start * sizeof(double));
        for (int k = 0; k < 8; k++)
            eta[i][start + (size_t)k] = m.eta[i][start + (size_t)(k / 2 * 3 + (k % 2 + (k % 2 >= i)))];
        for (int t = 0; t < m.tau.steps; t++)
            for (int slot = 0; slot < 2; slot++)
                mg_trajectory_neighbour(&m.tau, i)[t * 2 + slot] = slot + (slot >= i);
    }
    for (int j = 0; j < 3; j++) { /* what the slopes of step 2 are taken at */
        memcpy(v.theta[j], m.theta[j], sizeof v.theta[j]);
        mg_lio_policy_step(&v.program, v.scratch, &v.agent[j], j, &m.tau, m.plain.epsilon);
    }
    for (int giver = 0; giver < 3; giver++) {
        double input[MG_LIO_PLAIN_WIDTH], given[2][3];
        for (int form = 0; form < 2; form++) {
            under_test *w = form ? &v : &u;
            const int32_t *neighbour = form ? mg_trajectory_neighbour(&m.tau, giver) : NULL;
            mg_lio_incentive_input(&w->program, giver, mg_trajectory_observation(&m.tau, giver), neighbour,
                                   m.tau.action, m.tau.steps_max, input);
            mg_lio_give(&w->program, w->scratch, giver, w->agent[giver].eta, 1, input, neighbour, given[form]);
            mg_lio_incentive_gradient(&w->program, w->scratch, w->agent, giver, &m.tau, &m.tau_hat,
                                      form ? by_graph : by_index, cost[form]);
        }
        double off = relative_error(3, given[1], given[0]);
        paid = off > paid ? off : paid;
        for (int k = 0; k < 8; k++) { /* the number for oneself left out */
            size_t from = start + (size_t)(k / 2 * 3 + (k % 2 + (k % 2 >= giver)));
            by_index[start + (size_t)k] = by_index[from];
            cost[0][start + (size_t)k] = cost[0][from];
        }
        off = relative_error(n, by_graph, by_index);
        worst = off > worst ? off : worst;
        off = relative_error(n, cost[1], cost[0]);
        worst = off > worst ? off : worst;
    }
    tap_ok(paid < 1e-12, "all others as neighbours are paid as by index: %.1e", paid);
    tap_ok(worst < 1e-12, "... and learned from: %.1e", worst);
    release(&u);
    release(&v);
}

/* All weights 0, hidden biases of the incentive function 1: both policies are one half, a log probability has a slope
 * along the last biases alone, +-1/2, so that a step of tau and one of tau^ meet with 1/2 where the actions are the
 * same and -1/2 where not; y is 1/2 and its slope 1/4, and the last layer reads ones. */
static void test_by_hand(void)
{
    mg_lio_shape shape = {.agents = 3,
                          .observation = 2,
                          .actions = 2,
                          .steps_max = 3,
                          .policy_hidden_1 = 2,
                          .policy_hidden_2 = 2,
                          .incentive_hidden_1 = 2,
                          .incentive_hidden_2 = 1,
                          .discount = 0.5,
                          .entropy = 0.0,
                          .policy_rate = 0.0, /* theta^ is theta: rate 0.1 is put back below */
                          .reward_max = 4.0,
                          .log_form = {false, 0.0},
                          .neighbours = 1};
    static made_up m;
    static under_test u;
    double gradient[MG_LIO_PLAIN_PARAMETERS], cost[MG_LIO_PLAIN_PARAMETERS];
    mg_stream stream = made_up_stream(8);
    make(&u, &shape);
    draw_everything(&m, &shape, &u.program, 0.0, 2, 1, &stream);
    memset(m.theta, 0, sizeof m.theta);
    memset(m.eta, 0, sizeof m.eta);
    size_t n = u.program.incentive_network.layout.count;
    m.eta[0][n - 2] = 1.0; /* the second layer's bias */
    /* agent 0 pays agent 1 in the first step and agent 2 in the second; tau^ has one step that brings it 3 */
    static const int32_t to[2] = {1, 2}, action[3][2] = {{0, 0}, {1, 0}, {1, 1}}, action_hat[3] = {0, 1, 0};
    for (int i = 0; i < 3; i++) {
        for (int t = 0; t < 2; t++) {
            mg_trajectory_action(&m.tau, i)[t] = action[i][t];
            mg_trajectory_neighbour(&m.tau, i)[t] = i == 0 ? to[t] : 0;
            mg_trajectory_reward(&m.tau, i)[t] = 0.0;
        }
        mg_trajectory_action(&m.tau_hat, i)[0] = action_hat[i];
        mg_trajectory_reward(&m.tau_hat, i)[0] = i == 0 ? 3.0 : 100.0;
        memcpy(u.theta[i], m.theta[i], sizeof u.theta[i]);
        u.agent[i].eta = m.eta[i];
        mg_lio_policy_step(&u.program, u.scratch, &u.agent[i], i, &m.tau, 0.0);
    }
    u.program.policy_rate = 0.1;
    mg_lio_incentive_gradient(&u.program, u.scratch, u.agent, 0, &m.tau, &m.tau_hat, gradient, cost);
    /* agent 1, paid in step 0: it played 1, and 1 on tau^: s_0 = -3 / 2, S_0 = -3 / 2. Agent 2, paid in step 1: it
     * played 1 twice and 0 on tau^: s = 3 / 2, S_1 = 3 / 2 + 0.5 * 3 / 2 = 9 / 4. In all 0.1 * 4 * (3 / 4) / 4. */
    double wanted = 0.1 * 4.0 * 0.75 / 4.0;
    tap_ok(absolute(gradient[n - 1] - wanted) < 1e-12, "a giver's gradient by hand: %g, got %g", wanted,
           gradient[n - 1]);
    tap_ok(absolute(cost[n - 1] - 1.5 / 4.0) < 1e-12, "and its cost's: %g, got %g", 1.5 / 4.0, cost[n - 1]);
    release(&u);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    mg_lio_shape two = {.agents = 2,
                        .observation = 5,
                        .actions = 2,
                        .steps_max = 5,
                        .policy_hidden_1 = 16,
                        .policy_hidden_2 = 8,
                        .incentive_hidden_1 = 16,
                        .incentive_hidden_2 = 8,
                        .discount = 0.99,
                        .entropy = 0.1,
                        .policy_rate = 1e-3,
                        .reward_max = 3.0};
    mg_lio_shape three = {.agents = 3,
                          .observation = 4,
                          .actions = 3,
                          .steps_max = 7,
                          .policy_hidden_1 = 7,
                          .policy_hidden_2 = 5,
                          .incentive_hidden_1 = 6,
                          .incentive_hidden_2 = 4,
                          .discount = 0.8,
                          .entropy = 0.4,
                          .policy_rate = 0.05,
                          .reward_max = 2.0};
    two.log_form = (mg_log_form){true, 1e-15};
    test_iteration("two agents as released", &two, 0.3, 5, 5, 1);
    two.log_form = (mg_log_form){false, 1e-15};
    test_iteration("two agents, log pi", &two, 0.3, 5, 5, 2);
    three.log_form = (mg_log_form){true, 1e-15};
    test_iteration("three agents as released", &three, 0.6, 6, 4, 3);
    three.log_form = (mg_log_form){false, 0.0};
    test_iteration("three agents, log pi without a guard", &three, 0.6, 5, 7, 4);
    mg_lio_shape four = three;
    four.agents = 4;
    four.neighbours = 2;
    four.log_form = (mg_log_form){true, 1e-15};
    test_iteration("four agents who pay their neighbours", &four, 0.6, 6, 4, 5);
    four.optimiser = mg_rmsprop_default(0.01);
    four.optimiser.epsilon = 1e-3;
    test_iteration("four agents whose policies step by RMSProp", &four, 0.6, 6, 7, 6);
    test_everybody_a_neighbour();
    test_by_hand();
    test_guard();
    return tap_done();
}
