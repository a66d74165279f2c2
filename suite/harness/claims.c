#include "suite/harness/claims.h"
#include "suite/harness/claims_language.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <stdlib.h>
#include <string.h>

bool mg_claims_read(const mg_judge *judge, mg_csv *claims, mg_error *error)
{
    char folder[MG_JUDGE_PATH], path[MG_JUDGE_PATH], name[128];
    bool exists;
    *claims = (mg_csv){0};
    snprintf(name, sizeof name, "%s.csv", judge->experiment->name);
    if (!mg_path_join(folder, sizeof folder, judge->reports, "claims", error) ||
        !mg_path_join(path, sizeof path, folder, name, error) || !mg_file_exists(path, &exists, error))
        return false;
    if (!exists)
        return true;
    if (!mg_result_read(folder, name, MG_CLAIMS_SOURCE_HEADER, claims, error))
        return false;
    for (size_t row = 0; row < claims->rows; row++) {
        const char *id = mg_csv_cell(claims, row, MG_CLAIM_ID), *kind = mg_csv_cell(claims, row, MG_CLAIM_KIND);
        if (strcmp(kind, "hard") && strcmp(kind, "soft"))
            return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: kind of %s is '%.40s', wanted hard or soft", path,
                           claims->line[row], id, kind);
        for (size_t other = 0; other < row; other++) {
            if (!strcmp(id, mg_csv_cell(claims, other, MG_CLAIM_ID)))
                return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: id %s stands in line %zu already", path,
                               claims->line[row], id, claims->line[other]);
        }
    }
    return true;
}

/* What the judging of one claim needs. */
typedef struct judging {
    const mg_csv *claims;
    const mg_runs *runs;
    const mg_csv *deviations;
    bool *mentioned; /* [methods] by this claim */
    mg_profile profile;
    mg_error *error;
} judging;

static mg_claim_text text_of(const judging *now, size_t row, int column)
{
    const mg_csv *claims = now->claims;
    return (mg_claim_text){claims->path, claims->line[row], claims->header[column], mg_csv_cell(claims, row, column)};
}

/* The one comparison that a cell holds. */
static bool evaluate_criterion(const judging *now, size_t row, int column, mg_claim_value *value)
{
    mg_claim_text text = text_of(now, row, column);
    size_t from = 0;
    if (!mg_claim_evaluate(&text, &from, now->runs, now->mentioned, value, now->error))
        return false;
    if (value->type != MG_CLAIM_TRUTH)
        return mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: %s is a number, wanted a comparison", text.file, text.line,
                       text.column);
    if (text.text[from - (from > 0)] == ';')
        return mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: %s, character %zu: one comparison, not a list", text.file,
                       text.line, text.column, from);
    return true;
}

/* Quick runs say nothing about what is learned with the paper's budget: there only hard claims are judged. */
static const char *verdict(const judging *now, size_t row)
{
    mg_claim_value criterion, direction = {.state = MG_CLAIM_NOT_RUN};
    bool soft = !strcmp(mg_csv_cell(now->claims, row, MG_CLAIM_KIND), "soft");
    if (!evaluate_criterion(now, row, MG_CLAIM_CRITERION, &criterion))
        return NULL;
    if (mg_csv_cell(now->claims, row, MG_CLAIM_DIRECTION)[0] &&
        !evaluate_criterion(now, row, MG_CLAIM_DIRECTION, &direction))
        return NULL;
    if (criterion.state == MG_CLAIM_NOT_RUN || (soft && now->profile == MG_PROFILE_QUICK))
        return "not run";
    if (criterion.state == MG_CLAIM_DIVERGED)
        return "diverged";
    if (criterion.number != 0.0)
        return "reproduced";
    return direction.state == MG_CLAIM_KNOWN && direction.number != 0.0 ? "direction only" : "not reproduced";
}

static void append(char *text, size_t size, const char *more, size_t length)
{
    size_t used = strlen(text);
    if (used + length < size) {
        memcpy(text + used, more, length);
        text[used + length] = '\0';
    }
}

/* "mean(lio.reward_sum) = -2.35; n(lio.reward_sum) = 20" */
static bool measure(const judging *now, size_t row, char *text, size_t size)
{
    mg_claim_text source = text_of(now, row, MG_CLAIM_MEASURE);
    text[0] = '\0';
    for (size_t from = 0; source.text[from];) {
        size_t start = from;
        char number[MG_NUMBER_TEXT];
        mg_claim_value value;
        if (!mg_claim_evaluate(&source, &from, now->runs, now->mentioned, &value, now->error))
            return false;
        while (source.text[start] == ' ')
            start++;
        append(text, size, "; ", start && text[0] ? 2 : 0);
        append(text, size, source.text + start, strcspn(source.text + start, ";"));
        const char *said = value.state == MG_CLAIM_NOT_RUN    ? "not run"
                           : value.state == MG_CLAIM_DIVERGED ? "diverged"
                           : value.type == MG_CLAIM_NUMBER    ? mg_print_double(value.number, number)
                           : value.number != 0.0              ? "true"
                                                              : "false";
        append(text, size, " = ", 3);
        append(text, size, said, strlen(said));
    }
    return true;
}

/* Whether an earlier row that touches the claim names the same field. */
static bool is_new_field(const judging *now, const bool *touches, size_t row)
{
    for (size_t other = 0; other < row; other++) {
        if (touches[other] && !strcmp(mg_csv_cell(now->deviations, other, 2), mg_csv_cell(now->deviations, row, 2)))
            return false;
    }
    return true;
}

/* The fields of deviations.csv, once each, in which the claim's methods deviate; `other` for what is no field. */
static void list_deviations(const judging *now, char *text, size_t size)
{
    const mg_csv *deviations = now->deviations;
    bool *touches = mg_allocate(deviations->rows + 1, sizeof *touches);
    text[0] = '\0';
    for (size_t row = 0; row < deviations->rows; row++) {
        const char *field = mg_csv_cell(deviations, row, 2);
        int method = mg_row_method(deviations, row, now->runs->experiment);
        touches[row] = method >= 0 ? now->mentioned[method] : !strcmp(mg_csv_cell(deviations, row, 0), "*");
        if (!touches[row] || !is_new_field(now, touches, row))
            continue;
        append(text, size, "; ", text[0] ? 2 : 0);
        append(text, size, field[0] ? field : "other", strlen(field[0] ? field : "other"));
    }
    free(touches);
}

static bool put_claim(judging *now, size_t row, mg_csv_writer *writer)
{
    enum { TEXT_BYTES = 4096 };
    char *text = mg_allocate(TEXT_BYTES, 1);
    memset(now->mentioned, 0, (size_t)now->runs->experiment->methods * sizeof *now->mentioned);
    const char *said = verdict(now, row);
    bool good = said && measure(now, row, text, TEXT_BYTES);
    if (good) {
        mg_csv_text(writer, mg_csv_cell(now->claims, row, MG_CLAIM_ID));
        mg_csv_text(writer, mg_csv_cell(now->claims, row, MG_CLAIM_CLAIM));
        mg_csv_text(writer, mg_csv_cell(now->claims, row, MG_CLAIM_CRITERION));
        mg_csv_text(writer, text);
        mg_csv_text(writer, said);
        list_deviations(now, text, TEXT_BYTES);
        mg_csv_text(writer, text);
        mg_csv_end_row(writer);
    }
    free(text);
    return good;
}

static bool put_claims(judging *now, const char *header, mg_csv_writer *writer)
{
    mg_csv_raw(writer, header, strlen(header));
    mg_csv_raw(writer, "\n", 1);
    for (size_t row = 0; row < now->claims->rows; row++) {
        if (!put_claim(now, row, writer))
            return false;
    }
    return true;
}

bool mg_write_claims(const mg_judge *judge, mg_error *error)
{
    mg_result_file file[MG_FILES_MAX];
    int f = mg_result_files(judge->experiment, file) - 1;
    const mg_result_file *of_deviations = &file[f - 2];
    mg_csv claims = {0}, deviations = {0};
    mg_runs runs = {0};
    mg_csv_writer writer = {0};
    char path[MG_JUDGE_PATH];
    bool good = mg_claims_read(judge, &claims, error) &&
                mg_result_read(judge->folder, of_deviations->name, of_deviations->header, &deviations, error) &&
                mg_runs_read(judge->folder, judge->experiment, judge->profile, &runs, error) &&
                mg_path_join(path, sizeof path, judge->folder, file[f].name, error);
    if (good) {
        judging now = {&claims, &runs, &deviations, NULL, judge->profile, error};
        now.mentioned = mg_allocate((size_t)judge->experiment->methods + 1, sizeof *now.mentioned);
        good = put_claims(&now, file[f].header, &writer) && mg_csv_save(&writer, path, error);
        free(now.mentioned);
    }
    mg_csv_free(&writer);
    mg_csv_close(&claims);
    mg_csv_close(&deviations);
    mg_runs_close(&runs);
    return good;
}
