/* alone.c - in place of pool.c, process.c and lock.c where a program is the only one there is (wasm32-wasi, Windows):
 * jobs run in this process, no signal comes, no other program can be started, and nobody else wants what a lock would
 * keep. */
#include "core/io/lock.h"
#include "core/io/memory.h"
#include "core/io/pool.h"
#include "core/io/process.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

/* ---- jobs ---- */

void mg_signals_install(void)
{
}

int mg_signal_seen(void)
{
    return 0;
}

void mg_children_wanted(void)
{
}

int mg_pool_cpus(void)
{
    return 1;
}

int mg_pool_run(int count, int parallel, mg_job job, mg_job_ended ended, void *context)
{
    (void)parallel;
    for (int i = 0; i < count; i++) {
        int status = job(context, i) & 255;
        if (!ended)
            continue;
        ended(context, i, status);
        ended(context, -1, 0);
    }
    return 0;
}

void *mg_pool_share(size_t bytes)
{
    return mg_allocate(bytes, 1);
}

void mg_pool_unshare(void *memory, size_t bytes)
{
    (void)bytes;
    free(memory);
}

/* ---- other programs ---- */

bool mg_process_capture(const char *const *argument, bool errors_too, char **text, int *status, mg_error *error)
{
    (void)errors_too;
    *text = NULL;
    *status = -1;
    return mg_fail(error, MG_EXIT_INPUT, "%s: cannot be started: there are no other programs here", argument[0]);
}

/* ---- locks ---- */

bool mg_lock_open(mg_lock *lock, const char *path, mg_error *error)
{
    (void)path;
    (void)error;
    *lock = (mg_lock){0};
    return true;
}

void mg_lock_close(mg_lock *lock)
{
    *lock = (mg_lock){0};
}

bool mg_lock_take(mg_lock *lock, long place, bool wait, bool *taken, mg_error *error)
{
    (void)lock;
    (void)place;
    (void)wait;
    (void)error;
    *taken = true;
    return true;
}

/* ---- what wasi-libc and Windows lack of POSIX ---- */

int flock(int descriptor, int operation)
{
    (void)descriptor;
    (void)operation;
    return 0;
}

char *mkdtemp(char *template);
char *mkdtemp(char *template)
{
    char *digits = template + strlen(template) - 6; /* XXXXXX */
    for (int number = 0; number < 1000000; number++) {
        for (int i = 5, rest = number; i >= 0; i--, rest /= 10)
            digits[i] = (char)('0' + rest % 10);
        if (mkdir(template, 0700) == 0)
            return template;
        if (errno != EEXIST)
            break;
    }
    return NULL;
}
