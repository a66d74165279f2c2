/* trajectory.h - one episode of all agents, agent-major, as an on-policy learner keeps it. Caller-owned memory. */
#ifndef MG_TRAJECTORY_H
#define MG_TRAJECTORY_H

#include "core/num/real.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_trajectory_place mg_trajectory_place_double
#endif

/* Agent i's step t: observation[(i * steps_max + t) * observation_length], action[i * steps_max + t], and so on. */
typedef struct mg_trajectory {
    int agents, observation_length, steps_max;
    int steps, neighbours; /* neighbours of an agent that are kept */
    mg_real *observation;
    int32_t *action;
    int32_t *neighbour; /* [agent][step][neighbours], as mg_env has them; NULL: nobody asked */
    mg_real *reward;    /* extrinsic */
    mg_real *received;  /* transfers from the other agents */
} mg_trajectory;

/* Reals of memory for observation, reward and received together. */
size_t mg_trajectory_reals(int agents, int observation_length, int steps_max);
/* Points into memory of that many reals and agents * steps_max actions; empty. */
mg_trajectory mg_trajectory_place(int agents, int observation_length, int steps_max, mg_real *reals, int32_t *actions);

static inline mg_real *mg_trajectory_observation(const mg_trajectory *t, int agent)
{
    return t->observation + (size_t)agent * (size_t)t->steps_max * (size_t)t->observation_length;
}

static inline int32_t *mg_trajectory_action(const mg_trajectory *t, int agent)
{
    return t->action + (size_t)agent * (size_t)t->steps_max;
}

static inline int32_t *mg_trajectory_neighbour(const mg_trajectory *t, int agent)
{
    return t->neighbour ? t->neighbour + (size_t)agent * (size_t)t->steps_max * (size_t)t->neighbours : NULL;
}

static inline mg_real *mg_trajectory_reward(const mg_trajectory *t, int agent)
{
    return t->reward + (size_t)agent * (size_t)t->steps_max;
}

static inline mg_real *mg_trajectory_received(const mg_trajectory *t, int agent)
{
    return t->received + (size_t)agent * (size_t)t->steps_max;
}

#endif
