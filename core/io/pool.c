/* pool.c - one process a job, signals, and how many CPUs there are. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "core/io/pool.h"
#include "core/io/memory.h"
#include "core/io/progress.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/prctl.h>
#endif

/* ---- signals ---- */

static volatile sig_atomic_t seen; /* the one thing a signal handler may write to */

static void note_signal(int number)
{
    seen = number;
}

static void set_handler(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler}; /* no SA_RESTART: waiting ends */
    sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, NULL);
}

/* Who started this with the signal ignored (nohup, `&` in a script) wants it ignored. */
static void note_unless_ignored(int number)
{
    struct sigaction before;
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        set_handler(number, note_signal);
}

void mg_signals_install(void)
{
    note_unless_ignored(SIGINT);
    note_unless_ignored(SIGTERM);
    note_unless_ignored(SIGHUP);
    set_handler(SIGXFSZ, SIG_IGN);
}

void mg_children_wanted(void)
{
    set_handler(SIGCHLD, SIG_DFL);
}

int mg_signal_seen(void)
{
    return (int)seen;
}

int mg_pool_cpus(void)
{
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

/* ---- jobs ---- */

void *mg_pool_share(size_t bytes)
{
    int zero = open("/dev/zero", O_RDWR);
    void *memory = zero < 0 ? MAP_FAILED : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0);
    if (zero >= 0)
        (void)close(zero);
    return memory == MAP_FAILED ? NULL : memory;
}

void mg_pool_unshare(void *memory, size_t bytes)
{
    if (memory)
        (void)munmap(memory, bytes);
}

/* A child keeps the writing end of a pipe to its last breath, so the reading end hangs up when it is gone, however it
 * went: the parent can wait for all its children with poll, and for no others. */
typedef struct child {
    pid_t pid;
    int pipe, job;
} child;

typedef struct pool {
    mg_job job;
    mg_job_ended ended;
    void *context;
    child *children; /* [running], as they were started */
    struct pollfd *polls;
    unsigned running;
    int forwarded; /* the signal the children were sent */
    double told;   /* when `ended` was last called without a job */
} pool;

static void tell(const pool *now, int job, int status)
{
    if (now->ended)
        now->ended(now->context, job, status);
}

_Noreturn static void be_child(const pool *now, int job, pid_t parent, const int ends[2])
{
#ifdef __linux__
    /* A parent that was killed must not leave children that write beside the next run. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(128 + SIGKILL);
#endif
    (void)parent;
    (void)close(ends[0]);
    for (unsigned i = 0; i < now->running; i++)
        (void)close(now->children[i].pipe);
    int status = now->job(now->context, job) & 255;
    fflush(NULL);
    _exit(status);
}

/* False where the system gives no process or pipe now. */
static bool start(pool *now, int job)
{
    int ends[2];
    if (pipe(ends) < 0)
        return false;
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    fflush(NULL); /* or the child would print it a second time */
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        be_child(now, job, parent, ends);
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return false;
    }
    now->children[now->running++] = (child){pid, ends[0], job};
    return true;
}

static int exit_status(pid_t pid)
{
    int status = 0;
    pid_t got;
    do
        got = waitpid(pid, &status, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return 255;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void forward_signal(pool *now)
{
    if (!seen || now->forwarded == seen)
        return;
    now->forwarded = (int)seen;
    for (unsigned i = 0; i < now->running; i++)
        (void)kill(now->children[i].pid, now->forwarded);
}

/* Waits up to a fifth of a second, then reports the children that ended. */
static void wait_a_little(pool *now)
{
    for (unsigned i = 0; i < now->running; i++)
        now->polls[i] = (struct pollfd){.fd = now->children[i].pipe, .events = POLLIN};
    int ready = poll(now->polls, (nfds_t)now->running, 200);
    forward_signal(now);
    unsigned kept = 0, before = now->running;
    for (unsigned i = 0; i < before; i++) {
        child one = now->children[i];
        if (ready <= 0 || !now->polls[i].revents) {
            now->children[kept++] = one;
            continue;
        }
        (void)close(one.pipe);
        tell(now, one.job, exit_status(one.pid));
    }
    now->running = kept;
    if (mg_seconds() - now->told >= 0.2) {
        now->told = mg_seconds();
        tell(now, -1, 0);
    }
}

static void run_here(const pool *now, int job)
{
    tell(now, job, now->job(now->context, job) & 255);
    tell(now, -1, 0);
}

int mg_pool_run(int count, int parallel, mg_job job, mg_job_ended ended, void *context)
{
    pool now = {.job = job, .ended = ended, .context = context, .told = mg_seconds()};
    int next = 0;
    mg_children_wanted();
    parallel = parallel > count ? count : parallel < 1 ? 1 : parallel;
    if (parallel > 1) {
        now.children = mg_allocate((size_t)parallel, sizeof *now.children);
        now.polls = mg_allocate((size_t)parallel, sizeof *now.polls);
    }
    while (now.running || (next < count && !seen)) {
        bool room = next < count && !seen && now.running < (unsigned)parallel;
        if (room && parallel > 1 && start(&now, next))
            next++;
        else if (now.running)
            wait_a_little(&now);
        else
            run_here(&now, next++); /* asked for, or no process to be had */
    }
    free(now.children);
    free(now.polls);
    return seen ? 128 + (int)seen : 0;
}
