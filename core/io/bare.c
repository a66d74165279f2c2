/* bare.c - memory and whole files where there is no POSIX: in place of memory.c and file.c for the core on machines
 * such as wasm32-wasi and Windows. Nothing but C11; no huge pages, no atomic writes (nothing of the core writes). */
#include "core/io/error.h"
#include "core/io/file.h"
#include "core/io/memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
/* Its C library has none that free() takes back. malloc's 16 bytes are enough for baseline x86-64, where nothing is
 * loaded in larger pieces. */
void *aligned_alloc(size_t alignment, size_t size);
void *aligned_alloc(size_t alignment, size_t size)
{
    (void)alignment;
    return malloc(size);
}
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

void *mg_allocate_block(size_t count, size_t size)
{
    enum { LINE = 64 };
    if (size && count > (SIZE_MAX - LINE) / size)
        mg_out_of_memory(SIZE_MAX);
    size_t bytes = (count * size + LINE) / LINE * LINE;
    void *memory = aligned_alloc(LINE, bytes);
    if (!memory)
        mg_out_of_memory(bytes);
    return memset(memory, 0, bytes);
}

bool mg_file_read(const char *path, char **bytes, size_t *length, mg_error *error)
{
    FILE *file = fopen(path, "rb");
    size_t capacity = 1 << 16;
    if (!file)
        return mg_fail(error, MG_EXIT_INPUT, "%s: %s", path, strerror(errno));
    *bytes = mg_allocate(capacity + 1, 1);
    *length = 0;
    for (size_t got; (got = fread(*bytes + *length, 1, capacity - *length, file)) > 0;) {
        *length += got;
        if (*length == capacity)
            *bytes = mg_reallocate(*bytes, (capacity *= 2) + 1);
    }
    (*bytes)[*length] = '\0';
    bool good = !ferror(file);
    fclose(file);
    return good || mg_fail(error, MG_EXIT_INPUT, "%s: could not be read", path);
}
