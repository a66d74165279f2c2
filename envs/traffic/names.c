/* names.c - ids to numbers, for the readers of files. */
#include "core/io/memory.h"
#include "envs/traffic/build.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, 32 bit. */
static uint32_t hash(const char *name)
{
    uint32_t h = UINT32_C(2166136261);
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * UINT32_C(16777619);
    return h ^ h >> 15;
}

void mg_names_start(mg_names *names, int32_t most)
{
    *names = (mg_names){.slots = 16};
    while (names->slots < 2 * (uint32_t)most)
        names->slots *= 2;
    names->slot = mg_allocate(names->slots, sizeof *names->slot);
    names->name = mg_allocate((size_t)most, sizeof *names->name);
}

static uint32_t place(const mg_names *names, const char *name)
{
    uint32_t at = hash(name) & (names->slots - 1);
    while (names->slot[at] != 0 && strcmp(names->name[names->slot[at] - 1], name) != 0)
        at = (at + 1) & (names->slots - 1);
    return at;
}

bool mg_names_add(mg_names *names, const char *name)
{
    uint32_t at = place(names, name);
    bool first = names->slot[at] == 0;
    names->name[names->count++] = name;
    names->slot[at] = names->count;
    return first;
}

int32_t mg_names_find(const mg_names *names, const char *name)
{
    return names->slot[place(names, name)] - 1;
}

void mg_names_free(mg_names *names)
{
    free(names->slot);
    free((void *)names->name);
    *names = (mg_names){0};
}
