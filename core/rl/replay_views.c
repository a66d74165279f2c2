/* replay_views.c - stored as shown, or as a record and shown again. */
#include "core/rl/replay_views.h"
#include "core/io/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void misuse(const char *what)
{
    fprintf(stderr, "replay: %s\n", what);
    abort();
}

/* ---- making ---- */

static void measure(mg_views *v, const mg_env_spec *environment, unsigned keeps)
{
    keeps &= mg_needs_offered(environment);
    v->observations = mg_env_offsets(environment, NULL);
    v->choices = keeps & MG_NEED_MASKS ? mg_env_choice_offsets(environment, NULL) : 0;
    v->state = keeps & MG_NEED_STATE ? environment->state_length : 0;
    v->neighbours = keeps & MG_NEED_GRAPH ? environment->neighbours_max * environment->agents : 0;
    v->record = keeps & MG_NEED_RECORD ? environment->record_bytes : 0;
}

void mg_views_create(mg_views *v, const mg_env_spec *environment, unsigned keeps, int count)
{
    *v = (mg_views){.count = count, .free_count = count};
    measure(v, environment, keeps);
    const size_t views = (size_t)count, whole = v->record ? 1 : views;
    v->free_view = mg_allocate(views, sizeof(int32_t));
    for (int i = 0; i < count; i++)
        v->free_view[i] = count - 1 - i;
    v->observation = mg_allocate(whole * (size_t)v->observations, sizeof(float));
    v->state_numbers = mg_allocate(whole * (size_t)v->state, sizeof(float));
    v->allowed = mg_allocate(whole * (size_t)v->choices, 1);
    v->neighbour = mg_allocate(whole * (size_t)v->neighbours, sizeof(int32_t));
    v->records = mg_allocate(views * (size_t)v->record, 1);
    v->environment = environment->source.table;
    if (v->record)
        v->row = (mg_row){environment->source.config, environment->source.world,
                          mg_allocate_block(environment->row_bytes, 1)};
}

void mg_views_destroy(mg_views *v)
{
    free(v->free_view);
    free(v->observation);
    free(v->state_numbers);
    free(v->allowed);
    free(v->neighbour);
    free(v->records);
    free(v->row.state);
}

/* ---- storing and looking ---- */

static void copy_part(void *to, size_t view, int count, size_t size, const void *from)
{
    if (count && !from)
        misuse("a part of the view that is kept is not in the transition; the learner must ask for it");
    if (count)
        memcpy((unsigned char *)to + view * (size_t)count * size, from, (size_t)count * size);
}

int32_t mg_views_put(mg_views *v, const mg_observed *seen)
{
    int32_t view = v->free_view[--v->free_count];
    size_t at = (size_t)view;
    copy_part(v->records, at, v->record, 1, seen->record);
    if (v->record)
        return view;
    copy_part(v->observation, at, v->observations, sizeof(float), seen->observation);
    copy_part(v->state_numbers, at, v->state, sizeof(float), seen->state);
    copy_part(v->allowed, at, v->choices, 1, seen->allowed);
    copy_part(v->neighbour, at, v->neighbours, sizeof(int32_t), seen->neighbour);
    return view;
}

void mg_views_drop(mg_views *v, int32_t view)
{
    v->free_view[v->free_count++] = view;
}

static void show_again(const mg_views *v, const uint8_t *record)
{
    v->environment->recall(&v->row, record);
    v->environment->observe(&v->row, 0, v->observation);
    if (v->choices)
        v->environment->mask(&v->row, 0, v->allowed);
    if (v->neighbours)
        v->environment->neighbours(&v->row, v->neighbour);
    if (v->state)
        v->environment->state(&v->row, v->state_numbers);
}

mg_observed mg_views_look(const mg_views *v, int32_t view)
{
    size_t at = v->record ? 0 : (size_t)view;
    if (v->record)
        show_again(v, v->records + (size_t)view * (size_t)v->record);
    return (mg_observed){.observation = v->observation + at * (size_t)v->observations,
                         .state = v->state_numbers + at * (size_t)v->state,
                         .allowed = v->allowed + at * (size_t)v->choices,
                         .neighbour = v->neighbour + at * (size_t)v->neighbours};
}

void mg_views_hash(const mg_views *v, mg_hasher *hasher, const mg_observed *seen)
{
    mg_hash_float(hasher, "observation", seen->observation, (size_t)v->observations);
    if (v->state)
        mg_hash_float(hasher, "state", seen->state, (size_t)v->state);
    if (v->choices)
        mg_hash_u8(hasher, "allowed", seen->allowed, (size_t)v->choices);
    if (v->neighbours)
        mg_hash_i32(hasher, "neighbours", seen->neighbour, (size_t)v->neighbours);
}

/* ---- words ---- */

void mg_words_put(const mg_words *to, const void *numbers, size_t n)
{
    mg_reserve(to->bytes, *to->length, to->capacity, 4 * n);
    unsigned char *at = (unsigned char *)*to->bytes + *to->length;
    for (size_t i = 0; i < n; i++) {
        uint32_t word;
        memcpy(&word, (const unsigned char *)numbers + 4 * i, 4);
        for (int k = 0; k < 4; k++)
            *at++ = (unsigned char)(word >> (8 * k));
    }
    *to->length += 4 * n;
}

void mg_words_put_one(const mg_words *to, uint32_t word)
{
    mg_words_put(to, &word, 1);
}

bool mg_words_get(mg_reading *from, void *numbers, size_t n)
{
    if (n > from->left)
        return false;
    for (size_t i = 0; i < n; i++, from->at += 4) {
        uint32_t word = 0;
        for (int k = 0; k < 4; k++)
            word |= (uint32_t)from->at[k] << (8 * k);
        memcpy((unsigned char *)numbers + 4 * i, &word, 4);
    }
    from->left -= n;
    return true;
}

/* ---- views as words ---- */

static void write_record(const mg_words *to, const uint8_t *record, int bytes)
{
    for (int i = 0; i < bytes; i += 4) {
        uint32_t word = 0;
        for (int k = 0; k < 4; k++)
            word |= (uint32_t)record[i + k] << (8 * k);
        mg_words_put_one(to, word);
    }
}

void mg_views_write(const mg_views *v, const mg_words *to, int32_t view)
{
    if (v->record) {
        write_record(to, v->records + (size_t)view * (size_t)v->record, v->record);
        return;
    }
    mg_observed seen = mg_views_look(v, view);
    mg_words_put(to, seen.observation, (size_t)v->observations);
    mg_words_put(to, seen.state, (size_t)v->state);
    for (int i = 0; i < v->choices; i++)
        mg_words_put_one(to, seen.allowed[i]);
    mg_words_put(to, seen.neighbour, (size_t)v->neighbours);
}

mg_view_room mg_views_room(const mg_views *v)
{
    size_t reals = (size_t)(v->observations + v->state), integers = (size_t)v->neighbours;
    float *real = mg_allocate(reals + integers + (size_t)(v->choices + v->record) / 4 + 1, 4);
    int32_t *integer = (int32_t *)(void *)(real + reals);
    uint8_t *byte = (uint8_t *)(integer + integers);
    return (mg_view_room){real, real + v->observations, byte, byte + v->choices, integer, real};
}

bool mg_views_read(const mg_views *v, mg_reading *from, const mg_view_room *into, mg_observed *seen)
{
    uint32_t word = 0;
    *seen = (mg_observed){.observation = into->observation,
                          .state = into->state,
                          .allowed = into->allowed,
                          .neighbour = into->neighbour,
                          .record = into->record};
    for (int i = 0; i < v->record; i++) {
        if (i % 4 == 0 && !mg_words_get(from, &word, 1))
            return false;
        into->record[i] = (uint8_t)(word >> (8 * (i % 4)));
    }
    if (v->record)
        return true;
    if (!mg_words_get(from, into->observation, (size_t)v->observations) ||
        !mg_words_get(from, into->state, (size_t)v->state))
        return false;
    for (int i = 0; i < v->choices; i++) {
        if (!mg_words_get(from, &word, 1))
            return false;
        into->allowed[i] = (uint8_t)word;
    }
    return mg_words_get(from, into->neighbour, (size_t)v->neighbours);
}
