/* nearest.c - distances between words. */
#include "suite/harness/nearest.h"
#include <string.h>

enum { LONGEST_NAME = 64 };

/* Insertions, deletions and replacements that turn a into b. */
static int edits(const char *a, const char *b)
{
    int row[LONGEST_NAME + 1];
    int length = (int)strlen(b);
    for (int j = 0; j <= length; j++)
        row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= length; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        }
    }
    return row[length];
}

const char *mg_nearest(const char *typed, int n, const char *(*name)(const void *context, int i), const void *context)
{
    const char *nearest = NULL;
    int fewest = (int)strlen(typed) / 3 + 2; /* more than so many edits less one is another name */
    for (int i = 0; i < n && strlen(typed) <= LONGEST_NAME; i++) {
        const char *candidate = name(context, i);
        if (strlen(candidate) > LONGEST_NAME || edits(typed, candidate) >= fewest)
            continue;
        fewest = edits(typed, candidate);
        nearest = candidate;
    }
    return nearest;
}
