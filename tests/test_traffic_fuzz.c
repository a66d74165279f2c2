/* Replays a corpus of damaged networks, made here from a small one, through the fuzz target: no crash, no endless
 * loop. */
#include "envs/traffic/random.h"
#include "tests/fuzz_traffic_input.c"
#include "tests/traffic_networks.h"
#include <time.h>

enum { VARIANTS = 20000, SECONDS_MAX = 3 };

static char *join(const texts *t)
{
    size_t size = strlen(t->config) + strlen(t->roadnet) + strlen(t->flow) + 3;
    char *whole = malloc(size);
    snprintf(whole, size, "%s\1%s\1%s", t->config, t->roadnet, t->flow);
    return whole;
}

/* Damages of the kinds that people and disks make: bytes, numbers, cuts, pieces doubled. */
static size_t damage(char *bytes, size_t length, mg_traffic_random *random)
{
    static const char *const token[] = {"-1",  "0",    "1e308", "999999999", "0.5",   "null", "{}",
                                        "[",   "true", "\"\"",  "-0.0",      "1e-9",  "]",    "\"road_0_1_0\"",
                                        "4.5", "3",    "-30",   "}",         "17.25", "1"};
    uint32_t times = 1 + mg_traffic_random_next(random) % 3;
    for (uint32_t i = 0; i < times && length > 40; i++) {
        size_t at = mg_traffic_random_next(random) % (length - 20);
        uint32_t kind = mg_traffic_random_next(random) % 8;
        const char *piece = token[mg_traffic_random_next(random) % (sizeof token / sizeof *token)];
        if (kind == 0) {
            bytes[at] = (char)mg_traffic_random_next(random);
        } else if (kind == 1) {
            length = at;
        } else if (kind == 2) {
            memmove(bytes + at, bytes + at + 9, length - at - 9);
            length -= 9;
        } else {
            while (at + 20 < length && bytes[at] != ':' && bytes[at] != ',')
                at++;
            size_t value = strcspn(bytes + at + 1, ",}]");
            size_t wanted = strlen(piece);
            if (at + 1 + value > length || value > 30)
                continue;
            memmove(bytes + at + 1 + wanted, bytes + at + 1 + value, length - at - 1 - value);
            memcpy(bytes + at + 1, piece, wanted);
            length = length + wanted - value;
        }
        bytes[length] = 0;
    }
    return length;
}

int main(void)
{
    mg_traffic_grid grid = mg_traffic_grid_default();
    grid.rows = grid.columns = 1;
    grid.left = grid.right = 0;
    grid.spacing = 100.0;
    texts t = texts_of(&grid, MG_DEMAND_STRAIGHT, 3.0, 1.0);
    char *seed = join(&t), *bytes = malloc(2 * strlen(seed) + 1000);
    mg_traffic_random random;
    mg_traffic_random_seed(&random, 20);
    clock_t begin = clock();
    int played = 0;
    for (; played < VARIANTS && (clock() - begin) / CLOCKS_PER_SEC < SECONDS_MAX; played++) {
        strcpy(bytes, seed);
        size_t length = damage(bytes, strlen(seed), &random);
        LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
    }
    LLVMFuzzerTestOneInput((const uint8_t *)seed, strlen(seed));
    tap_ok(played > 20, "damaged networks: all refused or run");
    tap_ok(walked > 20, "some of them run");
    tap_note("%d of them, %ld run", played, walked);
    free(bytes);
    free(seed);
    texts_free(&t);
    return tap_done();
}
