/* The claims of as-predation on rows made up so that all of them hold; then each clause is falsified alone, of each
 * size, range and learner that it is about, and the claim must hold no more. */
#include "tests/claims_by_hand.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/as_predation.c"
#undef main

static const made_up as_claimed[] = {
    {"*", "*", 0.0},
    {"*", "normalised_return", 0.6},
    {"as/*", "normalised_return", 0.9},
    {"as/n6-untrained", "normalised_return", 0.5},
    {"as/n8-untrained", "normalised_return", 0.5},
    {"as/n12-untrained", "normalised_return", 0.5},
    {"as/n20-untrained", "normalised_return", 0.5},
    {"as/n6-rho0", "normalised_return", 0.7},
    {"ind/*", "normalised_return", 0.3},
    {"vps-reward/n6-range003", "normalised_return", 0.4},
    {"vps-reward/n8-range003", "normalised_return", 0.4},
    {"vps-reward/n12-range003", "normalised_return", 0.4},
    /* 0.1, 0.2 and 0.3 behind for each agent */
    {"ps/n6", "training_return", -0.6},
    {"ps/n8", "training_return", -1.6},
    {"ps/n12", "training_return", -3.6},
    {"as/n6-rho03", "training_return", 0.1},
    {"as/n8-rho03", "training_return", 0.1},
    {"as/n12-rho03", "training_return", 0.1},
    {"theory", "games", 10000.0},
    {"payoffs", "defection_gain", 1.0},
    {"payoffs", "situations", 25792.0},
};

static const char *const size[] = {"n6", "n8", "n12"}, *const other[] = {"vs", "vps", "vps-reward", "ps"};

/* "method/variant", kept until eight more are named. */
static const char *run(const char *method, const char *n, const char *variant)
{
    static char name[8][60];
    static int next;
    char *to = name[next++ % 8];
    snprintf(to, sizeof name[0], "%s/%s%s", method, n, variant);
    return to;
}

static void one(const char *id, const char *name, double value)
{
    each_run(id, RUNS(name), "normalised_return", value);
}

static void test_holding(void)
{
    all_hold("reproduced", RUNS("AS-0", "AS-11", "AS-1", "AS-2", "AS-3", "AS-4", "AS-5", "AS-6", "AS-6b", "AS-7",
                                "AS-7b", "AS-9", "AS-10"));
}

/* All end where they start. AS-3, which asks that value sharing is no better, does not ask for more. */
static void test_untrained(void)
{
    static const made_up nothing[] = {{"*", "normalised_return", 0.5}, {"*", "training_return", -10.0}};
    none_holds("nobody has learned anything",
               RUNS("AS-0", "AS-11", "AS-1", "AS-2", "AS-4", "AS-5", "AS-6", "AS-6b", "AS-7", "AS-7b"), nothing, 2);
}

static void test_computed(void)
{
    each_run("AS-9", RUNS("theory"), "identity_error", 1e-8);
    each_run("AS-9", RUNS("theory"), "games", 9999.0);
    each_run("AS-10", RUNS("payoffs"), "defection_gain", 0.9);
    each_run("AS-10", RUNS("payoffs"), "wrong_payoffs", 1.0);
    each_run("AS-10", RUNS("payoffs"), "situations", 25791.0);
    const char *const *violations = RUNS("violations_1", "violations_2", "violations_3", "violations_kl");
    for (; *violations; violations++)
        FALSIFIED(*violations, "AS-9", {"theory", *violations, 1.0});
}

static void test_long_runs(const char *n)
{
    for (int k = 0; k < 4; k++)
        one("AS-0", run(other[k], n, "-long"), 0.91);
    one("AS-11", run("as", n, "-untrained"), 0.91);
    for (int k = 1; k < 3; k++) {
        one("AS-2", run(other[k], n, "-long"), 0.91);
        too_small("AS-2", run(other[k], n, "-long"), "normalised_return", 0.8);
    }
    one("AS-3", run("vs", n, "-long"), 0.93);
    one("AS-1", run("ind", n, "-long"), 0.51);
    FALSIFIED("independent agents are ahead", "AS-1", {run("ind", n, "-long"), "normalised_return", 0.91},
              {run("as", n, "-untrained"), "normalised_return", 0.95});
    too_small("AS-1", run("as", n, "-long"), "normalised_return", 0.4);
    FALSIFIED("a small weight is no worse", "AS-6b", {run("as", n, "-rho003"), "training_return", 0.2});
}

/* Of three values one is as far away as may not be; or one ends below where its networks start. */
static void test_settings(const char *id, const char *n, const char *few, const char *many, double apart)
{
    const char *const value[] = {few, "", many};
    for (int k = 0; k < 3; k++) {
        one(id, run("as", n, value[k]), 0.9 - apart);
        FALSIFIED(value[k], id, {run("as", n, "-untrained"), "normalised_return", 0.8},
                  {run("as", n, value[k]), "normalised_return", 0.78});
    }
}

static void test_ranges(const char *n)
{
    static const char *const range[] = {"-range003", "", "-range03"};
    one("AS-5", run("vps-reward", n, ""), 0.39);
    one("AS-5", run("vps-reward", n, "-range03"), 0.39);
    for (int r = 0; r < 3; r++)
        for (int k = 0; k < 4; k++) {
            const bool suffers = k == 2 && r == 0;
            const made_up better[] = {{run(other[k], n, range[r]), "normalised_return", 0.93},
                                      {run("as", n, ""), "normalised_return", 0.99},
                                      {run("as", n, "-range03"), "normalised_return", 0.99},
                                      {run("vps-reward", n, ""), "normalised_return", 0.95},
                                      {run("vps-reward", n, "-range03"), "normalised_return", 0.95}};
            falsified(better->run, "AS-5", better, suffers ? 5 : 1);
        }
}

/* That twelve are slower than six follows from what is said of eight. */
static void test_slow(void)
{
    FALSIFIED("twelve learn as fast", "AS-4", {"ps/n6", "training_return", 1.8}, {"ps/n8", "training_return", 1.6},
              {"ps/n12", "training_return", 1.2});
    FALSIFIED("eight are no slower than six", "AS-4", {"ps/n8", "training_return", -0.4});
    FALSIFIED("twelve are no slower than eight", "AS-4", {"ps/n8", "training_return", -3.2});
    FALSIFIED("twelve are no slower than six", "AS-4", {"ps/n12", "training_return", -0.6});
}

static void test_talk(const char *talk)
{
    for (int k = 0; k < 4; k++) {
        one("AS-7", run(other[k], "n20", talk), 0.91);
        one("AS-7b", run(other[k], "n20", talk), k < 3 ? 0.81 : 0.66);
    }
    const char *as = run("as", "n20", talk), *rest = run("as", "n20", strcmp(talk, "-skip") ? "-skip" : "-sparse");
    FALSIFIED("independent agents are ahead", "AS-7", {as, "normalised_return", 0.88},
              {rest, "normalised_return", 0.95}, {"ind/n20", "normalised_return", 0.9});
    FALSIFIED("training brings nothing", "AS-7", {as, "normalised_return", 0.88}, {rest, "normalised_return", 0.95},
              {"as/n20-untrained", "normalised_return", 0.9});
    one("AS-7b", as, 0.79);
}

int main(void)
{
    claims_begin(&as_predation, as_claimed, sizeof as_claimed / sizeof *as_claimed);
    test_holding();
    test_untrained();
    test_computed();
    for (int k = 0; k < 3; k++) {
        test_long_runs(size[k]);
        test_settings("AS-5", size[k], "-range003", "-range03", 0.16);
        test_settings("AS-6", size[k], "-rho003", "-rho03", 0.21);
        test_ranges(size[k]);
    }
    one("AS-1", "as/n6-rho0", 0.95);
    test_slow();
    test_talk("-sparse");
    test_talk("-skip");
    claims_end();
    return tap_done();
}
