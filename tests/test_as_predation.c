/* The computed rows of as-predation count what is wrong: on the game and the theorems as they are they find nothing,
 * on falsified ones they do, and they report it under the right names. */
#include "algos/anticipation_theory.h"
#include "envs/predation.h"
#include "suite/shared/anticipation_sharing.h"
#include "tests/direct_notes.h"

/* ---- what the program under test is given instead ---- */

static double all_reward = -1.0, none_reward = -3.0, volunteer_reward = -4.0, allowed = 1.0;

static mg_predation_config falsified_game(int agents)
{
    mg_predation_config config = mg_predation_default(agents);
    config.reward_all = all_reward;
    config.reward_none = none_reward;
    config.reward_cooperate = volunteer_reward;
    return config;
}

static void falsified_add(mg_anticipation_theory *theory, mg_stream *stream, double allowance)
{
    if (theory->games < 300)
        mg_anticipation_theory_add(theory, stream, allowed * allowance);
}

#define mg_predation_default falsified_game
#define mg_anticipation_theory_add falsified_add
#include "suite/as_predation.c"
#undef main
#undef mg_anticipation_theory_add

/* ---- tests ---- */

static void test_payoffs(void)
{
    /* n 2^(n-1) situations of an agent that cooperates, for 6, 8 and 12 agents. */
    run(run_payoffs);
    tap_ok(metric("situations") == 6 * 32 + 8 * 128 + 12 * 2048, "every situation is looked at: %g",
           metric("situations"));
    tap_ok(metric("wrong_payoffs") == 0.0 && metric("defection_gain") > 0.0, "the paper's payoffs are right");
    all_reward = -1.25;
    run(run_payoffs);
    tap_ok(metric("wrong_payoffs") == 3.0, "another reward of all is one wrong total a size: %g",
           metric("wrong_payoffs"));
    all_reward = -1.0;
    none_reward = -2.0; /* who is alone in cooperating gains 2 by defecting, one of all gains 1 */
    run(run_payoffs);
    tap_ok(metric("wrong_payoffs") == 3.0 && metric("defection_gain") == 1.0,
           "another reward of none too: %g, least gain %g", metric("wrong_payoffs"), metric("defection_gain"));
    none_reward = -3.0;
    volunteer_reward = -3.875;
    run(run_payoffs);
    tap_ok(metric("wrong_payoffs") == 62 + 254 + 4094, "another reward of volunteers is wrong in all others: %g",
           metric("wrong_payoffs"));
    volunteer_reward = 0.5;
    run(run_payoffs);
    tap_ok(metric("defection_gain") < 0.0, "cooperating that pays is seen: %g", metric("defection_gain"));
    volunteer_reward = -4.0;
}

static void test_theory(void)
{
    static const char *const violations[] = {"violations_1", "violations_2", "violations_3", "violations_kl"};
    static const char *const tightest[] = {"tightest_1", "tightest_2", "tightest_3", "tightest_kl"};
    run(run_theory);
    tap_ok(metric("games") == 300.0, "games are counted: %g", metric("games"));
    mg_anticipation_theory theory = {0}, none = {0};
    for (uint32_t game = 0; game < 300; game++) {
        mg_stream stream = mg_stream_at((mg_key){9984, 0}, MG_PURPOSE_START_POINTS, game, 0, 0);
        mg_anticipation_theory_add(&theory, &stream, 1.0);
        stream = mg_stream_at((mg_key){9984, 0}, MG_PURPOSE_START_POINTS, game, 0, 0);
        mg_anticipation_theory_add(&none, &stream, 0.0);
    }
    int wrong = 0, missed = 0;
    for (int k = 0; k < MG_THEORY_INEQUALITIES; k++)
        wrong += metric(violations[k]) != 0.0 || metric(tightest[k]) != theory.tightest[k];
    tap_ok(wrong == 0 && metric("identity_error") == theory.identity_error,
           "no violation, and how tight each bound is");
    allowed = 0.0;
    run(run_theory);
    for (int k = 0; k < MG_THEORY_INEQUALITIES; k++)
        missed += metric(violations[k]) != (double)none.violations[k] || none.violations[k] < 30;
    tap_ok(missed == 0, "with no allowance the violations of every theorem are counted: %g, %g, %g, %g",
           metric(violations[0]), metric(violations[1]), metric(violations[2]), metric(violations[3]));
    allowed = 1.0;
}

int main(void)
{
    test_payoffs();
    test_theory();
    return tap_done();
}
