/* A change of golden, killed before and after every rename that it makes: golden is as before or as it should be, at
 * the latest after the next change; and what is left meanwhile can be told. */
#include "suite/harness/changes.h"
#include "suite/harness/staging.h"
#include "tests/judge_fixture.h"
#include "tests/tap.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int renames, kill_at; /* half-steps: 2 n - 1 before the n-th rename, 2 n after it; 0: never */

/* Instead of the C library's. */
int rename(const char *from, const char *to)
{
    renames++;
    if (kill_at == 2 * renames - 1)
        kill(getpid(), SIGKILL);
    int result = renameat(AT_FDCWD, from, AT_FDCWD, to);
    if (kill_at == 2 * renames)
        kill(getpid(), SIGKILL);
    return result;
}

static mg_judge judge;
static char folder[600], golden_root[600], golden[700];

static int run(const char *command)
{
    char all[2000];
    snprintf(all, sizeof all, "cd '%s' && { %s ; } >/dev/null 2>&1", scratch_folder, command);
    return system(all);
}

static bool digest_now(char text[MG_DIGEST_TEXT])
{
    mg_error error = {0};
    return mg_folder_digest(golden, text, &error);
}

/* Rows of CHANGES.csv, -1 where its chain is broken. */
static long changes_now(char last[MG_DIGEST_TEXT])
{
    mg_csv changes;
    mg_error error = {0};
    last[0] = '\0';
    if (!mg_changes_read(golden_root, &changes, &error) || !mg_changes_verify(&changes, &error))
        return -1;
    long rows = (long)changes.rows;
    if (rows)
        snprintf(last, MG_DIGEST_TEXT, "%s", mg_csv_cell(&changes, changes.rows - 1, MG_CHANGE_NEW));
    mg_csv_close(&changes);
    return rows;
}

static bool bless(const char *reason)
{
    mg_error error = {0};
    bool good = mg_bless(&judge, reason, &error);
    if (!good)
        tap_note("%s", error.text);
    return good;
}

/* Blesses in a process that is killed at that half-step; false once there is none. */
static bool killed_at(int step)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        renames = 0;
        kill_at = step;
        freopen("/dev/null", "w", stdout);
        _exit(bless("bug fix: other numbers") ? 0 : 1);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status);
}

typedef struct tally {
    int steps, old, new, finished, undone, remains, wrong;
} tally;

static const char old_text[] = "ok,-2,0.5", new_text[] = "ok,-1.5,0.5";

static void other_numbers(const char *from, const char *to)
{
    char path[700], changed[8000];
    const char *at = strstr(runs_text, from);
    snprintf(path, sizeof path, "%s/runs.csv", folder);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - runs_text), runs_text, to, at + strlen(from));
    write_text(path, changed);
}

/* After a kill: what is left, then the next change, then whether all is one of the two. */
static void look(tally *now, const char *before, const char *after)
{
    mg_left left;
    mg_error error = {0};
    char digest[MG_DIGEST_TEXT], last[MG_DIGEST_TEXT];
    bool told = mg_staging_left(golden_root, &left, &error);
    long rows = changes_now(last);
    now->finished += left == MG_LEFT_FINISH;
    now->undone += left == MG_LEFT_UNDO;
    now->remains += left == MG_LEFT_REMAINS;
    /* The next change: of nothing. It settles what is left first. */
    bool next = mg_rejudge(&judge, "look", &error);
    bool good = told && next && digest_now(digest) && !strcmp(digest, rows == 1 ? before : after) &&
                !strcmp(last, digest) && (rows == 1) == (left == MG_LEFT_UNDO) && !is_there(scratch("golden/.bless"));
    now->old += rows == 1;
    now->new += rows == 2;
    now->wrong += !good;
    if (!good)
        tap_note("step %d: %ld rows, left %d, folder %s, last row %s: %s", now->steps, rows, (int)left, digest, last,
                 error.text);
}

static void test_kills(void)
{
    char before[MG_DIGEST_TEXT], after[MG_DIGEST_TEXT];
    tally now = {0};
    tap_ok(bless("new: first") && digest_now(before), "a first golden");
    run("cp -R golden old");
    other_numbers(old_text, new_text);
    tap_ok(bless("bug fix: other numbers") && digest_now(after) && strcmp(before, after), "and a second");
    for (int step = 1;; step++) {
        run("rm -rf golden && cp -R old golden");
        if (!killed_at(step))
            break;
        now.steps++;
        look(&now, before, after);
    }
    tap_ok(now.steps >= 20 && !now.wrong, "killed at %d places: %d times as before, %d times as it should be, %d wrong",
           now.steps, now.old, now.new, now.wrong);
    tap_ok(now.old >= 16 && now.new >= 4, "before its row the change is undone, after it finished");
    tap_ok(now.finished >= 3 && now.undone == now.old && now.remains >= 1,
           "what was left could be told: %d to finish, %d to undo, %d remains", now.finished, now.undone, now.remains);
}

/* A folder that cannot be moved: an error before the row, nothing changed. */
static void test_cannot_move(void)
{
    char before[MG_DIGEST_TEXT], after[MG_DIGEST_TEXT], last[MG_DIGEST_TEXT];
    run("rm -rf golden && cp -R old golden && rm -rf golden/made-up && : > golden/made-up");
    mg_error error = {0};
    tap_ok(!mg_bless(&judge, "bug fix: other numbers", &error) && error.status == MG_EXIT_INPUT,
           "a file where the folder should be: %s", error.text);
    tap_ok(changes_now(last) == 1, "and no row of what did not happen");
    run("rm -rf golden && cp -R old golden");
    tap_ok(digest_now(before) && bless("bug fix: other numbers") && digest_now(after) && strcmp(before, after) &&
               changes_now(last) == 2 && !strcmp(last, after),
           "then it goes");
}

int main(void)
{
    mg_error error = {0};
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
    snprintf(folder, sizeof folder, "%s", scratch("out/made-up/quick"));
    snprintf(golden_root, sizeof golden_root, "%s", scratch("golden"));
    snprintf(golden, sizeof golden, "%s/made-up/quick", golden_root);
    judge = (mg_judge){.experiment = &made_up,
                       .learns = made_up_learns,
                       .profile = MG_PROFILE_QUICK,
                       .folder = folder,
                       .golden = golden_root,
                       .reports = scratch("reports"),
                       .built_from = made_up_sources};
    char reports[600];
    snprintf(reports, sizeof reports, "%s", judge.reports);
    judge.reports = reports;
    write_result(folder);
    if (!mg_folder_create(reports, &error))
        tap_ok(false, "%s", error.text);
    if (run("git init -q . && git config user.name t && git config user.email t@example.org && mkdir suite && "
            ": > suite/made_up.c && printf '/out/\\n/old/\\n' > .gitignore && git add .gitignore suite && "
            "git commit -qm first") != 0) {
        tap_skip("no git here: nothing can be blessed");
    } else {
        test_kills();
        test_cannot_move();
    }
    scratch_remove();
    return tap_done();
}
