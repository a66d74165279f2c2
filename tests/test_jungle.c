/* The jungle: rules one by one on boards set up by hand, observations and neighbours by their slow definitions, and
 * what random agents and the nearest food are worth, against numbers that were measured apart from this program. */
#include "envs/jungle.h"
#include "tests/tap.h"

#include <string.h>

enum { UP, LEFT, STAY, RIGHT, DOWN, HIT_UP, HIT_LEFT, HIT_RIGHT, HIT_DOWN, MOST = MG_JUNGLE_AGENTS_MAX };

/* A row too large for tests/environment.h: fifty agents see 6150 numbers. */
typedef struct jungle {
    mg_jungle_config config;
    mg_row row;
    _Alignas(16) unsigned char state[16384];
    float reward[MOST], paid[MOST], received[MOST];
    mg_outcome outcome;
    mg_stream stream;
} jungle;

static void start(jungle *j, const mg_jungle_config *config, uint32_t episode)
{
    mg_env_spec spec;
    memset(j->state, 0xa5, sizeof j->state); /* what a reset must overwrite */
    j->config = *config;
    j->row = (mg_row){&j->config, NULL, j->state};
    j->outcome = (mg_outcome){.reward = j->reward, .paid = j->paid, .received = j->received};
    j->stream = mg_stream_at((mg_key){4711, 0}, MG_PURPOSE_TEST, episode, 0, 0);
    mg_jungle.describe(&j->config, NULL, &spec);
    if (spec.row_bytes > sizeof j->state)
        tap_ok(false, "a row has %zu bytes", spec.row_bytes);
    mg_env_spec_free(&spec);
    mg_jungle.reset(&j->row, &j->stream);
}

static void act(jungle *j, const int32_t *action)
{
    mg_jungle.step(&j->row, &(mg_joint){.action = action}, NULL, &j->outcome);
}

static mg_jungle_cell cell(int x, int y)
{
    return (mg_jungle_cell){x, y};
}

static bool stands(const jungle *j, int agent, int x, int y)
{
    mg_jungle_cell at = mg_jungle_agent(&j->row, agent);
    return at.x == x && at.y == y;
}

/* Three agents at (10,10), (11,10), (20,20) and foods at (10,9), (25,25). */
static void set_up(jungle *j, bool cost_always)
{
    mg_jungle_config config = mg_jungle_default(3);
    config.foods = 2;
    config.hit_cost_always = cost_always;
    start(j, &config, 0);
    for (int i = 0; i < 3; i++)
        mg_jungle_place(&j->row, i, cell(1 + i, 28)); /* out of the way first */
    mg_jungle_place_food(&j->row, 0, cell(10, 9));
    mg_jungle_place_food(&j->row, 1, cell(25, 25));
    mg_jungle_place(&j->row, 0, cell(10, 10));
    mg_jungle_place(&j->row, 1, cell(11, 10));
    mg_jungle_place(&j->row, 2, cell(20, 20));
}

static bool rewards(const jungle *j, float a, float b, float c)
{
    return j->reward[0] == a && j->reward[1] == b && j->reward[2] == c;
}

static void test_hits(void)
{
    jungle j;
    set_up(&j, true);
    act(&j, (const int32_t[]){HIT_UP, STAY, STAY});
    tap_ok(rewards(&j, 0.99f, 0.0f, 0.0f), "a food: 1, less the cost of a hit");
    act(&j, (const int32_t[]){STAY, HIT_LEFT, STAY});
    tap_ok(rewards(&j, -4.0f, 1.99f, 0.0f), "an agent: 2 less the cost, 4 from the victim");
    act(&j, (const int32_t[]){HIT_RIGHT, HIT_LEFT, STAY});
    tap_ok(rewards(&j, (float)(2.0 - 0.01 - 4.0), (float)(2.0 - 0.01 - 4.0), 0.0f), "each other: both gain and lose");
    act(&j, (const int32_t[]){STAY, HIT_DOWN, HIT_UP});
    tap_ok(rewards(&j, 0.0f, -0.01f, -0.01f), "nothing there: the cost alone");
    double metric[4];
    mg_jungle.metrics(&j.row, metric);
    tap_ok(metric[1] == 1.0 / 3.0 && metric[2] == 1.0 && metric[3] == 2.0, "one meal, three hits, two on one agent");
    set_up(&j, false);
    act(&j, (const int32_t[]){HIT_UP, HIT_LEFT, HIT_LEFT});
    tap_ok(rewards(&j, -3.0f, 2.0f, -0.01f), "as the paper has it only a hit on nothing costs");
    set_up(&j, true);
    act(&j, (const int32_t[]){LEFT, HIT_LEFT, STAY});
    tap_ok(rewards(&j, -4.0f, 1.99f, 0.0f) && stands(&j, 0, 9, 10), "who walks away is hit first");
    mg_jungle_place(&j.row, 2, cell(10, 11));
    mg_jungle_place(&j.row, 0, cell(10, 10));
    act(&j, (const int32_t[]){STAY, HIT_LEFT, HIT_UP});
    tap_ok(rewards(&j, -8.0f, 1.99f, 1.99f), "two on one: 4 for each");
    mg_jungle_place(&j.row, 0, cell(1, 10));
    act(&j, (const int32_t[]){HIT_LEFT, STAY, STAY});
    tap_ok(rewards(&j, -0.01f, 0.0f, 0.0f), "a wall is nothing");
}

static void test_moves(void)
{
    jungle j;
    set_up(&j, true);
    act(&j, (const int32_t[]){RIGHT, RIGHT, DOWN});
    tap_ok(stands(&j, 0, 10, 10) && stands(&j, 1, 12, 10) && stands(&j, 2, 20, 21),
           "a lower index does not follow into a cell that is left after it");
    set_up(&j, true);
    act(&j, (const int32_t[]){LEFT, LEFT, LEFT});
    tap_ok(stands(&j, 0, 9, 10) && stands(&j, 1, 10, 10) && stands(&j, 2, 19, 20), "a higher one does");
    act(&j, (const int32_t[]){RIGHT, LEFT, UP});
    tap_ok(stands(&j, 0, 9, 10) && stands(&j, 1, 10, 10) && stands(&j, 2, 19, 19), "nobody changes places");
    act(&j, (const int32_t[]){STAY, UP, STAY});
    tap_ok(stands(&j, 1, 10, 10), "a food is in the way");
    static const struct {
        int x, y, action;
    } edge[] = {{1, 5, LEFT}, {28, 5, RIGHT}, {5, 1, UP}, {5, 28, DOWN}};
    int held = 0;
    for (int k = 0; k < 4; k++) {
        mg_jungle_place(&j.row, 2, cell(edge[k].x, edge[k].y));
        act(&j, (const int32_t[]){STAY, STAY, edge[k].action});
        held += stands(&j, 2, edge[k].x, edge[k].y);
    }
    tap_ok(held == 4, "the walls hold on %d of 4 sides", held);
    tap_ok(mg_jungle_at(&j.row, cell(0, 5)) == 2 && mg_jungle_at(&j.row, cell(29, 28)) == 2 &&
               mg_jungle_at(&j.row, cell(5, 28)) == 1 && mg_jungle_at(&j.row, cell(25, 25)) == -1,
           "the outer ring is wall, the rest is what stands there");
}

/* What an agent sees, by its definition. */
static float seen(const jungle *j, int agent, int dx, int dy)
{
    mg_jungle_cell me = mg_jungle_agent(&j->row, agent);
    float sum = 0.0f;
    if (dx * dx + dy * dy > 25)
        return 0.0f;
    for (int i = 0; i < j->config.agents; i++) {
        mg_jungle_cell other = mg_jungle_agent(&j->row, i);
        sum += other.x == me.x + dx && other.y == me.y + dy ? 1.0f : 0.0f;
    }
    for (int f = 0; f < j->config.foods; f++) {
        mg_jungle_cell food = mg_jungle_food(&j->row, f);
        sum -= food.x == me.x + dx && food.y == me.y + dy ? 1.0f : 0.0f;
    }
    return sum;
}

static int squared(mg_jungle_cell a, mg_jungle_cell b)
{
    return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}

/* The n-th nearest has exactly n others before it, in distance and then index. */
static int wrong_neighbours(const jungle *j, const int32_t *list, int most)
{
    int wrong = 0;
    for (int i = 0; i < j->config.agents; i++)
        for (int n = 0; n < most; n++) {
            int of = list[i * most + n], before = 0;
            mg_jungle_cell me = mg_jungle_agent(&j->row, i);
            int far = squared(me, mg_jungle_agent(&j->row, of));
            for (int k = 0; k < j->config.agents; k++) {
                int here = squared(me, mg_jungle_agent(&j->row, k));
                before += k != i && (here < far || (here == far && k < of));
            }
            wrong += of == i || before != n;
        }
    return wrong;
}

static void test_seen(void)
{
    static float observation[MOST * MG_JUNGLE_SEEN];
    static int32_t neighbour[MOST * 5];
    int wrong = 0, misplaced = 0, unlike = 0;
    for (uint32_t episode = 0; episode < 40; episode++) {
        jungle j;
        mg_jungle_config config = mg_jungle_default(episode % 2 ? 50 : 3);
        config.neighbours = 1 + (int)(episode % 5);
        int most = config.neighbours < config.agents ? config.neighbours : config.agents - 1;
        start(&j, &config, episode);
        mg_jungle.observe(&j.row, 0, observation);
        mg_jungle.neighbours(&j.row, neighbour);
        misplaced += wrong_neighbours(&j, neighbour, most);
        for (int i = 0; i < config.agents; i++) {
            const float *own = observation + i * MG_JUNGLE_SEEN;
            mg_jungle_cell me = mg_jungle_agent(&j.row, i);
            for (int k = 0; k < 121; k++)
                unlike += own[k] != seen(&j, i, k % 11 - 5, k / 11 - 5);
            wrong += own[121] != (float)me.y / 30.0f || own[122] != (float)me.x / 30.0f;
        }
    }
    tap_ok(unlike == 0, "the window is a disc of radius 5, agents 1, foods -1: %d numbers wrong", unlike);
    tap_ok(wrong == 0, "then y and x, divided by 30");
    tap_ok(misplaced == 0, "neighbours: nearest first, ties to the lower index: %d wrong", misplaced);
}

static void test_start(void)
{
    jungle j, again;
    mg_jungle_config config = mg_jungle_default(50);
    tap_ok(config.foods == 30, "three foods for five agents");
    int clash = 0, least = 99, greatest = 0;
    for (uint32_t episode = 0; episode < 50; episode++) {
        start(&j, &config, episode);
        bool taken[30][30] = {{false}};
        for (int k = 0; k < 80; k++) {
            mg_jungle_cell at = k < 50 ? mg_jungle_agent(&j.row, k) : mg_jungle_food(&j.row, k - 50);
            clash += taken[at.y][at.x] || mg_jungle_at(&j.row, at) != (k < 50 ? 1 : -1);
            taken[at.y][at.x] = true;
            least = at.x < least ? at.x : at.y < least ? at.y : least;
            greatest = at.x > greatest ? at.x : at.y > greatest ? at.y : greatest;
        }
    }
    tap_ok(clash == 0 && least == 1 && greatest == 28, "everybody on a cell of its own, from %d to %d", least,
           greatest);
    start(&j, &config, 3);
    start(&again, &config, 3);
    act(&again, (const int32_t[MOST]){0});
    tap_ok(memcmp(j.state, again.state, sizeof j.state) != 0, "a step shows in the row");
    start(&again, &config, 3);
    tap_ok(memcmp(j.state, again.state, sizeof j.state) == 0, "a reset leaves nothing of the row before");
}

static void test_ends(void)
{
    jungle j;
    mg_jungle_config config = mg_jungle_default(10);
    start(&j, &config, 0);
    int32_t stay[MOST];
    for (int i = 0; i < MOST; i++)
        stay[i] = STAY;
    int steps = 0;
    do {
        act(&j, stay);
        steps++;
    } while (!j.outcome.truncated && !j.outcome.terminated && steps < 1000);
    tap_ok(steps == 120 && j.outcome.truncated && !j.outcome.terminated,
           "time is up after %d steps; no state is an end", steps);
    float given[100] = {0};
    for (int k = 0; k < 100; k++)
        given[k] = (float)(k % 10) * 0.25f;
    mg_jungle.step(&j.row, &(mg_joint){.action = stay, .transfer = given}, NULL, &j.outcome);
    tap_ok(j.paid[0] == 11.25f && j.paid[9] == 9.0f && j.received[0] == 0.0f && j.received[4] == 9.0f &&
               j.reward[4] == 0.0f,
           "incentives: everybody's own entry is not used, rewards do not change");
}

static double root(double x)
{
    double r = x > 1.0 ? x : 1.0;
    for (int k = 0; k < 60; k++)
        r = 0.5 * (r + x / r);
    return r;
}

/* Reward per agent and step of agents that play anything, 300 episodes, against as many of a program in another
 * language that was written apart from this one; both have standard errors of about 0.00045. */
static void test_random(void)
{
    static const double wanted[] = {-0.01165, -0.01857, -0.02696, -0.03361, -0.04100};
    enum { EPISODES = 300 };
    for (int size = 0; size < 5; size++) {
        mg_jungle_config config = mg_jungle_default(10 * (size + 1));
        double sum = 0.0, squares = 0.0;
        for (uint32_t episode = 0; episode < EPISODES; episode++) {
            jungle j;
            start(&j, &config, 1000 + episode);
            do {
                int32_t action[MOST];
                for (int i = 0; i < config.agents; i++)
                    action[i] = (int32_t)mg_random_below(&j.stream, 9);
                act(&j, action);
            } while (!j.outcome.truncated);
            double metric[4];
            mg_jungle.metrics(&j.row, metric);
            sum += metric[0];
            squares += metric[0] * metric[0];
        }
        double mean = sum / EPISODES, error = root((squares / EPISODES - mean * mean) / EPISODES);
        double by = mean - wanted[size];
        by = by < 0.0 ? -by : by;
        tap_ok(by < 4.0 * 1.4143 * error, "%d agents at random: %.4f with a standard error of %.4f", config.agents,
               mean, error);
    }
}

/* The paper's upper bound: 1 - d / 120, d the mean way to the nearest food (Manhattan); it prints two digits. */
static void test_bounds(void)
{
    static const double paper[] = {0.93, 0.95, 0.96, 0.96, 0.97};
    static const double way[] = {7.977, 5.527, 4.491, 3.856, 3.442}; /* of another program, 4000 boards */
    enum { BOARDS = 4000 };
    for (int size = 0; size < 5; size++) {
        mg_jungle_config config = mg_jungle_default(10 * (size + 1));
        double sum = 0.0, squares = 0.0;
        for (uint32_t episode = 0; episode < BOARDS; episode++) {
            jungle j;
            start(&j, &config, 5000 + episode);
            double board = 0.0;
            for (int i = 0; i < config.agents; i++) {
                mg_jungle_cell me = mg_jungle_agent(&j.row, i);
                int nearest = 99;
                for (int f = 0; f < config.foods; f++) {
                    mg_jungle_cell food = mg_jungle_food(&j.row, f);
                    int far = (food.x > me.x ? food.x - me.x : me.x - food.x) +
                              (food.y > me.y ? food.y - me.y : me.y - food.y);
                    nearest = far < nearest ? far : nearest;
                }
                board += (double)nearest / (double)config.agents;
            }
            sum += board;
            squares += board * board;
        }
        double mean = sum / BOARDS, error = root((squares / BOARDS - mean * mean) / BOARDS);
        double by = mean - way[size], bound = 1.0 - mean / 120.0;
        by = by < 0.0 ? -by : by;
        /* The other program's mean has an error of the same size. */
        tap_ok(by < 4.0 * 1.4143 * error, "%d agents: %.3f cells to the nearest food, standard error %.3f",
               config.agents, mean, error);
        tap_ok((int)(bound * 100.0) == (int)(paper[size] * 100.0 + 0.5), "the paper's bound %.2f: %.4f", paper[size],
               bound);
    }
}

int main(void)
{
    test_hits();
    test_moves();
    test_seen();
    test_start();
    test_ends();
    test_random();
    test_bounds();
    return tap_done();
}
