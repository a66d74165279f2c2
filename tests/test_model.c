/* Networks and models against plain loops in double: outputs, gradients, Adam's steps, targets, and that copies share
 * nothing but memory for one at a time. */
#include "core/num/scalar_math.h"
#include "core/io/memory.h"
#include "core/rl/model.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { INPUTS = 5, HIDDEN_1 = 7, HIDDEN_2 = 6, OUTPUTS = 3, ROWS = 11, COPIES = 3 };
enum { COUNT = (INPUTS + 1) * HIDDEN_1 + (HIDDEN_1 + 1) * HIDDEN_2 + (HIDDEN_2 + 1) * OUTPUTS };

static const mg_key key = {4242, 1};

static void fill(float *x, int n, uint32_t number)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, number, 0, 0);
    for (int k = 0; k < n; k++)
        x[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
}

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

/* y = x W + b, then ReLU or not; returns the numbers of W and b. */
static int plain_layer(const double *parameter, int inputs, int outputs, bool relu, const double *x, double *y)
{
    for (int o = 0; o < outputs; o++) {
        y[o] = parameter[inputs * outputs + o];
        for (int i = 0; i < inputs; i++)
            y[o] += x[i] * parameter[i * outputs + o];
        if (relu && y[o] < 0.0)
            y[o] = 0.0;
    }
    return (inputs + 1) * outputs;
}

static void plain_forward(const double *parameter, const double *input, double *output)
{
    double first[HIDDEN_1], second[HIDDEN_2];
    parameter += plain_layer(parameter, INPUTS, HIDDEN_1, true, input, first);
    parameter += plain_layer(parameter, HIDDEN_1, HIDDEN_2, true, first, second);
    plain_layer(parameter, HIDDEN_2, OUTPUTS, false, second, output);
}

/* sum over rows and outputs of weight * output, of these parameters and inputs. */
static double plain_sum(const double *parameter, const double *input, const float *weight)
{
    double sum = 0.0, output[OUTPUTS];
    for (int r = 0; r < ROWS; r++) {
        plain_forward(parameter, input + r * INPUTS, output);
        for (int o = 0; o < OUTPUTS; o++)
            sum += (double)weight[r * OUTPUTS + o] * output[o];
    }
    return sum;
}

static void start(mg_network *network, mg_model *model, mg_optimiser_config optimiser, unsigned has)
{
    mg_network_hidden_two(network, INPUTS, HIDDEN_1, HIDDEN_2, OUTPUTS, MG_INITIALISE_FAN_IN_UNIFORM,
                          MG_INITIALISE_FAN_IN_UNIFORM);
    mg_model_create(model, network, ROWS, COPIES, optimiser, has);
    for (int copy = 0; copy < COPIES; copy++)
        mg_model_initialise(model, copy, key, (uint32_t)copy);
}

static void to_double(const float *x, int n, double *y)
{
    for (int k = 0; k < n; k++)
        y[k] = (double)x[k];
}

static void test_description(void)
{
    mg_network network;
    const mg_layer layer[] = {{"in", 4, MG_ACTIVATION_TANH, MG_INITIALISE_NORMAL, MG_NO_BIAS},
                              {"out", 2, MG_ACTIVATION_SIGMOID, MG_INITIALISE_NORMAL, MG_INITIALISE_ZERO}};
    mg_network_describe(&network, 3, 2, layer);
    tap_ok(network.inputs == 3 && network.outputs == 2 && network.layout.count == 3 * 4 + 4 * 2 + 2,
           "two layers, one without bias: %zu parameters", network.layout.count);
    tap_ok(!strcmp(network.layout.view[0].name, "in.weight") && !strcmp(network.layout.view[1].name, "out.weight") &&
               !strcmp(network.layout.view[2].name, "out.bias"),
           "named after their layers, weight before bias");
    mg_tape *tape = mg_tape_create(1);
    mg_node output = mg_network_record(tape, &network, mg_tape_input(tape, 3));
    mg_tape_finish(tape);
    float block[22], input[3] = {0.5f, -1.0f, 0.25f};
    fill(block, 22, 1);
    float *workspace = malloc(mg_tape_workspace(tape) * sizeof *workspace);
    mg_tape_replay replay = {.rows = 1, .parameters = block, .workspace = workspace};
    replay.input[0] = input;
    mg_tape_forward(tape, &replay);
    const float *y = mg_tape_value(tape, &replay, output);
    double worst = 0.0;
    for (int o = 0; o < 2; o++) {
        double sum = (double)block[20 + o];
        for (int h = 0; h < 4; h++) {
            double x = 0.0;
            for (int i = 0; i < 3; i++)
                x += (double)input[i] * (double)block[i * 4 + h];
            double up = mg_exp(x), down = mg_exp(-x);
            sum += (up - down) / (up + down) * (double)block[12 + h * 2 + o];
        }
        double off = size_of(1.0 / (1.0 + mg_exp(-sum)) - (double)y[o]);
        worst = off > worst ? off : worst;
    }
    tap_ok(worst < 1e-6, "each layer with its own activation: %.1e off", worst);
    mg_tape_destroy(tape);
    free(workspace);
}

static void test_gradients(void)
{
    mg_network network;
    mg_model model;
    start(&network, &model, mg_sgd_default(0.5), 0);
    tap_ok(model.count == COUNT, "%d parameters", COUNT);
    tap_ok(memcmp(mg_model_parameters(&model, 0), mg_model_parameters(&model, 1), COUNT * sizeof(float)) != 0,
           "other numbers of networks, other first values");
    float input[ROWS * INPUTS], cotangent[ROWS * OUTPUTS], by_input[ROWS * INPUTS], before[COUNT];
    double parameter[COUNT], x[ROWS * INPUTS], output[OUTPUTS], off = 0.0, worst = 0.0, worst_input = 0.0;
    fill(input, ROWS * INPUTS, 2);
    fill(cotangent, ROWS * OUTPUTS, 3);
    to_double(input, ROWS * INPUTS, x);
    to_double(mg_model_parameters(&model, 1), COUNT, parameter);
    const float *y = mg_model_forward(&model, 1, ROWS, input);
    for (int r = 0; r < ROWS; r++) {
        plain_forward(parameter, x + r * INPUTS, output);
        for (int o = 0; o < OUTPUTS; o++) {
            double by = size_of(output[o] - (double)y[r * OUTPUTS + o]);
            off = by > off ? by : off;
        }
    }
    tap_ok(off < 1e-5, "forward of one of three: %.1e off", off);
    mg_model_backward(&model, 1, ROWS, input, cotangent, by_input);
    for (int k = 0; k < COUNT; k++) {
        double kept = parameter[k];
        parameter[k] = kept + 1e-6;
        double up = plain_sum(parameter, x, cotangent);
        parameter[k] = kept - 1e-6;
        double by = size_of((up - plain_sum(parameter, x, cotangent)) / 2e-6 - (double)model.gradient[k]);
        parameter[k] = kept;
        worst = by > worst ? by : worst;
    }
    for (int k = 0; k < ROWS * INPUTS; k++) {
        double kept = x[k];
        x[k] = kept + 1e-6;
        double up = plain_sum(parameter, x, cotangent);
        x[k] = kept - 1e-6;
        double by = size_of((up - plain_sum(parameter, x, cotangent)) / 2e-6 - (double)by_input[k]);
        x[k] = kept;
        worst_input = by > worst_input ? by : worst_input;
    }
    tap_ok(worst < 1e-4, "gradient by its parameters against central differences: %.1e off", worst);
    tap_ok(worst_input < 1e-4, "and by its inputs: %.1e off", worst_input);
    memcpy(before, mg_model_parameters(&model, 1), sizeof before);
    mg_model_step(&model, 1);
    bool stepped = true;
    for (int k = 0; k < COUNT; k++)
        stepped = stepped && size_of((double)before[k] - 0.5 * (double)model.gradient[k] -
                                     (double)mg_model_parameters(&model, 1)[k]) < 1e-6;
    tap_ok(stepped, "a step goes down it");
    mg_model_destroy(&model);
}

/* Three steps of Adam of copy 2 and one of copy 0, by the formula. */
static void test_steps(void)
{
    mg_network network;
    mg_model model;
    start(&network, &model, mg_adam_torch_default(0.01), 0);
    double parameter[COUNT], m[COUNT] = {0}, v[COUNT] = {0}, worst = 0.0, power_1 = 1.0, power_2 = 1.0;
    float other[2 * COUNT];
    memcpy(other, mg_model_parameters(&model, 0), sizeof other);
    to_double(mg_model_parameters(&model, 2), COUNT, parameter);
    for (int t = 0; t < 3; t++) {
        fill(model.gradient, COUNT, 10 + (uint32_t)t);
        mg_model_step(&model, 2);
        power_1 *= 0.9;
        power_2 *= 0.999;
        for (int k = 0; k < COUNT; k++) {
            double g = (double)model.gradient[k];
            m[k] = 0.9 * m[k] + 0.1 * g;
            v[k] = 0.999 * v[k] + 0.001 * g * g;
            parameter[k] -= 0.01 * (m[k] / (1.0 - power_1)) / (mg_sqrt(v[k] / (1.0 - power_2)) + 1e-8);
        }
    }
    for (int k = 0; k < COUNT; k++) {
        double off = size_of(parameter[k] - (double)mg_model_parameters(&model, 2)[k]);
        worst = off > worst ? off : worst;
    }
    tap_ok(worst < 1e-5, "three steps of Adam by hand: %.1e off", worst);
    tap_ok(memcmp(other, mg_model_parameters(&model, 0), sizeof other) == 0, "the other copies stay where they are");
    tap_ok(model.stepper.steps[2] == 3 && model.stepper.steps[0] == 0 && model.stepper.beta_power[4] == power_1 &&
               model.stepper.beta_power[5] == power_2 && model.stepper.beta_power[0] == 1.0,
           "each counts for itself");
    float early = mg_model_parameters(&model, 0)[0];
    fill(model.gradient, COUNT, 20);
    mg_model_step(&model, 0);
    double first = size_of((double)early - (double)mg_model_parameters(&model, 0)[0]);
    tap_ok(size_of(first - 0.01) < 1e-6, "its first step has the size of a first step: %g", first);
    const float *moments = mg_stepper_moments(&model.stepper, 1);
    bool empty = true;
    for (int k = 0; k < 2 * COUNT; k++)
        empty = empty && moments[k] == 0.0f;
    tap_ok(empty, "moments are a copy's own");
    mg_model_destroy(&model);
}

/* Two steppers that count in one pair of arrays: [agent][one of a, two of b]. */
static void test_shared_counters(void)
{
    enum { AGENTS = 2 };
    mg_stepper a, b;
    double power[2 * 3 * AGENTS];
    uint64_t steps[3 * AGENTS] = {0};
    float gradient[4] = {1.0f, 1.0f, 1.0f, 1.0f}, parameters[4] = {0};
    for (int n = 0; n < 2 * 3 * AGENTS; n++)
        power[n] = 1.0;
    mg_stepper_create(&a, mg_adam_torch_default(0.1), AGENTS, 4);
    mg_stepper_create(&b, mg_adam_torch_default(0.1), 2 * AGENTS, 4);
    mg_stepper_share_counters(&a, power, steps, 1, 3, 0);
    mg_stepper_share_counters(&b, power, steps, 2, 3, 1);
    mg_stepper_step(&a, 1, gradient, parameters);
    for (int n = 0; n < 2; n++)
        mg_stepper_step(&b, 1, gradient, parameters);
    for (int n = 0; n < 3; n++)
        mg_stepper_step(&b, 2, gradient, parameters);
    static const uint64_t wanted[3 * AGENTS] = {0, 0, 2, 1, 3, 0};
    tap_ok(memcmp(steps, wanted, sizeof wanted) == 0, "counters that two share lie where they were said to");
    tap_ok(power[2 * 2] == 0.9 * 0.9 && power[2 * 4] == 0.9 * 0.9 * 0.9 && power[2 * 5] == 1.0, "powers too");
    mg_stepper_destroy(&a);
    mg_stepper_destroy(&b);
}

static void test_target(void)
{
    mg_network network;
    mg_model model;
    start(&network, &model, mg_sgd_default(1.0), MG_MODEL_TARGET);
    float *online = mg_model_parameters(&model, 1), *target = mg_model_target(&model, 1), before[COUNT];
    float input[ROWS * INPUTS], kept[ROWS * OUTPUTS];
    fill(input, ROWS * INPUTS, 4);
    tap_ok(memcmp(online, target, COUNT * sizeof(float)) == 0, "a target starts equal");
    fill(model.gradient, COUNT, 5);
    mg_model_step(&model, 1);
    memcpy(before, target, sizeof before);
    memcpy(kept, mg_model_forward_target(&model, 1, ROWS, input), sizeof kept);
    tap_ok(memcmp(kept, mg_model_forward(&model, 1, ROWS, input), sizeof kept) != 0, "and stays where it was");
    mg_model_follow(&model, 1, 0.25f);
    double worst = 0.0;
    for (int k = 0; k < COUNT; k++) {
        double off = size_of(0.75 * (double)before[k] + 0.25 * (double)online[k] - (double)target[k]);
        worst = off > worst ? off : worst;
    }
    tap_ok(worst < 1e-6, "a quarter of the way: %.1e off", worst);
    tap_ok(memcmp(mg_model_target(&model, 0), mg_model_parameters(&model, 0), COUNT * sizeof(float)) == 0,
           "the others' targets stay");
    mg_model_follow(&model, 1, 1.0f);
    tap_ok(memcmp(online, target, COUNT * sizeof(float)) == 0, "all of the way is equal, to the bit");
    memcpy(kept, mg_model_forward(&model, 1, ROWS, input), sizeof kept);
    tap_ok(memcmp(kept, mg_model_forward_target(&model, 1, ROWS, input), sizeof kept) == 0, "and says the same");
    mg_model_destroy(&model);
}

/* Backward of one copy after the forward of another. */
static void test_values(void)
{
    mg_network network;
    mg_model model;
    float input[2][ROWS * INPUTS], cotangent[ROWS * OUTPUTS], gradient[COUNT];
    fill(input[0], ROWS * INPUTS, 6);
    fill(input[1], ROWS * INPUTS, 7);
    fill(cotangent, ROWS * OUTPUTS, 8);
    start(&network, &model, mg_sgd_default(1.0), MG_MODEL_VALUES);
    mg_model_forward(&model, 0, ROWS, input[0]);
    mg_model_backward(&model, 0, ROWS, input[0], cotangent, NULL);
    memcpy(gradient, model.gradient, sizeof gradient);
    mg_model_forward(&model, 0, ROWS, input[0]);
    mg_model_forward(&model, 1, ROWS, input[1]);
    mg_model_backward(&model, 0, ROWS, input[0], cotangent, NULL);
    tap_ok(memcmp(gradient, model.gradient, sizeof gradient) == 0, "a copy's values outlive another's forward");
    mg_model_destroy(&model);
}

static void test_lists(void)
{
    mg_network network;
    mg_model model;
    mg_tensor tensor[9];
    start(&network, &model, mg_sgd_default(1.0), 0);
    int count =
        mg_list_block(&network.layout, mg_model_parameters(&model, 2), MG_KIND_CRITICS, "agent 2", tensor, 8, 1);
    tap_ok(count == 7 && !strcmp(tensor[1].name, "agent 2 first.weight") && tensor[1].rows == INPUTS &&
               tensor[1].columns == HIDDEN_1 && tensor[1].data == mg_model_parameters(&model, 2),
           "a block's views, from the first");
    tap_ok(!strcmp(tensor[6].name, "agent 2 output.bias") && tensor[6].kind == MG_KIND_CRITICS &&
               (float *)tensor[6].data == mg_model_parameters(&model, 2) + COUNT - OUTPUTS,
           "to the last");
    uint64_t numbers[3] = {0};
    memcpy(tensor[8].name, "untouched", 10);
    count = mg_list_array(MG_KIND_STATE, "numbers", MG_TYPE_U64, 3, numbers, tensor, 8, count);
    tap_ok(count == 8 && tensor[7].columns == 3 && tensor[7].data == numbers, "an array");
    tap_ok(mg_list_array(MG_KIND_STATE, "more", MG_TYPE_U64, 3, numbers, tensor, 8, count) == 9 &&
               !strcmp(tensor[7].name, "numbers") && !strcmp(tensor[8].name, "untouched"),
           "what has no room is counted, not written");
    mg_model_destroy(&model);
}

static void test_model_list(void)
{
    static const char *const name[] = {"critic 2 first.weight", "critic 2 target output.bias", "critic moments",
                                       "critic powers", "critic steps"};
    enum { VIEWS = 6, ALL = 2 * VIEWS * COPIES };
    mg_network network;
    mg_model model;
    mg_tensor tensor[ALL + 4];
    start(&network, &model, mg_adam_torch_default(0.01), MG_MODEL_TARGET);
    const int at[] = {4 * VIEWS + 1, ALL, ALL + 1, ALL + 2, ALL + 3};
    const void *const data[] = {mg_model_parameters(&model, 2), mg_model_target(&model, 2) + COUNT - OUTPUTS,
                                model.stepper.moments, model.stepper.beta_power, model.stepper.steps};
    const int columns[] = {HIDDEN_1, OUTPUTS, COPIES * 2 * COUNT, 2 * COPIES, COPIES};
    int count = mg_model_tensors(&model, MG_KIND_CRITICS, "critic", tensor, ALL + 4, 1), wrong = 0;
    for (int k = 0; k < 5; k++)
        wrong += strcmp(tensor[at[k]].name, name[k]) || tensor[at[k]].data != data[k] ||
                 tensor[at[k]].columns != columns[k] ||
                 tensor[at[k]].kind != (k < 2 ? MG_KIND_CRITICS : MG_KIND_OPTIMISERS);
    tap_ok(count == ALL + 4 && wrong == 0, "all of a model in one list: %d tensors, %d wrong", count - 1, wrong);
    mg_model_destroy(&model);
    start(&network, &model, mg_adam_torch_default(0.01), 0);
    tap_ok(mg_model_tensors(&model, MG_KIND_CRITICS, "critic", NULL, 0, 0) == VIEWS * COPIES + 3,
           "... and without targets only what there is");
    mg_model_destroy(&model);
}

/* ---- memory ---- */

static bool on_a_boundary(const void *p, uintptr_t boundary)
{
    return (uintptr_t)p % boundary == 0;
}

static void test_blocks(void)
{
    mg_network network;
    mg_model model;
    start(&network, &model, mg_adam_torch_default(0.01), MG_MODEL_TARGET | MG_MODEL_VALUES);
    tap_ok(on_a_boundary(model.parameters, 64) && on_a_boundary(model.target, 64) &&
               on_a_boundary(model.gradient, 64) && on_a_boundary(model.stepper.moments, 64) &&
               on_a_boundary(model.workspace, 64) && on_a_boundary(model.values, 64),
           "all blocks of a model begin on a cache line");
    mg_model_destroy(&model);
    enum { BLOCKS = 16, LARGE = 1 << 20 };
    unsigned char *block[BLOCKS];
    bool lines = true, zero = true;
    for (int again = 0; again < 2; again++) {
        for (size_t b = 0; b < BLOCKS; b++) {
            block[b] = mg_allocate_block(8 * b, 5);
            lines = lines && on_a_boundary(block[b], 64);
            for (size_t k = 0; k < 40 * b; k++)
                zero = zero && block[b][k] == 0;
            memset(block[b], 0xff, 40 * b);
        }
        for (int b = 0; b < BLOCKS; b++)
            free(block[b]);
    }
    tap_ok(lines && zero, "blocks of 0 to 600 bytes on cache lines, zero even where memory was used before");
    unsigned char *large = mg_allocate_block(LARGE + 1, 1), *less = mg_allocate_block(LARGE - 64, 1);
    bool clear = true;
    for (int k = 0; k <= LARGE; k++)
        clear = clear && large[k] == 0 && (k >= LARGE - 64 || less[k] == 0);
    tap_ok(on_a_boundary(large, (uintptr_t)1 << 21) && on_a_boundary(less, 64) && clear,
           "a block of 1 MB begins where a huge page does, and is zero");
    free(large);
    free(less);
}

int main(void)
{
    test_description();
    test_gradients();
    test_steps();
    test_shared_counters();
    test_target();
    test_values();
    test_lists();
    test_model_list();
    test_blocks();
    return tap_done();
}
