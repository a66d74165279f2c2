/* claims_by_hand.h - the claims of a result judged on numbers that a test makes up, in the paper profile:
 *
 *     static const made_up as_claimed[] = {{"*", "*", 1.0}, {"ltos/6x6", "queue", 0.5}};
 *     claims_begin(&experiment, as_claimed, sizeof as_claimed / sizeof *as_claimed);
 *     tap_ok(holds("T1"), "...");                              with these numbers
 *     FALSIFIED("why", "T1", {"dgn*", "queue", 0.4});          must hold no more with these instead
 *     claims_end();
 */
#ifndef MG_CLAIMS_BY_HAND_H
#define MG_CLAIMS_BY_HAND_H

#include "suite/harness/judge.h"
#include "suite/harness/result_files.h"
#include "suite/harness/trail.h"
#include "tests/scratch.h"
#include "tests/tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is said later goes before what is said earlier. A metric with a + behind it is how much more each further seed
 * has; without it no two seeds are alike, but hardly. Not a number, of whichever metric: the run diverged. */
typedef struct made_up {
    const char *run, *metric; /* "method/variant"; each may end in *, which stands for any letters */
    double value;
} made_up;

static struct {
    mg_experiment whole;
    mg_judge judge;
    char folder[600];
    const made_up *claimed;
    size_t count;
    int falsified_from; /* the first seed of which numbers are falsified */
} by_hand;

static void stop(const mg_error *error)
{
    fprintf(stderr, "%s\n", error->text);
    scratch_remove();
    exit(MG_EXIT_INPUT);
}

/* A pattern with a * never speaks of what each seed has more. */
static bool fits(const char *pattern, const char *text)
{
    const size_t head = strcspn(pattern, "*");
    if (pattern[head])
        return !strncmp(pattern, text, head) && text[strlen(text) - 1] != '+';
    return !strcmp(pattern, text);
}

static void look_up(const made_up *list, size_t count, const char *run, const char *metric, double *value)
{
    for (size_t k = 0; k < count; k++)
        if (fits(list[k].run, run) && fits(list[k].metric, metric))
            *value = list[k].value;
}

static void write_row(FILE *file, const mg_method *method, int seed, const made_up *other, size_t others)
{
    const mg_experiment *whole = &by_hand.whole;
    char run[MG_TASK_NAME];
    const char *status = "ok";
    const size_t falsified = seed >= by_hand.falsified_from ? others : 0;
    mg_method_name(method, run);
    for (size_t k = 0; k < falsified; k++)
        if (isnan(other[k].value) && fits(other[k].run, run))
            status = "diverged: by hand";
    fprintf(file, "%s,%s,%d,%d,1,1,1,,%s", method->name, method->variant, seed, whole->semantics, status);
    for (int m = 0; whole->metrics[m]; m++) {
        char more[100];
        double value = 0.0, by_seed = 1e-9;
        snprintf(more, sizeof more, "%s+", whole->metrics[m]);
        look_up(by_hand.claimed, by_hand.count, run, whole->metrics[m], &value);
        look_up(by_hand.claimed, by_hand.count, run, more, &by_seed);
        look_up(other, falsified, run, whole->metrics[m], &value);
        look_up(other, falsified, run, more, &by_seed);
        if (strcmp(status, "ok"))
            fputc(',', file);
        else
            fprintf(file, ",%.17g", value + by_seed * (double)seed);
    }
    fprintf(file, ",%032x\n", 1);
}

static void write_runs(const made_up *other, size_t others)
{
    char path[700];
    mg_result_file file[MG_FILES_MAX];
    const mg_experiment *whole = &by_hand.whole;
    const mg_result_file *runs = mg_result_file_named(file, mg_result_files(whole, file), "runs.csv");
    snprintf(path, sizeof path, "%s/runs.csv", by_hand.folder);
    FILE *out = fopen(path, "wb");
    if (!out)
        stop(&(mg_error){.text = "runs.csv cannot be written"});
    fprintf(out, "%s\n", runs->header);
    for (int m = 0; m < whole->methods; m++)
        for (int seed = 0; seed < whole->method[m].seeds[MG_PROFILE_PAPER]; seed++)
            write_row(out, &whole->method[m], seed, other, others);
    fclose(out);
}

/* The verdict on a claim with these numbers instead. */
static const char *verdict(const char *id, const made_up *other, size_t others)
{
    static char text[80];
    mg_csv claims = {0};
    mg_error error = {0};
    write_runs(other, others);
    if (!mg_write_claims(&by_hand.judge, &error) ||
        !mg_result_read(by_hand.folder, "claims.csv", MG_CLAIMS_HEADER, &claims, &error))
        stop(&error);
    snprintf(text, sizeof text, "no such claim");
    for (size_t row = 0; row < claims.rows; row++)
        if (!strcmp(mg_csv_cell(&claims, row, 0), id))
            snprintf(text, sizeof text, "%s", mg_csv_cell(&claims, row, 3));
    mg_csv_close(&claims);
    return text;
}

/* As far as three seeds go: fewer than five are never certain. */
static inline bool held(const char *found)
{
    return !strcmp(found, "direction only") || !strcmp(found, "reproduced");
}

static void falsified(const char *why, const char *id, const made_up *other, size_t others)
{
    const char *found = verdict(id, other, others);
    tap_ok(!strcmp(found, "not reproduced") || !strcmp(found, "contradicted"), "%s: %s: %s", id, why, found);
}
#define FALSIFIED(why, id, ...) \
    falsified(why, id, (const made_up[]){__VA_ARGS__}, sizeof((const made_up[]){__VA_ARGS__}) / sizeof(made_up))

/* Each of these claims, which a NULL ends, has this verdict as claimed. */
static inline void all_hold(const char *wanted, const char *const *id)
{
    for (; *id; id++) {
        const char *found = verdict(*id, NULL, 0);
        tap_ok(!strcmp(found, wanted), "%s holds: %s", *id, found);
    }
}

/* Each of them holds no more with these numbers instead; one number alone, of what each of these runs has. */
static inline void none_holds(const char *why, const char *const *id, const made_up *other, size_t others)
{
    for (; *id; id++)
        falsified(why, *id, other, others);
}

static inline void each_run(const char *id, const char *const *run, const char *metric, double value)
{
    for (; *run; run++) {
        const made_up other = {*run, metric, value};
        falsified(*run, id, &other, 1);
    }
}
#define RUNS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* A lead that is one, and smaller than the claim asks for. */
static inline void too_small(const char *id, const char *run, const char *metric, double value)
{
    const made_up other = {run, metric, value};
    const char *found = verdict(id, &other, 1);
    tap_ok(!strcmp(found, "direction only"), "%s: too small a lead over %s: %s", id, run, found);
}

/* The first seed as claimed, the others with this number, by which the mean is still as claimed: one seed decides
 * nothing. */
static inline void one_seed_gives(const char *wanted, const char *id, const char *run, const char *metric, double value)
{
    const made_up others[] = {{run, metric, value}};
    by_hand.falsified_from = 1;
    const char *found = verdict(id, others, 1);
    by_hand.falsified_from = 0;
    tap_ok(!strcmp(found, wanted), "%s hangs on one seed of %s: %s", id, run, found);
}

static inline void by_one_seed(const char *id, const char *run, const char *metric, double value)
{
    one_seed_gives("unresolved", id, run, metric, value);
}

/* How many clauses of this claim did not hold when it was judged last. */
static inline int broken(const char *id)
{
    int count = 0;
    mg_csv clauses = {0};
    mg_error error = {0};
    if (!mg_result_read(by_hand.folder, "clauses.csv", MG_CLAUSES_HEADER, &clauses, &error))
        stop(&error);
    for (size_t row = 0; row < clauses.rows; row++) {
        const char *state = mg_csv_cell(&clauses, row, 12);
        count +=
            !strcmp(mg_csv_cell(&clauses, row, 0), id) && strcmp(state, "holds") && strncmp(state, "shown", 5) != 0;
    }
    mg_csv_close(&clauses);
    return count;
}

/* With these numbers one clause alone does not hold, and this is the verdict. */
static inline void alone(const char *wanted, const char *id, const made_up *other, size_t others)
{
    const char *found = verdict(id, other, others);
    const int clauses = broken(id);
    tap_ok(!strcmp(found, wanted) && clauses == 1, "%s: %s of %s is %.10g: %s by %d clause%s", id, other->metric,
           other->run, other->value, found, clauses, clauses == 1 ? "" : "s");
}
#define ALONE(wanted, id, ...) \
    alone(wanted, id, (const made_up[]){__VA_ARGS__}, sizeof((const made_up[]){__VA_ARGS__}) / sizeof(made_up))

/* The first of these numbers is where one clause breaks, if it is a hair above or below: on this side of it all hold.
 */
#define HAIR 1e-6 /* and seeds lie apart by less */
typedef enum side { BELOW = -1, ABOVE = 1 } side;

static inline void edge(const char *wanted, const char *id, side breaks, made_up *other, size_t others)
{
    const double at = other->value;
    other->value = at - HAIR * breaks;
    const char *found = verdict(id, other, others);
    tap_ok(!strcmp(found, "reproduced"), "%s: %s of %s is %.10g: %s", id, other->metric, other->run, other->value,
           found);
    other->value = at + HAIR * breaks;
    alone(wanted, id, other, others);
}
#define EDGE(wanted, id, breaks, ...) \
    edge(wanted, id, breaks, (made_up[]){__VA_ARGS__}, sizeof((made_up[]){__VA_ARGS__}) / sizeof(made_up))

/* The same edge of each of these runs. */
static inline void edges(const char *wanted, const char *id, side breaks, const char *const *run, const char *metric,
                         double value)
{
    for (; *run; run++)
        EDGE(wanted, id, breaks, {*run, metric, value});
}

/* Of the runs that a claim speaks of, those that it needs, and those that it only shows: without them, and whatever
 * they say, it holds. */
static inline void needs(const char *id, const char *const *run)
{
    for (; *run; run++) {
        const char *found = verdict(id, &(made_up){*run, "*", NAN}, 1);
        tap_ok(!strcmp(found, "diverged"), "%s needs %s: %s", id, *run, found);
    }
}

static inline void only_shows(const char *id, const char *const *run)
{
    static const double value[] = {NAN, -1e6, 1e6};
    for (; *run; run++) {
        int held_with = 0;
        for (int k = 0; k < 3; k++)
            held_with += !strcmp(verdict(id, &(made_up){*run, "*", value[k]}, 1), "reproduced");
        tap_ok(held_with == 3, "%s only shows %s", id, *run);
    }
}

static void claims_begin(const mg_experiment *experiment, const made_up *claimed, size_t count)
{
    mg_error error = {0};
    by_hand.claimed = claimed;
    by_hand.count = count;
    snprintf(by_hand.folder, sizeof by_hand.folder, "%s", scratch("result"));
    by_hand.judge = (mg_judge){
        .experiment = &by_hand.whole, .profile = MG_PROFILE_PAPER, .folder = by_hand.folder, .reports = "reports"};
    if (!mg_experiment_whole(experiment, &by_hand.whole, &error) || !mg_folder_create(by_hand.folder, &error) ||
        !mg_write_deviations(&by_hand.judge, &error))
        stop(&error);
}

static void claims_end(void)
{
    mg_experiment_free(&by_hand.whole);
    scratch_remove();
}

#endif
