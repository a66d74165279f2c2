/* Every learner on every environment: it plays and learns from two episodes and an evaluation, or refuses and names
 * the need that is missing. They are those of the catalogue; the number of pairs that run is pinned. */
#include "core/num/isa.h"
#include "core/rl/rollout.h"
#include "suite/harness/catalogue.h"
#include "tests/tap.h"
#include "tests/toy_experiment.h"

#include <stdlib.h>

#define PAIRS_THAT_RUN 625

typedef struct part {
    const char *name;
    const void *table, *config;
} part;

/* Two episodes; "" if all went well. */
static void play(mg_rollout *rollout, char *wrong, size_t size)
{
    const mg_env_spec *environment = mg_rollout_environment(rollout);
    double metric[64];
    wrong[0] = '\0';
    int limit = 2 * environment->longest_episode;
    for (int i = 0; i < limit && mg_rollout_count(rollout).episodes < 2; i++)
        mg_rollout_train_step(rollout);
    if (mg_rollout_count(rollout).episodes < 2)
        snprintf(wrong, size, "two episodes took more than %d steps", limit);
    mg_rollout_evaluate(rollout, 2, metric);
    for (int m = 0; m < environment->metrics; m++)
        if (!(metric[m] - metric[m] >= 0.0))
            snprintf(wrong, size, "metric %s is not finite", environment->metric[m].name);
}

static bool all_zero(const mg_tensor *tensor)
{
    const unsigned char *byte = tensor->data;
    for (size_t i = 0; i < mg_tensor_bytes(tensor); i++)
        if (byte[i])
            return false;
    return true;
}

/* How many of the networks that the learner lists have the same numbers in both, biases that are still 0 and those
 * of one output, of which Adam's first step leaves the sign, aside;
 * *networks: how many there are. */
static int same_networks(const mg_learner_table *learner, mg_rollout *a, mg_rollout *b, int *networks)
{
    enum { ROOM = 1000 };
    static mg_tensor of_a[ROOM], of_b[ROOM];
    int count = learner->tensors(mg_rollout_learner_self(a), of_a, ROOM), same = 0;
    (void)learner->tensors(mg_rollout_learner_self(b), of_b, ROOM);
    *networks = count > ROOM ? -1 : 0;
    for (int i = 0; i < count && count <= ROOM; i++) {
        if (of_a[i].kind != MG_KIND_POLICIES && of_a[i].kind != MG_KIND_CRITICS && of_a[i].kind != MG_KIND_INCENTIVES)
            continue;
        ++*networks;
        same += of_a[i].rows * of_a[i].columns > 1 && !all_zero(&of_a[i]) &&
                memcmp(of_a[i].data, of_b[i].data, mg_tensor_bytes(&of_a[i])) == 0;
    }
    return same;
}

static int pairs_that_learn;

static int try_pair(const part *environment, const part *learner)
{
    mg_rollout_config config = {environment->table, environment->config, learner->table,
                                learner->config,    {60001, 0},          2};
    mg_error error = {MG_EXIT_OK, ""};
    char wrong[128];
    mg_rollout *rollout = mg_rollout_create(&config, &error);
    if (!rollout) {
        tap_ok(error.status != MG_EXIT_OK && strstr(error.text, "needs"), "%s on %s refuses: %s", learner->name,
               environment->name, error.text);
        return 0;
    }
    play(rollout, wrong, sizeof wrong);
    tap_ok(wrong[0] == '\0', "%s on %s runs%s%s", learner->name, environment->name, wrong[0] ? ": " : "", wrong);
    mg_rollout *fresh = mg_rollout_create(&config, &error);
    config.key.seed = 1;
    mg_rollout *other = mg_rollout_create(&config, &error);
    int networks, same = same_networks(learner->table, fresh, other, &networks);
    play(other, wrong, sizeof wrong);
    same += same_networks(learner->table, rollout, other, &networks);
    tap_ok(same == 0 && networks >= 0, "... and with another seed each of its %d networks starts and ends as another",
           networks);
    pairs_that_learn += networks > 0;
    mg_rollout_destroy(fresh);
    mg_rollout_destroy(other);
    mg_rollout_destroy(rollout);
    return 1;
}

int main(void)
{
    const toy_line_config line = {.longest = 9, .push = 0.25};
    const toy_learner_config plain = {.rate = 0.0005, .rows = 3};
    mg_catalogue *all = mg_catalogue_open();
    part environment[64], learner[64];
    int environments = 0, learners = 0, ran = 0;
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message); /* the plain kernels take minutes */
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    for (; environments < all->environments; environments++)
        environment[environments] = (part){all->environment[environments].name, all->environment[environments].table,
                                           all->environment[environments].config};
    for (; learners < all->learners; learners++)
        learner[learners] =
            (part){all->learner[learners].name, all->learner[learners].table, all->learner[learners].config};
    environment[environments++] = (part){"toy-line (agents of two kinds, no transfers)", &toy_line, &line};
    learner[learners++] = (part){"toy-learner", &toy_learner_table, &plain};
    for (int e = 0; e < environments; e++)
        for (int l = 0; l < learners; l++)
            ran += try_pair(&environment[e], &learner[l]);
    tap_ok(pairs_that_learn >= 78, "%d pairs have networks", pairs_that_learn);
    tap_ok(ran == PAIRS_THAT_RUN, "%d pairs run, wanted %d", ran, PAIRS_THAT_RUN);
    mg_catalogue_close(all);
    return tap_done();
}
