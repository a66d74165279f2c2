/* Proximal policies against an oracle of plain loops in binary64, whose gradients are central differences of its
 * losses: two updates on random episodes; what is barred is not played; acting in one matrix or alone is the same. */
#include "core/num/optimiser.h"
#include "core/num/scalar_math.h"
#include "core/rl/exploration.h"
#include "tests/proximal_by_hand.h"

#include <stdlib.h>
#include <string.h>

/* ---- the oracle's networks ---- */

enum { LAYERS_MAX = 15, MEMORY_MAX = 4, FILTERS_MAX = 2 };

typedef struct plain_network {
    int outputs, memory, filters, count;
    bool tensorflow, plain;
    double theta[NUMBERS_MAX], target[NUMBERS_MAX], gradient[NUMBERS_MAX], first[NUMBERS_MAX], second[NUMBERS_MAX];
    double power[2];
    int length[LAYERS_MAX], layers; /* of its weights and biases: gradients are limited by each */
    uint32_t steps;
} plain_network;

static const double *plain_layer(const double *theta, int inputs, int outputs, bool bias, bool relu, const double *x,
                                 double *y)
{
    for (int o = 0; o < outputs; o++) {
        y[o] = bias ? theta[inputs * outputs + o] : 0.0;
        for (int i = 0; i < inputs; i++)
            y[o] += x[i] * theta[i * outputs + o];
        y[o] = relu && y[o] < 0.0 ? 0.0 : y[o];
    }
    return theta + (inputs + bias) * outputs;
}

static const double *plain_memory(const double *theta, int units, double forget, const double *x, double *h, double *c)
{
    double come[4 * MEMORY_MAX], gate[4 * MEMORY_MAX];
    theta = plain_layer(theta, HIDDEN_2, 4 * units, false, false, x, come);
    theta = plain_layer(theta, units, 4 * units, true, false, h, gate);
    for (int j = units; j < 2 * units; j++)
        gate[j] += forget;
    for (int j = 0; j < 4 * units; j++)
        gate[j] = j < 3 * units ? 1.0 / (1.0 + mg_exp(-gate[j] - come[j])) : mg_tanh(gate[j] + come[j]);
    for (int j = 0; j < units; j++) {
        c[j] = gate[units + j] * c[j] + gate[j] * gate[3 * units + j];
        h[j] = gate[2 * units + j] * mg_tanh(c[j]);
    }
    return theta;
}

/* A window of three by three over an image whose surroundings are 0, by the definition: [filter][pixel]. */
static const double *plain_filters(const double *theta, int channels, int filters, const double *x, double *y)
{
    for (int filter = 0; filter < filters; filter++)
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            double sum = theta[channels * 9 * filters + filter];
            for (int k = 0; k < channels * 9; k++) {
                int row = pixel / SIDE + k % 9 / 3 - 1, column = pixel % SIDE + k % 3 - 1;
                if (row >= 0 && row < SIDE && column >= 0 && column < SIDE)
                    sum += x[k / 9 * PIXELS + row * SIDE + column] * theta[k * filters + filter];
            }
            y[filter * PIXELS + pixel] = sum > 0.0 ? sum : 0.0;
        }
    return theta + (channels * 9 + 1) * filters;
}

/* What its first layer sees: in place of the image as many numbers as lie beside it. Returns how many there are. */
static int plain_image(const plain_network *of, const double **theta, double *x)
{
    double one[FILTERS_MAX * PIXELS], two[FILTERS_MAX * PIXELS], seen[2 * BESIDE];
    if (of->filters == 0)
        return LENGTH;
    *theta = plain_filters(*theta, CHANNELS, of->filters, x, one);
    *theta = plain_filters(*theta, of->filters, of->filters, one, two);
    *theta = plain_layer(*theta, of->filters * PIXELS, BESIDE, true, true, two, seen);
    memcpy(seen + BESIDE, x + IMAGE, BESIDE * sizeof *x);
    memcpy(x, seen, sizeof seen);
    return 2 * BESIDE;
}

/* rows x outputs, of consecutive observations. */
static void plain_forward(const plain_network *of, const double *theta, const float *observation, int rows,
                          double *output)
{
    double h[MEMORY_MAX] = {0}, c[MEMORY_MAX] = {0};
    for (int t = 0; t < rows; t++) {
        double x[LENGTH], one[HIDDEN_1], two[HIDDEN_2];
        const double *next = theta;
        for (int k = 0; k < LENGTH; k++)
            x[k] = (double)observation[t * LENGTH + k];
        const int inputs = plain_image(of, &next, x);
        next = plain_layer(next, inputs, HIDDEN_1, true, true, x, one);
        next = plain_layer(next, HIDDEN_1, HIDDEN_2, true, true, one, two);
        if (of->memory > 0)
            next = plain_memory(next, of->memory, of->tensorflow ? 1.0 : 0.0, two, h, c);
        plain_layer(next, of->memory > 0 ? of->memory : HIDDEN_2, of->outputs, true, false, of->memory > 0 ? h : two,
                    output + t * of->outputs);
    }
}

static void plain_start(plain_network *of, const driven *d, mg_kind kind, int network, int outputs, int memory)
{
    char prefix[32];
    const int m = memory, last = m > 0 ? m : HIDDEN_2, f = d->config.filters;
    const int length[] = {CHANNELS * 9 * f,
                          f,
                          f * 9 * f,
                          f,
                          f * PIXELS * BESIDE,
                          f > 0 ? BESIDE : 0,
                          (f > 0 ? 2 * BESIDE : LENGTH) * HIDDEN_1,
                          HIDDEN_1,
                          HIDDEN_1 * HIDDEN_2,
                          HIDDEN_2,
                          HIDDEN_2 * 4 * m,
                          m * 4 * m,
                          4 * m,
                          last * outputs,
                          1 * outputs};
    *of = (plain_network){
        .outputs = outputs, .memory = memory, .filters = f, .power = {1.0, 1.0}, .tensorflow = d->config.tensorflow};
    of->plain = d->config.plain || (d->config.descent && kind == MG_KIND_POLICIES);
    for (size_t k = 0; k < sizeof length / sizeof *length; k++)
        if (length[k] > 0)
            of->length[of->layers++] = length[k];
    snprintf(prefix, sizeof prefix, kind == MG_KIND_POLICIES ? "policy %d " : "critic %d ", network);
    double all[2 * NUMBERS_MAX];
    int found = numbers_of(d, kind, prefix, all);
    for (int k = 0; k < of->layers; k++)
        of->count += of->length[k];
    tap_ok(found == of->count * (kind == MG_KIND_CRITICS && d->config.follow > 0.0 ? 2 : 1),
           "%d numbers of network %d, wanted %d", found, network, of->count);
    memcpy(of->theta, all, (size_t)of->count * sizeof(double));
    memcpy(of->target, all, (size_t)of->count * sizeof(double));
}

static void plain_adam(plain_network *of, double rate, double limit)
{
    double *g = of->gradient;
    for (int layer = 0; layer < of->layers; g += of->length[layer++]) {
        double norm = 0.0;
        for (int k = 0; k < of->length[layer]; k++)
            norm += g[k] * g[k];
        norm = mg_sqrt(norm);
        for (int k = 0; k < of->length[layer] && limit > 0.0 && norm > limit; k++)
            g[k] *= limit / norm;
    }
    if (of->plain) {
        for (int k = 0; k < of->count; k++)
            of->theta[k] -= rate * of->gradient[k];
        of->steps++;
        return;
    }
    of->power[0] *= 0.9;
    of->power[1] *= 0.999;
    for (int k = 0; k < of->count; k++) {
        of->first[k] = 0.9 * of->first[k] + 0.1 * of->gradient[k];
        of->second[k] = 0.999 * of->second[k] + 0.001 * of->gradient[k] * of->gradient[k];
        double unbiased = mg_sqrt(1.0 - of->power[1]), guard = of->tensorflow ? 1e-8 : 1e-8 * unbiased;
        of->theta[k] -= rate * unbiased / (1.0 - of->power[0]) * of->first[k] / (mg_sqrt(of->second[k]) + guard);
    }
    of->steps++;
}

/* ---- the oracle's losses ---- */

typedef struct oracle {
    const mg_proximal_policy_config *config;
    const episodes *data;
    double epsilon;
    double value[CELLS], after[CELLS], advantage[CELLS], target[CELLS], before[CELLS];
    uint32_t list[CELLS]; /* cells; of a critic with memory: sequences */
} oracle;

static void plain_policy(const oracle *o, const plain_network *actor, const double *theta, int cell, double *mixed)
{
    double logit[ACTIONS], sum = 0.0, count = 0.0;
    const uint8_t *allowed = o->data->allowed + cell * ACTIONS;
    plain_forward(actor, theta, o->data->observation + cell * LENGTH, 1, logit);
    for (int b = 0; b < ACTIONS; b++) {
        sum += allowed[b] ? mg_exp(logit[b]) : 0.0;
        count += allowed[b] || o->config->explore_barred;
    }
    for (int b = 0; b < ACTIONS; b++)
        mixed[b] = (allowed[b] ? (1.0 - o->epsilon) * mg_exp(logit[b]) / sum : 0.0) +
                   (allowed[b] || o->config->explore_barred ? o->epsilon / count : 0.0);
}

typedef double loss_function(const oracle *o, const plain_network *of, const uint32_t *sample, int n);

static double actor_loss(const oracle *o, const plain_network *of, const uint32_t *sample, int n)
{
    double loss = 0.0, mixed[ACTIONS];
    for (int k = 0; k < n; k++) {
        int cell = (int)sample[k];
        plain_policy(o, of, of->theta, cell, mixed);
        double x = mixed[o->data->action[cell]] / o->before[cell], a = o->advantage[cell];
        double high = 1.0 + o->config->clip, low = 1.0 - o->config->clip;
        double clipped = x > high ? high : x < low ? low : x;
        loss -= x * a < clipped * a ? x * a : clipped * a;
        for (int b = 0; b < ACTIONS; b++)
            loss += mixed[b] > 0.0 ? o->config->entropy * mixed[b] * mg_log(mixed[b]) : 0.0;
    }
    return o->config->plain || o->config->sums ? loss : loss / n;
}

static double critic_loss(const oracle *o, const plain_network *of, const uint32_t *sample, int n)
{
    double loss = 0.0, value[SLOTS];
    int live = 0;
    for (int k = 0; k < n; k++) {
        int rows = of->memory > 0 ? o->data->length[sample[k] % EPISODES] : 1;
        int cell = (int)sample[k] * (of->memory > 0 ? SLOTS : 1);
        plain_forward(of, of->theta, o->data->observation + cell * LENGTH, rows, value);
        for (int t = 0; t < rows; t++, live++)
            loss += (value[t] - o->target[cell + t]) * (value[t] - o->target[cell + t]);
    }
    return loss / live;
}

static void differentiate(const oracle *o, plain_network *of, loss_function *loss, const uint32_t *sample, int n)
{
    for (int k = 0; k < of->count; k++) {
        double kept = of->theta[k], change = 1e-6;
        of->theta[k] = kept + change;
        double above = loss(o, of, sample, n);
        of->theta[k] = kept - change;
        of->gradient[k] = (above - loss(o, of, sample, n)) / (2.0 * change);
        of->theta[k] = kept;
    }
}

/* ---- the oracle's update ---- */

static int list_cells(oracle *o, int first, int agents)
{
    int n = 0;
    for (int i = first; i < first + agents; i++)
        for (int e = 0; e < EPISODES; e++)
            for (int t = 0; t < o->data->length[e]; t++)
                o->list[n++] = (uint32_t)cell_of(i, e, t);
    return n;
}

static void plain_advantages(oracle *o, const plain_network *critic, int agent, int episode)
{
    const mg_proximal_policy_config *c = o->config;
    int first = cell_of(agent, episode, 0), steps = o->data->length[episode];
    const float *observation = o->data->observation + first * LENGTH;
    if (c->memory > 0) {
        plain_forward(critic, critic->theta, observation, SLOTS, o->value + first);
        plain_forward(critic, critic->target, observation, SLOTS, o->after + first);
    } else
        for (int t = 0; t < SLOTS; t++) {
            plain_forward(critic, critic->theta, observation + t * LENGTH, 1, o->value + first + t);
            plain_forward(critic, critic->target, observation + t * LENGTH, 1, o->after + first + t);
        }
    if (c->plain) {
        double later = 0.0;
        for (int t = steps - 1; t >= 0; t--)
            o->advantage[first + t] = later = (double)o->data->reward[first + t] + c->discount * later;
        return;
    }
    double next = o->data->terminated[episode] && !c->bootstrap_terminated ? 0.0 : 1.0, carried = 0.0;
    for (int t = steps - 1; t >= 0; t--, next = 1.0) {
        double r = (double)o->data->reward[first + t], *v = o->value + first + t;
        carried = r + c->discount * next * v[1] - v[0] + c->discount * c->trace * carried;
        o->advantage[first + t] = carried;
        o->target[first + t] = c->follow > 0.0 ? r + c->discount * next * o->after[first + t + 1] : carried + v[0];
    }
}

static void plain_normalise(oracle *o, int n)
{
    double mean = 0.0, variance = 0.0;
    for (int k = 0; k < n; k++)
        mean += o->advantage[o->list[k]] / n;
    for (int k = 0; k < n; k++)
        variance += (o->advantage[o->list[k]] - mean) * (o->advantage[o->list[k]] - mean) / n;
    for (int k = 0; k < n; k++)
        o->advantage[o->list[k]] = (o->advantage[o->list[k]] - mean) / (mg_sqrt(variance) + 1e-8);
}

static void plain_pass(oracle *o, plain_network *of, int network, int which, int n)
{
    const mg_proximal_policy_config *c = o->config;
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_REPLAY, of->steps, (uint32_t)which, (uint32_t)network);
    if (c->minibatches > 1)
        mg_random_shuffle(&stream, o->list, (uint32_t)n);
    for (int part = 0; part < c->minibatches; part++) {
        int first = n * part / c->minibatches, last = n * (part + 1) / c->minibatches;
        if (last == first)
            continue;
        differentiate(o, of, which == 0 ? actor_loss : critic_loss, o->list + first, last - first);
        plain_adam(of, which == 0 ? c->actor_rate : c->critic_rate, c->gradient_limit);
        for (int k = 0; k < of->count && which == 1; k++)
            of->target[k] += c->follow * (of->theta[k] - of->target[k]);
    }
}

static void plain_update(oracle *o, plain_network *actor, plain_network *critic, int network)
{
    const mg_proximal_policy_config *c = o->config;
    int team = c->shared ? AGENTS : 1, first = network * team, n = list_cells(o, first, team);
    for (int i = first; i < first + team; i++)
        for (int e = 0; e < EPISODES; e++)
            plain_advantages(o, critic, i, e);
    if (c->normalise)
        plain_normalise(o, n);
    for (int k = 0; k < n; k++) {
        double mixed[ACTIONS];
        plain_policy(o, actor, actor->theta, (int)o->list[k], mixed);
        o->before[o->list[k]] = mixed[o->data->action[o->list[k]]];
    }
    for (int epoch = 0; epoch < c->epochs; epoch++) {
        plain_pass(o, actor, network, 0, list_cells(o, first, team));
        if (c->plain)
            continue;
        n = list_cells(o, first, team);
        if (c->memory > 0)
            for (n = 0; n < team * EPISODES; n++)
                o->list[n] = (uint32_t)(first * EPISODES + n);
        plain_pass(o, critic, network, 1, n);
    }
}

/* ---- both side by side ---- */

static double largest(const double *a, const double *b, int n)
{
    double most = 0.0;
    for (int k = 0; k < n; k++)
        most = size_of(a[k] - b[k]) > most ? size_of(a[k] - b[k]) : most;
    return most;
}

/* First moments are sums of gradients; parameters move by about a rate, however small their gradient: one of 1e-7, of
 * which binary32 holds few digits, moves its parameter as far as the largest, and the next gradients see that. */
static void compare(const driven *d, const plain_network *of, int networks, mg_kind kind, double rate)
{
    double all[AGENTS * 2 * NUMBERS_MAX], zero[NUMBERS_MAX] = {0}, moments = 0.0, moved = 0.0, scale = 0.0;
    char prefix[32];
    const bool plain = of[0].plain;
    numbers_of(d, MG_KIND_OPTIMISERS, kind == MG_KIND_POLICIES ? "policy moments" : "critic moments", all);
    for (int n = 0; n < networks && !plain; n++) {
        double off = largest(all + (size_t)n * 2 * (size_t)of[n].count, of[n].first, of[n].count);
        double size = largest(zero, of[n].first, of[n].count);
        moments = off > moments ? off : moments;
        scale = size > scale ? size : scale;
    }
    for (int n = 0; n < networks; n++) {
        snprintf(prefix, sizeof prefix, kind == MG_KIND_POLICIES ? "policy %d " : "critic %d ", n);
        numbers_of(d, kind, prefix, all);
        double off = largest(all, of[n].theta, of[n].count);
        if (kind == MG_KIND_CRITICS && d->config.follow > 0.0) {
            double off_target = largest(all + of[n].count, of[n].target, of[n].count);
            off = off_target > off ? off_target : off;
        }
        moved = off > moved ? off : moved;
    }
    tap_ok(plain || (scale > 1e-4 && moments < 1e-4 * scale), "... %s: gradients to %.1e of the largest",
           mg_kind_name(kind), moments / scale);
    tap_ok(moved < (plain ? 1e-3 : 0.05) * rate, "... %s: parameters to %.1e of a rate", mg_kind_name(kind),
           moved / rate);
}

/* Biases off 0, where a unit whose inputs are all 0 would stand on its kink and have no central difference. */
static void move_biases(const driven *d)
{
    mg_tensor tensor[128];
    int count = mg_proximal_policy.tensors(d->self, tensor, 128);
    for (int i = 0; i < count; i++)
        for (int k = 0; strstr(tensor[i].name, ".bias") && k < tensor[i].columns; k++)
            ((float *)tensor[i].data)[k] += 0.0625f * (float)(k % 4 - 1) + 0.03125f;
}

static void test_against_oracle(const char *says, mg_proximal_policy_config config)
{
    static plain_network actor[AGENTS], critic[AGENTS];
    static episodes data;
    static oracle o;
    driven d;
    uint64_t count[2];
    mg_epsilon epsilon = mg_epsilon_start(config.epsilon_start, config.epsilon_end, (double)config.epsilon_units);
    int networks = config.shared ? 1 : AGENTS;
    config.episodes = EPISODES;
    config.hidden_1 = HIDDEN_1;
    config.hidden_2 = HIDDEN_2;
    tap_note("%s", says);
    start(&d, &config);
    move_biases(&d);
    for (int n = 0; n < networks; n++) {
        plain_start(&actor[n], &d, MG_KIND_POLICIES, n, ACTIONS, 0);
        if (!config.plain)
            plain_start(&critic[n], &d, MG_KIND_CRITICS, n, 1, config.memory);
    }
    for (uint32_t update = 0; update < 2; update++) {
        draw_episodes(&data, update);
        o = (oracle){.config = &config, .data = &data, .epsilon = (double)epsilon.value};
        for (int n = 0; n < networks; n++)
            plain_update(&o, &actor[n], &critic[n], n);
        mg_epsilon_decay(&epsilon);
        tap_ok(show(&d, &data), "%s, update %u is one of %d episodes", says, update, EPISODES);
        compare(&d, actor, networks, MG_KIND_POLICIES, config.actor_rate);
        if (!config.plain)
            compare(&d, critic, networks, MG_KIND_CRITICS, config.critic_rate);
    }
    mg_proximal_policy.update_counts(d.self, count);
    if (config.plain)
        count[1] = 0;
    tap_ok(count[0] == actor[0].steps * (unsigned)networks &&
               count[1] == (config.plain ? 0 : critic[0].steps * (unsigned)networks),
           "... %llu steps of actors, %llu of critics", (unsigned long long)count[0], (unsigned long long)count[1]);
    end(&d);
}

static void test_oracles(void)
{
    mg_proximal_policy_config own = mg_proximal_policy_default(), economy = mg_proximal_policy_gtb_paper();
    own.actor_rate = own.critic_rate = economy.actor_rate = economy.critic_rate = 0.01;
    own.entropy = 0.1;
    own.epochs = 1;
    own.minibatches = 1;
    test_against_oracle("a network each", own);
    own.epochs = 3;
    own.minibatches = 2;
    own.epsilon_start = 0.2;
    own.epsilon_units = 4;
    test_against_oracle("three epochs of two parts", own);
    mg_proximal_policy_config plain = own;
    plain.plain = true;
    plain.normalise = false;
    plain.epochs = plain.minibatches = 1;
    test_against_oracle("plain policy gradient", plain);
    own.filters = 1;
    own.episodes = 2;
    test_against_oracle("a network with filters each", own);
    economy.memory = 3;
    economy.filters = 2;
    economy.window = 3;
    economy.follow = 0.3;
    economy.epsilon_units = 4;
    economy.gradient_limit = 0.05;
    test_against_oracle("the economy's agents", economy);
    economy.minibatches = 4;
    economy.follow = 0.0;
    economy.bootstrap_terminated = false;
    test_against_oracle("sequences in parts", economy);
    mg_proximal_policy_config river = mg_proximal_policy_cleanup_paper(false);
    river.actor_rate = river.critic_rate = 0.01;
    river.epsilon_units = 4;
    river.filters = 0;
    test_against_oracle("actor-critic by plain descent", river);
    river.sums = true;
    test_against_oracle("the same on sums", river);
}

/* ---- acting ---- */

enum { ROWS = 60 };

typedef struct decisions {
    float observation[AGENTS * ROWS * LENGTH];
    uint8_t allowed[AGENTS * ROWS * ACTIONS];
    int32_t action[AGENTS * ROWS];
} decisions;

/* Entries first .. first + rows - 1, of all agents. */
static void decide(const driven *d, decisions *all, mg_mode mode, int first, int rows)
{
    static float observation[AGENTS * ROWS * LENGTH];
    static uint8_t allowed[AGENTS * ROWS * ACTIONS];
    const float *of_agent[AGENTS];
    const uint8_t *allowed_of[AGENTS];
    int32_t *action_of[AGENTS];
    int row[ROWS];
    uint32_t time[ROWS];
    for (int i = 0; i < AGENTS; i++) {
        of_agent[i] = observation + i * rows * LENGTH;
        allowed_of[i] = allowed + i * rows * ACTIONS;
        action_of[i] = all->action + i * ROWS + first;
        memcpy(observation + i * rows * LENGTH, all->observation + (i * ROWS + first) * LENGTH,
               (size_t)rows * LENGTH * sizeof(float));
        memcpy(allowed + i * rows * ACTIONS, all->allowed + (i * ROWS + first) * ACTIONS, (size_t)rows * ACTIONS);
    }
    for (int k = 0; k < rows; k++) {
        row[k] = first + k;
        time[k] = (uint32_t)(3 * (first + k));
    }
    const mg_batch batch = {
        .mode = mode, .rows = rows, .row = row, .time = time, .observation = of_agent, .allowed = allowed_of};
    mg_proximal_policy.act(d->self, &batch, action_of, NULL);
}

static int barred_ones(const decisions *all)
{
    int barred = 0;
    for (int k = 0; k < AGENTS * ROWS; k++)
        barred += !all->allowed[k * ACTIONS + all->action[k]];
    return barred;
}

/* How many decisions are not those that the oracle's probabilities give with the stream of the decision's name. */
static int other_decisions(const driven *d, const decisions *all, mg_mode mode)
{
    static plain_network actor[AGENTS];
    static episodes data;
    oracle o = {.config = &d->config, .data = &data, .epsilon = mode == MG_TRAIN ? d->config.epsilon_start : 0.0};
    mg_purpose purpose = mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    int other = 0;
    for (int n = 0; n < (d->config.shared ? 1 : AGENTS); n++)
        plain_start(&actor[n], d, MG_KIND_POLICIES, n, ACTIONS, 0);
    for (int k = 0; k < AGENTS * ROWS; k++) {
        double mixed[ACTIONS];
        float p[ACTIONS];
        const plain_network *of = &actor[d->config.shared ? 0 : k / ROWS];
        mg_stream stream =
            mg_stream_at(key, purpose, (uint32_t)(3 * (k % ROWS)), (uint32_t)(k % ROWS), (uint32_t)(k / ROWS));
        memcpy(data.observation, all->observation + k * LENGTH, LENGTH * sizeof(float));
        memcpy(data.allowed, all->allowed + k * ACTIONS, ACTIONS);
        plain_policy(&o, of, of->theta, 0, mixed);
        for (int b = 0; b < ACTIONS; b++)
            p[b] = (float)mixed[b];
        other += mg_random_categorical(&stream, p, ACTIONS) != all->action[k];
    }
    return other;
}

static mg_digest digest_of(const driven *d)
{
    mg_tensor tensor[128];
    mg_hasher *hasher = mg_hasher_create();
    int n = mg_proximal_policy.tensors(d->self, tensor, 128);
    for (int i = 0; i < n; i++)
        mg_hash_tensor(hasher, &tensor[i]);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

/* What a checkpoint holds is all there is: a fresh learner with these tensors goes on as the one that made them. */
static void test_resumed(const char *says, mg_proximal_policy_config config)
{
    static episodes data;
    mg_tensor from[128], to[128];
    driven straight, resumed;
    config.episodes = EPISODES;
    config.minibatches = 2;
    config.window = SIDE;
    config.epsilon_units = 4;
    config.actor_rate = config.critic_rate = 0.01;
    start(&straight, &config);
    start(&resumed, &config);
    draw_episodes(&data, 0);
    show(&straight, &data);
    int n = mg_proximal_policy.tensors(straight.self, from, 128);
    mg_proximal_policy.tensors(resumed.self, to, 128);
    tap_ok(!mg_digest_equal(digest_of(&straight), digest_of(&resumed)), "%s: an update changes something", says);
    for (int i = 0; i < n; i++)
        memcpy(to[i].data, from[i].data, mg_tensor_bytes(&from[i]));
    draw_episodes(&data, 1);
    data.length[0] = 2; /* shorter than what lay there before */
    show(&straight, &data);
    show(&resumed, &data);
    tap_ok(mg_digest_equal(digest_of(&straight), digest_of(&resumed)), "%s: a resumed learner goes on the same", says);
    end(&straight);
    end(&resumed);
}

static void test_acting(bool shared)
{
    static decisions all, alone;
    driven d;
    mg_proximal_policy_config config = mg_proximal_policy_default();
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 77, 0, 0);
    const char *says = shared ? "one network" : "a network each";
    config.shared = shared;
    config.epsilon_start = 0.75;
    config.hidden_1 = HIDDEN_1;
    config.hidden_2 = HIDDEN_2;
    for (int k = 0; k < AGENTS * ROWS * LENGTH; k++)
        all.observation[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
    for (int k = 0; k < AGENTS * ROWS * ACTIONS; k++)
        all.allowed[k] = k % ACTIONS == 1 || mg_random_below(&stream, 3) == 0;
    start(&d, &config);
    mg_digest before = digest_of(&d);
    decide(&d, &all, MG_EVALUATE, 0, ROWS);
    tap_ok(barred_ones(&all) == 0, "%s: nothing barred is played in evaluation", says);
    tap_ok(other_decisions(&d, &all, MG_EVALUATE) == 0, "%s: evaluation samples the policy itself", says);
    alone = all;
    for (int k = 0; k < ROWS; k++)
        decide(&d, &alone, MG_EVALUATE, k, 1);
    tap_ok(!memcmp(alone.action, all.action, sizeof all.action), "%s: all rows at once decide as one by one", says);
    tap_ok(mg_digest_equal(before, digest_of(&d)), "%s: evaluation changes nothing", says);
    decide(&d, &all, MG_TRAIN, 0, ROWS);
    tap_ok(barred_ones(&all) == 0, "%s: nor in exploration", says);
    tap_ok(other_decisions(&d, &all, MG_TRAIN) == 0, "%s: training samples it with exploration", says);
    end(&d);
    config.explore_barred = true;
    start(&d, &config);
    decide(&d, &all, MG_TRAIN, 0, ROWS);
    tap_ok(barred_ones(&all) > ROWS / 4, "%s: unless exploration may: %d of %d", says, barred_ones(&all),
           AGENTS * ROWS);
    end(&d);
}

int main(void)
{
    test_oracles();
    test_resumed("a network each", mg_proximal_policy_default());
    test_resumed("the economy's agents", mg_proximal_policy_gtb_paper());
    test_acting(false);
    test_acting(true);
    return tap_done();
}
