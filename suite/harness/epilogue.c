/* epilogue.c - milestones are read off the rows of the curve: a resumed task has them all. */
#include "suite/harness/epilogue.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include "core/rl/rollout.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the experiment says ---- */

const mg_milestone *mg_milestone_find(const mg_experiment *experiment, const char *name)
{
    for (int i = 0; i < experiment->milestones; i++)
        if (!strcmp(experiment->milestone[i].name, name))
            return &experiment->milestone[i];
    return NULL;
}

static bool is_metric(const mg_experiment *experiment, const char *name)
{
    for (int m = 0; experiment->metrics[m]; m++)
        if (!strcmp(experiment->metrics[m], name))
            return true;
    return false;
}

int mg_epilogue_problems(const mg_experiment *experiment, FILE *out)
{
    const mg_film *film = &experiment->film;
    int problems = 0;
    bool has_table = !film->table, has_variant = !film->table;
    for (int i = 0; i < experiment->milestones; i++) {
        const mg_milestone *milestone = &experiment->milestone[i];
        if (is_metric(experiment, milestone->name) && is_metric(experiment, milestone->metric) && milestone->times > 0)
            continue;
        fprintf(out, "%s: milestone %s of %s, %d times: wanted two of the experiment's metrics, and once at least\n",
                experiment->name, milestone->name, milestone->metric, milestone->times);
        problems++;
    }
    for (int t = 0; t < experiment->tables; t++)
        has_table = has_table || !strcmp(experiment->table[t].name, film->table);
    for (int m = 0; m < experiment->methods; m++)
        has_variant = has_variant || !strcmp(experiment->method[m].variant, film->variant);
    if (!has_table || !has_variant) {
        fprintf(out, "%s: a film of variant '%s' for table '%s', and there is no such %s\n", experiment->name,
                film->variant, film->table, has_table ? "variant" : "table");
        problems++;
    }
    return problems;
}

/* ---- milestones ---- */

/* The last five fields of a row are units, episodes, steps, metric, value; none of them is ever quoted, as what stands
 * before them may be. */
static bool read_row(const char *row, size_t length, const char *metric, double *units, double *episodes, double *value)
{
    enum { FIELDS = 5 };
    char text[FIELDS][64];
    size_t end = length;
    for (int f = FIELDS - 1; f >= 0; f--) {
        size_t start = end;
        while (start > 0 && row[start - 1] != ',')
            start--;
        snprintf(text[f], sizeof text[f], "%.*s", (int)(end - start), row + start);
        end = start > 0 ? start - 1 : 0;
    }
    return !strcmp(text[3], metric) && mg_read_double(text[0], units) && mg_read_double(text[1], episodes) &&
           mg_read_double(text[4], value);
}

void mg_milestone_next(mg_milestone_way *way, double units, double episodes, double value)
{
    way->last = way->milestone->episodes ? episodes : units;
    way->of_unit = units > 0.0 ? way->last / units : 1.0;
    if (way->times == way->milestone->times)
        return;
    way->times = value >= way->milestone->level ? way->times + 1 : 0;
    way->first = way->times == 1 ? way->last : way->first;
}

double mg_milestone_value(const mg_milestone_way *way, int evaluate_every)
{
    return way->times == way->milestone->times ? way->first : way->last + way->of_unit * (double)evaluate_every;
}

/* Of rows of curve.csv without header. */
static double milestone_of(const mg_milestone *milestone, const mg_csv_writer *curve, int evaluate_every)
{
    mg_milestone_way way = {.milestone = milestone};
    for (size_t at = 0; at < curve->length;) {
        const char *row = curve->text + at, *end = memchr(row, '\n', curve->length - at);
        size_t length = end ? (size_t)(end - row) : curve->length - at;
        double units, episodes, value;
        at += length + 1;
        if (read_row(row, length, milestone->metric, &units, &episodes, &value))
            mg_milestone_next(&way, units, episodes, value);
    }
    return mg_milestone_value(&way, evaluate_every);
}

void mg_put_milestones(mg_record *record, int evaluate_every)
{
    const mg_experiment *experiment = record->experiment;
    for (int i = 0; i < experiment->milestones; i++) {
        int m = mg_record_find_metric(record, experiment->milestone[i].name);
        int source = mg_record_find_metric(record, experiment->milestone[i].metric);
        record->has_metric[m] = record->has_metric[source];
        if (record->has_metric[m])
            record->metric[m] = milestone_of(&experiment->milestone[i], &record->curve, evaluate_every);
    }
}

/* ---- film ---- */

typedef struct camera {
    const mg_film *film;
    const mg_row_name *name;
    mg_csv_writer *table;
    mg_rollout *rollout;
    int step;
} camera;

static bool shoot(void *context, const mg_env_table *environment, const mg_row *row)
{
    camera *c = context;
    (void)environment;
    const void *memory = mg_rollout_evaluation_memory(c->rollout);
    c->film->frame(row, c->step, c->table, c->name);
    if (c->film->mind && memory && c->step > 0)
        c->film->mind(mg_rollout_learner_self(c->rollout), memory, c->step, c->table, c->name);
    c->step++;
    return true;
}

bool mg_film_episode(mg_record *record, mg_rollout *rollout, mg_error *error)
{
    const mg_experiment *experiment = record->experiment;
    const mg_film *film = &experiment->film;
    camera c = {.film = film, .name = &record->name, .rollout = rollout};
    if (!film->table || record->task.seed || strcmp(experiment->method[record->task.method].variant, film->variant))
        return true;
    for (int t = 0; t < experiment->tables; t++)
        if (!strcmp(experiment->table[t].name, film->table))
            c.table = &record->table[t];
    double *metric = mg_allocate((size_t)mg_rollout_environment(rollout)->metrics, sizeof *metric);
    bool good = mg_rollout_watch(rollout, shoot, &c, metric, error);
    free(metric);
    return good;
}
