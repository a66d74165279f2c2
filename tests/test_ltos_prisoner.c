/* The computed row of ltos-prisoner finds nothing wrong with the game as it is, and notices a falsified one: other
 * rewards, another time limit, a coin that is not fair. */
#include "envs/prisoner.h"
#include "tests/direct_notes.h"

#include <math.h>

static double goal = 1.0, step_cost = 0.01;
static int time_limit = 50;

static mg_prisoner_config falsified_game(void)
{
    mg_prisoner_config config = mg_prisoner_default();
    config.goal = goal;
    config.step_cost = step_cost;
    config.steps = time_limit;
    return config;
}

static mg_csv_writer rows;
static int rows_begun;
static mg_csv_writer *some_table(mg_direct *direct, const char *table)
{
    (void)direct;
    return strcmp(table, "shares") ? NULL : &rows;
}

static void count_row(mg_direct *direct, const char *table)
{
    (void)direct, (void)table;
    rows_begun++;
}

#define mg_prisoner_default falsified_game
#define mg_direct_table some_table
#define mg_direct_row count_row
#include "suite/shared/prisoner_exact.c"
#undef main
#undef mg_prisoner_default

static const char *const errors[] = {"optimum_error", "random_error", "coco_error", "independent_error",
                                     "greedy_error"};

/* How many of the five errors are beyond what the claim allows. */
static int missed(void)
{
    int count = 0;
    run(prisoner_exact);
    for (int k = 0; k < 5; k++)
        count += metric(errors[k]) >= 1e-9;
    return count;
}

static void test_exact(void)
{
    tap_ok(missed() == 0, "the game as it is: nothing is off");
    tap_ok(near(metric("best_return"), 0.97, 1e-12) && near(metric("random_return"), 0.5145833333333333, 1e-12),
           "best %g, random %g", metric("best_return"), metric("random_return"));
    tap_ok(rows_begun == 202, "101 shares from two starts: %d rows", rows_begun);
    goal = 1.0 + 1e-8;
    tap_ok(missed() == 5, "a goal that is worth 1e-8 more is noticed by all five: %d", missed());
    goal = 1.0;
    step_cost = 0.0100001;
    tap_ok(missed() == 5, "steps that cost 1e-7 more too: %d", missed());
    step_cost = (double)NAN;
    run(prisoner_exact);
    int unknown = 0;
    for (int k = 0; k < 5; k++)
        unknown += metric(errors[k]) != metric(errors[k]);
    tap_ok(unknown == 5, "steps whose cost is NaN make all five NaN: %d", unknown);
    step_cost = 0.01;
    time_limit = 49;
    tap_ok(missed() == 1 && metric("greedy_error") > 0.009, "another time limit shows where nobody arrives: %g",
           metric("greedy_error"));
    time_limit = 50;
}

/* Both sides of the coin are found, each as likely; every other joint action has one outcome. */
static void test_game(void)
{
    const mg_prisoner_config config = mg_prisoner_default();
    mg_two_player_game game = game_of(&config, (mg_key){1, 2});
    int wrong = 0, coins = 0;
    for (int s = 0; s < STATES; s++)
        for (int joint = 0; joint < 4; joint++) {
            const mg_two_player_outcome *outcome = game.outcome[s][joint];
            bool both = s == state_of(3, 5) && joint == 2; /* into the middle: right and left */
            wrong += outcome[0].probability != (both ? 0.5 : 1.0) || outcome[1].probability != (both ? 0.5 : 0.0);
            coins +=
                both && outcome[0].reward[0] == outcome[1].reward[1] && outcome[0].reward[1] == outcome[1].reward[0];
        }
    tap_ok(wrong == 0, "a coin is tossed where both go for the middle, and nowhere else: %d wrong", wrong);
    tap_ok(coins == 1, "its sides are mirror images");
}

int main(void)
{
    test_exact();
    test_game();
    mg_csv_free(&rows);
    return tap_done();
}
