/* export_latex.c - a result's table for LaTeX: tabular and \hline alone, no package. */
#include "core/io/text.h"
#include "suite/tools/export.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 4 }; /* metrics beside one another */

/* ---- text and numbers ---- */

/* Every sign that LaTeX would take for its own. */
static void put_plain(mg_text *text, const char *plain)
{
    static const struct {
        char sign;
        const char *latex;
    } signs[] = {{'\\', "\\textbackslash{}"},
                 {'~', "\\textasciitilde{}"},
                 {'^', "\\textasciicircum{}"},
                 {'<', "\\textless{}"},
                 {'>', "\\textgreater{}"},
                 {'|', "\\textbar{}"},
                 {'"', "''"},
                 {'#', "\\#"},
                 {'$', "\\$"},
                 {'%', "\\%"},
                 {'&', "\\&"},
                 {'_', "\\_"},
                 {'{', "\\{"},
                 {'}', "\\}"}};
    for (; *plain; plain++) {
        const char *latex = NULL;
        for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
            latex = signs[i].sign == *plain ? signs[i].latex : latex;
        if (latex)
            mg_text_put(text, latex);
        else
            mg_text_put_bytes(text, plain, 1);
    }
}

/* Four significant digits, whole numbers in full, in math mode for the minus; what is no number as it is. */
static void put_number(mg_text *text, const char *cell)
{
    char digits[MG_NUMBER_TEXT], shortest[MG_NUMBER_TEXT];
    double x;
    if (!mg_read_double(cell, &x)) {
        put_plain(text, cell);
        return;
    }
    bool whole = x > -1e15 && x < 1e15 && (double)(long long)x >= x && (double)(long long)x <= x;
    if (!whole) {
        snprintf(digits, sizeof digits, "%.4g", x);
        (void)mg_read_double(digits, &x);
    }
    mg_print_double(x, shortest);
    char *exponent = strchr(shortest, 'e');
    if (!exponent) {
        mg_text_format(text, "$%s$", shortest);
        return;
    }
    *exponent = '\0';
    mg_text_format(text, "$%s \\cdot 10^{%d}$", shortest,
                   exponent[1] == '-' ? -(int)strtol(exponent + 2, NULL, 10) : (int)strtol(exponent + 1, NULL, 10));
}

/* ---- the table of numbers ---- */

typedef struct block {
    const mg_export *export;
    const char *metric[COLUMNS];
    int metrics;
} block;

static bool find(const block *now, const char *method, const char *variant, int column, mg_export_number *number)
{
    long row = mg_report_find(&now->export->result.summary, method, variant, now->metric[column]);
    return row >= 0 && mg_export_number_at(now->export, (size_t)row, number);
}

/* The interquartile mean and its interval. */
static void put_estimate(mg_text *text, const mg_export_number *number)
{
    put_number(text, number->iqm);
    if (!*number->low)
        return;
    mg_text_put(text, " [");
    put_number(text, number->low);
    mg_text_put(text, ", ");
    put_number(text, number->high);
    mg_text_put(text, "]");
}

static void put_mean(mg_text *text, const mg_export_number *number)
{
    put_number(text, number->mean);
}

/* So many seeds ended well; of so many, where that is not all. */
static void put_seeds(mg_text *text, const mg_export_number *number)
{
    char tasks[16];
    snprintf(tasks, sizeof tasks, "%d", number->tasks);
    put_plain(text, number->seeds);
    if (number->tasks && strcmp(tasks, number->seeds) != 0)
        mg_text_format(text, " of %s", tasks);
}

static void put_paper(mg_text *text, const mg_export_number *number)
{
    put_number(text, number->paper);
}

static void put_line(mg_text *text, const block *now, const mg_report_method *of,
                     void (*put)(mg_text *text, const mg_export_number *number))
{
    for (int column = 0; column < now->metrics; column++) {
        mg_export_number number;
        mg_text_put(text, " & ");
        if (find(now, of->method, of->variant, column, &number))
            put(text, &number);
    }
    mg_text_put(text, " \\\\\n");
}

static void put_method(mg_text *text, const block *now, const mg_report_method *of)
{
    bool any = false, paper = false;
    for (int column = 0; column < now->metrics; column++) {
        mg_export_number number;
        bool found = find(now, of->method, of->variant, column, &number);
        any = any || found;
        paper = paper || (found && *number.paper);
    }
    if (!any)
        return;
    put_plain(text, of->name);
    mg_text_put(text, of->stale ? " (stale)" : "");
    put_line(text, now, of, put_estimate);
    mg_text_put(text, "\\quad mean");
    put_line(text, now, of, put_mean);
    mg_text_put(text, "\\quad seeds");
    put_line(text, now, of, put_seeds);
    if (paper) {
        mg_text_put(text, "\\quad paper");
        put_line(text, now, of, put_paper);
    }
}

static void put_block(mg_text *text, const block *now)
{
    const mg_report_result *result = &now->export->result;
    mg_text_put(text, "\\begin{tabular}{l");
    for (int column = 0; column < now->metrics; column++)
        mg_text_put(text, "r");
    mg_text_put(text, "}\n\\hline\nMethod");
    for (int column = 0; column < now->metrics; column++) {
        mg_text_put(text, " & ");
        put_plain(text, now->metric[column]);
    }
    mg_text_put(text, " \\\\\n\\hline\n");
    for (int i = 0; i < result->methods; i++)
        put_method(text, now, &result->method[i]);
    mg_text_put(text, "\\hline\n\\end{tabular}\n\n");
}

static bool has_numbers(const mg_report_result *result, const char *metric)
{
    for (size_t row = 0; row < result->summary.rows; row++)
        if (!strcmp(mg_report_cell(&result->summary, row, "metric"), metric))
            return true;
    return false;
}

static void put_numbers(mg_text *text, const mg_export *export)
{
    block now = {.export = export};
    for (int i = 0; i < export->result.metrics; i++) {
        const char *metric = export->result.metric[i];
        if (!mg_export_takes(export, metric) || !has_numbers(&export->result, metric))
            continue;
        now.metric[now.metrics++] = metric;
        if (now.metrics < COLUMNS)
            continue;
        put_block(text, &now);
        now.metrics = 0;
    }
    if (now.metrics)
        put_block(text, &now);
}

/* ---- claims, and the whole ---- */

static void put_claims(mg_text *text, const mg_report_result *result)
{
    mg_text_put(text, "\\begin{tabular}{lp{0.6\\linewidth}l}\n\\hline\nClaim & & Verdict \\\\\n\\hline\n");
    for (size_t row = 0; row < result->asked.rows; row++) {
        if (!mg_report_is_claim(result, row))
            continue;
        mg_report_claim claim = mg_report_judged(result, row);
        put_plain(text, claim.id);
        mg_text_put(text, " & ");
        put_plain(text, mg_report_cell(&result->asked, row, "claim"));
        mg_text_put(text, " & ");
        put_plain(text, claim.verdict);
        mg_text_put(text, " \\\\\n");
    }
    mg_text_put(text, "\\hline\n\\end{tabular}\n\n");
}

void mg_export_latex(const mg_export *export, mg_text *text)
{
    const mg_report_result *result = &export->result;
    mg_text_put(text, "% ");
    mg_text_put(text, export->cite);
    mg_text_put(text, "\n% Per method: interquartile mean over seeds [95 % bootstrap interval of it]; mean; seeds; the "
                      "paper's number, if any.\n");
    put_numbers(text, export);
    if (result->asked.rows)
        put_claims(text, result);
    mg_text_put(text, "\\noindent ");
    put_plain(text, export->cite);
    mg_text_put(text, "\n");
}
