#include "suite/harness/git.h"
#include "core/io/process.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs git in the folder; its stdout in *text, to be freed. */
static bool run_git(const char *folder, const char *const *words, char **text, mg_error *error)
{
    enum { ARGUMENTS_MAX = 8 };
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
