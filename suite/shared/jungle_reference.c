/* jungle_reference.c - boards drawn and measured, players that learn nothing, and what a film tells of them. */
#include "suite/shared/jungle_reference.h"
#include "suite/harness/trail.h"
#include "suite/shared/jungle_play.h"

#include <stdlib.h>
#include <string.h>

/* ---- a film: where everybody stands, and what it did to come there ---- */

static void film_thing(const char *what, const int64_t field[5], int step, mg_csv_writer *table,
                       const struct mg_row_name *name)
{
    mg_put_row_name(table, name);
    mg_csv_integer(table, step);
    mg_csv_text(table, what);
    for (int f = 0; f < 5; f++)
        mg_csv_integer(table, field[f]);
    mg_csv_end_row(table);
}

/* Foods, which stay; and agents in the middle of the episode, when most have come to a food. */
void jungle_film_frame(const mg_row *row, int step, mg_csv_writer *table, const struct mg_row_name *name)
{
    const mg_jungle_config *c = row->config;
    bool told = step >= c->steps / 3 && step <= c->steps / 2;
    for (int f = 0; f < c->foods && step == 0; f++) {
        mg_jungle_cell at = mg_jungle_food(row, f);
        film_thing("food", (const int64_t[5]){f, at.x, at.y, -1, 0}, step, table, name);
    }
    for (int i = 0; i < c->agents && told; i++) {
        mg_jungle_cell at = mg_jungle_agent(row, i);
        film_thing("agent", (const int64_t[5]){i, at.x, at.y, mg_jungle_action(row, i), mg_jungle_met(row, i)}, step,
                   table, name);
    }
}

/* ---- computed: the upper bound, and players that learn nothing ---- */

enum { ROW_BYTES = 8192 };

/* A board of so many agents, from "n20" in the name of the row. */
typedef struct jungle {
    mg_jungle_config config;
    mg_row row;
    _Alignas(16) unsigned char state[ROW_BYTES];
} jungle;

static bool set_board(jungle *j, mg_direct *direct, mg_error *error)
{
    mg_env_spec spec;
    j->config = mg_jungle_default(atoi(mg_direct_name(direct)->variant + 1));
    j->row = (mg_row){&j->config, NULL, j->state};
    mg_jungle.describe(&j->config, NULL, &spec);
    mg_env_spec_free(&spec);
    return spec.row_bytes <= ROW_BYTES ||
           mg_fail(error, MG_EXIT_INPUT, "a row of jungle has %zu bytes, room is for %d", spec.row_bytes, ROW_BYTES);
}

/* The mean of n numbers and its standard error. */
typedef struct estimate {
    int n;
    double sum, squares;
} estimate;

static void add(estimate *e, double x)
{
    e->n++;
    e->sum += x;
    e->squares += x * x;
}

static double mean_of(const estimate *e)
{
    return e->sum / (double)e->n;
}

/* Of the mean: variance / n. */
static double squared_error(const estimate *e)
{
    double mean = mean_of(e);
    return (e->squares / (double)e->n - mean * mean) / (double)e->n;
}

static void tell_estimate(mg_direct *direct, const estimate *e, double steps)
{
    double state[] = {(double)e->n, e->sum, e->squares};
    mg_tensor tensor = {MG_KIND_STATE, "episodes, sum, squares", MG_TYPE_DOUBLE, 1, 3, state};
    mg_direct_count(direct, (double)e->n, (double)e->n, steps);
    mg_direct_checkpoint(direct, &tensor, 1);
}

/* 1 - d / 120 with d the mean way to the nearest food at the start. */
bool jungle_bound(mg_direct *direct, mg_error *error)
{
    jungle j;
    estimate way = {0};
    uint32_t boards = mg_direct_profile(direct) == MG_PROFILE_PAPER ? 100000 : 4000;
    if (!set_board(&j, direct, error))
        return false;
    for (uint32_t board = 0; board < boards; board++) {
        mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, board, 0, 0);
        mg_jungle.reset(&j.row, &stream);
        add(&way, jungle_way(&j.row));
    }
    double bound = 1.0 - mean_of(&way) / (double)j.config.steps;
    mg_direct_metric(direct, "way", mean_of(&way));
    mg_direct_metric(direct, "bound", bound);
    mg_direct_metric(direct, "bound_percent", (double)(int)(100.0 * bound));
    tell_estimate(direct, &way, 0.0);
    return true;
}

/* Reward per agent and step of a program in another language that was written apart from this one, and the standard
 * error of its mean (facts/ltos.md 21). */
static const struct {
    const char *player;
    int agents;
    double reward, error;
} known[] = {
    {"random", 10, -0.01091, 0.00014}, {"random", 20, -0.01841, 0.00014}, {"random", 30, -0.02651, 0.00015},
    {"random", 40, -0.03394, 0.00015}, {"random", 50, -0.04161, 0.00015}, {"sharing", 10, 0.87885, 0.00125},
    {"sharing", 20, 0.88640, 0.00096}, {"sharing", 30, 0.89332, 0.00082}, {"sharing", 40, 0.89682, 0.00073},
    {"sharing", 50, 0.90114, 0.00066}, {"fierce", 20, -0.52071, 0.00718},
};

/* How many standard errors of both lie between the two programs, squared: no root is needed to hold it below 16. */
static double squared_distance(const char *player, int agents, const estimate *reward)
{
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (!strcmp(known[k].player, player) && known[k].agents == agents) {
            double by = mean_of(reward) - known[k].reward;
            return by * by / (squared_error(reward) + known[k].error * known[k].error);
        }
    return 1e9;
}

enum { REWARD, EATEN, HITS, MOST_HITS, OF_EPISODE };

static void play_episode(jungle *j, jungle_player player, mg_stream *stream, double *metric, mg_direct *direct,
                         bool filmed)
{
    int32_t action[MG_JUNGLE_AGENTS_MAX];
    float reward[MG_JUNGLE_AGENTS_MAX], paid[MG_JUNGLE_AGENTS_MAX], received[MG_JUNGLE_AGENTS_MAX];
    mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
    mg_jungle.reset(&j->row, stream);
    for (int step = 0; !outcome.truncated; step++) {
        if (filmed)
            jungle_film_frame(&j->row, step, mg_direct_table(direct, "film"), mg_direct_name(direct));
        jungle_play(&j->row, player, stream, action);
        mg_jungle.step(&j->row, &(mg_joint){.action = action}, NULL, &outcome);
    }
    mg_jungle.metrics(&j->row, metric);
}

static bool run_player(mg_direct *direct, jungle_player player, mg_error *error)
{
    static const char *const name[OF_EPISODE] = {"reward_per_step", "eaten", "hits", "most_hits"};
    jungle j;
    estimate value[OF_EPISODE] = {{0}};
    uint32_t episodes = mg_direct_profile(direct) == MG_PROFILE_PAPER ? 1000 : 100;
    if (!set_board(&j, direct, error))
        return false;
    bool filmed = !strcmp(mg_direct_name(direct)->variant, "n20");
    for (uint32_t episode = 0; episode < episodes; episode++) {
        double metric[OF_EPISODE];
        mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, episode, 0, 0);
        play_episode(&j, player, &stream, metric, direct, filmed && episode == 0);
        for (int m = 0; m < OF_EPISODE; m++)
            add(&value[m], metric[m]);
    }
    for (int m = 0; m < OF_EPISODE; m++)
        mg_direct_metric(direct, name[m], mean_of(&value[m]));
    mg_direct_metric(direct, "squared_distance",
                     squared_distance(mg_direct_name(direct)->method, j.config.agents, &value[REWARD]));
    tell_estimate(direct, &value[REWARD], (double)episodes * (double)j.config.steps);
    return true;
}

bool jungle_random(mg_direct *direct, mg_error *error)
{
    return run_player(direct, JUNGLE_RANDOM, error);
}

bool jungle_sharing(mg_direct *direct, mg_error *error)
{
    return run_player(direct, JUNGLE_SHARING, error);
}

bool jungle_fierce(mg_direct *direct, mg_error *error)
{
    return run_player(direct, JUNGLE_FIERCE, error);
}
