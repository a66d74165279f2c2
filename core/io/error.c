/* error.c - one line, kept and printed. */
#include "core/io/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A file name with a line end in it must not make two lines of one message. */
static void keep_one_line(char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7f)
            *text = '?';
    }
}

/* Two long paths must not push out what is wrong with them: what is cut is the middle. */
static void keep_the_ends(const char *whole, char *text, size_t size)
{
    size_t length = strlen(whole), head = (size - 4) / 2, tail = size - 4 - head;
    if (length < size)
        snprintf(text, size, "%s", whole);
    else
        snprintf(text, size, "%.*s...%s", (int)head, whole, whole + length - tail);
}

bool mg_fail(mg_error *error, mg_exit status, const char *format, ...)
{
    if (!error || error->status != MG_EXIT_OK)
        return false;
    char whole[3000];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(whole, sizeof whole, format, arguments);
    va_end(arguments);
    keep_the_ends(length < 0 ? format : whole, error->text, sizeof error->text);
    keep_one_line(error->text);
    error->status = status;
    return false;
}

int mg_report_error(const char *program, const mg_error *error)
{
    if (error->status != MG_EXIT_OK)
        fprintf(stderr, "%s: %s\n", program, error->text);
    return (int)error->status;
}

int mg_output_written(const char *program, int status)
{
    bool lost = fflush(stdout) != 0;
    if (!lost && !ferror(stdout))
        return status;
    fprintf(stderr, "%s: standard output: could not be written\n", program);
    return status == MG_EXIT_OK ? MG_EXIT_INPUT : status;
}
