/* prisoner.h - the prisoner's dilemma as a walk: two agents on a corridor of nine cells with goals at both ends and in
 * the middle.
 *
 * Source: Learning to Share, Section 5.1 (its Figure 2, left). The corridor is not released: cells 0 to 8, goals 0, 4
 * and 8, agent 0 starts on 3, agent 1 on 5, which is the start state that a public library of the cited Coco-Q work
 * has, its rewards divided by 100. Actions: 0 left, 1 right; there is no staying. Both move at once; every action costs
 * 0.01, the last one too, and who reaches a goal earns 1. If both enter cell 4 a fair coin decides: the winner stands
 * on it, the loser stays where it was and earns nothing. The episode terminates as soon as somebody stands on a goal
 * and is truncated after `steps` steps (ours: the paper does not say; without a limit two greedy policies can walk to
 * and fro for ever). The only random event is the coin: one draw of the step's stream, agent 0 wins below 1/2.
 *
 * Observation of agent i (ours; the paper says that the whole state is observed): its own cell and the other's, both
 * divided by 8, and its number, one-hot of two. State: both observations. Graph: the other agent. Transfers: after the
 * actions each agent may give the other an incentive; rewards do not depend on it.
 */
#ifndef MG_PRISONER_H
#define MG_PRISONER_H

#include "core/rl/env.h"

enum { MG_PRISONER_LEFT, MG_PRISONER_RIGHT, MG_PRISONER_CELLS = 9 };

typedef struct mg_prisoner_config {
    int steps;           /* longest episode */
    double step_cost;    /* of every action */
    double goal;         /* reward of reaching one */
    double transfer_max; /* bound of an incentive */
} mg_prisoner_config;

mg_prisoner_config mg_prisoner_default(void); /* the paper's rewards */
extern const mg_env_table mg_prisoner;

/* ---- for exact solutions ---- */
/* Puts a row where its agents stand on these cells, at the first step of an episode. */
void mg_prisoner_place(const mg_row *row, int cell_0, int cell_1);
int mg_prisoner_cell(const mg_row *row, int agent);

#endif
