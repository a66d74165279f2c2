/* The designer of dual-RL in the Escape Room: its loss's slope against central differences, in binary64; what it gives,
 * from its own stream; what its first step of Adam saw, as central differences of the same loss in plain loops; the
 * agents beside it, to the bit agents without a designer who gain the same. */
#define MG_DOUBLE
#include "baselines/dual_designer.h"
#include "baselines/dual_designer_step.h"
#include "core/num/isa.h"
#include "tests/designer_by_hand.h"

enum { VALUES = 3, CHOICES = VALUES * VALUES, WIDE_MAX = CHOICES };
enum { ETA = INPUTS_MAX * H + H + (H + 1) * H + (H + 1) * WIDE_MAX };

/* ---- the loss, plainly ---- */

static double plain_log(bool continuous, int wide, const double *y, int choice, const double *u, double *entropy)
{
    double sum = 0.0, log_p = 0.0;
    *entropy = 0.0;
    for (int b = 0; b < wide && continuous; b++)
        log_p -= 0.5 * (u[b] - y[b]) * (u[b] - y[b]);
    for (int b = 0; b < wide && !continuous; b++)
        sum += mg_exp(y[b]);
    for (int b = 0; b < wide && !continuous; b++) {
        const double p = mg_exp(y[b]) / sum;
        *entropy -= p * mg_log(p);
        log_p += b == choice ? mg_log(p) : 0.0;
    }
    return log_p;
}

static double plain_loss(const mg_dual_decisions *d, const double *output)
{
    double loss = 0.0, entropy;
    for (int row = 0; row < d->rows; row++) {
        loss -= d->worth[row] * plain_log(d->continuous, d->wide, output + row * d->wide,
                                          d->continuous ? 0 : d->choice[row],
                                          d->continuous ? d->u + row * d->wide : NULL, &entropy);
        loss -= d->entropy * entropy;
    }
    return loss;
}

static void test_slope(bool continuous)
{
    enum { ROWS = 6, WIDE = 5 };
    double output[ROWS * WIDE], u[ROWS * WIDE], worth[ROWS], probability[ROWS * WIDE], cotangent[ROWS * WIDE];
    int32_t choice[ROWS];
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 40, 0, continuous);
    for (int k = 0; k < ROWS * WIDE; k++) {
        output[k] = 2.0 * mg_random_double(&stream) - 1.0;
        u[k] = 2.0 * mg_random_double(&stream) - 1.0;
    }
    for (int row = 0; row < ROWS; row++) {
        worth[row] = 2.0 * mg_random_double(&stream) - 1.0;
        choice[row] = (int32_t)mg_random_below(&stream, WIDE);
    }
    const mg_dual_decisions decisions = {
        .rows = ROWS, .wide = WIDE, .continuous = continuous, .choice = choice, .u = u, .worth = worth, .entropy = 0.3};
    mg_dual_designer_cotangent(&decisions, output, probability, cotangent);
    double off = 0.0;
    for (int k = 0; k < ROWS * WIDE; k++) {
        const double kept = output[k], h = 1e-6;
        output[k] = kept + h;
        double slope = plain_loss(&decisions, output);
        output[k] = kept - h;
        slope = (slope - plain_loss(&decisions, output)) / (2.0 * h);
        output[k] = kept;
        off = size_of(slope - cotangent[k]) > off ? size_of(slope - cotangent[k]) : off;
    }
    tap_ok(off < 1e-8, "%s: the slope is that of the loss, off by %.1e", continuous ? "means" : "logits", off);
}

static void test_digits(void)
{
    bool good = true;
    for (int choice = 0; choice < 27; choice++)
        good = good && mg_dual_designer_digit(choice, 3, 0) == choice % 3 &&
               mg_dual_designer_digit(choice, 3, 1) == choice / 3 % 3 &&
               mg_dual_designer_digit(choice, 3, 2) == choice / 9;
    tap_ok(good, "the first number is the lowest digit");
}

/* ---- the learner ---- */

typedef struct scene {
    mg_dual_designer_config config;
    mg_env_spec environment;
    void *self;
    int period, input, wide;
} scene;

static void open_scene(scene *s, bool continuous, bool after, bool judged)
{
    mg_error error = {0};
    mg_learner_spec spec;
    *s = (scene){.config = continuous ? mg_dual_designer_continuous_paper(false)
                                      : mg_dual_designer_discrete_paper(false, VALUES),
                 .period = after ? 1 : 2};
    if (judged && continuous)
        s->config = mg_dual_designer_cleanup_paper();
    if (judged)
        s->config.designer_critic_rate = s->config.designer_rate = 0.01;
    s->config.designer_follow = judged ? 0.75 : 0.0;
    s->config.designer_trace = judged ? 0.8 : 0.0;
    s->config.agents.bootstrap_terminated = false;
    s->config.agents.hidden_1 = s->config.agents.hidden_2 = H;
    s->config.designer_hidden_1 = s->config.designer_hidden_2 = H;
    s->config.cost = 0.25;
    s->input = VIEWS + (after ? AGENTS * ACTIONS : 0);
    s->wide = continuous ? NUMBERS : CHOICES;
    s->environment = by_hand(after);
    s->environment.transfer.low = 0.0f;
    bool good = mg_config_check(mg_dual_designer.fields, &s->config, &error) &&
                mg_dual_designer.describe(&s->config, &s->environment, &spec, &error) &&
                mg_needs_met("dual-designer", &spec, &s->environment, &error);
    s->self = good ? mg_dual_designer.create(&s->config, &s->environment, key, &error) : NULL;
    if (!tap_ok(s->self && spec.updates == 1 + (s->config.agents.plain ? 1 : 2) + judged,
                "%s, asked %s the actions, %s a critic: starts%s", continuous ? "gifts to draw" : "gifts to choose",
                after ? "after" : "before", judged ? "with" : "without", error.text))
        exit(1);
}

static void close_scene(scene *s)
{
    mg_dual_designer.destroy(s->self);
    mg_env_spec_free(&s->environment);
}

static void outputs(const scene *s, const double *eta, const episode *e, int t, double *y)
{
    double x[INPUTS_MAX];
    for (int k = 0; k < VIEWS; k++)
        x[k] = (double)e->asked[t][k];
    for (int k = VIEWS; k < s->input; k++)
        x[k] = e->action[t][(k - VIEWS) / ACTIONS] == (k - VIEWS) % ACTIONS ? 1.0 : 0.0;
    network(eta, s->input, s->wide, !s->config.continuous, NULL, x, y);
}

typedef struct decided {
    int32_t choice[STEPS];
    double u[STEPS][NUMBERS], worth[STEPS];
} decided;

/* What was given, drawn again; returns the largest difference. */
static double draw_again(const scene *s, const double *eta, const episode *e, decided *d)
{
    double off = 0.0, y[WIDE_MAX];
    static const double value[VALUES] = {0.0, 1.1, 2.0};
    for (int t = 0; t < e->steps; t++) {
        if (t % s->period == 0) {
            mg_stream stream = mg_stream_at(key, MG_PURPOSE_TRAIN_ACTION, (uint32_t)t, 0, AGENTS);
            outputs(s, eta, e, t, y);
            float p[CHOICES];
            double sum = 0.0;
            for (int b = 0; b < s->wide && !s->config.continuous; b++)
                sum += mg_exp(y[b]);
            for (int b = 0; b < s->wide && !s->config.continuous; b++)
                p[b] = (float)(mg_exp(y[b]) / sum);
            for (int n = 0; n < NUMBERS && s->config.continuous; n++)
                d->u[t][n] = y[n] + (double)mg_random_normal(&stream);
            d->choice[t] = s->config.continuous ? 0 : mg_random_categorical(&stream, p, CHOICES);
        } else {
            d->choice[t] = d->choice[t - 1];
            memcpy(d->u[t], d->u[t - 1], sizeof d->u[t]);
        }
        for (int n = 0; n < NUMBERS; n++) {
            const double given = s->config.continuous ? 2.5 * sigmoid(d->u[t][n])
                                                      : value[n == 0 ? d->choice[t] % VALUES : d->choice[t] / VALUES];
            off = size_of(given - (double)e->given[t][n]) > off ? size_of(given - (double)e->given[t][n]) : off;
        }
    }
    return off;
}

static double loss_of(const scene *s, const double *eta, const episode *e, const decided *d)
{
    double loss = 0.0, y[WIDE_MAX], entropy;
    int decisions = 0;
    for (int t = 0; t < e->steps; t += s->period, decisions++) {
        outputs(s, eta, e, t, y);
        loss -= d->worth[t] * plain_log(s->config.continuous, s->wide, y, d->choice[t], d->u[t], &entropy);
        loss -= s->config.designer_entropy * entropy;
    }
    return s->config.designer_critic_rate > 0.0 ? loss / decisions : loss;
}

/* What each step was worth: returns, or advantages by a critic. */
static void judge(const scene *s, const episode *e, const double *critic, decided *d)
{
    const mg_dual_designer_config *c = &s->config;
    const bool judged = c->designer_critic_rate > 0.0;
    double ahead = 0.0, value[STEPS + 1] = {0.0};
    if (judged)
        find_values(critic, e, false, value);
    value[e->steps] = 0.0; /* it terminated */
    for (int t = e->steps - 1; t >= 0; t--) {
        const double welfare =
            (double)e->welfare[t] - c->cost * ((double)e->received[t][0] + (double)e->received[t][1]);
        d->worth[t] = ahead = judged ? welfare + 0.99 * value[t + 1] - value[t] + 0.99 * c->designer_trace * ahead
                                     : welfare + 0.99 * ahead;
    }
}

/* The critic's step, from the same welfare. */
static void check_critic(const scene *s, const episode *e, double *critic, const double *target)
{
    static double moment[2 * CRITIC_MAX], gradient[CRITIC_MAX], both[2 * CRITIC_MAX];
    episode paid = *e;
    const int count = critic_length(false);
    for (int t = 0; t < e->steps; t++)
        paid.welfare[t] -= (float)s->config.cost * (e->received[t][0] + e->received[t][1]);
    for (int k = 0; k < count; k++) {
        const double kept = critic[k], h = 1e-6;
        critic[k] = kept + h;
        double up = critic_loss(&paid, 0.99, true, false, critic, target);
        critic[k] = kept - h;
        gradient[k] = (up - critic_loss(&paid, 0.99, true, false, critic, target)) / (2.0 * h);
        critic[k] = kept;
    }
    numbers_of(&mg_dual_designer, s->self, MG_KIND_OPTIMISERS, "designer critic moments", moment);
    compare("its critic's step", count, moment, gradient);
    numbers_of(&mg_dual_designer, s->self, MG_KIND_CRITICS, "designer critic 0 ", both);
    double worst = 0.0;
    for (int k = 0; k < count; k++) {
        const double off = size_of(target[k] + s->config.designer_follow * (both[k] - target[k]) - both[count + k]);
        worst = off > worst ? off : worst;
    }
    tap_ok(worst < 1e-6, "... and its target follows");
}

/* Of the loss, by central differences. */
static void gradient_of(const scene *s, double *eta, int count, const episode *e, const decided *d, double *gradient)
{
    for (int k = 0; k < count; k++) {
        const double kept = eta[k], h = 1e-6;
        eta[k] = kept + h;
        double up = loss_of(s, eta, e, d);
        eta[k] = kept - h;
        gradient[k] = (up - loss_of(s, eta, e, d)) / (2.0 * h);
        eta[k] = kept;
    }
}

/* Largest difference of the step-th step from Adam's in TensorFlow's form with these moments, in rates. */
static double adam_error(const scene *s, int count, int step, const double *eta, const double *moment)
{
    static double now[ETA];
    double first = 1.0, second = 1.0, off = 0.0;
    for (int k = 0; k < step; k++) {
        first *= 0.9;
        second *= 0.999;
    }
    numbers_of(&mg_dual_designer, s->self, MG_KIND_INCENTIVES, "designer 0 ", now);
    for (int k = 0; k < count; k++) {
        const double wanted = mg_sqrt(1.0 - second) / (1.0 - first) * moment[k] / (mg_sqrt(moment[count + k]) + 1e-8);
        const double miss = size_of((eta[k] - now[k]) / s->config.designer_rate - wanted);
        off = miss > off ? miss : off;
    }
    return off;
}

/* An episode after the one that left these moments, of a designer without a critic. */
static void test_next(const scene *s, int count, double *moment)
{
    static episode e;
    static double eta[ETA], gradient[ETA];
    decided d;
    numbers_of(&mg_dual_designer, s->self, MG_KIND_INCENTIVES, "designer 0 ", eta);
    draw_episode(&e, 42, STEPS - 1, false);
    show(&mg_dual_designer, s->self, &s->environment, NULL, &e);
    const double off = draw_again(s, eta, &e, &d);
    judge(s, &e, NULL, &d);
    gradient_of(s, eta, count, &e, &d, gradient);
    for (int k = 0; k < count; k++)
        gradient[k] += 9.0 * moment[k];
    numbers_of(&mg_dual_designer, s->self, MG_KIND_OPTIMISERS, "designer moments", moment);
    compare("the next, shorter episode begins anew", count, moment, gradient);
    tap_ok(off < 1e-5 && adam_error(s, count, 2, eta, moment) < 1e-3, "... drawn and stepped as the first");
}

static void test_step(bool continuous, bool after, bool judged)
{
    static episode e;
    static double critic[2 * CRITIC_MAX];
    static double eta[ETA], moment[2 * ETA], gradient[ETA];
    static mg_tensor tensor[256], other[256];
    scene s;
    decided d;
    mg_error error = {0};
    open_scene(&s, continuous, after, judged);
    move_biases(&mg_dual_designer, s.self);
    tap_ok(numbers_of(&mg_dual_designer, s.self, MG_KIND_CRITICS, "designer critic 0 ", critic) ==
               (judged ? 2 * critic_length(false) : 0),
           "... with a critic only where one is wanted");
    void *alone = mg_proximal_policy.create(&s.config.agents, &s.environment, key, &error);
    move_biases(&mg_proximal_policy, alone);
    const int count = numbers_of(&mg_dual_designer, s.self, MG_KIND_INCENTIVES, "designer 0 ", eta);
    draw_episode(&e, 41, STEPS, true);
    bool complete = show(&mg_dual_designer, s.self, &s.environment, NULL, &e);
    const double off = draw_again(&s, eta, &e, &d);
    tap_ok(complete && off < 1e-5, "what is given is drawn from its network and its own stream: %.1e", off);
    judge(&s, &e, critic, &d);
    gradient_of(&s, eta, count, &e, &d, gradient);
    tap_ok(numbers_of(&mg_dual_designer, s.self, MG_KIND_OPTIMISERS, "designer moments", moment) == 2 * count,
           "... %d numbers", count);
    compare("its step", count, moment, gradient);
    const double away = adam_error(&s, count, 1, eta, moment);
    tap_ok(away < 1e-3, "... which is TensorFlow's Adam at its own rate: off by %.1e of the rate", away);
    if (judged)
        check_critic(&s, &e, critic, critic + critic_length(false));
    /* the same episode for agents who know of no designer, and earn what it gave */
    for (int t = 0; t < STEPS; t++)
        for (int i = 0; i < AGENTS; i++)
            e.reward[t][i] += e.received[t][i];
    mg_proximal_policy.begin_episode(alone, 0);
    for (int t = 0; t < STEPS; t++) {
        const mg_transition transition = {
            .step = t,
            .before = {.observation = e.seen[t][0], .designer = e.view[t], .allowed = e.allowed[t][0]},
            .after = {.observation = e.seen[t + 1][0], .designer = e.view[t + 1], .allowed = e.allowed[t][0]},
            .joint = {.action = e.action[t]},
            .reward = e.reward[t],
            .received = e.received[t],
            .terminated = t == STEPS - 1};
        mg_proximal_policy.observe(alone, &transition);
    }
    (void)mg_proximal_policy.end_episode(alone, 0);
    const int mine = mg_proximal_policy.tensors(alone, tensor, 256);
    (void)mg_dual_designer.tensors(s.self, other, 256);
    bool same = mine > 0;
    for (int i = 0; i < mine; i++)
        same = same && !strcmp(tensor[i].name, other[i].name) &&
               !memcmp(tensor[i].data, other[i].data,
                       (size_t)(tensor[i].rows * tensor[i].columns) * (tensor[i].type == MG_TYPE_FLOAT ? 4u : 8u));
    tap_ok(same, "... and the agents are to the bit agents who earn what it gave");
    uint64_t counts[4] = {0};
    mg_dual_designer.update_counts(s.self, counts);
    const int n = s.config.agents.plain ? 1 : 2;
    tap_ok(counts[0] == (s.config.agents.shared ? 1 : AGENTS) && counts[n] == 1 && counts[n + 1] == judged,
           "... a step of everybody");
    if (!judged)
        test_next(&s, count, moment);
    mg_proximal_policy.destroy(alone);
    close_scene(&s);
}

/* Steps of the same name in training and in an evaluation, before anything is learned; sizes that differ. */
static void test_streams_and_sizes(bool continuous)
{
    static episode e;
    static mg_tensor tensor[256];
    scene s;
    int alike = 0, first = 0, second = 0;
    mg_error error = {0};
    open_scene(&s, continuous, true, false);
    draw_episode(&e, 43, STEPS, true);
    for (uint32_t t = 0; t < STEPS; t++) {
        const int32_t *action[AGENTS] = {&e.action[t][0], &e.action[t][1]};
        float given[2][NUMBERS] = {{0.0f}};
        mg_batch batch = {.rows = 1, .row = (int[]){0}, .time = &t, .memory = (void *[]){NULL}, .designer = e.asked[t]};
        for (int evaluated = 0; evaluated < 2; evaluated++) {
            batch.mode = evaluated ? MG_EVALUATE : MG_TRAIN;
            mg_dual_designer.give(s.self, &batch, action, (float *[]){given[evaluated]});
        }
        alike += given[0][0] == given[1][0] && given[0][1] == given[1][1];
    }
    tap_ok(alike < STEPS, "evaluations draw from a stream of their own: %d of %d gifts are as in training", alike,
           STEPS);
    mg_dual_designer.destroy(s.self);
    s.config.designer_hidden_1 = H + 1;
    s.config.designer_hidden_2 = H + 2;
    s.self = mg_dual_designer.create(&s.config, &s.environment, key, &error);
    const int count = mg_dual_designer.tensors(s.self, tensor, 256);
    for (int i = 0; i < count; i++) {
        first = strcmp(tensor[i].name, "designer 0 first.bias") ? first : (int)tensor[i].columns;
        second = strcmp(tensor[i].name, "designer 0 second.bias") ? second : (int)tensor[i].columns;
    }
    tap_ok(first == H + 1 && second == H + 2, "its layers are as large as they are to be: %d and %d", first, second);
    close_scene(&s);
}

static void test_refusals(void)
{
    scene s;
    mg_error error = {0};
    mg_learner_spec spec;
    open_scene(&s, false, true, false);
    s.config.agents.episodes = 2;
    tap_ok(!mg_dual_designer.describe(&s.config, &s.environment, &spec, &error) && strstr(error.text, "wanted 1"), "%s",
           error.text);
    s.config.agents.episodes = 1;
    s.environment.transfer.high = 1.5f;
    error = (mg_error){0};
    tap_ok(!mg_dual_designer.describe(&s.config, &s.environment, &spec, &error) && strstr(error.text, "gives 2"), "%s",
           error.text);
    s.environment.transfer.numbers_per_giver = 6;
    error = (mg_error){0};
    tap_ok(!mg_dual_designer.describe(&s.config, &s.environment, &spec, &error) &&
               strstr(error.text, "6 numbers of 3 values"),
           "%s", error.text);
    close_scene(&s);
}

static void test_settings(void)
{
    const mg_dual_designer_config river = mg_dual_designer_cleanup_paper();
    tap_ok(river.agents.entropy == 0.173 && river.agents.actor_rate == 6.23e-4 && river.agents.critic_rate == 4.46e-4 &&
               river.agents.follow == 0.292 && river.agents.epsilon_start == 1.0 && river.agents.epsilon_end == 0.1 &&
               river.agents.trace == 0.0 && river.agents.descent && river.agents.sums &&
               river.designer_rate == 1.15e-5 && river.designer_critic_rate == 1.72e-5 &&
               river.designer_follow == 0.846 && river.designer_trace == 0.99 && river.cost == 0.0 && river.continuous,
           "in Cleanup as in Table C.3");
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_slope(false);
    test_slope(true);
    test_digits();
    test_step(false, true, false);
    test_step(true, true, false);
    test_step(false, false, false);
    test_step(true, true, true);
    test_step(false, false, true);
    test_streams_and_sizes(false);
    test_streams_and_sizes(true);
    test_refusals();
    test_settings();
    return tap_done();
}
