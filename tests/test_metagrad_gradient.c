/* The meta-gradient in closed form against central differences of the designer's objective, in binary64: a small policy
 * and a small tax function, the agents' step by Adam or plain, rewards that depend on the rates through brackets, what
 * an agent has at hand, redistribution and utility; with a twin that forgets a part of each. */
#define MG_DOUBLE
#include "algos/metagrad_step.h"
#include "core/num/network.h"

#include "core/num/optimiser.h"
#include "core/num/rng.h"
#include "core/num/scalar_math.h"
#include "envs/gather_trade_build/tax.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum {
    AGENTS = MG_GTB_AGENTS,
    PERIOD = MG_GTB_PERIOD,
    PERIODS = 2,
    STEPS = PERIODS * PERIOD,
    INPUTS = 5,
    ACTIONS = 4,
    VIEWS = 6,
    NUMBERS = MG_GTB_BRACKETS,
    ROWS = AGENTS * STEPS,
    COUNT_MAX = 400
};
static const double discount = 0.9, epsilon = 0.2;

typedef struct net {
    mg_network network;
    mg_tape *tape;
    mg_node output;
    mg_tape_replay replay;
    double parameters[COUNT_MAX], gradient[COUNT_MAX];
} net;

/* Coin of everybody before a collection, and what it gained in the period. */
typedef struct world {
    net policy, function;
    double observation[2][ROWS * INPUTS], view[PERIODS * VIEWS]; /* of tau, tau^ */
    int32_t action[2][ROWS];
    uint8_t allowed[2][ROWS * ACTIONS];
    double reward[ROWS], fixed[ROWS],
        worth[ROWS]; /* [agent][step]; fixed: what else an advantage has; worth: of tau^ */
    mg_gtb_endowment own[PERIODS][AGENTS];
    double reference[PERIODS][AGENTS];
    mg_optimiser_config optimiser;
    mg_optimiser_state state;
    double moments[2 * COUNT_MAX], second[COUNT_MAX];
    double theta[COUNT_MAX];
    double trace; /* of the agents' advantages; 0: temporal differences of one step */
} world;

static void open_net(net *n, mg_stream *stream, int inputs, int rows, int outputs, mg_activation last)
{
    const mg_layer layer[] = {{"first", 7, MG_ACTIVATION_TANH, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO},
                              {"output", outputs, last, MG_INITIALISE_GLOROT_UNIFORM, MG_NO_BIAS}};
    mg_network_describe(&n->network, inputs, 2, layer);
    n->tape = mg_network_tape(&n->network, rows, &n->output);
    mg_parameters_initialise(&n->network.layout, stream, n->parameters);
    for (size_t k = 0; k < n->network.layout.count; k++)
        n->parameters[k] = 2.0 * n->parameters[k] + 0.05;
    n->replay.workspace = calloc(mg_tape_workspace(n->tape), sizeof(double));
}

static void close_net(net *n)
{
    mg_tape_destroy(n->tape);
    free(n->replay.workspace);
}

static const double *run(net *n, int rows, const double *input, const double *parameters)
{
    n->replay.rows = rows;
    n->replay.parameters = parameters;
    n->replay.input[0] = input;
    mg_tape_forward(n->tape, &n->replay);
    return mg_tape_value(n->tape, &n->replay, n->output);
}

static void draw_world(world *w, uint32_t number, bool adam, double trace)
{
    mg_stream stream = mg_stream_at((mg_key){4730, 0}, MG_PURPOSE_TEST, number, 0, 0);
    memset(w, 0, sizeof *w);
    w->trace = trace;
    open_net(&w->policy, &stream, INPUTS, ROWS, ACTIONS, MG_ACTIVATION_NONE);
    open_net(&w->function, &stream, VIEWS, PERIODS, NUMBERS, MG_ACTIVATION_SIGMOID);
    for (int e = 0; e < 2; e++)
        for (int k = 0; k < ROWS; k++) {
            for (int x = 0; x < INPUTS; x++)
                w->observation[e][k * INPUTS + x] = 2.0 * mg_random_double(&stream) - 1.0;
            w->action[e][k] = (int32_t)mg_random_below(&stream, ACTIONS);
            for (int b = 0; b < ACTIONS; b++) /* now and then something barred is played */
                w->allowed[e][k * ACTIONS + b] = b == 0 || mg_random_below(&stream, 4) > 0;
        }
    for (int k = 0; k < PERIODS * VIEWS; k++)
        w->view[k] = 2.0 * mg_random_double(&stream) - 1.0;
    for (int k = 0; k < ROWS; k++) {
        w->reward[k] = 2.0 * mg_random_double(&stream) - 1.0;
        w->fixed[k] = 2.0 * mg_random_double(&stream) - 1.0;
        w->worth[k] =
            k < STEPS ? 2.0 * mg_random_double(&stream) - 1.0 : w->worth[k - STEPS]; /* alike for all agents */
    }
    for (int p = 0; p < PERIODS; p++)
        for (int i = 0; i < AGENTS; i++) { /* the last one has next to nothing at hand */
            double coin = 5.0 + 200.0 * mg_random_double(&stream);
            w->reference[p][i] = 2.0 + (i == 1 ? 2.0 * coin : 0.0); /* and one has lost some */
            w->own[p][i] = (mg_gtb_endowment){.coin = i == 3 ? 0.05 : coin, .escrow_coin = i == 3 ? coin : 0.0};
        }
    w->optimiser = adam ? mg_adam_tensorflow_default(0.05) : mg_sgd_default(0.3);
    w->state = (mg_optimiser_state){0.9 * 0.9, 0.999 * 0.999, 2};
    for (size_t k = 0; k < w->policy.network.layout.count; k++) {
        w->moments[k] = 0.02 * (mg_random_double(&stream) - 0.5);
        w->second[k] = w->moments[w->policy.network.layout.count + k] = 1e-3 * (0.1 + mg_random_double(&stream));
    }
}

/* Collects with these rates in every period: rewards of the steps that end one; and, unless NULL, their slopes by the
 * rates, [step][agent][number]. */
static void collect(const world *w, const double *rates, double *reward, double *sensitivity)
{
    if (sensitivity)
        memset(sensitivity, 0, sizeof(double) * STEPS * AGENTS * NUMBERS);
    memcpy(reward, w->reward, sizeof w->reward);
    for (int p = 0; p < PERIODS; p++) {
        mg_gtb_tax tax = {.position = PERIOD};
        mg_gtb_endowment own[AGENTS];
        memcpy(own, w->own[p], sizeof own);
        memcpy(tax.rate, rates + p * NUMBERS, sizeof tax.rate);
        memcpy(tax.reference, w->reference[p], sizeof tax.reference);
        mg_gtb_tax_step(&tax, own);
        for (int i = 0; i < AGENTS; i++) {
            int last = p * PERIOD + PERIOD - 1;
            double coin = mg_gtb_coin(&own[i]);
            reward[i * STEPS + last] = mg_gtb_utility(coin, 0.0);
            for (int b = 0; b < NUMBERS && sensitivity; b++)
                sensitivity[(last * AGENTS + i) * NUMBERS + b] = mg_gtb_utility_slope(coin) * tax.slope[i][b];
        }
    }
}

static const mg_policy_form form = {ACTIONS, epsilon, true}, judged = {ACTIONS, 0.0, true};

/* theta^: the agents' step from what they learn with these rewards; the second moment is what it is. */
static void agents_step(world *w, const double *reward, double *theta)
{
    static double pure[ROWS * ACTIONS], mixed[ROWS * ACTIONS], cotangent[ROWS * ACTIONS], before[ROWS], advantage[ROWS];
    static double term[ROWS], slope[ROWS];
    size_t count = w->policy.network.layout.count;
    for (int i = 0; i < AGENTS; i++) {
        double carried = 0.0;
        for (int t = STEPS - 1; t >= 0; t--) {
            carried = reward[i * STEPS + t] + w->fixed[i * STEPS + t] + discount * w->trace * carried;
            advantage[i * STEPS + t] = carried;
        }
    }
    const double *logits = run(&w->policy, ROWS, w->observation[0], w->policy.parameters);
    mg_policy_probabilities(&form, ROWS, logits, w->allowed[0], pure, mixed);
    for (int k = 0; k < ROWS; k++)
        before[k] = mixed[k * ACTIONS + w->action[0][k]];
    const mg_policy_batch batch = {ROWS, w->allowed[0], w->action[0], before, advantage, 0.2,
                                   0.1,  pure,          mixed,        term,   slope};
    mg_policy_loss(&form, &batch, logits, cotangent);
    mg_tape_backward(w->policy.tape, &w->policy.replay, 1, &(mg_cotangent){w->policy.output, cotangent},
                     w->policy.gradient, NULL);
    for (size_t k = 0; k < count; k++) {
        double moment = 0.9 * w->moments[k] + 0.1 * w->policy.gradient[k];
        double rate = 0.05 * mg_sqrt(1.0 - w->state.beta2_power) / (1.0 - w->state.beta1_power);
        theta[k] =
            w->policy.parameters[k] - (w->optimiser.kind == MG_SGD ? 0.3 * w->policy.gradient[k]
                                                                   : rate * moment / (mg_sqrt(w->second[k]) + 1e-8));
    }
}

/* L on tau^; an action that is barred has no part in it. */
static double objective(world *w, const double *theta)
{
    static double pure[ROWS * ACTIONS];
    double sum = 0.0;
    const double *logits = run(&w->policy, ROWS, w->observation[1], theta);
    mg_policy_probabilities(&judged, ROWS, logits, w->allowed[1], pure, pure);
    for (int k = 0; k < ROWS; k++)
        if (w->allowed[1][k * ACTIONS + w->action[1][k]])
            sum -= w->worth[k] * mg_log(pure[k * ACTIONS + w->action[1][k]]) / STEPS;
    return sum;
}

static double objective_of_function(world *w, const double *eta)
{
    double rates[PERIODS * NUMBERS], reward[ROWS], theta[COUNT_MAX];
    memcpy(rates, run(&w->function, PERIODS, w->view, eta), sizeof rates);
    collect(w, rates, reward, NULL);
    agents_step(w, reward, theta);
    return objective(w, theta);
}

typedef enum wrong { RIGHT, WITHOUT_TRACE, WITHOUT_EXPLORATION, LIMIT_IGNORED, PLAIN_STEP } wrong;

/* Closed form, into w->function.gradient. */
static void closed_form(world *w, wrong how)
{
    static double pure[ROWS * ACTIONS], mixed[ROWS * ACTIONS], cotangent[ROWS * ACTIONS], tangent[ROWS * ACTIONS];
    static double sensitivity[STEPS * AGENTS * NUMBERS], slope[ROWS], by_reward[ROWS];
    double rates[PERIODS * NUMBERS], reward[ROWS], theta[COUNT_MAX], along[COUNT_MAX], by_number[PERIODS * NUMBERS];
    const mg_optimiser_config plain = mg_sgd_default(0.3);
    memcpy(rates, run(&w->function, PERIODS, w->view, w->function.parameters), sizeof rates);
    collect(w, rates, reward, sensitivity);
    for (int p = 0; p < PERIODS && how == LIMIT_IGNORED; p++)
        sensitivity[((p * PERIOD + PERIOD - 1) * AGENTS + 3) * NUMBERS] *= 1.5;
    agents_step(w, reward, theta);
    const double *logits = run(&w->policy, ROWS, w->observation[1], theta);
    mg_policy_probabilities(&judged, ROWS, logits, w->allowed[1], pure, mixed);
    mg_metagrad_objective(ROWS, ACTIONS, pure, w->allowed[1], w->action[1], w->worth, 1.0 / STEPS, cotangent);
    mg_tape_backward(w->policy.tape, &w->policy.replay, 1, &(mg_cotangent){w->policy.output, cotangent},
                     w->policy.gradient, NULL);
    mg_optimiser_along(how == PLAIN_STEP ? &plain : &w->optimiser, &w->state, w->policy.network.layout.count,
                       w->moments, w->policy.gradient, along);
    const mg_policy_form played = how == WITHOUT_EXPLORATION ? judged : form;
    logits = run(&w->policy, ROWS, w->observation[0], w->policy.parameters);
    mg_policy_probabilities(&played, ROWS, logits, w->allowed[0], pure, mixed);
    mg_tape_tangent(w->policy.tape, &w->policy.replay, along, w->policy.output, tangent);
    mg_metagrad_slopes(&played, ROWS, pure, mixed, w->action[0], tangent, slope);
    for (int i = 0; i < AGENTS; i++)
        mg_metagrad_by_reward(STEPS, how == WITHOUT_TRACE ? discount : discount * w->trace, 1.0 / ROWS,
                              slope + i * STEPS, by_reward + i * STEPS);
    const mg_metagrad_chain chain = {AGENTS, STEPS, STEPS, PERIOD, NUMBERS, 1.0};
    mg_metagrad_by_numbers(&chain, by_reward, sensitivity, by_number);
    run(&w->function, PERIODS, w->view, w->function.parameters);
    mg_tape_backward(w->function.tape, &w->function.replay, 1, &(mg_cotangent){w->function.output, by_number},
                     w->function.gradient, NULL);
}

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

/* The largest error, relative to the largest slope. */
static double error_of(world *w, wrong how)
{
    size_t count = w->function.network.layout.count;
    double worst = 0.0, scale = 0.0, eta[COUNT_MAX], exact[COUNT_MAX];
    closed_form(w, how);
    memcpy(exact, w->function.gradient, count * sizeof *exact);
    memcpy(eta, w->function.parameters, count * sizeof *eta);
    for (size_t k = 0; k < count; k++) {
        const double h = 1e-4, kept = eta[k];
        eta[k] = kept + h;
        double up = objective_of_function(w, eta);
        eta[k] = kept - h;
        double slope = (up - objective_of_function(w, eta)) / (2.0 * h);
        eta[k] = kept;
        worst = size_of(slope - exact[k]) > worst ? size_of(slope - exact[k]) : worst;
        scale = size_of(slope) > scale ? size_of(slope) : scale;
    }
    return scale > 0.0 ? worst / scale : 1.0;
}

int main(void)
{
    static const struct {
        const char *says;
        bool adam;
        wrong how;
        double trace;
    } kind[] = {{"an agents' step of Adam", true, RIGHT, 0.8},
                {"a plain one", false, RIGHT, 0.8},
                {"a plain one of temporal differences", false, RIGHT, 0.0},
                {"one of returns", true, RIGHT, 1.0},
                {"twin: without the trace", true, WITHOUT_TRACE, 0.8},
                {"twin: temporal differences taken for returns", false, WITHOUT_TRACE, 0.0},
                {"twin: exploration forgotten", true, WITHOUT_EXPLORATION, 0.8},
                {"twin: who pays all has a slope of its own", true, LIMIT_IGNORED, 0.8},
                {"twin: Adam taken for a plain step", true, PLAIN_STEP, 0.8}};
    static world w;
    for (size_t k = 0; k < sizeof kind / sizeof *kind; k++) {
        double worst = 0.0, least = 1.0;
        for (uint32_t number = 0; number < 5; number++) {
            draw_world(&w, number, kind[k].adam, kind[k].trace);
            double error = error_of(&w, kind[k].how);
            worst = error > worst ? error : worst;
            least = error < least ? error : least;
            close_net(&w.policy);
            close_net(&w.function);
        }
        tap_ok(kind[k].how == RIGHT ? worst < 1e-6 : least > 1e-4, "%s: off by %.1e to %.1e of the largest slope",
               kind[k].says, least, worst);
    }
    return tap_done();
}
