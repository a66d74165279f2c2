/* tape_differences.h - for tests of the tape in binary64: gradients and tangents of a program against central
 * differences; each check has a twin with a deliberately wrong derivative that must exceed the tolerance. */
#ifndef TAPE_DIFFERENCES_H
#define TAPE_DIFFERENCES_H

#include "tests/tap.h"
#include "tests/tape_world.h"

#define TOLERANCE 1e-5
#define STEP 1e-5
#define ROWS 5
#define ROWS_MAX 9

static inline double objective(const world *w)
{
    mg_tape_replay replay = replay_of(w);
    double sum = 0;
    mg_tape_forward(w->tape, &replay);
    for (int i = 0; i < w->outputs; i++) {
        const double *value = mg_tape_value(w->tape, &replay, w->output[i]);
        for (int j = 0; j < elements(w, i); j++) {
            sum += w->cotangent[i][j] * value[j];
        }
    }
    return sum;
}

static inline double slope(const world *w, double *x)
{
    double keep = *x;
    *x = keep + STEP;
    double high = objective(w);
    *x = keep - STEP;
    double low = objective(w);
    *x = keep;
    return (high - low) / (2 * STEP);
}

/* Parameters first, then inputs in order. */
static inline double *numeric_gradient(const world *w)
{
    double *g = malloc((derivative_count(w) + 1) * sizeof *g), *at = g;
    for (size_t i = 0; i < w->layout.count; i++) {
        *at++ = slope(w, &w->parameters[i]);
    }
    for (int s = 0; s < w->inputs; s++) {
        for (int i = 0; i < w->rows * w->input_rows[s] * w->input_columns[s]; i++) {
            *at++ = slope(w, &w->input[s][i]);
        }
    }
    return g;
}

static inline double relative_error(size_t n, const double *a, const double *b)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double error = fabs(a[i] - b[i]) / (fabs(a[i]) + fabs(b[i]) + 1e-2);
        worst = error <= worst ? worst : error; /* NaN is the worst of all */
    }
    return worst;
}

/* Objective's derivative along a parameter direction, by forward mode: cotangents times tangents. */
static inline double tape_tangent(const world *w, const double *direction)
{
    double sum = 0;
    mg_tape_replay replay = replay_of(w);
    mg_tape_forward(w->tape, &replay);
    for (int i = 0; i < w->outputs; i++) {
        double *tangent = malloc(sizeof *tangent * (size_t)elements(w, i));
        mg_tape_tangent(w->tape, &replay, direction, w->output[i], tangent);
        for (int j = 0; j < elements(w, i); j++) {
            sum += w->cotangent[i][j] * tangent[j];
        }
        free(tangent);
    }
    return sum;
}

static inline double numeric_tangent(const world *w, const double *direction)
{
    size_t n = w->layout.count;
    double *keep = malloc((n + 1) * sizeof *keep), difference = 0;
    memcpy(keep, w->parameters, n * sizeof *keep);
    for (int side = 1; side >= -1; side -= 2) {
        for (size_t i = 0; i < n; i++) {
            w->parameters[i] = keep[i] + side * STEP * direction[i];
        }
        difference += side * objective(w);
    }
    memcpy(w->parameters, keep, n * sizeof *keep);
    free(keep);
    return difference / (2 * STEP);
}

/* ---- the worst of many programs ---- */

typedef struct worst {
    double gradient, tangent, identity; /* largest errors of the right programs */
    double twin_gradient, twin_tangent; /* smallest errors of the wrong ones */
} worst;

static inline double larger(double a, double b)
{
    return a >= b ? a : b; /* b if unordered */
}

static inline double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

static inline void compare_case(const world *right, const world *wrong, bool tangents, worst *seen)
{
    mg_stream stream = mg_stream_at((mg_key){1, 8}, MG_PURPOSE_TEST, 0, 0, 0);
    size_t n = derivative_count(right), parameters = right->layout.count;
    double *numeric = numeric_gradient(right), *gradient = tape_gradient(right);
    double *direction = numbers(&stream, parameters), expected = 0;
    seen->gradient = larger(seen->gradient, relative_error(n, gradient, numeric));
    if (tangents) {
        double forward = tape_tangent(right, direction), along = dot(parameters, direction, gradient);
        expected = numeric_tangent(right, direction);
        seen->tangent = larger(seen->tangent, relative_error(1, &forward, &expected));
        seen->identity = larger(seen->identity, relative_error(1, &forward, &along));
    }
    if (wrong != NULL) {
        double *other = tape_gradient(wrong);
        double twin = relative_error(n, other, numeric);
        seen->twin_gradient = twin < seen->twin_gradient ? twin : seen->twin_gradient;
        free(other);
        if (expected != 0) {
            double other_forward = tape_tangent(wrong, direction);
            twin = relative_error(1, &other_forward, &expected);
            seen->twin_tangent = twin < seen->twin_tangent ? twin : seen->twin_tangent;
        }
    }
    free(numeric);
    free(gradient);
    free(direction);
}

static inline void test_operation(const tape_case *of)
{
    worst seen = {.twin_gradient = 1e300, .twin_tangent = 1e300};
    for (int variant = 0; variant < of->variants; variant++) {
        for (int moving = 0; moving < 2; moving++) {
            world *right = build_case(of, variant, false, moving, ROWS_MAX, ROWS);
            world *wrong = build_case(of, variant, true, moving, ROWS_MAX, ROWS);
            compare_case(right, wrong, !of->no_tangent, &seen);
            world_free(right);
            world_free(wrong);
        }
    }
    tap_ok(seen.gradient < TOLERANCE, "%s: gradients, worst relative error %.1e", of->name, seen.gradient);
    tap_ok(seen.twin_gradient > TOLERANCE, "%s: a wrong gradient is seen, least error %.1e", of->name,
           seen.twin_gradient);
    if (of->no_tangent) {
        return;
    }
    tap_ok(seen.tangent < TOLERANCE, "%s: tangents, worst relative error %.1e", of->name, seen.tangent);
    tap_ok(seen.identity < 1e-12, "%s: tangent . cotangent = direction . gradient, error %.1e", of->name,
           seen.identity);
    tap_ok(seen.twin_tangent > TOLERANCE, "%s: a wrong tangent is seen, least error %.1e", of->name, seen.twin_tangent);
}

#endif
