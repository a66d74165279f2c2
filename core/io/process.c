#include "core/io/process.h"
#include "core/io/memory.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COULD_NOT_START = 127 };

/* In the child. */
static void become(const char *const *argument, bool errors_too, int out)
{
    dup2(out, STDOUT_FILENO);
    if (errors_too)
        dup2(out, STDERR_FILENO);
    close(out);
    setenv("LC_ALL", "C", 1);
    execvp(argument[0], (char *const *)(const void *)argument);
    _exit(COULD_NOT_START);
}

static void read_to_end(int from, char **text)
{
    size_t length = 0, capacity = 0;
    *text = NULL;
    for (;;) {
        mg_reserve(text, length, &capacity, 4096);
        ssize_t got = read(from, *text + length, capacity - length - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    (*text)[length] = '\0';
}

bool mg_process_capture(const char *const *argument, bool errors_too, char **text, int *status, mg_error *error)
{
    int ends[2], waited = 0;
    *text = NULL;
    fflush(NULL);
    if (pipe(ends) < 0)
        return mg_fail(error, MG_EXIT_INPUT, "%s: %s", argument[0], strerror(errno));
    pid_t child = fork();
    if (child < 0) {
        int number = errno;
        close(ends[0]);
        close(ends[1]);
        return mg_fail(error, MG_EXIT_INPUT, "%s: %s", argument[0], strerror(number));
    }
    if (child == 0) {
        close(ends[0]);
        become(argument, errors_too, ends[1]);
    }
    close(ends[1]);
    read_to_end(ends[0], text);
    close(ends[0]);
    while (waitpid(child, &waited, 0) < 0 && errno == EINTR)
        continue;
    *status = WIFSIGNALED(waited) ? 128 + WTERMSIG(waited) : WEXITSTATUS(waited);
    if (*status != COULD_NOT_START)
        return true;
    free(*text);
    *text = NULL;
    return mg_fail(error, MG_EXIT_INPUT, "%s: cannot be started; is it installed?", argument[0]);
}
