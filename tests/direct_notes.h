/* direct_notes.h - what a computed row of a result reports, kept in a list: tests include this and the result's
 * program, with whatever the row computes from falsified by a macro before. One program a test.
 */
#ifndef MG_DIRECT_NOTES_H
#define MG_DIRECT_NOTES_H

#include "suite/harness/experiment.h"
#include "tests/tap.h"

#include <string.h>

static struct {
    const char *name;
    double value;
} noted[32];
static int notes;

static void note_metric(mg_direct *direct, const char *metric, double value)
{
    (void)direct;
    noted[notes].name = metric;
    noted[notes++].value = value;
}

static void ignore_count(mg_direct *direct, double units, double episodes, double steps)
{
    (void)direct, (void)units, (void)episodes, (void)steps;
}

static void ignore_checkpoint(mg_direct *direct, const mg_tensor *tensor, int tensors)
{
    (void)direct, (void)tensor, (void)tensors;
}

static mg_key some_key(const mg_direct *direct)
{
    (void)direct;
    return (mg_key){9984, 0};
}

static double metric(const char *name)
{
    for (int n = 0; n < notes; n++)
        if (strcmp(noted[n].name, name) == 0)
            return noted[n].value;
    tap_note("no metric %s", name);
    return -1.0;
}

static void run(bool (*task)(mg_direct *direct, mg_error *error))
{
    mg_error error = {0};
    notes = 0;
    if (!task(NULL, &error))
        tap_ok(false, "%s", error.text);
}

int program_main(int argc, char **argv);
#define main program_main
#define mg_direct_metric note_metric
#define mg_direct_count ignore_count
#define mg_direct_checkpoint ignore_checkpoint
#define mg_direct_key some_key

#endif
