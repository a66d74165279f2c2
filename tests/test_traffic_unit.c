/* Numbers, random numbers and sorts of the simulator against the reference's own, row for row and bit for bit
 * (reference data), and every row noticed where its expected value is changed. A skip where these data
 * are not at hand. */
#include "core/io/file.h"
#include "envs/traffic/number.h"
#include "envs/traffic/random.h"
#include "envs/traffic/sort.h"
#include "tests/tap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "../shared/data/cityflow/unit/"

/* ---- rows: NULL where a row is right, else what is wrong ---- */

/* "text,bits,1 if they are not the nearest number's" */
static const char *number_row(const char *row, const char *next)
{
    (void)next;
    char *end;
    size_t length = strcspn(row, ",");
    double value, nearest = strtod(row, NULL);
    bool integer;
    uint64_t bits, nearest_bits;
    if (row[length] != ',' || !mg_traffic_number(row, length, &value, &integer))
        return "no number";
    memcpy(&bits, &value, sizeof bits);
    memcpy(&nearest_bits, &nearest, sizeof bits);
    if (strtoull(row + length + 1, &end, 16) != bits)
        return "other bits";
    if (end != row + length + 1 + 16 || strtol(end + 1, NULL, 10) != (bits != nearest_bits))
        return "nearest or not";
    return NULL;
}

/* "seed,the first eight outputs,the thousandth" */
static const char *random_row(const char *row, const char *next)
{
    (void)next;
    char *at;
    mg_traffic_random random;
    mg_traffic_random_seed(&random, (uint32_t)strtoll(row, &at, 10));
    for (int i = 1; i <= 1000; i++) {
        uint32_t drawn = mg_traffic_random_next(&random);
        if (i > 8 && i < 1000)
            continue;
        if (*at != ',' || strtoull(at + 1, &at, 10) != drawn)
            return "another output";
    }
    return *at ? "more fields" : NULL;
}

/* Keys; the next line: the places they came from, in sorted order. */
static const char *sort_row(const char *keys, const char *places)
{
    enum { MOST = 1000 };
    mg_traffic_item items[MOST];
    int count = 0;
    char *at = (char *)(size_t)keys;
    if (!places)
        return "no places";
    do {
        items[count] = (mg_traffic_item){(double)strtol(at + (*at == ','), &at, 10), count};
    } while (++count < MOST && *at == ',');
    mg_traffic_sort(items, count);
    at = (char *)(size_t)places;
    for (int i = 0; i < count; i++) {
        if ((i > 0 && *at != ',') || strtol(at + (i > 0), &at, 10) != items[i].index)
            return "another order";
    }
    return *at ? "more places" : NULL;
}

/* ---- files ---- */
typedef struct unit {
    const char *name;
    int lines; /* of the file to a row */
    const char *(*row)(const char *row, const char *next);
    char before; /* the last digit before the last of these is changed; '\0': the last digit of the row */
} unit;

enum { LINES = 2000 };

/* Cuts text at its line ends; without the titles. */
static int cut(char *text, char **line)
{
    int lines = 0;
    for (char *at = text, *end; (end = strchr(at, '\n')) && lines < LINES; at = end + 1) {
        *end = '\0';
        if (*at != '#')
            line[lines++] = at;
    }
    return lines;
}

static void change(char *line, char before)
{
    char *digit = (before ? strrchr(line, before) : line + strlen(line)) - 1;
    *digit = *digit == '0' ? '1' : '0';
}

static int wrong_rows(const unit *u, char *const *line, int lines, bool tell)
{
    int wrong = 0;
    for (int i = 0; i < lines; i += u->lines) {
        const char *what = u->row(line[i], i + 1 < lines ? line[i + 1] : NULL);
        if (what && tell && wrong < 3)
            tap_note("%s: row %d: %s: %.60s", u->name, i / u->lines + 1, what, line[i]);
        wrong += what != NULL;
    }
    return wrong;
}

static void compare(const unit *u)
{
    char path[100], *bytes, *line[LINES];
    size_t length;
    mg_error error = {0};
    snprintf(path, sizeof path, FOLDER "%s", u->name);
    if (!mg_file_read(path, &bytes, &length, &error)) {
        tap_ok(false, "%s", error.text);
        return;
    }
    int lines = cut(bytes, line), rows = lines / u->lines;
    tap_ok(rows > 0 && lines % u->lines == 0 && wrong_rows(u, line, lines, true) == 0, "%s: %d rows", u->name, rows);
    for (int i = u->lines - 1; i < lines; i += u->lines)
        change(line[i], u->before);
    tap_ok(rows > 0 && wrong_rows(u, line, lines, false) == rows, "%s: changed in every row, every row is noticed",
           u->name);
    free(bytes);
}

int main(void)
{
    static const unit units[] = {
        {"numbers.csv", 1, number_row, ','},
        {"rng.csv", 1, random_row, '\0'},
        {"sort.csv", 2, sort_row, '\0'},
    };
    bool exists;
    mg_error error = {0};
    if (mg_file_exists("../shared/data/cityflow", &exists, &error) && !exists) {
        tap_skip("the reference's numbers, draws and sorts: no reference data here");
        return tap_done();
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        compare(&units[i]);
    return tap_done();
}
