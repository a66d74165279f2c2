/* report_text.c - bytes that grow, HTML, numbers with four digits. */
#include "suite/tools/report_text.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mg_text_put_bytes(mg_text *text, const char *raw, size_t length)
{
    mg_reserve(&text->bytes, text->length, &text->capacity, length + 1);
    memcpy(text->bytes + text->length, raw, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void mg_text_put(mg_text *text, const char *raw)
{
    mg_text_put_bytes(text, raw, strlen(raw));
}

void mg_text_format(mg_text *text, const char *format, ...)
{
    char line[2000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    mg_text_put(text, line);
}

void mg_text_html(mg_text *text, const char *plain)
{
    for (; *plain; plain++) {
        switch (*plain) {
        case '&': mg_text_put(text, "&amp;"); break;
        case '<': mg_text_put(text, "&lt;"); break;
        case '>': mg_text_put(text, "&gt;"); break;
        case '"': mg_text_put(text, "&quot;"); break;
        case '\'': mg_text_put(text, "&#39;"); break;
        default: mg_text_put_bytes(text, plain, 1);
        }
    }
}

void mg_text_number(mg_text *text, const char *cell)
{
    double x;
    if (!*cell) {
        mg_text_put(text, "<span class=\"none\">–</span>");
        return;
    }
    if (!mg_read_double(cell, &x)) {
        mg_text_html(text, cell);
        return;
    }
    char digits[40], exact[MG_NUMBER_TEXT];
    double shown = x;
    bool whole = x > -1e15 && x < 1e15 && (double)(long long)x >= x && (double)(long long)x <= x;
    snprintf(digits, sizeof digits, "%.4g", x);
    if (whole || mg_read_double(digits, &shown))
        mg_print_double(shown, digits); /* counts in full; 0.00012 and not 1.2e-04 where that is as short */
    mg_text_put(text, "<data value=\"");
    mg_text_html(text, cell);
    if (strcmp(digits, mg_print_double(x, exact)) != 0) {
        mg_text_put(text, "\" title=\"");
        mg_text_html(text, cell);
    }
    mg_text_put(text, "\">");
    if (digits[0] == '-')
        mg_text_put(text, "−");
    mg_text_put(text, digits + (digits[0] == '-'));
    mg_text_put(text, "</data>");
}

void mg_text_free(mg_text *text)
{
    free(text->bytes);
    *text = (mg_text){0};
}

void mg_text_key(char *key, size_t size, const char *name)
{
    size_t i = 0;
    for (; name[i] && i + 1 < size; i++)
        key[i] = isalnum((unsigned char)name[i]) ? name[i] : '_';
    key[i] = '\0';
}
