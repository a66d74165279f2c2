/* escape_room.c - see escape_room.h. */
#include "envs/escape_room.h"

#include <string.h>

enum { LEVER = MG_ESCAPE_LEVER, START = MG_ESCAPE_START, DOOR = MG_ESCAPE_DOOR, PLACES = MG_ESCAPE_PLACES };
enum { AGENTS = MG_ESCAPE_AGENTS_MAX, UNKNOWN = -1, CHOICES = 2 /* of an agent, asymmetric */ };

typedef struct escape_row {
    int32_t place[AGENTS];
    int32_t step;
    int32_t chosen;              /* asymmetric: what agent 1 has chosen in this step, or UNKNOWN */
    int32_t left;                /* somebody has */
    float given[AGENTS][AGENTS]; /* by, to: in this episode */
    /* sums over the episode, for its metrics */
    float reward[AGENTS], received[AGENTS][PLACES]; /* received for going to each place */
    int32_t went[AGENTS][PLACES];
} escape_row;

mg_escape_room_config mg_escape_room_default(int agents, int levers)
{
    return (mg_escape_room_config){.agents = agents,
                                   .levers = levers,
                                   .asymmetric = false,
                                   .steps = 5,
                                   .exit_reward = 10.0,
                                   .move_cost = 1.0,
                                   .transfer_max = 2.0,
                                   .observe_given = true,
                                   .random_start = false,
                                   .play_on = false};
}

mg_escape_room_config mg_escape_room_asymmetric(void)
{
    mg_escape_room_config config = mg_escape_room_default(2, 1);
    config.asymmetric = true;
    return config;
}

#define AT(member) offsetof(mg_escape_room_config, member)
static const mg_field field[] = {
    {"agents", MG_FIELD_INT, AT(agents), 2, AGENTS, "thesis 5.4: N of ER(N, M)"},
    {"levers", MG_FIELD_INT, AT(levers), 1, AGENTS - 1, "thesis 5.4: M of ER(N, M), fewer than N"},
    {"asymmetric", MG_FIELD_BOOL, AT(asymmetric), 0, 1, "thesis B.5.1"},
    {"steps", MG_FIELD_INT, AT(steps), 1, 10000, "thesis B.4.1: 5 time steps"},
    {"exit_reward", MG_FIELD_DOUBLE, AT(exit_reward), 0, 1000, "thesis B.4.1: +10"},
    {"move_cost", MG_FIELD_DOUBLE, AT(move_cost), 0, 1000, "thesis B.4.1: -1"},
    {"transfer_max", MG_FIELD_DOUBLE, AT(transfer_max), 0, 100, "thesis B.4.2: R_max = R_a = 2"},
    {"observe_given", MG_FIELD_BOOL, AT(observe_given), 0, 1, "thesis B.4.1: LIO and augmented baselines"},
    {"random_start", MG_FIELD_BOOL, AT(random_start), 0, 1, "ours: no; the released baselines' room of 3: yes"},
    {"designer", MG_FIELD_BOOL, AT(designer), 0, 1, "thesis Section 5.4: no; Section 6.3.1: yes"},
    {"by_agent", MG_FIELD_BOOL, AT(by_agent), 0, 1, "thesis 6.3.2: of dual-RL (c)"},
    {"play_on", MG_FIELD_BOOL, AT(play_on), 0, 1, "released LOLA: episodes of fixed length"},
};
static const mg_fields fields = {"escape-room", sizeof field / sizeof *field, field, sizeof(mg_escape_room_config)};

/* The asymmetric room is one of two agents and one lever, whatever else its config says. */
static int agents_of(const mg_escape_room_config *c)
{
    return c->asymmetric ? 2 : c->agents;
}

/* That a designer gives. */
static int numbers_of(const mg_escape_room_config *c)
{
    return c->by_agent ? c->agents : PLACES;
}

/* ---- description ---- */

static void describe_symmetric(const mg_escape_room_config *c, mg_env_spec *spec)
{
    int others = c->agents - 1, parts = 0;
    mg_agent_spec agent = {.actions = PLACES};
    agent.part[parts++] = (mg_part){"own place", 1, 1, PLACES};
    agent.part[parts++] = (mg_part){"others' places", 1, 1, PLACES * others};
    if (c->observe_given)
        agent.part[parts++] = (mg_part){"given", 1, 1, others};
    mg_env_add_agents(spec, c->agents, &agent);
    spec->stages = 1;
    spec->state_length = PLACES * c->agents;
    spec->transfer.givers = c->agents;
    if (c->designer) {
        spec->transfer.givers = 1;
        spec->transfer.designer = true;
        spec->transfer.numbers_per_giver = numbers_of(c);
        spec->transfer.part[0] = (mg_part){"places", 1, 1, PLACES * c->agents};
    }
}

static void describe_asymmetric(const mg_escape_room_config *c, mg_env_spec *spec)
{
    int parts = 0;
    mg_agent_spec agent = {.actions = CHOICES, .stage = 1};
    agent.part[parts++] = (mg_part){"own place", 1, 1, CHOICES};
    agent.part[parts++] = (mg_part){"other's place", 1, 1, CHOICES};
    agent.part[parts++] = (mg_part){"other's action", 1, 1, CHOICES};
    if (c->observe_given)
        agent.part[parts++] = (mg_part){"given", 1, 1, 1};
    mg_env_add_agents(spec, 1, &agent);
    agent.stage = 0;
    mg_env_add_agents(spec, 1, &agent);
    spec->stages = 2;
    spec->state_length = 2 * CHOICES;
    spec->transfer.givers = 1;
}

enum { COMMON_METRICS = 5, AGENT_METRICS = 7 };
/* clang-format off */
#define OF_AGENT(i) \
    {"return_" #i, "extrinsic reward of an episode"}, {"paid_" #i, "incentives paid in an episode"}, \
    {"levers_" #i, "choices of the lever in an episode"}, {"doors_" #i, "choices of the door in an episode"}, \
    {"for_lever_" #i, "incentives received for the lever in an episode"}, \
    {"for_start_" #i, "incentives received for the start in an episode"}, \
    {"for_door_" #i, "incentives received for the door in an episode"}
static const mg_metric_spec metric_of[COMMON_METRICS + AGENT_METRICS * AGENTS] = {
    {"return_sum", "extrinsic reward of an episode, all agents"},
    {"escaped", "1 if somebody left, else 0"},
    {"length", "steps"},
    {"paid", "incentives of an episode, all agents"},
    {"net_return", "return_sum less paid"},
    OF_AGENT(0), OF_AGENT(1), OF_AGENT(2), OF_AGENT(3), OF_AGENT(4),
    OF_AGENT(5), OF_AGENT(6), OF_AGENT(7), OF_AGENT(8), OF_AGENT(9),
};
/* clang-format on */

static void describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    const mg_escape_room_config *c = config;
    *spec = (mg_env_spec){.name = "escape-room",
                          .longest_episode = c->steps,
                          .row_bytes = sizeof(escape_row),
                          .metrics = COMMON_METRICS + AGENT_METRICS * agents_of(c),
                          .metric = metric_of,
                          .transfer = {.time = MG_TRANSFER_AFTER_ACTIONS,
                                       .numbers_per_giver = agents_of(c),
                                       .low = 0.0f,
                                       .high = (float)c->transfer_max}};
    (c->asymmetric ? describe_asymmetric : describe_symmetric)(c, spec);
}

/* ---- rows ---- */

/* The place that an agent goes to by this action. */
static int32_t place_of(const mg_escape_room_config *c, int agent, int32_t action)
{
    if (!c->asymmetric)
        return action;
    return action == 0 ? START : agent == 0 ? DOOR : LEVER;
}

void mg_escape_room_place(const mg_row *row, const int32_t *place)
{
    const mg_escape_room_config *c = row->config;
    escape_row *r = row->state;
    memset(r, 0, sizeof *r);
    r->chosen = UNKNOWN;
    for (int i = 0; i < agents_of(c); i++)
        r->place[i] = place[i];
}

int mg_escape_room_at(const mg_row *row, int agent)
{
    return ((const escape_row *)row->state)->place[agent];
}

static void reset(const mg_row *row, mg_stream *stream)
{
    const mg_escape_room_config *c = row->config;
    int32_t place[AGENTS];
    for (int i = 0; i < agents_of(c); i++)
        place[i] = c->random_start && !c->asymmetric ? (int32_t)mg_random_below(stream, PLACES) : START;
    mg_escape_room_place(row, place);
}

/* ---- what is seen ---- */

static float *one_hot(float *to, int n, int32_t which)
{
    for (int k = 0; k < n; k++)
        *to++ = k == which ? 1.0f : 0.0f;
    return to;
}

/* A place among the two that an agent of the asymmetric room can be at: 0 the start, 1 the other one. */
static float *one_of_two(float *to, int32_t place)
{
    return one_hot(to, CHOICES, place == START ? 0 : 1);
}

static float *observe_given(const escape_row *r, const mg_escape_room_config *c, int agent, float *to)
{
    for (int k = 0; k < agents_of(c) && c->observe_given; k++)
        if (k != agent)
            *to++ = r->given[agent][k];
    return to;
}

static void observe_symmetric(const escape_row *r, const mg_escape_room_config *c, float *to)
{
    for (int i = 0; i < agents_of(c); i++) {
        to = one_hot(to, PLACES, r->place[i]);
        for (int k = 0; k < agents_of(c); k++)
            if (k != i)
                to = one_hot(to, PLACES, r->place[k]);
        to = observe_given(r, c, i, to);
    }
}

static void observe(const mg_row *row, int stage, float *observation)
{
    const mg_escape_room_config *c = row->config;
    const escape_row *r = row->state;
    if (!c->asymmetric) {
        observe_symmetric(r, c, observation);
        return;
    }
    int agent = stage == 0 ? 1 : 0, length = 3 * CHOICES + (c->observe_given ? 1 : 0);
    float *to = observation + agent * length;
    to = one_of_two(to, r->place[agent]);
    to = one_of_two(to, r->place[1 - agent]);
    to = one_hot(to, CHOICES, agent == 0 ? r->chosen : UNKNOWN);
    observe_given(r, c, agent, to);
}

static void disclose(const mg_row *row, int after_stage, const mg_joint *joint)
{
    if (after_stage == 0)
        ((escape_row *)row->state)->chosen = joint->action[1];
}

static void state(const mg_row *row, float *state)
{
    const mg_escape_room_config *c = row->config;
    const escape_row *r = row->state;
    for (int i = 0; i < agents_of(c); i++)
        state = c->asymmetric ? one_of_two(state, r->place[i]) : one_hot(state, PLACES, r->place[i]);
}

/* ---- a step ---- */

static double reward_of(const escape_row *r, const mg_escape_room_config *c, bool open, int agent, int32_t to)
{
    if (open && to == DOOR)
        return c->exit_reward;
    bool stays = to == r->place[agent] && !(c->asymmetric && agent == 0); /* who waits for the door pays for it */
    return stays ? 0.0 : -c->move_cost;
}

static void hand_over(escape_row *r, const mg_escape_room_config *c, const float *transfer, const int32_t *to,
                      mg_outcome *outcome)
{
    int agents = agents_of(c), givers = c->asymmetric ? 1 : agents;
    for (int i = 0; i < givers; i++)
        for (int k = 0; k < agents; k++) {
            float given = i == k ? 0.0f : transfer[i * agents + k];
            outcome->paid[i] += given;
            outcome->received[k] += given;
            r->given[i][k] += given;
            r->received[k][to[k]] += given;
        }
}

static bool has_designer(const mg_escape_room_config *c)
{
    return c->designer && !c->asymmetric;
}

/* Everybody receives the number for where it goes, or its own. */
static void hand_out(escape_row *r, const mg_escape_room_config *c, const float *transfer, const int32_t *to,
                     mg_outcome *outcome)
{
    for (int i = 0; i < c->agents; i++) {
        const float given = transfer[c->by_agent ? i : to[i]];
        outcome->received[i] = given;
        r->received[i][to[i]] += given;
    }
}

static void step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    (void)stream;
    const mg_escape_room_config *c = row->config;
    escape_row *r = row->state;
    int32_t to[AGENTS];
    int agents = agents_of(c), pulling = 0;
    for (int i = 0; i < agents; i++) {
        to[i] = place_of(c, i, joint->action[i]);
        pulling += to[i] == LEVER;
        outcome->paid[i] = outcome->received[i] = 0.0f;
    }
    bool open = pulling >= (c->asymmetric ? 1 : c->levers), over = r->left;
    if (joint->transfer && !over)
        (has_designer(c) ? hand_out : hand_over)(r, c, joint->transfer, to, outcome);
    for (int i = 0; i < agents; i++) {
        outcome->reward[i] = over ? 0.0f : (float)reward_of(r, c, open, i, to[i]);
        r->reward[i] += outcome->reward[i];
        outcome->welfare += outcome->reward[i];
        r->went[i][to[i]]++;
        r->left |= open && to[i] == DOOR;
    }
    memcpy(r->place, to, (size_t)agents * sizeof *to);
    r->chosen = UNKNOWN;
    r->step++;
    bool time_up = r->step >= c->steps;
    outcome->terminated = r->left && (time_up || !c->play_on);
    outcome->truncated = !outcome->terminated && time_up;
}

/* ---- records ---- */

static void designer(const mg_row *row, float *observation)
{
    if (has_designer(row->config))
        state(row, observation);
}

/* Of a designer's numbers each agent received the one for the place where it is now, or its own. */
static void sensitivity(const mg_row *row, float *sensitivity)
{
    const mg_escape_room_config *c = row->config;
    const escape_row *r = row->state;
    if (!has_designer(c)) { /* gifts: each giver's numbers, one an agent */
        size_t givers = c->asymmetric ? 1 : (size_t)c->agents, agents = (size_t)agents_of(c);
        memset(sensitivity, 0, agents * givers * agents * sizeof *sensitivity);
        return;
    }
    const int numbers = numbers_of(c);
    for (int i = 0; i < c->agents; i++)
        for (int n = 0; n < numbers; n++)
            sensitivity[i * numbers + n] = r->step > 0 && n == (c->by_agent ? i : r->place[i]) ? 1.0f : 0.0f;
}

static void metrics(const mg_row *row, double *metric)
{
    const mg_escape_room_config *c = row->config;
    const escape_row *r = row->state;
    metric[0] = metric[3] = 0.0;
    metric[1] = r->left ? 1.0 : 0.0;
    metric[2] = (double)r->step;
    for (int i = 0; i < agents_of(c); i++) {
        double *of = metric + COMMON_METRICS + AGENT_METRICS * i;
        of[0] = (double)r->reward[i];
        of[1] = 0.0;
        for (int k = 0; k < agents_of(c); k++)
            of[1] += (double)r->given[i][k];
        of[2] = (double)r->went[i][LEVER];
        of[3] = (double)r->went[i][DOOR];
        for (int place = 0; place < PLACES; place++)
            of[4 + place] = (double)r->received[i][place];
        metric[0] += of[0];
        metric[3] += has_designer(c) ? of[4] + of[5] + of[6] : of[1];
    }
    metric[4] = metric[0] - metric[3];
}

static void digest(const mg_row *row, mg_hasher *hasher)
{
    const escape_row *r = row->state;
    mg_hash_i32(hasher, "place", r->place, AGENTS);
    mg_hash_i32(hasher, "step", &r->step, 1);
    mg_hash_i32(hasher, "chosen", &r->chosen, 1);
    mg_hash_i32(hasher, "left", &r->left, 1);
    mg_hash_float(hasher, "given", r->given[0], AGENTS * AGENTS);
    mg_hash_float(hasher, "reward", r->reward, AGENTS);
    mg_hash_float(hasher, "received", r->received[0], AGENTS * PLACES);
    mg_hash_i32(hasher, "went", r->went[0], AGENTS * PLACES);
}

static void render(const mg_row *row, FILE *out)
{
    static const char *const name[PLACES] = {"lever", "start", "door"};
    const mg_escape_room_config *c = row->config;
    const escape_row *r = row->state;
    fprintf(out, "step %d of %d%s:", r->step, c->steps, r->left ? ", somebody left" : "");
    for (int i = 0; i < agents_of(c); i++)
        fprintf(out, " agent %d at the %s (%g)%s", i, name[r->place[i]], (double)r->reward[i],
                i + 1 < agents_of(c) ? "," : "\n");
}

const mg_env_table mg_escape_room = {
    .name = "escape-room",
    .fields = &fields,
    .describe = describe,
    .reset = reset,
    .observe = observe,
    .disclose = disclose,
    .step = step,
    .sensitivity = sensitivity,
    .metrics = metrics,
    .state = state,
    .designer = designer,
    .digest = digest,
    .render = render,
};
