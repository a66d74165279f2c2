/* joint_q.h - one deep Q network for all agents together: the baseline JointDQN of Learning to Share, which calls it
 * one centralised DQN that takes control of the joint actions (its Section 5.1).
 *
 * It is baselines/deep_q.h on the game that a single player sees who moves every agent: it observes the observations of
 * all agents, one after the other, chooses among the product of their choices (numbered so that the last agent's choice
 * moves fastest: of two agents with two choices 2 * first + second), and is paid the mean of their rewards. A joint
 * choice is barred where one of its parts is. Same settings, replay, exploration and updates as deep_q; with one player
 * `shared` says nothing. Runs where the product is at most MG_JOINT_ACTIONS_MAX. A unit is an episode.
 */
#ifndef MG_JOINT_Q_H
#define MG_JOINT_Q_H

#include "baselines/deep_q.h"

#define MG_JOINT_ACTIONS_MAX 1024

extern const mg_learner_table mg_joint_q; /* its config: mg_deep_q_config */

#endif
