/* Every learner of the catalogue, stopped and gone on with: after its state was handed to a new learner, both take the
 * same way, to the last bit of every array. What a learner forgets to list is found here. */
#include "core/num/isa.h"
#include "core/rl/replay.h"
#include "core/rl/rollout.h"
#include "suite/harness/catalogue.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 1000, REPLAYS = 4, CONFIG = 1024, METRICS = 64 };

typedef struct state {
    mg_tensor tensor[ROOM];
    int tensors;
} state;

static state first, second;

static void list(const mg_learner_table *learner, mg_rollout *rollout, state *s)
{
    s->tensors = mg_rollout_tensors(rollout, s->tensor, ROOM);
    s->tensors += learner->tensors(mg_rollout_learner_self(rollout), s->tensor + s->tensors, ROOM - s->tensors);
}

/* Tensors with other bytes; -1: not the same list. */
static int differing(void)
{
    int count = 0;
    if (first.tensors != second.tensors || first.tensors > ROOM)
        return -1;
    for (int i = 0; i < first.tensors; i++)
        count += memcmp(first.tensor[i].data, second.tensor[i].data, mg_tensor_bytes(&first.tensor[i])) != 0;
    return count;
}

static bool hand_over_replays(const mg_learner_table *learner, mg_rollout *from, mg_rollout *to)
{
    mg_replay_buffer *of_from[REPLAYS], *of_to[REPLAYS];
    int count = learner->replays ? learner->replays(mg_rollout_learner_self(from), of_from, REPLAYS) : 0;
    bool good = count <= REPLAYS;
    if (count)
        (void)learner->replays(mg_rollout_learner_self(to), of_to, REPLAYS);
    for (int i = 0; good && i < count; i++) {
        char *bytes = NULL;
        size_t size = 0, capacity = 0;
        mg_replay_buffer_write(of_from[i], 0, true, &bytes, &size, &capacity);
        good = mg_replay_buffer_read(of_to[i], bytes, size) && mg_replay_buffer_complete(of_to[i]);
        free(bytes);
    }
    return good;
}

static bool hand_over(const mg_learner_table *learner, mg_rollout *from, mg_rollout *to)
{
    void *rows[2], *memory[2];
    size_t row_bytes[2], memory_bytes[2];
    list(learner, from, &first);
    list(learner, to, &second);
    for (int i = 0; i < first.tensors; i++)
        memcpy(second.tensor[i].data, first.tensor[i].data, mg_tensor_bytes(&first.tensor[i]));
    mg_rollout_bytes(from, &rows[0], &row_bytes[0], &memory[0], &memory_bytes[0]);
    mg_rollout_bytes(to, &rows[1], &row_bytes[1], &memory[1], &memory_bytes[1]);
    memcpy(rows[1], rows[0], row_bytes[0]);
    if (memory[0])
        memcpy(memory[1], memory[0], memory_bytes[0]);
    return hand_over_replays(learner, from, to) && mg_rollout_resume(to);
}

/* At least so many steps, to the end of a unit: only there a task is saved. */
static void go(mg_rollout *rollout, int steps)
{
    for (int i = 0, completed = 0; i < steps || !completed; i++)
        completed = mg_rollout_train_step(rollout);
}

/* The entry's config in these bytes, but exploration falls and not every step teaches: what is lost of either is not
 * what it starts with. */
static const void *restless(const mg_catalogue_learner *entry, void *bytes)
{
    const mg_fields *fields = entry->table->fields;
    if (!fields || fields->size > CONFIG)
        return entry->config;
    memcpy(bytes, entry->config, fields->size);
    if (mg_config_set(fields, bytes, "epsilon_decay", 0.9)) {
        (void)mg_config_set(fields, bytes, "epsilon_start", 0.8);
        (void)mg_config_set(fields, bytes, "epsilon_end", 0.05);
        (void)mg_config_set(fields, bytes, "update_every", 2);
    }
    return bytes;
}

/* What a learner says of itself, in runs.csv: counts of updates, and metrics. */
static bool same_words(const mg_learner_table *learner, const void *a, const void *b)
{
    uint64_t count[2][MG_UPDATES_MAX] = {{0}};
    double metric[2][METRICS] = {{0}};
    for (int k = 0; k < 2; k++) {
        if (learner->update_counts)
            learner->update_counts(k ? b : a, count[k]);
        if (learner->metrics)
            learner->metrics(k ? b : a, metric[k]);
    }
    return !memcmp(count[0], count[1], sizeof count[0]) && !memcmp(metric[0], metric[1], sizeof metric[0]);
}

/* False where the two do not fit. */
static bool resume(const mg_catalogue_environment *environment, const mg_catalogue_learner *entry)
{
    _Alignas(16) unsigned char bytes[CONFIG];
    mg_rollout_config config = {environment->table,     environment->config, entry->table,
                                restless(entry, bytes), {60002, 0},          2};
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *straight = mg_rollout_create(&config, &error);
    if (!straight)
        return false;
    mg_rollout *resumed = mg_rollout_create(&config, &error);
    int longest = mg_rollout_environment(straight)->longest_episode, part = longest < 60 ? 2 * longest + 1 : 61;
    go(straight, part);
    bool taken = hand_over(entry->table, straight, resumed);
    taken = taken && same_words(entry->table, mg_rollout_learner_self(straight), mg_rollout_learner_self(resumed));
    go(straight, part);
    go(resumed, part);
    list(entry->table, straight, &first);
    list(entry->table, resumed, &second);
    int differ = differing();
    differ += !same_words(entry->table, mg_rollout_learner_self(straight), mg_rollout_learner_self(resumed));
    tap_ok(taken && differ == 0, "%s on %s: %d arrays after %d steps and more, %d of them others", entry->name,
           environment->name, first.tensors, 2 * part, differ);
    mg_rollout_destroy(straight);
    mg_rollout_destroy(resumed);
    return true;
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    mg_catalogue *all = mg_catalogue_open();
    for (int l = 0; l < all->learners; l++)
        for (int e = 0; e < all->environments; e++)
            resume(&all->environment[e], &all->learner[l]);
    mg_catalogue_close(all);
    return tap_done();
}
