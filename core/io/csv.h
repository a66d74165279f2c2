/* csv.h - RFC 4180 with LF line ends: a writer into memory and a whole-file reader on libcsv. */
#ifndef MG_CSV_H
#define MG_CSV_H

#include "core/io/error.h"
#include "core/io/file.h"
#include <stddef.h>
#include <stdint.h>

/* ---- writing: rows are collected in memory and go to disk in one atomic write ---- */
typedef struct mg_csv_writer {
    char *text;
    size_t length, capacity;
    int fields;
} mg_csv_writer;

void mg_csv_start(mg_csv_writer *writer);                  /* empty; zeroed memory is a started writer too */
void mg_csv_text(mg_csv_writer *writer, const char *text); /* one field, quoted if it must be */
void mg_csv_integer(mg_csv_writer *writer, int64_t x);
void mg_csv_double(mg_csv_writer *writer, double x); /* shortest text that reads back equal */
void mg_csv_end_row(mg_csv_writer *writer);
void mg_csv_raw(mg_csv_writer *writer, const char *rows, size_t length);          /* whole rows already in CSV */
bool mg_csv_save(const mg_csv_writer *writer, const char *path, mg_error *error); /* atomic */
void mg_csv_free(mg_csv_writer *writer);

/* ---- reading ---- */
typedef struct mg_csv {
    char path[MG_PATH];
    int columns;         /* of the header */
    size_t rows;         /* without the header */
    const char **header; /* [columns] */
    const char **cell;   /* [rows * columns] */
    size_t *line;        /* [rows] line of the file, from 1 */
    void *memory;        /* owned */
} mg_csv;

/* Every row must have as many fields as the header; an empty file, a blank line, an unterminated quote, a missing
 * final line end (a truncated file), a CR outside quotes or a NUL byte is an error that names file and line.
 * expected_header (comma-separated names, or NULL) is compared. */
bool mg_csv_read(const char *path, const char *expected_header, mg_csv *csv, mg_error *error);
int mg_csv_column(const mg_csv *csv, const char *name); /* or -1 */
const char *mg_csv_cell(const mg_csv *csv, size_t row, int column);
bool mg_csv_number(const mg_csv *csv, size_t row, int column, double *x, mg_error *error);
void mg_csv_close(mg_csv *csv);

#endif
