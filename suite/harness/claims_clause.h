/* claims_clause.h - one clause of a claim: one comparison, and what the runs say about it.
 *
 *     normalised_return: as/n6 > vps/n6                      learners: more, with certainty
 *     normalised_return: as/n6 > ind/n6 by 0.15 ours         ... by at least 0.15; the paper does not print this size
 *     normalised_return: as/n6 >= vs/n6 within 0.02 ours     at least as good, but for 0.02 (non-inferiority)
 *     normalised_return: as/n6 == as/n8 within 0.15 ours     as good (equivalence)
 *     range(as/a.reward, as/b.reward) <= 0.2 ours            robustness: largest less smallest mean
 *     reward_sum: lio >= -2.2 ours                           a number: of the mean over seeds
 *     free_flow_time: demand == 67.44 within 2 ours          ... near a number
 *     share(lio.reward_sum >= -2.2) >= 0.6 ours              of all seeds that could be drawn: Wilson interval
 *     count(lio.reward_sum >= -2.2) >= 18 ours               of these seeds
 *     max(pg.reward_sum) <= -3.8 ours                        of these seeds, all; hard claims: any exact comparison
 *     training_return: ps/n12                                no comparison: shown, judged by nobody
 *
 * Expressions: claims_language.h. Behind them: `by SIZE` (> 0) or `within TOLERANCE` (>= 0), then `ours` where the
 * paper does not print the threshold.
 *
 * Learners are compared seed by seed: d = left - right over the seeds that the profile lists for both (0 to n-1), its
 * mean, and the 95 % percentile bootstrap interval [low, high] of that mean (statistics.h; all clauses of a result use
 * the same draws). That every pair agrees in sign puts zero outside the interval. With fewer than MG_CLAIM_PAIRS seeds
 * there is no interval and nothing is certain: that as many coins fall alike is no rarity. For `<` read d the other way
 * round.
 *
 * The states of a > b by s (s = 0 without `by`), the first line that applies:
 *
 *     reversed            high < 0
 *     fails               the mean of d is not above 0 (equal seeds too)
 *     holds               low > 0 and low >= s
 *     open                s > 0 and low < s <= high: a few more seeds could turn it
 *     without size        low > 0, but high < s; or no interval, and the mean is below s
 *     without certainty   low <= 0: not even the sign is sure; or no interval, and the mean is at least s
 *
 * Of the other forms; without an interval: `without certainty` where the measured value is on the right side, else
 * `fails`:
 *
 *     a >= b within t     holds low >= -t; reversed high < -t; else open
 *     a == b within t     holds -t <= low and high <= t; fails, or reversed where t is the paper's, if all of the
 *                         interval lies beyond one of the two; else open
 *     range(...) <= t     with the intervals of all pairs' differences: high is the largest distance from 0 that an
 *                         end has, low the largest that some pair certainly has; then as a number
 *     a >= number, share  holds where all of the interval of the mean (of the share) lies on the right side; open
 *                         where it contains the number; else fails where the number is ours, reversed where it is the
 *                         paper's
 *     count, paired       of these seeds, with the interval of the share. Met: holds where all of that interval lies on
 *                         the right side, or where it is none or all of at least five seeds; else without certainty.
 *                         Not met: as a share, but where it is none or all of the seeds, it is not open but fails: else
 *                         ">= 1" could never fail. == a number: holds if these seeds meet it
 *
 * And of any:
 *
 *     exact               holds or fails
 *     diverged, not run   a run that it needs ended so, or is not there (this one wins); of a count a run that
 *                         diverged just fails
 *     not judged          a soft claim in the quick profile
 *     shown               no comparison; `shown, not run` and `shown, diverged` where there is nothing to show, and
 *                         the verdict is none the worse
 */
#ifndef MG_CLAIMS_CLAUSE_H
#define MG_CLAIMS_CLAUSE_H

#include "core/rl/statistics.h"
#include "suite/harness/claims_language.h"

#define MG_CLAIM_PAIRS 5 /* five coins fall as foretold once in 32 */

/* From the best to what decides first (claims.h says which verdict follows). */
typedef enum mg_clause_state {
    MG_CLAUSE_SHOWN,
    MG_CLAUSE_SHOWN_NOT_RUN,
    MG_CLAUSE_SHOWN_DIVERGED,
    MG_CLAUSE_NOT_JUDGED,
    MG_CLAUSE_HOLDS,
    MG_CLAUSE_WITHOUT_CERTAINTY,
    MG_CLAUSE_WITHOUT_SIZE,
    MG_CLAUSE_OPEN,
    MG_CLAUSE_FAILS,
    MG_CLAUSE_DIVERGED,
    MG_CLAUSE_NOT_RUN,
    MG_CLAUSE_REVERSED,
    MG_CLAUSE_STATES
} mg_clause_state;
const char *mg_clause_state_name(mg_clause_state state);

typedef struct mg_clause {
    mg_clause_state state;
    int n;          /* seeds, runs or pairs; 0: exact */
    bool has_sides; /* mean of the left and the right learner */
    double left, right;
    bool has_measured; /* unless diverged or not run */
    double measured;   /* left - right, mean, range, share or count; of an exact comparison its left side */
    bool has_interval;
    mg_interval interval;
    bool has_threshold;
    double threshold; /* size, tolerance or number; 0 of a > b */
    bool ours;
} mg_clause;

/* The draws of the bootstrap by number of seeds, made when first asked for. Start from {key}, end with free. */
typedef struct mg_draws {
    mg_key key;
    struct mg_drawn *first;
} mg_draws;
void mg_draws_free(mg_draws *draws);

/* Judges the clause that is the whole text. hard: only exact comparisons. Errors as in claims_language.h. */
bool mg_clause_judge(const mg_claim_text *text, bool hard, const mg_runs *runs, bool *mentioned, mg_draws *draws,
                     mg_clause *clause, mg_error *error);

#endif
