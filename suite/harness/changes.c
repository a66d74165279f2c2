/* changes.c - reads, checks and appends rows of the chain. */
#include "suite/harness/changes.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- folders ---- */

static bool hash_file(mg_hasher *hasher, const char *folder, const char *name, mg_error *error)
{
    char path[1024];
    struct stat status;
    mg_digest digest;
    if (!mg_path_join(path, sizeof path, folder, name, error))
        return false;
    if (lstat(path, &status) < 0)
        return mg_fail(error, MG_EXIT_INPUT, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return mg_fail(error, MG_EXIT_INPUT, "%s: is not a regular file; golden folders hold nothing else", path);
    if (!mg_digest_file(path, &digest, error))
        return false;
    mg_hash_text(hasher, "file", name);
    mg_hash_digest(hasher, &digest);
    return true;
}

bool mg_folder_digest(const char *folder, char text[MG_DIGEST_TEXT], mg_error *error)
{
    mg_folder_names names;
    bool exists;
    text[0] = '\0';
    if (!mg_folder_exists(folder, &exists, error))
        return false;
    if (!exists)
        return true;
    if (!mg_folder_list(folder, &names, error))
        return false;
    mg_hasher *hasher = mg_hasher_create();
    bool good = true;
    for (size_t i = 0; good && i < names.count; i++)
        good = hash_file(hasher, folder, names.name[i], error);
    if (good && names.count)
        mg_digest_print(mg_hasher_finish(hasher), text);
    mg_hasher_destroy(hasher);
    mg_folder_names_free(&names);
    return good;
}

/* ---- rows ---- */

static const char *const classes[] = {"semantics", "bug fix", "format", "new", "stale"};
enum { CLASSES = sizeof classes / sizeof *classes, CLASSES_TO_GIVE = 4 };

const char *mg_change_class(const char **reason)
{
    for (int c = 0; c < CLASSES_TO_GIVE; c++) {
        size_t length = strlen(classes[c]);
        if (strncmp(*reason, classes[c], length) || (*reason)[length] != ':')
            continue;
        const char *why = *reason + length + 1;
        why += strspn(why, " ");
        if (!*why)
            return NULL;
        *reason = why;
        return classes[c];
    }
    return NULL;
}

bool mg_changes_read(const char *golden, mg_csv *changes, mg_error *error)
{
    char path[1024];
    bool exists;
    *changes = (mg_csv){0};
    if (!mg_path_join(path, sizeof path, golden, "CHANGES.csv", error) || !mg_file_exists(path, &exists, error))
        return false;
    return !exists || mg_csv_read(path, MG_CHANGES_HEADER, changes, error);
}

static mg_digest chain_of(mg_digest above, const char *const cell[MG_CHANGE_CHAIN])
{
    static const char *const column[MG_CHANGE_CHAIN] = {"version", "commit", "result", "profile", "class",
                                                        "tasks",   "old",    "new",    "reason"};
    mg_hasher *hasher = mg_hasher_create();
    mg_hash_digest(hasher, &above);
    for (int c = 0; c < MG_CHANGE_CHAIN; c++)
        mg_hash_text(hasher, column[c], cell[c]);
    mg_digest chain = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return chain;
}

static mg_digest chain_of_row(const mg_csv *changes, size_t row, mg_digest above)
{
    const char *cell[MG_CHANGE_CHAIN];
    for (int c = 0; c < MG_CHANGE_CHAIN; c++)
        cell[c] = mg_csv_cell(changes, row, c);
    return chain_of(above, cell);
}

/* The row before `row` of the same folder, or -1. */
static long row_before(const mg_csv *changes, size_t row, const char *result, const char *profile)
{
    while (row-- > 0) {
        if (!strcmp(mg_csv_cell(changes, row, MG_CHANGE_RESULT), result) &&
            !strcmp(mg_csv_cell(changes, row, MG_CHANGE_PROFILE), profile))
            return (long)row;
    }
    return -1;
}

long mg_changes_last(const mg_csv *changes, const char *result, const char *profile)
{
    return row_before(changes, changes->rows, result, profile);
}

static bool is_class(const char *text)
{
    for (int c = 0; c < CLASSES; c++) {
        if (!strcmp(text, classes[c]))
            return true;
    }
    return false;
}

static bool verify_row(const mg_csv *changes, size_t row, mg_digest *chain, mg_error *error)
{
    char text[MG_DIGEST_TEXT];
    const char *said = mg_csv_cell(changes, row, MG_CHANGE_CHAIN), *class = mg_csv_cell(changes, row, MG_CHANGE_CLASS);
    const char *old = mg_csv_cell(changes, row, MG_CHANGE_OLD);
    *chain = chain_of_row(changes, row, *chain);
    mg_digest_print(*chain, text);
    if (strcmp(text, said))
        return mg_fail(error, MG_EXIT_DIFFERS,
                       "%s:%zu: the chain is '%.40s', from the row above and this one follows %s: a row was edited, "
                       "removed or moved; restore the file from git",
                       changes->path, changes->line[row], said, text);
    if (!is_class(class))
        return mg_fail(error, MG_EXIT_DIFFERS, "%s:%zu: no class '%.40s'", changes->path, changes->line[row], class);
    long before = row_before(changes, row, mg_csv_cell(changes, row, MG_CHANGE_RESULT),
                             mg_csv_cell(changes, row, MG_CHANGE_PROFILE));
    const char *wanted = before < 0 ? "" : mg_csv_cell(changes, (size_t)before, MG_CHANGE_NEW);
    if (strcmp(old, wanted))
        return mg_fail(error, MG_EXIT_DIFFERS, "%s:%zu: old is '%.40s', the folder's row before says '%s'",
                       changes->path, changes->line[row], old, wanted);
    return true;
}

bool mg_changes_verify(const mg_csv *changes, mg_error *error)
{
    mg_digest chain = {0, 0};
    for (size_t row = 0; row < changes->rows; row++) {
        if (!verify_row(changes, row, &chain, error))
            return false;
    }
    return true;
}

void mg_changes_append(const mg_csv *changes, const char *const cell[MG_CHANGE_CHAIN], mg_csv_writer *writer)
{
    mg_digest chain = {0, 0};
    char text[MG_DIGEST_TEXT];
    mg_csv_raw(writer, MG_CHANGES_HEADER "\n", strlen(MG_CHANGES_HEADER) + 1);
    for (size_t row = 0; row < changes->rows; row++) {
        for (int column = 0; column < changes->columns; column++)
            mg_csv_text(writer, mg_csv_cell(changes, row, column));
        mg_csv_end_row(writer);
        chain = chain_of_row(changes, row, chain);
    }
    for (int c = 0; c < MG_CHANGE_CHAIN; c++)
        mg_csv_text(writer, cell[c]);
    mg_csv_text(writer, mg_digest_print(chain_of(chain, cell), text));
    mg_csv_end_row(writer);
}
