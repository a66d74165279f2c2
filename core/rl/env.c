/* env.c - what agents of a description add up to, its parts, and neighbours by distance. */
#include "core/rl/env.h"

#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

int mg_part_numbers(const mg_part part[MG_PARTS_MAX])
{
    int numbers = 0;
    for (int p = 0; p < MG_PARTS_MAX && part[p].name; p++)
        numbers += part[p].channels * part[p].height * part[p].width;
    return numbers;
}

const mg_part *mg_part_find(const mg_part part[MG_PARTS_MAX], const char *name, int *offset)
{
    *offset = 0;
    for (int p = 0; p < MG_PARTS_MAX && part[p].name; p++) {
        if (strcmp(part[p].name, name) == 0)
            return &part[p];
        *offset += part[p].channels * part[p].height * part[p].width;
    }
    return NULL;
}

void mg_env_add_agents(mg_env_spec *spec, int count, const mg_agent_spec *agent)
{
    spec->group = mg_reallocate(spec->group, (size_t)(spec->groups + 1) * sizeof *spec->group);
    mg_agent_group *group = &spec->group[spec->groups++];
    *group = (mg_agent_group){.first = spec->agents, .count = count, .agent = *agent};
    group->agent.observation = mg_part_numbers(agent->part);
    spec->agents += count;
}

int *mg_env_blocks(const mg_env_spec *spec, bool shared)
{
    int *together = mg_allocate((size_t)spec->agents, sizeof *together);
    for (int g = 0; g < spec->groups; g++)
        for (int i = 0; i < spec->group[g].count; i++)
            together[spec->group[g].first + i] = shared ? spec->group[g].count - i : 1;
    return together;
}

void mg_env_spec_free(mg_env_spec *spec)
{
    free(spec->group);
    spec->group = NULL;
    spec->agents = spec->groups = 0;
}

const mg_agent_spec *mg_env_agent(const mg_env_spec *spec, int agent)
{
    const mg_agent_group *group = spec->group;
    while (agent >= group->first + group->count)
        group++;
    return &group->agent;
}

/* Lengths of all agents one after the other. */
static int add_up(const mg_env_spec *spec, int (*length_of)(const mg_agent_spec *agent), int *offset)
{
    int length = 0;
    for (int g = 0; g < spec->groups; g++)
        for (int i = 0; i < spec->group[g].count; i++) {
            if (offset)
                offset[spec->group[g].first + i] = length;
            length += length_of(&spec->group[g].agent);
        }
    return length;
}

static int observation_of(const mg_agent_spec *agent)
{
    return agent->observation;
}

static int choices_of(const mg_agent_spec *agent)
{
    return agent->actions;
}

static int reals_of(const mg_agent_spec *agent)
{
    return agent->actions ? 0 : agent->real_length;
}

int mg_env_offsets(const mg_env_spec *spec, int *offset)
{
    return add_up(spec, observation_of, offset);
}

int mg_env_choice_offsets(const mg_env_spec *spec, int *offset)
{
    return add_up(spec, choices_of, offset);
}

int mg_env_real_offsets(const mg_env_spec *spec, int *offset)
{
    return add_up(spec, reals_of, offset);
}

void mg_env_nearest(int agents, int self, const float *distance, float limit, int neighbours_max, int32_t *neighbour)
{
    int found = 0;
    for (int j = 0; j < agents; j++) {
        if (j == self || !(distance[j] <= limit))
            continue;
        int place = found < neighbours_max ? found++ : neighbours_max;
        for (; place > 0 && distance[neighbour[place - 1]] > distance[j]; place--)
            if (place < neighbours_max)
                neighbour[place] = neighbour[place - 1];
        if (place < neighbours_max)
            neighbour[place] = j;
    }
    for (int n = found; n < neighbours_max; n++)
        neighbour[n] = -1;
}

/* Agents from left to right. */
typedef struct line {
    int agents;
    float width, limit, place[MG_LINE_MAX];
    int32_t agent[MG_LINE_MAX];
} line;

static void sort_line(line *l, int agents, const float *place)
{
    l->agents = agents;
    for (int i = 0; i < agents; i++) {
        float here = place[i];
        int at = i;
        for (; at > 0 && l->place[at - 1] > here; at--) {
            l->place[at] = l->place[at - 1];
            l->agent[at] = l->agent[at - 1];
        }
        l->place[at] = here;
        l->agent[at] = i;
    }
}

/* Rounding keeps order: neither difference nor quotient falls on the way outwards, so each side ends at its first agent
 * beyond the limit. Equal distances come in any order, from either side, and sink to the order of their indices. */
static void walk_outwards(const line *l, int self, int32_t *neighbour)
{
    int left = self - 1, right = self + 1, found = 0, equal = 0;
    float here = l->place[self], last = -1.0f, to_left = 0.0f, to_right = 0.0f;
    bool more_left = false, more_right = false, new_left = true, new_right = true;
    for (;;) {
        if (new_left)
            more_left = left >= 0 && (to_left = (here - l->place[left]) / l->width) <= l->limit;
        if (new_right)
            more_right = right < l->agents && (to_right = (l->place[right] - here) / l->width) <= l->limit;
        if (!more_left && !more_right)
            break;
        new_left = more_left && (!more_right || to_left < to_right);
        new_right = !new_left;
        float apart = new_left ? to_left : to_right;
        int32_t agent = l->agent[new_left ? left-- : right++];
        equal = apart > last ? found : equal; /* where agents as far as this one begin */
        last = apart;
        int at = found++;
        for (; at > equal && neighbour[at - 1] > agent; at--)
            neighbour[at] = neighbour[at - 1];
        neighbour[at] = agent;
    }
    for (; found < l->agents - 1; found++)
        neighbour[found] = -1;
}

void mg_env_nearest_on_line(int agents, const float *place, float width, float limit, int32_t *neighbour)
{
    line l;
    l.width = width;
    l.limit = limit;
    sort_line(&l, agents, place);
    for (int i = 0; i < agents; i++)
        walk_outwards(&l, i, neighbour + l.agent[i] * (agents - 1));
}
