/* exploration.c - schedules, choices, mixtures. */
#include "core/rl/exploration.h"
#include "core/num/scalar_math.h"
#include "core/rl/q_value_step.h"

mg_epsilon mg_epsilon_start(double start, double end, double units)
{
    mg_epsilon epsilon = {(float)start, (float)end, (float)((start - end) / units)};
    return epsilon;
}

void mg_epsilon_decay(mg_epsilon *epsilon)
{
    if (!(epsilon->value > epsilon->end))
        return;
    epsilon->value -= epsilon->decrement;
    if (epsilon->value < epsilon->end)
        epsilon->value = epsilon->end;
}

float mg_epsilon_times(float epsilon, double decay, double end)
{
    epsilon *= (float)decay;
    return epsilon < (float)end ? (float)end : epsilon;
}

/* The n-th of the choices that are allowed, or how many there are. */
static int allowed_choice(const uint8_t *allowed, int actions, int n)
{
    int seen = 0;
    for (int b = 0; b < actions; b++)
        if ((!allowed || allowed[b]) && seen++ == n)
            return b;
    return seen;
}

int32_t mg_choose_by_value(const mg_batch *batch, mg_key key, float epsilon, int agent, int entry, int actions,
                           const float *value)
{
    const uint8_t *allowed = NULL;
    if (batch->allowed && batch->allowed[agent])
        allowed = batch->allowed[agent] + (size_t)entry * (size_t)actions;
    if (batch->mode == MG_TRAIN) {
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_TRAIN_ACTION, batch->time[entry], (uint32_t)batch->row[entry],
                                        (uint32_t)agent);
        int choices = allowed_choice(allowed, actions, -1);
        if (mg_random_float(&stream) < epsilon && choices > 0)
            return allowed_choice(allowed, actions, (int)mg_random_below(&stream, (uint32_t)choices));
    }
    int best = mg_q_best(actions, value, allowed);
    return best < 0 ? 0 : best;
}

void mg_draw_gumbel(mg_stream *stream, size_t n, float *noise)
{
    mg_random_fill_float(stream, noise, n);
    for (size_t k = 0; k < n; k++) {
        float u = noise[k] > 0.0f ? noise[k] : 0x1p-25f;
        noise[k] = -mg_log_float(-mg_log_float(u));
    }
}

void mg_mix_with_uniform(int n, float epsilon, const float *p, float *mixed)
{
    float rest = 1.0f - epsilon;
    float uniform = epsilon / (float)n;
    for (int k = 0; k < n; k++) {
        float kept = rest * p[k];
        mixed[k] = kept + uniform;
    }
}

int mg_argmax(int n, const float *x)
{
    int best = 0;
    for (int k = 1; k < n; k++)
        if (x[k] > x[best])
            best = k;
    return best;
}
