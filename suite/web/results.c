/* results.c - every result in one WebAssembly program, so that the page carries what they share once. argv[0] is the
 * result's name, the rest its command line. `digest FILE...` prints a digest a line: the worker holds this run's trail
 * against golden's with it.
 *
 * The Makefile compiles suite/<result>.c with main called mg_main_<result>, and lists them: -DRESULTS='R(lio_ipd) ...'.
 */
#include "core/io/digest.h"
#include "core/io/error.h"
#include <stdio.h>
#include <string.h>

#define R(name) int mg_main_##name(int argc, char **argv);
RESULTS
#undef R

static const struct {
    const char *name; /* of the source, lio_ipd */
    int (*run)(int argc, char **argv);
} results[] = {
#define R(name) {#name, mg_main_##name},
    RESULTS
#undef R
};

static int print_digests(int files, char **path)
{
    for (int i = 0; i < files; i++) {
        char text[MG_DIGEST_TEXT];
        mg_digest digest;
        mg_error error = {MG_EXIT_OK, ""};
        if (!mg_digest_file(path[i], &digest, &error))
            return mg_report_error("digest", &error);
        printf("%s\n", mg_digest_print(digest, text));
    }
    return 0;
}

/* A result is called lio-ipd, its source lio_ipd. */
static bool is_source_of(const char *source, const char *result)
{
    while (*source && (*source == *result || (*source == '_' && *result == '-'))) {
        source++;
        result++;
    }
    return *source == *result;
}

int main(int argc, char **argv)
{
    const char *name = argc ? argv[0] : "";
    if (!strcmp(name, "digest"))
        return print_digests(argc - 1, argv + 1);
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (is_source_of(results[i].name, name))
            return results[i].run(argc, argv);
    fprintf(stderr, "%s: no such result in this program\n", name);
    return MG_EXIT_USAGE;
}
