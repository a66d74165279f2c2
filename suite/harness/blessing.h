/* blessing.h - the parts of --bless: which tasks come from the run and which stay golden's, and the new folder made of
 * them. Only bless.c and bless_rows.c need it. */
#ifndef MG_BLESSING_H
#define MG_BLESSING_H

#include "suite/harness/judge.h"
#include "suite/harness/result_files.h"
#include "suite/harness/staging.h"

typedef struct mg_blessing {
    const mg_judge *judge;
    const mg_experiment *experiment;
    mg_error *error;
    char folder[MG_JUDGE_PATH]; /* golden's for this result and profile */
    mg_staging staging;
    int tasks, files;
    bool *ran;   /* [tasks] their rows come from judge->folder */
    bool *kept;  /* [tasks] their rows stay golden's */
    bool *stale; /* [methods] marked now */
    bool keep;   /* any is kept */
    bool any_ran;
    const char *stale_reason;
    mg_result_file file[MG_FILES_MAX];
} mg_blessing;

/* Fills `kept`, once `ran` is known: golden's tasks that did not run. */
bool mg_blessing_keep(mg_blessing *now);

/* The files of tasks, in staging.made. */
bool mg_blessing_stage_rows(mg_blessing *now);

/* not_run.csv, stale.csv and settings.csv, in staging.made. Settings are those of this program; where rows stay
 * golden's they must be golden's too, but for fields that only one of them has. A task that is neither in the run nor
 * in golden keeps the reason that golden gives for it, or gets judge->not_run; methods none of whose rows is an old one
 * are no longer stale. */
bool mg_blessing_stage_notes(mg_blessing *now);

/* Whether rows that stay golden's were run with this program's settings. */
bool mg_blessing_settings_fit(mg_blessing *now);

/* "lio/0-19 exact/grid/0": the marked tasks, one range after the other. */
void mg_blessing_list(const mg_blessing *now, const bool *mark, mg_csv_writer *text);

#endif
