/* economy_gradient.c - see economy_gradient.h. */
#define MG_DOUBLE /* this file exists in binary64 only */
#include "suite/shared/economy_gradient.h"
#include "algos/metagrad_step.h"
#include "core/io/memory.h"
#include "core/num/network.h"
#include "core/num/optimiser.h"
#include "core/num/scalar_math.h"
#include "core/rl/statistics.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = MG_GTB_AGENTS, NUMBERS = MG_GTB_BRACKETS, PERIOD = MG_GTB_PERIOD, PLAYS_MAX = 100 };

typedef struct net {
    mg_network network;
    mg_tape *tape;
    mg_node output;
    mg_tape_replay replay;
    double *parameters, *gradient;
} net;

/* Everybody where taxes are due: what it has in all and at hand, gained, and what else its reward is made of. */
typedef struct collection {
    double coin[AGENTS], at_hand[AGENTS], income[AGENTS], labor[AGENTS], utility_before[AGENTS];
} collection;

/* Agents' arrays are [agent][step]; sensitivity: [step][agent][number]. */
typedef struct episode {
    double *observation, *view, *reward, *sensitivity, *welfare;
    int32_t *action;
    uint8_t *allowed;
    collection *due; /* [decision] */
} episode;

typedef struct identity {
    const economy_gradient_settings *settings;
    int steps, decisions, rows, wide, view; /* wide, view: numbers that an agent and the designer observe */
    net policy, function;
    episode tau, tau_hat;
    mg_optimiser_config adam;
    mg_optimiser_state state;
    double *moments;                                 /* before the agents' step: the second as it is after it */
    double *theta;                                   /* theta^ */
    double *rates, *reward, *worth, *by_number;      /* of a look */
    double *pure, *mixed, *cotangent, *tangent;      /* rows x actions */
    double *before, *advantage, *term, *slope, *way; /* way: [parameters of the policy] */
    double *input;                                   /* what all agents observe */
    float *seen, *viewed;
    mg_gtb_economy economy;
} identity;

static double *reals(size_t count)
{
    return mg_allocate(count, sizeof(double));
}

/* ---- networks ---- */

static void open_net(net *n, const economy_gradient_settings *s, const mg_part *image, int inputs, int rows,
                     const mg_layer *output, mg_stream *stream)
{
    const mg_initialiser first = MG_INITIALISE_GLOROT_UNIFORM, bias = MG_INITIALISE_FAN_IN_UNIFORM;
    const mg_layer layer[] = {{"first", s->hidden, MG_ACTIVATION_RELU, first, (int)bias},
                              {"second", s->hidden, MG_ACTIVATION_RELU, first, (int)bias},
                              *output};
    const mg_network_image seen = {.channels = image->channels,
                                   .height = image->height,
                                   .width = image->width,
                                   .filters = s->filters,
                                   .window = 5,
                                   .weight = first,
                                   .bias = (int)bias,
                                   .filters_bias = (int)bias};
    mg_network_describe_image(&n->network, s->filters > 0 ? &seen : NULL, inputs, 1, -1, 3, layer);
    n->tape = mg_network_tape(&n->network, rows, &n->output);
    n->parameters = reals(2 * n->network.layout.count);
    n->gradient = n->parameters + n->network.layout.count;
    n->replay.workspace = reals(mg_tape_workspace(n->tape));
    mg_parameters_initialise(&n->network.layout, stream, n->parameters);
}

static void close_net(net *n)
{
    mg_tape_destroy(n->tape);
    free(n->replay.workspace);
    free(n->parameters);
}

static const double *look(net *n, int rows, const double *input, const double *parameters)
{
    n->replay.rows = rows;
    n->replay.parameters = parameters;
    n->replay.input[0] = input;
    mg_tape_forward(n->tape, &n->replay);
    return mg_tape_value(n->tape, &n->replay, n->output);
}

static void go_back(net *n, const double *cotangent)
{
    mg_tape_backward(n->tape, &n->replay, 1, &(mg_cotangent){n->output, cotangent}, n->gradient, NULL);
}

/* ---- memory ---- */

static void open_episode(const identity *d, episode *e)
{
    const size_t rows = (size_t)d->rows;
    e->observation = reals(rows * (size_t)d->wide);
    e->view = reals((size_t)d->decisions * (size_t)d->view);
    e->reward = reals(rows);
    e->sensitivity = reals(rows * NUMBERS);
    e->welfare = reals((size_t)d->steps);
    e->action = mg_allocate(rows, sizeof *e->action);
    e->allowed = mg_allocate(rows, MG_GTB_ACTIONS);
    e->due = mg_allocate((size_t)d->decisions, sizeof *e->due);
}

static void close_episode(episode *e)
{
    void *const block[] = {e->observation, e->view,   e->reward,  e->sensitivity,
                           e->welfare,     e->action, e->allowed, e->due};
    for (size_t k = 0; k < sizeof block / sizeof *block; k++)
        free(block[k]);
}

static void open_scratch(identity *d)
{
    const size_t rows = (size_t)d->rows, choices = rows * MG_GTB_ACTIONS, count = d->policy.network.layout.count;
    d->moments = reals(2 * count);
    d->theta = reals(count);
    d->way = reals(count);
    d->rates = reals((size_t)d->decisions * NUMBERS);
    d->by_number = reals((size_t)d->decisions * NUMBERS);
    d->pure = reals(choices);
    d->mixed = reals(choices);
    d->cotangent = reals(choices);
    d->tangent = reals(choices);
    d->reward = reals(rows);
    d->worth = reals(rows);
    d->before = reals(rows);
    d->advantage = reals(rows);
    d->term = reals(rows);
    d->slope = reals(rows);
    d->input = reals((size_t)AGENTS * (size_t)d->wide);
    d->seen = mg_allocate((size_t)AGENTS * (size_t)d->wide, sizeof(float));
    d->viewed = mg_allocate((size_t)d->view, sizeof(float));
}

static void close_scratch(identity *d)
{
    void *const block[] = {d->moments,   d->theta,     d->way,     d->rates,  d->by_number, d->pure,
                           d->mixed,     d->cotangent, d->tangent, d->reward, d->worth,     d->before,
                           d->advantage, d->term,      d->slope,   d->input,  d->seen,      d->viewed};
    for (size_t k = 0; k < sizeof block / sizeof *block; k++)
        free(block[k]);
}

static void open_identity(identity *d, const economy_gradient_settings *settings, mg_stream *stream)
{
    mg_env_spec spec;
    mg_gather_trade_build.describe(&settings->game, NULL, &spec);
    const mg_agent_spec agent = *mg_env_agent(&spec, 0);
    const mg_layer choice = {"output", MG_GTB_ACTIONS, MG_ACTIVATION_NONE, MG_INITIALISE_GLOROT_UNIFORM, MG_NO_BIAS};
    const mg_layer rate = {"output", NUMBERS, MG_ACTIVATION_SIGMOID, MG_INITIALISE_GLOROT_UNIFORM, MG_NO_BIAS};
    *d = (identity){.settings = settings, .steps = settings->game.steps, .wide = agent.observation};
    d->view = mg_part_numbers(spec.transfer.part);
    d->decisions = d->steps / PERIOD;
    d->rows = AGENTS * d->steps;
    open_net(&d->policy, settings, &agent.part[0], d->wide, d->rows, &choice, stream);
    open_net(&d->function, settings, &spec.transfer.part[0], d->view, d->decisions, &rate, stream);
    mg_env_spec_free(&spec);
    open_episode(d, &d->tau);
    open_episode(d, &d->tau_hat);
    open_scratch(d);
    d->adam = mg_adam_tensorflow_default(settings->rate);
    d->state = (mg_optimiser_state){0.9 * 0.9, 0.999 * 0.999, 2}; /* after two steps */
    for (size_t k = 0, count = d->policy.network.layout.count; k < count; k++) {
        d->moments[k] = 0.02 * (mg_random_double(stream) - 0.5);
        d->moments[count + k] = 1e-3 * (0.1 + mg_random_double(stream));
    }
}

static void close_identity(identity *d)
{
    close_scratch(d);
    close_episode(&d->tau_hat);
    close_episode(&d->tau);
    close_net(&d->function);
    close_net(&d->policy);
}

/* ---- an episode ---- */

static const mg_policy_form judged = {MG_GTB_ACTIONS, 0.0, true};
static mg_policy_form played(const identity *d)
{
    return (mg_policy_form){MG_GTB_ACTIONS, d->settings->epsilon, true};
}

static void widen(double *to, const float *from, int count)
{
    for (int k = 0; k < count; k++)
        to[k] = (double)from[k];
}

/* The rates of a period that begins. */
static void ask(identity *d, episode *e, const mg_row *row, int decision, float rate[NUMBERS])
{
    double *view = e->view + (size_t)decision * (size_t)d->view;
    mg_gather_trade_build.designer(row, d->viewed);
    widen(view, d->viewed, d->view);
    const double *y = look(&d->function, 1, view, d->function.parameters);
    for (int n = 0; n < NUMBERS; n++)
        rate[n] = (float)y[n];
}

static int32_t draw(const double *probability, mg_stream *stream)
{
    double left = mg_random_double(stream);
    int32_t chosen = 0;
    while (chosen + 1 < MG_GTB_ACTIONS && left >= probability[chosen])
        left -= probability[chosen++];
    return chosen;
}

static void act(identity *d, episode *e, const mg_row *row, int t, const double *theta, int32_t action[AGENTS],
                mg_stream *stream)
{
    const mg_policy_form form = played(d);
    uint8_t allowed[AGENTS * MG_GTB_ACTIONS];
    mg_gather_trade_build.observe(row, 0, d->seen);
    mg_gather_trade_build.mask(row, 0, allowed);
    widen(d->input, d->seen, AGENTS * d->wide);
    const double *logits = look(&d->policy, AGENTS, d->input, theta);
    mg_policy_probabilities(&form, AGENTS, logits, allowed, d->pure, d->mixed);
    for (int i = 0; i < AGENTS; i++) {
        const size_t at = (size_t)i * (size_t)d->steps + (size_t)t, wide = (size_t)d->wide;
        action[i] = e->action[at] = draw(d->mixed + (size_t)i * MG_GTB_ACTIONS, stream);
        memcpy(e->observation + at * wide, d->input + (size_t)i * wide, wide * sizeof *d->input);
        memcpy(e->allowed + at * MG_GTB_ACTIONS, allowed + (size_t)i * MG_GTB_ACTIONS, MG_GTB_ACTIONS);
    }
}

/* After a step that collected: what there was before it did. */
static void keep_collection(const mg_gtb_economy *e, const mg_gtb_tax *before, const double utility[AGENTS],
                            collection *due)
{
    const double share = e->tax.share - before->share;
    for (int i = 0; i < AGENTS; i++) {
        const double paid = e->tax.paid[i] - before->paid[i];
        due->coin[i] = mg_gtb_coin(&e->endowment[i]) + paid - share;
        due->at_hand[i] = e->endowment[i].coin + paid - share;
        due->income[i] = e->tax.last_income[i];
        due->labor[i] = e->endowment[i].labor;
        due->utility_before[i] = utility[i];
    }
}

static void play(identity *d, episode *e, const double *theta, mg_stream *stream)
{
    const mg_row row = {&d->settings->game, NULL, &d->economy};
    float rate[NUMBERS] = {0.0f}, reward[AGENTS], paid[AGENTS], received[AGENTS], sensitivity[AGENTS * NUMBERS];
    mg_gather_trade_build.reset(&row, stream);
    for (int t = 0; t < d->steps; t++) {
        int32_t action[AGENTS];
        double utility[AGENTS];
        const mg_joint joint = {.action = action, .transfer = rate};
        mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
        if (t % PERIOD == 0)
            ask(d, e, &row, t / PERIOD, rate);
        mg_gather_trade_build.disclose(&row, -1, &joint);
        act(d, e, &row, t, theta, action, stream);
        const mg_gtb_tax before = d->economy.tax;
        memcpy(utility, d->economy.utility, sizeof utility);
        mg_gather_trade_build.step(&row, &joint, stream, &outcome);
        mg_gather_trade_build.sensitivity(&row, sensitivity);
        widen(e->sensitivity + (size_t)(t * AGENTS * NUMBERS), sensitivity, AGENTS * NUMBERS);
        for (int i = 0; i < AGENTS; i++)
            e->reward[i * d->steps + t] = d->economy.utility[i] - utility[i];
        e->welfare[t] = (double)outcome.welfare;
        if (d->economy.tax.collected)
            keep_collection(&d->economy, &before, utility, &e->due[t / PERIOD]);
    }
}

/* ---- the objective at other rates ---- */

/* How many times somebody has less at hand than is due, and how many times somebody pays what is due. */
typedef struct payers {
    int short_of, in_full;
} payers;

/* Taxes the incomes of tau at d->rates; d->reward. */
static payers tax_again(identity *d)
{
    payers found = {0, 0};
    memcpy(d->reward, d->tau.reward, (size_t)d->rows * sizeof *d->reward);
    for (int p = 0; p < d->decisions; p++) {
        const collection *due = &d->tau.due[p];
        double paid[AGENTS], sum = 0.0;
        for (int i = 0; i < AGENTS; i++) {
            paid[i] = mg_gtb_tax_due(d->rates + (size_t)(p * NUMBERS), due->income[i]);
            found.short_of += paid[i] > due->at_hand[i];
            found.in_full += paid[i] > 0.0 && paid[i] <= due->at_hand[i];
            if (paid[i] > due->at_hand[i])
                paid[i] = due->at_hand[i];
            sum += paid[i];
        }
        for (int i = 0; i < AGENTS; i++)
            d->reward[i * d->steps + p * PERIOD + PERIOD - 1] =
                mg_gtb_utility(due->coin[i] - paid[i] + sum / AGENTS, due->labor[i]) - due->utility_before[i];
    }
    return found;
}

/* The step of Adam on tau with d->reward, whose second moment is what it is; d->theta. */
static void step_agents(identity *d)
{
    const economy_gradient_settings *s = d->settings;
    const mg_policy_form form = played(d);
    const size_t count = d->policy.network.layout.count;
    for (int i = 0; i < AGENTS; i++) {
        double carried = 0.0;
        for (int t = d->steps - 1; t >= 0; t--) {
            carried = d->reward[i * d->steps + t] + s->discount * s->trace * carried;
            d->advantage[i * d->steps + t] = carried;
        }
    }
    const double *logits = look(&d->policy, d->rows, d->tau.observation, d->policy.parameters);
    mg_policy_probabilities(&form, d->rows, logits, d->tau.allowed, d->pure, d->mixed);
    for (int k = 0; k < d->rows; k++)
        d->before[k] = d->mixed[k * MG_GTB_ACTIONS + d->tau.action[k]];
    const mg_policy_batch batch = {d->rows,    d->tau.allowed, d->tau.action, d->before, d->advantage, 0.2,
                                   s->entropy, d->pure,        d->mixed,      d->term,   d->slope};
    mg_policy_loss(&form, &batch, logits, d->cotangent);
    go_back(&d->policy, d->cotangent);
    const double rate = s->rate * mg_sqrt(1.0 - d->state.beta2_power) / (1.0 - d->state.beta1_power);
    for (size_t k = 0; k < count; k++)
        d->theta[k] = d->policy.parameters[k] - rate * (0.9 * d->moments[k] + 0.1 * d->policy.gradient[k]) /
                                                    (mg_sqrt(d->moments[count + k]) + 1e-8);
}

/* On tau^; an action that is barred has no part in it. */
static double objective(identity *d)
{
    double sum = 0.0;
    const double *logits = look(&d->policy, d->rows, d->tau_hat.observation, d->theta);
    mg_policy_probabilities(&judged, d->rows, logits, d->tau_hat.allowed, d->pure, d->pure);
    for (int k = 0; k < d->rows; k++)
        if (d->tau_hat.allowed[k * MG_GTB_ACTIONS + d->tau_hat.action[k]])
            sum -= d->worth[k] * mg_log(d->pure[k * MG_GTB_ACTIONS + d->tau_hat.action[k]]) / d->steps;
    return sum;
}

/* Rates, rewards and the agents' step of the tax function as it is. */
static payers look_again(identity *d)
{
    const double *y = look(&d->function, d->decisions, d->tau.view, d->function.parameters);
    memcpy(d->rates, y, (size_t)(d->decisions * NUMBERS) * sizeof *y);
    const payers found = tax_again(d);
    step_agents(d);
    return found;
}

static double objective_again(identity *d)
{
    (void)look_again(d);
    return objective(d);
}

/* ---- closed form ---- */

/* The twin: where somebody pays all that it has, its tax still moves with the rates. */
static void forget_limit(identity *d)
{
    for (int p = 0; p < d->decisions; p++) {
        const collection *due = &d->tau.due[p];
        const size_t at = (size_t)((p * PERIOD + PERIOD - 1) * AGENTS * NUMBERS);
        for (int i = 0; i < AGENTS; i++)
            for (int n = 0;
                 n < NUMBERS && mg_gtb_tax_due(d->rates + (size_t)(p * NUMBERS), due->income[i]) > due->at_hand[i]; n++)
                d->tau.sensitivity[at + (size_t)(i * NUMBERS + n)] -=
                    d->settings->forgets * mg_gtb_in_bracket(due->income[i], n);
    }
}

/* d->function.gradient, after look_again. */
static void find_gradient(identity *d)
{
    const economy_gradient_settings *s = d->settings;
    const mg_policy_form form = played(d);
    const double *logits = look(&d->policy, d->rows, d->tau_hat.observation, d->theta);
    mg_policy_probabilities(&judged, d->rows, logits, d->tau_hat.allowed, d->pure, d->mixed);
    mg_metagrad_objective(d->rows, MG_GTB_ACTIONS, d->pure, d->tau_hat.allowed, d->tau_hat.action, d->worth,
                          1.0 / d->steps, d->cotangent);
    go_back(&d->policy, d->cotangent);
    mg_optimiser_along(&d->adam, &d->state, d->policy.network.layout.count, d->moments, d->policy.gradient, d->way);
    logits = look(&d->policy, d->rows, d->tau.observation, d->policy.parameters);
    mg_policy_probabilities(&form, d->rows, logits, d->tau.allowed, d->pure, d->mixed);
    mg_tape_tangent(d->policy.tape, &d->policy.replay, d->way, d->policy.output, d->tangent);
    mg_metagrad_slopes(&form, d->rows, d->pure, d->mixed, d->tau.action, d->tangent, d->slope);
    for (int i = 0; i < AGENTS; i++)
        mg_metagrad_by_reward(d->steps, s->discount * s->trace, 1.0 / d->rows, d->slope + (size_t)(i * d->steps),
                              d->slope + (size_t)(i * d->steps));
    const mg_metagrad_chain chain = {AGENTS, d->steps, d->steps, PERIOD, NUMBERS, 1.0};
    mg_metagrad_by_numbers(&chain, d->slope, d->tau.sensitivity, d->by_number);
    look(&d->function, d->decisions, d->tau.view, d->function.parameters);
    go_back(&d->function, d->by_number);
}

/* ---- both ---- */

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static double difference(identity *d, size_t component)
{
    const double h = 1e-5, kept = d->function.parameters[component];
    d->function.parameters[component] = kept + h;
    const double up = objective_again(d);
    d->function.parameters[component] = kept - h;
    const double down = objective_again(d);
    d->function.parameters[component] = kept;
    return (up - down) / (2.0 * h);
}

/* Of the steps of tau^: what welfare comes after each, discounted, alike for all agents. */
static void find_worth(identity *d)
{
    double carried = 0.0;
    for (int t = d->steps - 1; t >= 0; t--) {
        carried = d->tau_hat.welfare[t] + d->settings->discount * d->settings->trace * carried;
        for (int i = 0; i < AGENTS; i++)
            d->worth[i * d->steps + t] = carried;
    }
}

economy_gradient economy_gradient_check(const economy_gradient_settings *settings, mg_stream *stream)
{
    identity *d = mg_allocate(1, sizeof *d);
    economy_gradient found = {0};
    double scale = 0.0;
    open_identity(d, settings, stream);
    payers of_tau = {0, 0};
    for (int plays = 0; plays < PLAYS_MAX && (of_tau.short_of == 0 || of_tau.in_full == 0); plays++) {
        play(d, &d->tau, d->policy.parameters, stream);
        of_tau = look_again(d);
    }
    found.short_of = of_tau.in_full > 0 ? of_tau.short_of : 0;
    play(d, &d->tau_hat, d->theta, stream);
    find_worth(d);
    if (settings->forgets != 0.0)
        forget_limit(d);
    find_gradient(d);
    const mg_layout *layout = &d->function.network.layout;
    const size_t count = layout->count, behind = layout->view[d->function.network.weight[1]].offset;
    double *exact = reals(count);
    memcpy(exact, d->function.gradient, count * sizeof *exact);
    for (int n = 0; n < settings->components; n++) {
        const size_t from = n % 2 ? behind : 0; /* most of what is observed is 0 */
        const size_t component = from + mg_random_below(stream, (uint32_t)(count - from));
        const double slope = difference(d, component), off = size_of(slope - exact[component]);
        found.error = mg_worst(found.error, off);
        scale = mg_worst(scale, size_of(slope));
    }
    found.error = scale > 0.0 ? found.error / scale : 1.0;
    free(exact);
    close_identity(d);
    free(d);
    return found;
}
