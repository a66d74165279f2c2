/* remove.c - a folder with all that is in it. */
#include "core/io/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    while (!number) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        if (!entry) {
            number = errno;
            break;
        }
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
    int descriptor;
    do
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0)
        return errno == ENOENT ? true : mg_file_fail(path, errno == ELOOP ? ENOTDIR : errno, error);
    int number = empty_folder(descriptor, 0);
    if (!number && rmdir(path) < 0)
        number = errno;
    return number ? mg_file_fail(path, number, error) : true;
}
