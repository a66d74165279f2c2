/* create.c - what the library offers, settings by text, and handles. */
#include "core/io/memory.h"
#include "core/io/text.h"
#include "suite/library/environments.h"
#include "suite/library/handle.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 65536, CONFIG_MAX = 4096, FIELD_TEXT = 120 };

bool mg_library_error(const mg_error *found, char *error)
{
    if (error)
        snprintf(error, MARLGOLD_ERROR, "%s", found->text);
    return false;
}

int marlgold_abi(void)
{
    return MARLGOLD_ABI;
}

const char *marlgold_version(void)
{
    return MG_VERSION;
}

/* ---- memory that there is not ---- */

/* Programs of marlgold end where there is no memory (core/io/memory.h). A library may not: what asks for memory is left
 * here, and the caller says so. What was taken by then is lost. */
static _Thread_local jmp_buf *no_memory;

bool mg_library_try(void (*work)(void *context), void *context)
{
    jmp_buf here;
    if (setjmp(here) != 0) {
        no_memory = NULL;
        return false;
    }
    no_memory = &here;
    work(context);
    no_memory = NULL;
    return true;
}

_Noreturn void mg_out_of_memory(size_t bytes)
{
    (void)bytes;
    if (!no_memory)
        abort();
    longjmp(*no_memory, 1);
}

/* ---- what there is ---- */

int marlgold_environments(void)
{
    return mg_offered_count();
}

const char *marlgold_environment(int index)
{
    const mg_offered *offered = mg_offered_at(index);
    return offered ? offered->table->name : NULL;
}

bool marlgold_setting_of(const char *environment, int index, marlgold_setting *setting)
{
    static const marlgold_type type[] = {
        [MG_FIELD_INT] = MARLGOLD_WHOLE, [MG_FIELD_DOUBLE] = MARLGOLD_REAL, [MG_FIELD_BOOL] = MARLGOLD_TRUTH};
    const mg_offered *offered = mg_offered_find(environment);
    if (!offered || index < 0 || index >= offered->table->fields->count)
        return false;
    union {
        double align;
        unsigned char bytes[CONFIG_MAX];
    } config;
    const mg_field *field = &offered->table->fields->field[index];
    offered->configure(0, &config);
    *setting = (marlgold_setting){.name = field->name,
                                  .source = field->source,
                                  .type = type[field->type],
                                  .value = mg_config_value(field, &config),
                                  .low = field->low,
                                  .high = field->high};
    return true;
}

/* ---- settings ---- */

/* One "field=value" of `length` characters. */
static bool set_one(const mg_offered *offered, void *config, const char *text, size_t length, mg_error *error)
{
    char one[FIELD_TEXT];
    if (length >= sizeof one)
        return mg_fail(error, MG_EXIT_USAGE, "setting '%.40s...' is %zu characters long, wanted field=value", text,
                       length);
    memcpy(one, text, length);
    one[length] = '\0';
    char *equals = strchr(one, '=');
    double value = 0.0;
    bool truth = equals && !strcmp(equals + 1, "true"), untruth = equals && !strcmp(equals + 1, "false");
    if (!equals || !(truth || untruth || mg_read_double(equals + 1, &value)))
        return mg_fail(error, MG_EXIT_USAGE, "setting '%s': wanted field=value with a number, true or false", one);
    *equals = '\0';
    value = truth ? 1.0 : value;
    const mg_fields *fields = offered->table->fields;
    for (int f = 0; f < fields->count; f++) {
        const mg_field *field = &fields->field[f];
        if (strcmp(field->name, one) != 0)
            continue;
        bool fits = value >= field->low && value <= field->high;
        bool whole = field->type == MG_FIELD_DOUBLE || (fits && value == (double)(long)value);
        if (!fits || !whole)
            return mg_fail(error, MG_EXIT_USAGE, "setting %s=%s of %s: wanted a %snumber from %.15g to %.15g", one,
                           equals + 1, offered->table->name, field->type == MG_FIELD_DOUBLE ? "" : "whole ", field->low,
                           field->high);
        return mg_config_set(fields, config, one, value);
    }
    return mg_fail(error, MG_EXIT_USAGE, "environment %s has no setting '%s'; it has %s, ...", offered->table->name,
                   one, fields->count ? fields->field[0].name : "none");
}

static bool set_all(const mg_offered *offered, void *config, const char *settings, mg_error *error)
{
    static const char between[] = " ,\t\n";
    for (const char *at = settings; at && *(at += strspn(at, between));) {
        size_t length = strcspn(at, between);
        if (!set_one(offered, config, at, length, error))
            return false;
        at += length;
    }
    return true;
}

/* The paper's, made for as many agents as are set, then what is set. */
static bool configure(const mg_offered *offered, const char *settings, void *config, mg_error *error)
{
    const mg_fields *fields = offered->table->fields;
    offered->configure(0, config);
    if (!set_all(offered, config, settings, error))
        return false;
    for (int f = 0; f < fields->count; f++)
        if (!strcmp(fields->field[f].name, "agents"))
            offered->configure((int)mg_config_value(&fields->field[f], config), config);
    return set_all(offered, config, settings, error) && mg_config_check(fields, config, error);
}

/* ---- lengths ---- */

static void list_agents(marlgold *self)
{
    const mg_env_spec *spec = &self->spec;
    size_t agents = (size_t)spec->agents;
    int *observation = mg_allocate(agents, sizeof *observation), *choice = mg_allocate(agents, sizeof *choice);
    int *real = mg_allocate(agents, sizeof *real);
    self->agent = mg_allocate(agents, sizeof *self->agent);
    self->lengths.observation_length = mg_env_offsets(spec, observation);
    self->lengths.choices_length = mg_env_choice_offsets(spec, choice);
    self->lengths.real_length = mg_env_real_offsets(spec, real);
    for (int i = 0; i < spec->agents; i++) {
        const mg_agent_spec *agent = mg_env_agent(spec, i);
        int parts = 0;
        while (parts < MG_PARTS_MAX && agent->part[parts].name)
            parts++;
        self->agent[i] = (marlgold_agent){.observation = agent->observation,
                                          .observation_at = observation[i],
                                          .actions = agent->actions,
                                          .choices_at = choice[i],
                                          .reals = agent->actions ? 0 : agent->real_length,
                                          .reals_at = real[i],
                                          .masked = agent->masked,
                                          .stage = agent->stage,
                                          .parts = parts};
    }
    free(observation);
    free(choice);
    free(real);
}

static void list_lengths(marlgold *self)
{
    const mg_env_spec *spec = &self->spec;
    bool gives = spec->transfer.time != MG_TRANSFER_NONE;
    marlgold_spec *to = &self->lengths;
    to->agents = spec->agents;
    to->stages = spec->stages;
    to->longest_episode = spec->longest_episode;
    to->neighbours = spec->neighbours_max;
    to->state_length = spec->state_length;
    to->designer_length = spec->transfer.designer ? mg_part_numbers(spec->transfer.part) : 0;
    to->givers = gives ? spec->transfer.givers : 0;
    to->gifts_per_giver = gives ? spec->transfer.numbers_per_giver : 0;
    to->gifts_after_actions = gives && spec->transfer.time == MG_TRANSFER_AFTER_ACTIONS;
    to->gift_low = gives ? spec->transfer.low : 0.0f;
    to->gift_high = gives ? spec->transfer.high : 0.0f;
    to->metrics = spec->metrics;
    to->row_bytes = mg_library_row_bytes(spec);
    list_agents(self);
}

/* ---- a handle ---- */

static void take_rows(marlgold *self)
{
    size_t rows = (size_t)self->rows, agents = (size_t)self->spec.agents;
    self->stride = (self->spec.row_bytes + 63) / 64 * 64;
    self->state = mg_allocate_block(rows * self->stride, 1);
    self->row = mg_allocate(rows, sizeof *self->row);
    self->reward = mg_allocate(agents, sizeof *self->reward);
    self->paid = mg_allocate(agents, sizeof *self->paid);
    self->received = mg_allocate(agents, sizeof *self->received);
    self->welfare = mg_allocate(rows, sizeof *self->welfare);
    self->no_action = mg_allocate(agents, sizeof *self->no_action);
    self->no_gift =
        mg_allocate((size_t)self->lengths.givers * (size_t)self->lengths.gifts_per_giver + 1, sizeof *self->no_gift);
}

/* What a saved row must have been made with: states are bytes as they lie in memory. */
static void digest_configuration(marlgold *self)
{
    uint64_t number[4] = {self->key.experiment, self->key.seed, (uint64_t)self->spec.row_bytes, sizeof(void *)};
    const uint16_t order = 1;
    uint8_t lies[2];
    memcpy(lies, &order, sizeof lies);
    mg_hasher_restart(self->hasher);
    mg_hash_text(self->hasher, "environment", self->spec.name);
    mg_config_hash(self->hasher, self->env->fields, self->config);
    mg_hash_u64(self->hasher, "numbers", number, 4);
    mg_hash_u8(self->hasher, "order", lies, 2);
    self->configuration = mg_hasher_finish(self->hasher);
}

static bool open(marlgold *self, const mg_offered *offered, const char *settings, mg_error *error)
{
    self->env = offered->table;
    self->config = mg_allocate(1, offered->table->fields->size);
    if (!configure(offered, settings, self->config, error))
        return false;
    if (self->env->open_world && !(self->world = self->env->open_world(self->config, self->key, error)))
        return mg_fail(error, MG_EXIT_INPUT, "environment %s: its world cannot be opened", offered->table->name);
    self->env->describe(self->config, self->world, &self->spec);
    if (self->spec.agents < 1 || self->spec.agents > MG_AGENTS_MAX)
        return mg_fail(error, MG_EXIT_INPUT, "environment %s: %d agents, wanted 1 to %d", offered->table->name,
                       self->spec.agents, MG_AGENTS_MAX);
    self->hasher = mg_hasher_create();
    list_lengths(self);
    take_rows(self);
    digest_configuration(self);
    return true;
}

typedef struct creation {
    const mg_offered *offered;
    const char *settings;
    const marlgold_options *wanted;
    marlgold *self;
    mg_error found;
} creation;

static void make(void *context)
{
    creation *asked = context;
    marlgold *self = asked->self = mg_allocate(1, sizeof *self);
    self->rows = asked->wanted->rows ? asked->wanted->rows : 1;
    self->key = (mg_key){asked->wanted->experiment, asked->wanted->seed};
    (void)open(self, asked->offered, asked->settings, &asked->found);
}

marlgold *marlgold_create(const char *environment, const char *settings, const marlgold_options *options, char *error)
{
    const marlgold_options wanted = options ? *options : (marlgold_options){0};
    creation asked = {.offered = mg_offered_find(environment), .settings = settings, .wanted = &wanted};
    if (!asked.offered)
        (void)mg_fail(&asked.found, MG_EXIT_USAGE, "no environment '%.60s'; there are %s, ... (marlgold_environment)",
                      environment, mg_offered_at(0)->table->name);
    else if (wanted.rows < 0 || wanted.rows > ROWS_MAX)
        (void)mg_fail(&asked.found, MG_EXIT_USAGE, "%d rows, wanted 1 to %d", wanted.rows, ROWS_MAX);
    else if (!mg_library_try(make, &asked))
        (void)mg_fail(&asked.found, MG_EXIT_INPUT, "environment %s: not enough memory for %d rows", environment,
                      wanted.rows);
    if (asked.found.status == MG_EXIT_OK)
        return asked.self;
    marlgold_free(asked.self);
    (void)mg_library_error(&asked.found, error);
    return NULL;
}

void marlgold_free(marlgold *self)
{
    if (!self)
        return;
    if (self->world && self->env->close_world)
        self->env->close_world(self->world);
    mg_env_spec_free(&self->spec);
    mg_hasher_destroy(self->hasher);
    free(self->config);
    free(self->agent);
    free(self->row);
    free(self->state);
    free(self->reward);
    free(self->paid);
    free(self->received);
    free(self->welfare);
    free(self->no_action);
    free(self->no_gift);
    free(self);
}

/* ---- describing ---- */

void marlgold_describe(const marlgold *self, marlgold_spec *spec)
{
    *spec = self->lengths;
}

int marlgold_gift_period(const marlgold *self)
{
    return self->lengths.givers && self->spec.transfer.period > 1 ? self->spec.transfer.period : 1;
}

bool marlgold_agent_of(const marlgold *self, int agent, marlgold_agent *of)
{
    if (agent < 0 || agent >= self->lengths.agents)
        return false;
    *of = self->agent[agent];
    return true;
}

bool marlgold_part_of(const marlgold *self, int agent, int part, marlgold_part *of)
{
    if (agent < -1 || agent >= self->lengths.agents || part < 0 || part >= MG_PARTS_MAX)
        return false;
    const mg_part *list = agent < 0 ? self->spec.transfer.part : mg_env_agent(&self->spec, agent)->part;
    for (int p = 0; p <= part; p++)
        if (!list[p].name)
            return false;
    *of = (marlgold_part){list[part].name, list[part].channels, list[part].height, list[part].width};
    return true;
}

bool marlgold_metric_of(const marlgold *self, int metric, const char **name, const char **unit)
{
    if (metric < 0 || metric >= self->lengths.metrics)
        return false;
    if (name)
        *name = self->spec.metric[metric].name;
    if (unit)
        *unit = self->spec.metric[metric].unit;
    return true;
}
