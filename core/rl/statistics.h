/* statistics.h - summaries over seeds, in double, sums in index order. */
#ifndef MG_STATISTICS_H
#define MG_STATISTICS_H

#include "core/num/rng.h"

/* n >= 1 numbers. Standard deviation: of the sample (n - 1), 0 for n = 1. */
double mg_mean(int n, const double *x);
double mg_standard_deviation(int n, const double *x);
/* The larger of the largest error so far and another one: a NaN of either stays, so that no check can overlook it. */
double mg_worst(double worst, double x);
/* Quantile by linear interpolation between order statistics (position q * (n - 1)); scratch holds n numbers. */
double mg_quantile(int n, const double *x, double q, double *scratch);
/* Mean of the middle half: weights cut exactly 25 % of the mass at each end. scratch holds n numbers. */
double mg_interquartile_mean(int n, const double *x, double *scratch);
void mg_sort(int n, double *x); /* ascending; our own, so that no libc decides an order */

typedef struct mg_interval {
    double low, high;
} mg_interval;

#define MG_BOOTSTRAP_RESAMPLES 2000
/* 95 % percentile bootstrap of the interquartile mean: 2000 resamples within each stratum (stratum s holds count[s]
 * consecutive numbers), stream (key, BOOTSTRAP, time = resample). scratch: 2 * n + 2000 numbers. */
mg_interval mg_bootstrap_interquartile_mean(int strata, const int *count, const double *x, mg_key key, double *scratch);

/* Which of n numbers each of the 2000 resamples takes: index[2000 * n], resample by resample. Drawn once for all that
 * is resampled together; stream (key, BOOTSTRAP, time = resample, row = 1, agent = n), so that the summary's is
 * another. n < 65536. */
void mg_bootstrap_draw(int n, mg_key key, int *index);
/* 95 % percentile bootstrap of the mean of n numbers, by those draws. scratch: 2000 numbers. */
mg_interval mg_bootstrap_mean(int n, const double *x, const int *index, double *scratch);
/* 95 % Wilson score interval of a probability of which k of n trials came true; 0 <= k <= n, n >= 1. 0 at the lower end
 * where k = 0, 1 at the upper where k = n. */
mg_interval mg_wilson_interval(int k, int n);

#endif
