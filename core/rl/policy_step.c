/* policy_step.c - probabilities of a row, the slopes of log pi~ and of its entropy. */
#include "core/rl/policy_step.h"

#include "core/num/kernels.h"
#include "core/rl/proximal_step.h"

#include <string.h>

static int count_allowed(int actions, const uint8_t *allowed)
{
    int count = 0;
    for (int b = 0; allowed && b < actions; b++)
        count += allowed[b] != 0;
    return count > 0 ? count : actions;
}

/* x becomes the probabilities of one row; those of barred choices are exactly 0. */
static void softmax_of_row(int actions, const uint8_t *allowed, mg_real *x)
{
    int first = 0;
    while (allowed[first] == 0)
        first++;
    for (int b = 0; b < actions; b++)
        x[b] = allowed[b] ? x[b] : x[first]; /* a number that cannot be the largest alone */
    mg_kernels_current()->softmax(1, actions, x, x);
    mg_real sum = 0;
    for (int b = 0; b < actions; b++)
        sum += allowed[b] ? x[b] : (mg_real)0;
    for (int b = 0; b < actions; b++)
        x[b] = allowed[b] ? x[b] / sum : (mg_real)0;
}

static void mix_row(const mg_policy_form *form, const uint8_t *allowed, const mg_real *pure, mg_real *mixed)
{
    int count = form->explore_barred ? form->actions : count_allowed(form->actions, allowed);
    mg_real keep = (mg_real)1 - form->epsilon, floor = form->epsilon / (mg_real)count;
    bool all = count == form->actions;
    for (int b = 0; b < form->actions; b++)
        mixed[b] = keep * pure[b] + (all || allowed[b] ? floor : (mg_real)0);
}

void mg_policy_probabilities(const mg_policy_form *form, int rows, const mg_real *logit, const uint8_t *allowed,
                             mg_real *pure, mg_real *mixed)
{
    const size_t actions = (size_t)form->actions;
    if (!allowed)
        mg_kernels_current()->softmax(rows, form->actions, logit, pure);
    for (size_t t = 0; t < (size_t)rows; t++) {
        const uint8_t *row = allowed ? allowed + t * actions : NULL;
        mg_real *p = pure + t * actions;
        if (row) {
            memcpy(p, logit + t * actions, actions * sizeof *p);
            if (count_allowed(form->actions, row) < form->actions)
                softmax_of_row(form->actions, row, p);
            else
                mg_kernels_current()->softmax(1, form->actions, p, p);
        }
        mix_row(form, row, p, mixed + t * actions);
    }
}

/* One row: d log pi~_a / d logit b = keep pi_a / pi~_a (1{b = a} - pi_b), and
 * d H / d logit b = - keep pi_b (log pi~_b - sum_k pi_k log pi~_k), keep = 1 - epsilon. Returns H(pi~). */
static mg_real add_row(const mg_policy_form *form, const mg_real *pure, const mg_real *mixed, int action,
                       mg_real along_log, mg_real along_entropy, mg_real *gradient)
{
    mg_real keep = (mg_real)1 - form->epsilon, entropy = 0, expected = 0;
    mg_real scale = mixed[action] > 0 ? along_log * (keep * pure[action] / mixed[action]) : (mg_real)0;
    for (int b = 0; b < form->actions; b++)
        if (mixed[b] > 0) {
            mg_real log_mixed = mg_log_real(mixed[b]);
            entropy -= mixed[b] * log_mixed;
            expected += pure[b] * log_mixed;
        }
    for (int b = 0; b < form->actions; b++) {
        mg_real along = (b == action ? (mg_real)1 : (mg_real)0) - pure[b];
        gradient[b] = scale * along;
        if (pure[b] > 0)
            gradient[b] -= along_entropy * (keep * pure[b] * (mg_log_real(mixed[b]) - expected));
    }
    return entropy;
}

mg_real mg_policy_loss(const mg_policy_form *form, const mg_policy_batch *batch, const mg_real *logit,
                       mg_real *cotangent)
{
    const size_t actions = (size_t)form->actions;
    mg_real rows = (mg_real)batch->rows, entropy = 0;
    mg_policy_probabilities(form, batch->rows, logit, batch->allowed, batch->pure, batch->mixed);
    const mg_clipped_batch clipped = {.steps = batch->rows,
                                      .actions = form->actions,
                                      .stride = form->actions,
                                      .probability = batch->mixed,
                                      .before = batch->before,
                                      .action = batch->action,
                                      .advantage = batch->advantage,
                                      .clip = batch->clip};
    mg_real objective = mg_clipped_objective(&clipped, batch->term, batch->slope);
    for (size_t t = 0; t < (size_t)batch->rows; t++)
        entropy += add_row(form, batch->pure + t * actions, batch->mixed + t * actions, batch->action[t],
                           -batch->slope[t] / rows, -batch->entropy / rows, cotangent + t * actions);
    return -objective - batch->entropy * (entropy / rows);
}
