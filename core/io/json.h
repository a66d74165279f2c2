/* json.h - small JSON files through yajl: written like machine.json, read into a flat list of paths.
 *
 *     mg_json_writer writer;
 *     mg_json_start(&writer);
 *     mg_json_open_object(&writer);
 *     mg_json_key(&writer, "seconds"), mg_json_number(&writer, 1.5);
 *     mg_json_close_object(&writer);
 *     mg_json_save(&writer, "out/machine.json", &error), mg_json_free(&writer);
 */
#ifndef MG_JSON_H
#define MG_JSON_H

#include "core/io/error.h"
#include "core/io/file.h"
#include <stddef.h>
#include <stdint.h>

/* ---- writing: UTF-8, indented by two spaces ---- */
typedef struct mg_json_writer {
    void *generator;
    bool wrong;
} mg_json_writer;

void mg_json_start(mg_json_writer *writer);
void mg_json_open_object(mg_json_writer *writer);
void mg_json_close_object(mg_json_writer *writer);
void mg_json_open_array(mg_json_writer *writer);
void mg_json_close_array(mg_json_writer *writer);
void mg_json_key(mg_json_writer *writer, const char *name);
void mg_json_string(mg_json_writer *writer, const char *text); /* what is not UTF-8 becomes '?' */
void mg_json_number(mg_json_writer *writer, double x); /* shortest that reads back equal; NaN and infinity: null */
void mg_json_integer(mg_json_writer *writer, int64_t x);
void mg_json_bool(mg_json_writer *writer, bool x);
/* The bytes so far, which stay until the next call. Refuses calls that did not make one whole value (a key without a
 * value, an object left open). */
bool mg_json_text_of(mg_json_writer *writer, const char **text, size_t *length, mg_error *error);
/* Atomic. Refuses calls that did not make one whole value (a key without a value, an object left open). */
bool mg_json_save(mg_json_writer *writer, const char *path, mg_error *error);
void mg_json_free(mg_json_writer *writer);

/* ---- reading ---- */
typedef enum mg_json_type {
    MG_JSON_NULL,
    MG_JSON_BOOL,
    MG_JSON_NUMBER,
    MG_JSON_STRING,
    MG_JSON_OBJECT,
    MG_JSON_ARRAY
} mg_json_type;

/* A value: "machine.cpu", "runs[0].seed"; the whole is "". Containers come before what they hold. */
typedef struct mg_json_value {
    char *path;       /* owned, with text */
    const char *text; /* numbers as they stand in the file, true, false, null; strings decoded; "" for containers */
    mg_json_type type;
    int members; /* of an object or array */
    int line;    /* of the file, from 1 */
} mg_json_value;

typedef struct mg_json {
    char path[MG_PATH];
    mg_json_value *value; /* [count], in file order */
    size_t count;
    size_t *slot; /* [slots] hash table: index of a value + 1, or 0 */
    size_t slots;
} mg_json;

/* Errors name file, line and column where reading stopped: what yajl refuses, a NUL in a string, two values of one
 * path (a repeated key), nesting deeper than 64, a path longer than 400. */
bool mg_json_read(const char *path, mg_json *json, mg_error *error);
const mg_json_value *mg_json_find(const mg_json *json, const char *path); /* or NULL */
const char *mg_json_text(const mg_json *json, const char *path);          /* or NULL where there is none */
/* Refuses what is missing or no number of binary64. */
bool mg_json_get_number(const mg_json *json, const char *path, double *x, mg_error *error);
void mg_json_close(mg_json *json);

/* A yajl_alloc_funcs for every call of yajl: its own looks at no failed allocation and crashes; these end the program
 * as mg_allocate does. */
void *mg_json_allocators(void);

#endif
