/* export_data.c - a result's table for programs: CSV and JSON, every digit. */
#include "core/io/json.h"
#include "core/io/text.h"
#include "suite/tools/export.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- CSV ----
 * One table, so that it opens anywhere: a row per number, then one per claim, then the line to cite. */

static void put_number(mg_csv_writer *writer, const mg_export_number *number)
{
    const char *const cell[] = {"number", number->method, number->variant, number->metric, number->seeds};
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++)
        mg_csv_text(writer, cell[i]);
    mg_csv_integer(writer, number->tasks);
    const char *const rest[] = {number->mean,
                                number->iqm,
                                number->low,
                                number->high,
                                number->paper,
                                number->source,
                                number->stale ? "stale" : "",
                                ""};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        mg_csv_text(writer, rest[i]);
    mg_csv_end_row(writer);
}

/* A row of words: all cells between are empty. */
static void put_words(mg_csv_writer *writer, const char *row, const char *name, const char *source, const char *verdict,
                      const char *text)
{
    mg_csv_text(writer, row);
    mg_csv_text(writer, name);
    for (int empty = 0; empty < 9; empty++)
        mg_csv_text(writer, "");
    mg_csv_text(writer, source);
    mg_csv_text(writer, verdict);
    mg_csv_text(writer, text);
    mg_csv_end_row(writer);
}

void mg_export_csv(const mg_export *export, mg_text *text)
{
    static const char header[] = "row,name,variant,metric,seeds,tasks,mean,iqm,low,high,paper,source,verdict,text\n";
    const mg_report_result *result = &export->result;
    mg_csv_writer writer = {0};
    mg_export_number number;
    mg_csv_raw(&writer, header, sizeof header - 1);
    for (size_t row = 0; row < result->summary.rows; row++)
        if (mg_export_number_at(export, row, &number))
            put_number(&writer, &number);
    for (size_t row = 0; row < result->asked.rows; row++) {
        if (!mg_report_is_claim(result, row))
            continue;
        mg_report_claim claim = mg_report_judged(result, row);
        put_words(&writer, "claim", claim.id, mg_report_cell(&result->asked, row, "source"), claim.verdict,
                  mg_report_cell(&result->asked, row, "claim"));
    }
    put_words(&writer, "cite", result->name, result->about.source, "", export->cite);
    mg_text_put_bytes(text, writer.text, writer.length);
    mg_csv_free(&writer);
}

/* ---- JSON ---- */

static void put_string(mg_json_writer *writer, const char *key, const char *text)
{
    mg_json_key(writer, key);
    mg_json_string(writer, text);
}

/* An empty cell is null, as is what JSON has no number for. */
static void put_cell(mg_json_writer *writer, const char *key, const char *cell)
{
    double x;
    mg_json_key(writer, key);
    if (*cell && !mg_read_double(cell, &x))
        mg_json_string(writer, cell);
    else
        mg_json_number(writer, *cell ? x : (double)NAN);
}

static void put_number_object(mg_json_writer *writer, const mg_export_number *number)
{
    mg_json_open_object(writer);
    put_string(writer, "method", number->method);
    put_string(writer, "variant", number->variant);
    put_string(writer, "metric", number->metric);
    put_cell(writer, "seeds", number->seeds);
    mg_json_key(writer, "tasks");
    mg_json_integer(writer, number->tasks);
    put_cell(writer, "mean", number->mean);
    put_cell(writer, "iqm", number->iqm);
    put_cell(writer, "low", number->low);
    put_cell(writer, "high", number->high);
    put_cell(writer, "paper", number->paper);
    put_string(writer, "paper_source", number->source);
    mg_json_key(writer, "stale");
    mg_json_bool(writer, number->stale);
    mg_json_close_object(writer);
}

static void put_claims(mg_json_writer *writer, const mg_report_result *result)
{
    mg_json_key(writer, "claims");
    mg_json_open_array(writer);
    for (size_t row = 0; row < result->asked.rows; row++) {
        if (!mg_report_is_claim(result, row))
            continue;
        mg_report_claim claim = mg_report_judged(result, row);
        mg_json_open_object(writer);
        put_string(writer, "id", claim.id);
        put_string(writer, "claim", mg_report_cell(&result->asked, row, "claim"));
        put_string(writer, "source", mg_report_cell(&result->asked, row, "source"));
        put_string(writer, "verdict", claim.verdict);
        put_string(writer, "decided_by", claim.decided_by);
        mg_json_close_object(writer);
    }
    mg_json_close_array(writer);
}

bool mg_export_json(const mg_export *export, mg_text *text, mg_error *error)
{
    const mg_report_result *result = &export->result;
    mg_json_writer writer;
    mg_export_number number;
    mg_json_start(&writer);
    mg_json_open_object(&writer);
    put_string(&writer, "result", result->name);
    put_string(&writer, "title", result->about.title);
    put_string(&writer, "source", result->about.source);
    put_string(&writer, "profile", result->profile);
    put_string(&writer, "version", export->version);
    put_string(&writer, "digest", result->trail_digest);
    put_string(&writer, "commit", export->commit);
    put_string(&writer, "cite", export->cite);
    mg_json_key(&writer, "numbers");
    mg_json_open_array(&writer);
    for (size_t row = 0; row < result->summary.rows; row++)
        if (mg_export_number_at(export, row, &number))
            put_number_object(&writer, &number);
    mg_json_close_array(&writer);
    put_claims(&writer, result);
    mg_json_close_object(&writer);
    const char *bytes;
    size_t length;
    bool good = mg_json_text_of(&writer, &bytes, &length, error);
    if (good)
        mg_text_put_bytes(text, bytes, length);
    mg_json_free(&writer);
    return good;
}
