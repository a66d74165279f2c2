/* report_matrix.c - on which machines the bits were the same: the table of `make matrix`. */
#include "suite/tools/report_parts.h"
#include <string.h>

static bool same_cell(const mg_csv *csv, size_t a, size_t b, const char *column)
{
    return !strcmp(mg_report_cell(csv, a, column), mg_report_cell(csv, b, column));
}

/* Cells of one compiler, level and machine, which stand one after the other, with one result. */
static bool same_line(const mg_csv *csv, size_t a, size_t b)
{
    static const char *const columns[] = {"compiler", "version", "level", "machine", "ran", "result", "date"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (!same_cell(csv, a, b, columns[i]))
            return false;
    return true;
}

/* The instruction sets of the rows, each once (two numbers of jobs are two rows). */
static void put_sets(mg_text *page, const mg_csv *csv, size_t first, size_t end)
{
    for (size_t row = first; row < end; row++)
        if (row == first || !same_cell(csv, row, row - 1, "isa"))
            mg_page_element(page, row == first ? "" : ", ", mg_report_cell(csv, row, "isa"), "");
}

static void put_line(mg_text *page, const mg_csv *csv, size_t first, size_t end)
{
    mg_page_element(page, "<tr><th scope=\"row\">", mg_report_cell(csv, first, "compiler"), " ");
    mg_page_element(page, "<small>", mg_report_cell(csv, first, "version"), "</small> ");
    mg_page_element(page, "", mg_report_cell(csv, first, "level"), "</th>");
    mg_page_element(page, "<td>", mg_report_cell(csv, first, "machine"), "</td><td>");
    put_sets(page, csv, first, end);
    const char *ran = mg_report_cell(csv, first, "ran");
    const char *what = !strcmp(ran, "core") ? "the core alone" : strncmp(ran, "core,", 5) ? "" : "core and results";
    mg_page_element(page, "</td><td>", mg_report_cell(csv, first, "result"), "");
    mg_page_element(page, *what ? "<br/><small>" : "", what, *what ? "</small>" : "");
    mg_page_element(page, "</td><td>", mg_report_cell(csv, first, "date"), "<br/><small><code>");
    mg_page_element(page, "", mg_report_cell(csv, first, "marlgold"), "</code></small></td></tr>\n");
}

void mg_page_matrix(mg_text *page, const mg_csv *matrix)
{
    if (!matrix->rows)
        return;
    mg_text_put(page, "<section id=\"machines\" class=\"result\">\n<h2>Machines</h2>\n");
    mg_page_table(page, "matrix", "machines", "cells", "Compilers and machines with the same bits");
    mg_text_put(page, "<thead><tr><th scope=\"col\">Compiler</th><th scope=\"col\">Library or machine</th><th "
                      "scope=\"col\">Instruction sets</th><th scope=\"col\">Bits</th><th scope=\"col\">Run</th></tr>"
                      "</thead>\n<tbody>\n");
    for (size_t row = 0; row < matrix->rows;) {
        size_t end = row + 1;
        while (end < matrix->rows && same_line(matrix, row, end))
            end++;
        put_line(page, matrix, row, end);
        row = end;
    }
    mg_text_put(page, "</tbody>\n</table></div>\n<p class=\"note\">Each cell ran the core’s self-test and, where it is "
                      "not the core alone, the quick profile of results that the commit draws (matrix.csv names "
                      "them; where it is slow, some of their tasks; on Windows one task of each result), and compared "
                      "every digest with golden. Lines that must differ are negative controls: "
                      "flags that change bits, and are noticed.</p>\n</section>\n");
}
