/* bench_random.c - nanoseconds per random word, float and normal: one call each, and filled arrays on every table.
 *
 * Prints CSV: benchmark,isa,value,unit. Thread CPU time, the least of many repetitions.
 */
#include "core/num/isa.h"
#include "core/num/rng.h"

#include <stdio.h>
#include <time.h>

enum { NUMBERS = 4096, REPETITIONS = 300 };

typedef union numbers {
    uint32_t words[NUMBERS];
    float floats[NUMBERS];
} numbers;

typedef void work(mg_stream *stream, numbers *out);

static void single_words(mg_stream *stream, numbers *out)
{
    for (int i = 0; i < NUMBERS; i++)
        out->words[i] = mg_random_u32(stream);
}

static void single_floats(mg_stream *stream, numbers *out)
{
    for (int i = 0; i < NUMBERS; i++)
        out->floats[i] = mg_random_float(stream);
}

static void single_normals(mg_stream *stream, numbers *out)
{
    for (int i = 0; i < NUMBERS; i++)
        out->floats[i] = mg_random_normal(stream);
}

/* What most draws in a run look like: a stream of its own for one number. */
static void opened_words(mg_stream *stream, numbers *out)
{
    for (uint32_t i = 0; i < NUMBERS; i++) {
        mg_stream own = mg_stream_at((mg_key){1, stream->counter[0]++}, MG_PURPOSE_TEST, i, 0, 0);
        out->words[i] = mg_random_u32(&own);
    }
}

static void filled_words(mg_stream *stream, numbers *out)
{
    mg_random_fill_u32(stream, out->words, NUMBERS);
}
static void filled_floats(mg_stream *stream, numbers *out)
{
    mg_random_fill_float(stream, out->floats, NUMBERS);
}
static void filled_normals(mg_stream *stream, numbers *out)
{
    mg_random_fill_normal(stream, out->floats, NUMBERS);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

static void measure(const char *name, const char *isa, work *run)
{
    static numbers out;
    mg_stream stream = mg_stream_at((mg_key){1, 2}, MG_PURPOSE_TEST, 0, 0, 0);
    double least = 1e30;
    for (int i = 0; i < REPETITIONS; i++) {
        double start = now();
        run(&stream, &out);
        double taken = now() - start;
        least = taken < least ? taken : least;
    }
    printf("%s,%s,%.3f,ns\n", name, isa, least / NUMBERS);
}

int main(void)
{
    char message[256];
    printf("benchmark,isa,value,unit\n");
    measure("random-word-call", "scalar", single_words);
    measure("random-float-call", "scalar", single_floats);
    measure("random-normal-call", "scalar", single_normals);
    measure("random-stream-and-word-call", "scalar", opened_words);
    for (int i = 0; mg_isa_available(i); i++) {
        if (!mg_isa_choose(mg_isa_available(i), message, sizeof message)) {
            fprintf(stderr, "bench_random: %s\n", message);
            return 1;
        }
        measure("random-word-fill", mg_isa_name(), filled_words);
        measure("random-float-fill", mg_isa_name(), filled_floats);
        measure("random-normal-fill", mg_isa_name(), filled_normals);
    }
    return 0;
}
