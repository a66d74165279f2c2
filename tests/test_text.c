/* Numbers as text: known answers, round trips of random bits, refusals, and all that with a decimal comma. */
#include "core/io/csv.h"
#include "core/io/text.h"
#include "tests/scratch.h"
#include "tests/tap.h"
#include <float.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint64_t next_bits(uint64_t *state) /* splitmix64: only to find test inputs */
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void prints(double x, const char *wanted)
{
    char text[MG_NUMBER_TEXT];
    tap_ok(!strcmp(mg_print_double(x, text), wanted), "prints %s, wanted %s", text, wanted);
}

static void prints_float(float x, const char *wanted)
{
    char text[MG_NUMBER_TEXT];
    tap_ok(!strcmp(mg_print_float(x, text), wanted), "float prints %s, wanted %s", text, wanted);
}

static void known_texts(void)
{
    prints(0, "0");
    prints(-0.0, "-0");
    prints(100, "100");
    prints(60000, "60000");
    prints(100000, "1e+05");
    prints(123456, "123456");
    prints(0.1, "0.1");
    prints(0.1 + 0.2, "0.30000000000000004");
    prints(-2.5e-7, "-2.5e-07");
    prints(5e-324, "5e-324");
    prints(DBL_MAX, "1.7976931348623157e+308");
    prints(DBL_MIN, "2.2250738585072014e-308");
    prints(9007199254740993.0, "9007199254740992");
    prints(12345678901234568.0, "12345678901234568");
    prints(double_of(0x7ff0000000000000U), "inf");
    prints(double_of(0xfff0000000000000U), "-inf");
    prints(double_of(0xfff8000000000001U), "nan");
    prints_float(0.1f, "0.1");
    prints_float(1.0f / 3.0f, "0.33333334");
    prints_float(16777216.0f, "16777216");
    prints_float(1e-45f, "1e-45");
    prints_float(FLT_MAX, "3.4028235e+38");
    prints_float((float)double_of(0xfff0000000000000U), "-inf");
}

/* Shortest by brute force: no %.Ng that reads back equal is shorter than what was printed. */
static bool is_shortest(double x, const char *text, int most, bool as_float)
{
    for (int n = 1; n <= most; n++) {
        char other[64];
        snprintf(other, sizeof other, "%.*g", n, x);
        double read = as_float ? (double)strtof(other, NULL) : strtod(other, NULL);
        if (!memcmp(&read, &x, sizeof x) && strlen(other) < strlen(text))
            return false;
    }
    return true;
}

static void round_trips(int count, const char *where, bool brute_force)
{
    uint64_t state = 20;
    int wrong = 0, wrong_float = 0, long_one = 0;
    for (int i = 0; i < count; i++) {
        char text[MG_NUMBER_TEXT];
        double read = 1;
        uint64_t bits = next_bits(&state);
        if (i % 8 == 1)
            bits &= 0x800fffffffffffffU; /* subnormal */
        else if (i % 8 == 2)
            bits &= 0xfff0000000000000U; /* a power of two: its neighbours lie at different distances */
        double x = double_of(bits);
        bool special = (bits & 0x7ff0000000000000U) == 0x7ff0000000000000U;
        wrong += !special && (!mg_read_double(mg_print_double(x, text), &read) || memcmp(&read, &x, sizeof x));
        long_one += brute_force && !special && !is_shortest(x, text, 17, false);
        uint32_t float_bits = (uint32_t)(next_bits(&state) >> 32);
        if (i % 8 == 1)
            float_bits &= 0x807fffffU;
        else if (i % 8 == 2)
            float_bits &= 0xff800000U;
        float y;
        memcpy(&y, &float_bits, sizeof y);
        special = (float_bits & 0x7f800000U) == 0x7f800000U;
        bool good = special || mg_read_double(mg_print_float(y, text), &read);
        float near = (float)read, direct = special ? 0 : strtof(text, NULL);
        wrong_float += !good || (!special && (memcmp(&near, &y, sizeof y) || (brute_force && direct != y)));
        long_one += brute_force && !special && !is_shortest((double)y, text, 9, true);
    }
    tap_ok(!wrong, "%d doubles of random bits read back equal%s", count, where);
    tap_ok(!wrong_float, "%d floats read back equal, through a double and directly%s", count, where);
    if (brute_force)
        tap_ok(!long_one, "none has a shorter text%s", where);
}

static void longer_texts_are_noticed(void)
{
    tap_ok(is_shortest(0.1, "0.1", 17, false) && !is_shortest(0.1, "0.10", 17, false), "0.10 is not the shortest");
    tap_ok(is_shortest((double)0.1f, "0.1", 9, true) && !is_shortest((double)0.1f, "0.100000001", 9, true),
           "nor 0.100000001 of the float");
    double x = 0;
    tap_ok(mg_read_double("0.3", &x) && x != 0.1 + 0.2, "a digit less does not read back");
}

static void reads(const char *text, double wanted)
{
    double x = 77;
    tap_ok(mg_read_double(text, &x) && !memcmp(&x, &wanted, sizeof x), "reads '%.40s'", text);
}

static void refuses(const char *text)
{
    double x = 77;
    char shown[41];
    snprintf(shown, sizeof shown, "%s", text);
    for (char *c = shown; *c; c++)
        *c = *c < ' ' ? '?' : *c;
    tap_ok(!mg_read_double(text, &x) && x == 77, "refuses '%s'", shown);
}

static void reading(void)
{
    reads("3.25", 3.25);
    reads("-0", -0.0);
    reads("007", 7);
    reads("1e3", 1000);
    reads("1.5E-3", 0.0015);
    reads("1e-400", 0);
    reads("0e999999999999999999999", 0);
    reads("2.4703282292062328e-324", 5e-324);
    reads("1.7976931348623157e308", DBL_MAX);
    reads("inf", double_of(0x7ff0000000000000U));
    reads("-inf", double_of(0xfff0000000000000U));
    reads("nan", double_of(0x7ff8000000000000U));
    static const char *const wrong[] = {"",         "-",   ".",     ".5",    "5.",   "1,5", "1.5,",  "0x10", " 1",
                                        "1 ",       "+1",  "1e",    "1e+",   "e5",   "--1", "1e999", "NaN",  "-nan",
                                        "infinity", "Inf", "1_000", "1.2.3", "1e5.", "1f",  "\t1",   "1\n",  "1e5e5"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refuses(wrong[i]);
    char longest[500];
    memset(longest, '1', sizeof longest);
    longest[499] = '\0';
    refuses(longest);
    memcpy(longest, "0.", 2);
    longest[400] = '\0';
    double x;
    tap_ok(mg_read_double(longest, &x) && x == 1.0 / 9.0, "a long fraction");
}

static void whole_numbers(void)
{
    long x = 77;
    tap_ok(mg_read_long("0", 0, 5, &x) && x == 0, "0");
    tap_ok(mg_read_long("-12", -12, -12, &x) && x == -12, "-12");
    tap_ok(mg_read_long("9223372036854775807", 0, 9223372036854775807L, &x) && x == 9223372036854775807L,
           "the largest");
    x = 77;
    static const char *const wrong[] = {
        "", "-", "6", "-1", "1.0", " 1", "1 ", "+1", "0x1", "1e0", "99999999999999999999", "3-x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        tap_ok(!mg_read_long(wrong[i], 0, 5, &x) && x == 77, "0 to 5 refuses '%s'", wrong[i]);
}

/* Makes one where the system has the parts but not the locale. */
static void make_locale(void)
{
    char command[900];
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 '%s' >/dev/null 2>&1", scratch("de_DE.UTF-8"));
    if (system(command) == 0)
        setenv("LOCPATH", scratch_folder, 1);
}

static void with_decimal_comma(void)
{
    make_locale();
    static const char *const names[] = {"", "de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "ru_RU.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!setlocale(LC_ALL, names[i]) || !strcmp(localeconv()->decimal_point, "."))
            continue;
        char probe[16];
        snprintf(probe, sizeof probe, "%.1f", 0.5);
        tap_ok(strcmp(probe, "0.5") != 0, "libc writes %s here", probe);
        prints(0.1 + 0.2, "0.30000000000000004");
        prints(-2.5e-7, "-2.5e-07");
        reads("3.25", 3.25);
        refuses("1,5");
        round_trips(2000, " with a decimal comma", false);
        mg_csv_writer writer = {0};
        mg_csv_double(&writer, 1.5);
        mg_csv_double(&writer, 2.5);
        mg_csv_end_row(&writer);
        tap_ok(writer.length == 8 && !memcmp(writer.text, "1.5,2.5\n", 8), "a CSV row with points");
        mg_csv_free(&writer);
        setlocale(LC_ALL, "C");
        return;
    }
    tap_skip("no locale with a decimal comma is installed (de_DE.UTF-8)");
}

static void names(void)
{
    static const char *const good[] = {"a", "lio/asym", "as-n6", "range0.25", "A_b.9", "/", "."};
    static const char *const bad[] = {"",    "a b", "a`b`", "a'b",  "a\"b",     "a\nb",
                                      "<i>", "a,b", "$(x)", "a\\b", "\303\251", "a;b"};
    char long_name[62];
    memset(long_name, 'n', sizeof long_name);
    long_name[61] = '\0';
    int wrong = mg_is_name(long_name);
    long_name[60] = '\0';
    wrong += !mg_is_name(long_name);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        wrong += !mg_is_name(good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        wrong += mg_is_name(bad[i]);
    tap_ok(!wrong, "names: letters, digits, . _ - / and at most 60 of them (%d wrong)", wrong);
}

static int backwards(const char *a, const char *b)
{
    return strcmp(b, a);
}

/* Every length, of texts that repeat, so that the heap has equal ones too. */
static void sorting(void)
{
    enum { MOST = 40 };
    static char memory[MOST][4];
    const char *text[MOST];
    int wrong = 0;
    for (size_t count = 0; count <= MOST; count++) {
        for (size_t i = 0; i < count; i++) {
            snprintf(memory[i], sizeof memory[i], "%d", (int)(i * 7 + count) % 13);
            text[i] = memory[i];
        }
        mg_sort_texts(text, count, strcmp);
        for (size_t i = 1; i < count; i++)
            wrong += strcmp(text[i - 1], text[i]) > 0;
        mg_sort_texts(text, count, backwards);
        for (size_t i = 1; i < count; i++)
            wrong += strcmp(text[i - 1], text[i]) < 0;
    }
    tap_ok(!wrong, "sorting up to %d texts, forwards and backwards (%d wrong)", MOST, wrong);
}

int main(void)
{
    known_texts();
    round_trips(100000, "", false);
    round_trips(3000, "", true);
    longer_texts_are_noticed();
    reading();
    whole_numbers();
    with_decimal_comma();
    names();
    sorting();
    scratch_remove();
    return tap_done();
}
