/* choice.h - which tasks a command line means: --methods, --seeds, --shard, --whole, --dump, --watch. */
#ifndef MG_CHOICE_H
#define MG_CHOICE_H

#include "suite/harness/command.h"

/* What the options say before methods and seeds are put together. */
typedef struct mg_choice {
    const char *methods, *seeds, *dump, *watch; /* as typed, or NULL */
    bool whole;
    long shard, shards; /* 1, 1: all */
} mg_choice;

/* Fills options->task, ->extra, ->dump_task and ->watch_task. */
bool mg_choose_tasks(const mg_experiment *experiment, mg_choice *choice, mg_options *options, mg_error *error);

/* WHAT@CHECKPOINT: copies WHAT, reads CHECKPOINT. */
bool mg_read_at(const char *option, const char *text, char what[MG_TASK_NAME], int *checkpoint, mg_error *error);

#endif
