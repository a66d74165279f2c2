/* bench_gather_trade_build.c - speed of the gather-trade-build economy: CSV on stdout.
 *
 *     build/bench/gather_trade_build [--rounds N]      (default 15)
 *
 * Columns: benchmark,shape,isa,value,unit. A step is the masks of four agents, a draw among what each allows, the step
 * and, but for the first shape, what the agents see; the last shape adds the designer's observation. A reset after each
 * hundred. value is the median over rounds of 2000 steps.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "envs/gather_trade_build.h"
#include "envs/gather_trade_build/observe.h"

enum { ROUNDS_MAX = 101, STEPS = 2000, SHAPES = 3 };
static const char *const shape[SHAPES] = {"4 agents", "4 agents with observations", "and the designer's"};

typedef struct scene {
    mg_gather_trade_build_config config;
    mg_gtb_economy economy;
    mg_row row;
    mg_stream stream;
    uint8_t allowed[MG_GTB_AGENTS * MG_GTB_ACTIONS];
    float observation[MG_GTB_AGENTS * MG_GTB_AGENT_NUMBERS], designer[MG_GTB_DESIGNER_NUMBERS];
    float reward[MG_GTB_AGENTS], paid[MG_GTB_AGENTS], received[MG_GTB_AGENTS];
    double sum;
} scene;

static int32_t draw(scene *s, const uint8_t *allowed)
{
    uint32_t choices = 0;
    for (int a = 0; a < MG_GTB_ACTIONS; a++)
        choices += allowed[a];
    int32_t left = (int32_t)mg_random_below(&s->stream, choices), chosen = 0;
    for (; left > 0 || !allowed[chosen]; chosen++)
        left -= allowed[chosen];
    return chosen;
}

static void run_step(scene *s, int what)
{
    int32_t action[MG_GTB_AGENTS];
    mg_outcome outcome = {.reward = s->reward, .paid = s->paid, .received = s->received};
    mg_gather_trade_build.mask(&s->row, 0, s->allowed);
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        action[i] = draw(s, s->allowed + i * MG_GTB_ACTIONS);
    mg_gather_trade_build.step(&s->row, &(mg_joint){.action = action}, &s->stream, &outcome);
    if (what > 0)
        mg_gather_trade_build.observe(&s->row, 0, s->observation);
    if (what > 1)
        mg_gather_trade_build.designer(&s->row, s->designer);
    s->sum += (double)s->reward[0] + (double)s->observation[0] + (double)s->designer[0];
    if (outcome.truncated)
        mg_gather_trade_build.reset(&s->row, &s->stream);
}

static double seconds_of(scene *s, int what)
{
    struct timespec a, b;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
    for (int i = 0; i < STEPS; i++)
        run_step(s, what);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
    return (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static scene s;
    double seconds[ROUNDS_MAX];
    int rounds = argc == 3 && strcmp(argv[1], "--rounds") == 0 ? atoi(argv[2]) : 15;
    if ((argc != 1 && argc != 3) || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "gather_trade_build: wanted --rounds N with N from 1 to %d\n", ROUNDS_MAX);
        return 2;
    }
    s.config = mg_gather_trade_build_default(MG_GTB_DESIGNER);
    s.row = (mg_row){&s.config, NULL, &s.economy};
    s.stream = mg_stream_at((mg_key){1, 1}, MG_PURPOSE_TRAIN_STEP, 0, 0, 0);
    mg_gather_trade_build.reset(&s.row, &s.stream);
    puts("benchmark,shape,isa,value,unit");
    for (int what = 0; what < SHAPES; what++) {
        for (int round = 0; round < rounds; round++)
            seconds[round] = seconds_of(&s, what);
        qsort(seconds, (size_t)rounds, sizeof *seconds, ascending);
        printf("environment gather-trade-build,%s,scalar,%.4g,k steps/s\n", shape[what],
               (double)STEPS / seconds[rounds / 2] * 1e-3);
        fflush(stdout);
    }
    return s.sum - s.sum == 0.0 ? 0 : 1;
}
