/* test_random_names.c - a build that records stream names ends when one is opened twice. The generator's source is
 * compiled into this program a second time, with the recording. */
#define MG_RECORD_STREAMS
#include "core/num/rng.c"

#include "tests/tap.h"

#include <sys/wait.h>
#include <unistd.h>

static const mg_key key = {11, 5};

static void open_many_once(void)
{
    for (uint32_t time = 0; time < 20000; time++)
        for (uint32_t agent = 0; agent < 3; agent++)
            mg_stream_at(key, MG_PURPOSE_TRAIN_STEP, time, 1, agent);
}

static void open_neighbours(void)
{
    mg_stream_at(key, MG_PURPOSE_TRAIN_STEP, 1, 2, 3);
    mg_stream_at(key, MG_PURPOSE_TRAIN_STEP, 1, 3, 2);
    mg_stream_at(key, MG_PURPOSE_TRAIN_STEP, 2, 2, 3);
    mg_stream_at(key, MG_PURPOSE_TRAIN_RESET, 1, 2, 3);
    mg_stream_at((mg_key){11, 6}, MG_PURPOSE_TRAIN_STEP, 1, 2, 3);
    mg_stream_at((mg_key){12, 5}, MG_PURPOSE_TRAIN_STEP, 1, 2, 3);
}

static void open_after_forgetting(void)
{
    mg_stream_at(key, MG_PURPOSE_REPLAY, 7, 0, 0);
    mg_streams_forget();
    mg_stream_at(key, MG_PURPOSE_REPLAY, 7, 0, 0);
}

static void repeat_at_once(void)
{
    mg_stream_at(key, MG_PURPOSE_REPLAY, 7, 8, 9);
    mg_stream_at(key, MG_PURPOSE_REPLAY, 7, 8, 9);
}

static void repeat_after_many(void)
{
    open_many_once();
    mg_stream_at(key, MG_PURPOSE_TRAIN_STEP, 12345, 1, 2);
}

static void repeat_parameters(void)
{
    mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, 4);
    mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, 4);
}

static void repeat_start_points(void)
{
    mg_stream_at(key, MG_PURPOSE_START_POINTS, 3, 0, 0);
    mg_stream_at(key, MG_PURPOSE_START_POINTS, 3, 0, 0);
}

static void repeat_test(void)
{
    mg_stream_at(key, MG_PURPOSE_TEST, 3, 0, 0);
    mg_stream_at(key, MG_PURPOSE_TEST, 3, 0, 0);
}

static void open_row_out_of_range(void)
{
    mg_stream_at(key, MG_PURPOSE_TEST, 0, 65536, 0);
}

static void open_agent_out_of_range(void)
{
    mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 65536);
}

/* Runs it in a child: its exit status, and what it said on stderr. */
static int run(void (*program)(void), char *said, size_t size)
{
    int ends[2], status = -1;
    size_t length = 0;
    if (pipe(ends) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        program();
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t got = 1; got > 0 && length + 1 < size; length += got > 0 ? (size_t)got : 0)
        got = read(ends[0], said + length, size - 1 - length);
    said[length] = '\0';
    close(ends[0]);
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const struct {
    const char *name;
    void (*program)(void);
    const char *message; /* NULL: nothing is wrong */
} cases[] = {
    {"60 000 different names", open_many_once, NULL},
    {"names that differ in one part", open_neighbours, NULL},
    {"a name after forgetting", open_after_forgetting, NULL},
    {"a name twice", repeat_at_once,
     "marlgold: random stream opened twice: experiment 11 seed 5 purpose 8 time 7 row 8 agent 9\n"},
    {"a name twice, far apart", repeat_after_many,
     "marlgold: random stream opened twice: experiment 11 seed 5 purpose 3 time 12345 row 1 agent 2\n"},
    {"parameters twice", repeat_parameters,
     "marlgold: random stream opened twice: experiment 11 seed 5 purpose 1 time 0 row 0 agent 4\n"},
    {"start points twice", repeat_start_points,
     "marlgold: random stream opened twice: experiment 11 seed 5 purpose 10 time 3 row 0 agent 0\n"},
    {"test streams twice", repeat_test,
     "marlgold: random stream opened twice: experiment 11 seed 5 purpose 11 time 3 row 0 agent 0\n"},
    {"row 65536", open_row_out_of_range, "marlgold: random stream of row 65536 agent 0: both must be below 65536\n"},
    {"agent 65536", open_agent_out_of_range,
     "marlgold: random stream of row 0 agent 65536: both must be below 65536\n"},
};

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char said[512];
        int status = run(cases[i].program, said, sizeof said);
        if (cases[i].message == NULL)
            tap_ok(status == 0 && said[0] == '\0', "%s: all is well", cases[i].name);
        else
            tap_ok(status == 1 && strcmp(said, cases[i].message) == 0, "%s: status %d, says: %.*s", cases[i].name,
                   status, (int)strcspn(said, "\n"), said);
    }
    return tap_done();
}
