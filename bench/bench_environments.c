/* bench_environments.c - speed of predation with its neighbour graph, by number of agents: CSV on stdout.
 *
 *     build/bench/environments [--rounds N]      (default 15)
 *
 * Columns: benchmark,shape,isa,value,unit,ratio,against. A step is the actions' draw, step, observe and neighbours, a
 * reset at each end. The two contenders of a row take turns inside one round, in windows of some 0.3 ms of CPU time;
 * value is the median over rounds, ratio the median of the rounds' ratios: against a search that looks at every pair.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "envs/predation.h"

enum { ROUNDS_MAX = 101 };

static int rounds = 15;

typedef struct scene {
    mg_predation_config config;
    mg_row row;
    mg_stream stream;
    bool every_pair; /* distances of all pairs and mg_env_nearest instead of the environment's own search */
    float *observation, *reward, *paid, *received;
    int32_t *neighbour, *action;
    long sum;
} scene;

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void search_every_pair(scene *s)
{
    int agents = s->config.agents;
    float apart[MG_PREDATION_AGENTS_MAX];
    for (int i = 0; i < agents; i++) {
        const float *place = s->observation;
        for (int j = 0; j < agents; j++)
            apart[j] = (place[i] < place[j] ? place[j] - place[i] : place[i] - place[j]) / (float)s->config.width;
        mg_env_nearest(agents, i, apart, (float)s->config.range, agents - 1, s->neighbour + i * (agents - 1));
    }
}

static void run_step(scene *s)
{
    mg_joint joint = {.action = s->action};
    mg_outcome outcome = {.reward = s->reward, .paid = s->paid, .received = s->received};
    for (int i = 0; i < s->config.agents; i++)
        s->action[i] = (int32_t)(mg_random_u32(&s->stream) & 1);
    mg_predation.step(&s->row, &joint, &s->stream, &outcome);
    mg_predation.observe(&s->row, 0, s->observation);
    if (s->every_pair)
        search_every_pair(s);
    else
        mg_predation.neighbours(&s->row, s->neighbour);
    s->sum += s->neighbour[0];
    if (outcome.terminated)
        mg_predation.reset(&s->row, &s->stream);
}

static double seconds_of(scene *s, int steps)
{
    double begin = cpu_seconds();
    for (int i = 0; i < steps; i++)
        run_step(s);
    return cpu_seconds() - begin;
}

static double median(double *x)
{
    for (int i = 1; i < rounds; i++) {
        double kept = x[i];
        int at = i;
        for (; at > 0 && x[at - 1] > kept; at--)
            x[at] = x[at - 1];
        x[at] = kept;
    }
    return x[rounds / 2];
}

static void *zeros(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        exit(3);
    return memory;
}

static void open_scene(scene *s, int agents, double range, bool every_pair)
{
    size_t n = (size_t)agents;
    *s = (scene){.config = mg_predation_default(agents), .every_pair = every_pair};
    s->config.range = range;
    mg_env_spec spec;
    mg_predation.describe(&s->config, NULL, &spec);
    s->row = (mg_row){&s->config, NULL, zeros(1, spec.row_bytes)};
    mg_env_spec_free(&spec);
    s->stream = mg_stream_at((mg_key){1, 1}, MG_PURPOSE_TRAIN_STEP, 0, 0, 0);
    s->observation = zeros(n * n, sizeof(float));
    s->reward = zeros(3 * n, sizeof(float));
    s->paid = s->reward + n;
    s->received = s->paid + n;
    s->neighbour = zeros(n * n, sizeof(int32_t));
    s->action = zeros(n, sizeof(int32_t));
    mg_predation.reset(&s->row, &s->stream);
}

static void close_scene(scene *s)
{
    free(s->row.state);
    free(s->observation);
    free(s->reward);
    free(s->neighbour);
    free(s->action);
}

static void bench(int agents, double range)
{
    scene sorted, plain;
    double rate[ROUNDS_MAX], ratio[ROUNDS_MAX];
    open_scene(&sorted, agents, range, false);
    open_scene(&plain, agents, range, true);
    int steps = 16;
    while (seconds_of(&sorted, steps) < 3e-4)
        steps *= 2;
    for (int round = 0; round < rounds; round++) {
        double ours = seconds_of(&sorted, steps), theirs = seconds_of(&plain, steps);
        rate[round] = (double)agents * steps / ours * 1e-6;
        ratio[round] = theirs / ours;
    }
    printf("environment predation,%d agents range %g,scalar,%.4g,M agent-steps/s,%.3f,every pair\n", agents, range,
           median(rate), median(ratio));
    fflush(stdout);
    close_scene(&sorted);
    close_scene(&plain);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--rounds") == 0)
        rounds = atoi(argv[2]);
    if ((argc != 1 && argc != 3) || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "environments: wanted --rounds N with N from 1 to %d\n", ROUNDS_MAX);
        return 2;
    }
    puts("benchmark,shape,isa,value,unit,ratio,against");
    static const int agents[] = {6, 12, 20, 64};
    for (int i = 0; i < 4; i++) {
        bench(agents[i], 0.1);
        bench(agents[i], agents[i] == 20 ? 0.03 : 0.3);
    }
    return 0;
}
