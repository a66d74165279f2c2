/* ltos_step.c - forward through both levels, and back. */
#include "algos/ltos_step.h"
#include "core/io/memory.h"
#include "core/rl/q_value_step.h"

#include <stdlib.h>
#include <string.h>

struct mg_ltos_scratch {
    const mg_ltos_network *network;
    mg_real *memory; /* all of the below */
    mg_real *low_workspace, *high_workspace;
    mg_real *bias;                             /* of the selfishness initialiser: [slots + 1] */
    mg_real *noisy, *out, *by_out, *by_logits; /* [sample][agent][slots] */
    mg_real *in, *by_in, *by_all;              /* [sample][agent][incoming] */
    mg_real *target, *terminated;              /* [sample][agent] */
    mg_real *slope;                            /* [sample][agent][actions] */
    int32_t *best;                             /* [sample][agent] */
};

mg_ltos_scratch *mg_ltos_scratch_create(const mg_ltos_network *network, double selfishness)
{
    const mg_ltos_shape *s = &network->shape;
    const size_t rows = (size_t)s->samples * (size_t)s->agents, slots = (size_t)network->slots;
    const size_t low = mg_tape_workspace(network->low_tape), high = mg_tape_workspace(network->high_tape);
    const size_t weights = rows * slots, incoming = rows * (size_t)network->incoming;
    mg_ltos_scratch *scratch = mg_allocate(1, sizeof *scratch);
    mg_real *at = mg_allocate_block(
        low + high + slots + 1 + 4 * weights + 3 * incoming + 2 * rows + rows * (size_t)s->actions, sizeof *at);
    *scratch = (mg_ltos_scratch){.network = network, .memory = at, .low_workspace = at};
    scratch->high_workspace = at += low;
    scratch->bias = at += high;
    scratch->noisy = at += slots + 1;
    scratch->out = at += weights;
    scratch->by_out = at += weights;
    scratch->by_logits = at += weights;
    scratch->in = at += weights;
    scratch->by_in = at += incoming;
    scratch->by_all = at += incoming;
    scratch->target = at += incoming;
    scratch->terminated = at += rows;
    scratch->slope = at + rows;
    scratch->best = mg_allocate(rows, sizeof *scratch->best);
    mg_ltos_selfish(network->slots, selfishness, scratch->bias);
    return scratch;
}

void mg_ltos_scratch_destroy(mg_ltos_scratch *scratch)
{
    free(scratch->memory);
    free(scratch->best);
    free(scratch);
}

/* ---- forward ---- */

static mg_tape_replay high_replay(const mg_ltos_scratch *scratch, const mg_ltos_seen *seen, const mg_real *theta)
{
    return (mg_tape_replay){.rows = seen->samples,
                            .parameters = theta,
                            .input = {seen->observation},
                            .index = {seen->slot},
                            .workspace = scratch->high_workspace};
}

static mg_tape_replay low_replay(const mg_ltos_scratch *scratch, const mg_ltos_seen *seen, const mg_real *mu,
                                 const mg_real *in)
{
    return (mg_tape_replay){.rows = seen->samples,
                            .parameters = mu,
                            .input = {seen->observation, in},
                            .index = {seen->slot},
                            .workspace = scratch->low_workspace};
}

void mg_ltos_weights(mg_ltos_scratch *scratch, const mg_ltos_seen *seen, const mg_real *theta, const mg_real *noise,
                     mg_real *out)
{
    const mg_ltos_network *network = scratch->network;
    const int rows = seen->samples * network->shape.agents;
    const mg_real *logits = NULL;
    if (theta) {
        mg_tape_replay replay = high_replay(scratch, seen, theta);
        mg_tape_forward(network->high_tape, &replay);
        logits = mg_tape_value(network->high_tape, &replay, network->logits);
    }
    if (logits && noise) {
        for (size_t k = 0; k < (size_t)rows * (size_t)network->slots; k++)
            scratch->noisy[k] = logits[k] + noise[k];
        logits = scratch->noisy;
    }
    mg_ltos_softmax(rows, network->slots, seen->slot, scratch->bias, logits, out);
}

static void exchange(const mg_ltos_scratch *scratch, const mg_ltos_seen *seen, const mg_real *out, mg_real *in)
{
    const mg_ltos_network *network = scratch->network;
    mg_ltos_exchange(seen->samples, network->shape.agents, network->slots, seen->slot, out, in);
}

const mg_real *mg_ltos_values(mg_ltos_scratch *scratch, const mg_ltos_seen *seen, const mg_real *mu, const mg_real *in)
{
    mg_tape_replay replay = low_replay(scratch, seen, mu, in);
    mg_tape_forward(scratch->network->low_tape, &replay);
    return mg_tape_value(scratch->network->low_tape, &replay, scratch->network->value);
}

/* ---- the low level ---- */

/* Lines 15 and 16. */
void mg_ltos_value_targets(mg_ltos_scratch *scratch, const mg_ltos_batch *batch, mg_real discount,
                           const mg_real *mu_target, const mg_real *theta_target, mg_real *target)
{
    const int agents = scratch->network->shape.agents, rows = batch->next.samples * agents;
    for (int k = 0; k < rows; k++)
        scratch->terminated[k] = batch->terminated[k / agents];
    mg_ltos_weights(scratch, &batch->next, theta_target, batch->noise, scratch->out);
    exchange(scratch, &batch->next, scratch->out, scratch->in);
    const mg_real *next = mg_ltos_values(scratch, &batch->next, mu_target, scratch->in);
    mg_q_targets(rows, scratch->network->shape.actions, rows, discount, next, NULL, batch->reward, scratch->terminated,
                 target);
}

mg_real mg_ltos_value_error(mg_ltos_scratch *scratch, const mg_ltos_batch *batch, const mg_real *target,
                            const mg_real *mu, mg_real *gradient)
{
    const mg_ltos_network *network = scratch->network;
    const int rows = batch->now.samples * network->shape.agents;
    mg_tape_replay replay = low_replay(scratch, &batch->now, mu, batch->in);
    mg_tape_forward(network->low_tape, &replay);
    const mg_real *value = mg_tape_value(network->low_tape, &replay, network->value);
    mg_real error = mg_q_error(rows, network->shape.actions, (mg_real)(batch->now.samples * network->shape.actions),
                               value, batch->action, target, scratch->slope); /* line 17 */
    const mg_cotangent from = {network->value, scratch->slope};
    if (gradient)
        mg_tape_backward(network->low_tape, &replay, 1, &from, gradient, NULL);
    return error;
}

mg_real mg_ltos_value_gradient(mg_ltos_scratch *scratch, const mg_ltos_batch *batch, mg_real discount,
                               const mg_real *mu, const mg_real *mu_target, const mg_real *theta_target,
                               mg_real *gradient)
{
    mg_ltos_value_targets(scratch, batch, discount, mu_target, theta_target, scratch->target);
    return mg_ltos_value_error(scratch, batch, scratch->target, mu, gradient);
}

/* ---- the high level ---- */

/* by_in: the derivative by all w^in of the sum over samples of the V of agents first .. first + count - 1. */
static void differentiate(mg_ltos_scratch *scratch, mg_tape_replay *replay, int first, int count, mg_real *by_in)
{
    const mg_ltos_network *network = scratch->network;
    const int agents = network->shape.agents, actions = network->shape.actions;
    mg_real *const to[2] = {NULL, by_in};
    memset(scratch->slope, 0, (size_t)replay->rows * (size_t)agents * (size_t)actions * sizeof *scratch->slope);
    for (int s = 0; s < replay->rows; s++)
        for (int i = first; i < first + count; i++)
            scratch->slope[(size_t)(s * agents + i) * (size_t)actions + (size_t)scratch->best[s * agents + i]] = 1;
    const mg_cotangent from = {network->value, scratch->slope};
    mg_tape_backward(network->low_tape, replay, 1, &from, NULL, to);
}

/* Line 19 with each agent's own V: the agent's rows of a pass of its own. */
static void differentiate_own(mg_ltos_scratch *scratch, mg_tape_replay *replay)
{
    const int agents = scratch->network->shape.agents;
    const size_t incoming = (size_t)scratch->network->incoming;
    for (int i = 0; i < agents; i++) {
        differentiate(scratch, replay, i, 1, scratch->by_all);
        for (int s = 0; s < replay->rows; s++) {
            size_t row = (size_t)(s * agents + i) * incoming;
            memcpy(scratch->by_in + row, scratch->by_all + row, incoming * sizeof *scratch->by_in);
        }
    }
}

/* The choice of each agent that is best now; returns the sum of what they are worth. */
static mg_real choose_best(mg_ltos_scratch *scratch, int rows, const mg_real *value)
{
    const int actions = scratch->network->shape.actions;
    mg_real sum = 0;
    for (int k = 0; k < rows; k++, value += actions) {
        scratch->best[k] = mg_q_best(actions, value, NULL);
        sum += value[scratch->best[k]];
    }
    return sum;
}

mg_real mg_ltos_sharing_gradient(mg_ltos_scratch *scratch, const mg_ltos_seen *seen, const mg_real *mu,
                                 const mg_real *theta, bool sum, mg_real *gradient)
{
    const mg_ltos_network *network = scratch->network;
    const int agents = network->shape.agents, slots = network->slots, rows = seen->samples * agents;
    const size_t weights = (size_t)rows * (size_t)slots;
    mg_ltos_weights(scratch, seen, theta, NULL, scratch->out); /* line 18 */
    exchange(scratch, seen, scratch->out, scratch->in);
    mg_tape_replay low = low_replay(scratch, seen, mu, scratch->in);
    mg_tape_forward(network->low_tape, &low);
    mg_real worth = choose_best(scratch, rows, mg_tape_value(network->low_tape, &low, network->value));
    if (sum) /* line 19 */
        differentiate(scratch, &low, 0, agents, scratch->by_in);
    else
        differentiate_own(scratch, &low);
    mg_ltos_exchange_back(seen->samples, agents, slots, seen->slot, scratch->by_in, scratch->by_out); /* line 20 */
    for (size_t k = 0; k < weights; k++)
        scratch->by_out[k] /= (mg_real)-seen->samples;
    mg_ltos_softmax_back(rows, slots, scratch->out, scratch->by_out, scratch->by_logits); /* line 21 */
    mg_tape_replay high = high_replay(scratch, seen, theta);
    const mg_cotangent from = {network->logits, scratch->by_logits};
    mg_tape_backward(network->high_tape, &high, 1, &from, gradient, NULL);
    return worth / (mg_real)seen->samples;
}
