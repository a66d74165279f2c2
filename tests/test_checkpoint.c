/* Checkpoints: what goes in comes out, byte for byte on every machine; every cut and every flipped bit is noticed. */
#include "core/io/checkpoint.h"
#include "tests/scratch.h"
#include "tests/tap.h"
#include <string.h>

static const mg_digest config = {0x0123456789abcdefU, 0xfedcba9876543210U};

static void put(const char *path, const void *bytes, size_t length)
{
    remove(path); /* cheaper than cutting it: some file systems flush then */
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file)) {
        perror(path);
        exit(MG_EXIT_INPUT);
    }
}

static float weights[6] = {1.5f, -0.0f, 1e-45f, 3.4028235e38f, 0.1f, -2};
static double doubles[2] = {5e-324, -1.0 / 3.0};
static int32_t integers[3] = {-2147483647 - 1, 0, 2147483647};
static uint64_t words[2] = {0x0123456789abcdefU, 1};
static uint8_t bytes_of_state[5] = {0, 1, 254, 255, 7};

/* One tensor of every type. */
static void list_tensors(mg_tensor tensors[5])
{
    tensors[0] = (mg_tensor){MG_KIND_POLICIES, "agent 0 policy first.weight", MG_TYPE_FLOAT, 2, 3, weights};
    tensors[1] = (mg_tensor){MG_KIND_OPTIMISERS, "step", MG_TYPE_DOUBLE, 1, 2, doubles};
    tensors[2] = (mg_tensor){MG_KIND_ENVIRONMENT, "state", MG_TYPE_I32, 3, 1, integers};
    tensors[3] = (mg_tensor){MG_KIND_RNG, "counts", MG_TYPE_U64, 1, 2, words};
    tensors[4] = (mg_tensor){MG_KIND_STATE, "flags", MG_TYPE_U8, 1, 5, bytes_of_state};
}

static void write_whole(const char *path)
{
    mg_tensor tensors[5];
    mg_checkpoint_writer writer;
    mg_error error = {0};
    list_tensors(tensors);
    mg_checkpoint_start(&writer, config);
    mg_checkpoint_put(&writer, "task", "lio seed 0", 10);
    mg_checkpoint_put(&writer, "nothing", NULL, 0);
    for (int i = 0; i < 5; i++)
        mg_checkpoint_put_tensor(&writer, &tensors[i]);
    tap_ok(mg_checkpoint_save(&writer, path, &error), "saved %s", error.text);
    size_t length = writer.length;
    tap_ok(mg_checkpoint_save(&writer, path, &error) && writer.length == length, "saved again, the same");
    mg_checkpoint_free(&writer);
}

static void comes_back(void)
{
    const char *path = scratch("state");
    mg_error error = {0};
    mg_tensor tensors[5];
    mg_digest digest;
    char text[MG_DIGEST_TEXT];
    write_whole(path);
    tap_ok(mg_digest_file(path, &digest, &error) &&
               !strcmp(mg_digest_print(digest, text), "4f1286b9185bbc3f11cb4528490d7f1f"),
           "the file's bytes are the same on every machine: %s", text);
    mg_checkpoint checkpoint;
    tap_ok(mg_checkpoint_open(path, config, &checkpoint, &error), "opened %s", error.text);
    const void *bytes;
    size_t length;
    tap_ok(mg_checkpoint_get(&checkpoint, "task", &bytes, &length, &error) && length == 10 &&
               !memcmp(bytes, "lio seed 0", 10) && (uintptr_t)bytes % 8 == 0,
           "a section, aligned");
    tap_ok(mg_checkpoint_get(&checkpoint, "nothing", &bytes, &length, &error) && length == 0, "an empty section");
    list_tensors(tensors);
    for (int i = 0; i < 5; i++) {
        uint64_t room[8];
        mg_tensor other = tensors[i];
        memset(room, 0xa5, sizeof room);
        other.data = room;
        tap_ok(mg_checkpoint_get_tensor(&checkpoint, &other, &error) &&
                   !memcmp(room, tensors[i].data, mg_tensor_bytes(&other)) &&
                   ((unsigned char *)room)[mg_tensor_bytes(&other)] == 0xa5,
               "tensor %s %s", other.name, error.text);
    }
    mg_checkpoint_close(&checkpoint);
    tap_ok(!checkpoint.bytes, "closed");
}

static bool says(bool done, const mg_error *error, const char *path, const char *wanted)
{
    char whole[700];
    snprintf(whole, sizeof whole, "%.300s%.350s", path, wanted);
    return !done && error->status == MG_EXIT_INPUT && !strcmp(error->text, whole);
}

static void wrong_sections(void)
{
    const char *path = scratch("state");
    mg_error error = {0};
    mg_checkpoint checkpoint;
    const void *bytes;
    size_t length;
    uint64_t room[8] = {0};
    mg_checkpoint_open(path, config, &checkpoint, &error);
    tap_ok(says(mg_checkpoint_get(&checkpoint, "tas", &bytes, &length, &error), &error, path,
                ": has no section 'tas'; was it written by another version?"),
           "%s", error.text);
    mg_tensor shape = {MG_KIND_POLICIES, "agent 0 policy first.weight", MG_TYPE_FLOAT, 3, 2, room};
    error = (mg_error){0};
    tap_ok(says(mg_checkpoint_get_tensor(&checkpoint, &shape, &error), &error, path,
                ": section 'policies/agent 0 policy first.weight' is float[2][3], wanted float[3][2]"),
           "%s", error.text);
    mg_tensor type = {MG_KIND_ENVIRONMENT, "state", MG_TYPE_FLOAT, 3, 1, room};
    error = (mg_error){0};
    tap_ok(says(mg_checkpoint_get_tensor(&checkpoint, &type, &error), &error, path,
                ": section 'environment/state' is i32[3][1], wanted float[3][1]"),
           "%s", error.text);
    mg_tensor absent = {MG_KIND_CRITICS, "state", MG_TYPE_I32, 3, 1, room};
    error = (mg_error){0};
    tap_ok(says(mg_checkpoint_get_tensor(&checkpoint, &absent, &error), &error, path,
                ": has no section 'critics/state'; was it written by another version?"),
           "%s", error.text);
    tap_ok(room[0] == 0, "a refused tensor is left alone");
    mg_checkpoint_close(&checkpoint);
}

static void two_of_one_name(void)
{
    mg_checkpoint_writer writer;
    mg_error error = {0};
    const char *path = scratch("twice");
    mg_checkpoint_start(&writer, config);
    mg_checkpoint_put(&writer, "a", "1", 1);
    mg_checkpoint_put(&writer, "b", "2", 1);
    mg_checkpoint_put(&writer, "a", "3", 1);
    tap_ok(says(mg_checkpoint_save(&writer, path, &error), &error, path, ": not saved: two sections are called 'a'") &&
               !is_there(path),
           "%s", error.text);
    mg_checkpoint_free(&writer);
}

static void refuses(const char *bytes, size_t length, mg_digest wanted_config, const char *wanted)
{
    const char *path = scratch("wrong");
    mg_error error = {0};
    mg_checkpoint checkpoint;
    put(path, bytes, length);
    bool opened = mg_checkpoint_open(path, wanted_config, &checkpoint, &error);
    tap_ok(!checkpoint.bytes && says(opened, &error, path, wanted), "%s", error.text);
}

static void refusals(void)
{
    char *bytes;
    size_t length;
    mg_error error = {0};
    mg_file_read(scratch("state"), &bytes, &length, &error);
    const mg_digest other = {1, 2};
    refuses(bytes, length, other,
            ": a checkpoint of another configuration: 0123456789abcdeffedcba9876543210, wanted "
            "00000000000000010000000000000002; use its options or another --out");
    refuses("method,seed\nlio,0\n", 18, config,
            ": not a checkpoint, wanted one that begins with 'marlgold checkpoint '");
    refuses("", 0, config, ": cut off after 0 bytes; remove it and run again");
    refuses(bytes, 30, config, ": cut off after 30 bytes; remove it and run again");
    bytes[22] = '2';
    refuses(bytes, length, config, ": checkpoint format '002', this program reads '001'; remove it");
    bytes[22] = '1';
    mg_checkpoint checkpoint;
    mg_error missing = {0};
    tap_ok(!mg_checkpoint_open("no/such", config, &checkpoint, &missing) && missing.status == MG_EXIT_INPUT &&
               !strcmp(missing.text, "no/such: no such file or folder"),
           "%s", missing.text);
    /* A file whose checksum is right and whose lengths are not. */
    memset(bytes + 40, 0xff, 8);
    mg_digest checksum = mg_digest_bytes(bytes, length - 16);
    for (int i = 0; i < 8; i++) {
        bytes[length - 16 + (size_t)i] = (char)(checksum.high >> (56 - 8 * i));
        bytes[length - 8 + (size_t)i] = (char)(checksum.low >> (56 - 8 * i));
    }
    refuses(bytes, length, config, ": the section at byte 40 is longer than the file");
    free(bytes);
}

static bool opens(const char *path)
{
    mg_error error = {0};
    mg_checkpoint checkpoint;
    bool good = mg_checkpoint_open(path, config, &checkpoint, &error);
    bool told = good || (error.status == MG_EXIT_INPUT && !strncmp(error.text, path, strlen(path)));
    if (good)
        mg_checkpoint_close(&checkpoint);
    return good || !told;
}

static void every_byte(void)
{
    char *bytes;
    size_t length;
    mg_error error = {0};
    int unnoticed_cuts = 0, unnoticed_flips = 0;
    mg_file_read(scratch("state"), &bytes, &length, &error);
    const char *path = scratch("damaged");
    put(path, bytes, length);
    tap_ok(opens(path), "undamaged it opens");
    for (size_t cut = 0; cut < length; cut++) {
        put(path, bytes, cut);
        unnoticed_cuts += opens(path);
    }
    tap_ok(!unnoticed_cuts, "cut at each of %zu bytes it does not", length);
    for (size_t i = 0; i < 8 * length; i += i % 8 == 7 ? 1 : 7) { /* first and last bit of every byte */
        bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
        put(path, bytes, length);
        unnoticed_flips += opens(path);
        bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
    }
    tap_ok(!unnoticed_flips, "nor with a bit flipped in any byte");
    char *longer = calloc(length + 8, 1);
    memcpy(longer, bytes, length);
    put(path, longer, length + 8);
    tap_ok(!opens(path), "nor with bytes added");
    free(longer);
    free(bytes);
}

/* Random bytes behind a right magic and under a right checksum: refused or read, never a crash (run under ASan). */
static void random_bytes(void)
{
    uint64_t state = 3;
    int opened = 0;
    const int rounds = 2000;
    for (int round = 0; round < rounds; round++) {
        char bytes[200];
        mg_checkpoint_writer writer;
        mg_checkpoint_start(&writer, config);
        memcpy(bytes, writer.bytes, 40);
        mg_checkpoint_free(&writer);
        size_t length = 40 + (size_t)(round % 15) * 8;
        for (size_t i = 40; i < length; i++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            bytes[i] = (char)(state >> 40 & 1 ? 0 : state >> 33 & (round & 1 ? 255 : 31));
        }
        mg_digest checksum = mg_digest_bytes(bytes, length);
        for (int i = 0; i < 8; i++) {
            bytes[length + (size_t)i] = (char)(checksum.high >> (56 - 8 * i));
            bytes[length + 8 + (size_t)i] = (char)(checksum.low >> (56 - 8 * i));
        }
        put(scratch("random"), bytes, length + 16);
        mg_error error = {0};
        mg_checkpoint checkpoint;
        float room[4];
        mg_tensor tensor = {MG_KIND_STATE, "x", MG_TYPE_FLOAT, 1, 4, room};
        if (!mg_checkpoint_open(scratch("random"), config, &checkpoint, &error))
            continue;
        opened++;
        mg_checkpoint_get_tensor(&checkpoint, &tensor, &error);
        mg_checkpoint_close(&checkpoint);
    }
    tap_ok(opened > 0 && opened < rounds, "random sections: %d of %d hold together", opened, rounds);
}

int main(void)
{
    comes_back();
    wrong_sections();
    two_of_one_name();
    refusals();
    every_byte();
    random_bytes();
    scratch_remove();
    return tap_done();
}
