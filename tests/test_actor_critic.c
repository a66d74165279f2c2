/* Actor-critic agents (AC, AC-d, AC-c, IA, Cen): one iteration of Cleanup against the same written a second time in
 * plain loops (algos/pictured_plain.h); what they are paid, and what they refuse. */
#include "algos/lio_actor_critic.h"
#include "algos/pictured_plain.h"
#include "baselines/actor_critic.h"
#include "baselines/central.h"
#include "core/num/scalar_math.h"
#include "core/rl/rollout.h"
#include "envs/cleanup.h"
#include "envs/escape_room.h"
#include "envs/matrix_game.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS = 7, AGENTS = 2, LENGTH = 3 * 81 + 2, TENSORS = 400, PARAMETERS = 60000 };

/* One iteration as it was played. */
typedef struct played {
    mg_cleanup_config river;
    const mg_learner_table *learner;
    const mg_actor_critic_config *config;
    const void *whole; /* the learner's config */
    mg_env_spec spec;
    int agents, length, steps; /* that it learns as, numbers that each sees */
    double seen[AGENTS][STEPS + 1][LENGTH], reward[AGENTS][STEPS];
    int choice[AGENTS][STEPS], action[AGENTS][STEPS];
    double u[AGENTS][STEPS];
    float *before[3][AGENTS], *after[3][AGENTS]; /* parameters of policies, gifts' means, critics */
    bool whole_iteration;                        /* of LIO: the second episode ends one */
    float *target;                               /* critic 0's target after the iteration */
    float epsilon;                               /* ... and how much is explored then */
} played;

enum { POLICY, GIFT, CRITIC };

static mg_tensor tensor[TENSORS];

/* A copy of the block whose first view has that name, whose views lie behind each other; NULL: there is none. */
static float *copy_of_block(int count, const char *prefix, const char *first)
{
    char name[80];
    int k = 0;
    snprintf(name, sizeof name, "%s %s", prefix, first);
    while (k < count && strcmp(tensor[k].name, name))
        k++;
    if (k == count)
        return NULL;
    const float *block = tensor[k].data;
    size_t n = 0;
    for (; k < count && tensor[k].data == block + n && !strncmp(tensor[k].name, prefix, strlen(prefix)); k++)
        n += mg_tensor_bytes(&tensor[k]) / sizeof *block;
    return memcpy(malloc(n * sizeof *block), block, n * sizeof *block);
}

static void copy_blocks(const played *p, void *self, float *block[3][AGENTS])
{
    static const char *const prefix[3] = {"agent", "agent", "critic"};
    int count = p->learner->tensors(self, tensor, TENSORS);
    for (int what = 0; what < 3; what++)
        for (int i = 0; i < p->agents; i++) {
            char name[40];
            snprintf(name, sizeof name, "%s %d%s", prefix[what], i, what == GIFT ? " gift" : "");
            block[what][i] = copy_of_block(count, name, "filters_1.weight");
        }
}

static void keep(const double *from, double *to, int n)
{
    memcpy(to, from, (size_t)n * sizeof *to);
}

static void note_seen(played *p, int t, const float *observation, const float *state)
{
    for (int i = 0; i < p->agents; i++)
        for (int k = 0; k < p->length; k++)
            p->seen[i][t][k] = (double)(p->learner == &mg_central ? state[k] : observation[i * p->length + k]);
}

/* What agents did and gained in this step. */
static void note_step(played *p, int t, const int32_t *action, const float *transfer, const mg_outcome *outcome)
{
    const mg_actor_critic_config *c = p->config;
    for (int i = 0; i < AGENTS; i++) {
        const double given = (double)transfer[i * AGENTS + 1 - i];
        p->action[i][t] = action[i];
        p->choice[i][t] = action[i] + (c->gives && !c->continuous && given > 0.0 ? MG_CLEANUP_ACTIONS : 0);
        p->u[i][t] = given > 0.0 ? -mg_log(c->gift / given - 1.0) : 0.0;
        p->reward[i][t] = (double)outcome->reward[i];
        if (c->gives)
            p->reward[i][t] += (double)outcome->received[i] - c->cost * (double)outcome->paid[i];
    }
    if (p->learner == &mg_central) {
        p->choice[0][t] = action[0] + MG_CLEANUP_ACTIONS * action[1];
        p->reward[0][t] += p->reward[1][t];
    }
}

static void make_up(const played *p, uint32_t time, float *seen, float *reward)
{
    const int length = mg_env_agent(&p->spec, 0)->observation;
    mg_stream stream = mg_stream_at((mg_key){9996, 4}, MG_PURPOSE_TEST, time, 0, 0);
    for (int i = 0; i < AGENTS; i++)
        reward[i] = mg_random_uniform(&stream, -1.0f, 1.0f);
    for (int k = 0; k < AGENTS && p->river.smoothing > 0.0; k++) {
        const float smoothed = mg_random_uniform(&stream, 0.0f, 2.0f);
        for (int i = 0; i < AGENTS; i++)
            seen[i * length + 243 + k] = smoothed;
    }
}

/* One episode, its steps numbered from `first` on; the one from 0 on is noted. Rewards and smoothed rewards are made
 * up, so that there are some. */
static void play_episode(played *p, void *self, uint32_t first)
{
    static float seen[2][AGENTS * LENGTH], state[2][3 * 81];
    _Alignas(16) static unsigned char bytes[4096], memory[256];
    const mg_key key = {9996, 3};
    const mg_row row = {&p->river, NULL, bytes};
    mg_stream noise = mg_stream_at(key, MG_PURPOSE_TRAIN_RESET, first, 0, 0);
    mg_cleanup.reset(&row, &noise);
    p->learner->begin_episode(self, 0);
    mg_cleanup.observe(&row, 0, seen[0]);
    mg_cleanup.state(&row, state[0]);
    for (uint32_t t = 0; t < STEPS; t++) {
        const uint32_t time = first + t;
        int32_t action[AGENTS], *const actions[AGENTS] = {&action[0], &action[1]};
        const int32_t *const done[AGENTS] = {&action[0], &action[1]};
        const float *const observation[AGENTS] = {seen[0], seen[0] + mg_env_agent(&p->spec, 0)->observation};
        float given[AGENTS * AGENTS] = {0}, *transfers[1] = {given}, reward[AGENTS], paid[AGENTS], received[AGENTS];
        void *memories[1] = {memory};
        const int rows[1] = {0};
        const mg_batch batch = {.mode = MG_TRAIN,
                                .rows = 1,
                                .row = rows,
                                .time = &time,
                                .observation = p->learner == &mg_central ? NULL : observation,
                                .state = state[0],
                                .memory = memories};
        mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
        if (first == 0)
            note_seen(p, (int)t, seen[0], state[0]);
        p->learner->act(self, &batch, actions, NULL);
        if (p->learner->give)
            p->learner->give(self, &batch, done, transfers);
        noise = mg_stream_at(key, MG_PURPOSE_TRAIN_STEP, time, 0, 0);
        mg_cleanup.step(&row, &(mg_joint){.action = action, .transfer = given}, &noise, &outcome);
        mg_cleanup.observe(&row, 0, seen[1]);
        make_up(p, time, seen[1], reward);
        mg_cleanup.state(&row, state[1]);
        const mg_transition transition = {.step = (int)t,
                                          .before = {.observation = seen[0], .state = state[0]},
                                          .after = {.observation = seen[1], .state = state[1]},
                                          .joint = {.action = action, .transfer = given},
                                          .reward = reward,
                                          .paid = paid,
                                          .received = received,
                                          .truncated = outcome.truncated};
        p->learner->observe(self, &transition);
        if (first == 0)
            note_step(p, (int)t, action, given, &outcome);
        memcpy(seen[0], seen[1], sizeof seen[0]);
        memcpy(state[0], state[1], sizeof state[0]);
    }
    if (first == 0)
        note_seen(p, STEPS, seen[1], state[1]);
}

enum { TARGETS_OFF = 4 }; /* a quarter: how far targets are above their critics at first */

static void move_targets(const played *p, void *self)
{
    const int count = p->learner->tensors(self, tensor, TENSORS);
    for (int k = 0; k < count; k++)
        if (strstr(tensor[k].name, "target output.bias"))
            ((float *)tensor[k].data)[0] += 1.0f / TARGETS_OFF;
}

static float epsilon_of(const played *p, void *self)
{
    const int count = p->learner->tensors(self, tensor, TENSORS);
    for (int k = 0; k < count; k++)
        if (!strcmp(tensor[k].name, "epsilon"))
            return ((const float *)tensor[k].data)[0];
    return 0.0f;
}

/* Plays one episode with a learner of its own and lets it learn. */
static void play(played *p)
{
    mg_error error = {MG_EXIT_OK, ""};
    const mg_key key = {9996, 3};
    mg_cleanup.describe(&p->river, NULL, &p->spec);
    p->agents = p->learner == &mg_central ? 1 : AGENTS;
    p->length = p->learner == &mg_central ? p->spec.state_length : mg_env_agent(&p->spec, 0)->observation;
    void *self = p->learner->create(p->whole, &p->spec, key, &error);
    copy_blocks(p, self, p->before);
    move_targets(p, self);
    play_episode(p, self, 0);
    p->whole_iteration = p->learner->end_episode(self, 0);
    copy_blocks(p, self, p->after);
    if (p->learner == &mg_lio_actor_critic) { /* tau^ */
        play_episode(p, self, STEPS);
        p->whole_iteration = !p->whole_iteration && p->learner->end_episode(self, 0);
    }
    p->target = copy_of_block(p->learner->tensors(self, tensor, TENSORS), "critic 0 target", "filters_1.weight");
    p->epsilon = epsilon_of(p, self);
    p->learner->destroy(self);
}

static void forget(played *p)
{
    for (int what = 0; what < 3; what++)
        for (int i = 0; i < p->agents; i++) {
            free(p->before[what][i]);
            free(p->after[what][i]);
        }
    free(p->target);
    mg_env_spec_free(&p->spec);
}

/* ---- the same plainly ---- */

static mg_pictured_plain net_of(const played *p, int beside, int outputs)
{
    return (mg_pictured_plain){3,
                               9,
                               9,
                               p->config->filters,
                               p->config->window,
                               p->length + beside,
                               p->config->hidden_1,
                               p->config->hidden_2,
                               outputs,
                               true};
}

static double *widened(const mg_pictured_plain *net, const float *block)
{
    const size_t count = mg_pictured_plain_count(net);
    double *wide = malloc(count * sizeof *wide);
    for (size_t k = 0; k < count; k++)
        wide[k] = (double)block[k];
    return wide;
}

static double memory_of_net[4000];

static double value_of(const mg_pictured_plain *net, const double *parameters, const double *seen)
{
    double out[1];
    mg_pictured_plain_forward(net, parameters, seen, memory_of_net, out);
    return out[0];
}

/* Rewards as the agent feels them: IA's smoothed rewards stand behind the picture of what is seen next. */
static void feel(const played *p, int i, double *reward)
{
    for (int t = 0; t < STEPS; t++) {
        const double ahead = p->seen[i][t + 1][243 + i] - p->seen[i][t + 1][243 + 1 - i];
        reward[t] = p->reward[i][t];
        if (p->config->guilt > 0.0 && ahead > 0.0)
            reward[t] -= p->config->guilt * ahead;
        if (p->config->envy > 0.0 && ahead < 0.0)
            reward[t] += p->config->envy * ahead;
    }
}

static double largest(double a, double b)
{
    b = b < 0.0 ? -b : b;
    return b > a ? b : a;
}

/* The largest difference between a step of plain descent and the block's, relative to the largest component. */
static double off_descent(const mg_pictured_plain *net, const float *before, const float *after, double rate,
                          const double *gradient)
{
    double off = 0.0, most = 0.0;
    for (size_t k = 0; k < mg_pictured_plain_count(net); k++) {
        off = largest(off, ((double)before[k] - (double)after[k]) / rate - gradient[k]);
        most = largest(most, gradient[k]);
    }
    return most > 0.0 ? off / most : 1.0;
}

/* The same of Adam's first step, where the gradient is large enough to have a sign in binary32. */
static double off_adam(const mg_pictured_plain *net, const float *before, const float *after, double rate,
                       const double *gradient)
{
    double off = 0.0;
    for (size_t k = 0; k < mg_pictured_plain_count(net); k++) {
        const double g = gradient[k], m = 0.1 * g, v = 0.001 * g * g;
        const double step = rate * mg_sqrt(1.0 - 0.999) / (1.0 - 0.9) * m / (mg_sqrt(v) + 1e-8);
        if (g > 1e-4 || g < -1e-4)
            off = largest(off, ((double)before[k] - (double)after[k] - step) / rate);
    }
    return off;
}

/* Advantages; and how far the critic's step is off. */
static double check_critic(const played *p, int i, double *advantage)
{
    const mg_pictured_plain net = net_of(p, 0, 1);
    double *theta = widened(&net, p->before[CRITIC][i]), *gradient = calloc(PARAMETERS, sizeof *gradient);
    double reward[STEPS], value[STEPS + 1];
    feel(p, i, reward);
    for (int t = 0; t <= STEPS; t++)
        value[t] = value_of(&net, theta, p->seen[i][t]);
    for (int t = 0; t < STEPS; t++) {
        advantage[t] = reward[t] + p->config->discount * value[t + 1] - value[t];
        const double surprise = advantage[t] + p->config->discount / TARGETS_OFF;
        (void)value_of(&net, theta, p->seen[i][t]);
        mg_pictured_plain_backward(&net, theta, p->seen[i][t], memory_of_net, &(double){-2.0 * surprise / STEPS},
                                   gradient);
    }
    const double off = off_adam(&net, p->before[CRITIC][i], p->after[CRITIC][i], p->config->critic_rate, gradient);
    free(theta);
    free(gradient);
    return off;
}

static double check_policy(const played *p, int i, int choices, const double *advantage)
{
    const mg_actor_critic_config *c = p->config;
    const mg_pictured_plain net = net_of(p, 0, choices);
    double *theta = widened(&net, p->before[POLICY][i]), *gradient = calloc(PARAMETERS, sizeof *gradient);
    for (int t = 0; t < STEPS; t++) {
        double pi[64], slope[64], sum = 0.0;
        mg_pictured_plain_forward(&net, theta, p->seen[i][t], memory_of_net, pi);
        for (int a = 0; a < choices; a++)
            sum += pi[a] = mg_exp(pi[a]);
        for (int a = 0; a < choices; a++)
            pi[a] /= sum;
        for (int k = 0; k < choices; k++) {
            const int taken = p->choice[i][t];
            const double keeps = 1.0 - c->epsilon_start, floor = c->epsilon_start / choices;
            slope[k] =
                -advantage[t] * keeps * pi[taken] * ((k == taken) - pi[k]) / (keeps * pi[taken] + floor + c->log_guard);
            for (int a = 0; a < choices; a++)
                slope[k] += c->entropy * (mg_log(keeps * pi[a] + floor) + 1.0) * keeps * pi[a] * ((k == a) - pi[k]);
        }
        mg_pictured_plain_backward(&net, theta, p->seen[i][t], memory_of_net, slope, gradient);
    }
    const double off = off_descent(&net, p->before[POLICY][i], p->after[POLICY][i], c->rate, gradient);
    free(theta);
    free(gradient);
    return off;
}

/* Means of gifts, which see whether the other cleans. */
static double check_gifts(const played *p, int i, const double *advantage)
{
    const mg_pictured_plain net = net_of(p, 2, 1);
    double *theta = widened(&net, p->before[GIFT][i]), *gradient = calloc(PARAMETERS, sizeof *gradient);
    for (int t = 0; t < STEPS; t++) {
        double seen[LENGTH + 2], slope;
        keep(p->seen[i][t], seen, p->length);
        seen[p->length] = p->action[1 - i][t] != MG_CLEANUP_CLEAN;
        seen[p->length + 1] = p->action[1 - i][t] == MG_CLEANUP_CLEAN;
        slope = -advantage[t] * (p->u[i][t] - value_of(&net, theta, seen));
        mg_pictured_plain_backward(&net, theta, seen, memory_of_net, &slope, gradient);
    }
    const double off = off_descent(&net, p->before[GIFT][i], p->after[GIFT][i], p->config->rate, gradient);
    free(theta);
    free(gradient);
    return off;
}

/* How far critic 0's target is from where so many steps towards the critic after tau lead. */
static double off_target(const played *p, int steps)
{
    const mg_pictured_plain net = net_of(p, 0, 1);
    const size_t count = mg_pictured_plain_count(&net);
    double off = 0.0;
    for (size_t k = 0; k < count; k++) {
        double target = (double)p->before[CRITIC][0][k], now = (double)p->after[CRITIC][0][k];
        target += k + 1 == count ? 1.0 / TARGETS_OFF : 0.0;
        for (int n = 0; n < steps; n++)
            target += p->config->follow * (now - target);
        off = largest(off, (double)p->target[k] - target);
    }
    return off;
}

static void check_iteration(const char *says, const mg_learner_table *learner, const mg_actor_critic_config *config,
                            const void *whole, double smoothing)
{
    static played p;
    p = (played){.river = mg_cleanup_default(false), .learner = learner, .config = config, .whole = whole};
    p.river.steps = STEPS;
    p.river.smoothing = smoothing;
    p.river.apple_rate = 1.0; /* so that there are rewards */
    p.river.depletion = 1.0;
    play(&p);
    const int choices = learner == &mg_central                 ? MG_CLEANUP_ACTIONS * MG_CLEANUP_ACTIONS
                        : config->gives && !config->continuous ? 2 * MG_CLEANUP_ACTIONS
                                                               : MG_CLEANUP_ACTIONS;
    double critic = 0.0, policy = 0.0, gifts = 0.0, advantage[STEPS];
    for (int i = 0; i < p.agents; i++) {
        critic = largest(critic, check_critic(&p, i, advantage));
        policy = largest(policy, check_policy(&p, i, choices, advantage));
        if (p.after[GIFT][0])
            gifts = largest(gifts, check_gifts(&p, i, advantage));
    }
    tap_ok(critic < 2e-3, "%s: critics step as in plain loops: off by %.1g of a rate", says, critic);
    tap_ok(policy < 1e-4, "%s: policies step as in plain loops: off by %.1g", says, policy);
    const bool draws = config->continuous && learner != &mg_lio_actor_critic;
    tap_ok(draws == (p.after[GIFT][0] != NULL) && gifts < 1e-4, "%s: means of gifts, where there are any: %.1g", says,
           gifts);
    const double off = off_target(&p, learner == &mg_lio_actor_critic ? 2 : 1);
    tap_ok(p.whole_iteration && off < 1e-7, "%s: targets follow after every episode: off by %.1g", says, off);
    const double explored = 0.5 - 0.45 / config->epsilon_units - (double)p.epsilon;
    tap_ok(explored < 1e-6 && explored > -1e-6, "%s: and explores less: %g", says, (double)p.epsilon);
    forget(&p);
}

static void test_iterations(void)
{
    mg_actor_critic_config ac = mg_actor_critic_released(mg_actor_critic_cleanup_paper(false));
    mg_actor_critic_config discrete = mg_actor_critic_released(mg_actor_critic_cleanup_discrete_paper(false));
    mg_actor_critic_config continuous = mg_actor_critic_released(mg_actor_critic_cleanup_continuous_paper(false));
    mg_actor_critic_config inequity = mg_actor_critic_released(mg_actor_critic_cleanup_inequity_paper(false));
    mg_central_config central = mg_central_cleanup_released();
    ac.rate = discrete.rate = continuous.rate = inequity.rate = central.agent.rate = 1.0; /* steps that can be seen */
    inequity.envy = 0.3;
    check_iteration("AC", &mg_actor_critic, &ac, &ac, 0.0);
    check_iteration("AC-d", &mg_actor_critic, &discrete, &discrete, 0.0);
    check_iteration("AC-c", &mg_actor_critic, &continuous, &continuous, 0.0);
    check_iteration("IA", &mg_actor_critic, &inequity, &inequity, 0.9405);
    /* LIO's first half, as agents that earn what they receive too: what is paid costs nothing there. */
    mg_lio_actor_critic_config lio = mg_lio_cleanup_released(false);
    mg_actor_critic_config earning = ac;
    lio.lio.policy_rate = 1.0;
    earning.gives = earning.continuous = true;
    earning.cost = 0.0;
    check_iteration("LIO", &mg_lio_actor_critic, &earning, &lio, 0.0);
    check_iteration("Cen", &mg_central, &central.agent, &central, 0.0);
}

/* ---- refusals ---- */

static bool refuses(const mg_learner_table *learner, const void *config, const mg_env_table *environment,
                    const void *environment_config, const char *says)
{
    mg_error error = {MG_EXIT_OK, ""};
    const mg_rollout_config setup = {environment, environment_config, learner, config, {9996, 0}, 2};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (rollout)
        mg_rollout_destroy(rollout);
    else
        tap_note("%s", error.text);
    return !rollout && strstr(error.text, says);
}

static void test_refusals(void)
{
    const mg_cleanup_config river = mg_cleanup_default(false);
    mg_cleanup_config poor = river;
    mg_escape_room_config room = mg_escape_room_default(5, 2);
    const mg_actor_critic_config averse = mg_actor_critic_cleanup_inequity_paper(false);
    const mg_actor_critic_config gives = mg_actor_critic_cleanup_discrete_paper(false);
    mg_central_config central = mg_central_cleanup_released();
    poor.transfer_max = 1.0;
    tap_ok(refuses(&mg_actor_critic, &averse, &mg_cleanup, &river, "smoothed rewards"),
           "who is averse to inequity must see rewards");
    tap_ok(refuses(&mg_actor_critic, &gives, &mg_cleanup, &poor, "gives 0 to 2"), "gifts must fit the channel");
    tap_ok(refuses(&mg_central, &central, &mg_escape_room, &room, "joint actions"), "243 joint actions are too many");
    central.agent.gives = true;
    tap_ok(refuses(&mg_central, &central, &mg_cleanup, &river, "gives 1"), "one who is all gives nobody anything");
}

/* ---- settings of thesis Table B.5 and Section B.4.2 ---- */

static bool is_set(mg_actor_critic_config c, int units, double rate)
{
    return c.epsilon_units == units && c.rate == rate && c.epsilon_start == 0.5 && c.epsilon_end == 0.05 &&
           c.entropy == 0.1 && c.critic_rate == 1e-3 && c.follow == 0.01 && c.filters == 6 && c.window == 3 &&
           c.hidden_1 == 64 && c.hidden_2 == 64 && c.discount == 0.99;
}

static void test_settings(void)
{
    const mg_actor_critic_config inequity = mg_actor_critic_cleanup_inequity_paper(false);
    tap_ok(is_set(mg_actor_critic_cleanup_paper(false), 100, 1e-3) &&
               is_set(mg_actor_critic_cleanup_paper(true), 5000, 1e-3),
           "Table B.5: AC");
    tap_ok(is_set(mg_actor_critic_cleanup_discrete_paper(false), 100, 1e-4) &&
               is_set(mg_actor_critic_cleanup_discrete_paper(true), 1000, 1e-3),
           "Table B.5: AC-d");
    tap_ok(is_set(mg_actor_critic_cleanup_continuous_paper(false), 100, 1e-4) &&
               is_set(mg_actor_critic_cleanup_continuous_paper(true), 1000, 1e-3),
           "Table B.5: AC-c");
    tap_ok(is_set(inequity, 1000, 1e-3) && is_set(mg_actor_critic_cleanup_inequity_paper(true), 5000, 1e-3) &&
               inequity.envy == 0.0 && inequity.guilt == 0.05,
           "Table B.5 and B.4.2: IA");
}

int main(void)
{
    test_iterations();
    test_refusals();
    test_settings();
    return tap_done();
}
