/* document.c - yajl into nodes, and readers of members. */
#include "envs/traffic/document.h"
#include "core/io/json.h"
#include "core/io/memory.h"
#include "envs/traffic/number.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

enum { DEPTH_MAX = 512, CHUNK = 65536 };

typedef struct builder {
    mg_document *document;
    uint32_t open[DEPTH_MAX]; /* containers not yet closed */
    int depth;
    const char *complaint; /* why reading was cancelled */
} builder;

static int complain(builder *b, const char *what)
{
    b->complaint = what;
    return 0;
}

/* The same of what CityFlow's reader takes. */
static int complain_alone(builder *b, const char *what)
{
    b->document->stricter = true;
    return complain(b, what);
}

static mg_node *append(builder *b, mg_node_type type)
{
    mg_document *d = b->document;
    if (d->nodes >= (UINT32_C(1) << 29) - 1) {
        complain_alone(b, "more than 2^29 values");
        return NULL;
    }
    if (d->nodes == d->node_capacity) {
        size_t wanted = d->node_capacity ? d->node_capacity * 2 : 1024;
        d->node = mg_reallocate(d->node, wanted * sizeof *d->node);
        d->node_capacity = wanted;
    }
    if (b->depth > 0 && type != MG_NODE_KEY)
        d->node[b->open[b->depth - 1]].length++;
    mg_node *node = &d->node[d->nodes++];
    *node = (mg_node){.type = type & 7U, .next = (uint32_t)d->nodes & 0x1fffffffU};
    return node;
}

static int take_null(void *context)
{
    return append(context, MG_NODE_NULL) != NULL;
}

static int take_bool(void *context, int truth)
{
    mg_node *node = append(context, MG_NODE_BOOL);
    if (node)
        node->as.number = truth ? 1.0 : 0.0;
    return node != NULL;
}

static int take_number(void *context, const char *text, size_t length)
{
    double x;
    bool integer;
    if (!mg_traffic_number(text, length, &x, &integer))
        return complain(context, "a number too large for binary64");
    mg_node *node = append(context, integer ? MG_NODE_INTEGER : MG_NODE_REAL);
    if (node)
        node->as.number = x;
    return node != NULL;
}

static int take(builder *b, mg_node_type type, const unsigned char *text, size_t length)
{
    mg_document *d = b->document;
    if (memchr(text, 0, length) || length > UINT32_MAX)
        return complain_alone(b, "a text with a NUL in it");
    mg_node *node = append(b, type);
    if (!node)
        return 0;
    mg_reserve(&d->text, d->text_length, &d->text_capacity, length + 1);
    memcpy(d->text + d->text_length, text, length);
    d->text[d->text_length + length] = 0;
    node->as.text = d->text_length;
    node->length = (uint32_t)length;
    d->text_length += length + 1;
    return 1;
}

static int take_text(void *context, const unsigned char *text, size_t length)
{
    return take(context, MG_NODE_TEXT, text, length);
}

static int take_key(void *context, const unsigned char *text, size_t length)
{
    return take(context, MG_NODE_KEY, text, length);
}

static int open_container(builder *b, mg_node_type type)
{
    if (b->depth == DEPTH_MAX)
        return complain_alone(b, "nesting deeper than 512");
    if (!append(b, type))
        return 0;
    b->open[b->depth++] = (uint32_t)b->document->nodes - 1;
    return 1;
}

static int close_container(void *context)
{
    builder *b = context;
    b->document->node[b->open[--b->depth]].next = (uint32_t)b->document->nodes & 0x1fffffffU;
    return 1;
}

static int open_object(void *context)
{
    return open_container(context, MG_NODE_OBJECT);
}

static int open_array(void *context)
{
    return open_container(context, MG_NODE_ARRAY);
}

static const yajl_callbacks callbacks = {
    .yajl_null = take_null,
    .yajl_boolean = take_bool,
    .yajl_number = take_number,
    .yajl_string = take_text,
    .yajl_start_map = open_object,
    .yajl_map_key = take_key,
    .yajl_end_map = close_container,
    .yajl_start_array = open_array,
    .yajl_end_array = close_container,
};

static long count_lines(const char *bytes, size_t length)
{
    long lines = 0;
    const char *end = bytes + length;
    for (const char *at = bytes; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        lines++;
    return lines;
}

/* The encoding that the first bytes of a file tell, where it is not plain UTF-8; or NULL. */
static const char *other_encoding(const unsigned char *byte, size_t length)
{
    if (length >= 3 && byte[0] == 0xef && byte[1] == 0xbb && byte[2] == 0xbf)
        return "UTF-8 with a byte order mark in front";
    if (length >= 2 && ((byte[0] == 0xff && byte[1] == 0xfe) || (byte[0] == 0xfe && byte[1] == 0xff)))
        return "UTF-16 or UTF-32";
    if (length >= 2 && (byte[0] == 0 || byte[1] == 0))
        return "UTF-16 or UTF-32, or no text at all";
    return NULL;
}

/* One line from what yajl says, at the line where it stopped. */
static bool refuse(yajl_handle parser, const builder *b, const char *name, long line, mg_error *error)
{
    if (b->complaint)
        return mg_fail(error, MG_EXIT_INPUT, "%s:%ld: %s", name, line, b->complaint);
    unsigned char *text = yajl_get_error(parser, 0, NULL, 0);
    size_t length = strcspn((char *)text, "\n");
    if (strstr((char *)text, "UTF8")) {
        b->document->stricter = true;
        mg_fail(error, MG_EXIT_INPUT,
                "%s:%ld: a text with bytes that are not UTF-8; save the file as UTF-8 (is it Latin-1 or another "
                "encoding of one byte?)",
                name, line);
    }
    mg_fail(error, MG_EXIT_INPUT, "%s:%ld: %.*s; is this a whole JSON file?", name, line, (int)length, (char *)text);
    yajl_free_error(parser, text);
    return false;
}

static bool finish(yajl_handle parser, const builder *b, const char *name, long line, mg_error *error)
{
    if (yajl_complete_parse(parser) != yajl_status_ok)
        return refuse(parser, b, name, line, error);
    if (b->document->nodes == 0)
        return mg_fail(error, MG_EXIT_INPUT, "%s: empty, wanted JSON", name);
    return true;
}

static bool feed(yajl_handle parser, builder *b, const char *name, const char *bytes, size_t length, long *line,
                 mg_error *error)
{
    const char *encoding =
        *line == 1 && b->document->nodes == 0 ? other_encoding((const unsigned char *)bytes, length) : NULL;
    if (encoding)
        return mg_fail(error, MG_EXIT_INPUT, "%s: the file is %s; save it as plain UTF-8", name, encoding);
    bool good = yajl_parse(parser, (const unsigned char *)bytes, length) == yajl_status_ok;
    size_t used = good ? length : yajl_get_bytes_consumed(parser);
    *line += count_lines(bytes, used < length ? used : length);
    return good || refuse(parser, b, name, *line, error);
}

bool mg_document_read_text(const char *name, const char *json, size_t length, mg_document *document, mg_error *error)
{
    *document = (mg_document){0};
    builder b = {.document = document};
    yajl_handle parser = yajl_alloc(&callbacks, mg_json_allocators(), &b);
    long line = 1;
    bool good = feed(parser, &b, name, json, length, &line, error) && finish(parser, &b, name, line, error);
    yajl_free(parser);
    return good;
}

bool mg_document_read_file(const char *path, mg_document *document, mg_error *error)
{
    *document = (mg_document){0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return mg_fail(error, MG_EXIT_INPUT, "%s: %s", path, strerror(errno));
    builder b = {.document = document};
    yajl_handle parser = yajl_alloc(&callbacks, mg_json_allocators(), &b);
    char *chunk = mg_allocate(CHUNK, 1);
    long line = 1;
    bool good = true;
    size_t length;
    while (good && (length = fread(chunk, 1, CHUNK, file)) > 0)
        good = feed(parser, &b, path, chunk, length, &line, error);
    if (good && ferror(file))
        good = mg_fail(error, MG_EXIT_INPUT, "%s: %s", path, strerror(errno));
    good = good && finish(parser, &b, path, line, error);
    free(chunk);
    yajl_free(parser);
    fclose(file);
    return good;
}

void mg_document_free(mg_document *document)
{
    free(document->node);
    free(document->text);
    *document = (mg_document){0};
}

/* ---- members ---- */
void mg_reader_enter(mg_reader *reader, const char *name, long index)
{
    reader->path[reader->depth].name = name;
    reader->path[reader->depth++].index = index;
}

void mg_reader_leave(mg_reader *reader)
{
    reader->depth--;
}

static bool fail(mg_reader *reader, const char *name, const char *then, const char *format, va_list arguments)
{
    char path[300] = "", what[300];
    size_t used = 0;
    for (int i = 0; i < reader->depth && used < sizeof path - 60; i++) {
        if (reader->path[i].name)
            used += (size_t)snprintf(path + used, 50, "%s%.40s", used ? "." : "", reader->path[i].name);
        else
            used += (size_t)snprintf(path + used, 50, "[%ld]", reader->path[i].index);
    }
    if (name)
        snprintf(path + used, sizeof path - used, "%s%.50s", used ? "." : "", name);
    vsnprintf(what, sizeof what, format, arguments);
    return mg_fail(reader->error, MG_EXIT_INPUT, "%.200s: %s%s%s%s%s", reader->file, path, *path ? ": " : "", what,
                   then ? "; " : "", then ? then : "");
}

bool mg_reader_fail(mg_reader *reader, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(reader, name, reader->then, format, arguments);
    va_end(arguments);
    return false;
}

bool mg_reader_refuse(mg_reader *reader, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(reader, name, NULL, format, arguments);
    va_end(arguments);
    return false;
}

uint32_t mg_member(const mg_document *document, uint32_t object, const char *name)
{
    const mg_node *node = document->node;
    size_t length = strlen(name);
    for (uint32_t key = object + 1; key < node[object].next; key = node[key + 1].next) {
        if (node[key].length == length && memcmp(document->text + node[key].as.text, name, length) == 0)
            return key + 1;
    }
    return MG_NO_NODE;
}

static const char *type_name(unsigned type)
{
    static const char *const names[] = {"null",   "a bool", "an integer", "a real number",
                                        "a text", "a key",  "an object",  "an array"};
    return names[type];
}

/* mask: bit per wanted type. */
static bool want(mg_reader *reader, uint32_t object, const char *name, unsigned mask, const char *wanted,
                 uint32_t *node)
{
    *node = mg_member(reader->document, object, name);
    if (*node == MG_NO_NODE)
        return mg_reader_fail(reader, name, "missing, wanted %s", wanted);
    unsigned type = reader->document->node[*node].type;
    return (mask >> type & 1) || mg_reader_fail(reader, name, "found %s, wanted %s", type_name(type), wanted);
}

static bool fits_integer(const mg_node *node)
{
    return node->type == MG_NODE_INTEGER && node->as.number >= -2147483648.0 && node->as.number <= 2147483647.0;
}

bool mg_want_number(mg_reader *reader, uint32_t object, const char *name, double *x)
{
    uint32_t node;
    if (!want(reader, object, name, 1U << MG_NODE_INTEGER | 1U << MG_NODE_REAL, "a number", &node))
        return false;
    *x = reader->document->node[node].as.number;
    return true;
}

bool mg_want_integer(mg_reader *reader, uint32_t object, const char *name, int32_t *x)
{
    uint32_t node;
    if (!want(reader, object, name, 1U << MG_NODE_INTEGER, "an integer", &node))
        return false;
    if (!fits_integer(&reader->document->node[node]))
        return mg_reader_fail(reader, name, "found %.17g, wanted an integer of 32 bits",
                              reader->document->node[node].as.number);
    *x = (int32_t)reader->document->node[node].as.number;
    return true;
}

bool mg_want_bool(mg_reader *reader, uint32_t object, const char *name, bool *x)
{
    uint32_t node;
    if (!want(reader, object, name, 1U << MG_NODE_BOOL, "a bool", &node))
        return false;
    *x = reader->document->node[node].as.number > 0.0;
    return true;
}

bool mg_want_text(mg_reader *reader, uint32_t object, const char *name, mg_span *text)
{
    uint32_t node;
    if (!want(reader, object, name, 1U << MG_NODE_TEXT, "a text", &node))
        return false;
    const mg_node *found = &reader->document->node[node];
    *text = (mg_span){reader->document->text + found->as.text, found->length};
    return true;
}

bool mg_want_array(mg_reader *reader, uint32_t object, const char *name, uint32_t *array)
{
    return want(reader, object, name, 1U << MG_NODE_ARRAY, "an array", array);
}

bool mg_want_object(mg_reader *reader, uint32_t object, const char *name, uint32_t *child)
{
    return want(reader, object, name, 1U << MG_NODE_OBJECT, "an object", child);
}

static bool is(mg_reader *reader, uint32_t node, long index, mg_node_type type)
{
    unsigned found = reader->document->node[node].type;
    if (found == (unsigned)type)
        return true;
    mg_reader_enter(reader, NULL, index);
    mg_reader_fail(reader, NULL, "found %s, wanted %s", type_name(found), type_name(type));
    mg_reader_leave(reader);
    return false;
}

bool mg_is_object(mg_reader *reader, uint32_t node, long index)
{
    return is(reader, node, index, MG_NODE_OBJECT);
}

bool mg_is_text(mg_reader *reader, uint32_t node, long index, mg_span *text)
{
    if (!is(reader, node, index, MG_NODE_TEXT))
        return false;
    const mg_node *found = &reader->document->node[node];
    *text = (mg_span){reader->document->text + found->as.text, found->length};
    return true;
}

bool mg_is_integer(mg_reader *reader, uint32_t node, long index, int32_t *x)
{
    if (!is(reader, node, index, MG_NODE_INTEGER))
        return false;
    double value = reader->document->node[node].as.number;
    *x = fits_integer(&reader->document->node[node]) ? (int32_t)value : INT32_MIN;
    return true;
}

int32_t mg_optional_integer(const mg_document *document, uint32_t object, const char *name, int32_t otherwise,
                            bool *ignored)
{
    uint32_t node = mg_member(document, object, name);
    if (node == MG_NO_NODE)
        return otherwise;
    if (fits_integer(&document->node[node]))
        return (int32_t)document->node[node].as.number;
    *ignored = true;
    return otherwise;
}

bool mg_optional_bool(const mg_document *document, uint32_t object, const char *name, bool otherwise, bool *ignored)
{
    uint32_t node = mg_member(document, object, name);
    if (node == MG_NO_NODE)
        return otherwise;
    if (document->node[node].type == MG_NODE_BOOL)
        return document->node[node].as.number > 0.0;
    *ignored = true;
    return otherwise;
}
