/* claims_file.c - reads claims.csv and expands what a row says for several names. */
#include "suite/harness/claims.h"
#include "suite/harness/result_files.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include <stdlib.h>
#include <string.h>

bool mg_claims_starts(const mg_csv *claims, size_t row)
{
    return row == 0 || strcmp(mg_csv_cell(claims, row, MG_CLAIM_ID), mg_csv_cell(claims, row - 1, MG_CLAIM_ID)) != 0;
}

/* ---- rows ---- */

static bool check_first(const mg_csv *claims, size_t row, mg_error *error)
{
    const char *id = mg_csv_cell(claims, row, MG_CLAIM_ID), *kind = mg_csv_cell(claims, row, MG_CLAIM_KIND);
    if (strcmp(kind, "hard") && strcmp(kind, "soft"))
        return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: kind of %s is '%.40s', wanted hard or soft", claims->path,
                       claims->line[row], id, kind);
    if (!id[0] || !mg_csv_cell(claims, row, MG_CLAIM_CLAIM)[0])
        return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: a claim without %s", claims->path, claims->line[row],
                       id[0] ? "words" : "an id");
    for (size_t other = 0; other < row; other++)
        if (!strcmp(id, mg_csv_cell(claims, other, MG_CLAIM_ID)))
            return mg_fail(error, MG_EXIT_INPUT,
                           "%s:%zu: id %s stands in line %zu already; a claim's rows stand together", claims->path,
                           claims->line[row], id, claims->line[other]);
    return true;
}

static bool check_row(const mg_csv *claims, size_t row, mg_error *error)
{
    static const int of_first[] = {MG_CLAIM_KIND, MG_CLAIM_CLAIM, MG_CLAIM_SOURCE, MG_CLAIM_NOTE};
    if (!mg_csv_cell(claims, row, MG_CLAIM_CLAUSE)[0])
        return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: no clause", claims->path, claims->line[row]);
    if (mg_claims_starts(claims, row))
        return check_first(claims, row, error);
    for (size_t i = 0; i < sizeof of_first / sizeof *of_first; i++)
        if (mg_csv_cell(claims, row, of_first[i])[0])
            return mg_fail(error, MG_EXIT_INPUT,
                           "%s:%zu: %s of %s stands in its first row, line %zu; this row only adds clauses",
                           claims->path, claims->line[row], claims->header[of_first[i]],
                           mg_csv_cell(claims, row, MG_CLAIM_ID), claims->line[row - 1]);
    return true;
}

bool mg_claims_read(const mg_judge *judge, mg_csv *claims, mg_error *error)
{
    char folder[MG_JUDGE_PATH], path[MG_JUDGE_PATH];
    bool exists;
    *claims = (mg_csv){0};
    if (!mg_path_join(folder, sizeof folder, judge->reports, judge->experiment->name, error) ||
        !mg_path_join(path, sizeof path, folder, "claims.csv", error) || !mg_file_exists(path, &exists, error))
        return false;
    if (!exists)
        return true;
    bool good = mg_result_read(folder, "claims.csv", MG_CLAIMS_SOURCE_HEADER, claims, error);
    for (size_t row = 0; good && row < claims->rows; row++)
        good = check_row(claims, row, error);
    return good;
}

/* ---- variables ---- */

enum { VARIABLES_MAX = 8, VALUES_MAX = 32, NAME_BYTES = 64, FILLED_BYTES = 4096 };

typedef struct variable {
    char name[NAME_BYTES];
    int values, now;
    char value[VALUES_MAX][NAME_BYTES];
} variable;

typedef struct group {
    const mg_csv *claims;
    size_t row;
    mg_error *error;
    int variables;
    variable variable[VARIABLES_MAX];
} group;

static bool refuse(const group *g, int column, const char *what, const char *name)
{
    return mg_fail(g->error, MG_EXIT_INPUT, "%s:%zu: %s: %s '%.60s'", g->claims->path, g->claims->line[g->row],
                   g->claims->header[column], what, name);
}

/* Copies the text before one of the separators, without blanks around it; returns what follows the separator. */
static const char *take(const char *text, const char *separators, char part[NAME_BYTES])
{
    text += strspn(text, " ");
    size_t length = strcspn(text, separators), whole = length;
    while (length && text[length - 1] == ' ')
        length--;
    snprintf(part, NAME_BYTES, "%.*s", (int)length, text);
    return text + whole;
}

static bool is_name(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    return length && !text[length];
}

static const char *read_values(group *g, variable *v, const char *at)
{
    do {
        if (v->values == VALUES_MAX)
            return refuse(g, MG_CLAIM_FOR, "more than 32 values of", v->name), NULL;
        at = take(at + (*at == ','), ",;", v->value[v->values]);
        if (!v->value[v->values][0])
            return refuse(g, MG_CLAIM_FOR, "an empty value of", v->name), NULL;
        for (int before = 0; before < v->values; before++)
            if (!strcmp(v->value[before], v->value[v->values]))
                return refuse(g, MG_CLAIM_FOR, "a value twice:", v->value[before]), NULL;
        v->values++;
    } while (*at == ',');
    return at;
}

/* "n in n6, n8; other in vs, vps" */
static bool read_variables(group *g)
{
    const char *at = mg_csv_cell(g->claims, g->row, MG_CLAIM_FOR);
    while (*at) {
        if (g->variables == VARIABLES_MAX)
            return refuse(g, MG_CLAIM_FOR, "more than 8 variables, the last", at);
        variable *v = &g->variable[g->variables++];
        at = take(at, " ,;", v->name);
        at += strspn(at, " ");
        if (!is_name(v->name) || strncmp(at, "in ", 3) != 0)
            return refuse(g, MG_CLAIM_FOR, "wanted NAME in VALUE, VALUE, ...; found", v->name);
        for (variable *before = g->variable; before < v; before++)
            if (!strcmp(before->name, v->name))
                return refuse(g, MG_CLAIM_FOR, "a variable twice:", v->name);
        at = read_values(g, v, at + 2);
        if (!at)
            return false;
        at += strspn(at, "; ");
    }
    return true;
}

static const variable *find(const group *g, const char *name, size_t length)
{
    for (int i = 0; i < g->variables; i++)
        if (strlen(g->variable[i].name) == length && !strncmp(g->variable[i].name, name, length))
            return &g->variable[i];
    return NULL;
}

/* The cell with every {name} replaced. */
static bool fill(const group *g, int column, char filled[FILLED_BYTES])
{
    const char *text = mg_csv_cell(g->claims, g->row, column);
    size_t used = 0;
    while (*text) {
        const char *piece = text;
        size_t length = strcspn(text, "{"), taken = length;
        if (!length) {
            taken = strcspn(text, "}");
            const variable *v = text[taken] ? find(g, text + 1, taken - 1) : NULL;
            if (!v)
                return refuse(g, column, "no variable of `for` is called", text);
            piece = v->value[v->now];
            length = strlen(piece);
            taken++;
        }
        if (used + length >= FILLED_BYTES)
            return refuse(g, column, "too long:", text);
        memcpy(filled + used, piece, length);
        used += length;
        text += taken;
    }
    filled[used] = '\0';
    return true;
}

static bool check_used(const group *g)
{
    const char *clause = mg_csv_cell(g->claims, g->row, MG_CLAIM_CLAUSE);
    for (int i = 0; i < g->variables; i++) {
        char braces[NAME_BYTES + 2];
        snprintf(braces, sizeof braces, "{%s}", g->variable[i].name);
        if (!strstr(clause, braces))
            return refuse(g, MG_CLAIM_FOR, "the clause does not use", g->variable[i].name);
    }
    return true;
}

/* The next combination of values, the last variable first; false behind the last. */
static bool advance(group *g)
{
    for (int i = g->variables - 1; i >= 0; i--) {
        if (++g->variable[i].now < g->variable[i].values)
            return true;
        g->variable[i].now = 0;
    }
    return false;
}

bool mg_claims_expand(const mg_csv *claims, size_t row,
                      bool (*use)(void *context, const char *clause, const char *paper, mg_error *error), void *context,
                      mg_error *error)
{
    group *g = mg_allocate(1, sizeof *g);
    char *clause = mg_allocate(2, FILLED_BYTES), *paper = clause + FILLED_BYTES;
    *g = (group){.claims = claims, .row = row, .error = error};
    bool good = read_variables(g) && check_used(g);
    while (good) {
        good = fill(g, MG_CLAIM_CLAUSE, clause) && fill(g, MG_CLAIM_PAPER, paper) && use(context, clause, paper, error);
        if (good && !advance(g))
            break;
    }
    free(clause);
    free(g);
    return good;
}

/* ---- one line for all of it ---- */

char *mg_claims_criterion(const mg_csv *claims, size_t row)
{
    size_t end = row + 1, bytes = 1, used = 0;
    int of_lists = mg_csv_column(claims, "for"), of_clause = mg_csv_column(claims, "clause");
    while (end < claims->rows && !mg_claims_starts(claims, end))
        end++;
    for (size_t r = row; r < end; r++)
        bytes += strlen(mg_csv_cell(claims, r, of_lists)) + strlen(mg_csv_cell(claims, r, of_clause)) + 8;
    char *text = mg_allocate(bytes, 1);
    for (size_t r = row; r < end; r++) {
        const char *lists = mg_csv_cell(claims, r, of_lists);
        used += (size_t)snprintf(text + used, bytes - used, "%s%s%s%s%s", r > row ? "; " : "", lists[0] ? "for " : "",
                                 lists, lists[0] ? ": " : "", mg_csv_cell(claims, r, of_clause));
    }
    return text;
}
