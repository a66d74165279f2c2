/* process.c - fork, exec, and what the program said. */
#include "core/io/process.h"
#include "core/io/memory.h"
#include "core/io/pool.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* Two pipes: what the program says, and the error number of a start that failed, which a start that succeeds closes. */
typedef struct running {
    pid_t pid, parent;
    int said[2], failed[2];
    int forwarded; /* the signal it was sent */
} running;

static void close_ends(int ends[2])
{
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0)
            (void)close(ends[i]);
        ends[i] = -1;
    }
}

static void close_end(int *end)
{
    (void)close(*end);
    *end = -1;
}

/* In the child. */
_Noreturn static void become(const running *now, const char *const *argument, bool errors_too)
{
    int number = 0;
#ifdef __linux__
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a parent that was killed leaves nobody running */
    if (getppid() != now->parent)
        _exit(128 + SIGKILL);
#endif
    if (dup2(now->said[1], STDOUT_FILENO) < 0 || (errors_too && dup2(now->said[1], STDERR_FILENO) < 0))
        number = errno;
    (void)close(now->said[0]);
    if (now->said[1] > STDERR_FILENO)
        (void)close(now->said[1]);
    if (!number && setenv("LC_ALL", "C", 1) < 0)
        number = errno;
    if (!number) {
        execvp(argument[0], (char *const *)(const void *)argument);
        number = errno;
    }
    (void)!write(now->failed[1], &number, sizeof number);
    _exit(127);
}

/* Returns 0 or the error number. */
static int start(running *now, const char *const *argument, bool errors_too)
{
    *now = (running){.pid = -1, .parent = getpid(), .said = {-1, -1}, .failed = {-1, -1}};
    fflush(NULL); /* or the child could write it a second time */
    if (pipe(now->said) < 0 || pipe(now->failed) < 0)
        return errno;
    (void)fcntl(now->failed[0], F_SETFD, FD_CLOEXEC);
    if (fcntl(now->failed[1], F_SETFD, FD_CLOEXEC) < 0)
        return errno; /* it would stay open, and be waited for, as long as the program runs */
    now->pid = fork();
    if (now->pid < 0)
        return errno;
    if (now->pid == 0)
        become(now, argument, errors_too);
    close_end(&now->said[1]);
    close_end(&now->failed[1]);
    return 0;
}

/* What the child says of a start that failed: 0 or an error number. */
static int start_failure(const running *now)
{
    int number = 0;
    ssize_t got;
    do
        got = read(now->failed[0], &number, sizeof number);
    while (got < 0 && errno == EINTR);
    return got < 0 ? errno : got == (ssize_t)sizeof number ? number : 0;
}

static void forward_signal(running *now)
{
    int signal = mg_signal_seen();
    if (!signal || now->forwarded == signal)
        return;
    now->forwarded = signal;
    (void)kill(now->pid, signal);
}

/* Returns 0 or the error number. A signal may come just before the wait: it is looked for five times a second. */
static int read_to_end(running *now, char **text)
{
    size_t length = 0, capacity = 0;
    struct pollfd ready = {.fd = now->said[0], .events = POLLIN};
    for (;;) {
        mg_reserve(text, length, &capacity, 4096);
        int count = poll(&ready, 1, 200);
        forward_signal(now);
        if (count == 0 || (count < 0 && errno == EINTR))
            continue;
        ssize_t got = count < 0 ? -1 : read(now->said[0], *text + length, capacity - length - 1);
        if (got < 0 && errno == EINTR)
            continue;
        (*text)[length + (got > 0 ? (size_t)got : 0)] = '\0';
        if (got <= 0)
            return got < 0 ? errno : 0;
        length += (size_t)got;
    }
}

/* Returns 0 or the error number. */
static int wait_for(running *now, int *status)
{
    int waited = 0;
    while (waitpid(now->pid, &waited, 0) < 0) {
        if (errno != EINTR)
            return errno;
        forward_signal(now);
    }
    *status = WIFSIGNALED(waited) ? 128 + WTERMSIG(waited) : WEXITSTATUS(waited);
    return 0;
}

bool mg_process_capture(const char *const *argument, bool errors_too, char **text, int *status, mg_error *error)
{
    running now;
    const char *what = "cannot be started";
    *text = NULL;
    *status = -1;
    mg_children_wanted();
    int number = start(&now, argument, errors_too);
    if (now.pid > 0) {
        number = start_failure(&now);
        int second = number ? 0 : read_to_end(&now, text);
        if (second) {
            what = "its output cannot be read";
            number = second;
            (void)kill(now.pid, SIGKILL); /* or it would wait for ever with a full pipe */
        }
        second = wait_for(&now, status);
        if (second && !number) {
            what = "cannot be waited for";
            number = second;
        }
    }
    close_ends(now.said);
    close_ends(now.failed);
    if (!number)
        return true;
    free(*text);
    *text = NULL;
    return mg_fail(error, MG_EXIT_INPUT, "%s: %s: %s%s", argument[0], what, strerror(number),
                   number == ENOENT ? "; is it installed?" : "");
}
