/* The pool: the same results however many run at once, crashes and signals told, nothing printed twice. */
#include "core/io/pool.h"
#include "core/io/progress.h"
#include "tests/scratch.h"
#include "tests/tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { JOBS = 12 };

typedef struct run {
    int status[JOBS], ended, ticks;
} run;

static void note_end(void *context, int job, int status)
{
    run *now = context;
    if (job < 0) {
        now->ticks++;
        return;
    }
    now->status[job] = status;
    now->ended++;
}

static void nap(double seconds)
{
    struct timespec time = {(time_t)seconds, (long)(1e9 * (seconds - (double)(time_t)seconds))};
    nanosleep(&time, NULL);
}

/* ---- results and statuses ---- */

static int write_square(void *context, int job)
{
    char name[32], text[16];
    mg_error error = {0};
    (void)context;
    nap(0.002 * (double)((job * 7) % 5)); /* so that they end in another order than they began */
    snprintf(name, sizeof name, "square-%d", job);
    snprintf(text, sizeof text, "%d", job * job);
    return mg_file_write(scratch(name), text, strlen(text), &error) ? job % 4 : 9;
}

static bool squares_are_there(void)
{
    bool good = true;
    for (int i = 0; i < JOBS; i++) {
        char name[32], wanted[16], *text;
        size_t length;
        mg_error error = {0};
        snprintf(name, sizeof name, "square-%d", i);
        snprintf(wanted, sizeof wanted, "%d", i * i);
        good = good && mg_file_read(scratch(name), &text, &length, &error) && !strcmp(text, wanted);
        if (good)
            free(text);
        remove(scratch(name));
    }
    return good;
}

static void any_number_at_once(void)
{
    static const int parallel[] = {-1, 0, 1, 2, 3, 16};
    for (size_t k = 0; k < sizeof parallel / sizeof *parallel; k++) {
        run now = {0};
        int result = mg_pool_run(JOBS, parallel[k], write_square, note_end, &now);
        bool good = result == 0 && now.ended == JOBS && squares_are_there();
        for (int i = 0; i < JOBS; i++)
            good = good && now.status[i] == i % 4;
        tap_ok(good, "%d jobs, %d at once: every result and status", JOBS, parallel[k]);
    }
    tap_ok(!squares_are_there(), "the files were of the last run only");
    run none = {0};
    tap_ok(mg_pool_run(0, 4, write_square, note_end, &none) == 0 && !none.ended, "no jobs");
    tap_ok(mg_pool_run(3, 2, write_square, NULL, NULL) == 0, "nobody to tell");
    tap_ok(mg_pool_cpus() >= 1, "%d CPUs", mg_pool_cpus());
}

typedef struct place {
    run base;
    pid_t parent;
} place;

static int is_elsewhere(void *context, int job)
{
    (void)job;
    return getpid() != ((place *)context)->parent;
}

static int end_badly(void *context, int job)
{
    (void)context;
    if (job == 1)
        raise(SIGKILL);
    if (job == 2)
        raise(SIGUSR1);
    if (job == 3)
        exit(5);
    return job == 4 ? 255 : job == 5 ? 256 : job;
}

static void endings(void)
{
    place here = {.parent = getpid()};
    mg_pool_run(2, 1, is_elsewhere, note_end, &here);
    tap_ok(here.base.ended == 2 && !here.base.status[0] && !here.base.status[1], "one at once runs in this process");
    mg_pool_run(2, 2, is_elsewhere, note_end, &here);
    tap_ok(here.base.ended == 4 && here.base.status[0] == 1 && here.base.status[1] == 1, "two at once do not");
    run now = {0};
    tap_ok(mg_pool_run(8, 2, end_badly, note_end, &now) == 0, "children that crash are no signal to the parent");
    tap_ok(now.ended == 8 && now.status[0] == 0 && now.status[6] == 6 && now.status[7] == 7,
           "jobs beside a crash go on");
    tap_ok(now.status[1] == 128 + SIGKILL && now.status[2] == 128 + SIGUSR1, "a crash is 128 + its signal");
    tap_ok(now.status[3] == 5 && now.status[4] == 255 && now.status[5] == 0, "exit() in a job, 255, and 256 as 0");
}

static int how_many_running(void *context, int job)
{
    int *ends = context;
    char byte = (char)('a' + job);
    (void)!write(ends[1], &byte, 1);
    nap(0.05);
    byte = (char)('A' + job);
    (void)!write(ends[1], &byte, 1);
    return 0;
}

/* Letters in a pipe: small at a start, capital at an end. */
static void no_more_than_asked(void)
{
    int ends[2], most = 0, running = 0;
    char seen[2 * JOBS], next = 'a';
    bool in_order = true;
    if (pipe(ends) != 0)
        return;
    mg_pool_run(6, 3, how_many_running, NULL, ends);
    ssize_t count = read(ends[0], seen, sizeof seen);
    for (ssize_t i = 0; i < count; i++) {
        running += seen[i] >= 'a' ? 1 : -1;
        most = running > most ? running : most;
        next = seen[i] > next ? seen[i] : next;
        in_order = in_order && (seen[i] < 'a' || seen[i] + 3 > next);
    }
    tap_ok(count == 12 && running == 0 && most == 3 && in_order, "three at once are three (%d), begun in order", most);
    close(ends[0]);
    close(ends[1]);
}

static int take_half_a_second(void *context, int job)
{
    (void)context;
    (void)job;
    nap(0.5);
    return 0;
}

static void ticks(void)
{
    run now = {0};
    double before = mg_seconds();
    mg_pool_run(2, 2, take_half_a_second, note_end, &now);
    double took = mg_seconds() - before;
    tap_ok(now.ticks >= 1 && now.ticks <= 1 + (int)(5 * took) && took >= 0.49, "%d ticks in %.2f s", now.ticks, took);
}

/* ---- what needs a process of its own ---- */

/* Starts body in a child whose descriptor `standard` is the file at path. */
static pid_t start_child(int (*body)(void), const char *path, int standard)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        dup2(file, standard);
        int status = body();
        fflush(NULL);
        _exit(status);
    }
    return child;
}

static int end_of(pid_t child)
{
    int status = -1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int print_a_line(void *context, int job)
{
    (void)context;
    printf("job %d\n", job);
    return 0;
}

static int print_and_run(void)
{
    printf("before\n"); /* stays in the buffer: stdout is a file here */
    mg_pool_run(4, 2, print_a_line, NULL, NULL);
    printf("after\n");
    return 0;
}

static void nothing_twice(void)
{
    char *text;
    size_t length;
    mg_error error = {0};
    const char *path = scratch("printed");
    end_of(start_child(print_and_run, path, 1));
    bool read = mg_file_read(path, &text, &length, &error);
    tap_ok(read && length == 7 + 4 * 6 + 6 && !strncmp(text, "before\n", 7) && !strcmp(text + length - 6, "after\n"),
           "what was printed before the fork comes once, what a job printed too");
    free(text);
}

static int wait_for_signal(void *context, int job)
{
    char name[32];
    mg_error error = {0};
    (void)context;
    snprintf(name, sizeof name, "started-%d", job);
    mg_file_write(scratch(name), "", 0, &error);
    for (int i = 0; i < 1000 && !mg_signal_seen(); i++)
        nap(0.01);
    if (!mg_signal_seen())
        return 0;
    snprintf(name, sizeof name, "whole-%d", job);
    mg_file_write(scratch(name), "", 0, &error);
    return 128 + mg_signal_seen();
}

static int run_two(void)
{
    run now = {0};
    mg_signals_install();
    int result = mg_pool_run(JOBS, 2, wait_for_signal, note_end, &now);
    bool good = now.ended == 2 && now.status[0] == result && now.status[1] == result;
    return good ? result : 1;
}

static int run_one(void)
{
    run now = {0};
    mg_signals_install();
    int result = mg_pool_run(JOBS, 1, wait_for_signal, note_end, &now);
    return now.ended == 1 && now.status[0] == result ? result : 1;
}

static void wait_for_file(const char *name)
{
    for (int i = 0; i < 500 && !is_there(scratch(name)); i++)
        nap(0.01);
}

static void signals(int (*body)(void), int jobs, int number)
{
    pid_t child = start_child(body, scratch("printed"), 1);
    for (int i = 0; i < jobs; i++)
        wait_for_file(i ? "started-1" : "started-0");
    double before = mg_seconds();
    kill(child, number); /* the parent only, as `kill` does; it has to pass it on */
    int status = end_of(child);
    double took = mg_seconds() - before;
    bool whole = is_there(scratch("whole-0")) && is_there(scratch("whole-1")) == (jobs == 2);
    tap_ok(status == 128 + number && whole && !is_there(scratch("started-2")) && took < 2,
           "signal %d with %d at once: status %d, jobs ended well, no new one began (%.2f s)", number, jobs, status,
           took);
    remove(scratch("whole-0"));
    remove(scratch("whole-1"));
    remove(scratch("started-0"));
    remove(scratch("started-1"));
}

static int write_late(void *context, int job)
{
    mg_error error = {0};
    (void)context;
    mg_file_write(scratch(job ? "started-1" : "started-0"), "", 0, &error);
    nap(0.3);
    mg_file_write(scratch("late"), "", 0, &error);
    return 0;
}

static int run_late(void)
{
    return mg_pool_run(2, 2, write_late, NULL, NULL);
}

static void killed_parent(void)
{
#ifdef __linux__
    pid_t child = start_child(run_late, scratch("printed"), 1);
    wait_for_file("started-0");
    wait_for_file("started-1");
    kill(child, SIGKILL);
    tap_ok(end_of(child) == 128 + SIGKILL, "the parent is killed");
    nap(0.4);
    tap_ok(!is_there(scratch("late")), "and its children with it");
#else
    tap_skip("children outlive a killed parent here");
#endif
}

int main(void)
{
    /* Who starts tests in the background ignores these, and what is ignored at the start stays so. */
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGTERM, SIG_DFL);
    scratch(""); /* made here, so that children share it */
    any_number_at_once();
    endings();
    no_more_than_asked();
    ticks();
    nothing_twice();
    signals(run_two, 2, SIGINT);
    signals(run_two, 2, SIGTERM);
    signals(run_one, 1, SIGTERM);
    killed_parent();
    scratch_remove();
    return tap_done();
}
