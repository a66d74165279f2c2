/* The claims of ip-cityflow on rows made up so that all of them hold, as far as their seeds go; then each is falsified
 * in turn and must hold no more. Among these are policies that have learned nothing and are a little better than
 * uniform play. */
#include "suite/harness/epilogue.h"
#include "tests/claims_by_hand.h"
#include "tests/roads_film.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/ip_cityflow.c"
#include "suite/shared/roads_play.c"
#undef main

/* uniform and fixed-time as they are; IP somewhere above max-pressure. */
static const made_up as_claimed[] = {
    {"*", "*", 1.0},
    {"*", "average_travel_time", 300.0},
    {"ip/*", "average_travel_time", 240.0},
    {"ip/n49-hop1", "average_travel_time", 260.0},
    {"ip/n49-all", "average_travel_time", 260.0},
    {"ip/n100-all", "average_travel_time", 260.0},
    {"uniform/*", "average_travel_time", 361.0},
    {"uniform/n225", "average_travel_time", 498.0},
    {"uniform/n1225", "average_travel_time", 522.0},
    {"fixed-time/*", "average_travel_time", 266.0},
    {"fixed-time/n96", "average_travel_time", 327.0},
    {"fixed-time/n225", "average_travel_time", 346.0},
    {"fixed-time/n1225", "average_travel_time", 496.0},
    {"constant/*", "average_travel_time", 374.0},
    {"constant/n225", "average_travel_time", 334.0},
    {"constant/n1225", "average_travel_time", 480.0},
    {"dgn/*", "average_travel_time+", 0.01},
    {"pic/*", "average_travel_time+", 0.01},
    {"maddpg/n225", "average_travel_time", 450.0},
    {"maddpgs/n225", "average_travel_time", 450.0},
    {"dgn/n225", "average_travel_time", 400.0},
    {"dgn/n225", "average_travel_time+", 20.0},
    {"pic/n225", "average_travel_time", 400.0},
    {"pic/n225", "average_travel_time+", 20.0},
    {"ip/n225", "average_travel_time", 300.0},
    {"ip/n225", "average_travel_time+", 1.0},
    {"ip/n1225", "average_travel_time", 420.0},
    {"dgn/n1225", "average_travel_time", 500.0},
    {"maddpgs/n1225", "average_travel_time", 470.0},
    {"maddpgs/n1225", "average_travel_time+", 0.01},
    {"dgn/n96", "average_travel_time", 280.0},
    {"pic/n96", "average_travel_time", 290.0},
    {"dgn/n225", "red_lights_waiting", 2.0},
    {"ip/n225", "red_lights_waiting", 0.8},
    {"maddpgs/n1225", "red_lights_waiting", 2.0},
    {"dgn/n1225", "red_lights_waiting", 2.0},
    {"ip/n1225", "red_lights_waiting", 0.8},
    {"*", "episodes_to_1150", 200.0},
    {"ip/n96", "episodes_to_1150", 100.0},
    {"*", "volume_distance", 0.09},
    {"ip/*", "volume_distance", 0.03},
    {"uniform/*", "volume_distance", 0.29},
    {"*", "volume_divergence", 0.1},
    {"ip/*", "volume_divergence", 0.01},
    {"sizes/*", "size_ip", 669575.0},
    {"sizes/*", "size_pic", 59269.0},
    {"sizes/n16", "size_maddpg", 85637.0},
    {"sizes/n1225", "size_maddpg", 3799685.0},
    {"mean-field*", "fields", 1000.0},
    {"mean-field*", "not_converged", 0.0},
    {"mean-field*", "largest_rise", 1e-14},
    {"mean-field*", "largest_fall", 6.0},
    {"mean-field*", "fixed_point_error", 1e-14},
    {"mean-field*", "general_error", 1e-14},
    {"mean-field*", "field_error", 1e-14},
    {"mean-field*", "gap", 1e-2},
};

static void test_holding(void)
{
    static const char *const id[] = {"C16", "C49",  "C96",  "C100", "C225", "C1225", "ABg",  "ABh",
                                     "INT", "INTp", "C16u", "C16m", "C16p", "C16g",  "C16r", "STB"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        tap_ok(!strcmp(verdict(id[k], NULL, 0), "direction only"), "%s holds: %s", id[k], verdict(id[k], NULL, 0));
    tap_ok(!strcmp(verdict("SC", NULL, 0), "reproduced") && !strcmp(verdict("MF", NULL, 0), "reproduced"),
           "SC and MF hold");
    tap_ok(!strcmp(verdict("C96b", NULL, 0), "direction only") && !strcmp(verdict("C1225b", NULL, 0), "direction only"),
           "C96b and C1225b hold");
}

/* Policies that have learned nothing are drawn from and by chance a little better than uniform play, and those who take
 * the best of values that are nothing are stuck. Lights that change by the clock are slower than all here: it is
 * uniform play that says so. */
static void test_untrained(void)
{
    static const char *const id[] = {"C16", "C49",  "C96",  "C100", "C225", "C1225", "ABg",
                                     "ABh", "C16u", "C16m", "C16p", "C16g", "C16r"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        FALSIFIED("nobody has learned anything", id[k], {"*", "average_travel_time", 700.0},
                  {"uniform/*", "average_travel_time", 361.0}, {"uniform/n225", "average_travel_time", 498.0},
                  {"uniform/n1225", "average_travel_time", 522.0}, {"ip/*", "average_travel_time", 345.0},
                  {"ip/n49-hop1", "average_travel_time", 350.0}, {"ip/n49-all", "average_travel_time", 350.0},
                  {"ip/n100-all", "average_travel_time", 350.0}, {"ip/n225", "average_travel_time", 480.0},
                  {"ip/n1225", "average_travel_time", 515.0}, {"pic/n225", "average_travel_time", 700.0},
                  {"pic/n225", "average_travel_time+", 20.0}, {"dgn/n225", "average_travel_time", 700.0},
                  {"dgn/n225", "average_travel_time+", 20.0});
}

/* Better than all who learn and than uniform play by far, and slower than lights that change by the clock. */
static void test_slower_than_the_clock(void)
{
    static const char *const id[] = {"C16",  "C49",  "C96",  "C225", "ABg",  "ABh", "INT",
                                     "INTp", "C16u", "C16m", "C16p", "C16g", "C16r"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        FALSIFIED("fixed-time lights are better", id[k], {"fixed-time/*", "average_travel_time", 235.0});
    FALSIFIED("fixed-time lights are better", "C96b", {"fixed-time/n96", "average_travel_time", 285.0});
}

/* Better than all who learn, than uniform play and the clock, and slower than lights that never change: a jam outside.
 */
static void test_slower_than_constant(void)
{
    static const char *const id[] = {"C16", "C49",  "C96",  "C100", "C225", "C1225", "ABg",  "ABh",
                                     "INT", "INTp", "C16u", "C16m", "C16p", "C16g",  "C16r", "STB"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        FALSIFIED("lights that never change are better", id[k], {"constant/*", "average_travel_time", 235.0},
                  {"constant/n225", "average_travel_time", 295.0}, {"constant/n1225", "average_travel_time", 415.0});
    FALSIFIED("lights that never change are better with 100", "ABg", {"constant/n100", "average_travel_time", 235.0});
    FALSIFIED("lights that never change are better", "C96b", {"constant/n96", "average_travel_time", 285.0});
    FALSIFIED("lights that never change are better", "C1225b", {"constant/n1225", "average_travel_time", 465.0});
}

/* Seeds that are alike: of those who have learned, and less than both others'. */
static void test_steadiness(void)
{
    FALSIFIED("DGN is as steady with 49", "STB", {"dgn/n49", "average_travel_time+", 0.0});
    FALSIFIED("PIC is as steady with 96", "STB", {"pic/n96", "average_travel_time+", 0.0});
    FALSIFIED("DGN is as steady with 1225", "STB", {"dgn/n1225", "average_travel_time+", 0.0});
    FALSIFIED("IP is lost in a seed", "STB", {"ip/n16", "average_travel_time+", 6.0});
    FALSIFIED("IP is uniform play", "STB", {"uniform/n100", "average_travel_time", 241.0});
    FALSIFIED("the clock is better", "STB", {"fixed-time/n1225", "average_travel_time", 410.0});
    FALSIFIED("MADDPGS is steady", "C1225b", {"maddpgs/n1225", "average_travel_time+", 0.0});
    FALSIFIED("DGN does not wait so long", "C1225", {"dgn/n1225", "red_lights_waiting", 1.0});
}

static void test_one_seed(void)
{
    static const struct {
        const char *id, *run;
        double value;
    } late[] = {{"C16", "qmix/n16", 235.0},    {"C49", "dgn/n49", 235.0},      {"C96", "maddpgs/n96", 235.0},
                {"C96b", "iql/n96", 287.0},    {"C100", "pic/n100", 235.0},    {"C225", "maddpg/n225", 295.0},
                {"C1225", "dgn/n1225", 415.0}, {"C1225b", "dgn/n1225", 465.0}, {"ABg", "ip/n49-all", 235.0},
                {"ABg", "ip/n100-all", 235.0}, {"ABh", "ip/n49-hop1", 235.0},  {"C16r", "dgn/n16-slow", 235.0}};
    for (size_t k = 0; k < sizeof late / sizeof *late; k++)
        by_one_seed(late[k].id, late[k].run, "average_travel_time", late[k].value);
}

static void test_better(void)
{
    static const char *const other[] = {"dgn", "pic", "iql", "qmix", "maddpg", "maddpgs"};
    static const char *const size[] = {"16", "49", "96", "100"};
    for (int s = 0; s < 4; s++)
        for (int k = 0; k < 6; k++) {
            char run[40], id[10];
            if (s > 1 && k == 3)
                continue;
            snprintf(run, sizeof run, "%s/n%s", other[k], size[s]);
            snprintf(id, sizeof id, "C%s", size[s]);
            const made_up better[] = {{run, "average_travel_time", 239.0}};
            falsified(other[k], id, better, 1);
        }
    FALSIFIED("MADDPG is better than PIC", "C96b", {"maddpg/n96", "average_travel_time", 285.0});
    FALSIFIED("both have learned nothing", "C96b", {"dgn/n96", "average_travel_time", 350.0},
              {"pic/n96", "average_travel_time", 350.0}, {"iql/n96", "average_travel_time", 400.0},
              {"maddpg/n96", "average_travel_time", 400.0}, {"maddpgs/n96", "average_travel_time", 400.0});
    FALSIFIED("DGN is the runner-up", "C1225b", {"dgn/n1225", "average_travel_time", 450.0});
    FALSIFIED("MADDPGS is ahead of IP", "C1225b", {"ip/n1225", "average_travel_time", 480.0});
    FALSIFIED("MADDPGS has learned nothing", "C1225b", {"maddpgs/n1225", "average_travel_time", 515.0},
              {"dgn/n1225", "average_travel_time", 600.0}, {"constant/n1225", "average_travel_time", 600.0});
    FALSIFIED("DGN is as soon", "C96", {"dgn/n96", "episodes_to_1150", 100.0});
    FALSIFIED("PIC is sooner", "C96", {"pic/n96", "episodes_to_1150", 50.0});
    FALSIFIED("DGN does not wait so long", "C225", {"dgn/n225", "red_lights_waiting", 1.2});
    FALSIFIED("DGN is as steady", "C225", {"dgn/n225", "average_travel_time+", 0.0});
    FALSIFIED("PIC is as steady", "C225", {"pic/n225", "average_travel_time", 400.0},
              {"pic/n225", "average_travel_time+", 0.5});
    FALSIFIED("MADDPG is better", "C225", {"maddpg/n225", "average_travel_time", 299.0});
    FALSIFIED("MADDPGS is better", "C225", {"maddpgs/n225", "average_travel_time", 299.0});
    FALSIFIED("PIC is better", "C225", {"pic/n225", "average_travel_time", 250.0},
              {"pic/n225", "average_travel_time+", 20.0});
    FALSIFIED("DGN's best is better", "C225", {"dgn/n225", "average_travel_time", 290.0},
              {"dgn/n225", "average_travel_time+", 100.0});
    FALSIFIED("DGN is better", "C1225", {"dgn/n1225", "average_travel_time", 400.0});
    FALSIFIED("MADDPGS does not wait so long", "C1225", {"maddpgs/n1225", "red_lights_waiting", 1.0});
    FALSIFIED("hearing all is better", "ABg", {"ip/n100-all", "average_travel_time", 230.0});
    FALSIFIED("hearing all is better", "ABg", {"ip/n49-all", "average_travel_time", 230.0});
    FALSIFIED("one round will do", "ABh", {"ip/n49-hop1", "average_travel_time", 230.0});
    FALSIFIED("three are better", "ABh", {"ip/n49-hop3", "average_travel_time", 220.0});
    FALSIFIED("DGN is as near", "INT", {"dgn/n49", "volume_distance", 0.04});
    FALSIFIED("DGN diverges less", "INT", {"dgn/n49", "volume_divergence", 0.001});
    FALSIFIED("PIC diverges less", "INTp", {"pic/n49", "volume_divergence", 0.001});
    FALSIFIED("PIC is as near", "INTp", {"pic/n49", "volume_distance", 0.04});
    FALSIFIED("uniform play is as near", "INT", {"uniform/n49", "volume_distance", 0.02});
    FALSIFIED("fixed-time is better", "INTp", {"fixed-time/n49", "average_travel_time", 200.0});
    FALSIFIED("PIC is better", "C16r", {"pic/n16-slow", "average_travel_time", 200.0});
    FALSIFIED("DGN is better than a sum", "C16u", {"ip/n16-sum", "average_travel_time", 310.0});
    FALSIFIED("DGN is better than a mean", "C16m", {"ip/n16-mean", "average_travel_time", 310.0});
    FALSIFIED("DGN is better than scaled", "C16p", {"ip/n16-scaled", "average_travel_time", 310.0});
    FALSIFIED("DGN is better than greedy", "C16g", {"ip/n16-greedy", "average_travel_time", 310.0});
    FALSIFIED("one size grows", "SC", {"sizes/n225", "size_ip", 669576.0});
    FALSIFIED("MADDPG's does not", "SC", {"sizes/n1225", "size_maddpg", 85637.0});
    FALSIFIED("an update raises it", "MF", {"mean-field*", "largest_rise", 1e-6});
    FALSIFIED("no field", "MF", {"mean-field*", "fields", 0.0});
    FALSIFIED("no fixed point", "MF", {"mean-field*", "fixed_point_error", 1e-3});
    FALSIFIED("all are products", "MF", {"mean-field*", "gap", 0.0});
}

/* C16 under other readings: each of the six who learn can be ahead, by the mean alone, which one seed decides here, and
 * in two of three pairs alone. */
static void test_readings(void)
{
    static const char *const reading[] = {"C16u", "C16m", "C16p", "C16g"};
    static const char *const other[] = {"dgn", "pic", "iql", "qmix", "maddpg", "maddpgs"};
    for (int r = 0; r < 4; r++)
        for (int k = 0; k < 6; k++) {
            char run[40];
            snprintf(run, sizeof run, "%s/n16", other[k]);
            const made_up by_the_mean[] = {{run, "average_travel_time", 50.0}};
            by_hand.falsified_from = 2;
            falsified(other[k], reading[r], by_the_mean, 1);
            by_one_seed(reading[r], run, "average_travel_time", 235.0);
        }
}

/* How soon: the first of three evaluations in a row with as many vehicles; who never has them is behind the end. */
static void test_milestone(void)
{
    static const double finished[] = {1149.0, 1150.0, 1200.0, 1149.0, 1150.0, 1151.0, 1152.0, 1000.0};
    mg_milestone_way way = {.milestone = &milestones[0]}, never = way;
    tap_ok(sizeof milestones / sizeof *milestones == 1 && !strcmp(milestones[0].metric, "finished") &&
               !strcmp(milestones[0].name, "episodes_to_1150"),
           "of vehicles that arrived");
    for (int e = 0; e < 8; e++) {
        mg_milestone_next(&way, 5.0 * (e + 1), 10.0 * (e + 1), finished[e]);
        mg_milestone_next(&never, 5.0 * (e + 1), 10.0 * (e + 1), e % 3 ? 1150.0 : 1149.0);
    }
    tap_ok(mg_milestone_value(&way, 5) == 50.0, "1150 of them, three times in a row, in episodes: %g",
           mg_milestone_value(&way, 5));
    tap_ok(mg_milestone_value(&never, 5) > 80.0, "twice is not enough: %g", mg_milestone_value(&never, 5));
}

/* What is filmed of a signal of the 7x7: those who wait, as it is paid for them. */
static void test_film(void)
{
    film_seen seen;
    int frames = 0, alike = 0;
    for (int step = 0; step <= 2 * FILM_EVERY; step++) {
        film_look(&seen, film_frame, step, &(mg_row_name){"ip", "n49", 0});
        frames += seen.rows > 0;
        for (int s = 0; s < seen.rows; s++)
            alike += seen.step[s] == step && seen.signal[s] == s && film_is_paid(&seen, s);
    }
    film_end(&seen);
    tap_ok(frames == 2 && alike == 2 * FILM_SIGNALS && seen.most > 0.0,
           "every tenth decision shows who waits at which signal, %g at most", seen.most);
}

int main(void)
{
    claims_begin(&ip_cityflow, as_claimed, sizeof as_claimed / sizeof *as_claimed);
    test_holding();
    test_untrained();
    test_slower_than_the_clock();
    test_slower_than_constant();
    test_steadiness();
    test_one_seed();
    test_better();
    test_readings();
    test_milestone();
    test_film();
    claims_end();
    return tap_done();
}
