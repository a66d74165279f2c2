#include "suite/harness/sources.h"

#include <stddef.h>

const char *const mg_built_sources[] = {NULL};
