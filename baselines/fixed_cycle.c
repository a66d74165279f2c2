/* fixed_cycle.c - the place in the list, per row. */
#include "baselines/fixed_cycle.h"
#include "core/io/memory.h"

#include "core/rl/model.h"

#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(mg_fixed_cycle_config, member)
#define ACTION(k) \
    { \
        "action_" #k, MG_FIELD_INT, AT(action[k]), 0, 1000000, "our choice" \
    }
static const mg_field field[] = {
    {"length", MG_FIELD_INT, AT(length), 1, 8, "our choice"},
    ACTION(0),
    ACTION(1),
    ACTION(2),
    ACTION(3),
    ACTION(4),
    ACTION(5),
    ACTION(6),
    ACTION(7),
};
static const mg_fields fields = {"fixed-cycle", sizeof field / sizeof *field, field, sizeof(mg_fixed_cycle_config)};

typedef struct cycle {
    mg_fixed_cycle_config config;
    int agents;
    uint64_t episodes;
} cycle;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_fixed_cycle_config *c = config;
    for (int i = 0; i < environment->agents; i++)
        for (int k = 0; k < c->length; k++)
            if (c->action[k] >= mg_env_agent(environment, i)->actions)
                return mg_fail(error, MG_EXIT_USAGE,
                               "fixed-cycle plays action %d, but agent %d of %s has %d discrete actions", c->action[k],
                               i, environment->name, mg_env_agent(environment, i)->actions);
    *spec = (mg_learner_spec){.training_rows = 1, .memory_per_row = sizeof(int32_t), .unit = "episode"};
    return true;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)key, (void)error;
    cycle *learner = mg_allocate(1, sizeof *learner);
    learner->config = *(const mg_fixed_cycle_config *)config;
    learner->agents = environment->agents;
    return learner;
}

static void destroy(void *self)
{
    free(self);
}

/* The memory of an episode is the number of steps so far; it is zero at the beginning. */
static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    cycle *learner = self;
    for (int entry = 0; entry < batch->rows; entry++) {
        int32_t step;
        memcpy(&step, batch->memory[entry], sizeof step);
        for (int agent = 0; agent < learner->agents; agent++)
            actions[agent][entry] = learner->config.action[step % learner->config.length];
        step++;
        memcpy(batch->memory[entry], &step, sizeof step);
    }
}

static bool end_episode(void *self, int row)
{
    (void)row;
    ((cycle *)self)->episodes++;
    return true;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    cycle *learner = self;
    return mg_list_array(MG_KIND_STATE, "episodes", MG_TYPE_U64, 1, &learner->episodes, tensor, room, 0);
}

mg_fixed_cycle_config mg_fixed_cycle_roads(void)
{
    return (mg_fixed_cycle_config){.length = 6, .action = {0, 0, 1, 1, 2, 3}};
}

const mg_learner_table mg_fixed_cycle = {
    .name = "fixed-cycle",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .act = act,
    .end_episode = end_episode,
    .tensors = tensors,
};
