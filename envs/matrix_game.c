/* matrix_game.c - rules and transfers. */
#include "envs/matrix_game.h"

#include <string.h>

enum { COOPERATE, DEFECT, FIRST_ROUND = 4 };

typedef struct game_row {
    int32_t seen; /* 2 * a_0 + a_1 of the previous round, or FIRST_ROUND */
    int32_t round;
    float reward[2];       /* sums over the episode */
    int32_t cooperated[2]; /* rounds */
    float given[2];        /* paid for the other's cooperation, defection: sums over both givers */
} game_row;

mg_matrix_game_config mg_matrix_game_default(void)
{
    return (mg_matrix_game_config){.rounds = 5,
                                   .memory = true,
                                   .reward_cc = -1.0,
                                   .reward_cd = -3.0,
                                   .reward_dc = 0.0,
                                   .reward_dd = -2.0,
                                   .transfer_max = 3.0};
}

#define AT(member) offsetof(mg_matrix_game_config, member)
static const mg_field field[] = {
    {"rounds", MG_FIELD_INT, AT(rounds), 1, 10000, "thesis B.4.1: 5 environment steps"},
    {"memory", MG_FIELD_BOOL, AT(memory), 0, 1, "thesis 5.3.1: memory-1"},
    {"reward_cc", MG_FIELD_DOUBLE, AT(reward_cc), -100, 100, "thesis Table 5.1"},
    {"reward_cd", MG_FIELD_DOUBLE, AT(reward_cd), -100, 100, "thesis Table 5.1"},
    {"reward_dc", MG_FIELD_DOUBLE, AT(reward_dc), -100, 100, "thesis Table 5.1"},
    {"reward_dd", MG_FIELD_DOUBLE, AT(reward_dd), -100, 100, "thesis Table 5.1"},
    {"transfer_max", MG_FIELD_DOUBLE, AT(transfer_max), 0, 100, "thesis Table B.3: R_max"},
    {"designer", MG_FIELD_BOOL, AT(designer), 0, 1, "thesis Section 5.3.1: no; Chapter 6 has designers"},
};
static const mg_fields fields = {"matrix-game", sizeof field / sizeof *field, field, sizeof(mg_matrix_game_config)};

static void describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    const mg_matrix_game_config *c = config;
    *spec = (mg_env_spec){.name = "matrix-game",
                          .stages = 1,
                          .one_hot = true,
                          .neighbours_max = 1,
                          .longest_episode = c->rounds,
                          .row_bytes = sizeof(game_row),
                          .state_length = c->memory ? 5 : 1,
                          .states = c->memory ? 5 : 1};
    mg_env_add_agents(spec, 2, &(mg_agent_spec){.part = {{"last round", 1, 1, c->memory ? 5 : 1}}, .actions = 2});
    spec->transfer = (mg_transfer_spec){.time = MG_TRANSFER_AFTER_ACTIONS,
                                        .givers = 2,
                                        .numbers_per_giver = 2,
                                        .low = 0.0f,
                                        .high = (float)c->transfer_max};
    if (c->designer) {
        spec->transfer.givers = 1;
        spec->transfer.designer = true;
        spec->transfer.part[0] = (mg_part){"last round", 1, 1, c->memory ? 5 : 1};
    }
    static const mg_metric_spec metric[] = {
        {"reward_sum", "reward per round, both agents"},
        {"reward_0", "reward per round"},
        {"reward_1", "reward per round"},
        {"cooperation_0", "fraction of rounds"},
        {"cooperation_1", "fraction of rounds"},
        {"incentive_c", "paid for cooperation, per round"},
        {"incentive_d", "paid for defection, per round"},
        {"net_reward", "reward per round less incentives, both agents"},
    };
    spec->metrics = sizeof metric / sizeof *metric;
    spec->metric = metric;
}

static void reset(const mg_row *row, mg_stream *stream)
{
    (void)stream;
    *(game_row *)row->state = (game_row){.seen = FIRST_ROUND};
}

static void state(const mg_row *row, float *state)
{
    const mg_matrix_game_config *c = row->config;
    const game_row *game = row->state;
    if (!c->memory) {
        state[0] = 1.0f;
        return;
    }
    for (int k = 0; k < 5; k++)
        state[k] = k == game->seen ? 1.0f : 0.0f;
}

/* One who designs sees what the agents see. */
static void designer(const mg_row *row, float *observation)
{
    if (((const mg_matrix_game_config *)row->config)->designer)
        state(row, observation);
}

static void observe(const mg_row *row, int stage, float *observation)
{
    (void)stage;
    const mg_matrix_game_config *c = row->config;
    state(row, observation); /* both agents see the identical vector */
    state(row, observation + (c->memory ? 5 : 1));
}

static float payoff(const mg_matrix_game_config *c, int32_t own, int32_t other)
{
    if (own == COOPERATE)
        return (float)(other == COOPERATE ? c->reward_cc : c->reward_cd);
    return (float)(other == COOPERATE ? c->reward_dc : c->reward_dd);
}

static void step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    (void)stream;
    const mg_matrix_game_config *c = row->config;
    game_row *game = row->state;
    for (int i = 0; i < 2; i++) {
        int other = 1 - i, number = c->designer ? joint->action[other] : i * 2 + other;
        float given = joint->transfer ? joint->transfer[number] : 0.0f;
        outcome->reward[i] = payoff(c, joint->action[i], joint->action[other]);
        outcome->paid[i] = c->designer ? 0.0f : given;
        outcome->received[other] = given;
        game->given[joint->action[other]] += given;
        game->reward[i] += outcome->reward[i];
        game->cooperated[i] += joint->action[i] == COOPERATE;
    }
    game->seen = 2 * joint->action[0] + joint->action[1];
    outcome->welfare = outcome->reward[0] + outcome->reward[1];
    game->round++;
    outcome->terminated = game->round >= c->rounds;
    outcome->truncated = false;
}

/* Of a designer's numbers each agent received the one for what it did. */
static void sensitivity(const mg_row *row, float *sensitivity)
{
    const mg_matrix_game_config *c = row->config;
    const game_row *game = row->state;
    memset(sensitivity, 0, (c->designer ? 4u : 8u) * sizeof *sensitivity);
    if (c->designer && game->seen != FIRST_ROUND) {
        sensitivity[game->seen / 2] = 1.0f;
        sensitivity[2 + game->seen % 2] = 1.0f;
    }
}

static void metrics(const mg_row *row, double *metric)
{
    const game_row *game = row->state;
    double rounds = game->round > 0 ? (double)game->round : 1.0;
    double reward_0 = (double)game->reward[0], reward_1 = (double)game->reward[1];
    metric[0] = (reward_0 + reward_1) / rounds;
    metric[1] = reward_0 / rounds;
    metric[2] = reward_1 / rounds;
    metric[3] = (double)game->cooperated[0] / rounds;
    metric[4] = (double)game->cooperated[1] / rounds;
    metric[5] = (double)game->given[COOPERATE] / rounds;
    metric[6] = (double)game->given[DEFECT] / rounds;
    metric[7] = metric[0] - metric[5] - metric[6];
}

static void digest(const mg_row *row, mg_hasher *hasher)
{
    const game_row *game = row->state;
    mg_hash_i32(hasher, "seen", &game->seen, 1);
    mg_hash_i32(hasher, "round", &game->round, 1);
    mg_hash_float(hasher, "reward", game->reward, 2);
    mg_hash_i32(hasher, "cooperated", game->cooperated, 2);
    mg_hash_float(hasher, "given", game->given, 2);
}

static void render(const mg_row *row, FILE *out)
{
    const mg_matrix_game_config *c = row->config;
    const game_row *game = row->state;
    static const char *const last[] = {"CC", "CD", "DC", "DD", "--"};
    fprintf(out, "round %d of %d, last round %s, rewards %g %g\n", game->round, c->rounds, last[game->seen],
            (double)game->reward[0], (double)game->reward[1]);
}

static void neighbours(const mg_row *row, int32_t *neighbour)
{
    (void)row;
    neighbour[0] = 1;
    neighbour[1] = 0;
}

const mg_env_table mg_matrix_game = {
    .name = "matrix-game",
    .fields = &fields,
    .describe = describe,
    .reset = reset,
    .observe = observe,
    .neighbours = neighbours,
    .step = step,
    .sensitivity = sensitivity,
    .metrics = metrics,
    .state = state,
    .designer = designer,
    .digest = digest,
    .render = render,
};
