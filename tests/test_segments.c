/* Segments of replay buffers on disk: what a save writes and removes, what is read again, and what is refused. */
#include "suite/harness/replays.h"
#include "core/io/file.h"
#include "tests/scratch.h"
#include "tests/tap.h"
#include "tests/toy_experiment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a learner that is nothing but two buffers: transitions and episodes of five steps ---- */

enum { TRANSITIONS = 12, EPISODES = 4, LENGTH = 5 };

typedef struct memory {
    mg_replay_buffer *buffer[2];
    int step;
    float last;
} memory;

static int list_buffers(void *self, mg_replay_buffer **replay, int room)
{
    memory *m = self;
    for (int i = 0; i < 2 && i < room; i++)
        replay[i] = m->buffer[i];
    return 2;
}

static memory remember(void)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .longest_episode = LENGTH};
    mg_replay_spec steps = {.capacity = TRANSITIONS, .rows = 1},
                   whole = {.capacity = EPISODES, .rows = 1, .episodes = true};
    mg_error error = {0};
    memory m = {0};
    mg_env_add_agents(&spec, 1, &(mg_agent_spec){.part = {{"number", 1, 1, 1}}, .actions = 2});
    m.buffer[0] = mg_replay_buffer_create(&steps, &spec, &error);
    m.buffer[1] = mg_replay_buffer_create(&whole, &spec, &error);
    mg_env_spec_free(&spec);
    return m;
}

static void forget(memory *m)
{
    mg_replay_buffer_destroy(m->buffer[0]);
    mg_replay_buffer_destroy(m->buffer[1]);
}

static void live(memory *m, int steps)
{
    for (; steps; steps--, m->step++) {
        float before = (float)m->step, after = before + 1.0f, reward = -before;
        int32_t action = m->step % 2;
        mg_transition x = {.step = m->step % LENGTH,
                           .before = {.observation = &before},
                           .after = {.observation = &after},
                           .joint = {.action = &action},
                           .reward = &reward,
                           .truncated = m->step % LENGTH == LENGTH - 1};
        for (int i = 0; i < 2; i++)
            mg_replay_buffer_add(m->buffer[i], &x, NULL);
    }
}

static bool same(const memory *a, const memory *b)
{
    for (int i = 0; i < 2; i++) {
        int units = mg_replay_buffer_units(a->buffer[i]), steps = i ? LENGTH : 1;
        uint32_t index[TRANSITIONS];
        float of_a[TRANSITIONS * LENGTH] = {0}, of_b[TRANSITIONS * LENGTH] = {0};
        for (int u = 0; u < units; u++)
            index[u] = (uint32_t)u;
        if (mg_replay_buffer_units(b->buffer[i]) != units ||
            mg_replay_buffer_added(a->buffer[i]) != mg_replay_buffer_added(b->buffer[i]))
            return false;
        mg_replay_buffer_gather(a->buffer[i], 0, 1, units, index, steps, &(mg_replay_batch){.observation = of_a});
        mg_replay_buffer_gather(b->buffer[i], 0, 1, units, index, steps, &(mg_replay_batch){.observation = of_b});
        if (memcmp(of_a, of_b, sizeof of_a) != 0)
            return false;
    }
    return true;
}

/* ---- saving and reading as the harness does ---- */

static const mg_learner_table table = {.name = "memory", .replays = list_buffers};
static mg_place place;
static const mg_task task = {1, 0};

static void put_tensors(memory *m, mg_checkpoint_writer *writer)
{
    mg_tensor tensor[2 * MG_REPLAY_TENSORS];
    int count = mg_replay_buffer_tensors(m->buffer[0], "steps", tensor, 2 * MG_REPLAY_TENSORS, 0);
    count = mg_replay_buffer_tensors(m->buffer[1], "whole", tensor, 2 * MG_REPLAY_TENSORS, count);
    for (int i = 0; i < count; i++)
        mg_checkpoint_put_tensor(writer, &tensor[i]);
}

static bool save(memory *m, mg_replays *replays)
{
    char path[MG_PATH];
    mg_error error = {0};
    mg_checkpoint_writer writer;
    bool good =
        mg_replays_write(replays, &place, task, &error) && mg_place_task_file(&place, task, "checkpoint", path, &error);
    mg_checkpoint_start(&writer, mg_task_config(&toy, MG_PROFILE_QUICK, task));
    put_tensors(m, &writer);
    mg_replays_put(replays, &writer);
    good = good && mg_checkpoint_save(&writer, path, &error);
    mg_checkpoint_free(&writer);
    mg_replays_tidy(replays, &place, task);
    return good;
}

static bool load(memory *m, mg_replays *replays, mg_error *error)
{
    char path[MG_PATH];
    mg_checkpoint checkpoint;
    mg_tensor tensor[2 * MG_REPLAY_TENSORS];
    *error = (mg_error){0};
    mg_replays_find(replays, &table, m);
    if (!mg_place_task_file(&place, task, "checkpoint", path, error) ||
        !mg_checkpoint_open(path, mg_task_config(&toy, MG_PROFILE_QUICK, task), &checkpoint, error))
        return false;
    int count = mg_replay_buffer_tensors(m->buffer[0], "steps", tensor, 2 * MG_REPLAY_TENSORS, 0);
    count = mg_replay_buffer_tensors(m->buffer[1], "whole", tensor, 2 * MG_REPLAY_TENSORS, count);
    bool good = true;
    for (int i = 0; good && i < count; i++)
        good = mg_checkpoint_get_tensor(&checkpoint, &tensor[i], error);
    good = good && mg_replays_read(replays, &place, task, &checkpoint, error);
    mg_checkpoint_close(&checkpoint);
    return good;
}

static int segments(int buffer)
{
    char folder[MG_PATH], prefix[32];
    mg_folder_names names = {0};
    mg_error error = {0};
    int count = 0;
    snprintf(prefix, sizeof prefix, "replay-%d-", buffer);
    (void)(mg_place_task_folder(&place, task, folder, &error) && mg_folder_list(folder, &names, &error));
    for (size_t i = 0; i < names.count; i++)
        count += !strncmp(names.name[i], prefix, strlen(prefix));
    mg_folder_names_free(&names);
    return count;
}

static size_t size_of(int buffer, int number, char **bytes)
{
    char name[32], path[MG_PATH];
    size_t length = 0;
    mg_error error = {0};
    *bytes = NULL;
    snprintf(name, sizeof name, "replay-%d-%d", buffer, number);
    (void)(mg_place_task_file(&place, task, name, path, &error) && mg_file_read(path, bytes, &length, &error));
    return length;
}

static void put_file(int buffer, int number, const char *bytes, size_t length)
{
    char name[32], path[MG_PATH];
    mg_error error = {0};
    snprintf(name, sizeof name, "replay-%d-%d", buffer, number);
    (void)mg_place_task_file(&place, task, name, path, &error);
    if (bytes)
        (void)mg_file_write(path, bytes, length, &error);
    else
        (void)unlink(path);
}

/* ---- the tests ---- */

/* Saves after random numbers of steps; each is read into a fresh learner, which goes on from there. */
static void test_saves(void)
{
    static const int steps[] = {3, 0, 1, 5, 4, 2, 13, 1, 7, 40, 6, 6, 1, 1, 1, 30, 2};
    memory m = remember(), straight = remember();
    mg_replays replays;
    int wrong = 0, most = 0;
    mg_replays_find(&replays, &table, &m);
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        live(&m, steps[k]);
        live(&straight, steps[k]);
        wrong += !save(&m, &replays);
        memory fresh = remember();
        mg_replays again;
        mg_error error;
        fresh.step = m.step;
        if (!load(&fresh, &again, &error) || !same(&straight, &fresh)) {
            tap_note("save %zu: %s", k, error.text);
            wrong++;
        }
        int here = segments(0) + segments(1);
        most = here > most ? here : most;
        if (k % 2) { /* the fresh one goes on */
            forget(&m);
            mg_replays_free(&replays);
            m = fresh;
            replays = again;
        } else {
            forget(&fresh);
            mg_replays_free(&again);
        }
    }
    tap_ok(wrong == 0, "saved after so many steps or so many, read again, gone on with (%d wrong)", wrong);
    tap_ok(most >= 6 && most <= 14, "segments whose units are overwritten go: %d at most of 30 written", most);
    mg_replays_remove(&place, task);
    tap_ok(segments(0) + segments(1) == 0, "a finished task leaves none");
    forget(&m);
    forget(&straight);
    mg_replays_free(&replays);
}

static void test_cost(void)
{
    memory m = remember();
    mg_replays replays;
    char *first, *second;
    mg_replays_find(&replays, &table, &m);
    live(&m, 10);
    (void)save(&m, &replays);
    live(&m, 1);
    (void)save(&m, &replays);
    (void)save(&m, &replays);
    size_t ten = size_of(0, 0, &first), one = size_of(0, 1, &second);
    tap_ok(ten > one && ten - one == 4 * (9 * 7 + 1), "ten new transitions cost %zu bytes, one %zu", ten, one);
    tap_ok(segments(0) == 2 && segments(1) == 1, "nothing new is no file: %d and %d segments", segments(0),
           segments(1));
    free(first);
    free(second);
    forget(&m);
    mg_replays_free(&replays);
    mg_replays_remove(&place, task);
}

static void refuse(const char *says, const char *words)
{
    memory m = remember();
    mg_replays replays;
    mg_error error;
    bool good = load(&m, &replays, &error);
    tap_ok(!good && error.status == MG_EXIT_INPUT && strstr(error.text, words) && !strchr(error.text, '\n'),
           "%s: refused: %s", says, error.text);
    mg_replays_free(&replays);
    forget(&m);
}

static void test_refusals(void)
{
    memory m = remember();
    mg_replays replays;
    mg_error error;
    char *first, *second;
    mg_replays_find(&replays, &table, &m);
    live(&m, 6);
    (void)save(&m, &replays);
    live(&m, 5);
    (void)save(&m, &replays);
    size_t length = size_of(0, 0, &first), other = size_of(0, 1, &second);
    put_file(0, 1, second, other - 20);
    refuse("cut off", "damaged or cut off");
    second[other / 2] ^= 4;
    put_file(0, 1, second, other);
    refuse("a bit turned", "damaged or cut off");
    second[other / 2] ^= 4;
    put_file(0, 1, NULL, 0);
    refuse("gone", "no such file");
    put_file(0, 1, first, length);
    refuse("another in its place", "does not follow on the segment before it");
    put_file(0, 1, second, other);
    put_file(0, 0, second, other);
    refuse("another in the first's place", "does not follow on the segment before it");
    put_file(0, 0, first, length);
    memory likely = remember(); /* whole segments, chained, of another life */
    mg_replays of_likely;
    mg_replays_find(&of_likely, &table, &likely);
    likely.step = 1000;
    live(&likely, 6);
    char *text[2], *keep;
    size_t size[2], checkpoint_length;
    char path[MG_PATH];
    (void)(mg_place_task_file(&place, task, "checkpoint", path, &error) &&
           mg_file_read(path, &keep, &checkpoint_length, &error));
    (void)save(&likely, &of_likely);
    live(&likely, 5);
    (void)save(&likely, &of_likely);
    (void)mg_file_write(path, keep, checkpoint_length, &error);
    refuse("another task's, though they follow on each other", "others than those it was written with");
    for (int i = 0; i < 2; i++) {
        size[i] = size_of(0, i, &text[i]);
        free(text[i]);
    }
    put_file(0, 0, first, length);
    put_file(0, 1, second, other);
    refuse("the other buffer is still another's", "others than those it was written with");
    tap_ok(size[0] == length && size[1] == other, "... of the same sizes");
    free(keep);
    forget(&likely);
    mg_replays_free(&of_likely);
    free(first);
    free(second);
    forget(&m);
    mg_replays_free(&replays);
    mg_replays_remove(&place, task);
}

int main(void)
{
    char folder[MG_PATH];
    mg_error error = {0};
    bool good = mg_place_open(&place, &toy, MG_PROFILE_QUICK, scratch("out"), "", &error) &&
                mg_place_task_folder(&place, task, folder, &error) && mg_folder_create(folder, &error);
    if (tap_ok(good, "a task's folder %s", error.text)) {
        test_saves();
        test_cost();
        test_refusals();
    }
    scratch_remove();
    return tap_done();
}
