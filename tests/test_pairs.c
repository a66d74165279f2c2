/* Every learner on every environment: it plays and learns from two episodes and an evaluation, or refuses and names
 * the need that is missing. A new environment or learner is a line here; the number of pairs that run is pinned. */
#include "algos/anticipation.h"
#include "algos/lio.h"
#include "baselines/fixed_cycle.h"
#include "baselines/greedy_score.h"
#include "baselines/independent_proximal.h"
#include "baselines/policy_gradient.h"
#include "baselines/policy_sharing.h"
#include "baselines/team_advantage.h"
#include "baselines/value_parameter_sharing.h"
#include "baselines/value_reward_sharing.h"
#include "baselines/value_sharing.h"
#include "core/rl/rollout.h"
#include "envs/exchange.h"
#include "envs/grid_navigation.h"
#include "envs/matrix_game.h"
#include "envs/predation.h"
#include "envs/traffic_control.h"
#include "tests/tap.h"
#include "tests/toy_experiment.h"

#include <stdlib.h>

#define PAIRS_THAT_RUN 62

typedef struct part {
    const char *name;
    const void *table, *config;
} part;

/* Two episodes; "" if all went well. */
static void play(mg_rollout *rollout, char *wrong, size_t size)
{
    const mg_env_spec *environment = mg_rollout_environment(rollout);
    double metric[32];
    wrong[0] = '\0';
    int limit = 2 * environment->longest_episode;
    for (int i = 0; i < limit && mg_rollout_count(rollout).episodes < 2; i++)
        mg_rollout_train_step(rollout);
    if (mg_rollout_count(rollout).episodes < 2)
        snprintf(wrong, size, "two episodes took more than %d steps", limit);
    mg_rollout_evaluate(rollout, 2, metric);
    for (int m = 0; m < environment->metrics; m++)
        if (!(metric[m] - metric[m] >= 0.0))
            snprintf(wrong, size, "metric %s is not finite", environment->metric[m].name);
}

static bool all_zero(const mg_tensor *tensor)
{
    const unsigned char *byte = tensor->data;
    for (size_t i = 0; i < mg_tensor_bytes(tensor); i++)
        if (byte[i])
            return false;
    return true;
}

/* How many of the networks that the learner lists have the same numbers in both, biases that are still 0 aside;
 * *networks: how many there are. */
static int same_networks(const mg_learner_table *learner, mg_rollout *a, mg_rollout *b, int *networks)
{
    enum { ROOM = 1000 };
    static mg_tensor of_a[ROOM], of_b[ROOM];
    int count = learner->tensors(mg_rollout_learner_self(a), of_a, ROOM), same = 0;
    (void)learner->tensors(mg_rollout_learner_self(b), of_b, ROOM);
    *networks = count > ROOM ? -1 : 0;
    for (int i = 0; i < count && count <= ROOM; i++) {
        if (of_a[i].kind != MG_KIND_POLICIES && of_a[i].kind != MG_KIND_CRITICS && of_a[i].kind != MG_KIND_INCENTIVES)
            continue;
        ++*networks;
        same += memcmp(of_a[i].data, of_b[i].data, mg_tensor_bytes(&of_a[i])) == 0 && !all_zero(&of_a[i]);
    }
    return same;
}

static int pairs_that_learn;

static int try_pair(const part *environment, const part *learner)
{
    mg_rollout_config config = {environment->table, environment->config, learner->table,
                                learner->config,    {60001, 0},          2};
    mg_error error = {MG_EXIT_OK, ""};
    char wrong[128];
    mg_rollout *rollout = mg_rollout_create(&config, &error);
    if (!rollout) {
        tap_ok(error.status != MG_EXIT_OK && strstr(error.text, "needs"), "%s on %s refuses: %s", learner->name,
               environment->name, error.text);
        return 0;
    }
    play(rollout, wrong, sizeof wrong);
    tap_ok(wrong[0] == '\0', "%s on %s runs%s%s", learner->name, environment->name, wrong[0] ? ": " : "", wrong);
    mg_rollout *fresh = mg_rollout_create(&config, &error);
    config.key.seed = 1;
    mg_rollout *other = mg_rollout_create(&config, &error);
    int networks, same = same_networks(learner->table, fresh, other, &networks);
    play(other, wrong, sizeof wrong);
    same += same_networks(learner->table, rollout, other, &networks);
    tap_ok(same == 0 && networks >= 0, "... and with another seed each of its %d networks starts and ends as another",
           networks);
    pairs_that_learn += networks > 0;
    mg_rollout_destroy(fresh);
    mg_rollout_destroy(other);
    mg_rollout_destroy(rollout);
    return 1;
}

int main(void)
{
    mg_traffic_control_config traffic = mg_traffic_control_default();
    traffic.grid.rows = traffic.grid.columns = 2;
    traffic.demand = MG_CONTROL_STRAIGHT;
    traffic.demand_interval = 8.0;
    traffic.episode_seconds = 200;
    traffic.observe_pressure = true;
    const mg_fixed_cycle_config cycle = {.length = 2, .action = {0, 1}};
    mg_matrix_game_config with_memory = mg_matrix_game_default(), without = mg_matrix_game_default();
    without.memory = false;
    const toy_line_config line = {.longest = 9, .push = 0.25};
    mg_lio_config lio = mg_lio_ipd_released(), lio_asym = mg_lio_ipd_released();
    lio_asym.givers = 1;
    mg_policy_gradient_config gradient = mg_policy_gradient_ipd_released();
    const toy_learner_config plain = {.rate = 0.0005, .rows = 3};
    mg_predation_config predation = mg_predation_default(6);
    mg_exchange_config exchange = mg_exchange_default();
    mg_grid_navigation_config navigation = mg_grid_navigation_default();
    mg_anticipation_config anticipation = mg_anticipation_continuous_paper();
    mg_proximal_config proximal = anticipation.proximal;
    mg_value_reward_sharing_config with_reward = mg_value_reward_sharing_default(&proximal);
    const part environment[] = {
        {"matrix-game with memory", &mg_matrix_game, &with_memory},
        {"matrix-game without memory", &mg_matrix_game, &without},
        {"predation", &mg_predation, &predation},
        {"exchange", &mg_exchange, &exchange},
        {"grid-navigation", &mg_grid_navigation, &navigation},
        {"traffic-control", &mg_traffic_control, &traffic},
        {"toy-line (agents of two kinds, no transfers)", &toy_line, &line},
    };
    const part learner[] = {
        {"lio", &mg_lio, &lio},
        {"lio with one giver", &mg_lio, &lio_asym},
        {"policy-gradient", &mg_policy_gradient, &gradient},
        {"anticipation", &mg_anticipation, &anticipation},
        {"independent-proximal", &mg_independent_proximal, &proximal},
        {"team-advantage", &mg_team_advantage, &proximal},
        {"value-sharing", &mg_value_sharing, &proximal},
        {"value-parameter-sharing", &mg_value_parameter_sharing, &proximal},
        {"value-reward-sharing", &mg_value_reward_sharing, &with_reward},
        {"policy-sharing", &mg_policy_sharing, &proximal},
        {"fixed-cycle", &mg_fixed_cycle, &cycle},
        {"greedy-score", &mg_greedy_score, NULL},
        {"toy-learner", &toy_learner_table, &plain},
    };
    int ran = 0;
    for (size_t e = 0; e < sizeof environment / sizeof *environment; e++)
        for (size_t l = 0; l < sizeof learner / sizeof *learner; l++)
            ran += try_pair(&environment[e], &learner[l]);
    tap_ok(pairs_that_learn >= 54, "%d pairs have networks", pairs_that_learn);
    tap_ok(ran == PAIRS_THAT_RUN, "%d pairs run, wanted %d", ran, PAIRS_THAT_RUN);
    return tap_done();
}
