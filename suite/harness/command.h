/* command.h - what a command line asks for, once it is read (options.h, choice.h). */
#ifndef MG_COMMAND_H
#define MG_COMMAND_H

#include "suite/harness/task.h"
#include "suite/harness/trial.h"

typedef enum mg_command {
    MG_COMMAND_RUN,
    MG_COMMAND_MERGE,
    MG_COMMAND_CHECK_GOLDEN,
    MG_COMMAND_REJUDGE, /* `reason` says why */
    MG_COMMAND_STALE,   /* likewise */
    MG_COMMAND_LIST,
    MG_COMMAND_DESCRIBE,
    MG_COMMAND_SETTINGS,
    MG_COMMAND_HELP,
    MG_COMMAND_MANUAL,
    MG_COMMAND_VERSION
} mg_command;

typedef struct mg_options {
    mg_command command;
    mg_profile profile;
    int tasks;      /* chosen by --methods, --seeds, --shard, in the experiment's order */
    mg_task *task;  /* owned */
    int extras;     /* likewise, with seeds beyond the profile's list */
    mg_task *extra; /* owned */
    mg_trial trial; /* --set, --network */
    int jobs;
    const char *out, *golden, *reports, *isa;
    bool check, resume, quiet;
    const char *bless;    /* the reason, or NULL */
    const char *reason;   /* of --rejudge or --stale */
    const char *not_run;  /* why golden goes without tasks, or NULL */
    int until_checkpoint; /* 0: to the end */
    int dump_checkpoint;  /* 0: no dump */
    mg_task dump_task;
    bool watch;           /* an episode of watch_task ... */
    int watch_checkpoint; /* ... trained so far; 0: not at all; -1: as far as it is saved */
    mg_task watch_task;
    int mutate_checkpoint; /* 0: no mutation */
    int mutate_kind;       /* mg_kind, or MG_KIND_COUNT for the trail */
    bool mutate_last;      /* the kind's last tensor instead of its first */
} mg_options;

#endif
