/* check, bless and diff on small folders written by hand. Every edit of a golden file must turn the check red and be
 * named. */
#include "suite/harness/diff.h"
#include "suite/harness/result_files.h"
#include "tests/judge_fixture.h"
#include "tests/tap.h"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static mg_judge judge;
static char folder[600], golden_root[600], golden[700], reports[600];
static char said[20000]; /* what the last check printed, and its error */

static const char *path_in(const char *where, const char *name)
{
    static char path[4][900];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", where, name);
    return path[turn];
}

/* Without fsync: there are hundreds. */
static void put(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0) {
        perror(path);
        exit(MG_EXIT_INPUT);
    }
}

static int check(bool trail_only)
{
    mg_error error = {0};
    FILE *out = tmpfile();
    int status = mg_check(&judge, trail_only, out, &error);
    rewind(out);
    size_t length = fread(said, 1, sizeof said - 1000, out);
    fclose(out);
    snprintf(said + length, sizeof said - length, "%s", error.text);
    if ((status == MG_EXIT_INPUT) != (error.status != MG_EXIT_OK))
        tap_ok(false, "status %d goes with its error: %s", status, error.text);
    return status;
}

static void checks(const char *what, int status, const char *words)
{
    int got = check(false);
    if (!tap_ok(got == status && strstr(said, words), "%s: exit %d and '%s'", what, status, words))
        tap_note("exit %d: %s", got, said);
}

static const char *const files[] = {"trail.csv",      "field.csv",   "curve.csv",   "runs.csv",
                                    "deviations.csv", "summary.csv", "clauses.csv", "claims.csv"};
enum { FILES = 8 };
static char *text_of[FILES];

static void copy_to_golden(void)
{
    write_text(path_in(golden, "placeholder"), "");
    unlink(path_in(golden, "placeholder"));
    for (int f = 0; f < FILES; f++) {
        free(text_of[f]);
        text_of[f] = read_text(path_in(folder, files[f]));
        put(path_in(golden, files[f]), text_of[f], strlen(text_of[f]));
    }
}

static void restore(int f)
{
    put(path_in(golden, files[f]), text_of[f], strlen(text_of[f]));
}

static void edit(const char *where, const char *name, const char *from, const char *to)
{
    char *text = read_text(path_in(where, name)), changed[8000];
    const char *at = strstr(text, from);
    if (!at)
        tap_ok(false, "%s holds '%s'", name, from);
    else
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    put(path_in(where, name), at ? changed : text, strlen(at ? changed : text));
    free(text);
}

static void golden_edit(int f, const char *from, const char *to, int status, const char *words)
{
    char what[400];
    snprintf(what, sizeof what, "%s of golden, %.*s -> %.*s", files[f], (int)strcspn(from, "\n"), from,
             (int)strcspn(to, "\n"), to);
    edit(golden, files[f], from, to);
    checks(what, status, words);
    restore(f);
}

/* ---- named edits ---- */

/* A column more in every line of a golden file. */
static void test_extra_column(void)
{
    char changed[8000];
    size_t used = 0;
    for (const char *c = text_of[2]; *c; c++)
        used += (size_t)snprintf(changed + used, sizeof changed - used, "%s%c", *c == '\n' ? ",1" : "", *c);
    put(path_in(golden, files[2]), changed, used);
    checks("a column more in golden", MG_EXIT_INPUT, "curve.csv:1: has a column '1' too many");
    edit(golden, files[2], "units,", "wall,");
    checks("a column by another name in golden", MG_EXIT_INPUT, "curve.csv:1: column 4 is 'wall', wanted 'units'");
    restore(2);
}

static void test_named(void)
{
    checks("nothing edited", MG_EXIT_OK, "check: 12 compared, 0 differ, 0 skipped");
    golden_edit(0, "a0000000000000000000000000000006", "a0000000000000000000000000000007", MG_EXIT_DIFFERS,
                "trail.csv: lio/0, checkpoint 2, incentives: digest is a0000000000000000000000000000007 in golden, "
                "a0000000000000000000000000000006 in this run");
    golden_edit(0, "a0000000000000000000000000000006", "a0000000000000000000000000000007", MG_EXIT_DIFFERS,
                "to see the numbers: marlgold run made-up --profile quick --dump lio/0@2 on both machines");
    golden_edit(2, "-2.125", "-2.1250000000000004", MG_EXIT_DIFFERS,
                "curve.csv: lio/0, units 10, score: value is -2.1250000000000004 in golden, -2.125 in this run, 1 "
                "ulp apart");
    golden_edit(1, "0.5,-0.25", "0.5,-0.5", MG_EXIT_DIFFERS, "field.csv: exact/grid/0: y is -0.5 in golden");
    golden_edit(3, "ok,-4", "ok,-4.5", MG_EXIT_DIFFERS, "runs.csv: lio/2: score is -4.5 in golden, -4 in this run");
    golden_edit(4, "0.25,half", "0.125,half", MG_EXIT_DIFFERS,
                "deviations.csv: lio, made-up.rate: used is 0.125 in golden");
    golden_edit(5, "lio,,score,3", "lio,,score,4", MG_EXIT_DIFFERS,
                "summary.csv: lio, score: n is 4 in golden, 3 in this run");
    golden_edit(6, "-2,,holds", "-2,,open", MG_EXIT_DIFFERS, "clauses.csv: A, clause 1: state is open in golden");
    golden_edit(7, "reproduced", "not reproduced", MG_EXIT_DIFFERS,
                "claims.csv: A: verdict is not reproduced in golden");
    golden_edit(3, "lio,,1,2,", "lio,,1,1,", MG_EXIT_DIFFERS, "lio/1: golden is of semantics 1, this program of 2");
    golden_edit(3, "lio,,1,2,", "lio,,7,2,", MG_EXIT_DIFFERS, "lio/7 is no task");
    golden_edit(3, "updates,", "updates,wall,", MG_EXIT_INPUT, "13 fields, wanted 14 as in the header");
    golden_edit(2, "metric,value", "metric,value,more", MG_EXIT_INPUT, "8 fields, wanted 9 as in the header");
    test_extra_column();
    golden_edit(2, "metric,value", "metric", MG_EXIT_INPUT, "curve.csv");
    golden_edit(1, "0.25,-0.5", "0.25,\"-0.5\"", MG_EXIT_DIFFERS, "field.csv: all cells agree, but the bytes do not");
    golden_edit(4, "half of", "\"half of", MG_EXIT_INPUT, "deviations.csv");
    golden_edit(0, "method,variant", "method,variant\r", MG_EXIT_INPUT, "trail.csv");
    unlink(path_in(golden, "runs.csv"));
    checks("golden runs.csv removed", MG_EXIT_INPUT, "runs.csv: no such file");
    restore(3);
    char aside[900];
    snprintf(aside, sizeof aside, "%s-aside", golden);
    rename(golden, aside);
    checks("golden folder removed", MG_EXIT_INPUT, "made-up/quick: no such golden");
    tap_ok(strstr(said, "marlgold run made-up --profile quick --bless"), "and the way to make it is named");
    rename(aside, golden);
}

/* ---- every edit of a kind ---- */

/* Start of line i (from 0), or the end of the text. */
static const char *line_at(const char *text, int i)
{
    while (i-- > 0 && *text)
        text += strcspn(text, "\n") + 1;
    return text;
}

static int lines_of(const char *text)
{
    int lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

typedef enum line_edit { REMOVE, DOUBLE, SWAP, CUT_AFTER, CUT_WITHIN, LINE_EDITS } line_edit;

/* text with line i edited; false where the edit changes nothing. */
static bool edit_line(const char *text, int i, line_edit how, char *changed, size_t size)
{
    const char *line = line_at(text, i), *next = line_at(line, 1), *after = line_at(next, 1);
    int before = (int)(line - text), length = (int)(next - line), length_next = (int)(after - next);
    switch (how) {
    case REMOVE: snprintf(changed, size, "%.*s%s", before, text, next); break;
    case DOUBLE: snprintf(changed, size, "%.*s%s", before + length, text, line); break;
    case SWAP:
        if (!length_next)
            return false;
        snprintf(changed, size, "%.*s%.*s%.*s%s", before, text, length_next, next, length, line, after);
        break;
    case CUT_AFTER: snprintf(changed, size, "%.*s", before, text); break;
    default: snprintf(changed, size, "%.*s", before + length / 2, text); break;
    }
    return strcmp(text, changed) != 0;
}

static bool is_red(int f)
{
    int status = check(false);
    bool named = strstr(said, files[f]) != NULL || strstr(said, "golden lacks") != NULL;
    return (status == MG_EXIT_DIFFERS || status == MG_EXIT_INPUT) && named;
}

static void test_every_line(void)
{
    static const char *const name[LINE_EDITS] = {"removed", "doubled", "swapped with the next", "cut off here",
                                                 "cut off within"};
    for (line_edit how = 0; how < LINE_EDITS; how++) {
        int tried = 0, green = 0;
        for (int f = 0; f < FILES; f++) {
            for (int i = 0; i < lines_of(text_of[f]); i++) {
                char changed[8000];
                if (!edit_line(text_of[f], i, how, changed, sizeof changed))
                    continue;
                put(path_in(golden, files[f]), changed, strlen(changed));
                tried++;
                if (!is_red(f) && !green++)
                    tap_note("%s line %d: %s", files[f], i + 1, said);
            }
            restore(f);
        }
        tap_ok(!green && tried > 40, "golden with a line %s: red and named, %d times of %d", name[how], tried - green,
               tried);
    }
}

static void test_every_cell(void)
{
    int tried = 0, green = 0;
    for (int f = 0; f < FILES; f++) {
        char *changed = calloc(1, strlen(text_of[f]) + 2);
        bool in_cell = false;
        for (size_t i = 0; text_of[f][i]; i++) {
            bool separator = strchr(",\n\"", text_of[f][i]) != NULL;
            if (in_cell == !separator)
                continue;
            in_cell = !separator;
            if (separator)
                continue;
            strcpy(changed, text_of[f]); /* the first letter of each cell becomes another one */
            changed[i] = changed[i] == '7' ? '3' : '7';
            put(path_in(golden, files[f]), changed, strlen(changed));
            tried++;
            if (!is_red(f) && !green++)
                tap_note("%s byte %zu: %s", files[f], i, said);
        }
        free(changed);
        restore(f);
    }
    tap_ok(!green && tried > 250, "golden with a digit changed in a cell: red and named, %d times of %d", tried - green,
           tried);
}

/* ---- this run ---- */

static void test_run_differs(void)
{
    for (int f = 0; f < FILES; f++) {
        unlink(path_in(folder, files[f]));
        int status = check(false);
        tap_ok(status == MG_EXIT_INPUT && strstr(said, files[f]), "a run without %s: exit %d", files[f], status);
        put(path_in(folder, files[f]), text_of[f], strlen(text_of[f]));
    }
    edit(folder, "trail.csv", "a000000000000000000000000000000c", "b000000000000000000000000000000c");
    checks("another digest in this run", MG_EXIT_DIFFERS, "lio-asym/0, checkpoint 1, policies");
    put(path_in(folder, files[0]), text_of[0], strlen(text_of[0]));
    edit(folder, "runs.csv", "lio,,1,2", "lio,,9,2");
    checks("a task that nobody listed in this run", MG_EXIT_INPUT, "no such task");
    put(path_in(folder, files[3]), text_of[3], strlen(text_of[3]));
}

/* Only rows of these tasks stay in the run's files; summary and claims go. */
static void keep_rows(const char *start_a, const char *start_b)
{
    for (int f = 0; f < 4; f++) {
        char kept[8000];
        size_t used =
            (size_t)snprintf(kept, sizeof kept, "%.*s", (int)(line_at(text_of[f], 1) - text_of[f]), text_of[f]);
        for (int i = 1; i < lines_of(text_of[f]); i++) {
            const char *line = line_at(text_of[f], i);
            if (strncmp(line, start_a, strlen(start_a)) && strncmp(line, start_b, strlen(start_b)))
                continue;
            used += (size_t)snprintf(kept + used, sizeof kept - used, "%.*s", (int)strcspn(line, "\n") + 1, line);
        }
        put(path_in(folder, files[f]), kept, used);
    }
    unlink(path_in(folder, "summary.csv"));
    unlink(path_in(folder, "clauses.csv"));
    unlink(path_in(folder, "claims.csv"));
}

static void whole_run_again(void)
{
    for (int f = 0; f < FILES; f++)
        put(path_in(folder, files[f]), text_of[f], strlen(text_of[f]));
}

static void test_some_tasks(void)
{
    keep_rows("lio,,0,", "lio,,2,");
    checks("two tasks of seven", MG_EXIT_OK, "check: 3 compared, 0 differ, 5 skipped");
    golden_edit(2, "-2.125", "-2.5", MG_EXIT_DIFFERS, "lio/0, units 10, score");
    golden_edit(2, "lio,,1,10,20,100,score,-2.25\n", "", MG_EXIT_OK, "0 differ"); /* of a task that did not run */
    golden_edit(3, "lio,,1,2,10,20,100,policy=10;incentive=10,ok,-2.25,0.75,,00000000000000000000000000000004\n", "",
                MG_EXIT_DIFFERS, "lio/1: golden lacks this task");
    golden_edit(0, "lio,,2,1,5,policies,a000000000000000000000000000000b\n", "", MG_EXIT_DIFFERS,
                "lio/2, checkpoint 1, policies");
    golden_edit(0, "lio-asym,,1,1,5,policies,a000000000000000000000000000000d\n", "", MG_EXIT_DIFFERS,
                "lio-asym/1: golden's runs.csv has this task, its trail.csv has not");
    put(path_in(golden, "stale.csv"), "method,variant,reason\nlio,,older\n", 36 - 3);
    checks("all that ran is stale", MG_EXIT_SKIPPED, "lio is stale and not compared: older");
    put(path_in(golden, "stale.csv"), "method,variant,reason\nlio,,\n", 28);
    checks("stale without a reason", MG_EXIT_INPUT, "no reason");
    unlink(path_in(golden, "stale.csv"));
    const char *named = "method,variant,seed,reason\nlio,,1,takes a week\n";
    put(path_in(golden, "not_run.csv"), named, strlen(named));
    checks("in golden and named as not run", MG_EXIT_DIFFERS,
           "lio/1: golden has this task, and its not_run.csv says it has not");
    golden_edit(3, "lio,,1,2,10,20,100,policy=10;incentive=10,ok,-2.25,0.75,,00000000000000000000000000000004\n", "",
                MG_EXIT_DIFFERS, "trail.csv: golden has rows of lio/1, a task that its runs.csv has not");
    unlink(path_in(golden, "not_run.csv"));
    whole_run_again();
}

static void test_trail_only(void)
{
    const char *first = "method,variant,seed,checkpoint,units,kind,digest\n"
                        "lio,,1,1,5,policies,a0000000000000000000000000000007\n"
                        "lio,,1,1,5,incentives,a0000000000000000000000000000008\n";
    for (int f = 0; f < FILES; f++)
        unlink(path_in(folder, files[f]));
    put(path_in(folder, "trail.csv"), first, strlen(first));
    tap_ok(check(true) == MG_EXIT_OK && strstr(said, "check: 1 compared, 0 differ, 6 skipped"), "a first checkpoint "
                                                                                                "alone");
    edit(folder, "trail.csv", "000008", "000009");
    tap_ok(check(true) == MG_EXIT_DIFFERS && strstr(said, "lio/1, checkpoint 1, incentives"), "another digest");
    put(path_in(folder, "trail.csv"), first, strlen(first) - 55);
    tap_ok(check(true) == MG_EXIT_DIFFERS && strstr(said, "lio/1, checkpoint 1, incentives: golden has this row"),
           "a kind less");
    put(path_in(folder, "trail.csv"), first, 49);
    tap_ok(check(true) == MG_EXIT_SKIPPED, "no row at all is a skip");
    whole_run_again();
}

static void test_hard_claim(void)
{
    char path[900];
    mg_error error = {0};
    snprintf(path, sizeof path, "%s/made-up/claims.csv", reports);
    char *claims = read_text(path);
    edit(reports, "made-up/claims.csv", "max(lio.score) >= -2", "max(lio.score) < -2");
    tap_ok(mg_write_claims(&judge, &error), "claims of an inverted criterion %s", error.text);
    copy_to_golden();
    checks("a hard claim inverted, though golden agrees", MG_EXIT_DIFFERS,
           "hard claim A is not reproduced: max(lio.score) < -2 (");
    put(path, claims, strlen(claims));
    mg_write_claims(&judge, &error);
    copy_to_golden();
    checks("the claim as it was", MG_EXIT_OK, "0 differ");
    free(claims);
}

/* ---- bless ---- */

static int run(const char *command)
{
    char all[2000];
    snprintf(all, sizeof all, "cd '%s' && { %s ; } >/dev/null 2>&1", scratch_folder, command);
    return system(all);
}

static void blesses(const char *reason, int status, const char *words)
{
    mg_error error = {0};
    fflush(stdout);
    bool good = mg_bless(&judge, reason, &error);
    if (!tap_ok(good == (status == MG_EXIT_OK) && error.status == (mg_exit)status && strstr(error.text, words),
                "--bless '%s': exit %d and '%s'", reason, status, words))
        tap_note("exit %d: %s", (int)error.status, error.text);
}

static void test_refusals(void)
{
    blesses("", MG_EXIT_USAGE, "wanted a class");
    blesses("because", MG_EXIT_USAGE, "'bug fix: why'");
    blesses("new:", MG_EXIT_USAGE, "wanted a class");
    blesses("new:  ", MG_EXIT_USAGE, "wanted a class");
    write_text(scratch("source.c"), "int x;\n");
    blesses("new: the first", MG_EXIT_INPUT, "source.c");
    run("git add source.c");
    blesses("new: the first", MG_EXIT_INPUT, "source.c");
    run("git commit -qm source");
    edit(scratch_folder, "source.c", "x", "y");
    blesses("new: the first", MG_EXIT_INPUT, "source.c");
    run("git checkout source.c");
    tap_ok(!is_there(golden_root), "what is refused leaves nothing behind");
}

/* What golden would hold must pass: with the last of these the best seed is too bad for the hard claim. */
static void test_failed_claim(void)
{
    edit(folder, "runs.csv", "ok,-2,0.5", "ok,-2.5,0.5");
    blesses("bug fix: worse", MG_EXIT_DIFFERS, "1 of 1 hard claims of made-up fail");
    whole_run_again();
    checks("golden is as it was", MG_EXIT_OK, "check: 12 compared, 0 differ, 0 skipped");
}

static void test_partial_bless(void)
{
    keep_rows("lio,,0,", "lio,,2,");
    edit(folder, "curve.csv", "-2.125", "-2.5");
    edit(folder, "runs.csv", "ok,-4,1", "ok,-4.5,1");
    checks("two tasks changed", MG_EXIT_DIFFERS, "lio/0, units 10, score");
    blesses("bug fix: a rate, it was \"halved\"", MG_EXIT_OK, "");
    checks("the two tasks after the blessing", MG_EXIT_OK, "check: 3 compared, 0 differ, 5 skipped");
    char *runs = read_text(path_in(golden, "runs.csv")), *summary = read_text(path_in(golden, "summary.csv"));
    tap_ok(lines_of(runs) == 8 && strstr(runs, "ok,-4.5,1") && strstr(runs, "lio-asym,,1,"), "rows of other tasks "
                                                                                             "stay");
    tap_ok(strcmp(summary, text_of[5]) != 0 && strstr(summary, "-2.916666666666"), "the summary is of the new rows");
    free(runs);
    free(summary);
    char *changes = read_text(path_in(golden_root, "CHANGES.csv"));
    tap_ok(lines_of(changes) == 3 && strstr(changes, ",made-up,quick,bug fix,lio/0 lio/2,") &&
               strstr(changes, ",\"a rate, it was \"\"halved\"\"\","),
           "CHANGES.csv has a row for it");
    free(changes);
    blesses("format: the same again", MG_EXIT_OK, "");
    changes = read_text(path_in(golden_root, "CHANGES.csv"));
    tap_ok(lines_of(changes) == 3, "where no bit changes no row is added");
    free(changes);
    whole_run_again();
}

static void mark_stale(const char *words)
{
    mg_error error = {0};
    const mg_task lio[] = {{2, 0}, {3, 1}};
    tap_ok(mg_mark_stale(&judge, "older", 2, lio, &error) && !error.status, "lio and lio-asym are marked stale %s",
           error.text);
    char *left = read_text(path_in(golden, "stale.csv")), *changes = read_text(path_in(golden_root, "CHANGES.csv"));
    tap_ok(!strcmp(left, "method,variant,reason\nlio,,older\nlio-asym,,older\n"), "stale.csv says it");
    tap_ok(strstr(changes, words) != NULL, "and so does CHANGES.csv: %s", words);
    free(left);
    free(changes);
}

static void test_notes(void)
{
    mark_stale(",made-up,quick,stale,lio/0-2 lio-asym/0-1,");
    keep_rows("lio,,", "none");
    blesses("bug fix: run again", MG_EXIT_OK, "");
    char *left = read_text(path_in(golden, "stale.csv"));
    tap_ok(!strcmp(left, "method,variant,reason\nlio-asym,,older\n"), "stale.csv keeps what has not run");
    free(left);
    run("rm -rf golden");
    judge.not_run = "takes a week";
    blesses("new: a part", MG_EXIT_OK, "");
    judge.not_run = NULL;
    left = read_text(path_in(golden, "not_run.csv"));
    tap_ok(!strcmp(left, "method,variant,seed,reason\nexact,grid,0,takes a week\nexact,random,0,takes a "
                         "week\nlio-asym,,0,takes a week\nlio-asym,,1,takes a week\n"),
           "not_run.csv names what golden lacks");
    free(left);
    keep_rows("exact,", "lio-asym,,1");
    blesses("new: another part", MG_EXIT_OK, "");
    left = read_text(path_in(golden, "not_run.csv"));
    tap_ok(!strcmp(left, "method,variant,seed,reason\nlio-asym,,0,takes a week\n"), "and keeps what has not run");
    free(left);
    whole_run_again();
    blesses("bug fix: all again", MG_EXIT_OK, "");
    tap_ok(!is_there(path_in(golden, "not_run.csv")) && !is_there(path_in(golden, "stale.csv")),
           "with all tasks run the notes go");
    checks("everything is golden again", MG_EXIT_OK, "check: 12 compared, 0 differ, 0 skipped");
}

static void test_bless(void)
{
    if (run("git init -q . && git config user.name t && git config user.email t@example.org && printf '/out/\\n' > "
            ".gitignore && "
            "mkdir suite && : > suite/made_up.c && git add .gitignore reports suite && git commit -qm first") != 0) {
        tap_skip("no git here: blessing is not tested");
        return;
    }
    run("rm -rf golden other");
    test_refusals();
    blesses("new: the first", MG_EXIT_OK, "");
    checks("a blessed result", MG_EXIT_OK, "check: 12 compared, 0 differ, 0 skipped");
    char *runs = read_text(path_in(golden, "runs.csv"));
    tap_ok(!strcmp(runs, runs_text), "golden has the run's bytes");
    free(runs);
    tap_ok(!is_there(path_in(golden_root, ".bless")), "the staging folder is gone");
    test_failed_claim();
    test_partial_bless();
    test_notes();
    int other = open(golden_root, O_RDONLY);
    flock(other, LOCK_EX);
    blesses("new: at the same time", MG_EXIT_INPUT, "another --bless");
    close(other);
    chmod(golden_root, 0555);
    if (geteuid() != 0) {
        edit(folder, "curve.csv", "-2.125", "-2.75");
        blesses("new: on a read-only golden", MG_EXIT_INPUT, "golden must be writable");
        whole_run_again();
    } else {
        tap_skip("root writes everywhere: a read-only golden is not tested");
    }
    chmod(golden_root, 0755);
    checks("golden as before", MG_EXIT_OK, "0 differ");
}

/* ---- diff ---- */

static void differs(const char *what, const char *a, const char *b, int status, const char *words)
{
    mg_error error = {0};
    FILE *out = tmpfile();
    int got = mg_diff(a, b, out, &error);
    rewind(out);
    size_t length = fread(said, 1, sizeof said - 1000, out);
    fclose(out);
    snprintf(said + length, sizeof said - length, "%s", error.text);
    if (!tap_ok(got == status && strstr(said, words), "diff, %s: exit %d and '%s'", what, status, words))
        tap_note("exit %d: %s", got, said);
}

static void test_diff(void)
{
    char other[600];
    snprintf(other, sizeof other, "%s", scratch("other"));
    write_result(other);
    for (int f = 4; f < FILES; f++)
        put(path_in(other, files[f]), text_of[f], strlen(text_of[f]));
    differs("the same folders", folder, other, MG_EXIT_OK, "8 files compared, 0 differ");
    edit(other, "curve.csv", "-2.125", "-2.1250000000000013");
    differs("a number", folder, other, MG_EXIT_DIFFERS,
            "curve.csv: lio/0, units 10, score: value is -2.125 in A, -2.1250000000000013 in B, 3 ulps apart");
    edit(other, "trail.csv", "a0000000000000000000000000000008", "a0000000000000000000000000000018");
    differs("a digest", folder, other, MG_EXIT_DIFFERS, "trail.csv: lio/1, checkpoint 1, incentives: digest is");
    tap_ok(strstr(said, "trail.csv") < strstr(said, "curve.csv"), "the trail comes first");
    unlink(path_in(other, "field.csv"));
    differs("a file less", folder, other, MG_EXIT_DIFFERS, "field.csv: only in");
    put(path_in(other, "runs.csv"), line_at(runs_text, 0), (size_t)(line_at(runs_text, 5) - runs_text));
    edit(other, "runs.csv", ",ok,-2.25", ",ok,-2.5");
    differs("fewer tasks", folder, other, MG_EXIT_DIFFERS, "runs.csv: lio/1: score is -2.25 in A, -2.5 in B");
    tap_ok(strstr(said, "  and 3 tasks only in A, 0 only in B"), "and tasks that only one has are counted");
    differs("no folder", folder, scratch("nowhere"), MG_EXIT_INPUT, "nowhere");
    differs("a folder and a file", folder, path_in(other, "runs.csv"), MG_EXIT_USAGE, "two of a kind");
    const char *dump = "kind,tensor,row,column,bits,value\n"
                       "policies,first.weight,0,0,3dcccccd,0.1\n"
                       "policies,first.weight,0,1,3e4ccccd,0.2\n";
    write_text(path_in(other, "a.csv"), dump);
    write_text(path_in(other, "b.csv"), dump);
    differs("dumps", path_in(other, "a.csv"), path_in(other, "b.csv"), MG_EXIT_OK, "the same");
    edit(other, "b.csv", "3e4ccccd,0.2", "3e4cccce,0.20000002");
    differs("dumps of floats", path_in(other, "a.csv"), path_in(other, "b.csv"), MG_EXIT_DIFFERS,
            "policies, first.weight, row 0, column 1: value is 0.2 in A, 0.20000002 in B, 1 ulp apart");
    edit(other, "b.csv", "kind,tensor", "kind,tensors");
    differs("other columns", path_in(other, "a.csv"), path_in(other, "b.csv"), MG_EXIT_DIFFERS, "column 2 is tensor");
}

int main(void)
{
    mg_error error = {0};
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0); /* every blessing waits for the disk some ten times */
    snprintf(folder, sizeof folder, "%s", scratch("out/made-up/quick"));
    snprintf(golden_root, sizeof golden_root, "%s", scratch("golden"));
    snprintf(golden, sizeof golden, "%s/made-up/quick", golden_root);
    snprintf(reports, sizeof reports, "%s", scratch("reports"));
    judge = (mg_judge){.experiment = &made_up,
                       .learns = made_up_learns,
                       .profile = MG_PROFILE_QUICK,
                       .folder = folder,
                       .golden = golden_root,
                       .reports = reports,
                       .built_from = made_up_sources};
    write_result(folder);
    write_text(scratch("reports/made-up/claims.csv"), "id,kind,claim,source,for,clause,paper,note\n"
                                                      "A,hard,it scores,Figure 1,,max(lio.score) >= -2,,\n"
                                                      "B,soft,\"it scores, too\",Figure 2,,score: lio >= -2,,\n");
    if (!mg_write_deviations(&judge, &error) || !mg_write_summary(&judge, &error) || !mg_write_claims(&judge, &error))
        tap_ok(false, "%s", error.text);
    copy_to_golden();
    test_named();
    test_every_line();
    test_every_cell();
    test_run_differs();
    test_some_tasks();
    test_trail_only();
    test_hard_claim();
    test_diff();
    test_bless();
    for (int f = 0; f < FILES; f++)
        free(text_of[f]);
    scratch_remove();
    return tap_done();
}
