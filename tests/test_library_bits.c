/* What the library for other programs offers, and that it plays as the project's own rollout does: the digests printed
 * here, of two training rows of every environment, are those that tests/library_user.c prints (tests/test_library.sh
 * compares them). */
#include "core/io/memory.h"
#include "core/rl/rollout.h"
#include "core/rl/rollout_rows.h"
#include "suite/harness/catalogue.h"
#include "suite/library/environments.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 2, EPISODES = 2 };

/* A learner that decides by the number of the step, and counts the episodes that have ended. */
typedef struct scripted {
    const mg_env_spec *environment;
    int ended[ROWS];
} scripted;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)config;
    (void)environment;
    (void)error;
    *spec = (mg_learner_spec){
        .uses = MG_NEED_MASKS | MG_NEED_GIFTS | MG_NEED_DESIGNER, .training_rows = ROWS, .unit = "episode"};
    return true;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)config;
    (void)key;
    (void)error;
    scripted *self = mg_allocate(1, sizeof *self);
    self->environment = environment;
    return self;
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    const scripted *script = self;
    (void)real;
    for (int i = 0; i < script->environment->agents; i++) {
        int choices = mg_env_agent(script->environment, i)->actions;
        for (int k = 0; k < batch->rows && choices; k++)
            actions[i][k] = ((int)batch->time[k] * 7 + i * 3 + batch->row[k] * 5) % choices;
    }
}

static void give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    const mg_transfer_spec *channel = &((const scripted *)self)->environment->transfer;
    (void)actions;
    for (int k = 0; k < batch->rows; k++)
        for (int g = 0; g < channel->givers * channel->numbers_per_giver; g++)
            transfers[k][g] = g % 3 ? channel->low : channel->high;
}

static bool end_episode(void *self, int row)
{
    ((scripted *)self)->ended[row]++;
    return true;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    (void)self;
    (void)tensor;
    (void)room;
    return 0;
}

static const mg_fields no_fields = {"scripted", 0, NULL, 0};
static const mg_learner_table learner = {.name = "scripted",
                                         .fields = &no_fields,
                                         .describe = describe,
                                         .create = create,
                                         .destroy = free,
                                         .act = act,
                                         .give = give,
                                         .end_episode = end_episode,
                                         .tensors = tensors};

/* Until the last row's second episode is over; each row's digest when its own is. */
static bool play(const mg_offered *offered)
{
    mg_error error = {0};
    void *config = mg_allocate(1, offered->table->fields->size);
    offered->configure(0, config);
    mg_hasher *hasher = mg_hasher_create();
    mg_rollout_config wanted = {.environment = offered->table,
                                .environment_config = config,
                                .learner = &learner,
                                .learner_config = config, /* has no fields */
                                .key = {4242, 7},
                                .evaluation_rows = 1};
    mg_rollout *rollout = mg_rollout_create(&wanted, &error);
    bool printed[ROWS] = {false};
    for (int step = 0; rollout && step < 1000000 && !(printed[0] && printed[1]); step++) {
        (void)mg_rollout_train_step(rollout);
        for (int row = 0; row < ROWS; row++) {
            char text[MG_DIGEST_TEXT];
            mg_row of = mg_rows_row(rollout, &rollout->train, row);
            if (printed[row] || ((scripted *)rollout->self)->ended[row] < EPISODES)
                continue;
            mg_hasher_restart(hasher);
            offered->table->digest(&of, hasher);
            tap_note("digest %s %d %s", offered->table->name, row, mg_digest_print(mg_hasher_finish(hasher), text));
            printed[row] = true;
        }
    }
    if (!rollout)
        tap_note("%s", error.text);
    mg_rollout_destroy(rollout);
    mg_hasher_destroy(hasher);
    free(config);
    return printed[0] && printed[1];
}

int main(void)
{
    mg_catalogue *catalogue = mg_catalogue_open();
    for (int k = 0; k < catalogue->environments; k++) {
        const mg_env_table *table = catalogue->environment[k].table;
        tap_ok(mg_offered_find(table->name) && mg_offered_find(table->name)->table == table,
               "%s of the catalogue is offered by the library", catalogue->environment[k].name);
    }
    for (int k = 0; k < mg_offered_count(); k++)
        tap_ok(play(mg_offered_at(k)), "%s: two rows play two episodes", mg_offered_at(k)->table->name);
    tap_ok(!mg_offered_at(-1) && !mg_offered_at(mg_offered_count()) && !mg_offered_find("nothing"),
           "what is not offered is not found");
    mg_catalogue_close(catalogue);
    return tap_done();
}
