#include "suite/harness/diff.h"
#include "suite/harness/rows.h"
#include "core/io/digest.h"
#include "core/io/file.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DIFF_PATH = 1024, DIFF_NAMES = 64, DIFF_NAME = 80 };

typedef struct name_list {
    int count;
    char name[DIFF_NAMES][DIFF_NAME];
} name_list;

/* What names a row, in any file we write: of a result, or of a dump. A trail's units are a value, a curve's are a
 * name. */
static mg_key_columns key_of(const mg_csv *csv)
{
    static const char *const name[] = {"method", "variant", "seed", "checkpoint", "kind",   "metric", "field",
                                       "id",     "tensor",  "name", "row",        "column", "index",  NULL};
    static const char *const units[] = {"units", NULL};
    mg_key_columns key = mg_key_columns_of(csv, name);
    return mg_csv_column(csv, "metric") >= 0 ? key | mg_key_columns_of(csv, units) : key;
}

static bool same_header(const mg_csv *a, const mg_csv *b, FILE *out)
{
    for (int column = 0; column < a->columns || column < b->columns; column++) {
        const char *left = column < a->columns ? a->header[column] : "missing";
        const char *right = column < b->columns ? b->header[column] : "missing";
        if (!strcmp(left, right))
            continue;
        fprintf(out, "column %d is %s in %s, %s in %s\n", column + 1, left, a->path, right, b->path);
        return false;
    }
    return true;
}

static bool is_of_tasks(const mg_csv *csv)
{
    return csv->columns > 3 && !strcmp(csv->header[0], "method") && !strcmp(csv->header[1], "variant") &&
           !strcmp(csv->header[2], "seed");
}

static bool same_task(const mg_csv *a, size_t row_a, const mg_csv *b, size_t row_b)
{
    for (int column = 0; column < 3; column++) {
        if (strcmp(mg_csv_cell(a, row_a, column), mg_csv_cell(b, row_b, column)))
            return false;
    }
    return true;
}

/* The rows from `first` on that are of one task. */
static mg_rows task_rows(const mg_csv *csv, size_t first, const char *owner)
{
    mg_rows rows = {csv, first, first, owner};
    while (rows.end < csv->rows && same_task(csv, first, csv, rows.end))
        rows.end++;
    return rows;
}

/* The rows of the task that row `of` of another file is of; none: first == end. */
static mg_rows find_task(const mg_csv *csv, const mg_csv *other, size_t of, const char *owner)
{
    size_t row = 0;
    while (row < csv->rows && !same_task(csv, row, other, of))
        row++;
    return row < csv->rows ? task_rows(csv, row, owner) : (mg_rows){csv, row, row, owner};
}

static int tasks_only_in(const mg_csv *csv, const mg_csv *other)
{
    int only = 0;
    for (size_t row = 0; row < csv->rows; row = task_rows(csv, row, "").end) {
        mg_rows there = find_task(other, csv, row, "");
        only += there.first == there.end;
    }
    return only;
}

static bool diff_rows(const mg_rows *a, const mg_rows *b, FILE *out)
{
    mg_difference difference = mg_rows_compare(a, b, key_of(a->csv));
    if (difference.kind == MG_DIFFERENCE_NONE)
        return true;
    mg_difference_print(&difference, a, b, key_of(a->csv), out);
    return false;
}

/* Of tasks that both have the first difference; of the others how many there are. */
static bool diff_tasks(const mg_csv *a, const mg_csv *b, FILE *out)
{
    bool same = true;
    for (size_t row = 0; row < a->rows && same;) {
        mg_rows rows_a = task_rows(a, row, "A"), rows_b = find_task(b, a, row, "B");
        same = rows_b.first == rows_b.end || diff_rows(&rows_a, &rows_b, out);
        row = rows_a.end;
    }
    int only_a = tasks_only_in(a, b), only_b = tasks_only_in(b, a);
    if (!only_a && !only_b)
        return same;
    fprintf(out, "%s%d tasks only in A, %d only in B (%s, %s)\n", same ? "" : "  and ", only_a, only_b, a->path,
            b->path);
    return false;
}

/* Returns whether they are the same; *good turns false on an error. */
static bool diff_files(const char *path_a, const char *path_b, FILE *out, bool *good, mg_error *error)
{
    mg_csv a = {0}, b = {0};
    *good = mg_csv_read(path_a, NULL, &a, error) && mg_csv_read(path_b, NULL, &b, error);
    mg_rows all_a = {&a, 0, a.rows, "A"}, all_b = {&b, 0, b.rows, "B"};
    bool same = *good && same_header(&a, &b, out) &&
                (is_of_tasks(&a) ? diff_tasks(&a, &b, out) : diff_rows(&all_a, &all_b, out));
    mg_csv_close(&a);
    mg_csv_close(&b);
    return same;
}

/* ---- folders ---- */

/* Where a difference says most comes first: the trail names the checkpoint, a table or a curve the number. */
static int rank_of(const char *name)
{
    static const char *const last[] = {"curve.csv", "runs.csv", "deviations.csv", "summary.csv", "claims.csv"};
    if (!strcmp(name, "trail.csv"))
        return 0;
    for (int i = 0; i < 5; i++) {
        if (!strcmp(name, last[i]))
            return 2 + i;
    }
    return 1;
}

static bool comes_before(const char *a, const char *b)
{
    int difference = rank_of(a) - rank_of(b);
    return difference ? difference < 0 : strcmp(a, b) < 0;
}

static void add_name(name_list *list, const char *name)
{
    int at = 0;
    while (at < list->count && comes_before(list->name[at], name))
        at++;
    if ((at < list->count && !strcmp(list->name[at], name)) || list->count == DIFF_NAMES)
        return;
    memmove(list->name[at + 1], list->name[at], (size_t)(list->count - at) * DIFF_NAME);
    memcpy(list->name[at], name, strlen(name) + 1); /* is_hashed looked at its length */
    list->count++;
}

/* Hashed files only: not golden's notes, not times, not dumps. */
static bool is_hashed(const char *name)
{
    static const char *const others[] = {"not_run.csv", "stale.csv", "times.csv"};
    size_t length = strlen(name);
    if (length < 5 || length >= DIFF_NAME || strcmp(name + length - 4, ".csv") || !strncmp(name, "dump-", 5))
        return false;
    for (int i = 0; i < 3; i++) {
        if (!strcmp(name, others[i]))
            return false;
    }
    return true;
}

static bool list_folder(const char *path, name_list *list, mg_error *error)
{
    DIR *folder = opendir(path);
    int count = 0;
    if (!folder)
        return mg_fail(error, MG_EXIT_INPUT, "%s: %s", path, strerror(errno));
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!is_hashed(entry->d_name))
            continue;
        add_name(list, entry->d_name);
        count++;
    }
    closedir(folder);
    return count ||
           mg_fail(error, MG_EXIT_INPUT, "%s: no CSV files; wanted a result folder, like out/lio-ipd/quick", path);
}

static int diff_folders(const char *a, const char *b, FILE *out, mg_error *error)
{
    name_list *list = calloc(1, sizeof *list);
    int differ = 0, compared = 0;
    bool good = list && list_folder(a, list, error) && list_folder(b, list, error);
    for (int i = 0; good && i < list->count; i++) {
        char path_a[DIFF_PATH], path_b[DIFF_PATH];
        good = mg_path_join(path_a, sizeof path_a, a, list->name[i], error) &&
               mg_path_join(path_b, sizeof path_b, b, list->name[i], error);
        if (!good)
            break;
        compared++;
        if (!mg_file_exists(path_a) || !mg_file_exists(path_b)) {
            fprintf(out, "%s: only in %s\n", list->name[i], mg_file_exists(path_a) ? a : b);
            differ++;
            continue;
        }
        mg_digest digest_a, digest_b;
        good = mg_digest_file(path_a, &digest_a, error) && mg_digest_file(path_b, &digest_b, error);
        if (good && mg_digest_equal(digest_a, digest_b))
            continue;
        fprintf(out, "%s: ", list->name[i]);
        if (good && diff_files(path_a, path_b, out, &good, error))
            fprintf(out, "all rows agree, the bytes do not: another order of tasks, or quoting\n");
        differ++;
    }
    free(list);
    if (!good)
        return (int)error->status;
    fprintf(out, "diff: %d files compared, %d differ\n", compared, differ);
    return differ ? MG_EXIT_DIFFERS : MG_EXIT_OK;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int mg_diff(const char *a, const char *b, FILE *out, mg_error *error)
{
    bool folders = is_folder(a) || is_folder(b);
    if (folders && mg_file_exists(a) && mg_file_exists(b) && is_folder(a) != is_folder(b)) {
        mg_fail(error, MG_EXIT_USAGE, "one of %s and %s is a folder, the other a file; give two of a kind", a, b);
        return MG_EXIT_USAGE;
    }
    if (folders)
        return diff_folders(a, b, out, error);
    bool good, same = diff_files(a, b, out, &good, error);
    if (!good)
        return (int)error->status;
    if (same)
        fprintf(out, "diff: the same\n");
    return same ? MG_EXIT_OK : MG_EXIT_DIFFERS;
}
