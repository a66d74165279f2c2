#include "core/io/memory.h"
#include "core/io/error.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void out_of_memory(size_t count, size_t size)
{
    fprintf(stderr, "out of memory (%zu x %zu bytes wanted); run fewer jobs at once with --jobs\n", count, size);
    exit(MG_EXIT_INPUT);
}

void *mg_allocate(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        out_of_memory(count, size);
    return memory;
}

void mg_reserve(char **bytes, size_t length, size_t *capacity, size_t more)
{
    if (more <= *capacity - length && *bytes)
        return;
    if (more > SIZE_MAX / 4 || length > SIZE_MAX / 4)
        out_of_memory(1, more);
    size_t wanted = *capacity < 2048 ? 4096 : 2 * *capacity;
    while (wanted < length + more)
        wanted *= 2;
    char *grown = realloc(*bytes, wanted);
    if (!grown) {
        out_of_memory(1, wanted);
        return;
    }
    *bytes = grown;
    *capacity = wanted;
}
