/* The claim language, summaries, deviations and verdicts, on a small made-up result. */
#include "suite/harness/claims_language.h"
#include "core/num/rng.h"
#include "core/rl/statistics.h"
#include "tests/judge_fixture.h"
#include "tests/tap.h"
#include <unistd.h>

static mg_runs runs;

static bool evaluate(const char *expression, mg_claim_value *value, mg_error *error)
{
    mg_claim_text text = {"claims.csv", 3, "clause", expression};
    *error = (mg_error){0};
    return mg_claim_evaluate(&text, &runs, value, error);
}

static void gives(const char *expression, double expected)
{
    mg_claim_value value;
    mg_error error;
    bool good = evaluate(expression, &value, &error) && value.state == MG_CLAIM_KNOWN && value.number == expected;
    if (!tap_ok(good, "%s is %g", expression, expected))
        tap_note("%s, %g", error.text, value.number);
}

static void is_state(const char *expression, mg_claim_state expected, const char *name)
{
    mg_claim_value value;
    mg_error error;
    bool good = evaluate(expression, &value, &error) && value.state == expected;
    if (!tap_ok(good, "%s: %s", expression, name))
        tap_note("%s", error.text);
}

/* The message must name file, line, column and the character, and say `words`. */
static void fails(const char *expression, int character, const char *words)
{
    mg_claim_value value;
    mg_error error;
    char place[80];
    snprintf(place, sizeof place, "claims.csv:3: clause, character %d: ", character);
    bool good = !evaluate(expression, &value, &error) && error.status == MG_EXIT_INPUT;
    good = good && !strncmp(error.text, place, strlen(place)) && strstr(error.text, words);
    if (!tap_ok(good, "%.60s is refused at character %d: %s", expression, character, words))
        tap_note("%s", error.text);
}

static void test_values(void)
{
    gives("1 + 2 * 3", 7);
    gives("(1 + 2) * 3", 9);
    gives("8 / 2 / 2", 2);
    gives("1 - 2 - 3", -4);
    gives("-2 * -3", 6);
    gives("- (1 + 2)", -3);
    gives("1e3 + 2.5e-1", 1000.25);
    gives("1 < 2", 1);
    gives("2 <= 2 and 3 >= 4", 0);
    gives("1 == 1 or 1 == 2 and 1 == 3", 1);
    gives("not 1 == 2", 1);
    gives("not 1 == 1 or 2 == 2", 1);
    gives("not (1 == 1 or 2 == 2)", 0);
    gives("not not 1 == 1", 1);
    gives("1 + 1 > 1 and 2 * 2 == 4", 1);
    gives("mean(lio.score)", (-2.0 + -2.25 + -4.0) / 3.0);
    gives("median(lio.score)", -2.25);
    gives("min(lio.score)", -4);
    gives("max(lio.score)-min(lio.score)", 2);
    gives("n(lio.score)/2", 1.5);
    gives("max(exact/grid.starts)", 80);
    gives("mean(exact.starts)", 72);
    gives("n(lio-asym.score)", 2);
    gives("count(lio.score >= -2.25)", 2);
    gives("count(lio.score >= -3 and lio.share >= 0.75)", 1);
    gives("count(lio.score >= -3 or lio.share >= 0.75)", 3);
    gives("count(lio.score-lio.share<-2.5)", 2);
    gives("share(lio.score >= -2.25)", 2.0 / 3.0);
    gives("score: mean(lio)", (-2.0 + -2.25 + -4.0) / 3.0);
    gives("score: n(lio-asym) + count(lio >= -2.25 and lio.share > 0.5)", 3);
    gives(" starts:max(exact/grid) - min(exact/grid)", 0);
    gives("max(lio.score + lio.share)", -1.5);
    gives("mean(lio.share) >= 0.75 and count(lio.score > -3) * 3 == n(lio.score) * 2", 1);
    double x[] = {-2, -2.25, -4}, scratch[3];
    gives("std(lio.score)", mg_standard_deviation(3, x));
    gives("iqm(lio.score)", mg_interquartile_mean(3, x, scratch));
}

/* As if exact/random had no name for its variant: the method alone is that one then, and exact/grid stays itself. */
static void test_unnamed_variant(void)
{
    const mg_experiment *as_it_is = runs.experiment;
    mg_experiment changed = made_up;
    mg_method method[sizeof made_up_method / sizeof *made_up_method];
    memcpy(method, made_up_method, sizeof method);
    method[1].variant = "";
    changed.method = method;
    runs.experiment = &changed;
    gives("mean(exact.starts)", 64);
    gives("max(exact/grid.starts)", 80);
    runs.experiment = as_it_is;
}

static void test_states(void)
{
    gives("count(lio-asym.score <= 0)", 1); /* of two runs, one has diverged */
    gives("count(not lio-asym.score > 0)", 1);
    gives("share(lio-asym.score <= 0)", 0.5);
    /* seed by seed: -3 against -2; the second has diverged and fails */
    gives("paired(lio-asym.score < lio.score)", 1);
    gives("paired(lio-asym.score > lio.score)", 0);
    gives("paired(lio-asym.score - lio.score == -1 and lio.share > lio-asym.share)", 1);
    gives("paired(lio.score < 0)", 3);
    is_state("paired(lio.score > lio-asym.score)", MG_CLAIM_NOT_RUN, "lio-asym has no third seed");
    is_state("mean(lio-asym.score) > -10", MG_CLAIM_DIVERGED, "diverged");
    is_state("count(lio-asym.score > -10) == 1 or max(lio-asym.score) > 0", MG_CLAIM_DIVERGED, "diverged");
    runs.csv.rows -= 2; /* as if lio-asym had not run */
    is_state("n(lio-asym.score) > 0", MG_CLAIM_NOT_RUN, "not run");
    is_state("mean(lio.score) < 0 and count(lio-asym.score < 0) > 1", MG_CLAIM_NOT_RUN, "not run");
    runs.csv.rows += 2;
    size_t rows = runs.csv.rows;
    runs.csv.rows = 1; /* one of exact's variants */
    is_state("max(exact.starts)", MG_CLAIM_NOT_RUN, "not run, for one variant of two");
    gives("max(exact/grid.starts)", 80);
    runs.csv.rows = rows;
}

static void test_errors(void)
{
    char deep[400], many[4000] = "1";
    fails("", 1, "ends where");
    fails("1 +", 4, "ends where");
    fails("mean(lio.score) >= ", 20, "ends where");
    fails("mean(lio.reward) > 1", 6, "no metric 'reward'");
    fails("mean(loi.score) > 1", 6, "no method 'loi'");
    fails("mean(exact/gird.starts) > 1", 6, "no method 'exact/gird'");
    fails("lio.score > 1", 11, "put an aggregate around it");
    fails("1 + avg(lio.score)", 5, "'avg' is neither");
    fails("mean lio.score", 6, "wanted '('");
    fails("mean(lio.score", 15, "wanted ')'");
    fails("(1 + 2", 7, "'(' at character 1");
    fails("1 < 2 < 3", 7, "do not chain");
    fails("1 and 2 == 2", 1, "wants a comparison");
    fails("(1 < 2) + 3", 4, "wants a number");
    fails("not 3", 5, "wants a comparison");
    fails("count(lio.score)", 7, "wants a comparison");
    fails("mean(lio.score > 1)", 16, "wants a number");
    fails("mean(mean(lio.score))", 6, "inside an aggregate");
    fails("count(lio.score > lio-asym.score)", 19, "one method");
    fails("paired(lio.score > exact.starts)", 20, "several variants");
    fails("exact.starts > 1", 1, "several variants");
    fails("score: lio > loi", 14, "no method 'loi'");
    fails("scores: lio > 1", 9, "no metric 'scores'");
    fails("score: lio-share > 1", 8, "no method 'lio-share'"); /* names go on to the next blank */
    fails("range(lio.score) > 1", 16, "two or more");
    fails("range(lio.score, lio-asym.score > 1", 33, "two or more");
    fails("1 < range(lio.score, lio-asym.score)", 3, "stands alone");
    fails("max(range(lio.score, lio-asym.score)) < 1", 5, "inside an aggregate");
    fails("paired(lio.score)", 8, "wants a comparison");
    fails("mean(3)", 1, "of no metric");
    fails("mean(lio.starts)", 6, "is empty");
    fails("1 = 1", 3, "equality is ==");
    fails("1 < 2 && 2 < 3", 7, "write and, or");
    fails("1.2.3 > 1", 1, "no number");
    fails("1e999 > 1", 1, "no number");
    fails("1 2", 3, "should end");
    fails("1 / (2 - 2) > 1", 3, "division by zero");
    memset(deep, '(', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    fails(deep, 61, "too deep");
    for (int i = 0; i < 900; i++)
        strcat(many, "+1");
    fails(many, 400, "too long");
}

/* ---- random expressions against a second evaluation, made while the text is written ---- */

typedef struct made {
    char text[3000];
    mg_stream stream;
} made;

static double make_number(made *m, int depth);

static bool make_truth(made *m, int depth)
{
    static const char *const sign[] = {" < ", " <= ", " > ", " >= ", " == "};
    uint32_t what = mg_random_below(&m->stream, depth ? 5 : 2);
    bool left, right;
    double a, b;
    if (what < 2) {
        uint32_t s = mg_random_below(&m->stream, 5);
        strcat(m->text, "(");
        a = make_number(m, depth ? depth - 1 : 0);
        strcat(m->text, sign[s]);
        b = make_number(m, depth ? depth - 1 : 0);
        strcat(m->text, ")");
        bool truth[] = {a<b, a <= b, a> b, a >= b, a == b};
        return truth[s];
    }
    if (what == 2) {
        strcat(m->text, "not ");
        return !make_truth(m, depth - 1);
    }
    strcat(m->text, "(");
    left = make_truth(m, depth - 1);
    strcat(m->text, what == 3 ? " and " : " or ");
    right = make_truth(m, depth - 1);
    strcat(m->text, ")");
    return what == 3 ? left && right : left || right;
}

static double make_number(made *m, int depth)
{
    static const struct {
        const char *text;
        double value;
    } leaf[] = {{"3", 3},
                {"0.25", 0.25},
                {"max(lio.score)", -2},
                {"n(lio.score)", 3},
                {"min(lio.share)", 0.5},
                {"count(lio.score > -3)", 2},
                {"-1.5", -1.5}};
    uint32_t what = mg_random_below(&m->stream, 4);
    if (!depth || what == 3) {
        uint32_t l = mg_random_below(&m->stream, 7);
        strcat(m->text, leaf[l].text);
        return leaf[l].value;
    }
    strcat(m->text, "(");
    double a = make_number(m, depth - 1);
    strcat(m->text, what == 0 ? " + " : what == 1 ? "-" : "*");
    double b = make_number(m, depth - 1);
    strcat(m->text, ")");
    return what == 0 ? a + b : what == 1 ? a - b : a * b;
}

static void test_random(void)
{
    int wrong = 0, yes = 0;
    for (uint32_t i = 0; i < 3000; i++) {
        made m = {.stream = mg_stream_at((mg_key){1, 1}, MG_PURPOSE_TEST, i, 0, 0)};
        mg_claim_value value;
        mg_error error;
        bool expected = make_truth(&m, 3);
        bool good = evaluate(m.text, &value, &error) && (value.number != 0.0) == expected;
        yes += expected;
        if (!good && !wrong++)
            tap_note("%s: wanted %d; %s", m.text, expected, error.text);
    }
    tap_ok(wrong == 0, "3000 random expressions agree with a second evaluation");
    tap_ok(yes > 500 && yes < 2500, "and neither truth is rare (%d true)", yes);
}

/* Any text must give a value or a message; the sanitizer builds look on. */
static void test_garbage(void)
{
    static const char *const word[] = {"lio.score",
                                       "lio-asym.share",
                                       "exact/grid.starts",
                                       "count(",
                                       "mean(",
                                       "n(",
                                       ")",
                                       "(",
                                       "-",
                                       "+",
                                       "*",
                                       "/",
                                       "<",
                                       ">=",
                                       "==",
                                       "and",
                                       "or",
                                       "not",
                                       "1",
                                       "2.5e3",
                                       ".",
                                       "lio",
                                       "x.y",
                                       "e",
                                       "/grid",
                                       ";",
                                       " ",
                                       "=",
                                       "-a",
                                       "\303\244"};
    int understood = 0, silent = 0;
    for (uint32_t i = 0; i < 20000; i++) {
        mg_stream stream = mg_stream_at((mg_key){1, 2}, MG_PURPOSE_TEST, i, 0, 0);
        char text[400] = "";
        mg_claim_value value;
        mg_error error;
        for (uint32_t n = mg_random_below(&stream, 12); n > 0; n--)
            strcat(strcat(text, word[mg_random_below(&stream, sizeof word / sizeof *word)]), n & 1 ? " " : "");
        bool good = evaluate(text, &value, &error);
        understood += good;
        silent += good != (error.status == MG_EXIT_OK) || (!good && !strstr(error.text, "claims.csv:3: clause, "
                                                                                        "character "));
    }
    tap_ok(silent == 0 && understood > 20 && understood < 10000,
           "20000 random texts: a value (%d) or a message that says where", understood);
}

static mg_judge judge;
static char folder[600], reports[600];

/* ---- deviations and summary ---- */

static void file_is(const char *name, const char *expected)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *text = read_text(path);
    if (!tap_ok(!strcmp(text, expected), "%s is as computed by hand", name))
        tap_note("%s", text);
    free(text);
}

static void test_deviations(void)
{
    mg_error error = {0};
    tap_ok(mg_write_deviations(&judge, &error), "deviations are written");
    file_is("deviations.csv", "method,variant,field,paper,used,reason\n"
                              "lio,,made-up.rate,0.5,0.25,half of it is enough\n"
                              "lio,,budget.units,100,10,quick is quick\n"
                              "lio,,ties,,,the paper says nothing about ties\n"
                              "lio-asym,,made-up.rate,0.5,0.25,half of it is enough\n"
                              "lio-asym,,budget.units,100,10,quick is quick\n");
    mg_experiment changed = made_up;
    mg_judge other = judge;
    other.experiment = &changed;
    changed.deviations = 1;
    tap_ok(!mg_write_deviations(&other, &error) && error.status == MG_EXIT_INPUT &&
               strstr(error.text, "budget.units of lio"),
           "a missing reason is an error: %s", error.text);
    mg_deviation more[4];
    memcpy(more, made_up_deviation, sizeof made_up_deviation);
    more[3] = (mg_deviation){"lio", "paper", "budget.units", "not needed"};
    changed.deviation = more;
    changed.deviations = 4;
    error = (mg_error){0};
    tap_ok(!mg_write_deviations(&other, &error) && strstr(error.text, "budget.units of lio deviates in profile "
                                                                      "paper"),
           "a reason for nothing is an error: %s", error.text);
    more[3] = (mg_deviation){"lio", "*", "", "nothing is said about what it is"};
    error = (mg_error){0};
    tap_ok(!mg_write_deviations(&other, &error) && strstr(error.text, "deviation 4 of lio has no name"),
           "so is one without field or name: %s", error.text);
    more[3] = (mg_deviation){"loi", "*", "spelling", "no such method"};
    error = (mg_error){0};
    tap_ok(!mg_write_deviations(&other, &error), "so is one for an unknown method: %s", error.text);
    more[3] = (mg_deviation){"lio", "*", "ties", ""};
    error = (mg_error){0};
    tap_ok(!mg_write_deviations(&other, &error) && strstr(error.text, "no reason"), "and an empty one: %s", error.text);
    error = (mg_error){0};
    tap_ok(mg_write_deviations(&judge, &error), "deviations are written again");
}

static void test_summary(void)
{
    mg_error error = {0};
    char path[700];
    snprintf(path, sizeof path, "%s/made-up/paper.csv", reports);
    write_text(path, "method,variant,metric,value,unit,source,printed,note\nlio,,score,-2,per round,Figure 1,yes,\n"
                     "lio,,share,0.5,,Figure 1,no,read off the figure\n");
    tap_ok(mg_write_summary(&judge, &error), "a summary is written %s", error.text);
    snprintf(path, sizeof path, "%s/summary.csv", folder);
    mg_csv csv;
    bool read =
        mg_csv_read(path, "method,variant,metric,n,mean,min,max,std,iqm,low,high,paper,paper_source", &csv, &error);
    if (!tap_ok(read && csv.rows == 7, "it has a row per metric that a method has, and one for what diverged"))
        return;
    double mean, low, high;
    mg_csv_number(&csv, 2, 4, &mean, &error);
    mg_csv_number(&csv, 2, 9, &low, &error);
    mg_csv_number(&csv, 2, 10, &high, &error);
    tap_ok(mean == (-2.0 - 2.25 - 4.0) / 3.0 && low >= -4 && low < high && high <= -2,
           "lio: mean %g, interval %g to %g", mean, low, high);
    tap_ok(!strcmp(mg_csv_cell(&csv, 2, 11), "-2") && !strcmp(mg_csv_cell(&csv, 2, 12), "Figure 1"), "the paper's "
                                                                                                     "value is "
                                                                                                     "beside it");
    tap_ok(!strcmp(mg_csv_cell(&csv, 3, 2), "share") && !strcmp(mg_csv_cell(&csv, 3, 11), ""),
           "but not one that the paper does not print");
    tap_ok(!strcmp(mg_csv_cell(&csv, 4, 3), "1") && !strcmp(mg_csv_cell(&csv, 4, 0), "lio-asym"), "n leaves out the "
                                                                                                  "diverged run");
    tap_ok(!strcmp(mg_csv_cell(&csv, 6, 2), "diverged") && !strcmp(mg_csv_cell(&csv, 6, 3), "2") &&
               !strcmp(mg_csv_cell(&csv, 6, 4), "0.5"),
           "and a row says that one of two diverged");
    mg_csv_close(&csv);
    snprintf(path, sizeof path, "%s/made-up/paper.csv", reports);
    static const char *const wrong[] = {"loi,,score,-2,,,yes,\n", "lio,,scroe,-2,,,yes,\n", "lio,,score,two,,,yes,\n",
                                        "lio,,score,-2,,,yes,\nlio,,score,-3,,,no,\n", "lio,,score,-2,,,maybe,\n"};
    for (int i = 0; i < 5; i++) {
        char text[300];
        snprintf(text, sizeof text, "method,variant,metric,value,unit,source,printed,note\n%s", wrong[i]);
        write_text(path, text);
        error = (mg_error){0};
        tap_ok(!mg_write_summary(&judge, &error) && strstr(error.text, "made-up/paper.csv:"), "refused: %s",
               error.text);
    }
    unlink(path);
}

/* Intervals belong to names: whatever else is measured or run, in whatever order, they stay. Three columns with the
 * same numbers have three intervals, from an independent program in another language. */
static void test_names_of_intervals(void)
{
    static const char *const column[2][4] = {{"score", "share", "starts"}, {"starts", "score", "share"}};
    static const char *const value[8] = {"1", "2.125", "5.25", "10.375", "4.5", "13.625", "11.75", "11.875"};
    static const char *const line[3] = {",score,8,", ",share,8,", ",starts,8,"};
    static const char *const interval[3] = {",3.03125,11.84375,", ",2.90625,11.8125,", ",3.125,11.875,"};
    for (int order = 0; order < 2; order++) {
        mg_error error = {0};
        mg_method method[2] = {made_up.method[0], made_up.method[2]};
        mg_experiment changed = made_up;
        mg_judge other = judge;
        char path[700], text[2000];
        size_t used = (size_t)snprintf(text, sizeof text,
                                       "method,variant,seed,semantics,units,episodes,steps,updates,status,%s,%s,%s,"
                                       "trail\n",
                                       column[order][0], column[order][1], column[order][2]);
        for (int seed = 0; seed < 8; seed++)
            used += (size_t)snprintf(text + used, sizeof text - used, "lio,,%d,2,10,20,100,,ok,%s,%s,%s,0%d\n", seed,
                                     value[seed], value[seed], value[seed], seed);
        snprintf(path, sizeof path, "%s/runs.csv", scratch("named"));
        write_text(path, text);
        method[1].seeds[MG_PROFILE_QUICK] = 8;
        changed.metrics = column[order];
        changed.method = method + order; /* at first with another before it */
        changed.methods = 2 - order;
        other.experiment = &changed;
        other.folder = scratch("named");
        tap_ok(mg_write_summary(&other, &error), "a summary of three columns alike %s", error.text);
        snprintf(path, sizeof path, "%s/summary.csv", scratch("named"));
        char *summary = read_text(path);
        for (int i = 0; i < 3; i++) {
            const char *row = strstr(summary, line[i]), *found = row ? strstr(row, interval[i]) : NULL;
            tap_ok(found && found < strchr(row, '\n'), "the interval of %s%s", column[0][i],
                   order ? ", in another order without the other method" : "");
        }
        free(summary);
    }
}

/* Every line of runs.csv spoiled in some way must be refused, with its line. */
static void test_bad_runs(void)
{
    static const struct {
        const char *from, *to, *words;
    } edit[] = {
        {"lio,,1,2", "loi,,1,2", "runs.csv:5"},   {"lio,,1,2", "lio,,3,2", "runs.csv:5"},
        {"lio,,1,2", "lio,,0,2", "out of order"}, {",ok,-4", ",fine,-4", "status is 'fine'"},
        {",ok,-4", ",ok,nan", "finite"},          {",ok,-4", ",ok,x", "finite"},
        {",score,", ",scores,", "column 10"},     {"lio,,2", "lio,2", "fields"},
    };
    for (size_t i = 0; i < sizeof edit / sizeof *edit; i++) {
        char text[3000], path[700];
        mg_error error = {0};
        mg_runs spoiled;
        const char *at = strstr(runs_text, edit[i].from);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - runs_text), runs_text, edit[i].to,
                 at + strlen(edit[i].from));
        snprintf(path, sizeof path, "%s/runs.csv", scratch("spoiled"));
        write_text(path, text);
        bool refusal = !mg_runs_read(scratch("spoiled"), &made_up, MG_PROFILE_QUICK, &spoiled, &error) &&
                       strstr(error.text, edit[i].words);
        if (!tap_ok(refusal, "runs.csv with %s is refused", edit[i].to))
            tap_note("%s", error.text);
    }
}

/* One hard claim about lio's score, which is above 0 in every run. */
static bool claims_written(bool (*learns)(const mg_learner_table *learner), const char *clause, mg_error *error)
{
    char path[700], text[300];
    mg_judge other = judge;
    other.learns = learns;
    snprintf(path, sizeof path, "%s/made-up/claims.csv", reports);
    snprintf(text, sizeof text, "id,kind,claim,source,for,clause,paper,note\nA,hard,c,s,,%s,,\n", clause);
    write_text(path, text);
    *error = (mg_error){0};
    return mg_write_claims(&other, error);
}

static void test_who_never_learned(void)
{
    mg_error error;
    tap_ok(!claims_written(NULL, "max(lio.score) < -2", &error) && error.status == MG_EXIT_INPUT &&
               strstr(error.text, "claim A would be 'not reproduced', but the learner of lio, made-up-learner, has no "
                                  "learning test"),
           "not reproduced is not said of a learner that nobody has seen learn: %s", error.text);
    tap_ok(claims_written(made_up_learns, "max(lio.score) < -2", &error), "... but of one that has learned %s",
           error.text);
    tap_ok(claims_written(NULL, "max(lio.score) > -100", &error), "what holds may be said of any %s", error.text);
    tap_ok(claims_written(NULL, "min(exact/grid.starts) < -2", &error), "what is computed need not learn %s",
           error.text);
}

int main(void)
{
    mg_error error = {0};
    snprintf(folder, sizeof folder, "%s", scratch("out/made-up/quick"));
    snprintf(reports, sizeof reports, "%s", scratch("reports"));
    judge = (mg_judge){.experiment = &made_up,
                       .profile = MG_PROFILE_QUICK,
                       .folder = folder,
                       .golden = scratch("golden"),
                       .reports = reports};
    write_result(folder);
    if (!mg_runs_read(folder, &made_up, MG_PROFILE_QUICK, &runs, &error))
        tap_ok(false, "%s", error.text);
    test_values();
    test_unnamed_variant();
    test_states();
    test_errors();
    test_random();
    test_garbage();
    test_deviations();
    test_summary();
    test_names_of_intervals();
    test_who_never_learned();
    test_bad_runs();
    mg_runs_close(&runs);
    scratch_remove();
    return tap_done();
}
