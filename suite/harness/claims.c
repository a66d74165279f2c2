/* claims.c - judges every clause and writes clauses.csv and claims.csv. */
#include "suite/harness/claims.h"
#include "suite/harness/catalogue.h"
#include "suite/harness/claims_clause.h"
#include "suite/harness/result_files.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include <stdlib.h>
#include <string.h>

enum { CLAUSES_MAX = 400 };

/* What the judging of all claims needs, and of the one at hand. */
typedef struct judging {
    const mg_csv *claims, *deviations;
    const mg_runs *runs;
    mg_profile profile;
    bool (*learns)(const mg_learner_table *learner);
    mg_draws draws;
    mg_csv_writer verdicts, clauses;
    bool *mentioned; /* [methods] by this claim */
    size_t row;      /* of the group at hand */
    const char *id;
    bool hard;
    int count; /* clauses so far */
    char *text[CLAUSES_MAX];
    mg_clause_state worst; /* and the clause that was the first to have it */
    int decided_by;
} judging;

/* ---- clauses ---- */

static void put_number(mg_csv_writer *writer, bool there, double x)
{
    if (there)
        mg_csv_double(writer, x);
    else
        mg_csv_text(writer, "");
}

static void put_clause(judging *now, const char *text, const char *paper, const mg_clause *clause)
{
    mg_csv_writer *writer = &now->clauses;
    bool interval = clause->has_measured && clause->has_interval, sides = clause->has_measured && clause->has_sides;
    mg_csv_text(writer, now->id);
    mg_csv_integer(writer, now->count);
    mg_csv_text(writer, text);
    mg_csv_text(writer, paper);
    mg_csv_integer(writer, clause->n);
    put_number(writer, sides, clause->left);
    put_number(writer, sides, clause->right);
    put_number(writer, clause->has_measured, clause->measured);
    put_number(writer, interval, clause->interval.low);
    put_number(writer, interval, clause->interval.high);
    put_number(writer, clause->has_measured && clause->has_threshold, clause->threshold);
    mg_csv_text(writer, clause->ours ? "ours" : "");
    mg_csv_text(writer, mg_clause_state_name(clause->state));
    mg_csv_end_row(writer);
}

static bool keep_text(judging *now, const char *text, mg_error *error)
{
    for (int i = 0; i < now->count; i++)
        if (!strcmp(now->text[i], text))
            return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: claim %s has the clause '%.80s' twice", now->claims->path,
                           now->claims->line[now->row], now->id, text);
    if (now->count == CLAUSES_MAX)
        return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: claim %s has more than %d clauses", now->claims->path,
                       now->claims->line[now->row], now->id, CLAUSES_MAX);
    size_t bytes = strlen(text) + 1;
    now->text[now->count] = mg_allocate(bytes, 1);
    memcpy(now->text[now->count++], text, bytes);
    return true;
}

static void forget_texts(judging *now)
{
    while (now->count)
        free(now->text[--now->count]);
}

/* Quick runs say nothing about what is learned with the paper's budget: there only hard claims are judged. */
static mg_clause_state state_told(const judging *now, mg_clause_state state)
{
    bool said = state <= MG_CLAUSE_SHOWN_DIVERGED || state == MG_CLAUSE_NOT_RUN;
    return now->hard || said || now->profile != MG_PROFILE_QUICK ? state : MG_CLAUSE_NOT_JUDGED;
}

static bool judge_clause(void *context, const char *text, const char *paper, mg_error *error)
{
    judging *now = context;
    mg_clause clause;
    mg_claim_text source = {now->claims->path, now->claims->line[now->row], "clause", text};
    if (!keep_text(now, text, error) ||
        !mg_clause_judge(&source, now->hard, now->runs, now->mentioned, &now->draws, &clause, error))
        return false;
    clause.state = state_told(now, clause.state);
    if (clause.state > now->worst) {
        now->worst = clause.state;
        now->decided_by = now->count - 1;
    }
    put_clause(now, text, paper, &clause);
    return true;
}

/* ---- deviations ---- */

static void append(mg_csv_writer *list, const char *text)
{
    if (list->length)
        mg_csv_raw(list, "; ", 2);
    mg_csv_raw(list, text, strlen(text));
}

/* Whether an earlier row that touches the claim names the same field. */
static bool is_new_field(const mg_csv *deviations, const bool *touches, size_t row)
{
    for (size_t other = 0; other < row; other++)
        if (touches[other] && !strcmp(mg_csv_cell(deviations, other, 2), mg_csv_cell(deviations, row, 2)))
            return false;
    return true;
}

/* The fields of deviations.csv, once each, in which the claim's methods deviate. */
static void put_deviations(judging *now)
{
    const mg_csv *deviations = now->deviations;
    bool *touches = mg_allocate(deviations->rows + 1, sizeof *touches);
    mg_csv_writer list = {0};
    for (size_t row = 0; row < deviations->rows; row++) {
        int method = mg_row_method(deviations, row, now->runs->experiment);
        touches[row] = method >= 0 ? now->mentioned[method] : !strcmp(mg_csv_cell(deviations, row, 0), "*");
        if (touches[row] && is_new_field(deviations, touches, row))
            append(&list, mg_csv_cell(deviations, row, 2));
    }
    mg_csv_raw(&list, "", 1); /* the end of a text */
    mg_csv_text(&now->verdicts, list.text);
    mg_csv_free(&list);
    free(touches);
}

/* ---- claims ---- */

static const char *verdict_of(mg_clause_state worst)
{
    static const char *const verdict[MG_CLAUSE_STATES] = {
        [MG_CLAUSE_NOT_JUDGED] = "not run",
        [MG_CLAUSE_HOLDS] = "reproduced",
        [MG_CLAUSE_WITHOUT_CERTAINTY] = "direction only",
        [MG_CLAUSE_WITHOUT_SIZE] = "direction only",
        [MG_CLAUSE_OPEN] = "unresolved",
        [MG_CLAUSE_FAILS] = "not reproduced",
        [MG_CLAUSE_DIVERGED] = "diverged",
        [MG_CLAUSE_NOT_RUN] = "not run",
        [MG_CLAUSE_REVERSED] = "contradicted",
    };
    return verdict[worst];
}

/* Who was never seen to learn anything may be at fault where a claim fails, and not the paper. */
static bool have_learned(const judging *now, size_t first, mg_error *error)
{
    const mg_experiment *experiment = now->runs->experiment;
    mg_setup *setup = mg_allocate(1, sizeof *setup);
    bool good = true;
    for (int m = 0; m < experiment->methods && good; m++) {
        char name[MG_TASK_NAME];
        memset(setup, 0, sizeof *setup);
        if (now->mentioned[m] && mg_method_setup(&experiment->method[m], now->profile, false, setup) &&
            !now->learns(setup->learner))
            good = mg_fail(error, MG_EXIT_INPUT,
                           "%s:%zu: claim %s would be 'not reproduced', but the learner of %s, %s, has no learning "
                           "test; add it to suite/harness/catalogue.c with something known that it learns",
                           now->claims->path, now->claims->line[first], now->id,
                           mg_method_name(&experiment->method[m], name), setup->learner->name);
    }
    free(setup);
    return good;
}

static void put_claim(judging *now, size_t first)
{
    char *criterion = mg_claims_criterion(now->claims, first);
    bool decided = now->worst != MG_CLAUSE_HOLDS && now->worst != MG_CLAUSE_NOT_JUDGED;
    mg_csv_text(&now->verdicts, now->id);
    mg_csv_text(&now->verdicts, mg_csv_cell(now->claims, first, MG_CLAIM_CLAIM));
    mg_csv_text(&now->verdicts, criterion);
    mg_csv_text(&now->verdicts, verdict_of(now->worst));
    mg_csv_text(&now->verdicts, decided ? now->text[now->decided_by] : "");
    put_deviations(now);
    mg_csv_end_row(&now->verdicts);
    free(criterion);
}

/* The claim whose rows begin at first; moves *next behind them. */
static bool judge_claim(judging *now, size_t first, size_t *next, mg_error *error)
{
    bool good = true;
    now->row = first;
    now->id = mg_csv_cell(now->claims, first, MG_CLAIM_ID);
    now->hard = !strcmp(mg_csv_cell(now->claims, first, MG_CLAIM_KIND), "hard");
    now->worst = MG_CLAUSE_SHOWN;
    memset(now->mentioned, 0, (size_t)now->runs->experiment->methods * sizeof *now->mentioned);
    do
        good = mg_claims_expand(now->claims, now->row, judge_clause, now, error);
    while (good && ++now->row < now->claims->rows && !mg_claims_starts(now->claims, now->row));
    *next = now->row;
    if (good && !verdict_of(now->worst))
        good = mg_fail(error, MG_EXIT_INPUT, "%s:%zu: claim %s compares nothing", now->claims->path,
                       now->claims->line[first], now->id);
    if (good && now->worst == MG_CLAUSE_FAILS)
        good = have_learned(now, first, error);
    if (good)
        put_claim(now, first);
    forget_texts(now);
    return good;
}

static bool judge_claims(judging *now, mg_error *error)
{
    bool good = true;
    now->mentioned = mg_allocate((size_t)now->runs->experiment->methods + 1, sizeof *now->mentioned);
    mg_streams_forget(); /* the same numbers may be judged twice in one program: for the run and for golden */
    mg_csv_raw(&now->verdicts, MG_CLAIMS_HEADER "\n", strlen(MG_CLAIMS_HEADER) + 1);
    mg_csv_raw(&now->clauses, MG_CLAUSES_HEADER "\n", strlen(MG_CLAUSES_HEADER) + 1);
    for (size_t row = 0; good && row < now->claims->rows;)
        good = judge_claim(now, row, &row, error);
    mg_draws_free(&now->draws);
    free(now->mentioned);
    return good;
}

static bool save(const mg_judge *judge, const mg_csv_writer *writer, const char *name, mg_error *error)
{
    char path[MG_JUDGE_PATH];
    return mg_path_join(path, sizeof path, judge->folder, name, error) && mg_csv_save(writer, path, error);
}

bool mg_write_claims(const mg_judge *judge, mg_error *error)
{
    mg_result_file file[MG_FILES_MAX];
    const mg_result_file *of_deviations =
        mg_result_file_named(file, mg_result_files(judge->experiment, file), "deviations.csv");
    mg_csv claims = {0}, deviations = {0};
    mg_runs runs = {0};
    judging now = {.claims = &claims,
                   .deviations = &deviations,
                   .runs = &runs,
                   .profile = judge->profile,
                   .learns = judge->learns ? judge->learns : mg_catalogue_learns,
                   .draws = {.key = {judge->experiment->number, 0}}};
    bool good = mg_claims_read(judge, &claims, error) &&
                mg_result_read(judge->folder, of_deviations->name, of_deviations->header, &deviations, error) &&
                mg_runs_read(judge->folder, judge->experiment, judge->profile, &runs, error) &&
                judge_claims(&now, error) && save(judge, &now.clauses, "clauses.csv", error) &&
                save(judge, &now.verdicts, "claims.csv", error);
    mg_csv_free(&now.verdicts);
    mg_csv_free(&now.clauses);
    mg_csv_close(&claims);
    mg_csv_close(&deviations);
    mg_runs_close(&runs);
    return good;
}
