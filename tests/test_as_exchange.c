/* The computed row of as-exchange measures the game that it is given: the paper's numbers on the game as it is, others
 * on falsified ones. */
#include "envs/exchange.h"
#include "suite/shared/anticipation_sharing.h"
#include "tests/direct_notes.h"

static double open_cost = 5.0, food = 10.0, step_cost = -1.0; /* below 0: as it is */
static int steps = 0;

static mg_exchange_config falsified_game(void)
{
    mg_exchange_config config = mg_exchange_default();
    config.open_cost = open_cost;
    config.food = food;
    config.step_cost = step_cost >= 0.0 ? step_cost : config.step_cost;
    config.steps = steps ? steps : config.steps;
    return config;
}

#define mg_exchange_default falsified_game
#include "suite/as_exchange.c"
#undef main

static bool near(double x, double y)
{
    return x - y < 1e-5 && y - x < 1e-5;
}

/* One opening among many that pays otherwise is what is reported, whichever way and wherever it is. */
static void test_farthest(void)
{
    static const double odd[] = {4.5, 5.25};
    for (int k = 0; k < 2; k++)
        for (int at = 0; at < 3; at++) {
            payoffs found = {0};
            for (int i = 0; i < 3; i++)
                note_opening(&found, i == at ? odd[k] : 5.0, i == at ? odd[!k] : 5.125);
            tap_ok(found.loss == odd[k] && found.gain == odd[!k] && found.openings == 3,
                   "opening %d loses %g and brings %g: %g, %g", at, odd[k], odd[!k], found.loss, found.gain);
        }
}

static void test_payoffs(void)
{
    run(run_payoffs);
    double reference = metric("reference_return");
    tap_ok(metric("openings") == 600.0, "helpful agents open every box of 200 episodes: %g", metric("openings"));
    tap_ok(near(metric("opener_loss"), 5.0) && near(metric("group_gain"), 5.0), "the paper's payoffs: %g, %g",
           metric("opener_loss"), metric("group_gain"));
    tap_ok(reference > 14.8 && reference < 15.0, "three boxes less the steps: %g", reference);
    open_cost = 4.5;
    run(run_payoffs);
    tap_ok(near(metric("opener_loss"), 4.5) && near(metric("group_gain"), 5.5), "a lower cost is seen: %g, %g",
           metric("opener_loss"), metric("group_gain"));
    open_cost = 5.0;
    food = 9.0;
    run(run_payoffs);
    tap_ok(near(metric("opener_loss"), 5.0) && near(metric("group_gain"), 4.0), "less food is seen: %g, %g",
           metric("opener_loss"), metric("group_gain"));
    tap_ok(near(reference - metric("reference_return"), 3.0), "... three times in the reference return");
    food = 10.0;
    step_cost = 0.0;
    run(run_payoffs);
    tap_ok(near(metric("reference_return"), 15.0), "free steps are seen: %g", metric("reference_return"));
    step_cost = -1.0;
    steps = 2;
    run(run_payoffs);
    tap_ok(metric("openings") > 0.0 && metric("openings") < 300.0, "boxes that stay closed are seen: %g",
           metric("openings"));
    steps = 0;
}

int main(void)
{
    test_farthest();
    test_payoffs();
    return tap_done();
}
