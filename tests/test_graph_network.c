/* The body of graph convolutional networks against plain loops in double; who an agent depends
 * on; tails, sparse inputs, other orders of agents. */
#include "core/io/memory.h"
#include "core/num/isa.h"
#include "core/rl/graph_network.h"
#include "core/rl/model.h"
#include "tests/graph_plain.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 7, NEIGHBOURS = 3, SLOTS = 1 + NEIGHBOURS, SAMPLES = 5, SAMPLES_MAX = 9, SEEN = 11, EXTRA = 3 };
enum { HIDDEN_1 = 9, WIDTH = 6, HEADS = 2, LAYERS = 2, OUTPUTS = 4, ROWS = SAMPLES * AGENTS };

static const mg_key key = {77, 3};
static const mg_graph_shape shape = {.agents = AGENTS,
                                     .neighbours = NEIGHBOURS,
                                     .seen = SEEN,
                                     .extra = EXTRA,
                                     .hidden_1 = HIDDEN_1,
                                     .hidden_2 = WIDTH,
                                     .layers = LAYERS,
                                     .heads = HEADS,
                                     .outputs = OUTPUTS,
                                     .sparse = true};

typedef struct inputs {
    float seen[ROWS * SEEN], extra[ROWS * EXTRA], cotangent[ROWS * OUTPUTS];
    int32_t slot[ROWS * SLOTS];
} inputs;

/* Two of three numbers seen are 0; every fifth slot is empty; an agent may be listed twice. */
static void fill(inputs *in, uint32_t number)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, number, 0, 0);
    for (int k = 0; k < ROWS * SEEN; k++)
        in->seen[k] = mg_random_below(&stream, 3) ? 0.0f : mg_random_uniform(&stream, -1.0f, 1.0f);
    for (int k = 0; k < ROWS * EXTRA; k++)
        in->extra[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
    for (int k = 0; k < ROWS * OUTPUTS; k++)
        in->cotangent[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
    for (int row = 0; row < ROWS; row++)
        for (int s = 0; s < SLOTS; s++) {
            int32_t other = (int32_t)mg_random_below(&stream, AGENTS);
            if (mg_random_below(&stream, 5) == 0)
                other = -1;
            in->slot[row * SLOTS + s] = s ? other : row % AGENTS;
        }
}

static void start(const mg_graph_shape *of, mg_graph_network *network, mg_model *model, unsigned has)
{
    mg_node output;
    mg_graph_network_describe(network, of);
    mg_tape *tape = mg_graph_network_tape(network, SAMPLES_MAX, &output);
    mg_model_create_recorded(model, &network->layout, tape, output, 1, mg_sgd_default(0.1), has);
    mg_model_initialise(model, 0, key, 0);
    mg_model_spread(model, 0, 0.7);
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 99, 0, 0); /* biases that say something */
    for (size_t k = 0; k < model->count; k++)
        model->parameters[k] += mg_random_uniform(&stream, -0.1f, 0.1f);
}

static mg_tape_replay replay_inputs(const inputs *in, int samples)
{
    return (mg_tape_replay){.rows = samples, .input = {in->seen, in->extra}, .index = {in->slot}};
}

/* ---- plain loops ---- */

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static void test_plain(void)
{
    mg_graph_network network;
    mg_model model;
    double worst = 0.0, largest = 0.0, seen[AGENTS * (SEEN + EXTRA)], output[AGENTS * OUTPUTS];
    double weight[LAYERS * AGENTS * HEADS * SLOTS];
    inputs *in = mg_allocate(1, sizeof *in);
    start(&shape, &network, &model, 0);
    double *block = mg_allocate(model.count, sizeof *block);
    for (size_t k = 0; k < model.count; k++)
        block[k] = (double)model.parameters[k];
    fill(in, 1);
    mg_tape_replay replay = replay_inputs(in, SAMPLES);
    const float *value = mg_model_replay(&model, 0, model.parameters, &replay);
    for (int s = 0; s < SAMPLES; s++) {
        for (int k = 0; k < AGENTS * (SEEN + EXTRA); k++) {
            int row = s * AGENTS + k / (SEEN + EXTRA), at = k % (SEEN + EXTRA);
            seen[k] = (double)(at < SEEN ? in->seen[row * SEEN + at] : in->extra[row * EXTRA + at - SEEN]);
        }
        plain_graph(&network, block, seen, in->slot + s * AGENTS * SLOTS, output, weight);
        for (int k = 0; k < AGENTS * OUTPUTS; k++) {
            double off = size_of(output[k] - (double)value[s * AGENTS * OUTPUTS + k]);
            worst = off > worst ? off : worst;
            largest = size_of(output[k]) > largest ? size_of(output[k]) : largest;
        }
    }
    tap_ok(worst < 1e-5 * largest && largest > 0.5, "outputs by plain loops: %.1e off, up to %.2f", worst, largest);
    tap_ok(network.features == WIDTH * (1 + LAYERS) && network.outputs == OUTPUTS && network.layout.views == 22,
           "sizes and views");
    free(block);
    free(in);
    mg_model_destroy(&model);
}

/* ---- bits ---- */

/* The bits of output, gradient and the gradient by what is extra, in one row. */
typedef struct result {
    float output[ROWS * OUTPUTS], by_extra[ROWS * EXTRA], by_seen[ROWS * SEEN], gradient[4096];
    size_t count;
} result;

static void run(const mg_graph_shape *of, const inputs *in, bool by_seen, result *out)
{
    mg_graph_network network;
    mg_model model;
    start(of, &network, &model, 0);
    memset(out, 0, sizeof *out);
    mg_tape_replay replay = replay_inputs(in, SAMPLES);
    memcpy(out->output, mg_model_replay(&model, 0, model.parameters, &replay), sizeof out->output);
    float *by_input[MG_TAPE_INPUTS_MAX] = {by_seen ? out->by_seen : NULL, out->by_extra};
    const mg_cotangent from = {model.output, in->cotangent};
    mg_model_replay_backward(&model, &replay, 1, &from, by_input);
    memcpy(out->gradient, model.gradient, model.count * sizeof(float));
    out->count = model.count;
    mg_model_destroy(&model);
}

static bool same(const void *a, const void *b, size_t size)
{
    return memcmp(a, b, size) == 0;
}

static void test_paths(void)
{
    mg_graph_shape dense = shape;
    inputs *in = mg_allocate(1, sizeof *in);
    result *a = mg_allocate(2, sizeof *a), *b = a + 1;
    dense.sparse = false;
    fill(in, 2);
    run(&shape, in, true, a);
    run(&dense, in, true, b);
    tap_ok(a->count == b->count && a->count < 4096, "%zu parameters", a->count);
    tap_ok(same(a->output, b->output, sizeof a->output), "a sparse first layer: outputs to the bit");
    tap_ok(same(a->gradient, b->gradient, sizeof a->gradient), "gradients to the bit");
    tap_ok(same(a->by_extra, b->by_extra, sizeof a->by_extra) && same(a->by_seen, b->by_seen, sizeof a->by_seen),
           "and by what is seen and extra");
    run(&shape, in, false, b);
    tap_ok(same(a->by_extra, b->by_extra, sizeof a->by_extra) && same(a->gradient, b->gradient, sizeof a->gradient),
           "what is left out changes nothing");
    free(in);
    free(a);
}

/* ---- who depends on whom ---- */

static void test_order(void)
{
    static const int place[AGENTS] = {3, 0, 6, 1, 5, 2, 4}; /* of agent i in the other order */
    inputs *in = mg_allocate(2, sizeof *in), *other = in + 1;
    result *a = mg_allocate(2, sizeof *a), *b = a + 1;
    int wrong = 0;
    fill(in, 3);
    for (int row = 0; row < ROWS; row++) {
        int to = row - row % AGENTS + place[row % AGENTS];
        memcpy(other->seen + to * SEEN, in->seen + row * SEEN, SEEN * sizeof(float));
        memcpy(other->extra + to * EXTRA, in->extra + row * EXTRA, EXTRA * sizeof(float));
        for (int s = 0; s < SLOTS; s++) {
            int32_t slot = in->slot[row * SLOTS + s];
            other->slot[to * SLOTS + s] = slot < 0 ? slot : place[slot];
        }
    }
    run(&shape, in, false, a);
    run(&shape, other, false, b);
    for (int row = 0; row < ROWS; row++) {
        int to = row - row % AGENTS + place[row % AGENTS];
        wrong += !same(a->output + row * OUTPUTS, b->output + to * OUTPUTS, OUTPUTS * sizeof(float));
    }
    tap_ok(wrong == 0, "agents in another order: the same outputs in that order, to the bit");
    free(in);
    free(a);
}

/* A line of agents that look to the next one only: two layers see two agents ahead, and no farther. */
static void test_reach(void)
{
    inputs *in = mg_allocate(1, sizeof *in);
    result *a = mg_allocate(2, sizeof *a), *b = a + 1;
    fill(in, 4);
    for (int row = 0; row < ROWS; row++) {
        int i = row % AGENTS;
        const int32_t slot[SLOTS] = {i, i + 1 < AGENTS ? i + 1 : -1, -1, -1};
        memcpy(in->slot + row * SLOTS, slot, sizeof slot);
    }
    run(&shape, in, false, a);
    in->extra[4 * EXTRA] += 0.5f; /* agent 4 of sample 0 */
    run(&shape, in, false, b);
    bool moved[ROWS];
    for (int row = 0; row < ROWS; row++)
        moved[row] = !same(a->output + row * OUTPUTS, b->output + row * OUTPUTS, OUTPUTS * sizeof(float));
    tap_ok(moved[2] && moved[3] && moved[4], "two layers see two agents ahead");
    tap_ok(!moved[0] && !moved[1] && !moved[5] && !moved[6], "not three, and not back");
    int others = 0;
    for (int row = AGENTS; row < ROWS; row++)
        others += moved[row];
    tap_ok(others == 0, "nor into other samples");
    free(in);
    free(a);
}

static void test_shapes(void)
{
    mg_graph_network network;
    mg_model model;
    mg_graph_shape of = shape;
    inputs *in = mg_allocate(1, sizeof *in);
    result *whole = mg_allocate(1, sizeof *whole);
    fill(in, 5);
    run(&shape, in, false, whole);
    start(&shape, &network, &model, MG_MODEL_TARGET);
    mg_tape_replay replay = replay_inputs(in, 2);
    const float *value = mg_model_replay(&model, 0, model.parameters, &replay);
    tap_ok(same(value, whole->output, 2 * AGENTS * OUTPUTS * sizeof(float)), "two of five samples: their bits");
    mg_tensor tensor[64];
    int count = mg_model_tensors(&model, MG_KIND_POLICIES, "network", tensor, 64, 0);
    tap_ok(count == 2 * 22 + 3 && !strcmp(tensor[10].name, "network 0 attention1.output.weight"), "%d tensors: %s",
           count, tensor[10].name);
    mg_model_destroy(&model);
    of.outputs = of.extra = 0;
    start(&of, &network, &model, 0);
    replay = replay_inputs(in, SAMPLES);
    value = mg_model_replay(&model, 0, model.parameters, &replay);
    int positive = 0;
    for (int k = 0; k < ROWS * network.features; k++)
        positive += value[k] > 0.0f;
    tap_ok(network.outputs == WIDTH * 3 && positive > ROWS * WIDTH && positive < ROWS * WIDTH * 3,
           "without a head the features, rectified, are the output");
    mg_model_destroy(&model);
    free(in);
    free(whole);
}

static void test_batches(void)
{
    static const float from[2 * 3 * 2] = {0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121};
    static const float rows[2 * 3 * 2] = {0, 1, 100, 101, 10, 11, 110, 111, 20, 21, 120, 121};
    static const int32_t list[2 * 3] = {1, -1, 1, 0, 0, -1}, slots[2 * 3 * 2] = {0, 1, 1, 0, 0, -1, 1, 0, 0, 1, 1, -1};
    float to[12];
    int32_t slot[12];
    mg_graph_slots(2, 3, 1, list, slot);
    tap_ok(same(slot, slots, sizeof slots), "lists of neighbours become slots, oneself first");
    static const int32_t by_sample[2 * 3] = {1, 0, -1, 0, 1, -1};
    memset(slot, 7, sizeof slot);
    mg_graph_slots_by_sample(2, 3, 1, by_sample, slot);
    tap_ok(same(slot, slots, sizeof slots), "... from lists by sample too");
    const float *const seen[2] = {from, from + 6};
    const int32_t *const near[2] = {list, list + 3};
    const mg_batch batch = {.rows = 3, .observation = seen, .neighbour = near};
    memset(slot, 7, sizeof slot);
    memset(to, 7, sizeof to);
    mg_graph_batch(&batch, 2, 2, 1, 1, 2, to, slot);
    tap_ok(same(to, rows + 4, 8 * sizeof *to) && same(slot, slots + 4, 8 * sizeof *slot),
           "... and both from the last two entries of a batch of three");
}

int main(void)
{
    char message[200];
    mg_isa_choose("auto", message, sizeof message);
    test_plain();
    test_paths();
    test_order();
    test_reach();
    test_shapes();
    test_batches();
    return tap_done();
}
