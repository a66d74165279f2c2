/* LOLA: the gradient of each agent's whole objective against central differences of the same written plainly, in
 * binary64; where all joint choices are played once, the update of a game by hand; a whole update of the learner beside
 * the same in plain loops. */
#define MG_DOUBLE
#include "baselines/lola.h"
#include "baselines/lola_step.h"
#include "core/num/isa.h"
#include "tests/gift_played.h"

enum { AGENTS = PLAYED_AGENTS, EPISODES = 3, SEEN = 5, DECISIONS = 11 };

/* ---- the objective, plainly ---- */

typedef struct plain {
    mg_gift_shape shape;
    int episodes;
    const int32_t *first;
    double discount, share[AGENTS];
    mg_gift_rows of[AGENTS];
    size_t count[AGENTS];
    double theta[AGENTS][GIFT_PARAMETERS];
    double reward[AGENTS][GIFT_ROWS], value[AGENTS][GIFT_ROWS], target[AGENTS][GIFT_ROWS];
} plain;

static double plain_log(const plain *p, int agent, const double *theta, int t)
{
    double entropy;
    return p->share[agent] * gift_log(&p->shape, &p->of[agent], theta, t, 0.0, &entropy);
}

static double power_of(double base, int n)
{
    double power = 1.0;
    for (int k = 0; k < n; k++)
        power *= base;
    return power;
}

/* V_i(j), as j's parameters move. */
static double plain_first(const plain *p, int i, int j, const double *theta)
{
    double sum = 0.0;
    for (int e = 0; e < p->episodes; e++)
        for (int t = p->first[e]; t < p->first[e + 1]; t++)
            sum +=
                power_of(p->discount, t - p->first[e]) * (p->target[i][t] - p->value[i][t]) * plain_log(p, j, theta, t);
    return 2.0 / p->episodes * sum;
}

/* W_j(i), where the log-likelihoods of i are those of theta and those of j are these. */
static double plain_second(const plain *p, int i, int j, const double *theta, const double *log_j)
{
    double sum = 0.0, mean = 0.0;
    const int rows = p->first[p->episodes];
    for (int t = 0; t < rows; t++)
        mean += p->reward[j][t] / rows;
    for (int e = 0; e < p->episodes; e++)
        for (int t = p->first[e]; t < p->first[e + 1]; t++) {
            double of_i = 0.0, of_j = 0.0;
            for (int s = p->first[e]; s <= t; s++) {
                of_i += plain_log(p, i, theta, s);
                of_j += log_j[s];
            }
            sum += power_of(p->discount, t - p->first[e]) * (p->reward[j][t] - mean) * of_i * of_j;
        }
    return 2.0 / p->episodes * sum;
}

/* How the log-likelihoods of j rise along the gradient of V_i(j). */
static void plain_slopes(plain *p, int i, int j, double *slope)
{
    static double along[GIFT_PARAMETERS], ahead[GIFT_PARAMETERS];
    const double h = 1e-5;
    double *theta = p->theta[j];
    for (size_t k = 0; k < p->count[j]; k++) {
        const double kept = theta[k];
        theta[k] = kept + h;
        along[k] = plain_first(p, i, j, theta);
        theta[k] = kept - h;
        along[k] = (along[k] - plain_first(p, i, j, theta)) / (2.0 * h);
        theta[k] = kept;
    }
    for (int t = 0; t < p->first[p->episodes]; t++) {
        for (size_t k = 0; k < p->count[j]; k++)
            ahead[k] = theta[k] + h * along[k];
        slope[t] = plain_log(p, j, ahead, t);
        for (size_t k = 0; k < p->count[j]; k++)
            ahead[k] = theta[k] - h * along[k];
        slope[t] = (slope[t] - plain_log(p, j, ahead, t)) / (2.0 * h);
    }
}

/* Largest difference of a gradient from what agent i should go down, relative to the largest number. */
static double plain_error(plain *p, int i, bool shapes, const double *gradient)
{
    double slope[AGENTS][GIFT_ROWS], off = 0.0, largest = 0.0;
    for (int j = 0; j < AGENTS; j++)
        if (j != i && shapes)
            plain_slopes(p, i, j, slope[j]);
    for (size_t k = 0; k < p->count[i]; k++) {
        const double kept = p->theta[i][k], h = 1e-5;
        double rise = 0.0;
        for (int side = 1; side >= -1; side -= 2) {
            p->theta[i][k] = kept + side * h;
            rise += side * plain_first(p, i, i, p->theta[i]);
            for (int j = 0; j < AGENTS; j++)
                if (j != i && shapes)
                    rise += side * plain_second(p, i, j, p->theta[i], slope[j]);
        }
        p->theta[i][k] = kept;
        const double wanted = -rise / (2.0 * h), miss = gift_size(wanted - gradient[k]);
        off = miss > off ? miss : off;
        largest = gift_size(wanted) > largest ? gift_size(wanted) : largest;
    }
    return off / largest;
}

/* ---- the arithmetic ---- */

static const int32_t firsts[EPISODES + 1] = {0, 5, 7, DECISIONS};

static void make_up(plain *p, const mg_gift_program *program, mg_stream *stream, double observation[][DECISIONS * SEEN],
                    int32_t choice[][DECISIONS], double u[][DECISIONS * 2])
{
    for (int i = 0; i < AGENTS; i++) {
        p->count[i] = mg_gift_count(program, i);
        p->share[i] = 1.0 / (2 + i);
        for (size_t k = 0; k < p->count[i]; k++)
            p->theta[i][k] = mg_random_double(stream) - 0.5;
        for (int k = 0; k < DECISIONS * SEEN; k++)
            observation[i][k] = mg_random_double(stream) - 0.5;
        for (int t = 0; t < DECISIONS; t++) {
            choice[i][t] = (int32_t)mg_random_below(stream, (uint32_t)mg_gift_policy(program, i)->actions);
            p->reward[i][t] = 4.0 * mg_random_double(stream) - 2.0;
            p->value[i][t] = mg_random_double(stream);
            for (int k = 0; k < 2; k++)
                u[i][2 * t + k] = 2.0 * mg_random_double(stream) - 1.0;
        }
        p->of[i] = (mg_gift_rows){i, DECISIONS, p->theta[i], observation[i], choice[i], u[i], NULL};
    }
}

static void test_gradient(bool continuous, uint32_t n)
{
    static plain p;
    static double gradient[GIFT_PARAMETERS];
    double observation[AGENTS][DECISIONS * SEEN], u[AGENTS][DECISIONS * 2], last[EPISODES] = {0.5, -1.0, 2.0};
    int32_t choice[AGENTS][DECISIONS];
    mg_gift_program program;
    p = (plain){.shape = {.agents = AGENTS,
                          .givers = AGENTS - 1,
                          .observation = SEEN,
                          .actions = 3,
                          .rows_max = GIFT_ROWS,
                          .continuous = continuous,
                          .hidden_1 = 6,
                          .hidden_2 = 4,
                          .gift_hidden_1 = 5,
                          .gift_hidden_2 = 3},
                .episodes = EPISODES,
                .first = firsts,
                .discount = 0.9};
    mg_gift_program_create(&program, &p.shape);
    mg_gift_scratch *scratch = mg_gift_scratch_create(&program);
    mg_lola_work *work = mg_lola_work_create(&program);
    mg_stream stream = mg_stream_at((mg_key){9999, 23}, MG_PURPOSE_TEST, n, 0, 0);
    make_up(&p, &program, &stream, observation, choice, u);
    mg_lola_batch batch = {.episodes = EPISODES, .first = firsts, .discount = 0.9};
    for (int i = 0; i < AGENTS; i++) {
        batch.of[i] = p.of[i];
        batch.share[i] = p.share[i];
        batch.reward[i] = p.reward[i];
        batch.value[i] = p.value[i];
        batch.target[i] = p.target[i];
        mg_lola_targets(&batch, p.reward[i], last, p.target[i]);
    }
    double off = gift_size(p.target[1][6] - (p.reward[1][6] + 0.9 * last[1]));
    off += gift_size(p.target[1][5] - (p.reward[1][5] + 0.9 * p.reward[1][6] + 0.81 * last[1]));
    tap_ok(off < 1e-12, "targets: discounted rewards and what the last observation is worth");
    for (int i = 0; i < AGENTS; i++) {
        mg_lola_gradient(&program, scratch, work, &batch, i, true, gradient);
        off = plain_error(&p, i, true, gradient);
        tap_ok(off < 1e-6, "%s, agent %d: the gradient is that of the objective, off by %.1e",
               continuous ? "gifts to draw" : "gifts to choose", i, off);
    }
    mg_lola_gradient(&program, scratch, work, &batch, 1, false, gradient);
    off = plain_error(&p, 1, false, gradient);
    tap_ok(off < 1e-6, "... and without looking through others, off by %.1e", off);
    mg_lola_work_destroy(work);
    mg_gift_scratch_destroy(scratch);
    mg_gift_program_destroy(&program);
}

/* ---- a game by hand ---- */

/* Two agents, one decision, two actions each (nobody gives), policies whose weights are all 0 but the output's biases,
 * which are 0 too: both play both with 1/2. Each joint choice is one of four episodes, so that means over the batch are
 * expectations. With x the probability that agent 0 plays 1 and y that of agent 1, V_i = sum of r_i(a, b) P(a, b), and
 * everything here is twice the plain derivative by logits: d/d logit_1 x = x (1 - x) = 1/4, and for logit_0 -1/4. */
static void test_game(void)
{
    enum { ROWS = 4, ONE = 1 };
    static const int32_t first[ROWS + 1] = {0, 1, 2, 3, 4}, choice[2][ROWS] = {{0, 0, 1, 1}, {0, 1, 0, 1}};
    static const double reward[2][ROWS] = {{-1.0, -3.0, 0.0, -2.0}, {-1.0, 0.0, -3.0, -2.0}}, zero[ROWS] = {0};
    static const double seen[ROWS] = {1.0, 1.0, 1.0, 1.0};
    static double theta[GIFT_PARAMETERS], gradient[GIFT_PARAMETERS];
    const mg_gift_shape shape = {.agents = 2,
                                 .observation = ONE,
                                 .actions = 2,
                                 .rows_max = ROWS,
                                 .hidden_1 = 1,
                                 .hidden_2 = 1,
                                 .gift_hidden_1 = 1,
                                 .gift_hidden_2 = 1}; /* no givers */
    mg_gift_program program;
    mg_gift_program_create(&program, &shape);
    mg_gift_scratch *scratch = mg_gift_scratch_create(&program);
    mg_lola_work *work = mg_lola_work_create(&program);
    mg_lola_batch batch = {.episodes = ROWS, .first = first, .discount = 0.9, .share = {1.0, 1.0}};
    for (int i = 0; i < 2; i++) {
        batch.of[i] = (mg_gift_rows){i, ROWS, theta, seen, choice[i], NULL, NULL};
        batch.reward[i] = batch.target[i] = reward[i];
        batch.value[i] = zero;
    }
    const double *r0 = reward[0], *r1 = reward[1];
    /* by the probabilities: dV_0/dx, dV_0/dy, d2V_1/dxdy */
    const double by_own = 0.5 * (r0[2] + r0[3] - r0[0] - r0[1]), by_other = 0.5 * (r0[1] + r0[3] - r0[0] - r0[2]);
    const double mixed = r1[3] - r1[2] - r1[1] + r1[0] + 0.0;
    /* the other's two logits both move, each by a derivative of its own: 2 (1/4)^2 */
    const double wanted = 2.0 * 0.25 * by_own + 2.0 * (2.0 * 0.0625 * by_other) * 2.0 * 0.25 * mixed;
    const size_t bias = mg_gift_count(&program, 0) - 2;
    mg_lola_gradient(&program, scratch, work, &batch, 0, true, gradient);
    tap_ok(gift_size(gradient[bias + 1] + wanted) < 1e-12 && gift_size(gradient[bias] - wanted) < 1e-12,
           "prisoner's dilemma, all joint choices once: up by %g as by hand", -gradient[bias + 1]);
    static const double pursued[2][ROWS] = {{1.0, -1.0, -1.0, 1.0}, {-1.0, 1.0, 1.0, -1.0}};
    for (int i = 0; i < 2; i++)
        batch.reward[i] = batch.target[i] = pursued[i];
    mg_lola_gradient(&program, scratch, work, &batch, 0, true, gradient);
    tap_ok(gift_size(gradient[bias]) < 1e-12, "matching pennies at its equilibrium: nobody moves");
    static const double led[2][ROWS] = {{0.0, 1.0, 0.0, 1.0}, {1.0, 0.0, 0.0, 1.0}};
    for (int i = 0; i < 2; i++)
        batch.reward[i] = batch.target[i] = led[i];
    mg_lola_gradient(&program, scratch, work, &batch, 0, false, gradient);
    tap_ok(gift_size(gradient[bias]) < 1e-12, "who does not matter to itself does not move by itself");
    mg_lola_gradient(&program, scratch, work, &batch, 0, true, gradient);
    /* by_other = 1, mixed = 2: 2 (2/16) 2 (1/4) 2 */
    tap_ok(gift_size(gradient[bias + 1] + 0.25) < 1e-12, "... but for what the other then learns: up by %g",
           -gradient[bias + 1]);
    mg_lola_work_destroy(work);
    mg_gift_scratch_destroy(scratch);
    mg_gift_program_destroy(&program);
}

/* ---- the learner ---- */

static mg_lola_config config_of(bool continuous)
{
    mg_lola_config config = continuous ? mg_lola_continuous_paper() : mg_lola_discrete_released();
    config.hidden_1 = config.gift_hidden_1 = 6;
    config.hidden_2 = config.gift_hidden_2 = 4;
    config.episodes = EPISODES;
    config.cost = 0.5;
    config.rate = 1e-2;
    config.value_rate = 0.05;
    config.shapers = continuous ? 2 : 0;
    config.bootstrap = !continuous;
    config.mean_log = true; /* of no effect where gifts are drawn */
    return config;
}

/* A value function's step, and what it said before, of one agent. */
static double value_error(plain *p, const played *did, int agent, const mg_lola_config *config, const double *before,
                          const double *after)
{
    const int rows = firsts[EPISODES];
    double last[EPISODES], off = 0.0;
    for (int e = 0; e < EPISODES; e++) {
        last[e] = 0.0;
        for (int k = 0; k < PLAYED_LENGTH && config->bootstrap; k++)
            last[e] += before[k] * (double)(float)played_seen(agent, firsts[e + 1], k);
        double ahead = last[e];
        for (int t = firsts[e + 1] - 1; t >= firsts[e]; t--)
            p->target[agent][t] = ahead = did->earned[agent][t] + 0.99 * ahead;
    }
    for (int t = 0; t < rows; t++) {
        p->reward[agent][t] = did->earned[agent][t];
        p->value[agent][t] = 0.0;
        for (int k = 0; k < PLAYED_LENGTH; k++)
            p->value[agent][t] += before[k] * did->observation[agent][t * PLAYED_LENGTH + k];
    }
    for (int k = 0; k < PLAYED_LENGTH; k++) {
        double wanted = before[k];
        for (int t = 0; t < rows; t++)
            wanted -= config->value_rate * (p->value[agent][t] - p->target[agent][t]) / rows *
                      did->observation[agent][t * PLAYED_LENGTH + k];
        off = gift_size(wanted - after[k]) > off ? gift_size(wanted - after[k]) : off;
    }
    return off;
}

/* Plays a batch from what its networks are now, which stays in value and before; the largest difference of a value
 * function's step, at least 1 where the update is not due after the last episode and only then. */
static double batch_error(played *did, plain *p, const mg_lola_config *config, double value[][PLAYED_LENGTH],
                          double before[][GIFT_PARAMETERS])
{
    double after[PLAYED_LENGTH], off = 0.0;
    bool due = true;
    char name[16];
    for (int i = 0; i < AGENTS; i++) {
        snprintf(name, sizeof name, "value %d ", i);
        p->count[i] = played_agent(did, i, before[i]);
        due = due && played_block(did, name, value[i]) == PLAYED_LENGTH;
    }
    did->steps = 0;
    for (int e = 0; e < EPISODES; e++) {
        while (did->steps < firsts[e + 1])
            played_step(did, MG_TRAIN, (uint32_t)did->steps);
        due = mg_lola.end_episode(did->self, 0) == (e == EPISODES - 1) && due;
    }
    for (int i = 0; i < AGENTS; i++) {
        snprintf(name, sizeof name, "value %d ", i);
        (void)played_block(did, name, after);
        const double miss = value_error(p, did, i, config, value[i], after);
        off = miss > off ? miss : off;
        memcpy(p->theta[i], before[i], sizeof p->theta[i]);
        p->of[i] = (mg_gift_rows){i, DECISIONS, p->theta[i], did->observation[i], did->choice[i], did->u[i], NULL};
        p->share[i] = config->continuous ? 1.0 : 1.0 / 12.0;
    }
    return due ? off : off + 1.0;
}

/* Value functions begin with numbers of a standard normal, each of a stream of its own. */
static void test_beginning(void)
{
    static played did;
    const mg_lola_config config = config_of(false);
    double value[PLAYED_LENGTH], off = 0.0;
    char name[16];
    played_begin(&did, &mg_lola, &config, false, config.gift, config.cost);
    for (int i = 0; i < AGENTS; i++) {
        mg_stream stream = mg_stream_at((mg_key){9999, 22}, MG_PURPOSE_PARAMETERS, 0, 0, (uint32_t)(2 * AGENTS + i));
        snprintf(name, sizeof name, "value %d ", i);
        const size_t length = played_block(&did, name, value);
        for (size_t k = 0; k < PLAYED_LENGTH; k++) {
            const double miss = gift_size(value[k] - (double)mg_random_normal(&stream));
            off = miss > off || length != PLAYED_LENGTH ? miss + (length != PLAYED_LENGTH) : off;
        }
    }
    tap_ok(off == 0.0, "value functions begin as standard normals of their own streams");
    played_end(&did);
}

/* Policies that leave one choice only. */
static void test_exploration(void)
{
    static played did;
    static mg_tensor tensor[64];
    const mg_lola_config config = config_of(false);
    int others = 0;
    played_begin(&did, &mg_lola, &config, false, config.gift, config.cost);
    const int tensors = mg_lola.tensors(did.self, tensor, 64);
    for (int i = 0; i < tensors; i++)
        if (strstr(tensor[i].name, "output.bias"))
            ((float *)tensor[i].data)[7] = 60.0f;
    while (did.steps < DECISIONS)
        played_step(&did, MG_TRAIN, (uint32_t)did.steps);
    for (int i = 0; i < AGENTS; i++)
        for (int t = 0; t < DECISIONS; t++)
            others += did.choice[i][t] != 7;
    tap_ok(others == 0, "nobody explores: %d of %d choices are others", others, AGENTS * DECISIONS);
    played_end(&did);
}

static void test_update(bool continuous)
{
    static played did;
    static plain p;
    static double before[AGENTS][GIFT_PARAMETERS], after[GIFT_PARAMETERS], value[AGENTS][PLAYED_LENGTH];
    const mg_lola_config config = config_of(continuous);
    played_begin(&did, &mg_lola, &config, continuous, config.gift, config.cost);
    p = (plain){.shape = {.agents = AGENTS,
                          .givers = AGENTS,
                          .observation = PLAYED_LENGTH,
                          .actions = 3,
                          .continuous = continuous,
                          .hidden_1 = 6,
                          .hidden_2 = 4,
                          .gift_hidden_1 = 6,
                          .gift_hidden_2 = 4},
                .episodes = EPISODES,
                .first = firsts,
                .discount = 0.99};
    double off = batch_error(&did, &p, &config, value, before), gradient[GIFT_PARAMETERS];
    tap_ok(off < 1e-5, "an update is due after its last episode: value functions take their step, off by %.1e", off);
    off = 0.0;
    for (int i = 0; i < AGENTS; i++) {
        (void)played_agent(&did, i, after);
        for (size_t k = 0; k < p.count[i]; k++)
            gradient[k] = (before[i][k] - after[k]) / config.rate;
        const double miss = plain_error(&p, i, !continuous || i < 2, gradient);
        off = miss > off ? miss : off;
    }
    tap_ok(off < 1e-3, "%s: everybody goes up its objective, from what was before, off by %.1e",
           continuous ? "gifts to draw, two of three shape" : "gifts to choose", off);
    uint64_t updates[2] = {0};
    mg_lola.update_counts(did.self, updates);
    tap_ok(updates[0] == 1 && updates[1] == 1, "... which counts as one");
    off = batch_error(&did, &p, &config, value, before);
    tap_ok(off < 1e-4, "the next batch begins empty: value functions step again, off by %.1e", off);
    played_end(&did);
}

static void test_refusals(void)
{
    mg_env_spec spec;
    mg_learner_spec learner;
    mg_error error = {0};
    mg_lola_config config = config_of(false);
    const mg_escape_room_config room = mg_escape_room_default(3, 2);
    mg_escape_room.describe(&room, NULL, &spec);
    config.gift = 2.5;
    tap_ok(!mg_lola.describe(&config, &spec, &learner, &error) && strstr(error.text, "lola gives 0 to 2.5"),
           "gifts that the room does not allow: %s", error.text);
    mg_env_spec_free(&spec);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_gradient(false, 0);
    test_gradient(true, 1);
    test_game();
    test_beginning();
    test_exploration();
    test_update(false);
    test_update(true);
    test_refusals();
    return tap_done();
}
