/* The training loop of every method allocates nothing: not while acting, giving, learning or being evaluated. */
#include "core/num/isa.h"
#include "core/rl/rollout.h"
#include "suite/harness/catalogue.h"
#include "tests/counting_allocator.h"
#include "tests/tap.h"

/* Allocations of so many units of training and an evaluation, after the first unit; -1 where the learner cannot run. */
static long allocations_of(const mg_catalogue_environment *environment, const mg_catalogue_learner *learner,
                           uint64_t units, bool leak)
{
    mg_error error = {0};
    mg_rollout_config setup = {.environment = environment->table,
                               .environment_config = environment->config,
                               .learner = learner->table,
                               .learner_config = learner->config,
                               .key = {9997, 0},
                               .evaluation_rows = 10};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (!rollout)
        return -1;
    while (mg_rollout_count(rollout).units < 1)
        mg_rollout_train_step(rollout);
    double metric[64];
    long before = allocations;
    while (mg_rollout_count(rollout).units < 1 + units)
        mg_rollout_train_step(rollout);
    mg_rollout_evaluate(rollout, 10, metric);
    if (leak) {
        void *volatile lost = malloc(8);
        (void)lost;
    }
    long during = allocations - before;
    mg_rollout_destroy(rollout);
    return during;
}

/* Long on the first environment where it runs, two units on the others. */
static void test_learner(const mg_catalogue *all, const mg_catalogue_learner *learner)
{
    int ran = 0;
    for (int e = 0; e < all->environments; e++) {
        size_t mark = used;
        long made = allocations_of(&all->environment[e], learner, ran ? 2 : 200, false);
        if (made >= 0)
            tap_ok(made == 0, "%s on %s: none in %d units and an evaluation", learner->name, all->environment[e].name,
                   ran ? 2 : 200);
        ran += made >= 0;
        give_back(mark);
    }
    tap_ok(ran > 0, "%s runs on %d environments", learner->name, ran);
}

int main(void)
{
    char message[200];
    if (!COUNTING) {
        tap_skip("allocations cannot be counted under a sanitizer");
        return tap_done();
    }
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    tap_ok(chosen && allocations >= 0, "kernels: %s", chosen ? mg_isa_name() : message);
    mg_catalogue *all = mg_catalogue_open();
    for (int l = 0; l < all->learners; l++)
        test_learner(all, &all->learner[l]);
    tap_ok(allocations_of(&all->environment[0], &all->learner[0], 1, true) == 1,
           "mutation: a deliberate allocation is counted");
    mg_catalogue_close(all);
    return tap_done();
}
