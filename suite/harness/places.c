/* places.c - the current folder first, then the installation. */
#include "suite/harness/places.h"
#include "core/io/file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PLACE_TEXT 4200

/* What cannot be looked at counts as there: opening it then says why it cannot be had. */
static bool is_there(const char *path)
{
    bool exists;
    mg_error ignored = {MG_EXIT_OK, ""};
    return !mg_file_exists(path, &exists, &ignored) || exists;
}

/* ../share/marlgold/<name> beside the program's own folder; false where the program cannot find itself. */
static bool installed(const char *name, char place[PLACE_TEXT])
{
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return false;
    program[length] = '\0';
    for (int level = 0; level < 2; level++) { /* the program's name, then its folder's */
        char *slash = strrchr(program, '/');
        if (!slash)
            return false;
        *slash = '\0';
    }
    int written = snprintf(place, PLACE_TEXT, "%s/share/marlgold/%s", program, name);
    return written > 0 && written < PLACE_TEXT && is_there(place);
}

static const char *place_of(const char *name, char place[PLACE_TEXT])
{
    return !is_there(name) && installed(name, place) ? place : name;
}

const char *mg_default_golden(void)
{
    static char place[PLACE_TEXT]; /* a function of the program's own path: the same at every call */
    return place_of("golden", place);
}

const char *mg_default_reports(void)
{
    static char place[PLACE_TEXT];
    return place_of("reports", place);
}
