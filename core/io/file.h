/* file.h - whole files, written so that a reader or a crash never sees half of one. */
#ifndef MG_FILE_H
#define MG_FILE_H

#include "core/io/error.h"
#include <stddef.h>

/* Writes path + ".tmp-<pid>", fsyncs, renames over path. On failure the old file stays and the temporary is removed.
 * Refuses to replace what is no regular file. */
bool mg_file_write(const char *path, const void *bytes, size_t length, mg_error *error);
/* Whole file in malloc'd memory with a NUL after it. */
bool mg_file_read(const char *path, char **bytes, size_t *length, mg_error *error);
bool mg_file_exists(const char *path);
bool mg_folder_create(const char *path, mg_error *error); /* with parents */
/* With all that is in it, links not followed; gone already is fine. Only for folders that this program made. */
bool mg_folder_remove(const char *path, mg_error *error);
/* Joins into text; ends the program's request with an error if it does not fit. */
bool mg_path_join(char *text, size_t size, const char *folder, const char *name, mg_error *error);

#endif
