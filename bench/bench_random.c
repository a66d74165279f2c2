/* bench_random.c - nanoseconds per random word, float and normal: one call each, and filled arrays on every table.
 *
 *     build/bench/random [--rounds N]      (default 15)
 *
 * All take turns. Ratio: a filled number against one drawn by a call of its own.
 */
#include "bench/turns.h"
#include "core/num/rng.h"

enum { NUMBERS = 4096, SINGLES = 4, FILLS = 3, TABLES_MAX = 6 };

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

typedef struct drawing {
    work *run;
    mg_stream stream;
    numbers out;
} drawing;

static void draw(void *context)
{
    drawing *d = context;
    d->run(&d->stream, &d->out);
}

int main(int argc, char **argv)
{
    static const char *const single_name[SINGLES] = {"random-word-call", "random-float-call", "random-normal-call",
                                                     "random-stream-and-word-call"};
    static const char *const fill_name[FILLS] = {"random-word-fill", "random-float-fill", "random-normal-fill"};
    static work *const single[SINGLES] = {single_words, single_floats, single_normals, opened_words};
    static work *const fill[FILLS] = {filled_words, filled_floats, filled_normals};
    static drawing drawings[SINGLES + FILLS * TABLES_MAX];
    static contender all[SINGLES + FILLS * TABLES_MAX];
    int count = SINGLES;
    read_rounds(argc, argv, 15);
    for (int i = 0; i < SINGLES; i++)
        drawings[i].run = single[i];
    for (int table = 0; mg_isa_available(table) && table < TABLES_MAX; table++)
        for (int i = 0; i < FILLS; i++) {
            drawings[count].run = fill[i];
            all[count++].isa = mg_isa_available(table);
        }
    for (int i = 0; i < count; i++) {
        drawings[i].stream = mg_stream_at((mg_key){1, 2}, MG_PURPOSE_TEST, 0, 0, 0);
        all[i] = (contender){.run = draw, .context = &drawings[i], .operations = NUMBERS, .isa = all[i].isa};
    }
    take_turns(all, count);
    header();
    for (int i = 0; i < SINGLES; i++)
        row(single_name[i], "", "scalar", 1e9 / median_rate(&all[i]), "ns", 0, NULL);
    for (int i = SINGLES; i < count; i++) {
        int kind = (i - SINGLES) % FILLS;
        row(fill_name[kind], "", all[i].isa, 1e9 / median_rate(&all[i]), "ns", median_ratio(&all[i], &all[kind]),
            single_name[kind]);
    }
    return 0;
}
