/* report_references.c - papers, as lists and links. */
#include "suite/tools/report_parts.h"
#include <string.h>

/* Whether a blank-separated list has the word. */
static bool lists(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; *at; at += strcspn(at, " "), at += strspn(at, " "))
        if (strcspn(at, " ") == length && !strncmp(at, word, length))
            return true;
    return false;
}

/* "Yang et al. (2020)": the last word of the first author's name, and whether there are others. */
static void put_short(mg_text *page, const mg_csv *csv, size_t row)
{
    const char *authors = mg_report_cell(csv, row, "authors");
    size_t first = strcspn(authors, ",");
    size_t last = first;
    while (last > 0 && authors[last - 1] != ' ')
        last--;
    mg_text name = {0};
    mg_text_put_bytes(&name, authors + last, first - last);
    mg_page_element(page, "", name.bytes, authors[first] ? " et al. (" : " (");
    mg_page_element(page, "", mg_report_cell(csv, row, "year"), ")");
    mg_text_free(&name);
}

void mg_page_papers(mg_text *page, const mg_csv *references, const char *result)
{
    bool any = false;
    for (size_t row = 0; row < references->rows; row++) {
        if (!lists(mg_report_cell(references, row, "results"), result))
            continue;
        mg_text_put(page, any ? "; " : "<p class=\"note papers\">Papers: ");
        mg_page_element(page, "<a href=\"#ref.", mg_report_cell(references, row, "key"), "\">");
        put_short(page, references, row);
        mg_page_element(page, "</a>, <cite>", mg_report_cell(references, row, "title"), "</cite>");
        any = true;
    }
    if (any)
        mg_text_put(page, ".</p>\n");
}

static void put_reference(mg_text *page, const mg_csv *csv, size_t row)
{
    const char *year = mg_report_cell(csv, row, "year"), *venue = mg_report_cell(csv, row, "venue");
    mg_page_element(page, "<li id=\"ref.", mg_report_cell(csv, row, "key"), "\">");
    mg_page_element(page, "", mg_report_cell(csv, row, "authors"), ". <cite>");
    mg_page_element(page, "", mg_report_cell(csv, row, "title"), "</cite>. ");
    mg_page_element(page, "", venue, strstr(venue, year) ? ". <code>" : ", ");
    if (!strstr(venue, year))
        mg_page_element(page, "", year, ". <code>");
    mg_page_element(page, "", mg_report_cell(csv, row, "identifier"), "</code>");
    if (*mg_report_cell(csv, row, "note"))
        mg_page_element(page, ". <small>", mg_report_cell(csv, row, "note"), "</small>");
    mg_text_put(page, "</li>\n");
}

void mg_page_references(mg_text *page, const mg_csv *references)
{
    mg_text_put(page, "<section id=\"references\" class=\"result\">\n<h2>References</h2>\n");
    if (!references->rows)
        mg_text_put(page, "<p>None: there is no references.csv.</p>\n");
    for (int to_come = 0; to_come < 2 && references->rows; to_come++) {
        mg_text_put(page, to_come ? "<h3>Results to come</h3>\n<ul class=\"references\">\n"
                                  : "<h3>Results on this page</h3>\n<ul class=\"references\">\n");
        for (size_t row = 0; row < references->rows; row++)
            if ((*mg_report_cell(references, row, "results") == '\0') == to_come)
                put_reference(page, references, row);
        mg_text_put(page, "</ul>\n");
    }
    mg_text_put(page, "</section>\n");
}
