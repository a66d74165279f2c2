/* as_predation_game.h - cooperative predation as the two results set it up that play it. */
#ifndef MG_AS_PREDATION_GAME_H
#define MG_AS_PREDATION_GAME_H

#include "envs/predation.h"
#include "suite/as_methods.h"

/* Six agents, range 0.1, Tables 1 and 2 of the paper with penalty 0.1, and what the variant changes of that. A quick
 * run has six agents who are all neighbours, so that two episodes train every network of every method. */
static void as_predation_set_up(const void *setting, mg_profile profile, bool paper, mg_setup *setup)
{
    const as_run *run = setting;
    bool full = paper || profile == MG_PROFILE_PAPER;
    mg_predation_config game = mg_predation_default(6);
    mg_anticipation_config config = mg_anticipation_continuous_paper();
    as_apply(run->variant->paper, &mg_predation, &game, &config);
    if (!paper)
        as_apply(run->variant->ours, &mg_predation, &game, &config);
    if (!full) {
        game.agents = 6;
        game.range = 1.0;
    }
    as_place(run, &mg_predation, &game, &config, setup);
    setup->budget = full ? as_budget(run->variant->episodes) : as_quick_budget(config.proximal.skip > 0.0 ? 3 : 2);
}

#endif
