/* What lio-escape says of itself: rooms and learners by variant, and its computed rows, which find what the rooms are
 * worth and notice a wrong closed form. */
#include "core/num/isa.h"
#include "suite/harness/trail.h"
#include "tests/direct_notes.h"

#include <math.h>

static const char *which = "er-2-1";
static double falsified = 1.0;

static const struct mg_row_name *name_of_row(const mg_direct *direct);
static mg_profile quick_profile(const mg_direct *direct)
{
    (void)direct;
    return MG_PROFILE_PAPER;
}

#define mg_direct_name name_of_row
#define mg_direct_profile quick_profile
#define escape_play_gradient_error falsified_error
#include "suite/shared/escape_play.h"
#undef escape_play_gradient_error
double escape_play_gradient_error(escape_play *play, const mg_lio_shape *settings, bool one_episode, mg_stream *stream,
                                  double mutate);
static int cases;
double falsified_error(escape_play *play, const mg_lio_shape *settings, bool one_episode, mg_stream *stream,
                       double mutate)
{
    double factor = cases++ == 0 ? falsified : mutate; /* the first of them alone is wrong */
    return escape_play_gradient_error(play, settings, one_episode, stream, factor);
}
#define escape_play_gradient_error falsified_error
#include "suite/lio_escape.c"
#undef main

static const struct mg_row_name *name_of_row(const mg_direct *direct)
{
    (void)direct;
    static mg_row_name name;
    name.variant = which;
    return &name;
}

static void test_worth(const char *of, double best, double random, double tolerance)
{
    which = of;
    run(run_exact);
    tap_ok(metric("best_return") == best, "%s is worth %g at most: %g", of, best, metric("best_return"));
    tap_ok(metric("random_return") > random - tolerance && metric("random_return") < random + tolerance,
           "%s brings %g at random: %.9g", of, random, metric("random_return"));
}

static void test_meta_gradient(void)
{
    which = "er-2-1";
    falsified = 1.0;
    cases = 0;
    run(run_meta_gradient);
    tap_ok(metric("relative_error") < 1e-5 && cases == (int)metric("batches"),
           "the closed form holds in %d cases: %.1e", cases, metric("relative_error"));
    falsified = 1.001;
    cases = 0;
    run(run_meta_gradient);
    tap_ok(metric("relative_error") > 1e-5, "one wrong case of them is noticed: %.1e", metric("relative_error"));
    falsified = (double)NAN;
    cases = 0;
    run(run_meta_gradient);
    tap_ok(metric("relative_error") != metric("relative_error"), "... and one that is NaN: %g",
           metric("relative_error"));
}

static mg_setup set_up_of(int method, const char *name)
{
    static const mg_grid_variant none;
    mg_grid_variant of = none;
    mg_setup setup = {0};
    of.name = name;
    of.units[MG_PROFILE_PAPER] = 50000;
    mg_grid_row row = {&trained[method], &of};
    set_up(&row, MG_PROFILE_PAPER, false, &setup);
    return setup;
}

static int method_named(const char *name)
{
    for (int m = 0; m < grid.methods; m++)
        if (!strcmp(trained[m].name, name))
            return m;
    return -1;
}

static void test_set_up(void)
{
    const mg_setup two = set_up_of(method_named("lio"), "er-2-1"), three = set_up_of(method_named("lio"), "er-3-2"),
                   five = set_up_of(method_named("lio"), "er-5-3-slow"),
                   asymmetric = set_up_of(method_named("lio"), "asymmetric"),
                   pg = set_up_of(method_named("pg"), "er-2-1");
    const mg_escape_room_config *room[] = {(const void *)two.environment_config, (const void *)three.environment_config,
                                           (const void *)five.environment_config,
                                           (const void *)asymmetric.environment_config,
                                           (const void *)pg.environment_config};
    const mg_lio_config *lio[] = {(const void *)two.learner_config, (const void *)three.learner_config,
                                  (const void *)five.learner_config, (const void *)asymmetric.learner_config};
    tap_ok(room[0]->agents == 2 && room[0]->levers == 1 && room[1]->agents == 3 && room[1]->levers == 2 &&
               room[2]->agents == 5 && room[2]->levers == 3 && !room[0]->asymmetric && room[3]->asymmetric,
           "rooms are as their variants say");
    tap_ok(lio[0]->givers == 2 && lio[1]->givers == 3 && lio[2]->givers == 5 && lio[3]->givers == 1,
           "all give, in the asymmetric room the first alone");
    tap_ok(lio[0]->epsilon_end == 0.1 && lio[1]->epsilon_end == 0.3 && lio[2]->epsilon_end == 0.3,
           "exploration ends as Table B.4 says");
    tap_ok(room[0]->observe_given && !room[4]->observe_given, "who gives nothing does not see what was given");
}

static void test_milestones(void)
{
    const mg_milestone *seven = &lio_escape.milestone[0];
    tap_ok(lio_escape.milestones == 1 && !strcmp(seven->name, "iterations_to_7") &&
               !strcmp(seven->metric, "return_sum") && seven->level == 7.0 && seven->times == 1 && !seven->episodes,
           "iterations_to_7 is when the return first reaches 7");
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_worth("er-2-1", 9.0, 3.436, 5e-4);
    test_worth("er-3-2", 8.0, -3.227, 5e-4);
    test_worth("er-5-3", 17.0, -5.041, 5e-4);
    test_worth("asymmetric", 9.0, 1.25 * (1.0 - 0.2373046875) / 0.25,
               1e-12); /* each step alike, a quarter are the last */
    test_meta_gradient();
    test_set_up();
    test_milestones();
    return tap_done();
}
