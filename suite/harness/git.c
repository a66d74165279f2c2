#include "suite/harness/git.h"
#include "core/io/memory.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child. LC_ALL=C keeps git's words the same everywhere. */
static void become_git(const char *folder, const char *const *arguments, int out)
{
    enum { ARGUMENTS_MAX = 12 };
    const char *all[ARGUMENTS_MAX] = { "git", "-C", folder };
    int count = 3;
    while (*arguments && count < ARGUMENTS_MAX - 1)
        all[count++] = *arguments++;
    dup2(out, STDOUT_FILENO);
    close(out);
    setenv("LC_ALL", "C", 1);
    execvp("git", (char *const *)(void *)all);
    _exit(127);
}

static bool read_to_end(int from, char **text)
{
    size_t length = 0, capacity = 0;
    *text = NULL;
    for (;;) {
        mg_reserve(text, length, &capacity, 4096);
        ssize_t got = read(from, *text + length, capacity - length - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            (*text)[length] = '\0';
            return got == 0;
        }
        length += (size_t)got;
    }
}

/* Runs git in the folder; its stdout in *text, to be freed. */
static bool run_git(const char *folder, const char *const *arguments, char **text, mg_error *error)
{
    int ends[2], status = 0;
    *text = NULL;
    if (pipe(ends) < 0)
        return mg_fail(error, MG_EXIT_INPUT, "git: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        become_git(folder, arguments, ends[1]);
    }
    close(ends[1]);
    bool good = child > 0 && read_to_end(ends[0], text);
    close(ends[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (good && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    free(*text);
    *text = NULL;
    return mg_fail(error, MG_EXIT_INPUT,
                   "%s: git %s failed; --bless wants git and a work tree with a commit, to write down which code "
                   "made the bits",
                   folder, arguments[0]);
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
    static const char *const head[] = { "rev-parse", "--short=12", "HEAD", NULL };
    static const char *const prefix[] = { "rev-parse", "--show-prefix", NULL };
    static const char *const status[] = { "status", "--porcelain", NULL };
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
            good = mg_fail(
                error, MG_EXIT_INPUT,
                "the working tree has changes (%.*s); commit them first: golden names the commit that made it",
                (int)(line + length - path), path);
        line += length + (line[length] == '\n');
    }
    free(id);
    free(below);
    free(changes);
    return good;
}
