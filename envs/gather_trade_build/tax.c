/* tax.c - see tax.h. */
#include "envs/gather_trade_build/tax.h"

#include <string.h>

const double mg_gtb_cut[MG_GTB_BRACKETS] = {0.0, 9.7, 39.475, 84.2, 160.725, 204.1, 510.3};
const double mg_gtb_us_federal[MG_GTB_BRACKETS] = {0.10, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37};

void mg_gtb_tax_open(mg_gtb_tax *tax, const mg_gtb_endowment endowment[MG_GTB_AGENTS])
{
    memset(tax, 0, sizeof *tax);
    tax->position = 1;
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        tax->reference[i] = mg_gtb_coin(&endowment[i]);
}

double mg_gtb_income(const mg_gtb_tax *tax, const mg_gtb_endowment *endowment, int agent)
{
    return mg_gtb_coin(&endowment[agent]) - tax->reference[agent];
}

double mg_gtb_in_bracket(double income, int bracket)
{
    double above = income - mg_gtb_cut[bracket];
    if (above <= 0.0)
        return 0.0;
    if (bracket + 1 == MG_GTB_BRACKETS)
        return above;
    double width = mg_gtb_cut[bracket + 1] - mg_gtb_cut[bracket];
    return above < width ? above : width;
}

double mg_gtb_tax_due(const double *rate, double income)
{
    double due = 0.0;
    for (int b = 0; b < MG_GTB_BRACKETS; b++)
        due += rate[b] * mg_gtb_in_bracket(income, b);
    return due;
}

double mg_gtb_marginal_rate(const double *rate, double income)
{
    if (income < 0.0)
        return 0.0;
    int b = 0;
    while (b + 1 < MG_GTB_BRACKETS && income >= mg_gtb_cut[b + 1])
        b++;
    return rate[b];
}

/* What an agent pays, and how that depends on the rates: not at all where it pays all that it has at hand. */
static double pay(const mg_gtb_tax *tax, const mg_gtb_endowment *endowment, int agent, double slope[MG_GTB_BRACKETS])
{
    double income = mg_gtb_income(tax, endowment, agent), due = mg_gtb_tax_due(tax->rate, income);
    bool all = due > endowment[agent].coin;
    for (int b = 0; b < MG_GTB_BRACKETS; b++)
        slope[b] = all ? 0.0 : mg_gtb_in_bracket(income, b);
    return all ? endowment[agent].coin : due;
}

/* d coin_i = -d paid_i + (sum over j of d paid_j) / 4. */
static void find_slopes(mg_gtb_tax *tax, double paid[MG_GTB_AGENTS][MG_GTB_BRACKETS])
{
    for (int b = 0; b < MG_GTB_BRACKETS; b++) {
        double sum = 0.0;
        for (int i = 0; i < MG_GTB_AGENTS; i++)
            sum += paid[i][b];
        for (int i = 0; i < MG_GTB_AGENTS; i++)
            tax->slope[i][b] = sum / (double)MG_GTB_AGENTS - paid[i][b];
    }
}

static void collect(mg_gtb_tax *tax, mg_gtb_endowment endowment[MG_GTB_AGENTS])
{
    double paid_slope[MG_GTB_AGENTS][MG_GTB_BRACKETS], revenue = 0.0;
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        double income = mg_gtb_income(tax, endowment, i), paid = pay(tax, endowment, i, paid_slope[i]);
        endowment[i].coin -= paid;
        revenue += paid;
        tax->last_income[i] = income;
        tax->last_rate[i] = mg_gtb_marginal_rate(tax->rate, income);
        tax->income[i] += income;
        tax->paid[i] += paid;
    }
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        endowment[i].coin += revenue / (double)MG_GTB_AGENTS;
        tax->reference[i] = mg_gtb_coin(&endowment[i]);
    }
    tax->share += revenue / (double)MG_GTB_AGENTS;
    tax->periods++;
    for (int b = 0; b < MG_GTB_BRACKETS; b++)
        tax->rates[b] += tax->rate[b];
    find_slopes(tax, paid_slope);
}

void mg_gtb_tax_step(mg_gtb_tax *tax, mg_gtb_endowment endowment[MG_GTB_AGENTS])
{
    tax->collected = tax->position >= MG_GTB_PERIOD;
    if (tax->collected)
        collect(tax, endowment);
    tax->position = tax->collected ? 1 : tax->position + 1;
}
