/* number.c - digits, powers of ten, and what is lost on the way. */
#include "envs/traffic/number.h"

#include <float.h>
#include <stdint.h>

/* 10^k, correctly rounded. */
static const double ten_to[] = {
#define ROW(d) 1e##d##0, 1e##d##1, 1e##d##2, 1e##d##3, 1e##d##4, 1e##d##5, 1e##d##6, 1e##d##7, 1e##d##8, 1e##d##9
    ROW(0),  ROW(1),  ROW(2),  ROW(3),  ROW(4),  ROW(5),  ROW(6),  ROW(7),  ROW(8),  ROW(9),
    ROW(10), ROW(11), ROW(12), ROW(13), ROW(14), ROW(15), ROW(16), ROW(17), ROW(18), ROW(19),
    ROW(20), ROW(21), ROW(22), ROW(23), ROW(24), ROW(25), ROW(26), ROW(27), ROW(28), ROW(29),
#undef ROW
    1e300,   1e301,   1e302,   1e303,   1e304,   1e305,   1e306,   1e307,   1e308,
};

typedef struct scan {
    const char *at, *end;
    uint64_t whole; /* digits so far, while they fit */
    double value;   /* digits so far, once they do not */
    bool in_double;
    int significant; /* digits after the first integer digit */
    int exponent;
} scan;

static bool digit_next(const scan *s)
{
    return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

static void scan_whole(scan *s, bool minus)
{
    const uint64_t limit = minus ? UINT64_C(922337203685477580) : UINT64_C(1844674407370955161);
    const char last = minus ? '8' : '5';
    if (digit_next(s))
        s->whole = (uint64_t)(*s->at++ - '0');
    if (s->whole == 0)
        return;
    while (digit_next(s)) {
        if (s->whole > limit || (s->whole == limit && *s->at > last)) {
            s->value = (double)s->whole;
            s->in_double = true;
            break;
        }
        s->whole = s->whole * 10 + (uint64_t)(*s->at++ - '0');
        s->significant++;
    }
    while (digit_next(s))
        s->value = s->value * 10.0 + (double)(*s->at++ - '0');
}

static void scan_fraction(scan *s)
{
    s->at++;
    if (!s->in_double) {
        while (digit_next(s) && s->whole <= UINT64_C(0x1FFFFFFFFFFFFF)) {
            s->whole = s->whole * 10 + (uint64_t)(*s->at++ - '0');
            s->exponent--;
            s->significant += s->whole != 0;
        }
        s->value = (double)s->whole;
        s->in_double = true;
    }
    for (; digit_next(s); s->at++) {
        if (s->significant >= 17)
            continue;
        s->value = s->value * 10.0 + (double)(*s->at - '0');
        s->exponent--;
        s->significant += s->value > 0.0;
    }
}

static int scan_exponent(scan *s)
{
    s->at++;
    bool minus = s->at < s->end && *s->at == '-';
    if (s->at < s->end && (*s->at == '-' || *s->at == '+'))
        s->at++;
    int power = 0;
    for (; digit_next(s); s->at++)
        power = power > 100000 ? power : power * 10 + (*s->at - '0');
    return minus ? -power : power;
}

static double scale(double value, int power)
{
    if (power >= 0)
        return value * ten_to[power];
    if (power >= -308)
        return value / ten_to[-power];
    if (power < -616)
        return 0.0;
    return value / 1e308 / ten_to[-power - 308];
}

bool mg_traffic_number(const char *text, size_t length, double *value, bool *integer)
{
    scan s = {.at = text, .end = text + length};
    bool minus = length > 0 && *text == '-';
    s.at += minus;
    scan_whole(&s, minus);
    bool fraction = s.at < s.end && *s.at == '.';
    if (fraction)
        scan_fraction(&s);
    bool power = s.at < s.end && (*s.at == 'e' || *s.at == 'E');
    if (power && !s.in_double) {
        s.value = (double)s.whole;
        s.in_double = true;
    }
    int explicit_power = power ? scan_exponent(&s) : 0;
    *integer = !s.in_double;
    if (*integer) {
        *value = minus && s.whole != 0 ? -(double)s.whole : (double)s.whole; /* the integer -0 is +0 */
        return true;
    }
    if (explicit_power + s.exponent > 308)
        return false;
    double x = scale(s.value, explicit_power + s.exponent);
    *value = minus ? -x : x;
    return x <= DBL_MAX;
}
