/* bench_learners.c - what a training episode of the jungle takes, by learner and number of agents: CSV on stdout.
 *
 *     build/bench/learners [--steps N]      (default 240: two episodes)
 *
 * Columns: benchmark,shape,isa,value,unit,ratio,against. Value: episodes of 120 steps an hour, playing and learning at
 * the paper's sizes as it is after the idle episodes (LToS: without the pass over its weights, which comes every
 * hundred episodes), by CPU time of this thread, the best of three. Ratio, of methods whose products are counted: the
 * rate of these products (as if no number that is seen were 0) over that of the matrix product of a layer of 128 units
 * for all agents of a minibatch.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "algos/ltos.h"
#include "baselines/deep_q.h"
#include "baselines/graph_q.h"
#include "core/io/memory.h"
#include "core/num/isa.h"
#include "core/num/kernels.h"
#include "core/rl/rollout.h"
#include "envs/jungle.h"

enum { EPISODE = 120, SEEN = MG_JUNGLE_SEEN, WIDE = 512, WIDTH = 128, LAYERS = 2, ACTIONS = MG_JUNGLE_ACTIONS };

static int steps_timed = 2 * EPISODE;

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Additions and multiplications a second of a product [rows x 128] [128 x 128]. */
static double gemm_rate(int rows)
{
    size_t numbers = (size_t)rows * WIDTH;
    float *a = mg_allocate_block(2 * numbers + WIDTH * WIDTH + MG_GEMM_SCRATCH, sizeof *a);
    const mg_gemm product = {.rows = rows,
                             .columns = WIDTH,
                             .depth = WIDTH,
                             .a = a,
                             .a_row = WIDTH,
                             .a_column = 1,
                             .b = a + 2 * numbers,
                             .b_row = WIDTH,
                             .b_column = 1,
                             .c = a + numbers,
                             .c_row = WIDTH,
                             .scratch = a + 2 * numbers + WIDTH * WIDTH};
    double best = 0.0;
    for (int window = 0; window < 20; window++) {
        double start = cpu_seconds();
        for (int i = 0; i < 20; i++)
            mg_kernels_current()->gemm(&product);
        double rate = 20.0 * 2.0 * (double)numbers * WIDTH / (cpu_seconds() - start);
        best = rate > best ? rate : best;
    }
    free(a);
    return best;
}

/* Seconds of a training step. */
static double step_time(const mg_learner_table *learner, const void *config, int agents)
{
    mg_error error = {0};
    const mg_jungle_config game = mg_jungle_default(agents);
    const mg_rollout_config setup = {.environment = &mg_jungle,
                                     .environment_config = &game,
                                     .learner = learner,
                                     .learner_config = config,
                                     .key = {9996, 0},
                                     .evaluation_rows = 1};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (!rollout) {
        fprintf(stderr, "learners: %s\n", error.text);
        exit(1);
    }
    for (int i = 0; i < EPISODE; i++)
        mg_rollout_train_step(rollout);
    double best = 1e9;
    for (int part = 0; part < 3; part++) {
        double start = cpu_seconds();
        for (int i = 0; i < steps_timed; i++)
            mg_rollout_train_step(rollout);
        double of_step = (cpu_seconds() - start) / steps_timed;
        best = of_step < best ? of_step : best;
    }
    mg_rollout_destroy(rollout);
    return best;
}

/* products: multiplications of an agent's forward; 0: not counted. */
static void row(const char *name, const mg_learner_table *learner, const void *config, int agents, double products,
                double updates, int batch)
{
    double seconds = step_time(learner, config, agents);
    printf("episodes of the jungle,%s %d agents,%s,%.4g,episodes/hour", name, agents, mg_isa_name(),
           3600.0 / (seconds * EPISODE));
    if (products > 0.0) { /* play one forward; an update the target's, its own, and two more backward without the
                             gradient by what is seen */
        double update = 4.0 * products - (double)(SEEN * WIDE), rate = gemm_rate(agents * batch);
        double sums = 2.0 * agents * (products + updates * batch * update);
        printf(",%.3f,%.3g GFLOP/s of a product", sums / seconds / rate, rate * 1e-9);
    } else {
        printf(",,");
    }
    putchar('\n');
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char message[200];
    if (argc == 3 && strcmp(argv[1], "--steps") == 0)
        steps_timed = atoi(argv[2]);
    if ((argc != 1 && argc != 3) || steps_timed < 3) {
        fprintf(stderr, "learners: wanted --steps N with N from 3 on\n");
        return 2;
    }
    if (!mg_isa_choose("auto", message, sizeof message)) {
        fprintf(stderr, "learners: %s\n", message);
        return 2;
    }
    puts("benchmark,shape,isa,value,unit,ratio,against");
    static const int agents[] = {10, 20, 50};
    const double encoder = (double)(SEEN * WIDE + WIDE * WIDTH);
    for (int i = 0; i < 3; i++) {
        mg_deep_q_config deep = mg_deep_q_jungle();
        mg_graph_q_config graph = mg_graph_q_jungle();
        mg_ltos_config sharing = mg_ltos_jungle();
        deep.capacity = graph.capacity = sharing.capacity = 2000;
        graph.idle_episodes = sharing.idle_episodes = 0;
        row("DQN", &mg_deep_q, &deep, agents[i], encoder + WIDTH * ACTIONS, 1.0, deep.batch);
        row("DGN", &mg_graph_q, &graph, agents[i],
            encoder + LAYERS * 4 * WIDTH * WIDTH + (1 + LAYERS) * WIDTH * ACTIONS, 1.0 / graph.update_every,
            graph.batch);
        row("LToS between sharings", &mg_ltos, &sharing, agents[i], 0.0, 0.0, 0);
    }
    return 0;
}
