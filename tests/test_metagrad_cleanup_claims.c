/* The claims of metagrad-cleanup on rows made up so that all of them hold, as far as their seeds go; then each is
 * falsified in turn and must hold no more. Among these is a designer that has learned nothing and pays for everything
 * alike. */
#include "tests/claims_by_hand.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/metagrad_cleanup.c"
#undef main

/* Agent 0 cleans and agent 1 eats; where nobody is paid both eat a little. */
static const made_up as_claimed[] = {
    {"*", "*", 1.0},
    {"play/7x7", "random_return", 1.4},
    {"play/7x7", "random_washed", 5.7},
    {"play/7x7", "divided_return", 39.0},
    {"play/7x7", "divided_washed", 38.25},
    {"*", "return_sum", 8.0},
    {"*", "return_0", 3.0},
    {"*", "return_1", 5.0},
    {"metagrad*", "return_sum", 38.0},
    {"metagrad*", "return_0", 2.0},
    {"metagrad*", "return_1", 36.0},
    {"metagrad*", "washed", 37.0},
    {"metagrad*", "washed_0", 36.0},
    {"metagrad*", "paid", 80.0},
    {"metagrad*", "for_firing_0", 60.0},
    {"metagrad*", "fired_0", 45.0},
    {"cen/7x7", "return_sum", 39.0},
};

static const char *from(int seed, const char *id, const char *run, double value)
{
    const made_up other = {run, "return_sum", value};
    by_hand.falsified_from = seed;
    const char *found = verdict(id, &other, 1);
    by_hand.falsified_from = 0;
    return found;
}

static void test_holding(void)
{
    static const char *const id[] = {"E0", "M5", "M5a", "M5b", "M5c"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        tap_ok(!strcmp(verdict(id[k], NULL, 0), "reproduced"), "%s holds: %s", id[k], verdict(id[k], NULL, 0));
    tap_ok(!strcmp(verdict("M5s", NULL, 0), "direction only"), "what two seeds say is never more than a direction");
}

static void test_counts(void)
{
    const char *found = from(2, "M5", "metagrad/7x7", 4.0);
    tap_ok(!strcmp(found, "unresolved"), "M5, two good seeds of five: %s", found);
    found = from(4, "M5a", "cen/7x7", 4.0);
    tap_ok(!strcmp(found, "unresolved"), "M5a, four seeds of Cen: %s", found);
    found = from(3, "M5b", "metagrad/7x7", 4.0);
    tap_ok(!strcmp(found, "direction only"), "M5b, three good seeds: %s", found);
    found = from(3, "M5b", "ac/7x7", 38.0);
    tap_ok(!strcmp(found, "direction only"), "M5b, two of AC as good: %s", found);
    found = from(1, "M5b", "ac/7x7", 38.0);
    tap_ok(!strcmp(found, "unresolved"), "M5b, four of AC as good: %s", found);
    found = from(3, "M5c", "dual-rl-c/7x7", 2.0);
    tap_ok(!strcmp(found, "direction only"), "M5c, three find apples: %s", found);
}

static void test_clauses(void)
{
    FALSIFIED("another map", "E0", {"play/7x7", "divided_washed", 30.0});
    FALSIFIED("welfare is low", "M5", {"metagrad/7x7", "return_sum", 19.0});
    FALSIFIED("dual-RL does as well", "M5", {"dual-rl-c/7x7", "return_sum", 39.0});
    FALSIFIED("welfare is low", "M5s", {"metagrad/7x7-sums", "return_sum", 19.0});
    FALSIFIED("dual-RL does as well", "M5s", {"dual-rl-c/7x7", "return_sum", 39.0});
    FALSIFIED("Cen learns too little", "M5a", {"cen/7x7", "return_sum", 34.0}, {"metagrad/7x7", "return_sum", 20.0});
    FALSIFIED("MetaGrad is above it", "M5a", {"metagrad/7x7", "return_sum", 44.0});
    FALSIFIED("dual-RL is above it", "M5a", {"dual-rl-c/7x7", "return_sum", 44.0});
    FALSIFIED("welfare is low", "M5b", {"metagrad/7x7", "return_sum", 19.0});
    FALSIFIED("two take turns", "M5b", {"metagrad/7x7", "washed_0", 20.0}, {"metagrad/7x7", "washed_1", 17.0});
    FALSIFIED("both eat", "M5b", {"metagrad/7x7", "return_0", 18.0}, {"metagrad/7x7", "return_1", 20.0});
    FALSIFIED("other steps are paid more", "M5b", {"metagrad/7x7", "for_firing_0", 20.0});
    FALSIFIED("all is paid alike", "M5b", {"metagrad/7x7", "paid", 100.0}, {"metagrad/7x7", "for_firing_0", 44.9});
    FALSIFIED("agents that nobody pays do as well", "M5b", {"ac/7x7", "return_sum", 38.0});
    FALSIFIED("welfare is high", "M5c", {"dual-rl-c/7x7", "return_sum", 21.0});
    FALSIFIED("agents have learned nothing", "M5c", {"dual-rl-c/7x7", "return_sum", 1.4});
    FALSIFIED("one only cleans", "M5c", {"dual-rl-c/7x7", "return_0", 0.5});
}

int main(void)
{
    claims_begin(&metagrad_cleanup, as_claimed, sizeof as_claimed / sizeof *as_claimed);
    test_holding();
    test_counts();
    test_clauses();
    claims_end();
    return tap_done();
}
