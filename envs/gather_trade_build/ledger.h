/* ledger.h - what the released program of the thesis's tax designer takes its agents to have been paid
 * (facts/gtb.md 11), where MetaGrad is trained as it was released (algos/metagrad.h).
 *
 * It writes down of every agent, before each step, its coin at hand and in escrow and its coin after the last
 * collection. From that it makes an episode's rewards anew: what the coin of before a step is worth when it has been
 * taxed, less what it was worth; so 0 where nothing is collected, but for who owns less than 0.01 coin, which counts as
 * 0.01 in the first of the two. Three things are then other than they were: the income of the collecting step itself is
 * missing, labor is, and incomes are counted from the coin after the episode's last collection, all of them, since the
 * program keeps the list itself into which the economy goes on writing, not what it held.
 */
#ifndef MG_GTB_LEDGER_H
#define MG_GTB_LEDGER_H

#include "envs/gather_trade_build/tax.h"

/* Of an agent, [agent][MG_GTB_ENTRIES]. */
enum { MG_GTB_AT_HAND, MG_GTB_IN_ESCROW, MG_GTB_REFERENCE, MG_GTB_ENTRIES };

void mg_gtb_ledger_write(const mg_gtb_tax *tax, const mg_gtb_endowment endowment[MG_GTB_AGENTS], float *ledger);

/* As mg_env_table's account: ledger [step, and one more][agent][entry]; rates [period][bracket], in [0, 1]; reward
 * [step][agent]; sensitivity [step][agent][bracket], 0 where an agent owns less than 0.01. */
void mg_gtb_ledger_account(int steps, const float *ledger, const float *rates, float *reward, float *sensitivity);

#endif
