/* scratch.h - a folder of this test program's own, below $TMPDIR or /tmp, removed by scratch_remove(). */
#ifndef MG_SCRATCH_H
#define MG_SCRATCH_H

#include "core/io/file.h"
#include <stdio.h>
#include <stdlib.h>

static char scratch_folder[300];

/* "<folder>/<name>"; valid until eight more were asked for. */
static const char *scratch(const char *name)
{
    static char path[8][600];
    static int turn;
    if (!scratch_folder[0]) {
        const char *home = getenv("TMPDIR");
        snprintf(scratch_folder, sizeof scratch_folder, "%.200s/marlgold-test-XXXXXX", home && *home ? home : "/tmp");
        if (!mkdtemp(scratch_folder)) {
            perror(scratch_folder);
            exit(MG_EXIT_INPUT);
        }
    }
    turn = (turn + 1) % 8;
    snprintf(path[turn], sizeof path[turn], "%s/%s", scratch_folder, name);
    return path[turn];
}

/* Whether there is something of that path; what cannot be looked at ends the test. */
__attribute__((unused)) static bool is_there(const char *path)
{
    bool exists;
    mg_error error = {0};
    if (!mg_file_exists(path, &exists, &error)) {
        fprintf(stderr, "%s\n", error.text);
        exit(MG_EXIT_INPUT);
    }
    return exists;
}

static void scratch_remove(void)
{
    mg_error error = {0};
    if (scratch_folder[0] && !mg_folder_remove(scratch_folder, &error))
        fprintf(stderr, "%s\n", error.text);
}

#endif
