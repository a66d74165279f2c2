/* cleanup.h - Cleanup: apples grow while somebody keeps the river free of waste, and who does that eats none of them.
 *
 * Source: thesis Figure 5.3, Section 5.3.1, B.4.1, Table B.2; facts/lio-cleanup.md. Two agents on a map of 7 x 7 or
 * 10 x 10 cells (row 0 on top), both facing up for ever. Actions: go left, right, up, down, stay, clean.
 *
 * One step: moves (walls block; of two who want one free cell a random one gets it; nobody enters a cell whose agent
 * does not leave it, and nobody swaps); who stands on an apple eats it, +1; then the beams, agent 0 first; then apples
 * and waste spawn. A beam is three columns wide and reaches five cells: the own column from the cell above on, those
 * beside it from the own row on. Each column goes up until a wall (left out), an agent (included) or waste (included,
 * and washed away), so a beam washes away at most one waste a column.
 *
 * With density d = dirty cells / cells that can be dirty, after the beams: d >= depletion: nothing spawns. Else every
 * apple site without apple or agent gets one with probability apple_rate * (1 - (d - restoration) / (depletion -
 * restoration)), at most apple_rate; and each clean cell of the river, in random order, becomes dirty with probability
 * waste_rate until one has.
 *
 * Observation: a picture of the cells around the agent, three channels of bytes / 256, zeros outside the map: of 9 x 9
 * cells, large 15 x 15, so that all within the walls is always in it. Agents hide what they stand on, beams of the step
 * before hide both. With smoothing > 0 everybody's smoothed rewards follow, e <- smoothing e + reward. State: the same
 * picture around cell (3, 3), large (4, 4).
 *
 * Transfers after the actions, within [0, transfer_max]; rewards do not depend on them; givers are shown of an action
 * whether it cleans. With `designer` one who is no agent gives instead: a number for who cleans, one for who has eaten
 * an apple in that step, one for anybody else; it sees the state and is after the sum of rewards.
 */
#ifndef MG_CLEANUP_H
#define MG_CLEANUP_H

#include "core/rl/env.h"

enum {
    MG_CLEANUP_LEFT,
    MG_CLEANUP_RIGHT,
    MG_CLEANUP_UP,
    MG_CLEANUP_DOWN,
    MG_CLEANUP_STAY,
    MG_CLEANUP_CLEAN,
    MG_CLEANUP_ACTIONS,
    MG_CLEANUP_AGENTS = 2,
    MG_CLEANUP_SIZE_MAX = 10,
    MG_CLEANUP_RADIUS_MAX = 7
};

/* What a cell shows. Beams and agents are in pictures alone. */
typedef enum mg_cleanup_cell {
    MG_CLEANUP_OUTSIDE,
    MG_CLEANUP_FLOOR,
    MG_CLEANUP_WALL,
    MG_CLEANUP_APPLE,
    MG_CLEANUP_WASTE,
    MG_CLEANUP_RIVER, /* clean */
    MG_CLEANUP_BEAM,
    MG_CLEANUP_AGENT_0,
    MG_CLEANUP_AGENT_1,
    MG_CLEANUP_CELLS
} mg_cleanup_cell;

typedef struct mg_cleanup_config {
    bool large;                    /* the map of 10 x 10 cells, else of 7 x 7 */
    int steps;                     /* of an episode */
    double apple_rate, waste_rate; /* probabilities, a step */
    double depletion, restoration; /* densities of waste */
    double transfer_max;           /* bound of an incentive */
    double smoothing;              /* of what agents see of rewards; 0: they see none */
    bool designer;                 /* gives in the agents' place */
} mg_cleanup_config;

mg_cleanup_config mg_cleanup_default(bool large); /* thesis Table B.2 */
extern const mg_env_table mg_cleanup;

/* ---- for scripted play, tests and pictures ---- */
typedef struct mg_cleanup_place {
    int row, column;
} mg_cleanup_place;
int mg_cleanup_size(const mg_cleanup_config *config); /* rows and columns of the map */
mg_cleanup_place mg_cleanup_at(const mg_row *row, int agent);
/* What lies there, and what is seen there: agents and beams too. */
mg_cleanup_cell mg_cleanup_lies(const mg_row *row, mg_cleanup_place place);
mg_cleanup_cell mg_cleanup_seen(const mg_row *row, mg_cleanup_place place);
bool mg_cleanup_is_site(const mg_cleanup_config *config, mg_cleanup_place place); /* apples grow there */
/* An agent's action of the last step (-1 before the first), and how much waste it has washed away in the episode. */
int mg_cleanup_action(const mg_row *row, int agent);
int mg_cleanup_washed(const mg_row *row, int agent);
/* Puts an agent on a cell that is no wall and not the other's; what lies on a cell. Both are painted. */
void mg_cleanup_put(const mg_row *row, int agent, mg_cleanup_place place);
void mg_cleanup_lay(const mg_row *row, mg_cleanup_place place, mg_cleanup_cell cell);
/* Colour of what is seen, red, green, blue. */
const unsigned char *mg_cleanup_colour(mg_cleanup_cell cell);

#endif
