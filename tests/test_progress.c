/* The progress line: on a terminal only, not too often, without colour where asked, gone at the end. */
#define _XOPEN_SOURCE 700 /* posix_openpt */
#include "core/io/progress.h"
#include "tests/tap.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct sight {
    char text[8192];
    size_t length;
    int status;
    double seconds;
} sight;

static void nap(double seconds)
{
    struct timespec time = {0, (long)(1e9 * seconds)};
    nanosleep(&time, NULL);
}

static int show_for_a_while(bool quiet)
{
    mg_progress progress = mg_progress_start("lio-ipd", 200, quiet);
    for (int i = 0; i < 60; i++) {
        mg_progress_show(&progress, i, "episodes");
        nap(0.008);
    }
    bool on = progress.on;
    mg_progress_end(&progress);
    mg_progress_show(&progress, 200, "episodes"); /* after the end: nothing */
    return on;
}

/* What a child prints on stderr when that is a new terminal, or (terminal false) a pipe. */
static bool look(bool terminal, bool quiet, sight *seen)
{
    int ends[2] = {-1, -1};
    *seen = (sight){.seconds = mg_seconds()};
    if (terminal) {
        ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
        if (ends[0] < 0 || grantpt(ends[0]) || unlockpt(ends[0]))
            return false;
        ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
    } else if (pipe(ends)) {
        return false;
    }
    if (ends[1] < 0)
        return false;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        _exit(show_for_a_while(quiet));
    }
    int status = -1;
    bool ended = false;
    while (!ended || poll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, 0) > 0) {
        ended = ended || waitpid(child, &status, WNOHANG) == child;
        if (poll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, 10) <= 0)
            continue;
        ssize_t got = read(ends[0], seen->text + seen->length, sizeof seen->text - 1 - seen->length);
        if (got <= 0)
            break;
        seen->length += (size_t)got;
    }
    close(ends[0]);
    close(ends[1]);
    seen->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    seen->seconds = mg_seconds() - seen->seconds;
    return true;
}

static int count(const char *text, const char *part)
{
    int found = 0;
    for (const char *at = text; (at = strstr(at, part)); at++)
        found++;
    return found;
}

static void on_a_terminal(void)
{
    static sight seen;
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    if (!look(true, false, &seen)) {
        tap_skip("no pseudo-terminal here");
        return;
    }
    int lines = count(seen.text, "\r") - 1; /* the last one clears */
    tap_ok(seen.status == 1 && lines >= 2 && lines <= 1 + (int)(5 * seen.seconds), "%d updates in %.2f s", lines,
           seen.seconds);
    tap_ok(count(seen.text, "lio-ipd") == lines && strstr(seen.text, "of 200 episodes") && strstr(seen.text, " left"),
           "label, count and time left");
    tap_ok(count(seen.text, "\033[36m") == lines, "in colour");
    tap_ok(seen.length > 4 && !strcmp(seen.text + seen.length - 4, "\r\033[K"), "the line is cleared at the end");
    setenv("NO_COLOR", "1", 1);
    tap_ok(look(true, false, &seen) && count(seen.text, "lio-ipd") >= 2 && !count(seen.text, "\033[36m"), "NO_COLOR");
    setenv("NO_COLOR", "", 1);
    tap_ok(look(true, false, &seen) && count(seen.text, "\033[36m") >= 2, "an empty NO_COLOR is none");
    tap_ok(look(true, true, &seen) && seen.status == 0 && seen.length == 0, "--quiet");
    setenv("TERM", "dumb", 1);
    tap_ok(look(true, false, &seen) && seen.status == 0 && seen.length == 0, "TERM=dumb");
    setenv("TERM", "xterm", 1);
}

int main(void)
{
    static sight seen;
    on_a_terminal();
    tap_ok(look(false, false, &seen) && seen.status == 0 && seen.length == 0, "nothing into a pipe or file");
    double wall = mg_seconds(), cpu = mg_cpu_seconds();
    while (mg_cpu_seconds() - cpu < 0.01)
        continue;
    tap_ok(mg_seconds() - wall > 0.0099, "the clocks run");
    return tap_done();
}
