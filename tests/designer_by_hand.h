/* designer_by_hand.h - what the suites of learners with a designer share: random episodes, networks in plain loops, and
 * the numbers of a learner's tensors. */
#ifndef MG_TESTS_DESIGNER_BY_HAND_H
#define MG_TESTS_DESIGNER_BY_HAND_H

#include "core/num/scalar_math.h"
#include "core/rl/learner.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum {
    AGENTS = 2,
    SEEN = 3,
    ACTIONS = 3,
    STEPS = 5,
    VIEWS = 4,
    NUMBERS = 2,
    H = 4,
    M = 3, /* units of a memory */
    LEDGER = AGENTS * (1 + NUMBERS),
    INPUTS_MAX = VIEWS + AGENTS * ACTIONS
};
enum {
    THETA = (SEEN + 1) * H + (H + 1) * H + (H + 1) * ACTIONS,
    MEMORY = 4 * M * (H + M + 1),
    ETA_MAX = INPUTS_MAX * H + H + (H + 1) * H + MEMORY + H * NUMBERS
};
enum { CRITIC_MAX = (VIEWS + 1) * H + (H + 1) * H + MEMORY + H + 1 };

/* Numbers of a critic. */
__attribute__((unused)) static int critic_length(bool remembers)
{
    return (VIEWS + 1) * H + (H + 1) * H + (remembers ? MEMORY + M : H) + 1;
}

static const mg_key key = {4731, 3};

typedef struct episode {
    int steps;
    bool terminated;
    float seen[STEPS + 1][AGENTS][SEEN], view[STEPS + 1][VIEWS], asked[STEPS][VIEWS], reward[STEPS][AGENTS],
        received[STEPS][AGENTS], welfare[STEPS];
    float sensitivity[STEPS][AGENTS][NUMBERS], given[STEPS][NUMBERS], ledger[STEPS + 1][LEDGER];
    uint8_t allowed[STEPS][AGENTS][ACTIONS];
    int32_t action[STEPS][AGENTS];
} episode;

static void draw_episode(episode *e, uint32_t number, int steps, bool terminated)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, number, 0, 0);
    memset(e, 0, sizeof *e);
    e->steps = steps;
    e->terminated = terminated;
    for (int t = 0; t <= steps; t++) {
        for (int k = 0; k < AGENTS * SEEN; k++)
            e->seen[t][k / SEEN][k % SEEN] = mg_random_uniform(&stream, -1.0f, 1.0f);
        for (int k = 0; k < VIEWS; k++)
            e->view[t][k] = mg_random_uniform(&stream, -1.0f, 1.0f);
    }
    for (int t = 0; t < steps; t++) {
        for (int k = 0; k < VIEWS; k++)
            e->asked[t][k] = mg_random_uniform(&stream, -1.0f, 1.0f);
        e->welfare[t] = mg_random_uniform(&stream, -1.0f, 1.0f);
        for (int i = 0; i < AGENTS; i++) {
            e->reward[t][i] = mg_random_uniform(&stream, -1.0f, 1.0f);
            e->received[t][i] = mg_random_uniform(&stream, 0.0f, 1.0f);
            e->action[t][i] = (int32_t)mg_random_below(&stream, ACTIONS);
            for (int n = 0; n < NUMBERS; n++)
                e->sensitivity[t][i][n] = mg_random_uniform(&stream, -1.0f, 1.0f);
            for (int b = 0; b < ACTIONS; b++) /* what is barred is played too */
                e->allowed[t][i][b] = b == (t + i) % ACTIONS || mg_random_below(&stream, 2) == 1;
        }
    }
    for (int k = 0; k < (steps + 1) * LEDGER; k++)
        e->ledger[k / LEDGER][k % LEDGER] = mg_random_uniform(&stream, -1.0f, 1.0f);
}

/* ---- plain networks: two hidden layers, with or without a bias at the end ---- */

static double layer(const double **theta, int inputs, int outputs, bool bias, bool relu, const double *x, double *y)
{
    const double *w = *theta;
    for (int o = 0; o < outputs; o++) {
        y[o] = bias ? w[inputs * outputs + o] : 0.0;
        for (int i = 0; i < inputs; i++)
            y[o] += x[i] * w[i * outputs + o];
        y[o] = relu && y[o] < 0.0 ? 0.0 : y[o];
    }
    *theta += (inputs + bias) * outputs;
    return y[0];
}

static double sigmoid(double x)
{
    return 1.0 / (1.0 + mg_exp(-x));
}

/* An LSTM, 1 added to its forget gate; state: what it says, then its cells. */
static void remember(const double **theta, double *state, const double *x)
{
    const double *by_input = *theta, *by_state = by_input + 4 * M * H, *bias = by_state + 4 * M * M;
    double gate[4 * M];
    for (int g = 0; g < 4 * M; g++) {
        gate[g] = bias[g] + (g / M == 1);
        for (int i = 0; i < H; i++)
            gate[g] += x[i] * by_input[i * 4 * M + g];
        for (int i = 0; i < M; i++)
            gate[g] += state[i] * by_state[i * 4 * M + g];
    }
    for (int i = 0; i < M; i++) {
        double *cell = &state[M + i];
        *cell = sigmoid(gate[M + i]) * *cell + sigmoid(gate[i]) * (2.0 * sigmoid(2.0 * gate[3 * M + i]) - 1.0);
        state[i] = sigmoid(gate[2 * M + i]) * (2.0 * sigmoid(2.0 * *cell) - 1.0);
    }
    *theta = bias + 4 * M;
}

/* state: of a memory before the last layer, which goes on; NULL: there is none. */
static double network(const double *theta, int inputs, int outputs, bool bias, double *state, const double *x,
                      double *y)
{
    double one[H], two[H];
    layer(&theta, inputs, H, true, true, x, one);
    layer(&theta, H, H, true, true, one, two);
    if (state)
        remember(&theta, state, two);
    return layer(&theta, state ? M : H, outputs, bias, false, state ? state : two, y);
}

/* Of everything that was seen in an episode. */
static void find_values(const double *critic, const episode *e, bool remembers, double value[STEPS + 1])
{
    double state[2 * M] = {0.0};
    for (int t = 0; t <= e->steps; t++) {
        double x[VIEWS];
        for (int k = 0; k < VIEWS; k++)
            x[k] = (double)e->view[t][k];
        network(critic, VIEWS, 1, true, remembers ? state : NULL, x, &value[t]);
    }
}

/* ---- tensors ---- */

__attribute__((unused)) static int numbers_of(const mg_learner_table *learner, void *self, mg_kind kind,
                                              const char *prefix, double *number)
{
    static mg_tensor tensor[256];
    int n = 0, count = learner->tensors(self, tensor, 256);
    for (int i = 0; i < count; i++)
        if (tensor[i].kind == kind && strncmp(tensor[i].name, prefix, strlen(prefix)) == 0)
            for (int k = 0; k < tensor[i].rows * tensor[i].columns; k++)
                number[n++] = tensor[i].type == MG_TYPE_DOUBLE ? ((double *)tensor[i].data)[k]
                                                               : (double)((float *)tensor[i].data)[k];
    return n;
}

/* Biases off 0, so that no unit stands on its kink; targets off the critics that they follow. */
static void move_biases(const mg_learner_table *learner, void *self)
{
    static mg_tensor tensor[256];
    int count = learner->tensors(self, tensor, 256);
    for (int i = 0; i < count; i++) {
        const float more = strstr(tensor[i].name, "target") ? 0.25f : 0.03125f;
        for (int k = 0; strstr(tensor[i].name, ".bias") && k < tensor[i].columns; k++)
            ((float *)tensor[i].data)[k] += 0.0625f * (float)(k % 4 - 1) + more;
    }
}

/* ---- comparing ---- */

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

/* The first moments of the first step of Adam are a tenth of its gradient. */
static void compare(const char *what, int count, const double *moment, const double *gradient)
{
    double worst = 0.0, scale = 0.0;
    for (int k = 0; k < count; k++) {
        worst = size_of(10.0 * moment[k] - gradient[k]) > worst ? size_of(10.0 * moment[k] - gradient[k]) : worst;
        scale = size_of(gradient[k]) > scale ? size_of(gradient[k]) : scale;
    }
    tap_ok(scale > 0.0 && worst < 1e-3 * scale, "... %s: off by %.1e of the largest of its gradient, %.2g", what,
           worst / scale, scale);
}

/* Of the designer's critic on an episode; cut: what came after a terminated one is 0. */
__attribute__((unused)) static double critic_loss(const episode *e, double discount, bool cut, bool remembers,
                                                  const double *critic, const double *target)
{
    double loss = 0.0, value[STEPS + 1], wanted[STEPS + 1];
    find_values(critic, e, remembers, value);
    find_values(target, e, remembers, wanted);
    for (int t = 0; t < e->steps; t++) {
        bool last = t == e->steps - 1 && e->terminated && cut;
        double off = value[t] - ((double)e->welfare[t] + discount * (last ? 0.0 : wanted[t + 1]));
        loss += off * off / e->steps;
    }
    return loss;
}

/* The environment that a designer of two numbers sees, asked before the actions in every other step, or after them. */
static mg_env_spec by_hand(bool after)
{
    mg_env_spec spec = {.name = "by hand", .stages = 1, .longest_episode = STEPS};
    mg_env_add_agents(&spec, AGENTS,
                      &(mg_agent_spec){.part = {{"seen", 1, 1, SEEN}}, .actions = ACTIONS, .masked = true});
    spec.transfer = (mg_transfer_spec){.time = after ? MG_TRANSFER_AFTER_ACTIONS : MG_TRANSFER_BEFORE_ACTIONS,
                                       .givers = 1,
                                       .designer = true,
                                       .numbers_per_giver = NUMBERS,
                                       .low = 0.5f,
                                       .high = 2.5f,
                                       .period = after ? 1 : 2,
                                       .part = {{"view", 1, 1, VIEWS}}};
    return spec;
}

/* Plays an episode: agents are asked, but do what they do in it; what is given goes into it, and again at the steps
 * between, where nobody is asked. memory: of the row, or NULL. Returns whether a unit was complete. */
static bool show(const mg_learner_table *learner, void *self, const mg_env_spec *spec, void *memory, episode *e)
{
    const bool after = spec->transfer.time == MG_TRANSFER_AFTER_ACTIONS;
    learner->begin_episode(self, 0);
    for (int t = 0; t < e->steps; t++) {
        const int32_t *action[AGENTS] = {&e->action[t][0], &e->action[t][1]};
        int32_t would[AGENTS];
        float *given = e->given[t];
        const uint32_t time = (uint32_t)t;
        const mg_batch batch = {.mode = MG_TRAIN,
                                .rows = 1,
                                .row = (int[]){0},
                                .time = &time,
                                .memory = (void *[]){memory},
                                .observation = (const float *[]){e->seen[t][0], e->seen[t][1]},
                                .allowed = (const uint8_t *[]){e->allowed[t][0], e->allowed[t][1]},
                                .designer = e->asked[t]};
        learner->act(self, &batch, (int32_t *[]){&would[0], &would[1]}, NULL);
        if (t % spec->transfer.period == 0)
            learner->give(self, &batch, after ? action : NULL, &given);
        else
            memcpy(e->given[t], e->given[t - 1], sizeof e->given[t]);
        const mg_transition transition = {.step = t,
                                          .before = {.observation = e->seen[t][0],
                                                     .designer = e->view[t],
                                                     .allowed = e->allowed[t][0],
                                                     .ledger = e->ledger[t]},
                                          .after = {.observation = e->seen[t + 1][0],
                                                    .designer = e->view[t + 1],
                                                    .allowed = e->allowed[t][0],
                                                    .ledger = e->ledger[t + 1]},
                                          .joint = {.action = e->action[t], .transfer = e->given[t]},
                                          .reward = e->reward[t],
                                          .received = e->received[t],
                                          .welfare = e->welfare[t],
                                          .sensitivity = e->sensitivity[t][0],
                                          .terminated = t == e->steps - 1 && e->terminated,
                                          .truncated = t == e->steps - 1 && !e->terminated};
        learner->observe(self, &transition);
    }
    return learner->end_episode(self, 0);
}

#endif
