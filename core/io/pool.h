/* pool.h - independent jobs in processes. Jobs share nothing, so their number and order change no result. */
#ifndef MG_POOL_H
#define MG_POOL_H

#include <stdbool.h>
#include <stddef.h>

/* One job, run in a child process of its own; its return value (0..255) is the exit status of the job. */
typedef int (*mg_job)(void *context, int job);
/* Called in the parent as jobs end (status: exit status, or 128 + signal; 255: nobody knows, it could not be waited
 * for) and, with job -1, five times a second. */
typedef void (*mg_job_ended)(void *context, int job, int status);

/* Runs jobs 0..count-1, at most `parallel` at once, started in order. parallel 1 runs them in this process, without
 * fork, and calls with job -1 then come between jobs only. On Linux no child outlives this process.
 * SIGINT, SIGTERM or SIGHUP: no new job starts, children get the signal and are waited for. Returns 0, or 128 + the
 * signal when mg_signals_install was called. */
int mg_pool_run(int count, int parallel, mg_job job, mg_job_ended ended, void *context);

/* Zeroed memory that jobs write and this process reads; NULL where the system gives none. */
void *mg_pool_share(size_t bytes);
void mg_pool_unshare(void *memory, size_t bytes);

int mg_pool_cpus(void); /* CPUs this process may use */

/* Set by SIGINT / SIGTERM / SIGHUP once mg_signals_install was called: 0 or the signal's number. Jobs look at it
 * between episodes and return 128 + it after leaving whole files. One that is ignored at the start stays ignored.
 * SIGXFSZ is ignored from then on, so that a file larger than `ulimit -f` is an error like any other. */
void mg_signals_install(void);
int mg_signal_seen(void);
/* Sets SIGCHLD to its default: a caller that ignores it would have children vanish before anybody can wait for them. */
void mg_children_wanted(void);

#endif
