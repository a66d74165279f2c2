/* replay.c - units of steps, steps between views; views are shared by the step before and the step after. */
#include "core/rl/replay.h"
#include "core/io/memory.h"
#include "core/rl/replay_views.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TERMINATED = 1, TRUNCATED = 2, NONE = -1 };

/* A unit owns unit_steps steps; the ring lists the completed ones, oldest at head. One being filled belongs to its
 * row. */
struct mg_replay_buffer {
    mg_replay_spec spec;
    int agents, unit_steps;
    int *offset, *choice_offset; /* [agents] */
    int *length, *choice_count;  /* [agents] */
    int neighbours_each;

    int units, free_units; /* all, and how many lie on the stack */
    int32_t *free_unit, *ring, *unit_length, *unit_row;
    int head, count;
    uint64_t counted[2]; /* units completed, steps added */

    int32_t *action; /* [step][agents] */
    float *reward, *extra;
    uint8_t *flags;
    int32_t *before, *after; /* [step]: views */

    mg_views views;

    int32_t *open_unit, *open_view; /* [rows]: being filled; seen last in an episode that goes on */
    uint32_t *order;                /* [capacity]: 0, 1, 2 ... between draws */
    uint32_t *drawn;
    mg_hasher *hasher;
    uint64_t chain[2]; /* high, low */
    float *newest;     /* observations after the newest step, rewards, extra */
    int32_t *newest_action;
};

static _Noreturn void misuse(const char *what)
{
    fprintf(stderr, "replay: %s\n", what);
    abort();
}

/* ---- making ---- */

static void describe_agents(mg_replay_buffer *b, const mg_env_spec *environment)
{
    size_t agents = (size_t)b->agents;
    b->offset = mg_allocate(agents, sizeof(int));
    b->choice_offset = mg_allocate(agents, sizeof(int));
    b->length = mg_allocate(agents, sizeof(int));
    b->choice_count = mg_allocate(agents, sizeof(int));
    (void)mg_env_offsets(environment, b->offset);
    (void)mg_env_choice_offsets(environment, b->choice_offset);
    b->neighbours_each = b->views.neighbours / b->agents;
    for (int i = 0; i < b->agents; i++) {
        b->length[i] = mg_env_agent(environment, i)->observation;
        b->choice_count[i] = b->views.choices ? mg_env_agent(environment, i)->actions : 0;
    }
}

static void take_steps(mg_replay_buffer *b)
{
    size_t units = (size_t)b->units, steps = units * (size_t)b->unit_steps, agents = (size_t)b->agents;
    b->free_unit = mg_allocate(units, sizeof(int32_t));
    b->unit_length = mg_allocate(units, sizeof(int32_t));
    b->unit_row = mg_allocate(units, sizeof(int32_t));
    b->ring = mg_allocate((size_t)b->spec.capacity, sizeof(int32_t));
    b->action = mg_allocate(steps * agents, sizeof(int32_t));
    b->reward = mg_allocate(steps * agents, sizeof(float));
    b->extra = mg_allocate(steps * agents * (size_t)b->spec.extra, sizeof(float));
    b->flags = mg_allocate(steps, 1);
    b->before = mg_allocate(steps, sizeof(int32_t));
    b->after = mg_allocate(steps, sizeof(int32_t));
    b->order = mg_allocate((size_t)b->spec.capacity, sizeof(uint32_t));
    b->drawn = mg_allocate((size_t)b->spec.capacity, sizeof(uint32_t));
}

static int fill_stack(int32_t *stack, int count)
{
    for (int i = 0; i < count; i++)
        stack[i] = count - 1 - i;
    return count;
}

mg_replay_buffer *mg_replay_buffer_create(const mg_replay_spec *spec, const mg_env_spec *environment, mg_error *error)
{
    int steps = spec->episodes ? environment->longest_episode : 1;
    int64_t units = (int64_t)spec->capacity + spec->rows, views = units * (steps + 1) + spec->rows;
    if (spec->capacity < 1 || spec->rows < 1 || views > INT_MAX / 2) {
        mg_fail(error, MG_EXIT_INPUT, "replay: capacity %d with %d rows of %d steps, wanted 1 to %d views",
                spec->capacity, spec->rows, steps, INT_MAX / 2);
        return NULL;
    }
    mg_replay_buffer *b = mg_allocate(1, sizeof *b);
    b->spec = *spec;
    b->agents = environment->agents;
    b->unit_steps = steps;
    b->units = (int)units;
    mg_views_create(&b->views, environment, spec->keeps, (int)views);
    describe_agents(b, environment);
    take_steps(b);
    b->free_units = fill_stack(b->free_unit, b->units);
    for (int i = 0; i < spec->capacity; i++)
        b->order[i] = (uint32_t)i;
    b->open_unit = mg_allocate((size_t)spec->rows, sizeof(int32_t));
    b->open_view = mg_allocate((size_t)spec->rows, sizeof(int32_t));
    for (int r = 0; r < spec->rows; r++)
        b->open_unit[r] = b->open_view[r] = NONE;
    b->hasher = mg_hasher_create();
    b->newest = mg_allocate((size_t)(b->views.observations + b->agents * (1 + spec->extra)), sizeof(float));
    b->newest_action = mg_allocate((size_t)b->agents, sizeof(int32_t));
    return b;
}

void mg_replay_buffer_destroy(mg_replay_buffer *b)
{
    if (!b)
        return;
    void *const all[] = {b->offset,      b->choice_offset, b->length,    b->choice_count, b->free_unit,
                         b->unit_length, b->unit_row,      b->ring,      b->action,       b->reward,
                         b->extra,       b->flags,         b->before,    b->after,        b->order,
                         b->drawn,       b->open_unit,     b->open_view, b->newest,       b->newest_action};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    mg_views_destroy(&b->views);
    mg_hasher_destroy(b->hasher);
    free(b);
}

/* ---- adding ---- */

/* What a step saw before it goes with it, and what it saw afterwards if no other step begins there. */
static void forget_oldest(mg_replay_buffer *b)
{
    int32_t unit = b->ring[b->head];
    for (int t = 0; t < b->unit_length[unit]; t++) {
        size_t step = (size_t)unit * (size_t)b->unit_steps + (size_t)t;
        mg_views_drop(&b->views, b->before[step]);
        if (b->flags[step])
            mg_views_drop(&b->views, b->after[step]);
    }
    b->free_unit[b->free_units++] = unit;
    b->head = (b->head + 1) % b->spec.capacity;
    b->count--;
}

static void forget_all(mg_replay_buffer *b)
{
    while (b->count)
        forget_oldest(b);
    for (int r = 0; r < b->spec.rows; r++) {
        if (b->open_view[r] != NONE)
            mg_views_drop(&b->views, b->open_view[r]);
        b->open_view[r] = NONE;
    }
}

static void complete(mg_replay_buffer *b, int row)
{
    if (b->count == b->spec.capacity)
        forget_oldest(b);
    b->ring[(b->head + b->count) % b->spec.capacity] = b->open_unit[row];
    b->count++;
    b->open_unit[row] = NONE;
}

/* One step further in the row; `begins` is not looked at where the row's episode goes on. */
static void put_step(mg_replay_buffer *b, int row, const mg_observed *begins, const mg_observed *ends,
                     const mg_joint *joint, const float *reward, const float *extra, uint8_t flags)
{
    size_t agents = (size_t)b->agents, extras = agents * (size_t)b->spec.extra;
    if (b->open_unit[row] == NONE) {
        b->open_unit[row] = b->free_unit[--b->free_units];
        b->unit_length[b->open_unit[row]] = 0;
        b->unit_row[b->open_unit[row]] = row;
    }
    int32_t unit = b->open_unit[row], t = b->unit_length[unit]++;
    if (t >= b->unit_steps)
        misuse("an episode is longer than the environment's longest");
    size_t step = (size_t)unit * (size_t)b->unit_steps + (size_t)t;
    b->before[step] = b->open_view[row] == NONE ? mg_views_put(&b->views, begins) : b->open_view[row];
    b->after[step] = mg_views_put(&b->views, ends);
    b->flags[step] = flags;
    memcpy(b->action + step * agents, joint->action, agents * sizeof(int32_t));
    memcpy(b->reward + step * agents, reward, agents * sizeof(float));
    if (extras)
        memcpy(b->extra + step * extras, extra, extras * sizeof(float));
    b->open_view[row] = flags ? NONE : b->after[step];
    if (flags || !b->spec.episodes)
        complete(b, row);
}

static void chain_step(mg_replay_buffer *b, const mg_transition *x, const float *extra)
{
    const int32_t place[4] = {x->row, x->step, x->terminated, x->truncated};
    size_t agents = (size_t)b->agents;
    mg_digest link = {b->chain[0], b->chain[1]};
    mg_hasher_restart(b->hasher);
    mg_hash_digest(b->hasher, &link);
    mg_hash_i32(b->hasher, "place", place, 4);
    if (x->step == 0)
        mg_views_hash(&b->views, b->hasher, &x->before);
    mg_views_hash(&b->views, b->hasher, &x->after);
    mg_hash_i32(b->hasher, "actions", x->joint.action, agents);
    mg_hash_float(b->hasher, "rewards", x->reward, agents);
    if (extra)
        mg_hash_float(b->hasher, "extra", extra, agents * (size_t)b->spec.extra);
    link = mg_hasher_finish(b->hasher);
    b->chain[0] = link.high;
    b->chain[1] = link.low;
}

void mg_replay_buffer_add(mg_replay_buffer *b, const mg_transition *x, const float *extra)
{
    size_t agents = (size_t)b->agents, observations = (size_t)b->views.observations;
    uint8_t flags = (uint8_t)((x->terminated ? TERMINATED : 0) | (x->truncated ? TRUNCATED : 0));
    if (x->row < 0 || x->row >= b->spec.rows || (b->spec.extra && !extra))
        misuse("a row out of range, or numbers beside the step that are missing");
    put_step(b, x->row, &x->before, &x->after, &x->joint, x->reward, extra, flags);
    chain_step(b, x, b->spec.extra ? extra : NULL);
    memcpy(b->newest, x->after.observation, observations * sizeof(float));
    memcpy(b->newest + observations, x->reward, agents * sizeof(float));
    if (b->spec.extra)
        memcpy(b->newest + observations + agents, extra, agents * (size_t)b->spec.extra * sizeof(float));
    memcpy(b->newest_action, x->joint.action, agents * sizeof(int32_t));
    b->counted[0] += flags || !b->spec.episodes;
    b->counted[1]++;
}

int mg_replay_buffer_units(const mg_replay_buffer *b)
{
    return b->count;
}

uint64_t mg_replay_buffer_added(const mg_replay_buffer *b)
{
    return b->counted[0];
}

static int32_t unit_at(const mg_replay_buffer *b, uint32_t index)
{
    if (index >= (uint32_t)b->count)
        misuse("an index beyond the units that are kept");
    return b->ring[((size_t)b->head + index) % (size_t)b->spec.capacity];
}

int mg_replay_buffer_steps(const mg_replay_buffer *b, uint32_t index)
{
    return b->unit_length[unit_at(b, index)];
}

int mg_replay_buffer_views(const mg_replay_buffer *b)
{
    return b->views.count - b->views.free_count;
}

/* ---- minibatches ---- */

void mg_replay_buffer_draw(const mg_replay_buffer *b, mg_stream *stream, int n, uint32_t *index)
{
    if (!b->count)
        misuse("nothing to draw from");
    for (int i = 0; i < n; i++)
        index[i] = mg_random_below(stream, (uint32_t)b->count);
}

/* Swaps in a list that is in order again afterwards: the cost is that of the draws, not of the list. */
void mg_replay_buffer_draw_distinct(mg_replay_buffer *b, mg_stream *stream, int newest, int n, uint32_t *index)
{
    uint32_t among = (uint32_t)(newest > 0 && newest < b->count ? newest : b->count);
    uint32_t first = (uint32_t)b->count - among;
    if (n < 0 || (uint32_t)n > among)
        misuse("more different units to draw than there are");
    for (uint32_t i = 0; i < (uint32_t)n; i++) {
        uint32_t j = b->drawn[i] = i + mg_random_below(stream, among - i), kept = b->order[i];
        b->order[i] = b->order[j];
        b->order[j] = kept;
        index[i] = first + b->order[i];
    }
    for (int i = n - 1; i >= 0; i--) {
        uint32_t j = b->drawn[i], kept = b->order[i];
        b->order[i] = b->order[j];
        b->order[j] = kept;
    }
}

/* A stretch of `count` numbers, or what stands for none. */
static void gather_part(void *to, size_t at, const void *from, int offset, int count, size_t size, bool live,
                        int nothing)
{
    if (!to || !count)
        return;
    unsigned char *target = (unsigned char *)to + at * (size_t)count * size;
    if (live)
        memcpy(target, (const unsigned char *)from + (size_t)offset * size, (size_t)count * size);
    else
        memset(target, nothing, (size_t)count * size);
}

static void gather_view(const mg_replay_buffer *b, int agent, size_t at, const mg_observed *seen, bool live,
                        float *observation, uint8_t *allowed, int32_t *neighbour)
{
    gather_part(observation, at, seen->observation, b->offset[agent], b->length[agent], sizeof(float), live, 0);
    gather_part(allowed, at, seen->allowed, b->choice_offset[agent], b->choice_count[agent], 1, live, 0);
    gather_part(neighbour, at, seen->neighbour, agent * b->neighbours_each, b->neighbours_each, sizeof(int32_t), live,
                0xff);
}

static mg_observed look(const mg_replay_buffer *b, bool live, int32_t view)
{
    return live ? mg_views_look(&b->views, view) : (mg_observed){0};
}

/* Where agents' rows of a step go: of agent a, at a * agent + row. */
typedef struct places {
    int first, agents;
    size_t agent, row;
} places;

static void gather_before(const mg_replay_buffer *b, const places *p, bool live, int32_t view, size_t at,
                          const mg_replay_batch *to)
{
    if (!to->observation && !to->allowed && !to->neighbour && !to->state)
        return;
    mg_observed seen = look(b, live, view);
    for (int a = 0; a < p->agents; a++)
        gather_view(b, p->first + a, (size_t)a * p->agent + p->row, &seen, live, to->observation, to->allowed,
                    to->neighbour);
    gather_part(to->state, at, seen.state, 0, b->views.state, sizeof(float), live, 0);
}

static void gather_after(const mg_replay_buffer *b, const places *p, bool live, int32_t view, size_t at,
                         const mg_replay_batch *to)
{
    if (!to->next_observation && !to->next_allowed && !to->next_neighbour && !to->next_state)
        return;
    mg_observed seen = look(b, live, view);
    for (int a = 0; a < p->agents; a++)
        gather_view(b, p->first + a, (size_t)a * p->agent + p->row, &seen, live, to->next_observation, to->next_allowed,
                    to->next_neighbour);
    gather_part(to->next_state, at, seen.state, 0, b->views.state, sizeof(float), live, 0);
}

static void gather_deeds(const mg_replay_buffer *b, const places *p, bool live, size_t step, size_t at,
                         const mg_replay_batch *to)
{
    for (int a = 0; a < p->agents; a++) {
        size_t place = (size_t)a * p->agent + p->row, own = step * (size_t)b->agents + (size_t)(p->first + a);
        gather_part(to->extra, place, b->extra + own * (size_t)b->spec.extra, 0, b->spec.extra, sizeof(float), live, 0);
        gather_part(to->action, place, b->action + own, 0, 1, sizeof(int32_t), live, 0);
        gather_part(to->reward, place, b->reward + own, 0, 1, sizeof(float), live, 0);
    }
    if (to->terminated)
        to->terminated[at] = live && b->flags[step] & TERMINATED ? 1.0f : 0.0f;
    if (to->live)
        to->live[at] = live ? 1.0f : 0.0f;
}

/* p: row and distance of agents in [a][s][t + 1]. */
static void gather_moments(const mg_replay_buffer *b, places p, int32_t unit, int steps, float *moments)
{
    size_t first = (size_t)unit * (size_t)b->unit_steps;
    int length = b->unit_length[unit];
    for (int t = 0; t <= steps; t++, p.row++) {
        bool live = t <= length;
        mg_observed seen = look(b, live, !live ? 0 : t ? b->after[first + (size_t)t - 1] : b->before[first]);
        for (int a = 0; a < p.agents; a++)
            gather_view(b, p.first + a, (size_t)a * p.agent + p.row, &seen, live, moments, NULL, NULL);
    }
}

void mg_replay_buffer_gather(const mg_replay_buffer *b, int first, int agents, int n, const uint32_t *index, int steps,
                             const mg_replay_batch *to)
{
    if (first < 0 || agents < 0 || first + agents > b->agents || steps < 1 || steps > b->unit_steps)
        misuse("agents or steps to gather that there are not");
    const size_t length = (size_t)steps, samples = (size_t)n;
    for (size_t s = 0; s < samples; s++) {
        int32_t unit = unit_at(b, index[s]);
        for (size_t t = 0; t < length; t++) {
            size_t step = (size_t)unit * (size_t)b->unit_steps + t, at = s * length + t;
            bool live = (int)t < b->unit_length[unit];
            places p = {first, agents, samples * length, at};
            if (to->by_sample)
                p = (places){first, agents, 1, at * (size_t)agents};
            gather_before(b, &p, live, live ? b->before[step] : 0, at, to);
            gather_after(b, &p, live, live ? b->after[step] : 0, at, to);
            gather_deeds(b, &p, live, step, at, to);
        }
        if (to->moments)
            gather_moments(b, (places){first, agents, samples * (length + 1), s * (length + 1)}, unit, steps,
                           to->moments);
    }
}

/* ---- state ---- */

int mg_replay_buffer_tensors(mg_replay_buffer *b, const char *name, mg_tensor *tensor, int room, int count)
{
    const mg_tensor all[MG_REPLAY_TENSORS] = {
        {MG_KIND_REPLAY, "newest", MG_TYPE_FLOAT, 1, b->views.observations + b->agents * (1 + b->spec.extra),
         b->newest},
        {MG_KIND_REPLAY, "newest actions", MG_TYPE_I32, 1, b->agents, b->newest_action},
        {MG_KIND_REPLAY, "chain", MG_TYPE_U64, 1, 2, b->chain},
        {MG_KIND_REPLAY, "units, steps", MG_TYPE_U64, 1, 2, b->counted},
    };
    for (int i = 0; i < MG_REPLAY_TENSORS; i++, count++) {
        if (count >= room)
            continue;
        tensor[count] = all[i];
        snprintf(tensor[count].name, sizeof tensor[count].name, "%.24s %.20s", name, all[i].name);
    }
    return count;
}

/* ---- as bytes: words of 4, little-endian; a mask's byte is a word ---- */
/* A buffer's shape and whether nothing that was written before is kept any more, then per unit: row, steps, whether it
 * has a view to begin with; that view; then per step its flags, actions, rewards, extra and the view after it. */

enum { SHAPE = 10 };

static void shape_of(const mg_replay_buffer *b, uint32_t shape[SHAPE])
{
    const mg_views *v = &b->views;
    const int all[SHAPE] = {b->agents, v->observations, v->state,      v->choices,       v->neighbours,
                            v->record, b->spec.extra,   b->unit_steps, b->spec.episodes, b->spec.rows};
    for (int i = 0; i < SHAPE; i++)
        shape[i] = (uint32_t)all[i];
}

static void put_unit(const mg_replay_buffer *b, const mg_words *to, int32_t unit, bool begins)
{
    size_t agents = (size_t)b->agents, first = (size_t)unit * (size_t)b->unit_steps;
    mg_words_put_one(to, (uint32_t)b->unit_row[unit]);
    mg_words_put_one(to, (uint32_t)b->unit_length[unit]);
    mg_words_put_one(to, begins);
    if (begins)
        mg_views_write(&b->views, to, b->before[first]);
    for (size_t step = first; step < first + (size_t)b->unit_length[unit]; step++) {
        mg_words_put_one(to, b->flags[step]);
        mg_words_put(to, b->action + step * agents, agents);
        mg_words_put(to, b->reward + step * agents, agents);
        if (b->spec.extra)
            mg_words_put(to, b->extra + step * agents * (size_t)b->spec.extra, agents * (size_t)b->spec.extra);
        mg_views_write(&b->views, to, b->after[step]);
    }
}

/* The view before a step is written where no step of its row that is written ends there. */
void mg_replay_buffer_write(const mg_replay_buffer *b, uint64_t since, bool under_way, char **bytes, size_t *length,
                            size_t *capacity)
{
    mg_words to = {bytes, length, capacity};
    uint32_t shape[SHAPE];
    uint64_t oldest = b->counted[0] - (uint64_t)b->count;
    int32_t *seen =
        mg_allocate((size_t)b->spec.rows, sizeof *seen); /* 1 + the view that the row's last unit ends with */
    shape_of(b, shape);
    mg_words_put(&to, shape, SHAPE);
    mg_words_put_one(&to, since <= oldest); /* steps between then and now may be in no file */
    for (uint64_t u = since > oldest ? since : oldest; u < b->counted[0]; u++) {
        int32_t unit = unit_at(b, (uint32_t)(u - oldest)), row = b->unit_row[unit];
        size_t first = (size_t)unit * (size_t)b->unit_steps, last = first + (size_t)b->unit_length[unit] - 1;
        put_unit(b, &to, unit, seen[row] != b->before[first] + 1);
        seen[row] = b->flags[last] ? 0 : b->after[last] + 1;
    }
    for (int r = 0; under_way && r < b->spec.rows; r++)
        if (b->open_unit[r] != NONE)
            put_unit(b, &to, b->open_unit[r], true);
    free(seen);
}

/* Bytes still to be read, and what they are read into before it is added. */
typedef struct reading {
    mg_reading words;
    mg_view_room room[2];
    float *reward, *extra;
    int32_t *action;
} reading;

/* Where a row's episode goes on there is a view already; else there must be one here. */
static bool read_unit(mg_replay_buffer *b, reading *from)
{
    uint32_t head[3], flags;
    size_t agents = (size_t)b->agents, extras = agents * (size_t)b->spec.extra;
    mg_observed before = {0}, after;
    if (!mg_words_get(&from->words, head, 3) || head[0] >= (uint32_t)b->spec.rows || head[1] < 1 ||
        head[1] > (uint32_t)b->unit_steps || b->open_unit[head[0]] != NONE)
        return false;
    if (head[2] ? !mg_views_read(&b->views, &from->words, &from->room[0], &before) : b->open_view[head[0]] == NONE)
        return false;
    for (uint32_t t = 0; t < head[1]; t++) {
        if (!mg_words_get(&from->words, &flags, 1) || flags > (TERMINATED | TRUNCATED) ||
            !mg_words_get(&from->words, from->action, agents) || !mg_words_get(&from->words, from->reward, agents) ||
            !mg_words_get(&from->words, from->extra, extras) ||
            !mg_views_read(&b->views, &from->words, &from->room[1], &after) || (flags && t + 1 < head[1]))
            return false;
        mg_joint joint = {.action = from->action};
        put_step(b, (int)head[0], &before, &after, &joint, from->reward, from->extra, (uint8_t)flags);
    }
    return true;
}

bool mg_replay_buffer_read(mg_replay_buffer *b, const void *bytes, size_t length)
{
    uint32_t shape[SHAPE], wanted[SHAPE], anew = 0;
    size_t agents = (size_t)b->agents;
    reading from = {.words = {bytes, length / 4}, .room = {mg_views_room(&b->views), mg_views_room(&b->views)}};
    from.reward = mg_allocate(agents * (size_t)(1 + b->spec.extra), sizeof(float));
    from.extra = from.reward + agents;
    from.action = mg_allocate(agents, sizeof(int32_t));
    shape_of(b, wanted);
    bool good = length % 4 == 0 && mg_words_get(&from.words, shape, SHAPE) && !memcmp(shape, wanted, sizeof shape) &&
                mg_words_get(&from.words, &anew, 1) && anew <= 1;
    if (good && anew)
        forget_all(b);
    while (good && from.words.left)
        good = read_unit(b, &from);
    free(from.room[0].owned);
    free(from.room[1].owned);
    free(from.reward);
    free(from.action);
    return good;
}

bool mg_replay_buffer_complete(const mg_replay_buffer *b)
{
    uint64_t kept = b->counted[0] < (uint64_t)b->spec.capacity ? b->counted[0] : (uint64_t)b->spec.capacity;
    return (uint64_t)b->count == kept && b->counted[1] >= b->counted[0];
}
