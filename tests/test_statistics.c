/* Statistics against values worked out by hand and resamples written out. */
#include "core/rl/statistics.h"
#include "tests/tap.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define MOST 40

static double noise(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / 8388608.0 - 1.0;
}

static double distance(double a, double b)
{
    return a > b ? a - b : b - a;
}

static void test_moments(void)
{
    const double x[5] = {1, 2, 3, 4, 10};
    tap_ok(mg_mean(5, x) == 4.0, "mean");
    tap_ok(mg_standard_deviation(5, x) == 3.5355339059327378, "standard deviation of the sample: %.17g",
           mg_standard_deviation(5, x));
    tap_ok(mg_standard_deviation(1, x) == 0.0, "one number does not deviate");
    /* Sums in index order: 1e16 + 1 - 1e16 in this order loses the 1, and must. */
    const double order[3] = {1e16, 1, -1e16}, other[3] = {1e16, -1e16, 1};
    tap_ok(mg_mean(3, order) == 0.0 && mg_mean(3, other) == 1.0 / 3.0, "sums run in index order");
}

static void test_worst(void)
{
    const double before = mg_worst(mg_worst(0.0, (double)NAN), 1.0), after = mg_worst(1.0, (double)NAN);
    tap_ok(mg_worst(1.0, 2.0) == 2.0 && mg_worst(2.0, 1.0) == 2.0 && mg_worst(0.0, -1.0) == 0.0, "the worst of two");
    tap_ok(before != before && after != after, "NaN is worse than anything, before and after it");
}

static bool is_sorted_permutation(int n, const double *before, const double *after)
{
    for (int i = 0; i < n; i++) {
        int had = 0, has = 0;
        for (int j = 0; j < n; j++) {
            had += before[j] == before[i];
            has += after[j] == before[i];
        }
        if (had != has || (i > 0 && after[i - 1] > after[i]))
            return false;
    }
    return true;
}

static void test_sort(void)
{
    uint32_t state = 5;
    int wrong = 0;
    double before[MOST], after[MOST];
    for (int n = 0; n <= MOST; n++) {
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < n; i++)
                before[i] = (double)(int)(noise(&state) * (round < 10 ? 4.0 : 1000.0)); /* with and without ties */
            memcpy(after, before, sizeof after);
            mg_sort(n, after);
            wrong += !is_sorted_permutation(n, before, after);
        }
    }
    tap_ok(wrong == 0, "sorted, and the same numbers, for 0-%d", MOST);
    for (int i = 0; i < 3; i++)
        after[i] = before[i] = (double)i;
    after[0] = 1.0;
    tap_ok(!is_sorted_permutation(3, before, after), "the check sees a lost number");
}

static void test_quantiles(void)
{
    const double x[5] = {50, 10, 40, 20, 30};
    double scratch[5];
    tap_ok(mg_quantile(5, x, 0.0, scratch) == 10 && mg_quantile(5, x, 0.5, scratch) == 30 &&
               mg_quantile(5, x, 1.0, scratch) == 50,
           "lowest, middle, highest");
    tap_ok(mg_quantile(5, x, 0.375, scratch) == 25 && mg_quantile(5, x, 0.0625, scratch) == 12.5, "linear between "
                                                                                                  "neighbours");
    tap_ok(x[0] == 50 && mg_quantile(1, x, 0.7, scratch) == 50, "the data stay as they were; one number is every "
                                                                "quantile");
}

/* By the definition: mass 1/n each, the part of it between 1/4 and 3/4 counts. */
static double interquartile_by_mass(int n, const double *sorted)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        double from = (double)i / n, to = (double)(i + 1) / n;
        from = from < 0.25 ? 0.25 : from;
        to = to > 0.75 ? 0.75 : to;
        sum += to > from ? (to - from) * sorted[i] : 0.0;
    }
    return 2.0 * sum;
}

static void test_interquartile_mean(void)
{
    const double four[4] = {100, 1, 3, -50}, eight[8] = {8, 7, 6, 5, 4, 3, 2, 1}, five[5] = {5, 1, 2, 3, 4};
    double scratch[MOST], x[MOST];
    tap_ok(mg_interquartile_mean(4, four, scratch) == 2.0, "four numbers: the middle two");
    tap_ok(mg_interquartile_mean(8, eight, scratch) == 4.5, "eight numbers: the middle four");
    /* 1.25 of 5 is cut at each end: three quarters of 2 and of 4, and 3, over 2.5. */
    tap_ok(mg_interquartile_mean(5, five, scratch) == (0.75 * 2 + 3 + 0.75 * 4) / 2.5, "five numbers: the edges "
                                                                                       "count in part");
    tap_ok(mg_interquartile_mean(1, five, scratch) == 5 && mg_interquartile_mean(2, five, scratch) == 3, "one and "
                                                                                                         "two "
                                                                                                         "numbers: "
                                                                                                         "the mean");
    uint32_t state = 9;
    double worst = 0.0;
    for (int n = 1; n <= 33; n++) {
        for (int i = 0; i < n; i++)
            x[i] = noise(&state);
        double got = mg_interquartile_mean(n, x, scratch);
        mg_sort(n, x);
        double error = distance(got, interquartile_by_mass(n, x));
        worst = error > worst ? error : worst;
    }
    tap_ok(worst < 1e-14, "1-33 numbers against the definition: %g", worst);
    x[16] += 1.0;
    double moved = distance(mg_interquartile_mean(33, x, scratch), interquartile_by_mass(33, x));
    x[16] -= 1.0;
    tap_ok(distance(mg_interquartile_mean(33, x, scratch), interquartile_by_mass(33, x)) < moved, "the comparison "
                                                                                                  "sees a moved "
                                                                                                  "number");
}

static void test_bootstrap(void)
{
    const double x[12] = {-2.03, -2.11, -3.27, -2.41, -1.98, -2.53, -4.19, -2.07, -2.29, -2.61, -3.05, -2.17};
    const int one[1] = {12}, two[2] = {6, 6};
    double scratch[2 * 12 + MG_BOOTSTRAP_RESAMPLES];
    const mg_key key = {1, 0}, another = {1, 1};
    mg_interval a = mg_bootstrap_interquartile_mean(1, one, x, key, scratch);
    mg_interval again = mg_bootstrap_interquartile_mean(1, one, x, key, scratch);
    mg_interval strata = mg_bootstrap_interquartile_mean(2, two, x, key, scratch);
    mg_interval elsewhere = mg_bootstrap_interquartile_mean(1, one, x, another, scratch);
    double centre = mg_interquartile_mean(12, x, scratch);
    tap_note("interval [%.17g, %.17g] around %.17g", a.low, a.high, centre);
    tap_note("strata [%.17g, %.17g], another key's stream [%.17g, %.17g]", strata.low, strata.high, elsewhere.low,
             elsewhere.high);
    tap_ok(a.low == again.low && a.high == again.high, "the same stream gives the same interval");
    tap_ok(a.low < centre && centre < a.high, "the interval holds the estimate");
    /* From an independent program in another language: generator, draws, resamples, quantiles. */
    tap_ok(a.low == -2.846833333333334 && a.high == -2.123291666666667, "pinned");
    tap_ok(strata.low == -2.8234999999999997 && strata.high == -2.14, "pinned, two strata");
    tap_ok(elsewhere.low == -2.83675 && elsewhere.high == -2.1300000000000003, "pinned, another key's stream");
    double moved[12];
    memcpy(moved, x, sizeof x);
    moved[3] += 0.25;
    mg_interval other = mg_bootstrap_interquartile_mean(1, one, moved, key, scratch);
    tap_ok(other.low != a.low || other.high != a.high, "a moved number moves the interval");
    const double flat[3] = {7, 7, 7};
    const int three[1] = {3};
    mg_interval point = mg_bootstrap_interquartile_mean(1, three, flat, key, scratch);
    tap_ok(point.low == 7 && point.high == 7, "equal numbers give a point");
    /* A stratum is drawn from itself only: with one number each, nothing is random. */
    const double ends[2] = {1, 3};
    const int each[2] = {1, 1};
    point = mg_bootstrap_interquartile_mean(2, each, ends, key, scratch);
    tap_ok(point.low == 2 && point.high == 2, "resamples stay within their stratum");
}

static void test_bootstrap_mean(void)
{
    const double x[12] = {-2.03, -2.11, -3.27, -2.41, -1.98, -2.53, -4.19, -2.07, -2.29, -2.61, -3.05, -2.17};
    const mg_key key = {1, 0};
    static int index[MG_BOOTSTRAP_RESAMPLES * 12];
    static double scratch[MG_BOOTSTRAP_RESAMPLES];
    int wrong = 0, seen[12] = {0};
    mg_bootstrap_draw(12, key, index);
    for (int i = 0; i < MG_BOOTSTRAP_RESAMPLES * 12; i++) {
        wrong += index[i] < 0 || index[i] >= 12;
        seen[index[i] % 12]++;
    }
    for (int i = 0; i < 12; i++)
        wrong += seen[i] < 1800 || seen[i] > 2200; /* 2000 on average, 43 of it by chance */
    tap_ok(wrong == 0, "draws are of all twelve, alike");
    mg_interval all = mg_bootstrap_mean(12, x, index, scratch);
    mg_bootstrap_draw(5, key, index);
    mg_interval five = mg_bootstrap_mean(5, x, index, scratch);
    /* From an independent program in another language: generator, draws, resamples, quantiles. */
    tap_ok(all.low == -2.9525625000000004 && all.high == -2.2333333333333334, "a mean of twelve, pinned: %.17g %.17g",
           all.low, all.high);
    tap_ok(five.low == -2.84 && five.high == -2.026, "of five, whose draws are others: %.17g %.17g", five.low,
           five.high);
}

static bool near(double a, double b)
{
    return distance(a, b) < 1e-15;
}

/* From an independent program in another language; 14 of 20 as in tables. */
static void test_wilson(void)
{
    mg_interval most = mg_wilson_interval(14, 20), half = mg_wilson_interval(5, 10);
    mg_interval none = mg_wilson_interval(0, 10), all = mg_wilson_interval(10, 10);
    tap_ok(near(most.low, 0.4810271816464765) && near(most.high, 0.8545227551323956), "14 of 20");
    tap_ok(near(half.low, 0.236593090512564) && near(half.high, 0.7634069094874361), "5 of 10");
    tap_ok(none.low == 0.0 && near(none.high, 0.2775327998628892), "0 of 10: from 0 itself");
    tap_ok(near(all.low, 0.7224672001371107) && all.high == 1.0, "10 of 10: to 1 itself");
}

int main(void)
{
    test_moments();
    test_worst();
    test_sort();
    test_quantiles();
    test_interquartile_mean();
    test_bootstrap();
    test_bootstrap_mean();
    test_wilson();
    return tap_done();
}
