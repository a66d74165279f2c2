/* sources.h - what a program was built from: the git object name (`git hash-object`) of every source that may be part
 * of it, and of the Makefile, one "name path" each, NULL-terminated. ci/built-from writes it anew for each result
 * program at build time; a program linked without it has the empty list of sources.c, and cannot --bless. */
#ifndef MG_SOURCES_H
#define MG_SOURCES_H

extern const char *const mg_built_sources[];

#endif
