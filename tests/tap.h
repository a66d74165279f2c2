/* tap.h - the test harness: Test Anything Protocol on stdout, nothing to install, works in static and emulated builds.
 *
 *     int main(void) { tap_ok(2 + 2 == 4, "sums"); tap_skip("no AVX-512 here"); return tap_done(); }
 *
 * The plan is printed last, so a test that crashes has no plan and counts as failed.
 */
#ifndef MG_TAP_H
#define MG_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_run, tap_failed;

__attribute__((format(printf, 2, 3), unused)) static bool tap_ok(bool good, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%sok %d - ", good ? "" : "not ", ++tap_run);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    fflush(stdout);
    tap_failed += !good;
    return good;
}

__attribute__((format(printf, 1, 2), unused)) static void tap_skip(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("ok %d # SKIP ", ++tap_run);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    fflush(stdout);
}

__attribute__((format(printf, 1, 2), unused)) static void tap_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("# ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    fflush(stdout);
}

__attribute__((unused)) static int tap_done(void)
{
    printf("1..%d\n", tap_run);
    fflush(stdout);
    return tap_failed ? 1 : 0;
}

#endif
