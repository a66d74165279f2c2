/* statistics.h - summaries over seeds, in double, sums in index order. */
#ifndef MG_STATISTICS_H
#define MG_STATISTICS_H

#include "core/num/rng.h"

/* n >= 1 numbers. Standard deviation: of the sample (n - 1), 0 for n = 1. */
double mg_mean(int n, const double *x);
double mg_standard_deviation(int n, const double *x);
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
 * consecutive numbers), stream (key, BOOTSTRAP, time = resample, agent = metric). scratch: 2 * n + 2000 numbers. */
mg_interval mg_bootstrap_interquartile_mean(int strata, const int *count, const double *x, mg_key key,
                                            uint32_t metric, double *scratch);

#endif
