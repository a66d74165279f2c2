/* CSV: what is written reads back, every malformed file is refused by line, no cut or random byte goes unnoticed. */
#include "core/io/csv.h"
#include "tests/scratch.h"
#include "tests/tap.h"
#include <stdint.h>
#include <string.h>

static void put(const char *path, const void *bytes, size_t length)
{
    remove(path); /* cheaper than cutting it: some file systems flush then */
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file)) {
        perror(path);
        exit(MG_EXIT_INPUT);
    }
}

static void writes(void)
{
    mg_csv_writer writer;
    mg_csv_start(&writer);
    mg_csv_text(&writer, "method");
    mg_csv_text(&writer, "a,b");
    mg_csv_text(&writer, "say \"hi\"");
    mg_csv_end_row(&writer);
    mg_csv_text(&writer, "two\nlines");
    mg_csv_integer(&writer, INT64_MIN);
    mg_csv_double(&writer, 0.1);
    mg_csv_end_row(&writer);
    mg_csv_text(&writer, " blank");
    mg_csv_text(&writer, "");
    mg_csv_double(&writer, 0.1);
    mg_csv_end_row(&writer);
    mg_csv_raw(&writer, "x,y,z\n", 6);
    static const char wanted[] = "method,\"a,b\",\"say \"\"hi\"\"\"\n\"two\nlines\",-9223372036854775808,0.1\n"
                                 "\" blank\",,0.1\nx,y,z\n";
    tap_ok(writer.length == strlen(wanted) && !memcmp(writer.text, wanted, writer.length), "quoting");
    mg_error error = {0};
    const char *path = scratch("written.csv");
    tap_ok(mg_csv_save(&writer, path, &error), "saved");
    mg_csv csv;
    tap_ok(mg_csv_read(path, NULL, &csv, &error), "and read: %s", error.text);
    tap_ok(csv.columns == 3 && csv.rows == 3, "3 columns, 3 rows");
    tap_ok(!strcmp(csv.header[1], "a,b") && !strcmp(csv.header[2], "say \"hi\""), "header");
    tap_ok(!strcmp(mg_csv_cell(&csv, 0, 0), "two\nlines") && !strcmp(mg_csv_cell(&csv, 1, 0), " blank"), "cells");
    tap_ok(!strcmp(mg_csv_cell(&csv, 1, 1), ""), "an empty cell");
    tap_ok(csv.line[0] == 2 && csv.line[1] == 4 && csv.line[2] == 5, "line numbers count lines inside quotes");
    tap_ok(mg_csv_column(&csv, "a,b") == 1 && mg_csv_column(&csv, "b") == -1, "columns by name");
    double x = 77;
    tap_ok(mg_csv_number(&csv, 0, 2, &x, &error) && x == 0.1, "a number");
    bool number = mg_csv_number(&csv, 2, 1, &x, &error);
    tap_ok(!number && error.status == MG_EXIT_INPUT && strstr(error.text, "written.csv:5: a,b is 'y', wanted a number"),
           "no number: %s", error.text);
    mg_csv_close(&csv);
    mg_csv_free(&writer);
}

static void one_column(void)
{
    mg_csv_writer writer = {0};
    mg_csv_text(&writer, "only");
    mg_csv_end_row(&writer);
    mg_csv_text(&writer, "");
    mg_csv_end_row(&writer);
    mg_error error = {0};
    mg_csv csv;
    mg_csv_save(&writer, scratch("one.csv"), &error);
    tap_ok(mg_csv_read(scratch("one.csv"), "only", &csv, &error) && csv.rows == 1 && !*mg_csv_cell(&csv, 0, 0),
           "one empty field is a row, no blank line");
    mg_csv_close(&csv);
    mg_csv_free(&writer);
}

static void refuses(const char *bytes, size_t length, const char *header, const char *wanted)
{
    const char *path = scratch("wrong.csv");
    put(path, bytes, length);
    mg_error error = {0};
    mg_csv csv;
    bool read = mg_csv_read(path, header, &csv, &error);
    char whole[700];
    snprintf(whole, sizeof whole, "%.400s%.250s", path, wanted);
    tap_ok(!read && error.status == MG_EXIT_INPUT && !strcmp(error.text, whole) && !csv.memory, "%s", error.text);
}

static void refusals(void)
{
    refuses("", 0, NULL, ":1: empty file, wanted a header line");
    refuses("a,b\n1,2", 7, NULL, ":2: the last line has no line end; is the file cut off?");
    refuses("a,b\n1,\0\n", 8, NULL, ":2: a NUL byte, wanted text");
    refuses("a,b\n1,2\n\n3,4\n", 13, NULL, ":3: blank line, wanted a row");
    refuses("\na,b\n", 5, NULL, ":1: blank line, wanted a row");
    refuses("a,b\n1\n", 6, NULL, ":2: 1 fields, wanted 2 as in the header");
    refuses("a,b\n1,2\n1,2,3\n", 14, NULL, ":3: 3 fields, wanted 2 as in the header");
    refuses("a,b\n\"1\n\n\n2\",3,4\n", 16, NULL, ":2: 3 fields, wanted 2 as in the header");
    refuses("a,b\r\n1,2\r\n", 10, NULL, ":1: a carriage return outside quotes; save with LF line ends");
    refuses("a\rb\rc\rd\re\rf\rg\n", 14, NULL, ":1: a carriage return outside quotes; save with LF line ends");
    refuses("a,b\n1,2\n\"3,4\n5,6\n", 17, NULL, ":3: a quote that this row opens is never closed");
    refuses("a,b\n1,x\"y\"\n", 11, NULL, ":2: a quote inside a field; quote the field, double the quote");
    refuses("a,b\n1,2\n\"x\"y,2\n", 15, NULL, ":3: a quote inside a field; quote the field, double the quote");
    refuses("a,b\n1,2\n", 8, "a,c", ":1: the header is 'a,b', wanted 'a,c'");
    refuses("a,b\n1,2\n", 8, "a", ":1: the header is 'a,b', wanted 'a'");
    refuses("a,b\n1,2\n", 8, "a,b,c", ":1: the header is 'a,b', wanted 'a,b,c'");
    mg_error error = {0};
    mg_csv csv;
    tap_ok(!mg_csv_read("no/such.csv", NULL, &csv, &error) && error.status == MG_EXIT_INPUT &&
               !strcmp(error.text, "no/such.csv: no such file or folder"),
           "%s", error.text);
    mg_error folder = {0};
    tap_ok(!mg_csv_read(scratch_folder, NULL, &csv, &folder) && strstr(folder.text, ": is a folder, wanted a file"),
           "%s", folder.text);
}

/* Whatever is cut off the end, the reader either refuses or sees fewer rows: never a changed cell. */
static void every_cut(void)
{
    static const char whole[] = "method,seed,value\nlio,0,1.25\n\"l,i\"\"o\",1,\"two\nlines\"\npg,10,-3e-07\n";
    size_t length = sizeof whole - 1;
    mg_error error = {0};
    mg_csv full;
    put(scratch("whole.csv"), whole, length);
    mg_csv_read(scratch("whole.csv"), NULL, &full, &error);
    int silent = 0, refused = 0, shorter = 0;
    for (size_t cut = 0; cut < length; cut++) {
        mg_error now = {0};
        mg_csv csv;
        put(scratch("cut.csv"), whole, cut);
        if (!mg_csv_read(scratch("cut.csv"), NULL, &csv, &now)) {
            refused++;
            continue;
        }
        shorter += csv.rows < full.rows;
        silent += csv.rows >= full.rows;
        for (size_t i = 0; i < csv.rows * 3; i++)
            silent += strcmp(csv.cell[i], full.cell[i]) != 0;
        mg_csv_close(&csv);
    }
    tap_ok(full.rows == 3 && !silent && refused + 3 == (int)length && shorter == 3,
           "cut at each of %zu bytes: %d refused, %d whole rows", length, refused, shorter);
    mg_csv_close(&full);
}

/* Random bytes out of the letters that matter: never a crash (run under ASan), and rows are always rectangular. */
static void random_bytes(void)
{
    static const char letters[] = "ab,,\"\"\n\n\r 1\0";
    uint64_t state = 7;
    int read = 0, refused = 0, twice = 0;
    for (int round = 0; round < 3000; round++) {
        char bytes[48];
        size_t length = 0;
        for (; length < sizeof bytes - 1; length++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            bytes[length] = letters[(state >> 33) % (round % 2 ? sizeof letters - 4 : sizeof letters)];
            if (length > 3 && (state >> 50) % 16 == 0)
                break;
        }
        bytes[length++] = '\n';
        put(scratch("random.csv"), bytes, length);
        mg_error error = {0};
        mg_csv csv;
        if (!mg_csv_read(scratch("random.csv"), NULL, &csv, &error)) {
            refused++;
            continue;
        }
        read++;
        mg_csv_writer writer = {0}; /* and what was read can be written and read again */
        for (int column = 0; column < csv.columns; column++)
            mg_csv_text(&writer, csv.header[column]);
        mg_csv_end_row(&writer);
        for (size_t i = 0; i < csv.rows; i++) {
            for (int column = 0; column < csv.columns; column++)
                mg_csv_text(&writer, mg_csv_cell(&csv, i, column));
            mg_csv_end_row(&writer);
        }
        mg_csv again;
        put(scratch("again.csv"), writer.text, writer.length);
        bool same = mg_csv_read(scratch("again.csv"), NULL, &again, &error) && again.rows == csv.rows;
        for (size_t i = 0; same && i < csv.rows * (size_t)csv.columns; i++)
            same = !strcmp(csv.cell[i], again.cell[i]);
        twice += same;
        mg_csv_close(&again);
        mg_csv_close(&csv);
        mg_csv_free(&writer);
    }
    tap_ok(read > 40 && refused > 1000 && twice == read, "random bytes: %d read and written again, %d refused", read,
           refused);
}

static void large(void)
{
    mg_csv_writer writer = {0};
    mg_csv_text(&writer, "i");
    mg_csv_text(&writer, "x");
    mg_csv_end_row(&writer);
    for (int i = 0; i < 20000; i++) {
        mg_csv_integer(&writer, i);
        mg_csv_double(&writer, (double)i / 3);
        mg_csv_end_row(&writer);
    }
    mg_error error = {0};
    mg_csv csv;
    bool good =
        mg_csv_save(&writer, scratch("large.csv"), &error) && mg_csv_read(scratch("large.csv"), "i,x", &csv, &error);
    for (size_t i = 0; good && i < csv.rows; i++) {
        double x;
        good = mg_csv_number(&csv, i, 1, &x, &error) && x == (double)i / 3 && csv.line[i] == i + 2;
    }
    tap_ok(good && csv.rows == 20000, "20000 rows %s", error.text);
    mg_csv_close(&csv);
    mg_csv_free(&writer);
}

int main(void)
{
    writes();
    one_column();
    refusals();
    every_cut();
    random_bytes();
    large();
    scratch_remove();
    return tap_done();
}
