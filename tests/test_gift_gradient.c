/* Agents whose actions include gifts: gradients and slopes against central differences in binary64; a whole iteration
 * of the learner beside the same written plainly; what is given is what was chosen. */
#define MG_DOUBLE
#include "baselines/gift_gradient.h"
#include "core/num/isa.h"
#include "tests/gift_played.h"

enum { AGENTS = PLAYED_AGENTS, STEPS = 5, LENGTH = PLAYED_LENGTH, TRANSFERS = PLAYED_TRANSFERS };

/* ---- the arithmetic ---- */

static mg_gift_shape shape_of(bool continuous, bool mixture)
{
    return (mg_gift_shape){.agents = AGENTS,
                           .givers = AGENTS - 1,
                           .observation = 5,
                           .actions = 3,
                           .rows_max = GIFT_ROWS,
                           .continuous = continuous,
                           .hidden_1 = 6,
                           .hidden_2 = 4,
                           .gift_hidden_1 = 5,
                           .gift_hidden_2 = 3,
                           .log_form = {mixture, mixture ? 1e-3 : 0.0}};
}

static void test_step(const char *says, bool continuous, bool mixture, int agent, uint32_t n)
{
    static double theta[GIFT_PARAMETERS], gradient[GIFT_PARAMETERS], direction[GIFT_PARAMETERS], ahead[GIFT_PARAMETERS];
    double observation[GIFT_ROWS * 5], weight[GIFT_ROWS], u[GIFT_ROWS * 2], slope[GIFT_ROWS];
    int32_t choice[GIFT_ROWS];
    const mg_gift_shape shape = shape_of(continuous, mixture);
    mg_gift_program program;
    mg_gift_program_create(&program, &shape);
    mg_gift_scratch *scratch = mg_gift_scratch_create(&program);
    const size_t count = mg_gift_count(&program, agent);
    mg_stream stream = mg_stream_at((mg_key){9999, 21}, MG_PURPOSE_TEST, n, 0, 0);
    for (size_t k = 0; k < count; k++) {
        theta[k] = mg_random_double(&stream) - 0.5;
        direction[k] = mg_random_double(&stream) - 0.5;
    }
    for (int k = 0; k < GIFT_ROWS * 5; k++)
        observation[k] = mg_random_double(&stream) - 0.5;
    for (int t = 0; t < GIFT_ROWS; t++) {
        choice[t] = (int32_t)mg_random_below(&stream, (uint32_t)mg_gift_policy(&program, agent)->actions);
        weight[t] = 4.0 * mg_random_double(&stream) - 2.0;
        for (int k = 0; k < 2; k++)
            u[2 * t + k] = 2.0 * mg_random_double(&stream) - 1.0;
    }
    const mg_gift_rows rows = {agent, GIFT_ROWS - 3, theta, observation, choice, u, NULL};
    mg_gift_loss_gradient(&program, scratch, &rows, weight, 0.2, 0.3, gradient);
    double off = gift_gradient_error(&shape, &rows, theta, count, weight, 0.2, 0.3, gradient);
    tap_ok(off < 1e-7, "%s: the gradient is that of the loss, off by %.1e", says, off);
    mg_gift_slope(&program, scratch, &rows, direction, slope);
    off = 0.0;
    for (int t = 0; t < rows.rows; t++) {
        double entropy, h = 1e-6;
        for (size_t k = 0; k < count; k++)
            ahead[k] = theta[k] + h * direction[k];
        double rise = gift_log(&shape, &rows, ahead, t, 0.2, &entropy);
        for (size_t k = 0; k < count; k++)
            ahead[k] = theta[k] - h * direction[k];
        rise = (rise - gift_log(&shape, &rows, ahead, t, 0.2, &entropy)) / (2.0 * h);
        off = gift_size(rise - slope[t]) > off ? gift_size(rise - slope[t]) : off;
    }
    tap_ok(off < 1e-7, "... and the slope along a direction, off by %.1e", off);
    mg_gift_scratch_destroy(scratch);
    mg_gift_program_destroy(&program);
}

/* ---- the learner ---- */

static mg_gift_gradient_config config_of(bool continuous)
{
    mg_gift_gradient_config config =
        continuous ? mg_gift_gradient_continuous_released() : mg_gift_gradient_discrete_released();
    config.hidden_1 = config.gift_hidden_1 = 6;
    config.hidden_2 = config.gift_hidden_2 = 4;
    config.cost = 0.5;
    config.entropy = 0.3;
    config.rate = 1e-2;
    return config;
}

static void begin(played *p, const mg_gift_gradient_config *config)
{
    played_begin(p, &mg_gift_gradient, config, config->continuous, config->gift, config->cost);
}

static void test_iteration(const char *says, bool continuous)
{
    static double before[AGENTS][GIFT_PARAMETERS], after[AGENTS][GIFT_PARAMETERS];
    static played p;
    const mg_gift_gradient_config config = config_of(continuous);
    begin(&p, &config);
    mg_gift_gradient.begin_episode(p.self, 0);
    size_t count = 0;
    for (int i = 0; i < AGENTS; i++)
        count = played_agent(&p, i, before[i]);
    for (int t = 0; t < STEPS; t++)
        played_step(&p, MG_TRAIN, (uint32_t)t);
    bool complete = mg_gift_gradient.end_episode(p.self, 0);
    double off = 0.0;
    const mg_gift_shape shape = {.agents = AGENTS,
                                 .givers = AGENTS,
                                 .observation = LENGTH,
                                 .actions = 3,
                                 .continuous = continuous,
                                 .hidden_1 = 6,
                                 .hidden_2 = 4,
                                 .gift_hidden_1 = 6,
                                 .gift_hidden_2 = 4,
                                 .log_form = {true, 1e-15}};
    for (int i = 0; i < AGENTS; i++) {
        double returns[STEPS + 1] = {0}, gradient[GIFT_PARAMETERS];
        for (int t = STEPS - 1; t >= 0; t--)
            returns[t] = p.earned[i][t] + 0.99 * returns[t + 1];
        (void)played_agent(&p, i, after[i]);
        for (size_t k = 0; k < count; k++)
            gradient[k] = (before[i][k] - after[i][k]) / config.rate;
        const mg_gift_rows rows = {i, STEPS, before[i], p.observation[i], p.choice[i], p.u[i], NULL};
        const double error = gift_gradient_error(&shape, &rows, before[i], count, returns, config.epsilon_start,
                                                 config.entropy, gradient);
        off = error > off ? error : off;
    }
    tap_ok(complete && off < 2e-4, "%s: an iteration goes down the loss of its episode, off by %.1e", says, off);
    uint64_t updates = 0;
    mg_gift_gradient.update_counts(p.self, &updates);
    tap_ok(updates == 1, "... which counts as one");
    played_end(&p);
}

/* An agent whose output biases leave one choice only. */
static void make_constant(played *p, int agent, int choice)
{
    static mg_tensor tensor[64];
    char prefix[16], bias[32];
    const int tensors = mg_gift_gradient.tensors(p->self, tensor, 64);
    snprintf(prefix, sizeof prefix, "agent %d ", agent);
    snprintf(bias, sizeof bias, "agent %d output.bias", agent);
    for (int i = 0; i < tensors; i++) {
        float *number = tensor[i].data;
        if (!strncmp(tensor[i].name, prefix, strlen(prefix)))
            memset(number, 0, (size_t)(tensor[i].rows * tensor[i].columns) * sizeof *number);
        if (!strcmp(tensor[i].name, bias))
            number[choice] = 60.0f;
    }
}

static void test_choices(void)
{
    static played p;
    const mg_gift_gradient_config config = config_of(false);
    begin(&p, &config);
    make_constant(&p, 0, 2 + 3 * 0); /* to the door, to nobody */
    make_constant(&p, 1, 0 + 3 * 1); /* to the lever, a gift to agent 0 */
    make_constant(&p, 2, 1 + 3 * 3); /* stays, gifts to both */
    played_step(&p, MG_EVALUATE, 0);
    const float expected[TRANSFERS] = {0, 0, 0, 2, 0, 0, 2, 2, 0};
    tap_ok(p.choice[0][0] == 2 && p.choice[1][0] == 3 && p.choice[2][0] == 10, "choices are a move and gifts: %d %d %d",
           p.choice[0][0], p.choice[1][0], p.choice[2][0]);
    tap_ok(!memcmp(p.given[0], expected, sizeof expected), "gifts go to whom they were chosen for");
    played_end(&p);
}

/* Who draws nothing of itself gives by the mean: sigmoid of a normal number. */
static void test_draws(void)
{
    static played p;
    enum { DRAWS = 4000 };
    const mg_gift_gradient_config config = config_of(true);
    double sum = 0.0, squares = 0.0;
    begin(&p, &config);
    for (int i = 0; i < AGENTS; i++)
        make_constant(&p, i, 1);
    bool inside = true, apart = true;
    for (uint32_t n = 0; n < DRAWS; n++) {
        p.steps = 0;
        played_step(&p, MG_EVALUATE, n);
        const double u = p.u[1][1];
        sum += u;
        squares += u * u;
        inside = inside && p.given[0][3] > 0.0f && p.given[0][3] < 2.0f && p.given[0][4] == 0.0f;
        apart = apart && p.given[0][3] != p.given[0][5] && p.given[0][1] != p.given[0][5];
    }
    const double mean = sum / DRAWS, deviation = squares / DRAWS - mean * mean;
    tap_ok(inside && apart, "every other one receives a number of its own below 2, nobody from itself");
    tap_ok(gift_size(mean) < 0.07 && gift_size(deviation - 1.0) < 0.1, "u is standard normal: mean %.3f, variance %.3f",
           mean, deviation);
    played_end(&p);
}

static void test_refusals(void)
{
    mg_env_spec spec;
    mg_learner_spec learner;
    mg_error error = {0};
    mg_gift_gradient_config config = config_of(false);
    const mg_escape_room_config room = mg_escape_room_default(3, 2), large = mg_escape_room_default(10, 5);
    mg_escape_room.describe(&room, NULL, &spec);
    config.gift = 2.5;
    tap_ok(!mg_gift_gradient.describe(&config, &spec, &learner, &error) && strstr(error.text, "0 to 2.5"),
           "gifts that the room does not allow: %s", error.text);
    mg_env_spec_free(&spec);
    mg_escape_room.describe(&large, NULL, &spec);
    config.gift = 2.0;
    error = (mg_error){0};
    tap_ok(!mg_gift_gradient.describe(&config, &spec, &learner, &error) && strstr(error.text, "6 agents"),
           "too many agents: %s", error.text);
    mg_env_spec_free(&spec);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_step("gifts to choose, log of the mixture", false, true, 0, 0);
    test_step("gifts to choose, log pi", false, false, 1, 1);
    test_step("gifts to draw, log of the mixture", true, true, 0, 2);
    test_step("gifts to draw, log pi", true, false, 1, 3);
    test_step("no gifts", true, false, 2, 4);
    test_step("no gifts beside gifts to choose", false, true, 2, 5);
    test_iteration("gifts to choose", false);
    test_iteration("gifts to draw", true);
    test_choices();
    test_draws();
    test_refusals();
    return tap_done();
}
