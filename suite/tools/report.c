/* report.c - command line, list of results, files of the page. */
#include "suite/tools/report.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/pool.h"
#include "suite/tools/report_page.h"
#include "suite/tools/report_parts.h"
#include "suite/harness/places.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULTS_MAX 64
#define NAME_MAX_LENGTH 48
#define FOLDER_LONGEST 700 /* what stands below it fits into MG_PATH */

typedef struct options {
    const char *out;  /* folder of the page */
    const char *data; /* folder that keeps the figures' data, or NULL */
    mg_report_places places;
    bool figures;
} options;

/* ---- command line ---- */

static bool read_options(int argc, char **argv, options *chosen, mg_error *error)
{
    const struct {
        const char *name;
        const char **value;
    } with_value[] = {{"--out", &chosen->out},
                      {"--golden", &chosen->places.golden},
                      {"--results", &chosen->places.results},
                      {"--reports", &chosen->places.reports},
                      {"--data", &chosen->data}};
    for (int i = 1; i < argc; i++) {
        size_t known = 0, count = sizeof with_value / sizeof *with_value, length = strcspn(argv[i], "=");
        if (!strcmp(argv[i], "--no-figures")) {
            chosen->figures = false;
            continue;
        }
        while (known < count &&
               (strlen(with_value[known].name) != length || strncmp(with_value[known].name, argv[i], length)))
            known++;
        if (known == count)
            return mg_fail(error, MG_EXIT_USAGE, "unknown argument \"%s\"; marlgold report --help lists what there is",
                           argv[i]);
        const char *value = argv[i][length] ? argv[i] + length + 1 : i + 1 < argc ? argv[++i] : "";
        if (!*value || strlen(value) > FOLDER_LONGEST || strchr("<|", *value))
            return mg_fail(
                error, MG_EXIT_USAGE,
                "%s wants a folder of at most %d characters that begins with neither < nor |, not \"%.100s\"",
                with_value[known].name, FOLDER_LONGEST, value);
        *with_value[known].value = value;
    }
    return true;
}

/* ---- which results ---- */

typedef struct name_list {
    char text[RESULTS_MAX][NAME_MAX_LENGTH + 1];
    const char *name[RESULTS_MAX];
    int count;
} name_list;

/* Names of results are those of programs; anything else in the folders (CHANGES.csv, report/) is none. */
static bool add_result(name_list *list, const char *name, size_t length, mg_error *error)
{
    bool good = length && length <= NAME_MAX_LENGTH && islower((unsigned char)name[0]);
    for (size_t i = 0; good && i < length; i++)
        good = islower((unsigned char)name[i]) || isdigit((unsigned char)name[i]) || name[i] == '-';
    for (int i = 0; good && i < list->count; i++)
        good = strlen(list->name[i]) != length || strncmp(list->name[i], name, length) != 0;
    if (!good)
        return true;
    if (list->count == RESULTS_MAX)
        return mg_fail(error, MG_EXIT_INPUT, "more than %d results", RESULTS_MAX);
    snprintf(list->text[list->count], sizeof list->text[0], "%.*s", (int)length, name);
    list->name[list->count] = list->text[list->count];
    list->count++;
    return true;
}

/* A folder of golden results, or of what was run here, holds the first two files; one of report sources the others. */
static const char *const of_runs[2] = {"paper/runs.csv", "quick/runs.csv"};
static const char *const of_reports[2] = {"about.csv", "claims.csv"};

/* *has: whether folder/name has one of the files. */
static bool has_either(const char *folder, const char *name, const char *const file[2], bool *has, mg_error *error)
{
    char below[MG_PATH], path[MG_PATH];
    *has = false;
    for (int i = 0; !*has && i < 2; i++)
        if (!mg_path_join(below, sizeof below, folder, name, error) ||
            !mg_path_join(path, sizeof path, below, file[i], error) || !mg_file_exists(path, has, error))
            return false;
    return true;
}

/* The folders in it that have one of the files. A folder that is not there has none. */
static bool add_results_of(name_list *list, const char *folder, const char *const file[2], mg_error *error)
{
    mg_folder_names names = {0};
    bool exists, has;
    if (!mg_folder_exists(folder, &exists, error))
        return false;
    bool good = !exists || mg_folder_list(folder, &names, error);
    for (size_t i = 0; good && i < names.count; i++) {
        good = has_either(folder, names.name[i], file, &has, error);
        if (good && has)
            good = add_result(list, names.name[i], strlen(names.name[i]), error);
    }
    mg_folder_names_free(&names);
    return good;
}

/* The row of numbers.csv that has the name, or behind all of them. */
static size_t place_of(const mg_csv *numbers, const char *name)
{
    size_t row = 0;
    while (row < numbers->rows && strcmp(mg_report_cell(numbers, row, "result"), name) != 0)
        row++;
    return row;
}

/* In the order of numbers.csv, then by name. */
static void order_results(name_list *list, const mg_csv *numbers)
{
    for (int i = 1; i < list->count; i++) {
        const char *name = list->name[i];
        size_t place = place_of(numbers, name);
        int at = i;
        for (; at > 0; at--) {
            size_t before = place_of(numbers, list->name[at - 1]);
            if (before < place || (before == place && strcmp(list->name[at - 1], name) < 0))
                break;
            list->name[at] = list->name[at - 1];
        }
        list->name[at] = name;
    }
}

static bool list_results(const options *chosen, name_list *list, mg_error *error)
{
    char path[MG_PATH];
    mg_csv numbers = {0};
    bool exists;
    if (!add_results_of(list, chosen->places.golden, of_runs, error) ||
        !add_results_of(list, chosen->places.results, of_runs, error) ||
        !add_results_of(list, chosen->places.reports, of_reports, error) ||
        !mg_path_join(path, sizeof path, chosen->places.reports, "numbers.csv", error) ||
        !mg_file_exists(path, &exists, error) || (exists && !mg_csv_read(path, "number,result", &numbers, error)))
        return false;
    order_results(list, &numbers);
    if (exists)
        mg_csv_close(&numbers);
    if (!list->count)
        return mg_fail(error, MG_EXIT_INPUT, "%s: no result there, and none in %s; run one, such as build/bin/lio-ipd",
                       chosen->places.golden, chosen->places.results);
    return true;
}

/* ---- the page ---- */

typedef struct report {
    const options *chosen;
    name_list names;
    mg_csv references, matrix;
    mg_report_result *result; /* [names.count] */
    mg_report_figure (*figure)[MG_FIGURES_MAX];
    int *figures;
    char gnuplot[100];
    char scratch[MG_PATH]; /* data of the figures */
} report;

static bool draw_result(report *all, int i, mg_error *error)
{
    char folder[MG_PATH];
    if (all->result[i].from == MG_FROM_NOWHERE)
        return true;
    return mg_path_join(folder, sizeof folder, all->scratch, all->names.name[i], error) &&
           mg_folder_create(folder, error) && mg_report_prepare(&all->result[i], folder, error) &&
           mg_report_draw(&all->result[i], all->chosen->places.reports, folder, all->figure[i], &all->figures[i],
                          error);
}

static bool draw_all(report *all, mg_error *error)
{
    if (!mg_report_gnuplot(all->gnuplot, error))
        return false;
    const char *temporary = getenv("TMPDIR");
    if (all->chosen->data)
        snprintf(all->scratch, sizeof all->scratch, "%s", all->chosen->data);
    else
        snprintf(all->scratch, sizeof all->scratch, "%.*s/marlgold-XXXXXX", FOLDER_LONGEST,
                 temporary && *temporary ? temporary : "/tmp");
    if (!all->chosen->data && !mkdtemp(all->scratch))
        return mg_fail(error, MG_EXIT_INPUT, "%s: no temporary folder can be made (%s); set TMPDIR", all->scratch,
                       strerror(errno));
    bool good = true;
    for (int i = 0; good && i < all->names.count && !mg_signal_seen(); i++)
        good = draw_result(all, i, error);
    mg_error second = {0};
    if (!all->chosen->data && !mg_folder_remove(all->scratch, good ? error : &second))
        good = false;
    return good && !mg_signal_seen();
}

/* The page last, so that whoever sees it sees its figures too. */
static bool write_all(const report *all, const mg_text *page, mg_error *error)
{
    char path[MG_PATH], file[120];
    const char *out = all->chosen->out;
    if (!mg_folder_create(out, error))
        return false;
    for (int i = 0; i < all->names.count; i++) {
        for (int j = 0; j < all->figures[i]; j++) {
            const mg_report_figure *figure = &all->figure[i][j];
            snprintf(file, sizeof file, "%s.svg", figure->name);
            if (!mg_path_join(path, sizeof path, out, file, error) ||
                !mg_file_write(path, figure->svg, figure->length, error))
                return false;
        }
    }
    return mg_path_join(path, sizeof path, out, "index.html", error) &&
           mg_file_write(path, page->bytes, page->length, error);
}

static bool make_page(report *all, mg_error *error)
{
    char path[MG_PATH], *style;
    size_t length;
    mg_text page = {0};
    if (!mg_path_join(path, sizeof path, all->chosen->places.reports, "style.css", error) ||
        !mg_file_read(path, &style, &length, error))
        return false;
    mg_page_start(&page, style, all->result, all->names.count, all->matrix.rows > 0);
    free(style);
    mg_page_overview(&page, all->result, all->names.count);
    for (int i = 0; i < all->names.count; i++)
        mg_page_result(&page, &all->result[i], &all->references, all->figure[i], all->figures[i]);
    mg_page_matrix(&page, &all->matrix);
    mg_page_references(&page, &all->references);
    mg_page_end(&page, all->gnuplot);
    bool good = write_all(all, &page, error);
    mg_text_free(&page);
    return good;
}

/* matrix.csv of what was run here, else the committed one, if there is any. */
static bool load_matrix(report *all, mg_error *error)
{
    const char *const folder[] = {all->chosen->places.results, all->chosen->places.reports};
    char path[MG_PATH];
    bool exists = false;
    for (int i = 0; i < 2 && !exists; i++)
        if (!mg_path_join(path, sizeof path, folder[i], "matrix.csv", error) || !mg_file_exists(path, &exists, error))
            return false;
    return !exists || mg_csv_read(path, "compiler,version,level,machine,isa,jobs,ran,result,seconds,date,marlgold",
                                  &all->matrix, error);
}

static bool load_all(report *all, mg_error *error)
{
    const mg_report_places *places = &all->chosen->places;
    char path[MG_PATH];
    bool exists;
    if (!mg_folder_exists(places->golden, &exists, error))
        return false;
    if (!exists)
        return mg_fail(error, MG_EXIT_INPUT, "%s: no such folder; wanted the golden results, see --golden",
                       places->golden);
    if (!mg_path_join(path, sizeof path, places->reports, "references.csv", error) ||
        !mg_file_exists(path, &exists, error) ||
        (exists &&
         !mg_csv_read(path, "key,authors,title,venue,year,identifier,results,note", &all->references, error)) ||
        !load_matrix(all, error) || !list_results(all->chosen, &all->names, error))
        return false;
    size_t count = (size_t)all->names.count;
    all->result = mg_allocate(count, sizeof *all->result);
    all->figure = mg_allocate(count, sizeof *all->figure);
    all->figures = mg_allocate(count, sizeof *all->figures);
    for (int i = 0; i < all->names.count; i++)
        if (!mg_report_load(&all->result[i], all->names.name[i], places, error))
            return false;
    return true;
}

static void close_all(report *all)
{
    for (int i = 0; all->figures && i < all->names.count; i++) {
        mg_report_close(&all->result[i]);
        for (int j = 0; j < all->figures[i]; j++)
            mg_report_figure_free(&all->figure[i][j]);
    }
    free(all->result);
    free(all->figure);
    free(all->figures);
    if (all->references.columns)
        mg_csv_close(&all->references);
    if (all->matrix.columns)
        mg_csv_close(&all->matrix);
}

int mg_report_main(int argc, char **argv)
{
    options chosen = {"out/report", NULL, {mg_default_golden(), "out", mg_default_reports(), NULL}, true};
    mg_error error = {0};
    mg_signals_install(); /* so that the temporary folder goes */
    report all = {.chosen = &chosen};
    bool good = read_options(argc, argv, &chosen, &error) && load_all(&all, &error) &&
                (!chosen.figures || draw_all(&all, &error)) && make_page(&all, &error);
    close_all(&all);
    if (mg_signal_seen())
        return 128 + mg_signal_seen();
    if (!good)
        return mg_report_error("marlgold report", &error);
    printf("%s/index.html: %d %s\n", chosen.out, all.names.count, all.names.count == 1 ? "result" : "results");
    return MG_EXIT_OK;
}
