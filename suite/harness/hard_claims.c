/* hard_claims.c - which hard claims fail, a line each. */
#include "suite/harness/claims.h"
#include "suite/harness/judge.h"
#include "suite/harness/result_files.h"
#include <string.h>

static const char *cell_of(const mg_csv *verdicts, const char *id, const char *column, const char *otherwise)
{
    int at = mg_csv_column(verdicts, column);
    for (size_t row = 0; row < verdicts->rows && at >= 0; row++) {
        if (!strcmp(mg_csv_cell(verdicts, row, 0), id))
            return mg_csv_cell(verdicts, row, at);
    }
    return otherwise;
}

static bool holds(const mg_judge *judge, const mg_csv *claims, size_t row, const mg_csv *verdicts, bool some_tasks,
                  FILE *out)
{
    const char *id = mg_csv_cell(claims, row, MG_CLAIM_ID);
    const char *verdict = cell_of(verdicts, id, "verdict", "missing from claims.csv");
    const char *decided_by = cell_of(verdicts, id, "decided_by", "");
    if (!strcmp(verdict, "reproduced") || (some_tasks && !strcmp(verdict, "not run")))
        return true;
    fprintf(out, "%s %s: hard claim %s is %s: %s (%s:%zu; clauses.csv has the numbers)\n", judge->experiment->name,
            mg_profile_name(judge->profile), id, verdict,
            decided_by[0] ? decided_by : mg_csv_cell(claims, row, MG_CLAIM_CLAUSE), claims->path, claims->line[row]);
    return false;
}

bool mg_hard_claims(const mg_judge *judge, bool some_tasks, FILE *out, int *claims, int *failed, mg_error *error)
{
    mg_result_file file[MG_FILES_MAX];
    int files = mg_result_files(judge->experiment, file);
    const mg_result_file *of_claims = mg_result_file_named(file, files, "claims.csv");
    mg_csv source = {0}, verdicts = {0};
    *claims = *failed = 0;
    bool good = mg_claims_read(judge, &source, error) &&
                mg_result_read(judge->folder, of_claims->name, of_claims->header, &verdicts, error);
    for (size_t row = 0; good && row < source.rows; row++) {
        if (strcmp(mg_csv_cell(&source, row, MG_CLAIM_KIND), "hard"))
            continue;
        ++*claims;
        *failed += !holds(judge, &source, row, &verdicts, some_tasks, out);
    }
    mg_csv_close(&source);
    mg_csv_close(&verdicts);
    return good;
}
