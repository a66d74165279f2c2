/* staging.c - two renames, and what is done about one alone. */
#include "suite/harness/staging.h"
#include "core/io/file.h"
#include "suite/harness/changes.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool join(const mg_staging *staging, const char *name, char path[MG_STAGING_PATH], mg_error *error)
{
    return mg_path_join(path, MG_STAGING_PATH, staging->folder, name, error);
}

static bool fail_with(const char *path, int number, mg_error *error)
{
    return mg_fail(error, MG_EXIT_INPUT, "%s: %s", path, strerror(number));
}

/* *there: whether there is such a file or folder; only "no such" means no. */
static bool look(const char *path, bool *there, mg_error *error)
{
    struct stat status;
    *there = lstat(path, &status) == 0;
    return *there || errno == ENOENT || errno == ENOTDIR || fail_with(path, errno, error);
}

static bool move(const char *from, const char *to, mg_error *error)
{
    return rename(from, to) == 0 ||
           mg_fail(error, MG_EXIT_INPUT, "%s: cannot be moved to %s: %s", from, to, strerror(errno));
}

static bool place_of(const mg_staging *staging, const char *result, const char *profile, char path[MG_STAGING_PATH],
                     mg_error *error)
{
    char below[MG_STAGING_PATH];
    return mg_path_join(below, sizeof below, staging->golden, result, error) &&
           mg_path_join(path, MG_STAGING_PATH, below, profile, error);
}

/* ---- what was left ---- */

/* FINISH where the last row of CHANGES.csv is that of the folder that lies ready; the old one aside and no new one: it
 * is in place. */
static bool find_left(const mg_staging *staging, mg_left *left, mg_csv *changes, mg_error *error)
{
    char path[MG_STAGING_PATH], old[MG_STAGING_PATH], digest[MG_DIGEST_TEXT];
    bool any, has_new, has_old, undecided;
    *left = MG_LEFT_NOTHING;
    if (!look(staging->folder, &any, error) || !any)
        return !error->status;
    *left = MG_LEFT_UNDO;
    if (!look(staging->made, &has_new, error) || !join(staging, "CHANGES.csv", path, error) ||
        !look(path, &undecided, error) || !join(staging, "old", old, error) || !look(old, &has_old, error))
        return false;
    if (has_old && !has_new)
        *left = MG_LEFT_REMAINS;
    if (!has_new || undecided)
        return true;
    mg_error unreadable = {0};
    if (!mg_folder_digest(staging->made, digest, &unreadable) || !digest[0])
        return true; /* a file half-written under its temporary name, say */
    if (!mg_changes_read(staging->golden, changes, error))
        return false;
    if (changes->rows && !strcmp(mg_csv_cell(changes, changes->rows - 1, MG_CHANGE_NEW), digest))
        *left = MG_LEFT_FINISH;
    return true;
}

static bool paths(mg_staging *staging, const char *golden, mg_error *error)
{
    *staging = (mg_staging){.lock = -1};
    if (snprintf(staging->golden, sizeof staging->golden, "%s", golden) >= (int)sizeof staging->golden)
        return mg_fail(error, MG_EXIT_INPUT, "%.60s...: path too long", golden);
    return mg_path_join(staging->folder, sizeof staging->folder, golden, ".bless", error) &&
           join(staging, "new", staging->made, error);
}

bool mg_staging_left(const char *golden, mg_left *left, mg_error *error)
{
    mg_staging staging;
    mg_csv changes = {0};
    bool good = paths(&staging, golden, error) && find_left(&staging, left, &changes, error);
    mg_csv_close(&changes);
    return good;
}

/* ---- moving into place ---- */

/* What would stop the swap is found before the row decides. */
static bool can_swap(const mg_staging *staging, const char *result, const char *profile, mg_error *error)
{
    char below[MG_STAGING_PATH], place[MG_STAGING_PATH];
    bool there;
    if (!mg_path_join(below, sizeof below, staging->golden, result, error) || !mg_folder_create(below, error) ||
        !place_of(staging, result, profile, place, error) || !look(place, &there, error))
        return false;
    if (access(below, W_OK) < 0)
        return fail_with(below, errno, error);
    return !there || access(place, W_OK) == 0 || fail_with(place, errno, error);
}

/* What stands in the folder's place goes to .bless/old. */
static bool swap(mg_staging *staging, const char *result, const char *profile, mg_error *error)
{
    char place[MG_STAGING_PATH], old[MG_STAGING_PATH];
    bool there, aside;
    if (!can_swap(staging, result, profile, error) || !place_of(staging, result, profile, place, error) ||
        !join(staging, "old", old, error) || !look(place, &there, error) || !look(old, &aside, error))
        return false;
    if (there && aside)
        return mg_fail(error, MG_EXIT_INPUT, "%s and %s are both there; remove the second", place, old);
    return (!there || move(place, old, error)) && move(staging->made, place, error);
}

static bool settle(mg_staging *staging, mg_error *error)
{
    mg_left left;
    mg_csv changes = {0};
    bool good = find_left(staging, &left, &changes, error);
    if (good && left == MG_LEFT_FINISH) {
        const char *result = mg_csv_cell(&changes, changes.rows - 1, MG_CHANGE_RESULT);
        const char *profile = mg_csv_cell(&changes, changes.rows - 1, MG_CHANGE_PROFILE);
        good = swap(staging, result, profile, error);
        if (good)
            printf("golden: finished the change of %s, %s, whose program was killed after its row was in %s\n", result,
                   profile, changes.path);
    } else if (good && left == MG_LEFT_UNDO) {
        printf("golden: removed what a killed program had prepared in %s; golden is as before\n", staging->folder);
    }
    mg_csv_close(&changes);
    return good && (left == MG_LEFT_NOTHING || mg_folder_remove(staging->folder, error));
}

/* ---- the way of a change ---- */

static bool lock(mg_staging *staging, mg_error *error)
{
    enum { TRIES = 30 };
    const struct timespec pause = {.tv_nsec = 100000000};
    staging->lock = open(staging->golden, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (staging->lock < 0)
        return fail_with(staging->golden, errno, error);
    for (int tries = 0; tries < TRIES; tries++) { /* another change takes moments */
        if (flock(staging->lock, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK)
            return fail_with(staging->golden, errno, error);
        (void)nanosleep(&pause, NULL);
    }
    return mg_fail(error, MG_EXIT_INPUT, "%s: another --bless is at work there; wait for it", staging->golden);
}

static void unlock(mg_staging *staging)
{
    if (staging->lock >= 0)
        (void)close(staging->lock);
    staging->lock = -1;
}

static bool start(mg_staging *staging, mg_error *error)
{
    if (mkdir(staging->folder, 0777) < 0)
        return mg_fail(error, MG_EXIT_INPUT, "%s: %s; golden must be writable to --bless", staging->folder,
                       strerror(errno));
    return mg_folder_create(staging->made, error);
}

bool mg_staging_open(mg_staging *staging, const char *golden, mg_error *error)
{
    if (paths(staging, golden, error) && mg_folder_create(golden, error) && lock(staging, error) &&
        settle(staging, error) && start(staging, error))
        return true;
    unlock(staging);
    return false;
}

bool mg_staging_install(mg_staging *staging, const char *result, const char *profile, const mg_csv_writer *changes,
                        mg_error *error)
{
    char staged[MG_STAGING_PATH], decided[MG_STAGING_PATH];
    mg_error own = {0};
    if (!can_swap(staging, result, profile, error) || !join(staging, "CHANGES.csv", staged, error) ||
        !mg_path_join(decided, sizeof decided, staging->golden, "CHANGES.csv", error) ||
        !mg_csv_save(changes, staged, error) || !move(staged, decided, error))
        return false;
    (void)fsync(
        staging->lock); /* the row is on the disk before the folder moves; where folders cannot be synced, hope */
    if (swap(staging, result, profile, &own))
        return true;
    unlock(staging); /* and keep what is staged: the row says that it is golden */
    return mg_fail(error, own.status, "%s; the change has its row in %s: --bless again, it will be finished first",
                   own.text, decided);
}

void mg_staging_close(mg_staging *staging)
{
    mg_error ignored = {0};
    if (staging->lock < 0)
        return;
    (void)mg_folder_remove(staging->folder, &ignored);
    unlock(staging);
}
