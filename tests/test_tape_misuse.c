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
    mg_tape_replay replay = {
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

/* ---- groups ---- */

static void misuse_fold(void)
{
    mg_tape *tape = mg_tape_create(2);
    mg_tape_fold(tape, mg_tape_input_rows(tape, 4, 3), 5);
}

static void misuse_group(void)
{
    mg_tape *tape = mg_tape_create(2);
    mg_tape_group_mean(tape, mg_tape_input_rows(tape, 4, 3), 3);
}

static void misuse_slice(void)
{
    mg_tape *tape = mg_tape_create(2);
    mg_tape_index_slice(tape, mg_tape_index(tape), 5, 3, 3);
}

static void misuse_product(void)
{
    mg_tape *tape = mg_tape_create(2);
    mg_tape_product(tape, mg_tape_input(tape, 6), mg_tape_input(tape, 10), 3);
}

static void misuse_heads(void)
{
    mg_tape *tape = mg_tape_create(2);
    mg_node key = mg_tape_input_rows(tape, 4, 6);
    mg_tape_attention(tape, mg_tape_input(tape, 6), key, key, 4, 1, -1);
}

static void misuse_slots(void)
{
    mg_tape *tape = mg_tape_create(2);
    mg_node key = mg_tape_input_rows(tape, 4, 6);
    mg_tape_attention(tape, mg_tape_input_rows(tape, 3, 6), key, key, 2, 1, -1);
}

static void misuse_weights(void)
{
    mg_tape *tape = mg_tape_create(2);
    mg_tape_attention_weights(tape, mg_tape_softmax(tape, mg_tape_input(tape, 6)));
}

static void misuse_sequences(void)
{
    mg_layout layout;
    mg_layout_clear(&layout);
    mg_tape *tape = mg_tape_create(2);
    int weight = mg_layout_add_linear(&layout, "w", 2, 6, MG_INITIALISE_ZERO, -1);
    mg_recurrence of = {mg_tape_input_rows(tape, 7, 6), -1, 3, &layout, weight, -1};
    mg_tape_gru(tape, &of);
}

static void misuse_start(void)
{
    mg_layout layout;
    mg_layout_clear(&layout);
    mg_tape *tape = mg_tape_create(2);
    int weight = mg_layout_add_linear(&layout, "w", 2, 8, MG_INITIALISE_ZERO, -1);
    mg_node start = mg_tape_input_rows(tape, 2, 2);
    mg_tape_lstm(tape, &(mg_recurrence){mg_tape_input_rows(tape, 6, 8), start, 3, &layout, weight, -1}, 1);
}

static void misuse_image(void)
{
    mg_layout layout;
    mg_layout_clear(&layout);
    mg_tape *tape = mg_tape_create(2);
    int weight = mg_layout_add_linear(&layout, "w", 17, 6, MG_INITIALISE_ZERO, -1);
    mg_image image = {2, 4, 4, 3, 3, false};
    mg_tape_convolution(tape, mg_tape_input(tape, 32), &image, &layout, weight, MG_ACTIVATION_NONE);
}

/* The largest of the allowed of two columns, in two rows. */
static void largest_among(float allowed)
{
    const float x[4] = {0, 1, 2, 3}, mask[4] = {0, 1, 0, allowed};
    mg_tape *tape = mg_tape_create(2);
    mg_node a = mg_tape_input(tape, 2);
    mg_tape_argmax(tape, a, mg_tape_input(tape, 2));
    mg_tape_finish(tape);
    mg_tape_replay replay = {
        .rows = 2, .input = {x, mask}, .workspace = calloc(mg_tape_workspace(tape), sizeof(float))};
    mg_tape_forward(tape, &replay);
    free(replay.workspace);
    mg_tape_destroy(tape);
}

static void misuse_nothing_allowed(void)
{
    largest_among(0);
}

static void something_allowed(void)
{
    largest_among(1);
}

/* The tangent of attention, or of what it attends to. */
static void tangent_at(bool attention)
{
    static const float x[4], block[6], direction[6];
    float tangent[4];
    mg_layout layout;
    mg_layout_clear(&layout);
    mg_tape *tape = mg_tape_create(2);
    int weight = mg_layout_add_linear(&layout, "w", 2, 2, MG_INITIALISE_ZERO, MG_INITIALISE_ZERO);
    mg_node key = mg_tape_linear(tape, mg_tape_input(tape, 2), &layout, weight, MG_ACTIVATION_NONE);
    mg_node y = mg_tape_attention(tape, key, key, key, 1, 1, -1);
    mg_tape_finish(tape);
    mg_tape_replay replay = {
        .rows = 2, .parameters = block, .input = {x}, .workspace = calloc(mg_tape_workspace(tape), sizeof(float))};
    mg_tape_forward(tape, &replay);
    mg_tape_tangent(tape, &replay, direction, attention ? y : key, tangent);
    free(replay.workspace);
    mg_tape_destroy(tape);
}

static void misuse_tangent(void)
{
    tangent_at(true);
}

static void proper_tangent(void)
{
    tangent_at(false);
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
    tap_ok(ends_saying(misuse_fold, "5 rows a sample of 4 x 3 numbers"), "a fold that leaves a rest");
    tap_ok(ends_saying(misuse_group, "mg_tape_group_mean: groups of 3 rows; a sample has 4"),
           "a group that leaves a rest");
    tap_ok(ends_saying(misuse_slice, "3 indices from 3 on, of 5 a sample in slot 0"), "a slice beyond the slot");
    tap_ok(ends_saying(misuse_product, "depth 3 of a with 1 x 6 and b with 1 x 10"), "a product that does not fit");
    tap_ok(ends_saying(misuse_heads, "4 heads of queries with 6 columns"), "heads that leave a rest");
    tap_ok(ends_saying(misuse_slots, "3 rows of queries, 4 of keys"), "keys that leave a rest");
    tap_ok(ends_saying(misuse_weights, "is no attention"), "weights of what is no attention");
    tap_ok(ends_saying(misuse_sequences, "mg_tape_gru: 3 steps of x with 7 x 6"), "steps that leave a rest");
    tap_ok(ends_saying(misuse_start, "a start with 2 x 2 numbers a sample; want 2 x 4"), "a start without its cells");
    tap_ok(ends_saying(misuse_image, "weight \"w.weight\" has 17 rows"), "a window that is not the weight's");
    tap_ok(ends_saying(misuse_nothing_allowed, "argmax: no column of row 1 is allowed"), "no column is allowed");
    tap_ok(ends_saying(misuse_tangent, "attention has none: no learner"), "a tangent that an operation refuses");
    tap_ok(!ends_saying(something_allowed, ""), "twin: one column is allowed");
    tap_ok(!ends_saying(proper_tangent, ""), "twin: the tangent below it is not refused");
    tap_ok(!ends_saying(proper_use, ""), "twin: proper use does not end the program");
    return tap_done();
}
