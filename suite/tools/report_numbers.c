/* report_numbers.c - the table of numbers beside the paper's. */
#include "core/io/text.h"
#include "core/rl/statistics.h"
#include "suite/tools/report_parts.h"
#include <stdio.h>
#include <string.h>

/* With the verdict "stale" or "not run", where it is one of these. */
static void put_method_cell(mg_text *page, const char *method, const char *variant, const char *verdict)
{
    mg_page_element(page, "<tr><th scope=\"row\">", method, "");
    if (*variant)
        mg_page_element(page, "/", variant, "");
    if (*verdict) {
        mg_text_put(page, " ");
        mg_page_badge(page, verdict);
    }
    mg_text_put(page, "</th>");
}

static void put_metric_cell(mg_text *page, const mg_report_result *result, const char *method, const char *variant,
                            const char *metric)
{
    long paper = mg_report_find(&result->papers, method, variant, metric);
    char words[80];
    snprintf(words, sizeof words, "%s", metric);
    for (char *c = words; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    mg_page_element(page, "<td>", words, "");
    const char *unit = paper < 0 ? "" : mg_report_cell(&result->papers, (size_t)paper, "unit");
    if (*unit)
        mg_page_element(page, "<br/><small>", unit, "</small>");
    mg_text_put(page, "</td>");
}

/* How many episodes the row's runs were trained, where they were: the fewest and the most. */
static void put_episodes(mg_text *page, const mg_report_result *result, const char *method, const char *variant)
{
    const mg_csv *runs = &result->runs;
    double least = 0.0, most = 0.0, episodes;
    for (size_t r = 0; r < runs->rows; r++) {
        if (strcmp(mg_report_cell(runs, r, "method"), method) || strcmp(mg_report_cell(runs, r, "variant"), variant) ||
            !mg_read_double(mg_report_cell(runs, r, "episodes"), &episodes))
            continue;
        least = most == 0.0 || episodes < least ? episodes : least;
        most = episodes > most ? episodes : most;
    }
    if (most > least)
        mg_text_format(page, "<br/><small>%.0f to %.0f episodes</small>", least, most);
    else if (most > 0.0)
        mg_text_format(page, "<br/><small>%.0f episode%s</small>", most, most == 1.0 ? "" : "s");
}

static void put_n(mg_text *page, const mg_report_result *result, size_t row)
{
    const mg_csv *summary = &result->summary;
    const mg_report_method *method =
        mg_report_method_of(result, mg_report_cell(summary, row, "method"), mg_report_cell(summary, row, "variant"));
    mg_text_put(page, "<td class=\"number\">");
    mg_text_number(page, mg_report_cell(summary, row, "n"));
    if (method && method->tasks > method->ok)
        mg_text_format(page, " <small>of %d</small>", method->tasks);
    put_episodes(page, result, mg_report_cell(summary, row, "method"), mg_report_cell(summary, row, "variant"));
    mg_text_put(page, "</td>");
}

static void put_number_cell(mg_text *page, const mg_csv *csv, size_t row, const char *column)
{
    mg_text_put(page, "<td class=\"number\">");
    mg_text_number(page, mg_report_cell(csv, row, column));
    mg_text_put(page, "</td>");
}

/* One run has no interval. */
static void put_interval(mg_text *page, const mg_csv *summary, size_t row)
{
    mg_text_put(page, "<td class=\"number\">");
    if (!strcmp(mg_report_cell(summary, row, "n"), "1")) {
        mg_text_put(page, "<span class=\"none\">–</span></td>");
        return;
    }
    mg_text_put(page, "[");
    mg_text_number(page, mg_report_cell(summary, row, "low"));
    mg_text_put(page, ", ");
    mg_text_number(page, mg_report_cell(summary, row, "high"));
    mg_text_put(page, "]</td>");
}

/* Half a unit of the last digit that the paper prints; 0 where that cannot be told. */
static double half_unit(const char *printed)
{
    if (strspn(printed, "+-.0123456789") != strlen(printed))
        return 0.0;
    const char *point = strchr(printed, '.');
    double half = 0.5;
    for (size_t digits = point ? strlen(point + 1) : 0; digits > 0; digits--)
        half /= 10.0;
    return half;
}

/* Where the mean lies outside the interval of the interquartile mean, the middle half of the seeds hides how the others
 * end: the row is headed by how many runs round to what the paper prints. *count: so many; returns of how many, or 0
 * where it is headed by the interquartile mean. */
static int runs_at_paper(const mg_report_result *result, size_t row, int *count)
{
    const mg_csv *summary = &result->summary, *runs = &result->runs;
    const char *metric = mg_report_cell(summary, row, "metric"), *printed = mg_report_paper(result, row);
    double mean, low, high, wanted, half = half_unit(printed);
    int n = 0;
    *count = 0;
    if (half <= 0.0 || !mg_read_double(printed, &wanted) ||
        !mg_read_double(mg_report_cell(summary, row, "mean"), &mean) ||
        !mg_read_double(mg_report_cell(summary, row, "low"), &low) ||
        !mg_read_double(mg_report_cell(summary, row, "high"), &high) || (mean >= low && mean <= high))
        return 0;
    for (size_t r = 0; r < runs->rows; r++) {
        double value;
        if (strcmp(mg_report_cell(runs, r, "method"), mg_report_cell(summary, row, "method")) ||
            strcmp(mg_report_cell(runs, r, "variant"), mg_report_cell(summary, row, "variant")))
            continue;
        n++; /* one that diverged has no value, and is nowhere near */
        *count +=
            mg_read_double(mg_report_cell(runs, r, metric), &value) && value >= wanted - half && value <= wanted + half;
    }
    return n;
}

static void put_runs_at_paper(mg_text *page, const mg_csv *summary, size_t row, int count, int n)
{
    mg_interval share = mg_wilson_interval(count, n);
    mg_text_format(page, "%d of %d<br/><small>round to the paper’s value; IQM ", count, n);
    mg_text_number(page, mg_report_cell(summary, row, "iqm"));
    mg_text_format(page, "</small></td><td class=\"number\">[%.0f %%, %.0f %%]</td>", 100.0 * share.low,
                   100.0 * share.high);
}

static void put_summary_row(mg_text *page, const mg_report_result *result, size_t row, bool with_paper)
{
    const mg_csv *summary = &result->summary;
    const char *method = mg_report_cell(summary, row, "method"), *variant = mg_report_cell(summary, row, "variant");
    const mg_report_method *known = mg_report_method_of(result, method, variant);
    put_method_cell(page, method, variant, known && known->stale ? "stale" : "");
    put_metric_cell(page, result, method, variant, mg_report_cell(summary, row, "metric"));
    if (with_paper) {
        mg_text_put(page, "<td class=\"number paper\">");
        mg_text_number(page, mg_report_paper(result, row));
        long paper = mg_report_find(&result->papers, method, variant, mg_report_cell(summary, row, "metric"));
        mg_page_element(page, "<br/><small>",
                        paper < 0 ? mg_report_cell(summary, row, "paper_source")
                                  : mg_report_cell(&result->papers, (size_t)paper, "source"),
                        "</small></td>");
    }
    int count, runs = with_paper ? runs_at_paper(result, row, &count) : 0;
    mg_text_put(page, "<td class=\"number ours\">");
    if (runs) {
        put_runs_at_paper(page, summary, row, count, runs);
    } else {
        mg_text_number(page, mg_report_cell(summary, row, "iqm"));
        mg_text_put(page, "</td>");
        put_interval(page, summary, row);
    }
    put_n(page, result, row);
    put_number_cell(page, summary, row, "mean");
    put_number_cell(page, summary, row, "min");
    put_number_cell(page, summary, row, "max");
    mg_text_put(page, "</tr>\n");
}

static void put_summary_head(mg_text *page, const mg_report_result *result, bool with_paper)
{
    mg_page_table(page, "numbers", result->name, with_paper ? "values" : "numbers",
                  with_paper ? "The paper’s values beside ours" : "Numbers for which the paper prints none");
    mg_text_put(page, "<thead><tr><th scope=\"col\">Method</th><th scope=\"col\">Metric</th>");
    if (with_paper)
        mg_text_put(page, "<th scope=\"col\" class=\"number paper\">Paper</th>");
    mg_text_put(page, "<th scope=\"col\" class=\"number ours\">Ours: IQM</th><th scope=\"col\" "
                      "class=\"number\">95 % interval</th>"
                      "<th scope=\"col\" class=\"number\">n</th><th scope=\"col\" "
                      "class=\"number\">Mean</th><th scope=\"col\" class=\"number\">"
                      "Min</th><th scope=\"col\" class=\"number\">Max</th></tr></thead>\n<tbody>\n");
}

/* The paper's values that nothing here answers. */
static void put_unanswered(mg_text *page, const mg_report_result *result)
{
    const mg_csv *papers = &result->papers;
    for (size_t row = 0; row < papers->rows; row++) {
        const char *method = mg_report_cell(papers, row, "method"), *variant = mg_report_cell(papers, row, "variant");
        const char *metric = mg_report_cell(papers, row, "metric");
        if (mg_report_find(&result->summary, method, variant, metric) >= 0 ||
            !strcmp(mg_report_cell(papers, row, "printed"), "no"))
            continue;
        put_method_cell(page, method, variant, "not run");
        put_metric_cell(page, result, method, variant, metric);
        mg_text_put(page, "<td class=\"number paper\">");
        mg_text_number(page, mg_report_cell(papers, row, "value"));
        mg_page_element(page, "<br/><small>", mg_report_cell(papers, row, "source"), "</small></td><td colspan=\"6\">");
        mg_page_element(page, "", mg_report_cell(papers, row, "note"), "</td></tr>\n");
    }
}

/* A number that stands elsewhere than in the paper is told apart from what it prints. */
static void put_not_printed(mg_text *page, const mg_csv *papers, size_t row)
{
    mg_page_element(page, "", mg_report_cell(papers, row, "metric"), " ");
    mg_text_number(page, mg_report_cell(papers, row, "value"));
    mg_page_element(page, ", not printed in the paper (", mg_report_cell(papers, row, "source"), "). ");
}

static void put_paper_notes(mg_text *page, const mg_report_result *result)
{
    const mg_csv *papers = &result->papers;
    for (size_t row = 0; row < papers->rows; row++) {
        const char *note = mg_report_cell(papers, row, "note");
        const char *method = mg_report_cell(papers, row, "method"), *variant = mg_report_cell(papers, row, "variant");
        bool printed = strcmp(mg_report_cell(papers, row, "printed"), "no") != 0;
        if (printed &&
            (!*note || mg_report_find(&result->summary, method, variant, mg_report_cell(papers, row, "metric")) < 0))
            continue;
        mg_page_element(page, "<li><b>", method, "</b>: ");
        if (!printed)
            put_not_printed(page, papers, row);
        mg_page_element(page, "", note, "</li>\n");
    }
}

static bool has_paper_value(const mg_report_result *result, size_t row)
{
    return *mg_report_paper(result, row) != '\0';
}

static void put_compared(mg_text *page, const mg_report_result *result)
{
    put_summary_head(page, result, true);
    for (size_t row = 0; row < result->summary.rows; row++)
        if (has_paper_value(result, row))
            put_summary_row(page, result, row, true);
    put_unanswered(page, result);
    mg_text_put(page, "</tbody>\n</table></div>\n<ul class=\"notes\">\n");
    put_paper_notes(page, result);
    mg_text_put(page,
                "</ul>\n<p class=\"note\">IQM: interquartile mean, the mean of the middle half, over the n runs "
                "(seeds) that ended well. Interval: 95 % percentile bootstrap of the interquartile mean over "
                "seeds, 2000 resamples. Mean, min and max are over the same n runs. Where the mean lies outside that "
                "interval, the middle half hides how the other seeds end, and what is shown is how many round to the "
                "paper’s value, with the Wilson interval of their share.</p>\n");
}

/* Seeds that somebody here ran beyond the profile's list: for the reader, and no part of any comparison. */
static void put_extra(mg_text *page, const mg_report_result *result)
{
    const mg_csv *extra = &result->extra;
    if (!extra->rows)
        return;
    mg_text_put(page, "<details>\n<summary>More seeds, run on this machine: never compared</summary>\n");
    mg_page_table(page, "numbers", result->name, "extra", "More seeds, run on this machine");
    mg_text_put(page, "<thead><tr><th scope=\"col\">Method</th><th scope=\"col\">Metric</th><th scope=\"col\" "
                      "class=\"number ours\">IQM</th><th scope=\"col\" class=\"number\">95 % interval</th><th "
                      "scope=\"col\" class=\"number\">n</th></tr></thead>\n<tbody>\n");
    for (size_t row = 0; row < extra->rows; row++) {
        const char *method = mg_report_cell(extra, row, "method"), *variant = mg_report_cell(extra, row, "variant");
        put_method_cell(page, method, variant, "");
        put_metric_cell(page, result, method, variant, mg_report_cell(extra, row, "metric"));
        put_number_cell(page, extra, row, "iqm");
        put_interval(page, extra, row);
        put_number_cell(page, extra, row, "n");
        mg_text_put(page, "</tr>\n");
    }
    mg_text_put(page, "</tbody>\n</table></div>\n</details>\n");
}

static void put_more(mg_text *page, const mg_report_result *result, size_t compared)
{
    mg_text_format(page, "<details>\n<summary>%zu more numbers, for which the paper has none</summary>\n",
                   result->summary.rows - compared);
    put_summary_head(page, result, false);
    for (size_t row = 0; row < result->summary.rows; row++)
        if (!has_paper_value(result, row))
            put_summary_row(page, result, row, false);
    mg_text_put(page, "</tbody>\n</table></div>\n</details>\n");
}

void mg_page_numbers(mg_text *page, const mg_report_result *result)
{
    size_t compared = 0;
    for (size_t row = 0; row < result->summary.rows; row++)
        compared += has_paper_value(result, row);
    mg_page_heading(page, result, MG_PART_NUMBERS);
    if (compared || result->papers.rows)
        put_compared(page, result);
    else
        mg_text_put(page, "<p>The paper prints no value that is compared here.</p>\n");
    if (compared < result->summary.rows)
        put_more(page, result, compared);
    put_extra(page, result);
}
