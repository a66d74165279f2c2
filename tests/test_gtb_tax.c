/* Taxes of the gather-trade-build economy alone, and what coin is worth: examples that its released program was run on,
 * edges of brackets, who cannot pay, and slopes against central differences. */
#include "core/num/rng.h"
#include "envs/gather_trade_build/tax.h"
#include "tests/tap.h"

#include <string.h>

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static bool near(double a, double b)
{
    return size_of(a - b) < 1e-9;
}

static void test_due(void)
{
    static const double example[][2] = {{5.0, 0.5},      {9.7, 0.97},      {10.0, 1.006},    {50.0, 6.8585},
                                        {84.2, 14.3825}, {100.0, 18.1745}, {204.1, 46.6285}, {600.0, 186.9875},
                                        {0.0, 0.0},      {-5.0, 0.0}};
    for (size_t k = 0; k < sizeof example / sizeof *example; k++) {
        double due = mg_gtb_tax_due(mg_gtb_us_federal, example[k][0]);
        tap_ok(near(due, example[k][1]), "US federal tax of an income of %g: %.10g", example[k][0], due);
    }
    int wrong = 0;
    for (int k = 0; k <= 6000; k++) {
        double income = 0.1 * (double)k, parts = 0.0;
        for (int b = 0; b < MG_GTB_BRACKETS; b++)
            parts += mg_gtb_in_bracket(income, b);
        wrong += !near(parts, income);
    }
    tap_ok(wrong == 0, "brackets share an income out: %d wrong", wrong);
    bool edges = true;
    for (int b = 0; b < MG_GTB_BRACKETS; b++) {
        double cut = mg_gtb_cut[b];
        edges = edges && mg_gtb_marginal_rate(mg_gtb_us_federal, cut) == mg_gtb_us_federal[b] &&
                (b == 0 || mg_gtb_marginal_rate(mg_gtb_us_federal, cut - 1e-6) == mg_gtb_us_federal[b - 1]);
    }
    tap_ok(edges && mg_gtb_marginal_rate(mg_gtb_us_federal, -0.5) == 0.0 &&
               mg_gtb_marginal_rate(mg_gtb_us_federal, 1e9) == 0.37,
           "an edge belongs to the bracket above it; below 0 there is none");
}

/* Two agents gained, one lost, one has all its gain in escrow. */
static void set_up(mg_gtb_tax *tax, mg_gtb_endowment own[MG_GTB_AGENTS], const double *rate)
{
    memset(own, 0, MG_GTB_AGENTS * sizeof *own);
    memset(tax, 0xa5, sizeof *tax);
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        own[i].coin = 10.0;
    mg_gtb_tax_open(tax, own);
    memcpy(tax->rate, rate, sizeof tax->rate);
    own[0].coin = 60.0;
    own[1].coin = 15.0;
    own[1].escrow_coin = 15.0;
    own[2].coin = 4.0;
    own[3].coin = 1.0;
    own[3].escrow_coin = 50.0;
}

static void test_collection(void)
{
    mg_gtb_tax tax;
    mg_gtb_endowment own[MG_GTB_AGENTS];
    set_up(&tax, own, mg_gtb_us_federal);
    bool quiet = tax.position == 1;
    for (int t = 1; t < MG_GTB_PERIOD; t++) {
        mg_gtb_tax_step(&tax, own);
        quiet = quiet && tax.position == t + 1 && !tax.collected && own[0].coin == 60.0 && tax.periods == 0;
    }
    tap_ok(quiet, "nine steps without a collection");
    mg_gtb_tax_step(&tax, own);
    double due[3] = {6.8585, 2.206, 1.0}, share = (due[0] + due[1] + due[2]) / 4.0; /* the last has 1 coin at hand */
    tap_ok(tax.collected && tax.position == 1 && tax.periods == 1, "one in the tenth");
    tap_ok(near(own[0].coin, 60.0 - due[0] + share) && near(own[1].coin, 15.0 - due[1] + share),
           "who gained pays, and all get a quarter: %.10g", own[0].coin);
    tap_ok(near(own[2].coin, 4.0 + share), "who lost pays nothing");
    tap_ok(near(own[3].coin, share) && own[3].escrow_coin == 50.0, "escrow is safe: who has 1 pays 1");
    tap_ok(near(tax.last_income[0], 50.0) && near(tax.last_income[2], -6.0) && tax.last_rate[0] == 0.22 &&
               tax.last_rate[2] == 0.0 && tax.last_rate[3] == 0.22,
           "incomes and marginal rates are kept");
    tap_ok(near(tax.paid[0], due[0]) && near(tax.share, share) && near(tax.income[1], 20.0) && tax.rates[6] == 0.37,
           "sums of the episode too");
    tap_ok(near(mg_gtb_income(&tax, own, 0), 0.0) && near(mg_gtb_income(&tax, own, 3), 0.0),
           "what was shared out is no income of the next period");
    own[2].escrow_coin += 2.0;
    tap_ok(near(mg_gtb_income(&tax, own, 2), 2.0), "coin in escrow is income");
    mg_gtb_tax_step(&tax, own);
    tap_ok(!tax.collected && tax.position == 2, "the next period begins");
}

/* Coin after the collection as a function of one rate. */
static void coin_after(const double *rate, double coin[MG_GTB_AGENTS])
{
    mg_gtb_tax tax;
    mg_gtb_endowment own[MG_GTB_AGENTS];
    set_up(&tax, own, rate);
    tax.position = MG_GTB_PERIOD;
    mg_gtb_tax_step(&tax, own);
    for (int i = 0; i < MG_GTB_AGENTS; i++)
        coin[i] = mg_gtb_coin(&own[i]);
}

static void test_slopes(void)
{
    double worst = 0.0, limited = 0.0, moves = 0.0;
    for (uint32_t k = 0; k < 50; k++) {
        mg_stream stream = mg_stream_at((mg_key){4721, 0}, MG_PURPOSE_TEST, k, 0, 0);
        double rate[MG_GTB_BRACKETS], up[MG_GTB_AGENTS], down[MG_GTB_AGENTS];
        for (int b = 0; b < MG_GTB_BRACKETS; b++)
            rate[b] = 0.05 + 0.9 * mg_random_double(&stream);
        mg_gtb_tax tax;
        mg_gtb_endowment own[MG_GTB_AGENTS];
        set_up(&tax, own, rate);
        tax.position = MG_GTB_PERIOD;
        mg_gtb_tax_step(&tax, own);
        for (int b = 0; b < MG_GTB_BRACKETS; b++) {
            const double kept = rate[b], h = 1e-5;
            rate[b] = kept + h;
            coin_after(rate, up);
            rate[b] = kept - h;
            coin_after(rate, down);
            rate[b] = kept;
            for (int i = 0; i < MG_GTB_AGENTS; i++) {
                double off = size_of((up[i] - down[i]) / (2.0 * h) - tax.slope[i][b]);
                worst = off > worst ? off : worst;
                moves += size_of(tax.slope[i][b]);
            }
            double all = tax.slope[0][b] + tax.slope[1][b] + tax.slope[2][b] + tax.slope[3][b];
            limited = size_of(all) > limited ? size_of(all) : limited;
        }
    }
    tap_ok(worst < 1e-7 && moves > 100.0, "coin by rates, against central differences: off by %.2g", worst);
    tap_ok(limited < 1e-12, "rates move coin from one to another: none is made");
}

static void test_worth(void)
{
    static const double example[][3] = {
        {10.0, 0.0, 6.348619}, {0.0, 0.0, -1.298701}, {20.0, 5.0, 10.692043}, {100.0, 30.0, 37.432059}};
    for (size_t k = 0; k < sizeof example / sizeof *example; k++) {
        double utility = mg_gtb_utility(example[k][0], example[k][1]);
        tap_ok(size_of(utility - example[k][2]) < 5.1e-7, "utility of %g coin after %g labor: %.7f", example[k][0],
               example[k][1], utility);
    }
    double worst = 0.0;
    for (int k = 1; k < 400; k++) {
        double coin = 0.25 * (double)k, h = 1e-5;
        double slope = (mg_gtb_utility(coin + h, 3.0) - mg_gtb_utility(coin - h, 3.0)) / (2.0 * h);
        double off = size_of(slope - mg_gtb_utility_slope(coin));
        worst = off > worst ? off : worst;
    }
    tap_ok(worst < 1e-8, "its slope, against central differences: off by %.2g", worst);
    tap_ok(mg_gtb_utility_slope(0.0) == mg_gtb_utility_slope(0.01) &&
               mg_gtb_utility_slope(0.02) < mg_gtb_utility_slope(0.01),
           "the slope is bounded at 0.01");
}

static void test_equality(void)
{
    static const double example[][5] = {{10.0, 10.0, 10.0, 10.0, 1.0},
                                        {40.0, 0.0, 0.0, 0.0, 0.0},
                                        {1.0, 2.0, 3.0, 4.0, 2.0 / 3.0},
                                        {0.0, 0.0, 20.0, 20.0, 1.0 / 3.0},
                                        {20.0, 0.0, 20.0, 0.0, 1.0 / 3.0}};
    for (size_t k = 0; k < sizeof example / sizeof *example; k++) {
        mg_gtb_endowment own[MG_GTB_AGENTS] = {{0}};
        for (int i = 0; i < MG_GTB_AGENTS; i++)
            own[i].coin = example[k][i];
        own[0].escrow_coin = own[0].coin / 2.0; /* half of it promised */
        own[0].coin /= 2.0;
        double equality = mg_gtb_equality(own), sum = mg_gtb_productivity(own);
        tap_ok(near(equality, example[k][4]) && near(sum, k == 2 ? 10.0 : 40.0), "equality of %g %g %g %g: %.6f",
               example[k][0], example[k][1], example[k][2], example[k][3], equality);
    }
}

int main(void)
{
    test_due();
    test_collection();
    test_slopes();
    test_worth();
    test_equality();
    return tap_done();
}
