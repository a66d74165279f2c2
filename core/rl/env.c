#include "core/rl/env.h"

const mg_agent_spec *mg_env_agent(const mg_env_spec *spec, int agent)
{
    int kind = agent < spec->kinds ? agent : spec->kinds - 1;
    return &spec->agent[kind];
}

int mg_env_offsets(const mg_env_spec *spec, int *offset)
{
    int length = 0;
    for (int i = 0; i < spec->agents; i++) {
        if (offset)
            offset[i] = length;
        length += mg_env_agent(spec, i)->observation;
    }
    return length;
}

int mg_env_choice_offsets(const mg_env_spec *spec, int *offset)
{
    int length = 0;
    for (int i = 0; i < spec->agents; i++) {
        if (offset)
            offset[i] = length;
        length += mg_env_agent(spec, i)->actions;
    }
    return length;
}

int mg_env_real_offsets(const mg_env_spec *spec, int *offset)
{
    int length = 0;
    for (int i = 0; i < spec->agents; i++) {
        const mg_agent_spec *agent = mg_env_agent(spec, i);
        if (offset)
            offset[i] = length;
        length += agent->actions ? 0 : agent->action_length;
    }
    return length;
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
