/* Groups, products, attention, recurrent cells and convolutions of the tape in binary32: the bits of plain loops, dead
 * rows, instruction sets; and what is convention in them. */
#include "core/io/digest.h"
#include "tests/tape_bits.h"
#include "tests/tape_cases_convolution.h"
#include "tests/tape_cases_learners.h"
#include "tests/tape_cases_recurrent.h"

static void test_cases(const tape_case *of, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        test_bits(&of[i]);
    }
}

/* ---- conventions ---- */

/* Value and derivative of `node` of one input of four columns or rows, for one sample. */
typedef struct small {
    mg_tape *tape;
    mg_node node;
    float value[4], derivative[4];
} small;

static void replay_small(small *of, const float *x, const int32_t *index)
{
    float *inputs[1] = {of->derivative};
    mg_tape_finish(of->tape);
    mg_tape_replay replay = {
        .rows = 1, .input = {x}, .index = {index}, .workspace = calloc(mg_tape_workspace(of->tape), sizeof(float))};
    mg_tape_forward(of->tape, &replay);
    int columns = mg_tape_columns(of->tape, of->node) * mg_tape_rows(of->tape, of->node);
    memcpy(of->value, mg_tape_value(of->tape, &replay, of->node), (size_t)columns * sizeof(float));
    mg_tape_backward(of->tape, &replay, 1, &(mg_cotangent){of->node, NULL}, NULL, inputs);
    free(replay.workspace);
    mg_tape_destroy(of->tape);
}

static bool are(const float *x, float a, float b, float c, float d)
{
    return x[0] == a && x[1] == b && x[2] == c && x[3] == d;
}

static void test_ties(void)
{
    const float x[4] = {-1, 2, 2, 1}, turned[4] = {-2, -0.0F, 0, 3};
    small of = {.tape = mg_tape_create(1)};
    of.node = mg_tape_argmax(of.tape, mg_tape_input(of.tape, 4), -1);
    replay_small(&of, x, NULL);
    tap_ok(of.value[0] == 1 && are(of.derivative, 0, 0, 0, 0), "argmax: the lowest of equal columns, no derivative");
    of.tape = mg_tape_create(1);
    of.node = mg_tape_row_maximum(of.tape, mg_tape_input(of.tape, 4), -1);
    replay_small(&of, x, NULL);
    tap_ok(of.value[0] == 2 && are(of.derivative, 0, 1, 0, 0), "row maximum: to the lowest of equal columns");
    of.tape = mg_tape_create(1);
    of.node = mg_tape_group_maximum(of.tape, mg_tape_input_rows(of.tape, 4, 1), 4);
    replay_small(&of, x, NULL);
    tap_ok(of.value[0] == 2 && are(of.derivative, 0, 1, 0, 0), "group maximum: to the first of equal rows");
    of.tape = mg_tape_create(1);
    of.node = mg_tape_absolute(of.tape, mg_tape_input(of.tape, 4));
    replay_small(&of, turned, NULL);
    tap_ok(are(of.value, 2, 0, 0, 3) && !signbit(of.value[1]) && are(of.derivative, -1, 0, 0, 1),
           "absolute: derivative 0 at 0, and 0 has no sign");
    of.tape = mg_tape_create(1);
    of.node = mg_tape_elu(of.tape, mg_tape_input(of.tape, 4));
    replay_small(&of, turned, NULL);
    tap_ok(of.value[1] == 0 && of.value[3] == 3 && of.derivative[1] == 1 && of.derivative[2] == 1,
           "elu: derivative 1 at 0");
}

static void test_nobody(void)
{
    const float x[4] = {-1, 2, 5, 1};
    const int32_t nobody[4] = {-1, -1, -7, -1}, one[4] = {-1, -1, 3, -1}, shown[4] = {3, -1, 3, 0};
    small of = {.tape = mg_tape_create(1)};
    mg_node key = mg_tape_input_rows(of.tape, 4, 1);
    of.node = mg_tape_attention(of.tape, mg_tape_group_sum(of.tape, key, 4), key, key, 1, 1, mg_tape_index(of.tape));
    replay_small(&of, x, nobody);
    tap_ok(of.value[0] == 0 && are(of.derivative, 0, 0, 0, 0), "attention: to nobody is 0");
    of.tape = mg_tape_create(1);
    key = mg_tape_input_rows(of.tape, 4, 1);
    of.node = mg_tape_attention(of.tape, mg_tape_group_sum(of.tape, key, 4), key, key, 1, 1, mg_tape_index(of.tape));
    replay_small(&of, x, one);
    tap_ok(of.value[0] == 5 && are(of.derivative, 0, 0, 1, 0), "attention: to one alone is its value");
    of.tape = mg_tape_create(1);
    of.node = mg_tape_gather_rows(of.tape, mg_tape_input_rows(of.tape, 4, 1), mg_tape_index(of.tape), 4);
    replay_small(&of, x, shown);
    tap_ok(are(of.value, 1, 0, 1, -1) && are(of.derivative, 1, 0, 0, 2), "gather rows: nobody is 0, twice is the sum");
}

/* ---- sparse images ---- */

static void test_sparse(void)
{
    bool same = true, differs = false;
    for (int variant = 0; variant < 6; variant += 2) {
        for (int rows = 1; rows <= 9; rows++) {
            world *sparse = build_case(&convolution_cases[0], variant + 1, false, false, 9, rows);
            world *dense = build_case(&convolution_cases[0], variant, false, false, 9, rows);
            size_t numbers = (size_t)(rows * sparse->input_columns[0]);
            memcpy(dense->input[0], sparse->input[0], numbers * sizeof(float)); /* the rest is drawn after it, so too */
            memcpy(dense->cotangent[0], sparse->cotangent[0], (size_t)elements(dense, 0) * sizeof(float));
            outcome a = run_case(sparse, &convolution_cases[0]), b = run_case(dense, &convolution_cases[0]);
            same = same && a.count == b.count;
            for (size_t i = 0; i < a.count; i++) {
                same = same && a.number[i] == b.number[i];
            }
            dense->input[0][0] = next_number(dense->input[0][0]);
            outcome c = run_case(dense, &convolution_cases[0]);
            differs = differs || !same_outcome(&b, &c);
            free(a.number);
            free(b.number);
            free(c.number);
            world_free(sparse);
            world_free(dense);
        }
    }
    tap_ok(same, "convolution: sparse has the numbers of dense");
    tap_ok(differs, "twin: one number of the image moved by one ulp is seen");
}

/* ---- one digest: the same for every compiler, level, libc and machine ---- */

static void hash_cases(mg_hasher *hasher, const tape_case *of, size_t count, bool bent)
{
    for (size_t i = 0; i < count; i++) {
        for (int variant = 0; variant < of[i].variants; variant++) {
            world *w = build_case(&of[i], variant, false, true, BITS_ROWS, 19);
            w->input[0][3] = bent ? next_number(w->input[0][3]) : w->input[0][3];
            outcome o = run_case(w, &of[i]);
            mg_hash_float(hasher, of[i].name, o.number, o.count);
            free(o.number);
            world_free(w);
        }
    }
}

/* Changes only with the arithmetic of operations or with the cases. */
static void test_known_digest(void)
{
    static const char expected[] = "532a23bb0af15fcb9fcc2d5bc3111185";
    for (int bent = 0; bent < 2; bent++) {
        char text[MG_DIGEST_TEXT];
        mg_hasher *hasher = mg_hasher_create();
        hash_cases(hasher, group_cases, sizeof group_cases / sizeof *group_cases, false);
        hash_cases(hasher, recurrent_cases, sizeof recurrent_cases / sizeof *recurrent_cases, bent);
        hash_cases(hasher, convolution_cases, sizeof convolution_cases / sizeof *convolution_cases, false);
        hash_cases(hasher, learner_cases, sizeof learner_cases / sizeof *learner_cases, false);
        mg_digest_print(mg_hasher_finish(hasher), text);
        tap_ok((strcmp(text, expected) == 0) == !bent,
               bent ? "twin: inputs moved by one ulp give %s" : "values, gradients and tangents have digest %s", text);
        mg_hasher_destroy(hasher);
    }
}

int main(void)
{
    char message[200];
    test_cases(group_cases, sizeof group_cases / sizeof *group_cases);
    test_cases(recurrent_cases, sizeof recurrent_cases / sizeof *recurrent_cases);
    test_cases(convolution_cases, sizeof convolution_cases / sizeof *convolution_cases);
    test_cases(learner_cases, sizeof learner_cases / sizeof *learner_cases);
    test_ties();
    test_nobody();
    test_sparse();
    test_known_digest();
    mg_isa_choose("auto", message, sizeof message);
    return tap_done();
}
