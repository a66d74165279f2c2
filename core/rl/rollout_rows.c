/* rollout_rows.c - what rows show, the batches made of it, decisions, one step of a row. */
#include "core/rl/rollout_rows.h"

#include <string.h>

mg_row mg_rows_row(const mg_rollout *r, const lockstep *l, int row)
{
    mg_row of = {r->env_config, r->world, l->state + (size_t)row * r->length.state_bytes};
    return of;
}

mg_joint mg_rows_joint(const mg_rollout *r, const lockstep *l, int row)
{
    size_t at = (size_t)row;
    mg_joint joint = {l->action + at * (size_t)r->agents, l->real ? l->real + at * r->length.reals : NULL,
                      l->transfer ? l->transfer + at * r->length.transfers : NULL};
    return joint;
}

/* A row's stretches, to be written. */
static shown stretch(const mg_rollout *r, const shown *all, int row)
{
    size_t at = (size_t)row;
    shown one = {all->observation + at * r->length.observation,
                 all->state ? all->state + at * r->length.state : NULL,
                 all->designer ? all->designer + at * r->length.designer : NULL,
                 all->allowed ? all->allowed + at * r->length.choices : NULL,
                 all->neighbour ? all->neighbour + at * r->length.graph : NULL,
                 all->record ? all->record + at * r->length.record : NULL,
                 all->ledger ? all->ledger + at * r->length.ledger : NULL};
    return one;
}

mg_observed mg_rows_observed(const mg_rollout *r, const shown *all, int row)
{
    shown one = stretch(r, all, row);
    mg_observed observed = {one.observation, one.state,  one.designer, one.allowed,
                            one.neighbour,   one.record, one.ledger};
    return observed;
}

/* What the agents of a stage see, and what is nobody's alone. */
static void look_at_stage(const mg_rollout *r, const mg_row *row, int stage, const shown *one)
{
    r->env->observe(row, stage, one->observation);
    if (one->allowed)
        r->env->mask(row, stage, one->allowed);
}

static void look_at_all(const mg_rollout *r, const mg_row *row, const shown *one)
{
    if (one->neighbour)
        r->env->neighbours(row, one->neighbour);
    if (one->state)
        r->env->state(row, one->state);
    if (one->designer)
        r->env->designer(row, one->designer);
    if (one->record)
        r->env->record(row, one->record);
    if (one->ledger)
        r->env->ledger(row, one->ledger);
}

void mg_rows_look(const mg_rollout *r, const lockstep *l, int row, const shown *to)
{
    mg_row of = mg_rows_row(r, l, row);
    shown one = stretch(r, to, row);
    for (int stage = 0; stage < r->spec.stages; stage++)
        look_at_stage(r, &of, stage, &one);
    look_at_all(r, &of, &one);
}

void mg_rows_begin(mg_rollout *r, lockstep *l, int row, mg_purpose purpose, uint64_t time)
{
    mg_stream stream = mg_stream_at(r->key, purpose, (uint32_t)time, (uint32_t)row, 0);
    mg_row of = mg_rows_row(r, l, row);
    r->env->reset(&of, &stream);
    if (l->memory)
        memset(l->memory + (size_t)row * r->length.memory_bytes, 0, r->length.memory_bytes);
    l->step[row] = 0;
    mg_rows_look(r, l, row, &l->now);
}

/* ---- the batch ---- */

/* Agents' parts of flat stretches that lie one after the other, `entries` rows an agent: packed, or one row's own. */
static void point_agents(const mg_rollout *r, lockstep *l, const shown *batch, int32_t *action, float *real,
                         size_t entries)
{
    size_t agents = (size_t)r->agents, graph = (size_t)r->spec.neighbours_max;
    for (size_t i = 0; i < agents; i++) {
        l->observation_of[i] = batch->observation + entries * (size_t)r->observation_at[i];
        l->action_of[i] = action + entries * i;
        if (l->allowed_of)
            l->allowed_of[i] = batch->allowed + entries * (size_t)r->choice_at[i];
        if (l->neighbour_of)
            l->neighbour_of[i] = batch->neighbour + entries * i * graph;
        if (l->real_of)
            l->real_of[i] = real + entries * (size_t)r->real_at[i];
    }
}

static void point_batch(const mg_rollout *r, lockstep *l)
{
    if (l->live == 1) {
        size_t row = (size_t)l->row[0];
        shown one = stretch(r, &l->now, l->row[0]);
        point_agents(r, l, &one, l->action + row * (size_t)r->agents, l->real ? l->real + row * r->length.reals : NULL,
                     1);
    } else {
        point_agents(r, l, &l->packed, l->packed_action, l->packed_real, (size_t)l->live);
    }
    for (int k = 0; k < l->live && l->memory; k++)
        l->memory_of[k] = l->memory + (size_t)l->row[k] * r->length.memory_bytes;
    for (int k = 0; k < l->live && l->transfer; k++)
        l->transfer_of[k] = l->transfer + (size_t)l->row[k] * r->length.transfers;
}

/* Entry k of one agent, where entries are `length` numbers of `size` bytes. */
static void copy_number(void *to, size_t k, const void *from, size_t length, size_t size)
{
    memcpy((unsigned char *)to + k * length * size, from, length * size);
}

/* Row after row of one kind of number, into entry k. */
static void pack_entry(const mg_rollout *r, lockstep *l, int k)
{
    size_t entries = (size_t)l->live, entry = (size_t)k, graph = (size_t)r->spec.neighbours_max;
    shown one = stretch(r, &l->now, l->row[k]);
    for (int g = 0; g < r->spec.groups; g++) {
        const mg_agent_group *group = &r->spec.group[g];
        size_t length = (size_t)group->agent.observation, choices = (size_t)group->agent.actions;
        for (int i = group->first; i < group->first + group->count; i++) {
            size_t at = (size_t)r->observation_at[i], choice = (size_t)r->choice_at[i], links = (size_t)i * graph;
            copy_number(l->packed.observation + entries * at, entry, one.observation + at, length, sizeof(float));
            if (one.allowed)
                copy_number(l->packed.allowed + entries * choice, entry, one.allowed + choice, choices, 1);
            if (one.neighbour)
                copy_number(l->packed.neighbour + entries * links, entry, one.neighbour + links, graph,
                            sizeof(int32_t));
        }
    }
    if (one.state)
        copy_number(l->packed.state, entry, one.state, r->length.state, sizeof(float));
    if (one.designer)
        copy_number(l->packed.designer, entry, one.designer, r->length.designer, sizeof(float));
}

static void pack(const mg_rollout *r, lockstep *l)
{
    for (int k = 0; k < l->live && l->live > 1; k++)
        pack_entry(r, l, k);
}

/* Looks again where something was disclosed since the rows were last looked at. */
static void look_again(const mg_rollout *r, lockstep *l, int stage)
{
    for (int k = 0; k < l->live; k++) {
        mg_row of = mg_rows_row(r, l, l->row[k]);
        shown one = stretch(r, &l->now, l->row[k]);
        look_at_stage(r, &of, stage, &one);
        look_at_all(r, &of, &one);
    }
}

static mg_batch batch_of(const mg_rollout *r, const lockstep *l, int stage)
{
    shown one = stretch(r, &l->now, l->row[0]);
    const shown *shared = l->live == 1 ? &one : &l->packed;
    mg_batch batch = {.mode = l->mode,
                      .rows = l->live,
                      .row = l->row,
                      .time = l->time,
                      .observation = l->observation_of,
                      .allowed = l->allowed_of,
                      .neighbour = l->neighbour_of,
                      .state = shared->state,
                      .designer = shared->designer,
                      .memory = l->memory_of,
                      .stage = stage};
    return batch;
}

/* ---- decisions ---- */

static void scatter_actions(const mg_rollout *r, lockstep *l, int stage)
{
    for (int g = 0; g < r->spec.groups; g++) {
        const mg_agent_group *group = &r->spec.group[g];
        size_t length = group->agent.actions ? 0 : (size_t)group->agent.real_length;
        for (int i = group->first; i < group->first + group->count && group->agent.stage == stage; i++)
            for (int k = 0; k < l->live; k++) {
                size_t row = (size_t)l->row[k];
                l->action[row * (size_t)r->agents + (size_t)i] = l->action_of[i][k];
                if (length)
                    memcpy(l->real + row * r->length.reals + r->real_at[i], l->real_of[i] + (size_t)k * length,
                           length * sizeof *l->real);
            }
    }
}

static void disclose(const mg_rollout *r, lockstep *l, int after_stage)
{
    for (int k = 0; k < l->live && r->env->disclose; k++) {
        mg_row of = mg_rows_row(r, l, l->row[k]);
        mg_joint joint = mg_rows_joint(r, l, l->row[k]);
        r->env->disclose(&of, after_stage, &joint);
    }
}

static bool is_asked(const mg_rollout *r, const lockstep *l, int k)
{
    const int period = r->spec.transfer.period;
    return period < 2 || l->step[l->row[k]] % period == 0;
}

static void give(mg_rollout *r, lockstep *l, int stage, bool acted)
{
    int asked = 0;
    for (int k = 0; k < l->live; k++)
        if (is_asked(r, l, k)) {
            memset(l->transfer_of[k], 0, r->length.transfers * sizeof *l->transfer);
            asked++;
        } else
            l->transfer_of[k] = l->unasked;
    if (!asked || !r->learner->give)
        return;
    mg_batch batch = batch_of(r, l, stage);
    r->learner->give(r->self, &batch, acted ? (const int32_t *const *)l->action_of : NULL, l->transfer_of);
}

void mg_rows_decide(mg_rollout *r, lockstep *l)
{
    int last = r->spec.stages - 1;
    point_batch(r, l);
    pack(r, l);
    if (r->spec.transfer.time == MG_TRANSFER_BEFORE_ACTIONS) {
        give(r, l, 0, false);
        disclose(r, l, -1);
        look_again(r, l, 0);
        pack(r, l);
    }
    for (int stage = 0; stage <= last; stage++) {
        mg_batch batch = batch_of(r, l, stage);
        r->learner->act(r->self, &batch, l->action_of, l->real_of);
        if (l->live > 1)
            scatter_actions(r, l, stage);
        if (stage == last)
            break;
        disclose(r, l, stage);
        look_again(r, l, stage + 1);
        pack(r, l);
    }
    if (r->spec.transfer.time == MG_TRANSFER_AFTER_ACTIONS)
        give(r, l, last, true);
}

bool mg_rows_step(mg_rollout *r, lockstep *l, int k, mg_purpose purpose)
{
    int row = l->row[k];
    mg_stream stream = mg_stream_at(r->key, purpose, l->time[k], (uint32_t)row, 0);
    mg_row of = mg_rows_row(r, l, row);
    mg_joint joint = mg_rows_joint(r, l, row);
    r->outcome.terminated = false;
    r->outcome.truncated = false;
    r->outcome.welfare = 0.0f;
    r->env->step(&of, &joint, &stream, &r->outcome);
    return r->outcome.terminated || r->outcome.truncated;
}
