/* turned_targets.h - target networks that are nothing like the networks that they follow: who acts by one is seen. */
#ifndef MG_TURNED_TARGETS_H
#define MG_TURNED_TARGETS_H

#include "core/rl/learner.h"

#include <string.h>

enum { TURNED_TENSORS_MAX = 400 };

/* The learner's array of that name, or NULL. */
__attribute__((unused)) static const mg_tensor *learner_tensor(const mg_learner_table *table, void *self,
                                                               const char *name)
{
    static mg_tensor tensor[TURNED_TENSORS_MAX];
    int count = table->tensors(self, tensor, TURNED_TENSORS_MAX);
    for (int n = 0; n < count && n < TURNED_TENSORS_MAX; n++)
        if (!strcmp(tensor[n].name, name))
            return &tensor[n];
    return NULL;
}

/* Every number of every target network changes its sign and gets larger; returns how many there were. */
__attribute__((unused)) static int turn_targets(const mg_learner_table *table, void *self)
{
    static mg_tensor tensor[TURNED_TENSORS_MAX];
    int count = table->tensors(self, tensor, TURNED_TENSORS_MAX), turned = 0;
    for (int n = 0; n < count && n < TURNED_TENSORS_MAX; n++)
        for (int k = 0; strstr(tensor[n].name, " target ") && k < tensor[n].rows * tensor[n].columns; k++, turned++)
            ((float *)tensor[n].data)[k] = -1.5f * ((float *)tensor[n].data)[k] - 0.1f;
    return turned;
}

#endif
