/* changes.h - golden/CHANGES.csv: why each golden folder was last changed, and the digest it has had since.
 *
 * One row per change, never edited: version and commit of the program that made it, result and profile (the folder),
 * class, the tasks that were replaced, the folder's digest before and after, the reason, and a chain: XXH3-128 over the
 * chain of the row above (128 zero bits for the first) and this row's cells, each under its column's name. So a row
 * that is edited, removed or moved breaks the chain of the next one, or, the last, the digest of its folder.
 *
 *     mg_csv changes;
 *     if (mg_changes_read("golden", &changes, &error) && mg_changes_verify(&changes, &error))
 *         row = mg_changes_last(&changes, "lio-ipd", "paper");
 */
#ifndef MG_CHANGES_H
#define MG_CHANGES_H

#include "core/io/csv.h"
#include "core/io/digest.h"

#define MG_CHANGES_HEADER "version,commit,result,profile,class,tasks,old,new,reason,chain"
enum {
    MG_CHANGE_VERSION,
    MG_CHANGE_COMMIT,
    MG_CHANGE_RESULT,
    MG_CHANGE_PROFILE,
    MG_CHANGE_CLASS,
    MG_CHANGE_TASKS,
    MG_CHANGE_OLD,
    MG_CHANGE_NEW,
    MG_CHANGE_REASON,
    MG_CHANGE_CHAIN,
    MG_CHANGE_COLUMNS
};

/* The digest of a golden folder: over all its files in ascending order of their names' bytes, of each its name (field
 * "file") and the XXH3-128 of its bytes as a link. No such folder, or an empty one: "". What is no regular file is an
 * error. */
bool mg_folder_digest(const char *folder, char text[MG_DIGEST_TEXT], mg_error *error);

/* Reads golden/CHANGES.csv; no such file: no rows. */
bool mg_changes_read(const char *golden, mg_csv *changes, mg_error *error);

/* Fails (exit status 1) at the first row whose chain does not follow from the row above, whose class does not exist or
 * whose `old` is not the `new` of its folder's row before. */
bool mg_changes_verify(const mg_csv *changes, mg_error *error);

/* The folder's last row, or -1. */
long mg_changes_last(const mg_csv *changes, const char *result, const char *profile);

/* All rows so far and one more, whose cells are given but for the chain. */
void mg_changes_append(const mg_csv *changes, const char *const cell[MG_CHANGE_CHAIN], mg_csv_writer *writer);

/* The class before the ':' of a reason ("bug fix: why"), or NULL where there is none or nothing follows. `reason`
 * moves behind it. Classes to give: semantics, bug fix, format, new; the program itself writes `stale`. */
const char *mg_change_class(const char **reason);

#endif
