/* The claims of as-exchange on rows made up so that all of them hold; then each clause breaks alone, a hair beyond its
 * threshold, with each learner and range that it is about. */
#include "tests/claims_by_hand.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/as_exchange.c"
#undef main

#define RETURN "normalised_return"

static const made_up as_claimed[] = {
    {"*", "*", 0.0},
    {"*", RETURN, 0.5},
    {"as/untrained", RETURN, 0.7},
    {"as/range1", RETURN, 0.8},
    {"as/range15", RETURN, 0.81},
    {"as/range2", RETURN, 0.82},
    {"as/range15-long", RETURN, 0.9},
    {"as/untrained", "opened", 0.2},
    {"as/range15", "opened", 0.9},
    {"as/range15-long", "opened", 2.0},
    {"vps/range15", "opened", 0.3},
    {"vps-reward/range15", "opened", 0.3},
    {"ind/range15-long", "opened", 0.3},
    {"as/range15-long", "return_sum", 5.0},
    {"ind/range15-long", "return_sum", -0.5},
    {"payoffs", "openings", 600.0},
    {"payoffs", "opener_loss", 5.0},
    {"payoffs", "group_gain", 5.0},
    {"payoffs", "reference_return", 14.9},
};

static void test_untrained(void)
{
    static const made_up nothing[] = {{"*", RETURN, 0.1}, {"*", "opened", 0.2}, {"*", "return_sum", 1.0}};
    all_hold("reproduced", RUNS("AS-0", "AS-11", "AS-8", "AS-5", "AS-10"));
    none_holds("nobody has learned anything", RUNS("AS-0", "AS-11", "AS-8", "AS-5"), nothing, 3);
}

static void test_first(const char *as, double level, const char *const *other)
{
    needs("AS-0", RUNS(as));
    needs("AS-0", other);
    edges("contradicted", "AS-0", ABOVE, other, RETURN, level);
    for (; *other; other++) {
        ALONE("not reproduced", "AS-0", {*other, RETURN, level});
        one_seed_gives("direction only", "AS-0", *other, RETURN, level + 0.01);
    }
}

static void test_learns(void)
{
    EDGE("contradicted", "AS-11", ABOVE, {"as/untrained", "opened", 2.0});
    ALONE("not reproduced", "AS-11", {"as/untrained", "opened", 2.0});
    one_seed_gives("direction only", "AS-11", "as/untrained", "opened", 2.1);
    needs("AS-11", RUNS("as/range15-long", "as/untrained"));
    only_shows("AS-11", RUNS("as/range15", "vs/range15-long", "ind/range15-long", "ps/range15-long", "ps/untrained"));
}

/* Too small a lead is a direction; none is none. */
static void test_lead(const char *metric, const char *as, double enough, const char *other, double none)
{
    EDGE("direction only", "AS-8", BELOW, {as, metric, enough});
    ALONE("not reproduced", "AS-8", {as, metric, none}, {other, metric, none});
    ALONE("contradicted", "AS-8", {as, metric, none - HAIR}, {other, metric, none});
}

static void test_opens(void)
{
    test_lead("opened", "as/range15-long", 0.8, "ind/range15-long", 0.3);
    test_lead("return_sum", "as/range15-long", 2.0, "ind/range15-long", -0.5);
    edges("direction only", "AS-8", ABOVE, RUNS("vps/range15", "vps-reward/range15"), "opened", 0.4);
    /* Nobody opens less than nothing; but so one form alone is level. */
    for (int form = 0; form < 2; form++) {
        const made_up level[] = {{form ? "vps/range15" : "vps-reward/range15", "opened", 0.4},
                                 {form ? "vps-reward/range15" : "vps/range15", "opened", -0.2},
                                 {"as/range15", "opened", 0.4}};
        alone("not reproduced", "AS-8", level, 3);
    }
    EDGE("not reproduced", "AS-8", ABOVE, {"ind/range15-long", "opened", 0.5});
    EDGE("not reproduced", "AS-8", ABOVE, {"vps/range15", "opened", 0.5}, {"as/range15", "opened", 2.0});
    EDGE("not reproduced", "AS-8", ABOVE, {"vps-reward/range15", "opened", 0.5}, {"as/range15", "opened", 2.0});
    by_one_seed("AS-8", "ind/range15-long", "opened", 0.51);
    needs("AS-8", RUNS("as/range15-long", "as/range15", "ind/range15-long", "vps/range15", "vps-reward/range15"));
    only_shows("AS-8", RUNS("as/rho01", "as/rho1e4", "as/untrained", "vs/range15", "ps/range15", "team/range15"));
}

/* Each range as far above the least of the others as may be, as low as where the networks start, and not as good as
 * another learner. */
static void test_range(const char *as, double farthest, double good, const char *const *other)
{
    EDGE("not reproduced", "AS-5", ABOVE, {as, RETURN, farthest});
    EDGE("contradicted", "AS-5", BELOW, {as, RETURN, 0.7});
    ALONE("not reproduced", "AS-5", {as, RETURN, 0.7});
    needs("AS-5", RUNS(as));
    needs("AS-5", other);
    edges("contradicted", "AS-5", ABOVE, other, RETURN, good);
    for (; *other; other++)
        by_one_seed("AS-5", *other, RETURN, good + 0.01);
}

static void test_payoffs(void)
{
    EDGE("not reproduced", "AS-10", BELOW, {"payoffs", "opener_loss", 4.999});
    EDGE("not reproduced", "AS-10", ABOVE, {"payoffs", "opener_loss", 5.001});
    EDGE("not reproduced", "AS-10", BELOW, {"payoffs", "group_gain", 4.999});
    EDGE("not reproduced", "AS-10", ABOVE, {"payoffs", "group_gain", 5.001});
    EDGE("not reproduced", "AS-10", BELOW, {"payoffs", "reference_return", 14.8});
    ALONE("not reproduced", "AS-10", {"payoffs", "openings", 599.0});
    ALONE("not reproduced", "AS-10", {"payoffs", "openings", 601.0});
    needs("AS-10", RUNS("payoffs"));
}

int main(void)
{
    claims_begin(&as_exchange, as_claimed, sizeof as_claimed / sizeof *as_claimed);
    test_untrained();
    test_first("as/range15-long", 0.9, RUNS("vs/range15-long", "ps/range15-long"));
    test_first("as/range15", 0.81, RUNS("vps/range15", "vps-reward/range15"));
    only_shows("AS-0", RUNS("ind/range15-long", "vs/range15", "ps/range15", "ind/range15", "team/range15"));
    test_learns();
    test_opens();
    test_range("as/range1", 0.96, 0.82, RUNS("vs/range1", "vps/range1", "vps-reward/range1", "ps/range1"));
    test_range("as/range15", 0.95, 0.83, RUNS("vs/range15", "vps/range15", "vps-reward/range15", "ps/range15"));
    test_range("as/range2", 0.95, 0.84, RUNS("vs/range2", "vps/range2", "vps-reward/range2", "ps/range2"));
    needs("AS-5", RUNS("as/untrained"));
    test_payoffs();
    claims_end();
    return tap_done();
}
