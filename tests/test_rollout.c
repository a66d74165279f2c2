/* The rollout against an environment and a learner that check every number they are given. */
#include "core/rl/rollout.h"
#include "tests/tap.h"
#include "tests/toy_experiment.h"

/* ---- an environment with everything: kinds of agents, masks, neighbours, stages, real vectors, transfers ---- */

#define AGENTS 3
#define OBSERVATIONS 7 /* 2 + 3 + 2 */
static const int length_of[AGENTS] = {2, 3, 2}, offset_of[AGENTS] = {0, 2, 5};

typedef struct rich_config {
    int transfer_time; /* mg_transfer_time */
    int longest;
} rich_config;

typedef struct rich_row {
    int32_t name, step, length, disclosed; /* disclosed: sum of what the first stage did, plus 1000 for transfers */
    double sum;
} rich_row;

static const mg_field rich_field[] = {
    {"transfer_time", MG_FIELD_INT, offsetof(rich_config, transfer_time), 0, 2, "test"},
    {"longest", MG_FIELD_INT, offsetof(rich_config, longest), 1, 100, "test"},
};
static const mg_fields rich_fields = {"rich", 2, rich_field, sizeof(rich_config)};

/* What went wrong, and what the calls were, in order. */
static int wrong, period = 1; /* period: of the transfers */
static mg_mode mode_now;
static char calls[4096];

static void expect(bool good, const char *what)
{
    if (!good && wrong++ < 5)
        tap_note("not as expected: %s", what);
}

static void note_call(const char *text, int number)
{
    size_t length = strlen(calls);
    snprintf(calls + length, sizeof calls - length, "%s%d ", text, number);
}

/* Names that streams were opened under, as (purpose, time, row). */
static struct {
    uint32_t purpose, time, row;
} stream[4096];
static int streams;

static void note_stream(const mg_stream *opened)
{
    expect((opened->counter[2] & 0xffffu) == 0, "a stream of agent 0");
    if (streams < 4096) {
        stream[streams].purpose = opened->counter[3];
        stream[streams].time = opened->counter[1];
        stream[streams].row = opened->counter[2] >> 16;
        streams++;
    }
}

static void rich_describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    static const mg_metric_spec metric[] = {{"name", "1"}, {"sum", "1"}};
    const rich_config *c = config;
    *spec = (mg_env_spec){.name = "rich",
                          .stages = 2,
                          .neighbours_max = 2,
                          .metrics = 2,
                          .metric = metric,
                          .longest_episode = c->longest,
                          .row_bytes = sizeof(rich_row)};
    mg_env_add_agents(spec, 1, &(mg_agent_spec){.part = {{"two", 1, 1, 2}}, .actions = 2, .masked = true, .stage = 0});
    mg_env_add_agents(spec, 1, &(mg_agent_spec){.part = {{"three", 1, 1, 3}}, .real_length = 2, .stage = 1});
    mg_env_add_agents(spec, 1, &(mg_agent_spec){.part = {{"two", 1, 1, 2}}, .actions = 4, .masked = true, .stage = 0});
    if (c->transfer_time)
        spec->transfer = (mg_transfer_spec){.time = (mg_transfer_time)c->transfer_time,
                                            .givers = AGENTS,
                                            .numbers_per_giver = AGENTS,
                                            .low = 0,
                                            .high = 3,
                                            .period = period};
}

static int32_t resets_so_far;

static void rich_reset(const mg_row *row, mg_stream *opened)
{
    rich_row *r = row->state;
    note_stream(opened);
    resets_so_far++;
    *r = (rich_row){.name = resets_so_far, .length = 1 + resets_so_far % ((const rich_config *)row->config)->longest};
    note_call("reset", r->name);
}

/* Every number says whose it is: episode, step, agent, place, and what was disclosed before. */
static float number_of(const rich_row *r, int agent, int place)
{
    int stage = agent == 1;
    return (float)(r->name * 1000 + r->step * 100 + agent * 10 + place) + 0.0001f * (float)(stage ? r->disclosed : 0);
}

static void rich_observe(const mg_row *row, int stage, float *observation)
{
    const rich_row *r = row->state;
    for (int i = 0; i < AGENTS; i++)
        for (int k = 0; k < length_of[i] && stage == (i == 1); k++)
            observation[offset_of[i] + k] = number_of(r, i, k);
}

static void rich_mask(const mg_row *row, int stage, uint8_t *allowed)
{
    (void)stage;
    const rich_row *r = row->state;
    for (int k = 0; k < 2; k++)
        allowed[k] = (r->name + k) % 2 == 0;
    for (int k = 0; k < 4; k++)
        allowed[2 + k] = (r->name + r->step + k) % 3 == 0;
}

static void rich_neighbours(const mg_row *row, int32_t *neighbour)
{
    const rich_row *r = row->state;
    for (int i = 0; i < AGENTS; i++) {
        neighbour[2 * i] = (i + 1 + r->step % 2) % AGENTS;
        neighbour[2 * i + 1] = -1;
    }
}

static void rich_disclose(const mg_row *row, int after_stage, const mg_joint *joint)
{
    rich_row *r = row->state;
    if (after_stage < 0)
        r->disclosed = 1000 + (int32_t)joint->transfer[1];
    else
        r->disclosed += joint->action[0] + 2 * joint->action[2];
}

/* What the learner below does: every choice follows from the observation alone. */
static int32_t choice_of(float first)
{
    return (int32_t)first % 2;
}
static float real_of(float first, int k)
{
    return first * 0.5f + (float)k;
}
static float transfer_of(float first, int giver, int taker)
{
    return (float)((int32_t)first % 3) + 0.25f * (float)(giver * 3 + taker);
}

static void rich_step(const mg_row *row, const mg_joint *joint, mg_stream *opened, mg_outcome *outcome)
{
    const rich_config *c = row->config;
    rich_row *r = row->state;
    note_stream(opened);
    note_call("step", r->name);
    expect(!outcome->terminated && !outcome->truncated, "flags are cleared before a step");
    expect(joint->action[0] == choice_of(number_of(r, 0, 0)) && joint->action[2] == choice_of(number_of(r, 2, 0)),
           "each agent's "
           "own choice");
    expect(joint->real && joint->real[0] == real_of(number_of(r, 1, 0), 0) &&
               joint->real[1] == real_of(number_of(r, 1, 0), 1),
           "the joint->real "
           "vector, "
           "from "
           "what was "
           "disclose"
           "d");
    expect((joint->transfer != NULL) == (c->transfer_time != 0), "joint->transfer only where there is a channel");
    const float asked = number_of(r, 0, 0) - (float)(100 * (r->step % period));
    for (int i = 0; joint->transfer && i < AGENTS * AGENTS; i++)
        expect(joint->transfer[i] == transfer_of(asked, i / AGENTS, i % AGENTS), "every giver's numbers");
    expect(outcome->welfare == 0.0f, "no welfare yet");
    outcome->welfare = (float)(r->name * 10 + 7);
    for (int i = 0; i < AGENTS; i++)
        outcome->reward[i] = (float)(r->name * 10 + i);
    r->step++;
    r->disclosed = 0;
    r->sum += (double)outcome->reward[1];
    /* Odd episodes end in themselves, even ones at a time limit, every sixth at both at once. */
    outcome->terminated = r->step >= r->length && (r->name % 2 == 1 || r->name % 6 == 0);
    outcome->truncated = r->step >= r->length && r->name % 2 == 0;
}

static void rich_metrics(const mg_row *row, double *metric)
{
    const rich_row *r = row->state;
    metric[0] = (double)r->name;
    metric[1] = r->sum;
}

static void rich_digest(const mg_row *row, mg_hasher *hasher)
{
    mg_hash_i32(hasher, "row", (const int32_t *)row, 4);
}

static const mg_env_table rich = {
    .name = "rich",
    .fields = &rich_fields,
    .describe = rich_describe,
    .reset = rich_reset,
    .observe = rich_observe,
    .mask = rich_mask,
    .neighbours = rich_neighbours,
    .disclose = rich_disclose,
    .step = rich_step,
    .metrics = rich_metrics,
    .digest = rich_digest,
};

/* ---- a learner that checks its batches ---- */

typedef struct spy_config {
    int rows, transfer_time;
} spy_config;
static const mg_field spy_field[] = {
    {"rows", MG_FIELD_INT, offsetof(spy_config, rows), 1, 8, "test"},
    {"transfer_time", MG_FIELD_INT, offsetof(spy_config, transfer_time), 0, 2, "test"},
};
static const mg_fields spy_fields = {"spy", 2, spy_field, sizeof(spy_config)};

typedef struct spy {
    spy_config config;
    uint64_t steps[8];
    float first[8];
    int episodes, longest, ended[2][2]; /* [terminated][truncated] */
} spy;

static bool spy_describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    if (environment->agents != AGENTS)
        return mg_fail(error, MG_EXIT_INPUT, "spy needs %d agents", AGENTS);
    *spec = (mg_learner_spec){.uses = MG_NEED_MASKS | MG_NEED_GRAPH,
                              .training_rows = ((const spy_config *)config)->rows,
                              .memory_per_row = sizeof(int32_t),
                              .unit = "episode"};
    return true;
}

static void *spy_create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)key, (void)error;
    spy *self = calloc(1, sizeof *self);
    if (self)
        self->config = *(const spy_config *)config;
    if (self)
        self->longest = environment->longest_episode;
    return self;
}

static void spy_begin(void *self, int row)
{
    (void)self;
    note_call("begin", row);
}

static void check_entry(const mg_batch *batch, int k, int agent)
{
    const float *observation = batch->observation[agent] + k * length_of[agent];
    int32_t name = (int32_t)(batch->observation[0][k * 2] / 1000.0f);
    int32_t step = (int32_t)(batch->observation[0][k * 2] - 1000.0f * (float)name) / 100;
    for (int i = 0; i < length_of[agent]; i++)
        expect((int32_t)observation[i] == name * 1000 + step * 100 + agent * 10 + i, "agent-major observations");
    if (agent != 1) {
        int choices = agent == 0 ? 2 : 4;
        const uint8_t *allowed = batch->allowed[agent] + k * choices;
        for (int i = 0; i < choices; i++)
            expect(allowed[i] == (agent == 0 ? (name + i) % 2 == 0 : (name + step + i) % 3 == 0), "masks of this "
                                                                                                  "observation");
    }
    expect(batch->neighbour[agent][2 * k] == (agent + 1 + step % 2) % AGENTS &&
               batch->neighbour[agent][2 * k + 1] == -1,
           "neighbours of this observation");
    int32_t *memory = batch->memory[k];
    if (agent == 0 && batch->stage == 0) {
        expect(*memory == step, "memory is zeroed at the start and kept within an episode");
        (*memory)++;
    }
}

static void spy_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)self;
    expect(batch->mode == mode_now, "training and evaluation told apart");
    for (int k = 0; k < batch->rows; k++) {
        for (int i = 0; i < AGENTS; i++) {
            if ((i == 1) != (batch->stage == 1))
                continue;
            check_entry(batch, k, i);
            float first = batch->observation[i][k * length_of[i]];
            if (i == 1) {
                real[i][2 * k] = real_of(first, 0);
                real[i][2 * k + 1] = real_of(first, 1);
            } else {
                actions[i][k] = choice_of(first);
            }
        }
    }
    note_call(batch->stage ? "late" : "act", batch->rows);
}

static void spy_give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    const spy *s = self;
    expect((actions == NULL) == (s->config.transfer_time == MG_TRANSFER_BEFORE_ACTIONS), "actions are disclosed only "
                                                                                         "after them");
    for (int k = 0; k < batch->rows; k++) {
        float first = batch->observation[0][2 * k];
        expect(!actions || actions[0][k] == choice_of(first), "the disclosed actions");
        for (int i = 0; i < AGENTS * AGENTS; i++) {
            expect(transfers[k][i] == 0.0f || (int)first / 100 % 10 % period, "transfers start at zero");
            transfers[k][i] = transfer_of(first, i / AGENTS, i % AGENTS);
        }
    }
    note_call("give", batch->rows);
}

static void spy_observe(void *self, const mg_transition *t)
{
    spy *s = self;
    int32_t name = (int32_t)(t->before.observation[0] / 1000.0f);
    expect((int32_t)t->before.observation[0] == name * 1000 + t->step * 100, "the observation of this step");
    expect((int32_t)t->after.observation[0] == name * 1000 + (t->step + 1) * 100, "the true next observation, at the "
                                                                                  "end too");
    expect(t->reward[2] == (float)(name * 10 + 2) && t->paid[1] == 0.0f && t->received[1] == 0.0f, "rewards and "
                                                                                                   "transfers");
    expect(t->welfare == (float)(name * 10 + 7), "welfare of this step");
    expect(t->joint.action[0] == choice_of(t->before.observation[0]), "the actions played");
    bool over = t->step + 1 == 1 + name % s->longest;
    expect(t->terminated == (over && (name % 2 == 1 || name % 6 == 0)), "terminated as the environment says");
    expect(t->truncated == (over && name % 2 == 0), "truncated as the environment says");
    s->ended[t->terminated][t->truncated]++;
    s->steps[t->row]++;
    note_call("observe", t->row);
}

static bool spy_end(void *self, int row)
{
    spy *s = self;
    note_call("end", row);
    return ++s->episodes % 2 == 0;
}

static int spy_tensors(void *self, mg_tensor *tensor, int room)
{
    (void)self, (void)tensor, (void)room;
    return 0;
}

static const mg_learner_table spy_learner = {
    .name = "spy",
    .fields = &spy_fields,
    .describe = spy_describe,
    .create = spy_create,
    .destroy = free,
    .begin_episode = spy_begin,
    .act = spy_act,
    .give = spy_give,
    .observe = spy_observe,
    .end_episode = spy_end,
    .tensors = spy_tensors,
};

static mg_rollout *rich_rollout(int rows, int transfer_time, int evaluation_rows, mg_error *error)
{
    static rich_config env;
    static spy_config learner;
    env = (rich_config){transfer_time, 4};
    learner = (spy_config){rows, transfer_time};
    const mg_rollout_config config = {&rich, &env, &spy_learner, &learner, {7, 1}, evaluation_rows};
    wrong = streams = resets_so_far = 0;
    calls[0] = '\0';
    return mg_rollout_create(&config, error);
}

static int train(mg_rollout *rollout)
{
    mode_now = MG_TRAIN;
    return mg_rollout_train_step(rollout);
}

static void evaluate(mg_rollout *rollout, int episodes, double *metric)
{
    mode_now = MG_EVALUATE;
    mg_rollout_evaluate(rollout, episodes, metric);
}

/* ---- tests ---- */

static void test_order(void)
{
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *rollout = rich_rollout(2, MG_TRANSFER_AFTER_ACTIONS, 3, &error);
    for (int i = 0; i < 2; i++)
        train(rollout);
    /* Episode 1 has 2 steps, episode 2 has 3. */
    tap_ok(strcmp(calls, "reset1 begin0 reset2 begin1 act2 late2 give2 step1 observe0 step2 observe1 "
                         "act2 late2 give2 step1 observe0 end0 step2 observe1 ") == 0,
           "lockstep order: %s", calls);
    calls[0] = '\0';
    int units = train(rollout);
    tap_ok(strcmp(calls, "reset3 begin0 act2 late2 give2 step3 observe0 step2 observe1 end1 ") == 0,
           "a row that is over begins anew beside one that is not: %s", calls);
    mg_rollout_counts count = mg_rollout_count(rollout);
    tap_ok(units == 1 && count.units == 1 && count.episodes == 2 && count.steps == 6, "units, episodes and steps are "
                                                                                      "counted");
    mg_rollout_destroy(rollout);
}

static void test_batches(void)
{
    for (int time = 0; time <= 2; time++) {
        for (int rows = 1; rows <= 5; rows += 2) {
            mg_error error = {MG_EXIT_OK, ""};
            mg_rollout *rollout = rich_rollout(rows, time, 4, &error);
            double metric[4];
            for (int i = 0; i < 40; i++) {
                train(rollout);
                if (i % 9 == 0)
                    evaluate(rollout, 6, metric);
            }
            tap_ok(wrong == 0, "%d rows, transfers %s: every number where it belongs (%d not)", rows,
                   time == 0   ? "none"
                   : time == 1 ? "before the actions"
                               : "after them",
                   wrong);
            const spy *self = mg_rollout_learner_self(rollout);
            tap_ok(rows < 3 || (self->ended[1][0] > 0 && self->ended[0][1] > 0 && self->ended[1][1] > 0),
                   "... episodes ended in themselves, at a time limit and at both");
            mg_rollout_destroy(rollout);
        }
    }
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *rollout = rich_rollout(1, 0, 1, &error);
    train(rollout);
    wrong = 0;
    expect(false, "this line belongs to the test: a check that can fail");
    tap_ok(wrong == 1, "the checks above can fail");
    mg_rollout_destroy(rollout);
}

/* Those who are asked in every other step: what they gave holds for the next. */
static void test_period(void)
{
    period = 2;
    for (int time = 1; time <= 2; time++)
        for (int rows = 1; rows <= 3; rows += 2) {
            mg_error error = {MG_EXIT_OK, ""};
            mg_rollout *rollout = rich_rollout(rows, time, 4, &error);
            double metric[4];
            for (int i = 0; i < 40; i++)
                train(rollout);
            evaluate(rollout, 9, metric);
            tap_ok(wrong == 0, "%d rows, asked %s in every other step: %d wrong", rows,
                   time == 1 ? "before the actions" : "after them", wrong);
            mg_rollout_destroy(rollout);
        }
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *rollout = rich_rollout(1, MG_TRANSFER_AFTER_ACTIONS, 1, &error);
    train(rollout); /* episode 1 has two steps */
    train(rollout);
    int asked = 0;
    for (const char *at = calls; (at = strstr(at, "give")); at++)
        asked++;
    tap_ok(asked == 1, "asked %d times in two steps", asked);
    mg_rollout_destroy(rollout);
    period = 1;
}

static bool seen_stream(uint32_t purpose, uint32_t time, uint32_t row)
{
    for (int i = 0; i < streams; i++)
        if (stream[i].purpose == purpose && stream[i].time == time && stream[i].row == row)
            return true;
    return false;
}

static void test_streams(void)
{
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *rollout = rich_rollout(2, 0, 3, &error);
    double metric[4];
    for (int i = 0; i < 20; i++) {
        train(rollout);
        evaluate(rollout, 4, metric);
    }
    bool twice = false;
    for (int i = 0; i < streams; i++)
        for (int j = 0; j < i; j++)
            twice = twice || (stream[i].purpose == stream[j].purpose && stream[i].time == stream[j].time &&
                              stream[i].row == stream[j].row);
    tap_ok(!twice && streams < 4096, "no stream is opened twice (%d streams)", streams);
    bool steps = true, resets = true;
    for (uint32_t time = 0; time < 20; time++)
        steps = steps && seen_stream(MG_PURPOSE_TRAIN_STEP, time, 0) && seen_stream(MG_PURPOSE_TRAIN_STEP, time, 1);
    for (uint32_t episode = 0; episode < 80; episode++)
        resets = resets && seen_stream(MG_PURPOSE_EVALUATE_RESET, episode, episode % 4 == 3 ? 0 : episode % 4);
    tap_ok(steps && !seen_stream(MG_PURPOSE_TRAIN_STEP, 20, 0), "training steps count per row and do not restart");
    tap_ok(resets && seen_stream(MG_PURPOSE_TRAIN_RESET, 0, 1) && seen_stream(MG_PURPOSE_TRAIN_RESET, 1, 1) &&
               !seen_stream(MG_PURPOSE_EVALUATE_RESET, 80, 0),
           "resets count per row, evaluation episodes over the task");
    mg_rollout_destroy(rollout);
}

static void test_evaluation(void)
{
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *rollout = rich_rollout(1, 0, 3, &error);
    double metric[4];
    evaluate(rollout, 5, metric);
    double sum = 0.0;
    for (int name = 1; name <= 5; name++) {
        int length = 1 + name % 4;
        sum += (double)((name * 10 + 1) * length);
    }
    tap_ok(metric[0] == 3.0 && metric[1] == sum / 5.0, "the mean over exactly the episodes asked for, in two waves");
    evaluate(rollout, 5, metric);
    tap_ok(metric[0] == 8.0, "the next evaluation plays other episodes");
    mg_rollout_destroy(rollout);
}

static mg_digest toy_state(mg_rollout *rollout)
{
    mg_tensor tensor[32];
    int tensors = toy_learner_tensors(mg_rollout_learner_self(rollout), tensor, 32);
    tensors += mg_rollout_tensors(rollout, tensor + tensors, 3); /* the training counters, not those of evaluation */
    (void)tensors;
    mg_hasher *hasher = mg_hasher_create();
    for (int i = 0; i < 7 + 3; i++)
        mg_hash_tensor(hasher, &tensor[i]);
    mg_rollout_hash_environment(rollout, hasher);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

/* The state after each of 60 units, chained; evaluating every `every` units (0: never). */
static mg_digest toy_trail(int rows, int every, int evaluation_rows)
{
    static toy_line_config line = {.longest = 9, .push = 0.25};
    static toy_learner_config learner;
    learner = (toy_learner_config){.rate = 0.0005, .rows = rows};
    const mg_rollout_config config = {&toy_line, &line, &toy_learner_table, &learner, {65001, 3}, evaluation_rows};
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *rollout = mg_rollout_create(&config, &error);
    mg_hasher *hasher = mg_hasher_create();
    double metric[4];
    for (int unit = 1; unit <= 60; unit++) {
        while (mg_rollout_train_step(rollout) == 0)
            continue;
        if (every && unit % every == 0)
            mg_rollout_evaluate(rollout, 7, metric);
        mg_digest state = toy_state(rollout);
        mg_hash_digest(hasher, &state);
    }
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    mg_rollout_destroy(rollout);
    return digest;
}

static void test_evaluation_changes_nothing(void)
{
    for (int rows = 1; rows <= 3; rows += 2) {
        mg_digest never = toy_trail(rows, 0, 4);
        tap_ok(mg_digest_equal(never, toy_trail(rows, 1, 4)),
               "%d rows: same trail with evaluations every unit and never", rows);
        tap_ok(mg_digest_equal(never, toy_trail(rows, 7, 2)), "%d rows: ... and every seventh, with other rows", rows);
    }
    tap_ok(!mg_digest_equal(toy_trail(1, 0, 4), toy_trail(2, 0, 4)), "the trail does see what the learner did");
}

/* ---- going on in the middle of an episode ---- */

static mg_rollout *toy_rollout(int rows)
{
    static toy_line_config line = {.longest = 9, .push = 0.25};
    static toy_learner_config learner;
    learner = (toy_learner_config){.rate = 0.0005, .rows = rows};
    const mg_rollout_config config = {&toy_line, &line, &toy_learner_table, &learner, {65001, 3}, 2};
    mg_error error = {MG_EXIT_OK, ""};
    return mg_rollout_create(&config, &error);
}

static int toy_list(mg_rollout *rollout, mg_tensor *tensor)
{
    int count = toy_learner_tensors(mg_rollout_learner_self(rollout), tensor, 32);
    return count + mg_rollout_tensors(rollout, tensor + count, 32 - count);
}

/* What a checkpoint holds, from one rollout to another that has seen something else. */
static void carry_over(mg_rollout *from, mg_rollout *to)
{
    mg_tensor old[32], new[32];
    void *old_rows, *new_rows, *old_memory, *new_memory;
    size_t row_bytes, memory_bytes;
    int count = toy_list(from, old);
    (void)toy_list(to, new);
    for (int i = 0; i < count; i++)
        memcpy(new[i].data, old[i].data, mg_tensor_bytes(&old[i]));
    mg_rollout_bytes(from, &old_rows, &row_bytes, &old_memory, &memory_bytes);
    mg_rollout_bytes(to, &new_rows, &row_bytes, &new_memory, &memory_bytes);
    memcpy(new_rows, old_rows, row_bytes);
    memcpy(new_memory, old_memory, memory_bytes);
}

static bool same_state(mg_rollout *a, mg_rollout *b)
{
    mg_digest of_a = toy_state(a), of_b = toy_state(b);
    return mg_digest_equal(of_a, of_b);
}

static void test_resume(void)
{
    for (int rows = 1; rows <= 3; rows += 2) {
        int equal = 0, unobserved = 0, places = 0;
        for (int steps = 11; steps < 40; steps++, places++) { /* most of them in the middle of an episode */
            mg_rollout *straight = toy_rollout(rows), *resumed = toy_rollout(rows), *blind = toy_rollout(rows);
            for (int i = 0; i < steps; i++)
                mg_rollout_train_step(straight);
            for (int i = 0; i < steps + 17; i++) {
                mg_rollout_train_step(resumed);
                mg_rollout_train_step(blind);
            }
            carry_over(straight, resumed);
            carry_over(straight, blind);
            mg_rollout_resume(resumed);
            for (int i = 0; i < 30; i++) {
                mg_rollout_train_step(straight);
                mg_rollout_train_step(resumed);
                mg_rollout_train_step(blind);
            }
            equal += same_state(straight, resumed);
            unobserved += !same_state(straight, blind);
            mg_rollout_destroy(straight);
            mg_rollout_destroy(resumed);
            mg_rollout_destroy(blind);
        }
        tap_ok(equal == places, "%d rows: goes on from the middle of an episode as if never stopped: %d of %d", rows,
               equal, places);
        tap_ok(unobserved > places / 2, "... which takes the observations that mg_rollout_resume makes: %d",
               unobserved);
    }
}

static void test_refusals(void)
{
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *rollout = rich_rollout(0, 0, 1, &error);
    tap_ok(!rollout && error.status == MG_EXIT_INPUT && strstr(error.text, "spy.rows"), "a config out of range: %s",
           error.text);
    error.status = MG_EXIT_OK;
    rollout = rich_rollout(1, 0, 0, &error);
    tap_ok(!rollout && error.status == MG_EXIT_INPUT, "no evaluation rows: %s", error.text);
    error.status = MG_EXIT_OK;
    const rich_config env = {0, 4};
    const toy_learner_config learner = {.rows = 1};
    const mg_rollout_config config = {&rich, &env, &toy_learner_table, &learner, {1, 1}, 1};
    rollout = mg_rollout_create(&config, &error);
    tap_ok(!rollout && strstr(error.text, "needs 2 agents"), "a missing need is named: %s", error.text);
}

int main(void)
{
    test_order();
    test_batches();
    test_period();
    test_streams();
    test_evaluation();
    test_evaluation_changes_nothing();
    test_resume();
    test_refusals();
    return tap_done();
}
