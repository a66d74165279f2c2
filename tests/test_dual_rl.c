/* The designer of dual-RL against plain loops in binary64: what it gives, from its probabilities and its own stream;
 * what its first steps of Adam saw, as central differences of its losses; its cap; and what it refuses. */
#include "baselines/dual_rl.h"
#include "core/num/rng.h"
#include "tests/designer_by_hand.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEVELS = 4,
    CHOICES = 1 + LEVELS,
    ETA = INPUTS_MAX * H + H + (H + 1) * H + MEMORY + (H + 1) * NUMBERS * CHOICES
};

/* Of a row: levels, then what the policy remembers. */
typedef struct row_memory {
    int32_t level[NUMBERS];
    float state[2 * M];
} row_memory;

typedef struct scene {
    mg_dual_rl_config config;
    mg_env_spec environment;
    void *self;
    int period, input;
    bool after;
} scene;

static void open_scene(scene *s, bool after, bool growth, bool remembers)
{
    mg_error error = {0};
    mg_learner_spec spec;
    *s = (scene){.config = mg_dual_rl_gtb_paper(), .period = after ? 1 : 2, .after = after};
    s->config.agents.hidden_1 = s->config.agents.hidden_2 = s->config.designer_hidden_1 = s->config.designer_hidden_2 =
        H;
    s->config.agents.memory = 3;
    s->config.agents.bootstrap_terminated = growth;
    s->config.designer_limit = growth ? 0.0 : 0.05;
    s->config.designer_memory = remembers ? M : 0;
    s->config.levels = LEVELS;
    s->config.growth = growth;
    s->config.reward_scale = 1.5;
    s->config.cost = 0.25;
    s->config.anneal_units = 4;
    s->config.anneal_start = 0.4; /* of four levels two */
    s->input = VIEWS + (after ? AGENTS * ACTIONS : 0);
    s->environment = by_hand(after);
    bool good = mg_config_check(mg_dual_rl.fields, &s->config, &error) &&
                mg_dual_rl.describe(&s->config, &s->environment, &spec, &error) &&
                mg_needs_met("dual-rl", &spec, &s->environment, &error);
    s->self = good ? mg_dual_rl.create(&s->config, &s->environment, key, &error) : NULL;
    if (!tap_ok(s->self && spec.updates == 4 &&
                    spec.memory_per_row == (remembers ? sizeof(row_memory) : NUMBERS * sizeof(int32_t)),
                "starts%s", error.text))
        exit(1);
}

static void close_scene(scene *s)
{
    mg_dual_rl.destroy(s->self);
    mg_env_spec_free(&s->environment);
}

/* ---- plainly ---- */

/* pi~ of all numbers of a decision; levels above `open` are barred, and played by exploration. state: of a memory. */
static void policy(const scene *s, const double *eta, const episode *e, int t, int open, double epsilon, double *state,
                   double pi[NUMBERS][CHOICES])
{
    double x[INPUTS_MAX], y[NUMBERS * CHOICES];
    for (int k = 0; k < VIEWS; k++)
        x[k] = (double)e->asked[t][k];
    for (int k = VIEWS; k < s->input; k++)
        x[k] = e->action[t][(k - VIEWS) / ACTIONS] == (k - VIEWS) % ACTIONS ? 1.0 : 0.0;
    network(eta, s->input, NUMBERS * CHOICES, true, s->config.designer_memory ? state : NULL, x, y);
    for (int n = 0; n < NUMBERS; n++) {
        double sum = 0.0;
        for (int b = 0; b < 1 + open; b++)
            sum += mg_exp(y[n * CHOICES + b]);
        for (int b = 0; b < CHOICES; b++)
            pi[n][b] = (b < 1 + open ? (1.0 - epsilon) * mg_exp(y[n * CHOICES + b]) / sum : 0.0) + epsilon / CHOICES;
    }
}

/* What was chosen, drawn again; writes what that gives. */
static void choose(const scene *s, const double *eta, const episode *e, int t, int open, double cap, double *state,
                   int32_t *level, int32_t *chosen, double *given)
{
    double pi[NUMBERS][CHOICES];
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TRAIN_ACTION, (uint32_t)t, 0, AGENTS);
    policy(s, eta, e, t, open, s->config.agents.epsilon_start, state, pi);
    for (int n = 0; n < NUMBERS; n++) {
        float p[CHOICES];
        for (int b = 0; b < CHOICES; b++)
            p[b] = (float)pi[n][b];
        chosen[n] = mg_random_categorical(&stream, p, CHOICES);
        level[n] = chosen[n] > 0 ? chosen[n] - 1 : level[n];
        double part = (double)level[n] / (LEVELS - 1);
        given[n] = 0.5 + 2.0 * (part < cap ? part : cap);
    }
}

typedef struct oracle {
    const scene *s;
    episode seen; /* its welfare is the designer's reward */
    int32_t chosen[STEPS][NUMBERS];
    double advantage[STEPS], before[STEPS][NUMBERS];
} oracle;

static void find_rewards(oracle *o, const episode *e)
{
    const mg_dual_rl_config *c = &o->s->config;
    o->seen = *e;
    for (int t = 0; t < e->steps; t++) {
        double grown = (double)e->welfare[t] - (!c->growth ? 0.0
                                                : t > 0    ? (double)e->welfare[t - 1]
                                                           : (double)e->welfare[0]);
        o->seen.welfare[t] =
            (float)(c->reward_scale * grown - c->cost * ((double)e->received[t][0] + (double)e->received[t][1]));
    }
}

static void find_advantages(oracle *o, const double *critic)
{
    const mg_proximal_policy_config *c = &o->s->config.agents;
    const episode *e = &o->seen;
    double carried = 0.0, value[STEPS + 1];
    find_values(critic, e, o->s->config.designer_memory > 0, value);
    for (int t = e->steps - 1; t >= 0; t--) {
        bool last = t == e->steps - 1 && e->terminated && !c->bootstrap_terminated;
        carried = (double)e->welfare[t] + c->discount * (last ? 0.0 : value[t + 1]) - value[t] +
                  c->discount * c->trace * carried;
        o->advantage[t] = carried;
    }
}

/* The clipped objective, of logarithms that add up over numbers: each has a ratio of its own, which is 1. */
static double objective(const oracle *o, const double *eta, int open)
{
    double sum = 0.0, pi[NUMBERS][CHOICES], state[2 * M] = {0.0};
    for (int t = 0; t < o->seen.steps; t += o->s->period) {
        policy(o->s, eta, &o->seen, t, open, o->s->config.agents.epsilon_start, state, pi);
        for (int n = 0; n < NUMBERS; n++)
            sum -= o->advantage[t] * pi[n][o->chosen[t][n]] / o->before[t][n];
    }
    return sum / o->seen.steps;
}

/* Each tensor's gradient no longer than the limit. */
static void limit(double *gradient, const int *length, int tensors, double most)
{
    for (int k = 0; k < tensors; gradient += length[k++]) {
        double norm = 0.0;
        for (int i = 0; i < length[k]; i++)
            norm += gradient[i] * gradient[i];
        norm = mg_sqrt(norm);
        for (int i = 0; i < length[k] && most > 0.0 && norm > most; i++)
            gradient[i] *= most / norm;
    }
}

static void check_policy(oracle *o, double *eta, int open)
{
    static double moment[2 * ETA], gradient[ETA];
    const bool remembers = o->s->config.designer_memory > 0;
    const int plain[] = {o->s->input * H, H, H * H, H, H * NUMBERS * CHOICES, NUMBERS * CHOICES};
    const int deep[] = {o->s->input * H,  H, H * H, H, 4 * M * H, 4 * M * M, 4 * M, M * NUMBERS * CHOICES,
                        NUMBERS * CHOICES};
    const int *length = remembers ? deep : plain, tensors = remembers ? 9 : 6;
    int count = 0;
    double state[2 * M] = {0.0};
    for (int k = 0; k < tensors; k++)
        count += length[k];
    for (int t = 0; t < o->seen.steps; t += o->s->period) {
        double pi[NUMBERS][CHOICES];
        policy(o->s, eta, &o->seen, t, open, o->s->config.agents.epsilon_start, state, pi);
        for (int n = 0; n < NUMBERS; n++)
            o->before[t][n] = pi[n][o->chosen[t][n]];
    }
    for (int k = 0; k < count; k++) {
        double kept = eta[k], h = 1e-6;
        eta[k] = kept + h;
        double up = objective(o, eta, open);
        eta[k] = kept - h;
        gradient[k] = (up - objective(o, eta, open)) / (2.0 * h);
        eta[k] = kept;
    }
    limit(gradient, length, tensors, o->s->config.designer_limit);
    tap_ok(numbers_of(&mg_dual_rl, o->s->self, MG_KIND_OPTIMISERS, "designer moments", moment) == 2 * count,
           "... %d numbers of its policy", count);
    compare("policy", count, moment, gradient);
}

static void check_critic(const oracle *o, double *critic, const double *target)
{
    static double moment[2 * CRITIC_MAX], gradient[CRITIC_MAX];
    static const int plain[] = {VIEWS * H, H, H * H, H, H, 1};
    static const int deep[] = {VIEWS * H, H, H * H, H, 4 * M * H, 4 * M * M, 4 * M, M, 1};
    const mg_proximal_policy_config *c = &o->s->config.agents;
    const bool remembers = o->s->config.designer_memory > 0, cut = !c->bootstrap_terminated;
    const int count = critic_length(remembers);
    for (int k = 0; k < count; k++) {
        double kept = critic[k], h = 1e-6;
        critic[k] = kept + h;
        double up = critic_loss(&o->seen, c->discount, cut, remembers, critic, target);
        critic[k] = kept - h;
        gradient[k] = (up - critic_loss(&o->seen, c->discount, cut, remembers, critic, target)) / (2.0 * h);
        critic[k] = kept;
    }
    limit(gradient, remembers ? deep : plain, remembers ? 9 : 6, o->s->config.designer_limit);
    numbers_of(&mg_dual_rl, o->s->self, MG_KIND_OPTIMISERS, "designer critic moments", moment);
    compare("critic", count, moment, gradient);
}

static void test_step(const char *says, bool after, bool growth, bool remembers)
{
    static oracle o;
    static episode e;
    static double eta[ETA], both[2 * CRITIC_MAX], critic[CRITIC_MAX];
    enum { OPEN = 2 };
    scene s;
    row_memory kept = {{0}, {0.0f}};
    int32_t level[NUMBERS] = {0};
    double state[2 * M] = {0.0};
    tap_note("%s", says);
    open_scene(&s, after, growth, remembers);
    move_biases(&mg_dual_rl, s.self);
    memset(&o, 0, sizeof o);
    o.s = &s;
    numbers_of(&mg_dual_rl, s.self, MG_KIND_INCENTIVES, "designer 0 ", eta);
    numbers_of(&mg_dual_rl, s.self, MG_KIND_CRITICS, "designer critic 0 ", both);
    memcpy(critic, both, sizeof critic);
    draw_episode(&e, 5, STEPS, true);
    bool complete = show(&mg_dual_rl, s.self, &s.environment, &kept, &e);
    double off = 0.0, given[NUMBERS];
    for (int t = 0; t < e.steps; t++) {
        if (t % s.period == 0)
            choose(&s, eta, &e, t, OPEN, 0.4, state, level, o.chosen[t], given);
        for (int n = 0; n < NUMBERS; n++)
            off = size_of(given[n] - (double)e.given[t][n]) > off ? size_of(given[n] - (double)e.given[t][n]) : off;
    }
    tap_ok(complete && off < 1e-5 && !memcmp(level, kept.level, sizeof level),
           "what is given is drawn from its policy: %.1e", off);
    find_rewards(&o, &e);
    find_advantages(&o, critic);
    check_policy(&o, eta, OPEN);
    check_critic(&o, critic, both + critic_length(remembers));
    uint64_t count[4] = {0};
    mg_dual_rl.update_counts(s.self, count);
    tap_ok(count[0] == 1 && count[1] == 1 && count[2] == 1 && count[3] == 1, "... a step of everybody");
    close_scene(&s);
}

/* The largest number given in episodes of training one after the other. */
static void test_cap(void)
{
    scene s;
    static episode e;
    open_scene(&s, true, true, false);
    const double cap[] = {0.4, 0.55, 0.7, 0.85, 1.0, 1.0};
    int wrong = 0, reached = 0;
    for (uint32_t round = 0; round < 6; round++) {
        double most = 0.0;
        for (uint32_t k = 0; k < 40; k++) { /* looks only */
            int32_t memory[NUMBERS] = {0};
            float given[NUMBERS], view[VIEWS] = {0.0f}, *to = given;
            int32_t zero = 0;
            const int32_t *action[AGENTS] = {&zero, &zero};
            uint32_t time = 100 * round + k;
            const mg_batch batch = {.mode = MG_TRAIN,
                                    .rows = 1,
                                    .row = (int[]){0},
                                    .time = &time,
                                    .memory = (void *[]){memory},
                                    .designer = view};
            mg_dual_rl.give(s.self, &batch, action, &to);
            for (int n = 0; n < NUMBERS; n++)
                most = (double)given[n] > most ? (double)given[n] : most;
        }
        wrong += most > 0.5 + 2.0 * cap[round] + 1e-6;
        reached += most > 0.5 + 2.0 * cap[round] - 1e-6;
        int32_t memory[NUMBERS] = {0};
        draw_episode(&e, 20 + round, STEPS, true);
        show(&mg_dual_rl, s.self, &s.environment, memory, &e);
    }
    tap_ok(wrong == 0 && reached == 6, "a cap that rises, which exploration reaches: %d above it, %d at it", wrong,
           reached);
    close_scene(&s);
}

/* To keep a number is to keep it: as often as it is chosen, and from the least on. */
static void test_kept(void)
{
    scene s;
    open_scene(&s, true, true, false);
    static mg_tensor tensor[256];
    int count = mg_dual_rl.tensors(s.self, tensor, 256);
    for (int i = 0; i < count; i++)
        if (strcmp(tensor[i].name, "designer 0 output.bias") == 0)
            for (int n = 0; n < NUMBERS; n++)
                ((float *)tensor[i].data)[n * CHOICES] = 50.0f;
    int32_t memory[NUMBERS] = {0, 1};
    float given[NUMBERS], view[VIEWS] = {0.25f}, *to = given;
    int32_t zero = 0;
    const int32_t *action[AGENTS] = {&zero, &zero};
    uint32_t time = 0;
    const mg_batch batch = {.mode = MG_EVALUATE,
                            .rows = 1,
                            .row = (int[]){0},
                            .time = &time,
                            .memory = (void *[]){memory},
                            .designer = view};
    for (; time < 100; time++)
        mg_dual_rl.give(s.self, &batch, action, &to);
    tap_ok(memory[0] == 0 && given[0] == 0.5f && size_of((double)given[1] - 0.5 - 2.0 / 3.0) < 1e-6 && memory[1] == 1,
           "kept for a hundred steps, since evaluation explores nothing: %.3f and %.3f", (double)given[0],
           (double)given[1]);
    close_scene(&s);
}

static void test_refused(void)
{
    scene s;
    mg_error error = {0};
    mg_learner_spec spec;
    open_scene(&s, true, true, false);
    s.config.agents.episodes = 2;
    tap_ok(!mg_dual_rl.describe(&s.config, &s.environment, &spec, &error) && strstr(error.text, "wanted 1"), "%s",
           error.text);
    close_scene(&s);
    const mg_dual_rl_config paper = mg_dual_rl_gtb_paper(), later = mg_dual_rl_gtb_curriculum();
    const mg_proximal_policy_config first = mg_proximal_policy_gtb_free_market();
    tap_ok(paper.levels == 21 && paper.anneal_units == 0 && paper.designer_limit == 10.0 &&
               paper.agents.entropy == 0.282 && paper.designer_rate == 7.8e-4 && paper.agents.epsilon_start == 0.5,
           "without a curriculum as in Table C.4");
    tap_ok(later.anneal_units == 8000 && later.anneal_start == 0.1 && later.agents.epsilon_start == 0.0 &&
               later.agents.follow == 0.221 && later.designer_rate == 4.9e-5 && later.designer_memory == 128,
           "with one as in Table C.5");
    tap_ok(first.entropy == 0.187 && first.actor_rate == 7.85e-4 && first.epsilon_start == 0.0 && first.filters == 6,
           "which begins in a free market");
}

int main(void)
{
    test_step("asked every other step, its reward what welfare grew by", false, true, false);
    test_step("asked after the actions, its reward welfare, gradients limited", true, false, false);
    test_step("a designer with a memory", false, true, true);
    test_step("a designer with a memory, gradients limited", true, false, true);
    test_cap();
    test_kept();
    test_refused();
    return tap_done();
}
