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

/* ---- neighbours on a line: against the plain search ---- */

static float next_number(uint32_t *state)
{
    *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
    return (float)(*state >> 8) * 0x1p-24f;
}

static bool as_plain(int agents, const float *place, float width, float limit)
{
    int32_t wanted[MG_LINE_MAX * MG_LINE_MAX], found[MG_LINE_MAX * MG_LINE_MAX];
    int most = agents - 1;
    memset(found, 77, sizeof found);
    for (int i = 0; i < agents; i++) {
        float apart[MG_LINE_MAX];
        for (int j = 0; j < agents; j++)
            apart[j] = (place[i] < place[j] ? place[j] - place[i] : place[i] - place[j]) / width;
        mg_env_nearest(agents, i, apart, limit, most, wanted + i * most);
    }
    mg_env_nearest_on_line(agents, place, width, limit, found);
    bool same = memcmp(found, wanted, (size_t)(agents * most) * sizeof *found) == 0;
    if (!same)
        tap_note("%d agents, width %g, limit %g", agents, (double)width, (double)limit);
    return same && found[agents * most] == 0x4d4d4d4d;
}

/* grain > 0: places are multiples of it, so that agents meet and lie equally far on both sides */
static bool as_plain_everywhere(float grain, float width, float limit)
{
    uint32_t state = 7;
    bool same = true;
    float place[MG_LINE_MAX];
    for (int agents = 2; agents <= MG_LINE_MAX; agents++) {
        for (int draw = 0; draw < 40; draw++) {
            for (int i = 0; i < agents; i++) {
                place[i] = next_number(&state) * width;
                place[i] = grain > 0.0f ? (float)(int)(place[i] / grain) * grain : place[i];
            }
            same = same && as_plain(agents, place, width, limit);
        }
    }
    return same;
}

static void test_line(void)
{
    static const float limits[] = {0.0f, 0.03f, 0.1f, 0.3f, 1.0f, 2.0f}; /* 30 * 0.1 lies on the grains */
    bool random = true, tied = true, coarse = true;
    for (int i = 0; i < (int)(sizeof limits / sizeof *limits); i++) {
        random = random && as_plain_everywhere(0.0f, 30.0f, limits[i]) && as_plain_everywhere(0.0f, 7.3f, limits[i]);
        tied = tied && as_plain_everywhere(1.0f, 30.0f, limits[i]) && as_plain_everywhere(0.1f, 30.0f, limits[i]);
        coarse = coarse && as_plain_everywhere(15.0f, 30.0f, limits[i]);
    }
    tap_ok(random, "on a line: as the plain search, random places, 2 to 64 agents");
    tap_ok(tied, "on a line: as the plain search, equal distances on both sides and equal places");
    tap_ok(coarse, "on a line: as the plain search, crowds on two places");
    /* apart by less than rounding shows: 1e-8 / 30 and 0 from 20 are one distance, with unequal places */
    const float close[6] = {20.0f, 1e-8f, 0.0f, 3e-8f, 2e-8f, 20.0f};
    tap_ok(as_plain(6, close, 30.0f, 1.0f), "on a line: places whose distances round to one number");
}

int main(void)
{
    test_offsets();
    test_nearest();
    test_line();
    return tap_done();
}
