/* claims.h - the claims of a result: reports/<result>/claims.csv, and the verdicts on them.
 *
 *     id,kind,claim,source,for,clause,paper,note
 *     A,soft,Sharing earns more,Figure 1,"n in n6, n8; other in vps, ind",score: as/{n} > {other}/{n} by 0.15 ours,,why
 *     A,,,,,score: as/n6 >= vs/n6 within 0.02 ours,"""at least as good"", Section 5.2",
 *     A,,,,"n in n6, n8",training_return: as/{n},,
 *     B,hard,Two agents converge,Proposition 3,"start in grid, random",min(exact/{start}.converged) == 1,,
 *
 * A claim is what the paper says, in its words, and where it says so. It stands in the first row with its id, which
 * also has the first group of clauses; further groups follow in rows with the same id and nothing under kind, claim,
 * source and note. A group is one clause (claims_clause.h), written once and said of every value of its variables:
 * `for` is empty, or holds lists such as
 *
 *     n in n6, n8, n12; other in vs, vps          the last one runs fastest: n6 vs, n6 vps, n8 vs, ...
 *
 * and {n} in the clause, and in `paper`, stands for the value. paper: what the paper says of just this clause, if it
 * says it: a number it prints, or words in quotes. The whole criterion is all clauses together; there is no weaker one.
 * hard: exact mathematics and rules of environments; fails `make check`. soft: what is learned; reported, and in the
 * quick profile not judged.
 *
 * An error, with the line: another kind, an id whose rows are not together, a variable that the clause does not use or
 * that `for` does not name, the same clause twice, a claim without a comparison, and all that a clause can have wrong.
 *
 * What is written:
 *
 *     claims.csv    id,claim,criterion,verdict,decided_by,deviations                           one row a claim
 *     clauses.csv   id,clause,text,paper,n,left,right,measured,low,high,threshold,ours,state   one row a clause
 *
 * The verdict follows from the states of the clauses; the first line that applies:
 *
 *     contradicted      some clause is reversed: one counterexample is enough, whatever the others are
 *     not run           a run is missing (or: soft, and the profile is quick)
 *     diverged          a run that is needed ended in NaN or infinity
 *     not reproduced    some clause fails: it has no sign worth the name, or a number of ours is certainly missed;
 *                       refused as an error where a learner it speaks of has no learning test (catalogue.h)
 *     unresolved        some clause is open: its interval contains its threshold
 *     direction only    some clause holds in its sign, without its size or without certainty
 *     reproduced        all hold
 *
 * decided_by is the first clause with the state that decided, as in clauses.csv; nothing for `reproduced`. deviations:
 * the fields and names in deviations.csv in which the methods deviate that the claim speaks of.
 */
#ifndef MG_CLAIMS_H
#define MG_CLAIMS_H

#include "core/io/csv.h"
#include "suite/harness/judge.h"

#define MG_CLAIMS_SOURCE_HEADER "id,kind,claim,source,for,clause,paper,note"
enum {
    MG_CLAIM_ID,
    MG_CLAIM_KIND,
    MG_CLAIM_CLAIM,
    MG_CLAIM_SOURCE,
    MG_CLAIM_FOR,
    MG_CLAIM_CLAUSE,
    MG_CLAIM_PAPER,
    MG_CLAIM_NOTE
};
enum { MG_VERDICT_ID, MG_VERDICT_CLAIM, MG_VERDICT_CRITERION, MG_VERDICT_VERDICT, MG_VERDICT_DECIDED_BY };

/* Reads reports/<result>/claims.csv; no such file: no rows, and path empty. Refuses what is wrong with its rows. */
bool mg_claims_read(const mg_judge *judge, mg_csv *claims, mg_error *error);
/* Whether the row is the first of its claim. */
bool mg_claims_starts(const mg_csv *claims, size_t row);

/* Calls use(context, clause, paper, error) for every clause of a row's group, its variables filled in, until one
 * returns false. */
bool mg_claims_expand(const mg_csv *claims, size_t row,
                      bool (*use)(void *context, const char *clause, const char *paper, mg_error *error), void *context,
                      mg_error *error);

/* The criterion of the claim that starts at this row, on one line: "for n in n6, n8: a/{n}.x > b/{n}.x; c.x < 3". It is
 * what claims.csv holds; free() it. */
char *mg_claims_criterion(const mg_csv *claims, size_t row);

#endif
