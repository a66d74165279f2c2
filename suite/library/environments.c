/* environments.c - a line for each environment. */
#include "suite/library/environments.h"
#include "envs/cleanup.h"
#include "envs/escape_room.h"
#include "envs/exchange.h"
#include "envs/gather_trade_build.h"
#include "envs/grid_navigation.h"
#include "envs/jungle.h"
#include "envs/matrix_game.h"
#include "envs/predation.h"
#include "envs/prisoner.h"
#include "envs/traffic_control.h"

#include <string.h>

static void cleanup(int agents, void *config)
{
    (void)agents;
    *(mg_cleanup_config *)config = mg_cleanup_default(false);
}

/* The thesis's ER(2,1); of more agents half must pull a lever, as in ER(10,5). */
static void escape_room(int agents, void *config)
{
    *(mg_escape_room_config *)config = mg_escape_room_default(agents ? agents : 2, agents > 1 ? agents / 2 : 1);
}

static void exchange(int agents, void *config)
{
    (void)agents;
    *(mg_exchange_config *)config = mg_exchange_default();
}

/* Under fixed taxes: whoever wants to design them sets tax=0. */
static void gather_trade_build(int agents, void *config)
{
    (void)agents;
    *(mg_gather_trade_build_config *)config = mg_gather_trade_build_default(MG_GTB_US_FEDERAL);
}

static void grid_navigation(int agents, void *config)
{
    (void)agents;
    *(mg_grid_navigation_config *)config = mg_grid_navigation_default();
}

static void jungle(int agents, void *config)
{
    *(mg_jungle_config *)config = mg_jungle_default(agents ? agents : 20);
}

static void matrix_game(int agents, void *config)
{
    (void)agents;
    *(mg_matrix_game_config *)config = mg_matrix_game_default();
}

static void predation(int agents, void *config)
{
    *(mg_predation_config *)config = mg_predation_default(agents ? agents : 6);
}

static void prisoner(int agents, void *config)
{
    (void)agents;
    *(mg_prisoner_config *)config = mg_prisoner_default();
}

static void traffic_control(int agents, void *config)
{
    (void)agents;
    *(mg_traffic_control_config *)config = mg_traffic_control_default();
}

static void town_control(int agents, void *config)
{
    *(mg_town_control_config *)config = mg_town_control_default(agents ? agents : 33);
}

static const mg_offered offered[] = {
    {&mg_cleanup, cleanup},
    {&mg_escape_room, escape_room},
    {&mg_exchange, exchange},
    {&mg_gather_trade_build, gather_trade_build},
    {&mg_grid_navigation, grid_navigation},
    {&mg_jungle, jungle},
    {&mg_matrix_game, matrix_game},
    {&mg_predation, predation},
    {&mg_prisoner, prisoner},
    {&mg_town_control, town_control},
    {&mg_traffic_control, traffic_control},
};

int mg_offered_count(void)
{
    return (int)(sizeof offered / sizeof *offered);
}

const mg_offered *mg_offered_at(int index)
{
    return index >= 0 && index < mg_offered_count() ? &offered[index] : NULL;
}

const mg_offered *mg_offered_find(const char *name)
{
    for (int k = 0; k < mg_offered_count(); k++)
        if (!strcmp(offered[k].table->name, name))
            return &offered[k];
    return NULL;
}
