#include "suite/tools/report_page.h"
#include <string.h>

/* ---- claims ---- */

static void put_fact(mg_text *page, const char *name, const char *plain, bool code)
{
    if (!*plain)
        return;
    mg_page_element(page, "<dt>", name, code ? "</dt><dd><code>" : "</dt><dd>");
    mg_text_html(page, plain);
    mg_text_put(page, code ? "</code></dd>\n" : "</dd>\n");
}

/* "mean(a.x) = 1; n(a.x) = 2": a line each. */
static void put_measured(mg_text *page, const char *measured)
{
    if (!*measured)
        return;
    mg_text_put(page, "<dt>Measured</dt><dd>");
    while (*measured) {
        const char *end = strstr(measured, "; ");
        mg_text part = {0};
        mg_text_put_bytes(&part, measured, end ? (size_t)(end - measured) : strlen(measured));
        mg_page_element(page, "<code>", part.bytes, end ? "</code><br/>" : "</code>");
        mg_text_free(&part);
        measured = end ? end + 2 : measured + strlen(measured);
    }
    mg_text_put(page, "</dd>\n");
}

static void put_claim(mg_text *page, const mg_report_result *result, size_t row)
{
    const mg_csv *asked = &result->asked;
    mg_report_claim claim = mg_report_judged(result, row);
    bool hard = !strcmp(mg_report_cell(asked, row, "kind"), "hard");
    mg_page_element(page, "<article class=\"claim\">\n<h4><span class=\"id\">", claim.id, "</span> ");
    mg_page_element(page, "", mg_report_cell(asked, row, "claim"), "</h4>\n<p class=\"judged\">");
    mg_page_badge(page, claim.verdict);
    mg_text_put(page, hard ? " <span class=\"kind\">hard: must hold</span>"
                           : " <span class=\"kind\">soft: reported</span>");
    mg_page_element(page, " <small>", mg_report_cell(asked, row, "source"),
                    "</small></p>\n<dl class=\"facts\">\n");
    put_fact(page, "Criterion", mg_report_cell(asked, row, "criterion"), true);
    put_fact(page, "Direction only", mg_report_cell(asked, row, "direction"), true);
    put_measured(page, claim.measured);
    put_fact(page, "Why", claim.why, false);
    put_fact(page, "Note", mg_report_cell(asked, row, "note"), false);
    if (*claim.deviations)
        mg_page_element(page, "<dt>Deviations</dt><dd>", claim.deviations, " <small>(see below)</small></dd>\n");
    mg_text_put(page, "</dl>\n</article>\n");
}

void mg_page_claims(mg_text *page, const mg_report_result *result)
{
    mg_text_put(page, "<h3>Claims</h3>\n");
    if (!result->asked.rows)
        mg_text_put(page, "<p>No claim of the paper is checked here.</p>\n");
    for (size_t row = 0; row < result->asked.rows; row++)
        put_claim(page, result, row);
}

/* ---- deviations ---- */

static bool same_deviation(const mg_csv *csv, size_t a, size_t b)
{
    static const char *const column[] = {"field", "paper", "used", "reason"};
    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        if (strcmp(mg_report_cell(csv, a, column[i]), mg_report_cell(csv, b, column[i])) != 0)
            return false;
    return true;
}

static void put_method_name(mg_text *page, const mg_csv *csv, size_t row)
{
    const char *method = mg_report_cell(csv, row, "method"), *variant = mg_report_cell(csv, row, "variant");
    mg_text_html(page, strcmp(method, "*") != 0 ? method : "all methods");
    if (*variant)
        mg_page_element(page, "/", variant, "");
}

/* One row for all methods that deviate in the same way. */
static void put_deviation(mg_text *page, const mg_csv *csv, size_t row)
{
    for (size_t before = 0; before < row; before++)
        if (same_deviation(csv, before, row))
            return;
    const char *field = mg_report_cell(csv, row, "field");
    mg_page_element(page, "<tr><th scope=\"row\">", *field ? field : "(other)", "</th>");
    mg_page_element(page, "<td class=\"number\">", mg_report_cell(csv, row, "paper"),
                    "</td>"); /* settings: every digit */
    mg_page_element(page, "<td class=\"number\">", mg_report_cell(csv, row, "used"), "</td>");
    mg_page_element(page, "<td>", mg_report_cell(csv, row, "reason"), "</td><td>");
    put_method_name(page, csv, row);
    for (size_t later = row + 1; later < csv->rows; later++) {
        if (!same_deviation(csv, row, later))
            continue;
        mg_text_put(page, ", ");
        put_method_name(page, csv, later);
    }
    mg_text_put(page, "</td></tr>\n");
}

void mg_page_deviations(mg_text *page, const mg_report_result *result)
{
    const mg_csv *csv = &result->deviations;
    mg_text_put(page, "<h3>Deviations from the paper</h3>\n");
    if (!csv->rows) {
        mg_text_put(page, csv->columns ? "<p>None.</p>\n" : "<p>Not known: no deviations.csv.</p>\n");
        return;
    }
    mg_text_put(page, "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Field</th><th scope=\"col\" "
                      "class=\"number\">Paper</th>"
                      "<th scope=\"col\" class=\"number\">Here</th><th scope=\"col\">Reason</th><th "
                      "scope=\"col\">Methods</th></tr></thead>\n"
                      "<tbody>\n");
    for (size_t row = 0; row < csv->rows; row++)
        put_deviation(page, csv, row);
    mg_text_put(page, "</tbody>\n</table></div>\n");
}

/* ---- failures ---- */

static void put_task(mg_text *page, const mg_csv *csv, size_t row, const char *verdict, const char *text)
{
    mg_text_put(page, "<li>");
    mg_page_badge(page, verdict);
    mg_text_put(page, " ");
    put_method_name(page, csv, row);
    const char *seed = mg_report_cell(csv, row, "seed");
    if (*seed)
        mg_page_element(page, ", seed ", seed, "");
    mg_page_element(page, ": ", text, "</li>\n");
}

static void put_claims_with(mg_text *page, const mg_report_result *result, const char *verdict)
{
    for (size_t row = 0; row < result->asked.rows; row++) {
        mg_report_claim claim = mg_report_judged(result, row);
        if (strcmp(claim.verdict, verdict) != 0)
            continue;
        mg_text_put(page, "<li>");
        mg_page_badge(page, verdict);
        mg_page_element(page, " claim ", claim.id, ": ");
        mg_page_element(page, "", mg_report_cell(&result->asked, row, "claim"), "</li>\n");
    }
}

void mg_page_failures(mg_text *page, const mg_report_result *result)
{
    mg_text list = {0};
    for (size_t row = 0; row < result->runs.rows; row++) {
        const char *status = mg_report_cell(&result->runs, row, "status");
        const char *detail = strchr(status, ':');
        if (strcmp(status, "ok") != 0)
            put_task(&list, &result->runs, row, !strncmp(status, "diverged", 8) ? "diverged" : "not run",
                     detail ? detail + 1 + strspn(detail + 1, " ") : status);
    }
    for (size_t row = 0; row < result->not_run.rows; row++)
        put_task(&list, &result->not_run, row, "not run", mg_report_cell(&result->not_run, row, "reason"));
    for (size_t row = 0; row < result->stale.rows; row++)
        put_task(&list, &result->stale, row, "stale", mg_report_cell(&result->stale, row, "reason"));
    for (int i = 2; i < MG_VERDICTS; i++)
        put_claims_with(&list, result, mg_report_verdicts[i]);
    mg_text_put(page, "<h3>What failed</h3>\n");
    if (!list.length)
        mg_text_put(page, "<p>Nothing: every run ended well, every claim holds at least in its direction, "
                          "nothing is stale.</p>\n");
    else {
        mg_text_put(page, "<ul class=\"failures\">\n");
        mg_text_put(page, list.bytes);
        mg_text_put(page, "</ul>\n");
    }
    mg_text_free(&list);
}
