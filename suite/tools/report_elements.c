/* report_elements.c - headings, tables, badges and escaped text. */
#include "suite/tools/report_elements.h"

/* Verdicts are told by a sign and a word, not by colour alone; the class colours them. */
static const char *const verdict_sign[MG_VERDICTS] = {"✓", "≈", "?", "✗", "⇄", "∞", "○", "↻"};
static const char *const verdict_class[MG_VERDICTS] = {"good", "near", "near", "bad", "bad", "bad", "open", "old"};

void mg_page_badge(mg_text *page, const char *verdict)
{
    mg_page_badge_saying(page, verdict, verdict);
}

void mg_page_badge_saying(mg_text *page, const char *verdict, const char *words)
{
    int i = mg_report_verdict(verdict);
    mg_text_format(page, "<span class=\"badge %s\"><span aria-hidden=\"true\">%s</span> ", verdict_class[i],
                   verdict_sign[i]);
    mg_text_html(page, words);
    mg_text_put(page, "</span>");
}

void mg_page_element(mg_text *page, const char *open, const char *plain, const char *close)
{
    mg_text_put(page, open);
    mg_text_html(page, plain);
    mg_text_put(page, close);
}

const mg_page_part_name mg_page_part_names[MG_PARTS] = {{"figures", "Figures"},
                                                        {"numbers", "The paper’s values and ours"},
                                                        {"claims", "Claims"},
                                                        {"deviations", "Deviations from the paper"},
                                                        {"failures", "What failed, or holds in part"},
                                                        {"reproduce", "Reproduce it"}};

/* Names of results, figures and claims have no dot, so these ids are nobody else's. */
void mg_page_heading(mg_text *page, const mg_report_result *result, mg_page_part part)
{
    mg_text_format(page, "<h3 id=\"%s.%s\">%s</h3>\n", result->name, mg_page_part_names[part].id,
                   mg_page_part_names[part].name);
}

void mg_page_table(mg_text *page, const char *css_class, const char *result, const char *table, const char *what)
{
    mg_text_format(page, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-labelledby=\"%s.table.%s\">", result,
                   table);
    mg_text_format(page, "<table class=\"%s\">\n<caption id=\"%s.table.%s\">", css_class, result, table);
    mg_page_element(page, "", what, ", ");
    mg_page_element(page, "", result, "</caption>\n");
}
