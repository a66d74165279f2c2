/* claims_language.h - the expressions that claims are made of, over the final metrics of runs.csv.
 *
 *     as/n6.normalised_return - vs/n6.normalised_return        seed by seed
 *     normalised_return: as/n6 - vs/n6                         the same: the metric said once, for every method
 *     min(exact/grid.converged) == 1                           exact
 *
 * Numbers, + - * /, comparisons < <= > >= ==, and, or, not, parentheses; `not` binds looser than a comparison, `and`
 * looser than `not`, `or` looser than `and`; comparisons do not chain. A metric is method.metric or
 * method/variant.metric; where the expression begins with "metric:", a method or method/variant alone has that metric,
 * and since names may hold - and /, operators then need a blank before them.
 *
 * Outside an aggregate a metric must name one method and variant; it has a value per seed, and so has what is computed
 * with it. Inside an aggregate it is taken over runs, and the aggregate is one exact number. A method without variant
 * stands for its variant without a name, or, where all have one, inside an aggregate for all its variants.
 *
 *     mean median min max std iqm   of a number per run; std of the sample; iqm: interquartile mean
 *     n                             how many runs there are, diverged ones included
 *     count share                   in how many runs, in which part of them, a comparison holds:
 *                                   count(lio.reward_sum >= -3.2 and lio.reward_sum <= -2.8)
 *     paired                        in how many seeds a comparison of several methods, each of one variant, holds:
 *                                   paired(lio.reward_sum > pg.reward_sum)
 *
 * apart(method.metric), outside an aggregate: how far a seed's number is from the median of the seeds. Its mean is a
 * measure of spread that has a value per seed, so that spreads are compared as learners are (as in the test of Brown
 * and Forsythe, 1974): return_sum: apart(pg) > apart(lio)
 *
 * range(a, b, ...) of expressions per seed stands alone, or alone on the left of a comparison: claims_clause.h.
 *
 * A run that diverged has no numbers: it fails every count, share and pair, and everything else over it (but n) is
 * `diverged`. A method of which nothing ran, or not the seed that is asked for, makes the whole `not run`, whatever
 * the rest says.
 */
#ifndef MG_CLAIMS_LANGUAGE_H
#define MG_CLAIMS_LANGUAGE_H

#include "suite/harness/claims_text.h"
#include "suite/harness/runs_table.h"

typedef enum mg_claim_state {
    MG_CLAIM_KNOWN,
    MG_CLAIM_DIVERGED,
    MG_CLAIM_NOT_RUN
} mg_claim_state; /* the last one wins */

typedef struct mg_claim_value {
    mg_claim_type type;
    mg_claim_state state;
    double number; /* 1 or 0 for a truth */
} mg_claim_value;

/* ---- a parsed expression ---- */
/* Reads the expression that the text begins with; text, runs, mentioned and error must outlive the tree. Sets
 * mentioned[method] for every method it speaks of (may be NULL). NULL and *error: "file:line: column, character 17:
 * what is wrong". */
mg_claim_tree *mg_claim_parse(const mg_claim_text *text, const mg_runs *runs, bool *mentioned, mg_error *error);
void mg_claim_free(mg_claim_tree *tree);

typedef enum mg_claim_relation {
    MG_CLAIM_NO_RELATION,
    MG_CLAIM_LESS,
    MG_CLAIM_LESS_EQUAL,
    MG_CLAIM_MORE,
    MG_CLAIM_MORE_EQUAL,
    MG_CLAIM_EQUAL
} mg_claim_relation;

typedef struct mg_claim_shape {
    mg_claim_type type;
    mg_claim_relation relation;     /* of the outermost comparison, if the whole is one */
    bool exact;                     /* no metric outside an aggregate */
    bool mixed;                     /* metrics outside and inside */
    bool left_varies, right_varies; /* from seed to seed */
    bool right_constant;            /* the right side is a number */
    bool counts, share;             /* the left side is a count, share or paired; a share */
    int aggregate;                  /* the left side is this one of claims_tree.h */
    int members;                    /* of the range on the left, or 0 */
    size_t end;                     /* where the text goes on behind the expression */
} mg_claim_shape;
mg_claim_shape mg_claim_shape_of(const mg_claim_tree *tree);

/* Seeds 0 .. n-1 that the profile lists for every method of the tree. */
int mg_claim_seeds(const mg_claim_tree *tree);
/* The left (0) or right (1) side of the comparison, or the whole of what is none, at a seed; of an exact one: any seed.
 * These three return false where tree->error has been set. */
bool mg_claim_side(mg_claim_tree *tree, int side, long seed, mg_claim_value *value);
/* A member of the range on the left. */
bool mg_claim_member(mg_claim_tree *tree, int member, long seed, mg_claim_value *value);
/* Of the count, share or paired on the left: holds k times of n. */
bool mg_claim_count(mg_claim_tree *tree, int *k, int *n, mg_claim_state *state);

/* The value of an exact expression that is the whole text. */
bool mg_claim_evaluate(const mg_claim_text *text, const mg_runs *runs, mg_claim_value *value, mg_error *error);

#endif
