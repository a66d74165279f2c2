/* The steps that are Cleanup's own, taken by whole learners that play there with the thesis's networks: LIO's incentive
 * functions, the designers of MetaGrad and of dual-RL (c), and the agents beside them. Each step is written a second
 * time in plain loops in binary64 (algos/pictured_plain.h); where it looks through the agents' step it is compared with
 * central differences of what it goes down, in which that step is taken anew for every change of a parameter. */
#include "algos/lio_actor_critic.h"
#include "algos/metagrad.h"
#include "algos/pictured_plain.h"
#include "baselines/dual_designer.h"
#include "core/num/isa.h"
#include "core/num/scalar_math.h"
#include "envs/cleanup.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum {
    AGENTS = MG_CLEANUP_AGENTS,
    ACTIONS = MG_CLEANUP_ACTIONS,
    STEPS = 6,
    SIDE = 9,
    PICTURE = 3 * SIDE * SIDE,
    NUMBERS = 3,
    HIDDEN = 64,
    PARAMETERS = 40000,
    MEMORY = 6 * SIDE * SIDE + 3 * HIDDEN
};

static const mg_key key = {9971, 2};
static const double discount = 0.99, epsilon = 0.5;

/* ---- an episode as it was played ---- */

typedef struct episode {
    double seen[AGENTS][STEPS + 1][PICTURE], view[STEPS + 1][PICTURE]; /* of agents, of a designer */
    double reward[AGENTS][STEPS], received[AGENTS][STEPS], welfare[STEPS];
    int action[AGENTS][STEPS], kind[AGENTS][STEPS]; /* kind: which of a designer's numbers it got */
    double given[STEPS][NUMBERS + 1];
} episode;

typedef struct scene {
    mg_cleanup_config river;
    const mg_learner_table *learner;
    const void *config;
    mg_env_spec spec;
    void *self;
} scene;

static void open_scene(scene *s, const mg_learner_table *learner, const void *config, bool designer)
{
    mg_error error = {0};
    mg_learner_spec needs;
    *s = (scene){.river = mg_cleanup_default(false), .learner = learner, .config = config};
    s->river.steps = STEPS;
    s->river.apple_rate = 1.0; /* so that somebody eats */
    s->river.depletion = 1.0;
    s->river.designer = designer;
    mg_cleanup.describe(&s->river, NULL, &s->spec);
    bool good =
        learner->describe(config, &s->spec, &needs, &error) && mg_needs_met(learner->name, &needs, &s->spec, &error);
    s->self = good ? learner->create(config, &s->spec, key, &error) : NULL;
    if (!tap_ok(s->self != NULL, "%s starts in Cleanup%s", learner->name, error.text))
        exit(1);
}

static void close_scene(scene *s)
{
    s->learner->destroy(s->self);
    mg_env_spec_free(&s->spec);
}

/* All numbers of that kind's tensors whose names start so, one after the other. */
static int numbers_of(const scene *s, mg_kind kind, const char *prefix, double *number)
{
    static mg_tensor tensor[400];
    int n = 0;
    const int count = s->learner->tensors(s->self, tensor, 400);
    for (int i = 0; i < count; i++)
        if (tensor[i].kind == kind && tensor[i].type == MG_TYPE_FLOAT &&
            !strncmp(tensor[i].name, prefix, strlen(prefix)))
            for (int k = 0; k < tensor[i].rows * tensor[i].columns; k++)
                number[n++] = (double)((const float *)tensor[i].data)[k];
    return n;
}

/* Targets off the critics that they follow. */
static void move_targets(const scene *s)
{
    static mg_tensor tensor[400];
    const int count = s->learner->tensors(s->self, tensor, 400);
    for (int i = 0; i < count; i++)
        if (strstr(tensor[i].name, "target output.bias"))
            ((float *)tensor[i].data)[0] += 0.25f;
}

static void widen(const float *from, double *to, int n)
{
    for (int k = 0; k < n; k++)
        to[k] = (double)from[k];
}

/* Agents are asked and do something else: who fires, who eats and who does neither are all in it. */
static void play_step(const scene *s, const mg_row *row, episode *e, uint32_t first, int t, float *seen, float *view)
{
    static const int done[AGENTS][2 * STEPS] = {{5, 2, 5, 0, 4, 5, 2, 5, 5, 1, 3, 5},
                                                {1, 3, 5, 3, 0, 4, 1, 5, 3, 3, 5, 2}};
    const uint32_t time = first + (uint32_t)t;
    int32_t action[AGENTS], would[AGENTS];
    float given[4] = {0}, reward[AGENTS], paid[AGENTS], received[AGENTS], sensitivity[16];
    float before[AGENTS * PICTURE], before_view[PICTURE];
    const int32_t *const actions[AGENTS] = {&action[0], &action[1]};
    const mg_batch batch = {.mode = MG_TRAIN,
                            .rows = 1,
                            .row = (int[]){0},
                            .time = &time,
                            .memory = (void *[]){NULL},
                            .observation = (const float *[]){before, before + PICTURE},
                            .designer = before_view};
    memcpy(before, seen, sizeof before);
    memcpy(before_view, view, sizeof before_view);
    for (int i = 0; i < AGENTS; i++)
        e->action[i][t] = action[i] = done[i][time % (2 * STEPS)];
    s->learner->act(s->self, &batch, (int32_t *[]){&would[0], &would[1]}, NULL);
    s->learner->give(s->self, &batch, actions, (float *[]){given});
    mg_stream noise = mg_stream_at(key, MG_PURPOSE_TRAIN_STEP, time, 0, 0),
              draws = mg_stream_at(key, MG_PURPOSE_TEST, time, 0, 0);
    mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
    mg_cleanup.step(row, &(mg_joint){.action = action, .transfer = given}, &noise, &outcome);
    mg_cleanup.sensitivity(row, sensitivity);
    mg_cleanup.observe(row, 0, seen);
    mg_cleanup.state(row, view);
    outcome.welfare = 0.0f;
    for (int i = 0; i < AGENTS; i++) { /* rewards are made up, so that there are some in every step */
        e->kind[i][t] = action[i] == MG_CLEANUP_CLEAN ? 0 : reward[i] > 0.5f ? 1 : 2;
        reward[i] = mg_random_uniform(&draws, -1.0f, 1.0f);
        outcome.welfare += reward[i];
        e->reward[i][t] = (double)reward[i];
        e->received[i][t] = (double)received[i];
        widen(seen + i * PICTURE, e->seen[i][t + 1], PICTURE);
    }
    e->welfare[t] = (double)outcome.welfare;
    widen(given, e->given[t], 4);
    widen(view, e->view[t + 1], PICTURE);
    s->learner->observe(s->self, &(mg_transition){.step = t,
                                                  .before = {.observation = before, .designer = before_view},
                                                  .after = {.observation = seen, .designer = view},
                                                  .joint = {.action = action, .transfer = given},
                                                  .reward = reward,
                                                  .paid = paid,
                                                  .received = received,
                                                  .welfare = outcome.welfare,
                                                  .sensitivity = sensitivity,
                                                  .truncated = outcome.truncated});
}

/* Steps of training first, first + 1, ...; ends the episode. */
static bool play(const scene *s, episode *e, uint32_t first)
{
    _Alignas(16) static unsigned char bytes[4096];
    static float seen[AGENTS * PICTURE], view[PICTURE];
    const mg_row row = {&s->river, NULL, bytes};
    mg_stream noise = mg_stream_at(key, MG_PURPOSE_TRAIN_RESET, first, 0, 0);
    mg_cleanup.reset(&row, &noise);
    mg_cleanup.observe(&row, 0, seen);
    mg_cleanup.state(&row, view);
    for (int i = 0; i < AGENTS; i++)
        widen(seen + i * PICTURE, e->seen[i][0], PICTURE);
    widen(view, e->view[0], PICTURE);
    s->learner->begin_episode(s->self, 0);
    for (int t = 0; t < STEPS; t++)
        play_step(s, &row, e, first, t, seen, view);
    return s->learner->end_episode(s->self, 0);
}

/* ---- networks, plainly ---- */

static double memory[MEMORY];

static mg_pictured_plain net_of(int beside, int outputs, bool bias)
{
    return (mg_pictured_plain){3, SIDE, SIDE, 6, 3, PICTURE + beside, HIDDEN, HIDDEN, outputs, bias};
}

static double value_of(const double *critic, const double *seen)
{
    const mg_pictured_plain net = net_of(0, 1, true);
    double value;
    mg_pictured_plain_forward(&net, critic, seen, memory, &value);
    return value;
}

static void policy_of(const double *theta, const double *seen, double *pi)
{
    const mg_pictured_plain net = net_of(0, ACTIONS, true);
    double sum = 0.0;
    mg_pictured_plain_forward(&net, theta, seen, memory, pi);
    for (int a = 0; a < ACTIONS; a++)
        sum += pi[a] = mg_exp(pi[a]);
    for (int a = 0; a < ACTIONS; a++)
        pi[a] /= sum;
}

/* The gradient of log pi~ of what was done, and adds that of H(pi~) times `even` to `evenness`, unless it is NULL. */
static void score_of(const double *theta, const double *seen, int action, double *score, double even, double *evenness)
{
    const mg_pictured_plain net = net_of(0, ACTIONS, true);
    double pi[ACTIONS], log_slope[ACTIONS], entropy_slope[ACTIONS];
    const double keep = 1.0 - epsilon, floor = epsilon / ACTIONS;
    policy_of(theta, seen, pi);
    for (int b = 0; b < ACTIONS; b++) {
        log_slope[b] = keep * pi[action] * ((b == action) - pi[b]) / (keep * pi[action] + floor);
        entropy_slope[b] = 0.0;
        for (int a = 0; a < ACTIONS; a++)
            entropy_slope[b] -= even * (mg_log(keep * pi[a] + floor) + 1.0) * keep * pi[a] * ((a == b) - pi[b]);
    }
    memset(score, 0, PARAMETERS * sizeof *score);
    mg_pictured_plain_backward(&net, theta, seen, memory, log_slope, score);
    if (evenness)
        mg_pictured_plain_backward(&net, theta, seen, memory, entropy_slope, evenness);
}

static double larger(double a, double b)
{
    b = b < 0.0 ? -b : b;
    return b > a ? b : a;
}

/* The first moments of the first step of Adam are a tenth of its gradient: how far off, of the largest. */
static double off_moments(int count, const double *moment, const double *gradient)
{
    double off = 0.0, most = 0.0;
    for (int k = 0; k < count; k++) {
        off = larger(off, 10.0 * moment[k] - gradient[k]);
        most = larger(most, gradient[k]);
    }
    return most > 0.0 ? off / most : 1.0;
}

/* Adds the gradient of (V(o_t) - r_t - discount V'(o_{t+1}))^2 / rows over the steps of one sequence of pictures. */
static void add_critic_gradient(const double *critic, const double *target, double (*seen)[PICTURE],
                                const double *reward, int rows, double *gradient)
{
    const mg_pictured_plain net = net_of(0, 1, true);
    for (int t = 0; t < STEPS; t++) {
        const double wanted = reward[t] + discount * value_of(target, seen[t + 1]);
        const double slope = 2.0 * (value_of(critic, seen[t]) - wanted) / rows;
        mg_pictured_plain_backward(&net, critic, seen[t], memory, &slope, gradient);
    }
}

/* How far a target is from where following led it. */
static double off_target(int count, const double *target, const double *critics, double follow)
{
    double off = 0.0;
    for (int k = 0; k < count; k++)
        off = larger(off, target[k] + follow * (critics[k] - target[k]) - critics[count + k]);
    return off;
}

/* ---- agents beside a designer: one actor-critic for both ---- */

typedef struct agents {
    double theta[PARAMETERS], critics[2 * PARAMETERS]; /* before their step; a critic and its target */
    double score[AGENTS][STEPS][PARAMETERS];           /* on the episode from which they learned */
    double weight;                                     /* of a sample in their loss */
} agents;

static void look_at_agents(const scene *s, const mg_proximal_policy_config *c, agents *a)
{
    a->weight = c->sums ? 1.0 : 1.0 / (AGENTS * STEPS);
    numbers_of(s, MG_KIND_POLICIES, "policy 0 ", a->theta);
    numbers_of(s, MG_KIND_CRITICS, "critic 0 ", a->critics);
}

/* After an episode: what they gained in it moved them. */
static void check_agents(const char *says, const scene *s, const mg_proximal_policy_config *c, episode *e, agents *a)
{
    static double gradient[PARAMETERS], by_critic[PARAMETERS], after[PARAMETERS], critics[2 * PARAMETERS],
        moment[2 * PARAMETERS];
    const mg_pictured_plain actor = net_of(0, ACTIONS, true), critic = net_of(0, 1, true);
    const int thetas = (int)mg_pictured_plain_count(&actor), count = (int)mg_pictured_plain_count(&critic);
    memset(gradient, 0, sizeof gradient);
    memset(by_critic, 0, sizeof by_critic);
    for (int i = 0; i < AGENTS; i++) {
        double gain[STEPS];
        for (int t = 0; t < STEPS; t++) {
            gain[t] = e->reward[i][t] + e->received[i][t];
            const double advantage =
                gain[t] + discount * value_of(a->critics, e->seen[i][t + 1]) - value_of(a->critics, e->seen[i][t]);
            double *score = a->score[i][t];
            score_of(a->theta, e->seen[i][t], e->action[i][t], score, -c->entropy * a->weight, gradient);
            for (int k = 0; k < thetas; k++)
                gradient[k] -= a->weight * advantage * score[k];
        }
        add_critic_gradient(a->critics, a->critics + count, e->seen[i], gain, AGENTS * STEPS, by_critic);
    }
    const int found = numbers_of(s, MG_KIND_POLICIES, "policy 0 ", after);
    double off = 0.0, most = 0.0;
    for (int k = 0; k < thetas; k++) {
        off = larger(off, (a->theta[k] - after[k]) / c->actor_rate - gradient[k]);
        most = larger(most, gradient[k]);
    }
    tap_ok(found == thetas && most > 1e-3 && off < 1e-4 * most,
           "%s: agents step by temporal differences: off by %.1g of %.2g", says, off, most);
    numbers_of(s, MG_KIND_OPTIMISERS, "critic moments", moment);
    numbers_of(s, MG_KIND_CRITICS, "critic 0 ", critics);
    const double apart = off_target(count, a->critics + count, critics, c->follow);
    off = off_moments(count, moment, by_critic);
    tap_ok(off < 1e-4 && apart < 1e-6, "%s: and so does their critic: off by %.1g; its target follows: %.1g", says, off,
           apart);
}

/* ---- a designer ---- */

typedef struct designer {
    double eta[PARAMETERS], critics[2 * PARAMETERS], advantage[STEPS];
} designer;

static void look_at_designer(const scene *s, designer *d)
{
    numbers_of(s, MG_KIND_INCENTIVES, "designer 0 ", d->eta);
    numbers_of(s, MG_KIND_CRITICS, "designer critic 0 ", d->critics);
}

/* Outputs for a step of an episode, and what was shown for them. */
static void ask(const double *eta, const episode *e, int t, double *shown, double *output)
{
    const mg_pictured_plain net = net_of(2 * AGENTS, NUMBERS, false);
    memcpy(shown, e->view[t], PICTURE * sizeof *shown);
    for (int i = 0; i < AGENTS; i++) {
        const bool fires = e->action[i][t] == MG_CLEANUP_CLEAN;
        shown[PICTURE + 2 * i] = fires ? 0.0 : 1.0;
        shown[PICTURE + 2 * i + 1] = fires ? 1.0 : 0.0;
    }
    mg_pictured_plain_forward(&net, eta, shown, memory, output);
}

/* Its critic learned from `from`. */
static void check_designer_critic(const char *says, const scene *s, double follow, episode *from, const designer *d)
{
    static double gradient[PARAMETERS], critics[2 * PARAMETERS], moment[2 * PARAMETERS];
    const mg_pictured_plain net = net_of(0, 1, true);
    const int count = (int)mg_pictured_plain_count(&net);
    memset(gradient, 0, sizeof gradient);
    add_critic_gradient(d->critics, d->critics + count, from->view, from->welfare, STEPS, gradient);
    numbers_of(s, MG_KIND_OPTIMISERS, "designer critic moments", moment);
    numbers_of(s, MG_KIND_CRITICS, "designer critic 0 ", critics);
    const double off = off_moments(count, moment, gradient),
                 apart = off_target(count, d->critics + count, critics, follow);
    tap_ok(off < 1e-4 && apart < 1e-6, "%s: the designer's critic steps: off by %.1g; its target follows: %.1g", says,
           off, apart);
}

/* By GAE of what agents earn without what they are given. */
static void judge(designer *d, const double *critic, const episode *e, double trace)
{
    double carried = 0.0;
    for (int t = STEPS - 1; t >= 0; t--) {
        const double surprise =
            e->welfare[t] + discount * value_of(critic, e->view[t + 1]) - value_of(critic, e->view[t]);
        d->advantage[t] = carried = surprise + discount * trace * carried;
    }
}

/* ---- MetaGrad ---- */

typedef struct passage {
    const agents *before;
    const designer *d;
    const episode *tau, *hat;
    double theta_hat[PARAMETERS], rate; /* of the agents' step */
} passage;

static double designed(const passage *p, const double *eta)
{
    static double theta[PARAMETERS];
    double loss = 0.0;
    memcpy(theta, p->theta_hat, sizeof theta);
    for (int t = 0; t < STEPS; t++) {
        double shown[PICTURE + 2 * AGENTS], y[NUMBERS];
        ask(eta, p->tau, t, shown, y);
        for (int i = 0; i < AGENTS; i++) {
            const double given = 2.0 / (1.0 + mg_exp(-y[p->tau->kind[i][t]]));
            const double step = p->rate * p->before->weight * (given - p->tau->received[i][t]);
            for (int k = 0; k < PARAMETERS; k++)
                theta[k] += step * p->before->score[i][t][k];
        }
    }
    for (int t = 0; t < STEPS; t++)
        for (int i = 0; i < AGENTS; i++) {
            double pi[ACTIONS];
            policy_of(theta, p->hat->seen[i][t], pi);
            loss -= p->d->advantage[t] * mg_log(pi[p->hat->action[i][t]]) / STEPS;
        }
    return loss;
}

typedef double objective(const void *context, const double *eta);

static double designed_of(const void *context, const double *eta)
{
    return designed(context, eta);
}

/* Of some parameters of every layer, how far central differences are from ten times the moments, of the largest. */
static double off_differences(const mg_pictured_plain *net, objective *of, const void *context, double *eta,
                              const double *moment)
{
    const int count = (int)mg_pictured_plain_count(net);
    const int first[] = {0, (27 + 1) * 6, (27 + 1) * 6 + (6 * 81 + 1) * HIDDEN,
                         count - net->outputs * (HIDDEN + net->output_bias), count};
    double off = 0.0, most = 0.0;
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 99, 0, 0);
    for (int k = 0; k < count; k++)
        most = larger(most, 10.0 * moment[k]);
    for (int n = 0; n < 48; n++) {
        const int layer = n % 4,
                  k = first[layer] + (int)mg_random_below(&stream, (uint32_t)(first[layer + 1] - first[layer]));
        const double kept = eta[k], h = 1e-4;
        eta[k] = kept + h;
        const double up = of(context, eta);
        eta[k] = kept - h;
        off = larger(off, (up - of(context, eta)) / (2.0 * h) - 10.0 * moment[k]);
        eta[k] = kept;
    }
    return most > 0.0 ? off / most : 1.0;
}

static void test_metagrad(bool sums)
{
    static scene s;
    static agents a;
    static designer d;
    static passage p;
    static episode tau, hat;
    static double moment[2 * PARAMETERS], critics[2 * PARAMETERS];
    const mg_pictured_plain net = net_of(2 * AGENTS, NUMBERS, false);
    const char *says = sums ? "MetaGrad, agents' steps of sums" : "MetaGrad";
    mg_metagrad_config config = mg_metagrad_cleanup_paper();
    config.agents.epsilon_start = epsilon; /* at 1 the policy has no part in what is played */
    config.agents.sums = sums;
    config.agents.actor_rate = sums ? 0.05 : 0.5; /* steps that can be seen */
    open_scene(&s, &mg_metagrad, &config, true);
    move_targets(&s);
    look_at_agents(&s, &config.agents, &a);
    play(&s, &tau, 0);
    check_agents(says, &s, &config.agents, &tau, &a);
    look_at_designer(&s, &d);
    p.before = &a;
    p.d = &d;
    p.tau = &tau;
    p.hat = &hat;
    p.rate = config.agents.actor_rate;
    numbers_of(&s, MG_KIND_POLICIES, "policy 0 ", p.theta_hat);
    play(&s, &hat, STEPS);
    check_designer_critic(says, &s, config.designer_follow, &tau, &d);
    numbers_of(&s, MG_KIND_CRITICS, "designer critic 0 ", critics);
    judge(&d, critics, &hat, config.designer_trace);
    const int count = numbers_of(&s, MG_KIND_OPTIMISERS, "designer moments", moment);
    const double off = off_differences(&net, designed_of, &p, d.eta, moment);
    tap_ok(count == 2 * (int)mg_pictured_plain_count(&net) && off < 1e-4,
           "%s: the designer's step, through the agents': off by %.1g of the largest", says, off);
    close_scene(&s);
}

/* ---- dual-RL (c) ---- */

static void test_dual(void)
{
    static scene s;
    static agents a;
    static designer d;
    static episode e;
    static double gradient[PARAMETERS], moment[2 * PARAMETERS];
    const mg_pictured_plain net = net_of(2 * AGENTS, NUMBERS, false);
    mg_dual_designer_config config = mg_dual_designer_cleanup_paper();
    config.agents.epsilon_start = epsilon;
    config.agents.actor_rate = 0.05;
    open_scene(&s, &mg_dual_designer, &config, true);
    move_targets(&s);
    look_at_agents(&s, &config.agents, &a);
    look_at_designer(&s, &d);
    play(&s, &e, 0);
    check_agents("dual-RL (c)", &s, &config.agents, &e, &a);
    check_designer_critic("dual-RL (c)", &s, config.designer_follow, &e, &d);
    judge(&d, d.critics, &e, config.designer_trace);
    memset(gradient, 0, sizeof gradient);
    for (int t = 0; t < STEPS; t++) { /* log N(u; m, 1), u drawn around the mean m, given 2 sigmoid(u) */
        double shown[PICTURE + 2 * AGENTS], mean[NUMBERS], slope[NUMBERS];
        ask(d.eta, &e, t, shown, mean);
        for (int n = 0; n < NUMBERS; n++)
            slope[n] = -d.advantage[t] * (-mg_log(2.0 / e.given[t][n] - 1.0) - mean[n]) / STEPS;
        mg_pictured_plain_backward(&net, d.eta, shown, memory, slope, gradient);
    }
    const int count = numbers_of(&s, MG_KIND_OPTIMISERS, "designer moments", moment);
    const double off = off_moments((int)mg_pictured_plain_count(&net), moment, gradient);
    tap_ok(count == 2 * (int)mg_pictured_plain_count(&net) && off < 1e-4,
           "dual-RL (c): the designer's step of what it drew: off by %.1g of the largest", off);
    close_scene(&s);
}

/* ---- LIO ---- */

typedef struct gift {
    int giver;
    double theta_hat[PARAMETERS], score[STEPS][PARAMETERS], judged[STEPS]; /* of the recipient; by the giver's critic */
    double rate, cost;
    const episode *tau, *hat;
} gift;

/* What the giver's function says to a step: of the recipient's number, a sigmoid. */
static double offered(const gift *g, const double *eta, int t)
{
    const mg_pictured_plain net = net_of(2, AGENTS, false);
    double shown[PICTURE + 2], y[AGENTS];
    const bool fires = g->tau->action[1 - g->giver][t] == MG_CLEANUP_CLEAN;
    memcpy(shown, g->tau->seen[g->giver][t], PICTURE * sizeof *shown);
    shown[PICTURE] = fires ? 0.0 : 1.0;
    shown[PICTURE + 1] = fires ? 1.0 : 0.0;
    mg_pictured_plain_forward(&net, eta, shown, memory, y);
    return 1.0 / (1.0 + mg_exp(-y[1 - g->giver]));
}

static double gave(const void *context, const double *eta)
{
    const gift *g = context;
    const int j = 1 - g->giver;
    static double theta[PARAMETERS];
    double loss = 0.0, discounted = 1.0;
    memcpy(theta, g->theta_hat, sizeof theta);
    for (int t = 0; t < STEPS; t++, discounted *= discount) {
        const double y = offered(g, eta, t), step = g->rate * (2.0 * y - g->tau->received[j][t]);
        loss += g->cost * discounted * y;
        for (int k = 0; k < PARAMETERS; k++)
            theta[k] += step * g->score[t][k];
    }
    for (int t = 0; t < STEPS; t++) {
        double pi[ACTIONS];
        policy_of(theta, g->hat->seen[j][t], pi);
        loss -= g->judged[t] * mg_log(pi[g->hat->action[j][t]]);
    }
    return loss;
}

/* Of the second half of the iteration, of one giver; critics: of both after tau. */
static void check_giver(const scene *s, gift *g, const double *theta, double *eta, const double *critic)
{
    static double moment[2 * PARAMETERS];
    const mg_pictured_plain net = net_of(2, AGENTS, false);
    char name[40];
    const int j = 1 - g->giver;
    double off = 0.0;
    for (int t = 0; t < STEPS; t++) {
        const double *seen = g->hat->seen[g->giver][t], *next = g->hat->seen[g->giver][t + 1];
        off = larger(off, 2.0 * offered(g, eta, t) - g->tau->received[j][t]);
        score_of(theta, g->tau->seen[j][t], g->tau->action[j][t], g->score[t], 0.0, NULL);
        g->judged[t] = g->hat->reward[g->giver][t] + discount * value_of(critic, next) - value_of(critic, seen);
    }
    tap_ok(off < 1e-5, "LIO: what agent %d gives is what its function says: off by %.1g", g->giver, off);
    snprintf(name, sizeof name, "agent %d incentive moments", g->giver);
    const int count = numbers_of(s, MG_KIND_OPTIMISERS, name, moment);
    off = off_differences(&net, gave, g, eta, moment);
    tap_ok(count == 2 * (int)mg_pictured_plain_count(&net) && off < 1e-4,
           "LIO: agent %d's function steps through the other's step, and by its cost: off by %.1g of the largest",
           g->giver, off);
}

static void test_lio(double cost)
{
    static scene s;
    static gift g;
    static episode tau, hat;
    static double theta[AGENTS][PARAMETERS], theta_hat[AGENTS][PARAMETERS], eta[AGENTS][PARAMETERS],
        critic[AGENTS][2 * PARAMETERS];
    char name[40];
    mg_lio_actor_critic_config config = mg_lio_cleanup_released(false);
    config.lio.policy_rate = 0.05;
    config.lio.cost = cost;
    open_scene(&s, &mg_lio_actor_critic, &config, false);
    move_targets(&s);
    for (int after = 0; after < 2; after++) {
        for (int i = 0; i < AGENTS; i++) {
            snprintf(name, sizeof name, "agent %d ", i);
            numbers_of(&s, MG_KIND_POLICIES, name, after ? theta_hat[i] : theta[i]);
            numbers_of(&s, MG_KIND_INCENTIVES, name, eta[i]);
            snprintf(name, sizeof name, "critic %d ", i);
            numbers_of(&s, MG_KIND_CRITICS, name, critic[i]);
        }
        (void)play(&s, after ? &hat : &tau, after ? STEPS : 0);
    }
    for (g.giver = 0; g.giver < AGENTS; g.giver++) {
        memcpy(g.theta_hat, theta_hat[1 - g.giver], sizeof g.theta_hat);
        g.rate = config.lio.policy_rate;
        g.cost = cost;
        g.tau = &tau;
        g.hat = &hat;
        check_giver(&s, &g, theta[1 - g.giver], eta[g.giver], critic[g.giver]);
    }
    close_scene(&s);
}

int main(void)
{
    char text[200];
    bool chosen = mg_isa_choose("auto", text, sizeof text);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : text))
        return tap_done();
    test_lio(0.5);
    test_metagrad(false);
    test_metagrad(true);
    test_dual();
    return tap_done();
}
