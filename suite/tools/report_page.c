/* report_page.c - start, overview, sections and end of the page. */
#include "suite/tools/report_page.h"
#include "suite/tools/report_parts.h"
#include <stdio.h>
#include <string.h>

/* ---- beginning, overview, end ---- */

static void put_menu(mg_text *page, const mg_report_result *result, int results, bool machines)
{
    mg_text_put(page, "<nav id=\"contents\" class=\"menu\" aria-label=\"Contents\">\n<ul>\n"
                      "<li><a href=\"#overview\">Overview</a></li>\n");
    for (int i = 0; i < results; i++)
        mg_text_format(page, "<li><a href=\"#%s\">%s</a></li>\n", result[i].name, result[i].name);
    if (machines)
        mg_text_put(page, "<li><a href=\"#machines\">Machines</a></li>\n");
    mg_text_put(page, "<li><a href=\"#references\">References</a></li>\n"
                      "<li><a href=\"#may-differ\">What may differ</a></li>\n</ul>\n</nav>\n");
}

void mg_page_start(mg_text *page, const char *style, const mg_report_result *result, int results, bool machines)
{
    mg_text_put(page, "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta "
                      "charset=\"utf-8\"/>\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                      "<title>marlgold: results of multi-agent learning papers, re-run bit for bit</title>\n<style>\n");
    mg_text_put(page, style);
    mg_text_put(page,
                "</style>\n</head>\n<body>\n<header>\n<p class=\"name\">marlgold</p>\n"
                "<h1>Results of multi-agent learning papers, re-run bit for bit</h1>\n"
                "<p class=\"lead\">Each result below is what one small C program computed, beside what the paper "
                "printed. The "
                "program gives the same bits on every compiler, instruction set and processor it is tested on, so the "
                "digests on "
                "this page can be checked on your own machine, with one command per result. Nothing that failed is "
                "left out: a claim that "
                "does not hold, a run that diverged and a task that was not run are shown as such, and every setting "
                "that is not the paper’s is listed with its reason.</p>\n</header>\n");
    put_menu(page, result, results, machines);
    mg_text_put(page, "<main>\n");
}

static void count_verdicts(const mg_report_result *result, int count[MG_VERDICTS])
{
    memset(count, 0, MG_VERDICTS * sizeof *count);
    for (size_t row = 0; row < result->asked.rows; row++)
        if (mg_report_is_claim(result, row))
            count[mg_report_verdict(mg_report_judged(result, row).verdict)]++;
}

/* "7 reproduced  2 contradicted": a badge for each verdict that occurs. */
static void put_tallies(mg_text *page, const mg_report_result *result)
{
    int count[MG_VERDICTS], all = 0;
    count_verdicts(result, count);
    for (int i = 0; i < MG_VERDICTS; i++) {
        if (!count[i])
            continue;
        all += count[i];
        mg_text_format(page, "<span class=\"tally\">%d&#160;", count[i]);
        mg_page_badge(page, mg_report_verdicts[i]);
        mg_text_put(page, "</span> ");
    }
    if (!all)
        mg_text_put(page, "<span class=\"none\">no claim</span>");
}

static void put_overview_row(mg_text *page, const mg_report_result *result)
{
    mg_text_format(page, "<tr><th scope=\"row\"><a href=\"#%s\">%s</a>", result->name, result->name);
    if (result->from != MG_FROM_NOWHERE && strcmp(result->profile, "paper") != 0)
        mg_text_format(page, "<br/><small>%s profile</small>", result->profile);
    mg_text_put(page, "</th><td class=\"verdicts\">");
    put_tallies(page, result);
    mg_page_element(page, "</td><td>", result->about.source, "<br/><small>");
    if (*result->trail_digest)
        mg_text_format(page, "digest <code title=\"%s\">%.8s…</code></small></td></tr>\n", result->trail_digest,
                       result->trail_digest);
    else
        mg_text_put(page, "not run</small></td></tr>\n");
}

void mg_page_overview(mg_text *page, const mg_report_result *result, int results)
{
    mg_text_put(page, "<section id=\"overview\">\n<h2>Overview</h2>\n");
    mg_page_table(page, "overview", "overview", "results", "Claims of each result by verdict");
    mg_text_put(page, "<thead><tr><th scope=\"col\">Result</th><th scope=\"col\">Claims by verdict</th><th "
                      "scope=\"col\">Paper</th></tr></thead>\n<tbody>\n");
    for (int i = 0; i < results; i++)
        put_overview_row(page, &result[i]);
    mg_text_put(
        page,
        "</tbody>\n</table></div>\n<p class=\"note\">Numbers of claims by verdict. <em>Reproduced</em>: every clause "
        "of the criterion holds, with its size and with certainty; a count of runs is certain if all runs agree, or if "
        "its interval keeps to one side. Criteria were fixed beforehand; where one was written or changed with values "
        "known, the claim’s note says so. (An <em>audit</em>, in notes, is a second reading of the criteria against "
        "the paper’s text.) <em>Direction only</em>: every clause has its sign, some without its size or without "
        "certainty. <em>Unresolved</em>: the interval of some clause contains its "
        "threshold, so that more seeds could turn it. <em>Not reproduced</em>: some clause fails. "
        "<em>Contradicted</em>: some clause holds the other way round, with certainty. <em>Diverged</em>: runs that "
        "the criterion needs ended in NaN or infinity. <em>Not run</em>: runs that it needs are missing. "
        "<em>Stale</em>: judged on runs of an older program or by an older criterion. The digest is XXH3-128 over the "
        "result’s trail: the chained digests of all checkpoints of all runs.</p>\n");
    mg_page_contradicted(page, result, results);
    mg_text_put(page, "</section>\n");
}

void mg_page_end(mg_text *page, const char *gnuplot)
{
    mg_text_put(page, "</main>\n<footer id=\"may-differ\">\n<h2>What may differ</h2>\n<p>Every number on this page, "
                      "every digest "
                      "and every verdict comes from CSV "
                      "files whose bytes are the same on every machine; <code>--check</code> compares all of "
                      "them. Not compared, and free to "
                      "differ: running times, memory, names of processors and compilers, log lines, and the "
                      "bytes of the figures, "
                      "which depend on the version of gnuplot");
    if (*gnuplot)
        mg_page_element(page, " (here ", gnuplot, ")");
    mg_text_put(page, ". Numbers are shown with four significant digits; point at one to see all of its digits.</p>\n"
                      "<p>Made by <code>marlgold report</code>. The page loads nothing from the "
                      "network.</p>\n</footer>\n</body>\n</html>\n");
}

/* ---- a result ---- */

static void put_verdict_line(mg_text *page, const mg_report_result *result)
{
    mg_text_put(page, "<p class=\"verdicts\">");
    put_tallies(page, result);
    mg_text_put(page, "</p>\n");
}

/* Where the parts of this result are. */
static void put_parts_menu(mg_text *page, const mg_report_result *result, int figures)
{
    mg_text_format(page, "<nav class=\"menu\" aria-label=\"Parts of %s\">\n<ul>\n", result->name);
    for (int i = figures ? MG_PART_FIGURES : MG_PART_NUMBERS; i < MG_PARTS; i++)
        mg_text_format(page, "<li><a href=\"#%s.%s\">%s</a></li>\n", result->name, mg_page_part_names[i].id,
                       mg_page_part_names[i].name);
    mg_text_put(page, "</ul>\n</nav>\n");
}

static int task_count(const mg_report_result *result)
{
    int tasks = 0;
    for (int i = 0; i < result->methods; i++)
        tasks += result->method[i].tasks;
    return tasks;
}

/* Where the numbers come from, and whether this machine got the same. */
static void put_provenance(mg_text *page, const mg_report_result *result)
{
    if (result->from == MG_FROM_NOWHERE) {
        mg_text_put(page,
                    "<p class=\"from\"><b>Not run yet:</b> there is no golden result and none of this machine.</p>\n");
        return;
    }
    const int listed = task_count(result), ran = (int)result->runs.rows;
    mg_text_format(page, "<p class=\"from\">Shown: the %s result of the <b>%s</b> profile, ",
                   result->from == MG_FROM_GOLDEN ? "golden" : "not yet golden", result->profile);
    if (ran < listed)
        mg_text_format(page, "%d of ", ran);
    mg_text_format(page, "%d runs.%s ", listed,
                   strcmp(result->profile, "paper") != 0 ? " This is not the paper’s scale." : "");
    if (!result->summary.columns)
        mg_text_put(page, "Only a part of it has been run, so there are no summaries and no verdicts. ");
    if (result->from == MG_FROM_OUT)
        mg_page_element(page, "It was computed on this machine (<code>", result->folder,
                        "</code>) and there is no golden result to compare it with.");
    else if (!result->checked)
        mg_text_put(page, "Not checked here: this machine has not run it.");
    else if (!*result->difference)
        mg_text_format(page,
                       "<span class=\"same\"><span aria-hidden=\"true\">✓</span> checked here: same bits</span> "
                       "(%d files).",
                       result->same_files);
    else if (result->tasks_here < result->runs.rows)
        mg_text_format(page,
                       "Not checked here: this machine has run only %zu of %zu tasks (<code>--check</code> "
                       "compares them).",
                       result->tasks_here, result->runs.rows);
    else
        mg_page_element(page,
                        "<span class=\"differs\"><span aria-hidden=\"true\">✗</span> checked here: different.</span> "
                        "First difference (A is golden, B this machine): <code>",
                        result->difference, "</code>");
    if (*result->machine)
        mg_page_element(page, " The run of this machine took ", result->machine, ".");
    mg_text_put(page, "</p>\n");
}

static void put_figures(mg_text *page, const mg_report_result *result, const mg_report_figure *figure, int figures)
{
    if (figures)
        mg_page_heading(page, result, MG_PART_FIGURES);
    for (int i = 0; i < figures; i++) {
        mg_text_format(page, "<figure id=\"%s\">\n<div class=\"canvas\">", figure[i].name);
        mg_report_inline(page, &figure[i]);
        mg_page_element(page, "</div>\n<figcaption><b>", figure[i].title, ".</b> ");
        mg_page_element(page, "", figure[i].caption, "");
        mg_text_format(
            page,
            " <span class=\"turn\">Larger: turn the phone, or open the file. </span><a href=\"%s.svg\">SVG</a>"
            "</figcaption>\n</figure>\n",
            figure[i].name);
    }
}

/* The values of one column that occur, in order, without repetition. */
static void put_distinct(mg_text *page, const mg_csv *csv, const char *column)
{
    for (size_t row = 0; row < csv->rows; row++) {
        const char *cell = mg_report_cell(csv, row, column);
        bool seen = false;
        for (size_t before = 0; before < row && !seen; before++)
            seen = !strcmp(mg_report_cell(csv, before, column), cell);
        if (!seen)
            mg_page_element(page, row ? ", " : "", cell, "");
    }
}

/* Why golden is what it is: the rows of CHANGES.csv, newest first. */
static void put_history(mg_text *page, const mg_report_result *result)
{
    const mg_csv *changes = &result->changes;
    mg_text list = {0};
    for (size_t row = changes->rows; row-- > 0;) {
        if (strcmp(mg_report_cell(changes, row, "result"), result->name) != 0 ||
            strcmp(mg_report_cell(changes, row, "profile"), result->profile) != 0)
            continue;
        mg_page_element(&list, "<li>", mg_report_cell(changes, row, "version"), ", ");
        mg_page_element(&list, "", mg_report_cell(changes, row, "class"), ": ");
        mg_page_element(&list, "", mg_report_cell(changes, row, "reason"), "</li>\n");
    }
    if (list.length) {
        mg_text_put(page, "<details>\n<summary>Why golden last changed</summary>\n<ul class=\"notes\">\n");
        mg_text_put(page, list.bytes);
        mg_text_put(page, "</ul>\n</details>\n");
    }
    mg_text_free(&list);
}

static void put_reproduce(mg_text *page, const mg_report_result *result)
{
    const char *profile = *result->profile ? result->profile : "paper";
    mg_page_heading(page, result, MG_PART_REPRODUCE);
    mg_text_format(page,
                   "<pre tabindex=\"0\" aria-label=\"Commands for %s\" role=\"region\"><code>make\n"
                   "build/bin/%s --profile %s "
                   "--check</code></pre>\n<dl class=\"facts\">\n",
                   result->name, result->name, profile);
    if (*result->trail_digest)
        mg_text_format(page, "<dt>Digest</dt><dd><code>%s</code> <small>XXH3-128 of trail.csv</small></dd>\n",
                       result->trail_digest);
    if (result->runs.rows) {
        mg_text_put(page, "<dt>Semantics</dt><dd>");
        put_distinct(page, &result->runs, "semantics");
        mg_page_element(page, "</dd>\n<dt>Files</dt><dd><code>", result->folder, "/</code>");
        mg_text_put(page, " <small>runs, curve, trail, summary, claims, deviations</small></dd>\n");
    }
    mg_text_put(page, "</dl>\n");
    if (result->from == MG_FROM_GOLDEN)
        put_history(page, result);
}

void mg_page_result(mg_text *page, const mg_report_result *result, const mg_csv *references,
                    const mg_report_figure *figure, int figures)
{
    mg_text_format(page, "<section id=\"%s\" class=\"result\">\n<h2><code>%s</code> ", result->name, result->name);
    mg_page_element(page, "", result->about.title, "</h2>\n");
    mg_page_element(page, "<p class=\"source\">", result->about.source, "</p>\n");
    mg_page_papers(page, references, result->name);
    put_verdict_line(page, result);
    put_parts_menu(page, result, figures);
    mg_page_element(page, "<p>", result->about.about, "</p>\n");
    put_provenance(page, result);
    put_figures(page, result, figure, figures);
    mg_page_numbers(page, result);
    mg_page_claims(page, result);
    mg_page_deviations(page, result);
    mg_page_failures(page, result);
    put_reproduce(page, result);
    mg_text_put(page, "<p class=\"up\"><a href=\"#contents\">Back to the contents</a></p>\n</section>\n");
}
