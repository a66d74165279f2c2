/* What every environment of the catalogue promises: who looks changes nothing and stays within its buffers, rows do not
 * know each other, a row's bytes are all of it, an episode ends in time, and people see something. */
#include "suite/harness/catalogue.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

#define GUARD 1234567.0f

/* One row of an environment, and room for what it shows. */
typedef struct one {
    const mg_env_table *table;
    const mg_env_spec *spec;
    mg_row row;
    float *observation, *state, *designer, *sensitivity, *reward, *paid, *received, *real, *transfer;
    int observations, choices, links, sensitivities;
    uint8_t *allowed;
    int32_t *neighbour, *action;
    double *metric;
    mg_outcome outcome;
    uint32_t steps;
} one;

/* n numbers and a guard behind them. */
static float *numbers(int n)
{
    float *made = calloc((size_t)n + 1, sizeof *made);
    made[n] = GUARD;
    return made;
}

static void open_row(one *o, const mg_env_table *table, const mg_env_spec *spec, const void *config, const void *world)
{
    const mg_transfer_spec *transfer = &spec->transfer;
    size_t agents = (size_t)spec->agents, given = (size_t)transfer->givers * (size_t)transfer->numbers_per_giver;
    *o = (one){.table = table, .spec = spec, .row = {config, world, calloc(1, spec->row_bytes)}};
    o->observations = mg_env_offsets(spec, NULL);
    o->choices = mg_env_choice_offsets(spec, NULL);
    o->links = spec->agents * spec->neighbours_max;
    o->sensitivities = (int)(agents * given);
    o->observation = numbers(o->observations);
    o->state = numbers(spec->state_length);
    o->designer = numbers(mg_part_numbers(transfer->part));
    o->sensitivity = numbers(o->sensitivities);
    o->reward = numbers(spec->agents);
    o->paid = numbers(spec->agents);
    o->received = numbers(spec->agents);
    o->real = numbers(mg_env_real_offsets(spec, NULL));
    o->transfer = numbers((int)given);
    o->allowed = malloc((size_t)o->choices + 1);
    memset(o->allowed, 1, (size_t)o->choices);
    o->allowed[o->choices] = 77;
    o->neighbour = calloc((size_t)o->links + 1, sizeof *o->neighbour);
    o->neighbour[o->links] = 77;
    o->action = calloc(agents, sizeof *o->action);
    o->metric = calloc((size_t)spec->metrics + 1, sizeof *o->metric);
    o->metric[spec->metrics] = 77.0;
    o->outcome = (mg_outcome){.reward = o->reward, .paid = o->paid, .received = o->received};
}

static void close_row(one *o)
{
    float *all[] = {o->observation, o->state,    o->designer, o->sensitivity, o->reward,
                    o->paid,        o->received, o->real,     o->transfer};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    free(o->allowed);
    free(o->neighbour);
    free(o->action);
    free(o->metric);
    free(o->row.state);
}

static bool guarded(const one *o)
{
    const mg_env_spec *s = o->spec;
    return o->observation[o->observations] == GUARD && o->state[s->state_length] == GUARD &&
           o->designer[mg_part_numbers(s->transfer.part)] == GUARD && o->sensitivity[o->sensitivities] == GUARD &&
           o->reward[s->agents] == GUARD && o->paid[s->agents] == GUARD && o->received[s->agents] == GUARD &&
           o->allowed[o->choices] == 77 && o->neighbour[o->links] == 77 && o->metric[s->metrics] == 77.0;
}

static mg_digest digest_of(const one *o)
{
    mg_hasher *hasher = mg_hasher_create();
    o->table->digest(&o->row, hasher);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

static bool same(const one *a, const one *b)
{
    return mg_digest_equal(digest_of(a), digest_of(b));
}

static void reset(one *o, uint32_t episode)
{
    mg_stream stream = mg_stream_at((mg_key){9994, 2}, MG_PURPOSE_TEST, episode, 0, 0);
    o->table->reset(&o->row, &stream);
    o->outcome.terminated = o->outcome.truncated = false;
    o->steps = 0;
}

/* Asks for everything there is to see. Returns how many bytes it says to people. */
static long look(one *o, FILE *people)
{
    const mg_env_table *t = o->table;
    for (int stage = 0; stage < o->spec->stages; stage++) {
        t->observe(&o->row, stage, o->observation);
        if (t->mask)
            t->mask(&o->row, stage, o->allowed);
    }
    if (t->neighbours)
        t->neighbours(&o->row, o->neighbour);
    if (t->state)
        t->state(&o->row, o->state);
    if (t->designer)
        t->designer(&o->row, o->designer);
    if (t->sensitivity)
        t->sensitivity(&o->row, o->sensitivity);
    t->metrics(&o->row, o->metric);
    rewind(people);
    if (t->render)
        t->render(&o->row, people);
    return ftell(people);
}

/* Everybody plays at random, by a stream of this step: the same for every row that is played. */
static void play(one *o, uint32_t game)
{
    mg_stream draws = mg_stream_at((mg_key){9994, 3}, MG_PURPOSE_TEST, o->steps, game, 0);
    mg_stream noise = mg_stream_at((mg_key){9994, 4}, MG_PURPOSE_TEST, o->steps++, game, 0);
    const mg_joint joint = {o->action, mg_env_real_offsets(o->spec, NULL) ? o->real : NULL,
                            o->spec->transfer.time != MG_TRANSFER_NONE ? o->transfer : NULL};
    for (int i = 0; i < o->spec->agents; i++) {
        const mg_agent_spec *agent = mg_env_agent(o->spec, i);
        o->action[i] = agent->actions ? (int32_t)mg_random_below(&draws, (uint32_t)agent->actions) : 0;
    }
    o->table->step(&o->row, &joint, &noise, &o->outcome);
}

static bool over(const one *o)
{
    return o->outcome.terminated || o->outcome.truncated;
}

/* ---- what is checked ---- */

static bool well_described(const mg_env_spec *spec)
{
    int agents = 0;
    bool good = spec->agents > 0 && spec->longest_episode > 0 && spec->name[0];
    for (int g = 0; g < spec->groups; g++) {
        const mg_agent_spec *agent = &spec->group[g].agent;
        int offset, at = 0;
        good = good && spec->group[g].first == agents && agent->stage < spec->stages;
        agents += spec->group[g].count;
        for (int p = 0; p < MG_PARTS_MAX && agent->part[p].name; p++) {
            const mg_part *part = &agent->part[p];
            good = good && mg_part_find(agent->part, part->name, &offset) == part && offset == at;
            at += part->channels * part->height * part->width;
        }
        good = good && at == agent->observation && at > 0 && !mg_part_find(agent->part, "no such part", &offset);
    }
    return good && agents == spec->agents;
}

static bool graph_is_one(const one *o)
{
    for (int i = 0; i < o->spec->agents; i++) {
        const int32_t *list = o->neighbour + i * o->spec->neighbours_max;
        for (int n = 0; n < o->spec->neighbours_max; n++) {
            if (list[n] < -1 || list[n] >= o->spec->agents || list[n] == i ||
                (n > 0 && list[n - 1] < 0 && list[n] >= 0))
                return false;
            for (int m = 0; m < n; m++)
                if (list[n] >= 0 && list[m] == list[n])
                    return false;
        }
    }
    return true;
}

static bool numbers_are_finite(const one *o)
{
    bool good = true;
    for (int n = 0; n < o->observations; n++)
        good = good && o->observation[n] - o->observation[n] == 0.0f;
    for (int n = 0; n < o->spec->state_length; n++)
        good = good && o->state[n] - o->state[n] == 0.0f;
    for (int i = 0; i < o->spec->agents; i++)
        good = good && o->reward[i] - o->reward[i] == 0.0f;
    return good;
}

/* Observations, masks, neighbours and state. */
static bool same_sight(const one *a, const one *b)
{
    return !memcmp(a->observation, b->observation, (size_t)a->observations * sizeof *a->observation) &&
           !memcmp(a->allowed, b->allowed, (size_t)a->choices) &&
           !memcmp(a->neighbour, b->neighbour, (size_t)a->links * sizeof *a->neighbour) &&
           !memcmp(a->state, b->state, (size_t)a->spec->state_length * sizeof *a->state);
}

/* An episode of `watched`, looked at all the time, beside the same one that nobody looks at, and another one. */
static void test_episode(const char *name, one *watched, one *unseen, one *other, FILE *people)
{
    bool unchanged = true, within = true, graph = true, finite = true, shown = true;
    int longest = watched->spec->longest_episode, steps = 0;
    reset(watched, 1);
    reset(unseen, 1);
    reset(other, 2);
    tap_ok(same(watched, unseen), "%s: a stream names an episode", name);
    for (; !over(watched) && steps <= longest; steps++) {
        shown = shown && look(watched, people) > 0;
        finite = finite && numbers_are_finite(watched);
        graph = graph && graph_is_one(watched);
        play(watched, 0);
        if (!over(other))
            play(other, 1);
        play(unseen, 0);
        unchanged = unchanged && same(watched, unseen);
        within = within && guarded(watched);
    }
    (void)look(watched, people); /* the last observation stays readable */
    tap_ok(unchanged && same(watched, unseen), "%s: who looks, and what another row plays, changes nothing", name);
    tap_ok(within && guarded(watched), "%s: nothing is written beyond what the description says", name);
    tap_ok(graph && finite && shown, "%s: graphs are graphs, numbers finite, and people see something", name);
    tap_ok(steps > 0 && steps <= longest && over(watched), "%s: an episode ends within %d steps: after %d", name,
           longest, steps);
}

/* A copy of the bytes, in the middle of an episode, goes on as the same episode. */
static void test_bytes(const char *name, one *row, one *copy)
{
    int half = row->spec->longest_episode / 2;
    reset(row, 3);
    reset(copy, 4);
    for (int i = 0; i < half && !over(row); i++)
        play(row, 2);
    memcpy(copy->row.state, row->row.state, row->spec->row_bytes);
    copy->steps = row->steps;
    for (int i = 0; i < 3 && !over(row); i++) {
        play(row, 2);
        play(copy, 2);
    }
    bool equal = same(row, copy);
    reset(copy, 5);
    tap_ok(equal && !same(row, copy), "%s: a row's bytes are all there is of it", name);
}

/* What a row in the middle of an episode showed, another one shows that recalls it. */
static void test_record(const char *name, one *row, one *other, FILE *people)
{
    uint8_t *record = calloc((size_t)row->spec->record_bytes + 1, 1);
    bool equal = true, twin = false;
    reset(row, 6);
    reset(other, 7);
    record[row->spec->record_bytes] = 77;
    for (int i = 0; i < 20 && !over(row); i++) {
        play(row, 3);
        (void)look(row, people);
        (void)look(other, people);
        twin = twin || !same_sight(row, other);
        row->table->record(&row->row, record);
        row->table->recall(&other->row, record);
        (void)look(other, people);
        equal = equal && same_sight(row, other) && record[row->spec->record_bytes] == 77;
    }
    tap_ok(equal && twin, "%s: a row that recalls another's record shows what that one showed", name);
    free(record);
}

static void test_environment(const mg_catalogue_environment *environment, FILE *people)
{
    const mg_env_table *table = environment->table;
    mg_error error = {MG_EXIT_OK, ""};
    mg_env_spec spec;
    one row[3];
    void *world = table->open_world ? table->open_world(environment->config, (mg_key){9994, 1}, &error) : NULL;
    if (error.status != MG_EXIT_OK) {
        tap_ok(false, "%s: a world opens: %s", environment->name, error.text);
        return;
    }
    table->describe(environment->config, world, &spec);
    tap_ok(well_described(&spec), "%s: agents and parts of its observations add up", environment->name);
    for (int i = 0; i < 3; i++)
        open_row(&row[i], table, &spec, environment->config, world);
    test_episode(environment->name, &row[0], &row[1], &row[2], people);
    if (spec.record_bytes)
        test_record(environment->name, &row[0], &row[1], people);
    test_bytes(environment->name, &row[0], &row[1]);
    for (int i = 0; i < 3; i++)
        close_row(&row[i]);
    mg_env_spec_free(&spec);
    if (world)
        table->close_world(world);
}

int main(void)
{
    mg_catalogue *all = mg_catalogue_open();
    FILE *people = tmpfile();
    if (!people)
        return 1;
    for (int e = 0; e < all->environments; e++)
        test_environment(&all->environment[e], people);
    fclose(people);
    mg_catalogue_close(all);
    return tap_done();
}
