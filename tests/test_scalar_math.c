/* test_scalar_math.c - the same bits everywhere: binary32 functions against every kernel table, and a pinned digest of
 * the binary64 ones (their accuracy is the matter of test_double_math_ulp.c, which needs MPFR). */
#include "core/num/isa.h"
#include "core/num/kernels.h"
#include "core/num/rng.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <string.h>

/* ---- binary32 ---- */

enum { COUNT = 6001 };

static const struct {
    const char *name;
    mg_map map;
    float (*scalar)(float x);
    float largest; /* |x| up to here is drawn; 0: any bits */
} functions[] = {
    {"exp", MG_MAP_EXP, mg_exp_float, 0.0f},    {"log", MG_MAP_LOG, mg_log_float, 0.0f},
    {"tanh", MG_MAP_TANH, mg_tanh_float, 0.0f}, {"sigmoid", MG_MAP_SIGMOID, mg_sigmoid_float, 0.0f},
    {"sin", MG_MAP_SIN, mg_sin_float, 8192.0f}, {"cos", MG_MAP_COS, mg_cos_float, 8192.0f},
    {"sqrt", MG_MAP_SQRT, mg_sqrt_float, 0.0f},
};

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Half of moderate size, half of any bits (infinities, NaN and subnormals among them). */
static void draw_inputs(float largest, float *x)
{
    mg_stream stream = mg_stream_at((mg_key){6, 1}, MG_PURPOSE_TEST, 0, 0, 0);
    for (int i = 0; i < COUNT; i++) {
        float moderate = mg_random_uniform(&stream, -20.0f, 20.0f);
        float any = float_of(mg_random_u32(&stream));
        if (largest > 0.0f)
            any = mg_random_uniform(&stream, -largest, largest);
        x[i] = i % 2 == 0 ? moderate : any;
    }
    x[0] = 0.0f;
    x[1] = -0.0f;
}

static bool same(float a, float b)
{
    return a != a ? b != b : memcmp(&a, &b, sizeof a) == 0;
}

static void test_tables(void)
{
    static float x[COUNT], y[COUNT];
    char message[256];
    for (int table = 0; mg_isa_available(table); table++) {
        tap_ok(mg_isa_choose(mg_isa_available(table), message, sizeof message), "isa %s", mg_isa_available(table));
        for (size_t k = 0; k < sizeof functions / sizeof functions[0]; k++) {
            int wrong = 0, wrong_neighbour = 0;
            draw_inputs(functions[k].largest, x);
            mg_kernels_current()->map(functions[k].map, COUNT, x, y);
            for (int i = 0; i < COUNT; i++) {
                wrong += !same(y[i], functions[k].scalar(x[i]));
                wrong_neighbour += !same(y[i], functions[k].scalar(x[i] + 1.0f));
            }
            tap_ok(wrong == 0, "%s: one number at a time as on %s", functions[k].name, mg_isa_name());
            tap_ok(wrong_neighbour > COUNT / 4, "%s: another input is noticed", functions[k].name);
        }
    }
}

/* ---- binary64 ---- */

static uint64_t digest;

static void add(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (x != x)
        bits = 0x7ff8000000000000u;
    for (int shift = 0; shift < 64; shift += 8) {
        digest ^= bits >> shift & 0xff;
        digest *= 0x100000001b3u;
    }
}

static double any_double(mg_stream *stream)
{
    uint64_t high = mg_random_u32(stream), bits = high << 32 | mg_random_u32(stream);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void add_all(double x, double y)
{
    double positive = x < 0.0 ? -x : x;
    add(mg_exp(x));
    add(mg_log(positive));
    add(mg_pow(positive, y));
    add(mg_log_gamma(positive));
    add(mg_sqrt(positive));
    add(mg_tanh(x));
    add(mg_sigmoid(x));
    add(mg_sin(x));
    add(mg_cos(x));
}

#define PINNED_DIGEST 0x4882cca57b6cce89u

static uint64_t digest_of_doubles(int mutation)
{
    mg_stream stream = mg_stream_at((mg_key){6, 2}, MG_PURPOSE_TEST, 0, 0, 0);
    digest = 0xcbf29ce484222325u;
    for (int i = 0; i < 4000; i++) {
        double wide = 1400.0 * (mg_random_double(&stream) - 0.5), narrow = 8.0 * mg_random_double(&stream);
        double first = any_double(&stream), second = any_double(&stream);
        add_all(first, second);
        add_all(wide, narrow);
        add_all(narrow, wide);
        if (i == mutation)
            digest ^= 1;
    }
    return digest;
}

int main(void)
{
    test_tables();
    uint64_t found = digest_of_doubles(-1);
    tap_ok(found == PINNED_DIGEST, "binary64: digest of 108 000 results %08x%08x", (unsigned)(found >> 32),
           (unsigned)(found & 0xffffffffu));
    tap_ok(digest_of_doubles(2000) != found, "binary64: one bit changes the digest");
    return tap_done();
}
