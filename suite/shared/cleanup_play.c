/* cleanup_play.c - see cleanup_play.h. */
#include "suite/shared/cleanup_play.h"

#include "core/io/memory.h"
#include "core/num/scalar_math.h"
#include "core/rl/team_critic.h"

#include <stdlib.h>

/* ---- scripts ---- */

enum { NO_ACTION = -1 };

static int boundary_of(const mg_cleanup_config *c) /* the last column that counts as the river */
{
    return c->large ? 3 : 2;
}

/* Towards that column, or NO_ACTION where it is reached. */
static int32_t towards_column(int column, int wanted)
{
    return column > wanted ? MG_CLEANUP_LEFT : column < wanted ? MG_CLEANUP_RIGHT : NO_ACTION;
}

static int apart(int a, int b)
{
    return a > b ? a - b : b - a;
}

static int32_t harvest(const mg_row *row, mg_cleanup_place at)
{
    const int size = mg_cleanup_size(row->config);
    mg_cleanup_place nearest = at;
    int best = 2 * size;
    for (int line = 0; line < size; line++)
        for (int column = 0; column < size; column++) {
            const int steps = apart(line, at.row) + apart(column, at.column);
            const mg_cleanup_place place = {line, column};
            if (steps < best && mg_cleanup_lies(row, place) == MG_CLEANUP_APPLE) {
                best = steps;
                nearest = place;
            }
        }
    const int32_t sideways = towards_column(at.column, nearest.column);
    if (sideways != NO_ACTION)
        return sideways;
    return at.row > nearest.row ? MG_CLEANUP_UP : at.row < nearest.row ? MG_CLEANUP_DOWN : MG_CLEANUP_STAY;
}

int32_t cleanup_script_action(cleanup_script script, const mg_row *row, int agent, mg_stream *stream)
{
    const mg_cleanup_config *c = row->config;
    const mg_cleanup_place at = mg_cleanup_at(row, agent);
    const int boundary = boundary_of(c);
    const int32_t to_middle = towards_column(at.column, boundary + 1);
    switch (script) {
    case CLEANUP_RANDOM: return (int32_t)mg_random_below(stream, MG_CLEANUP_ACTIONS);
    case CLEANUP_RIVER:
        if (at.column > boundary)
            return MG_CLEANUP_LEFT;
        return mg_random_below(stream, 2) == 0 ? MG_CLEANUP_UP : MG_CLEANUP_DOWN;
    case CLEANUP_CLEANER: return at.column > boundary ? MG_CLEANUP_LEFT : MG_CLEANUP_CLEAN;
    case CLEANUP_MISSER: return to_middle != NO_ACTION ? to_middle : MG_CLEANUP_CLEAN;
    case CLEANUP_KEEPER: return at.column > 2 ? MG_CLEANUP_LEFT : MG_CLEANUP_CLEAN;
    case CLEANUP_HARVESTER:
    case CLEANUP_SCRIPTS: break;
    }
    return harvest(row, at);
}

/* ---- what a pair earns ---- */

static void play(const mg_row *row, const cleanup_script *script, int episode, mg_key key)
{
    float reward[MG_CLEANUP_AGENTS], paid[MG_CLEANUP_AGENTS], received[MG_CLEANUP_AGENTS];
    mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
    const uint32_t pair = (uint32_t)script[0] * CLEANUP_SCRIPTS + (uint32_t)script[1];
    mg_stream noise = mg_stream_at(key, MG_PURPOSE_EVALUATE_RESET, (uint32_t)episode, pair, 0);
    mg_cleanup.reset(row, &noise);
    for (uint32_t t = 0; !outcome.truncated; t++) {
        int32_t action[MG_CLEANUP_AGENTS];
        for (int i = 0; i < MG_CLEANUP_AGENTS; i++) {
            mg_stream draws =
                mg_stream_at(key, MG_PURPOSE_EVALUATE_ACTION, (uint32_t)episode * 65536u + t, pair, (uint32_t)i);
            action[i] = cleanup_script_action(script[i], row, i, &draws);
        }
        noise = mg_stream_at(key, MG_PURPOSE_EVALUATE_STEP, (uint32_t)episode * 65536u + t, pair, 0);
        mg_cleanup.step(row, &(mg_joint){.action = action}, &noise, &outcome);
    }
}

static cleanup_mean mean_of(double sum, double squares, int n)
{
    const double mean = sum / n, variance = n > 1 ? (squares - sum * mean) / (n - 1) : 0.0;
    return (cleanup_mean){mean, variance > 0.0 ? mg_sqrt(variance / n) : 0.0};
}

cleanup_worth cleanup_worth_of(const mg_cleanup_config *config, const cleanup_script *script, int episodes, mg_key key)
{
    enum { METRICS_MAX = 32 };
    mg_env_spec spec;
    mg_cleanup.describe(config, NULL, &spec);
    const mg_row row = {config, NULL, mg_allocate_block(spec.row_bytes, 1)};
    mg_env_spec_free(&spec);
    double sum[2] = {0.0}, squares[2] = {0.0}, metric[METRICS_MAX];
    for (int episode = 0; episode < episodes; episode++) {
        play(&row, script, episode, key);
        mg_cleanup.metrics(&row, metric); /* return_sum, washed */
        for (int k = 0; k < 2; k++) {
            sum[k] += metric[k];
            squares[k] += metric[k] * metric[k];
        }
    }
    free(row.state);
    return (cleanup_worth){mean_of(sum[0], squares[0], episodes), mean_of(sum[1], squares[1], episodes)};
}

/* ---- the meta-gradient ---- */

typedef struct river {
    mg_cleanup_config config;
    int length;
    void *state;
    float *seen; /* [agents x length] */
} river;

static bool play_at_random(void *context, bool first, mg_stream *stream, double *observation, int32_t *neighbour,
                           int32_t *action, double *reward)
{
    (void)neighbour;
    river *r = context;
    const mg_row row = {&r->config, NULL, r->state};
    float earned[MG_CLEANUP_AGENTS], paid[MG_CLEANUP_AGENTS], received[MG_CLEANUP_AGENTS];
    mg_outcome outcome = {.reward = earned, .paid = paid, .received = received};
    if (first)
        mg_cleanup.reset(&row, stream);
    mg_cleanup.observe(&row, 0, r->seen);
    for (int k = 0; k < MG_CLEANUP_AGENTS * r->length; k++)
        observation[k] = (double)r->seen[k];
    for (int i = 0; i < MG_CLEANUP_AGENTS; i++)
        action[i] = (int32_t)mg_random_below(stream, MG_CLEANUP_ACTIONS);
    mg_cleanup.step(&row, &(mg_joint){.action = action}, stream, &outcome);
    for (int i = 0; i < MG_CLEANUP_AGENTS; i++)
        reward[i] = (double)earned[i];
    return outcome.truncated;
}

double cleanup_gradient_error(const mg_cleanup_config *config, const mg_lio_shape *settings, int components,
                              mg_stream *stream, double mutate)
{
    mg_env_spec spec;
    river r = {.config = *config};
    mg_cleanup.describe(&r.config, NULL, &spec);
    const mg_agent_spec agent = *mg_env_agent(&spec, 0);
    mg_lio_shape shape = *settings;
    r.length = shape.observation = agent.observation;
    shape.agents = spec.agents;
    shape.actions = agent.actions;
    shape.steps_max = spec.longest_episode;
    shape.kinds = spec.transfer.kinds;
    shape.kind = spec.transfer.kind;
    shape.picture = mg_team_picture(agent.part, settings->picture.filters, settings->picture.window);
    r.state = mg_allocate_block(spec.row_bytes, 1);
    r.seen = mg_allocate((size_t)MG_CLEANUP_AGENTS * (size_t)r.length, sizeof *r.seen);
    mg_env_spec_free(&spec);
    const double error =
        mg_lio_critic_gradient_error(&shape, &(mg_lio_game){play_at_random, &r}, components, stream, mutate);
    free(r.state);
    free(r.seen);
    return error;
}

/* ---- pictures ---- */

const char *cleanup_picture(const mg_row *row, char text[CLEANUP_PICTURE])
{
    static const char letter[MG_CLEANUP_CELLS + 1] = "..@oH~*01";
    const int size = mg_cleanup_size(row->config);
    for (int n = 0; n < size * size; n++)
        text[n] = letter[mg_cleanup_seen(row, (mg_cleanup_place){n / size, n % size})];
    text[size * size] = '\0';
    return text;
}
