/* config.c - fields: ranges, printing, hashing, comparing. */
#include "core/io/config.h"
#include "core/io/text.h"

#include <string.h>

double mg_config_value(const mg_field *field, const void *config)
{
    const unsigned char *at = (const unsigned char *)config + field->offset;
    if (field->type == MG_FIELD_DOUBLE) {
        double x;
        memcpy(&x, at, sizeof x);
        return x;
    }
    if (field->type == MG_FIELD_BOOL) {
        bool x;
        memcpy(&x, at, sizeof x);
        return x ? 1.0 : 0.0;
    }
    int x;
    memcpy(&x, at, sizeof x);
    return (double)x;
}

bool mg_config_set(const mg_fields *fields, void *config, const char *name, double value)
{
    int i = 0, whole = (int)value;
    bool truth = value > 0.0;
    while (i < fields->count && strcmp(fields->field[i].name, name))
        i++;
    if (i == fields->count)
        return false;
    unsigned char *at = (unsigned char *)config + fields->field[i].offset;
    if (fields->field[i].type == MG_FIELD_DOUBLE)
        memcpy(at, &value, sizeof value);
    else if (fields->field[i].type == MG_FIELD_BOOL)
        memcpy(at, &truth, sizeof truth);
    else
        memcpy(at, &whole, sizeof whole);
    return true;
}

const char *mg_config_print(const mg_field *field, const void *config, char text[40])
{
    double value = mg_config_value(field, config);
    if (field->type == MG_FIELD_BOOL)
        return strcpy(text, value > 0.0 ? "true" : "false");
    return mg_print_double(value, text);
}

bool mg_config_check(const mg_fields *fields, const void *config, mg_error *error)
{
    for (int i = 0; i < fields->count; i++) {
        const mg_field *field = &fields->field[i];
        double value = mg_config_value(field, config);
        if (value >= field->low && value <= field->high)
            continue; /* NaN fails both comparisons */
        char found[MG_NUMBER_TEXT], low[MG_NUMBER_TEXT], high[MG_NUMBER_TEXT];
        return mg_fail(error, MG_EXIT_INPUT, "config %s.%s is %s, wanted a number from %s to %s", fields->name,
                       field->name, mg_print_double(value, found), mg_print_double(field->low, low),
                       mg_print_double(field->high, high));
    }
    return true;
}

void mg_config_hash(mg_hasher *hasher, const mg_fields *fields, const void *config)
{
    mg_hash_text(hasher, "config", fields->name);
    for (int i = 0; i < fields->count; i++) {
        double value = mg_config_value(&fields->field[i], config);
        mg_hash_double(hasher, fields->field[i].name, &value, 1);
    }
}

int mg_config_compare(const mg_fields *fields, const void *paper, const void *used, mg_config_difference found,
                      void *context)
{
    int differences = 0;
    for (int i = 0; i < fields->count; i++) {
        const mg_field *field = &fields->field[i];
        double a = mg_config_value(field, paper), b = mg_config_value(field, used);
        if (a == b)
            continue;
        differences++;
        if (found)
            found(context, fields, field, paper, used);
    }
    return differences;
}
