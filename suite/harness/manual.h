/* manual.h - what a program says of its command line, in one table: --help, the manual page and what a shell completes
 * are made from it.
 *
 *     static const mg_manual_entry options[] = {
 *         {.section = "WHERE", .name = "--out", .value = "DIR", .help = "results, in DIR/<result>/ (default out)"},
 *         {.name = "--quiet", .help = "errors only"},
 *         {0}};
 *     mg_manual_help(options, 28, stdout);
 */
#ifndef MG_MANUAL_H
#define MG_MANUAL_H

#include <stdbool.h>
#include <stdio.h>

/* An option, a file, an exit status: a name with what it means; or, without a name, a line as it stands. A zeroed one
 * ends a table. */
typedef struct mg_manual_entry {
    const char *section; /* a heading before it, or NULL */
    const char *name;    /* "--out"; NULL: `help` is a line as it stands */
    const char *value;   /* "DIR"; NULL: takes none. DIR, FILE and words like quick|paper complete themselves */
    const char *help;    /* one paragraph; a line end in it stays */
} mg_manual_entry;

/* For --help: names at the left, paragraphs from that column on, lines of at most 120 characters. */
void mg_manual_help(const mg_manual_entry *entry, int column, FILE *out);

void mg_manual_help_text(const char *text, FILE *out); /* a paragraph of such lines */

/* The same as a page for man(1). Text is set as it is: no sign in it means anything to troff. */
void mg_manual_page_start(const char *name, const char *summary, FILE *out);
void mg_manual_page_section(const char *title, FILE *out);
void mg_manual_page_subsection(const char *title, FILE *out);
void mg_manual_page_text(const char *text, FILE *out);      /* a section's first paragraph */
void mg_manual_page_paragraph(const char *text, FILE *out); /* each after it */
/* Lines as they stand; `first`: the section begins with them. */
void mg_manual_page_verbatim(const char *text, bool first, FILE *out);
void mg_manual_page_entries(const mg_manual_entry *entry, FILE *out);

/* ---- completion: a candidate a line; "@folder" and "@file" stand for names that the shell knows itself ----
 *
 * word[0 .. words - 1] is the command line behind the program's name, whose last word, perhaps empty, is to be
 * completed. Candidates begin with that word. */
typedef struct mg_completion {
    const mg_manual_entry *entry; /* the options */
    /* Candidates for an option's value, by the option's name ("--methods"), or for a word that is no option (NULL);
     * false where the table itself says them. NULL: nothing more than the table. Of "--set=lio.en" `before` is "--set="
     * and `typed` is "lio.en". */
    bool (*more)(void *context, const char *option, const char *before, const char *typed, FILE *out);
    void *context;
} mg_completion;
void mg_complete(const mg_completion *completion, int words, char *const *word, FILE *out);

/* quick|paper: a candidate each. */
void mg_candidates(const char *before, const char *words, const char *typed, FILE *out);
/* Prints a candidate if it begins with `typed`, with `before` in front and `after` behind. */
void mg_candidate(const char *before, const char *candidate, const char *after, const char *typed, FILE *out);

#endif
