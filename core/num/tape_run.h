/* tape_run.h - one replay in progress, and what rules of operations are made of. Internal to tape_run.c and the
 * families; compiled in binary32 and in binary64.
 *
 * Arithmetic goes through the kernel table; plain loops in rules only copy, select or add, which no compiler can round
 * differently. The first contribution to a cotangent is stored, later ones are added, in descending order of nodes.
 */
#ifndef MG_TAPE_RUN_H
#define MG_TAPE_RUN_H

#include <string.h>

#include "core/num/kernels.h"
#include "core/num/tape_program.h"

/* Defines the rules of an operation, a mg_rules, under their name in this precision. */
#ifdef MG_DOUBLE
#define mg_rules mg_rules_double
#define MG_RULES(name) const mg_rules mg_rules_##name##_double
#else
#define MG_RULES(name) \
    extern const mg_rules_double mg_rules_##name##_double; \
    static const mg_rules mg_rules_##name
#endif

typedef struct mg_pass { /* of a replay: forward, backward or tangent */
    const mg_tape *tape;
    const mg_kernels *kernels;
    const mg_tape_replay *replay;
    mg_real *values; /* of the replay, or the first of its workspace */
    mg_real *workspace;
    size_t samples;

    /* backward */
    mg_real *parameter_gradient; /* NULL: left out */
    mg_real *const *input_gradient;
    uint32_t wanted_inputs; /* bit s: input slot s has a gradient to fill */
    unsigned char *marks;   /* which cotangents of nodes and gradients of pieces hold a first contribution */

    /* tangent */
    const mg_real *direction;
} mg_pass;

/* forward: fills the value. backward: hands the cotangent of the node on to its operands and pieces. tangent: fills
 * the tangent, called only if an operand or piece of the node moves. NULL: nothing is to do, except where
 * no_tangent says why there is none: then asking for it ends the program. */
struct mg_rules {
    const char *name;
    void (*forward)(const mg_pass *pass, const mg_tape_node *node);
    void (*backward)(const mg_pass *pass, const mg_tape_node *node, const mg_real *cotangent);
    void (*tangent)(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent);
    const char *no_tangent;
};

static inline const mg_rules *rules_of(const mg_tape_node *node)
{
#ifdef MG_DOUBLE
    return node->rules.twice;
#else
    return node->rules.single;
#endif
}

/* ---- shapes ---- */

static inline size_t rows_of(const mg_pass *pass, const mg_tape_node *node)
{
    return node->rows > 0 ? pass->samples * (size_t)node->rows : 1;
}

static inline int int_rows_of(const mg_pass *pass, const mg_tape_node *node)
{
    return (int)rows_of(pass, node);
}

static inline size_t elements_of(const mg_pass *pass, const mg_tape_node *node)
{
    return rows_of(pass, node) * (size_t)node->columns;
}

/* ---- where things lie ---- */

static inline const mg_tape_node *operand_of(const mg_pass *pass, const mg_tape_node *node, int i)
{
    return &pass->tape->node[node->operand[i]];
}

static inline const mg_real *value_at(const mg_tape_replay *replay, const mg_real *values, const mg_tape_node *node)
{
    if (node->place == MG_PLACE_WORKSPACE) {
        return values + node->value;
    }
    if (node->place == MG_PLACE_INPUT) {
        return replay->input[node->slot];
    }
    return replay->parameters + node->value;
}

/* Of an operand. */
static inline const mg_real *value_of(const mg_pass *pass, const mg_tape_node *node, int i)
{
    return value_at(pass->replay, pass->values, operand_of(pass, node, i));
}

static inline mg_real *result_of(const mg_pass *pass, const mg_tape_node *node)
{
    return pass->values + node->value;
}

static inline mg_real *scratch_of(const mg_pass *pass, int area)
{
    return pass->workspace + pass->tape->scratch[area];
}

/* A matrix product with the scratch of the pass. */
static inline void multiply(const mg_pass *pass, mg_gemm gemm)
{
    gemm.scratch = pass->workspace + pass->tape->gemm_scratch;
    pass->kernels->gemm(&gemm);
}

/* A piece of the parameters or of the direction; NULL if there is none. */
static inline const mg_real *piece_of(const mg_pass *pass, const mg_real *block, int piece)
{
    return piece != MG_NONE ? block + pass->tape->piece[piece].offset : NULL;
}

/* The tangent of an operand, or NULL if it does not move. */
static inline const mg_real *tangent_of(const mg_pass *pass, const mg_tape_node *node, int i)
{
    const mg_tape_node *of = operand_of(pass, node, i);
    if (!of->reaches_parameters) {
        return NULL;
    }
    return of->place == MG_PLACE_PARAMETERS ? pass->direction + of->value : pass->workspace + of->derivative;
}

/* ---- contributions to the cotangents of operands ---- */

/* Whether anything the caller asked for lies below this node. */
static inline bool is_wanted(const mg_pass *pass, const mg_tape_node *node)
{
    return (node->reaches_inputs & pass->wanted_inputs) != 0 ||
           (node->reaches_parameters && pass->parameter_gradient != NULL);
}

static inline bool wanted(const mg_pass *pass, const mg_tape_node *node, int i)
{
    return is_wanted(pass, operand_of(pass, node, i));
}

/* Where the cotangent of a wanted node is collected: leaves have the caller's arrays. */
static inline mg_real *cotangent_of(const mg_pass *pass, const mg_tape_node *node)
{
    if (node->place == MG_PLACE_INPUT) {
        return pass->input_gradient[node->slot];
    }
    if (node->place == MG_PLACE_PARAMETERS) {
        return pass->parameter_gradient + node->value;
    }
    return pass->workspace + node->derivative;
}

static inline bool mark_first(const mg_pass *pass, int mark)
{
    bool first = !pass->marks[mark];
    pass->marks[mark] = 1;
    return first;
}

/* The cotangent of a wanted operand, about to receive a contribution; `first`: it holds nothing yet. */
static inline mg_real *receive(const mg_pass *pass, const mg_tape_node *node, int i, bool *first)
{
    const mg_tape_node *of = operand_of(pass, node, i);
    *first = mark_first(pass, of->mark);
    return cotangent_of(pass, of);
}

/* The same for kernels that add: zero at first. */
static inline mg_real *receive_sum(const mg_pass *pass, const mg_tape_node *node, int i)
{
    bool first;
    mg_real *to = receive(pass, node, i, &first);
    if (first) {
        memset(to, 0, elements_of(pass, operand_of(pass, node, i)) * sizeof *to);
    }
    return to;
}

/* The gradient of a piece of the parameter block. */
static inline mg_real *receive_piece(const mg_pass *pass, int piece, bool *first)
{
    *first = mark_first(pass, pass->tape->nodes + piece);
    return pass->parameter_gradient + pass->tape->piece[piece].offset;
}

static inline void clear_piece(const mg_pass *pass, int piece)
{
    const mg_piece *of = &pass->tape->piece[piece];
    memset(pass->parameter_gradient + of->offset, 0, (size_t)of->rows * (size_t)of->columns * sizeof(mg_real));
}

static inline mg_real *receive_piece_sum(const mg_pass *pass, int piece)
{
    bool first;
    mg_real *to = receive_piece(pass, piece, &first);
    if (first) {
        clear_piece(pass, piece);
    }
    return to;
}

static inline void contribute(const mg_pass *pass, const mg_tape_node *node, int i, const mg_real *g)
{
    bool first;
    size_t n = elements_of(pass, operand_of(pass, node, i));
    mg_real *to = receive(pass, node, i, &first);
    if (first) {
        memcpy(to, g, n * sizeof *to);
    } else {
        pass->kernels->combine(MG_COMBINE_ADD, n, to, g, to);
    }
}

static inline void contribute_constant(const mg_pass *pass, const mg_tape_node *node, int i, mg_real g)
{
    bool first;
    size_t n = elements_of(pass, operand_of(pass, node, i));
    mg_real *to = receive(pass, node, i, &first);
    for (size_t j = 0; j < n; j++) {
        to[j] = first ? g : to[j] + g;
    }
}

static inline void contribute_product(const mg_pass *pass, const mg_tape_node *node, int i, const mg_real *a,
                                      const mg_real *b)
{
    bool first;
    size_t n = elements_of(pass, operand_of(pass, node, i));
    mg_real *to = receive(pass, node, i, &first);
    if (first) {
        pass->kernels->combine(MG_COMBINE_MULTIPLY, n, a, b, to);
    } else {
        pass->kernels->multiply_add(n, a, b, to);
    }
}

/* ---- shared by families ---- */

static inline void spread(mg_broadcast broadcast, size_t rows, size_t columns, const mg_real *b, mg_real *full)
{
    for (size_t i = 0; i < rows; i++) {
        mg_real *row = full + i * columns;
        if (broadcast == MG_BROADCAST_ROW) {
            memcpy(row, b, columns * sizeof *row);
            continue;
        }
        mg_real number = broadcast == MG_BROADCAST_ONE ? b[0] : b[i];
        for (size_t j = 0; j < columns; j++) {
            row[j] = number;
        }
    }
}

/* Entry `at` of an index slot or slice. */
static inline int32_t index_entry(const mg_pass *pass, int slot, size_t at)
{
    if (slot >= MG_TAPE_INDICES_MAX) {
        const mg_index_slice *of = &pass->tape->slice[slot - MG_TAPE_INDICES_MAX];
        size_t count = (size_t)of->count;
        slot = of->slot;
        at = at / count * (size_t)of->all + (size_t)of->first + at % count;
    }
    return pass->replay->index[slot][at];
}

/* The same, which must lie between least and count - 1. */
static inline int32_t index_at(const mg_pass *pass, int slot, size_t at, int32_t least, int count)
{
    int32_t index = index_entry(pass, slot, at);
    if (index < least || index >= count) {
        mg_tape_defect("index slot %d, entry %zu: %ld; want %ld to %d", slot, at, (long)index, (long)least, count - 1);
    }
    return index;
}

/* to = g f'(z), from y = f(z), for n numbers of an activation: they need only y */
static inline void through_activation(const mg_pass *pass, int function, size_t n, const mg_real *y, const mg_real *g,
                                      mg_real *to)
{
    memset(to, 0, n * sizeof *to);
    pass->kernels->map_backward((mg_map)function, n, y, y, g, to);
}

#endif
