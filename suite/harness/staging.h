/* staging.h - how a golden folder and its row in CHANGES.csv change together, whenever the program is killed.
 *
 * Everything new is made in GOLDEN/.bless: the whole folder as `new`, and `CHANGES.csv` with its row. Then CHANGES.csv
 * is renamed into place, which decides; then the old folder is moved to .bless/old and the new one into its place. What
 * a killed program left there is finished by the next one where the row was in place, else undone. One program at a
 * time: it holds a lock on GOLDEN that ends with it.
 */
#ifndef MG_STAGING_H
#define MG_STAGING_H

#include "core/io/csv.h"

#define MG_STAGING_PATH 1024

typedef struct mg_staging {
    char golden[MG_STAGING_PATH];
    char folder[MG_STAGING_PATH]; /* GOLDEN/.bless */
    char made[MG_STAGING_PATH];   /* GOLDEN/.bless/new: the caller fills it */
    int lock;
} mg_staging;

/* Locks GOLDEN (made if it is not there), settles what a killed program left and says so on stdout, and starts
 * afresh. Fails where another program holds the lock or GOLDEN cannot be written. */
bool mg_staging_open(mg_staging *staging, const char *golden, mg_error *error);

/* `made` becomes GOLDEN/<result>/<profile>, and the rows GOLDEN/CHANGES.csv. If it fails half-way, the next
 * mg_staging_open finishes it. */
bool mg_staging_install(mg_staging *staging, const char *result, const char *profile, const mg_csv_writer *changes,
                        mg_error *error);

/* Removes what was staged; after a failed installation it stays for the next program. */
void mg_staging_close(mg_staging *staging);

/* What a killed program (or one at work) left in GOLDEN, for who must not change anything: NOTHING, what the next
 * change will UNDO or FINISH, or only the REMAINS of one that is done. */
typedef enum mg_left { MG_LEFT_NOTHING, MG_LEFT_UNDO, MG_LEFT_FINISH, MG_LEFT_REMAINS } mg_left;
bool mg_staging_left(const char *golden, mg_left *left, mg_error *error);

#endif
