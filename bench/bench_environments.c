/* bench_environments.c - speed of every environment of the catalogue, and of some by number of agents: CSV on stdout.
 *
 *     build/bench/environments [--rounds N]      (default 15)
 *
 * A step: for each stage observations (the designer's too), masks and neighbours, and a draw for every agent among what
 * it may do; what all decided and give; the step; a reset at each end. `environment` counts steps of all agents
 * together, and its ratio is against the same without looking: no observation, mask or neighbour. Further rows are
 * against a goal or against a search that looks at every pair.
 */
#include "bench/turns.h"
#include "envs/jungle.h"
#include "envs/predation.h"
#include "suite/harness/catalogue.h"

typedef struct scene {
    const mg_env_table *table;
    mg_env_spec spec;
    mg_row row;
    mg_stream stream;
    bool looks;
    const mg_predation_config *every_pair; /* its distances of all pairs instead of the environment's own search */
    float *observation, *designer, *reward, *paid, *received, *real, *transfer;
    uint8_t *allowed;
    int32_t *neighbour, *action;
    int *choice_at;
    double sum;
} scene;

/* ---- a scene ---- */

static void *zeros(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (!memory)
        exit(3);
    return memory;
}

static void open_scene(scene *s, const mg_env_table *table, const void *config, bool looks)
{
    mg_error error = {0};
    *s = (scene){.table = table, .looks = looks};
    s->row = (mg_row){.config = config};
    if (table->open_world && !(s->row.world = table->open_world(config, (mg_key){1, 1}, &error)))
        exit(mg_report_error("environments", &error));
    table->describe(config, s->row.world, &s->spec);
    const mg_env_spec *spec = &s->spec;
    size_t agents = (size_t)spec->agents, choices = (size_t)mg_env_choice_offsets(spec, NULL);
    size_t transfers = (size_t)spec->transfer.givers * (size_t)spec->transfer.numbers_per_giver;
    s->row.state = zeros(spec->row_bytes, 1);
    s->observation = zeros((size_t)mg_env_offsets(spec, NULL), sizeof(float));
    s->designer = zeros((size_t)mg_part_numbers(spec->transfer.part), sizeof(float));
    s->reward = zeros(3 * agents, sizeof(float));
    s->paid = s->reward + agents;
    s->received = s->paid + agents;
    s->real = zeros((size_t)mg_env_real_offsets(spec, NULL), sizeof(float));
    s->transfer = zeros(transfers, sizeof(float));
    s->allowed = zeros(choices, 1);
    memset(s->allowed, 1, choices);
    s->neighbour = zeros(agents * (size_t)(spec->neighbours_max + 1), sizeof(int32_t));
    s->action = zeros(agents, sizeof(int32_t));
    s->choice_at = zeros(agents, sizeof(int));
    (void)mg_env_choice_offsets(spec, s->choice_at);
    s->stream = mg_stream_at((mg_key){1, 1}, MG_PURPOSE_TRAIN_STEP, 0, 0, 0);
    table->reset(&s->row, &s->stream);
}

static void close_scene(scene *s)
{
    void *memory[] = {s->row.state, s->observation, s->designer,  s->reward, s->real,
                      s->transfer,  s->allowed,     s->neighbour, s->action, s->choice_at};
    for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
        free(memory[i]);
    if (s->table->close_world)
        s->table->close_world((void *)(uintptr_t)s->row.world);
    mg_env_spec_free(&s->spec);
}

/* ---- a step ---- */

static int32_t draw(scene *s, int agent, const mg_agent_spec *spec)
{
    const uint8_t *allowed = s->allowed + s->choice_at[agent];
    uint32_t choices = (uint32_t)spec->actions;
    if (!spec->masked || !s->looks)
        return (int32_t)mg_random_below(&s->stream, choices);
    choices = 0;
    for (int a = 0; a < spec->actions; a++)
        choices += allowed[a];
    int32_t left = (int32_t)mg_random_below(&s->stream, choices), chosen = 0;
    for (; left > 0 || !allowed[chosen]; chosen++)
        left -= allowed[chosen];
    return chosen;
}

static void search_every_pair(scene *s)
{
    const mg_predation_config *config = s->every_pair;
    int agents = config->agents;
    float apart[MG_PREDATION_AGENTS_MAX];
    for (int i = 0; i < agents; i++) {
        const float *place = s->observation;
        for (int j = 0; j < agents; j++)
            apart[j] = (place[i] < place[j] ? place[j] - place[i] : place[i] - place[j]) / (float)config->width;
        mg_env_nearest(agents, i, apart, (float)config->range, agents - 1, s->neighbour + i * (agents - 1));
    }
}

static void look(scene *s, int stage)
{
    s->table->observe(&s->row, stage, s->observation);
    if (s->table->mask)
        s->table->mask(&s->row, stage, s->allowed);
    if (s->table->neighbours && stage == 0) {
        if (s->every_pair)
            search_every_pair(s);
        else
            s->table->neighbours(&s->row, s->neighbour);
    }
    if (s->table->designer && stage == 0)
        s->table->designer(&s->row, s->designer);
    s->sum += (double)s->observation[0] + (double)s->designer[0] + s->neighbour[0];
}

static void run_step(void *context)
{
    scene *s = context;
    const mg_joint joint = {.action = s->action, .real = s->real, .transfer = s->transfer};
    mg_outcome outcome = {.reward = s->reward, .paid = s->paid, .received = s->received};
    for (int stage = 0; stage < s->spec.stages; stage++) {
        if (s->looks)
            look(s, stage);
        for (int g = 0; g < s->spec.groups; g++) {
            const mg_agent_group *group = &s->spec.group[g];
            for (int i = group->first; i < group->first + group->count && group->agent.stage == stage; i++)
                if (group->agent.actions)
                    s->action[i] = draw(s, i, &group->agent);
        }
        if (s->table->disclose)
            s->table->disclose(&s->row, stage, &joint);
    }
    s->table->step(&s->row, &joint, &s->stream, &outcome);
    s->sum += (double)s->reward[0];
    if (outcome.terminated || outcome.truncated)
        s->table->reset(&s->row, &s->stream);
}

/* ---- what is timed ---- */

static void bench_scene(const char *name, const mg_env_table *table, const void *config)
{
    scene whole, alone;
    open_scene(&whole, table, config, true);
    open_scene(&alone, table, config, false);
    double agents = whole.spec.agents;
    contender pair[2] = {{.run = run_step, .context = &whole, .operations = agents},
                         {.run = run_step, .context = &alone, .operations = agents}};
    take_turns(pair, 2);
    row("environment", name, "scalar", median_rate(&pair[0]) * 1e-6, "M agent-steps/s",
        median_ratio(&pair[0], &pair[1]), "without looking");
    close_scene(&whole);
    close_scene(&alone);
}

/* goal: M agent-steps/s; 0: none. */
static void bench_predation(int agents, double range, double goal)
{
    mg_predation_config config = mg_predation_default(agents);
    scene sorted, plain;
    char shape[64];
    config.range = range;
    open_scene(&sorted, &mg_predation, &config, true);
    open_scene(&plain, &mg_predation, &config, true);
    plain.every_pair = &config;
    contender pair[2] = {{.run = run_step, .context = &sorted, .operations = agents},
                         {.run = run_step, .context = &plain, .operations = agents}};
    take_turns(pair, 2);
    double rate = median_rate(&pair[0]) * 1e-6;
    snprintf(shape, sizeof shape, "predation %d agents range %g", agents, range);
    row("neighbours", shape, "scalar", rate, "M agent-steps/s", median_ratio(&pair[0], &pair[1]), "every pair");
    if (goal > 0.0)
        row("neighbours", shape, "scalar", rate, "M agent-steps/s", rate / goal, "a goal of 10");
    close_scene(&sorted);
    close_scene(&plain);
}

static void bench_jungle(int agents)
{
    const mg_jungle_config config = mg_jungle_default(agents);
    scene s;
    char shape[64];
    open_scene(&s, &mg_jungle, &config, true);
    contender one = {.run = run_step, .context = &s, .operations = agents};
    take_turns(&one, 1);
    double rate = median_rate(&one) * 1e-6;
    snprintf(shape, sizeof shape, "jungle %d agents", agents);
    row("neighbours", shape, "scalar", rate, "M agent-steps/s", rate / 4.0, "a goal of 4");
    close_scene(&s);
}

int main(int argc, char **argv)
{
    static const int predators[] = {6, 12, 20, 64}, eaters[] = {10, 20, 50};
    read_rounds(argc, argv, 15);
    header();
    mg_catalogue *all = mg_catalogue_open();
    for (int e = 0; e < all->environments; e++)
        bench_scene(all->environment[e].name, all->environment[e].table, all->environment[e].config);
    mg_catalogue_close(all);
    for (int i = 0; i < 4; i++) {
        bench_predation(predators[i], 0.1, predators[i] == 12 || predators[i] == 20 ? 10.0 : 0.0);
        bench_predation(predators[i], predators[i] == 20 ? 0.03 : 0.3, 0.0);
    }
    for (int i = 0; i < 3; i++)
        bench_jungle(eaters[i]);
    return 0;
}
