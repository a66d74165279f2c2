/* traffic_stream.c - a table that is written while it grows. */
#include "suite/tools/traffic_stream.h"

#include "core/io/file.h"
#include "core/io/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 18 };

static bool fail_on(const traffic_stream *s, mg_error *error)
{
    return mg_fail(error, MG_EXIT_INPUT, "%.500s: %s", s->path, strerror(errno ? errno : EIO));
}

bool traffic_stream_open(traffic_stream *s, const char *path, mg_error *error)
{
    *s = (traffic_stream){.path = path};
    struct stat status;
    if (!path)
        return true;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return mg_fail(error, MG_EXIT_INPUT, "%.500s: is not a regular file and will not be replaced", path);
    size_t size = strlen(path) + 12;
    s->temporary = mg_allocate(size, 1);
    snprintf(s->temporary, size, "%s.tmp-XXXXXX", path);
    int descriptor = mkstemp(s->temporary);
    s->file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    if (!s->file)
        return fail_on(s, error);
    mode_t mask = umask(0); /* mkstemp's file is for nobody else */
    umask(mask);
    return fchmod(descriptor, 0666 & ~mask) == 0 || fail_on(s, error);
}

static bool write_rows(traffic_stream *s, mg_error *error)
{
    if (s->table.length > 0 && fwrite(s->table.text, 1, s->table.length, s->file) != s->table.length)
        return fail_on(s, error);
    s->table.length = 0;
    return true;
}

bool traffic_stream_flush(traffic_stream *s, mg_error *error)
{
    if (!s->path)
        s->table.length = 0;
    return s->table.length < CHUNK || write_rows(s, error);
}

/* fsync fails with EINVAL or ENOSYS where a file system knows none. */
static bool reaches_disk(traffic_stream *s, mg_error *error)
{
    if (!write_rows(s, error))
        return false;
    if (fflush(s->file) != 0)
        return fail_on(s, error);
    while (fsync(fileno(s->file)) != 0) {
        if (errno == EINVAL || errno == ENOSYS)
            break;
        if (errno != EINTR)
            return fail_on(s, error);
    }
    return true;
}

bool traffic_stream_close(traffic_stream *s, bool good, const mg_traffic_network *network, mg_error *error)
{
    good = good && (!s->file || reaches_disk(s, error));
    if (s->file && fclose(s->file) != 0 && good)
        good = fail_on(s, error);
    if (s->file && good && rename(s->temporary, s->path) != 0)
        good = fail_on(s, error);
    if (s->file && !good)
        (void)unlink(s->temporary);
    free(s->temporary);
    mg_csv_free(&s->table);
    return good && (!s->path || traffic_write_notes(s->path, network, error));
}

bool traffic_write_notes(const char *path, const mg_traffic_network *n, mg_error *error)
{
    char beside[1200];
    mg_csv_writer text = {0};
    if ((size_t)snprintf(beside, sizeof beside, "%s.notes.txt", path) >= sizeof beside)
        return mg_fail(error, MG_EXIT_INPUT, "%.300s...: path too long", path);
    if (n->notes == 0) {
        (void)unlink(beside);
        return true;
    }
    for (int32_t i = 0; i < n->notes; i++) {
        mg_csv_raw(&text, n->note[i], strlen(n->note[i]));
        mg_csv_raw(&text, "\n", 1);
    }
    bool good = mg_csv_save(&text, beside, error);
    mg_csv_free(&text);
    return good;
}
