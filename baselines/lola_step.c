/* lola_step.c - weights of log-likelihoods, and their gradient. */
#include "baselines/lola_step.h"
#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

struct mg_lola_work {
    mg_real *weight, *pushed, *slope, *direction; /* [decision] thrice; the longest block of an agent */
};

mg_lola_work *mg_lola_work_create(const mg_gift_program *program)
{
    const size_t rows = (size_t)program->shape.rows_max;
    size_t longest = 0;
    for (int i = 0; i < program->shape.agents; i++)
        longest = mg_gift_count(program, i) > longest ? mg_gift_count(program, i) : longest;
    mg_lola_work *work = mg_allocate(1, sizeof *work);
    work->weight = mg_allocate(3 * rows + longest, sizeof(mg_real));
    work->pushed = work->weight + rows;
    work->slope = work->pushed + rows;
    work->direction = work->slope + rows;
    return work;
}

void mg_lola_work_destroy(mg_lola_work *work)
{
    if (work)
        free(work->weight);
    free(work);
}

void mg_lola_targets(const mg_lola_batch *batch, const mg_real *reward, const mg_real *last, mg_real *target)
{
    for (int e = 0; e < batch->episodes; e++) {
        mg_real ahead = last[e];
        for (int t = batch->first[e + 1] - 1; t >= batch->first[e]; t--)
            target[t] = ahead = reward[t] + batch->discount * ahead;
    }
}

/* Weights of the log-likelihoods in V_i, whoever's they are. */
static void first_order(const mg_lola_batch *batch, int i, mg_real *weight)
{
    const mg_real scale = (mg_real)2 / (mg_real)batch->episodes;
    for (int e = 0; e < batch->episodes; e++) {
        mg_real power = scale;
        for (int t = batch->first[e]; t < batch->first[e + 1]; t++, power *= batch->discount)
            weight[t] = power * (batch->target[i][t] - batch->value[i][t]);
    }
}

/* Adds what the log-likelihoods of one agent weigh in W_j along a direction in which those of j have these slopes. */
static void add_second_order(const mg_lola_batch *batch, int j, const mg_real *slope, mg_real *weight)
{
    const int rows = batch->first[batch->episodes];
    const mg_real scale = (mg_real)2 / (mg_real)batch->episodes;
    mg_real mean = 0;
    for (int t = 0; t < rows; t++)
        mean += batch->reward[j][t];
    mean /= (mg_real)rows;
    for (int e = 0; e < batch->episodes; e++) {
        const int begin = batch->first[e], end = batch->first[e + 1];
        mg_real power = scale, risen = 0;
        for (int t = begin; t < end; t++, power *= batch->discount) {
            risen += slope[t];
            const mg_real worth = power * (batch->reward[j][t] - mean) * risen;
            for (int u = begin; u <= t; u++)
                weight[u] += worth;
        }
    }
}

static void scale(int n, mg_real by, const mg_real *from, mg_real *to)
{
    for (int k = 0; k < n; k++)
        to[k] = by * from[k];
}

void mg_lola_gradient(const mg_gift_program *program, mg_gift_scratch *scratch, mg_lola_work *work,
                      const mg_lola_batch *batch, int i, bool shapes, mg_real *gradient)
{
    const int rows = batch->first[batch->episodes];
    mg_real *own = work->weight, *pushed = work->pushed;
    first_order(batch, i, own);
    memset(pushed, 0, (size_t)rows * sizeof *pushed);
    for (int j = 0; j < program->shape.agents && shapes; j++) {
        if (j == i)
            continue;
        /* what is descended is the negative, and so slopes are */
        scale(rows, batch->share[j], own, work->slope);
        mg_gift_loss_gradient(program, scratch, &batch->of[j], work->slope, 0, 0, work->direction);
        mg_gift_slope(program, scratch, &batch->of[j], work->direction, work->slope);
        scale(rows, -batch->share[j], work->slope, work->slope);
        add_second_order(batch, j, work->slope, pushed);
    }
    for (int t = 0; t < rows; t++)
        own[t] = batch->share[i] * (own[t] + pushed[t]);
    mg_gift_loss_gradient(program, scratch, &batch->of[i], own, 0, 0, gradient);
}
