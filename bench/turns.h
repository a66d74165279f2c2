/* turns.h - what all benchmarks share: contenders that take turns, medians of their rounds, and rows of CSV.
 *
 *     contender pair[2] = {{.run = ours, .context = &a, .operations = 1e3}, {.run = theirs, .context = &b, .operations
 * = 1e3}}; take_turns(pair, 2); row("sum", "1x4096", "avx2", 1e-9 * median_rate(&pair[0]), "G/s",
 * median_ratio(&pair[0], &pair[1]), "theirs");
 *
 * In every round each contender has one window, one after another, of thread CPU time: what disturbs the machine
 * disturbs all of them. value is the median over rounds, ratio the median of the rounds' ratios; above 1: faster than
 * what it is against. Nothing here is a minimum, which no run of a program ever sees.
 */
#ifndef MG_BENCH_TURNS_H
#define MG_BENCH_TURNS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/num/isa.h"

enum { ROUNDS_MAX = 101 };

static int rounds = 15;

typedef struct contender {
    void (*run)(void *context);
    void *context;
    double operations;       /* of a call; the unit is the caller's */
    double window;           /* the shortest, in seconds; 0: 0.3 ms */
    const char *isa;         /* the instruction set that is chosen before each window; NULL: whichever is */
    int calls;               /* in a window; 0: as many as it takes */
    double rate[ROUNDS_MAX]; /* operations per second */
} contender;

static inline void choose_isa(const char *name)
{
    char message[512];
    if ((!strcmp(name, "auto") || strcmp(name, mg_isa_name()) != 0) && !mg_isa_choose(name, message, sizeof message)) {
        fprintf(stderr, "bench: %s\n", message);
        exit(1);
    }
}

static inline double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline double seconds_of_window(const contender *c)
{
    if (c->isa)
        choose_isa(c->isa);
    double begin = cpu_seconds();
    for (int i = 0; i < c->calls; i++)
        c->run(c->context);
    return cpu_seconds() - begin;
}

static inline void calibrate(contender *c)
{
    if (c->calls > 0)
        return;
    c->calls = 1;
    while (seconds_of_window(c) < (c->window > 0.0 ? c->window : 3e-4))
        c->calls *= 2;
}

static inline void take_turns(contender *contenders, int count)
{
    for (int i = 0; i < count; i++)
        calibrate(&contenders[i]);
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++)
            contenders[i].rate[round] =
                contenders[i].operations * contenders[i].calls / seconds_of_window(&contenders[i]);
}

/* Of `rounds` values. */
static inline double median(const double *values)
{
    double sorted[ROUNDS_MAX] = {0};
    for (int i = 0; i < rounds; i++) {
        int at = i;
        for (; at > 0 && sorted[at - 1] > values[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = values[i];
    }
    return sorted[rounds / 2];
}

static inline double median_rate(const contender *c)
{
    return median(c->rate);
}

static inline double median_ratio(const contender *a, const contender *b)
{
    double ratios[ROUNDS_MAX];
    for (int i = 0; i < rounds; i++)
        ratios[i] = a->rate[i] / b->rate[i];
    return median(ratios);
}

static inline void header(void)
{
    puts("benchmark,shape,isa,value,unit,ratio,against");
}

/* against: NULL where there is no ratio. */
static inline void row(const char *benchmark, const char *shape, const char *isa, double value, const char *unit,
                       double ratio, const char *against)
{
    printf("%s,%s,%s,%.4g,%s,", benchmark, shape, isa, value, unit);
    if (against)
        printf("%.3f,%s\n", ratio, against);
    else
        printf(",\n");
    fflush(stdout);
}

/* The command line of a benchmark that takes no other option than --rounds N. */
static inline void read_rounds(int argc, char **argv, int usual)
{
    rounds = argc == 3 && !strcmp(argv[1], "--rounds") ? atoi(argv[2]) : usual;
    if ((argc == 1 || argc == 3) && rounds > 0 && rounds <= ROUNDS_MAX)
        return;
    fprintf(stderr, "usage: %s [--rounds 1..%d]      (default %d)\n", argv[0], ROUNDS_MAX, usual);
    exit(2);
}

#endif
