/* claims_text.h - what an expression of a claim is read from, what it can be, and the tree that it becomes. */
#ifndef MG_CLAIMS_TEXT_H
#define MG_CLAIMS_TEXT_H

#include <stddef.h>

typedef enum mg_claim_type { MG_CLAIM_NUMBER, MG_CLAIM_TRUTH } mg_claim_type;

/* Where an expression stands, for messages: file, line and CSV column. */
typedef struct mg_claim_text {
    const char *file;
    size_t line;
    const char *column;
    const char *text;
} mg_claim_text;

typedef struct mg_claim_tree mg_claim_tree; /* claims_tree.h */

#endif
