/* What a run writes, against answers known beforehand: every seed has a key of its own, final metrics are the mean of
 * the final evaluations with all their episodes, summaries of five known numbers; and what two configs differ in. */
#include "core/io/csv.h"
#include "suite/harness/epilogue.h"
#include "suite/harness/runs_table.h"
#include "tests/scratch.h"
#include "tests/tap.h"
#include "tests/toy_experiment.h"

/* ---- an environment that counts: the metric "length" of an episode is the number of its reset's stream ---- */

typedef struct counting_row {
    toy_line_row line;
    double number;
} counting_row;

static void counting_describe(const void *config, const void *world, mg_env_spec *spec)
{
    toy_line_describe(config, world, spec);
    spec->row_bytes = sizeof(counting_row);
}

static void counting_reset(const mg_row *row, mg_stream *stream)
{
    counting_row *r = row->state;
    r->number = (double)stream->counter[1];
    toy_line_reset(row, stream);
}

static void counting_metrics(const mg_row *row, double *metric)
{
    toy_line_metrics(row, metric);
    metric[1] = ((const counting_row *)row->state)->number;
}

static mg_env_table counting;

static void setup_counting(mg_profile profile, bool paper, mg_setup *setup)
{
    toy_setup(profile, paper, setup);
    counting = toy_line;
    counting.describe = counting_describe;
    counting.reset = counting_reset;
    counting.metrics = counting_metrics;
    setup->environment = &counting;
}

/* ---- direct computations ---- */

static bool draw(mg_direct *direct, mg_error *error)
{
    (void)error;
    mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, 0, 0, 0);
    double x = mg_random_double(&stream);
    mg_tensor tensor = {MG_KIND_STATE, "x", MG_TYPE_DOUBLE, 1, 1, &x};
    mg_direct_metric(direct, "reward", x);
    mg_direct_checkpoint(direct, &tensor, 1);
    return true;
}

/* Of seeds 0 to 4: 4, 1, 10, 2, 3. */
static bool tell(mg_direct *direct, mg_error *error)
{
    (void)error;
    static const double number[] = {4.0, 1.0, 10.0, 2.0, 3.0};
    double x = number[mg_direct_key(direct).seed];
    mg_tensor tensor = {MG_KIND_STATE, "x", MG_TYPE_DOUBLE, 1, 1, &x};
    mg_direct_metric(direct, "reward", x);
    mg_direct_checkpoint(direct, &tensor, 1);
    return true;
}

static const mg_method methods[] = {
    {.name = "walk", .variant = "", .summary = "counts its evaluations", .setup = setup_counting, .seeds = {3, 0}},
    {.name = "draw", .variant = "", .summary = "a random number", .direct = draw, .gives = "reward", .seeds = {3, 0}},
    {.name = "five", .variant = "", .summary = "known numbers", .direct = tell, .gives = "reward", .seeds = {5, 0}},
};
static const char *const metrics[] = {"reward", "length", "two_above_10", "one_at_7", "never", NULL};
static const mg_milestone milestones[] = {{"two_above_10", "length", 10.0, .times = 2},
                                          {"one_at_7", "length", 7.0, .times = 1},
                                          {"never", "length", 1000.0, .times = 1}};

/* The number of an episode's reset, in every frame of it. */
static void film(const mg_row *row, int step, mg_csv_writer *table, const mg_row_name *name)
{
    mg_put_row_name(table, name);
    mg_csv_integer(table, step);
    mg_csv_double(table, ((const counting_row *)row->state)->number);
    mg_csv_end_row(table);
}
static const mg_table tables[] = {{"film", "step,number"}};
static const mg_deviation deviations[] = {
    {"walk", "quick", "budget.units", "milliseconds"},
    {"walk", "quick", "budget.evaluate_every", "milliseconds"},
    {"walk", "quick", "budget.evaluation_episodes", "milliseconds"},
    {"walk", "quick", "budget.final_episodes", "milliseconds"},
    {"walk", "quick", "budget.checkpoints", "milliseconds"},
    {"walk", "quick", "budget.first_checkpoint", "milliseconds"},
    {"walk", "quick", "toy-learner.work", "milliseconds"},
};

static mg_csv table(const char *name)
{
    mg_csv csv = {0};
    mg_error error = {0};
    char path[64];
    snprintf(path, sizeof path, "out/toy/quick/%s.csv", name);
    if (!mg_csv_read(scratch(path), NULL, &csv, &error)) {
        tap_ok(false, "%s", error.text);
        exit(tap_done());
    }
    return csv;
}

/* The number of a column in the row whose first cells are these (NULL: any). */
static double number(const mg_csv *csv, const char *method, const char *seed, const char *metric, const char *column)
{
    int seeds = mg_csv_column(csv, "seed"), names = mg_csv_column(csv, "metric");
    for (size_t row = 0; row < csv->rows; row++) {
        if (strcmp(mg_csv_cell(csv, row, 0), method) != 0 ||
            (seed && strcmp(mg_csv_cell(csv, row, seeds), seed) != 0) ||
            (metric && strcmp(mg_csv_cell(csv, row, names), metric) != 0))
            continue;
        double x = -1.0;
        mg_error error = {0};
        if (!mg_csv_number(csv, row, mg_csv_column(csv, column), &x, &error))
            tap_note("%s", error.text);
        return x;
    }
    tap_note("no row %s %s %s", method, seed ? seed : "", metric ? metric : "");
    return -1.0;
}

static const char *trail_of(const mg_csv *runs, const char *method, const char *seed)
{
    for (size_t row = 0; row < runs->rows; row++)
        if (strcmp(mg_csv_cell(runs, row, 0), method) == 0 &&
            strcmp(mg_csv_cell(runs, row, mg_csv_column(runs, "seed")), seed) == 0)
            return mg_csv_cell(runs, row, mg_csv_column(runs, "trail"));
    return "";
}

/* ---- seeds ---- */

static void test_seeds(const mg_csv *runs)
{
    static const char *const seed[] = {"0", "1", "2"};
    int same = 0, wrong = 0;
    for (uint32_t k = 0; k < 3; k++) {
        mg_stream stream = mg_stream_at((mg_key){toy.number, k}, MG_PURPOSE_START_POINTS, 0, 0, 0);
        double wanted = mg_random_double(&stream);
        wrong += number(runs, "draw", seed[k], NULL, "reward") != wanted;
        for (uint32_t j = 0; j < k; j++) {
            same += strcmp(trail_of(runs, "walk", seed[k]), trail_of(runs, "walk", seed[j])) == 0;
            same += strcmp(trail_of(runs, "draw", seed[k]), trail_of(runs, "draw", seed[j])) == 0;
        }
    }
    tap_ok(wrong == 0, "a direct computation draws from its seed's own key");
    tap_ok(same == 0 && strlen(trail_of(runs, "walk", "0")) == 32, "no two seeds have one trail");
}

/* ---- evaluations ---- */

/* 400 units, every 90 and at the end: six evaluations, the last two of 70 episodes, the others of 5. So they play the
 * episodes 0-4, 5-9, 10-14, 15-19, 20-89 and 90-159. */
static void test_evaluations(const mg_csv *runs, const mg_csv *curve)
{
    static const double wanted[] = {2.0, 7.0, 12.0, 17.0, 54.5, 124.5}, at[] = {0, 90, 180, 270, 360, 400};
    int wrong = 0, seen = 0;
    mg_error error = {0};
    for (size_t row = 0; row < curve->rows; row++) {
        double value, units;
        if (strcmp(mg_csv_cell(curve, row, 0), "walk") != 0 ||
            strcmp(mg_csv_cell(curve, row, mg_csv_column(curve, "metric")), "length") != 0 ||
            strcmp(mg_csv_cell(curve, row, mg_csv_column(curve, "seed")), "1") != 0)
            continue;
        bool read = mg_csv_number(curve, row, mg_csv_column(curve, "value"), &value, &error) &&
                    mg_csv_number(curve, row, mg_csv_column(curve, "units"), &units, &error);
        wrong += seen >= 6 || !read || value != wanted[seen] || units != at[seen];
        seen++;
    }
    tap_ok(wrong == 0 && seen == 6, "six evaluations of as many episodes as the budget says: %d wrong", wrong);
    tap_ok(number(runs, "walk", "1", NULL, "length") == (54.5 + 124.5) / 2.0,
           "the final metric is the mean of the final evaluations: %g", number(runs, "walk", "1", NULL, "length"));
}

/* ---- what comes after the last evaluation ---- */

static void test_milestones(const mg_csv *runs)
{
    tap_ok(number(runs, "walk", "1", NULL, "two_above_10") == 180.0, "the first of two evaluations in a row: at %g",
           number(runs, "walk", "1", NULL, "two_above_10"));
    static const mg_milestone two = {"two", "of", 1.0, 2, .episodes = true};
    mg_milestone_way way = {.milestone = &two};
    for (int k = 0; k < 6; k++)
        mg_milestone_next(&way, 10.0 * k, 20.0 * k, k == 1 || k == 3 || k == 4 ? 1.0 : 0.0);
    tap_ok(mg_milestone_value(&way, 10) == 60.0, "one that stands alone does not count, episodes do: at %g",
           mg_milestone_value(&way, 10));
    way = (mg_milestone_way){.milestone = &two};
    for (int k = 1; k < 6; k++)
        mg_milestone_next(&way, 10.0 * k, 20.0 * k, 0.0);
    tap_ok(mg_milestone_value(&way, 10) == 120.0, "never, with units of two episodes: at %g",
           mg_milestone_value(&way, 10));
    static const mg_milestone in_units = {"one", "of", 1.0, .times = 1};
    way = (mg_milestone_way){.milestone = &in_units};
    mg_milestone_next(&way, 10.0, 20.0, 0.0);
    tap_ok(mg_milestone_value(&way, 10) == 20.0, "the same in units, never: at %g", mg_milestone_value(&way, 10));
    mg_milestone_next(&way, 30.0, 60.0, 1.0);
    tap_ok(mg_milestone_value(&way, 10) == 30.0, "and reached: at %g", mg_milestone_value(&way, 10));
    tap_ok(number(runs, "walk", "2", NULL, "one_at_7") == 90.0, "the level itself counts: at %g",
           number(runs, "walk", "2", NULL, "one_at_7"));
    tap_ok(number(runs, "walk", "0", NULL, "never") == 490.0, "what is never reached comes after the last: at %g",
           number(runs, "walk", "0", NULL, "never"));
}

/* Episode 160 is the first after the evaluations; an episode has at most nine steps. */
static void test_film(const mg_csv *table)
{
    int wrong = 0;
    mg_error error = {0};
    for (size_t row = 0; row < table->rows; row++) {
        double step, episode;
        bool read = mg_csv_number(table, row, 3, &step, &error) && mg_csv_number(table, row, 4, &episode, &error);
        wrong += !read || step != (double)row || episode != 160.0 || strcmp(mg_csv_cell(table, row, 0), "walk") != 0 ||
                 strcmp(mg_csv_cell(table, row, 2), "0") != 0;
    }
    tap_ok(wrong == 0 && table->rows >= 4 && table->rows <= 10,
           "an episode of seed 0, from its reset to its end: %zu frames, %d wrong", table->rows, wrong);
}

static void test_epilogue_refusals(const mg_experiment *good)
{
    const mg_milestone nameless = {"other", "length", 1.0, .times = 1},
                       of_nothing = {"never", "width", 1.0, .times = 1},
                       no_times = {"never", "length", 1.0, .times = 0};
    const mg_milestone *const wrong[] = {&nameless, &of_nothing, &no_times};
    FILE *out = fopen("/dev/null", "w");
    int refused = 0;
    mg_experiment bad = *good;
    tap_ok(out && mg_epilogue_problems(good, out) == 0, "milestones and a film as they should be");
    bad.milestones = 1;
    for (int k = 0; k < 3; k++) {
        bad.milestone = wrong[k];
        refused += mg_epilogue_problems(&bad, out) == 1;
    }
    tap_ok(refused == 3, "milestones of unknown names, or no time at all, are refused: %d", refused);
    bad = *good;
    bad.film.table = "play";
    refused = mg_epilogue_problems(&bad, out);
    bad = *good;
    bad.film.variant = "wide";
    refused += mg_epilogue_problems(&bad, out);
    tap_ok(refused == 2, "a film for no table, or of no variant, too: %d", refused);
    fclose(out);
}

/* ---- summary ---- */

static void test_summary(const mg_csv *summary)
{
    static const struct {
        const char *column;
        double wanted;
    } known[] = {
        {"n", 5.0},   {"mean", 4.0}, {"min", 1.0}, {"max", 10.0}, {"std", 3.5355339059327378},
        {"iqm", 3.0}, /* 1.25 of 5 cut at each end: (0.75 * 2 + 3 + 0.75 * 4) / 2.5 */
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        tap_ok(number(summary, "five", NULL, "reward", known[k].column) == known[k].wanted,
               "summary of 4, 1, 10, 2, 3: %s %g", known[k].column,
               number(summary, "five", NULL, "reward", known[k].column));
    double low = number(summary, "five", NULL, "reward", "low"), high = number(summary, "five", NULL, "reward", "high");
    tap_ok(low >= 1.0 && low < 3.0 && high > 3.0 && high <= 10.0, "the interval lies around it: %g to %g", low, high);
}

/* ---- configs ---- */

typedef struct settings {
    double rate, weight;
    int steps;
    bool on;
} settings;
static const mg_field setting_field[] = {
    {"rate", MG_FIELD_DOUBLE, offsetof(settings, rate), 0, 1, "test"},
    {"weight", MG_FIELD_DOUBLE, offsetof(settings, weight), 0, 1e9, "test"},
    {"steps", MG_FIELD_INT, offsetof(settings, steps), 0, 1e9, "test"},
    {"on", MG_FIELD_BOOL, offsetof(settings, on), 0, 1, "test"},
};
static const mg_fields setting_fields = {"settings", 4, setting_field, sizeof(settings)};

static int differences(settings used)
{
    const settings paper = {1e-4, 1e6, 1000000, false};
    return mg_config_compare(&setting_fields, &paper, &used, NULL, NULL);
}

static void test_configs(void)
{
    tap_ok(differences((settings){1e-4, 1e6, 1000000, false}) == 0, "equal configs do not differ");
    tap_ok(differences((settings){1.01e-4, 1e6, 1000000, false}) == 1, "a rate of 1.01e-4 deviates from 1e-4");
    tap_ok(differences((settings){1e-4 * (1.0 + 0x1p-52), 1e6, 1000000, false}) == 1, "in the last bit too");
    tap_ok(differences((settings){0.0, 1e6, 1000000, false}) == 1, "0 deviates from 1e-4");
    tap_ok(differences((settings){1e-4, 1e6 + 0.5, 1000001, true}) == 3, "large numbers, whole ones and switches");
}

static bool has_curve(const char *entry, const char *method, const char *variant, const char *metric)
{
    const char *const ends_only[] = {"never", entry, NULL};
    mg_experiment experiment = toy;
    experiment.ends_only = ends_only;
    return mg_metric_has_curve(&experiment, method, variant, metric);
}

static void test_ends_only(void)
{
    tap_ok(!has_curve("length", "walk", "wide", "length"), "a metric told at its end alone");
    tap_ok(has_curve("length", "walk", "wide", "length_0") && has_curve("length", "walk", "wide", "len"),
           "and no other whose name has more or less letters");
    tap_ok(has_curve("length but walk/wide", "walk", "wide", "length"), "but for a run that the entry names");
    tap_ok(!has_curve("length but walk/wide", "walk", "wider", "length") &&
               !has_curve("length but walk/wide", "walk", "", "length") &&
               !has_curve("length but walk/wide", "walk/wide", "x", "length") &&
               !has_curve("length but walk/wide", "draw", "wide", "length"),
           "which is that one alone");
    const char *const several[] = {"length but walk/wide", "never", "length but draw/wide", NULL};
    mg_experiment experiment = toy;
    experiment.ends_only = several;
    tap_ok(mg_metric_has_curve(&experiment, "walk", "wide", "length") &&
               mg_metric_has_curve(&experiment, "draw", "wide", "length") &&
               !mg_metric_has_curve(&experiment, "walk", "", "length"),
           "or those of several entries");
}

int main(void)
{
    char out[600], reports[600];
    mg_error error = {0};
    snprintf(out, sizeof out, "%s", scratch("out"));
    snprintf(reports, sizeof reports, "%s", scratch("reports"));
    char *argv[] = {"toy", "--quiet", "--jobs", "2", "--out", out, "--reports", reports, NULL};
    mg_experiment experiment = toy;
    experiment.method = methods;
    experiment.methods = 3;
    experiment.metrics = metrics;
    experiment.ends_only = NULL;
    experiment.tables = 1;
    experiment.table = tables;
    experiment.milestones = 3;
    experiment.milestone = milestones;
    experiment.film = (mg_film){"film", "", film, NULL};
    experiment.deviation = deviations;
    experiment.deviations = sizeof deviations / sizeof *deviations;
    bool made = mg_folder_create(reports, &error);
    int status = made ? mg_experiment_main(&experiment, 8, argv) : 3;
    tap_ok(status == 0, "a run ends with status %d %s", status, error.text);
    experiment.ends_only = toy_ends_only;
    tap_ok(mg_experiment_main(&experiment, 8, argv) == 3, "no milestone is read off a curve that nobody tells");
    const char *const unknown[] = {"reward but walk/wide", NULL}, *const known[] = {"reward but walk", NULL};
    experiment.ends_only = unknown;
    tap_ok(mg_experiment_main(&experiment, 8, argv) == 3, "no curve is kept for a method that there is not");
    experiment.ends_only = known;
    tap_ok(mg_experiment_main(&experiment, 8, argv) == 0, "but for one that there is");
    experiment.ends_only = NULL;
    tap_ok(mg_experiment_main(&experiment, 8, argv) == 0, "and all are told again");
    test_ends_only();
    if (status == 0) {
        mg_csv runs = table("runs"), curve = table("curve"), summary = table("summary"), frames = table("film");
        test_seeds(&runs);
        test_evaluations(&runs, &curve);
        test_milestones(&runs);
        test_film(&frames);
        test_summary(&summary);
        mg_csv_close(&frames);
        mg_csv_close(&runs);
        mg_csv_close(&curve);
        mg_csv_close(&summary);
    }
    test_epilogue_refusals(&experiment);
    test_configs();
    scratch_remove();
    return tap_done();
}
