/* claims_tree.h - a parsed expression, between its parser (claims_parse.c) and its evaluation (claims_language.c). */
#ifndef MG_CLAIMS_TREE_H
#define MG_CLAIMS_TREE_H

#include "suite/harness/claims_text.h"
#include "suite/harness/runs_table.h"

typedef enum mg_token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_WORD,
    TOKEN_METRIC,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_TIMES,
    TOKEN_OVER,
    TOKEN_LESS, /* the comparisons in the order of mg_claim_relation */
    TOKEN_LESS_EQUAL,
    TOKEN_MORE,
    TOKEN_MORE_EQUAL,
    TOKEN_EQUAL,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT
} mg_token_kind;

typedef struct mg_token {
    mg_token_kind kind;
    size_t start, length;
    size_t dot; /* of a metric: where the method's name ends, from start */
} mg_token;

typedef enum mg_node_kind {
    NODE_NUMBER,
    NODE_METRIC,
    NODE_AGGREGATE,
    NODE_RANGE,
    NODE_APART,
    NODE_NEGATE,
    NODE_NOT,
    NODE_BINARY
} mg_node_kind;

typedef enum mg_aggregate {
    MEAN,
    MEDIAN,
    LEAST,
    MOST,
    DEVIATION,
    MIDDLE_MEAN,
    RUNS,
    SHARE,
    COUNT, /* this and the next: of comparisons */
    PAIRED,
    AGGREGATES
} mg_aggregate;

typedef struct mg_node {
    mg_node_kind kind;
    mg_token_kind operation; /* of a binary node */
    mg_claim_type type;
    mg_token at;
    double number;
    int metric, aggregate;
    int left, right; /* of a range: its first member */
    int next;        /* of a member of a range: the next one, or MG_NO_NODE */
} mg_node;

enum { MG_NODES_MAX = 400, MG_DEPTH_MAX = 60, MG_NO_NODE = -1 };

struct mg_claim_tree {
    const mg_claim_text *text;
    const mg_runs *runs;
    mg_error *error;
    bool *mentioned;
    mg_token now;
    int depth;
    mg_token metric;                /* that of the clause, "metric: ...", or of length 0 */
    bool per_run;                   /* inside an aggregate */
    bool pairing;                   /* ... which compares methods seed by seed */
    mg_token of_method;             /* the first metric of this aggregate, or of length 0 */
    bool aggregates, ranges, seeds; /* what stands in it */
    int root, nodes;
    mg_node node[MG_NODES_MAX];
};

bool mg_tree_failed(const mg_claim_tree *tree);
/* "file:line: column, character 17: ..."; returns MG_NO_NODE. */
__attribute__((format(printf, 3, 4))) int mg_tree_fail(mg_claim_tree *tree, mg_token at, const char *format, ...);
/* Whether the token's method (and variant, if it has one) is this one. */
bool mg_tree_names(const mg_claim_tree *tree, mg_token at, const mg_method *method);
/* Fills a tree whose text, runs, error and mentioned are set. */
void mg_tree_parse(mg_claim_tree *tree);

#endif
