/* fuzz_traffic_input.c - a fuzz target for the traffic loader and the steps that follow: libFuzzer's entry point.
 *
 *     make BUILD=build-fuzz CC=clang STATIC= CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined' \
 *         build-fuzz/lib/libmarlgold.a
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -I. tests/fuzz_traffic_input.c \
 *         build-fuzz/lib/libmarlgold.a -lyajl -o fuzz
 *     ./fuzz -max_total_time=600 corpus/
 *
 * An input is three texts (config, roadnet, flow) with a byte 1 between. tests/test_traffic_fuzz.c replays a corpus
 * that it makes itself.
 */
#include "envs/traffic/traffic.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static long walked; /* networks that loaded and ran */

static void walk(const mg_traffic_network *network)
{
    if (mg_traffic_demand(network, 40) > 20000)
        return; /* a flood takes memory, as it must */
    mg_traffic *traffic = mg_traffic_create(network);
    walked++;
    for (int i = 0; i < 40; i++) {
        for (int32_t s = 0; s < network->signals; s++)
            mg_traffic_set_phase(traffic, s, i % 3);
        mg_traffic_step(traffic);
        mg_traffic_average_travel_time(traffic);
    }
    mg_traffic_destroy(traffic);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    memcpy(text, bytes, length);
    text[length] = 0;
    char *roadnet = memchr(text, 1, length);
    char *flow = roadnet ? memchr(roadnet + 1, 1, length - (size_t)(roadnet + 1 - text)) : NULL;
    if (flow) {
        mg_error error = {0};
        mg_traffic_network *network;
        *roadnet++ = 0;
        *flow++ = 0;
        if (mg_traffic_parse(text, roadnet, flow, &network, &error)) {
            walk(network);
            mg_traffic_free(network);
        }
    }
    free(text);
    return 0;
}
