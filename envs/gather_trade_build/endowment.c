/* endowment.c - see endowment.h. */
#include "envs/gather_trade_build/endowment.h"
#include "core/num/scalar_math.h"

static const double aversion = 0.23, labor_weight = 0.21;

double mg_gtb_coin(const mg_gtb_endowment *endowment)
{
    return endowment->coin + endowment->escrow_coin;
}

double mg_gtb_utility(double coin, double labor)
{
    return (mg_pow(coin, 1.0 - aversion) - 1.0) / (1.0 - aversion) - labor_weight * labor;
}

double mg_gtb_utility_slope(double coin)
{
    return mg_pow(coin > 0.01 ? coin : 0.01, -aversion);
}

double mg_gtb_productivity(const mg_gtb_endowment endowment[MG_GTB_AGENTS])
{
    double sum = 0.0;
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        sum += mg_gtb_coin(&endowment[i]);
    return sum;
}

/* One less the Gini coefficient, which is at most (n - 1) / n, scaled to reach 1. */
double mg_gtb_equality(const mg_gtb_endowment endowment[MG_GTB_AGENTS])
{
    const double n = MG_GTB_AGENTS;
    double apart = 0.0;
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        for (int j = 0; j < i; j++) {
            double difference = mg_gtb_coin(&endowment[i]) - mg_gtb_coin(&endowment[j]);
            apart += difference < 0.0 ? -difference : difference;
        }
    double gini = 2.0 * apart / (2.0 * n * mg_gtb_productivity(endowment) + 1e-10);
    return 1.0 - gini * n / (n - 1.0);
}
