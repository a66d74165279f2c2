/* tax.h - the taxes of the gather-trade-build economy: brackets of income, a period of ten steps, and everything
 * collected is shared out equally (thesis Equations 6.7 and 6.8, facts/gtb.md 7).
 *
 * Income is how much coin (escrow too) an agent gained in a period. Who has not the coin at hand pays what it has:
 * escrow is safe.
 */
#ifndef MG_GTB_TAX_H
#define MG_GTB_TAX_H

#include "envs/gather_trade_build/endowment.h"

enum { MG_GTB_BRACKETS = 7, MG_GTB_PERIOD = 10 };

/* Bracket b is [cut[b], cut[b + 1]), the last has no end. Coin. */
extern const double mg_gtb_cut[MG_GTB_BRACKETS];
/* The US federal rates of 2018, cuts divided by 1000. */
extern const double mg_gtb_us_federal[MG_GTB_BRACKETS];

typedef struct mg_gtb_tax {
    double rate[MG_GTB_BRACKETS];                                /* of this period, in [0, 1] */
    double reference[MG_GTB_AGENTS];                             /* coin at the beginning of this period */
    double last_income[MG_GTB_AGENTS], last_rate[MG_GTB_AGENTS]; /* of the period before: 0 in the first */
    int32_t position;                                            /* of the step to come, 1 to MG_GTB_PERIOD */
    bool collected;                                              /* in the last step */
    /* [agent][bracket]: how its coin after the last collection depends on that period's rates. */
    double slope[MG_GTB_AGENTS][MG_GTB_BRACKETS];
    /* Of the periods that ended, sums: */
    int32_t periods;
    double rates[MG_GTB_BRACKETS];
    double income[MG_GTB_AGENTS], paid[MG_GTB_AGENTS], share; /* share: what each agent got back */
} mg_gtb_tax;

void mg_gtb_tax_open(mg_gtb_tax *tax, const mg_gtb_endowment endowment[MG_GTB_AGENTS]); /* all rates 0 */

/* The last step of a component order: collects at the end of a period, then counts the step. */
void mg_gtb_tax_step(mg_gtb_tax *tax, mg_gtb_endowment endowment[MG_GTB_AGENTS]);

double mg_gtb_income(const mg_gtb_tax *tax, const mg_gtb_endowment *endowment, int agent); /* of this period so far */
double mg_gtb_in_bracket(double income, int bracket); /* the part of it that lies there, >= 0 */
double mg_gtb_tax_due(const double *rate, double income);
double mg_gtb_marginal_rate(const double *rate, double income); /* of the bracket it is in; 0 below 0 */

#endif
