/* What metagrad-cleanup says of itself: who is paid by a designer, for how long, what play earns; and the networks of a
 * picture that is all that is seen, their shapes and what a designer gives, against plain loops in binary64. */
#include "algos/pictured_plain.h"
#include "core/io/memory.h"
#include "core/num/isa.h"
#include "core/num/scalar_math.h"
#include "tests/direct_notes.h"

#include <stdlib.h>

static mg_profile quick_profile(const mg_direct *direct)
{
    (void)direct;
    return MG_PROFILE_QUICK;
}

#define mg_direct_profile quick_profile
#include "suite/metagrad_cleanup.c"
#undef main

enum { SIDE = 9, PICTURE = 3 * SIDE * SIDE, INPUTS = PICTURE + 4, NUMBERS = 3, ROWS = 5 };
static const mg_key key = {9984, 15};

static void test_play(void)
{
    run(run_play);
    tap_ok(metric("divided_return") > 37.0 && metric("divided_return") < 41.0 && metric("random_return") < 2.0 &&
               metric("random_washed") > 4.0 && metric("divided_washed") > 37.0,
           "divided labour earns %g, random play %g", metric("divided_return"), metric("random_return"));
}

/* ---- what is trained ---- */

static bool set_up_of(const char *method, const char *variant, mg_setup *setup)
{
    mg_error error = {0};
    mg_grid_row row = {NULL, NULL};
    for (int m = 0; m < grid.methods; m++)
        if (!strcmp(trained[m].name, method))
            row.method = &trained[m];
    for (int v = 0; v < grid.variants; v++)
        if (!strcmp(variants[v].name, variant))
            row.variant = &variants[v];
    return mg_grid_set_up(&grid, &row, MG_PROFILE_PAPER, false, setup, &error);
}

static void test_set_up(void)
{
    static mg_setup setup;
    static const char *const method[] = {"metagrad", "dual-rl-c", "ac", "cen"};
    for (int m = 0; m < 4; m++) {
        bool good = set_up_of(method[m], "7x7", &setup);
        const mg_cleanup_config *river = (const void *)setup.environment_config;
        tap_ok(good && setup.environment == &mg_cleanup && !river->large && river->designer == (m < 2) &&
                   setup.budget.units == 100000 && setup.budget.evaluate_every == 2000,
               "%s: %s, for 100 000 episodes", method[m], m < 2 ? "a designer pays" : "nobody pays");
    }
    for (int sums = 0; sums < 2; sums++) {
        bool good = set_up_of("metagrad", sums ? "7x7-sums" : "7x7", &setup);
        const mg_metagrad_config *config = (const void *)setup.learner_config;
        tap_ok(good && config->agents.sums == sums && config->agents.descent && config->agents.shared,
               "the agents' step is of %s", sums ? "sums" : "means");
    }
}

/* ---- networks ---- */

static int numbers_of(const mg_tensor *tensor, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(tensor[i].name, name))
            return tensor[i].rows * tensor[i].columns;
    return -1;
}

static void test_shapes(const mg_tensor *tensor, int count)
{
    static const struct {
        const char *name;
        int numbers;
    } expected[] = {{"policy 0 filters_1.weight", 27 * 6},
                    {"policy 0 filters_2.weight", -1},
                    {"policy 0 image.weight", 486 * 64},
                    {"policy 0 first.weight", -1},
                    {"policy 0 second.weight", 64 * 64},
                    {"policy 0 output.weight", 64 * 6},
                    {"policy 1 output.weight", -1},
                    {"critic 0 image.weight", 486 * 64},
                    {"critic 0 output.weight", 64},
                    {"designer 0 filters_1.weight", 27 * 6},
                    {"designer 0 image.weight", 486 * 64},
                    {"designer 0 second.weight", 68 * 64},
                    {"designer 0 output.weight", 64 * 3},
                    {"designer 0 output.bias", -1},
                    {"designer critic 0 image.weight", 486 * 64},
                    {"designer critic 0 second.weight", 64 * 64},
                    {"designer critic 0 output.bias", 1}};
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        const int found = numbers_of(tensor, count, expected[k].name);
        tap_ok(found == expected[k].numbers, "%s: %d numbers", expected[k].name, found);
    }
}

/* The designer's parameters one after the other, in binary64. */
static size_t parameters_of(const mg_tensor *tensor, int count, double *to)
{
    size_t n = 0;
    for (int i = 0; i < count; i++)
        if (!strncmp(tensor[i].name, "designer 0 ", 11) && tensor[i].kind == MG_KIND_INCENTIVES)
            for (int k = 0; k < tensor[i].rows * tensor[i].columns; k++)
                to[n++] = (double)((const float *)tensor[i].data)[k];
    return n;
}

/* What it gives for pictures and actions, beside plain loops. */
static void test_gifts(void *self, const mg_tensor *tensor, int count)
{
    static const mg_pictured_plain net = {3, SIDE, SIDE, 6, 3, INPUTS, 64, 64, NUMBERS, false};
    static float view[ROWS * PICTURE];
    float given[ROWS][NUMBERS], *transfers[ROWS];
    int32_t action[2][ROWS];
    double *parameters = mg_allocate(mg_pictured_plain_count(&net), sizeof(double)), off = 0.0, apart = 0.0;
    double *memory = mg_allocate(mg_pictured_plain_memory(&net), sizeof(double));
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 0);
    for (int k = 0; k < ROWS * PICTURE; k++)
        view[k] = (float)mg_random_below(&stream, 3) / 2.0f;
    for (int k = 0; k < ROWS; k++) {
        transfers[k] = given[k];
        action[0][k] = k % 2 ? MG_CLEANUP_CLEAN : MG_CLEANUP_UP;
        action[1][k] = k > 2 ? MG_CLEANUP_CLEAN : MG_CLEANUP_STAY;
    }
    const int32_t *const actions[2] = {action[0], action[1]};
    mg_metagrad.give(self, &(mg_batch){.mode = MG_EVALUATE, .rows = ROWS, .designer = view}, actions, transfers);
    const bool whole = parameters_of(tensor, count, parameters) == mg_pictured_plain_count(&net);
    for (int k = 0; k < ROWS; k++) {
        double input[INPUTS], y[NUMBERS];
        for (int n = 0; n < PICTURE; n++)
            input[n] = (double)view[k * PICTURE + n];
        for (int i = 0; i < 2; i++) {
            input[PICTURE + 2 * i] = action[i][k] == MG_CLEANUP_CLEAN ? 0.0 : 1.0;
            input[PICTURE + 2 * i + 1] = 1.0 - input[PICTURE + 2 * i];
        }
        mg_pictured_plain_forward(&net, parameters, input, memory, y);
        for (int n = 0; n < NUMBERS; n++) {
            const double by = 2.0 / (1.0 + mg_exp(-y[n])) - (double)given[k][n];
            off = by > off ? by : -by > off ? -by : off;
            apart += (double)given[k][n] - (double)given[(k + 1) % ROWS][0] > 0.01;
        }
    }
    tap_ok(whole && off < 1e-5 && apart > 2.0, "what the designer gives is what plain loops say: off by %.1e", off);
    free(parameters);
    free(memory);
}

static void test_networks(void)
{
    static mg_tensor tensor[200];
    mg_env_spec spec;
    mg_learner_spec learner;
    mg_error error = {0};
    mg_cleanup_config river = mg_cleanup_default(false);
    const mg_metagrad_config config = mg_metagrad_cleanup_paper();
    river.designer = true;
    mg_cleanup.describe(&river, NULL, &spec);
    bool good =
        mg_metagrad.describe(&config, &spec, &learner, &error) && mg_needs_met("metagrad", &learner, &spec, &error);
    void *self = good ? mg_metagrad.create(&config, &spec, key, &error) : NULL;
    if (!tap_ok(self != NULL, "MetaGrad starts in Cleanup%s", error.text))
        return;
    const int count = mg_metagrad.tensors(self, tensor, 200);
    test_shapes(tensor, count);
    test_gifts(self, tensor, count);
    mg_metagrad.destroy(self);
    mg_env_spec_free(&spec);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_play();
    test_set_up();
    test_networks();
    return tap_done();
}
