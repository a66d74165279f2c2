/* The claims of ltos-prisoner on rows made up so that all of them hold; then each clause is falsified alone, of each
 * learner that it is about, and the claim must hold no more. */
#include "tests/claims_by_hand.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/ltos_prisoner.c"
#undef main

static const made_up as_claimed[] = {
    {"*", "*", 0.0},
    {"*", "return_mean", 0.97},
    {"*", "episodes_to_cooperate", 2000.0},
    {"*", "own_weight_largest", 1.0},
    {"dqn", "return_mean", 0.49},
    {"dqn", "return_0", 0.49},
    {"dqn", "length", 1.0},
    {"dqn", "episodes_to_cooperate", 3050.0},
    {"dgn", "return_mean", 0.49},
    {"dgn", "return_0", 0.49},
    {"dgn", "length", 1.0},
    {"dgn", "episodes_to_cooperate", 3050.0},
    {"ltos", "episodes_to_cooperate", 300.0},
    {"joint-dqn", "episodes_to_cooperate", 300.0},
    {"coco-q", "episodes_to_cooperate", 300.0},
    {"fixed-ltos", "episodes_to_cooperate", 1000.0},
    {"ip", "return_mean", 0.6},
    {"lio", "return_mean", 0.6},
    {"lio", "episodes_to_first", 300.0},
};

static void test_holding(void)
{
    all_hold("reproduced",
             RUNS("P1", "P2", "P3", "P4", "P4b", "P4r", "P4c", "P5", "P5r", "P6", "P6b", "P7", "P7r", "A1"));
}

/* Who learned nothing earns what play at random earns. Of P6 this is no test: 0.51 is a little above one half. */
static void test_untrained(void)
{
    static const made_up nothing[] = {
        {"*", "return_*", 0.514583}, {"*", "length", 1.67}, {"*", "episodes_*", 3050.0}, {"*", "own_weight_*", 0.5}};
    none_holds("nobody has learned anything",
               RUNS("P2", "P3", "P4", "P4b", "P4r", "P4c", "P5", "P5r", "P6b", "P7", "P7r"), nothing, 4);
}

static void test_exact(void)
{
    static const char *const error[] = {"optimum_error", "random_error", "coco_error", "independent_error",
                                        "greedy_error"};
    for (int k = 0; k < 5; k++)
        FALSIFIED(error[k], "P1", {"exact", error[k], 2e-9});
    const char *const *shares =
        RUNS("ltos", "ltos-code", "fixed-ltos", "ltos/sample32", "ltos/slow", "ltos/summed", "ltos/adam");
    each_run("A1", shares, "conservation_error", 2e-5);
    each_run("A1", shares, "simplex_error", 2e-5);
}

static void test_ends(void)
{
    const char *const *defect = RUNS("dqn", "dgn"), *const *best = RUNS("ltos", "joint-dqn", "coco-q");
    const char *const *reading = RUNS("ltos/sample32", "ltos/slow", "ltos/summed", "ltos/adam");
    each_run("P2", defect, "return_mean", 0.46);
    each_run("P2", defect, "return_mean", 0.53);
    each_run("P2", defect, "length", 1.06);
    each_run("P2", defect, "return_0", 0.39);
    each_run("P2", defect, "return_0", 0.61);
    each_run("P3", RUNS("fixed-ltos"), "return_mean", 0.95);
    each_run("P4", best, "return_mean", 0.95);
    each_run("P4r", reading, "return_mean", 0.95);
    each_run("P5", RUNS("neurcomm", "qmix", "consenet"), "return_mean", 0.89);
    each_run("P5r", RUNS("consenet/alpha1"), "return_mean", 0.89);
    each_run("P6", RUNS("ip"), "return_mean", 0.49);
    each_run("P6", RUNS("ip"), "return_mean", 0.76);
    each_run("P6b", RUNS("lio"), "return_mean", 0.71);
    each_run("P6b", RUNS("lio"), "episodes_to_first", 49.0);
    each_run("P6b", RUNS("lio"), "episodes_to_first", 2750.0);
    each_run("P7", RUNS("ltos"), "own_weight_least", 0.21);
    each_run("P7", RUNS("ltos"), "own_weight_largest", 0.79);
    each_run("P7r", reading, "own_weight_least", 0.21);
    each_run("P7r", reading, "own_weight_largest", 0.79);
}

static void test_soon(void)
{
    static const char *const soon[] = {"joint-dqn", "coco-q", "ltos"};
    static const char *const late[] = {"fixed-ltos", "neurcomm", "qmix", "consenet", "lio", "dqn", "dgn", "ip"};
    for (int s = 0; s < 3; s++)
        for (int k = 0; k < 8; k++) {
            char why[60];
            snprintf(why, sizeof why, "%s before %s", late[k], soon[s]);
            FALSIFIED(why, "P4c", {soon[s], "episodes_to_cooperate", 900.0}, {late[k], "episodes_to_cooperate", 800.0});
        }
    each_run("P4b", RUNS("fixed-ltos"), "episodes_to_cooperate", 250.0);
    each_run("P5", RUNS("neurcomm", "qmix", "consenet"), "episodes_to_cooperate", 250.0);
    each_run("P5r", RUNS("consenet/alpha1"), "episodes_to_cooperate", 250.0);
}

/* Runs as claimed in so few seeds that the count is missed by one. */
static void test_counts(void)
{
    static const struct {
        const char *id, *run, *metric;
        double value;
        int enough;
    } count[] = {{"P2", "dqn", "return_mean", 0.97, 4},      {"P2", "dgn", "length", 2.0, 4},
                 {"P2", "dgn", "return_0", 0.0, 4},          {"P3", "fixed-ltos", "return_mean", 0.49, 4},
                 {"P4", "ltos", "return_mean", 0.49, 4},     {"P4r", "ltos/adam", "return_mean", 0.49, 4},
                 {"P5", "qmix", "return_mean", 0.49, 3},     {"P5r", "consenet/alpha1", "return_mean", 0.49, 3},
                 {"P6", "ip", "return_mean", 0.97, 3},       {"P6b", "lio", "return_mean", 0.97, 2},
                 {"P7", "ltos", "own_weight_least", 0.5, 3}, {"P7r", "ltos/slow", "own_weight_largest", 0.5, 3}};
    for (size_t k = 0; k < sizeof count / sizeof *count; k++) {
        const made_up other = {count[k].run, count[k].metric, count[k].value};
        by_hand.falsified_from = count[k].enough - 1;
        const char *found = verdict(count[k].id, &other, 1);
        tap_ok(strcmp(found, "reproduced") && strcmp(found, "direction only"), "%s, where %d seeds of %s are so: %s",
               count[k].id, count[k].enough - 1, count[k].run, found);
    }
    by_hand.falsified_from = 0;
}

int main(void)
{
    claims_begin(&ltos_prisoner, as_claimed, sizeof as_claimed / sizeof *as_claimed);
    test_holding();
    test_untrained();
    test_exact();
    test_ends();
    test_soon();
    test_counts();
    claims_end();
    return tap_done();
}
