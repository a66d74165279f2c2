/* claims_language.c - evaluates expressions over the final metrics. */
#include "suite/harness/claims_language.h"
#include "suite/harness/claims_tree.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include "core/rl/statistics.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef mg_claim_tree parser;
typedef mg_token token;
typedef mg_token_kind token_kind;
typedef mg_node node;
typedef mg_aggregate aggregate;

/* Where a metric is looked up: in a run (inside an aggregate), or at a seed; NOWHERE in an exact expression. */
typedef struct place {
    long run, seed;
} place;
enum { NONE = -1 };
static const place nowhere = {NONE, NONE};

static mg_claim_value evaluate(parser *p, int index, place at);

static mg_claim_value known(double number)
{
    return (mg_claim_value){.state = MG_CLAIM_KNOWN, .number = number};
}

static long seed_of(const mg_runs *runs, size_t row)
{
    long seed = NONE;
    (void)mg_read_long(mg_csv_cell(&runs->csv, row, mg_csv_column(&runs->csv, "seed")), 0, LONG_MAX, &seed);
    return seed;
}

/* The run of the metric's method with this seed, or NONE. */
static long run_of_seed(const parser *p, token metric, long seed)
{
    for (size_t row = 0; row < p->runs->csv.rows; row++)
        if (mg_tree_names(p, metric, &p->runs->experiment->method[p->runs->method[row]]) &&
            seed_of(p->runs, row) == seed)
            return (long)row;
    return NONE;
}

static mg_claim_value evaluate_metric(parser *p, const node *metric, place at)
{
    mg_claim_value value = {0};
    long run = at.run;
    if (run == NONE || !mg_tree_names(p, metric->at, &p->runs->experiment->method[p->runs->method[run]]))
        run = run_of_seed(p, metric->at, at.seed);
    if (run == NONE) {
        value.state = MG_CLAIM_NOT_RUN;
        return value;
    }
    mg_metric_state cell = mg_runs_metric(p->runs, (size_t)run, metric->metric, &value.number);
    if (cell == MG_METRIC_DIVERGED)
        value.state = MG_CLAIM_DIVERGED;
    if (cell == MG_METRIC_EMPTY)
        mg_tree_fail(p, metric->at, "%.*s is empty in runs.csv: the method has no such metric", (int)metric->at.length,
                     p->text->text + metric->at.start);
    return value;
}

static double aggregate_of(aggregate which, int n, const double *x, double *scratch)
{
    switch (which) {
    case MEAN: return mg_mean(n, x);
    case MEDIAN: return mg_quantile(n, x, 0.5, scratch);
    case LEAST: return mg_quantile(n, x, 0.0, scratch);
    case MOST: return mg_quantile(n, x, 1.0, scratch);
    case DEVIATION: return mg_standard_deviation(n, x);
    case MIDDLE_MEAN: return mg_interquartile_mean(n, x, scratch);
    case RUNS: return (double)n;
    default: break;
    }
    double count = 0.0;
    for (int i = 0; i < n; i++)
        count += x[i];
    return which == SHARE ? count / (double)n : count;
}

/* Any metric below this node: all of one aggregate are of one method. */
static token metric_below(const parser *p, int index)
{
    const node *here = &p->node[index];
    if (here->kind == NODE_METRIC)
        return here->at;
    if (here->kind == NODE_NUMBER)
        return (token){0};
    token left = metric_below(p, here->left);
    return left.length || here->kind != NODE_BINARY ? left : metric_below(p, here->right);
}

/* All variants the name stands for must have run: half of them would be another claim. */
static bool all_variants_ran(const parser *p, token method)
{
    const mg_experiment *experiment = p->runs->experiment;
    for (int m = 0; m < experiment->methods; m++) {
        bool ran = !mg_tree_names(p, method, &experiment->method[m]);
        for (size_t row = 0; row < p->runs->csv.rows && !ran; row++)
            ran = p->runs->method[row] == m;
        if (!ran)
            return false;
    }
    return true;
}

/* The numbers of an aggregate's runs, in their order: n of them in x. Runs that failed are 0. */
static mg_claim_state collect(parser *p, const node *whole, double *x, int *n)
{
    const mg_runs *runs = p->runs;
    token method = metric_below(p, whole->left);
    mg_claim_state state = MG_CLAIM_KNOWN;
    *n = 0;
    if (!all_variants_ran(p, method))
        return MG_CLAIM_NOT_RUN;
    for (size_t row = 0; row < runs->csv.rows && !mg_tree_failed(p); row++) {
        if (!mg_tree_names(p, method, &runs->experiment->method[runs->method[row]]))
            continue;
        mg_claim_value one = evaluate(p, whole->left, (place){(long)row, seed_of(runs, row)});
        x[(*n)++] = one.state == MG_CLAIM_KNOWN ? one.number : 0.0;
        bool matters = one.state == MG_CLAIM_NOT_RUN || whole->aggregate < (int)RUNS;
        if (matters && one.state > state)
            state = one.state;
    }
    return state;
}

static mg_claim_value evaluate_aggregate(parser *p, const node *whole)
{
    mg_claim_value value = {0};
    int n;
    double *x = mg_allocate(2 * p->runs->csv.rows + 1, sizeof *x);
    value.state = collect(p, whole, x, &n);
    if (!mg_tree_failed(p) && value.state == MG_CLAIM_KNOWN)
        value.number = aggregate_of((aggregate)whole->aggregate, n, x, x + n);
    free(x);
    return value;
}

static double operate(token_kind operation, double a, double b)
{
    switch (operation) {
    case TOKEN_PLUS: return a + b;
    case TOKEN_MINUS: return a - b;
    case TOKEN_TIMES: return a * b;
    case TOKEN_OVER: return a / b;
    case TOKEN_LESS: return a < b ? 1.0 : 0.0;
    case TOKEN_LESS_EQUAL: return a <= b ? 1.0 : 0.0;
    case TOKEN_MORE: return a > b ? 1.0 : 0.0;
    case TOKEN_MORE_EQUAL: return a >= b ? 1.0 : 0.0;
    case TOKEN_EQUAL: return a == b ? 1.0 : 0.0;
    case TOKEN_AND: return a != 0.0 && b != 0.0 ? 1.0 : 0.0;
    default: return a != 0.0 || b != 0.0 ? 1.0 : 0.0;
    }
}

static mg_claim_value evaluate_binary(parser *p, const node *whole, place at)
{
    mg_claim_value left = evaluate(p, whole->left, at), right = evaluate(p, whole->right, at);
    mg_claim_value value = {.state = left.state > right.state ? left.state : right.state};
    if (value.state != MG_CLAIM_KNOWN || mg_tree_failed(p))
        return value;
    if (whole->operation == TOKEN_OVER && right.number == 0.0)
        mg_tree_fail(p, whole->at, "division by zero");
    else
        value.number = operate(whole->operation, left.number, right.number);
    return value;
}

static mg_claim_value evaluate_apart(parser *p, const node *whole, place at)
{
    mg_claim_value value = evaluate(p, whole->left, at);
    int n = mg_claim_seeds(p);
    double *x = mg_allocate(2 * (size_t)n + 1, sizeof *x);
    for (int seed = 0; seed < n && !mg_tree_failed(p); seed++) {
        x[seed] = evaluate(p, whole->left, (place){NONE, seed}).number; /* one that is missing is met in its own turn */
    }
    if (value.state == MG_CLAIM_KNOWN && !mg_tree_failed(p)) {
        double away = value.number - mg_quantile(n, x, 0.5, x + n);
        value.number = away < 0.0 ? -away : away;
    }
    free(x);
    return value;
}

static mg_claim_value evaluate(parser *p, int index, place at)
{
    const node *here = &p->node[index];
    mg_claim_value value = {0};
    if (mg_tree_failed(p))
        return value;
    switch (here->kind) {
    case NODE_NUMBER: value = known(here->number); break;
    case NODE_METRIC: value = evaluate_metric(p, here, at); break;
    case NODE_AGGREGATE: value = evaluate_aggregate(p, here); break;
    case NODE_APART: value = evaluate_apart(p, here, at); break;
    case NODE_BINARY: value = evaluate_binary(p, here, at); break;
    case NODE_RANGE: mg_tree_fail(p, here->at, "range has no value of its own"); break; /* its members have */
    case NODE_NEGATE:
    case NODE_NOT:
        value = evaluate(p, here->left, at);
        value.number = here->kind == NODE_NEGATE ? -value.number : value.number == 0.0 ? 1.0 : 0.0;
        break;
    }
    value.type = here->type;
    return value;
}

/* ---- for who judges ---- */

mg_claim_tree *mg_claim_parse(const mg_claim_text *text, const mg_runs *runs, bool *mentioned, mg_error *error)
{
    mg_claim_tree *tree = mg_allocate(1, sizeof *tree);
    *tree = (mg_claim_tree){.text = text, .runs = runs, .error = error, .mentioned = mentioned};
    mg_tree_parse(tree);
    if (!mg_tree_failed(tree))
        return tree;
    free(tree);
    return NULL;
}

void mg_claim_free(mg_claim_tree *tree)
{
    free(tree);
}

static bool is_comparison(const node *root)
{
    return root->kind == NODE_BINARY && root->operation >= TOKEN_LESS && root->operation <= TOKEN_EQUAL;
}

/* Whether a metric stands below that is looked up seed by seed. */
static bool varies(const parser *p, int index)
{
    const node *here = &p->node[index];
    switch (here->kind) {
    case NODE_METRIC:
    case NODE_APART:
    case NODE_RANGE: return true;
    case NODE_BINARY: return varies(p, here->left) || varies(p, here->right);
    case NODE_NEGATE:
    case NODE_NOT: return varies(p, here->left);
    default: return false;
    }
}

static bool is_constant(const parser *p, int index)
{
    const node *here = &p->node[index];
    return here->kind == NODE_NUMBER || (here->kind == NODE_NEGATE && is_constant(p, here->left));
}

/* The side of a comparison, 0 left and 1 right; of what is none, the whole. */
static int side_of(const parser *p, int side)
{
    const node *root = &p->node[p->root];
    return !is_comparison(root) ? p->root : side ? root->right : root->left;
}

mg_claim_shape mg_claim_shape_of(const mg_claim_tree *tree)
{
    const node *root = &tree->node[tree->root], *left = &tree->node[side_of(tree, 0)];
    mg_claim_shape shape = {.type = root->type, .end = tree->now.start};
    if (is_comparison(root))
        shape.relation = (mg_claim_relation)(root->operation - TOKEN_LESS + MG_CLAIM_LESS);
    shape.exact = !tree->seeds;
    shape.mixed = tree->seeds && tree->aggregates;
    shape.right_varies = shape.relation && varies(tree, side_of(tree, 1));
    shape.left_varies = varies(tree, side_of(tree, 0));
    shape.right_constant = shape.relation && is_constant(tree, side_of(tree, 1));
    shape.aggregate = left->kind == NODE_AGGREGATE ? left->aggregate : AGGREGATES;
    shape.counts = shape.aggregate == SHARE || shape.aggregate == COUNT || shape.aggregate == PAIRED;
    shape.share = shape.aggregate == SHARE;
    for (int i = left->kind == NODE_RANGE ? left->left : MG_NO_NODE; i != MG_NO_NODE; i = tree->node[i].next)
        shape.members++;
    return shape;
}

int mg_claim_seeds(const mg_claim_tree *tree)
{
    int seeds = INT_MAX;
    for (int i = 0; i < tree->nodes; i++) {
        const mg_experiment *experiment = tree->runs->experiment;
        for (int m = 0; tree->node[i].kind == NODE_METRIC && m < experiment->methods; m++) {
            int listed = experiment->method[m].seeds[tree->runs->profile];
            if (mg_tree_names(tree, tree->node[i].at, &experiment->method[m]) && listed < seeds)
                seeds = listed;
        }
    }
    return seeds;
}

bool mg_claim_side(mg_claim_tree *tree, int side, long seed, mg_claim_value *value)
{
    *value = evaluate(tree, side_of(tree, side), (place){NONE, seed});
    return !mg_tree_failed(tree);
}

bool mg_claim_member(mg_claim_tree *tree, int member, long seed, mg_claim_value *value)
{
    int i = tree->node[side_of(tree, 0)].left;
    while (member--)
        i = tree->node[i].next;
    *value = evaluate(tree, i, (place){NONE, seed});
    return !mg_tree_failed(tree);
}

bool mg_claim_count(mg_claim_tree *tree, int *k, int *n, mg_claim_state *state)
{
    const node *whole = &tree->node[side_of(tree, 0)];
    double *x = mg_allocate(tree->runs->csv.rows + 1, sizeof *x);
    *state = collect(tree, whole, x, n);
    *k = 0;
    for (int i = 0; i < *n; i++)
        *k += x[i] != 0.0;
    free(x);
    return !mg_tree_failed(tree);
}

bool mg_claim_evaluate(const mg_claim_text *text, const mg_runs *runs, mg_claim_value *value, mg_error *error)
{
    mg_claim_tree *tree = mg_claim_parse(text, runs, NULL, error);
    *value = (mg_claim_value){0};
    if (!tree)
        return false;
    mg_claim_shape shape = mg_claim_shape_of(tree);
    if (text->text[shape.end])
        mg_tree_fail(tree, tree->now, "found '%.20s' where the expression should end", text->text + shape.end);
    else if (!shape.exact)
        mg_tree_fail(tree, tree->node[tree->root].at, "a metric has a value per run; put an aggregate around it");
    else
        *value = evaluate(tree, tree->root, nowhere);
    bool good = !mg_tree_failed(tree);
    free(tree);
    return good;
}
