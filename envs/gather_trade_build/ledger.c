/* ledger.c - see ledger.h. */
#include "envs/gather_trade_build/ledger.h"

#include <string.h>

enum { NUMBERS = MG_GTB_AGENTS * MG_GTB_ENTRIES };
static const double least = 0.01; /* coin, where it is taxed */

void mg_gtb_ledger_write(const mg_gtb_tax *tax, const mg_gtb_endowment endowment[MG_GTB_AGENTS], float *ledger)
{
    for (int i = 0; i < MG_GTB_AGENTS; i++, ledger += MG_GTB_ENTRIES) {
        ledger[MG_GTB_AT_HAND] = (float)endowment[i].coin;
        ledger[MG_GTB_IN_ESCROW] = (float)endowment[i].escrow_coin;
        ledger[MG_GTB_REFERENCE] = (float)tax->reference[i];
    }
}

/* The coin of this entry, and of a step that collects what it is after that; last: the ledger's last. */
static void tax_entry(const float *entry, const float *last, const float *rates, mg_gtb_tax *tax,
                      mg_gtb_endowment own[MG_GTB_AGENTS])
{
    *tax = (mg_gtb_tax){.position = rates ? MG_GTB_PERIOD : 1};
    for (int b = 0; b < MG_GTB_BRACKETS && rates; b++)
        tax->rate[b] = (double)rates[b];
    for (int i = 0; i < MG_GTB_AGENTS; i++) {
        own[i] = (mg_gtb_endowment){.coin = (double)entry[i * MG_GTB_ENTRIES + MG_GTB_AT_HAND],
                                    .escrow_coin = (double)entry[i * MG_GTB_ENTRIES + MG_GTB_IN_ESCROW]};
        tax->reference[i] = (double)last[i * MG_GTB_ENTRIES + MG_GTB_REFERENCE];
    }
    mg_gtb_tax_step(tax, own);
}

void mg_gtb_ledger_account(int steps, const float *ledger, const float *rates, float *reward, float *sensitivity)
{
    const float *last = ledger + (size_t)steps * NUMBERS;
    memset(sensitivity, 0, (size_t)steps * MG_GTB_AGENTS * MG_GTB_BRACKETS * sizeof *sensitivity);
    for (int t = 0; t < steps; t++, ledger += NUMBERS) {
        const bool collects = t % MG_GTB_PERIOD == MG_GTB_PERIOD - 1;
        mg_gtb_tax tax;
        mg_gtb_endowment own[MG_GTB_AGENTS];
        tax_entry(ledger, last, collects ? rates + t / MG_GTB_PERIOD * MG_GTB_BRACKETS : NULL, &tax, own);
        for (int i = 0; i < MG_GTB_AGENTS; i++, sensitivity += MG_GTB_BRACKETS) {
            const float *entry = ledger + i * MG_GTB_ENTRIES;
            const double before = (double)entry[MG_GTB_AT_HAND] + (double)entry[MG_GTB_IN_ESCROW];
            const double coin = mg_gtb_coin(&own[i]);
            *reward++ = (float)(mg_gtb_utility(coin > least ? coin : least, 0.0) - mg_gtb_utility(before, 0.0));
            for (int b = 0; b < MG_GTB_BRACKETS && collects && coin > least; b++)
                sensitivity[b] = (float)(mg_gtb_utility_slope(coin) * tax.slope[i][b]);
        }
    }
}
