/* independent_proximal.c - the core of sharing.h with nothing added. */
#include "baselines/independent_proximal.h"

static const mg_sharing_method method = {0};

MG_SHARING_LEARNER(mg_independent_proximal, "independent-proximal", method);
