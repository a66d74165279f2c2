/* json.c - a writer, and a reader into a flat list of paths. */
#include "core/io/json.h"
#include "core/io/digest.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>

/* yajl looks at no allocation of its own: these never return NULL. */
static void *library_malloc(void *context, size_t size)
{
    (void)context;
    return mg_reallocate(NULL, size);
}

static void *library_realloc(void *context, void *memory, size_t size)
{
    (void)context;
    return mg_reallocate(memory, size);
}

static void library_free(void *context, void *memory)
{
    (void)context;
    free(memory);
}

static const yajl_alloc_funcs allocators = {library_malloc, library_realloc, library_free, NULL};

void *mg_json_allocators(void)
{
    return (void *)(size_t)&allocators; /* yajl takes it without const and leaves it alone */
}

/* ---- writing ---- */

/* A call out of place is kept in mind and refused by mg_json_save: callers need not look after every line. */
static void keep(mg_json_writer *writer, yajl_gen_status status)
{
    if (status != yajl_gen_status_ok)
        writer->wrong = true;
}

void mg_json_start(mg_json_writer *writer)
{
    *writer = (mg_json_writer){.generator = yajl_gen_alloc(&allocators)};
    (void)yajl_gen_config(writer->generator, yajl_gen_beautify, 1);
    (void)yajl_gen_config(writer->generator, yajl_gen_indent_string, "  ");
    (void)yajl_gen_config(writer->generator, yajl_gen_validate_utf8, 1);
}

void mg_json_open_object(mg_json_writer *writer)
{
    keep(writer, yajl_gen_map_open(writer->generator));
}

void mg_json_close_object(mg_json_writer *writer)
{
    keep(writer, yajl_gen_map_close(writer->generator));
}

void mg_json_open_array(mg_json_writer *writer)
{
    keep(writer, yajl_gen_array_open(writer->generator));
}

void mg_json_close_array(mg_json_writer *writer)
{
    keep(writer, yajl_gen_array_close(writer->generator));
}

void mg_json_string(mg_json_writer *writer, const char *text)
{
    size_t length = strlen(text);
    yajl_gen_status status = yajl_gen_string(writer->generator, (const unsigned char *)text, length);
    if (status == yajl_gen_invalid_string) {
        unsigned char *plain = mg_allocate(length + 1, 1);
        for (size_t i = 0; i < length; i++)
            plain[i] = (unsigned char)text[i] < 0x80 ? (unsigned char)text[i] : '?';
        status = yajl_gen_string(writer->generator, plain, length);
        free(plain);
    }
    keep(writer, status);
}

void mg_json_key(mg_json_writer *writer, const char *name)
{
    mg_json_string(writer, name);
}

void mg_json_number(mg_json_writer *writer, double x)
{
    char text[MG_NUMBER_TEXT];
    mg_print_double(x, text);
    if (strchr(text, 'n')) /* nan, inf */
        keep(writer, yajl_gen_null(writer->generator));
    else
        keep(writer, yajl_gen_number(writer->generator, text, strlen(text)));
}

void mg_json_integer(mg_json_writer *writer, int64_t x)
{
    keep(writer, yajl_gen_integer(writer->generator, (long long)x));
}

void mg_json_bool(mg_json_writer *writer, bool x)
{
    keep(writer, yajl_gen_bool(writer->generator, x));
}

/* yajl's writer lets an array be closed as an object and says nothing of what is left open; its parser does not. */
static bool is_whole(const unsigned char *bytes, size_t length)
{
    yajl_handle parser = yajl_alloc(NULL, mg_json_allocators(), NULL);
    bool whole = yajl_parse(parser, bytes, length) == yajl_status_ok && yajl_complete_parse(parser) == yajl_status_ok;
    yajl_free(parser);
    return whole;
}

static bool bytes_of(mg_json_writer *writer, const unsigned char **bytes, size_t *length)
{
    *bytes = NULL;
    *length = 0;
    return yajl_gen_get_buf(writer->generator, bytes, length) == yajl_gen_status_ok && !writer->wrong &&
           is_whole(*bytes, *length);
}

bool mg_json_text_of(mg_json_writer *writer, const char **text, size_t *length, mg_error *error)
{
    const unsigned char *bytes;
    bool good = bytes_of(writer, &bytes, length);
    *text = (const char *)bytes;
    return good || mg_fail(error, MG_EXIT_INPUT, "what was written is not a whole JSON value");
}

bool mg_json_save(mg_json_writer *writer, const char *path, mg_error *error)
{
    const unsigned char *bytes;
    size_t length;
    if (!bytes_of(writer, &bytes, &length))
        return mg_fail(error, MG_EXIT_INPUT, "%s: not saved: what was written is not a whole JSON value", path);
    return mg_file_write(path, bytes, length, error);
}

void mg_json_free(mg_json_writer *writer)
{
    if (writer->generator)
        yajl_gen_free(writer->generator);
    *writer = (mg_json_writer){0};
}

/* ---- reading ---- */

enum { DEEPEST = 64, LONGEST_PATH = 400 };

typedef struct level {
    size_t path_length, value;
    bool array;
} level; /* an open object or array */

typedef struct reading {
    mg_json *json;
    yajl_handle parser;
    const char *bytes;
    size_t capacity; /* of json->value */
    char path[LONGEST_PATH + 1];
    level open[DEEPEST];
    int depth;
    size_t counted; /* lines are counted up to this byte */
    int line;
    const char *refusal; /* what is wrong where yajl sees nothing wrong */
} reading;

static void count_lines(reading *now, size_t until)
{
    for (; now->counted < until; now->counted++)
        now->line += now->bytes[now->counted] == '\n';
}

static int refuse(reading *now, const char *what)
{
    now->refusal = what;
    return 0;
}

/* Where path stands in the table, or the empty place where it would. */
static size_t *slot_of(const mg_json *json, const char *path)
{
    size_t at = (size_t)mg_digest_bytes(path, strlen(path)).low & (json->slots - 1);
    while (json->slot[at] && strcmp(json->value[json->slot[at] - 1].path, path) != 0)
        at = (at + 1) & (json->slots - 1);
    return &json->slot[at];
}

/* Keeps at least half of the table empty. */
static void make_room(reading *now)
{
    mg_json *json = now->json;
    if (json->count == now->capacity) {
        size_t capacity = now->capacity ? 2 * now->capacity : 64;
        mg_json_value *grown = mg_allocate(capacity, sizeof *grown);
        if (json->count)
            memcpy(grown, json->value, json->count * sizeof *grown);
        free(json->value);
        free(json->slot);
        json->value = grown;
        now->capacity = capacity;
        json->slots = 2 * capacity;
        json->slot = mg_allocate(json->slots, sizeof *json->slot);
        for (size_t i = 0; i < json->count; i++)
            *slot_of(json, grown[i].path) = i + 1;
    }
}

/* Puts `more` behind the path of the innermost open container. */
static bool extend_path(reading *now, const char *between, const char *more, size_t length)
{
    size_t at = now->depth ? now->open[now->depth - 1].path_length : 0;
    size_t between_length = at ? strlen(between) : 0;
    if (at + between_length + length > LONGEST_PATH)
        return false;
    memcpy(now->path + at, between, between_length);
    memcpy(now->path + at + between_length, more, length);
    now->path[at + between_length + length] = '\0';
    return true;
}

static int add_value(reading *now, mg_json_type type, const char *text, size_t length)
{
    if (now->depth) {
        const level *parent = &now->open[now->depth - 1];
        int index = now->json->value[parent->value].members++;
        char number[24];
        int digits = snprintf(number, sizeof number, "[%d]", index);
        if (parent->array && !extend_path(now, "", number, (size_t)digits))
            return refuse(now, "the path to this value is longer than 400 characters");
    }
    if (memchr(text, '\0', length))
        return refuse(now, "a NUL in a string");
    make_room(now);
    size_t *slot = slot_of(now->json, now->path);
    if (*slot)
        return refuse(now, "this key was there before");
    count_lines(now, yajl_get_bytes_consumed(now->parser));
    size_t path_length = strlen(now->path);
    char *memory = mg_allocate(path_length + length + 2, 1);
    memcpy(memory, now->path, path_length);
    memcpy(memory + path_length + 1, text, length);
    now->json->value[now->json->count] = (mg_json_value){memory, memory + path_length + 1, type, 0, now->line};
    *slot = ++now->json->count;
    return 1;
}

static int open_container(reading *now, mg_json_type type)
{
    if (now->depth == DEEPEST)
        return refuse(now, "nested deeper than 64");
    if (!add_value(now, type, "", 0))
        return 0;
    now->open[now->depth++] = (level){strlen(now->path), now->json->count - 1, type == MG_JSON_ARRAY};
    return 1;
}

static int on_null(void *context)
{
    return add_value(context, MG_JSON_NULL, "null", 4);
}

static int on_bool(void *context, int x)
{
    return add_value(context, MG_JSON_BOOL, x ? "true" : "false", x ? 4 : 5);
}

static int on_number(void *context, const char *text, size_t length)
{
    return add_value(context, MG_JSON_NUMBER, text, length);
}

static int on_string(void *context, const unsigned char *text, size_t length)
{
    return add_value(context, MG_JSON_STRING, length ? (const char *)text : "", length);
}

static int on_key(void *context, const unsigned char *text, size_t length)
{
    reading *now = context;
    if (length && memchr(text, '\0', length))
        return refuse(now, "a NUL in a key");
    if (!extend_path(now, ".", length ? (const char *)text : "", length))
        return refuse(now, "the path to this value is longer than 400 characters");
    return 1;
}

static int on_object(void *context)
{
    return open_container(context, MG_JSON_OBJECT);
}

static int on_array(void *context)
{
    return open_container(context, MG_JSON_ARRAY);
}

static int on_close(void *context)
{
    reading *now = context;
    now->depth--;
    return 1;
}

/* yajl's own words, without its "parse error: " and line end. */
static void copy_words(yajl_handle parser, char words[120])
{
    unsigned char *whole = yajl_get_error(parser, 0, NULL, 0);
    const char *colon = whole ? strchr((const char *)whole, ':') : NULL;
    snprintf(words, 120, "%s", colon ? colon + 2 : "no JSON");
    words[strcspn(words, "\n")] = '\0';
    if (whole)
        yajl_free_error(parser, whole);
}

static bool fail_at(reading *now, size_t at, mg_error *error)
{
    char words[120];
    size_t line_start = at;
    if (now->refusal)
        snprintf(words, sizeof words, "%s", now->refusal);
    else
        copy_words(now->parser, words);
    now->counted = 0;
    now->line = 1;
    count_lines(now, at);
    while (line_start && now->bytes[line_start - 1] != '\n')
        line_start--;
    const char *place = now->refusal && *now->path ? now->path : NULL;
    return mg_fail(error, MG_EXIT_INPUT, "%s:%d:%zu: %s%s%s%s", now->json->path, now->line, at - line_start + 1, words,
                   place ? " ('" : "", place ? place : "", place ? "')" : "");
}

static bool parse(reading *now, size_t length, mg_error *error)
{
    static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                             .yajl_boolean = on_bool,
                                             .yajl_number = on_number,
                                             .yajl_string = on_string,
                                             .yajl_start_map = on_object,
                                             .yajl_map_key = on_key,
                                             .yajl_end_map = on_close,
                                             .yajl_start_array = on_array,
                                             .yajl_end_array = on_close};
    now->parser = yajl_alloc(&callbacks, mg_json_allocators(), now);
    yajl_status status = yajl_parse(now->parser, (const unsigned char *)now->bytes, length);
    size_t at = yajl_get_bytes_consumed(now->parser);
    if (status == yajl_status_ok) {
        status = yajl_complete_parse(now->parser);
        at = length;
    }
    bool good = status == yajl_status_ok || fail_at(now, at, error);
    yajl_free(now->parser);
    return good;
}

bool mg_json_read(const char *path, mg_json *json, mg_error *error)
{
    char *bytes;
    size_t length;
    *json = (mg_json){0};
    snprintf(json->path, sizeof json->path, "%s", path);
    if (!mg_file_read(path, &bytes, &length, error))
        return false;
    reading now = {.json = json, .bytes = bytes, .line = 1};
    bool good = parse(&now, length, error);
    free(bytes);
    if (!good)
        mg_json_close(json);
    return good;
}

const mg_json_value *mg_json_find(const mg_json *json, const char *path)
{
    if (!json->count)
        return NULL;
    size_t found = *slot_of(json, path);
    return found ? &json->value[found - 1] : NULL;
}

const char *mg_json_text(const mg_json *json, const char *path)
{
    const mg_json_value *value = mg_json_find(json, path);
    return value ? value->text : NULL;
}

bool mg_json_get_number(const mg_json *json, const char *path, double *x, mg_error *error)
{
    const mg_json_value *value = mg_json_find(json, path);
    if (!value)
        return mg_fail(error, MG_EXIT_INPUT, "%s: has no '%s', wanted a number", json->path, path);
    if (value->type == MG_JSON_NUMBER && mg_read_double(value->text, x))
        return true;
    return mg_fail(error, MG_EXIT_INPUT, "%s:%d: '%s' is '%.60s', wanted a number", json->path, value->line, path,
                   value->text);
}

void mg_json_close(mg_json *json)
{
    for (size_t i = 0; i < json->count; i++)
        free(json->value[i].path);
    free(json->value);
    free(json->slot);
    *json = (mg_json){0};
}
