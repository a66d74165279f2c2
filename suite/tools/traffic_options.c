/* traffic_options.c - options of the subcommands of traffic. */
#include "core/io/text.h"
#include "suite/harness/nearest.h"
#include "suite/tools/traffic_commands.h"

#include <stdio.h>
#include <string.h>

static traffic_option *find(traffic_option *option, int options, const char *text)
{
    for (int i = 0; i < options; i++) {
        if (strncmp(text, "--", 2) == 0 && strcmp(text + 2, option[i].name) == 0)
            return &option[i];
    }
    return NULL;
}

static const char *option_name(const void *context, int i)
{
    return ((const traffic_option *)context)[i].name;
}

static bool refuse_unknown(const char *text, const traffic_option *option, int options, mg_error *error)
{
    const char *meant = strncmp(text, "--", 2) == 0 ? mg_nearest(text + 2, options, option_name, option) : NULL;
    if (meant)
        return mg_fail(error, MG_EXIT_USAGE, "unknown option '%.100s'; was --%s meant?", text, meant);
    return mg_fail(error, MG_EXIT_USAGE, "unknown option '%.100s'; see traffic --help", text);
}

bool traffic_read_options(int count, char **text, traffic_option *option, int options, mg_error *error)
{
    for (int i = 0; i < count; i++) {
        traffic_option *found = find(option, options, text[i]);
        if (!found)
            return refuse_unknown(text[i], option, options, error);
        if (found->value)
            return mg_fail(error, MG_EXIT_USAGE, "--%s is given twice", found->name);
        if (!found->flag && i + 1 == count)
            return mg_fail(error, MG_EXIT_USAGE, "--%s wants a value", found->name);
        found->value = found->flag ? "" : text[++i];
    }
    return true;
}

const char *traffic_option_text(const traffic_option *option, int options, const char *name)
{
    for (int i = 0; i < options; i++) {
        if (strcmp(option[i].name, name) == 0)
            return option[i].value;
    }
    return NULL;
}

bool traffic_option_integer(const traffic_option *option, int options, const char *name, long low, long high, long *x,
                            mg_error *error)
{
    const char *text = traffic_option_text(option, options, name);
    return !text || mg_read_long(text, low, high, x) ||
           mg_fail(error, MG_EXIT_USAGE, "--%s: found '%.60s', wanted a whole number from %ld to %ld", name, text, low,
                   high);
}

bool traffic_option_number(const traffic_option *option, int options, const char *name, double low, double high,
                           double *x, mg_error *error)
{
    const char *text = traffic_option_text(option, options, name);
    double value;
    if (!text)
        return true;
    if (!mg_read_double(text, &value) || !(value >= low && value <= high))
        return mg_fail(error, MG_EXIT_USAGE, "--%s: found '%.60s', wanted a number from %g to %g", name, text, low,
                       high);
    *x = value;
    return true;
}

bool traffic_open(const char *config, bool ignore_lane_change, mg_traffic_network **network, mg_error *error)
{
    if (!(ignore_lane_change ? mg_traffic_load_without_lane_change : mg_traffic_load)(config, network, error))
        return false;
    for (int32_t i = 0; i < (*network)->notes; i++)
        fprintf(stderr, "traffic: note: %s\n", (*network)->note[i]);
    return true;
}
