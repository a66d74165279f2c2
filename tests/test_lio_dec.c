/* LIO-dec driven by hand through an iteration: how its models are fitted, and that a giver learns through its own
 * models of the others, from what it paid itself, and from nothing else. */
#define MG_DOUBLE
#include "algos/lio_dec.h"
#include "core/num/isa.h"
#include "envs/escape_room.h"
#include "tests/driven_lio.h"

/* What a model is fitted to: the mean of - log pi(a_t | o_t) on an episode. */
static const mg_trajectory *watched;

static double surprise(const made_up *m, int agent)
{
    double sum = 0.0;
    for (int t = 0; t < watched->steps; t++)
        sum -= mg_lio_plain_log_probability(&m->plain, m->plain.theta[agent],
                                            mg_trajectory_observation(watched, agent) + t * LENGTH,
                                            mg_trajectory_action(watched, agent)[t], (mg_log_form){false, 0.0}, NULL);
    return sum / (double)watched->steps;
}

static double loss_of_giver(const made_up *m, int giver)
{
    return mg_lio_plain_incentive_loss(&m->plain, giver);
}

static const char *const model_name[2] = {"model 0 of 1", "model 1 of 0"}; /* of each agent */

/* The gradient that agent's model has stepped down: its first moment, before the second of its copy, is a tenth of it.
 */
static void check_fit(const driven *d, made_up *m, int agent, double rate)
{
    double before[MG_LIO_PLAIN_PARAMETERS], slope[MG_LIO_PLAIN_PARAMETERS], found[MG_LIO_PLAIN_PARAMETERS];
    int other = 1 - agent;
    size_t n = block_named(d, MG_KIND_MODELS, model_name[agent], found);
    memcpy(before, m->theta[other], sizeof before); /* of the model, before the fit */
    m->plain.theta[other] = m->theta[other];
    differences(surprise, m, other, m->theta[other], n, slope);
    double worst = 0.0;
    for (size_t k = 0; k < n; k++) { /* Adam's first step is the rate against the slope's sign */
        if (absolute(slope[k]) < 1e-3)
            continue;
        double off = absolute(found[k] - before[k] + (slope[k] > 0.0 ? rate : -rate)) / rate;
        worst = off > worst ? off : worst;
    }
    tap_ok(worst < 1e-2, "agent %d's model steps towards what the other did: %.1e", agent, worst);
    const float *moments = tensor_of(d, MG_KIND_OPTIMISERS, "model moments").data;
    for (size_t k = 0; k < n; k++)
        found[k] = (double)moments[2 * (size_t)agent * n + k] / 0.1;
    double error = relative_error(n, found, slope);
    tap_ok(error < 1e-3, "... down the mean surprise of the episode: %.1e", error);
}

/* Through the giver's fitted model, which earns what this giver alone paid. */
static void check_giver(const driven *d, made_up *m, int giver, const double *model, const double *eta)
{
    double gradient[MG_LIO_PLAIN_PARAMETERS];
    char moments[40];
    snprintf(moments, sizeof moments, "agent %d incentive moments", giver);
    memcpy(m->eta[giver], eta, sizeof m->eta[giver]);
    m->plain.theta[1 - giver] = model;
    m->plain.eta[giver] = m->eta[giver];
    m->plain.eta[1 - giver] = NULL;
    size_t n = block_of(d, MG_KIND_INCENTIVES, giver, gradient);
    differences(loss_of_giver, m, giver, m->eta[giver], n, gradient);
    double error = moment_error(d, moments, n, gradient);
    tap_ok(error < 1e-3, "giver %d learns through its model of the other: %.1e", giver, error);
}

static void test_iteration(const mg_lio_dec_config *c)
{
    static made_up m;
    static double model[2][MG_LIO_PLAIN_PARAMETERS], eta[2][MG_LIO_PLAIN_PARAMETERS];
    driven d;
    start(&d, &mg_lio_dec, c);
    mg_lio_shape shape = shape_of(&c->lio);
    made_up_episodes(&m, &shape, &d, 2, 60);
    for (int i = 0; i < 2; i++) {
        block_of(&d, MG_KIND_INCENTIVES, i, eta[i]);
        block_named(&d, MG_KIND_MODELS, model_name[i], m.theta[1 - i]);
    }
    tap_ok(relative_error(1, m.theta[0], m.theta[1]) > 0.01, "models start apart");
    tap_ok(!play(&d, &m.tau, 0.25f), "after the first episode the iteration is not complete");
    watched = &m.tau;
    for (int agent = 0; agent < 2; agent++) {
        check_fit(&d, &m, agent, c->model_rate);
        block_named(&d, MG_KIND_MODELS, model_name[agent], model[agent]);
    }
    tap_ok(play(&d, &m.tau_hat, 0.5f), "after the second it is");
    for (int giver = 0; giver < 2; giver++)
        check_giver(&d, &m, giver, model[giver], eta[giver]);
    uint64_t count[3];
    d.table->update_counts(d.self, count);
    tap_ok(count[0] == 1 && count[1] == 1 && count[2] == 2, "a step of policies, one of incentives, two of models");
    watched = &m.tau_hat;
    const float *moments = tensor_of(&d, MG_KIND_OPTIMISERS, "model moments").data;
    double second[MG_LIO_PLAIN_PARAMETERS], wanted[MG_LIO_PLAIN_PARAMETERS];
    size_t n = block_named(&d, MG_KIND_MODELS, model_name[0], second);
    m.plain.theta[1] = m.theta[1];
    watched = &m.tau;
    differences(surprise, &m, 1, m.theta[1], n, wanted); /* at the model's start, on tau ... */
    memcpy(m.theta[1], model[0], sizeof m.theta[1]);
    watched = &m.tau_hat;
    differences(surprise, &m, 1, m.theta[1], n, second); /* ... then where that left it, on tau^ */
    for (size_t k = 0; k < n; k++) {
        wanted[k] = 0.9 * 0.1 * wanted[k] + 0.1 * second[k];
        second[k] = (double)moments[k];
    }
    double error = relative_error(n, second, wanted);
    tap_ok(error < 1e-3, "the second episode is watched too: %.1e", error);
    end(&d);
}

/* Each of three agents has a model of its own of each other one, and nothing begins with the draws of something else.
 */
static void test_three(void)
{
    enum { NETWORKS = 12 };
    const mg_escape_room_config room = mg_escape_room_default(3, 2);
    const mg_lio_dec_config config = mg_lio_dec_escape_released(3);
    mg_error error = {0};
    driven d = {.table = &mg_lio_dec};
    const float *weight[NETWORKS];
    int same = 0, n = 0;
    mg_escape_room.describe(&room, NULL, &d.environment);
    d.self = mg_lio_dec.create(&config, &d.environment, (mg_key){9999, 5}, &error);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            char name[48];
            snprintf(name, sizeof name, "model %d of %d first.weight", i, j);
            if (i != j)
                weight[n++] = tensor_of(&d, MG_KIND_MODELS, name).data;
        }
    for (int k = 0; k < 6; k++) {
        char name[48];
        snprintf(name, sizeof name, "agent %d first.weight", k % 3);
        weight[n++] = tensor_of(&d, k < 3 ? MG_KIND_POLICIES : MG_KIND_INCENTIVES, name).data;
    }
    for (int a = 0; a < NETWORKS; a++)
        for (int b = 0; b < a; b++)
            same += of_one_stream(weight[a], weight[b]);
    tap_ok(n == NETWORKS && same == 0, "%d models, policies and incentive functions begin apart: %d pairs do not",
           NETWORKS, same);
    end(&d);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    mg_lio_dec_config c = {.lio = mg_lio_ipd_released(), .model_rate = 2e-3};
    c.lio.policy_rate = 0.05; /* steps that binary32 measures well */
    c.lio.epsilon_start = 0.5;
    c.lio.discount = 0.8;
    test_iteration(&c);
    test_three();
    return tap_done();
}
