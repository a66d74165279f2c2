/* escape_room.h - the Escape Room: some must pull a lever, at a cost, so that the others can leave through the door.
 *
 * Source: thesis Figure 5.1, Section 5.4, B.4.1; facts/lio-escape.md. ER(agents, levers): every agent stands at the
 * lever, at the start or at the door; an action is the place to go to (0 lever, 1 start, 2 door), and going always
 * works. The door is open in a step in which at least `levers` agents choose the lever, those who stand there included.
 * Reward of an agent, the first that applies: +exit_reward where the door is open and it chose the door; 0 where it
 * chose where it stands; -move_cost. An episode ends (terminated) when somebody has left, or is cut off after `steps`
 * steps.
 *
 * Asymmetric (B.5.1): agent 0 is the one that leaves (actions 0 start, 1 door), agent 1 the one with the lever (0
 * start, 1 lever). Agent 1 acts in the first stage, agent 0 sees what it chose and acts in the second, and alone may
 * give. Agent 0 gets +exit_reward where it chose the door of an open room and else -move_cost in every step, agent 1
 * -move_cost for going and else 0.
 *
 * Transfers after the actions, within [0, transfer_max]; rewards do not depend on them. With `designer` (symmetric) one
 * who is no agent gives instead: a number for each place to go to, alike for all agents, or with `by_agent` one for
 * each agent; it sees the state and is after the sum of rewards. Observation: the agent's own place, one-hot; the
 * others' in index order; asymmetric: what agent 1 has chosen in this step (zeros for agent 1 itself, whose vector is
 * so as long as agent 0's); then, with observe_given, what it has given to each of the others in this episode. State:
 * all places, one-hot, in index order. Noise: the starts, with random_start.
 */
#ifndef MG_ESCAPE_ROOM_H
#define MG_ESCAPE_ROOM_H

#include "core/rl/env.h"

enum { MG_ESCAPE_LEVER, MG_ESCAPE_START, MG_ESCAPE_DOOR, MG_ESCAPE_PLACES, MG_ESCAPE_AGENTS_MAX = 10 };

typedef struct mg_escape_room_config {
    int agents, levers; /* N and M; asymmetric: 2 and 1 */
    bool asymmetric;
    int steps; /* of an episode, at most */
    double exit_reward, move_cost;
    double transfer_max; /* bound of an incentive */
    bool observe_given;  /* what it has given is part of what an agent sees */
    bool random_start;   /* every place equally likely, for each agent; not asymmetric */
    bool designer;       /* gives in the agents' place; not asymmetric */
    bool by_agent;       /* ... a number to each agent, wherever it goes */
    bool play_on;        /* after somebody has left, the steps that remain are played for nothing, gifts included */
} mg_escape_room_config;

mg_escape_room_config mg_escape_room_default(int agents, int levers); /* the thesis's ER(N, M) */
mg_escape_room_config mg_escape_room_asymmetric(void);                /* that of thesis B.5.1 */
extern const mg_env_table mg_escape_room;

/* Puts the agents of a fresh row at these places (tests; probes of a policy). */
void mg_escape_room_place(const mg_row *row, const int32_t *place);
/* Where an agent stands. */
int mg_escape_room_at(const mg_row *row, int agent);

#endif
