/* jungle_play.h - the jungle without learning: what a board is worth at most, and players that see all of it.
 * References for ltos-table1, and the scale of its metric (facts/ltos.md 8, 21).
 */
#ifndef MG_JUNGLE_PLAY_H
#define MG_JUNGLE_PLAY_H

#include "envs/jungle.h"

typedef enum jungle_player {
    JUNGLE_RANDOM, /* any of the nine actions */
    /* Who stands beside a food eats it (up, left, right, down: the first). Who does not takes the free cell beside a
     * food that is nearest by steps (ties: the upper, then the left one), and walks along x or y, whichever is farther
     * (ties: x), or the other where something stands in the way. Nobody is hit. */
    JUNGLE_SHARING,
    JUNGLE_FIERCE /* who stands beside an agent hits it (the first direction); else as the sharing */
} jungle_player;

/* What every agent of the row does, by the board as it stands. stream: of the random player alone. */
void jungle_play(const mg_row *row, jungle_player player, mg_stream *stream, int32_t *action);

/* Steps to the nearest food, the mean over the agents: the paper's upper bound of the reward is 1 - way / steps. */
double jungle_way(const mg_row *row);

#endif
