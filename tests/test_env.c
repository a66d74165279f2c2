/* What environments and rollouts share of a description: offsets of agents of several kinds, nearest neighbours. */
#include "core/rl/env.h"
#include "tests/tap.h"

#include <string.h>

/* ---- offsets ---- */

static void test_offsets(void)
{
    mg_env_spec spec = {0};
    mg_env_add_agents(&spec, 1, &(mg_agent_spec){.part = {{"a", 1, 1, 2}}, .actions = 5, .real_length = 9});
    mg_env_add_agents(&spec, 1, &(mg_agent_spec){.part = {{"b", 1, 1, 3}}, .real_length = 4});
    mg_env_add_agents(&spec, 2, &(mg_agent_spec){.part = {{"c", 1, 1, 1}, {"d", 3, 1, 2}}, .real_length = 6});
    static const int observations[] = {0, 2, 5, 12}, choices[] = {0, 5, 5, 5}, reals[] = {0, 0, 4, 10};
    int at[4];
    tap_ok(mg_env_offsets(&spec, at) == 19 && memcmp(at, observations, sizeof at) == 0, "offsets of observations");
    tap_ok(mg_env_choice_offsets(&spec, at) == 5 && memcmp(at, choices, sizeof at) == 0, "offsets of choices");
    tap_ok(mg_env_real_offsets(&spec, at) == 16 && memcmp(at, reals, sizeof at) == 0,
           "offsets of real vectors: agents with choices have none");
    tap_ok(mg_env_offsets(&spec, NULL) == 19 && mg_env_choice_offsets(&spec, NULL) == 5 &&
               mg_env_real_offsets(&spec, NULL) == 16,
           "lengths alone");
    tap_ok(spec.agents == 4 && spec.groups == 3 && mg_env_agent(&spec, 3) == &spec.group[2].agent &&
               mg_env_agent(&spec, 1) == &spec.group[1].agent && mg_env_agent(&spec, 0) == &spec.group[0].agent,
           "agents are found in their groups");
    mg_env_spec_free(&spec);
}

/* ---- neighbours ---- */

static bool nearest(int self, const float *distance, float limit, int most, const char *wanted)
{
    int32_t neighbour[8];
    char found[64] = "";
    memset(neighbour, 77, sizeof neighbour);
    mg_env_nearest(6, self, distance, limit, most, neighbour);
    for (int n = 0; n < most; n++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%d ", (int)neighbour[n]);
    if (strcmp(found, wanted) != 0)
        tap_note("found %s, wanted %s", found, wanted);
    return strcmp(found, wanted) == 0 && neighbour[most] == 0x4d4d4d4d;
}

static void test_nearest(void)
{
    static const float distance[6] = {0.5f, 0.25f, 1.0f, 0.0f, 0.25f, 0.75f};
    static const float crowd[6] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
    tap_ok(nearest(3, distance, 0.75f, 5, "1 4 0 5 -1 "), "nearest first, ties to the lower index, the limit included");
    tap_ok(nearest(3, distance, 0.7499f, 5, "1 4 0 -1 -1 "), "just below the limit");
    tap_ok(nearest(3, distance, 2.0f, 2, "1 4 "), "the nearest two of five");
    tap_ok(nearest(1, distance, 2.0f, 3, "3 4 0 "), "a nearer one that comes later moves the others down");
    tap_ok(nearest(3, distance, 0.1f, 3, "-1 -1 -1 "), "nobody");
    tap_ok(nearest(2, crowd, 1.0f, 5, "0 1 3 4 5 ") && nearest(2, crowd, 1.0f, 3, "0 1 3 "), "all equally far");
    tap_ok(nearest(0, distance, 0.25f, 4, "3 1 4 -1 "), "at the limit exactly, and oneself left out");
}

int main(void)
{
    test_offsets();
    test_nearest();
    return tap_done();
}
