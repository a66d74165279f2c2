/* windows.c - POSIX for programs made with mingw-w64 (core/io/windows/posix.h), and folders removed without
 * descriptors, in place of remove.c. */
#include "core/io/file.h"
#include "core/io/memory.h"
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <windows.h>
#include <psapi.h>

/* Bytes are bytes, also on standard output. */
__attribute__((constructor)) static void write_bytes_as_they_are(void)
{
    _fmode = _O_BINARY;
    for (int descriptor = 0; descriptor < 3; descriptor++)
        (void)_setmode(descriptor, _O_BINARY);
}

static int error_number(void)
{
    switch (GetLastError()) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_PATH_NOT_FOUND: return ENOENT;
    case ERROR_ALREADY_EXISTS:
    case ERROR_FILE_EXISTS: return EEXIST;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_WRITE_PROTECT: return EACCES;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL: return ENOSPC;
    case ERROR_DIRECTORY: return ENOTDIR;
    case ERROR_DIR_NOT_EMPTY: return ENOTEMPTY;
    case ERROR_FILENAME_EXCED_RANGE: return ENAMETOOLONG;
    case ERROR_TOO_MANY_OPEN_FILES: return EMFILE;
    default: return EIO;
    }
}

static int fail(void)
{
    errno = error_number();
    return -1;
}

int mg_windows_open(const char *path, int flags, ...)
{
    const bool folder = flags & O_DIRECTORY, writes = flags & (O_WRONLY | O_RDWR);
    const DWORD attributes = GetFileAttributesA(path);
    const bool is_folder = attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY;
    if (attributes != INVALID_FILE_ATTRIBUTES && folder != is_folder) {
        errno = folder ? ENOTDIR : EISDIR;
        return -1;
    }
    HANDLE file = CreateFileA(path, writes ? GENERIC_WRITE | GENERIC_READ : GENERIC_READ,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              !(flags & O_CREAT) ? OPEN_EXISTING
                              : flags & O_EXCL   ? CREATE_NEW
                                                 : OPEN_ALWAYS,
                              folder ? FILE_FLAG_BACKUP_SEMANTICS : FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return fail();
    int descriptor = _open_osfhandle((intptr_t)file, _O_BINARY | _O_NOINHERIT | (writes ? 0 : _O_RDONLY));
    if (descriptor < 0)
        CloseHandle(file);
    return descriptor;
}

int mg_windows_rename(const char *from, const char *to)
{
    return MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING) ? 0 : fail();
}

#undef stat
int mg_windows_stat(const char *path, struct stat *status)
{
    char text[MAX_PATH + 1];
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length > MAX_PATH) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(text, path, length);
    text[length] = '\0';
    return stat(text, status);
}

int fsync(int descriptor)
{
    return FlushFileBuffers((HANDLE)_get_osfhandle(descriptor)) ? 0 : fail();
}

ssize_t readlink(const char *path, char *text, size_t size)
{
    (void)path;
    (void)text;
    (void)size;
    errno = ENOSYS;
    return -1;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    (void)alignment;
    return malloc(size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = aligned_alloc(alignment, size);
    return *memory ? 0 : ENOMEM;
}

int getrusage(int who, struct rusage *usage)
{
    PROCESS_MEMORY_COUNTERS memory = {.cb = sizeof memory};
    usage->ru_maxrss = 0;
    if (who == RUSAGE_SELF && GetProcessMemoryInfo(GetCurrentProcess(), &memory, sizeof memory))
        usage->ru_maxrss = (long long)(memory.PeakWorkingSetSize / 1024);
    return 0;
}

int uname(struct utsname *system)
{
    strcpy(system->sysname, "Windows");
    strcpy(system->machine, "x86_64");
    return 0;
}

/* ---- folders ---- */

bool mg_folder_remove(const char *path, mg_error *error)
{
    mg_folder_names names = {0};
    bool exists, good = mg_folder_exists(path, &exists, error);
    if (!good || !exists)
        return good;
    good = mg_folder_list(path, &names, error);
    for (size_t i = 0; good && i < names.count; i++) {
        size_t size = strlen(path) + strlen(names.name[i]) + 2;
        char *inner = mg_allocate(size, 1);
        snprintf(inner, size, "%s/%s", path, names.name[i]);
        good = mg_folder_exists(inner, &exists, error) &&
               (exists ? mg_folder_remove(inner, error)
                       : DeleteFileA(inner) || mg_file_fail(inner, error_number(), error));
        free(inner);
    }
    mg_folder_names_free(&names);
    return good && (RemoveDirectoryA(path) || mg_file_fail(path, error_number(), error));
}
