/* parameters.h - the parameters of one network: a single flat block, with named views into it.
 *
 * The layout (names, shapes, offsets, initialisers) is recorded once; any number of blocks share it: online and target
 * network, theta and theta-hat, every agent of one architecture. Hashing, soft updates, consensus averages and
 * checkpoints are then one call over `count` numbers.
 */
#ifndef MG_PARAMETERS_H
#define MG_PARAMETERS_H

#include "core/num/real.h"
#include "core/num/rng.h"

typedef enum mg_initialiser {
    MG_INITIALISE_ZERO,
    MG_INITIALISE_GLOROT_UNIFORM, /* uniform in +-sqrt(6/(fan_in+fan_out)) */
    MG_INITIALISE_FAN_IN_UNIFORM, /* uniform in +-1/sqrt(fan_in) */
    MG_INITIALISE_HE_UNIFORM,     /* uniform in +-sqrt(6/fan_in) */
    MG_INITIALISE_NORMAL,         /* standard normal */
    MG_INITIALISE_ORTHOGONAL      /* orthonormal rows, or columns where there are more rows, uniform over all such */
} mg_initialiser;

typedef struct mg_view {
    char name[32];
    int rows, columns; /* a weight of a linear layer is inputs x outputs; a bias 1 x outputs */
    size_t offset;     /* into the block, in reals */
    mg_initialiser initialiser;
    int fan_in, fan_out;
} mg_view;

#define MG_VIEWS_MAX 64
typedef struct mg_layout {
    int views;
    mg_view view[MG_VIEWS_MAX];
    size_t count; /* reals in a block */
} mg_layout;

void mg_layout_clear(mg_layout *layout);

/* Appends a view and returns its index. Ends the program if the layout is full, the name longer than 31 characters or
 * the shape empty: these are the program's, not the user's. */
int mg_layout_add(mg_layout *layout, const char *name, int rows, int columns, mg_initialiser initialiser, int fan_in,
                  int fan_out);

/* Appends "<name>.weight" (inputs x outputs) and, if bias_initialiser >= 0, "<name>.bias"; returns the index of the
 * weight. */
int mg_layout_add_linear(mg_layout *layout, const char *name, int inputs, int outputs, mg_initialiser weight,
                         int bias_initialiser);

/* Fills a block view by view, row-major, from the stream: one word a number (two for a normal or an
 * orthogonal one), zeros none. */
void mg_parameters_initialise(const mg_layout *layout, mg_stream *stream, mg_real *block);

#endif
