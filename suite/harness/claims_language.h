/* claims_language.h - the expressions in which claims are written, over the final metrics of runs.csv.
 *
 *     mean(lio.reward_sum) >= -2.7 and count(lio.reward_sum >= -2.2) >= 12
 *
 * Numbers, + - * /, comparisons < <= > >= ==, and, or, not, parentheses; `not` binds looser than a comparison, `and`
 * looser than `not`, `or` looser than `and`; comparisons do not chain. A metric is method.metric or
 * method/variant.metric (a method without variant: all its variants) and stands inside an aggregate over that
 * method's runs, whose argument is an expression of its own, evaluated per run, over metrics of one method:
 *
 *     mean median min max std iqm   of a number per run; std of the sample; iqm: interquartile mean
 *     n                             how many runs there are, diverged ones included
 *     count                         in how many runs a comparison holds: count(lio.reward_sum >= -3.2 and
 *                                   lio.reward_sum <= -2.8)
 *     paired                        in how many seeds a comparison of several methods, each of one variant, holds:
 *                                   paired(lio.reward_sum > pg.reward_sum)
 *
 * A run that diverged has no numbers: it fails every count and pair, and every other aggregate over it (but n) makes the whole
 * expression `diverged`. A method of which nothing ran, or not the seeds of a pair, makes it `not run`, whatever the
 * rest says.
 */
#ifndef MG_CLAIMS_LANGUAGE_H
#define MG_CLAIMS_LANGUAGE_H

#include "suite/harness/runs_table.h"

typedef enum mg_claim_type { MG_CLAIM_NUMBER, MG_CLAIM_TRUTH } mg_claim_type;
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

/* Where an expression stands, for messages: file, line and CSV column; text may hold several, separated by ';'. */
typedef struct mg_claim_text {
    const char *file;
    size_t line;
    const char *column;
    const char *text;
} mg_claim_text;

/* Evaluates the expression that starts at *from (0 for the first) and moves *from behind its ';' or to the end of the
 * text. mentioned[method] is set for every method it speaks of (may be NULL). An error says "file:line: column,
 * character 17: what is wrong". */
bool mg_claim_evaluate(const mg_claim_text *text, size_t *from, const mg_runs *runs, bool *mentioned,
                       mg_claim_value *value, mg_error *error);

#endif
