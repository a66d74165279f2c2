/* git.c - asks git, in processes of its own. */
#include "suite/harness/git.h"
#include "core/io/process.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs git in the folder; its stdout in *text, to be freed. */
static bool run_git(const char *folder, const char *const *words, char **text, mg_error *error)
{
    enum { ARGUMENTS_MAX = 20 };
    const char *argument[ARGUMENTS_MAX] = {"git", "-C", folder};
    mg_error own = {0};
    int status = 0;
    for (int i = 3; i < ARGUMENTS_MAX - 1 && *words; i++)
        argument[i] = *words++;
    if (mg_process_capture(argument, false, text, &status, &own) && status == 0)
        return true;
    free(*text);
    *text = NULL;
    return mg_fail(error, MG_EXIT_INPUT,
                   "%s: git %s failed; --bless wants git and a work tree with a commit, to write down which code "
                   "made the bits",
                   folder, argument[3]);
}

static bool starts_with(const char *text, const char *prefix)
{
    return !strncmp(text, prefix, strlen(prefix));
}

/* Built files and results change no bit of the program. */
static bool is_harmless(const char *path, const char *own)
{
    return starts_with(path, "out/") || (starts_with(path, "build") && strchr(path, '/')) || starts_with(path, own);
}

/* The part of path before its last name, and that name: "a/golden" is "a" and "golden". */
static const char *split(const char *path, char folder[1024])
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        snprintf(folder, 1024, ".");
    else
        snprintf(folder, 1024, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return slash ? slash + 1 : path;
}

bool mg_git_clean_commit(const char *golden, char commit[MG_COMMIT_TEXT], mg_error *error)
{
    static const char *const head[] = {"rev-parse", "--short=12", "HEAD", NULL};
    static const char *const prefix[] = {"rev-parse", "--show-prefix", NULL};
    static const char *const status[] = {"status", "--porcelain", NULL};
    char *id = NULL, *below = NULL, *changes = NULL, folder[1024], own[2048];
    const char *name = split(golden, folder);
    bool good = run_git(folder, head, &id, error) && run_git(folder, prefix, &below, error) &&
                run_git(folder, status, &changes, error);
    if (good) {
        snprintf(commit, MG_COMMIT_TEXT, "%.*s", (int)strcspn(id, "\n"), id);
        snprintf(own, sizeof own, "%.*s%s/", (int)strcspn(below, "\n"), below, name);
    }
    /* Each line: two letters, a blank, the path from the top of the tree, in quotes if it holds odd characters. */
    for (char *line = changes; good && *line;) {
        size_t length = strcspn(line, "\n");
        const char *path = length > 3 ? line + 3 : line;
        path += *path == '"';
        if (!is_harmless(path, own))
            good = mg_fail(error, MG_EXIT_INPUT,
                           "the working tree has changes (%.*s); commit them first: golden names the commit that "
                           "made it",
                           (int)(line + length - path), path);
        line += length + (line[length] == '\n');
    }
    free(id);
    free(below);
    free(changes);
    return good;
}

/* ---- sources ---- */

/* A line of `git ls-tree`: "mode type name<tab>path"; false if it is no file. */
static bool read_tree_line(const char *line, size_t length, char name[80], char path[512])
{
    const char *tab = memchr(line, '\t', length);
    const char *blank = tab;
    while (blank && blank > line && blank[-1] != ' ')
        blank--;
    if (!tab || tab - blank >= 80 || length - (size_t)(tab - line) > 512)
        return false;
    snprintf(name, 80, "%.*s", (int)(tab - blank), blank);
    snprintf(path, 512, "%.*s", (int)(length - (size_t)(tab - line) - 1), tab + 1);
    return true;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && !strcmp(text + length - tail, end);
}

/* What ci/built-from lists, other results' own files excepted. */
static bool is_source(const char *path)
{
    bool tool = starts_with(path, "suite/tools/") || starts_with(path, "suite/web/");
    bool result = starts_with(path, "suite/") && !strchr(path + 6, '/');
    return !strcmp(path, "Makefile") || (!tool && !result && (ends_with(path, ".c") || ends_with(path, ".h")));
}

/* The entry of the list whose path it is, or NULL. */
static const char *find_built(const char *const *built, const char *path)
{
    for (; *built; built++) {
        const char *blank = strchr(*built, ' ');
        if (blank && !strcmp(blank + 1, path))
            return *built;
    }
    return NULL;
}

/* Whether the commit has just these sources; else `other` names the first that differs. */
static bool has_sources(const char *tree, const char *const *built, char other[512])
{
    int wanted = 0, found = 0;
    for (const char *line = tree; *line;) {
        char name[80], path[512];
        size_t length = strcspn(line, "\n");
        if (read_tree_line(line, length, name, path)) {
            const char *entry = find_built(built, path);
            if (entry ? !starts_with(entry, name) || entry[strlen(name)] != ' ' : is_source(path)) {
                snprintf(other, 512, "%s", path);
                return false;
            }
            found += entry != NULL;
        }
        line += length + (line[length] == '\n');
    }
    while (built[wanted])
        wanted++;
    snprintf(other, 512, "a source that is not committed");
    return wanted > 0 && found == wanted;
}

static bool commit_has(const char *folder, const char *commit, const char *const *built, bool *has, char other[512],
                       mg_error *error)
{
    const char *words[] = {"ls-tree", "-r",        "--full-tree", commit,     "core", "envs",
                           "algos",   "baselines", "suite",       "Makefile", NULL};
    char *tree;
    if (!run_git(folder, words, &tree, error))
        return false;
    *has = has_sources(tree, built, other);
    free(tree);
    return true;
}

/* Where the branch follows another one: the newest commit that both have, which no rebase renames. */
static void take_shared_commit(const char *folder, char commit[MG_COMMIT_TEXT])
{
    const char *argument[] = {"git", "-C", folder, "merge-base", "HEAD", "@{upstream}", NULL};
    char *text = NULL;
    int status = 1;
    mg_error none_followed = {0};
    if (mg_process_capture(argument, true, &text, &status, &none_followed) && status == 0)
        snprintf(commit, MG_COMMIT_TEXT, "%.12s", text);
    free(text);
}

/* The newest commit from `commit` back that has the sources; *has: whether there is one. */
static bool search_history(const char *folder, const char *const *built, char commit[MG_COMMIT_TEXT], bool *has,
                           char first[512], mg_error *error)
{
    const char *const history[] = {"log",     "--format=%h", "--abbrev=12", "--max-count=400", commit,
                                   "--",      ":/core",      ":/envs",      ":/algos",         ":/baselines",
                                   ":/suite", ":/Makefile",  NULL};
    char *commits = NULL, other[512];
    bool good = commit_has(folder, commit, built, has, first, error);
    if (good && !*has)
        good = run_git(folder, history, &commits, error);
    for (char *line = commits; good && !*has && line && *line; line += strlen(line) + 1) {
        char *end = line + strcspn(line, "\n");
        bool last = !*end;
        *end = '\0';
        good = commit_has(folder, line, built, has, other, error);
        if (good && *has)
            snprintf(commit, MG_COMMIT_TEXT, "%s", line);
        if (last)
            break;
    }
    free(commits);
    return good;
}

bool mg_git_built_commit(const char *golden, const char *const *built, char commit[MG_COMMIT_TEXT], mg_error *error)
{
    char folder[1024], first[512] = "", head[MG_COMMIT_TEXT];
    bool has = false, here = false;
    (void)split(golden, folder);
    if (!built[0])
        return mg_fail(error, MG_EXIT_INPUT,
                       "this program does not say what it was built from (no git when it was built?); build it where "
                       "git is, from the committed sources");
    snprintf(head, sizeof head, "%s", commit);
    take_shared_commit(folder, commit);
    if (!search_history(folder, built, commit, &has, first, error) ||
        (!has && !search_history(folder, built, head, &here, first, error)))
        return false;
    if (here)
        return mg_fail(error, MG_EXIT_INPUT,
                       "commit %s, which made this program, is not yet in the branch that this one follows: push it "
                       "first, since golden names it and a rebase would rename it",
                       head);
    return has || mg_fail(error, MG_EXIT_INPUT,
                          "this program was built from sources that no commit has (first: %s): commit them, build, and "
                          "run again",
                          first);
}
