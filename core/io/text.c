/* text.c - shortest digits that read back equal, and reading them. */
#include "core/io/text.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* printf writes the decimal separator of the locale, if the program that links us set one: whatever is neither digit,
 * sign nor exponent letter is that separator, of one byte or several. */
static void point_for_separator(char *text)
{
    char *to = text;
    bool in_separator = false;
    for (const char *from = text; *from; from++) {
        bool own = (*from >= '0' && *from <= '9') || *from == '-' || *from == '+' || *from == 'e';
        if (own)
            *to++ = *from;
        else if (!in_separator)
            *to++ = '.';
        in_separator = !own;
    }
    *to = '\0';
}

static void print_with_digits(double x, int digits, char text[MG_NUMBER_TEXT])
{
    snprintf(text, MG_NUMBER_TEXT, "%.*g", digits, x);
    point_for_separator(text);
}

static bool same_bits(double a, double b)
{
    return !memcmp(&a, &b, sizeof a);
}

/* A float has to survive being read as a double first: that is how CSV readers do it. */
static bool reads_back(const char *text, double x, bool as_float)
{
    double read;
    if (!mg_read_double(text, &read))
        return false;
    return as_float ? same_bits((double)(float)read, x) : same_bits(read, x);
}

/* `sure` digits survive text -> number -> text, so where they do not read back, fewer do not either. */
static const char *print_shortest(double x, int sure, int most, bool as_float, char text[MG_NUMBER_TEXT])
{
    int digits = sure;
    print_with_digits(x, digits, text);
    if (reads_back(text, x, as_float))
        digits = 1;
    for (print_with_digits(x, digits, text); digits < most && !reads_back(text, x, as_float);)
        print_with_digits(x, ++digits, text);
    /* 100, not 1e+02: more digits may make a shorter text. */
    const char *exponent = strstr(text, "e+");
    int plain_digits = exponent ? atoi(exponent + 2) + 1 : most + 1;
    if (plain_digits <= most) {
        char plain[MG_NUMBER_TEXT];
        print_with_digits(x, plain_digits, plain);
        if (strlen(plain) <= strlen(text) && reads_back(plain, x, as_float))
            memcpy(text, plain, strlen(plain) + 1);
    }
    return text;
}

/* nan, inf and -inf go through no libc, since some print the sign of a NaN and some "infinity". */
static const char *name_of_special(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    if ((bits & 0x7ff0000000000000U) != 0x7ff0000000000000U)
        return NULL;
    if (bits & 0x000fffffffffffffU)
        return "nan";
    return bits >> 63 ? "-inf" : "inf";
}

const char *mg_print_double(double x, char text[MG_NUMBER_TEXT])
{
    const char *special = name_of_special(x);
    if (special)
        return memcpy(text, special, strlen(special) + 1);
    return print_shortest(x, 15, 17, false, text);
}

const char *mg_print_float(float x, char text[MG_NUMBER_TEXT])
{
    const char *special = name_of_special((double)x);
    if (special)
        return memcpy(text, special, strlen(special) + 1);
    return print_shortest((double)x, 6, 9, true, text);
}

enum { LONGEST_NUMBER = 400 };

/* Copies the digits at *text to *to and returns how many there were. */
static int copy_digits(const char **text, char **to)
{
    int count = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++, count++)
        *(*to)++ = **text;
    return count;
}

static bool read_exponent(const char **text, long *exponent)
{
    *exponent = 0;
    if (**text != 'e' && **text != 'E')
        return true;
    (*text)++;
    bool negative = **text == '-';
    if (**text == '-' || **text == '+')
        (*text)++;
    if (**text < '0' || **text > '9')
        return false;
    for (; **text >= '0' && **text <= '9'; (*text)++)
        *exponent = *exponent < 100000 ? 10 * *exponent + (**text - '0') : *exponent;
    *exponent = negative ? -*exponent : *exponent;
    return true;
}

bool mg_read_double(const char *text, double *x)
{
    static const struct {
        const char *name;
        uint64_t bits;
    } specials[] = {{"nan", 0x7ff8000000000000U}, {"inf", 0x7ff0000000000000U}, {"-inf", 0xfff0000000000000U}};
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
        if (!strcmp(text, specials[i].name)) {
            memcpy(x, &specials[i].bits, sizeof *x);
            return true;
        }
    }
    if (strlen(text) > LONGEST_NUMBER)
        return false;
    /* 3.14 is given to strtod as 314e-2: right in every locale. */
    char digits[LONGEST_NUMBER + 32], *to = digits;
    int fraction = 0;
    long exponent;
    if (*text == '-')
        *to++ = *text++;
    if (!copy_digits(&text, &to))
        return false;
    if (*text == '.') {
        text++;
        fraction = copy_digits(&text, &to);
        if (!fraction)
            return false;
    }
    if (!read_exponent(&text, &exponent) || *text)
        return false;
    snprintf(to, 32, "e%ld", exponent - fraction);
    double read = strtod(digits, NULL);
    if (name_of_special(read))
        return false; /* too large; infinity is written inf */
    *x = read;
    return true;
}

bool mg_read_long(const char *text, long low, long high, long *x)
{
    const char *digit = text + (*text == '-');
    if (!*digit)
        return false;
    for (; *digit; digit++) {
        if (*digit < '0' || *digit > '9')
            return false;
    }
    int saved = errno;
    errno = 0;
    long read = strtol(text, NULL, 10);
    bool fits = errno == 0 && read >= low && read <= high;
    errno = saved;
    if (fits)
        *x = read;
    return fits;
}

bool mg_is_name(const char *text)
{
    enum { LONGEST = 60 };
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/");
    return length && length <= LONGEST && !text[length];
}

/* Lets text[root] of a heap of count sink to its place. */
static void sink(const char **text, size_t root, size_t count, int (*compare)(const char *a, const char *b))
{
    const char *moved = text[root];
    for (size_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
        child += child + 1 < count && compare(text[child], text[child + 1]) < 0;
        if (compare(moved, text[child]) >= 0)
            break;
        text[root] = text[child];
        root = child;
    }
    text[root] = moved;
}

void mg_sort_texts(const char **text, size_t count, int (*compare)(const char *a, const char *b))
{
    for (size_t root = count / 2; root-- > 0;)
        sink(text, root, count, compare);
    for (size_t end = count; end-- > 1;) {
        const char *largest = text[0];
        text[0] = text[end];
        text[end] = largest;
        sink(text, 0, end, compare);
    }
}
