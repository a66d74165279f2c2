/* anticipation_theory.h - the inequalities that Anticipation Sharing rests on (Theorems 1 to 3 of its paper), checked
 * on random finite games by exact evaluation in binary64. */
#ifndef MG_ANTICIPATION_THEORY_H
#define MG_ANTICIPATION_THEORY_H

#include "core/num/rng.h"

/* Worst cases over the games looked at. tightest: the largest share of its allowance that an inequality used; above 1
 * it does not hold. Order: Theorems 1, 2, 3, and "the largest KL divergence of joint policies over states is at most
 * the sum of the agents' largest". */
enum { MG_THEORY_INEQUALITIES = 4 };
typedef struct mg_anticipation_theory {
    long games, violations[MG_THEORY_INEQUALITIES];
    double tightest[MG_THEORY_INEQUALITIES];
    double identity_error; /* KL of a joint policy against the sum of its agents', at every state; Lemma 1 too */
} mg_anticipation_theory;

/* Draws one game (4 states, 2 agents with 2 actions each, discount 0.9) with old and new policies and anticipations,
 * and adds what it finds. allowance: 1, or less to see the check fail. Violated: by more than 1e-9 of the terms. */
void mg_anticipation_theory_add(mg_anticipation_theory *theory, mg_stream *stream, double allowance);

#endif
