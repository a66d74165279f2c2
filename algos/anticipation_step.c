/* anticipation_step.c - the objective, its gradient by logits. */
#include "algos/anticipation_step.h"

#include "core/rl/proximal_step.h"

#include <string.h>

static size_t block_of(const mg_anticipation_batch *batch)
{
    return (size_t)batch->steps_max * (size_t)batch->actions;
}

/* pi^ij as told, at step t. */
static const mg_real *told(const mg_anticipation_batch *batch, int i, int j, int t)
{
    return batch->told + (size_t)(i * batch->agents + j) * block_of(batch) + (size_t)(t * batch->actions);
}

static const mg_real *now(const mg_anticipation_batch *batch, int j, int t)
{
    return batch->probability + (size_t)j * block_of(batch) + (size_t)(t * batch->actions);
}

static bool hears(const mg_anticipation_batch *batch, int t, int i, int j)
{
    return i != j && batch->talks[(size_t)(t * batch->agents + i) * (size_t)batch->agents + (size_t)j];
}

/* Whether j's anticipation of this agent arrives: j evaluates it where j hears this agent. */
static bool told_of_self(const mg_anticipation_batch *batch, int t, int j)
{
    return hears(batch, t, j, batch->self) && (!batch->mutual || hears(batch, t, batch->self, j));
}

static int32_t played(const mg_anticipation_batch *batch, int agent, int t)
{
    return batch->action[agent * batch->steps_max + t];
}

/* Equation 12: the product over N(t) of pi^{self j}(a_j) / b_j(a_j). */
static void products(const mg_anticipation_batch *batch, mg_real *product)
{
    for (int t = 0; t < batch->steps; t++) {
        product[t] = 1;
        for (int j = 0; j < batch->agents; j++)
            if (hears(batch, t, batch->self, j))
                product[t] *= mg_ratio(now(batch, j, t)[played(batch, j, t)], batch->before[j * batch->steps_max + t]);
    }
}

/* Equation 13: the advantage drives pi away from what was told. */
static bool drives_apart(mg_real pi, mg_real other, mg_real advantage)
{
    return mg_ratio(pi, other) * advantage > advantage;
}

static bool pulls(const mg_anticipation_batch *batch, mg_real pi, mg_real other, mg_real advantage)
{
    return batch->pull_always || drives_apart(pi, other, advantage);
}

/* Subtracts weight |pi - other|^2 from the objective: returns it, and its gradient by pi's logits goes off. */
static mg_real pull(int actions, mg_real weight, const mg_real *pi, const mg_real *other, mg_real *gradient)
{
    mg_real apart = 0, mean = 0;
    for (int b = 0; b < actions; b++) {
        mg_real difference = pi[b] - other[b];
        apart += difference * difference;
        mean += pi[b] * (2 * weight * difference);
    }
    for (int b = 0; b < actions; b++)
        gradient[b] -= pi[b] * (2 * weight * (pi[b] - other[b]) - mean);
    return weight * apart;
}

/* The last two terms of Equation 15 at one step, for one neighbour. */
static mg_real penalties(const mg_anticipation_batch *batch, int j, int t, mg_real weight, mg_real *gradient)
{
    size_t at = (size_t)(t * batch->actions), block = block_of(batch);
    int self = batch->self;
    mg_real advantage = batch->advantage[t], sum = 0;
    const mg_real *own = now(batch, self, t), *anticipated = now(batch, j, t);
    const mg_real *policy = told(batch, j, j, t), *of_self = told(batch, j, self, t);
    int32_t other_action = played(batch, j, t), action = played(batch, self, t);
    if (hears(batch, t, self, j) && pulls(batch, anticipated[other_action], policy[other_action], advantage))
        sum += pull(batch->actions, weight, anticipated, policy, gradient + (size_t)j * block + at);
    if (told_of_self(batch, t, j) && pulls(batch, own[action], of_self[action], advantage))
        sum += pull(batch->actions, weight, own, of_self, gradient + (size_t)self * block + at);
    return sum;
}

/* d/dlogits of the first term of Equation 15. The clip stops the own policy only: where it holds, anticipations still
 * learn. */
static void add_ratio_gradients(const mg_anticipation_batch *batch, const mg_real *term, const mg_real *slope,
                                mg_real *gradient)
{
    size_t block = block_of(batch);
    for (int j = 0; j < batch->agents; j++)
        for (int t = 0; t < batch->steps; t++) {
            if (j != batch->self && !hears(batch, t, batch->self, j))
                continue;
            mg_real scaled = (j == batch->self ? slope[t] : term[t]) / (mg_real)batch->steps;
            const mg_real *pi = now(batch, j, t);
            mg_real *g = gradient + (size_t)j * block + (size_t)(t * batch->actions);
            for (int b = 0; b < batch->actions; b++)
                g[b] += scaled * ((b == played(batch, j, t) ? (mg_real)1 : (mg_real)0) - pi[b]);
        }
}

static mg_real kappa_of(const mg_anticipation_batch *batch)
{
    mg_real sum = 0, largest = 0;
    for (int t = 0; t < batch->steps; t++) {
        mg_real size = batch->advantage[t] < 0 ? -batch->advantage[t] : batch->advantage[t];
        sum += size;
        largest = size > largest ? size : largest;
    }
    return batch->largest_kappa ? largest : sum / (mg_real)batch->steps;
}

mg_real mg_anticipation_objective(const mg_anticipation_batch *batch, mg_real *gradient, mg_real *scratch)
{
    mg_real *product = scratch, *term = product + batch->steps_max, *slope = term + batch->steps_max;
    mg_clipped_batch clipped = {.steps = batch->steps,
                                .actions = batch->actions,
                                .stride = batch->actions,
                                .probability = now(batch, batch->self, 0),
                                .before = batch->before + batch->self * batch->steps_max,
                                .action = batch->action + batch->self * batch->steps_max,
                                .advantage = batch->advantage,
                                .product = product,
                                .clip = batch->clip};
    products(batch, product);
    mg_real objective = mg_clipped_objective(&clipped, term, slope);
    if (!batch->own_product) {
        clipped.product = NULL;
        objective = mg_clipped_objective(&clipped, product, slope); /* its terms replace the products, now used */
    }
    memset(gradient, 0, (size_t)batch->agents * block_of(batch) * sizeof *gradient);
    add_ratio_gradients(batch, term, slope, gradient);
    mg_real weight = kappa_of(batch) * batch->penalty / (mg_real)batch->steps;
    for (int t = 0; t < batch->steps; t++)
        for (int j = 0; j < batch->agents; j++)
            if (j != batch->self)
                objective -= penalties(batch, j, t, weight, gradient);
    return objective;
}
