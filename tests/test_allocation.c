/* Nothing allocates in a replay or a training step. (counting_allocator.h) */
#include "core/num/isa.h"
#include "core/num/optimiser.h"
#include "core/num/rng.h"
#include "core/num/tape.h"
#include "tests/counting_allocator.h"
#include "tests/tap.h"
#include "tests/tape_cases_convolution.h"
#include "tests/tape_cases_recurrent.h"

/* ---- what is watched: an actor with every kind of operation ---- */

typedef struct actor {
    mg_tape *tape;
    mg_layout layout;
    mg_node policy, loss;
    mg_tape_replay replay;
    float *parameters, *gradient, *moments, *observation_gradient, *tangent;
} actor;

#define ROWS 32

static void record(actor *a)
{
    mg_layout_clear(&a->layout);
    int first = mg_layout_add_linear(&a->layout, "first", 8, 64, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    int second = mg_layout_add_linear(&a->layout, "second", 64, 5, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    int names = mg_layout_add(&a->layout, "names", 4, 3, MG_INITIALISE_NORMAL, 4, 3);
    mg_tape *tape = a->tape = mg_tape_create(ROWS);
    mg_node x =
        mg_tape_concat(tape, mg_tape_input(tape, 5), mg_tape_lookup(tape, &a->layout, names, mg_tape_index(tape)));
    mg_node hidden = mg_tape_linear(tape, x, &a->layout, first, MG_ACTIVATION_TANH);
    mg_node logits = mg_tape_linear(tape, hidden, &a->layout, second, MG_ACTIVATION_NONE);
    mg_node logs = mg_tape_log_softmax(tape, logits);
    a->policy = mg_tape_softmax(tape, logits);
    mg_node entropy = mg_tape_row_sum(tape, mg_tape_multiply(tape, a->policy, logs));
    mg_node ratio = mg_tape_exp(tape, mg_tape_gather(tape, logs, mg_tape_index(tape)));
    mg_node clipped = mg_tape_minimum(tape, ratio, mg_tape_clip(tape, ratio, 0.8, 1.2));
    a->loss = mg_tape_mean(tape, mg_tape_subtract(tape, entropy, clipped));
    mg_tape_finish(tape);
}

static void allocate(actor *a)
{
    mg_stream stream = mg_stream_at((mg_key){4, 1}, MG_PURPOSE_TEST, 0, 0, 0);
    mg_optimiser_config optimiser = mg_adam_torch_default(1e-3);
    float *observation = calloc(ROWS * 5, sizeof(float));
    int32_t *index = calloc(ROWS, sizeof *index);
    for (int i = 0; i < ROWS * 5; i++) {
        observation[i] = mg_random_uniform(&stream, -1, 1);
    }
    a->parameters = calloc(a->layout.count, sizeof(float));
    a->gradient = calloc(a->layout.count, sizeof(float));
    a->moments = calloc(mg_optimiser_reals(&optimiser, a->layout.count), sizeof(float));
    a->observation_gradient = calloc(ROWS * 5, sizeof(float));
    a->tangent = calloc(ROWS * 5, sizeof(float));
    mg_parameters_initialise(&a->layout, &stream, a->parameters);
    a->replay = (mg_tape_replay){.rows = ROWS,
                                 .parameters = a->parameters,
                                 .input = {observation},
                                 .index = {index, index},
                                 .workspace = calloc(mg_tape_workspace(a->tape), sizeof(float))};
}

static void train(actor *a, int steps, bool leak)
{
    mg_optimiser_config optimiser = mg_adam_torch_default(1e-3);
    mg_optimiser_state state = mg_optimiser_start();
    float *inputs[1] = {a->observation_gradient};
    for (int i = 0; i < steps; i++) {
        mg_cotangent cotangent = {a->loss, NULL};
        a->replay.rows = 1 + i % ROWS;
        mg_tape_forward(a->tape, &a->replay);
        mg_tape_backward(a->tape, &a->replay, 1, &cotangent, a->gradient, inputs);
        mg_tape_tangent(a->tape, &a->replay, a->gradient, a->policy, a->tangent);
        mg_clip_gradient_norm(a->layout.count, 1, a->gradient);
        mg_optimiser_step(&optimiser, &state, a->layout.count, a->gradient, a->moments, a->parameters);
        mg_soft_update(a->layout.count, 0.5F, a->parameters, a->moments);
        if (leak && i == 0) {
            void *volatile lost = malloc(8);
            (void)lost;
        }
    }
}

/* ---- every operation of the families ---- */

/* Programs of all cases, made before anything is counted. */
static int build_worlds(const tape_case *of, size_t cases, world **to)
{
    int count = 0;
    for (size_t i = 0; i < cases; i++) {
        for (int variant = 0; variant < of[i].variants; variant++) {
            to[count++] = build_case(&of[i], variant, false, true, ROWS, ROWS);
        }
    }
    return count;
}

static void replay_worlds(int count, world *const *of, float *gradient, float *input_gradient)
{
    float *inputs[MG_TAPE_INPUTS_MAX] = {input_gradient};
    for (int i = 0; i < count; i++) {
        mg_cotangent cotangent = {of[i]->output[0], NULL};
        mg_tape_replay replay = replay_of(of[i]);
        mg_tape_forward(of[i]->tape, &replay);
        mg_tape_backward(of[i]->tape, &replay, 1, &cotangent, gradient, inputs);
    }
}

static void test_families(void)
{
    world *of[80];
    int count = build_worlds(group_cases, sizeof group_cases / sizeof *group_cases, of);
    count += build_worlds(recurrent_cases, sizeof recurrent_cases / sizeof *recurrent_cases, of + count);
    count += build_worlds(convolution_cases, sizeof convolution_cases / sizeof *convolution_cases, of + count);
    float *gradient = calloc(10000, sizeof *gradient), *input_gradient = calloc(100000, sizeof *input_gradient);
    long before = allocations;
    replay_worlds(count, of, gradient, input_gradient);
    tap_ok(allocations == before, "%ld allocations in replays of %d programs of groups, memory and images",
           allocations - before, count);
}

int main(void)
{
    char message[200];
    static actor a;
    if (!COUNTING) {
        tap_skip("allocations cannot be counted under a sanitizer");
        return tap_done();
    }
    const char *name;
    record(&a);
    allocate(&a);
    tap_ok(allocations >= 8, "allocations are counted: %ld while setting up", allocations);
    for (int i = 0; (name = mg_isa_available(i)) != NULL; i++) {
        mg_isa_choose(name, message, sizeof message);
        long before = allocations;
        train(&a, 100, false);
        long during = allocations - before;
        tap_ok(during == 0, "%s: %ld allocations in 100 training steps", name, during);
    }
    long before = allocations;
    train(&a, 100, true);
    tap_ok(allocations - before == 1, "twin: one deliberate allocation is counted");
    test_families();
    return tap_done();
}
