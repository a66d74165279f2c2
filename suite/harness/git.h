/* git.h - what a blessing has to know of the working tree. */
#ifndef MG_GIT_H
#define MG_GIT_H

#include "core/io/error.h"

#define MG_COMMIT_TEXT 64

/* The commit checked out in the work tree that holds the folder `golden` (which need not exist yet), abbreviated to
 * 12 digits. Fails where there is no git or no work tree, and, naming the file, where the tree has changes outside
 * out/, build* and `golden` itself. */
bool mg_git_clean_commit(const char *golden, char commit[MG_COMMIT_TEXT], mg_error *error);

/* The commit whose sources the program was built from (suite/harness/sources.h): `commit`, if it has just those, else
 * the newest in its history that does, so that a long run may be blessed by the program that made it when other work
 * has been committed meanwhile. Where the branch follows another one, only commits that both have: those keep their
 * names. Fails where there is none, naming the first file in which `commit` differs. */
bool mg_git_built_commit(const char *golden, const char *const *built, char commit[MG_COMMIT_TEXT], mg_error *error);

#endif
