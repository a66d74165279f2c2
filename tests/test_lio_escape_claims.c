/* The claims of lio-escape that an audit changed with their values known, on rows made up so that they hold; then each
 * is falsified in turn and must hold no more. */
#include "tests/claims_by_hand.h"

int program_main(int argc, char **argv);
#define main program_main
#include "suite/lio_escape.c"
#undef main

/* Of LOLA and of gifts among actions only the seeds from the middle on fail, so that seeds lie apart. */
static const made_up as_claimed[] = {
    {"*", "*", 1.0},
    {"*", "return_sum", -2.0},
    {"lio*", "return_sum", 8.8},
    {"lio/er-3-2", "return_sum", 7.8},
    {"pg/asymmetric", "return_sum", -4.9},
    {"lola*", "return_sum", -8.0},
    {"lola*", "return_sum+", 0.9},
    {"lola*/er-3-2", "return_sum+", 0.8},
    {"pg-d*", "return_sum", -8.0},
    {"pg-d*", "return_sum+", 0.9},
    {"pg-c*", "return_sum", -8.0},
    {"pg-c*", "return_sum+", 0.9},
    {"two-ts/*", "return_sum", 2.0},
    {"lio/er-2-1", "levers_0", 5.0},
    {"lio/er-2-1", "levers_1", 0.0},
    {"lio/er-2-1", "got_0_for_0", 900.0},
    {"lio/er-2-1", "paid", 1.0},
    {"lio/er-2-1", "paid_0", 0.1},
};

static void test_holding(void)
{
    static const char *const id[] = {"L10", "L10b", "L10c", "L10d", "L11", "L13c", "L13r"};
    for (size_t k = 0; k < sizeof id / sizeof *id; k++)
        tap_ok(held(verdict(id[k], NULL, 0)), "%s holds: %s", id[k], verdict(id[k], NULL, 0));
}

/* Of the clause of this claim that begins so, as it was judged last. */
static const char *state_of(const char *id, const char *text)
{
    static char state[80];
    mg_csv clauses = {0};
    mg_error error = {0};
    if (!mg_result_read(by_hand.folder, "clauses.csv", MG_CLAUSES_HEADER, &clauses, &error))
        stop(&error);
    snprintf(state, sizeof state, "no such clause");
    for (size_t row = 0; row < clauses.rows; row++)
        if (!strcmp(mg_csv_cell(&clauses, row, 0), id) && !strncmp(mg_csv_cell(&clauses, row, 2), text, strlen(text)))
            snprintf(state, sizeof state, "%s", mg_csv_cell(&clauses, row, 12));
    mg_csv_close(&clauses);
    return state;
}

/* A run that ended in one room says nothing of the other room's run of its seed. */
static void test_lola(void)
{
    static const made_up ended[] = {{"lola-c/er-3-2", "return_sum", NAN}};
    const char *found = verdict("L10b", ended, 1);
    tap_ok(!strcmp(found, "diverged"), "L10b, where all runs of a room end: %s", found);
    found = state_of("L10b", "count(lola-c/er-2-1");
    tap_ok(!strcmp(found, "without certainty"), "... the other one is solved sometimes all the same: %s", found);
    FALSIFIED("LOLA-c solves nothing", "L10b", {"lola-c*", "return_sum", -8.0}, {"lola-c*", "return_sum+", 0.7},
              {"lola-c/er-2-1", "return_sum+", 0.7}, {"lola-c/er-3-2", "return_sum+", 0.7});
    FALSIFIED("LOLA-d solves one room alone", "L10b", {"lola-d/er-3-2", "return_sum+", 0.6});
    FALSIFIED("LOLA-d solves the other alone", "L10b", {"lola-d/er-2-1", "return_sum+", 0.7});
    FALSIFIED("LOLA-d is as good", "L10b", {"lola-d/er-2-1", "return_sum", 8.9}, {"lola-d/er-2-1", "return_sum+", 0.0});
    FALSIFIED("its runs are alike", "L10b", {"lola-d/er-3-2", "return_sum", -2.0},
              {"lola-d/er-3-2", "return_sum+", 0.0});
}

static void test_two_timescales(void)
{
    FALSIFIED("it stays at the bottom", "L13c", {"two-ts/asymmetric", "return_sum", -5.0});
    FALSIFIED("it pulls by chance and is above policy gradient", "L13c", {"two-ts/asymmetric", "return_sum", -4.5});
    FALSIFIED("it is as good as LIO", "L13c", {"two-ts/asymmetric", "return_sum", 8.9});
    FALSIFIED("one reading stays at the bottom", "L13r", {"two-ts/asymmetric-slow", "return_sum", -5.0});
    FALSIFIED("another does", "L13r", {"two-ts/asymmetric-explore", "return_sum", -4.5});
    FALSIFIED("the third does", "L13r", {"two-ts/asymmetric-table", "return_sum", -4.5});
    const made_up bottom = {"two-ts/asymmetric", "return_sum", -5.0};
    const char *found = verdict("L13c", &bottom, 1);
    tap_ok(!strcmp(found, "not reproduced"), "... the bottom is no counterexample, only no gain: %s", found);
}

static void test_roles(void)
{
    FALSIFIED("nobody is paid at the end", "L11", {"lio/er-2-1", "paid", 0.01}, {"lio/er-2-1", "paid_0", 0.0});
    FALSIFIED("who leaves is paid", "L11", {"lio/er-2-1", "paid_0", 0.5});
    FALSIFIED("the door was paid for too", "L11", {"lio/er-2-1", "got_0_for_2", 400.0});
}

int main(void)
{
    claims_begin(&lio_escape, as_claimed, sizeof as_claimed / sizeof *as_claimed);
    test_holding();
    test_lola();
    test_two_timescales();
    test_roles();
    claims_end();
    return tap_done();
}
