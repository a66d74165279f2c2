/* The learner of meta-gradients against plain loops in binary64: two episodes of random numbers; what its designer's
 * first step of Adam saw must be the central differences of L through a step of the agents that is done anew for every
 * change of the designer's parameters. And what it refuses. */
#include "algos/metagrad.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum {
    AGENTS = 2,
    SEEN = 3,
    ACTIONS = 3,
    STEPS = 5,
    VIEWS = 4,
    NUMBERS = 2,
    H = 4,
    INPUTS_MAX = VIEWS + AGENTS * ACTIONS
};
enum {
    THETA = (SEEN + 1) * H + (H + 1) * H + (H + 1) * ACTIONS,
    ETA_MAX = INPUTS_MAX * H + H + (H + 1) * H + H * NUMBERS
};
enum { CRITIC = (VIEWS + 1) * H + (H + 1) * H + H + 1 };
static const mg_key key = {4731, 3};

typedef struct episode {
    int steps;
    bool terminated;
    float seen[STEPS + 1][AGENTS][SEEN], view[STEPS + 1][VIEWS], asked[STEPS][VIEWS], reward[STEPS][AGENTS],
        received[STEPS][AGENTS], welfare[STEPS];
    float sensitivity[STEPS][AGENTS][NUMBERS], given[STEPS][NUMBERS];
    uint8_t allowed[STEPS][AGENTS][ACTIONS];
    int32_t action[STEPS][AGENTS];
} episode;

typedef struct scene {
    mg_metagrad_config config;
    mg_env_spec environment;
    void *self;
    int period, input;
    bool after;
} scene;

/* ---- plain networks: two hidden layers, with or without a bias at the end ---- */

static double layer(const double **theta, int inputs, int outputs, bool bias, bool relu, const double *x, double *y)
{
    const double *w = *theta;
    for (int o = 0; o < outputs; o++) {
        y[o] = bias ? w[inputs * outputs + o] : 0.0;
        for (int i = 0; i < inputs; i++)
            y[o] += x[i] * w[i * outputs + o];
        y[o] = relu && y[o] < 0.0 ? 0.0 : y[o];
    }
    *theta += (inputs + bias) * outputs;
    return y[0];
}

static double network(const double *theta, int inputs, int outputs, bool bias, const double *x, double *y)
{
    double one[H], two[H];
    layer(&theta, inputs, H, true, true, x, one);
    layer(&theta, H, H, true, true, one, two);
    return layer(&theta, H, outputs, bias, false, two, y);
}

static void policy(const double *theta, const episode *e, int t, int i, double *pi)
{
    double x[SEEN], sum = 0.0;
    for (int k = 0; k < SEEN; k++)
        x[k] = (double)e->seen[t][i][k];
    network(theta, SEEN, ACTIONS, true, x, pi);
    for (int b = 0; b < ACTIONS; b++)
        sum += pi[b] = e->allowed[t][i][b] ? mg_exp(pi[b]) : 0.0;
    for (int b = 0; b < ACTIONS; b++)
        pi[b] /= sum;
}

static double log_played(const double *theta, const episode *e, int t, int i, double epsilon)
{
    double pi[ACTIONS];
    policy(theta, e, t, i, pi);
    return mg_log((1.0 - epsilon) * pi[e->action[t][i]] + epsilon / ACTIONS);
}

static void function(const scene *s, const double *eta, const episode *e, int t, double *number)
{
    double x[INPUTS_MAX], y[NUMBERS];
    for (int k = 0; k < VIEWS; k++)
        x[k] = (double)e->asked[t][k];
    for (int k = VIEWS; k < s->input; k++)
        x[k] = e->action[t][(k - VIEWS) / ACTIONS] == (k - VIEWS) % ACTIONS ? 1.0 : 0.0;
    network(eta, s->input, NUMBERS, false, x, y);
    for (int n = 0; n < NUMBERS; n++)
        number[n] = 0.5 + 2.0 / (1.0 + mg_exp(-y[n])); /* within 0.5 and 2.5 */
}

static double value(const double *critic, const float *view)
{
    double x[VIEWS], y[1];
    for (int k = 0; k < VIEWS; k++)
        x[k] = (double)view[k];
    return network(critic, VIEWS, 1, true, x, y);
}

/* ---- the learner, driven by hand ---- */

static void open_scene(scene *s, bool shared, bool after, bool returns)
{
    mg_error error = {0};
    mg_learner_spec spec;
    *s = (scene){.config = mg_metagrad_gtb_paper(), .period = after ? 1 : 2, .after = after};
    s->config.agents.shared = shared;
    s->config.agents.hidden_1 = s->config.agents.hidden_2 = s->config.designer_hidden_1 = s->config.designer_hidden_2 =
        H;
    s->config.agents.memory = 3;
    s->config.agents.epsilon_units = 4;
    s->config.agents.bootstrap_terminated = returns;
    s->config.agents.actor_rate = 0.05;
    s->config.designer_critic_rate = s->config.designer_rate = 0.01;
    s->config.returns = returns;
    s->input = VIEWS + (after ? AGENTS * ACTIONS : 0);
    s->environment = (mg_env_spec){.name = "by hand", .stages = 1, .longest_episode = STEPS};
    mg_env_add_agents(&s->environment, AGENTS,
                      &(mg_agent_spec){.part = {{"seen", 1, 1, SEEN}}, .actions = ACTIONS, .masked = true});
    s->environment.transfer = (mg_transfer_spec){.time = after ? MG_TRANSFER_AFTER_ACTIONS : MG_TRANSFER_BEFORE_ACTIONS,
                                                 .givers = 1,
                                                 .designer = true,
                                                 .numbers_per_giver = NUMBERS,
                                                 .low = 0.5f,
                                                 .high = 2.5f,
                                                 .period = s->period,
                                                 .part = {{"view", 1, 1, VIEWS}}};
    bool good = mg_config_check(mg_metagrad.fields, &s->config, &error) &&
                mg_metagrad.describe(&s->config, &s->environment, &spec, &error) &&
                mg_needs_met("metagrad", &spec, &s->environment, &error);
    s->self = good ? mg_metagrad.create(&s->config, &s->environment, key, &error) : NULL;
    if (!tap_ok(s->self != NULL && spec.updates == (returns ? 3 : 4), "starts%s", error.text))
        exit(1);
}

static void close_scene(scene *s)
{
    mg_metagrad.destroy(s->self);
    mg_env_spec_free(&s->environment);
}

static int numbers_of(const scene *s, mg_kind kind, const char *prefix, double *number)
{
    static mg_tensor tensor[256];
    int n = 0, count = mg_metagrad.tensors(s->self, tensor, 256);
    for (int i = 0; i < count; i++)
        if (tensor[i].kind == kind && strncmp(tensor[i].name, prefix, strlen(prefix)) == 0)
            for (int k = 0; k < tensor[i].rows * tensor[i].columns; k++)
                number[n++] = tensor[i].type == MG_TYPE_DOUBLE ? ((double *)tensor[i].data)[k]
                                                               : (double)((float *)tensor[i].data)[k];
    return n;
}

/* Biases off 0, so that no unit stands on its kink; targets off the critics that they follow. */
static void move_biases(const scene *s)
{
    static mg_tensor tensor[256];
    int count = mg_metagrad.tensors(s->self, tensor, 256);
    for (int i = 0; i < count; i++) {
        const float more = strstr(tensor[i].name, "target") ? 0.25f : 0.03125f;
        for (int k = 0; strstr(tensor[i].name, ".bias") && k < tensor[i].columns; k++)
            ((float *)tensor[i].data)[k] += 0.0625f * (float)(k % 4 - 1) + more;
    }
}

static void draw_episode(episode *e, uint32_t number, int steps, bool terminated)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, number, 0, 0);
    memset(e, 0, sizeof *e);
    e->steps = steps;
    e->terminated = terminated;
    for (int t = 0; t <= steps; t++) {
        for (int k = 0; k < AGENTS * SEEN; k++)
            e->seen[t][k / SEEN][k % SEEN] = mg_random_uniform(&stream, -1.0f, 1.0f);
        for (int k = 0; k < VIEWS; k++)
            e->view[t][k] = mg_random_uniform(&stream, -1.0f, 1.0f);
    }
    for (int t = 0; t < steps; t++) {
        for (int k = 0; k < VIEWS; k++)
            e->asked[t][k] = mg_random_uniform(&stream, -1.0f, 1.0f);
        e->welfare[t] = mg_random_uniform(&stream, -1.0f, 1.0f);
        for (int i = 0; i < AGENTS; i++) {
            e->reward[t][i] = mg_random_uniform(&stream, -1.0f, 1.0f);
            e->received[t][i] = mg_random_uniform(&stream, 0.0f, 1.0f);
            e->action[t][i] = (int32_t)mg_random_below(&stream, ACTIONS);
            for (int n = 0; n < NUMBERS; n++)
                e->sensitivity[t][i][n] = mg_random_uniform(&stream, -1.0f, 1.0f);
            for (int b = 0; b < ACTIONS; b++) /* what is barred is played too */
                e->allowed[t][i][b] = b == (t + i) % ACTIONS || mg_random_below(&stream, 2) == 1;
        }
    }
}

/* Returns whether a unit was complete. What is given goes into the episode, and again at the steps between, where
 * nobody is asked. */
static bool show(const scene *s, episode *e)
{
    mg_metagrad.begin_episode(s->self, 0);
    for (int t = 0; t < e->steps; t++) {
        const int32_t *action[AGENTS] = {&e->action[t][0], &e->action[t][1]};
        float *given = e->given[t];
        const uint32_t time = (uint32_t)t;
        const mg_batch batch = {.mode = MG_TRAIN, .rows = 1, .row = (int[]){0}, .time = &time, .designer = e->asked[t]};
        if (t % s->period == 0)
            mg_metagrad.give(s->self, &batch, s->after ? action : NULL, &given);
        else
            memcpy(e->given[t], e->given[t - 1], sizeof e->given[t]);
        const mg_transition transition = {
            .step = t,
            .before = {.observation = e->seen[t][0], .designer = e->view[t], .allowed = e->allowed[t][0]},
            .after = {.observation = e->seen[t + 1][0], .designer = e->view[t + 1], .allowed = e->allowed[t][0]},
            .joint = {.action = e->action[t], .transfer = e->given[t]},
            .reward = e->reward[t],
            .received = e->received[t],
            .welfare = e->welfare[t],
            .sensitivity = e->sensitivity[t][0],
            .terminated = t == e->steps - 1 && e->terminated,
            .truncated = t == e->steps - 1 && !e->terminated};
        mg_metagrad.observe(s->self, &transition);
    }
    return mg_metagrad.end_episode(s->self, 0);
}

/* ---- the oracle ---- */

/* What there was before the designer's step. */
typedef struct oracle {
    const scene *s;
    const episode *tau, *hat;
    int networks, etas;
    double theta[AGENTS][THETA], theta_hat[AGENTS][THETA], diagonal[AGENTS][THETA], eta[ETA_MAX], critic[CRITIC];
    double epsilon, advantage[STEPS];
    double score[AGENTS][STEPS][THETA]; /* gradients of log pi~ on tau */
} oracle;

static double denominator_of(double second)
{
    return mg_sqrt(second) + 1e-8;
}

static void find_scores(oracle *o)
{
    for (int i = 0; i < AGENTS; i++)
        for (int t = 0; t < o->tau->steps; t++)
            for (int k = 0; k < THETA; k++) {
                double *theta = o->theta[o->networks > 1 ? i : 0], kept = theta[k], h = 1e-6;
                theta[k] = kept + h;
                double up = log_played(theta, o->tau, t, i, o->epsilon);
                theta[k] = kept - h;
                o->score[i][t][k] = (up - log_played(theta, o->tau, t, i, o->epsilon)) / (2.0 * h);
                theta[k] = kept;
            }
}

/* What each step of tau^ is worth: its critic's advantages, or returns. */
static void judge(oracle *o)
{
    const mg_metagrad_config *c = &o->s->config;
    const episode *e = o->hat;
    double carried = 0.0, gamma = c->agents.discount;
    for (int t = e->steps - 1; t >= 0; t--) {
        bool last = t == e->steps - 1 && e->terminated && !c->agents.bootstrap_terminated;
        if (c->returns)
            carried = (double)e->welfare[t] + gamma * carried;
        else
            carried = (double)e->welfare[t] + gamma * (last ? 0.0 : value(o->critic, e->view[t + 1])) -
                      value(o->critic, e->view[t]) + gamma * c->agents.trace * carried;
        o->advantage[t] = carried;
    }
}

/* L of the designer's parameters: rewards move by their sensitivity times what is given otherwise, advantages with
 * them, theta^ with those. */
static double objective(const oracle *o, const double *eta)
{
    const mg_metagrad_config *c = &o->s->config;
    const int team = AGENTS / o->networks;
    double theta[AGENTS][THETA], number[NUMBERS], sum = 0.0;
    memcpy(theta, o->theta_hat, sizeof theta);
    for (int i = 0; i < AGENTS; i++) {
        double moved[STEPS], carried = 0.0;
        for (int t = 0; t < o->tau->steps; t++) {
            function(o->s, eta, o->tau, t - t % o->s->period, number);
            moved[t] = 0.0;
            for (int n = 0; n < NUMBERS; n++)
                moved[t] += (double)o->tau->sensitivity[t][i][n] * (number[n] - (double)o->tau->given[t][n]);
        }
        for (int t = o->tau->steps - 1; t >= 0; t--) {
            carried = moved[t] + c->agents.discount * c->agents.trace * carried;
            for (int k = 0; k < THETA; k++) {
                int n = o->networks > 1 ? i : 0;
                theta[n][k] += o->diagonal[n][k] * carried * o->score[i][t][k] / (team * o->tau->steps);
            }
        }
    }
    for (int i = 0; i < AGENTS; i++)
        for (int t = 0; t < o->hat->steps; t++) {
            double pi[ACTIONS];
            policy(theta[o->networks > 1 ? i : 0], o->hat, t, i, pi);
            if (o->hat->allowed[t][i][o->hat->action[t][i]])
                sum -= o->advantage[t] * mg_log(pi[o->hat->action[t][i]]);
        }
    return c->returns ? sum : sum / o->hat->steps;
}

static double critic_loss(const oracle *o, const double *critic, const double *target)
{
    const episode *e = o->tau;
    double loss = 0.0;
    for (int t = 0; t < e->steps; t++) {
        bool last = t == e->steps - 1 && e->terminated && !o->s->config.agents.bootstrap_terminated;
        double wanted =
            (double)e->welfare[t] + o->s->config.agents.discount * (last ? 0.0 : value(target, e->view[t + 1]));
        double off = value(critic, e->view[t]) - wanted;
        loss += off * off / e->steps;
    }
    return loss;
}

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

/* The first moments of the first step of Adam are a tenth of its gradient. */
static void compare(const char *what, int count, const double *moment, const double *gradient)
{
    double worst = 0.0, scale = 0.0;
    for (int k = 0; k < count; k++) {
        worst = size_of(10.0 * moment[k] - gradient[k]) > worst ? size_of(10.0 * moment[k] - gradient[k]) : worst;
        scale = size_of(gradient[k]) > scale ? size_of(gradient[k]) : scale;
    }
    tap_ok(scale > 0.0 && worst < 1e-3 * scale, "... %s: off by %.1e of the largest of its gradient, %.2g", what,
           worst / scale, scale);
}

/* What is known before tau^ is over. */
static void look(oracle *o, double *target)
{
    char prefix[32];
    double moments[2 * THETA * AGENTS], powers[2 * AGENTS], both[2 * CRITIC];
    numbers_of(o->s, MG_KIND_OPTIMISERS, "policy moments", moments);
    numbers_of(o->s, MG_KIND_OPTIMISERS, "policy powers", powers);
    for (int n = 0; n < o->networks; n++) {
        snprintf(prefix, sizeof prefix, "policy %d ", n);
        numbers_of(o->s, MG_KIND_POLICIES, prefix, o->theta_hat[n]);
        double rate = o->s->config.agents.actor_rate * mg_sqrt(1.0 - powers[2 * n + 1]) / (1.0 - powers[2 * n]);
        for (int k = 0; k < THETA; k++)
            o->diagonal[n][k] = 0.1 * rate / denominator_of(moments[(2 * n + 1) * THETA + k]);
    }
    o->etas = numbers_of(o->s, MG_KIND_INCENTIVES, "designer 0 ", o->eta);
    numbers_of(o->s, MG_KIND_CRITICS, "designer critic 0 ", both);
    memcpy(o->critic, both, sizeof o->critic);
    memcpy(target, both + CRITIC, sizeof o->critic);
}

static void check_critic(oracle *o, const double *target)
{
    double moment[2 * CRITIC], gradient[CRITIC], both[2 * CRITIC];
    for (int k = 0; k < CRITIC; k++) {
        double kept = o->critic[k], h = 1e-6;
        o->critic[k] = kept + h;
        double up = critic_loss(o, o->critic, target);
        o->critic[k] = kept - h;
        gradient[k] = (up - critic_loss(o, o->critic, target)) / (2.0 * h);
        o->critic[k] = kept;
    }
    numbers_of(o->s, MG_KIND_OPTIMISERS, "designer critic moments", moment);
    compare("critic", CRITIC, moment, gradient);
    numbers_of(o->s, MG_KIND_CRITICS, "designer critic 0 ", both);
    double worst = 0.0, follow = o->s->config.designer_follow;
    for (int k = 0; k < CRITIC; k++) {
        double off = size_of(target[k] + follow * (both[k] - target[k]) - both[CRITIC + k]);
        worst = off > worst ? off : worst;
    }
    tap_ok(worst < 1e-6, "... and its target follows");
    memcpy(o->critic, both, sizeof o->critic); /* as it is when it judges */
}

static void test_step(const char *says, bool shared, bool after, bool returns)
{
    static oracle o;
    static episode tau, hat;
    static double moment[2 * ETA_MAX], gradient[ETA_MAX], target[CRITIC];
    scene s;
    char prefix[32];
    tap_note("%s", says);
    open_scene(&s, shared, after, returns);
    move_biases(&s);
    memset(&o, 0, sizeof o);
    o.s = &s;
    o.tau = &tau;
    o.hat = &hat;
    o.networks = shared ? 1 : AGENTS;
    o.epsilon = s.config.agents.epsilon_start;
    for (int n = 0; n < o.networks; n++) {
        snprintf(prefix, sizeof prefix, "policy %d ", n);
        numbers_of(&s, MG_KIND_POLICIES, prefix, o.theta[n]);
    }
    draw_episode(&tau, 0, STEPS, true);
    draw_episode(&hat, 1, STEPS - 1, true);
    bool complete = show(&s, &tau);
    look(&o, target);
    double number[NUMBERS], off = 0.0;
    for (int t = 0; t < tau.steps; t++) {
        function(&s, o.eta, &tau, t - t % s.period, number);
        for (int n = 0; n < NUMBERS; n++)
            off =
                size_of(number[n] - (double)tau.given[t][n]) > off ? size_of(number[n] - (double)tau.given[t][n]) : off;
    }
    tap_ok(complete && off < 1e-5, "what is given is what its function says: off by %.1e", off);
    complete = show(&s, &hat) && complete;
    find_scores(&o);
    if (!returns)
        check_critic(&o, target);
    judge(&o);
    for (int k = 0; k < o.etas; k++) {
        double kept = o.eta[k], h = 1e-4;
        o.eta[k] = kept + h;
        double up = objective(&o, o.eta);
        o.eta[k] = kept - h;
        gradient[k] = (up - objective(&o, o.eta)) / (2.0 * h);
        o.eta[k] = kept;
    }
    numbers_of(&s, MG_KIND_OPTIMISERS, "designer moments", moment);
    compare("incentives, through the agents' step", o.etas, moment, gradient);
    uint64_t count[4] = {0};
    mg_metagrad.update_counts(s.self, count);
    tap_ok(count[0] == 2 * (unsigned)o.networks && count[2] == 1 && count[3] == (returns ? 0 : 1),
           "... a step of the designer, two of the agents");
    close_scene(&s);
}

/* What they get is as good as what they earn. */
static void test_gains(void)
{
    static episode apart, together;
    double theta[2][THETA];
    draw_episode(&apart, 3, STEPS, true);
    together = apart;
    for (int k = 0; k < STEPS * AGENTS; k++) {
        together.reward[k / AGENTS][k % AGENTS] += apart.received[k / AGENTS][k % AGENTS];
        together.received[k / AGENTS][k % AGENTS] = 0.0f;
    }
    for (int k = 0; k < 3; k++) {
        scene s;
        open_scene(&s, true, false, false);
        if (k == 2)
            memset(apart.received, 0, sizeof apart.received);
        show(&s, k == 1 ? &together : &apart);
        numbers_of(&s, MG_KIND_POLICIES, "policy 0 ", theta[k > 0]);
        if (k > 0)
            tap_ok(!memcmp(theta[0], theta[1], sizeof theta[0]) == (k == 1),
                   k == 1 ? "agents learn from the sum of both" : "and not from what they earn alone");
        close_scene(&s);
    }
}

static void test_refused(void)
{
    const struct {
        const char *what;
        mg_proximal_policy_config agents;
    } wrong[] = {{"two episodes", {.episodes = 2, .epochs = 1, .minibatches = 1}},
                 {"two epochs", {.episodes = 1, .epochs = 2, .minibatches = 1}},
                 {"two parts", {.episodes = 1, .epochs = 1, .minibatches = 2}},
                 {"normalised", {.episodes = 1, .epochs = 1, .minibatches = 1, .normalise = true}},
                 {"limited gradients", {.episodes = 1, .epochs = 1, .minibatches = 1, .gradient_limit = 1.0}}};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        scene s;
        mg_error error = {0};
        mg_learner_spec spec;
        open_scene(&s, true, false, false);
        mg_metagrad_config config = s.config;
        config.agents = wrong[k].agents;
        tap_ok(!mg_metagrad.describe(&config, &s.environment, &spec, &error) &&
                   strstr(error.text, "wanted 1, 1, 1, 0, 0"),
               "%s: %s", wrong[k].what, error.text);
        close_scene(&s);
    }
}

int main(void)
{
    test_step("one network, asked every other step", true, false, false);
    test_step("a network each, asked after the actions", false, true, false);
    test_step("returns", true, true, true);
    test_gains();
    test_refused();
    return tap_done();
}
