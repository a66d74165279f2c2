/* machine.c - asks the system, writes JSON. */
#include "suite/harness/machine.h"
#include "core/io/file.h"
#include "core/io/pool.h"
#include "core/io/process.h"
#include "core/num/isa.h"
#include "suite/harness/trial.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#ifndef MG_VERSION
#define MG_VERSION "unknown"
#endif
#ifndef MG_FLAGS
#define MG_FLAGS "" /* the Makefile says them */
#endif

static const char *compiler(void)
{
#if defined(__clang__)
    return "clang " __clang_version__;
#elif defined(__GNUC__)
    return "gcc " __VERSION__;
#else
    return "unknown";
#endif
}

static const char *flags(void)
{
    if (MG_FLAGS[0])
        return MG_FLAGS;
#if defined(__OPTIMIZE__)
    return "optimised";
#else
    return "not optimised";
#endif
}

void mg_print_version(const mg_experiment *experiment, FILE *out)
{
    fprintf(out, "%s %s\nsemantics %d, file format %d\ncompiler %s\nflags %s\nisa %s (can run:", experiment->name,
            MG_VERSION, experiment->semantics, MG_FORMAT, compiler(), flags(), mg_isa_name());
    for (int i = 0; mg_isa_available(i); i++)
        fprintf(out, " %s", mg_isa_available(i));
    fprintf(out, ")\n");
}

/* What is checked out here; "" where git does not say. */
static void commit(char *text, size_t size)
{
    static const char *const command[] = {"git", "rev-parse", "HEAD", NULL};
    char *said;
    int status;
    mg_error ignored = {MG_EXIT_OK, ""};
    text[0] = '\0';
    if (mg_process_capture(command, true, &said, &status, &ignored) && status == 0)
        snprintf(text, size, "%.*s", (int)strcspn(said, "\n"), said);
    free(said);
}

static void cpu_model(char *text, size_t size)
{
    char line[256];
    snprintf(text, size, "unknown");
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        snprintf(text, size, "%s", colon + 1 + strspn(colon + 1, " "));
        text[strcspn(text, "\n")] = '\0';
        break;
    }
    if (file)
        fclose(file);
}

/* ---- JSON ---- */

typedef struct json {
    mg_csv_writer text; /* only as bytes that grow */
} json;

static void put(json *out, const char *text)
{
    mg_csv_raw(&out->text, text, strlen(text));
}

static void put_text(json *out, const char *name, const char *value)
{
    char escaped[8];
    put(out, "  \"");
    put(out, name);
    put(out, "\": \"");
    for (; *value; value++) {
        if ((unsigned char)*value < 0x20)
            snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)(unsigned char)*value);
        else
            snprintf(escaped, sizeof escaped, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
        put(out, escaped);
    }
    put(out, "\",\n");
}

static void put_number(json *out, const char *name, int decimals, double value)
{
    char line[128];
    snprintf(line, sizeof line, "  \"%s\": %.*f,\n", name, decimals, value);
    put(out, line);
}

/* Times of the finished tasks; one that cannot be read is no error here. */
static void put_tasks(json *out, const mg_place *place, double *cpu)
{
    bool first = true, finished;
    put(out, "  \"tasks\": [");
    for (int i = 0; i < mg_task_count(place->experiment, place->profile); i++) {
        mg_task task = mg_task_at(place->experiment, place->profile, i);
        char name[MG_TASK_NAME], line[256];
        mg_error ignored = {MG_EXIT_OK, ""};
        mg_checkpoint result;
        double wall_seconds, cpu_seconds;
        if (!mg_result_open(place, task, &result, &finished, &ignored) || !finished)
            continue;
        mg_get_seconds(&result, &wall_seconds, &cpu_seconds);
        snprintf(line, sizeof line, "%s\n    {\"task\": \"%s\", \"wall_seconds\": %.3f, \"cpu_seconds\": %.3f}",
                 first ? "" : ",", mg_task_name(place->experiment, task, name), wall_seconds, cpu_seconds);
        put(out, line);
        *cpu += cpu_seconds;
        first = false;
        mg_checkpoint_close(&result);
    }
    put(out, "\n  ],\n");
}

static double peak_memory(void)
{
#ifdef __wasi__
    return (double)__builtin_wasm_memory_size(0) * 65536.0; /* it never shrinks */
#else
    struct rusage self, children;
    if (getrusage(RUSAGE_SELF, &self) != 0 || getrusage(RUSAGE_CHILDREN, &children) != 0)
        return 0.0;
    return 1024.0 * (double)(self.ru_maxrss > children.ru_maxrss ? self.ru_maxrss : children.ru_maxrss);
#endif
}

bool mg_write_machine(const mg_place *place, double wall, mg_error *error)
{
    char text[256], path[MG_PATH];
    struct utsname system;
    json out;
    double cpu = 0.0;
    mg_csv_start(&out.text);
    put(&out, "{\n");
    put_text(&out, "result", place->experiment->name);
    put_text(&out, "profile", mg_profile_name(place->profile));
    if (place->experiment->method[0].trial) {
        char sets[200];
        (void)mg_trial_print(place->experiment->method[0].trial, sets, sizeof sets);
        snprintf(text, sizeof text, "not the paper's: %s", sets);
        put_text(&out, "settings", text);
    }
    put_number(&out, "semantics", 0, place->experiment->semantics);
    put_text(&out, "version", MG_VERSION);
    commit(text, sizeof text);
    put_text(&out, "commit", text);
    put_text(&out, "compiler", compiler());
    put_text(&out, "flags", flags());
    put_text(&out, "isa", mg_isa_name());
    cpu_model(text, sizeof text);
    put_text(&out, "cpu", text);
    put_number(&out, "cpus", 0, mg_pool_cpus());
    if (uname(&system) == 0) {
        put_text(&out, "system", system.sysname);
        put_text(&out, "architecture", system.machine);
    }
    put_tasks(&out, place, &cpu);
    put_number(&out, "cpu_seconds", 3, cpu);
    put_number(&out, "peak_memory_bytes", 0, peak_memory());
    snprintf(text, sizeof text, "  \"wall_seconds\": %.3f\n}\n", wall);
    put(&out, text);
    bool good = mg_path_join(path, sizeof path, place->folder, "machine.json", error) &&
                mg_file_write(path, out.text.text, out.text.length, error);
    mg_csv_free(&out.text);
    return good;
}
