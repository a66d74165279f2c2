/* What a clause comes to and what claims follow from it: every boundary of claims_clause.h and claims.h on runs whose
 * means and intervals a hand can compute. Most methods have one value for every seed, so that the interval is a point.
 */
#include "suite/harness/claims.h"
#include "suite/harness/claims_clause.h"
#include "tests/judge_fixture.h"
#include "tests/tap.h"

/* ---- runs ---- */

static const struct {
    const char *name;
    int seeds;          /* listed */
    const char *values; /* a blank between seeds; x: diverged, -: no such row */
} learner[] = {
    {"two", 6, "2 2 2 2 2 2"},
    {"one", 6, "1 1 1 1 1 1"},
    {"zero", 6, "0 0 0 0 0 0"},
    {"quarter", 6, "0.25 0.25 0.25 0.25 0.25 0.25"},
    {"step", 6, "0.1 0.2 0.3 0.3 0.4 0.5"},
    {"noisy", 6, "3 -1 -1 1 -1 1"}, /* mean 1/3, either sign within its interval */
    {"wave", 6, "-1 1 -1 1 -1 1"},
    {"tie", 6, "0 0 0 0 0 1"}, /* above zero, and a third of all resamples is not */
    {"most", 6, "1 1 1 1 1 0"},
    {"four-of-six", 6, "1 1 1 1 0 0"},
    {"rare", 5, "0 0 0 0 5"}, /* the mean of a resample is how often it takes the last: binomial(5, 0.2), 0 to 3 */
    {"five", 5, "1 1 1 1 1"},
    {"four", 4, "1 1 1 1"},
    {"single", 1, "1"},
    {"broken", 6, "1 1 1 x 1 1"},
    {"gap", 6, "1 1 1 - 1 1"},
    {"both", 6, "1 1 - 1 x 1"},
    {"absent", 6, "- - - - - -"},
};
enum { LEARNERS = sizeof learner / sizeof *learner };

static mg_method method[LEARNERS];
static const char *const metric[] = {"score", NULL};
static mg_experiment experiment = {
    .name = "clauses", .number = 9998, .semantics = 1, .methods = LEARNERS, .method = method, .metrics = metric};
static mg_judge judge;
static char folder[600], reports[600];
static mg_runs runs;

static void write_runs(void)
{
    char text[8000], path[700];
    size_t used = (size_t)snprintf(text, sizeof text,
                                   "method,variant,seed,semantics,units,episodes,steps,updates,status,score,trail\n");
    for (int m = 0; m < LEARNERS; m++) {
        const char *at = learner[m].values;
        method[m] = (mg_method){.name = learner[m].name, .variant = "", .direct = no_direct};
        method[m].seeds[MG_PROFILE_QUICK] = method[m].seeds[MG_PROFILE_PAPER] = learner[m].seeds;
        for (int seed = 0; seed < learner[m].seeds; seed++) {
            int length = (int)strcspn(at, " ");
            bool diverged = *at == 'x';
            if (*at != '-' || length > 1)
                used +=
                    (size_t)snprintf(text + used, sizeof text - used, "%s,,%d,1,1,1,1,,%s,%.*s,0\n", learner[m].name,
                                     seed, diverged ? "diverged: policy at unit 1" : "ok", diverged ? 0 : length, at);
            at += length + (at[length] == ' ');
        }
    }
    snprintf(path, sizeof path, "%s/runs.csv", folder);
    write_text(path, text);
}

/* ---- clauses ---- */

static mg_draws draws;

static bool judge_clause(const char *clause, bool hard, mg_clause *judged, mg_error *error)
{
    mg_claim_text text = {"claims.csv", 3, "clause", clause};
    *error = (mg_error){0};
    return mg_clause_judge(&text, hard, &runs, NULL, &draws, judged, error);
}

static void comes_to(const char *clause, const char *state)
{
    mg_clause judged;
    mg_error error;
    bool good = judge_clause(clause, false, &judged, &error);
    if (!tap_ok(good && !strcmp(mg_clause_state_name(judged.state), state), "%s: %s", clause, state))
        tap_note("%s %s, %g [%g, %g]", error.text, good ? mg_clause_state_name(judged.state) : "", judged.measured,
                 judged.interval.low, judged.interval.high);
}

static void test_more(void)
{
    comes_to("score: two > one", "holds");
    comes_to("score: one < two", "holds");
    comes_to("two.score > one.score", "holds");
    comes_to("score: one > two", "reversed");
    comes_to("score: two < one", "reversed");
    comes_to("score: two > two", "fails"); /* equal seeds */
    comes_to("score: noisy > zero", "without certainty");
    comes_to("score: zero < noisy", "without certainty");
    comes_to("score: noisy < zero", "fails");
    comes_to("score: zero > noisy", "fails");
    comes_to("score: wave > zero", "fails"); /* a mean of 0 has no sign */
    comes_to("score: tie > zero", "without certainty");
    comes_to("score: zero > tie", "fails"); /* the interval ends at 0: not certain */
    comes_to("score: step > zero", "holds");
    comes_to("score: (two - one) / 2 > (one - zero) / 4", "holds");
    comes_to("score: (two - one) / 4 > (one - zero) / 2", "reversed");
}

static void test_size(void)
{
    comes_to("score: two > one by 1", "holds"); /* exactly the size */
    comes_to("score: two > one by 1.0000000001", "without size");
    comes_to("score: one < two by 1", "holds");
    comes_to("score: one < two by 1.0000000001 ours", "without size");
    comes_to("score: step > zero by 0.05", "holds");
    comes_to("score: step > zero by 0.3", "open"); /* the mean has the size, its interval does not */
    comes_to("score: step > zero by 0.31", "open");
    comes_to("score: step > zero by 0.6", "without size");
    comes_to("score: zero < step by 0.3 ours", "open");
    comes_to("score: noisy > zero by 0.2", "open");
    comes_to("score: noisy > zero by 9", "without certainty"); /* not even the sign is sure */
    comes_to("score: zero > noisy by 0.2", "fails");
    comes_to("score: one > two by 0.2", "reversed");
}

static void test_within(void)
{
    comes_to("score: zero >= quarter within 0.25", "holds"); /* exactly the tolerance */
    comes_to("score: zero >= quarter within 0.125 ours", "reversed");
    comes_to("score: quarter <= zero within 0.25", "holds");
    comes_to("score: quarter <= zero within 0.125", "reversed");
    comes_to("score: two >= two within 0", "holds");
    comes_to("score: two >= one within 0", "holds");
    comes_to("score: wave >= zero within 0.5", "open");
    comes_to("score: wave >= zero within 1", "holds");
    comes_to("score: zero >= step within 0.3", "open"); /* certainly less, not certainly by more than that */
    comes_to("score: quarter == zero within 0.25", "holds");
    comes_to("score: zero == quarter within 0.25", "holds");
    comes_to("score: quarter == zero within 0.125", "reversed");
    comes_to("score: zero == quarter within 0.125 ours", "fails");
    comes_to("score: wave == zero within 0.5", "open");
    comes_to("score: noisy == zero within 1", "open"); /* over one end only */
    comes_to("score: zero == noisy within 1", "open");
}

static void test_range(void)
{
    comes_to("range(two.score, one.score, quarter.score) <= 1.75", "holds");
    comes_to("range(two.score, one.score, quarter.score) <= 1.5", "reversed");
    comes_to("range(two.score, one.score, quarter.score) <= 1.5 ours", "fails");
    comes_to("score: range(quarter, one, two) <= 1.5 ours", "fails");
    comes_to("score: range(one, one) <= 0", "holds");
    comes_to("score: range(zero, wave) <= 0.5 ours", "open"); /* equal means, a wide interval */
    comes_to("score: range(wave, zero) <= 1 ours", "holds");
    comes_to("score: range(two, one, wave) <= 0.5 ours", "fails"); /* a pair is certainly farther apart */
    comes_to("score: range(two, one)", "shown");
    comes_to("score: range(four, zero) <= 1 ours", "without certainty");
    comes_to("score: range(four, zero) <= 0.5 ours", "fails");
}

static void test_number(void)
{
    comes_to("score: two >= 2", "holds");
    comes_to("score: two > 2", "reversed");
    comes_to("score: two > 2 ours", "fails");
    comes_to("score: two <= 2", "holds");
    comes_to("score: two < 2", "reversed");
    comes_to("score: two > 1.5 + 0.25", "holds");
    comes_to("score: two - one >= 1 ours", "holds");
    comes_to("score: noisy >= 0.5", "open"); /* on either side */
    comes_to("score: noisy >= 0.25", "open");
    comes_to("score: noisy <= -1", "reversed");
    comes_to("score: noisy <= -1 ours", "fails");
    comes_to("score: quarter == 0.5 within 0.25 ours", "holds");
    comes_to("score: quarter == 0.5 within 0.125", "reversed");
    comes_to("score: quarter == 0.5 within 0.125 ours", "fails");
    comes_to("score: wave == 0.5 within 0.25 ours", "open");
    comes_to("score: two", "shown");
    comes_to("max(two.score)", "shown");
    comes_to("score: absent", "shown, not run");
    comes_to("min(absent.score)", "shown, not run");
    comes_to("score: two - broken", "shown, diverged");
}

/* Distances from the median over seeds: wave 1 each; noisy 3 once, else 1; most 1 once, else 0; two 0. */
static void test_apart(void)
{
    comes_to("score: apart(wave) > apart(two)", "holds");
    comes_to("score: apart(two) > apart(wave)", "reversed");
    comes_to("apart(noisy.score) > apart(wave.score)", "without certainty"); /* one seed makes the difference */
    comes_to("score: apart(wave) > apart(two) by 1", "holds");
    comes_to("score: apart(noisy) >= 1", "holds");
    comes_to("score: apart(noisy) > 1 ours", "open");
    comes_to("score: apart(noisy) - 0.5 * apart(wave) > 0 ours", "holds");
    comes_to("score: apart(two) > apart(one)", "fails");
    comes_to("score: apart(two) > apart(broken)", "diverged"); /* its median is of no seed */
    comes_to("score: apart(gap) > apart(two)", "not run");
    comes_to("score: apart(absent)", "shown, not run");
}

/* Wilson intervals: 6 of 6 0.610 to 1, 5 of 6 0.436 to 0.970, 4 of 6 0.300 to 0.903, 0 of 6 0 to 0.390. */
static void test_counts(void)
{
    comes_to("share(two.score > 1) >= 0.6", "holds");
    comes_to("share(two.score > 1) >= 0.62", "open");
    comes_to("share(zero.score > 1) >= 0.38", "open");
    comes_to("share(zero.score > 1) >= 0.4", "reversed");
    comes_to("share(zero.score > 1) >= 0.4 ours", "fails");
    comes_to("share(zero.score > 1) <= 0.4", "holds");
    comes_to("share(single.score > 0) >= 0.2", "holds");         /* one of one: 0.207 to 1 */
    comes_to("count(most.score > 0) >= 5", "without certainty"); /* 5 of 6; the interval goes down to 2.62 */
    comes_to("count(most.score > 0) >= 2 ours", "holds");
    comes_to("count(two.score > 1) >= 5 ours", "holds");  /* all; the interval goes down to 3.66 */
    comes_to("count(zero.score > 1) <= 1 ours", "holds"); /* none */
    comes_to("count(most.score > 0) >= 6", "reversed");   /* at most 5.82 of 6 */
    comes_to("count(most.score > 0) >= 6 ours", "fails");
    comes_to("count(four-of-six.score > 0) >= 5 ours", "open");
    comes_to("count(four-of-six.score > 0) == 4", "holds");
    comes_to("count(four-of-six.score > 0) == 5", "open");
    comes_to("count(four-of-six.score > 0) == 6", "reversed");
    comes_to("count(four-of-six.score > 0) < 5", "without certainty");
    comes_to("count(four-of-six.score > 0) < 6", "holds");
    comes_to("count(broken.score > 0) >= 5", "without certainty");
    comes_to("count(broken.score > 0) >= 6 ours", "fails"); /* the run that diverged is a failure */
    comes_to("count(zero.score > 0) >= 1 ours", "fails");   /* none at all; the interval goes to 2.34 */
    comes_to("count(zero.score > 0) >= 3", "reversed");
    comes_to("count(two.score > 1) <= 5 ours", "fails"); /* all; the interval goes down to 3.66 */
    comes_to("count(most.score > 0) <= 4 ours", "open");
    comes_to("share(zero.score > 0) >= 0.1 ours", "open"); /* of seeds that could be drawn, none is not never */
    comes_to("paired(zero.score > one.score) >= 1 ours", "fails");
    comes_to("paired(two.score > one.score) >= 6", "holds");
    comes_to("paired(most.score > zero.score) >= 5 ours", "without certainty");
    comes_to("paired(most.score > zero.score) >= 6 ours", "fails");
    comes_to("paired(two.score > one.score) == n(two.score)", "holds");
    comes_to("paired(most.score > zero.score) == n(most.score)", "fails");
    comes_to("min(step.score) >= 0.1", "holds");
    comes_to("min(step.score) >= 0.2", "fails");
    comes_to("max(step.score) <= 0.5", "holds");
    comes_to("max(step.score) <= 0.4 ours", "fails");
    comes_to("n(four.score) >= 4", "holds");
}

/* Nothing is certain with fewer than five seeds. */
static void test_few(void)
{
    comes_to("score: five > zero", "holds");
    comes_to("score: zero > five", "reversed");
    comes_to("score: four > zero", "without certainty");
    comes_to("score: four > zero by 1", "without certainty");
    comes_to("score: four > zero by 1.5", "without size");
    comes_to("score: zero > four", "fails");
    comes_to("score: single > zero", "without certainty");
    comes_to("score: zero > single", "fails");
    comes_to("score: zero >= four within 1", "without certainty");
    comes_to("score: zero >= four within 0.5", "fails");
    comes_to("score: zero == four within 1", "without certainty");
    comes_to("score: zero == four within 0.5", "fails");
    comes_to("count(four.score > 0) >= 4 ours", "without certainty"); /* all of them, but few */
    comes_to("count(four.score > 0) >= 1 ours", "without certainty");
    comes_to("score: four >= 1", "without certainty");
    comes_to("score: four > 1", "fails");
}

static void test_missing(void)
{
    comes_to("score: broken > zero", "diverged");
    comes_to("score: two > broken", "diverged");
    comes_to("score: broken >= 0", "diverged");
    comes_to("range(two.score, one.score, broken.score) <= 9", "diverged");
    comes_to("min(broken.score) >= 0", "diverged");
    comes_to("score: gap > zero", "not run");
    comes_to("score: two > gap", "not run");
    comes_to("score: both > zero", "not run"); /* one did not run, one diverged */
    comes_to("score: absent > zero", "not run");
    comes_to("share(absent.score > 0) >= 0.1", "not run");
    comes_to("max(absent.score) >= 0.1", "not run");
    comes_to("score: broken > absent", "not run");
    comes_to("paired(two.score > gap.score) >= 1", "not run");
}

static void test_numbers(void)
{
    mg_clause judged;
    mg_error error;
    bool good = judge_clause("score: two > quarter by 0.5 ours", false, &judged, &error);
    tap_ok(good && judged.n == 6 && judged.has_sides && judged.left == 2 && judged.right == 0.25 &&
               judged.measured == 1.75 && judged.has_interval && judged.interval.low == 1.75 &&
               judged.interval.high == 1.75 && judged.threshold == 0.5 && judged.ours,
           "two > quarter: n, both means, their difference, interval, size, ours");
    good = judge_clause("score: quarter < two", false, &judged, &error);
    tap_ok(good && judged.measured == -1.75 && judged.interval.low == -1.75 && judged.threshold == 0 && !judged.ours,
           "quarter < two: the difference as it is written");
    good = judge_clause("score: rare >= 1", false, &judged, &error);
    tap_ok(good && judged.measured == 1 && judged.interval.low == 0 && judged.interval.high == 3 && !judged.has_sides &&
               judged.threshold == 1,
           "rare: 0 to 3, as the binomial distribution has it (%g to %g)", judged.interval.low, judged.interval.high);
    good = judge_clause("score: two > five", false, &judged, &error);
    tap_ok(good && judged.n == 5 && judged.has_interval, "seeds that both list make the pairs");
    good = judge_clause("score: four > zero", false, &judged, &error);
    tap_ok(good && judged.n == 4 && !judged.has_interval && judged.has_measured, "four: no interval");
    good = judge_clause("range(two.score, one.score, quarter.score) <= 2 ours", false, &judged, &error);
    tap_ok(good && judged.measured == 1.75 && judged.interval.low == 1.75 && judged.interval.high == 1.75 &&
               judged.threshold == 2,
           "a range, and its interval");
    good = judge_clause("count(most.score > 0) >= 5", false, &judged, &error);
    tap_ok(good && judged.measured == 5 && judged.n == 6 && judged.interval.low > 2.6 && judged.interval.low < 2.63 &&
               judged.interval.high > 5.81 && judged.interval.high < 5.83,
           "5 of 6: %.3f to %.3f", judged.interval.low, judged.interval.high);
    good = judge_clause("score: broken > zero", false, &judged, &error);
    tap_ok(good && !judged.has_measured && judged.n == 6, "diverged: nothing is measured");
}

static void refused(const char *clause, bool hard, int character, const char *words)
{
    mg_clause judged;
    mg_error error;
    char place[80];
    snprintf(place, sizeof place, "claims.csv:3: clause, character %d: ", character);
    bool good = !judge_clause(clause, hard, &judged, &error) && error.status == MG_EXIT_INPUT &&
                !strncmp(error.text, place, strlen(place)) && strstr(error.text, words);
    if (!tap_ok(good, "%s is refused at character %d: %s", clause, character, words))
        tap_note("%s", error.text);
}

static void test_refusals(void)
{
    refused("score: two >= one", false, 18, "write > or <");
    refused("mean(apart(two.score)) > 1", true, 6, "apart is of a seed");
    refused("apart two.score > 1", false, 7, "'(' after apart");
    refused("score: apart(2) > 1", false, 14, "wanted apart(");
    refused("score: apart(two > 1", false, 18, "end apart(");
    refused("score: apart(two) > 1", true, 1, "put an aggregate");
    refused("score: two == one", false, 18, "within which tolerance");
    refused("score: two == 2", false, 16, "within which tolerance");
    refused("score: two > one within 1", false, 18, "within goes with");
    refused("score: two >= 2 within 1", false, 17, "within goes with");
    refused("score: two >= one by 1", false, 19, "by goes with");
    refused("score: two > 1 by 1", false, 16, "by goes with");
    refused("score: two > one by 0", false, 21, "a size above 0");
    refused("score: two > one by -1", false, 21, "a size above 0");
    refused("score: two >= one within -1", false, 26, "a tolerance");
    refused("score: two > one by", false, 20, "a size above 0");
    refused("score: two > one ours", false, 18, "here is none");
    refused("score: two > one by 1 yours", false, 23, "wanted by, within, ours");
    refused("score: two > one by 1 within 1", false, 23, "wanted by, within, ours");
    refused("score: two ours", false, 12, "here is none");
    refused("score: 1 < two", false, 1, "the learner on the left");
    refused("two.score > max(one.score)", false, 1, "of one kind");
    refused("mean(two.score) > 1", false, 1, "judged with its interval");
    refused("std(two.score) < 1", false, 1, "judged with its interval");
    refused("min(two.score) > 1 and max(two.score) > 1", false, 1, "one comparison");
    refused("not min(two.score) > 1", true, 1, "one comparison");
    refused("score: two > 1", true, 1, "a hard claim is exact");
    refused("max(two.score) > 1 by 1", true, 20, "no by");
    refused("share(two.score > 1) > max(one.score)", false, 1, "compared with a number");
    refused("range(two.score, one.score) >= 1", false, 1, "range(a, b) <= 0.2");
    refused("range(two.score, one.score) <= zero.score", false, 1, "range(a, b) <= 0.2");
    refused("1 == 1", true, 1, "of no method");
    refused("2", false, 1, "of no method");
    refused("score: two > one and", false, 21, "ends where");
}

/* ---- the file, quantifiers, verdicts ---- */

static void write_claims(const char *rows)
{
    char text[6000], path[700];
    snprintf(text, sizeof text, "%s\n%s", MG_CLAIMS_SOURCE_HEADER, rows);
    snprintf(path, sizeof path, "%s/clauses/claims.csv", reports);
    write_text(path, text);
}

/* A cell of a row of one of the two files, or the error's text. */
static const char *made(const char *file, const char *header, size_t row, const char *column)
{
    static char text[800];
    char path[700];
    mg_error error = {0};
    mg_csv csv;
    snprintf(path, sizeof path, "%s/%s", folder, file);
    if (!mg_write_claims(&judge, &error) || !mg_csv_read(path, header, &csv, &error))
        snprintf(text, sizeof text, "%s", error.text);
    else if (row >= csv.rows)
        snprintf(text, sizeof text, "no row %zu", row);
    else
        snprintf(text, sizeof text, "%s", mg_csv_cell(&csv, row, mg_csv_column(&csv, column)));
    if (error.status == MG_EXIT_OK)
        mg_csv_close(&csv);
    return text;
}

static const char *verdict_cell(const char *column)
{
    return made("claims.csv", MG_CLAIMS_HEADER, 0, column);
}

/* One clause of every state, the worst last, and the verdict that it makes. */
static const struct {
    const char *clause, *state, *verdict;
} kind[] = {
    {"score: two > one", "holds", "reproduced"},
    {"score: noisy > zero", "without certainty", "direction only"},
    {"score: two > one by 5 ours", "without size", "direction only"},
    {"score: step > zero by 0.3 ours", "open", "unresolved"},
    {"score: one > one", "fails", "not reproduced"},
    {"score: broken > zero", "diverged", "diverged"},
    {"score: gap > zero", "not run", "not run"},
    {"score: one > two", "reversed", "contradicted"},
};
enum { KINDS = sizeof kind / sizeof *kind };

static void test_precedence(void)
{
    judge.profile = MG_PROFILE_PAPER;
    for (int a = 0; a < KINDS; a++) {
        for (int b = 0; b < KINDS; b++) {
            char rows[400];
            int worst = a > b ? a : b;
            if (a == b)
                continue;
            snprintf(rows, sizeof rows, "A,soft,c,s,,%s,,\nA,,,,,%s,,\n", kind[a].clause, kind[b].clause);
            write_claims(rows);
            const char *verdict = verdict_cell("verdict");
            if (!tap_ok(!strcmp(verdict, kind[worst].verdict), "%s and %s: %s", kind[a].state, kind[b].state,
                        kind[worst].verdict))
                tap_note("it is %s", verdict);
            tap_ok(!strcmp(verdict_cell("decided_by"), worst ? kind[worst].clause : ""), "... decided by %s",
                   kind[worst].clause);
        }
    }
    write_claims("A,soft,c,s,,score: one > two,,\nA,,,,,score: zero > one,,\n");
    tap_ok(!strcmp(verdict_cell("decided_by"), "score: one > two"), "of two that decide alike the first is named");
}

static void verdict_is(const char *rows, const char *expected)
{
    write_claims(rows);
    const char *verdict = verdict_cell("verdict");
    if (!tap_ok(!strcmp(verdict, expected), "%.*s is %s", (int)strcspn(rows, "\n"), rows, expected))
        tap_note("it is %s", verdict);
}

static void test_verdicts(void)
{
    judge.profile = MG_PROFILE_PAPER;
    verdict_is("A,hard,c,s,,min(two.score) == 2,,\n", "reproduced");
    verdict_is("A,hard,c,s,,min(two.score) == 1,,\n", "not reproduced"); /* hard claims are never contradicted */
    /* What is shown decides nothing. */
    verdict_is("A,soft,c,s,,score: two > one,,\nA,,,,,score: noisy,,\n", "reproduced");
    verdict_is("A,soft,c,s,,score: two > one,,\nA,,,,,score: absent,,\nA,,,,,score: broken,,\n", "reproduced");
    tap_ok(!strcmp(made("clauses.csv", MG_CLAUSES_HEADER, 1, "measured"), ""), "... nor what could not be measured");
    /* Every value of every variable counts. */
    verdict_is("A,soft,c,s,\"n in zero, one\",score: two > {n},,\n", "reproduced");
    verdict_is("A,soft,c,s,\"n in zero, one, two\",score: two > {n},,\n", "not reproduced");
    verdict_is("A,soft,c,s,\"n in two, zero, one\",score: two > {n},,\n", "not reproduced");
    verdict_is("A,soft,c,s,\"a in two, one; b in zero, one\",score: {a} > {b},,\n", "not reproduced");
    verdict_is("A,soft,c,s,\"a in two, one; b in zero, quarter\",score: {a} > {b},,\n", "reproduced");
    verdict_is("A,soft,c,s,\"a in two, zero; b in zero, one\",score: {a} > {b},,\n", "contradicted");
    judge.profile = MG_PROFILE_QUICK;
    verdict_is("A,soft,c,s,,score: two > one,,\n", "not run"); /* quick runs say nothing about learning */
    tap_ok(!strcmp(verdict_cell("decided_by"), ""), "... and no clause decided that");
    tap_ok(!strcmp(made("clauses.csv", MG_CLAUSES_HEADER, 0, "state"), "not judged"), "... its clause is not judged");
    tap_ok(!strcmp(made("clauses.csv", MG_CLAUSES_HEADER, 0, "measured"), "1"), "... but measured");
    verdict_is("A,hard,c,s,,min(two.score) == 2,,\n", "reproduced");
    verdict_is("A,hard,c,s,,min(two.score) == 3,,\n", "not reproduced");
    judge.profile = MG_PROFILE_PAPER;
}

static void file_is(const char *name, const char *expected)
{
    char path[700];
    mg_error error = {0};
    bool good = mg_write_claims(&judge, &error);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *text = read_text(path);
    if (!tap_ok(good && !strcmp(text, expected), "%s is as written by hand", name))
        tap_note("%s %s", error.text, text);
    free(text);
}

static void test_files(void)
{
    write_claims("A,soft,\"much, much more\",Figure 1,\"n in one, zero; m in two\",score: {m} > {n} by 1.5 ours,"
                 "\"{n}: \"\"more\"\"\",a note\n"
                 "A,,,,,score: noisy,,\n"
                 "B,hard,exactly,Table 2,\"end in min, max\",{end}(two.score) == 2,2,\n");
    file_is("clauses.csv", "id,clause,text,paper,n,left,right,measured,low,high,threshold,ours,state\n"
                           "A,1,score: two > one by 1.5 ours,\"one: \"\"more\"\"\",6,2,1,1,1,1,1.5,ours,without size\n"
                           "A,2,score: two > zero by 1.5 ours,\"zero: \"\"more\"\"\",6,2,0,2,2,2,1.5,ours,holds\n"
                           "A,3,score: noisy,,6,,,0.3333333333333333,-0.6666666666666666,1.6666666666666667,,,shown\n"
                           "B,1,min(two.score) == 2,2,0,,,2,,,2,,holds\n"
                           "B,2,max(two.score) == 2,2,0,,,2,,,2,,holds\n");
    file_is("claims.csv", "id,claim,criterion,verdict,decided_by,deviations\n"
                          "A,\"much, much more\",\"for n in one, zero; m in two: score: {m} > {n} by 1.5 ours; score: "
                          "noisy\",direction only,score: two > one by 1.5 ours,seeds; ties\n"
                          "B,exactly,\"for end in min, max: {end}(two.score) == 2\",reproduced,,seeds; ties\n");
}

static void file_refused(const char *rows, int line, const char *words)
{
    char place[60];
    write_claims(rows);
    snprintf(place, sizeof place, "clauses/claims.csv:%d: ", line);
    const char *text = verdict_cell("verdict");
    if (!tap_ok(strstr(text, place) && strstr(text, words), "refused in line %d: %s", line, words))
        tap_note("%s", text);
}

static void test_file_refusals(void)
{
    file_refused("A,firm,c,s,,max(two.score) == 2,,\n", 2, "wanted hard or soft");
    file_refused("A,hard,,s,,max(two.score) == 2,,\n", 2, "a claim without words");
    file_refused(",hard,c,s,,max(two.score) == 2,,\n", 2, "a claim without an id");
    file_refused("A,hard,c,s,,,,\n", 2, "no clause");
    file_refused("A,hard,c,s,,max(two.score) == 2,,\nA,hard,,,,min(two.score) == 2,,\n", 3, "kind of A stands in its");
    file_refused("A,hard,c,s,,max(two.score) == 2,,\nA,,,,,min(two.score) == 2,,n\n", 3, "note of A stands in its");
    file_refused("A,hard,c,s,,max(two.score) == 2,,\nB,hard,c,s,,min(two.score) == 2,,\n"
                 "A,hard,c,s,,n(two.score) == 2,,\n",
                 4, "id A stands in line 2 already");
    file_refused("A,hard,c,s,,max(two.score) == 2,,\nA,,,,,max(two.score) == 2,,\n", 3, "'max(two.score) == 2' twice");
    file_refused("A,soft,c,s,,score: two,,\nA,,,,,score: one,,\n", 2, "compares nothing");
    file_refused("A,hard,c,s,\"n in two, one\",max(two.score) == 2,,\n", 2, "the clause does not use 'n'");
    file_refused("A,hard,c,s,n in two,max({m}.score) == 2,,\n", 2, "the clause does not use 'n'");
    file_refused("A,hard,c,s,n in two,max({n}.score) == min({m}.score),,\n", 2, "no variable of `for` is called '{m}");
    file_refused("A,hard,c,s,n in two,max({n}.score) == 2,{o},\n", 2, "paper: no variable of `for`");
    file_refused("A,hard,c,s,n in two,max({n.score) == 2,,\n", 2, "the clause does not use 'n'");
    file_refused("A,hard,c,s,n = two,max({n}.score) == 2,,\n", 2, "wanted NAME in VALUE");
    file_refused("A,hard,c,s,\"n in two,\",max({n}.score) == 2,,\n", 2, "an empty value of 'n'");
    file_refused("A,hard,c,s,\"n in two, two\",max({n}.score) == 2,,\n", 2, "a value twice: 'two'");
    file_refused("A,hard,c,s,n in two; n in one,max({n}.score) == 2,,\n", 2, "a variable twice: 'n'");
    file_refused("A,hard,c,s,\"n in two, tow\",max({n}.score) == 2,,\n", 2, "clause, character 5: no method 'tow'");
}

int main(void)
{
    mg_error error = {0};
    char path[700];
    snprintf(folder, sizeof folder, "%s", scratch("out/clauses/paper"));
    snprintf(reports, sizeof reports, "%s", scratch("reports"));
    judge = (mg_judge){.experiment = &experiment,
                       .profile = MG_PROFILE_PAPER,
                       .folder = folder,
                       .golden = scratch("golden"),
                       .reports = reports};
    draws.key = (mg_key){experiment.number, 0};
    write_runs();
    snprintf(path, sizeof path, "%s/deviations.csv", folder);
    write_text(path, "method,variant,field,paper,used,reason\n*,,seeds,9,6,enough\ntwo,,ties,,,made up\n"
                     "one,,seeds,9,6,enough\nabsent,,rate,1,2,made up\n");
    if (!mg_runs_read(folder, &experiment, MG_PROFILE_PAPER, &runs, &error))
        tap_ok(false, "%s", error.text);
    test_more();
    test_size();
    test_within();
    test_range();
    test_number();
    test_apart();
    test_counts();
    test_few();
    test_missing();
    test_numbers();
    test_refusals();
    test_precedence();
    test_verdicts();
    test_files();
    test_file_refusals();
    mg_draws_free(&draws);
    mg_runs_close(&runs);
    scratch_remove();
    return tap_done();
}
