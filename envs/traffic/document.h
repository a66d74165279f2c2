/* document.h - a JSON file as one flat array of small nodes, streamed through yajl: 16 bytes per value, no tree, so
 * that a road network of 65 MB fits into little memory; and readers of its members that name file and path of what
 * is wrong. */
#ifndef MG_TRAFFIC_DOCUMENT_H
#define MG_TRAFFIC_DOCUMENT_H

#include "core/io/error.h"
#include <stddef.h>
#include <stdint.h>

typedef enum mg_node_type {
    MG_NODE_NULL,
    MG_NODE_BOOL,
    MG_NODE_INTEGER, /* a number without fraction and exponent */
    MG_NODE_REAL,
    MG_NODE_TEXT,
    MG_NODE_KEY,
    MG_NODE_OBJECT,
    MG_NODE_ARRAY
} mg_node_type;

typedef struct mg_node {
    uint32_t next : 29; /* index of the node after this value */
    uint32_t type : 3;
    uint32_t length; /* of the text; members of a container */
    union {
        double number; /* also 0 and 1 of a bool */
        uint64_t text; /* offset into the document's text */
    } as;
} mg_node;

typedef struct mg_document {
    mg_node *node; /* node[0] is the whole */
    size_t nodes, node_capacity;
    char *text; /* texts and keys, decoded, each followed by a NUL */
    size_t text_length, text_capacity;
    bool stricter; /* it was refused for something that CityFlow's reader takes */
} mg_document;

/* Refuses what is no JSON, another encoding than UTF-8 (named), nesting deeper than 512, NUL in a text, a number too
 * large, more than 2^29 values. */
bool mg_document_read_file(const char *path, mg_document *document, mg_error *error);
bool mg_document_read_text(const char *name, const char *json, size_t length, mg_document *document, mg_error *error);
void mg_document_free(mg_document *document);

/* ---- members; of two with one name the first counts ---- */
#define MG_PATH_DEPTH 16
typedef struct mg_reader {
    const mg_document *document;
    const char *file;
    mg_error *error;
    const char *then; /* what CityFlow does after such an error, for the end of the message; or NULL */
    struct {
        const char *name; /* or NULL: an index */
        long index;
    } path[MG_PATH_DEPTH]; /* where the object in hand is */
    int depth;
} mg_reader;

typedef struct mg_span { /* a text in the document */
    const char *text;
    uint32_t length;
} mg_span;

#define MG_NO_NODE UINT32_MAX

void mg_reader_enter(mg_reader *reader, const char *name, long index);
void mg_reader_leave(mg_reader *reader);
/* Records "file: path.name: what; then"; returns false. */
__attribute__((format(printf, 3, 4))) bool mg_reader_fail(mg_reader *reader, const char *name, const char *format, ...);
/* The same without `then`: what only this reader refuses, or where CityFlow ends otherwise. */
__attribute__((format(printf, 3, 4))) bool mg_reader_refuse(mg_reader *reader, const char *name, const char *format,
                                                            ...);

uint32_t mg_member(const mg_document *document, uint32_t object, const char *name); /* or MG_NO_NODE */
bool mg_want_number(mg_reader *reader, uint32_t object, const char *name, double *x);
bool mg_want_integer(mg_reader *reader, uint32_t object, const char *name, int32_t *x); /* fits 32 bits */
bool mg_want_bool(mg_reader *reader, uint32_t object, const char *name, bool *x);
bool mg_want_text(mg_reader *reader, uint32_t object, const char *name, mg_span *text);
bool mg_want_array(mg_reader *reader, uint32_t object, const char *name, uint32_t *array);
bool mg_want_object(mg_reader *reader, uint32_t object, const char *name, uint32_t *child);
/* The value itself, named by its place in the array in hand. */
bool mg_is_object(mg_reader *reader, uint32_t node, long index);
bool mg_is_text(mg_reader *reader, uint32_t node, long index, mg_span *text);
bool mg_is_integer(mg_reader *reader, uint32_t node, long index, int32_t *x);
/* An optional member of another type takes its default; *ignored is then set, else left alone. */
int32_t mg_optional_integer(const mg_document *document, uint32_t object, const char *name, int32_t otherwise,
                            bool *ignored);
bool mg_optional_bool(const mg_document *document, uint32_t object, const char *name, bool otherwise, bool *ignored);

#endif
