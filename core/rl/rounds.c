/* rounds.c - the settings of CoLight's program, and when an epoch is the last. */
#include "core/rl/rounds.h"

mg_rounds mg_rounds_colight(void)
{
    return (mg_rounds){.episodes = 4,
                       .sample = 1000,
                       .held_out = 0.3,
                       .epochs = 100,
                       .patience = 10,
                       .rate_decay = 0.95,
                       .reward_scale = 0.05,
                       .decay = 0.9,
                       .epsilon = 1e-7};
}

mg_optimiser_config mg_rounds_optimiser(const mg_rounds *rounds, double rate)
{
    mg_optimiser_config config = mg_rmsprop_default(rate);
    config.beta2 = rounds->decay;
    config.epsilon = rounds->epsilon;
    return config;
}

double mg_rounds_rate(const mg_rounds *rounds, double rate, uint64_t round)
{
    for (uint64_t r = 0; r < round; r++)
        rate *= rounds->rate_decay;
    return rate;
}

/* One epoch's minibatches of samples first .. end - 1; the sum of their errors over samples. */
static double go_over(int first, int end, int batch, bool learn, mg_rounds_pass pass, void *self)
{
    double sum = 0.0;
    for (; first < end; first += batch) {
        int samples = end - first < batch ? end - first : batch;
        sum += pass(self, first, samples, learn) * (double)samples;
    }
    return sum;
}

int mg_rounds_fit(const mg_rounds *rounds, int samples, int batch, mg_rounds_pass pass, void *self)
{
    const int fitted = (int)((double)samples * (1.0 - rounds->held_out));
    double least = 0.0;
    int epoch = 0, waited = 0;
    while (epoch < rounds->epochs && waited < rounds->patience) {
        (void)go_over(0, fitted, batch, true, pass, self);
        double error = go_over(fitted, samples, batch, false, pass, self);
        bool better = epoch == 0 || error < least;
        least = better ? error : least;
        waited = better || fitted == samples ? 0 : waited + 1;
        epoch++;
    }
    return epoch;
}
