/* JSON: what is written reads back, every refusal names file, line and column, no cut or random byte does harm. */
#include "core/io/json.h"
#include "tests/scratch.h"
#include "tests/tap.h"
#include <string.h>

static void put(const char *path, const void *bytes, size_t length)
{
    remove(path); /* cheaper than cutting it: some file systems flush then */
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file)) {
        perror(path);
        exit(MG_EXIT_INPUT);
    }
}

static double nan_number(void)
{
    const uint64_t bits = 0x7ff8000000000000U;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void write_machine(mg_json_writer *writer)
{
    mg_json_start(writer);
    mg_json_open_object(writer);
    mg_json_key(writer, "cpu");
    mg_json_string(writer, "EPYC \"9\"\n\\ \xc3\xa9");
    mg_json_key(writer, "broken");
    mg_json_string(writer, "a\xff"
                           "b");
    mg_json_key(writer, "seconds");
    mg_json_number(writer, 0.1);
    mg_json_key(writer, "none");
    mg_json_number(writer, nan_number());
    mg_json_key(writer, "bytes");
    mg_json_integer(writer, INT64_MIN);
    mg_json_key(writer, "static");
    mg_json_bool(writer, true);
    mg_json_key(writer, "runs");
    mg_json_open_array(writer);
    mg_json_integer(writer, 7);
    mg_json_open_object(writer);
    mg_json_close_object(writer);
    mg_json_close_array(writer);
    mg_json_close_object(writer);
}

static void machine(void)
{
    static const char wanted[] = "{\n  \"cpu\": \"EPYC \\\"9\\\"\\n\\\\ \xc3\xa9\",\n  \"broken\": \"a?b\",\n"
                                 "  \"seconds\": 0.1,\n  \"none\": null,\n  \"bytes\": -9223372036854775808,\n"
                                 "  \"static\": true,\n  \"runs\": [\n    7,\n    {\n\n    }\n  ]\n}\n";
    mg_json_writer writer;
    mg_error error = {0};
    mg_json json;
    char *bytes = NULL;
    size_t length;
    const char *path = scratch("machine.json");
    write_machine(&writer);
    tap_ok(mg_json_save(&writer, path, &error) && mg_file_read(path, &bytes, &length, &error) && bytes, "saved %s",
           error.text);
    tap_ok(bytes && !strcmp(bytes, wanted), "as it should look");
    free(bytes);
    mg_json_free(&writer);
    tap_ok(mg_json_read(path, &json, &error) && json.count == 10, "read %s", error.text);
    tap_ok(!strcmp(mg_json_text(&json, "cpu"), "EPYC \"9\"\n\\ \xc3\xa9"), "a string comes back");
    tap_ok(!strcmp(mg_json_text(&json, "bytes"), "-9223372036854775808") &&
               !strcmp(mg_json_text(&json, "static"), "true"),
           "integers and truths as text");
    double x;
    tap_ok(mg_json_get_number(&json, "seconds", &x, &error) && x == 0.1, "a number");
    const mg_json_value *runs = mg_json_find(&json, "runs"), *second = mg_json_find(&json, "runs[1]");
    tap_ok(runs && runs->type == MG_JSON_ARRAY && runs->members == 2 && runs->line == 8, "an array of two, in line 8");
    tap_ok(second && second->type == MG_JSON_OBJECT && second->members == 0 && !*second->text, "an empty object");
    tap_ok(!mg_json_find(&json, "runs[2]") && !mg_json_text(&json, "run") && mg_json_find(&json, "")->members == 7,
           "no more");
    char told[700];
    snprintf(told, sizeof told, "%.500s:2: 'cpu' is 'EPYC \"9\"?\\ \xc3\xa9', wanted a number", path);
    tap_ok(!mg_json_get_number(&json, "cpu", &x, &error) && error.status == MG_EXIT_INPUT && !strcmp(error.text, told),
           "%s", error.text);
    mg_error missing = {0};
    snprintf(told, sizeof told, "%.500s: has no 'gpu', wanted a number", path);
    tap_ok(!mg_json_get_number(&json, "gpu", &x, &missing) && !strcmp(missing.text, told), "%s", missing.text);
    mg_json_close(&json);
    tap_ok(!json.count && !mg_json_find(&json, "cpu"), "closed");
}

static void wrong_writing(int kind, const char *what)
{
    mg_json_writer writer;
    mg_error error = {0};
    mg_json_start(&writer);
    switch (kind) {
    case 0: break;
    case 1: mg_json_open_object(&writer); break;
    case 2: mg_json_open_object(&writer), mg_json_key(&writer, "a"), mg_json_close_object(&writer); break;
    case 3: mg_json_open_array(&writer), mg_json_close_object(&writer); break;
    case 4: mg_json_open_object(&writer), mg_json_integer(&writer, 1), mg_json_close_object(&writer); break;
    case 5: mg_json_integer(&writer, 1), mg_json_integer(&writer, 2); break;
    default: mg_json_open_array(&writer), mg_json_close_array(&writer), mg_json_close_array(&writer); break;
    }
    tap_ok(!mg_json_save(&writer, scratch("wrong.json"), &error) && error.status == MG_EXIT_INPUT &&
               strstr(error.text, "wrong.json: not saved: ") && !is_there(scratch("wrong.json")),
           "%s is not saved", what);
    mg_json_free(&writer);
}

static void refuses(const char *bytes, const char *wanted)
{
    const char *path = scratch("refused.json");
    char whole[700];
    mg_error error = {0};
    mg_json json;
    put(path, bytes, strlen(bytes));
    bool read = mg_json_read(path, &json, &error);
    snprintf(whole, sizeof whole, "%.400s%.250s", path, wanted);
    tap_ok(!read && error.status == MG_EXIT_INPUT && !json.count && !strcmp(error.text, whole), "%s", error.text);
}

static void refusals(void)
{
    refuses("", ":1:1: premature EOF");
    refuses("{\n", ":2:1: premature EOF");
    refuses("{\"a\": 1,\n \"b\": tru }", ":2:10: invalid string in json text.");
    refuses("{\"a\":1 \"b\":2}", ":1:10: after key and value, inside map, I expect ',' or '}'");
    refuses("[1 2]", ":1:5: after array element, I expect ',' or ']'");
    refuses("[1,2,]", ":1:7: unallowed token at this point in JSON text");
    refuses("{\"a\":1}\nx", ":2:2: trailing garbage");
    refuses("{1:2}", ":1:3: invalid object key (must be a string)");
    refuses("{\"b\": {\n\"a\":1,\n\"a\":2}}", ":3:6: this key was there before ('b.a')");
    refuses("{\"a\":{\"b\":1},\"a.b\":2}", ":1:21: this key was there before ('a.b')");
    refuses("\"a\\u0000b\"", ":1:11: a NUL in a string");
    refuses("{\"a\\u0000b\":1}", ":1:12: a NUL in a key");
    refuses("\"\xff\"", ":1:3: invalid bytes in UTF8 string.");
    refuses("{\"a\":\n  \"bad\ttab\"}", ":2:7: invalid character inside string.");
    char deep[200] = "";
    memset(deep, '[', 65);
    char told[300] = ":1:66: nested deeper than 64 ('";
    for (int i = 0; i < 63; i++)
        strcat(told, "[0]");
    refuses(deep, strcat(told, "')"));
    char long_key[600] = "{\"";
    memset(long_key + 2, 'k', 401);
    memcpy(long_key + 403, "\":1}", 5);
    refuses(long_key, ":1:405: the path to this value is longer than 400 characters");
    mg_error error = {0};
    mg_json json;
    tap_ok(!mg_json_read("no/such.json", &json, &error) && error.status == MG_EXIT_INPUT &&
               !strcmp(error.text, "no/such.json: no such file or folder"),
           "%s", error.text);
}

static void every_cut(void)
{
    mg_json_writer writer;
    mg_error error = {0};
    mg_json json;
    char *bytes;
    size_t length;
    int unnoticed = 0;
    write_machine(&writer);
    mg_json_save(&writer, scratch("whole.json"), &error);
    mg_json_free(&writer);
    mg_file_read(scratch("whole.json"), &bytes, &length, &error);
    for (size_t cut = 0; cut + 1 < length; cut++) { /* the last byte is a line end that JSON does not need */
        mg_error now = {0};
        put(scratch("cut.json"), bytes, cut);
        unnoticed += mg_json_read(scratch("cut.json"), &json, &now) || !strstr(now.text, "cut.json:");
        mg_json_close(&json);
    }
    tap_ok(!unnoticed, "cut at each of %zu bytes it is refused", length);
    free(bytes);
}

static void random_bytes(void)
{
    static const char *const pieces[] = {"{", "}",      "[",    "]",    ",",  ":",           "\"a\"", "\"b\"",
                                         "1", "-2.5e3", "true", "null", "\n", "\"\\u00e9\"", "\"",    "\xff"};
    uint64_t state = 11;
    int read = 0;
    const int rounds = 4000;
    for (int round = 0; round < rounds; round++) {
        char bytes[200] = "";
        size_t length = 0;
        int count = 1 + round % 12;
        for (int i = 0; i < count; i++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            const char *piece = pieces[(state >> 33) % (round % 4 ? 13 : 16)];
            memcpy(bytes + length, piece, strlen(piece));
            length += strlen(piece);
        }
        mg_error error = {0};
        mg_json json;
        put(scratch("random.json"), bytes, length);
        read += mg_json_read(scratch("random.json"), &json, &error);
        mg_json_close(&json);
    }
    tap_ok(read > 20 && read < rounds / 2, "random pieces: %d of %d are JSON", read, rounds);
}

static void many_values(void)
{
    mg_json_writer writer;
    mg_error error = {0};
    mg_json json;
    mg_json_start(&writer);
    mg_json_open_array(&writer);
    for (int i = 0; i < 5000; i++)
        mg_json_integer(&writer, i);
    mg_json_close_array(&writer);
    bool good =
        mg_json_save(&writer, scratch("many.json"), &error) && mg_json_read(scratch("many.json"), &json, &error);
    for (int i = 0; good && i < 5000; i++) {
        char path[32];
        double x;
        snprintf(path, sizeof path, "[%d]", i);
        good = mg_json_get_number(&json, path, &x, &error) && x == i && mg_json_find(&json, path)->line == i + 2;
    }
    tap_ok(good && json.count == 5001, "5000 values by path %s", error.text);
    mg_json_close(&json);
    mg_json_free(&writer);
}

int main(void)
{
    static const char *const wrong[] = {
        "nothing",    "an open object",    "a key without value", "an array closed as an object", "a value without key",
        "two values", "one close too many"};
    machine();
    for (int i = 0; i < 7; i++)
        wrong_writing(i, wrong[i]);
    refusals();
    every_cut();
    random_bytes();
    many_values();
    scratch_remove();
    return tap_done();
}
