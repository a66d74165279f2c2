/* A step of the traffic simulator takes no memory once it has seen as many vehicles; nor does a decision of its
 * agents. */
#include "tests/counting_allocator.h"

#include "envs/traffic_control.h"
#include "tests/traffic_networks.h"

int main(void)
{
    if (!COUNTING) {
        tap_skip("a sanitizer has its own allocator");
        return tap_done();
    }
    texts t = small_texts();
    mg_traffic_network *network = load(&t);
    mg_traffic *traffic = mg_traffic_create(network);
    run_steps(traffic, 600);
    mg_traffic_reset(traffic, MG_RESTART_NEW);
    long before = allocations;
    double sum = 0.0;
    for (int i = 0; i < 600; i++) {
        mg_traffic_step(traffic);
        sum += mg_traffic_average_travel_time(traffic) + mg_traffic_counts(traffic)[0] + mg_traffic_waiting(traffic)[0];
    }
    network->exact_time = false;
    sum += mg_traffic_average_travel_time(traffic);
    network->exact_time = true;
    tap_ok(allocations == before && sum > 0.0, "600 steps with metrics: %ld allocations", allocations - before);
    network->plan_lights = false;
    mg_traffic_control_config config = mg_traffic_control_default();
    config.episode_seconds = 300;
    mg_env_spec spec;
    mg_error error = {0};
    void *world = mg_traffic_control_on(&config, network, &error);
    if (!tap_ok(world != NULL, "the network suits the agents %s", error.text))
        return tap_done();
    mg_traffic_control.describe(&config, world, &spec);
    const mg_row row = {&config, world, malloc(spec.row_bytes)};
    float reward[6], paid[6], received[6], observation[6 * MG_CONTROL_OBSERVATION];
    mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
    before = allocations;
    mg_traffic_control.reset(&row, NULL);
    for (int32_t k = 0; k < 30; k++) {
        const int32_t actions[6] = {k % 4, k / 2 % 4, 0, 1, 2, 3};
        mg_traffic_control.observe(&row, 0, observation);
        mg_traffic_control.step(&row, &(mg_joint){.action = actions}, NULL, &outcome);
    }
    tap_ok(allocations == before && outcome.truncated, "an episode of decisions: %ld allocations",
           allocations - before);
    int *more = malloc(sizeof *more);
    tap_ok(allocations == before + 1, "an allocation is noticed");
    free(more);
    return tap_done();
}
