/* test_isa.c - choosing a kernel table: names, refusals, the floating-point environment and the known-answer test. */
#include <string.h>

#include "core/num/isa.h"
#include "core/num/self_test.h"
#include "tests/tap.h"

static char message[512];

static bool choose(const char *name)
{
    message[0] = '\0';
    return mg_isa_choose(name, message, sizeof message);
}

static bool says(const char *words)
{
    return strstr(message, words) != NULL && strchr(message, '\n') == NULL;
}

static bool available(const char *name)
{
    for (int i = 0; mg_isa_available(i); i++) {
        if (strcmp(mg_isa_available(i), name) == 0)
            return true;
    }
    return false;
}

static void test_names(void)
{
    tap_ok(strcmp(mg_isa_name(), "reference") == 0, "before a choice the reference runs");
    tap_ok(choose(NULL) && strcmp(mg_isa_name(), "reference") != 0, "no name");
    const char *best = available("avx2") ? "avx2" : available("sse2") ? "sse2" : "simd128";
    bool wider = choose("auto") && available("avx512") && strcmp(mg_isa_name(), "avx512") == 0;
    tap_ok(wider || strcmp(mg_isa_name(), best) == 0, "auto: %s, or avx512 where it is faster: %s", best,
           mg_isa_name());
    for (int i = 0; mg_isa_available(i); i++) {
        const char *name = mg_isa_available(i);
        tap_ok(choose(name) && strcmp(mg_isa_name(), name) == 0, "%s", name);
    }
    tap_ok(available("reference") && available("scalar"), "reference and scalar run everywhere");
    bool refused = choose("scalar") && !choose("avx3");
    tap_ok(refused && says("avx3") && says("auto, reference, scalar"), "unknown: %s", message);
    tap_ok(strcmp(mg_isa_name(), "scalar") == 0, "a refusal keeps the table");
    tap_ok(!choose("") && says("''"), "an empty name is refused");
    const char *foreign = available("sse2") ? "simd128" : "sse2";
    tap_ok(!choose(foreign) && says("not in this program"), "%s", message);
    if (available("sse2") && !available("avx2"))
        tap_ok(!choose("avx2") && says("cannot run on this CPU"), "%s", message);
    else
        tap_skip("this CPU runs all tables of the program: none to refuse");
}

static void test_wider(void)
{
    static const double narrow[3] = {3.0, 2.0, 9.0}, faster[3] = {9.0, 1.8, 9.0}, as_fast[3] = {1.95, 5.0, 7.0},
                        noisy[3] = {1.0, 50.0, 50.0};
    tap_ok(mg_isa_wider_is_faster(3, narrow, faster), "a wider table is taken where its best time is a tenth less");
    tap_ok(!mg_isa_wider_is_faster(3, narrow, as_fast), "not for a fortieth");
    tap_ok(!mg_isa_wider_is_faster(3, narrow, narrow), "nor where it is as fast");
    tap_ok(mg_isa_wider_is_faster(3, narrow, noisy), "the best time counts, not the others");
    tap_ok(!mg_isa_wider_is_faster(3, noisy, narrow), "and not the other way round");
}

#if defined(__x86_64__)
static bool refused_under(unsigned control, const char *words)
{
    unsigned before = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(control);
    bool chosen = choose("scalar");
    __builtin_ia32_ldmxcsr(before);
    return !chosen && says(words);
}

static void test_environment(void)
{
    tap_ok(refused_under(0x1f80 | 0x2000, "rounding mode"), "rounding down is refused");
    tap_ok(refused_under(0x1f80 | 0x4000, "rounding mode"), "rounding up is refused");
    tap_ok(refused_under(0x1f80 | 0x6000, "rounding mode"), "rounding to zero is refused");
    tap_ok(refused_under(0x1f80 | 0x8000, "flushed to zero"), "flush-to-zero is refused");
    tap_ok(refused_under(0x1f80 | 0x0040, "flushed to zero"), "denormals-are-zero is refused");
    tap_ok(choose("scalar"), "the default environment is accepted");
}
#else
static void test_environment(void)
{
    tap_skip("no way here to set the floating-point control register");
}
#endif

static void softmax_with_wrong_bit(int rows, int columns, const float *x, float *y)
{
    mg_kernels_reference.softmax(rows, columns, x, y);
    if (y[0] > 0.0f)
        y[0] = y[0] * 0x1.000002p+0f;
}

static void test_known_answer(void)
{
    tap_ok(mg_self_test(&mg_kernels_reference, MG_SELF_TEST_DIGEST, message, sizeof message), "known answer");
    bool passes = mg_self_test(&mg_kernels_reference, MG_SELF_TEST_DIGEST ^ 1, message, sizeof message);
    tap_ok(!passes && says("reference gives the same"), "a wrong known answer is noticed: %s", message);
    mg_kernels wrong = mg_kernels_reference;
    wrong.name = "wrong";
    wrong.softmax = softmax_with_wrong_bit;
    passes = mg_self_test(&wrong, MG_SELF_TEST_DIGEST, message, sizeof message);
    tap_ok(!passes && says("isa wrong") && says("softmax"), "a wrong kernel is noticed and named: %s", message);
}

int main(void)
{
    test_names();
    test_wider();
    test_environment();
    test_known_answer();
    return tap_done();
}
