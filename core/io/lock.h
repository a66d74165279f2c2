/* lock.h - what two processes must not do at the same time in one folder. Locks end with the process that holds them,
 * however it ends, so that none is ever left behind. */
#ifndef MG_LOCK_H
#define MG_LOCK_H

#include "core/io/error.h"

typedef struct mg_lock {
    int descriptor;
} mg_lock; /* zeroed memory is a closed lock: nothing is held or asked */

/* Creates the file, if need be; it stays, empty. A process opens it once: closing it anywhere in the process ends all
 * that the process holds there. */
bool mg_lock_open(mg_lock *lock, const char *path, mg_error *error);
void mg_lock_close(mg_lock *lock);
/* The place-th of any number of things to be held, each on its own. *taken false: another process holds it, and with
 * `wait` this one waits for it (*taken is then true, unless a signal ended the wait). A file system that knows no locks
 * lets everybody have everything. Children of fork hold nothing. */
bool mg_lock_take(mg_lock *lock, long place, bool wait, bool *taken, mg_error *error);

#endif
