/* What metagrad-escape says of itself: rooms and learners by variant, how often they are evaluated, and its computed
 * rows. */
#include "core/num/isa.h"
#include "suite/harness/trail.h"
#include "tests/direct_notes.h"

static const char *which = "er-2-1";
static const struct mg_row_name *name_of_row(const mg_direct *direct);
#define mg_direct_name name_of_row
#include "suite/metagrad_escape.c"
#undef main

static const struct mg_row_name *name_of_row(const mg_direct *direct)
{
    (void)direct;
    static mg_row_name name;
    name.variant = which;
    return &name;
}

static void test_worth(const char *of, double best)
{
    which = of;
    run(run_exact);
    tap_ok(metric("best_return") == best, "%s is worth %g at most: %g", of, best, metric("best_return"));
    tap_ok(metric("random_return") < best, "... and at random less: %g", metric("random_return"));
}

static mg_setup set_up_of(const char *method, const char *variant, mg_profile profile)
{
    mg_setup setup = {0};
    mg_grid_row row = {NULL, NULL};
    for (int m = 0; m < grid.methods; m++)
        if (!strcmp(trained[m].name, method))
            row.method = &trained[m];
    for (int v = 0; v < grid.variants; v++)
        if (!strcmp(variants[v].name, variant))
            row.variant = &variants[v];
    if (row.method && row.variant)
        set_up(&row, profile, false, &setup);
    return setup;
}

static void test_rooms(void)
{
    static const struct {
        const char *variant;
        int agents, levers, every;
    } expected[] = {{"er-2-1", 2, 1, 1000}, {"er-5-2", 5, 2, 4000}, {"er-10-5", 10, 5, 4000}};
    for (int k = 0; k < 3; k++) {
        const mg_setup setup = set_up_of("metagrad", expected[k].variant, MG_PROFILE_PAPER);
        const mg_escape_room_config *room = (const void *)setup.environment_config;
        tap_ok(setup.environment == &mg_escape_room && room->agents == expected[k].agents &&
                   room->levers == expected[k].levers && room->designer && !room->observe_given,
               "%s is a room of %d with a designer", expected[k].variant, room->agents);
        tap_ok(setup.budget.units == 100000 && setup.budget.evaluate_every == expected[k].every &&
                   setup.budget.final_evaluations == 5,
               "... trained for %d episodes, evaluated every %d", setup.budget.units, setup.budget.evaluate_every);
    }
    const mg_setup quick = set_up_of("metagrad", "er-5-2", MG_PROFILE_QUICK);
    tap_ok(quick.budget.units == 60 && quick.budget.evaluate_every == 30 && quick.budget.final_evaluations == 1,
           "a quick run is short");
}

static void test_milestones(void)
{
    const mg_milestone *pays = &milestones[0], *eight = &milestones[1];
    tap_ok(!strcmp(pays->name, "episodes_to_pay_1") && !strcmp(pays->metric, "paid") && pays->level == 1.0 &&
               pays->times == 1,
           "episodes_to_pay_1 is when incentives first add up to 1");
    tap_ok(!strcmp(eight->name, "episodes_to_8") && !strcmp(eight->metric, "return_sum") && eight->level == 8.0 &&
               eight->times == 1,
           "episodes_to_8 is when the return first reaches 8");
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_worth("er-2-1", 9.0);
    test_worth("er-5-2", 28.0);
    test_rooms();
    test_milestones();
    (void)some_key; /* nothing is drawn */
    return tap_done();
}
