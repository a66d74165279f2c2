/* The claims of lio-cleanup on rows made up so that all of them hold, as far as their seeds go; then each is falsified
 * in turn and must hold no more. Among these are givers that have learned nothing and pay whoever does what. */
#include "tests/claims_by_hand.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/lio_cleanup.c"
#undef main

/* Agent 0 cleans and agent 1 eats; where nobody is paid both eat a little. */
static const made_up as_claimed[] = {
    {"*", "*", 1.0},
    {"play/7x7", "random_return", 1.4},
    {"play/7x7", "random_washed", 5.7},
    {"play/7x7", "divided_return", 39.0},
    {"play/7x7", "divided_washed", 38.25},
    {"play/10x10", "random_return", 0.4},
    {"play/10x10", "random_washed", 10.6},
    {"play/10x10", "divided_return", 18.0},
    {"meta-gradient/7x7", "relative_error", 1e-7},
    {"meta-gradient/7x7", "components", 40.0},
    {"*", "return_sum", 8.0},
    {"*", "return_0", 3.0},
    {"*", "return_1", 5.0},
    {"*", "washed", 12.0},
    {"*", "washed_0", 6.0},
    {"*", "washed_1", 6.0},
    {"lio/*", "return_sum", 38.0},
    {"lio/10x10", "return_sum", 16.0},
    {"lio/*", "return_0", 2.0},
    {"lio/*", "return_1", 36.0},
    {"lio/10x10", "return_1", 14.0},
    {"lio/*", "washed", 37.0},
    {"lio/*", "washed_0", 36.0},
    {"lio/*", "washed_1", 1.0},
    {"lio/*", "received_0", 40.0},
    {"lio/*", "received_1", 2.0},
    {"cen/*", "return_sum", 39.0},
    {"cen/10x10", "return_sum", 17.0},
    {"probe/7x7", "return_sum", 38.0},
    {"probe/7x7", "leads", 5.0},
    {"probe/7x7", "lags", 1.0},
};

/* From this seed on with these numbers; 0 again afterwards. */
static const char *from(int seed, const char *id, const made_up *other, size_t others)
{
    by_hand.falsified_from = seed;
    const char *found = verdict(id, other, others);
    by_hand.falsified_from = 0;
    return found;
}

static void test_holding(void)
{
    static const char *const id[] = {"E0",   "L3",  "L16",  "L16a", "L16b", "L16c", "L17",
                                     "L17a", "L18", "L18a", "L18b", "L18c", "L19"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        tap_ok(!strcmp(verdict(id[k], NULL, 0), "reproduced"), "%s holds: %s", id[k], verdict(id[k], NULL, 0));
}

/* Both kinds of outcome: a count of four is not certain, and two leave the lead open. */
static void test_counts_of(const char *map, double middling, const char *const id[6])
{
    char name[16];
    snprintf(name, sizeof name, "lio/%s", map);
    const made_up low[] = {
        {name, "return_sum", 4.0}, {name, "return_0", 1.0}, {name, "return_1", 3.0}, {name, "washed_0", 5.0}};
    for (int k = 0; k < 2; k++) {
        const char *found = from(2, id[k], low, sizeof low / sizeof *low);
        tap_ok(!strcmp(found, "direction only"), "%s, two good seeds of five: %s", id[k], found);
        falsified("no seed divides labour", id[k], low, sizeof low / sizeof *low);
    }
    const made_up between = {name, "return_sum", middling};
    const char *found = from(4, id[2], &between, 1);
    tap_ok(!strcmp(found, "direction only"), "%s, four good seeds and none that is bad: %s", id[2], found);
    for (int k = 2; k < 5 && id[k]; k++) {
        const int good = k == 3 ? 4 : 2;
        found = from(good, id[k], low, 1);
        tap_ok(!strcmp(found, "unresolved"), "%s, %d good seeds: %s", id[k], good, found);
    }
}

static void test_counts(void)
{
    static const char *const small[6] = {"L18", "L18b", "L16", "L16a", "L16b"}, *const large[6] = {"L18a", "L18c",
                                                                                                   "L17", "L17a"};
    test_counts_of("7x7", 9.0, small);
    test_counts_of("10x10", 11.5, large);
}

static void test_clauses(void)
{
    FALSIFIED("nobody divides labour", "L16", {"lio/7x7", "return_sum", 30.0});
    FALSIFIED("AC is as good", "L16", {"ac/7x7", "return_sum", 39.0});
    FALSIFIED("IA comes far too", "L16", {"ia/7x7", "return_sum", 26.0});
    FALSIFIED("Cen learns nothing", "L16a", {"cen/7x7", "return_sum", 3.0});
    FALSIFIED("LIO is not near", "L16a", {"lio/7x7", "return_sum", 25.0});
    FALSIFIED("gifts among actions do as well", "L16b", {"ac-c/7x7", "return_sum", 39.0});
    FALSIFIED("... as choices too", "L16b", {"ac-d/7x7", "return_sum", 39.0});
    FALSIFIED("AC has learned nothing", "L16c", {"ac/7x7", "return_sum", 1.4});
    FALSIFIED("one of IA eats all", "L16c", {"ia/7x7", "return_0", 0.5});
    FALSIFIED("nobody finds apples", "L17", {"lio/10x10", "return_sum", 5.0});
    FALSIFIED("AC is as good", "L17", {"ac/10x10", "return_sum", 17.0});
    FALSIFIED("Cen learns nothing", "L17a", {"cen/10x10", "return_sum", 3.0});
    FALSIFIED("LIO is not near", "L17a", {"lio/10x10", "return_sum", 10.0});
    FALSIFIED("IA is as good", "L17", {"ia/10x10", "return_sum", 17.0});
    FALSIFIED("two take turns", "L18a", {"lio/10x10", "washed_0", 20.0}, {"lio/10x10", "washed_1", 17.0});
    FALSIFIED("both eat", "L18a", {"lio/10x10", "return_0", 7.0}, {"lio/10x10", "return_1", 9.0});
    FALSIFIED("the cleaner pays a quarter", "L18c", {"lio/10x10", "received_1", 10.0});
    FALSIFIED("the cleaner pays", "L18c", {"lio/10x10", "received_0", 2.0}, {"lio/10x10", "received_1", 40.0});
    FALSIFIED("two take turns", "L18", {"lio/7x7", "washed_0", 20.0}, {"lio/7x7", "washed_1", 17.0});
    FALSIFIED("both eat", "L18", {"lio/7x7", "return_0", 18.0}, {"lio/7x7", "return_1", 20.0});
    FALSIFIED("the cleaner pays a little less", "L18b", {"lio/7x7", "received_1", 39.0});
    FALSIFIED("the cleaner pays a quarter", "L18b", {"lio/7x7", "received_1", 10.0});
    FALSIFIED("whoever has learned nothing pays", "L18b", {"lio/7x7", "received_*", 45.0});
    FALSIFIED("the cleaner pays", "L18b", {"lio/7x7", "received_0", 2.0}, {"lio/7x7", "received_1", 40.0});
    FALSIFIED("nobody pays", "L18b", {"lio/7x7", "received_*", 0.0}, {"lio/7x7", "received_0+", 0.0},
              {"lio/7x7", "received_1+", 0.0});
    FALSIFIED("agent 0 eats and is paid", "L18b", {"lio/7x7", "return_0", 36.0}, {"lio/7x7", "return_1", 2.0});
    FALSIFIED("no probe learns", "L19", {"probe/7x7", "return_sum", 8.0});
    FALSIFIED("it leads too seldom", "L19", {"probe/7x7", "leads", 2.0});
    FALSIFIED("it lags as often", "L19", {"probe/7x7", "lags", 5.5});
    FALSIFIED("another map", "E0", {"play/10x10", "divided_return", 14.0});
    FALSIFIED("another gradient", "L3", {"meta-gradient/7x7", "relative_error", 1e-3});
}

/* Who cleans and who eats may be either. */
static void test_either_of(const char *map, double eaten, const char *shares, const char *pays)
{
    char name[16];
    snprintf(name, sizeof name, "lio/%s", map);
    const made_up turned[] = {{name, "return_0", eaten}, {name, "return_1", 2.0},   {name, "washed_0", 1.0},
                              {name, "washed_1", 36.0},  {name, "received_0", 7.0}, {name, "received_1", 40.0}};
    const char *const id[] = {shares, pays};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++) {
        const char *found = verdict(id[k], turned, sizeof turned / sizeof *turned);
        tap_ok(!strcmp(found, "reproduced"), "%s, agent 1 cleans: %s", id[k], found);
    }
    FALSIFIED("agent 0 eats and pays no more than four times as much", pays, {name, "return_0", eaten},
              {name, "return_1", 2.0}, {name, "received_0", 10.0}, {name, "received_1", 40.0});
}

static void test_either(void)
{
    test_either_of("7x7", 36.0, "L18", "L18b");
    test_either_of("10x10", 14.0, "L18a", "L18c");
}

int main(void)
{
    claims_begin(&lio_cleanup, as_claimed, sizeof as_claimed / sizeof *as_claimed);
    test_holding();
    test_counts();
    test_clauses();
    test_either();
    claims_end();
    return tap_done();
}
