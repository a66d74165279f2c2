/* lio_plain.c - networks, returns and losses in loops that share nothing with lio_step.c. */
#define MG_DOUBLE /* this file exists in binary64 only */
#include "algos/lio_plain.h"

#include "core/num/scalar_math.h"

/* The three layers of a network at one input. */
typedef struct layers {
    int inputs, hidden_1, hidden_2, outputs;
    bool output_bias;
    double x[MG_LIO_PLAIN_WIDTH], first[MG_LIO_PLAIN_WIDTH], second[MG_LIO_PLAIN_WIDTH], out[MG_LIO_PLAIN_WIDTH];
} layers;

/* z_c = sum_r x_r W_rc + b_c; returns where the next layer's numbers begin. */
static const double *affine(const double *parameters, int inputs, int outputs, bool bias, const double *x, double *z)
{
    const double *shift = parameters + inputs * outputs;
    for (int c = 0; c < outputs; c++) {
        z[c] = bias ? shift[c] : 0.0;
        for (int r = 0; r < inputs; r++)
            z[c] += x[r] * parameters[r * outputs + c];
    }
    return shift + (bias ? outputs : 0);
}

static void rectify(int n, double *z)
{
    for (int k = 0; k < n; k++)
        z[k] = z[k] > 0.0 ? z[k] : 0.0;
}

static void run(layers *net, const double *parameters)
{
    parameters = affine(parameters, net->inputs, net->hidden_1, true, net->x, net->first);
    rectify(net->hidden_1, net->first);
    parameters = affine(parameters, net->hidden_1, net->hidden_2, true, net->first, net->second);
    rectify(net->hidden_2, net->second);
    affine(parameters, net->hidden_2, net->outputs, net->output_bias, net->second, net->out);
}

/* ---- a policy ---- */

static int policy_count(const mg_lio_shape *s)
{
    return (s->observation + 1) * s->policy_hidden_1 + (s->policy_hidden_1 + 1) * s->policy_hidden_2 +
           (s->policy_hidden_2 + 1) * s->actions;
}

static void run_policy(const mg_lio_plain *plain, layers *net, const double *theta, const double *observation,
                       double *pi)
{
    const mg_lio_shape *s = &plain->shape;
    *net = (layers){s->observation, s->policy_hidden_1, s->policy_hidden_2, s->actions, true, {0}, {0}, {0}, {0}};
    for (int k = 0; k < s->observation; k++)
        net->x[k] = observation[k];
    run(net, theta);
    double most = net->out[0], sum = 0.0;
    for (int a = 1; a < s->actions; a++)
        most = net->out[a] > most ? net->out[a] : most;
    for (int a = 0; a < s->actions; a++)
        sum += pi[a] = mg_exp(net->out[a] - most);
    for (int a = 0; a < s->actions; a++)
        pi[a] /= sum;
}

/* What the policy step takes the logarithm of. */
static double mixed(const mg_lio_plain *plain, bool mixture, double pi)
{
    return mixture ? (1.0 - plain->epsilon) * pi + plain->epsilon / (double)plain->shape.actions : pi;
}

double mg_lio_plain_log_probability(const mg_lio_plain *plain, const double *theta, const double *observation,
                                    int action, mg_log_form form, double *probability)
{
    layers net;
    double pi[MG_LIO_PLAIN_WIDTH];
    run_policy(plain, &net, theta, observation, pi);
    for (int a = 0; probability && a < plain->shape.actions; a++)
        probability[a] = mixed(plain, form.of_mixture, pi[a]);
    return mg_log(mixed(plain, form.of_mixture, pi[action]) + form.guard);
}

/* ---- incentives and returns ---- */

/* y of agent k, 0 where nothing is for it. */
static void run_incentive(const mg_lio_plain *plain, int giver, const double *observation, const int32_t *neighbour,
                          const int32_t *actions, double *y)
{
    const mg_lio_shape *s = &plain->shape;
    int outputs = neighbour ? s->neighbours : s->agents, others = neighbour ? s->neighbours : s->agents - 1;
    layers net = {s->observation + others * s->actions,
                  s->incentive_hidden_1,
                  s->incentive_hidden_2,
                  outputs,
                  false,
                  {0},
                  {0},
                  {0},
                  {0}};
    int next = 0;
    for (int k = 0; k < s->observation; k++)
        net.x[next++] = observation[k];
    for (int n = 0; n < outputs; n++) {
        int other = neighbour ? neighbour[n] : n;
        for (int a = 0; other != giver && a < s->actions; a++)
            net.x[next++] = other >= 0 && actions[other] == a ? 1.0 : 0.0;
    }
    run(&net, plain->eta[giver]);
    for (int k = 0; k < s->agents; k++)
        y[k] = 0.0;
    for (int n = 0; n < outputs; n++)
        if (!neighbour || neighbour[n] >= 0)
            y[neighbour ? neighbour[n] : n] = 1.0 / (1.0 + mg_exp(-net.out[n]));
}

double mg_lio_plain_incentive(const mg_lio_plain *plain, int giver, int k, const double *observation,
                              const int32_t *neighbour, const int32_t *actions)
{
    double y[MG_LIO_PLAIN_WIDTH];
    if (k == giver || !plain->eta[giver])
        return 0.0;
    run_incentive(plain, giver, observation, neighbour, actions, y);
    return plain->shape.reward_max * y[k];
}

static void step_of(const mg_trajectory *tau, int t, int agent, const double **observation, const int32_t **neighbour,
                    int32_t *actions)
{
    *observation = mg_trajectory_observation(tau, agent) + t * tau->observation_length;
    *neighbour = tau->neighbour ? tau->neighbour + (agent * tau->steps_max + t) * tau->neighbours : NULL;
    for (int k = 0; k < tau->agents; k++)
        actions[k] = mg_trajectory_action(tau, k)[t];
}

/* r^j of Equation 5.1 at step t of tau. */
static double total_reward(const mg_lio_plain *plain, int j, int t)
{
    double reward = mg_trajectory_reward(plain->tau, j)[t];
    for (int giver = 0; giver < plain->shape.agents; giver++) {
        const double *observation;
        const int32_t *neighbour;
        int32_t actions[MG_LIO_PLAIN_AGENTS];
        step_of(plain->tau, t, giver, &observation, &neighbour, actions);
        reward += mg_lio_plain_incentive(plain, giver, j, observation, neighbour, actions);
    }
    return reward;
}

/* sum_{l >= t} discount^{l - t} reward_l */
static double return_from(double discount, int steps, int t, const double *reward)
{
    double sum = 0.0, weight = 1.0;
    for (int l = t; l < steps; l++, weight *= discount)
        sum += weight * reward[l];
    return sum;
}

static void returns_of(const mg_lio_plain *plain, int j, double *value)
{
    double reward[MG_LIO_PLAIN_STEPS];
    for (int t = 0; t < plain->tau->steps; t++)
        reward[t] = total_reward(plain, j, t);
    for (int t = 0; t < plain->tau->steps; t++)
        value[t] = return_from(plain->shape.discount, plain->tau->steps, t, reward);
}

/* ---- the policy step ---- */

double mg_lio_plain_policy_loss(const mg_lio_plain *plain, int j, const double *theta)
{
    double returns[MG_LIO_PLAIN_STEPS], loss = 0.0;
    returns_of(plain, j, returns);
    for (int t = 0; t < plain->tau->steps; t++) {
        double p[MG_LIO_PLAIN_WIDTH], entropy = 0.0;
        const double *observation = mg_trajectory_observation(plain->tau, j) + t * plain->tau->observation_length;
        double taken = mg_lio_plain_log_probability(plain, theta, observation, mg_trajectory_action(plain->tau, j)[t],
                                                    plain->shape.log_form, p);
        for (int a = 0; a < plain->shape.actions; a++)
            entropy -= p[a] > 0.0 ? p[a] * mg_log(p[a]) : 0.0;
        loss -= taken * returns[t] + plain->shape.entropy * entropy;
    }
    return loss;
}

/* Adds d loss / d parameters for slope = d loss / d z of one layer, and writes d loss / d x where the layer below is
 * active (x > 0); parameters, gradient: the layer's own. */
static void layer_back(int inputs, int outputs, const double *parameters, const double *x, const double *slope,
                       double *gradient, double *below)
{
    for (int r = 0; r < inputs; r++) {
        below[r] = 0.0;
        for (int c = 0; c < outputs; c++) {
            gradient[r * outputs + c] += slope[c] * x[r];
            below[r] += x[r] > 0.0 ? slope[c] * parameters[r * outputs + c] : 0.0;
        }
    }
    for (int c = 0; c < outputs; c++)
        gradient[inputs * outputs + c] += slope[c];
}

static void policy_back(const layers *net, const double *theta, const double *slope, double *gradient)
{
    int second = (net->inputs + 1) * net->hidden_1, output = second + (net->hidden_1 + 1) * net->hidden_2;
    double above[MG_LIO_PLAIN_WIDTH], below[MG_LIO_PLAIN_WIDTH];
    layer_back(net->hidden_2, net->outputs, theta + output, net->second, slope, gradient + output, above);
    layer_back(net->hidden_1, net->hidden_2, theta + second, net->first, above, gradient + second, below);
    layer_back(net->inputs, net->hidden_1, theta, net->x, below, gradient, above);
}

/* d loss / d logits of one step: - return d log taken - beta d entropy, both through the softmax. */
static void logit_slopes(const mg_lio_plain *plain, const double *pi, int action, double value, double *slope)
{
    bool mixture = plain->shape.log_form.of_mixture;
    double keep = mixture ? 1.0 - plain->epsilon : 1.0;
    double taken = mixed(plain, mixture, pi[action]) + plain->shape.log_form.guard;
    for (int k = 0; k < plain->shape.actions; k++) {
        double through = keep * pi[action] * ((k == action ? 1.0 : 0.0) - pi[k]), entropy = 0.0;
        for (int a = 0; a < plain->shape.actions; a++) {
            double p = mixed(plain, mixture, pi[a]);
            entropy -= p > 0.0 ? (mg_log(p) + 1.0) * keep * pi[a] * ((k == a ? 1.0 : 0.0) - pi[k]) : 0.0;
        }
        slope[k] = -value * through / taken - plain->shape.entropy * entropy;
    }
}

void mg_lio_plain_policy_gradient(const mg_lio_plain *plain, int j, double *gradient)
{
    const mg_trajectory *tau = plain->tau;
    double returns[MG_LIO_PLAIN_STEPS];
    returns_of(plain, j, returns);
    for (int k = 0; k < policy_count(&plain->shape); k++)
        gradient[k] = 0.0;
    for (int t = 0; t < tau->steps; t++) {
        layers net;
        double pi[MG_LIO_PLAIN_WIDTH], slope[MG_LIO_PLAIN_WIDTH];
        run_policy(plain, &net, plain->theta[j], mg_trajectory_observation(tau, j) + t * tau->observation_length, pi);
        logit_slopes(plain, pi, mg_trajectory_action(tau, j)[t], returns[t], slope);
        policy_back(&net, plain->theta[j], slope, gradient);
    }
}

/* ---- the giver's objective ---- */

static void step_plainly(const mg_lio_plain *plain, int j, double *theta_hat)
{
    double gradient[MG_LIO_PLAIN_PARAMETERS];
    mg_lio_plain_policy_gradient(plain, j, gradient);
    for (int k = 0; k < policy_count(&plain->shape); k++)
        theta_hat[k] =
            plain->theta[j][k] - (plain->rate[j] ? plain->rate[j][k] : plain->shape.policy_rate) * gradient[k];
}

double mg_lio_plain_incentive_loss(const mg_lio_plain *plain, int giver)
{
    double theta_hat[MG_LIO_PLAIN_PARAMETERS], loss = 0.0;
    const mg_trajectory *tau = plain->tau_hat;
    const mg_lio_shape *s = &plain->shape;
    for (int j = 0; j < s->agents; j++) {
        if (j == giver)
            continue;
        step_plainly(plain, j, theta_hat);
        for (int t = 0; t < tau->steps; t++) {
            const double *observation = mg_trajectory_observation(tau, j) + t * tau->observation_length;
            loss -= mg_lio_plain_log_probability(plain, theta_hat, observation, mg_trajectory_action(tau, j)[t],
                                                 (mg_log_form){false, 0.0}, NULL) *
                    return_from(s->discount, tau->steps, t, mg_trajectory_reward(tau, giver));
        }
    }
    return loss;
}

double mg_lio_plain_one_episode_loss(const mg_lio_plain *plain, int giver)
{
    double theta_hat[MG_LIO_PLAIN_PARAMETERS], loss = 0.0;
    const mg_trajectory *tau = plain->tau;
    for (int j = 0; j < plain->shape.agents; j++) {
        if (j == giver)
            continue;
        step_plainly(plain, j, theta_hat);
        for (int t = 0; t < tau->steps; t++) {
            layers net;
            double now[MG_LIO_PLAIN_WIDTH], played[MG_LIO_PLAIN_WIDTH];
            const double *observation = mg_trajectory_observation(tau, j) + t * tau->observation_length;
            int action = mg_trajectory_action(tau, j)[t];
            run_policy(plain, &net, theta_hat, observation, now);
            run_policy(plain, &net, plain->theta[j], observation, played);
            loss -= now[action] / mixed(plain, true, played[action]) *
                    return_from(plain->shape.discount, tau->steps, t, mg_trajectory_reward(tau, giver));
        }
    }
    return loss;
}

double mg_lio_plain_cost(const mg_lio_plain *plain, int giver)
{
    double cost = 0.0, weight = 1.0;
    for (int t = 0; t < plain->tau->steps; t++, weight *= plain->shape.discount) {
        const double *observation;
        const int32_t *neighbour;
        int32_t actions[MG_LIO_PLAIN_AGENTS];
        double y[MG_LIO_PLAIN_WIDTH];
        step_of(plain->tau, t, giver, &observation, &neighbour, actions);
        run_incentive(plain, giver, observation, neighbour, actions, y);
        for (int k = 0; k < plain->shape.agents; k++)
            cost += k == giver ? 0.0 : weight * y[k];
    }
    return cost;
}
