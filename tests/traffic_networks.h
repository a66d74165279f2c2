/* traffic_networks.h - small networks for the tests of the traffic simulator, made by its own generator. */
#ifndef MG_TRAFFIC_NETWORKS_H
#define MG_TRAFFIC_NETWORKS_H

#include "envs/traffic/generate.h"
#include "envs/traffic/traffic.h"
#include "tests/tap.h"
#include <stdlib.h>
#include <string.h>

/* The three texts of a network; free with texts_free. */
typedef struct texts {
    char *config, *roadnet, *flow;
} texts;

__attribute__((unused)) static texts texts_of(const mg_traffic_grid *grid, mg_traffic_demand_kind kind, double interval,
                                              double dt)
{
    return (texts){mg_traffic_config_text(dt, 7, "", grid->plan), mg_traffic_grid_roadnet(grid),
                   mg_traffic_grid_flow(grid, kind, interval)};
}

__attribute__((unused)) static texts small_texts(void)
{
    mg_traffic_grid grid = mg_traffic_grid_default();
    grid.rows = 2;
    grid.columns = 3;
    grid.spacing = 120.0;
    grid.width = 14.0;
    return texts_of(&grid, MG_DEMAND_TURNS, 6.0, 1.0);
}

__attribute__((unused)) static void texts_free(texts *t)
{
    free(t->config);
    free(t->roadnet);
    free(t->flow);
    *t = (texts){0};
}

/* The text with the first `from` replaced by `to`, in place of the old one; ends the test where there is none. */
__attribute__((unused)) static void replace(char **text, const char *from, const char *to)
{
    char *at = strstr(*text, from);
    if (!at) {
        tap_ok(false, "the text has no %s", from);
        exit(1);
    }
    size_t before = (size_t)(at - *text), size = strlen(*text) + strlen(to) + 1;
    char *changed = malloc(size);
    memcpy(changed, *text, before);
    snprintf(changed + before, size - before, "%s%s", to, at + strlen(from));
    free(*text);
    *text = changed;
}

__attribute__((unused)) static mg_traffic_network *load(const texts *t)
{
    mg_error error = {0};
    mg_traffic_network *network;
    if (mg_traffic_parse(t->config, t->roadnet, t->flow, &network, &error))
        return network;
    tap_ok(false, "%s", error.text);
    exit(1);
}

__attribute__((unused)) static const char *digest_of(const mg_traffic *traffic, char text[MG_DIGEST_TEXT])
{
    mg_hasher *hasher = mg_hasher_create();
    mg_traffic_hash(traffic, hasher);
    mg_digest_print(mg_hasher_finish(hasher), text);
    mg_hasher_destroy(hasher);
    return text;
}

__attribute__((unused)) static void run_steps(mg_traffic *traffic, int steps)
{
    for (int i = 0; i < steps; i++)
        mg_traffic_step(traffic);
}

#endif
