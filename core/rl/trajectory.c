/* trajectory.c - memory carved from one block. */
#include "core/rl/trajectory.h"

#ifndef MG_DOUBLE /* holds no mg_real */
size_t mg_trajectory_reals(int agents, int observation_length, int steps_max)
{
    return (size_t)agents * (size_t)steps_max * (size_t)(observation_length + 2);
}
#endif

mg_trajectory mg_trajectory_place(int agents, int observation_length, int steps_max, mg_real *reals, int32_t *actions)
{
    size_t cells = (size_t)agents * (size_t)steps_max;
    mg_trajectory trajectory = {.agents = agents, .observation_length = observation_length, .steps_max = steps_max};
    trajectory.observation = reals;
    trajectory.reward = reals + cells * (size_t)observation_length;
    trajectory.received = trajectory.reward + cells;
    trajectory.action = actions;
    return trajectory;
}
