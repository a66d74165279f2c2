/* progress.c - the line, its speed, and whether stderr is a terminal. */
#include "core/io/progress.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_COLUMNS = 79 };

static double read_clock(clockid_t clock)
{
    struct timespec now = {0};
    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double mg_seconds(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double mg_cpu_seconds(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

mg_progress mg_progress_start(const char *label, double total, bool quiet)
{
    const char *terminal = getenv("TERM"), *no_colour = getenv("NO_COLOR");
    mg_progress progress = {.total = total, .started = mg_seconds()};
    progress.on = !quiet && isatty(STDERR_FILENO) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
    progress.colour = progress.on && !(no_colour && *no_colour);
    snprintf(progress.label, sizeof progress.label, "%s", label);
    return progress;
}

static void print_time(double seconds, char text[32])
{
    long whole = seconds < 0 ? 0 : seconds > 8e6 ? 8000000 : (long)(seconds + 0.5);
    if (whole >= 3600)
        snprintf(text, 32, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(text, 32, "%ld:%02ld", whole / 60, whole % 60);
}

/* " 12 %  720 of 6000 episodes  1440 episodes/s  0:04 left" */
static void print_state(const mg_progress *progress, double done, const char *unit, double elapsed, char line[200])
{
    char left[32] = "";
    double rate = elapsed > 0 ? done / elapsed : 0;
    if (progress->total <= 0) {
        snprintf(line, 200, " %.0f %s  %.*f %s/s", done, unit, rate < 10, rate, unit);
        return;
    }
    if (rate > 0)
        print_time((progress->total - done) / rate, left);
    snprintf(line, 200, " %3.0f %%  %.0f of %.0f %s  %.*f %s/s%s%s%s", 100 * done / progress->total, done,
             progress->total, unit, rate < 10, rate, unit, *left ? "  " : "", left, *left ? " left" : "");
}

void mg_progress_show(mg_progress *progress, double done, const char *unit)
{
    if (!progress->on)
        return;
    double now = mg_seconds();
    if (progress->shown > 0 && now - progress->shown < 0.2)
        return;
    progress->shown = now;
    char line[200];
    print_state(progress, done, unit, now - progress->started, line);
    size_t room = LINE_COLUMNS - strlen(progress->label);
    if (strlen(line) > room)
        line[room] = '\0';
    fprintf(stderr, "\r%s%s%s%s\033[K", progress->colour ? "\033[36m" : "", progress->label,
            progress->colour ? "\033[0m" : "", line);
    fflush(stderr);
}

void mg_progress_end(mg_progress *progress)
{
    if (progress->on && progress->shown > 0) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    progress->on = false;
}
