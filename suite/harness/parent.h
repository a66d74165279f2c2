/* parent.h - a task that goes on from another one's checkpoint: a curriculum's second phase from its first.
 *
 * The parent is a task of the same experiment, profile and seed. It runs first, once, and leaves its learner's networks
 * of that checkpoint and their optimisers in tasks/<parent>/parent-<checkpoint>. The child starts with the parent's
 * networks and their optimisers, those that it has under the same name; everything else as it always starts. Its trail
 * goes on from the parent's digests of that checkpoint, and its config digest holds the parent's.
 */
#ifndef MG_PARENT_H
#define MG_PARENT_H

#include "suite/harness/results.h"

/* How many parents are above a method: tasks run in this order. */
int mg_parent_depth(const mg_experiment *experiment, int method);

/* What is wrong with the experiment's parents, a line each on `out`; returns how many. A parent is trained, stands
 * before its children, has their seeds, and takes the checkpoint that they name. */
int mg_parent_problems(const mg_experiment *experiment, FILE *out);

/* Whether some method goes on from this checkpoint of the task's method. */
bool mg_parent_is_wanted(const mg_experiment *experiment, int method, int checkpoint);
/* Leaves what children need: networks and optimisers of the learner, and the trail's digests. */
bool mg_parent_save(const mg_place *place, mg_task task, const mg_trail *trail, const mg_tensor *tensor, int tensors,
                    mg_error *error);

/* Fills the networks and optimisers among the child's tensors and starts its trail. *diverged: the parent ended before
 * that checkpoint; nothing is filled. Refuses where the parent has not run, or has no network of the child's. */
bool mg_parent_take(const mg_place *place, mg_task child, mg_trail *trail, const mg_tensor *tensor, int tensors,
                    bool *diverged, mg_error *error);

#endif
