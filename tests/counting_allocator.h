/* counting_allocator.h - malloc, calloc, realloc and the aligned ones that count: the C library and ours are linked
 * with them, statically too. Memory comes from one block and is never given back. Sanitizers have an allocator of their
 * own: there COUNTING is 0 and a test skips. Include once, in a test program's only source file. */
#ifndef MG_COUNTING_ALLOCATOR_H
#define MG_COUNTING_ALLOCATOR_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTING 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define COUNTING 0
#endif
#endif
#ifndef COUNTING
#define COUNTING 1
#endif

static long allocations;
__attribute__((unused)) static size_t used; /* of the block below */

#if COUNTING
#define BLOCK (384U << 20)
static _Alignas(64) unsigned char block[BLOCK];

/* Each piece is preceded by its size. */
static void *take(size_t alignment, size_t size)
{
    allocations++;
    alignment = alignment < 16 ? 16 : alignment;
    size_t begin = (used + sizeof(size_t) + alignment - 1) / alignment * alignment;
    if (size > BLOCK || begin > BLOCK - size) {
        errno = ENOMEM;
        return NULL;
    }
    memcpy(block + begin - sizeof size, &size, sizeof size);
    used = begin + size;
    return block + begin;
}

/* All pieces since the block was filled so far are gone. */
__attribute__((unused)) static void give_back(size_t mark)
{
    memset(block + mark, 0, used - mark);
    used = mark;
}

void *malloc(size_t size)
{
    return take(16, size);
}

void *calloc(size_t count, size_t size)
{
    if (size != 0 && count > BLOCK / size) {
        errno = ENOMEM;
        return NULL;
    }
    return take(16, count * size); /* never used before, so zero */
}

void *realloc(void *old, size_t size)
{
    void *new = take(16, size);
    if (old != NULL && new != NULL) {
        size_t had;
        memcpy(&had, (unsigned char *)old - sizeof had, sizeof had);
        memcpy(new, old, had < size ? had : size);
    }
    return new;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return take(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = take(alignment, size);
    return *memory == NULL ? ENOMEM : 0;
}

void free(void *memory)
{
    (void)memory;
}
#else
__attribute__((unused)) static void give_back(size_t mark)
{
    (void)mark;
}
#endif

#endif
