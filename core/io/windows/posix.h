/* posix.h - what the programs use of POSIX and Windows has otherwise or not at all, when they are made with mingw-w64:
 * the Makefile has it included before every file. Paths are written with '/', which Windows takes too. Files may be
 * renamed and removed while they are open, as elsewhere, and hold the bytes that were written to them. */
#ifndef MG_POSIX_H
#define MG_POSIX_H

/* Their own declarations come first: after that the names below stand for others. */
#include <direct.h>
#include <dirent.h>
#include <fcntl.h>
#include <io.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define EDQUOT 10069 /* never seen */
#define O_CLOEXEC O_NOINHERIT
#define O_NOFOLLOW 0
#define O_NONBLOCK 0
#define O_DIRECTORY 0x1000000 /* no bit of its own */

/* flags: O_RDONLY or O_WRONLY, with O_CREAT, O_EXCL, O_DIRECTORY; -1 with errno. */
int mg_windows_open(const char *path, int flags, ...);
int mg_windows_rename(const char *from, const char *to);    /* what stands at `to` is replaced */
int mg_windows_stat(const char *path, struct stat *status); /* of "folder/" too */
int fsync(int descriptor);
int flock(int descriptor, int operation); /* nobody else is here */
char *mkdtemp(char *template);
ssize_t readlink(const char *path, char *text, size_t size); /* there are none: -1 */
/* What they give goes to free, so that it begins where malloc lets it: at 16 bytes, enough for the instructions of
 * every x86-64, and others load without asking where they are. */
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **memory, size_t alignment, size_t size);

#define open mg_windows_open
#define rename mg_windows_rename
#define mkdir(path, mode) _mkdir(path)
#define stat(path, status) mg_windows_stat(path, status)
#define lstat(path, status) mg_windows_stat(path, status)

#endif
