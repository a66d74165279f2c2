/* A designer asked for many episodes at once: each row is given what it is given alone, by what its own agents do and,
 * where the designer remembers, by its own memory; and every network has first values of its own. */
#include "algos/metagrad.h"
#include "core/num/isa.h"
#include "envs/escape_room.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 3, PLACES = 3, VIEWS = AGENTS * PLACES, MANY = 7, MEMORY = 2 * 4 };

typedef struct rows {
    mg_env_spec spec;
    void *self;
    float given[MANY][PLACES], memory[MANY][MEMORY];
} rows;

static void begin(rows *r, const mg_metagrad_config *config)
{
    mg_escape_room_config room = mg_escape_room_default(AGENTS, 2);
    mg_learner_spec learner;
    mg_error error = {0};
    memset(r, 0, sizeof *r);
    room.designer = true;
    room.observe_given = false;
    mg_escape_room.describe(&room, NULL, &r->spec);
    bool good = mg_metagrad.describe(config, &r->spec, &learner, &error) && learner.memory_per_row <= sizeof *r->memory;
    r->self = good ? mg_metagrad.create(config, &r->spec, (mg_key){9999, 24}, &error) : NULL;
    if (!tap_ok(r->self != NULL, "it starts%s", error.text))
        exit(1);
}

static void end(rows *r)
{
    mg_metagrad.destroy(r->self);
    mg_env_spec_free(&r->spec);
}

/* Asks entries first .. first + count - 1 of the same made-up rows. */
static void ask(rows *r, int step, int first, int count)
{
    float view[MANY * VIEWS];
    int32_t action[AGENTS][MANY];
    const int32_t *actions[AGENTS];
    float *transfers[MANY];
    void *memory[MANY];
    for (int n = 0; n < MANY * VIEWS; n++)
        view[n] = (float)((n * 29 + step * 13) % 32 - 16) / 8.0f;
    for (int i = 0; i < AGENTS; i++) {
        for (int k = 0; k < MANY; k++)
            action[i][k] = (k / (i + 1) + step) % PLACES;
        actions[i] = action[i] + first;
    }
    for (int k = 0; k < count; k++) {
        transfers[k] = r->given[first + k];
        memory[k] = r->memory[first + k];
    }
    const mg_batch batch = {
        .mode = MG_EVALUATE, .rows = count, .designer = view + (size_t)first * VIEWS, .memory = memory};
    mg_metagrad.give(r->self, &batch, actions, transfers);
}

static void test_many(const char *says, const mg_metagrad_config *config)
{
    static rows all, alone;
    int differ = 0;
    begin(&all, config);
    begin(&alone, config);
    for (int step = 0; step < 2; step++) {
        ask(&all, step, 0, MANY);
        for (int k = 0; k < MANY; k++)
            ask(&alone, step, k, 1);
    }
    for (int k = 1; k < MANY; k++)
        differ += memcmp(all.given[k], all.given[k - 1], sizeof all.given[k]) != 0;
    tap_ok(!memcmp(all.given, alone.given, sizeof all.given) && differ == MANY - 1,
           "%s: %d rows are given what each of them is given alone", says, MANY);
    end(&all);
    end(&alone);
}

/* The same rows, but for what one agent does in one of them. */
static void test_actions(const mg_metagrad_config *config)
{
    static rows r;
    float view[MANY * VIEWS] = {0.0f}, before[MANY][PLACES];
    int32_t action[AGENTS][MANY] = {{0}};
    const int32_t *const actions[AGENTS] = {action[0], action[1], action[2]};
    float *transfers[MANY];
    int moved = 0;
    begin(&r, config);
    for (int k = 0; k < MANY; k++)
        transfers[k] = r.given[k];
    const mg_batch batch = {.mode = MG_EVALUATE, .rows = MANY, .designer = view};
    mg_metagrad.give(r.self, &batch, actions, transfers);
    memcpy(before, r.given, sizeof before);
    action[1][4] = 2;
    mg_metagrad.give(r.self, &batch, actions, transfers);
    for (int k = 0; k < MANY; k++)
        moved += (memcmp(before[k], r.given[k], sizeof before[k]) != 0) == (k == 4);
    tap_ok(moved == MANY, "what an agent does moves what its own row is given: %d of %d", moved, MANY);
    end(&r);
}

/* Two arrays that one stream has drawn are the same but for their size. */
static bool of_one_stream(const float *a, const float *b)
{
    const double one = (double)a[0] * (double)b[1], other = (double)a[1] * (double)b[0], off = one - other;
    return (off < 0.0 ? -off : off) < 1e-4 * (one < 0.0 ? -one : one);
}

static void test_first_values(const char *says, const mg_metagrad_config *config, int networks)
{
    static mg_tensor tensor[128];
    static rows r;
    const float *weight[16];
    int n = 0, same = 0;
    begin(&r, config);
    const int count = mg_metagrad.tensors(r.self, tensor, 128);
    for (int i = 0; i < count && i < 128; i++)
        if (strstr(tensor[i].name, "first.weight") && !strstr(tensor[i].name, "target") && n < 16)
            weight[n++] = tensor[i].data;
    for (int k = 0; k < n; k++)
        for (int other = 0; other < k; other++)
            same += of_one_stream(weight[k], weight[other]);
    tap_ok(n == networks && same == 0, "%s: %d networks begin apart: %d pairs do not", says, n, same);
    end(&r);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    const mg_metagrad_config plain = mg_metagrad_escape_paper();
    mg_metagrad_config remembers = mg_metagrad_gtb_paper();
    remembers.agents.hidden_1 = remembers.agents.hidden_2 = 6;
    remembers.agents.shared = false;
    remembers.designer_hidden_1 = remembers.designer_hidden_2 = 5;
    remembers.designer_memory = MEMORY / 2;
    test_many("without a memory", &plain);
    test_many("with one", &remembers);
    test_actions(&plain);
    test_first_values("without critics", &plain, AGENTS + 1);
    test_first_values("with critics", &remembers, 2 * AGENTS + 2);
    return tap_done();
}
