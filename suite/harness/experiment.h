/* experiment.h - how a suite file says what it reproduces. It reads like the paper's experiments section: a table
 * of methods with their hyper-parameters, the environment, the budget per profile, the metrics by name, and one
 * call into the harness:
 *
 *     int main(int argc, char **argv) { return mg_experiment_main(&lio_ipd, argc, argv); }
 */
#ifndef MG_EXPERIMENT_H
#define MG_EXPERIMENT_H

#include "core/io/csv.h"
#include "suite/harness/grid.h"

/* A direct computation instead of training (exact dynamics, oracles). It looks at nothing but its arguments and
 * fills final metrics, rows of the extra tables, and the trail. */
typedef struct mg_direct mg_direct;
struct mg_row_name;
void mg_direct_metric(mg_direct *direct, const char *metric, double value);
mg_csv_writer *mg_direct_table(mg_direct *direct, const char *table); /* call mg_direct_row before each row */
const struct mg_row_name *mg_direct_name(const mg_direct *direct);    /* of its rows */
void mg_direct_row(mg_direct *direct, const char *table);             /* writes the row's first three columns */
/* The next checkpoint of the trail. */
void mg_direct_checkpoint(mg_direct *direct, const mg_tensor *tensor, int tensors);
void mg_direct_count(mg_direct *direct, double units, double episodes, double steps);
mg_key mg_direct_key(const mg_direct *direct);
mg_profile mg_direct_profile(const mg_direct *direct);

typedef struct mg_method {
    const char *name, *variant; /* variant "" if there is only one */
    const char *summary;        /* one line, for --list and the page */
    /* Exactly one of these two, or a grid. setup fills what this profile runs, or with `paper` true the paper's own
     * values. */
    void (*setup)(mg_profile profile, bool paper, mg_setup *setup);
    bool (*direct)(mg_direct *direct, mg_error *error);
    int seeds[MG_PROFILE_COUNT];  /* seeds 0..n-1 */
    int listed[MG_PROFILE_COUNT]; /* how many of them are the profile's, where a run has more; 0: all */
    int paper_seeds;              /* what the paper ran; 0: not said, or nothing random */
    const char *gives;            /* of a direct computation: the metrics that it fills, "starts,converged" */
    mg_parent parent;             /* of a second phase: the task it goes on from */
    const mg_grid *grid;          /* of a row of a grid, made by mg_experiment_whole */
    mg_grid_row row;
    const struct mg_trial *trial; /* --set: other values than the experiment's; NULL: none */
    const char *label;            /* of a row with a trial: what stands for the variant in files; NULL: the variant */
} mg_method;

/* What rows of files say for the variant. */
const char *mg_method_label(const mg_method *method);

/* Fills the zeroed setup; false, and nothing filled, for a direct computation. */
bool mg_method_setup(const mg_method *method, mg_profile profile, bool paper, mg_setup *setup);

/* Why a field of a profile's config is not the paper's; also what deviates without being a field, by a short name of
 * its own: words without a dot, such as "length of an episode". One * in a method or a field stands for any letters:
 * "ps/n*-untrained", "budget.*", "*.clip". Of several reasons that fit, the one with the more exact field speaks, then
 * that with the more exact method, then profile. */
typedef struct mg_deviation {
    const char *method;  /* "name", "name/variant" or "*" */
    const char *profile; /* "quick", "paper" or "*" */
    const char *field;   /* "budget.units", "lio.policy_rate", "seeds", "environment", "learner", or a name */
    const char *reason;
} mg_deviation;

/* Reasons that several experiments share. */
#define MG_SHARED_MAX 4 /* lists of them in one experiment */
typedef struct mg_deviations {
    int count;
    const mg_deviation *deviation;
} mg_deviations;

/* Of a quick profile that runs one seed for a shorter time: seeds, budget.units and the rest of the budget. */
extern const mg_deviations mg_quick_deviations;

/* An extra CSV file of a result, written by direct tasks, merged in task order, hashed and checked like the others.
 * The first three columns are method, variant, seed and are the harness's. */
typedef struct mg_table {
    const char *name;    /* file name without .csv */
    const char *columns; /* after the first three, comma-separated */
} mg_table;

/* A number of runs.csv that is read off a task's curve, for what is claimed of speed: the units at the first of `times`
 * evaluations in a row at each of which `metric` was at least `level`; where there are none, those of the last
 * evaluation and evaluate_every more; `episodes`: their episodes, where methods count in units of several. Both names
 * are among the experiment's metrics. */
typedef struct mg_milestone {
    const char *name, *metric;
    double level;
    int times;
    bool episodes;
} mg_milestone;

/* An episode for a picture: after training, seed 0 of every trained method's variant of this name plays one as it
 * evaluates, and `frame` writes rows of an extra table: after the reset (step 0) and after every step. A row begins
 * with mg_put_row_name(table, name). The environment must have a render. */
typedef struct mg_film {
    const char *table, *variant; /* NULL: no film */
    void (*frame)(const mg_row *row, int step, mg_csv_writer *table, const struct mg_row_name *name);
    /* What the learner had in mind for the step, from its self and its memory of the row: called after `frame` for
     * every step of a learner that keeps such a memory. NULL: it is not asked. */
    void (*mind)(const void *learner, const void *memory, int step, mg_csv_writer *table,
                 const struct mg_row_name *name);
} mg_film;

/* --network DIR: makes the set-up run on the roads and the demand of that folder, which outlives it; false where its
 * roads are its own. */
typedef bool mg_on_network(mg_setup *setup, const char *folder);

typedef struct mg_experiment {
    const char *name; /* lio-ipd: of the program, and of its folders in golden/ and reports/, which says what it is */
    uint32_t number;  /* the experiment constant of every random key; never reused for another result, and so
                           listed in reports/numbers.csv */
    int semantics;    /* raised by hand with the golden */
    int methods;
    const mg_method *method; /* direct computations, and what is set up by a function of its own */
    const mg_grid *grid;     /* the others, whose rows follow; or NULL */
    int deviations;
    const mg_deviation *deviation;
    const mg_deviations *shared[MG_SHARED_MAX]; /* lists before these: as many as there are */
    int tables;
    const mg_table *table;
    int milestones;
    const mg_milestone *milestone;
    mg_film film;
    mg_on_network *on_network; /* NULL: nothing in it runs on road networks of others */
    /* What `make check` runs whole of the paper profile, as for --methods (NULL: all) and --seeds: a few seconds, since
     * only whole tasks show what begins after the first checkpoint. */
    const char *whole_methods, *whole_seeds;
    const char *const *metrics; /* NULL-terminated: names of environment, learner or direct metrics that go into
                                   runs.csv and curve.csv, and of milestones */
    /* NULL-terminated, or NULL: those of them of which runs.csv tells the end and curve.csv nothing, since no figure
     * draws their way and no milestone is read off it: golden is to stay small. "METRIC but METHOD/VARIANT" where a
     * figure draws it of that one, once for each of several. */
    const char *const *ends_only;
} mg_experiment;

/* The experiment with its grid's rows as methods and with the shared deviations before its own, which is what all
 * functions of the harness but mg_experiment_main are given. False where mg_grid_check refuses. */
bool mg_experiment_whole(const mg_experiment *experiment, mg_experiment *whole, mg_error *error);
void mg_experiment_free(mg_experiment *whole);

/* Index of the method whose checkpoint this one goes on from (parent.h), or -1. */
int mg_parent_of(const mg_experiment *experiment, int method);

/* The whole program: command line (options.h), tasks, files, check, bless, summary and claims. Returns the exit
 * status. */
int mg_experiment_main(const mg_experiment *experiment, int argc, char **argv);

#endif
