/* The claims of as-navigation on rows made up so that all of them hold; then each clause breaks alone, a hair beyond
 * its threshold, with each learner and range that it is about. */
#include "tests/claims_by_hand.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/as_navigation.c"
#undef main

#define RETURN "normalised_return"

/* A quarter of what training brings is 0.1. */
static const made_up as_claimed[] = {
    {"*", "*", 0.0},
    {"*", RETURN, 0.3},
    {"as/untrained", RETURN, 0.1},
    {"as/range1", RETURN, 0.52},
    {"as/range15", RETURN, 0.5},
    {"as/range2", RETURN, 0.52},
};

static void test_untrained(void)
{
    static const made_up nothing = {"*", RETURN, 0.1};
    all_hold("reproduced", RUNS("AS-0", "AS-11", "AS-8", "AS-5"));
    none_holds("nobody has learned anything", RUNS("AS-0", "AS-11", "AS-5"), &nothing, 1);
}

static void test_first(void)
{
    const char *const *other = RUNS("vs/range15", "vps/range15", "vps-reward/range15", "ps/range15");
    edges("contradicted", "AS-0", ABOVE, other, RETURN, 0.5);
    needs("AS-0", other);
    for (; *other; other++) {
        ALONE("not reproduced", "AS-0", {*other, RETURN, 0.5});
        one_seed_gives("direction only", "AS-0", *other, RETURN, 0.51);
    }
    needs("AS-0", RUNS("as/range15"));
    only_shows("AS-0", RUNS("ind/range15", "team/range15"));
}

static void test_learns(void)
{
    EDGE("contradicted", "AS-11", ABOVE, {"as/untrained", RETURN, 0.5});
    ALONE("not reproduced", "AS-11", {"as/untrained", RETURN, 0.5});
    one_seed_gives("direction only", "AS-11", "as/untrained", RETURN, 0.51);
    needs("AS-11", RUNS("as/range15", "as/untrained"));
    only_shows("AS-11", RUNS("vs/range15", "vps/range15", "vps-reward/range15", "ind/range15", "team/range15",
                             "ps/range15", "ps/untrained"));
}

static void test_as_good(void)
{
    const char *const *other = RUNS("vs/range15", "vps/range15", "vps-reward/range15", "ps/range15", "ind/range15");
    edges("contradicted", "AS-8", ABOVE, other, RETURN, 0.52);
    needs("AS-8", other);
    for (; *other; other++)
        by_one_seed("AS-8", *other, RETURN, 0.53);
    needs("AS-8", RUNS("as/range15"));
    only_shows("AS-8", RUNS("as/rho01", "as/rho1e4", "as/untrained", "team/range15"));
}

static void test_ranges(void)
{
    edges("contradicted", "AS-5", ABOVE, RUNS("as/range1", "as/range2"), RETURN, 0.6);
    EDGE("contradicted", "AS-5", BELOW, {"as/range1", RETURN, 0.4}, {"as/range2", RETURN, 0.48});
    EDGE("contradicted", "AS-5", BELOW, {"as/range2", RETURN, 0.4}, {"as/range1", RETURN, 0.48});
    EDGE("contradicted", "AS-5", ABOVE, {"as/range1", RETURN, 0.56}, {"as/range2", RETURN, 0.46});
    EDGE("contradicted", "AS-5", ABOVE, {"as/range2", RETURN, 0.56}, {"as/range1", RETURN, 0.46});
    EDGE("contradicted", "AS-5", ABOVE, {"as/untrained", RETURN, 0.26}, {"as/range2", RETURN, 0.56});
    one_seed_gives("direction only", "AS-5", "as/range1", RETURN, 0.61);
    edges("contradicted", "AS-5", ABOVE, RUNS("vs/range1", "vps/range1", "vps-reward/range1", "ps/range1"), RETURN,
          0.54);
    edges("contradicted", "AS-5", ABOVE, RUNS("vs/range15", "vps/range15", "vps-reward/range15", "ps/range15"), RETURN,
          0.52);
    edges("contradicted", "AS-5", ABOVE, RUNS("vs/range2", "vps/range2", "vps-reward/range2", "ps/range2"), RETURN,
          0.54);
    needs("AS-5", RUNS("as/range1", "as/range15", "as/range2", "as/untrained", "vs/range1", "vps/range15",
                       "vps-reward/range2", "ps/range1"));
}

int main(void)
{
    claims_begin(&as_navigation, as_claimed, sizeof as_claimed / sizeof *as_claimed);
    test_untrained();
    test_first();
    test_learns();
    test_as_good();
    test_ranges();
    claims_end();
    return tap_done();
}
