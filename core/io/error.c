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

bool mg_fail(mg_error *error, mg_exit status, const char *format, ...)
{
    if (!error || error->status != MG_EXIT_OK)
        return false;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    if (length < 0)
        snprintf(error->text, sizeof error->text, "%s", format);
    else if ((size_t)length >= sizeof error->text)
        memcpy(error->text + sizeof error->text - 4, "...", 4);
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
