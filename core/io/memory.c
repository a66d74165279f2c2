/* memory.c - the one place that looks at NULL. */
#define _DEFAULT_SOURCE /* madvise */
#include "core/io/memory.h"
#include "core/io/error.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifndef __wasi__
#include <sys/mman.h>
#include <sys/resource.h>
#endif

void *mg_reallocate(void *memory, size_t size)
{
    void *grown = realloc(memory, size ? size : 1);
    if (!grown)
        mg_out_of_memory(size);
    return grown;
}

void *mg_allocate(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        mg_out_of_memory(size && count > SIZE_MAX / size ? SIZE_MAX : count * size);
    return memory;
}

/* Advice alone: where there are no huge pages the block is as good, only slower to walk through. */
static void ask_for_huge_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    if (madvise(memory, bytes, MADV_HUGEPAGE) != 0)
        return;
#else
    (void)memory;
    (void)bytes;
#endif
}

void *mg_allocate_block(size_t count, size_t size)
{
    enum { LINE = 64, LARGE = 1 << 20, HUGE_PAGE = 1 << 21 };
    void *memory = NULL;
    if (size && count > (SIZE_MAX - HUGE_PAGE) / size)
        mg_out_of_memory(SIZE_MAX);
    size_t bytes = count * size, unit = bytes >= LARGE ? HUGE_PAGE : LINE;
    bytes = bytes ? (bytes + unit - 1) / unit * unit : unit;
    if (posix_memalign(&memory, unit, bytes) != 0)
        mg_out_of_memory(bytes);
    if (unit == HUGE_PAGE)
        ask_for_huge_pages(memory, bytes);
    return memset(memory, 0, bytes);
}

void mg_reserve(char **bytes, size_t length, size_t *capacity, size_t more)
{
    if (more <= *capacity - length && *bytes)
        return;
    if (more > SIZE_MAX / 4 || length > SIZE_MAX / 4)
        mg_out_of_memory(more);
    size_t wanted = *capacity < 2048 ? 4096 : 2 * *capacity;
    while (wanted < length + more)
        wanted *= 2;
    *bytes = mg_reallocate(*bytes, wanted);
    *capacity = wanted;
}

bool mg_stack_suffices(mg_error *error)
{
    (void)error;
#ifdef RLIMIT_STACK
    enum { WANTED = 256 };
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= 1024 * WANTED)
        return true;
    return mg_fail(error, MG_EXIT_INPUT, "a stack of %llu kB; wanted %d kB or more: ulimit -s 8192",
                   (unsigned long long)limit.rlim_cur / 1024, WANTED);
#else
    return true; /* its size is part of the program */
#endif
}
