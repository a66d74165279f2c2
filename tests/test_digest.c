/* Digest and tensors: known answers of XXH3-128, fields that cannot be confused, NaN of any payload. */
#include "core/io/tensor.h"
#include "tests/scratch.h"
#include "tests/tap.h"
#include <string.h>

static const char *text_of(mg_digest digest)
{
    static char text[MG_DIGEST_TEXT];
    return mg_digest_print(digest, text);
}

static void known_answers(void)
{
    mg_hasher *hasher = mg_hasher_create();
    /* The published answer for no input at all. */
    tap_ok(!strcmp(text_of(mg_hasher_finish(hasher)), "99aa06d3014798d86001c324468d497f"), "XXH3-128 of nothing");
    const uint8_t bytes[3] = {0, 127, 255};
    const int32_t integers[3] = {-1, 0, 2147483647};
    const uint64_t words[2] = {0x0123456789abcdefU, 1};
    const float floats[4] = {0.0f, -0.0f, 1.5f, 1e-45f};
    const double doubles[3] = {-2.5, 5e-324, 1.7976931348623157e308};
    mg_hash_u8(hasher, "bytes", bytes, 3);
    mg_hash_i32(hasher, "integers", integers, 3);
    mg_hash_u64(hasher, "words", words, 2);
    mg_hash_float(hasher, "floats", floats, 4);
    mg_hash_double(hasher, "doubles", doubles, 3);
    mg_hash_text(hasher, "text", "marlgold");
    mg_digest first = mg_hasher_finish(hasher);
    tap_ok(!strcmp(text_of(first), "77bd89fa2cdc09bb4d4c8769c7297f0d"), "a field of every type: %s", text_of(first));
    mg_hash_digest(hasher, &first);
    tap_ok(!strcmp(text_of(mg_hasher_finish(hasher)), "fe66ac0446447678da058fe520e8114a"), "and a link on it: %s",
           text_of(mg_hasher_finish(hasher)));
    mg_hasher_restart(hasher);
    tap_ok(!strcmp(text_of(mg_hasher_finish(hasher)), "99aa06d3014798d86001c324468d497f"), "restart forgets");
    mg_hasher_destroy(hasher);
}

/* The definition again, slow and by itself: bytes put together one by one must give the same digest. */
static void matches_definition(void)
{
    enum { MOST = 3000 };
    static float x[MOST];
    static uint8_t bytes[MOST * 4 + 16];
    bool good = true;
    for (int i = 0; i < MOST; i++)
        x[i] = (float)(i - 1500) / 7.0f;
    for (int n = 0; n < MOST; n = n < 40 ? n + 1 : n + 487) {
        mg_hasher *hasher = mg_hasher_create();
        size_t length = 0;
        memcpy(bytes, "x", 2);
        length = 2;
        bytes[length++] = 'f';
        for (int i = 0; i < 8; i++)
            bytes[length++] = (uint8_t)((uint64_t)n >> (8 * i));
        for (int k = 0; k < n; k++) {
            uint32_t bits;
            memcpy(&bits, x + k, 4);
            for (int i = 0; i < 4; i++)
                bytes[length++] = (uint8_t)(bits >> (8 * i));
        }
        mg_hash_float(hasher, "x", x, (size_t)n);
        mg_digest digest, of_file;
        digest = mg_hasher_finish(hasher);
        mg_error error = {0};
        good = good && mg_file_write(scratch("bytes"), bytes, length, &error) &&
               mg_digest_file(scratch("bytes"), &of_file, &error) && mg_digest_equal(digest, of_file);
        mg_hasher_destroy(hasher);
    }
    tap_ok(good, "0 to %d floats hash as their bytes in a file do", MOST);
    mg_error error = {0};
    mg_digest digest;
    tap_ok(!mg_digest_file("no/such/file", &digest, &error) && error.status == MG_EXIT_INPUT &&
               !strcmp(error.text, "no/such/file: no such file or folder"),
           "a missing file: %s", error.text);
}

static mg_digest of_two_floats(const char *name, float a, float b)
{
    mg_hasher *hasher = mg_hasher_create();
    const float x[2] = {a, b};
    mg_hash_float(hasher, name, x, 2);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void one_nan(void)
{
    mg_digest plain = of_two_floats("x", float_of(0x7fc00000), 1.0f);
    tap_ok(mg_digest_equal(plain, of_two_floats("x", float_of(0xffc12345), 1.0f)),
           "NaNs of all payloads and signs are one");
    tap_ok(mg_digest_equal(plain, of_two_floats("x", float_of(0x7f800001), 1.0f)), "signalling ones too");
    tap_ok(!mg_digest_equal(plain, of_two_floats("x", float_of(0x7f800000), 1.0f)), "infinity is no NaN");
    tap_ok(!mg_digest_equal(of_two_floats("x", 0.0f, 1.0f), of_two_floats("x", -0.0f, 1.0f)), "-0 is not 0");
    const uint64_t patterns[3] = {0x7ff8000000000000U, 0xfff0000000000001U, 0x7fffffffffffffffU};
    mg_digest digests[3];
    for (int i = 0; i < 3; i++) {
        mg_hasher *hasher = mg_hasher_create();
        double x;
        memcpy(&x, &patterns[i], sizeof x);
        mg_hash_double(hasher, "x", &x, 1);
        digests[i] = mg_hasher_finish(hasher);
        mg_hasher_destroy(hasher);
    }
    tap_ok(mg_digest_equal(digests[0], digests[1]) && mg_digest_equal(digests[0], digests[2]), "the same in binary64");
}

static void fields_stay_apart(void)
{
    mg_hasher *hasher = mg_hasher_create();
    mg_digest digests[7];
    const uint8_t bytes[4] = {'a', 'b', 'c', 'd'};
    const int32_t one = 1;
    const float one_float = 1e-45f; /* bits 1 */
    for (int i = 0; i < 7; i++) {
        mg_hasher_restart(hasher);
        switch (i) {
        case 0: mg_hash_u8(hasher, "x", bytes, 4); break;
        case 1: mg_hash_u8(hasher, "xa", bytes + 1, 3); break;
        case 2: mg_hash_u8(hasher, "x", bytes, 2), mg_hash_u8(hasher, "", bytes + 2, 2); break;
        case 3: mg_hash_text(hasher, "x", "abcd"); break;
        case 4: mg_hash_i32(hasher, "x", &one, 1); break;
        case 5: mg_hash_float(hasher, "x", &one_float, 1); break;
        default: mg_hash_float(hasher, "y", &one_float, 1); break;
        }
        digests[i] = mg_hasher_finish(hasher);
    }
    bool different = true;
    for (int i = 0; i < 7; i++) {
        for (int k = 0; k < i; k++)
            different = different && !mg_digest_equal(digests[i], digests[k]);
    }
    tap_ok(different, "name, type and count are part of a field");
    mg_hasher_destroy(hasher);
}

static void read_and_print(void)
{
    mg_digest digest, again;
    digest = of_two_floats("x", 1.0f, 2.0f);
    char text[MG_DIGEST_TEXT + 1];
    mg_digest_print(digest, text);
    tap_ok(mg_digest_read(text, &again) && mg_digest_equal(digest, again), "a digest reads back");
    tap_ok(mg_digest_read("000102030405060708090a0b0c0d0e0f", &again) && again.high == 0x0001020304050607U &&
               again.low == 0x08090a0b0c0d0e0fU,
           "canonical order is big-endian, high half first");
    static const char *const wrong[] = {"",
                                        "0",
                                        "000102030405060708090a0b0c0d0e0",
                                        "000102030405060708090a0b0c0d0e0f0",
                                        "000102030405060708090a0b0c0d0e0g",
                                        "000102030405060708090A0B0C0D0E0F",
                                        " 00102030405060708090a0b0c0d0e0f"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        tap_ok(!mg_digest_read(wrong[i], &again), "'%s' is no digest", wrong[i]);
}

static mg_digest of_tensor(const mg_tensor *tensor)
{
    mg_hasher *hasher = mg_hasher_create();
    mg_hash_tensor(hasher, tensor);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

static void tensors(void)
{
    float x[6] = {1, 2, 3, 4, 5, 6};
    mg_tensor tensor = {MG_KIND_POLICIES, "agent 0 policy first.weight", MG_TYPE_FLOAT, 2, 3, x};
    mg_digest digest = of_tensor(&tensor);
    tap_ok(!strcmp(text_of(digest), "354356d99f6aea250a590865d82b1c6f"), "a tensor's digest: %s", text_of(digest));
    mg_tensor changed = tensor;
    changed.rows = 3, changed.columns = 2;
    tap_ok(!mg_digest_equal(digest, of_tensor(&changed)), "the shape counts");
    changed = tensor;
    changed.kind = MG_KIND_CRITICS;
    tap_ok(!mg_digest_equal(digest, of_tensor(&changed)), "the kind counts");
    changed = tensor;
    changed.name[6] = '1';
    tap_ok(!mg_digest_equal(digest, of_tensor(&changed)), "the name counts");
    changed = tensor;
    memset(changed.name + 30, 'z', 8); /* behind the name's end */
    tap_ok(mg_digest_equal(digest, of_tensor(&changed)), "bytes behind the name's end do not");
    x[5] = float_of(0x40c00001);
    tap_ok(!mg_digest_equal(digest, of_tensor(&tensor)), "one bit of a number counts");
    tap_ok(mg_tensor_bytes(&tensor) == 24 && mg_tensor_not_finite(&tensor) == -1, "24 bytes, all finite");
    x[4] = float_of(0xff800000), x[5] = float_of(0x7fc00000);
    tap_ok(mg_tensor_not_finite(&tensor) == 4, "the first number that is not finite");
    double d[2] = {1e308, 0};
    mg_tensor doubles = {MG_KIND_STATE, "d", MG_TYPE_DOUBLE, 1, 2, d};
    bool finite = mg_tensor_not_finite(&doubles) == -1;
    d[1] = (double)float_of(0x7fc00000);
    tap_ok(finite && mg_tensor_not_finite(&doubles) == 1 && mg_tensor_bytes(&doubles) == 16, "the same in binary64");
    for (int i = 0; i < MG_KIND_COUNT; i++) {
        mg_kind kind;
        tap_ok(mg_kind_read(mg_kind_name((mg_kind)i), &kind) && (int)kind == i, "kind %s", mg_kind_name((mg_kind)i));
    }
    mg_kind kind;
    tap_ok(!mg_kind_read("policy", &kind), "an unknown kind");
}

int main(void)
{
    known_answers();
    matches_definition();
    one_nan();
    fields_stay_apart();
    read_and_print();
    tensors();
    scratch_remove();
    return tap_done();
}
