/* escape_play.c - recursion over the steps of an episode; rooms that play themselves. */
#include "suite/shared/escape_play.h"
#include "core/io/memory.h"

#include <stdio.h>
#include <stdlib.h>

enum { PLAYERS = 5, STEPS = 5, PLACES_OF_ALL = 243 /* 3 ^ PLAYERS */, GIVERS = 3, LENGTH = 16, ROW_BYTES = 2048 };

/* ---- what a room is worth ---- */

typedef struct solver {
    const mg_escape_room_config *config;
    int agents, actions, joints;
    unsigned char known[STEPS][PLACES_OF_ALL];
    escape_worth worth[STEPS][PLACES_OF_ALL]; /* of the rest of an episode, from these places */
} solver;

static int code_of(int agents, const int32_t *place)
{
    int code = 0;
    for (int i = agents; i-- > 0;)
        code = MG_ESCAPE_PLACES * code + (int)place[i];
    return code;
}

/* The step alone: rewards do not depend on what was before but for the places. Returns whether somebody left. */
static bool try_step(const solver *s, const int32_t *place, int joint, int32_t *next, double *reward)
{
    _Alignas(16) unsigned char state[ROW_BYTES];
    const mg_row row = {s->config, NULL, state};
    int32_t action[PLAYERS];
    float earned[PLAYERS], paid[PLAYERS], received[PLAYERS];
    mg_outcome outcome = {.reward = earned, .paid = paid, .received = received};
    for (int i = 0; i < s->agents; i++, joint /= s->actions)
        action[i] = joint % s->actions;
    mg_escape_room_place(&row, place);
    mg_escape_room.step(&row, &(mg_joint){.action = action}, NULL, &outcome);
    *reward = 0.0;
    for (int i = 0; i < s->agents; i++) {
        *reward += (double)earned[i];
        next[i] = mg_escape_room_at(&row, i);
    }
    return outcome.terminated;
}

static escape_worth solve(solver *s, int step, const int32_t *place)
{
    const int code = code_of(s->agents, place);
    escape_worth worth = {-1e300, 0.0};
    if (step == s->config->steps)
        return (escape_worth){0.0, 0.0};
    if (s->known[step][code])
        return s->worth[step][code];
    for (int joint = 0; joint < s->joints; joint++) {
        int32_t next[PLAYERS];
        double reward;
        escape_worth after = {0.0, 0.0};
        if (!try_step(s, place, joint, next, &reward))
            after = solve(s, step + 1, next);
        worth.best = reward + after.best > worth.best ? reward + after.best : worth.best;
        worth.random += (reward + after.random) / (double)s->joints;
    }
    s->known[step][code] = 1;
    s->worth[step][code] = worth;
    return worth;
}

escape_worth escape_worth_of(const mg_escape_room_config *config)
{
    mg_env_spec spec;
    mg_escape_room.describe(config, NULL, &spec);
    if (spec.agents > PLAYERS || spec.row_bytes > ROW_BYTES || config->steps > STEPS) {
        fprintf(stderr, "escape_worth_of: %d agents, %d steps: at most %d and %d\n", spec.agents, config->steps,
                PLAYERS, STEPS);
        exit(MG_EXIT_INPUT);
    }
    solver *s = mg_allocate(1, sizeof *s);
    s->config = config;
    s->agents = spec.agents;
    s->actions = mg_env_agent(&spec, 0)->actions;
    s->joints = 1;
    for (int i = 0; i < s->agents; i++)
        s->joints *= s->actions;
    const int32_t start[PLAYERS] = {MG_ESCAPE_START, MG_ESCAPE_START, MG_ESCAPE_START, MG_ESCAPE_START,
                                    MG_ESCAPE_START};
    escape_worth worth = solve(s, 0, start);
    free(s);
    mg_env_spec_free(&spec);
    return worth;
}

/* ---- random episodes ---- */

void escape_play_begin(escape_play *play, const mg_escape_room_config *config)
{
    play->config = *config;
    mg_escape_room.describe(&play->config, NULL, &play->spec);
    if (play->spec.agents > GIVERS || play->spec.row_bytes > sizeof play->state) {
        fprintf(stderr, "escape_play_begin: %d agents, %zu bytes: at most %d and %zu\n", play->spec.agents,
                play->spec.row_bytes, GIVERS, sizeof play->state);
        exit(MG_EXIT_INPUT);
    }
}

void escape_play_end(escape_play *play)
{
    mg_env_spec_free(&play->spec);
}

/* Everybody moves and gives at random, by the stream of the case. */
static bool play_step(void *context, bool first, mg_stream *stream, double *observation, int32_t *neighbour,
                      int32_t *action, double *reward)
{
    (void)neighbour;
    escape_play *r = context;
    const mg_row row = {&r->config, NULL, r->state};
    float seen[GIVERS * LENGTH], earned[GIVERS], paid[GIVERS], received[GIVERS], transfer[GIVERS * GIVERS];
    mg_outcome outcome = {.reward = earned, .paid = paid, .received = received};
    const mg_joint joint = {.action = action, .transfer = transfer};
    int agents = r->spec.agents, numbers = mg_env_offsets(&r->spec, NULL);
    if (first)
        mg_escape_room.reset(&row, stream);
    for (int i = 0; i < agents; i++)
        action[i] = (int32_t)mg_random_below(stream, (uint32_t)mg_env_agent(&r->spec, i)->actions);
    for (int k = 0; k < agents * agents; k++)
        transfer[k] = mg_random_uniform(stream, 0.0f, 2.0f);
    for (int stage = 0; stage < r->spec.stages; stage++) {
        mg_escape_room.observe(&row, stage, seen);
        if (stage + 1 < r->spec.stages)
            mg_escape_room.disclose(&row, stage, &joint);
    }
    mg_escape_room.step(&row, &joint, NULL, &outcome);
    for (int k = 0; k < numbers; k++)
        observation[k] = (double)seen[k];
    for (int i = 0; i < agents; i++)
        reward[i] = (double)earned[i];
    return outcome.terminated || outcome.truncated;
}

double escape_play_gradient_error(escape_play *play, const mg_lio_shape *settings, bool one_episode, mg_stream *stream,
                                  double mutate)
{
    const mg_lio_game game = {play_step, play};
    const mg_agent_spec *agent = mg_env_agent(&play->spec, 0);
    mg_lio_shape shape = *settings;
    shape.agents = play->spec.agents;
    shape.observation = agent->observation;
    shape.actions = agent->actions;
    shape.steps_max = play->spec.longest_episode;
    return mg_lio_gradient_error_in(&shape, &game, one_episode, stream, mutate);
}
