/* test_random.c - Philox against published answers, each derivation against its definition, pinned numbers, and whether
 * the distributions are right; each statistical test also meets a generator that is slightly wrong. */
#include "core/num/isa.h"
#include "core/num/rng.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <string.h>

static const mg_key key = {7, 42};

static mg_stream stream_number(uint32_t time)
{
    return mg_stream_at(key, MG_PURPOSE_TEST, time, 2, 3);
}

/* A stream whose next words are given, at most four. */
static mg_stream stream_of_words(uint32_t a, uint32_t b)
{
    return (mg_stream){.block = {0, 0, a, b}, .left = 2};
}

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* ---- the block function ---- */

/* The known answers that come with the authors' own library (Random123, kat_vectors). */
static const struct {
    const char *name;
    uint32_t key[2], counter[4], block[4];
} known[] = {
    {"zeros", {0, 0}, {0, 0, 0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {"ones",
     {0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {"digits of pi",
     {0xa4093822, 0x299f31d0},
     {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void test_known_answers(void)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        uint32_t block[4], other[2] = {known[i].key[0] ^ 1, known[i].key[1]};
        mg_philox(known[i].key, known[i].counter, block);
        tap_ok(memcmp(block, known[i].block, sizeof block) == 0, "philox: known answer of %s", known[i].name);
        mg_philox(other, known[i].counter, block);
        tap_ok(memcmp(block, known[i].block, sizeof block) != 0, "philox: %s with one bit of the key off differs",
               known[i].name);
    }
}

/* ---- names ---- */

static void test_names(void)
{
    mg_stream base = mg_stream_at(key, MG_PURPOSE_TEST, 1, 2, 3);
    mg_stream others[] = {
        mg_stream_at((mg_key){8, 42}, MG_PURPOSE_TEST, 1, 2, 3),
        mg_stream_at((mg_key){7, 43}, MG_PURPOSE_TEST, 1, 2, 3),
        mg_stream_at(key, MG_PURPOSE_REPLAY, 1, 2, 3),
        mg_stream_at(key, MG_PURPOSE_TEST, 2, 2, 3),
        mg_stream_at(key, MG_PURPOSE_TEST, 1, 3, 2),
        mg_stream_at(key, MG_PURPOSE_TEST, 1, 2, 4),
    };
    int same = 0;
    uint32_t first = mg_random_u32(&base);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        same += mg_random_u32(&others[i]) == first;
    tap_ok(same == 0, "names: a change of any part of the name changes the numbers");
    mg_stream edge = mg_stream_at(key, MG_PURPOSE_TEST, 1, 65535, 65535);
    tap_ok(edge.counter[2] == 0xffffffffu, "names: row and agent up to 65535 share no name");
    tap_ok(edge.counter[0] == 0 && edge.left == 0, "names: a stream opens at draw 0");
}

static void test_opening_order(void)
{
    enum { STREAMS = 8, DRAWS = 11 };
    uint32_t one_by_one[STREAMS][DRAWS], interleaved[STREAMS][DRAWS];
    mg_stream streams[STREAMS];
    for (uint32_t s = 0; s < STREAMS; s++) {
        mg_stream stream = stream_number(s);
        for (int i = 0; i < DRAWS; i++)
            one_by_one[s][i] = mg_random_u32(&stream);
    }
    for (int s = STREAMS - 1; s >= 0; s--)
        streams[s] = stream_number((uint32_t)s);
    for (int i = 0; i < DRAWS; i++)
        for (int s = 0; s < STREAMS; s++)
            interleaved[(s + i) % STREAMS][i] = mg_random_u32(&streams[(s + i) % STREAMS]);
    tap_ok(memcmp(one_by_one, interleaved, sizeof one_by_one) == 0, "streams: any order of opening and drawing");
    interleaved[3][5] ^= 1;
    tap_ok(memcmp(one_by_one, interleaved, sizeof one_by_one) != 0, "streams: one bit of one draw is noticed");
}

/* ---- derivations against their definitions ---- */

static uint32_t below_by_hand(uint32_t high, uint32_t low, uint32_t n)
{
    uint64_t from_low = (uint64_t)low * n, from_high = (uint64_t)high * n;
    uint64_t middle = (from_low >> 32) + (from_high & 0xffffffffu);
    return (uint32_t)((from_high >> 32) + (middle >> 32));
}

static void test_definitions(void)
{
    int wrong_float = 0, wrong_double = 0, wrong_below = 0, wrong_uniform = 0;
    for (uint32_t i = 0; i < 2000; i++) {
        mg_stream words = stream_number(i), copy = words;
        uint32_t a = mg_random_u32(&words), b = mg_random_u32(&words), n = a >> (i % 32) | 1;
        wrong_float += mg_random_float(&copy) != (float)(int32_t)(a >> 8) / 16777216.0f;
        copy = stream_number(i);
        wrong_double += mg_random_double(&copy) != ((double)a * 0x1p21 + (double)(b >> 11)) * 0x1p-53;
        copy = stream_number(i);
        wrong_below += mg_random_below(&copy, n) != below_by_hand(a, b, n);
        copy = stream_number(i);
        float wide = 5.0f * ((float)(int32_t)(a >> 8) * 0x1p-24f);
        wrong_uniform += mg_random_uniform(&copy, -2.0f, 3.0f) != -2.0f + wide;
    }
    tap_ok(wrong_float == 0, "float: 24 bits of one word");
    tap_ok(wrong_double == 0, "double: 53 bits of two words, the high word first");
    tap_ok(wrong_below == 0, "below: the high part of a 64-bit fraction times n");
    tap_ok(wrong_uniform == 0, "uniform: low + (high - low) u");
    mg_stream largest = stream_of_words(0xffffffffu, 0xffffffffu);
    tap_ok(mg_random_below(&largest, 0xffffffffu) == 0xfffffffeu, "below: the largest word stays below n");
    largest = stream_of_words(0xffffffffu, 0xffffffffu);
    tap_ok(mg_random_double(&largest) < 1.0, "double: the largest words stay below 1");
    largest = stream_of_words(0xffffffffu, 0);
    tap_ok(mg_random_float(&largest) < 1.0f, "float: the largest word stays below 1");
    tap_ok(mg_random_below(&(mg_stream){.block = {0}, .left = 2}, 1) == 0, "below: 1 leaves only 0");
}

static void test_normal_extremes(void)
{
    float highest = mg_normal_of_words(0, 0), lowest = mg_normal_of_words(0, 0x80000000u);
    tap_ok(highest > 5.8f && highest <= 5.9f, "normal: the largest is %.4f", (double)highest);
    tap_ok(lowest == -highest, "normal: half a turn gives its opposite");
    tap_ok(mg_normal_of_words(0xffffffffu, 0) == 0.0f, "normal: the shortest radius is 0, not NaN");
}

static uint32_t words_used(const mg_stream *stream)
{
    return 4 * stream->counter[0] - stream->left;
}

static void test_consumption(void)
{
    static const float p[4] = {0.1f, 0.0f, 0.5f, 0.4f};
    bool fixed = true;
    for (uint32_t i = 0; i < 500; i++) {
        mg_stream s = stream_number(i);
        uint32_t items[5] = {0, 1, 2, 3, 4}, want = 0;
        mg_random_u32(&s), want += 1;
        mg_random_float(&s), want += 1;
        mg_random_uniform(&s, 0.0f, 2.0f), want += 1;
        mg_random_double(&s), want += 2;
        mg_random_below(&s, 1 + i), want += 2;
        mg_random_normal(&s), want += 2;
        mg_random_categorical(&s, p, 4), want += 1;
        mg_random_shuffle(&s, items, 5), want += 8;
        fixed = fixed && words_used(&s) == want;
    }
    tap_ok(fixed, "every draw takes the same number of words, whatever comes out");
}

/* ---- categorical and shuffle ---- */

static void test_categorical(void)
{
    static const float p[5] = {0.0f, 0.25f, 0.0f, 0.75f, 0.0f};
    mg_stream lowest = stream_of_words(0, 0);
    tap_ok(mg_random_categorical(&lowest, p, 5) == 1, "categorical: u = 0 skips an impossible first");
    mg_stream highest = stream_of_words(0xffffffffu, 0);
    tap_ok(mg_random_categorical(&highest, p, 5) == 3, "categorical: u near 1 skips an impossible last");
    mg_stream edge = stream_of_words(0x40000000u, 0);
    tap_ok(mg_random_categorical(&edge, p, 5) == 3, "categorical: u on an edge belongs to the next");
    /* u * sum rounds to the sum itself when the sum is subnormal */
    static const float tiny[4] = {0x1p-149f, 0x1p-149f, 0x1p-149f, 0.0f};
    mg_stream rounded = stream_of_words(0xffffffffu, 0);
    tap_ok(mg_random_categorical(&rounded, tiny, 4) == 2, "categorical: past the sum is the last that is possible");
    static const float doubled[5] = {0.0f, 0.5f, 0.0f, 1.5f, 0.0f};
    int different = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        mg_stream a = stream_number(i), b = a;
        different += mg_random_categorical(&a, p, 5) != mg_random_categorical(&b, doubled, 5);
    }
    tap_ok(different == 0, "categorical: probabilities need not sum to 1");
}

/* ---- fills ---- */

typedef union numbers {
    uint32_t words[300];
    float floats[300];
} numbers;

enum { FILL_U32, FILL_FLOAT, FILL_NORMAL, FILLS };

static void draw_singly(mg_stream *stream, int what, numbers *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (what == FILL_U32)
            out->words[i] = mg_random_u32(stream);
        else
            out->floats[i] = what == FILL_FLOAT ? mg_random_float(stream) : mg_random_normal(stream);
    }
}

static void draw_at_once(mg_stream *stream, int what, numbers *out, size_t n)
{
    if (what == FILL_U32)
        mg_random_fill_u32(stream, out->words, n);
    else if (what == FILL_FLOAT)
        mg_random_fill_float(stream, out->floats, n);
    else
        mg_random_fill_normal(stream, out->floats, n);
}

/* Differences over all lengths to 300 and 0 to 8 words drawn before; mutate flips the last bit drawn. */
static int differences(int what, bool mutate)
{
    int result = 0;
    for (int before = 0; before < 9; before++) {
        for (size_t n = 0; n <= 300; n++) {
            mg_stream single = stream_number((uint32_t)n), filled;
            single.counter[0] = 0xfffffff0u; /* the counter wraps on the way */
            for (int i = 0; i < before; i++)
                mg_random_u32(&single);
            filled = single;
            numbers a, b;
            memset(&a, 0, sizeof a);
            memset(&b, 0, sizeof b);
            draw_singly(&single, what, &a, n);
            draw_at_once(&filled, what, &b, n);
            if (mutate && n > 0)
                b.words[n - 1] ^= 1;
            result += memcmp(&a, &b, sizeof a) != 0 || memcmp(&single, &filled, sizeof single) != 0;
        }
    }
    return result;
}

static void test_fills(void)
{
    static const char *names[FILLS] = {"words", "floats", "normals"};
    char message[256];
    for (int i = 0; mg_isa_available(i); i++) {
        if (!tap_ok(mg_isa_choose(mg_isa_available(i), message, sizeof message), "isa %s", mg_isa_available(i)))
            continue;
        for (int what = 0; what < FILLS; what++) {
            tap_ok(differences(what, false) == 0, "fill on %s: %s are those of single calls, and so is the state",
                   mg_isa_name(), names[what]);
            tap_ok(differences(what, true) == 9 * 300, "fill on %s: one wrong bit in %s is noticed", mg_isa_name(),
                   names[what]);
        }
    }
    mg_isa_choose("auto", message, sizeof message);
}

/* ---- distributions: chi-square against what it should be; the thresholds are the 1 - 10^-6 quantiles ---- */

typedef int cell_of_draw(mg_stream *stream);

static const double chi_square_limit[32] = {0,    23.9, 27.6, 30.7, 33.4, 35.9, 38.3, 40.5, 42.7, 44.8, 46.9,
                                            48.9, 50.8, 52.7, 54.6, 56.5, 58.3, 60.1, 61.9, 63.7, 65.4, 67.1,
                                            68.9, 70.5, 72.2, 73.9, 75.5, 77.2, 78.8, 80.4, 82.0, 83.6};

static double chi_square(cell_of_draw *draw, int cells, const double *expected, uint32_t time)
{
    enum { DRAWS = 100000 };
    long counts[32] = {0};
    double result = 0.0;
    mg_stream stream = stream_number(time);
    for (int i = 0; i < DRAWS; i++)
        counts[draw(&stream)]++;
    for (int i = 0; i < cells; i++) {
        double want = (expected ? expected[i] : 1.0 / cells) * DRAWS;
        double off = (double)counts[i] - want;
        result += off * off / want;
    }
    return result;
}

static int below_ten(mg_stream *s)
{
    return (int)mg_random_below(s, 10);
}
static int below_ten_biased(mg_stream *s) /* 0 comes a tenth more often */
{
    int i = below_ten(s);
    return i == 9 && mg_random_float(s) < 0.1f ? 0 : i;
}

static int float_in_sixteenths(mg_stream *s)
{
    return (int)(mg_random_float(s) * 16.0f);
}
static int float_biased(mg_stream *s)
{
    float u = mg_random_float(s);
    return (int)((u + 0.1f * u * (1.0f - u)) * 16.0f);
}

/* Cells of width 1/2 from -3.5 to 3.5 and the two tails: the probabilities to ten digits. */
static const double normal_cells[16] = {2.326290790e-04, 1.117268953e-03, 4.859767294e-03, 1.654046662e-02,
                                        4.405706932e-02, 9.184805266e-02, 1.498822848e-01, 1.914624613e-01,
                                        1.914624613e-01, 1.498822848e-01, 9.184805266e-02, 4.405706932e-02,
                                        1.654046662e-02, 4.859767294e-03, 1.117268953e-03, 2.326290790e-04};

static int cell_of_normal(float z)
{
    float shifted = z * 2.0f + 8.0f;
    if (shifted < 0.0f)
        return 0;
    return shifted >= 16.0f ? 15 : (int)shifted;
}

static int normal_cell(mg_stream *s)
{
    return cell_of_normal(mg_random_normal(s));
}
static int normal_biased(mg_stream *s)
{
    return cell_of_normal(1.03f * mg_random_normal(s));
}

static const float categories[5] = {0.05f, 0.4f, 0.1f, 0.25f, 0.2f};
static const double category_cells[5] = {0.05, 0.4, 0.1, 0.25, 0.2};

static int category(mg_stream *s)
{
    return mg_random_categorical(s, categories, 5);
}
static int category_biased(mg_stream *s)
{
    static const float wrong[5] = {0.05f, 0.39f, 0.11f, 0.25f, 0.2f};
    return mg_random_categorical(s, wrong, 5);
}

/* the number, 0 to 23, of a permutation of four */
static int permutation_number(const uint32_t *items)
{
    int number = 0;
    for (int i = 0; i < 4; i++) {
        int smaller = 0;
        for (int j = i + 1; j < 4; j++)
            smaller += items[j] < items[i];
        number = number * (4 - i) + smaller;
    }
    return number;
}

static int shuffled(mg_stream *s)
{
    uint32_t items[4] = {0, 1, 2, 3};
    mg_random_shuffle(s, items, 4);
    return permutation_number(items);
}

static int shuffled_biased(mg_stream *s) /* the well-known mistake: every place swaps with any place */
{
    uint32_t items[4] = {0, 1, 2, 3};
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t j = mg_random_below(s, 4), item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
    return permutation_number(items);
}

static const struct {
    const char *name;
    cell_of_draw *right, *wrong;
    int cells;
    const double *expected;
} distributions[] = {
    {"below", below_ten, below_ten_biased, 10, NULL},
    {"float", float_in_sixteenths, float_biased, 16, NULL},
    {"normal", normal_cell, normal_biased, 16, normal_cells},
    {"categorical", category, category_biased, 5, category_cells},
    {"shuffle", shuffled, shuffled_biased, 24, NULL},
};

static void test_distributions(void)
{
    for (size_t i = 0; i < sizeof distributions / sizeof distributions[0]; i++) {
        double limit = chi_square_limit[distributions[i].cells - 1];
        double right = chi_square(distributions[i].right, distributions[i].cells, distributions[i].expected, 900);
        double wrong = chi_square(distributions[i].wrong, distributions[i].cells, distributions[i].expected, 901);
        tap_ok(right < limit, "%s: chi-square %.1f below %.1f", distributions[i].name, right, limit);
        tap_ok(wrong > limit, "%s: a slightly wrong one has %.1f", distributions[i].name, wrong);
    }
}

/* ---- pinned numbers: a change of any of them changes every golden file ---- */

static void test_pinned(void)
{
    mg_stream s = mg_stream_at((mg_key){1, 0}, MG_PURPOSE_PARAMETERS, 0, 0, 0);
    uint32_t items[6] = {0, 1, 2, 3, 4, 5};
    static const float p[3] = {0.2f, 0.3f, 0.5f};
    uint32_t word = mg_random_u32(&s);
    tap_ok(word == 0x127bee41, "pinned: word %08x", word);
    float real = mg_random_float(&s);
    tap_ok(bits_of(real) == 0x3df023a0, "pinned: float %08x", bits_of(real));
    double wide = mg_random_double(&s);
    tap_ok(wide == 0x1.2210ac8028e4cp-2, "pinned: double %a", wide);
    float uniform = mg_random_uniform(&s, -0.3f, 0.7f);
    tap_ok(bits_of(uniform) == 0xbe700198, "pinned: uniform %08x", bits_of(uniform));
    uint32_t below = mg_random_below(&s, 1000000);
    tap_ok(below == 661671, "pinned: below %u", below);
    float first = mg_random_normal(&s), second = mg_random_normal(&s);
    tap_ok(bits_of(first) == 0x3cbd38a7 && bits_of(second) == 0x3f0d3747, "pinned: normals %08x %08x", bits_of(first),
           bits_of(second));
    mg_random_shuffle(&s, items, 6);
    static const uint32_t pinned_items[6] = {1, 2, 4, 3, 5, 0};
    tap_ok(memcmp(items, pinned_items, sizeof items) == 0, "pinned: shuffle %u%u%u%u%u%u", items[0], items[1], items[2],
           items[3], items[4], items[5]);
    int drawn[4];
    for (int i = 0; i < 4; i++)
        drawn[i] = mg_random_categorical(&s, p, 3);
    static const int pinned_drawn[4] = {2, 2, 1, 0};
    tap_ok(memcmp(drawn, pinned_drawn, sizeof drawn) == 0, "pinned: categorical %d%d%d%d", drawn[0], drawn[1], drawn[2],
           drawn[3]);
}

int main(void)
{
    test_known_answers();
    test_names();
    test_opening_order();
    test_definitions();
    test_normal_extremes();
    test_consumption();
    test_categorical();
    test_fills();
    test_distributions();
    test_pinned();
    return tap_done();
}
