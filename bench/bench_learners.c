/* bench_learners.c - what training takes: every learner of the catalogue, and a training episode of the jungle at the
 * papers' sizes by number of agents: CSV on stdout.
 *
 *     build/bench/learners [--rounds N]      (default 7)
 *
 * `training`: steps of the learner's known task, or of the first environment of the catalogue that offers what it
 * needs, playing and learning, in windows of some 20 ms. `episodes of the jungle`: of 120 steps, an hour, as it is
 * after the idle episodes (LToS: without the pass over its weights, which comes every hundred episodes). All learners
 * of a number of agents take turns, 24 steps a window. Ratio, of methods whose products are counted: the rate of these
 * products (as if no number that is seen were 0) over that of the matrix product of a layer of 128 units for all agents
 * of a minibatch.
 */
#include "algos/ltos.h"
#include "baselines/deep_q.h"
#include "baselines/graph_q.h"
#include "bench/turns.h"
#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/rl/rollout.h"
#include "envs/jungle.h"
#include "suite/harness/catalogue.h"

enum { EPISODE = 120, SEEN = MG_JUNGLE_SEEN, WIDE = 512, WIDTH = 128, LAYERS = 2, ACTIONS = MG_JUNGLE_ACTIONS };
enum { LEARNERS_MAX = 64 };

static void train(void *context)
{
    (void)mg_rollout_train_step(context);
}

static mg_rollout *open_rollout(const mg_env_table *environment, const void *environment_config,
                                const mg_learner_table *learner, const void *config, mg_error *error)
{
    const mg_rollout_config setup = {.environment = environment,
                                     .environment_config = environment_config,
                                     .learner = learner,
                                     .learner_config = config,
                                     .key = {9996, 0},
                                     .evaluation_rows = 1};
    return mg_rollout_create(&setup, error);
}

/* ---- the catalogue ---- */

/* On its known task, or where it can. */
static mg_rollout *open_learner(const mg_catalogue *all, const mg_catalogue_learner *learner, char shape[128])
{
    mg_rollout *rollout = NULL;
    mg_error error = {0};
    const mg_known_task *known = learner->known;
    snprintf(shape, 128, "%s: %s", learner->name, known ? known->says : "");
    if (known)
        rollout = open_rollout(known->environment, known->config, learner->table, learner->config, &error);
    for (int e = 0; e < all->environments && !known && !rollout; e++) {
        const mg_catalogue_environment *environment = &all->environment[e];
        rollout = open_rollout(environment->table, environment->config, learner->table, learner->config, &error);
        snprintf(shape, 128, "%s: %s", learner->name, environment->name);
    }
    if (!rollout)
        exit(mg_report_error("learners", &error));
    return rollout;
}

static void bench_catalogue(void)
{
    static contender learner[LEARNERS_MAX];
    static char shape[LEARNERS_MAX][128];
    mg_catalogue *all = mg_catalogue_open();
    int count = all->learners < LEARNERS_MAX ? all->learners : LEARNERS_MAX;
    for (int i = 0; i < count; i++) {
        mg_rollout *rollout = open_learner(all, &all->learner[i], shape[i]);
        learner[i] = (contender){.run = train, .context = rollout, .operations = 1.0, .window = 0.02};
    }
    take_turns(learner, count);
    for (int i = 0; i < count; i++) {
        row("training", shape[i], mg_isa_name(), median_rate(&learner[i]) * 1e-3, "k steps/s", 0, NULL);
        mg_rollout_destroy(learner[i].context);
    }
    mg_catalogue_close(all);
}

/* ---- the jungle ---- */

static void run_product(void *context)
{
    mg_kernels_current()->gemm(context);
}

/* [rows x 128] [128 x 128]. */
static mg_gemm make_product(int rows)
{
    size_t numbers = (size_t)rows * WIDTH;
    float *a = mg_allocate_block(2 * numbers + WIDTH * WIDTH + MG_GEMM_SCRATCH, sizeof *a);
    return (mg_gemm){.rows = rows,
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
}

static mg_rollout *open_jungle(const mg_jungle_config *game, const mg_learner_table *table, const void *config)
{
    mg_error error = {0};
    mg_rollout *rollout = open_rollout(&mg_jungle, game, table, config, &error);
    if (!rollout)
        exit(mg_report_error("learners", &error));
    for (int i = 0; i < EPISODE; i++)
        train(rollout);
    return rollout;
}

/* Additions and multiplications of a step: play one forward; an update the target's, its own, and two more backward
 * without the gradient by what is seen. products: multiplications of an agent's forward. */
static double sums_of(int agents, double products, double updates, int batch)
{
    double update = 4.0 * products - (double)(SEEN * WIDE);
    return 2.0 * agents * (products + updates * batch * update);
}

static void print_episodes(const char *name, int agents, const contender *learner, const contender *product,
                           double sums)
{
    char shape[64], against[64];
    double hourly = median_rate(learner) * 3600.0 / EPISODE;
    snprintf(shape, sizeof shape, "%s %d agents", name, agents);
    if (product)
        snprintf(against, sizeof against, "%.3g GFLOP/s of a product", median_rate(product) * 1e-9);
    row("episodes of the jungle", shape, mg_isa_name(), hourly, "episodes/hour",
        product ? sums * median_ratio(learner, product) : 0.0, product ? against : NULL);
}

static void bench_jungle(int agents)
{
    const double encoder = (double)(SEEN * WIDE + WIDE * WIDTH), attention = LAYERS * 4 * WIDTH * WIDTH;
    const mg_jungle_config game = mg_jungle_default(agents);
    mg_deep_q_config deep = mg_deep_q_jungle();
    mg_graph_q_config graph = mg_graph_q_jungle();
    mg_ltos_config sharing = mg_ltos_jungle();
    deep.capacity = graph.capacity = sharing.capacity = 2000;
    graph.idle_episodes = sharing.idle_episodes = 0;
    mg_gemm product[2] = {make_product(agents * deep.batch), make_product(agents * graph.batch)};
    contender all[5] = {{.context = open_jungle(&game, &mg_deep_q, &deep)},
                        {.context = open_jungle(&game, &mg_graph_q, &graph)},
                        {.context = open_jungle(&game, &mg_ltos, &sharing)}};
    for (int i = 0; i < 3; i++) {
        all[i].run = train;
        all[i].operations = 1.0;
        all[i].calls = 24;
    }
    for (int i = 0; i < 2; i++)
        all[3 + i] = (contender){
            .run = run_product, .context = &product[i], .operations = 2.0 * product[i].rows * WIDTH * WIDTH};
    take_turns(all, 5);
    print_episodes("DQN", agents, &all[0], &all[3], sums_of(agents, encoder + WIDTH * ACTIONS, 1.0, deep.batch));
    print_episodes(
        "DGN", agents, &all[1], &all[4],
        sums_of(agents, encoder + attention + (1 + LAYERS) * WIDTH * ACTIONS, 1.0 / graph.update_every, graph.batch));
    print_episodes("LToS between sharings", agents, &all[2], NULL, 0.0);
    for (int i = 0; i < 3; i++)
        mg_rollout_destroy(all[i].context);
    for (int i = 0; i < 2; i++)
        free((void *)(uintptr_t)product[i].a);
}

int main(int argc, char **argv)
{
    static const int agents[] = {10, 20, 50};
    read_rounds(argc, argv, 7);
    choose_isa("auto");
    header();
    bench_catalogue();
    for (int i = 0; i < 3; i++)
        bench_jungle(agents[i]);
    return 0;
}
