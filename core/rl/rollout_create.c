/* rollout_create.c - makes a rollout: whether environment and learner fit, and all its memory. */
#include "core/rl/rollout_rows.h"
#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

/* Zeroed memory of the rollout, or NULL for no numbers. Taken here only. */
static void *take(mg_rollout *r, size_t count, size_t size)
{
    if (count == 0)
        return NULL;
    r->owned = mg_reallocate(r->owned, (size_t)(r->owned_count + 1) * sizeof *r->owned);
    return r->owned[r->owned_count++] = mg_allocate(count, size);
}

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* What `rows` rows show, as far as the learner asked for it and the environment has it. */
static shown make_shown(mg_rollout *r, size_t rows)
{
    unsigned filled = (r->learner_spec.needs | r->learner_spec.uses) & mg_needs_offered(&r->spec);
    const lengths *length = &r->length;
    shown made = {0};
    made.observation = take(r, rows * length->observation, sizeof *made.observation);
    if (filled & MG_NEED_STATE)
        made.state = take(r, rows * length->state, sizeof *made.state);
    if (filled & MG_NEED_DESIGNER)
        made.designer = take(r, rows * length->designer, sizeof *made.designer);
    if (filled & MG_NEED_MASKS)
        made.allowed = take(r, rows * length->choices, sizeof *made.allowed);
    if (filled & MG_NEED_GRAPH)
        made.neighbour = take(r, rows * length->graph, sizeof *made.neighbour);
    if (made.allowed)
        memset(made.allowed, 1, rows * length->choices); /* of agents without masks */
    return made;
}

/* What transitions alone show. */
static void make_records(mg_rollout *r, lockstep *l, size_t rows)
{
    const unsigned asked = (r->learner_spec.needs | r->learner_spec.uses) & mg_needs_offered(&r->spec);
    const size_t bytes = asked & MG_NEED_RECORD ? r->length.record : 0;
    const size_t numbers = asked & MG_NEED_LEDGER ? r->length.ledger : 0;
    l->now.record = take(r, rows * bytes, 1);
    l->next.record = take(r, rows * bytes, 1);
    l->now.ledger = take(r, rows * numbers, sizeof *l->now.ledger);
    l->next.ledger = take(r, rows * numbers, sizeof *l->next.ledger);
}

static void make_batch(mg_rollout *r, lockstep *l)
{
    size_t rows = (size_t)l->rows, agents = (size_t)r->agents;
    l->row = take(r, rows, sizeof *l->row);
    l->time = take(r, rows, sizeof *l->time);
    l->observation_of = take(r, agents, sizeof *l->observation_of);
    l->action_of = take(r, agents, sizeof *l->action_of);
    l->allowed_of = take(r, l->now.allowed ? agents : 0, sizeof *l->allowed_of);
    l->neighbour_of = take(r, l->now.neighbour ? agents : 0, sizeof *l->neighbour_of);
    l->real_of = take(r, l->real ? agents : 0, sizeof *l->real_of);
    l->transfer_of = take(r, l->transfer ? rows : 0, sizeof *l->transfer_of);
    l->unasked = take(r, r->length.transfers, sizeof *l->unasked);
    l->memory_of = take(r, l->memory ? rows : 0, sizeof *l->memory_of);
    if (rows == 1)
        return;
    l->packed = make_shown(r, rows);
    l->packed_action = take(r, rows * agents, sizeof *l->packed_action);
    l->packed_real = take(r, rows * r->length.reals, sizeof *l->packed_real);
}

static void make_rows(mg_rollout *r, lockstep *l, mg_mode mode, int rows_wanted)
{
    size_t rows = (size_t)rows_wanted, agents = (size_t)r->agents;
    l->mode = mode;
    l->rows = rows_wanted;
    l->state = take(r, rows * r->length.state_bytes, 1);
    l->memory = take(r, rows * r->length.memory_bytes, 1);
    l->now = make_shown(r, rows);
    l->next = mode == MG_TRAIN ? make_shown(r, rows) : l->now;
    if (mode == MG_TRAIN)
        make_records(r, l, rows);
    l->action = take(r, rows * agents, sizeof *l->action);
    l->real = take(r, rows * r->length.reals, sizeof *l->real);
    l->transfer = take(r, rows * r->length.transfers, sizeof *l->transfer);
    l->step = take(r, rows, sizeof *l->step);
    for (int row = 0; row < rows_wanted; row++)
        l->step[row] = -1;
    make_batch(r, l);
}

static void measure(mg_rollout *r)
{
    const mg_env_spec *spec = &r->spec;
    size_t agents = (size_t)spec->agents;
    r->agents = spec->agents;
    r->observation_at = take(r, agents, sizeof *r->observation_at);
    r->choice_at = take(r, agents, sizeof *r->choice_at);
    r->real_at = take(r, agents, sizeof *r->real_at);
    r->length = (lengths){.observation = (size_t)mg_env_offsets(spec, r->observation_at),
                          .state = (size_t)spec->state_length,
                          .designer = (size_t)mg_part_numbers(spec->transfer.part),
                          .choices = (size_t)mg_env_choice_offsets(spec, r->choice_at),
                          .graph = agents * (size_t)spec->neighbours_max,
                          .record = (size_t)spec->record_bytes,
                          .ledger = (size_t)spec->transfer.ledger,
                          .reals = (size_t)mg_env_real_offsets(spec, r->real_at),
                          .state_bytes = aligned(spec->row_bytes),
                          .memory_bytes = aligned(r->learner_spec.memory_per_row)};
    if (spec->transfer.time != MG_TRANSFER_NONE)
        r->length.transfers = (size_t)spec->transfer.givers * (size_t)spec->transfer.numbers_per_giver;
}

static void make_buffers(mg_rollout *r, int evaluation_rows)
{
    size_t agents = (size_t)r->spec.agents, rows = (size_t)r->learner_spec.training_rows;
    measure(r);
    r->outcome.reward = take(r, agents, sizeof *r->outcome.reward);
    r->outcome.paid = take(r, agents, sizeof *r->outcome.paid);
    r->outcome.received = take(r, agents, sizeof *r->outcome.received);
    r->of_episode = take(r, (size_t)r->spec.metrics, sizeof *r->of_episode);
    if ((r->learner_spec.needs | r->learner_spec.uses) & MG_NEED_SENSITIVITY)
        r->sensitivity = take(r, agents * r->length.transfers, sizeof *r->sensitivity);
    r->resets = take(r, rows, sizeof *r->resets);
    r->steps = take(r, rows, sizeof *r->steps);
    make_rows(r, &r->train, MG_TRAIN, r->learner_spec.training_rows);
    make_rows(r, &r->evaluation, MG_EVALUATE, evaluation_rows);
}

/* ---- whether what both say of themselves can be ---- */

/* A promise without its function, by name; or NULL. */
static const char *missing_function(const mg_env_table *env, const mg_env_spec *spec)
{
    unsigned offered = mg_needs_offered(spec);
    if ((offered & MG_NEED_MASKS) && !env->mask)
        return "masks";
    if ((offered & MG_NEED_GRAPH) && !env->neighbours)
        return "neighbours";
    if ((offered & MG_NEED_STATE) && !env->state)
        return "a state";
    if ((offered & MG_NEED_DESIGNER) && !env->designer)
        return "a designer";
    if ((offered & MG_NEED_LEDGER) && (!env->ledger || !env->account))
        return "a ledger";
    if ((offered & MG_NEED_RECORD) && (!env->record || !env->recall || spec->stages > 1 || spec->record_bytes % 4))
        return "records";
    if ((spec->stages > 1 || spec->transfer.time == MG_TRANSFER_BEFORE_ACTIONS) && !env->disclose)
        return "stages or transfers before the actions";
    return NULL;
}

static bool check_environment(const mg_env_table *env, const mg_env_spec *e, mg_error *error)
{
    const mg_transfer_spec *transfer = &e->transfer;
    const char *missing = missing_function(env, e);
    if (e->agents < 1 || e->agents > MG_AGENTS_MAX || e->stages < 1 || e->metrics < 0 || e->longest_episode < 1)
        return mg_fail(error, MG_EXIT_INPUT,
                       "environment %s: its description has %d agents, %d stages, %d metrics, episodes of %d steps: "
                       "out of range",
                       env->name, e->agents, e->stages, e->metrics, e->longest_episode);
    if (transfer->time != MG_TRANSFER_NONE && (transfer->givers < 1 || transfer->numbers_per_giver < 1))
        return mg_fail(error, MG_EXIT_INPUT, "environment %s: a transfer channel of %d givers with %d numbers each",
                       env->name, transfer->givers, transfer->numbers_per_giver);
    return !missing ||
           mg_fail(error, MG_EXIT_INPUT, "environment %s: promises %s but has no function for it", env->name, missing);
}

static bool check_learner(const mg_rollout *r, int evaluation_rows, mg_error *error)
{
    const mg_learner_spec *l = &r->learner_spec;
    if (l->training_rows < 1 || l->training_rows > 65535 || l->metrics < 0 || l->updates < 0 ||
        l->updates > MG_UPDATES_MAX)
        return mg_fail(error, MG_EXIT_INPUT,
                       "learner %s: its description has %d training rows, %d metrics, %d kinds of update: "
                       "out of range",
                       r->learner->name, l->training_rows, l->metrics, l->updates);
    if (evaluation_rows < 1 || evaluation_rows > 65535)
        return mg_fail(error, MG_EXIT_INPUT, "%d evaluation rows, wanted 1 to 65535", evaluation_rows);
    return true;
}

static bool describe_both(mg_rollout *r, const mg_rollout_config *config, mg_error *error)
{
    const mg_learner_table *learner = r->learner;
    if (r->env->open_world) {
        r->world = r->env->open_world(r->env_config, r->key, error);
        if (!r->world)
            return false;
    }
    r->env->describe(r->env_config, r->world, &r->spec);
    r->spec.source = (mg_env_source){r->env, r->env_config, r->world};
    return check_environment(r->env, &r->spec, error) &&
           learner->describe(config->learner_config, &r->spec, &r->learner_spec, error) &&
           mg_needs_met(learner->name, &r->learner_spec, &r->spec, error) &&
           check_learner(r, config->evaluation_rows, error);
}

mg_rollout *mg_rollout_create(const mg_rollout_config *config, mg_error *error)
{
    const mg_env_table *env = config->environment;
    const mg_learner_table *learner = config->learner;
    if (!mg_config_check(env->fields, config->environment_config, error) ||
        !mg_config_check(learner->fields, config->learner_config, error))
        return NULL;
    mg_rollout *r = mg_allocate(1, sizeof *r);
    r->env = env;
    r->env_config = config->environment_config;
    r->learner = learner;
    r->key = config->key;
    if (describe_both(r, config, error)) {
        make_buffers(r, config->evaluation_rows);
        r->self = learner->create(config->learner_config, &r->spec, config->key, error);
    }
    if (r->self)
        return r;
    mg_rollout_destroy(r);
    return NULL;
}

void mg_rollout_destroy(mg_rollout *rollout)
{
    if (!rollout)
        return;
    if (rollout->self)
        rollout->learner->destroy(rollout->self);
    for (int i = 0; i < rollout->owned_count; i++)
        free(rollout->owned[i]);
    free(rollout->owned);
    mg_env_spec_free(&rollout->spec);
    if (rollout->world)
        rollout->env->close_world(rollout->world);
    free(rollout);
}
