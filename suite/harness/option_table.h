/* option_table.h - the options that all results share: how they are called, and what they mean. The one table of which
 * the command line is read, --help and the manual page are printed, and a shell completes. */
#ifndef MG_OPTION_TABLE_H
#define MG_OPTION_TABLE_H

#include "suite/harness/manual.h"

typedef enum mg_option {
    MG_OPTION_PROFILE,
    MG_OPTION_METHODS,
    MG_OPTION_SEEDS,
    MG_OPTION_SET,
    MG_OPTION_NETWORK,
    MG_OPTION_WHOLE,
    MG_OPTION_SHARD,
    MG_OPTION_JOBS,
    MG_OPTION_ISA,
    MG_OPTION_RESUME,
    MG_OPTION_UNTIL,
    MG_OPTION_MERGE,
    MG_OPTION_OUT,
    MG_OPTION_GOLDEN,
    MG_OPTION_REPORTS,
    MG_OPTION_CHECK,
    MG_OPTION_CHECK_GOLDEN,
    MG_OPTION_BLESS,
    MG_OPTION_NOT_RUN,
    MG_OPTION_REJUDGE,
    MG_OPTION_STALE,
    MG_OPTION_DUMP,
    MG_OPTION_WATCH,
    MG_OPTION_MUTATE,
    MG_OPTION_LIST,
    MG_OPTION_SETTINGS,
    MG_OPTION_DESCRIBE,
    MG_OPTION_QUIET,
    MG_OPTION_HELP,
    MG_OPTION_VERSION,
    MG_OPTION_COUNT
} mg_option;

extern const mg_manual_entry mg_option_table[MG_OPTION_COUNT + 1]; /* by mg_option; ended by a zeroed one */

/* What the instruction sets of --isa are called. */
#define MG_ISA_CHOICE "auto|scalar|simd128|sse2|avx2|avx512"

#endif
