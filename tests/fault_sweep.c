/* fault_sweep.c - runs a program again and again, each time with another call failing (fault_shim.c), and looks at what
 * it makes of that.
 *
 *     fault_sweep SHIM PROGRAMS KIND MOST TEMPLATE WORK COMMAND...
 *
 * KIND write+ is write, and every later one fails too. The files said, errors and counter come to lie beside WORK.
 *
 * Before each run the folder WORK becomes a copy of TEMPLATE ("-": empty); the command runs there. The run without a
 * fault is the measure. With one, at no more than MOST places evenly through all calls of that kind, a run must either
 * end like it (same status, same lines, same *.csv files), or with status 3 and one line that says why, on stderr or
 * behind FAILED; of kinds whose loss is always a loss (write, fsync, close, rename) only the latter. Never by a signal,
 * and never later than after 20 s. Prints a line per run that does neither, then `KIND: calls, places, bad`; exit
 * status 0: none bad and some place tried. */
#include "core/io/digest.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/process.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct sweep {
    const char *shim, *programs, *template, *work;
    char kind[16], beside[3][MG_PATH]; /* said, errors, counter */
    bool forever;
    char **command;
    long most;
} sweep;

typedef struct outcome {
    int status;          /* 128 + signal */
    char *said, *errors; /* stdout with every digit a 0, stderr */
    uint64_t files;      /* digest of all *.csv below WORK */
    uint64_t calls;
} outcome;

static void stop(const mg_error *error)
{
    fprintf(stderr, "fault_sweep: %s\n", error->text);
    exit(2);
}

static void run_quietly(const char *const *argument)
{
    char *text;
    int status;
    mg_error error = {0};
    if (!mg_process_capture(argument, true, &text, &status, &error))
        stop(&error);
    if (status != 0) {
        mg_fail(&error, MG_EXIT_INPUT, "%s: %s", argument[0], text);
        stop(&error);
    }
    free(text);
}

static void prepare(const sweep *s)
{
    mg_error error = {0};
    char from[MG_PATH];
    if (!mg_folder_remove(s->work, &error) || !mg_folder_create(s->work, &error))
        stop(&error);
    if (!strcmp(s->template, "-"))
        return;
    snprintf(from, sizeof from, "%s/.", s->template);
    const char *const copy[] = {"cp", "-R", from, s->work, NULL};
    run_quietly(copy);
}

/* Times and counts of runs differ from run to run, in files of people and on the terminal. */
static uint64_t digest_below(const char *folder)
{
    mg_folder_names names;
    mg_error error = {0};
    uint64_t sum = 0;
    if (!mg_folder_list(folder, &names, &error))
        stop(&error);
    for (size_t i = 0; i < names.count; i++) {
        char path[MG_PATH];
        bool inside;
        mg_digest digest;
        size_t length = strlen(names.name[i]);
        if (!mg_path_join(path, sizeof path, folder, names.name[i], &error) || !mg_folder_exists(path, &inside, &error))
            stop(&error);
        if (inside) {
            sum = sum * 31 + digest_below(path);
        } else if (length > 4 && !strcmp(names.name[i] + length - 4, ".csv")) {
            if (!mg_digest_file(path, &digest, &error))
                stop(&error);
            sum = sum * 31 + mg_digest_bytes(names.name[i], length).low + digest.low;
        }
    }
    mg_folder_names_free(&names);
    return sum;
}

static void set_number(const char *name, uint64_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    setenv(name, text, 1);
}

static char *read_text(const char *path)
{
    char *text;
    size_t length;
    mg_error error = {0};
    if (!mg_file_read(path, &text, &length, &error))
        stop(&error);
    return text;
}

/* In the child. */
static void become(const sweep *s, uint64_t at)
{
    int out = open(s->beside[0], O_WRONLY | O_CREAT | O_TRUNC, 0666);
    int err = open(s->beside[1], O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (dup2(out, 1) < 0 || dup2(err, 2) < 0 || chdir(s->work) < 0)
        _exit(126);
    alarm(20);
    set_number("FAULT_AT", at);
    setenv("FAULT_KIND", s->kind, 1);
    setenv("FAULT_COUNTER", s->beside[2], 1);
    if (s->forever)
        setenv("FAULT_FOREVER", "1", 1);
    setenv("FAULT_PROGRAMS", s->programs, 1);
    setenv("LD_PRELOAD", s->shim, 1);
    execv(s->command[0], s->command);
    _exit(126);
}

static uint64_t take_calls(const char *counter)
{
    uint64_t calls = 0;
    int file = open(counter, O_RDWR);
    if (file < 0 || read(file, &calls, sizeof calls) != sizeof calls)
        exit(2);
    close(file);
    return calls;
}

static outcome run(const sweep *s, uint64_t at)
{
    static const uint64_t none;
    int status = 0;
    mg_error error = {0};
    outcome result = {0};
    prepare(s);
    if (!mg_file_write(s->beside[2], &none, sizeof none, &error))
        stop(&error);
    pid_t child = fork();
    if (child == 0)
        become(s, at);
    while (waitpid(child, &status, 0) < 0)
        continue;
    result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    result.calls = take_calls(s->beside[2]);
    result.said = read_text(s->beside[0]);
    result.errors = read_text(s->beside[1]);
    result.files = digest_below(s->work);
    for (char *c = result.said; *c; c++)
        *c = *c >= '0' && *c <= '9' ? '0' : *c;
    return result;
}

static int lines(const char *text)
{
    int count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static bool is_strict(const char *kind)
{
    return !strcmp(kind, "write") || !strcmp(kind, "fsync") || !strcmp(kind, "close") || !strcmp(kind, "rename");
}

/* NULL, or what is wrong with it. */
static const char *judge(const sweep *s, uint64_t at, const outcome *now, const outcome *measure)
{
    bool told = lines(now->errors) == 1 || (!lines(now->errors) && strstr(now->said, "FAILED"));
    if (strstr(now->said, "ended by signal") || strstr(now->errors, "ended by signal"))
        return "a child ended by a signal";
    if (now->status == 3)
        return told ? NULL : "status 3 without one line that says why";
    if (now->status > 128)
        return now->status == 128 + SIGALRM ? "did not end" : "ended by a signal";
    if (now->status != measure->status)
        return "another status";
    if (is_strict(s->kind) && now->calls >= at) /* when a task saves its state hangs on the clock */
        return "the loss was not noticed";
    if (now->files != measure->files)
        return "the same status with other files";
    return strcmp(now->said, measure->said) ? "the same status with other words" : NULL;
}

static void forget(outcome *result)
{
    free(result->said);
    free(result->errors);
}

int main(int argc, char **argv)
{
    if (argc < 8)
        return 2;
    sweep s = {.shim = argv[1],
               .programs = argv[2],
               .template = argv[5],
               .work = argv[6],
               .command = argv + 7,
               .most = strtol(argv[4], NULL, 10),
               .forever = strchr(argv[3], '+') != NULL};
    static const char *const beside[] = {"said", "errors", "counter"};
    setenv("LC_ALL", "C", 1);
    snprintf(s.kind, sizeof s.kind, "%.*s", (int)strcspn(argv[3], "+"), argv[3]);
    for (int i = 0; i < 3; i++)
        snprintf(s.beside[i], sizeof s.beside[i], "%.900s.%s", s.work, beside[i]);
    outcome measure = run(&s, 0), again = run(&s, 0);
    const char *unlike =
        again.status != measure.status || again.files != measure.files || strcmp(again.said, measure.said)
            ? "two runs without a fault differ"
            : NULL;
    long bad = 0, places = 0;
    if (unlike)
        printf("%s: %s\n", s.kind, unlike);
    uint64_t stride = measure.calls / (uint64_t)s.most + 1;
    for (uint64_t at = 1; at <= measure.calls; at += stride, places++) {
        outcome now = run(&s, at);
        const char *wrong = judge(&s, at, &now, &measure);
        if (wrong) {
            printf("%s %llu of %llu: %s (status %d): %.300s%.300s\n", s.kind, (unsigned long long)at,
                   (unsigned long long)measure.calls, wrong, now.status, now.errors, now.said);
            bad++;
        }
        forget(&now);
    }
    printf("%s: %llu calls, %ld places, %ld bad\n", s.kind, (unsigned long long)measure.calls, places, bad);
    forget(&measure);
    forget(&again);
    return bad || unlike || !places;
}
