/* needs.c - where a learner cannot run, and which need is missing. */
#include "core/rl/learner.h"

#include <string.h>

static bool is_masked(const mg_env_spec *environment)
{
    for (int g = 0; g < environment->groups; g++)
        if (environment->group[g].agent.masked)
            return true;
    return false;
}

unsigned mg_needs_offered(const mg_env_spec *environment)
{
    const mg_transfer_spec *transfer = &environment->transfer;
    unsigned offered = 0;
    offered |= environment->state_length > 0 ? MG_NEED_STATE : 0u;
    offered |= environment->state_length > 0 && environment->states > 0 ? MG_NEED_FINITE : 0u;
    offered |= environment->neighbours_max > 0 ? MG_NEED_GRAPH : 0u;
    offered |= is_masked(environment) ? MG_NEED_MASKS : 0u;
    offered |= environment->record_bytes > 0 ? MG_NEED_RECORD : 0u;
    if (transfer->time == MG_TRANSFER_NONE)
        return offered;
    offered |= MG_NEED_SENSITIVITY;
    offered |= transfer->designer ? MG_NEED_DESIGNER : 0u;
    offered |= transfer->designer && transfer->ledger > 0 ? MG_NEED_LEDGER : 0u;
    if (transfer->time == MG_TRANSFER_AFTER_ACTIONS && !transfer->designer &&
        transfer->numbers_per_giver == environment->agents)
        offered |= MG_NEED_GIFTS;
    return offered;
}

static bool alike(const mg_agent_spec *a, const mg_agent_spec *b)
{
    return a->observation == b->observation && a->actions == b->actions &&
           (a->actions > 0 || a->real_length == b->real_length);
}

/* What a group of agents lacks. */
static bool check_group(const char *learner, const mg_learner_spec *spec, const mg_env_spec *environment, int group,
                        mg_error *error)
{
    const mg_agent_spec *agent = &environment->group[group].agent;
    int first = environment->group[group].first;
    if ((spec->needs & MG_NEED_CHOICES) && agent->actions < 2)
        return mg_fail(error, MG_EXIT_USAGE, "%s needs discrete actions, but agent %d of %s has %s", learner, first,
                       environment->name, agent->actions ? "one alone" : "real vectors");
    if (spec->actions_max > 0 && agent->actions > spec->actions_max)
        return mg_fail(error, MG_EXIT_USAGE, "%s needs at most %d actions, but agent %d of %s has %d", learner,
                       spec->actions_max, first, environment->name, agent->actions);
    if (agent->masked && !((spec->needs | spec->uses) & MG_NEED_MASKS))
        return mg_fail(error, MG_EXIT_USAGE, "%s needs actions without masks, but agent %d of %s has one", learner,
                       first, environment->name);
    if ((spec->needs & MG_NEED_ALIKE) && !alike(agent, &environment->group[0].agent))
        return mg_fail(error, MG_EXIT_USAGE,
                       "%s needs agents alike, but agent %d of %s has other observations or actions than agent 0",
                       learner, first, environment->name);
    return true;
}

bool mg_needs_met(const char *learner, const mg_learner_spec *spec, const mg_env_spec *environment, mg_error *error)
{
    static const struct {
        mg_need need;
        const char *text;
    } what[] = {
        {MG_NEED_STATE, "a state vector"},
        {MG_NEED_FINITE, "states that can be counted"},
        {MG_NEED_GRAPH, "a graph of neighbours"},
        {MG_NEED_MASKS, "action masks"},
        {MG_NEED_DESIGNER, "a designer that gives to the agents"},
        {MG_NEED_GIFTS, "a transfer channel from agent to agent after the actions"},
        {MG_NEED_SENSITIVITY, "a transfer channel"},
        {MG_NEED_LEDGER, "the ledger of a designer's released program"},
    };
    for (int g = 0; g < environment->groups; g++)
        if (!check_group(learner, spec, environment, g, error))
            return false;
    if ((spec->needs & MG_NEED_ONE_STAGE) && environment->stages != 1)
        return mg_fail(error, MG_EXIT_USAGE, "%s needs steps of one stage, but %s has %d", learner, environment->name,
                       environment->stages);
    if (spec->agents_max > 0 && environment->agents > spec->agents_max)
        return mg_fail(error, MG_EXIT_USAGE, "%s needs at most %d agents, but %s has %d", learner, spec->agents_max,
                       environment->name, environment->agents);
    unsigned missing = spec->needs & ~mg_needs_offered(environment);
    for (size_t i = 0; i < sizeof what / sizeof *what; i++)
        if (missing & what[i].need)
            return mg_fail(error, MG_EXIT_USAGE, "%s needs %s, which %s has not", learner, what[i].text,
                           environment->name);
    return true;
}
