/* claims.h - the file of a result's claims, for who has to know which of them are hard. */
#ifndef MG_CLAIMS_H
#define MG_CLAIMS_H

#include "core/io/csv.h"
#include "suite/harness/judge.h"

#define MG_CLAIMS_SOURCE_HEADER "id,kind,claim,source,criterion,direction,measure,note"
enum {
    MG_CLAIM_ID,
    MG_CLAIM_KIND,
    MG_CLAIM_CLAIM,
    MG_CLAIM_SOURCE,
    MG_CLAIM_CRITERION,
    MG_CLAIM_DIRECTION,
    MG_CLAIM_MEASURE,
    MG_CLAIM_NOTE
};

/* Reads reports/claims/<result>.csv; no such file: no rows, and path empty. Refuses kinds but hard and soft, and an
 * id twice. */
bool mg_claims_read(const mg_judge *judge, mg_csv *claims, mg_error *error);

#endif
