/* value_parameter_sharing.c - the average of critics. */
#include "baselines/value_parameter_sharing.h"

static void agree(mg_sharing *core)
{
    mg_sharing_average(core, core->critic.parameters, core->critic.count);
}

static const mg_sharing_method method = {.update = "consensus", .agree = agree};

MG_SHARING_LEARNER(mg_value_parameter_sharing, "value-parameter-sharing", method);
