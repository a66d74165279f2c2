/* parameters.c - layouts of parameter blocks, and their first values. */
#include "core/num/parameters.h"
#include "core/num/orthogonal.h"
#include "core/num/scalar_math.h"

#ifndef MG_DOUBLE /* layouts hold no mg_real: one copy serves both forms */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mg_layout_clear(mg_layout *layout)
{
    memset(layout, 0, sizeof *layout);
}

static void refuse(const char *name, const char *reason)
{
    fprintf(stderr, "marlgold: parameter view '%s': %s\n", name, reason);
    exit(1);
}

int mg_layout_add(mg_layout *layout, const char *name, int rows, int columns, mg_initialiser initialiser, int fan_in,
                  int fan_out)
{
    if (layout->views == MG_VIEWS_MAX)
        refuse(name, "the layout is full; raise MG_VIEWS_MAX");
    mg_view *view = &layout->view[layout->views];
    if (strlen(name) >= sizeof view->name)
        refuse(name, "the name is longer than 31 characters");
    if (rows < 1 || columns < 1)
        refuse(name, "rows and columns must be at least 1");
    memset(view, 0, sizeof *view);
    memcpy(view->name, name, strlen(name) + 1);
    view->rows = rows;
    view->columns = columns;
    view->offset = layout->count;
    view->initialiser = initialiser;
    view->fan_in = fan_in;
    view->fan_out = fan_out;
    layout->count += (size_t)rows * (size_t)columns;
    return layout->views++;
}

int mg_layout_add_linear(mg_layout *layout, const char *name, int inputs, int outputs, mg_initialiser weight,
                         int bias_initialiser)
{
    char full[64];
    snprintf(full, sizeof full, "%s.weight", name);
    int index = mg_layout_add(layout, full, inputs, outputs, weight, inputs, outputs);
    if (bias_initialiser >= 0) {
        snprintf(full, sizeof full, "%s.bias", name);
        mg_layout_add(layout, full, 1, outputs, (mg_initialiser)bias_initialiser, inputs, outputs);
    }
    return index;
}

#endif

/* Half the width of the uniform distribution: the root in binary64, rounded once. */
static mg_real uniform_bound(const mg_view *view)
{
    double in = view->fan_in, out = view->fan_out;
    switch (view->initialiser) {
    case MG_INITIALISE_GLOROT_UNIFORM: return (mg_real)mg_sqrt(6.0 / (in + out));
    case MG_INITIALISE_FAN_IN_UNIFORM: return (mg_real)(1.0 / mg_sqrt(in));
    case MG_INITIALISE_HE_UNIFORM: return (mg_real)mg_sqrt(6.0 / in);
    default: return 0;
    }
}

static void fill_uniform(mg_stream *stream, mg_real bound, size_t n, mg_real *numbers)
{
    mg_real width = bound - -bound;
    for (size_t i = 0; i < n; i++) {
        mg_real part = width * (mg_real)mg_random_float(stream);
        numbers[i] = -bound + part;
    }
}

/* In binary32 many at once, which draws the same numbers. */
static void fill_normal(mg_stream *stream, size_t n, mg_real *numbers)
{
#ifdef MG_DOUBLE
    for (size_t i = 0; i < n; i++)
        numbers[i] = (mg_real)mg_random_normal(stream);
#else
    mg_random_fill_normal(stream, numbers, n);
#endif
}

static void initialise_view(const mg_view *view, mg_stream *stream, mg_real *numbers)
{
    size_t n = (size_t)view->rows * (size_t)view->columns;
    switch (view->initialiser) {
    case MG_INITIALISE_ZERO:
        for (size_t i = 0; i < n; i++)
            numbers[i] = 0;
        break;
    case MG_INITIALISE_NORMAL: fill_normal(stream, n, numbers); break;
    case MG_INITIALISE_ORTHOGONAL:
        fill_normal(stream, n, numbers);
        mg_orthogonalise(view->rows, view->columns, numbers);
        break;
    case MG_INITIALISE_GLOROT_UNIFORM:
    case MG_INITIALISE_FAN_IN_UNIFORM:
    case MG_INITIALISE_HE_UNIFORM: fill_uniform(stream, uniform_bound(view), n, numbers); break;
    }
}

void mg_parameters_initialise(const mg_layout *layout, mg_stream *stream, mg_real *block)
{
    for (int i = 0; i < layout->views; i++)
        initialise_view(&layout->view[i], stream, block + layout->view[i].offset);
}
