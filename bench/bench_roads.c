/* bench_roads.c - what a decision of ip-cityflow's signals takes, by how many there are: CSV on stdout.
 *
 *     build/bench/roads [--rounds N]                          (default 3)
 *
 * `decision`: 10 s of traffic simulated, and all signals of the network deciding what comes next, nothing learned; mean
 * over an episode of 100. `decision with learning`: the same with the gradient steps that fall to it, in an episode in
 * which they are due throughout. Milliseconds of one core. The methods of a size take turns, an episode a window;
 * ratio: of their speed, against fixed-time lights, which is the simulator alone. The settings are the result's own,
 * but for a replay of a few episodes.
 */
#include "core/rl/rollout.h"

#include "bench/turns.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/ip_cityflow.c"
#include "suite/shared/roads_play.c"
#undef main

enum { EPISODE = 100, KEPT = 400, NEVER = 1000000, CONTENDERS = 10 };

static const char *const timed[] = {"fixed-time", "ip", "dgn", "pic", "maddpgs"};
static const char *const sizes[] = {"n16", "n49", "n96", "n100", "n225", "n1225"};

static void train(void *context)
{
    (void)mg_rollout_train_step(context);
}

static const mg_grid_method *method_named(const char *name)
{
    const mg_grid_method *method = methods;
    while (strcmp(method->name, name) != 0)
        method++;
    return method;
}

static const mg_grid_variant *variant_named(const char *name)
{
    const mg_grid_variant *variant = variants;
    while (strcmp(variant->name, name) != 0)
        variant++;
    return variant;
}

/* A learner that learns at last has an episode behind it. */
static mg_rollout *open_roads(const char *method, const char *size, bool learns)
{
    mg_error error = {0};
    mg_setup setup = {0};
    const mg_grid_row row = {method_named(method), variant_named(size)};
    set_up(&row, MG_PROFILE_PAPER, false, &setup);
    (void)mg_config_set(setup.learner->fields, setup.learner_config, "capacity", KEPT);
    if (!learns)
        (void)mg_config_set(setup.learner->fields, setup.learner_config, "update_every", NEVER);
    const mg_rollout_config config = {.environment = setup.environment,
                                      .environment_config = setup.environment_config,
                                      .learner = setup.learner,
                                      .learner_config = setup.learner_config,
                                      .key = {9996, 0},
                                      .evaluation_rows = 1};
    mg_rollout *rollout = mg_rollout_create(&config, &error);
    if (!rollout)
        exit(mg_report_error("roads", &error));
    for (int i = 0; i < EPISODE && learns; i++)
        train(rollout);
    return rollout;
}

static void bench_size(const char *size)
{
    contender all[CONTENDERS] = {0};
    char shape[CONTENDERS][40];
    int count = 0;
    for (int learns = 0; learns < 2; learns++)
        for (size_t m = learns; m < sizeof timed / sizeof *timed; m++) {
            if (!strcmp(size, "n1225") && !strcmp(timed[m], "pic"))
                continue;
            snprintf(shape[count], sizeof *shape, "%s/%s", timed[m], size);
            all[count++] = (contender){
                .run = train, .context = open_roads(timed[m], size, learns), .operations = 1.0, .calls = EPISODE};
        }
    take_turns(all, count);
    bool learns = false;
    for (int k = 0; k < count; k++) {
        learns = learns || (k > 1 && !strcmp(shape[k], shape[1]));
        row(learns ? "decision with learning" : "decision", shape[k], mg_isa_name(), 1e3 / median_rate(&all[k]), "ms",
            k ? median_ratio(&all[k], &all[0]) : 0.0, k ? "fixed-time" : NULL);
        mg_rollout_destroy(all[k].context);
    }
}

int main(int argc, char **argv)
{
    read_rounds(argc, argv, 3);
    choose_isa("auto");
    header();
    for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++)
        bench_size(sizes[n]);
    return 0;
}
