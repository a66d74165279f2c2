/* tape_program.h - what a recorded tape consists of. Internal to tape.c (recording) and tape_run.h (replay).
 *
 * A node is a value and the operation that makes it, so a program is one array in order of recording: an operation
 * only reads nodes before it. Nothing here depends on mg_real; constants are kept in binary64 and rounded in the
 * replay.
 *
 * To add an operation: a kind here, a recording function in tape.c, a row of rules in tape_ops.c (forward,
 * backward, tangent), a case in tests/test_tape_gradient.c.
 */
#ifndef MG_TAPE_PROGRAM_H
#define MG_TAPE_PROGRAM_H

#include <stdbool.h>

#include "core/num/tape.h"

typedef enum mg_operation_kind {
    MG_OPERATION_INPUT,
    MG_OPERATION_PARAMETER,
    MG_OPERATION_STOP_GRADIENT,
    MG_OPERATION_LINEAR,
    MG_OPERATION_LOOKUP,
    MG_OPERATION_ADD,
    MG_OPERATION_SUBTRACT,
    MG_OPERATION_MULTIPLY,
    MG_OPERATION_DIVIDE,
    MG_OPERATION_MINIMUM,
    MG_OPERATION_MAXIMUM,
    MG_OPERATION_AFFINE,
    MG_OPERATION_CLIP,
    MG_OPERATION_MAP,
    MG_OPERATION_SOFTMAX,
    MG_OPERATION_LOG_SOFTMAX,
    MG_OPERATION_GATHER,
    MG_OPERATION_CONCAT,
    MG_OPERATION_SLICE,
    MG_OPERATION_ROW_SUM,
    MG_OPERATION_SUM,
    MG_OPERATION_MEAN,
    MG_OPERATION_COUNT
} mg_operation_kind;

/* How the second operand of an elementwise operation fills the shape of the first. */
typedef enum mg_broadcast {
    MG_BROADCAST_NONE,   /* same shape */
    MG_BROADCAST_ROW,    /* a single row, repeated for every row */
    MG_BROADCAST_COLUMN, /* one number per row, repeated for every column */
    MG_BROADCAST_ONE     /* a single number */
} mg_broadcast;

/* Where the value of a node lies. */
typedef enum mg_place { MG_PLACE_WORKSPACE, MG_PLACE_INPUT, MG_PLACE_PARAMETERS } mg_place;

#define MG_OPERANDS_MAX 4  /* more than today's operations need: attention and recurrent cells take more */
#define MG_SCRATCH_AREAS 3 /* buffers of the shape of a node that live for one operation only */
#define MG_NODE_WORDS ((MG_TAPE_NODES_MAX + 63) / 64)
#define MG_NO_OFFSET ((size_t)-1)

typedef struct mg_operation {
    mg_operation_kind kind;
    int operands;
    mg_node operand[MG_OPERANDS_MAX];

    /* shape of the value */
    int columns;
    bool batch; /* one row per live row; else a single row */

    /* what the operation needs beside its operands; the rest is zero */
    int map;                /* an mg_map: of MAP, and of LINEAR with an activation; else -1 */
    mg_broadcast broadcast; /* elementwise operations of two operands */
    int slot;               /* of INPUT, or the index slot of GATHER and LOOKUP */
    int first;              /* first column of SLICE */
    int depth;              /* rows of the weight of LINEAR and LOOKUP */
    size_t weight, bias;    /* offsets into the parameter block; MG_NO_OFFSET: none */
    double constant[2];     /* scale and shift, or low and high */

    /* where things lie; laid out by mg_tape_finish */
    mg_place place;
    size_t value;      /* offset into the workspace or the block */
    size_t derivative; /* offset of cotangent or tangent, never needed at once, into the workspace */

    /* what a derivative can reach from here, stop_gradient respected */
    uint32_t reaches_inputs; /* bit s: input slot s */
    bool reaches_parameters;
    uint64_t ancestors[MG_NODE_WORDS]; /* bit n: node n, itself included */
} mg_operation;

struct mg_tape {
    int rows_max;
    int nodes, inputs, indices;
    bool finished;
    size_t scratch_elements[MG_SCRATCH_AREAS]; /* reals, for the largest number of rows */
    bool needs_gemm;
    size_t scratch[MG_SCRATCH_AREAS], gemm_scratch; /* offsets into the workspace */
    size_t values;                                  /* of these, the first, which hold values */
    size_t reals;                                   /* of the workspace */
    mg_operation node[MG_TAPE_NODES_MAX];
};

/* Ends the program: the caller of the tape is wrong, not its user. */
_Noreturn void mg_tape_defect(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
