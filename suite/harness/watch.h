/* watch.h - an episode of a task in the terminal. */
#ifndef MG_WATCH_H
#define MG_WATCH_H

#include "core/rl/rollout.h"

/* Plays an episode as evaluations do and renders it on `out`, a frame after the reset and after every step, then the
 * episode's metrics and how long the learner had trained. On a terminal each frame takes the place of the last one and
 * stays for pause_ms; else they stand one after the other. 0, 128 + the signal that ended it, or error->status: an
 * environment that shows nothing. */
int mg_watch(mg_rollout *rollout, FILE *out, bool terminal, int pause_ms, mg_error *error);

#endif
