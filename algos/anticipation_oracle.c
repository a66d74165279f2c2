/* anticipation_oracle.c - the objective a second time, and central differences of it. */
#define MG_DOUBLE /* this file exists in binary64 only */
#include "algos/anticipation_oracle.h"

#include "algos/anticipation_step.h"
#include "core/num/network.h"
#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/num/scalar_math.h"
#include "core/rl/proximal_step.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 3, INPUTS = 4, ACTIONS = 3, STEPS = 16, HIDDEN_1 = 12, HIDDEN_2 = 8, BLOCK = STEPS * ACTIONS };

typedef struct oracle {
    mg_network network;
    mg_tape *tape;
    mg_node output;
    size_t count;                                /* parameters of one network */
    double *theta, *gradient, *workspace, *used; /* [agent]: of the agent that is judged */
    double observation[STEPS * INPUTS];
    int32_t action[AGENTS * STEPS];
    uint8_t talks[STEPS * AGENTS * AGENTS];
    double before[AGENTS * STEPS], advantage[STEPS];
    double told[AGENTS * AGENTS * BLOCK], probability[AGENTS * BLOCK], by_logits[AGENTS * BLOCK];
    double scratch[3 * STEPS];
    mg_anticipation_batch batch;
} oracle;

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

/* ---- drawing ---- */

static void draw_distribution(mg_stream *stream, double *p)
{
    double sum = 0.0;
    for (int b = 0; b < ACTIONS; b++)
        sum += p[b] = 0.1 + mg_random_double(stream);
    for (int b = 0; b < ACTIONS; b++)
        p[b] /= sum;
}

/* All probabilities of the judged agent's policies at these parameters. */
static void evaluate(oracle *o, const double *theta)
{
    for (int j = 0; j < AGENTS; j++) {
        mg_tape_replay replay = {.rows = STEPS, .workspace = o->workspace, .input = {o->observation}};
        replay.parameters = theta + (size_t)j * o->count;
        mg_tape_forward(o->tape, &replay);
        mg_kernels_current()->softmax(STEPS, ACTIONS, mg_tape_value(o->tape, &replay, o->output),
                                      o->probability + j * BLOCK);
    }
}

static void draw(oracle *o, mg_stream *stream)
{
    for (int j = 0; j < AGENTS; j++)
        mg_parameters_initialise(&o->network.layout, stream, o->theta + (size_t)j * o->count);
    for (size_t k = 0; k < AGENTS * o->count; k++)
        o->theta[k] *= 2.0;
    for (int k = 0; k < STEPS * INPUTS; k++)
        o->observation[k] = 2.0 * mg_random_double(stream) - 1.0;
    evaluate(o, o->theta);
    for (int t = 0; t < STEPS; t++) {
        o->advantage[t] = t == 3 ? 0.0 : 4.0 * mg_random_double(stream) - 2.0;
        for (int j = 0; j < AGENTS; j++) {
            int32_t a = o->action[j * STEPS + t] = (int32_t)mg_random_below(stream, ACTIONS);
            double ratio = 0.5 + mg_random_double(stream); /* about half of the own ones outside the clip */
            o->before[j * STEPS + t] = o->probability[j * BLOCK + t * ACTIONS + a] / ratio;
            for (int i = 0; i < AGENTS; i++) {
                o->talks[(t * AGENTS + i) * AGENTS + j] = i != j && mg_random_below(stream, 3) > 0;
                draw_distribution(stream, o->told + (i * AGENTS + j) * BLOCK + t * ACTIONS);
            }
        }
    }
}

static oracle *make(mg_stream *stream)
{
    oracle *o = mg_allocate(1, sizeof *o);
    mg_network_hidden_two(&o->network, INPUTS, HIDDEN_1, HIDDEN_2, ACTIONS, MG_INITIALISE_FAN_IN_UNIFORM,
                          MG_INITIALISE_FAN_IN_UNIFORM);
    o->tape = mg_network_tape(&o->network, STEPS, &o->output);
    o->count = o->network.layout.count;
    o->theta = mg_allocate(3 * AGENTS * o->count, sizeof *o->theta);
    o->gradient = o->theta + AGENTS * o->count;
    o->used = o->gradient + AGENTS * o->count;
    o->workspace = mg_allocate(mg_tape_workspace(o->tape), sizeof *o->workspace);
    draw(o, stream);
    o->batch = (mg_anticipation_batch){.agents = AGENTS,
                                       .self = (int)mg_random_below(stream, AGENTS),
                                       .actions = ACTIONS,
                                       .steps_max = STEPS,
                                       .steps = STEPS,
                                       .talks = o->talks,
                                       .mutual = mg_random_below(stream, 2) == 1,
                                       .own_product = true,
                                       .action = o->action,
                                       .before = o->before,
                                       .advantage = o->advantage,
                                       .probability = o->probability,
                                       .told = o->told,
                                       .clip = 0.2,
                                       .penalty = 0.3};
    return o;
}

static void release(oracle *o)
{
    mg_tape_destroy(o->tape);
    free(o->theta);
    free(o->workspace);
    free(o);
}

/* ---- Equation 15, plainly ---- */

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double clipped(double x, double clip)
{
    return x < 1.0 - clip ? 1.0 - clip : x > 1.0 + clip ? 1.0 + clip : x;
}

static double apart(const double *p, const double *q)
{
    double sum = 0.0;
    for (int b = 0; b < ACTIONS; b++)
        sum += (p[b] - q[b]) * (p[b] - q[b]);
    return sum;
}

/* The sum over neighbours at one step, without kappa rho. */
static double penalty_at(const oracle *o, int t, mg_anticipation_branches *branches)
{
    int self = o->batch.self;
    const uint8_t *heard = o->talks + (t * AGENTS + self) * AGENTS;
    const double *own = o->probability + self * BLOCK + t * ACTIONS;
    double sum = 0.0, advantage = o->advantage[t];
    for (int j = 0; j < AGENTS; j++) {
        bool i_hear = j != self && heard[j];
        bool hears_me = j != self && o->talks[(t * AGENTS + j) * AGENTS + self];
        if (i_hear) {
            const double *mine = o->probability + j * BLOCK + t * ACTIONS;
            const double *policy = o->told + (j * AGENTS + j) * BLOCK + t * ACTIONS;
            int32_t a = o->action[j * STEPS + t];
            bool on = mine[a] / policy[a] * advantage > advantage;
            sum += on ? apart(mine, policy) : 0.0;
            branches->other_on += on;
            branches->other_off += !on;
        }
        if (hears_me && (i_hear || !o->batch.mutual)) {
            const double *wish = o->told + (j * AGENTS + self) * BLOCK + t * ACTIONS;
            int32_t a = o->action[self * STEPS + t];
            bool on = own[a] / wish[a] * advantage > advantage;
            sum += on ? apart(own, wish) : 0.0;
            branches->self_on += on;
            branches->self_off += !on;
        }
    }
    return sum;
}

static double objective(oracle *o, const double *theta, mg_anticipation_branches *branches)
{
    int self = o->batch.self;
    double sum = 0.0, kappa = 0.0;
    evaluate(o, theta);
    for (int t = 0; t < STEPS; t++)
        kappa += size_of(o->advantage[t]) / STEPS;
    for (int t = 0; t < STEPS; t++) {
        double product = 1.0;
        for (int j = 0; j < AGENTS; j++)
            if (j != self && o->talks[(t * AGENTS + self) * AGENTS + j])
                product *=
                    o->probability[j * BLOCK + t * ACTIONS + o->action[j * STEPS + t]] / o->before[j * STEPS + t];
        double ratio =
            o->probability[self * BLOCK + t * ACTIONS + o->action[self * STEPS + t]] / o->before[self * STEPS + t];
        double weight = product * o->advantage[t];
        sum += least(ratio * weight, clipped(ratio, 0.2) * weight);
        sum -= kappa * 0.3 * penalty_at(o, t, branches);
        branches->held_high += weight > 0.0 && ratio > 1.2;
        branches->held_low += weight < 0.0 && ratio < 0.8;
        branches->free += !(weight > 0.0 && ratio > 1.2) && !(weight < 0.0 && ratio < 0.8);
    }
    return sum / STEPS;
}

/* ---- the two gradients ---- */

static double through_networks(oracle *o, const mg_anticipation_mutation *mutation)
{
    mg_anticipation_batch batch = o->batch;
    batch.penalty *= mutation->penalty;
    batch.clip *= mutation->clip;
    evaluate(o, o->theta);
    double value = mg_anticipation_objective(&batch, o->by_logits, o->scratch);
    for (int j = 0; j < AGENTS; j++) {
        mg_tape_replay replay = {.rows = STEPS, .workspace = o->workspace, .input = {o->observation}};
        replay.parameters = o->theta + (size_t)j * o->count;
        mg_tape_forward(o->tape, &replay);
        mg_cotangent cotangent = {o->output, o->by_logits + j * BLOCK};
        mg_tape_backward(o->tape, &replay, 1, &cotangent, o->gradient + (size_t)j * o->count, NULL);
    }
    return value;
}

double mg_anticipation_gradient_error(mg_stream *stream, const mg_anticipation_mutation *mutation,
                                      mg_anticipation_branches *branches, double *objective_error)
{
    const double step = 1e-6;
    oracle *o = make(stream);
    double value = through_networks(o, mutation), plain = objective(o, o->theta, branches);
    double error = 0.0, size = 0.0;
    mg_anticipation_branches ignored = {0};
    memcpy(o->used, o->theta, AGENTS * o->count * sizeof *o->used);
    for (size_t k = 0; k < AGENTS * o->count; k++) {
        o->used[k] = o->theta[k] + step;
        double above = objective(o, o->used, &ignored);
        o->used[k] = o->theta[k] - step;
        double below = objective(o, o->used, &ignored);
        o->used[k] = o->theta[k];
        double difference = (above - below) / (2.0 * step), miss = mutation->scale * o->gradient[k] - difference;
        error += miss * miss;
        size += difference * difference;
    }
    *objective_error = size_of(value - plain) / size_of(plain);
    release(o);
    return mg_sqrt(error / size);
}
