/* escape_play.h - the Escape Room without learning: what it is worth, and episodes of random play. For lio-escape,
 * metagrad-escape and their tests.
 */
#ifndef MG_ESCAPE_PLAY_H
#define MG_ESCAPE_PLAY_H

#include "algos/lio_oracle.h"
#include "envs/escape_room.h"

/* All extrinsic rewards of an episode, added: the most that joint actions can earn, and what uniformly random ones earn
 * in the mean. By going through all places and joint actions: at most five agents, five steps. */
typedef struct escape_worth {
    double best, random;
} escape_worth;
escape_worth escape_worth_of(const mg_escape_room_config *config);

/* A room in which everybody moves and gives at random: trajectories for the check of LIO's meta-gradient. At most
 * three agents. */
typedef struct escape_play {
    mg_escape_room_config config;
    mg_env_spec spec;
    _Alignas(16) unsigned char state[2048];
} escape_play;
void escape_play_begin(escape_play *play, const mg_escape_room_config *config);
void escape_play_end(escape_play *play);

/* The largest relative error (lio_oracle.h) of the closed form with these settings on two such episodes. `mutate` as
 * there. */
double escape_play_gradient_error(escape_play *play, const mg_lio_shape *settings, bool one_episode, mg_stream *stream,
                                  double mutate);

#endif
