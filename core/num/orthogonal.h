/* orthogonal.h - makes the rows or columns of a matrix orthonormal. */
#ifndef MG_ORTHOGONAL_H
#define MG_ORTHOGONAL_H

#include "core/num/real.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_orthogonalise mg_orthogonalise_double
#endif

/* In place: the rows of a row-major matrix that has no more rows than columns, else the columns, become orthonormal by
 * the process of Gram and Schmidt, in their order; what is independent and normal is then uniform over all such
 * matrices. Vectors that depend on those before them, which drawn ones do not, are beyond it. Takes memory for the
 * call; where there is none the program ends. */
void mg_orthogonalise(int rows, int columns, mg_real *matrix);

#endif
