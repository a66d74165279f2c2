/* diff.c - two folders, or two dumps: the first difference. */
#include "suite/harness/diff.h"
#include "suite/harness/rows.h"
#include "core/io/digest.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <stdlib.h>
#include <string.h>

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

/* Where each task of a file begins, by a hash of its name: files have thousands of tasks. */
typedef struct task_index {
    const mg_csv *csv;
    size_t *slot; /* [slots] first row + 1, or 0 */
    size_t slots; /* a power of two */
} task_index;

/* The slot of the task that row `of` of csv is of, or the empty one where it would be. */
static size_t *slot_of(const task_index *index, const mg_csv *csv, size_t of)
{
    uint64_t hash = 0;
    for (int column = 0; column < 3; column++) {
        const char *cell = mg_csv_cell(csv, of, column);
        hash = hash * 0x9e3779b97f4a7c15ULL + mg_digest_bytes(cell, strlen(cell)).low;
    }
    size_t at = (size_t)hash & (index->slots - 1);
    while (index->slot[at] && !same_task(index->csv, index->slot[at] - 1, csv, of))
        at = (at + 1) & (index->slots - 1);
    return &index->slot[at];
}

static task_index index_tasks(const mg_csv *csv)
{
    task_index index = {.csv = csv, .slots = 2};
    while (index.slots < 2 * csv->rows + 2)
        index.slots *= 2;
    index.slot = mg_allocate(index.slots, sizeof *index.slot);
    for (size_t row = 0; row < csv->rows; row = task_rows(csv, row, "").end) {
        size_t *slot = slot_of(&index, csv, row);
        if (!*slot)
            *slot = row + 1;
    }
    return index;
}

/* The rows of the task that row `of` of another file is of; none: first == end. */
static mg_rows find_task(const task_index *index, const mg_csv *other, size_t of, const char *owner)
{
    size_t row = *slot_of(index, other, of);
    return row ? task_rows(index->csv, row - 1, owner)
               : (mg_rows){index->csv, index->csv->rows, index->csv->rows, owner};
}

static int tasks_only_in(const mg_csv *csv, const task_index *other)
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
    task_index in_a = index_tasks(a), in_b = index_tasks(b);
    for (size_t row = 0; row < a->rows && same;) {
        mg_rows rows_a = task_rows(a, row, "A"), rows_b = find_task(&in_b, a, row, "B");
        same = rows_b.first == rows_b.end || diff_rows(&rows_a, &rows_b, out);
        row = rows_a.end;
    }
    int only_a = tasks_only_in(a, &in_b), only_b = tasks_only_in(b, &in_a);
    free(in_a.slot);
    free(in_b.slot);
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
    static const char *const last[] = {"curve.csv",   "runs.csv",    "deviations.csv",
                                       "summary.csv", "clauses.csv", "claims.csv"};
    if (!strcmp(name, "trail.csv"))
        return 0;
    for (int i = 0; i < (int)(sizeof last / sizeof *last); i++) {
        if (!strcmp(name, last[i]))
            return 2 + i;
    }
    return 1;
}

static int compare_names(const char *a, const char *b)
{
    int difference = rank_of(a) - rank_of(b);
    return difference ? difference : strcmp(a, b);
}

/* Hashed files only: not golden's notes, not times, not dumps. */
static bool is_hashed(const char *name)
{
    static const char *const others[] = {"not_run.csv", "settings.csv", "stale.csv", "times.csv"};
    size_t length = strlen(name);
    if (length < 5 || strcmp(name + length - 4, ".csv") || !strncmp(name, "dump-", 5))
        return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (!strcmp(name, others[i]))
            return false;
    }
    return true;
}

/* The hashed files of a folder, moved to the front of the list. */
static bool list_folder(const char *path, mg_folder_names *names, mg_error *error)
{
    size_t kept = 0;
    if (!mg_folder_list(path, names, error))
        return false;
    for (size_t i = 0; i < names->count; i++) {
        if (is_hashed(names->name[i]))
            names->name[kept++] = names->name[i];
    }
    names->count = kept;
    return kept ||
           mg_fail(error, MG_EXIT_INPUT, "%s: no CSV files; wanted a result folder, like out/lio-ipd/quick", path);
}

/* The names of both, each once, in the order in which they are compared. Returns how many. */
static size_t join_names(const mg_folder_names *a, const mg_folder_names *b, const char **name)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < a->count; i++)
        name[count++] = a->name[i];
    for (size_t i = 0; i < b->count; i++)
        name[count++] = b->name[i];
    mg_sort_texts(name, count, compare_names);
    for (size_t i = 0; i < count; i++) {
        if (!i || strcmp(name[i], name[kept - 1]))
            name[kept++] = name[i];
    }
    return kept;
}

/* *same turns false where they differ. */
static bool diff_file(const char *a, const char *b, const char *name, FILE *out, bool *same, mg_error *error)
{
    char path_a[MG_PATH], path_b[MG_PATH];
    bool in_a, in_b, good;
    mg_digest digest_a, digest_b;
    if (!mg_path_join(path_a, sizeof path_a, a, name, error) || !mg_path_join(path_b, sizeof path_b, b, name, error) ||
        !mg_file_exists(path_a, &in_a, error) || !mg_file_exists(path_b, &in_b, error))
        return false;
    *same = false;
    if (!in_a || !in_b) {
        fprintf(out, "%s: only in %s\n", name, in_a ? a : b);
        return true;
    }
    if (!mg_digest_file(path_a, &digest_a, error) || !mg_digest_file(path_b, &digest_b, error))
        return false;
    *same = mg_digest_equal(digest_a, digest_b);
    if (*same)
        return true;
    fprintf(out, "%s: ", name);
    if (diff_files(path_a, path_b, out, &good, error))
        fprintf(out, "all rows agree, the bytes do not: another order of tasks, or quoting\n");
    return good;
}

static int diff_folders(const char *a, const char *b, FILE *out, mg_error *error)
{
    mg_folder_names names_a = {0}, names_b = {0};
    int differ = 0;
    size_t count = 0;
    bool good = list_folder(a, &names_a, error) && list_folder(b, &names_b, error);
    const char **name = mg_allocate(names_a.count + names_b.count, sizeof *name);
    if (good)
        count = join_names(&names_a, &names_b, name);
    for (size_t i = 0; good && i < count; i++) {
        bool same;
        good = diff_file(a, b, name[i], out, &same, error);
        differ += good && !same;
    }
    free(name);
    mg_folder_names_free(&names_a);
    mg_folder_names_free(&names_b);
    if (!good)
        return (int)error->status;
    fprintf(out, "diff: %zu files compared, %d differ\n", count, differ);
    return differ ? MG_EXIT_DIFFERS : MG_EXIT_OK;
}

int mg_diff(const char *a, const char *b, FILE *out, mg_error *error)
{
    bool folder_a, folder_b, is_a, is_b;
    if (!mg_folder_exists(a, &folder_a, error) || !mg_folder_exists(b, &folder_b, error) ||
        !mg_file_exists(a, &is_a, error) || !mg_file_exists(b, &is_b, error))
        return (int)error->status;
    if (is_a && is_b && folder_a != folder_b) {
        mg_fail(error, MG_EXIT_USAGE, "one of %s and %s is a folder, the other a file; give two of a kind", a, b);
        return MG_EXIT_USAGE;
    }
    if (folder_a || folder_b)
        return diff_folders(a, b, out, error);
    bool good, same = diff_files(a, b, out, &good, error);
    if (!good)
        return (int)error->status;
    if (same)
        fprintf(out, "diff: the same\n");
    return same ? MG_EXIT_OK : MG_EXIT_DIFFERS;
}
