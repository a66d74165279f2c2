/* rows.c - compares rows by key, and says what differs. */
#include "suite/harness/rows.h"
#include "core/io/text.h"
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

mg_key_columns mg_key_columns_of(const mg_csv *csv, const char *const *name)
{
    mg_key_columns key = 0;
    for (; *name; name++) {
        int column = mg_csv_column(csv, *name);
        if (column >= 0 && column < 64)
            key |= 1ULL << column;
    }
    return key;
}

static bool is_key(mg_key_columns key, int column)
{
    return column < 64 && (key >> column & 1);
}

static bool same_cell(const mg_csv *a, size_t row_a, const mg_csv *b, size_t row_b, int column)
{
    return !strcmp(mg_csv_cell(a, row_a, column), mg_csv_cell(b, row_b, column));
}

static bool same_key(const mg_rows *a, size_t row_a, const mg_rows *b, size_t row_b, mg_key_columns key)
{
    for (int column = 0; column < a->csv->columns; column++) {
        if (is_key(key, column) && !same_cell(a->csv, row_a, b->csv, row_b, column))
            return false;
    }
    return true;
}

static bool has_key(const mg_rows *among, const mg_rows *of, size_t row, mg_key_columns key)
{
    for (size_t other = among->first; other < among->end; other++) {
        if (same_key(of, row, among, other, key))
            return true;
    }
    return false;
}

static mg_difference explain_keys(const mg_rows *a, size_t row_a, const mg_rows *b, size_t row_b, mg_key_columns key)
{
    mg_difference difference = {.a = row_a, .b = row_b};
    if (!has_key(b, a, row_a, key))
        difference.kind = MG_DIFFERENCE_ONLY_A;
    else if (!has_key(a, b, row_b, key))
        difference.kind = MG_DIFFERENCE_ONLY_B;
    else
        difference.kind = MG_DIFFERENCE_ORDER;
    return difference;
}

mg_difference mg_rows_compare(const mg_rows *a, const mg_rows *b, mg_key_columns key)
{
    mg_difference difference = {.a = a->first, .b = b->first};
    for (; difference.a < a->end && difference.b < b->end; difference.a++, difference.b++) {
        if (!same_key(a, difference.a, b, difference.b, key))
            return explain_keys(a, difference.a, b, difference.b, key);
        for (int column = 0; column < a->csv->columns; column++) {
            if (!same_cell(a->csv, difference.a, b->csv, difference.b, column)) {
                difference.kind = MG_DIFFERENCE_CELL;
                difference.column = column;
                return difference;
            }
        }
    }
    if (difference.a < a->end)
        difference.kind = MG_DIFFERENCE_ONLY_A;
    else if (difference.b < b->end)
        difference.kind = MG_DIFFERENCE_ONLY_B;
    return difference;
}

static void append(char *text, size_t size, const char *separator, const char *more)
{
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%s%s", used ? separator : "", more);
}

const char *mg_row_label(const mg_csv *csv, size_t row, mg_key_columns key, char *text, size_t size)
{
    static const char *const of_task[] = {"method", "variant", "seed"};
    text[0] = '\0';
    for (int column = 0; column < csv->columns; column++) {
        const char *cell = mg_csv_cell(csv, row, column);
        bool task = column < 3 && !strcmp(csv->header[column], of_task[column]);
        double number;
        if (!cell[0] || (!task && !is_key(key, column)))
            continue;
        append(text, size, task ? "/" : ", ", "");
        if (!task && mg_read_double(cell, &number)) {
            append(text, size, "", csv->header[column]);
            append(text, size, " ", cell);
        } else {
            append(text, size, "", cell);
        }
    }
    if (!text[0])
        append(text, size, "", "row");
    return text;
}

/* Bits as an integer that grows with the number, so that neighbours differ by 1. */
static int64_t ordered_bits(double x, bool binary32)
{
    if (binary32) {
        float narrow = (float)x;
        int32_t bits;
        memcpy(&bits, &narrow, sizeof bits);
        return bits < 0 ? (int64_t)INT32_MIN - bits : bits;
    }
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

uint64_t mg_ulps_apart(double a, double b, bool binary32)
{
    if (a != a || b != b)
        return UINT64_MAX;
    uint64_t left = (uint64_t)ordered_bits(a, binary32), right = (uint64_t)ordered_bits(b, binary32);
    return a > b ? left - right : right - left;
}

/* Numbers are binary64 unless their file says otherwise: by a column `type`, or by the length of `bits` (in hex). */
static bool is_float_row(const mg_csv *csv, size_t row)
{
    int type = mg_csv_column(csv, "type"), bits = mg_csv_column(csv, "bits");
    if (type >= 0)
        return !strcmp(mg_csv_cell(csv, row, type), "float");
    return bits >= 0 && strlen(mg_csv_cell(csv, row, bits)) == 8;
}

/* Where the bits of a number differ, the number says more, if it differs too. */
static int telling_column(const mg_difference *difference, const mg_rows *a, const mg_rows *b)
{
    int value = mg_csv_column(a->csv, "value");
    if (strcmp(a->csv->header[difference->column], "bits") || value < 0 ||
        same_cell(a->csv, difference->a, b->csv, difference->b, value))
        return difference->column;
    return value;
}

/* Counts are no measurements and digests no numbers: a distance is said only where at least one side is no whole
 * number. */
static bool are_measured(const char *left, const char *right, double *x, double *y)
{
    bool whole = !left[strspn(left, "-0123456789")] && !right[strspn(right, "-0123456789")];
    bool digest = strlen(left) == 32 && strlen(right) == 32;
    return !whole && !digest && mg_read_double(left, x) && mg_read_double(right, y);
}

static void print_cell(const mg_difference *difference, const mg_rows *a, const mg_rows *b, FILE *out)
{
    int column = telling_column(difference, a, b);
    const char *left = mg_csv_cell(a->csv, difference->a, column);
    const char *right = mg_csv_cell(b->csv, difference->b, column);
    double x, y;
    fprintf(out, "%s is %s in %s, %s in %s", a->csv->header[column], left[0] ? left : "empty", a->owner,
            right[0] ? right : "empty", b->owner);
    if (!are_measured(left, right, &x, &y))
        return;
    uint64_t ulps = mg_ulps_apart(x, y, is_float_row(a->csv, difference->a));
    if (ulps != UINT64_MAX)
        fprintf(out, ", %" PRIu64 " ulp%s apart", ulps, ulps == 1 ? "" : "s");
}

void mg_difference_print(const mg_difference *difference, const mg_rows *a, const mg_rows *b, mg_key_columns key,
                         FILE *out)
{
    char label[300];
    bool from_b = difference->kind == MG_DIFFERENCE_ONLY_B;
    const mg_rows *owner = from_b ? b : a, *other = from_b ? a : b;
    size_t row = from_b ? difference->b : difference->a;
    fprintf(out, "%s: ", mg_row_label(owner->csv, row, key, label, sizeof label));
    if (difference->kind == MG_DIFFERENCE_CELL) {
        print_cell(difference, a, b, out);
        fprintf(out, " (%s:%zu, %s:%zu)\n", a->csv->path, a->csv->line[difference->a], b->csv->path,
                b->csv->line[difference->b]);
    } else if (difference->kind == MG_DIFFERENCE_ORDER) {
        fprintf(out, "stands at another place in %s than in %s (%s:%zu, %s:%zu)\n", a->owner, b->owner, a->csv->path,
                a->csv->line[difference->a], b->csv->path, b->csv->line[difference->b]);
    } else {
        fprintf(out, "%s has this row (%s:%zu), %s has not (%s)\n", owner->owner, owner->csv->path,
                owner->csv->line[row], other->owner, other->csv->path);
    }
}
