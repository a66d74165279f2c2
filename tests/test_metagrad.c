/* The learner of meta-gradients against plain loops in binary64: two episodes of random numbers; what its designer's
 * first step of Adam saw must be the central differences of L through a step of the agents that is done anew for every
 * change of the designer's parameters. And what it refuses. */
#include "algos/metagrad.h"
#include "tests/designer_by_hand.h"

#include <stdlib.h>
#include <string.h>

typedef struct scene {
    mg_metagrad_config config;
    mg_env_spec environment;
    void *self;
    int period, input, kinds; /* kinds: of actions, that the function tells apart */
    bool after;
} scene;

/* Of each action, where the channel has kinds. */
static const uint8_t kind_of[ACTIONS] = {1, 0, 1};

static int seen_as(const scene *s, int action)
{
    return s->kinds < ACTIONS ? kind_of[action] : action;
}

static void policy(const double *theta, const episode *e, int t, int i, double *pi)
{
    double x[SEEN], sum = 0.0;
    for (int k = 0; k < SEEN; k++)
        x[k] = (double)e->seen[t][i][k];
    network(theta, SEEN, ACTIONS, true, NULL, x, pi);
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

/* What is given in every step of an episode. */
static void function(const scene *s, const double *eta, const episode *e, double number[STEPS][NUMBERS])
{
    double state[2 * M] = {0.0};
    for (int t = 0; t < e->steps; t++) {
        double x[INPUTS_MAX], y[NUMBERS];
        for (int k = 0; k < VIEWS; k++)
            x[k] = (double)e->asked[t][k];
        for (int k = VIEWS; k < s->input; k++)
            x[k] = seen_as(s, e->action[t][(k - VIEWS) / s->kinds]) == (k - VIEWS) % s->kinds ? 1.0 : 0.0;
        if (t % s->period == 0)
            network(eta, s->input, NUMBERS, false, s->config.designer_memory ? state : NULL, x, y);
        for (int n = 0; n < NUMBERS; n++)
            number[t][n] = t % s->period ? number[t - 1][n] : 0.5 + 2.0 * sigmoid(y[n]); /* within 0.5 and 2.5 */
    }
}

/* ---- the learner, driven by hand ---- */

typedef struct form {
    const char *says;
    bool shared, after, returns, plain, remembers, descends, sums, kinds;
} form;

static void open_scene(scene *s, const form *of)
{
    mg_error error = {0};
    mg_learner_spec spec;
    const bool shared = of->shared, after = of->after, returns = of->returns, plain = of->plain;
    *s = (scene){
        .config = mg_metagrad_gtb_paper(), .period = after ? 1 : 2, .after = after, .kinds = of->kinds ? 2 : ACTIONS};
    s->config.designer_memory = of->remembers ? M : 0;
    s->config.agents.hidden_1 = s->config.agents.hidden_2 = s->config.designer_hidden_1 = s->config.designer_hidden_2 =
        H;
    s->config.agents.memory = of->descends ? 0 : 3;
    s->config.agents.descent = of->descends;
    s->config.agents.sums = of->sums;
    s->config.agents.trace = of->descends ? 0.0 : 0.98;
    s->config.designer_trace = 0.9;
    s->config.agents.epsilon_units = 4;
    s->config.agents.bootstrap_terminated = returns;
    s->config.agents.actor_rate = 0.05;
    s->config.designer_critic_rate = s->config.designer_rate = 0.01;
    s->config.returns = returns;
    s->config.agents.plain = plain;
    s->config.agents.shared = shared && !plain;
    s->config.cost_rate = plain ? 0.02 : 0.0;
    s->input = VIEWS + (after ? AGENTS * s->kinds : 0);
    s->environment = by_hand(after);
    s->environment.transfer.kinds = s->kinds;
    s->environment.transfer.kind = of->kinds ? kind_of : NULL;
    bool good = mg_config_check(mg_metagrad.fields, &s->config, &error) &&
                mg_metagrad.describe(&s->config, &s->environment, &spec, &error) &&
                mg_needs_met("metagrad", &spec, &s->environment, &error);
    s->self = good ? mg_metagrad.create(&s->config, &s->environment, key, &error) : NULL;
    if (!tap_ok(s->self != NULL &&
                    spec.updates == (plain     ? 2
                                     : returns ? 3
                                               : 4) &&
                    spec.memory_per_row == (of->remembers ? 2 * M * sizeof(float) : 0),
                "starts%s", error.text))
        exit(1);
}

static void close_scene(scene *s)
{
    mg_metagrad.destroy(s->self);
    mg_env_spec_free(&s->environment);
}

/* ---- the oracle ---- */

/* What there was before the designer's step. */
typedef struct oracle {
    const scene *s;
    const episode *tau, *hat;
    int networks, etas;
    double theta[AGENTS][THETA], theta_hat[AGENTS][THETA], diagonal[AGENTS][THETA], eta[ETA_MAX], critic[CRITIC_MAX];
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
    double carried = 0.0, gamma = c->agents.discount, value[STEPS + 1];
    find_values(o->critic, e, c->designer_memory > 0, value);
    for (int t = e->steps - 1; t >= 0; t--) {
        bool last = t == e->steps - 1 && e->terminated && !c->agents.bootstrap_terminated;
        if (c->returns)
            carried = (double)e->welfare[t] + gamma * carried;
        else
            carried = (double)e->welfare[t] + gamma * (last ? 0.0 : value[t + 1]) - value[t] +
                      gamma * c->designer_trace * carried;
        o->advantage[t] = carried;
    }
}

/* L of the designer's parameters: rewards move by their sensitivity times what is given otherwise, advantages with
 * them, theta^ with those. */
static double objective(const oracle *o, const double *eta)
{
    const mg_metagrad_config *c = &o->s->config;
    const int team = AGENTS / o->networks;
    double theta[AGENTS][THETA], number[STEPS][NUMBERS], sum = 0.0;
    memcpy(theta, o->theta_hat, sizeof theta);
    function(o->s, eta, o->tau, number);
    for (int i = 0; i < AGENTS; i++) {
        double moved[STEPS], carried = 0.0;
        for (int t = 0; t < o->tau->steps; t++) {
            moved[t] = 0.0;
            for (int n = 0; n < NUMBERS; n++)
                moved[t] += (double)o->tau->sensitivity[t][i][n] * (number[t][n] - (double)o->tau->given[t][n]);
        }
        for (int t = o->tau->steps - 1; t >= 0; t--) {
            carried = moved[t] + c->agents.discount * (c->agents.plain ? 1.0 : c->agents.trace) * carried;
            for (int k = 0; k < THETA; k++) {
                int n = o->networks > 1 ? i : 0;
                double mean = c->agents.plain || c->agents.sums ? 1.0 : team * o->tau->steps;
                theta[n][k] += o->diagonal[n][k] * carried * o->score[i][t][k] / mean;
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

/* What is known before tau^ is over. */
static void look(oracle *o, double *target)
{
    char prefix[32];
    double moments[2 * THETA * AGENTS], powers[2 * AGENTS], both[2 * CRITIC_MAX] = {0};
    numbers_of(&mg_metagrad, o->s->self, MG_KIND_OPTIMISERS, "policy moments", moments);
    numbers_of(&mg_metagrad, o->s->self, MG_KIND_OPTIMISERS, "policy powers", powers);
    for (int n = 0; n < o->networks; n++) {
        snprintf(prefix, sizeof prefix, "policy %d ", n);
        numbers_of(&mg_metagrad, o->s->self, MG_KIND_POLICIES, prefix, o->theta_hat[n]);
        double rate = o->s->config.agents.actor_rate * mg_sqrt(1.0 - powers[2 * n + 1]) / (1.0 - powers[2 * n]);
        for (int k = 0; k < THETA; k++)
            o->diagonal[n][k] = o->s->config.agents.plain || o->s->config.agents.descent
                                    ? o->s->config.agents.actor_rate
                                    : 0.1 * rate / denominator_of(moments[(2 * n + 1) * THETA + k]);
    }
    o->etas = numbers_of(&mg_metagrad, o->s->self, MG_KIND_INCENTIVES, "designer 0 ", o->eta);
    const int critics = critic_length(o->s->config.designer_memory > 0);
    int valued = numbers_of(&mg_metagrad, o->s->self, MG_KIND_CRITICS, "designer critic 0 ", both);
    tap_ok(valued == (o->s->config.returns ? 0 : 2 * critics), "the designer's critic has %d numbers", valued);
    memcpy(o->critic, both, sizeof o->critic);
    memcpy(target, both + critics, (size_t)critics * sizeof *target);
}

static double loss_of(const oracle *o, const double *target)
{
    const mg_metagrad_config *c = &o->s->config;
    return critic_loss(o->tau, c->agents.discount, !c->agents.bootstrap_terminated, c->designer_memory > 0, o->critic,
                       target);
}

static void check_critic(oracle *o, const double *target)
{
    double moment[2 * CRITIC_MAX], gradient[CRITIC_MAX], both[2 * CRITIC_MAX];
    const int count = critic_length(o->s->config.designer_memory > 0);
    for (int k = 0; k < count; k++) {
        double kept = o->critic[k], h = 1e-6;
        o->critic[k] = kept + h;
        double up = loss_of(o, target);
        o->critic[k] = kept - h;
        gradient[k] = (up - loss_of(o, target)) / (2.0 * h);
        o->critic[k] = kept;
    }
    numbers_of(&mg_metagrad, o->s->self, MG_KIND_OPTIMISERS, "designer critic moments", moment);
    compare("critic", count, moment, gradient);
    numbers_of(&mg_metagrad, o->s->self, MG_KIND_CRITICS, "designer critic 0 ", both);
    double worst = 0.0, follow = o->s->config.designer_follow;
    for (int k = 0; k < count; k++) {
        double off = size_of(target[k] + follow * (both[k] - target[k]) - both[count + k]);
        worst = off > worst ? off : worst;
    }
    tap_ok(worst < 1e-6, "... and its target follows");
    memcpy(o->critic, both, sizeof o->critic); /* as it is when it judges */
}

/* What giving costs: all outputs before they are scaled, discounted by their steps. */
static double cost(const oracle *o, const double *eta)
{
    double sum = 0.0, discounted = 1.0, number[STEPS][NUMBERS];
    function(o->s, eta, o->tau, number);
    for (int t = 0; t < o->tau->steps; t++, discounted *= o->s->config.agents.discount) {
        if (t % o->s->period)
            continue;
        for (int n = 0; n < NUMBERS; n++)
            sum += discounted * (number[t][n] - 0.5) / 2.0;
    }
    return sum;
}

static void check_cost(oracle *o)
{
    static double moment[2 * ETA_MAX], gradient[ETA_MAX];
    for (int k = 0; k < o->etas; k++) {
        double kept = o->eta[k], h = 1e-5;
        o->eta[k] = kept + h;
        double up = cost(o, o->eta);
        o->eta[k] = kept - h;
        gradient[k] = (up - cost(o, o->eta)) / (2.0 * h);
        o->eta[k] = kept;
    }
    numbers_of(&mg_metagrad, o->s->self, MG_KIND_OPTIMISERS, "cost moments", moment);
    compare("cost", o->etas, moment, gradient);
}

/* Its parameters move by a first step of each Adam. */
static void check_moved(const oracle *o)
{
    static double after[ETA_MAX], moment[2][2 * ETA_MAX];
    const double rate[2] = {o->s->config.designer_rate, o->s->config.cost_rate};
    double worst = 0.0;
    numbers_of(&mg_metagrad, o->s->self, MG_KIND_INCENTIVES, "designer 0 ", after);
    numbers_of(&mg_metagrad, o->s->self, MG_KIND_OPTIMISERS, "designer moments", moment[0]);
    numbers_of(&mg_metagrad, o->s->self, MG_KIND_OPTIMISERS, "cost moments", moment[1]);
    for (int k = 0; k < o->etas; k++) {
        double moved = 0.0;
        for (int which = 0; which < 2; which++)
            moved -= rate[which] * mg_sqrt(1.0 - 0.999) / 0.1 * moment[which][k] /
                     denominator_of(moment[which][o->etas + k]);
        worst = size_of(after[k] - o->eta[k] - moved) > worst ? size_of(after[k] - o->eta[k] - moved) : worst;
    }
    tap_ok(worst < 1e-5, "... its function takes both steps: off by %.1e", worst);
}

static void test_step(const form *of)
{
    static oracle o;
    static episode tau, hat;
    static double moment[2 * ETA_MAX], gradient[ETA_MAX], target[CRITIC_MAX];
    scene s;
    char prefix[32];
    float memory[2 * M] = {0.0f};
    tap_note("%s", of->says);
    open_scene(&s, of);
    move_biases(&mg_metagrad, s.self);
    memset(&o, 0, sizeof o);
    o.s = &s;
    o.tau = &tau;
    o.hat = &hat;
    o.networks = s.config.agents.shared ? 1 : AGENTS;
    o.epsilon = s.config.agents.epsilon_start;
    for (int n = 0; n < o.networks; n++) {
        snprintf(prefix, sizeof prefix, "policy %d ", n);
        numbers_of(&mg_metagrad, s.self, MG_KIND_POLICIES, prefix, o.theta[n]);
    }
    draw_episode(&tau, 0, STEPS, true);
    draw_episode(&hat, 1, STEPS - 1, true);
    bool complete = show(&mg_metagrad, s.self, &s.environment, memory, &tau);
    look(&o, target);
    double number[STEPS][NUMBERS], off = 0.0;
    function(&s, o.eta, &tau, number);
    for (int t = 0; t < tau.steps; t++)
        for (int n = 0; n < NUMBERS; n++) {
            double by = size_of(number[t][n] - (double)tau.given[t][n]);
            off = by > off ? by : off;
        }
    tap_ok(complete && off < 1e-5, "what is given is what its function says: off by %.1e", off);
    memset(memory, 0, sizeof memory);
    complete = show(&mg_metagrad, s.self, &s.environment, memory, &hat) && complete;
    find_scores(&o);
    if (!of->returns)
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
    numbers_of(&mg_metagrad, s.self, MG_KIND_OPTIMISERS, "designer moments", moment);
    compare("incentives, through the agents' step", o.etas, moment, gradient);
    if (of->plain) {
        check_cost(&o);
        check_moved(&o);
    }
    uint64_t count[4] = {0};
    mg_metagrad.update_counts(s.self, count);
    tap_ok(count[0] == 2 * (unsigned)o.networks && count[of->plain ? 1 : 2] == 1 && count[3] == (of->returns ? 0 : 1),
           "... a step of the designer, two of the agents");
    close_scene(&s);
}

/* Agents that have no designer, and are paid what those of the episode gain. */
static void show_alone(void *self, const episode *e)
{
    mg_proximal_policy.begin_episode(self, 0);
    for (int t = 0; t < e->steps; t++) {
        float gained[AGENTS];
        for (int i = 0; i < AGENTS; i++)
            gained[i] = e->reward[t][i] + e->received[t][i];
        mg_proximal_policy.observe(
            self, &(mg_transition){.step = t,
                                   .before = {.observation = e->seen[t][0], .allowed = e->allowed[t][0]},
                                   .after = {.observation = e->seen[t + 1][0], .allowed = e->allowed[t][0]},
                                   .joint = {.action = e->action[t]},
                                   .reward = gained,
                                   .terminated = t == e->steps - 1 && e->terminated,
                                   .truncated = t == e->steps - 1 && !e->terminated});
    }
    mg_proximal_policy.end_episode(self, 0);
}

/* A new learner with the tensors of this one in its place. */
static void begin_anew(scene *s)
{
    static mg_tensor from[256], to[256];
    mg_error error = {0};
    void *fresh = mg_metagrad.create(&s->config, &s->environment, key, &error);
    const int count = mg_metagrad.tensors(s->self, from, 256);
    (void)mg_metagrad.tensors(fresh, to, 256);
    for (int i = 0; i < count; i++) {
        const size_t numbers = (size_t)from[i].rows * (size_t)from[i].columns;
        const bool wide = from[i].type == MG_TYPE_DOUBLE || from[i].type == MG_TYPE_U64;
        memcpy(to[i].data, from[i].data, numbers * (wide ? 8 : from[i].type == MG_TYPE_U8 ? 1 : 4));
    }
    mg_metagrad.destroy(s->self);
    s->self = fresh;
}

/* What is kept of one episode for the next is what going forward anew gives: a learner that is loaded has nothing of
 * it. */
static void test_known(const form *of)
{
    static mg_tensor tensor[2][256];
    static episode e;
    scene s[2];
    int count = 0, differ = 0, moved = 0;
    for (int k = 0; k < 2; k++) {
        open_scene(&s[k], of);
        move_biases(&mg_metagrad, s[k].self);
    }
    mg_error error = {0};
    void *alone = mg_proximal_policy.create(&s[0].config.agents, &s[0].environment, key, &error);
    move_biases(&mg_proximal_policy, alone);
    for (uint32_t number = 0; number < 5; number++) {
        draw_episode(&e, 40 + number, number == 3 ? STEPS - 1 : STEPS, number % 2 == 0);
        for (int k = 0; k < 2; k++) {
            float memory[2 * M] = {0.0f};
            episode shown = e;
            show(&mg_metagrad, s[k].self, &s[k].environment, memory, &shown);
        }
        begin_anew(&s[1]);
        show_alone(alone, &e);
    }
    static double of_all[2][AGENTS * THETA];
    int policies = numbers_of(&mg_metagrad, s[0].self, MG_KIND_POLICIES, "policy ", of_all[0]);
    int same = numbers_of(&mg_proximal_policy, alone, MG_KIND_POLICIES, "policy ", of_all[1]);
    tap_ok(policies == same && !memcmp(of_all[0], of_all[1], (size_t)same * sizeof(double)),
           "%s: agents learn as those that have no designer", of->says);
    mg_proximal_policy.destroy(alone);
    for (int k = 0; k < 2; k++)
        count = mg_metagrad.tensors(s[k].self, tensor[k], 256);
    for (int i = 0; i < count; i++) {
        const mg_tensor *a = &tensor[0][i], *b = &tensor[1][i];
        for (int n = 0; n < a->rows * a->columns && a->type == MG_TYPE_FLOAT; n++)
            differ += memcmp((float *)a->data + n, (float *)b->data + n, sizeof(float)) != 0;
        moved += strstr(a->name, "designer moments") && ((float *)a->data)[0] != 0.0f;
    }
    tap_ok(differ == 0 && moved == 1, "%s: forward once or anew, the same after five episodes: %d numbers differ",
           of->says, differ);
    for (int k = 0; k < 2; k++)
        close_scene(&s[k]);
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
        open_scene(&s, &(form){.shared = true});
        if (k == 2)
            memset(apart.received, 0, sizeof apart.received);
        show(&mg_metagrad, s.self, &s.environment, NULL, k == 1 ? &together : &apart);
        numbers_of(&mg_metagrad, s.self, MG_KIND_POLICIES, "policy 0 ", theta[k > 0]);
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
        open_scene(&s, &(form){.shared = true});
        mg_metagrad_config config = s.config;
        config.agents = wrong[k].agents;
        tap_ok(!mg_metagrad.describe(&config, &s.environment, &spec, &error) &&
                   strstr(error.text, "wanted 1, 1, 1, 0, 0"),
               "%s: %s", wrong[k].what, error.text);
        close_scene(&s);
    }
}

static void test_settings(void)
{
    const mg_metagrad_config paper = mg_metagrad_gtb_paper(), later = mg_metagrad_gtb_curriculum();
    const mg_proximal_policy_config federal = mg_proximal_policy_gtb_curriculum();
    tap_ok(paper.agents.entropy == 0.184 && paper.agents.actor_rate == 3.3e-4 && paper.agents.epsilon_end == 0.05 &&
               paper.designer_rate == 1.82e-5 && paper.designer_memory == 0,
           "without a curriculum as in Table C.4");
    tap_ok(later.agents.entropy == 0.0316 && later.agents.actor_rate == 1.09e-5 &&
               later.agents.critic_rate == 1.14e-5 && later.agents.follow == 0.0126 &&
               later.agents.epsilon_start == 0.5 && later.designer_rate == 2.03e-4 &&
               later.designer_critic_rate == 1e-5 && later.designer_follow == 0.0573 && later.designer_memory == 128,
           "with one as in Table C.5, and a memory");
    const mg_metagrad_config river = mg_metagrad_cleanup_paper();
    tap_ok(river.agents.entropy == 0.129 && river.agents.actor_rate == 6.73e-4 && river.agents.critic_rate == 5.54e-4 &&
               river.agents.follow == 7.93e-3 && river.agents.epsilon_start == 1.0 &&
               river.agents.epsilon_end == 0.05 && river.agents.trace == 0.0 && river.agents.descent &&
               !river.agents.sums && river.designer_rate == 1.24e-5 && river.designer_critic_rate == 2.4e-5 &&
               river.designer_follow == 0.114 && river.designer_trace == 0.99,
           "in Cleanup as in Table C.3");
    tap_ok(federal.entropy == 0.0811 && federal.actor_rate == 1.32e-4 && federal.critic_rate == 8.87e-5 &&
               federal.follow == 0.702 && federal.epsilon_start == 0.0 && federal.gradient_limit == 10.0,
           "and so the agents under fixed taxes");
}

int main(void)
{
    static const form all[] = {
        {"one network, asked every other step", .shared = true},
        {"a network each, asked after the actions", .after = true},
        {"returns", .shared = true, .after = true, .returns = true},
        {"agents of plain policy gradient, and giving costs", .after = true, .returns = true, .plain = true},
        {"the same, asked every other step", .returns = true, .plain = true},
        {"a designer with a memory", .shared = true, .remembers = true},
        {"a designer with a memory, asked after the actions", .after = true, .remembers = true},
        {"plain descent, and kinds of actions", .shared = true, .after = true, .descends = true, .kinds = true},
        {"the same on sums", .shared = true, .after = true, .descends = true, .sums = true, .kinds = true},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        test_step(&all[k]);
    test_known(&all[0]);
    test_known(&all[3]);
    test_known(&all[8]);
    test_gains();
    test_refused();
    test_settings();
    return tap_done();
}
