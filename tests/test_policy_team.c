/* A team of policies: each agent acts by its own, explores in training alone, and a batch acts as its entries do. */
#include "core/num/isa.h"
#include "core/rl/policy_team.h"
#include "tests/tap.h"

#include <string.h>

enum { AGENTS = 4, ACTIONS = 3, LENGTH = 5, ROWS = 8, ENTRIES = 30 };

static void act(mg_policy_team *team, mg_mode mode, float epsilon, int first, int rows, int32_t action[AGENTS][ENTRIES])
{
    static float number[ENTRIES * LENGTH];
    int row[ENTRIES];
    uint32_t time[ENTRIES];
    const float *observation[AGENTS];
    int32_t *actions[AGENTS];
    for (int n = 0; n < ENTRIES * LENGTH; n++)
        number[n] = (float)(n * 29 % 32 - 16) / 4.0f;
    for (int k = 0; k < ENTRIES; k++) {
        row[k] = k % 3;
        time[k] = (uint32_t)(70 + k / 3);
    }
    for (int i = 0; i < AGENTS; i++) {
        observation[i] = number + first * LENGTH;
        actions[i] = action[i] + first;
    }
    const mg_batch batch = {
        .mode = mode, .rows = rows, .row = row + first, .time = time + first, .observation = observation};
    mg_policy_team_act(team, &batch, epsilon, actions);
}

/* Agent i chooses i % 3, whatever it observes. */
static void make_constant(mg_policy_team *team)
{
    const mg_layout *layout = &team->policy->network.layout;
    memset(team->theta, 0, AGENTS * layout->count * sizeof(float));
    for (int i = 0; i < AGENTS; i++)
        team->theta[(size_t)i * layout->count + layout->view[layout->views - 1].offset + (size_t)(i % 3)] = 60.0f;
}

static int not_own(int32_t action[AGENTS][ENTRIES])
{
    int wrong = 0;
    for (int i = 0; i < AGENTS; i++)
        for (int k = 0; k < ENTRIES; k++)
            wrong += action[i][k] != i % 3;
    return wrong;
}

static void test_acting(mg_policy_team *team)
{
    static int32_t action[AGENTS][ENTRIES], alone[AGENTS][ENTRIES], evaluated[AGENTS][ENTRIES];
    act(team, MG_TRAIN, 0.25f, 0, ENTRIES, action);
    for (int k = 0; k < ENTRIES; k++)
        act(team, MG_TRAIN, 0.25f, k, 1, alone);
    tap_ok(memcmp(action, alone, sizeof action) == 0, "a batch larger than rows_max acts as its entries alone");
    act(team, MG_TRAIN, 0.0f, 0, ENTRIES, action);
    act(team, MG_EVALUATE, 0.0f, 0, ENTRIES, evaluated);
    tap_ok(memcmp(action, evaluated, sizeof action) != 0, "evaluation has noise of its own");
    make_constant(team);
    act(team, MG_TRAIN, 0.0f, 0, ENTRIES, action);
    tap_ok(not_own(action) == 0, "each agent acts by its own policy in training");
    act(team, MG_EVALUATE, 0.0f, 0, ENTRIES, action);
    tap_ok(not_own(action) == 0, "... and in evaluation");
    act(team, MG_EVALUATE, 1.0f, 0, ENTRIES, action);
    tap_ok(not_own(action) == 0, "evaluation does not explore");
    act(team, MG_TRAIN, 1.0f, 0, ENTRIES, action);
    int count[ACTIONS] = {0}, same = 0;
    for (int i = 0; i < AGENTS; i++)
        for (int k = 0; k < ENTRIES; k++) {
            count[action[i][k]]++;
            same += i > 0 && action[i][k] == action[0][k];
        }
    tap_ok(not_own(action) > 60 && count[0] > 20 && count[1] > 20 && count[2] > 20,
           "training does: %d, %d, %d of 120 at epsilon 1", count[0], count[1], count[2]);
    tap_ok(same < 60, "agents draw noise of their own: %d of 90 equal agent 0's", same);
}

/* In a step of two stages each agent acts in its own. */
static void test_stages(mg_policy_team *team)
{
    static int32_t all[AGENTS][ENTRIES], action[AGENTS][ENTRIES];
    static const int stage[AGENTS] = {1, 0, 0, 1};
    mg_env_spec spec = {0};
    for (int i = 0; i < AGENTS; i++)
        mg_env_add_agents(&spec, 1,
                          &(mg_agent_spec){.part = {{"numbers", 1, 1, LENGTH}}, .actions = ACTIONS, .stage = stage[i]});
    act(team, MG_TRAIN, 0.5f, 0, ENTRIES, all);
    mg_policy_team_stages(team, &spec);
    memset(action, 0xff, sizeof action);
    act(team, MG_TRAIN, 0.5f, 0, ENTRIES, action); /* stage 0 */
    int wrong = 0;
    for (int i = 0; i < AGENTS; i++)
        for (int k = 0; k < ENTRIES; k++)
            wrong += action[i][k] != (stage[i] == 0 ? all[i][k] : -1);
    tap_ok(wrong == 0, "agents of a later stage wait: %d wrong", wrong);
    mg_env_spec_free(&spec);
}

/* Transitions come back from the trajectory where they belong. */
static void test_record(void)
{
    enum { STEPS = 3 };
    float reals[AGENTS * STEPS * (LENGTH + 2)], seen[AGENTS * LENGTH], reward[AGENTS], received[AGENTS];
    int32_t actions[AGENTS * STEPS], played[AGENTS];
    mg_trajectory trajectory = mg_trajectory_place(AGENTS, LENGTH, STEPS, reals, actions);
    int wrong = mg_trajectory_reals(AGENTS, LENGTH, STEPS) != sizeof reals / sizeof *reals;
    for (int t = 0; t < STEPS; t++) {
        for (int i = 0; i < AGENTS; i++) {
            for (int n = 0; n < LENGTH; n++)
                seen[i * LENGTH + n] = (float)(1000 * t + 100 * i + n);
            played[i] = 10 * t + i;
            reward[i] = (float)(-10 * t - i);
            received[i] = (float)(500 + 10 * t + i);
        }
        mg_transition transition = {.before = {.observation = seen},
                                    .joint = {.action = played},
                                    .reward = reward,
                                    .received = t == 2 ? NULL : received};
        mg_policy_team_record(&trajectory, &transition);
    }
    for (int t = 0; t < STEPS; t++)
        for (int i = 0; i < AGENTS; i++) {
            for (int n = 0; n < LENGTH; n++)
                wrong += mg_trajectory_observation(&trajectory, i)[t * LENGTH + n] != (float)(1000 * t + 100 * i + n);
            wrong += mg_trajectory_action(&trajectory, i)[t] != 10 * t + i;
            wrong += mg_trajectory_reward(&trajectory, i)[t] != (float)(-10 * t - i);
            wrong += mg_trajectory_received(&trajectory, i)[t] != (t == 2 ? 0.0f : (float)(500 + 10 * t + i));
        }
    tap_ok(wrong == 0 && trajectory.steps == STEPS, "a trajectory keeps three steps of four agents: %d wrong", wrong);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    mg_discrete_policy policy;
    mg_policy_team team, other;
    mg_discrete_policy_create(&policy, LENGTH, 6, 4, ACTIONS, ROWS, (mg_log_form){true, 1e-15});
    mg_policy_team_create(&team, &policy, AGENTS, (mg_key){9985, 0});
    mg_policy_team_create(&other, &policy, AGENTS, (mg_key){9985, 1});
    size_t bytes = policy.network.layout.count * sizeof(float);
    tap_ok(memcmp(team.theta, other.theta, bytes) != 0, "another seed starts from other policies");
    tap_ok(memcmp(team.theta, team.theta + policy.network.layout.count, bytes) != 0, "and so does another agent");
    mg_policy_team_destroy(&other);
    test_acting(&team);
    test_record();
    test_stages(&team);
    mg_policy_team_destroy(&team);
    mg_discrete_policy_destroy(&policy);
    return tap_done();
}
