/* Controllers that learn nothing: a list of actions, and the largest observed score (max-pressure on traffic). */
#include "baselines/fixed_cycle.h"
#include "baselines/greedy_score.h"
#include "core/rl/rollout.h"
#include "envs/traffic_control.h"
#include "tests/tap.h"

#include <string.h>

static mg_agent_group alike = {
    0, 2, {.part = {{"pressure", 1, 1, 3}, {"rest", 1, 1, 2}}, .observation = 5, .actions = 3}};
static const mg_env_spec two_agents = {.name = "two", .agents = 2, .groups = 1, .group = &alike, .stages = 1};

static void act(const mg_learner_table *learner, void *self, const float *first, const float *second, void *memory,
                int32_t actions[2])
{
    const int row = 0;
    const uint32_t time = 0;
    const float *const observation[2] = {first, second};
    void *const memories[1] = {memory};
    int32_t *const out[2] = {&actions[0], &actions[1]};
    const mg_batch batch = {
        .mode = MG_EVALUATE, .rows = 1, .row = &row, .time = &time, .observation = observation, .memory = memories};
    learner->act(self, &batch, out, NULL);
}

static void test_cycle(void)
{
    const mg_fixed_cycle_config config = {.length = 3, .action = {2, 0, 1}};
    const mg_fixed_cycle_config beyond = {.length = 1, .action = {3}};
    mg_error error = {MG_EXIT_OK, ""};
    mg_learner_spec spec;
    const mg_key key = {1, 0};
    const float nothing[5] = {0};
    int32_t memory = 0, actions[2];
    void *self = mg_fixed_cycle.create(&config, &two_agents, key, &error);
    for (int step = 0; step < 7; step++) {
        act(&mg_fixed_cycle, self, nothing, nothing, &memory, actions);
        int expected = config.action[step % 3];
        tap_ok(actions[0] == expected && actions[1] == expected, "step %d plays %d", step, expected);
    }
    memory = 0;
    act(&mg_fixed_cycle, self, nothing, nothing, &memory, actions);
    tap_ok(actions[0] == 2, "a new episode begins the list anew");
    tap_ok(!mg_fixed_cycle.describe(&beyond, &two_agents, &spec, &error) && strstr(error.text, "plays action 3"),
           "an action that is not there is refused: %s", error.text);
    mg_fixed_cycle.destroy(self);
}

static void test_greedy(void)
{
    mg_error error = {MG_EXIT_OK, ""};
    const mg_key key = {1, 0};
    const float first[5] = {1, 4, 2, 9, 9}, tie[5] = {3, -1, 3, 9, 0};
    int32_t actions[2];
    void *self = mg_greedy_score.create(NULL, &two_agents, key, &error);
    act(&mg_greedy_score, self, first, tie, NULL, actions);
    tap_ok(actions[0] == 1, "the largest of the three scores, whatever stands beside them");
    tap_ok(actions[1] == 0, "ties go to the lowest action");
    mg_greedy_score.destroy(self);
}

/* Mean travel time of an episode on LToS's demand. */
static double travel_time(bool pressure, const mg_learner_table *learner, const void *config, mg_error *error)
{
    mg_traffic_control_config environment = mg_traffic_control_default();
    environment.episode_seconds = 900;
    environment.observe_pressure = pressure;
    const mg_rollout_config setup = {&mg_traffic_control, &environment, learner, config, {60002, 7}, 1};
    mg_rollout *rollout = mg_rollout_create(&setup, error);
    if (!rollout)
        return 0.0;
    double metric[8];
    mg_rollout_evaluate(rollout, 1, metric);
    mg_rollout_destroy(rollout);
    return metric[0];
}

static void test_max_pressure(void)
{
    mg_error error = {MG_EXIT_OK, ""};
    const mg_fixed_cycle_config fixed = mg_fixed_cycle_roads();
    double pressure = travel_time(true, &mg_greedy_score, NULL, &error);
    double cycle = travel_time(false, &mg_fixed_cycle, &fixed, &error);
    tap_ok(pressure > 0.0 && cycle > 0.0, "both run on the 6x6 grid %s", error.text);
    tap_ok(pressure < 0.8 * cycle, "max-pressure beats fixed time by a fifth: %.1f s against %.1f s", pressure, cycle);
    double blind = travel_time(false, &mg_greedy_score, NULL, &error);
    tap_ok(blind == 0.0 && strstr(error.text, "needs a part \"pressure\""), "without pressures in sight: %s",
           error.text);
}

int main(void)
{
    test_cycle();
    test_greedy();
    test_max_pressure();
    return tap_done();
}
