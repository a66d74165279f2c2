/* Misuse of the tape is a defect of the program: it ends there, with a message that names the place. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/num/tape.h"
#include "tests/tap.h"

static void misuse_shapes(void)
{
    mg_tape *tape = mg_tape_create(3);
    mg_tape_add(tape, mg_tape_input(tape, 2), mg_tape_input(tape, 3));
}

static void misuse_weight(void)
{
    mg_layout layout;
    mg_layout_clear(&layout);
    mg_tape *tape = mg_tape_create(3);
    int weight = mg_layout_add_linear(&layout, "w", 4, 2, MG_INITIALISE_ZERO, -1);
    mg_tape_linear(tape, mg_tape_input(tape, 3), &layout, weight, MG_ACTIVATION_NONE);
}

static void misuse_finished(void)
{
    mg_tape *tape = mg_tape_create(3);
    mg_tape_finish(tape);
    mg_tape_input(tape, 3);
}

static void gather_with(int32_t index, int rows)
{
    static const float x[6] = {0, 1, 2, 3, 4, 5};
    int32_t indices[2] = {0, index};
    mg_tape *tape = mg_tape_create(2);
    mg_tape_gather(tape, mg_tape_input(tape, 3), mg_tape_index(tape));
    mg_tape_finish(tape);
    mg_replay replay = {
        .rows = rows, .input = {x}, .index = {indices}, .workspace = calloc(mg_tape_workspace(tape), sizeof(float))};
    mg_tape_forward(tape, &replay);
    free(replay.workspace);
    mg_tape_destroy(tape);
}

static void misuse_index(void)
{
    gather_with(3, 2);
}

static void misuse_index_below(void)
{
    gather_with(-1, 2);
}

static void misuse_rows(void)
{
    gather_with(0, 3);
}

static void proper_use(void)
{
    gather_with(2, 2);
}

/* Whether `act`, in a process of its own, ends by abort and says `words`. */
static bool ends_saying(void (*act)(void), const char *words)
{
    int ends[2], status;
    char said[400] = "";
    if (pipe(ends) != 0) {
        return false;
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        act();
        _exit(0);
    }
    close(ends[1]);
    size_t length = 0;
    for (ssize_t n; length + 1 < sizeof said && (n = read(ends[0], said + length, sizeof said - 1 - length)) > 0;) {
        length += (size_t)n;
    }
    close(ends[0]);
    return waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
           strstr(said, words) != NULL;
}

int main(void)
{
    tap_ok(ends_saying(misuse_shapes, "mg_tape_add: a is 1 x 2 and b is 1 x 3"), "shapes that do not fit");
    tap_ok(ends_saying(misuse_weight, "x has 3 columns, weight \"w.weight\" has 4 rows"), "a weight that does not fit");
    tap_ok(ends_saying(misuse_finished, "the tape is finished"), "recording after finish");
    tap_ok(ends_saying(misuse_index, "index slot 0, entry 1: 3; want 0 to 2"), "an index past the last column");
    tap_ok(ends_saying(misuse_index_below, "index slot 0, entry 1: -1; want 0 to 2"), "an index below 0");
    tap_ok(ends_saying(misuse_rows, "replay of 3 rows; recorded for at most 2"), "more rows than recorded for");
    tap_ok(!ends_saying(proper_use, ""), "twin: proper use does not end the program");
    return tap_done();
}
