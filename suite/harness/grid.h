/* grid.h - an experiment as a grid: methods x variants as two tables and a product of them.
 *
 *     static const mg_grid_method method[] = {{"as", "Anticipation Sharing", &mg_anticipation, .paper_seeds = 5}, ...};
 *     static const mg_grid_variant variant[] = {{"n6", {2, 3000}, .paper = {{"agents", 6}}}, ...};
 *     static const mg_grid_line line[] = {{"as vs ps", "n6 n8", {1, 10}}, {"vps", "n6 n8", {1, 5}}, ...};
 *
 * Every method that a line names is run in every variant that it names. Rows come method by method in the order of the
 * table of methods, each in the order of the table of variants, whatever the order of the lines: a seed or a line more
 * moves no row of the others.
 */
#ifndef MG_EXPERIMENT_GRID_H
#define MG_EXPERIMENT_GRID_H

#include "suite/harness/setup.h"

/* A field of the environment's or of the learner's config, and its value (true: 1). */
typedef struct mg_change {
    const char *field;
    double value;
    const char *only; /* the one method that it is for; NULL: all */
} mg_change;

/* A task whose checkpoint another one goes on from (suite/harness/parent.h). */
typedef struct mg_parent {
    const char *method, *variant; /* in a grid's variant, method NULL: the same */
    int checkpoint;               /* 1...; 0: no parent */
} mg_parent;

#define MG_CHANGES_MAX 3 /* of a list; it ends with the first without a field */

typedef struct mg_grid_method {
    const char *name;
    const char *summary; /* one line, for --list and the page */
    const mg_learner_table *learner;
    int paper_seeds;                 /* what the paper ran; 0: not said, or not the paper's method */
    mg_change paper[MG_CHANGES_MAX]; /* what this method sets in its learner's config */
} mg_grid_method;

typedef struct mg_grid_variant {
    const char *name;            /* "": the one without a name */
    int units[MG_PROFILE_COUNT]; /* length of training, for set_up to make a budget of */
    const char *summary;         /* instead of the method's, or NULL */
    mg_change paper[MG_CHANGES_MAX];
    mg_change ours[MG_CHANGES_MAX]; /* what the paper does not have: it ran none of these seeds, either */
    mg_parent parent;               /* from whose checkpoint it goes on, or none */
} mg_grid_variant;

/* Names are separated by blanks; "" is the variant without a name. Where two lines name the same row, the later says
 * how many seeds it has: seeds 0..n-1 in the quick and in the paper profile. */
typedef struct mg_grid_line {
    const char *methods, *variants;
    int seeds[MG_PROFILE_COUNT];
} mg_grid_line;

/* One row of the product. */
typedef struct mg_grid_row {
    const mg_grid_method *method;
    const mg_grid_variant *variant;
} mg_grid_row;

typedef struct mg_grid {
    int methods, variants, lines;
    const mg_grid_method *method;
    const mg_grid_variant *variant;
    const mg_grid_line *line;
    /* Fills environment, learner and budget of what this profile runs, or with `paper` true the paper's own values. The
     * changes of the method and the variant come after it, then `quick` in a quick run: exact, so that no table
     * repeats what a function says. */
    void (*set_up)(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup);
    mg_change quick[MG_CHANGES_MAX];
} mg_grid;

/* The set-up of one row, changes included. False with a line that says which variant sets what is no field of its
 * environment or learner, or gives a field a value out of its range. */
bool mg_grid_set_up(const mg_grid *grid, const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup,
                    mg_error *error);

/* The seeds of a row; false if no line names it. */
bool mg_grid_seeds(const mg_grid *grid, const mg_grid_row *row, int seeds[MG_PROFILE_COUNT]);

/* Refuses what is surely not meant: a line with a name that no table has, a variant that no line names, a name twice in
 * a table, and any row that cannot be set up. */
bool mg_grid_check(const mg_grid *grid, mg_error *error);

#endif
