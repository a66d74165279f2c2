/* memory.h - allocation that never returns NULL, and bytes that grow; nothing of it in a training step. */
#ifndef MG_MEMORY_H
#define MG_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed memory for count things of size bytes, for free(). Where there is none the program ends with one line and
 * exit status 3: what an earlier checkpoint holds stays good. */
void *mg_allocate(size_t count, size_t size);

/* The same on a cache line of 64 bytes; blocks of 1 MB and more ask for huge pages, where the system has them to give
 * on request, since networks of many agents are read from end to end and miss the table of small pages at every turn.
 */
void *mg_allocate_block(size_t count, size_t size);

/* realloc in the same way as mg_allocate. */
void *mg_reallocate(void *memory, size_t size);
/* That end: the line and the exit status, for memory that others (a library, a cache-aligned allocator) asked for. */
_Noreturn void mg_out_of_memory(size_t bytes);

/* Whether the stack (ulimit -s) is large enough for any program here: 256 kB, of which 112 were in use where it was
 * measured. Asked at the start, since a stack that overflows ends a program without a message. */
struct mg_error;
bool mg_stack_suffices(struct mg_error *error);

/* Makes room for `more` bytes after `length` used ones; *bytes may move, *capacity at least doubles. */
void mg_reserve(char **bytes, size_t length, size_t *capacity, size_t more);

#endif
