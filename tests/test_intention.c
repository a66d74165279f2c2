/* Intention Propagation against plain loops in binary64 (intention_plain.h): decisions with their noise, and whole
 * gradient steps from the replay to the target of V, on random directed graphs that change every step; evaluation,
 * first weights, settings. */
#include "algos/intention.h"

#include "core/num/rng.h"
#include "tests/intention_plain.h"
#include "tests/tap.h"
#include "tests/turned_targets.h"

#include <stdlib.h>

enum { STEPS = 26, EPISODE = 5, COUNT_MAX = 400 };
static const mg_key key = {9969, 5};

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static double larger(double a, double b)
{
    return a >= b ? a : b; /* b if unordered */
}

static mg_env_spec environment(void)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .neighbours_max = NEIGHBOURS, .longest_episode = EPISODE};
    mg_env_add_agents(&spec, AGENTS, &(mg_agent_spec){.part = {{"place", 1, 1, SEEN}}, .actions = ACTIONS});
    return spec;
}

static mg_intention_config small(void)
{
    mg_intention_config config = mg_intention_traffic(AGENTS);
    config.discount = 0.9;
    config.follow = 0.25;
    config.temperature = 0.7;
    config.gradient_limit = 0.2;
    config.reward_scale = 0.5;
    config.hidden_1 = HIDDEN_1;
    config.hidden_2 = HIDDEN_2;
    config.capacity = 9;
    config.batch = 3;
    config.update_every = 2;
    config.gradient_steps = 2;
    return config;
}

/* ---- what happens ---- */

typedef struct event {
    float seen[AGENTS * SEEN], reward[AGENTS];
    int32_t neighbour[AGENTS * NEIGHBOURS];
} event;

static event told[STEPS + 1], ends[STEPS]; /* before step e, and after it */

static bool is_last(int e)
{
    return e % EPISODE == EPISODE - 1;
}

static void draw_event(mg_stream *stream, event *now)
{
    for (int k = 0; k < AGENTS * SEEN; k++)
        now->seen[k] = mg_random_uniform(stream, -1.0f, 1.0f);
    for (int i = 0; i < AGENTS; i++) {
        uint32_t other[AGENTS];
        int n = 0, count = (int)mg_random_below(stream, NEIGHBOURS + 1);
        for (int j = 0; j < AGENTS; j++)
            if (j != i)
                other[n++] = (uint32_t)j;
        mg_random_shuffle(stream, other, (uint32_t)n);
        for (int k = 0; k < NEIGHBOURS; k++)
            now->neighbour[i * NEIGHBOURS + k] = k < count ? (int32_t)other[k] : -1;
        now->reward[i] = mg_random_uniform(stream, -2.0f, 2.0f);
    }
}

static void tell(void)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 0);
    for (int e = 0; e <= STEPS; e++)
        draw_event(&stream, &told[e]);
    for (int e = 0; e < STEPS; e++) {
        ends[e] = told[e + 1];
        if (is_last(e))
            draw_event(&stream, &ends[e]);
    }
}

static plain_sample sample_of(const event *e)
{
    plain_sample of;
    for (int k = 0; k < AGENTS * SEEN; k++)
        of.seen[k / SEEN][k % SEEN] = (double)e->seen[k];
    memcpy(of.neighbour, e->neighbour, sizeof of.neighbour);
    return of;
}

/* ---- the learner ---- */

static void *make(const mg_intention_config *config)
{
    mg_env_spec spec = environment();
    mg_error error = {0};
    void *self = mg_intention.create(config, &spec, key, &error);
    mg_env_spec_free(&spec);
    return self;
}

static float *block_of(void *self, const char *name)
{
    const mg_tensor *tensor = learner_tensor(&mg_intention, self, name);
    return tensor ? tensor->data : NULL;
}

enum { MANY = 7 };

/* Entry k of the batch is seen_now[k]. */
static void decide(void *self, mg_mode mode, int rows, const event *seen_now, const uint32_t *time,
                   int32_t action[AGENTS][MANY])
{
    static float seen[AGENTS][MANY][SEEN];
    static int32_t neighbour[AGENTS][MANY][NEIGHBOURS];
    int row[MANY];
    const float *observation[AGENTS];
    const int32_t *neighbours[AGENTS];
    int32_t *actions[AGENTS];
    for (int i = 0; i < AGENTS; i++) {
        for (int k = 0; k < rows; k++) {
            memcpy(seen[i][k], seen_now[k].seen + i * SEEN, sizeof seen[i][k]);
            memcpy(neighbour[i][k], seen_now[k].neighbour + i * NEIGHBOURS, sizeof neighbour[i][k]);
            row[k] = k;
        }
        observation[i] = seen[i][0];
        neighbours[i] = neighbour[i][0];
        actions[i] = action[i];
    }
    const mg_batch batch = {
        .mode = mode, .rows = rows, .row = row, .time = time, .observation = observation, .neighbour = neighbours};
    mg_intention.act(self, &batch, actions, NULL);
}

/* ---- the same, plainly ---- */

typedef struct plain_optimiser {
    double m[COUNT_MAX], v[COUNT_MAX], beta1_power, beta2_power;
} plain_optimiser;

typedef struct plain_learner {
    mg_intention_config config;
    mg_intention_network network; /* its layouts alone */
    double theta[COUNT_MAX], eta[COUNT_MAX], eta_target[COUNT_MAX], kappa[2][COUNT_MAX];
    plain_optimiser of_policy, of_values, of_critic[2];
    plain_step kept[STEPS];
    /* Of the minibatch under way. */
    int drawn[STEPS];
    double noise[STEPS][AGENTS][ACTIONS], wanted[STEPS][AGENTS], worth[STEPS][AGENTS][ACTIONS];
    double newest[3];
    int updates, held_back;
    const double *critic;
} plain_learner;

static double gumbel(float u)
{
    return -mg_log(-mg_log(u > 0.0f ? (double)u : 0x1p-25));
}

static void plain_act(plain_learner *p, int e, int32_t action[AGENTS])
{
    plain_step *step = &p->kept[e];
    plain_choices noise;
    step->now = sample_of(&told[e]);
    step->next = sample_of(&ends[e]);
    step->terminated = is_last(e) && e % 2;
    for (int i = 0; i < AGENTS; i++) {
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_TRAIN_ACTION, (uint32_t)e, 0, (uint32_t)i);
        for (int a = 0; a < ACTIONS; a++)
            noise[i][a] = gumbel(mg_random_float(&stream));
        step->reward[i] = (double)told[e].reward[i];
    }
    plain_decision made = plain_decide(&p->network, p->theta, &step->now, noise);
    memcpy(action, made.choice, sizeof made.choice);
    memcpy(step->action, made.choice, sizeof made.choice);
}

/* Of the steps 0 .. last: different ones among those that the replay still has; and noise for all of them. */
static void plain_draw(plain_learner *p, int last)
{
    int oldest = last + 1 > p->config.capacity ? last + 1 - p->config.capacity : 0, among = last + 1 - oldest;
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_REPLAY, (uint32_t)p->updates, 0, 0);
    for (int i = 0; i < among; i++)
        p->drawn[i] = oldest + i;
    for (int i = 0; i < p->config.batch; i++) {
        int j = i + (int)mg_random_below(&stream, (uint32_t)(among - i)), kept = p->drawn[j];
        p->drawn[j] = p->drawn[i];
        p->drawn[i] = kept;
    }
    stream = mg_stream_at(key, MG_PURPOSE_LEARNER, (uint32_t)p->updates, 0, 0);
    for (int k = 0; k < p->config.batch * AGENTS * ACTIONS; k++)
        (&p->noise[0][0][0])[k] = gumbel(mg_random_float(&stream));
}

static double value_loss(plain_learner *p)
{
    double sum = 0.0;
    for (int s = 0; s < p->config.batch; s++)
        sum += plain_value_loss(&p->network, p->eta, &p->kept[p->drawn[s]].now, p->wanted[s]);
    return sum / (p->config.batch * AGENTS);
}

static double critic_loss(plain_learner *p)
{
    double sum = 0.0;
    for (int s = 0; s < p->config.batch; s++) {
        double target[AGENTS];
        plain_targets(&p->network, p->eta_target, p->config.discount, p->config.reward_scale, &p->kept[p->drawn[s]],
                      target);
        sum += plain_critic_loss(&p->network, p->critic, &p->kept[p->drawn[s]], target);
    }
    return sum / (p->config.batch * AGENTS);
}

static double policy_loss(plain_learner *p)
{
    const double *const kappa[2] = {p->kappa[0], p->kappa[1]};
    double sum = 0.0;
    for (int s = 0; s < p->config.batch; s++) {
        const plain_sample *now = &p->kept[p->drawn[s]].now;
        plain_decision made = plain_decide(&p->network, p->theta, now, p->noise[s]);
        sum += p->config.expected ? plain_expected_loss(p->config.alpha, &made, p->worth[s])
                                  : plain_relaxed_loss(&p->network, kappa, p->config.alpha, now, &made);
    }
    return sum / (p->config.batch * AGENTS);
}

/* A step down the loss: central differences, limited in norm, then Adam. */
static double plain_descend(plain_learner *p, double (*loss)(plain_learner *), size_t count, double *x,
                            plain_optimiser *of)
{
    const double h = 1e-5;
    double gradient[COUNT_MAX], squares = 0.0, value = loss(p);
    for (size_t k = 0; k < count; k++) {
        double kept = x[k];
        x[k] = kept + h;
        double above = loss(p);
        x[k] = kept - h;
        gradient[k] = (above - loss(p)) / (2.0 * h);
        x[k] = kept;
        squares += gradient[k] * gradient[k];
    }
    double limit = p->config.gradient_limit / mg_sqrt(squares), scale = limit < 1.0 ? limit : 1.0;
    p->held_back += limit < 1.0;
    of->beta1_power *= 0.9;
    of->beta2_power *= 0.999;
    for (size_t k = 0; k < count; k++) {
        double g = scale * gradient[k];
        of->m[k] = 0.9 * of->m[k] + 0.1 * g;
        of->v[k] = 0.999 * of->v[k] + 0.001 * g * g;
        x[k] -= p->config.rate * (of->m[k] / (1.0 - of->beta1_power)) /
                (mg_sqrt(of->v[k] / (1.0 - of->beta2_power)) + 1e-8);
    }
    return value;
}

static void plain_gradient_step(plain_learner *p, int last)
{
    const double *const kappa[2] = {p->kappa[0], p->kappa[1]};
    const size_t critic = p->network.critic.layout.count, values = p->network.values.layout.count;
    plain_draw(p, last);
    p->newest[0] = p->newest[2] = 0.0;
    for (int s = 0; s < p->config.batch; s++) {
        const plain_sample *now = &p->kept[p->drawn[s]].now;
        plain_decision made = plain_decide(&p->network, p->theta, now, p->noise[s]);
        plain_soft_values(&p->network, kappa, p->config.alpha, now, &made, p->wanted[s]);
        p->newest[0] -= plain_certainty(&made) / (p->config.batch * AGENTS);
    }
    p->newest[1] = plain_descend(p, value_loss, values, p->eta, &p->of_values);
    for (int k = 0; k < 2; k++) {
        p->critic = p->kappa[k];
        p->newest[2] += plain_descend(p, critic_loss, critic, p->kappa[k], &p->of_critic[k]) / 2.0;
    }
    for (int s = 0; s < p->config.batch; s++) {
        const plain_sample *now = &p->kept[p->drawn[s]].now;
        plain_decision made = plain_decide(&p->network, p->theta, now, p->noise[s]);
        plain_worth(&p->network, kappa, now, &made, p->worth[s]);
    }
    (void)plain_descend(p, policy_loss, p->network.policy.layout.count, p->theta, &p->of_policy);
    p->updates++;
    for (size_t k = 0; k < values && p->updates % p->config.follow_every == 0; k++)
        p->eta_target[k] += p->config.follow * (p->eta[k] - p->eta_target[k]);
}

static void plain_observe(plain_learner *p, int e)
{
    const mg_intention_config *c = &p->config;
    if (e / EPISODE < c->idle_episodes || e + 1 <= c->batch || (e + 1) % c->update_every)
        return;
    for (int k = 0; k < c->gradient_steps; k++)
        plain_gradient_step(p, e);
}

/* ---- both ---- */

static void fill(float *block, size_t count, uint32_t number, double *plain)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 1, 0, number);
    for (size_t k = 0; k < count; k++) {
        block[k] = mg_random_uniform(&stream, -0.8f, 0.8f);
        plain[k] = (double)block[k];
    }
}

static double block_off(const float *found, const double *plain, size_t count)
{
    double worst = found ? 0.0 : 1.0;
    for (size_t k = 0; found && k < count; k++)
        worst = larger(worst, size_of((double)found[k] - plain[k]));
    return worst;
}

static double moments_off(void *self, const char *name, const plain_optimiser *of, size_t count, size_t copy)
{
    const float *moments = block_of(self, name);
    if (!moments)
        return 1.0;
    moments += copy * 2 * count;
    return larger(block_off(moments, of->m, count), block_off(moments + count, of->v, count));
}

static plain_learner *plain_of(const mg_intention_config *config)
{
    plain_learner *p = calloc(1, sizeof *p);
    p->config = *config;
    const mg_intention_shape shape = {.agents = AGENTS,
                                      .neighbours = NEIGHBOURS,
                                      .observation = SEEN,
                                      .actions = ACTIONS,
                                      .hidden_1 = config->hidden_1,
                                      .hidden_2 = config->hidden_2,
                                      .hops = config->hops,
                                      .critic_hops = config->critic_hops,
                                      .aggregate = (mg_aggregate)config->aggregate,
                                      .temperature = config->temperature,
                                      .samples = 1};
    mg_intention_network_create(&p->network, &shape);
    plain_optimiser *const all[] = {&p->of_policy, &p->of_values, &p->of_critic[0], &p->of_critic[1]};
    for (int k = 0; k < 4; k++)
        all[k]->beta1_power = all[k]->beta2_power = 1.0;
    return p;
}

static void observe(void *self, int e, const int32_t *action)
{
    const mg_transition x = {.step = e % EPISODE,
                             .before = {.observation = told[e].seen, .neighbour = told[e].neighbour},
                             .after = {.observation = ends[e].seen, .neighbour = ends[e].neighbour},
                             .joint = {.action = action},
                             .reward = told[e].reward,
                             .terminated = is_last(e) && e % 2,
                             .truncated = is_last(e) && !(e % 2)};
    mg_intention.observe(self, &x);
}

/* Returns how many decisions were others. */
static int play(void *self, plain_learner *p)
{
    int wrong = 0;
    for (int e = 0; e < STEPS; e++) {
        int32_t action[AGENTS][MANY], flat[AGENTS], plain[AGENTS];
        const uint32_t time = (uint32_t)e;
        decide(self, MG_TRAIN, 1, &told[e], &time, action);
        for (int i = 0; i < AGENTS; i++)
            flat[i] = action[i][0];
        plain_act(p, e, plain);
        wrong += memcmp(flat, plain, sizeof plain) != 0;
        observe(self, e, flat);
        plain_observe(p, e);
        if (is_last(e))
            (void)mg_intention.end_episode(self, 0);
    }
    return wrong;
}

static void test_steps(const char *says, const mg_intention_config *config)
{
    plain_learner *p = plain_of(config);
    void *self = make(config);
    const size_t of_policy = p->network.policy.layout.count, of_values = p->network.values.layout.count;
    const size_t of_critic = p->network.critic.layout.count;
    float *theta = block_of(self, "policy 0 first.weight"), *eta = block_of(self, "values 0 first.weight");
    float *eta_target = block_of(self, "values 0 target first.weight");
    float *kappa[2] = {block_of(self, "critic 0 first.weight"), block_of(self, "critic 1 first.weight")};
    uint64_t count[3] = {0};
    double metric[3], start[COUNT_MAX];
    fill(theta, of_policy, 0, p->theta);
    fill(eta, of_values, 1, p->eta);
    fill(eta_target, of_values, 2, p->eta_target);
    fill(kappa[0], of_critic, 3, p->kappa[0]);
    fill(kappa[1], of_critic, 4, p->kappa[1]);
    memcpy(start, p->theta, sizeof start);
    int wrong = play(self, p);
    double off =
        larger(larger(block_off(theta, p->theta, of_policy), block_off(eta, p->eta, of_values)),
               larger(block_off(kappa[0], p->kappa[0], of_critic), block_off(kappa[1], p->kappa[1], of_critic)));
    double moments = larger(larger(moments_off(self, "policy moments", &p->of_policy, of_policy, 0),
                                   moments_off(self, "values moments", &p->of_values, of_values, 0)),
                            larger(moments_off(self, "critic moments", &p->of_critic[0], of_critic, 0),
                                   moments_off(self, "critic moments", &p->of_critic[1], of_critic, 1)));
    double target_off = block_off(eta_target, p->eta_target, of_values), metric_off = 0.0;
    mg_intention.update_counts(self, count);
    mg_intention.metrics(self, metric);
    for (int k = 0; k < 3; k++)
        metric_off = larger(metric_off, size_of(metric[k] - p->newest[k]));
    tap_ok(wrong == 0, "%s: %d decisions as plainly (%d others)", says, STEPS, wrong);
    tap_ok(count[0] == (uint64_t)p->updates && count[1] == count[0] && count[2] == count[0] && p->updates > 8,
           "... %d gradient steps, %d of %d gradients held back", p->updates, p->held_back, 4 * p->updates);
    tap_ok(off < 1e-3 && block_off(theta, start, of_policy) > 0.03, "... all networks, %.1e off of %.2f", off,
           block_off(theta, start, of_policy));
    tap_ok(moments < 4e-5, "... Adam's moments, %.1e off", moments);
    tap_ok(target_off < 2e-4, "... the target of V, %.1e off", target_off);
    tap_ok(metric_off < 1e-4, "... entropy and losses, %.1e off", metric_off);
    mg_intention.destroy(self);
    mg_intention_network_destroy(&p->network);
    free(p);
}

static void test_all_steps(void)
{
    mg_intention_config config = small();
    test_steps("attention, relaxed choices", &config);
    config.expected = true;
    config.aggregate = MG_AGGREGATE_SUM;
    config.critic_hops = 1;
    config.follow_every = config.update_every = 3; /* the first time when there is just one minibatch */
    test_steps("sums, expectations, Q of one hop", &config);
    config = small();
    config.aggregate = MG_AGGREGATE_MEAN;
    config.idle_episodes = 2;
    config.update_every = config.gradient_steps = 1;
    config.gradient_limit = 10.0;
    config.sparse = config.greedy = true; /* greedy in evaluation alone */
    test_steps("means, a step after each step, two idle episodes", &config);
}

/* ---- choosing ---- */

/* Many rows decide as each alone; greedy ones as the logits say, others by the streams of evaluation. */
static void test_evaluation(bool greedy)
{
    mg_intention_config config = small();
    config.greedy = greedy;
    plain_learner *p = plain_of(&config);
    void *self = make(&config);
    fill(block_of(self, "policy 0 first.weight"), p->network.policy.layout.count, 7, p->theta);
    int32_t action[AGENTS][MANY];
    int wrong = 0, greedy_ones = 0;
    for (uint32_t t = 0; t < 3; t++) {
        uint32_t time[MANY];
        for (int k = 0; k < MANY; k++)
            time[k] = 40 + t;
        decide(self, MG_EVALUATE, MANY, &told[MANY * t], time, action);
        for (int k = 0; k < MANY; k++) {
            const plain_sample of = sample_of(&told[MANY * t + (uint32_t)k]);
            plain_choices noise = {{0}}, none = {{0}};
            for (int i = 0; i < AGENTS && !greedy; i++) {
                mg_stream stream = mg_stream_at(key, MG_PURPOSE_EVALUATE_ACTION, time[k], (uint32_t)k, (uint32_t)i);
                for (int a = 0; a < ACTIONS; a++)
                    noise[i][a] = gumbel(mg_random_float(&stream));
            }
            plain_decision made = plain_decide(&p->network, p->theta, &of, noise);
            plain_decision likely = plain_decide(&p->network, p->theta, &of, none);
            for (int i = 0; i < AGENTS; i++) {
                wrong += made.choice[i] != action[i][k];
                greedy_ones += likely.choice[i] == action[i][k];
            }
        }
    }
    tap_ok(wrong == 0 && (greedy_ones == 3 * MANY * AGENTS) == greedy,
           "%s evaluation of many rows: as plainly (%d others; %d of %d most likely)", greedy ? "greedy" : "sampled",
           wrong, greedy_ones, 3 * MANY * AGENTS);
    mg_intention.destroy(self);
    mg_intention_network_destroy(&p->network);
    free(p);
}

/* Choices are distributed as q: frequencies over many times against its probabilities. */
static void test_frequencies(void)
{
    enum { TIMES = 20000 };
    mg_intention_config config = small();
    plain_learner *p = plain_of(&config);
    void *self = make(&config);
    fill(block_of(self, "policy 0 first.weight"), p->network.policy.layout.count, 9, p->theta);
    const plain_sample of = sample_of(&told[3]);
    plain_choices none = {{0}};
    plain_decision made = plain_decide(&p->network, p->theta, &of, none);
    double count[AGENTS][ACTIONS] = {{0}}, worst = 0.0;
    for (uint32_t t = 0; t < TIMES; t++) {
        int32_t action[AGENTS][MANY];
        decide(self, MG_TRAIN, 1, &told[3], &t, action);
        for (int i = 0; i < AGENTS; i++)
            count[i][action[i][0]] += 1.0;
    }
    for (int i = 0; i < AGENTS; i++)
        for (int a = 0; a < ACTIONS; a++) {
            double q = made.q[i][a], off = count[i][a] / TIMES - q;
            worst = larger(worst, size_of(off) / mg_sqrt(q * (1.0 - q) / TIMES));
        }
    tap_ok(worst < 4.0, "%d times: choices are as frequent as q says, within %.1f standard errors", TIMES, worst);
    mg_intention.destroy(self);
    mg_intention_network_destroy(&p->network);
    free(p);
}

/* ---- whose order does not matter ---- */

enum { CROWD = 6, HEARD = 4, ROUNDS = 12 };

/* A crowd in which everybody hears some others, told nearest first or farthest first. Writes the first layer of the
 * policy that is learned there, and returns how many numbers it has. */
static size_t learn_in_crowd(bool turned, int aggregate, float *policy)
{
    mg_intention_config config = small();
    mg_env_spec spec = {.name = "crowd", .stages = 1, .neighbours_max = HEARD, .longest_episode = ROUNDS};
    mg_error error = {0};
    config.aggregate = aggregate;
    mg_env_add_agents(&spec, CROWD, &(mg_agent_spec){.part = {{"place", 1, 1, SEEN}}, .actions = ACTIONS});
    void *self = mg_intention.create(&config, &spec, key, &error);
    mg_env_spec_free(&spec);
    static float seen[ROUNDS + 1][CROWD * SEEN];
    static int32_t neighbour[ROUNDS + 1][CROWD * HEARD];
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 5, 0, 0);
    for (int t = 0; t <= ROUNDS; t++) {
        for (int k = 0; k < CROWD * SEEN; k++)
            seen[t][k] = mg_random_uniform(&stream, -1.0f, 1.0f);
        for (int i = 0; i < CROWD; i++) {
            uint32_t other[CROWD - 1];
            int count = 2 + (int)mg_random_below(&stream, HEARD - 1);
            for (int j = 0; j < CROWD - 1; j++)
                other[j] = (uint32_t)(j + (j >= i));
            mg_random_shuffle(&stream, other, CROWD - 1);
            for (int n = 0; n < HEARD; n++)
                neighbour[t][i * HEARD + (turned ? HEARD - 1 - n : n)] = n < count ? (int32_t)other[n] : -1;
        }
    }
    for (int t = 0; t < ROUNDS; t++) {
        const float *observation[CROWD], reward[CROWD] = {1.0f, -1.0f, 0.5f, 0.25f, 2.0f, 0.0f};
        const int32_t *neighbours[CROWD];
        int32_t action[CROWD], *actions[CROWD];
        const uint32_t time = (uint32_t)t;
        const int row = 0;
        for (int i = 0; i < CROWD; i++) {
            observation[i] = seen[t] + i * SEEN;
            neighbours[i] = neighbour[t] + i * HEARD;
            actions[i] = action + i;
        }
        const mg_batch batch = {
            .rows = 1, .row = &row, .time = &time, .observation = observation, .neighbour = neighbours};
        mg_intention.act(self, &batch, actions, NULL);
        const mg_transition x = {.step = t,
                                 .before = {.observation = seen[t], .neighbour = neighbour[t]},
                                 .after = {.observation = seen[t + 1], .neighbour = neighbour[t + 1]},
                                 .joint = {.action = action},
                                 .reward = reward,
                                 .truncated = t == ROUNDS - 1};
        mg_intention.observe(self, &x);
    }
    const size_t numbers = (size_t)SEEN * HIDDEN_1;
    memcpy(policy, block_of(self, "policy 0 first.weight"), numbers * sizeof *policy);
    mg_intention.destroy(self);
    return numbers;
}

static void test_order(void)
{
    for (int aggregate = 0; aggregate < MG_AGGREGATES; aggregate++) {
        float policy[2][SEEN * HIDDEN_1];
        size_t numbers = learn_in_crowd(false, aggregate, policy[0]);
        (void)learn_in_crowd(true, aggregate, policy[1]);
        tap_ok(!memcmp(policy[0], policy[1], numbers * sizeof(float)),
               "neighbours told the other way round, aggregate %d: what is learned has the same bits", aggregate);
    }
}

/* ---- settings ---- */

/* Table 2 of the paper; Table 4 of Learning to Share. */
static void test_presets(void)
{
    static const double wanted[3][12] = {{0.95, 0.01, 0.01, 0.2, 128, 128, 1e6, 21, 100, 8, 1, 2},
                                         {0.99, 1e-3, 0.1, 0.2, 32, 32, 200000, 10, 1, 1, 1, 2},
                                         {0.96, 1e-4, 0.01, 0.2, 512, 128, 200000, 10, 3, 1, 1, 2}};
    static const char *const says[3] = {"a road network of 49 signals", "prisoner", "jungle"};
    const mg_intention_config config[3] = {mg_intention_traffic(49), mg_intention_prisoner(), mg_intention_jungle()};
    for (int k = 0; k < 3; k++) {
        const mg_intention_config *c = &config[k];
        const double found[12] = {c->discount,     c->rate,           c->follow,       c->alpha,
                                  c->hidden_1,     c->hidden_2,       c->capacity,     c->batch,
                                  c->update_every, c->gradient_steps, c->follow_every, c->hops};
        tap_ok(!memcmp(found, wanted[k], sizeof found), "%s as in the tables", says[k]);
        tap_ok(c->temperature == 1.0 && c->gradient_limit == 0.5 && c->reward_scale == 1.0 && c->critic_hops == 2 &&
                   c->aggregate == (k == 1 ? MG_AGGREGATE_SUM : MG_AGGREGATE_ATTENTION) && !c->expected &&
                   c->spread == (k ? 0.05 : 0.0) && c->greedy == (k > 0) && c->sparse == (k == 2) &&
                   c->idle_episodes == (k == 2 ? 199 : 0),
               "... and what was chosen");
    }
    tap_ok(mg_intention_traffic(16).batch == 64 && mg_intention_traffic(225).batch == 5 &&
               mg_intention_traffic(1225).batch == 1 && mg_intention_traffic(1024).batch == 1,
           "a minibatch has at least 1024 rows, and no more samples than that takes");
}

/* Uniform in +-1/sqrt(fan in), biases too; or normal of the spread and biases 0. */
static void test_start(void)
{
    mg_intention_config config = small();
    for (int k = 0; k < 2; k++) {
        config.spread = k ? 0.3 : 0.0;
        void *self = make(&config);
        static const char *const name[4] = {"policy 0", "values 0", "critic 0", "critic 1"};
        int wrong = 0;
        for (uint32_t n = 0; n < 4; n++) {
            char of[48], bias[48];
            snprintf(of, sizeof of, "%s first.weight", name[n]);
            snprintf(bias, sizeof bias, "%s first.bias", name[n]);
            mg_stream stream = mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, n);
            float width = mg_sqrt_float(1.0f / (n < 2 ? SEEN : SEEN + ACTIONS));
            for (int w = 0; w < SEEN * HIDDEN_1; w++) {
                float found = block_of(self, of)[w];
                float number = k ? 0.3f * mg_random_normal(&stream) : mg_random_uniform(&stream, -width, width);
                wrong += size_of((double)(found - number)) > 1e-7;
                wrong += n == 1 && block_of(self, "values 0 target first.weight")[w] != found;
            }
            for (int b = 0; b < HIDDEN_1; b++)
                wrong += k ? block_of(self, bias)[b] != 0.0f : block_of(self, bias)[b] == 0.0f;
        }
        tap_ok(wrong == 0, "first weights are %s, each network's its own (%d wrong)", k ? "normal" : "uniform", wrong);
        mg_intention.destroy(self);
    }
}

static void test_refusals(void)
{
    mg_intention_config config = small();
    mg_env_spec spec = environment();
    mg_learner_spec learner;
    mg_error error = {0};
    config.capacity = 3;
    tap_ok(!mg_intention.describe(&config, &spec, &learner, &error) && strstr(error.text, "capacity 3"), "refused: %s",
           error.text);
    config.capacity = 4;
    tap_ok(mg_intention.describe(&config, &spec, &learner, &error) && learner.updates == 3 &&
               (learner.needs & MG_NEED_GRAPH),
           "three kinds of update; it needs a graph");
    mg_env_spec_free(&spec);
}

int main(void)
{
    tell();
    test_all_steps();
    test_evaluation(true);
    test_evaluation(false);
    test_frequencies();
    test_order();
    test_presets();
    test_start();
    test_refusals();
    return tap_done();
}
