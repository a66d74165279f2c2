/* manual.c - a table of options as --help, as a manual page, and as what a shell completes. */
#include "suite/harness/manual.h"

#include <string.h>

#ifndef MG_VERSION
#define MG_VERSION "0"
#endif

enum { LINE = 120 };

static bool is_end(const mg_manual_entry *entry)
{
    return !entry->name && !entry->help;
}

/* ---- --help ---- */

/* The paragraph from that column on, where the line already is. */
static void wrap(const char *text, int column, FILE *out)
{
    int at = column;
    while (*text) {
        int length = (int)strcspn(text, " \n");
        if (at > column && at + 1 + length > LINE) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", length, text);
        at += length;
        text += length;
        if (*text == '\n') {
            fprintf(out, "\n%*s", column, "");
            at = column;
        }
        text += *text != '\0';
    }
    fputc('\n', out);
}

void mg_manual_help_text(const char *text, FILE *out)
{
    wrap(text, 0, out);
}

static void print_entry(const mg_manual_entry *entry, int column, FILE *out)
{
    if (!entry->name) {
        fprintf(out, "  %s\n", entry->help);
        return;
    }
    int at = fprintf(out, "  %s%s%s", entry->name, entry->value ? " " : "", entry->value ? entry->value : "");
    if (at + 1 > column)
        fprintf(out, "\n%*s", column, "");
    else
        fprintf(out, "%*s", column - at, "");
    wrap(entry->help, column, out);
}

void mg_manual_help(const mg_manual_entry *entry, int column, FILE *out)
{
    for (; !is_end(entry); entry++) {
        if (entry->section)
            fprintf(out, "\n%s\n", entry->section);
        print_entry(entry, column, out);
    }
}

/* ---- a page for man(1) ---- */

/* How many bytes the first character has: one, where it is no UTF-8. */
static size_t take_character(const char *text, size_t length, unsigned long *code)
{
    unsigned char first = (unsigned char)text[0];
    size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    *code = bytes == 1 ? first : first & (0x7fu >> bytes);
    if (bytes > length)
        return 1;
    for (size_t i = 1; i < bytes; i++)
        *code = *code << 6 | ((unsigned char)text[i] & 0x3fu);
    return bytes;
}

/* A word or a line that means nothing to troff: a backslash is \e, a hyphen-minus stays one, a dot or quote that begins
 * a line is no request. Returns how many bytes it took. */
static int put_troff(const char *text, size_t length, FILE *out)
{
    static const char signs[] = "\\-`'^~";
    static const char *const escapes[] = {"\\e", "\\-", "\\(ga", "\\(aq", "\\(ha", "\\(ti"};
    int bytes = 0;
    if (length && *text == '.')
        bytes += fprintf(out, "\\&");
    for (size_t i = 0; i < length;) {
        const char *sign = strchr(signs, text[i]);
        unsigned long code;
        size_t taken = take_character(text + i, length - i, &code);
        if (sign)
            bytes += fprintf(out, "%s", escapes[sign - signs]);
        else if (taken > 1)
            bytes += fprintf(out, "\\[u%04lX]", code);
        else
            bytes += fprintf(out, "%c", text[i]);
        i += taken;
    }
    return bytes;
}

/* A paragraph, in lines that mandoc calls short enough. */
static void put_line(const char *text, FILE *out)
{
    int at = 0;
    for (; *text; text += *text != '\0') {
        size_t length = strcspn(text, " \n");
        if (at && at + (int)length > 68) {
            fputc('\n', out);
            at = 0;
        } else if (at && length) {
            at += fprintf(out, " ");
        }
        at += put_troff(text, length, out);
        text += length;
        if (*text == '\n') {
            fputs("\n.br\n", out);
            at = 0;
        }
    }
    fputc('\n', out);
}

void mg_manual_page_start(const char *name, const char *summary, FILE *out)
{
    fputs(".TH \"", out);
    for (const char *c = name; *c; c++)
        fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, out);
    fputs("\" 1 \"\" \"marlgold " MG_VERSION "\" \"User Commands\"\n.nh\n.ad l\n.SH NAME\n", out);
    put_troff(name, strlen(name), out);
    fputs(" \\- ", out);
    put_line(summary, out);
}

void mg_manual_page_section(const char *title, FILE *out)
{
    fprintf(out, ".SH \"%s\"\n", title);
}

void mg_manual_page_subsection(const char *title, FILE *out)
{
    fputs(".SS \"", out);
    put_troff(title, strlen(title), out);
    fputs("\"\n", out);
}

void mg_manual_page_text(const char *text, FILE *out)
{
    put_line(text, out);
}

void mg_manual_page_paragraph(const char *text, FILE *out)
{
    fputs(".PP\n", out);
    put_line(text, out);
}

void mg_manual_page_verbatim(const char *text, bool first, FILE *out)
{
    fputs(first ? ".nf\n" : ".PP\n.nf\n", out);
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (length)
            put_troff(text, length, out);
        fputc('\n', out);
        text += length + (text[length] == '\n');
    }
    fputs(".fi\n", out);
}

void mg_manual_page_entries(const mg_manual_entry *entry, FILE *out)
{
    for (; !is_end(entry); entry++) {
        if (entry->section)
            mg_manual_page_section(entry->section, out);
        if (!entry->name) {
            mg_manual_page_verbatim(entry->help, entry->section != NULL, out);
            continue;
        }
        fputs(".TP\n\\fB", out);
        put_troff(entry->name, strlen(entry->name), out);
        fputs("\\fR", out);
        if (entry->value) {
            fputs(" \\fI", out);
            put_troff(entry->value, strlen(entry->value), out);
            fputs("\\fR", out);
        }
        fputc('\n', out);
        put_line(entry->help, out);
    }
}

/* ---- completion ---- */

void mg_candidate(const char *before, const char *candidate, const char *after, const char *typed, FILE *out)
{
    if (!strncmp(candidate, typed, strlen(typed)))
        fprintf(out, "%s%s%s\n", before, candidate, after);
}

/* quick|paper */
static bool is_choice(const char *value)
{
    return strchr(value, '|') && strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-|") == strlen(value);
}

void mg_candidates(const char *before, const char *words, const char *typed, FILE *out)
{
    char word[64];
    for (; *words; words += strcspn(words, "|"), words += *words == '|') {
        snprintf(word, sizeof word, "%.*s", (int)strcspn(words, "|"), words);
        mg_candidate(before, word, "", typed, out);
    }
}

static const mg_manual_entry *find_option(const mg_manual_entry *entry, const char *name, size_t length)
{
    for (; !is_end(entry); entry++)
        if (entry->name && strlen(entry->name) == length && !strncmp(entry->name, name, length))
            return entry;
    return NULL;
}

/* `before` is "--profile=" where it is one word with its value. */
static void complete_value(const mg_completion *of, const mg_manual_entry *option, const char *before,
                           const char *typed, FILE *out)
{
    if (of->more && of->more(of->context, option->name, before, typed, out))
        return;
    if (is_choice(option->value))
        mg_candidates(before, option->value, typed, out);
    else if (!strcmp(option->value, "DIR"))
        fputs("@folder\n", out);
    else if (!strncmp(option->value, "FILE", 4))
        fputs("@file\n", out);
}

void mg_complete(const mg_completion *of, int words, char *const *word, FILE *out)
{
    const char *typed = words ? word[words - 1] : "", *before = words > 1 ? word[words - 2] : "";
    const mg_manual_entry *option = find_option(of->entry, before, strlen(before));
    size_t length = strcspn(typed, "=");
    if (option && option->value) {
        complete_value(of, option, "", typed, out);
        return;
    }
    option = find_option(of->entry, typed, length);
    if (typed[length] && option && option->value) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(length + 1), typed);
        complete_value(of, option, name, typed + length + 1, out);
        return;
    }
    if (*typed != '-') {
        if (of->more)
            (void)of->more(of->context, NULL, "", typed, out);
        if (*typed)
            return;
    }
    for (const mg_manual_entry *entry = of->entry; !is_end(entry); entry++)
        if (entry->name && entry->name[0] == '-')
            mg_candidate("", entry->name, "", typed, out);
}
