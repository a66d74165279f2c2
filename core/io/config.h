/* config.h - configuration structs that can be listed: checked, hashed, printed and compared field by field.
 *
 * Every environment, learner and budget has a plain struct of int, double, bool and a table of its fields. From the
 * table come the digest that a checkpoint carries, the list of deviations beside a result, and the refusal of NaN
 * or of a value out of range.
 */
#ifndef MG_CONFIG_H
#define MG_CONFIG_H

#include "core/io/digest.h"
#include "core/io/error.h"
#include <stddef.h>

typedef enum mg_field_type { MG_FIELD_INT, MG_FIELD_DOUBLE, MG_FIELD_BOOL } mg_field_type;

typedef struct mg_field {
    const char *name;
    mg_field_type type;
    size_t offset;
    double low, high;   /* inclusive range */
    const char *source; /* where the paper's value comes from: "thesis Table B.3", "facts/lio.md 4.1", "our
                           choice: ..." */
} mg_field;

typedef struct mg_fields {
    const char *name; /* of the config: "lio", "matrix-game", "budget" */
    int count;
    const mg_field *field;
    size_t size; /* of the struct */
} mg_fields;

double mg_config_value(const mg_field *field, const void *config);
/* False, and nothing done, if there is no such field. */
bool mg_config_set(const mg_fields *fields, void *config, const char *name, double value);
const char *mg_config_print(const mg_field *field, const void *config, char text[40]);
bool mg_config_check(const mg_fields *fields, const void *config, mg_error *error);
void mg_config_hash(mg_hasher *hasher, const mg_fields *fields, const void *config); /* field names and values */

/* Calls `found` for every field whose value differs between the two. */
typedef void (*mg_config_difference)(void *context, const mg_fields *fields, const mg_field *field, const void *paper,
                                     const void *used);
int mg_config_compare(const mg_fields *fields, const void *paper, const void *used, mg_config_difference found,
                      void *context);

#endif
