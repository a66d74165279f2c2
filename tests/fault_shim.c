/* fault_shim.c - loaded before a program (LD_PRELOAD), makes its n-th call of one kind fail. glibc on Linux.
 *
 *     FAULT_PROGRAMS=lio-ipd,marlgold   in these and no other
 *     FAULT_KIND=write  FAULT_AT=17     the 17th write of all these processes together fails; 0: none, but all count
 *     FAULT_FOREVER=1                   and every later one too (a disk that is full stays full)
 *     FAULT_COUNTER=FILE                8 bytes shared by the processes: calls so far
 *     FAULT_TRACE=FILE                  instead of failing: a line for every call that makes a file what it is
 *
 * Kinds: malloc open read listen write fsync close rename stat opendir readdir mkdir unlink fork waitpid pipe. listen
 * is a read from a pipe; write and close are of files opened for writing alone: what is printed, and what was only
 * read, is another matter. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size), *__libc_calloc(size_t count, size_t size), *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t alignment, size_t size);

enum { DESCRIPTORS = 1024 };
static struct {
    const char *kind;
    uint64_t at;
    int forever;
    _Atomic uint64_t *calls;
    int trace; /* descriptor, or 0 */
    unsigned char for_writing[DESCRIPTORS];
} shim;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_meant(void)
{
    const char *list = getenv("FAULT_PROGRAMS"), *name = program_invocation_short_name;
    size_t length = strlen(name);
    for (const char *at = list; at && (at = strstr(at, name)); at++) {
        if ((at == list || at[-1] == ',') && (!at[length] || at[length] == ','))
            return 1;
    }
    return 0;
}

__attribute__((constructor)) static void start(void)
{
    const char *counter = getenv("FAULT_COUNTER"), *at = getenv("FAULT_AT"), *trace = getenv("FAULT_TRACE");
    if (!is_meant())
        return;
    if (trace) {
        int file = NEXT(open)(trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        shim.trace = fcntl(file, F_DUPFD_CLOEXEC, 900);
        NEXT(close)(file);
    }
    int file = counter ? NEXT(open)(counter, O_RDWR) : -1;
    if (file < 0)
        return;
    void *memory = mmap(NULL, sizeof *shim.calls, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    NEXT(close)(file);
    if (memory == MAP_FAILED)
        return;
    shim.calls = memory;
    shim.at = at ? strtoull(at, NULL, 10) : 0;
    shim.forever = getenv("FAULT_FOREVER") != NULL;
    shim.kind = getenv("FAULT_KIND");
}

/* Whether this call is the one to fail; errno is then set. */
static int fails(const char *kind, int number)
{
    if (!shim.kind || strcmp(kind, shim.kind) != 0)
        return 0;
    uint64_t call = atomic_fetch_add(shim.calls, 1) + 1;
    if (!shim.at || (shim.forever ? call < shim.at : call != shim.at))
        return 0;
    errno = number;
    return 1;
}

static int is_written(int descriptor)
{
    return descriptor >= 0 && descriptor < DESCRIPTORS && shim.for_writing[descriptor];
}

static void tell(const char *what, const char *path)
{
    char line[2100];
    int error = errno;
    if (shim.trace) {
        int length = snprintf(line, sizeof line, "%s %s\n", what, path);
        (void)!NEXT(write)(shim.trace, line, (size_t)length);
    }
    errno = error;
}

/* ---- memory ---- */

void *malloc(size_t size)
{
    return fails("malloc", ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails("malloc", ENOMEM) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails("malloc", ENOMEM) ? NULL : __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails("malloc", ENOMEM) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (fails("malloc", ENOMEM))
        return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

/* ---- files ---- */

static int opened(int descriptor, const char *path, int flags)
{
    if (descriptor >= 0 && descriptor < DESCRIPTORS)
        shim.for_writing[descriptor] = (flags & O_ACCMODE) == O_WRONLY;
    if (is_written(descriptor))
        tell(flags & O_EXCL && flags & O_NOFOLLOW ? "create" : "open", path);
    return descriptor;
}

static mode_t mode_of(int flags, va_list more)
{
    return flags & O_CREAT ? va_arg(more, mode_t) : 0;
}

#define DEFINE_OPEN(name) \
    int name(const char *path, int flags, ...) \
    { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = mode_of(flags, more); \
        va_end(more); \
        return fails("open", EIO) ? -1 : opened(NEXT(name)(path, flags, mode), path, flags); \
    }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)

ssize_t read(int descriptor, void *bytes, size_t length)
{
    struct stat status;
    int listens = shim.kind && NEXT(fstat)(descriptor, &status) == 0 && S_ISFIFO(status.st_mode);
    return fails(listens ? "listen" : "read", EIO) ? -1 : NEXT(read)(descriptor, bytes, length);
}

ssize_t write(int descriptor, const void *bytes, size_t length)
{
    if (is_written(descriptor)) {
        tell("write", "");
        if (fails("write", ENOSPC))
            return -1;
    }
    return NEXT(write)(descriptor, bytes, length);
}

int fsync(int descriptor)
{
    tell("fsync", "");
    return fails("fsync", EIO) ? -1 : NEXT(fsync)(descriptor);
}

int close(int descriptor)
{
    int written = is_written(descriptor);
    if (written) {
        shim.for_writing[descriptor] = 0;
        tell("close", "");
    }
    int result = NEXT(close)(descriptor);
    return written && fails("close", EIO) ? -1 : result;
}

int rename(const char *from, const char *to)
{
    tell("rename", to);
    return fails("rename", EIO) ? -1 : NEXT(rename)(from, to);
}

int mkdir(const char *path, mode_t mode)
{
    return fails("mkdir", EIO) ? -1 : NEXT(mkdir)(path, mode);
}

int unlink(const char *path)
{
    return fails("unlink", EIO) ? -1 : NEXT(unlink)(path);
}

#define DEFINE_STAT(name, type) \
    int name(const char *restrict path, struct type *restrict status) \
    { \
        return fails("stat", EIO) ? -1 : NEXT(name)(path, status); \
    }
DEFINE_STAT(stat, stat)
DEFINE_STAT(lstat, stat)
DEFINE_STAT(stat64, stat64)
DEFINE_STAT(lstat64, stat64)

int fstat(int descriptor, struct stat *status)
{
    return fails("stat", EIO) ? -1 : NEXT(fstat)(descriptor, status);
}

DIR *opendir(const char *path)
{
    return fails("opendir", EIO) ? NULL : NEXT(opendir)(path);
}

struct dirent *readdir(DIR *folder)
{
    return fails("readdir", EIO) ? NULL : NEXT(readdir)(folder);
}

struct dirent64 *readdir64(DIR *folder)
{
    return fails("readdir", EIO) ? NULL : NEXT(readdir64)(folder);
}

/* ---- processes ---- */

pid_t fork(void)
{
    return fails("fork", EAGAIN) ? -1 : NEXT(fork)();
}

pid_t waitpid(pid_t process, int *status, int options)
{
    return fails("waitpid", ECHILD) ? -1 : NEXT(waitpid)(process, status, options);
}

int pipe(int ends[2])
{
    return fails("pipe", EMFILE) ? -1 : NEXT(pipe)(ends);
}
