/* out_of_memory.c - how a program ends where there is no memory; a library has another way (suite/library/create.c). */
#include "core/io/error.h"
#include "core/io/memory.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void mg_out_of_memory(size_t bytes)
{
    fprintf(stderr, "marlgold: out of memory (%zu bytes wanted); run fewer jobs at once with --jobs\n", bytes);
    exit(MG_EXIT_INPUT);
}
