/* What a rollout fills because the learner asked for it, before and after every step, and what it leaves alone; a
 * hundred agents of two kinds in packed batches; worlds that depend on the seed; refusals by the name of the need. */
#include "core/rl/rollout.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

/* ---- an environment that has everything: 50 agents with choices, 50 with real vectors, a designer ---- */

enum {
    RUNNERS = 50,
    WATCHERS = 50,
    AGENTS = 100,
    LENGTH = 7,
    WATCHED = 2,
    CHOICES = 3,
    STATE = 3,
    LINKS = 2,
    SEEN = 4
};
enum { GIVEN = AGENTS }; /* numbers of the designer: one an agent, so that it could be taken for an agent */

typedef struct town_config {
    int bare;     /* without state, graph, masks and transfers */
    int designer; /* gives before the actions; else agents give each other after them */
    int late;     /* watchers act in a second stage */
} town_config;
static const mg_field town_field[] = {
    {"bare", MG_FIELD_INT, offsetof(town_config, bare), 0, 1, "test"},
    {"designer", MG_FIELD_INT, offsetof(town_config, designer), 0, 1, "test"},
    {"late", MG_FIELD_INT, offsetof(town_config, late), 0, 1, "test"},
};
static const mg_fields town_fields = {"town", 3, town_field, sizeof(town_config)};

typedef struct town_row {
    int32_t name, step;
    int32_t told; /* what was disclosed in this step: 1 transfers, 2 the first stage */
} town_row;

typedef struct town_world {
    uint32_t seed;
} town_world;

static int wrong, worlds_open, resets;
static struct {
    int masks, graphs, states, designers, sensitivities, ledgers;
} calls;

static void expect(bool good, const char *what)
{
    if (!good && wrong++ < 5)
        tap_note("not as expected: %s", what);
}

static void *town_open(const void *config, mg_key key, mg_error *error)
{
    (void)config;
    if (key.seed == 13) {
        mg_fail(error, MG_EXIT_INPUT, "no town at 13");
        return NULL;
    }
    town_world *world = malloc(sizeof *world);
    world->seed = key.seed;
    worlds_open++;
    return world;
}

static void town_close(void *world)
{
    worlds_open--;
    free(world);
}

static void town_describe(const void *config, const void *world, mg_env_spec *spec)
{
    const town_config *c = config;
    static const mg_metric_spec metric[] = {{"name", "1"}};
    *spec = (mg_env_spec){.name = "town",
                          .stages = c->late ? 2 : 1,
                          .longest_episode = (int)((const town_world *)world)->seed,
                          .metrics = 1,
                          .metric = metric,
                          .row_bytes = sizeof(town_row)};
    mg_env_add_agents(
        spec, RUNNERS,
        &(mg_agent_spec){.part = {{"map", 2, 1, 3}, {"self", 1, 1, 1}}, .actions = CHOICES, .masked = !c->bare});
    mg_env_add_agents(spec, WATCHERS,
                      &(mg_agent_spec){.part = {{"sky", 1, 1, 2}}, .real_length = 2, .stage = c->late ? 1 : 0});
    if (c->bare)
        return;
    spec->state_length = STATE;
    spec->neighbours_max = LINKS;
    spec->transfer =
        (mg_transfer_spec){.time = MG_TRANSFER_AFTER_ACTIONS, .givers = AGENTS, .numbers_per_giver = AGENTS};
    if (c->designer)
        spec->transfer = (mg_transfer_spec){.time = MG_TRANSFER_BEFORE_ACTIONS,
                                            .givers = 1,
                                            .designer = true,
                                            .numbers_per_giver = GIVEN,
                                            .part = {{"city", 1, 2, 2}},
                                            .ledger = SEEN};
}

static void town_reset(const mg_row *row, mg_stream *stream)
{
    (void)stream;
    *(town_row *)row->state = (town_row){.name = ++resets};
}

/* Every number says whose it is: episode, step, agent, place, and what was disclosed before. */
static float number_of(const town_row *r, int agent, int place)
{
    return (float)(r->name * 100000 + r->step * 10000 + agent * 80 + place * 8 + r->told);
}

static void town_observe(const mg_row *row, int stage, float *observation)
{
    const town_config *c = row->config;
    for (int i = 0; i < AGENTS; i++) {
        int length = i < RUNNERS ? LENGTH : WATCHED,
            at = i < RUNNERS ? i * LENGTH : RUNNERS * LENGTH + (i - RUNNERS) * 2;
        for (int k = 0; k < length && stage == (c->late && i >= RUNNERS); k++)
            observation[at + k] = number_of(row->state, i, k);
    }
}

static uint8_t allows(const town_row *r, int agent, int choice)
{
    return (uint8_t)((r->name + r->step + agent + choice + r->told) % 2);
}

static void town_mask(const mg_row *row, int stage, uint8_t *allowed)
{
    calls.masks++;
    for (int i = 0; i < RUNNERS && stage == 0; i++)
        for (int k = 0; k < CHOICES; k++)
            allowed[i * CHOICES + k] = allows(row->state, i, k);
}

static int32_t neighbour_of(const town_row *r, int agent)
{
    return (agent + 1 + r->step + r->name) % AGENTS;
}

static void town_neighbours(const mg_row *row, int32_t *neighbour)
{
    calls.graphs++;
    for (int i = 0; i < AGENTS; i++) {
        neighbour[LINKS * i] = neighbour_of(row->state, i);
        neighbour[LINKS * i + 1] = -1;
    }
}

static float state_of(const town_row *r, int k)
{
    return (float)(r->name * 1000 + r->step * 100 + k * 10 + r->told);
}

static void town_state(const mg_row *row, float *state)
{
    calls.states++;
    for (int k = 0; k < STATE; k++)
        state[k] = state_of(row->state, k);
}

static void town_designer(const mg_row *row, float *observation)
{
    calls.designers++;
    for (int k = 0; k < SEEN; k++)
        observation[k] = -state_of(row->state, k);
}

static void town_ledger(const mg_row *row, float *ledger)
{
    calls.ledgers++;
    for (int n = 0; n < SEEN; n++)
        ledger[n] = state_of(row->state, n) + 0.5f;
}

static void town_account(const void *config, int steps, const float *ledger, const float *given, float *reward,
                         float *sensitivity)
{
    (void)config, (void)steps, (void)ledger, (void)given, (void)reward, (void)sensitivity;
}

static void town_disclose(const mg_row *row, int after_stage, const mg_joint *joint)
{
    town_row *r = row->state;
    expect(after_stage == 0 || (joint->transfer[0] == 0.5f && joint->transfer[1] == 1.5f), "the designer's numbers");
    r->told += after_stage < 0 ? 1 : 2;
}

static bool over(const town_row *r)
{
    return r->step >= 2 + r->name % 3;
}

static void town_step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    (void)stream;
    const town_config *c = row->config;
    town_row *r = row->state;
    for (int i = 0; i < RUNNERS; i++)
        expect(joint->action[i] == (i + r->name + r->step) % CHOICES, "every runner's own choice");
    for (int i = 0; i < 2 * WATCHERS; i++)
        expect(joint->real[i] == number_of(r, RUNNERS + i / 2, i % 2) * 0.5f, "every watcher's own vector");
    expect(r->told == (c->bare ? 0 : c->designer) + 2 * c->late, "everything was disclosed");
    r->step++;
    r->told = 0;
    for (int i = 0; i < AGENTS; i++)
        outcome->reward[i] = (float)(r->name * 1000 + r->step * 100 + i);
    outcome->terminated = over(r) && r->name % 2 == 1;
    outcome->truncated = over(r) && r->name % 2 == 0;
}

static void town_sensitivity(const mg_row *row, float *sensitivity)
{
    const town_row *r = row->state;
    calls.sensitivities++;
    for (int i = 0; i < AGENTS * GIVEN; i++)
        sensitivity[i] = (float)(r->name * 10000 + r->step * 1000 + i);
}

static void town_metrics(const mg_row *row, double *metric)
{
    metric[0] = (double)((const town_row *)row->state)->name;
}

static void town_digest(const mg_row *row, mg_hasher *hasher)
{
    mg_hash_i32(hasher, "row", row->state, 3);
}

static const mg_env_table town = {
    .name = "town",
    .fields = &town_fields,
    .open_world = town_open,
    .close_world = town_close,
    .describe = town_describe,
    .reset = town_reset,
    .observe = town_observe,
    .mask = town_mask,
    .neighbours = town_neighbours,
    .disclose = town_disclose,
    .step = town_step,
    .sensitivity = town_sensitivity,
    .metrics = town_metrics,
    .state = town_state,
    .designer = town_designer,
    .ledger = town_ledger,
    .account = town_account,
    .digest = town_digest,
};

/* ---- a learner that asks for what its config says and checks what it is given ---- */

typedef struct probe_config {
    int needs, uses, rows, agents_max, actions_max;
} probe_config;
#define PROBE_FIELD(name, low, high) \
    { \
#name, MG_FIELD_INT, offsetof(probe_config, name), low, high, "test" \
    }
/* clang-format off */
static const mg_field probe_field[] = {
    PROBE_FIELD(needs, 0, 4095),      PROBE_FIELD(uses, 0, 4095),        PROBE_FIELD(rows, 1, 8),
    PROBE_FIELD(agents_max, 0, 1000), PROBE_FIELD(actions_max, 0, 1000),
};
/* clang-format on */
static const mg_fields probe_fields = {"probe", 5, probe_field, sizeof(probe_config)};

typedef struct probe {
    probe_config config;
    town_config town;
    unsigned asked;
    int transitions, ended[2][2]; /* [terminated][truncated] */
} probe;
static const town_config *town_now; /* of the rollout under test */

static bool probe_describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)environment, (void)error;
    const probe_config *c = config;
    *spec = (mg_learner_spec){.needs = (unsigned)c->needs,
                              .uses = (unsigned)c->uses,
                              .agents_max = c->agents_max,
                              .actions_max = c->actions_max,
                              .training_rows = c->rows,
                              .unit = "episode"};
    return true;
}

static void *probe_create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)environment, (void)key, (void)error;
    probe *self = calloc(1, sizeof *self);
    self->config = *(const probe_config *)config;
    self->town = *town_now;
    self->asked = (unsigned)(self->config.needs | self->config.uses);
    if (self->town.bare)
        self->asked = 0;
    if (!self->town.designer)
        self->asked &= ~(unsigned)(MG_NEED_DESIGNER | MG_NEED_LEDGER);
    return self;
}

/* Which moment a number of agent 0 is of. */
static town_row moment_of(float first)
{
    int32_t number = (int32_t)first;
    town_row moment = {.name = number / 100000, .step = number / 10000 % 10, .told = number % 8};
    return moment;
}

static bool packed(const mg_batch *batch, int first, int count, int length)
{
    bool good = true;
    for (int i = 1; i < count; i++) {
        good = good && batch->observation[first + i] == batch->observation[first] + i * batch->rows * length;
        good = good && (!batch->allowed || first > 0 ||
                        batch->allowed[first + i] == batch->allowed[first] + i * batch->rows * CHOICES);
        good = good &&
               (!batch->neighbour || batch->neighbour[first + i] == batch->neighbour[first] + i * batch->rows * LINKS);
    }
    return good;
}

static void check_entry(const probe *p, const mg_batch *batch, int k)
{
    int first = batch->stage == 0 ? 0 : RUNNERS;
    town_row now = moment_of(batch->observation[first][k * (first ? WATCHED : LENGTH)] - (float)(first * 80));
    for (int i = first; i < AGENTS; i++) {
        int length = i < RUNNERS ? LENGTH : WATCHED;
        for (int n = 0; n < length && (i < RUNNERS || batch->stage == p->town.late); n++)
            expect(batch->observation[i][k * length + n] == number_of(&now, i, n), "observations of a batch");
        for (int n = 0; n < CHOICES && i < RUNNERS && batch->allowed; n++)
            expect(batch->allowed[i][k * CHOICES + n] == allows(&now, i, n), "masks of a batch");
        expect(!batch->neighbour || (batch->neighbour[i][k * LINKS] == neighbour_of(&now, i) &&
                                     batch->neighbour[i][k * LINKS + 1] == -1),
               "neighbours of a batch");
    }
    for (int n = 0; n < STATE && batch->state; n++)
        expect(batch->state[k * STATE + n] == state_of(&now, n), "the state of a batch");
    for (int n = 0; n < SEEN && batch->designer; n++)
        expect(batch->designer[k * SEEN + n] == -state_of(&now, n), "the designer's observation of a batch");
}

static void check_filled(const probe *p, const void *allowed, const void *neighbour, const void *state,
                         const void *designer)
{
    expect((allowed != NULL) == ((p->asked & MG_NEED_MASKS) != 0), "masks where they were asked for");
    expect((neighbour != NULL) == ((p->asked & MG_NEED_GRAPH) != 0), "a graph where it was asked for");
    expect((state != NULL) == ((p->asked & MG_NEED_STATE) != 0), "a state where it was asked for");
    expect((designer != NULL) == ((p->asked & MG_NEED_DESIGNER) != 0), "a designer's view where it was asked for");
}

static void probe_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    const probe *p = self;
    check_filled(p, batch->allowed, batch->neighbour, batch->state, batch->designer);
    expect(packed(batch, 0, RUNNERS, LENGTH) && packed(batch, RUNNERS, WATCHERS, WATCHED), "groups are one block");
    for (int k = 0; k < batch->rows; k++) {
        town_row now = moment_of(batch->observation[0][k * LENGTH]);
        check_entry(p, batch, k);
        for (int i = 0; i < RUNNERS && batch->stage == 0; i++)
            actions[i][k] = (i + now.name + now.step) % CHOICES;
        for (int i = 0; i < WATCHERS && batch->stage == p->town.late; i++)
            for (int n = 0; n < 2; n++)
                real[RUNNERS + i][2 * k + n] = batch->observation[RUNNERS + i][2 * k + n] * 0.5f;
    }
}

static void probe_give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    const probe *p = self;
    for (int k = 0; k < batch->rows && p->town.designer; k++) {
        expect(actions == NULL, "a designer gives before the actions");
        check_entry(p, batch, k);
        transfers[k][0] = 0.5f;
        transfers[k][1] = 1.5f;
    }
}

/* One side of a transition, which is of this moment. */
static void check_observed(const probe *p, const mg_observed *o, const town_row *early, const town_row *late)
{
    check_filled(p, o->allowed, o->neighbour, o->state, o->designer);
    for (int i = 0; i < AGENTS; i++) {
        int at = i < RUNNERS ? i * LENGTH : RUNNERS * LENGTH + (i - RUNNERS) * WATCHED;
        expect(o->observation[at] == number_of(i < RUNNERS ? early : late, i, 0), "observations of a transition");
        expect(!o->allowed || i >= RUNNERS || o->allowed[i * CHOICES] == allows(early, i, 0), "masks of a transition");
        expect(!o->neighbour || o->neighbour[i * LINKS] == neighbour_of(early, i), "the graph of a transition");
    }
    for (int n = 0; n < STATE && o->state; n++)
        expect(o->state[n] == state_of(late, n), "the state of a transition");
    for (int n = 0; n < SEEN && o->designer; n++)
        expect(o->designer[n] == -state_of(late, n), "the designer's observation of a transition");
    expect((o->ledger != NULL) == ((p->asked & MG_NEED_LEDGER) != 0), "a ledger where it was asked for");
    for (int n = 0; n < SEEN && o->ledger; n++)
        expect(o->ledger[n] == state_of(late, n) + 0.5f, "the ledger of a transition");
}

static void probe_observe(void *self, const mg_transition *t)
{
    probe *p = self;
    town_row before = moment_of(t->before.observation[0]), late = before, after = before;
    before.told = !p->town.bare && p->town.designer;
    late.told = before.told + 2 * p->town.late;
    after.told = 0;
    after.step++;
    expect(before.step == t->step, "the step within the episode");
    check_observed(p, &t->before, &before, &late);
    check_observed(p, &t->after, &after, &after);
    expect(t->terminated == (over(&after) && before.name % 2 == 1), "terminated");
    expect(t->truncated == (over(&after) && before.name % 2 == 0), "truncated");
    expect(t->reward[7] == (float)(before.name * 1000 + after.step * 100 + 7), "rewards");
    expect((t->sensitivity != NULL) == ((p->asked & MG_NEED_SENSITIVITY) != 0), "sensitivity where it was asked for");
    for (int i = 0; t->sensitivity && i < AGENTS * GIVEN; i++)
        expect(t->sensitivity[i] == (float)(before.name * 10000 + after.step * 1000 + i), "sensitivity of this step");
    p->ended[t->terminated][t->truncated]++;
    p->transitions++;
}

static bool probe_end(void *self, int row)
{
    (void)self, (void)row;
    return true;
}

static int probe_tensors(void *self, mg_tensor *tensor, int room)
{
    (void)self, (void)tensor, (void)room;
    return 0;
}

static const mg_learner_table probe_learner = {
    .name = "probe",
    .fields = &probe_fields,
    .describe = probe_describe,
    .create = probe_create,
    .destroy = free,
    .act = probe_act,
    .give = probe_give,
    .observe = probe_observe,
    .end_episode = probe_end,
    .tensors = probe_tensors,
};

static mg_rollout *start(const town_config *environment, const probe_config *learner, uint32_t seed, mg_error *error)
{
    const mg_rollout_config config = {&town, environment, &probe_learner, learner, {9, seed}, 3};
    town_now = environment;
    wrong = resets = 0;
    memset(&calls, 0, sizeof calls);
    return mg_rollout_create(&config, error);
}

/* ---- tests ---- */

#define EVERYTHING \
    (MG_NEED_STATE | MG_NEED_GRAPH | MG_NEED_MASKS | MG_NEED_SENSITIVITY | MG_NEED_DESIGNER | MG_NEED_LEDGER)

static void test_filled(void)
{
    for (int form = 0; form < 6; form++) {
        const town_config environment = {0, 1, form % 2};
        const probe_config learner = {.uses = EVERYTHING, .rows = form / 2 + 1};
        mg_error error = {MG_EXIT_OK, ""};
        double metric[1];
        mg_rollout *rollout = start(&environment, &learner, 5, &error);
        if (!tap_ok(rollout != NULL, "%d rows, %d stages %s", learner.rows, 1 + environment.late, error.text))
            continue;
        for (int i = 0; i < 40; i++) {
            mg_rollout_train_step(rollout);
            if (i % 7 == 0)
                mg_rollout_evaluate(rollout, 5, metric);
        }
        const probe *self = mg_rollout_learner_self(rollout);
        tap_ok(wrong == 0 && self->transitions == 40 * learner.rows,
               "state, graph, masks, designer and sensitivity before and after %d steps (%d wrong)", self->transitions,
               wrong);
        tap_ok(self->ended[1][0] > 3 && self->ended[0][1] > 3,
               "... at the ends of %d terminated and %d truncated "
               "episodes too",
               self->ended[1][0], self->ended[0][1]);
        mg_rollout_destroy(rollout);
    }
    expect(false, "this line belongs to the test: a check that can fail");
    tap_ok(wrong == 1, "the checks above can fail");
}

static void test_unasked(void)
{
    static const int asked[] = {0, MG_NEED_STATE, MG_NEED_GRAPH, MG_NEED_SENSITIVITY, MG_NEED_DESIGNER, MG_NEED_LEDGER};
    for (size_t k = 0; k < sizeof asked / sizeof *asked; k++) {
        const town_config environment = {0, 1, 0};
        const probe_config learner = {.uses = asked[k] | MG_NEED_MASKS, .rows = 2};
        mg_error error = {MG_EXIT_OK, ""};
        mg_rollout *rollout = start(&environment, &learner, 5, &error);
        for (int i = 0; i < 10; i++)
            mg_rollout_train_step(rollout);
        tap_ok(wrong == 0 && (calls.states > 0) == (asked[k] == MG_NEED_STATE) &&
                   (calls.graphs > 0) == (asked[k] == MG_NEED_GRAPH) &&
                   (calls.sensitivities > 0) == (asked[k] == MG_NEED_SENSITIVITY) &&
                   (calls.designers > 0) == (asked[k] == MG_NEED_DESIGNER) &&
                   (calls.ledgers > 0) == (asked[k] == MG_NEED_LEDGER),
               "asked for bits %d and masks: nothing else is filled or called", asked[k]);
        mg_rollout_destroy(rollout);
    }
    const town_config bare = {1, 0, 0};
    const probe_config learner = {.uses = EVERYTHING, .rows = 2};
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *rollout = start(&bare, &learner, 5, &error);
    for (int i = 0; i < 10; i++)
        mg_rollout_train_step(rollout);
    tap_ok(wrong == 0 &&
               calls.masks + calls.graphs + calls.states + calls.designers + calls.sensitivities + calls.ledgers == 0,
           "nothing is filled that the environment has not");
    mg_rollout_destroy(rollout);
    const town_config with_gifts = {0, 0, 0};
    rollout = start(&with_gifts, &(probe_config){.uses = MG_NEED_MASKS, .rows = 1}, 5, &error);
    for (int i = 0; i < 5; i++)
        mg_rollout_train_step(rollout);
    tap_ok(wrong == 0 && calls.masks == 5 + resets, "masks are asked for once a step and once a reset: %d calls",
           calls.masks);
    mg_rollout_destroy(rollout);
}

/* What a checkpoint holds of the rollout: counters and rows. */
static void carry_over(mg_rollout *from, mg_rollout *to)
{
    mg_tensor old[MG_ROLLOUT_TENSORS], new[MG_ROLLOUT_TENSORS];
    void *old_rows, *new_rows, *memory;
    size_t row_bytes, memory_bytes;
    int count = mg_rollout_tensors(from, old, MG_ROLLOUT_TENSORS);
    (void)mg_rollout_tensors(to, new, MG_ROLLOUT_TENSORS);
    for (int i = 0; i < count; i++)
        memcpy(new[i].data, old[i].data, mg_tensor_bytes(&old[i]));
    mg_rollout_bytes(from, &old_rows, &row_bytes, &memory, &memory_bytes);
    mg_rollout_bytes(to, &new_rows, &row_bytes, &memory, &memory_bytes);
    memcpy(new_rows, old_rows, row_bytes);
}

static void test_resume(void)
{
    const town_config environment = {0, 0, 0}; /* a designer's numbers would have it look again */
    const probe_config learner = {.uses = EVERYTHING, .rows = 3};
    for (int looking = 1; looking >= 0; looking--) {
        mg_error error = {MG_EXIT_OK, ""};
        mg_rollout *straight = start(&environment, &learner, 5, &error);
        for (int i = 0; i < 7; i++)
            mg_rollout_train_step(straight);
        mg_rollout *resumed = start(&environment, &learner, 5, &error);
        resets = 50;
        for (int i = 0; i < 4; i++)
            mg_rollout_train_step(resumed);
        carry_over(straight, resumed);
        bool good = !looking || mg_rollout_resume(resumed);
        mg_rollout_train_step(resumed);
        tap_ok(good && (wrong == 0) == (looking == 1), "resumed %s looking again: %d wrong", looking ? "by" : "without",
               wrong);
        mg_rollout_destroy(straight);
        mg_rollout_destroy(resumed);
    }
}

static void test_worlds(void)
{
    const town_config environment = {0, 1, 0};
    const probe_config learner = {.uses = EVERYTHING, .rows = 1};
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *five = start(&environment, &learner, 5, &error), *six = start(&environment, &learner, 6, &error);
    tap_ok(worlds_open == 2 && mg_rollout_environment(five)->longest_episode == 5 &&
               mg_rollout_environment(six)->longest_episode == 6,
           "a world is opened with the key and before it is described");
    mg_rollout_destroy(five);
    mg_rollout_destroy(six);
    tap_ok(worlds_open == 0, "each world is closed once");
    mg_rollout *none = start(&environment, &learner, 13, &error);
    tap_ok(!none && strstr(error.text, "no town at 13") && worlds_open == 0, "a world that cannot be opened: %s",
           error.text);
    const probe_config needy = {.needs = MG_NEED_GIFTS, .uses = MG_NEED_MASKS, .rows = 1};
    none = start(&environment, &needy, 5, &error);
    tap_ok(!none && worlds_open == 0, "a refusal closes its world");
}

static void refused(int bare, int designer, int late, probe_config learner, const char *text)
{
    const town_config environment = {bare, designer, late};
    mg_error error = {MG_EXIT_OK, ""};
    learner.rows = 1;
    mg_rollout *rollout = start(&environment, &learner, 5, &error);
    tap_ok(!rollout && error.status == MG_EXIT_USAGE && strstr(error.text, text) && strstr(error.text, "probe") &&
               strstr(error.text, "town"),
           "refused: %s", error.text);
    mg_rollout_destroy(rollout);
}

static void test_refusals(void)
{
    const int masks = MG_NEED_MASKS;
    refused(1, 0, 0, (probe_config){.needs = MG_NEED_STATE}, "needs a state vector");
    refused(1, 0, 0, (probe_config){.needs = MG_NEED_GRAPH}, "needs a graph of neighbours");
    refused(1, 0, 0, (probe_config){.needs = MG_NEED_MASKS}, "needs action masks");
    refused(1, 0, 0, (probe_config){.needs = MG_NEED_SENSITIVITY}, "needs a transfer channel");
    refused(0, 0, 0, (probe_config){.needs = MG_NEED_DESIGNER, .uses = masks}, "needs a designer");
    refused(0, 0, 0, (probe_config){.needs = MG_NEED_LEDGER, .uses = masks}, "needs the ledger of");
    refused(0, 1, 0, (probe_config){.needs = MG_NEED_GIFTS, .uses = masks}, "from agent to agent after the actions");
    refused(0, 0, 1, (probe_config){.needs = MG_NEED_ONE_STAGE, .uses = masks}, "needs steps of one stage");
    refused(0, 0, 0, (probe_config){.needs = MG_NEED_CHOICES, .uses = masks}, "agent 50 of town has real vectors");
    refused(0, 0, 0, (probe_config){.needs = MG_NEED_ALIKE, .uses = masks}, "needs agents alike, but agent 50");
    refused(0, 0, 0, (probe_config){.uses = MG_NEED_STATE}, "needs actions without masks, but agent 0");
    refused(0, 0, 0, (probe_config){.uses = masks, .agents_max = 99}, "at most 99 agents, but town has 100");
    refused(0, 0, 0, (probe_config){.uses = masks, .actions_max = 2}, "at most 2 actions, but agent 0 of town has 3");
    const town_config whole = {0, 0, 0};
    const probe_config fits = {.needs =
                                   MG_NEED_GIFTS | MG_NEED_STATE | MG_NEED_GRAPH | MG_NEED_MASKS | MG_NEED_ONE_STAGE,
                               .rows = 1,
                               .agents_max = 100,
                               .actions_max = 3};
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *rollout = start(&whole, &fits, 5, &error);
    tap_ok(rollout != NULL, "and what has everything is taken %s", error.text);
    mg_rollout_destroy(rollout);
}

/* What an environment promises in its description it must have a function for. */
static void test_promises(void)
{
    const town_config with_designer = {0, 1, 0}, late = {0, 0, 1};
    const probe_config learner = {.uses = EVERYTHING, .rows = 1};
    for (int k = 0; k < 8; k++) {
        mg_env_table broken = town;
        if (k == 0)
            broken.mask = NULL;
        else if (k == 1)
            broken.neighbours = NULL;
        else if (k == 2)
            broken.state = NULL;
        else if (k == 3)
            broken.designer = NULL;
        else if (k == 4)
            broken.ledger = NULL;
        else if (k == 5)
            broken.account = NULL;
        else
            broken.disclose = NULL;
        static const char *const text[] = {"masks",    "neighbours",         "a state", "a designer", "a ledger",
                                           "a ledger", "before the actions", "stages"};
        const mg_rollout_config config = {&broken, k == 7 ? &late : &with_designer, &probe_learner, &learner, {9, 5},
                                          1};
        mg_error error = {MG_EXIT_OK, ""};
        town_now = config.environment_config;
        mg_rollout *rollout = mg_rollout_create(&config, &error);
        tap_ok(!rollout && error.status == MG_EXIT_INPUT && strstr(error.text, text[k]), "%s", error.text);
        mg_rollout_destroy(rollout);
    }
}

int main(void)
{
    test_filled();
    test_unasked();
    test_resume();
    test_worlds();
    test_refusals();
    test_promises();
    return tap_done();
}
