/* world.h - the land of the gather-trade-build economy: a map of 15 x 15 cells, resources that grow again, walking,
 * gathering and building (facts/gtb.md 4).
 *
 * A source holds one unit at most. Water, others' houses and agents are in the way; one's own houses are not. An agent
 * on a source takes what lies there, also when it stayed. A house stands for the rest of the episode; it needs a stone,
 * a wood and a cell of bare ground, and pays its builder by skill. Labor: a step 1, a unit 1, a house 10.
 */
#ifndef MG_GTB_WORLD_H
#define MG_GTB_WORLD_H

#include "core/num/rng.h"
#include "envs/gather_trade_build/endowment.h"

enum { MG_GTB_SIZE = 15, MG_GTB_CELLS = MG_GTB_SIZE * MG_GTB_SIZE };
typedef enum mg_gtb_way { MG_GTB_LEFT, MG_GTB_RIGHT, MG_GTB_UP, MG_GTB_DOWN, MG_GTB_STAY } mg_gtb_way;

/* Cells are row * MG_GTB_SIZE + column, row 0 on top. Ranks of skill: 0 the lowest. */
typedef struct mg_gtb_world {
    int32_t cell[MG_GTB_AGENTS], rank[MG_GTB_AGENTS];
    uint8_t unit[MG_GTB_CELLS];     /* a unit lies there: of stone or of wood, as the map says */
    uint8_t house[MG_GTB_CELLS];    /* 0, or 1 + its owner */
    uint8_t occupant[MG_GTB_CELLS]; /* 0, or 1 + the agent there */
    int32_t gathered[MG_GTB_AGENTS], houses[MG_GTB_AGENTS]; /* so far */
} mg_gtb_world;

extern const double mg_gtb_payment[MG_GTB_AGENTS]; /* coin for a house, by rank */

/* What the map has there: 'W' a source of wood, 'S' of stone, '@' water, '.' ground. */
char mg_gtb_map(int cell);

/* Every source full, no houses, everybody at the place of its rank (a permutation). */
void mg_gtb_world_open(mg_gtb_world *world, const uint32_t rank[MG_GTB_AGENTS]);

/* What is without effect in the functions below is what these say no to. */
bool mg_gtb_may_go(const mg_gtb_world *world, int agent, mg_gtb_way way); /* staying: yes */
bool mg_gtb_may_build(const mg_gtb_world *world, const mg_gtb_endowment *owner, int agent);

void mg_gtb_build(mg_gtb_world *world, mg_gtb_endowment *owner, int agent);
/* Everybody goes its way and gathers, one after the other in this order. */
void mg_gtb_go(mg_gtb_world *world, mg_gtb_endowment endowment[MG_GTB_AGENTS], const uint32_t order[MG_GTB_AGENTS],
               const mg_gtb_way way[MG_GTB_AGENTS]);
/* Each empty source grows a unit with this probability: a draw each, by cell. */
void mg_gtb_grow(mg_gtb_world *world, float probability, mg_stream *stream);

#endif
