/* ltos_exchange_step.c - weights, their exchange, shared rewards. */
#include "algos/ltos_exchange_step.h"
#include "core/num/kernels.h"
#include "core/num/scalar_math.h"

#include <string.h>

enum { SLOTS_MAX = 64 };

void mg_ltos_selfish(int slots, double selfishness, mg_real *bias)
{
    bias[0] = bias[1] = 0;
    for (int n = 2; n <= slots; n++)
        bias[n] = (mg_real)mg_log(selfishness / (1.0 - selfishness) * (double)(n - 1));
}

/* ---- weights ---- */

void mg_ltos_softmax(int rows, int slots, const int32_t *slot, const mg_real *bias, const mg_real *logits, mg_real *out)
{
    mg_real present[SLOTS_MAX];
    const mg_kernels *kernels = mg_kernels_current();
    for (int row = 0; row < rows; row++, slot += slots, out += slots) {
        int n = 0;
        for (int q = 0; q < slots; q++)
            if (slot[q] >= 0)
                present[n++] = logits ? logits[(size_t)row * (size_t)slots + (size_t)q] : 0;
        present[0] += bias[n];
        kernels->softmax(1, n, present, present);
        for (int q = 0, k = 0; q < slots; q++)
            out[q] = slot[q] >= 0 ? present[k++] : 0;
    }
}

void mg_ltos_softmax_back(int rows, int slots, const mg_real *out, const mg_real *by_out, mg_real *by_logits)
{
    memset(by_logits, 0, (size_t)rows * (size_t)slots * sizeof *by_logits);
    mg_kernels_current()->softmax_backward(rows, slots, out, by_out, by_logits);
}

/* ---- exchange ---- */

/* Where in w^in of agent i the weight lies that comes from agent j. */
static int place_of(int slots, const int32_t *slot, int i, int j)
{
    for (int p = 0; p < slots; p++)
        if (slot[i * slots + p] == j)
            return p;
    return slots;
}

void mg_ltos_exchange(int samples, int agents, int slots, const int32_t *slot, const mg_real *out, mg_real *in)
{
    const int incoming = slots + 1, mine = agents * slots;
    memset(in, 0, (size_t)samples * (size_t)agents * (size_t)incoming * sizeof *in);
    for (int s = 0; s < samples; s++, slot += mine, out += mine, in += agents * incoming)
        for (int k = 0; k < mine; k++)
            if (slot[k] >= 0)
                in[slot[k] * incoming + place_of(slots, slot, slot[k], k / slots)] += out[k];
}

void mg_ltos_exchange_back(int samples, int agents, int slots, const int32_t *slot, const mg_real *by_in,
                           mg_real *by_out)
{
    const int incoming = slots + 1, mine = agents * slots;
    for (int s = 0; s < samples; s++, slot += mine, by_out += mine, by_in += agents * incoming)
        for (int k = 0; k < mine; k++)
            by_out[k] = slot[k] < 0 ? 0 : by_in[slot[k] * incoming + place_of(slots, slot, slot[k], k / slots)];
}

void mg_ltos_share(int agents, int slots, const int32_t *slot, const mg_real *out, const mg_real *reward,
                   mg_real *shaped)
{
    memset(shaped, 0, (size_t)agents * sizeof *shaped);
    for (int k = 0; k < agents * slots; k++) {
        if (slot[k] < 0)
            continue;
        mg_real part = out[k] * reward[k / slots];
        shaped[slot[k]] += part;
    }
}
