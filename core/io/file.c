/* file.c - temporary file, flush, rename; folders. */
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool mg_file_fail(const char *path, int number, mg_error *error)
{
    const char *meaning = NULL;
    switch (number) {
    case ENOSPC:
    case EDQUOT: meaning = "no space left on device; free some and run again with --resume"; break;
    case EFBIG: meaning = "file larger than allowed; raise `ulimit -f` and run again with --resume"; break;
    case EROFS: meaning = "read-only file system; choose another folder with --out"; break;
    case EACCES:
    case EPERM: meaning = "permission denied; check who owns it, or choose another folder"; break;
    case ENOENT: meaning = "no such file or folder"; break;
    case ENOTDIR: meaning = "a file stands where a folder is wanted"; break;
    case EISDIR: meaning = "is a folder, wanted a file"; break;
    case ENAMETOOLONG: meaning = "path too long"; break;
    case EMFILE:
    case ENFILE: meaning = "too many open files; raise `ulimit -n`"; break;
    case ENOMEM: meaning = "out of memory; run fewer jobs at once with --jobs"; break;
    default: break;
    }
    if (meaning)
        return mg_fail(error, MG_EXIT_INPUT, "%s: %s", path, meaning);
    return mg_fail(error, MG_EXIT_INPUT, "%s: %s", path, strerror(number));
}

static int open_again(const char *path, int flags)
{
    int descriptor;
    do
        descriptor = open(path, flags | O_CLOEXEC, 0666);
    while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

static bool write_all(int descriptor, const char *bytes, size_t length)
{
    while (length) {
        ssize_t written = write(descriptor, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            errno = written < 0 ? errno : ENOSPC;
            return false;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool sync_all(int descriptor)
{
    int result;
    do
        result = fsync(descriptor);
    while (result < 0 && errno == EINTR);
    /* Some file systems and emulators know no fsync; there the rename alone has to do. */
    return result == 0 || errno == EINVAL || errno == ENOSYS;
}

/* ---- temporaries ---- */

#define TEMPORARY ".tmp-"
enum { TEMPORARY_DIGITS = 16, TEMPORARY_BYTES = sizeof TEMPORARY - 1 + TEMPORARY_DIGITS, ATTEMPTS = 100 };

/* Two processes of one number, in two containers, are told apart by the clock, and by O_EXCL where that fails. */
static void name_temporary(char *text, size_t size, const char *path, int attempt)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    unsigned long long mixed = (unsigned long long)now.tv_sec * 1000000000ULL + (unsigned long long)now.tv_nsec;
    mixed = (mixed ^ (unsigned long long)getpid() << 40) + (unsigned long long)attempt * 0x9e3779b97f4a7c15ULL;
    snprintf(text, size, "%s" TEMPORARY "%016llx", path, mixed);
}

static bool is_temporary(const char *name)
{
    size_t length = strlen(name);
    const char *end = length > TEMPORARY_BYTES ? name + length - TEMPORARY_BYTES : "";
    return !strncmp(end, TEMPORARY, sizeof TEMPORARY - 1) &&
           strspn(end + sizeof TEMPORARY - 1, "0123456789abcdef") == TEMPORARY_DIGITS;
}

/* A writer holds a lock on its temporary, so that others can tell whether it still lives. Where the file system knows
 * no locks none is held, and none can be had by who tidies up. */
static bool lock_whole(int descriptor)
{
#ifdef F_SETLK
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(descriptor, F_SETLK, &lock) == 0;
#else
    (void)descriptor;
    errno = ENOSYS;
    return false;
#endif
}

/* Creates a file that was not there and follows no link. Returns the descriptor, or -1 with errno. */
static int open_temporary(const char *path, char *temporary, size_t size)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        struct stat status;
        name_temporary(temporary, size, path, attempt);
        int descriptor = open_again(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
        if (descriptor < 0 && errno == EEXIST)
            continue;
        if (descriptor < 0)
            return -1;
        bool locked = lock_whole(descriptor), seen = !locked && (errno == EAGAIN || errno == EACCES);
        if (!seen && (!locked || (fstat(descriptor, &status) == 0 && status.st_nlink)))
            return descriptor;
        (void)close(descriptor); /* another process tidies it away between open and lock, or has done so */
    }
    errno = EEXIST;
    return -1;
}

/* Returns 0 or the error number. */
static int fill_temporary(int descriptor, const void *bytes, size_t length)
{
    return write_all(descriptor, bytes, length) && sync_all(descriptor) ? 0 : errno;
}

/* What is there already and is not a regular file (a device, a folder, a FIFO) is not replaced. */
static bool may_be_replaced(const char *path, mg_error *error)
{
    struct stat status;
    if (stat(path, &status) == 0)
        return S_ISREG(status.st_mode) ||
               mg_fail(error, MG_EXIT_INPUT, "%s: is not a regular file and will not be replaced", path);
    return errno == ENOENT || mg_file_fail(path, errno, error);
}

bool mg_file_write(const char *path, const void *bytes, size_t length, mg_error *error)
{
    if (!may_be_replaced(path, error))
        return false;
    size_t size = strlen(path) + TEMPORARY_BYTES + 1;
    char *temporary = mg_allocate(size, 1);
    int descriptor = open_temporary(path, temporary, size);
    int number = descriptor < 0 ? errno : fill_temporary(descriptor, bytes, length);
    if (!number && rename(temporary, path) < 0)
        number = errno;
    if (number && descriptor >= 0)
        (void)unlink(temporary);
    /* Only now, for the lock goes with it, and without that another process may tidy the file away before it has its
     * name. close may report a late write error; EINTR there means closed. */
    if (descriptor >= 0 && close(descriptor) < 0 && errno != EINTR && !number)
        number = errno;
    free(temporary);
    return number ? mg_file_fail(path, number, error) : true;
}

/* Removes folder/name unless its writer lives. Failures do not matter: it is only untidy. */
static void remove_if_left(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = mg_allocate(size, 1);
    snprintf(path, size, "%s/%s", folder, name);
    int descriptor = open_again(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor >= 0) {
        if (lock_whole(descriptor))
            (void)unlink(path);
        (void)close(descriptor);
    }
    free(path);
}

bool mg_folder_tidy(const char *path, mg_error *error)
{
    mg_folder_names names = {0};
    bool exists;
    if (!mg_folder_exists(path, &exists, error))
        return false;
    if (exists && !mg_folder_list(path, &names, error))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        if (is_temporary(names.name[i]))
            remove_if_left(path, names.name[i]);
    }
    mg_folder_names_free(&names);
    return true;
}

/* ---- reading ---- */

/* Reads to the end of the file, whatever its size was said to be. Returns 0 or the error number. */
static int read_all(int descriptor, size_t expected, char **bytes, size_t *length)
{
    size_t capacity = 0;
    *bytes = NULL;
    *length = 0;
    mg_reserve(bytes, 0, &capacity, expected + 2);
    for (;;) {
        mg_reserve(bytes, *length, &capacity, 2);
        ssize_t got = read(descriptor, *bytes + *length, capacity - *length - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno;
        if (got == 0)
            break;
        *length += (size_t)got;
    }
    (*bytes)[*length] = '\0';
    return 0;
}

bool mg_file_read(const char *path, char **bytes, size_t *length, mg_error *error)
{
    *bytes = NULL;
    *length = 0;
    int descriptor = open_again(path, O_RDONLY | O_NONBLOCK); /* a FIFO would wait for a writer right here */
    if (descriptor < 0)
        return mg_file_fail(path, errno, error);
    struct stat status = {0};
    int number = fstat(descriptor, &status) < 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
    bool regular = number || S_ISREG(status.st_mode);
    if (!number && regular)
        number = read_all(descriptor, (size_t)status.st_size, bytes, length);
    (void)close(descriptor);
    if (!number && regular)
        return true;
    free(*bytes);
    *bytes = NULL;
    *length = 0;
    return regular ? mg_file_fail(path, number, error)
                   : mg_fail(error, MG_EXIT_INPUT, "%s: is not a regular file; wanted one to read", path);
}

/* ---- what there is ---- */

/* mode stays 0 where there is nothing. */
static bool look(const char *path, mode_t *mode, mg_error *error)
{
    struct stat status;
    *mode = 0;
    if (stat(path, &status) == 0) {
        *mode = status.st_mode;
        return true;
    }
    return errno == ENOENT || errno == ENOTDIR || mg_file_fail(path, errno, error);
}

bool mg_file_exists(const char *path, bool *exists, mg_error *error)
{
    mode_t mode;
    bool good = look(path, &mode, error);
    *exists = mode != 0;
    return good;
}

bool mg_folder_exists(const char *path, bool *exists, mg_error *error)
{
    mode_t mode;
    bool good = look(path, &mode, error);
    *exists = S_ISDIR(mode);
    return good;
}

/* Every name with its NUL, one behind the other. Returns 0 or the error number. */
static int read_names(DIR *folder, char **memory, size_t *length, size_t *count)
{
    size_t capacity = 0;
    for (;;) {
        errno = 0; /* the only way to tell the end from an error */
        struct dirent *entry = readdir(folder);
        if (!entry)
            return errno;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        size_t size = strlen(entry->d_name) + 1;
        mg_reserve(memory, *length, &capacity, size);
        memcpy(*memory + *length, entry->d_name, size);
        *length += size;
        ++*count;
    }
}

bool mg_folder_list(const char *path, mg_folder_names *names, mg_error *error)
{
    size_t length = 0, count = 0;
    *names = (mg_folder_names){0};
    DIR *folder = opendir(path);
    int number = folder ? read_names(folder, &names->memory, &length, &count) : errno;
    if (folder)
        (void)closedir(folder);
    if (number) {
        mg_folder_names_free(names);
        return mg_file_fail(path, number, error);
    }
    names->name = mg_allocate(count, sizeof *names->name);
    for (char *next = names->memory; names->count < count; next += strlen(next) + 1)
        names->name[names->count++] = next;
    mg_sort_texts(names->name, count, strcmp);
    return true;
}

void mg_folder_names_free(mg_folder_names *names)
{
    free(names->name);
    free(names->memory);
    *names = (mg_folder_names){0};
}

/* ---- folders ---- */

/* mkdir that is content with a folder that is there already. */
static bool create_one(const char *path, mg_error *error)
{
    if (mkdir(path, 0777) == 0)
        return true;
    int number = errno;
    struct stat status;
    if (stat(path, &status) == 0)
        return S_ISDIR(status.st_mode) ? true : mg_file_fail(path, ENOTDIR, error);
    return mg_file_fail(path, number, error);
}

bool mg_folder_create(const char *path, mg_error *error)
{
    size_t length = strlen(path);
    if (!length)
        return mg_fail(error, MG_EXIT_INPUT, "a folder to create has an empty name");
    char *part = mg_allocate(length + 1, 1);
    bool good = true;
    for (size_t i = 1; good && i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        good = create_one(part, error);
    }
    free(part);
    return good;
}

bool mg_path_join(char *text, size_t size, const char *folder, const char *name, mg_error *error)
{
    size_t length = strlen(folder);
    const char *between = length && folder[length - 1] != '/' ? "/" : "";
    int wanted = snprintf(text, size, "%s%s%s", folder, between, name);
    if (wanted < 0 || (size_t)wanted >= size)
        return mg_fail(error, MG_EXIT_INPUT, "%s%s%s: path too long, at most %zu characters", folder, between, name,
                       size - 1);
    return true;
}
