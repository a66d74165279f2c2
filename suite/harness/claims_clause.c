/* claims_clause.c - a comparison over seeds: measured, interval, state. */
#include "suite/harness/claims_clause.h"
#include "suite/harness/claims_tree.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <stdlib.h>
#include <string.h>

const char *mg_clause_state_name(mg_clause_state state)
{
    static const char *const name[MG_CLAUSE_STATES] = {"shown", "shown, not run",    "shown, diverged", "not judged",
                                                       "holds", "without certainty", "without size",    "open",
                                                       "fails", "diverged",          "not run",         "reversed"};
    return name[state];
}

/* ---- draws ---- */

struct mg_drawn {
    int n;
    int *index;
    struct mg_drawn *next;
};

static const int *draws_of(mg_draws *draws, int n)
{
    for (struct mg_drawn *drawn = draws->first; drawn; drawn = drawn->next)
        if (drawn->n == n)
            return drawn->index;
    struct mg_drawn *drawn = mg_allocate(1, sizeof *drawn);
    *drawn = (struct mg_drawn){n, mg_allocate((size_t)MG_BOOTSTRAP_RESAMPLES * (size_t)n, sizeof(int)), draws->first};
    draws->first = drawn;
    mg_bootstrap_draw(n, draws->key, drawn->index);
    return drawn->index;
}

void mg_draws_free(mg_draws *draws)
{
    while (draws->first) {
        struct mg_drawn *next = draws->first->next;
        free(draws->first->index);
        free(draws->first);
        draws->first = next;
    }
}

/* ---- what is asked ---- */

typedef struct asking {
    const mg_claim_text *text;
    const mg_runs *runs;
    mg_claim_tree *tree;
    mg_claim_shape shape;
    bool by, within, hard;
    double size; /* of by or within */
    mg_draws *draws;
    mg_clause *clause;
    mg_error *error;
} asking;

static bool refuse(const asking *now, size_t at, const char *what)
{
    return mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: %s, character %zu: %s", now->text->file, now->text->line,
                   now->text->column, at + 1, what);
}

/* Whether the text goes on with this word; moves *at behind it and its blanks. */
static bool word(const char *text, size_t *at, const char *wanted)
{
    size_t length = strlen(wanted);
    if (strncmp(text + *at, wanted, length) != 0 || (text[*at + length] && text[*at + length] != ' '))
        return false;
    *at += length + strspn(text + *at + length, " ");
    return true;
}

/* by SIZE, within TOLERANCE, ours */
static bool read_rest(asking *now)
{
    const char *text = now->text->text;
    size_t at = now->shape.end, of_size = at;
    now->by = word(text, &at, "by");
    now->within = !now->by && word(text, &at, "within");
    if (now->by || now->within) {
        char number[MG_NUMBER_TEXT];
        size_t length = strcspn(text + at, " ");
        snprintf(number, sizeof number, "%.*s", (int)length, text + at);
        if (!mg_read_double(number, &now->size) || now->size < 0.0 || (now->by && now->size <= 0.0))
            return refuse(now, at,
                          now->by ? "wanted a size above 0 after by" : "wanted a tolerance, 0 or more, after within");
        at += length + strspn(text + at + length, " ");
    }
    now->clause->ours = word(text, &at, "ours");
    if (text[at])
        return refuse(now, at, "wanted by, within, ours or the end of the clause here");
    if (now->clause->ours && !now->by && !now->within && !now->shape.right_constant)
        return refuse(now, of_size, "ours says of a number that the paper does not print it, and here is none");
    return true;
}

static bool check_exact(const asking *now)
{
    const mg_claim_shape *shape = &now->shape;
    bool soft = shape->counts || shape->aggregate == LEAST || shape->aggregate == MOST || shape->aggregate == RUNS;
    if (now->by || now->within)
        return refuse(now, shape->end, "an exact comparison has no by and no within");
    if (!now->hard && shape->relation && !soft)
        return refuse(now, 0,
                      "a soft claim is judged with its interval: write the metric per seed, or min, max, n, count, "
                      "share or paired on the left");
    if (!now->hard && shape->share && !shape->right_constant)
        return refuse(now, 0, "a share is compared with a number");
    return true;
}

static bool check_seeds(const asking *now)
{
    const mg_claim_shape *shape = &now->shape;
    bool strict = shape->relation == MG_CLAIM_LESS || shape->relation == MG_CLAIM_MORE;
    bool learners = shape->left_varies && shape->right_varies;
    if (now->hard)
        return refuse(now, 0, "a hard claim is exact: put an aggregate around the metric");
    if (shape->mixed)
        return refuse(now, 0, "metrics per seed beside an aggregate; a clause is of one kind");
    if (shape->relation && !shape->left_varies)
        return refuse(now, 0, "write the learner on the left and the number on the right");
    if (shape->members &&
        (learners || now->by || now->within || (shape->relation && shape->relation != MG_CLAIM_LESS_EQUAL)))
        return refuse(now, 0, "a range is compared with a number: range(a, b) <= 0.2");
    if (shape->relation == MG_CLAIM_EQUAL && !now->within)
        return refuse(now, shape->end, "seeds are never equal to the last bit: say within which tolerance");
    if (now->by && !(learners && strict))
        return refuse(now, shape->end, "by goes with > or < between two learners");
    if (now->within && shape->relation != MG_CLAIM_EQUAL && (strict || !learners))
        return refuse(now, shape->end, "within goes with ==, or with >= or <= between two learners");
    if (learners && !strict && !now->within)
        return refuse(now, shape->end, "between two learners write > or <, or say within which tolerance");
    return true;
}

static bool check(const asking *now)
{
    const mg_claim_shape *shape = &now->shape;
    if (shape->type == MG_CLAIM_TRUTH && !shape->relation)
        return refuse(now, 0, "a clause is one comparison; write and as two rows");
    if (!shape->relation && (now->by || now->within || now->clause->ours))
        return refuse(now, shape->end, "what is only shown has no by, within or ours");
    if (!now->tree->aggregates && !now->tree->seeds)
        return refuse(now, 0, "this speaks of no method");
    return shape->exact ? check_exact(now) : check_seeds(now);
}

/* ---- numbers ---- */

/* Members of a range, or the two sides, seed by seed: x[part * n + seed]. */
static bool collect(asking *now, int parts, int n, double *x)
{
    mg_claim_state state = n ? MG_CLAIM_KNOWN : MG_CLAIM_NOT_RUN;
    for (int part = 0; part < parts; part++) {
        for (int seed = 0; seed < n; seed++) {
            mg_claim_value value;
            if (now->shape.members ? !mg_claim_member(now->tree, part, seed, &value)
                                   : !mg_claim_side(now->tree, part, seed, &value))
                return false;
            x[part * n + seed] = value.number;
            state = value.state > state ? value.state : state;
        }
    }
    if (state == MG_CLAIM_DIVERGED)
        now->clause->state = MG_CLAUSE_DIVERGED;
    if (state == MG_CLAIM_NOT_RUN)
        now->clause->state = MG_CLAUSE_NOT_RUN;
    return true;
}

static bool is_known(const mg_clause *clause)
{
    return clause->state != MG_CLAUSE_DIVERGED && clause->state != MG_CLAUSE_NOT_RUN;
}

static void measure_mean(asking *now, int n, const double *x, mg_interval *interval)
{
    double *scratch = mg_allocate(MG_BOOTSTRAP_RESAMPLES, sizeof *scratch);
    now->clause->has_interval = n >= MG_CLAIM_PAIRS;
    if (now->clause->has_interval)
        *interval = mg_bootstrap_mean(n, x, draws_of(now->draws, n), scratch);
    free(scratch);
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* Of the means of the members; its interval from those of all pairs. */
static void measure_range(asking *now, int members, int n, const double *x)
{
    mg_clause *clause = now->clause;
    double *d = mg_allocate((size_t)n, sizeof *d);
    clause->interval = (mg_interval){0.0, 0.0};
    for (int a = 0; a < members; a++) {
        for (int b = 0; b < a; b++) {
            mg_interval pair = {0.0, 0.0};
            for (int i = 0; i < n; i++)
                d[i] = x[a * n + i] - x[b * n + i];
            double away = mg_mean(n, x + a * n) - mg_mean(n, x + b * n);
            clause->measured = larger(clause->measured, larger(away, -away));
            measure_mean(now, n, d, &pair);
            clause->interval.high = larger(clause->interval.high, larger(pair.high, -pair.low));
            clause->interval.low = larger(clause->interval.low, larger(pair.low, -pair.high));
        }
    }
    free(d);
}

/* ---- verdicts on one clause ---- */

static bool holds(mg_claim_relation relation, double a, double b)
{
    switch (relation) {
    case MG_CLAIM_LESS: return a < b;
    case MG_CLAIM_LESS_EQUAL: return a <= b;
    case MG_CLAIM_MORE: return a > b;
    case MG_CLAIM_MORE_EQUAL: return a >= b;
    default: return a == b;
    }
}

/* What is certainly missed: the paper's own number, or one of ours. */
static mg_clause_state missed(const mg_clause *clause)
{
    return clause->ours ? MG_CLAUSE_FAILS : MG_CLAUSE_REVERSED;
}

/* a > b by s, with d = a - b. */
static mg_clause_state judge_more(const mg_clause *clause, double d, mg_interval interval, double size)
{
    if (clause->has_interval && interval.high < 0.0)
        return MG_CLAUSE_REVERSED;
    if (!(d > 0.0))
        return MG_CLAUSE_FAILS;
    if (!clause->has_interval)
        return d >= size ? MG_CLAUSE_WITHOUT_CERTAINTY : MG_CLAUSE_WITHOUT_SIZE;
    if (interval.low > 0.0 && interval.low >= size)
        return MG_CLAUSE_HOLDS;
    if (size <= 0.0)
        return MG_CLAUSE_WITHOUT_CERTAINTY;
    if (interval.high >= size)
        return MG_CLAUSE_OPEN;
    return interval.low > 0.0 ? MG_CLAUSE_WITHOUT_SIZE : MG_CLAUSE_WITHOUT_CERTAINTY;
}

/* a >= b within t, with d = a - b. */
static mg_clause_state judge_not_less(const mg_clause *clause, double d, mg_interval interval, double tolerance)
{
    if (!clause->has_interval)
        return d >= -tolerance ? MG_CLAUSE_WITHOUT_CERTAINTY : MG_CLAUSE_FAILS;
    if (interval.low >= -tolerance)
        return MG_CLAUSE_HOLDS;
    return interval.high < -tolerance ? MG_CLAUSE_REVERSED : MG_CLAUSE_OPEN;
}

static mg_clause_state judge_near(const mg_clause *clause, double d, mg_interval interval, double tolerance)
{
    if (!clause->has_interval)
        return d >= -tolerance && d <= tolerance ? MG_CLAUSE_WITHOUT_CERTAINTY : MG_CLAUSE_FAILS;
    if (interval.low >= -tolerance && interval.high <= tolerance)
        return MG_CLAUSE_HOLDS;
    return interval.low > tolerance || interval.high < -tolerance ? missed(clause) : MG_CLAUSE_OPEN;
}

/* A value with its interval against a number. */
static mg_clause_state judge_number(const mg_clause *clause, mg_claim_relation relation)
{
    bool low = holds(relation, clause->interval.low, clause->threshold),
         high = holds(relation, clause->interval.high, clause->threshold);
    if (!clause->has_interval)
        return holds(relation, clause->measured, clause->threshold) ? MG_CLAUSE_WITHOUT_CERTAINTY : MG_CLAUSE_FAILS;
    if (relation == MG_CLAIM_EQUAL) { /* of a count */
        low = clause->interval.low <= clause->threshold;
        high = clause->interval.high >= clause->threshold;
        return low && high ? MG_CLAUSE_OPEN : missed(clause);
    }
    return low && high ? MG_CLAUSE_HOLDS : low || high ? MG_CLAUSE_OPEN : missed(clause);
}

/* Left and right seed by seed; right is the number where only the left varies. */
static void judge_sides(asking *now, int n, const double *left, const double *right)
{
    mg_clause *clause = now->clause;
    mg_claim_relation relation = now->shape.relation;
    bool learners = now->shape.right_varies;
    bool less = relation == MG_CLAIM_LESS || relation == MG_CLAIM_LESS_EQUAL;
    double *d = mg_allocate((size_t)n, sizeof *d);
    for (int i = 0; i < n; i++)
        d[i] = learners ? left[i] - right[i] : left[i];
    clause->measured = mg_mean(n, d);
    measure_mean(now, n, d, &clause->interval);
    free(d);
    if (!relation)
        return;
    clause->has_sides = learners;
    clause->left = mg_mean(n, left);
    clause->right = mg_mean(n, right);
    clause->has_threshold = true;
    clause->threshold = learners ? now->size : right[0];
    double from = learners ? 0.0 : right[0], sign = less ? -1.0 : 1.0; /* the claim is that `away` is above 0 */
    double away = sign * (clause->measured - from), a = sign * (clause->interval.low - from),
           b = sign * (clause->interval.high - from);
    mg_interval turned = {less ? b : a, less ? a : b};
    if (relation == MG_CLAIM_EQUAL)
        clause->state = judge_near(clause, away, turned, now->size);
    else if (!learners)
        clause->state = judge_number(clause, relation);
    else if (now->within)
        clause->state = judge_not_less(clause, away, turned, now->size);
    else
        clause->state = judge_more(clause, away, turned, now->size);
}

static bool judge_seeds(asking *now)
{
    mg_clause *clause = now->clause;
    int n = mg_claim_seeds(now->tree), parts = now->shape.members ? now->shape.members : 2;
    double *x = mg_allocate((size_t)parts * (size_t)n + 1, sizeof *x);
    mg_claim_value number = {0};
    bool good = collect(now, parts, n, x);
    clause->n = n;
    clause->has_measured = good && is_known(clause);
    if (clause->has_measured && now->shape.members) {
        measure_range(now, now->shape.members, n, x);
        good = !now->shape.relation || mg_claim_side(now->tree, 1, 0, &number);
        clause->has_threshold = now->shape.relation != MG_CLAIM_NO_RELATION;
        clause->threshold = number.number;
        if (clause->has_threshold)
            clause->state = judge_number(clause, now->shape.relation);
    } else if (clause->has_measured) {
        judge_sides(now, n, x, x + n);
    }
    free(x);
    return good;
}

/* What a count's interval leaves open is met without certainty if these seeds meet it, and stays open if they do not.
 * Where it is none or all of them nothing is open: no number of seeds could say more for "all", or against ">= 1". */
static mg_clause_state of_these_seeds(const asking *now, int k)
{
    const mg_clause *clause = now->clause;
    const bool clear = k == 0 || k == clause->n || clause->state != MG_CLAUSE_OPEN;
    if (!holds(now->shape.relation, clause->measured, clause->threshold))
        return clear && clause->state == MG_CLAUSE_OPEN ? MG_CLAUSE_FAILS : clause->state;
    const bool certain = now->shape.relation == MG_CLAIM_EQUAL || (clear && clause->n >= MG_CLAIM_PAIRS);
    return certain ? MG_CLAUSE_HOLDS : MG_CLAUSE_WITHOUT_CERTAINTY;
}

/* k of n against a number: of these seeds, or, of a share, with the interval of the probability behind it. */
static bool judge_count(asking *now)
{
    mg_clause *clause = now->clause;
    mg_claim_value number;
    mg_claim_state state;
    int k;
    if (!mg_claim_count(now->tree, &k, &clause->n, &state) || !mg_claim_side(now->tree, 1, 0, &number))
        return false;
    clause->state = state == MG_CLAIM_NOT_RUN ? MG_CLAUSE_NOT_RUN : clause->state;
    clause->has_measured = clause->has_interval = is_known(clause);
    if (!clause->has_measured)
        return true;
    double unit = now->shape.share ? 1.0 : (double)clause->n;
    mg_interval share = mg_wilson_interval(k, clause->n);
    clause->interval = (mg_interval){share.low * unit, share.high * unit};
    clause->measured = now->shape.share ? (double)k / (double)clause->n : (double)k;
    clause->has_threshold = true;
    clause->threshold = number.number;
    clause->state = judge_number(clause, now->shape.relation);
    if (now->shape.share)
        return true;
    clause->state = of_these_seeds(now, k);
    return true;
}

static bool judge_exact(asking *now)
{
    mg_clause *clause = now->clause;
    mg_claim_value left, right = {0};
    if (!mg_claim_side(now->tree, 0, 0, &left) || (now->shape.relation && !mg_claim_side(now->tree, 1, 0, &right)))
        return false;
    mg_claim_state state = left.state > right.state ? left.state : right.state;
    if (state != MG_CLAIM_KNOWN) {
        clause->state = state == MG_CLAIM_DIVERGED ? MG_CLAUSE_DIVERGED : MG_CLAUSE_NOT_RUN;
        return true;
    }
    clause->has_measured = true;
    clause->measured = left.number;
    if (!now->shape.relation)
        return true;
    clause->has_threshold = true;
    clause->threshold = right.number;
    clause->state = holds(now->shape.relation, left.number, right.number) ? MG_CLAUSE_HOLDS : MG_CLAUSE_FAILS;
    return true;
}

static bool judge(asking *now)
{
    if (!now->shape.exact)
        return judge_seeds(now);
    return now->shape.counts && now->shape.right_constant && !now->hard ? judge_count(now) : judge_exact(now);
}

/* What is shown decides nothing, though its runs be missing. */
static mg_clause_state shown_state(mg_clause_state state)
{
    return state == MG_CLAUSE_NOT_RUN    ? MG_CLAUSE_SHOWN_NOT_RUN
           : state == MG_CLAUSE_DIVERGED ? MG_CLAUSE_SHOWN_DIVERGED
                                         : MG_CLAUSE_SHOWN;
}

bool mg_clause_judge(const mg_claim_text *text, bool hard, const mg_runs *runs, bool *mentioned, mg_draws *draws,
                     mg_clause *clause, mg_error *error)
{
    mg_error own = {0};
    *clause = (mg_clause){.state = MG_CLAUSE_SHOWN};
    asking now = {.text = text, .runs = runs, .hard = hard, .draws = draws, .clause = clause, .error = &own};
    now.tree = mg_claim_parse(text, runs, mentioned, &own);
    if (now.tree) {
        now.shape = mg_claim_shape_of(now.tree);
        (void)(read_rest(&now) && check(&now) && judge(&now));
        if (!now.shape.relation)
            clause->state = shown_state(clause->state);
    }
    mg_claim_free(now.tree);
    return own.status == MG_EXIT_OK || mg_fail(error, own.status, "%s", own.text);
}
