#include "suite/harness/claims_language.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include "core/rl/statistics.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- tokens ---- */

typedef enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_WORD,
    TOKEN_METRIC,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_TIMES,
    TOKEN_OVER,
    TOKEN_LESS,
    TOKEN_LESS_EQUAL,
    TOKEN_MORE,
    TOKEN_MORE_EQUAL,
    TOKEN_EQUAL,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT
} token_kind;

typedef struct token {
    token_kind kind;
    size_t start, length;
    size_t dot; /* of a metric: where the dot is, from start */
} token;

/* ---- the tree ---- */

typedef enum node_kind { NODE_NUMBER, NODE_METRIC, NODE_AGGREGATE, NODE_NEGATE, NODE_NOT, NODE_BINARY } node_kind;

typedef struct node {
    node_kind kind;
    token_kind operation; /* of a binary node */
    mg_claim_type type;
    token at;
    double number;
    int metric, aggregate;
    int left, right;
} node;

enum { NODES_MAX = 400, DEPTH_MAX = 60, NO_NODE = -1 };

typedef struct parser {
    const mg_claim_text *text;
    const mg_runs *runs;
    mg_error *error;
    bool *mentioned;
    token now;
    int depth;
    bool per_run;    /* inside an aggregate */
    bool pairing;    /* ... which compares methods seed by seed */
    token of_method; /* the first metric of this aggregate, or of length 0 */
    int nodes;
    node node[NODES_MAX];
} parser;

typedef enum aggregate { MEAN, MEDIAN, LEAST, MOST, DEVIATION, MIDDLE_MEAN, RUNS, COUNT, PAIRED, AGGREGATES } aggregate;
static const char *const aggregate_name[AGGREGATES] = {"mean", "median", "min",   "max",   "std",
                                                       "iqm",  "n",      "count", "paired"};

__attribute__((format(printf, 3, 4))) static int fail(parser *p, token at, const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    mg_fail(p->error, MG_EXIT_INPUT, "%s:%zu: %s, character %zu: %s", p->text->file, p->text->line, p->text->column,
            at.start + 1, message);
    return NO_NODE;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t word_length(const char *text)
{
    size_t length = 0;
    while (is_letter(text[length]) || is_digit(text[length]))
        length++;
    return length;
}

/* A method may hold - and /, but only where a dot and a metric follow: so `n(a.x)/2` stays a division. */
static token word_or_metric(const char *text, size_t start)
{
    token word = {.kind = TOKEN_WORD, .start = start, .length = word_length(text + start)};
    size_t length = word.length;
    while ((text[start + length] == '-' || text[start + length] == '/') && word_length(text + start + length + 1))
        length += 1 + word_length(text + start + length + 1);
    if (text[start + length] == '.' && is_letter(text[start + length + 1])) {
        word.kind = TOKEN_METRIC;
        word.dot = length;
        word.length = length + 1 + word_length(text + start + length + 1);
        return word;
    }
    static const struct {
        const char *name;
        token_kind kind;
    } keyword[] = {{"and", TOKEN_AND}, {"or", TOKEN_OR}, {"not", TOKEN_NOT}};
    for (size_t k = 0; k < sizeof keyword / sizeof *keyword; k++) {
        if (word.length == strlen(keyword[k].name) && !strncmp(text + start, keyword[k].name, word.length))
            word.kind = keyword[k].kind;
    }
    return word;
}

static token number_token(const char *text, size_t start)
{
    size_t length = 0;
    while (is_digit(text[start + length]) || text[start + length] == '.')
        length++;
    if (text[start + length] == 'e' || text[start + length] == 'E') {
        length++;
        if (text[start + length] == '+' || text[start + length] == '-')
            length++;
        while (is_digit(text[start + length]))
            length++;
    }
    return (token){.kind = TOKEN_NUMBER, .start = start, .length = length};
}

static void next(parser *p)
{
    static const struct {
        const char *sign;
        token_kind kind;
    } signs[] = {{"<=", TOKEN_LESS_EQUAL}, {">=", TOKEN_MORE_EQUAL}, {"==", TOKEN_EQUAL}, {"<", TOKEN_LESS},
                 {">", TOKEN_MORE},        {"+", TOKEN_PLUS},        {"-", TOKEN_MINUS},  {"*", TOKEN_TIMES},
                 {"/", TOKEN_OVER},        {"(", TOKEN_OPEN},        {")", TOKEN_CLOSE}};
    const char *text = p->text->text;
    size_t start = p->now.start + p->now.length;
    while (text[start] == ' ')
        start++;
    p->now = (token){.kind = TOKEN_END, .start = start};
    if (!text[start] || text[start] == ';')
        return;
    if (is_letter(text[start])) {
        p->now = word_or_metric(text, start);
        return;
    }
    if (is_digit(text[start])) {
        p->now = number_token(text, start);
        return;
    }
    for (size_t s = 0; s < sizeof signs / sizeof *signs; s++) {
        size_t length = strlen(signs[s].sign);
        if (!strncmp(text + start, signs[s].sign, length)) {
            p->now = (token){.kind = signs[s].kind, .start = start, .length = length};
            return;
        }
    }
    p->now.length = 1;
    fail(p, p->now, "'%c' means nothing here%s", text[start],
         text[start] == '='                         ? "; equality is =="
         : text[start] == '&' || text[start] == '|' ? "; write and, or"
                                                    : "");
}

/* ---- parser: each function returns the index of a node, or NO_NODE with p->error set ---- */

static int parse_or(parser *p);

static bool failed(const parser *p)
{
    return p->error->status != MG_EXIT_OK;
}

static int add_node(parser *p, node new)
{
    if (failed(p))
        return NO_NODE;
    if (p->nodes == NODES_MAX)
        return fail(p, new.at, "the expression is too long; split the claim");
    p->node[p->nodes] = new;
    return p->nodes++;
}

static bool wants(parser *p, int index, mg_claim_type type, token by)
{
    if (index == NO_NODE || failed(p))
        return false;
    if (p->node[index].type == type)
        return true;
    fail(p, p->node[index].at, "'%.*s' wants a %s here, and this is a %s", (int)by.length, p->text->text + by.start,
         type == MG_CLAIM_NUMBER ? "number" : "comparison", type == MG_CLAIM_NUMBER ? "comparison" : "number");
    return false;
}

static int parse_number(parser *p)
{
    char text[64];
    node number = {.kind = NODE_NUMBER, .at = p->now};
    snprintf(text, sizeof text, "%.*s", (int)p->now.length, p->text->text + p->now.start);
    if (p->now.length >= sizeof text || !mg_read_double(text, &number.number))
        return fail(p, p->now, "'%.60s' is no number", text);
    next(p);
    return add_node(p, number);
}

/* Whether the token's method (and variant, if it has one) is this one. */
static bool names_method(const char *text, token at, const mg_method *method)
{
    const char *name = text + at.start;
    const char *slash = memchr(name, '/', at.dot);
    size_t length = slash ? (size_t)(slash - name) : at.dot;
    if (strlen(method->name) != length || strncmp(method->name, name, length) != 0)
        return false;
    return !slash || (strlen(method->variant) == at.dot - length - 1 &&
                      !strncmp(method->variant, slash + 1, at.dot - length - 1));
}

static bool same_method(const parser *p, token a, token b)
{
    return a.dot == b.dot && !strncmp(p->text->text + a.start, p->text->text + b.start, a.dot);
}

static bool check_method(parser *p, token at)
{
    const mg_experiment *experiment = p->runs->experiment;
    bool known = false;
    for (int m = 0; m < experiment->methods; m++) {
        if (!names_method(p->text->text, at, &experiment->method[m]))
            continue;
        known = true;
        if (p->mentioned)
            p->mentioned[m] = true;
    }
    if (!known)
        fail(p, at, "no method '%.*s' in %s; see --list", (int)at.dot, p->text->text + at.start, experiment->name);
    return known;
}

/* How many methods and variants a name stands for. */
static int methods_named(const parser *p, token at)
{
    int count = 0;
    for (int m = 0; m < p->runs->experiment->methods; m++)
        count += names_method(p->text->text, at, &p->runs->experiment->method[m]);
    return count;
}

static int parse_metric(parser *p)
{
    const mg_experiment *experiment = p->runs->experiment;
    node metric = {.kind = NODE_METRIC, .at = p->now};
    const char *text = p->text->text + p->now.start;
    size_t length = p->now.length - p->now.dot - 1;
    if (!p->per_run)
        return fail(p, p->now, "%.*s has a value per run; put an aggregate around it, like mean(%.*s)",
                    (int)p->now.length, text, (int)p->now.length, text);
    if (!check_method(p, p->now))
        return NO_NODE;
    metric.metric = mg_metric_find(experiment, text + p->now.dot + 1, length);
    if (metric.metric < 0)
        return fail(p, p->now, "no metric '%.*s' in %s; runs.csv names them", (int)length, text + p->now.dot + 1,
                    experiment->name);
    if (p->pairing && methods_named(p, p->now) != 1)
        return fail(p, p->now, "paired compares single methods, and %.*s has several variants", (int)p->now.dot, text);
    if (!p->pairing && p->of_method.length && !same_method(p, p->of_method, p->now))
        return fail(p, p->now, "one aggregate speaks of one method, and this one began with %.*s",
                    (int)p->of_method.dot, p->text->text + p->of_method.start);
    p->of_method = p->now;
    next(p);
    return add_node(p, metric);
}

static int parse_aggregate(parser *p)
{
    node whole = {.kind = NODE_AGGREGATE, .at = p->now};
    const char *text = p->text->text + p->now.start;
    while (whole.aggregate < AGGREGATES && (strlen(aggregate_name[whole.aggregate]) != p->now.length ||
                                            strncmp(aggregate_name[whole.aggregate], text, p->now.length) != 0))
        whole.aggregate++;
    if (whole.aggregate == AGGREGATES)
        return fail(p, p->now,
                    "'%.*s' is neither method.metric nor one of mean, median, min, max, std, iqm, n, count, "
                    "paired",
                    (int)p->now.length, text);
    if (p->per_run)
        return fail(p, p->now, "an aggregate inside an aggregate");
    next(p);
    if (p->now.kind != TOKEN_OPEN)
        return fail(p, p->now, "wanted '(' after %s", aggregate_name[whole.aggregate]);
    next(p);
    p->per_run = true;
    p->pairing = whole.aggregate == PAIRED;
    p->of_method = (token){0};
    whole.left = parse_or(p);
    p->per_run = p->pairing = false;
    if (!wants(p, whole.left, whole.aggregate >= (int)COUNT ? MG_CLAIM_TRUTH : MG_CLAIM_NUMBER, whole.at))
        return NO_NODE;
    if (!p->of_method.length)
        return fail(p, whole.at, "%s of no metric", aggregate_name[whole.aggregate]);
    if (p->now.kind != TOKEN_CLOSE)
        return fail(p, p->now, "wanted ')' to end %s(", aggregate_name[whole.aggregate]);
    next(p);
    return add_node(p, whole);
}

static int parse_parentheses(parser *p)
{
    token open = p->now;
    next(p);
    int inner = parse_or(p);
    if (failed(p))
        return NO_NODE;
    if (p->now.kind != TOKEN_CLOSE)
        return fail(p, p->now, "wanted ')' for the '(' at character %zu", open.start + 1);
    next(p);
    return inner;
}

static int parse_unary(parser *p)
{
    if (failed(p))
        return NO_NODE;
    if (++p->depth > DEPTH_MAX)
        return fail(p, p->now, "nested too deep");
    int result;
    node negate = {.kind = NODE_NEGATE, .at = p->now};
    switch (p->now.kind) {
    case TOKEN_NUMBER: result = parse_number(p); break;
    case TOKEN_METRIC: result = parse_metric(p); break;
    case TOKEN_WORD: result = parse_aggregate(p); break;
    case TOKEN_OPEN: result = parse_parentheses(p); break;
    case TOKEN_MINUS:
        next(p);
        negate.left = parse_unary(p);
        result = wants(p, negate.left, MG_CLAIM_NUMBER, negate.at) ? add_node(p, negate) : NO_NODE;
        break;
    case TOKEN_END: result = fail(p, p->now, "the expression ends where a number, a metric or '(' is wanted"); break;
    default:
        result = fail(p, p->now, "found '%.*s' where a number, a metric or '(' is wanted", (int)p->now.length,
                      p->text->text + p->now.start);
    }
    p->depth--;
    return result;
}

/* left, operator, right: both sides of type `sides`, the whole of type `type`. */
static int binary(parser *p, int left, int (*parse_right)(parser *), mg_claim_type sides, mg_claim_type type)
{
    node whole = {.kind = NODE_BINARY, .operation = p->now.kind, .type = type, .at = p->now, .left = left};
    if (!wants(p, left, sides, p->now))
        return NO_NODE;
    next(p);
    whole.right = parse_right(p);
    return wants(p, whole.right, sides, whole.at) ? add_node(p, whole) : NO_NODE;
}

static int parse_product(parser *p)
{
    int left = parse_unary(p);
    while (!failed(p) && (p->now.kind == TOKEN_TIMES || p->now.kind == TOKEN_OVER))
        left = binary(p, left, parse_unary, MG_CLAIM_NUMBER, MG_CLAIM_NUMBER);
    return left;
}

static int parse_sum(parser *p)
{
    int left = parse_product(p);
    while (!failed(p) && (p->now.kind == TOKEN_PLUS || p->now.kind == TOKEN_MINUS))
        left = binary(p, left, parse_product, MG_CLAIM_NUMBER, MG_CLAIM_NUMBER);
    return left;
}

static bool is_comparison(token_kind kind)
{
    return kind >= TOKEN_LESS && kind <= TOKEN_EQUAL;
}

static int parse_comparison(parser *p)
{
    int left = parse_sum(p);
    if (failed(p) || !is_comparison(p->now.kind))
        return left;
    left = binary(p, left, parse_sum, MG_CLAIM_NUMBER, MG_CLAIM_TRUTH);
    if (!failed(p) && is_comparison(p->now.kind))
        return fail(p, p->now, "comparisons do not chain; write a < b and b < c");
    return left;
}

static int parse_not(parser *p)
{
    if (failed(p) || p->now.kind != TOKEN_NOT)
        return parse_comparison(p);
    node negation = {.kind = NODE_NOT, .type = MG_CLAIM_TRUTH, .at = p->now};
    if (++p->depth > DEPTH_MAX)
        return fail(p, p->now, "nested too deep");
    next(p);
    negation.left = parse_not(p);
    p->depth--;
    return wants(p, negation.left, MG_CLAIM_TRUTH, negation.at) ? add_node(p, negation) : NO_NODE;
}

static int parse_and(parser *p)
{
    int left = parse_not(p);
    while (!failed(p) && p->now.kind == TOKEN_AND)
        left = binary(p, left, parse_not, MG_CLAIM_TRUTH, MG_CLAIM_TRUTH);
    return left;
}

static int parse_or(parser *p)
{
    int left = parse_and(p);
    while (!failed(p) && p->now.kind == TOKEN_OR)
        left = binary(p, left, parse_and, MG_CLAIM_TRUTH, MG_CLAIM_TRUTH);
    return left;
}

/* ---- evaluation ---- */

enum { NO_RUN = -1 };

static mg_claim_value evaluate(parser *p, int index, long run);

static mg_claim_value known(double number)
{
    return (mg_claim_value){.state = MG_CLAIM_KNOWN, .number = number};
}

/* The run of the metric's method with the seed of this run, or NO_RUN. */
static long partner_of(const parser *p, token metric, long run)
{
    const mg_csv *csv = &p->runs->csv;
    int seed = mg_csv_column(csv, "seed");
    for (size_t row = 0; row < csv->rows; row++)
        if (names_method(p->text->text, metric, &p->runs->experiment->method[p->runs->method[row]]) &&
            !strcmp(mg_csv_cell(csv, row, seed), mg_csv_cell(csv, (size_t)run, seed)))
            return (long)row;
    return NO_RUN;
}

static mg_claim_value evaluate_metric(parser *p, const node *metric, long run)
{
    mg_claim_value value = {0};
    if (!names_method(p->text->text, metric->at, &p->runs->experiment->method[p->runs->method[run]]))
        run = partner_of(p, metric->at, run);
    if (run == NO_RUN) {
        value.state = MG_CLAIM_NOT_RUN;
        return value;
    }
    mg_cell cell = mg_run_metric(p->runs, (size_t)run, metric->metric, &value.number);
    if (cell == MG_CELL_DIVERGED)
        value.state = MG_CLAIM_DIVERGED;
    if (cell == MG_CELL_EMPTY)
        fail(p, metric->at, "%.*s is empty in runs.csv: the method has no such metric", (int)metric->at.length,
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
    return count;
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
        bool ran = !names_method(p->text->text, method, &experiment->method[m]);
        for (size_t row = 0; row < p->runs->csv.rows && !ran; row++)
            ran = p->runs->method[row] == m;
        if (!ran)
            return false;
    }
    return true;
}

static mg_claim_value evaluate_aggregate(parser *p, const node *whole)
{
    const mg_runs *runs = p->runs;
    token method = metric_below(p, whole->left);
    mg_claim_value value = {0};
    if (!all_variants_ran(p, method)) {
        value.state = MG_CLAIM_NOT_RUN;
        return value;
    }
    double *x = mg_allocate(2 * runs->csv.rows, sizeof *x);
    int n = 0;
    for (size_t row = 0; row < runs->csv.rows && !failed(p); row++) {
        if (!names_method(p->text->text, method, &runs->experiment->method[runs->method[row]]))
            continue;
        mg_claim_value one = evaluate(p, whole->left, (long)row);
        x[n++] = one.state == MG_CLAIM_KNOWN ? one.number : 0.0;
        if (one.state == MG_CLAIM_NOT_RUN ||
            (one.state != MG_CLAIM_KNOWN && whole->aggregate < (int)COUNT && whole->aggregate != (int)RUNS))
            value.state = one.state;
    }
    if (!failed(p) && value.state == MG_CLAIM_KNOWN)
        value.number = aggregate_of((aggregate)whole->aggregate, n, x, x + runs->csv.rows);
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

static mg_claim_value evaluate_binary(parser *p, const node *whole, long run)
{
    mg_claim_value left = evaluate(p, whole->left, run), right = evaluate(p, whole->right, run);
    mg_claim_value value = {.state = left.state > right.state ? left.state : right.state};
    if (value.state != MG_CLAIM_KNOWN || failed(p))
        return value;
    if (whole->operation == TOKEN_OVER && right.number == 0.0)
        fail(p, whole->at, "division by zero");
    else
        value.number = operate(whole->operation, left.number, right.number);
    return value;
}

static mg_claim_value evaluate(parser *p, int index, long run)
{
    const node *here = &p->node[index];
    mg_claim_value value = {0};
    if (failed(p))
        return value;
    switch (here->kind) {
    case NODE_NUMBER: value = known(here->number); break;
    case NODE_METRIC: value = evaluate_metric(p, here, run); break;
    case NODE_AGGREGATE: value = evaluate_aggregate(p, here); break;
    case NODE_BINARY: value = evaluate_binary(p, here, run); break;
    case NODE_NEGATE:
    case NODE_NOT:
        value = evaluate(p, here->left, run);
        value.number = here->kind == NODE_NEGATE ? -value.number : value.number == 0.0 ? 1.0 : 0.0;
        break;
    }
    value.type = here->type;
    return value;
}

bool mg_claim_evaluate(const mg_claim_text *text, size_t *from, const mg_runs *runs, bool *mentioned,
                       mg_claim_value *value, mg_error *error)
{
    mg_error own = {0};
    parser *p = mg_allocate(1, sizeof *p);
    *p = (parser){.text = text, .runs = runs, .error = &own, .mentioned = mentioned, .now = {.start = *from}};
    *value = (mg_claim_value){0};
    next(p);
    int root = parse_or(p);
    if (!failed(p) && p->now.kind != TOKEN_END)
        fail(p, p->now, "found '%.*s' where the expression should end", (int)p->now.length,
             text->text + p->now.start);
    if (!failed(p))
        *value = evaluate(p, root, NO_RUN);
    *from = p->now.start + (text->text[p->now.start] == ';');
    free(p);
    return own.status == MG_EXIT_OK || mg_fail(error, own.status, "%s", own.text);
}
