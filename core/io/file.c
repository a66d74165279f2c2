#include "core/io/file.h"
#include "core/io/memory.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the system's error number means to the user, and what to do about it. */
static bool fail_on(const char *path, int number, mg_error *error)
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

/* Returns 0 or the error number. close may report a late write error; EINTR there means closed. */
static int write_temporary(const char *temporary, const void *bytes, size_t length)
{
    int descriptor = open_again(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (descriptor < 0)
        return errno;
    int number = 0;
    if (!write_all(descriptor, bytes, length) || !sync_all(descriptor))
        number = errno;
    if (close(descriptor) < 0 && errno != EINTR && !number)
        number = errno;
    return number;
}

bool mg_file_write(const char *path, const void *bytes, size_t length, mg_error *error)
{
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return mg_fail(error, MG_EXIT_INPUT, "%s: is no regular file and will not be replaced", path);
    size_t size = strlen(path) + 32;
    char *temporary = mg_allocate(size, 1);
    snprintf(temporary, size, "%s.tmp-%ld", path, (long)getpid());
    int number = write_temporary(temporary, bytes, length);
    if (!number && rename(temporary, path) < 0)
        number = errno;
    if (number)
        (void)unlink(temporary);
    free(temporary);
    return number ? fail_on(path, number, error) : true;
}

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
    int descriptor = open_again(path, O_RDONLY);
    if (descriptor < 0)
        return fail_on(path, errno, error);
    struct stat status;
    int number = fstat(descriptor, &status) < 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
    if (!number)
        number = read_all(descriptor, S_ISREG(status.st_mode) ? (size_t)status.st_size : 0, bytes, length);
    (void)close(descriptor);
    if (!number)
        return true;
    free(*bytes);
    *bytes = NULL;
    *length = 0;
    return fail_on(path, number, error);
}

bool mg_file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

/* mkdir that is content with a folder that is there already. */
static bool create_one(const char *path, mg_error *error)
{
    if (mkdir(path, 0777) == 0)
        return true;
    int number = errno;
    struct stat status;
    if (stat(path, &status) == 0)
        return S_ISDIR(status.st_mode) ? true : fail_on(path, ENOTDIR, error);
    return fail_on(path, number, error);
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

/* Empties the folder that is open as descriptor, and closes it. Links are removed, never followed. */
static int empty_folder(int descriptor, int depth)
{
    DIR *folder = depth < 100 ? fdopendir(descriptor) : NULL;
    if (!folder) {
        int number = depth < 100 ? errno : ELOOP;
        (void)close(descriptor);
        return number;
    }
    int number = 0;
    for (struct dirent *entry; !number && (entry = readdir(folder));) {
        const char *name = entry->d_name;
        if (!strcmp(name, ".") || !strcmp(name, ".."))
            continue;
        int inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0)
            number = empty_folder(inner, depth + 1);
        if (!number && unlinkat(descriptor, name, inner >= 0 ? AT_REMOVEDIR : 0) < 0 && errno != ENOENT)
            number = errno;
    }
    (void)closedir(folder);
    return number;
}

/* "", "/", ".", ".." and paths that end in them are never meant. */
static bool may_be_removed(const char *path)
{
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    return *name && strcmp(name, ".") && strcmp(name, "..");
}

bool mg_folder_remove(const char *path, mg_error *error)
{
    if (!may_be_removed(path))
        return mg_fail(error, MG_EXIT_INPUT, "%s: will not be removed, wanted the name of a folder", path);
    int descriptor = open_again(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (descriptor < 0)
        return errno == ENOENT ? true : fail_on(path, errno == ELOOP ? ENOTDIR : errno, error);
    int number = empty_folder(descriptor, 0);
    if (!number && rmdir(path) < 0)
        number = errno;
    return number ? fail_on(path, number, error) : true;
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
