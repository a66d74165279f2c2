/* What a program of somebody else does with the installed library: C and C++. Prints TAP, and with an argument of its
 * own the digests of an episode of every environment: "digest NAME ROW HEX". Built by tests/test_library.sh. */
#include <marlgold.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int run, failed;

static void ok(int good, const char *says)
{
    printf("%sok %d - %s\n", good ? "" : "not ", ++run, says);
    failed += !good;
}

/* Arrays of a handle. */
typedef struct arrays {
    int rows;
    marlgold_spec spec;
    float *observation, *state, *reward, *gift;
    uint8_t *allowed, *terminated, *truncated;
    int32_t *neighbour, *action;
} arrays;

static void *zeros(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory)
        exit(3);
    return memory;
}

static void make(arrays *a, const marlgold *game, int rows)
{
    size_t n = (size_t)rows;
    a->rows = rows;
    marlgold_describe(game, &a->spec);
    a->observation = (float *)zeros(n * (size_t)a->spec.observation_length, sizeof(float));
    a->state = (float *)zeros(n * (size_t)a->spec.state_length, sizeof(float));
    a->reward = (float *)zeros(n * (size_t)a->spec.agents, sizeof(float));
    a->gift = (float *)zeros(n * (size_t)(a->spec.givers * a->spec.gifts_per_giver), sizeof(float));
    a->allowed = (uint8_t *)zeros(n * (size_t)a->spec.choices_length, 1);
    a->terminated = (uint8_t *)zeros(n, 1);
    a->truncated = (uint8_t *)zeros(n, 1);
    a->neighbour = (int32_t *)zeros(n * (size_t)(a->spec.agents * a->spec.neighbours), sizeof(int32_t));
    a->action = (int32_t *)zeros(n * (size_t)a->spec.agents, sizeof(int32_t));
}

static void drop(arrays *a)
{
    free(a->observation);
    free(a->state);
    free(a->reward);
    free(a->gift);
    free(a->allowed);
    free(a->terminated);
    free(a->truncated);
    free(a->neighbour);
    free(a->action);
}

static marlgold *create(const char *name, const char *settings, int rows, unsigned seed, char *error)
{
    marlgold_options options;
    memset(&options, 0, sizeof options);
    options.rows = rows;
    options.seed = seed;
    options.experiment = 4242;
    return marlgold_create(name, settings, &options, error);
}

/* The decision that tests/test_library_bits.c makes too, by the steps that the row has made. */
static void decide_row(const marlgold *game, arrays *a, int row, int step)
{
    int gifts = a->spec.givers * a->spec.gifts_per_giver;
    for (int i = 0; i < a->spec.agents; i++) {
        marlgold_agent agent;
        marlgold_agent_of(game, i, &agent);
        a->action[row * a->spec.agents + i] = agent.actions ? (step * 7 + i * 3 + row * 5) % agent.actions : 0;
    }
    for (int k = 0; k < gifts; k++)
        a->gift[row * gifts + k] = k % 3 ? a->spec.gift_low : a->spec.gift_high;
}

static void decide(const marlgold *game, arrays *a, int step)
{
    for (int row = 0; row < a->rows; row++)
        decide_row(game, a, row, step);
}

static int step(marlgold *game, arrays *a, char *error)
{
    marlgold_decision decision;
    marlgold_outcome outcome;
    memset(&decision, 0, sizeof decision);
    memset(&outcome, 0, sizeof outcome);
    decision.action = a->action;
    decision.gift = a->spec.givers ? a->gift : NULL;
    if (a->spec.givers && !a->spec.gifts_after_actions && !marlgold_disclose(game, -1, &decision, error))
        return 0;
    outcome.reward = a->reward;
    outcome.terminated = a->terminated;
    outcome.truncated = a->truncated;
    return marlgold_step(game, &decision, &outcome, error);
}

static int live_rows(const marlgold *game, int rows)
{
    int live = 0;
    for (int row = 0; row < rows; row++)
        live += marlgold_live(game, row);
    return live;
}

/* Two episodes of two rows, to their ends: a row that is over waits for the other one. */
static void play(const char *name, marlgold *game, arrays *a)
{
    char error[MARLGOLD_ERROR] = "";
    int good = 1, steps[2] = {0, 0};
    for (int episode = 0; episode < 2; episode++) {
        for (int row = 0; row < a->rows; row++)
            good = good && marlgold_reset(game, row, error);
        while (good && live_rows(game, a->rows) && steps[0] < 1000000) {
            for (int row = 0; row < a->rows; row++) {
                decide_row(game, a, row, steps[row]);
                steps[row] += marlgold_live(game, row);
            }
            good = step(game, a, error);
        }
    }
    for (int row = 0; row < a->rows; row++) {
        char digest[MARLGOLD_DIGEST];
        marlgold_digest(game, row, digest);
        printf("digest %s %d %s\n", name, row, good ? digest : error);
    }
}

static int print_digests(void)
{
    for (int k = 0; k < marlgold_environments(); k++) {
        char error[MARLGOLD_ERROR] = "";
        marlgold *game = create(marlgold_environment(k), NULL, 2, 7, error);
        arrays a;
        if (!game) {
            printf("digest %s 0 %s\n", marlgold_environment(k), error);
            continue;
        }
        make(&a, game, 2);
        play(marlgold_environment(k), game, &a);
        drop(&a);
        marlgold_free(game);
    }
    return 0;
}

/* More than there is memory for: the program goes on. */
static int too_large(void)
{
    char error[MARLGOLD_ERROR] = "";
    marlgold *game = create("traffic-control", NULL, 65536, 0, error);
    marlgold *small = create("prisoner", NULL, 1, 0, NULL);
    printf("%s, %s\n", game ? "made" : error, small ? "and then a small one" : "and nothing more");
    return 0;
}

/* ---- what a user relies on ---- */

static void describes(void)
{
    char error[MARLGOLD_ERROR] = "";
    marlgold_setting setting;
    marlgold_spec spec;
    marlgold_agent agent;
    marlgold_part part;
    const char *name = NULL, *unit = NULL;
    marlgold *game = create("jungle", "agents=10", 1, 0, error);
    ok(marlgold_abi() == MARLGOLD_ABI && marlgold_environment(-1) == NULL &&
           marlgold_environment(marlgold_environments()) == NULL,
       "the library is of the header's interface, and its list has an end");
    ok(game != NULL, "jungle with ten agents");
    marlgold_describe(game, &spec);
    ok(spec.agents == 10 && spec.observation_length == 1230 && spec.choices_length == 90 && spec.neighbours == 3 &&
           spec.longest_episode == 120 && spec.stages == 1 && spec.real_length == 0,
       "its lengths");
    ok(marlgold_agent_of(game, 9, &agent) && agent.observation == 123 && agent.observation_at == 9 * 123 &&
           agent.actions == 9 && agent.choices_at == 81 && !agent.masked && !marlgold_agent_of(game, 10, &agent) &&
           !marlgold_agent_of(game, -1, &agent),
       "its agents, and no eleventh");
    int numbers = 0, parts = 0;
    while (marlgold_part_of(game, 0, parts, &part)) {
        numbers += part.channels * part.height * part.width;
        parts++;
    }
    ok(parts == agent.parts && numbers == 123, "the parts of an observation are all of it");
    ok(marlgold_metric_of(game, 0, &name, &unit) && strlen(name) > 0 &&
           !marlgold_metric_of(game, spec.metrics, &name, &unit),
       "metrics have names and an end");
    ok(marlgold_setting_of("jungle", 0, &setting) && !strcmp(setting.name, "agents") &&
           setting.type == MARLGOLD_WHOLE && setting.value == 20.0 && setting.low >= 1.0 && setting.high >= 50.0 &&
           strlen(setting.source) > 0,
       "settings say what they are");
    ok(!marlgold_setting_of("jungle", 1000, &setting) && !marlgold_setting_of("nowhere", 0, &setting),
       "... and end; nothing has none");
    marlgold_free(game);
    marlgold_free(NULL);
}

static void refuses(const char *environment, const char *settings, const char *words, const char *says)
{
    char error[MARLGOLD_ERROR] = "";
    marlgold *game = marlgold_create(environment, settings, NULL, error);
    if (game || !strstr(error, words) || strchr(error, '\n'))
        printf("# found: %s\n", error);
    ok(!game && strstr(error, words) && !strchr(error, '\n'), says);
    marlgold_free(game);
}

static void refuses_what_is_wrong(void)
{
    marlgold_options options;
    char error[MARLGOLD_ERROR] = "";
    refuses("predatoin", NULL, "no environment 'predatoin'", "a name that there is not");
    refuses("predation", "agent=6", "no setting 'agent'", "a setting that there is not");
    refuses("predation", "agents", "wanted field=value", "a setting without a value");
    refuses("predation", "agents=many", "wanted field=value", "a value that is no number");
    refuses("predation", "agents=6.5", "whole number", "half an agent");
    refuses("predation", "agents=nan", "agents=nan", "a value that is not a number");
    refuses("predation", "agents=100000", "from", "a value out of range");
    memset(&options, 0, sizeof options);
    options.rows = -1;
    ok(!marlgold_create("predation", NULL, &options, error) && strstr(error, "-1 rows"), "-1 rows");
    options.rows = 65537;
    ok(!marlgold_create("predation", NULL, &options, NULL), "too many rows, without asking why");
    marlgold *game = create("predation", "agents=3,steps=4", 2, 0, error);
    arrays a;
    make(&a, game, 2);
    ok(!marlgold_reset(game, 2, error) && strstr(error, "row 2") && !marlgold_reset(game, -1, error),
       "a row that there is not");
    ok(live_rows(game, 2) == 0 && step(game, &a, error) && a.reward[0] == 0.0f,
       "rows that were never reset are not stepped");
    marlgold_reset(game, 0, error);
    marlgold_reset(game, 1, error);
    char before[MARLGOLD_DIGEST], after[MARLGOLD_DIGEST];
    marlgold_digest(game, 0, before);
    a.action[5] = 2;
    ok(!step(game, &a, error) && strstr(error, "row 1: action 2 of agent 2"), "an action out of range");
    marlgold_digest(game, 0, after);
    ok(!strcmp(before, after), "... and no row was stepped");
    drop(&a);
    marlgold_free(game);
    game = create("prisoner", "transfer_max=3", 1, 0, error);
    make(&a, game, 1);
    marlgold_reset(game, 0, error);
    a.gift[1] = 4.0f;
    ok(!step(game, &a, error) && strstr(error, "gift 1 of giver 0 is 4"), "a gift that is too large");
    drop(&a);
    marlgold_free(game);
}

/* Going on from a saved row, in another row of another handle, gives what going on gave. */
static void saves(void)
{
    char error[MARLGOLD_ERROR] = "", one[MARLGOLD_DIGEST], other[MARLGOLD_DIGEST];
    marlgold *game = create("jungle", "agents=5", 1, 3, error), *second = create("jungle", "agents=5", 1, 3, error);
    marlgold *stranger = create("jungle", "agents=5", 1, 4, error);
    arrays a;
    make(&a, game, 1);
    unsigned char *bytes = (unsigned char *)zeros(a.spec.row_bytes, 1);
    marlgold_reset(game, 0, error);
    for (int t = 0; t < 5; t++) {
        decide(game, &a, t);
        step(game, &a, error);
    }
    marlgold_save(game, 0, bytes);
    ok(marlgold_restore(second, 0, bytes, a.spec.row_bytes, error), "a saved row is restored in another handle");
    for (int t = 5; t < 130; t++) { /* over the episode's end, into the next one */
        if (!marlgold_live(game, 0))
            ok(marlgold_reset(game, 0, error) && marlgold_reset(second, 0, error),
               "both episodes end at the same step");
        decide(game, &a, t);
        step(game, &a, error);
        step(second, &a, error);
    }
    marlgold_digest(game, 0, one);
    marlgold_digest(second, 0, other);
    ok(strlen(one) == 32 && !strcmp(one, other), "... and goes on as the first does, through the next reset");
    ok(!marlgold_restore(stranger, 0, bytes, a.spec.row_bytes, error) && strstr(error, "another"),
       "another seed refuses it");
    ok(!marlgold_restore(game, 0, bytes, a.spec.row_bytes - 1, error) && strstr(error, "wanted"), "so does half a row");
    char picture[4000];
    size_t length = marlgold_render(game, 0, picture, sizeof picture);
    ok(length > 100 && length < sizeof picture && strlen(picture) == length, "a picture in text");
    ok(marlgold_render(game, 0, picture, 10) == length && strlen(picture) == 9, "... cut where there is no room");
    free(bytes);
    drop(&a);
    marlgold_free(game);
    marlgold_free(second);
    marlgold_free(stranger);
}

/* What is seen row by row is what is seen at once. */
static void looks(void)
{
    char error[MARLGOLD_ERROR] = "";
    marlgold *game = create("jungle", "agents=5", 3, 1, error);
    arrays a, b;
    make(&a, game, 3);
    make(&b, game, 3);
    marlgold_reset(game, 0, error);
    marlgold_reset(game, 2, error);
    for (int k = 0; k < 3 * 5 * 123; k++)
        a.observation[k] = b.observation[k] = -7.0f;
    marlgold_view view, one;
    memset(&view, 0, sizeof view);
    memset(&one, 0, sizeof one);
    view.observation = a.observation;
    view.neighbour = a.neighbour;
    view.allowed = a.allowed;
    marlgold_look(game, &view);
    one.observation = b.observation + 2 * 5 * 123;
    one.neighbour = b.neighbour + 2 * 5 * 3;
    marlgold_look_at(game, 2, &one);
    ok(!memcmp(a.observation + 2 * 5 * 123, b.observation + 2 * 5 * 123, 5 * 123 * sizeof(float)) &&
           !memcmp(a.neighbour + 2 * 15, b.neighbour + 2 * 15, 15 * sizeof(int32_t)),
       "a row alone looks as it does among all");
    ok(a.observation[5 * 123] == -7.0f && a.observation[0] > -7.0f, "a row that was never reset is left alone");
    int allowed = 0;
    for (int k = 0; k < 45; k++)
        allowed += a.allowed[k];
    ok(allowed == 45, "where nothing is barred all is allowed");
    drop(&a);
    drop(&b);
    marlgold_free(game);
}

/* Where the paper's numbers follow from the number of agents, a set number of agents brings them along. */
static void follows(void)
{
    char error[MARLGOLD_ERROR] = "", digest[3][MARLGOLD_DIGEST];
    const char *settings[3] = {"agents=10", "foods=6 agents=10", "agents=10, foods=7"};
    for (int k = 0; k < 3; k++) {
        marlgold *game = create("jungle", settings[k], 1, 0, error);
        marlgold_reset(game, 0, error);
        marlgold_digest(game, 0, digest[k]);
        marlgold_free(game);
    }
    ok(!strcmp(digest[0], digest[1]) && strcmp(digest[0], digest[2]),
       "ten agents have six foods, unless that is set too");
}

/* Both prisoners enter the middle in every episode: one coin each time, not the same coin every time. */
static void tosses(void)
{
    char error[MARLGOLD_ERROR] = "";
    int first = 0;
    marlgold *game = create("prisoner", NULL, 1, 5, error);
    arrays a;
    make(&a, game, 1);
    a.action[0] = 1;
    a.action[1] = 0;
    for (int episode = 0; episode < 32; episode++) {
        marlgold_reset(game, 0, error);
        step(game, &a, error);
        first += a.reward[0] > a.reward[1];
    }
    ok(first >= 8 && first <= 24, "every step has a coin of its own");
    drop(&a);
    marlgold_free(game);
}

/* The lever's agent chooses first, and the other one sees what it chose. */
static void stages(void)
{
    char error[MARLGOLD_ERROR] = "";
    marlgold *game = create("escape-room", "asymmetric=true", 1, 0, error);
    arrays a;
    make(&a, game, 1);
    marlgold_decision decision;
    marlgold_view view;
    memset(&decision, 0, sizeof decision);
    memset(&view, 0, sizeof view);
    decision.action = a.action;
    view.observation = a.observation;
    marlgold_reset(game, 0, error);
    a.action[0] = 99; /* not asked yet */
    a.action[1] = 1;
    marlgold_look(game, &view);
    float before = a.observation[5];
    int disclosed = marlgold_disclose(game, 0, &decision, error);
    marlgold_look(game, &view);
    ok(a.spec.stages == 2 && disclosed && before == 0.0f && a.observation[5] == 1.0f,
       "a later stage sees an earlier one");
    ok(!marlgold_disclose(game, 1, &decision, error) && strstr(error, "nothing to disclose after it"),
       "... and nobody comes after the last");
    ok(!marlgold_disclose(game, -1, &decision, error), "nor are there gifts before the actions");
    drop(&a);
    marlgold_free(game);
}

/* Who is after what, and how often they are asked. */
static void designers(void)
{
    char error[MARLGOLD_ERROR] = "";
    marlgold *room = create("escape-room", "designer=true", 2, 0, error),
             *plain = create("escape-room", "", 1, 0, error);
    marlgold *taxes = create("gather-trade-build", "tax=0", 1, 0, error);
    arrays a, b;
    make(&a, room, 2);
    make(&b, plain, 1);
    marlgold_reset(room, 0, error);
    marlgold_reset(plain, 0, error);
    float before = marlgold_welfare(room, 0);
    step(room, &a, error); /* both to the lever */
    step(plain, &b, error);
    ok(before == 0.0f && marlgold_welfare(room, 0) == -2.0f && marlgold_welfare(room, 1) == 0.0f,
       "a designer's welfare is of a row's last step");
    ok(b.reward[0] == -1.0f && marlgold_welfare(plain, 0) == 0.0f && marlgold_welfare(plain, 1) == 0.0f,
       "without a designer there is none");
    marlgold_reset(room, 0, error);
    ok(marlgold_welfare(room, 0) == 0.0f, "nor before a step");
    ok(marlgold_gift_period(room) == 1 && marlgold_gift_period(taxes) == 10, "taxes hold for ten steps");
    drop(&a);
    drop(&b);
    marlgold_free(room);
    marlgold_free(plain);
    marlgold_free(taxes);
}

/* ---- threads ---- */

static void *play_alone(void *digest)
{
    char error[MARLGOLD_ERROR] = "";
    marlgold *game = create("jungle", "agents=20", 1, 11, error);
    arrays a;
    make(&a, game, 1);
    for (int t = 0; t < 600; t++) {
        if (!marlgold_live(game, 0))
            marlgold_reset(game, 0, error);
        decide(game, &a, t);
        step(game, &a, error);
    }
    marlgold_digest(game, 0, (char *)digest);
    drop(&a);
    marlgold_free(game);
    return NULL;
}

static void threads(void)
{
    enum { THREADS = 4 };
    pthread_t thread[THREADS];
    char digest[THREADS][MARLGOLD_DIGEST], alone[MARLGOLD_DIGEST];
    int same = 1;
    for (int k = 0; k < THREADS; k++)
        if (pthread_create(&thread[k], NULL, play_alone, digest[k]) != 0)
            exit(3);
    for (int k = 0; k < THREADS; k++)
        pthread_join(thread[k], NULL);
    play_alone(alone);
    for (int k = 0; k < THREADS; k++)
        same = same && !strcmp(digest[k], alone);
    ok(same && strlen(alone) == 32, "four threads at once, each with a handle, do what one alone does");
}

int main(int arguments, char **argument)
{
    if (arguments > 1)
        return strcmp(argument[1], "digests") ? too_large() : print_digests();
    describes();
    refuses_what_is_wrong();
    saves();
    looks();
    follows();
    tosses();
    stages();
    designers();
    threads();
    printf("1..%d\n", run);
    return failed ? 1 : 0;
}
