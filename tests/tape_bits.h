/* tape_bits.h - for tests of the tape in binary32: values against plain loops, dead rows and workspace poisoned, 1 to
 * 33 live rows on a tape of 33 and on one of as many, on every instruction set. */
#ifndef TAPE_BITS_H
#define TAPE_BITS_H

#include "core/num/isa.h"
#include "tests/tap.h"
#include "tests/tape_world.h"

#define BITS_ROWS 33

typedef struct outcome { /* value, tangent, gradient */
    size_t count;
    float *number;
} outcome;

/* Of the first output, for which alone a case has cotangents. */
static inline outcome run_case(const world *w, const tape_case *of)
{
    size_t n = (size_t)elements(w, 0), derivatives = derivative_count(w);
    outcome o = {2 * n + derivatives, calloc(2 * n + derivatives + 1, sizeof(float))};
    mg_tape_replay replay = replay_of(w);
    float *gradient = tape_gradient(w); /* goes forward */
    memcpy(o.number, mg_tape_value(w->tape, &replay, w->output[0]), n * sizeof(float));
    if (!of->no_tangent) {
        mg_tape_tangent(w->tape, &replay, w->parameters, w->output[0], o.number + n);
    }
    memcpy(o.number + 2 * n, gradient, derivatives * sizeof(float));
    free(gradient);
    return o;
}

static inline outcome outcome_of(const tape_case *of, int variant, bool moving, int rows_max, int rows)
{
    world *w = build_case(of, variant, false, moving, rows_max, rows);
    outcome o = run_case(w, of);
    world_free(w);
    return o;
}

static inline bool same_outcome(const outcome *a, const outcome *b)
{
    return a->count == b->count && memcmp(a->number, b->number, a->count * sizeof(float)) == 0;
}

static inline bool finite_outcome(const outcome *o)
{
    bool finite = true;
    for (size_t i = 0; i < o->count; i++) {
        finite = finite && isfinite(o->number[i]);
    }
    return finite;
}

/* One ulp further from zero. */
static inline float next_number(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits++;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Values by plain loops; `moved`: with the first input moved by an ulp for the tape alone. Whether they are equal. */
static inline bool equals_plain(const tape_case *of, int variant, int rows, bool moved)
{
    world *w = build_case(of, variant, false, false, BITS_ROWS, rows);
    size_t n = (size_t)elements(w, 0);
    float *plain = calloc(n + 1, sizeof *plain);
    mg_tape_replay replay = replay_of(w);
    of->plain(w, variant, plain);
    for (int i = 0; moved && i < w->input_rows[0] * w->input_columns[0]; i++) {
        w->input[0][i] = next_number(w->input[0][i]);
    }
    mg_tape_forward(w->tape, &replay);
    bool equal = true;
    for (size_t i = 0; i < n; i++) { /* +0 and -0 are equal here */
        equal = equal && mg_tape_value(w->tape, &replay, w->output[0])[i] == plain[i];
    }
    free(plain);
    world_free(w);
    return equal;
}

static inline bool poison_seen(const tape_case *of, int variant, int rows)
{
    world *w = build_case(of, variant, false, false, BITS_ROWS, rows);
    outcome before = run_case(w, of);
    for (int s = 0; s < w->inputs; s++) { /* all of the last live row */
        int of_row = w->input_rows[s] * w->input_columns[s];
        for (int i = 0; i < of_row; i++) {
            w->input[s][(rows - 1) * of_row + i] = NAN;
        }
    }
    outcome after = run_case(w, of);
    bool seen = !finite_outcome(&after) && !same_outcome(&before, &after);
    free(before.number);
    free(after.number);
    world_free(w);
    return seen;
}

/* Whether the other outcomes of these rows, on a tape of as many and on every instruction set, are the first's. */
static inline bool same_everywhere(const tape_case *of, int variant, bool moving, int rows, bool *finite)
{
    char message[200];
    const char *name;
    outcome first = {0};
    bool same = true;
    for (int i = 0; (name = mg_isa_available(i)) != NULL; i++) {
        same = same && mg_isa_choose(name, message, sizeof message);
        outcome large = outcome_of(of, variant, moving, BITS_ROWS, rows);
        outcome small = outcome_of(of, variant, moving, rows, rows);
        *finite = *finite && finite_outcome(&large);
        same = same && same_outcome(&large, &small) && (i == 0 || same_outcome(&large, &first));
        free(small.number);
        if (i == 0) {
            first = large;
        } else {
            free(large.number);
        }
    }
    free(first.number);
    return same;
}

static inline void test_bits(const tape_case *of)
{
    bool finite = true, same = true, plain = true, moved = false, seen = true;
    for (int variant = 0; variant < of->variants; variant++) {
        int count = 0;
        for (int rows = 1; rows <= BITS_ROWS; rows++) {
            same = same && same_everywhere(of, variant, false, rows, &finite);
            same = same && (rows % 4 > 0 || same_everywhere(of, variant, true, rows, &finite));
            plain = plain && (of->plain == NULL || equals_plain(of, variant, rows, false));
            count += poison_seen(of, variant, rows);
        }
        seen = seen && count >= BITS_ROWS - 3; /* what is gathered may be from elsewhere */
        moved = moved || (of->plain != NULL && !equals_plain(of, variant, 9, true));
    }
    tap_ok(finite, "%s: 1 to 33 rows: poisoned dead rows and workspace are never read", of->name);
    tap_ok(seen, "%s: twin: poison in a live row is seen", of->name);
    tap_ok(same, "%s: a tape of 33 has the bits of a tape of n, on every instruction set", of->name);
    if (of->plain != NULL) {
        tap_ok(plain, "%s: values are those of plain loops", of->name);
        tap_ok(moved, "%s: twin: an input moved by one ulp is seen", of->name);
    }
}

#endif
