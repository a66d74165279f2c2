/* csv.c - quoting, and a whole file as cells with their lines. */
#include "core/io/csv.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

static void append(mg_csv_writer *writer, const char *bytes, size_t length)
{
    if (length == 0)
        return; /* bytes may be NULL: the rows of an empty table */
    mg_reserve(&writer->text, writer->length, &writer->capacity, length);
    memcpy(writer->text + writer->length, bytes, length);
    writer->length += length;
}

static void append_field(mg_csv_writer *writer, const char *text)
{
    if (writer->fields++)
        append(writer, ",", 1);
    append(writer, text, strlen(text));
}

void mg_csv_start(mg_csv_writer *writer)
{
    *writer = (mg_csv_writer){0};
}

/* Blanks at the ends are quoted too: many readers drop them otherwise. */
static bool must_be_quoted(const char *text)
{
    size_t length = strlen(text);
    if (text[strcspn(text, ",\"\r\n")])
        return true;
    return length && (text[0] == ' ' || text[0] == '\t' || text[length - 1] == ' ' || text[length - 1] == '\t');
}

void mg_csv_text(mg_csv_writer *writer, const char *text)
{
    if (!must_be_quoted(text)) {
        append_field(writer, text);
        return;
    }
    append_field(writer, "\"");
    for (; *text; text++)
        append(writer, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    append(writer, "\"", 1);
}

void mg_csv_integer(mg_csv_writer *writer, int64_t x)
{
    char text[MG_NUMBER_TEXT];
    snprintf(text, sizeof text, "%lld", (long long)x);
    append_field(writer, text);
}

void mg_csv_double(mg_csv_writer *writer, double x)
{
    char text[MG_NUMBER_TEXT];
    append_field(writer, mg_print_double(x, text));
}

void mg_csv_end_row(mg_csv_writer *writer)
{
    bool empty = !writer->length || writer->text[writer->length - 1] == '\n';
    if (empty && writer->fields < 2)
        append(writer, "\"\"", 2); /* a blank line would be no row */
    append(writer, "\n", 1);
    writer->fields = 0;
}

void mg_csv_raw(mg_csv_writer *writer, const char *rows, size_t length)
{
    append(writer, rows, length);
}

bool mg_csv_save(const mg_csv_writer *writer, const char *path, mg_error *error)
{
    return mg_file_write(path, writer->length ? writer->text : "", writer->length, error);
}

void mg_csv_free(mg_csv_writer *writer)
{
    free(writer->text);
    *writer = (mg_csv_writer){0};
}

/* ---- reading ---- */

/* What libcsv's callbacks need. Fields go to `field` in file order: first the header's, then the cells. */
typedef struct reading {
    mg_csv *csv;
    mg_error *error;
    const char **field;
    char *text;       /* where the next field's text goes */
    size_t fields;    /* so far */
    size_t row_start; /* index of this row's first field */
    size_t line;      /* being parsed */
    size_t row_line;  /* where this row began */
} reading;

static void on_field(void *bytes, size_t length, void *context)
{
    reading *now = context;
    memcpy(now->text, bytes, length);
    now->text[length] = '\0';
    now->field[now->fields++] = now->text;
    now->text += length + 1;
}

static void on_row(int end, void *context)
{
    reading *now = context;
    mg_csv *csv = now->csv;
    size_t found = now->fields - now->row_start;
    if (end == '\r')
        mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: a carriage return outside quotes; save with LF line ends",
                csv->path, now->line);
    else if (!found)
        mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: blank line, wanted a row", csv->path, now->line);
    else if (!csv->columns)
        csv->columns = (int)found;
    else if (found != (size_t)csv->columns)
        mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: %zu fields, wanted %d as in the header", csv->path, now->row_line,
                found, csv->columns);
    else
        csv->line[csv->rows++] = now->row_line;
    now->row_start = now->fields;
    now->row_line = now->line + 1;
}

static int nothing_is_space(unsigned char c)
{
    (void)c;
    return 0;
}

static size_t count_byte(const char *bytes, size_t length, char byte)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += bytes[i] == byte;
    return count;
}

/* What libcsv would pass over or not place: no text at all, a NUL, a last line that was cut off. */
static bool check_bytes(const char *path, const char *bytes, size_t length, mg_error *error)
{
    if (!length)
        return mg_fail(error, MG_EXIT_INPUT, "%s:1: empty file, wanted a header line", path);
    const char *nul = memchr(bytes, '\0', length);
    if (nul)
        return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: a NUL byte, wanted text", path,
                       1 + count_byte(bytes, (size_t)(nul - bytes), '\n'));
    if (bytes[length - 1] != '\n')
        return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: the last line has no line end; is the file cut off?", path,
                       1 + count_byte(bytes, length, '\n'));
    return true;
}

/* Line by line, so that every callback and error knows its line. */
static bool parse_lines(struct csv_parser *parser, reading *now, const char *bytes, size_t length)
{
    const char *end = bytes + length;
    while (bytes < end && now->error->status == MG_EXIT_OK) {
        const char *line_end = (const char *)memchr(bytes, '\n', (size_t)(end - bytes)) + 1;
        size_t line_length = (size_t)(line_end - bytes);
        if (csv_parse(parser, bytes, line_length, on_field, on_row, now) != line_length)
            return mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: %s", now->csv->path, now->line,
                           csv_error(parser) == CSV_EPARSE ? "a quote inside a field; quote the field, double the quote"
                                                           : csv_strerror(csv_error(parser)));
        bytes = line_end;
        now->line++;
    }
    if (now->error->status == MG_EXIT_OK && csv_fini(parser, on_field, on_row, now) != 0)
        return mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: a quote that this row opens is never closed", now->csv->path,
                       now->row_line);
    return now->error->status == MG_EXIT_OK;
}

/* One block holds line numbers, field pointers and texts; every field ends in a comma, CR or LF of its own. */
static void carve(mg_csv *csv, reading *now, const char *bytes, size_t length)
{
    size_t lines = count_byte(bytes, length, '\n');
    size_t fields = lines + count_byte(bytes, length, ',') + count_byte(bytes, length, '\r');
    char *memory = mg_allocate(lines * sizeof *csv->line + fields * sizeof *now->field + length + 1, 1);
    csv->memory = memory;
    csv->line = (size_t *)(void *)memory;
    now->field = (const char **)(void *)(memory + lines * sizeof *csv->line);
    now->text = memory + lines * sizeof *csv->line + fields * sizeof *now->field;
}

static bool check_header(const mg_csv *csv, const char *expected, mg_error *error)
{
    if (!expected)
        return true;
    char found[600] = "";
    size_t length = 0;
    for (int i = 0; i < csv->columns && length < sizeof found; i++)
        length += (size_t)snprintf(found + length, sizeof found - length, "%s%s", i ? "," : "", csv->header[i]);
    if (length < sizeof found && !strcmp(found, expected))
        return true;
    return mg_fail(error, MG_EXIT_INPUT, "%s:1: the header is '%.200s', wanted '%.200s'", csv->path, found, expected);
}

bool mg_csv_read(const char *path, const char *expected_header, mg_csv *csv, mg_error *error)
{
    char *bytes;
    size_t length;
    mg_error own = {0};
    *csv = (mg_csv){0};
    snprintf(csv->path, sizeof csv->path, "%s", path);
    bool good = mg_file_read(path, &bytes, &length, &own) && check_bytes(path, bytes, length, &own);
    struct csv_parser parser;
    if (good && csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL) != 0)
        good = mg_fail(&own, MG_EXIT_INPUT, "%s: libcsv would not start", path);
    if (good) {
        reading now = {.csv = csv, .error = &own, .line = 1, .row_line = 1};
        carve(csv, &now, bytes, length);
        csv_set_space_func(&parser, nothing_is_space); /* blanks are part of a field */
        good = parse_lines(&parser, &now, bytes, length);
        csv_free(&parser);
        csv->header = now.field;
        csv->cell = now.field + csv->columns;
        good = good && check_header(csv, expected_header, &own);
    }
    free(bytes);
    if (!good) {
        mg_fail(error, own.status, "%s", own.text);
        mg_csv_close(csv);
    }
    return good;
}

int mg_csv_column(const mg_csv *csv, const char *name)
{
    for (int i = 0; i < csv->columns; i++) {
        if (!strcmp(csv->header[i], name))
            return i;
    }
    return -1;
}

const char *mg_csv_cell(const mg_csv *csv, size_t row, int column)
{
    return csv->cell[row * (size_t)csv->columns + (size_t)column];
}

bool mg_csv_number(const mg_csv *csv, size_t row, int column, double *x, mg_error *error)
{
    const char *text = mg_csv_cell(csv, row, column);
    if (mg_read_double(text, x))
        return true;
    return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: %s is '%.60s', wanted a number", csv->path, csv->line[row],
                   csv->header[column], text);
}

void mg_csv_close(mg_csv *csv)
{
    free(csv->memory);
    *csv = (mg_csv){0};
}
