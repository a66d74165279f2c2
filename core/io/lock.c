/* lock.c - flock on a file of the folder. */
#include "core/io/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool mg_lock_open(mg_lock *lock, const char *path, mg_error *error)
{
    int descriptor;
    do
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0)
        return mg_fail(error, MG_EXIT_INPUT, "%s: %s; wanted a file to lock, so that two runs do not mix", path,
                       strerror(errno));
    lock->descriptor = descriptor + 1; /* so that 0 is none */
    return true;
}

void mg_lock_close(mg_lock *lock)
{
    if (lock->descriptor)
        (void)close(lock->descriptor - 1);
    lock->descriptor = 0;
}

static int set(const mg_lock *lock, long place, int command)
{
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)place, .l_len = 1};
    return fcntl(lock->descriptor - 1, command, &range);
}

bool mg_lock_take(mg_lock *lock, long place, bool wait, bool *taken, mg_error *error)
{
    *taken = true;
    if (!lock->descriptor || set(lock, place, wait ? F_SETLKW : F_SETLK) == 0)
        return true;
    switch (errno) {
    case EACCES:
    case EAGAIN:
    case EINTR: *taken = false; return true;
    case ENOLCK:
    case ENOSYS:
    case EINVAL:
    case EOPNOTSUPP: return true; /* no locks here */
    default: return mg_fail(error, MG_EXIT_INPUT, "a lock on the output folder: %s", strerror(errno));
    }
}
