/* LIO with actor-critic: its meta-gradient in Cleanup and elsewhere against central differences in binary64, its policy
 * step and what weighs it, networks with pictures against plain loops, and an iteration that resumes. */
#define MG_DOUBLE /* core/num/real.h */
#include "algos/lio_step.h"
#include "algos/pictured_plain.h"
#include "core/rl/proximal_step.h"
#include "suite/shared/cleanup_play.h"
#include "tests/tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 4000, ROWS = 5 };

static mg_stream stream_of(uint32_t time)
{
    return mg_stream_at((mg_key){9997, 1}, MG_PURPOSE_TEST, time, 0, 0);
}

static double uniform(mg_stream *stream)
{
    return 2.0 * mg_random_double(stream) - 1.0;
}

static void fill(double *x, size_t n, mg_stream *stream)
{
    for (size_t k = 0; k < n; k++)
        x[k] = uniform(stream);
}

static double larger(double a, double b)
{
    b = b < 0.0 ? -b : b;
    return b > a ? b : a;
}

/* ---- networks with pictures ---- */

static mg_network_image picture_of(int channels, int height, int width, int filters, int window)
{
    return (mg_network_image){.channels = channels,
                              .height = height,
                              .width = width,
                              .filters = filters,
                              .window = window,
                              .weight = MG_INITIALISE_GLOROT_UNIFORM,
                              .bias = MG_INITIALISE_ZERO,
                              .filters_bias = MG_INITIALISE_GLOROT_UNIFORM};
}

/* Forward and backward of a tape and of plain loops, on the same numbers; differences of the plain loss besides. */
static void test_network(const char *says, int channels, int height, int width, int window, int beside, bool bias)
{
    static double parameters[ROOM], input[ROWS * 200], cotangent[ROWS * 3], gradient[ROOM], plain[ROOM], memory[ROOM];
    const mg_network_image picture = picture_of(channels, height, width, 4, window);
    const int inputs = channels * height * width + beside;
    const mg_layer output = {"output", 3, MG_ACTIVATION_NONE, MG_INITIALISE_GLOROT_UNIFORM,
                             bias ? (int)MG_INITIALISE_ZERO : MG_NO_BIAS};
    const mg_pictured_plain net = {channels, height, width, 4, window, inputs, 7, 5, 3, bias};
    mg_network network;
    mg_node out;
    mg_stream stream = stream_of(1);
    mg_network_pictured(&network, &picture, inputs, 7, 5, &output, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    const size_t count = network.layout.count;
    mg_tape *tape = mg_network_tape(&network, ROWS, &out);
    fill(parameters, count, &stream);
    fill(input, (size_t)(ROWS * inputs), &stream);
    fill(cotangent, ROWS * 3, &stream);
    mg_tape_replay replay = {.rows = ROWS, .parameters = parameters, .input = {input}};
    replay.workspace = malloc(mg_tape_workspace(tape) * sizeof(double));
    mg_tape_forward(tape, &replay);
    mg_tape_backward(tape, &replay, 1, &(mg_cotangent){out, cotangent}, gradient, NULL);
    memset(plain, 0, count * sizeof *plain);
    double off = 0.0;
    for (int r = 0; r < ROWS; r++) {
        double found[3];
        mg_pictured_plain_forward(&net, parameters, input + r * inputs, memory, found);
        mg_pictured_plain_backward(&net, parameters, input + r * inputs, memory, cotangent + r * 3, plain);
        for (int k = 0; k < 3; k++)
            off = larger(off, found[k] - mg_tape_value(tape, &replay, out)[r * 3 + k]);
    }
    tap_ok(off < 1e-12 && mg_pictured_plain_count(&net) == count, "%s: forward as in plain loops: off by %.1g", says,
           off);
    off = 0.0;
    for (size_t k = 0; k < count; k++)
        off = larger(off, plain[k] - gradient[k]);
    tap_ok(off < 1e-11, "... and backward: off by %.1g", off);
    double error = 0.0;
    for (size_t k = 0; k < count; k += 3) { /* of sum cotangent . output */
        double side[2];
        for (int s = 0; s < 2; s++) {
            double found[3];
            parameters[k] += s ? -2e-6 : 1e-6;
            side[s] = 0.0;
            for (int r = 0; r < ROWS; r++) {
                mg_pictured_plain_forward(&net, parameters, input + r * inputs, memory, found);
                for (int c = 0; c < 3; c++)
                    side[s] += cotangent[r * 3 + c] * found[c];
            }
        }
        parameters[k] += 1e-6;
        error = larger(error, (side[0] - side[1]) / 2e-6 - gradient[k]);
    }
    tap_ok(error < 1e-6, "... and central differences: off by %.1g", error);
    free(replay.workspace);
    mg_tape_destroy(tape);
}

static void test_networks(void)
{
    mg_network network, other;
    const mg_layer output = {"output", 2, MG_ACTIVATION_NONE, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO};
    test_network("a picture alone", 2, 4, 5, 3, 0, true);
    test_network("a picture and numbers beside it", 3, 5, 4, 3, 2, true);
    test_network("no bias of outputs", 1, 3, 3, 2, 1, false);
    mg_network_pictured(&network, NULL, 6, 4, 3, &output, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    mg_network_hidden_two(&other, 6, 4, 3, 2, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    tap_ok(!memcmp(&network.layout, &other.layout, sizeof other.layout), "without a picture it is two hidden layers");
}

/* ---- the meta-gradient ---- */

static mg_lio_shape settings_of(int hidden, int filters)
{
    return (mg_lio_shape){.policy_hidden_1 = hidden,
                          .policy_hidden_2 = hidden,
                          .incentive_hidden_1 = hidden,
                          .incentive_hidden_2 = hidden,
                          .discount = 0.99,
                          .entropy = 0.1,
                          .policy_rate = 1e-2,
                          .reward_max = 2.0,
                          .log_form = {true, 1e-15},
                          .picture = {.filters = filters, .window = 3}};
}

static double cleanup_error(const mg_lio_shape *settings, uint32_t time, double mutate)
{
    mg_cleanup_config river = mg_cleanup_default(false);
    mg_stream stream = stream_of(time);
    river.depletion = 1.0; /* apples grow, so that there are rewards */
    river.steps = 20;
    return cleanup_gradient_error(&river, settings, 60, &stream, mutate);
}

static void test_meta_gradient(void)
{
    mg_lio_shape small = settings_of(8, 2), whole = settings_of(64, 6);
    for (uint32_t n = 0; n < 3; n++) {
        const double error = cleanup_error(&small, 10 + n, 1.0);
        tap_ok(error < 1e-6, "small networks in Cleanup: closed form against differences: %.1g", error);
    }
    double error = cleanup_error(&whole, 20, 1.0);
    tap_ok(error < 1e-6, "the paper's networks: %.1g", error);
    error = cleanup_error(&small, 10, 1.001);
    tap_ok(error > 1e-4, "mutation: a thousandth more is noticed: %.1g", error);
    error = cleanup_error(&small, 10, (double)NAN);
    tap_ok(error != error, "mutation: a closed form that is NaN has an error that is NaN: %g", error);
    small.log_form.guard = 0.01;
    error = cleanup_error(&small, 10, 1.0);
    tap_ok(error < 1e-6, "with a guard that matters: %.1g", error);
}

/* ---- what weighs the policy step: by hand, of one hidden unit less ---- */

static void test_weights(void)
{
    enum { STEPS = 4, ACTIONS = 3, LENGTH = 2 };
    const mg_lio_shape shape = {.agents = 2,
                                .observation = LENGTH,
                                .actions = ACTIONS,
                                .steps_max = STEPS,
                                .policy_hidden_1 = 4,
                                .policy_hidden_2 = 3,
                                .incentive_hidden_1 = 4,
                                .incentive_hidden_2 = 3,
                                .discount = 0.9,
                                .policy_rate = 0.5,
                                .reward_max = 2.0,
                                .log_form = {true, 1e-15}};
    static double reals[500], theta[2][200], before[200], value[STEPS + 1];
    int32_t actions[2 * STEPS];
    mg_lio_program program;
    mg_stream stream = stream_of(30);
    mg_lio_program_create(&program, &shape);
    mg_lio_scratch *scratch = mg_lio_scratch_create(&program);
    mg_trajectory tau = mg_trajectory_place(2, LENGTH, STEPS, reals, actions);
    tau.steps = STEPS;
    fill(reals, mg_trajectory_reals(2, LENGTH, STEPS), &stream);
    fill(value, STEPS + 1, &stream);
    for (int k = 0; k < 2 * STEPS; k++)
        actions[k] = (int32_t)mg_random_below(&stream, ACTIONS);
    fill(theta[0], program.policy.network.layout.count, &stream);
    memcpy(theta[1], theta[0], sizeof theta[0]);
    mg_lio_agent agent = {.theta = theta[0], .theta_before = before, .reinforce = mg_reinforce_create(&program.policy)};
    agent.value = value;
    mg_lio_policy_step(&program, scratch, &agent, 0, &tau, 0.2);
    /* the same by returns of rewards that make these advantages */
    double *reward = mg_trajectory_reward(&tau, 0), *received = mg_trajectory_received(&tau, 0), advantage[STEPS];
    for (int t = 0; t < STEPS; t++)
        advantage[t] = reward[t] + received[t] + 0.9 * value[t + 1] - value[t];
    for (int t = 0; t < STEPS; t++) {
        reward[t] = advantage[t] - (t + 1 < STEPS ? 0.9 * advantage[t + 1] : 0.0);
        received[t] = 0.0;
    }
    agent.value = NULL;
    agent.theta = theta[1];
    mg_lio_policy_step(&program, scratch, &agent, 0, &tau, 0.2);
    double off = 0.0, moved = 0.0;
    for (size_t k = 0; k < program.policy.network.layout.count; k++) {
        off = larger(off, theta[0][k] - theta[1][k]);
        moved = larger(moved, theta[1][k] - before[k]);
    }
    tap_ok(off < 1e-13 && moved > 1e-3,
           "a policy steps by advantages as by returns that are equal to them: off by %.1g", off);
    mg_reinforce_destroy(agent.reinforce);
    mg_lio_scratch_destroy(scratch);
    mg_lio_program_destroy(&program);
}

int main(void)
{
    test_networks();
    test_meta_gradient();
    test_weights();
    return tap_done();
}
