/* MetaGrad with the released program's replica of the agents' step: three episodes of random numbers, whose account is
 * a function of a ledger and of what is given; both steps of its designer must be the central differences, in plain
 * loops in binary64, of L of a theta^ that is made anew for every change of the designer's parameters. Where the
 * account is what was paid and the critic stands still, every bit is that of the exact one; else neither is. */
#include "algos/metagrad.h"
#include "tests/designer_by_hand.h"

enum { VALUED = (SEEN + 1) * H + (H + 1) * H + MEMORY + H + 1 };

/* ---- accounts ---- */

static double paid(const float ledger[][LEDGER], int steps, int t, int i, const double given[NUMBERS],
                   double slope[NUMBERS])
{
    const double own = (double)ledger[t][i], more = (double)ledger[t][AGENTS + i], end = (double)ledger[steps][i];
    slope[0] = own + 0.1 * end * given[1];
    slope[1] = 0.5 * more * given[1] + 0.1 * end * given[0];
    return own * given[0] + 0.25 * more * given[1] * given[1] + 0.1 * end * given[0] * given[1];
}

static int period; /* of the decisions in `given` */

static void account(const void *config, int steps, const float *ledger, const float *given, float *reward,
                    float *sensitivity)
{
    (void)config;
    for (int t = 0; t < steps; t++)
        for (int i = 0; i < AGENTS; i++) {
            const float *said = given + t / period * NUMBERS;
            double slope[NUMBERS];
            *reward++ = (float)paid((const float(*)[LEDGER])ledger, steps, t, i,
                                    (const double[]){(double)said[0], (double)said[1]}, slope);
            for (int n = 0; n < NUMBERS; n++)
                *sensitivity++ = (float)slope[n];
        }
}

/* The ledger is what the agents gained, and how that depends on what was given. */
static void keep_accounts(episode *e)
{
    for (int t = 0; t < e->steps; t++)
        for (int i = 0; i < AGENTS; i++) {
            e->ledger[t][i] = e->reward[t][i] + e->received[t][i];
            for (int n = 0; n < NUMBERS; n++)
                e->ledger[t][AGENTS + i * NUMBERS + n] = e->sensitivity[t][i][n];
        }
}

static void as_paid(const void *config, int steps, const float *ledger, const float *given, float *reward,
                    float *sensitivity)
{
    (void)config;
    (void)given;
    for (int t = 0; t < steps; t++, ledger += LEDGER) {
        memcpy(reward + t * AGENTS, ledger, AGENTS * sizeof(float));
        memcpy(sensitivity + t * AGENTS * NUMBERS, ledger + AGENTS, sizeof(float) * AGENTS * NUMBERS);
    }
}

static const mg_env_table by_account = {.name = "by hand", .account = account};
static const mg_env_table by_payment = {.name = "by hand", .account = as_paid};

/* ---- the learner ---- */

typedef struct form {
    const char *says;
    bool shared, after, remembers, descends, sums, plain, bootstraps;
} form;

typedef struct scene {
    mg_metagrad_config config;
    mg_env_spec environment;
    void *self;
    int input, networks;
} scene;

static void open_scene(scene *s, const form *of, bool released, double critic_rate, const mg_env_table *table)
{
    mg_error error = {0};
    mg_learner_spec spec;
    *s = (scene){.config = mg_metagrad_gtb_paper(), .environment = by_hand(of->after)};
    mg_proximal_policy_config *agents = &s->config.agents;
    agents->hidden_1 = agents->hidden_2 = s->config.designer_hidden_1 = s->config.designer_hidden_2 = H;
    agents->memory = of->remembers ? M : 0;
    agents->descent = of->descends;
    agents->sums = of->sums;
    agents->plain = of->plain;
    agents->trace = of->descends ? 0.0 : 0.9;
    agents->shared = of->shared;
    agents->epsilon_units = 4;
    agents->bootstrap_terminated = of->bootstraps;
    agents->actor_rate = 0.05;
    agents->critic_rate = critic_rate;
    s->config.designer_rate = 0.05;
    s->config.returns = true;
    s->config.as_released = released;
    s->environment.transfer.ledger = LEDGER;
    s->environment.source.table = table;
    s->input = VIEWS + (of->after ? AGENTS * ACTIONS : 0);
    s->networks = of->shared ? 1 : AGENTS;
    period = s->environment.transfer.period;
    bool good = mg_config_check(mg_metagrad.fields, &s->config, &error) &&
                mg_metagrad.describe(&s->config, &s->environment, &spec, &error) &&
                mg_needs_met("metagrad", &spec, &s->environment, &error);
    s->self = good ? mg_metagrad.create(&s->config, &s->environment, key, &error) : NULL;
    if (!s->self) {
        tap_ok(false, "does not start: %s", error.text);
        exit(1);
    }
    move_biases(&mg_metagrad, s->self);
}

static void close_scene(scene *s)
{
    mg_metagrad.destroy(s->self);
    mg_env_spec_free(&s->environment);
}

static int read(const scene *s, mg_kind kind, const char *prefix, double *number)
{
    return numbers_of(&mg_metagrad, s->self, kind, prefix, number);
}

/* ---- the oracle ---- */

/* What there is before the agents' step on tau, and after it. */
typedef struct oracle {
    const scene *s;
    const episode *tau, *hat;
    double theta[AGENTS][THETA], moment[AGENTS][2][THETA], power[AGENTS][2], epsilon;
    double critic[AGENTS][2 * VALUED], eta[ETA_MAX];
    int etas;
    double score[AGENTS][STEPS][THETA], entropy[AGENTS][THETA], second[AGENTS][THETA];
} oracle;

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

/* log pi~ of what was played, and the entropy of pi~. */
static double log_played(const oracle *o, const double *theta, int t, int i, double *entropy)
{
    double pi[ACTIONS];
    policy(theta, o->tau, t, i, pi);
    *entropy = 0.0;
    for (int b = 0; b < ACTIONS; b++) {
        pi[b] = (1.0 - o->epsilon) * pi[b] + o->epsilon / ACTIONS;
        *entropy -= pi[b] * mg_log(pi[b]);
    }
    return mg_log(pi[o->tau->action[t][i]]);
}

static int network_of(const oracle *o, int i)
{
    return o->s->networks > 1 ? i : 0;
}

static void find_scores(oracle *o)
{
    const double h = 1e-6;
    memset(o->entropy, 0, sizeof o->entropy);
    for (int i = 0; i < AGENTS; i++)
        for (int t = 0; t < o->tau->steps; t++)
            for (int k = 0; k < THETA; k++) {
                double *theta = o->theta[network_of(o, i)], kept = theta[k], high, low;
                theta[k] = kept + h;
                double up = log_played(o, theta, t, i, &high);
                theta[k] = kept - h;
                o->score[i][t][k] = (up - log_played(o, theta, t, i, &low)) / (2.0 * h);
                o->entropy[network_of(o, i)][k] += (high - low) / (2.0 * h);
                theta[k] = kept;
            }
}

/* What is given in every step of tau. */
static void function(const oracle *o, const double *eta, double number[STEPS][NUMBERS])
{
    const episode *e = o->tau;
    for (int t = 0; t < e->steps; t++) {
        double x[INPUTS_MAX], y[NUMBERS];
        for (int k = 0; k < VIEWS; k++)
            x[k] = (double)e->asked[t][k];
        for (int k = VIEWS; k < o->s->input; k++)
            x[k] = e->action[t][(k - VIEWS) / ACTIONS] == (k - VIEWS) % ACTIONS ? 1.0 : 0.0;
        network(eta, o->s->input, NUMBERS, false, NULL, x, y);
        for (int n = 0; n < NUMBERS; n++)
            number[t][n] = t % period ? number[t - 1][n] : 0.5 + 2.0 * sigmoid(y[n]); /* within 0.5 and 2.5 */
    }
}

/* Of one agent: its account's rewards, valued by the critic of after. */
static void advantages(const oracle *o, int i, double number[STEPS][NUMBERS], double *advantage)
{
    const mg_proximal_policy_config *c = &o->s->config.agents;
    double state[2 * M] = {0.0}, value[STEPS + 1], slope[NUMBERS], carried = 0.0;
    for (int t = 0; t <= o->tau->steps; t++) {
        double x[SEEN];
        for (int k = 0; k < SEEN; k++)
            x[k] = (double)o->tau->seen[t][i][k];
        network(o->critic[network_of(o, i)], SEEN, 1, true, c->memory ? state : NULL, x, &value[t]);
        value[t] = c->plain ? 0.0 : value[t];
    }
    if (o->tau->terminated && !c->bootstrap_terminated)
        value[o->tau->steps] = 0.0;
    for (int t = o->tau->steps - 1; t >= 0; t--) {
        double reward = paid(o->tau->ledger, o->tau->steps, t, i, number[t], slope);
        carried = reward + c->discount * value[t + 1] - value[t] + c->discount * (c->plain ? 1.0 : c->trace) * carried;
        advantage[t] = carried;
    }
}

/* Of the loss on tau. */
static void gradient_of_agents(const oracle *o, const double *eta, double gradient[AGENTS][THETA])
{
    const mg_proximal_policy_config *c = &o->s->config.agents;
    const double weight = c->plain || c->sums ? 1.0 : 1.0 / (double)(AGENTS / o->s->networks * o->tau->steps);
    double number[STEPS][NUMBERS], advantage[STEPS];
    function(o, eta, number);
    for (int n = 0; n < o->s->networks; n++)
        for (int k = 0; k < THETA; k++)
            gradient[n][k] = -weight * c->entropy * o->entropy[n][k];
    for (int i = 0; i < AGENTS; i++) {
        advantages(o, i, number, advantage);
        for (int t = 0; t < o->tau->steps; t++)
            for (int k = 0; k < THETA; k++)
                gradient[network_of(o, i)][k] -= weight * advantage[t] * o->score[i][t][k];
    }
}

/* theta^ of the replica; its second moments stay what they are. */
static void replica(const oracle *o, const double *eta, double theta[AGENTS][THETA])
{
    const mg_proximal_policy_config *c = &o->s->config.agents;
    double gradient[AGENTS][THETA];
    gradient_of_agents(o, eta, gradient);
    for (int n = 0; n < o->s->networks; n++)
        for (int k = 0; k < THETA; k++) {
            double by = gradient[n][k];
            if (!c->plain && !c->descent)
                by = mg_sqrt(1.0 - 0.999 * o->power[n][1]) / (1.0 - 0.9 * o->power[n][0]) *
                     (0.9 * o->moment[n][0][k] + 0.1 * by) / (mg_sqrt(o->second[n][k]) + 1e-8);
            theta[n][k] = o->theta[n][k] - c->actor_rate * by;
        }
}

static double objective(const oracle *o, const double *eta)
{
    double theta[AGENTS][THETA], sum = 0.0, worth = 0.0, pi[ACTIONS];
    replica(o, eta, theta);
    for (int t = o->hat->steps - 1; t >= 0; t--) {
        worth = (double)o->hat->welfare[t] + o->s->config.agents.discount * worth;
        for (int i = 0; i < AGENTS; i++) {
            policy(theta[network_of(o, i)], o->hat, t, i, pi);
            if (o->hat->allowed[t][i][o->hat->action[t][i]])
                sum -= worth * mg_log(pi[o->hat->action[t][i]]);
        }
    }
    return sum;
}

static void look_before(oracle *o)
{
    char prefix[32];
    double moments[2 * THETA * AGENTS] = {0.0}, powers[2 * AGENTS];
    read(o->s, MG_KIND_STATE, "epsilon", &o->epsilon);
    read(o->s, MG_KIND_OPTIMISERS, "policy moments", moments);
    read(o->s, MG_KIND_OPTIMISERS, "policy powers", powers);
    for (int n = 0; n < o->s->networks; n++) {
        snprintf(prefix, sizeof prefix, "policy %d ", n);
        read(o->s, MG_KIND_POLICIES, prefix, o->theta[n]);
        memcpy(o->moment[n], moments + 2 * n * THETA, sizeof o->moment[n]);
        memcpy(o->power[n], powers + 2 * n, sizeof o->power[n]);
    }
}

static void look_after(oracle *o)
{
    char prefix[32];
    double gradient[AGENTS][THETA];
    for (int n = 0; n < o->s->networks && !o->s->config.agents.plain; n++) {
        snprintf(prefix, sizeof prefix, "critic %d ", n);
        read(o->s, MG_KIND_CRITICS, prefix, o->critic[n]);
    }
    o->etas = read(o->s, MG_KIND_INCENTIVES, "designer 0 ", o->eta);
    find_scores(o);
    gradient_of_agents(o, o->eta, gradient);
    for (int n = 0; n < o->s->networks; n++)
        for (int k = 0; k < THETA; k++)
            o->second[n][k] = 0.999 * o->moment[n][1][k] + 0.001 * gradient[n][k] * gradient[n][k];
}

/* Adam's counters of the agents as where they go on from another task, which does not hand on a replica. */
static void go_on(const scene *s)
{
    static mg_tensor tensor[256];
    const int count = mg_metagrad.tensors(s->self, tensor, 256);
    for (int i = 0; i < count; i++)
        for (int k = 0; k < tensor[i].columns && !strcmp(tensor[i].name, "policy powers"); k++)
            ((double *)tensor[i].data)[k] = k % 2 ? 0.998 : 0.81;
}

/* The designer's steps after the second and the third episode. */
static void test_steps(const form *of)
{
    static oracle o;
    static episode e[3];
    static double moment[2][2 * ETA_MAX], gradient[ETA_MAX];
    scene s;
    tap_note("%s", of->says);
    open_scene(&s, of, true, 0.05, &by_account);
    go_on(&s);
    for (uint32_t k = 0; k < 3; k++)
        draw_episode(&e[k], 60 + k, k == 1 ? STEPS - 1 : STEPS, true);
    memset(&o, 0, sizeof o);
    memset(moment, 0, sizeof moment);
    o.s = &s;
    for (int k = 0; k < 3; k++) {
        if (k > 0) {
            o.tau = &e[k - 1];
            o.hat = &e[k];
            look_after(&o);
            for (int n = 0; n < o.etas; n++) {
                double kept = o.eta[n], h = 1e-4;
                o.eta[n] = kept + h;
                double up = objective(&o, o.eta);
                o.eta[n] = kept - h;
                gradient[n] = (up - objective(&o, o.eta)) / (2.0 * h);
                o.eta[n] = kept;
            }
        }
        look_before(&o);
        show(&mg_metagrad, s.self, &s.environment, NULL, &e[k]);
        if (k == 0)
            continue;
        read(&s, MG_KIND_OPTIMISERS, "designer moments", moment[1]);
        for (int n = 0; n < o.etas; n++) { /* without what came from the step before */
            double now = moment[1][n];
            moment[1][n] -= 0.9 * moment[0][n];
            moment[0][n] = now;
        }
        compare(k == 1 ? "incentives, first step" : "incentives, second step", o.etas, moment[1], gradient);
    }
    close_scene(&s);
}

/* ---- beside the exact one ---- */

/* Three episodes; what the designer is then, and the agents. */
static int learn(const form *of, bool released, double critic_rate, const mg_env_table *table, double *designer,
                 double *agents)
{
    scene s;
    episode e;
    open_scene(&s, of, released, critic_rate, table);
    for (uint32_t k = 0; k < 3; k++) {
        draw_episode(&e, 70 + k, k == 1 ? STEPS - 1 : STEPS, k != 1);
        if (table == &by_payment)
            keep_accounts(&e);
        show(&mg_metagrad, s.self, &s.environment, NULL, &e);
    }
    int count = read(&s, MG_KIND_INCENTIVES, "designer 0 ", designer);
    count += read(&s, MG_KIND_OPTIMISERS, "designer moments", designer + count);
    read(&s, MG_KIND_POLICIES, "policy ", agents);
    close_scene(&s);
    return count;
}

static bool same(const form *of, double critic_rate, const mg_env_table *table, double *apart)
{
    static double designer[2][3 * ETA_MAX], agents[2][AGENTS * THETA];
    double scale = 0.0;
    int count = 0;
    for (int k = 0; k < 2; k++)
        count = learn(of, k == 1, critic_rate, table, designer[k], agents[k]);
    *apart = 0.0;
    for (int k = count / 3; k < 2 * count / 3; k++) { /* first moments */
        double off = size_of(designer[0][k] - designer[1][k]), size = size_of(designer[0][k]);
        *apart = off > *apart ? off : *apart;
        scale = size > scale ? size : scale;
    }
    *apart /= scale;
    tap_ok(!memcmp(agents[0], agents[1], sizeof agents[0]), "%s: agents learn the same", of->says);
    return !memcmp(designer[0], designer[1], (size_t)count * sizeof(double));
}

static void test_identity(const form *of)
{
    double apart;
    bool is = same(of, 0.0, &by_payment, &apart);
    tap_ok(is, "... where the account is what was paid and the critic stands still, and the designer: %g apart", apart);
    is = same(of, 0.05, &by_payment, &apart);
    tap_ok(is == of->plain && (of->plain || apart > 1e-3), "... where it learns %s: %g apart",
           of->plain ? "or there is none, too" : "another", apart);
    is = same(of, 0.0, &by_account, &apart);
    tap_ok(!is && apart > 1e-2, "... and by another account another: %g apart", apart);
}

static void test_refused(void)
{
    mg_error error = {0};
    mg_learner_spec spec;
    mg_env_spec environment = by_hand(false);
    mg_metagrad_config config = mg_metagrad_gtb_curriculum();
    config.as_released = true;
    environment.transfer.ledger = LEDGER;
    tap_ok(!mg_metagrad.describe(&config, &environment, &spec, &error) && strstr(error.text, "designer_memory 128"),
           "a designer with a memory: %s", error.text);
    config.designer_memory = 0;
    tap_ok(mg_metagrad.describe(&config, &environment, &spec, &error) &&
               mg_needs_met("metagrad", &spec, &environment, &error),
           "without one it starts");
    environment.transfer.ledger = 0;
    error = (mg_error){0};
    tap_ok(!mg_needs_met("metagrad", &spec, &environment, &error) && strstr(error.text, "ledger"),
           "an environment without a ledger: %s", error.text);
    config.as_released = false;
    tap_ok(mg_metagrad.describe(&config, &environment, &spec, &error) &&
               mg_needs_met("metagrad", &spec, &environment, &error),
           "which the exact replica does not need");
    mg_env_spec_free(&environment);
}

int main(void)
{
    static const form all[] = {
        {"Adam, one network, a critic that remembers, asked every other step", .shared = true, .remembers = true},
        {"Adam, a network each, asked after the actions", .after = true, .bootstraps = true},
        {"plain descent on means, by temporal differences", .shared = true, .after = true, .descends = true},
        {"plain descent on sums", .descends = true, .sums = true, .bootstraps = true},
        {"plain policy gradient", .after = true, .plain = true},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        test_steps(&all[k]);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        test_identity(&all[k]);
    test_refused();
    return tap_done();
}
