/* cleanup_play.h - Cleanup without learning: agents that follow a script, what a pair of them earns, and pictures. For
 * lio-cleanup, metagrad-cleanup and their tests.
 */
#ifndef MG_CLEANUP_PLAY_H
#define MG_CLEANUP_PLAY_H

#include "algos/lio_critic_oracle.h"
#include "envs/cleanup.h"

typedef enum cleanup_script {
    CLEANUP_RANDOM,    /* every action equally likely */
    CLEANUP_RIVER,     /* R of thesis Figure 5.6b: in the river, up or down */
    CLEANUP_CLEANER,   /* C: in the river, cleans */
    CLEANUP_MISSER,    /* M: in the middle of the map, cleans nothing */
    CLEANUP_KEEPER,    /* in the second column of the map, from where a beam reaches most waste, cleans */
    CLEANUP_HARVESTER, /* goes to the nearest apple, the upper and left one of several, columns first, or stays */
    CLEANUP_SCRIPTS
} cleanup_script;

/* What that agent does now. stream: for those who draw; two words. */
int32_t cleanup_script_action(cleanup_script script, const mg_row *row, int agent, mg_stream *stream);

/* Mean and standard error over episodes. */
typedef struct cleanup_mean {
    double mean, error;
} cleanup_mean;
typedef struct cleanup_worth {
    cleanup_mean apples, washed; /* of an episode, both agents */
} cleanup_worth;
/* Episodes of one script for each agent, with streams of that key's, whose row is the pair of scripts. */
cleanup_worth cleanup_worth_of(const mg_cleanup_config *config, const cleanup_script *script, int episodes, mg_key key);

/* The largest relative error (algos/lio_critic_oracle.h) of LIO's meta-gradient with these settings on two episodes of
 * random play; agents, observation, actions, picture and kinds are filled in. `mutate` as there. */
double cleanup_gradient_error(const mg_cleanup_config *config, const mg_lio_shape *settings, int components,
                              mg_stream *stream, double mutate);

/* What is seen on the map, row by row, a letter a cell: @ wall, o apple, H waste, ~ river, * beam, 0 and 1 the agents,
 * . anything else. text: of CLEANUP_PICTURE bytes. */
#define CLEANUP_PICTURE (MG_CLEANUP_SIZE_MAX * MG_CLEANUP_SIZE_MAX + 1)
const char *cleanup_picture(const mg_row *row, char text[CLEANUP_PICTURE]);

#endif
