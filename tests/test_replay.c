/* The replay buffer against a plain list of everything that ever happened: what it keeps, what a batch holds, which
 * indices it draws, its digest, and its bytes written, cut, damaged and read again. */
#include "core/io/memory.h"
#include "core/rl/replay.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

/* ---- what happens: three agents of two kinds; every number says when and where it was ---- */

enum {
    AGENTS = 3,
    ROWS = 2,
    NUMBERS = 2 + 2 + 3, /* observations */
    CHOICES = 3 + 3 + 2,
    STATE = 2,
    NEIGHBOURS = 2,
    EXTRA = 2,
    LONGEST = 6,
    EVENTS = 400
};

static mg_env_spec environment(void)
{
    mg_env_spec spec = {
        .name = "told", .stages = 1, .longest_episode = LONGEST, .state_length = STATE, .neighbours_max = NEIGHBOURS};
    mg_env_add_agents(&spec, 2, &(mg_agent_spec){.part = {{"place", 1, 1, 2}}, .actions = 3, .masked = true});
    mg_env_add_agents(&spec, 1, &(mg_agent_spec){.part = {{"place", 1, 1, 3}}, .actions = 2, .masked = true});
    return spec;
}

typedef struct seen {
    float observation[NUMBERS], state[STATE];
    uint8_t allowed[CHOICES];
    int32_t neighbour[AGENTS * NEIGHBOURS];
} seen;

typedef struct event {
    seen before, after;
    int32_t action[AGENTS];
    float reward[AGENTS], extra[AGENTS * EXTRA];
    int row, step;
    bool terminated, truncated;
} event;

static seen look(int row, int episode, int moment)
{
    seen s;
    int base = 10000 * row + 100 * episode + 10 * moment;
    for (int i = 0; i < NUMBERS; i++)
        s.observation[i] = (float)base + (float)i * 0.125f;
    for (int i = 0; i < STATE; i++)
        s.state[i] = -(float)base - (float)i;
    for (int i = 0; i < CHOICES; i++)
        s.allowed[i] = (uint8_t)((base / 10 + i) % 3 != 0);
    for (int i = 0; i < AGENTS * NEIGHBOURS; i++)
        s.neighbour[i] = (base / 10 + i) % 4 - 1;
    return s;
}

/* Two rows in lockstep; episodes of 1 to LONGEST steps, those of LONGEST end as truncated. */
static void tell(event *list, int count)
{
    int episode[ROWS] = {0}, step[ROWS] = {0};
    mg_stream stream = mg_stream_at((mg_key){9971, 0}, MG_PURPOSE_TEST, 0, 0, 0);
    for (int e = 0; e < count; e++) {
        event *now = &list[e];
        int row = now->row = e % ROWS;
        now->step = step[row]++;
        now->before = look(row, episode[row], now->step);
        now->after = look(row, episode[row], now->step + 1);
        now->truncated = step[row] == LONGEST;
        now->terminated = !now->truncated && mg_random_below(&stream, 3) == 0;
        for (int i = 0; i < AGENTS; i++) {
            now->action[i] = (e + i) % 2;
            now->reward[i] = (float)e + 0.25f * (float)i;
            for (int k = 0; k < EXTRA; k++)
                now->extra[i * EXTRA + k] = -(float)e - 0.5f * (float)(i * EXTRA + k);
        }
        if (now->terminated || now->truncated) {
            episode[row]++;
            step[row] = 0;
        }
    }
}

static event told[EVENTS];

static mg_observed view_of(const seen *s)
{
    return (mg_observed){
        .observation = s->observation, .state = s->state, .allowed = s->allowed, .neighbour = s->neighbour};
}

static void add(mg_replay_buffer *buffer, const event *e)
{
    mg_transition x = {.row = e->row,
                       .step = e->step,
                       .before = view_of(&e->before),
                       .after = view_of(&e->after),
                       .joint = {.action = e->action},
                       .reward = e->reward,
                       .terminated = e->terminated,
                       .truncated = e->truncated};
    mg_replay_buffer_add(buffer, &x, e->extra);
}

static mg_replay_buffer *make(int capacity, bool episodes)
{
    mg_env_spec spec = environment();
    mg_replay_spec wanted = {.capacity = capacity,
                             .episodes = episodes,
                             .rows = ROWS,
                             .keeps = MG_NEED_STATE | MG_NEED_GRAPH | MG_NEED_MASKS,
                             .extra = EXTRA};
    mg_error error = {0};
    mg_replay_buffer *buffer = mg_replay_buffer_create(&wanted, &spec, &error);
    mg_env_spec_free(&spec);
    return buffer;
}

/* ---- the plain list: units as lists of events, oldest first ---- */

typedef struct unit {
    int event[LONGEST], steps;
} unit;

/* All units that are complete after `count` events, in the order of their ends. */
static int plain_units(int count, bool episodes, unit *all)
{
    unit open[ROWS] = {{{0}, 0}};
    int units = 0;
    for (int e = 0; e < count; e++) {
        unit *mine = &open[told[e].row];
        mine->event[mine->steps++] = e;
        if (!episodes || told[e].terminated || told[e].truncated) {
            all[units++] = *mine;
            mine->steps = 0;
        }
    }
    return units;
}

static const int offset[AGENTS] = {0, 2, 4}, length[AGENTS] = {2, 2, 3};
static const int choice_offset[AGENTS] = {0, 3, 6}, choices[AGENTS] = {3, 3, 2};

enum { SAMPLES = 8, MOST = 2 * SAMPLES * (LONGEST + 1) };
typedef struct gathered {
    float observation[MOST * 3], next_observation[MOST * 3], moments[MOST * 3], reward[MOST], extra[MOST * EXTRA];
    float state[MOST * STATE], next_state[MOST * STATE], terminated[MOST], live[MOST];
    int32_t action[MOST], neighbour[MOST * NEIGHBOURS], next_neighbour[MOST * NEIGHBOURS];
    uint8_t allowed[MOST * 3], next_allowed[MOST * 3];
} gathered;

static bool by_sample; /* agents of a sample one after another */

static void gather(const mg_replay_buffer *buffer, int first, int agents, int n, const uint32_t *index, int steps,
                   gathered *g)
{
    memset(g, 0x5a, sizeof *g);
    mg_replay_batch to = {.by_sample = by_sample,
                          .observation = g->observation,
                          .next_observation = g->next_observation,
                          .moments = g->moments,
                          .action = g->action,
                          .reward = g->reward,
                          .extra = g->extra,
                          .allowed = g->allowed,
                          .next_allowed = g->next_allowed,
                          .neighbour = g->neighbour,
                          .next_neighbour = g->next_neighbour,
                          .state = g->state,
                          .next_state = g->next_state,
                          .terminated = g->terminated,
                          .live = g->live};
    mg_replay_buffer_gather(buffer, first, agents, n, index, steps, &to);
}

static bool same_or_zero(const void *found, const void *wanted, size_t bytes, bool live)
{
    static const unsigned char zeros[64];
    return !memcmp(found, live ? wanted : zeros, bytes);
}

static bool same_view(const gathered *g, size_t at, int agent, const seen *before, const seen *after, bool live)
{
    size_t n = (size_t)length[agent], c = (size_t)choices[agent];
    static const int32_t nobody[NEIGHBOURS] = {-1, -1};
    const int32_t *near = live ? before->neighbour + agent * NEIGHBOURS : nobody;
    const int32_t *next = live ? after->neighbour + agent * NEIGHBOURS : nobody;
    return same_or_zero(g->observation + at * n, before->observation + offset[agent], 4 * n, live) &&
           same_or_zero(g->next_observation + at * n, after->observation + offset[agent], 4 * n, live) &&
           same_or_zero(g->allowed + at * c, before->allowed + choice_offset[agent], c, live) &&
           same_or_zero(g->next_allowed + at * c, after->allowed + choice_offset[agent], c, live) &&
           !memcmp(g->neighbour + at * NEIGHBOURS, near, sizeof nobody) &&
           !memcmp(g->next_neighbour + at * NEIGHBOURS, next, sizeof nobody);
}

/* Sample s of agents first .. is unit u. */
static bool same_sample(const gathered *g, int first, int agents, int n, int s, int steps, const unit *u)
{
    for (int t = 0; t < steps; t++) {
        bool live = t < u->steps;
        const event *e = &told[live ? u->event[t] : 0];
        size_t shared = (size_t)(s * steps + t);
        if (g->live[shared] != (live ? 1.0f : 0.0f) || g->terminated[shared] != (live && e->terminated ? 1.0f : 0.0f) ||
            !same_or_zero(g->state + shared * STATE, e->before.state, sizeof e->before.state, live) ||
            !same_or_zero(g->next_state + shared * STATE, e->after.state, sizeof e->after.state, live))
            return false;
        for (int a = 0; a < agents; a++) {
            size_t at = by_sample ? shared * (size_t)agents + (size_t)a : (size_t)(a * n * steps) + shared;
            int agent = first + a;
            if (g->action[at] != (live ? e->action[agent] : 0) || g->reward[at] != (live ? e->reward[agent] : 0.0f) ||
                !same_or_zero(g->extra + at * EXTRA, e->extra + agent * EXTRA, 4 * EXTRA, live) ||
                !same_view(g, at, agent, &e->before, &e->after, live))
                return false;
        }
    }
    return true;
}

static bool same_moments(const gathered *g, int first, int agents, int n, int s, int steps, const unit *u)
{
    for (int a = 0; a < agents; a++) {
        int agent = first + a;
        for (int t = 0; t <= steps; t++) {
            size_t at = (size_t)((a * n + s) * (steps + 1) + t), numbers = (size_t)length[agent];
            const event *e = &told[u->event[t && t <= u->steps ? t - 1 : 0]];
            const seen *wanted = t ? &e->after : &e->before;
            if (!same_or_zero(g->moments + at * numbers, wanted->observation + offset[agent], 4 * numbers,
                              t <= u->steps))
                return false;
        }
    }
    return true;
}

/* Every unit that should be there is, in order, for both groups. */
static bool holds(const mg_replay_buffer *buffer, const unit *all, int units, int capacity, int steps)
{
    static gathered g;
    int kept = units < capacity ? units : capacity;
    if (mg_replay_buffer_units(buffer) != kept)
        return false;
    for (int begin = 0; begin < kept; begin += SAMPLES) {
        uint32_t index[SAMPLES];
        int n = kept - begin < SAMPLES ? kept - begin : SAMPLES;
        for (int s = 0; s < n; s++)
            index[s] = (uint32_t)(begin + n - 1 - s); /* not in order */
        for (int group = 0; group < 4; group++) {
            int first = group % 2 ? 2 : 0, agents = group % 2 ? 1 : 2;
            by_sample = group > 1;
            gather(buffer, first, agents, n, index, steps, &g);
            for (int s = 0; s < n; s++) {
                const unit *u = &all[units - kept + (int)index[s]];
                if (mg_replay_buffer_steps(buffer, index[s]) != u->steps ||
                    !same_sample(&g, first, agents, n, s, steps, u) || !same_moments(&g, first, agents, n, s, steps, u))
                    return false;
            }
        }
    }
    return true;
}

static void test_kept(int capacity, bool episodes)
{
    static unit all[EVENTS];
    mg_replay_buffer *buffer = make(capacity, episodes);
    int wrong = 0;
    for (int e = 0; e < EVENTS; e++) {
        add(buffer, &told[e]);
        int units = plain_units(e + 1, episodes, all);
        wrong += !holds(buffer, all, units, capacity, episodes ? LONGEST : 1);
        wrong += mg_replay_buffer_added(buffer) != (uint64_t)units;
    }
    tap_ok(wrong == 0, "%d %s: after each of %d steps of 2 rows the newest are there, and no others (%d wrong)",
           capacity, episodes ? "episodes" : "transitions", EVENTS, wrong);
    mg_replay_buffer_destroy(buffer);
}

/* Different observations among those that are kept, by their numbers. */
static int plain_views(const unit *all, int units, int capacity, bool episodes, int count)
{
    static float first[2 * EVENTS];
    int views = 0, from = units > capacity ? units - capacity : 0, begun[ROWS];
    for (int r = 0; r < ROWS; r++)
        begun[r] = -1;
    for (int u = from; u < units; u++)
        for (int t = 0; t < all[u].steps; t++)
            for (int k = 0; k < 2; k++) {
                const event *e = &told[all[u].event[t]];
                first[views++] = k ? e->after.observation[0] : e->before.observation[0];
            }
    for (int e = 0; e < count; e++) { /* under way */
        if (told[e].step == 0)
            begun[told[e].row] = e;
        if (told[e].terminated || told[e].truncated)
            begun[told[e].row] = -1;
    }
    for (int e = 0; e < count; e++) {
        int since = begun[told[e].row];
        if (since >= 0 && e >= since && episodes)
            first[views++] = told[e].before.observation[0];
        if (since >= 0 && e >= since && (episodes || e >= count - ROWS))
            first[views++] = told[e].after.observation[0];
    }
    int different = 0;
    for (int i = 0; i < views; i++) {
        bool again = false;
        for (int j = 0; j < i; j++)
            again = again || first[j] == first[i];
        different += !again;
    }
    return different;
}

static void test_once(int capacity, bool episodes)
{
    static unit all[EVENTS];
    mg_replay_buffer *buffer = make(capacity, episodes);
    int wrong = 0;
    for (int e = 0; e < 120; e++) {
        add(buffer, &told[e]);
        int units = plain_units(e + 1, episodes, all);
        wrong += mg_replay_buffer_views(buffer) != plain_views(all, units, capacity, episodes, e + 1);
    }
    tap_ok(wrong == 0, "%d %s: every observation is stored once, and none that is no longer needed (%d wrong)",
           capacity, episodes ? "episodes" : "transitions", wrong);
    mg_replay_buffer_destroy(buffer);
}

/* ---- draws ---- */

static mg_stream stream_at(uint32_t time)
{
    return mg_stream_at((mg_key){9971, 1}, MG_PURPOSE_REPLAY, time, 0, 0);
}

static double chi_square(const int *hits, int cells, double expected)
{
    double sum = 0.0;
    for (int i = 0; i < cells; i++)
        sum += ((double)hits[i] - expected) * ((double)hits[i] - expected) / expected;
    return sum;
}

static void test_draws(void)
{
    enum { CAPACITY = 12, N = 5, TIMES = 2400, NEWEST = 8 };
    mg_replay_buffer *buffer = make(CAPACITY, false);
    uint32_t index[CAPACITY];
    int with[CAPACITY] = {0}, without[NEWEST] = {0}, wrong = 0, twice = 0;
    for (int e = 0; e < 40; e++)
        add(buffer, &told[e]);
    for (uint32_t time = 0; time < TIMES; time++) {
        mg_stream drawn = stream_at(time), plain = stream_at(time);
        mg_replay_buffer_draw(buffer, &drawn, N, index);
        for (int i = 0; i < N; i++) {
            uint64_t high = mg_random_u32(&plain), low = mg_random_u32(&plain); /* a fraction of 64 bits, times n */
            uint64_t low_part = low * CAPACITY, wanted = (high * CAPACITY + (low_part >> 32)) >> 32;
            wrong += index[i] != wanted;
            with[index[i] % CAPACITY]++;
        }
    }
    tap_ok(wrong == 0, "draws are those of the stream, by a computation of its own (%d wrong)", wrong);
    tap_ok(chi_square(with, CAPACITY, TIMES * N / (double)CAPACITY) < 31.3,
           "with replacement: uniform, chi-square %.1f of 11 degrees, 31.3 is one in a thousand",
           chi_square(with, CAPACITY, TIMES * N / (double)CAPACITY));
    wrong = 0;
    for (uint32_t time = 0; time < TIMES; time++) {
        mg_stream drawn = stream_at(time), plain = stream_at(time);
        uint32_t list[NEWEST];
        mg_replay_buffer_draw_distinct(buffer, &drawn, NEWEST, N, index);
        for (uint32_t i = 0; i < NEWEST; i++)
            list[i] = CAPACITY - NEWEST + i;
        for (uint32_t i = 0; i < N; i++) {
            uint32_t j = i + mg_random_below(&plain, NEWEST - i), kept = list[i];
            list[i] = list[j];
            list[j] = kept;
            wrong += index[i] != list[i];
            for (uint32_t k = 0; k < i; k++)
                twice += index[i] == index[k];
            if (index[i] >= CAPACITY - NEWEST)
                without[(index[i] - (CAPACITY - NEWEST)) % NEWEST]++;
        }
    }
    tap_ok(wrong == 0, "without replacement: the first places of a shuffle of the newest %d (%d wrong)", NEWEST, wrong);
    tap_ok(twice == 0, "... never the same one twice in a draw");
    tap_ok(chi_square(without, NEWEST, TIMES * N / (double)NEWEST) < 24.4,
           "... uniform, chi-square %.1f, 24.4 is one in a thousand",
           chi_square(without, NEWEST, TIMES * N / (double)NEWEST));
    mg_stream all = stream_at(TIMES);
    bool found[CAPACITY] = {false};
    int different = 0;
    mg_replay_buffer_draw_distinct(buffer, &all, 0, CAPACITY, index);
    for (int i = 0; i < CAPACITY; i++) {
        different += index[i] < CAPACITY && !found[index[i]];
        found[index[i] % CAPACITY] = true;
    }
    tap_ok(different == CAPACITY, "as many as there are: each once");
    mg_replay_buffer_destroy(buffer);
}

/* ---- digest ---- */

static mg_digest chain_of(mg_replay_buffer *buffer)
{
    mg_tensor tensor[MG_REPLAY_TENSORS];
    (void)mg_replay_buffer_tensors(buffer, "replay", tensor, MG_REPLAY_TENSORS, 0);
    const uint64_t *chain = tensor[2].data;
    return (mg_digest){chain[0], chain[1]};
}

/* The chain after 8 events of which the k-th thing of the sixth was changed; k = 0: nothing. */
static mg_digest changed(int k)
{
    mg_replay_buffer *buffer = make(4, false);
    for (int e = 0; e < 8; e++) {
        event now = told[e];
        if (e == 5) {
            now.after.observation[NUMBERS - 1] += k == 1 ? 1.0f : 0.0f;
            now.after.state[1] += k == 2 ? 1.0f : 0.0f;
            now.after.allowed[CHOICES - 1] ^= k == 3 ? 1 : 0;
            now.after.neighbour[1] += k == 4;
            now.action[2] ^= k == 5;
            now.reward[2] += k == 6 ? 1.0f : 0.0f;
            now.extra[AGENTS * EXTRA - 1] += k == 7 ? 1.0f : 0.0f;
            now.terminated ^= k == 8;
            now.truncated ^= k == 9;
        }
        if (e < 2) /* first steps, whose `before` nobody else tells */
            now.before.observation[1] += k == 10 ? 1.0f : 0.0f;
        add(buffer, &now);
    }
    mg_digest chain = chain_of(buffer);
    mg_replay_buffer_destroy(buffer);
    return chain;
}

static void test_digest(void)
{
    static const char *const what[] = {"nothing", "observation", "state", "mask",      "neighbour",        "action",
                                       "reward",  "extra",       "ended", "truncated", "first observation"};
    mg_digest same = changed(0);
    tap_ok(mg_digest_equal(same, changed(0)), "the same steps have the same chain");
    for (int k = 1; k <= 10; k++)
        tap_ok(!mg_digest_equal(same, changed(k)), "another %s is another chain, forgotten though the step is",
               what[k]);
}

/* ---- bytes ---- */

typedef struct text {
    char *bytes;
    size_t length, capacity;
} text;

static text write_since(const mg_replay_buffer *buffer, uint64_t since, bool under_way)
{
    text t = {0};
    mg_replay_buffer_write(buffer, since, under_way, &t.bytes, &t.length, &t.capacity);
    return t;
}

/* What the harness does: the tensors, then the segments. */
static void copy_tensors(mg_replay_buffer *from, mg_replay_buffer *to)
{
    mg_tensor a[MG_REPLAY_TENSORS], b[MG_REPLAY_TENSORS];
    (void)mg_replay_buffer_tensors(from, "replay", a, MG_REPLAY_TENSORS, 0);
    (void)mg_replay_buffer_tensors(to, "replay", b, MG_REPLAY_TENSORS, 0);
    for (int i = 0; i < MG_REPLAY_TENSORS; i++)
        memcpy(b[i].data, a[i].data, mg_tensor_bytes(&a[i]));
}

/* Saved after `first` and after `second` events, read into a fresh buffer that then goes on beside the first one. */
static bool resumes(int capacity, bool episodes, int first, int second)
{
    static unit all[EVENTS];
    mg_replay_buffer *buffer = make(capacity, episodes), *again = make(capacity, episodes);
    for (int e = 0; e < first; e++)
        add(buffer, &told[e]);
    text one = write_since(buffer, 0, false);
    uint64_t since = mg_replay_buffer_added(buffer);
    for (int e = first; e < second; e++)
        add(buffer, &told[e]);
    text two = write_since(buffer, since, false), way = write_since(buffer, mg_replay_buffer_added(buffer), true);
    copy_tensors(buffer, again);
    bool good = mg_replay_buffer_read(again, one.bytes, one.length) &&
                mg_replay_buffer_read(again, two.bytes, two.length) &&
                mg_replay_buffer_read(again, way.bytes, way.length) && mg_replay_buffer_complete(again);
    for (int e = second; good && e < second + 60; e++) {
        good = holds(again, all, plain_units(e, episodes, all), capacity, episodes ? LONGEST : 1);
        add(buffer, &told[e]);
        add(again, &told[e]);
        good = good && mg_digest_equal(chain_of(buffer), chain_of(again)) &&
               mg_replay_buffer_added(again) == mg_replay_buffer_added(buffer);
    }
    free(one.bytes);
    free(two.bytes);
    free(way.bytes);
    mg_replay_buffer_destroy(buffer);
    mg_replay_buffer_destroy(again);
    return good;
}

static void test_resume(void)
{
    static const int capacity[] = {1, 2, 7, 40};
    for (int episodes = 0; episodes < 2; episodes++) {
        int wrong = 0, tried = 0;
        for (size_t c = 0; c < sizeof capacity / sizeof *capacity; c++)
            for (int first = 0; first < 60; first += 7)
                for (int second = first; second < first + 60; second += 11, tried++)
                    wrong += !resumes(capacity[c], episodes, first, second);
        tap_ok(wrong == 0, "%s: written in two pieces at any two points, read, and gone on with: %d of %d wrong",
               episodes ? "episodes" : "transitions", wrong, tried);
    }
}

/* A view of a row that goes on costs its numbers once, and units of before cost nothing. */
static void test_size(void)
{
    enum {
        SHAPE = 10 + 1,
        VIEW = NUMBERS + STATE + CHOICES + AGENTS * NEIGHBOURS,
        STEP = 1 + AGENTS * (2 + EXTRA) + VIEW
    };
    mg_replay_buffer *buffer = make(100, false);
    int e = 0, views = 0;
    for (; e < 50; e++)
        add(buffer, &told[e]);
    for (; e < 90; e++) {
        views += told[e].step == 0 || e < 50 + ROWS;
        add(buffer, &told[e]);
    }
    text t = write_since(buffer, 50, false);
    size_t words = SHAPE + 40 * (3 + STEP) + (size_t)views * VIEW;
    tap_ok(t.length == 4 * words, "40 new transitions, %d of them with a view before: %zu bytes, wanted %zu", views,
           t.length, 4 * words);
    free(t.bytes);
    t = write_since(buffer, 90, false);
    tap_ok(t.length == 4 * SHAPE, "no new transition costs nothing");
    free(t.bytes);
    mg_replay_buffer_destroy(buffer);
}

static bool reads(const char *bytes, size_t size, int capacity, bool episodes)
{
    mg_replay_buffer *buffer = make(capacity, episodes);
    bool good = mg_replay_buffer_read(buffer, bytes, size);
    mg_replay_buffer_destroy(buffer);
    return good;
}

static void test_bad(void)
{
    mg_replay_buffer *buffer = make(20, false);
    for (int e = 0; e < 30; e++)
        add(buffer, &told[e]);
    text t = write_since(buffer, 0, false);
    int accepted = 0, broken = 0;
    tap_ok(reads(t.bytes, t.length, 20, false), "the bytes as they are can be read");
    for (size_t cut = 1; cut < 4 * 39; cut++)
        accepted += reads(t.bytes, t.length - cut, 20, false);
    tap_ok(accepted == 0, "cut off anywhere within the last transition: refused (%d accepted)", accepted);
    tap_ok(!reads(t.bytes, t.length, 20, true), "transitions are no episodes");
    for (size_t bit = 0; bit < 8 * (44 + 12); bit++) { /* shape, and the head of the first unit */
        t.bytes[bit / 8] ^= (char)(1 << bit % 8);
        bool good = reads(t.bytes, t.length, 20, false);
        broken += good && bit / 32 != 10 && bit / 32 != 11 && bit / 32 != 13; /* anew, one of two rows, with a view */
        t.bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    tap_ok(broken == 0, "any bit of the shape or of a number of steps turned: refused (%d accepted)", broken);
    mg_replay_buffer *short_of = make(20, false);
    copy_tensors(buffer, short_of);
    tap_ok(!mg_replay_buffer_complete(short_of), "counts of more than was read are seen");
    free(t.bytes);
    mg_replay_buffer_destroy(short_of);
    mg_replay_buffer_destroy(buffer);
    mg_env_spec spec = environment();
    mg_error error = {0};
    const mg_replay_spec none = {.capacity = 0, .rows = 1}, much = {.capacity = 2147483647, .rows = 1};
    tap_ok(!mg_replay_buffer_create(&none, &spec, &error) && strstr(error.text, "capacity 0"), "refused: %s",
           error.text);
    error = (mg_error){0};
    tap_ok(!mg_replay_buffer_create(&much, &spec, &error) && strstr(error.text, "2147483647"), "refused: %s",
           error.text);
    mg_env_spec_free(&spec);
}

int main(void)
{
    static const int capacity[] = {1, 2, 7, 64, 500};
    tell(told, EVENTS);
    for (size_t c = 0; c < sizeof capacity / sizeof *capacity; c++)
        for (int episodes = 0; episodes < 2; episodes++) {
            test_kept(capacity[c], episodes);
            test_once(capacity[c], episodes);
        }
    test_draws();
    test_digest();
    test_resume();
    test_size();
    test_bad();
    return tap_done();
}
