/* What Anticipation Sharing and its baselines share: advantages, who uses whose, consensus by hand, the clipped
 * objective, sparse and silent talk; that state is all in the list of tensors and evaluation changes nothing. */
#include "algos/anticipation.h"
#include "baselines/policy_sharing.h"
#include "baselines/team_advantage.h"
#include "baselines/value_parameter_sharing.h"
#include "baselines/value_reward_sharing.h"
#include "baselines/value_sharing.h"
#include "core/num/isa.h"
#include "core/num/scalar_math.h"
#include "core/rl/rollout.h"
#include "envs/predation.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 5, STEPS = 30 };

static mg_predation_config game(void)
{
    mg_predation_config config = mg_predation_default(AGENTS);
    config.range = 0.3;
    return config;
}

static mg_anticipation_config small(void)
{
    mg_anticipation_config config = mg_anticipation_continuous_paper();
    config.proximal.hidden_1 = 16;
    config.proximal.hidden_2 = 8;
    return config;
}

static mg_rollout *start(const mg_learner_table *learner, const void *config, const mg_predation_config *predation)
{
    mg_error error = {0};
    mg_rollout_config setup = {.environment = &mg_predation,
                               .environment_config = predation,
                               .learner = learner,
                               .learner_config = config,
                               .key = {9989, 2},
                               .evaluation_rows = 3};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (!rollout)
        tap_ok(false, "%s: %s", learner->name, error.text);
    return rollout;
}

static mg_sharing *train(mg_rollout *rollout, uint64_t units)
{
    while (mg_rollout_count(rollout).units < units)
        mg_rollout_train_step(rollout);
    return mg_rollout_learner_self(rollout);
}

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

/* ---- advantages ---- */

/* A_t = sum_l (gamma lambda)^l delta_{t+l} with value 0 after the end, straight from the definition. */
static double worst_advantage(const mg_sharing *core, double discount, double lambda)
{
    double worst = 0.0;
    for (int i = 0; i < AGENTS; i++) {
        const float *value = core->value + i * (STEPS + 1), *reward = mg_trajectory_reward(&core->episode, i);
        for (int t = 0; t < STEPS; t++) {
            double sum = 0.0, weight = 1.0;
            for (int k = t; k < STEPS; k++, weight *= discount * lambda) {
                double after = k + 1 < STEPS ? (double)value[k + 1] : 0.0;
                sum += weight * ((double)reward[k] + discount * after - (double)value[k]);
            }
            double off = size_of(sum - (double)core->advantage[i * STEPS + t]) / (1.0 + size_of(sum));
            worst = off > worst ? off : worst;
        }
    }
    return worst;
}

/* used[i][t] against the mean advantage over {i} and whom `everybody` or the talks of the step name. */
static double worst_used(const mg_sharing *core, bool everybody)
{
    double worst = 0.0;
    for (int i = 0; i < AGENTS; i++)
        for (int t = 0; t < STEPS; t++) {
            double sum = 0.0, count = 0.0;
            for (int j = 0; j < AGENTS; j++)
                if (everybody || j == i || mg_sharing_talks(core, t, i)[j]) {
                    sum += (double)core->advantage[j * STEPS + t];
                    count += 1.0;
                }
            double off = size_of(sum / count - (double)core->used[i * STEPS + t]);
            worst = off > worst ? off : worst;
        }
    return worst;
}

static void test_advantages(void)
{
    mg_anticipation_config config = small();
    mg_predation_config predation = game();
    mg_rollout *value = start(&mg_value_sharing, &config, &predation);
    mg_rollout *team = start(&mg_team_advantage, &config, &predation);
    mg_sharing *vs = train(value, 2), *all = train(team, 2);
    tap_ok(worst_advantage(vs, 0.99, 0.98) < 1e-5, "generalised advantages by definition");
    tap_ok(worst_advantage(vs, 0.99, 0.9) > 1e-3, "mutation: another lambda is noticed");
    tap_ok(worst_used(vs, false) < 1e-4, "value sharing uses the mean over itself and its neighbours");
    tap_ok(worst_used(vs, true) > 1e-2, "mutation: which is not the mean over everybody");
    tap_ok(worst_used(all, true) < 1e-4, "team uses the mean over everybody");
    mg_rollout_destroy(value);
    mg_rollout_destroy(team);
}

/* ---- consensus ---- */

/* The weights again, plainly: the mean over steps of each step's Metropolis matrix. */
static void weights(const mg_sharing *core, double w[AGENTS][AGENTS])
{
    memset(w, 0, AGENTS * sizeof *w);
    for (int t = 0; t < STEPS; t++)
        for (int i = 0; i < AGENTS; i++)
            for (int j = 0; j < AGENTS; j++) {
                double degree_i = 0.0, degree_j = 0.0;
                for (int k = 0; k < AGENTS; k++) {
                    degree_i += mg_sharing_talks(core, t, i)[k] || mg_sharing_talks(core, t, k)[i];
                    degree_j += mg_sharing_talks(core, t, j)[k] || mg_sharing_talks(core, t, k)[j];
                }
                if (i == j || !(mg_sharing_talks(core, t, i)[j] || mg_sharing_talks(core, t, j)[i]))
                    continue;
                double share = 1.0 / (1.0 + (degree_i > degree_j ? degree_i : degree_j)) / STEPS;
                w[i][j] += share;
            }
    for (int i = 0; i < AGENTS; i++) {
        w[i][i] = 1.0;
        for (int j = 0; j < AGENTS; j++)
            w[i][i] -= j == i ? 0.0 : w[i][j];
    }
}

static void test_consensus(void)
{
    enum { COUNT = 7 };
    mg_anticipation_config config = small();
    mg_predation_config predation = game();
    mg_rollout *rollout = start(&mg_value_parameter_sharing, &config, &predation);
    mg_sharing *core = train(rollout, 1);
    float block[AGENTS * COUNT], before[AGENTS * COUNT];
    double w[AGENTS][AGENTS], worst = 0.0, drift = 0.0, moved = 0.0;
    for (int k = 0; k < AGENTS * COUNT; k++)
        before[k] = block[k] = (float)(k * k % 17) - 8.0f;
    weights(core, w);
    mg_sharing_average(core, block, COUNT);
    for (int k = 0; k < COUNT; k++) {
        double old_sum = 0.0, new_sum = 0.0;
        for (int i = 0; i < AGENTS; i++) {
            double wanted = 0.0;
            for (int j = 0; j < AGENTS; j++)
                wanted += w[i][j] * (double)before[j * COUNT + k];
            double off = size_of(wanted - (double)block[i * COUNT + k]);
            worst = off > worst ? off : worst;
            moved += size_of((double)block[i * COUNT + k] - (double)before[i * COUNT + k]);
            old_sum += (double)before[i * COUNT + k];
            new_sum += (double)block[i * COUNT + k];
        }
        drift = size_of(new_sum - old_sum) > drift ? size_of(new_sum - old_sum) : drift;
    }
    tap_ok(worst < 1e-5, "the average is the Metropolis mean by hand: %.1e off", worst);
    tap_ok(drift < 1e-4 && moved > 1.0, "it keeps the sum over agents and moves them");
    memset(core->talks, 0, (size_t)STEPS * AGENTS * AGENTS);
    for (int t = 0; t < STEPS; t++)
        mg_sharing_talks(core, t, 0)[1] = 1;
    float one_way[2] = {(before[0] + before[COUNT]) / 2.0f, before[2 * COUNT]};
    memcpy(block, before, sizeof block);
    mg_sharing_average(core, block, COUNT);
    tap_ok(size_of((double)block[0] - (double)one_way[0]) < 1e-5 &&
               size_of((double)block[COUNT] - (double)one_way[0]) < 1e-5 && block[2 * COUNT] == one_way[1],
           "one who hears the other is enough for both to average: half each");
    memset(core->talks, 0, (size_t)STEPS * AGENTS * AGENTS);
    memcpy(block, before, sizeof block);
    mg_sharing_average(core, block, COUNT);
    tap_ok(memcmp(block, before, sizeof block) == 0, "nobody talks: nothing moves");
    mg_rollout_destroy(rollout);
}

/* What the suites call untrained: with rates 0 agents still average their policies, unless nobody talks. */
static void test_untrained(void)
{
    for (int quiet = 0; quiet < 2; quiet++) {
        mg_anticipation_config config = small();
        mg_predation_config predation = game();
        config.proximal.actor_rate = config.proximal.critic_rate = 0.0;
        config.proximal.skip = quiet ? 1.0 : 0.0;
        mg_rollout *rollout = start(&mg_policy_sharing, &config, &predation);
        mg_sharing *core = mg_rollout_learner_self(rollout);
        size_t bytes = (size_t)core->agents * core->actor.count * sizeof(float);
        float *before = malloc(bytes);
        memcpy(before, core->actor.parameters, bytes);
        train(rollout, 1);
        bool same = memcmp(before, core->actor.parameters, bytes) == 0;
        tap_ok(same == (quiet == 1), "policy sharing, rates 0: %s",
               quiet ? "silent, nothing moves" : "averaging moves it");
        free(before);
        mg_rollout_destroy(rollout);
    }
}

/* ---- policy sharing: all heads learn by the own ratio ---- */

static void test_policy_sharing(void)
{
    mg_anticipation_config config = small();
    mg_predation_config predation = game();
    mg_rollout *rollout = start(&mg_policy_sharing, &config, &predation);
    mg_sharing *core = train(rollout, 1);
    int last = AGENTS - 1, wrong = 0;
    const float *p = mg_sharing_probability(core, last, 0);
    for (int t = 0; t < STEPS; t++)
        for (int j = 0; j < AGENTS; j++)
            for (int b = 0; b < 2; b++) {
                int at = (t * AGENTS + j) * 2 + b;
                double hot = mg_trajectory_action(&core->episode, j)[t] == b ? 1.0 : 0.0;
                double wanted = (double)core->slope[t] * (hot - (double)p[at]) / STEPS;
                wrong += size_of(wanted - (double)core->gradient[at]) > 1e-6 * (1.0 + size_of(wanted));
            }
    tap_ok(wrong == 0, "every head climbs the log probability of its agent's action, weighted by the own ratio");
    tap_ok(core->heads == AGENTS && core->actor_network.outputs == 2 * AGENTS, "one network of five heads");
    mg_rollout_destroy(rollout);
}

/* ---- the clipped objective ---- */

static void test_clipped(void)
{
    /* ratio 1.5 and 0.5 with both signs, then 1.1, and an advantage of 0 */
    const float probability[12] = {0.75f, 0.25f, 0.25f, 0.75f, 0.75f, 0.25f, 0.25f, 0.75f, 0.55f, 0.45f, 0.75f, 0.25f};
    const float before[6] = {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f};
    const int32_t action[6] = {0, 0, 0, 0, 0, 0};
    const float advantage[6] = {1.0f, 1.0f, -1.0f, -1.0f, 2.0f, 0.0f};
    const float wanted[6] = {1.2f, 0.5f, -1.5f, -0.8f, 2.2f, 0.0f}, slopes[6] = {0.0f, 0.5f, -1.5f, 0.0f, 2.2f, 0.0f};
    float term[6], slope[6];
    mg_clipped_batch batch = {.steps = 6,
                              .actions = 2,
                              .stride = 2,
                              .probability = probability,
                              .before = before,
                              .action = action,
                              .advantage = advantage,
                              .clip = 0.2f};
    float mean = mg_clipped_objective(&batch, term, slope);
    int wrong = 0;
    for (int t = 0; t < 6; t++)
        wrong += size_of((double)(term[t] - wanted[t])) > 1e-6 || size_of((double)(slope[t] - slopes[t])) > 1e-6;
    tap_ok(wrong == 0 && size_of((double)mean - 1.6 / 6.0) < 1e-6, "both clips, both signs: %d wrong", wrong);
    tap_ok(mg_ratio(1.0f, 0.0f) == 1e8f && mg_ratio(1.0f, 0.5f) == 2.0f, "a denominator of 0 counts as 1e-8");
}

/* ---- who talks ---- */

/* Two ways, a link is where either drew the other: the same draws as one way, made symmetric. */
static void test_two_way(mg_rollout *one_way)
{
    mg_anticipation_config config = small();
    mg_predation_config predation = game();
    config.proximal.sparse = true;
    mg_rollout *two_way = start(&mg_anticipation, &config, &predation);
    int wrong = 0, links = 0;
    uint64_t units = mg_rollout_count(one_way).units;
    mg_sharing *a = mg_rollout_learner_self(one_way), *b = train(two_way, units);
    for (int t = 0; t < STEPS; t++)
        for (int i = 0; i < AGENTS; i++)
            for (int j = 0; j < AGENTS; j++) {
                bool drawn = mg_sharing_talks(a, t, i)[j] || mg_sharing_talks(a, t, j)[i];
                wrong += drawn != mg_sharing_talks(b, t, i)[j];
                links += mg_sharing_talks(b, t, i)[j];
            }
    tap_ok(wrong == 0 && links > STEPS * AGENTS, "sparse: who is drawn answers: %d of %d links wrong", wrong, links);
    mg_rollout_destroy(two_way);
}

/* Silence drawn for every step: about half of the steps are silent, and the others as without. */
static void test_skipped_steps(void)
{
    mg_anticipation_config config = small();
    mg_predation_config predation = game();
    predation.range = 1.0;
    config.proximal.skip = 0.5;
    config.proximal.skip_steps = true;
    mg_rollout *rollout = start(&mg_anticipation, &config, &predation);
    int whole = 0, silent = 0;
    for (uint64_t unit = 1; unit <= 20; unit++) {
        mg_sharing *core = train(rollout, unit);
        for (int t = 0; t < STEPS; t++) {
            int links = 0;
            for (int i = 0; i < AGENTS; i++)
                for (int j = 0; j < AGENTS; j++)
                    links += mg_sharing_talks(core, t, i)[j];
            whole += links == AGENTS * (AGENTS - 1);
            silent += links == 0;
        }
    }
    tap_ok(whole + silent == 20 * STEPS && silent > 250 && silent < 350,
           "skip for steps: %d of 600 are silent, in all others everybody talks", silent);
    tap_ok(((mg_sharing *)mg_rollout_learner_self(rollout))->updates[2] == 60, "and no episode is");
    mg_rollout_destroy(rollout);
    config.proximal.sparse = true;
    rollout = start(&mg_anticipation, &config, &predation);
    silent = 0;
    for (uint64_t unit = 1; unit <= 20; unit++) {
        mg_sharing *core = train(rollout, unit);
        for (int t = 0; t < STEPS; t++) {
            int links = 0;
            for (int i = 0; i < AGENTS; i++)
                for (int j = 0; j < AGENTS; j++)
                    links += mg_sharing_talks(core, t, i)[j];
            silent += links == 0;
        }
    }
    tap_ok(silent > 250 && silent < 350, "partners that are drawn are silent too: %d of 600 steps", silent);
    mg_rollout_destroy(rollout);
}

static void test_talks(void)
{
    mg_anticipation_config config = small();
    mg_predation_config predation = game();
    config.proximal.sparse = config.proximal.sparse_one_way = true;
    mg_rollout *rollout = start(&mg_anticipation, &config, &predation);
    int wrong = 0, answered = 0, pair[AGENTS][AGENTS] = {{0}};
    for (uint64_t unit = 1; unit <= 20; unit++) {
        mg_sharing *core = train(rollout, unit);
        for (int t = 0; t < STEPS; t++)
            for (int i = 0; i < AGENTS; i++) {
                int partners = 0;
                for (int j = 0; j < AGENTS; j++) {
                    partners += mg_sharing_talks(core, t, i)[j];
                    answered += mg_sharing_talks(core, t, i)[j] && mg_sharing_talks(core, t, j)[i];
                    pair[i][j] += mg_sharing_talks(core, t, i)[j];
                }
                wrong += partners != 1 || mg_sharing_talks(core, t, i)[i];
            }
    }
    int least = 1000;
    for (int i = 0; i < AGENTS; i++)
        for (int j = 0; j < AGENTS; j++)
            least = i != j && pair[i][j] < least ? pair[i][j] : least;
    tap_ok(wrong == 0 && least > 100, "sparse, one way: one partner a step, each of four in about 150 of 600: %d",
           least);
    /* 3000 draws, a quarter of which find their partner drawing them too */
    tap_ok(answered > 600 && answered < 900, "about a quarter of the links are answered by chance: %d", answered);
    test_two_way(rollout);
    mg_rollout_destroy(rollout);
    config.proximal.sparse = false;
    config.proximal.skip = 0.5;
    rollout = start(&mg_anticipation, &config, &predation);
    mg_sharing *core = train(rollout, 60);
    tap_ok(core->updates[0] == 180 && core->updates[2] > 60 && core->updates[2] < 120 && core->updates[2] % 3 == 0,
           "skip: anticipations learned in %d of 60 episodes", (int)core->updates[2] / 3);
    mg_rollout_destroy(rollout);
    test_skipped_steps();
}

/* ---- state ---- */

static bool same_actors(const mg_sharing *a, const mg_sharing *b)
{
    size_t count = (size_t)(a->agents * a->networks) * a->actor.count;
    return memcmp(a->actor.parameters, b->actor.parameters, count * sizeof(float)) == 0;
}

static int list(mg_rollout *rollout, const mg_learner_table *learner, mg_tensor *tensor, int room)
{
    int count = learner->tensors(mg_rollout_learner_self(rollout), tensor, room);
    return count + mg_rollout_tensors(rollout, tensor + count, room - count);
}

static void test_state(const mg_learner_table *learner)
{
    enum { ROOM = 600 };
    mg_anticipation_config whole = small();
    mg_predation_config predation = game();
    whole.proximal.skip = 0.3;
    mg_value_reward_sharing_config with_reward = mg_value_reward_sharing_default(&whole.proximal);
    const void *config = learner == &mg_value_reward_sharing ? (const void *)&with_reward : (const void *)&whole;
    mg_rollout *straight = start(learner, config, &predation), *watched = start(learner, config, &predation);
    mg_rollout *resumed = start(learner, config, &predation);
    mg_tensor *from = malloc(ROOM * sizeof *from), *to = malloc(ROOM * sizeof *to);
    double metric[32];
    train(straight, 4);
    train(resumed, 1); /* some other state, to be replaced */
    int count = list(straight, learner, from, ROOM);
    tap_ok(count < ROOM && list(resumed, learner, to, ROOM) == count, "%s lists %d tensors", learner->name, count);
    for (int n = 0; n < count; n++)
        memcpy(to[n].data, from[n].data, mg_tensor_bytes(&from[n]));
    mg_rollout_resume(resumed);
    mg_sharing *a = train(straight, 8);
    tap_ok(same_actors(a, train(resumed, 8)), "%s: goes on from its tensors as if never interrupted", learner->name);
    for (uint64_t unit = 1; unit <= 8; unit++) {
        train(watched, unit);
        mg_rollout_evaluate(watched, 4, metric);
    }
    tap_ok(same_actors(a, train(watched, 8)), "%s: evaluations change nothing", learner->name);
    tap_ok(!same_actors(a, train(watched, 9)), "mutation: another episode does");
    mg_rollout_destroy(straight);
    mg_rollout_destroy(watched);
    mg_rollout_destroy(resumed);
    free(from);
    free(to);
}

/* Moments of a unit that died are cleared before they are subnormal, and the parameters do not notice. */
static void test_least(void)
{
    mg_optimiser_config plain = mg_adam_torch_default(1e-4), clearing = plain;
    clearing.least = 1e-30;
    mg_optimiser_state a = mg_optimiser_start(), b = mg_optimiser_start();
    float x[2] = {0.5f, 0.25f}, y[2] = {0.5f, 0.25f}, m[4] = {0}, n[4] = {0};
    bool same = true;
    for (int step = 0; step < 2000; step++) {
        float gradient[2] = {step < 10 ? 0.125f : 0.0f, 0.0625f};
        mg_optimiser_step(&plain, &a, 2, gradient, m, x);
        mg_optimiser_step(&clearing, &b, 2, gradient, n, y);
        same = same && x[0] == y[0] && x[1] == y[1];
    }
    tap_ok(same && m[1] == n[1] && m[3] == n[3], "2000 steps, one gradient 0 after ten: the same parameters");
    tap_ok(n[0] == 0.0f && m[0] != 0.0f && m[0] < 1.2e-38f, "its moment is 0, and without clearing %g", (double)m[0]);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_advantages();
    test_consensus();
    test_untrained();
    test_policy_sharing();
    test_clipped();
    test_talks();
    test_state(&mg_anticipation);
    test_state(&mg_value_parameter_sharing);
    test_state(&mg_policy_sharing);
    test_state(&mg_value_reward_sharing);
    test_least();
    return tap_done();
}
