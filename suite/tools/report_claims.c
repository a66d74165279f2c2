/* report_claims.c - claims clause by clause, deviations, and what failed, as tables. */
#include "suite/tools/report_parts.h"
#include <stdio.h>
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

/* A clause's state as a badge: the verdict that it would make alone, in the clause's own words. */
static void put_state(mg_text *page, const char *state)
{
    static const struct {
        const char *state, *verdict;
    } made[] = {{"holds", "reproduced"},
                {"without certainty", "direction only"},
                {"without size", "direction only"},
                {"open", "unresolved"},
                {"fails", "not reproduced"},
                {"reversed", "contradicted"},
                {"diverged", "diverged"}};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        if (!strcmp(state, made[i].state)) {
            mg_page_badge_saying(page, made[i].verdict, state);
            return;
        }
    mg_page_element(page, "<span class=\"none\">", state, "</span>");
}

static void put_number(mg_text *page, const mg_csv *clauses, size_t row, const char *column)
{
    mg_text_number(page, mg_report_cell(clauses, row, column));
}

/* The value, or of two learners their difference, with both behind it. */
static void put_measured(mg_text *page, const mg_csv *clauses, size_t row)
{
    put_number(page, clauses, row, "measured");
    if (!*mg_report_cell(clauses, row, "left"))
        return;
    mg_text_put(page, " <small>(");
    put_number(page, clauses, row, "left");
    mg_text_put(page, " against ");
    put_number(page, clauses, row, "right");
    mg_text_put(page, ")</small>");
}

static void put_interval(mg_text *page, const mg_csv *clauses, size_t row)
{
    if (!*mg_report_cell(clauses, row, "low"))
        return;
    mg_text_put(page, "[");
    put_number(page, clauses, row, "low");
    mg_text_put(page, ", ");
    put_number(page, clauses, row, "high");
    mg_text_put(page, "]");
}

static void put_clause(mg_text *page, const mg_csv *clauses, size_t row, bool decides)
{
    bool ours = *mg_report_cell(clauses, row, "ours") != '\0', exact = !strcmp(mg_report_cell(clauses, row, "n"), "0");
    mg_text_put(page, decides ? "<tr class=\"decides\"><th scope=\"row\">" : "<tr><th scope=\"row\">");
    mg_page_element(page, "<code>", mg_report_cell(clauses, row, "text"), "</code></th><td>");
    put_state(page, mg_report_cell(clauses, row, "state"));
    mg_text_put(page, "</td><td class=\"number ours\">");
    put_measured(page, clauses, row);
    mg_text_put(page, "</td><td class=\"number\">");
    put_interval(page, clauses, row);
    mg_text_put(page, "</td><td class=\"number\">");
    put_number(page, clauses, row, "threshold");
    mg_text_put(page, ours ? " <small>ours</small></td><td class=\"number\">" : "</td><td class=\"number\">");
    mg_text_number(page, exact ? "" : mg_report_cell(clauses, row, "n"));
    mg_page_element(page, "</td><td>", mg_report_cell(clauses, row, "paper"), "</td></tr>\n");
}

static bool is_of(const mg_csv *clauses, size_t row, const char *id)
{
    return !strcmp(mg_report_cell(clauses, row, "id"), id);
}

static bool decides(const mg_csv *clauses, size_t row, const mg_report_claim *claim)
{
    return is_of(clauses, row, claim->id) && !strcmp(mg_report_cell(clauses, row, "text"), claim->decided_by);
}

static bool is_shown(const mg_csv *clauses, size_t row)
{
    return !strncmp(mg_report_cell(clauses, row, "state"), "shown", 5); /* with runs or without */
}

static void put_clauses_head(mg_text *page, const mg_report_result *result, const char *id, const char *what)
{
    char caption[200], table[120];
    snprintf(caption, sizeof caption, "%.60s%.100s", id, what);
    snprintf(table, sizeof table, "%.60s.%s", id, strstr(what, "not judged") ? "shown" : "clauses");
    mg_page_table(page, "clauses", result->name, table, caption);
    mg_text_put(page, "<thead><tr><th scope=\"col\">Clause</th><th scope=\"col\">State</th>"
                      "<th scope=\"col\" class=\"number\">Measured</th><th scope=\"col\" class=\"number\">95 % "
                      "interval</th><th scope=\"col\" class=\"number\">Threshold</th><th scope=\"col\" "
                      "class=\"number\">n</th><th scope=\"col\">Paper</th></tr></thead>\n<tbody>\n");
}

/* The clause that decided goes before the others. */
static void put_compared(mg_text *page, const mg_report_result *result, const mg_report_claim *claim)
{
    const mg_csv *clauses = &result->clauses;
    put_clauses_head(page, result, claim->id, ", clause by clause");
    for (size_t row = 0; row < clauses->rows; row++)
        if (decides(clauses, row, claim))
            put_clause(page, clauses, row, true);
    for (size_t row = 0; row < clauses->rows; row++)
        if (is_of(clauses, row, claim->id) && !is_shown(clauses, row) && !decides(clauses, row, claim))
            put_clause(page, clauses, row, false);
    mg_text_put(page, "</tbody>\n</table></div>\n");
}

/* What no clause compares is folded away. */
static void put_shown(mg_text *page, const mg_report_result *result, const mg_report_claim *claim, size_t shown)
{
    const mg_csv *clauses = &result->clauses;
    mg_text_format(page, "<details>\n<summary>%zu %s beside it</summary>\n", shown, shown == 1 ? "number" : "numbers");
    put_clauses_head(page, result, claim->id, ", shown and not judged");
    for (size_t row = 0; row < clauses->rows; row++)
        if (is_of(clauses, row, claim->id) && is_shown(clauses, row))
            put_clause(page, clauses, row, false);
    mg_text_put(page, "</tbody>\n</table></div>\n</details>\n");
}

static void put_clauses(mg_text *page, const mg_report_result *result, const mg_report_claim *claim)
{
    const mg_csv *clauses = &result->clauses;
    size_t compared = 0, shown = 0;
    for (size_t row = 0; row < clauses->rows; row++) {
        compared += is_of(clauses, row, claim->id) && !is_shown(clauses, row);
        shown += is_of(clauses, row, claim->id) && is_shown(clauses, row);
    }
    if (compared)
        put_compared(page, result, claim);
    if (shown)
        put_shown(page, result, claim, shown);
}

/* The anchor of a claim: ids such as AS-5 recur in other results. */
static void put_anchor(mg_text *page, const mg_report_result *result, const char *id)
{
    mg_page_element(page, "", result->name, "-");
    mg_text_html(page, id);
}

static void put_claim(mg_text *page, const mg_report_result *result, size_t row)
{
    const mg_csv *asked = &result->asked;
    mg_report_claim claim = mg_report_judged(result, row);
    bool hard = !strcmp(mg_report_cell(asked, row, "kind"), "hard");
    mg_text_put(page, "<article class=\"claim\" id=\"");
    put_anchor(page, result, claim.id);
    mg_page_element(page, "\">\n<h4><span class=\"id\">", result->name, " ");
    mg_page_element(page, "", claim.id, "</span> ");
    mg_page_element(page, "", mg_report_cell(asked, row, "claim"), "</h4>\n<p class=\"judged\">");
    mg_page_badge(page, claim.verdict);
    mg_text_put(page,
                hard ? " <span class=\"kind\">hard: must hold</span>" : " <span class=\"kind\">soft: reported</span>");
    mg_page_element(page, " <small>", mg_report_cell(asked, row, "source"), "</small></p>\n<dl class=\"facts\">\n");
    put_fact(page, "Decided by", claim.decided_by, true);
    put_fact(page, "Why", claim.why, false);
    put_fact(page, "Note", mg_report_cell(asked, row, "note"), false);
    if (*claim.deviations)
        mg_page_element(page, "<dt>Deviations</dt><dd>", claim.deviations, " <small>(see below)</small></dd>\n");
    mg_text_put(page, "</dl>\n");
    put_clauses(page, result, &claim);
    mg_text_put(page, "</article>\n");
}

void mg_page_claims(mg_text *page, const mg_report_result *result)
{
    mg_page_heading(page, result, MG_PART_CLAIMS);
    if (!result->asked.rows)
        mg_text_put(page, "<p>No claim of the paper is checked here.</p>\n");
    else
        mg_text_put(page,
                    "<p class=\"note\">Learners are compared seed by seed. Interval: 95 % percentile bootstrap of "
                    "the mean over seeds, 2000 resamples; of counts and shares the Wilson interval. Threshold "
                    "<small>ours</small>: the paper does not print it. A clause <em>holds</em> if its interval "
                    "does; it is <em>open</em> where the interval contains the threshold, and "
                    "<em>reversed</em> where all of it says the opposite.</p>\n");
    for (size_t row = 0; row < result->asked.rows; row++)
        if (mg_report_is_claim(result, row))
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
    mg_page_element(page, "<tr><th scope=\"row\">", field, "</th>");
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
    mg_page_heading(page, result, MG_PART_DEVIATIONS);
    if (!csv->rows) {
        mg_text_put(page, csv->columns ? "<p>None.</p>\n" : "<p>Not known: no deviations.csv.</p>\n");
        return;
    }
    mg_page_table(page, "deviations", result->name, "fields", "What is not as in the paper, and why");
    mg_text_put(page, "<thead><tr><th scope=\"col\">Field</th><th scope=\"col\" "
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

/* A link to the claim, and what decided. */
static void put_decided(mg_text *page, const mg_report_result *result, size_t asked_row)
{
    const mg_csv *clauses = &result->clauses;
    mg_report_claim claim = mg_report_judged(result, asked_row);
    mg_text_put(page, "<li>");
    mg_page_badge(page, claim.verdict);
    mg_text_put(page, " <a href=\"#");
    put_anchor(page, result, claim.id);
    mg_page_element(page, "\">", result->name, " ");
    mg_page_element(page, "", claim.id, "</a>: ");
    mg_page_element(page, "", mg_report_cell(&result->asked, asked_row, "claim"), "");
    for (size_t row = 0; row < clauses->rows && *claim.decided_by; row++) {
        if (!decides(clauses, row, &claim))
            continue;
        mg_page_element(page, ". <code>", claim.decided_by, "</code> ");
        mg_page_element(page, "", mg_report_cell(clauses, row, "state"), "");
        if (*mg_report_cell(clauses, row, "measured")) {
            mg_text_put(page, ": ");
            put_measured(page, clauses, row);
            mg_text_put(page, *mg_report_cell(clauses, row, "low") ? ", 95 % interval " : "");
            put_interval(page, clauses, row);
        }
    }
    mg_text_put(page, "</li>\n");
}

static void put_claims_with(mg_text *page, const mg_report_result *result, const char *verdict)
{
    for (size_t row = 0; row < result->asked.rows; row++)
        if (mg_report_is_claim(result, row) && !strcmp(mg_report_judged(result, row).verdict, verdict))
            put_decided(page, result, row);
}

void mg_page_contradicted(mg_text *page, const mg_report_result *result, int results)
{
    mg_text list = {0};
    for (int i = 0; i < results; i++)
        put_claims_with(&list, &result[i], "contradicted");
    if (list.length) {
        mg_text_put(page, "<p>Where our runs say the opposite of a claim, the clause that does:</p>\n"
                          "<ul class=\"failures\">\n");
        mg_text_put(page, list.bytes);
        mg_text_put(page, "</ul>\n");
    }
    mg_text_free(&list);
}

/* "43 comparisons: 30 hold, 5 without certainty, ..." */
static void put_tally(mg_text *page, const mg_csv *clauses)
{
    static const char *const state[] = {"holds",    "without certainty", "without size", "open",      "fails",
                                        "reversed", "diverged",          "not run",      "not judged"};
    enum { STATES = sizeof state / sizeof *state };
    int count[STATES] = {0}, all = 0;
    for (size_t row = 0; row < clauses->rows; row++)
        for (int i = 0; i < STATES; i++)
            count[i] += !strcmp(mg_report_cell(clauses, row, "state"), state[i]);
    for (int i = 0; i < STATES; i++)
        all += count[i];
    mg_text_format(page, "<p class=\"tally-line\">%d comparisons, clause by clause: ", all);
    bool first = true;
    for (int i = 0; i < STATES; i++) {
        if (!count[i])
            continue;
        mg_text_format(page, "%s%d&#160;%s", first ? "" : ", ", count[i], i == 0 && count[i] > 1 ? "hold" : state[i]);
        first = false;
    }
    mg_text_put(page, all ? ".</p>\n" : "none.</p>\n");
}

static bool same_task_but_seed(const mg_csv *csv, size_t a, size_t b)
{
    static const char *const column[] = {"method", "variant", "reason"};
    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        if (strcmp(mg_report_cell(csv, a, column[i]), mg_report_cell(csv, b, column[i])) != 0)
            return false;
    return true;
}

/* The rows of not_run.csv or stale.csv; seeds that follow one another for the same reason are one line. */
static void put_reasons(mg_text *page, const mg_csv *csv, const char *verdict)
{
    for (size_t row = 0, last; row < csv->rows; row = last + 1) {
        for (last = row; last + 1 < csv->rows && same_task_but_seed(csv, row, last + 1);)
            last++;
        const char *reason = mg_report_cell(csv, row, "reason");
        if (last == row || !*mg_report_cell(csv, row, "seed")) {
            put_task(page, csv, row, verdict, reason);
            continue;
        }
        mg_text_put(page, "<li>");
        mg_page_badge(page, verdict);
        mg_text_put(page, " ");
        put_method_name(page, csv, row);
        for (size_t i = row; i <= last; i++)
            mg_page_element(page, i == row ? ", seeds " : ", ", mg_report_cell(csv, i, "seed"), "");
        mg_page_element(page, ": ", reason, "</li>\n");
    }
}

void mg_page_failures(mg_text *page, const mg_report_result *result)
{
    static const char *const worst_first[] = {"contradicted",   "not reproduced", "diverged", "unresolved",
                                              "direction only", "not run",        "stale"};
    mg_text list = {0};
    for (size_t row = 0; row < result->runs.rows; row++) {
        const char *status = mg_report_cell(&result->runs, row, "status");
        const char *detail = strchr(status, ':');
        if (strcmp(status, "ok") != 0)
            put_task(&list, &result->runs, row, !strncmp(status, "diverged", 8) ? "diverged" : "not run",
                     detail ? detail + 1 + strspn(detail + 1, " ") : status);
    }
    put_reasons(&list, &result->not_run, "not run");
    put_reasons(&list, &result->stale, "stale");
    mg_text claims = {0};
    for (size_t i = 0; i < sizeof worst_first / sizeof *worst_first; i++)
        put_claims_with(&claims, result, worst_first[i]);
    mg_page_heading(page, result, MG_PART_FAILURES);
    put_tally(page, &result->clauses);
    if (claims.length || list.length) {
        mg_text_put(page, "<ul class=\"failures\">\n");
        mg_text_put(page, claims.length ? claims.bytes : "");
        mg_text_put(page, list.length ? list.bytes : "");
        mg_text_put(page, "</ul>\n");
    } else
        mg_text_put(page, "<p>Nothing: every run ended well, every clause holds, nothing is stale.</p>\n");
    mg_text_free(&claims);
    mg_text_free(&list);
}
