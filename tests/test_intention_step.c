/* The losses of Intention Propagation on a minibatch, in binary64: against plain loops (intention_plain.h), their
 * gradients against central differences of these, for every way of hearing; agents in another order, neighbours in
 * another order, and who cannot hear whom. */
#define MG_DOUBLE
#include "algos/intention_step.h"

#include "core/num/rng.h"
#include "tests/intention_plain.h"
#include "tests/tap.h"

#include <stdlib.h>

enum { SAMPLES = 3, ROWS = SAMPLES * AGENTS, COUNT_MAX = 400 };
static const mg_key key = {9970, 0};
static const double discount = 0.9, alpha = 0.3;

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static double larger(double a, double b)
{
    return a >= b ? a : b; /* b if unordered */
}

static double draw(mg_stream *stream)
{
    return 2.0 * mg_random_double(stream) - 1.0;
}

static void draw_all(mg_stream *stream, int n, double scale, double *x)
{
    for (int k = 0; k < n; k++)
        x[k] = scale * draw(stream);
}

/* ---- a minibatch, plainly and flat ---- */

typedef struct world {
    mg_intention_network network;
    mg_intention_scratch *scratch;
    plain_step step[SAMPLES];
    double noise[SAMPLES][AGENTS][ACTIONS];
    double theta[COUNT_MAX], eta[COUNT_MAX], eta_target[COUNT_MAX], kappa[2][COUNT_MAX];
    double gradient[COUNT_MAX], target[ROWS], wanted[SAMPLES][AGENTS], worth[SAMPLES][AGENTS][ACTIONS];
    double seen[ROWS * SEEN], next_seen[ROWS * SEEN], reward[ROWS], terminated[SAMPLES];
    int32_t neighbour[ROWS * NEIGHBOURS], next_neighbour[ROWS * NEIGHBOURS], action[ROWS], choice[ROWS];
} world;

static void draw_sample(mg_stream *stream, plain_sample *of)
{
    draw_all(stream, AGENTS * SEEN, 1.0, &of->seen[0][0]);
    for (int i = 0; i < AGENTS; i++) {
        int count = (int)mg_random_below(stream, NEIGHBOURS + 1), from = 1 + (int)mg_random_below(stream, AGENTS - 1);
        for (int n = 0; n < NEIGHBOURS; n++)
            of->neighbour[i][n] = n < count ? (i + 1 + (from + n) % (AGENTS - 1)) % AGENTS : -1;
    }
}

static void flatten(world *w)
{
    for (int s = 0; s < SAMPLES; s++) {
        const plain_step *step = &w->step[s];
        memcpy(w->seen + s * AGENTS * SEEN, step->now.seen, sizeof step->now.seen);
        memcpy(w->next_seen + s * AGENTS * SEEN, step->next.seen, sizeof step->next.seen);
        memcpy(w->neighbour + s * AGENTS * NEIGHBOURS, step->now.neighbour, sizeof step->now.neighbour);
        memcpy(w->next_neighbour + s * AGENTS * NEIGHBOURS, step->next.neighbour, sizeof step->next.neighbour);
        memcpy(w->action + s * AGENTS, step->action, sizeof step->action);
        memcpy(w->reward + s * AGENTS, step->reward, sizeof step->reward);
        w->terminated[s] = step->terminated;
    }
}

static world *make(uint32_t number, mg_aggregate aggregate, int critic_hops)
{
    world *w = calloc(1, sizeof *w);
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, number, 0, 0);
    const mg_intention_shape shape = {.agents = AGENTS,
                                      .neighbours = NEIGHBOURS,
                                      .observation = SEEN,
                                      .actions = ACTIONS,
                                      .hidden_1 = HIDDEN_1,
                                      .hidden_2 = HIDDEN_2,
                                      .hops = 2,
                                      .critic_hops = critic_hops,
                                      .aggregate = aggregate,
                                      .temperature = 0.7,
                                      .samples = SAMPLES + 2,
                                      .sparse = number % 2};
    mg_intention_network_create(&w->network, &shape);
    w->scratch = mg_intention_scratch_create(&w->network);
    draw_all(&stream, COUNT_MAX, 0.9, w->theta);
    draw_all(&stream, COUNT_MAX, 0.9, w->eta);
    draw_all(&stream, COUNT_MAX, 0.9, w->eta_target);
    draw_all(&stream, 2 * COUNT_MAX, 0.9, &w->kappa[0][0]);
    for (int k = 0; k < ROWS * ACTIONS; k++)
        (&w->noise[0][0][0])[k] = -mg_log(-mg_log(mg_random_double(&stream) + 1e-9));
    for (int s = 0; s < SAMPLES; s++) {
        plain_step *step = &w->step[s];
        draw_sample(&stream, &step->now);
        draw_sample(&stream, &step->next);
        draw_all(&stream, AGENTS, 2.0, step->reward);
        for (int i = 0; i < AGENTS; i++)
            step->action[i] = (int32_t)mg_random_below(&stream, ACTIONS);
        step->terminated = s == 1;
    }
    flatten(w);
    return w;
}

static void release(world *w)
{
    mg_intention_scratch_destroy(w->scratch);
    mg_intention_network_destroy(&w->network);
    free(w);
}

static mg_intention_batch batch_of(const world *w)
{
    return (mg_intention_batch){.now = {SAMPLES, w->seen, w->neighbour},
                                .next = {SAMPLES, w->next_seen, w->next_neighbour},
                                .action = w->action,
                                .reward = w->reward,
                                .terminated = w->terminated};
}

/* |gradient - differences| / |differences|, where `objective` of the world is a function of x. */
static double off_by(world *w, size_t count, double *x, double (*objective)(world *), double scale)
{
    const double step = 1e-5;
    double off = 0.0, size = 0.0;
    for (size_t k = 0; k < count; k++) {
        double kept = x[k];
        x[k] = kept + step;
        double above = objective(w);
        x[k] = kept - step;
        double slope = (above - objective(w)) / (2.0 * step);
        x[k] = kept;
        off += (scale * w->gradient[k] - slope) * (scale * w->gradient[k] - slope);
        size += slope * slope;
    }
    return mg_sqrt(off / size);
}

/* ---- plain objectives, means over samples and agents ---- */

static double value_loss(world *w)
{
    double sum = 0.0;
    for (int s = 0; s < SAMPLES; s++)
        sum += plain_value_loss(&w->network, w->eta, &w->step[s].now, w->wanted[s]);
    return sum / ROWS;
}

static double critic_loss(world *w)
{
    double sum = 0.0;
    for (int s = 0; s < SAMPLES; s++) {
        double target[AGENTS];
        plain_targets(&w->network, w->eta_target, discount, 1.0, &w->step[s], target);
        sum += plain_critic_loss(&w->network, w->kappa[1], &w->step[s], target);
    }
    return sum / ROWS;
}

static double relaxed_loss(world *w)
{
    const double *const kappa[2] = {w->kappa[0], w->kappa[1]};
    double sum = 0.0;
    for (int s = 0; s < SAMPLES; s++) {
        plain_decision made = plain_decide(&w->network, w->theta, &w->step[s].now, w->noise[s]);
        sum += plain_relaxed_loss(&w->network, kappa, alpha, &w->step[s].now, &made);
    }
    return sum / ROWS;
}

static double expected_loss(world *w)
{
    double sum = 0.0;
    for (int s = 0; s < SAMPLES; s++) {
        plain_decision made = plain_decide(&w->network, w->theta, &w->step[s].now, w->noise[s]);
        sum += plain_expected_loss(alpha, &made, w->worth[s]);
    }
    return sum / ROWS;
}

/* ---- against them ---- */

typedef struct errors {
    double loss, value, critic, relaxed, expected, twin, other;
    int choices;
} errors;

static void look_at_policy(world *w, const mg_intention_seen *now, const double *const kappa[2], errors *e)
{
    double loss = mg_intention_policy_gradient(w->scratch, now, alpha, false, w->theta, kappa, w->gradient);
    e->loss = larger(e->loss, size_of(loss - relaxed_loss(w)));
    e->relaxed = larger(e->relaxed, off_by(w, w->network.policy.layout.count, w->theta, relaxed_loss, 1.0));
    double wrong = off_by(w, w->network.policy.layout.count, w->theta, relaxed_loss, 1.001);
    e->twin = wrong < e->twin ? wrong : e->twin;
    loss = mg_intention_policy_gradient(w->scratch, now, alpha, true, w->theta, kappa, w->gradient);
    e->loss = larger(e->loss, size_of(loss - expected_loss(w)));
    e->expected = larger(e->expected, off_by(w, w->network.policy.layout.count, w->theta, expected_loss, 1.0));
    wrong = off_by(w, w->network.policy.layout.count, w->theta, relaxed_loss, 1.0);
    e->other = wrong < e->other ? wrong : e->other;
}

static void look_at(world *w, errors *e)
{
    const mg_intention_batch batch = batch_of(w);
    const double *const kappa[2] = {w->kappa[0], w->kappa[1]};
    double entropy = mg_intention_decide(w->scratch, &batch.now, w->theta, &w->noise[0][0][0], w->choice), plain = 0.0;
    for (int s = 0; s < SAMPLES; s++) {
        plain_decision made = plain_decide(&w->network, w->theta, &w->step[s].now, w->noise[s]);
        plain_soft_values(&w->network, kappa, alpha, &w->step[s].now, &made, w->wanted[s]);
        plain_worth(&w->network, kappa, &w->step[s].now, &made, w->worth[s]);
        plain -= plain_certainty(&made) / ROWS;
        e->choices += memcmp(made.choice, w->choice + s * AGENTS, sizeof made.choice) != 0;
    }
    e->loss = larger(e->loss, size_of(entropy - plain));
    double loss = mg_intention_value_gradient(w->scratch, &batch.now, alpha, w->eta, kappa, w->gradient);
    e->loss = larger(e->loss, size_of(loss - value_loss(w)));
    e->value = larger(e->value, off_by(w, w->network.values.layout.count, w->eta, value_loss, 1.0));
    mg_intention_targets(w->scratch, &batch, discount, w->eta_target, w->target);
    loss = mg_intention_critic_gradient(w->scratch, &batch, w->target, w->kappa[1], w->gradient);
    e->loss = larger(e->loss, size_of(loss - critic_loss(w)));
    e->critic = larger(e->critic, off_by(w, w->network.critic.layout.count, w->kappa[1], critic_loss, 1.0));
    look_at_policy(w, &batch.now, kappa, e);
}

static void test_losses(const char *says, mg_aggregate aggregate, int critic_hops)
{
    errors e = {.twin = 1.0, .other = 1.0};
    for (uint32_t number = 0; number < 4; number++) {
        world *w = make(number, aggregate, critic_hops);
        look_at(w, &e);
        release(w);
    }
    tap_ok(e.loss < 1e-12 && e.choices == 0, "%s: choices, entropy and losses as plainly, %.1e off", says, e.loss);
    tap_ok(e.value < 1e-6, "... the gradient of V's against central differences: %.1e off", e.value);
    tap_ok(e.critic < 1e-6, "... of Q's: %.1e off", e.critic);
    tap_ok(e.relaxed < 1e-6, "... of the policy's by relaxed choices, through both Q and all hops: %.1e off",
           e.relaxed);
    tap_ok(e.expected < 1e-6, "... and by an expectation over own choices: %.1e off", e.expected);
    tap_ok(e.twin > 5e-4, "... one that is wrong by a thousandth is seen: %.1e", e.twin);
    tap_ok(e.other > 1e-3, "... one estimator is not the other: %.1e", e.other);
}

/* ---- whose order matters ---- */

/* Logits of the first sample into logit. */
static void logits_of(world *w, const plain_sample *of, plain_choices logit)
{
    const mg_intention_seen seen = {1, &of->seen[0][0], &of->neighbour[0][0]};
    int32_t choice[AGENTS];
    static const double noise[AGENTS * ACTIONS];
    (void)mg_intention_decide(w->scratch, &seen, w->theta, noise, choice);
    mg_tape_replay replay = {
        .rows = 1, .parameters = w->theta, .input = {seen.observation, noise}, .index = {seen.neighbour}};
    replay.workspace = calloc(mg_tape_workspace(w->network.policy.tape), sizeof(double));
    mg_tape_forward(w->network.policy.tape, &replay);
    memcpy(logit, mg_tape_value(w->network.policy.tape, &replay, w->network.policy.value), sizeof(plain_choices));
    free(replay.workspace);
}

/* Agents renamed: each decides what it did under its old name. */
static void test_renamed(mg_aggregate aggregate, const char *says)
{
    static const int name[AGENTS] = {2, 0, 3, 1};
    double worst = 0.0, apart = 1e9;
    for (uint32_t number = 10; number < 20; number++) {
        world *w = make(number, aggregate, 2);
        plain_sample renamed;
        plain_choices before, after;
        for (int i = 0; i < AGENTS; i++) {
            memcpy(renamed.seen[name[i]], w->step[0].now.seen[i], sizeof renamed.seen[0]);
            for (int n = 0; n < NEIGHBOURS; n++) {
                int32_t j = w->step[0].now.neighbour[i][n];
                renamed.neighbour[name[i]][NEIGHBOURS - 1 - n] = j < 0 ? -1 : name[j];
            }
        }
        logits_of(w, &w->step[0].now, before);
        logits_of(w, &renamed, after);
        double moved = 0.0;
        for (int i = 0; i < AGENTS; i++)
            for (int a = 0; a < ACTIONS; a++) {
                worst = larger(worst, size_of(before[i][a] - after[name[i]][a]));
                moved = larger(moved, size_of(before[i][a] - after[i][a]));
            }
        apart = moved < apart ? moved : apart;
        release(w);
    }
    tap_ok(worst < 1e-13 && apart > 1e-3, "%s: renamed agents, neighbours turned: the same decisions, %.1e off of %.2f",
           says, worst, apart);
}

/* On a line of four, 0 hears 1, 1 hears 2, 2 hears 3: two hops bring 2 to 0, not 3. */
static void test_reach(void)
{
    double reached[AGENTS] = {0};
    for (uint32_t number = 20; number < 30; number++) {
        world *w = make(number, MG_AGGREGATE_ATTENTION, 2);
        plain_sample line = w->step[0].now;
        plain_choices before, after;
        for (int i = 0; i < AGENTS; i++)
            for (int n = 0; n < NEIGHBOURS; n++)
                line.neighbour[i][n] = n == 0 && i + 1 < AGENTS ? i + 1 : -1;
        logits_of(w, &line, before);
        for (int j = 0; j < AGENTS; j++) {
            plain_sample other = line;
            other.seen[j][0] += 1.0;
            logits_of(w, &other, after);
            for (int a = 0; a < ACTIONS; a++)
                reached[j] = larger(reached[j], size_of(before[0][a] - after[0][a]));
        }
        release(w);
    }
    tap_ok(reached[0] > 0.01 && reached[1] > 0.01 && reached[2] > 1e-3 && reached[3] == 0.0,
           "two hops: 0 hears of itself, 1 and 2 and not of 3: %.2f, %.2f, %.2f, %g", reached[0], reached[1],
           reached[2], reached[3]);
}

int main(void)
{
    test_losses("attention", MG_AGGREGATE_ATTENTION, 2);
    test_losses("sum", MG_AGGREGATE_SUM, 2);
    test_losses("mean, Q of one hop", MG_AGGREGATE_MEAN, 1);
    test_renamed(MG_AGGREGATE_ATTENTION, "attention");
    test_renamed(MG_AGGREGATE_SUM, "sum");
    test_renamed(MG_AGGREGATE_MEAN, "mean");
    test_reach();
    return tap_done();
}
