/* 2-TS: a whole epoch of it beside the same written plainly in binary64, its policy's step against central differences
 * of its loss; what a table comes to where the giver does the same always, by hand; who explores when. */
#define MG_DOUBLE
#include "baselines/two_timescale.h"
#include "core/num/isa.h"
#include "envs/escape_room.h"
#include "tests/gift_plain.h"

#include <stdlib.h>

enum { LENGTH = 7, ACTIONS = 2, STEPS = 5, STATES = 2, CELLS = STEPS * STATES * ACTIONS, ROWS_MAX = 64 };

typedef struct driven {
    mg_env_spec spec;
    mg_learner_spec learner;
    void *self;
    uint32_t time;
    int steps; /* of the epoch: */
    double observation[ROWS_MAX * LENGTH];
    int32_t choice[ROWS_MAX];
    _Alignas(16) unsigned char memory[64];
} driven;

static mg_two_timescale_config config_of(void)
{
    mg_two_timescale_config config = mg_two_timescale_paper();
    config.hidden_1 = 6;
    config.hidden_2 = 4;
    config.learning = 3;
    config.tests = 2;
    config.rate = 1e-2;
    config.entropy = 0.3;
    config.table_rate = 0.25;
    config.discount = 0.9;
    config.epsilon = 0.6;
    return config;
}

static void begin(driven *d, const mg_two_timescale_config *config)
{
    static mg_escape_room_config room;
    mg_error error = {0};
    memset(d, 0, sizeof *d);
    room = mg_escape_room_asymmetric();
    mg_escape_room.describe(&room, NULL, &d->spec);
    bool good = mg_two_timescale.describe(config, &d->spec, &d->learner, &error);
    d->self = good ? mg_two_timescale.create(config, &d->spec, (mg_key){9999, 24}, &error) : NULL;
    if (!tap_ok(d->self != NULL, "it starts%s", error.text))
        exit(1);
}

static void end(driven *d)
{
    mg_two_timescale.destroy(d->self);
    mg_env_spec_free(&d->spec);
}

static float *tensor_of(const driven *d, const char *name, int *count)
{
    mg_tensor tensor[32];
    const int tensors = mg_two_timescale.tensors(d->self, tensor, 32);
    for (int i = 0; i < tensors; i++)
        if (!strcmp(tensor[i].name, name)) {
            *count = (int)(tensor[i].rows * tensor[i].columns);
            return tensor[i].data;
        }
    *count = 0;
    return NULL;
}

static size_t policy_of(const driven *d, double *theta)
{
    mg_tensor tensor[32];
    size_t n = 0;
    const int tensors = mg_two_timescale.tensors(d->self, tensor, 32);
    for (int i = 0; i < tensors; i++)
        for (int k = 0; tensor[i].kind == MG_KIND_POLICIES && k < tensor[i].rows * tensor[i].columns; k++)
            theta[n++] = (double)((float *)tensor[i].data)[k];
    return n;
}

/* A policy whose output's biases leave one choice only. */
static void make_constant(const driven *d, int choice)
{
    mg_tensor tensor[32];
    const int tensors = mg_two_timescale.tensors(d->self, tensor, 32);
    for (int i = 0; i < tensors; i++) {
        float *number = tensor[i].data;
        if (tensor[i].kind == MG_KIND_POLICIES)
            memset(number, 0, (size_t)(tensor[i].rows * tensor[i].columns) * sizeof *number);
        if (!strcmp(tensor[i].name, "agent 0 output.bias"))
            number[choice] = 60.0f;
    }
}

/* What agents see where agent 1 is at `place`: the rest of the numbers is made up. */
static void see(int place, int t, float *observation)
{
    for (int k = 0; k < 2 * LENGTH; k++)
        observation[k] = (float)((t * 5 + k * 3) % 8) / 8.0f - 0.4f;
    observation[LENGTH] = place == 0 ? 1.0f : 0.0f;
    observation[LENGTH + 1] = place == 0 ? 0.0f : 1.0f;
}

typedef struct happened {
    int action[2];
    double gift, kept, reward[2]; /* kept: what it gives itself */
} happened;

/* One step from `place` in step t of an episode, agent 1 first; its new place is its action. */
static happened step(driven *d, mg_mode mode, int place, int t, bool last)
{
    float before[2 * LENGTH], after[2 * LENGTH], given[2] = {9.0f, 9.0f}, reward[2], paid[2] = {0}, received[2] = {0};
    int32_t action[2], *actions[2] = {&action[0], &action[1]};
    void *const memories[] = {d->memory};
    float *transfers[] = {given};
    const int row[] = {0};
    see(place, t, before);
    const float *observation[2] = {before, before + LENGTH};
    mg_batch batch = {
        .mode = mode, .rows = 1, .row = row, .time = &d->time, .observation = observation, .memory = memories};
    if (t == 0)
        memset(d->memory, 0, sizeof d->memory);
    mg_two_timescale.act(d->self, &batch, actions, NULL);
    batch.stage = 1;
    mg_two_timescale.act(d->self, &batch, actions, NULL);
    mg_two_timescale.give(d->self, &batch, (const int32_t *const *)actions, transfers);
    happened h = {.action = {action[0], action[1]}, .gift = (double)given[1], .kept = (double)given[0]};
    see(action[1], t + 1, after);
    reward[0] = (float)(h.reward[0] = action[1] == 1 && action[0] == 1 ? 10.0 : -1.0);
    reward[1] = (float)(h.reward[1] = action[1] != place ? -1.0 : 0.0);
    paid[0] = received[1] = given[1];
    for (int k = 0; k < LENGTH && mode == MG_TRAIN; k++)
        d->observation[d->steps * LENGTH + k] = (double)before[k];
    if (mode == MG_TRAIN)
        d->choice[d->steps++] = action[0] + (given[1] > 0.0f ? ACTIONS : 0);
    d->time++;
    const mg_transition transition = {.step = t,
                                      .before = {.observation = before},
                                      .after = {.observation = after},
                                      .joint = {.action = action, .transfer = given},
                                      .reward = reward,
                                      .paid = paid,
                                      .received = received,
                                      .truncated = last};
    if (mode == MG_TRAIN)
        mg_two_timescale.observe(d->self, &transition);
    return h;
}

/* ---- an epoch beside the plain one ---- */

typedef struct epoch {
    double table[STEPS][STATES][ACTIONS], tested;
    int explored, complete;
    bool exact;
} epoch;

/* Plays an epoch, and learns its table by the plain rule. */
static void play(driven *d, epoch *e)
{
    d->steps = e->complete = e->explored = 0;
    e->tested = 0.0;
    e->exact = true;
    for (int episode = 0; episode < 5; episode++) {
        int place = 0;
        const int length = 5 - episode % 3;
        for (int t = 0; t < length; t++) {
            const happened h = step(d, MG_TRAIN, place, t, t == length - 1);
            double *q = e->table[t][place];
            const int best = q[1] > q[0];
            e->exact = e->exact && (h.gift == 0.0 || h.gift == 2.0) && h.kept == 0.0;
            if (episode < 3) {
                const double *next = t + 1 < length ? e->table[t + 1][h.action[1]] : NULL;
                const double ahead = !next ? 0.0 : next[1] > next[0] ? next[1] : next[0];
                e->explored += h.action[1] != best;
                q[h.action[1]] += 0.25 * (h.reward[1] + h.gift + 0.9 * ahead - q[h.action[1]]);
            } else {
                e->exact = e->exact && h.action[1] == best;
                e->tested += h.reward[0];
            }
            place = h.action[1];
        }
        e->complete += mg_two_timescale.end_episode(d->self, 0) ? 10 : 1;
    }
}

static void test_epochs(void)
{
    static driven d;
    static double before[GIFT_PARAMETERS], after[GIFT_PARAMETERS], gradient[GIFT_PARAMETERS];
    const mg_two_timescale_config config = config_of();
    const mg_gift_shape shape = {
        .agents = 2, .givers = 1, .observation = LENGTH, .actions = ACTIONS, .hidden_1 = 6, .hidden_2 = 4};
    epoch e = {.tested = 0.0};
    double weight[ROWS_MAX];
    int cells;
    begin(&d, &config);
    for (int number = 1; number <= 2; number++) {
        const size_t count = policy_of(&d, before);
        const float *learned = tensor_of(&d, "agent 1 values", &cells);
        play(&d, &e);
        tap_ok(e.complete == 14, "epoch %d is its learning episodes and its tests", number);
        tap_ok(e.exact, "gifts are 2 or nothing, for the other alone; in tests the best of the table is taken");
        double off = cells == CELLS ? 0.0 : 1.0;
        for (int k = 0; k < CELLS && cells == CELLS; k++) {
            const double miss = gift_size((double)learned[k] - (&e.table[0][0][0])[k]);
            off = miss > off ? miss : off;
        }
        tap_ok(off < 1e-6, "the table is that of the plain learner, off by %.1e", off);
        (void)policy_of(&d, after);
        for (size_t k = 0; k < count; k++)
            gradient[k] = (before[k] - after[k]) / config.rate;
        for (int t = 0; t < d.steps; t++)
            weight[t] = e.tested / 2.0;
        const mg_gift_rows rows = {0, d.steps, before, d.observation, d.choice, NULL, NULL};
        off = gift_gradient_error(&shape, &rows, before, count, weight, 0.0, config.entropy, gradient);
        tap_ok(d.steps == 21 && off < 2e-4, "the policy goes down the loss of its %d choices alone, off by %.1e",
               d.steps, off);
        tap_note("explored %d times", e.explored);
    }
    uint64_t updates[2];
    mg_two_timescale.update_counts(d.self, updates);
    tap_ok(updates[0] == 24 && updates[1] == 2, "... once an epoch, and the table in the learning episodes' steps");
    end(&d);
}

/* The same steps under the same names, in training and in an evaluation. */
static void test_streams(void)
{
    static driven d;
    const mg_two_timescale_config config = config_of();
    int alike = 0;
    begin(&d, &config);
    for (uint32_t t = 0; t < 20; t++) {
        d.steps = 0;
        d.time = t;
        const happened trained = step(&d, MG_TRAIN, 0, 0, true);
        d.time = t;
        const happened evaluated = step(&d, MG_EVALUATE, 0, 0, true);
        alike += trained.action[0] == evaluated.action[0] && trained.gift == evaluated.gift;
    }
    tap_ok(alike < 20, "evaluations draw from streams of their own: %d of 20 choices are as in training", alike);
    end(&d);
}

/* ---- what a table comes to, by hand ---- */

/* Episodes of two steps. Who is paid 2 whatever it does gains 2 + 2 by staying, and 1 + 2 by going once: the first
 * step's values come to 2 + 0.9 * 2 = 3.8 and, going and not coming back, 1 + 0.9 * 2 = 2.8; the second's to 2 and 1.
 */
static void test_table(void)
{
    static driven d;
    mg_two_timescale_config config = config_of();
    int cells, went = 0;
    config.learning = 1500;
    config.tests = 1;
    config.epsilon = 0.3;
    begin(&d, &config);
    make_constant(&d, 0 + ACTIONS);
    for (int episode = 0; episode < 1500; episode++) {
        int place = 0;
        for (int t = 0; t < 2; t++) {
            d.steps = 0;
            place = step(&d, MG_TRAIN, place, t, t == 1).action[1];
            went += t == 0 && place == 1;
        }
        (void)mg_two_timescale.end_episode(d.self, 0);
    }
    const float *q = tensor_of(&d, "agent 1 values", &cells);
    const double wanted[2][STATES][ACTIONS] = {{{3.8, 2.8}, {0.0, 0.0}}, {{2.0, 1.0}, {1.0, 2.0}}};
    double off = 0.0;
    for (int k = 0; k < 2 * STATES * ACTIONS; k++) {
        const double miss = gift_size((double)q[k] - (&wanted[0][0][0])[k]);
        off = miss > off ? miss : off;
    }
    tap_ok(off < 0.02, "paid whatever it does, it learns what staying and going are worth, off by %.1e", off);
    tap_ok(went > 130 && went < 330, "... and goes by exploring alone: %d of 1500 times, some 225", went);
    for (int k = 0; k < 20; k++)
        went += 1000 * step(&d, MG_EVALUATE, 0, 0, false).action[1];
    tap_ok(went < 1000, "it is not explored in an evaluation");
    end(&d);
}

static void test_refusals(void)
{
    mg_env_spec spec;
    mg_learner_spec learner;
    mg_error error = {0};
    mg_two_timescale_config config = config_of();
    const mg_escape_room_config three = mg_escape_room_default(3, 2), two = mg_escape_room_asymmetric();
    mg_escape_room.describe(&three, NULL, &spec);
    const bool described = mg_two_timescale.describe(&config, &spec, &learner, &error);
    tap_ok(described && !mg_needs_met("two-timescale", &learner, &spec, &error) && strstr(error.text, "at most 2"),
           "three agents: %s", error.text);
    mg_env_spec_free(&spec);
    mg_escape_room.describe(&two, NULL, &spec);
    config.gift = 2.5;
    error = (mg_error){0};
    tap_ok(!mg_two_timescale.describe(&config, &spec, &learner, &error) && strstr(error.text, "0 or 2.5"),
           "gifts that the room does not allow: %s", error.text);
    mg_env_spec_free(&spec);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_epochs();
    test_streams();
    test_table();
    test_refusals();
    return tap_done();
}
