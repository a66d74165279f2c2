/* tape_program.h - what a recorded tape consists of, and what the recording functions share. Internal to tape*.c.
 *
 * A node is a value and the operation that makes it, so a program is one array in order of recording: an operation
 * only reads nodes before it. Nothing here depends on mg_real; constants are kept in binary64 and rounded in the
 * replay.
 *
 * An operation is: its rules (MG_RULES in tape_run.h: forward, backward, tangent), compiled in binary32 and in
 * binary64, and beside them its recording function, all in the file of its family; a declaration in tape.h; and a case
 * in tests/test_tape_gradient.c.
 */
#ifndef MG_TAPE_PROGRAM_H
#define MG_TAPE_PROGRAM_H

#include <stdbool.h>

#include "core/num/tape.h"

typedef struct mg_rules mg_rules;               /* what an operation does in binary32: tape_run.h */
typedef struct mg_rules_double mg_rules_double; /* ... and in binary64 */

typedef struct mg_rule_pair {
    const mg_rules *single;
    const mg_rules_double *twice;
} mg_rule_pair;

/* The rules that MG_RULES(name) of the same file defines. */
#define MG_RULES_OF(name) ((mg_rule_pair){&mg_rules_##name, &mg_rules_##name##_double})

/* How the second operand of an elementwise operation fills the shape of the first. */
typedef enum mg_broadcast {
    MG_BROADCAST_NONE,   /* same shape */
    MG_BROADCAST_ROW,    /* a single row, repeated for every row */
    MG_BROADCAST_COLUMN, /* one number per row, repeated for every column */
    MG_BROADCAST_GROUP,  /* fewer rows, each repeated for as many rows that follow each other */
    MG_BROADCAST_ONE     /* a single number */
} mg_broadcast;

/* Where the value of a node lies. */
typedef enum mg_place { MG_PLACE_WORKSPACE, MG_PLACE_INPUT, MG_PLACE_PARAMETERS } mg_place;

#define MG_OPERANDS_MAX 3
#define MG_SCRATCH_AREAS 3 /* buffers that live for one operation only */
#define MG_NONE (-1)

typedef struct mg_tape_node {
    mg_rule_pair rules;
    int operands;
    mg_node operand[MG_OPERANDS_MAX];
    bool shares; /* its value and its derivative are those of its operand, in another shape or stopped ... */
    bool stops;  /* ... where no derivative goes through */

    /* shape of the value */
    int columns;
    int rows; /* of each sample; 0: a single row, whatever the samples */

    /* what the operation needs beside its operands; the rest is zero, slots and pieces MG_NONE */
    int function;           /* an mg_map or an mg_combine; MG_NONE: no activation */
    mg_broadcast broadcast; /* elementwise operations of two operands */
    int slot;               /* of an input, or an index slot */
    int first;              /* first column of a slice */
    int group, heads;       /* rows that belong together, or the depth of a product; heads of attention */
    mg_image image;         /* of a convolution */
    int weight, bias;       /* pieces of the parameter block */
    double constant[2];     /* scale and shift, or low and high */

    size_t kept_reals; /* what forward keeps for backward beside the value, for the largest number of samples */

    /* where things lie; laid out by mg_tape_finish */
    mg_place place;
    size_t value;      /* offset into the values or the block */
    size_t kept;       /* offset into the values */
    size_t derivative; /* offset of cotangent or tangent, never needed at once, into the workspace */
    int mark;          /* of the marks of a backward pass: whether the cotangent holds anything */

    /* what a derivative can reach from here, `stops` respected */
    uint32_t reaches_inputs; /* bit s: input slot s */
    bool reaches_parameters;
} mg_tape_node;

/* A view of the parameter block that the program uses. */
typedef struct mg_piece {
    size_t offset;
    int rows, columns;
} mg_piece;

/* Of the indices of a slot, `all` for each sample, `count` from `first` on. */
typedef struct mg_index_slice {
    int slot, all, first, count;
} mg_index_slice;

struct mg_tape {
    int rows_max;
    int nodes, pieces, inputs, indices, slices;
    bool finished;
    size_t scratch_reals[MG_SCRATCH_AREAS]; /* for the largest number of samples */
    bool needs_gemm;
    size_t marks, scratch[MG_SCRATCH_AREAS], gemm_scratch; /* offsets into the workspace */
    size_t values;                                         /* of these, the first, which hold values */
    size_t reals;                                          /* of the workspace */
    mg_tape_node *node;                                    /* room doubles while recording, exact once finished */
    mg_piece *piece;
    mg_index_slice *slice; /* index slots from MG_TAPE_INDICES_MAX on */
    int node_room, piece_room, slice_room;
};

/* Ends the program: the caller of the tape is wrong, not its user. */
_Noreturn void mg_tape_defect(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- for recording functions; `caller` is their name, for messages ---- */
const mg_tape_node *mg_tape_operand(const mg_tape *tape, mg_node node, const char *caller);
mg_tape_node mg_tape_leaf(mg_rule_pair rules, int columns, int rows);                               /* no operands */
mg_tape_node mg_tape_unary(const mg_tape *tape, mg_rule_pair rules, mg_node a, const char *caller); /* shape of a */
mg_node mg_tape_record(mg_tape *tape, mg_tape_node node, const char *caller);
size_t mg_tape_rows_max(const mg_tape *tape, const mg_tape_node *node);
/* Makes a scratch area large enough for so many reals. */
void mg_tape_need_scratch(mg_tape *tape, int area, size_t reals);
/* Makes the first areas large enough for the shape of this node. */
void mg_tape_need_shapes(mg_tape *tape, int areas, const mg_tape_node *node);
const mg_view *mg_tape_view(const mg_layout *layout, int view, const char *caller);
int mg_tape_piece(mg_tape *tape, const mg_view *view); /* the number of a piece, new or known */
/* The piece of the view that follows a weight and is its bias of so many columns, or MG_NONE. */
int mg_tape_bias(mg_tape *tape, const mg_layout *layout, int weight, int columns, const char *caller);
int mg_tape_slot(const mg_tape *tape, int index_slot, const char *caller);
int mg_tape_activation(mg_activation activation, const char *caller); /* an mg_map or MG_NONE */

#endif
