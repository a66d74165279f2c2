/* MADDPG, MADDPGS and PIC against plain loops in binary64 (central_plain.h): whole rounds of actor and critic steps
 * from the replay to the critic's target; evaluation, first weights, settings; IQL's settings. */
#include "baselines/central_critic.h"

#include "baselines/deep_q.h"
#include "core/num/rng.h"
#include "tests/central_plain.h"
#include "tests/tap.h"
#include "tests/turned_targets.h"

#include <stdlib.h>

enum { STEPS = 24, EPISODE = 5, COUNT_MAX = 400 };
static const mg_key key = {9966, 3};

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
    mg_env_spec spec = {.name = "told", .stages = 1, .longest_episode = EPISODE};
    mg_env_add_agents(&spec, AGENTS, &(mg_agent_spec){.part = {{"place", 1, 1, SEEN}}, .actions = ACTIONS});
    return spec;
}

static mg_central_critic_config small(mg_central_critic_config config)
{
    config.discount = 0.9;
    config.follow = 0.25;
    config.gradient_limit = 0.3;
    config.penalty = 0.1;
    config.hidden = HIDDEN;
    config.capacity = 9;
    config.batch = 3;
    config.update_every = 2;
    config.gradient_steps = 2;
    return config;
}

/* ---- what happens ---- */

typedef struct event {
    float seen[AGENTS * SEEN], next[AGENTS * SEEN], reward[AGENTS];
} event;
static event told[STEPS];

static bool is_last(int e)
{
    return e % EPISODE == EPISODE - 1;
}

static void tell(void)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 0);
    for (int e = 0; e < STEPS; e++) {
        for (int k = 0; k < AGENTS * SEEN; k++) {
            told[e].seen[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
            told[e].next[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
        }
        for (int i = 0; i < AGENTS; i++)
            told[e].reward[i] = mg_random_uniform(&stream, -2.0f, 2.0f);
    }
    for (int e = 0; e + 1 < STEPS; e++)
        if (!is_last(e))
            memcpy(told[e].next, told[e + 1].seen, sizeof told[e].next);
}

/* ---- the learner ---- */

static void *make(const mg_central_critic_config *config)
{
    mg_env_spec spec = environment();
    mg_error error = {0};
    void *self = mg_central_critic.create(config, &spec, key, &error);
    mg_env_spec_free(&spec);
    return self;
}

static float *block_of(void *self, const char *name)
{
    const mg_tensor *tensor = learner_tensor(&mg_central_critic, self, name);
    return tensor ? tensor->data : NULL;
}

enum { MANY = 7 };

static void decide(void *self, mg_mode mode, int rows, const event *shown, const uint32_t *time,
                   int32_t action[AGENTS][MANY])
{
    static float seen[AGENTS][MANY][SEEN];
    int row[MANY];
    const float *observation[AGENTS];
    int32_t *actions[AGENTS];
    for (int i = 0; i < AGENTS; i++) {
        for (int k = 0; k < rows; k++) {
            memcpy(seen[i][k], shown[k].seen + i * SEEN, sizeof seen[i][k]);
            row[k] = k;
        }
        observation[i] = seen[i][0];
        actions[i] = action[i];
    }
    const mg_batch batch = {.mode = mode, .rows = rows, .row = row, .time = time, .observation = observation};
    mg_central_critic.act(self, &batch, actions, NULL);
}

/* ---- the same, plainly ---- */

typedef struct plain_optimiser {
    double m[COUNT_MAX], v[COUNT_MAX], beta1_power, beta2_power;
} plain_optimiser;

typedef struct plain_learner {
    mg_central_critic_config config;
    mg_central_network network; /* its layouts alone */
    double theta[COUNT_MAX], kappa[COUNT_MAX], kappa_target[COUNT_MAX], target[STEPS], rate, loss;
    plain_optimiser actor, critic;
    plain_step kept[STEPS], drawn[STEPS];
    int updates[2], draws, held_back;
} plain_learner;

static plain_learner *plain_of(const mg_central_critic_config *config)
{
    plain_learner *p = calloc(1, sizeof *p);
    const mg_central_shape shape = {AGENTS, SEEN, ACTIONS, HIDDEN, config->graph, config->mean, 1};
    p->config = *config;
    p->rate = config->rate;
    mg_central_network_create(&p->network, &shape);
    p->actor.beta1_power = p->actor.beta2_power = p->critic.beta1_power = p->critic.beta2_power = 1.0;
    return p;
}

static double gumbel(float u)
{
    return -mg_log(-mg_log(u > 0.0f ? (double)u : 0x1p-25));
}

static int plain_choice(const double *logit, mg_purpose purpose, uint32_t time, int row, int agent)
{
    mg_stream stream = mg_stream_at(key, purpose, time, (uint32_t)row, (uint32_t)agent);
    double best = 0.0;
    int choice = 0;
    for (int a = 0; a < ACTIONS; a++) {
        double noisy = logit[a] + gumbel(mg_random_float(&stream));
        choice = a == 0 || noisy > best ? a : choice;
        best = a == 0 || noisy > best ? noisy : best;
    }
    return choice;
}

static void plain_act(plain_learner *p, int e, int32_t action[AGENTS])
{
    plain_step *step = &p->kept[e];
    plain_choices logit;
    for (int k = 0; k < AGENTS * SEEN; k++) {
        step->seen[k / SEEN][k % SEEN] = (double)told[e].seen[k];
        step->next[k / SEEN][k % SEEN] = (double)told[e].next[k];
    }
    plain_logits(&p->network, p->theta, step->seen, logit);
    for (int i = 0; i < AGENTS; i++) {
        action[i] = step->action[i] = plain_choice(logit[i], MG_PURPOSE_TRAIN_ACTION, (uint32_t)e, 0, i);
        step->reward[i] = (double)told[e].reward[i];
    }
    step->terminated = is_last(e) && e % 2;
}

/* Different ones of what the replay still has; agents in a new order. */
static void plain_draw(plain_learner *p, int last)
{
    int oldest = last + 1 > p->config.capacity ? last + 1 - p->config.capacity : 0, among = last + 1 - oldest;
    int unit[STEPS];
    uint32_t order[AGENTS];
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_REPLAY, (uint32_t)p->draws, 0, 0);
    for (int i = 0; i < among; i++)
        unit[i] = oldest + i;
    for (int i = 0; i < p->config.batch; i++) {
        int j = i + (int)mg_random_below(&stream, (uint32_t)(among - i)), kept = unit[j];
        unit[j] = unit[i];
        unit[i] = kept;
    }
    stream = mg_stream_at(key, MG_PURPOSE_LEARNER, (uint32_t)p->draws++, 0, 0);
    for (uint32_t i = 0; i < AGENTS; i++)
        order[i] = i;
    if (p->config.shuffle)
        mg_random_shuffle(&stream, order, AGENTS);
    for (int s = 0; s < p->config.batch; s++) {
        const plain_step *from = &p->kept[unit[s]];
        p->drawn[s] = *from;
        for (int i = 0; i < AGENTS; i++) {
            memcpy(p->drawn[s].seen[i], from->seen[order[i]], sizeof from->seen[0]);
            memcpy(p->drawn[s].next[i], from->next[order[i]], sizeof from->next[0]);
            p->drawn[s].action[i] = from->action[order[i]];
        }
    }
}

static double actor_loss(plain_learner *p)
{
    double sum = 0.0;
    for (int s = 0; s < p->config.batch; s++)
        sum += plain_actor_loss(&p->network, p->theta, p->kappa, p->config.penalty, &p->drawn[s]);
    return sum / p->config.batch;
}

static double critic_loss(plain_learner *p)
{
    double sum = 0.0;
    for (int s = 0; s < p->config.batch; s++)
        sum += plain_critic_loss(&p->network, p->kappa, &p->drawn[s], p->target[s]);
    return sum / p->config.batch;
}

static void plain_descend(plain_learner *p, double (*loss)(plain_learner *), size_t count, double *x,
                          plain_optimiser *of, int kind)
{
    const double h = 1e-5;
    double gradient[COUNT_MAX], squares = 0.0;
    for (size_t k = 0; k < count; k++) {
        double kept = x[k];
        x[k] = kept + h;
        double above = loss(p);
        x[k] = kept - h;
        gradient[k] = (above - loss(p)) / (2.0 * h);
        x[k] = kept;
        squares += gradient[k] * gradient[k];
    }
    double limit = p->config.gradient_limit / mg_sqrt(squares);
    bool held = limit < 1.0 && (!p->config.limit_once || p->updates[kind] == 0);
    p->held_back += held;
    of->beta1_power *= 0.9;
    of->beta2_power *= 0.999;
    for (size_t k = 0; k < count; k++) {
        double g = held ? limit * gradient[k] : gradient[k];
        of->m[k] = 0.9 * of->m[k] + 0.1 * g;
        of->v[k] = 0.999 * of->v[k] + 0.001 * g * g;
        x[k] -= p->rate * (of->m[k] / (1.0 - of->beta1_power)) / (mg_sqrt(of->v[k] / (1.0 - of->beta2_power)) + 1e-8);
    }
    p->updates[kind]++;
    for (size_t k = 0; k < p->network.critic.count; k++)
        p->kappa_target[k] += p->config.follow * (p->kappa[k] - p->kappa_target[k]);
}

static void plain_observe(plain_learner *p, int e)
{
    const mg_central_critic_config *c = &p->config;
    if (e + 1 <= c->batch || (e + 1) % c->update_every)
        return;
    for (int k = 0; k < c->gradient_steps; k++) {
        plain_draw(p, e);
        plain_descend(p, actor_loss, p->network.actor.count, p->theta, &p->actor, 0);
    }
    for (int k = 0; k < c->gradient_steps; k++) {
        plain_draw(p, e);
        for (int s = 0; s < c->batch; s++)
            p->target[s] = plain_target(&p->network, p->theta, p->kappa_target, c->discount, &p->drawn[s]);
        p->loss = critic_loss(p);
        plain_descend(p, critic_loss, p->network.critic.count, p->kappa, &p->critic, 1);
    }
}

/* ---- both ---- */

static void fill(float *block, size_t count, uint32_t number, double *plain)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 1, 0, number);
    for (size_t k = 0; k < count; k++) {
        block[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
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

static double moments_off(void *self, const char *name, const plain_optimiser *of, size_t count)
{
    const float *moments = block_of(self, name);
    return moments ? larger(block_off(moments, of->m, count), block_off(moments + count, of->v, count)) : 1.0;
}

static int play(void *self, plain_learner *p)
{
    int wrong = 0, episodes = 0;
    for (int e = 0; e < STEPS; e++) {
        int32_t action[AGENTS][MANY], flat[AGENTS], plain[AGENTS];
        const uint32_t time = (uint32_t)e;
        if (e % EPISODE == 0)
            mg_central_critic.begin_episode(self, 0);
        decide(self, MG_TRAIN, 1, &told[e], &time, action);
        for (int i = 0; i < AGENTS; i++)
            flat[i] = action[i][0];
        plain_act(p, e, plain);
        wrong += memcmp(flat, plain, sizeof plain) != 0;
        const mg_transition x = {.step = e % EPISODE,
                                 .before = {.observation = told[e].seen},
                                 .after = {.observation = told[e].next},
                                 .joint = {.action = flat},
                                 .reward = told[e].reward,
                                 .terminated = is_last(e) && e % 2,
                                 .truncated = is_last(e) && !(e % 2)};
        mg_central_critic.observe(self, &x);
        plain_observe(p, e);
        if (is_last(e)) {
            (void)mg_central_critic.end_episode(self, 0);
            double left = 1.0 - (double)++episodes / (p->config.rate_episodes ? p->config.rate_episodes : 1);
            p->rate = p->config.rate_episodes ? (left > 0.0 ? left : 0.0) * p->config.rate : p->config.rate;
        }
    }
    return wrong;
}

static void test_rounds(const char *says, const mg_central_critic_config *config)
{
    plain_learner *p = plain_of(config);
    void *self = make(config);
    const size_t actor = p->network.actor.count, critic = p->network.critic.count;
    char first[40], first_target[48];
    snprintf(first, sizeof first, "critic 0 %s.weight", config->graph ? "others1" : "first");
    snprintf(first_target, sizeof first_target, "critic 0 target %s.weight", config->graph ? "others1" : "first");
    float *theta = block_of(self, "actor 0 first.weight"), *kappa = block_of(self, first);
    float *kappa_target = block_of(self, first_target);
    uint64_t count[2] = {0};
    double loss, start[COUNT_MAX];
    fill(theta, actor, 0, p->theta);
    fill(kappa, critic, 1, p->kappa);
    fill(kappa_target, critic, 2, p->kappa_target);
    memcpy(start, p->theta, sizeof start);
    int wrong = play(self, p);
    mg_central_critic.update_counts(self, count);
    mg_central_critic.metrics(self, &loss);
    double off = larger(block_off(theta, p->theta, actor), block_off(kappa, p->kappa, critic));
    double moments = larger(moments_off(self, "actor moments", &p->actor, actor),
                            moments_off(self, "critic moments", &p->critic, critic));
    double target_off = block_off(kappa_target, p->kappa_target, critic), moved = block_off(theta, start, actor);
    tap_ok(wrong == 0, "%s: %d decisions as plainly (%d others)", says, STEPS, wrong);
    tap_ok(count[0] == (uint64_t)p->updates[0] && count[1] == (uint64_t)p->updates[1] && count[0] > 8,
           "... %d and %d steps, %d gradients held back", p->updates[0], p->updates[1], p->held_back);
    tap_ok(off < 1e-3 && moved > 0.02, "... both networks, %.1e off of %.2f", off, moved);
    tap_ok(moments < 5e-5, "... Adam's moments, %.1e off", moments);
    tap_ok(target_off < 2e-4 && size_of(loss - p->loss) < 1e-4, "... the critic's target and loss, %.1e and %.1e off",
           target_off, size_of(loss - p->loss));
    mg_central_critic.destroy(self);
    mg_central_network_destroy(&p->network);
    free(p);
}

static void test_all_rounds(void)
{
    mg_central_critic_config config = small(mg_maddpg_traffic(AGENTS));
    test_rounds("MADDPG", &config);
    config = small(mg_maddpgs_traffic(AGENTS));
    config.limit_once = true;
    config.rate_episodes = 6;
    test_rounds("MADDPGS, limited once, rates that fall", &config);
    config = small(mg_pic_traffic(AGENTS));
    test_rounds("PIC", &config);
    config.mean = config.shuffle = true;
    config.update_every = config.gradient_steps = 1;
    test_rounds("PIC with the mean, a step after each step", &config);
}

/* ---- choosing ---- */

static void test_evaluation(bool greedy)
{
    mg_central_critic_config config = small(mg_maddpg_traffic(AGENTS));
    config.greedy = greedy;
    plain_learner *p = plain_of(&config);
    void *self = make(&config);
    fill(block_of(self, "actor 0 first.weight"), p->network.actor.count, 7, p->theta);
    int32_t action[AGENTS][MANY];
    int wrong = 0, likely_ones = 0;
    for (int t = 0; t < 3; t++) {
        uint32_t time[MANY];
        for (int k = 0; k < MANY; k++)
            time[k] = 40 + (uint32_t)t;
        decide(self, MG_EVALUATE, MANY, &told[MANY * t], time, action);
        for (int k = 0; k < MANY; k++) {
            double seen[AGENTS][SEEN];
            plain_choices logit;
            for (int n = 0; n < AGENTS * SEEN; n++)
                seen[n / SEEN][n % SEEN] = (double)told[MANY * t + k].seen[n];
            plain_logits(&p->network, p->theta, seen, logit);
            for (int i = 0; i < AGENTS; i++) {
                int likely = 0, drawn = plain_choice(logit[i], MG_PURPOSE_EVALUATE_ACTION, time[k], k, i);
                for (int a = 1; a < ACTIONS; a++)
                    likely = logit[i][a] > logit[i][likely] ? a : likely;
                wrong += action[i][k] != (greedy ? likely : drawn);
                likely_ones += action[i][k] == likely;
            }
        }
    }
    tap_ok(wrong == 0 && (likely_ones == 3 * MANY * AGENTS) == greedy,
           "%s evaluation of many rows: as plainly (%d others; %d of %d most likely)", greedy ? "greedy" : "sampled",
           wrong, likely_ones, 3 * MANY * AGENTS);
    mg_central_critic.destroy(self);
    mg_central_network_destroy(&p->network);
    free(p);
}

/* ---- settings ---- */

static void test_presets(void)
{
    const mg_central_critic_config maddpg = mg_maddpg_traffic(49), maddpgs = mg_maddpgs_traffic(49);
    const mg_central_critic_config pic = mg_pic_traffic(1225);
    const mg_deep_q_config iql = mg_deep_q_roads(225);
    tap_ok(maddpg.discount == 0.95 && maddpg.rate == 0.01 && maddpg.follow == 0.01 && maddpg.hidden == 128 &&
               maddpg.capacity == 1000000 && maddpg.batch == 21 && maddpg.update_every == 100 &&
               maddpg.gradient_steps == 8,
           "MADDPG as in Table 2");
    tap_ok(maddpg.gradient_limit == 0.5 && maddpg.penalty == 1e-3 && maddpg.last == 0.1 && !maddpg.limit_once &&
               !maddpg.greedy && !maddpg.rate_episodes,
           "... and as PIC's program, limited always");
    tap_ok(!maddpg.shuffle && maddpgs.shuffle && !maddpg.graph && !maddpgs.graph && pic.graph && !pic.shuffle &&
               !pic.mean && pic.batch == 1,
           "MADDPGS shuffles, PIC has a graph and takes the largest");
    tap_ok(iql.discount == 0.95 && iql.rate == 0.01 && iql.follow == 0.01 && iql.hidden_1 == 128 &&
               iql.hidden_2 == 128 && iql.capacity == 1000000 && iql.batch == 5 && iql.learn_after == 6,
           "IQL as in Table 2");
    tap_ok(iql.epsilon_start == 1.0 && iql.epsilon_end == 0.05 && iql.update_every == 12 && iql.shared,
           "... explores at first, one network for all");
}

/* The last layer starts at a tenth of uniform in +-1/sqrt(fan in). */
static void test_start(void)
{
    mg_central_critic_config config = small(mg_maddpg_traffic(AGENTS));
    void *self = make(&config);
    static const char *const name[2] = {"actor 0", "critic 0"};
    int wrong = 0;
    for (uint32_t n = 0; n < 2; n++) {
        const int inputs = n ? AGENTS * BRINGS : SEEN, outputs = n ? 1 : ACTIONS;
        const float width = mg_sqrt_float(1.0f / (float)inputs), last = mg_sqrt_float(1.0f / HIDDEN);
        char first[48], output[48];
        snprintf(first, sizeof first, "%s first.weight", name[n]);
        snprintf(output, sizeof output, "%s output.weight", name[n]);
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, n);
        for (int k = 0; k < inputs * HIDDEN; k++)
            wrong += size_of((double)(block_of(self, first)[k] - mg_random_uniform(&stream, -width, width))) > 1e-7;
        float most = 0.0f;
        for (int k = 0; k < HIDDEN * outputs; k++) {
            float size = block_of(self, output)[k];
            most = size > most ? size : -size > most ? -size : most;
        }
        wrong += !(most <= 0.1f * last && most > 0.02f * last);
    }
    wrong += block_of(self, "critic 0 target output.weight")[0] != block_of(self, "critic 0 output.weight")[0];
    tap_ok(wrong == 0, "first weights are uniform, each network's its own, the last layer's a tenth (%d wrong)", wrong);
    mg_central_critic.destroy(self);
}

static void test_refusals(void)
{
    mg_central_critic_config config = small(mg_maddpg_traffic(AGENTS));
    mg_env_spec spec = environment();
    mg_learner_spec learner;
    mg_error error = {0};
    config.capacity = 3;
    tap_ok(!mg_central_critic.describe(&config, &spec, &learner, &error) && strstr(error.text, "capacity 3"),
           "refused: %s", error.text);
    config.capacity = 4;
    tap_ok(mg_central_critic.describe(&config, &spec, &learner, &error) && learner.updates == 2 &&
               !(learner.needs & MG_NEED_GRAPH),
           "two kinds of update; it needs no graph");
    mg_env_spec_free(&spec);
}

int main(void)
{
    tell();
    test_all_rounds();
    test_evaluation(true);
    test_evaluation(false);
    test_presets();
    test_start();
    test_refusals();
    return tap_done();
}
