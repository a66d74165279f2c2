/* claims_parse.c - tokens and a parser into a tree, with places for messages. */
#include "suite/harness/claims_tree.h"
#include "core/io/text.h"
#include <stdarg.h>
#include <string.h>

typedef mg_claim_tree parser;
typedef mg_token token;
typedef mg_token_kind token_kind;
typedef mg_node node;

static const char *const aggregate_name[AGGREGATES] = {"mean", "median", "min",   "max",   "std",
                                                       "iqm",  "n",      "share", "count", "paired"};

/* ---- tokens ---- */

int mg_tree_fail(mg_claim_tree *p, mg_token at, const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    mg_fail(p->error, MG_EXIT_INPUT, "%s:%zu: %s, character %zu: %s", p->text->file, p->text->line, p->text->column,
            at.start + 1, message);
    return MG_NO_NODE;
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

/* A method may hold - and /, but only where a dot and a metric follow: so `n(a.x)/2` stays a division. Where the
 * clause has said its metric, a method goes on to the next blank. */
static token word_or_metric(const char *text, size_t start, bool of_clause)
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
    } keyword[] = {{"and", TOKEN_AND}, {"or", TOKEN_OR},       {"not", TOKEN_NOT},
                   {"by", TOKEN_WORD}, {"within", TOKEN_WORD}, {"ours", TOKEN_WORD}};
    for (size_t k = 0; k < sizeof keyword / sizeof *keyword; k++) {
        if (length == strlen(keyword[k].name) && !strncmp(text + start, keyword[k].name, length)) {
            word.kind = keyword[k].kind;
            return word;
        }
    }
    if (of_clause && text[start + length] != '(') {
        word.kind = TOKEN_METRIC;
        word.dot = word.length = length;
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
                 {"/", TOKEN_OVER},        {"(", TOKEN_OPEN},        {")", TOKEN_CLOSE},  {",", TOKEN_COMMA}};
    const char *text = p->text->text;
    size_t start = p->now.start + p->now.length;
    while (text[start] == ' ')
        start++;
    p->now = (token){.kind = TOKEN_END, .start = start};
    if (!text[start])
        return;
    if (is_letter(text[start])) {
        p->now = word_or_metric(text, start, p->metric.length > 0);
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
    mg_tree_fail(p, p->now, "'%c' means nothing here%s", text[start],
                 text[start] == '='                         ? "; equality is =="
                 : text[start] == '&' || text[start] == '|' ? "; write and, or"
                                                            : "");
}

/* ---- parser: each function returns the index of a node, or MG_NO_NODE with p->error set ---- */

static int parse_or(parser *p);
static int parse_sum(parser *p);

bool mg_tree_failed(const mg_claim_tree *p)
{
    return p->error->status != MG_EXIT_OK;
}

static int add_node(parser *p, node new)
{
    if (mg_tree_failed(p))
        return MG_NO_NODE;
    if (p->nodes == MG_NODES_MAX)
        return mg_tree_fail(p, new.at, "the expression is too long; split the claim");
    p->node[p->nodes] = new;
    return p->nodes++;
}

static bool wants(parser *p, int index, mg_claim_type type, token by)
{
    if (index == MG_NO_NODE || mg_tree_failed(p))
        return false;
    if (p->node[index].type == type)
        return true;
    mg_tree_fail(p, p->node[index].at, "'%.*s' wants a %s here, and this is a %s", (int)by.length,
                 p->text->text + by.start, type == MG_CLAIM_NUMBER ? "number" : "comparison",
                 type == MG_CLAIM_NUMBER ? "comparison" : "number");
    return false;
}

static int parse_number(parser *p)
{
    char text[64];
    node number = {.kind = NODE_NUMBER, .at = p->now};
    snprintf(text, sizeof text, "%.*s", (int)p->now.length, p->text->text + p->now.start);
    if (p->now.length >= sizeof text || !mg_read_double(text, &number.number))
        return mg_tree_fail(p, p->now, "'%.60s' is no number", text);
    next(p);
    return add_node(p, number);
}

/* Whether a method has a variant without a name. */
static bool has_unnamed(const mg_experiment *experiment, const char *name)
{
    for (int m = 0; m < experiment->methods; m++)
        if (!experiment->method[m].variant[0] && !strcmp(experiment->method[m].name, name))
            return true;
    return false;
}

bool mg_tree_names(const mg_claim_tree *p, mg_token at, const mg_method *method)
{
    const char *name = p->text->text + at.start;
    const char *slash = memchr(name, '/', at.dot);
    size_t length = slash ? (size_t)(slash - name) : at.dot;
    if (strlen(method->name) != length || strncmp(method->name, name, length) != 0)
        return false;
    if (!slash)
        return !method->variant[0] || !has_unnamed(p->runs->experiment, method->name);
    return strlen(method->variant) == at.dot - length - 1 && !strncmp(method->variant, slash + 1, at.dot - length - 1);
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
        if (!mg_tree_names(p, at, &experiment->method[m]))
            continue;
        known = true;
        if (p->mentioned)
            p->mentioned[m] = true;
    }
    if (!known)
        mg_tree_fail(p, at, "no method '%.*s' in %s; see --list", (int)at.dot, p->text->text + at.start,
                     experiment->name);
    return known;
}

/* How many methods and variants a name stands for. */
static int methods_named(const parser *p, token at)
{
    int count = 0;
    for (int m = 0; m < p->runs->experiment->methods; m++)
        count += mg_tree_names(p, at, &p->runs->experiment->method[m]);
    return count;
}

/* A method alone has the metric of its clause. */
static token metric_name(const parser *p, token at)
{
    token name = {.start = at.start + at.dot + 1, .length = at.length - at.dot - 1};
    return at.dot == at.length ? p->metric : name;
}

static int parse_metric(parser *p)
{
    node metric = {.kind = NODE_METRIC, .at = p->now};
    const char *text = p->text->text + p->now.start;
    token name = metric_name(p, p->now);
    if (!check_method(p, p->now))
        return MG_NO_NODE;
    metric.metric = mg_metric_find(p->runs->experiment, p->text->text + name.start, name.length);
    if (metric.metric < 0)
        return mg_tree_fail(p, p->now, "no metric '%.*s' in %s; runs.csv names them", (int)name.length,
                            p->text->text + name.start, p->runs->experiment->name);
    if ((p->pairing || !p->per_run) && methods_named(p, p->now) != 1)
        return mg_tree_fail(p, p->now, "seeds are compared of single methods, and %.*s has several variants",
                            (int)p->now.dot, text);
    if (p->per_run && !p->pairing && p->of_method.length && !same_method(p, p->of_method, p->now))
        return mg_tree_fail(p, p->now, "one aggregate speaks of one method, and this one began with %.*s",
                            (int)p->of_method.dot, p->text->text + p->of_method.start);
    p->of_method = p->now;
    p->seeds = p->seeds || !p->per_run;
    next(p);
    return add_node(p, metric);
}

/* range(a, b, c): the members are linked by `next`. */
static int parse_range(parser *p, token at)
{
    node whole = {.kind = NODE_RANGE, .at = at, .left = MG_NO_NODE};
    int last = MG_NO_NODE, members = 0;
    do {
        next(p);
        int member = parse_sum(p);
        if (!wants(p, member, MG_CLAIM_NUMBER, at))
            return MG_NO_NODE;
        p->node[member].next = MG_NO_NODE;
        if (last == MG_NO_NODE)
            whole.left = member;
        else
            p->node[last].next = member;
        last = member;
        members++;
    } while (p->now.kind == TOKEN_COMMA);
    if (p->now.kind != TOKEN_CLOSE || members < 2)
        return mg_tree_fail(p, p->now, "wanted range(a, b, ...) of two or more");
    next(p);
    p->ranges = true;
    return add_node(p, whole);
}

/* apart(method.metric): of a seed, how far it is from the median of all. */
static int parse_apart(parser *p)
{
    node whole = {.kind = NODE_APART, .at = p->now};
    if (p->per_run)
        return mg_tree_fail(p, p->now, "apart is of a seed, and an aggregate of runs");
    next(p);
    if (p->now.kind != TOKEN_OPEN)
        return mg_tree_fail(p, p->now, "wanted '(' after apart");
    next(p);
    if (p->now.kind != TOKEN_METRIC)
        return mg_tree_fail(p, p->now, "wanted apart(method.metric)");
    whole.left = parse_metric(p);
    if (!mg_tree_failed(p) && p->now.kind != TOKEN_CLOSE)
        return mg_tree_fail(p, p->now, "wanted ')' to end apart(");
    if (!mg_tree_failed(p))
        next(p);
    return add_node(p, whole);
}

static bool is_word(const parser *p, const char *word)
{
    return strlen(word) == p->now.length && !strncmp(p->text->text + p->now.start, word, p->now.length);
}

static int parse_aggregate(parser *p)
{
    node whole = {.kind = NODE_AGGREGATE, .at = p->now};
    const char *text = p->text->text + p->now.start;
    bool range = is_word(p, "range");
    while (whole.aggregate < AGGREGATES && !is_word(p, aggregate_name[whole.aggregate]))
        whole.aggregate++;
    if (whole.aggregate == AGGREGATES && !range)
        return mg_tree_fail(p, p->now,
                            "'%.*s' is neither method.metric nor one of mean, median, min, max, std, iqm, n, share, "
                            "count, paired, apart, range",
                            (int)p->now.length, text);
    if (p->per_run)
        return mg_tree_fail(p, p->now, "an aggregate inside an aggregate");
    next(p);
    if (p->now.kind != TOKEN_OPEN)
        return mg_tree_fail(p, p->now, "wanted '(' after %s", range ? "range" : aggregate_name[whole.aggregate]);
    if (range)
        return parse_range(p, whole.at);
    next(p);
    p->per_run = p->aggregates = true;
    p->pairing = whole.aggregate == PAIRED;
    p->of_method = (token){0};
    whole.left = parse_or(p);
    p->per_run = p->pairing = false;
    if (!wants(p, whole.left, whole.aggregate >= (int)SHARE ? MG_CLAIM_TRUTH : MG_CLAIM_NUMBER, whole.at))
        return MG_NO_NODE;
    if (!p->of_method.length)
        return mg_tree_fail(p, whole.at, "%s of no metric", aggregate_name[whole.aggregate]);
    if (p->now.kind != TOKEN_CLOSE)
        return mg_tree_fail(p, p->now, "wanted ')' to end %s(", aggregate_name[whole.aggregate]);
    next(p);
    return add_node(p, whole);
}

static int parse_parentheses(parser *p)
{
    token open = p->now;
    next(p);
    int inner = parse_or(p);
    if (mg_tree_failed(p))
        return MG_NO_NODE;
    if (p->now.kind != TOKEN_CLOSE)
        return mg_tree_fail(p, p->now, "wanted ')' for the '(' at character %zu", open.start + 1);
    next(p);
    return inner;
}

static int parse_unary(parser *p)
{
    if (mg_tree_failed(p))
        return MG_NO_NODE;
    if (++p->depth > MG_DEPTH_MAX)
        return mg_tree_fail(p, p->now, "nested too deep");
    int result;
    node negate = {.kind = NODE_NEGATE, .at = p->now};
    switch (p->now.kind) {
    case TOKEN_NUMBER: result = parse_number(p); break;
    case TOKEN_METRIC: result = parse_metric(p); break;
    case TOKEN_WORD: result = is_word(p, "apart") ? parse_apart(p) : parse_aggregate(p); break;
    case TOKEN_OPEN: result = parse_parentheses(p); break;
    case TOKEN_MINUS:
        next(p);
        negate.left = parse_unary(p);
        result = wants(p, negate.left, MG_CLAIM_NUMBER, negate.at) ? add_node(p, negate) : MG_NO_NODE;
        break;
    case TOKEN_END:
        result = mg_tree_fail(p, p->now, "the expression ends where a number, a metric or '(' is wanted");
        break;
    default:
        result = mg_tree_fail(p, p->now, "found '%.*s' where a number, a metric or '(' is wanted", (int)p->now.length,
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
        return MG_NO_NODE;
    next(p);
    whole.right = parse_right(p);
    return wants(p, whole.right, sides, whole.at) ? add_node(p, whole) : MG_NO_NODE;
}

static int parse_product(parser *p)
{
    int left = parse_unary(p);
    while (!mg_tree_failed(p) && (p->now.kind == TOKEN_TIMES || p->now.kind == TOKEN_OVER))
        left = binary(p, left, parse_unary, MG_CLAIM_NUMBER, MG_CLAIM_NUMBER);
    return left;
}

static int parse_sum(parser *p)
{
    int left = parse_product(p);
    while (!mg_tree_failed(p) && (p->now.kind == TOKEN_PLUS || p->now.kind == TOKEN_MINUS))
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
    if (mg_tree_failed(p) || !is_comparison(p->now.kind))
        return left;
    left = binary(p, left, parse_sum, MG_CLAIM_NUMBER, MG_CLAIM_TRUTH);
    if (!mg_tree_failed(p) && is_comparison(p->now.kind))
        return mg_tree_fail(p, p->now, "comparisons do not chain; write a < b and b < c");
    return left;
}

static int parse_not(parser *p)
{
    if (mg_tree_failed(p) || p->now.kind != TOKEN_NOT)
        return parse_comparison(p);
    node negation = {.kind = NODE_NOT, .type = MG_CLAIM_TRUTH, .at = p->now};
    if (++p->depth > MG_DEPTH_MAX)
        return mg_tree_fail(p, p->now, "nested too deep");
    next(p);
    negation.left = parse_not(p);
    p->depth--;
    return wants(p, negation.left, MG_CLAIM_TRUTH, negation.at) ? add_node(p, negation) : MG_NO_NODE;
}

static int parse_and(parser *p)
{
    int left = parse_not(p);
    while (!mg_tree_failed(p) && p->now.kind == TOKEN_AND)
        left = binary(p, left, parse_not, MG_CLAIM_TRUTH, MG_CLAIM_TRUTH);
    return left;
}

static int parse_or(parser *p)
{
    int left = parse_and(p);
    while (!mg_tree_failed(p) && p->now.kind == TOKEN_OR)
        left = binary(p, left, parse_and, MG_CLAIM_TRUTH, MG_CLAIM_TRUTH);
    return left;
}

/* "normalised_return: as > vs": the metric of every method that names none. */
static void parse_clause_metric(parser *p)
{
    const char *text = p->text->text;
    size_t start = strspn(text, " "), length = word_length(text + start);
    if (length && is_letter(text[start]) && text[start + length] == ':') {
        p->metric = (token){.kind = TOKEN_WORD, .start = start, .length = length};
        p->now = (token){.start = start, .length = length + 1};
    }
}

void mg_tree_parse(mg_claim_tree *p)
{
    parse_clause_metric(p);
    next(p);
    p->root = parse_or(p);
    if (mg_tree_failed(p) || !p->ranges)
        return;
    const node *root = &p->node[p->root];
    bool alone = root->kind == NODE_RANGE || (root->kind == NODE_BINARY && is_comparison(root->operation) &&
                                              p->node[root->left].kind == NODE_RANGE);
    if (!alone)
        mg_tree_fail(p, root->at, "range(...) stands alone, or alone on the left of a comparison");
}
