/* The claims of ltos-table3 on rows made up so that all of them hold, as far as their seeds go; then each is falsified
 * in turn and must hold no more. Among these are signals that have all learned nothing. */
#include "tests/claims_by_hand.h"
#include "tests/roads_film.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/ltos_table3.c"
#undef main

static const made_up as_claimed[] = {
    {"*", "*", 1.0},
    {"ltos/6x6", "red_lights*", 0.58},
    {"ltos/6x6-*", "red_lights*", 0.6},
    {"ltos-code/6x6", "red_lights*", 0.6},
    {"fixed-ltos/6x6", "red_lights*", 0.8},
    {"fixed-ltos/6x6-*", "red_lights*", 0.85},
    {"dqn/6x6", "red_lights*", 0.9},
    {"dgn/6x6", "red_lights*", 0.78},
    {"neurcomm/*", "red_lights*", 0.71},
    {"consenet/*", "red_lights*", 0.78},
    {"qmix/*", "red_lights*", 5.94},
    {"lio/*", "red_lights*", 7.74},
    {"ip/*", "red_lights*", 4.67},
    {"max-pressure/*", "red_lights*", 0.35},
    {"fixed-time/*", "red_lights*", 2.14},
    {"ltos/town", "red_lights*", 1.71},
    {"fixed-ltos/town", "red_lights*", 1.94},
    {"dgn/town", "red_lights*", 2.02},
    {"fixed-time/town", "red_lights*", 3.0},
    {"ltos*", "average_travel_time", 98.6},
    {"ltos*", "own_weight_*", 0.8},
    {"ltos*", "own_weight_1", 0.7},
    {"ltos*", "own_weight_4", 0.6},
    {"ltos*", "sharing_moved", 0.1},
    {"*", "conservation_error", 1e-6},
    {"*", "simplex_error", 1e-7},
};

static void test_holding(void)
{
    static const char *const id[] = {"T1",  "T1d",  "T1r", "T1rd", "T1b", "T1e", "T1t", "T1o", "T1od",
                                     "T1i", "T1id", "T1q", "T1h",  "T1f", "T1k", "T1p", "T1m", "T1g",
                                     "T1n", "T1s",  "T2",  "T2d",  "T3",  "T3c", "T3h", "T3f"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        tap_ok(!strcmp(verdict(id[k], NULL, 0), "direction only"), "%s holds: %s", id[k], verdict(id[k], NULL, 0));
    tap_ok(!strcmp(verdict("A1", NULL, 0), "reproduced"), "A1 holds");
}

/* Signals that have learned nothing stand in any order, here in the paper's: worse than fixed-time lights. */
static void test_untrained(void)
{
#define UNTRAINED \
    {"ltos*", "red_lights*", 6.0}, {"ltos/6x6-*", "red_lights*", 6.0}, {"dqn*", "red_lights*", 8.5}, \
        {"dgn*", "red_lights*", 8.0}, {"fixed-ltos*", "red_lights*", 8.0}, {"neurcomm*", "red_lights*", 8.0}, \
        {"consenet*", "red_lights*", 8.0}, {"qmix*", "red_lights*", 18.5}, \
    { \
        "lio*", "red_lights*", 18.5 \
    }
    static const char *const id[] = {"T1",  "T1d", "T1r", "T1rd", "T1h", "T1f", "T1k", "T1g",
                                     "T1n", "T1s", "T2",  "T2d",  "T1b", "T1e", "T1o", "T1od"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        FALSIFIED("nobody has learned anything", id[k], UNTRAINED);
    FALSIFIED("all are far, LToS too", "T1i", UNTRAINED, {"ip/6x6", "red_lights*", 20.0});
    FALSIFIED("all are far, LToS too", "T1id", UNTRAINED, {"ip/6x6", "red_lights*", 20.0});
    FALSIFIED("all are far, LToS too", "T1p", UNTRAINED, {"ip/6x6-plain", "red_lights*", 20.0});
    FALSIFIED("all are far, LToS too", "T1m", UNTRAINED, {"lio/6x6-rmsprop", "red_lights*", 20.0});
    FALSIFIED("DQN is slower than the clock", "T1q", {"dqn/6x6", "red_lights_waiting", 2.2},
              {"qmix/6x6", "red_lights_waiting", 8.0}, {"lio/6x6", "red_lights_waiting", 8.0});
    FALSIFIED("what networks as they start keep", "T3", {"ltos/6x6", "own_weight_1", 0.796},
              {"ltos/6x6", "own_weight_4", 0.794});
    FALSIFIED("the same of the program's", "T3c", {"ltos-code/6x6", "own_weight_1", 0.796},
              {"ltos-code/6x6", "own_weight_4", 0.794});
}

static void test_order(void)
{
    static const char *const other[] = {"dqn", "dgn", "fixed-ltos", "neurcomm", "consenet", "qmix", "lio", "ip"};
    for (size_t k = 0; k < sizeof other / sizeof *other; k++) {
        char run[40];
        snprintf(run, sizeof run, "%s/6x6", other[k]);
        const made_up better[] = {{run, "red_lights_waiting", 0.57}}, sooner[] = {{run, "red_lights_delay", 0.57}};
        falsified(other[k], "T1", better, 1);
        falsified(other[k], "T1d", sooner, 1);
    }
    FALSIFIED("QMIX is twice as bad", "T1", {"qmix/6x6", "red_lights_waiting", 1.2});
    FALSIFIED("LIO is twice as bad", "T1d", {"lio/6x6", "red_lights_delay", 1.2});
    FALSIFIED("gains half", "T1r", {"dgn/6x6", "red_lights_waiting", 1.2});
    FALSIFIED("gains nothing", "T1rd", {"dgn/6x6", "red_lights_delay", 0.59});
    FALSIFIED("DGN is another one", "T1b", {"dgn/6x6", "red_lights_waiting", 0.95});
    FALSIFIED("QMIX is another one", "T1e", {"qmix/6x6", "red_lights_delay", 5.0});
    FALSIFIED("long trips", "T1t", {"ltos-code/6x6", "average_travel_time", 120.0});
    FALSIFIED("no trips", "T1t", {"ltos-code/6x6", "average_travel_time", 60.0});
    FALSIFIED("below the bound", "T1o", {"dgn/6x6", "red_lights_waiting", 0.4});
    FALSIFIED("IP is below the bound", "T1o", {"ip/6x6", "red_lights_waiting", 0.4});
    FALSIFIED("IP is another one", "T1b", {"ip/6x6", "red_lights_waiting", 5.2});
    FALSIFIED("far from the bound", "T1od", {"ltos/6x6", "red_lights_delay", 0.7});
    FALSIFIED("IP is near", "T1id", {"ip/6x6", "red_lights_delay", 0.9});
    FALSIFIED("QMIX is not so bad", "T1q", {"qmix/6x6", "red_lights_waiting", 2.0});
    FALSIFIED("Adam is worse", "T1h", {"ltos/6x6-adam", "red_lights_waiting", 0.79});
    FALSIFIED("a rate that falls is worse", "T1f", {"ltos/6x6-falls", "red_lights_waiting", 0.79});
    FALSIFIED("0.5 is better", "T1k", {"fixed-ltos/6x6-keep05", "red_lights_waiting", 0.5});
    FALSIFIED("0.9 is better", "T1k", {"fixed-ltos/6x6-keep09", "red_lights_waiting", 0.5});
    FALSIFIED("IP is near", "T1p", {"ip/6x6-plain", "red_lights_waiting", 0.9});
    FALSIFIED("RMSProp mends LIO", "T1m", {"lio/6x6-rmsprop", "red_lights_waiting", 0.9});
    FALSIFIED("the likeliest actions are better", "T1g", {"consenet/6x6-greedy", "red_lights_waiting", 0.5});
    FALSIFIED("ConseNet is behind", "T1n", {"consenet/6x6", "red_lights_waiting", 0.9});
    FALSIFIED("NeurComm is behind", "T1n", {"neurcomm/6x6", "red_lights_waiting", 0.9});
    FALSIFIED("NeurComm is behind", "T1s", {"neurcomm/6x6-smaller", "red_lights_waiting", 0.9});
    FALSIFIED("ConseNet is behind", "T1s", {"consenet/6x6-smaller", "red_lights_waiting", 0.9});
    FALSIFIED("ConseNet is behind", "T1s", {"consenet/6x6-near", "red_lights_waiting", 0.9});
    FALSIFIED("DGN is better", "T2", {"dgn/town", "red_lights_waiting", 1.6});
    FALSIFIED("fixed LToS is better", "T2d", {"fixed-ltos/town", "red_lights_delay", 1.6});
}

/* One seed decides no mean. */
static void test_one_seed(void)
{
    by_one_seed("T1", "ip/6x6", "red_lights_waiting", 0.57);
    by_one_seed("T1d", "dqn/6x6", "red_lights_delay", 0.57);
    by_one_seed("T1h", "fixed-ltos/6x6", "red_lights_waiting", 0.59);
    by_one_seed("T1f", "dgn/6x6", "red_lights_waiting", 0.59);
    by_one_seed("T1k", "fixed-ltos/6x6-keep05", "red_lights_waiting", 0.57);
    by_one_seed("T1g", "consenet/6x6-greedy", "red_lights_waiting", 0.57);
    by_one_seed("T2", "dgn/town", "red_lights_waiting", 1.7);
    by_one_seed("T2d", "fixed-ltos/town", "red_lights_delay", 1.7);
}

/* LToS whose sharing weights stay where they began is no signal that learned to share. */
static void test_not_learned_to_share(void)
{
    static const char *const id[] = {"T1", "T1d", "T1r", "T1rd", "T1k", "T1g", "T2", "T2d", "T3"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        FALSIFIED("weights stay", id[k], {"ltos/*", "sharing_moved", 0.005});
    FALSIFIED("weights stay", "T1h", {"ltos/6x6-adam", "sharing_moved", 0.005});
    FALSIFIED("weights stay", "T1f", {"ltos/6x6-falls", "sharing_moved", 0.005});
}

static void test_sharing(void)
{
    FALSIFIED("no first valley", "T3", {"ltos/6x6", "own_weight_1", 0.8});
    FALSIFIED("a first valley as networks have it as they start", "T3", {"ltos/6x6", "own_weight_1", 0.796});
    FALSIFIED("no second valley", "T3", {"ltos/6x6", "own_weight_5", 0.5});
    FALSIFIED("the second is not deeper", "T3", {"ltos/6x6", "own_weight_1", 0.6});
    FALSIFIED("nothing moved", "T3c", {"ltos-code/6x6", "sharing_moved", 0.005});
    FALSIFIED("no first valley", "T3h", {"ltos/6x6-adam", "own_weight_1", 0.8});
    FALSIFIED("no second valley", "T3f", {"ltos/6x6-falls", "own_weight_4", 0.75});
    FALSIFIED("no first valley", "T3c", {"ltos-code/6x6", "own_weight_2", 0.7});
    FALSIFIED("no second valley", "T3c", {"ltos-code/6x6", "own_weight_3", 0.6});
    FALSIFIED("a reward is lost", "A1", {"ltos/town", "conservation_error", 1e-3});
    FALSIFIED("weights sum to more than 1", "A1", {"fixed-ltos/6x6", "simplex_error", 1e-4});
}

/* What is filmed of a signal: those who wait, as it is paid for them; of who shares nothing no weights. */
static void test_film(void)
{
    film_seen seen;
    int frames = 0, alike = 0;
    for (int step = 0; step <= 2 * FILM_EVERY; step++) {
        film_look(&seen, film_frame, step, &(mg_row_name){"dgn", "6x6", 0});
        frames += seen.rows > 0;
        for (int s = 0; s < seen.rows; s++)
            alike +=
                seen.step[s] == step && !strcmp(seen.what[s], "queue") && seen.signal[s] == s && film_is_paid(&seen, s);
    }
    film_end(&seen);
    tap_ok(frames == 2 && alike == 2 * FILM_SIGNALS && seen.most > 0.0,
           "every 15th decision shows who waits at which signal, %g at most", seen.most);
    mg_csv_writer table = {0};
    film_mind(NULL, NULL, FILM_EVERY, &table, &(mg_row_name){"dgn", "6x6", 0});
    tap_ok(table.length == 0, "DGN has no weights to show");
    mg_csv_free(&table);
}

int main(void)
{
    claims_begin(&ltos_table3, as_claimed, sizeof as_claimed / sizeof *as_claimed);
    test_holding();
    test_untrained();
    test_order();
    test_one_seed();
    test_not_learned_to_share();
    test_sharing();
    test_film();
    claims_end();
    return tap_done();
}
