/* statistics.c - means, quantiles, bootstrap intervals. */
#include "core/rl/statistics.h"
#include "core/num/scalar_math.h"

#include <string.h>

double mg_mean(int n, const double *x)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

double mg_standard_deviation(int n, const double *x)
{
    if (n < 2)
        return 0.0;
    double mean = mg_mean(n, x);
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        double away = x[i] - mean;
        sum += away * away;
    }
    return mg_sqrt(sum / (double)(n - 1));
}

double mg_worst(double worst, double x)
{
    return worst >= x || worst != worst ? worst : x;
}

/* Restores the heap (largest on top) below `root`. */
static void sift_down(int n, double *x, int root)
{
    double moving = x[root];
    for (;;) {
        int child = 2 * root + 1;
        if (child >= n)
            break;
        if (child + 1 < n && x[child + 1] > x[child])
            child++;
        if (!(x[child] > moving))
            break;
        x[root] = x[child];
        root = child;
    }
    x[root] = moving;
}

void mg_sort(int n, double *x)
{
    for (int root = n / 2 - 1; root >= 0; root--)
        sift_down(n, x, root);
    for (int last = n - 1; last > 0; last--) {
        double largest = x[0];
        x[0] = x[last];
        x[last] = largest;
        sift_down(last, x, 0);
    }
}

static double quantile_of_sorted(int n, const double *x, double q)
{
    double position = q * (double)(n - 1);
    int below = (int)position;
    if (below >= n - 1)
        return x[n - 1];
    double part = position - (double)below;
    double step = x[below + 1] - x[below];
    return x[below] + part * step;
}

double mg_quantile(int n, const double *x, double q, double *scratch)
{
    memcpy(scratch, x, (size_t)n * sizeof *x);
    mg_sort(n, scratch);
    return quantile_of_sorted(n, scratch, q);
}

/* In quarters of an element, element i covers [4i, 4i + 4) and the middle half is [n, 3n): the weights are whole
 * numbers. */
static double interquartile_mean_of_sorted(int n, const double *x)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        int from = 4 * i > n ? 4 * i : n;
        int to = 4 * i + 4 < 3 * n ? 4 * i + 4 : 3 * n;
        if (to > from)
            sum += (double)(to - from) * x[i];
    }
    return sum / (double)(2 * n);
}

double mg_interquartile_mean(int n, const double *x, double *scratch)
{
    memcpy(scratch, x, (size_t)n * sizeof *x);
    mg_sort(n, scratch);
    return interquartile_mean_of_sorted(n, scratch);
}

mg_interval mg_bootstrap_interquartile_mean(int strata, const int *count, const double *x, mg_key key, double *scratch)
{
    double *estimate = scratch;
    double *sample = scratch + MG_BOOTSTRAP_RESAMPLES;
    for (int b = 0; b < MG_BOOTSTRAP_RESAMPLES; b++) {
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_BOOTSTRAP, (uint32_t)b, 0, 0);
        int n = 0;
        for (int s = 0; s < strata; s++) {
            int first = n;
            for (; n < first + count[s]; n++)
                sample[n] = x[first + (int)mg_random_below(&stream, (uint32_t)count[s])];
        }
        mg_sort(n, sample);
        estimate[b] = interquartile_mean_of_sorted(n, sample);
    }
    mg_sort(MG_BOOTSTRAP_RESAMPLES, estimate);
    mg_interval interval = {quantile_of_sorted(MG_BOOTSTRAP_RESAMPLES, estimate, 0.025),
                            quantile_of_sorted(MG_BOOTSTRAP_RESAMPLES, estimate, 0.975)};
    return interval;
}

void mg_bootstrap_draw(int n, mg_key key, int *index)
{
    for (int b = 0; b < MG_BOOTSTRAP_RESAMPLES; b++) {
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_BOOTSTRAP, (uint32_t)b, 1, (uint32_t)n);
        for (int i = 0; i < n; i++)
            index[b * n + i] = (int)mg_random_below(&stream, (uint32_t)n);
    }
}

mg_interval mg_bootstrap_mean(int n, const double *x, const int *index, double *scratch)
{
    for (int b = 0; b < MG_BOOTSTRAP_RESAMPLES; b++) {
        double sum = 0.0;
        for (int i = 0; i < n; i++)
            sum += x[index[b * n + i]];
        scratch[b] = sum / (double)n;
    }
    mg_sort(MG_BOOTSTRAP_RESAMPLES, scratch);
    return (mg_interval){quantile_of_sorted(MG_BOOTSTRAP_RESAMPLES, scratch, 0.025),
                         quantile_of_sorted(MG_BOOTSTRAP_RESAMPLES, scratch, 0.975)};
}

mg_interval mg_wilson_interval(int k, int n)
{
    const double z = 1.959963984540054; /* of the normal distribution, 2.5 % above */
    double trials = (double)n, share = (double)k / trials, square = z * z / trials;
    double middle = (share + 0.5 * square) / (1.0 + square);
    double half = z / (1.0 + square) * mg_sqrt((share * (1.0 - share) + 0.25 * square) / trials);
    return (mg_interval){k == 0 ? 0.0 : middle - half, k == n ? 1.0 : middle + half};
}
