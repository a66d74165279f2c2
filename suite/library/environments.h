/* environments.h - the environments that the library offers, each with the configuration that its paper has. */
#ifndef MG_LIBRARY_ENVIRONMENTS_H
#define MG_LIBRARY_ENVIRONMENTS_H

#include "core/rl/env.h"

/* Writes the paper's configuration; agents: how many there are to be, where the paper's other numbers follow from that,
 * or 0 for the paper's own number. */
typedef void mg_configure(int agents, void *config);

typedef struct mg_offered {
    const mg_env_table *table;
    mg_configure *configure;
} mg_offered;

int mg_offered_count(void);
/* NULL past the end. */
const mg_offered *mg_offered_at(int index);
const mg_offered *mg_offered_find(const char *name); /* or NULL */

#endif
