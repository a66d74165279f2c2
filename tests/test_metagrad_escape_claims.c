/* The claims of metagrad-escape on rows made up so that all of them hold, as far as their seeds go; then each is
 * falsified in turn and must hold no more. */
#include "tests/claims_by_hand.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/metagrad_escape.c"
#undef main

static const made_up as_claimed[] = {
    {"*", "*", 1.0},
    {"exact/er-2-1", "best_return", 9.0},
    {"exact/er-5-2", "best_return", 28.0},
    {"metagrad/er-2-1", "return_sum", 8.9},
    {"metagrad/er-2-1", "levers_0", 5.0},
    {"metagrad/er-2-1", "levers_1", 0.0},
    {"metagrad/er-2-1", "for_*", 0.0},
    {"metagrad/er-2-1", "for_lever_0", 1.1},
    {"metagrad/er-2-1", "paid", 1.1},
    {"metagrad/er-5-2", "net_return", 26.0},
    {"metagrad/er-10-5", "net_return", 40.0},
    {"dual-rl*", "net_return", -10.0},
    {"dual-rl*/er-5-2", "net_return+", 2.0},
};

static void test_holding(void)
{
    static const char *const id[] = {"E0", "M1", "M2", "M3", "M3b", "M4", "M4b", "M4c"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        tap_ok(!strcmp(verdict(id[k], NULL, 0), "reproduced"), "%s holds: %s", id[k], verdict(id[k], NULL, 0));
}

static void test_designer(void)
{
    FALSIFIED("another room", "E0", {"exact/er-5-2", "best_return", 27.0});
    FALSIFIED("too much is paid", "M1", {"metagrad/er-5-2", "net_return", 24.0});
    FALSIFIED("too few pull", "M2", {"metagrad/er-10-5", "net_return", 30.0});
    FALSIFIED("the room is not solved", "M3", {"metagrad/er-2-1", "return_sum", 7.0});
    FALSIFIED("who leaves is paid", "M3", {"metagrad/er-2-1", "for_door_1", 0.3});
    FALSIFIED("nobody is paid", "M3b", {"metagrad/er-2-1", "paid", 0.0});
    FALSIFIED("five are not paid", "M3b", {"metagrad/er-5-2", "net_return", 28.0});
    FALSIFIED("ten are not paid", "M3b", {"metagrad/er-10-5", "net_return", 45.0});
    const made_up unpaid[] = {{"metagrad/er-2-1", "paid", 0.0}, {"metagrad/er-2-1", "for_*", 0.0}};
    const char *found = verdict("M3", unpaid, 2);
    tap_ok(!strcmp(found, "reproduced"), "that who pulls is paid is no part of M3: %s", found);
}

static void test_others(void)
{
    FALSIFIED("three incentives solve the room", "M4", {"dual-rl-d3/er-5-2", "net_return", 22.0});
    FALSIFIED("MetaGrad does no better", "M4", {"metagrad/er-5-2", "net_return", -10.0});
    FALSIFIED("three incentives solve the large room", "M4b", {"dual-rl-d3/er-10-5", "net_return", 39.0});
    FALSIFIED("a Gaussian does", "M4b", {"dual-rl-c/er-10-5", "net_return", 39.0});
    FALSIFIED("runs of two incentives are alike", "M4c", {"dual-rl-d2/er-5-2", "net_return+", 0.0});
    FALSIFIED("runs of three are", "M4c", {"dual-rl-d3/er-5-2", "net_return+", 0.0});
    FALSIFIED("runs of five are", "M4c", {"dual-rl-d5/er-5-2", "net_return+", 0.0});
    FALSIFIED("MetaGrad's lie as far apart", "M4c", {"metagrad/er-5-2", "net_return+", 3.0});
}

int main(void)
{
    claims_begin(&metagrad_escape, as_claimed, sizeof as_claimed / sizeof *as_claimed);
    test_holding();
    test_designer();
    test_others();
    claims_end();
    return tap_done();
}
