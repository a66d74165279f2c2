/* file.h - whole files, written so that a reader or a crash never sees half of one. */
#ifndef MG_FILE_H
#define MG_FILE_H

#include "core/io/error.h"
#include <stddef.h>

#define MG_PATH 1024 /* bytes of every path, its NUL included: a longer one is refused, never cut */

/* Writes path + ".tmp-<16 hexadecimal digits>", a name that nobody has, fsyncs, renames over path. On failure the old
 * file stays and the temporary is removed. Refuses to replace what is not a regular file. */
bool mg_file_write(const char *path, const void *bytes, size_t length, mg_error *error);
/* Whole file in malloc'd memory with a NUL after it. Refuses what is not a regular file: a FIFO would make it wait for
 * ever. */
bool mg_file_read(const char *path, char **bytes, size_t *length, mg_error *error);
/* What the system's error number means to the user, and what to do about it. */
bool mg_file_fail(const char *path, int number, mg_error *error);
/* *exists: whether there is a file or folder of that name. Only "no such file" and "a part of the path is not a folder"
 * mean that there is none; every other failure to look is an error, for an unreadable result is not an absent one. */
bool mg_file_exists(const char *path, bool *exists, mg_error *error);
bool mg_folder_exists(const char *path, bool *exists, mg_error *error); /* the same, of a folder; a file is none */
bool mg_folder_create(const char *path, mg_error *error);               /* with parents */
/* With all that is in it, links not followed; gone already is fine. Only for folders that this program made. */
bool mg_folder_remove(const char *path, mg_error *error);
/* Removes the temporary files of writers that no longer run; those of living ones, in this container or another,
 * stay. A folder that is not there has none. */
bool mg_folder_tidy(const char *path, mg_error *error);

/* The names in a folder, without . and .., sorted by their bytes. */
typedef struct mg_folder_names {
    const char **name;
    size_t count;
    char *memory;
} mg_folder_names;
bool mg_folder_list(const char *path, mg_folder_names *names, mg_error *error);
void mg_folder_names_free(mg_folder_names *names); /* zeroed memory is a list too */

/* Joins into text; ends the program's request with an error if it does not fit. */
bool mg_path_join(char *text, size_t size, const char *folder, const char *name, mg_error *error);

#endif
