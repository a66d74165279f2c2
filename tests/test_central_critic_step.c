/* The losses of actors with a central critic on a minibatch, in binary64: against plain loops (central_plain.h), their
 * gradients against central differences of these; PIC's critic knows no order of agents, MADDPG's does. */
#define MG_DOUBLE
#include "baselines/central_critic_step.h"

#include "core/num/rng.h"
#include "tests/central_plain.h"
#include "tests/tap.h"

#include <stdlib.h>

enum { SAMPLES = 4, ROWS = SAMPLES * AGENTS, COUNT_MAX = 300 };
static const mg_key key = {9967, 0};
static const double discount = 0.9, penalty = 0.3;

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static double larger(double a, double b)
{
    return a >= b ? a : b; /* b if unordered */
}

typedef struct world {
    mg_central_network network;
    mg_central_scratch *scratch;
    plain_step step[SAMPLES];
    double theta[COUNT_MAX], kappa[COUNT_MAX], kappa_target[COUNT_MAX], gradient[COUNT_MAX];
    double seen[ROWS * SEEN], next[ROWS * SEEN], reward[ROWS], terminated[SAMPLES];
    int32_t action[ROWS];
} world;

static void draw_all(mg_stream *stream, int n, double scale, double *x)
{
    for (int k = 0; k < n; k++)
        x[k] = scale * (2.0 * mg_random_double(stream) - 1.0);
}

static world *make(uint32_t number, bool graph, bool mean)
{
    world *w = calloc(1, sizeof *w);
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, number, 0, 0);
    const mg_central_shape shape = {AGENTS, SEEN, ACTIONS, HIDDEN, graph, mean, SAMPLES + 2};
    mg_central_network_create(&w->network, &shape);
    w->scratch = mg_central_scratch_create(&w->network);
    draw_all(&stream, COUNT_MAX, 0.9, w->theta);
    draw_all(&stream, COUNT_MAX, graph ? 2.0 : 0.9, w->kappa);
    draw_all(&stream, COUNT_MAX, graph ? 2.0 : 0.9, w->kappa_target);
    for (int s = 0; s < SAMPLES; s++) {
        plain_step *step = &w->step[s];
        draw_all(&stream, AGENTS * SEEN, 1.0, &step->seen[0][0]);
        draw_all(&stream, AGENTS * SEEN, 1.0, &step->next[0][0]);
        draw_all(&stream, AGENTS, 2.0, step->reward);
        for (int i = 0; i < AGENTS; i++)
            w->action[s * AGENTS + i] = step->action[i] = (int32_t)mg_random_below(&stream, ACTIONS);
        w->terminated[s] = step->terminated = s == 1;
        memcpy(w->seen + s * AGENTS * SEEN, step->seen, sizeof step->seen);
        memcpy(w->next + s * AGENTS * SEEN, step->next, sizeof step->next);
        memcpy(w->reward + s * AGENTS, step->reward, sizeof step->reward);
    }
    return w;
}

static void release(world *w)
{
    mg_central_scratch_destroy(w->scratch);
    mg_central_network_destroy(&w->network);
    free(w);
}

static double critic_loss(world *w)
{
    double sum = 0.0;
    for (int s = 0; s < SAMPLES; s++)
        sum += plain_critic_loss(&w->network, w->kappa, &w->step[s],
                                 plain_target(&w->network, w->theta, w->kappa_target, discount, &w->step[s]));
    return sum / SAMPLES;
}

static double actor_loss(world *w)
{
    double sum = 0.0;
    for (int s = 0; s < SAMPLES; s++)
        sum += plain_actor_loss(&w->network, w->theta, w->kappa, penalty, &w->step[s]);
    return sum / SAMPLES;
}

/* |gradient - differences| / |differences| */
static double off_by(world *w, size_t count, double *x, double (*loss)(world *), double scale)
{
    const double step = 1e-5;
    double off = 0.0, size = 0.0;
    for (size_t k = 0; k < count; k++) {
        double kept = x[k];
        x[k] = kept + step;
        double above = loss(w);
        x[k] = kept - step;
        double slope = (above - loss(w)) / (2.0 * step);
        x[k] = kept;
        off += (scale * w->gradient[k] - slope) * (scale * w->gradient[k] - slope);
        size += slope * slope;
    }
    return mg_sqrt(off / size);
}

static void test_losses(const char *says, bool graph, bool mean)
{
    double loss_off = 0.0, critic = 0.0, actor = 0.0, twin = 1.0;
    for (uint32_t number = 0; number < 6; number++) {
        world *w = make(number, graph, mean);
        const mg_central_batch batch = {SAMPLES, w->seen, w->next, w->action, w->reward, w->terminated};
        double loss =
            mg_central_critic_gradient(w->scratch, &batch, discount, w->theta, w->kappa, w->kappa_target, w->gradient);
        loss_off = larger(loss_off, size_of(loss - critic_loss(w)));
        critic = larger(critic, off_by(w, w->network.critic.count, w->kappa, critic_loss, 1.0));
        loss = mg_central_actor_gradient(w->scratch, &batch, penalty, w->theta, w->kappa, w->gradient);
        loss_off = larger(loss_off, size_of(loss - actor_loss(w)));
        actor = larger(actor, off_by(w, w->network.actor.count, w->theta, actor_loss, 1.0));
        double wrong = off_by(w, w->network.actor.count, w->theta, actor_loss, 1.001);
        twin = wrong < twin ? wrong : twin;
        release(w);
    }
    tap_ok(loss_off < 1e-12, "%s: both losses as plainly, %.1e off", says, loss_off);
    tap_ok(critic < 1e-6, "... the critic's gradient against central differences: %.1e off", critic);
    tap_ok(actor < 1e-6, "... the actor's, through the critic: %.1e off", actor);
    tap_ok(twin > 5e-4, "... one that is wrong by a thousandth is seen: %.1e", twin);
}

/* The critic's loss where the agents of every sample have changed places. */
static double moved_by_order(bool graph, bool mean)
{
    double least = 1e9, most = 0.0;
    for (uint32_t number = 10; number < 20; number++) {
        world *w = make(number, graph, mean);
        mg_central_batch batch = {SAMPLES, w->seen, w->next, w->action, w->reward, w->terminated};
        double before =
            mg_central_critic_gradient(w->scratch, &batch, discount, w->theta, w->kappa, w->kappa_target, w->gradient);
        double seen[ROWS * SEEN], next[ROWS * SEEN];
        int32_t action[ROWS];
        for (int row = 0; row < ROWS; row++) {
            int to = row / AGENTS * AGENTS + (row + 1) % AGENTS;
            memcpy(seen + to * SEEN, w->seen + row * SEEN, SEEN * sizeof *seen);
            memcpy(next + to * SEEN, w->next + row * SEEN, SEEN * sizeof *next);
            action[to] = w->action[row];
        }
        batch.observation = seen;
        batch.next_observation = next;
        batch.action = action;
        double moved = size_of(before - mg_central_critic_gradient(w->scratch, &batch, discount, w->theta, w->kappa,
                                                                   w->kappa_target, w->gradient));
        least = moved < least ? moved : least;
        most = larger(most, moved);
        release(w);
    }
    return graph ? most : least;
}

static void test_order(void)
{
    tap_ok(moved_by_order(true, false) < 1e-13, "PIC's critic, agents in another order: the same, %.1e off",
           moved_by_order(true, false));
    tap_ok(moved_by_order(true, true) < 1e-13, "... with the mean too, %.1e off", moved_by_order(true, true));
    tap_ok(moved_by_order(false, false) > 1e-4, "MADDPG's is another: %.1e", moved_by_order(false, false));
}

static void test_choices(void)
{
    world *w = make(30, false, false);
    plain_choices logit;
    double noise[ROWS * ACTIONS];
    int32_t choice[ROWS];
    int wrong = 0, changed = 0;
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 30, 0, 1);
    draw_all(&stream, ROWS * ACTIONS, 6.0, noise);
    mg_central_decide(w->scratch, SAMPLES, w->seen, noise, w->theta, choice);
    for (int s = 0; s < SAMPLES; s++) {
        plain_logits(&w->network, w->theta, w->step[s].seen, logit);
        for (int i = 0; i < AGENTS; i++) {
            int best = 0, likely = 0;
            const double *of = noise + (s * AGENTS + i) * ACTIONS;
            for (int a = 1; a < ACTIONS; a++) {
                best = logit[i][a] + of[a] > logit[i][best] + of[best] ? a : best;
                likely = logit[i][a] > logit[i][likely] ? a : likely;
            }
            wrong += choice[s * AGENTS + i] != best;
            changed += best != likely;
        }
    }
    tap_ok(wrong == 0 && changed > 2, "choices are where logits and noise are largest: %d wrong, noise changes %d",
           wrong, changed);
    release(w);
}

int main(void)
{
    test_losses("MADDPG", false, false);
    test_losses("PIC", true, false);
    test_losses("PIC with the mean", true, true);
    test_order();
    test_choices();
    return tap_done();
}
