/* The Escape Room: its rules case by case, what is seen, what is handed over, and its exact values against numbers that
 * were worked out apart from this program, by the same recursions in another language. */
#include "envs/escape_room.h"
#include "tests/environment.h"
#include "tests/tap.h"

enum { LEVER = MG_ESCAPE_LEVER, START = MG_ESCAPE_START, DOOR = MG_ESCAPE_DOOR, STATES_MAX = 243, STEPS = 5 };

static bool near(double a, double b, double within)
{
    double by = a - b;
    return by <= within && by >= -within;
}

/* One step from these places, with these transfers. */
static play step_with(const mg_escape_room_config *config, const int32_t *place, const int32_t *action,
                      const float *transfer)
{
    play p;
    play_start(&p, &mg_escape_room, config, 0);
    mg_row row = play_row(&p);
    if (place)
        mg_escape_room_place(&row, place);
    mg_outcome outcome = {.reward = p.reward, .paid = p.paid, .received = p.received};
    mg_escape_room.step(&row, &(mg_joint){.action = action, .transfer = transfer}, NULL, &outcome);
    p.terminated = outcome.terminated;
    p.truncated = outcome.truncated;
    play_look(&p);
    return p;
}

static bool rewards_are(const play *p, const float *wanted)
{
    return memcmp(p->reward, wanted, (size_t)p->spec.agents * sizeof *wanted) == 0;
}

/* ---- the symmetric room ---- */

typedef struct rule {
    int32_t place[3], action[3];
    float reward[3];
    bool ends;
    const char *says;
} rule;

static void test_rules_of(int agents, int levers, const rule *rules, int count)
{
    mg_escape_room_config config = mg_escape_room_default(agents, levers);
    for (int k = 0; k < count; k++) {
        play p = step_with(&config, rules[k].place, rules[k].action, NULL);
        bool moved = true;
        mg_row row = play_row(&p);
        for (int i = 0; i < agents; i++)
            moved = moved && mg_escape_room_at(&row, i) == rules[k].action[i];
        tap_ok(rewards_are(&p, rules[k].reward) && p.terminated == rules[k].ends && !p.truncated && moved,
               "ER(%d,%d): %s", agents, levers, rules[k].says);
    }
}

static void test_rules(void)
{
    static const rule two[] = {
        {{START, START}, {LEVER, DOOR}, {-1, 10}, true, "one pulls and pays, the other leaves"},
        {{START, START}, {START, START}, {0, 0}, false, "who stays pays nothing"},
        {{START, START}, {DOOR, DOOR}, {-1, -1}, false, "a closed door costs who goes there"},
        {{START, START}, {LEVER, LEVER}, {-1, -1}, false, "both at the lever: open, and nobody leaves"},
        {{LEVER, START}, {LEVER, DOOR}, {0, 10}, true, "who stands at the lever and stays pulls it for nothing"},
        {{LEVER, START}, {START, DOOR}, {-1, -1}, false, "who leaves the lever closes the door"},
        {{DOOR, START}, {DOOR, LEVER}, {10, -1}, true, "who waits at the door leaves when it opens"},
        {{DOOR, START}, {DOOR, START}, {0, 0}, false, "... and waits for nothing until then"},
        {{LEVER, LEVER}, {DOOR, LEVER}, {10, 0}, true, "one of two at the lever leaves"},
    };
    static const rule three[] = {
        {{START, START, START}, {LEVER, LEVER, DOOR}, {-1, -1, 10}, true, "two pull, one leaves"},
        {{START, START, START}, {LEVER, DOOR, DOOR}, {-1, -1, -1}, false, "one alone does not open it"},
        {{LEVER, LEVER, LEVER}, {LEVER, LEVER, LEVER}, {0, 0, 0}, false, "three at the lever and nobody leaves"},
        {{LEVER, DOOR, START}, {LEVER, DOOR, LEVER}, {0, 10, -1}, true, "the second opens it for who waits"},
    };
    static const rule both[] = {
        {{START, START, START}, {LEVER, DOOR, DOOR}, {-1, 10, 10}, true, "one pulls, two leave"},
    };
    test_rules_of(2, 1, two, sizeof two / sizeof *two);
    test_rules_of(3, 2, three, sizeof three / sizeof *three);
    test_rules_of(3, 1, both, sizeof both / sizeof *both);
}

static void test_end(void)
{
    mg_escape_room_config config = mg_escape_room_default(2, 1);
    play p;
    play_start(&p, &mg_escape_room, &config, 0);
    for (int k = 1; k < STEPS; k++)
        play_step(&p, (const int32_t[2]){k % 2 ? DOOR : START, START});
    tap_ok(!p.truncated && !p.terminated && p.metric[2] == 4.0 && p.metric[0] == -4.0, "to and fro for four steps");
    play_step(&p, (const int32_t[2]){DOOR, START});
    tap_ok(p.truncated && !p.terminated && p.metric[0] == -5.0 && p.metric[1] == 0.0, "... the fifth is the last");
    play_start(&p, &mg_escape_room, &config, 0);
    for (int k = 1; k < STEPS; k++)
        play_step(&p, (const int32_t[2]){START, START});
    play_step(&p, (const int32_t[2]){LEVER, DOOR});
    tap_ok(p.terminated && !p.truncated && p.metric[0] == 9.0, "who leaves in the last step has left");
    config.play_on = true;
    play_start(&p, &mg_escape_room, &config, 0);
    play_step(&p, (const int32_t[2]){LEVER, DOOR});
    tap_ok(!p.terminated && !p.truncated && p.reward[1] == 10.0f, "played on: the exit does not end it");
    for (int k = 2; k < STEPS; k++)
        play_step(&p, (const int32_t[2]){k % 2 ? LEVER : DOOR, k % 2 ? DOOR : LEVER});
    tap_ok(!p.terminated && !p.truncated && p.reward[0] == 0.0f && p.reward[1] == 0.0f && p.metric[0] == 9.0,
           "... and nothing after it counts");
    play_step(&p, (const int32_t[2]){LEVER, DOOR});
    tap_ok(p.terminated && !p.truncated && p.metric[2] == 5.0 && p.metric[0] == 9.0, "... until the fifth step");
}

/* ---- what is seen and handed over ---- */

static void test_observations(void)
{
    mg_escape_room_config config = mg_escape_room_default(3, 2);
    /* the giver's own entries are not used */
    static const float transfer[9] = {9.0f, 0.25f, 0.5f, 1.0f, 9.0f, 1.25f, 0.0f, 1.5f, 9.0f};
    static const int32_t place[3] = {START, START, START}, action[3] = {DOOR, LEVER, START};
    static const float seen[33] = {
        0, 0, 1, 1, 0, 0, 0, 1, 0, 0.25f, 0.5f,  /* agent 0: itself at the door, 1 at the lever, 2 at the start */
        1, 0, 0, 0, 0, 1, 0, 1, 0, 1.0f,  1.25f, /* agent 1: 0 before 2 */
        0, 1, 0, 0, 0, 1, 1, 0, 0, 0.0f,  1.5f,
    };
    play p = step_with(&config, place, action, transfer);
    tap_ok(p.spec.group == NULL && p.spec.state_length == 9 && memcmp(p.observation, seen, sizeof seen) == 0,
           "each sees itself, the others in order, and what it gave them");
    float state[9];
    mg_row row = play_row(&p);
    mg_escape_room.state(&row, state);
    tap_ok(memcmp(state, (const float[9]){0, 0, 1, 1, 0, 0, 0, 1, 0}, sizeof state) == 0, "the state is all places");
    tap_ok(p.paid[0] == 0.75f && p.paid[1] == 2.25f && p.paid[2] == 1.5f && p.received[0] == 1.0f &&
               p.received[1] == 1.75f && p.received[2] == 1.75f,
           "what one pays the others receive");
    tap_ok(p.reward[0] == -1.0f && p.reward[1] == -1.0f && p.reward[2] == 0.0f, "... which is no part of the rewards");
    tap_ok(p.metric[3] == 4.5 && p.metric[5] == -1.0 && p.metric[6] == 0.75 && p.metric[7] == 0.0 &&
               p.metric[8] == 1.0 && p.metric[11] == 1.0 && p.metric[9] == 0.0 && p.metric[10] == 0.0,
           "agent 0 is paid for the door and has gone there");
    tap_ok(p.metric[14] == 1.0 && p.metric[16] == 1.75 && p.metric[17] == 0.0 && p.metric[24] == 1.75 &&
               p.metric[21] == 0.0 && p.metric[22] == 0.0,
           "agent 1 for the lever, agent 2 for the start");
    mg_outcome outcome = {.reward = p.reward, .paid = p.paid, .received = p.received};
    mg_escape_room.step(&row, &(mg_joint){.action = action, .transfer = transfer}, NULL, &outcome);
    play_look(&p);
    tap_ok(p.observation[9] == 0.5f && p.observation[10] == 1.0f && p.paid[0] == 0.75f && p.metric[6] == 1.5,
           "gifts add up within an episode, and only there");
    config.play_on = true;
    p = step_with(&config, place, (const int32_t[3]){LEVER, LEVER, DOOR}, transfer);
    row = play_row(&p);
    tap_ok(p.paid[0] == 0.75f && p.reward[2] == 10.0f, "who leaves is handed gifts in that step");
    outcome = (mg_outcome){.reward = p.reward, .paid = p.paid, .received = p.received};
    mg_escape_room.step(&row, &(mg_joint){.action = action, .transfer = transfer}, NULL, &outcome);
    play_look(&p);
    tap_ok(p.paid[0] == 0.0f && p.received[2] == 0.0f && p.metric[3] == 4.5, "... and nothing where it is played on");
    config.play_on = false;
    play_start(&p, &mg_escape_room, &config, 0);
    tap_ok(p.observation[9] == 0.0f && p.observation[1] == 1.0f,
           "a new episode starts at the start, with nothing given");
    config.observe_given = false;
    play q = step_with(&config, place, action, transfer);
    tap_ok(memcmp(q.observation, seen, 9 * sizeof(float)) == 0 && memcmp(q.observation + 9, seen + 11, 36) == 0,
           "without that part the places follow each other");
}

static void test_random_start(void)
{
    enum { EPISODES = 9000 };
    mg_escape_room_config config = mg_escape_room_default(2, 1);
    int count[9] = {0};
    bool fair = true;
    config.random_start = true;
    for (uint32_t episode = 0; episode < EPISODES; episode++) {
        play p;
        play_start(&p, &mg_escape_room, &config, episode);
        mg_row row = play_row(&p);
        count[mg_escape_room_at(&row, 0) * 3 + mg_escape_room_at(&row, 1)]++;
    }
    for (int k = 0; k < 9; k++)
        fair = fair && count[k] > 880 && count[k] < 1120; /* four standard errors of 30 */
    tap_ok(fair, "random starts: each pair of places as often as any");
}

static void test_designer(void)
{
    mg_escape_room_config config = mg_escape_room_default(3, 2);
    config.designer = true;
    const int32_t place[] = {START, LEVER, DOOR}, action[] = {LEVER, LEVER, DOOR};
    const float numbers[] = {1.25f, 0.5f, 0.25f};
    play p = step_with(&config, place, action, numbers);
    tap_ok(p.spec.transfer.designer && p.spec.transfer.givers == 1 && p.spec.transfer.numbers_per_giver == 3 &&
               mg_part_numbers(p.spec.transfer.part) == 9,
           "a designer of three numbers sees all places");
    tap_ok(p.received[0] == 1.25f && p.received[1] == 1.25f && p.received[2] == 0.25f && p.paid[0] == 0.0f &&
               p.reward[0] == -1.0f && p.reward[2] == 10.0f,
           "everybody receives the number for where it goes; rewards are as ever");
    tap_ok(p.metric[0] == 9.0 && p.metric[3] == 2.75 && p.metric[4] == 6.25, "which the episode's incentives count: %g",
           p.metric[3]);
    float sensitivity[9], seen[9];
    mg_row row = play_row(&p);
    mg_outcome outcome = {.reward = p.reward, .paid = p.paid, .received = p.received};
    mg_escape_room.sensitivity(&row, sensitivity);
    mg_escape_room.designer(&row, seen);
    int wrong = 0;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            wrong +=
                sensitivity[i * 3 + k] != (k == action[i] ? 1.0f : 0.0f) || seen[i * 3 + k] != sensitivity[i * 3 + k];
    tap_ok(wrong == 0, "its sensitivity is one by that number, and it sees who stands where");
    mg_escape_room.reset(&row, NULL);
    mg_escape_room.step(&row, &(mg_joint){.action = action, .transfer = numbers}, NULL, &outcome);
    tap_ok(outcome.welfare == 8.0f, "it is after the sum of rewards: %g", (double)outcome.welfare);
    config.by_agent = true;
    p = step_with(&config, place, action, numbers);
    row = play_row(&p);
    mg_escape_room.sensitivity(&row, sensitivity);
    wrong = 0;
    for (int k = 0; k < 9; k++)
        wrong += sensitivity[k] != (k % 4 == 0 ? 1.0f : 0.0f);
    tap_ok(wrong == 0 && p.spec.transfer.numbers_per_giver == 3 && p.received[0] == 1.25f && p.received[1] == 0.5f &&
               p.received[2] == 0.25f && p.metric[3] == 2.0,
           "... or each its own number");
    config.designer = false;
    const float gifts[9] = {0.0f, 0.5f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    float of_gifts[27];
    p = step_with(&config, place, action, gifts);
    row = play_row(&p);
    mg_escape_room.sensitivity(&row, of_gifts);
    int moved = 0;
    for (int k = 0; k < 27; k++)
        moved += of_gifts[k] != 0.0f;
    tap_ok(moved == 0 && p.received[1] == 0.5f, "gifts between agents move no reward");
}

/* ---- the asymmetric room ---- */

static void test_asymmetric(void)
{
    static const struct {
        int32_t place[2], action[2];
        float reward[2];
        bool ends;
        const char *says;
    } rules[] = {
        {{START, START}, {1, 1}, {10, -1}, true, "the lever at a cost, and out"},
        {{START, START}, {0, 0}, {-1, 0}, false, "who waits for the door pays, who does nothing does not"},
        {{START, START}, {1, 0}, {-1, 0}, false, "a closed door"},
        {{START, START}, {0, 1}, {-1, -1}, false, "an open door that is not used"},
        {{DOOR, LEVER}, {1, 1}, {10, 0}, true, "the lever held for nothing"},
        {{DOOR, LEVER}, {1, 0}, {-1, -1}, false, "at the closed door every step costs; so does leaving the lever"},
    };
    mg_escape_room_config config = mg_escape_room_asymmetric();
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
        play p = step_with(&config, rules[k].place, rules[k].action, NULL);
        tap_ok(rewards_are(&p, rules[k].reward) && p.terminated == rules[k].ends, "asymmetric: %s", rules[k].says);
    }
    static const int32_t start[2] = {START, START}, pull[2] = {0, 1};
    static const float transfer[2] = {9.0f, 1.5f};
    play p = step_with(&config, start, pull, transfer);
    tap_ok(p.spec.stages == 2 && p.spec.transfer.givers == 1 && p.paid[0] == 1.5f && p.received[1] == 1.5f &&
               p.received[0] == 0.0f && p.paid[1] == 0.0f && p.metric[16] == 1.5,
           "only agent 0 gives, and agent 1 is paid for the lever");
    mg_row row = play_row(&p);
    float seen[14];
    for (int stage = 0; stage < 2; stage++)
        mg_escape_room.observe(&row, stage, seen);
    tap_ok(memcmp(seen, (const float[14]){1, 0, 0, 1, 0, 0, 1.5f, 0, 1, 1, 0, 0, 0, 0}, sizeof seen) == 0,
           "each sees itself, then the other; agent 0 what it gave");
    mg_escape_room.disclose(&row, 0, &(mg_joint){.action = pull});
    for (int stage = 0; stage < 2; stage++)
        mg_escape_room.observe(&row, stage, seen);
    tap_ok(seen[4] == 0.0f && seen[5] == 1.0f && seen[11] == 0.0f && seen[12] == 0.0f,
           "agent 0 alone sees the action that agent 1 has chosen");
    mg_outcome outcome = {.reward = p.reward, .paid = p.paid, .received = p.received};
    mg_escape_room.step(&row, &(mg_joint){.action = pull, .transfer = transfer}, NULL, &outcome);
    mg_escape_room.observe(&row, 1, seen);
    tap_ok(seen[5] == 0.0f && seen[6] == 3.0f, "... until the step is over");
    config.agents = 7;
    config.levers = 6;
    mg_env_spec spec;
    mg_escape_room.describe(&config, NULL, &spec);
    p = step_with(&config, start, (const int32_t[2]){1, 1}, NULL);
    tap_ok(spec.agents == 2 && spec.metrics == 19 && p.terminated, "it is a room of two and one lever");
    mg_env_spec_free(&spec);
}

/* ---- exact values, by playing every joint action from every state ---- */

typedef struct tree {
    const mg_escape_room_config *config;
    int agents, states, choices, joints;
    double best[STEPS + 1][STATES_MAX]; /* the largest sum of rewards that is left */
    double sum[STEPS + 1][STATES_MAX],
        out[STEPS + 1][STATES_MAX]; /* of uniform play: that sum, and the chance to leave */
} tree;

static void digits(int number, int base, int n, int32_t *digit)
{
    for (int i = 0; i < n; i++, number /= base)
        digit[i] = number % base;
}

static int state_of(const play *p)
{
    mg_row row = play_row(p);
    int state = 0;
    for (int i = p->spec.agents - 1; i >= 0; i--)
        state = 3 * state + mg_escape_room_at(&row, i);
    return state;
}

static void value_of(tree *t, int step, int state)
{
    int32_t place[MG_ESCAPE_AGENTS_MAX], action[MG_ESCAPE_AGENTS_MAX];
    digits(state, 3, t->agents, place);
    t->best[step][state] = -1e9;
    t->sum[step][state] = t->out[step][state] = 0.0;
    for (int joint = 0; joint < t->joints; joint++) {
        digits(joint, t->choices, t->agents, action);
        play p = step_with(t->config, place, action, NULL);
        double reward = play_total(&p), best = reward, sum = reward, out = p.terminated ? 1.0 : 0.0;
        if (!p.terminated) {
            int next = state_of(&p);
            best += t->best[step + 1][next];
            sum += t->sum[step + 1][next];
            out += t->out[step + 1][next];
        }
        t->best[step][state] = best > t->best[step][state] ? best : t->best[step][state];
        t->sum[step][state] += sum / (double)t->joints;
        t->out[step][state] += out / (double)t->joints;
    }
}

static int power(int base, int n)
{
    return n == 0 ? 1 : base * power(base, n - 1);
}

static void test_values(const mg_escape_room_config *config, const char *name, double best, double sum, double out)
{
    static tree t;
    int agents = config->asymmetric ? 2 : config->agents;
    t = (tree){.config = config, .agents = agents, .choices = config->asymmetric ? 2 : 3};
    t.joints = power(t.choices, agents);
    int states = power(3, agents), start = (states - 1) / 2; /* 11..1 in base 3: everybody at the start */
    for (int step = STEPS - 1; step >= 0; step--)
        for (int state = 0; state < states; state++)
            if (step > 0 || state == start)
                value_of(&t, step, state);
    tap_ok(t.best[0][start] == best, "%s: the best sum of an episode is %g, wanted %g", name, t.best[0][start], best);
    tap_ok(near(t.sum[0][start], sum, 1e-12) && (out < 0.0 || near(t.out[0][start], out, 1e-12)),
           "%s: uniform play earns %.12f, and leaves with probability %.12f", name, t.sum[0][start], t.out[0][start]);
}

/* A coin is better spent than kept: paid more than move_cost for the lever, an agent that looks at one step only pulls
 * it for the other. */
static void test_dilemma(void)
{
    mg_escape_room_config config = mg_escape_room_default(2, 1);
    static const int32_t start[2] = {START, START};
    double pull[3];
    for (int32_t other = 0; other < 3; other++) {
        play pulls = step_with(&config, start, (const int32_t[2]){LEVER, other}, NULL);
        play stays = step_with(&config, start, (const int32_t[2]){START, other}, NULL);
        pull[other] = (double)(pulls.reward[0] - stays.reward[0]);
    }
    tap_ok(pull[LEVER] == -1.0 && pull[START] == -1.0 && pull[DOOR] == -1.0,
           "to pull the lever is worth one less than to stay, whatever the other does");
}

static mg_digest digest_after(const mg_escape_room_config *config, const int32_t *action, const float *transfer)
{
    play p = step_with(config, NULL, action, transfer);
    return play_digest(&p);
}

static void test_digest(void)
{
    mg_escape_room_config config = mg_escape_room_default(2, 1);
    static const int32_t a[2] = {LEVER, START}, b[2] = {START, LEVER};
    static const float gift[4] = {0, 1, 0, 0}, none[4] = {0};
    tap_ok(mg_digest_equal(digest_after(&config, a, none), digest_after(&config, a, NULL)),
           "the same play, one digest");
    tap_ok(!mg_digest_equal(digest_after(&config, a, NULL), digest_after(&config, b, NULL)) &&
               !mg_digest_equal(digest_after(&config, a, gift), digest_after(&config, a, none)),
           "other moves and other gifts, other digests");
}

int main(void)
{
    test_rules();
    test_end();
    test_observations();
    test_random_start();
    test_designer();
    test_asymmetric();
    test_dilemma();
    test_digest();
    const mg_escape_room_config two = mg_escape_room_default(2, 1), three = mg_escape_room_default(3, 2),
                                pair = mg_escape_room_default(3, 1), five = mg_escape_room_default(5, 3),
                                asymmetric = mg_escape_room_asymmetric();
    test_values(&two, "ER(2,1)", 9.0, 3.4359599654524207, 0.7153719792037122);
    test_values(&three, "ER(3,2)", 8.0, -3.2268172760475764, 0.44507104269335634);
    test_values(&pair, "ER(3,1)", 19.0, 8.592925649319492, 0.9470778505986553);
    test_values(&five, "ER(5,3)", 17.0, -5.040951721282799, 0.5405002210239302);
    test_values(&asymmetric, "asymmetric", 9.0, 3.8134765625, -1.0);
    return tap_done();
}
